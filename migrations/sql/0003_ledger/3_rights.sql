-- The auditor reads; the worker seals; nobody changes.

alter table commons.ledger_entry enable row level security;
alter table commons.ledger_seal enable row level security;
alter table commons.ledger_checkpoint enable row level security;
create policy web_read on commons.ledger_entry for select to chengshu_web
    using ((select commons.my_may('ledger.read')));
create policy web_read on commons.ledger_seal for select to chengshu_web
    using ((select commons.my_may('ledger.read')));
create policy web_read on commons.ledger_checkpoint for select to chengshu_web
    using ((select commons.my_may('ledger.read')));
create policy worker_read on commons.ledger_entry for select to chengshu_worker using (true);
create policy worker_all on commons.ledger_seal to chengshu_worker using (true) with check (true);
create policy worker_all on commons.ledger_checkpoint to chengshu_worker using (true) with check (true);

revoke all on function commons.ledger_append(jsonb, bigint, text, text), commons.ledger_refuse(),
    commons.ledger_state() from public;
grant execute on function commons.ledger_append(jsonb, bigint, text, text), commons.ledger_state()
    to chengshu_web, chengshu_worker;

grant select on commons.ledger_entry, commons.ledger_seal, commons.ledger_checkpoint to chengshu_web;
grant select on commons.ledger_entry to chengshu_worker;
grant select, delete on commons.ledger_pending to chengshu_worker;
grant select, insert on commons.ledger_seal, commons.ledger_checkpoint, commons.ledger_check to chengshu_worker;
