"""Signing in and out, me, my sessions, my password, and the sign-in policy."""

import datetime as dt
from collections.abc import AsyncIterator
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel, Field

from chengshu.base.text import pick
from chengshu.commons.security import permissions
from chengshu.commons.security.errors import SignInRefused, SignInWait
from chengshu.commons.security.http.shapes import Body, Id, PageOut, PostOut
from chengshu.commons.security.service import entry
from chengshu.runtime.database import Work
from chengshu.runtime.web import COOKIE, OPEN, credentials, hash_token, language, needs, problem_response, remote_of

router = APIRouter()
COOKIE_SECONDS = 7 * 24 * 3600
"""The server ends sessions earlier, by the policy; the cookie only has to outlive them."""


class SignInBody(Body):
    login: str = Field(min_length=1, max_length=64)
    password: str = Field(min_length=1, max_length=256)


class PasswordBody(Body):
    current: str = Field(min_length=1, max_length=256)
    new: str = Field(min_length=1, max_length=256)


class PointOut(BaseModel):
    lon: float
    lat: float


class SiteOut(BaseModel):
    code: str
    title: str
    title_en: str | None
    county: str
    center: PointOut
    bbox: list[float]
    brand: str | None


class MeOut(BaseModel):
    id: int
    name: str
    login: str | None
    kind: str
    csrf: str | None
    lang: str
    operations: list[str]
    duty: str | None
    org: str | None
    posts: list[PostOut]
    must_change: bool = Field(description="The password has to be changed before anything else")
    now: dt.datetime
    site: SiteOut | None


class PolicyPatch(Body):
    login_failures: int | None = Field(default=None, ge=3, le=50)
    remote_failures: int | None = Field(default=None, ge=5, le=10000)
    lock_seconds: int | None = Field(default=None, ge=1, le=3600)
    lock_seconds_max: int | None = Field(default=None, ge=1, le=86400)
    idle_minutes: int | None = Field(default=None, ge=1, le=1440)
    session_hours: int | None = Field(default=None, ge=1, le=168)
    sessions_max: int | None = Field(default=None, ge=1, le=100)
    password_length: int | None = Field(default=None, ge=8, le=64)


class PolicyOut(BaseModel):
    login_failures: int
    remote_failures: int
    lock_seconds: int
    lock_seconds_max: int
    idle_minutes: int
    session_hours: int
    sessions_max: int
    password_length: int
    version: int


async def _sign_in_door(request: Request) -> AsyncIterator[Work]:
    """A door that asks for no anti-forgery token: whoever signs in proves more than a token does.

    The session that the browser had is entered, so that the new one can end it.
    """
    token, _ = credentials(request)
    async with request.app.state.city.db.work(
        hash_token(token) if token else None, lang=language(request), remote=remote_of(request),
        request_id=getattr(request.state, "request_id", None),
    ) as work:  # fmt: skip
        yield work


_sign_in_door.operation = OPEN  # type: ignore[attr-defined] - read by the architecture test and the reference


def set_session(response: Response, work: Work, token: str) -> None:
    """The session's secret goes to the browser where no script can read it."""
    response.set_cookie(
        COOKIE, token, max_age=COOKIE_SECONDS, path="/", httponly=True, samesite="lax",
        secure=work.city.settings.web_secure_cookies,
    )  # fmt: skip


@router.post("/sessions", status_code=201, summary="登录 / sign in")
async def sign_in(
    body: SignInBody, request: Request, response: Response,
    work: Annotated[Work, Depends(_sign_in_door, scope="function")],
) -> MeOut:  # fmt: skip
    done = await entry.sign_in(work, body.login, body.password, request.headers.get("user-agent"))
    # Refusals are answered, not raised: the count of failures and the ledger's entry must be committed.
    if done.outcome == "wait":
        return problem_response(SignInWait(field="login", seconds=done.wait_seconds), work.lang)  # type: ignore[return-value]
    if done.token is None:
        return problem_response(SignInRefused(field="login"), work.lang)  # type: ignore[return-value]
    set_session(response, work, done.token)
    return await _me(work)


@router.delete("/sessions/current", status_code=204, summary="退出 / sign out")
async def sign_out(response: Response, work: Annotated[Work, needs(OPEN)]) -> None:
    await entry.sign_out(work)
    response.delete_cookie(COOKIE, path="/", httponly=True, samesite="lax")


@router.get("/me", summary="我是谁 / who I am")
async def me(work: Annotated[Work, needs(OPEN)]) -> MeOut:
    return await _me(work)


async def _me(work: Work) -> MeOut:
    return MeOut(**await entry.me(work), site=_site(work))


def _site(work: Work) -> SiteOut | None:
    if not work.city.has("site"):
        return None
    site = work.city.site
    lon, lat = site.centre
    return SiteOut(
        code=site.code, title=pick(site.title, work.lang), title_en=site.title.get("en"), county=site.code,
        center=PointOut(lon=lon, lat=lat), bbox=list(site.bbox), brand=pick(site.brand.name.model_dump(), work.lang),
    )  # fmt: skip


@router.get("/sessions", summary="我的会话 / my sessions")
async def sessions(work: Annotated[Work, needs(OPEN)]) -> PageOut:
    rows: list[dict[str, Any]] = [{**r, "agent": r["client"]} for r in await entry.my_sessions(work)]
    return PageOut(items=rows, next=None)


@router.delete("/sessions/{id}", status_code=204, summary="结束会话 / end a session")
async def end_session(id: Id, work: Annotated[Work, needs(OPEN)]) -> None:
    await entry.end_session(work, id)


@router.put("/me/password", status_code=204, summary="修改密码 / change my password")
async def change_password(body: PasswordBody, work: Annotated[Work, needs(OPEN)]) -> None:
    await entry.change_password(work, body.current, body.new)


@router.get("/policy", summary="登录策略 / the sign-in policy")
async def policy(work: Annotated[Work, needs(OPEN)]) -> PolicyOut:
    return PolicyOut(**await entry.policy(work))


@router.patch("/policy", summary="修改登录策略 / change the sign-in policy")
async def set_policy(body: PolicyPatch, work: Annotated[Work, needs(permissions.CONFIGURE)]) -> PolicyOut:
    return PolicyOut(**await entry.set_policy(work, body.model_dump(exclude_none=True)))
