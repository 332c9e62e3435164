"""Cases that have run over their limit: noted once, told to the tallies as a change of facts."""

from collections.abc import Sequence

from chengshu.govern.cases.service.kind import announce
from chengshu.govern.cases.store import cases
from chengshu.runtime.database import Work

BATCH = 500


async def note(work: Work, ids: Sequence[int]) -> int:
    """Note these cases as overdue if they are; returns how many this changed."""
    if not ids:
        return 0
    changed = await cases.mark_overrun(work, ids)
    announce(work, changed, "overdue")
    return len(changed)


async def note_overruns(work: Work) -> int:
    """What no event told of: cases without alarms, or a clock that was set forward."""
    return await note(work, await cases.due_now(work, BATCH))
