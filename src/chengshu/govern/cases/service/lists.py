"""Lists, inbox, board, map points: filters read and refused by name, one statement each."""

import datetime as dt
import math
from collections.abc import Mapping, Sequence
from typing import Any

from chengshu.base.page import CursorInvalid, Page, decode_cursor, encode_cursor
from chengshu.govern.cases.contracts import CHANNELS, URGENCIES
from chengshu.govern.cases.errors import FilterInvalid
from chengshu.govern.cases.logic import words
from chengshu.govern.cases.service.catalog import catalog_of
from chengshu.govern.cases.service.wording import STAGES, row_out
from chengshu.govern.cases.store import lists
from chengshu.runtime.database import Work

VIEWS = ("all", "inbox", "started", "followed")
COLORS = ("red", "yellow", "green")
CELLS = {z: 360.0 / 2 ** (z + 2) for z in range(25)}
CLUSTER_BELOW = 13
MOST_POINTS = 4000
COUNTY = (-180.0, -90.0, 180.0, 90.0)
FAR_PAST = dt.datetime(1900, 1, 1, tzinfo=dt.UTC)


def read_filters(work: Work, given: Mapping[str, str | None]) -> dict[str, Any]:
    """The filters of a request as parameters by filter name. Unknown values are refused, unknown names never come here."""
    read: dict[str, Any] = {}
    for name, value in given.items():
        if value in (None, ""):
            continue
        assert value is not None
        if "\x00" in value or len(value) > 500:
            raise FilterInvalid(field=name, value=value, known="1–500")
        reader = READERS.get(name)
        if reader is not None:
            read |= reader(work, name, value)
    return read


def _codes(known: Mapping[str, Any] | None = None) -> Any:
    def read(_work: Work, name: str, value: str) -> dict[str, Any]:
        codes = [v for v in value.split(",") if v]
        if known is not None:
            for code in codes:
                if code not in known:
                    raise FilterInvalid(field=name, value=code, known="、".join(known))
        return {name: codes}

    return read


def _one(_work: Work, name: str, value: str) -> dict[str, Any]:
    return {name: value}


def _number(_work: Work, name: str, value: str) -> dict[str, Any]:
    if not value.isdigit() or len(value) > 15:
        raise FilterInvalid(field=name, value=value, known="0–9")
    return {name: int(value)}


def _numbers(_work: Work, name: str, value: str) -> dict[str, Any]:
    parts = value.split(",")
    if not all(p.isdigit() and len(p) < 3 for p in parts):
        raise FilterInvalid(field=name, value=value, known="1,2,3,4,5")
    return {name: [int(p) for p in parts]}


