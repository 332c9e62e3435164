"""What a pack may declare here: roles."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

OperationId = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)+$", max_length=100)]


class RoleTitle(BaseModel):
    """A role's name in both languages."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    zh: str = Field(min_length=1, max_length=60)
    en: str = Field(min_length=1, max_length=100)


class RoleSpec(BaseModel):
    """A business role: operations, and which data a post in it opens.

    scope `own_org`: what concerns the office and those below it; `region`: what lies in the post's region (else the
    office's); `county`: everything; `none`: operations without data of their own.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    title: RoleTitle
    operations: list[OperationId] = Field(default=[], max_length=500)
    scope: Literal["none", "own_org", "region", "county"] = "own_org"
