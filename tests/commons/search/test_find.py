"""One search, by number and by two characters, and never beyond what one may see."""

import time

import psycopg
import pytest

from chengshu.commons.search import facade
from chengshu.commons.search.contracts import Document


@pytest.fixture(scope="module")
async def told(city, client, sign_in, drain):
    """A case in the county's centre, and everything indexed."""
    site = (await client.get("/api/open/v1/site")).json()
    body = {
        "type": "hotline_12345.hotline_call", "channel": "hotline", "text": "新华书店门口窨井盖翘起，绊倒行人",
        "lon": site["center"]["lon"], "lat": site["center"]["lat"], "address": "人民路 1 号",
    }  # fmt: skip
    answer = await client.post("/api/cases", json=body, headers=await sign_in("hotline"))
    assert answer.status_code == 201, answer.text
    await drain()
    async with city.db.job_work() as work:
        await facade.reindex(work)
    return answer.json()


async def find(client, headers, q: str) -> dict[str, list[dict]]:
    answer = await client.get("/api/search", params={"q": q}, headers=headers)
    assert answer.status_code == 200, answer.text
    return {group["kind"]: group["items"] for group in answer.json()["groups"]}


class TestFind:
    @pytest.mark.parametrize("q", ["窨井", "新华书店", "井盖翘起", "井"])
    async def test_words_of_any_length(self, told, client, sign_in, q):
        hits = await find(client, await sign_in("center"), q)
        assert any(item["href"] == f"/cases/{told['id']}" for items in hits.values() for item in items)

    async def test_a_number_that_is_met_exactly_comes_first(self, told, client, sign_in):
        answer = await client.get("/api/search", params={"q": told["number"]}, headers=await sign_in("center"))
        assert answer.json()["groups"][0]["items"][0]["href"] == f"/cases/{told['id']}"

    async def test_places_and_offices_are_found(self, told, client, sign_in):
        hits = await find(client, await sign_in("grid1"), "宜城")
        assert next(i["title"] for i in hits["region"]) == "宜城街道"
        assert "office" in hits

    async def test_what_is_beyond_ones_scope_is_not_found(self, told, client, sign_in):
        outside = await find(client, await sign_in("t320282100"), "窨井")
        assert not any(item["href"] == f"/cases/{told['id']}" for items in outside.values() for item in items)

    async def test_needs_a_session_and_something_to_look_for(self, told, client, sign_in):
        assert (await client.get("/api/search?q=路灯")).status_code == 401
        answer = await client.get("/api/search", params={"q": "？！"}, headers=await sign_in("center"))
        assert (answer.status_code, answer.json()["code"]) == (422, "search.query_empty")

    @pytest.mark.parametrize("q", ["' or 1=1 --", "a & b | !c", "\\", "':*", "路灯' & '"])
    async def test_no_typed_text_breaks_it(self, told, client, sign_in, q):
        answer = await client.get("/api/search", params={"q": q}, headers=await sign_in("center"))
        assert answer.status_code in (200, 422)


class TestScope:
    async def test_the_web_role_has_no_right_on_the_documents(self, city):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            async with city.db.work() as work:
                await work.rows("select * from commons.search_document")

    async def test_without_a_session_only_public_things_are_found(self, told, city):
        async with city.db.work() as work:
            rows = await work.rows("select kind from commons.search_find('''窨井''', null, 10)")
            assert rows == []
            rows = await work.rows("select distinct kind from commons.search_find('''宜城''', null, 10)")
        assert {r["kind"] for r in rows} <= {"region", "office"}


class TestSize:
    async def test_two_characters_among_twenty_thousand_documents(self, city, told):
        words = ["路灯", "井盖", "占道", "噪音", "积水", "垃圾", "绿化", "扬尘", "停车", "违建"]
        async with city.db.job_work() as work:
            for start in range(0, 20_000, 2000):
                documents = [
                    Document(f"x{n}", f"第{n}件{words[n % 9]}问题", f"/x/{n}", "河边步道" * 3, public=True)
                    for n in range(start, start + 2000)
                ]
                await facade.put(work, "test", [*documents, Document("rare", "罕见的违建", "/x/rare", public=True)])
        async with city.db.job_work() as work:
            await work.run("analyze commons.search_document")
        async with city.db.work() as work:
            began = time.process_time(), time.perf_counter()
            rows = await work.rows("select * from commons.search_find('''违建''', null, 10)")
            took = time.perf_counter() - began[1]
        assert [r["id"] for r in rows] == ["rare"]
        assert took < 0.5, f"{took * 1000:.0f} ms"
