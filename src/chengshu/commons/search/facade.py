"""What other rooms may call of search.

app.py: `city.put("search", registry(...sources of rooms...))`; the worker's handlers are `handlers(registry)`, its jobs
`search.jobs.JOBS`. A room joins with a `Source` (see contracts): govern.cases with kind `case`, topics `cases.changed`.
"""

from collections.abc import Iterable, Sequence

from chengshu.commons.search import service
from chengshu.commons.search.contracts import Document, Source
from chengshu.runtime.database import Work
from chengshu.runtime.outbox import Handler
from chengshu.runtime.registry import Registry

__all__ = ["Document", "Source", "handlers", "put", "registry", "reindex"]


def registry(sources: Iterable[Source] = ()) -> Registry[Source]:
    """The kinds of things that can be found: those of the house, and those that rooms bring."""
    found: Registry[Source] = Registry("search source")
    for source in (*sources, *service.house_sources()):
        found.add(source.kind, source)
    return found


def handlers(sources: Registry[Source]) -> list[Handler]:
    """One consumer for each source that announces changes."""
    return [service.handler(source) for source in sources if source.topics]


async def put(work: Work, kind: str, documents: Sequence[Document]) -> None:
    """Keep documents of a kind, in a job work."""
    await service.put(work, kind, documents)


async def reindex(work: Work, kind: str | None = None) -> int:
    """Read everything (or one kind) from its source again, in a job work."""
    return await service.reindex(work, kind)
