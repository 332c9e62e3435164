"""The mapping language: how a file's columns become cases, and how their lives went on."""

import datetime as dt
import hashlib
import re
from collections.abc import Mapping as Table
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator
from ruamel.yaml import YAML

from chengshu.base.errors import Problem
from chengshu.base.expressions import Expression, parse

Row = Table[str, str]
Regions = Table[str, Sequence[str]]
"""Codes of the site's regions that a mapping may spread over, by what it calls them: towns, villages."""


class BadValue(ValueError):
    """A value of a row that the mapping cannot use."""

    def __init__(self, field: str, value: str, why: str) -> None:
        self.field, self.value, self.why = field, value, why
        super().__init__(f"{field}: {why} ({value[:80]!r})")


class Declared(BaseModel):
    """A mapping refuses what it does not know."""

    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)


def code_of(name: str) -> str:
    """A class code for a name of another system: readable, at most 32 characters, the same at every run."""
    words = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:23].strip("-") or "x"
    return f"{words}-{hashlib.sha256(name.encode()).hexdigest()[:6]}"


class Value(Declared):
    """One value: where it comes from, then what is done to it, in the order of the keys below."""

    column: str | list[str] | None = Field(default=None, description="A column; of several, the first that is filled")
    const: str | int | float | bool | None = None
    template: str | None = Field(default=None, description="Text with {columns}")
    expression: str | None = Field(default=None, description="A SQL expression over the columns, all of them text")

    find: str | None = Field(default=None, description="A regular expression; its first group, or all it matches")
    lookup: dict[str, Any] | None = None
    otherwise: Any = Field(default=None, description="When the value is empty, or not in the lookup")
    code: bool = Field(default=False, description="Make a class code of a name")
    spread: Literal["towns", "villages"] | None = Field(
        default=None, description="A region of the site, chosen by the value's hash: always the same for the same value"
    )
    most: int | None = Field(default=None, ge=1, description="Cut text to so many characters")
    type: Literal["text", "integer", "number", "time"] = Field(default="text", alias="as")
    format: str | None = Field(default=None, description="Of a time, as in strptime; none: ISO 8601")
    zone: str | None = Field(default=None, description="Where the clock of a time stands")

    @model_validator(mode="after")
    def _one_source(self) -> Self:
        given = [n for n in ("column", "const", "template", "expression") if getattr(self, n) is not None]
        if len(given) != 1:
            raise ValueError(f"exactly one of column, const, template, expression, not {given or 'none'}")
        if (self.type == "time") != bool(self.zone):
            raise ValueError("a time needs its zone, and nothing else has one")
        return self

    @field_validator("zone")
    @classmethod
    def _zone_exists(cls, zone: str | None) -> str | None:
        if zone:
            try:
                ZoneInfo(zone)
            except (ZoneInfoNotFoundError, ValueError) as error:
                raise ValueError(f"there is no zone '{zone}'") from error
        return zone

    @field_validator("find")
    @classmethod
    def _find_compiles(cls, find: str | None) -> str | None:
        try:
            re.compile(find or "")
        except re.error as error:
            raise ValueError(f"'{find}' is no regular expression: {error}") from error
        return find

    def columns(self) -> set[str]:
        """The columns it reads."""
        if self.template is not None:
            return set(re.findall(r"\{([^{}]+)\}", self.template))
        if self.column is None:
            return set()
        return {self.column} if isinstance(self.column, str) else set(self.column)

    def _source(self, name: str, row: Row) -> Any:
        if self.const is not None:
            return self.const
        if self.template is not None:
            return re.sub(r"\{([^{}]+)\}", lambda m: row.get(m[1], "").strip(), self.template).strip()
        if self.expression is not None:
            try:
                return _compiled(self.expression, tuple(row)).function()(row)
            except Problem as problem:
                raise BadValue(name, self.expression, problem.detail("en")) from problem
        names = [self.column] if isinstance(self.column, str) else self.column or []
        texts = [row.get(n, "").strip() for n in names]
        if self.find is None:
            return next((t for t in texts if t), "")
        matched = next((m for t in texts if (m := re.search(self.find, t))), None)
        return "" if matched is None else matched[1] if matched.groups() else matched[0]

    def read(self, name: str, row: Row, regions: Regions) -> Any:
        """The value for a row; None where there is none. Raises BadValue."""
        value = self._source(name, row)
        if self.lookup is not None:
            value = self.lookup.get(str(value), self.otherwise)
        if value in (None, ""):
            value = self.otherwise
        if value in (None, ""):
            return None
        if self.code:
            value = code_of(str(value))
        if self.spread is not None:
            value = spread(str(value), regions.get(self.spread, ()))
        return self._typed(name, value)

    def _typed(self, name: str, value: Any) -> Any:
        try:
            if self.type == "integer":
                return int(float(value))
            if self.type == "number":
                return float(value)
            if self.type == "time":
                return self._time(str(value))
        except ValueError as error:
            raise BadValue(name, str(value), f"is no {self.type}") from error
        if isinstance(value, str) and self.most is not None and len(value) > self.most:
            return value[: self.most - 1] + "…"
        return value

    def _time(self, text: str) -> dt.datetime:
        at = dt.datetime.strptime(text, self.format) if self.format else dt.datetime.fromisoformat(text)  # noqa: DTZ007
        return at if at.tzinfo else at.replace(tzinfo=ZoneInfo(self.zone or "UTC"))


