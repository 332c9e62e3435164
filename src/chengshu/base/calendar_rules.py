"""The rules a work calendar is built from: office hours by weekday and season, national holidays, local overrides."""

import datetime as dt
import functools
import re
from dataclasses import dataclass
from typing import Annotated, Any, Final, Literal, cast

import chinese_calendar  # pyright: ignore[reportMissingTypeStubs]
from chinese_calendar import constants  # pyright: ignore[reportMissingTypeStubs]
from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from chengshu.base.text import L

Windows = tuple[tuple[int, int], ...]
"""Office hours of a day as (from, to) in seconds after midnight, in order, apart."""

_WINDOW = re.compile(r"([01]\d|2[0-4]):([0-5]\d)-([01]\d|2[0-4]):([0-5]\d)")
_MONTH_DAY = r"^(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$"
_YEARS: Final = range(min(constants.holidays).year, max(constants.holidays).year + 1)
_NATIONAL: Any = chinese_calendar  # a library without types
_HOLIDAYS: Final[dict[str, str]] = {h.value: h.chinese for h in cast(Any, constants.Holiday)}


@functools.lru_cache(maxsize=256)
def windows_of(text: str) -> Windows:
    """Read "08:00-12:00 14:00-18:00"."""
    found: list[tuple[int, int]] = []
    for part in text.replace(",", " ").split():
        m = _WINDOW.fullmatch(part)
        if m is None:
            raise ValueError(f"“{part}” is not a stretch of time like 08:00-12:00")
        since, until = int(m[1]) * 3600 + int(m[2]) * 60, int(m[3]) * 3600 + int(m[4]) * 60
        if not since < until <= 86400 or (found and since < found[-1][1]):
            raise ValueError(f"“{part}” does not follow what is before it; write the stretches of a day in order")
        found.append((since, until))
    return tuple(found)


def _hours(text: str) -> str:
    windows_of(text)
    return text


def _override(text: str) -> str:
    return text if text in ("on", "off") else _hours(text)


HoursText = Annotated[str, AfterValidator(_hours)]
MonthDay = Annotated[str, Field(pattern=_MONTH_DAY)]


class _Declared(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class HoursSpec(_Declared):
    """Office hours of some weekdays (1 Monday to 7 Sunday), perhaps in a season of the year and within validity dates."""

    days: tuple[Annotated[int, Field(ge=1, le=7)], ...] = (1, 2, 3, 4, 5)
    hours: HoursText
    season: tuple[MonthDay, MonthDay] | None = Field(default=None, description="First and last day, may pass new year")
    valid_from: dt.date | None = None
    valid_to: dt.date | None = None

    def covers(self, date: dt.date, weekday: int) -> bool:
        """Whether it speaks about a date taken as that weekday."""
        if weekday not in self.days:
            return False
        if (self.valid_from and date < self.valid_from) or (self.valid_to and date > self.valid_to):
            return False
        if self.season is None:
            return True
        first, last = self.season
        day = date.strftime("%m-%d")
        return first <= day <= last if first <= last else (day >= first or day <= last)


class CalendarSpec(_Declared):
    """A city's calendar. Of several rules of hours that cover a day the last one counts."""

    timezone: str = "Asia/Shanghai"
    national: Literal["cn"] | None = Field(default="cn", description="Whose holidays and adjusted working days")
    hours: tuple[HoursSpec, ...] = (HoursSpec(hours="08:00-12:00 14:00-18:00"),)
    overrides: dict[dt.date, Annotated[str, AfterValidator(_override)]] = Field(
        default_factory=dict[dt.date, str], description="on, off, or the hours of one date"
    )


@dataclass(frozen=True, slots=True)
class DayRule:
    """Office hours of one date, none on a day off, and why."""

    windows: Windows
    why: L


WORKDAY: Final[L] = {"zh": "工作时间", "en": "office hours"}
ADJUSTED: Final[L] = {"zh": "调休上班", "en": "adjusted working day"}
WEEKEND: Final[L] = {"zh": "周末", "en": "weekend"}
LOCAL_ON: Final[L] = {"zh": "本地安排上班", "en": "local working day"}
LOCAL_OFF: Final[L] = {"zh": "本地安排休息", "en": "local day off"}


def known_until(spec: CalendarSpec) -> dt.date | None:
    """The last day whose national holidays are published; beyond it weekdays alone decide. None: no national calendar."""
    return dt.date(_YEARS[-1], 12, 31) if spec.national else None


def day_rule(spec: CalendarSpec, date: dt.date) -> DayRule:
    """Local overrides come first, then the national calendar, then the weekday."""
    if (override := spec.overrides.get(date)) is not None:
        if override == "off":
            return DayRule((), LOCAL_OFF)
        return DayRule(_usual(spec, date) if override == "on" else windows_of(override), LOCAL_ON)
    weekday = date.isoweekday()
    hours = _hours_on(spec, date, weekday)
    if spec.national and date.year in _YEARS:
        holiday, name = _NATIONAL.get_holiday_detail(date)
        if holiday and name:
            return DayRule((), {"zh": f"法定节假日（{_HOLIDAYS.get(name, name)}）", "en": f"public holiday ({name})"})
        if not holiday and weekday > 5 and hours is None:
            return DayRule(_usual(spec, date), ADJUSTED)
    return DayRule(hours, WORKDAY) if hours else DayRule((), WEEKEND)


def _hours_on(spec: CalendarSpec, date: dt.date, weekday: int) -> Windows | None:
    for rule in reversed(spec.hours):
        if rule.covers(date, weekday):
            return windows_of(rule.hours)
    return None


def _usual(spec: CalendarSpec, date: dt.date) -> Windows:
    """The hours of a date that is worked: its weekday's, else (an adjusted Saturday) those of a Monday."""
    return _hours_on(spec, date, date.isoweekday()) or _hours_on(spec, date, 1) or ()
