"""The verbs of resources: each checks its operation, reads or writes sets, and announces what changed."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from chengshu.base import expressions
from chengshu.base.page import Page, decode_cursor, encode_cursor
from chengshu.commons.maps.contracts import Features, Layer, View
from chengshu.data.resources import permissions, store
from chengshu.data.resources.contracts import Fault, ImportReport, Resource
from chengshu.data.resources.errors import (
    GradeTooHigh,
    RowExists,
    RowInvalid,
    RowStale,
    UnknownResource,
    UnknownRow,
)
from chengshu.data.resources.events import ResourceChanged
from chengshu.data.resources.logic import features, masks, places, sheets, tables, values
from chengshu.data.resources.spec import LayerSpec, ResourceSpec
from chengshu.runtime.database import Work

MOST_FAULTS = 500
_parsed: dict[tuple[str, str], Resource] = {}


def _resource(row: Mapping[str, Any]) -> Resource:
    """A declaration read once per digest."""
    key = (row["id"], row["digest"])
    if key not in _parsed:
        if len(_parsed) > 2000:
            _parsed.clear()
        _parsed[key] = Resource(row["id"], ResourceSpec.model_validate(row["body"]))
    return _parsed[key]


async def get_resource(work: Work, resource_id: str) -> Resource:
    """An installed resource."""
    work.require(permissions.READ)
    row = await store.find_definition(work, resource_id)
    if row is None:
        raise UnknownResource(field="id", value=resource_id)
    return _resource(row)


async def list_resources(work: Work) -> list[tuple[Resource, int]]:
    """All resources with an estimate of their rows."""
    work.require(permissions.READ)
    rows = await store.list_definitions(work)
    return [(Resource(row["id"], ResourceSpec.model_validate(row["body"])), row["rows"]) for row in rows]


def read_filter(work: Work, resource: Resource, text: str) -> expressions.Expression:
    """A filter over the fields that the actor sees in clear: filtering by a masked field would unmask it."""
    spec = resource.spec
    known = {name: tables.EXPRESSION[tables.column(field)] for name, field in spec.live().items()}
    expression = expressions.parse_filter(text, known, now=work.now)
    hidden = masks.masked(spec, masks.grade_of(work.actor)) & expression.names
    if hidden:
        raise GradeTooHigh(field=sorted(hidden)[0])
    return expression


async def list_rows(
    work: Work,
    resource_id: str,
    *,
    filter: str | None = None,
    q: str = "",
    after: str | None = None,
    limit: int = 50,
    as_of: dt.datetime | None = None,
    bbox: tuple[float, float, float, float] | None = None,
) -> Page[dict[str, Any]]:
    """One page of rows in the order of their keys."""
    resource = await get_resource(work, resource_id)
    expression = read_filter(work, resource, filter) if filter else None
    start = str(decode_cursor(after, 1)[0]) if after else None
    query = store.Query(masks.grade_of(work.actor), expression, q[:100], start, limit, as_of, bbox)
    rows = await store.list_rows(work, resource, query)
    following = encode_cursor([rows[limit - 1]["_key"]]) if len(rows) > limit else None
    return Page([shape_row(resource, row) for row in rows[:limit]], following)


async def get_row(work: Work, resource_id: str, key: str, as_of: dt.datetime | None = None) -> dict[str, Any]:
    """One row, now or as it was."""
    resource = await get_resource(work, resource_id)
    row = await store.find_row(work, resource, key, masks.grade_of(work.actor), as_of)
    if row is None:
        raise UnknownRow(field="key", value=key)
    return shape_row(resource, row)


async def list_history(work: Work, resource_id: str, key: str) -> list[dict[str, Any]]:
    """Every version of a row, newest first; a deleted row keeps its history."""
    resource = await get_resource(work, resource_id)
    rows = await store.list_versions(work, resource, key, masks.grade_of(work.actor))
    if not rows:
        raise UnknownRow(field="key", value=key)
    return [{**shape_row(resource, row), "_by": row["_by"], "_until": row["_until"], "_ended_by": row["_ended_by"]}
            for row in rows]  # fmt: skip


def shape_row(resource: Resource, row: Mapping[str, Any]) -> dict[str, Any]:
    """A row as it goes out: fields by name, meta data with a leading underscore."""
    shaped = {"_key": row["_key"], "_version": row["_version"], "_updated_at": row["_from"]}
    shaped |= {name: row[name] for name in resource.spec.live()}
    spec = resource.spec
    if spec.geometry == "point":
        spot = (row["_shape"] or {}).get("coordinates")
        shaped["point"] = {"lon": spot[0], "lat": spot[1]} if spot else None
    elif spec.geometry:
        shaped["geometry"] = row["_shape"]
    if spec.scope == "region":
        shaped["region"] = places.code_of(row["_region"])
    elif spec.scope == "org":
        shaped["org"] = row["_org"].rsplit(".", 1)[-1]
    return shaped


async def _check(work: Work, resource: Resource, given: Mapping[str, Any], *, partial: bool) -> dict[str, Any]:
    columns, faults = values.accept(resource.spec, given, partial=partial)
    faults += await _scope_faults(work, resource, [(None, given, columns)], partial=partial)
    faults += await _dangling(work, resource, [(None, columns)])
    if faults:
        raise _invalid(work, faults)
    return columns


def _invalid(work: Work, faults: Sequence[Fault]) -> RowInvalid:
    errors = [{"field": fault.field, "value": fault.value, "detail": fault.zh if work.lang == "zh" else fault.en}
              for fault in faults]  # fmt: skip
    return RowInvalid(field=faults[0].field, value=faults[0].value, errors=errors, count=len(faults))


async def _dangling(
    work: Work, resource: Resource, rows: Sequence[tuple[int | None, Mapping[str, Any]]]
) -> list[Fault]:
    """References to rows that do not exist; one query per reference field, however many rows."""
    faults: list[Fault] = []
    for name, field in resource.spec.live().items():
        wanted = {str(row[name]) for _, row in rows if row.get(name) is not None} if field.ref else set[str]()
        if not wanted:
            continue
        target = await store.find_definition(work, field.ref or "")
        known = await store.known_keys(work, _resource(target), sorted(wanted)) if target else set[str]()
        faults += [
            Fault(number, name, row[name], f"{field.ref} 中没有此项", f"not in {field.ref}")
            for number, row in rows
            if row.get(name) is not None and str(row[name]) not in known
        ]
    return faults


async def _scope_faults(
    work: Work,
    resource: Resource,
    rows: Sequence[tuple[int | None, Mapping[str, Any], dict[str, Any]]],
    *,
    partial: bool,
) -> list[Fault]:
    """Give each row its place in the tree of regions or offices, which decides who sees it."""
    scope = resource.spec.scope
    if scope is None:
        return []
    faults: list[Fault] = []
    for number, given, columns in rows:
        if partial and scope not in given:
            continue
        path = places.path_of(work, scope, given, columns)
        if path is None:
            faults.append(
                Fault(
                    number,
                    scope,
                    given.get(scope),
                    "缺少或不存在的归属区划（机构）",
                    "its region or office is missing or unknown",
                )
            )
        elif not places.within(path, work.actor, scope):
            faults.append(Fault(number, scope, given.get(scope), "不在您的数据范围内", "outside your scope"))
        else:
            columns[f"_{scope}"] = path
    return faults


async def create_row(work: Work, resource_id: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """Add a row."""
    work.require(permissions.WRITE)
    resource = await get_resource(work, resource_id)
    columns = await _check(work, resource, given, partial=False)
    key = values.key_of(resource.spec, columns)
    if await store.insert_row(work, resource, {**columns, "_key": key}) is None:
        raise RowExists(field=resource.spec.key[0], value=key)
    _announce(work, resource, key, "created", 1)
    return await get_row(work, resource_id, key)


def _announce(work: Work, resource: Resource, key: str, action: str, version: int) -> None:
    work.publish(ResourceChanged(resource=resource.id, key=key, action=action, version=version))
    work.record(f"resources.{action}", f"{resource.id}/{key}", {"version": version})


async def update_row(work: Work, resource_id: str, key: str, seen: int, given: Mapping[str, Any]) -> dict[str, Any]:
    """Change some fields of a row at the version seen."""
    work.require(permissions.WRITE)
    resource = await get_resource(work, resource_id)
    columns = await _check(work, resource, given, partial=True)
    fixed = [name for name in resource.spec.key if name in columns]
    if any(
        str(columns[name]) != part
        for name, part in zip(resource.spec.key, key.split("~"), strict=False)
        if name in fixed
    ):
        raise _invalid(work, [Fault(None, fixed[0], given[fixed[0]], "主键不能修改", "the key cannot change")])
    hidden = masks.masked(resource.spec, masks.grade_of(work.actor)) & set(columns)
    if hidden:
        raise GradeTooHigh(field=sorted(hidden)[0])
    version = await store.update_row(work, resource, key, seen, {n: v for n, v in columns.items() if n not in fixed})
    if version is None:
        await _explain(work, resource, key, seen)
    _announce(work, resource, key, "updated", version or 0)
    return await get_row(work, resource_id, key)


async def delete_row(work: Work, resource_id: str, key: str, seen: int) -> None:
    """Take a row away; its versions stay in the history."""
    work.require(permissions.WRITE)
    resource = await get_resource(work, resource_id)
    if not await store.delete_row(work, resource, key, seen):
        await _explain(work, resource, key, seen)
    _announce(work, resource, key, "deleted", seen)


async def _explain(work: Work, resource: Resource, key: str, seen: int) -> None:
    current = await store.find_version(work, resource, key)
    if current is None:
        raise UnknownRow(field="key", value=key)
    raise RowStale(field="If-Match", value=seen, current=current)


async def import_sheet(work: Work, resource_id: str, content: bytes, name: str, *, dry_run: bool) -> ImportReport:
    """Take a CSV or Excel sheet: all rows or none, every fault by row and column."""
    work.require(permissions.IMPORT)
    resource = await get_resource(work, resource_id)
    header, body = sheets.read_sheet(content, name)
    names, faults = sheets.match_columns(resource.spec, header)
    rows = [(number, sheets.as_values(resource.spec, names, row)) for number, row in enumerate(body, start=2)]
    report = await import_rows(work, resource, rows, faults, dry_run=dry_run)
    if not dry_run and not report.faults:
        work.record("resources.imported", resource.id, {"rows": report.rows, "file": name[:200]})
    return report


async def import_rows(
    work: Work,
    resource: Resource,
    rows: Sequence[tuple[int, Mapping[str, Any]]],
    faults: Sequence[Fault] = (),
    *,
    dry_run: bool = False,
) -> ImportReport:
    """Check every row, then store all in one statement; with any fault nothing is stored."""
    found = list(faults)
    taken: dict[str, tuple[int, Mapping[str, Any], dict[str, Any]]] = {}
    for number, given in rows:
        columns, wrong = values.accept(resource.spec, given, row=number)
        found += wrong
        if wrong:
            continue
        key = values.key_of(resource.spec, columns)
        if key in taken:
            zh, en = f"与第 {taken[key][0]} 行主键重复", f"same key as row {taken[key][0]}"
            found.append(Fault(number, resource.spec.key[0], key, zh, en))
        taken[key] = (number, given, columns)
    found += await _scope_faults(work, resource, list(taken.values()), partial=False)
    found += await _dangling(work, resource, [(number, columns) for number, _, columns in taken.values()])
    if found or dry_run or not taken:
        return ImportReport(len(rows), 0, 0, 0, found[:MOST_FAULTS])
    stored = [{**columns, "_key": key} for key, (_, _, columns) in taken.items()]
    created, updated = await store.upsert_rows(work, resource, stored)
    return ImportReport(len(rows), created, updated, len(stored) - created - updated)


class ResourceLayers:
    """The provider of map layers for declared resources."""

    async def layers(self, work: Work) -> list[Layer]:
        """All layers, for those who may read resources."""
        if not work.actor.may(permissions.READ):
            return []
        return [self._layer(work, row) for row in await store.list_layers(work)]

    @staticmethod
    def _layer(work: Work, row: Mapping[str, Any]) -> Layer:
        resource, spec = _resource({**row, "id": row["resource"]}), LayerSpec.model_validate(row["layer"])
        code = resource.spec.owner
        orgs = work.city.orgs
        owner: features.L = {"zh": orgs.name(code, "zh"), "en": orgs.name(code, "en")}
        return features.as_layer(row["id"], spec, resource, owner, row["installed_at"])

    async def features(self, work: Work, layer: str, view: View) -> Features | None:
        """The rows in view that the asker may see, masked as in lists."""
        if not work.actor.may(permissions.READ):
            return None
        found = await store.list_layers(work, layer.removeprefix(f"{features.PREFIX}."))
        if not found:
            return None
        row = found[0]
        resource, spec = _resource({**row, "id": row["resource"]}), LayerSpec.model_validate(row["layer"])
        box = view.box
        query = store.Query(
            masks.grade_of(work.actor),
            read_filter(work, resource, spec.filter) if spec.filter else None,
            limit=view.limit,
            bbox=(box.west, box.south, box.east, box.north) if box else None,
        )
        rows = await store.list_rows(work, resource, query)
        items = features.as_features(resource, spec, rows[: view.limit], work.lang)
        return Features(items=items, truncated=len(rows) > view.limit)
