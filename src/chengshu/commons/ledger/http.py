"""Routes of the ledger: /api/ledger."""

import datetime as dt
from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from chengshu.commons.ledger import permissions, service
from chengshu.runtime.database import Work
from chengshu.runtime.web import needs

router = APIRouter(prefix="/api/ledger", tags=["ledger"])
Words = Annotated[str | None, Query(max_length=200)]


class EntryOut(BaseModel):
    id: int
    at: dt.datetime
    city_at: dt.datetime
    actor_id: int
    actor: str
    action: str
    subject: str
    outcome: str
    detail: dict[str, Any]
    remote: str | None
    request_id: str | None
    seal_no: int | None = Field(description="Its place in the chain; empty for the second until it is sealed")
    hash: str | None


class EntryPage(BaseModel):
    items: list[EntryOut]
    next: str | None


class StateOut(BaseModel):
    entries: int
    sealed: int
    head: str | None
    verified_at: dt.datetime | None
    verified_ok: bool | None


@router.get("/entries", summary="审计记录 / audit entries")
async def list_entries(
    work: Annotated[Work, needs(permissions.READ)],
    actor: Annotated[int | None, Query(ge=1, le=2**63 - 1)] = None,
    action: Words = None,
    subject: Words = None,
    outcome: Words = None,
    after: Annotated[str | None, Query(max_length=300)] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> EntryPage:
    page = await service.list_entries(
        work, after=after, limit=limit, actor=actor, action=action, subject=subject, outcome=outcome
    )
    return EntryPage(items=[EntryOut(**row) for row in page.items], next=page.next)


@router.get("/state", summary="审计链状态 / the state of the chain")
async def state(work: Annotated[Work, needs(permissions.READ)]) -> StateOut:
    return StateOut(**await service.state(work))


@router.post("/verifications", status_code=201, summary="核验审计链 / verify the chain")
async def verify(work: Annotated[Work, needs(permissions.VERIFY)]) -> dict[str, Any]:
    return await service.verify_now(work)
