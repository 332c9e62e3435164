"""Killing worker, web or PostgreSQL in the middle of a thousand loops loses no acknowledged step and doubles none."""

import os
import signal
import threading
import time
from collections import Counter
from pathlib import Path

import httpx
import psutil
import psycopg
import pytest

from chengshu.runtime.postgres import EmbeddedPostgres
from tests.conftest import PASSWORD, LiveCity

LOOPS = 1000
THREADS = 4
PATIENCE = 90.0


class Reporter(threading.Thread):
    """Reports and moves cases, and repeats every unanswered request under the same key until it is answered."""

    def __init__(self, url: str, number: int, loops: int) -> None:
        super().__init__(daemon=True)
        self.url, self.number, self.loops = url, number, loops
        self.acknowledged: dict[str, str] = {}
        self.noted: dict[str, int] = {}
        self.retries = 0
        self.fault: str | None = None

    def run(self) -> None:
        try:
            with httpx.Client(base_url=self.url, timeout=10, trust_env=False) as client:
                self._sign_in(client)
                for n in range(self.loops):
                    self._loop(client, f"kill-{self.number}-{n}")
        except Exception as error:
            self.fault = repr(error)

    def _sign_in(self, client: httpx.Client) -> None:
        answer = client.post("/api/security/sessions", json={"login": "hotline", "password": PASSWORD})
        answer.raise_for_status()
        client.headers["X-CSRF-Token"] = answer.json()["csrf"]

    def _loop(self, client: httpx.Client, key: str) -> None:
        body = {
            "type": "hotline_12345.hotline_call", "channel": "hotline", "text": f"路面破损，第 {key} 次来电",
            "lon": 119.82, "lat": 31.36, "source_ref": key,
        }  # fmt: skip
        case = self._insist(client, "/api/cases", body, {"Idempotency-Key": key})
        self.acknowledged[key] = case["number"]
        note = {"reason": f"备注 {key}"}
        headers = {"Idempotency-Key": f"{key}-note", "If-Match": f'"{case["version"]}"'}
        self._insist(client, f"/api/cases/{case['id']}/moves/note", note, headers)
        self.noted[key] = case["id"]

    def _insist(self, client: httpx.Client, path: str, body: dict[str, object], headers: dict[str, str]) -> dict:
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            try:
                answer = client.post(path, json=body, headers=headers)
            except httpx.HTTPError:
                answer = None
            if answer is not None and answer.status_code < 300:
                return answer.json()
            if answer is not None and answer.status_code < 500 and answer.status_code != 429:
                raise AssertionError(f"{path} {answer.status_code}: {answer.text[:400]}")
            self.retries += 1
            time.sleep(0.1)
        raise AssertionError(f"no answer for {PATIENCE} s: {path}")


def processes(running: LiveCity, role: str) -> list[psutil.Process]:
    return [p for p in psutil.Process(running.process.pid).children() if role in p.cmdline()]


def kill_in_turn(running: LiveCity, reporters: list[Reporter]) -> int:
    """Kill each part while the reporters work; returns how many kills were done."""
    postgres = EmbeddedPostgres(running.folder / "postgres")
    goals = [0.15, 0.35, 0.55, 0.75]
    deeds = ["worker", "web", "postgres", "web"]
    total = sum(r.loops for r in reporters)
    for goal, deed in zip(goals, deeds, strict=True):
        until = time.monotonic() + 300
        while sum(len(r.noted) for r in reporters) < goal * total and time.monotonic() < until:
            assert not [r.fault for r in reporters if r.fault]
            time.sleep(0.02)
        if deed == "postgres":
            postgres.kill()
        else:
            for process in processes(running, deed):
                os.kill(process.pid, signal.SIGKILL)
    return len(deeds)


@pytest.mark.timeout(900)
def test_nothing_acknowledged_is_lost_and_nothing_is_doubled(home_dir: Path) -> None:
    running = LiveCity(home_dir / "killed")
    reporters = [Reporter(running.url, n, LOOPS // THREADS) for n in range(THREADS)]
    for reporter in reporters:
        reporter.start()
    assert kill_in_turn(running, reporters) == 4
    for reporter in reporters:
        reporter.join(300)
    assert [r.fault for r in reporters if r.fault] == []
    assert sum(r.retries for r in reporters) > 0, "the kills were not felt: nothing was proven"
    acknowledged = {k: v for r in reporters for k, v in r.acknowledged.items()}
    assert len(acknowledged) == LOOPS
    with psycopg.connect(EmbeddedPostgres(running.folder / "postgres").url(), autocommit=True) as conn:
        rows = conn.execute(
            "select c.source_ref, m.number, count(*) filter (where e.move = 'note')"
            " from commons.flow_matter m join govern.cases_case c on c.id = m.id"
            " join commons.flow_entry e on e.matter_id = m.id where c.source_ref like 'kill-%' group by 1, 2"
        ).fetchall()
        stored = {ref: number for ref, number, _ in rows}
        assert stored == acknowledged
        assert max(Counter(ref for ref, _, _ in rows).values()) == 1
        assert {ref for ref, _, notes in rows if notes != 1} == set()
        _wait_for_consumers(conn)
        counted = conn.execute(
            "select sum(reported) from decide.indicators_tally where dim = 'county' and day > date '0001-01-01'"
        ).fetchone()
        assert counted == (len(stored),), "the counters moved once per case, through all kills"
    assert running.stop() == 0


def _wait_for_consumers(conn: psycopg.Connection) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until:
        row = conn.execute(
            "select count(*) from runtime.outbox_event e, runtime.outbox_cursor c"
            " where c.consumer = 'decide.tally' and e.topic = 'cases.changed' and (e.txid, e.id) > (c.txid, c.event_id)"
        ).fetchone()
        if row == (0,):
            return
        time.sleep(0.2)
    raise AssertionError("the consumers did not catch up")
