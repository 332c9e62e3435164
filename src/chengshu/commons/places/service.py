"""The verbs of places: install a site, locate, find in words, learn addresses, import outlines."""

import asyncio
import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import shapely
from shapely.geometry.base import BaseGeometry

from chengshu.base.geo import Datum, LonLat, to_cgcs2000
from chengshu.commons.places import permissions, store
from chengshu.commons.places.contracts import Fault, Found, ImportReport, Level, Place, level_of
from chengshu.commons.places.errors import CoordinatesInvalid, OutlinesFaulty, PointOutside, RegionUnknown
from chengshu.commons.places.events import RegionsChanged
from chengshu.commons.places.logic.address import read_address, read_coordinates
from chengshu.commons.places.logic.checking import Check, Incoming, check_outlines, guess_level
from chengshu.commons.places.logic.generate import NotDrawable, clean_area
from chengshu.commons.places.logic.geojson import OutlineBook
from chengshu.commons.places.logic.index import RegionIndex
from chengshu.commons.places.logic.outlines import Feature, convert_datum, read_features
from chengshu.commons.places.logic.redraw import Redrawing, redraw
from chengshu.commons.places.logic.source_text import fault, read_regions, read_yaml, refuse
from chengshu.commons.places.logic.tree import digest_of, draw_site
from chengshu.commons.places.spec import OrgsFile, PeopleFile, Site, SiteSpec
from chengshu.runtime.city import City
from chengshu.runtime.database import Work

MOST_TEXT = 500
_SURE = 0.75
"""From this likeness on an address that was learned says more than the region its words name."""


def load_site(folder: Path) -> Site:
    """Read a site folder; SiteInvalid lists every fault of the first broken file with line and field."""
    spec = read_yaml(_text(folder, "site.yaml"), "site.yaml", SiteSpec)
    rows = read_regions(_text(folder, "regions.csv"), "regions.csv")
    if rows[0].code != spec.code:
        raise refuse([fault("regions.csv", 2, "code", f"the county is {rows[0].code}, site.yaml says {spec.code}")])
    orgs = read_yaml(_text(folder, "orgs.yaml"), "orgs.yaml", OrgsFile)
    people = PeopleFile()
    if (folder / "people.yaml").exists():
        people = read_yaml(_text(folder, "people.yaml"), "people.yaml", PeopleFile)
    return Site(folder, spec, tuple(rows), _outline(folder, spec), orgs, tuple(people.people))


def _text(folder: Path, name: str) -> str:
    try:
        return (folder / name).read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise refuse([fault(name, None, name, f"is missing in {folder}")]) from error
    except UnicodeDecodeError as error:
        raise refuse([fault(name, None, name, "is not UTF-8")]) from error


def _outline(folder: Path, spec: SiteSpec) -> Any:
    features = read_features(_text(folder, "outline.geojson").encode())
    shapes = [feature.outline for feature in features if feature.outline is not None]
    try:
        return clean_area(convert_datum(shapely.union_all([shapely.make_valid(s) for s in shapes]), spec.outline_datum))
    except NotDrawable as error:
        raise refuse([fault("outline.geojson", 1, "geometry", "holds no area")]) from error


async def install_regions(work: Work, site: Site) -> int:
    """Bring the region tree in line with the site; nothing is touched when its edition is installed already."""
    digest = digest_of(site.rows, site.outline, site.spec.grids)
    if await store.installed(work) == (site.code, digest):
        return 0
    drawn = await asyncio.to_thread(
        draw_site, site.rows, site.outline, site.spec.grids, outline_schematic=site.spec.outline_schematic
    )
    changed = await store.save_regions(work, drawn, f"site:{site.code}", only_site=True)
    changed += await store.retire_missing(work, [one.region.code for one in drawn])
    await store.note_installed(work, site.code, digest)
    changed += await _fit_around_real(work, await load_regions(work))
    work.publish(RegionsChanged(site.code, changed))
    work.record("places.installed", site.code, {"regions": len(drawn), "changed": changed})
    return changed


