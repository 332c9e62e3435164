"""Every query of counters and indicators."""

import datetime as dt
from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any, LiteralString, cast

import orjson
from psycopg.rows import dict_row

from chengshu.decide.indicators.contracts import ALL_DAYS, MEASURES, TallyKey
from chengshu.decide.indicators.logic.tally import Difference, region_path
from chengshu.runtime.database import Work

_COLUMNS = ", ".join(MEASURES)
_ADDED = ", ".join(f"{m} = t.{m} + excluded.{m}" for m in MEASURES)
_SUMS = ", ".join(f"coalesce(sum(t.{m}), 0)::bigint as {m}" for m in MEASURES)
_UNNEST = ", ".join(
    ["%(dim)s::text[]", "%(day)s::date[]", "%(key)s::text[]", "%(region)s::ltree[]"]
    + [f"%({m})s::bigint[]" for m in MEASURES]
)

ADD = f"""
insert into decide.indicators_tally as t (dim, day, key, region, {_COLUMNS})
select * from unnest({_UNNEST})
on conflict (dim, day, key) do update set {_ADDED}
"""  # noqa: S608 - the names are our own

MOVED = """
update decide.indicators_state set moved_at = %(now)s,
  waiting = array(select distinct unnest(waiting || %(dims)s::text[]) order by 1)
"""
ANNOUNCE = """
update decide.indicators_state s set announced_at = clock_timestamp(), waiting = '{}'
from (select waiting from decide.indicators_state for update) old
where old.waiting <> '{}' and (s.announced_at is null or s.announced_at < clock_timestamp() - interval '1 second')
returning old.waiting
"""

SUMS = f"""
select t.key, {_SUMS}
from decide.indicators_tally t
where t.dim = %(dim)s and t.day >= %(from)s and t.day <= %(to)s and t.key >= %(parent)s and t.key < %(beyond)s
group by t.key order by t.key
"""  # noqa: S608

STATE = "select moved_at from decide.indicators_state"

REGION_NAMES = "select code as key, name as title from commons.places_region where code = any(%(keys)s)"
OFFICE_NAMES = "select code as key, coalesce(short, name) as title from commons.security_org where code = any(%(keys)s)"
CLASS_NAMES = """
select c ->> 'code' as key, coalesce(c -> 'title' ->> %(lang)s, c -> 'title' ->> 'zh') as title
from govern.cases_declared d, jsonb_path_query(d.body, '$.groups[*].classes[*]') c
where d.kind = 'catalog' and d.enabled and c ->> 'code' = any(%(keys)s)
"""
PERSON_NAMES = "select id::text as key, name as title from commons.security_names(%(ids)s::bigint[])"

RESOURCES = "select pack, name from data.resource_definition where state = 'active'"

DEFINITIONS = """
select id, pack, body from decide.indicators_definition
where active and (%(ids)s::text[] is null or id = any(%(ids)s)) order by id
"""
INSTALL = """
insert into decide.indicators_definition (id, pack, body, installed_at)
select id, %(pack)s, body, %(now)s from jsonb_to_recordset(%(rows)s::jsonb) as r (id text, body jsonb)
on conflict (id) do update set pack = excluded.pack, body = excluded.body, active = true, installed_at = excluded.installed_at
"""
RETIRE = """
update decide.indicators_definition set active = false
where pack = %(pack)s and active and not (id = any(%(kept)s::text[]))
"""

