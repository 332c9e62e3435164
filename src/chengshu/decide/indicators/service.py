"""The verbs of indicators: fold changes, recount, tell tallies, keep and compute declared figures."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

import psycopg

from chengshu.base.errors import Invalid
from chengshu.base.text import pick
from chengshu.decide.indicators import permissions, store
from chengshu.decide.indicators.contracts import DIMENSIONS, MEASURES, Indicator, Value
from chengshu.decide.indicators.errors import DimensionUnknown, IndicatorUnknown, PeriodInvalid, SqlFailed
from chengshu.decide.indicators.events import IndicatorsMoved
from chengshu.decide.indicators.logic.figures import band, rate
from chengshu.decide.indicators.logic.indicator_sql import TALLIES, compile_sql
from chengshu.decide.indicators.logic.labels import LABELS
from chengshu.decide.indicators.logic.tally import Difference, add, fold
from chengshu.decide.indicators.spec import IndicatorSpec
from chengshu.runtime.database import Work
from chengshu.runtime.outbox import StoredEvent

CONSUMER = "decide.tally"
LONGEST_PERIOD = dt.timedelta(days=3660)
BASE_TABLES = {TALLIES: "decide.tallies"}
DRILL = {
    "county": "/cases?", "office": "/cases?org={key}&", "town": "/cases?town={key}&", "village": "/cases?region={key}&",
    "grid": "/cases?region={key}&", "class": "/cases?class={key}&", "channel": "/cases?channel={key}&",
    "person": "/cases?person={key}&", "state": "/cases?state={key}&",
}  # fmt: skip


async def fold_events(work: Work, events: Sequence[StoredEvent]) -> None:
    """Take a batch of `cases.changed` into the counters with one statement, and announce what moved."""
    difference = fold((e.payload.get("before"), e.payload.get("after")) for e in events)
    if not difference:
        return
    await store.add(work, difference)
    await store.note_move(work, sorted({k.dim for k in difference}))
    await announce(work)


async def announce(work: Work) -> int:
    """Announce moved dimensions, at most once a second; the job brings what the limit held back."""
    dims = await store.due_announcement(work)
    if dims:
        work.publish(IndicatorsMoved(dims))
    return 1 if dims else 0


async def rebuild(work: Work) -> int:
    """Recount from the cases in one transaction; counters and the consumer's cursor agree afterwards."""
    work.require(permissions.REBUILD)
    difference: Difference = {}
    xmin = "0"
    cases = 0
    async for sign, facts in store.recount(work, CONSUMER):
        if sign == 0:
            xmin = facts["xmin"]
            continue
        add(difference, facts, sign)
        cases += 1
    await store.clear(work)
    await store.add(work, {k: v for k, v in difference.items() if any(v)})
    await store.advance(work, CONSUMER, xmin)
    await store.note_move(work, DIMENSIONS)
    work.record("indicators.rebuild", "tallies", {"cases": cases, "counters": len(difference)})
    return cases


def check_period(since: dt.date | None, until: dt.date | None) -> None:
    """Refuse a period that ends before it starts or is absurdly long."""
    if since and until and (until < since or until - since > LONGEST_PERIOD):
        raise PeriodInvalid(field="from", value=f"{since} – {until}")


def shape(row: Mapping[str, Any], title: str, dim: str) -> dict[str, Any]:
    """One line of tallies: counts, rates with their parts, and the way to the cases behind each number."""
    measures = {m: int(row[m]) for m in MEASURES}
    href = DRILL[dim].format(key=row["key"])
    parts = {
        "ontime_rate": rate(measures["ontime"], measures["closed"]),
        "satisfied_rate": rate(measures["satisfied"], measures["rated"]),
        "returned_rate": rate(measures["returned"], measures["filed"]),
        "reworked_rate": rate(measures["reworked"], measures["filed"]),
        "filed_rate": rate(measures["filed"], measures["reported"]),
        "closed_rate": rate(measures["closed"], measures["filed"]),
    }
    return {
        "key": row["key"],
        "title": title,
        **measures,
        **{name: part.value for name, part in parts.items()},
        "parts": {n: {"numerator": p.numerator, "denominator": p.denominator} for n, p in parts.items()},
        "href": href.rstrip("?&"),
        "hrefs": {"open": f"{href}open=1", "overdue": f"{href}overdue=1"},
    }


async def tallies(
    work: Work, dim: str, since: dt.date | None = None, until: dt.date | None = None, parent: str = ""
) -> dict[str, Any]:
    """The kept counters of one dimension, over all days or a period: three statements at any size."""
    if dim not in DIMENSIONS:
        raise DimensionUnknown(field="dim", value=dim, known="、".join(DIMENSIONS))
    check_period(since, until)
    if len(parent) > 64:
        raise Invalid(field="parent", value=parent)
    rows = await store.sums(work, dim, since, until, parent)
    titles = await titles_of(work, dim, [r["key"] for r in rows])
    return {
        "dim": dim,
        "from": since,
        "to": until,
        "as_of": await store.moved_at(work) or work.now,
        "rows": [shape(r, titles.get(r["key"]) or str(r["key"]), dim) for r in rows],
    }


