-- The only way in, and the refusal of every way to change.

create function commons.ledger_append(entries jsonb, actor bigint, remote text, request_id text) returns integer
language plpgsql security definer set search_path = pg_catalog, commons, public, pg_temp as $$
declare
    -- Whoever has a session writes in its name; only the city's own jobs may say who acted.
    who bigint := case when security_trusted() then coalesce(actor, 2) else coalesce(my_id(), 1) end;
    called text := coalesce((select a.name from security_actor a where a.id = who), '');
    stored integer;
begin
    with added as (
        insert into ledger_entry (city_at, actor_id, actor_name, action, subject, outcome, detail, remote, request_id)
        select runtime.city_now(), who, called, e ->> 'action', coalesce(e ->> 'subject', ''),
               coalesce(e ->> 'outcome', 'done'), coalesce(e -> 'detail', '{}'),
               ledger_append.remote, ledger_append.request_id
        from jsonb_array_elements(entries) with ordinality as x (e, n) order by n
        returning id
    )
    insert into ledger_pending (entry_id) select id from added;
    get diagnostics stored = row_count;
    return stored;
end $$;

create function commons.ledger_refuse() returns trigger language plpgsql
set search_path = pg_catalog as $$
begin
    raise exception 'ledger.append_only' using errcode = 'CS010',
        hint = 'the ledger is only ever appended to; correct a matter by a new entry';
end $$;

create trigger ledger_entry_fixed before update or delete or truncate on commons.ledger_entry
    for each statement execute function commons.ledger_refuse();
create trigger ledger_seal_fixed before update or delete or truncate on commons.ledger_seal
    for each statement execute function commons.ledger_refuse();
create trigger ledger_checkpoint_fixed before update or delete or truncate on commons.ledger_checkpoint
    for each statement execute function commons.ledger_refuse();

-- How far the chain goes; counted from the seals' own numbers, not by scanning.
create function commons.ledger_state() returns table (entries bigint, sealed bigint, head bytea,
    verified_at timestamptz, verified_ok boolean)
language sql stable security definer set search_path = pg_catalog, commons, public, pg_temp as $$
    select coalesce(s.seal_no, 0) + (select count(*) from ledger_pending), coalesce(s.seal_no, 0), s.hash, c.at, c.ok
    from (select 1) one
    left join lateral (select seal_no, hash from ledger_seal order by seal_no desc limit 1) s on true
    left join lateral (select at, ok from ledger_check order by id desc limit 1) c on true
    where security_trusted() or my_may('ledger.read')
$$;
