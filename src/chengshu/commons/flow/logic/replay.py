"""What was known at a moment: the timeline's changed facts, folded."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from chengshu.commons.flow.contracts import AsOf, Entry


def replay(matter_id: int, entries: Sequence[Entry], at: dt.datetime) -> AsOf:
    """Facts after the last entry not later than a moment."""
    facts: dict[str, Any] = {}
    known = [e for e in entries if e.at <= at]
    for entry in known:
        facts |= entry.data.get("facts", {})
        facts |= entry.data.get("after", {})
    return AsOf(matter_id, at, known[-1].seq if known else 0, facts, tuple(known))
