"""The grid worker's day: tasks of the own grids, a way to walk them, check-in; and grids that nobody keeps."""

from collections.abc import Awaitable, Callable

from chengshu.runtime.city import City
from tests.conftest import SignIn
from tests.govern.cases.conftest import Door, door  # noqa: F401 - the fixture of the neighbour room
from tests.govern.cases.test_life import grid_point

Doors = Callable[[str], Awaitable[Door]]


async def to_verify(door: Doors, seed: int, **place: object) -> dict[str, object]:  # noqa: F811
    """A case that waits for its check."""
    center, urban = await door("center"), await door("urban")
    case = await center.open(text=f"垃圾满溢 {seed}", **place, **{"class": "020110"})
    case = await center.move(case, "file")
    if case["state"] == "filed":
        case = await center.move(case, "dispatch", lead="urban_management")
    elif case["lead"]["org"] != "urban_management":
        case = await center.move(case, "reassign", lead="urban_management", reason="按职责")
    case = await urban.move(case, "accept")
    photos = {"photos_before": [await urban.photo(seed)], "photos_after": [await urban.photo(seed + 1)]}
    return await urban.move(case, "submit", result="已清运", **photos)


class TestToday:
    async def test_the_check_is_in_todays_list(self, door: Doors, city: City) -> None:  # noqa: F811
        point = await grid_point(city)
        case = await to_verify(door, 3000, **point)
        grid = await door("grid1")
        today = await grid.get("/api/gridwork/today", **point)
        mine = next(t for t in today["tasks"] if t["case"]["id"] == case["id"])
        assert (mine["kind"], mine["distance"]) == ("verify", 0)
        assert today["grids"]
        assert case["id"] in [s["id"] for s in today["route"]]
        assert today["counts"]["total"] == len(today["tasks"])

    async def test_check_in_knows_the_own_grid(self, door: Doors, city: City, sign_in: SignIn) -> None:  # noqa: F811
        grid = await door("grid1")
        answer = await grid.client.post("/api/gridwork/patrols", json=await grid_point(city), headers=grid.headers)
        assert answer.status_code == 201, answer.text
        assert answer.json()["inside"] is True
        assert (await grid.get("/api/gridwork/patrols"))["items"]
        outside = await grid.client.post("/api/gridwork/patrols", json={"lon": 10, "lat": 10}, headers=grid.headers)
        assert outside.status_code == 422

    async def test_keepers(self, door: Doors, city: City) -> None:  # noqa: F811
        center = await door("center")
        place = city.regions.locate(*(await grid_point(city)).values())
        listed = await center.get("/api/gridwork/people", region=place.village)
        assert any(p["name"] for i in listed["items"] if i["grid"] == place.grid for p in i["people"])


class TestNobodyKeepsIt:
    async def test_the_check_goes_to_the_villages_office(self, door: Doors, city: City) -> None:  # noqa: F811
        free = city.regions.all(4)[-1]
        async with city.db.job_work() as work:
            ended = "update commons.security_post set valid_to = now() where region = %(path)s::ltree"
            await work.run(ended, {"path": free.path})
        city.staffing.forget()
        case = await to_verify(door, 3100, lon=free.lon, lat=free.lat)
        task = next(t for t in case["tasks"] if t["kind"] == "verify")  # type: ignore[attr-defined]
        assert task["holder"].startswith("org:")
        assert task["holder"] in (f"org:v{free.code[:12]}", f"org:t{free.code[:9]}", "org:center")
