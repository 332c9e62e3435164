"""People and their posts: registering, changing, granting, ending."""

from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any

import psycopg

from chengshu.base.errors import NotFound, StaleVersion
from chengshu.base.page import Page, decode_cursor, encode_cursor
from chengshu.commons.security import permissions
from chengshu.commons.security.contracts import PostSeed
from chengshu.commons.security.errors import (
    DutiesClash,
    DutyPassword,
    LoginTaken,
    NotToOneself,
    PostHeld,
    UnknownOrg,
    UnknownRole,
    ValidityReversed,
)
from chengshu.commons.security.events import PostsChanged
from chengshu.commons.security.logic.passwords import one_time_password
from chengshu.commons.security.service import passwords
from chengshu.commons.security.service.orgs import check_regions, region_of
from chengshu.commons.security.store import people as store
from chengshu.commons.security.store import sessions
from chengshu.runtime.database import Work

CLASH, NO_ROW, CHECK = "CS001", "23503", "23514"


@asynccontextmanager
async def granting(posts: Sequence[PostSeed]) -> AsyncGenerator[None]:
    """What the database refuses about posts, said in words."""
    try:
        yield
    except psycopg.DatabaseError as error:
        if error.sqlstate == CLASH:
            raise DutiesClash(field="role", value=error.diag.message_detail) from error
        if error.sqlstate == CHECK:
            raise ValidityReversed(field="valid_to") from error
        if error.sqlstate == NO_ROW and "role" in (error.diag.constraint_name or ""):
            raise UnknownRole(field="role", value="、".join(sorted({p.role for p in posts}))) from error
        if error.sqlstate == NO_ROW:
            raise UnknownOrg(field="org", value="、".join(sorted({p.org for p in posts}))) from error
        raise


async def list_people(
    work: Work, *, q: str | None, org: str | None, role: str | None, active: bool | None, after: str | None, limit: int
) -> Page[dict[str, Any]]:
    """People the asker may see, with posts; phones are masked unless the asker may see them."""
    start = decode_cursor(after, 1)[0] if after else 0
    rows = await store.people_page(
        work, int(start) if isinstance(start, int) else 0, limit + 1, q=q, org=org, role=role, active=active
    )
    more = len(rows) > limit
    return Page(rows[:limit], encode_cursor([rows[limit - 1]["id"]]) if more else None)


async def get_person(work: Work, person: int) -> dict[str, Any]:
    """One person with posts."""
    rows = await store.people_page(work, 0, 1, id=person)
    if not rows:
        raise NotFound(field="id", value=person)
    return rows[0]


async def add_person(
    work: Work, values: Mapping[str, Any], posts: Sequence[PostSeed]
) -> tuple[dict[str, Any], str | None]:
    """Register a person with a first password, given or made up; it must be changed at the first sign-in.

    Another system gets none: it comes with a key.
    """
    work.require(permissions.MANAGE_PEOPLE)
    if posts:
        work.require(permissions.GRANT)
    login = values["login"]
    password = None
    if values.get("kind") != "system":
        password = values.get("password") or one_time_password()
        await passwords.check_rules(work, password, login, "password")
    made = await store.insert_people(work, [values])
    if not made:
        raise LoginTaken(field="login", value=login)
    person = made[login]
    if password is not None:
        await sessions.set_passwords(work, await passwords.prepare({person: password}), must_change=True)
    work.record("security.add_person", f"actor:{person}", {"login": login, "name": values["name"]})
    await grant(work, login, posts)
    return await get_person(work, person), password


async def grant(work: Work, login: str, posts: Sequence[PostSeed], **validity: Any) -> list[int]:
    """Grant posts to one person in one statement; returns the ids of the new posts."""
    if not posts:
        return []
    await check_regions(work, [p.region for p in posts])
    rows = [{"login": login, "role": p.role, "org": p.org, "region": region_of(p.region), **validity} for p in posts]
    async with granting(posts):
        made = await store.insert_posts(work, rows)
    if made:
        work.publish(PostsChanged([made[0]["actor_id"]]))
        told = [{"role": p.role, "org": p.org, "region": p.region} for p in posts]
        work.record("security.grant", f"actor:{made[0]['actor_id']}", {"login": login, "posts": told})
    return [r["id"] for r in made]


async def add_post(work: Work, person: int, post: PostSeed, **validity: Any) -> dict[str, Any]:
    """Grant a post; nobody grants to oneself."""
    work.require(permissions.GRANT)
    if person == work.actor.id:
        raise NotToOneself(field="id", value=person)
    known = await get_person(work, person)
    if not await grant(work, known["login"], [post], **validity):
        raise PostHeld(field="role", value=f"{post.org} {post.role}")
    return await get_person(work, person)


async def end_post(work: Work, post_id: int) -> None:
    """End a post now; the history keeps it."""
    work.require(permissions.GRANT)
    row = await store.post(work, post_id)
    if row is None:
        raise NotFound(field="id", value=post_id)
    if row["actor_id"] == work.actor.id:
        raise NotToOneself(field="id", value=post_id)
    ended = await store.end_post(work, post_id)
    if ended is None:
        raise NotFound(field="id", value=post_id)
    work.publish(PostsChanged([ended["actor_id"]]))
    work.record("security.end_post", f"actor:{ended['actor_id']}", {"role": ended["role"], "org": ended["org"]})


async def change_person(work: Work, person: int, version: int | None, values: Mapping[str, Any]) -> dict[str, Any]:
    """Change name, phone, language, or close and reopen the account; a closed account loses its sessions."""
    work.require(permissions.MANAGE_PEOPLE)
    blank = dict.fromkeys(("name", "phone", "lang", "active"))
    if await store.update_person(work, person, version, {**blank, **values}) is None:
        current = await get_person(work, person)
        raise StaleVersion(field="If-Match", value=version, current=current["version"])
    told = {k: ("***" if k == "phone" else v) for k, v in values.items()}
    work.record("security.change_person", f"actor:{person}", told)
    return await get_person(work, person)


async def reset_password(work: Work, person: int) -> str:
    """A new one-time password for somebody; all their sessions end. People with a duty change their own."""
    work.require(permissions.MANAGE_PEOPLE)
    known = await get_person(work, person)
    password = one_time_password()
    if not await sessions.set_passwords(work, await passwords.prepare({person: password}), must_change=True):
        raise DutyPassword(field="id", value=known["login"])
    work.record("security.reset_password", f"actor:{person}")
    return password
