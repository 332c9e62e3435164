"""Queries of signing in by an identity provider; the worker role alone may run them."""

from collections.abc import Mapping
from typing import Any

from chengshu.commons.security.store import Row
from chengshu.runtime.database import Work

TAKE_STATE = """
delete from commons.security_oidc_state where state_hash = %(state)s and browser_hash = %(browser)s
returning nonce, verifier, return_to, expires_at > now() as fresh
"""
LINKED = """
select a.id, a.name, a.active, i.actor_id is not null as linked
from commons.security_actor a
left join commons.security_identity i on i.actor_id = a.id and i.issuer = %(issuer)s and i.subject = %(subject)s
where a.kind = 'staff' and (i.actor_id is not null or (a.login = %(login)s and not exists (
    select from commons.security_identity x
    where x.issuer = %(issuer)s and (x.subject = %(subject)s or x.actor_id = a.id))))
order by linked desc limit 1
"""


async def keep_state(work: Work, values: Mapping[str, Any]) -> None:
    sql = """
    insert into commons.security_oidc_state (state_hash, browser_hash, nonce, verifier, return_to, expires_at)
    values (%(state)s, %(browser)s, %(nonce)s, %(verifier)s, %(return_to)s, now() + interval '10 minutes')
    """
    await work.run(sql, dict(values))


async def take_state(work: Work, state: bytes, browser: bytes) -> Row | None:
    return await work.row(TAKE_STATE, {"state": state, "browser": browser})


async def linked_actor(work: Work, issuer: str, subject: str, login: str | None) -> Row | None:
    return await work.row(LINKED, {"issuer": issuer, "subject": subject, "login": login})


async def link(work: Work, issuer: str, subject: str, actor: int) -> None:
    sql = """
    insert into commons.security_identity (issuer, subject, actor_id) values (%(issuer)s, %(subject)s, %(actor)s)
    on conflict do nothing
    """
    await work.run(sql, {"issuer": issuer, "subject": subject, "actor": actor})
