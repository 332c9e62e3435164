"""The citizens' side of a case: report without an account, follow with number and code, rate, ask to reopen."""

import datetime as dt
import functools
import os
import secrets
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from chengshu.commons.flow import facade as flow
from chengshu.commons.flow.contracts import Snapshot
from chengshu.govern.cases.contracts import OpenCase
from chengshu.govern.cases.errors import (
    MoveFieldMissing,
    RatingRefused,
    ReceiptUnknown,
    ReopenRefused,
)
from chengshu.govern.cases.logic import receipts as codes
from chengshu.govern.cases.logic import words
from chengshu.govern.cases.logic.catalog import Catalog
from chengshu.govern.cases.service.catalog import catalog_of
from chengshu.govern.cases.service.intake import open_case, type_for
from chengshu.govern.cases.service.moves import make_move
from chengshu.govern.cases.service.wording import STAGES, stage_title, state_title
from chengshu.govern.cases.store import cases, receipts
from chengshu.runtime.database import Work

TICKET_DAYS = 2


@functools.cache
def _key_at(path: Path) -> bytes:
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        # Exclusive creation: of several processes starting at once one makes the key, the others read it.
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_bytes()
    with os.fdopen(handle, "wb") as file:
        key = secrets.token_bytes(32)
        file.write(key)
    return key


def key_of(work: Work) -> bytes:
    """The city's own secret for receipts and tickets."""
    return _key_at(work.city.settings.keys_dir / "receipts.key")


async def report(work: Work, asked: OpenCase, seed: str | None) -> tuple[str, dict[str, Any]]:
    """Open a report; returns its code, which is never stored, and its ReportOut."""
    catalog = await catalog_of(work)
    code = codes.new_code(key_of(work), seed)
    claim = codes.hash_code(code)
    await receipts.carry_claim(work, claim)
    type_id = type_for(work, catalog, replace(asked, channel="citizen"))
    opened = await open_case(work, replace(asked, type=type_id, channel="citizen", code_hash=claim, merge_into=None))
    return code, await _read(work, opened.id)


async def repeat_report(work: Work, number: str, seed: str) -> tuple[str, dict[str, Any]]:
    """The same code and the report as it stands, for a request that was sent again."""
    code = codes.new_code(key_of(work), seed)
    claim = codes.hash_code(code)
    await receipts.carry_claim(work, claim)
    found = await receipts.find(work, number, claim)
    if found is None:
        raise ReceiptUnknown(field="number", value=number)
    return code, await _read(work, found)


async def read_report(work: Work, number: str) -> dict[str, Any]:
    """ReportOut for number and code (the code travels in the header and is already part of the work)."""
    return await _read(work, await _find(work, number))


async def _find(work: Work, number: str) -> int:
    found = await receipts.find(work, number, work.claim) if work.claim is not None and len(number) <= 40 else None
    if found is None:
        raise ReceiptUnknown(field="number", value=number)
    return found


async def rate_report(work: Work, number: str, grade: int, text: str | None) -> dict[str, Any]:
    """One rating after closing; of a merged report the reporter's own."""
    id_ = await _find(work, number)
    said = words.checked(text or "", "text", 1000)
    row = await cases.detail(work, id_)
    assert row is not None
    if row["rating"] is not None:
        raise RatingRefused(field="grade", value="已评价" if work.lang == "zh" else "rated already")
    if row["into_id"] is not None:
        target = await receipts.target(work, id_)
        if target is None or target["closed_at"] is None or not await cases.rate_merged(work, id_, grade, said):
            raise RatingRefused(field="grade", value="尚未办结" if work.lang == "zh" else "not closed yet")
    elif row["closed_at"] is None:
        raise RatingRefused(field="grade", value="尚未办结" if work.lang == "zh" else "not closed yet")
    else:
        await make_move(work, id_, "rate", {"grade": grade, **({"text": said} if said else {})})
    return await _read(work, id_)


async def reopen_report(work: Work, number: str, reason: str) -> dict[str, Any]:
    """Ask for it to be handled again, within the days the case type allows."""
    id_ = await _find(work, number)
    said = words.checked(reason, "reason", 1000)
    if not said:
        raise MoveFieldMissing(field="reason", title="理由" if work.lang == "zh" else "Reason")
    row = await cases.detail(work, id_)
    assert row is not None
    catalog = await catalog_of(work)
    if not _reopen_open(work, catalog, row):
        declared = catalog.types.get(row["type"])
        days = declared.rating.reopen_days if declared else 0
        raise ReopenRefused(field="reason", value=state_title(work, catalog, row["type"], row["state"]), days=days)
    await make_move(work, id_, "reopen", {"reason": said})
    return await _read(work, id_)


