"""From the rows of a site to a whole tree of named, drawn regions; the same input gives the same city."""

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import shapely
from shapely.geometry.base import BaseGeometry

from chengshu.commons.places.contracts import Level, Region, level_of, path_of
from chengshu.commons.places.logic.generate import GENERATOR, Drawn, Node, draw_tree
from chengshu.commons.places.spec import Grids, RegionRow

_DIGITS = "零一二三四五六七八九"
_TAIL = re.compile(r"(社区|村)?(居民委员会|村民委员会|居委会|村委会)$")


@dataclass(frozen=True, slots=True)
class DrawnRegion:
    """A region as it is installed."""

    region: Region
    outline: BaseGeometry


def digest_of(rows: Sequence[RegionRow], outline: BaseGeometry, grids: Grids) -> str:
    """What decides the drawing, in one short text: equal digests mean an equal city."""
    parts = [GENERATOR, grids.model_dump_json(), *(row.model_dump_json() for row in rows)]
    state = hashlib.sha256("\n".join(parts).encode())
    state.update(shapely.to_wkb(outline))
    return state.hexdigest()[:32]


def spoken_number(number: int) -> str:
    """A number up to 99 as it is spoken: 一, 十, 十二, 三十."""
    tens, ones = divmod(number, 10)
    if not 0 < number < 100:
        return str(number)
    if tens == 0:
        return _DIGITS[ones]
    return ("" if tens == 1 else _DIGITS[tens]) + "十" + (_DIGITS[ones] if ones else "")


def short_village(name: str) -> str:
    """A village without its committee: 文昌社区居民委员会 is 文昌社区, 龙池村村民委员会 is 龙池村."""
    match = _TAIL.search(name)
    if match is None or match.start() == 0:
        return name
    return name[: match.start()] + (match[1] or ("社区" if match[2].startswith("居") else "村"))


def grid_count(village: str, grids: Grids) -> int:
    """How many grids a village gets: between least and most, by its code."""
    number = int.from_bytes(hashlib.sha256(f"grids:{village}".encode()).digest()[:4], "big")
    return grids.least + number % (grids.most - grids.least + 1)


def with_grids(rows: Sequence[RegionRow], grids: Grids) -> list[RegionRow]:
    """The rows, and generated grids for every village that lists none."""
    listed = {row.code[:12] for row in rows if len(row.code) == 15}
    result: list[RegionRow] = []
    for row in rows:
        result.append(row)
        if len(row.code) != 12 or row.code in listed:
            continue
        short = short_village(row.name)
        for number in range(1, grid_count(row.code, grids) + 1):
            english = f"{row.name_en}, grid {number}" if row.name_en else ""
            name = f"{short}第{spoken_number(number)}网格"
            result.append(RegionRow(code=f"{row.code}{number:03d}", name=name, name_en=english))
    return result


def nodes_of(rows: Sequence[RegionRow]) -> Node:
    """The rows as a tree to draw; parents come before children."""
    nodes: dict[str, Node] = {}
    for row in rows:
        centre = None if row.lon is None or row.lat is None else (row.lon, row.lat)
        node = nodes[row.code] = Node(row.code, centre)
        if (parent := nodes.get(row.code[:-3])) is not None:
            parent.children.append(node)
    return nodes[rows[0].code[:6]]


def draw_site(
    rows: Sequence[RegionRow], outline: BaseGeometry, grids: Grids, *, outline_schematic: bool = False
) -> list[DrawnRegion]:
    """Every region of the site with its outline, from the county down. What is below the county is schematic."""
    full = with_grids(rows, grids)
    drawn = draw_tree(nodes_of(full), outline)
    return [as_region(row, drawn, outline_schematic=outline_schematic) for row in full]


def as_region(row: RegionRow, drawn: Mapping[str, Drawn], *, outline_schematic: bool) -> DrawnRegion:
    """A row and its drawing together."""
    level = level_of(row.code)
    assert level is not None  # the row's pattern admits no other length
    lon, lat = drawn[row.code].centre
    region = Region(
        code=row.code,
        path=path_of(row.code),
        level=level,
        name=row.name,
        name_en=row.name_en,
        parent=row.code[:-3] if level > Level.COUNTY else None,
        lon=lon,
        lat=lat,
        schematic=outline_schematic or level > Level.COUNTY,
        aliases=row.aliases,
    )
    return DrawnRegion(region, drawn[row.code].outline)
