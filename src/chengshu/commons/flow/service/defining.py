"""Installing flows and taking them out of use."""

from collections.abc import Mapping

from chengshu.commons.flow import store
from chengshu.commons.flow.events import FlowDefined
from chengshu.commons.flow.service.engine import engine
from chengshu.commons.flow.spec import FlowSpec
from chengshu.runtime.database import Work


async def install_flow(work: Work, flow: str, body: Mapping[str, object]) -> int:
    """Store a flow that is checked again here, for what comes in by another way than a pack."""
    spec = FlowSpec.model_validate(body)
    version, fresh = await store.define(work, flow, spec.model_dump(mode="json", by_alias=True, exclude_none=True))
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
