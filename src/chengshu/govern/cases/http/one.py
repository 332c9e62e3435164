"""Routes of one case: open, read, move, follow."""

from typing import Annotated, Any

from fastapi import APIRouter, Body, Header, Path, Query, Request, Response

from chengshu.base.errors import Invalid
from chengshu.govern.cases import permissions
from chengshu.govern.cases.http.shapes import CaseCreate, Id, Moment, PlainBody
from chengshu.govern.cases.service import detail, following, intake, moves
from chengshu.runtime.database import Work
from chengshu.runtime.web import etag, first_answer, if_match, keep_answer, needs

router = APIRouter(prefix="/api/cases", tags=["cases"])
Reading = Annotated[Work, needs(permissions.READ)]
Opening = Annotated[Work, needs(permissions.OPEN)]
CaseId = Annotated[Id, Path(alias="id")]
Key = Annotated[str | None, Header(alias="Idempotency-Key")]


@router.post("", status_code=201, summary="登记案件 Open a case")
async def open_case(work: Opening, body: CaseCreate, response: Response, idempotency_key: Key = None) -> dict[str, Any]:
    known = await first_answer(work, idempotency_key, body.model_dump(mode="json"))
    if known is not None:
        out = await detail.read_case(work, known["id"])
    else:
        moved = await intake.open_matter(work, body.asked())
        out = await detail.read_case(work, moved.matter.id, moved.after)
        await keep_answer(work, idempotency_key, {"id": out["id"]})
    response.headers["ETag"] = etag(out["version"])
    response.headers["Location"] = f"/api/cases/{out['id']}"
    return out


@router.get("/{id}", summary="案件详情，可看历史时点 A case, also as it was known at a moment")
async def read_case(
    work: Reading, case_id: CaseId, response: Response, as_of: Annotated[Moment | None, Query()] = None
) -> dict[str, Any]:
    if as_of is not None:
        moment = as_of if as_of.tzinfo else as_of.replace(tzinfo=work.now.tzinfo)
        return await detail.read_as_of(work, case_id, moment)
    out = await detail.read_case(work, case_id)
    response.headers["ETag"] = etag(out["version"])
    return out


@router.post("/{id}/moves/{move}", summary="办理：签收、派遣、退回等 Make a move")
async def make_move(
    work: Reading,
    case_id: CaseId,
    move: Annotated[str, Path(max_length=60, pattern=r"^[a-z_]+$")],
    request: Request,
    response: Response,
    body: Annotated[PlainBody | None, Body()] = None,
    idempotency_key: Key = None,
) -> dict[str, Any]:
    version = if_match(request)
    given = body or {}
    known = await first_answer(work, idempotency_key, {"id": case_id, "move": move, "body": given})
    if known is not None:
        out = await detail.read_case(work, case_id)
    else:
        if len(given) > 40:
            raise Invalid(field="body", value=len(given))
        out = await moves.make_move(work, case_id, move, given, version)
        await keep_answer(work, idempotency_key, {"id": case_id})
    response.headers["ETag"] = etag(out["version"])
    return out


@router.post("/{id}/follow", status_code=204, summary="关注 Follow")
async def follow(work: Reading, case_id: CaseId) -> None:
    await following.follow(work, case_id)


@router.delete("/{id}/follow", status_code=204, summary="取消关注 Follow no longer")
async def unfollow(work: Reading, case_id: CaseId) -> None:
    await following.unfollow(work, case_id)
