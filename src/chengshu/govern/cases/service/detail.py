"""One case as a page shows it: place, clocks, tasks, photos, timeline in words, what may be done next."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from chengshu.base.text import pick
from chengshu.commons.flow import facade as flow
from chengshu.commons.flow.contracts import Snapshot
from chengshu.govern.cases import permissions
from chengshu.govern.cases.contracts import CHANNELS, URGENCIES
from chengshu.govern.cases.errors import CaseUnknown
from chengshu.govern.cases.logic.catalog import Catalog, limit_of
from chengshu.govern.cases.logic.facts import color_of
from chengshu.govern.cases.service import county
from chengshu.govern.cases.service.catalog import catalog_of
from chengshu.govern.cases.service.fields import offers_out
from chengshu.govern.cases.service.wording import reporter_out, row_out, stage_title, state_title, words_of
from chengshu.govern.cases.store import cases
from chengshu.runtime.database import Work


async def read_case(work: Work, id: int, snapshot: Snapshot | None = None) -> dict[str, Any]:
    """CaseOut, with two statements, or one when the snapshot is at hand."""
    row = await cases.detail(work, id)
    if row is None:
        raise CaseUnknown(field="id", value=id)
    if snapshot is None:
        snapshot = await flow.load(work, id)
    return case_out(work, await catalog_of(work), row, snapshot)


def case_out(work: Work, catalog: Catalog, row: Mapping[str, Any], snapshot: Snapshot) -> dict[str, Any]:
    """CaseOut from what was read."""
    listed = row_out(work, catalog, row)
    small = catalog.classes.get(row["class"] or "")
    return {
        **{k: listed[k] for k in ("id", "number", "title", "channel", "channel_title", "urgency", "state", "state_title",
                                  "stage", "stage_title", "opened_at", "due_at", "color", "overdue", "version",
                                  "merged_count", "thumb")},
        "type": row["type"],
        "type_title": words_of(catalog.types[row["type"]].title, work.lang) if row["type"] in catalog.types else row["type"],
        "text": row["text"],
        "urgency_title": pick(URGENCIES.get(row["urgency"], {"zh": row["urgency"]}), work.lang),
        "class": None if not row["class"] else {
            "code": row["class"],
            "title": listed["class_title"],
            "group": pick(small.group_title, work.lang) if small else None,
        },
        "condition": _condition_out(work, catalog, row),
        "place": {
            "lon": row["lon"], "lat": row["lat"], "address": row["address"], "how": row["place_how"],
            "region": county.region_code(row["region"]), "town": row["town"], "village": row["village"],
            "grid": row["grid"], "names": county.names_of(work, row["region"]),
        },
        "reporter": reporter_out(work, row),
        "source_ref": row["source_ref"],
        "occurred_at": row["occurred_at"],
        "lead": None if not row["lead"] else {"org": row["lead"], "name": work.city.orgs.name(row["lead"], work.lang)},
        "orgs": [_org_out(work, path) for path in row["orgs"] or ()],
        "updated_at": row["updated_at"],
        "closed_at": row["closed_at"],
        "verdict": row["verdict"],
        "clock": clock_out(work, snapshot),
        "rating": None if row["rating"] is None else {"grade": row["rating"], "text": row["rating_text"],
                                                      "at": row["rated_at"]},
        "reply": row["reply"],
        "counters": {"returned": row["returned"], "reworked": row["reworked"], "reopened": row["reopened"]},
        "fields": row["fields"],
        "into": row["into_case"],
        "parent": row["parent_id"],
        "merged": row["merged"] or [],
        "children": [{**c, "state_title": state_title(work, catalog, row["type"], c["state"]),
                      "lead_name": work.city.orgs.short(c["lead"], work.lang) if c["lead"] else None}
                     for c in row["children"] or ()],
        "followed": row["followed"],
        "tasks": [_task_out(work, snapshot, t) for t in row["tasks"] or ()],
        "attachments": [attachment_out(a) for a in row["attachments"] or ()],
        "timeline": [_entry_out(work, catalog, row["type"], snapshot, e) for e in row["entries"] or ()],
        "clocks": [_clock_entry_out(work, snapshot, e) for e in snapshot.clocks],
        "approvals": [_approval_out(work, snapshot, t) for t in snapshot.open_tasks if t.kind.startswith("approve_")],
        "moves": offers_out(work, catalog, row, snapshot),
    }  # fmt: skip


def _condition_out(work: Work, catalog: Catalog, row: Mapping[str, Any]) -> dict[str, Any] | None:
    condition = catalog.find_condition(row["class"], row["condition"])
    if condition is None:
        return None
    return {
        "id": condition.id,
        "title": pick(condition.title, work.lang),
        "limit": limit_of(condition, row["opened_at"].date()),
        "urgent": condition.urgent,
        "close_when": pick(condition.close_when, work.lang),
        "action": pick(condition.action, work.lang) if condition.action else None,
        "action_limit": condition.action_limit,
    }


def clock_out(work: Work, snapshot: Snapshot) -> dict[str, Any] | None:
    """The clock that counts now: of the leading task, else the main one."""
    faces = flow.faces(work, snapshot)
    task = snapshot.lead_task
    face = faces.get(task.clock) if task is not None and task.clock else None
    if face is None:
        spec = flow.flow_of(work, snapshot.matter.flow, snapshot.matter.flow_version)
        main = next((name for name, clock in spec.clocks.items() if clock.main), None)
        face = faces.get(main) if main else None
    if face is None:
        return None
    return {
        "clock": face.clock,
        "title": words_of(face.title, work.lang),
        "color": face.color,
        "limit": face.limit,
        "remaining_minutes": face.remaining_minutes,
        "paused": face.paused,
        "due_at": face.due_at,
        "text": words_of(face.text, work.lang),
        "all": [
            {"clock": f.clock, "title": words_of(f.title, work.lang), "color": f.color, "limit": f.limit,
             "used_minutes": f.used_minutes, "remaining_minutes": f.remaining_minutes, "paused": f.paused,
             "stopped": f.stopped, "due_at": f.due_at, "verdict": f.verdict, "text": words_of(f.text, work.lang)}
            for f in faces.values()
        ],
    }  # fmt: skip


def _org_out(work: Work, path: str) -> dict[str, Any]:
    org = work.city.orgs.by_path(path)
    return {"org": org.code if org else path, "name": org.title(work.lang) if org else path}


def _task_out(work: Work, snapshot: Snapshot, task: Mapping[str, Any]) -> dict[str, Any]:
    spec = flow.flow_of(work, snapshot.matter.flow, snapshot.matter.flow_version)
    declared = spec.tasks.get(task["kind"])
    due = dt.datetime.fromisoformat(task["due_at"]) if task["due_at"] else None
    warn = dt.datetime.fromisoformat(task["warn_at"]) if task["warn_at"] else None
    colored = {"closed_at": task["done_at"], "due_at": due, "alarm_at": warn, "verdict": task["verdict"]}
    return {
        "id": task["id"],
        "kind": task["kind"],
        "title": words_of(declared.title, work.lang) if declared else task["kind"],
        "holder": task["holder"],
        "holder_name": county.holder_name(work, task["holder"]),
        "lead": task["lead"],
        "mine": task["holder"] in work.actor.holders,
        "opened_at": task["opened_at"],
        "due_at": task["due_at"],
        "done_at": task["done_at"],
        "outcome": task["outcome"],
        "verdict": task["verdict"],
        "color": color_of(colored, work.now),
    }


def attachment_out(row: Mapping[str, Any]) -> dict[str, Any]:
    """A photo or file of a case."""
    return {
        "hash": row["hash"],
        "kind": row["kind"],
        "name": row["name"],
        "media_type": row["media_type"],
        "taken_at": row["taken_at"],
        "lon": row["lon"],
        "lat": row["lat"],
        "url": f"/api/blobs/{row['hash']}",
        "thumb": f"/api/blobs/{row['hash']}?size=thumb" if row["thumb"] else None,
    }


def _entry_out(
    work: Work, catalog: Catalog, type_id: str, snapshot: Snapshot, entry: Mapping[str, Any]
) -> dict[str, Any]:
    spec = flow.flow_of(work, snapshot.matter.flow, snapshot.matter.flow_version)
    move = spec.moves.get(entry["move"])
    opened = "上报" if work.lang == "zh" else "Reported"
    title = words_of(move.title, work.lang) if move else opened if entry["seq"] == 1 else entry["move"]
    data = dict(entry["data"] or {})
    if not work.actor.may(permissions.SEE_REPORTER):
        data.pop("reporter", None)
    return {
        "seq": entry["seq"],
        "at": entry["at"],
        "actor": entry["actor_name"],
        "org": work.city.orgs.short(entry["org"], work.lang) if entry["org"] else None,
        "move": entry["move"],
        "title": title,
        "from": entry["from_state"],
        "to": entry["to_state"],
        "to_title": state_title(work, catalog, type_id, entry["to_state"]),
        "reason": entry["reason"],
        "authority": entry["authority"],
        "text": in_words(work, catalog, title, entry),
        "data": data,
    }


def in_words(work: Work, catalog: Catalog, title: str, entry: Mapping[str, Any]) -> str:
    """The entry as a sentence: 城运中心 王芳 派遣至城市管理局：尽快修复."""
    zh = work.lang == "zh"
    org = work.city.orgs.short(entry["org"], work.lang) if entry["org"] else ""
    given: Mapping[str, Any] = (entry["data"] or {}).get("input") or {}
    facts: Mapping[str, Any] = (entry["data"] or {}).get("facts") or {}
    said = f"{org} {entry['actor_name']} {title}".strip()
    if entry["seq"] == 1 and facts.get("channel"):
        said += f"（{pick(CHANNELS.get(facts['channel'], {}), work.lang)}）"
    targets = [given.get("lead"), given.get("to"), *(given.get("cooperating") or ()), *(given.get("offices") or ())]
    if names := [work.city.orgs.short(t, work.lang) for t in targets if isinstance(t, str)]:
        said += f" → {'、'.join(names)}"
    if facts.get("class") in catalog.classes and entry["seq"] != 1:
        named = pick(catalog.classes[facts["class"]].title, work.lang)
        said += f"（类别：{named}）" if zh else f" (class: {named})"
    for key in ("result", "reply", "text"):
        if isinstance(given.get(key), str) and given[key]:
            said += f"：{given[key]}" if zh else f": {given[key]}"
    if entry["reason"]:
        said += f"：{entry['reason']}" if zh else f": {entry['reason']}"
    return said


def _clock_entry_out(work: Work, snapshot: Snapshot, entry: Any) -> dict[str, Any]:
    spec = flow.flow_of(work, snapshot.matter.flow, snapshot.matter.flow_version)
    clock = spec.clocks.get(entry.clock)
    title = words_of(clock.title, work.lang) if clock else entry.clock
    kinds = {
        "start": ("开始计时", "started"), "pause": ("暂停", "paused"), "resume": ("恢复", "resumed"),
        "extend": ("延长", "extended"), "stop": ("停止", "stopped"), "void": ("免计", "voided"),
    }  # fmt: skip
    said = kinds[entry.kind][0 if work.lang == "zh" else 1]
    return {
        "clock": entry.clock, "kind": entry.kind, "at": entry.at, "minutes": entry.minutes, "limit": entry.limit,
        "reason": entry.reason, "by": entry.by, "text": f"{title} {said}{f' {entry.limit}' if entry.limit else ''}",
    }  # fmt: skip


def _approval_out(work: Work, snapshot: Snapshot, task: Any) -> dict[str, Any]:
    spec = flow.flow_of(work, snapshot.matter.flow, snapshot.matter.flow_version)
    declared = spec.tasks.get(task.kind)
    return {
        "task": task.id,
        "kind": task.kind,
        "title": words_of(declared.title, work.lang) if declared else task.kind,
        "holder_name": county.holder_name(work, task.holder),
        "asked_at": task.opened_at,
        "asked": dict(task.data),
        "mine": task.holder in work.actor.holders,
    }


async def read_as_of(work: Work, id: int, at: dt.datetime) -> dict[str, Any]:
    """The case as it was known at a moment: its facts then, and the timeline up to then."""
    row = await cases.detail(work, id)
    if row is None:
        raise CaseUnknown(field="id", value=id)
    snapshot = await flow.load(work, id)
    catalog = await catalog_of(work)
    past = await flow.as_of(work, id, at)
    out = case_out(work, catalog, row, snapshot)
    facts = past.facts
    state = str(facts.get("state", row["state"]))
    lead = facts.get("lead")
    known = {e.seq for e in past.entries}
    return {
        **out,
        "as_of": at,
        "state": state,
        "state_title": state_title(work, catalog, row["type"], state),
        "stage": facts.get("stage"),
        "stage_title": stage_title(str(facts.get("stage") or ""), work.lang),
        "lead": {"org": lead, "name": work.city.orgs.name(lead, work.lang)} if lead else None,
        "due_at": facts.get("due_at"),
        "version": past.version,
        "facts": dict(facts),
        "timeline": [e for e in out["timeline"] if e["seq"] in known],
        "clocks": [e for e in out["clocks"] if e["at"] <= at],
        "attachments": [a for a in out["attachments"] if _attached_by(row, a["hash"], at)],
        "moves": [],
        "clock": None,
        "approvals": [],
    }


def _attached_by(row: Mapping[str, Any], hash_: str, at: dt.datetime) -> bool:
    """Whether a photo was there at a moment: those of the report from the start, others by their timeline entry."""
    for entry in row["entries"] or ():
        photos = ((entry["data"] or {}).get("facts") or {}).get("photos") or ()
        if any(p["hash"] == hash_ for p in photos):
            return dt.datetime.fromisoformat(entry["at"]) <= at
    return row["opened_at"] <= at