def _classes(_work: Work, name: str, value: str) -> dict[str, Any]:
    # A class filter names a code or the beginning of one; wildcards of people are taken literally.
    return {
        name: [v.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%" for v in value.split(",") if v]
    }


def _region(work: Work, _name: str, value: str) -> dict[str, Any]:
    """A region of any level, by the columns that have an index: a grid is looked for within its village."""
    code = work.city.regions.by_code(value).code
    levels = {9: "town", 12: "village"}
    if len(code) == 15:
        return {"village": code[:12], "grid": code}
    return {levels[len(code)]: code} if len(code) in levels else {}


def narrowed(work: Work) -> dict[str, Any]:
    """Who sees villages or grids alone is shown them by their index; row-level security decides all the same."""
    actor = work.actor
    codes = [r.rsplit(".", 1)[-1].removeprefix("r") for r in actor.regions]
    if actor.orgs or not codes or min(map(len, codes)) < 12:
        return {}
    return {"scope": sorted({c[:12] for c in codes})}


def _flag(_work: Work, name: str, value: str) -> dict[str, Any]:
    if value.lower() not in ("true", "false", "1", "0"):
        raise FilterInvalid(field=name, value=value, known="true、false")
    return {name: True} if value.lower() in ("true", "1") else {}


def _due(_work: Work, name: str, value: str) -> dict[str, Any]:
    if value not in COLORS:
        raise FilterInvalid(field=name, value=value, known="、".join(COLORS))
    return {value: True}


def _bbox(_work: Work, name: str, value: str) -> dict[str, Any]:
    try:
        west, south, east, north = (float(p) for p in value.split(","))
    except ValueError as error:
        raise FilterInvalid(field=name, value=value, known="west,south,east,north") from error
    if not all(map(math.isfinite, (west, south, east, north))) or west > east or south > north:
        raise FilterInvalid(field=name, value=value, known="west<=east, south<=north")
    return {name: True, "west": west, "south": south, "east": east, "north": north}


def _text(_work: Work, name: str, value: str) -> dict[str, Any]:
    value = words.checked(value, name, 100)
    if value.isdigit() and len(value) >= 6:
        return {"number": f"{value}%"}
    grams = [g for g in words.bigrams(value) if len(g) > 1]
    literal = value.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return {"q": True, "q_grams": grams if len(words.plain(value)) == len(value) else [], "q_like": f"%{literal}%"}


def _day(work: Work, name: str, value: str) -> dict[str, Any]:
    try:
        at = dt.datetime.fromisoformat(value)
    except ValueError as error:
        raise FilterInvalid(field=name, value=value, known="2026-03-01") from error
    if not 1900 <= at.year <= 2200:
        raise FilterInvalid(field=name, value=value, known="1900–2200")
    at = at if at.tzinfo else at.replace(tzinfo=work.now.tzinfo)
    if name in ("until", "closed_until") and len(value) == 10:
        at += dt.timedelta(days=1)
    return {name: at}


READERS = {
    "state": _codes(), "stage": _codes(STAGES), "class": _classes, "type": _codes(), "org": _codes(), "town": _one,
    "village": _one, "grid": _one, "region": _region, "channel": _codes(CHANNELS), "urgency": _codes(URGENCIES),
    "person": _number, "rating": _numbers, "verdict": _one, "returned": _flag, "reworked": _flag, "open": _flag,
    "closed": _flag, "overdue": _flag, "due": _due, "since": _day, "until": _day, "closed_since": _day,
    "closed_until": _day, "bbox": _bbox, "q": _text, "parent": _number,
}  # fmt: skip


def _after(after: str | None, by_due: bool, view: str) -> dict[str, Any]:
    """The key of the last row seen; a cursor of another kind of list is refused."""
    if not after:
        return {"after_key": None, "after_id": None} if view == "inbox" else {}
    kind, key, last = decode_cursor(after, 3)
    if kind != ("due" if by_due else "opened") or not isinstance(last, int) or not 0 < last < 2**63:
        raise CursorInvalid(field="after", value=after)
    try:
        moment = dt.datetime.fromisoformat(key) if key is not None else None
        if moment is not None and (moment.tzinfo is None or not 1900 <= moment.year <= 2200):
            raise ValueError(key)
    except (TypeError, ValueError) as error:
        raise CursorInvalid(field="after", value=after) from error
    return {"after_key": moment, "after_id": last}


async def list_cases(
    work: Work,
    given: Mapping[str, str | None],
    view: str = "all",
    after: str | None = None,
    limit: int = 50,
    holders: Sequence[str] | None = None,
) -> Page[dict[str, Any]]:
    """A page of CaseRow, one statement. Overdue and due lists and the inbox go by due time, the others newest first."""
    if view not in VIEWS:
        raise FilterInvalid(field="view", value=view, known="、".join(VIEWS))
    filters = read_filters(work, given)
    if view == "all" and not filters.keys() & {"town", "village", "grid"}:
        filters |= narrowed(work)
    by_due = view == "inbox" or any(f in filters for f in ("red", "yellow")) or bool(given.get("overdue"))
    if by_due and view != "inbox":
        # The same as `overdue` and open, in the form that goes by the index of due times.
        filters = (
            {**{k: v for k, v in filters.items() if k != "overdue"}, "red": True} if "overdue" in filters else filters
        )
    filters |= _after(after, by_due, view)
    catalog = await catalog_of(work)
    if view == "inbox":
        mine = [h for h in holders if h in work.actor.holders] if holders is not None else list(work.actor.holders)
        rows = await lists.inbox(work, filters, mine, limit + 1)
    else:
        rows = await lists.listed(work, filters, view, by_due, limit + 1)
    shown = rows[:limit]
    cursor = None
    if len(rows) > limit:
        last = shown[-1]
        key = last["task_due_at"] if view == "inbox" else last["due_at"] if by_due else last["opened_at"]
        ident = last["task_id"] if view == "inbox" else last["id"]
        cursor = encode_cursor(["due" if by_due else "opened", key.isoformat() if key else None, ident])
    return Page([row_out(work, catalog, r) for r in shown], cursor)


async def board(work: Work, given: Mapping[str, str | None], by: str) -> dict[str, Any]:
    """Open cases by leading office or by town: how many, how many overdue, and the most pressing of each."""
    if by not in ("org", "town"):
        raise FilterInvalid(field="by", value=by, known="org、town")
    catalog = await catalog_of(work)
    rows = await lists.board(work, read_filters(work, given), by, 20)
    columns: dict[str, dict[str, Any]] = {}
    for row in rows:
        key = row["key"] or ""
        column = columns.setdefault(
            key,
            {"key": key, "title": _column_title(work, by, key), "open": row["open_count"],
             "overdue": row["overdue_count"], "items": []},
        )  # fmt: skip
        column["items"].append(row_out(work, catalog, row))
    waiting = [c for k, c in columns.items() if not k]
    return {"by": by, "columns": waiting + [c for k, c in columns.items() if k]}


def _column_title(work: Work, by: str, key: str) -> str:
    if not key:
        return "待派遣" if work.lang == "zh" else "Not dispatched"
    if by == "org":
        return work.city.orgs.short(key, work.lang)
    region = work.city.regions.find(key)
    return region.title(work.lang) if region else key


async def points(work: Work, given: Mapping[str, str | None], zoom: float | None) -> dict[str, Any]:
    """GeoJSON of cases in a box: single points when near, counted cells when far. Open ones unless filters say else."""
    filters = read_filters(work, given)
    if "bbox" not in filters:
        west, south, east, north = COUNTY
        filters |= {"west": west, "south": south, "east": east, "north": north}
    if not any(f in filters for f in ("closed", "state", "since", "closed_since", "overdue", "verdict")):
        filters["open"] = True
    if zoom is not None and zoom < CLUSTER_BELOW:
        cell = CELLS[max(0, min(24, int(zoom)))]
        rows = await lists.clusters(work, filters, cell, MOST_POINTS)
        return _collection([_feature(r["lon"], r["lat"], {"count": r["count"], "overdue": r["overdue"]}) for r in rows])
    catalog = await catalog_of(work)
    rows = await lists.points(work, filters, MOST_POINTS + 1)
    features = [_feature(r["lon"], r["lat"], _point(work, catalog, r)) for r in rows[:MOST_POINTS]]
    return _collection(features, truncated=len(rows) > MOST_POINTS)


def _point(work: Work, catalog: Any, row: Mapping[str, Any]) -> dict[str, Any]:
    shown = row_out(
        work,
        catalog,
        {**row, "channel": "", "town": None, "grid": None, "address": "", "opened_at": None, "holder": None,
         "thumb": None, "merged_count": 0, "rating": None},
    )  # fmt: skip
    kept = ("id", "number", "title", "class", "class_title", "state", "state_title", "stage", "urgency", "color", "due_at",
            "overdue", "lead", "lead_name", "version")  # fmt: skip
    return {k: shown[k] for k in kept}


def _feature(lon: float, lat: float, properties: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "Feature",
        **({"id": properties["id"]} if "id" in properties else {}),
        "geometry": {"type": "Point", "coordinates": [lon, lat]},
        "properties": properties,
    }


def _collection(features: list[dict[str, Any]], truncated: bool = False) -> dict[str, Any]:
    return {"type": "FeatureCollection", "features": features, "truncated": truncated}
