"""Schematic outlines: a gap-free cover of the county by towns, villages and grids, drawn from codes and centres.

Official town, village and grid boundaries are not public. What is missing is drawn here and marked schematic (示意)
until real outlines are imported. Cells are Voronoi cells of the centres; all borders are then noded together once, so
that neighbours share every vertex and each level is exactly the union of the level below.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import shapely
from shapely.geometry import LinearRing, MultiLineString, MultiPoint, MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry

from chengshu.commons.places.logic.sites import (
    Points,
    generator_of,
    nearest_of,
    relaxed_sites,
    sample_inside,
)

GRID_SIZE = 1e-7
"""Coordinates are kept to seven decimals, about a centimetre."""
_SAMPLES_PER_CHILD = 120
_LEAST_SAMPLES = 300
GENERATOR = "voronoi-1"
"""Changes whenever the same input would be drawn differently, so that installed sites are drawn anew."""


@dataclass(slots=True)
class Node:
    """A region to be drawn: its centre when known, and its children in order."""

    code: str
    centre: tuple[float, float] | None = None
    children: list["Node"] = field(default_factory=list["Node"])


@dataclass(frozen=True, slots=True)
class Drawn:
    """A region's outline and a centre that lies inside it."""

    outline: BaseGeometry
    centre: tuple[float, float]


class NotDrawable(ValueError):
    """The outline is empty, or too small for what shall fit in."""


def clean_area(shape: BaseGeometry) -> BaseGeometry:
    """The areal part of any outline, valid and on the coordinate grid; raises NotDrawable when none is left."""
    mended = shapely.set_precision(shapely.make_valid(shape), GRID_SIZE)  # pyright: ignore[reportUnknownMemberType]
    parts = [part for part in shapely.get_parts(mended) if isinstance(part, Polygon | MultiPolygon)]
    area = shapely.normalize(shapely.union_all(parts, grid_size=GRID_SIZE)) if parts else Polygon()
    if area.is_empty:
        raise NotDrawable("no area")
    return area


def draw_tree(root: Node, outline: BaseGeometry) -> dict[str, Drawn]:
    """Outlines and centres for a region and everything below it. The root's outline is the one given."""
    area = clean_area(outline)
    stretch = float(np.cos(np.radians(area.centroid.y)))
    plane = _stretched(area, stretch)
    sites: dict[str, Points] = {}
    leaves: dict[str, BaseGeometry] = {}
    _split(root, plane, stretch, sites, leaves)
    owned = _faces_by_leaf(root, area, stretch, sites, leaves)
    drawn: dict[str, Drawn] = {}
    _collect(root, owned, sites, stretch, drawn)
    return drawn


def _stretched(shape: BaseGeometry, factor: float) -> BaseGeometry:
    """Longitudes scaled so that a degree is as long both ways."""
    return shapely.transform(shape, lambda xy: xy * [factor, 1.0])


def _split(
    node: Node, area: BaseGeometry, stretch: float, sites: dict[str, Points], leaves: dict[str, BaseGeometry]
) -> None:
    """Put the centres of the children and cut the area between them, down to the leaves."""
    if not node.children:
        leaves[node.code] = area
        return
    centres = _child_centres(node, area, stretch)
    sites[node.code] = centres
    for child, cell in zip(node.children, _cells(area, centres), strict=True):
        if cell.is_empty:
            raise NotDrawable(child.code)
        _split(child, cell, stretch, sites, leaves)


def _child_centres(node: Node, area: BaseGeometry, stretch: float) -> Points:
    """The known centres that lie inside, and relaxed ones for the rest, in the order of the children."""
    shapely.prepare(area)
    known: dict[int, tuple[float, float]] = {}
    for index, child in enumerate(node.children):
        if child.centre is None:
            continue
        point = (child.centre[0] * stretch, child.centre[1])
        if shapely.contains_xy(area, *point) and point not in known.values():
            known[index] = point
    rng = generator_of(node.code)
    fixed = np.array(list(known.values()), dtype=np.float64).reshape(-1, 2)
    count = len(node.children)
    samples = sample_inside(area, max(count * _SAMPLES_PER_CHILD, _LEAST_SAMPLES), rng)
    placed = relaxed_sites(samples, fixed, count, rng)
    order = list(known) + [i for i in range(count) if i not in known]
    centres = np.empty((count, 2))
    centres[order] = placed
    return centres


