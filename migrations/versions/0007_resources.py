"""Tables of resources."""

from alembic import op

revision = "0007"
down_revision = "0006"

UP = """
create table data.resource_definition (
    id text primary key,
    pack text not null,
    name text not null,
    body json not null, -- json, not jsonb: the order of fields is the order on screen
    digest text not null,
    state text not null default 'active' check (state in ('active', 'off')),
    updated_at timestamptz not null default now(),
    unique (pack, name)
);
create table data.catalog_resource (
    id text primary key references data.resource_definition on delete cascade,
    title jsonb not null,
    owner text not null,
    grade int not null check (grade between 1 and 4),
    sharing jsonb not null,
    opening jsonb not null,
    update_cycle text not null,
    keep text not null,
    fields jsonb not null
);
create table data.resource_layer (
    id text primary key,
    pack text not null,
    resource text not null,
    body jsonb not null,
    active boolean not null default true,
    installed_at timestamptz not null
);
create table data.packkit_pack (
    id text primary key,
    version text not null,
    digest text not null,
    declarations jsonb not null,
    params jsonb not null default '{}',
    state text not null default 'installed' check (state in ('installed', 'off', 'removed')),
    installed_at timestamptz not null
);
create table data.packkit_history (
    id bigint generated always as identity primary key,
    pack text not null,
    version text not null,
    digest text not null,
    action text not null check (action in ('install', 'upgrade', 'switch_off', 'switch_on', 'remove')),
    changes jsonb not null default '[]',
    actor bigint not null,
    at timestamptz not null
);
create index packkit_history_pack on data.packkit_history (pack, id);

-- Every declared table res.x has res.x__past; the row that an update or delete ends goes there, whoever does it.
create function data.resource_keep_past() returns trigger language plpgsql security definer
set search_path = pg_catalog, pg_temp as $$
begin
    execute format('insert into %I.%I select $1, $2, ($3).*', tg_table_schema, tg_table_name || '__past')
    using case when tg_op = 'UPDATE' then new._from else runtime.city_now() end,
          case when tg_op = 'UPDATE' then new._by else commons.my_id() end,
          old;
    return null;
end $$;
revoke all on function data.resource_keep_past() from public;

grant select on data.resource_definition, data.resource_layer, data.catalog_resource, data.packkit_pack, data.packkit_history
    to chengshu_web;
grant select, insert, update, delete on data.resource_definition, data.resource_layer, data.catalog_resource,
    data.packkit_pack to chengshu_worker;
grant select, insert on data.packkit_history to chengshu_worker;
"""

DOWN = """
drop function data.resource_keep_past() cascade;
drop table data.resource_layer, data.packkit_history, data.packkit_pack, data.catalog_resource, data.resource_definition;
"""


def upgrade() -> None:
    """Create the tables, indexes, rights and policies."""
    if UP.strip():
        op.execute(UP)


def downgrade() -> None:
    """Drop what upgrade made."""
    if DOWN.strip():
        op.execute(DOWN)
