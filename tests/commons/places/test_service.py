"""Places in the database: installed once, found again, redrawn with their past kept."""

import datetime as dt
from pathlib import Path

import psycopg
import pytest
import shapely

from chengshu.base.errors import Problem
from chengshu.commons.places import facade, service
from chengshu.commons.places.contracts import Level
from chengshu.commons.places.errors import CoordinatesInvalid, PointOutside, RegionUnknown, SiteInvalid
from chengshu.commons.places.spec import Site
from chengshu.runtime.database import Database
from chengshu.runtime.settings import HOUSE

SITE = """\
code: "990001"
title: {zh: 安宁市, en: Anning}
brand: {name: {zh: 安宁城市运行平台, en: Anning}}
centre: {lon: 119.5, lat: 31.5}
grids: {least: 2, most: 3}
"""
REGIONS = """\
code,name,name_en,aliases,lon,lat
990001,安宁市,Anning,,,
990001001,东镇,East,老城,119.75,31.5
990001001001,东一村村民委员会,,,,
990001001002,东二村村民委员会,,,,
990001002,西镇,West,,119.25,31.5
990001002001,西一社区居民委员会,,,,
"""
OUTLINE = '{"type":"Polygon","coordinates":[[[119,31],[120,31],[120,32],[119,32],[119,31]]]}'
ORGS = """\
orgs:
  - {code: center, name: 城运中心, short: 城运, kind: center, functions: [center]}
  - {code: urban_management, name: 城管局, short: 城管}
  - {code: sanitation, name: 环卫中心, short: 环卫, parent: urban_management}
"""
PEOPLE = """\
people:
  - {login: grid1, name: 林木, posts: [{org: v990001001001, role: grid_governance.grid_worker, region: "990001001001001"}]}
"""


def write_site(folder: Path, **changes: str) -> Path:
    files = {
        "site.yaml": SITE,
        "regions.csv": REGIONS,
        "outline.geojson": OUTLINE,
        "orgs.yaml": ORGS,
        "people.yaml": PEOPLE,
    }
    for name, text in {**files, **changes}.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    return facade.load_site(write_site(tmp_path_factory.mktemp("site")))


@pytest.fixture(scope="module")
async def installed(database: Database, site: Site) -> Database:
    async with database.job_work() as work:
        assert await facade.install_regions(work, site) > 10
    return database


class TestSite:
    @pytest.mark.parametrize("name", ["yixing", "boston"])
    def test_the_sites_we_ship_are_sound(self, name: str) -> None:
        site = facade.load_site(HOUSE / "site" / name)
        orgs = {org.code for org in facade.site_orgs(site)}
        logins = [person.login for person in facade.site_people(site, demo=True)]
        assert len(logins) == len(set(logins))
        assert {"center", "urban", "water", "town1", "grid1", "hotline", "leader", "bureau"} <= set(logins)
        for person in facade.site_people(site, demo=True):
            assert all(post.org in orgs or post.org == "gov" for post in person.posts), person
        assert facade.site_people(site, demo=False) == []
        assert shapely.contains_xy(site.outline, *site.centre)

    @pytest.mark.parametrize(
        ("file", "text", "line", "word"),
        [
            ("site.yaml", SITE + "colour: red\n", 6, "colour"),
            ("site.yaml", SITE.replace("119.5", "519.5"), 4, "lon"),
            ("site.yaml", SITE + 'code: "990002"\n', 6, "code"),
            ("site.yaml", SITE + "calendar: {hours: [{hours: 9-17}]}\n", 6, "hours"),
            ("site.yaml", SITE + "timezone: Mars/Base\n", 6, "Mars"),
            ("site.yaml", "- a\n", 1, "mapping"),
            ("site.yaml", "a: [\n", 2, ""),
            ("regions.csv", REGIONS.replace("990001002001", "990001009001"), 7, "990001009"),
            ("regions.csv", REGIONS + "990001002,西镇,,,,\n", 8, "twice"),
            ("regions.csv", REGIONS.replace("119.25", "x"), 6, "lon"),
            ("regions.csv", "code,name,size\n", 1, "size"),
            ("regions.csv", "name\n", 1, "code"),
            ("orgs.yaml", ORGS.replace("parent: urban_management", "parent: nobody"), 1, "nobody"),
            ("people.yaml", PEOPLE.replace("login: grid1", "login: Grid 1"), 2, "login"),
        ],
    )
    def test_a_fault_is_named_by_file_line_and_field(
        self, tmp_path: Path, file: str, text: str, line: int, word: str
    ) -> None:
        with pytest.raises(SiteInvalid) as caught:
            facade.load_site(write_site(tmp_path, **{file: text}))
        assert caught.value.errors
        first = caught.value.errors[0]
        assert (first["file"], first["line"]) == (file, line), first
        assert word in first["detail"]

    def test_a_missing_or_unreadable_file(self, tmp_path: Path) -> None:
        write_site(tmp_path)
        (tmp_path / "orgs.yaml").write_bytes(b"\xff\xfe")
        with pytest.raises(SiteInvalid, match="UTF-8"):
            facade.load_site(tmp_path)
        (tmp_path / "orgs.yaml").unlink()
        with pytest.raises(SiteInvalid, match="missing"):
            facade.load_site(tmp_path)

    def test_offices_follow_from_the_regions(self, site: Site) -> None:
        orgs = {org.code: org for org in facade.site_orgs(site)}
        assert orgs["gov"].kind == "county"
        assert orgs["sanitation"].parent == "urban_management"
        assert (orgs["t990001001"].parent, orgs["v990001001001"].parent) == ("gov", "t990001001")
        assert orgs["v990001001001"].short == "东一村"
        people = {person.login: person for person in facade.site_people(site, demo=True)}
        assert "g990001001001001" not in people, "grid1 walks this grid already"
        assert people["g990001001001002"].posts[0].region == "990001001001002"
        again = {person.login: person for person in facade.site_people(site, demo=True)}
        assert people == again
        assert len(people["o_sanitation"].name) in (2, 3)


