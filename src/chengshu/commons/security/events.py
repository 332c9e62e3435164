"""What security announces."""

from dataclasses import dataclass
from typing import ClassVar

from chengshu.runtime.outbox import Event


@dataclass(frozen=True)
class OrgsChanged(Event):
    """Offices were added or changed; every process renews its directory."""

    topic: ClassVar[str] = "security.orgs_changed"
    live: ClassVar[bool] = True
    codes: list[str]


@dataclass(frozen=True)
class PostsChanged(Event):
    """Posts of people began or ended."""

    topic: ClassVar[str] = "security.posts_changed"
    actors: list[int]
