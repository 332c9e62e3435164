"""Events are stored with their cause, handled once each, and never stepped over by a late commit."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import pytest

from chengshu.runtime.database import Database, Work
from chengshu.runtime.outbox import Dispatcher, Event, Handler, StoredEvent


@dataclass(frozen=True)
class Counted(Event):
    topic: ClassVar[str] = "test.counted"
    number: int


class Sink:
    """A consumer whose effect is in the database, so that exactly-once can be seen."""

    def __init__(self, name: str, break_on: int | None = None) -> None:
        self.break_on = break_on
        self.handler = Handler(name, ("test.counted",), self.take)

    async def take(self, work: Work, events: Sequence[StoredEvent]) -> None:
        numbers = [e.payload["number"] for e in events]
        await work.run(
            "insert into runtime.test_sink select %(name)s, unnest(%(numbers)s::int[])",
            {"name": self.handler.name, "numbers": numbers},
        )
        if self.break_on in numbers:
            raise RuntimeError("broken on purpose")

    async def taken(self, db: Database) -> list[int]:
        async with db.job_work() as work:
            rows = await work.rows("select number from runtime.test_sink where name = %s", [self.handler.name])
        return sorted(r["number"] for r in rows)


@pytest.fixture(scope="module")
async def db(database: Database) -> Database:
    conn = await database.listen()
    await conn.execute("create table runtime.test_sink (name text, number int)")
    await conn.execute("grant insert, select on runtime.test_sink to chengshu_worker")
    await conn.close()
    return database


async def publish(db: Database, *numbers: int) -> None:
    async with db.job_work() as work:
        for number in numbers:
            work.publish(Counted(number))


class TestOutbox:
    async def test_events_arrive_once_and_in_order(self, db: Database) -> None:
        sink = Sink("test.once")
        dispatcher = Dispatcher(db, [sink.handler])
        await publish(db, 1, 2, 3)
        assert await dispatcher.drain() == 3
        assert await dispatcher.drain() == 0
        assert await sink.taken(db) == [1, 2, 3]

    async def test_nothing_is_published_when_the_work_fails(self, db: Database) -> None:
        sink = Sink("test.fail")
        await Dispatcher(db, [sink.handler]).drain()
        before = await sink.taken(db)
        with pytest.raises(ZeroDivisionError):
            async with db.job_work() as work:
                work.publish(Counted(99))
                _ = 1 / 0
        await Dispatcher(db, [sink.handler]).drain()
        assert await sink.taken(db) == before

    async def test_a_late_commit_is_not_stepped_over(self, db: Database) -> None:
        sink = Sink("test.late")
        dispatcher = Dispatcher(db, [sink.handler])
        await dispatcher.drain()
        entered, leave = asyncio.Event(), asyncio.Event()

        async def slow() -> None:
            async with db.job_work() as work:
                work.publish(Counted(1001))
                await work.flush()
                entered.set()
                await leave.wait()

        task = asyncio.create_task(slow())
        await entered.wait()
        await publish(db, 1002)
        await dispatcher.drain()
        assert 1002 not in await sink.taken(db)  # it waits for the older transaction
        leave.set()
        await task
        await dispatcher.drain()
        assert {1001, 1002} <= set(await sink.taken(db))

    async def test_a_failed_batch_leaves_no_effect_and_comes_again(self, db: Database) -> None:
        sink = Sink("test.again", break_on=2001)
        dispatcher = Dispatcher(db, [sink.handler])
        await publish(db, 2000, 2001)
        with pytest.raises(RuntimeError, match="on purpose"):
            await dispatcher.drain()
        assert 2000 not in await sink.taken(db)
        sink.break_on = None
        await dispatcher.drain()
        assert sorted(n for n in await sink.taken(db) if n >= 2000) == [2000, 2001]

    async def test_two_workers_do_not_double(self, db: Database) -> None:
        sink = Sink("test.two")
        dispatchers = [Dispatcher(db, [sink.handler]) for _ in range(2)]
        await asyncio.gather(*(publish(db, 3000 + n) for n in range(20)))
        for _ in range(3):
            await asyncio.gather(*(d.drain() for d in dispatchers))
        assert [n for n in await sink.taken(db) if n >= 3000] == list(range(3000, 3020))