class TestInstall:
    async def test_again_changes_nothing(self, installed: Database, site: Site) -> None:
        async with installed.job_work() as work:
            assert await facade.install_regions(work, site) == 0

    async def test_the_web_role_reads_but_does_not_write(self, installed: Database) -> None:
        async with installed.work() as work:
            assert await work.value("select count(*) from commons.places_region") == len(work.city.regions)
        for sql in (
            "update commons.places_region set name = 'x' where code = '990001' returning code",
            "delete from commons.places_region",
            "insert into commons.places_site (code, digest, installed_at) values ('990001', 'x', now())",
            "insert into commons.places_address (key, road, region, town, center, seen_at)"
            " values ('k', '', 'r990001', 'r990001', point(0,0), now())",
        ):
            try:
                async with installed.work() as work:
                    assert await work.rows(sql) == []
            except psycopg.errors.InsufficientPrivilege:
                continue

    async def test_a_new_edition_ends_what_is_gone(self, installed: Database, site: Site, tmp_path: Path) -> None:
        smaller = REGIONS.replace("990001001002,东二村村民委员会,,,,\n", "")
        changed = facade.load_site(write_site(tmp_path, **{"regions.csv": smaller}))
        async with installed.job_work() as work:
            assert await facade.install_regions(work, changed) > 0
            assert work.city.regions.find("990001001002") is None
            past = await service.history(work, "990001001001")
            assert past[-1]["valid_from"] <= past[-1]["valid_to"]
        async with installed.job_work() as work:
            await facade.install_regions(work, site)
            assert work.city.regions.find("990001001002") is not None


