"""The worker process: delivers events to their consumers and keeps the periodic jobs going."""

import asyncio
import logging

import psycopg

from chengshu.app import Refresher, handlers, jobs
from chengshu.runtime.city import City
from chengshu.runtime.jobs import JobRunner
from chengshu.runtime.outbox import CHANNEL, Dispatcher

log = logging.getLogger(__name__)


async def run(city: City) -> None:
    """Work until cancelled; a lost database is waited for."""
    refresher = Refresher(city)
    city.live.listeners.append(refresher.notice)
    dispatcher = Dispatcher(city.db, handlers())
    async with asyncio.TaskGroup() as group:
        group.create_task(_wake(city, dispatcher))
        group.create_task(_patient(dispatcher.run))
        group.create_task(JobRunner(city.db, jobs()).run())
        group.create_task(city.live.run())
        group.create_task(refresher.run())


async def _patient(start) -> None:  # type: ignore[no-untyped-def]
    while True:
        try:
            await start()
            return
        except* (psycopg.OperationalError, OSError) as errors:
            log.warning("the database is away, trying again: %s", errors.exceptions[0])
        await asyncio.sleep(1)


async def _wake(city: City, dispatcher: Dispatcher) -> None:
    """Turn NOTIFY into wake-ups; the consumers' own patience covers the time without a connection."""
    while True:
        try:
            conn = await city.db.listen(CHANNEL)
            try:
                async for _ in conn.notifies():
                    dispatcher.wake()
            finally:
                await conn.close()
        except (psycopg.Error, OSError) as error:
            log.warning("lost the outbox channel, trying again: %s", error)
        await asyncio.sleep(1)
