"""The ledger in a real database: appended, sealed, signed, attacked by a superuser, verified."""

import asyncio
import dataclasses
from collections.abc import AsyncIterator

import psycopg
import pytest

from chengshu.base.actor import JOB
from chengshu.commons.ledger import service
from chengshu.commons.ledger.facade import verify_chain
from chengshu.commons.ledger.jobs import JOBS
from chengshu.runtime.database import Database
from chengshu.runtime.jobs import run_once

SEAL = JOBS[0]
ENTRIES = 12


async def append(db: Database, count: int = ENTRIES) -> None:
    async with db.job_work() as work:
        for n in range(count):
            work.record("cases.close", f"case:{n}", {"n": n, "exact": 1.0000000000000000001, "text": "雨\u2028"})


async def seal_all(db: Database) -> None:
    while await run_once(db, SEAL):
        pass


async def attack(db: Database, *statements: str) -> None:
    """What somebody with the whole database in hand can do: triggers off, then whatever."""
    async with db.job_work() as work:
        await work.run("reset role")
        await work.run("set local session_replication_role = replica")
        for statement in statements:
            await work.run(statement)
        await work.run("set role chengshu_worker")


@pytest.fixture
async def chain(database: Database) -> AsyncIterator[Database]:
    """A sealed chain with a checkpoint, empty again afterwards."""
    await append(database)
    await seal_all(database)
    await seal_all(database)
    yield database
    tables = ("ledger_entry", "ledger_pending", "ledger_seal", "ledger_checkpoint", "ledger_check")
    await attack(database, *(f"delete from commons.{t}" for t in tables))
    assert database.city is not None
    (database.city.settings.keys_dir / service.HEAD_FILE).unlink(missing_ok=True)


async def numbers(db: Database) -> list[tuple[int, int]]:
    async with db.job_work() as work:
        rows = await work.rows("select seal_no, entry_id from commons.ledger_seal order by seal_no")
    return [(r["seal_no"], r["entry_id"]) for r in rows]


class TestSeal:
    async def test_numbers_every_entry_without_a_gap(self, chain: Database) -> None:
        sealed = await numbers(chain)
        assert [n for n, _ in sealed] == list(range(1, ENTRIES + 1))
        assert len({e for _, e in sealed}) == ENTRIES
        report = await verify_chain(chain)
        assert report.whole
        assert (report.sealed, report.waiting, report.checkpoints) == (ENTRIES, 0, 1)
        assert "完整" in report.say("zh")

    async def test_goes_on_from_the_head(self, chain: Database) -> None:
        await append(chain, 5)
        assert (await verify_chain(chain)).waiting == 5
        await seal_all(chain)
        report = await verify_chain(chain)
        assert (report.whole, report.sealed) == (True, ENTRIES + 5)

    async def test_a_worker_killed_in_the_middle_leaves_no_half_seal(self, chain: Database) -> None:
        await append(chain, 5)

        class KilledError(Exception):
            pass

        with pytest.raises(KilledError):
            async with chain.job_work() as work:
                assert await service.seal_pending(work) == 5
                raise KilledError
        report = await verify_chain(chain)
        assert (report.whole, report.sealed, report.waiting) == (True, ENTRIES, 5)
        await seal_all(chain)
        assert (await verify_chain(chain)).sealed == ENTRIES + 5

    async def test_a_connection_cut_before_the_commit_leaves_no_half_seal(self, chain: Database) -> None:
        await append(chain, 5)
        with pytest.raises(psycopg.OperationalError):
            async with chain.job_work() as work:
                mine = await work.value("select pg_backend_pid()")
                assert await service.seal_pending(work) == 5
                async with chain.job_work() as killer:
                    await killer.run("reset role")
                    await killer.run("select pg_terminate_backend(%(pid)s)", {"pid": mine})
                    await killer.run("set role chengshu_worker")
                await work.run("select 1")
        await seal_all(chain)
        report = await verify_chain(chain)
        assert (report.whole, report.sealed, report.waiting) == (True, ENTRIES + 5, 0)

    async def test_is_verifiable_while_being_appended_and_sealed(self, chain: Database) -> None:
        stop = asyncio.Event()

        async def busy() -> None:
            while not stop.is_set():
                await append(chain, 20)
                await run_once(chain, SEAL)

        task = asyncio.create_task(busy())
        try:
            reports = [await verify_chain(chain) for _ in range(15)]
        finally:
            stop.set()
            await task
        assert [r.broken for r in reports if not r.whole] == []
        assert reports[-1].sealed > reports[0].sealed

    async def test_two_workers_never_seal_twice(self, chain: Database) -> None:
        await append(chain, 50)
        await asyncio.gather(*(run_once(chain, SEAL) for _ in range(4)))
        await seal_all(chain)
        report = await verify_chain(chain)
        assert (report.whole, report.sealed) == (True, ENTRIES + 50)


