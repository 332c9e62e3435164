"""The chain of hashes, without a database."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chengshu.commons.ledger.logic.chain import GENESIS, canonical, seal, sm3
from chengshu.commons.ledger.logic.walk import Walker

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)


def entry(number: int, **changes: Any) -> dict[str, Any]:
    return {
        "id": number, "at": "2026-11-22T00:00:00.000001Z", "city_at": "2026-11-22T00:00:00.000001Z", "actor_id": 1000,
        "actor_name": "张三", "action": "cases.close", "subject": f"case:{number}", "outcome": "done", "detail": "{}",
        "remote": None, "request_id": None, **changes,
    }  # fmt: skip


def sealed(entries: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Rows as the database joins them."""
    rows = seal(entries, 0, GENESIS)
    return [
        {"seal_no": s.seal_no, "entry_id": s.entry_id, "content": s.content, "hash": s.hash, **e}
        for s, e in zip(rows, entries, strict=True)
    ]


class TestSm3:
    @pytest.mark.parametrize(
        ("message", "digest"),
        [  # GB/T 32905-2016, annex A
            (b"abc", "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"),
            (b"abcd" * 16, "debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732"),
        ],
    )
    def test_gives_the_standards_digests(self, message: bytes, digest: str) -> None:
        assert sm3(message).hex() == digest
        assert sm3(message[:1], message[1:]).hex() == digest


class TestWalk:
    def test_passes_a_whole_chain_in_parts(self) -> None:
        rows = sealed([entry(n) for n in range(1, 20)])
        walker = Walker()
        assert walker.step(rows[:7]) is None
        assert walker.step(rows[7:]) is None
        assert walker.seal_no == 19

    @given(st.lists(st.tuples(TEXT, TEXT), min_size=3, max_size=12), st.data())
    def test_names_the_first_changed_record(self, texts: list[tuple[str, str]], data: st.DataObject) -> None:
        rows = sealed([entry(n, subject=s, actor_name=a) for n, (s, a) in enumerate(texts, 1)])
        at = data.draw(st.integers(0, len(rows) - 1))
        field = data.draw(st.sampled_from(["subject", "actor_name", "action", "outcome", "detail", "at", "remote"]))
        rows[at][field] = f"{rows[at][field]}x"
        broken = Walker().step(rows)
        assert broken is not None
        assert (broken.kind, broken.seal_no, broken.entry_id) == ("changed", at + 1, at + 1)

    @given(st.integers(2, 12), st.data())
    def test_names_a_missing_record(self, count: int, data: st.DataObject) -> None:
        rows = sealed([entry(n) for n in range(1, count + 1)])
        at = data.draw(st.integers(0, count - 2))
        del rows[at]
        broken = Walker().step(rows)
        assert broken is not None
        assert (broken.kind, broken.seal_no) == ("seal_missing", at + 1)

    @given(st.integers(3, 12), st.data())
    def test_names_the_first_of_two_exchanged_records(self, count: int, data: st.DataObject) -> None:
        rows = sealed([entry(n) for n in range(1, count + 1)])
        one, two = sorted(data.draw(st.lists(st.integers(0, count - 1), min_size=2, max_size=2, unique=True)))
        for key in set(rows[0]) - {"seal_no"}:
            rows[one][key], rows[two][key] = rows[two][key], rows[one][key]
        broken = Walker().step(rows)
        assert broken is not None
        assert (broken.kind, broken.seal_no) == ("chain", one + 1)

    def test_a_record_resealed_alone_breaks_the_chain_behind_it(self) -> None:
        entries = [entry(n) for n in range(1, 6)]
        rows = sealed(entries)
        changed = entry(2, subject="case:other")
        again = seal([changed], 1, rows[0]["hash"])[0]
        rows[1] = {"seal_no": 2, "entry_id": 2, "content": again.content, "hash": again.hash, **changed}
        broken = Walker().step(rows)
        assert broken is not None
        assert (broken.kind, broken.seal_no) == ("chain", 3)

    def test_canonical_text_is_the_same_whatever_the_order_of_keys(self) -> None:
        one = entry(1)
        assert canonical(one) == canonical(dict(reversed(one.items())))
