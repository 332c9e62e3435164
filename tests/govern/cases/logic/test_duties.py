"""Who owns this: the most specific duty in force, gaps and overlaps named."""

import datetime as dt
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from chengshu.govern.cases.contracts import Duty
from chengshu.govern.cases.logic.duties import covers, in_force, rank, resolve_duty, within_window

CITY = ZoneInfo("Asia/Shanghai")
NOON = dt.datetime(2026, 3, 4, 12, tzinfo=CITY)  # a Wednesday
COUNTY = "320282"


def duty(id_: int, prefix: str, lead: str, region: str = "", **more: object) -> Duty:
    return Duty(id_, prefix, region, lead, **more)  # type: ignore[arg-type]


class TestResolve:
    def test_the_longer_class_wins(self) -> None:
        owner = resolve_duty([duty(1, "02", "urban"), duty(2, "0205", "water")], "020501", COUNTY, NOON)
        assert (owner.lead, owner.how) == ("water", "duty")

    def test_the_smaller_place_wins_within_a_class(self) -> None:
        duties = [duty(1, "02", "urban"), duty(2, "02", "town", region="320282100")]
        assert resolve_duty(duties, "020110", "320282100001", NOON).lead == "town"
        assert resolve_duty(duties, "020110", "320282101001", NOON).lead == "urban"

    def test_equally_specific_ones_overlap(self) -> None:
        owner = resolve_duty([duty(1, "02", "urban"), duty(2, "02", "water")], "020110", COUNTY, NOON)
        assert (owner.lead, owner.how, len(owner.candidates)) == (None, "overlap", 2)

    def test_same_lead_twice_is_no_overlap(self) -> None:
        duties = [duty(1, "02", "urban", cooperating=("a",)), duty(2, "02", "urban", cooperating=("b", "a"))]
        owner = resolve_duty(duties, "020110", COUNTY, NOON)
        assert (owner.lead, owner.cooperating) == ("urban", ("a", "b"))

    def test_nobody_is_a_gap(self) -> None:
        assert resolve_duty([duty(1, "03", "urban")], "020110", COUNTY, NOON).how == "gap"
        assert resolve_duty([duty(1, "", "urban")], None, COUNTY, NOON).how == "gap"

    def test_validity_ends_after_its_last_day(self) -> None:
        old = duty(1, "02", "old", valid_to=dt.date(2026, 3, 4))
        new = duty(2, "02", "new", valid_from=dt.date(2026, 3, 5))
        assert resolve_duty([old, new], "0201", COUNTY, NOON).lead == "old"
        assert resolve_duty([old, new], "0201", COUNTY, NOON + dt.timedelta(days=1)).lead == "new"

    def test_night_shift_runs_over_midnight(self) -> None:
        night = duty(1, "02", "night", hours=((dt.time(18), dt.time(8)),))
        day = duty(2, "02", "day")
        at = NOON.replace(hour=2)
        assert resolve_duty([night, day], "0201", COUNTY, at).lead == "night"
        assert resolve_duty([night, day], "0201", COUNTY, NOON).lead == "day"

    def test_weekdays_count_from_monday(self) -> None:
        weekend = duty(1, "02", "weekend", weekdays=(6, 7))
        assert resolve_duty([weekend], "0201", COUNTY, NOON).how == "gap"
        assert resolve_duty([weekend], "0201", COUNTY, NOON + dt.timedelta(days=3)).lead == "weekend"


CODES = st.text("01", max_size=4)
PLACES = st.sampled_from(["", "320282", "320282100", "320282100001", "320282101"])
TIMES = st.times()
DUTIES = st.builds(
    Duty,
    id=st.integers(1, 10_000),
    class_prefix=CODES,
    region=PLACES,
    lead=st.sampled_from(["a", "b", "c"]),
    cooperating=st.just(()),
    weekdays=st.lists(st.integers(1, 7), max_size=3, unique=True).map(tuple),
    hours=st.lists(st.tuples(TIMES, TIMES), max_size=2).map(tuple),
    valid_from=st.none() | st.dates(dt.date(2025, 1, 1), dt.date(2027, 1, 1)),
    valid_to=st.none() | st.dates(dt.date(2025, 1, 1), dt.date(2027, 1, 1)),
)
MOMENTS = st.datetimes(dt.datetime(2025, 1, 1), dt.datetime(2027, 1, 1), timezones=st.just(CITY))  # noqa: DTZ001


class TestProperties:
    @given(st.lists(DUTIES, max_size=8), CODES.filter(bool), PLACES, MOMENTS)
    def test_agrees_with_the_plain_rule(self, duties: list[Duty], code: str, place: str, at: dt.datetime) -> None:
        owner = resolve_duty(duties, code, place, at)
        fitting = [d for d in duties if covers(d, code, place) and in_force(d, at)]
        if not fitting:
            assert owner.how == "gap"
            return
        best = [d for d in fitting if all(rank(d) >= rank(o) for o in fitting)]
        leads = {d.lead for d in best}
        assert (owner.lead, owner.how) == ((leads.pop(), "duty") if len(leads) == 1 else (None, "overlap"))

    @given(st.lists(DUTIES, max_size=6), CODES.filter(bool), PLACES, MOMENTS, st.randoms())
    def test_order_does_not_matter(
        self, duties: list[Duty], code: str, place: str, at: dt.datetime, dice: object
    ) -> None:
        mixed = duties.copy()
        dice.shuffle(mixed)  # type: ignore[attr-defined]
        one, other = resolve_duty(duties, code, place, at), resolve_duty(mixed, code, place, at)
        assert (one.lead, one.how) == (other.lead, other.how)

    @given(TIMES, TIMES, TIMES)
    def test_a_window_and_its_complement_share_no_moment(self, at: dt.time, begin: dt.time, end: dt.time) -> None:
        if begin == end or dt.time.max in (begin, end):
            return
        assert within_window(at, begin, end) != within_window(at, end, begin)
