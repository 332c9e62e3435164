"""Kind `roles`: what posts may do and see; all of a pack's roles are in `roles.yaml`."""

from collections.abc import Iterator
from typing import cast

from chengshu.commons.security import facade
from chengshu.commons.security.spec import RoleSpec
from chengshu.packkit.contracts import Declaration, Finding
from chengshu.packkit.kind import Kind, installer, remover, spot
from chengshu.packkit.world import World
from chengshu.runtime.database import Work


def check(declared: Declaration, world: World) -> Iterator[Finding]:
    """Roles grant operations that exist."""
    for at, operation in enumerate(cast(RoleSpec, declared.spec).operations):
        if operation not in world.operations:
            near = sorted(one for one in world.operations if one.split(".")[0] == operation.split(".")[0])
            yield spot(declared, ("operations", at), operation, near or sorted(world.operations))


async def close(work: Work, pack: str) -> None:
    """Close the roles of a pack; posts in them stay, without rights."""
    await facade.install_roles(work, pack, {})


ROLES = Kind(
    "roles", "角色", "role", RoleSpec, file="roles.yaml", check=check,
    install=installer("roles", facade.install_roles), switch_off=remover(close),
)  # fmt: skip
