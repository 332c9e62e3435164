"""All regions in memory: from a point to its grid in microseconds, from a code to its line, children and names."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import cast

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from chengshu.base.geo import LonLat, distance_m, metres_per_degree
from chengshu.commons.places.contracts import Level, Place, Region, path_of
from chengshu.commons.places.errors import RegionUnknown
from chengshu.commons.places.logic.words import NameIndex

SNAP_M = 300.0
"""A point this little outside every outline is still meant to be inside: outlines and phones are not exact."""


@dataclass(frozen=True, slots=True)
class _State:
    """One consistent edition of the tree; swapped as a whole."""

    regions: dict[str, Region]
    outlines: dict[str, BaseGeometry]
    children: dict[str | None, tuple[str, ...]]
    places: tuple[Place, ...]
    tree: shapely.STRtree
    words: NameIndex
    edition: int


class RegionIndex:
    """The city's regions, reached as `work.city.regions`. Reads never wait; `replace` swaps in a new edition."""

    def __init__(self) -> None:
        self._state = _build({}, {}, 0)
        self.updated_at: dt.datetime | None = None

    def replace(
        self, regions: Sequence[Region], outlines: Sequence[BaseGeometry], updated_at: dt.datetime | None = None
    ) -> None:
        """Take over a whole new tree; `updated_at` is when a region was last redrawn."""
        by_code = {region.code: region for region in regions}
        shapes = {region.code: shape for region, shape in zip(regions, outlines, strict=True)}
        self._state = _build(by_code, shapes, self._state.edition + 1)
        self.updated_at = updated_at

    @property
    def edition(self) -> int:
        """Counts the replacements, so that what is derived from the tree knows when to be made anew."""
        return self._state.edition

    @property
    def county(self) -> Region:
        """The root of the tree."""
        roots = self._state.children.get(None, ())
        if not roots:
            raise RegionUnknown(field="county", value="")
        return self._state.regions[roots[0]]

    @property
    def words(self) -> NameIndex:
        """The names, for searching."""
        return self._state.words

    def __len__(self) -> int:
        return len(self._state.regions)

    def __contains__(self, code: object) -> bool:
        return code in self._state.regions

    def all(self, level: Level | None = None) -> list[Region]:
        """Every region, or those of one level, in the order of their codes."""
        return [r for r in self._state.regions.values() if level is None or r.level == level]

    def find(self, code: str) -> Region | None:
        """The region of a code or path, None when there is none."""
        return self._state.regions.get(code.rsplit(".", 1)[-1].removeprefix("r"))

    def by_code(self, code: str) -> Region:
        """The region of a code or path; RegionUnknown names the field `region`."""
        region = self.find(code)
        if region is None:
            raise RegionUnknown(field="region", value=code)
        return region

    def path(self, code: str) -> str:
        """The ltree path of a known code."""
        return self.by_code(code).path

    def children(self, code: str | None) -> list[Region]:
        """The regions right below, in the order of their codes; of None the county."""
        state = self._state
        return [state.regions[child] for child in state.children.get(code, ())]

    def below(self, code: str, level: Level) -> list[Region]:
        """All regions of a level inside a region, itself included when it is of that level."""
        path = self.path(code)
        return [r for r in self.all(level) if r.path == path or r.path.startswith(path + ".")]

    def line(self, code: str) -> list[Region]:
        """The region with its ancestors, from the county down."""
        region = self.by_code(code)
        regions = self._state.regions
        return [regions[label.removeprefix("r")] for label in region.path.split(".")]

    def names(self, code: str, lang: str = "zh") -> list[str]:
        """The names from the county down to the region."""
        return [region.title(lang) for region in self.line(code)]

    def outline(self, code: str) -> BaseGeometry:
        """The region's outline in CGCS2000."""
        region = self.by_code(code)
        return self._state.outlines[region.code]

    def locate(self, lon: float, lat: float, snap_m: float = SNAP_M) -> Place | None:
        """The regions a point lies in; a point slightly outside is given to the nearest grid and marked snapped."""
        state = self._state
        point = shapely.Point(lon, lat)
        hits = state.tree.query(point, predicate="intersects")
        if len(hits):
            # On a border both sides hold the point: the lower code takes it, so that the answer is always the same.
            return replace(state.places[int(hits.min())], lon=lon, lat=lat)
        return _snap(state, point, lon, lat, snap_m) if snap_m > 0 else None

    def locate_many(self, points: Sequence[LonLat]) -> list[Place | None]:
        """Locate at once what a file or a replay brings."""
        state = self._state
        found: list[Place | None] = [None] * len(points)
        asked = shapely.points(np.array(points, dtype=float).reshape(-1, 2))
        hits: list[list[int]] = state.tree.query(asked, predicate="intersects").T.tolist()
        for index, leaf in hits:
            known = found[index]
            place = state.places[leaf]
            if known is None or place.code < known.code:
                found[index] = replace(place, lon=points[index][0], lat=points[index][1])
        return [found[i] or _snap(state, shapely.Point(p), *p, SNAP_M) for i, p in enumerate(points)]

    def place_of(self, code: str, point: LonLat | None = None) -> Place:
        """A region as a place, at the given point or at its own centre."""
        region = self.by_code(code)
        lon, lat = point or (region.lon, region.lat)
        return _as_place(self._state.regions, region, lon, lat)

    def nearest(self, lon: float, lat: float, level: Level, count: int = 1) -> list[tuple[Region, float]]:
        """The regions of a level whose centres are nearest, with the distance in metres."""
        ranked = sorted((distance_m(lon, lat, r.lon, r.lat), r.code, r) for r in self.all(level))
        return [(region, metres) for metres, _, region in ranked[:count]]


