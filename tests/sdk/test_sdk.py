"""The SDK is small, documented, and the only thing that Python in a pack imports."""

import ast
import io
import sys
from pathlib import Path

import httpx
import pytest
from PIL import Image

import chengshu.sdk as sdk
from chengshu.runtime.settings import HOUSE
from chengshu.sdk import Person, Refused, covers, eventually, photo

ALLOWED_BESIDES = {"pytest", *sys.stdlib_module_names}


def imports(file: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add(node.module or "")
    return found


@pytest.mark.parametrize("file", sorted((HOUSE / "packs").rglob("*.py")), ids=lambda f: f.stem)
def test_packs_import_the_sdk_alone(file: Path) -> None:
    strangers = {name for name in imports(file) if name != "chengshu.sdk" and name.split(".")[0] not in ALLOWED_BESIDES}
    assert strangers == set()


def test_every_name_is_documented() -> None:
    assert all(getattr(sdk, name).__doc__ for name in sdk.__all__ if name != "Answer")


def test_covers_adds_up() -> None:
    @covers("D10")
    @covers("D08", "D11")
    def scenario() -> None: ...

    assert scenario.__covers__ == ("D08", "D11", "D10")  # type: ignore[attr-defined]


def test_photos_differ_and_open() -> None:
    first, second = photo("a"), photo("a")
    assert first != second
    assert Image.open(io.BytesIO(first)).size == (640, 480)


def test_eventually_gives_the_first_truth_and_the_last_fault() -> None:
    answers = iter([0, 0, 7])
    assert eventually(lambda: next(answers), every=0.001) == 7
    with pytest.raises(AssertionError, match="still"):
        eventually(lambda: 0, seconds=0.01, every=0.001)


def test_a_refusal_shows_the_answer() -> None:
    answer = httpx.Response(422, json={"detail": "字段有误"})
    client = httpx.Client(transport=httpx.MockTransport(lambda _: answer), base_url="http://city.test")
    with pytest.raises(Refused, match="字段有误"):
        Person(client, {}, {}).get("/api/x")
