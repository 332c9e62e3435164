"""Queries of what packs declared: case types, class catalogs, duties, and the stamp that tells when they changed."""

from collections.abc import Sequence
from typing import Any

from psycopg.types.json import Jsonb

from chengshu.runtime.database import Work

STAMP = "select version from govern.cases_stamp"
TOUCH = "update govern.cases_stamp set version = version + 1"
ALL = """
select 'declared' as part, jsonb_build_object('kind', kind, 'id', id, 'pack', pack, 'body', body) as row
from govern.cases_declared where enabled
union all
select 'duty', to_jsonb(d) from govern.cases_duty d where enabled
union all
select 'stamp', jsonb_build_object('version', version) from govern.cases_stamp
"""
PUT = """
with given as (
    select * from jsonb_to_recordset(%(rows)s::jsonb) as r(kind text, id text, body jsonb)
), gone as (
    update govern.cases_declared d set enabled = false, changed_at = clock_timestamp()
    where pack = %(pack)s and enabled and not exists (select from given g where (g.kind, g.id) = (d.kind, d.id))
), put as (
    insert into govern.cases_declared (kind, id, pack, body) select kind, id, %(pack)s, body from given
    on conflict (kind, id) do update set body = excluded.body, enabled = true, changed_at = clock_timestamp()
)
update govern.cases_stamp set version = version + 1
"""
PUT_DUTIES = """
with given as (
    select * from jsonb_to_recordset(%(rows)s::jsonb) as r(
        source text, class_prefix text, region text, weekdays smallint[], hours text[], valid_from date, valid_to date,
        lead text, cooperating text[], level text, clause jsonb)
), gone as (
    update govern.cases_duty d set enabled = false, changed_at = clock_timestamp()
    where source like %(pack)s || '.%%' and enabled and not exists (
        select from given g where (g.source, g.class_prefix, g.region) = (d.source, d.class_prefix, d.region))
)
insert into govern.cases_duty (source, class_prefix, region, weekdays, hours, valid_from, valid_to, lead, cooperating,
    level, clause)
select source, class_prefix, region, weekdays, hours, valid_from, valid_to, lead, cooperating, level, clause from given
on conflict (source, class_prefix, region) where source <> 'local' do update set weekdays = excluded.weekdays,
    hours = excluded.hours, valid_from = excluded.valid_from, valid_to = excluded.valid_to, lead = excluded.lead,
    cooperating = excluded.cooperating, level = excluded.level, clause = excluded.clause, enabled = true,
    version = cases_duty.version + 1, changed_at = clock_timestamp()
where (cases_duty.weekdays, cases_duty.hours, cases_duty.valid_from, cases_duty.valid_to, cases_duty.lead,
       cases_duty.cooperating, cases_duty.level, cases_duty.clause, cases_duty.enabled)
   is distinct from (excluded.weekdays, excluded.hours, excluded.valid_from, excluded.valid_to, excluded.lead,
       excluded.cooperating, excluded.level, excluded.clause, true)
"""
SWITCH_OFF = """
with types as (
    update govern.cases_declared set enabled = false, changed_at = clock_timestamp() where pack = %(pack)s
), duties as (
    update govern.cases_duty set enabled = false, changed_at = clock_timestamp() where source like %(pack)s || '.%%'
)
update govern.cases_stamp set version = version + 1
"""
PRESENT = """
select kind, id, body from govern.cases_declared where pack = %(pack)s and enabled
union all
select 'duty', source || '|' || class_prefix || '|' || region, to_jsonb(d) from govern.cases_duty d
where source like %(pack)s || '.%%' and enabled
"""
LIST_DUTIES = """
select * from govern.cases_duty
where enabled and id > %(after)s
  and (%(class)s::text is null or %(class)s like class_prefix || '%%')
  and (%(region)s::text is null or %(region)s like region || '%%')
  and (%(lead)s::text is null or lead = %(lead)s)
order by id limit %(limit)s
"""
ADD_DUTY = """
with stamp as (update govern.cases_stamp set version = version + 1)
insert into govern.cases_duty (source, class_prefix, region, weekdays, hours, valid_from, valid_to, lead, cooperating,
    level, clause, changed_by)
values ('local', %(class_prefix)s, %(region)s, %(weekdays)s, %(hours)s, %(valid_from)s, %(valid_to)s, %(lead)s,
    %(cooperating)s, %(level)s, %(clause)s, %(actor)s)
returning *
"""
CHANGE_DUTY = """
with stamp as (update govern.cases_stamp set version = version + 1)
update govern.cases_duty d set
    class_prefix = coalesce(n.class_prefix, d.class_prefix), region = coalesce(n.region, d.region),
    weekdays = coalesce(n.weekdays, d.weekdays), hours = coalesce(n.hours, d.hours),
    valid_from = case when %(patch)s::jsonb ? 'valid_from' then n.valid_from else d.valid_from end,
    valid_to = case when %(patch)s::jsonb ? 'valid_to' then n.valid_to else d.valid_to end,
    lead = coalesce(n.lead, d.lead), cooperating = coalesce(n.cooperating, d.cooperating),
    level = coalesce(n.level, d.level), clause = coalesce(n.clause, d.clause), enabled = coalesce(n.enabled, d.enabled),
    version = d.version + 1, changed_by = %(actor)s, changed_at = clock_timestamp()
from jsonb_to_record(%(patch)s::jsonb) as n(
    class_prefix text, region text, weekdays smallint[], hours text[], valid_from date, valid_to date, lead text,
    cooperating text[], level text, clause jsonb, enabled boolean)
where d.id = %(id)s returning d.*
"""


async def stamp(work: Work) -> int:
    """The number that grows with every change of a declaration."""
    return int(await work.value(STAMP))


async def everything(work: Work) -> list[dict[str, Any]]:
    """All enabled declarations and duties and the stamp, in one statement."""
    return await work.rows(ALL)


async def present(work: Work, pack: str) -> list[dict[str, Any]]:
    """What a pack has installed now."""
    return await work.rows(PRESENT, {"pack": pack})


async def put(work: Work, pack: str, rows: Sequence[dict[str, Any]]) -> None:
    """Make the pack's types and catalogs these; others of the pack are switched off."""
    await work.run(PUT, {"pack": pack, "rows": Jsonb(list(rows))})


async def put_duties(work: Work, pack: str, rows: Sequence[dict[str, Any]]) -> None:
    """Make the pack's duties these; unchanged ones keep their version."""
    await work.run(PUT_DUTIES, {"pack": pack, "rows": Jsonb(list(rows))})


async def switch_off(work: Work, pack: str) -> None:
    """Nothing of the pack is offered any more; cases that exist keep their words."""
    await work.run(SWITCH_OFF, {"pack": pack})


async def duties(work: Work, filters: dict[str, Any], after: int, limit: int) -> list[dict[str, Any]]:
    """Duties by id."""
    return await work.rows(LIST_DUTIES, {**filters, "after": after, "limit": limit})


async def add_duty(work: Work, values: dict[str, Any]) -> dict[str, Any]:
    """A duty of the county's own."""
    row = await work.row(ADD_DUTY, {**values, "clause": Jsonb(values["clause"]), "actor": work.actor.id})
    assert row is not None
    return row


async def change_duty(work: Work, id: int, patch: dict[str, Any]) -> dict[str, Any] | None:
    """Change what the patch names; None when there is no such duty."""
    return await work.row(CHANGE_DUTY, {"id": id, "patch": Jsonb(patch), "actor": work.actor.id})
