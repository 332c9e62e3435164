"""Routes of messages."""

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query

from chengshu.commons.messages import permissions, service
from chengshu.runtime.database import Work
from chengshu.runtime.web import needs

router = APIRouter(prefix="/api/messages", tags=["messages"])

Reader = Annotated[Work, needs(permissions.READ)]
Watcher = Annotated[Work, needs(permissions.WATCH)]
Limit = Annotated[int, Query(ge=1, le=200)]
After = Annotated[str | None, Query(max_length=200)]


@router.get("/inbox", summary="My messages")
async def list_inbox(work: Reader, unread: bool = False, after: After = None, limit: Limit = 50) -> dict[str, Any]:
    page = await service.inbox(work, unread, after, limit)
    return {"items": page.items, "next": page.next}


@router.get("/count", summary="How many are unread")
async def count_unread(work: Reader) -> dict[str, int]:
    return {"unread": await service.count(work)}


@router.post("/read", summary="Mark all as read")
async def read_all(work: Reader) -> dict[str, int]:
    return {"unread": await service.read(work, None)}


@router.post("/{id}/read", summary="Mark one as read")
async def read_one(work: Reader, id: Annotated[int, Path(ge=1, le=2**62)]) -> dict[str, int]:
    return {"unread": await service.read(work, id)}


@router.get("/outbound", summary="What leaves the house, and what waits for a gateway")
async def list_outbound(
    work: Watcher, state: Annotated[str | None, Query(max_length=20)] = None, after: After = None, limit: Limit = 50
) -> dict[str, Any]:
    page = await service.outbound(work, state, after, limit)
    return {"items": page.items, "next": page.next}
