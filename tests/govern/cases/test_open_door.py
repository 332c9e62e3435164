"""The citizens' door: report, follow, rate, ask again; and what it refuses."""

from collections.abc import Awaitable, Callable
from typing import Any

import httpx

from chengshu.runtime.city import City
from tests.govern.cases.conftest import POINT, Door, picture
from tests.govern.cases.test_life import grid_point

Doors = Callable[[str], Awaitable[Door]]
OPEN = "/api/open/v1"


async def send(client: httpx.AsyncClient, key: str | None = None, **body: Any) -> httpx.Response:
    headers = {"Idempotency-Key": key} if key else {}
    return await client.post(f"{OPEN}/reports", json={"text": "文昌路井盖破损", **POINT, **body}, headers=headers)


async def follow(client: httpx.AsyncClient, number: str, code: str) -> httpx.Response:
    return await client.get(f"{OPEN}/reports/{number}", headers={"X-Report-Code": code})


async def finish(door: Doors, city: City, client: httpx.AsyncClient, number: str, seed: int) -> None:
    """The county does its part."""
    center, urban, grid = await door("center"), await door("urban"), await door("grid1")
    found = await center.get("/api/cases", q=number)
    case = await center.get(f"/api/cases/{found['items'][0]['id']}")
    case = await center.move(case, "file", **{"class": "020110"})
    if case["state"] == "filed":
        case = await center.move(case, "dispatch", lead="urban_management")
    elif case["lead"]["org"] != "urban_management":
        case = await center.move(case, "reassign", lead="urban_management", reason="按职责")
    case = await urban.move(case, "accept")
    photos = {"photos_before": [await urban.photo(seed)], "photos_after": [await urban.photo(seed + 1)]}
    case = await urban.move(case, "submit", result="已更换", **photos)
    case = await grid.move(case, "verify_pass", photos=[await grid.photo(seed + 2)])
    await center.move(case, "close", reply="井盖已更换")


class TestReport:
    async def test_number_and_code_open_the_progress(self, client: httpx.AsyncClient) -> None:
        answer = await send(client)
        assert answer.status_code == 201, answer.text
        made = answer.json()
        assert len(made["code"]) == 8
        seen = await follow(client, made["number"], made["code"])
        assert seen.status_code == 200, seen.text
        assert seen.json()["state"] == "reported"
        assert seen.json()["steps"][0]["done"] is True
        assert "code" not in seen.json()

    async def test_wrong_code_and_no_code_open_nothing(self, client: httpx.AsyncClient) -> None:
        made = (await send(client)).json()
        for code in ("AAAAAAAA", "x" * 300, "查询码"):
            answer = await client.get(f"{OPEN}/reports/{made['number']}", headers={"X-Report-Code": code.encode()})  # type: ignore[dict-item]
            assert answer.status_code == 404, answer.text
            assert answer.json()["code"] == "cases.receipt_unknown"
        assert (await client.get(f"{OPEN}/reports/{made['number']}")).status_code == 404

    async def test_the_same_key_gives_the_same_receipt(self, client: httpx.AsyncClient, city: City) -> None:
        first = (await send(client, "key-1")).json()
        again = (await send(client, "key-1")).json()
        assert (again["number"], again["code"]) == (first["number"], first["code"])
        other = await send(client, "key-1", text="另一件事")
        assert other.status_code == 409
        async with city.db.job_work() as work:
            kept = await work.value("select string_agg(answer::text, ' ') from runtime.idempotency_key")
        assert first["code"] not in (kept or "")

    async def test_photos_are_shown_to_the_reporter_alone(self, client: httpx.AsyncClient) -> None:
        files = {"file": ("a.jpg", picture(300), "image/jpeg")}
        upload = (await client.post(f"{OPEN}/uploads", files=files)).json()
        made = (await send(client, attachments=[upload["hash"]])).json()
        assert (await client.get(f"/api/blobs/{upload['hash']}")).status_code == 404
        shown = await client.get(made["photos"][0]["url"])
        assert shown.status_code == 200
        assert shown.headers["x-content-type-options"] == "nosniff"
        assert b"Exif" not in shown.content
        forged = made["photos"][0]["url"][:-2] + "00"
        assert (await client.get(forged)).status_code == 404

    async def test_rating_and_reopening(self, door: Doors, city: City, client: httpx.AsyncClient) -> None:
        made = (await send(client, **await grid_point(city))).json()
        code = {"X-Report-Code": made["code"]}
        path = f"{OPEN}/reports/{made['number']}"
        early = await client.post(f"{path}/rating", json={"grade": 1}, headers=code)
        assert early.status_code == 409
        await finish(door, city, client, made["number"], 400)
        seen = (await follow(client, made["number"], made["code"])).json()
        assert (seen["can_rate"], seen["can_reopen"], seen["reply"]) == (True, True, "井盖已更换")
        again = await client.post(f"{path}/reopen", json={"reason": "又坏了"}, headers=code)
        assert again.status_code == 200, again.text
        assert again.json()["state"] == "handling"
        assert again.json()["can_reopen"] is False

    async def test_a_bad_rating_opens_a_return_visit(self, door: Doors, city: City, client: httpx.AsyncClient) -> None:
        made = (await send(client, **await grid_point(city))).json()
        await finish(door, city, client, made["number"], 500)
        code = {"X-Report-Code": made["code"]}
        path = f"{OPEN}/reports/{made['number']}/rating"
        rated = await client.post(path, json={"grade": 5, "text": "等太久"}, headers=code)
        assert rated.status_code == 200, rated.text
        assert rated.json()["rating"] == {"grade": 5, "text": "等太久"}
        assert rated.json()["state"] == "revisiting"
        assert (await client.post(path, json={"grade": 1}, headers=code)).status_code == 409
        center = await door("center")
        inbox = await center.get("/api/cases", view="inbox", state="revisiting")
        assert any(i["number"] == made["number"] and i["task"]["kind"] == "revisit" for i in inbox["items"])

    async def test_merged_report_keeps_its_own_receipt(
        self, door: Doors, city: City, client: httpx.AsyncClient
    ) -> None:
        center = await door("center")
        target = await center.open(**await grid_point(city), **{"class": "020110"})
        made = (await send(client, **await grid_point(city))).json()
        found = await center.get("/api/cases", q=made["number"])
        case = await center.get(f"/api/cases/{found['items'][0]['id']}")
        case = await center.move(case, "merge", into=target["id"], reason="同一处")
        assert case["into"]["id"] == target["id"]
        target = await center.get(f"/api/cases/{target['id']}")
        assert target["merged_count"] == 1
        await finish(door, city, client, target["number"], 600)
        seen = (await follow(client, made["number"], made["code"])).json()
        assert (seen["merged"], seen["state"], seen["can_rate"]) == (True, "closed", True)
        rated = await client.post(
            f"{OPEN}/reports/{made['number']}/rating", json={"grade": 2}, headers={"X-Report-Code": made["code"]}
        )
        assert rated.status_code == 200, rated.text
        assert rated.json()["rating"]["grade"] == 2
        assert (await center.get(f"/api/cases/{target['id']}"))["rating"] is None


