"""The one API over all declared tables: rows, filters, history, scope, masking, import."""

import datetime as dt
import io
from typing import Any

import httpx
import pytest
from openpyxl import Workbook

from chengshu.base.expressions import parse_filter
from chengshu.runtime.city import City

TOILETS = "/api/resources/sanitation.public_toilet"
HOMES = "/api/resources/grid_governance.household"
TOWN = "320282001"


def toilet(code: str, **more: Any) -> dict[str, Any]:
    return {"code": code, "name": f"公厕{code}", "region": TOWN, "phone": "13800138000", **more}


@pytest.fixture(scope="module")
async def bureau(sign_in: Any) -> dict[str, str]:
    return await sign_in("bureau")


async def add(
    client: httpx.AsyncClient, headers: dict[str, str], row: dict[str, Any], base: str = TOILETS
) -> dict[str, Any]:
    answer = await client.post(f"{base}/rows", json=row, headers=headers)
    assert answer.status_code == 201, answer.text
    return answer.json()


class TestRows:
    async def test_lists_and_describes(self, client: httpx.AsyncClient, bureau: dict[str, str]) -> None:
        listed = (await client.get("/api/resources", headers=bureau)).json()
        assert "sanitation.public_toilet" in {one["id"] for one in listed}
        described = (await client.get(TOILETS, headers=bureau)).json()
        assert described["key"] == ["code"]
        assert {"columns", "filters", "form"} == set(described["screen"])

    async def test_life_of_a_row(self, client: httpx.AsyncClient, bureau: dict[str, str]) -> None:
        made = await add(client, bureau, toilet("L1", point={"lon": 119.82, "lat": 31.36}, men=3))
        assert (made["_version"], made["region"], made["point"]["lon"]) == (1, TOWN, 119.82)
        url = f"{TOILETS}/rows/L1"
        before = dt.datetime.fromisoformat(made["_updated_at"])
        changed = await client.patch(url, json={"men": 4}, headers={**bureau, "If-Match": '"1"'})
        assert (changed.status_code, changed.headers["etag"], changed.json()["men"]) == (200, '"2"', 4)
        stale = await client.patch(url, json={"men": 5}, headers={**bureau, "If-Match": '"1"'})
        assert (stale.status_code, stale.json()["code"]) == (412, "resources.row_stale")
        past = (await client.get(url, params={"as_of": before.isoformat()}, headers=bureau)).json()
        assert past["men"] == 3
        gone = await client.delete(url, headers={**bureau, "If-Match": '"2"'})
        assert gone.status_code == 204
        assert (await client.get(url, headers=bureau)).status_code == 404
        history = (await client.get(f"{url}/history", headers=bureau)).json()["items"]
        assert [(v["_version"], v["men"], v["_until"] is not None) for v in history] == [(2, 4, True), (1, 3, True)]

    async def test_taken_key(self, client: httpx.AsyncClient, bureau: dict[str, str]) -> None:
        await add(client, bureau, toilet("K1"))
        again = await client.post(f"{TOILETS}/rows", json=toilet("K1"), headers=bureau)
        assert (again.status_code, again.json()["code"]) == (409, "resources.row_exists")

    async def test_every_fault_is_named(self, client: httpx.AsyncClient, bureau: dict[str, str]) -> None:
        wrong = toilet("F 1", men=-1, grade="十类", opens="全天", extra=1)
        answer = await client.post(f"{TOILETS}/rows", json=wrong, headers=bureau)
        assert answer.status_code == 422
        assert {e["field"] for e in answer.json()["errors"]} == {"code", "men", "grade", "opens", "extra"}

    async def test_unknown_region_and_reference(self, client: httpx.AsyncClient, bureau: dict[str, str]) -> None:
        nowhere = await client.post(f"{TOILETS}/rows", json={**toilet("R1"), "region": "990000000"}, headers=bureau)
        assert nowhere.json()["errors"][0]["field"] == "region"
        car = {"plate": "苏BA1234", "kind": "sweeper", "station": "没有这站"}
        dangling = await client.post("/api/resources/sanitation.sanitation_vehicle/rows", json=car, headers=bureau)
        assert dangling.json()["errors"][0]["field"] == "station"

    async def test_pages_by_key(self, client: httpx.AsyncClient, bureau: dict[str, str]) -> None:
        for number in range(5):
            await add(client, bureau, toilet(f"P{number}", state="repair"))
        seen: list[str] = []
        after: str | None = None
        while True:
            params = {"filter": "state = 'repair' and code like 'P%'", "limit": 2} | ({"after": after} if after else {})
            page = (await client.get(f"{TOILETS}/rows", params=params, headers=bureau)).json()
            seen += [row["code"] for row in page["items"]]
            after = page["next"]
            if after is None:
                break
        assert seen == [f"P{n}" for n in range(5)]

    async def test_searches_and_boxes(self, client: httpx.AsyncClient, bureau: dict[str, str]) -> None:
        await add(client, bureau, toilet("S_1", name="东坡广场公厕", point={"lon": 119.9, "lat": 31.1}))
        found = (await client.get(f"{TOILETS}/rows", params={"q": "东坡"}, headers=bureau)).json()["items"]
        assert [row["code"] for row in found] == ["S_1"]
        boxed = (await client.get(f"{TOILETS}/rows", params={"bbox": "119.8,31.0,120,31.2"}, headers=bureau)).json()
        assert [row["code"] for row in boxed["items"]] == ["S_1"]

    @pytest.mark.parametrize("text", ["1=1; drop table x", "owner = 1", "state = (select 1)", "men >", "'"])
    async def test_bad_filters_are_refused(self, client: httpx.AsyncClient, bureau: dict[str, str], text: str) -> None:
        answer = await client.get(f"{TOILETS}/rows", params={"filter": text}, headers=bureau)
        assert (answer.status_code, answer.json()["code"]) == (422, "expression.not_allowed")


