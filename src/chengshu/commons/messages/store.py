"""Every query of messages."""

from collections.abc import Mapping, Sequence
from typing import Any

import orjson

from chengshu.commons.messages.contracts import Draft, Sent
from chengshu.runtime.database import Work

TEMPLATES = "select id, pack, body from commons.messages_template where active order by id"
INSTALL = """
insert into commons.messages_template (id, pack, body, installed_at)
select id, %(pack)s, body, %(now)s from jsonb_to_recordset(%(rows)s::jsonb) as r (id text, body jsonb)
on conflict (id) do update set pack = excluded.pack, body = excluded.body, active = true, installed_at = excluded.installed_at
"""
RETIRE = """
update commons.messages_template set active = false
where pack = %(pack)s and active and not (id = any(%(kept)s::text[]))
"""

# What a message about a matter may say, and whose turn it is now.
MATTERS = """
select m.id, m.number, m.title, m.state, m.stage, m.lead, m.opened_by, m.due_at,
  coalesce(o.short, o.name) as lead_name,
  array(select t.holder from commons.flow_task t where t.matter_id = m.id and t.done_at is null
        order by t.lead desc, t.id) as holders
from commons.flow_matter m left join commons.security_org o on o.code = m.lead
where m.id = any(%(ids)s::bigint[])
"""
OFFICES = """
select distinct on (f) f as function, o.code from commons.security_org o, unnest(o.functions) f
where o.active and f = any(%(functions)s::text[]) order by f, o.sort, o.code
"""

# Messages, receipts, counters and what leaves the house, in one statement for the whole batch.
STORE = """
with draft as (
    select d.n, d.template, d.holder, d.subject, d.body, d.href, d.about, d.urgency, d.besides, d.sms
    from jsonb_to_recordset(%(drafts)s::jsonb) as d (n int, template text, holder text, subject jsonb, body jsonb,
        href text, about text, urgency text, besides bigint, sms boolean)
), person as (
    select d.n, substr(d.holder, 7)::bigint as actor_id from draft d where d.holder ~ '^actor:[0-9]{1,18}$'
    union
    select d.n, p.actor_id from draft d join commons.security_post p
      on d.holder like 'org:%%' and p.org = substr(d.holder, 5) and p.valid_from <= %(now)s
      and (p.valid_to is null or p.valid_to > %(now)s)
    union
    select d.n, p.actor_id from draft d join commons.places_region g on d.holder like 'grid:%%' and g.code = substr(d.holder, 6)
      join commons.security_post p on p.region = g.path and p.valid_from <= %(now)s
      and (p.valid_to is null or p.valid_to > %(now)s)
), told as (
    select distinct person.n, person.actor_id from person join draft d on d.n = person.n
    join commons.security_actor a on a.id = person.actor_id and a.active
    where person.actor_id is distinct from d.besides
), numbered as (
    select d.*, nextval(pg_get_serial_sequence('commons.messages_message', 'id')) as id
    from draft d where exists (select from told where told.n = d.n)
), message as (
    insert into commons.messages_message (id, at, template, holder, urgency, subject, body, href, about)
    overriding system value
    select id, %(now)s, template, holder, urgency, subject, body, href, about from numbered
), receipt as (
    insert into commons.messages_receipt (actor_id, message_id)
    select told.actor_id, numbered.id from told join numbered on numbered.n = told.n
), counter as (
    insert into commons.messages_counter as c (actor_id, unread)
    select actor_id, count(*) from told group by actor_id order by actor_id
    on conflict (actor_id) do update set unread = c.unread + excluded.unread
), outbound as (
    insert into commons.messages_outbound (message_id, actor_id, channel, address, text)
    select numbered.id, told.actor_id, 'sms', a.phone,
           left((numbered.subject ->> 'zh') || '：' || (numbered.body ->> 'zh'), 500)
    from told join numbered on numbered.n = told.n join commons.security_actor a on a.id = told.actor_id
    where numbered.sms
)
select told.actor_id, count(*)::int as arrived, (array_agg(numbered.subject ->> 'zh' order by numbered.id desc))[1] as subject,
  (array_agg(numbered.href order by numbered.id desc))[1] as href, max(numbered.urgency) as urgency
from told join numbered on numbered.n = told.n group by told.actor_id order by told.actor_id
"""

INBOX = """
select m.id, m.at, m.template, m.urgency, m.subject, m.body, m.href, m.about, r.read_at
from commons.messages_receipt r join commons.messages_message m on m.id = r.message_id
where r.actor_id = %(me)s and (not %(unread)s or r.read_at is null)
  and (%(before)s::bigint is null or r.message_id < %(before)s)
order by r.message_id desc limit %(limit)s
"""
READ = """
with done as (
    update commons.messages_receipt set read_at = %(now)s
    where actor_id = %(me)s and read_at is null and (%(id)s::bigint is null or message_id = %(id)s)
    returning message_id
)
update commons.messages_counter set unread = greatest(0, unread - (select count(*) from done)::int)
where actor_id = %(me)s returning unread
"""
MINE = "select exists (select from commons.messages_receipt where actor_id = %(me)s and message_id = %(id)s)"
COUNT = "select unread from commons.messages_counter where actor_id = %(me)s"

