"""What follows when real outlines arrive: schematic neighbours and children are drawn anew around and inside them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

import shapely
from shapely.geometry.base import BaseGeometry

from chengshu.commons.places.contracts import Fault, Level, Region, path_of
from chengshu.commons.places.logic.checking import Incoming
from chengshu.commons.places.logic.generate import Drawn, Node, NotDrawable, draw_tree
from chengshu.commons.places.logic.index import RegionIndex
from chengshu.commons.places.logic.tree import DrawnRegion

_LEAST_ROOM = 1e-4


@dataclass(slots=True)
class Redrawing:
    """The new state of everything an import touches."""

    index: RegionIndex
    real: dict[str, DrawnRegion] = field(default_factory=dict[str, DrawnRegion])
    redrawn: dict[str, DrawnRegion] = field(default_factory=dict[str, DrawnRegion])
    added: list[str] = field(default_factory=list[str])
    retired: list[str] = field(default_factory=list[str])
    faults: list[Fault] = field(default_factory=list[Fault])


def redraw(index: RegionIndex, level: Level, incoming: Sequence[Incoming]) -> Redrawing:
    """Take over the outlines and draw what is schematic around and below them."""
    work = Redrawing(index)
    for one in incoming:
        work.real[one.code] = _real(work, one, level)
    if level is Level.GRID:
        _retire_drawn_grids(work, {one.code[:12] for one in incoming})
        return work
    if level > Level.COUNTY:
        for parent in sorted({one.code[:-3] for one in incoming}):
            _fill(work, parent, index.outline(parent))
    for one in incoming:
        _fill(work, one.code, one.outline)
    return work


def _real(work: Redrawing, one: Incoming, level: Level) -> DrawnRegion:
    known = work.index.find(one.code)
    inside = one.outline.representative_point()
    lon, lat = round(inside.x, 7), round(inside.y, 7)
    if known is None:
        work.added.append(one.code)
        region = Region(one.code, path_of(one.code), level, one.name, "", one.code[:-3], lon, lat, False)
    else:
        if shapely.contains_xy(one.outline, known.lon, known.lat):
            lon, lat = known.lon, known.lat
        region = replace(known, name=one.name, lon=lon, lat=lat, schematic=False)
    return DrawnRegion(region, one.outline)


def _retire_drawn_grids(work: Redrawing, villages: Iterable[str]) -> None:
    """Where real grids arrive, the invented ones of that village end."""
    for village in villages:
        for grid in work.index.children(village):
            if grid.schematic and grid.code not in work.real:
                work.retired.append(grid.code)


def _fill(work: Redrawing, parent: str, outline: BaseGeometry) -> None:
    """Draw the schematic children of a region in the room that its real children leave."""
    children = work.index.children(parent)
    fixed = [_outline_now(work, child) for child in children if _is_real(work, child)]
    free = [child for child in children if not _is_real(work, child)]
    if not free:
        return
    room = shapely.difference(outline, shapely.union_all(fixed)) if fixed else outline
    try:
        if room.area < _LEAST_ROOM * outline.area:
            raise NotDrawable(free[0].code)
        drawn = draw_tree(Node(parent, None, [_node(work, child) for child in free]), room)
    except NotDrawable:
        _no_room(work, parent, free)
        return
    for code, shape in drawn.items():
        known = work.index.find(code)
        if code != parent and known is not None and not _is_real(work, known):
            work.redrawn[code] = _moved(known, shape)


def _is_real(work: Redrawing, region: Region) -> bool:
    return region.code in work.real or not region.schematic


def _outline_now(work: Redrawing, region: Region) -> BaseGeometry:
    if region.code in work.real:
        return work.real[region.code].outline
    return work.index.outline(region.code)


def _node(work: Redrawing, region: Region) -> Node:
    """A region with everything below it, where each centre is kept as far as it still lies inside."""
    below = [_node(work, child) for child in work.index.children(region.code)]
    return Node(region.code, (region.lon, region.lat), below)


def _moved(region: Region, drawn: Drawn) -> DrawnRegion:
    lon, lat = drawn.centre
    return DrawnRegion(replace(region, lon=lon, lat=lat, schematic=True), drawn.outline)


def _no_room(work: Redrawing, parent: str, free: Sequence[Region]) -> None:
    names = "、".join(region.name for region in free[:10])
    work.faults.append(
        Fault(
            parent,
            "geometry",
            names,
            {
                "zh": f"导入后 {len(free)} 个区划没有剩余空间",
                "en": f"the import leaves no room for {len(free)} other regions",
            },
            {"zh": "请同时导入它们的边界", "en": "Import their outlines as well"},
        )
    )
