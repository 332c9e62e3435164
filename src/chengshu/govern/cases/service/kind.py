"""Cases as a kind of matter: which office holds a function here, and what follows when a matter has moved."""

from collections.abc import Mapping, Sequence
from typing import Any

from chengshu.commons.flow.contracts import Matter, Moved, Snapshot
from chengshu.govern.cases.events import CasesChanged
from chengshu.govern.cases.logic.facts import child_row, color_of, facts_before, facts_of, synced
from chengshu.govern.cases.service import county
from chengshu.govern.cases.service.staffing import staffed
from chengshu.govern.cases.store import cases
from chengshu.runtime.database import Work

# Flow facts that are columns of a case; everything else in a timeline entry's facts is only history.
COLUMNS = frozenset(
    {
        "class", "condition", "urgency", "address", "place", "town", "village", "grid", "lon", "lat", "rating",
        "rating_text", "rated_at", "reply", "filed_at", "dispatched_at",
    }
)  # fmt: skip


class CaseKind:
    """Registered as `city.flow.kinds.add("case", CaseKind())`; keeps the row of a case in step with every move."""

    id = "case"

    def office(self, work: Work, matter: Matter, function: str) -> str | None:
        """Code of the office that holds a function for this matter, from memory."""
        return county.office_of(work, f"org:{function}", matter.region)

    def office_path(self, work: Work, code: str) -> str | None:
        """The ltree path of an office."""
        return work.city.orgs.path(code)

    def kept(self, work: Work, grid: str) -> bool:
        """Whether somebody keeps this grid, as last known; nobody: the village's or the town's office checks instead."""
        return staffed(work, grid)

    async def moved(self, work: Work, moved: Moved) -> None:
        """Write what a move changed into the rows of the cases and announce it. Opening writes its own row."""
        if moved.before is None:
            return
        await follow_up(work, moved)


async def follow_up(work: Work, moved: Moved) -> None:
    """One statement for all cases the move touched, another one for the children of a split; one event for each."""
    move = moved.entries[-1].move if moved.entries else "note"
    patch, photos = _said(work, moved)
    rows = [synced(moved.after, work.now, patch)]
    children: list[Snapshot] = []
    for other in moved.also:
        if other.matter.parent_id == moved.matter.id and other.matter.version <= 1:
            children.append(other)
        else:
            rows.append(synced(other, work.now, {}))
    changed = await cases.sync(work, rows, photos)
    if children:
        changed += await cases.split(work, moved.matter.id, [child_row(c) for c in children])
    announce(work, changed, move)


def _said(work: Work, moved: Moved) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Columns and photos that the timeline entries of this call carry; times of filing and dispatch."""
    patch: dict[str, Any] = {}
    photos: list[dict[str, Any]] = []
    for entry in moved.entries:
        if entry.matter_id != moved.matter.id:
            continue
        facts: Mapping[str, Any] = entry.data.get("facts") or {}
        patch |= {k: v for k, v in facts.items() if k in COLUMNS}
        photos += [{"case_id": entry.matter_id, **p} for p in facts.get("photos", ())]
        if entry.move == "file":
            patch["filed_at"] = work.now
        elif entry.move in ("dispatch", "reassign"):
            patch["dispatched_at"] = work.now
    return patch, photos


def announce(work: Work, rows: Sequence[Mapping[str, Any]], move: str) -> None:
    """One `cases.changed` for each row, with facts before and after."""
    for row in rows:
        work.publish(
            CasesChanged(
                id=row["id"],
                number=row["number"],
                move=move,
                before=dict(b) if (b := facts_before(row)) is not None else None,
                after=dict(facts_of(row)),
                state=row["state"],
                stage=row["stage"],
                version=row["version"],
                title=row["title"],
                region=row["region"],
                orgs=list(row["orgs"] or ()),
                lon=row["lon"],
                lat=row["lat"],
                color=color_of(row, work.now),
                actor=work.actor.id,
            )
        )
