"""What cases announce is exactly what they are: facts before and after fit together, step by step."""

import datetime as dt
import itertools
from collections.abc import Awaitable, Callable
from typing import Any

from chengshu.govern.cases.logic.facts import facts_of
from chengshu.govern.cases.service import overrun
from chengshu.runtime.city import City
from chengshu.runtime.jobs import run_once
from tests.govern.cases.conftest import Door
from tests.govern.cases.test_life import closed_case

Doors = Callable[[str], Awaitable[Door]]
EVENTS = "select payload from runtime.outbox_event where topic = 'cases.changed' order by txid, id"


async def told(city: City) -> dict[int, list[dict[str, Any]]]:
    async with city.db.job_work() as work:
        events: dict[int, list[dict[str, Any]]] = {}
        for row in await work.rows(EVENTS):
            events.setdefault(row["payload"]["id"], []).append(row["payload"])
    return events


async def check_chain(city: City) -> dict[int, list[dict[str, Any]]]:
    """Every step begins where the one before ended, and the last one is the row."""
    events = await told(city)
    async with city.db.job_work() as work:
        rows = {r["id"]: r for r in await work.rows("select *, region::text as region from govern.cases_case")}
    assert set(events) == set(rows)
    for id_, steps in events.items():
        assert steps[0]["before"] is None
        for earlier, later in itertools.pairwise(steps):
            assert later["before"] == earlier["after"], (id_, later["move"])
        assert steps[-1]["after"] == dict(facts_of(rows[id_])), id_
    return events


class TestFacts:
    async def test_a_whole_life(self, door: Doors, city: City) -> None:
        case = await closed_case(door, city, 21)
        events = await check_chain(city)
        moves = [e["move"] for e in events[case["id"]]]
        assert moves[0] == "open"
        assert moves[-1] == "close"
        last = events[case["id"]][-1]["after"]
        assert last["closed_on"] is not None
        assert last["person"] is not None

    async def test_merging_and_undoing(self, door: Doors, city: City) -> None:
        center = await door("center")
        one, other = await center.open(text="甲处大坑"), await center.open(text="乙处大坑")
        other = await center.move(other, "merge", into=one["id"], reason="同一处")
        assert other["state"] == "merged"
        one = await center.get(f"/api/cases/{one['id']}")
        assert (one["merged_count"], [m["id"] for m in one["merged"]]) == (1, [other["id"]])
        other = await center.move(other, "unmerge", reason="并错了")
        assert other["state"] == "reported"
        assert (await center.get(f"/api/cases/{one['id']}"))["merged_count"] == 0
        await check_chain(city)

    async def test_opening_into_another(self, door: Doors, city: City) -> None:
        center = await door("center")
        one = await center.open(text="丙处大坑")
        other = await center.open(text="丙处有坑", merge_into=one["id"])
        assert (other["state"], other["into"]["id"]) == ("merged", one["id"])
        refusal = await center.open(409, text="又一处", merge_into=other["id"])
        assert refusal["field"] == "merge_into"
        await check_chain(city)

    async def test_splitting(self, door: Doors, city: City) -> None:
        center = await door("center")
        case = await center.open(**{"class": "020113"})
        case = await center.move(case, "file")
        case = await center.move(case, "split", offices=["water", "urban_management"], reason="两家分办")
        assert len(case["children"]) == 2
        child = await center.get(f"/api/cases/{case['children'][0]['id']}")
        assert (child["parent"], child["state"], child["lead"]["org"]) == (case["id"], "assigned", "water")
        assert child["class"]["code"] == "020113"
        await check_chain(city)

    async def test_handing_back_counts(self, door: Doors, city: City) -> None:
        center, urban = await door("center"), await door("urban")
        case = await center.open(**{"class": "020113"})
        case = await center.move(case, "file")
        move = "dispatch" if case["state"] == "filed" else "reassign"
        case = await center.move(case, move, lead="urban_management", reason="请办")
        refusal = await urban.move(case, "return", 422)
        assert refusal["field"] == "reason"
        case = await urban.move(case, "return", reason="不属我局", clause="第 3 条")
        assert (case["state"], case["counters"]["returned"]) == ("filed", 1)
        events = await check_chain(city)
        assert events[case["id"]][-1]["after"]["returned"] == 1

    async def test_running_over_is_told_once(
        self, door: Doors, city: City, drain: Callable[[], Awaitable[int]]
    ) -> None:
        center = await door("center")
        case = await center.open(text="没人管的坑")
        async with city.db.job_work() as work:
            work.now += dt.timedelta(days=60)
            assert await overrun.note_overruns(work) >= 1
            assert await overrun.note(work, [case["id"]]) == 0
        events = await check_chain(city)
        assert (events[case["id"]][-1]["move"], events[case["id"]][-1]["after"]["overdue"]) == ("overdue", True)
        await drain()

    async def test_jobs_run(self, city: City) -> None:
        from chengshu.govern.cases.jobs import JOBS

        for job in JOBS:
            await run_once(city.db, job)
