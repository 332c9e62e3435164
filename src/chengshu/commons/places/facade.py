"""What other rooms may ask of places.

In the city: `work.city.regions` (RegionIndex: locate, by_code, path, children, names, words), `work.city.outlines`
(OutlineBook: GeoJSON by level and zoom) and `work.city.site` (Site).
"""

import asyncio
from pathlib import Path

from chengshu.base.geo import Datum
from chengshu.commons.places import service
from chengshu.commons.places.contracts import ImportReport, Level
from chengshu.commons.places.logic.geojson import OutlineBook, Packed, pack
from chengshu.commons.places.logic.index import RegionIndex
from chengshu.commons.places.logic.offices import site_orgs, site_people
from chengshu.commons.places.service import (
    check_point,
    find_place,
    install_regions,
    learn_address,
    learn_addresses,
    load_regions,
    load_site,
    locate,
    search,
)
from chengshu.runtime.city import City
from chengshu.runtime.database import Work

__all__ = [
    "REFRESH",
    "OutlineBook",
    "Packed",
    "RegionIndex",
    "check_point",
    "find_place",
    "import_outlines",
    "install_regions",
    "learn_address",
    "learn_addresses",
    "load_city",
    "load_regions",
    "load_site",
    "locate",
    "pack",
    "search",
    "site_orgs",
    "site_people",
]


async def load_city(city: City) -> None:
    """Put the region index and the site into the city."""
    city.put("site", load_site(city.settings.site_dir))
    await renew(city)


async def renew(city: City) -> None:
    """Read the region tree anew after it changed."""
    async with city.db.job_work() as work:
        await load_regions(work)


REFRESH = {"places.regions_changed": renew}


async def import_outlines(
    work: Work,
    file: Path | bytes,
    *,
    level: int | None = None,
    datum: Datum = "cgcs2000",
    code_field: str | None = None,
    name_field: str | None = None,
    dry_run: bool = False,
) -> ImportReport:
    """Import outlines from a file on this machine or from its content; see service.import_outlines."""
    content = file if isinstance(file, bytes) else await asyncio.to_thread(file.read_bytes)
    source = "import" if isinstance(file, bytes) else f"import:{file.name}"
    return await service.import_outlines(
        work,
        content,
        level=None if level is None else Level(level),
        datum=datum,
        code_field=code_field,
        name_field=name_field,
        dry_run=dry_run,
        source=source,
    )
