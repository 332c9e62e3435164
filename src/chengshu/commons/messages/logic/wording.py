"""Which templates an event calls for, and the words of each."""

import datetime as dt
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, cast

from chengshu.base.text import L
from chengshu.commons.messages.contracts import Draft, Template
from chengshu.commons.messages.spec import PLACEHOLDER

LONGEST_FILL = 200
LAST_OF_HOUSE = 2
"""Actors 1 and 2 are the public and the city itself: nobody to tell."""
MOMENT = re.compile(r"^\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d{1,6})?([+-]\d\d:\d\d)?$", re.ASCII)


def look_up(payload: Mapping[str, Any], name: str) -> Any:
    """A field of an event by its dotted name; None where a step is missing."""
    value: Any = payload
    for part in name.split("."):
        if not isinstance(value, Mapping):
            return None
        value = cast(Mapping[str, Any], value).get(part)
    return value


def matches(template: Template, topic: str, payload: Mapping[str, Any]) -> bool:
    """Whether every declared field has one of the declared values."""
    return template.topic == topic and all(look_up(payload, name) in values for name, values in template.match.items())


def fill(text: str, payload: Mapping[str, Any]) -> str:
    """The text with its placeholders filled; what is not known stays empty, what is long is cut."""

    def put(name: str) -> str:
        value = look_up(payload, name)
        if value is None:
            return ""
        if isinstance(value, str) and MOMENT.match(value):
            value = dt.datetime.fromisoformat(value)
        if isinstance(value, dt.datetime):
            return f"{value:%m-%d %H:%M}"
        return str(value)[:LONGEST_FILL]

    return PLACEHOLDER.sub(lambda found: put(found[1]), text)


def fill_both(text: L, payload: Mapping[str, Any]) -> L:
    """Both languages at once; English falls back to Chinese."""
    zh = fill(text.get("zh", ""), payload)
    return {"zh": zh, "en": fill(text["en"], payload) if text.get("en") else zh}


def recipients(
    to: Sequence[str], payload: Mapping[str, Any], matter: Mapping[str, Any], offices: Mapping[str, str]
) -> Iterator[str]:
    """The holders that a template's `to` means for this event. `offices` maps a function to an office's code."""
    for one in to:
        if one == "holder":
            yield from payload.get("holders") or matter.get("holders") or ()
        elif one == "opened":
            yield from (task["holder"] for task in payload.get("opened") or ())
        elif one == "tell":
            yield from payload.get("tell") or ()
        elif one == "lead":
            yield from [f"org:{matter['lead']}"] if matter.get("lead") else ()
        elif one == "opener":
            yield from [f"actor:{matter['opened_by']}"] if (matter.get("opened_by") or 0) > LAST_OF_HOUSE else ()
        elif one.startswith("function:"):
            code = offices.get(one.removeprefix("function:"))
            yield from [f"org:{code}"] if code else ()
        else:
            yield one


def word(
    templates: Sequence[Template],
    topic: str,
    payload: Mapping[str, Any],
    matter: Mapping[str, Any],
    offices: Mapping[str, str],
) -> list[Draft]:
    """The messages an event calls for; the words may use the event's fields and the matter's."""
    known = {**matter, **{k: v for k, v in payload.items() if v is not None}}
    drafts: list[Draft] = []
    for template in templates:
        if not matches(template, topic, payload):
            continue
        subject, body = fill_both(template.subject, known), fill_both(template.body, known)
        href = fill(template.href, known) if template.href else None
        about = f"matter:{matter['id']}" if matter.get("id") else None
        drafts += [
            Draft(
                template.id,
                holder,
                subject,
                body,
                href,
                about,
                template.urgency,
                template.channels,
                payload.get("actor"),
            )
            for holder in dict.fromkeys(recipients(template.to, payload, matter, offices))
        ]
    return drafts
