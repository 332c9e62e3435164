"""What other rooms may call of cases.

app.py: `city.put("cases", Declarations())`, `live.listeners.append(city.cases.on_event)`, `city.put("classifier",
Classifier(settings.data_dir))`, `city.flow.kinds.add("case", CaseKind())`. Installing: `plan` shows, `install` does.
"""

from collections.abc import Mapping

from chengshu.govern.cases import spec
from chengshu.govern.cases.service import catalog
from chengshu.govern.cases.service.catalog import Declarations, InstallReport
from chengshu.runtime.database import Work

__all__ = ["Declarations", "InstallReport", "install", "plan", "switch_off"]


async def plan(
    work: Work,
    pack: str,
    *,
    types: Mapping[str, spec.CaseType],
    catalogs: Mapping[str, spec.ClassCatalog],
    duties: Mapping[str, spec.DutyList],
) -> InstallReport:
    """What installing a pack's case types, class catalogs and duty lists would change. Keys are ids without the pack."""
    return await catalog.plan(work, pack, types, catalogs, duties)


async def install(
    work: Work,
    pack: str,
    *,
    types: Mapping[str, spec.CaseType],
    catalogs: Mapping[str, spec.ClassCatalog],
    duties: Mapping[str, spec.DutyList],
) -> InstallReport:
    """Make the pack's declarations these. What the pack no longer names is switched off, never deleted."""
    return await catalog.install(work, pack, types, catalogs, duties)


async def switch_off(work: Work, pack: str) -> None:
    """Take everything of the pack out of use; running cases keep running."""
    await catalog.switch_off(work, pack)
