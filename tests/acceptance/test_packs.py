"""Every scenario of every pack passes against a running county, and the matrix tells all rows of the inventory."""

import pytest

from chengshu.packkit import verify
from chengshu.runtime.settings import HOUSE


@pytest.mark.timeout(600)
def test_every_scenario_passes(live_city: str) -> None:
    matrix = verify.run(live_city, [HOUSE / "packs"])
    broken = {s.id: s.message for s in matrix.scenarios if s.outcome != "passed"}
    assert broken == {}
    assert len(matrix.scenarios) > 40
    assert len(matrix.rows) == 477
    assert {row.id for row in matrix.rows if row.status == "failing"} == set()
