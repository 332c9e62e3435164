"""Queries of who keeps which grid."""

from typing import Any

from chengshu.runtime.database import Work

STAFFED = "select govern.gridwork_staffed() as grids"
KEEPERS = "select * from govern.gridwork_keepers(%(region)s::ltree)"


async def staffed_grids(work: Work) -> list[str]:
    """Codes of the grids that somebody keeps now."""
    return list(await work.value(STAFFED) or ())


async def keepers(work: Work, region: str) -> list[dict[str, Any]]:
    """Who keeps the grids of a region the actor may see."""
    return await work.rows(KEEPERS, {"region": region})