async def _fit_around_real(work: Work, index: RegionIndex) -> int:
    """A new edition of the site is drawn as if nothing were imported: give way to the real outlines again."""
    changed = 0
    for level in (Level.TOWN, Level.VILLAGE):
        real = [
            Incoming("", region.code, region.name, index.outline(region.code))
            for region in index.all(level)
            if not region.schematic
        ]
        if not real:
            continue
        drawn = await asyncio.to_thread(redraw, index, level, real)
        changed += await store.save_regions(
            work, list(drawn.redrawn.values()), f"site:{index.county.code}", only_site=True
        )
        await load_regions(work)
    return changed


async def load_regions(work: Work) -> RegionIndex:
    """Read the tree into `work.city.regions`; `work.city.outlines` draws from it."""
    city: City = work.city
    if not city.has("regions"):
        city.put("outlines", OutlineBook(city.put("regions", RegionIndex())))
    index: RegionIndex = city.regions
    found, newest = await store.all_regions(work)
    outlines: list[BaseGeometry] = list(shapely.from_geojson([outline for _, outline in found])) if found else []
    await asyncio.to_thread(index.replace, [region for region, _ in found], outlines, newest)
    return index


def check_point(lon: float, lat: float, datum: Datum = "cgcs2000") -> LonLat:
    """A position as we keep it; refuses what is no position on Earth."""
    if not (math.isfinite(lon) and math.isfinite(lat) and abs(lon) <= 180 and abs(lat) <= 90):
        raise CoordinatesInvalid(field="lon", value=f"{lon},{lat}")
    true_lon, true_lat = to_cgcs2000(lon, lat, datum)
    return round(true_lon, 7), round(true_lat, 7)


def locate(work: Work, lon: float, lat: float, datum: Datum = "cgcs2000") -> Place:
    """The regions a position lies in; raises PointOutside beyond the county."""
    index: RegionIndex = work.city.regions
    place = index.locate(*check_point(lon, lat, datum))
    if place is None:
        raise PointOutside(field="lon", value=f"{lon},{lat}", county=index.county.title(work.lang))
    return place


async def find_place(work: Work, text: str) -> Found | None:
    """The place that coordinates, a name or an address mean best; None when nothing fits."""
    text = text[:MOST_TEXT]
    index: RegionIndex = work.city.regions
    if (point := read_coordinates(text)) is not None:
        return _by_coordinates(index, text, point)
    match = index.words.match(text)
    named: Found | None = None
    if match is not None:
        place = index.place_of(match.region.code)
        rivals = tuple(region.code for region in match.rivals)
        title = match.region.title(work.lang)
        named = Found(place, title, "name", round(match.score, 3), match.words, rivals)
    learned = await _by_address(work, index, text, match.region.path if match else index.county.path)
    if learned is not None and (named is None or learned.score >= _SURE):
        return learned
    return named or learned


def _by_coordinates(index: RegionIndex, text: str, point: LonLat) -> Found | None:
    """Longitude first; the other order only when that alone lies in the county."""
    for lon, lat in (point, point[::-1]):
        if abs(lat) <= 90 and (place := index.locate(lon, lat)) is not None:
            return Found(place, place.label, "coordinates", 1.0, text.strip())
    return None


async def _by_address(work: Work, index: RegionIndex, text: str, within: str) -> Found | None:
    address = read_address(text, index.words)
    if not address.telling:
        return None
    row = await store.find_address(work, key=address.key, road=address.road, number=address.number, within=within)
    if row is None or (region := index.find(row["region"])) is None:
        return None
    place = index.locate(row["lon"], row["lat"]) or index.place_of(region.code, (row["lon"], row["lat"]))
    return Found(place, place.label, "address", round(row["score"], 3), address.key)


