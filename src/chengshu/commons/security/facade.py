"""What other rooms may ask of security.

In the city: `work.city.orgs` (OrgDirectory), renewed on `security.orgs_changed`. An identity provider, where one is
configured, is put there by app.py as `identity`.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from chengshu.base.errors import NotFound
from chengshu.base.operations import Operation
from chengshu.commons.security.contracts import ActorRef, OrgDirectory, OrgSeed, PersonSeed, PostSeed, RoleSeed
from chengshu.commons.security.errors import UnknownRole
from chengshu.commons.security.logic.duties import ROLE_OF_DUTY, duties_of, kernel_roles
from chengshu.commons.security.logic.regions import region_path
from chengshu.commons.security.service import passwords
from chengshu.commons.security.service.orgs import add_orgs, as_org, region_of
from chengshu.commons.security.service.people import granting
from chengshu.commons.security.service.roles import check_operations
from chengshu.commons.security.spec import RoleSpec
from chengshu.commons.security.store import orgs as orgs_store
from chengshu.commons.security.store import people as people_store
from chengshu.commons.security.store import roles as roles_store
from chengshu.commons.security.store import sessions
from chengshu.runtime.city import City
from chengshu.runtime.database import Work


async def load_city(city: City) -> None:
    """Put the directory of offices into the city."""
    async with city.db.job_work() as work:
        await load_orgs(work)


REFRESH = {"security.orgs_changed": load_city}


async def load_orgs(work: Work) -> OrgDirectory:
    """Read the directory of offices anew, in one query."""
    directory = OrgDirectory(as_org(row) for row in await orgs_store.all_orgs(work))
    if work.city is not None:  # pyright: ignore[reportUnnecessaryComparison] - a bare Database has no city
        work.city.put("orgs", directory)
    return directory


# --- who ---


async def names(work: Work, ids: Iterable[int]) -> dict[int, str]:
    """The names of people in one query; the public learns none."""
    wanted = sorted(set(ids))
    return await people_store.names(work, wanted) if wanted else {}


async def actors_of_holders(work: Work, holders: Iterable[str]) -> dict[str, list[ActorRef]]:
    """The people behind work lists (`org:<code>`, `grid:<code>`, `actor:<id>`), in one query."""
    split: dict[str, list[str]] = {"org": [], "grid": [], "actor": []}
    for holder in set(holders):
        kind, _, code = holder.partition(":")
        if kind in split and code:
            split[kind].append(code)
    found: dict[str, list[ActorRef]] = {}
    rows = await people_store.actors_of_holders(
        work, split["org"], [region_path(c) for c in split["grid"]], [int(i) for i in split["actor"]]
    )
    for row in rows:
        found.setdefault(row["holder"], []).append(ActorRef(row["id"], row["name"], row["lang"]))
    return found


async def actors_with_role(work: Work, role: str, org: str | None = None) -> list[ActorRef]:
    """The people who hold a role now, of one office when it is given."""
    rows = await people_store.actors_with_role(work, role, org)
    return [ActorRef(r["id"], r["name"], r["lang"]) for r in rows]


async def set_password(work: Work, login: str, password: str) -> None:
    """Set anybody's password from the machine's console; all sessions of that person end."""
    found = await people_store.actors_by_login(work, [login.lower()])
    if login.lower() not in found:
        raise NotFound(field="login", value=login)
    await passwords.check_rules(work, password, login, "password")
    actor = found[login.lower()]["id"]
    await sessions.set_passwords(work, await passwords.prepare({actor: password}), must_change=False)
    work.record("security.set_password", f"actor:{actor}", {"by": "console"})


# --- what a city is made of ---


async def install_operations(work: Work, operations: Iterable[Operation]) -> None:
    """Bring the table of operations in line with what the rooms declare, and the three duty roles with it."""
    every = list(operations)
    rows = [{"id": o.id, "zh": o.zh, "en": o.en, "duties": duties_of(o.id)} for o in every]
    await roles_store.upsert_operations(work, rows)
    await roles_store.upsert_roles(work, [_role_row(seed) for seed in kernel_roles(every)])


async def install_roles(work: Work, pack: str, roles: Mapping[str, RoleSpec]) -> None:
    """Bring a pack's roles in line with its declaration; roles it no longer declares close, posts in them stay."""
    await check_operations(work, [str(o) for spec in roles.values() for o in spec.operations])
    seeds = [
        RoleSeed(f"{pack}.{id}", spec.title.model_dump(), spec.operations, spec.scope, None, pack)
        for id, spec in roles.items()
    ]
    await roles_store.close_roles(work, pack, [s.id for s in seeds])
    if seeds:
        await roles_store.upsert_roles(work, [_role_row(s) for s in seeds])


def _role_row(seed: RoleSeed) -> dict[str, Any]:
    return {**asdict(seed), "zh": seed.title["zh"], "en": seed.title.get("en") or seed.title["zh"]}


async def seed_site(
    work: Work,
    orgs: Sequence[OrgSeed] = (),
    people: Sequence[PersonSeed] = (),
    roles: Sequence[RoleSeed] = (),
) -> dict[str, int]:
    """Add the offices, roles and people of a site that are not there yet; what people changed since stays as it is.

    Every kind is one statement. People who exist keep their posts and password.
    """
    if roles:
        await roles_store.upsert_roles(work, [_role_row(r) for r in roles])
    known = {row["code"]: row["path"] for row in await orgs_store.all_orgs(work)}
    added_orgs = await add_orgs(work, list(orgs), known)
    directory = await load_orgs(work)
    root = next((o.code for o in directory.all if "." not in o.path), None)
    rows = [{"login": p.login, "name": p.name, "phone": p.phone, "lang": p.lang} for p in people]
    added = await people_store.insert_people(work, rows) if rows else {}
    words = {added[p.login]: p.password for p in people if p.password and p.login in added}
    if words:
        await sessions.set_passwords(work, await passwords.prepare(words), must_change=False)
    posts = [(p.login, post) for p in people if p.login in added for post in _posts(p, root)]
    if posts:
        await _check_roles(work, [post for _, post in posts])
        given = [
            {"login": login, "role": post.role, "org": post.org, "region": region_of(post.region)}
            for login, post in posts
        ]
        async with granting([post for _, post in posts]):
            await people_store.insert_posts(work, given)
    return {"orgs": len(added_orgs), "people": len(added), "posts": len(posts)}


def _posts(person: PersonSeed, root: str | None) -> Sequence[PostSeed]:
    if person.posts or person.duty is None or root is None:
        return person.posts
    return (PostSeed(ROLE_OF_DUTY[person.duty], root),)


async def _check_roles(work: Work, posts: Sequence[PostSeed]) -> None:
    there = {r["id"] for r in await roles_store.roles(work)}
    if missing := sorted({p.role for p in posts} - there):
        raise UnknownRole(field="role", value="、".join(missing))
