"""The steps of "a pack in thirty minutes" work as they are written, in both languages."""

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from chengshu.runtime.settings import HOUSE

BLOCK = re.compile(r"^```(\w+)(?: file=(\S+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def blocks(lang: str) -> list[tuple[str, str, str]]:
    """Kind, file and text of every block of code on the page."""
    text = (HOUSE / "docs" / "how-to" / f"pack-in-thirty-minutes.{lang}.md").read_text("utf-8")
    return [(found[1], found[2] or "", found[3]) for found in BLOCK.finditer(text)]


def commands(text: str) -> Iterator[list[str]]:
    for line in text.splitlines():
        program, *arguments = shlex.split(line)
        assert program == "./chengshu", f"the page runs nothing but ./chengshu: {line}"
        yield arguments


def test_both_languages_show_the_same_steps() -> None:
    assert blocks("zh") == blocks("en")
    assert sum(kind == "sh" for kind, _, _ in blocks("zh")) >= 4


@pytest.mark.timeout(600)
def test_every_step_works(tmp_path: Path, live_city: str, home_dir: Path) -> None:
    environment = {**os.environ, "CHENGSHU_DATA_DIR": str(home_dir / "live"), "CHENGSHU_URL": live_city}
    said = ""
    for kind, file, text in blocks("zh"):
        if file:
            path = tmp_path / file
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, "utf-8")
        if kind != "sh":
            continue
        for arguments in commands(text):
            command = [sys.executable, "-m", "chengshu.cli", *arguments]
            done = subprocess.run(
                command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=300, check=False
            )
            said = done.stdout + done.stderr
            assert done.returncode == 0, f"{arguments}\n{said}"
            if arguments[:2] == ["pack", "check"]:
                last_rung = said
    assert "flood_points 1.0.0: ready" in last_rung
