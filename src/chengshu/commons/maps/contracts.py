"""What a provider of layers gives and is asked."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

from chengshu.base.geo import Box
from chengshu.base.text import L
from chengshu.runtime.database import Work

Kind = Literal["regions", "cases", "resource"]
Geometry = Literal["point", "line", "area", "mixed"]


@dataclass(frozen=True, slots=True)
class Layer:
    """Something that can be laid over the map. Its id begins with its kind: `regions.town`, `cases.open`."""

    id: str
    title: L
    group: L
    owner: L
    kind: Kind
    geometry: Geometry
    style: Mapping[str, Any] = field(default_factory=dict[str, Any])
    updated_at: dt.datetime | None = None
    schematic: bool = False


@dataclass(frozen=True, slots=True)
class View:
    """The window of the map that is asked for; without a box the whole county."""

    box: Box | None
    zoom: float
    limit: int


@dataclass(frozen=True, slots=True)
class Features:
    """GeoJSON features, or a whole collection that is ready to send with its ETag."""

    items: Sequence[Mapping[str, Any]] = ()
    truncated: bool = False
    body: bytes | None = None
    etag: str | None = None


class FeatureProvider(Protocol):
    """Gives all layers of one kind. Both verbs run in the asker's unit of work, under row-level security."""

    async def layers(self, work: Work) -> Sequence[Layer]:
        """The layers the asker may see."""
        ...

    async def features(self, work: Work, layer: str, view: View) -> Features | None:
        """The features of a layer in the view, at most `view.limit`; None when there is no such layer."""
        ...
