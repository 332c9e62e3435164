"""What has to be written: matters before and after, as rows for one statement."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from chengshu.commons.flow.contracts import ClockEntry, Entry, Matter, Snapshot, Task

_CHANGING = (
    "state", "stage", "title", "region", "lead", "updated_at", "closed_at", "due_at", "warn_at", "verdict", "version",
    "into_id", "marks", "counters", "limits", "undo",
)  # fmt: skip
_FIXED = ("kind", "flow", "flow_version", "opened_by", "opened_at", "parent_id", "claim")
_TASK = ("holder", "due_at", "warn_at", "done_at", "outcome", "verdict")
_NEW_TASK = ("matter_id", "kind", "lead", "clock", "opened_at", "data", *_TASK)


@dataclass(slots=True)
class Change:
    """One matter: as loaded (None when new), as it shall be, and its new timeline entries."""

    before: Snapshot | None
    after: Snapshot
    entries: list[Entry]
    alarm_at: dt.datetime | None = None
    heard_until: dt.datetime | None = None


@dataclass(slots=True)
class Batch:
    """Some changes; `rows` gives them as the parameters of the write statement."""

    changes: list[Change] = field(default_factory=list[Change])

    def rows(self) -> dict[str, list[dict[str, Any]]]:
        """Rows by parameter; only what differs is written."""
        found: dict[str, list[dict[str, Any]]] = {
            n: [] for n in ("opened", "changed", "new_tasks", "old_tasks", "clocks", "entries", "alarms")
        }
        for change in self.changes:
            after = change.after.matter
            if change.before is None:
                found["opened"].append(_opened(after))
            elif change.entries:
                found["changed"].append({"id": after.id, **_matter(after)})
            old, new = _tasks(change.before, change.after)
            found["old_tasks"] += old
            found["new_tasks"] += new
            known = len(change.before.clocks) if change.before else 0
            found["clocks"] += _clocks(after.id, change.after.clocks[known:], len(found["clocks"]))
            found["entries"] += [_entry(e) for e in change.entries]
            found["alarms"].append({"matter_id": after.id, "at": change.alarm_at, "heard_until": change.heard_until})
        return found


def _matter(matter: Matter) -> dict[str, Any]:
    row = {name: getattr(matter, name) for name in _CHANGING}
    row["orgs"] = "{" + ",".join(matter.orgs) + "}"
    return row


def _opened(matter: Matter) -> dict[str, Any]:
    row = _matter(matter) | {name: getattr(matter, name) for name in _FIXED}
    return row | {"id": matter.id, "day": f"{matter.opened_at:%Y%m%d}"}


def _tasks(before: Snapshot | None, after: Snapshot) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    known = {t.id: t for t in before.tasks} if before else dict[int, Task]()
    old = [{"id": t.id, **_cells(t, _TASK)} for t in after.tasks if t.id > 0 and known.get(t.id) != t]
    new = [{"id": t.id, **_cells(t, _NEW_TASK)} for t in after.tasks if t.id < 0]
    return old, new


def _cells(task: Task, names: tuple[str, ...]) -> dict[str, Any]:
    return {name: getattr(task, name) for name in names}


def _clocks(matter_id: int, entries: Iterable[ClockEntry], first: int) -> list[dict[str, Any]]:
    return [
        {
            "n": first + n, "matter_id": matter_id, "clock": e.clock, "kind": e.kind, "at": e.at, "limit_text": e.limit,
            "minutes": e.minutes, "reason": e.reason, "by": e.by, "calendar": e.calendar,
        }
        for n, e in enumerate(entries)
    ]  # fmt: skip


def _entry(entry: Entry) -> dict[str, Any]:
    return {
        "matter_id": entry.matter_id, "seq": entry.seq, "at": entry.at, "actor_id": entry.actor_id, "actor": entry.actor,
        "org": entry.org, "move": entry.move, "from_state": entry.from_state, "to_state": entry.to_state,
        "reason": entry.reason, "authority": entry.authority, "data": entry.data,
    }  # fmt: skip
