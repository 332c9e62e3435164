"""Counters in the database: exactly once, equal to a recount, seen by scope."""

import datetime as dt
import random
from dataclasses import dataclass
from typing import Any, ClassVar

import psycopg
import pytest

from chengshu.decide.indicators import service, store
from chengshu.decide.indicators.contracts import MEASURES
from chengshu.decide.indicators.errors import SqlFailed
from chengshu.decide.indicators.handlers import HANDLERS
from chengshu.decide.indicators.logic.tally import fold
from chengshu.decide.indicators.spec import IndicatorSpec
from chengshu.runtime.database import Database
from chengshu.runtime.outbox import Dispatcher, Event, Handler

ALL = "select dim, day, key, " + ", ".join(MEASURES) + " from decide.indicators_tally"


@dataclass(frozen=True)
class Changed(Event):
    topic: ClassVar[str] = "cases.changed"

    id: int
    before: dict[str, Any] | None
    after: dict[str, Any]
    move: str = "any"


def facts(pick: random.Random, **known: Any) -> dict[str, Any]:
    closed = pick.random() < 0.4
    return {
        "state": pick.choice(["reported", "filed", "handling", "verifying"]) if not closed else pick.choice(["closed", "rated"]),
        "stage": pick.choice(["collect", "dispatch", "handle"]) if not closed else "rate",
        "type": "city_case", "class": pick.choice(["01-01", "01-02"]), "office": pick.choice(["water", None]),
        "town": pick.choice(["320282100", "320282101"]), "village": "320282100001",
        "grid": pick.choice(["320282100001001", None]), "channel": "citizen", "opened_on": "2026-11-21",
        "closed_on": "2026-11-22" if closed else None, "verdict": "ontime" if closed and pick.random() < 0.7 else None,
        "returned": pick.randint(0, 1), "reworked": pick.randint(0, 2), "rating": pick.choice([None, 1, 5]) if closed else None,
        "person": pick.choice([None, 7]), "overdue": pick.random() < 0.2,
    } | known  # fmt: skip


async def kept(db: Database) -> dict[tuple[Any, ...], list[int]]:
    async with db.job_work() as work:
        rows = await work.rows(ALL)
    return {(r["dim"], r["day"], r["key"]): [r[m] for m in MEASURES] for r in rows if any(r[m] for m in MEASURES)}


def expected(finals: list[dict[str, Any]]) -> dict[tuple[Any, ...], list[int]]:
    return {(k.dim, k.day, k.key): v for k, v in fold([(None, f) for f in finals]).items()}


async def publish(db: Database, *events: Event) -> None:
    async with db.job_work() as work:
        for event in events:
            work.publish(event)


class TestCounters:
    async def test_equal_a_recount_after_random_lives(self, database):
        pick = random.Random(5)
        now: dict[int, dict[str, Any] | None] = {}
        for _ in range(12):
            events = []
            for _ in range(pick.randint(1, 40)):
                case = pick.randint(1, 60)
                after = facts(pick)
                events.append(Changed(case, now.get(case), after))
                now[case] = after
            await publish(database, *events)
            await Dispatcher(database, HANDLERS).drain()
        assert await kept(database) == expected([f for f in now.values() if f])

    async def test_draining_again_counts_nothing_twice(self, database):
        before = await kept(database)
        assert await Dispatcher(database, HANDLERS).drain() == 0
        assert await kept(database) == before

    async def test_a_consumer_that_dies_half_way_has_counted_nothing(self, database):
        before = await kept(database)
        await publish(database, Changed(999, None, facts(random.Random(1), town="320282109")))

        async def dies(work, events):
            await HANDLERS[0].run(work, events)
            raise RuntimeError("power cut")

        with pytest.raises(RuntimeError):
            await Dispatcher(database, [Handler("decide.tally", ("cases.changed",), dies)]).drain()
        assert await kept(database) == before
        await Dispatcher(database, HANDLERS).drain()
        assert ("town", dt.date(2026, 11, 21), "320282109") in await kept(database)


CASE = """
with m as (
    insert into commons.flow_matter (kind, number, flow, flow_version, state, stage, title, opened_by, opened_at, updated_at, version)
    values ('case', %(number)s, 'p.f', 1, 'x', 'handle', 't', 2, %(at)s, %(at)s, 1) returning id
)
insert into govern.cases_case (id, number, type, channel, title, text, class, state, stage, town, grid, lead, opened_at,
    closed_at, updated_at, verdict, overdue, returned, reworked, rating, person)
select id, %(number)s, 'c', 'citizen', 't', 't', %(class)s, %(state)s, %(stage)s, %(town)s, %(grid)s, %(office)s, %(at)s,
    %(closed)s, %(at)s, %(verdict)s, %(overdue)s, %(returned)s, %(reworked)s, %(rating)s, %(person)s from m
"""


