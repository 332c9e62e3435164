"""Queries of uploaded files, and of who may see them."""

from collections.abc import Sequence
from typing import Any

from psycopg.types.json import Jsonb

from chengshu.runtime.database import Work

KEEP = "select govern.cases_keep_upload(%(values)s::jsonb)"
KNOWN = "select * from govern.cases_known_uploads(%(hashes)s)"
# Row-level security: seen by whoever sees a case it is attached to, and by its uploader before that.
VISIBLE = """
select u.media_type, u.public_hash, u.thumb_hash, u.name from govern.cases_upload u
where u.hash = %(hash)s or u.thumb_hash = %(hash)s or u.public_hash = %(hash)s limit 1
"""


async def keep(work: Work, values: dict[str, Any]) -> None:
    """Note what is known of an uploaded file; the same file again changes nothing."""
    await work.run(KEEP, {"values": Jsonb({**values, "uploaded_by": work.actor.id, "uploaded_at": work.now})})


async def known(work: Work, hashes: Sequence[str]) -> dict[str, dict[str, Any]]:
    """What is known of these files, by hash."""
    return {r["hash"]: r for r in await work.rows(KNOWN, {"hashes": list(hashes)})} if hashes else {}


async def visible(work: Work, hash: str) -> dict[str, Any] | None:
    """A file the actor may see."""
    return await work.row(VISIBLE, {"hash": hash})
