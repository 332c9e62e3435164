"""Reactions to other rooms' events."""

from collections.abc import Sequence

from chengshu.govern.cases.service import addresses, overrun
from chengshu.runtime.database import Work
from chengshu.runtime.outbox import Handler, StoredEvent


async def on_overdue(work: Work, events: Sequence[StoredEvent]) -> None:
    """A clock of a case ran out: its row says so, and tallies hear of it."""
    await overrun.note(work, [e.payload["id"] for e in events if e.payload.get("kind") == "case"])


async def on_located(work: Work, events: Sequence[StoredEvent]) -> None:
    """A case was filed or closed: where its address lies is known by now, and found again by the next caller."""
    await addresses.learn(work, [e.payload["id"] for e in events if e.payload.get("move") in LOCATED])


LOCATED = ("file", "close")
HANDLERS = [
    Handler("cases.overdue", ("flow.overdue",), on_overdue),
    Handler("cases.addresses", ("cases.changed",), on_located),
]