class TestMaskingAndScope:
    async def test_grades_are_masked_in_the_database(
        self, client: httpx.AsyncClient, bureau: dict[str, str], sign_in: Any
    ) -> None:
        home = {
            "code": "H1", "address": "和平路1号", "head": "张三丰", "phone": "13912345678",
            "id_card": "11010519491231002X", "region": TOWN,
        }  # fmt: skip
        made = await add(client, bureau, home, HOMES)
        assert (made["phone"], made["id_card"]) == ("13912345678", "110105********2X")  # grade 3 in clear, 4 masked
        town = await sign_in("town1")
        seen = (await client.get(f"{HOMES}/rows/H1", headers=town)).json()
        assert (seen["head"], seen["phone"], seen["id_card"]) == ("张**", "139****5678", "110105********2X")
        guess = await client.get(f"{HOMES}/rows", params={"filter": "phone = '13912345678'"}, headers=town)
        assert (guess.status_code, guess.json()["code"]) == (422, "resources.grade_too_high")

    async def test_rows_outside_the_region_do_not_exist(
        self, client: httpx.AsyncClient, bureau: dict[str, str], sign_in: Any
    ) -> None:
        await add(client, bureau, {"code": "H2", "address": "别镇2号", "region": "320282100"}, HOMES)
        town = await sign_in("town1")
        listed = (await client.get(f"{HOMES}/rows", headers=town)).json()["items"]
        assert "H2" not in {row["code"] for row in listed}
        assert (await client.get(f"{HOMES}/rows/H2", headers=town)).status_code == 404
        assert (await client.get(f"{HOMES}/rows/H2/history", headers=town)).status_code == 404
        elsewhere = {"code": "H3", "address": "别镇3号", "region": "320282100"}
        refused = await client.post(f"{HOMES}/rows", json=elsewhere, headers=town)
        assert refused.json()["errors"][0]["field"] == "region"

    async def test_needs_the_right(self, client: httpx.AsyncClient, sign_in: Any) -> None:
        urban = await sign_in("urban")
        refused = await client.post(f"{TOILETS}/rows", json=toilet("N1"), headers=urban)
        assert refused.status_code == 403
        assert (await client.get("/api/resources")).status_code == 401


def workbook(rows: list[list[Any]]) -> bytes:
    book = Workbook()
    for row in rows:
        book.active.append(row)  # type: ignore[union-attr]
    packed = io.BytesIO()
    book.save(packed)
    return packed.getvalue()


