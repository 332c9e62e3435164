"""Kind `flows`: states, moves, tasks and clocks of matters."""

from collections.abc import Iterator, Sequence
from typing import cast

from chengshu.commons.flow import facade
from chengshu.commons.flow.spec import FlowSpec
from chengshu.packkit.contracts import Change, Declaration, Finding, Pack
from chengshu.packkit.kind import Kind
from chengshu.packkit.world import World
from chengshu.runtime.database import Work


def check(declared: Declaration, world: World) -> Iterator[Finding]:
    """Moves ask for operations that exist."""
    for name, move in cast(FlowSpec, declared.spec).moves.items():
        if move.operation not in world.operations:
            yield declared.finding(
                ("moves", name, "operation"),
                f"没有权限操作“{move.operation}”",
                f"there is no operation '{move.operation}'",
                "可用操作见 GET /api/security/operations",
                "GET /api/security/operations lists them",
            )


async def install(work: Work, packs: Sequence[Pack], changes: Sequence[Change]) -> None:
    """Store every flow that is new or changed as its next version; running matters keep theirs."""
    for pack in packs:
        for declared in pack.of("flows"):
            await facade.install_flow(work, declared.id, declared.body())
    for one in changes:
        if one.kind == "flows" and one.action == "withdraw":
            await facade.remove_flow(work, one.subject)


FLOWS = Kind("flows", "流程", "flow", FlowSpec, check=check, install=install)
