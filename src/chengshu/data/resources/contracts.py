"""Shapes of resources that cross the border of the room."""

from dataclasses import dataclass, field
from typing import Any

from chengshu.data.resources.spec import ResourceSpec


@dataclass(frozen=True, slots=True)
class Resource:
    """An installed resource: its id is `pack.name`, its table `res.pack_name`."""

    id: str
    spec: ResourceSpec

    @property
    def pack(self) -> str:
        return self.id.split(".", 1)[0]

    @property
    def table(self) -> str:
        """The table's name inside schema res; PostgreSQL keeps 63 bytes, `__past` needs six of them."""
        return self.id.replace(".", "_")


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that installing will do; `refused` says that it will not, and what to do instead."""

    action: str
    subject: str
    zh: str
    en: str
    refused: bool = False
    sql: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Fault:
    """One wrong cell or value."""

    row: int | None
    field: str
    value: Any
    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What a bulk import found and did."""

    rows: int
    created: int
    updated: int
    unchanged: int
    faults: list[Fault] = field(default_factory=list[Fault])
