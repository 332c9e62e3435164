"""Named jobs of search."""

from chengshu.commons.search import service
from chengshu.runtime.database import Work
from chengshu.runtime.jobs import Job

HOURLY = 3600.0


async def refresh(work: Work) -> None:
    """Regions, offices and people change rarely and announce nothing: they are read again every hour."""
    for source in service.sources(work):
        if not source.topics:
            await service.reindex(work, source.kind)


JOBS = [Job("search.refresh", HOURLY, refresh)]
