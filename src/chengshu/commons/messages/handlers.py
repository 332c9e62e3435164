"""Reactions to other rooms' events."""

from collections.abc import Sequence

from chengshu.commons.messages import service
from chengshu.runtime.database import Work
from chengshu.runtime.outbox import Handler, StoredEvent

TOPICS = ("cases.changed", "flow.moved", "flow.warned", "flow.overdue", "flow.escalated")


async def on_events(work: Work, events: Sequence[StoredEvent]) -> None:
    """Something happened that a template tells people about."""
    await service.word_events(work, events)


HANDLERS = [Handler("messages.word", TOPICS, on_events)]
