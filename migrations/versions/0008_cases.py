"""Tables of cases and gridwork."""

from alembic import op

revision = "0008"
down_revision = "0007"

UP = """
create table govern.cases_declared (
    kind text not null check (kind in ('type', 'catalog')),
    id text not null,
    pack text not null,
    body jsonb not null,
    enabled boolean not null default true,
    changed_at timestamptz not null default clock_timestamp(),
    primary key (kind, id)
);
create table govern.cases_stamp (only_row boolean primary key default true check (only_row), version bigint not null);
insert into govern.cases_stamp (version) values (1);

create table govern.cases_duty (
    id bigint generated always as identity primary key,
    source text not null,
    class_prefix text not null,
    region text not null,
    weekdays smallint[] not null default '{}',
    hours text[] not null default '{}',
    valid_from date,
    valid_to date,
    lead text not null,
    cooperating text[] not null default '{}',
    level text not null default 'county' check (level in ('county', 'town', 'village', 'grid')),
    clause jsonb not null default '{}',
    enabled boolean not null default true,
    version integer not null default 1,
    changed_by bigint,
    changed_at timestamptz not null default clock_timestamp(),
    check (valid_to is null or valid_from is null or valid_to >= valid_from)
);
create unique index cases_duty_source on govern.cases_duty (source, class_prefix, region) where source <> 'local';

-- One row per case with everything a list, a map or a board shows, so that each costs one statement.
create table govern.cases_case (
    id bigint primary key references commons.flow_matter (id),
    number text not null,
    type text not null,
    channel text not null,
    title text not null,
    text text not null,
    class text,
    condition text,
    urgency text not null default 'normal',
    state text not null,
    stage text not null,
    version integer not null default 1,
    region ltree,
    town text,
    village text,
    grid text,
    address text not null default '',
    place_how text,
    lon double precision,
    lat double precision,
    orgs ltree[] not null default '{}',
    lead text,
    holder text,
    opened_by bigint,
    claim bytea,
    source_ref text,
    occurred_at timestamptz,
    opened_at timestamptz not null,
    filed_at timestamptz,
    dispatched_at timestamptz,
    closed_at timestamptz,
    updated_at timestamptz not null,
    due_at timestamptz,
    alarm_at timestamptz,
    paused boolean not null default false,
    verdict text,
    overdue boolean not null default false,
    returned integer not null default 0,
    reworked integer not null default 0,
    reopened integer not null default 0,
    rating smallint check (rating between 1 and 5),
    rating_text text,
    rated_at timestamptz,
    person bigint,
    handlers bigint[] not null default '{}',
    into_id bigint references govern.cases_case (id),
    parent_id bigint references govern.cases_case (id),
    merged_count integer not null default 0,
    thumb text,
    reply text,
    fields jsonb not null default '{}',
    suggested jsonb,
    grams text[] not null default '{}'
) with (fillfactor = 85);
create unique index cases_case_number on govern.cases_case (number);
create index cases_case_opened on govern.cases_case (opened_at desc, id desc);
create index cases_case_lead on govern.cases_case (lead, opened_at desc, id desc);
create index cases_case_town on govern.cases_case (town, opened_at desc, id desc);
create index cases_case_village on govern.cases_case (village, opened_at desc, id desc);
create index cases_case_opener on govern.cases_case (opened_by, opened_at desc, id desc);
create index cases_case_open_due on govern.cases_case (due_at, id) where closed_at is null;
create index cases_case_open_point on govern.cases_case using gist (point(lon, lat)) where closed_at is null;
create index cases_case_grams on govern.cases_case using gin (grams);
create index cases_case_into on govern.cases_case (into_id) where into_id is not null;
create index cases_case_parent on govern.cases_case (parent_id) where parent_id is not null;
create unique index cases_case_source on govern.cases_case (channel, source_ref) where source_ref is not null;

create table govern.cases_reporter (
    case_id bigint primary key references govern.cases_case (id),
    name text,
    phone text,
    anonymous boolean not null default false
);

create table govern.cases_upload (
    hash text primary key check (hash ~ '^[0-9a-f]{64}$'),
    media_type text not null,
    bytes bigint not null,
    width integer,
    height integer,
    taken_at timestamptz,
    lon double precision,
    lat double precision,
    public_hash text,
    thumb_hash text,
    name text,
    uploaded_by bigint,
    uploaded_at timestamptz not null
);

create index cases_upload_thumb on govern.cases_upload (thumb_hash) where thumb_hash is not null;
create index cases_upload_public on govern.cases_upload (public_hash) where public_hash is not null;

create table govern.cases_attachment (
    case_id bigint not null references govern.cases_case (id),
    hash text not null references govern.cases_upload (hash),
    kind text not null check (kind in ('report', 'before', 'after', 'evidence')),
    added_by bigint,
    added_at timestamptz not null,
    primary key (case_id, kind, hash)
);
create index cases_attachment_hash on govern.cases_attachment (hash);

create table govern.cases_follow (
    actor_id bigint not null,
    case_id bigint not null references govern.cases_case (id),
    followed_at timestamptz not null,
    primary key (actor_id, case_id)
);

create table govern.gridwork_patrol (
    id bigint generated always as identity primary key,
    actor_id bigint not null,
    grid text not null,
    region ltree not null,
    at timestamptz not null,
    lon double precision not null,
    lat double precision not null,
    accuracy_m real,
    inside boolean not null,
    note text not null default ''
);
create index gridwork_patrol_grid on govern.gridwork_patrol (grid, at desc);
create index gridwork_patrol_actor on govern.gridwork_patrol (actor_id, at desc);

-- Rights: the web role may do what a request needs and no more; nothing is ever deleted but a follow.
grant select, insert, update on govern.cases_declared, govern.cases_stamp, govern.cases_duty to chengshu_web;
grant select, insert, update on govern.cases_case to chengshu_web;
grant select, insert on govern.cases_reporter, govern.cases_attachment to chengshu_web;
grant select on govern.cases_upload to chengshu_web;
grant select, insert, delete on govern.cases_follow to chengshu_web;
grant select, insert on govern.gridwork_patrol to chengshu_web;
grant select, insert, update on govern.cases_declared, govern.cases_stamp, govern.cases_duty, govern.cases_case,
    govern.cases_reporter, govern.cases_upload, govern.cases_attachment, govern.gridwork_patrol to chengshu_worker;
grant delete on govern.cases_follow to chengshu_worker;
grant select, insert on govern.cases_follow to chengshu_worker;
grant delete on govern.cases_duty, govern.cases_declared to chengshu_worker, chengshu_web;

alter table govern.cases_case enable row level security;
create policy cases_case_worker on govern.cases_case to chengshu_worker using (true) with check (true);
create policy cases_case_see on govern.cases_case for select to chengshu_web using (
    region <@ any ((select commons.my_regions())::ltree[])
    or orgs <@ any ((select commons.my_orgs())::ltree[])
    or (opened_by = (select commons.my_id()) and opened_by > 2)
    or claim = (select commons.my_claim())
);
create policy cases_case_change on govern.cases_case for update to chengshu_web using (
    region <@ any ((select commons.my_regions())::ltree[])
    or orgs <@ any ((select commons.my_orgs())::ltree[])
    or (opened_by = (select commons.my_id()) and opened_by > 2)
    or claim = (select commons.my_claim())
) with check (true);
create policy cases_case_open on govern.cases_case for insert to chengshu_web with check (true);

alter table govern.cases_reporter enable row level security;
create policy cases_reporter_worker on govern.cases_reporter to chengshu_worker using (true) with check (true);
create policy cases_reporter_see on govern.cases_reporter for select to chengshu_web using (
    exists (select from govern.cases_case c where c.id = case_id));
create policy cases_reporter_open on govern.cases_reporter for insert to chengshu_web with check (true);

alter table govern.cases_attachment enable row level security;
create policy cases_attachment_worker on govern.cases_attachment to chengshu_worker using (true) with check (true);
create policy cases_attachment_see on govern.cases_attachment for select to chengshu_web using (
    exists (select from govern.cases_case c where c.id = case_id));
create policy cases_attachment_add on govern.cases_attachment for insert to chengshu_web with check (true);

-- A file is known by its hash alone: whoever can name it has it. Listing shows only one's own and those of seen cases.
alter table govern.cases_upload enable row level security;
create policy cases_upload_worker on govern.cases_upload to chengshu_worker using (true) with check (true);
create policy cases_upload_see on govern.cases_upload for select to chengshu_web using (
    exists (select from govern.cases_attachment a where a.hash = cases_upload.hash)
    or (uploaded_by = (select commons.my_id()) and uploaded_by > 2));
-- The same file twice is one row; the second uploader need not see the first one's to add it again.
create function govern.cases_keep_upload(given jsonb) returns void language sql security definer
set search_path = pg_catalog, govern, pg_temp as $$
    insert into govern.cases_upload select * from jsonb_populate_record(null::govern.cases_upload, given)
    on conflict (hash) do nothing
$$;
revoke all on function govern.cases_keep_upload(jsonb) from public;
grant execute on function govern.cases_keep_upload(jsonb) to chengshu_web, chengshu_worker;
create function govern.cases_known_uploads(hashes text[]) returns table (
    hash text, media_type text, thumb_hash text, public_hash text, taken_at timestamptz, lon double precision,
    lat double precision
) language sql stable security definer set search_path = pg_catalog, govern, pg_temp as $$
    select u.hash, u.media_type, u.thumb_hash, u.public_hash, u.taken_at, u.lon, u.lat
    from govern.cases_upload u where u.hash = any (hashes[1:20])
$$;
revoke all on function govern.cases_known_uploads(text[]) from public;
grant execute on function govern.cases_known_uploads(text[]) to chengshu_web, chengshu_worker;

-- Row-level security keeps operators that are not leakproof (boxes, arrays) away from their indexes. These two functions
-- apply the same rule themselves, after the index: what they return is what the policy would show, only fast.
create function govern.cases_open_within(area box, most integer) returns setof bigint language plpgsql stable
security definer set search_path = pg_catalog, public, govern, commons, pg_temp as $$
declare
    in_regions ltree[] := commons.my_regions();
    in_orgs ltree[] := commons.my_orgs();
    me bigint := commons.my_id();
    code bytea := commons.my_claim();
begin
    return query select c.id from govern.cases_case c
    where c.closed_at is null and point(c.lon, c.lat) <@ area
      and (c.region <@ any (in_regions) or c.orgs <@ any (in_orgs) or (c.opened_by = me and me > 2) or c.claim = code)
    limit most;
end $$;
create function govern.cases_with_words(pieces text[], most integer) returns setof bigint language plpgsql stable
security definer set search_path = pg_catalog, public, govern, commons, pg_temp as $$
declare
    in_regions ltree[] := commons.my_regions();
    in_orgs ltree[] := commons.my_orgs();
    me bigint := commons.my_id();
    code bytea := commons.my_claim();
begin
    return query select c.id from govern.cases_case c
    where c.grams @> pieces
      and (c.region <@ any (in_regions) or c.orgs <@ any (in_orgs) or (c.opened_by = me and me > 2) or c.claim = code)
    order by c.opened_at desc limit most;
end $$;
revoke all on function govern.cases_open_within(box, integer), govern.cases_with_words(text[], integer) from public;
grant execute on function govern.cases_open_within(box, integer), govern.cases_with_words(text[], integer)
    to chengshu_web, chengshu_worker;

-- A reporter whose report was merged may know how the other case stands, not who else reported it.
create function govern.cases_receipt_target(report bigint) returns table (
    id bigint, type text, state text, stage text, lead text, reply text, due_at timestamptz, closed_at timestamptz
) language sql stable security definer set search_path = pg_catalog, public, govern, commons, pg_temp as $$
    select t.id, t.type, t.state, t.stage, t.lead, t.reply, t.due_at, t.closed_at
    from govern.cases_case r join govern.cases_case t on t.id = r.into_id
    where r.id = report and r.claim = commons.my_claim()
$$;
revoke all on function govern.cases_receipt_target(bigint) from public;
grant execute on function govern.cases_receipt_target(bigint) to chengshu_web, chengshu_worker;

-- Posts are private to those who keep the people; whether a grid is kept, and by whom in one's own regions, is not.
create function govern.gridwork_staffed() returns text[] language sql stable security definer
set search_path = pg_catalog, public, commons, pg_temp as $$
    select array_agg(distinct substr(subpath(p.region, -1)::text, 2))
    from commons.security_post p join commons.security_actor a on a.id = p.actor_id
    where nlevel(p.region) = 4 and p.valid_from <= now() and (p.valid_to is null or p.valid_to > now()) and a.active
$$;
create function govern.gridwork_keepers(within ltree) returns table (
    grid text, actor_id bigint, name text, org text
) language sql stable security definer set search_path = pg_catalog, public, commons, pg_temp as $$
    select distinct substr(subpath(p.region, -1)::text, 2), a.id, a.name, p.org
    from commons.security_post p join commons.security_actor a on a.id = p.actor_id
    where nlevel(p.region) = 4 and p.region <@ within and p.region <@ any (commons.my_regions())
      and p.valid_from <= now() and (p.valid_to is null or p.valid_to > now()) and a.active
    order by 1, 3
$$;
revoke all on function govern.gridwork_staffed(), govern.gridwork_keepers(ltree) from public;
grant execute on function govern.gridwork_staffed(), govern.gridwork_keepers(ltree) to chengshu_web, chengshu_worker;

alter table govern.cases_follow enable row level security;
create policy cases_follow_worker on govern.cases_follow to chengshu_worker using (true) with check (true);
create policy cases_follow_mine on govern.cases_follow to chengshu_web
    using (actor_id = (select commons.my_id())) with check (actor_id = (select commons.my_id()));

alter table govern.gridwork_patrol enable row level security;
create policy gridwork_patrol_worker on govern.gridwork_patrol to chengshu_worker using (true) with check (true);
create policy gridwork_patrol_see on govern.gridwork_patrol for select to chengshu_web using (
    region <@ any ((select commons.my_regions())::ltree[]) or actor_id = (select commons.my_id()));
create policy gridwork_patrol_add on govern.gridwork_patrol for insert to chengshu_web
    with check (actor_id = (select commons.my_id()));
"""

DOWN = """
drop function govern.cases_open_within(box, integer), govern.cases_with_words(text[], integer),
    govern.cases_keep_upload(jsonb), govern.cases_receipt_target(bigint),
    govern.cases_known_uploads(text[]), govern.gridwork_staffed(), govern.gridwork_keepers(ltree);
drop table govern.gridwork_patrol, govern.cases_follow, govern.cases_attachment, govern.cases_upload,
    govern.cases_reporter, govern.cases_case, govern.cases_duty, govern.cases_stamp, govern.cases_declared cascade;
"""


def upgrade() -> None:
    """Create the tables, indexes, rights and policies."""
    if UP.strip():
        op.execute(UP)


def downgrade() -> None:
    """Drop what upgrade made."""
    if DOWN.strip():
        op.execute(DOWN)
