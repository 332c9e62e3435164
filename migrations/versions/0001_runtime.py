"""Roles, schemas, outbox, idempotency, city clock and the register of files."""

from alembic import op

revision = "0001"
down_revision = None

UP = """
do $$
declare wanted text;
begin
    foreach wanted in array array['chengshu_web', 'chengshu_worker'] loop
        if not exists (select from pg_roles where rolname = wanted) then
            execute format('create role %I login nosuperuser nocreatedb nocreaterole noreplication', wanted);
        end if;
        execute format('grant %I to current_user', wanted);
    end loop;
end $$;

create extension if not exists ltree with schema public;
create extension if not exists pg_trgm with schema public;
create extension if not exists btree_gist with schema public;
create extension if not exists btree_gin with schema public;

create schema if not exists runtime;
create schema commons;
create schema data;
create schema govern;
create schema decide;
create schema res;
grant usage on schema runtime, commons, data, govern, decide, res to chengshu_web, chengshu_worker;
revoke create on schema public from public;

-- City time: real time, or a rehearsal's own time that runs at its own rate.
create table runtime.city_clock (
    one boolean primary key default true check (one),
    anchor_city timestamptz not null default clock_timestamp(),
    anchor_real timestamptz not null default clock_timestamp(),
    rate double precision not null default 1 check (rate >= 0),
    real boolean not null default true
);
insert into runtime.city_clock default values;

create function runtime.city_now() returns timestamptz
language sql stable security definer set search_path = pg_catalog, runtime as $$
    select case when real then statement_timestamp()
                else anchor_city + (statement_timestamp() - anchor_real) * rate end
    from runtime.city_clock
$$;
grant execute on function runtime.city_now() to chengshu_web, chengshu_worker;
grant select on runtime.city_clock to chengshu_web, chengshu_worker;
grant update on runtime.city_clock to chengshu_worker;

-- The transactional outbox. Readers go by (txid, id) below the oldest running transaction, so none is stepped over.
create table runtime.outbox_event (
    id bigint generated always as identity,
    txid xid8 not null default pg_current_xact_id(),
    topic text not null,
    live boolean not null default false,
    at timestamptz not null,
    stored_at timestamptz not null default clock_timestamp(),
    payload jsonb not null,
    primary key (txid, id)
);
create index outbox_event_stored on runtime.outbox_event using brin (stored_at);
create table runtime.outbox_cursor (
    consumer text primary key,
    topics text[] not null default '{}',
    txid xid8 not null default '0',
    event_id bigint not null default 0,
    moved_at timestamptz not null default clock_timestamp(),
    failures integer not null default 0,
    fault text
);
grant select on runtime.outbox_event, runtime.outbox_cursor to chengshu_worker;
grant insert, update on runtime.outbox_cursor to chengshu_worker;
grant delete on runtime.outbox_event to chengshu_worker;

create function runtime.outbox_append(events jsonb, city_at timestamptz) returns integer
language plpgsql security definer set search_path = pg_catalog, runtime as $$
declare stored integer;
begin
    insert into runtime.outbox_event (topic, live, at, payload)
    select e ->> 'topic', coalesce((e ->> 'live')::boolean, false), city_at, e -> 'payload'
    from jsonb_array_elements(events) with ordinality as x (e, n) order by n;
    get diagnostics stored = row_count;
    perform pg_notify('chengshu_outbox', '');
    return stored;
end $$;
revoke execute on function runtime.outbox_append(jsonb, timestamptz) from public;
grant execute on function runtime.outbox_append(jsonb, timestamptz) to chengshu_web, chengshu_worker;

-- A repeated request is answered with the first one's answer.
create table runtime.idempotency_key (
    actor_id bigint not null,
    key text not null check (length(key) between 1 and 200),
    request bytea not null,
    answer jsonb,
    at timestamptz not null default clock_timestamp(),
    primary key (actor_id, key)
);
create index idempotency_key_at on runtime.idempotency_key using brin (at);
grant select, insert, update on runtime.idempotency_key to chengshu_web, chengshu_worker;
grant delete on runtime.idempotency_key to chengshu_worker;

-- Files by the hash of their content; the bytes lie in the blob store.
create table runtime.blob_file (
    hash text primary key check (hash ~ '^[0-9a-f]{64}$'),
    media_type text not null,
    size bigint not null,
    width integer,
    height integer,
    facts jsonb not null default '{}',
    thumb text,
    public text,
    stored_by bigint not null,
    stored_at timestamptz not null default clock_timestamp()
);
grant select, insert on runtime.blob_file to chengshu_web, chengshu_worker;
grant delete on runtime.blob_file to chengshu_worker;

-- What the county was last made of.
create table runtime.installation (
    one boolean primary key default true check (one),
    digest text not null,
    about jsonb not null,
    at timestamptz not null default clock_timestamp()
);
grant select, insert, update on runtime.installation to chengshu_worker;

create table runtime.job_state (
    name text primary key,
    last_started timestamptz,
    last_done timestamptz,
    last_fault text,
    runs bigint not null default 0,
    failures bigint not null default 0
);
grant select, insert, update on runtime.job_state to chengshu_worker;
grant select on runtime.job_state to chengshu_web;
"""

DOWN = """
drop schema res, decide, govern, data, commons, runtime cascade;
"""


def upgrade() -> None:
    """Create the tables, indexes, rights and policies."""
    op.execute(UP)


def downgrade() -> None:
    """Drop what upgrade made."""
    op.execute(DOWN)
