"""The work calendar against a counter that walks minute by minute."""

import datetime as dt
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chengshu.base.limits import Limit, Unit
from chengshu.base.workcal import BeyondCalendar, CalendarSpec, WorkCalendar

FIRST, LAST = dt.date(2025, 9, 1), dt.date(2026, 12, 31)
SPEC = CalendarSpec.model_validate(
    {
        "hours": [
            {"hours": "08:00-12:00 14:00-18:00"},
            {"hours": "08:00-12:00 14:30-18:00", "season": ("06-01", "08-31")},
            {"days": [6], "hours": "09:00-11:40", "valid_from": "2026-03-01", "valid_to": "2026-04-30"},
        ],
        "overrides": {"2026-03-12": "off", "2026-03-15": "on", "2026-05-20": "08:10-11:00 23:00-24:00"},
    }
)
CALENDAR = WorkCalendar(SPEC, first=FIRST, last=LAST)
ZONE = CALENDAR.zone


def at(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=ZONE)


def counts(moment: dt.datetime, unit: Unit) -> Fraction:
    """What the minute that begins at a moment is worth in the unit's account."""
    if unit not in ("wh", "wd"):
        return Fraction(1)
    windows = CALENDAR.day(moment.date()).windows
    second = moment.hour * 3600 + moment.minute * 60
    if not any(a <= second < b for a, b in windows):
        return Fraction(0)
    return Fraction(1) if unit == "wh" else Fraction(480 * 60, sum(b - a for a, b in windows))


def brute_elapsed(a: dt.datetime, b: dt.datetime, unit: Unit) -> Fraction:
    total, here = Fraction(0), a
    while here < b:
        total += counts(here, unit)
        here += dt.timedelta(minutes=1)
    return total


