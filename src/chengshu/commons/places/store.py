"""Every query of places."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

import shapely

from chengshu.commons.places.contracts import Level, Place, Region
from chengshu.commons.places.logic.address import Address
from chengshu.commons.places.logic.tree import DrawnRegion
from chengshu.runtime.database import Work

_ALL = """
select code, path::text, level, name, name_en, parent_code, center[0] as lon, center[1] as lat, schematic, aliases,
    outline::text as outline, valid_from
from commons.places_region where retired_at is null order by code
"""

# A region that was imported or named by hand is not drawn over by the site: only what the site itself brought.
_SAVE = """
insert into commons.places_region as r (code, path, level, name, name_en, aliases, parent_code, center, outline,
    schematic, source, valid_from)
select code, path::ltree, level, name, name_en, coalesce(string_to_array(nullif(aliases, ''), '|'), '{}'), parent,
    point(lon, lat), outline::jsonb, schematic, %(source)s, %(at)s
from unnest(%(code)s::text[], %(path)s::text[], %(level)s::smallint[], %(name)s::text[], %(name_en)s::text[],
    %(aliases)s::text[], %(parent)s::text[], %(lon)s::float8[], %(lat)s::float8[], %(outline)s::text[],
    %(schematic)s::boolean[])
    as n (code, path, level, name, name_en, aliases, parent, lon, lat, outline, schematic)
on conflict (code) do update set name = excluded.name, name_en = excluded.name_en, aliases = excluded.aliases,
    center = excluded.center, outline = excluded.outline, schematic = excluded.schematic, source = excluded.source,
    valid_from = excluded.valid_from, retired_at = null
where (r.source like 'site%%' or not %(only_site)s)
    and (r.outline is distinct from excluded.outline or r.name <> excluded.name or r.name_en <> excluded.name_en
         or r.aliases <> excluded.aliases or r.schematic <> excluded.schematic or r.retired_at is not null)
"""

_RETIRE_MISSING = """
update commons.places_region set retired_at = %(at)s
where source like 'site%%' and retired_at is null and not code = any(%(codes)s)
"""

_RETIRE = """
update commons.places_region set retired_at = %(at)s where code = any(%(codes)s) and retired_at is null
"""

_INSTALLED = "select code, digest from commons.places_site"

_NOTE_INSTALLED = """
insert into commons.places_site (code, digest, installed_at) values (%(code)s, %(digest)s, %(at)s)
on conflict (one) do update set code = excluded.code, digest = excluded.digest, installed_at = excluded.installed_at
"""

_LEARN = """
select commons.places_learn(key, road, number, region::ltree, lon, lat, %(at)s)
from unnest(%(key)s::text[], %(road)s::text[], %(number)s::integer[], %(region)s::text[], %(lon)s::float8[],
    %(lat)s::float8[]) as n (key, road, number, region, lon, lat)
"""

_FIND_ADDRESS = """
select region::text, lon, lat, score from commons.places_find_address(%(key)s, %(road)s, %(number)s, %(within)s::ltree)
"""

_HISTORY = """
select path::text, name, schematic, source, valid_from, valid_to, outline from commons.places_region_past
where code = %(code)s order by valid_from, id limit 200
"""


async def all_regions(work: Work) -> tuple[list[tuple[Region, str]], dt.datetime | None]:
    """Every region in force with its outline as GeoJSON text, and when the last of them was drawn."""
    rows = await work.rows(_ALL)
    newest = max((row["valid_from"] for row in rows), default=None)
    found = [
        (
            Region(
                code=row["code"],
                path=row["path"],
                level=Level(row["level"]),
                name=row["name"],
                name_en=row["name_en"],
                parent=row["parent_code"],
                lon=row["lon"],
                lat=row["lat"],
                schematic=row["schematic"],
                aliases=tuple(row["aliases"]),
            ),
            row["outline"],
        )
        for row in rows
    ]
    return found, newest


async def save_regions(work: Work, drawn: Sequence[DrawnRegion], source: str, *, only_site: bool) -> int:
    """Insert or redraw regions at once; returns how many really changed."""
    regions = [one.region for one in drawn]
    outlines = shapely.to_geojson([one.outline for one in drawn])
    params: dict[str, Any] = {
        "code": [r.code for r in regions],
        "path": [r.path for r in regions],
        "level": [int(r.level) for r in regions],
        "name": [r.name for r in regions],
        "name_en": [r.name_en for r in regions],
        "aliases": ["|".join(r.aliases) for r in regions],
        "parent": [r.parent for r in regions],
        "lon": [r.lon for r in regions],
        "lat": [r.lat for r in regions],
        "outline": list(outlines),
        "schematic": [r.schematic for r in regions],
        "source": source,
        "only_site": only_site,
        "at": work.now,
    }
    return await work.run(_SAVE, params)


async def retire_missing(work: Work, codes: Sequence[str]) -> int:
    """End what the site brought once and brings no more."""
    return await work.run(_RETIRE_MISSING, {"codes": list(codes), "at": work.now})


async def retire(work: Work, codes: Sequence[str]) -> int:
    """End regions; their codes stay known to what refers to them."""
    return await work.run(_RETIRE, {"codes": list(codes), "at": work.now})


async def installed(work: Work) -> tuple[str, str] | None:
    """The code and digest of the site that was installed last."""
    row = await work.row(_INSTALLED)
    return None if row is None else (row["code"], row["digest"])


async def note_installed(work: Work, code: str, digest: str) -> None:
    """Remember which edition of which site is in the tables."""
    await work.run(_NOTE_INSTALLED, {"code": code, "digest": digest, "at": work.now})


async def learn_addresses(work: Work, found: Sequence[tuple[Address, Place]]) -> None:
    """Keep where addresses were found to lie, all in one statement."""
    params: dict[str, Any] = {
        "key": [address.key for address, _ in found],
        "road": [address.road for address, _ in found],
        "number": [address.number for address, _ in found],
        "region": [place.region for _, place in found],
        "lon": [place.lon for _, place in found],
        "lat": [place.lat for _, place in found],
        "at": work.now,
    }
    await work.run(_LEARN, params)


async def find_address(work: Work, *, key: str, road: str, number: int | None, within: str) -> dict[str, Any] | None:
    """The best place for an address inside a region, None when nothing like it was learned."""
    return await work.row(_FIND_ADDRESS, {"key": key, "road": road, "number": number, "within": within})


async def history(work: Work, code: str) -> list[dict[str, Any]]:
    """What a region was before, oldest first."""
    return await work.rows(_HISTORY, {"code": code})