def _reopen_open(work: Work, catalog: Catalog, row: Mapping[str, Any]) -> bool:
    declared = catalog.types.get(row["type"])
    if declared is None or row["closed_at"] is None or row["into_id"] is not None or row["reopened"] > 0:
        return False
    return work.now - row["closed_at"] <= dt.timedelta(days=declared.rating.reopen_days)


async def _read(work: Work, id_: int) -> dict[str, Any]:
    row = await cases.detail(work, id_)
    assert row is not None
    snapshot = await flow.load(work, id_)
    target = await receipts.target(work, id_) if row["into_id"] is not None else None
    return report_out(work, await catalog_of(work), row, snapshot, target)


def report_out(
    work: Work, catalog: Catalog, row: Mapping[str, Any], snapshot: Snapshot, target: Mapping[str, Any] | None
) -> dict[str, Any]:
    """ReportOut: what a reporter may know. Of a merged report the state of the case it went into."""
    stands = target or row
    offered = {o.id for o in flow.offers(work, snapshot)}
    merged_closed = target is not None and target["closed_at"] is not None
    lead = stands["lead"]
    return {
        "number": row["number"],
        "title": row["title"],
        "text": row["text"],
        "state": stands["state"],
        "state_title": state_title(work, catalog, row["type"], stands["state"]),
        "stage": stands["stage"],
        "stage_title": stage_title(stands["stage"], work.lang),
        "steps": steps_of(work, row, snapshot, stands),
        "merged": target is not None,
        "opened_at": row["opened_at"],
        "due_at": stands["due_at"],
        "closed_at": stands["closed_at"],
        "office": work.city.orgs.name(lead, work.lang) if lead else None,
        "address": row["address"],
        "lon": row["lon"],
        "lat": row["lat"],
        "reply": stands["reply"] if stands["closed_at"] is not None else None,
        "photos": [_photo_out(work, a) for a in row["attachments"] or ()],
        "can_rate": row["rating"] is None and ("rate" in offered or merged_closed),
        "can_reopen": "reopen" in offered and _reopen_open(work, catalog, row),
        "rating": None if row["rating"] is None else {"grade": row["rating"], "text": row["rating_text"]},
    }


def steps_of(work: Work, row: Mapping[str, Any], snapshot: Snapshot, stands: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Progress like a parcel: each stage with the time it was reached, and which of them are behind us."""
    spec = flow.flow_of(work, snapshot.matter.flow, snapshot.matter.flow_version)
    reached: dict[str, str] = {}
    for entry in row["entries"] or ():
        state = spec.states.get(entry["to_state"])
        if state is not None and (entry["seq"] == 1 or entry["from_state"] != entry["to_state"]):
            reached[state.stage] = entry["at"]
        if entry["move"] == "submit":
            reached["feedback"] = entry["at"]
        if entry["move"] == "file":
            reached["file"] = entry["at"]
    order = list(STAGES)
    here = order.index(stands["stage"]) if stands["stage"] in order else 0
    closed = stands["closed_at"] is not None
    steps: list[dict[str, Any]] = []
    for index, stage in enumerate(order):
        done = (
            index < here
            or (index == 0)
            or (stage == "verify" and closed)
            or (stage == "rate" and row["rating"] is not None)
        )
        at = reached.get(stage) if index <= here or stage == "rate" else None
        steps.append(
            {"stage": stage, "title": stage_title(stage, work.lang), "at": at, "done": done,
             "text": _step_text(work, stage, row, stands)}
        )  # fmt: skip
    return steps


def _step_text(work: Work, stage: str, row: Mapping[str, Any], stands: Mapping[str, Any]) -> str | None:
    zh = work.lang == "zh"
    office = work.city.orgs.name(stands["lead"], work.lang) if stands["lead"] else None
    if stands["state"] == "refused" and stage == "file":
        return next((e["reason"] for e in reversed(row["entries"] or []) if e["move"] == "refuse"), None)
    if stage == "collect":
        return "我们已收到您的反映" if zh else "We have received your report"
    if stage in ("dispatch", "handle") and office and stands["stage"] not in ("collect", "file"):
        return f"由{office}办理" if zh else f"With {office}"
    return None


def _photo_out(work: Work, attachment: Mapping[str, Any]) -> dict[str, Any]:
    until = int((work.now + dt.timedelta(days=TICKET_DAYS)).timestamp())
    ticket = codes.ticket_for(key_of(work), attachment["hash"], until)
    url = f"/api/blobs/{attachment['hash']}?ticket={ticket}"
    thumb = f"{url}&size=thumb" if attachment["thumb"] else url
    return {"url": url, "thumb": thumb, "kind": attachment["kind"], "media_type": attachment["media_type"]}


def ticket_opens(work: Work, hash_: str, ticket: str) -> bool:
    """Whether a ticket of a receipt opens this file now."""
    return codes.ticket_fits(key_of(work), hash_, ticket, int(work.now.timestamp()))
