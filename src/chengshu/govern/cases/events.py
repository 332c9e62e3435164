"""What cases announce."""

from dataclasses import dataclass
from typing import Any, ClassVar

from chengshu.runtime.outbox import Event


@dataclass(frozen=True)
class CasesChanged(Event):
    """A case took a step. `before` and `after` are Facts, so a tally is moved by their difference, never recounted."""

    topic: ClassVar[str] = "cases.changed"
    live: ClassVar[bool] = True

    id: int
    number: str
    move: str
    before: dict[str, Any] | None
    after: dict[str, Any]
    state: str
    stage: str
    version: int
    title: str
    region: str | None
    orgs: list[str]
    lon: float | None
    lat: float | None
    color: str
    actor: int | None = None


@dataclass(frozen=True)
class CatalogChanged(Event):
    """Case types, classes or duties were installed or changed: whoever keeps them in memory reads them again."""

    topic: ClassVar[str] = "cases.catalog_changed"
    live: ClassVar[bool] = True

    what: str
    pack: str
