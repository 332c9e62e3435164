"""Likeness of words, and which open cases are probably about the same thing."""

import datetime as dt
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from chengshu.govern.cases.logic import similar
from chengshu.govern.cases.logic.words import bigrams, likeness

NOW = dt.datetime(2026, 3, 4, 12, tzinfo=dt.UTC)
TEXT = st.text(min_size=0, max_size=60)


def row(id_: int, title: str, lon: float | None = 119.82, lat: float | None = 31.36, **more: Any) -> dict[str, Any]:
    known = {"class": "020113", "opened_at": NOW - dt.timedelta(hours=2), "grams": bigrams(title)}
    return {"id": id_, "title": title, "lon": lon, "lat": lat, **known, **more}


class TestLikeness:
    @given(TEXT, TEXT)
    def test_between_nothing_and_all_and_the_same_both_ways(self, one: str, other: str) -> None:
        value = likeness(bigrams(one), bigrams(other))
        assert 0.0 <= value <= 1.0
        assert value == likeness(bigrams(other), bigrams(one))

    @given(TEXT.filter(lambda t: bigrams(t)))
    def test_a_text_is_like_itself(self, text: str) -> None:
        assert likeness(bigrams(text), bigrams(text)) == 1.0

    @given(TEXT)
    def test_pieces_are_unique_and_short(self, text: str) -> None:
        pieces = bigrams(text)
        assert len(pieces) == len(set(pieces))
        assert all(len(p) <= 2 for p in pieces)

    def test_punctuation_and_width_do_not_matter(self) -> None:
        assert bigrams("人民路，１２号！") == bigrams("人民路12号")


class TestRanking:
    def test_the_same_thing_nearby_comes_first(self) -> None:
        rows = [row(1, "路灯不亮"), row(2, "人民路路面有大坑"), row(3, "人民路路面有大坑", lon=119.9)]
        found = similar.rank_similar("人民路路面破损有大坑", "020113", 119.8201, 31.3601, NOW, rows)
        assert found[0].row["id"] == 2
        assert 3 not in [s.row["id"] for s in found]

    def test_without_a_place_the_words_decide(self) -> None:
        rows = [row(1, "人民路路面有大坑", None, None), row(2, "垃圾满溢", None, None, **{"class": "020110"})]
        found = similar.rank_similar("人民路路面有大坑", "020113", None, None, NOW, rows)
        assert [s.row["id"] for s in found] == [1]
        assert found[0].distance_m is None

    @given(st.floats(-179, 179), st.floats(-80, 80), st.floats(0, 360), st.floats(0, similar.RADIUS_M * 0.99))
    def test_the_box_holds_the_circle(self, lon: float, lat: float, turn: float, metres: float) -> None:
        import math

        from chengshu.base.geo import metres_per_degree

        per_lon, per_lat = metres_per_degree(lat)
        east = metres * math.sin(math.radians(turn)) / per_lon
        north = metres * math.cos(math.radians(turn)) / per_lat
        west_edge, south_edge, east_edge, north_edge = similar.box_around(lon, lat)
        assert west_edge <= lon + east <= east_edge
        assert south_edge <= lat + north <= north_edge
