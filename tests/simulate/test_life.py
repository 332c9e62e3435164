"""The simulated county: seeded, within its rights, patient with a busy city."""

import asyncio
import random

import httpx
import pytest
from simulate.atlas import learn
from simulate.behaviour import SKIPPED, choose, patience, write
from simulate.cast import Cast, generated_login
from simulate.client import Person, Refused
from simulate.life import Life
from simulate.pictures import draw_photo
from simulate.words import REPORTS, caller, report


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch):
    monkeypatch.setattr("simulate.client.wait_after", lambda *_: 0.0)


def person(answers) -> tuple[Person, list[httpx.Request]]:
    asked: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        found = next(answers)
        if isinstance(found, Exception):
            raise found
        return found

    http = httpx.AsyncClient(transport=httpx.MockTransport(answer), base_url="http://city.test")
    return Person(http, random.Random(1)), asked


class TestPatience:
    async def test_a_busy_city_is_asked_again(self):
        who, asked = person(
            iter(
                [
                    httpx.Response(503),
                    httpx.ConnectError("away"),
                    httpx.Response(429),
                    httpx.Response(200, json={"a": 1}),
                ]
            )
        )
        assert await who.get("/x") == {"a": 1}
        assert len(asked) == 4

    async def test_a_refusal_is_not_repeated(self):
        who, asked = person(iter([httpx.Response(422, json={"code": "cases.class_unknown", "detail": "…"})]))
        with pytest.raises(Refused) as refusal:
            await who.post("/x", {})
        assert refusal.value.code == "cases.class_unknown"
        assert len(asked) == 1

    async def test_a_city_that_stays_away_is_given_up(self):
        who, asked = person(iter([httpx.ConnectError("away")] * 50))
        with pytest.raises(Refused) as refusal:
            await who.get("/x")
        assert refusal.value.status == 0
        assert len(asked) < 20


class TestSeed:
    def test_the_same_seed_tells_the_same(self):
        told = [report(random.Random(7), "上水井盖", "人民路") for _ in range(2)]
        assert told[0] == told[1]
        assert draw_photo("路灯", 5) == draw_photo("路灯", 5)
        assert draw_photo("路灯", 5) != draw_photo("路灯", 5, done=True)
        assert patience(1, "20260101000001") == patience(1, "20260101000001")
        assert caller(random.Random(3)) == caller(random.Random(3))

    def test_every_sentence_can_be_said(self):
        luck = random.Random(0)
        for words, _ in REPORTS:
            for _ in range(6):
                text = report(luck, words[0], "人民路")
                assert "人民路" in text
                assert "{" not in text


class TestChoice:
    def test_only_what_is_offered_is_done(self):
        offered = [{"id": "accept", "tone": "primary"}, {"id": "note", "tone": "default"}]
        assert all(choose("assigned", offered, random.Random(n))["id"] == "accept" for n in range(20))
        assert choose("handling", [{"id": "note", "tone": "default"}], random.Random(1)) is None
        assert choose("their_own_state", offered, random.Random(1))["id"] == "accept"

    def test_fields_take_their_defaults_and_required_ones_are_filled(self):
        luck = random.Random(1)
        assert write({"name": "lead", "type": "org", "default": "water"}, "dispatch", {}, luck) == "water"
        assert (
            write({"name": "x", "type": "select", "required": True, "options": [{"value": "a"}]}, "m", {}, luck) == "a"
        )
        assert write({"name": "reason", "type": "textarea", "required": True}, "return", {}, luck)
        assert write({"name": "x", "type": "case", "required": True}, "merge", {}, luck) is SKIPPED


class TestCast:
    def test_one_guess_for_each_list(self):
        assert generated_login("org:water") == "o_water"
        assert generated_login("org:t320282001") == "t320282001"
        assert generated_login("org:v320282001001") == "g320282001001001"
        assert generated_login("grid:320282001001001") == "g320282001001001"
        assert generated_login("actor:7") is None
        assert generated_login("org:center") is None


class TestLife:
    async def test_a_county_gets_a_past_without_a_single_refusal(self, client):
        cast = Cast(client, 1, "Chengshu-2026")
        there = await cast.assemble()
        assert {"center", "hotline", "grid1"} <= set(there)
        atlas = await learn(cast.stranger(), 1)
        assert len(atlas.spots) > 20
        life = Life(atlas, cast, 1)
        assert await life.history(10, 2, asyncio.Event()) == 10
        assert dict(life.refusals) == {}
        assert life.done["report"] == 10
        assert life.done["close"] >= 2
        for _ in range(6):
            await life.act()
        assert dict(life.refusals) == {}

    async def test_stops_when_told(self, client):
        cast = Cast(client, 1, "Chengshu-2026")
        await cast.assemble()
        stop = asyncio.Event()
        stop.set()
        assert await Life(await learn(cast.stranger(), 1), cast, 1).history(10, 2, stop) == 0
