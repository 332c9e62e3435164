"""Periodic jobs of the worker: each runs on one worker at a time, and its last run is on record."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from chengshu.runtime.database import Database, Work

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Job:
    """`room.verb`, run every so many seconds of real time; `run` returns how much it did: while it did something it
    is called again at once, so that a backlog is worked off without waiting."""

    name: str
    every: float
    run: Callable[["Work"], Awaitable[int | None]]


LOCK = "select pg_try_advisory_xact_lock(hashtextextended(%(name)s, 7)) as mine"
STARTED = """
insert into runtime.job_state (name, last_started, runs) values (%(name)s, clock_timestamp(), 1)
on conflict (name) do update set last_started = clock_timestamp(), runs = runtime.job_state.runs + 1
"""
DONE = "update runtime.job_state set last_done = clock_timestamp(), last_fault = null where name = %(name)s"
FAILED = """
insert into runtime.job_state (name, last_started, last_fault, failures) values (%(name)s, clock_timestamp(), %(fault)s, 1)
on conflict (name) do update set last_fault = excluded.last_fault, failures = runtime.job_state.failures + 1
"""


async def run_once(db: "Database", job: Job) -> int:
    """Run a job in one transaction unless another worker is at it; returns how much it did."""
    async with db.job_work() as work:
        if not await work.value(LOCK, {"name": job.name}):
            return 0
        done = await job.run(work) or 0
        if done:
            await work.run(STARTED, {"name": job.name})
            await work.run(DONE, {"name": job.name})
        return done


class JobRunner:
    """Keeps every periodic job running; a failing job is logged, noted and tried again at its next turn."""

    def __init__(self, db: "Database", jobs: Sequence[Job]) -> None:
        self.db = db
        self.jobs = jobs

    async def run(self) -> None:
        async with asyncio.TaskGroup() as group:
            for job in self.jobs:
                group.create_task(self._repeat(job))

    async def _repeat(self, job: Job) -> None:
        while True:
            try:
                while await run_once(self.db, job):
                    await asyncio.sleep(0)
            except Exception as error:
                log.exception("job %s failed", job.name)
                await self._note(job.name, error)
            await asyncio.sleep(job.every)

    async def _note(self, name: str, error: Exception) -> None:
        try:
            async with self.db.job_work() as work:
                await work.run(FAILED, {"name": name, "fault": f"{type(error).__name__}: {error}"[:500]})
        except Exception:
            log.exception("could not note the failure of job %s", name)


async def clean(work: "Work") -> None:
    """Drop what nobody can need again: events all consumers have passed (kept 7 days), idempotency keys (3 days)."""
    await work.run(
        """
        delete from runtime.outbox_event e where stored_at < clock_timestamp() - interval '7 days'
          and not exists (select from runtime.outbox_cursor c where (c.txid, c.event_id) < (e.txid, e.id))
        """
    )
    await work.run("delete from runtime.idempotency_key where at < clock_timestamp() - interval '3 days'")


JOBS = [Job("runtime.clean", 3600, clean)]
