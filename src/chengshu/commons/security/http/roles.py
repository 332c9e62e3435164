"""Roles, operations, and keys for other systems."""

import datetime as dt
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path
from pydantic import BaseModel, Field

from chengshu.base.text import pick
from chengshu.commons.security import permissions
from chengshu.commons.security.http.shapes import BIG, After, Body, Id, Limit, Name, PageOut, page_out
from chengshu.commons.security.service import roles
from chengshu.commons.security.spec import OperationId, RoleTitle
from chengshu.runtime.database import Work
from chengshu.runtime.web import needs

router = APIRouter()
RolePath = Annotated[str, Path(pattern=r"^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)*$", max_length=120)]


class RolePut(Body):
    """What is left out stays as it is; a role that does not exist yet needs its title."""

    title: RoleTitle | None = None
    operations: list[OperationId] | None = Field(default=None, max_length=500)
    scope: Literal["none", "own_org", "region", "county"] | None = None
    active: bool | None = None


class RoleOut(BaseModel):
    id: str
    title: str
    titles: dict[str, str]
    pack: str | None
    operations: list[str]
    scope: str
    duty: str | None
    active: bool
    builtin: bool
    version: int


class RolePage(PageOut):
    items: list[RoleOut]


class OperationOut(BaseModel):
    id: str
    title: str
    duties: list[str] = Field(description="Duties whose roles may carry it; empty: business roles alone")


class OperationPage(PageOut):
    items: list[OperationOut]


class KeyCreate(Body):
    actor: int = Field(ge=1, le=BIG, description="The person or system in whose name the key acts")
    title: Name
    operations: list[OperationId] = Field(min_length=1, max_length=200)
    days: int = Field(default=365, ge=1, le=1100)


class KeyMade(BaseModel):
    id: int
    key: str = Field(description="Shown this once; sent as Authorization: Bearer")
    expires_at: dt.datetime


@router.get("/roles", summary="角色 / roles")
async def list_roles(work: Annotated[Work, needs(permissions.READ_PEOPLE)]) -> RolePage:
    return RolePage(items=[_role(r, work.lang) for r in await roles.list_roles(work)], next=None)


@router.put("/roles/{id}", summary="修改或新增角色 / change or add a role")
async def put_role(id: RolePath, body: RolePut, work: Annotated[Work, needs(permissions.GRANT)]) -> RoleOut:
    return _role(await roles.put_role(work, id, body.model_dump(exclude_none=True)), work.lang)


def _role(row: dict[str, Any], lang: str) -> RoleOut:
    titles = {"zh": row["zh"], "en": row["en"]}
    return RoleOut(**row, title=pick(titles, lang), titles=titles, builtin=row["duty"] is not None)


@router.get("/operations", summary="操作 / operations")
async def list_operations(work: Annotated[Work, needs(permissions.READ_PEOPLE)]) -> OperationPage:
    rows = await roles.list_operations(work)
    items = [OperationOut(id=r["id"], title=pick(r, work.lang), duties=r["duties"]) for r in rows]
    return OperationPage(items=items, next=None)


@router.get("/keys", summary="接口密钥 / keys of other systems")
async def list_keys(
    work: Annotated[Work, needs(permissions.MANAGE_KEYS)], after: After = None, limit: Limit = 50
) -> PageOut:
    return PageOut(**page_out(await roles.list_keys(work, after, limit)))


@router.post("/keys", status_code=201, summary="发放密钥 / issue a key")
async def make_key(body: KeyCreate, work: Annotated[Work, needs(permissions.MANAGE_KEYS)]) -> KeyMade:
    return KeyMade(**await roles.make_key(work, body.actor, body.title, body.operations, body.days))


@router.delete("/keys/{id}", status_code=204, summary="吊销密钥 / revoke a key")
async def end_key(id: Id, work: Annotated[Work, needs(permissions.MANAGE_KEYS)]) -> None:
    await roles.end_key(work, id)
