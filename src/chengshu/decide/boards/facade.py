"""What other rooms may call of boards: packkit installs and removes them (kind `boards`)."""

from collections.abc import Mapping

from chengshu.decide.boards import service
from chengshu.decide.boards.spec import BoardSpec
from chengshu.runtime.database import Work

__all__ = ["install", "remove"]


async def install(work: Work, pack: str, declared: Mapping[str, BoardSpec]) -> None:
    """Make a pack's boards exactly these; their indicators must be installed before."""
    await service.install(work, pack, declared)


async def remove(work: Work, pack: str) -> None:
    """Switch a pack's boards off."""
    await service.remove(work, pack)
