"""What crosses the border of messages."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from chengshu.base.text import L


@dataclass(frozen=True, slots=True)
class Draft:
    """A worded message for one holder (`org:…`, `grid:…`, `actor:…`)."""

    template: str
    holder: str
    subject: L
    body: L
    href: str | None = None
    about: str | None = None
    urgency: str = "normal"
    channels: tuple[str, ...] = ("inbox",)
    besides: int | None = None
    """The person who caused it, and need not be told."""


@dataclass(frozen=True, slots=True)
class Template:
    """An installed template."""

    id: str
    pack: str
    topic: str
    match: Mapping[str, tuple[Any, ...]]
    to: tuple[str, ...]
    channels: tuple[str, ...]
    urgency: str
    subject: L
    body: L
    href: str | None = None


@dataclass(frozen=True, slots=True)
class Outbound:
    """One short message on its way out."""

    id: int
    address: str
    text: str


@dataclass(frozen=True, slots=True)
class Sent:
    """What a gateway said: its receipt, or the fault and whether trying again makes sense."""

    receipt: str | None = None
    fault: str | None = None
    again: bool = True
    facts: Mapping[str, Any] = field(default_factory=dict[str, Any])


class Channel(Protocol):
    """A way out of the house. app.py: `city.put("channels", {"sms": HttpSms(url)})`."""

    async def send(self, messages: list[Outbound]) -> dict[int, Sent]:
        """Send each once; the outbound id is the gateway's idempotency key."""
        ...
