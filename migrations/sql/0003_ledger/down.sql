drop function commons.ledger_append, commons.ledger_state;
drop table commons.ledger_check, commons.ledger_checkpoint, commons.ledger_seal, commons.ledger_pending,
    commons.ledger_entry;
drop function commons.ledger_refuse;
