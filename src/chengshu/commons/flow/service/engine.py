"""What flow keeps in memory, and what a unit of work gets from it."""

import time
from dataclasses import dataclass

from chengshu.base.workcal import WorkCalendar
from chengshu.commons.flow import store
from chengshu.commons.flow.contracts import Matter, MatterKind
from chengshu.commons.flow.errors import UnknownFlow
from chengshu.commons.flow.logic.draft import Scene
from chengshu.commons.flow.spec import FlowSpec
from chengshu.runtime.database import Work
from chengshu.runtime.registry import Registry


class Engine:
    """What flow keeps as long as the process lives: the calendar, the kinds of matter, the definitions."""

    def __init__(self, calendar: WorkCalendar) -> None:
        self.calendar = calendar
        self.kinds: Registry[MatterKind] = Registry("件类")
        self._flows: dict[tuple[str, int], FlowSpec] = {}
        self._latest: dict[str, int] = {}
        self._read_at = float("-inf")

    async def refresh(self, work: Work) -> None:
        """Read definitions that are new. Versions never change, so what is known stays known."""
        latest: dict[str, int] = {}
        for row in await store.definitions(work):
            key = (row["id"], row["version"])
            if key not in self._flows:
                self._flows[key] = FlowSpec.model_validate(row["body"])
            if row["active"]:
                latest[row["id"]] = row["version"]
        self._latest = latest
        self._read_at = time.monotonic()

    async def ready(self, work: Work, flow: str, version: int | None = None) -> None:
        """Make sure that a flow is known, also one that another process has just installed."""
        known = flow in self._latest if version is None else (flow, version) in self._flows
        if not known or (version is None and time.monotonic() - self._read_at > 60):
            await self.refresh(work)

    def flow(self, flow: str, version: int | None = None) -> FlowSpec:
        """A known definition, the newest without a version."""
        if version is None:
            version = self.latest(flow)
        found = self._flows.get((flow, version))
        if found is None:
            raise UnknownFlow(field="flow", value=f"{flow} v{version}", known="、".join(sorted(self._latest)) or "无")
        return found

    def active(self) -> list[tuple[str, int, FlowSpec]]:
        """Flows in use with their newest version."""
        return [(id_, version, self._flows[id_, version]) for id_, version in sorted(self._latest.items())]

    def latest(self, flow: str) -> int:
        """The version on which new matters are opened."""
        if flow not in self._latest:
            raise UnknownFlow(field="flow", value=flow, known="、".join(sorted(self._latest)) or "无")
        return self._latest[flow]


@dataclass(slots=True)
class BoundKind:
    """A kind of matter with the work it answers for."""

    kind: MatterKind
    work: Work

    def office(self, matter: Matter, function: str) -> str | None:
        return self.kind.office(self.work, matter, function)

    def path(self, code: str) -> str | None:
        return self.kind.office_path(self.work, code)

    def kept(self, grid: str) -> bool:
        return self.kind.kept(self.work, grid)


def engine(work: Work) -> Engine:
    """The city's engine."""
    return work.city.flow


def scene(work: Work, flow: FlowSpec, kind: str) -> Scene:
    """What moves need, for this work."""
    here = engine(work)
    return Scene(flow, work.actor, work.now, here.calendar, BoundKind(here.kinds.get(kind), work))


def flow_for(work: Work, matter: Matter) -> FlowSpec:
    """The definition that a matter runs on."""
    return engine(work).flow(matter.flow, matter.flow_version)
