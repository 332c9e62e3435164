"""Why is this late: the life of a clock, stretch by stretch, in words."""

import datetime as dt
from collections.abc import Iterator, Sequence

from chengshu.base.limits import Limit
from chengshu.base.text import L
from chengshu.base.workcal import WorkCalendar
from chengshu.commons.flow.contracts import ClockEntry, Span
from chengshu.commons.flow.logic.clocks import due_at, fold


def explain(entries: Sequence[ClockEntry], calendar: WorkCalendar, now: dt.datetime) -> list[Span]:
    """The spans of one clock from its first start until now (or its stop); time beyond the limit is marked."""
    reading = fold(entries, calendar)
    if reading is None:
        return []
    due = due_at(reading, calendar)
    found: list[Span] = []
    for index, entry in enumerate(entries):
        until = entries[index + 1].at if index + 1 < len(entries) else now
        found += _note(entry)
        if _runs_after(entries, index):
            unit = reading.unit
            for segment in calendar.segments(entry.at, max(entry.at, until), unit):
                found += _split(
                    Span(segment.since, segment.until, segment.counts, segment.minutes, segment.text),
                    due,
                    calendar,
                    unit,
                )
        elif until > entry.at and (index + 1 < len(entries) or entry.kind == "pause"):
            found.append(Span(entry.at, until, False, 0, _idle(entry)))
    return found


def _runs_after(entries: Sequence[ClockEntry], index: int) -> bool:
    """Whether the clock counts after an entry: an extension leaves it as it was."""
    for entry in reversed(entries[: index + 1]):
        if entry.kind != "extend":
            return entry.kind in ("start", "resume")
    return False


def _note(entry: ClockEntry) -> Iterator[Span]:
    if entry.kind not in ("extend", "start", "void"):
        return
    words = Limit.parse(entry.limit).words() if entry.limit else {"zh": "", "en": ""}
    because = f"：{entry.reason}" if entry.reason else ""
    by = f"（{entry.by}）" if entry.by else ""
    heads: dict[str, tuple[str, str]] = {
        "start": (f"开始计时，时限{words['zh']}", f"begins, limit {words['en']}"),
        "extend": (f"延期{words['zh']}", f"extended by {words['en']}"),
        "void": ("此前计时作废", "what ran so far is void"),
    }
    zh, en = heads[entry.kind]
    yield Span(entry.at, entry.at, False, 0, {"zh": f"{zh}{because}{by}", "en": f"{en}{because}{by}"})


def _idle(entry: ClockEntry) -> L:
    because = f"：{entry.reason}" if entry.reason else ""
    if entry.kind == "pause":
        return {"zh": f"挂账，不计时{because}", "en": f"paused{because}"}
    return {"zh": "转入其他环节，不计时", "en": "with another stage, not counted"}


def _split(span: Span, due: dt.datetime | None, calendar: WorkCalendar, unit: str) -> Iterator[Span]:
    """Cut a counting span at the due time, so that what is late can be seen."""
    if not span.counts or due is None or due >= span.until:
        yield span
        return
    late: L = {"zh": f"{span.text['zh']}（已超期）", "en": f"{span.text['en']} (overdue)"}
    if due > span.since:
        minutes = calendar.elapsed(span.since, due, unit)  # pyright: ignore[reportArgumentType]
        yield Span(span.since, due, True, minutes, span.text)
        yield Span(due, span.until, True, span.minutes - minutes, late)
    else:
        yield Span(span.since, span.until, True, span.minutes, late)
