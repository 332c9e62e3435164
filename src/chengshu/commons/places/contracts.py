"""What other rooms get to hold: regions, places, and what a search or an import found."""

from dataclasses import dataclass
from enum import IntEnum
from typing import Literal

from chengshu.base.text import L, pick

How = Literal["coordinates", "name", "address"]
HOW_TITLES: dict[How, dict[str, str]] = {
    "coordinates": {"zh": "坐标", "en": "coordinates"},
    "name": {"zh": "名称", "en": "name"},
    "address": {"zh": "地址", "en": "address"},
}


class Level(IntEnum):
    """Depth in the region tree; the code of each level has three digits more than its parent's."""

    COUNTY = 1
    TOWN = 2
    VILLAGE = 3
    GRID = 4


LEVEL_TITLES: dict[Level, dict[str, str]] = {
    Level.COUNTY: {"zh": "县(市)", "en": "county"},
    Level.TOWN: {"zh": "镇(街道)", "en": "town"},
    Level.VILLAGE: {"zh": "村(社区)", "en": "village"},
    Level.GRID: {"zh": "网格", "en": "grid"},
}


def level_of(code: str) -> Level | None:
    """The level a region code belongs to by its length: 6, 9, 12 or 15 digits."""
    if not (code.isascii() and code.isdigit()):
        return None
    return {6: Level.COUNTY, 9: Level.TOWN, 12: Level.VILLAGE, 15: Level.GRID}.get(len(code))


def path_of(code: str) -> str:
    """The ltree path of a code: every shorter code of the line, each as `r` and the code."""
    return ".".join(f"r{code[:end]}" for end in (6, 9, 12, 15) if end <= len(code))


@dataclass(frozen=True, slots=True)
class Region:
    """One node of the tree. `schematic` (示意) says that the outline is generated, not surveyed."""

    code: str
    path: str
    level: Level
    name: str
    name_en: str
    parent: str | None
    lon: float
    lat: float
    schematic: bool
    aliases: tuple[str, ...] = ()

    def title(self, lang: str = "zh") -> str:
        """The name in the asked language, else the Chinese one."""
        return self.name_en if lang == "en" and self.name_en else self.name


@dataclass(frozen=True, slots=True)
class Place:
    """Where something is: a point and the regions it lies in, down to what is known.

    `snapped` says that the point lay a little outside every outline and was given to the nearest grid.
    """

    lon: float
    lat: float
    region: str
    county: str
    town: str | None = None
    village: str | None = None
    grid: str | None = None
    names: tuple[str, ...] = ()
    snapped: bool = False
    distance_m: float = 0.0

    @property
    def code(self) -> str:
        """The code of the deepest known region."""
        return self.grid or self.village or self.town or self.county

    @property
    def label(self) -> str:
        """The names below the county in one line, as people write a place."""
        below = list(self.names[1:])
        if len(below) == 3 and below[2].startswith(below[1][:2]):
            # 新华社区第二网格 says already which village it is in.
            del below[1]
        return "".join(below) or self.names[0]


@dataclass(frozen=True, slots=True)
class Found:
    """One answer to a search by words or coordinates."""

    place: Place
    title: str
    how: How
    score: float
    matched: str = ""
    candidates: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong with one feature of an import; `row` says which feature."""

    row: str
    field: str
    value: str
    text: L
    way: L | None = None

    @property
    def detail(self) -> str:
        return pick(self.text)

    @property
    def remedy(self) -> str:
        return pick(self.way)

    def out(self, lang: str) -> dict[str, str]:
        """As it goes over the wire."""
        words = {"detail": pick(self.text, lang), "remedy": pick(self.way, lang)}
        return {"row": self.row, "field": self.field, "value": self.value, **words}


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import of outlines found and did."""

    level: Level
    features: int
    faults: tuple[Fault, ...]
    replaced: tuple[str, ...]
    added: tuple[str, ...]
    redrawn: tuple[str, ...]
    retired: tuple[str, ...]
    applied: bool

    @property
    def summary(self) -> str:
        """One line for a person."""
        if self.faults:
            return f"共 {self.features} 个要素，{len(self.faults)} 处问题，未导入"
        done = "已导入" if self.applied else "试运行通过，未写入"
        return (
            f"{done}：{self.features} 个要素，替换 {len(self.replaced)}，新增 {len(self.added)}，"
            f"重绘示意 {len(self.redrawn)}，停用 {len(self.retired)}"
        )
