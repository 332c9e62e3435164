"""Where a row belongs in the tree of regions or offices."""

from collections.abc import Mapping
from typing import Any, Protocol

from chengshu.base.actor import Actor

REGION_LENGTHS = (6, 9, 12, 15)


class Asking(Protocol):
    """What is needed of a unit of work: the actor and the city's indexes."""

    @property
    def actor(self) -> Actor: ...

    @property
    def city(self) -> Any: ...


def region_path(code: str) -> str | None:
    """The ltree path of a region code: county 6, town 9, village 12, grid 15 digits, each a prefix of the next."""
    if not code.isdigit() or len(code) not in REGION_LENGTHS:
        return None
    return ".".join(f"r{code[:length]}" for length in REGION_LENGTHS if length <= len(code))


def code_of(path: str) -> str:
    """The region code at the end of a path."""
    return path.rsplit(".", 1)[-1].removeprefix("r")


def path_of(work: Asking, scope: str, given: Mapping[str, Any], columns: Mapping[str, Any]) -> str | None:
    """The path that a row states, or that its point lies in."""
    stated = given.get(scope)
    if scope == "org":
        return _org_path(work, str(stated) if stated else work.actor.org)
    if stated:
        path = region_path(str(stated))
        return path if path and _known(work, str(stated)) else None
    shape = columns.get("_shape")
    if shape and shape["type"] == "Point" and work.city.has("regions"):
        lon, lat = shape["coordinates"]
        found = work.city.regions.locate(lon, lat)
        return found.path if found else None
    return None


def _known(work: Asking, code: str) -> bool:
    return not work.city.has("regions") or work.city.regions.find(code) is not None


def _org_path(work: Asking, code: str | None) -> str | None:
    """An office inside the actor's own: its path ends with the code or goes on below a path the actor holds."""
    return next((path for path in work.actor.orgs if path.rsplit(".", 1)[-1] == code), None)


def within(path: str, actor: Actor, scope: str) -> bool:
    """Whether the actor may write there; the city itself may everywhere."""
    if actor.kind == "job":
        return True
    roots = actor.regions if scope == "region" else actor.orgs
    return any(path == root or path.startswith(f"{root}.") for root in roots)
