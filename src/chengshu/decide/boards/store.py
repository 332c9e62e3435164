"""Every query of boards."""

from collections.abc import Mapping
from typing import Any

import orjson

from chengshu.runtime.database import Work

LIST = "select id, pack, body from decide.boards_board where active order by id"
ONE = "select id, pack, body from decide.boards_board where active and id = %(id)s"
INSTALL = """
insert into decide.boards_board (id, pack, body, installed_at)
select id, %(pack)s, body, %(now)s from jsonb_to_recordset(%(rows)s::jsonb) as r (id text, body jsonb)
on conflict (id) do update set pack = excluded.pack, body = excluded.body, active = true, installed_at = excluded.installed_at
"""
RETIRE = "update decide.boards_board set active = false where pack = %(pack)s and active and not (id = any(%(kept)s::text[]))"


async def boards(work: Work) -> list[dict[str, Any]]:
    """Installed boards."""
    return await work.rows(LIST)


async def board(work: Work, id: str) -> dict[str, Any] | None:
    """One installed board."""
    return await work.row(ONE, {"id": id})


async def install(work: Work, pack: str, bodies: Mapping[str, Mapping[str, Any]]) -> None:
    """Make a pack's boards exactly these."""
    rows = [{"id": key, "body": body} for key, body in bodies.items()]
    if rows:
        await work.run(INSTALL, {"pack": pack, "now": work.now, "rows": orjson.dumps(rows).decode()})
    await work.run(RETIRE, {"pack": pack, "kept": list(bodies)})
