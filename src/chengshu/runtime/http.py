"""Routes of the machine itself: health, readiness, city clock, jobs and consumers, and the live stream."""

import datetime as dt
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, ConfigDict, Field

from chengshu.base.errors import Forbidden
from chengshu.base.operations import Operation
from chengshu.runtime.database import Work
from chengshu.runtime.web import OPEN, needs, open_door

SEE_MACHINE = Operation("runtime.see_machine", "查看运行状态", "See how the machine runs")
SET_CLOCK = Operation("runtime.set_clock", "设定演练时钟", "Set the clock of a rehearsal")
ALL = (SEE_MACHINE, SET_CLOCK)

router = APIRouter(prefix="/api", tags=["runtime"])


class ClockOut(BaseModel):
    now: dt.datetime
    rate: float
    real: bool


class ClockPatch(BaseModel):
    """A rehearsal's time: jump to `now`, run at `rate` city seconds a second (0 stands still)."""

    model_config = ConfigDict(extra="forbid")
    now: dt.datetime | None = None
    rate: float | None = Field(default=None, ge=0, le=100_000, allow_inf_nan=False)


class ClockIsReal(Forbidden):
    code = "runtime.clock_is_real"
    text = {
        "zh": "本市使用真实时间，不能调整时钟",
        "en": "This city runs on real time; its clock cannot be set",
    }
    remedy = {
        "zh": "演练站点请在 site.yaml 中设 clock: rehearsal",
        "en": "A rehearsal site says clock: rehearsal in site.yaml",
    }


@router.get("/health", summary="进程存活 / the process lives")
async def health() -> dict[str, str]:
    return {"status": "ok"}


@router.get("/ready", summary="可用，含数据库 / ready, with its database")
async def ready(work: Annotated[Work, open_door(OPEN)]) -> dict[str, Any]:
    return {"status": "ready", "now": work.now}


@router.get("/clock", summary="城市时间 / city time")
async def clock(work: Annotated[Work, open_door(OPEN)]) -> ClockOut:
    return await _clock(work)


@router.put("/clock", summary="设定演练时钟 / set a rehearsal's clock")
async def set_clock(patch: ClockPatch, work: Annotated[Work, needs(SET_CLOCK)]) -> ClockOut:
    if (await _clock(work)).real:
        raise ClockIsReal
    async with work.city.db.job_work() as job:
        await job.run(
            """
            update runtime.city_clock set anchor_city = coalesce(%(now)s::timestamptz, runtime.city_now()),
                anchor_real = statement_timestamp(), rate = coalesce(%(rate)s, rate)
            """,
            {"now": patch.now, "rate": patch.rate},
        )
        return await _clock(job)


async def _clock(work: Work) -> ClockOut:
    row = await work.row("select runtime.city_now() as now, rate, real from runtime.city_clock")
    assert row is not None
    return ClockOut(**row)


@router.get("/jobs", summary="后台任务与事件消费者 / jobs and event consumers")
async def jobs(work: Annotated[Work, needs(SEE_MACHINE)]) -> dict[str, Any]:
    async with work.city.db.job_work() as job:
        states = await job.rows("select * from runtime.job_state order by name")
        consumers = await job.rows(
            """
            select consumer, moved_at, failures, fault, (
                select count(*) from (select 1 from runtime.outbox_event e
                where (e.txid, e.id) > (c.txid, c.event_id) and e.topic = any(c.topics) limit 10001) behind) as behind
            from runtime.outbox_cursor c order by consumer
            """
        )
        size = await job.value("select pg_database_size(current_database())")
    return {
        "jobs": states,
        "consumers": consumers,
        "database_bytes": size,
        "live_screens": len(work.city.live.subscribers),
    }


@router.get("/live", summary="实时推送（SSE）/ live push", response_class=StreamingResponse)
async def live(
    request: Request,
    work: Annotated[Work, needs(OPEN)],
    topics: Annotated[str | None, Query(max_length=400, description="逗号分隔 / comma separated")] = None,
) -> StreamingResponse:
    wanted = frozenset(topics.split(",")) if topics else None
    stream = request.app.state.city.live.stream(work.actor, wanted)
    headers = {"cache-control": "no-store", "x-accel-buffering": "no"}
    return StreamingResponse(stream, media_type="text/event-stream", headers=headers)
