"""A matter while a move is worked out: holds changes, tasks and clock entries, and freezes into a snapshot."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

from chengshu.base.actor import Actor
from chengshu.base.limits import Limit
from chengshu.base.workcal import WorkCalendar
from chengshu.commons.flow.contracts import ClockEntry, ClockEntryKind, Matter, Snapshot, Task
from chengshu.commons.flow.errors import ClockNotThere, NobodyHolds, UnknownOffice
from chengshu.commons.flow.logic.clocks import Reading, by_clock, due_at, fold, used_minutes, verdict_of, warn_at
from chengshu.commons.flow.spec import FlowSpec


class Offices(Protocol):
    """Who holds what, answered from memory (the kind's part, bound to the work)."""

    def office(self, matter: Matter, function: str) -> str | None: ...

    def path(self, code: str) -> str | None: ...

    def kept(self, grid: str) -> bool: ...


@dataclass(slots=True)
class Scene:
    """What a move needs beside the matter: the flow, who acts, when, the calendar, the offices."""

    flow: FlowSpec
    actor: Actor
    now: dt.datetime
    calendar: WorkCalendar
    offices: Offices
    next_id: int = -1

    def fresh_id(self) -> int:
        """Ids of what is not stored yet are negative."""
        self.next_id -= 1
        return self.next_id


@dataclass(slots=True)
class Draft:
    """The working copy of one matter."""

    scene: Scene
    origin: Snapshot
    changes: dict[str, Any] = field(default_factory=dict[str, Any])
    tasks: list[Task] = field(default_factory=list[Task])
    ledger: dict[str, list[ClockEntry]] = field(default_factory=dict[str, list[ClockEntry]])
    clocks: list[ClockEntry] = field(default_factory=list[ClockEntry])
    reason: str | None = None  # what the actor says now
    grounds: str | None = None  # what was asked for, when the move decides a request; goes into the clock ledger

    @classmethod
    def of(cls, scene: Scene, snapshot: Snapshot) -> "Draft":
        """A working copy of a snapshot."""
        return cls(
            scene,
            snapshot,
            tasks=list(snapshot.tasks),
            ledger=by_clock(snapshot.clocks),
            clocks=list(snapshot.clocks),
        )

    @property
    def matter(self) -> Matter:
        return replace(self.origin.matter, **self.changes) if self.changes else self.origin.matter

    def get(self, name: str) -> Any:
        """A fact of the matter as it stands in the draft."""
        return self.changes[name] if name in self.changes else getattr(self.origin.matter, name)

    # -- tasks --------------------------------------------------------------------------------------------------

    def lead_task(self) -> Task | None:
        return next((t for t in self.tasks if t.lead and t.done_at is None), None)

    def open_task(self, kind: str, holder: str, *, lead: bool, clock: str | None, data: Mapping[str, Any]) -> None:
        """A new task in somebody's list."""
        scene = self.scene
        self.tasks.append(
            Task(scene.fresh_id(), self.origin.matter.id, kind, holder, lead, clock, scene.now, data=dict(data))
        )

    def close_task(self, task: Task, outcome: str) -> None:
        """A task is done; its verdict is that of its clock."""
        reading = self.reading(task.clock) if task.clock else None
        verdict = verdict_of(reading, self.scene.calendar, self.scene.now) if reading else None
        self.put_task(replace(task, done_at=self.scene.now, outcome=outcome, verdict=verdict))

    def put_task(self, task: Task) -> None:
        """Replace a task by its new form."""
        self.tasks = [task if t.id == task.id else t for t in self.tasks]

    # -- clocks -------------------------------------------------------------------------------------------------

    def reading(self, clock: str) -> Reading | None:
        entries = self.ledger.get(clock)
        return fold(entries, self.scene.calendar) if entries else None

    def write_clock(self, clock: str, kind: ClockEntryKind, limit: str | None = None) -> None:
        """Add a line to the ledger of a clock."""
        scene = self.scene
        minutes = None
        if limit is not None:
            minutes = Limit.parse(limit).minutes
        elif kind in ("pause", "stop") and (reading := self.reading(clock)):
            minutes = used_minutes(reading, scene.calendar, scene.now)
        edition = scene.calendar.edition if kind == "start" else None
        # Only what a person decided carries reason and name; starting and stopping follow from the timeline entry.
        told = kind in ("pause", "extend", "void")
        reason, by = (self.grounds, scene.actor.name) if told else (None, None)
        entry = ClockEntry(clock, kind, scene.now, limit, minutes, reason, by, edition)
        self.ledger.setdefault(clock, []).append(entry)
        self.clocks.append(entry)

    def start_clock(self, clock: str, *, anew: bool = False) -> None:
        """Let a clock run: from the beginning, or on from where it stood."""
        reading = self.reading(clock)
        if reading is None or anew:
            if reading is not None and not reading.stopped:
                self.write_clock(clock, "stop")
            self.write_clock(clock, "start", self.get("limits").get(clock) or self.scene.flow.clocks[clock].limit)
        elif not reading.running:
            self.write_clock(clock, "resume")

    def stop_clock(self, clock: str) -> None:
        """Stop a clock that runs or is paused."""
        reading = self.reading(clock)
        if reading is not None and not reading.stopped:
            self.write_clock(clock, "stop")

    def need_reading(self, clock: str, *, paused: bool | None = None) -> Reading:
        """The reading of a clock that must be going on, running or paused as told."""
        reading = self.reading(clock)
        title = self.scene.flow.clocks[clock].title
        if reading is None or reading.stopped:
            raise ClockNotThere(value=title.zh, state="未在计时", state_en="not running", verb="变更")
        if paused is not None and reading.paused != paused:
            state, state_en = ("已挂账", "paused") if reading.paused else ("正在计时", "running")
            raise ClockNotThere(value=title.zh, state=state, state_en=state_en, verb="变更")
        return reading

    # -- who ----------------------------------------------------------------------------------------------------

    def holder(self, rule: str, values: Mapping[str, Any]) -> str:
        """The holder that a rule names for this matter now."""
        return resolve(rule, self.matter, self.scene.offices, values, self.lead_task())

    def see(self, code: str, *, leads: bool = False) -> None:
        """An office may see the matter from now on; the leading one stands first."""
        path = self.scene.offices.path(code)
        if path is None:
            raise UnknownOffice(field="lead" if leads else "org", value=code)
        orgs = [o for o in self.get("orgs") if o != path]
        orgs = [path, *orgs] if leads else [*orgs, path]
        if tuple(orgs) != self.get("orgs"):
            self.changes["orgs"] = tuple(orgs)

    # -- the end ------------------------------------------------------------------------------------------------

    def freeze(self) -> Snapshot:
        """The snapshot the move leaves: cached due times are derived anew, the version goes up by one."""
        times = self._times()
        self.tasks = [self._timed(t, times) for t in self.tasks]
        self._time_matter(times)
        self.changes["version"] = self.origin.matter.version + 1
        self.changes["updated_at"] = self.scene.now
        return replace(self.origin, matter=self.matter, tasks=tuple(self.tasks), clocks=tuple(self.clocks))

    def _times(self) -> dict[str, tuple[dt.datetime | None, dt.datetime | None, Reading]]:
        """Due and warning time of every clock that somebody looks at."""
        flow, calendar = self.scene.flow, self.scene.calendar
        names = {t.clock for t in self.tasks if t.clock and t.done_at is None}
        names |= {name for name, spec in flow.clocks.items() if spec.main}
        found: dict[str, tuple[dt.datetime | None, dt.datetime | None, Reading]] = {}
        for name in names:
            if (reading := self.reading(name)) is not None:
                share = flow.clocks[name].warn_share
                found[name] = (due_at(reading, calendar), warn_at(reading, share, calendar), reading)
        return found

    @staticmethod
    def _timed(task: Task, times: Mapping[str, tuple[Any, Any, Reading]]) -> Task:
        if task.done_at is not None or task.clock is None or task.clock not in times:
            return task
        due, warn, _ = times[task.clock]
        return task if (task.due_at, task.warn_at) == (due, warn) else replace(task, due_at=due, warn_at=warn)

    def _time_matter(self, times: Mapping[str, tuple[dt.datetime | None, dt.datetime | None, Reading]]) -> None:
        """The matter shows its main clock while that one is going on or all is done, else the leading task's."""
        main = next((n for n, spec in self.scene.flow.clocks.items() if spec.main and n in times), None)
        lead = self.lead_task()
        shown: tuple[dt.datetime | None, dt.datetime | None] = (None, None)
        if main is not None and (lead is None or not times[main][2].stopped):
            shown = times[main][:2]
        elif lead is not None:
            shown = (lead.due_at, lead.warn_at)
        verdict = None
        if main is not None:
            reading = times[main][2]
            verdict = ("overdue" if reading.overdue else "ontime") if reading.stopped else None
        for name, value in (("due_at", shown[0]), ("warn_at", shown[1]), ("verdict", verdict)):
            if self.get(name) != value:
                self.changes[name] = value


def resolve(rule: str, matter: Matter, offices: Offices, values: Mapping[str, Any], lead: Task | None = None) -> str:
    """Turn a holder rule of a flow into a work list: org:<code>, grid:<code> or actor:<id>."""
    if rule == "lead" and matter.lead:
        return f"org:{matter.lead}"
    if rule == "opener":
        return f"actor:{matter.opened_by}"
    if rule == "same" and lead is not None:
        return lead.holder
    if rule.startswith("field:"):
        return f"org:{values[rule[6:]]}"
    if rule == "grid" and (grid := grid_of(matter)) and offices.kept(grid):
        return f"grid:{grid}"
    function = rule[4:] if rule.startswith("org:") else rule
    code = offices.office(matter, function)
    if code is None and not rule.startswith("org:"):
        # Nobody leads yet, or nobody keeps the grid of the place: the centre stands in (兜底).
        code = offices.office(matter, "center")
    if code is None:
        raise NobodyHolds(field="holder", value=function)
    return f"org:{code}"


def grid_of(matter: Matter) -> str | None:
    """The grid's code when the matter's region is a grid: its label is r and 15 digits."""
    label = (matter.region or "").rpartition(".")[2]
    return label[1:] if len(label) == 16 else None
