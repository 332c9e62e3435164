"""Tables of places: the region tree with its outlines, their past, and the addresses the city has learned."""

from alembic import op

revision = "0004"
down_revision = "0003"

UP = """
create table commons.places_region (
    code text primary key check (code ~ '^[0-9]{6}([0-9]{3}([0-9]{3}([0-9]{3})?)?)?$'),
    path ltree not null unique,
    level smallint not null check (level between 1 and 4),
    name text not null,
    name_en text not null default '',
    aliases text[] not null default '{}',
    parent_code text references commons.places_region (code),
    center point not null,
    outline jsonb not null,
    schematic boolean not null,
    source text not null default '',
    valid_from timestamptz not null,
    retired_at timestamptz,
    check ((level = 1) = (parent_code is null))
);
comment on table commons.places_region is
    'county 1, town 2, village 3, grid 4; outline is GeoJSON in CGCS2000';
create index on commons.places_region using gist (path);
create index on commons.places_region (parent_code);

create table commons.places_region_past (
    id bigint generated always as identity primary key,
    code text not null,
    path ltree not null,
    name text not null,
    outline jsonb not null,
    schematic boolean not null,
    source text not null,
    valid_from timestamptz not null,
    valid_to timestamptz not null
);
create index on commons.places_region_past (code, valid_from);

-- What a region was is kept by the database itself, so that no way of writing can forget it.
create function commons.places_keep_past() returns trigger language plpgsql security definer
set search_path = pg_catalog, commons, public, pg_temp as $$
begin
    if old.outline is distinct from new.outline or old.name <> new.name or old.path <> new.path then
        insert into commons.places_region_past
            (code, path, name, outline, schematic, source, valid_from, valid_to)
        values (old.code, old.path, old.name, old.outline, old.schematic, old.source, old.valid_from,
            new.valid_from);
    end if;
    return null;
end $$;
create trigger places_keep_past after update on commons.places_region
    for each row execute function commons.places_keep_past();

-- One row: which edition of which site was installed, so that starting again costs one look.
create table commons.places_site (
    one boolean primary key default true check (one),
    code text not null,
    digest text not null,
    installed_at timestamptz not null
);
alter table commons.places_site enable row level security;
create policy places_site_read on commons.places_site for select using (true);
create policy places_site_worker on commons.places_site to chengshu_worker using (true) with check (true);
grant select on commons.places_site to chengshu_web;
grant select, insert, update on commons.places_site to chengshu_worker;

create table commons.places_address (
    id bigint generated always as identity primary key,
    key text not null,
    road text not null,
    number integer,
    region ltree not null,
    town ltree not null,
    center point not null,
    seen integer not null default 1,
    seen_at timestamptz not null,
    unique (key, town)
);
comment on table commons.places_address is
    'where an address was found to lie, learned from located cases; the same road may be in several towns';
create index on commons.places_address (road, region);
create index on commons.places_address using gin (key gin_trgm_ops);

-- Names and outlines are public. Who may redraw them is an operation; the worker installs the site.
alter table commons.places_region enable row level security;
create policy places_read on commons.places_region for select using (true);
create policy places_write on commons.places_region for insert to chengshu_web
    with check ((select commons.my_may('places.import')));
create policy places_redraw on commons.places_region for update to chengshu_web
    using ((select commons.my_may('places.import'))) with check ((select commons.my_may('places.import')));
create policy places_worker on commons.places_region to chengshu_worker using (true) with check (true);
grant select, insert, update on commons.places_region to chengshu_web, chengshu_worker;
alter table commons.places_region_past enable row level security;
create policy places_past_read on commons.places_region_past for select using (true);
grant select on commons.places_region_past to chengshu_web, chengshu_worker;

-- An address may name a home: its text is seen only by those who see the region; everybody else gets at most
-- the place that belongs to a text they already know.
alter table commons.places_address enable row level security;
create policy places_address_read on commons.places_address for select to chengshu_web
    using (region <@ any ((select commons.my_regions())::ltree[]));
create policy places_address_worker on commons.places_address to chengshu_worker
    using (true) with check (true);
grant select on commons.places_address to chengshu_web;
grant select, insert, update, delete on commons.places_address to chengshu_worker;

create function commons.places_learn(
    p_key text, p_road text, p_number integer, p_region ltree, p_lon double precision, p_lat double precision,
    p_at timestamptz
) returns void language sql security definer set search_path = pg_catalog, commons, public, pg_temp as $$
    insert into commons.places_address as a (key, road, number, region, town, center, seen_at)
    values (p_key, p_road, p_number, p_region, subpath(p_region, 0, least(nlevel(p_region), 2)),
        point(p_lon, p_lat), p_at)
    on conflict (key, town) do update set
        seen = least(a.seen + 1, 1000000), seen_at = excluded.seen_at,
        region = case when a.region = excluded.region then a.region else excluded.region end,
        center = case when a.region = excluded.region
            then point((a.center[0] * least(a.seen, 9) + p_lon) / (least(a.seen, 9) + 1),
                       (a.center[1] * least(a.seen, 9) + p_lat) / (least(a.seen, 9) + 1))
            else excluded.center end
$$;

-- Exact text first, then the nearest number of the same road, then the most similar text. Gives no text back.
create function commons.places_find_address(p_key text, p_road text, p_number integer, p_within ltree)
returns table (region ltree, lon double precision, lat double precision, score real)
language sql stable security definer set search_path = pg_catalog, commons, public, pg_temp as $$
    select a.region, a.center[0], a.center[1], f.score
    from (
        (select id, 1.0::real as score from commons.places_address
         where key = p_key and region <@ p_within order by seen desc limit 1)
        union all
        (select id, (case when p_number is null or number is null then 0.6
                          else 0.9 - least(abs(number - p_number), 300) / 1000.0 end)::real
         from commons.places_address
         where p_road <> '' and road = p_road and region <@ p_within
         order by abs(coalesce(number, 0) - coalesce(p_number, 0)), seen desc limit 1)
        union all
        (select id, (similarity(key, p_key) * 0.8)::real from commons.places_address
         where p_road = '' and key % p_key and region <@ p_within
         order by similarity(key, p_key) desc limit 1)
    ) f join commons.places_address a using (id)
    order by f.score desc limit 1
$$;
revoke all on function commons.places_learn(text, text, integer, ltree, double precision, double precision,
    timestamptz) from public;
grant execute on function commons.places_learn(text, text, integer, ltree, double precision, double precision,
    timestamptz) to chengshu_web, chengshu_worker;
revoke all on function commons.places_find_address(text, text, integer, ltree) from public;
grant execute on function commons.places_find_address(text, text, integer, ltree)
    to chengshu_web, chengshu_worker;
"""

DOWN = """
drop function if exists commons.places_find_address(text, text, integer, ltree);
drop function if exists commons.places_learn(text, text, integer, ltree, double precision, double precision,
    timestamptz);
drop table if exists commons.places_address;
drop table if exists commons.places_site;
drop table if exists commons.places_region_past;
drop table if exists commons.places_region;
drop function if exists commons.places_keep_past();
"""


def upgrade() -> None:
    """Create the tables, indexes, rights and policies."""
    if UP.strip():
        op.execute(UP)


def downgrade() -> None:
    """Drop what upgrade made."""
    if DOWN.strip():
        op.execute(DOWN)
