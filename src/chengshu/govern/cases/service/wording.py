"""Rows as people and screens read them: titles of states and stages, colours, masked reporters."""

from collections.abc import Mapping
from typing import Any

from chengshu.base.text import L, pick
from chengshu.commons.flow import facade as flow
from chengshu.commons.flow.spec import FlowSpec
from chengshu.govern.cases import permissions
from chengshu.govern.cases.contracts import CHANNELS
from chengshu.govern.cases.logic.catalog import Catalog
from chengshu.govern.cases.logic.facts import color_of
from chengshu.govern.cases.logic.words import mask_name, mask_phone
from chengshu.govern.cases.service import county
from chengshu.runtime.database import Work

STAGES: dict[str, L] = {
    "collect": {"zh": "信息采集", "en": "Reported"},
    "file": {"zh": "案件建立", "en": "Filing"},
    "dispatch": {"zh": "任务派遣", "en": "Dispatch"},
    "handle": {"zh": "任务处理", "en": "Handling"},
    "feedback": {"zh": "处理反馈", "en": "Feedback"},
    "verify": {"zh": "核查结案", "en": "Check and closing"},
    "rate": {"zh": "综合评价", "en": "Rating"},
}


def flow_of_type(work: Work, catalog: Catalog, type_id: str) -> FlowSpec | None:
    """The newest flow of a case type; None when the type is gone."""
    declared = catalog.types.get(type_id)
    return flow.flow_of(work, declared.flow) if declared is not None else None


def words_of(value: Any, lang: str) -> str:
    """A declared text, whether a mapping or a model."""
    return pick(value if isinstance(value, dict | str) or value is None else value.model_dump(exclude_none=True), lang)


def state_title(work: Work, catalog: Catalog, type_id: str, state: str) -> str:
    """What people call a state."""
    spec = flow_of_type(work, catalog, type_id)
    return words_of(spec.states[state].title, work.lang) if spec is not None and state in spec.states else state


def stage_title(stage: str, lang: str) -> str:
    """What people call a stage."""
    return pick(STAGES.get(stage, {"zh": stage}), lang)


def region_title(work: Work, code: str | None) -> str | None:
    """The name of a region code."""
    region = work.city.regions.find(code) if code else None
    return region.title(work.lang) if region is not None else None


def row_out(work: Work, catalog: Catalog, row: Mapping[str, Any]) -> dict[str, Any]:
    """CaseRow."""
    small = catalog.classes.get(row["class"] or "")
    out: dict[str, Any] = {
        "id": row["id"],
        "number": row["number"],
        "title": row["title"],
        "class": row["class"],
        "class_title": pick(small.title, work.lang) if small else row["class"],
        "state": row["state"],
        "state_title": state_title(work, catalog, row["type"], row["state"]),
        "stage": row["stage"],
        "stage_title": stage_title(row["stage"], work.lang),
        "channel": row["channel"],
        "channel_title": pick(CHANNELS.get(row["channel"], {"zh": row["channel"]}), work.lang),
        "urgency": row["urgency"],
        "town": row["town"],
        "town_name": region_title(work, row["town"]),
        "grid": row["grid"],
        "address": row["address"],
        "lead": row["lead"],
        "lead_name": work.city.orgs.short(row["lead"], work.lang) if row["lead"] else None,
        "holder_name": county.holder_name(work, row.get("task_holder") or row["holder"]) or None,
        "opened_at": row["opened_at"],
        "due_at": row["due_at"],
        "color": color_of(row, work.now),
        "overdue": bool(row["verdict"] == "overdue" or color_of(row, work.now) == "red"),
        "lon": row["lon"],
        "lat": row["lat"],
        "thumb": f"/api/blobs/{row['thumb']}?size=thumb" if row["thumb"] else None,
        "version": row["version"],
        "merged_count": row["merged_count"],
        "rating": row["rating"],
    }
    if row.get("task_kind"):
        spec = flow_of_type(work, catalog, row["type"])
        task = spec.tasks.get(row["task_kind"]) if spec is not None else None
        mine = {**row, "due_at": row["task_due_at"], "alarm_at": row["task_warn_at"], "closed_at": None}
        out["task"] = {
            "id": row["task_id"],
            "kind": row["task_kind"],
            "title": words_of(task.title, work.lang) if task is not None else row["task_kind"],
            "due_at": row["task_due_at"],
            "color": color_of(mine, work.now),
        }
        out |= {"due_at": row["task_due_at"], "color": out["task"]["color"]}
    return out


def reporter_out(work: Work, row: Mapping[str, Any]) -> dict[str, Any] | None:
    """Who reported; the way to reach them only for those who may see it, and nobody's name when anonymous."""
    name, phone = row.get("reporter_name"), row.get("reporter_phone")
    if name is None and phone is None and not row.get("anonymous"):
        return None
    if work.actor.may(permissions.SEE_REPORTER):
        return {"name": name, "phone": phone, "anonymous": bool(row["anonymous"]), "masked": False}
    shown = None if row["anonymous"] else mask_name(name)
    return {"name": shown, "phone": mask_phone(phone), "anonymous": bool(row["anonymous"]), "masked": True}
