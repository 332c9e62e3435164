"""Queries that write a case, keep it in step with its matter, and read one whole."""

from collections.abc import Sequence
from typing import Any

from psycopg.types.json import Jsonb

from chengshu.runtime.database import Work

PLAIN = (
    "id", "number", "type", "channel", "title", "text", "class", "condition", "urgency", "state", "stage", "version",
    "town", "village", "grid", "address", "place_how", "lon", "lat", "lead", "holder", "opened_by", "claim", "source_ref",
    "occurred_at", "opened_at", "filed_at", "dispatched_at", "closed_at", "updated_at", "due_at", "alarm_at", "overdue",
    "person", "into_id", "parent_id", "thumb", "grams",
)  # fmt: skip
OPEN = f"""
with c as (
    insert into govern.cases_case ({", ".join(PLAIN)}, region, orgs, fields, suggested)
    values ({", ".join(f"%({c})s" for c in PLAIN)}, %(region)s::ltree, %(orgs)s::ltree[], %(fields)s, %(suggested)s)
), r as (
    insert into govern.cases_reporter (case_id, name, phone, anonymous)
    select %(id)s, %(reporter_name)s, %(reporter_phone)s, %(anonymous)s where %(has_reporter)s
)
insert into govern.cases_attachment (case_id, hash, kind, added_by, added_at)
select %(id)s, h, 'report', %(opened_by)s, %(opened_at)s from unnest(%(attachments)s::text[]) h
"""  # noqa: S608 - the columns are the constants above
SYNC = """
with n as (
    select * from jsonb_to_recordset(%(rows)s::jsonb) as r(
        id bigint, state text, stage text, version int, title text, region ltree, orgs ltree[], lead text, holder text,
        closed_at timestamptz, updated_at timestamptz, due_at timestamptz, alarm_at timestamptz, paused boolean,
        verdict text, overdue boolean, returned int, reworked int, reopened int, person bigint, handlers bigint[],
        into_id bigint, merged_count int, patch jsonb)
), o as materialized (
    -- Locked, so that `old` is what is there now, not what this statement's snapshot saw: a sweep may just have passed.
    select c.* from govern.cases_case c join n on n.id = c.id order by c.id for update of c
), att as (
    insert into govern.cases_attachment (case_id, hash, kind, added_by, added_at)
    select case_id, hash, kind, %(actor)s, %(now)s
    from jsonb_to_recordset(%(attachments)s::jsonb) as a(case_id bigint, hash text, kind text)
    on conflict do nothing
)
update govern.cases_case c set
    state = n.state, stage = n.stage, version = n.version, title = n.title, region = n.region, orgs = n.orgs,
    lead = n.lead, holder = n.holder, closed_at = n.closed_at, updated_at = n.updated_at, due_at = n.due_at,
    alarm_at = n.alarm_at, paused = n.paused, verdict = n.verdict, overdue = n.overdue, returned = n.returned,
    reworked = n.reworked, reopened = n.reopened, person = coalesce(n.person, c.person), handlers = n.handlers,
    into_id = n.into_id, merged_count = n.merged_count,
    class = coalesce(n.patch ->> 'class', c.class),
    condition = case when n.patch ? 'class' then n.patch ->> 'condition'
                     else coalesce(n.patch ->> 'condition', c.condition) end,
    urgency = coalesce(n.patch ->> 'urgency', c.urgency),
    address = coalesce(n.patch ->> 'address', c.address),
    town = case when n.patch ? 'place' then n.patch ->> 'town' else c.town end,
    village = case when n.patch ? 'place' then n.patch ->> 'village' else c.village end,
    grid = case when n.patch ? 'place' then n.patch ->> 'grid' else c.grid end,
    lon = coalesce((n.patch ->> 'lon')::float8, c.lon), lat = coalesce((n.patch ->> 'lat')::float8, c.lat),
    filed_at = coalesce(c.filed_at, (n.patch ->> 'filed_at')::timestamptz),
    dispatched_at = coalesce((n.patch ->> 'dispatched_at')::timestamptz, c.dispatched_at),
    rating = case when n.reopened > c.reopened then null else coalesce((n.patch ->> 'rating')::smallint, c.rating) end,
    rating_text = coalesce(n.patch ->> 'rating_text', c.rating_text),
    rated_at = coalesce((n.patch ->> 'rated_at')::timestamptz, c.rated_at),
    reply = coalesce(n.patch ->> 'reply', c.reply)
from n join o on o.id = n.id
where c.id = n.id
returning c.id, c.number, c.type, c.channel, c.title, c.class, c.state, c.stage, c.version, c.region::text, c.orgs::text[],
    c.lead, c.town, c.village, c.grid, c.lon, c.lat, c.opened_at, c.closed_at, c.due_at, c.alarm_at, c.paused, c.verdict,
    c.overdue, c.returned, c.reworked, c.rating, c.person, c.into_id,
    jsonb_build_object('state', o.state, 'stage', o.stage, 'class', o.class, 'lead', o.lead, 'town', o.town,
        'village', o.village, 'grid', o.grid, 'closed_at', o.closed_at, 'verdict', o.verdict, 'overdue', o.overdue,
        'returned', o.returned, 'reworked', o.reworked, 'rating', o.rating, 'person', o.person) as old
"""
SPLIT = """
insert into govern.cases_case (id, number, type, channel, title, text, class, condition, urgency, state, stage, version,
    region, town, village, grid, address, place_how, lon, lat, orgs, lead, holder, opened_by, occurred_at, opened_at,
    filed_at, dispatched_at, updated_at, due_at, alarm_at, parent_id, thumb, fields, grams)
select n.id, n.number, p.type, p.channel, n.title, p.text, p.class, p.condition, p.urgency, n.state, n.stage, n.version,
    p.region, p.town, p.village, p.grid, p.address, p.place_how, p.lon, p.lat, n.orgs, n.lead, n.holder, n.opened_by,
    p.occurred_at, n.opened_at, n.opened_at, n.opened_at, n.opened_at, n.due_at, n.alarm_at, p.id, p.thumb, p.fields,
    p.grams
from jsonb_to_recordset(%(rows)s::jsonb) as n(
    id bigint, number text, title text, state text, stage text, version int, orgs ltree[], lead text, holder text,
    opened_by bigint, opened_at timestamptz, due_at timestamptz, alarm_at timestamptz)
join govern.cases_case p on p.id = %(parent)s
returning id, number, type, channel, title, class, state, stage, version, region::text, orgs::text[], lead, town, village,
    grid, lon, lat, opened_at, closed_at, due_at, alarm_at, paused, verdict, overdue, returned, reworked, rating, person,
    into_id, null::jsonb as old
"""
DETAIL = """
select c.*, c.region::text as region, c.orgs::text[] as orgs, r.name as reporter_name, r.phone as reporter_phone,
    coalesce(r.anonymous, false) as anonymous,
    (select jsonb_agg(to_jsonb(e) - 'matter_id' order by e.seq) from commons.flow_entry e where e.matter_id = c.id)
        as entries,
    (select jsonb_agg(to_jsonb(t) order by t.id) from commons.flow_task t where t.matter_id = c.id) as tasks,
    (select jsonb_agg(jsonb_build_object('hash', a.hash, 'kind', a.kind, 'name', u.name, 'media_type', u.media_type,
            'taken_at', u.taken_at, 'lon', u.lon, 'lat', u.lat, 'thumb', u.thumb_hash) order by a.added_at, a.hash)
        from govern.cases_attachment a join govern.cases_upload u using (hash) where a.case_id = c.id) as attachments,
    (select jsonb_agg(jsonb_build_object('id', m.id, 'number', m.number, 'title', m.title, 'channel', m.channel,
            'opened_at', m.opened_at) order by m.id)
        from govern.cases_case m where m.into_id = c.id) as merged,
    (select jsonb_agg(jsonb_build_object('id', k.id, 'number', k.number, 'title', k.title, 'state', k.state,
            'lead', k.lead) order by k.id)
        from govern.cases_case k where k.parent_id = c.id) as children,
    (select jsonb_build_object('id', i.id, 'number', i.number, 'title', i.title, 'state', i.state)
        from govern.cases_case i where i.id = c.into_id) as into_case,
    exists (select from govern.cases_follow f where f.case_id = c.id and f.actor_id = %(actor)s) as followed
from govern.cases_case c left join govern.cases_reporter r on r.case_id = c.id
where c.id = %(id)s
"""
BRIEF = """
select c.*, c.region::text as region, c.orgs::text[] as orgs,
    (select array_agg(a.kind) from govern.cases_attachment a where a.case_id = c.id) as kinds,
    (select array_agg(k.hash) from govern.cases_known_uploads(%(hashes)s::text[]) k) as known
from govern.cases_case c where c.id = %(id)s
"""
MERGE_TARGET = """
select id, type, closed_at, into_id from govern.cases_case where id = %(id)s
"""
FOLLOW = """
with c as (
    select id from govern.cases_case where id = %(id)s
), f as (
    insert into govern.cases_follow (actor_id, case_id, followed_at) select %(actor)s, id, %(now)s from c
    on conflict do nothing
)
select count(*) from c
"""
UNFOLLOW = "delete from govern.cases_follow where actor_id = %(actor)s and case_id = %(id)s"
OVERRUN = """
update govern.cases_case c set overdue = true
from govern.cases_case o
where c.id = o.id and c.id = any (%(ids)s) and not c.overdue and c.closed_at is null and c.due_at <= %(now)s
returning c.id, c.number, c.type, c.channel, c.title, c.class, c.state, c.stage, c.version, c.region::text, c.orgs::text[],
    c.lead, c.town, c.village, c.grid, c.lon, c.lat, c.opened_at, c.closed_at, c.due_at, c.alarm_at, c.paused, c.verdict,
    c.overdue, c.returned, c.reworked, c.rating, c.person, c.into_id, jsonb_build_object('overdue', false) as old
"""
DUE_NOW = """
select id from govern.cases_case where closed_at is null and not overdue and not paused and due_at <= %(now)s
order by due_at limit %(limit)s
"""
RATE_MERGED = """
update govern.cases_case set rating = %(grade)s, rating_text = %(text)s, rated_at = %(now)s
where id = %(id)s and rating is null
"""


