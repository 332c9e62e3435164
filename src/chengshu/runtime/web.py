"""The edge of HTTP: one request is one unit of work, with its session, its operation and its commit."""

import datetime as dt
import hashlib
import secrets
from collections.abc import AsyncIterator, Callable
from typing import Any

import orjson
from fastapi import Depends, Request
from fastapi.responses import JSONResponse

from chengshu.base.errors import Conflict, Forbidden, Invalid, Problem, StaleVersion, Unauthenticated
from chengshu.base.operations import Operation
from chengshu.base.text import Lang
from chengshu.runtime.database import Database, Work

COOKIE = "chengshu_session"
CSRF = "X-CSRF-Token"
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
OPEN = Operation("open", "无需登录", "No session needed")
"""The operation of routes that anybody may call; the architecture test lists them."""


class CsrfMissing(Forbidden):
    code = "security.csrf_missing"
    text = {"zh": "请求缺少防伪标记", "en": "The request lacks its anti-forgery token"}
    remedy = {"zh": "请刷新页面后重试", "en": "Reload the page and try again"}


class KeyReused(Conflict):
    code = "input.idempotency_key_reused"
    text = {
        "zh": "幂等键 {value} 已用于另一个请求",
        "en": "Idempotency key {value} was used for another request",
    }
    remedy = {"zh": "新请求请换用新的键", "en": "Use a new key for a new request"}


class VersionNeeded(Problem):
    code = "input.version_needed"
    status = 428
    text = {
        "zh": "缺少 If-Match：请带上您所看到的版本号",
        "en": "If-Match is missing: send the version you saw",
    }


def hash_token(token: str) -> bytes:
    """What the database knows of a session or a code: never the secret itself."""
    return hashlib.sha256(token.encode()).digest()


def language(request: Request) -> Lang:
    """zh unless the asker prefers English."""
    first = (request.headers.get("accept-language") or request.cookies.get("chengshu_lang") or "zh").strip().lower()
    return "en" if first.startswith("en") else "zh"


def remote_of(request: Request) -> str | None:
    return request.client.host if request.client else None


def credentials(request: Request) -> tuple[str | None, bool]:
    """The session's secret, and whether it came by cookie (then unsafe methods need the CSRF token)."""
    header = request.headers.get("authorization", "")
    if header[:7].lower() == "bearer ":
        return header[7:].strip() or None, False
    return request.cookies.get(COOKIE), True


def needs(operation: Operation) -> Any:
    """Dependency: authenticate, check the operation, yield the Work, commit before the answer leaves."""

    async def enter(request: Request) -> AsyncIterator[Work]:
        async for work in _enter(request, operation, session_needed=True):
            yield work

    return _depends(enter, operation)


def open_door(operation: Operation = OPEN) -> Any:
    """Dependency for routes that also serve people without a session (the actor is then the public)."""

    async def enter(request: Request) -> AsyncIterator[Work]:
        async for work in _enter(request, operation, session_needed=False):
            yield work

    return _depends(enter, operation)


def _depends(enter: Callable[..., Any], operation: Operation) -> Any:
    enter.operation = operation  # type: ignore[attr-defined] - read by the architecture test and the reference
    return Depends(enter, scope="function")


async def _enter(request: Request, operation: Operation, *, session_needed: bool) -> AsyncIterator[Work]:
    db: Database = request.app.state.city.db
    token, by_cookie = credentials(request)
    code = request.headers.get("x-report-code")
    context: dict[str, Any] = {
        "claim": hash_token(code) if code else None,
        "lang": language(request),
        "remote": remote_of(request),
        "request_id": request.state.request_id if hasattr(request.state, "request_id") else None,
    }
    async with db.work(hash_token(token) if token else None, **context) as work:
        request.state.statements = work
        if work.actor.kind == "public":
            if session_needed:
                raise Unauthenticated
        elif by_cookie and request.method not in SAFE:
            _check_csrf(request, work)
        if session_needed and operation is not OPEN:
            work.require(operation)
        yield work


def _check_csrf(request: Request, work: Work) -> None:
    sent = request.headers.get(CSRF, "")
    if not work.csrf or not secrets.compare_digest(sent.encode(), work.csrf.encode()):
        raise CsrfMissing(field=CSRF)


def if_match(request: Request) -> int:
    """The version the caller saw, from If-Match; 428 without one."""
    raw = request.headers.get("if-match")
    if raw is None:
        raise VersionNeeded(field="If-Match")
    text = raw.strip().removeprefix("W/").strip('"')
    if not text.isdigit() or len(text) > 18:
        raise Invalid(field="If-Match", value=raw)
    return int(text)


def check_version(seen: int, current: int) -> None:
    """Raise StaleVersion unless the caller saw the current version."""
    if seen != current:
        raise StaleVersion(field="If-Match", value=seen, current=current)


def etag(version: int) -> str:
    return f'"{version}"'


CLAIM_KEY = """
insert into runtime.idempotency_key (actor_id, key, request) values (%(actor)s, %(key)s, %(request)s)
on conflict do nothing returning key
"""
FIRST_ANSWER = "select request, answer from runtime.idempotency_key where actor_id = %(actor)s and key = %(key)s"
KEEP_ANSWER = "update runtime.idempotency_key set answer = %(answer)s where actor_id = %(actor)s and key = %(key)s"


async def first_answer(work: Work, key: str | None, request: Any) -> dict[str, Any] | None:
    """Claim an idempotency key: None means go on; otherwise the answer that the first request got.

    A concurrent repetition waits for the first one's commit. Raises KeyReused for another request under the same key.
    """
    if key is None:
        return None
    if not 1 <= len(key) <= 200 or not key.isprintable():
        raise Invalid(field="Idempotency-Key", value=key)
    digest = hashlib.sha256(orjson.dumps(request, default=str, option=orjson.OPT_SORT_KEYS)).digest()
    params = {"actor": work.actor.id, "key": key, "request": digest}
    if await work.row(CLAIM_KEY, params):
        return None
    row = await work.row(FIRST_ANSWER, params)
    if row is None or bytes(row["request"]) != digest:
        raise KeyReused(field="Idempotency-Key", value=key)
    return row["answer"]


async def keep_answer(work: Work, key: str | None, answer: Any) -> None:
    """Keep the answer of this request for its repetitions."""
    if key is not None:
        packed = orjson.dumps(answer, default=str).decode()
        await work.run(KEEP_ANSWER, {"actor": work.actor.id, "key": key, "answer": packed})


def problem_response(problem: Problem, lang: str) -> JSONResponse:
    headers: dict[str, str] = {"content-language": lang}
    if problem.status == 429 and "seconds" in problem.params:
        headers["retry-after"] = str(problem.params["seconds"])
    return JSONResponse(
        problem.body(lang), status_code=problem.status, headers=headers, media_type="application/problem+json"
    )


def iso(at: dt.datetime | None) -> str | None:
    return None if at is None else at.isoformat(timespec="seconds")
