"""Walking a matter through the pure engine, without a database."""

import datetime as dt
from dataclasses import replace
from typing import Any

from tests.commons.flow.conftest import FLOW, GRID, MONDAY, PEOPLE, Offices, scene_at

from chengshu.base.actor import Actor
from chengshu.base.workcal import WorkCalendar
from chengshu.commons.flow.contracts import ClockFace, Entry, Opening, Snapshot, Step
from chengshu.commons.flow.logic import apply, clocks, moves
from chengshu.commons.flow.spec import FlowSpec


class Walk:
    """One matter (and those beside it) in memory, with a clock that only goes forward."""

    def __init__(self, flow: FlowSpec, calendar: WorkCalendar, *, limits: dict[str, str] | None = None) -> None:
        self.flow, self.calendar, self.now = flow, calendar, MONDAY
        self.entries: list[Entry] = []
        self.next_id = 100
        scene = scene_at(flow, calendar, PEOPLE["center"], self.now)
        opening = Opening("case", FLOW, "井盖丢失", region=GRID, limits=limits or {"handle": "2wd"})
        result = apply.open_new(scene, opening, 1)
        self.entries.append(result.entry)
        self.snapshot = self._stored(result.after)

    def _stored(self, snapshot: Snapshot) -> Snapshot:
        """What the database does: ids, and only open tasks are loaded again."""
        matter = snapshot.matter
        if matter.id < 0:
            self.next_id += 1
            matter = replace(matter, id=self.next_id, number=f"20260302{self.next_id:06d}")
        tasks = []
        for task in snapshot.tasks:
            if task.id < 0:
                self.next_id += 1
                task = replace(task, id=self.next_id, matter_id=matter.id)
            tasks.append(task)
        self.all_tasks = tasks
        return replace(snapshot, matter=matter, tasks=tuple(t for t in tasks if t.done_at is None))

    def go(self, who: str | Actor, move: str, other: Snapshot | None = None, **values: Any) -> Snapshot:
        """Make a move as somebody."""
        actor = PEOPLE[who] if isinstance(who, str) else who
        scene = scene_at(self.flow, self.calendar, actor, self.now)
        spec = moves.require_move(self.flow, self.snapshot, move, actor, Offices())
        have = frozenset({"photos_after"})
        outcome = apply.apply_move(scene, self.snapshot, Step(move, values, have), spec, other)
        self.results = outcome.results
        self.entries.append(outcome.results[0].entry)
        self.snapshot = self._stored(outcome.after)
        return self.snapshot

    def wait(self, **amount: float) -> None:
        self.now += dt.timedelta(**amount)

    def until(self, text: str) -> None:
        self.now = dt.datetime.fromisoformat(text).replace(tzinfo=MONDAY.tzinfo)

    @property
    def state(self) -> str:
        return self.snapshot.matter.state

    def offers(self, who: str) -> list[str]:
        return [o.id for o in moves.allowed_moves(self.flow, self.snapshot, PEOPLE[who], Offices())]

    def face(self, clock: str) -> ClockFace:
        reading = clocks.fold(clocks.by_clock(self.snapshot.clocks)[clock], self.calendar)
        assert reading is not None
        return clocks.face(reading, self.flow.clocks[clock], self.calendar, self.now)

    def to_handling(self) -> "Walk":
        self.go("center", "file")
        self.go("center", "dispatch", lead="water")
        self.go("water", "accept")
        return self
