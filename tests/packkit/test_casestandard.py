"""Importing a 立案处置结案 standard: shapes kept, units never guessed."""

from pathlib import Path

import pytest

from chengshu.base.errors import Problem
from chengshu.packkit import casestandard, source
from chengshu.packkit.errors import UnitsUnclear

HEAD = "big_code,big_name,small_code,small_name,file_condition,time_limit,close_condition\n"
CLEAR = (
    HEAD
    + "1,公用设施,1,上水井盖,缺失,2紧急工作时,恢复\n01,公用设施,01,上水井盖,异响,2工作日,修复\n02,道路,3,护栏,破损,半个工作日,修复\n"
)


def test_one_small_class_keeps_all_its_conditions(tmp_path: Path) -> None:
    body = casestandard.catalogue(casestandard.read(CLEAR.encode("utf-8-sig")), "01", "部件标准", {})
    (first, second) = body["groups"]
    assert (first["code"], first["classes"][0]["code"]) == ("0101", "010101")
    assert [(c["limit"], c.get("urgent", False)) for c in first["classes"][0]["conditions"]] == [
        ("2uh", True),
        ("2wd", False),
    ]
    assert second["classes"][0]["conditions"][0]["limit"] == "0.5wd"
    casestandard.write(body, tmp_path / "classes" / "standard.yaml")
    again = source.read(tmp_path / "classes" / "standard.yaml", "standard.yaml").data
    assert again == body


def test_ambiguous_units_are_asked_for() -> None:
    rows = casestandard.read(
        (HEAD + "01,公用设施,01,井盖,缺失,2小时,恢复\n01,公用设施,01,井盖,破损,3天,修复\n").encode()
    )
    with pytest.raises(UnitsUnclear) as unclear:
        casestandard.catalogue(rows, "01", "部件", {"小时": "wh"})
    assert "天" in unclear.value.detail("zh")
    assert "--unit-map" in unclear.value.body("zh")["remedy"]
    body = casestandard.catalogue(rows, "01", "部件", {"小时": "uh", "天": "cd"})
    assert [c["limit"] for c in body["groups"][0]["classes"][0]["conditions"]] == ["2uh", "3cd"]


@pytest.mark.parametrize("text", ["a,b\n1,2\n", HEAD + "01,公用,01,井盖,缺失,尽快,恢复\n"])
def test_what_cannot_be_read_is_named(text: str) -> None:
    with pytest.raises(Problem) as broken:
        casestandard.read(text.encode())
    assert broken.value.field
