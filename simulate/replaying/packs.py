"""Derives a pack from a file of cases: its classes, who leads them, and how long they usually may take."""

import datetime as dt
import statistics
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from io import StringIO
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from simulate.replaying.mapping import BadValue, Mapping, PackSpec, code_of
from simulate.replaying.source import Line

HOUR = 3600.0
DAY = 24 * HOUR
LONGEST_WORKING = 15
DEFAULT_LIMIT = "10cd"


@dataclass
class Kind:
    """A class as the file shows it."""

    group: str
    name: str
    offices: Counter[str] = field(default_factory=Counter[str])
    spans: list[float] = field(default_factory=list[float])


def guess_limit(spans: Sequence[float], working_days: bool) -> tuple[str, str]:
    """A limit and how it was guessed. Targets of 48 h on weekdays that become 96 h over a weekend are working days."""
    if not spans:
        return DEFAULT_LIMIT, "no case had a target; ten days assumed"
    typical, low = statistics.median(spans), min(spans) if len(spans) < 10 else statistics.quantiles(spans, n=10)[0]
    high = max(spans) if len(spans) < 10 else statistics.quantiles(spans, n=10)[8]
    if typical < DAY - HOUR / 2:
        hours = max(1, round(typical / HOUR))
        return f"{hours}uh", f"median target {typical / HOUR:.1f} h after opening, under a day: clock hours"
    days = round(low / DAY)
    wanders = high - low >= 0.9 * DAY and 1 <= days <= LONGEST_WORKING
    if working_days and wanders:
        return f"{days}wd", (
            f"targets from {low / DAY:.1f} to {high / DAY:.1f} days, longer over weekends: working days guessed"
        )
    return (
        f"{max(1, round(typical / DAY))}cd",
        f"median target {typical / DAY:.1f} days after opening: calendar days guessed",
    )


def survey(mapping: Mapping, spec: PackSpec, lines: Iterable[Line]) -> dict[str, Kind]:
    """The classes of a file by name; rows that cannot be read are left to the replay to report."""
    kinds: dict[str, Kind] = {}
    for line in lines:
        name = line.row.get(spec.name, "").strip()
        if line.fault or not name:
            continue
        kind = kinds.setdefault(name, Kind(line.row.get(spec.group, "").strip() or name, name))
        try:
            office = spec.office.read("office", line.row, {})
            opened = mapping.opened.read("opened", line.row, {})
            due = spec.due.read("due", line.row, {})
        except BadValue:
            continue
        if office:
            kind.offices[str(office)] += 1
        if isinstance(opened, dt.datetime) and isinstance(due, dt.datetime) and due > opened:
            kind.spans.append((due - opened).total_seconds())
    return kinds


def _groups(kinds: dict[str, Kind], spec: PackSpec) -> list[dict[str, Any]]:
    by_group: dict[str, list[Kind]] = defaultdict(list)
    for kind in kinds.values():
        by_group[kind.group].append(kind)
    groups: list[dict[str, Any]] = []
    for name, members in sorted(by_group.items()):
        classes: list[dict[str, Any]] = []
        for kind in sorted(members, key=lambda k: k.name):
            limit, how = guess_limit(kind.spans, spec.working_days)
            condition = {
                "id": "target",
                "title": {
                    "zh": f"按原系统目标时限（{len(kind.spans)} 件）",
                    "en": f"Target of the source: {how}"[:300],
                },
                "limit": limit,
                "close_when": {"zh": "原系统记录已关闭", "en": "Closed in the source"},
            }
            classes.append(
                {"code": code_of(kind.name), "title": {"zh": kind.name, "en": kind.name}, "conditions": [condition]}
            )
        groups.append({"code": code_of(name), "title": {"zh": name, "en": name}, "classes": classes})
    return groups


