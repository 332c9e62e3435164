"""Queries of people and their posts."""

from collections.abc import Mapping, Sequence
from typing import Any

from chengshu.commons.security.store import Row, as_json
from chengshu.runtime.database import Work

POSTS = """
left join lateral (
    select jsonb_agg(jsonb_build_object(
        'id', p.id, 'org', p.org, 'org_name', case %(lang)s when 'en' then coalesce(o.name_en, o.name) else o.name end,
        'role', p.role, 'role_title', case %(lang)s when 'en' then r.en else r.zh end,
        'region', substr(subpath(p.region, -1, 1)::text, 2), 'region_name', g.name,
        'valid_from', p.valid_from, 'valid_to', p.valid_to) order by p.id) as posts
    from commons.security_post p
    join commons.security_org o on o.code = p.org
    join commons.security_role r on r.id = p.role
    left join commons.places_region g on g.code = substr(subpath(p.region, -1, 1)::text, 2)
    where p.actor_id = a.id and (p.valid_to is null or p.valid_to > now())
) p on true
"""
PERSON = "a.id, a.login, a.name, a.kind, a.lang, a.active, a.duty, a.created_at, a.version"
# The primary key orders the page; security_actor_orgs and security_actor_name serve the filters.
PEOPLE_PAGE = f"""
with a as materialized (
    select {PERSON} from commons.security_actor a
    where a.id > %(after)s and a.kind in ('staff', 'system')
      and (%(id)s::bigint is null or a.id = %(id)s)
      and (%(q)s::text is null or a.name ilike '%%' || %(q)s || '%%' or starts_with(a.login, lower(%(q)s)))
      and (%(org)s::text is null
           or a.orgs <@ (select o.path from commons.security_org o where o.code = %(org)s))
      and (%(active)s::boolean is null or a.active = %(active)s)
      and (%(role)s::text is null or exists (
           select from commons.security_post x where x.role = %(role)s and x.actor_id = a.id
           and (x.valid_to is null or x.valid_to > now())))
    order by a.id limit %(limit)s
)
select a.*, f.phone, coalesce(p.posts, '[]') as posts from a
left join commons.security_phones(array(select id from a)) f on f.id = a.id
{POSTS} order by a.id
"""  # noqa: S608
ME = f"""
select a.login, a.lang, coalesce(p.posts, '[]') as posts, commons.my_must_change() as must_change
from commons.security_actor a {POSTS} where a.id = %(id)s
"""  # noqa: S608
INSERT_PEOPLE = """
insert into commons.security_actor (login, name, phone, lang, kind)
select login, name, phone, lang, coalesce(kind, 'staff')
from jsonb_to_recordset(%(rows)s::jsonb) as r (login text, name text, phone text, lang text, kind text)
on conflict (login) do nothing returning id, login
"""
UPDATE_PERSON = """
update commons.security_actor set name = coalesce(%(name)s, name), {phone}
    lang = coalesce(%(lang)s, lang), active = coalesce(%(active)s, active), version = version + 1
where id = %(id)s and (%(version)s::int is null or version = %(version)s) returning id
"""
INSERT_POSTS = """
insert into commons.security_post (actor_id, role, org, region, valid_from, valid_to, granted_by)
select a.id, r.role, r.org, r.region::ltree, coalesce(r.valid_from, now()), r.valid_to, %(by)s
from jsonb_to_recordset(%(rows)s::jsonb) as r (login text, role text, org text, region text,
     valid_from timestamptz, valid_to timestamptz)
join commons.security_actor a on a.login = r.login
on conflict do nothing returning id, actor_id
"""
END_POST = """
update commons.security_post set valid_to = greatest(now(), valid_from)
where id = %(id)s and (valid_to is null or valid_to > now())
returning actor_id, role, org
"""


