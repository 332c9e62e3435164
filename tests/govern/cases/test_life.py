"""The whole life of a case through its public interface."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from chengshu.runtime.city import City
from chengshu.runtime.database import Work
from tests.govern.cases.conftest import Door

Doors = Callable[[str], Awaitable[Door]]


async def grid_point(city: City) -> dict[str, float]:
    """A place in the grid that the demo grid worker keeps."""
    async with city.db.job_work() as work:
        path = await work.value(
            "select p.region::text from commons.security_post p join commons.security_actor a on a.id = p.actor_id"
            " where a.login = 'grid1' and nlevel(p.region) = 4 order by 1 limit 1"
        )
    region = city.regions.by_code(path)
    return {"lon": region.lon, "lat": region.lat}


async def closed_case(door: Doors, city: City, seed: int = 1) -> dict[str, Any]:
    """A case from report to closing."""
    center, urban, grid = await door("center"), await door("urban"), await door("grid1")
    case = await center.open(text=f"步道上垃圾满溢无人清理 第{seed}处", **await grid_point(city), **{"class": "020110"})
    assert case["state"] == "reported"
    case = await center.move(case, "file")
    if case["state"] == "filed":
        case = await center.move(case, "dispatch", lead="urban_management")
    assert case["state"] == "assigned"
    if case["lead"]["org"] != "urban_management":
        case = await center.move(case, "reassign", lead="urban_management", reason="按职责")
    case = await urban.move(case, "accept")
    before, after = await urban.photo(seed * 10), await urban.photo(seed * 10 + 1)
    case = await urban.move(case, "submit", result="已清运", photos_before=[before], photos_after=[after])
    assert case["state"] == "verifying"
    case = await grid.move(case, "verify_pass", photos=[await grid.photo(seed * 10 + 2)])
    assert case["state"] == "closing"
    case = await center.move(case, "close", reply="已处理完毕，感谢反映")
    assert case["state"] == "closed"
    return case


class TestLife:
    async def test_from_report_to_closing(self, door: Doors, city: City) -> None:
        case = await closed_case(door, city)
        assert [e["move"] for e in case["timeline"]][:2] == ["open", "file"]
        assert case["timeline"][-1]["move"] == "close"
        assert {a["kind"] for a in case["attachments"]} == {"before", "after", "evidence"}
        assert case["verdict"] == "ontime"
        assert case["closed_at"] is not None
        assert "已处理完毕" in case["timeline"][-1]["text"]

    async def test_checker_is_not_the_handler(self, door: Doors, city: City) -> None:
        center, urban = await door("center"), await door("urban")
        case = await center.open(**await grid_point(city), **{"class": "020110"})
        case = await center.move(case, "file")
        if case["state"] == "filed":
            case = await center.move(case, "dispatch", lead="urban_management")
        elif case["lead"]["org"] != "urban_management":
            case = await center.move(case, "reassign", lead="urban_management", reason="按职责")
        case = await urban.move(case, "accept")
        photos = {"photos_before": [await urban.photo(901)], "photos_after": [await urban.photo(902)]}
        case = await urban.move(case, "submit", result="已清运", **photos)
        refusal = await urban.move(case, "verify_pass", 403, photos=[await urban.photo(903)])
        assert refusal["code"].startswith(("flow.", "security."))
        grid = await door("grid1")
        missing = await grid.move(case, "verify_pass", 422)
        assert missing["code"] == "cases.evidence_missing"
        case = await grid.move(case, "verify_fail", reason="仍有垃圾", photos=[await grid.photo(904)])
        assert case["state"] == "handling"
        assert case["counters"]["reworked"] == 1

    async def test_evidence_is_asked_for(self, door: Doors, city: City) -> None:
        center, urban = await door("center"), await door("urban")
        case = await center.open(**await grid_point(city), **{"class": "020110"})
        case = await center.move(case, "file")
        if case["state"] == "filed":
            case = await center.move(case, "dispatch", lead="urban_management")
        elif case["lead"]["org"] != "urban_management":
            case = await center.move(case, "reassign", lead="urban_management", reason="按职责")
        case = await urban.move(case, "accept")
        refusal = await urban.move(case, "submit", 422, result="已清运")
        assert refusal["field"] == "photos_before"
        unknown = await urban.move(case, "submit", 422, result="已清运", photos_after=["0" * 64])
        assert unknown["code"] == "cases.attachment_unknown"

    async def test_as_of_shows_what_was_known(self, door: Doors, city: City) -> None:
        case = await closed_case(door, city, 5)
        center = await door("center")
        early = await center.get(f"/api/cases/{case['id']}", as_of=case["timeline"][0]["at"])
        assert early["state"] == "reported"
        assert len(early["timeline"]) == 1
        assert early["moves"] == []
        assert early["attachments"] == []

    async def test_four_calls_cost_few_statements(
        self, door: Doors, city: City, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        center = await door("center")
        await center.open(**{"class": "020113"})  # what is read once a minute is read now
        seen: list[str] = []
        execute = Work.execute

        async def counting(work: Work, sql: str, params: Any = None) -> Any:
            seen.append(sql)
            return await execute(work, sql, params)

        monkeypatch.setattr(Work, "execute", counting)
        costs: dict[str, int] = {}

        async def costing(name: str, call: Awaitable[Any]) -> Any:
            seen.clear()
            answer = await call
            costs[name] = len(seen) + 3  # begin, enter, commit
            return answer

        case = await costing("create", center.open(**{"class": "020113"}))
        case = await costing("file", center.move(case, "file"))
        if case["state"] == "filed":
            case = await costing("dispatch", center.move(case, "dispatch", lead="urban_management"))
        case = await costing("reassign", center.move(case, "reassign", lead="urban_management", reason="按职责"))
        urban = await door("urban")
        case = await costing("accept", urban.move(case, "accept"))
        photos = {"photos_before": [await urban.photo(71)], "photos_after": [await urban.photo(72)]}
        case = await costing("submit", urban.move(case, "submit", result="已修复", **photos))
        await costing("read", urban.get(f"/api/cases/{case['id']}"))
        await costing("inbox", center.get("/api/cases", view="inbox"))
        print(costs)
        assert costs["create"] + costs["reassign"] + costs["submit"] + costs["read"] <= 32, costs
        assert costs["inbox"] <= 4, costs
