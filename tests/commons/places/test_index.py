"""From a point to its grid: right, always the same, and well under a millisecond."""

import random
import time

import pytest
import shapely

from chengshu.base.geo import distance_m
from chengshu.commons.places.contracts import Level, level_of, path_of
from chengshu.commons.places.errors import RegionUnknown
from chengshu.commons.places.facade import load_site
from chengshu.commons.places.logic.index import RegionIndex, common_line
from chengshu.commons.places.logic.tree import draw_site
from chengshu.runtime.settings import HOUSE


@pytest.fixture(scope="module")
def index() -> RegionIndex:
    site = load_site(HOUSE / "site" / "yixing")
    drawn = draw_site(site.rows, site.outline, site.spec.grids)
    made = RegionIndex()
    made.replace([one.region for one in drawn], [one.outline for one in drawn])
    return made


def points(index: RegionIndex, count: int) -> list[tuple[float, float]]:
    west, south, east, north = index.outline(index.county.code).bounds
    rnd = random.Random(7)
    return [(rnd.uniform(west, east), rnd.uniform(south, north)) for _ in range(count)]


def test_every_point_of_the_county_has_exactly_one_grid(index: RegionIndex) -> None:
    county = index.outline("320282")
    for lon, lat in points(index, 1500):
        place = index.locate(lon, lat, snap_m=0)
        assert (place is not None) == shapely.intersects_xy(county, lon, lat)
        if place is not None:
            assert place.grid is not None
            assert shapely.intersects_xy(index.outline(place.grid), lon, lat)
            assert (place.county, place.town, place.village) == ("320282", place.grid[:9], place.grid[:12])
            assert place.region == path_of(place.grid)
            assert place.names[0] == "宜兴市"


def test_well_under_a_millisecond_over_thousands_of_grids(index: RegionIndex) -> None:
    taken: list[float] = []
    for lon, lat in points(index, 5000):
        began = time.perf_counter()
        index.locate(lon, lat, snap_m=0)
        taken.append(time.perf_counter() - began)
    taken.sort()
    assert taken[2500] < 0.0003, f"half take longer than {taken[2500] * 1e6:.0f} µs"


def test_locating_many_gives_the_same_as_one_by_one(index: RegionIndex) -> None:
    asked = points(index, 400)
    many = index.locate_many(asked)
    assert [p and p.grid for p in many] == [p and p.grid for p in (index.locate(*a) for a in asked)]
    assert index.locate_many([]) == []


def test_a_point_just_outside_is_given_to_the_nearest_grid(index: RegionIndex) -> None:
    edge = shapely.get_coordinates(index.outline("320282"))
    south = edge[edge[:, 1].argmin()]
    near = index.locate(float(south[0]), float(south[1]) - 0.001)
    assert near is not None
    assert near.snapped
    assert 0 < near.distance_m <= 300
    assert index.locate(float(south[0]), float(south[1]) - 0.01) is None
    assert index.locate(float("nan"), 31.3) is None


def test_on_a_border_the_answer_is_always_the_lower_code(index: RegionIndex) -> None:
    grid = index.all(Level.GRID)[0]
    for lon, lat in shapely.get_coordinates(index.outline(grid.code))[:5].tolist():
        owners = sorted(g.code for g in index.all(Level.GRID) if shapely.intersects_xy(index.outline(g.code), lon, lat))
        place = index.locate(lon, lat)
        assert place is not None
        assert place.grid == owners[0]


class TestTree:
    def test_codes_paths_and_names(self, index: RegionIndex) -> None:
        town = index.by_code("320282100")
        assert index.by_code(town.path) is town
        assert index.path("320282100") == "r320282.r320282100"
        assert index.names("320282100001") == ["宜兴市", "张渚镇", "东街社区居民委员会"]
        assert index.names("320282100", "en") == ["Yixing", "Zhangzhu"]
        assert town.title("en") == "Zhangzhu"
        assert [r.level for r in index.line("320282100001")] == [1, 2, 3]

    def test_children_and_everything_below(self, index: RegionIndex) -> None:
        assert len(index.children("320282")) == 21
        assert index.children(None)[0].code == "320282"
        below = index.below("320282100", Level.GRID)
        assert below
        assert all(grid.code.startswith("320282100") for grid in below)
        assert "320282100" in index

    def test_unknown_codes_are_named(self, index: RegionIndex) -> None:
        with pytest.raises(RegionUnknown, match="999999"):
            index.by_code("999999")
        assert index.find("x") is None

    def test_a_region_as_a_place(self, index: RegionIndex) -> None:
        place = index.place_of("320282100")
        assert (place.town, place.village, place.grid) == ("320282100", None, None)
        assert place.label == "张渚镇"
        assert index.locate(place.lon, place.lat) is not None

    def test_nearest_centres(self, index: RegionIndex) -> None:
        (first, metres), (_, more) = index.nearest(119.82, 31.36, Level.TOWN, 2)
        assert first.name == "宜城街道"
        assert metres == pytest.approx(distance_m(119.82, 31.36, first.lon, first.lat))
        assert metres <= more

    def test_an_empty_tree_answers_nothing(self) -> None:
        empty = RegionIndex()
        assert empty.locate(119.8, 31.3) is None
        assert len(empty) == 0
        with pytest.raises(RegionUnknown):
            _ = empty.county


def test_levels_by_length() -> None:
    assert [level_of(c) for c in ("320282", "320282100", "320282100001", "320282100001001")] == [1, 2, 3, 4]
    assert [level_of(c) for c in ("", "32028", "32028x", "３２０２８２")] == [None] * 4


def test_common_line() -> None:
    assert common_line(["r1.r12.r123", "r1.r12.r124"]) == "r1.r12"
    assert common_line(["r1", "r2"]) is None
    assert common_line([]) is None
