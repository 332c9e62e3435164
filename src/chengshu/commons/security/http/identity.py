"""Signing in by the county's identity provider."""

from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from fastapi.responses import RedirectResponse

from chengshu.base.errors import Problem
from chengshu.commons.security.errors import OidcFailed
from chengshu.commons.security.http.entry import set_session
from chengshu.commons.security.service import identity
from chengshu.runtime.database import Work
from chengshu.runtime.web import OPEN, open_door, remote_of

router = APIRouter(prefix="/oidc")
BROWSER = "chengshu_oidc"
PATH = "/api/security/oidc"
Text = Annotated[str | None, Query(max_length=4000)]


def _redirect_uri(request: Request, work: Work) -> str:
    origin = work.city.settings.web_origin or str(request.base_url)
    return f"{origin.rstrip('/')}{PATH}/callback"


@router.get("", summary="是否启用统一身份认证 / whether an identity provider is configured")
async def about(work: Annotated[Work, open_door(OPEN)]) -> dict[str, Any]:
    enabled = work.city.has("identity")
    title = work.city.identity.title if enabled else None
    return {"enabled": enabled, "start": f"{PATH}/start" if enabled else None, "title": title}


@router.get("/start", status_code=302, summary="前往统一身份认证 / go to the identity provider")
async def start(request: Request, work: Annotated[Work, open_door(OPEN)], return_to: Text = None) -> RedirectResponse:
    city = work.city
    outside = identity.provider(city)
    journey = identity.begin(return_to)
    url = await outside.start(
        state=journey.state, nonce=journey.nonce, verifier=journey.verifier, redirect_uri=_redirect_uri(request, work)
    )
    async with city.db.job_work() as desk:
        await identity.keep(desk, journey)
    answer = RedirectResponse(url, status_code=302)
    answer.set_cookie(
        BROWSER, journey.browser, max_age=600, path=PATH, httponly=True, samesite="lax",
        secure=city.settings.web_secure_cookies,
    )  # fmt: skip
    return answer


@router.get("/callback", status_code=302, summary="统一身份认证返回 / the identity provider's answer")
async def callback(
    request: Request, work: Annotated[Work, open_door(OPEN)], code: Text = None, state: Text = None, error: Text = None
) -> RedirectResponse:
    city, remote = work.city, remote_of(request)
    try:
        async with city.db.job_work() as desk:
            kept = await identity.take(desk, state or "", request.cookies.get(BROWSER))
        if error:
            raise OidcFailed(field="error", value=error)
        vouched = await identity.ask(city, kept, code, _redirect_uri(request, work))
        async with city.db.job_work() as desk:
            token = await identity.open_session(desk, vouched, remote, request.headers.get("user-agent"))
    except Problem as problem:
        async with city.db.job_work() as desk:
            identity.record_refusal(desk, problem.code, problem.value, remote)
        # A person stands before a browser: back to the sign-in page, which says what went wrong.
        told = urlencode({"problem": problem.code, "detail": problem.detail(work.lang)})
        return RedirectResponse(f"/login?{told}", status_code=302)
    answer = RedirectResponse(kept.return_to if kept else "/", status_code=302)
    set_session(answer, work, token)
    answer.delete_cookie(BROWSER, path=PATH)
    return answer
