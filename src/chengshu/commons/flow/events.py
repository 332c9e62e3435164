"""What flow announces; rooms of a kind publish richer news of their own."""

from dataclasses import dataclass
from typing import Any, ClassVar

from chengshu.runtime.outbox import Event


@dataclass(frozen=True)
class FlowMoved(Event):
    """A matter took one or several steps in one transaction."""

    topic: ClassVar[str] = "flow.moved"

    id: int
    kind: str
    number: str
    flow: str
    moves: list[str]
    from_state: str | None
    state: str
    stage: str
    version: int
    actor: int
    opened: list[dict[str, Any]]
    """Tasks that came into lists: {id, kind, holder, due_at}."""


@dataclass(frozen=True)
class ClockEvent(Event):
    """What every news about a clock tells."""

    id: int
    kind: str
    number: str
    title: str
    state: str
    region: str | None
    orgs: list[str]
    clock: str
    clock_title: dict[str, str]
    due_at: str
    at: str
    holders: list[str]
    """Work lists in which a task on this clock lies."""


@dataclass(frozen=True)
class FlowWarned(ClockEvent):
    """A clock turned yellow."""

    topic: ClassVar[str] = "flow.warned"


@dataclass(frozen=True)
class FlowOverdue(ClockEvent):
    """A clock ran out."""

    topic: ClassVar[str] = "flow.overdue"


@dataclass(frozen=True)
class FlowEscalated(ClockEvent):
    """A clock has been overrun for so long that others are told or brought in."""

    topic: ClassVar[str] = "flow.escalated"

    tell: list[str]
    added: list[str]
    after: str


@dataclass(frozen=True)
class FlowDefined(Event):
    """A flow was installed, changed or taken out of use."""

    topic: ClassVar[str] = "flow.defined"
    live: ClassVar[bool] = True

    flow: str
    version: int
