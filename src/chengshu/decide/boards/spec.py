"""What a pack may declare as a board (`boards/<id>.yaml`)."""

from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from chengshu.decide.indicators.spec import Text

By = Literal["day", "county", "town", "village", "grid", "office", "class", "channel", "person", "region", "state"]
NEEDS_GROUP = {"rank", "ring", "map", "list"}


class WidgetSpec(BaseModel):
    """One figure of a board; `indicator` is an id of the same pack, or `pack.id`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    kind: Literal["number", "trend", "rank", "ring", "map", "list"]
    indicator: str = Field(pattern=r"^([a-z0-9_]+\.)?[a-z0-9_]+$")
    title: Text | None = None
    by: By | None = None
    days: int | None = Field(default=None, ge=1, le=3660, description="The last so many days; none: all")
    top: int = Field(default=12, ge=1, le=500)
    order: Literal["high", "low"] = "high"
    w: int = Field(default=3, ge=1, le=12)
    h: int = Field(default=2, ge=1, le=12)
    href: str | None = Field(default=None, description="Where a click leads; {key} is filled in")

    @model_validator(mode="after")
    def _by_fits(self) -> Self:
        if self.kind in NEEDS_GROUP and self.by in (None, "day"):
            raise ValueError(f"a {self.kind} needs `by`, for example town")
        if self.kind in ("number", "trend") and self.by not in (None, "day"):
            raise ValueError(f"a {self.kind} takes no `by`")
        return self


class BoardSpec(BaseModel):
    """A board on a grid of twelve columns."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    title: Text
    description: Text | None = None
    widgets: tuple[WidgetSpec, ...] = Field(min_length=1, max_length=24)
