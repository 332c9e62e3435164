"""What a site may declare: one county's title, packs, calendar, offices and people. Unknown keys are refused."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import available_timezones

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, field_validator, model_validator
from shapely.geometry.base import BaseGeometry

from chengshu.base.calendar_rules import CalendarSpec
from chengshu.base.geo import Datum, LonLat
from chengshu.base.text import L

OrgCode = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,62}$")]
RegionCode = Annotated[str, Field(pattern=r"^[0-9]{6}([0-9]{3}){0,3}$")]


class Declared(BaseModel):
    """A declaration refuses what it does not know."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Text(Declared):
    """A text for people in both languages."""

    zh: str = Field(min_length=1, max_length=200)
    en: str = Field(min_length=1, max_length=200)


class Position(Declared):
    lon: float = Field(ge=-180, le=180)
    lat: float = Field(ge=-90, le=90)


class Grids(Declared):
    """How many grids a village gets where none are listed."""

    least: int = Field(default=2, ge=1, le=60)
    most: int = Field(default=6, ge=1, le=60)

    @model_validator(mode="after")
    def _ordered(self) -> "Grids":
        if self.least > self.most:
            raise ValueError("least must not exceed most")
        return self


class Brand(Declared):
    """What the screens are called and their leading colour."""

    name: Text
    color: Annotated[str, Field(pattern=r"^#[0-9a-f]{6}$")] = "#1f5fbf"
    hotline: str = "12345"


class Source(Declared):
    """Where data came from and under which licence."""

    what: str
    name: str
    version: str = ""
    licence: str
    note: str = ""


def _known_zone(value: str) -> str:
    if value not in available_timezones():
        raise ValueError(f"there is no time zone named {value}")
    return value


class SiteSpec(Declared):
    """site.yaml"""

    code: Annotated[str, Field(pattern=r"^[0-9]{6}$")]
    title: Text
    brand: Brand
    timezone: Annotated[str, AfterValidator(_known_zone)] = "Asia/Shanghai"
    centre: Position
    outline_datum: Datum = "cgcs2000"
    outline_schematic: bool = Field(default=False, description="The county's own outline is no real one either")
    grids: Grids = Grids()
    packs: list[Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,60}$")]] = []
    calendar: CalendarSpec = CalendarSpec()
    clock: Literal["real", "rehearsal"] = "real"
    parameters: dict[str, dict[str, Any]] = {}
    sources: list[Source] = []


class SiteOrg(Declared):
    """An office of the county. Towns and villages are not listed: they follow from the regions."""

    code: OrgCode
    name: str = Field(min_length=1, max_length=80)
    name_en: str = ""
    short: str = Field(min_length=1, max_length=20)
    kind: Literal["county", "center", "department", "company"] = "department"
    parent: OrgCode = "gov"
    functions: list[Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,62}$")]] = []


class OrgsFile(Declared):
    """orgs.yaml"""

    orgs: list[SiteOrg] = Field(min_length=1)
    town_functions: list[str] = ["town"]
    village_functions: list[str] = ["village"]

    @field_validator("orgs")
    @classmethod
    def _tree(cls, orgs: list[SiteOrg]) -> list[SiteOrg]:
        seen = {"gov"}
        for org in orgs:
            if org.code in seen and org.code != "gov":
                raise ValueError(f"office {org.code} is listed twice")
            if org.code != "gov" and org.parent not in seen:
                raise ValueError(f"office {org.code} names the parent {org.parent}, which is not listed before it")
            seen.add(org.code)
        return orgs


class SitePost(Declared):
    """A role a person has at an office, for a region when the role is bound to one."""

    org: OrgCode
    role: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)?$")]
    region: RegionCode | None = None


class SitePerson(Declared):
    """A demo account; real people are imported or entered, never kept in a site folder."""

    login: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_.-]{1,40}$")]
    name: str = Field(min_length=1, max_length=40)
    name_en: str = ""
    posts: list[SitePost] = []
    duty: Literal["system", "security", "audit"] | None = None


class PeopleFile(Declared):
    """people.yaml"""

    people: list[SitePerson] = []


class RegionRow(Declared):
    """One line of regions.csv."""

    code: RegionCode
    name: str = Field(min_length=1, max_length=80)
    name_en: str = Field(default="", max_length=120)
    aliases: tuple[str, ...] = ()
    lon: float | None = Field(default=None, ge=-180, le=180)
    lat: float | None = Field(default=None, ge=-90, le=90)

    @model_validator(mode="after")
    def _both(self) -> "RegionRow":
        if (self.lon is None) != (self.lat is None):
            raise ValueError("lon and lat belong together")
        return self


@dataclass(frozen=True, slots=True)
class Site:
    """A county's own choices, read and checked; the outline is in CGCS2000. In the city as `work.city.site`."""

    folder: Path
    spec: SiteSpec
    rows: tuple[RegionRow, ...]
    outline: BaseGeometry
    orgs: OrgsFile
    people: tuple[SitePerson, ...]

    @property
    def code(self) -> str:
        return self.spec.code

    @property
    def title(self) -> L:
        return {"zh": self.spec.title.zh, "en": self.spec.title.en}

    @property
    def brand(self) -> Brand:
        return self.spec.brand

    @property
    def timezone(self) -> str:
        return self.spec.timezone

    @property
    def clock(self) -> str:
        return self.spec.clock

    @property
    def packs(self) -> list[str]:
        return self.spec.packs

    @property
    def parameters(self) -> dict[str, dict[str, Any]]:
        """Values of pack parameters: pack id, parameter, value."""
        return self.spec.parameters

    @property
    def calendar(self) -> CalendarSpec:
        """The work calendar in the site's own time zone."""
        return self.spec.calendar.model_copy(update={"timezone": self.spec.timezone})

    @property
    def centre(self) -> LonLat:
        return self.spec.centre.lon, self.spec.centre.lat

    @property
    def bbox(self) -> list[float]:
        """West, south, east, north of the outline."""
        return [round(float(value), 6) for value in self.outline.bounds]
