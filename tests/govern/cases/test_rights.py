"""Row-level security of cases by raw SQL, and what two people at once can do."""

import asyncio
from collections.abc import Awaitable, Callable

import httpx
import pytest

from chengshu.runtime.city import City
from chengshu.runtime.web import hash_token
from tests.conftest import SignIn
from tests.govern.cases.conftest import POINT, Door

Doors = Callable[[str], Awaitable[Door]]
TABLES = ("cases_case", "cases_reporter", "cases_attachment", "cases_upload", "cases_follow", "gridwork_patrol")


@pytest.fixture(scope="module")
async def far_case(door: Doors) -> dict[str, object]:
    """A case with a reporter and a photo, opened by the centre."""
    center = await door("center")
    body = {
        "reporter": {"name": "张三丰", "phone": "13812345678"},
        "attachments": [await center.photo(7)],
        "class": "020113",
    }
    return await center.open(**body)


def token_of(headers: dict[str, str]) -> bytes:
    return hash_token(headers["Cookie"].split("=", 1)[1])


class TestRowSecurity:
    async def test_the_public_sees_nothing(self, city: City, far_case: dict[str, object]) -> None:
        async with city.db.work() as work:
            for table in TABLES:
                assert await work.value(f"select count(*) from govern.{table}") == 0, table

    async def test_each_sees_the_own_scope_alone(
        self, city: City, sign_in: SignIn, door: Doors, far_case: dict[str, object]
    ) -> None:
        async with city.db.job_work() as job:
            every = {r["id"]: r for r in await job.rows("select id, region::text, orgs::text[] from govern.cases_case")}
        seen: dict[str, set[int]] = {}
        for login in ("center", "urban", "water", "town1", "grid1"):
            async with city.db.work(token_of(await sign_in(login))) as work:
                rows = await work.rows("select id from govern.cases_case")
                seen[login] = {r["id"] for r in rows}
                actor = work.actor
            for id_ in seen[login]:
                row = every[id_]
                by_region = any(f"{row['region']}.".startswith(f"{p}.") for p in actor.regions)
                by_org = any(f"{o}.".startswith(f"{p}.") for o in row["orgs"] for p in actor.orgs)
                assert by_region or by_org, (login, row)
        assert far_case["id"] in seen["center"]
        assert far_case["id"] not in seen["water"]

    async def test_nothing_can_be_changed_outside_the_scope(
        self, city: City, sign_in: SignIn, far_case: dict[str, object]
    ) -> None:
        async with city.db.work(token_of(await sign_in("water"))) as work:
            params = {"id": far_case["id"]}
            assert await work.run("update govern.cases_case set title = 'x' where id = %(id)s", params) == 0
            assert await work.rows("select phone from govern.cases_reporter where case_id = %(id)s", params) == []

    async def test_by_http_it_is_not_there(self, door: Doors, far_case: dict[str, object]) -> None:
        water = await door("water")
        refusal = await water.get(f"/api/cases/{far_case['id']}", 404)
        assert refusal["code"] in ("cases.unknown", "flow.unknown_matter")
        attachments = far_case["attachments"]
        assert isinstance(attachments, list)
        answer = await water.client.get(attachments[0]["url"], headers=water.headers)
        assert answer.status_code == 404

    async def test_the_phone_is_masked(self, door: Doors, far_case: dict[str, object]) -> None:
        urban = await door("leader")
        seen = await urban.get(f"/api/cases/{far_case['id']}")
        assert "13812345678" not in str(seen)
        assert seen["reporter"]["masked"] is True


class TestTogether:
    async def test_of_two_dispatchers_one_is_told(self, door: Doors) -> None:
        center = await door("center")
        case = await center.open(**{"class": "020113"})
        case = await center.move(case, "file")
        headers = {**center.headers, "If-Match": f'"{case["version"]}"'}
        move = "dispatch" if case["state"] == "filed" else "reassign"
        body = {"lead": "urban_management", "reason": "处置"}

        async def go() -> httpx.Response:
            return await center.client.post(f"/api/cases/{case['id']}/moves/{move}", json=body, headers=headers)

        answers = await asyncio.gather(go(), go())
        assert sorted(a.status_code for a in answers) == [200, 412]
        stale = next(a for a in answers if a.status_code == 412).json()
        assert stale["code"] == "input.stale_version"
        after = await center.get(f"/api/cases/{case['id']}")
        assert [e["move"] for e in after["timeline"]].count(move) <= 1 + (move == "dispatch")

    async def test_a_version_is_needed(self, door: Doors) -> None:
        center = await door("center")
        case = await center.open(**{"class": "020113"})
        refusal = await center.post(f"/api/cases/{case['id']}/moves/file", {}, 428)
        assert refusal["field"] == "If-Match"

    async def test_the_same_key_opens_one_case(self, door: Doors) -> None:
        center = await door("center")
        body = {"type": "components_and_events.event", "channel": "staff", "text": "重复提交的路面破损", **POINT}

        async def go() -> dict[str, object]:
            return await center.post("/api/cases", body, 201, **{"Idempotency-Key": "same-case"})

        first, *others = await asyncio.gather(go(), go(), go())
        assert {o["id"] for o in others} == {first["id"]}
        refusal = await center.post("/api/cases", {**body, "text": "别的"}, 409, **{"Idempotency-Key": "same-case"})
        assert refusal["code"] == "input.idempotency_key_reused"

    async def test_the_same_move_twice_is_made_once(self, door: Doors) -> None:
        center = await door("center")
        case = await center.open(**{"class": "020113"})
        headers = {"If-Match": f'"{case["version"]}"', "Idempotency-Key": "note-once"}
        path = f"/api/cases/{case['id']}/moves/note"
        one = await center.post(path, {"reason": "已电话联系"}, 200, **headers)
        two = await center.post(path, {"reason": "已电话联系"}, 200, **headers)
        assert one["version"] == two["version"]
