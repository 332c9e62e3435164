"""What happens to resources."""

from dataclasses import dataclass
from typing import ClassVar

from chengshu.runtime.outbox import Event


@dataclass(frozen=True)
class ResourceChanged(Event):
    """A row was created, updated or deleted."""

    topic: ClassVar[str] = "resources.changed"
    resource: str
    key: str
    action: str
    version: int
