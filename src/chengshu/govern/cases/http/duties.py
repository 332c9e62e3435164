"""Routes of the duty list."""

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query

from chengshu.govern.cases import permissions
from chengshu.govern.cases.http.shapes import DutyIn, DutyPatch, Id, Moment
from chengshu.govern.cases.service import duties
from chengshu.runtime.database import Work
from chengshu.runtime.web import needs

router = APIRouter(prefix="/api/cases/duties", tags=["cases"])
Reading = Annotated[Work, needs(permissions.READ)]
Keeping = Annotated[Work, needs(permissions.MANAGE_DUTIES)]
Code = Annotated[str | None, Query(alias="class", max_length=40, pattern=r"^[^\x00]*$")]
Region = Annotated[str | None, Query(max_length=15, pattern=r"^[0-9]*$")]


@router.get("", summary="权责清单 The duty list")
async def list_duties(
    work: Reading,
    class_code: Code = None,
    region: Region = None,
    lead: Annotated[str | None, Query(max_length=80, pattern=r"^[^\x00]*$")] = None,
    after: Annotated[str | None, Query(max_length=200)] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> dict[str, Any]:
    page = await duties.list_duties(work, class_code or None, region or None, lead or None, after, limit)
    return {"items": page.items, "next": page.next}


@router.get("/owner", summary="这件事归谁管 Who owns this")
async def find_owner(
    work: Reading,
    class_code: Annotated[str, Query(alias="class", max_length=40, pattern=r"^[^\x00]+$")],
    region: Region = None,
    at: Annotated[Moment | None, Query()] = None,
) -> dict[str, Any]:
    return await duties.find_owner(work, class_code, region or None, at)


@router.get("/gaps", summary="权责空白与重叠 Gaps and overlaps of the duty list")
async def find_gaps(work: Reading, region: Region = None) -> dict[str, Any]:
    return await duties.find_gaps(work, region)


@router.post("", status_code=201, summary="新增权责 Add a duty")
async def add_duty(work: Keeping, body: DutyIn) -> dict[str, Any]:
    return await duties.add_duty(work, body.values())


@router.patch("/{id}", summary="修改权责 Change a duty")
async def change_duty(work: Keeping, duty_id: Annotated[Id, Path(alias="id")], body: DutyPatch) -> dict[str, Any]:
    return await duties.change_duty(work, duty_id, body.values())
