"""A small county for flow: offices in memory, the city case, and a database with sessions of its own."""

import datetime as dt
import hashlib
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import psycopg
import pytest
from ruamel.yaml import YAML

from chengshu.base.actor import Actor
from chengshu.base.workcal import CalendarSpec, WorkCalendar
from chengshu.commons.flow import facade
from chengshu.commons.flow.contracts import Matter, Moved, Opening, Step
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
    city = database.city
    assert city is not None
    city.put("flow", Engine(calendar))
    city.flow.kinds.add("case", Kind())
    async with database.job_work() as work:
        await facade.install_flow(work, FLOW, city_case())
    return database


def token(actor: Actor) -> bytes:
    return hashlib.sha256(f"session of {actor.id}".encode()).digest()


@pytest.fixture(scope="module")
async def town(flows: Database) -> Database:
    """The people of the county with sessions on the web role."""
    async with await psycopg.AsyncConnection.connect(flows.url, autocommit=True) as conn:
        for actor in PEOPLE.values():
            await conn.execute(
                "insert into commons.security_actor (id, login, name) values (%s, %s, %s)",
                (actor.id, f"p{actor.id}", actor.name),
            )
            await conn.execute(
                "insert into commons.security_session (hash, actor_id, kind, expires_at, idle, name, operations, orgs,"
                " regions, holders, org) values (%s, %s, 'browser', now() + interval '1 year', interval '1 year', %s, %s,"
                " %s::ltree[], %s::ltree[], %s, %s)",
                (
                    token(actor), actor.id, actor.name, list(actor.operations), list(actor.orgs), list(actor.regions),
                    list(actor.holders), actor.org,
                ),
            )  # fmt: skip
    return flows


async def opened(
    db: Database, *steps: Step, region: str = GRID, claim: bytes | None = None, limit: str = "2wd"
) -> Moved:
    async with db.work(token(CENTER)) as work:
        opening = Opening("case", FLOW, "井盖丢失", region=region, limits={"handle": limit}, claim=claim)
        return await facade.open_matter(work, opening, steps)


DISPATCHED = (Step("file"), Step("dispatch", {"lead": "water"}))


async def go(db: Database, actor: Actor, matter: int, move: str, version: int | None = None, **values: object) -> Moved:
    async with db.work(token(actor)) as work:
        step = Step(move, values, have=frozenset({"photos_after"}))
        return await facade.perform(work, matter, step, expected_version=version)


async def set_clock(db: Database, now: dt.datetime) -> None:
    """Set city time, as a rehearsal does."""
    async with await psycopg.AsyncConnection.connect(db.url, autocommit=True) as conn:
        await conn.execute(
            "update runtime.city_clock set real = false, anchor_city = %s, anchor_real = clock_timestamp()", (now,)
        )
