"""What tallies and screens need to know of a case, taken from its row and its matter."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from chengshu.commons.flow.contracts import Matter, Snapshot
from chengshu.govern.cases.contracts import Facts


def day_of(value: Any) -> str | None:
    """The city's date of a moment; the database session and `work.now` both speak city time."""
    if value is None:
        return None
    if isinstance(value, str):
        return value[:10]
    return value.date().isoformat()


def facts_of(row: Mapping[str, Any]) -> Facts:
    """The facts of a row as it is."""
    return {
        "state": row["state"],
        "stage": row["stage"],
        "type": row["type"],
        "class": row["class"],
        "office": row["lead"],
        "town": row["town"],
        "village": row["village"],
        "grid": row["grid"],
        "channel": row["channel"],
        "opened_on": day_of(row["opened_at"]) or "",
        "closed_on": day_of(row["closed_at"]),
        "verdict": row["verdict"],
        "returned": row["returned"],
        "reworked": row["reworked"],
        "rating": row["rating"],
        "person": row["person"],
        "overdue": bool(row["overdue"]),
    }


def facts_before(row: Mapping[str, Any]) -> Facts | None:
    """The facts before the change that returned this row, None when the case is new."""
    if row["old"] is None:
        return None
    return facts_of({**row, **row["old"]})


def color_of(row: Mapping[str, Any], now: dt.datetime) -> str:
    """red overdue, yellow soon due, green in time; closed cases by their verdict."""
    if row["closed_at"] is not None:
        return "red" if row.get("verdict") == "overdue" else "green"
    if row.get("paused") or row["due_at"] is None:
        return "green"
    if row["due_at"] <= now:
        return "red"
    return "yellow" if row["alarm_at"] is not None and row["alarm_at"] <= now else "green"


def is_overdue(closed_at: Any, due_at: dt.datetime | None, verdict: str | None, paused: bool, now: dt.datetime) -> bool:
    """Over its limit at this moment, or closed over it."""
    if verdict == "overdue":
        return True
    return closed_at is None and not paused and due_at is not None and due_at <= now


def is_paused(snapshot: Snapshot) -> bool:
    """Whether the last thing that happened to some clock is a pause."""
    last = {e.clock: e.kind for e in snapshot.clocks if e.kind in ("start", "pause", "resume", "stop", "void")}
    return "pause" in last.values()


def synced(snapshot: Snapshot, now: dt.datetime, patch: Mapping[str, Any]) -> dict[str, Any]:
    """The columns of a case that follow its matter."""
    matter = snapshot.matter
    task = snapshot.lead_task
    paused = is_paused(snapshot)
    handlers = list(matter.marks.get("handler", ()))
    return {
        "id": matter.id,
        "state": matter.state,
        "stage": matter.stage,
        "version": matter.version,
        "title": matter.title,
        "region": matter.region,
        "orgs": list(matter.orgs),
        "lead": matter.lead,
        "holder": task.holder if task else None,
        "closed_at": matter.closed_at,
        "updated_at": matter.updated_at,
        "due_at": matter.due_at,
        "alarm_at": matter.warn_at,
        "paused": paused,
        "verdict": matter.verdict,
        "overdue": is_overdue(matter.closed_at, matter.due_at, matter.verdict, paused, now),
        "returned": matter.counters.get("returned", 0),
        "reworked": matter.counters.get("reworked", 0),
        "reopened": matter.counters.get("reopened", 0),
        "person": handlers[-1] if handlers else None,
        "handlers": handlers,
        "into_id": matter.into_id,
        "merged_count": matter.counters.get("merged", 0),
        "patch": dict(patch),
    }


def child_row(snapshot: Snapshot) -> dict[str, Any]:
    """The columns of a case that a split has opened; the rest it takes from its parent."""
    matter: Matter = snapshot.matter
    task = snapshot.lead_task
    return {
        "id": matter.id,
        "number": matter.number,
        "title": matter.title,
        "state": matter.state,
        "stage": matter.stage,
        "version": matter.version,
        "orgs": list(matter.orgs),
        "lead": matter.lead,
        "holder": task.holder if task else None,
        "opened_by": matter.opened_by if matter.opened_by > 2 else None,
        "opened_at": matter.opened_at,
        "due_at": matter.due_at,
        "alarm_at": matter.warn_at,
    }
