"""What crosses the border of the flow room: frozen values, and the protocol of a kind of matter."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, Protocol

from chengshu.base.text import L
from chengshu.commons.flow.spec import FieldSpec, FlowSpec

if TYPE_CHECKING:
    from chengshu.runtime.database import Work

Color = Literal["green", "yellow", "red"]
ClockEntryKind = Literal["start", "pause", "resume", "extend", "stop", "void"]


@dataclass(frozen=True, slots=True)
class Matter:
    """One thing that moves through people, as flow knows it; the kind's own columns live in the kind's own table."""

    id: int
    kind: str
    number: str
    flow: str
    flow_version: int
    state: str
    stage: str
    title: str
    region: str | None  # ltree path
    orgs: tuple[str, ...]  # ltree paths of every office that may see it; the first leads
    lead: str | None  # code of the leading office
    opened_by: int
    opened_at: dt.datetime
    updated_at: dt.datetime
    closed_at: dt.datetime | None = None
    due_at: dt.datetime | None = None
    warn_at: dt.datetime | None = None
    verdict: str | None = None  # ontime | overdue
    version: int = 0  # equals the number of the last timeline entry
    into_id: int | None = None
    parent_id: int | None = None
    marks: Mapping[str, list[int]] = field(default_factory=dict[str, list[int]])  # who acted as what: {"handler": [7]}
    counters: Mapping[str, int] = field(default_factory=dict[str, int])  # {"returned": 1}
    limits: Mapping[str, str] = field(
        default_factory=dict[str, str]
    )  # limits of this matter by clock: {"handle": "2uh"}
    undo: Mapping[str, Any] | None = None  # what a merge must put back
    claim: bytes | None = None  # sha256 of the reporter's code


@dataclass(frozen=True, slots=True)
class Task:
    """A piece of work in somebody's list. A new one that is not stored yet has a negative id."""

    id: int
    matter_id: int
    kind: str
    holder: str  # org:<code> | grid:<code> | actor:<id>
    lead: bool
    clock: str | None
    opened_at: dt.datetime
    due_at: dt.datetime | None = None
    warn_at: dt.datetime | None = None
    done_at: dt.datetime | None = None
    outcome: str | None = None
    verdict: str | None = None
    data: Mapping[str, Any] = field(default_factory=dict[str, Any])  # what was asked for, in an approval


@dataclass(frozen=True, slots=True)
class ClockEntry:
    """One line of the clock ledger; due times are derived from these and the calendar, nothing else."""

    clock: str
    kind: ClockEntryKind
    at: dt.datetime
    limit: str | None = None  # start, extend: "5wd"
    minutes: int | None = None  # start, extend: allowed; pause, stop: used until then; in the clock's own unit
    reason: str | None = None
    by: str | None = None  # name of the actor
    calendar: str | None = None  # start: edition of the calendar


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A matter with its open tasks and all its clock entries, as loaded or as a move leaves it."""

    matter: Matter
    tasks: tuple[Task, ...] = ()
    clocks: tuple[ClockEntry, ...] = ()
    open_children: int = 0
    heard_until: dt.datetime | None = None  # alarms up to here have been raised

    @property
    def lead_task(self) -> Task | None:
        """The open task of the office whose turn it is."""
        return next((t for t in self.tasks if t.lead and t.done_at is None), None)

    @property
    def open_tasks(self) -> tuple[Task, ...]:
        return tuple(t for t in self.tasks if t.done_at is None)


@dataclass(frozen=True, slots=True)
class Opening:
    """What it takes to open a matter."""

    kind: str
    flow: str  # pack.id
    title: str
    region: str | None = None
    orgs: tuple[str, ...] = ()  # paths of offices that may see it from the start
    lead: str | None = None
    limits: Mapping[str, str] = field(default_factory=dict[str, str])
    claim: bytes | None = None
    parent_id: int | None = None
    facts: Mapping[str, Any] = field(default_factory=dict[str, Any])  # goes into the first timeline entry


@dataclass(frozen=True, slots=True)
class Step:
    """A move asked for: its id, the values of its fields, and what the kind adds.

    `have`: needs of the move that are already met (e.g. {"photos_after"} when photos are on file).
    `patch`: new values of title, region (ltree path) or limits of the matter, when the kind changes them.
    `facts`: small facts for the timeline entry, come back in as_of.
    """

    move: str
    input: Mapping[str, Any] = field(default_factory=dict[str, Any])
    have: frozenset[str] = frozenset()
    patch: Mapping[str, Any] = field(default_factory=dict[str, Any])
    facts: Mapping[str, Any] = field(default_factory=dict[str, Any])
    authority: str | None = None  # on what basis, e.g. a clause of the duty list


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a timeline."""

    matter_id: int
    seq: int
    at: dt.datetime
    actor_id: int
    actor: str
    org: str | None
    move: str
    title: L
    from_state: str | None
    to_state: str
    reason: str | None
    authority: str | None
    data: Mapping[str, Any]  # {"after": changed facts, "input": fields, "facts": the kind's}


