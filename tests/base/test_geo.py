"""Coordinates: both ways of every datum, known positions, distances and boxes."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chengshu.base import geo

china = st.tuples(st.floats(74, 135), st.floats(4, 53))
anywhere = st.tuples(st.floats(-180, 180), st.floats(-85, 85))
METRE = 1e-5


@given(china)
def test_gcj02_comes_back_exactly(point: geo.LonLat) -> None:
    back = geo.gcj02_to_cgcs2000(*geo.cgcs2000_to_gcj02(*point))
    assert back == pytest.approx(point, abs=1e-10)


@given(china)
def test_bd09_comes_back_exactly(point: geo.LonLat) -> None:
    back = geo.bd09_to_cgcs2000(*geo.cgcs2000_to_bd09(*point))
    assert back == pytest.approx(point, abs=1e-9)


@given(china)
def test_the_offset_is_some_hundred_metres(point: geo.LonLat) -> None:
    moved = geo.cgcs2000_to_gcj02(*point)
    assert 10 < geo.distance_m(*point, *moved) < 1200


def test_known_position_of_tiananmen() -> None:
    # The same gate as the three kinds of map services give it.
    gcj = geo.cgcs2000_to_gcj02(116.39129, 39.90733)
    assert gcj == pytest.approx((116.39753, 39.90873), abs=1 * METRE)
    assert geo.gcj02_to_bd09(*gcj) == pytest.approx((116.40391, 39.91508), abs=3 * METRE)


def test_outside_the_offset_area_nothing_moves() -> None:
    assert geo.cgcs2000_to_gcj02(-71.06, 42.36) == (-71.06, 42.36)
    assert geo.gcj02_to_cgcs2000(-71.06, 42.36) == (-71.06, 42.36)


@pytest.mark.parametrize("datum", ["cgcs2000", "gcj02", "bd09"])
def test_every_datum_has_its_way_in(datum: geo.Datum) -> None:
    lon, lat = geo.to_cgcs2000(119.82, 31.36, datum)
    assert geo.distance_m(lon, lat, 119.82, 31.36) < 2000
    assert (datum == "cgcs2000") == ((lon, lat) == (119.82, 31.36))


@given(anywhere, anywhere)
def test_distance_is_a_distance(a: geo.LonLat, b: geo.LonLat) -> None:
    there, back = geo.distance_m(*a, *b), geo.distance_m(*b, *a)
    assert there == pytest.approx(back, abs=1e-6)
    assert 0 <= there <= math.pi * 6371009
    assert geo.distance_m(*a, *a) == pytest.approx(0, abs=1e-6)


def test_one_degree_of_latitude() -> None:
    assert geo.distance_m(119.8, 31.0, 119.8, 32.0) == pytest.approx(111_195, abs=5)


@given(st.tuples(st.floats(74, 135), st.floats(4, 53)), st.floats(1, 50_000))
def test_a_box_about_a_point_reaches_as_far_as_asked(point: geo.LonLat, metres: float) -> None:
    box = geo.Box.about(*point, metres)
    assert box.holds(*point)
    assert geo.distance_m(*point, point[0], box.north) == pytest.approx(metres, rel=0.01)
    assert geo.distance_m(*point, box.east, point[1]) == pytest.approx(metres, rel=0.02)


@pytest.mark.parametrize(
    "text",
    ["", "1,2,3", "a,b,c,d", "3,0,1,1", "0,9,1,1", "nan,0,1,1", "0,0,inf,1", "0,0,1,1,2", "-181,0,1,1"],
)
def test_what_is_no_box_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        geo.Box.parse(text)


def test_boxes_meet() -> None:
    box = geo.Box.parse("119,31,120,32")
    assert box.meets(geo.Box(119.5, 31.5, 121, 33))
    assert not box.meets(geo.Box(120.5, 31.5, 121, 33))
    assert geo.Box.around([(1, 2), (0, 5)]).as_list() == [0, 2, 1, 5]
