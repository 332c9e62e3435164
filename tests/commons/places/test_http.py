"""Places over HTTP: strict questions, the public mirror, ETags, imports by those who may."""

from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest
import shapely

from chengshu.base import geo
from chengshu.runtime.city import City

SignIn = Callable[[str], Awaitable[dict[str, str]]]


class TestRegions:
    async def test_the_tree_step_by_step(self, client: httpx.AsyncClient) -> None:
        county = (await client.get("/api/places/regions")).json()["items"]
        assert [(r["code"], r["children"]) for r in county] == [("320282", 21)]
        towns = (await client.get("/api/places/regions", params={"parent": "320282"})).json()
        assert len(towns["items"]) == 21
        assert towns["items"][0]["center"].keys() == {"lon", "lat"}
        assert towns["items"][0]["schematic"] is True
        grids = (await client.get("/api/places/regions", params={"parent": "320282100", "level": 4})).json()["items"]
        assert all(grid["code"].startswith("320282100") for grid in grids)
        one = (await client.get("/api/places/regions/320282100")).json()
        assert [step["name"] for step in one["line"]] == ["宜兴市", "张渚镇"]
        assert one["children"]

    async def test_pages_go_on_after_the_last_row(self, client: httpx.AsyncClient) -> None:
        seen: list[str] = []
        after: str | None = None
        while True:
            query: dict[str, Any] = {"level": 3, "limit": 100} | ({"after": after} if after else {})
            page = (await client.get("/api/places/regions", params=query)).json()
            seen += [r["code"] for r in page["items"]]
            after = page["next"]
            if after is None:
                break
        assert len(seen) == len(set(seen)) == 312

    async def test_in_english(self, client: httpx.AsyncClient) -> None:
        one = await client.get("/api/places/regions/320282100", headers={"accept-language": "en"})
        assert one.json()["name"] == "Zhangzhu"


class TestOutlines:
    async def test_geojson_with_an_etag(self, client: httpx.AsyncClient) -> None:
        first = await client.get("/api/open/v1/regions.geojson", params={"level": 2})
        assert first.status_code == 200
        assert first.headers["content-type"] == "application/geo+json"
        features = first.json()["features"]
        assert len(features) == 21
        assert all(f["properties"]["schematic"] and f["geometry"]["coordinates"] for f in features)
        again = await client.get(
            "/api/open/v1/regions.geojson", params={"level": 2}, headers={"if-none-match": first.headers["etag"]}
        )
        assert (again.status_code, again.content) == (304, b"")

    async def test_fewer_points_from_afar(self, client: httpx.AsyncClient) -> None:
        sizes = [
            len((await client.get("/api/places/regions.geojson", params={"level": 1, "zoom": zoom})).content)
            for zoom in (5, 9, 12, 18)
        ]
        assert sizes == sorted(sizes)
        assert sizes[0] * 4 < sizes[-1]


class TestFinding:
    async def test_locate_in_every_datum(self, client: httpx.AsyncClient) -> None:
        true = (119.82, 31.36)
        shown = {"wgs84": true, "gcj02": geo.cgcs2000_to_gcj02(*true), "bd09": geo.cgcs2000_to_bd09(*true)}
        answers = [
            (await client.get("/api/open/v1/locate", params={"lon": lon, "lat": lat, "datum": datum})).json()
            for datum, (lon, lat) in shown.items()
        ]
        assert len({a["grid"] for a in answers}) == 1
        assert answers[0]["names"][:2] == ["宜兴市", "宜城街道"]
        assert [a["lon"] for a in answers] == pytest.approx([119.82] * 3, abs=1e-6)

    async def test_search(self, client: httpx.AsyncClient) -> None:
        items = (await client.get("/api/places/search", params={"q": "张渚"})).json()["items"]
        assert items[0]["title"] == "张渚镇"
        assert items[0]["how_title"] == "名称"
        public = (await client.get("/api/open/v1/places/search", params={"q": "119.82,31.36"})).json()["items"]
        assert public[0]["how"] == "coordinates"


