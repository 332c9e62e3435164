"""`pack.yaml`: what a pack says about itself."""

from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, StringConstraints, model_validator

PackId = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,39}$")]


class Declared(BaseModel):
    """Base of declarations: an unknown key is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Text(Declared):
    """A text for people."""

    zh: Annotated[str, StringConstraints(min_length=1)]
    en: str = ""


class Param(Declared):
    """What differs from county to county, with its type and default."""

    type: Literal["integer", "decimal", "text", "boolean", "limit", "org"]
    default: Any
    title: Text
    min: float | None = None
    max: float | None = None
    options: list[Any] | None = None

    @model_validator(mode="after")
    def _default_fits(self) -> Self:
        if fault := self.fault(self.default):
            raise ValueError(f"default: {fault}")
        return self

    def fault(self, value: Any) -> str | None:
        """Why a value does not fit, None when it does."""
        kinds = {"integer": int, "decimal": (int, float), "boolean": bool}
        wanted = kinds.get(self.type, str)
        if not isinstance(value, wanted) or (isinstance(value, bool) and self.type != "boolean"):
            return f"{self.type} expected, not {value!r}"
        if self.options is not None and value not in self.options:
            return f"one of {', '.join(map(str, self.options))} expected, not {value!r}"
        if isinstance(value, int | float) and not self._in_range(value):
            return f"{value} is outside {self.min} to {self.max}"
        return None

    def _in_range(self, value: float) -> bool:
        return (self.min is None or value >= self.min) and (self.max is None or value <= self.max)


class Manifest(Declared):
    """The head of a pack."""

    title: Text
    description: Text | None = None
    domain: PackId
    version: Annotated[str, StringConstraints(pattern=r"^\d{1,4}\.\d{1,4}\.\d{1,4}$")]
    owner: str = ""
    covers: list[Annotated[str, StringConstraints(pattern=r"^[A-Z]{1,2}\d{2}$")]] = []
    requires: list[PackId] = []
    params: dict[PackId, Param] = {}

    def numbers(self) -> tuple[int, ...]:
        """The version for comparing."""
        return numbers_of(self.version)


def numbers_of(version: str) -> tuple[int, ...]:
    """A version text as numbers."""
    return tuple(int(part) for part in version.split("."))
