"""Which open cases are probably about the same thing: near in space, near in time, alike in words."""

import datetime as dt
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from chengshu.base.geo import distance_m
from chengshu.govern.cases.logic.words import bigrams, likeness

RADIUS_M = 500.0
FAR_DAYS = 30.0
LEAST = 0.3


@dataclass(frozen=True, slots=True)
class Similar:
    """A candidate with what it scored."""

    row: dict[str, Any]
    distance_m: float | None
    similarity: float


def box_around(lon: float, lat: float, radius_m: float = RADIUS_M) -> tuple[float, float, float, float]:
    """West, south, east, north of a box that holds the circle."""
    high = radius_m / 111_000.0
    wide = high / max(0.01, math.cos(math.radians(lat)))
    return lon - wide, lat - high, lon + wide, lat + high


def score(text: float, distance: float | None, days: float, same_class: bool) -> float:
    """0..1: words count most, then the distance, the class and the time. Without a place the words decide alone."""
    near = 0.0 if distance is None else max(0.0, 1.0 - distance / RADIUS_M)
    fresh = max(0.0, 1.0 - abs(days) / FAR_DAYS)
    return 0.5 * text + 0.25 * near + 0.15 * same_class + 0.10 * fresh


def rank_similar(
    text: str, class_code: str | None, lon: float | None, lat: float | None, now: dt.datetime,
    candidates: Iterable[dict[str, Any]], most: int = 8,
) -> Sequence[Similar]:  # fmt: skip
    """The candidates worth showing, best first. Nothing farther than RADIUS_M when both places are known."""
    wanted = bigrams(text)
    found: list[Similar] = []
    for row in candidates:
        far = None
        if lon is not None and lat is not None and row["lon"] is not None and row["lat"] is not None:
            far = distance_m(lon, lat, row["lon"], row["lat"])
            if far > RADIUS_M:
                continue
        alike = likeness(wanted, row["grams"] or bigrams(row["title"]))
        same = class_code is not None and row["class"] == class_code
        days = (now - row["opened_at"]).total_seconds() / 86_400
        value = score(alike, far, days, same)
        if value >= LEAST:
            found.append(Similar(row, far, round(value, 3)))
    found.sort(key=lambda s: (-s.similarity, s.row["id"]))
    return found[:most]
