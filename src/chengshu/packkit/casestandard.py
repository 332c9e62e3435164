"""Turns a 立案、处置和结案 standard in CSV into class catalogues; ambiguous units are asked for, never guessed."""

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from chengshu.base.limits import Limit
from chengshu.govern.cases.spec import ClassCatalog
from chengshu.packkit.errors import PackBroken, UnitsUnclear

NEEDED = ("big_code", "big_name", "small_code", "small_name", "file_condition", "time_limit", "close_condition")
# units whose meaning the standard itself fixes; a bare 小时, 时, 天 or 日 can mean working or natural time
CLEAR = {
    "紧急工作时": "uh",
    "工作时": "wh",
    "工作小时": "wh",
    "工作日": "wd",
    "自然日": "cd",
    "个工作日": "wd",
    "个工作时": "wh",
}
CHINESE = {
    "一": 1,
    "二": 2,
    "两": 2,
    "三": 3,
    "四": 4,
    "五": 5,
    "六": 6,
    "七": 7,
    "八": 8,
    "九": 9,
    "十": 10,
    "半": 0.5,
}
LIMIT = re.compile(r"([0-9]+(?:\.[0-9]+)?|[一二两三四五六七八九十半])\s*(?:个)?\s*([一-龥]+)")


@dataclass(frozen=True, slots=True)
class Condition:
    """One row of the standard."""

    big: tuple[str, str]
    small: tuple[str, str]
    file_when: str
    limit: tuple[str, str]
    close_when: str
    row: int


def read(content: bytes) -> list[Condition]:
    """The rows of a standard; a row that cannot be read is named."""
    text = content.decode("utf-8-sig")
    reader = csv.DictReader(io.StringIO(text))
    missing = [name for name in NEEDED if name not in (reader.fieldnames or [])]
    if missing:
        shown = "、".join(missing)
        raise PackBroken(
            field="file", value=shown, count=len(missing), first_zh=f"缺少列 {shown}", first=f"missing columns {shown}"
        )
    return [_condition(number, row) for number, row in enumerate(reader, start=2)]


def _condition(number: int, row: Mapping[str, str]) -> Condition:
    said = row["time_limit"].strip()
    match = LIMIT.search(said)
    if match is None:
        raise PackBroken(field=f"row {number}", value=said, count=1, first_zh=f"第 {number} 行时限“{said}”无法识别",
                         first=f"row {number}: limit '{said}' cannot be read")  # fmt: skip
    amount = CHINESE.get(match[1], match[1])
    return Condition(
        (row["big_code"].strip().zfill(2), row["big_name"].strip()),
        (row["small_code"].strip().zfill(2), row["small_name"].strip()),
        row["file_condition"].strip(),
        (str(amount), match[2]),
        row["close_condition"].strip(),
        number,
    )


def units(conditions: Sequence[Condition]) -> dict[str, int]:
    """Units used, with how often."""
    found: dict[str, int] = {}
    for condition in conditions:
        found[condition.limit[1]] = found.get(condition.limit[1], 0) + 1
    return found


def catalogue(conditions: Sequence[Condition], prefix: str, title: str, unit_map: Mapping[str, str]) -> dict[str, Any]:
    """The class catalogue; `prefix` is put before every code: 01 components, 02 events."""
    known = {**CLEAR, **unit_map}
    unclear = {unit: n for unit, n in units(conditions).items() if unit not in known}
    if unclear:
        shown = "、".join(f"{unit}（{n} 处）" for unit, n in unclear.items())
        raise UnitsUnclear(field="time_limit", value="、".join(unclear), units=shown)
    groups: dict[str, dict[str, Any]] = {}
    smalls: dict[str, dict[str, Any]] = {}
    for condition in conditions:
        group = groups.setdefault(
            condition.big[0],
            {"code": f"{prefix}{condition.big[0]}", "title": {"zh": condition.big[1]}, "classes": []},
        )
        code = f"{prefix}{condition.big[0]}{condition.small[0]}"
        if code not in smalls:
            smalls[code] = {"code": code, "title": {"zh": condition.small[1]}, "conditions": []}
            group["classes"].append(smalls[code])
        smalls[code]["conditions"].append(_declared(condition, known, len(smalls[code]["conditions"]) + 1))
    body = {"title": {"zh": title}, "groups": list(groups.values())}
    ClassCatalog.model_validate(body)
    return body


def _declared(condition: Condition, known: Mapping[str, str], number: int) -> dict[str, Any]:
    limit = f"{condition.limit[0]}{known[condition.limit[1]]}"
    Limit.parse(limit)
    declared: dict[str, Any] = {
        "id": f"c{number}",
        "title": {"zh": condition.file_when},
        "limit": limit,
        "close_when": {"zh": condition.close_when},
    }
    if limit.endswith("uh"):
        declared["urgent"] = True
    return declared


def write(body: Mapping[str, Any], file: Path) -> None:
    """Write a catalogue as a declaration."""
    yaml = YAML()
    yaml.default_flow_style = False
    yaml.width = 120
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("w", encoding="utf-8") as out:
        yaml.dump(_quoted(dict(body)), out)


def _quoted(value: Any) -> Any:
    """Codes keep their leading zeros in any YAML reader."""
    from ruamel.yaml.scalarstring import DoubleQuotedScalarString

    if isinstance(value, dict):
        return {k: DoubleQuotedScalarString(v) if k == "code" else _quoted(v) for k, v in value.items()}
    return [_quoted(item) for item in value] if isinstance(value, list) else value


def lines(conditions: Sequence[Condition]) -> Iterator[str]:
    """What was read, for a person."""
    small = len({(c.big[0], c.small[0]) for c in conditions})
    big = len({c.big[0] for c in conditions})
    yield f"{big} 大类 / {small} 小类 / {len(conditions)} 条件"
    for unit, count in units(conditions).items():
        yield f"  {unit}: {count}{'' if unit in CLEAR else '  ← ?'}"
