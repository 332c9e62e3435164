"""Reactions to other rooms' events: what has changed is fetched anew from its source."""

from collections.abc import Sequence

from chengshu.commons.search import service
from chengshu.runtime.database import Work
from chengshu.runtime.outbox import Handler, StoredEvent

TOPICS = ("cases.changed", "resources.changed", "places.changed")


async def on_changed(work: Work, events: Sequence[StoredEvent]) -> None:
    """Things that can be found have changed."""
    for source in service.sources(work):
        mine = [e for e in events if e.topic in source.topics]
        if mine:
            await service.take_in(work, source, mine)


HANDLERS = [Handler("search.take_in", TOPICS, on_changed)]
