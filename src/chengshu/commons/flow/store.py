"""Every query of flow. A step is one load and one write, whatever it changes and however many matters it touches."""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

import orjson

from chengshu.commons.flow.contracts import ClockEntry, Entry, InboxRow, Matter, Snapshot, Task
from chengshu.commons.flow.logic.batch import Batch
from chengshu.commons.flow.logic.titles import entry_title
from chengshu.commons.flow.spec import FlowSpec
from chengshu.runtime.database import Work

_MATTER = """
    m.id, m.kind, m.number, m.flow, m.flow_version, m.state, m.stage, m.title, m.region::text as region,
    m.orgs::text[] as orgs, m.lead, m.opened_by, m.opened_at, m.updated_at, m.closed_at, m.due_at, m.warn_at, m.verdict,
    m.version, m.into_id, m.parent_id, m.marks, m.counters, m.limits, m.undo, m.claim
"""
_TASK = "t.id, t.matter_id, t.kind, t.holder, t.lead, t.clock, t.opened_at, t.due_at, t.warn_at, t.done_at, t.outcome, \
t.verdict, t.data"

# A row that had to be waited for is read in its newest form, but what hangs on it as of before the wait: `seen` tells.
_LOAD = f"""
select {_MATTER},
    (select s.version from commons.flow_matter s where s.id = m.id) as seen,
    (select heard_until from commons.flow_alarm a where a.matter_id = m.id) as heard_until,
    (select count(*) from commons.flow_matter c where c.parent_id = m.id and c.closed_at is null) as open_children,
    (select json_agg(json_build_array({_TASK}) order by t.id)
       from commons.flow_task t where t.matter_id = m.id and t.done_at is null) as tasks,
    (select json_agg(json_build_array(clock, kind, at, limit_text, minutes, reason, by, calendar) order by id)
       from commons.flow_clock_entry k where k.matter_id = m.id) as clocks
from commons.flow_matter m
"""  # noqa: S608 - fixed column lists
READ = _LOAD + "where m.id = any(%(ids)s)"
LOCK = _LOAD + "where m.id = any(%(ids)s) order by m.id for update of m"
RINGING = f"""{_LOAD}
where m.id in (select matter_id from commons.flow_alarm where at <= %(now)s order by at limit %(limit)s)
order by m.id for update of m skip locked
"""  # noqa: S608 - fixed column lists

# The function writes with the owner's rights after one look at the asker's scope; see migration 0005.
WRITE = """
select matters, tasks from commons.flow_write(%(opened)s::jsonb, %(changed)s::jsonb, %(old_tasks)s::jsonb,
    %(new_tasks)s::jsonb, %(clocks)s::jsonb, %(entries)s::jsonb, %(alarms)s::jsonb)
"""


def _json(rows: object) -> str:
    return orjson.dumps(rows, default=_plain).decode()


def _plain(value: object) -> object:
    if isinstance(value, bytes):
        return "\\x" + value.hex()
    return str(value)


def _time(value: str | None) -> dt.datetime | None:
    return None if value is None else dt.datetime.fromisoformat(value)


def _matter(row: dict[str, Any]) -> Matter:
    return Matter(
        id=row["id"],
        kind=row["kind"],
        number=row["number"],
        flow=row["flow"],
        flow_version=row["flow_version"],
        state=row["state"],
        stage=row["stage"],
        title=row["title"],
        region=row["region"],
        orgs=tuple(row["orgs"]),
        lead=row["lead"],
        opened_by=row["opened_by"],
        opened_at=row["opened_at"],
        updated_at=row["updated_at"],
        closed_at=row["closed_at"],
        due_at=row["due_at"],
        warn_at=row["warn_at"],
        verdict=row["verdict"],
        version=row["version"],
        into_id=row["into_id"],
        parent_id=row["parent_id"],
        marks=row["marks"],
        counters=row["counters"],
        limits=row["limits"],
        undo=row["undo"],
        claim=row["claim"],
    )


def _task(cells: Sequence[Any]) -> Task:
    id_, matter_id, kind, holder, lead, clock, opened_at, due_at, warn_at, done_at, outcome, verdict, data = cells
    opened = dt.datetime.fromisoformat(opened_at)
    times = (_time(due_at), _time(warn_at), _time(done_at))
    return Task(id_, matter_id, kind, holder, lead, clock, opened, *times, outcome, verdict, data)


def _clock(cells: Sequence[Any]) -> ClockEntry:
    clock, kind, at, limit, minutes, reason, by, calendar = cells
    return ClockEntry(clock, kind, dt.datetime.fromisoformat(at), limit, minutes, reason, by, calendar)


def _snapshot(row: dict[str, Any]) -> Snapshot:
    return Snapshot(
        _matter(row),
        tuple(_task(c) for c in row["tasks"] or ()),
        tuple(_clock(c) for c in row["clocks"] or ()),
        row["open_children"],
        row["heard_until"],
    )


async def read(work: Work, ids: Sequence[int], *, lock: bool = False) -> dict[int, Snapshot]:
    """Matters with open tasks and clocks by id; those outside the actor's scope are not there."""
    params = {"ids": list(ids)}
    rows = await work.rows(LOCK if lock else READ, params)
    if lock and any(r["seen"] != r["version"] for r in rows):
        # Somebody moved it while this waited; now the lock is ours and a second look sees everything.
        rows = await work.rows(LOCK, params)
    return {r["id"]: _snapshot(r) for r in rows}