FLOW: dict[str, Any] = {
    "title": {"zh": "服务请求", "en": "Service request"},
    "kind": "case",
    "start": "reported",
    "states": {
        "reported": {
            "title": {"zh": "待受理", "en": "Reported"}, "stage": "collect", "work": {"task": "file", "holder": "center"},
        },
        "filed": {
            "title": {"zh": "待派遣", "en": "Waiting for dispatch"}, "stage": "dispatch",
            "work": {"task": "dispatch", "holder": "center"},
        },
        "handling": {
            "title": {"zh": "处置中", "en": "In hand"}, "stage": "handle",
            "work": {"task": "handle", "holder": "lead", "clock": "handle"},
        },
        "closed": {"title": {"zh": "已关闭", "en": "Closed"}, "stage": "rate", "closed": True},
        "rated": {"title": {"zh": "已评价", "en": "Rated"}, "stage": "rate", "closed": True, "terminal": True},
    },
    "tasks": {
        "file": {"title": {"zh": "受理", "en": "Take up"}},
        "dispatch": {"title": {"zh": "派遣", "en": "Dispatch"}},
        "handle": {"title": {"zh": "处置", "en": "Handle"}, "handles": True},
    },
    "clocks": {
        "handle": {"title": {"zh": "处置时限", "en": "Handling"}, "limit": "10cd", "runs_in": ["handling"], "main": True},
    },
    "moves": {
        "file": {
            "title": {"zh": "受理", "en": "Take up"}, "from": ["reported"], "to": "filed", "by": ["center"],
            "operation": "cases.file", "tone": "primary",
        },
        "dispatch": {
            "title": {"zh": "派遣", "en": "Dispatch"}, "from": ["filed"], "to": "handling", "by": ["center", "holder"],
            "operation": "cases.dispatch", "tone": "primary",
            "fields": [{"name": "lead", "title": {"zh": "主办单位", "en": "Office"}, "type": "org", "required": True}],
            "effects": [{"do": "lead", "field": "lead"}],
        },
        "close": {
            "title": {"zh": "关闭", "en": "Close"}, "from": ["handling"], "to": "closed", "by": ["holder"],
            "operation": "cases.handle", "tone": "primary",
            "fields": [{"name": "reason", "title": {"zh": "结果", "en": "Result"}, "type": "textarea", "max": 1000}],
        },
        "rate": {
            "title": {"zh": "评价", "en": "Rate"}, "from": ["closed"], "to": "rated", "by": ["reporter"],
            "operation": "cases.report",
            "fields": [{"name": "grade", "title": {"zh": "评价", "en": "Grade"}, "type": "rating", "required": True}],
        },
    },
}  # fmt: skip


def make_pack(mapping: Mapping, lines: Iterable[Line], target: Path) -> dict[str, int]:
    """Write the pack below `target`; returns what it holds. An existing folder of the pack is written over."""
    spec = mapping.pack
    if spec is None:
        raise BadValue("pack", mapping.name, "the mapping does not say how to derive a pack")
    kinds = survey(mapping, spec, lines)
    folder = target / spec.id
    title = {"zh": spec.title.get("zh", spec.id), "en": spec.title.get("en", spec.id)}
    groups = _groups(kinds, spec)
    duties = [
        {"id": code_of(kind.name).replace("-", "_"), "classes": [code_of(kind.name)], "lead": f"org:{lead}"}
        for kind in sorted(kinds.values(), key=lambda k: k.name)
        if (lead := next((office for office, _ in kind.offices.most_common(1)), None))
    ]
    channels = ["grid", "citizen", "hotline", "staff", "api", "device"]
    none = {"report": 0, "before": 0, "after": 0, "verify": 0}
    case = {
        "title": title,
        "flow": "service_request",
        "evidence": none,
        "channels": channels,
        "dispatch": {"automatic": True, "file_automatically": True, "trusted": channels},
    }
    description = {
        "zh": "由回放映射从来源文件推得：类别、责任单位取自原记录；时限为目标时间与登记时间之差的典型值，单位为推测。",
        "en": "Derived from the source file: classes and offices as recorded; limits are typical spans, their unit a guess.",
    }
    _write(folder / "pack.yaml", {"title": title, "description": description, "domain": "replay", "version": "1.0.0"})
    _write(folder / "flows" / "service_request.yaml", FLOW)
    _write(folder / "classes" / "classes.yaml", {"title": title, "groups": groups})
    _write(folder / "duties" / "duties.yaml", {"title": title, "duties": duties})
    _write(folder / "cases" / "request.yaml", case)
    return {"groups": len(groups), "classes": len(kinds), "duties": len(duties)}


def _write(path: Path, data: dict[str, Any]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    yaml = YAML()
    yaml.width = 120
    yaml.allow_unicode = True
    yaml.representer.ignore_aliases = lambda data: True
    text = StringIO()
    yaml.dump(data, text)
    path.write_text(text.getvalue(), encoding="utf-8")