class TestTampering:
    async def broken(self, db: Database) -> tuple[str, int | None, int | None]:
        report = await verify_chain(db)
        assert report.broken is not None
        assert not report.whole
        assert "已断" in report.say("zh")
        return report.broken.kind, report.broken.seal_no, report.broken.entry_id

    async def test_names_a_changed_record(self, chain: Database) -> None:
        number, entry = (await numbers(chain))[4]
        await attack(chain, f"update commons.ledger_entry set actor_name = '别人' where id = {entry}")
        assert await self.broken(chain) == ("changed", number, entry)

    async def test_notices_a_change_that_a_float_cannot_hold(self, chain: Database) -> None:
        number, entry = (await numbers(chain))[4]
        await attack(
            chain,
            f"update commons.ledger_entry set detail = jsonb_set(detail, '{{exact}}', '1.00000000000000000001') where id = {entry}",
        )
        assert await self.broken(chain) == ("changed", number, entry)

    async def test_names_a_deleted_record(self, chain: Database) -> None:
        number, entry = (await numbers(chain))[6]
        await attack(chain, f"delete from commons.ledger_entry where id = {entry}")
        assert await self.broken(chain) == ("entry_missing", number, entry)

    async def test_names_a_record_deleted_with_its_seal(self, chain: Database) -> None:
        number, entry = (await numbers(chain))[6]
        await attack(
            chain,
            f"delete from commons.ledger_entry where id = {entry}",
            f"delete from commons.ledger_seal where entry_id = {entry}",
        )
        assert (await self.broken(chain))[:2] == ("seal_missing", number)

    async def test_names_an_inserted_record(self, chain: Database) -> None:
        await attack(
            chain,
            "insert into commons.ledger_entry (city_at, actor_id, actor_name, action, subject, outcome)"
            " values (now(), 1000, '张三', 'cases.close', 'case:1', 'done')",
        )
        kind, number, entry = await self.broken(chain)
        assert (kind, number) == ("unsealed", None)
        assert entry is not None

    async def test_names_the_first_of_two_exchanged_records(self, chain: Database) -> None:
        sealed = await numbers(chain)
        (one, first), (two, second) = sealed[3], sealed[8]
        await attack(
            chain,
            f"update commons.ledger_seal set seal_no = -1 where seal_no = {one}",
            f"update commons.ledger_seal set seal_no = {one} where seal_no = {two}",
            f"update commons.ledger_seal set seal_no = {two} where seal_no = -1",
        )
        assert await self.broken(chain) == ("chain", one, second)
        del first

    async def test_names_a_changed_hash(self, chain: Database) -> None:
        number, entry = (await numbers(chain))[2]
        await attack(chain, f"update commons.ledger_seal set hash = sha256('x') where seal_no = {number}")
        assert await self.broken(chain) == ("chain", number, entry)

    def forget_head(self, db: Database) -> None:
        assert db.city is not None
        (db.city.settings.keys_dir / service.HEAD_FILE).unlink(missing_ok=True)

    async def rewrite(self, db: Database, first: int) -> None:
        """Change a record and work out the rest of the chain anew, as an attacker who knows the method would."""
        entry = (await numbers(db))[first - 1][1]
        await attack(db, f"update commons.ledger_entry set subject = 'case:forged' where id = {entry}")
        async with db.job_work() as work:
            from chengshu.commons.ledger import store
            from chengshu.commons.ledger.logic.chain import GENESIS, seal

            rows = await store.sealed(work, 0, 10_000, 10_000)
            seals = seal([{**r, "id": r["entry_id"]} for r in rows], 0, GENESIS)
        await attack(
            db,
            *(
                f"update commons.ledger_seal set content = '\\x{s.content.hex()}', hash = '\\x{s.hash.hex()}' where seal_no = {s.seal_no}"
                for s in seals
            ),
        )

    async def test_a_rewritten_chain_does_not_fit_its_signed_checkpoint(self, chain: Database) -> None:
        await self.rewrite(chain, 3)
        self.forget_head(chain)
        assert (await self.broken(chain))[:2] == ("checkpoint", ENTRIES)

    async def test_a_rewritten_chain_does_not_fit_the_head_kept_outside(self, chain: Database) -> None:
        await self.rewrite(chain, 3)
        await attack(chain, "delete from commons.ledger_checkpoint")
        assert (await self.broken(chain))[:2] == ("checkpoint", ENTRIES)

    async def test_a_forged_checkpoint_has_no_valid_signature(self, chain: Database) -> None:
        await self.rewrite(chain, 3)
        await attack(
            chain,
            "update commons.ledger_checkpoint c set hash = s.hash from commons.ledger_seal s where s.seal_no = c.seal_no",
        )
        self.forget_head(chain)
        assert (await self.broken(chain))[:2] == ("signature", ENTRIES)

    async def test_a_checkpoint_of_a_foreign_key_is_refused(self, chain: Database) -> None:
        await attack(chain, "update commons.ledger_checkpoint set key_id = '0123456789abcdef'")
        assert (await self.broken(chain))[0] == "no_key"

    async def test_notices_that_the_end_was_cut_off(self, chain: Database) -> None:
        await attack(
            chain,
            "delete from commons.ledger_entry where id in (select entry_id from commons.ledger_seal where seal_no > 5)",
            "delete from commons.ledger_seal where seal_no > 5",
            "delete from commons.ledger_checkpoint",
        )
        assert (await self.broken(chain))[:2] == ("cut", ENTRIES)


