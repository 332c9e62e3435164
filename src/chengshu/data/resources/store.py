"""Every query on declared tables; names come from declarations alone, values are always parameters."""
# ruff: noqa: S608 - identifiers come from checked declarations, values are always parameters

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from chengshu.base.expressions import Expression
from chengshu.data.resources.contracts import Resource
from chengshu.data.resources.logic import masks
from chengshu.data.resources.logic.tables import column, quote
from chengshu.runtime.database import Work

META = "_key, _version, _from"


@dataclass(frozen=True, slots=True)
class Query:
    """What is asked of a resource's rows."""

    grade: int
    filter: Expression | None = None
    q: str = ""
    after: str | None = None
    limit: int = 50
    as_of: dt.datetime | None = None
    bbox: tuple[float, float, float, float] | None = None


async def find_definition(work: Work, resource_id: str) -> dict[str, Any] | None:
    """A declaration as installed."""
    return await work.row(
        "select id, body, digest from data.resource_definition where id = %(id)s and state = 'active'",
        {"id": resource_id},
    )


LIST = """
select d.id, d.pack, d.body, greatest(c.reltuples, 0)::bigint as rows
from data.resource_definition d
left join pg_class c on c.oid = to_regclass('res.' || replace(d.id, '.', '_'))
where d.state = 'active' order by d.id
"""


async def list_definitions(work: Work) -> list[dict[str, Any]]:
    """All installed declarations with the planner's row estimate: counting would cost more with every row."""
    return await work.rows(LIST)


async def list_bodies(work: Work, packs: Sequence[str]) -> list[dict[str, Any]]:
    """The declarations of some packs, also those switched off."""
    return await work.rows(
        "select id, body, digest, state from data.resource_definition where pack = any(%(packs)s)",
        {"packs": list(packs)},
    )


SAVE = """
insert into data.resource_definition (id, pack, name, body, digest, state, updated_at)
select d ->> 'id', d ->> 'pack', d ->> 'name', d -> 'body', d ->> 'digest', 'active', %(now)s
from json_array_elements(%(definitions)s::json) d
on conflict (id) do update
set body = excluded.body, digest = excluded.digest, state = 'active', updated_at = excluded.updated_at
"""
SAVE_CATALOG = """
insert into data.catalog_resource
    (id, title, owner, grade, sharing, opening, update_cycle, keep, fields)
select c ->> 'id', c -> 'title', c ->> 'owner', (c ->> 'grade')::int, c -> 'sharing', c -> 'opening', c ->> 'update',
       c ->> 'keep', c -> 'fields'
from jsonb_array_elements(%(entries)s::jsonb) c
on conflict (id) do update
set title = excluded.title, owner = excluded.owner, grade = excluded.grade, sharing = excluded.sharing,
    opening = excluded.opening, update_cycle = excluded.update_cycle, keep = excluded.keep, fields = excluded.fields
"""


async def save_definitions(work: Work, definitions: list[dict[str, Any]], entries: list[dict[str, Any]]) -> None:
    """Keep declarations and their catalogue entries."""
    await work.run(SAVE, {"definitions": orjson.dumps(definitions).decode(), "now": work.now})
    await work.run(SAVE_CATALOG, {"entries": orjson.dumps(entries).decode()})


async def apply(work: Work, statements: Sequence[str]) -> None:
    """Change tables as the owner of the schema, in this transaction; afterwards the work is the worker's again."""
    if not statements:
        return
    await work.run("set local role none")
    await work.run("set local lock_timeout = '5s'")
    await work.run(";\n".join(statements))
    await work.run("set local role chengshu_worker")


async def set_state(work: Work, packs: Sequence[str], state: str) -> None:
    """Switch the resources of packs on or off."""
    await work.run(
        "update data.resource_definition set state = %(state)s, updated_at = %(now)s where pack = any(%(packs)s)",
        {"state": state, "packs": list(packs), "now": work.now},
    )


async def forget(work: Work, packs: Sequence[str]) -> None:
    """Forget the declarations of packs whose tables are dropped."""
    await work.run("delete from data.resource_definition where pack = any(%(packs)s)", {"packs": list(packs)})


INSTALL_LAYERS = """
with off as (update data.resource_layer set active = false where pack = %(pack)s and not id = any(%(ids)s))
insert into data.resource_layer (id, pack, resource, body, installed_at)
select l ->> 'id', %(pack)s, l ->> 'resource', l -> 'body', %(now)s from jsonb_array_elements(%(layers)s::jsonb) l
on conflict (id) do update
set resource = excluded.resource, body = excluded.body, active = true, installed_at = excluded.installed_at
"""


