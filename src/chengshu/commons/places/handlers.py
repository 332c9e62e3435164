"""Reactions to events: the worker's own copy of the region tree follows the tables."""

from collections.abc import Sequence

from chengshu.commons.places import service
from chengshu.commons.places.events import RegionsChanged
from chengshu.runtime.database import Work
from chengshu.runtime.outbox import Handler, StoredEvent


async def on_regions_changed(work: Work, events: Sequence[StoredEvent]) -> None:
    """Load the tree anew, once for a whole batch."""
    await service.load_regions(work)


HANDLERS = [Handler("places.renew", (RegionsChanged.topic,), on_regions_changed)]
