"""The work calendar: when office time runs, how much of it lies between two moments, and when a limit ends.

How time is counted, exactly. Everything is cut to whole seconds.

* Natural units (min, h, uh, cd) run without a break; 1 cd is 24 hours.
* 1 wh is 3600 seconds inside the office hours of the city.
* 1 wd is one working day, whatever its length: a day's account of 480 minutes is spread evenly over that day's own
  office hours. On a day of 8 office hours a minute is a minute; on a summer day of 7.5 hours each counts 480/450. So
  "2wd" from a moment with a third of the day worked ends two working days later at a third of the day, and a pause
  over a weekend or a night gives nothing back, because nothing was running.
* A limit ends at the first moment at which it is used up (Friday 18:00, not Monday 08:00); started outside office
  hours it begins to run with the next office hour.

Amounts are kept as integer ticks (1 wd = a common multiple of all day lengths), so sums are exact and the answer is
the same however a stretch is cut into pieces.
"""

import bisect
import datetime as dt
import hashlib
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from zoneinfo import ZoneInfo

from chengshu.base.calendar_rules import CalendarSpec, DayRule, Windows, day_rule, known_until
from chengshu.base.errors import Invalid
from chengshu.base.limits import WORKING, Limit, Unit
from chengshu.base.text import L

FIRST: Final = dt.date(2000, 1, 1)
LAST: Final = dt.date(2049, 12, 31)
CONTINUOUS: Final[L] = {
    "zh": "连续计时，不分昼夜和节假日",
    "en": "runs through nights, weekends and holidays",
}
NIGHT: Final[L] = {"zh": "下班时间", "en": "outside office hours"}
NOON: Final[L] = {"zh": "午休", "en": "midday break"}


