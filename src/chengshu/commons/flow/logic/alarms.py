"""When a matter's clocks have to be heard: warned, overdue, escalated, or a move by itself; derived like everything."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from chengshu.base.limits import Limit
from chengshu.base.workcal import WorkCalendar
from chengshu.commons.flow.contracts import Snapshot
from chengshu.commons.flow.logic.clocks import Reading, by_clock, fold, same_unit_minutes
from chengshu.commons.flow.spec import EscalationSpec, FlowSpec

AlarmKind = Literal["warned", "overdue", "escalated", "auto"]
_ORDER: dict[str, int] = {"warned": 0, "overdue": 1, "escalated": 2, "auto": 3}


@dataclass(frozen=True, slots=True)
class Alarm:
    """A moment at which something has to be raised about a clock."""

    at: dt.datetime
    kind: AlarmKind
    clock: str
    due_at: dt.datetime
    rule: EscalationSpec | None = None
    move: str | None = None


def alarms(flow: FlowSpec, snapshot: Snapshot, calendar: WorkCalendar) -> list[Alarm]:
    """All alarms of the running clocks, past and to come, in order."""
    found: list[Alarm] = []
    for name, entries in by_clock(snapshot.clocks).items():
        if name in flow.clocks and entries[-1].kind not in ("stop", "void"):
            reading = fold(entries, calendar)
            if reading is not None:
                found.extend(_of_clock(flow, name, reading, calendar))
    return sorted(found, key=lambda a: (a.at, _ORDER[a.kind]))


def _of_clock(flow: FlowSpec, name: str, reading: Reading, calendar: WorkCalendar) -> Iterator[Alarm]:
    spec = flow.clocks[name]
    due = reading.reach(reading.allowed)
    if due is None:
        return
    due_at = calendar.moment(due, reading.unit)
    auto = next((m for m, move in flow.moves.items() if move.auto is not None and move.auto.clock == name), None)
    if auto is not None:
        yield Alarm(due_at, "auto", name, due_at, move=auto)
        return
    warn = reading.reach(max(1, round(reading.allowed * spec.warn_share)))
    if warn is not None:
        yield Alarm(calendar.moment(warn, reading.unit), "warned", name, due_at)
    yield Alarm(due_at, "overdue", name, due_at)
    for rule in flow.escalations:
        if rule.clock == name:
            later = _beyond(reading, rule.after, calendar)
            if later is not None:
                yield Alarm(later, "escalated", name, due_at, rule=rule)


def _beyond(reading: Reading, after: str, calendar: WorkCalendar) -> dt.datetime | None:
    """The moment some time past the due time, in the clock's way of counting; a limit of another way runs by itself."""
    limit = Limit.parse(after)
    if limit.working == Limit(1, reading.unit).working:
        ticks = same_unit_minutes(reading, after) * calendar.ticks_per_minute(reading.unit)
        position = reading.reach(reading.allowed + ticks)
        return None if position is None else calendar.moment(position, reading.unit)
    due = reading.reach(reading.allowed)
    return None if due is None else calendar.add(calendar.moment(due, reading.unit), limit)


def next_alarm(
    flow: FlowSpec, snapshot: Snapshot, calendar: WorkCalendar, heard_until: dt.datetime | None
) -> dt.datetime | None:
    """The first alarm that has not been raised yet; it may lie in the past when the worker was away."""
    return next((a.at for a in alarms(flow, snapshot, calendar) if heard_until is None or a.at > heard_until), None)
