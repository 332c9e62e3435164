"""Queries that show many cases: each is one statement, cut at a key, on an index of its own order."""

from collections.abc import Mapping
from typing import Any

from chengshu.runtime.database import Work

ROW = """c.id, c.number, c.title, c.type, c.class, c.state, c.stage, c.channel, c.urgency, c.town, c.village, c.grid,
    c.address, c.lead, c.holder, c.opened_at, c.due_at, c.alarm_at, c.paused, c.closed_at, c.verdict, c.overdue, c.lon,
    c.lat, c.thumb, c.version, c.merged_count, c.rating, c.region::text as region"""
# Each filter is a fixed piece of SQL; what people give only ever travels as a parameter.
FILTERS: Mapping[str, str] = {
    "state": "c.state = any (%(state)s)",
    "stage": "c.stage = any (%(stage)s)",
    "class": "c.class like any (%(class)s)",
    "type": "c.type = any (%(type)s)",
    "org": "c.lead = any (%(org)s)",
    "town": "c.town = %(town)s",
    "village": "c.village = %(village)s",
    "grid": "c.grid = %(grid)s",
    "scope": "c.village = any (%(scope)s)",
    "channel": "c.channel = any (%(channel)s)",
    "urgency": "c.urgency = any (%(urgency)s)",
    "person": "(c.person = %(person)s or %(person)s = any (c.handlers))",
    "rating": "c.rating = any (%(rating)s)",
    "verdict": "c.verdict = %(verdict)s",
    "returned": "c.returned > 0",
    "reworked": "c.reworked > 0",
    "open": "c.closed_at is null",
    "closed": "c.closed_at is not null",
    "overdue": "(c.verdict = 'overdue' or (c.closed_at is null and c.due_at <= %(now)s and not c.paused))",
    "ontime": "c.verdict = 'ontime'",
    "red": "c.closed_at is null and c.due_at <= %(now)s and not c.paused",
    "yellow": "c.closed_at is null and c.due_at > %(now)s and c.alarm_at <= %(now)s and not c.paused",
    "green": "c.closed_at is null and (c.paused or c.due_at is null or (c.due_at > %(now)s"
    " and (c.alarm_at is null or c.alarm_at > %(now)s)))",
    "since": "c.opened_at >= %(since)s",
    "until": "c.opened_at < %(until)s",
    "closed_since": "c.closed_at >= %(closed_since)s",
    "closed_until": "c.closed_at < %(closed_until)s",
    "bbox": "point(c.lon, c.lat) <@ box(point(%(west)s, %(south)s), point(%(east)s, %(north)s))",
    "q": "(c.title || ' ' || c.address || ' ' || c.text) ilike %(q_like)s",
    "words": "c.id = any (array(select govern.cases_with_words(%(q_grams)s::text[], 5000)))",
    "open_bbox": "c.id = any (array(select govern.cases_open_within("
    "box(point(%(west)s, %(south)s), point(%(east)s, %(north)s)), 5000)))",
    "number": "c.number like %(number)s",
    "parent": "c.parent_id = %(parent)s",
}
AFTER_OPENED = "(c.opened_at, c.id) < (%(after_key)s::timestamptz, %(after_id)s)"
AFTER_DUE = "(c.due_at, c.id) > (%(after_key)s::timestamptz, %(after_id)s)"
INBOX = """
select {row}, t.kind as task_kind, t.holder as task_holder, t.due_at as task_due_at, t.warn_at as task_warn_at,
    t.id as task_id
from unnest(%(holders)s::text[]) h(holder) cross join lateral (
    select t.* from commons.flow_task t
    join govern.cases_case c on c.id = t.matter_id
    where t.holder = h.holder and t.done_at is null {where}
      and (%(after_id)s::bigint is null or (t.due_at, t.id) > (%(after_key)s::timestamptz, %(after_id)s)
           or (t.due_at is null and (%(after_key)s::timestamptz is not null or t.id > %(after_id)s)))
    order by t.due_at, t.id limit %(limit)s
) t join govern.cases_case c on c.id = t.matter_id
order by t.due_at, t.id limit %(limit)s
"""
BOARD = """
with ranked as (
    select c.id, {key} as key, count(*) over w as open,
        count(*) filter (where c.due_at <= %(now)s and not c.paused) over w as overdue,
        row_number() over (partition by {key} order by c.due_at, c.id) as place
    from govern.cases_case c where c.closed_at is null {where}
    window w as (partition by {key})
)
select {row}, k.key, k.open as open_count, k.overdue as overdue_count
from ranked k join govern.cases_case c on c.id = k.id
where k.place <= %(most)s order by k.open desc, k.key, k.place
"""
POINTS = """
select c.id, c.number, c.title, c.type, c.class, c.state, c.stage, c.urgency, c.lead, c.due_at, c.alarm_at, c.paused, c.closed_at,
    c.verdict, c.lon, c.lat, c.version
from govern.cases_case c
where true {where}
limit %(limit)s
"""
CLUSTERS = """
select count(*) as count, count(*) filter (where c.due_at <= %(now)s and not c.paused) as overdue,
    avg(c.lon) as lon, avg(c.lat) as lat
from govern.cases_case c
where point(c.lon, c.lat) <@ box(point(%(west)s, %(south)s), point(%(east)s, %(north)s)) {where}
group by floor(c.lon / %(cell)s), floor(c.lat / %(cell)s)
limit %(limit)s
"""
NEAR = """
select c.id, c.number, c.title, c.class, c.type, c.state, c.opened_at, c.lon, c.lat, c.thumb, c.grams, c.address
from govern.cases_case c
where c.id = any (array(select govern.cases_open_within(
        box(point(%(west)s, %(south)s), point(%(east)s, %(north)s)), 400)))
  and c.id <> coalesce(%(except)s, 0)
order by c.opened_at desc limit 200
"""
ALIKE = """
select c.id, c.number, c.title, c.class, c.type, c.state, c.opened_at, c.lon, c.lat, c.thumb, c.grams, c.address
from govern.cases_case c
where c.closed_at is null and c.grams && %(rare)s::text[] and c.opened_at > %(since)s and c.id <> coalesce(%(except)s, 0)
order by c.opened_at desc limit 200
"""
TEXTS = """
select title || e'\\n' || text as text, class from govern.cases_case
where closed_at is not null and class is not null and state not in ('refused', 'merged')
order by closed_at desc limit %(limit)s
"""
CLOSED = "select count(*) as n from (select from govern.cases_case where closed_at is not null and class is not null limit %(most)s) c"