class BeyondCalendar(Invalid):
    """A moment outside the years the calendar was built for."""

    code = "workcal.beyond_calendar"
    text = {
        "zh": "时间 {value} 超出工作日历的范围（{span}）",
        "en": "{value} is outside the work calendar ({span})",
    }
    remedy = {"zh": "请检查日期和时限", "en": "Check the date and the limit"}


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of time that counts or does not, and why; `minutes` in the account of the asked unit."""

    since: dt.datetime
    until: dt.datetime
    counts: bool
    minutes: int
    text: L


class WorkCalendar:
    """Office time of one city. Built once (about 30 ms), then every question costs a binary search."""

    def __init__(self, spec: CalendarSpec | None = None, *, first: dt.date = FIRST, last: dt.date = LAST) -> None:
        self.spec = spec or CalendarSpec()
        self.zone = ZoneInfo(self.spec.timezone)
        self.known_until = known_until(self.spec)
        self._first = first.toordinal()
        self._build(first, last)
        text = json.dumps([self.spec.model_dump(mode="json"), str(self.known_until)], sort_keys=True)
        self.edition = hashlib.sha256(text.encode()).hexdigest()[:8]

    @classmethod
    def from_spec(cls, spec: Mapping[str, object]) -> "WorkCalendar":
        """From a site's declaration (see CalendarSpec)."""
        return cls(CalendarSpec.model_validate(spec))

    def _build(self, first: dt.date, last: dt.date) -> None:
        self._windows: list[Windows] = []
        self._length: list[int] = []
        self._seconds, self._days = [0], [0]  # worked before day i
        lengths: dict[Windows, int] = {}
        for ordinal in range(first.toordinal(), last.toordinal() + 1):
            windows = day_rule(self.spec, dt.date.fromordinal(ordinal)).windows
            length = lengths.setdefault(windows, sum(b - a for a, b in windows))
            self._windows.append(windows)
            self._length.append(length)
            self._seconds.append(self._seconds[-1] + length)
            self._days.append(self._days[-1] + (length > 0))
        self._day_ticks = math.lcm(480 * 60, *(n for n in lengths.values() if n))

    # -- amounts ------------------------------------------------------------------------------------------------

    def ticks(self, limit: Limit) -> int:
        """A limit in the ticks of its own unit."""
        return limit.minutes * self.ticks_per_minute(limit.unit)

    def ticks_per_minute(self, unit: Unit) -> int:
        """How many ticks a minute of the unit's account has."""
        return self._day_ticks // 480 if unit == "wd" else 60

    def position(self, at: dt.datetime, unit: Unit) -> int:
        """How many ticks of the unit have run from the calendar's beginning until a moment; only differences matter."""
        if unit not in WORKING:
            return math.floor(_aware(at).timestamp())
        day, second = self._local(at)
        worked = sum(min(second, b) - a for a, b in self._windows[day] if a < second)
        if unit == "wh":
            return self._seconds[day] + worked
        length = self._length[day]
        return self._days[day] * self._day_ticks + (worked * (self._day_ticks // length) if length else 0)

    def moment(self, position: int, unit: Unit) -> dt.datetime:
        """The first moment at which that many ticks have run: the inverse of `position`."""
        if unit not in WORKING:
            return dt.datetime.fromtimestamp(position, self.zone)
        if unit == "wh":
            day = bisect.bisect_left(self._seconds, position) - 1
            rest = position - self._seconds[max(day, 0)]
        else:
            whole, part = divmod(position, self._day_ticks)
            day = bisect.bisect_left(self._days, whole + (part > 0)) - 1
            left = position - self._days[max(day, 0)] * self._day_ticks
            rest = -(-left * self._length[day] // self._day_ticks) if 0 <= day < len(self._length) else 0
        if day < 0 or day >= len(self._windows):
            raise BeyondCalendar(value=f"{position} {unit}", span=self._span())
        for a, b in self._windows[day]:
            if rest <= b - a:
                return self._at(day, a + rest)
            rest -= b - a
        raise BeyondCalendar(value=f"{position} {unit}", span=self._span())

    def add(self, start: dt.datetime, limit: Limit) -> dt.datetime:
        """When a limit that starts at a moment ends."""
        return self.moment(self.position(start, limit.unit) + self.ticks(limit), limit.unit)

    def working_minutes(self, a: dt.datetime, b: dt.datetime) -> int:
        """Whole office minutes between two moments; negative when b is before a."""
        return self.elapsed(a, b, "wh")

    def elapsed(self, a: dt.datetime, b: dt.datetime, unit: Unit) -> int:
        """Whole minutes of the unit's account between two moments (480 to a working day); negative when b is before a."""
        return self.minutes(self.position(b, unit) - self.position(a, unit), unit)

    def minutes(self, ticks: int, unit: Unit) -> int:
        """Ticks as whole minutes of the unit's account, cut towards zero."""
        whole = abs(ticks) // self.ticks_per_minute(unit)
        return whole if ticks >= 0 else -whole

    # -- words --------------------------------------------------------------------------------------------------

    def day(self, date: dt.date) -> DayRule:
        """The rule of a day: its office hours and why."""
        return day_rule(self.spec, date)

    def days(self, first: dt.date, count: int) -> list[tuple[dt.date, DayRule]]:
        """The rules of some days in a row, within the years of the calendar."""
        last = self._first + len(self._windows)
        ordinals = range(max(first.toordinal(), self._first), min(first.toordinal() + count, last))
        return [(date, self.day(date)) for date in map(dt.date.fromordinal, ordinals)]

    def segments(self, a: dt.datetime, b: dt.datetime, unit: Unit) -> list[Segment]:
        """What of the time between two moments counted, and why the rest did not."""
        a, b = (_aware(t).astimezone(self.zone).replace(microsecond=0) for t in (a, b))
        if b <= a:
            return []
        if unit not in WORKING:
            return [Segment(a, b, True, self.elapsed(a, b, unit), CONTINUOUS)]
        found: list[Segment] = []
        here = a
        for day in range(self._local(a)[0], self._local(b)[0] + 1):
            for opens, closes in self._windows[day]:
                since, until = max(a, self._at(day, opens)), min(b, self._at(day, closes))
                if until <= since:
                    continue
                if since > here:
                    found.append(self._gap(here, since))
                why = self.day(dt.date.fromordinal(self._first + day)).why
                found.append(Segment(since, until, True, self.elapsed(since, until, unit), why))
                here = until
        if here < b:
            found.append(self._gap(here, b))
        return found

    def _gap(self, a: dt.datetime, b: dt.datetime) -> Segment:
        reasons: dict[str, L] = {}
        last = b.date() if b.time() > dt.time() else b.date() - dt.timedelta(days=1)
        for ordinal in range(a.date().toordinal(), last.toordinal() + 1):
            rule = self.day(dt.date.fromordinal(ordinal))
            if not rule.windows:
                reasons.setdefault(rule.why["zh"], rule.why)
        if reasons:
            text: L = {"zh": "、".join(reasons), "en": ", ".join(r["en"] for r in reasons.values())}
        else:
            text = NOON if a.date() == last and self._between_windows(a, b) else NIGHT
        return Segment(a, b, False, 0, text)

    def _between_windows(self, a: dt.datetime, b: dt.datetime) -> bool:
        windows = self._windows[a.date().toordinal() - self._first]
        second = a.hour * 3600 + a.minute * 60 + a.second
        return a.date() == b.date() and bool(windows) and windows[0][0] <= second <= windows[-1][1]

    # -- places in the arrays -----------------------------------------------------------------------------------

    def _local(self, at: dt.datetime) -> tuple[int, int]:
        local = _aware(at).astimezone(self.zone)
        day = local.toordinal() - self._first
        if not 0 <= day < len(self._windows):
            raise BeyondCalendar(value=at.isoformat(), span=self._span())
        return day, local.hour * 3600 + local.minute * 60 + local.second

    def _at(self, day: int, second: int) -> dt.datetime:
        date = dt.date.fromordinal(self._first + day)
        if second == 86400:
            return dt.datetime.combine(date + dt.timedelta(days=1), dt.time(), self.zone)
        return dt.datetime.combine(date, dt.time(second // 3600, second // 60 % 60, second % 60), self.zone)

    def _span(self) -> str:
        last = dt.date.fromordinal(self._first + len(self._windows) - 1)
        return f"{dt.date.fromordinal(self._first)} to {last}"


def _aware(at: dt.datetime) -> dt.datetime:
    if at.tzinfo is None:
        raise ValueError(f"{at.isoformat()} has no time zone")
    return at


__all__: Sequence[str] = ["BeyondCalendar", "CalendarSpec", "DayRule", "Segment", "WorkCalendar"]
