"""What a pack may declare for cases: case types (`cases/*.yaml`), classes (`classes/*.yaml`), duties (`duties/*.yaml`)."""

import datetime as dt
import re
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from chengshu.base.limits import Limit, LimitInvalid

MONTH_DAY = re.compile(r"^(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$")
OWNER = re.compile(r"^(org:)?[a-z0-9_]+$")
CODE = re.compile(r"^[0-9A-Za-z][0-9A-Za-z_.-]{0,31}$")


def _matching(pattern: re.Pattern[str], remedy: str) -> AfterValidator:
    def check(value: str) -> str:
        if not pattern.match(value):
            raise ValueError(f"“{value}” does not fit: {remedy}")
        return value

    return AfterValidator(check)


def _limit(value: str) -> str:
    try:
        Limit.parse(value)
    except LimitInvalid as error:
        raise ValueError(f"{error.detail('en')}; {error.remedy['en']}") from error
    return value


LimitText = Annotated[str, AfterValidator(_limit)]
MonthDay = Annotated[str, _matching(MONTH_DAY, "month-day like 03-01")]
OwnerRef = Annotated[str, _matching(OWNER, "an office like org:water")]
ClassCode = Annotated[str, _matching(CODE, "letters and digits, at most 32")]
Channel = Literal["grid", "citizen", "hotline", "staff", "api", "device"]
Urgency = Literal["normal", "urgent", "critical"]


