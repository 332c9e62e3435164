"""Tables of decide."""

from alembic import op

revision = "0009"
down_revision = "0008"

UP = """
-- Counters that are kept, not counted: one row per dimension, day and key; the row of day 0001-01-01 holds all days.
create table decide.indicators_tally (
    dim text not null check (
        dim in ('county', 'office', 'town', 'village', 'grid', 'class', 'channel', 'person', 'state')
    ),
    day date not null,
    key text not null,
    region ltree,
    reported bigint not null default 0,
    filed bigint not null default 0,
    open bigint not null default 0,
    overdue bigint not null default 0,
    closed bigint not null default 0,
    ontime bigint not null default 0,
    returned bigint not null default 0,
    reworked bigint not null default 0,
    rated bigint not null default 0,
    satisfied bigint not null default 0,
    primary key (dim, day, key)
);
alter table decide.indicators_tally enable row level security;
-- Totals of the county, its offices, towns, classes and channels are for all staff; what lies below a town and what
-- a person does is seen by those whose scope holds it (decision 061).
create policy seen on decide.indicators_tally for select to chengshu_web using (
    dim in ('county', 'office', 'town', 'class', 'channel', 'state')
    or (dim = 'person' and key = (select commons.my_id())::text)
    or (dim = 'person' and (select bool_or(nlevel(r) = 1) from unnest(commons.my_regions()) r))
    or (dim in ('village', 'grid') and region <@ any ((select commons.my_regions())::ltree[]))
);
create policy worker on decide.indicators_tally to chengshu_worker using (true) with check (true);
grant select on decide.indicators_tally to chengshu_web;
grant select, insert, update, delete on decide.indicators_tally to chengshu_worker;

-- What the SQL of declared indicators reads.
create view decide.tallies with (security_invoker = true) as
    select day, dim, key, reported, filed, open, overdue, closed, ontime, returned, reworked, rated, satisfied
    from decide.indicators_tally where day > date '0001-01-01';
grant select on decide.tallies to chengshu_web, chengshu_worker;

create table decide.indicators_state (
    one boolean primary key default true check (one),
    moved_at timestamptz,
    announced_at timestamptz,
    waiting text[] not null default '{}'
);
insert into decide.indicators_state default values;
grant select on decide.indicators_state to chengshu_web;
grant select, update on decide.indicators_state to chengshu_worker;

create table decide.indicators_definition (
    id text primary key,
    pack text not null,
    body jsonb not null,
    active boolean not null default true,
    installed_at timestamptz not null
);
grant select on decide.indicators_definition to chengshu_web;
grant select, insert, update, delete on decide.indicators_definition to chengshu_worker;

create table decide.boards_board (
    id text primary key,
    pack text not null,
    body jsonb not null,
    active boolean not null default true,
    installed_at timestamptz not null
);
grant select on decide.boards_board to chengshu_web;
grant select, insert, update, delete on decide.boards_board to chengshu_worker;
"""

DOWN = """
drop table decide.boards_board, decide.indicators_definition, decide.indicators_state;
drop view decide.tallies;
drop table decide.indicators_tally;
"""


def upgrade() -> None:
    """Create the tables, indexes, rights and policies."""
    if UP.strip():
        op.execute(UP)


def downgrade() -> None:
    """Drop what upgrade made."""
    if DOWN.strip():
        op.execute(DOWN)
