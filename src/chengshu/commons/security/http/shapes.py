"""Wire shapes that the routes of security share."""

import datetime as dt
from typing import Annotated, Any, Literal

from fastapi import Path, Query, Request
from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from chengshu.base.page import Page
from chengshu.runtime.web import if_match

BIG = 2**63 - 1
Id = Annotated[int, Path(ge=1, le=BIG)]
Limit = Annotated[int, Query(ge=1, le=200)]
After = Annotated[str | None, Query(max_length=300)]
Words = Annotated[str | None, Query(max_length=60)]
Code = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,62}$")]
Login = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9._@-]{0,63}$")]
RoleId = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)*$", max_length=120)]
RegionCode = Annotated[str, Field(pattern=r"^[0-9]{6}([0-9]{3}){0,3}$")]
Phone = Annotated[str, Field(pattern=r"^\+?[0-9][0-9 -]{4,19}$")]
OrgKind = Literal["county", "center", "department", "town", "village", "company"]


def _plain(text: str) -> str:
    text = text.strip()
    if not text or not text.isprintable():
        raise ValueError("不能为空或含控制字符 / must not be empty or hold control characters")
    return text


Name = Annotated[str, Field(min_length=1, max_length=80), AfterValidator(_plain)]


class Body(BaseModel):
    """What comes in: unknown members are refused."""

    model_config = ConfigDict(extra="forbid")


def page_out(page: Page[Any], items: list[Any] | None = None) -> dict[str, Any]:
    """A list on the wire."""
    return {"items": list(page.items) if items is None else items, "next": page.next}


def version_of(request: Request) -> int | None:
    """The version the caller saw, when it says one."""
    return if_match(request) if "if-match" in request.headers else None


class PostOut(BaseModel):
    id: int
    org: str
    org_name: str
    role: str
    role_title: str
    region: str | None
    region_name: str | None
    valid_from: dt.datetime
    valid_to: dt.datetime | None


class PersonOut(BaseModel):
    id: int
    login: str | None
    name: str
    kind: str
    phone: str | None
    lang: str | None
    active: bool
    duty: str | None
    created_at: dt.datetime
    version: int
    posts: list[PostOut]


class PersonMade(PersonOut):
    """A person just registered; the first password is shown this once. Another system has none."""

    initial_password: str | None


class OrgOut(BaseModel):
    code: str
    path: str
    name: str
    name_en: str | None
    short: str | None
    kind: str
    region_code: str | None
    functions: list[str]
    sort: int
    active: bool
    version: int


class PageOut(BaseModel):
    """A list and the cursor of what follows."""

    items: list[Any]
    next: str | None


class PeoplePage(PageOut):
    items: list[PersonOut]


class OrgPage(PageOut):
    items: list[OrgOut]
