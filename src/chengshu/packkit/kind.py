"""A kind of declaration: where it lies in a pack, which model it must fit, what installing it does."""

from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from chengshu.packkit.contracts import Change, Declaration, Finding, Pack, Step
from chengshu.packkit.world import World
from chengshu.runtime.database import Work

Stored = Mapping[str, Any]


def no_check(declared: Declaration, world: World) -> Iterator[Finding]:
    """Nothing beyond the model."""
    return iter(())


async def no_install(work: Work, packs: Sequence[Pack], changes: Sequence[Change]) -> None:
    """Nothing to do in the database."""


async def no_switch(work: Work, packs: Sequence[str]) -> None:
    """Nothing to switch."""


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind. `install` gets the packs to install whole and makes what there is of this kind exactly so."""

    id: str
    zh: str
    en: str
    model: type[BaseModel]
    file: str | None = None  # one file with all declarations by id, instead of a folder with one file each
    check: Callable[[Declaration, World], Iterator[Finding]] = no_check
    plan: Callable[[Declaration, Stored | None], list[Change]] | None = None
    install: Callable[[Work, Sequence[Pack], Sequence[Change]], Awaitable[None]] = no_install
    switch_off: Callable[[Work, Sequence[str]], Awaitable[None]] = no_switch

    def changes(self, declared: Declaration, stored: Stored | None) -> list[Change]:
        """What installing a declaration changes."""
        if self.plan is not None:
            return self.plan(declared, stored)
        if stored is None:
            return [
                Change(self.id, "add", declared.id, f"新增{self.zh} {declared.name}", f"add {self.en} {declared.name}")
            ]
        body = declared.body()
        if body == stored:
            return []
        parts = sorted(key for key in {*body, *stored} if body.get(key) != stored.get(key))
        shown = ", ".join(parts)
        return [Change(self.id, "change", declared.id, f"修改{self.zh} {declared.name}:{shown}",
                       f"change {self.en} {declared.name}: {shown}")]  # fmt: skip

    def gone(self, pack: str, name: str) -> Change:
        """What it means that an installed declaration is no longer in the pack."""
        return Change(self.id, "withdraw", f"{pack}.{name}", f"停用{self.zh} {name}（历史保留）",
                      f"withdraw {self.en} {name} (history stays)")  # fmt: skip


def spot(declared: Declaration, step: Step, missing: str, known: Sequence[str]) -> Finding:
    """The finding for a reference that leads nowhere."""
    shown = "、".join(known[:12]) or "-"
    return declared.finding(
        step,
        f"找不到“{missing}”",
        f"'{missing}' does not exist",
        f"可引用：{shown}；引用他包的内容须在 requires 中列出",
        f"Known: {shown}; to refer to another pack, list it under requires",
    )


def installer(
    kind: str, install: Callable[[Work, str, Mapping[str, Any]], Awaitable[None]]
) -> Callable[[Work, Sequence[Pack], Sequence[Change]], Awaitable[None]]:
    """For rooms whose facade makes a pack's declarations exactly the given ones."""

    async def run(work: Work, packs: Sequence[Pack], changes: Sequence[Change]) -> None:
        for pack in packs:
            await install(work, pack.id, {declared.name: declared.spec for declared in pack.of(kind)})

    return run


def remover(remove: Callable[[Work, str], Awaitable[None]]) -> Callable[[Work, Sequence[str]], Awaitable[None]]:
    """For rooms whose facade takes a pack's declarations out of use."""

    async def run(work: Work, packs: Sequence[str]) -> None:
        for pack in packs:
            await remove(work, pack)

    return run
