"""A small county with one person per duty, on a migrated database without packs."""

from collections.abc import AsyncIterator

import httpx
import pytest

from chengshu.app import create_app, operations
from chengshu.commons.security import facade
from chengshu.commons.security.contracts import OrgSeed, PersonSeed, PostSeed
from chengshu.commons.security.spec import RoleSpec
from chengshu.runtime.city import City
from chengshu.runtime.database import Database

PASSWORD = "Chengshu-2026"
TOWN, VILLAGE, GRID = "320282100", "320282100001", "320282100001001"
ROLES = {
    "dispatcher": RoleSpec.model_validate(
        {
            "title": {"zh": "派遣员", "en": "Dispatcher"},
            "scope": "county",
            "operations": ["security.read_people", "security.see_phone"],
        }
    ),
    "handler": RoleSpec.model_validate(
        {"title": {"zh": "处置员", "en": "Handler"}, "operations": ["security.read_people"]}
    ),
    "town": RoleSpec.model_validate({"title": {"zh": "镇级", "en": "Town"}, "scope": "region", "operations": []}),
    "grid_worker": RoleSpec.model_validate({"title": {"zh": "网格员", "en": "Grid worker"}, "scope": "region"}),
}
ORGS = [
    OrgSeed("gov", "示例县人民政府", "county", region_code="320282"),
    OrgSeed("center", "城运中心", "center", "gov", region_code="320282", functions=["center"]),
    OrgSeed(
        "urban",
        "城市管理局",
        "department",
        "gov",
        name_en="Urban management",
        region_code="320282",
        functions=["urban_management"],
    ),
    OrgSeed("t320282100", "一镇", "town", "gov", region_code=TOWN, functions=["town"]),
    OrgSeed("v320282100001", "一村", "village", "t320282100", region_code=VILLAGE),
]
PEOPLE = [
    PersonSeed("center", "张派遣", "13800000001", PASSWORD, [PostSeed("t.dispatcher", "center")]),
    PersonSeed("urban", "李城管", "13800000002", PASSWORD, [PostSeed("t.handler", "urban")]),
    PersonSeed("town1", "王镇", "13800000003", PASSWORD, [PostSeed("t.town", "t320282100")]),
    PersonSeed("grid1", "赵网格", "13800000004", PASSWORD, [PostSeed("t.grid_worker", "v320282100001", GRID)]),
    PersonSeed("sysadmin", "系统员", None, PASSWORD, duty="system"),
    PersonSeed("secadmin", "安全员", None, PASSWORD, duty="security"),
    PersonSeed("secadmin2", "安全员乙", None, PASSWORD, duty="security"),
    PersonSeed("auditor", "审计员", None, PASSWORD, duty="audit"),
    PersonSeed("plain", "无岗", None, PASSWORD),
]  # fmt: skip
REGIONS = """
insert into commons.places_region (code, path, level, name, parent_code, center, outline, schematic, valid_from)
select *, '{}'::jsonb, true, now() from (values ('320282', 'r320282'::ltree, 1, '示例县', null::text, point(119.8, 31.3)),
       ('320282100', 'r320282.r320282100'::ltree, 2, '一镇', '320282', point(119.8, 31.3)),
       ('320282100001', 'r320282.r320282100.r320282100001', 3, '一村', '320282100', point(119.8, 31.3)),
       ('320282100001001', 'r320282.r320282100.r320282100001.r320282100001001', 4, '一村一格', '320282100001',
        point(119.8, 31.3))) as v
"""


@pytest.fixture(scope="module")
async def county(database: Database) -> City:
    """The small county, seeded."""
    city = database.city
    assert city is not None
    async with database.job_work() as work:
        await work.run(REGIONS)
        await facade.install_operations(work, operations())
        await facade.install_roles(work, "t", ROLES)
        await facade.seed_site(work, ORGS, PEOPLE)
    return city


class Api:
    """The API with sessions by login."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self.client = client
        self._known: dict[str, dict[str, str]] = {}

    async def fresh(self, login: str, password: str = PASSWORD) -> httpx.Response:
        self.client.cookies.clear()
        answer = await self.client.post("/api/security/sessions", json={"login": login, "password": password})
        self.client.cookies.clear()
        return answer

    async def headers(self, login: str) -> dict[str, str]:
        """Of a session kept for the module."""
        if login not in self._known:
            self._known[login] = session_of(await self.fresh(login))
        return self._known[login]

    async def call(self, login: str, method: str, path: str, **options: object) -> httpx.Response:
        headers = {**await self.headers(login), **options.pop("headers", {})}  # type: ignore[dict-item]
        return await self.client.request(method, f"/api/security{path}", headers=headers, **options)  # type: ignore[arg-type]


def session_of(answer: httpx.Response) -> dict[str, str]:
    assert answer.status_code == 201, answer.text
    return {"Cookie": f"chengshu_session={answer.cookies['chengshu_session']}", "X-CSRF-Token": answer.json()["csrf"]}


@pytest.fixture(scope="module")
async def api(county: City) -> AsyncIterator[Api]:
    transport = httpx.ASGITransport(app=create_app(county), raise_app_exceptions=False, client=("127.0.0.1", 50000))
    async with httpx.AsyncClient(transport=transport, base_url="http://city.test") as client:
        yield Api(client)
