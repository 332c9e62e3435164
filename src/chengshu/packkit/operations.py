"""The operations that roles and flows may name: those of every room in the house."""

import importlib
import pkgutil
from functools import cache
from types import ModuleType

import chengshu.commons
import chengshu.data
import chengshu.decide
import chengshu.govern

WINGS: tuple[ModuleType, ...] = (chengshu.commons, chengshu.data, chengshu.govern, chengshu.decide)
MACHINE = frozenset({"packs.read", "packs.install", "runtime.see_machine", "runtime.set_clock"})


@cache
def all_operations() -> frozenset[str]:
    """Operation ids of all rooms; a new room is known by being there."""
    found = set(MACHINE)
    for wing in WINGS:
        for room in pkgutil.iter_modules(wing.__path__, f"{wing.__name__}."):
            try:
                permissions = importlib.import_module(f"{room.name}.permissions")
            except ModuleNotFoundError:
                continue
            found |= {str(operation) for operation in permissions.ALL}
    return frozenset(found)
