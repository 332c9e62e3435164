"""Reads GeoJSON and zipped Shapefiles into features; whatever cannot be used becomes a fault, never an exception."""

# What a file holds is unknown until it is checked here, and its readers carry no types.
# pyright: reportUnknownVariableType=false, reportUnknownMemberType=false, reportUnknownArgumentType=false

import io
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, cast

import numpy as np
import orjson
import shapefile  # pyright: ignore[reportMissingTypeStubs]
import shapely
from shapely.errors import GEOSException
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

from chengshu.base.errors import shorten
from chengshu.base.geo import Datum, to_cgcs2000
from chengshu.commons.places.contracts import Fault
from chengshu.commons.places.errors import OutlinesUnreadable

MOST_FEATURES = 20_000
MOST_BYTES = 200 * 1024 * 1024
AREAS = ("Polygon", "MultiPolygon")


@dataclass(frozen=True, slots=True)
class Feature:
    """One outline as it was given: where it stood, its attributes, and its shape when it can be read."""

    where: str
    properties: dict[str, Any]
    outline: BaseGeometry | None
    fault: Fault | None = None


def read_features(content: bytes) -> list[Feature]:
    """The features of a GeoJSON text or of the one Shapefile in a zip."""
    if len(content) > MOST_BYTES:
        raise OutlinesUnreadable(field="file", value=f"> {MOST_BYTES // 1024 // 1024} MB")
    features = list(_shapefile(content) if content[:4] == b"PK\x03\x04" else _geojson(content))
    if not features:
        raise OutlinesUnreadable(field="file", value="0 features")
    return features


def _geojson(content: bytes) -> Iterator[Feature]:
    try:
        data: Any = orjson.loads(content.removeprefix(b"\xef\xbb\xbf"))
    except orjson.JSONDecodeError as error:
        raise OutlinesUnreadable(field="file", value=shorten(str(error))) from error
    kind = data.get("type") if isinstance(data, dict) else None
    items: Any = [data]
    if kind == "FeatureCollection":
        items = data.get("features")
    elif kind != "Feature":
        items = [{"type": "Feature", "properties": {}, "geometry": data}] if kind in AREAS else None
    if not isinstance(items, list):
        raise OutlinesUnreadable(field="type", value=shorten(kind))
    listed = cast(list[Any], items)
    if len(listed) > MOST_FEATURES:
        raise OutlinesUnreadable(field="features", value=f"{len(listed)} > {MOST_FEATURES}")
    for number, item in enumerate(listed):
        yield _feature(f"features[{number}]", item)


def _feature(where: str, item: Any) -> Feature:
    if not isinstance(item, dict):
        return Feature(where, {}, None, _no_area(where, type(item).__name__))
    properties: Any = item.get("properties") or {}
    if not isinstance(properties, dict):
        properties = {}
    if item.get("id") is not None and "id" not in properties:
        properties = {**properties, "id": item["id"]}
    return _shaped(where, properties, item.get("geometry"))


def _shaped(where: str, properties: dict[str, Any], geometry: Any) -> Feature:
    kind = geometry.get("type") if isinstance(geometry, dict) else None
    if kind not in AREAS:
        return Feature(where, properties, None, _no_area(where, kind))
    try:
        outline = shapely.force_2d(shape(geometry))
    except (GEOSException, ValueError, TypeError, KeyError, IndexError, AttributeError, OverflowError) as error:
        return Feature(where, properties, None, _unreadable(where, str(error)))
    if outline.is_empty:
        return Feature(where, properties, None, _no_area(where, "empty"))
    if not _on_earth(outline):
        return Feature(where, properties, None, _off_earth(where))
    return Feature(where, properties, outline)


def _on_earth(outline: BaseGeometry) -> bool:
    xy = shapely.get_coordinates(outline)
    return bool(np.isfinite(xy).all() and (np.abs(xy[:, 0]) <= 180).all() and (np.abs(xy[:, 1]) <= 90).all())


def _shapefile(content: bytes) -> Iterator[Feature]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = _parts(archive)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError, ValueError) as error:
        raise OutlinesUnreadable(field="file", value=shorten(str(error))) from error
    try:
        encoding = parts.pop("cpg", io.BytesIO(b"utf-8")).read().decode("ascii", "replace").strip() or "utf-8"
        options: dict[str, Any] = {"encoding": encoding, "encodingErrors": "replace", **parts}
        with cast(Any, shapefile.Reader(**options)) as reader:
            if len(reader) > MOST_FEATURES:
                raise OutlinesUnreadable(field="file", value=f"{len(reader)} > {MOST_FEATURES}")
            for number, record in enumerate(reader.iterShapeRecords()):
                geometry = record.shape.__geo_interface__ if record.shape.shapeType else None
                yield _shaped(f"record[{number}]", record.record.as_dict(), geometry)
    except OutlinesUnreadable:
        raise
    except Exception as error:  # the reader raises many kinds for a broken file, LookupError for the encoding
        raise OutlinesUnreadable(field="file", value=shorten(f"{type(error).__name__}: {error}")) from error


def _parts(archive: zipfile.ZipFile) -> dict[str, io.BytesIO]:
    """The members that make up the one Shapefile, bounded in size before anything is unpacked."""
    wanted: dict[str, zipfile.ZipInfo] = {}
    for info in archive.infolist():
        ending = info.filename.rsplit(".", 1)[-1].lower()
        if ending in ("shp", "shx", "dbf", "cpg") and not info.filename.startswith("__MACOSX"):
            if ending in wanted:
                raise ValueError(f"more than one .{ending}")
            wanted[ending] = info
    if "shp" not in wanted or "dbf" not in wanted:
        raise ValueError("no .shp with its .dbf")
    if sum(info.file_size for info in wanted.values()) > MOST_BYTES:
        raise ValueError("too large when unpacked")
    return {ending: io.BytesIO(archive.read(info)) for ending, info in wanted.items()}


def convert_datum(outline: BaseGeometry, datum: Datum) -> BaseGeometry:
    """The outline in CGCS2000."""
    if datum == "cgcs2000":
        return outline
    move: Callable[[Any], Any] = lambda xy: np.array([to_cgcs2000(x, y, datum) for x, y in xy.tolist()])  # noqa: E731
    return shapely.transform(outline, lambda xy: move(xy) if len(xy) else xy)


def _no_area(where: str, kind: object) -> Fault:
    return Fault(
        where,
        "geometry",
        shorten(kind),
        {"zh": "不是面（Polygon 或 MultiPolygon）", "en": "not an area (Polygon or MultiPolygon)"},
        {"zh": "只能导入面状边界", "en": "Only areas can be outlines"},
    )


def _unreadable(where: str, reason: str) -> Fault:
    return Fault(
        where,
        "geometry",
        shorten(reason),
        {"zh": "坐标无法读取", "en": "the coordinates cannot be read"},
        {"zh": "每个环至少 4 个点且首尾相同", "en": "Each ring needs four points or more and ends where it starts"},
    )


def _off_earth(where: str) -> Fault:
    return Fault(
        where,
        "geometry",
        "",
        {"zh": "坐标不是经纬度", "en": "the coordinates are not longitudes and latitudes"},
        {
            "zh": "请先把投影坐标转为经纬度（CGCS2000、GCJ-02 或 BD-09）",
            "en": "Turn projected coordinates into degrees first (CGCS2000, GCJ-02 or BD-09)",
        },
    )