async def search(work: Work, text: str, limit: int = 20) -> list[Found]:
    """Answers to words in a search box: coordinates, names that hold the words, and what an address means."""
    index: RegionIndex = work.city.regions
    best = await find_place(work, text)
    if best is not None and best.how == "coordinates":
        return [best]
    named = [
        Found(index.place_of(region.code), region.title(work.lang), "name", round(score, 3), text)
        for region, score in index.words.search(text[:MOST_TEXT], limit)
    ]
    codes = {one.place.code for one in named}
    if best is not None and (best.how == "address" or best.place.code not in codes):
        named.insert(0, best)
    return named[:limit]


async def learn_address(work: Work, text: str, lon: float, lat: float) -> bool:
    """Keep where an address was found to lie, so that the same words find it again; False when it says too little."""
    return await learn_addresses(work, [(text, lon, lat)]) == 1


async def learn_addresses(work: Work, found: Sequence[tuple[str, float, float]]) -> int:
    """The same for many texts with their positions; returns how many said enough to be kept."""
    index: RegionIndex = work.city.regions
    places = await asyncio.to_thread(index.locate_many, [(lon, lat) for _, lon, lat in found])
    telling = [
        (address, place)
        for (text, _, _), place in zip(found, places, strict=True)
        if place is not None and (address := read_address(text[:MOST_TEXT], index.words)).telling
    ]
    if telling:
        await store.learn_addresses(work, telling)
    return len(telling)


async def history(work: Work, code: str) -> list[dict[str, Any]]:
    """What a region was before, oldest first."""
    if level_of(code) is None:
        raise RegionUnknown(field="code", value=code)
    return await store.history(work, code)


async def import_outlines(
    work: Work,
    content: bytes,
    *,
    level: Level | None = None,
    datum: Datum = "cgcs2000",
    code_field: str | None = None,
    name_field: str | None = None,
    dry_run: bool = False,
    source: str = "import",
) -> ImportReport:
    """Replace schematic outlines by real ones. All or nothing: with any fault nothing is written.

    Without a level it is told by the length of the first code in the file.
    """
    work.require(permissions.IMPORT)
    index = await load_regions(work)
    features = await asyncio.to_thread(read_features, content)
    level = level or guess_level(features, code_field)
    check = Check(index, level, code_field, name_field, datum)
    redrawing = await asyncio.to_thread(_prepare, check, features)
    faults = (*check.faults, *redrawing.faults)
    applied = not faults and not dry_run
    if applied:
        changed = await _apply(work, redrawing, source)
        work.publish(RegionsChanged(index.county.code, changed))
        work.record("places.imported", index.county.code, {"level": int(level), "changed": changed})
    return _report(level, len(features), faults, redrawing, check.accepted, applied)


def _prepare(check: Check, features: list[Feature]) -> Redrawing:
    check_outlines(check, features)
    if check.faults:
        return Redrawing(check.index)
    return redraw(check.index, check.level, check.accepted)


async def _apply(work: Work, redrawing: Redrawing, source: str) -> int:
    changed = await store.save_regions(work, list(redrawing.real.values()), source, only_site=False)
    if redrawing.redrawn:
        site = f"site:{redrawing.index.county.code}"
        changed += await store.save_regions(work, list(redrawing.redrawn.values()), site, only_site=True)
    if redrawing.retired:
        changed += await store.retire(work, redrawing.retired)
    await load_regions(work)
    return changed


def _report(
    level: Level,
    features: int,
    faults: tuple[Fault, ...],
    redrawing: Redrawing,
    accepted: list[Incoming],
    applied: bool,
) -> ImportReport:
    added = set(redrawing.added)
    return ImportReport(
        level=level,
        features=features,
        faults=faults,
        replaced=tuple(one.code for one in accepted if one.code not in added),
        added=tuple(sorted(added)),
        redrawn=tuple(sorted(redrawing.redrawn)),
        retired=tuple(sorted(redrawing.retired)),
        applied=applied,
    )


def refuse_faulty(report: ImportReport, lang: str) -> None:
    """Raise OutlinesFaulty with every fault when the report has any."""
    if report.faults:
        errors: list[dict[str, Any]] = [one.out(lang) for one in report.faults]
        raise OutlinesFaulty(field="file", value=len(errors), count=len(errors), errors=errors)