class Declared(BaseModel):
    """A declaration refuses what it does not know."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Text(Declared):
    """A text in Chinese and, from the level `ready` on, in English."""

    zh: str = Field(min_length=1, max_length=2000)
    en: str | None = Field(default=None, max_length=2000)


class ExtraField(Declared):
    """A field of a case type beyond what every case has."""

    title: Text
    type: Literal["text", "textarea", "select", "integer", "number", "boolean", "date", "datetime"] = "text"
    required: bool = False
    options: list[str] = Field(default_factory=list[str])
    max: int | None = Field(default=None, ge=1, le=5000)
    help: Text | None = None
    public: bool = Field(default=False, description="Citizens are asked for it, too")

    @model_validator(mode="after")
    def _options_fit(self) -> "ExtraField":
        if (self.type == "select") != bool(self.options):
            raise ValueError("options belong to type select, and select needs them")
        return self


class Limits(Declared):
    """How long each stage may take; the condition of the class decides over `handle`."""

    file: LimitText = "30min"
    dispatch: LimitText = "2wh"
    respond: LimitText | None = Field(default=None, description="Until the office accepts or arrives")
    handle: LimitText = "5wd"
    verify: LimitText = "1wd"
    close: LimitText = "1wd"
    urgent: LimitText = Field(default="4uh", description="Instead of handle when urgent and the class has no condition")
    critical: LimitText = "2uh"


class Evidence(Declared):
    """How many photos a step needs at least."""

    report: int = Field(default=0, ge=0, le=9)
    before: int = Field(default=1, ge=0, le=9)
    after: int = Field(default=1, ge=0, le=9)
    verify: int = Field(default=1, ge=0, le=9)


class Rating(Declared):
    """Five grades, 1 the best; a bad grade opens a return visit."""

    days: int = Field(default=30, ge=1, le=365, description="How long after closing a rating is taken")
    bad: list[int] = Field(default=[4, 5])
    revisit: bool = True
    reopen_days: int = Field(default=15, ge=0, le=365, description="How long after closing the reporter may reopen")


class Dispatch(Declared):
    """When a case is filed and dispatched without a person."""

    automatic: bool = Field(
        default=False, description="Dispatch when exactly one duty answers and the class is certain"
    )
    certainty: float = Field(default=0.6, ge=0, le=1, description="Share of the class model that counts as certain")
    file_automatically: bool = Field(default=False, description="Also file without a person when the class is certain")
    trusted: list[Channel] = Field(
        default=["hotline", "staff", "grid"], description="Channels whose own choice of class counts as certain"
    )


class CaseType(Declared):
    """`cases/<id>.yaml`: a kind of case, its flow, classes, limits, evidence and rating."""

    title: Text
    description: Text | None = None
    flow: str = Field(pattern=r"^([a-z0-9_]+\.)?[a-z0-9_]+$", description="A flow of this pack, or pack.id")
    about: str | None = Field(default=None, description="The resource a case is about")
    classes_root: str | None = Field(default=None, description="Codes of its classes begin with this; none: all")
    channels: list[Channel] = Field(default=["grid", "citizen", "hotline", "staff", "api", "device"])
    fields: dict[str, ExtraField] = Field(default_factory=dict[str, ExtraField])
    lead: OwnerRef | None = Field(default=None, description="Leads when neither duty list nor class says who")
    limits: Limits = Limits()
    evidence: Evidence = Evidence()
    rating: Rating = Rating()
    dispatch: Dispatch = Dispatch()

    @model_validator(mode="after")
    def _field_names_fit(self) -> "CaseType":
        for name in self.fields:
            if not re.match(r"^[a-z][a-z0-9_]{0,40}$", name):
                raise ValueError(f"field name “{name}” does not fit: small letters, digits and _")
        return self


class Season(Declared):
    """Another limit in a part of the year, e.g. planting time."""

    title: Text | None = None
    begin: MonthDay
    end: MonthDay
    limit: LimitText


class ActionLimit(Declared):
    """A first action that has its own limit, e.g. 制止 within one hour."""

    action: Text
    limit: LimitText


class ConditionSpec(Declared):
    """立案条件 with its limit and its closing test."""

    id: str = Field(pattern=r"^[a-z0-9_]{1,40}$")
    title: Text
    limit: LimitText
    close_when: Text
    urgent: bool = False
    action_limit: ActionLimit | None = None
    seasons: list[Season] = Field(default_factory=list[Season])


class SmallClassSpec(Declared):
    """小类."""

    code: ClassCode
    title: Text
    aliases: list[str] = Field(default_factory=list[str], description="Other names people use")
    keywords: list[str] = Field(default_factory=list[str], description="Words that hint at it")
    urgency: Urgency = "normal"
    lead: OwnerRef | None = None
    conditions: list[ConditionSpec] = Field(default_factory=list[ConditionSpec])

    @model_validator(mode="after")
    def _ids_are_unique(self) -> "SmallClassSpec":
        ids = [c.id for c in self.conditions]
        if len(set(ids)) != len(ids):
            raise ValueError(f"class {self.code}: condition ids are not unique")
        return self


class ClassGroup(Declared):
    """大类."""

    code: ClassCode
    title: Text
    lead: OwnerRef | None = None
    classes: list[SmallClassSpec] = Field(min_length=1)


class ClassCatalog(Declared):
    """`classes/<id>.yaml`: large classes with their small classes, conditions, limits and closing tests."""

    title: Text
    description: Text | None = None
    groups: list[ClassGroup] = Field(min_length=1)

    @model_validator(mode="after")
    def _codes_are_unique(self) -> "ClassCatalog":
        seen: set[str] = set()
        for code in [c.code for g in self.groups for c in g.classes]:
            if code in seen:
                raise ValueError(f"class code {code} is given twice")
            seen.add(code)
        return self


class DutySpec(Declared):
    """One duty; an empty `region` is the whole county, an empty `classes` is every class."""

    id: str = Field(pattern=r"^[a-z0-9_]{1,60}$")
    classes: list[str] = Field(min_length=1, description="Beginnings of class codes")
    regions: list[str] = Field(default=[""], description="Region codes; each counts with all below it")
    weekdays: list[Annotated[int, Field(ge=1, le=7)]] = Field(default_factory=list[int], description="1 is Monday")
    hours: list[Annotated[str, Field(pattern=r"^\d\d:\d\d-\d\d:\d\d$")]] = Field(default_factory=list[str])
    valid_from: dt.date | None = None
    valid_to: dt.date | None = None
    lead: OwnerRef
    cooperating: list[OwnerRef] = Field(default_factory=list[str])
    level: Literal["county", "town", "village", "grid"] = "county"
    clause: Text | None = Field(
        default=None, description="The clause of the duty list, cited when a case is handed back"
    )

    @model_validator(mode="after")
    def _times_fit(self) -> "DutySpec":
        if self.valid_from and self.valid_to and self.valid_to < self.valid_from:
            raise ValueError(f"duty {self.id}: valid_to lies before valid_from")
        for window in self.hours:
            parse_hours(window)
        return self


class DutyList(Declared):
    """`duties/<id>.yaml`: 权责清单."""

    title: Text
    basis: Text | None = None
    duties: list[DutySpec] = Field(min_length=1)

    @model_validator(mode="after")
    def _ids_are_unique(self) -> "DutyList":
        ids = [d.id for d in self.duties]
        if len(set(ids)) != len(ids):
            raise ValueError("duty ids are not unique")
        return self


def parse_hours(window: str) -> tuple[dt.time, dt.time]:
    """`08:00-18:00` as two times; a window may run over midnight (`18:00-08:00`), `24:00` is the day's end."""
    begin, end = window.split("-")
    return _time(begin), _time(end)


def _time(text: str) -> dt.time:
    if text == "24:00":
        return dt.time.max
    try:
        return dt.time.fromisoformat(text)
    except ValueError as error:
        raise ValueError(f"“{text}” is no time of day: write 08:00") from error


def text(value: Text | None) -> dict[str, str]:
    """A declared text as the plain pair that other code carries."""
    return {} if value is None else {k: v for k, v in value.model_dump().items() if v}


def body(declared: BaseModel) -> dict[str, Any]:
    """A declaration as it is kept in the database."""
    return declared.model_dump(mode="json", exclude_none=True)
