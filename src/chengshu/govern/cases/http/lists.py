"""Routes that show many cases, and what a form needs before one is saved."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from fastapi.responses import FileResponse
from starlette.background import BackgroundTask

from chengshu.govern.cases import permissions
from chengshu.govern.cases.http.shapes import SuggestIn
from chengshu.govern.cases.service import declared_out, export, lists, suggesting
from chengshu.runtime.database import Work
from chengshu.runtime.web import needs

router = APIRouter(prefix="/api/cases", tags=["cases"])
Reading = Annotated[Work, needs(permissions.READ)]
Opening = Annotated[Work, needs(permissions.OPEN)]
Exporting = Annotated[Work, needs(permissions.EXPORT)]
Text = Annotated[str | None, Query(max_length=500)]
Flag = Annotated[bool | None, Query()]


class Filters:
    """The filters of every list of cases."""

    def __init__(
        self,
        state: Text = None, stage: Text = None, class_code: Annotated[str | None, Query(alias="class", max_length=500)] = None,
        type_id: Annotated[str | None, Query(alias="type", max_length=500)] = None, org: Text = None, town: Text = None,
        village: Text = None, grid: Text = None, region: Text = None, channel: Text = None, urgency: Text = None,
        person: Text = None, rating: Text = None, verdict: Text = None, returned: Flag = None, reworked: Flag = None,
        is_open: Annotated[bool | None, Query(alias="open")] = None, closed: Flag = None, overdue: Flag = None,
        due: Text = None, since: Text = None, until: Text = None, closed_since: Text = None, closed_until: Text = None,
        bbox: Text = None, q: Text = None, parent: Text = None,
    ) -> None:  # fmt: skip
        flags = {"returned": returned, "reworked": reworked, "open": is_open, "closed": closed, "overdue": overdue}
        self.given: dict[str, str | None] = {
            "state": state, "stage": stage, "class": class_code, "type": type_id, "org": org, "town": town,
            "village": village, "grid": grid, "region": region, "channel": channel, "urgency": urgency, "person": person,
            "rating": rating, "verdict": verdict, "due": due, "since": since, "until": until,
            "closed_since": closed_since, "closed_until": closed_until, "bbox": bbox, "q": q, "parent": parent,
            **{name: "true" for name, flag in flags.items() if flag},
        }  # fmt: skip


Filtered = Annotated[Filters, Depends(Filters)]


@router.get("", summary="案件列表 List cases")
async def list_cases(
    work: Reading,
    filters: Filtered,
    view: Annotated[str, Query(max_length=20)] = "all",
    after: Annotated[str | None, Query(max_length=300)] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> dict[str, Any]:
    page = await lists.list_cases(work, filters.given, view, after, limit)
    return {"items": page.items, "next": page.next}


@router.get("/types", summary="案件类型 Case types")
async def list_types(work: Reading) -> list[dict[str, Any]]:
    return await declared_out.types_out(work)


@router.get("/classes", summary="案件类别、立案条件、时限、结案条件 Classes and their conditions")
async def list_classes(
    work: Reading, type_id: Annotated[str | None, Query(alias="type", max_length=120)] = None
) -> list[dict[str, Any]]:
    return await declared_out.classes_out(work, type_id)


@router.get("/screen", summary="列表界面 Columns, filters and views of the list")
async def screen(work: Reading) -> dict[str, Any]:
    return await declared_out.screen_out(work)


@router.post("/suggestions", summary="建议类别、紧急程度、主办单位，查找相似案件 Suggestions before saving")
async def suggest(work: Opening, body: SuggestIn) -> dict[str, Any]:
    return await suggesting.suggest(work, body.asked())


@router.get("/board", summary="派遣看板 The dispatch board")
async def board(work: Reading, filters: Filtered, by: Annotated[str, Query(max_length=20)] = "org") -> dict[str, Any]:
    return await lists.board(work, filters.given, by)


@router.get("/points", summary="地图上的案件 Cases on the map")
async def points(
    work: Reading,
    filters: Filtered,
    zoom: Annotated[float | None, Query(ge=0, le=24, allow_inf_nan=False)] = None,
) -> dict[str, Any]:
    return await lists.points(work, filters.given, zoom)


@router.get("/export.xlsx", summary="导出 Excel Export", response_class=FileResponse)
async def export_cases(work: Exporting, filters: Filtered) -> FileResponse:
    path = await export.export_cases(work, filters.given)
    name = f"cases-{work.now:%Y%m%d-%H%M}.xlsx"
    return FileResponse(
        path,
        filename=name,
        media_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        background=BackgroundTask(path.unlink, missing_ok=True),
    )
