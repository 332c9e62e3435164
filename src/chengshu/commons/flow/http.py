"""Routes of flow: /api/flow. Matters themselves are reached through the room of their kind."""

import datetime as dt
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel, Field

from chengshu.base.text import L
from chengshu.commons.flow import permissions
from chengshu.commons.flow.contracts import FlowHead
from chengshu.commons.flow.service import defining, reading
from chengshu.runtime.database import Work
from chengshu.runtime.web import needs

router = APIRouter(prefix="/api/flow", tags=["flow"])
Reader = Annotated[Work, needs(permissions.READ_FLOWS)]
FlowId = Annotated[str, Path(pattern=r"^[a-z0-9_]+\.[a-z0-9_]+$", max_length=120)]


class FlowOut(BaseModel):
    id: str
    version: int
    kind: str
    title: L
    states: int
    moves: int

    @classmethod
    def of(cls, head: FlowHead) -> "FlowOut":
        return cls(
            id=head.id, version=head.version, kind=head.kind, title=head.title, states=head.states, moves=head.moves
        )


class FlowBody(BaseModel):
    id: str
    version: int
    body: dict[str, Any] = Field(description="The declaration as in flows/<id>.yaml")


class DayOut(BaseModel):
    date: dt.date
    hours: list[tuple[str, str]]
    why: L


class CalendarOut(BaseModel):
    timezone: str
    edition: str
    known_until: dt.date | None = Field(description="Last day whose national holidays are published")
    days: list[DayOut]


@router.get("/flows", summary="流程 / flows in use")
async def list_flows(work: Reader) -> list[FlowOut]:
    return [FlowOut.of(h) for h in await defining.heads(work)]


@router.get("/flows/{id}", summary="流程定义 / a flow as declared")
async def get_flow(
    work: Reader, id: FlowId, version: Annotated[int | None, Query(ge=1, le=2**31 - 1)] = None
) -> FlowBody:
    found, body = await defining.body(work, id, version)
    return FlowBody(id=id, version=found, body=body)


@router.get("/calendar", summary="工作日历 / office hours day by day")
async def get_calendar(
    work: Reader,
    since: Annotated[dt.date | None, Query(description="Default: today")] = None,
    days: Annotated[int, Query(ge=1, le=400)] = 31,
) -> CalendarOut:
    calendar = reading.calendar(work)
    first = since or work.now.astimezone(calendar.zone).date()
    return CalendarOut(
        timezone=calendar.spec.timezone,
        edition=calendar.edition,
        known_until=calendar.known_until,
        days=[
            DayOut(date=date, hours=[(clock_time(a), clock_time(b)) for a, b in rule.windows], why=rule.why)
            for date, rule in calendar.days(first, days)
        ],
    )


def clock_time(second: int) -> str:
    """Seconds after midnight as 08:30; midnight at the end of a day is 24:00."""
    return f"{second // 3600:02d}:{second // 60 % 60:02d}"
