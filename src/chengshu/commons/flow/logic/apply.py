"""What a move does: pure, from a snapshot to the next one with its timeline entry."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from chengshu.base.errors import Invalid
from chengshu.commons.flow.contracts import Entry, Matter, Opening, Snapshot, Step
from chengshu.commons.flow.logic import merging
from chengshu.commons.flow.logic.clocks import same_unit_minutes
from chengshu.commons.flow.logic.draft import Draft, Scene
from chengshu.commons.flow.logic.fields import read_fields
from chengshu.commons.flow.logic.titles import entry_title
from chengshu.commons.flow.spec import (
    AskEffect,
    ClockEffect,
    CountEffect,
    Effect,
    FlowSpec,
    JoinEffect,
    LeadEffect,
    MarkEffect,
    MergeEffect,
    MoveSpec,
    SeeEffect,
    SettleEffect,
    SplitEffect,
    StateSpec,
    TransferEffect,
    UnmergeEffect,
)

SHOWN = ("state", "stage", "title", "region", "lead", "due_at", "closed_at", "verdict", "into_id", "orgs", "limits")
"""Facts of a matter that a timeline entry keeps when they change, so that any moment can be replayed."""
_NOTHING: Mapping[str, Any] = {}
PATCHED = ("title", "region", "limits")


@dataclass(frozen=True, slots=True)
class Result:
    """One matter after one move, and the line it writes."""

    after: Snapshot
    entry: Entry


@dataclass(frozen=True, slots=True)
class Outcome:
    """Everything one move changed: the matter itself first, then others (merge target, children)."""

    results: tuple[Result, ...]

    @property
    def after(self) -> Snapshot:
        return self.results[0].after


@dataclass(slots=True)
class _Run:
    """A move being worked out."""

    draft: Draft
    move: str
    spec: MoveSpec
    values: dict[str, Any]
    request: Mapping[str, Any]
    other: Draft | None
    also: list[Result]


def open_new(scene: Scene, opening: Opening, version: int) -> Result:
    """A new matter in the first state of its flow."""
    flow = scene.flow
    matter = Matter(
        id=scene.fresh_id(),
        kind=opening.kind,
        number="",
        flow=opening.flow,
        flow_version=version,
        state=flow.start,
        stage=flow.states[flow.start].stage,
        title=opening.title,
        region=opening.region,
        orgs=tuple(opening.orgs),
        lead=opening.lead,
        opened_by=scene.actor.id,
        opened_at=scene.now,
        updated_at=scene.now,
        limits=dict(opening.limits),
        parent_id=opening.parent_id,
        claim=opening.claim,
    )
    return _begin(Draft.of(scene, Snapshot(matter)), "open", flow.start, dict(opening.facts), None)


def apply_move(
    scene: Scene,
    snapshot: Snapshot,
    step: Step,
    spec: MoveSpec,
    other: Snapshot | None = None,
    other_flow: FlowSpec | None = None,
) -> Outcome:
    """Make a move that is allowed. `other` is the matter that a merge goes into or comes out of, with its own flow."""
    values = read_fields(spec, step.input, step.have)
    draft = Draft.of(scene, snapshot)
    request = _request(spec, snapshot)
    draft.reason = values.get("reason")
    draft.grounds = request.get("reason") or draft.reason
    beside = None if other is None else Draft.of(replace(scene, flow=other_flow or scene.flow), other)
    run = _Run(draft, step.move, spec, values, request, beside, [])
    for name, value in step.patch.items():
        if name not in PATCHED:
            raise Invalid(field=name, value=value)
        draft.changes[name] = value
    parked = False
    for effect in spec.effects:
        parked = _EFFECTS[type(effect)](run, effect) or parked
    if not parked:
        target = _target(spec, values)
        if target != "same":
            enter(draft, target, step.move, values)
    _follow_tasks(draft)
    return Outcome((_finish(draft, step, values), *run.also))


def enter(draft: Draft, target: str, move: str, values: Mapping[str, Any]) -> None:
    """Leave the present state for another (or for itself, anew): its task ends, clocks stop and start, work opens."""
    flow = draft.scene.flow
    origin, state = draft.get("state"), flow.states[target]
    for name, clock in flow.clocks.items():
        if origin in clock.runs_in and (target not in clock.runs_in or (target == origin and clock.again == "restart")):
            draft.stop_clock(name)
    for task in list(draft.tasks):
        if task.done_at is None and (task.lead or state.closed):
            draft.close_task(task, move)
    draft.changes |= {"state": target, "stage": state.stage}
    if bool(draft.get("closed_at")) != state.closed:
        draft.changes["closed_at"] = draft.scene.now if state.closed else None
    _begin_state(draft, target, state, values)


def _begin_state(draft: Draft, target: str, state: StateSpec, values: Mapping[str, Any]) -> None:
    for name, clock in draft.scene.flow.clocks.items():
        if target in clock.runs_in:
            reading = draft.reading(name)
            anew = clock.again == "restart" and (reading is None or reading.stopped)
            draft.start_clock(name, anew=anew)
    if state.work is not None:
        holder = draft.holder(state.work.holder, values)
        draft.open_task(state.work.task, holder, lead=True, clock=state.work.clock, data={})


def _begin(
    draft: Draft,
    move: str,
    state: str,
    facts: dict[str, Any],
    reason: str | None,
    values: Mapping[str, Any] | None = None,
) -> Result:
    """The first line of a matter's timeline."""
    _begin_state(draft, state, draft.scene.flow.states[state], values or {})
    after = draft.freeze()
    return Result(after, _entry(draft, move, None, after, reason, None, {}, facts, whole=True))