async def people_page(work: Work, after: int = 0, limit: int = 1, **filters: Any) -> list[Row]:
    """People with their posts and (masked) phones; filters: id, q, org, role, active."""
    params = {"id": None, "q": None, "org": None, "role": None, "active": None, "lang": work.lang, **filters}
    return await work.rows(PEOPLE_PAGE, {**params, "after": after, "limit": limit})


async def me(work: Work) -> Row | None:
    return await work.row(ME, {"id": work.actor.id, "lang": work.lang})


async def insert_people(work: Work, rows: Sequence[Mapping[str, Any]]) -> dict[str, int]:
    """Add the people whose login is free; returns their new ids by login."""
    return {r["login"]: r["id"] for r in await work.rows(INSERT_PEOPLE, {"rows": as_json(rows)})}


async def update_person(work: Work, person: int, version: int | None, values: Mapping[str, Any]) -> int | None:
    # The web role may write a phone but not read one, so a phone that stays is left out of the statement.
    phone = "" if values.get("phone") is None else "phone = %(phone)s,"
    sql = UPDATE_PERSON.replace("{phone}", phone)
    return await work.value(sql, {"id": person, "version": version, **values})


async def insert_posts(work: Work, rows: Sequence[Mapping[str, Any]]) -> list[Row]:
    """Grant posts named by login, role, office and region path; those already held are left out."""
    return await work.rows(INSERT_POSTS, {"rows": as_json(rows), "by": work.actor.id})


async def post(work: Work, post_id: int) -> Row | None:
    sql = "select actor_id, role, org, valid_to from commons.security_post where id = %(id)s"
    return await work.row(sql, {"id": post_id})


async def end_post(work: Work, post_id: int) -> Row | None:
    return await work.row(END_POST, {"id": post_id})


async def names(work: Work, ids: Sequence[int]) -> dict[int, str]:
    rows = await work.rows("select id, name from commons.security_names(%(ids)s::bigint[])", {"ids": list(ids)})
    return {r["id"]: r["name"] for r in rows}


async def actors_by_login(work: Work, logins: Sequence[str]) -> dict[str, Row]:
    sql = "select id, login, name, duty from commons.security_actor where login = any(%(logins)s)"
    return {r["login"]: r for r in await work.rows(sql, {"logins": list(logins)})}


# security_post_org, security_post_region and the primary key each serve one arm.
HOLDERS = """
select 'org:' || p.org as holder, a.id, a.name, a.lang
from commons.security_post p join commons.security_actor a on a.id = p.actor_id and a.active
join commons.security_role r on r.id = p.role and r.duty is null
where p.org = any(%(orgs)s) and p.valid_from <= now() and (p.valid_to is null or p.valid_to > now())
  and (p.region is null or nlevel(p.region) < 4)
union
select 'grid:' || substr(subpath(p.region, -1, 1)::text, 2), a.id, a.name, a.lang
from commons.security_post p join commons.security_actor a on a.id = p.actor_id and a.active
where p.region = any(%(grids)s::ltree[]) and p.valid_from <= now() and (p.valid_to is null or p.valid_to > now())
union
select 'actor:' || a.id, a.id, a.name, a.lang from commons.security_actor a
where a.id = any(%(actors)s) and a.active
"""
WITH_ROLE = """
select distinct a.id, a.name, a.lang
from commons.security_post p join commons.security_actor a on a.id = p.actor_id and a.active
where p.role = %(role)s and (%(org)s::text is null or p.org = %(org)s)
  and p.valid_from <= now() and (p.valid_to is null or p.valid_to > now())
order by a.id
"""


async def actors_of_holders(work: Work, orgs: Sequence[str], grids: Sequence[str], actors: Sequence[int]) -> list[Row]:
    return await work.rows(HOLDERS, {"orgs": list(orgs), "grids": list(grids), "actors": list(actors)})


async def actors_with_role(work: Work, role: str, org_code: str | None) -> list[Row]:
    return await work.rows(WITH_ROLE, {"role": role, "org": org_code})