async def install_layers(work: Work, pack: str, layers: Sequence[dict[str, Any]]) -> None:
    """Make a pack's layers exactly these."""
    packed = orjson.dumps(list(layers)).decode()
    ids = [layer["id"] for layer in layers]
    await work.run(INSTALL_LAYERS, {"pack": pack, "ids": ids, "layers": packed, "now": work.now})


LAYERS = """
select l.id, l.body as layer, l.installed_at, d.id as resource, d.body, d.digest
from data.resource_layer l join data.resource_definition d on d.id = l.resource and d.state = 'active'
where l.active and (%(id)s::text is null or l.id = %(id)s) order by l.id
"""


async def list_layers(work: Work, layer_id: str | None = None) -> list[dict[str, Any]]:
    """Layers with the resources they show; only the one asked for, if one is."""
    return await work.rows(LAYERS, {"id": layer_id})


def _items(resource: Resource, grade: int) -> str:
    spec = resource.spec
    hidden = masks.masked(spec, grade)
    items = [META, *(masks.read(name, field, hide=name in hidden) for name, field in spec.live().items())]
    if spec.geometry:
        items.append("_shape")
    if spec.scope:
        items.append(f"_{spec.scope}::text as _{spec.scope}")
    return ", ".join(items)


def _source(resource: Resource, as_of: dt.datetime | None) -> str:
    if as_of is None:
        return f"res.{resource.table}"
    names = ["_key", "_version", "_from", "_by", *(quote(name) for name in resource.spec.fields)]
    if resource.spec.geometry:
        names += ["_shape", "_place"]
    if resource.spec.scope:
        names.append(f"_{resource.spec.scope}")
    listed = ", ".join(names)
    return (
        f"(select {listed} from res.{resource.table} where _from <= %(as_of)s union all "
        f"select {listed} from res.{resource.table}__past where _from <= %(as_of)s and _until > %(as_of)s) moment"
    )


def _where(resource: Resource, query: Query, params: dict[str, Any]) -> str:
    tests = ["true"]
    if query.after is not None:
        tests.append("_key > %(after)s")
        params["after"] = query.after
    if query.filter is not None:
        condition, values = query.filter.sql(prefix="f")
        tests.append(condition)
        params |= values
    if query.q:
        params["q"] = f"%{_escape(query.q)}%"
        label = resource.spec.label
        searched = ["_key ilike %(q)s"]
        if label and label not in masks.masked(resource.spec, query.grade):
            searched.append(f"{quote(label)}::text ilike %(q)s")
        tests.append(f"({' or '.join(searched)})")
    if query.bbox is not None and resource.spec.geometry:
        west, south, east, north = query.bbox
        params["box"] = f"(({east!r},{north!r}),({west!r},{south!r}))"
        tests.append("_place && %(box)s::box")
    return " and ".join(tests)


