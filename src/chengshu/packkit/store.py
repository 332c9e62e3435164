"""What is installed: every query on data.packkit_*."""

from collections.abc import Sequence
from typing import Any

import orjson

from chengshu.runtime.database import Work


async def list_installed(work: Work) -> dict[str, dict[str, Any]]:
    """Packs that are or were installed, by id."""
    rows = await work.rows(
        "select id, version, digest, declarations, params, state, installed_at from data.packkit_pack order by id"
    )
    return {row["id"]: row for row in rows}


SAVE = """
insert into data.packkit_pack (id, version, digest, declarations, params, state, installed_at)
select p ->> 'id', p ->> 'version', p ->> 'digest', p -> 'declarations', p -> 'params', 'installed', %(now)s
from jsonb_array_elements(%(packs)s::jsonb) p
on conflict (id) do update
set version = excluded.version, digest = excluded.digest, declarations = excluded.declarations,
    params = excluded.params, state = 'installed', installed_at = excluded.installed_at
"""
SAVE_HISTORY = """
insert into data.packkit_history (pack, version, digest, action, changes, actor, at)
select p ->> 'id', p ->> 'version', p ->> 'digest', p ->> 'action', p -> 'changes', %(actor)s, %(now)s
from jsonb_array_elements(%(packs)s::jsonb) p
"""


async def save(work: Work, packs: Sequence[dict[str, Any]]) -> None:
    """Keep what was installed, and how it came."""
    params = {"packs": orjson.dumps(list(packs), default=str).decode(), "now": work.now, "actor": work.actor.id}
    await work.run(SAVE, params)
    await work.run(SAVE_HISTORY, params)


SET_STATE = """
with changed as (
    update data.packkit_pack set state = %(state)s where id = %(pack)s returning id, version, digest
)
insert into data.packkit_history (pack, version, digest, action, actor, at)
select id, version, digest, %(action)s, %(actor)s, %(now)s from changed
"""


async def set_state(work: Work, pack: str, state: str, action: str) -> None:
    """Note that a pack was switched off or removed."""
    await work.run(SET_STATE, {"pack": pack, "state": state, "action": action, "actor": work.actor.id, "now": work.now})


async def list_history(work: Work, pack: str) -> list[dict[str, Any]]:
    """What was done with a pack, newest first."""
    return await work.rows(
        "select version, action, changes, actor, at from data.packkit_history where pack = %(pack)s"
        " order by id desc limit 100",
        {"pack": pack},
    )