async def titles_of(work: Work, dim: str, keys: Sequence[str]) -> dict[str, str]:
    """Names for keys, from the tables of places, offices, people and classes, or from the fixed words."""
    if fixed := LABELS.get(dim):
        return {key: pick(fixed[key], work.lang) for key in keys if key in fixed}
    return await store.names(work, dim, keys)


async def install(work: Work, pack: str, declared: Mapping[str, IndicatorSpec]) -> None:
    """Make a pack's indicators exactly these. Their SQL is compiled and planned first: what cannot run is refused."""
    known = BASE_TABLES | await store.resource_tables(work, pack)
    bodies: dict[str, dict[str, Any]] = {}
    async with store.Reading(work) as reading:
        for name, spec in declared.items():
            compiled = compile_sql(spec.sql, known)
            body = {
                **spec.model_dump(mode="json", exclude_none=True),
                "compiled": compiled,
                "additive": spec.additive,
            }
            indicator = indicator_of({"id": f"{pack}.{name}", "pack": pack, "body": body})
            await _compute(reading, indicator, "explain ", (), {})
            bodies[indicator.id] = body
    await store.install(work, pack, bodies)


async def remove(work: Work, pack: str) -> None:
    """Switch a pack's indicators off; their definitions stay for whoever asks later."""
    await store.install(work, pack, {})


def indicator_of(row: Mapping[str, Any]) -> Indicator:
    """An installed definition as the contract."""
    body = row["body"]
    return Indicator(
        id=row["id"], pack=row["pack"], title=body["title"], unit=body["unit"], grain=tuple(body["grain"]),
        sql=body["sql"], compiled=body["compiled"], additive=body["additive"], over=body["over"], scale=body["scale"],
        definition=body["definition"], source=body["source"], better=body["better"], bands=body.get("bands", {}),
        href=body.get("href"),
    )  # fmt: skip


async def indicators(work: Work, ids: Sequence[str] | None = None) -> dict[str, Indicator]:
    """Installed indicators by id; raises IndicatorUnknown for an asked id that is not there."""
    found = {row["id"]: indicator_of(row) for row in await store.definitions(work, ids)}
    for wanted in ids or ():
        if wanted not in found:
            raise IndicatorUnknown(field="indicator", value=wanted)
    return found


def grouping(indicator: Indicator, by: Sequence[str]) -> tuple[tuple[str, ...], str]:
    """The columns to group by and the tally dimension: `by=town` means dim = 'town' grouped by key."""
    columns: list[str] = []
    dim = "county"
    for wanted in by:
        if wanted == "day" and "day" in indicator.grain:
            columns.append("day")
        elif "dim" in indicator.grain and wanted in DIMENSIONS:
            dim = wanted
            columns.append("key")
        elif wanted in indicator.grain and wanted not in ("dim", "key"):
            columns.append(wanted)
        else:
            known = [*indicator.grain, *(DIMENSIONS if "dim" in indicator.grain else ())]
            raise DimensionUnknown(
                field="by", value=wanted, known="、".join(k for k in known if k not in ("dim", "key"))
            )
    return tuple(columns), dim


async def _compute(
    reading: store.Reading,
    indicator: Indicator,
    prefix: str,
    columns: Sequence[str],
    params: Mapping[str, Any],
) -> list[dict[str, Any]]:
    statement = prefix + store.value_query(
        indicator.compiled, indicator.grain, indicator.additive, indicator.over, columns
    )
    try:
        return await reading.rows(statement, {"from": None, "to": None, "dim": "county", **params})
    except psycopg.Error as error:
        raise SqlFailed(field="indicator", value=indicator.id, why=str(error).splitlines()[0][:200]) from error


async def compute(
    work: Work,
    asked: Sequence[tuple[Indicator, Sequence[str]]],
    since: dt.date | None = None,
    until: dt.date | None = None,
) -> list[list[Value]]:
    """The values of several indicators, each by its own grouping, in one read-only corner of the transaction."""
    check_period(since, until)
    answers: list[list[Value]] = []
    async with store.Reading(work) as reading:
        for indicator, by in asked:
            columns, dim = grouping(indicator, by)
            rows = await _compute(reading, indicator, "", columns, {"from": since, "to": until, "dim": dim})
            answers.append([_value(indicator, row) for row in rows])
    return answers


def _value(indicator: Indicator, row: Mapping[str, Any]) -> Value:
    if indicator.additive:
        number, top, bottom = row["value"], None, None
    else:
        top, bottom = row["numerator"] or 0.0, row["denominator"] or 0.0
        number = rate(top, bottom, indicator.scale).value
    return Value(row.get("key"), None, row.get("day"), number, top, bottom, band(indicator.bands, number))


async def moved_at(work: Work) -> dt.datetime | None:
    """When a counter last moved."""
    return await store.moved_at(work)
