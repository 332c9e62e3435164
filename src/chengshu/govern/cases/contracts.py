"""Shapes of cases that may cross the border of the room."""

import datetime as dt
from dataclasses import dataclass, field
from typing import Any, Literal, TypedDict

from chengshu.base.text import L

CHANNELS: dict[str, L] = {
    "grid": {"zh": "网格上报", "en": "Grid worker"},
    "citizen": {"zh": "公众上报", "en": "Citizen"},
    "hotline": {"zh": "12345 热线", "en": "Hotline"},
    "staff": {"zh": "部门上报", "en": "Staff"},
    "api": {"zh": "系统推送", "en": "Other system"},
    "device": {"zh": "设备告警", "en": "Device"},
}
URGENCIES: dict[str, L] = {
    "normal": {"zh": "一般", "en": "Normal"},
    "urgent": {"zh": "紧急", "en": "Urgent"},
    "critical": {"zh": "特急", "en": "Critical"},
}
GRADES: dict[int, L] = {
    1: {"zh": "非常满意", "en": "Very satisfied"},
    2: {"zh": "满意", "en": "Satisfied"},
    3: {"zh": "基本满意", "en": "Fairly satisfied"},
    4: {"zh": "不满意", "en": "Not satisfied"},
    5: {"zh": "非常不满意", "en": "Very unsatisfied"},
}
"""GB/T 39046-2020 A.8: 1 is the best."""


Facts = TypedDict(
    "Facts",
    {
        "state": str,
        "stage": str,
        "type": str,
        "class": str | None,
        "office": str | None,
        "town": str | None,
        "village": str | None,
        "grid": str | None,
        "channel": str,
        "opened_on": str,
        "closed_on": str | None,
        "verdict": str | None,
        "returned": int,
        "reworked": int,
        "rating": int | None,
        "person": int | None,
        "overdue": bool,
    },
)
"""What tallies need to know of a case at one moment; `office` leads, `person` acted last."""


@dataclass(frozen=True, slots=True)
class Condition:
    """A filing condition of a class: its own limit and its own closing test."""

    id: str
    title: L
    limit: str
    close_when: L
    urgent: bool = False
    action_limit: str | None = None
    action: L | None = None
    seasons: tuple[tuple[str, str, str], ...] = ()  # (from mm-dd, to mm-dd, limit)


@dataclass(frozen=True, slots=True)
class SmallClass:
    """小类: the leaf that a case is filed under."""

    code: str
    title: L
    group: str
    group_title: L
    catalog: str
    lead: str | None = None
    urgency: str = "normal"
    words: tuple[str, ...] = ()
    conditions: tuple[Condition, ...] = ()


@dataclass(frozen=True, slots=True)
class Duty:
    """One line of the duty list: what, where and when → who leads, who helps, on which level it is handled."""

    id: int
    class_prefix: str
    region: str
    lead: str
    cooperating: tuple[str, ...] = ()
    level: str = "county"
    weekdays: tuple[int, ...] = ()
    hours: tuple[tuple[dt.time, dt.time], ...] = ()
    valid_from: dt.date | None = None
    valid_to: dt.date | None = None
    clause: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True)
class Owner:
    """The answer to "who owns this?"."""

    lead: str | None
    cooperating: tuple[str, ...]
    duty: Duty | None
    how: Literal["duty", "class", "type", "gap", "overlap"]
    candidates: tuple[Duty, ...] = ()


@dataclass(frozen=True, slots=True)
class Guess:
    """A suggested class with what spoke for it."""

    code: str
    score: float
    words: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True, slots=True)
class PlaceGuess:
    """Where a case is and how we know."""

    region: str
    town: str | None
    village: str | None
    grid: str | None
    lon: float | None
    lat: float | None
    address: str
    how: Literal["map", "gps", "exif", "region", "words"]


@dataclass(frozen=True, slots=True)
class OpenCase:
    """What anybody must say to open a case; other rooms and packs hand this to `facade.open_case`."""

    type: str
    channel: str
    text: str
    title: str | None = None
    class_code: str | None = None
    condition: str | None = None
    urgency: str | None = None
    lon: float | None = None
    lat: float | None = None
    datum: str | None = None
    address: str | None = None
    region: str | None = None
    reporter: dict[str, Any] | None = None
    source_ref: str | None = None
    occurred_at: dt.datetime | None = None
    attachments: tuple[str, ...] = ()
    merge_into: int | None = None
    fields: dict[str, Any] = field(default_factory=dict[str, Any])
    code_hash: bytes | None = None


@dataclass(frozen=True, slots=True)
class Opened:
    """A case as it stands right after opening."""

    id: int
    number: str
    version: int
    state: str
    stage: str
