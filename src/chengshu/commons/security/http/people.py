"""People and their posts."""

import datetime as dt
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field

from chengshu.commons.security import permissions
from chengshu.commons.security.contracts import PostSeed
from chengshu.commons.security.http.shapes import (
    After,
    Body,
    Code,
    Id,
    Limit,
    Login,
    Name,
    PeoplePage,
    PersonMade,
    PersonOut,
    Phone,
    PostOut,
    RegionCode,
    RoleId,
    Words,
    page_out,
    version_of,
)  # fmt: skip
from chengshu.commons.security.service import people
from chengshu.runtime.database import Work
from chengshu.runtime.web import etag, needs

router = APIRouter()


class PostCreate(Body):
    role: RoleId
    org: Code
    region: RegionCode | None = None
    valid_from: dt.datetime | None = None
    valid_to: dt.datetime | None = None

    def seed(self) -> PostSeed:
        return PostSeed(self.role, self.org, self.region)


class PostFirst(Body):
    role: RoleId
    org: Code
    region: RegionCode | None = None


class PersonCreate(Body):
    login: Login
    name: Name
    phone: Phone | None = None
    lang: Literal["zh", "en"] | None = None
    kind: Literal["staff", "system"] = "staff"
    password: str | None = Field(default=None, min_length=8, max_length=128)
    posts: list[PostFirst] = Field(default=[], max_length=20)


class PersonPatch(Body):
    name: Name | None = None
    phone: Phone | None = None
    lang: Literal["zh", "en"] | None = None
    active: bool | None = None


class PasswordOut(BaseModel):
    password: str = Field(description="Shown this once; it must be changed at the first sign-in")


@router.get("/people", summary="人员列表 / people")
async def list_people(
    work: Annotated[Work, needs(permissions.READ_PEOPLE)], q: Words = None, org: Words = None, role: Words = None,
    active: bool | None = None, after: After = None, limit: Limit = 50,
) -> PeoplePage:  # fmt: skip
    page = await people.list_people(work, q=q, org=org, role=role, active=active, after=after, limit=limit)
    return PeoplePage(**page_out(page))


@router.post("/people", status_code=201, summary="登记人员 / register a person")
async def add_person(
    body: PersonCreate, response: Response, work: Annotated[Work, needs(permissions.MANAGE_PEOPLE)]
) -> PersonMade:
    posts = [PostSeed(p.role, p.org, p.region) for p in body.posts]
    row, password = await people.add_person(work, body.model_dump(exclude={"posts"}), posts)
    response.headers["ETag"] = etag(row["version"])
    return PersonMade(**row, initial_password=password)


@router.get("/people/{id}", summary="人员 / a person")
async def get_person(id: Id, response: Response, work: Annotated[Work, needs(permissions.READ_PEOPLE)]) -> PersonOut:
    return _person(response, await people.get_person(work, id))


@router.patch("/people/{id}", summary="修改或停用人员 / change or close a person")
async def change_person(
    id: Id, body: PersonPatch, request: Request, response: Response,
    work: Annotated[Work, needs(permissions.MANAGE_PEOPLE)],
) -> PersonOut:  # fmt: skip
    values = body.model_dump(exclude_unset=True, exclude_none=True)
    return _person(response, await people.change_person(work, id, version_of(request), values))


def _person(response: Response, row: dict[str, Any]) -> PersonOut:
    response.headers["ETag"] = etag(row["version"])
    return PersonOut(**row)


@router.post("/people/{id}/password", summary="重置密码 / reset a password")
async def reset_password(id: Id, work: Annotated[Work, needs(permissions.MANAGE_PEOPLE)]) -> PasswordOut:
    return PasswordOut(password=await people.reset_password(work, id))


@router.post("/people/{id}/posts", status_code=201, summary="授予岗位 / grant a post")
async def add_post(id: Id, body: PostCreate, work: Annotated[Work, needs(permissions.GRANT)]) -> PostOut:
    row = await people.add_post(work, id, body.seed(), valid_from=body.valid_from, valid_to=body.valid_to)
    return PostOut(**max(row["posts"], key=lambda post: post["id"]))


@router.delete("/posts/{id}", status_code=204, summary="结束岗位 / end a post")
async def end_post(id: Id, work: Annotated[Work, needs(permissions.GRANT)]) -> None:
    await people.end_post(work, id)
