"""Imported outlines: any file is read or refused with its faults, never with a crash."""

import io
import json
import zipfile
from typing import Any

import numpy as np
import orjson
import pytest
import shapefile
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import box

from chengshu.base.geo import cgcs2000_to_gcj02
from chengshu.commons.places.contracts import Level
from chengshu.commons.places.errors import OutlinesUnreadable
from chengshu.commons.places.logic.checking import Check, check_outlines, guess_level
from chengshu.commons.places.logic.index import RegionIndex
from chengshu.commons.places.logic.outlines import convert_datum, read_features
from chengshu.commons.places.logic.redraw import redraw
from chengshu.commons.places.logic.tree import draw_site
from chengshu.commons.places.spec import Grids, RegionRow

COUNTY = box(119, 31, 120, 32)
ROWS = [
    RegionRow(code="990001", name="安宁市"),
    RegionRow(code="990001001", name="东镇", lon=119.75, lat=31.5),
    RegionRow(code="990001001001", name="东一村"),
    RegionRow(code="990001001002", name="东二村"),
    RegionRow(code="990001002", name="西镇", lon=119.25, lat=31.5),
    RegionRow(code="990001002001", name="西一村"),
    RegionRow(code="990001002002", name="西二村"),
]


@pytest.fixture
def index() -> RegionIndex:
    drawn = draw_site(ROWS, COUNTY, Grids(least=2, most=3))
    made = RegionIndex()
    made.replace([one.region for one in drawn], [one.outline for one in drawn])
    return made


def feature(shape: Any, **properties: Any) -> dict[str, Any]:
    return {"type": "Feature", "properties": properties, "geometry": shapely.geometry.mapping(shape)}


def collection(*features: Any) -> bytes:
    return json.dumps({"type": "FeatureCollection", "features": features}).encode()


def checked(index: RegionIndex, content: bytes, level: Level = Level.TOWN, **options: Any) -> Check:
    check = Check(index, level, options.get("code_field"), options.get("name_field"), options.get("datum", "cgcs2000"))
    return check_outlines(check, read_features(content))


def zipped(shape: Any, *, fields: dict[str, Any], parts: tuple[str, ...] = ("shp", "shx", "dbf")) -> bytes:
    files = {part: io.BytesIO() for part in ("shp", "shx", "dbf")}
    with shapefile.Writer(**files) as writer:
        for name in fields:
            writer.field(name, "C", size=40)
        writer.shape(shapely.geometry.mapping(shape))
        writer.record(*fields.values())
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for part in parts:
            archive.writestr(f"grids.{part}", files[part].getvalue())
        archive.writestr("grids.cpg", "UTF-8")
    return packed.getvalue()


class TestReading:
    def test_geojson_in_its_three_forms(self) -> None:
        one = feature(box(119, 31, 119.5, 32), code="990001001")
        for content in (collection(one), json.dumps(one).encode(), json.dumps(one["geometry"]).encode()):
            (read,) = read_features(content)
            assert read.outline is not None
        assert read_features(b"\xef\xbb\xbf" + collection(one))[0].properties["code"] == "990001001"

    def test_a_zipped_shapefile(self) -> None:
        (read,) = read_features(zipped(box(119, 31, 119.5, 32), fields={"CODE": "990001001", "NAME": "东镇"}))
        assert read.properties == {"CODE": "990001001", "NAME": "东镇"}
        assert read.outline is not None
        assert read.outline.area == pytest.approx(0.5)

    @pytest.mark.parametrize(
        "content",
        [b"", b"{", b"[]", b"null", b"12", b'{"type":"FeatureCollection"}', b"\xff\xfe\x00", b'{"type":"Topology"}',
         b'{"type":"FeatureCollection","features":[]}', b'{"type":"FeatureCollection","features":{"a":1}}',
         b"PK\x03\x04 broken", b'{"type":"Point","coordinates":[119,31]}'],
    )  # fmt: skip
    def test_what_is_no_outline_file_is_refused(self, content: bytes) -> None:
        with pytest.raises(OutlinesUnreadable):
            read_features(content)

    def test_a_shapefile_must_be_whole_and_single(self) -> None:
        with pytest.raises(OutlinesUnreadable, match="dbf"):
            read_features(zipped(box(0, 0, 1, 1), fields={"CODE": "1"}, parts=("shp", "shx")))
        twice = io.BytesIO()
        with zipfile.ZipFile(twice, "w") as archive:
            for name in ("a.shp", "b.shp", "a.dbf"):
                archive.writestr(name, b"x")
        with pytest.raises(OutlinesUnreadable, match="more than one"):
            read_features(twice.getvalue())

    def test_a_bomb_is_not_unpacked(self) -> None:
        bomb = io.BytesIO()
        with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("a.shp", bytes(201 * 1024 * 1024))
            archive.writestr("a.dbf", b"x")
        with pytest.raises(OutlinesUnreadable, match="too large"):
            read_features(bomb.getvalue())

    @pytest.mark.parametrize(
        "geometry",
        [None, 5, {}, {"type": "Point", "coordinates": [1, 2]}, {"type": "Polygon"}, {"type": "Polygon", "coordinates": 3},
         {"type": "Polygon", "coordinates": [[[1, 2], [3]]]}, {"type": "Polygon", "coordinates": []},
         {"type": "Polygon", "coordinates": [[["a", "b"]]]}, {"type": "Polygon", "coordinates": [[[1, 2], [3, 4]]]},
         {"type": "Polygon", "coordinates": [[[500000, 3400000], [500100, 3400000], [500000, 3400100], [500000, 3400000]]]}],
    )  # fmt: skip
    def test_a_bad_geometry_is_a_fault_of_its_feature(self, geometry: Any) -> None:
        (read,) = read_features(collection({"type": "Feature", "properties": {}, "geometry": geometry}))
        assert read.outline is None
        assert read.fault is not None
        assert read.fault.row == "features[0]"