async def open_case(work: Work, row: dict[str, Any]) -> None:
    """Write the case, its reporter and its attachments in one statement."""
    values = {**row, "fields": Jsonb(row["fields"]), "suggested": Jsonb(row["suggested"])}
    await work.run(OPEN, values)


async def sync(
    work: Work, rows: Sequence[dict[str, Any]], attachments: Sequence[dict[str, Any]]
) -> list[dict[str, Any]]:
    """Bring cases in step with their matters after a move; returns each with its old facts."""
    return await work.rows(
        SYNC,
        {"rows": Jsonb(list(rows)), "attachments": Jsonb(list(attachments)), "actor": work.actor.id, "now": work.now},
    )


async def split(work: Work, parent: int, rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Children of a case, with the parent's words, class and place."""
    return await work.rows(SPLIT, {"parent": parent, "rows": Jsonb(list(rows))})


async def detail(work: Work, id: int) -> dict[str, Any] | None:
    """A case with timeline, tasks, attachments, children and what was merged into it, in one statement."""
    return await work.row(DETAIL, {"id": id, "actor": work.actor.id})


async def brief(work: Work, id: int, hashes: Sequence[str] = ()) -> dict[str, Any] | None:
    """The row of a case, the kinds of photos it has, and which of these files are known."""
    return await work.row(BRIEF, {"id": id, "hashes": list(hashes)})


async def merge_target(work: Work, id: int) -> dict[str, Any] | None:
    """What decides whether something may be merged into a case."""
    return await work.row(MERGE_TARGET, {"id": id})


async def follow(work: Work, id: int) -> bool:
    """Follow a case; False when it cannot be seen."""
    return bool(await work.value(FOLLOW, {"actor": work.actor.id, "id": id, "now": work.now}))


async def unfollow(work: Work, id: int) -> None:
    """Follow it no longer."""
    await work.run(UNFOLLOW, {"actor": work.actor.id, "id": id})


async def due_now(work: Work, limit: int) -> list[int]:
    """Cases whose limit has passed without their row saying so."""
    return [r["id"] for r in await work.rows(DUE_NOW, {"now": work.now, "limit": limit})]


async def mark_overrun(work: Work, ids: Sequence[int]) -> list[dict[str, Any]]:
    """Note on cases that they are overdue; returns the ones this changed."""
    return await work.rows(OVERRUN, {"ids": list(ids), "now": work.now})


async def rate_merged(work: Work, id: int, grade: int, text: str) -> bool:
    """The own rating of a reporter whose case was merged into another."""
    return await work.run(RATE_MERGED, {"id": id, "grade": grade, "text": text, "now": work.now}) > 0
