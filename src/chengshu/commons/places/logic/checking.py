"""What can be wrong with outlines before they replace anything: every fault of every feature is listed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from chengshu.base.errors import shorten
from chengshu.base.geo import Datum
from chengshu.base.text import L
from chengshu.commons.places.contracts import LEVEL_TITLES, Fault, Level, level_of
from chengshu.commons.places.logic.generate import NotDrawable, clean_area
from chengshu.commons.places.logic.index import RegionIndex
from chengshu.commons.places.logic.outlines import Feature, convert_datum

CODE_FIELDS = ("code", "CODE", "adcode", "id", "编码", "代码", "区划代码", "网格编码")
NAME_FIELDS = ("name", "NAME", "名称", "网格名称")
# Surveys of neighbours never meet exactly: below these shares of the smaller area a difference is tolerated.
_OUTSIDE_SHARE = 0.02
_OVERLAP_SHARE = 0.005


@dataclass(frozen=True, slots=True)
class Incoming:
    """An outline that may be taken over."""

    where: str
    code: str
    name: str
    outline: BaseGeometry


@dataclass(slots=True)
class Check:
    """The run of one check: what is accepted so far and what is wrong."""

    index: RegionIndex
    level: Level
    code_field: str | None
    name_field: str | None
    datum: Datum
    accepted: list[Incoming] = field(default_factory=list[Incoming])
    faults: list[Fault] = field(default_factory=list[Fault])

    def add(self, where: str, name: str, value: object, zh: str, en: str, fix_zh: str = "", fix_en: str = "") -> None:
        """Note one fault."""
        way: L | None = {"zh": fix_zh, "en": fix_en} if fix_zh else None
        self.faults.append(Fault(where, name, shorten(value), {"zh": zh, "en": en}, way))


def check_outlines(check: Check, features: Sequence[Feature]) -> Check:
    """Check every feature alone, then against the tree, then against each other."""
    seen: dict[str, str] = {}
    for feature in features:
        if feature.fault is not None:
            check.faults.append(feature.fault)
            continue
        code = _code(check, feature)
        if code is None:
            continue
        if code in seen:
            zh, en = f"与 {seen[code]} 编码重复", f"the code repeats that of {seen[code]}"
            check.add(feature.where, "code", code, zh, en, "每个区划只能有一个要素", "One feature for each region")
            continue
        seen[code] = feature.where
        _take(check, feature, code)
    _check_parents(check)
    _check_overlaps(check)
    return check


def guess_level(features: Sequence[Feature], code_field: str | None) -> Level:
    """The level that the first code in the file belongs to; grids when none tells."""
    for feature in features:
        if (level := level_of(_value(feature, code_field, CODE_FIELDS))) is not None:
            return level
    return Level.GRID


def _value(feature: Feature, name: str | None, names: Iterable[str]) -> str:
    for key in (name, *names) if name else names:
        value: Any = feature.properties.get(key)
        if value is not None and value != "":
            # A Shapefile may hold codes as numbers.
            whole = isinstance(value, float) and value.is_integer()
            text = str(int(value) if whole else value)
            return "".join(c for c in text if c.isprintable()).strip()
    return ""


def _code(check: Check, feature: Feature) -> str | None:
    """The region's code: given, or found by an unmistakable name."""
    title = LEVEL_TITLES[check.level]
    code = _value(feature, check.code_field, CODE_FIELDS)
    if not code:
        return _code_by_name(check, feature)
    if level_of(code) != check.level:
        digits = 3 * (check.level + 1)
        zh, en = f"不是{title['zh']}代码（{digits} 位数字）", f"not the code of a {title['en']} ({digits} digits)"
        check.add(feature.where, "code", code, zh, en, "请核对编码字段与层级", "Check the code field and the level")
        return None
    known = code if check.level < Level.GRID else code[:12]
    if known not in check.index:
        zh, en = f"没有这个{title['zh']}", f"there is no such {title['en']}"
        if check.level is Level.GRID:
            zh, en = f"网格所属村(社区) {known} 不存在", f"the grid's village {known} does not exist"
        check.add(feature.where, "code", code, zh, en, "请核对区划代码", "Check the region code")
        return None
    return code