async def put_case(db: Database, one: dict[str, Any], number: str, at: dt.datetime, closed: dt.datetime | None) -> None:
    """A case as its rooms would have left it; no role of the city may write these rows past their doors."""
    async with await psycopg.AsyncConnection.connect(db.url) as owner:
        await owner.execute(CASE, {**one, "number": number, "at": at, "closed": closed})


class TestRebuild:
    async def test_gives_what_the_events_gave_and_leaves_no_event_to_count_twice(self, database):
        pick = random.Random(9)
        finals = [facts(pick, village=None) for _ in range(30)]
        at = dt.datetime(2026, 11, 21, 9, tzinfo=dt.UTC)
        async with database.job_work() as work:
            await work.run("delete from decide.indicators_tally")
        for n, one in enumerate(finals):
            closed = at + dt.timedelta(days=1) if one["closed_on"] else None
            await put_case(database, one, f"20261121{n:06d}", at, closed)
        # Events that the consumer has not taken yet are in the cases already: the recount takes the cursor past them.
        await publish(database, *(Changed(5000 + n, None, one) for n, one in enumerate(finals)))
        async with database.job_work() as work:
            assert await service.rebuild(work) >= 30
        assert await kept(database) == expected(finals)
        await Dispatcher(database, HANDLERS).drain()
        assert await kept(database) == expected(finals)

    async def test_with_another_transaction_running_the_late_events_are_still_counted_once(self, database):
        before = await kept(database)
        still_open = {"state": "handling", "stage": "handle", "closed_on": None, "verdict": None, "rating": None}
        one = facts(random.Random(3), village=None, town="320282777", grid=None, **still_open)
        at = dt.datetime(2026, 11, 21, 9, tzinfo=dt.UTC)
        async with database.job_work() as slow:
            await slow.value("select pg_current_xact_id()::text")
            await put_case(database, one, "20261121900001", at, None)
            await publish(database, Changed(9001, None, one))
            # The event is committed but lies beyond the oldest running transaction: the recount sees its case, and
            # the consumer will still get the event. Together they must count it once.
            async with database.job_work() as work:
                await service.rebuild(work)
        await Dispatcher(database, HANDLERS).drain()
        after = await kept(database)
        assert after == {**before, **{k: v for k, v in after.items() if k[2] == "320282777" or k[0] != "town"}}
        town = [v for k, v in after.items() if k[0] == "town" and k[2] == "320282777"]
        assert [row[0] for row in town] == [1, 1]


def spec(sql: str, **changes: Any) -> IndicatorSpec:
    return IndicatorSpec.model_validate(
        {
            "title": {"zh": "按期结案率"}, "unit": "%", "grain": ["day", "dim", "key"], "sql": sql,
            "bands": {"red": "< 50"}, "definition": {"zh": "按期结案数 ÷ 结案数"}, "source": {"zh": "参照 GB/T 30428.4"},
        } | changes
    )  # fmt: skip


class TestDeclared:
    async def test_a_rate_is_computed_from_its_parts_by_any_dimension(self, database):
        async with database.job_work() as work:
            await service.install(work, "p", {"ontime": spec("select day, dim, key, ontime, closed from tallies")})
            indicator = (await service.indicators(work, ["p.ontime"]))["p.ontime"]
            whole, towns, days = await service.compute(
                work, [(indicator, []), (indicator, ["town"]), (indicator, ["day"])]
            )
            county = await store.sums(work, "county", None, None)
        closed, ontime = sum(r["closed"] for r in county), sum(r["ontime"] for r in county)
        assert (whole[0].numerator, whole[0].denominator) == (ontime, closed)
        assert sum(v.denominator for v in towns) == closed
        assert sum(v.denominator for v in days) == closed

    async def test_sql_that_cannot_run_is_refused_at_installation(self, database):
        with pytest.raises(SqlFailed):
            async with database.job_work() as work:
                await service.install(work, "q", {"bad": spec("select day, dim, key, nothing, closed from tallies")})

    async def test_the_corner_is_read_only_and_leaves_no_trace(self, database):
        async with database.job_work() as work:
            async with store.Reading(work, 1000) as reading:
                (row,) = await reading.rows("select current_setting('transaction_read_only') as ro", {})
                assert row["ro"] == "on"
            assert await work.value("select current_setting('transaction_read_only')") == "off"
            assert await work.value("select current_setting('search_path')") != "pg_catalog"
