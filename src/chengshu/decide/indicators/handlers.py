"""Reactions to other rooms' events."""

from collections.abc import Sequence

from chengshu.decide.indicators import service
from chengshu.runtime.database import Work
from chengshu.runtime.outbox import Handler, StoredEvent


async def on_cases_changed(work: Work, events: Sequence[StoredEvent]) -> None:
    """Cases took steps: move the counters by the difference."""
    await service.fold_events(work, events)


HANDLERS = [Handler(service.CONSUMER, ("cases.changed",), on_cases_changed)]