@pytest.mark.parametrize(
    ("path", "status", "field"),
    [
        ("/api/places/regions?parent=99", 422, "parent"),
        ("/api/places/regions?parent=999999", 404, "region"),
        ("/api/places/regions?level=9", 422, "level"),
        ("/api/places/regions?levle=2", 422, "levle"),
        ("/api/places/regions?after=zzz", 422, "after"),
        ("/api/places/regions/320282999", 404, "code"),
        ("/api/places/regions/320282999/history", 200, None),
        ("/api/places/regions/x/history", 404, "code"),
        ("/api/places/regions.geojson?level=0", 422, "level"),
        ("/api/places/regions.geojson?parent=320283", 404, "region"),
        ("/api/places/locate?lon=119.8", 422, "lat"),
        ("/api/places/locate?lon=abc&lat=31", 422, "lon"),
        ("/api/places/locate?lon=nan&lat=31", 422, "lon"),
        ("/api/places/locate?lon=116.4&lat=39.9", 422, "lon"),
        ("/api/places/locate?lon=119.8&lat=31.3&datum=moon", 422, "datum"),
        ("/api/places/search", 422, "q"),
        ("/api/places/search?q=a&limit=0", 422, "limit"),
        ("/api/places/search?q=%00", 200, None),
    ],
)
async def test_a_bad_question_names_its_field(
    client: httpx.AsyncClient, path: str, status: int, field: str | None
) -> None:
    answer = await client.get(path)
    assert answer.status_code == status, answer.text
    if field is not None:
        body = answer.json()
        assert answer.headers["content-type"] == "application/problem+json"
        fields = [body.get("field"), *(e.get("field") for e in body.get("errors", []))]
        assert any(f and str(f).endswith(field) for f in fields), body


@pytest.mark.parametrize(
    "words",
    ["\x00路灯", "人民路\x0025号\x1f", "%_'\"\\路", "🦆🦆🦆路1号", "a" * 200, "号" * 200, "９９９９９路", "路99999号"],
)
async def test_no_words_break_the_search(client: httpx.AsyncClient, words: str) -> None:
    for path in ("/api/places/search", "/api/open/v1/places/search"):
        answer = await client.get(path, params={"q": words})
        assert answer.status_code == 200, answer.text


class TestImport:
    async def test_is_refused_without_the_right(self, client: httpx.AsyncClient, sign_in: SignIn) -> None:
        files = {"file": ("towns.geojson", b"{}")}
        assert (await client.post("/api/places/imports", files=files)).status_code == 401
        answer = await client.post("/api/places/imports", files=files, headers=await sign_in("urban"))
        assert answer.status_code == 403
        assert "places.import" in answer.text

    async def test_by_the_data_bureau(self, client: httpx.AsyncClient, city: City, sign_in: SignIn) -> None:
        headers = await sign_in("bureau")
        village = "320282100001"
        grid = shapely.to_geojson(city.regions.outline(village))
        text = '{"type":"Feature","properties":{"code":"%s777","name":"东街网格"},"geometry":%s}' % (village, grid)  # noqa: UP031
        files = {"file": ("grids.geojson", text.encode())}
        url = "/api/places/imports"
        dry = await client.post(url, params={"dry_run": True}, files=files, headers=headers)
        assert dry.status_code == 200, dry.text
        assert (dry.json()["applied"], dry.json()["added"]) == (False, [village + "777"])
        done = await client.post(url, files=files, headers=headers)
        assert done.status_code == 200, done.text
        assert done.json()["applied"]
        assert done.json()["retired"]
        center = city.regions.by_code(village)
        place = (await client.get("/api/places/locate", params={"lon": center.lon, "lat": center.lat})).json()
        assert place["grid"] == village + "777"
        old = (await client.get(f"/api/places/regions/{village}777")).json()
        assert (old["schematic"], old["name"]) == (False, "东街网格")

    async def test_a_faulty_file_lists_its_faults(self, client: httpx.AsyncClient, sign_in: SignIn) -> None:
        text = b'{"type":"Feature","properties":{"code":"1"},"geometry":{"type":"Point","coordinates":[1,2]}}'
        headers = {**await sign_in("bureau"), "accept-language": "en"}
        answer = await client.post("/api/places/imports", files={"file": ("x.geojson", text)}, headers=headers)
        assert answer.status_code == 422
        assert answer.json()["errors"][0]["detail"].startswith("not an area")
        grid = shapely.to_geojson(shapely.box(119.82, 31.36, 119.821, 31.361))
        odd = '{"type":"Feature","properties":{"code":"320282001007999","name":"a\\u0000b"},"geometry":%s}' % grid  # noqa: UP031
        tried = await client.post("/api/places/imports", files={"file": ("a\tb.geojson", odd)}, headers=headers)
        assert tried.status_code in (200, 422), tried.text
        broken = await client.post("/api/places/imports", files={"file": ("x.zip", b"PK\x03\x04")}, headers=headers)
        assert (broken.status_code, broken.json()["code"]) == (422, "places.outlines_unreadable")

    async def test_the_database_refuses_too(self, city: City) -> None:
        async with city.db.work() as work:
            assert await work.run("update commons.places_region set schematic = false") == 0
