"""What a pack may declare as an indicator (`indicators/<id>.yaml`)."""

from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from chengshu.decide.indicators.errors import SqlRefused
from chengshu.decide.indicators.logic.figures import BAND
from chengshu.decide.indicators.logic.indicator_sql import columns

Grain = Literal["day", "dim", "key", "region", "town", "village", "grid", "office", "class", "channel", "person"]


class Text(BaseModel):
    """A text in Chinese and English."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    zh: str = Field(min_length=1)
    en: str | None = None


class IndicatorSpec(BaseModel):
    """A figure: the SELECT gives the grain's columns in order, then `value`, or `numerator, denominator`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    title: Text
    unit: str = Field(min_length=1, max_length=20)
    grain: tuple[Grain, ...] = Field(min_length=1, description="The first columns of the SELECT, in order")
    sql: str = Field(description="One read-only SELECT over `tallies` or declared resources")
    over: Literal["sum", "avg", "last"] = Field(default="sum", description="How a plain value goes together over days")
    scale: float = Field(default=100.0, description="Factor of numerator / denominator")
    bands: dict[Literal["red", "orange", "yellow"], str] = Field(default_factory=dict)
    better: Literal["high", "low", "none"] = "none"
    definition: Text = Field(description="What exactly is counted")
    source: Text = Field(description="The standard or decision it is modelled on, and where the facts come from")
    href: str | None = Field(default=None, description="The list of cases behind it; {dim}, {key} are filled in")

    @field_validator("bands")
    @classmethod
    def _bands(cls, bands: dict[str, str]) -> dict[str, str]:
        for condition in bands.values():
            if not BAND.match(condition):
                raise ValueError(f"a band is a comparison such as '< 80', not '{condition}'")
        return bands

    @model_validator(mode="after")
    def _width(self) -> Self:
        try:
            given = columns(self.sql)
        except SqlRefused as error:
            raise ValueError(error.detail("en")) from error
        if given - len(self.grain) not in (1, 2):
            raise ValueError(
                f"sql gives {given} columns; grain has {len(self.grain)}, after it come value, or numerator, denominator"
            )
        return self

    @property
    def additive(self) -> bool:
        """Whether the SELECT gives a plain value (not a numerator and a denominator)."""
        return columns(self.sql) == len(self.grain) + 1
