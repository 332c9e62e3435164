"""The rules of the house that a linter does not know."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from chengshu.runtime.settings import HOUSE
from tests.architecture.waivers import LONG_FILES, LONG_FUNCTIONS

SRC = HOUSE / "src" / "chengshu"
FORBIDDEN_NAMES = {"utils.py", "helpers.py", "common.py", "misc.py", "manager.py"}
ROOM_PARTS = {
    "__init__", "contracts", "errors", "events", "permissions", "spec", "model", "store",
    "service", "facade", "http", "jobs", "handlers", "logic",
}  # fmt: skip
"""A part is a file, or a folder of the same name once the file has outgrown its 400 lines."""
WINGS = ("commons", "data", "govern", "decide")
FILE_LINES = 400
FUNCTION_LINES = 60


def python_files() -> Iterator[Path]:
    for top in ("src", "simulate", "tests", "bench", "packs"):
        yield from (f for f in (HOUSE / top).rglob("*.py") if "__pycache__" not in f.parts)


def rooms() -> list[Path]:
    return [r for wing in WINGS for r in sorted((SRC / wing).iterdir()) if r.is_dir() and r.name != "__pycache__"]


def name_of(file: Path) -> str:
    return file.relative_to(HOUSE).as_posix()


class TestSizes:
    def test_files_stay_short(self) -> None:
        long = {name_of(f): n for f in python_files() if (n := len(f.read_text().splitlines())) > FILE_LINES}
        assert set(long) == set(LONG_FILES), f"longer than {FILE_LINES} lines, or waived without need: {long}"

    def test_functions_stay_short(self) -> None:
        long: dict[str, int] = {}
        for file in python_files():
            for node in ast.walk(ast.parse(file.read_text())):
                if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                    lines = (node.end_lineno or node.lineno) - node.lineno + 1
                    if lines > FUNCTION_LINES:
                        long[f"{name_of(file)}:{node.name}"] = lines
        assert set(long) == set(LONG_FUNCTIONS), f"longer than {FUNCTION_LINES} lines, or waived without need: {long}"


class TestNames:
    def test_no_file_without_a_noun(self) -> None:
        assert [name_of(f) for f in python_files() if f.name in FORBIDDEN_NAMES] == []

    @pytest.mark.parametrize("room", rooms(), ids=lambda r: f"{r.parent.name}.{r.name}")
    def test_rooms_have_their_fixed_files(self, room: Path) -> None:
        found = {f.stem for f in room.iterdir() if f.name != "__pycache__"}
        assert found <= ROOM_PARTS, f"{name_of(room)} holds {sorted(found - ROOM_PARTS)}"

    @pytest.mark.parametrize("room", rooms(), ids=lambda r: f"{r.parent.name}.{r.name}")
    def test_rooms_introduce_themselves(self, room: Path) -> None:
        doc = ast.get_docstring(ast.parse((room / "__init__.py").read_text())) or ""
        assert len(doc) > 60, f"{name_of(room)}/__init__.py should tell nouns, verbs and events"

    def test_every_module_has_its_sentence(self) -> None:
        silent = [name_of(f) for f in (SRC).rglob("*.py") if not ast.get_docstring(ast.parse(f.read_text()))]
        assert silent == []


class TestEdges:
    def test_nobody_commits_but_the_edge(self) -> None:
        allowed = {"src/chengshu/migrate.py"}
        guilty = [
            name_of(f) for f in SRC.rglob("*.py")
            if re.search(r"\.(commit|rollback)\(", f.read_text()) and name_of(f) not in allowed
        ]  # fmt: skip
        assert guilty == []

    def test_edges_call_the_service_not_the_store(self) -> None:
        guilty = [
            f"{name_of(room)}/{edge}"
            for room in rooms() for edge in ("http.py", "jobs.py", "handlers.py")
            if (room / edge).exists() and re.search(r"^from \S*(store|model) import|import store", (room / edge).read_text(), re.M)
        ]  # fmt: skip
        assert guilty == []

    def test_rooms_meet_through_their_front_doors(self) -> None:
        doors = {"facade", "contracts", "events", "spec", "errors", "permissions"}
        room_name = r"chengshu\.(commons|data|govern|decide)\.(\w+)"
        pattern = re.compile(rf"^\s*from {room_name}\.(\w+)|^\s*from {room_name} import (.+)$", re.M)
        guilty: list[str] = []
        for file in SRC.rglob("*.py"):
            own = file.relative_to(SRC).parts[:2]
            if own[0] not in WINGS:
                continue
            for match in pattern.finditer(file.read_text()):
                wing, room = (match[1], match[2]) if match[1] else (match[4], match[5])
                names = {match[3]} if match[1] else {n.strip(" ()").split(" as ")[0] for n in match[6].split(",")}
                if (wing, room) != own and not names - {""} <= doors:
                    guilty.append(f"{name_of(file)}: {match[0].strip()}")
        assert guilty == []

    def test_no_business_code_reads_the_machine_clock(self) -> None:
        pattern = re.compile(r"datetime\.now\(|datetime\.utcnow\(|date\.today\(|time\.time\(")
        wings = [f for wing in WINGS for f in (SRC / wing).rglob("*.py")] + list((SRC / "base").rglob("*.py"))
        assert [name_of(f) for f in wings if pattern.search(f.read_text())] == []
