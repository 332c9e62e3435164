"""Queries of signing in, sessions, passwords, keys and the sign-in policy."""

import datetime as dt
from collections.abc import Mapping, Sequence

from chengshu.commons.security.store import Row
from chengshu.runtime.database import Work

CHALLENGE = "select salt, params, wait_seconds from commons.security_challenge(%(login)s, %(remote)s)"
SIGN_IN = """
select outcome, actor_id, wait_seconds
from commons.security_sign_in(%(login)s, %(digest)s, %(hash)s, %(csrf)s, %(remote)s, %(client)s)
"""
ENTER = "select * from commons.security_enter(%(token)s, null)"


async def challenge(work: Work, login: str) -> Row:
    row = await work.row(CHALLENGE, {"login": login, "remote": work.remote})
    assert row is not None
    return row


async def sign_in(work: Work, login: str, digest: bytes, token: bytes, csrf: str, client: str | None) -> Row:
    params = {"login": login, "digest": digest, "hash": token, "csrf": csrf, "remote": work.remote, "client": client}
    row = await work.row(SIGN_IN, params)
    assert row is not None
    return row


async def enter(work: Work, token: bytes) -> Row:
    row = await work.row(ENTER, {"token": token})
    assert row is not None
    return row


async def sign_in_as(work: Work, actor: int, token: bytes, csrf: str, remote: str | None, client: str | None) -> bool:
    sql = "select commons.security_sign_in_as(%(actor)s, %(hash)s, %(csrf)s, %(remote)s, %(client)s)"
    return await work.value(sql, {"actor": actor, "hash": token, "csrf": csrf, "remote": remote, "client": client})


async def sign_out(work: Work) -> int | None:
    return await work.value("select commons.security_sign_out()")


async def my_sessions(work: Work) -> list[Row]:
    return await work.rows("select * from commons.security_my_sessions()")


async def end_session(work: Work, session: int, kind: str) -> int | None:
    sql = "select commons.security_end_session(%(id)s, %(kind)s)"
    return await work.value(sql, {"id": session, "kind": kind})


async def change_password(work: Work, current: bytes, salt: bytes, params: str, digest: bytes) -> bool:
    sql = "select commons.security_change_password(%(current)s, %(salt)s, %(params)s, %(digest)s)"
    return await work.value(sql, {"current": current, "salt": salt, "params": params, "digest": digest})


async def set_passwords(work: Work, rows: Sequence[tuple[int, bytes, str, bytes]], must_change: bool) -> list[int]:
    """Store digests for (actor, salt, parameters, digest); returns whose were stored."""
    sql = "select commons.security_set_passwords(%(ids)s, %(salts)s, %(params)s, %(digests)s, %(must_change)s)"
    ids, salts, params, digests = ([row[i] for row in rows] for i in range(4))
    given = {"ids": ids, "salts": salts, "params": params, "digests": digests, "must_change": must_change}
    return await work.value(sql, given)


async def make_key(
    work: Work, actor: int, token: bytes, title: str, operations: Sequence[str], expires: dt.timedelta
) -> Row | None:
    sql = """
    select k.id, now() + %(days)s as expires_at
    from commons.security_make_key(%(actor)s, %(hash)s, %(title)s, %(operations)s, now() + %(days)s) k (id)
    """
    params = {"actor": actor, "hash": token, "title": title, "operations": list(operations), "days": expires}
    row = await work.row(sql, params)
    return row if row and row["id"] is not None else None


async def keys(work: Work, after: int, limit: int) -> list[Row]:
    sql = "select * from commons.security_keys(%(after)s, %(limit)s)"
    return await work.rows(sql, {"after": after, "limit": limit})


async def policy(work: Work) -> Row:
    row = await work.row("select * from commons.security_policy")
    assert row is not None
    return row


async def set_policy(work: Work, values: Mapping[str, int]) -> Row | None:
    sql = """
    update commons.security_policy set login_failures = %(login_failures)s, remote_failures = %(remote_failures)s,
        lock_seconds = %(lock_seconds)s, lock_seconds_max = %(lock_seconds_max)s, idle_minutes = %(idle_minutes)s,
        session_hours = %(session_hours)s, sessions_max = %(sessions_max)s, password_length = %(password_length)s,
        version = version + 1
    returning *
    """
    return await work.row(sql, dict(values))


async def prune(work: Work) -> int:
    return await work.value("select commons.security_prune()")
