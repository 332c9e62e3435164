"""Reactions to other rooms' events."""

from collections.abc import Sequence

from chengshu.govern.cases.service import overrun
from chengshu.runtime.database import Work
from chengshu.runtime.outbox import Handler, StoredEvent


async def on_overdue(work: Work, events: Sequence[StoredEvent]) -> None:
    """A clock of a case ran out: its row says so, and tallies hear of it."""
    await overrun.note(work, [e.payload["id"] for e in events if e.payload.get("kind") == "case"])


HANDLERS = [Handler("cases.overdue", ("flow.overdue",), on_overdue)]
