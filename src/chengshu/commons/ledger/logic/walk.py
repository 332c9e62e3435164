"""Walking a chain record by record until something does not fit."""

from collections.abc import Iterable, Mapping
from typing import Any

from chengshu.commons.ledger.contracts import Broken
from chengshu.commons.ledger.logic.chain import GENESIS, canonical, link, sm3


class Walker:
    """Goes along the seals in their order; stops at the first that does not hold."""

    def __init__(self) -> None:
        self.seal_no = 0
        self.hash = GENESIS

    def step(self, rows: Iterable[Mapping[str, Any]]) -> Broken | None:
        """Check some rows: `seal_no, entry_id, content, hash` of the seal and the entry's own columns, `id` None when
        the entry is gone."""
        for row in rows:
            broken = self._check(row)
            if broken is not None:
                return broken
            self.seal_no, self.hash = row["seal_no"], bytes(row["hash"])
        return None

    def _check(self, row: Mapping[str, Any]) -> Broken | None:
        expected, entry_id = self.seal_no + 1, row["entry_id"]
        if row["seal_no"] != expected:
            return Broken("seal_missing", expected)
        if row["id"] is None:
            return Broken("entry_missing", expected, entry_id)
        content = bytes(row["content"])
        if link(expected, self.hash, content) != bytes(row["hash"]):
            # When the entry still has its digest, the seal was tampered with; else the entry and its digest were.
            return Broken("chain", expected, entry_id)
        if sm3(canonical(row)) != content:
            return Broken("changed", expected, entry_id)
        return None
