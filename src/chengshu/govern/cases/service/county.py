"""Where in the county and whose office: answers from memory about places and offices."""

import datetime as dt
import math
from typing import Any

from chengshu.commons.places.errors import CoordinatesInvalid, PointOutside
from chengshu.govern.cases.contracts import Owner, PlaceGuess
from chengshu.govern.cases.errors import FilterInvalid, OrgUnknown, PlaceMissing
from chengshu.govern.cases.logic.catalog import Catalog
from chengshu.runtime.database import Work

DATUMS = {"cgcs2000", "wgs84", "gcj02", "bd09"}


def to_true(lon: float, lat: float, datum: str | None) -> tuple[float, float]:
    """Coordinates at the door: finite, in range, converted to CGCS2000 (WGS 84 counts as the same)."""
    from chengshu.base.geo import to_cgcs2000

    if not (math.isfinite(lon) and math.isfinite(lat) and abs(lon) <= 180 and abs(lat) <= 90):
        raise CoordinatesInvalid(field="lon", value=f"{lon},{lat}")
    if datum is not None and datum not in DATUMS:
        raise FilterInvalid(field="datum", value=datum, known="、".join(sorted(DATUMS)))
    true = to_cgcs2000(lon, lat, "cgcs2000" if datum in (None, "wgs84") else datum)  # type: ignore[arg-type]
    return round(true[0], 7), round(true[1], 7)


def find_place(
    work: Work,
    *,
    lon: float | None,
    lat: float | None,
    datum: str | None,
    address: str,
    region: str | None,
    words: str = "",
    shot: tuple[float, float] | None = None,
    channel: str = "staff",
) -> PlaceGuess | None:
    """The place by point, else by the photo, else by region code, else by the address, else by the words; None: no hint.

    Raises PointOutside for a given point outside the county; a photo from elsewhere is only ignored.
    """
    regions = work.city.regions
    if (lon is None) != (lat is None):
        raise CoordinatesInvalid(field="lat" if lat is None else "lon", value=None)
    if lon is not None and lat is not None:
        true = to_true(lon, lat, datum)
        place = regions.locate(*true)
        if place is None:
            raise PointOutside(field="lon", value=f"{lon},{lat}", county=regions.county.title(work.lang))
        return _guess(place, address, "gps" if channel == "grid" else "map", true)
    if shot is not None and (place := regions.locate(*shot)) is not None:
        return _guess(place, address, "exif", shot)
    if region:
        return _guess(regions.place_of(regions.by_code(region).code), address, "region", None)
    for text in (address, words):
        found = regions.words.match(text[:300]) if text else None
        if found is not None and (found.region.level > 1 or text is address):
            return _guess(regions.place_of(found.region.code), address, "words", None)
    return None


def need_place(place: PlaceGuess | None, work: Work) -> PlaceGuess:
    """A case without any hint of its place belongs to the county as a whole when people report by words."""
    if place is not None:
        return place
    regions = work.city.regions
    if len(regions):
        county = regions.county
        return PlaceGuess(county.path, None, None, None, None, None, "", "words")
    raise PlaceMissing(field="lon")


def _guess(place: Any, address: str, how: str, point: tuple[float, float] | None) -> PlaceGuess:
    return PlaceGuess(
        region=place.region,
        town=place.town,
        village=place.village,
        grid=place.grid,
        lon=point[0] if point else place.lon,
        lat=point[1] if point else place.lat,
        address=address or place.label,
        how=how,  # type: ignore[arg-type]
    )


def region_code(path: str | None) -> str:
    """The code of an ltree path."""
    return path.rsplit(".", 1)[-1].removeprefix("r") if path else ""


def code_at(path: str | None, digits: int) -> str | None:
    """The ancestor's code with so many digits: 9 the town, 12 the village, 15 the grid."""
    code = region_code(path)
    return code[:digits] if len(code) >= digits else None


def office_of(work: Work, reference: str | None, path: str | None) -> str | None:
    """The office code for what a declaration names: `org:water`, a code, or 属地 `org:town` and `org:village`."""
    if not reference:
        return None
    name = reference.removeprefix("org:")
    orgs = work.city.orgs
    if name in ("town", "village", "grid"):
        digits = {"town": 9, "village": 12, "grid": 12}[name]
        office = orgs.of_region(code_at(path, digits) or "")
        if office is None and name != "town":
            office = orgs.of_region(code_at(path, 9) or "")
        return office.code if office else None
    found = orgs.by_function(name) if reference.startswith("org:") else None
    found = found or orgs.get(name) or orgs.by_function(name)
    return found.code if found is not None else None


def center_of(work: Work) -> str | None:
    """The operations centre."""
    return office_of(work, "org:center", None)


def known_org(work: Work, code: str, field: str) -> str:
    """The code of an office given by its code or by a function; refuses others."""
    found = office_of(work, code, None)
    if found is None:
        raise OrgUnknown(field=field, value=code)
    return found


def owner_of(
    work: Work, catalog: Catalog, type_id: str, code: str | None, path: str | None, at: dt.datetime
) -> tuple[Owner, str | None, list[str]]:
    """Who leads here and now: the duty's answer, the lead's office code, the cooperating offices' codes."""
    owner = catalog.owner(type_id, code, region_code(path), at)
    lead = office_of(work, owner.lead, path)
    helpers = [c for c in (office_of(work, h, path) for h in owner.cooperating) if c and c != lead]
    return owner, lead, helpers


def names_of(work: Work, path: str | None) -> list[str]:
    """The names from the county down to a region."""
    regions = work.city.regions
    code = region_code(path)
    return regions.names(code, work.lang) if code and code in regions else []


def holder_name(work: Work, holder: str | None) -> str:
    """A work list's owner as people call it."""
    if not holder:
        return ""
    kind, _, code = holder.partition(":")
    if kind == "org":
        return str(work.city.orgs.short(code, work.lang))
    if kind == "grid":
        region = work.city.regions.find(code)
        return region.title(work.lang) if region else code
    return code
