"""Declarations as screens need them: types, classes with conditions, and the list's columns and filters."""

from typing import Any

from chengshu.base.text import L, pick
from chengshu.govern.cases.contracts import CHANNELS, URGENCIES
from chengshu.govern.cases.logic.catalog import limit_of
from chengshu.govern.cases.service import county
from chengshu.govern.cases.service.catalog import catalog_of
from chengshu.govern.cases.service.fields import limit_words
from chengshu.govern.cases.service.wording import STAGES, flow_of_type, words_of
from chengshu.govern.cases.spec import text
from chengshu.runtime.database import Work

FIELD_TYPES = {"number": "integer", "date": "datetime"}
COLUMNS: tuple[tuple[str, L], ...] = (
    ("number", {"zh": "编号", "en": "Number"}), ("title", {"zh": "标题", "en": "Title"}),
    ("class_title", {"zh": "类别", "en": "Class"}), ("state_title", {"zh": "状态", "en": "State"}),
    ("town_name", {"zh": "镇(街道)", "en": "Town"}), ("address", {"zh": "地址", "en": "Address"}),
    ("lead_name", {"zh": "主办单位", "en": "Lead"}), ("holder_name", {"zh": "当前承办", "en": "Now with"}),
    ("channel", {"zh": "渠道", "en": "Channel"}), ("urgency", {"zh": "紧急程度", "en": "Urgency"}),
    ("opened_at", {"zh": "上报时间", "en": "Reported"}), ("due_at", {"zh": "截止时间", "en": "Due"}),
    ("color", {"zh": "时限", "en": "Clock"}),
)  # fmt: skip
VIEW_TITLES: dict[str, L] = {
    "inbox": {"zh": "待我办理", "en": "For me"},
    "started": {"zh": "我发起的", "en": "Started by me"},
    "followed": {"zh": "我关注的", "en": "Followed"},
    "all": {"zh": "全部", "en": "All"},
}


async def types_out(work: Work) -> list[dict[str, Any]]:
    """Case types with the fields they add."""
    catalog = await catalog_of(work)
    return [
        {
            "id": id_,
            "title": words_of(t.title, work.lang),
            "description": words_of(t.description, work.lang) if t.description else "",
            "channels": list(t.channels),
            "classes_root": t.classes_root,
            "classes": len(catalog.codes(id_)),
            "evidence": t.evidence.model_dump(),
            "fields": [
                {
                    "name": name,
                    "title": words_of(f.title, work.lang),
                    "type": FIELD_TYPES.get(f.type, f.type),
                    "required": f.required,
                    "public": f.public,
                    **({"options": [{"value": o, "title": o} for o in f.options]} if f.options else {}),
                    **({"help": words_of(f.help, work.lang)} if f.help else {}),
                }
                for name, f in t.fields.items()
            ],
        }
        for id_, t in sorted(catalog.types.items())
    ]


async def classes_out(work: Work, type_id: str | None = None) -> list[dict[str, Any]]:
    """Small classes with their conditions, limits in words and closing tests; of one case type when asked."""
    catalog = await catalog_of(work)
    codes = catalog.codes(catalog.full_type(type_id)) if type_id else tuple(catalog.classes)
    day = work.now.date()
    found: list[dict[str, Any]] = []
    for code in codes:
        small = catalog.classes[code]
        lead = county.office_of(work, small.lead, None)
        found.append(
            {
                "code": code,
                "title": pick(small.title, work.lang),
                "group": pick(small.group_title, work.lang),
                "parent": small.group,
                "catalog": small.catalog,
                "urgency": small.urgency,
                "lead": lead,
                "lead_name": work.city.orgs.short(lead, work.lang) if lead else None,
                "conditions": [
                    {
                        "id": c.id,
                        "title": pick(c.title, work.lang),
                        "limit": limit_of(c, day),
                        "limit_text": limit_words(limit_of(c, day), work.lang),
                        "urgent": c.urgent,
                        "close_when": pick(c.close_when, work.lang),
                        "action": pick(c.action, work.lang) if c.action else None,
                        "action_limit": c.action_limit,
                    }
                    for c in small.conditions
                ],
            }
        )
    return found


async def screen_out(work: Work) -> dict[str, Any]:
    """The list as kit parts draw it: columns, filters with their options, views."""
    catalog = await catalog_of(work)
    zh = work.lang == "zh"
    states: dict[str, str] = {}
    for id_ in catalog.types:
        spec = flow_of_type(work, catalog, id_)
        if spec is not None:
            states |= {s: words_of(d.title, work.lang) for s, d in spec.states.items() if s not in states}
    filters = [
        _filter("stage", "环节" if zh else "Stage", "select", {s: pick(t, work.lang) for s, t in STAGES.items()}),
        _filter("state", "状态" if zh else "State", "select", states),
        _filter("class", "类别" if zh else "Class", "class"),
        _filter("org", "主办单位" if zh else "Lead", "org"),
        _filter("region", "区域" if zh else "Area", "region"),
        _filter("channel", "渠道" if zh else "Channel", "select", {c: pick(t, work.lang) for c, t in CHANNELS.items()}),
        _filter("urgency", "紧急程度" if zh else "Urgency", "select", {u: pick(t, work.lang) for u, t in URGENCIES.items()}),
        _filter("due", "时限" if zh else "Clock", "select", dict(zip(
            ("red", "yellow", "green"), ("超期", "临期", "正常") if zh else ("Overdue", "Due soon", "In time"), strict=True))),
        _filter("since", "上报自" if zh else "Reported from", "datetime"),
        _filter("until", "上报至" if zh else "Reported until", "datetime"),
        _filter("q", "关键词" if zh else "Words", "text"),
    ]  # fmt: skip
    types = {i: text(t.title) for i, t in catalog.types.items()}
    if len(types) > 1:
        filters.insert(
            2, _filter("type", "类型" if zh else "Type", "select", {i: pick(t, work.lang) for i, t in types.items()})
        )
    return {
        "columns": [{"name": name, "title": pick(title, work.lang)} for name, title in COLUMNS],
        "filters": filters,
        "views": [{"id": v, "title": pick(t, work.lang)} for v, t in VIEW_TITLES.items()],
    }


def _filter(name: str, title: str, kind: str, options: dict[str, str] | None = None) -> dict[str, Any]:
    out: dict[str, Any] = {"name": name, "title": title, "type": kind, "required": False}
    if options is not None:
        out["options"] = [{"value": v, "title": t} for v, t in options.items()]
    return out