class TestImport:
    async def send(
        self, client: httpx.AsyncClient, headers: dict[str, str], name: str, content: bytes, dry: bool
    ) -> Any:
        files = {"file": (name, content)}
        return await client.post(f"{TOILETS}/imports", params={"dry_run": dry}, files=files, headers=headers)

    async def test_dry_run_lists_every_fault_by_row(self, client: httpx.AsyncClient, bureau: dict[str, str]) -> None:
        content = workbook([
            ["编号", "名称", "男厕位", "所属区域", "怪列"],
            ["I1", "好公厕", 3, TOWN, None],
            ["I 2", "坏编号", "很多", TOWN, None],
            ["I1", "重复", 1, TOWN, None],
        ])  # fmt: skip
        report = (await self.send(client, bureau, "a.xlsx", content, True)).json()
        assert {(f["row"], f["column"]) for f in report["faults"]} == {
            (1, "怪列"),
            (3, "code"),
            (3, "men"),
            (4, "code"),
        }
        assert (await client.get(f"{TOILETS}/rows/I1", headers=bureau)).status_code == 404

    async def test_all_or_nothing_then_again(self, client: httpx.AsyncClient, bureau: dict[str, str]) -> None:
        text = f"编号,名称,男厕位,所属区域,经度,纬度\nI5,甲,1,{TOWN},119.8,31.3\nI6,乙,2,{TOWN},,\n"
        first = (await self.send(client, bureau, "a.csv", text.encode("gb18030"), False)).json()
        assert (first["created"], first["updated"], first["faults"]) == (2, 0, [])
        again = (await self.send(client, bureau, "a.csv", text.replace("乙,2", "乙,9").encode(), False)).json()
        assert (again["created"], again["updated"], again["unchanged"]) == (0, 1, 1)
        row = (await client.get(f"{TOILETS}/rows/I5", headers=bureau)).json()
        assert (row["_version"], row["point"]) == (1, {"lon": 119.8, "lat": 31.3})

    @pytest.mark.parametrize("content", [b"", b"\x00\x01", b"\xff\xfe\xfd", b"PK\x03\x04"])
    async def test_what_is_no_sheet_is_refused(
        self, client: httpx.AsyncClient, bureau: dict[str, str], content: bytes
    ) -> None:
        for name in ("a.csv", "a.xlsx"):
            answer = await self.send(client, bureau, name, content, True)
            assert answer.status_code == 422, answer.text


@pytest.mark.parametrize(
    "text",
    [
        "name like '甲%' and not (good or name is null)",
        "size / 0 is null or size between 1 and 3",
        "coalesce(size, 0) * 2.5 - 1 > round(size / 3, 2)",
        "built >= date '2020-01-01' and name in ('甲', '乙', null)",
        "case when good then size else -size end < 0",
        "length(name) % 2 = 1 or upper(name) = 'ABC' or greatest(size, 7) = 7",
    ],
)
async def test_sql_and_python_agree(city: City, text: str) -> None:
    fields = {"name": "text", "size": "number", "good": "boolean", "built": "date"}
    rows = [
        {"name": name, "size": size, "good": good, "built": built}
        for name in ("甲一", "abc", None)
        for size in (-2, 0, 3, None)
        for good in (True, None)
        for built in (dt.date(2019, 5, 1), dt.date(2021, 1, 1), None)
    ]
    expression = parse_filter(text, fields)
    condition, params = expression.sql()
    async with city.db.job_work() as work:
        values = ", ".join(
            f"({n}, %(n{n})s::text, %(s{n})s::int, %(g{n})s::bool, %(b{n})s::date)" for n in range(len(rows))
        )
        for n, row in enumerate(rows):
            params |= {f"n{n}": row["name"], f"s{n}": row["size"], f"g{n}": row["good"], f"b{n}": row["built"]}
        asked = f"select n, {condition} as held from (values {values}) t(n, name, size, good, built) order by n"
        found = [row["held"] for row in await work.rows(asked, params)]
    assert found == [expression.function()(row) for row in rows]


class TestLayers:
    async def test_a_declared_layer_shows_filtered_rows(
        self, client: httpx.AsyncClient, bureau: dict[str, str]
    ) -> None:
        await add(client, bureau, toilet("M1", name="图上公厕", point={"lon": 119.55, "lat": 31.25}))
        await add(client, bureau, toilet("M2", state="closed", point={"lon": 119.55, "lat": 31.25}))
        layers = {one["id"]: one for one in (await client.get("/api/maps/layers", headers=bureau)).json()}
        layer = layers["resources.sanitation.public_toilets"]
        params = {"bbox": "119.5,31.2,119.6,31.3", "zoom": 14}
        shown = (await client.get(layer["url"], params=params, headers=bureau)).json()
        assert [one["id"] for one in shown["features"]] == ["M1"]
        assert shown["features"][0]["geometry"] == {"type": "Point", "coordinates": [119.55, 31.25]}
