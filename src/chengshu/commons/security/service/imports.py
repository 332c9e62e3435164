"""Import of offices, people and posts from a workbook: a dry run that lists every fault, then all of it or nothing."""

import asyncio
from dataclasses import dataclass
from typing import Any

from chengshu.base.text import pick
from chengshu.commons.security import permissions
from chengshu.commons.security.contracts import Fault, PersonSeed
from chengshu.commons.security.errors import ImportFaulty
from chengshu.commons.security.events import PostsChanged
from chengshu.commons.security.logic import sheets, workbook
from chengshu.commons.security.service import passwords
from chengshu.commons.security.service.orgs import add_orgs
from chengshu.commons.security.service.people import granting
from chengshu.commons.security.store import people as store
from chengshu.commons.security.store import roles as roles_store
from chengshu.commons.security.store import sessions
from chengshu.runtime.database import Work


@dataclass(frozen=True, slots=True)
class Imported:
    """What a file holds, what is wrong with it, and what it adds."""

    rows: int
    faults: list[Fault]
    planned: dict[str, int]


def require(work: Work) -> None:
    """An import registers offices and people and grants posts: all three rights are needed."""
    for operation in (permissions.MANAGE_ORGS, permissions.MANAGE_PEOPLE, permissions.GRANT):
        work.require(operation)


async def template(work: Work) -> bytes:
    """The empty workbook with the roles that can be granted here."""
    roles = [(r["id"], r["zh"]) for r in await roles_store.roles(work) if r["active"]]
    return await asyncio.to_thread(sheets.template, roles, list(workbook.KINDS))


async def import_workbook(work: Work, data: bytes, *, dry_run: bool) -> Imported:
    """Check every row; without faults and unless it is a dry run, add everything in this one transaction."""
    require(work)
    lines, faults = await asyncio.to_thread(sheets.read, data)
    plan = workbook.Plan(faults=faults)
    if not faults:
        known = await _known(work, lines)
        plan = await asyncio.to_thread(workbook.check, lines, known)
        new_orgs = {o.code for o in plan.orgs}
        planned = {"orgs": len(new_orgs), "people": len(await _new(work, plan.people)), "posts": plan.posts}
    else:
        planned = {"orgs": 0, "people": 0, "posts": 0}
    rows = sum(len(of) for of in lines.values())
    if plan.faults:
        if not dry_run:
            raise ImportFaulty(field="file", value=len(plan.faults), errors=as_errors(plan.faults, work.lang))
    elif not dry_run:
        planned = await _apply(work, plan)
        work.record("security.import", "people", {"rows": rows, **planned})
    return Imported(rows, plan.faults, planned)


def as_errors(faults: list[Fault], lang: str) -> list[dict[str, Any]]:
    """Faults for the wire, in the asker's language."""
    return [
        {
            "sheet": f.sheet, "row": f.row, "column": f.column, "value": f.value, "field": f"{f.sheet}!{f.column}{f.row}",
            "detail": pick(f.detail, lang), "remedy": pick(f.remedy, lang),
        }
        for f in faults
    ]  # fmt: skip


async def _known(work: Work, lines: dict[str, list[sheets.Line]]) -> workbook.Known:
    logins = {line.cells.get("login", "").lower() for line in lines.get(sheets.PEOPLE, ())}
    codes = {line.cells.get("region", "") for of in lines.values() for line in of}
    row = await roles_store.known(work, sorted(logins), sorted(codes))
    least = (await sessions.policy(work))["password_length"]
    return workbook.Known(
        row["orgs"], row["org_names"], row["roles"], row["role_names"], row["people"], frozenset(row["regions"]), least
    )


async def _new(work: Work, people: list[PersonSeed]) -> list[PersonSeed]:
    there = await store.actors_by_login(work, [p.login for p in people])
    return [p for p in people if p.login not in there]


async def _apply(work: Work, plan: workbook.Plan) -> dict[str, int]:
    orgs = await add_orgs(work, plan.orgs, {})
    rows = [{"login": p.login, "name": p.name, "phone": p.phone} for p in plan.people]
    added = await store.insert_people(work, rows) if rows else {}
    words = {added[p.login]: p.password for p in plan.people if p.password and p.login in added}
    if words:
        await sessions.set_passwords(work, await passwords.prepare(words), must_change=True)
    posts = [(person.login, post) for person in plan.people for post in person.posts]
    granted: list[dict[str, Any]] = []
    if posts:
        given = [{"login": login, "role": p.role, "org": p.org, "region": p.region} for login, p in posts]
        async with granting([p for _, p in posts]):
            granted = await store.insert_posts(work, given)
        if granted:
            work.publish(PostsChanged(sorted({r["actor_id"] for r in granted})))
    return {"orgs": len(orgs), "people": len(added), "posts": len(granted)}