DUE = """
select id, channel, address, text, attempts from commons.messages_outbound
where state = 'queued' and next_at <= clock_timestamp() order by next_at, id limit %(limit)s for update skip locked
"""
SETTLE = """
update commons.messages_outbound o set
  state = case when r.receipt is not null then 'sent' when r.parked then 'parked'
               when not r.again or o.attempts >= 7 then 'failed' else 'queued' end,
  attempts = o.attempts + case when r.parked then 0 else 1 end,
  next_at = clock_timestamp() + interval '10 seconds' * power(2, least(o.attempts, 10)),
  fault = r.fault, receipt = r.receipt,
  sent_at = case when r.receipt is not null then clock_timestamp() end
from jsonb_to_recordset(%(results)s::jsonb) as r (id bigint, receipt text, fault text, again boolean, parked boolean)
where o.id = r.id
"""
UNPARK = """
update commons.messages_outbound set state = 'queued', next_at = clock_timestamp(), fault = null
where state = 'parked' and channel = any(%(channels)s::text[]) and address is not null
"""
OUTBOUND = "select * from commons.messages_outbound_list(%(state)s, %(before)s, %(limit)s)"


async def templates(work: Work) -> list[dict[str, Any]]:
    """Installed templates."""
    return await work.rows(TEMPLATES)


async def install(work: Work, pack: str, bodies: Mapping[str, Mapping[str, Any]]) -> None:
    """Make a pack's templates exactly these."""
    rows = [{"id": key, "body": body} for key, body in bodies.items()]
    if rows:
        await work.run(INSTALL, {"pack": pack, "now": work.now, "rows": orjson.dumps(rows).decode()})
    await work.run(RETIRE, {"pack": pack, "kept": list(bodies)})


async def matters(work: Work, ids: Sequence[int]) -> dict[int, dict[str, Any]]:
    """The matters of a batch with the holders whose turn it is."""
    return {row["id"]: row for row in await work.rows(MATTERS, {"ids": list(ids)})}


async def offices(work: Work, functions: Sequence[str]) -> dict[str, str]:
    """Which office has a function."""
    if not functions:
        return {}
    rows = await work.rows(OFFICES, {"functions": list(functions)})
    return {row["function"]: row["code"] for row in rows}


async def store(work: Work, drafts: Sequence[Draft]) -> list[dict[str, Any]]:
    """Keep messages, give each person a receipt and raise the counters; tells who got how many."""
    rows = [
        {
            "n": n, "template": d.template, "holder": d.holder, "subject": d.subject, "body": d.body, "href": d.href,
            "about": d.about, "urgency": d.urgency, "besides": d.besides, "sms": "sms" in d.channels,
        }
        for n, d in enumerate(drafts)
    ]  # fmt: skip
    return await work.rows(STORE, {"drafts": orjson.dumps(rows).decode(), "now": work.now})


async def inbox(work: Work, unread: bool, before: int | None, limit: int) -> list[dict[str, Any]]:
    """The actor's messages, newest first."""
    return await work.rows(INBOX, {"me": work.actor.id, "unread": unread, "before": before, "limit": limit})


async def is_mine(work: Work, id: int) -> bool:
    """Whether the message lies in the actor's inbox."""
    return bool(await work.value(MINE, {"me": work.actor.id, "id": id}))


async def read(work: Work, id: int | None) -> int:
    """Mark one message, or all, as read; tells how many are still unread."""
    return await work.value(READ, {"me": work.actor.id, "id": id, "now": work.now}) or 0


async def count(work: Work) -> int:
    """The kept counter of unread messages."""
    return await work.value(COUNT, {"me": work.actor.id}) or 0


async def due(work: Work, limit: int) -> list[dict[str, Any]]:
    """Outbound messages whose turn it is, locked for this worker."""
    return await work.rows(DUE, {"limit": limit})


async def settle(work: Work, results: Mapping[int, Sent], parked: Mapping[int, str]) -> None:
    """Write down what became of outbound messages."""
    rows: list[dict[str, Any]] = [
        {"id": id, "receipt": s.receipt, "fault": s.fault, "again": s.again, "parked": False}
        for id, s in results.items()
    ]
    rows += [{"id": id, "receipt": None, "fault": why, "again": True, "parked": True} for id, why in parked.items()]
    await work.run(SETTLE, {"results": orjson.dumps(rows).decode()})


async def unpark(work: Work, channels: Sequence[str]) -> int:
    """Queue again what waited for a channel that is there now."""
    return await work.run(UNPARK, {"channels": list(channels)})


async def outbound(work: Work, state: str | None, before: int | None, limit: int) -> list[dict[str, Any]]:
    """What leaves the house, newest first, addresses masked."""
    return await work.rows(OUTBOUND, {"state": state, "before": before, "limit": limit})
