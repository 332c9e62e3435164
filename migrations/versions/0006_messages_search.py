"""Tables of messages_search."""

from alembic import op

revision = "0006"
down_revision = "0005"

UP = """
create table commons.messages_template (
    id text primary key,
    pack text not null,
    body jsonb not null,
    active boolean not null default true,
    installed_at timestamptz not null
);
grant select on commons.messages_template to chengshu_web;
grant select, insert, update, delete on commons.messages_template to chengshu_worker;

-- One message as it was worded, and one receipt for each person it is for.
create table commons.messages_message (
    id bigint generated always as identity primary key,
    at timestamptz not null,
    template text not null,
    holder text not null,
    urgency text not null default 'normal' check (urgency in ('normal', 'urgent')),
    subject jsonb not null,
    body jsonb not null,
    href text,
    about text
);
create table commons.messages_receipt (
    actor_id bigint not null,
    message_id bigint not null references commons.messages_message on delete cascade,
    read_at timestamptz,
    primary key (actor_id, message_id)
);
create index messages_receipt_unread on commons.messages_receipt (actor_id, message_id desc) where read_at is null;
create index messages_receipt_message on commons.messages_receipt (message_id);
create table commons.messages_counter (
    actor_id bigint primary key,
    unread integer not null default 0
);
-- What leaves the house. A channel without a gateway parks its messages here, where people see them.
create table commons.messages_outbound (
    id bigint generated always as identity primary key,
    message_id bigint not null references commons.messages_message on delete cascade,
    actor_id bigint not null,
    channel text not null,
    address text,
    text text not null,
    state text not null default 'queued' check (state in ('queued', 'parked', 'sent', 'failed')),
    attempts integer not null default 0,
    next_at timestamptz not null default clock_timestamp(),
    fault text,
    receipt text,
    sent_at timestamptz
);
create index messages_outbound_due on commons.messages_outbound (next_at, id) where state = 'queued';
create index messages_outbound_state on commons.messages_outbound (state, id desc);

alter table commons.messages_message enable row level security;
alter table commons.messages_receipt enable row level security;
alter table commons.messages_counter enable row level security;
alter table commons.messages_outbound enable row level security;
create policy mine on commons.messages_receipt to chengshu_web
    using (actor_id = (select commons.my_id())) with check (actor_id = (select commons.my_id()));
create policy mine on commons.messages_message for select to chengshu_web using (
    exists (
        select from commons.messages_receipt r
        where r.actor_id = (select commons.my_id()) and r.message_id = messages_message.id
    )
);
create policy mine on commons.messages_counter to chengshu_web
    using (actor_id = (select commons.my_id())) with check (actor_id = (select commons.my_id()));
create policy worker on commons.messages_message to chengshu_worker using (true) with check (true);
create policy worker on commons.messages_receipt to chengshu_worker using (true) with check (true);
create policy worker on commons.messages_counter to chengshu_worker using (true) with check (true);
create policy worker on commons.messages_outbound to chengshu_worker using (true) with check (true);
grant select on commons.messages_message to chengshu_web;
grant select, update (read_at) on commons.messages_receipt to chengshu_web;
grant select, update (unread) on commons.messages_counter to chengshu_web;
grant select, insert, update, delete on commons.messages_message, commons.messages_receipt,
    commons.messages_counter, commons.messages_outbound to chengshu_worker;
grant usage on sequence commons.messages_message_id_seq, commons.messages_outbound_id_seq to chengshu_worker;

-- The queue of what leaves, for those who run the channels; the operation is checked at the door.
create function commons.messages_outbound_list(wanted text, before bigint, most integer)
returns table (id bigint, at timestamptz, channel text, address text, text text, state text, attempts integer, fault text)
language sql stable security definer set search_path = pg_catalog, commons as $$
    select o.id, m.at, o.channel,
           case when length(o.address) > 7 then left(o.address, 3) || '****' || right(o.address, 4) end,
           o.text, o.state, o.attempts, o.fault
    from commons.messages_outbound o join commons.messages_message m on m.id = o.message_id
    where (wanted is null or o.state = wanted) and (before is null or o.id < before)
    order by o.id desc limit least(most, 200)
$$;
revoke execute on function commons.messages_outbound_list(text, bigint, integer) from public;
grant execute on function commons.messages_outbound_list(text, bigint, integer) to chengshu_web, chengshu_worker;

-- One search. Chinese is cut into pairs of characters, so that a word of two characters is one lexeme of the index.
create table commons.search_document (
    kind text not null,
    id text not null,
    number text,
    title text not null,
    text text not null default '',
    href text not null,
    public boolean not null default false,
    operation text,
    region ltree,
    orgs ltree[] not null default '{}',
    owner bigint,
    tokens tsvector not null,
    updated_at timestamptz not null,
    primary key (kind, id)
);
create index search_document_tokens on commons.search_document using gin (tokens);
create index search_document_number on commons.search_document (number) where number is not null;
alter table commons.search_document enable row level security;
create policy worker on commons.search_document to chengshu_worker using (true) with check (true);
grant select, insert, update, delete on commons.search_document to chengshu_worker;

-- Row-level security would hide the text index from the planner (`@@` is not leakproof), so the web role holds no right
-- on the table and searches through this door, which applies the same scope after the index (decision 063).
create function commons.search_find(words text, exact text, most integer)
returns table (kind text, id text, title text, text text, href text, updated_at timestamptz, score real)
language sql stable security definer set search_path = pg_catalog, public, commons as $$
    with scope as materialized (
        select coalesce(commons.my_regions(), '{}') as regions, coalesce(commons.my_orgs(), '{}') as orgs,
               commons.my_id() as me
    ),
    hit as materialized (
        select d.*, 10::real as score from commons.search_document d where exact is not null and d.number = exact
        union all
        select d.*, ts_rank('{0.1, 0.2, 0.4, 1.0}', d.tokens, words::tsquery) as score
        from commons.search_document d
        where words <> '' and d.tokens @@ words::tsquery and (exact is null or d.number is distinct from exact)
    ),
    allowed as materialized (
        select operation from (select distinct operation from hit where operation is not null) asked
        where commons.my_may(operation)
    ),
    seen as (
        select h.*, row_number() over (partition by h.kind order by h.score desc, h.updated_at desc, h.id) as place
        from hit h, scope s
        where h.public or h.owner = s.me
           or ((h.operation is null or h.operation in (select operation from allowed))
               and (h.region <@ any (s.regions)
                    or exists (select from unnest(s.orgs) mine where h.orgs <@ mine)
                    or (h.region is null and h.orgs = '{}')))
    )
    select kind, id, title, text, href, updated_at, score from seen where place <= most
    order by score desc, updated_at desc, id
$$;
revoke execute on function commons.search_find(text, text, integer) from public;
grant execute on function commons.search_find(text, text, integer) to chengshu_web, chengshu_worker;
"""

DOWN = """
drop function commons.search_find(text, text, integer);
drop table commons.search_document;
drop function commons.messages_outbound_list(text, bigint, integer);
drop table commons.messages_outbound, commons.messages_counter, commons.messages_receipt,
    commons.messages_message, commons.messages_template;
"""


def upgrade() -> None:
    """Create the tables, indexes, rights and policies."""
    if UP.strip():
        op.execute(UP)


def downgrade() -> None:
    """Drop what upgrade made."""
    if DOWN.strip():
        op.execute(DOWN)
