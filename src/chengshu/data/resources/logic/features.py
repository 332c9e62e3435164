"""Rows as GeoJSON features."""

from collections.abc import Mapping, Sequence
from typing import Any

from chengshu.base.text import L, pick
from chengshu.commons.maps.contracts import Geometry, Layer
from chengshu.data.resources.contracts import Resource
from chengshu.data.resources.spec import LayerSpec

PREFIX = "resources"
GEOMETRY: dict[str | None, Geometry] = {"point": "point", "line": "line", "polygon": "area"}


def both(text: Mapping[str, str]) -> L:
    """A declared text in both languages."""
    return {"zh": text["zh"], "en": text.get("en") or text["zh"]}


def as_layer(layer_id: str, spec: LayerSpec, resource: Resource, owner: L, installed_at: Any) -> Layer:
    """A declared layer as maps lists it."""
    style = {**spec.style.model_dump(), "label": resource.spec.label or "_key", "href": f"/resources/{resource.id}"}
    return Layer(
        id=f"{PREFIX}.{layer_id}",
        title=both(spec.title.model_dump()),
        group=both(spec.group.model_dump()),
        owner=owner,
        kind="resource",
        geometry=GEOMETRY[resource.spec.geometry],
        style=style,
        updated_at=installed_at,
    )


def as_features(
    resource: Resource, spec: LayerSpec, rows: Sequence[Mapping[str, Any]], lang: str
) -> list[dict[str, Any]]:
    """Rows with a place as features; choices are shown by title."""
    shown = spec.show or list((resource.spec.screen.columns or list(resource.spec.live()))[:6])
    return [
        {
            "type": "Feature",
            "id": row["_key"],
            "geometry": row["_shape"],
            "properties": {"_key": row["_key"], "label": row.get(resource.spec.label or "_key")}
            | {name: _shown(resource, name, row[name], lang) for name in shown},
        }
        for row in rows
        if row["_shape"]
    ]


def _shown(resource: Resource, name: str, value: Any, lang: str) -> Any:
    options = resource.spec.fields[name].options
    if options and value in options:
        return pick(options[value].model_dump(), lang)
    return value if isinstance(value, int | float | bool | str | None) else str(value)
