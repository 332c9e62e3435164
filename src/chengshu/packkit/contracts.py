"""Shapes of the kit: packs with their declarations, what is wrong with them, what installing them will do."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel

from chengshu.packkit.manifest import Manifest

Step = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong: where, what, and what to do."""

    file: str
    line: int
    field: str
    zh: str
    en: str
    remedy_zh: str = ""
    remedy_en: str = ""
    level: Literal["error", "warning"] = "error"

    def text(self, lang: str = "zh") -> str:
        """One line for a person, in the form that editors can jump to."""
        what, remedy = (self.zh, self.remedy_zh) if lang == "zh" else (self.en, self.remedy_en)
        spot = f" [{self.field}]" if self.field else ""
        return f"{self.file}:{self.line}:{spot} {what}" + (f" → {remedy}" if remedy else "")


@dataclass(frozen=True, slots=True)
class Document:
    """A YAML file as read: plain data, and the line of every key and item."""

    path: Path
    shown: str
    data: Any
    lines: Mapping[Step, int]

    def line(self, step: Step) -> int:
        """The line of a key, or of the nearest one around it."""
        while step and step not in self.lines:
            step = step[:-1]
        return self.lines.get(step, 1)


@dataclass(frozen=True, slots=True)
class Declaration:
    """One checked declaration of a pack; its global id is `pack.name`."""

    kind: str
    pack: str
    name: str
    document: Document
    spec: BaseModel
    root: Step = ()

    @property
    def id(self) -> str:
        return f"{self.pack}.{self.name}"

    def finding(self, step: Step, zh: str, en: str, remedy_zh: str = "", remedy_en: str = "") -> Finding:
        """A finding at a place inside this declaration."""
        whole = (*self.root, *step)
        dotted = ".".join(str(part) for part in whole)
        return Finding(self.document.shown, self.document.line(whole), dotted, zh, en, remedy_zh, remedy_en)

    def body(self) -> dict[str, Any]:
        """What is stored of it."""
        return self.spec.model_dump(mode="json", exclude_defaults=True, by_alias=True)


@dataclass(frozen=True, slots=True)
class Pack:
    """A folder of declarations."""

    id: str
    path: Path
    manifest: Manifest
    digest: str
    params: Mapping[str, Any]
    declarations: Sequence[Declaration] = ()
    samples: Mapping[str, Sequence[Mapping[str, Any]]] = field(default_factory=dict[str, Any])

    def of(self, kind: str) -> list[Declaration]:
        """Its declarations of a kind."""
        return [declared for declared in self.declarations if declared.kind == kind]


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that installing will do, or refuses to do."""

    kind: str
    action: str
    subject: str
    zh: str
    en: str
    refused: bool = False
    sql: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PackPlan:
    """What will happen to one pack."""

    pack: Pack
    action: Literal["install", "upgrade", "switch_on", "unchanged"]
    installed_version: str | None
    changes: Sequence[Change]


@dataclass(frozen=True, slots=True)
class Plan:
    """What will happen, before it does."""

    packs: Sequence[PackPlan]

    @property
    def refused(self) -> list[Change]:
        return [change for one in self.packs for change in one.changes if change.refused]

    @property
    def empty(self) -> bool:
        return all(one.action == "unchanged" for one in self.packs)
