"""What crosses the border of this room: facts, measures, tallies and indicator values."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

Facts = Mapping[str, Any]
"""The counted state of one case: state, stage, class, office, town, village, grid, channel, opened_on, closed_on,
verdict, returned, reworked, rating, person, overdue."""

MEASURES = (
    "reported", "filed", "open", "overdue", "closed", "ontime", "returned", "reworked", "rated", "satisfied",
)  # fmt: skip
DIMENSIONS = ("county", "office", "town", "village", "grid", "class", "channel", "person", "state")
ALL_DAYS = dt.date(1, 1, 1)
"""The day under which the sum over all days is kept."""


@dataclass(frozen=True, slots=True, order=True)
class TallyKey:
    """Where a number is kept."""

    dim: str
    day: dt.date
    key: str


@dataclass(frozen=True, slots=True)
class Rate:
    """A share that shows what it was made of; value is None where nothing was counted."""

    numerator: float
    denominator: float
    value: float | None


@dataclass(frozen=True, slots=True)
class Indicator:
    """A declared figure as installed."""

    id: str
    pack: str
    title: Mapping[str, str]
    unit: str
    grain: tuple[str, ...]
    sql: str
    compiled: str
    additive: bool
    over: str
    scale: float
    definition: Mapping[str, str]
    source: Mapping[str, str]
    better: str
    bands: Mapping[str, str] = field(default_factory=dict[str, str])
    href: str | None = None


@dataclass(frozen=True, slots=True)
class Value:
    """One computed value: for a key of the asked grouping, or for all."""

    key: str | None
    title: str | None
    day: dt.date | None
    value: float | None
    numerator: float | None
    denominator: float | None
    band: str | None
