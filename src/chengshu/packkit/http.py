"""Routes of packs."""

from typing import Annotated, Any

from fastapi import APIRouter

from chengshu.base.text import pick
from chengshu.packkit import load, permissions, service, store
from chengshu.packkit.contracts import Pack, Plan
from chengshu.packkit.errors import UnknownPack
from chengshu.runtime.database import Work
from chengshu.runtime.web import needs

router = APIRouter(prefix="/api/packs", tags=["packs"])
Reading = Annotated[Work, needs(permissions.READ)]
Installing = Annotated[Work, needs(permissions.INSTALL)]


@router.get("", summary="已安装的应用包 Installed packs")
async def list_packs(work: Reading) -> list[dict[str, Any]]:
    installed = await store.list_installed(work)
    return [
        {
            "id": pack["id"],
            "title": pick(pack["declarations"]["pack"]["title"], work.lang),
            "domain": pack["declarations"]["pack"]["domain"],
            "version": pack["version"],
            "state": pack["state"],
            "requires": pack["declarations"]["pack"]["requires"],
            "covers": pack["declarations"]["pack"]["covers"],
            "installed_at": pack["installed_at"],
            "declares": {kind: sorted(found) for kind, found in pack["declarations"].items() if kind != "pack"},
        }
        for pack in installed.values()
    ]


@router.get("/{id}/history", summary="应用包的安装历史 History of a pack")
async def list_history(work: Reading, id: str) -> dict[str, Any]:
    return {"items": await store.list_history(work, id), "next": None}


def _chain(work: Work, pack_id: str) -> list[Pack]:
    """A pack on disk, after the packs that it needs."""
    packs = {pack.id: pack for pack in load.load_packs(work.city.settings.packs_dirs)}
    if pack_id not in packs:
        raise UnknownPack(field="id", value=pack_id, known="、".join(sorted(packs)))
    wanted = {pack_id}
    for pack in reversed(packs.values()):
        if pack.id in wanted:
            wanted |= set(pack.manifest.requires)
    return [pack for pack in packs.values() if pack.id in wanted]


@router.post("/{id}/plan", summary="安装前预览 What installing would change")
async def plan_pack(work: Installing, id: str) -> dict[str, Any]:
    return plan_out(await service.plan(work, _chain(work, id)), work.lang)


@router.post("/{id}/install", summary="安装或升级 Install or upgrade")
async def install_pack(work: Installing, id: str) -> dict[str, Any]:
    # tables belong to the owner: the change runs as the city's own work, in one transaction, for this actor
    packs = _chain(work, id)
    async with work.city.db.job_work(work.actor) as own:
        own.lang = work.lang
        made = await service.install(own, packs)
    return plan_out(made, work.lang)


@router.post("/{id}/switch_off", status_code=204, summary="停用 Switch off")
async def switch_off_pack(work: Installing, id: str) -> None:
    async with work.city.db.job_work(work.actor) as own:
        await service.switch_off(own, id)


def plan_out(plan: Plan, lang: str) -> dict[str, Any]:
    """A plan as it goes out."""
    return {
        "refused": bool(plan.refused),
        "packs": [
            {
                "id": one.pack.id,
                "action": one.action,
                "from": one.installed_version,
                "to": one.pack.manifest.version,
                "changes": [
                    {
                        "kind": change.kind,
                        "action": change.action,
                        "subject": change.subject,
                        "text": change.zh if lang == "zh" else change.en,
                        "refused": change.refused,
                    }
                    for change in one.changes
                ],
            }
            for one in plan.packs
        ],
    }
