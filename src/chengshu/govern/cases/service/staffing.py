"""Which grids somebody keeps: known in memory, looked up again when posts change or a minute has passed."""

import time
from collections.abc import Mapping
from typing import Any

from chengshu.govern.cases.store import staffing
from chengshu.runtime.database import Work

LOOK_AGAIN_S = 60.0
POSTS_CHANGED = "security.posts_changed"


class Staffing:
    """What `work.city.staffing` is."""

    def __init__(self) -> None:
        self.grids: frozenset[str] = frozenset()
        self._looked = float("-inf")

    def on_event(self, topic: str, _payload: Mapping[str, Any]) -> None:
        """A listener for live events."""
        if topic == POSTS_CHANGED:
            self.forget()

    def forget(self) -> None:
        """Look into the database at the next question."""
        self._looked = float("-inf")

    async def refresh(self, work: Work) -> None:
        """Look up who keeps which grid, at most once a minute."""
        if time.monotonic() - self._looked >= LOOK_AGAIN_S:
            self._looked = time.monotonic()
            self.grids = frozenset(await staffing.staffed_grids(work))


def _staffing(work: Work) -> Staffing:
    if not work.city.has("staffing"):
        work.city.put("staffing", Staffing())
    return work.city.staffing


async def refresh_staffing(work: Work) -> None:
    """Make sure the answer of `staffed` is at most a minute old."""
    await _staffing(work).refresh(work)


async def keepers_of(work: Work, region: str) -> list[dict[str, Any]]:
    """Who keeps the grids of a region, as far as the actor may see."""
    return await staffing.keepers(work, region)


def staffed(work: Work, grid: str) -> bool:
    """Whether somebody keeps a grid, as last looked up."""
    return grid in _staffing(work).grids
