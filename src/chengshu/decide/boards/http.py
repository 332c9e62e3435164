"""Routes of boards."""

from typing import Annotated, Any

from fastapi import APIRouter

from chengshu.decide.boards import permissions, service
from chengshu.runtime.database import Work
from chengshu.runtime.web import needs

router = APIRouter(prefix="/api/boards", tags=["boards"])

Reader = Annotated[Work, needs(permissions.READ)]


@router.get("", summary="Boards of the city")
async def list_boards(work: Reader) -> dict[str, Any]:
    return {"items": await service.boards(work), "next": None}


@router.get("/{id}", summary="A board with its data")
async def draw_board(work: Reader, id: str) -> dict[str, Any]:
    return await service.draw(work, id)