async def ringing(work: Work, now: dt.datetime, limit: int) -> list[Snapshot]:
    """Matters whose alarm is due, locked; those somebody is moving just now are left for the next time."""
    rows = await work.rows(RINGING, {"now": now, "limit": limit})
    return [_snapshot(r) for r in rows if r["seen"] == r["version"]]


async def write(work: Work, batch: Batch) -> tuple[dict[int, int], dict[int, int]]:
    """Store everything of a batch with one statement; returns the ids that new matters and tasks got."""
    row = await work.row(WRITE, {name: _json(rows) for name, rows in batch.rows().items()})
    assert row is not None
    matters: dict[str, int] = row["matters"]
    tasks: dict[str, int] = row["tasks"]
    return {int(k): v for k, v in matters.items()}, {int(k): v for k, v in tasks.items()}


async def entries(work: Work, matter_id: int, until: dt.datetime | None = None) -> list[dict[str, Any]]:
    """The rows of a timeline in order, each with the flow version the matter runs on."""
    return await work.rows(
        """
        select e.*, m.flow, m.flow_version from commons.flow_entry e join commons.flow_matter m on m.id = e.matter_id
        where e.matter_id = %(id)s and (%(until)s::timestamptz is null or e.at <= %(until)s) order by e.seq
        """,
        {"id": matter_id, "until": until},
    )


def entry_of(row: dict[str, Any], flow: FlowSpec) -> Entry:
    """A row as an entry; its title comes from the flow."""
    return Entry(
        row["matter_id"],
        row["seq"],
        row["at"],
        row["actor_id"],
        row["actor_name"],
        row["org"],
        row["move"],
        entry_title(flow, row["move"]),
        row["from_state"],
        row["to_state"],
        row["reason"],
        row["authority"],
        row["data"],
    )


async def tasks(work: Work, matter_id: int) -> list[Task]:
    """All tasks of a matter, oldest first."""
    rows = await work.rows(
        f"select {_TASK} from commons.flow_task t where t.matter_id = %(id)s order by t.id",  # noqa: S608 - fixed columns
        {"id": matter_id},
    )
    return [Task(**r) for r in rows]


# Each list is walked in its index order (flow_task_inbox); merging a handful of short runs costs nothing.
INBOX = f"""
select {_MATTER}, t.cells as task, t.color
from unnest(%(holders)s::text[]) as h(holder) cross join lateral (
    select t.id, t.matter_id, coalesce(t.due_at, 'infinity') as due, json_build_array({_TASK}) as cells,
        case when t.due_at < %(now)s then 'red' when t.warn_at <= %(now)s then 'yellow' else 'green' end as color
    from commons.flow_task t
    where t.holder = h.holder and t.done_at is null
      and (%(kinds)s::text[] is null or t.kind = any(%(kinds)s))
      and (%(color)s::text is null or %(color)s =
           case when t.due_at < %(now)s then 'red' when t.warn_at <= %(now)s then 'yellow' else 'green' end)
      and (%(due)s::timestamptz is null or (coalesce(t.due_at, 'infinity'), t.id) > (%(due)s::timestamptz, %(id)s::bigint))
    order by coalesce(t.due_at, 'infinity'), t.id limit %(limit)s
) t join commons.flow_matter m on m.id = t.matter_id
order by t.due, t.id limit %(limit)s
"""  # noqa: S608 - fixed column lists


async def inbox(
    work: Work,
    holders: Iterable[str],
    kinds: Sequence[str] | None,
    color: str | None,
    after: tuple[str, int] | None,
    limit: int,
) -> list[InboxRow]:
    """Open tasks in some work lists, nearest due time first, paused ones last."""
    rows = await work.rows(
        INBOX,
        {
            "holders": list(holders),
            "kinds": list(kinds) if kinds is not None else None,
            "color": color,
            "now": work.now,
            "due": after[0] if after else None,
            "id": after[1] if after else None,
            "limit": limit,
        },
    )
    return [InboxRow(_task(r["task"]), _matter(r), r["color"]) for r in rows]


async def definitions(work: Work) -> list[dict[str, Any]]:
    """The names and versions of all flows, with the body where a flow is new to the caller."""
    return await work.rows("select id, version, active, body from commons.flow_definition order by id, version")


async def define(work: Work, flow: str, body: dict[str, Any]) -> tuple[int, bool]:
    """Store a definition as a new version unless the newest is the same; returns its version and whether it is new."""
    row = await work.row(
        """
        with last as (
            select version, body, active from commons.flow_definition where id = %(id)s order by version desc limit 1
        ), made as (
            insert into commons.flow_definition (id, version, body)
            select %(id)s, coalesce((select version from last), 0) + 1, %(body)s::jsonb
            where not exists (select from last where body = %(body)s::jsonb)
            returning version
        ), woken as (
            update commons.flow_definition d set active = true from last
            where d.id = %(id)s and d.version = last.version and not d.active returning d.version
        )
        select coalesce((select version from made), (select version from last)) as version,
               exists (select from made) or exists (select from woken) as fresh
        """,
        {"id": flow, "body": _json(body)},
    )
    assert row is not None
    return row["version"], row["fresh"]


async def retire(work: Work, flow: str) -> None:
    """No version of the flow is active any more."""
    await work.run("update commons.flow_definition set active = false where id = %(id)s and active", {"id": flow})
