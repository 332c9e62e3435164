"""The verbs of search: take in changes, find, reindex."""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from typing import Any

from chengshu.base.text import pick
from chengshu.commons.search import store
from chengshu.commons.search.contracts import Document, Hit, Source
from chengshu.commons.search.errors import QueryEmpty
from chengshu.commons.search.logic import shapes
from chengshu.commons.search.logic.cutting import exact, query, snippet
from chengshu.runtime.database import Work
from chengshu.runtime.outbox import StoredEvent
from chengshu.runtime.registry import Registry

PAGE = 500


def sources(work: Work) -> Registry[Source]:
    """The kinds of things that can be found in this city."""
    return work.city.search


async def find(work: Work, asked: str, most: int) -> list[tuple[Source, list[Hit]]]:
    """Hits by kind, the kind of the best hit first; a number that is met exactly comes before everything."""
    words, number = query(asked), exact(asked)
    if not words and not number:
        raise QueryEmpty(field="q", value=asked)
    rows = await store.find(work, words, number, most)
    known = sources(work)
    groups: dict[str, list[Hit]] = {}
    for row in rows:
        hit = Hit(row["kind"], row["id"], row["title"], snippet(row["text"], asked), row["href"], float(row["score"]))
        groups.setdefault(hit.kind, []).append(hit)
    return [(source, hits) for kind, hits in groups.items() if (source := known.find(kind))]


async def take_in(work: Work, source: Source, events: Sequence[StoredEvent]) -> None:
    """Bring the documents of a batch up to date: each changed thing is fetched once."""
    ids = list(dict.fromkeys(key for e in events if (key := source.key(e.payload))))
    if not ids:
        return
    documents = await source.fetch(work, ids)
    there = {d.id for d in documents}
    await store.put(work, source.kind, documents)
    await store.take_away(work, source.kind, [i for i in ids if i not in there])


async def reindex(work: Work, kind: str | None = None) -> int:
    """Read everything from the sources again, page by page; returns how many documents there are."""
    total = 0
    for source in sources(work):
        if kind is not None and source.kind != kind:
            continue
        async for page in source.everything(work):
            await store.put(work, source.kind, page)
            total += len(page)
    return total


async def put(work: Work, kind: str, documents: Sequence[Document]) -> None:
    """Keep documents of a kind."""
    await store.put(work, kind, documents)


def _paged(
    read: Callable[..., Any], shape: Callable[[Mapping[str, Any]], Document], key: str, start: Any
) -> Callable[[Work], AsyncIterator[Sequence[Document]]]:
    async def everything(work: Work) -> AsyncIterator[Sequence[Document]]:
        after = start
        while rows := await read(work, None, after, PAGE):
            yield [shape(row) for row in rows]
            after = rows[-1][key]

    return everything


def _fetch(
    read: Callable[..., Any], shape: Callable[[Mapping[str, Any]], Document], start: Any, number: bool = False
) -> Callable[[Work, Sequence[str]], Any]:
    async def fetch(work: Work, ids: Sequence[str]) -> Sequence[Document]:
        wanted = [int(i) for i in ids if i.isdigit()] if number else list(ids)
        return [shape(row) for row in await read(work, wanted, start, len(wanted))]

    return fetch


def matter_key(payload: Mapping[str, Any]) -> str | None:
    """The matter an event is about."""
    found = payload.get("id")
    return None if found is None else str(found)


def house_sources() -> list[Source]:
    """Matters, regions, offices and people: what commons itself has."""
    return [
        Source(
            "matter", {"zh": "案件", "en": "Cases"}, _fetch(store.matters, shapes.matter, -1, number=True),
            _paged(store.matters, shapes.matter, "id", -1), ("cases.changed",), matter_key,
        ),
        Source(
            "region", {"zh": "区划与网格", "en": "Regions"}, _fetch(store.regions, shapes.region, ""),
            _paged(store.regions, shapes.region, "code", ""),
        ),
        Source(
            "office", {"zh": "单位", "en": "Offices"}, _fetch(store.offices, shapes.office, ""),
            _paged(store.offices, shapes.office, "code", ""),
        ),
        Source(
            "person", {"zh": "人员", "en": "People"}, _fetch(store.people, shapes.person, -1, number=True),
            _paged(store.people, shapes.person, "id", -1),
        ),
    ]  # fmt: skip


def shape_groups(found: Sequence[tuple[Source, Sequence[Hit]]], lang: str) -> list[dict[str, Any]]:
    """Groups as the wire has them."""
    return [
        {
            "kind": source.kind,
            "title": pick(source.title, lang),
            "items": [{"id": h.id, "title": h.title, "text": h.text, "href": h.href} for h in hits],
        }
        for source, hits in found
    ]
