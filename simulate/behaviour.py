"""How people decide: which of the moves offered to them they make, and what they write into its fields."""

import datetime as dt
import random
from collections.abc import Mapping, Sequence
from typing import Any

from simulate.words import answer

# Out of a hundred; what is not offered does not count. Some hand back, some are late, some do it badly.
HABITS: dict[str, dict[str, int]] = {
    "reported": {"file": 95, "refuse": 5},
    "filed": {"dispatch": 100},
    "assigned": {"accept": 93, "return": 7},
    "handling": {"submit": 92, "request_extension": 3, "request_pause": 2, "return": 3},
    "verifying": {"verify_pass": 92, "verify_fail": 8},
    "closing": {"close": 100},
    "revisiting": {"revisit": 100},
}
APPROVALS = {"approve_extension": 85, "reject_extension": 15, "approve_pause": 70, "reject_pause": 30, "resume": 100}
GRADES = (1, 1, 1, 1, 2, 2, 2, 3, 4, 5)
FREE_TEXT = frozenset({"text", "textarea"})
SKIPPED = object()


def choose(state: str, offered: Sequence[Mapping[str, Any]], luck: random.Random) -> Mapping[str, Any] | None:
    """The move a person makes, by habit; a main move of a flow we do not know; None when there is nothing to do."""
    habits = {**APPROVALS, **HABITS.get(state, {})}
    known = [(m, habits[m["id"]]) for m in offered if m["id"] in habits]
    if known:
        return luck.choices([m for m, _ in known], [w for _, w in known])[0]
    if state in HABITS:
        return None
    return next((m for m in offered if m.get("tone") == "primary"), None)


def _pick(options: Sequence[Any], luck: random.Random) -> Any:
    values = [o["value"] if isinstance(o, Mapping) else o for o in options]
    return luck.choice(values) if values else SKIPPED


def write(field: Mapping[str, Any], move: str, case: Mapping[str, Any], luck: random.Random) -> Any:
    """The value of one field, SKIPPED when this person has nothing to say there. Photos and offices come from outside."""
    kind, options = field["type"], field.get("options") or ()
    default = field.get("default")
    if default not in (None, "", []):
        return default
    if kind in FREE_TEXT:
        return answer(luck, move) if field.get("required") or luck.random() < 0.6 else SKIPPED
    if not field.get("required"):
        return SKIPPED
    if options:
        picked = _pick(options, luck)
        return [picked] if kind in ("multiselect", "orgs") and picked is not SKIPPED else picked
    simple: dict[str, Any] = {
        "integer": 1,
        "boolean": True,
        "rating": luck.choice(GRADES),
        "class": (case.get("class") or {}).get("code") or SKIPPED,
        "region": (case.get("place") or {}).get("region") or SKIPPED,
        "datetime": (dt.datetime.now(dt.UTC) + dt.timedelta(days=2)).isoformat(timespec="seconds"),
    }
    return simple.get(kind, SKIPPED)


def open_task(case: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """Whose turn it is: an approval first, else the leading task."""
    tasks = [t for t in case.get("tasks") or () if not t.get("done_at")]
    approvals = [t for t in tasks if str(t.get("kind", "")).startswith("approve")]
    return next(iter(approvals or [t for t in tasks if t.get("lead")] or tasks), None)


def patience(seed: int, number: str) -> float:
    """How eagerly this case is worked on, 0 to 1, fixed by its number: one in eight is left lying."""
    return random.Random(f"{seed}-{number}").random()
