"""Kinds `classes`, `cases` and `duties`: what cases there are, of which class, and who owns them."""

from collections.abc import Iterator, Sequence
from typing import Any, cast

from chengshu.govern.cases import facade
from chengshu.govern.cases.spec import CaseType, ClassCatalog, DutyList
from chengshu.packkit.contracts import Change, Declaration, Finding, Pack
from chengshu.packkit.kind import Kind, remover, spot
from chengshu.packkit.world import World
from chengshu.runtime.database import Work


def _codes(world: World) -> set[str]:
    return {
        small.code
        for declared in world.found.get("classes", {}).values()
        for group in cast(ClassCatalog, declared.spec).groups
        for small in group.classes
    }


def check_case(declared: Declaration, world: World) -> Iterator[Finding]:
    """A case type's flow, resource and classes exist."""
    spec = cast(CaseType, declared.spec)
    if world.find("flows", spec.flow, declared.pack) is None:
        yield spot(declared, ("flow",), spec.flow, world.known("flows", declared.pack, spec.flow))
    if spec.about and world.find("resources", spec.about, declared.pack) is None:
        yield spot(declared, ("about",), spec.about, world.known("resources", declared.pack, spec.about))
    root = spec.classes_root
    if root and not any(code.startswith(root) for code in _codes(world)):
        yield spot(declared, ("classes_root",), root, sorted({code[:5] for code in _codes(world)}))


def check_duties(declared: Declaration, world: World) -> Iterator[Finding]:
    """Every duty names classes that there are."""
    codes = _codes(world)
    for at, duty in enumerate(cast(DutyList, declared.spec).duties):
        for number, prefix in enumerate(duty.classes):
            if prefix and not any(code.startswith(prefix) for code in codes):
                yield spot(declared, ("duties", at, "classes", number), prefix, sorted({code[:5] for code in codes}))


async def install(work: Work, packs: Sequence[Pack], changes: Sequence[Change]) -> None:
    """All three at once: cases keeps them together."""
    for pack in packs:
        declared: dict[str, dict[str, Any]] = {
            kind: {one.name: one.spec for one in pack.of(kind)} for kind in ("cases", "classes", "duties")
        }
        await facade.install(
            work, pack.id, types=declared["cases"], catalogs=declared["classes"], duties=declared["duties"]
        )


CLASSES = Kind("classes", "分类目录", "class catalogue", ClassCatalog)
CASES = Kind("cases", "案件类型", "case type", CaseType, check=check_case)
DUTIES = Kind(
    "duties",
    "权责清单",
    "duty list",
    DutyList,
    check=check_duties,
    install=install,
    switch_off=remover(facade.switch_off),
)
