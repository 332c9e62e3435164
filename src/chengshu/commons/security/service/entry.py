"""Signing in and out, one's own sessions and password, and the policy that governs them."""

import secrets
from dataclasses import dataclass
from typing import Any

from chengshu.base.actor import Actor
from chengshu.base.errors import Conflict, NotFound
from chengshu.commons.security import permissions
from chengshu.commons.security.errors import PasswordWrong
from chengshu.commons.security.logic import passwords as rules
from chengshu.commons.security.service import passwords
from chengshu.commons.security.store import people as people_store
from chengshu.commons.security.store import sessions as store
from chengshu.runtime.database import Work
from chengshu.runtime.web import hash_token


@dataclass(frozen=True, slots=True)
class SignedIn:
    """How a sign-in ended: `opened` with the session's secret, `refused`, or `wait` for so many seconds."""

    outcome: str
    token: str | None = None
    wait_seconds: int = 0


def new_token() -> tuple[str, str]:
    """A session's secret for the cookie, and its anti-forgery token."""
    return secrets.token_urlsafe(32), secrets.token_urlsafe(24)


async def sign_in(work: Work, login: str, password: str, client: str | None) -> SignedIn:
    """Try to open a session. The answer is returned, not raised: failures must be counted, hence committed.

    The digest is worked out for unknown logins too, under a salt that never changes: neither the answer nor its
    time tells whether a login exists.
    """
    login = login.strip().lower()
    asked = await store.challenge(work, login)
    if asked["wait_seconds"]:
        work.record("security.sign_in", f"login:{login}", {"why": "wait"}, "refused")
        return SignedIn("wait", wait_seconds=asked["wait_seconds"])
    digest = await passwords.digest(password, bytes(asked["salt"]), asked["params"])
    token, csrf = new_token()
    row = await store.sign_in(work, login, digest, hash_token(token), csrf, client)
    if row["outcome"] != "opened":
        work.record("security.sign_in", f"login:{login}", {"why": row["outcome"]}, "refused")
        return SignedIn(row["outcome"], wait_seconds=row["wait_seconds"])
    await adopt(work, token)
    work.record("security.sign_in", f"actor:{work.actor.id}", {"by": "password"})
    return SignedIn("opened", token)


async def adopt(work: Work, token: str) -> None:
    """From here on this unit of work acts as the owner of the session."""
    row = await store.enter(work, hash_token(token))
    work.actor = Actor(
        row["actor_id"], row["name"], row["kind"], frozenset(row["operations"]), tuple(row["orgs"]),
        tuple(row["regions"]), tuple(row["holders"]), row["org"], row["duty"],
    )  # fmt: skip
    work.token, work.csrf = hash_token(token), row["csrf"]
    work.lang = row["lang"] or work.lang


async def sign_out(work: Work) -> None:
    """End the present session."""
    actor = work.actor
    work.record("security.sign_out", f"actor:{actor.id}")
    await work.flush()  # written while the session still says who acts
    await store.sign_out(work)


async def me(work: Work) -> dict[str, Any]:
    """Who I am: name, operations, posts, and whether the password has to be changed first."""
    row = await store_me(work)
    actor = work.actor
    return {
        "id": actor.id,
        "name": actor.name,
        "kind": actor.kind,
        "csrf": work.csrf,
        "operations": sorted(actor.operations),
        "duty": actor.duty,
        "org": actor.org,
        "now": work.now,
        **row,
        "lang": row["lang"] or work.lang,
    }


async def store_me(work: Work) -> dict[str, Any]:
    row = await people_store.me(work)
    if row is None:
        raise NotFound(value=f"actor:{work.actor.id}")
    return row


async def my_sessions(work: Work) -> list[dict[str, Any]]:
    """My open browser sessions, the newest first."""
    return await store.my_sessions(work)


async def end_session(work: Work, session: int) -> None:
    """End one of my sessions (a security administrator: of anybody)."""
    actor = await store.end_session(work, session, "browser")
    if actor is None:
        raise NotFound(field="id", value=session)
    work.record("security.end_session", f"actor:{actor}", {"session": session})


async def change_password(work: Work, current: str, new: str) -> None:
    """Change my password; every other session of mine ends."""
    row = await store_me(work)
    login = row["login"] or ""
    await passwords.check_rules(work, new, login)
    if current == new:
        raise Conflict(field="new", value="***")
    asked = await store.challenge(work, login)
    known = await passwords.digest(current, bytes(asked["salt"]), asked["params"])
    salt = rules.new_salt()
    made = await passwords.digest(new, salt)
    if not await store.change_password(work, known, salt, rules.PARAMS, made):
        raise PasswordWrong(field="current")
    work.record("security.change_password", f"actor:{work.actor.id}")


async def policy(work: Work) -> dict[str, Any]:
    """Lockout, session and password limits."""
    row = await store.policy(work)
    row.pop("one")
    return row


async def set_policy(work: Work, values: dict[str, int]) -> dict[str, Any]:
    """Change the limits; what changed is in the ledger."""
    work.require(permissions.CONFIGURE)
    before = await policy(work)
    after = await store.set_policy(work, {**before, **values})
    if after is None:
        raise NotFound(value="policy")
    changed = {k: [before[k], v] for k, v in values.items() if before[k] != v}
    work.record("security.set_policy", "policy", changed)
    after.pop("one")
    return after
