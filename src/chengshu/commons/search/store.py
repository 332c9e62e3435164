"""Every query of search."""

from collections.abc import Sequence
from typing import Any

import orjson

from chengshu.commons.search.contracts import Document
from chengshu.commons.search.logic.cutting import lexemes, plain
from chengshu.runtime.database import Work

# Title words weigh A, text words D; array_to_tsvector takes lexemes as they are, no parser guesses at them.
PUT = """
insert into commons.search_document as s
  (kind, id, number, title, text, href, public, operation, region, orgs, owner, tokens, updated_at)
select %(kind)s, r.id, r.number, r.title, r.text, r.href, r.public, r.operation, r.region::ltree,
  r.orgs::ltree[], r.owner,
  setweight(array_to_tsvector(r.title_words), 'A') || setweight(array_to_tsvector(r.text_words), 'D'), %(now)s
from jsonb_to_recordset(%(rows)s::jsonb) as r (id text, number text, title text, text text, href text, public boolean,
  operation text, region text, orgs text[], owner bigint, title_words text[], text_words text[])
on conflict (kind, id) do update set
  number = excluded.number, title = excluded.title, text = excluded.text, href = excluded.href,
  public = excluded.public, operation = excluded.operation, region = excluded.region, orgs = excluded.orgs,
  owner = excluded.owner, tokens = excluded.tokens, updated_at = excluded.updated_at
where (s.title, s.text, s.href, s.region, s.orgs, s.owner, s.number, s.public, s.operation)
  is distinct from (excluded.title, excluded.text, excluded.href, excluded.region, excluded.orgs, excluded.owner,
  excluded.number, excluded.public, excluded.operation)
"""
TAKE_AWAY = "delete from commons.search_document where kind = %(kind)s and id = any(%(ids)s::text[])"

FIND = "select kind, id, title, text, href, score from commons.search_find(%(words)s, %(exact)s, %(most)s)"

# Kinds of the house itself.
REGIONS = """
select code, name, path::text as path, level from commons.places_region
where (%(ids)s::text[] is null or code = any(%(ids)s)) and code > %(after)s order by code limit %(limit)s
"""
# A matter is found by its number, its title and the words it was opened with.
MATTERS = """
select m.id, m.number, m.title, m.region::text as region, m.orgs::text[] as orgs, m.opened_by, o.name as lead_name,
  concat_ws(' ', e.data #>> '{facts,address}', e.data #>> '{facts,class_title}', e.data #>> '{facts,text}',
    e.data #>> '{input,text}') as text
from commons.flow_matter m left join commons.security_org o on o.code = m.lead
left join commons.flow_entry e on e.matter_id = m.id and e.seq = 1
where (%(ids)s::bigint[] is null or m.id = any(%(ids)s)) and m.id > %(after)s order by m.id limit %(limit)s
"""
PEOPLE = """
select a.id, a.name, a.login, a.orgs::text[] as orgs from commons.security_actor a
where a.kind = 'staff' and a.active and (%(ids)s::bigint[] is null or a.id = any(%(ids)s)) and a.id > %(after)s
order by a.id limit %(limit)s
"""
OFFICES = """
select code, name, short, path::text as path from commons.security_org
where active and (%(ids)s::text[] is null or code = any(%(ids)s)) and code > %(after)s order by code limit %(limit)s
"""


async def put(work: Work, kind: str, documents: Sequence[Document]) -> None:
    """Keep documents; one that says the same as before is left alone, so that its index entries stay."""
    if not documents:
        return
    rows: list[dict[str, Any]] = []
    for d in {d.id: d for d in documents}.values():
        title = lexemes(f"{d.title} {d.number or ''}")
        seen = set(title)
        rows.append(
            {
                "id": d.id, "number": plain(d.number) if d.number else None, "title": d.title[:300], "text": d.text[:1000],
                "href": d.href, "public": d.public, "operation": d.operation, "region": d.region, "orgs": list(d.orgs),
                "owner": d.owner, "title_words": title, "text_words": [w for w in lexemes(d.text) if w not in seen],
            }
        )  # fmt: skip
    await work.run(PUT, {"kind": kind, "now": work.now, "rows": orjson.dumps(rows).decode()})


async def take_away(work: Work, kind: str, ids: Sequence[str]) -> None:
    """Forget documents of things that are gone."""
    if ids:
        await work.run(TAKE_AWAY, {"kind": kind, "ids": list(ids)})


async def find(work: Work, words: str, exact: str | None, most: int) -> list[dict[str, Any]]:
    """What the actor may see of what matches, best first, at most so many of each kind: one statement."""
    return await work.rows(FIND, {"words": words, "exact": exact, "most": most})


async def regions(work: Work, ids: Sequence[str] | None, after: str, limit: int) -> list[dict[str, Any]]:
    """Regions by code."""
    return await work.rows(REGIONS, {"ids": None if ids is None else list(ids), "after": after, "limit": limit})


async def matters(work: Work, ids: Sequence[int] | None, after: int, limit: int) -> list[dict[str, Any]]:
    """Matters by id."""
    return await work.rows(MATTERS, {"ids": None if ids is None else list(ids), "after": after, "limit": limit})


async def people(work: Work, ids: Sequence[int] | None, after: int, limit: int) -> list[dict[str, Any]]:
    """Staff by id."""
    return await work.rows(PEOPLE, {"ids": None if ids is None else list(ids), "after": after, "limit": limit})


async def offices(work: Work, ids: Sequence[str] | None, after: str, limit: int) -> list[dict[str, Any]]:
    """Offices by code."""
    return await work.rows(OFFICES, {"ids": None if ids is None else list(ids), "after": after, "limit": limit})
