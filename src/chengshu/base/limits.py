"""Limits of time as counties write them: 2uh, 4wh, 5wd, 7cd, 30min, 24h, to and from text and words.

Working units run in office hours alone, the others run through nights, weekends and holidays:

    wh  工作时       office hours; 60 working minutes
    wd  工作日       working days; 480 minutes of account, spread over each day's own office hours (see workcal)
    uh  紧急工作时   continuous hours        h  小时   continuous hours        min  分钟   continuous minutes
    cd  自然日       continuous days of 24 hours
"""

import functools
import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, Literal, cast

from chengshu.base.errors import Invalid
from chengshu.base.text import L

Unit = Literal["min", "h", "uh", "cd", "wh", "wd"]

MINUTES: Final[dict[Unit, int]] = {"min": 1, "h": 60, "uh": 60, "cd": 1440, "wh": 60, "wd": 480}
WORKING: Final[frozenset[Unit]] = frozenset({"wh", "wd"})
WORDS: Final[dict[Unit, tuple[str, str]]] = {
    "min": ("{}分钟", "{} minute{s}"),
    "h": ("{}小时", "{} hour{s}"),
    "uh": ("{}个紧急工作时", "{} urgent hour{s}"),
    "cd": ("{}个自然日", "{} calendar day{s}"),
    "wh": ("{}个工作时", "{} working hour{s}"),
    "wd": ("{}个工作日", "{} working day{s}"),
}
_TEXT = re.compile(r"([0-9]{1,5}(?:\.[0-9]{1,2})?)(min|h|uh|cd|wh|wd)")


class LimitInvalid(Invalid):
    code = "limits.not_a_limit"
    text = {"zh": "时限写法有误：{value}", "en": "Not a limit of time: {value}"}
    remedy = {
        "zh": "请写数字加单位：30min、24h、2uh（紧急工作时）、4wh（工作时）、5wd（工作日）、7cd（自然日）",
        "en": "Write a number and a unit: 30min, 24h, 2uh (urgent hours), 4wh (working hours), 5wd, 7cd",
    }


@dataclass(frozen=True, slots=True, order=False)
class Limit:
    """An amount of time in one unit, kept in that unit's own minutes (1 wd = 480, 1 cd = 1440)."""

    minutes: int
    unit: Unit

    @classmethod
    def parse(cls, text: str, field: str | None = None) -> "Limit":
        """Read "5wd"; up to two decimals as long as they make whole minutes."""
        limit = _read(text) if isinstance(text, str) else None  # pyright: ignore[reportUnnecessaryIsInstance]
        if limit is None:
            raise LimitInvalid(field=field, value=text)
        return limit

    @property
    def working(self) -> bool:
        """Whether it runs in office hours alone."""
        return self.unit in WORKING

    def __str__(self) -> str:
        amount = Decimal(self.minutes) / MINUTES[self.unit]
        if round(amount, 2) == amount:
            return f"{_plain(amount)}{self.unit}"
        # An amount that its unit cannot write in two decimals is written in the smallest unit of the same counting;
        # of working days only sums can be like that, and they are never written.
        return f"{self.minutes}min" if not self.working else f"{_plain(round(amount, 4))}{self.unit}"

    def words(self) -> L:
        """In words for people: 2个紧急工作时, 2 urgent hours."""
        amount = _plain(round(Decimal(self.minutes) / MINUTES[self.unit], 2))
        zh, en = WORDS[self.unit]
        return {"zh": zh.format(amount), "en": en.format(amount, s="" if amount == "1" else "s")}


@functools.lru_cache(maxsize=1024)
def _read(text: str) -> Limit | None:
    found = _TEXT.fullmatch(text.strip())
    if found is None:
        return None
    unit = cast(Unit, found[2])
    minutes = Decimal(found[1]) * MINUTES[unit]
    return Limit(int(minutes), unit) if minutes == int(minutes) and minutes > 0 else None


def _plain(amount: Decimal) -> str:
    text = f"{amount:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def minutes_in_words(minutes: int, unit: Unit) -> L:
    """An amount of a unit's minutes as people say it: 1天2小时 of continuous time, 1个工作日3小时 of working time."""
    day = 480 if unit in WORKING else 1440
    sign = "-" if minutes < 0 else ""
    days, rest = divmod(abs(minutes), day)
    hours, mins = divmod(rest, 60)
    working = unit in WORKING
    zh = [f"{days}{'个工作日' if working else '天'}"] if days else []
    en = [f"{days} {'working ' if working else ''}day{'' if days == 1 else 's'}"] if days else []
    if hours:
        zh.append(f"{hours}小时")
        en.append(f"{hours} h")
    if mins or not zh:
        zh.append(f"{mins}分钟")
        en.append(f"{mins} min")
    return {"zh": sign + "".join(zh), "en": sign + " ".join(en)}
