"""What other rooms may call of indicators.

app.py: `install`, `remove` for packkit (kind `indicators`), `public_figures` for the open API, `rebuild` for the
command line. The room needs no long-lived object.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from chengshu.decide.indicators import service
from chengshu.decide.indicators.contracts import Indicator, Value
from chengshu.decide.indicators.logic.figures import rate
from chengshu.decide.indicators.spec import IndicatorSpec
from chengshu.runtime.database import Work

__all__ = [
    "compute",
    "indicators",
    "install",
    "moved_at",
    "public_figures",
    "rebuild",
    "remove",
    "tallies",
    "titles_of",
]


async def install(work: Work, pack: str, declared: Mapping[str, IndicatorSpec]) -> None:
    """Make a pack's indicators exactly these; the resources that their SQL reads must be installed before."""
    await service.install(work, pack, declared)


async def remove(work: Work, pack: str) -> None:
    """Switch a pack's indicators off."""
    await service.remove(work, pack)


async def rebuild(work: Work) -> int:
    """Recount all counters from the cases; returns how many facts were read."""
    return await service.rebuild(work)


async def tallies(
    work: Work, dim: str, since: dt.date | None = None, until: dt.date | None = None, parent: str = ""
) -> dict[str, Any]:
    """Kept counters of a dimension with names, rates and links to the cases behind them."""
    return await service.tallies(work, dim, since, until, parent)


async def indicators(work: Work, ids: Sequence[str] | None = None) -> dict[str, Indicator]:
    """Installed indicators by id."""
    return await service.indicators(work, ids)


async def compute(
    work: Work,
    asked: Sequence[tuple[Indicator, Sequence[str]]],
    since: dt.date | None = None,
    until: dt.date | None = None,
) -> list[list[Value]]:
    """Values of several indicators, each by its own grouping."""
    return await service.compute(work, asked, since, until)


async def titles_of(work: Work, dim: str, keys: Sequence[str]) -> dict[str, str]:
    """Names for the keys of a dimension."""
    return await service.titles_of(work, dim, keys)


async def moved_at(work: Work) -> dt.datetime | None:
    """When a counter last moved, in city time."""
    return await service.moved_at(work)


async def public_figures(work: Work) -> dict[str, Any]:
    """Figures anybody may see: reported today, open now, closed in 30 days with rate in time and satisfaction."""
    today = work.now.date()
    month = await service.tallies(work, "county", today - dt.timedelta(days=29), today)
    now = await service.tallies(work, "county")
    day = await service.tallies(work, "county", today, today)
    closed, ontime, rated, satisfied = (
        sum(r[m] for r in month["rows"]) for m in ("closed", "ontime", "rated", "satisfied")
    )
    return {
        "today": sum(r["reported"] for r in day["rows"]),
        "open": sum(r["open"] for r in now["rows"]),
        "closed_30d": closed,
        "ontime_rate": rate(ontime, closed).value,
        "satisfaction": rate(satisfied, rated).value,
        "as_of": now["as_of"],
    }
