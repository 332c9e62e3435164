"""What other rooms may call of flow.

`load_city` puts `city.flow` (the Engine) and `city.calendar`; a kind of matter registers itself with
`city.flow.kinds.add("case", CaseKind())`. Every verb takes the unit of work first and never commits. One step costs two
statements (load with lock, write everything) plus what the kind's `moved` adds.
"""

import datetime as dt
from collections.abc import Mapping, Sequence

from chengshu.base.page import Page
from chengshu.base.workcal import CalendarSpec, WorkCalendar
from chengshu.commons.flow.contracts import (
    AsOf,
    ClockFace,
    Color,
    Entry,
    InboxRow,
    Moved,
    MoveOffer,
    Opening,
    Snapshot,
    Span,
    Step,
    Task,
)
from chengshu.commons.flow.service import defining, reading, stepping
from chengshu.commons.flow.service.engine import Engine, engine
from chengshu.commons.flow.spec import FlowSpec
from chengshu.runtime.city import City
from chengshu.runtime.database import Work

__all__ = [
    "REFRESH",
    "Engine",
    "as_of",
    "explain",
    "faces",
    "flow_of",
    "inbox",
    "install_flow",
    "load",
    "load_city",
    "offers",
    "open_matter",
    "perform",
    "remove_flow",
    "tasks_of",
    "timeline",
]


async def load_city(city: City) -> None:
    """Build the calendar of the site and the engine, and read the installed flows."""
    spec: CalendarSpec = city.site.calendar if city.has("site") else CalendarSpec()
    if not city.has("flow"):
        city.put("calendar", WorkCalendar(spec))
        city.put("flow", Engine(city.calendar))
    await refresh(city)


async def refresh(city: City) -> None:
    """Read flows that were installed since."""
    async with city.db.job_work() as work:
        await city.flow.refresh(work)


REFRESH = {"flow.defined": refresh}


async def open_matter(work: Work, opening: Opening, then: Sequence[Step] = ()) -> Moved:
    """Open a matter and at once make the moves `then` (e.g. file, dispatch): one statement, one timeline entry each.

    Moves in `then` skip `by` and `operation`: the caller decided they are automatic. Calls the kind's `moved` once.
    """
    return await stepping.open_matter(work, opening, then)


async def perform(
    work: Work,
    matter_id: int,
    step: Step,
    *,
    expected_version: int | None = None,
    then: Sequence[Step] = (),
    snapshot: Snapshot | None = None,
) -> Moved:
    """Make a move for the work's actor. Raises NotFound, StaleVersion, MoveNotAllowed, FieldWrong, NeedMissing.

    `then`: automatic moves in the same write. `snapshot`: what `load(lock=True)` gave in this transaction, saves a load.
    """
    return await stepping.perform(
        work, matter_id, step, expected_version=expected_version, then=then, snapshot=snapshot
    )


async def load(work: Work, matter_id: int, *, lock: bool = False) -> Snapshot:
    """One statement: the matter, its open tasks, its clock entries. NotFound outside the actor's scope."""
    return await reading.load(work, matter_id, lock=lock)


def offers(work: Work, snapshot: Snapshot) -> list[MoveOffer]:
    """The moves that the work's actor may make now. No statement."""
    return reading.offers(work, snapshot)


def faces(work: Work, snapshot: Snapshot, now: dt.datetime | None = None) -> dict[str, ClockFace]:
    """Every clock of the matter as it looks now, by name; the main one is flow_of(...).main_clock. No statement."""
    return reading.faces(work, snapshot, now)


def explain(work: Work, snapshot: Snapshot, clock: str, now: dt.datetime | None = None) -> list[Span]:
    """Why is this late: the clock's life piece by piece, in words. No statement."""
    return reading.explain(work, snapshot, clock, now)


async def timeline(work: Work, matter_id: int) -> list[Entry]:
    """Who did what, when, why, on what authority. One statement."""
    return await reading.timeline(work, matter_id)


async def tasks_of(work: Work, matter_id: int) -> list[Task]:
    """All tasks, also the done ones, oldest first. One statement."""
    return await reading.tasks_of(work, matter_id)


async def as_of(work: Work, matter_id: int, at: dt.datetime) -> AsOf:
    """State, lead, holder, due time and the kind's facts as they were known at a moment. One statement."""
    return await reading.as_of(work, matter_id, at)


async def inbox(
    work: Work,
    *,
    kinds: Sequence[str] | None = None,
    color: Color | None = None,
    after: str | None = None,
    limit: int = 50,
    holders: Sequence[str] | None = None,
) -> Page[InboxRow]:
    """The actor's open tasks, nearest due time first. One statement on the index (holder, due_at, id)."""
    return await reading.inbox(work, kinds=kinds, color=color, after=after, limit=limit, holders=holders)


def flow_of(work: Work, flow: str, version: int | None = None) -> FlowSpec:
    """A loaded flow definition: titles of states, stages, tasks, moves. The newest without a version."""
    return engine(work).flow(flow, version)


async def install_flow(work: Work, flow: str, body: Mapping[str, object]) -> int:
    """Store a flow `pack.id` (already checked against FlowSpec); returns its version, unchanged when nothing changed."""
    return await defining.install_flow(work, flow, body)


async def remove_flow(work: Work, flow: str) -> None:
    """Take a flow out of use: no new matters on it; running ones keep their version."""
    await defining.remove_flow(work, flow)
