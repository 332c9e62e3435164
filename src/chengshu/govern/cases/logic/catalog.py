"""The declarations of all packs as one thing in memory: types, classes, conditions, duties, and how to find in them."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any

from chengshu.govern.cases.contracts import Condition, Duty, Owner, SmallClass
from chengshu.govern.cases.errors import ClassUnknown, ConditionUnknown, TypeUnknown
from chengshu.govern.cases.logic.classifier import Lexicon, build_lexicon
from chengshu.govern.cases.logic.duties import resolve_duty
from chengshu.govern.cases.spec import CaseType, ClassCatalog, DutyList, parse_hours, text


@dataclass(frozen=True)
class Catalog:
    """An edition of everything declared; a newer edition replaces it whole."""

    version: int = 0
    types: Mapping[str, CaseType] = field(default_factory=dict[str, CaseType])
    classes: Mapping[str, SmallClass] = field(default_factory=dict[str, SmallClass])
    duties: Sequence[Duty] = ()
    lexicon: Lexicon = field(default_factory=lambda: Lexicon({}))
    by_root: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])

    def type(self, id: str, field: str = "type") -> CaseType:
        """A case type by its id `pack.type` or, when only one pack has it, by its last part."""
        if id in self.types:
            return self.types[id]
        raise TypeUnknown(field=field, value=id, known="、".join(sorted(self.types)) or "—")

    def full_type(self, id: str) -> str:
        """The full id for a full or short one."""
        if id in self.types:
            return id
        ends = [t for t in self.types if t.rsplit(".", 1)[-1] == id]
        if len(ends) == 1:
            return ends[0]
        raise TypeUnknown(field="type", value=id, known="、".join(sorted(self.types)) or "—")

    def codes(self, type_id: str) -> tuple[str, ...]:
        """The classes that a case type may have."""
        return self.by_root.get(type_id, ())

    def small(self, code: str, field: str = "class") -> SmallClass:
        """A class by its code; the refusal names codes and titles that look alike."""
        if code in self.classes:
            return self.classes[code]
        close = get_close_matches(code[:40], list(self.classes), n=3, cutoff=0.5)
        close += [c for c, s in self.classes.items() if code and code in s.title.get("zh", "")][:3]
        known = "、".join(f"{c} {self.classes[c].title.get('zh', '')}" for c in dict.fromkeys(close)) or "—"
        raise ClassUnknown(field=field, value=code, known=known)

    def condition(self, code: str, id: str) -> Condition:
        """A filing condition of a class."""
        conditions = self.small(code).conditions
        for condition in conditions:
            if condition.id == id:
                return condition
        known = "、".join(f"{c.id} {c.title.get('zh', '')}" for c in conditions) or "—"
        raise ConditionUnknown(field="condition", value=id, known=known)

    def find_condition(self, code: str | None, id: str | None) -> Condition | None:
        """A condition of a stored case; None when its class has lost it since."""
        small = self.classes.get(code or "")
        return next((c for c in small.conditions if c.id == id), None) if small and id else None

    def owner(self, type_id: str, code: str | None, region: str | None, at: dt.datetime) -> Owner:
        """Who leads: by the duty list, else by the class, else by the type. An overlap is left to people."""
        owner = resolve_duty(self.duties, code, region, at)
        if owner.lead is not None or owner.how == "overlap":
            return owner
        small = self.classes.get(code or "")
        if small is not None and small.lead:
            return Owner(small.lead, (), None, "class")
        declared = self.types.get(type_id)
        if declared is not None and declared.lead:
            return Owner(declared.lead, (), None, "type")
        return owner


def limit_of(condition: Condition, day: dt.date) -> str:
    """The limit of a condition on a day: its season's, else its own."""
    today = day.strftime("%m-%d")
    for begin, end, limit in condition.seasons:
        inside = begin <= today <= end if begin <= end else today >= begin or today <= end
        if inside:
            return limit
    return condition.limit


def build_catalog(rows: Iterable[Mapping[str, Any]]) -> Catalog:
    """A catalog from what the store keeps."""
    types: dict[str, CaseType] = {}
    classes: dict[str, SmallClass] = {}
    duties: list[Duty] = []
    version = 0
    for row in rows:
        body = row["row"]
        if row["part"] == "stamp":
            version = int(body["version"])
        elif row["part"] == "duty":
            duties.append(duty_of(body))
        elif body["kind"] == "type":
            types[body["id"]] = CaseType.model_validate(body["body"])
        else:
            for small in classes_of(body["id"], ClassCatalog.model_validate(body["body"])):
                classes.setdefault(small.code, small)
    by_root = {i: tuple(c for c in classes if c.startswith(t.classes_root or "")) for i, t in types.items()}
    return Catalog(version, types, classes, tuple(duties), build_lexicon(classes.values()), by_root)


def classes_of(id: str, catalog: ClassCatalog) -> list[SmallClass]:
    """The small classes of a declared catalog."""
    found: list[SmallClass] = []
    for group in catalog.groups:
        for small in group.classes:
            conditions = tuple(
                Condition(
                    id=c.id,
                    title=text(c.title),  # type: ignore[arg-type]
                    limit=c.limit,
                    close_when=text(c.close_when),  # type: ignore[arg-type]
                    urgent=c.urgent,
                    action_limit=c.action_limit.limit if c.action_limit else None,
                    action=text(c.action_limit.action) if c.action_limit else None,  # type: ignore[arg-type]
                    seasons=tuple((s.begin, s.end, s.limit) for s in c.seasons),
                )
                for c in small.conditions
            )
            found.append(
                SmallClass(
                    code=small.code,
                    title=text(small.title),  # type: ignore[arg-type]
                    group=group.code,
                    group_title=text(group.title),  # type: ignore[arg-type]
                    catalog=id,
                    lead=small.lead or group.lead,
                    urgency=small.urgency,
                    words=tuple(dict.fromkeys((*small.aliases, *small.keywords))),
                    conditions=conditions,
                )
            )
    return found


def duty_of(row: Mapping[str, Any]) -> Duty:
    """A duty from its stored row."""
    return Duty(
        id=int(row["id"]),
        class_prefix=row["class_prefix"],
        region=row["region"],
        lead=row["lead"],
        cooperating=tuple(row["cooperating"] or ()),
        level=row["level"],
        weekdays=tuple(row["weekdays"] or ()),
        hours=tuple(parse_hours(w) for w in row["hours"] or ()),
        valid_from=_date(row["valid_from"]),
        valid_to=_date(row["valid_to"]),
        clause=(row["clause"] or {}).get("zh", ""),
        source=row["source"],
    )


def _date(value: Any) -> dt.date | None:
    return dt.date.fromisoformat(value) if isinstance(value, str) else value


def duty_rows(pack: str, lists: Mapping[str, DutyList]) -> list[dict[str, Any]]:
    """Declared duties as rows: one for each class beginning and region."""
    rows: list[dict[str, Any]] = []
    for id_, declared in lists.items():
        for duty in declared.duties:
            shared = {
                "source": f"{pack}.{id_}.{duty.id}",
                "weekdays": duty.weekdays,
                "hours": duty.hours,
                "valid_from": duty.valid_from.isoformat() if duty.valid_from else None,
                "valid_to": duty.valid_to.isoformat() if duty.valid_to else None,
                "lead": duty.lead,
                "cooperating": list(duty.cooperating),
                "level": duty.level,
                "clause": text(duty.clause),
            }
            pairs = dict.fromkeys((c, r) for c in duty.classes for r in duty.regions)
            rows.extend({**shared, "class_prefix": c, "region": r} for c, r in pairs)
    return rows
