"""Kind `resources`: tables, their API, screens and catalogue entries."""

from collections.abc import Iterator, Sequence
from typing import cast

from chengshu.data.resources import facade
from chengshu.data.resources.contracts import Resource
from chengshu.data.resources.spec import ResourceSpec
from chengshu.packkit.contracts import Change, Declaration, Finding, Pack
from chengshu.packkit.kind import Kind, Stored, spot
from chengshu.packkit.world import World
from chengshu.runtime.database import Work


def resource_of(declared: Declaration) -> Resource:
    """The resource that a declaration means, its references made global."""
    spec = cast(ResourceSpec, declared.spec)
    own = {n: f for n, f in spec.fields.items() if f.ref and "." not in f.ref}
    if own:
        made = {n: f.model_copy(update={"ref": f"{declared.pack}.{f.ref}"}) for n, f in own.items()}
        spec = spec.model_copy(update={"fields": {**spec.fields, **made}})
    return Resource(declared.id, spec)


def check(declared: Declaration, world: World) -> Iterator[Finding]:
    """References lead to resources."""
    spec = cast(ResourceSpec, declared.spec)
    for name, field in spec.fields.items():
        if field.ref and world.find("resources", field.ref, declared.pack) is None:
            known = world.known("resources", declared.pack, field.ref)
            yield spot(declared, ("fields", name, "ref"), field.ref, known)


def plan(declared: Declaration, stored: Stored | None) -> list[Change]:
    """Table changes, and what else of the declaration is new."""
    old = ResourceSpec.model_validate(stored) if stored is not None else None
    resource = resource_of(declared)
    made = [
        Change("resources", one.action, one.subject, one.zh, one.en, one.refused, one.sql)
        for one in facade.plan_resource(resource, old)
    ]
    if not made and stored is not None and declared.body() != dict(stored):
        made.append(
            Change("resources", "change", declared.id, f"更新资源 {declared.name} 的说明", f"update {declared.name}")
        )
    return made


async def install(work: Work, packs: Sequence[Pack], changes: Sequence[Change]) -> None:
    """Change tables, keep declarations."""
    resources = [resource_of(declared) for pack in packs for declared in pack.of("resources")]
    mine = [facade.change(one.action, one.subject, one.sql) for one in changes if one.kind == "resources"]
    await facade.switch_packs(work, [pack.id for pack in packs], active=False)
    await facade.install_resources(work, resources, mine)


async def switch_off(work: Work, packs: Sequence[str]) -> None:
    """Hide the resources; data stay."""
    await facade.switch_packs(work, packs, active=False)


RESOURCES = Kind(
    "resources", "资源", "resource", ResourceSpec, check=check, plan=plan, install=install, switch_off=switch_off
)
