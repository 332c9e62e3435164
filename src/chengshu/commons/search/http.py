"""The route of search."""

from typing import Annotated, Any

from fastapi import APIRouter, Query

from chengshu.commons.search import permissions, service
from chengshu.runtime.database import Work
from chengshu.runtime.web import needs

router = APIRouter(prefix="/api/search", tags=["search"])

Finder = Annotated[Work, needs(permissions.FIND)]


@router.get("", summary="Find cases, places, people, resources")
async def find(
    work: Finder,
    q: Annotated[str, Query(min_length=1, max_length=100)],
    limit: Annotated[int, Query(ge=1, le=50)] = 8,
) -> dict[str, Any]:
    return {"q": q, "groups": service.shape_groups(await service.find(work, q, limit), work.lang)}
