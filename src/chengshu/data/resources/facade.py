"""What packkit and other rooms may ask of resources."""

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

import orjson

from chengshu.commons.maps import facade as maps
from chengshu.data.resources import service, store
from chengshu.data.resources.contracts import Change, ImportReport, Resource
from chengshu.data.resources.logic import sheets, tables
from chengshu.data.resources.logic.features import PREFIX
from chengshu.data.resources.spec import LayerSpec, ResourceSpec
from chengshu.runtime.city import City
from chengshu.runtime.database import Work

import_rows = service.import_rows
list_rows = service.list_rows
list_resources = service.list_resources


async def load_city(city: City) -> None:
    """Give maps the layers of declared resources."""
    maps.add_provider(city, PREFIX, service.ResourceLayers())


async def install_layers(work: Work, pack: str, declared: Mapping[str, LayerSpec]) -> None:
    """Make a pack's map layers exactly these."""
    layers = [
        {
            "id": f"{pack}.{name}",
            "resource": spec.resource if "." in spec.resource else f"{pack}.{spec.resource}",
            "body": spec.model_dump(mode="json", exclude_defaults=True),
        }
        for name, spec in declared.items()
    ]
    await store.install_layers(work, pack, layers)


async def installed_specs(work: Work, packs: Sequence[str]) -> dict[str, ResourceSpec]:
    """The declarations that packs have installed, by id; also those switched off, for their tables are there."""
    rows = await store.list_bodies(work, packs)
    return {row["id"]: ResourceSpec.model_validate(row["body"]) for row in rows}


def plan_resource(resource: Resource, old: ResourceSpec | None) -> list[Change]:
    """What installing does to the tables."""
    return tables.plan(resource, old)


def change(action: str, subject: str, sql: tuple[str, ...]) -> Change:
    """A planned change as it is handed back for installing."""
    return Change(action, subject, "", "", sql=sql)


async def install_resources(work: Work, resources: Sequence[Resource], changes: Sequence[Change]) -> None:
    """Change the tables and keep declarations and catalogue entries. Needs job work: the web role owns no table."""
    await store.apply(work, [statement for change in changes for statement in change.sql])
    if resources:
        await store.save_definitions(work, [_definition(r) for r in resources], [_entry(r) for r in resources])


async def switch_packs(work: Work, packs: Sequence[str], *, active: bool) -> None:
    """Switch the resources of packs on or off; data stay."""
    await store.set_state(work, packs, "active" if active else "off")


async def drop_packs(work: Work, packs: Sequence[str]) -> None:
    """Throw the tables of packs away, with all history."""
    specs = await installed_specs(work, packs)
    statements = [text for id_, spec in specs.items() for text in tables.drop(Resource(id_, spec))]
    await store.apply(work, statements)
    await store.forget(work, packs)


async def load_samples(work: Work, resource: Resource, rows: Sequence[Mapping[str, Any]]) -> ImportReport:
    """Store sample rows; rows are numbered from 1 in what is reported."""
    given = [as_sample(resource.spec, row) for row in rows]
    return await import_rows(work, resource, list(enumerate(given, start=1)))


def as_sample(spec: ResourceSpec, row: Mapping[str, Any]) -> dict[str, Any]:
    """A row of a sample file as field values; lon and lat become the point."""
    return sheets.as_values(spec, list(row), list(row.values()))


def _definition(resource: Resource) -> dict[str, Any]:
    body = resource.spec.body()
    digest = hashlib.sha256(orjson.dumps(body, option=orjson.OPT_SORT_KEYS)).hexdigest()
    pack, name = resource.id.split(".", 1)
    return {"id": resource.id, "pack": pack, "name": name, "body": body, "digest": digest}


def _entry(resource: Resource) -> dict[str, Any]:
    spec = resource.spec
    fields = [
        {
            "name": n,
            "title": f.title.model_dump(),
            "type": f.type,
            "grade": spec.grade_of(n),
            "required": f.required,
        }
        for n, f in spec.live().items()
    ]
    return {
        "id": resource.id,
        "title": spec.title.model_dump(),
        "owner": spec.owner,
        "grade": spec.grade,
        "sharing": spec.sharing.model_dump(),
        "opening": spec.opening.model_dump(),
        "update": spec.update,
        "keep": spec.keep,
        "fields": fields,
    }