def _cells(area: BaseGeometry, centres: Points) -> Sequence[BaseGeometry]:
    """The part of the area nearest to each centre."""
    if len(centres) == 1:
        return [area]
    points = MultiPoint(centres)
    diagram = shapely.get_parts(shapely.voronoi_polygons(points, extend_to=area, ordered=True))
    return list(shapely.intersection(diagram, area))


def _faces_by_leaf(
    root: Node,
    area: BaseGeometry,
    stretch: float,
    sites: Mapping[str, Points],
    leaves: Mapping[str, BaseGeometry],
) -> dict[str, list[BaseGeometry]]:
    """Node all borders at once and give every face to the leaf whose centres it is nearest to, level by level."""
    cells = shapely.get_parts(np.array(list(leaves.values())))
    polygons = [part for part in shapely.get_parts(cells) if isinstance(part, Polygon)]
    borders = _stretched(MultiLineString(_rings(polygons)), 1.0 / stretch)
    lines = shapely.union_all([borders, area.boundary], grid_size=GRID_SIZE)
    faces = shapely.get_parts(shapely.polygonize(shapely.get_parts(lines)))
    inner = shapely.point_on_surface(faces)
    shapely.prepare(area)
    kept = shapely.intersects(area, inner)
    faces = faces[kept]
    points = shapely.get_coordinates(inner[kept]) * [stretch, 1.0]
    owned: dict[str, list[BaseGeometry]] = defaultdict(list)
    _give(root, faces, points, sites, owned)
    return owned


def _rings(polygons: Iterable[Polygon]) -> list[LinearRing]:
    return [ring for polygon in polygons for ring in (polygon.exterior, *polygon.interiors)]


def _give(
    node: Node,
    faces: "np.ndarray[tuple[int], np.dtype[np.object_]]",
    points: Points,
    sites: Mapping[str, Points],
    owned: dict[str, list[BaseGeometry]],
) -> None:
    """Hand the faces of a region to its children by nearest centre."""
    if not node.children:
        owned[node.code].extend(faces)
        return
    owner = nearest_of(points, sites[node.code])
    for index, child in enumerate(node.children):
        mine = owner == index
        if not mine.any():
            raise NotDrawable(child.code)
        _give(child, faces[mine], points[mine], sites, owned)


def _collect(
    node: Node,
    owned: Mapping[str, list[BaseGeometry]],
    sites: Mapping[str, Points],
    stretch: float,
    drawn: dict[str, Drawn],
    site: tuple[float, float] | None = None,
) -> BaseGeometry:
    """Build outlines from the leaves up: a parent is the union of its children, vertex for vertex."""
    if node.children:
        centres = sites[node.code]
        below = [
            _collect(child, owned, sites, stretch, drawn, (float(x) / stretch, float(y)))
            for child, (x, y) in zip(node.children, centres, strict=True)
        ]
    else:
        below = owned[node.code]
    outline = shapely.normalize(shapely.coverage_union_all(below))
    drawn[node.code] = Drawn(outline, _centre_inside(outline, node.centre or site))
    return outline


def _centre_inside(outline: BaseGeometry, wanted: tuple[float, float] | None) -> tuple[float, float]:
    """The wanted centre when it lies inside, else a point that surely does."""
    if wanted is not None and shapely.contains_xy(outline, *wanted):
        lon, lat = wanted
    else:
        inside = outline.representative_point()
        lon, lat = inside.x, inside.y
    return round(lon, 7), round(lat, 7)
