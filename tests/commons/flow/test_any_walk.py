"""Any sequence of offered moves at any times keeps the promises of the engine."""

import datetime as dt
from dataclasses import replace
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from tests.commons.flow.conftest import PEOPLE, city_case
from tests.commons.flow.county import Walk

from chengshu.base.workcal import CalendarSpec, WorkCalendar
from chengshu.commons.flow.contracts import Snapshot
from chengshu.commons.flow.logic import clocks
from chengshu.commons.flow.logic.alarms import alarms
from chengshu.commons.flow.logic.replay import replay
from chengshu.commons.flow.spec import FieldSpec, FlowSpec

FLOW = FlowSpec.model_validate(city_case())
CALENDAR = WorkCalendar(CalendarSpec(), first=dt.date(2026, 1, 1), last=dt.date(2029, 12, 31))
SELDOM = {"note", "press", "correct", "joint", "split", "delegate", "refuse", "reassign", "merge", "return", "escalate"}
"""Offered nearly everywhere: taken one time in five, so that walks get far."""
OFFICES = ["water", "urban", "t1"]


def value_for(field: FieldSpec, pick: int, target: int) -> Any:
    """Something right for a field."""
    match field.type:
        case "org":
            return OFFICES[pick % 3]
        case "orgs":
            return OFFICES[: 1 + pick % 3]
        case "select":
            return field.options[pick % len(field.options)].value
        case "rating":
            return 1 + pick % 5
        case "case":
            return target
        case "photos":
            return ["0" * 64]
        case "region" | "class":
            return "0101"
        case "datetime":
            return "2026-05-01T09:00:00+08:00"
        case _:
            return "说明"


class AnyWalk(RuleBasedStateMachine):
    """Two matters: one that walks, one into which it may be merged."""

    @initialize(limit=st.sampled_from(["2uh", "4wh", "2wd", "3cd"]))
    def report(self, limit: str) -> None:
        self.walk = Walk(FLOW, CALENDAR, limits={"handle": limit})
        target = Walk(FLOW, CALENDAR).snapshot
        self.target = replace(target, matter=replace(target.matter, id=5000))
        self.before_merge: Snapshot | None = None

    @rule(minutes=st.integers(0, 6000))
    def wait(self, minutes: int) -> None:
        self.walk.wait(minutes=minutes)

    @rule(data=st.data(), pick=st.integers(0, 29))
    def move(self, data: st.DataObject, pick: int) -> None:
        walk = self.walk
        offered = [(who, move) for who in PEOPLE for move in walk.offers(who) if move not in SELDOM or pick % 5 == 0]
        if not offered:
            return
        who, move = data.draw(st.sampled_from(offered))
        spec = FLOW.moves[move]
        values = {f.name: value_for(f, pick, 5000) for f in spec.fields}
        if move in ("request_extension",) and not walk.snapshot.matter.limits["handle"].endswith(("wd", "wh")):
            return  # such a limit is offered in working time alone
        old = walk.snapshot
        walk.go(who, move, self.target if move in ("merge", "unmerge") else None, **values)
        if move == "split":
            self.children = [r.after for r in walk.results[1:]]
        if move == "merge":
            self.before_merge = old
        if move in ("merge", "unmerge"):
            self.target = walk.results[1].after
        if move == "unmerge":
            assert self.before_merge is not None
            assert walk.snapshot.matter.state == self.before_merge.matter.state
            assert [(t.id, t.holder) for t in walk.snapshot.open_tasks] == [
                (t.id, t.holder) for t in self.before_merge.open_tasks
            ]

    @precondition(lambda self: hasattr(self, "walk"))
    @invariant()
    def one_office_has_the_turn(self) -> None:
        leads = [t for t in self.walk.snapshot.open_tasks if t.lead]
        state = FLOW.states[self.walk.state]
        assert len(leads) == (1 if state.work else 0)
        if state.closed and state.work is None:
            assert self.walk.snapshot.open_tasks == ()
        assert (self.walk.snapshot.matter.closed_at is not None) == state.closed

    @precondition(lambda self: hasattr(self, "walk"))
    @invariant()
    def the_timeline_has_no_gap_and_replays(self) -> None:
        entries = self.walk.entries
        assert [e.seq for e in entries] == list(range(1, len(entries) + 1))
        assert self.walk.snapshot.matter.version == len(entries)
        known = replay(1, entries, self.walk.now).facts
        matter = self.walk.snapshot.matter
        lead = self.walk.snapshot.lead_task
        assert known["state"] == matter.state
        assert known.get("lead") == matter.lead
        assert known.get("due_at") == matter.due_at
        assert known.get("holder") == (lead.holder if lead else None)

    @precondition(lambda self: hasattr(self, "walk"))
    @invariant()
    def clocks_run_where_they_should(self) -> None:
        walk = self.walk
        for name, entries in clocks.by_clock(walk.snapshot.clocks).items():
            reading = clocks.fold(entries, CALENDAR)
            assert reading is not None
            assert reading.used(CALENDAR.position(walk.now, reading.unit)) >= 0
            assert all(a <= b for a, b in reading.stretches)
            spec = FLOW.clocks[name]
            going = not reading.stopped
            if walk.state == "merged":
                assert not reading.running
            elif spec.runs_in:
                assert going == (walk.state in spec.runs_in)
            else:
                assert going == any(t.kind in spec.runs_with for t in walk.snapshot.open_tasks)
        for task in walk.snapshot.open_tasks:
            if task.clock and not clocks_paused(walk, task.clock):
                assert task.due_at is not None
        raised = alarms(FLOW, walk.snapshot, CALENDAR)
        assert [a.at for a in raised] == sorted(a.at for a in raised)


def clocks_paused(walk: Walk, clock: str) -> bool:
    reading = clocks.fold(clocks.by_clock(walk.snapshot.clocks)[clock], CALENDAR)
    return reading is not None and reading.paused


TestAnyWalk = AnyWalk.TestCase
TestAnyWalk.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
