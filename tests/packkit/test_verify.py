"""The matrix: a row is proven only when every part of its statement is exercised and passes."""

from pathlib import Path

import pytest

from chengshu.packkit import verify
from chengshu.packkit.verify import Part, Scenario, judge


def scenario(name: str, *covers: str, outcome: str = "passed") -> Scenario:
    return Scenario(name, covers, outcome, 0.1)


PARTS = (Part("立案", ("a",)), Part("结案", ("b",)))


@pytest.mark.parametrize(
    ("ran", "status", "missing"),
    [
        ([], "not_yet", ()),
        ([scenario("a", "D10")], "partly", ("结案",)),
        ([scenario("a", "D10"), scenario("b", "D10")], "proven", ()),
        ([scenario("a", "D10"), scenario("b", "D10", outcome="failed")], "failing", ()),
        ([scenario("a", "D10"), scenario("b", "D11")], "partly", ("结案",)),
        ([scenario("c", "D10", outcome="skipped")], "failing", ()),
    ],
)
def test_judges(ran: list[Scenario], status: str, missing: tuple[str, ...]) -> None:
    assert judge("D10", {one.id: one for one in ran}, PARTS) == (status, missing)


def test_without_parts_nothing_is_proven() -> None:
    assert judge("D11", {"a": scenario("a", "D11")}, ())[0] == "partly"


def test_the_inventory_has_all_systems_once() -> None:
    ids = [row["id"] for row in verify.systems()]
    assert len(ids) == len(set(ids)) == 477
    assert {row["group"] for row in verify.systems()} == set(verify.groups())
    assert all(row["zh"] and row["en"] for row in verify.systems())


def test_claims_name_systems_that_there_are() -> None:
    assert set(verify.claims()) <= {row["id"] for row in verify.systems()}
    assert all(part.text for parts in verify.claims().values() for part in parts)


def test_runs_scenarios_in_a_process_of_their_own(tmp_path: Path) -> None:
    folder = tmp_path / "lake"
    (folder / "acceptance").mkdir(parents=True)
    (folder / "pack.yaml").write_text("title: {zh: 湖}\n", "utf-8")
    (folder / "acceptance" / "test_lake.py").write_text(
        "import os\nfrom chengshu.sdk import covers\n\n"
        "@covers('D10')\ndef test_good():\n    assert os.environ['CHENGSHU_URL'] == 'http://city.test'\n\n"
        "@covers('D11')\ndef test_bad():\n    assert False, 'the lake is dry'\n",
        "utf-8",
    )
    matrix = verify.run("http://city.test/", [tmp_path])
    found = {one.id: one for one in matrix.scenarios}
    assert found["lake/test_lake::test_good"].outcome == "passed"
    assert "the lake is dry" in found["lake/test_lake::test_bad"].message
    assert {row.id: row.status for row in matrix.rows if row.status != "not_yet"}["D11"] == "failing"
    assert sum(matrix.counts().values()) == 477
    text = matrix.as_text("zh")
    assert "477" in text
    assert "✗ lake/test_lake::test_bad" in text
