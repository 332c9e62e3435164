"""Queries of gridwork."""

from typing import Any

from chengshu.runtime.database import Work

CHECK_IN = """
insert into govern.gridwork_patrol (actor_id, grid, region, at, lon, lat, accuracy_m, inside, note)
values (%(actor)s, %(grid)s, %(region)s::ltree, %(now)s, %(lon)s, %(lat)s, %(accuracy)s, %(inside)s, %(note)s)
returning id, at
"""
MINE = """
select id, grid, at, lon, lat, inside, note from govern.gridwork_patrol
where actor_id = %(actor)s and at >= %(since)s order by at desc limit 200
"""


async def check_in(work: Work, values: dict[str, Any]) -> dict[str, Any]:
    """Note where a grid worker is."""
    row = await work.row(CHECK_IN, {**values, "actor": work.actor.id, "now": work.now})
    assert row is not None
    return row


async def my_patrols(work: Work, since: Any) -> list[dict[str, Any]]:
    """The actor's own notes since a moment, newest first."""
    return await work.rows(MINE, {"actor": work.actor.id, "since": since})
