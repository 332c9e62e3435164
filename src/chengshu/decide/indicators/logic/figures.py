"""Rates with their parts, and the colour of a value by its declared bands."""

import re
from collections.abc import Mapping

from chengshu.decide.indicators.contracts import Rate

BAND = re.compile(r"^\s*(<=|>=|<|>|=)\s*(-?\d+(?:\.\d+)?)\s*$")
WORST_FIRST = ("red", "orange", "yellow", "green")


def rate(numerator: float, denominator: float, scale: float = 100.0) -> Rate:
    """numerator / denominator x scale; no value where there is nothing to divide by."""
    return Rate(numerator, denominator, round(scale * numerator / denominator, 2) if denominator else None)


def holds(condition: str, value: float) -> bool:
    """Whether a value meets a band's condition such as `< 80`."""
    match = BAND.match(condition)
    if match is None:
        raise ValueError(f"a band is a comparison such as '< 80', not '{condition}'")
    limit = float(match[2])
    return {
        "<": value < limit, "<=": value <= limit, ">": value > limit, ">=": value >= limit, "=": value == limit,
    }[match[1]]  # fmt: skip


def band(bands: Mapping[str, str], value: float | None) -> str | None:
    """The worst band whose condition holds; None without bands or without a value."""
    if value is None or not bands:
        return None
    return next((c for c in WORST_FIRST if c in bands and holds(bands[c], value)), "green")
