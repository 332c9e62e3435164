"""What app, command line and installation may ask of the kit."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from chengshu.packkit import load, permissions, service, store, verify
from chengshu.packkit.check import check_packs, ladder
from chengshu.packkit.contracts import Change, Finding, Pack, PackPlan, Plan
from chengshu.packkit.schema import write_schemas
from chengshu.runtime.database import Work

__all__ = [
    "Change",
    "Finding",
    "Pack",
    "PackPlan",
    "Plan",
    "check_pack",
    "check_packs",
    "install",
    "installed",
    "ladder",
    "load_packs",
    "plan",
    "remove",
    "switch_off",
    "verify",
    "write_schemas",
]


def load_packs(paths: Iterable[Path]) -> list[Pack]:
    """Every pack under the folders, each after those it requires; raises PackBroken naming file, line and field."""
    return load.load_packs(paths)


def check_pack(path: Path) -> list[Finding]:
    """Everything that is wrong with a pack."""
    return check_packs([path])[1]


async def plan(work: Work, packs: Sequence[Pack]) -> Plan:
    """What installing would change."""
    return await service.plan(work, packs)


async def install(work: Work, packs: Sequence[Pack], site: Any = None, *, samples: bool | None = None) -> Plan:
    """Install or upgrade packs with a site's parameters; sample rows come with a demo city unless told otherwise."""
    parameters = getattr(site, "parameters", None) or {}
    chosen = load.with_parameters(packs, parameters)
    demo = bool(getattr(work.city.settings, "demo", False)) if samples is None else samples
    return await service.install(work, chosen, samples=demo)


async def switch_off(work: Work, pack_id: str) -> None:
    """Take a pack out of use; data stay."""
    await service.switch_off(work, pack_id)


async def remove(work: Work, pack_id: str, *, drop: bool = False) -> None:
    """Take a pack away; data stay unless `drop`."""
    await service.remove(work, pack_id, drop=drop)


async def installed(work: Work) -> dict[str, dict[str, Any]]:
    """Packs that are or were installed, by id."""
    work.require(permissions.READ)
    return await store.list_installed(work)
