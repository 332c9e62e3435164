"""What a row must be to be taken: every fault is found, each with its field."""

import math
import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from chengshu.data.resources.contracts import Fault
from chengshu.data.resources.spec import FieldSpec, ResourceSpec

LONGEST = 4000
PHONE = re.compile(r"(\+?86-?)?(1[3-9]\d{9}|0\d{2,3}-?\d{7,8}(-\d{1,5})?|[48]00-?\d{3}-?\d{4}|\d{3,6})")
CODE = re.compile(r"[0-9A-Za-z][0-9A-Za-z._\-]*")
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
TRUE, FALSE = {"true", "1", "是", "yes", "y", "有"}, {"false", "0", "否", "no", "n", "无"}


class Wrong(Exception):
    """A value that does not fit, said in both languages."""

    def __init__(self, zh: str, en: str) -> None:
        self.zh = zh
        self.en = en
        super().__init__(zh)


def is_id_card(number: str) -> bool:
    """Whether the check character of a citizen number (GB 11643) fits."""
    if not re.fullmatch(r"\d{17}[\dX]", number):
        return False
    total = sum(int(digit) * weight for digit, weight in zip(number, WEIGHTS, strict=False))
    return "10X98765432"[total % 11] == number[-1]


def _text(value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int | float | Decimal):
        raise Wrong("应为文字", "text expected")
    if isinstance(value, float) and value.is_integer():
        value = int(value)  # a code typed into a spreadsheet arrives as 320282.0
    text = str(value).strip()
    if len(text) > LONGEST or "\x00" in text:
        raise Wrong(f"不能超过 {LONGEST} 字", f"at most {LONGEST} characters")
    return text


def _number(value: Any) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, str | int | float | Decimal):
        raise Wrong("应为数字", "a number expected")
    try:
        number = Decimal(str(value).strip().replace(",", ""))
    except InvalidOperation:
        raise Wrong("应为数字", "a number expected") from None
    if not number.is_finite() or abs(number) >= Decimal(10) ** 18:
        raise Wrong("数字过大", "number too large")
    return number


def _integer(value: Any) -> int:
    number = _number(value)
    if number != number.to_integral_value():
        raise Wrong("应为整数", "a whole number expected")
    return int(number)


