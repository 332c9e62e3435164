"""Whatever is thrown at a route, the answer is a problem that names it, never a broken server."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from chengshu.runtime.city import City
from tests.govern.cases.conftest import Door

Doors = Callable[[str], Awaitable[Door]]

BODIES: list[bytes] = [
    b'{"reason": "\\ud83d"}', b'{"reason": "a\\u0000"}', b'{"reason": 1e999}', b'{"urgency": ["x"], "class": {"a": 1}}',
    b'{"class": 5, "condition": [1]}', b'{"class": "' + b"9" * 5000 + b'"}', b"[]", b'"x"', b"\xff", b'{"a": ' * 50,
    b'{"reason": 123456789012345678901234567890}', b'{"unknown": "x"}', b'{"urgency": "never"}',
]  # fmt: skip


class TestMoves:
    @pytest.mark.parametrize("content", BODIES)
    @pytest.mark.parametrize("key", [None, "k"])
    async def test_bodies(self, door: Doors, content: bytes, key: str | None) -> None:
        center = await door("center")
        case = await center.open()
        headers = {**center.headers, "If-Match": str(case["version"]), "content-type": "application/json"}
        if key:
            headers["Idempotency-Key"] = f"{key}-{case['id']}"
        for move in ("file", "correct", "nonsense"):
            path = f"/api/cases/{case['id']}/moves/{move}"
            answer = await center.client.post(path, content=content, headers=headers)
            assert 400 <= answer.status_code < 500, f"{move} {content[:60]!r}: {answer.status_code} {answer.text}"
            assert answer.headers["content-type"].startswith("application/problem+json")
        assert (await center.get(f"/api/cases/{case['id']}"))["version"] == case["version"]

    @pytest.mark.parametrize("photos", [["x"], [{}], [5], "x", [None], ["0" * 64], {"a": 1}])
    async def test_photos(self, door: Doors, photos: Any) -> None:
        center = await door("center")
        case = await center.open()
        await center.move(case, "note", 422, reason="看看", photos=photos)


class TestQueries:
    @pytest.mark.parametrize(
        "params",
        [{"since": "0001-01-01"}, {"until": "9999-12-31"}, {"until": "9999-12-31T23:59:59-14:00"}, {"person": "9" * 15},
         {"q": "\x00"}, {"q": "%"}, {"q": "_" * 90}, {"class": "%"}, {"bbox": "1e308,1,1e308,2"}, {"limit": "0"},
         {"after": "WyJvcGVuZWQiLCIyMDI2LTAxLTAxVDAwOjAwOjAwKzA4OjAwIiw5OTk5OTk5OTk5OTk5OTk5OTk5OTk5OV0"},
         {"after": "WyJvcGVuZWQiLCIwMDAxLTAxLTAxIiwxXQ"}, {"town": "' or 1=1 --"}, {"state": "\ud83d".encode("utf-8", "replace")}],
    )  # fmt: skip
    async def test_lists(self, door: Doors, params: dict[str, Any]) -> None:
        center = await door("center")
        for path in ("/api/cases", "/api/cases/board", "/api/cases/points"):
            answer = await center.client.get(path, params=params, headers=center.headers)
            assert answer.status_code < 500, f"{path} {params}: {answer.text}"

    @pytest.mark.parametrize("at", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "1800-01-01", "x"])
    async def test_moments(self, door: Doors, at: str) -> None:
        center = await door("center")
        case = await center.open()
        for path, params in (
            (f"/api/cases/{case['id']}", {"as_of": at}),
            ("/api/cases/duties/owner", {"class": "020113", "at": at}),
        ):
            answer = await center.client.get(path, params=params, headers=center.headers)
            assert answer.status_code == 422, f"{path} {at}: {answer.status_code} {answer.text[:300]}"

    @pytest.mark.parametrize("id_", ["0", "-1", "x", "9" * 30, str(2**63 - 1), "1.5"])
    async def test_ids(self, door: Doors, id_: str) -> None:
        center = await door("center")
        answer = await center.client.get(f"/api/cases/{id_}", headers=center.headers)
        assert answer.status_code in (404, 422)


class TestExtraFields:
    @pytest.mark.parametrize(
        "fields", [{"people": 2**70}, {"people": "x"}, {"nonsense": 1}, {"people": {"a": 1}}, {"people": 1.5}]
    )
    async def test_wrong_values(self, door: Doors, city: City, fields: dict[str, Any]) -> None:
        center = await door("center")
        refusal = await center.open(422, type="grid_governance.grid_report", fields=fields)
        assert refusal["field"].startswith("fields") or refusal["errors"]
