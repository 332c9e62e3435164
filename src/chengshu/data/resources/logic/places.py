"""Where a row belongs in the tree of regions or offices."""

from collections.abc import Mapping
from typing import Any, Protocol

from chengshu.base.actor import Actor


class Asking(Protocol):
    """What is needed of a unit of work: the actor and the city's indexes."""

    @property
    def actor(self) -> Actor: ...

    @property
    def city(self) -> Any: ...


def code_of(path: str) -> str:
    """The region code at the end of a path."""
    return path.rsplit(".", 1)[-1].removeprefix("r")


def path_of(work: Asking, scope: str, given: Mapping[str, Any], columns: Mapping[str, Any]) -> str | None:
    """The path that a row states, or that its point lies in."""
    stated = given.get(scope)
    if scope == "org":
        return work.city.orgs.path(str(stated) if stated else work.actor.org or "")
    if stated:
        region = work.city.regions.find(str(stated))
        return region.path if region else None
    shape = columns.get("_shape")
    if shape and shape["type"] == "Point":
        place = work.city.regions.locate(*shape["coordinates"])
        return place.region if place else None
    return None


def within(path: str, actor: Actor, scope: str) -> bool:
    """Whether the actor may write there; the city itself may everywhere."""
    if actor.kind == "job":
        return True
    roots = actor.regions if scope == "region" else actor.orgs
    return any(path == root or path.startswith(f"{root}.") for root in roots)
