"""One step of flow, headless: the engine alone, the engine with its state stored, and the bytes a step leaves behind."""

import asyncio
import datetime as dt
import shutil
import tempfile
import time
from pathlib import Path
from typing import Any

import psutil
import psycopg
from ruamel.yaml import YAML

from bench._city import quick, report
from chengshu import migrate
from chengshu.base.actor import JOB
from chengshu.base.workcal import CalendarSpec, WorkCalendar
from chengshu.commons.flow import facade
from chengshu.commons.flow.contracts import Matter, Moved, Opening, Snapshot, Step
from chengshu.commons.flow.logic import apply, moves
from chengshu.commons.flow.logic.alarms import next_alarm
from chengshu.commons.flow.logic.batch import Batch, Change
from chengshu.commons.flow.logic.draft import Scene
from chengshu.commons.flow.service.engine import BoundKind, Engine
from chengshu.runtime.blobs import Blobs
from chengshu.runtime.city import City
from chengshu.runtime.database import Database, Work
from chengshu.runtime.postgres import EmbeddedPostgres
from chengshu.runtime.settings import HOUSE, Settings

FLOW = "components_and_events.city_case"
GRID = "r320282.r320282100.r320282100001.r320282100001001"
TABLES = ("flow_matter", "flow_task", "flow_entry", "flow_clock_entry", "flow_alarm")
LIFE = [
    Step("file"),
    Step("dispatch", {"lead": "water", "reason": "请及时处置"}),
    Step("accept"),
    Step("submit", {"result": "已更换井盖，现场恢复原状"}, frozenset({"photos_after"})),
    Step("verify_pass"),
    Step("close", {"reply": "您反映的问题已处理完毕"}),
]


class Kind:
    """Offices from memory, and no rows of its own."""

    id = "case"

    def office(self, work: Work, matter: Matter, function: str) -> str | None:
        return function

    def office_path(self, work: Work, code: str) -> str | None:
        return f"gov.{code}"

    def kept(self, work: Work, grid: str) -> bool:
        return True

    async def moved(self, work: Work, moved: Moved) -> None:
        return None


def opening() -> Opening:
    return Opening("case", FLOW, "人民路井盖丢失", region=GRID, limits={"handle": "2wd"})


async def live(db: Database, lives: int) -> int:
    """Whole lives, every step a transaction of its own; returns the number of steps."""
    for _ in range(lives):
        async with db.job_work() as work:
            moved = await facade.open_matter(work, opening())
        for step in LIFE:
            async with db.job_work() as work:
                await facade.perform(work, moved.matter.id, step)
    return lives * (len(LIFE) + 1)


def engine_alone(work: Work, snapshot: Snapshot, rounds: int) -> float:
    """CPU milliseconds of one step without the database: check, apply, clocks, alarms, rows to be written."""
    engine: Engine = work.city.flow
    flow = engine.flow(FLOW)
    bound = BoundKind(engine.kinds.get("case"), work)
    began = time.process_time()
    for _ in range(rounds):
        scene = Scene(flow, JOB, work.now, engine.calendar, bound)
        spec = moves.require_move(flow, snapshot, "accept", JOB, bound)
        outcome = apply.apply_move(scene, snapshot, Step("accept"), spec)
        alarm = next_alarm(flow, outcome.after, engine.calendar, snapshot.heard_until)
        Batch([Change(snapshot, outcome.after, [outcome.results[0].entry], alarm)]).rows()
    return (time.process_time() - began) * 1000 / rounds


def sizes(url: str) -> int:
    """Bytes of all tables of flow with their indexes, packed."""
    with psycopg.connect(url, autocommit=True) as conn:
        conn.execute("vacuum full " + ", ".join(f"commons.{t}" for t in TABLES))
        row = conn.execute(
            "select sum(pg_total_relation_size(('commons.' || t)::regclass)) from unnest(%s::text[]) t", (list(TABLES),)
        )
        return int((row.fetchone() or (0,))[0])


def backends(url: str) -> list[psutil.Process]:
    """The server processes that serve this database."""
    with psycopg.connect(url) as conn:
        found = conn.execute(
            "select pid from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()"
        ).fetchall()
    return [psutil.Process(pid) for (pid,) in found]


def cpu(processes: list[psutil.Process]) -> float:
    return sum(t.user + t.system for t in (p.cpu_times() for p in processes if p.is_running()))


async def measure(folder: Path, url: str, lives: int) -> dict[str, float]:
    db = Database(url, size=2)
    await db.open()
    city = City(Settings(data_dir=folder), db, Blobs(folder / "blobs"))
    today = dt.date.today()  # noqa: DTZ011 - only the span of the calendar
    city.put("flow", Engine(WorkCalendar(CalendarSpec(), last=today.replace(year=today.year + 3, day=1))))
    city.flow.kinds.add("case", Kind())
    file = HOUSE / "packs/city_management/components_and_events/flows/city_case.yaml"
    async with db.job_work() as work:
        body: dict[str, Any] = YAML(typ="safe").load(file.read_text(encoding="utf-8"))
        await facade.install_flow(work, FLOW, body)
    await live(db, 20)
    empty = sizes(url)
    await live(db, 5)
    servers = backends(url)
    began, served = time.process_time(), cpu(servers)
    steps = await live(db, lives)
    own, server = time.process_time() - began, cpu(servers) - served
    stored = sizes(url) - empty
    async with db.job_work() as work:
        moved = await facade.open_matter(work, opening(), LIFE[:2])
        alone = engine_alone(work, await facade.load(work, moved.matter.id), 2000)
    await db.close()
    return {
        "engine_cpu_ms_per_step": alone,
        "stored_cpu_ms_per_step": (own + server) * 1000 / steps,
        "application_cpu_ms_per_step": own * 1000 / steps,
        "database_cpu_ms_per_step": server * 1000 / steps,
        "bytes_per_step": stored / (steps + 5 * (len(LIFE) + 1)),
        "sql_per_step": 2.0,
    }


def main() -> None:
    folder = Path(tempfile.mkdtemp(prefix="chengshu-bench-"))
    folder.chmod(0o755)
    server = EmbeddedPostgres(folder / "postgres")
    server.start()
    try:
        with psycopg.connect(server.url(database="postgres"), autocommit=True) as conn:
            conn.execute("create database flow_step")
        url = server.url(database="flow_step")
        migrate.upgrade(url)
        figures = asyncio.run(measure(folder, url, 60 if quick() else 600))
    finally:
        server.stop("immediate")
        shutil.rmtree(folder, ignore_errors=True)
    report(
        "flow_step",
        figures,
        "Best public figure: 2.1 CPU-ms and 9.7 kB a step. Wanted: <= 0.5 CPU-ms for the engine, <= 1 kB stored. The"
        " stored figure holds a whole transaction: begin, city time, load with lock, write, outbox, commit.",
    )


if __name__ == "__main__":
    main()
