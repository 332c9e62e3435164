"""Offices."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from pydantic import Field

from chengshu.commons.security import permissions
from chengshu.commons.security.contracts import OrgSeed
from chengshu.commons.security.http.shapes import (
    After,
    Body,
    Code,
    Name,
    OrgKind,
    OrgOut,
    OrgPage,
    RegionCode,
    Words,
    page_out,
    version_of,
)  # fmt: skip
from chengshu.commons.security.service import orgs
from chengshu.runtime.database import Work
from chengshu.runtime.web import OPEN, etag, needs

router = APIRouter()
OrgLimit = Annotated[int, Query(ge=1, le=1000)]
Functions = Annotated[list[Code], Field(max_length=30)]


class OrgCreate(Body):
    code: Code
    name: Name
    name_en: Name | None = None
    short: Name | None = None
    kind: OrgKind = "department"
    parent: Code | None = None
    region_code: RegionCode | None = None
    functions: Functions = []
    sort: int = Field(default=0, ge=0, le=1_000_000)


class OrgPatch(Body):
    name: Name | None = None
    name_en: Name | None = None
    short: Name | None = None
    kind: OrgKind | None = None
    region_code: RegionCode | None = None
    functions: Functions | None = None
    sort: int | None = Field(default=None, ge=0, le=1_000_000)
    active: bool | None = None


@router.get("/orgs", summary="机构 / offices")
async def list_orgs(
    work: Annotated[Work, needs(OPEN)], parent: Words = None, kind: OrgKind | None = None, q: Words = None,
    after: After = None, limit: OrgLimit = 50,
) -> OrgPage:  # fmt: skip
    page = await orgs.list_orgs(work, under=parent, kind=kind, q=q, after=after, limit=limit)
    return OrgPage(**page_out(page))


@router.post("/orgs", status_code=201, summary="登记机构 / register an office")
async def add_org(body: OrgCreate, response: Response, work: Annotated[Work, needs(permissions.MANAGE_ORGS)]) -> OrgOut:
    row = await orgs.add_org(work, OrgSeed(**body.model_dump()))
    response.headers["ETag"] = etag(row["version"])
    return OrgOut(**row)


@router.patch("/orgs/{code}", summary="修改机构 / change an office")
async def change_org(
    code: str, body: OrgPatch, request: Request, response: Response,
    work: Annotated[Work, needs(permissions.MANAGE_ORGS)],
) -> OrgOut:  # fmt: skip
    values = body.model_dump(exclude_unset=True, exclude_none=True)
    row = await orgs.change_org(work, code, version_of(request), values)
    response.headers["ETag"] = etag(row["version"])
    return OrgOut(**row)
