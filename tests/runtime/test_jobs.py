"""Periodic jobs run on one worker at a time and leave a record."""

import asyncio

from chengshu.runtime.database import Database, Work
from chengshu.runtime.jobs import Job, JobRunner, run_once


async def state(db: Database, name: str) -> dict[str, object]:
    async with db.job_work() as work:
        return await work.row("select * from runtime.job_state where name = %s", [name]) or {}


class TestJobs:
    async def test_two_workers_share_a_job(self, database: Database) -> None:
        inside = most = 0

        async def run(work: Work) -> int:
            nonlocal inside, most
            inside += 1
            most = max(most, inside)
            await asyncio.sleep(0.05)
            inside -= 1
            return 1

        job = Job("test.shared", 1, run)
        results = await asyncio.gather(*(run_once(database, job) for _ in range(3)))
        assert most == 1
        assert sum(results) == 1
        assert (await state(database, "test.shared"))["runs"] == 1

    async def test_a_failing_job_is_noted_and_others_go_on(self, database: Database) -> None:
        went = asyncio.Event()

        async def bad(work: Work) -> int:
            raise RuntimeError("broken on purpose")

        async def good(work: Work) -> int:
            went.set()
            return 0

        runner = asyncio.create_task(JobRunner(database, [Job("test.bad", 60, bad), Job("test.good", 60, good)]).run())
        await asyncio.wait_for(went.wait(), 5)
        for _ in range(100):
            if (await state(database, "test.bad")).get("last_fault"):
                break
            await asyncio.sleep(0.02)
        runner.cancel()
        await asyncio.gather(runner, return_exceptions=True)
        assert "broken on purpose" in str((await state(database, "test.bad"))["last_fault"])
