"""Moving a case: one door for every move. What cases add to flow's own checks is prepared here, then flow decides."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from chengshu.commons.flow import facade as flow
from chengshu.commons.flow.contracts import Snapshot, Step
from chengshu.commons.flow.spec import MoveSpec
from chengshu.govern.cases.contracts import URGENCIES
from chengshu.govern.cases.errors import (
    AttachmentUnknown,
    CaseUnknown,
    EvidenceMissing,
    FilterInvalid,
    LeadUnknown,
    MoveFieldMissing,
)
from chengshu.govern.cases.logic.catalog import Catalog, limit_of
from chengshu.govern.cases.service import county
from chengshu.govern.cases.service.catalog import catalog_of
from chengshu.govern.cases.service.detail import read_case
from chengshu.govern.cases.service.staffing import refresh_staffing
from chengshu.govern.cases.store import cases
from chengshu.runtime.database import Work

PHOTO_KINDS = {"photos_before": "before", "photos_after": "after"}


@dataclass
class Preparing:
    """A move being made ready: what flow gets, and what the case keeps of it."""

    work: Work
    catalog: Catalog
    snapshot: Snapshot
    spec: MoveSpec
    row: Mapping[str, Any]
    given: dict[str, Any]
    facts: dict[str, Any] = field(default_factory=dict[str, Any])
    patch: dict[str, Any] = field(default_factory=dict[str, Any])
    have: set[str] = field(default_factory=set[str])
    then: list[Step] = field(default_factory=list[Step])
    authority: str | None = None


async def make_move(
    work: Work,
    id: int,
    move: str,
    given: Mapping[str, Any],
    expected_version: int | None = None,
) -> dict[str, Any]:
    """Make a move and return the case as it is then (CaseOut). Raises what flow and cases refuse, by field."""
    snapshot = await flow.load(work, id, lock=True)
    spec = flow.flow_of(work, snapshot.matter.flow, snapshot.matter.flow_version).moves.get(move)
    step, then = Step(move, dict(given)), list[Step]()
    if spec is not None:
        await refresh_staffing(work)
        step, then = await _prepare(work, snapshot, move, spec, dict(given))
    moved = await flow.perform(work, id, step, expected_version=expected_version, then=then, snapshot=snapshot)
    return await read_case(work, id, moved.after)


async def _prepare(
    work: Work, snapshot: Snapshot, move: str, spec: MoveSpec, given: dict[str, Any]
) -> tuple[Step, list[Step]]:
    photo_fields = [f.name for f in spec.fields if f.type == "photos" and given.get(f.name)]
    prepare = PREPARE.get(move)
    row: Mapping[str, Any] = {}
    if photo_fields or (prepare is not None and not (move == "dispatch" and given.get("lead"))):
        hashes = [h for n in photo_fields if isinstance(given[n], list) for h in given[n] if isinstance(h, str)]
        found = await cases.brief(work, snapshot.matter.id, hashes)
        if found is None:
            raise CaseUnknown(field="id", value=snapshot.matter.id)
        row = found
    now = Preparing(work, await catalog_of(work), snapshot, spec, row, given)
    _offices(now)
    _photos(now, photo_fields)
    if prepare is not None:
        await prepare(now)
    step = Step(move, now.given, frozenset(now.have), now.patch, now.facts, now.authority)
    return step, now.then


def _offices(now: Preparing) -> None:
    """Offices may be named by code or by function (`org:water`)."""
    for spec in now.spec.fields:
        value = now.given.get(spec.name)
        if spec.type == "org" and isinstance(value, str) and value:
            now.given[spec.name] = county.known_org(now.work, value, spec.name)
        elif spec.type == "orgs" and isinstance(value, list):
            now.given[spec.name] = [
                county.known_org(now.work, v, spec.name) if isinstance(v, str) else v for v in value
            ]


def _photos(now: Preparing, names: list[str]) -> None:
    """Photos must have been uploaded; they are attached by the kind their field stands for."""
    known = set(now.row.get("known") or ())
    photos: list[dict[str, str]] = []
    for name in names:
        value = now.given[name]
        for hash_ in value if isinstance(value, list) else []:
            if not isinstance(hash_, str) or hash_ not in known:
                raise AttachmentUnknown(field=name, value=hash_)
            photos.append({"hash": hash_, "kind": PHOTO_KINDS.get(name, "evidence")})
    if photos:
        now.facts["photos"] = photos


def _count(now: Preparing, *kinds: str) -> int:
    """How many photos of these kinds the case has or gets with this move."""
    fresh = [p["kind"] for p in now.facts.get("photos", ())]
    return sum(1 for k in [*(now.row.get("kinds") or ()), *fresh] if k in kinds)


async def _file(now: Preparing) -> None:
    """Filing settles class, condition and urgency, and with them the limit; a certain case goes on to its office."""
    _classify(now)
    code = now.facts.get("class") or now.row["class"]
    if code is None:
        raise MoveFieldMissing(field="class", title="类别" if now.work.lang == "zh" else "Class")
    declared = now.catalog.types.get(now.row["type"])
    if declared is None or not declared.dispatch.automatic:
        return
    owner, lead, helpers = county.owner_of(
        now.work, now.catalog, now.row["type"], code, now.row["region"], now.work.now
    )
    if owner.how == "duty" and lead is not None:
        given: dict[str, Any] = {"lead": lead, **({"cooperating": helpers} if helpers else {})}
        now.then.append(Step("dispatch", given, authority=_clause(owner.duty)))


def _classify(now: Preparing) -> None:
    """Class, condition and urgency of a filing or a correction; the condition sets the limit."""
    code = now.given.get("class")
    condition_id = now.given.get("condition")
    urgency = now.given.get("urgency")
    flow_fields = {f.name for f in now.spec.fields}
    for name in ("class", "condition", "urgency"):
        if name not in flow_fields:
            now.given.pop(name, None)
    if urgency is not None:
        if not isinstance(urgency, str) or urgency not in URGENCIES:
            raise FilterInvalid(field="urgency", value=urgency, known="、".join(URGENCIES))
        now.facts["urgency"] = urgency
    if code is not None:
        now.facts["class"] = now.catalog.small(str(code)).code
    effective = now.facts.get("class") or now.row["class"]
    limits = dict(now.snapshot.matter.limits)
    declared = now.catalog.types.get(now.row["type"])
    if condition_id:
        condition = now.catalog.condition(str(effective), str(condition_id))
        now.facts["condition"] = condition.id
        limits["handle"] = limit_of(condition, now.work.now.date())
    elif declared is not None and urgency in ("urgent", "critical"):
        limits["handle"] = declared.limits.critical if urgency == "critical" else declared.limits.urgent
    if limits != dict(now.snapshot.matter.limits):
        now.patch["limits"] = limits


async def _correct(now: Preparing) -> None:
    """A correction of class, condition, place or address."""
    _classify(now)
    if region := now.given.get("region"):
        place = now.work.city.regions.place_of(now.work.city.regions.by_code(str(region)).code)
        now.patch["region"] = place.region
        now.facts |= {"place": "corrected", "town": place.town, "village": place.village, "grid": place.grid}
    if address := now.given.get("address"):
        now.facts["address"] = address


async def _dispatch(now: Preparing) -> None:
    """Without a named office the duty list decides, if it can."""
    if now.given.get("lead"):
        return
    owner, lead, helpers = county.owner_of(
        now.work, now.catalog, now.row["type"], now.row["class"], now.row["region"], now.work.now
    )
    if lead is None:
        raise LeadUnknown(field="lead")
    now.given["lead"] = lead
    if helpers and not now.given.get("cooperating"):
        now.given["cooperating"] = helpers
    now.authority = _clause(owner.duty)


def _clause(duty: Any) -> str | None:
    return f"权责清单第 {duty.id} 条 {duty.clause}".strip() if duty is not None else None


async def _submit(now: Preparing) -> None:
    """Photos before and after as the case type asks; what was done is the reply until the centre words another."""
    declared = now.catalog.types.get(now.row["type"])
    if declared is not None:
        zh = now.work.lang == "zh"
        if _count(now, "before", "report") < declared.evidence.before:
            raise EvidenceMissing(field="photos_before", value="处置前" if zh else "before")
        if declared.evidence.after == 0:
            now.have.add("photos_after")
        elif _count(now, "after") < declared.evidence.after:
            raise EvidenceMissing(field="photos_after", value="处置后" if zh else "after")
    if isinstance(now.given.get("result"), str):
        now.facts["reply"] = now.given["result"].strip()


async def _verify_pass(now: Preparing) -> None:
    """The checker shows what was found."""
    declared = now.catalog.types.get(now.row["type"])
    fresh = len(now.facts.get("photos", ()))
    if declared is not None and fresh < declared.evidence.verify:
        raise EvidenceMissing(field="photos", value="核查" if now.work.lang == "zh" else "of the check")


async def _close(now: Preparing) -> None:
    """The closing test is on record with the closing; the reply goes to the reporter."""
    condition = now.catalog.find_condition(now.row["class"], now.row["condition"])
    met = now.given.pop("closing_test", None)
    if condition is not None:
        now.facts["closing_test"] = {"close_when": condition.close_when, "met": True if met is None else bool(met)}
    if isinstance(now.given.get("reply"), str) and now.given["reply"].strip():
        now.facts["reply"] = now.given["reply"].strip()


async def _rate(now: Preparing) -> None:
    """The grade and its words."""
    grade = now.given.get("grade")
    if isinstance(grade, int) and not isinstance(grade, bool) and 1 <= grade <= 5:
        now.facts |= {"rating": grade, "rated_at": now.work.now.isoformat()}
        if isinstance(now.given.get("text"), str) and now.given["text"].strip():
            now.facts["rating_text"] = now.given["text"].strip()


PREPARE: dict[str, Callable[[Preparing], Awaitable[None]]] = {
    "file": _file,
    "correct": _correct,
    "dispatch": _dispatch,
    "submit": _submit,
    "verify_pass": _verify_pass,
    "close": _close,
    "rate": _rate,
}
