"""The duty list: read, kept with validity, asked who owns what; and where it has gaps or overlaps."""

import datetime as dt
from typing import Any

from chengshu.base.page import CursorInvalid, Page, decode_cursor, encode_cursor
from chengshu.base.text import pick
from chengshu.govern.cases import permissions
from chengshu.govern.cases.errors import DutyInvalid
from chengshu.govern.cases.events import CatalogChanged
from chengshu.govern.cases.logic import duties as rules
from chengshu.govern.cases.service import county
from chengshu.govern.cases.service.catalog import catalog_of
from chengshu.govern.cases.spec import parse_hours
from chengshu.govern.cases.store import declared
from chengshu.runtime.database import Work


async def list_duties(
    work: Work, code: str | None, region: str | None, lead: str | None, after: str | None, limit: int
) -> Page[dict[str, Any]]:
    """Duties by id."""
    last = 0
    if after:
        (last,) = decode_cursor(after, 1)
        if not isinstance(last, int) or not 0 <= last < 2**63:
            raise CursorInvalid(field="after", value=after)
    rows = await declared.duties(work, {"class": code, "region": region, "lead": lead}, last, limit + 1)
    cursor = encode_cursor([rows[limit - 1]["id"]]) if len(rows) > limit else None
    return Page([duty_out(work, r) for r in rows[:limit]], cursor)


def duty_out(work: Work, row: dict[str, Any]) -> dict[str, Any]:
    """A duty as the wire shows it."""
    region = work.city.regions.find(row["region"]) if row["region"] else None
    lead = county.office_of(work, row["lead"], region.path if region else None)
    return {
        "id": row["id"],
        "class": row["class_prefix"],
        "region": row["region"],
        "region_name": region.title(work.lang) if region else None,
        "weekdays": row["weekdays"],
        "hours": row["hours"],
        "valid_from": row["valid_from"],
        "valid_to": row["valid_to"],
        "lead": row["lead"],
        "lead_org": lead,
        "lead_name": work.city.orgs.name(lead, work.lang) if lead else row["lead"],
        "cooperating": row["cooperating"],
        "level": row["level"],
        "clause": row["clause"],
        "clause_text": pick(row["clause"], work.lang),
        "source": row["source"],
        "version": row["version"],
    }


async def add_duty(work: Work, values: dict[str, Any]) -> dict[str, Any]:
    """Add a duty of the county's own."""
    work.require(permissions.MANAGE_DUTIES)
    _check(work, values)
    row = await declared.add_duty(work, values)
    work.record("cases.add_duty", f"duty:{row['id']}", {"after": values})
    _changed(work)
    return duty_out(work, row)


async def change_duty(work: Work, id: int, patch: dict[str, Any]) -> dict[str, Any]:
    """Change a duty; the ledger keeps what was changed. Ending one means giving it a last day."""
    work.require(permissions.MANAGE_DUTIES)
    _check(work, patch)
    row = await declared.change_duty(work, id, patch)
    if row is None:
        raise DutyInvalid(field="id", value=id)
    if row["valid_from"] and row["valid_to"] and row["valid_to"] < row["valid_from"]:
        raise DutyInvalid(field="valid_to", value=row["valid_to"])
    work.record("cases.change_duty", f"duty:{id}", {"patch": patch, "version": row["version"]})
    _changed(work)
    return duty_out(work, row)


def _changed(work: Work) -> None:
    work.publish(CatalogChanged(what="duties", pack="local"))
    if work.city.has("cases"):
        work.city.cases.forget()


def _check(work: Work, values: dict[str, Any]) -> None:
    """Offices and regions must exist, windows must be times of day."""
    for name in ("lead", "cooperating"):
        for office in [values[name]] if isinstance(values.get(name), str) else values.get(name) or ():
            if office not in ("org:town", "org:village", "org:grid"):
                county.known_org(work, office, name)
    if region := values.get("region"):
        work.city.regions.by_code(region)
    for window in values.get("hours") or ():
        try:
            parse_hours(window)
        except ValueError as error:
            raise DutyInvalid(field="hours", value=window) from error
    first, last = values.get("valid_from"), values.get("valid_to")
    if first and last and last < first:
        raise DutyInvalid(field="valid_to", value=last)


async def find_owner(work: Work, code: str, region: str | None, at: dt.datetime | None) -> dict[str, Any]:
    """Who owns a class at a place and a moment, and by which duty."""
    catalog = await catalog_of(work)
    small = catalog.small(code)
    path = work.city.regions.path(region) if region else None
    moment = at or work.now
    moment = moment if moment.tzinfo else moment.replace(tzinfo=work.now.tzinfo)
    type_id = next((t for t, codes in catalog.by_root.items() if code in codes), "")
    owner, lead, helpers = county.owner_of(work, catalog, type_id, small.code, path, moment.astimezone(work.now.tzinfo))
    return {
        "lead": None if lead is None else {"org": lead, "name": work.city.orgs.name(lead, work.lang)},
        "cooperating": [{"org": h, "name": work.city.orgs.name(h, work.lang)} for h in helpers],
        "duty": None if owner.duty is None else owner.duty.id,
        "how": owner.how,
        "candidates": [d.id for d in owner.candidates],
        "reason": rules.explain(owner, work.lang),
    }


async def find_gaps(work: Work, region: str | None) -> dict[str, Any]:
    """Classes that nobody, or more than one office, leads now."""
    catalog = await catalog_of(work)
    found = rules.gaps(catalog.duties, catalog.classes, region or "", work.now)
    return {
        "items": [
            {"class": c, "title": pick(catalog.classes[c].title, work.lang), "kind": k}
            for c, k in sorted(found.items())
        ]
    }