def _escape(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


async def list_rows(work: Work, resource: Resource, query: Query) -> list[dict[str, Any]]:
    """Rows in the order of their keys, at most limit + 1 so that the caller knows whether more follow."""
    params: dict[str, Any] = {"most": query.limit + 1, "as_of": query.as_of}
    where = _where(resource, query, params)
    text = (
        f"select {_items(resource, query.grade)} from {_source(resource, query.as_of)}"
        f" where {where} order by _key limit %(most)s"
    )
    return await work.rows(text, params)


async def find_row(
    work: Work, resource: Resource, key: str, grade: int, as_of: dt.datetime | None = None
) -> dict[str, Any] | None:
    """One row, now or at a moment."""
    text = f"select {_items(resource, grade)} from {_source(resource, as_of)} where _key = %(key)s"
    return await work.row(text, {"key": key, "as_of": as_of})


async def list_versions(work: Work, resource: Resource, key: str, grade: int) -> list[dict[str, Any]]:
    """Every version of a row, the newest first."""
    items = _items(resource, grade)
    text = (
        f"select {items}, _by, null::timestamptz as _until, null::bigint as _ended_by from res.{resource.table}"
        f" where _key = %(key)s union all select {items}, _by, _until, _ended_by from res.{resource.table}__past"
        " where _key = %(key)s order by _from desc, _version desc limit 500"
    )
    return await work.rows(text, {"key": key})


def _columns(resource: Resource, names: Sequence[str]) -> list[tuple[str, str]]:
    kinds = {"_key": "text", "_shape": "jsonb", "_place": "box", "_region": "ltree", "_org": "ltree"}
    return [
        (quote(name), kinds.get(name) or column(resource.spec.fields[name]))
        for name in names
    ]  # fmt: skip


def _writable(resource: Resource) -> list[str]:
    names = ["_key", *resource.spec.live()]
    if resource.spec.geometry:
        names += ["_shape", "_place"]
    if resource.spec.scope:
        names.append(f"_{resource.spec.scope}")
    return names


def _insert(resource: Resource, conflict: str) -> str:
    columns = _columns(resource, _writable(resource))
    names = ", ".join(name for name, _ in columns)
    # ltree and box have no JSON reader: they come as text and are cast
    typed = ", ".join(f"{name} {'text' if kind in ('ltree', 'box') else kind}" for name, kind in columns)
    picked = ", ".join(f"{name}::{kind}" if kind in ("ltree", "box") else name for name, kind in columns)
    return (
        f"insert into res.{resource.table} as old ({names}, _from, _by)"
        f" select {picked}, %(now)s, %(by)s from jsonb_to_recordset(%(rows)s::jsonb) as given({typed})"
        f" on conflict (_key) {conflict}"
    )


async def insert_row(work: Work, resource: Resource, row: Mapping[str, Any]) -> int | None:
    """Insert; None when the key is taken."""
    text = _insert(resource, "do nothing returning _version")
    return await work.value(text, _given(work, [row]))


async def upsert_rows(work: Work, resource: Resource, rows: Sequence[Mapping[str, Any]]) -> tuple[int, int]:
    """Insert or update many rows in one statement; returns (created, updated). Unchanged rows keep their version."""
    columns = _columns(resource, [n for n in _writable(resource) if n != "_key"])
    sets = ", ".join(f"{name} = excluded.{name}" for name, _ in columns)
    pairs = (", ".join(f"{side}.{name}{'::text' if kind == 'box' else ''}" for name, kind in columns)
             for side in ("old", "excluded"))  # fmt: skip
    olds, news = pairs
    conflict = (
        f"do update set {sets}, _version = old._version + 1, _from = excluded._from, _by = excluded._by"
        f" where ({olds}) is distinct from ({news}) returning _version"
    )
    stored = await work.rows(_insert(resource, conflict), _given(work, rows))
    created = sum(row["_version"] == 1 for row in stored)
    return created, len(stored) - created


def _given(work: Work, rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    return {"rows": orjson.dumps(list(rows), default=str).decode(), "now": work.now, "by": work.actor.id}


async def update_row(work: Work, resource: Resource, key: str, seen: int, changed: Mapping[str, Any]) -> int | None:
    """Change some columns of a row if it still is at the version seen; None when it is not."""
    columns = _columns(resource, list(changed))
    sets = ", ".join(f"{name} = %(v{i})s::{kind}" for i, (name, kind) in enumerate(columns))
    params: dict[str, Any] = {"key": key, "seen": seen, "now": work.now, "by": work.actor.id}
    for i, (name, value) in enumerate(changed.items()):
        params[f"v{i}"] = orjson.dumps(value).decode() if name == "_shape" else value
    comma = ", " if sets else ""
    text = (
        f"update res.{resource.table} set {sets}{comma}_version = _version + 1, _from = %(now)s, _by = %(by)s"
        " where _key = %(key)s and _version = %(seen)s returning _version"
    )
    return await work.value(text, params)


async def delete_row(work: Work, resource: Resource, key: str, seen: int) -> bool:
    """Delete a row if it still is at the version seen; its history stays."""
    text = f"delete from res.{resource.table} where _key = %(key)s and _version = %(seen)s"
    return await work.run(text, {"key": key, "seen": seen}) == 1


async def find_version(work: Work, resource: Resource, key: str) -> int | None:
    """The current version of a row that the actor may see."""
    return await work.value(f"select _version from res.{resource.table} where _key = %(key)s", {"key": key})


async def known_keys(work: Work, resource: Resource, keys: Sequence[str]) -> set[str]:
    """Which of these keys exist."""
    rows = await work.rows(f"select _key from res.{resource.table} where _key = any(%(keys)s)", {"keys": list(keys)})
    return {row["_key"] for row in rows}