# The one description of a case's facts in SQL, for the recount; `cases.changed` carries the same.
FACTS = """
select c.state, c.stage, c.class, c.lead as office, c.town, c.village, c.grid, c.channel,
  c.opened_at::date::text as opened_on, c.closed_at::date::text as closed_on,
  c.verdict, c.returned, c.reworked, c.rating, c.person, c.overdue
from govern.cases_case c
"""
# One statement is one snapshot: the cases as they are, and those of their events that lie beyond the point to which
# the consumer's cursor can be moved. Taking these events back out makes counters and cursor agree exactly.
RECOUNT = f"""
select 1 as sign, to_jsonb(f) as facts from ({FACTS}) f
union all
select -1, e.payload -> 'after' from runtime.outbox_event e
where e.topic = 'cases.changed' and e.txid >= pg_snapshot_xmin(pg_current_snapshot()) and e.payload -> 'after' <> 'null'
union all
select 1, e.payload -> 'before' from runtime.outbox_event e
where e.topic = 'cases.changed' and e.txid >= pg_snapshot_xmin(pg_current_snapshot()) and e.payload -> 'before' <> 'null'
union all
select 0, jsonb_build_object('xmin', pg_snapshot_xmin(pg_current_snapshot())::text)
"""  # noqa: S608
HOLD = "select consumer from runtime.outbox_cursor where consumer = %(consumer)s for update"
ADVANCE = """
update runtime.outbox_cursor set txid = (%(xmin)s)::xid8, event_id = -1, moved_at = clock_timestamp()
where consumer = %(consumer)s
"""


async def add(work: Work, difference: Difference) -> None:
    """Add a batch of differences to the counters, in key order so that two writers never wait for each other."""
    if not difference:
        return
    ordered: list[TallyKey] = sorted(difference)
    params: dict[str, Any] = {
        "dim": [k.dim for k in ordered],
        "day": [k.day for k in ordered],
        "key": [k.key for k in ordered],
        "region": [region_path(k.dim, k.key) for k in ordered],
    }
    for place, name in enumerate(MEASURES):
        params[name] = [difference[k][place] for k in ordered]
    await work.run(ADD, params)


async def note_move(work: Work, dims: Sequence[str]) -> None:
    """Remember that counters of these dimensions have changed."""
    await work.run(MOVED, {"now": work.now, "dims": list(dims)})


async def due_announcement(work: Work) -> list[str]:
    """The dimensions to announce now: none when nothing moved or the last announcement is under a second old."""
    row = await work.row(ANNOUNCE)
    return [] if row is None else list(row["waiting"])


async def sums(
    work: Work, dim: str, since: dt.date | None, until: dt.date | None, parent: str = ""
) -> list[dict[str, Any]]:
    """Measures by key over a period; without a period the kept sum over all days is read."""
    params = {
        "dim": dim,
        "from": since or (dt.date(1, 1, 2) if until else ALL_DAYS),
        "to": until or (dt.date(9999, 12, 31) if since else ALL_DAYS),
        "parent": parent,
        "beyond": parent + "\U0010ffff",
    }
    return await work.rows(SUMS, params)


async def moved_at(work: Work) -> dt.datetime | None:
    """When a counter last moved, in city time."""
    return await work.value(STATE)


async def names(work: Work, dim: str, keys: Sequence[str]) -> dict[str, str]:
    """Names of regions, offices, classes and people by key."""
    statement = {
        "county": REGION_NAMES, "town": REGION_NAMES, "village": REGION_NAMES, "grid": REGION_NAMES,
        "office": OFFICE_NAMES, "person": PERSON_NAMES, "class": CLASS_NAMES,
    }.get(dim)  # fmt: skip
    if statement is None or not keys:
        return {}
    ids = [int(k) for k in keys if k.isdigit() and len(k) < 19] if dim == "person" else []
    rows = await work.rows(statement, {"keys": list(keys), "ids": ids, "lang": work.lang})
    return {row["key"]: row["title"] for row in rows}


async def resource_tables(work: Work, pack: str) -> dict[str, str]:
    """Names that a pack's SQL may read: its own resources by name, those of others as `pack.name`."""
    rows = await work.rows(RESOURCES)
    found = {f"{r['pack']}.{r['name']}": f"res.{r['pack']}_{r['name']}" for r in rows}
    return found | {r["name"]: f"res.{r['pack']}_{r['name']}" for r in rows if r["pack"] == pack}


async def definitions(work: Work, ids: Sequence[str] | None = None) -> list[dict[str, Any]]:
    """Installed indicators, all or the named ones."""
    return await work.rows(DEFINITIONS, {"ids": None if ids is None else list(ids)})


