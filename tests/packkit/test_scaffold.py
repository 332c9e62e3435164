"""What the scaffold writes passes the check, and schemas know what the models know."""

import json
from pathlib import Path

import jsonschema
import pytest

from chengshu.packkit import scaffold, source
from chengshu.packkit.check import check_packs
from chengshu.packkit.errors import UnknownKind
from chengshu.packkit.kinds import KINDS
from chengshu.packkit.schema import write_schemas
from chengshu.runtime.settings import HOUSE


def test_every_first_version_passes(tmp_path: Path) -> None:
    scaffold.new_pack(tmp_path, "meadow", "local")
    for kind in KINDS:
        scaffold.new_declaration(tmp_path / "meadow", kind.id, "daisy")
    _, found = check_packs([tmp_path / "meadow"])
    assert [finding.text() for finding in found] == []


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    scaffold.new_pack(tmp_path, "meadow", "local")
    with pytest.raises(FileExistsError):
        scaffold.new_pack(tmp_path, "meadow", "local")
    with pytest.raises(UnknownKind, match="tables"):
        scaffold.new_declaration(tmp_path / "meadow", "tables", "daisy")


def test_schemas_accept_the_packs_of_the_house_and_refuse_strangers(tmp_path: Path) -> None:
    write_schemas(tmp_path)
    for kind in KINDS:
        schema = json.loads((tmp_path / f"{kind.id}.schema.json").read_text("utf-8"))
        validator = jsonschema.Draft202012Validator(schema)
        pattern = kind.file or f"{kind.id}/*.yaml"
        for file in (HOUSE / "packs").glob(f"*/*/{pattern}"):
            data = source.read(
                file,
                file.name,
                dict.fromkeys(("handle_limit", "urgent_limit", "critical_limit", "settle_limit"), "1wd"),
            ).data
            assert list(validator.iter_errors(data)) == [], file
            assert list(validator.iter_errors({**data, "surprise": 1}))
