"""Flow on a real database: statements, scope, history, versions, work lists."""

import asyncio
import datetime as dt
import hashlib

import psycopg
import pytest
from tests.commons.flow.conftest import (
    CENTER,
    DISPATCHED,
    FLOW,
    GRID,
    GRIDDER,
    OTHER_GRID,
    STRANGER,
    URBAN,
    WATER,
    city_case,
    go,
    opened,
    token,
)

from chengshu.base.errors import Forbidden, NotFound, StaleVersion
from chengshu.commons.flow import facade
from chengshu.commons.flow.contracts import Moved, Opening, Step
from chengshu.commons.flow.service.engine import Engine
from chengshu.runtime.database import Database

CLAIM = hashlib.sha256(b"R-1234").digest()
TABLES = ("flow_matter", "flow_task", "flow_entry", "flow_clock_entry", "flow_alarm")


class TestOneStep:
    async def test_costs_a_load_and_a_write(self, town: Database) -> None:
        async with town.work(token(CENTER)) as work:
            before = work.statements
            moved = await facade.open_matter(work, Opening("case", FLOW, "积水", region=GRID), DISPATCHED)
            assert work.statements - before == 1
        assert moved.matter.number == f"{moved.matter.opened_at:%Y%m%d}{moved.matter.id:06d}"
        assert (moved.matter.version, [e.move for e in moved.entries]) == (3, ["open", "file", "dispatch"])
        async with town.work(token(WATER)) as work:
            before = work.statements
            await facade.perform(work, moved.matter.id, Step("accept"))
            assert work.statements - before == 2

    async def test_what_is_stored_is_what_was_told(self, town: Database) -> None:
        moved = await opened(town, *DISPATCHED)
        moved = await go(town, WATER, moved.matter.id, "accept")
        async with town.work(token(CENTER)) as work:
            found = await facade.load(work, moved.matter.id)
        assert found.matter == moved.matter
        assert found.open_tasks == moved.after.open_tasks
        assert found.clocks == moved.after.clocks

    async def test_a_refused_move_changes_nothing(self, town: Database) -> None:
        moved = await opened(town, *DISPATCHED)
        async with town.job_work() as work:
            before = await facade.load(work, moved.matter.id)
        with pytest.raises(Forbidden):
            await go(town, CENTER, moved.matter.id, "accept")
        async with town.job_work() as work:
            assert await facade.load(work, moved.matter.id) == before


