"""A city of its own for a benchmark, with meters on its processes and its database."""

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import psutil
import psycopg

from chengshu.cli.home import running_address
from chengshu.runtime.postgres import EmbeddedPostgres
from chengshu.runtime.settings import HOUSE

PASSWORD = "Chengshu-2026"


@dataclass
class Reading:
    """What the meters showed between two moments."""

    web_ms: float
    worker_ms: float
    database_ms: float
    statements: int
    seconds: float

    @property
    def request_ms(self) -> float:
        """CPU of the web process plus the database, in milliseconds."""
        return self.web_ms + self.database_ms


class BenchCity:
    """A city run by `up` in a folder of its own; `client(login)` speaks to it as a signed-in person."""

    def __init__(self, folder: Path, *arguments: str, environment: Mapping[str, str] | None = None) -> None:
        self.folder = folder
        self.log = folder.with_suffix(".log").open("ab")
        told = {**os.environ, "CHENGSHU_DEMO": "true", "CHENGSHU_DEMO_PASSWORD": PASSWORD, **(environment or {})}
        told.pop("CHENGSHU_DATABASE_URL", None)
        command = [sys.executable, "-m", "chengshu.cli", "up", "--empty", "--data", str(folder), "--port", "18700"]
        self.began = time.monotonic()
        self.up = subprocess.Popen(
            [*command, *arguments], cwd=HOUSE, env=told, stdin=subprocess.DEVNULL, stdout=self.log, stderr=self.log
        )
        self.url = self._wait()
        self.ready_seconds = time.monotonic() - self.began
        self.postgres = EmbeddedPostgres(folder / "postgres")

    def _wait(self) -> str:
        while time.monotonic() - self.began < 300:
            if self.up.poll() is not None:
                raise SystemExit(f"the city did not come up: {self.folder.with_suffix('.log').read_text()[-2000:]}")
            if address := running_address(self.folder):
                return address
            time.sleep(0.05)
        raise SystemExit("the city did not come up in 300 s")

    def close(self) -> None:
        self.up.send_signal(signal.SIGTERM)
        self.up.wait(60)

    def client(self, login: str | None = None) -> httpx.Client:
        """A client with the session of a demo person."""
        client = httpx.Client(base_url=self.url, timeout=60, trust_env=False)
        if login:
            answer = client.post("/api/security/sessions", json={"login": login, "password": PASSWORD})
            answer.raise_for_status()
            client.headers["X-CSRF-Token"] = answer.json()["csrf"]
        return client

    def connect(self) -> psycopg.Connection[Any]:
        """The database's owner: to fill tables and to read the statement counters."""
        return psycopg.connect(self.postgres.url(), autocommit=True)

    def processes(self) -> dict[str, list[psutil.Process]]:
        """The tree by what each process does."""
        tree: dict[str, list[psutil.Process]] = {"up": [psutil.Process(self.up.pid)], "web": [], "worker": []}
        for child in tree["up"][0].children():
            words = child.cmdline()
            for role in ("web", "worker"):
                if role in words:
                    tree[role].append(child)
        postmaster = psutil.Process(self.postgres.postmaster())
        tree["database"] = [postmaster, *postmaster.children(recursive=True)]
        return tree

    def _cpu(self) -> dict[str, float]:
        return {role: sum(_cpu_of(p) for p in ps) for role, ps in self.processes().items()}

    @contextlib.contextmanager
    def meter(self) -> Iterator[list[Reading]]:
        """Read the meters around a block; backends that end inside it would be missed, so pools stay open."""
        out: list[Reading] = []
        with self.connect() as conn:
            conn.execute("create extension if not exists pg_stat_statements")
            before_calls = _calls(conn)
            before, began = self._cpu(), time.monotonic()
            yield out
            seconds, after = time.monotonic() - began, self._cpu()
            ms = {role: (after[role] - before[role]) * 1000 for role in after}
            out.append(Reading(ms["web"], ms["worker"], ms["database"], _calls(conn) - before_calls - 1, seconds))


def _cpu_of(process: psutil.Process) -> float:
    with contextlib.suppress(psutil.NoSuchProcess):
        times = process.cpu_times()
        return times.user + times.system
    return 0.0


def _calls(conn: psycopg.Connection[Any]) -> int:
    """Statements that the web role sent, BEGIN and COMMIT among them."""
    row = conn.execute(
        "select coalesce(sum(s.calls), 0)::bigint from pg_stat_statements s join pg_roles r on r.oid = s.userid"
        " where r.rolname = 'chengshu_web' and s.toplevel"
    ).fetchone()
    assert row is not None
    return int(row[0])


@contextlib.contextmanager
def bench_city(*arguments: str, environment: Mapping[str, str] | None = None) -> Iterator[BenchCity]:
    """A fresh city, gone afterwards."""
    root = Path(tempfile.mkdtemp(prefix="chengshu-bench-"))
    root.chmod(0o755)
    city = BenchCity(root / "city", *arguments, environment=environment)
    try:
        yield city
    finally:
        city.close()
        shutil.rmtree(root, ignore_errors=True)


def report(name: str, figures: Mapping[str, float], notes: str = "") -> None:
    """A table for people and, as the last line, JSON for machines."""
    width = max(len(k) for k in figures)
    for key, value in figures.items():
        print(f"{key:<{width}}  {value:>12,.3f}")
    if notes:
        print(notes)
    print(json.dumps({"bench": name, "figures": {k: round(v, 4) for k, v in figures.items()}}))


def quick() -> bool:
    return "--quick" in sys.argv