def _follow_tasks(draft: Draft) -> None:
    """Clocks that run with kinds of tasks follow what is open."""
    for name, clock in draft.scene.flow.clocks.items():
        if not clock.runs_with:
            continue
        wanted = any(t.done_at is None and t.kind in clock.runs_with for t in draft.tasks)
        reading = draft.reading(name)
        if wanted and (reading is None or reading.stopped):
            draft.start_clock(name, anew=clock.again == "restart")
        elif not wanted:
            draft.stop_clock(name)


def _target(spec: MoveSpec, values: Mapping[str, Any]) -> str:
    for branch in spec.branches:
        if values.get(branch.field) in branch.values:
            return branch.to
    return spec.to


def _request(spec: MoveSpec, snapshot: Snapshot) -> Mapping[str, Any]:
    """What was asked for in the approval that this move decides."""
    return next((t.data for t in snapshot.open_tasks if spec.task and t.kind == spec.task), _NOTHING)


# -- effects: each returns True when it has taken care of the state itself --------------------------------------


def _lead(run: _Run, effect: LeadEffect) -> None:
    code = run.values[effect.field]
    run.draft.see(code, leads=True)
    run.draft.changes["lead"] = code


def _join(run: _Run, effect: JoinEffect) -> None:
    draft = run.draft
    held = {t.holder for t in draft.tasks if t.done_at is None and t.kind == effect.task}
    for code in run.values.get(effect.field) or ():
        if code == draft.get("lead") or f"org:{code}" in held:
            continue
        draft.see(code)
        draft.open_task(effect.task, f"org:{code}", lead=False, clock=effect.clock, data={})


def _see(run: _Run, effect: SeeEffect) -> None:
    if effect.field and (code := run.values.get(effect.field)):
        run.draft.see(code)
    if effect.holder:
        run.draft.see(run.draft.holder(effect.holder, run.values).partition(":")[2])


def _transfer(run: _Run, effect: TransferEffect) -> None:
    holder = run.draft.holder(effect.holder, run.values)
    if task := run.draft.lead_task():
        run.draft.put_task(replace(task, holder=holder))


def _ask(run: _Run, effect: AskEffect) -> None:
    draft = run.draft
    data = {"by": draft.scene.actor.name, **run.values}
    draft.open_task(effect.task, draft.holder(effect.holder, run.values), lead=False, clock=effect.clock, data=data)


def _settle(run: _Run, effect: SettleEffect) -> None:
    actor = run.draft.scene.actor
    for task in list(run.draft.tasks):
        if task.kind != effect.task or task.done_at is not None:
            continue
        if effect.all or actor.kind == "job" or task.holder in actor.holders:
            run.draft.close_task(task, run.move)


def _clock(run: _Run, effect: ClockEffect) -> None:
    draft = run.draft
    if effect.do == "restart":
        draft.start_clock(effect.clock, anew=True)
    elif effect.do == "extend":
        reading = draft.need_reading(effect.clock)
        limit = effect.limit or run.values.get(effect.field or "") or run.request.get(effect.field or "")
        same_unit_minutes(reading, str(limit or ""))
        draft.write_clock(effect.clock, "extend", str(limit))
    else:
        draft.need_reading(effect.clock, paused={"pause": False, "resume": True}.get(effect.do))
        draft.write_clock(effect.clock, effect.do)


def _count(run: _Run, effect: CountEffect) -> None:
    counters = dict(run.draft.get("counters"))
    counters[effect.counter] = counters.get(effect.counter, 0) + 1
    run.draft.changes["counters"] = counters


