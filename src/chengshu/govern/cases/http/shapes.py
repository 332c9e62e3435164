"""Wire shapes that come in."""

import datetime as dt
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from chengshu.govern.cases.contracts import OpenCase

Degrees = Annotated[float, Field(allow_inf_nan=False, ge=-180, le=180)]


def _storable(text: str) -> str:
    if any(c == "\x00" or "\ud800" <= c <= "\udfff" for c in text):
        raise ValueError("holds characters that cannot be kept (NUL or half a character)")
    return text


def _moment(at: dt.datetime) -> dt.datetime:
    if not 1900 <= at.year <= 2200:
        raise ValueError("a time between the years 1900 and 2200 is expected")
    return at


def _plain(value: Any, depth: int = 0) -> Any:
    """Refuse what cannot be kept as JSON: half characters, endless numbers, endless nesting."""
    if depth > 5:
        raise ValueError("nested too deeply")
    if isinstance(value, str):
        return _storable(value)
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, int | float):
        if not abs(value) < 2**53:
            raise ValueError("the number is too large")
        return value
    children = [*value.keys(), *value.values()] if isinstance(value, dict) else value
    for child in children:
        _plain(child, depth + 1)
    return value


Storable = Annotated[str, AfterValidator(_storable)]
Moment = Annotated[dt.datetime, AfterValidator(_moment)]
PlainBody = Annotated[dict[str, Any], AfterValidator(_plain)]
Id = Annotated[int, Field(ge=1, lt=2**63)]
Hash = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class Incoming(BaseModel):
    """What comes in names only fields that exist."""

    model_config = ConfigDict(extra="forbid")


class ReporterIn(Incoming):
    """Who reports, as far as they say."""

    name: Storable | None = Field(default=None, max_length=60)
    phone: Storable | None = Field(default=None, max_length=30, pattern=r"^[0-9+() -]*$")
    anonymous: bool = False


class SuggestIn(Incoming):
    """What is known so far."""

    text: Storable = Field(default="", max_length=20_000)
    type: Storable | None = Field(default=None, max_length=120)
    channel: Storable = "staff"
    title: Storable | None = Field(default=None, max_length=400)
    lon: Degrees | None = None
    lat: Degrees | None = None
    datum: Storable | None = Field(default=None, max_length=20)
    address: Storable | None = Field(default=None, max_length=400)
    region: Storable | None = Field(default=None, max_length=40)
    class_: Storable | None = Field(default=None, alias="class", max_length=40)
    condition: Storable | None = Field(default=None, max_length=40)

    def asked(self) -> OpenCase:
        """The same as the service takes it."""
        return OpenCase(
            type=self.type or "", channel=self.channel, text=self.text, title=self.title or None,
            class_code=self.class_ or None, condition=self.condition or None, lon=self.lon, lat=self.lat,
            datum=self.datum or None, address=self.address, region=self.region or None,
        )  # fmt: skip


class CaseCreate(Incoming):
    """A new case."""

    type: Storable = Field(max_length=120)
    channel: Literal["grid", "citizen", "hotline", "staff", "api", "device"] = "staff"
    text: Storable = Field(max_length=20_000)
    title: Storable | None = Field(default=None, max_length=400)
    class_: Storable | None = Field(default=None, alias="class", max_length=40)
    condition: Storable | None = Field(default=None, max_length=40)
    urgency: Literal["normal", "urgent", "critical"] | None = None
    lon: Degrees | None = None
    lat: Degrees | None = None
    datum: Storable | None = Field(default=None, max_length=20)
    address: Storable | None = Field(default=None, max_length=400)
    region: Storable | None = Field(default=None, max_length=40)
    reporter: ReporterIn | None = None
    source_ref: Storable | None = Field(default=None, max_length=120)
    occurred_at: Moment | None = None
    attachments: list[Hash] = Field(default_factory=list[Hash], max_length=9)
    merge_into: Id | None = None
    fields: PlainBody = Field(default_factory=dict[str, Any])

    def asked(self) -> OpenCase:
        """The same as the service takes it."""
        return OpenCase(
            type=self.type, channel=self.channel, text=self.text, title=self.title or None,
            class_code=self.class_ or None, condition=self.condition or None, urgency=self.urgency, lon=self.lon,
            lat=self.lat, datum=self.datum or None, address=self.address, region=self.region or None,
            reporter=self.reporter.model_dump(exclude_none=True) if self.reporter else None,
            source_ref=self.source_ref or None, occurred_at=self.occurred_at,
            attachments=tuple(dict.fromkeys(self.attachments)), merge_into=self.merge_into, fields=self.fields,
        )  # fmt: skip


class DutyIn(Incoming):
    """A duty of the county's own."""

    class_prefix: Storable = Field(alias="class", max_length=32)
    region: Storable = Field(default="", max_length=15, pattern=r"^[0-9]*$")
    weekdays: list[Annotated[int, Field(ge=1, le=7)]] = Field(default_factory=list[int], max_length=7)
    hours: list[Annotated[str, Field(pattern=r"^\d\d:\d\d-\d\d:\d\d$")]] = Field(
        default_factory=list[str], max_length=5
    )
    valid_from: dt.date | None = None
    valid_to: dt.date | None = None
    lead: Storable = Field(max_length=80)
    cooperating: list[Storable] = Field(default_factory=list[str], max_length=9)
    level: Literal["county", "town", "village", "grid"] = "county"
    clause: Storable | None = Field(default=None, max_length=1000)

    def values(self) -> dict[str, Any]:
        """The same as the service takes it."""
        return {**self.model_dump(exclude={"clause"}), "clause": {"zh": self.clause} if self.clause else {}}


class DutyPatch(Incoming):
    """What changes of a duty."""

    class_prefix: Storable | None = Field(default=None, alias="class", max_length=32)
    region: Storable | None = Field(default=None, max_length=15, pattern=r"^[0-9]*$")
    weekdays: list[Annotated[int, Field(ge=1, le=7)]] | None = Field(default=None, max_length=7)
    hours: list[Annotated[str, Field(pattern=r"^\d\d:\d\d-\d\d:\d\d$")]] | None = Field(default=None, max_length=5)
    valid_from: dt.date | None = None
    valid_to: dt.date | None = None
    lead: Storable | None = Field(default=None, max_length=80)
    cooperating: list[Storable] | None = Field(default=None, max_length=9)
    level: Literal["county", "town", "village", "grid"] | None = None
    clause: Storable | None = Field(default=None, max_length=1000)
    enabled: bool | None = None

    def values(self) -> dict[str, Any]:
        """Only what was given."""
        given = self.model_dump(exclude_unset=True, exclude={"clause"})
        return {**given, "clause": {"zh": self.clause}} if self.clause else given
