"""Opening a case: checked at the door, placed, classed, given to its office, written with two statements."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from chengshu.base.errors import Invalid
from chengshu.commons.flow import facade as flow
from chengshu.commons.flow.contracts import Moved, Opening, Step
from chengshu.govern.cases import permissions
from chengshu.govern.cases.contracts import URGENCIES, Condition, Guess, OpenCase, Opened, Owner, PlaceGuess
from chengshu.govern.cases.errors import (
    AttachmentUnknown,
    ChannelRefused,
    EvidenceMissing,
    FilterInvalid,
    MergeRefused,
    MoveFieldMissing,
    TimeInFuture,
    TypeUnknown,
)
from chengshu.govern.cases.logic import urgency, words
from chengshu.govern.cases.logic.catalog import Catalog, limit_of
from chengshu.govern.cases.logic.facts import synced
from chengshu.govern.cases.service import addresses, county
from chengshu.govern.cases.service.catalog import catalog_of
from chengshu.govern.cases.service.classifier import guess_classes
from chengshu.govern.cases.service.kind import announce
from chengshu.govern.cases.service.new_row import new_row
from chengshu.govern.cases.service.staffing import refresh_staffing
from chengshu.govern.cases.spec import CaseType
from chengshu.govern.cases.store import cases, uploads
from chengshu.runtime.database import Work

TEXT_LIMIT = 5000
MOST_ATTACHMENTS = 9
CLOCK_SKEW = dt.timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Judged:
    """What the house thinks of a report: class, urgency, lead, with how sure it is."""

    code: str | None
    certain: bool
    guesses: list[Guess]
    condition: Condition | None
    urgency: str
    why: str
    owner: Owner
    lead: str | None
    helpers: list[str]


async def open_case(work: Work, asked: OpenCase) -> Opened:
    """Open a case for whoever needs to know no more than its number."""
    matter = (await open_matter(work, asked)).matter
    return Opened(matter.id, matter.number, matter.version, matter.state, matter.stage)


async def open_matter(work: Work, asked: OpenCase) -> Moved:
    """Open a case, or a receipt that is merged into an open one. Raises what is wrong with the field that is wrong."""
    if work.actor.kind not in ("public", "job"):
        work.require(permissions.OPEN)
    catalog = await catalog_of(work)
    type_id = catalog.full_type(asked.type)
    declared = catalog.types[type_id]
    asked = _checked(work, asked, declared)
    _check_evidence(work, asked, declared)
    files = await _files(work, asked.attachments)
    place = await addresses.refine(work, _place(work, asked, files), asked.address or "")
    place = county.need_place(place, work)
    judged = judge(work, catalog, type_id, declared, asked, place)
    if asked.merge_into is not None:
        await _check_merge(work, asked.merge_into)
    opening = Opening(
        kind="case",
        flow=declared.flow,
        title=asked.title or words.title_of(asked.text),
        region=place.region,
        orgs=_seen_by(work, judged, asked),
        limits=_limits(work, declared, judged),
        claim=asked.code_hash,
        facts=_facts(judged, asked, type_id),
    )
    await refresh_staffing(work)
    moved = await flow.open_matter(work, opening, _first_steps(work, declared, judged, asked))
    row = new_row(work, type_id, asked, place, judged, moved.after, files)
    await cases.open_case(work, row)
    if moved.also:
        announce(work, await cases.sync(work, [synced(o, work.now, {}) for o in moved.also], []), "merged_in")
    announce(work, [{**row, "old": None, "verdict": None, "returned": 0, "reworked": 0, "rating": None}], "open")
    return moved


def _checked(work: Work, asked: OpenCase, declared: CaseType) -> OpenCase:
    """The report with its texts in order; refuses what cannot be kept."""
    from dataclasses import replace

    if asked.channel not in declared.channels:
        raise ChannelRefused(field="channel", value=asked.channel, known="、".join(declared.channels))
    if asked.urgency is not None and asked.urgency not in URGENCIES:
        raise FilterInvalid(field="urgency", value=asked.urgency, known="、".join(URGENCIES))
    if asked.occurred_at is not None:
        at = asked.occurred_at if asked.occurred_at.tzinfo else asked.occurred_at.replace(tzinfo=work.now.tzinfo)
        if at > work.now + CLOCK_SKEW:
            raise TimeInFuture(field="occurred_at", value=at.isoformat(), now=work.now.isoformat(timespec="minutes"))
        asked = replace(asked, occurred_at=at)
    text = words.checked(asked.text, "text", TEXT_LIMIT)
    if not text:
        raise MoveFieldMissing(field="text", title="诉求内容" if work.lang == "zh" else "Text")
    reporter = {k: words.checked(v, f"reporter.{k}", 100) if isinstance(v, str) else v
                for k, v in (asked.reporter or {}).items()}  # fmt: skip
    return replace(
        asked,
        text=text,
        title=words.checked(asked.title, "title", 120) if asked.title else None,
        address=words.checked(asked.address, "address", 200) if asked.address else "",
        source_ref=words.checked(asked.source_ref, "source_ref", 120) if asked.source_ref else None,
        reporter=reporter or None,
        fields=_extra_fields(asked.fields, declared),
    )


def _extra_fields(given: dict[str, Any], declared: CaseType) -> dict[str, Any]:
    """The fields of the case type, each of its declared kind."""
    for name in given:
        if name not in declared.fields:
            raise Invalid(field=f"fields.{name}", value=name)
    kept: dict[str, Any] = {}
    for name, spec in declared.fields.items():
        value = given.get(name)
        if value is None or value == "":
            if spec.required:
                raise MoveFieldMissing(field=f"fields.{name}", title=spec.title.zh)
            continue
        if isinstance(value, str):
            value = words.checked(value, f"fields.{name}", spec.max or 1000)
        fits = {"integer": int, "number": (int, float), "boolean": bool}.get(spec.type, str)
        if not isinstance(value, fits) or (spec.type == "select" and value not in spec.options):
            raise Invalid(field=f"fields.{name}", value=value)
        kept[name] = value
    return kept


def _check_evidence(work: Work, asked: OpenCase, declared: CaseType) -> None:
    """Who stands before the thing photographs it; a caller or another system need not."""
    if asked.channel in ("grid", "citizen") and len(asked.attachments) < declared.evidence.report:
        raise EvidenceMissing(field="attachments", value="现场" if work.lang == "zh" else "of the place")


async def _files(work: Work, hashes: tuple[str, ...]) -> dict[str, dict[str, Any]]:
    """What is known of the attachments; all must have been uploaded."""
    if len(hashes) > MOST_ATTACHMENTS:
        raise Invalid(field="attachments", value=len(hashes))
    files = await uploads.known(work, hashes)
    for hash_ in hashes:
        if hash_ not in files:
            raise AttachmentUnknown(field="attachments", value=hash_)
    return files


def _place(work: Work, asked: OpenCase, files: dict[str, dict[str, Any]]) -> PlaceGuess | None:
    shots = [(f["lon"], f["lat"]) for f in files.values() if f["lon"] is not None and f["lat"] is not None]
    return county.find_place(
        work,
        lon=asked.lon,
        lat=asked.lat,
        datum=asked.datum,
        address=asked.address or "",
        region=asked.region,
        words=f"{asked.title or ''} {asked.text}",
        shot=shots[0] if shots else None,
        channel=asked.channel,
    )


def type_for(work: Work, catalog: Catalog, asked: OpenCase) -> str:
    """The case type of a report that names none: of its class, else of the class that the words speak for."""
    if asked.type:
        return catalog.full_type(asked.type)
    fitting = {i: catalog.codes(i) for i, t in sorted(catalog.types.items()) if asked.channel in t.channels}
    code = asked.class_code
    if code is None and fitting:
        every = list(dict.fromkeys(c for codes in fitting.values() for c in codes))
        best = guess_classes(work, catalog, f"{asked.title or ''} {asked.text}", every, 1)
        code = best[0].code if best else None
    # The narrowest type that has the class; without a class the widest, which leaves most to people.
    having = [i for i, codes in fitting.items() if code in codes]
    if having:
        return min(having, key=lambda i: len(fitting[i]))
    if fitting:
        return max(fitting, key=lambda i: len(fitting[i]))
    raise TypeUnknown(field="type", value="", known="、".join(sorted(catalog.types)) or "—")


def judge(
    work: Work, catalog: Catalog, type_id: str, declared: CaseType, asked: OpenCase, place: PlaceGuess | None,
    allowed: Sequence[str] = (),
) -> Judged:  # fmt: skip
    """Class by choice or by the model, condition, urgency, lead by the duty list."""
    guesses: list[Guess] = []
    code = catalog.small(asked.class_code).code if asked.class_code else None
    certain = code is not None and asked.channel in declared.dispatch.trusted
    if code is None:
        text = f"{asked.title or ''} {asked.text}".strip()
        guesses = guess_classes(work, catalog, text, allowed or catalog.codes(type_id))
        if guesses and guesses[0].score >= min(0.35, declared.dispatch.certainty):
            code = guesses[0].code
            certain = guesses[0].score >= declared.dispatch.certainty
    condition = catalog.condition(code, asked.condition) if code and asked.condition else None
    small = catalog.classes.get(code or "")
    level, why = urgency.judge(f"{asked.title or ''} {asked.text}", small, condition, work.lang)
    if asked.urgency is not None:
        level = asked.urgency
    path = place.region if place else None
    owner, lead, helpers = county.owner_of(work, catalog, type_id, code, path, work.now)
    return Judged(code, certain, guesses, condition, level, why, owner, lead, helpers)


def _limits(work: Work, declared: CaseType, judged: Judged) -> dict[str, str]:
    """The limits of this case by clock: of the condition, else by urgency, else of the type."""
    spec = declared.limits
    limits = {
        "file": spec.file,
        "dispatch": spec.dispatch,
        "handle": spec.handle,
        "verify": spec.verify,
        "close": spec.close,
        "rate": f"{declared.rating.days}cd",
    }
    if spec.respond is not None:
        limits["respond"] = spec.respond
    if judged.condition is not None:
        limits["handle"] = limit_of(judged.condition, work.now.date())
    elif judged.urgency != "normal":
        limits["handle"] = spec.critical if judged.urgency == "critical" else spec.urgent
    clocks = flow.flow_of(work, declared.flow).clocks
    return {clock: limit for clock, limit in limits.items() if clock in clocks}


def _seen_by(work: Work, judged: Judged, asked: OpenCase) -> tuple[str, ...]:
    """Offices that see the case from the start: the centre, and the office that reported it."""
    codes = [county.center_of(work)]
    if work.actor.kind == "staff":
        codes.append(work.actor.org)
    paths = [work.city.orgs.path(c) for c in codes if c]
    return tuple(dict.fromkeys(p for p in paths if p))


def _facts(judged: Judged, asked: OpenCase, type_id: str) -> dict[str, Any]:
    facts = {"type": type_id, "class": judged.code, "urgency": judged.urgency, "channel": asked.channel}
    if judged.condition is not None:
        facts["condition"] = judged.condition.id
    return facts


def _first_steps(work: Work, declared: CaseType, judged: Judged, asked: OpenCase) -> list[Step]:
    """What follows by itself: merging, or filing and dispatching where the type allows it and nothing is in doubt."""
    if asked.merge_into is not None:
        return [Step("merge", {"into": asked.merge_into})]
    rules = declared.dispatch
    moves = flow.flow_of(work, declared.flow).moves
    if not judged.certain or not rules.file_automatically or "file" not in moves:
        return []
    steps = [Step("file", authority=_by_model(judged))]
    if rules.automatic and judged.lead is not None and judged.owner.how == "duty" and "dispatch" in moves:
        given: dict[str, Any] = {"lead": judged.lead}
        if judged.helpers:
            given["cooperating"] = judged.helpers
        duty = judged.owner.duty
        clause = f"权责清单第 {duty.id} 条 {duty.clause}".strip() if duty else None
        steps.append(Step("dispatch", given, authority=clause))
    return steps


def _by_model(judged: Judged) -> str | None:
    if not judged.guesses:
        return None
    return f"自动立案（分类置信度 {round(judged.guesses[0].score * 100)}%）"


async def _check_merge(work: Work, into: int) -> None:
    """Whether a report may go into this case."""
    work.require(permissions.FILE if not work.actor.may(permissions.OPEN) else permissions.OPEN)
    target = await cases.merge_target(work, into)
    if target is None or target["closed_at"] is not None or target["into_id"] is not None:
        raise MergeRefused(field="merge_into", value=into)
