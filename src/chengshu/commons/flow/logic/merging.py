"""Merging one matter into another so that it can be undone to the last detail."""

import datetime as dt
from dataclasses import asdict
from typing import Any

from chengshu.commons.flow.contracts import Task
from chengshu.commons.flow.errors import MergeRefused
from chengshu.commons.flow.logic.draft import Draft

_KEPT = ("id", "kind", "holder", "lead", "clock", "opened_at", "data")


def park(draft: Draft, other: Draft | None, into: int, move: str) -> Draft:
    """Lay a matter to rest in another one: tasks end, running clocks pause, and what was is written down."""
    matter = draft.origin.matter
    if other is None:
        raise MergeRefused(field="into", value=into, why="找不到该件", why_en="there is no such matter")
    target = other.origin.matter
    if (
        target.id == matter.id
        or target.kind != matter.kind
        or target.into_id is not None
        or target.closed_at is not None
    ):
        raise MergeRefused(
            field="into",
            value=target.number,
            why="目标须是另一件同类、未办结、未被合并的件",
            why_en="it must be another open matter of the same kind that is not merged itself",
        )
    clocks = [name for name in draft.ledger if (r := draft.reading(name)) is not None and r.running]
    tasks = [{k: v for k, v in asdict(t).items() if k in _KEPT} for t in draft.tasks if t.done_at is None]
    draft.changes["undo"] = {
        "state": draft.get("state"),
        "closed_at": draft.get("closed_at"),
        "tasks": tasks,
        "clocks": clocks,
    }
    for name in clocks:
        draft.write_clock(name, "pause")
    for task in list(draft.tasks):
        if task.done_at is None:
            draft.close_task(task, move)
    draft.changes |= {"into_id": target.id, "closed_at": draft.scene.now}
    return _count(other, 1, matter.orgs)


def unpark(draft: Draft, other: Draft | None) -> Draft | None:
    """Put everything back: state, the same tasks, clocks where they stood. Returns the draft of the other matter."""
    undo: Any = draft.get("undo") or {}
    state = undo.get("state", draft.scene.flow.start)
    for name in undo.get("clocks", ()):
        draft.write_clock(name, "resume")
    restored = [_restore(draft, task) for task in undo.get("tasks", ())]
    draft.tasks = [*(t for t in draft.tasks if t.id not in {r.id for r in restored}), *restored]
    stage = draft.scene.flow.states[state].stage
    closed_at = undo.get("closed_at")
    draft.changes |= {
        "state": state,
        "stage": stage,
        "into_id": None,
        "undo": None,
        "closed_at": closed_at and _time(closed_at),
    }
    return None if other is None else _count(other, -1, ())


def _count(target: Draft, by: int, orgs: tuple[str, ...]) -> Draft:
    """The other matter counts what it holds, and whoever saw the merged one sees it too."""
    counters = dict(target.get("counters"))
    counters["merged"] = counters.get("merged", 0) + by
    target.changes["counters"] = counters
    if more := [o for o in orgs if o not in target.get("orgs")]:
        target.changes["orgs"] = (*target.get("orgs"), *more)
    return target


def _restore(draft: Draft, task: dict[str, Any]) -> Task:
    """The same task as before; one that was opened and merged in one go never had an id of its own."""
    known = task["id"] if task["id"] > 0 else draft.scene.fresh_id()
    return Task(
        id=known,
        matter_id=draft.origin.matter.id,
        kind=task["kind"],
        holder=task["holder"],
        lead=task["lead"],
        clock=task["clock"],
        opened_at=_time(task["opened_at"]),
        data=task["data"],
    )


def _time(value: Any) -> dt.datetime:
    return value if isinstance(value, dt.datetime) else dt.datetime.fromisoformat(value)


__all__ = ["park", "unpark"]
