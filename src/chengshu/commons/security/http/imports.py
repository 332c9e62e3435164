"""Import of offices and people from Excel."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Response, UploadFile
from pydantic import BaseModel

from chengshu.base.errors import TooLarge
from chengshu.commons.security import permissions
from chengshu.commons.security.service import imports
from chengshu.runtime.database import Work
from chengshu.runtime.web import needs

router = APIRouter(prefix="/imports")
MOST = 10 * 1024 * 1024
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class PlannedOut(BaseModel):
    orgs: int
    people: int
    posts: int


class ImportOut(BaseModel):
    rows: int
    faults: list[dict[str, Any]]
    planned: PlannedOut


@router.get("/template.xlsx", summary="下载导入模板 / the import template", response_class=Response)
async def template(work: Annotated[Work, needs(permissions.READ_PEOPLE)]) -> Response:
    data = await imports.template(work)
    return Response(data, media_type=XLSX, headers={"Content-Disposition": 'attachment; filename="people.xlsx"'})


@router.post("", summary="导入机构与人员；默认只检查 / import offices and people; checks only by default")
async def import_workbook(
    file: UploadFile, work: Annotated[Work, needs(permissions.GRANT)],
    dry_run: Annotated[bool, Query(description="true: only list what is wrong and what would be added")] = True,
) -> ImportOut:  # fmt: skip
    data = await file.read(MOST + 1)
    if len(data) > MOST:
        raise TooLarge(field="file", limit="10 MB")
    done = await imports.import_workbook(work, data, dry_run=dry_run)
    faults = imports.as_errors(done.faults, work.lang)
    return ImportOut(rows=done.rows, faults=faults, planned=PlannedOut(**done.planned))
