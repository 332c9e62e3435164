"""What other rooms may call of search.

`load_city` puts `city.search`, a registry of sources with those of commons. A room of a higher floor joins in its own
`facade.load_city(city)`: `city.search.add(kind, Source(...))`; a source of kind `case` replaces the plain one of matters.
"""

from collections.abc import Sequence

from chengshu.commons.search import service
from chengshu.commons.search.contracts import Document, Source
from chengshu.runtime.city import City
from chengshu.runtime.database import Work
from chengshu.runtime.registry import Registry

__all__ = ["Document", "Source", "load_city", "put", "reindex"]


async def load_city(city: City) -> None:
    """The kinds of things that can be found."""
    found: Registry[Source] = Registry("search source")
    for source in service.house_sources():
        found.add(source.kind, source)
    city.put("search", found)


async def put(work: Work, kind: str, documents: Sequence[Document]) -> None:
    """Keep documents of a kind, in a job work."""
    await service.put(work, kind, documents)


async def reindex(work: Work, kind: str | None = None) -> int:
    """Read everything (or one kind) from its source again, in a job work."""
    return await service.reindex(work, kind)
