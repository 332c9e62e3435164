"""What this room announces."""

from dataclasses import dataclass
from typing import ClassVar

from chengshu.runtime.outbox import Event


@dataclass(frozen=True)
class RegionsChanged(Event):
    """Regions were installed or redrawn; every process loads its index anew."""

    topic: ClassVar[str] = "places.regions_changed"
    live: ClassVar[bool] = True
    county: str
    changed: int