class TestRights:
    @pytest.mark.parametrize("role", ["chengshu_web", "chengshu_worker"])
    @pytest.mark.parametrize(
        "statement",
        [
            "update commons.ledger_entry set subject = 'x'", "delete from commons.ledger_entry",
            "truncate commons.ledger_entry", "update commons.ledger_seal set hash = 'x'",
            "delete from commons.ledger_seal", "delete from commons.ledger_checkpoint",
            "insert into commons.ledger_entry (city_at, actor_id, actor_name, action, subject, outcome)"
            " values (now(), 1, 'x', 'x', 'x', 'x')",
        ],
    )  # fmt: skip
    async def test_no_role_may_change_it(self, chain: Database, role: str, statement: str) -> None:
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            async with chain.job_work() as work:
                await work.run("reset role")
                await work.run(f"set local role {role}")
                await work.run(statement)

    @pytest.mark.parametrize(
        "verb", ["update commons.ledger_entry set subject = 'x'", "delete from commons.ledger_seal"]
    )
    async def test_even_the_owner_is_refused_while_the_triggers_stand(self, chain: Database, verb: str) -> None:
        with pytest.raises(psycopg.DatabaseError) as refusal:
            async with chain.job_work() as work:
                await work.run("reset role")
                await work.run(verb)
        assert refusal.value.sqlstate == "CS010"

    async def test_raw_sql_without_a_session_reads_nothing_and_writes_as_the_public(self, chain: Database) -> None:
        async with chain.work() as work:
            assert await work.value("select count(*) from commons.ledger_entry") == 0
            await work.value("""select commons.ledger_append('[{"action": "forged"}]', 1000, null, null)""")
        async with chain.job_work(dataclasses.replace(JOB)) as work:
            row = await work.row("select actor_id, actor_name from commons.ledger_entry where action = 'forged'")
        assert row == {"actor_id": 1, "actor_name": "公众"}
