"""Routes of gridwork."""

from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from chengshu.govern.cases import permissions as cases
from chengshu.govern.gridwork import permissions, service
from chengshu.runtime.database import Work
from chengshu.runtime.web import needs

router = APIRouter(prefix="/api/gridwork", tags=["gridwork"])
Reading = Annotated[Work, needs(cases.READ)]
Patrolling = Annotated[Work, needs(permissions.PATROL)]
Lon = Annotated[float | None, Query(ge=-180, le=180, allow_inf_nan=False)]
Lat = Annotated[float | None, Query(ge=-90, le=90, allow_inf_nan=False)]


def _storable(text: str) -> str:
    if any(c == "\x00" or "\ud800" <= c <= "\udfff" for c in text):
        raise ValueError("holds characters that cannot be kept")
    return text


class CheckIn(BaseModel):
    """Where a grid worker is."""

    model_config = ConfigDict(extra="forbid")

    lon: float = Field(ge=-180, le=180, allow_inf_nan=False)
    lat: float = Field(ge=-90, le=90, allow_inf_nan=False)
    accuracy: float | None = Field(default=None, ge=0, le=100_000, allow_inf_nan=False)
    note: Annotated[str, AfterValidator(_storable)] = Field(default="", max_length=500)


@router.get("/today", summary="今日任务与路线 Today's tasks and the way to walk them")
async def today(work: Reading, lon: Lon = None, lat: Lat = None) -> dict[str, Any]:
    return await service.today(work, lon, lat)


@router.get("/people", summary="网格员 Who keeps which grid")
async def keepers(work: Reading, region: Annotated[str, Query(max_length=15, pattern=r"^[0-9]+$")]) -> dict[str, Any]:
    return await service.keepers(work, region)


@router.get("/patrols", summary="今日巡查签到 Today's patrol notes")
async def my_patrols(work: Reading) -> dict[str, Any]:
    return await service.my_patrols(work)


@router.post("/patrols", status_code=201, summary="巡查签到 Check in on patrol")
async def check_in(work: Patrolling, body: CheckIn) -> dict[str, Any]:
    return await service.check_in(work, body.lon, body.lat, body.accuracy, body.note)
