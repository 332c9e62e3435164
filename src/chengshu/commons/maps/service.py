"""The verbs of maps: list layers, show features; and the layers of the region tree."""

from collections.abc import Sequence
from typing import Any

from chengshu.base.geo import Box
from chengshu.base.text import L, pick
from chengshu.commons.maps.contracts import FeatureProvider, Features, Layer, View
from chengshu.commons.maps.errors import BoxInvalid, LayerUnknown
from chengshu.commons.places.contracts import LEVEL_TITLES, Level
from chengshu.runtime.database import Work
from chengshu.runtime.registry import Registry
from chengshu.runtime.web import iso

_IDS = {"county": Level.COUNTY, "town": Level.TOWN, "village": Level.VILLAGE, "grid": Level.GRID}
# From this zoom on a level is worth drawing: before, its outlines are finer than the lines.
_FROM_ZOOM = {Level.COUNTY: 0, Level.TOWN: 0, Level.VILLAGE: 11, Level.GRID: 13}
_GROUP: L = {"zh": "区划", "en": "Regions"}


class Regions:
    """The region tree as layers, which are also the base map where no network is."""

    async def layers(self, work: Work) -> Sequence[Layer]:
        """One layer for each level that the county has."""
        index = work.city.regions
        owner: L = {"zh": work.city.site.title["zh"], "en": work.city.site.title["en"]}
        found: list[Layer] = []
        for name, level in _IDS.items():
            regions = index.all(level)
            if not regions:
                continue
            title: L = {
                "zh": f"{LEVEL_TITLES[level]['zh']}边界",
                "en": f"{LEVEL_TITLES[level]['en']} outlines".capitalize(),
            }
            schematic = any(region.schematic for region in regions)
            style = {"minzoom": _FROM_ZOOM[level], "dashed": schematic, "label": "name"}
            found.append(
                Layer(
                    id=f"regions.{name}",
                    title=title,
                    group=_GROUP,
                    owner=owner,
                    kind="regions",
                    geometry="area",
                    style=style,
                    updated_at=index.updated_at,
                    schematic=schematic,
                )
            )
        return found

    async def features(self, work: Work, layer: str, view: View) -> Features | None:
        """Outlines for the zoom, cut to what meets the box."""
        level = _IDS.get(layer.removeprefix("regions."))
        if level is None:
            return None
        packed = work.city.outlines.collection(level, zoom=view.zoom, box=view.box, most=view.limit)
        return Features(truncated=packed.truncated, body=packed.body, etag=packed.etag)


def parse_box(text: str | None) -> Box | None:
    """The box of a request; BoxInvalid names what is wrong."""
    if text is None:
        return None
    try:
        return Box.parse(text)
    except ValueError as error:
        raise BoxInvalid(field="bbox", value=text) from error


async def list_layers(work: Work) -> list[dict[str, Any]]:
    """All layers the asker may see, of all kinds."""
    providers: Registry[FeatureProvider] = work.city.maps
    return [_out(layer, work.lang) for provider in providers for layer in await provider.layers(work)]


def _out(layer: Layer, lang: str) -> dict[str, Any]:
    return {
        "id": layer.id,
        "title": pick(layer.title, lang),
        "group": pick(layer.group, lang),
        "owner": pick(layer.owner, lang),
        "kind": layer.kind,
        "url": f"/api/maps/layers/{layer.id}/features",
        "geometry": layer.geometry,
        "style": dict(layer.style),
        "updated_at": iso(layer.updated_at),
        "schematic": layer.schematic,
    }


async def show_features(work: Work, layer: str, view: View) -> Features:
    """The features of a layer in a view; LayerUnknown for what is not there or not to be seen."""
    providers: Registry[FeatureProvider] = work.city.maps
    provider = providers.find(layer.partition(".")[0])
    found = await provider.features(work, layer, view) if provider is not None else None
    if found is None:
        raise LayerUnknown(field="layer", value=layer)
    return found
