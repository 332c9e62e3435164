"""Which moves an actor may make now, and why not the others."""

from collections.abc import Iterator

from chengshu.base.actor import Actor
from chengshu.base.text import L
from chengshu.commons.flow.contracts import Matter, MoveOffer, Snapshot, Task
from chengshu.commons.flow.errors import BlockedNow, CheckerIsHandler, NobodyHolds, NotYourTurn, UnknownMove, WrongState
from chengshu.commons.flow.logic.draft import Offices, resolve
from chengshu.commons.flow.logic.titles import text_of
from chengshu.commons.flow.spec import FlowSpec, MoveSpec

WHO: dict[str, L] = {
    "holder": {"zh": "承办人", "en": "the holder"},
    "center": {"zh": "城运中心", "en": "the operations centre"},
    "lead": {"zh": "主办单位", "en": "the leading office"},
    "cooperating": {"zh": "协办单位", "en": "a cooperating office"},
    "opener": {"zh": "登记人", "en": "who opened it"},
    "grid": {"zh": "属地网格员", "en": "the grid worker of the place"},
    "reporter": {"zh": "诉求人", "en": "the reporter"},
    "any": {"zh": "任何人", "en": "anybody"},
    "system": {"zh": "系统", "en": "the system"},
}
CONDITIONS: dict[str, L] = {
    "paused": {"zh": "时限已挂账", "en": "its clock is paused"},
    "children": {"zh": "还有未办结的子件", "en": "children of it are still open"},
    "joined": {"zh": "还有未完成的协办", "en": "cooperating offices are not done"},
    "merged": {"zh": "已被合并", "en": "it is merged"},
    "asked": {"zh": "申请正在审批", "en": "a request is being decided"},
}


def move_of(flow: FlowSpec, move: str) -> MoveSpec:
    """A declared move; an unknown one is refused with the known ones."""
    if (spec := flow.moves.get(move)) is None:
        raise UnknownMove(field="move", value=move, known="、".join(flow.moves))
    return spec


def leads_from(flow: FlowSpec, spec: MoveSpec, state: str) -> bool:
    """Whether a move starts in a state."""
    if state in spec.from_ or "any" in spec.from_:
        return True
    return "open" in spec.from_ and not flow.states[state].closed


def paused(snapshot: Snapshot, flow: FlowSpec) -> bool:
    """Whether the main clock is paused: its last entry but extensions says so."""
    main = next((n for n, c in flow.clocks.items() if c.main), None)
    for entry in reversed(snapshot.clocks):
        if entry.clock == main and entry.kind != "extend":
            return entry.kind == "pause"
    return False


def holds_condition(name: str, snapshot: Snapshot, flow: FlowSpec) -> bool:
    """Whether a condition of `unless` or `only` is true now."""
    if name == "paused":
        return paused(snapshot, flow)
    if name == "children":
        return snapshot.open_children > 0
    if name == "joined":
        return any(not t.lead and flow.tasks[t.kind].handles for t in snapshot.open_tasks)
    if name == "merged":
        return snapshot.matter.into_id is not None
    return any(t.kind == name.removeprefix("asked:") for t in snapshot.open_tasks)


def blocked_by(spec: MoveSpec, snapshot: Snapshot, flow: FlowSpec) -> L | None:
    """The first condition in the way of a move."""
    for name in spec.unless:
        if holds_condition(name, snapshot, flow):
            return CONDITIONS[name.partition(":")[0]]
    for name in spec.only:
        if not holds_condition(name, snapshot, flow):
            text = CONDITIONS[name.partition(":")[0]]
            return {"zh": f"须在“{text['zh']}”时", "en": f"only when {text['en']}"}
    return None


def tasks_for(spec: MoveSpec, snapshot: Snapshot) -> list[Task]:
    """The open tasks a move is about: those of its kind, else the leading one."""
    if spec.task is not None:
        return [t for t in snapshot.open_tasks if t.kind == spec.task]
    lead = snapshot.lead_task
    return [lead] if lead else []


def acts_as(spec: MoveSpec, snapshot: Snapshot, flow: FlowSpec, actor: Actor, offices: Offices) -> str | None:
    """As what the actor may make a move (first of `by` that fits); None when it is not the actor's turn."""
    if actor.kind == "job":
        return "system"
    return next((b for b in spec.by if _is(b, spec, snapshot, flow, actor, offices)), None)