def brute_due(start: dt.datetime, limit: Limit) -> dt.datetime:
    left, here = Fraction(limit.minutes), start
    while left > 0:
        worth = counts(here, limit.unit)
        if worth and left < worth:
            seconds = -(-left * 60 // worth)
            return here + dt.timedelta(seconds=int(seconds))
        left -= worth
        here += dt.timedelta(minutes=1)
    return here


MOMENTS = st.integers(0, 365 * 1440).map(lambda m: at("2025-10-01") + dt.timedelta(minutes=m))
UNITS: st.SearchStrategy[Unit] = st.sampled_from(["min", "h", "uh", "cd", "wh", "wd"])


class TestAgainstTheCounter:
    @given(MOMENTS, st.integers(1, 2400), UNITS)
    @settings(max_examples=60, deadline=None)
    def test_due_is_the_first_minute_at_which_the_limit_is_used_up(
        self, start: dt.datetime, minutes: int, unit: Unit
    ) -> None:
        limit = Limit(minutes, unit)
        assert CALENDAR.add(start, limit) == brute_due(start, limit)

    @given(MOMENTS, st.integers(0, 10 * 1440), UNITS)
    @settings(max_examples=60, deadline=None)
    def test_elapsed(self, start: dt.datetime, length: int, unit: Unit) -> None:
        end = start + dt.timedelta(minutes=length)
        expected = brute_elapsed(start, end, unit)
        assert CALENDAR.elapsed(start, end, unit) == int(expected)
        assert CALENDAR.elapsed(end, start, unit) == -int(expected)

    @given(MOMENTS, st.lists(st.integers(1, 5000), min_size=1, max_size=6), UNITS)
    @settings(deadline=None)
    def test_pieces_add_up_to_the_whole(self, start: dt.datetime, lengths: list[int], unit: Unit) -> None:
        cuts = [start]
        for length in lengths:
            cuts.append(cuts[-1] + dt.timedelta(minutes=length))
        pieces = sum(CALENDAR.position(b, unit) - CALENDAR.position(a, unit) for a, b in pairwise(cuts))
        assert pieces == CALENDAR.position(cuts[-1], unit) - CALENDAR.position(start, unit)

    @given(MOMENTS, st.integers(0, 40000), UNITS)
    @settings(deadline=None)
    def test_segments_tile_the_time_and_their_minutes_add_up(self, start: dt.datetime, length: int, unit: Unit) -> None:
        end = start + dt.timedelta(minutes=length)
        segments = CALENDAR.segments(start, end, unit)
        assert [s.since for s in segments[1:]] == [s.until for s in segments[:-1]]
        if segments:
            assert (segments[0].since, segments[-1].until) == (start, end)
        # Each stretch is cut to whole minutes of account, so many stretches may lack less than one each.
        lost = CALENDAR.elapsed(start, end, unit) - sum(s.minutes for s in segments)
        assert 0 <= lost <= len(segments)
        assert all(s.minutes == 0 for s in segments if not s.counts)


class TestDays:
    def test_two_working_days_from_half_past_ten_end_at_half_past_ten(self) -> None:
        assert CALENDAR.add(at("2026-03-02 10:30"), Limit.parse("2wd")) == at("2026-03-04 10:30")

    def test_a_short_summer_day_is_still_one_day(self) -> None:
        # 29 May is a day of 480 minutes, 1 June one of 450: half a day each.
        assert CALENDAR.add(at("2026-05-29 12:00"), Limit.parse("1wd")) == at("2026-06-01 11:45")
        assert CALENDAR.elapsed(at("2026-06-01 00:00"), at("2026-06-02 00:00"), "wd") == 480
        assert CALENDAR.elapsed(at("2026-06-01 00:00"), at("2026-06-02 00:00"), "wh") == 450

    def test_a_limit_ends_with_the_office_day_not_with_the_next_morning(self) -> None:
        assert CALENDAR.add(at("2026-03-02 08:00"), Limit.parse("1wd")) == at("2026-03-02 18:00")

    def test_started_at_night_it_runs_from_the_morning(self) -> None:
        assert CALENDAR.add(at("2026-03-02 22:00"), Limit.parse("2wh")) == at("2026-03-03 10:00")

    def test_national_day_week_and_its_adjusted_sunday(self) -> None:
        assert CALENDAR.day(dt.date(2025, 9, 28)).why["zh"] == "调休上班"
        assert CALENDAR.working_minutes(at("2025-09-28 00:00"), at("2025-09-29 00:00")) == 480
        assert CALENDAR.working_minutes(at("2025-10-01 00:00"), at("2025-10-09 00:00")) == 0
        assert CALENDAR.add(at("2025-09-30 16:00"), Limit.parse("4wh")) == at("2025-10-09 10:00")

    def test_urgent_hours_know_no_holiday(self) -> None:
        assert CALENDAR.add(at("2025-10-01 23:00"), Limit.parse("2uh")) == at("2025-10-02 01:00")

    def test_local_overrides_win(self) -> None:
        assert CALENDAR.working_minutes(at("2026-03-12 00:00"), at("2026-03-13 00:00")) == 0
        assert CALENDAR.working_minutes(at("2026-03-15 00:00"), at("2026-03-16 00:00")) == 480
        assert CALENDAR.working_minutes(at("2026-05-20 00:00"), at("2026-05-21 00:00")) == 230

    def test_why_nothing_ran(self) -> None:
        gaps = [
            s.text["zh"]
            for s in CALENDAR.segments(at("2025-09-30 11:00"), at("2025-10-09 09:00"), "wh")
            if not s.counts
        ]
        assert gaps == ["午休", "法定节假日（国庆节）、法定节假日（中秋）"]
        weekend = CALENDAR.segments(at("2026-01-09 17:00"), at("2026-01-12 09:00"), "wd")
        assert [(s.text["zh"], s.minutes) for s in weekend] == [
            ("工作时间", 60),
            ("周末", 0),
            ("工作时间", 60),
        ]

    def test_without_a_national_calendar(self) -> None:
        boston = WorkCalendar.from_spec(
            {"timezone": "America/New_York", "national": None, "hours": [{"hours": "08:00-16:00"}]}
        )
        start = dt.datetime(2011, 3, 11, 15, 0, tzinfo=boston.zone)  # the clocks go forward that weekend
        assert boston.known_until is None
        assert boston.add(start, Limit.parse("2wh")) == dt.datetime(2011, 3, 14, 9, 0, tzinfo=boston.zone)
        assert boston.add(start, Limit.parse("2cd")).astimezone(dt.UTC) - start.astimezone(dt.UTC) == dt.timedelta(
            days=2
        )


class TestBounds:
    def test_refuses_a_naive_time(self) -> None:
        with pytest.raises(ValueError, match="time zone"):
            CALENDAR.add(dt.datetime(2026, 3, 2, 8), Limit.parse("1wd"))  # noqa: DTZ001

    def test_says_when_it_is_asked_beyond_its_years(self) -> None:
        with pytest.raises(BeyondCalendar):
            CALENDAR.add(at("2026-12-31 12:00"), Limit.parse("9wd"))
        with pytest.raises(BeyondCalendar):
            CALENDAR.working_minutes(at("2025-01-01"), at("2025-10-01"))

    def test_another_rule_is_another_edition(self) -> None:
        assert CALENDAR.edition != WorkCalendar().edition
        assert WorkCalendar().edition == WorkCalendar().edition
        assert WorkCalendar().known_until is not None

    @pytest.mark.parametrize("hours", ["8:00-12:00", "12:00-08:00", "08:00-12:00 11:00-13:00", "08:00-24:30"])
    def test_refuses_wrong_hours(self, hours: str) -> None:
        with pytest.raises(ValueError):
            CalendarSpec.model_validate({"hours": [{"hours": hours}]})