def _mark(run: _Run, effect: MarkEffect) -> None:
    marks = dict(run.draft.get("marks"))
    actor = run.draft.scene.actor.id
    if actor not in marks.get(effect.mark, ()):
        marks[effect.mark] = [*marks.get(effect.mark, ()), actor]
        run.draft.changes["marks"] = marks


def _merge(run: _Run, effect: MergeEffect) -> bool:
    target = merging.park(run.draft, run.other, run.values[effect.field], run.move)
    run.also.append(_told(target, "merged_in", run))
    run.draft.changes |= {"state": run.spec.to, "stage": run.draft.scene.flow.states[run.spec.to].stage}
    return True


def _unmerge(run: _Run, _effect: UnmergeEffect) -> bool:
    target = merging.unpark(run.draft, run.other)
    if target is not None:
        run.also.append(_told(target, "merged_out", run))
    return True


def _split(run: _Run, effect: SplitEffect) -> None:
    parent, scene = run.draft, run.draft.scene
    number = 0
    for code in run.values[effect.field]:
        number += 1
        matter = replace(
            parent.matter,
            id=scene.fresh_id(),
            number="",
            state=effect.state,
            stage=scene.flow.states[effect.state].stage,
            lead=code,
            opened_by=scene.actor.id,
            opened_at=scene.now,
            updated_at=scene.now,
            due_at=None,
            warn_at=None,
            verdict=None,
            version=0,
            parent_id=parent.origin.matter.id,
            marks={},
            counters={},
            undo=None,
        )
        child = Draft.of(scene, Snapshot(matter))
        child.see(code, leads=True)
        facts = {"parent": parent.origin.matter.number, "part": number}
        run.also.append(_begin(child, run.move, effect.state, facts, parent.reason))
        parent.see(code)
    parent.origin = replace(parent.origin, open_children=parent.origin.open_children + number)


_EFFECTS: dict[type[Effect], Any] = {  # pyright: ignore[reportInvalidTypeArguments]
    LeadEffect: _lead,
    JoinEffect: _join,
    SeeEffect: _see,
    TransferEffect: _transfer,
    AskEffect: _ask,
    SettleEffect: _settle,
    ClockEffect: _clock,
    MergeEffect: _merge,
    UnmergeEffect: _unmerge,
    SplitEffect: _split,
    CountEffect: _count,
    MarkEffect: _mark,
}


# -- timeline ---------------------------------------------------------------------------------------------------


def _told(draft: Draft, move: str, run: _Run) -> Result:
    """The line in the timeline of the other matter of a merge."""
    before = draft.get("state")
    after = draft.freeze()
    facts = {"case": run.draft.origin.matter.number}
    return Result(after, _entry(draft, move, before, after, run.draft.reason, None, {}, facts))


def tell(draft: Draft, move: str, facts: Mapping[str, Any]) -> Result:
    """Freeze a draft that no declared move has changed (an escalation), with its timeline entry."""
    before = draft.get("state")
    after = draft.freeze()
    return Result(after, _entry(draft, move, before, after, None, None, {}, facts))


def _finish(draft: Draft, step: Step, values: Mapping[str, Any]) -> Result:
    before = draft.origin.matter.state
    after = draft.freeze()
    shown = {k: v for k, v in values.items() if k != "reason"}
    entry = _entry(
        draft, step.move, before, after, draft.reason, step.authority or values.get("clause"), shown, step.facts
    )
    return Result(after, entry)


def _entry(
    draft: Draft,
    move: str,
    before: str | None,
    after: Snapshot,
    reason: str | None,
    authority: str | None,
    values: Mapping[str, Any],
    facts: Mapping[str, Any],
    *,
    whole: bool = False,
) -> Entry:
    scene, matter = draft.scene, after.matter
    old = draft.origin.matter
    changed = {n: getattr(matter, n) for n in SHOWN if (v := getattr(matter, n)) != getattr(old, n) or (whole and v)}
    lead = after.lead_task
    if whole or (lead and lead.holder) != (draft.origin.lead_task and draft.origin.lead_task.holder):
        changed["holder"] = lead.holder if lead else None
    data: dict[str, Any] = {"after": changed}
    if values:
        data["input"] = dict(values)
    if facts:
        data["facts"] = dict(facts)
    title = entry_title(scene.flow, move)
    return Entry(
        matter.id, matter.version, scene.now, scene.actor.id, scene.actor.name, scene.actor.org, move, title, before,
        matter.state, reason, authority, data,
    )  # fmt: skip


__all__ = ["Outcome", "Result", "apply_move", "enter", "open_new", "tell"]
