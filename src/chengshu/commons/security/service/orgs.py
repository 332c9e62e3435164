"""Offices: listing, registering, changing."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any

from chengshu.base.errors import NotFound, StaleVersion
from chengshu.base.page import Page, decode_cursor, encode_cursor
from chengshu.commons.security import permissions
from chengshu.commons.security.contracts import Org, OrgSeed
from chengshu.commons.security.errors import OrgTaken, UnknownOrg, UnknownRegion
from chengshu.commons.security.events import OrgsChanged
from chengshu.commons.security.logic import regions, tree
from chengshu.commons.security.store import orgs as store
from chengshu.runtime.database import Work

FIELDS = ("code", "path", "name", "name_en", "short", "kind", "region_code", "region", "functions", "active")


def as_org(row: Mapping[str, Any]) -> Org:
    """A row as the office other rooms know."""
    values: dict[str, Any] = {k: row[k] for k in FIELDS}
    values["functions"] = tuple(row["functions"])
    return Org(**values)


async def check_regions(work: Work, codes: Iterable[str | None]) -> None:
    """Refuse region codes that the county does not have, naming them."""
    wanted = sorted({c for c in codes if c})
    if wanted and (unknown := await store.unknown_regions(work, wanted)):
        raise UnknownRegion(field="region", value="、".join(unknown))


async def list_orgs(
    work: Work, *, under: str | None, kind: str | None, q: str | None, after: str | None, limit: int
) -> Page[dict[str, Any]]:
    """Offices in the order of the tree; `under` keeps one subtree."""
    path, code = decode_cursor(after, 2) if after else (None, None)
    rows = await store.org_page(
        work, under=under, kind=kind, q=q, after=str(path) if after else None,
        after_code=str(code) if after else None, limit=limit + 1,
    )  # fmt: skip
    last = rows[limit - 1] if len(rows) > limit else None
    return Page(rows[:limit], encode_cursor([last["path"], last["code"]]) if last else None)


def region_of(code: str | None) -> str | None:
    """The path of a region code; UnknownRegion for anything else."""
    try:
        return regions.as_path(code)
    except ValueError:
        raise UnknownRegion(field="region", value=code) from None


async def add_org(work: Work, seed: OrgSeed) -> dict[str, Any]:
    """Register one office below its parent."""
    work.require(permissions.MANAGE_ORGS)
    await check_regions(work, [seed.region_code])
    known: dict[str, str] = {}
    if seed.parent is not None:
        parent = await store.org(work, seed.parent)
        if parent is None:
            raise UnknownOrg(field="parent", value=seed.parent)
        known[seed.parent] = parent["path"]
    if not await add_orgs(work, [seed], known):
        raise OrgTaken(field="code", value=seed.code)
    row = await store.org(work, seed.code)
    assert row is not None
    return row


async def add_orgs(work: Work, seeds: list[OrgSeed], known: Mapping[str, str]) -> list[str]:
    """Register the offices that are not there yet, in one statement; returns their codes."""
    if not seeds:
        return []
    placed, lost = tree.place(seeds, known)
    if lost:
        raise UnknownOrg(field="parent", value=lost[0].parent)
    rows = [{**asdict(s), "region": s.region or region_of(s.region_code)} for s in placed]
    added = await store.insert_orgs(work, rows)
    if added:
        work.publish(OrgsChanged(added))
        work.record("security.add_orgs", f"org:{added[0]}", {"codes": added[:100], "count": len(added)})
    return added


async def change_org(work: Work, code: str, version: int | None, values: Mapping[str, Any]) -> dict[str, Any]:
    """Change an office's names, functions, region or whether it is active; its place in the tree stays."""
    work.require(permissions.MANAGE_ORGS)
    region = values.get("region_code")
    await check_regions(work, [region])
    blank = dict.fromkeys(("name", "name_en", "short", "kind", "region_code", "functions", "sort", "active"))
    row = await store.update_org(work, code, version, {**blank, **values, "region": region_of(region)})
    if row is None:
        current = await store.org(work, code)
        if current is None:
            raise NotFound(field="code", value=code)
        raise StaleVersion(field="If-Match", value=version, current=current["version"])
    work.publish(OrgsChanged([code]))
    work.record("security.change_org", f"org:{code}", dict(values))
    return row
