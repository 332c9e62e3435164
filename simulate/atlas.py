"""What everybody in the county knows: its towns and villages, its kinds of trouble, and some spots where life happens."""

import random
from dataclasses import dataclass, field
from typing import Any

from shapely.geometry import Point, shape
from shapely.geometry.base import BaseGeometry

from simulate.client import Person
from simulate.words import SPOTS, STREETS, visible

SPOTS_IN_TOWN = 4
METRE = 1 / 111_000


@dataclass(frozen=True, slots=True)
class Spot:
    """A corner where people pass by: trouble of a kind comes back to such places."""

    lon: float
    lat: float
    village: str
    address: str


@dataclass
class Atlas:
    """The county as anybody can read it from the open API."""

    site: dict[str, Any]
    classes: list[dict[str, Any]]
    spots: list[Spot] = field(default_factory=list[Spot])

    def somewhere(self, luck: random.Random) -> tuple[float, float, str]:
        """A point a few dozen metres around a spot, with its address."""
        spot = luck.choice(self.spots)
        lon = spot.lon + luck.gauss(0, 25) * METRE
        lat = spot.lat + luck.gauss(0, 25) * METRE
        return round(lon, 6), round(lat, 6), f"{spot.address}{luck.randint(1, 199)}号"

    def trouble(self, luck: random.Random, seen: bool) -> dict[str, Any]:
        """A class of trouble, one that can be `seen` in the street or any; a few kinds make up most of what comes."""
        classes = [c for c in self.classes if visible(str(c["title"]))] if seen else self.classes
        place = min(int(luck.expovariate(1.0) * len(classes) / 5), len(classes) - 1)
        return classes[place]


def inside(outline: BaseGeometry, luck: random.Random) -> tuple[float, float]:
    """A random point inside an outline; its own inner point when luck fails."""
    west, south, east, north = outline.bounds
    for _ in range(60):
        point = Point(luck.uniform(west, east), luck.uniform(south, north))
        if outline.contains(point):
            return point.x, point.y
    inner = outline.representative_point()
    return inner.x, inner.y


async def learn(public: Person, seed: int) -> Atlas:
    """Read the county from the open API and settle the spots; the same seed gives the same spots."""
    luck = random.Random(f"atlas-{seed}")
    site = await public.get("/api/open/v1/site")
    answer = await public.get("/api/open/v1/classes")
    classes = sorted(answer["items"] if isinstance(answer, dict) else answer, key=lambda c: str(c["code"]))
    luck.shuffle(classes)
    towns = _names(await public.get("/api/open/v1/regions.geojson", level=2))
    villages = await public.get("/api/open/v1/regions.geojson", level=3)
    atlas = Atlas(site, classes)
    by_town: dict[str, list[dict[str, Any]]] = {}
    for feature in sorted(villages["features"], key=lambda f: str(f["properties"]["code"])):
        by_town.setdefault(str(feature["properties"]["code"])[:9], []).append(feature)
    for town, features in sorted(by_town.items()):
        for feature in luck.sample(features, min(SPOTS_IN_TOWN, len(features))):
            atlas.spots.append(_spot(feature, towns.get(town, ""), luck))
    return atlas


def _names(collection: dict[str, Any]) -> dict[str, str]:
    return {str(f["properties"]["code"]): str(f["properties"].get("name") or "") for f in collection["features"]}


def _spot(feature: dict[str, Any], town: str, luck: random.Random) -> Spot:
    properties = feature["properties"]
    lon, lat = inside(shape(feature["geometry"]), luck)
    village = str(properties.get("name") or "").removesuffix("居民委员会").removesuffix("村民委员会")
    address = f"{town}{village}{luck.choice(STREETS)}{luck.choice(SPOTS)}"
    return Spot(lon, lat, str(properties["code"]), address)