json_values = st.recursive(
    st.none() | st.booleans() | st.floats(allow_nan=False) | st.integers(-(2**53), 2**53) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=6), inner, max_size=4),
    max_leaves=12,
)


@st.composite
def wild_features(draw: st.DrawFn) -> dict[str, Any]:
    kind = draw(st.sampled_from(["Polygon", "MultiPolygon", "Point", "GeometryCollection", ""]))
    place = st.tuples(st.floats(-200, 200), st.floats(-100, 100)).map(list)
    rings = st.lists(st.lists(place, max_size=6), max_size=3)
    coordinates = draw(st.one_of(rings, st.lists(rings, max_size=2), json_values))
    properties = draw(st.one_of(st.none(), st.dictionaries(st.sampled_from(["code", "name", "x"]), json_values)))
    return {"type": "Feature", "properties": properties, "geometry": {"type": kind, "coordinates": coordinates}}


@settings(max_examples=150, deadline=None)
@given(st.lists(wild_features() | json_values, max_size=4), st.sampled_from(list(Level)))
def test_no_geojson_breaks_the_check(features: list[Any], level: Level) -> None:
    drawn = draw_site(ROWS[:2], COUNTY, Grids(least=1, most=1))
    index = RegionIndex()
    index.replace([one.region for one in drawn], [one.outline for one in drawn])
    content = orjson.dumps({"type": "FeatureCollection", "features": features})
    try:
        read = read_features(content)
    except OutlinesUnreadable:
        return
    check = check_outlines(Check(index, level, None, None, "cgcs2000"), read)
    assert len(check.accepted) + len({fault.row for fault in check.faults}) >= 1
    guess_level(read, "code")


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=300))
def test_no_bytes_break_the_reader(content: bytes) -> None:
    for given_bytes in (content, b"PK\x03\x04" + content):
        try:
            read_features(given_bytes)
        except OutlinesUnreadable:
            continue