def _build(regions: dict[str, Region], outlines: dict[str, BaseGeometry], edition: int) -> _State:
    ordered = dict(sorted(regions.items()))
    children: dict[str | None, list[str]] = {}
    for region in ordered.values():
        children.setdefault(region.parent, []).append(region.code)
    # A point is looked for among the leaves alone: a town without villages is a leaf as well.
    leaves = [region for region in ordered.values() if region.code not in children]
    shapes = np.array([outlines[region.code] for region in leaves], dtype=object)
    shapely.prepare(shapes)
    return _State(
        regions=ordered,
        outlines=outlines,
        children={parent: tuple(codes) for parent, codes in children.items()},
        places=tuple(_as_place(ordered, leaf, leaf.lon, leaf.lat) for leaf in leaves),
        tree=shapely.STRtree(shapes),
        words=NameIndex(ordered.values()),
        edition=edition,
    )


def _as_place(regions: dict[str, Region], region: Region, lon: float, lat: float) -> Place:
    codes = [label.removeprefix("r") for label in path_of(region.code).split(".")]
    below = codes[1:] + [None] * (4 - len(codes))
    names = tuple(regions[code].name for code in codes)
    return Place(lon, lat, region.path, codes[0], *below, names=names)


def _snap(state: _State, point: shapely.Point, lon: float, lat: float, snap_m: float) -> Place | None:
    if not len(state.places) or not (-180 <= lon <= 180 and -90 <= lat <= 90):
        return None
    per_lon, per_lat = metres_per_degree(lat)
    reach = snap_m / max(min(per_lon, per_lat), 1.0)
    near = state.tree.query_nearest(point, max_distance=reach)
    best: Place | None = None
    for index in sorted(map(int, near)):
        metres = _metres_to(state.tree.geometries[index], point)
        if metres <= snap_m and (best is None or metres < best.distance_m):
            best = replace(state.places[index], lon=lon, lat=lat, snapped=True, distance_m=round(metres, 1))
    return best


def _metres_to(outline: BaseGeometry, point: shapely.Point) -> float:
    line = cast(BaseGeometry, shapely.shortest_line(outline, point))  # pyright: ignore[reportUnknownMemberType]
    (lon1, lat1), (lon2, lat2) = shapely.get_coordinates(line).tolist()
    return distance_m(lon1, lat1, lon2, lat2)


def common_line(paths: Iterable[str]) -> str | None:
    """The deepest path that all the paths lie in, None when they share nothing."""
    shared: list[str] | None = None
    for path in paths:
        labels = path.split(".")
        if shared is None:
            shared = labels
            continue
        keep = 0
        while keep < min(len(shared), len(labels)) and shared[keep] == labels[keep]:
            keep += 1
        shared = shared[:keep]
    return ".".join(shared) if shared else None
