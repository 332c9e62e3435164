"""The blob store keeps bytes under their hash and gives them back unchanged."""

import hashlib
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chengshu.runtime.blobs import Blobs


@given(content=st.binary(max_size=4096))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_gives_back_what_was_put(content: bytes, tmp_path: Path) -> None:
    blobs = Blobs(tmp_path)
    name = blobs.put_now(content)
    assert name == hashlib.sha256(content).hexdigest()
    assert blobs.path(name).read_bytes() == content
    assert blobs.put_now(content) == name


@pytest.mark.parametrize("bad", ["", "../../etc/passwd", "A" * 64, "0" * 63, "0" * 64 + "\n", "/" * 64])
def test_refuses_names_that_are_no_hash(bad: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="SHA-256"):
        Blobs(tmp_path).path(bad)


def test_leaves_no_part_behind(tmp_path: Path) -> None:
    blobs = Blobs(tmp_path)
    blobs.put_now(b"whole")
    assert [f for f in tmp_path.rglob("*") if f.name.startswith(".part-")] == []
