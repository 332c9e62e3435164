"""What an address says beyond the names of regions: a road and a number."""

import re
from dataclasses import dataclass

from chengshu.commons.places.logic.words import NameIndex, plain

_ROAD = re.compile(
    r"(?P<road>[\u4e00-\u9fffa-z0-9]{1,12}?(?:大道|大街|公路|路|街|巷|弄|street|st|avenue|ave|road|rd))"
    r"(?:(?P<number>[0-9]{1,5})(?=号|弄|幢|$|[^0-9]))?"
)
_COORDINATES = re.compile(
    r"^\s*[(（]?\s*(?P<first>-?\d{1,3}(?:\.\d+)?)\s*[,，\s]\s*(?P<second>-?\d{1,3}(?:\.\d+)?)\s*[)）]?\s*$"
)
_SHORTEST_TAIL = 3


@dataclass(frozen=True, slots=True)
class Address:
    """An address as it is compared: the whole text, its road and number (empty and None when it has none)."""

    key: str
    road: str
    number: int | None

    @property
    def telling(self) -> bool:
        """Whether it says more than the name of a region."""
        return bool(self.road) or len(self.key) >= _SHORTEST_TAIL


def read_address(text: str, names: NameIndex) -> Address:
    """The address without the names of regions in front, so that it is the same with and without them."""
    match = names.match(text)
    tail = match.tail if match is not None else plain(text)
    road = _ROAD.search(tail)
    if road is None:
        return Address(tail[:200], "", None)
    number = int(road["number"]) if road["number"] else None
    return Address(tail[:200], road["road"], number)


def read_coordinates(text: str) -> tuple[float, float] | None:
    """Two numbers that can be a position, in the order they were written."""
    match = _COORDINATES.match(text)
    if match is None:
        return None
    first, second = float(match["first"]), float(match["second"])
    return (first, second) if abs(first) <= 180 and abs(second) <= 180 else None
