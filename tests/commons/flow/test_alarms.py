"""Alarms are heard exactly once, whatever is killed."""

import asyncio
import datetime as dt

import pytest
from tests.commons.flow.conftest import CENTER, DISPATCHED, GRIDDER, WATER, ZONE, go, opened, set_clock

from chengshu.commons.flow import facade
from chengshu.commons.flow.service import alarming
from chengshu.runtime.database import Database
from chengshu.runtime.jobs import Job, run_once


class TestAlarms:
    async def test_each_is_raised_exactly_once_even_when_killed(self, town: Database) -> None:
        await set_clock(town, dt.datetime(2027, 3, 1, 9, 0, tzinfo=ZONE))
        moved = await opened(town, *DISPATCHED)
        moved = await go(town, WATER, moved.matter.id, "accept")
        id_ = moved.matter.id
        due = moved.matter.due_at
        assert due is not None

        async def raised() -> list[str]:
            async with town.job_work() as work:
                rows = await work.rows(
                    "select topic from runtime.outbox_event where (payload->>'id')::bigint = %(id)s and topic in"
                    " ('flow.warned', 'flow.overdue', 'flow.escalated') order by id",
                    {"id": id_},
                )
            return [r["topic"] for r in rows]

        async def ring_all() -> None:
            while await run_once(town, Job("flow.alarms", 5, alarming.ring)):
                pass

        await ring_all()
        assert await raised() == []
        await set_clock(town, due + dt.timedelta(seconds=1))
        with pytest.raises(RuntimeError, match="killed"):
            async with town.job_work() as work:
                assert await alarming.ring(work) > 0
                await work.flush()
                raise RuntimeError("killed")
        assert await raised() == []
        await asyncio.gather(ring_all(), ring_all())
        assert await raised() == ["flow.warned", "flow.overdue"]
        await set_clock(town, due + dt.timedelta(days=3))
        await ring_all()
        await ring_all()
        assert await raised() == ["flow.warned", "flow.overdue", "flow.escalated", "flow.escalated"]
        async with town.job_work() as work:
            entries = await facade.timeline(work, id_)
            found = await facade.load(work, id_)
        assert [e.move for e in entries[-2:]] == ["escalated", "escalated"]
        assert "gov.supervision" in found.matter.orgs
        assert entries[-1].actor == "系统"

    async def test_a_move_makes_itself_when_its_clock_runs_out(self, town: Database) -> None:
        moved = await opened(town, *DISPATCHED)
        id_ = moved.matter.id
        await go(town, WATER, id_, "accept")
        await go(town, WATER, id_, "submit", result="好了")
        await go(town, GRIDDER, id_, "verify_pass")
        closed = await go(town, CENTER, id_, "close")
        assert closed.matter.closed_at is not None
        await set_clock(town, closed.matter.closed_at + dt.timedelta(days=31))
        while await run_once(town, Job("flow.alarms", 5, alarming.ring)):
            pass
        async with town.job_work() as work:
            assert (await facade.load(work, id_)).matter.state == "rated"
