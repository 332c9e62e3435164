"""Kind `layers`: rows of resources on the map."""

from collections.abc import Iterator
from typing import cast

from chengshu.base.expressions import BadExpression, parse_filter
from chengshu.data.resources import facade
from chengshu.data.resources.logic.tables import EXPRESSION, column
from chengshu.data.resources.spec import LayerSpec, ResourceSpec
from chengshu.packkit.contracts import Declaration, Finding
from chengshu.packkit.kind import Kind, installer, remover, spot
from chengshu.packkit.world import World
from chengshu.runtime.database import Work


def check(declared: Declaration, world: World) -> Iterator[Finding]:
    """The resource exists and has a place; filter and shown fields fit it."""
    spec = cast(LayerSpec, declared.spec)
    found = world.find("resources", spec.resource, declared.pack)
    if found is None:
        yield spot(declared, ("resource",), spec.resource, world.known("resources", declared.pack, spec.resource))
        return
    resource = cast(ResourceSpec, found.spec)
    if resource.geometry is None:
        zh, en = f"资源 {spec.resource} 没有 geometry，不能上图", f"resource {spec.resource} has no geometry"
        yield declared.finding(
            ("resource",), zh, en, "请换一个资源，或为它声明 geometry", "Use another, or declare geometry"
        )
    for at, name in enumerate(spec.show):
        if name not in resource.live():
            yield spot(declared, ("show", at), name, list(resource.live()))
    if spec.filter:
        try:
            parse_filter(spec.filter, {name: EXPRESSION[column(field)] for name, field in resource.live().items()})
        except BadExpression as fault:
            yield declared.finding(("filter",), fault.detail("zh"), fault.detail("en"))


async def hide(work: Work, pack: str) -> None:
    """Take a pack's layers off the map."""
    await facade.install_layers(work, pack, {})


LAYERS = Kind(
    "layers", "图层", "layer", LayerSpec, check=check,
    install=installer("layers", facade.install_layers), switch_off=remover(hide),
)  # fmt: skip