async def install(work: Work, pack: str, bodies: Mapping[str, Mapping[str, Any]]) -> None:
    """Make a pack's indicators exactly these; what it no longer declares is switched off, not forgotten."""
    rows = [{"id": key, "body": body} for key, body in bodies.items()]
    if rows:
        await work.run(INSTALL, {"pack": pack, "now": work.now, "rows": orjson.dumps(rows).decode()})
    await work.run(RETIRE, {"pack": pack, "kept": list(bodies)})


ENTER_READING = """
select set_config('transaction_read_only', 'on', true), set_config('statement_timeout', %(timeout)s, true),
       set_config('search_path', 'pg_catalog', true)
"""


class Reading:
    """A read-only corner of the transaction for declared SQL: own time limit, undone as a whole at the end."""

    def __init__(self, work: Work, timeout_ms: int = 5000) -> None:
        self.work = work
        self.timeout = str(timeout_ms)

    async def __aenter__(self) -> "Reading":
        await self.work.run("savepoint indicators_reading")
        await self.work.run(ENTER_READING, {"timeout": self.timeout})
        return self

    async def __aexit__(self, *_: object) -> None:
        # Rolling back the savepoint also restores the settings; `set local` alone would outlive this block.
        await self.work.run("rollback to savepoint indicators_reading")
        await self.work.run("release savepoint indicators_reading")

    async def rows(self, statement: str, params: Mapping[str, Any]) -> list[dict[str, Any]]:
        return await self.work.rows(statement, dict(params))


def value_query(compiled: str, grain: Sequence[str], additive: bool, over: str, group: Sequence[str]) -> str:
    """The SELECT that brings a declared SQL to the asked grouping: values by their own rule, rates from their parts."""
    columns = [*grain, *(["value"] if additive else ["numerator", "denominator"])]
    if not additive:
        parts = (
            "sum(q.numerator)::float8 as numerator, sum(q.denominator)::float8 as denominator, null::float8 as value"
        )
    else:
        how = {
            "sum": "coalesce(sum(q.value), 0)",  # nothing counted is zero, not unknown
            "avg": "avg(q.value)",
            "last": "(array_agg(q.value order by q.day desc))[1]",
        }
        rule = how[over] if over != "last" or "day" in grain else "max(q.value)"
        parts = f"null::float8 as numerator, null::float8 as denominator, ({rule})::float8 as value"
    wanted = [f"{'q.day' if g == 'day' else f'q.{g}::text'} as {'day' if g == 'day' else 'key'}" for g in group]
    where = ["true"]
    if "day" in grain:
        where.append("(%(from)s::date is null or q.day >= %(from)s) and (%(to)s::date is null or q.day <= %(to)s)")
    if "dim" in grain:
        where.append("q.dim = %(dim)s")
    head = ", ".join([*wanted, parts])
    tail = f" group by {', '.join(str(i + 1) for i in range(len(group)))} order by 1" if group else ""
    names = ", ".join(f'"{c}"' for c in columns)
    # `%` of the declared SQL is doubled: it is no placeholder of ours.
    body = compiled.replace("%", "%%")
    return f"select {head} from ({body}) as q ({names}) where {' and '.join(where)}{tail}"  # noqa: S608


async def recount(work: Work, consumer: str) -> AsyncIterator[tuple[int, dict[str, Any]]]:
    """Every case's facts with sign, streamed from one snapshot, with the consumer's cursor held still meanwhile."""
    await work.row(HOLD, {"consumer": consumer})
    cursor = work.conn.cursor(name="indicators_recount", row_factory=dict_row)
    async with cursor:
        await cursor.execute(cast(LiteralString, RECOUNT))
        cursor.itersize = 5000
        async for row in cursor:
            yield row["sign"], row["facts"]


async def clear(work: Work) -> None:
    """Forget all counters, before a recount in the same transaction."""
    await work.run("delete from decide.indicators_tally")


async def advance(work: Work, consumer: str, xmin: str) -> None:
    """Put the consumer's cursor to where the recount's snapshot begins."""
    await work.run(ADVANCE, {"xmin": xmin, "consumer": consumer})
