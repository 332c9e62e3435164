"""Signing in by an outside identity provider: authorization code with PKCE, state and nonce, bound to the browser."""

import secrets
from dataclasses import dataclass

from chengshu.commons.security.contracts import IdentityProvider
from chengshu.commons.security.errors import OidcFailed, OidcOff, OidcUnlinked
from chengshu.commons.security.service.entry import new_token
from chengshu.commons.security.store import identity as store
from chengshu.commons.security.store import sessions
from chengshu.runtime.city import City
from chengshu.runtime.database import Work
from chengshu.runtime.web import hash_token


@dataclass(frozen=True, slots=True)
class Started:
    """Where the browser goes, and the secret that ties the answer to this browser."""

    url: str
    browser: str


@dataclass(frozen=True, slots=True)
class Finished:
    """The session's secret, and the page the person wanted."""

    token: str
    return_to: str


def provider(city: City) -> IdentityProvider:
    """The provider that app.py put into the city as `identity`; OidcOff without one."""
    if not city.has("identity"):
        raise OidcOff
    return city.identity


def safe_path(path: str | None) -> str:
    """A page of ours to return to; anything that could lead elsewhere becomes the start page."""
    if not path or not path.startswith("/") or path.startswith("//") or "\\" in path or len(path) > 500:
        return "/"
    return path if path.isprintable() and not any(c.isspace() for c in path) else "/"


async def start(work: Work, redirect_uri: str, return_to: str | None) -> Started:
    """Begin: keep state, nonce and verifier here, send the browser away. Worker role: no session exists yet."""
    outside = provider(work.city)
    state, nonce, verifier, browser = (secrets.token_urlsafe(48) for _ in range(4))
    await store.keep_state(
        work,
        {
            "state": hash_token(state), "browser": hash_token(browser), "nonce": nonce, "verifier": verifier,
            "return_to": safe_path(return_to),
        },
    )  # fmt: skip
    url = await outside.start(state=state, nonce=nonce, verifier=verifier, redirect_uri=redirect_uri)
    return Started(url, browser)


@dataclass(frozen=True, slots=True)
class Kept:
    """What the start kept for the answer."""

    nonce: str
    verifier: str
    return_to: str


async def take(work: Work, state: str, browser: str | None) -> Kept:
    """The kept state, once: a second answer, another browser's or a late one is refused."""
    row = await store.take_state(work, hash_token(state), hash_token(browser or ""))
    if row is None or not row["fresh"]:
        raise OidcFailed(field="state", value="state")
    return Kept(row["nonce"], row["verifier"], row["return_to"])


async def finish(
    work: Work, kept: Kept, code: str, redirect_uri: str, remote: str | None, client: str | None
) -> Finished:
    """Exchange the code, find the linked account (by subject, else by the configured claim, once), open a session."""
    outside = provider(work.city)
    vouched = await outside.finish(code=code, nonce=kept.nonce, verifier=kept.verifier, redirect_uri=redirect_uri)
    claim = vouched.claims.get(work.city.settings.oidc_claim)
    login = claim.strip().lower() if isinstance(claim, str) else None
    row = await store.linked_actor(work, vouched.issuer, vouched.subject, login)
    if row is None or not row["active"]:
        raise OidcUnlinked(field="sub", value=login or vouched.subject)
    if not row["linked"]:
        await store.link(work, vouched.issuer, vouched.subject, row["id"])
        work.record("security.link_identity", f"actor:{row['id']}", {"issuer": vouched.issuer})
    token, csrf = new_token()
    if not await sessions.sign_in_as(work, row["id"], hash_token(token), csrf, remote, client):
        raise OidcUnlinked(field="sub", value=login or vouched.subject)
    told = {"by": "oidc", "issuer": vouched.issuer, "actor": row["name"], "remote": remote}
    work.record("security.sign_in", f"actor:{row['id']}", told)
    return Finished(token, kept.return_to)
