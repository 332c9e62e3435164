"""Routes of places, for staff and as a public mirror: regions, outlines, locating, searching, importing."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request, Response, UploadFile
from pydantic import BaseModel, ConfigDict, Field

from chengshu.base.errors import shorten
from chengshu.base.geo import Datum
from chengshu.base.page import Page, decode_cursor, encode_cursor
from chengshu.base.text import pick
from chengshu.commons.places import permissions, service
from chengshu.commons.places.contracts import HOW_TITLES, LEVEL_TITLES, Found, Level, Place, Region
from chengshu.commons.places.errors import RegionUnknown
from chengshu.commons.places.logic.index import RegionIndex
from chengshu.runtime.database import Work
from chengshu.runtime.web import needs, open_door

router = APIRouter(prefix="/api/places", tags=["places"])
open_router = APIRouter(prefix="/api/open/v1", tags=["open"])

Public = Annotated[Work, open_door()]
Importer = Annotated[Work, needs(permissions.IMPORT)]
Code = Annotated[str, Query(pattern=r"^[0-9]{6}([0-9]{3}){0,3}$")]
DatumName = Literal["cgcs2000", "wgs84", "gcj02", "bd09"]


class Asked(BaseModel):
    """Query parameters; a misspelt one is refused instead of being ignored."""

    model_config = ConfigDict(extra="forbid")


class PointAsked(Asked):
    lon: float = Field(ge=-180, le=180)
    lat: float = Field(ge=-90, le=90)
    datum: DatumName = "cgcs2000"


class WordsAsked(Asked):
    q: str = Field(min_length=1, max_length=200)
    limit: int = Field(default=10, ge=1, le=50)


class OutlinesAsked(Asked):
    level: int = Field(default=2, ge=1, le=4)
    parent: str | None = Field(default=None, pattern=r"^[0-9]{6}([0-9]{3}){0,3}$")
    zoom: float = Field(default=11, ge=0, le=24)


class RegionsAsked(Asked):
    parent: str | None = Field(default=None, pattern=r"^[0-9]{6}([0-9]{3}){0,3}$")
    level: int | None = Field(default=None, ge=1, le=4)
    after: str | None = None
    limit: int = Field(default=500, ge=1, le=5000)


class ImportAsked(Asked):
    level: int | None = Field(default=None, ge=1, le=4)
    datum: DatumName = "cgcs2000"
    code_field: str | None = Field(default=None, max_length=80)
    name_field: str | None = Field(default=None, max_length=80)
    dry_run: bool = False


def as_datum(name: DatumName) -> Datum:
    """WGS 84 and CGCS2000 are one for us."""
    return "cgcs2000" if name == "wgs84" else name


def region_out(region: Region, index: RegionIndex, lang: str) -> dict[str, Any]:
    """A region on the wire."""
    return {
        "code": region.code,
        "path": region.path,
        "level": int(region.level),
        "level_title": pick(LEVEL_TITLES[region.level], lang),
        "name": region.title(lang),
        "parent": region.parent,
        "center": {"lon": region.lon, "lat": region.lat},
        "schematic": region.schematic,
        "aliases": list(region.aliases),
        "children": len(index.children(region.code)),
    }


def place_out(place: Place, index: RegionIndex, lang: str) -> dict[str, Any]:
    """A place on the wire: codes, names from the county down, and the line people write."""
    return {
        "lon": place.lon,
        "lat": place.lat,
        "region": place.region,
        "county": place.county,
        "town": place.town,
        "village": place.village,
        "grid": place.grid,
        "names": index.names(place.code, lang),
        "address": place.label,
        "snapped": place.snapped,
        "distance_m": place.distance_m,
    }


def found_out(found: Found, index: RegionIndex, lang: str) -> dict[str, Any]:
    """A search answer on the wire."""
    region = index.by_code(found.place.code)
    return {
        "title": found.title,
        "kind": pick(LEVEL_TITLES[region.level], lang),
        "code": found.place.code,
        "level": int(region.level),
        "text": found.place.label,
        "how": found.how,
        "how_title": pick(HOW_TITLES[found.how], lang),
        "score": found.score,
        "candidates": list(found.candidates),
        **{key: value for key, value in place_out(found.place, index, lang).items() if key != "address"},
    }


@router.get("/regions", summary="区划列表 / regions")
async def list_regions(work: Public, asked: Annotated[RegionsAsked, Query()]) -> dict[str, Any]:
    """The regions below a parent, right below it or of a level; without a parent from the county."""
    index: RegionIndex = work.city.regions
    parent = asked.parent
    if parent is not None:
        index.by_code(parent)
    if asked.level is None:
        found = index.children(parent) if parent else index.children(None)
    else:
        found = index.below(parent or index.county.code, Level(asked.level))
    after = str(decode_cursor(asked.after, 1)[0]) if asked.after else ""
    rest = [region for region in found if region.code > after]
    more = len(rest) > asked.limit
    items = [region_out(region, index, work.lang) for region in rest[: asked.limit]]
    page = Page(items, encode_cursor([items[-1]["code"]]) if more else None)
    return {"items": page.items, "next": page.next}


@router.get("/regions/{code}", summary="一个区划 / one region")
async def show_region(work: Public, code: str) -> dict[str, Any]:
    """A region with its line of ancestors and its children."""
    index: RegionIndex = work.city.regions
    if code not in index:
        raise RegionUnknown(field="code", value=code)
    out = region_out(index.by_code(code), index, work.lang)
    line = [{"code": r.code, "name": r.title(work.lang)} for r in index.line(code)]
    return {**out, "line": line, "children": [region_out(r, index, work.lang) for r in index.children(code)]}


@router.get("/regions/{code}/history", summary="区划沿革 / what a region was")
async def show_history(work: Public, code: str) -> dict[str, Any]:
    """Former names and outlines, oldest first."""
    return {"items": await service.history(work, code), "next": None}


@router.get("/regions.geojson", summary="区划边界 / outlines", response_class=Response)
@open_router.get("/regions.geojson", summary="区划边界 / outlines", response_class=Response)
async def show_outlines(work: Public, request: Request, asked: Annotated[OutlinesAsked, Query()]) -> Response:
    """Outlines of a level as GeoJSON, simplified for the zoom; `schematic` (示意) marks what is generated."""
    index: RegionIndex = work.city.regions
    if asked.parent is not None:
        index.by_code(asked.parent)
    packed = work.city.outlines.collection(Level(asked.level), parent=asked.parent, zoom=asked.zoom)
    headers = {"etag": packed.etag, "cache-control": "no-cache"}
    if request.headers.get("if-none-match") == packed.etag:
        return Response(status_code=304, headers=headers)
    return Response(packed.body, media_type="application/geo+json", headers=headers)


@router.get("/locate", summary="坐标所在网格 / regions of a position")
@open_router.get("/locate", summary="坐标所在网格 / regions of a position")
async def locate(work: Public, asked: Annotated[PointAsked, Query()]) -> dict[str, Any]:
    """The county, town, village and grid of a position."""
    place = service.locate(work, asked.lon, asked.lat, as_datum(asked.datum))
    return {**place_out(place, work.city.regions, work.lang), "how": "coordinates"}


@router.get("/search", summary="找地方 / find a place")
@open_router.get("/places/search", summary="找地方 / find a place")
async def search(work: Public, asked: Annotated[WordsAsked, Query()]) -> dict[str, Any]:
    """Places by coordinates, by name in full or in part, and by address."""
    found = await service.search(work, asked.q, asked.limit)
    return {"items": [found_out(one, work.city.regions, work.lang) for one in found], "next": None}


@router.post("/imports", summary="导入边界 / import outlines")
async def import_outlines(work: Importer, file: UploadFile, asked: Annotated[ImportAsked, Query()]) -> dict[str, Any]:
    """Replace schematic outlines by real ones from GeoJSON or a zipped Shapefile; lists every fault."""
    report = await service.import_outlines(
        work,
        await file.read(),
        level=None if asked.level is None else Level(asked.level),
        datum=as_datum(asked.datum),
        code_field=asked.code_field,
        name_field=asked.name_field,
        dry_run=asked.dry_run,
        source=f"import:{shorten(file.filename or '', 80)}",
    )
    if not asked.dry_run:
        service.refuse_faulty(report, work.lang)
    return {
        "level": int(report.level),
        "features": report.features,
        "faults": [one.out(work.lang) for one in report.faults],
        "replaced": list(report.replaced),
        "added": list(report.added),
        "redrawn": len(report.redrawn),
        "retired": list(report.retired),
        "applied": report.applied,
        "summary": report.summary,
    }
