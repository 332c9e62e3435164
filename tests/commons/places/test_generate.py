"""Schematic outlines: valid, without gaps or overlaps, inside, and the same every time."""

import math
import time

import numpy as np
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from shapely.geometry import MultiPolygon, Polygon, box
from shapely.geometry.base import BaseGeometry

from chengshu.commons.places.facade import load_site
from chengshu.commons.places.logic.generate import GRID_SIZE, Drawn, Node, NotDrawable, clean_area, draw_tree
from chengshu.commons.places.logic.tree import draw_site
from chengshu.runtime.settings import HOUSE

TINY = 1e-6
ROUNDING = 2 * GRID_SIZE
"""A border may leave the given one by the rounding of coordinates, about a centimetre, anywhere along it."""


def tree(towns: int, villages: int, grids: int) -> Node:
    root = Node("990001")
    for t in range(towns):
        town = Node(f"990001{t:03d}")
        root.children.append(town)
        for v in range(villages):
            village = Node(f"{town.code}{v:03d}")
            town.children.append(village)
            village.children = [Node(f"{village.code}{g:03d}") for g in range(grids)]
    return root


@st.composite
def stars(draw: st.DrawFn) -> Polygon:
    """Ragged but simple outlines of any size a county may have, anywhere people live."""
    corners = draw(st.integers(5, 40))
    lon, lat = draw(st.floats(75, 130)), draw(st.floats(5, 50))
    size = draw(st.floats(0.02, 0.6))
    radii = draw(st.lists(st.floats(0.35, 1.0), min_size=corners, max_size=corners))
    turn = 2 * math.pi / corners
    return Polygon(
        [(lon + size * r * math.cos(i * turn), lat + size * r * math.sin(i * turn)) for i, r in enumerate(radii)]
    )


def level(drawn: dict[str, Drawn], digits: int) -> "np.ndarray[tuple[int], np.dtype[np.object_]]":
    return np.array([d.outline for code, d in drawn.items() if len(code) == digits], dtype=object)


def check_cover(drawn: dict[str, Drawn], outline: BaseGeometry) -> None:
    whole = drawn["990001"].outline
    for digits in (9, 12, 15):
        shapes = level(drawn, digits)
        if not len(shapes):
            continue
        assert shapely.is_valid(shapes).all()
        assert shapely.coverage_is_valid(shapes), f"{digits} digits: gaps or overlaps along borders"
        assert shapely.area(shapes).sum() == pytest.approx(whole.area, rel=1e-9)
        assert shapely.equals(shapely.union_all(shapes), whole)
    corners = shapely.get_coordinates(whole)
    assert np.abs(corners - corners.round(7)).max() < 1e-10, "coordinates keep seven decimals"
    given_area = clean_area(outline)
    assert shapely.symmetric_difference(whole, given_area).area <= ROUNDING * given_area.length


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(stars(), st.integers(1, 6), st.integers(1, 5), st.integers(1, 4))
def test_any_county_is_covered_without_gaps(outline: Polygon, towns: int, villages: int, grids: int) -> None:
    drawn = draw_tree(tree(towns, villages, grids), outline)
    assert len(drawn) == 1 + towns * (1 + villages * (1 + grids))
    check_cover(drawn, outline)


@settings(max_examples=25, deadline=None)
@given(stars(), st.integers(1, 4), st.integers(1, 4))
def test_children_lie_in_their_parent_and_centres_in_their_outline(outline: Polygon, towns: int, villages: int) -> None:
    drawn = draw_tree(tree(towns, villages, 2), outline)
    for code, one in drawn.items():
        assert shapely.contains_xy(shapely.buffer(one.outline, 1e-6), *one.centre)
        if len(code) > 6:
            assert shapely.difference(one.outline, drawn[code[:-3]].outline).area < TINY * one.outline.area


def test_islands_and_lakes() -> None:
    lake = Polygon(box(119, 31, 120, 32).exterior, [box(119.3, 31.3, 119.7, 31.7).exterior.coords])
    outline = MultiPolygon([lake, box(120.2, 31.1, 120.4, 31.3)])
    drawn = draw_tree(tree(5, 4, 3), outline)
    check_cover(drawn, outline)
    assert not shapely.contains_xy(drawn["990001"].outline, 119.5, 31.5)


def test_known_centres_are_kept() -> None:
    root = tree(4, 1, 1)
    root.children[2].centre = (119.2, 31.2)
    drawn = draw_tree(root, box(119, 31, 120, 32))
    assert drawn["990001002"].centre == (119.2, 31.2)


def test_a_centre_outside_or_given_twice_is_ignored() -> None:
    root = tree(3, 1, 1)
    root.children[0].centre = (10.0, 10.0)
    root.children[1].centre = root.children[2].centre = (119.5, 31.5)
    check_cover(draw_tree(root, box(119, 31, 120, 32)), box(119, 31, 120, 32))


def test_a_self_crossing_outline_is_mended() -> None:
    bow = Polygon([(119, 31), (120, 32), (120, 31), (119, 32)])
    drawn = draw_tree(tree(2, 2, 2), bow)
    assert shapely.coverage_is_valid(level(drawn, 15))


def test_nothing_to_draw_on_is_refused() -> None:
    with pytest.raises(NotDrawable):
        draw_tree(tree(1, 1, 1), Polygon())
    with pytest.raises(NotDrawable):
        draw_tree(tree(1, 1, 1), Polygon([(119, 31), (120, 31), (119, 31)]))


def test_the_same_codes_draw_the_same_city() -> None:
    first, again = (draw_tree(tree(3, 3, 3), box(119, 31, 120, 32)) for _ in range(2))
    assert all(shapely.equals_exact(first[code].outline, again[code].outline) for code in first)


class TestYixing:
    def test_is_drawn_whole_and_in_time(self) -> None:
        site = load_site(HOUSE / "site" / "yixing")
        began = time.process_time()
        drawn = draw_site(site.rows, site.outline, site.spec.grids)
        took = time.process_time() - began
        grids = [one for one in drawn if one.region.level == 4]
        assert 1200 <= len(grids) <= 1600
        assert sum(one.region.level == 3 for one in drawn) == 312
        assert sum(one.region.level == 2 for one in drawn) == 21
        assert shapely.coverage_is_valid(np.array([one.outline for one in grids], dtype=object))
        assert not drawn[0].region.schematic
        assert all(one.region.schematic for one in drawn[1:])
        assert took < 5

    def test_boston_is_schematic_altogether(self) -> None:
        site = load_site(HOUSE / "site" / "boston")
        drawn = draw_site(site.rows, site.outline, site.spec.grids, outline_schematic=True)
        assert all(one.region.schematic for one in drawn)
        assert site.clock == "rehearsal"
        assert site.calendar.timezone == "America/New_York"
