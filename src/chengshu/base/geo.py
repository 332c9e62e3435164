"""Coordinates: the national GCJ-02 and the BD-09 offset to and from CGCS2000, distances and boxes.

CGCS2000 and WGS 84 differ by centimetres and are treated as one. A position is longitude first, in degrees.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

Datum = Literal["cgcs2000", "gcj02", "bd09"]
LonLat = tuple[float, float]

# The Krasovsky ellipsoid, on which the offset of GCJ-02 is defined.
_AXIS = 6378245.0
_ECCENTRICITY = 0.00669342162296594323
_EARTH_RADIUS_M = 6371008.8
_BD_TURN = math.pi * 3000.0 / 180.0
# The offset changes by less than 1e-3 per degree, so each round of the inverse gains three digits or more.
_ROUNDS = 12
_EXACT = 1e-12


def within_offset_area(lon: float, lat: float) -> bool:
    """Whether GCJ-02 displaces positions here: the rectangle around the mainland that map services use."""
    return 72.004 <= lon <= 137.8347 and 0.8293 <= lat <= 55.8271


def _offset(lon: float, lat: float) -> LonLat:
    """How far GCJ-02 moves a CGCS2000 position, in degrees."""
    x, y = lon - 105.0, lat - 35.0
    root = math.sqrt(abs(x))
    wave = (20.0 * math.sin(6.0 * math.pi * x) + 20.0 * math.sin(2.0 * math.pi * x)) * 2.0 / 3.0
    north = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root + wave
    north += (20.0 * math.sin(math.pi * y) + 40.0 * math.sin(math.pi * y / 3.0)) * 2.0 / 3.0
    north += (160.0 * math.sin(math.pi * y / 12.0) + 320.0 * math.sin(math.pi * y / 30.0)) * 2.0 / 3.0
    east = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root + wave
    east += (20.0 * math.sin(math.pi * x) + 40.0 * math.sin(math.pi * x / 3.0)) * 2.0 / 3.0
    east += (150.0 * math.sin(math.pi * x / 12.0) + 300.0 * math.sin(math.pi * x / 30.0)) * 2.0 / 3.0
    rad = math.radians(lat)
    magic = 1.0 - _ECCENTRICITY * math.sin(rad) ** 2
    root_magic = math.sqrt(magic)
    per_lat = (_AXIS * (1.0 - _ECCENTRICITY)) / (magic * root_magic) * math.pi / 180.0
    per_lon = _AXIS / root_magic * math.cos(rad) * math.pi / 180.0
    return east / per_lon, north / per_lat


def cgcs2000_to_gcj02(lon: float, lat: float) -> LonLat:
    """The position as domestic map services show it."""
    if not within_offset_area(lon, lat):
        return lon, lat
    east, north = _offset(lon, lat)
    return lon + east, lat + north


def gcj02_to_cgcs2000(lon: float, lat: float) -> LonLat:
    """The true position; inverts the offset by iteration to better than a micrometre."""
    if not within_offset_area(lon, lat):
        return lon, lat
    true_lon, true_lat = lon, lat
    for _ in range(_ROUNDS):
        east, north = _offset(true_lon, true_lat)
        next_lon, next_lat = lon - east, lat - north
        moved = max(abs(next_lon - true_lon), abs(next_lat - true_lat))
        true_lon, true_lat = next_lon, next_lat
        if moved < _EXACT:
            break
    return true_lon, true_lat


def gcj02_to_bd09(lon: float, lat: float) -> LonLat:
    """The further turn of BD-09 on top of GCJ-02."""
    radius = math.hypot(lon, lat) + 0.00002 * math.sin(lat * _BD_TURN)
    angle = math.atan2(lat, lon) + 0.000003 * math.cos(lon * _BD_TURN)
    return radius * math.cos(angle) + 0.0065, radius * math.sin(angle) + 0.006


def bd09_to_gcj02(lon: float, lat: float) -> LonLat:
    """Undo BD-09: the closed form is off by metres, so its remainder is taken out by iteration."""
    guess_lon, guess_lat = lon - 0.0065, lat - 0.006
    for _ in range(_ROUNDS):
        back_lon, back_lat = gcj02_to_bd09(guess_lon, guess_lat)
        miss_lon, miss_lat = lon - back_lon, lat - back_lat
        guess_lon, guess_lat = guess_lon + miss_lon, guess_lat + miss_lat
        if max(abs(miss_lon), abs(miss_lat)) < _EXACT:
            break
    return guess_lon, guess_lat


def cgcs2000_to_bd09(lon: float, lat: float) -> LonLat:
    """The position as BD-09 services show it."""
    return gcj02_to_bd09(*cgcs2000_to_gcj02(lon, lat))


def bd09_to_cgcs2000(lon: float, lat: float) -> LonLat:
    """The true position of a BD-09 one."""
    return gcj02_to_cgcs2000(*bd09_to_gcj02(lon, lat))


def to_cgcs2000(lon: float, lat: float, datum: Datum = "cgcs2000") -> LonLat:
    """A position of any known datum as we keep it."""
    if datum == "gcj02":
        return gcj02_to_cgcs2000(lon, lat)
    if datum == "bd09":
        return bd09_to_cgcs2000(lon, lat)
    return lon, lat


def distance_m(lon1: float, lat1: float, lon2: float, lat2: float) -> float:
    """Great-circle distance in metres (haversine: exact enough for any two points of a county)."""
    rad1, rad2 = math.radians(lat1), math.radians(lat2)
    half_lat = math.sin((rad2 - rad1) / 2.0) ** 2
    half_lon = math.sin(math.radians(lon2 - lon1) / 2.0) ** 2
    root = half_lat + math.cos(rad1) * math.cos(rad2) * half_lon
    return 2.0 * _EARTH_RADIUS_M * math.asin(math.sqrt(min(1.0, root)))


def metres_per_degree(lat: float) -> LonLat:
    """Metres of one degree of longitude and of latitude near this latitude."""
    per_lat = math.radians(_EARTH_RADIUS_M)
    return per_lat * math.cos(math.radians(lat)), per_lat


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle of west, south, east, north."""

    west: float
    south: float
    east: float
    north: float

    @classmethod
    def around(cls, points: Iterable[LonLat]) -> "Box":
        """The smallest box that holds all the points; at least one is needed."""
        lons, lats = zip(*points, strict=True)
        return cls(min(lons), min(lats), max(lons), max(lats))

    @classmethod
    def about(cls, lon: float, lat: float, metres: float) -> "Box":
        """The box that reaches so many metres to each side of a point."""
        per_lon, per_lat = metres_per_degree(lat)
        east, north = metres / max(per_lon, 1.0), metres / per_lat
        return cls(lon - east, lat - north, lon + east, lat + north)

    @classmethod
    def parse(cls, text: str) -> "Box":
        """`w,s,e,n` as OGC services write it; ValueError when it is not a box on Earth."""
        numbers = [float(part) for part in text.split(",")]
        if len(numbers) != 4 or not all(map(math.isfinite, numbers)):
            raise ValueError(text)
        west, south, east, north = numbers
        if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):
            raise ValueError(text)
        return cls(west, south, east, north)

    def holds(self, lon: float, lat: float) -> bool:
        return self.west <= lon <= self.east and self.south <= lat <= self.north

    def meets(self, other: "Box") -> bool:
        return not (
            self.east < other.west or other.east < self.west or self.north < other.south or other.north < self.south
        )

    def as_list(self) -> list[float]:
        return [self.west, self.south, self.east, self.north]
