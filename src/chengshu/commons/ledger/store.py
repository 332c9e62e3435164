"""Every query of the ledger."""

from collections.abc import Sequence
from typing import Any

from chengshu.commons.ledger.logic.chain import Seal
from chengshu.runtime.database import Work

Row = dict[str, Any]
UTC = """to_char({} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')"""
ENTRY = (
    f"e.id, {UTC.format('e.at')} as at, {UTC.format('e.city_at')} as city_at, e.actor_id, e.actor_name, e.action, "
    "e.subject, e.outcome, e.detail::text as detail, e.remote, e.request_id"
)
# Rows that were committed in this moment and not yet sealed; deleting them is what makes a seal happen once.
TAKE = f"""
with taken as (
    delete from commons.ledger_pending where entry_id in (
        select entry_id from commons.ledger_pending order by entry_id limit %(limit)s
    ) returning entry_id
)
select {ENTRY} from taken t join commons.ledger_entry e on e.id = t.entry_id order by e.id
"""  # noqa: S608 - constant column lists
HEAD = "select seal_no, hash from commons.ledger_seal order by seal_no desc limit 1"
INSERT_SEALS = """
insert into commons.ledger_seal (seal_no, entry_id, content, hash)
select * from unnest(%(numbers)s::bigint[], %(entries)s::bigint[], %(contents)s::bytea[], %(hashes)s::bytea[])
"""
SEALED = f"""
select s.seal_no, s.entry_id, s.content, s.hash, {ENTRY}
from commons.ledger_seal s left join commons.ledger_entry e on e.id = s.entry_id
where s.seal_no > %(after)s and s.seal_no <= %(until)s order by s.seal_no limit %(limit)s
"""  # noqa: S608
UNSEALED = """
select e.id from commons.ledger_entry e
where not exists (select from commons.ledger_seal s where s.entry_id = e.id)
  and not exists (select from commons.ledger_pending p where p.entry_id = e.id)
order by e.id limit 1
"""
CHECKPOINTS = f"""
select c.seal_no, c.hash, {UTC.format("c.at")} as at, c.algorithm, c.key_id, c.signature, s.hash as sealed
from commons.ledger_checkpoint c left join commons.ledger_seal s on s.seal_no = c.seal_no
where c.seal_no > %(after)s order by c.seal_no limit %(limit)s
"""  # noqa: S608
LAST_CHECKPOINT = f"""
select c.seal_no, extract(epoch from clock_timestamp() - c.at)::float as age, {UTC.format("clock_timestamp()")} as now
from (select 1) one left join lateral (
    select seal_no, at from commons.ledger_checkpoint order by seal_no desc limit 1) c on true
"""  # noqa: S608
INSERT_CHECKPOINT = """
insert into commons.ledger_checkpoint (seal_no, hash, at, algorithm, key_id, signature)
values (%(seal_no)s, %(hash)s, %(at)s::timestamptz, %(algorithm)s, %(key_id)s, %(signature)s)
"""
# The primary key and the indexes (actor, id), (action, id), (subject, id) each carry one kind of filter.
ENTRIES = """
select e.id, e.at, e.city_at, e.actor_id, e.actor_name as actor, e.action, e.subject, e.outcome, e.detail, e.remote,
       e.request_id, s.seal_no, encode(s.hash, 'hex') as hash
from commons.ledger_entry e left join commons.ledger_seal s on s.entry_id = e.id
where (%(after)s::bigint is null or e.id < %(after)s)
  and (%(actor)s::bigint is null or e.actor_id = %(actor)s)
  and (%(action)s::text is null or e.action = %(action)s)
  and (%(subject)s::text is null or e.subject = %(subject)s)
  and (%(outcome)s::text is null or e.outcome = %(outcome)s)
order by e.id desc limit %(limit)s
"""


async def take_pending(work: Work, limit: int) -> list[Row]:
    """Entries that wait for their seal, in their order; they count as taken when this work commits."""
    return await work.rows(TAKE, {"limit": limit})


async def head(work: Work) -> Row | None:
    return await work.row(HEAD)


async def insert_seals(work: Work, seals: Sequence[Seal]) -> None:
    await work.run(
        INSERT_SEALS,
        {
            "numbers": [s.seal_no for s in seals], "entries": [s.entry_id for s in seals],
            "contents": [s.content for s in seals], "hashes": [s.hash for s in seals],
        },
    )  # fmt: skip


async def sealed(work: Work, after: int, until: int, limit: int) -> list[Row]:
    return await work.rows(SEALED, {"after": after, "until": until, "limit": limit})


async def unsealed(work: Work) -> int | None:
    return await work.value(UNSEALED)


async def waiting(work: Work) -> int:
    return await work.value("select count(*) from commons.ledger_pending")


async def checkpoints(work: Work, after: int, limit: int) -> list[Row]:
    return await work.rows(CHECKPOINTS, {"after": after, "limit": limit})


async def newest_checkpoint(work: Work) -> list[Row]:
    return await work.rows("select seal_no, hash from commons.ledger_checkpoint order by seal_no desc limit 1")


async def last_checkpoint(work: Work) -> Row:
    row = await work.row(LAST_CHECKPOINT)
    assert row is not None
    return row


async def insert_checkpoint(work: Work, values: Row) -> None:
    await work.run(INSERT_CHECKPOINT, values)


async def insert_check(work: Work, ok: bool, sealed_no: int, report: str) -> None:
    sql = "insert into commons.ledger_check (ok, sealed, report) values (%(ok)s, %(sealed)s, %(report)s::jsonb)"
    await work.run(sql, {"ok": ok, "sealed": sealed_no, "report": report})


async def checked_lately(work: Work) -> bool:
    return await work.value(
        "select exists (select from commons.ledger_check where at > clock_timestamp() - interval '20 hours')"
    )


async def state(work: Work) -> Row | None:
    return await work.row("select * from commons.ledger_state()")


async def entries(work: Work, limit: int, **filters: Any) -> list[Row]:
    return await work.rows(ENTRIES, {**filters, "limit": limit})
