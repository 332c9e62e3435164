"""Limits of time: text, words, refusals."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chengshu.base.limits import MINUTES, Limit, LimitInvalid, minutes_in_words


class TestParse:
    @pytest.mark.parametrize(
        ("text", "minutes", "unit", "zh", "en"),
        [
            ("2uh", 120, "uh", "2个紧急工作时", "2 urgent hours"),
            ("4wh", 240, "wh", "4个工作时", "4 working hours"),
            ("2wd", 960, "wd", "2个工作日", "2 working days"),
            ("1wd", 480, "wd", "1个工作日", "1 working day"),
            ("3cd", 4320, "cd", "3个自然日", "3 calendar days"),
            ("30min", 30, "min", "30分钟", "30 minutes"),
            ("24h", 1440, "h", "24小时", "24 hours"),
            ("0.5wd", 240, "wd", "0.5个工作日", "0.5 working days"),
        ],
    )
    def test_reads_and_says(self, text: str, minutes: int, unit: str, zh: str, en: str) -> None:
        limit = Limit.parse(text)
        assert (limit.minutes, limit.unit) == (minutes, unit)
        assert limit.words() == {"zh": zh, "en": en}
        assert str(limit) == text

    @pytest.mark.parametrize(
        "text", ["", "2", "wd", "2 wd", "-1wd", "0wd", "2xd", "1.001wd", "0.51min", "２wd", "9" * 40 + "h"]
    )
    def test_refuses_with_the_way_out(self, text: str) -> None:
        with pytest.raises(LimitInvalid) as refused:
            Limit.parse(text, field="limits.handle")
        assert refused.value.body("zh")["field"] == "limits.handle"
        assert "5wd" in refused.value.body("en")["remedy"]

    @given(st.integers(1, 99999), st.sampled_from(sorted(MINUTES)))
    def test_text_comes_back(self, amount: int, unit: str) -> None:
        limit = Limit.parse(f"{amount}{unit}")
        assert Limit.parse(str(limit)) == limit


class TestWords:
    def test_counts_a_working_day_as_eight_hours(self) -> None:
        assert minutes_in_words(560, "wd") == {"zh": "1个工作日1小时20分钟", "en": "1 working day 1 h 20 min"}
        assert minutes_in_words(1560, "uh") == {"zh": "1天2小时", "en": "1 day 2 h"}

    def test_says_nothing_left_and_overrun(self) -> None:
        assert minutes_in_words(0, "wh")["zh"] == "0分钟"
        assert minutes_in_words(-90, "wh")["zh"] == "-1小时30分钟"
