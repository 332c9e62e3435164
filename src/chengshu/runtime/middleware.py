"""What every answer passes: request ids, body limits, security headers, and errors as problem+json."""

import logging
import uuid
from collections.abc import Awaitable, Callable
from typing import Any

import psycopg
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from psycopg_pool import PoolTimeout
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from chengshu.base.errors import Forbidden, Invalid, NotFound, Problem, TooLarge, Unauthenticated, shorten
from chengshu.runtime.web import credentials, hash_token, language, problem_response, remote_of

log = logging.getLogger(__name__)

# MapLibre builds its workers from blobs; Vue and Element Plus set inline style attributes. Scripts come from us alone.
POLICY = (
    "default-src 'self'; script-src 'self'; worker-src 'self' blob:; child-src 'self' blob:; "
    "style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; connect-src 'self'; object-src 'none'; "
    "base-uri 'self'; form-action 'self'; frame-ancestors 'none'"
)
HEADERS = [
    (b"content-security-policy", POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),
    (b"x-frame-options", b"DENY"),
    (b"permissions-policy", b"geolocation=(self), camera=(self), microphone=(self)"),
    (b"cross-origin-opener-policy", b"same-origin"),
]


class Unavailable(Problem):
    code = "runtime.unavailable"
    status = 503
    text = {
        "zh": "服务暂时不可用，已提交的内容不会丢失",
        "en": "The service is unavailable for a moment; nothing accepted is lost",
    }
    remedy = {
        "zh": "请稍候几秒重试；带幂等键的请求可放心重发",
        "en": "Try again in some seconds; with an idempotency key it is safe",
    }


class Broken(Problem):
    code = "runtime.broken"
    status = 500
    text = {"zh": "系统内部错误（{value}）", "en": "An internal error ({value})"}
    remedy = {
        "zh": "请把括号中的编号告诉系统管理员",
        "en": "Tell the system administrator the id in brackets",
    }


class MethodUnknown(Problem):
    code = "input.method_not_allowed"
    status = 405
    text = {"zh": "此地址不支持该方法", "en": "This address does not take that method"}


class Shield:
    """Pure ASGI: gives each request an id, bounds its body and dresses every answer with the security headers."""

    def __init__(self, app: ASGIApp, limit: int) -> None:
        self.app = app
        self.limit = limit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request_id = uuid.uuid4().hex[:16]
        scope.setdefault("state", {})["request_id"] = request_id

        async def dressed(message: Message) -> None:
            if message["type"] == "http.response.start":
                present = {name for name, _ in message["headers"]}
                extra = [(n, v) for n, v in HEADERS if n not in present]
                if scope["path"].startswith("/api/") and b"cache-control" not in present:
                    extra.append((b"cache-control", b"no-store"))
                message["headers"] = [*message["headers"], *extra, (b"x-request-id", request_id.encode())]
            await send(message)

        declared = dict(scope["headers"]).get(b"content-length", b"0")
        if declared.isdigit() and int(declared) > self.limit:
            lang = language(Request(scope))
            await problem_response(self._too_large(), lang)(scope, receive, dressed)
            return
        await self.app(scope, self._bounded(receive), dressed)

    def _too_large(self) -> TooLarge:
        return TooLarge(field="body", limit=f"{self.limit // 1024 // 1024} MB")

    def _bounded(self, receive: Receive) -> Receive:
        taken = 0

        async def bounded() -> Message:
            nonlocal taken
            message = await receive()
            if message["type"] == "http.request":
                taken += len(message.get("body", b""))
                if taken > self.limit:
                    raise self._too_large()
            return message

        return bounded


