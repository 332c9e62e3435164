"""The row of a case that has just been opened."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from chengshu.commons.flow.contracts import Snapshot
from chengshu.govern.cases.contracts import OpenCase, PlaceGuess
from chengshu.govern.cases.logic import words
from chengshu.govern.cases.logic.facts import is_overdue
from chengshu.runtime.database import Work

if TYPE_CHECKING:
    from chengshu.govern.cases.service.intake import Judged

GRAMS_FROM_TEXT = 200
FIRST_STATES = ("reported", "merged")


def new_row(
    work: Work,
    type_id: str,
    asked: OpenCase,
    place: PlaceGuess,
    judged: "Judged",
    after: Snapshot,
    files: Mapping[str, Mapping[str, Any]],
) -> dict[str, Any]:
    """All columns of a new case, its reporter and its attachments."""
    thumbs = [files[h]["thumb_hash"] for h in asked.attachments if files[h]["thumb_hash"]]
    return {
        **_of_matter(work, after),
        **_of_place(place),
        **_of_reporter(asked),
        "type": type_id,
        "channel": asked.channel,
        "text": asked.text,
        "class": judged.code,
        "condition": judged.condition.id if judged.condition else None,
        "urgency": judged.urgency,
        "claim": asked.code_hash,
        "source_ref": asked.source_ref,
        "occurred_at": asked.occurred_at,
        "person": work.actor.id if asked.channel == "grid" and work.actor.id > 2 else None,
        "thumb": thumbs[0] if thumbs else None,
        "grams": words.bigrams(f"{after.matter.title} {place.address} {asked.text[:GRAMS_FROM_TEXT]}"),
        "fields": asked.fields,
        "suggested": {"classes": [[g.code, g.score] for g in judged.guesses[:3]]} if judged.guesses else None,
        "attachments": list(asked.attachments),
    }


def _of_matter(work: Work, after: Snapshot) -> dict[str, Any]:
    matter, task = after.matter, after.lead_task
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
        "opened_by": work.actor.id if work.actor.id > 2 else None,
        "opened_at": matter.opened_at,
        "filed_at": work.now if matter.state not in FIRST_STATES else None,
        "dispatched_at": work.now if matter.lead is not None else None,
        "closed_at": matter.closed_at,
        "updated_at": matter.updated_at,
        "due_at": matter.due_at,
        "alarm_at": matter.warn_at,
        "paused": False,
        "overdue": is_overdue(matter.closed_at, matter.due_at, matter.verdict, False, work.now),
        "into_id": matter.into_id,
        "parent_id": None,
    }


def _of_place(place: PlaceGuess) -> dict[str, Any]:
    return {
        "region": place.region,
        "town": place.town,
        "village": place.village,
        "grid": place.grid,
        "lon": place.lon,
        "lat": place.lat,
        "address": place.address,
        "place_how": place.how,
    }


def _of_reporter(asked: OpenCase) -> dict[str, Any]:
    reporter = asked.reporter or {}
    return {
        "has_reporter": bool(reporter),
        "reporter_name": reporter.get("name"),
        "reporter_phone": reporter.get("phone"),
        "anonymous": bool(reporter.get("anonymous", False)),
    }
