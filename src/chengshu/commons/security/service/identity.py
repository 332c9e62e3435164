"""Signing in by an outside identity provider: authorization code with PKCE, state and nonce, bound to the browser.

The provider is asked between two units of work, never inside one: no connection waits for somebody else's server.
"""

import secrets
from dataclasses import dataclass

from chengshu.commons.security.contracts import IdentityProvider, VouchedFor
from chengshu.commons.security.errors import OidcFailed, OidcOff, OidcUnlinked
from chengshu.commons.security.service.entry import new_token
from chengshu.commons.security.store import identity as store
from chengshu.commons.security.store import sessions
from chengshu.runtime.city import City
from chengshu.runtime.database import Work
from chengshu.runtime.web import hash_token


@dataclass(frozen=True, slots=True)
class Journey:
    """One sign-in under way: what goes to the provider, what stays here, and the secret that ties it to a browser."""

    state: str
    browser: str
    nonce: str
    verifier: str
    return_to: str


@dataclass(frozen=True, slots=True)
class Kept:
    """What was kept for the answer."""

    nonce: str
    verifier: str
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


def begin(return_to: str | None) -> Journey:
    """Fresh secrets for one sign-in; 48 bytes each, so the verifier has the length PKCE asks for."""
    state, browser, nonce, verifier = (secrets.token_urlsafe(48) for _ in range(4))
    return Journey(state, browser, nonce, verifier, safe_path(return_to))


async def keep(work: Work, journey: Journey) -> None:
    """Keep the secrets for ten minutes, the state as a hash."""
    await store.keep_state(
        work,
        {
            "state": hash_token(journey.state), "browser": hash_token(journey.browser), "nonce": journey.nonce,
            "verifier": journey.verifier, "return_to": journey.return_to,
        },
    )  # fmt: skip


async def take(work: Work, state: str, browser: str | None) -> Kept | None:
    """What was kept, once; None for a second answer, another browser's, or a late one."""
    row = await store.take_state(work, hash_token(state), hash_token(browser or ""))
    return Kept(row["nonce"], row["verifier"], row["return_to"]) if row and row["fresh"] else None


async def ask(city: City, kept: Kept | None, code: str | None, redirect_uri: str) -> VouchedFor:
    """Exchange the code with the provider."""
    if kept is None:
        raise OidcFailed(field="state", value="state")
    if not code:
        raise OidcFailed(field="code", value="code")
    return await provider(city).finish(code=code, nonce=kept.nonce, verifier=kept.verifier, redirect_uri=redirect_uri)


async def open_session(work: Work, vouched: VouchedFor, remote: str | None, client: str | None) -> str:
    """A session for the linked account: by subject, else, the first time, by the configured claim. Returns its secret."""
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
    work.remote = remote
    work.record("security.sign_in", f"actor:{row['id']}", {"by": "oidc", "issuer": vouched.issuer, "name": row["name"]})
    return token


def record_refusal(work: Work, code: str, value: object, remote: str | None) -> None:
    """A refused sign-in by the provider is in the ledger like any other."""
    work.remote = remote
    work.record("security.sign_in", "oidc", {"why": code, "value": str(value)[:200]}, "refused")
