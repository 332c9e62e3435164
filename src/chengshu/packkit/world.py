"""What a declaration may refer to: its own pack, the packs it requires, and the kernel."""

import difflib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from chengshu.packkit.contracts import Declaration, Pack


@dataclass
class World:
    """Everything declared in the packs at hand, and the operations of the kernel."""

    operations: frozenset[str]
    requires: Mapping[str, Sequence[str]]
    found: dict[str, dict[str, Declaration]] = field(default_factory=dict[str, dict[str, Declaration]])

    @classmethod
    def of(cls, packs: Iterable[Pack], operations: Iterable[str]) -> "World":
        """The world of some packs."""
        listed = list(packs)
        world = cls(frozenset(operations), {pack.id: pack.manifest.requires for pack in listed})
        for pack in listed:
            for declared in pack.declarations:
                world.found.setdefault(declared.kind, {})[declared.id] = declared
        return world

    def visible(self, pack: str) -> set[str]:
        """The packs that a pack may name: itself and all that it requires, also through others."""
        seen: set[str] = set()
        stack = [pack]
        while stack:
            one = stack.pop()
            if one not in seen:
                seen.add(one)
                stack.extend(self.requires.get(one, ()))
        return seen

    def find(self, kind: str, name: str, pack: str) -> Declaration | None:
        """The declaration that a reference means: `id` of the own pack, or `pack.id`."""
        whole = name if "." in name else f"{pack}.{name}"
        return self.found.get(kind, {}).get(whole) if whole.split(".")[0] in self.visible(pack) else None

    def known(self, kind: str, pack: str, near: str = "") -> list[str]:
        """What could be meant, the most alike first."""
        seen = self.visible(pack)
        names = [d.name if d.pack == pack else d.id for d in self.found.get(kind, {}).values() if d.pack in seen]
        alike = difflib.get_close_matches(near, names, n=12, cutoff=0.3) if near else []
        return alike + [name for name in sorted(names) if name not in alike]
