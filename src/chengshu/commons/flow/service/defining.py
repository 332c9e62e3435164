"""Installing flows and taking them out of use."""

from collections.abc import Mapping
from typing import Any

from chengshu.commons.flow import store
from chengshu.commons.flow.contracts import FlowHead
from chengshu.commons.flow.events import FlowDefined
from chengshu.commons.flow.logic.titles import text_of
from chengshu.commons.flow.service.engine import engine
from chengshu.commons.flow.spec import FlowSpec
from chengshu.runtime.database import Work


async def heads(work: Work) -> list[FlowHead]:
    """The flows on which new matters may be opened."""
    here = engine(work)
    await here.refresh(work)
    return [
        FlowHead(id_, version, flow.kind, text_of(flow.title), len(flow.states), len(flow.moves))
        for id_, version, flow in here.active()
    ]


async def body(work: Work, flow: str, version: int | None = None) -> tuple[int, dict[str, Any]]:
    """A declaration and its version, the newest without one."""
    here = engine(work)
    await here.ready(work, flow, version)
    found = here.flow(flow, version)
    return version or here.latest(flow), plain(found)


def plain(flow: FlowSpec) -> dict[str, Any]:
    """A declaration as its YAML file would have it."""
    return flow.model_dump(mode="json", by_alias=True, exclude_none=True)


async def install_flow(work: Work, flow: str, body: Mapping[str, object]) -> int:
    """Store a flow that is checked again here, for what comes in by another way than a pack."""
    spec = FlowSpec.model_validate(body)
    version, fresh = await store.define(work, flow, plain(spec))
    if fresh:
        await engine(work).refresh(work)
        work.publish(FlowDefined(flow=flow, version=version))
        work.record("flow.install", flow, {"version": version})
    return version


async def remove_flow(work: Work, flow: str) -> None:
    """Take a flow out of use for new matters."""
    await store.retire(work, flow)
    await engine(work).refresh(work)
    work.publish(FlowDefined(flow=flow, version=0))
    work.record("flow.remove", flow)
