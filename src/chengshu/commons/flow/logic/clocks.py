"""Clocks as a ledger: everything a clock shows is folded from its entries and the work calendar, by pure functions."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field

from chengshu.base.limits import WORKING, Limit, Unit, minutes_in_words
from chengshu.base.text import L
from chengshu.base.workcal import WorkCalendar
from chengshu.commons.flow.contracts import ClockEntry, ClockFace, Color
from chengshu.commons.flow.errors import ClockMismatch
from chengshu.commons.flow.spec import ClockSpec


@dataclass(slots=True)
class Reading:
    """A clock folded: its present run as stretches of counting time, in ticks of the calendar."""

    clock: str
    unit: Unit
    allowed: int  # ticks
    begun: dt.datetime
    stretches: list[tuple[int, int]] = field(default_factory=list[tuple[int, int]])  # finished
    since: int | None = None  # where the running stretch began
    paused: bool = False
    stopped: bool = False
    overran: bool = False  # an earlier run of it was overdue

    @property
    def running(self) -> bool:
        return self.since is not None

    def used(self, position: int | None = None) -> int:
        """Ticks used until a position; without one, in finished stretches."""
        total = sum(b - a for a, b in self.stretches)
        if self.since is not None and position is not None:
            total += max(0, position - self.since)
        return total

    def reach(self, target: int) -> int | None:
        """Where that many ticks are used up: in the past, or ahead when the clock runs. A stopped clock is read as if
        it had gone on; of a paused one nobody can say."""
        total = 0
        last = len(self.stretches) - 1
        for index, (a, b) in enumerate(self.stretches):
            if total + (b - a) >= target or (self.stopped and index == last):
                return a + target - total
            total += b - a
        return None if self.since is None else self.since + target - total

    @property
    def overdue(self) -> bool:
        """Whether finished stretches used more than was allowed, now or in an earlier run."""
        return self.overran or self.used() > self.allowed


def fold(entries: Iterable[ClockEntry], calendar: WorkCalendar) -> Reading | None:
    """The present run of one clock from its entries in order; None when it never started or is void."""
    now: Reading | None = None
    for entry in entries:
        if entry.kind == "start":
            limit = Limit.parse(entry.limit or "")
            overran = now is not None and now.overdue
            now = Reading(entry.clock, limit.unit, calendar.ticks(limit), entry.at, overran=overran)
            now.since = calendar.position(entry.at, limit.unit)
        elif entry.kind == "void":
            now = None
        elif now is not None:
            _apply(now, entry, calendar)
    return now


def _apply(now: Reading, entry: ClockEntry, calendar: WorkCalendar) -> None:
    if entry.kind == "extend":
        now.allowed += same_unit_minutes(now, entry.limit or "") * calendar.ticks_per_minute(now.unit)
        return
    position = calendar.position(entry.at, now.unit)
    if entry.kind == "resume":
        if now.since is None:
            now.since = position
        now.paused = now.stopped = False
        return
    if now.since is not None:
        now.stretches.append((now.since, max(now.since, position)))
        now.since = None
    now.paused, now.stopped = (True, False) if entry.kind == "pause" else (False, True)


def same_unit_minutes(reading: Reading, text: str) -> int:
    """An extension in the account of the clock: 8 working hours are a working day; working and continuous do not mix."""
    limit = Limit.parse(text)
    if limit.working != (reading.unit in WORKING):
        units = "wh, wd" if reading.unit in WORKING else "min, h, uh, cd"
        raise ClockMismatch(value=text, clock=reading.clock, units=units)
    return limit.minutes


def by_clock(entries: Iterable[ClockEntry]) -> dict[str, list[ClockEntry]]:
    """The ledger of a matter, one list per clock, in order."""
    found: dict[str, list[ClockEntry]] = {}
    for entry in entries:
        found.setdefault(entry.clock, []).append(entry)
    return found


def due_at(reading: Reading, calendar: WorkCalendar) -> dt.datetime | None:
    """When the clock runs out; None while it is paused in time."""
    position = reading.reach(reading.allowed)
    return None if position is None else calendar.moment(position, reading.unit)


def warn_at(reading: Reading, share: float, calendar: WorkCalendar) -> dt.datetime | None:
    """When the clock turns yellow."""
    position = reading.reach(max(1, round(reading.allowed * share)))
    return None if position is None else calendar.moment(position, reading.unit)


def verdict_of(reading: Reading, calendar: WorkCalendar, now: dt.datetime) -> str:
    """Whether it was kept, as of a moment."""
    late = reading.overran or reading.used(calendar.position(now, reading.unit)) > reading.allowed
    return "overdue" if late else "ontime"


def used_minutes(reading: Reading, calendar: WorkCalendar, now: dt.datetime) -> int:
    """Whole minutes of account used until now."""
    return calendar.minutes(reading.used(calendar.position(now, reading.unit)), reading.unit)


def face(reading: Reading, spec: ClockSpec, calendar: WorkCalendar, now: dt.datetime) -> ClockFace:
    """How the clock looks at a moment, with the words for it."""
    used = reading.used(calendar.position(now, reading.unit))
    left = reading.allowed - used
    late = reading.overran or left < 0
    color: Color = "red" if late else "green"
    if not late and not reading.stopped and used >= round(reading.allowed * spec.warn_share):
        color = "yellow"
    remaining = calendar.minutes(left, reading.unit)
    return ClockFace(
        clock=reading.clock,
        title=title_of(spec),
        color=color,
        limit=str(Limit(calendar.minutes(reading.allowed, reading.unit), reading.unit)),
        used_minutes=calendar.minutes(used, reading.unit),
        remaining_minutes=remaining,
        paused=reading.paused,
        stopped=reading.stopped,
        due_at=due_at(reading, calendar),
        verdict=("overdue" if late else "ontime") if reading.stopped else None,
        text=_words(reading, left, remaining, calendar.minutes(used, reading.unit)),
    )


def _words(reading: Reading, left: int, remaining: int, used: int) -> L:
    amount = minutes_in_words(abs(remaining), reading.unit)
    took = minutes_in_words(used, reading.unit)
    if reading.stopped:
        if left < 0:
            return {
                "zh": f"超期{amount['zh']}完成，用时{took['zh']}",
                "en": f"done {amount['en']} late, took {took['en']}",
            }
        return {"zh": f"按时完成，用时{took['zh']}", "en": f"done in time, took {took['en']}"}
    if left < 0:
        zh, en = f"已超期{amount['zh']}", f"overdue by {amount['en']}"
    else:
        zh, en = f"剩余{amount['zh']}", f"{amount['en']} left"
    return {"zh": f"已挂账，{zh}", "en": f"paused, {en}"} if reading.paused else {"zh": zh, "en": en}


def title_of(spec: ClockSpec) -> L:
    """The title as a text in both languages."""
    return {"zh": spec.title.zh, "en": spec.title.en or spec.title.zh}
