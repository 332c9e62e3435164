"""Runs the acceptance scenarios of packs against a running city and tells which systems of the inventory they prove."""

import csv
import json
import os
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Literal

from chengshu.packkit import source

Status = Literal["proven", "failing", "partly", "not_yet"]
WORDS: dict[Status, tuple[str, str]] = {
    "proven": ("已证明", "proven"),
    "failing": ("未通过", "failing"),
    "partly": ("部分", "partly"),
    "not_yet": ("尚未", "not yet"),
}
LONGEST_RUN = 1800


@dataclass(frozen=True, slots=True)
class Scenario:
    """One acceptance scenario as it went."""

    id: str
    covers: tuple[str, ...]
    outcome: str
    seconds: float
    message: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """One piece of a system's statement, and the scenarios that exercise it."""

    text: str
    scenarios: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """A system of the inventory and how far it is proven."""

    id: str
    group: str
    zh: str
    en: str
    status: Status
    scenarios: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Matrix:
    """All rows, and the scenarios behind them."""

    rows: Sequence[Row]
    scenarios: Sequence[Scenario]

    def counts(self) -> dict[str, int]:
        found = Counter(row.status for row in self.rows)
        return {status: found.get(status, 0) for status in WORDS}

    def as_json(self) -> str:
        body = {
            "systems": len(self.rows),
            "counts": self.counts(),
            "rows": [asdict(row) for row in self.rows],
            "scenarios": [asdict(scenario) for scenario in self.scenarios],
        }
        return json.dumps(body, ensure_ascii=False, indent=1)

    def as_text(self, lang: str = "zh", *, all_rows: bool = False) -> str:
        """The matrix by groups; rows not yet begun are only counted unless asked for."""
        at = 0 if lang == "zh" else 1
        titles = groups()
        lines: list[str] = []
        for group in dict.fromkeys(row.group for row in self.rows):
            mine = [row for row in self.rows if row.group == group]
            done = Counter(row.status for row in mine)
            figures = "  ".join(f"{WORDS[s][at]} {done[s]}" for s in WORDS if done[s])
            lines.append(f"{group:3} {titles[group][at]}  [{len(mine)}]  {figures}")
            for row in mine:
                if row.status != "not_yet" or all_rows:
                    lines.append(f"    {row.id:5} {WORDS[row.status][at]}  {(row.zh, row.en)[at]}")
                    lines += [f"          - {text}" for text in row.missing]
        total = "  ".join(f"{WORDS[s][at]} {n}" for s, n in self.counts().items())  # type: ignore[index]
        failed = [s for s in self.scenarios if s.outcome not in ("passed", "skipped")]
        lines += [f"✗ {s.id}: {s.message}" for s in failed]
        passed = sum(s.outcome == "passed" for s in self.scenarios)
        lines.append(f"{len(self.rows)}  {total}   ({passed}/{len(self.scenarios)})")
        return "\n".join(lines)


def _table(name: str) -> list[dict[str, str]]:
    text = resources.files("chengshu.packkit.inventory").joinpath(name).read_text("utf-8")
    return list(csv.DictReader(text.splitlines()))


@cache
def systems() -> tuple[dict[str, str], ...]:
    """The inventory: id, group, zh, en."""
    return tuple(_table("systems.csv"))


@cache
def groups() -> dict[str, tuple[str, str]]:
    """Titles of the groups."""
    return {row["id"]: (row["zh"], row["en"]) for row in _table("groups.csv")}


@cache
def claims() -> dict[str, tuple[Part, ...]]:
    """The parts of each statement that scenarios claim to exercise; parts without scenarios are named all the same."""
    path = Path(str(resources.files("chengshu.packkit.inventory").joinpath("claims.yaml")))
    data = source.read(path, "inventory/claims.yaml").data
    return {
        system: tuple(Part(part["part"], tuple(part.get("scenarios", ()))) for part in parts)
        for system, parts in data.items()
    }


def judge(system: str, scenarios: Mapping[str, Scenario], parts: Sequence[Part]) -> tuple[Status, tuple[str, ...]]:
    """A system is proven when every part of its statement has scenarios and all of them passed."""
    covering = {id_ for id_, scenario in scenarios.items() if system in scenario.covers}
    claimed = {id_ for part in parts for id_ in part.scenarios}
    if any(scenarios[id_].outcome != "passed" for id_ in (covering | claimed) & set(scenarios)):
        return "failing", ()
    if not covering:
        return "not_yet", ()
    missing = tuple(part.text for part in parts if not part.scenarios or not set(part.scenarios) <= covering)
    return ("proven" if parts and not missing else "partly"), missing


def matrix(scenarios: Sequence[Scenario]) -> Matrix:
    """The rows of the inventory in the light of what ran."""
    by_id = {scenario.id: scenario for scenario in scenarios}
    rows: list[Row] = []
    for system in systems():
        status, missing = judge(system["id"], by_id, claims().get(system["id"], ()))
        names = tuple(s.id for s in scenarios if system["id"] in s.covers)
        rows.append(Row(system["id"], system["group"], system["zh"], system["en"], status, names, missing))
    return Matrix(rows, scenarios)


def folders(packs: Sequence[Path]) -> list[Path]:
    """The acceptance folders of the packs under some folders."""
    found = {file.parent / "acceptance" for path in packs for file in Path(path).rglob("pack.yaml")}
    return sorted(folder for folder in found if folder.is_dir() and any(folder.glob("test_*.py")))


def run_scenarios(base_url: str, packs: Sequence[Path], extra: Sequence[str] = ()) -> list[Scenario]:
    """Run the scenarios in a process of their own: they know the city's address and nothing else of this program."""
    asked = folders(packs)
    if not asked:
        return []
    with tempfile.TemporaryDirectory(prefix="chengshu-verify-") as folder:
        report = Path(folder) / "report.json"
        environment = {**os.environ, "CHENGSHU_URL": base_url.rstrip("/"), "CHENGSHU_VERIFY_REPORT": str(report)}
        command = [sys.executable, "-m", "pytest", "-q", "--no-header", "-p", "chengshu.sdk.acceptance", "-p", "no:asyncio", "-p",
                   "no:cacheprovider", "-c", os.devnull, f"--rootdir={Path.cwd()}", "--import-mode=importlib",
                   *extra, *map(str, asked)]  # fmt: skip
        subprocess.run(command, env=environment, check=False, timeout=LONGEST_RUN, stdout=sys.stderr)  # noqa: S603
        if not report.exists():
            return []
        return [Scenario(**{**row, "covers": tuple(row["covers"])}) for row in json.loads(report.read_text("utf-8"))]


def run(base_url: str, packs: Sequence[Path], extra: Sequence[str] = ()) -> Matrix:
    """Run the scenarios of packs against a city and draw the matrix."""
    return matrix(run_scenarios(base_url, packs, extra))