class TestChecking:
    def test_a_sound_outline_is_accepted(self, index: RegionIndex) -> None:
        check = checked(index, collection(feature(box(119.5, 31, 120, 32), code="990001001")))
        assert check.faults == []
        assert [one.code for one in check.accepted] == ["990001001"]

    def test_every_fault_of_the_file_is_listed(self, index: RegionIndex) -> None:
        bow = {"type": "Polygon", "coordinates": [[[119, 31], [120, 32], [120, 31], [119, 32], [119, 31]]]}
        check = checked(
            index,
            collection(
                {"type": "Feature", "properties": {"code": "990001001"}, "geometry": bow},
                feature(box(119, 31, 119.5, 32), code="990009009"),
                feature(box(119, 31, 119.5, 32), code="12"),
                feature(box(119, 31, 119.5, 32), title="无码"),
                feature(box(100, 20, 101, 21), code="990001002"),
                feature(box(119, 31, 119.5, 32), code="990001002"),
            ),
        )
        found = [(fault.row, fault.field) for fault in check.faults]
        assert found == [
            ("features[0]", "geometry"),
            ("features[1]", "code"),
            ("features[2]", "code"),
            ("features[3]", "code"),
            ("features[5]", "code"),
            ("features[4]", "geometry"),
        ]
        assert "自相交" in check.faults[0].detail
        assert all(fault.remedy and fault.out("en")["detail"] for fault in check.faults)

    def test_overlaps_are_found(self, index: RegionIndex) -> None:
        check = checked(
            index,
            collection(
                feature(box(119, 31, 119.6, 32), code="990001001"), feature(box(119.5, 31, 120, 32), code="990001002")
            ),
        )
        assert [fault.detail for fault in check.faults] == ["与 990001002 重叠 20.0%"]

    def test_a_code_as_a_number_or_by_name(self, index: RegionIndex) -> None:
        by_number = checked(index, collection(feature(box(119.5, 31, 120, 32), adcode=990001001.0)))
        by_name = checked(index, collection(feature(box(119.5, 31, 120, 32), name="东镇")))
        assert by_number.accepted[0].code == by_name.accepted[0].code == "990001001"

    def test_new_grids_need_a_known_village_and_a_name(self, index: RegionIndex) -> None:
        inside = index.outline("990001001001")
        good = checked(index, collection(feature(inside, code="990001001001009", name="菜场网格")), Level.GRID)
        assert good.faults == []
        bare = checked(index, collection(feature(inside, code="990001001001009")), Level.GRID)
        assert bare.faults[0].field == "name"
        lost = checked(index, collection(feature(inside, code="990001001099009", name="x")), Level.GRID)
        assert "990001001099" in lost.faults[0].detail

    def test_the_datum_is_converted(self, index: RegionIndex) -> None:
        true = box(119.5, 31, 120, 32)
        shown = shapely.transform(true, lambda xy: np.array([cgcs2000_to_gcj02(x, y) for x, y in xy]))
        assert shapely.symmetric_difference(convert_datum(shown, "gcj02"), true).area < 1e-9
        check = checked(index, collection(feature(shown, code="990001001")), datum="gcj02")
        assert check.faults == []


class TestRedraw:
    def cover(self, index: RegionIndex, changed: Any, level: Level) -> Any:
        shapes = {r.code: index.outline(r.code) for r in index.all(level)}
        for one in (*changed.real.values(), *changed.redrawn.values()):
            if one.region.level == level:
                shapes[one.region.code] = one.outline
        return np.array(list(shapes.values()), dtype=object)

    def test_one_real_town_pushes_its_neighbour_aside(self, index: RegionIndex) -> None:
        check = checked(index, collection(feature(box(119.3, 31, 120, 32), code="990001001")))
        changed = redraw(index, Level.TOWN, check.accepted)
        assert changed.faults == []
        assert not changed.real["990001001"].region.schematic
        assert changed.redrawn["990001002"].region.schematic
        for level in (Level.TOWN, Level.VILLAGE, Level.GRID):
            shapes = self.cover(index, changed, level)
            assert shapely.area(shapes).sum() == pytest.approx(1.0, abs=1e-6)
            assert shapely.union_all(shapes).area == pytest.approx(1.0, abs=1e-6)

    def test_no_room_left_is_a_fault(self, index: RegionIndex) -> None:
        check = checked(index, collection(feature(COUNTY, code="990001001")))
        changed = redraw(index, Level.TOWN, check.accepted)
        assert "西镇" in changed.faults[0].value

    def test_real_grids_end_the_invented_ones(self, index: RegionIndex) -> None:
        village = index.outline("990001001001")
        old = {grid.code for grid in index.children("990001001001")}
        check = checked(index, collection(feature(village, code="990001001001777", name="全村网格")), Level.GRID)
        changed = redraw(index, Level.GRID, check.accepted)
        assert changed.added == ["990001001001777"]
        assert set(changed.retired) == old

    def test_a_new_county_outline_redraws_all(self, index: RegionIndex) -> None:
        check = checked(index, collection(feature(box(119, 31, 121, 32), code="990001")), Level.COUNTY)
        changed = redraw(index, Level.COUNTY, check.accepted)
        assert len(changed.redrawn) == len(index) - 1
