"""Everything that is wrong with packs: files, models, references, and how high on the ladder each stands."""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from pydantic import BaseModel

from chengshu.data.resources.facade import as_sample
from chengshu.data.resources.logic.values import accept
from chengshu.packkit.contracts import Declaration, Finding, Pack
from chengshu.packkit.kinds import KINDS
from chengshu.packkit.kinds.resources import resource_of
from chengshu.packkit.load import find_packs, read_pack
from chengshu.packkit.operations import all_operations
from chengshu.packkit.world import World
from chengshu.runtime.settings import HOUSE

MOST_SAMPLE_FAULTS = 20
NEEDS_SCENARIO = ("cases", "indicators", "resources")


def check_packs(paths: Sequence[Path]) -> tuple[list[Pack], list[Finding]]:
    """The packs in some folders, with the packs around them for what they require, and every finding."""
    wanted = find_packs(paths)
    packs: list[Pack] = []
    found: list[Finding] = []
    for path in _with_neighbours(wanted):
        pack, wrong = read_pack(path)
        if path in wanted:
            found += wrong
        if pack is not None:
            packs.append(pack)
    world = World.of(packs, all_operations())
    mine = [pack for pack in packs if pack.path in wanted]
    for pack in mine:
        found += _check_pack(pack, packs, world)
    return mine, found


def _with_neighbours(wanted: Sequence[Path]) -> list[Path]:
    """A pack is checked together with those of the house, and of the folder `packs` that it lies in."""
    roots = {HOUSE / "packs", *(next((up for up in path.parents if up.name == "packs"), path) for path in wanted)}
    return find_packs(sorted(roots)) if wanted else []


def _check_pack(pack: Pack, packs: Sequence[Pack], world: World) -> Iterator[Finding]:
    shown = f"{pack.id}/pack.yaml"
    known = sorted(one.id for one in packs)
    for needed in pack.manifest.requires:
        if needed not in known:
            yield Finding(shown, 1, "requires", f"所需的包 {needed} 不存在", f"required pack {needed} does not exist",
                          f"已知：{'、'.join(known)}", f"Known: {', '.join(known)}")  # fmt: skip
    for kind in KINDS:
        for declared in pack.of(kind.id):
            yield from kind.check(declared, world)
    yield from check_samples(pack)


def check_samples(pack: Pack) -> Iterator[Finding]:
    """Samples fit the resources they are for."""
    resources = {declared.name: resource_of(declared) for declared in pack.of("resources")}
    for name, rows in pack.samples.items():
        shown = f"{pack.id}/samples/{name}"
        if name not in resources:
            yield Finding(shown, 1, "", f"没有资源 {name}", f"there is no resource {name}",
                          f"可用：{'、'.join(resources)}", f"Known: {', '.join(resources)}")  # fmt: skip
            continue
        wrong = [
            f
            for at, row in enumerate(rows, start=1)
            for f in accept(resources[name].spec, as_sample(resources[name].spec, row), row=at)[1]
        ]
        for fault in wrong[:MOST_SAMPLE_FAULTS]:
            yield Finding(
                shown, fault.row or 1, fault.field, f"第 {fault.row} 行：{fault.zh}", f"row {fault.row}: {fault.en}"
            )


def ladder(pack: Pack, world_errors: Sequence[Finding]) -> tuple[str, list[Finding]]:
    """draft, ready or broken, and what is missing for the next rung."""
    if any(finding.level == "error" for finding in world_errors):
        return "broken", []
    missing = [*_without_english(pack), *_without_owner(pack), *_without_scenario(pack)]
    if not (pack.path / "README.md").exists():
        missing.append(_lack(f"{pack.id}/README.md", "缺少 README.md", "README.md is missing"))
    return ("ready" if not missing else "draft"), missing


def _lack(file: str, zh: str, en: str, line: int = 1) -> Finding:
    return Finding(file, line, "", zh, en, level="warning")


def _without_english(pack: Pack) -> Iterator[Finding]:
    if not pack.manifest.title.en:
        yield _lack(f"{pack.id}/pack.yaml", "title 缺少英文", "title lacks English")
    for declared in pack.declarations:
        for where in _texts_without_english(declared.spec, ""):
            yield _lack(declared.document.shown, f"{where} 缺少英文", f"{where} lacks English")


def _texts_without_english(value: object, where: str) -> Iterator[str]:
    if isinstance(value, BaseModel):
        if "zh" in type(value).model_fields and not getattr(value, "en", None):
            yield where
        for name in type(value).model_fields:
            yield from _texts_without_english(getattr(value, name), f"{where}.{name}".lstrip("."))
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from _texts_without_english(item, f"{where}.{key}".lstrip("."))
    elif isinstance(value, list | tuple):
        for at, item in enumerate(value):
            yield from _texts_without_english(item, f"{where}.{at}")


def _without_owner(pack: Pack) -> Iterator[Finding]:
    for declared in pack.of("resources"):
        if not getattr(declared.spec, "owner", "") and not pack.manifest.owner:
            yield _lack(declared.document.shown, "未写明数据责任单位 owner", "owner is not stated")


def _without_scenario(pack: Pack) -> Iterator[Finding]:
    """Every case type, indicator and resource is named in some acceptance scenario."""
    folder = pack.path / "acceptance"
    scenarios = "\n".join(file.read_text("utf-8") for file in sorted(folder.glob("test_*.py")))
    for declared in pack.declarations:
        if declared.kind in NEEDS_SCENARIO and not _named(declared, scenarios):
            yield _lack(
                declared.document.shown, f"{declared.id} 没有验收场景", f"{declared.id} has no acceptance scenario"
            )


def _named(declared: Declaration, scenarios: str) -> bool:
    return re.search(rf"\b{re.escape(declared.id)}\b", scenarios) is not None