def add_error_handlers(app: FastAPI) -> None:
    """Every error leaves as problem+json in the asker's language."""

    async def on_problem(request: Request, error: Exception) -> Response:
        assert isinstance(error, Problem)
        if error.status in (401, 403) or isinstance(error, Forbidden):
            await _record_refusal(request, error)
        return problem_response(error, language(request))

    async def on_validation(request: Request, error: Exception) -> Response:
        assert isinstance(error, RequestValidationError)
        return problem_response(_as_problem(error), language(request))

    async def on_http(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        if isinstance(error.__cause__, Problem):  # raised while the body was being read
            return problem_response(error.__cause__, language(request))
        by_status: dict[int, Problem] = {404: NotFound(value=request.url.path), 405: MethodUnknown()}
        problem = by_status.get(error.status_code) or Invalid(field="body", value=error.detail)
        response = problem_response(problem, language(request))
        if error.status_code not in by_status:
            response.status_code = error.status_code
        response.headers.update(error.headers or {})
        return response

    app.add_exception_handler(Problem, on_problem)
    app.add_exception_handler(RequestValidationError, on_validation)
    app.add_exception_handler(HTTPException, on_http)
    app.add_exception_handler(UnicodeError, _handler(lambda r, e: Invalid(field="body", value=str(e)[:80])))
    app.add_exception_handler(psycopg.DataError, _handler(_data_error))
    for error in (psycopg.OperationalError, PoolTimeout, psycopg.InterfaceError):
        app.add_exception_handler(error, _handler(_unavailable))
    app.add_exception_handler(Exception, _handler(_broken))


def _handler(
    make: Callable[[Request, Exception], Problem],
) -> Callable[[Request, Exception], Awaitable[JSONResponse]]:
    async def handle(request: Request, error: Exception) -> JSONResponse:
        return problem_response(make(request, error), language(request))

    return handle


def _data_error(request: Request, error: Exception) -> Problem:
    log.info("refused by the database: %s", error)
    return Invalid(field="body", value=str(error).splitlines()[0])


def _unavailable(request: Request, error: Exception) -> Problem:
    log.warning("database unavailable: %s", error)
    return Unavailable()


def _broken(request: Request, error: Exception) -> Problem:
    request_id = getattr(request.state, "request_id", "-")
    log.error("request %s %s %s broke", request_id, request.method, request.url.path, exc_info=error)
    return Broken(value=request_id)


SAYS = {
    "missing": ("缺少此项", "is missing"),
    "extra_forbidden": ("没有这一项", "is not known here"),
    "json_invalid": ("不是合法的 JSON", "is not valid JSON"),
    "string_too_long": ("过长，上限 {max_length} 字", "is too long: at most {max_length}"),
    "string_too_short": ("过短，至少 {min_length} 字", "is too short: at least {min_length}"),
    "string_type": ("应为文字", "must be text"),
    "string_pattern_mismatch": ("格式不符：{pattern}", "does not match {pattern}"),
    "int_parsing": ("应为整数", "must be a whole number"),
    "float_parsing": ("应为数字", "must be a number"),
    "bool_parsing": ("应为是或否", "must be true or false"),
    "datetime_from_date_parsing": (
        "应为 ISO 8601 时间，如 2026-11-22T08:00:00+08:00",
        "must be an ISO 8601 time",
    ),
    "literal_error": ("应为 {expected} 之一", "must be one of {expected}"),
    "enum": ("应为 {expected} 之一", "must be one of {expected}"),
    "greater_than_equal": ("不得小于 {ge}", "must be at least {ge}"),
    "less_than_equal": ("不得大于 {le}", "must be at most {le}"),
    "finite_number": ("应为有限数", "must be a finite number"),
}


def _as_problem(error: RequestValidationError) -> Invalid:
    faults: list[dict[str, Any]] = []
    for one in error.errors():
        path = ".".join(str(p) for p in one["loc"] if p not in ("body", "query", "path", "header")) or str(
            one["loc"][0]
        )
        zh, en = SAYS.get(one["type"], (one["msg"], one["msg"]))
        given_context: dict[str, Any] = one.get("ctx") or {}
        context = {k: str(v) for k, v in given_context.items()}
        try:
            zh, en = zh.format(**context), en.format(**context)
        except (KeyError, IndexError, ValueError):
            # A message of the validator may hold braces of its own, as patterns do.
            zh = en = one["msg"]
        given = None if one["type"] == "missing" else shorten(one.get("input"))
        faults.append({"field": path, "detail": f"{zh} / {en}", "value": given})
    names = "、".join(dict.fromkeys(f["field"] for f in faults))
    return Invalid(field=names, value=faults[0]["value"] if faults else None, errors=faults)


async def _record_refusal(request: Request, error: Problem) -> None:
    """Every refusal of a known person is in the ledger; strangers without a session only when they try to change."""
    token, _ = credentials(request)
    if token is None and isinstance(error, Unauthenticated):
        return
    try:
        async with request.app.state.city.db.work(
            hash_token(token) if token else None, remote=remote_of(request),
            request_id=getattr(request.state, "request_id", None),
        ) as work:  # fmt: skip
            if work.actor.kind != "public":
                work.record(
                    "security.refused",
                    f"{request.method} {request.url.path}"[:200],
                    {"code": error.code},
                    "refused",
                )
    except psycopg.Error:
        log.exception("a refusal could not be recorded")
