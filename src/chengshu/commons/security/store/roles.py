"""Queries of roles and operations, and of what an import meets."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from chengshu.commons.security.store import Row, as_json
from chengshu.runtime.database import Work

UPSERT_OPERATIONS = """
insert into commons.security_operation as o (id, zh, en, duties)
select id, zh, en, duties
from jsonb_to_recordset(%(rows)s::jsonb) as r (id text, zh text, en text, duties text[])
on conflict (id) do update set zh = excluded.zh, en = excluded.en, duties = excluded.duties
where (o.zh, o.en, o.duties) is distinct from (excluded.zh, excluded.en, excluded.duties)
"""
# What the county changed stays; what it left as declared follows the declaration.
UPSERT_ROLES = """
insert into commons.security_role as o (id, pack, zh, en, operations, declared, scope, duty)
select id, pack, zh, en, operations, operations, scope, duty
from jsonb_to_recordset(%(rows)s::jsonb)
     as r (id text, pack text, zh text, en text, operations text[], scope text, duty text)
on conflict (id) do update set pack = excluded.pack, zh = excluded.zh, en = excluded.en, active = true,
    operations = case when o.operations = o.declared then excluded.operations else o.operations end,
    scope = case when o.operations = o.declared then excluded.scope else o.scope end,
    declared = excluded.declared, version = o.version + 1
where (o.pack, o.zh, o.en, o.declared, o.scope, o.active)
      is distinct from (excluded.pack, excluded.zh, excluded.en, excluded.declared, excluded.scope, true)
"""
PUT_ROLE = """
insert into commons.security_role as o (id, zh, en, operations, scope, active)
values (%(id)s, %(zh)s, %(en)s, %(operations)s, %(scope)s, %(active)s)
on conflict (id) do update set zh = excluded.zh, en = excluded.en, operations = excluded.operations,
    scope = excluded.scope, active = excluded.active, version = o.version + 1
returning id, pack, zh, en, operations, scope, duty, active, version
"""


async def roles(work: Work) -> list[Row]:
    return await work.rows(
        "select id, pack, zh, en, operations, scope, duty, active, version from commons.security_role order by id"
    )


async def put_role(work: Work, values: Mapping[str, Any]) -> Row | None:
    return await work.row(PUT_ROLE, dict(values))


async def upsert_roles(work: Work, rows: Sequence[Mapping[str, Any]]) -> int:
    return await work.run(UPSERT_ROLES, {"rows": as_json(rows)})


async def close_roles(work: Work, pack: str, keep: Sequence[str]) -> int:
    sql = """
    update commons.security_role set active = false, version = version + 1
    where pack = %(pack)s and active and not id = any(%(keep)s)
    """
    return await work.run(sql, {"pack": pack, "keep": list(keep)})


async def operations(work: Work) -> list[Row]:
    return await work.rows("select id, zh, en, duties from commons.security_operation order by id")


async def upsert_operations(work: Work, rows: Sequence[Mapping[str, Any]]) -> int:
    return await work.run(UPSERT_OPERATIONS, {"rows": as_json(rows)})


async def unknown_operations(work: Work, ids: Iterable[str]) -> list[str]:
    sql = """
    select i from unnest(%(ids)s::text[]) i
    where not exists (select from commons.security_operation o where o.id = i) order by i
    """
    return [r["i"] for r in await work.rows(sql, {"ids": sorted(set(ids))})]


KNOWN = """
select (select coalesce(jsonb_object_agg(code, path::text), '{}') from commons.security_org) as orgs,
       (select coalesce(jsonb_object_agg(name, code), '{}') from (
            select name, min(code) as code from commons.security_org where active group by name having count(*) = 1) o
       ) as org_names,
       (select coalesce(jsonb_object_agg(id, coalesce(duty, '')), '{}') from commons.security_role where active)
           as roles,
       (select coalesce(jsonb_object_agg(zh, id), '{}') from (
            select zh, min(id) as id from commons.security_role where active group by zh having count(*) = 1) r
       ) as role_names,
       (select coalesce(jsonb_object_agg(login, coalesce(duty, 'business')), '{}') from commons.security_actor
        where login = any(%(logins)s) and (duty is not null or orgs <> '{}')) as people,
       (select coalesce(jsonb_agg(code), '[]') from commons.places_region where code = any(%(regions)s)) as regions
"""


async def known(work: Work, logins: Sequence[str], regions: Sequence[str]) -> Row:
    """Offices with their paths, roles with their duties, and which of these logins and regions exist."""
    row = await work.row(KNOWN, {"logins": list(logins), "regions": list(regions)})
    assert row is not None
    return row
