"""Reading matters: offers, clocks, timelines, work lists."""

import datetime as dt
from collections.abc import Sequence

from chengshu.base.page import Page, decode_cursor, encode_cursor
from chengshu.base.workcal import WorkCalendar
from chengshu.commons.flow import store
from chengshu.commons.flow.contracts import AsOf, ClockFace, Color, Entry, InboxRow, MoveOffer, Snapshot, Span, Task
from chengshu.commons.flow.errors import UnknownMatter
from chengshu.commons.flow.logic import clocks, explaining, moves
from chengshu.commons.flow.logic.replay import replay
from chengshu.commons.flow.service.engine import BoundKind, engine, flow_for
from chengshu.runtime.database import Work


def calendar(work: Work) -> WorkCalendar:
    """The work calendar of the city."""
    return engine(work).calendar


async def load(work: Work, matter_id: int, *, lock: bool = False) -> Snapshot:
    """A matter with its open tasks and clocks."""
    found = (await store.read(work, [matter_id], lock=lock)).get(matter_id)
    if found is None:
        raise UnknownMatter(value=matter_id)
    await engine(work).ready(work, found.matter.flow, found.matter.flow_version)
    return found


def offers(work: Work, snapshot: Snapshot) -> list[MoveOffer]:
    """The moves the actor may make now."""
    flow = flow_for(work, snapshot.matter)
    bound = BoundKind(engine(work).kinds.get(snapshot.matter.kind), work)
    return moves.allowed_moves(flow, snapshot, work.actor, bound)


def faces(work: Work, snapshot: Snapshot, now: dt.datetime | None = None) -> dict[str, ClockFace]:
    """Every clock that has started, as it looks now."""
    flow, calendar = flow_for(work, snapshot.matter), engine(work).calendar
    found: dict[str, ClockFace] = {}
    for name, entries in clocks.by_clock(snapshot.clocks).items():
        reading = clocks.fold(entries, calendar)
        if reading is not None and name in flow.clocks:
            found[name] = clocks.face(reading, flow.clocks[name], calendar, now or work.now)
    return found


def explain(work: Work, snapshot: Snapshot, clock: str, now: dt.datetime | None = None) -> list[Span]:
    """The life of one clock in words."""
    entries = clocks.by_clock(snapshot.clocks).get(clock, [])
    return explaining.explain(entries, engine(work).calendar, now or work.now)


async def timeline(work: Work, matter_id: int, until: dt.datetime | None = None) -> list[Entry]:
    """The timeline of a matter, perhaps only until a moment."""
    rows = await store.entries(work, matter_id, until)
    if not rows:
        raise UnknownMatter(value=matter_id if until is None else f"{matter_id} @ {until.isoformat()}")
    here, flow, version = engine(work), rows[0]["flow"], rows[0]["flow_version"]
    await here.ready(work, flow, version)
    return [store.entry_of(row, here.flow(flow, version)) for row in rows]


async def tasks_of(work: Work, matter_id: int) -> list[Task]:
    """All tasks of a matter."""
    return await store.tasks(work, matter_id)


async def as_of(work: Work, matter_id: int, at: dt.datetime) -> AsOf:
    """What was known of a matter at a moment."""
    return replay(matter_id, await timeline(work, matter_id, at), at)


async def inbox(
    work: Work,
    *,
    kinds: Sequence[str] | None = None,
    color: Color | None = None,
    after: str | None = None,
    limit: int = 50,
    holders: Sequence[str] | None = None,
) -> Page[InboxRow]:
    """Open tasks in the actor's lists; `holders` narrows to some of them."""
    lists = [h for h in work.actor.holders if holders is None or h in holders]
    keys = decode_cursor(after, 2) if after else None
    rows = await store.inbox(work, lists, kinds, color, (str(keys[0]), int(keys[1])) if keys else None, limit + 1)
    if len(rows) <= limit:
        return Page(rows)
    last = rows[limit - 1].task
    return Page(rows[:limit], encode_cursor([last.due_at.isoformat() if last.due_at else "infinity", last.id]))