class TestRefusals:
    async def test_broken_input_is_named(self, client: httpx.AsyncClient) -> None:
        cases: list[tuple[dict[str, Any], str]] = [
            ({"lon": 10.0, "lat": 50.0}, "lon"),
            ({"lon": 119.8, "lat": None}, "lat"),
            ({"text": ""}, "text"),
            ({"text": "长" * 6000}, "text"),
            ({"class": "nonsense"}, "class"),
            ({"occurred_at": "2999-01-01T00:00:00+08:00"}, "occurred_at"),
            ({"attachments": ["0" * 64]}, "attachments"),
        ]
        for body, field in cases:
            answer = await send(client, **body)
            assert answer.status_code in (404, 413, 422), f"{body}: {answer.status_code} {answer.text}"
            problem = answer.json()
            assert answer.headers["content-type"].startswith("application/problem+json")
            assert problem["field"] == field, problem
            assert problem["detail"]

    async def test_broken_encodings(self, client: httpx.AsyncClient) -> None:
        headers = {"content-type": "application/json"}
        for content in (
            b'{"text": "\xff\xfe", "lon": 119.82, "lat": 31.36}',
            b'{"text": "a\\u0000b", "lon": 119.82, "lat": 31.36}',
            b'{"text": "\\ud83d", "lon": 119.82, "lat": 31.36}',
            b'{"text": "x", "lon": NaN, "lat": 31.36}',
            b'{"text": "x", "lon": 1e999, "lat": 31.36}',
            b"[1,2",
            b"",
        ):
            answer = await client.post(f"{OPEN}/reports", content=content, headers=headers)
            assert 400 <= answer.status_code < 500, f"{content!r}: {answer.status_code} {answer.text}"
            assert answer.headers["content-type"].startswith("application/problem+json"), content

    async def test_files_are_judged_by_content(self, client: httpx.AsyncClient) -> None:
        for content in (b"<html><script>alert(1)</script>", b"MZ\x90\x00 program", b"", picture(1)[:60]):
            answer = await client.post(f"{OPEN}/uploads", files={"file": ("a.jpg", content, "image/jpeg")})
            assert answer.status_code == 422, f"{content[:20]!r}: {answer.status_code} {answer.text}"
            assert answer.json()["field"] == "file"
