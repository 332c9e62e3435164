"""Clocks folded from the ledger: pauses, extensions, rework, verdicts, words, alarms."""

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.commons.flow.conftest import MONDAY
from tests.commons.flow.county import Walk

from chengshu.base.limits import Unit
from chengshu.base.workcal import CalendarSpec, WorkCalendar
from chengshu.commons.flow.contracts import ClockEntry, ClockEntryKind
from chengshu.commons.flow.logic import clocks
from chengshu.commons.flow.logic.alarms import alarms, next_alarm
from chengshu.commons.flow.logic.explaining import explain
from chengshu.commons.flow.spec import FlowSpec


@pytest.fixture
def walk(flow: FlowSpec, calendar: WorkCalendar) -> Walk:
    return Walk(flow, calendar).to_handling()


def at(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=MONDAY.tzinfo)


class TestPauses:
    def test_a_pause_over_a_weekend_buys_no_working_day(self, walk: Walk, calendar: WorkCalendar) -> None:
        due = walk.face("handle").due_at
        assert due == at("2026-03-04 09:00")
        walk.until("2026-03-03 17:59")  # one minute before the office closes, then over the night
        walk.go("water", "request_pause", reason="等配件")
        walk.go("center", "approve_pause")
        assert walk.face("handle").due_at is None
        walk.until("2026-03-04 08:00")
        walk.go("water", "resume")
        assert walk.face("handle").due_at == at("2026-03-04 09:01")

    def test_a_paused_clock_is_not_late(self, walk: Walk) -> None:
        walk.go("water", "request_pause", reason="等配件")
        walk.go("center", "approve_pause")
        walk.wait(days=60)
        assert (walk.face("handle").color, walk.face("handle").remaining_minutes) == ("green", 960)
        assert walk.snapshot.matter.due_at is None
        assert "已挂账" in walk.face("handle").text["zh"]

    def test_a_pause_after_the_due_time_hides_nothing(self, walk: Walk) -> None:
        walk.until("2026-03-05 10:00")
        walk.go("water", "request_pause", reason="等配件")
        walk.go("center", "approve_pause")
        face = walk.face("handle")
        assert (face.color, face.due_at) == ("red", at("2026-03-04 09:00"))


class TestVerdicts:
    def test_checking_does_not_count_against_the_office(self, walk: Walk) -> None:
        walk.until("2026-03-04 08:59")
        walk.go("water", "submit", result="好了")
        walk.until("2026-03-05 16:00")
        walk.go("grid", "verify_pass")
        walk.go("center", "close")
        assert walk.snapshot.matter.verdict == "ontime"

    def test_rework_goes_on_with_what_was_left(self, walk: Walk) -> None:
        walk.until("2026-03-04 08:30")
        walk.go("water", "submit", result="好了")
        walk.until("2026-03-05 10:00")
        walk.go("grid", "verify_fail", reason="未修好")
        assert walk.face("handle").due_at == at("2026-03-05 10:30")
        walk.until("2026-03-05 10:31")
        walk.go("water", "submit", result="又好了")
        assert walk.snapshot.matter.verdict == "overdue"

    def test_reopening_starts_anew_but_an_overrun_stays(self, walk: Walk) -> None:
        walk.until("2026-03-06 09:00")
        walk.go("water", "submit", result="好了")
        walk.go("grid", "verify_pass")
        walk.go("center", "close")
        assert walk.snapshot.matter.verdict == "overdue"
        walk.go("center", "reopen", reason="复发")
        face = walk.face("handle")
        assert (face.remaining_minutes, face.color) == (960, "red")
        walk.go("water", "submit", result="好了")
        assert walk.snapshot.matter.verdict == "overdue"

    def test_history_can_be_read_under_another_calendar(self, walk: Walk) -> None:
        walk.until("2026-03-04 15:00")
        ledger = clocks.by_clock(walk.snapshot.clocks)["handle"]
        flood = CalendarSpec.model_validate({"overrides": {"2026-03-03": "off"}})
        other = WorkCalendar(flood, first=dt.date(2026, 1, 1), last=dt.date(2026, 12, 31))
        readings = clocks.fold(ledger, walk.calendar), clocks.fold(ledger, other)
        assert all(readings)
        assert [clocks.due_at(r, c) for r, c in zip(readings, (walk.calendar, other), strict=True) if r] == [
            at("2026-03-04 09:00"),
            at("2026-03-05 09:00"),
        ]


