"""What messages announce."""

from dataclasses import dataclass
from typing import ClassVar

from chengshu.runtime.outbox import Event


@dataclass(frozen=True)
class MessagesArrived(Event):
    """A person has new messages; pushed to that person alone."""

    topic: ClassVar[str] = "messages.arrived"
    live: ClassVar[bool] = True

    actor: int
    subject: str
    href: str | None
    urgency: str
    arrived: int
