"""Helpers of the tests of cases: pictures, opening and moving by HTTP."""

import io
from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest
from PIL import Image

from tests.conftest import SignIn

Call = Callable[..., Awaitable[Any]]
POINT = {"lon": 119.82, "lat": 31.36}


def picture(seed: int = 0, fmt: str = "JPEG", size: tuple[int, int] = (64, 48)) -> bytes:
    """A small picture that differs by its seed."""
    out = io.BytesIO()
    Image.new("RGB", size, (seed * 37 % 256, seed * 91 % 256, seed * 53 % 256)).save(out, fmt)
    return out.getvalue()


class Door:
    """The API as one signed-in person uses it; every refusal is an assertion unless expected."""

    def __init__(self, client: httpx.AsyncClient, headers: dict[str, str]) -> None:
        self.client = client
        self.headers = headers

    async def get(self, path: str, status: int = 200, **params: Any) -> Any:
        answer = await self.client.get(path, headers=self.headers, params=params)
        assert answer.status_code == status, f"{path}: {answer.status_code} {answer.text[:800]}"
        return answer.json()

    async def post(self, path: str, body: Any = None, status: int = 201, **headers: str) -> Any:
        answer = await self.client.post(path, json=body, headers={**self.headers, **headers})
        assert answer.status_code == status, f"{path}: {answer.status_code} {answer.text[:800]}"
        return answer.json() if answer.content else None

    async def open(self, status: int = 201, **body: Any) -> Any:
        given = {"type": "components_and_events.event", "channel": "staff", "text": "人民路路面破损，有大坑", **POINT}
        return await self.post("/api/cases", {**given, **body}, status)

    async def move(self, case: dict[str, Any], move: str, status: int = 200, **fields: Any) -> Any:
        headers = {"If-Match": f'"{case["version"]}"'}
        return await self.post(f"/api/cases/{case['id']}/moves/{move}", fields, status, **headers)

    async def photo(self, seed: int) -> str:
        files = {"file": (f"{seed}.jpg", picture(seed), "image/jpeg")}
        answer = await self.client.post("/api/cases/uploads", files=files, headers=self.headers)
        assert answer.status_code == 201, answer.text
        return answer.json()["hash"]


@pytest.fixture(scope="module")
def door(client: httpx.AsyncClient, sign_in: SignIn) -> Callable[[str], Awaitable[Door]]:
    """`urban = await door("urban")`: the API as that demo person."""

    async def door(login: str) -> Door:
        return Door(client, await sign_in(login))

    return door
