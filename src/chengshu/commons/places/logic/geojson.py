"""Outlines as GeoJSON bytes, simplified for a zoom and kept: drawn once for each edition of the tree."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import orjson
import shapely

from chengshu.base.geo import Box
from chengshu.commons.places.contracts import Level, Region
from chengshu.commons.places.logic.index import RegionIndex

# Up to this zoom a border may stray by so many degrees: about one pixel of a 512-pixel tile.
_STRAY = ((7, 0.004), (9, 0.001), (11, 0.0003), (13, 0.00008))
EXACT = 0.0


def stray_for(zoom: float) -> float:
    """How far a border may be off at a zoom."""
    return next((stray for most, stray in _STRAY if zoom <= most), EXACT)


@dataclass(frozen=True, slots=True)
class Packed:
    """A GeoJSON answer ready to send; `truncated` says that there was more."""

    body: bytes
    etag: str
    truncated: bool = False


class OutlineBook:
    """Features of all regions by level and accuracy, reached as `work.city.outlines`."""

    def __init__(self, index: RegionIndex) -> None:
        self.index = index
        self._edition = -1
        self._pages: dict[tuple[Level, float], dict[str, bytes]] = {}
        self._packed: dict[tuple[object, ...], Packed] = {}

    def _fresh(self) -> None:
        if self._edition != self.index.edition:
            self._pages, self._packed = {}, {}
            self._edition = self.index.edition

    def features(self, level: Level, stray: float) -> dict[str, bytes]:
        """Every region of a level as a GeoJSON feature."""
        self._fresh()
        page = self._pages.get((level, stray))
        if page is None:
            page = self._pages[level, stray] = self._draw(level, stray)
        return page

    def _draw(self, level: Level, stray: float) -> dict[str, bytes]:
        regions = self.index.all(level)
        if not regions:
            return {}
        shapes = np.array([self.index.outline(r.code) for r in regions], dtype=object)
        if stray:
            # Neighbours are simplified together, so that no gap opens between them.
            shapes = shapely.coverage_simplify(shapes, stray)
        decimals = 5 if stray else 7
        texts = shapely.to_geojson(shapely.transform(shapes, lambda xy: np.round(xy, decimals)))
        return {r.code: _feature(r, text.encode()) for r, text in zip(regions, texts, strict=True)}

    def collection(
        self, level: Level, *, parent: str | None = None, zoom: float = 11, box: Box | None = None, most: int = 5000
    ) -> Packed:
        """The regions of a level inside a parent and a box as one FeatureCollection."""
        stray = stray_for(zoom)
        page = self.features(level, stray)
        key = (level, parent, stray, most)
        if box is None and (known := self._packed.get(key)) is not None:
            return known
        chosen = [r for r in self.index.all(level) if parent is None or _inside(r, parent)]
        if box is not None:
            chosen = [r for r in chosen if box.meets(Box(*self.index.outline(r.code).bounds))]
        packed = pack((page[r.code] for r in chosen[:most]), truncated=len(chosen) > most)
        if box is None:
            self._packed[key] = packed
        return packed


def _inside(region: Region, parent: str) -> bool:
    return region.code.startswith(parent)


def _feature(region: Region, geometry: bytes) -> bytes:
    properties = {
        "code": region.code,
        "path": region.path,
        "level": int(region.level),
        "name": region.name,
        "name_en": region.name_en,
        "parent": region.parent,
        "lon": region.lon,
        "lat": region.lat,
        "schematic": region.schematic,
    }
    head = b'{"type":"Feature","id":"' + region.code.encode() + b'","properties":'
    return head + orjson.dumps(properties) + b',"geometry":' + geometry + b"}"


def pack(features: Iterable[bytes], *, truncated: bool = False) -> Packed:
    """Features as one FeatureCollection with its ETag."""
    flag = b"true" if truncated else b"false"
    head = b'{"type":"FeatureCollection","truncated":' + flag + b',"features":['
    body = head + b",".join(features) + b"]}"
    return Packed(body, f'"{hashlib.sha256(body).hexdigest()[:24]}"', truncated)
