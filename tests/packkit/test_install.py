"""Installing, upgrading, switching off and removing packs on a real database."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from chengshu.packkit import facade
from chengshu.packkit.errors import ChangeRefused, PackNeeded
from chengshu.runtime.city import City

STATION = """\
title: {zh: 水位站, en: Gauge}
key: [code]
owner: water
label: name
geometry: point
fields:
  code: {type: code, title: {zh: 编码, en: Code}, required: true}
  name: {type: text, title: {zh: 名称, en: Name}, required: true}
  level: {type: integer, title: {zh: 水位, en: Level}}
sharing: {kind: unconditional}
opening: {kind: unconditional}
update: daily
"""
LAYER = "title: {zh: 水位站, en: Gauges}\ngroup: {zh: 水利, en: Water}\nresource: gauge\n"
ROLES = "keeper:\n  title: {zh: 水位员, en: Keeper}\n  operations: [resources.read, resources.write]\n"
Pack = Callable[..., list[Any]]


@pytest.fixture
def river(tmp_path: Path) -> Pack:
    """The pack `river_watch` at a version, with a resource text."""

    def write(version: str = "1.0.0", gauge: str | None = STATION, **files: str) -> list[Any]:
        root = tmp_path / "river_watch"
        head = f"title: {{zh: 河道水位, en: River watch}}\ndomain: water\nversion: {version}\nowner: water\n"
        written = {"pack.yaml": head, "layers/gauges.yaml": LAYER, "roles.yaml": ROLES, **files}
        if gauge is not None:
            written["resources/gauge.yaml"] = gauge
        for file, text in written.items():
            path = root / file
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, "utf-8")
        return facade.load_packs([tmp_path])

    return write


async def install(city: City, packs: list[Any], **options: Any) -> facade.Plan:
    async with city.db.job_work() as work:
        return await facade.install(work, packs, **options)


async def plan(city: City, packs: list[Any]) -> facade.Plan:
    async with city.db.job_work() as work:
        return await facade.plan(work, packs)


class TestLife:
    async def test_the_plan_comes_before_the_deed(self, city: City, river: Pack) -> None:
        made = await plan(city, river())
        assert [(c.kind, c.action) for c in made.packs[0].changes] == [
            ("resources", "create_table"), ("roles", "add"), ("layers", "add"),
        ]  # fmt: skip
        async with city.db.job_work() as work:
            assert await work.value("select to_regclass('res.river_watch_gauge')") is None

    async def test_install_then_nothing_to_do(
        self, city: City, river: Pack, client: httpx.AsyncClient, sign_in: Any
    ) -> None:
        samples = {"samples/gauge.csv": "code,name,level,lon,lat\nG1,上游站,12,119.8,31.3\n"}
        packs = river(**samples)
        done = await install(city, packs, samples=True)
        assert done.packs[0].action == "install"
        bureau = await sign_in("bureau")
        rows = (await client.get("/api/resources/river_watch.gauge/rows", headers=bureau)).json()["items"]
        assert [(row["code"], row["level"]) for row in rows] == [("G1", 12)]
        async with city.db.job_work() as work:
            entry = await work.row("select owner, title from data.catalog_resource where id = 'river_watch.gauge'")
        assert entry == {"owner": "water", "title": {"zh": "水位站", "en": "Gauge"}}
        assert (await plan(city, packs)).empty

    async def test_upgrade_keeps_rows_and_history(
        self, city: City, river: Pack, client: httpx.AsyncClient, sign_in: Any
    ) -> None:
        wider = STATION.replace("type: integer", "type: decimal").replace(
            "sharing:", "  note: {type: text, title: {zh: 备注, en: Note}}\nsharing:"
        )
        made = await install(city, river("1.1.0", wider))
        assert made.packs[0].action == "upgrade"
        assert [c.action for c in made.packs[0].changes] == ["widen_column", "add_column"]
        bureau = await sign_in("bureau")
        url = "/api/resources/river_watch.gauge/rows/G1"
        changed = await client.patch(url, json={"level": 12.5, "note": "改"}, headers={**bureau, "If-Match": '"1"'})
        assert changed.status_code == 200, changed.text
        history = (await client.get(f"{url}/history", headers=bureau)).json()["items"]
        assert [float(version["level"]) for version in history] == [12.5, 12]

    async def test_destructive_changes_are_refused_with_the_way_out(self, city: City, river: Pack) -> None:
        narrow = STATION.replace("  level: {type: integer, title: {zh: 水位, en: Level}}\n", "")
        with pytest.raises(ChangeRefused) as refused:
            await install(city, river("1.2.0", narrow))
        errors = refused.value.body("zh")["errors"]
        assert {one["field"] for one in errors} >= {"river_watch.gauge.level"}
        assert all("retired: true" in one["detail"] for one in errors)

    async def test_an_older_version_is_refused(self, city: City, river: Pack) -> None:
        with pytest.raises(ChangeRefused, match=r"1\.1\.0"):
            await install(city, river("0.9.0"))

    async def test_switch_off_and_remove_keep_the_data(
        self, city: City, river: Pack, client: httpx.AsyncClient, sign_in: Any
    ) -> None:
        bureau = await sign_in("bureau")
        async with city.db.job_work() as work:
            await facade.switch_off(work, "river_watch")
        assert (await client.get("/api/resources/river_watch.gauge", headers=bureau)).status_code == 404
        layers = (await client.get("/api/maps/layers", headers=bureau)).json()
        assert "resources.river_watch.gauges" not in {layer["id"] for layer in layers}
        full = STATION.replace("type: integer", "type: decimal").replace(
            "sharing:", "  note: {type: text, title: {zh: 备注, en: Note}}\nsharing:"
        )
        again = await install(city, river("1.1.0", full))
        assert again.packs[0].action == "switch_on"
        row = (await client.get("/api/resources/river_watch.gauge/rows/G1", headers=bureau)).json()
        assert row["note"] == "改"
        async with city.db.job_work() as work:
            await facade.remove(work, "river_watch")
            assert await work.value("select count(*) from res.river_watch_gauge") == 1
        assert (await install(city, river("1.1.0", full))).packs[0].action == "install"
        async with city.db.job_work() as work:
            await facade.remove(work, "river_watch", drop=True)
        async with city.db.job_work() as work:
            assert await work.value("select to_regclass('res.river_watch_gauge')") is None

    async def test_what_others_need_stays(self, city: City) -> None:
        async with city.db.job_work() as work:
            with pytest.raises(PackNeeded, match="hotline_12345"):
                await facade.switch_off(work, "components_and_events")


class TestHttp:
    async def test_plan_install_and_history(self, client: httpx.AsyncClient, sign_in: Any) -> None:
        bureau = await sign_in("bureau")
        packs = {pack["id"]: pack for pack in (await client.get("/api/packs", headers=bureau)).json()}
        assert packs["sanitation"]["state"] == "installed"
        assert packs["sanitation"]["requires"] == ["components_and_events"]
        planned = (await client.post("/api/packs/sanitation/plan", headers=bureau)).json()
        assert {one["id"]: one["action"] for one in planned["packs"]} == {
            "components_and_events": "unchanged", "sanitation": "unchanged",
        }  # fmt: skip
        off = await client.post("/api/packs/sanitation/switch_off", headers=bureau)
        assert off.status_code == 204, off.text
        on = (await client.post("/api/packs/sanitation/install", headers=bureau)).json()
        assert next(one for one in on["packs"] if one["id"] == "sanitation")["action"] == "switch_on"
        history = (await client.get("/api/packs/sanitation/history", headers=bureau)).json()["items"]
        assert [one["action"] for one in history] == ["switch_on", "switch_off", "install"]

    async def test_rights_and_unknown(self, client: httpx.AsyncClient, sign_in: Any) -> None:
        urban = await sign_in("urban")
        assert (await client.get("/api/packs", headers=urban)).status_code == 403
        bureau = await sign_in("bureau")
        missing = await client.post("/api/packs/nothing/plan", headers=bureau)
        assert (missing.status_code, missing.json()["code"]) == (404, "packs.unknown")
