"""Brings mapped cases in through the API: openings in the file's order, later steps when their time has come."""

import asyncio
import datetime as dt
import heapq
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from simulate.cast import Cast
from simulate.client import Person, Refused
from simulate.replaying.journal import Journal, Parking
from simulate.replaying.mapping import BadValue, Mapping, Regions, StepSpec, nest
from simulate.replaying.source import Line

TICK = dt.timedelta(minutes=10)
"""Events within ten minutes of city time go together: fewer clock settings, and cases side by side."""
TOGETHER = 4
UNREACHABLE = 0


@dataclass(slots=True)
class Life:
    """What is known of a case while its life is replayed."""

    ref: str
    line: Line
    id: int = 0
    state: str = ""
    version: int = 0
    holder: str | None = None
    skip: int = 0

    def learn(self, case: dict[str, Any]) -> None:
        """Take over what an answer says."""
        self.id, self.state, self.version = int(case["id"]), str(case["state"]), int(case["version"])
        tasks = [t for t in case.get("tasks") or () if not t.get("done_at")]
        lead = next((t for t in tasks if t.get("lead")), None)
        self.holder = str(lead["holder"]) if lead else None


@dataclass(order=True, slots=True)
class Deed:
    """Something to do at a city time; step -1 is the opening."""

    at: dt.datetime
    order: int
    step: int
    life: Life = field(compare=False)


