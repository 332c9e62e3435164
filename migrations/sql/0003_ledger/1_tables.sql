-- What was done, by whom: appended, sealed into a chain, never changed.

create table commons.ledger_entry (
    id bigint generated always as identity primary key,
    at timestamptz not null default clock_timestamp(),
    city_at timestamptz not null,
    actor_id bigint not null,
    actor_name text not null,
    action text not null,
    subject text not null,
    outcome text not null,
    detail jsonb not null default '{}',
    remote text,
    request_id text
);
create index ledger_entry_actor on commons.ledger_entry (actor_id, id desc);
create index ledger_entry_action on commons.ledger_entry (action, id desc);
create index ledger_entry_subject on commons.ledger_entry (subject, id desc);
create index ledger_entry_at on commons.ledger_entry using brin (at);

-- Entries that wait for their seal. Ids commit out of order, so a high-water mark would step over some.
create table commons.ledger_pending (entry_id bigint primary key);

-- content = SM3 of the entry's canonical text; hash = SM3(hash of the previous seal || content).
create table commons.ledger_seal (
    seal_no bigint primary key,
    entry_id bigint not null unique,
    content bytea not null,
    hash bytea not null
);

create table commons.ledger_checkpoint (
    seal_no bigint primary key,
    hash bytea not null,
    at timestamptz not null,
    algorithm text not null,
    key_id text not null,
    signature bytea not null
);

create table commons.ledger_check (
    id bigint generated always as identity primary key,
    at timestamptz not null default clock_timestamp(),
    ok boolean not null,
    sealed bigint not null,
    report jsonb not null
);
