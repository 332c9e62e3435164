"""The transactional outbox: an event is stored with the change that caused it and handled exactly once.

A consumer's cursor moves in the same transaction as its effects. Events are read in commit-safe order: only those
whose transaction id lies below the oldest running transaction, so that a late commit is never stepped over.
"""

import asyncio
import dataclasses
import datetime as dt
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, cast

import orjson
from psycopg.types.json import Jsonb

if TYPE_CHECKING:
    from chengshu.runtime.database import Database, Work

log = logging.getLogger(__name__)
BATCH = 500
CHANNEL = "chengshu_outbox"


@dataclass(frozen=True)
class Event:
    """Something that happened. Subclasses set `topic` (`room.happened`) and, to be pushed to screens, `live`."""

    topic: ClassVar[str]
    live: ClassVar[bool] = False

    def payload(self) -> dict[str, Any]:
        return {f.name: getattr(self, f.name) for f in dataclasses.fields(self)}


@dataclass(frozen=True, slots=True)
class StoredEvent:
    """An event as a handler gets it."""

    id: int
    topic: str
    at: dt.datetime
    payload: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Handler:
    """A named consumer of some topics; the name owns the cursor, so it never changes."""

    name: str
    topics: tuple[str, ...]
    run: Callable[["Work", Sequence[StoredEvent]], Awaitable[None]]


def encode(events: Sequence[Event]) -> str:
    """Events as one JSON array for `runtime.outbox_append`."""
    rows = [{"topic": e.topic, "live": e.live, "payload": e.payload()} for e in events]
    return orjson.dumps(rows, default=_plain, option=orjson.OPT_NON_STR_KEYS).decode()


def _plain(value: Any) -> Any:
    if isinstance(value, set | frozenset | tuple):
        return list(cast(Sequence[Any], value))
    return str(value)


NEXT = """
select id, txid::text, topic, at, payload from runtime.outbox_event e
where (e.txid, e.id) > ((%(txid)s)::xid8, %(id)s) and e.txid < pg_snapshot_xmin(pg_current_snapshot())
  and topic = any(%(topics)s)
order by e.txid, e.id limit %(batch)s
"""


async def deliver_once(db: "Database", handler: Handler) -> int:
    """Handle one batch for one consumer; returns how many events it took. Raises what the handler raises."""
    async with db.job_work() as work:
        cursor = await work.row(
            "select txid::text, event_id from runtime.outbox_cursor where consumer = %(name)s for update skip locked",
            {"name": handler.name},
        )
        if cursor is None:
            return 0
        rows = await work.rows(
            NEXT,
            {
                "txid": cursor["txid"],
                "id": cursor["event_id"],
                "topics": list(handler.topics),
                "batch": BATCH,
            },
        )
        if not rows:
            return 0
        events = [StoredEvent(r["id"], r["topic"], r["at"], r["payload"]) for r in rows]
        await handler.run(work, events)
        await work.run(
            "update runtime.outbox_cursor set txid = (%(txid)s)::xid8, event_id = %(id)s, moved_at = clock_timestamp(),"
            " failures = 0, fault = null where consumer = %(name)s",
            {"txid": rows[-1]["txid"], "id": rows[-1]["id"], "name": handler.name},
        )
        return len(rows)


async def register(db: "Database", handlers: Sequence[Handler]) -> None:
    """Give each consumer its cursor; a new consumer starts at the first event still kept."""
    async with db.job_work() as work:
        rows = [{"consumer": h.name, "topics": list(h.topics)} for h in handlers]
        await work.run(
            "insert into runtime.outbox_cursor (consumer, topics)"
            " select consumer, topics from jsonb_to_recordset(%(rows)s) as r (consumer text, topics text[])"
            " on conflict (consumer) do update set topics = excluded.topics"
            " where runtime.outbox_cursor.topics is distinct from excluded.topics",
            {"rows": Jsonb(rows)},
        )


class Dispatcher:
    """Runs every consumer in the worker: woken by NOTIFY, else once a second; one broken consumer holds up no other."""

    def __init__(self, db: "Database", handlers: Sequence[Handler]) -> None:
        self.db = db
        self.handlers = handlers
        self._wake = {h.name: asyncio.Event() for h in handlers}

    def wake(self) -> None:
        for event in self._wake.values():
            event.set()

    async def run(self) -> None:
        await register(self.db, self.handlers)
        async with asyncio.TaskGroup() as group:
            for handler in self.handlers:
                group.create_task(self._consume(handler))

    async def drain(self) -> int:
        """Handle everything there is now, for tests and `chengshu` commands; returns the number of events."""
        await register(self.db, self.handlers)
        total = 0
        while taken := sum([await deliver_once(self.db, h) for h in self.handlers]):
            total += taken
        return total

    async def _consume(self, handler: Handler) -> None:
        wait = 1.0
        while True:
            try:
                while await deliver_once(self.db, handler):
                    pass
                wait = 1.0
            except Exception as error:
                log.exception("consumer %s failed; its events wait", handler.name)
                await self._note_failure(handler, error)
                wait = min(wait * 2, 60.0)
            event = self._wake[handler.name]
            try:
                await asyncio.wait_for(event.wait(), wait)
                # Events of one burst are folded together: fewer, larger batches.
                await asyncio.sleep(0.05)
            except TimeoutError:
                pass
            event.clear()

    async def _note_failure(self, handler: Handler, error: Exception) -> None:
        try:
            async with self.db.job_work() as work:
                await work.run(
                    "update runtime.outbox_cursor set failures = failures + 1, fault = %(fault)s where consumer = %(name)s",
                    {"fault": f"{type(error).__name__}: {error}"[:500], "name": handler.name},
                )
        except Exception:
            log.exception("could not note the failure of %s", handler.name)