def _code_by_name(check: Check, feature: Feature) -> str | None:
    name = _value(feature, check.name_field, NAME_FIELDS)
    found = [r.code for r in check.index.all(check.level) if name and name in (r.name, *r.aliases)]
    if len(found) == 1:
        return found[0]
    if found:
        zh, en = f"有 {len(found)} 个同名区划，需要代码", f"{len(found)} regions have this name, a code is needed"
    else:
        zh, en = "没有区划代码，名称也找不到", "no region code, and no region of this name"
    fix = ("请给出代码字段（--code-field）", "Name the field that holds the code (--code-field)")
    check.add(feature.where, "code", name, zh, en, *fix)
    return None


def _take(check: Check, feature: Feature, code: str) -> None:
    """Accept one outline when it is sound in itself."""
    assert feature.outline is not None  # read_features gives a shape or a fault
    known = check.index.find(code)
    name = _value(feature, check.name_field, NAME_FIELDS) or (known.name if known else "")
    if not name:
        fix = ("新网格需要名称字段", "A new grid needs a name")
        check.add(feature.where, "name", code, "新网格没有名称", "the new grid has no name", *fix)
        return
    if not shapely.is_valid(feature.outline):
        reason = str(shapely.is_valid_reason(feature.outline))
        zh = "边界自相交或不闭合" if "intersection" in reason.lower() else "边界无效"
        fix = ("请在制图软件中修复拓扑", "Mend the topology in the mapping program")
        check.add(feature.where, "geometry", code, f"{zh}：{reason}", f"the outline is not valid: {reason}", *fix)
        return
    try:
        outline = clean_area(convert_datum(feature.outline, check.datum))
    except NotDrawable:
        check.add(feature.where, "geometry", code, "边界没有面积", "the outline has no area")
        return
    check.accepted.append(Incoming(feature.where, code, name[:80], outline))


def _check_parents(check: Check) -> None:
    """An outline lies in the county, and in its parent where the parent's outline is a real one."""
    if check.level is Level.COUNTY:
        return
    county = check.index.county
    for one in check.accepted:
        parent = check.index.by_code(one.code[:-3])
        holders = [county] if parent.schematic or parent.code == county.code else [county, parent]
        for holder in holders:
            outside = shapely.difference(one.outline, check.index.outline(holder.code)).area / one.outline.area
            if outside > _OUTSIDE_SHARE:
                zh, en = f"{outside:.0%} 在{holder.name}之外", f"{outside:.0%} of it lies outside {holder.name}"
                fix = ("请核对坐标系（datum）与编码", "Check the datum and the code")
                check.add(one.where, "geometry", one.code, zh, en, *fix)
                break


def _check_overlaps(check: Check) -> None:
    """No two outlines of one level overlap, neither inside the file nor with real ones that stay."""
    coming = {one.code for one in check.accepted}
    stay = [r for r in check.index.all(check.level) if not r.schematic and r.code not in coming]
    shapes = [one.outline for one in check.accepted] + [check.index.outline(r.code) for r in stay]
    names = [one.code for one in check.accepted] + [r.code for r in stay]
    if len(shapes) < 2:
        return
    tree = shapely.STRtree(shapes)
    meeting: list[list[int]] = tree.query(np.array(shapes, dtype=object), predicate="intersects").T.tolist()
    for a, b in sorted(meeting):
        if a >= b or a >= len(check.accepted):
            continue
        shared = shapely.intersection(shapes[a], shapes[b]).area / min(shapes[a].area, shapes[b].area)
        if shared > _OVERLAP_SHARE:
            zh, en = f"与 {names[b]} 重叠 {shared:.1%}", f"overlaps {names[b]} by {shared:.1%}"
            fix = ("相邻区划的边界应当重合而不重叠", "Neighbours share their border and do not overlap")
            check.add(check.accepted[a].where, "geometry", names[a], zh, en, *fix)
