"""People at the door: HTTP with patience. A busy or broken server is waited for, a refusal is reported, never repeated."""

import asyncio
import random
from dataclasses import dataclass, field
from typing import Any

import httpx

FIRST_WAIT = 0.5
LONGEST_WAIT = 30.0
TRIES = 9
BROKEN, BROKEN_TRIES = 500, 2
"""A broken answer is asked for again, in case the database was away; a busy one much longer."""
BUSY = frozenset({408, 425, 429, 500, 502, 503, 504})


class Refused(Exception):
    """The city said no, with its problem."""

    def __init__(self, status: int, problem: dict[str, Any]) -> None:
        self.status = status
        self.problem = problem
        super().__init__(f"{status} {problem.get('code')}: {problem.get('detail')}")

    @property
    def code(self) -> str:
        return str(self.problem.get("code", ""))


def problem_of(answer: httpx.Response) -> dict[str, Any]:
    """The problem+json of an answer, or what can be said without one."""
    try:
        body = answer.json()
    except ValueError:
        body = None
    return body if isinstance(body, dict) else {"code": f"http.{answer.status_code}", "detail": answer.text[:200]}


def wait_after(answer: httpx.Response | None, attempt: int, luck: random.Random) -> float:
    """How long to wait before trying again: what the server asks for, else twice as long each time, with jitter."""
    if answer is not None and (asked := answer.headers.get("retry-after", "")).isdigit():
        return min(float(asked), LONGEST_WAIT) + luck.random() * 0.2
    return min(FIRST_WAIT * 2**attempt, LONGEST_WAIT) * (0.7 + 0.6 * luck.random())


@dataclass
class Person:
    """Somebody who calls the API: the public without a login, staff with one."""

    http: httpx.AsyncClient
    luck: random.Random
    login: str | None = None
    password: str | None = None
    me: dict[str, Any] = field(default_factory=dict[str, Any])
    photos: list[str] = field(default_factory=list[str])
    _cookie: str | None = None
    _entering: asyncio.Lock = field(default_factory=asyncio.Lock)

    @property
    def name(self) -> str:
        return str(self.me.get("name") or self.login or "居民")

    def may(self, operation: str) -> bool:
        """Whether the signed-in person holds an operation."""
        return operation in self.me.get("operations", ())

    async def sign_in(self) -> None:
        """Open a session; the cookie is kept by this person, not by the shared connection pool."""
        answer = await self._patiently(
            "POST", "/api/security/sessions", json={"login": self.login, "password": self.password}
        )
        if answer.status_code >= 400:
            raise Refused(answer.status_code, problem_of(answer))
        self._cookie = answer.cookies.get("chengshu_session")
        self.me = answer.json()

    def _headers(self, extra: dict[str, str] | None) -> dict[str, str]:
        headers = {"Accept-Language": "zh", **(extra or {})}
        if self._cookie:
            headers["Cookie"] = f"chengshu_session={self._cookie}"
            headers["X-CSRF-Token"] = str(self.me.get("csrf") or "")
        return headers

    async def _patiently(self, method: str, path: str, **call: Any) -> httpx.Response:
        headers = call.pop("headers", None)
        answer: httpx.Response | None = None
        for attempt in range(TRIES):
            try:
                answer = await self.http.request(method, path, headers=self._headers(headers), **call)
                if answer.status_code not in BUSY or (answer.status_code == BROKEN and attempt >= BROKEN_TRIES):
                    return answer
            except httpx.TransportError:
                answer = None
            await asyncio.sleep(wait_after(answer, attempt, self.luck))
        if answer is None:
            raise Refused(0, {"code": "http.unreachable", "detail": f"{method} {path}"})
        return answer

    async def call(self, method: str, path: str, **call: Any) -> Any:
        """One call; signs in again when the session has ended. Raises Refused for a refusal."""
        answer = await self._patiently(method, path, **call)
        if answer.status_code == 401 and self.login:
            async with self._entering:
                await self.sign_in()
            answer = await self._patiently(method, path, **call)
        if answer.status_code >= 400:
            raise Refused(answer.status_code, problem_of(answer))
        return answer.json() if answer.content else None

    async def get(self, path: str, **params: Any) -> Any:
        """Read something."""
        return await self.call("GET", path, params={k: v for k, v in params.items() if v is not None})

    async def post(self, path: str, body: Any = None, **headers: str) -> Any:
        """Do something; header names are written with underscores."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return await self.call("POST", path, json=body or {}, headers=named)

    async def upload(self, path: str, picture: bytes, name: str) -> str:
        """Hand in a photo; returns its hash."""
        answer = await self.call("POST", path, files={"file": (name, picture, "image/jpeg")})
        return str(answer["hash"])
