"""The work calendar against a counter that has looked at every single minute: agreement and speed."""

import datetime as dt
import math
import random
import time
from fractions import Fraction

import numpy as np

from bench._city import quick, report
from chengshu.base.limits import Limit, Unit
from chengshu.base.workcal import CalendarSpec, WorkCalendar

FIRST, DAYS = dt.date(2024, 1, 1), 3 * 365
SPEC = CalendarSpec.model_validate(
    {
        "hours": [
            {"hours": "08:30-12:00 13:30-17:30"},
            {"hours": "08:30-12:00 14:30-18:00", "season": ("06-01", "09-30")},
            {"days": [6], "hours": "09:00-11:40", "valid_from": "2025-03-01", "valid_to": "2025-04-30"},
        ],
        "overrides": {"2025-03-12": "off", "2025-03-16": "on", "2025-05-20": "08:10-11:00"},
    }
)
UNITS: tuple[Unit, ...] = ("wh", "wd", "uh", "cd")


def minutes_of(calendar: WorkCalendar, unit: Unit) -> np.ndarray:
    """What every minute is worth, in parts of a common denominator, summed up from the first day on."""
    worth = np.zeros(DAYS * 1440, dtype=np.int64)
    if unit in ("uh", "cd"):
        worth[:] = 1
    else:
        for day in range(DAYS):
            windows = calendar.day(FIRST + dt.timedelta(days=day)).windows
            length = sum(b - a for a, b in windows) // 60
            part = Fraction(480, length or 1) * COMMON if unit == "wd" else Fraction(COMMON)
            for a, b in windows:
                worth[day * 1440 + a // 60 : day * 1440 + b // 60] = int(part)
    return np.concatenate([[0], np.cumsum(worth * (COMMON if unit in ("uh", "cd") else 1))])


COMMON = math.lcm(420, 450, 160, 170)
"""Every day length of SPEC in minutes divides it, so shares of a day are whole numbers."""


def main() -> None:
    rounds = 50_000 if quick() else 1_000_000
    calendar = WorkCalendar(SPEC, first=FIRST, last=FIRST + dt.timedelta(days=DAYS + 400))
    counters = {unit: minutes_of(calendar, unit) for unit in UNITS}
    start = dt.datetime.combine(FIRST, dt.time(), calendar.zone)
    dice = random.Random(20260301)
    cases: list[tuple[int, int, Unit]] = [
        (dice.randrange(2 * 365 * 1440), dice.randrange(1, 9600), dice.choice(UNITS)) for _ in range(rounds)
    ]
    began = time.process_time()
    answers = [calendar.add(start + dt.timedelta(minutes=m), Limit(n, unit)) for m, n, unit in cases]
    spent = time.process_time() - began
    wrong = 0
    for (minute, amount, unit), due in zip(cases, answers, strict=True):
        counter = counters[unit]
        target = counter[minute] + amount * COMMON
        before = int(np.searchsorted(counter, target, side="left"))
        exact = counter[before] == target
        told = (due - start).total_seconds() / 60
        # A share of a working day may end inside a minute: then the counter knows only which minute.
        wrong += told != before if exact else not before - 1 < told <= before
    report(
        "clock",
        {"cases": rounds, "disagreements": wrong, "microseconds_per_due_time": spent * 1e6 / rounds},
        "Due times of random limits in four units over three years of calendar, seasons and overrides.",
    )


if __name__ == "__main__":
    main()