_EXPRESSIONS: dict[tuple[str, tuple[str, ...]], Expression] = {}


def _compiled(text: str, columns: tuple[str, ...]) -> Expression:
    key = (text, columns)
    if key not in _EXPRESSIONS:
        _EXPRESSIONS[key] = parse(text, dict.fromkeys(columns, "text"))
    return _EXPRESSIONS[key]


def spread(value: str, codes: Sequence[str]) -> str | None:
    """One of the codes, always the same for the same value; None where there are none."""
    if not codes:
        return None
    return sorted(codes)[int(hashlib.sha256(value.encode()).hexdigest(), 16) % len(codes)]


class Format(Declared):
    """The file."""

    kind: Literal["csv"] = "csv"
    encoding: str = "utf-8-sig"
    delimiter: str = Field(default=",", min_length=1, max_length=1)


class StepSpec(Declared):
    """A move that the case made; skipped when the flow has already gone past it (`from` names its states)."""

    move: str
    by: str = Field(default="holder", description="holder: whose turn it is; else a login")
    at: Literal["opened", "closed"] = "closed"
    after: float = Field(default=0, ge=0, description="Minutes after that time")
    from_: list[str] = Field(alias="from", min_length=1)
    body: dict[str, Value] = Field(default_factory=dict[str, Value])


class Lifecycle(Declared):
    """How lives go on: times by name, and the steps that are made at them, where the time is there."""

    closed: Value
    steps: list[StepSpec] = Field(min_length=1)


class PackSpec(Declared):
    """How a pack of classes and duties is derived from the file."""

    id: str = Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")
    title: dict[str, str]
    group: str = Field(description="Column of the large class")
    name: str = Field(description="Column of the small class")
    office: Value
    due: Value = Field(description="When it should have been done")
    working_days: bool = Field(default=True, description="Guess working days where targets wander over weekends")


class Mapping(Declared):
    """A file of cases, and what its columns mean."""

    name: str = Field(pattern=r"^[a-z][a-z0-9_]{0,39}$", description="Goes before each source_ref")
    title: dict[str, str]
    site: str | None = Field(default=None, description="The site it was made for, for people to read")
    format: Format = Format()
    id: Value
    opened: Value
    account: str = Field(default="hotline", description="The login that opens the cases")
    case: dict[str, Value] = Field(description="Fields of POST /api/cases; reporter.name and so on by dots")
    lifecycle: Lifecycle | None = None
    clock: Literal["follow", "leave"] = Field(
        default="leave", description="follow: the city's clock is set to each event's time, where the site rehearses"
    )
    pack: PackSpec | None = None

    def columns(self) -> set[str]:
        """All columns that the mapping reads."""
        values = [self.id, self.opened, *self.case.values()]
        if self.lifecycle:
            values += [self.lifecycle.closed, *(v for s in self.lifecycle.steps for v in s.body.values())]
        return {column for value in values for column in value.columns()}


def read_mapping(path: Path) -> Mapping:
    """A mapping file, checked."""
    return Mapping.model_validate(YAML(typ="safe").load(path.read_text(encoding="utf-8")))


def nest(flat: Table[str, Any]) -> dict[str, Any]:
    """`{"reporter.name": x}` as `{"reporter": {"name": x}}`, without what is None."""
    body: dict[str, Any] = {}
    for name, value in flat.items():
        if value is None:
            continue
        *outer, last = name.split(".")
        place = body
        for part in outer:
            place = place.setdefault(part, {})
        place[last] = value
    return body
