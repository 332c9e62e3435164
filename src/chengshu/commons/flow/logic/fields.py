"""What a person filled in for a move: checked against the declared fields, refused by name."""

import datetime as dt
import re
from collections.abc import Callable, Mapping
from typing import Any, cast

from chengshu.commons.flow.errors import FieldWrong, NeedMissing
from chengshu.commons.flow.spec import FieldSpec, MoveSpec

TEXT_MOST = 4000
ITEMS_MOST = 50
_CODE = re.compile(r"[0-9A-Za-z_.:-]{1,80}")
_HASH = re.compile(r"[0-9a-f]{64}")


class _Wrong(Exception):
    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.zh, self.en = zh, en


def read_fields(move: MoveSpec, given: Mapping[str, Any], have: frozenset[str] = frozenset()) -> dict[str, Any]:
    """The values of a move's fields in their types; empty ones are left out. Unknown, wrong and missing ones are refused."""
    specs = {f.name: f for f in move.fields}
    for name, value in given.items():
        if name not in specs and not _empty(value):
            known = "、".join(specs) or "无"
            raise FieldWrong(
                field=name,
                value=value,
                title=name,
                why=f"“{move.title.zh}”没有这一项，可填：{known}",
                why_en=f"this move has no such field; it has: {', '.join(specs) or 'none'}",
            )
    values: dict[str, Any] = {}
    for name, spec in specs.items():
        value = given.get(name, spec.default)
        if _empty(value):
            if spec.required or (name in move.needs and name not in have):
                raise _missing(move, spec.title.zh, name)
            continue
        try:
            values[name] = READERS[spec.type](spec, value)
        except _Wrong as wrong:
            raise FieldWrong(field=name, value=value, title=spec.title.zh, why=wrong.zh, why_en=wrong.en) from None
    for need in move.needs:
        if need not in specs and need not in have:
            raise _missing(move, need, need)
    return values


def _missing(move: MoveSpec, title: str, name: str) -> NeedMissing:
    return NeedMissing(field=name, move=move.title.zh, title=title)


def _empty(value: Any) -> bool:
    return value is None or value in ("", [], ()) or (isinstance(value, str) and not value.strip())


def _text(spec: FieldSpec, value: Any) -> str:
    if not isinstance(value, str):
        raise _Wrong("应为文字", "a text is expected")
    text = value.strip()
    if "\x00" in text:
        raise _Wrong("含有不可用的字符", "it holds a character that cannot be stored")
    if len(text) > (most := spec.max or TEXT_MOST):
        raise _Wrong(f"最多 {most} 字，现有 {len(text)} 字", f"at most {most} characters, there are {len(text)}")
    return text


def _select(spec: FieldSpec, value: Any) -> str:
    known = [o.value for o in spec.options]
    if value not in known:
        raise _Wrong(f"可选：{'、'.join(known)}", f"one of {', '.join(known)}")
    return value


def _code(_spec: FieldSpec, value: Any) -> str:
    if not isinstance(value, str) or not _CODE.fullmatch(value):
        raise _Wrong("应为编码", "a code is expected")
    return value


def _items(spec: FieldSpec, value: Any, read: Callable[[FieldSpec, Any], str]) -> list[str]:
    if not isinstance(value, list):
        raise _Wrong("应为列表", "a list is expected")
    items = cast(list[Any], value)
    if len(items) > (most := spec.max or ITEMS_MOST):
        raise _Wrong(f"最多 {most} 项", f"at most {most} items")
    return list(dict.fromkeys(read(spec, item) for item in items))


def _photo(_spec: FieldSpec, value: Any) -> str:
    if not isinstance(value, str) or not _HASH.fullmatch(value):
        raise _Wrong("应为已上传文件的摘要（64 位十六进制）", "the hash of an uploaded file is expected")
    return value


def _integer(spec: FieldSpec, value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise _Wrong("应为整数", "a whole number is expected")
    if not 0 <= value <= (most := spec.max or 2**31):
        raise _Wrong(f"应在 0 到 {most} 之间", f"between 0 and {most}")
    return value


def _rating(_spec: FieldSpec, value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= 5:
        raise _Wrong("应为 1（非常满意）到 5（非常不满意）", "1 (very satisfied) to 5 (very unsatisfied)")
    return value


def _boolean(_spec: FieldSpec, value: Any) -> bool:
    if not isinstance(value, bool):
        raise _Wrong("应为是或否", "true or false")
    return value


def _datetime(_spec: FieldSpec, value: Any) -> str:
    try:
        moment = dt.datetime.fromisoformat(value)
    except (TypeError, ValueError):
        raise _Wrong("应为时间，如 2026-03-01T09:00:00+08:00", "a time like 2026-03-01T09:00:00+08:00") from None
    if moment.tzinfo is None:
        raise _Wrong("时间缺少时区，如 +08:00", "the time lacks its zone, e.g. +08:00")
    return moment.isoformat()


def _matter(_spec: FieldSpec, value: Any) -> int:
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= 18:
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int) or not 0 < value < 2**63:
        raise _Wrong("应为案件编号（id）", "the id of a case is expected")
    return value


READERS: dict[str, Callable[[FieldSpec, Any], Any]] = {
    "text": _text,
    "textarea": _text,
    "select": _select,
    "multiselect": lambda s, v: _items(s, v, _select),
    "org": _code,
    "orgs": lambda s, v: _items(s, v, _code),
    "region": _code,
    "class": _code,
    "person": _code,
    "integer": _integer,
    "datetime": _datetime,
    "photos": lambda s, v: _items(s, v, _photo),
    "rating": _rating,
    "boolean": _boolean,
    "case": _matter,
}
