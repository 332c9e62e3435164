"""A small county for flow: offices in memory, the city case, and a database with sessions of its own."""

import datetime as dt
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from ruamel.yaml import YAML

from chengshu.base.actor import Actor
from chengshu.base.workcal import CalendarSpec, WorkCalendar
from chengshu.commons.flow.contracts import Matter, Moved
from chengshu.commons.flow.logic.draft import Scene
from chengshu.commons.flow.service.engine import Engine
from chengshu.commons.flow.spec import FlowSpec
from chengshu.runtime.database import Database, Work
from chengshu.runtime.settings import HOUSE

ZONE = ZoneInfo("Asia/Shanghai")
FLOW = "components_and_events.city_case"
GRID = "r320282.r320282100.r320282100001.r320282100001001"
OTHER_GRID = "r320282.r320282101.r320282101001.r320282101001001"
MONDAY = dt.datetime(2026, 3, 2, 9, 0, tzinfo=ZONE)
OPERATIONS = frozenset(
    f"cases.{verb}" for verb in ("read", "file", "dispatch", "handle", "verify", "close", "approve", "correct")
)
PATHS = {
    "center": "gov.center",
    "water": "gov.water",
    "urban": "gov.urban",
    "t1": "gov.t1",
    "supervision": "gov.supervision",
}


class Kind:
    """A kind of matter whose offices are in memory; remembers what it was told."""

    id = "case"

    def __init__(self) -> None:
        self.told: list[Moved] = []

    def office(self, work: Work, matter: Matter, function: str) -> str | None:
        return function if function in PATHS else None

    def kept(self, work: Work, grid: str) -> bool:
        return True

    def office_path(self, work: Work, code: str) -> str | None:
        return PATHS.get(code)

    async def moved(self, work: Work, moved: Moved) -> None:
        self.told.append(moved)


class Offices:
    """The same, for the pure part."""

    def kept(self, grid: str) -> bool:
        return True

    def office(self, matter: Matter, function: str) -> str | None:
        return function if function in PATHS else None

    def path(self, code: str) -> str | None:
        return PATHS.get(code)


def person(id_: int, name: str, *holders: str, regions: tuple[str, ...] = (), org: str | None = None) -> Actor:
    orgs = tuple(PATHS[h.removeprefix("org:")] for h in holders if h.startswith("org:"))
    return Actor(id_, name, "staff", OPERATIONS, orgs, regions, holders, org)


CENTER = person(11, "派遣员", "org:center", regions=("r320282",), org="center")
WATER = person(12, "水务经办", "org:water", org="water")
URBAN = person(13, "城管经办", "org:urban", org="urban")
GRIDDER = person(14, "网格员", "grid:320282100001001", regions=(GRID,))
STRANGER = person(15, "外人", "org:t1", org="t1")
PEOPLE = {"center": CENTER, "water": WATER, "urban": URBAN, "grid": GRIDDER, "stranger": STRANGER}


def city_case() -> dict[str, Any]:
    """The shipped flow as it is read from its file."""
    file = HOUSE / "packs/city_management/components_and_events/flows/city_case.yaml"
    return YAML(typ="safe").load(Path(file).read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def calendar() -> WorkCalendar:
    return WorkCalendar(CalendarSpec(), first=dt.date(2026, 1, 1), last=dt.date(2028, 12, 31))


@pytest.fixture(scope="session")
def flow() -> FlowSpec:
    return FlowSpec.model_validate(city_case())


def scene_at(flow: FlowSpec, calendar: WorkCalendar, actor: Actor, now: dt.datetime) -> Scene:
    return Scene(flow, actor, now, calendar, Offices())


@pytest.fixture(scope="module")
async def flows(database: Database, calendar: WorkCalendar) -> Database:
    """A database with the engine and the city case installed, and no people."""
    from chengshu.commons.flow import facade

    city = database.city
    assert city is not None
    city.put("flow", Engine(calendar))
    city.flow.kinds.add("case", Kind())
    async with database.job_work() as work:
        await facade.install_flow(work, FLOW, city_case())
    return database