def _boolean(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    word = str(value).strip().lower()
    if word in TRUE or word in FALSE:
        return word in TRUE
    raise Wrong("应为是或否", "true or false expected")


def _date(value: Any) -> str:
    if isinstance(value, datetime | date):
        return value.isoformat()[:10]
    text = str(value).strip().replace("/", "-").replace(".", "-")
    match = re.fullmatch(r"(\d{4})-(\d{1,2})-(\d{1,2})", text)
    try:
        return date(*map(int, match.groups())).isoformat() if match else _fail_date()
    except ValueError:
        return _fail_date()


def _fail_date() -> str:
    raise Wrong("应为日期，如 2024-03-01", "a date expected, like 2024-03-01")


def _datetime(value: Any) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    try:
        return datetime.fromisoformat(str(value).strip().replace("/", "-")).isoformat()
    except ValueError:
        raise Wrong("应为时间，如 2024-03-01T08:30", "a time expected, like 2024-03-01T08:30") from None


def _phone(value: Any) -> str:
    text = _text(value)
    if not PHONE.fullmatch(text):
        raise Wrong("不是电话号码", "not a telephone number")
    return text


def _id_card(value: Any) -> str:
    text = _text(value).upper()
    if not is_id_card(text):
        raise Wrong("身份证号码校验不通过", "the check character of the citizen number does not fit")
    return text


def _code(value: Any) -> str:
    text = _text(value)
    if not CODE.fullmatch(text):
        raise Wrong("代码只能含字母、数字及 . _ -", "a code has letters, digits and . _ - only")
    return text


READ: dict[str, Callable[[Any], Any]] = {
    "text": _text, "ref": _text, "choice": _text, "code": _code, "phone": _phone, "id_card": _id_card,
    "integer": _integer, "decimal": _number, "boolean": _boolean, "date": _date, "datetime": _datetime,
}  # fmt: skip


def accept_value(field: FieldSpec, value: Any) -> Any:
    """The value as it is stored; None and the empty text mean nothing."""
    if value is None or (isinstance(value, str) and not value.strip()):
        if field.required:
            raise Wrong("必填", "required")
        return None
    accepted = READ[field.type](value)
    if field.options:
        accepted = _choose(field, accepted)
    if field.pattern and not re.fullmatch(field.pattern, str(accepted)):
        raise Wrong(f"格式应为 {field.pattern}", f"does not fit the pattern {field.pattern}")
    _check_range(field, accepted)
    return accepted


def _choose(field: FieldSpec, value: str) -> str:
    options = field.options or {}
    if value in options:
        return value
    for key, title in options.items():
        if value in (title.zh, title.en):
            return key
    shown = "、".join(f"{key}({title.zh})" for key, title in options.items())
    raise Wrong(f"应为 {shown} 之一", f"one of {', '.join(options)} expected")


def _check_range(field: FieldSpec, value: Any) -> None:
    size = len(value) if isinstance(value, str) else value
    if isinstance(size, bool) or not isinstance(size, int | Decimal):
        return
    what = ("长度", "length") if isinstance(value, str) else ("数值", "value")
    if field.min is not None and size < Decimal(str(field.min)):
        raise Wrong(f"{what[0]}不能小于 {field.min:g}", f"{what[1]} must be at least {field.min:g}")
    if field.max is not None and size > Decimal(str(field.max)):
        raise Wrong(f"{what[0]}不能大于 {field.max:g}", f"{what[1]} must be at most {field.max:g}")


def accept_shape(kind: str, value: Any) -> dict[str, Any]:
    """A place as GeoJSON geometry: a point as {lon, lat}, others as GeoJSON of the declared kind."""
    if kind == "point":
        if not isinstance(value, Mapping):
            raise Wrong("应为 {lon, lat}", "{lon, lat} expected")
        return {"type": "Point", "coordinates": _position([value.get("lon"), value.get("lat")])}
    names = {"line": ("LineString", "MultiLineString"), "polygon": ("Polygon", "MultiPolygon")}[kind]
    if not isinstance(value, Mapping) or value.get("type") not in names:
        raise Wrong(f"应为 GeoJSON {names[0]}", f"GeoJSON {names[0]} expected")
    positions = _flatten(value.get("coordinates"), 0)
    if len(positions) < (4 if kind == "polygon" else 2):
        raise Wrong("坐标点过少", "too few positions")
    return {"type": value["type"], "coordinates": value["coordinates"]}


def _position(pair: list[Any]) -> list[float]:
    try:
        lon, lat = (float(part) for part in pair[:2])
    except (TypeError, ValueError):
        raise Wrong("经纬度应为数字", "longitude and latitude must be numbers") from None
    if not (math.isfinite(lon) and math.isfinite(lat) and 70 <= lon <= 140 and 0 <= lat <= 60):
        raise Wrong("经度应在 70–140,纬度应在 0–60", "longitude 70 to 140, latitude 0 to 60 expected")
    return [lon, lat]


def _flatten(part: Any, depth: int) -> list[list[float]]:
    if not isinstance(part, list) or depth > 3:
        raise Wrong("坐标结构有误", "coordinates are not well formed")
    if part and not isinstance(part[0], list):
        return [_position(part)]
    return [position for inner in part for position in _flatten(inner, depth + 1)]


def bounds(shape: Mapping[str, Any]) -> str:
    """The box around a geometry in PostgreSQL's writing."""
    coordinates = shape["coordinates"]
    positions = [coordinates] if shape["type"] == "Point" else _flatten(coordinates, 0)
    lons, lats = [p[0] for p in positions], [p[1] for p in positions]
    return f"(({max(lons)!r},{max(lats)!r}),({min(lons)!r},{min(lats)!r}))"


def accept(
    spec: ResourceSpec, given: Mapping[str, Any], *, partial: bool = False, row: int | None = None
) -> tuple[dict[str, Any], list[Fault]]:
    """The columns to store and every fault; `partial` takes only what is given (an update)."""
    columns: dict[str, Any] = {}
    faults: list[Fault] = []
    fields = spec.live()
    extra = {spec.shape, spec.scope} - {None}
    for name in given:
        if name not in fields and name not in extra:
            faults.append(Fault(row, name, given[name], "没有这个字段", "there is no such field"))
    for name, field in fields.items():
        if partial and name not in given:
            continue
        try:
            columns[name] = accept_value(field, given.get(name, field.default))
        except Wrong as wrong:
            faults.append(Fault(row, name, given.get(name), wrong.zh, wrong.en))
    if spec.shape and given.get(spec.shape) is not None:
        try:
            columns["_shape"] = accept_shape(spec.geometry or "point", given[spec.shape])
            columns["_place"] = bounds(columns["_shape"])
        except Wrong as wrong:
            faults.append(Fault(row, spec.shape, given[spec.shape], wrong.zh, wrong.en))
    return columns, faults


def key_of(spec: ResourceSpec, columns: Mapping[str, Any]) -> str:
    """The key of a row as it stands in its address."""
    return "~".join(str(columns[name]) for name in spec.key)
