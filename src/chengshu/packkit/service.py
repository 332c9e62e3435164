"""The verbs of the kit: plan, install, switch off, remove."""

from collections.abc import Sequence
from typing import Any

from chengshu.data.resources import facade as resources
from chengshu.packkit import permissions, store
from chengshu.packkit.contracts import Change, Finding, Pack, PackPlan, Plan
from chengshu.packkit.errors import ChangeRefused, PackBroken, PackNeeded, UnknownPack
from chengshu.packkit.kinds import KINDS
from chengshu.packkit.kinds.resources import resource_of
from chengshu.packkit.manifest import numbers_of
from chengshu.runtime.database import Work


async def plan(work: Work, packs: Sequence[Pack]) -> Plan:
    """What installing these packs would change, against what is installed now."""
    work.require(permissions.READ)
    installed = await store.list_installed(work)
    bodies = await resources.installed_specs(work, [pack.id for pack in packs])
    return Plan([plan_pack(pack, installed.get(pack.id), {k: v.body() for k, v in bodies.items()}) for pack in packs])


def plan_pack(pack: Pack, old: dict[str, Any] | None, tables: dict[str, dict[str, Any]]) -> PackPlan:
    """The plan of one pack. Tables outlive their pack, so resources are compared with the tables that are there."""
    if old is not None and old["state"] == "installed" and old["digest"] == pack.digest:
        return PackPlan(pack, "unchanged", old["version"], ())
    stored: dict[str, dict[str, Any]] = old["declarations"] if old and old["state"] == "installed" else {}
    changes: list[Change] = []
    if old is not None and pack.manifest.numbers() < numbers_of(old["version"]):
        changes.append(_older(pack, old["version"]))
    for kind in KINDS:
        known = stored.get(kind.id, {})
        if kind.id == "resources":
            known = {name.split(".", 1)[1]: body for name, body in tables.items() if name.startswith(f"{pack.id}.")}
        declared = {one.name: one for one in pack.of(kind.id)}
        for name, one in declared.items():
            changes += kind.changes(one, known.get(name))
        changes += [kind.gone(pack.id, name) for name in stored.get(kind.id, {}) if name not in declared]
    action = "install" if old is None or old["state"] == "removed" else "upgrade"
    if old is not None and old["state"] == "off":
        action = "switch_on"
    return PackPlan(pack, action, old["version"] if old else None, changes)


def _older(pack: Pack, version: str) -> Change:
    asked = pack.manifest.version
    zh = f"版本 {asked} 低于已安装的 {version}；请提高 pack.yaml 的 version"
    en = f"version {asked} is below the installed {version}; raise version in pack.yaml"
    return Change("pack", "refuse", pack.id, zh, en, refused=True)


async def install(work: Work, packs: Sequence[Pack], *, samples: bool = False) -> Plan:
    """Do what the plan says, in the caller's transaction. Needs job work: tables change."""
    work.require(permissions.INSTALL)
    made = await plan(work, packs)
    if made.refused:
        first = made.refused[0]
        errors = [{"field": c.subject, "detail": c.zh if work.lang == "zh" else c.en} for c in made.refused]
        raise ChangeRefused(field=first.subject, errors=errors, why_zh=first.zh, why=first.en)
    due = [one for one in made.packs if one.action != "unchanged"]
    if not due:
        return made
    changes = [change for one in due for change in one.changes]
    for kind in KINDS:
        await kind.install(work, [one.pack for one in due], changes)
    if samples:
        await load_samples(work, [one.pack for one in due])
    await store.save(work, [_stored(one) for one in due])
    for one in due:
        work.record(
            f"packs.{one.action}", one.pack.id, {"version": one.pack.manifest.version, "changes": len(one.changes)}
        )
    return made


def _stored(one: PackPlan) -> dict[str, Any]:
    pack = one.pack
    declarations: dict[str, dict[str, Any]] = {}
    for declared in pack.declarations:
        declarations.setdefault(declared.kind, {})[declared.name] = declared.body()
    shown = [{"kind": c.kind, "action": c.action, "subject": c.subject, "zh": c.zh, "en": c.en} for c in one.changes]
    return {
        "id": pack.id,
        "version": pack.manifest.version,
        "digest": pack.digest,
        "declarations": {"pack": pack.manifest.model_dump(mode="json"), **declarations},
        "params": dict(pack.params),
        "action": one.action,
        "changes": shown,
    }


async def load_samples(work: Work, packs: Sequence[Pack]) -> None:
    """Fill the resources of packs with their sample rows; rows that exist are brought up to date."""
    for pack in packs:
        for declared in pack.of("resources"):
            rows = pack.samples.get(declared.name)
            if not rows:
                continue
            report = await resources.load_samples(work, resource_of(declared), rows)
            if report.faults:
                fault = report.faults[0]
                spot = Finding(f"{pack.id}/samples/{declared.name}", fault.row or 1, fault.field, fault.zh, fault.en)
                raise PackBroken(
                    field=spot.file, count=len(report.faults), first_zh=spot.text("zh"), first=spot.text("en")
                )


async def _installed(work: Work, pack_id: str) -> dict[str, Any]:
    work.require(permissions.INSTALL)
    installed = await store.list_installed(work)
    pack = installed.get(pack_id)
    if pack is None or pack["state"] == "removed":
        raise UnknownPack(field="id", value=pack_id, known="、".join(installed))
    needing = [
        one["id"]
        for one in installed.values()
        if one["state"] == "installed" and pack_id in one["declarations"].get("pack", {}).get("requires", [])
    ]
    if needing:
        raise PackNeeded(field="id", value=pack_id, by="、".join(needing))
    return pack


async def switch_off(work: Work, pack_id: str) -> None:
    """Take a pack out of use; data and running matters stay."""
    await _installed(work, pack_id)
    for kind in reversed(KINDS):
        await kind.switch_off(work, [pack_id])
    await store.set_state(work, pack_id, "off", "switch_off")
    work.record("packs.switch_off", pack_id)


async def remove(work: Work, pack_id: str, *, drop: bool = False) -> None:
    """Take a pack away; its tables stay unless `drop`."""
    await _installed(work, pack_id)
    for kind in reversed(KINDS):
        await kind.switch_off(work, [pack_id])
    if drop:
        await resources.drop_packs(work, [pack_id])
    await store.set_state(work, pack_id, "removed", "remove")
    work.record("packs.remove", pack_id, {"drop": drop})