@dataclass(frozen=True, slots=True)
class Moved:
    """What one call changed: before (None when opened), after, and the timeline entries it wrote."""

    before: Snapshot | None
    after: Snapshot
    entries: tuple[Entry, ...]
    also: tuple[Snapshot, ...] = ()  # other matters changed with it: merge target, children of a split

    @property
    def matter(self) -> Matter:
        return self.after.matter


@dataclass(frozen=True, slots=True)
class MoveOffer:
    """A move this actor may make now."""

    id: str
    title: L
    tone: str
    fields: tuple[FieldSpec, ...]
    needs: tuple[str, ...]
    confirm: L | None
    operation: str


@dataclass(frozen=True, slots=True)
class ClockFace:
    """How a clock looks at a moment."""

    clock: str
    title: L
    color: Color
    limit: str
    used_minutes: int
    remaining_minutes: int  # in the clock's own unit; negative when overrun
    paused: bool
    stopped: bool
    due_at: dt.datetime | None  # None while paused in time
    verdict: str | None
    text: L


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of a clock's life, in words: why time counted or not."""

    since: dt.datetime
    until: dt.datetime
    counts: bool
    minutes: int  # of the clock's own unit
    text: L


@dataclass(frozen=True, slots=True)
class AsOf:
    """What was known of a matter at a moment, replayed from its timeline."""

    matter_id: int
    at: dt.datetime
    version: int
    facts: Mapping[str, Any]  # state, stage, lead, holder, due_at, title, region, … and the kind's facts
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class InboxRow:
    """A task in a work list with what a list shows of its matter."""

    task: Task
    matter: Matter
    color: Color


@dataclass(frozen=True, slots=True)
class FlowHead:
    """A flow in a list."""

    id: str
    version: int
    kind: str
    title: L
    states: int
    moves: int


class MatterKind(Protocol):
    """What a kind of matter gives to flow; registered by app.py with `engine.kinds.add(kind.id, kind)`.

    `office` and `office_path` must answer from memory: they are called inside the pure part of a step.
    """

    id: str

    def office(self, work: "Work", matter: Matter, function: str) -> str | None:
        """Code of the office that holds a function for this matter: 'center', 'water', 'town', …; None: nobody."""
        ...

    def office_path(self, work: "Work", code: str) -> str | None:
        """The ltree path of an office's code; None when there is no such office."""
        ...

    def kept(self, work: "Work", grid: str) -> bool:
        """Whether somebody keeps a grid; the tasks of one that nobody keeps go to the office of function `grid`."""
        ...

    async def moved(self, work: "Work", moved: Moved) -> None:
        """Called after the rows of flow are written, in the same transaction: write your own rows, publish."""
        ...


__all__ = [
    "AsOf",
    "ClockEntry",
    "ClockFace",
    "Color",
    "Entry",
    "FieldSpec",
    "FlowHead",
    "FlowSpec",
    "InboxRow",
    "Matter",
    "MatterKind",
    "MoveOffer",
    "Moved",
    "Opening",
    "Snapshot",
    "Span",
    "Step",
    "Task",
]
