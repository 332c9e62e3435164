"""What one case adds to the counters, and how a batch of changes folds into one set of differences.

The contribution of a case is a pure function of its facts, so that folding -before +after for every change gives the
same counters as a recount, in whatever order the changes of different cases arrive.
"""

import datetime as dt
from collections.abc import Iterable, Iterator
from typing import Any

from chengshu.decide.indicators.contracts import ALL_DAYS, MEASURES, Facts, TallyKey

VOID_STATES = frozenset({"refused", "merged"})
"""A refused or merged case was reported; the case it went into counts the work."""
UNFILED_STAGES = frozenset({"collect", "file"})
SATISFIED_UP_TO = 3
"""Grades 1 非常满意, 2 满意 and 3 基本满意 count as satisfied (GB/T 39046-2020 A.8)."""
COUNTY_DIGITS, TOWN_DIGITS, VILLAGE_DIGITS = 6, 9, 12

Difference = dict[TallyKey, list[int]]


def _day(value: Any) -> dt.date | None:
    if value is None or isinstance(value, dt.date):
        return value
    return dt.date.fromisoformat(str(value)[:10])


def measures(facts: Facts) -> tuple[list[str], list[str]]:
    """The measures a case counts for: on the day it was opened, and on the day it was closed."""
    void = facts.get("state") in VOID_STATES
    closed = facts.get("closed_on") is not None
    at_open = ["reported"]
    at_close: list[str] = []
    if not void:
        at_open += [name for name, counts in _opened(facts, closed) if counts]
        at_close += [name for name, counts in _closed(facts, closed) if counts]
    return at_open, at_close


def _opened(facts: Facts, closed: bool) -> Iterator[tuple[str, bool]]:
    yield "filed", facts.get("stage") not in UNFILED_STAGES
    yield "open", not closed
    yield "overdue", not closed and bool(facts.get("overdue"))
    yield "returned", bool(facts.get("returned"))
    yield "reworked", bool(facts.get("reworked"))


def _closed(facts: Facts, closed: bool) -> Iterator[tuple[str, bool]]:
    rating = facts.get("rating")
    yield "closed", closed
    yield "ontime", closed and facts.get("verdict") == "ontime"
    yield "rated", closed and rating is not None
    yield "satisfied", closed and rating is not None and int(rating) <= SATISFIED_UP_TO


def keys(facts: Facts) -> Iterator[tuple[str, str]]:
    """The (dimension, key) pairs a case counts under; what is not known is left out, never guessed."""
    place = next((str(facts[k]) for k in ("town", "village", "grid") if facts.get(k)), "")
    yield "county", place[:COUNTY_DIGITS] or "-"
    for dim in ("office", "town", "village", "grid", "class", "channel", "person", "state"):
        value = facts.get(dim)
        if value not in (None, ""):
            yield dim, str(value)


def add(difference: Difference, facts: Facts, sign: int) -> None:
    """Add what one case counts for, or take it away, day by day and in the sum of all days."""
    at_open, at_close = measures(facts)
    opened, closed = _day(facts.get("opened_on")), _day(facts.get("closed_on"))
    for dim, key in keys(facts):
        for day, names in ((opened, at_open), (closed, at_close)):
            if day is None or not names:
                continue
            for place in (day, ALL_DAYS):
                row = difference.setdefault(TallyKey(dim, place, key), [0] * len(MEASURES))
                for name in names:
                    row[MEASURES.index(name)] += sign


def fold(changes: Iterable[tuple[Facts | None, Facts | None]]) -> Difference:
    """The difference that a batch of (before, after) makes; rows that cancel out are dropped."""
    difference: Difference = {}
    for before, after in changes:
        if before:
            add(difference, before, -1)
        if after:
            add(difference, after, +1)
    return {key: row for key, row in difference.items() if any(row)}


def region_path(dim: str, key: str) -> str | None:
    """The ltree path of a village or grid code, by its fixed digits (GB/T 30428.1); None elsewhere."""
    lengths = {
        "village": (COUNTY_DIGITS, TOWN_DIGITS, VILLAGE_DIGITS),
        "grid": (COUNTY_DIGITS, TOWN_DIGITS, VILLAGE_DIGITS, 15),
    }
    if dim not in lengths or not key.isascii() or not key.isdigit():
        return None
    return ".".join(f"r{key[:n]}" for n in lengths[dim])
