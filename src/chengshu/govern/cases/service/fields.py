"""The moves on offer with their fields as a form needs them: options, defaults and what evidence the case type asks."""

from collections.abc import Mapping
from typing import Any

from chengshu.base.limits import Limit
from chengshu.base.text import pick
from chengshu.commons.flow import facade as flow
from chengshu.commons.flow.contracts import MoveOffer, Snapshot
from chengshu.commons.flow.spec import FieldSpec
from chengshu.govern.cases.contracts import GRADES, URGENCIES
from chengshu.govern.cases.logic.catalog import Catalog, limit_of
from chengshu.govern.cases.service import county
from chengshu.govern.cases.service.wording import words_of
from chengshu.runtime.database import Work

Field = dict[str, Any]


def offers_out(work: Work, catalog: Catalog, row: Mapping[str, Any], snapshot: Snapshot) -> list[dict[str, Any]]:
    """The moves this actor may make now, best first."""
    return [
        {
            "id": offer.id,
            "title": words_of(offer.title, work.lang),
            "tone": offer.tone,
            "confirm": words_of(offer.confirm, work.lang) or None,
            "fields": fields_of(work, catalog, row, offer),
        }
        for offer in flow.offers(work, snapshot)
    ]


def fields_of(work: Work, catalog: Catalog, row: Mapping[str, Any], offer: MoveOffer) -> list[Field]:
    """The fields of a move: the flow's, made fit for this case, and those that cases add."""
    fields = [_field(work, spec, offer) for spec in offer.fields]
    by_name = {f["name"]: f for f in fields}
    adapt = ADAPT.get(offer.id)
    return adapt(work, catalog, row, fields, by_name) if adapt is not None else fields


def _field(work: Work, spec: FieldSpec, offer: MoveOffer) -> Field:
    field: Field = {
        "name": spec.name,
        "title": words_of(spec.title, work.lang),
        "type": spec.type,
        "required": spec.required or spec.name in offer.needs,
    }
    if spec.options:
        field["options"] = [{"value": o.value, "title": words_of(o.title, work.lang)} for o in spec.options]
    if spec.type == "rating":
        field["options"] = [{"value": g, "title": pick(t, work.lang)} for g, t in GRADES.items()]
    if spec.default is not None:
        field["default"] = spec.default
    if spec.help is not None:
        field["help"] = words_of(spec.help, work.lang)
    if spec.max is not None:
        field["max"] = spec.max
    return field


def condition_options(work: Work, catalog: Catalog, code: str | None) -> list[dict[str, str]]:
    """The filing conditions of a class with their limits in words."""
    small = catalog.classes.get(code or "")
    if small is None:
        return []
    day = work.now.date()
    return [
        {
            "value": c.id,
            "title": f"{pick(c.title, work.lang)}（{limit_words(limit_of(c, day), work.lang)}）",
            "limit": limit_of(c, day),
            "close_when": pick(c.close_when, work.lang),
        }
        for c in small.conditions
    ]


def limit_words(limit: str, lang: str) -> str:
    """2uh as 2个紧急工作时."""
    parsed = Limit.parse(limit)
    words = getattr(parsed, "words", None)
    return words_of(words() if callable(words) else limit, lang)


def _file(
    work: Work, catalog: Catalog, row: Mapping[str, Any], fields: list[Field], _names: dict[str, Field]
) -> list[Field]:
    zh = work.lang == "zh"
    added: list[Field] = [
        {"name": "class", "title": "类别" if zh else "Class", "type": "class", "required": not row["class"],
         "default": row["class"]},
    ]  # fmt: skip
    if options := condition_options(work, catalog, row["class"]):
        added.append(
            {"name": "condition", "title": "立案条件" if zh else "Filing condition", "type": "select", "required": False,
             "options": options, "default": row["condition"],
             "help": "处置时限和结案条件由立案条件决定" if zh else "It sets the limit and the closing test"}
        )  # fmt: skip
    urgencies = [{"value": u, "title": pick(t, work.lang)} for u, t in URGENCIES.items()]
    added.append(
        {"name": "urgency", "title": "紧急程度" if zh else "Urgency", "type": "select", "required": False,
         "options": urgencies, "default": row["urgency"]}
    )  # fmt: skip
    return [*added, *fields]


def _dispatch(
    work: Work, catalog: Catalog, row: Mapping[str, Any], fields: list[Field], names: dict[str, Field]
) -> list[Field]:
    _owner, lead, helpers = county.owner_of(work, catalog, row["type"], row["class"], row["region"], work.now)
    if "lead" in names:
        names["lead"]["default"] = lead
        names["lead"]["required"] = lead is None
    if "cooperating" in names and helpers:
        names["cooperating"]["default"] = helpers
    return fields


def _close(
    work: Work, catalog: Catalog, row: Mapping[str, Any], fields: list[Field], _names: dict[str, Field]
) -> list[Field]:
    condition = catalog.find_condition(row["class"], row["condition"])
    if condition is None:
        return fields
    zh = work.lang == "zh"
    test = pick(condition.close_when, work.lang)
    title = f"已达到结案条件：{test}" if zh else f"The closing test is met: {test}"
    return [{"name": "closing_test", "title": title, "type": "boolean", "required": False, "default": True}, *fields]


def _correct(
    work: Work, catalog: Catalog, row: Mapping[str, Any], fields: list[Field], names: dict[str, Field]
) -> list[Field]:
    if "condition" in names and (options := condition_options(work, catalog, row["class"])):
        names["condition"] |= {"type": "select", "options": options}
    for name, value in (
        ("class", row["class"]),
        ("address", row["address"]),
        ("region", county.region_code(row["region"])),
    ):
        if name in names:
            names[name]["default"] = value
    return fields


def _submit(
    work: Work, catalog: Catalog, row: Mapping[str, Any], fields: list[Field], names: dict[str, Field]
) -> list[Field]:
    declared = catalog.types.get(row["type"])
    kinds = {a["kind"] for a in row.get("attachments") or ()}
    if declared is not None and "photos_before" in names:
        names["photos_before"]["required"] = declared.evidence.before > 0 and not kinds & {"before", "report"}
    if declared is not None and "photos_after" in names:
        names["photos_after"]["required"] = declared.evidence.after > 0
    return fields


def _verify(
    work: Work, catalog: Catalog, row: Mapping[str, Any], fields: list[Field], names: dict[str, Field]
) -> list[Field]:
    declared = catalog.types.get(row["type"])
    if declared is not None and "photos" in names:
        names["photos"]["required"] = declared.evidence.verify > 0
    condition = catalog.find_condition(row["class"], row["condition"])
    if condition is not None and "reason" in names:
        test = pick(condition.close_when, work.lang)
        names["reason"]["help"] = f"结案条件：{test}" if work.lang == "zh" else f"Closing test: {test}"
    return fields


ADAPT = {
    "file": _file,
    "dispatch": _dispatch,
    "close": _close,
    "correct": _correct,
    "submit": _submit,
    "verify_pass": _verify,
}