class TestScope:
    async def test_raw_sql_sees_nothing_outside(self, town: Database) -> None:
        mine = await opened(town, *DISPATCHED)
        far = await opened(town, *DISPATCHED, region=OTHER_GRID, claim=CLAIM)
        async with town.job_work() as work:
            await facade.perform(work, far.matter.id, Step("reassign", {"lead": "urban", "reason": "改派"}))
        seen: dict[str, set[int]] = {}
        for actor in (CENTER, WATER, URBAN, GRIDDER, STRANGER):
            async with town.work(token(actor)) as work:
                for table in TABLES:
                    column = "id" if table == "flow_matter" else "matter_id"
                    rows = await work.rows(f"select distinct {column} as id from commons.{table}")
                    ids = {r["id"] for r in rows} & {mine.matter.id, far.matter.id}
                    assert seen.setdefault(actor.name, ids) == ids, f"{actor.name} sees other rows in {table}"
        both = {mine.matter.id, far.matter.id}
        assert seen[CENTER.name] == both
        assert seen[WATER.name] == both  # it led the far one before it was reassigned
        assert seen[URBAN.name] == {far.matter.id}
        assert seen[GRIDDER.name] == {mine.matter.id}
        assert seen[STRANGER.name] == set()

    async def test_the_public_sees_what_its_code_opens(self, town: Database) -> None:
        moved = await opened(town, claim=CLAIM)
        async with town.work() as work:
            assert await work.value("select count(*) from commons.flow_matter") == 0
            with pytest.raises(NotFound):
                await facade.load(work, moved.matter.id)
        async with town.work(claim=CLAIM) as work:
            assert (await facade.load(work, moved.matter.id)).matter.id == moved.matter.id
            assert {o.id for o in facade.offers(work, await facade.load(work, moved.matter.id))} == {"press"}
            await facade.perform(work, moved.matter.id, Step("press", {"reason": "请尽快"}))
        async with town.work(claim=hashlib.sha256(b"another").digest()) as work:
            assert await work.value("select count(*) from commons.flow_matter") == 0

    async def test_the_public_may_open_without_seeing(self, town: Database) -> None:
        async with town.work() as work:
            moved = await facade.open_matter(work, Opening("case", FLOW, "路灯不亮", region=GRID, claim=CLAIM))
        async with town.work(claim=CLAIM) as work:
            assert (await facade.load(work, moved.matter.id)).matter.title == "路灯不亮"

    async def test_raw_sql_changes_nothing(self, town: Database) -> None:
        moved = await opened(town, *DISPATCHED)
        async with town.work(token(STRANGER)) as work:
            assert await work.run("update commons.flow_matter set updated_at = now()") == 0
        for sql in (
            "update commons.flow_matter set title = 'x'",
            "update commons.flow_task set holder = 'org:t1'",
            "update commons.flow_entry set seq = 0",
            "insert into commons.flow_entry select * from commons.flow_entry",
            "delete from commons.flow_matter",
            f"""select commons.flow_write('[]', '[]', '[]', '[]', '[]', '[]',
                '[{{"matter_id": {moved.matter.id}, "heard_until": "2026-01-01"}}]')""",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                async with town.work(token(STRANGER)) as work:
                    await work.run(sql)

    async def test_raw_writing_reaches_only_what_was_looked_at(self, town: Database) -> None:
        mine = await opened(town, *DISPATCHED)
        far = await opened(town, region=OTHER_GRID)
        alarm = f'[{{"matter_id": {mine.matter.id}, "heard_until": "2026-01-01"}}]'
        entry = f'[{{"matter_id": {far.matter.id}, "seq": 9, "at": "2026-01-01", "actor_id": 12, "actor": "x", "move": "x", "to_state": "x", "data": {{}}}}]'  # noqa: E501
        with pytest.raises(psycopg.errors.NotNullViolation):
            async with town.work(token(WATER)) as work:
                await work.run(
                    "select commons.flow_write('[]', '[]', '[]', '[]', '[]', %(entry)s, %(alarm)s)",
                    {"entry": entry, "alarm": alarm},
                )


class TestHistory:
    async def test_even_the_owner_cannot_change_what_happened(self, town: Database) -> None:
        await opened(town)
        async with await psycopg.AsyncConnection.connect(town.url, autocommit=True) as conn:
            for table in ("flow_entry", "flow_clock_entry"):
                for sql in (f"update commons.{table} set reason = 'x'", f"delete from commons.{table}"):
                    with pytest.raises(psycopg.errors.RestrictViolation):
                        await conn.execute(sql)  # pyright: ignore[reportArgumentType]

    async def test_any_moment_comes_back(self, town: Database) -> None:
        moved = await opened(town)
        id_ = moved.matter.id
        seen = [(moved.matter.updated_at, moved.after)]
        for actor, move, values in [
            (CENTER, "file", {}),
            (CENTER, "dispatch", {"lead": "water", "cooperating": ["urban"]}),
            (WATER, "accept", {}),
            (WATER, "delegate", {"to": "t1"}),
            (WATER, "submit", {"result": "好了"}),
        ]:
            step = await go(town, actor, id_, move, **values)
            seen.append((step.matter.updated_at, step.after))
        async with town.work(token(CENTER)) as work:
            entries = await facade.timeline(work, id_)
            assert [e.seq for e in entries] == [1, 2, 3, 4, 5, 6]
            assert entries[2].title == {"zh": "派遣", "en": "Dispatch"}
            for at, snapshot in seen:
                past = await facade.as_of(work, id_, at)
                lead = snapshot.lead_task
                due = snapshot.matter.due_at
                assert past.facts["state"] == snapshot.matter.state
                assert past.facts.get("lead") == snapshot.matter.lead
                assert past.facts["holder"] == (lead and lead.holder)
                assert past.facts["due_at"] == (due and due.isoformat())
            with pytest.raises(NotFound):
                await facade.as_of(work, id_, seen[0][0] - dt.timedelta(seconds=1))
            assert [t.kind for t in await facade.tasks_of(work, id_)] == [
                "file", "dispatch", "cooperate", "accept", "handle", "verify",
            ]  # fmt: skip

    async def test_a_process_that_never_met_the_flow_reads_it(self, town: Database) -> None:
        moved = await opened(town)
        assert town.city is not None
        known = town.city.flow
        town.city.put("flow", Engine(known.calendar))
        try:
            async with town.work(token(CENTER)) as work:
                assert (await facade.timeline(work, moved.matter.id))[0].move == "open"
        finally:
            town.city.put("flow", known)


class TestVersions:
    async def test_a_stale_version_is_refused(self, town: Database) -> None:
        moved = await opened(town)
        await go(town, CENTER, moved.matter.id, "file", version=1)
        with pytest.raises(StaleVersion):
            await go(town, CENTER, moved.matter.id, "dispatch", version=1, lead="water")

    async def test_of_two_at_once_one_wins(self, town: Database) -> None:
        moved = await opened(town)
        results = await asyncio.gather(
            *(go(town, CENTER, moved.matter.id, "file", version=1) for _ in range(5)), return_exceptions=True
        )
        assert sum(isinstance(r, Moved) for r in results) == 1
        assert sum(isinstance(r, StaleVersion) for r in results) == 4

    async def test_many_at_once_queue_up_without_loss(self, town: Database) -> None:
        moved = await opened(town, *DISPATCHED)
        await asyncio.gather(*(go(town, CENTER, moved.matter.id, "note", reason=f"第{n}条") for n in range(12)))
        await asyncio.gather(
            *(go(town, WATER, moved.matter.id, "joint", cooperating=["urban"], reason="请协助") for _ in range(6))
        )
        async with town.work(token(CENTER)) as work:
            found = await facade.load(work, moved.matter.id)
            entries = await facade.timeline(work, moved.matter.id)
        assert [e.seq for e in entries] == list(range(1, 22))
        # Each waited for the one before and saw its task, so the office was asked once.
        assert len([t for t in found.open_tasks if t.kind == "cooperate"]) == 1

    async def test_the_database_allows_one_leading_task(self, town: Database) -> None:
        moved = await opened(town)
        async with await psycopg.AsyncConnection.connect(town.url, autocommit=True) as conn:
            with pytest.raises(psycopg.errors.UniqueViolation):
                await conn.execute(
                    "insert into commons.flow_task (matter_id, kind, holder, lead, opened_at)"
                    " values (%s, 'file', 'org:x', true, now())",
                    (moved.matter.id,),
                )


class TestMerging:
    async def test_merge_unmerge_and_split_are_stored(self, town: Database) -> None:
        target, source = await opened(town), await opened(town, *DISPATCHED)
        await go(town, WATER, source.matter.id, "accept")
        async with town.work(token(CENTER)) as work:
            before = await facade.load(work, source.matter.id)
        merged = await go(town, CENTER, source.matter.id, "merge", into=target.matter.id)
        assert merged.matter.into_id == target.matter.id
        assert merged.also[0].matter.version == 2
        back = await go(town, CENTER, source.matter.id, "unmerge", reason="不是同一处")
        assert back.matter.state == "handling"
        async with town.work(token(CENTER)) as work:
            after = await facade.load(work, source.matter.id)
            entries = await facade.timeline(work, target.matter.id)
            left = [facade.faces(work, s, back.matter.updated_at)["handle"].used_minutes for s in (before, after)]
        assert [(t.id, t.holder, t.done_at) for t in after.open_tasks] == [
            (t.id, t.holder, None) for t in before.open_tasks
        ]
        assert after.matter.undo is None
        assert abs(left[0] - left[1]) <= 1
        assert [e.move for e in entries] == ["open", "merged_in", "merged_out"]
        split = await go(town, CENTER, source.matter.id, "split", offices=["urban", "t1"], reason="两处")
        assert [c.matter.lead for c in split.also] == ["urban", "t1"]
        assert all(c.matter.id > 0 and c.lead_task and c.lead_task.id > 0 for c in split.also)
        async with town.work(token(STRANGER)) as work:
            child = await facade.load(work, split.also[1].matter.id)
            assert child.matter.parent_id == source.matter.id

    async def test_opened_and_merged_in_one_go_can_be_undone(self, town: Database) -> None:
        target = await opened(town)
        merged = await opened(town, Step("merge", {"into": target.matter.id}))
        assert merged.matter.state == "merged"
        back = await go(town, CENTER, merged.matter.id, "unmerge", reason="不是同一处")
        assert (back.matter.state, back.after.lead_task and back.after.lead_task.kind) == ("reported", "file")


class TestInbox:
    async def test_pages_in_order_of_due_time(self, town: Database) -> None:
        for limit in ("3wd", "30min", "2uh", "1wd", "5wd"):
            moved = await opened(town, *DISPATCHED, limit=limit)
            await go(town, WATER, moved.matter.id, "accept")
        seen: list[tuple[dt.datetime, int]] = []
        cursor: str | None = None
        while True:
            async with town.work(token(WATER)) as work:
                before = work.statements
                page = await facade.inbox(work, kinds=["handle"], after=cursor, limit=2)
                assert work.statements - before == 1
            seen += [(r.task.due_at or dt.datetime.max.replace(tzinfo=dt.UTC), r.task.id) for r in page.items]
            if (cursor := page.next) is None:
                break
        assert seen == sorted(seen)
        assert len(seen) >= 5
        async with town.work(token(STRANGER)) as work:
            assert [r for r in (await facade.inbox(work)).items if r.task.kind == "handle"] == []

    async def test_colour(self, town: Database) -> None:
        async with town.work(token(WATER)) as work:
            every = await facade.inbox(work, limit=100)
            for color in ("green", "yellow", "red"):
                some = await facade.inbox(work, color=color, limit=100)
                assert [r.task.id for r in some.items] == [r.task.id for r in every.items if r.color == color]


class TestDefinitions:
    async def test_the_same_body_is_the_same_version(self, town: Database) -> None:
        async with town.job_work() as work:
            assert await facade.install_flow(work, FLOW, city_case()) == 1
            changed = city_case()
            changed["clocks"]["verify"]["limit"] = "2wd"
            assert await facade.install_flow(work, FLOW, changed) == 2
            running = facade.flow_of(work, FLOW, 1)
            assert running.clocks["verify"].limit == "1wd"
            assert facade.flow_of(work, FLOW).clocks["verify"].limit == "2wd"
            await facade.remove_flow(work, FLOW)
            with pytest.raises(NotFound):
                facade.flow_of(work, FLOW)
            assert await facade.install_flow(work, FLOW, changed) == 2
