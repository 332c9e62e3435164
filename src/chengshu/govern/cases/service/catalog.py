"""The declarations in memory of one process, read anew when they change; installing and switching off packs."""

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from chengshu.govern.cases import spec
from chengshu.govern.cases.events import CatalogChanged
from chengshu.govern.cases.logic.catalog import Catalog, build_catalog, duty_rows
from chengshu.govern.cases.store import declared
from chengshu.runtime.database import Work

LOOK_AGAIN_S = 30.0


class Declarations:
    """What `work.city.cases` is: the present catalog, refreshed lazily. One per process."""

    def __init__(self) -> None:
        self.catalog = Catalog()
        self._looked = float("-inf")
        self._reading = asyncio.Lock()

    def on_event(self, topic: str, _payload: Mapping[str, Any]) -> None:
        """A listener for live events: forget when somebody changed declarations."""
        if topic == CatalogChanged.topic:
            self.forget()

    def forget(self) -> None:
        """Look into the database at the next question."""
        self._looked = float("-inf")

    async def current(self, work: Work) -> Catalog:
        """The catalog; costs a statement twice a minute, and a second one after a change."""
        if time.monotonic() - self._looked < LOOK_AGAIN_S:
            return self.catalog
        async with self._reading:
            looked = time.monotonic()
            if not self.catalog.version or await declared.stamp(work) != self.catalog.version:
                self.catalog = build_catalog(await declared.everything(work))
            self._looked = looked
        return self.catalog


async def catalog_of(work: Work) -> Catalog:
    """The catalog of this city."""
    if not work.city.has("cases"):
        work.city.put("cases", Declarations())
    holder: Declarations = work.city.cases
    return await holder.current(work)


@dataclass(frozen=True, slots=True)
class InstallReport:
    """What installing changes, by kind: ids that are new, changed and gone."""

    added: list[str] = field(default_factory=list[str])
    changed: list[str] = field(default_factory=list[str])
    removed: list[str] = field(default_factory=list[str])


def _rows(
    pack: str, types: Mapping[str, spec.CaseType], catalogs: Mapping[str, spec.ClassCatalog]
) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    for id_, declared_type in types.items():
        flow = declared_type.flow if "." in declared_type.flow else f"{pack}.{declared_type.flow}"
        rows.append({"kind": "type", "id": f"{pack}.{id_}", "body": {**spec.body(declared_type), "flow": flow}})
    rows.extend({"kind": "catalog", "id": f"{pack}.{i}", "body": spec.body(c)} for i, c in catalogs.items())
    return rows


async def plan(
    work: Work,
    pack: str,
    types: Mapping[str, spec.CaseType],
    catalogs: Mapping[str, spec.ClassCatalog],
    duties: Mapping[str, spec.DutyList],
) -> InstallReport:
    """What installing these would change; changes nothing."""
    wanted = {f"{r['kind']}:{r['id']}": r["body"] for r in _rows(pack, types, catalogs)}
    kept = ("weekdays", "hours", "valid_from", "valid_to", "lead", "cooperating", "level", "clause")
    for row in duty_rows(pack, duties):
        key = f"duty:{row['source']}|{row['class_prefix']}|{row['region']}"
        wanted[key] = {k: row[k] for k in kept}
    present: dict[str, Any] = {}
    for row in await declared.present(work, pack):
        body = row["body"] if row["kind"] != "duty" else {k: row["body"][k] for k in kept}
        present[f"{row['kind']}:{row['id']}"] = body
    return InstallReport(
        added=sorted(wanted.keys() - present.keys()),
        changed=sorted(k for k in wanted.keys() & present.keys() if wanted[k] != present[k]),
        removed=sorted(present.keys() - wanted.keys()),
    )


async def install(
    work: Work,
    pack: str,
    types: Mapping[str, spec.CaseType],
    catalogs: Mapping[str, spec.ClassCatalog],
    duties: Mapping[str, spec.DutyList],
) -> InstallReport:
    """Make the pack's declarations these, in three statements; running cases are not touched."""
    report = await plan(work, pack, types, catalogs, duties)
    await declared.put(work, pack, _rows(pack, types, catalogs))
    await declared.put_duties(work, pack, duty_rows(pack, duties))
    _announce(work, pack, "installed")
    return report


async def switch_off(work: Work, pack: str) -> None:
    """Take the pack's types, classes and duties out of use; cases that exist keep running."""
    await declared.switch_off(work, pack)
    _announce(work, pack, "switched_off")


def _announce(work: Work, pack: str, what: str) -> None:
    work.publish(CatalogChanged(what=what, pack=pack))
    if work.city.has("cases"):
        work.city.cases.forget()
