"""What crosses the border of search: documents and their sources."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from chengshu.base.text import L

if TYPE_CHECKING:
    from chengshu.runtime.database import Work


@dataclass(frozen=True, slots=True)
class Document:
    """One thing that can be found. It is seen by region, by office, by its owner, or by everybody when `public`;
    `operation` is what one must be allowed besides."""

    id: str
    title: str
    href: str
    text: str = ""
    number: str | None = None
    public: bool = False
    operation: str | None = None
    region: str | None = None
    orgs: tuple[str, ...] = ()
    owner: int | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """A kind of things to be found.

    `topics` announce changes; `key` takes the thing's id out of such an event; `fetch` brings documents by id (ids that
    are gone bring none); `everything` brings all of them in pages, for a reindex.
    """

    kind: str
    title: L
    fetch: Callable[["Work", Sequence[str]], Awaitable[Sequence[Document]]]
    everything: Callable[["Work"], AsyncIterator[Sequence[Document]]]
    topics: tuple[str, ...] = ()
    key: Callable[[Mapping[str, Any]], str | None] = lambda payload: None


@dataclass(frozen=True, slots=True)
class Hit:
    """Something found."""

    kind: str
    id: str
    title: str
    text: str
    href: str
    score: float
