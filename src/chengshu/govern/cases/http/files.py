"""Routes of files: upload, and show what one may see."""

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, UploadFile
from fastapi.responses import FileResponse

from chengshu.govern.cases import permissions
from chengshu.govern.cases.service import uploads
from chengshu.runtime import images
from chengshu.runtime.database import Work
from chengshu.runtime.web import needs, open_door

router = APIRouter(tags=["cases"])
Opening = Annotated[Work, needs(permissions.OPEN)]
Looking = Annotated[Work, needs(permissions.READ)]
Anybody = Annotated[Work, open_door()]


@router.post("/api/cases/uploads", status_code=201, summary="上传照片或附件 Upload a photo or file")
async def upload(work: Looking, file: UploadFile) -> dict[str, Any]:
    return await uploads.take_upload(work, await file.read(images.BYTES + 1), file.filename)


@router.get("/api/blobs/{hash}", summary="查看照片或附件 A photo or file", response_class=FileResponse)
async def show(
    work: Anybody,
    hash: Annotated[str, Path(pattern=r"^[0-9a-f]{64}$")],
    size: Annotated[str, Query(pattern="^(full|thumb)$")] = "full",
    ticket: Annotated[str | None, Query(max_length=80)] = None,
) -> FileResponse:
    path, media_type, name = await uploads.find_file(work, hash, size, ticket)
    inline = media_type in images.PICTURES
    return FileResponse(
        path,
        media_type=media_type,
        filename=name if not inline else None,
        content_disposition_type="inline" if inline else "attachment",
        headers={
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "private, max-age=86400",
            "Content-Security-Policy": "default-src 'none'; sandbox",
        },
    )
