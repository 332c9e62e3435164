"""Routes of resources: one generic API for every declared table."""

import datetime as dt
from typing import Annotated, Any

from fastapi import APIRouter, Body, Query, Request, Response, UploadFile
from pydantic import AfterValidator

from chengshu.base.errors import Invalid, TooLarge
from chengshu.base.text import pick
from chengshu.data.resources import permissions, service
from chengshu.data.resources.contracts import ImportReport
from chengshu.data.resources.logic import masks, screens
from chengshu.runtime.database import Work
from chengshu.runtime.web import etag, if_match, needs

router = APIRouter(prefix="/api/resources", tags=["resources"])
LARGEST_SHEET = 20 * 1024 * 1024


def _no_nul(text: str) -> str:
    if "\x00" in text:
        raise ValueError("a text cannot hold the character NUL")
    return text


Asked = Annotated[str, AfterValidator(_no_nul)]
Reading = Annotated[Work, needs(permissions.READ)]
Writing = Annotated[Work, needs(permissions.WRITE)]
Row = Annotated[dict[str, Any], Body()]


@router.get("", summary="列出资源 List resources")
async def list_resources(work: Reading) -> list[dict[str, Any]]:
    found = await service.list_resources(work)
    return [
        {
            "id": resource.id,
            "title": pick(resource.spec.title.model_dump(), work.lang),
            "pack": resource.pack,
            "geometry": resource.spec.geometry,
            "owner": resource.spec.owner,
            "rows": rows,
        }
        for resource, rows in found
    ]


@router.get("/{id}", summary="资源的字段与界面 Fields and screens of a resource")
async def get_resource(work: Reading, id: Asked) -> dict[str, Any]:
    resource = await service.get_resource(work, id)
    spec = resource.spec
    return {
        "id": resource.id,
        "title": pick(spec.title.model_dump(), work.lang),
        "description": pick(spec.description.model_dump(), work.lang) if spec.description else "",
        "pack": resource.pack,
        "key": spec.key,
        "label": spec.label,
        "geometry": spec.geometry,
        "scope": spec.scope,
        "grade": spec.grade,
        "update": spec.update,
        "masked": sorted(masks.masked(spec, masks.grade_of(work.actor))),
        "fields": [screens.describe(name, field, spec, work.lang) for name, field in spec.live().items()],
        "screen": screens.screen(spec),
    }


def _box(text: str | None) -> tuple[float, float, float, float] | None:
    if text is None:
        return None
    try:
        west, south, east, north = (float(part) for part in text.split(","))
    except ValueError:
        raise Invalid(field="bbox", value=text) from None
    if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):
        raise Invalid(field="bbox", value=text)
    return west, south, east, north


def _moment(at: dt.datetime | None, work: Work) -> dt.datetime | None:
    return at.replace(tzinfo=work.now.tzinfo) if at and at.tzinfo is None else at


@router.get("/{id}/rows", summary="查询记录 List rows")
async def list_rows(
    work: Reading,
    id: Asked,
    filter: Annotated[Asked | None, Query(max_length=2000, description="SQL expression over the fields")] = None,
    q: Annotated[Asked, Query(max_length=100)] = "",
    after: Annotated[Asked | None, Query(max_length=1000)] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    as_of: dt.datetime | None = None,
    bbox: Annotated[str | None, Query(description="west,south,east,north")] = None,
) -> dict[str, Any]:
    page = await service.list_rows(
        work, id, filter=filter, q=q, after=after, limit=limit, as_of=_moment(as_of, work), bbox=_box(bbox)
    )
    return {"items": page.items, "next": page.next}


@router.post("/{id}/rows", status_code=201, summary="新增记录 Add a row")
async def create_row(work: Writing, id: Asked, row: Row, response: Response) -> dict[str, Any]:
    stored = await service.create_row(work, id, row)
    response.headers["ETag"] = etag(stored["_version"])
    return stored


@router.get("/{id}/rows/{key}", summary="查看记录 Read a row")
async def get_row(
    work: Reading,
    id: Asked,
    key: Asked,
    response: Response,
    as_of: dt.datetime | None = None,
) -> dict[str, Any]:
    row = await service.get_row(work, id, key, _moment(as_of, work))
    response.headers["ETag"] = etag(row["_version"])
    return row


@router.patch("/{id}/rows/{key}", summary="修改记录 Change a row")
async def update_row(
    work: Writing,
    id: Asked,
    key: Asked,
    row: Row,
    request: Request,
    response: Response,
) -> dict[str, Any]:
    stored = await service.update_row(work, id, key, if_match(request), row)
    response.headers["ETag"] = etag(stored["_version"])
    return stored


@router.delete("/{id}/rows/{key}", status_code=204, summary="删除记录 Delete a row")
async def delete_row(work: Writing, id: Asked, key: Asked, request: Request) -> None:
    await service.delete_row(work, id, key, if_match(request))


@router.get("/{id}/rows/{key}/history", summary="记录的历史 History of a row")
async def list_history(work: Reading, id: Asked, key: Asked) -> dict[str, Any]:
    return {"items": await service.list_history(work, id, key), "next": None}


@router.post("/{id}/imports", summary="导入 CSV 或 Excel Import CSV or Excel")
async def import_rows(
    work: Annotated[Work, needs(permissions.IMPORT)],
    id: Asked,
    file: UploadFile,
    dry_run: bool = True,
) -> dict[str, Any]:
    content = await file.read(LARGEST_SHEET + 1)
    if len(content) > LARGEST_SHEET:
        raise TooLarge(field="file", limit="20 MB")
    report = await service.import_sheet(work, id, content, file.filename or "sheet.csv", dry_run=dry_run)
    return _report_out(report, work, dry_run=dry_run)


def _report_out(report: ImportReport, work: Work, *, dry_run: bool) -> dict[str, Any]:
    faults = [
        {
            "row": fault.row,
            "column": fault.field,
            "value": None if fault.value is None else str(fault.value)[:120],
            "detail": fault.zh if work.lang == "zh" else fault.en,
        }
        for fault in report.faults
    ]
    return {
        "dry_run": dry_run,
        "rows": report.rows,
        "created": report.created,
        "updated": report.updated,
        "unchanged": report.unchanged,
        "faults": faults,
    }
