"""Opening a matter and making moves: one load, pure logic, one write, the kind's own rows, the news."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from chengshu.base.errors import StaleVersion
from chengshu.commons.flow import store
from chengshu.commons.flow.contracts import Entry, Moved, Opening, Snapshot, Step
from chengshu.commons.flow.errors import UnknownMatter
from chengshu.commons.flow.events import FlowMoved
from chengshu.commons.flow.logic import apply, moves
from chengshu.commons.flow.logic.alarms import next_alarm
from chengshu.commons.flow.logic.batch import Batch, Change
from chengshu.commons.flow.logic.draft import Scene
from chengshu.commons.flow.service.engine import engine, flow_for, scene
from chengshu.commons.flow.spec import MergeEffect, UnmergeEffect
from chengshu.runtime.database import Work


class Story:
    """A matter through the steps of one call, and the others it touches; ends in one write."""

    def __init__(self, work: Work, stage: Scene, before: Snapshot | None, now: Snapshot) -> None:
        self.work = work
        self.scene = stage
        self.before = before
        self.now = now
        self.entries: list[Entry] = []
        self.others: dict[int, Change] = {}

    def note(self, results: Sequence[apply.Result]) -> None:
        """Take over what one move did."""
        self.now = results[0].after
        self.entries.append(results[0].entry)
        for result in results[1:]:
            id_ = result.after.matter.id
            change = self.others.setdefault(id_, Change(None, result.after, []))
            change.after = result.after
            change.entries.append(result.entry)

    async def step(self, step: Step, loaded: Mapping[int, Snapshot], *, automatic: bool = False) -> None:
        """Make one move, checked unless it is automatic."""
        flow, actor, offices = self.scene.flow, self.scene.actor, self.scene.offices
        if automatic:
            spec = moves.require_state(flow, self.now, step.move, actor, offices)
        else:
            spec = moves.require_move(flow, self.now, step.move, actor, offices)
            if not moves.may_move(spec, self.now, flow, actor, offices):
                self.work.require(spec.operation)
        other = await self._other(spec.effects, step, loaded)
        other_flow = flow_for(self.work, other.matter) if other else None
        if other is not None:
            self.others.setdefault(other.matter.id, Change(other, other, []))
        self.note(apply.apply_move(self.scene, self.now, step, spec, other, other_flow).results)

    async def _other(self, effects: Sequence[Any], step: Step, loaded: Mapping[int, Snapshot]) -> Snapshot | None:
        """The matter that a merge goes into or comes out of, locked."""
        id_ = None
        for effect in effects:
            if isinstance(effect, MergeEffect):
                id_ = _id(step.input.get(effect.field))
            elif isinstance(effect, UnmergeEffect):
                id_ = self.now.matter.into_id
        if id_ is None or id_ == self.now.matter.id:
            return None
        found = loaded.get(id_) or (await store.read(self.work, [id_], lock=True)).get(id_)
        if found is not None:
            await engine(self.work).ready(self.work, found.matter.flow, found.matter.flow_version)
        return found

    def changes(self) -> list[Change]:
        """All that is to be written, with the next alarms."""
        calendar = self.scene.calendar
        main = Change(self.before, self.now, self.entries, heard_until=self.now.heard_until)
        found = [main, *(c for c in self.others.values() if c.entries)]
        for change in found:
            heard = change.after.heard_until or change.after.matter.opened_at
            flow = flow_for(self.work, change.after.matter)
            change.heard_until = heard
            change.alarm_at = next_alarm(flow, change.after, calendar, heard)
        return found


def _id(value: Any) -> int | None:
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= 18:
        return int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 < value < 2**63 else None


async def open_matter(work: Work, opening: Opening, then: Sequence[Step] = ()) -> Moved:
    """Open a matter and make its first automatic moves."""
    here = engine(work)
    await here.ready(work, opening.flow)
    version = here.latest(opening.flow)
    stage = scene(work, here.flow(opening.flow, version), opening.kind)
    result = apply.open_new(stage, opening, version)
    story = Story(work, stage, None, result.after)
    story.note([result])
    for step in then:
        await story.step(step, {}, automatic=True)
    return (await finish(work, [story]))[0]


async def perform(
    work: Work,
    matter_id: int,
    step: Step,
    *,
    expected_version: int | None = None,
    then: Sequence[Step] = (),
    snapshot: Snapshot | None = None,
) -> Moved:
    """Make a move for the actor, and the automatic ones that follow from it."""
    loaded: dict[int, Snapshot] = {}
    if snapshot is None:
        into = _id(step.input.get("into"))
        # Two matters are locked in the order of their ids, so that two merges cannot wait for each other.
        loaded = await store.read(work, sorted({matter_id, into or matter_id}), lock=True)
        if matter_id not in loaded:
            raise UnknownMatter(value=matter_id)
        snapshot = loaded[matter_id]
    matter = snapshot.matter
    if expected_version is not None and expected_version != matter.version:
        raise StaleVersion(field="version", value=expected_version, current=matter.version)
    await engine(work).ready(work, matter.flow, matter.flow_version)
    story = Story(work, scene(work, flow_for(work, matter), matter.kind), snapshot, snapshot)
    await story.step(step, loaded)
    for more in then:
        await story.step(more, loaded, automatic=True)
    return (await finish(work, [story]))[0]


async def finish(work: Work, stories: Sequence[Story]) -> list[Moved]:
    """Write stories with one statement, let the kinds follow, announce."""
    changes = [story.changes() for story in stories]
    ids, task_ids = await store.write(work, Batch([c for group in changes for c in group]))
    found: list[Moved] = []
    for group in changes:
        moved = _moved(group, ids, task_ids)
        found.append(moved)
        if not moved.entries:
            continue  # only its alarm was set
        await engine(work).kinds.get(moved.matter.kind).moved(work, moved)
        for change in group:
            _announce(work, change, ids, task_ids)
    return found


def _moved(group: Sequence[Change], ids: Mapping[int, int], task_ids: Mapping[int, int]) -> Moved:
    main, *others = group
    return Moved(
        main.before,
        _stored(main.after, ids, task_ids),
        tuple(replace(e, matter_id=ids.get(e.matter_id, e.matter_id)) for e in main.entries),
        tuple(_stored(c.after, ids, task_ids) for c in others),
    )


def _stored(snapshot: Snapshot, ids: Mapping[int, int], task_ids: Mapping[int, int]) -> Snapshot:
    """The snapshot with the ids that the database gave."""
    matter = snapshot.matter
    id_ = ids.get(matter.id)
    if id_ is not None:
        matter = replace(matter, id=id_, number=f"{matter.opened_at:%Y%m%d}{id_ % 1_000_000:06d}")
    fresh = any(t.id < 0 for t in snapshot.tasks)
    if id_ is None and not fresh:
        return snapshot
    tasks = tuple(
        replace(t, id=task_ids.get(t.id, t.id), matter_id=matter.id) if t.id < 0 else t for t in snapshot.tasks
    )
    return replace(snapshot, matter=matter, tasks=tasks)


def _announce(work: Work, change: Change, ids: Mapping[int, int], task_ids: Mapping[int, int]) -> None:
    after = _stored(change.after, ids, task_ids)
    matter = after.matter
    old = {t.id for t in change.before.tasks} if change.before else set[int]()
    came = [t for t in after.open_tasks if t.id not in old]
    work.publish(
        FlowMoved(
            id=matter.id,
            kind=matter.kind,
            number=matter.number,
            flow=matter.flow,
            moves=[e.move for e in change.entries],
            from_state=change.before.matter.state if change.before else None,
            state=matter.state,
            stage=matter.stage,
            version=matter.version,
            actor=work.actor.id,
            opened=[{"id": t.id, "kind": t.kind, "holder": t.holder, "due_at": t.due_at} for t in came],
        )
    )
