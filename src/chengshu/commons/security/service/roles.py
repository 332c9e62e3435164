"""Roles, operations, and keys for other systems."""

import datetime as dt
import secrets
from collections.abc import Mapping, Sequence
from typing import Any

import psycopg

from chengshu.base.errors import NotFound
from chengshu.base.page import Page, decode_cursor, encode_cursor
from chengshu.commons.security import permissions
from chengshu.commons.security.errors import DutyRoleFixed, OperationOfAnotherDuty, UnknownOperation
from chengshu.commons.security.store import roles as store
from chengshu.commons.security.store import sessions
from chengshu.runtime.database import Work
from chengshu.runtime.web import hash_token

OTHER_DUTY = "CS002"


async def list_roles(work: Work) -> list[dict[str, Any]]:
    """Every role with its operations and scope."""
    return await store.roles(work)


async def list_operations(work: Work) -> list[dict[str, Any]]:
    """Every operation there is, with the duties that may carry it."""
    return await store.operations(work)


async def check_operations(work: Work, operations: Sequence[str]) -> None:
    """Refuse operations that no room declares, naming them."""
    unknown = await store.unknown_operations(work, operations)
    if unknown:
        raise UnknownOperation(field="operations", value="、".join(unknown))


async def put_role(work: Work, role: str, values: Mapping[str, Any]) -> dict[str, Any]:
    """Change a role or make one of the county's own; holders' sessions follow at once. Duty roles are fixed."""
    work.require(permissions.GRANT)
    before = next((r for r in await store.roles(work) if r["id"] == role), None)
    if before is not None and before["duty"]:
        raise DutyRoleFixed(field="id", value=role)
    if before is None and "title" not in values:
        raise NotFound(field="id", value=role)
    title = values.get("title") or {"zh": (before or {})["zh"], "en": (before or {})["en"]}
    merged: dict[str, Any] = {
        "operations": [],
        "scope": "own_org",
        "active": True,
        **(before or {}),
        **values,
        **title,
        "id": role,
    }
    await check_operations(work, merged["operations"])
    try:
        row = await store.put_role(work, merged)
    except psycopg.DatabaseError as error:
        if error.sqlstate == OTHER_DUTY:
            raise OperationOfAnotherDuty(field="operations", value=error.diag.message_detail) from error
        raise
    assert row is not None
    told = {"operations": row["operations"], "scope": row["scope"], "active": row["active"]}
    work.record("security.put_role", f"role:{role}", told)
    return row


async def make_key(work: Work, actor: int, title: str, operations: Sequence[str], days: int) -> dict[str, Any]:
    """Issue a key to another system: shown this once, kept as a hash, for some operations and some days."""
    work.require(permissions.MANAGE_KEYS)
    await check_operations(work, operations)
    secret = "ck_" + secrets.token_urlsafe(32)
    made = await sessions.make_key(work, actor, hash_token(secret), title, operations, dt.timedelta(days=days))
    if made is None:
        raise NotFound(field="actor", value=actor)
    told = {"key": made["id"], "title": title, "operations": list(operations), "days": days}
    work.record("security.make_key", f"actor:{actor}", told)
    return {"id": made["id"], "key": secret, "expires_at": made["expires_at"]}


async def end_key(work: Work, key: int) -> None:
    """Revoke a key: the next call with it is refused."""
    work.require(permissions.MANAGE_KEYS)
    actor = await sessions.end_session(work, key, "key")
    if actor is None:
        raise NotFound(field="id", value=key)
    work.record("security.end_key", f"actor:{actor}", {"key": key})


async def list_keys(work: Work, after: str | None, limit: int) -> Page[dict[str, Any]]:
    """Keys in use, without their secrets."""
    start = decode_cursor(after, 1)[0] if after else 0
    rows = await sessions.keys(work, int(start) if isinstance(start, int) else 0, limit + 1)
    more = len(rows) > limit
    return Page(rows[:limit], encode_cursor([rows[limit - 1]["id"]]) if more else None)
