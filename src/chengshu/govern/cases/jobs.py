"""Periodic work of cases."""

from chengshu.govern.cases.service import learning, overrun
from chengshu.runtime.database import Work
from chengshu.runtime.jobs import Job


async def train(work: Work) -> int:
    """Teach the class model; never twice in a row, so it reports nothing to go on with."""
    await learning.train_classes(work)
    return 0


async def overruns(work: Work) -> int:
    """Note which cases have run over their limit."""
    return await overrun.note_overruns(work)


JOBS = [Job("cases.train", 3600, train), Job("cases.overruns", 20, overruns)]
