"""Live push: stored events whose class is `live` reach every open screen whose session may see them, within a second.

Each web process listens for the outbox's NOTIFY, reads what is new once, and hands it to its subscribers.
"""

import asyncio
import logging
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import orjson
import psycopg

from chengshu.base.actor import Actor

if TYPE_CHECKING:
    from chengshu.runtime.database import Database

log = logging.getLogger(__name__)
QUEUE = 256
BEAT = 15.0
NEW = """
select id, txid::text, topic, payload from runtime.outbox_event
where (txid, id) > ((%(txid)s)::xid8, %(id)s) and txid < pg_snapshot_xmin(pg_current_snapshot()) and live
order by txid, id limit 1000
"""
NOW = "select (pg_snapshot_xmin(pg_current_snapshot())::text::bigint - 1)::text as txid"
RESYNC = b"event: resync\ndata: {}\n\n"


@dataclass(eq=False)
class Subscriber:
    """One open screen; a screen too slow for its queue is told to reload its state."""

    actor: Actor
    topics: frozenset[str] | None
    queue: asyncio.Queue[bytes] = field(default_factory=lambda: asyncio.Queue(QUEUE))
    behind: bool = False

    def offer(self, message: bytes) -> None:
        if self.behind:
            return
        try:
            self.queue.put_nowait(message)
        except asyncio.QueueFull:
            self.behind = True


def under(path: str, roots: tuple[str, ...]) -> bool:
    return any(path == root or path.startswith(root + ".") for root in roots)


def may_see(actor: Actor, payload: dict[str, Any]) -> bool:
    """The same rule as row-level security: by region, by office, or addressed to the person."""
    if (to := payload.get("actor")) is not None and payload.get("region") is None and not payload.get("orgs"):
        return to == actor.id
    region, orgs = payload.get("region"), payload.get("orgs")
    if region is None and not orgs:
        return True
    if region is not None and under(region, actor.regions):
        return True
    return any(under(org, actor.orgs) for org in orgs or ())


class Live:
    """The fan-out of one web process."""

    def __init__(self, db: "Database") -> None:
        self.db = db
        self.subscribers: set[Subscriber] = set()
        self.listeners: list[Any] = []
        self._cursor = ("0", 0)

    async def run(self) -> None:
        """Listen until cancelled; a lost database connection is taken up again and screens are told to reload."""
        while True:
            try:
                await self._listen()
            except (psycopg.Error, OSError) as error:
                log.warning("live push lost the database, trying again: %s", error)
                await asyncio.sleep(1)
                for one in self.subscribers:
                    one.offer(RESYNC)

    async def _listen(self) -> None:
        conn = await self.db.listen("chengshu_outbox")
        try:
            async with self.db.job_work() as work:
                self._cursor = (str(await work.value(NOW)), 2**62)
            while True:
                async for _ in conn.notifies(timeout=0.5, stop_after=1):
                    pass
                await self._spread()
        finally:
            await conn.close()

    async def _spread(self) -> None:
        async with self.db.job_work() as work:
            rows = await work.rows(NEW, {"txid": self._cursor[0], "id": self._cursor[1]})
        if not rows:
            return
        self._cursor = (rows[-1]["txid"], rows[-1]["id"])
        for row in rows:
            payload = row["payload"]
            for listener in self.listeners:
                listener(row["topic"], payload)
            if not self.subscribers:
                continue
            body = orjson.dumps({"topic": row["topic"], **payload})
            message = b"event: " + row["topic"].encode() + b"\ndata: " + body + b"\n\n"
            for one in self.subscribers:
                if (one.topics is None or row["topic"] in one.topics) and may_see(one.actor, payload):
                    one.offer(message)

    async def stream(self, actor: Actor, topics: frozenset[str] | None) -> AsyncIterator[bytes]:
        """Server-sent events for one screen, with a heartbeat; ends never by itself."""
        me = Subscriber(actor, topics)
        self.subscribers.add(me)
        try:
            yield b"retry: 2000\nevent: hello\ndata: {}\n\n"
            while True:
                if me.behind and me.queue.empty():
                    me.behind = False
                    yield RESYNC
                try:
                    yield await asyncio.wait_for(me.queue.get(), BEAT)
                except TimeoutError:
                    yield b": beat\n\n"
        finally:
            self.subscribers.discard(me)
