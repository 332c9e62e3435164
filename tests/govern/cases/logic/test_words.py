"""Texts at the door, urgency, receipt codes, tickets, and the day's walk."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chengshu.govern.cases.contracts import Condition, SmallClass
from chengshu.govern.cases.errors import TextInvalid, TextTooLong
from chengshu.govern.cases.logic import receipts, urgency, words
from chengshu.govern.cases.logic.catalog import limit_of
from chengshu.govern.cases.service.export import safe_cell
from chengshu.govern.gridwork.logic.route import length_m, walk


class TestChecked:
    @given(st.text(max_size=300))
    def test_what_is_kept_can_be_stored(self, text: str) -> None:
        try:
            kept = words.checked(text, "text", 200)
        except (TextInvalid, TextTooLong):
            return
        kept.encode("utf-8")
        assert "\x00" not in kept
        assert len(kept) <= 200

    @pytest.mark.parametrize("text", ["a\x00b", "\ud83d", "x\udfff"])
    def test_refuses_what_cannot_be_stored(self, text: str) -> None:
        with pytest.raises(TextInvalid):
            words.checked(text, "text", 100)

    def test_title_is_the_first_sentence(self) -> None:
        assert words.title_of("文昌路井盖缺失。请尽快处理") == "文昌路井盖缺失"
        assert len(words.title_of("长" * 500)) == words.TITLE_LENGTH

    @given(st.text(st.characters(min_codepoint=48, max_codepoint=57), min_size=3, max_size=20))
    def test_a_masked_phone_hides_most(self, phone: str) -> None:
        masked = words.mask_phone(phone) or ""
        assert len(masked) == len(phone)
        assert phone == masked or "*" in masked


class TestUrgency:
    SMALL = SmallClass("010101", {"zh": "上水井盖"}, "0101", {"zh": "公用设施"}, "c")

    def test_words_of_danger(self) -> None:
        assert urgency.judge("小区起火了", self.SMALL, None)[0] == "critical"
        assert urgency.judge("井盖缺失很危险", self.SMALL, None)[0] == "urgent"
        assert urgency.judge("明天消防演练吗", self.SMALL, None)[0] == "normal"
        assert urgency.judge("墙倒了，没有受伤", self.SMALL, None)[0] == "normal"

    def test_the_condition_counts(self) -> None:
        condition = Condition("missing", {"zh": "缺失"}, "2uh", {"zh": "恢复"}, urgent=True)
        level, why = urgency.judge("井盖", self.SMALL, condition)
        assert level == "urgent"
        assert "缺失" in why


class TestSeasons:
    def test_a_season_may_run_over_new_year(self) -> None:
        condition = Condition("dead", {"zh": "死株"}, "5wd", {"zh": "补种"}, seasons=(("11-01", "02-28", "15wd"),))
        assert limit_of(condition, dt.date(2026, 12, 31)) == "15wd"
        assert limit_of(condition, dt.date(2026, 1, 2)) == "15wd"
        assert limit_of(condition, dt.date(2026, 5, 1)) == "5wd"


class TestSecrets:
    def test_codes_are_readable_and_repeatable(self) -> None:
        code = receipts.new_code(b"k" * 32, "seed")
        assert code == receipts.new_code(b"k" * 32, "seed")
        assert code != receipts.new_code(b"j" * 32, "seed")
        assert len(code) == 8
        assert set(code) <= set(receipts.ALPHABET)
        assert len({receipts.new_code(b"k") for _ in range(500)}) == 500

    @given(st.text(max_size=60))
    def test_only_the_right_ticket_opens(self, ticket: str) -> None:
        assert not receipts.ticket_fits(b"k", "a" * 64, ticket, 1000)

    def test_a_ticket_ends(self) -> None:
        ticket = receipts.ticket_for(b"k", "a" * 64, 2000)
        assert receipts.ticket_fits(b"k", "a" * 64, ticket, 1999)
        assert not receipts.ticket_fits(b"k", "a" * 64, ticket, 2001)
        assert not receipts.ticket_fits(b"k", "b" * 64, ticket, 1999)
        assert not receipts.ticket_fits(b"other", "a" * 64, ticket, 1999)


class TestCells:
    @given(st.text(max_size=40))
    def test_no_cell_is_a_formula(self, text: str) -> None:
        assert not safe_cell(text).startswith(("=", "+", "-", "@"))


POINTS = st.lists(st.tuples(st.floats(119.6, 120.1), st.floats(31.1, 31.6)), max_size=12)


class TestWalk:
    @given(POINTS)
    def test_every_place_once(self, points: list[tuple[float, float]]) -> None:
        assert sorted(walk(points, (119.8, 31.3))) == list(range(len(points)))

    @given(POINTS.filter(lambda p: len(p) > 2))
    def test_never_longer_than_nearest_next(self, points: list[tuple[float, float]]) -> None:
        from chengshu.base.geo import distance_m

        here, left, plain = (119.8, 31.3), list(range(len(points))), list[int]()
        while left:
            step = min(left, key=lambda i: (distance_m(*here, *points[i]), i))
            left.remove(step)
            plain.append(step)
            here = points[step]
        start = (119.8, 31.3)
        assert length_m(points, walk(points, start), start) <= length_m(points, plain, start) + 1