@dataclass
class Replay:
    """One run over a file."""

    mapping: Mapping
    cast: Cast
    journal: Journal
    parking: Parking
    regions: Regions
    speed: float = 0.0
    clock: Person | None = None
    told: Callable[[str, int], None] = lambda what, count: None
    done: Counter[str] = field(default_factory=Counter[str])
    _at: dt.datetime | None = None

    async def run(self, lines: Iterable[Line], stop: asyncio.Event) -> None:
        """Replay until the file is through and all its steps are made, or until stopped."""
        for tick, deeds in self._ticks(lines):
            if stop.is_set():
                return
            await self._clock_to(tick)
            await self._together(deeds)

    def _ticks(self, lines: Iterable[Line]) -> Iterator[tuple[dt.datetime, list[Deed]]]:
        """Deeds in the order of time, by tick, with the tick's last moment: nothing may happen in the future. A row that
        comes too late in the file is done at once."""
        waiting: list[Deed] = []
        group: list[Deed] = []
        until: dt.datetime | None = None
        for deed in self._deeds(lines, waiting):
            if until is not None and deed.at >= until and group:
                yield max(d.at for d in group), group
                group = []
            if not group:
                until = deed.at + TICK
            group.append(deed)
        if group:
            yield max(d.at for d in group), group

    def _deeds(self, lines: Iterable[Line], waiting: list[Deed]) -> Iterator[Deed]:
        for order, line in enumerate(lines):
            self.told("read", 1)
            opening = self._opening(order, line)
            if opening is None:
                continue
            while waiting and waiting[0].at <= opening.at:
                yield heapq.heappop(waiting)
            yield opening
            for deed in self._steps(opening):
                heapq.heappush(waiting, deed)
        while waiting:
            yield heapq.heappop(waiting)

    def _opening(self, order: int, line: Line) -> Deed | None:
        ref = str(line.row.get(self._id_column(), "")) or f"line-{line.number}"
        if line.fault:
            self._park(line, ref, "read", {"code": "replay.broken_row", "detail": line.fault})
            return None
        try:
            ref = str(self.mapping.id.read("id", line.row, self.regions) or "")
            if not ref:
                raise BadValue("id", "", "is missing")
            at = self.mapping.opened.read("opened", line.row, self.regions)
            if not isinstance(at, dt.datetime):
                raise BadValue("opened", str(at), "is no time")
        except BadValue as error:
            self._park(line, ref, "read", {"code": "replay.bad_value", "detail": str(error), "field": error.field})
            return None
        return Deed(at, order, -1, Life(ref, line))

    def _id_column(self) -> str:
        return next(iter(sorted(self.mapping.id.columns())), "")

    def _steps(self, opening: Deed) -> Iterator[Deed]:
        if self.mapping.lifecycle is None:
            return
        try:
            closed = self.mapping.lifecycle.closed.read("closed", opening.life.line.row, self.regions)
        except BadValue as error:
            reason = {"code": "replay.bad_value", "detail": str(error), "field": error.field}
            self._park(opening.life.line, opening.life.ref, "steps", reason)
            return
        for number, step in enumerate(self.mapping.lifecycle.steps):
            base = opening.at if step.at == "opened" else closed
            if base is None:
                return
            # A case closed before it was opened is closed when it is opened.
            at = max(base, opening.at) + dt.timedelta(minutes=step.after)
            yield Deed(at, opening.order, number, opening.life)

    async def _clock_to(self, at: dt.datetime) -> None:
        if self._at is not None and at <= self._at:
            return
        if self.speed > 0 and self._at is not None:
            await asyncio.sleep((at - self._at).total_seconds() / self.speed)
        self._at = at
        if self.clock is not None:
            await self.clock.call("PUT", "/api/clock", json={"now": at.isoformat()})

    async def _together(self, deeds: list[Deed]) -> None:
        """Cases side by side, the deeds of one case one after another."""
        by_case: dict[str, list[Deed]] = {}
        for deed in deeds:
            by_case.setdefault(deed.life.ref, []).append(deed)
        gate = asyncio.Semaphore(TOGETHER)

        async def one(mine: list[Deed]) -> None:
            async with gate:
                for deed in mine:
                    await self._do(deed)

        await asyncio.gather(*(one(mine) for mine in by_case.values()))

    async def _do(self, deed: Deed) -> None:
        life = deed.life
        doing = "open" if deed.step < 0 else self._step(deed.step).move
        try:
            await (self._open(deed) if deed.step < 0 else self._move(life, deed.step))
        except BadValue as error:
            self._park(
                life.line, life.ref, doing, {"code": "replay.bad_value", "detail": str(error), "field": error.field}
            )
        except Refused as refusal:
            if refusal.status == UNREACHABLE or refusal.status >= 500:
                raise
            self._park(life.line, life.ref, doing, refusal.problem)

    def _step(self, number: int) -> StepSpec:
        assert self.mapping.lifecycle is not None
        return self.mapping.lifecycle.steps[number]

    async def _open(self, deed: Deed) -> None:
        life = deed.life
        if known := self.journal.known.get(life.ref):
            life.id, life.skip = known.id, known.done
            self._count("known")
            return
        reference = f"{self.mapping.name}:{life.ref}"
        values = {n: v.read(n, life.line.row, self.regions) for n, v in self.mapping.case.items()}
        body = nest(values) | {"source_ref": reference, "occurred_at": deed.at.isoformat()}
        who = await self._person(self.mapping.account)
        case = await who.post("/api/cases", body, Idempotency_Key=reference)
        life.learn(case)
        self.journal.opened(life.ref, life.id)
        self._count("opened")

    async def _move(self, life: Life, number: int) -> None:
        if not life.id or number < life.skip:
            return
        step = self._step(number)
        if not life.state:
            center = await self._person(self.mapping.account)
            life.learn(await center.get(f"/api/cases/{life.id}"))
        if life.state in step.from_:
            await self._make(life, number, step)
            self._count(step.move)
        self.journal.stepped(life.ref, number + 1)

    async def _make(self, life: Life, number: int, step: StepSpec) -> None:
        who = await self._actor(life, step)
        values = {n: v.read(n, life.line.row, self.regions) for n, v in step.body.items()}
        key = f"{self.mapping.name}:{life.ref}:{number}-{step.move}"
        for attempt in (1, 2):
            try:
                path = f"/api/cases/{life.id}/moves/{step.move}"
                life.learn(await who.post(path, nest(values), If_Match=f'"{life.version}"', Idempotency_Key=key))
                return
            except Refused as refusal:
                if refusal.status != 412 or attempt == 2:
                    raise
                life.learn(await who.get(f"/api/cases/{life.id}"))

    async def _actor(self, life: Life, step: StepSpec) -> Person:
        if step.by != "holder":
            return await self._person(step.by)
        who = await self.cast.holder(life.holder) if life.holder else None
        if who is None:
            raise Refused(403, {"code": "replay.nobody", "detail": f"no account acts for {life.holder or 'anybody'}"})
        return who

    async def _person(self, login: str) -> Person:
        who = await self.cast.person(login)
        if who is None:
            raise Refused(403, {"code": "replay.nobody", "detail": f"no account '{login}', or its password is another"})
        return who

    def _count(self, what: str) -> None:
        self.done[what] += 1
        self.told(what, 1)

    def _park(self, line: Line, ref: str, doing: str, reason: dict[str, Any]) -> None:
        self.parking.park(line.number, ref, doing, reason)
        self._count("parked")
