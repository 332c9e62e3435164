"""What a pack may declare as a resource."""

import re
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

FieldType = Literal[
    "text", "integer", "decimal", "boolean", "date", "datetime", "choice", "ref", "phone", "id_card", "code"
]
Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
Grade = Annotated[int, Field(ge=1, le=4)]
GEOMETRY_FIELDS = {"point": "point", "line": "geometry", "polygon": "geometry"}
RESERVED = {"point", "geometry", "region", "org", "filter", "after", "limit", "as_of"}


class Spec(BaseModel):
    """Base of declarations: an unknown key is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Text(Spec):
    """A text for people; English may come later, Chinese may not."""

    zh: Annotated[str, StringConstraints(min_length=1)]
    en: str = ""


class FieldSpec(Spec):
    """One column."""

    type: FieldType
    title: Text
    required: bool = False
    pattern: str | None = None
    min: float | None = None
    max: float | None = None
    unit: str = ""
    options: dict[str, Text] | None = None
    ref: str | None = None
    grade: Grade | None = None
    default: str | int | float | bool | None = None
    help: Text | None = None
    retired: bool = False

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if (self.type == "choice") != bool(self.options):
            raise ValueError("options belong to type choice, and a choice needs them")
        if (self.type == "ref") != bool(self.ref):
            raise ValueError("ref names a resource for type ref, and only there")
        if self.pattern is not None:
            try:
                re.compile(self.pattern)
            except re.error as fault:
                raise ValueError(f"pattern is not a regular expression: {fault}") from None
        if self.retired and self.required:
            raise ValueError("a retired field cannot be required")
        return self


class Terms(Spec):
    """无条件 / 有条件 / 不予: sharing inside government, or opening to the public."""

    kind: Literal["unconditional", "conditional", "none"]
    basis: str = ""

    @model_validator(mode="after")
    def _has_basis(self) -> Self:
        if self.kind == "none" and not self.basis:
            raise ValueError("refusing needs its basis: the clause that forbids it")
        return self


class ScreenSpec(Spec):
    """What lists and forms show; left out, it is derived from the fields."""

    columns: list[str] = []
    filters: list[str] = []


class ResourceSpec(Spec):
    """A declared table."""

    title: Text
    description: Text | None = None
    key: Annotated[list[Name], Field(min_length=1, max_length=4)]
    geometry: Literal["point", "line", "polygon"] | None = None
    scope: Literal["region", "org"] | None = None
    fields: Annotated[dict[Name, FieldSpec], Field(min_length=1, max_length=200)]
    label: str | None = None
    grade: Grade = 2
    sharing: Terms
    opening: Terms
    update: Literal["realtime", "hourly", "daily", "weekly", "monthly", "quarterly", "yearly", "irregular"]
    keep: Annotated[str, StringConstraints(pattern=r"^(forever|\d+[ymd])$")] = "forever"
    owner: str = ""
    screen: ScreenSpec = ScreenSpec()

    @model_validator(mode="after")
    def _names_hold(self) -> Self:
        if taken := RESERVED & set(self.fields):
            raise ValueError(f"field name {sorted(taken)[0]} is reserved; choose another")
        for where, names in self._named():
            for name in names:
                if name not in self.fields:
                    raise ValueError(f"{where} names {name}, which is no field; fields: {', '.join(self.fields)}")
        for name in self.key:
            if not self.fields[name].required or self.grade_of(name) > 2:
                raise ValueError(f"key field {name} must be required and of grade 1 or 2")
        return self

    def _named(self) -> list[tuple[str, list[str]]]:
        label = [self.label] if self.label else []
        return [("key", self.key), ("label", label), ("screen.columns", self.screen.columns),
                ("screen.filters", self.screen.filters)]  # fmt: skip

    def grade_of(self, name: str) -> int:
        """The grade of a field: its own, or that of the resource."""
        return self.fields[name].grade or self.grade

    def live(self) -> dict[str, FieldSpec]:
        """The fields in use."""
        return {name: field for name, field in self.fields.items() if not field.retired}

    @property
    def shape(self) -> str | None:
        """The name under which a row carries its place."""
        return GEOMETRY_FIELDS[self.geometry] if self.geometry else None

    def body(self) -> dict[str, Any]:
        """The declaration as it is stored."""
        return self.model_dump(mode="json", exclude_defaults=True)


class LayerStyle(Spec):
    """How features are drawn."""

    color: Annotated[str, StringConstraints(pattern=r"^#[0-9a-f]{6}$")] = "#1f5fbf"
    icon: str = ""
    minzoom: Annotated[int, Field(ge=0, le=20)] = 10


class LayerSpec(Spec):
    """`layers/<id>.yaml`: rows of a resource on the map."""

    title: Text
    group: Text
    resource: Annotated[str, StringConstraints(pattern=r"^([a-z0-9_]+\.)?[a-z0-9_]+$")]
    filter: str = ""
    style: LayerStyle = LayerStyle()
    show: list[Name] = []
