"""Kept counters are what a recount would give, whatever happened and in whatever order."""

import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from chengshu.decide.indicators.contracts import ALL_DAYS, MEASURES, TallyKey
from chengshu.decide.indicators.logic.tally import fold, keys, measures, region_path

DAYS = st.dates(dt.date(2026, 1, 1), dt.date(2026, 1, 5)).map(str)
FACTS = st.fixed_dictionaries(
    {
        "state": st.sampled_from(["reported", "filed", "handling", "closed", "rated", "refused", "merged"]),
        "stage": st.sampled_from(["collect", "file", "dispatch", "handle", "verify", "rate"]),
        "class": st.sampled_from(["01-01", "01-02", None]),
        "office": st.sampled_from(["water", "urban", None]),
        "town": st.sampled_from(["320282100", "320282101", None]),
        "village": st.sampled_from(["320282100001", None]),
        "grid": st.sampled_from(["320282100001001", None]),
        "channel": st.sampled_from(["grid", "citizen"]),
        "opened_on": DAYS,
        "closed_on": st.none() | DAYS,
        "verdict": st.sampled_from([None, "ontime", "overdue"]),
        "returned": st.integers(0, 2),
        "reworked": st.booleans(),
        "rating": st.none() | st.integers(1, 5),
        "person": st.sampled_from([None, "7", "8"]),
        "overdue": st.booleans(),
    }
)
LIVES = st.lists(st.lists(FACTS, min_size=1, max_size=6), min_size=1, max_size=5)


def changes_of(life):
    return list(zip([None, *life[:-1]], life, strict=True))


class TestFold:
    @given(LIVES, st.randoms(use_true_random=False), st.integers(1, 4))
    def test_batches_in_any_order_equal_a_recount(self, lives, random, size):
        changes = [change for life in lives for change in changes_of(life)]
        random.shuffle(changes)
        kept: dict[TallyKey, list[int]] = {}
        for start in range(0, len(changes), size):
            for key, row in fold(changes[start : start + size]).items():
                old = kept.get(key, [0] * len(MEASURES))
                kept[key] = [a + b for a, b in zip(old, row, strict=True)]
        recount = fold([(None, life[-1]) for life in lives])
        assert {k: v for k, v in kept.items() if any(v)} == recount

    @given(LIVES)
    def test_the_row_of_all_days_is_the_sum_of_the_days(self, lives):
        recount = fold([(None, life[-1]) for life in lives])
        sums: dict[TallyKey, list[int]] = {}
        for key, row in recount.items():
            if key.day != ALL_DAYS:
                total = sums.setdefault(TallyKey(key.dim, ALL_DAYS, key.key), [0] * len(MEASURES))
                total[:] = [a + b for a, b in zip(total, row, strict=True)]
        assert sums == {k: v for k, v in recount.items() if k.day == ALL_DAYS}

    def test_a_change_that_counts_the_same_leaves_nothing(self):
        facts = {"state": "handling", "stage": "handle", "opened_on": "2026-01-01", "town": "320282100"}
        assert fold([(facts, dict(facts))]) == {}


class TestMeasures:
    def test_a_closed_case_in_time_with_a_good_grade(self):
        at_open, at_close = measures(
            {"state": "rated", "stage": "rate", "closed_on": "2026-01-02", "verdict": "ontime", "rating": 3}
        )
        assert at_open == ["reported", "filed"]
        assert at_close == ["closed", "ontime", "rated", "satisfied"]

    def test_a_bad_grade_is_rated_and_not_satisfied(self):
        _, at_close = measures({"state": "rated", "stage": "rate", "closed_on": "2026-01-02", "rating": 4})
        assert at_close == ["closed", "rated"]

    def test_a_refused_case_was_only_reported(self):
        assert measures({"state": "refused", "stage": "file", "closed_on": "2026-01-02"}) == (
            ["reported"],
            [],
        )

    def test_an_open_case_can_be_overdue_and_a_closed_one_cannot(self):
        assert "overdue" in measures({"state": "handling", "stage": "handle", "overdue": True})[0]
        assert "overdue" not in measures({"state": "closed", "overdue": True, "closed_on": "2026-01-01"})[0]


class TestKeys:
    def test_the_county_comes_from_the_place(self):
        assert ("county", "320282") in list(keys({"town": "320282100"}))

    def test_what_is_not_known_is_left_out(self):
        assert list(keys({"channel": "grid", "office": None, "class": ""})) == [
            ("county", "-"),
            ("channel", "grid"),
        ]


class TestRegionPath:
    def test_village_and_grid(self):
        assert region_path("grid", "320282100001002") == "r320282.r320282100.r320282100001.r320282100001002"
        assert region_path("village", "320282100001") == "r320282.r320282100.r320282100001"

    def test_nothing_for_other_dimensions_or_codes(self):
        assert region_path("office", "320282") is None
        assert region_path("grid", "x'); drop") is None
