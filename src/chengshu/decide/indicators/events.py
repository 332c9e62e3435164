"""What this room announces."""

from dataclasses import dataclass
from typing import ClassVar

from chengshu.runtime.outbox import Event


@dataclass(frozen=True)
class IndicatorsMoved(Event):
    """Counters of these dimensions have changed; at most one announcement a second."""

    topic: ClassVar[str] = "indicators.moved"
    live: ClassVar[bool] = True

    dims: list[str]
