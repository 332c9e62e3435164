"""Queries of offices."""

from collections.abc import Mapping, Sequence
from typing import Any

from chengshu.commons.security.store import Row, as_json
from chengshu.runtime.database import Work

ORG = "code, path::text as path, name, name_en, short, kind, region_code, region::text as region, functions, sort, active, version"
# security_org_path serves the subtree and the order of the page.
ORG_PAGE = f"""
select {ORG} from commons.security_org
where (%(after)s::text is null or (path::text, code) > (%(after)s, %(after_code)s))
  and (%(under)s::text is null or path <@ (select o.path from commons.security_org o where o.code = %(under)s))
  and (%(kind)s::text is null or kind = %(kind)s)
  and (%(q)s::text is null or position(%(q)s in name || ' ' || coalesce(short, '') || ' ' || code) > 0)
order by path::text, code limit %(limit)s
"""  # noqa: S608 - only the constant column list is put in
INSERT_ORGS = """
insert into commons.security_org (code, path, name, name_en, short, kind, region_code, region, functions, sort)
select code, path::ltree, name, name_en, short, kind, region_code, region::ltree, coalesce(functions, '{}'),
       coalesce(sort, 0)
from jsonb_to_recordset(%(rows)s::jsonb) as r (code text, path text, name text, name_en text, short text,
     kind text, region_code text, region text, functions text[], sort int)
on conflict (code) do nothing returning code
"""
UPDATE_ORG = f"""
update commons.security_org set
    name = coalesce(%(name)s, name), name_en = coalesce(%(name_en)s, name_en), short = coalesce(%(short)s, short),
    kind = coalesce(%(kind)s, kind), region_code = coalesce(%(region_code)s, region_code),
    region = coalesce(%(region)s::ltree, region), functions = coalesce(%(functions)s::text[], functions),
    sort = coalesce(%(sort)s, sort), active = coalesce(%(active)s, active), version = version + 1
where code = %(code)s and (%(version)s::int is null or version = %(version)s) returning {ORG}
"""  # noqa: S608


async def unknown_regions(work: Work, codes: Sequence[str]) -> list[str]:
    sql = """
    select c from unnest(%(codes)s::text[]) c
    where not exists (select from commons.places_region r where r.code = c and r.retired_at is null) order by c
    """
    return [r["c"] for r in await work.rows(sql, {"codes": list(codes)})]


async def all_orgs(work: Work) -> list[Row]:
    return await work.rows(f"select {ORG} from commons.security_org order by nlevel(path), sort, code")  # noqa: S608


async def org_page(work: Work, **filters: Any) -> list[Row]:
    return await work.rows(ORG_PAGE, filters)


async def org(work: Work, code: str) -> Row | None:
    sql = f"select {ORG} from commons.security_org where code = %(code)s"  # noqa: S608
    return await work.row(sql, {"code": code})


async def insert_orgs(work: Work, rows: Sequence[Mapping[str, Any]]) -> list[str]:
    """Add the offices that are not there yet; returns their codes."""
    return [r["code"] for r in await work.rows(INSERT_ORGS, {"rows": as_json(rows)})]


async def update_org(work: Work, code: str, version: int | None, values: Mapping[str, Any]) -> Row | None:
    return await work.row(UPDATE_ORG, {"code": code, "version": version, **values})
