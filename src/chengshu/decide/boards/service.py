"""The verbs of boards: install, list, draw."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from chengshu.base.text import pick
from chengshu.decide.boards import store
from chengshu.decide.boards.errors import BoardUnknown
from chengshu.decide.boards.spec import BoardSpec
from chengshu.decide.indicators import facade as indicators
from chengshu.decide.indicators.contracts import Indicator, Value
from chengshu.runtime.database import Work

WORST = float("inf")
LISTS = {
    "town": "/cases?town={key}", "office": "/cases?org={key}", "class": "/cases?class={key}",
    "channel": "/cases?channel={key}", "grid": "/cases?region={key}", "village": "/cases?region={key}",
    "state": "/cases?state={key}",
}  # fmt: skip


async def install(work: Work, pack: str, declared: Mapping[str, BoardSpec]) -> None:
    """Make a pack's boards exactly these; each named indicator must be installed."""
    bodies = {f"{pack}.{name}": spec.model_dump(mode="json", exclude_none=True) for name, spec in declared.items()}
    for body in bodies.values():
        for widget in body["widgets"]:
            if "." not in widget["indicator"]:
                widget["indicator"] = f"{pack}.{widget['indicator']}"
    wanted = sorted({w["indicator"] for body in bodies.values() for w in body["widgets"]})
    if wanted:
        await indicators.indicators(work, wanted)
    await store.install(work, pack, bodies)


async def remove(work: Work, pack: str) -> None:
    """Switch a pack's boards off."""
    await store.install(work, pack, {})


async def boards(work: Work) -> list[dict[str, Any]]:
    """Boards by id with their titles."""
    return [
        {
            "id": row["id"],
            "pack": row["pack"],
            "title": pick(row["body"]["title"], work.lang),
            "description": pick(row["body"].get("description"), work.lang),
            "widgets": len(row["body"]["widgets"]),
        }
        for row in await store.boards(work)
    ]


async def draw(work: Work, id: str) -> dict[str, Any]:
    """A board with its data: one query for each period that its widgets ask for, not one for each screen."""
    row = await store.board(work, id)
    if row is None:
        raise BoardUnknown(field="id", value=id)
    widgets = row["body"]["widgets"]
    known = await indicators.indicators(work, sorted({w["indicator"] for w in widgets}))
    values = await _values(work, widgets, known)
    titles = await _titles(work, widgets, values)
    as_of = await indicators.moved_at(work) or work.now
    return {
        "id": row["id"],
        "title": pick(row["body"]["title"], work.lang),
        "description": pick(row["body"].get("description"), work.lang),
        "as_of": as_of.isoformat(timespec="seconds"),
        "widgets": [
            _shape(work, place, widget, known[widget["indicator"]], values[place], titles, as_of)
            for place, widget in enumerate(widgets)
        ],
    }


def _groups(widget: Mapping[str, Any]) -> list[str]:
    return ["day"] if widget["kind"] == "trend" else [widget["by"]] if widget.get("by") else []


async def _values(
    work: Work, widgets: Sequence[Mapping[str, Any]], known: Mapping[str, Indicator]
) -> dict[int, list[Value]]:
    """Values by widget; widgets of the same period are computed together."""
    periods: dict[int | None, list[int]] = {}
    for place, widget in enumerate(widgets):
        periods.setdefault(widget.get("days"), []).append(place)
    found: dict[int, list[Value]] = {}
    today = work.now.date()
    for days, places in periods.items():
        since = today - dt.timedelta(days=days - 1) if days else None
        asked = [(known[widgets[p]["indicator"]], _groups(widgets[p])) for p in places]
        answers = await indicators.compute(work, asked, since, today if days else None)
        found |= dict(zip(places, answers, strict=True))
    return found


async def _titles(
    work: Work, widgets: Sequence[Mapping[str, Any]], values: Mapping[int, Sequence[Value]]
) -> dict[str, dict[str, str]]:
    """Names by dimension, for all widgets of that dimension at once."""
    keys: dict[str, set[str]] = {}
    for place, widget in enumerate(widgets):
        if (by := widget.get("by")) and by != "day":
            keys.setdefault(by, set()).update(v.key for v in values[place] if v.key)
    return {dim: await indicators.titles_of(work, dim, sorted(found)) for dim, found in keys.items()}


def arrange(widget: Mapping[str, Any], values: Sequence[Value]) -> list[Value]:
    """Rows in the widget's order, without those that have no value, at most `top`."""
    if widget["kind"] == "trend":
        return sorted(values, key=lambda v: v.day or dt.date.min)
    sign = -1 if widget["order"] == "high" else 1
    rows = [v for v in values if v.value is not None]
    rows.sort(key=lambda v: (sign * (v.value if v.value is not None else WORST), v.key or ""))
    return rows[: widget["top"]]


def _shape(
    work: Work,
    place: int,
    widget: Mapping[str, Any],
    indicator: Indicator,
    values: Sequence[Value],
    titles: Mapping[str, Mapping[str, str]],
    as_of: dt.datetime,
) -> dict[str, Any]:
    names = titles.get(widget.get("by") or "", {})
    href = widget.get("href") or indicator.href or LISTS.get(widget.get("by") or "", "/cases")
    rows = [
        {
            "key": v.key,
            "title": names.get(v.key or "", v.key),
            "day": v.day.isoformat() if v.day else None,
            "value": v.value,
            "numerator": v.numerator,
            "denominator": v.denominator,
            "band": v.band,
            "href": href.replace("{key}", v.key or "").replace("{dim}", widget.get("by") or "county"),
        }
        for v in arrange(widget, values)
    ]
    return {
        "id": f"w{place}",
        "kind": widget["kind"],
        "title": pick(widget.get("title") or indicator.title, work.lang),
        "unit": indicator.unit,
        "by": widget.get("by"),
        "days": widget.get("days"),
        "data": (rows[0] if rows else None) if widget["kind"] == "number" else rows,
        "source": {
            "indicator": indicator.id,
            "definition": pick(indicator.definition, work.lang),
            "source": pick(indicator.source, work.lang),
            "sql": indicator.sql,
            "as_of": as_of.isoformat(timespec="seconds"),
        },
        "href": href.split("{")[0].rstrip("?&=") if "{" in href else href,
        "w": widget["w"],
        "h": widget["h"],
    }