class TestFinding:
    async def test_locate(self, installed: Database) -> None:
        async with installed.work() as work:
            place = facade.locate(work, 119.75, 31.5)
            assert place.town == "990001001"
            with pytest.raises(PointOutside):
                facade.locate(work, 100, 20)
            for lon, lat in ((float("nan"), 31), (181, 31), (119, float("inf"))):
                with pytest.raises(CoordinatesInvalid):
                    facade.locate(work, lon, lat)

    async def test_words_then_learned_addresses(self, installed: Database) -> None:
        async with installed.work() as work:
            named = await facade.find_place(work, "安宁市东镇人民路25号")
            assert named is not None
            assert (named.how, named.place.code) == ("name", "990001001")
            assert await facade.learn_address(work, "东镇人民路25号", 119.8, 31.6)
            assert await facade.learn_address(work, "西镇人民路25号", 119.2, 31.4)
            assert not await facade.learn_address(work, "东镇", 119.8, 31.6)
            assert not await facade.learn_address(work, "人民路1号", 10.0, 10.0)
        async with installed.work() as work:
            exact = await facade.find_place(work, "安宁市东镇人民路25号")
            near = await facade.find_place(work, "西镇人民路31号")
            far = await facade.find_place(work, "什么也不是的地方")
            assert exact is not None
            assert near is not None
            assert (exact.how, exact.place.town, exact.place.lon) == ("address", "990001001", 119.8)
            assert (near.how, near.place.town) == ("address", "990001002")
            assert near.score < exact.score
            assert far is None

    async def test_the_public_never_reads_learned_texts(self, installed: Database) -> None:
        async with installed.work() as work:
            assert await work.rows("select key from commons.places_address") == []
        async with installed.job_work() as work:
            assert await work.value("select count(*) from commons.places_address") == 2

    async def test_search(self, installed: Database) -> None:
        async with installed.work() as work:
            assert [f.how for f in await facade.search(work, "31.5, 119.75")] == ["coordinates"]
            assert [f.title for f in await facade.search(work, "东")][:1] == ["东镇"]
            assert (await facade.search(work, "老城"))[0].place.code == "990001001"
            assert await facade.search(work, "火星") == []


class TestImport:
    async def test_needs_the_operation(self, installed: Database) -> None:
        async with installed.work() as work:
            with pytest.raises(Problem) as caught:
                await facade.import_outlines(work, OUTLINE.encode(), level=1)
            assert caught.value.status in (401, 403)

    async def test_dry_run_then_real_then_history(self, installed: Database) -> None:
        shape = shapely.to_geojson(shapely.box(119.4, 31, 120, 32))
        text = '{"type":"Feature","properties":{"code":"990001001","name":"东镇"},"geometry":%s}' % shape  # noqa: UP031
        async with installed.job_work() as work:
            before = await work.value("select outline from commons.places_region where code = '990001001'")
            dry = await facade.import_outlines(work, text.encode(), level=2, dry_run=True)
            assert not dry.applied
            assert dry.replaced == ("990001001",)
            assert await work.value("select outline from commons.places_region where code = '990001001'") == before
        async with installed.job_work() as work:
            report = await facade.import_outlines(work, text.encode())
            assert report.level == Level.TOWN
            assert report.applied
            assert "已导入" in report.summary
        async with installed.job_work() as work:
            index = work.city.regions
            assert not index.by_code("990001001").schematic
            assert index.by_code("990001001001").schematic
            assert index.locate(119.45, 31.5).town == "990001001"
            assert (await service.history(work, "990001001"))[-1]["outline"] == before
            drawn = shapely.union_all([index.outline(r.code) for r in index.all(Level.GRID)])
            assert drawn.area == pytest.approx(1.0, abs=1e-6)
            topics = await work.rows("select topic from runtime.outbox_event")
            assert {"topic": "places.regions_changed"} in topics

    async def test_a_new_edition_of_the_site_keeps_real_outlines(self, installed: Database, tmp_path: Path) -> None:
        more = facade.load_site(
            write_site(tmp_path, **{"regions.csv": REGIONS + "990001002002,西二村村民委员会,,,,\n"})
        )
        async with installed.job_work() as work:
            real = work.city.regions.outline("990001001")
            await facade.install_regions(work, more)
            index = work.city.regions
            assert not index.by_code("990001001").schematic
            assert shapely.equals(index.outline("990001001"), real)
            assert index.find("990001002002") is not None
            grids = [index.outline(r.code) for r in index.all(Level.GRID)]
            assert shapely.area(grids).sum() == pytest.approx(1.0, abs=1e-6)
            assert shapely.union_all(grids).area == pytest.approx(1.0, abs=1e-6)

    async def test_with_any_fault_nothing_is_written(self, installed: Database) -> None:
        bad = '{"type":"Feature","properties":{"code":"990001002"},"geometry":%s}' % OUTLINE  # noqa: UP031
        async with installed.job_work() as work:
            report = await facade.import_outlines(work, bad.encode(), level=2)
            assert report.faults
            assert not report.applied
            assert work.city.regions.by_code("990001002").schematic

    async def test_history_of_no_code(self, installed: Database) -> None:
        async with installed.job_work() as work:
            with pytest.raises(RegionUnknown):
                await service.history(work, "x")
            assert work.now.tzinfo is not None
            assert isinstance(work.now, dt.datetime)
