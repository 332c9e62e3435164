"""Following a case: it stays in one's own list and its news come in."""

from chengshu.govern.cases.errors import CaseUnknown
from chengshu.govern.cases.store import cases
from chengshu.runtime.database import Work


async def follow(work: Work, id: int) -> None:
    """Follow a case one may see."""
    if not await cases.follow(work, id):
        raise CaseUnknown(field="id", value=id)


async def unfollow(work: Work, id: int) -> None:
    """Follow it no longer."""
    await cases.unfollow(work, id)