def _is(by: str, spec: MoveSpec, snapshot: Snapshot, flow: FlowSpec, actor: Actor, offices: Offices) -> bool:
    matter = snapshot.matter
    if by == "any":
        return True
    if by == "holder":
        return any(t.holder in actor.holders for t in tasks_for(spec, snapshot))
    if by == "lead":
        return matter.lead is not None and f"org:{matter.lead}" in actor.holders
    if by == "cooperating":
        return any(not t.lead and flow.tasks[t.kind].handles and t.holder in actor.holders for t in snapshot.open_tasks)
    if by == "opener":
        return actor.kind != "public" and actor.id == matter.opened_by
    if by == "reporter":
        # The database shows a matter to the public only against its code.
        return actor.kind == "public" or actor.id == matter.opened_by
    if by in ("center", "grid"):
        return _held(by, matter, actor, offices)
    return False


def _held(rule: str, matter: Matter, actor: Actor, offices: Offices) -> bool:
    try:
        return resolve(rule, matter, offices, {}) in actor.holders
    except NobodyHolds:
        return False


def _may(spec: MoveSpec, role: str, actor: Actor) -> bool:
    """The code of a report is the right to answer for it; everybody else needs the operation."""
    return actor.may(spec.operation) or (role == "reporter" and actor.kind == "public")


def checked_away(spec: MoveSpec, matter: Matter, actor: Actor) -> bool:
    """Whether the actor took a part that excludes from this move."""
    return actor.kind != "job" and any(actor.id in matter.marks.get(mark, ()) for mark in spec.not_by)


def allowed_moves(flow: FlowSpec, snapshot: Snapshot, actor: Actor, offices: Offices) -> list[MoveOffer]:
    """The moves on offer, best first."""
    return [_offer(name, spec) for name, spec in _allowed(flow, snapshot, actor, offices)]


def _allowed(flow: FlowSpec, snapshot: Snapshot, actor: Actor, offices: Offices) -> Iterator[tuple[str, MoveSpec]]:
    state = snapshot.matter.state
    for name, spec in sorted(flow.moves.items(), key=lambda m: m[1].rank):
        if spec.auto is not None or not leads_from(flow, spec, state):
            continue
        if spec.task is not None and not tasks_for(spec, snapshot):
            continue
        if blocked_by(spec, snapshot, flow) or checked_away(spec, snapshot.matter, actor):
            continue
        role = acts_as(spec, snapshot, flow, actor, offices)
        if role is not None and _may(spec, role, actor):
            yield name, spec


def _offer(name: str, spec: MoveSpec) -> MoveOffer:
    confirm = text_of(spec.confirm) if spec.confirm else None
    return MoveOffer(name, text_of(spec.title), spec.tone, spec.fields, spec.needs, confirm, spec.operation)


def require_move(flow: FlowSpec, snapshot: Snapshot, move: str, actor: Actor, offices: Offices) -> MoveSpec:
    """The declared move, or the exact reason why this actor cannot make it now. Operations are checked by the service."""
    spec = require_state(flow, snapshot, move, actor, offices)
    if checked_away(spec, snapshot.matter, actor):
        raise CheckerIsHandler(field="move", value=spec.title.zh)
    role = acts_as(spec, snapshot, flow, actor, offices)
    if role is None:
        raise NotYourTurn(field="move", value=spec.title.zh, holder="、".join(WHO[b]["zh"] for b in spec.by))
    return spec


def require_state(flow: FlowSpec, snapshot: Snapshot, move: str, actor: Actor, offices: Offices) -> MoveSpec:
    """The declared move if the matter is where it starts and nothing is in the way."""
    spec = move_of(flow, move)
    state = snapshot.matter.state
    if not leads_from(flow, spec, state) or (spec.task is not None and not tasks_for(spec, snapshot)):
        offered = "、".join(s.title.zh for _, s in _allowed(flow, snapshot, actor, offices)) or "无"
        raise WrongState(field="move", value=spec.title.zh, state=flow.states[state].title.zh, offered=offered)
    if why := blocked_by(spec, snapshot, flow):
        raise BlockedNow(field="move", value=spec.title.zh, why=why["zh"], why_en=why["en"])
    return spec


def may_move(spec: MoveSpec, snapshot: Snapshot, flow: FlowSpec, actor: Actor, offices: Offices) -> bool:
    """Whether the actor's rights cover the move, as holder of the operation or of the report's code."""
    return _may(spec, acts_as(spec, snapshot, flow, actor, offices) or "", actor)
