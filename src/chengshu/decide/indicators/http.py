"""Routes of indicators."""

import datetime as dt
from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Query

from chengshu.base.text import pick
from chengshu.decide.indicators import permissions, service
from chengshu.decide.indicators.contracts import Indicator, Value
from chengshu.decide.indicators.errors import DimensionUnknown
from chengshu.decide.indicators.logic.labels import MEASURE_TITLES
from chengshu.runtime.database import Work
from chengshu.runtime.web import iso, needs

router = APIRouter(prefix="/api/indicators", tags=["indicators"])

Reader = Annotated[Work, needs(permissions.READ)]
Recounter = Annotated[Work, needs(permissions.REBUILD)]
From = Annotated[dt.date | None, Query(alias="from")]
Until = Annotated[dt.date | None, Query(alias="to")]


def describe(indicator: Indicator, lang: str, as_of: dt.datetime | None) -> dict[str, Any]:
    """Where a number comes from, as every answer carries it."""
    return {
        "id": indicator.id,
        "title": pick(indicator.title, lang),
        "unit": indicator.unit,
        "definition": pick(indicator.definition, lang),
        "source": pick(indicator.source, lang),
        "sql": indicator.sql,
        "grain": list(indicator.grain),
        "bands": dict(indicator.bands),
        "better": indicator.better,
        "freshness": iso(as_of),
    }


def value_out(value: Value, titles: dict[str, str]) -> dict[str, Any]:
    """One value with its name and its parts."""
    return {
        "key": value.key,
        "title": titles.get(value.key or "", value.key),
        "day": value.day.isoformat() if value.day else None,
        "value": value.value,
        "numerator": value.numerator,
        "denominator": value.denominator,
        "band": value.band,
    }


@router.get("", summary="Library of indicators")
async def list_indicators(work: Reader) -> dict[str, Any]:
    found = await service.indicators(work)
    as_of = await service.moved_at(work)
    return {"items": [describe(i, work.lang, as_of) for i in found.values()], "next": None}


@router.get("/tallies", summary="Kept counters of a dimension")
async def read_tallies(
    work: Reader,
    dim: Annotated[str, Query(max_length=20)] = "county",
    since: From = None,
    until: Until = None,
    parent: Annotated[str, Query(max_length=64, pattern=r"^[A-Za-z0-9_.-]*$")] = "",
) -> dict[str, Any]:
    answer = await service.tallies(work, dim, since, until, parent)
    titles = {name: pick(title, work.lang) for name, title in MEASURE_TITLES.items()}
    return {**answer, "as_of": iso(answer["as_of"]), "measures": titles}


@router.post("/rebuild", summary="Recount all counters from the cases", status_code=202)
async def rebuild(work: Recounter) -> dict[str, Any]:
    # A recount writes all counters, which the web role may not: it is done as the city itself, for whoever asked.
    async with work.city.db.job_work() as own:
        counted = await service.rebuild(own)
    work.record("indicators.rebuild", "tallies", {"cases": counted})
    return {"cases": counted}


@router.get("/{id}/values", summary="Values of an indicator")
async def read_values(
    work: Reader,
    id: str,
    by: Annotated[str, Query(max_length=60, description="day, town, office, … separated by commas")] = "",
    since: From = None,
    until: Until = None,
) -> dict[str, Any]:
    groups = [part for part in by.split(",") if part]
    check_groups(groups)
    indicator = (await service.indicators(work, [id]))[id]
    values = (await service.compute(work, [(indicator, groups)], since, until))[0]
    dim = next((g for g in groups if g != "day"), "")
    titles = await service.titles_of(work, dim, [v.key for v in values if v.key]) if dim else {}
    return {
        **describe(indicator, work.lang, await service.moved_at(work)),
        "by": groups,
        "from": since,
        "to": until,
        "items": [value_out(v, titles) for v in values],
    }


def check_groups(groups: Sequence[str]) -> None:
    """At most a day and one other dimension."""
    if len(groups) > 2 or len([g for g in groups if g != "day"]) > 1 or len(set(groups)) != len(groups):
        raise DimensionUnknown(field="by", value=",".join(groups), known="day、town、office、class…")
