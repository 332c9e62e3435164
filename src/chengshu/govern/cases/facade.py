"""What other rooms may call of cases.

`load` puts into the city: `cases` (declarations in memory), `classifier`, `staffing`, and the kind `case` into flow.
Installing: `plan` shows what would change, `install` does it. The open door of citizens uses the `report` verbs.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from chengshu.base.page import Page
from chengshu.commons.maps import facade as maps
from chengshu.govern.cases import spec
from chengshu.govern.cases.contracts import OpenCase, Opened
from chengshu.govern.cases.events import CatalogChanged
from chengshu.govern.cases.service import (
    catalog,
    declared_out,
    detail,
    intake,
    learning,
    lists,
    receipts,
    suggesting,
    uploads,
)
from chengshu.govern.cases.service.catalog import Declarations, InstallReport
from chengshu.govern.cases.service.classifier import Classifier
from chengshu.govern.cases.service.kind import CaseKind
from chengshu.govern.cases.service.layers import CaseLayers
from chengshu.govern.cases.service.staffing import POSTS_CHANGED, Staffing, keepers_of
from chengshu.runtime.city import City
from chengshu.runtime.database import Work

__all__ = [
    "REFRESH",
    "Declarations",
    "InstallReport",
    "classes",
    "find_file",
    "inbox",
    "install",
    "keepers",
    "load_city",
    "open_case",
    "plan",
    "rate_report",
    "read_case",
    "read_report",
    "reopen_report",
    "repeat_report",
    "report",
    "suggest",
    "switch_off",
    "take_upload",
    "train_classes",
    "types",
]


async def load_city(city: City) -> None:
    """Put what cases keep in memory into the city and join flow."""
    city.put("cases", Declarations())
    city.put("classifier", Classifier(city.settings.data_dir))
    city.put("staffing", Staffing())
    maps.add_provider(city, "cases", CaseLayers())
    if city.has("flow") and CaseKind.id not in city.flow.kinds:
        city.flow.kinds.add(CaseKind.id, CaseKind())


async def _forget_declarations(city: City) -> None:
    city.cases.forget()


async def _forget_staffing(city: City) -> None:
    city.staffing.forget()


REFRESH = {CatalogChanged.topic: _forget_declarations, POSTS_CHANGED: _forget_staffing}


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


async def open_case(work: Work, asked: OpenCase) -> Opened:
    """Open a case for another room, e.g. a warning that became a case."""
    return await intake.open_case(work, asked)


async def read_case(work: Work, id: int) -> dict[str, Any]:
    """CaseOut."""
    return await detail.read_case(work, id)


async def inbox(
    work: Work, after: str | None = None, limit: int = 50, holders: Sequence[str] | None = None
) -> Page[dict[str, Any]]:
    """A page of CaseRow with the actor's open tasks (or those of some of the actor's lists), nearest due time first."""
    return await lists.list_cases(work, {}, "inbox", after, limit, holders)


async def keepers(work: Work, region: str) -> list[dict[str, Any]]:
    """Who keeps the grids of a region (ltree path) that the actor may see: grid, actor_id, name, org."""
    return await keepers_of(work, region)


async def types(work: Work) -> list[dict[str, Any]]:
    """Case types."""
    return await declared_out.types_out(work)


async def classes(work: Work) -> list[dict[str, Any]]:
    """Classes with conditions."""
    return await declared_out.classes_out(work)


async def suggest(work: Work, asked: OpenCase, *, with_similar: bool = True) -> dict[str, Any]:
    """Class, urgency, lead and place with reasons."""
    return await suggesting.suggest(work, asked, with_similar=with_similar)


async def report(work: Work, asked: OpenCase, seed: str | None) -> tuple[str, dict[str, Any]]:
    """A citizen's report: its code and ReportOut."""
    return await receipts.report(work, asked, seed)


async def repeat_report(work: Work, number: str, seed: str) -> tuple[str, dict[str, Any]]:
    """The answer to a report that was sent again under the same idempotency key."""
    return await receipts.repeat_report(work, number, seed)


async def read_report(work: Work, number: str) -> dict[str, Any]:
    """ReportOut for the number and the code that the work carries."""
    return await receipts.read_report(work, number)


async def rate_report(work: Work, number: str, grade: int, text: str | None) -> dict[str, Any]:
    """The reporter's rating, 1 best to 5."""
    return await receipts.rate_report(work, number, grade, text)


async def reopen_report(work: Work, number: str, reason: str) -> dict[str, Any]:
    """The reporter asks to have it handled again."""
    return await receipts.reopen_report(work, number, reason)


async def take_upload(work: Work, content: bytes, name: str | None) -> dict[str, Any]:
    """Store a file, judged by its content."""
    return await uploads.take_upload(work, content, name)


async def find_file(work: Work, hash: str, size: str) -> tuple[Path, str, str | None]:
    """A file the actor may see."""
    return await uploads.find_file(work, hash, size)


async def train_classes(work: Work) -> int:
    """Train the class model if there is enough to learn from."""
    return await learning.train_classes(work)