def _where(filters: Mapping[str, Any]) -> str:
    """The filters as SQL. Open cases inside a box go by the box's index, words of two characters by theirs."""
    names = [n for n in filters if n in FILTERS]
    if "bbox" in names and "open" in names:
        names[names.index("bbox")] = "open_bbox"
    if filters.get("q_grams"):
        names.append("words")
    return "".join(f" and {FILTERS[name]}" for name in names)


async def listed(work: Work, filters: Mapping[str, Any], view: str, by_due: bool, limit: int) -> list[dict[str, Any]]:
    """A page of cases: newest first, or nearest due time first. `filters` holds the parameters by filter name."""
    after = "" if filters.get("after_id") is None else f" and {AFTER_DUE if by_due else AFTER_OPENED}"
    mine = {
        "started": " and c.opened_by = %(me)s",
        "followed": " and c.id in (select f.case_id from govern.cases_follow f where f.actor_id = %(me)s)",
    }.get(view, "")
    order = "c.due_at, c.id" if by_due else "c.opened_at desc, c.id desc"
    sql = f"select {ROW} from govern.cases_case c where true{mine}{_where(filters)}{after} order by {order} limit %(limit)s"  # noqa: S608 - fixed pieces
    return await work.rows(sql, {**filters, "me": work.actor.id, "now": work.now, "limit": limit})


async def inbox(work: Work, filters: Mapping[str, Any], holders: list[str], limit: int) -> list[dict[str, Any]]:
    """The open tasks of these work lists with their cases, nearest due time first."""
    sql = INBOX.format(row=ROW, where=_where(filters))
    return await work.rows(sql, {**filters, "holders": holders, "now": work.now, "limit": limit})


async def board(work: Work, filters: Mapping[str, Any], by: str, most: int) -> list[dict[str, Any]]:
    """Open cases in columns by leading office or town: counts, and the most pressing of each."""
    key = {"org": "c.lead", "town": "c.town"}[by]
    sql = BOARD.format(row=ROW, key=key, where=_where(filters))
    return await work.rows(sql, {**filters, "now": work.now, "most": most})


async def points(work: Work, filters: Mapping[str, Any], limit: int) -> list[dict[str, Any]]:
    """Cases inside a box."""
    boxed = {**filters, "bbox": True}
    return await work.rows(POINTS.format(where=_where(boxed)), {**filters, "now": work.now, "limit": limit})


async def clusters(work: Work, filters: Mapping[str, Any], cell: float, limit: int) -> list[dict[str, Any]]:
    """Cases inside a box, counted in square cells."""
    rest = {k: v for k, v in filters.items() if k != "bbox"}
    params = {**filters, "now": work.now, "cell": cell, "limit": limit}
    return await work.rows(CLUSTERS.format(where=_where(rest)), params)


async def near(work: Work, box: tuple[float, float, float, float], except_id: int | None) -> list[dict[str, Any]]:
    """Open cases inside a box, newest first."""
    west, south, east, north = box
    params = {"west": west, "south": south, "east": east, "north": north, "except": except_id}
    return await work.rows(NEAR, params)


async def alike(work: Work, rare: list[str], since: Any, except_id: int | None) -> list[dict[str, Any]]:
    """Open cases that share pairs of characters, when no place is known."""
    return await work.rows(ALIKE, {"rare": rare, "since": since, "except": except_id})


async def closed_texts(work: Work, limit: int) -> list[dict[str, Any]]:
    """The texts and classes of the newest closed cases, to learn from."""
    return await work.rows(TEXTS, {"limit": limit})


async def closed_count(work: Work, most: int) -> int:
    """How many closed cases with a class there are, counted up to a bound."""
    return int(await work.value(CLOSED, {"most": most}))


def export_query(work: Work, filters: Mapping[str, Any], limit: int) -> tuple[str, dict[str, Any]]:
    """The statement of an export; the caller streams it through a server-side cursor."""
    sql = f"select {ROW} from govern.cases_case c where true{_where(filters)} order by c.opened_at desc, c.id desc limit %(limit)s"  # noqa: S608
    return sql, {**filters, "me": work.actor.id, "now": work.now, "limit": limit}