class TestWords:
    def test_colour_and_words(self, walk: Walk) -> None:
        assert walk.face("handle").text == {"zh": "剩余2个工作日", "en": "2 working days left"}
        walk.until("2026-03-03 15:00")
        assert walk.face("handle").color == "yellow"
        walk.until("2026-03-04 11:30")
        face = walk.face("handle")
        assert (face.color, face.remaining_minutes, face.text["zh"]) == ("red", -150, "已超期2小时30分钟")

    def test_why_is_this_late(self, walk: Walk) -> None:
        walk.until("2026-03-02 16:00")
        walk.go("water", "request_pause", reason="等配件")
        walk.go("center", "approve_pause", reason="同意")
        walk.until("2026-03-04 08:00")
        walk.go("water", "resume")
        walk.until("2026-03-05 17:00")
        spans = explain(clocks.by_clock(walk.snapshot.clocks)["handle"], walk.calendar, walk.now)
        words = [(s.text["zh"], s.minutes) for s in spans]
        assert words[0] == ("开始计时，时限2个工作日", 0)
        assert ("午休", 0) in words
        assert ("挂账，不计时：等配件", 0) in words
        assert words[-1] == ("工作时间（已超期）", 180)
        assert [s.since for s in spans[1:]] == [s.until for s in spans[:-1]]
        face = walk.face("handle")
        assert sum(s.minutes for s in spans) == face.used_minutes


class TestAlarms:
    def test_in_order(self, walk: Walk) -> None:
        ahead = alarms(walk.flow, walk.snapshot, walk.calendar)
        assert [(a.kind, a.at) for a in ahead] == [
            ("warned", at("2026-03-03 15:00")),
            ("overdue", at("2026-03-04 09:00")),
            ("escalated", at("2026-03-04 10:00")),
            ("escalated", at("2026-03-05 09:00")),
        ]
        assert next_alarm(walk.flow, walk.snapshot, walk.calendar, at("2026-03-04 09:00")) == at("2026-03-04 10:00")

    def test_a_paused_clock_is_silent(self, walk: Walk) -> None:
        walk.go("water", "request_pause", reason="等配件")
        walk.go("center", "approve_pause")
        assert alarms(walk.flow, walk.snapshot, walk.calendar) == []

    def test_an_extension_moves_them(self, walk: Walk) -> None:
        walk.go("water", "request_extension", limit="2wd", reason="工程量大")
        walk.go("center", "approve_extension")
        first = next_alarm(walk.flow, walk.snapshot, walk.calendar, walk.now)
        assert first == at("2026-03-05 09:00")


KINDS: st.SearchStrategy[ClockEntryKind] = st.sampled_from(["pause", "resume", "extend", "stop", "void", "start"])
UNITS: st.SearchStrategy[Unit] = st.sampled_from(["uh", "wh", "wd", "cd"])


class TestAnyLedger:
    @given(
        UNITS, st.integers(1, 9), st.lists(st.tuples(KINDS, st.integers(0, 3000)), max_size=12), st.integers(0, 9000)
    )
    @settings(deadline=None)
    def test_used_is_the_sum_of_what_counted(
        self, unit: Unit, amount: int, steps: list[tuple[ClockEntryKind, int]], rest: int
    ) -> None:
        calendar = CALENDAR
        limit = f"{amount}{unit}"
        entries = [ClockEntry("c", "start", MONDAY, limit)]
        for kind, minutes in steps:
            after = entries[-1].at + dt.timedelta(minutes=minutes)
            entries.append(ClockEntry("c", kind, after, limit if kind in ("start", "extend") else None))
        now = entries[-1].at + dt.timedelta(minutes=rest)
        reading = clocks.fold(entries, calendar)
        if reading is None:
            return
        start = max(i for i, e in enumerate(entries) if e.kind == "start")
        counted, extended, running = 0, 0, True
        for index, entry in enumerate(entries[start:], start):
            extended += entry.kind == "extend"
            running = {"start": True, "resume": True, "extend": running}.get(entry.kind, False)
            until = entries[index + 1].at if index + 1 < len(entries) else now
            if running:
                counted += calendar.position(until, unit) - calendar.position(entry.at, unit)
        assert reading.used(calendar.position(now, unit)) == counted
        due = clocks.due_at(reading, calendar)
        if due is not None and not reading.stopped and not reading.overran:
            assert (counted > reading.allowed) == (
                calendar.position(now, unit) > calendar.position(due, unit) and now > due
            )


CALENDAR = WorkCalendar(CalendarSpec(), first=dt.date(2026, 1, 1), last=dt.date(2027, 12, 31))
