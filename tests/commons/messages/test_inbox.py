"""People are told what concerns them, once, and see only what is theirs."""

import httpx
import psycopg
import pytest

from chengshu.adapters.channels.http_sms import HttpSms
from chengshu.commons.messages import facade, jobs
from chengshu.commons.messages.contracts import Draft
from chengshu.runtime.jobs import run_once

URGENT = Draft(
    "test.urgent", "org:water", {"zh": "汛情"}, {"zh": "请到岗"}, "/desk", urgency="urgent", channels=("inbox", "sms")
)


async def inbox(client, headers, **query):
    answer = await client.get("/api/messages/inbox", params=query, headers=headers)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def unread(client, headers) -> int:
    return (await client.get("/api/messages/count", headers=headers)).json()["unread"]


async def outbound(city, state: str) -> int:
    async with city.db.job_work() as work:
        return await work.value("select count(*) from commons.messages_outbound where state = %(s)s", {"s": state})


class TestInbox:
    async def test_everybody_of_an_office_is_told_and_the_counter_is_kept(self, city, client, sign_in):
        water, urban = await sign_in("water"), await sign_in("urban")
        before = await unread(client, water), await unread(client, urban)
        async with city.db.job_work() as work:
            assert await facade.send(work, [URGENT]) >= 1
        assert (await unread(client, water), await unread(client, urban)) == (before[0] + 1, before[1])
        newest = (await inbox(client, water, unread=True))["items"][0]
        assert (newest["subject"], newest["urgency"]) == ("汛情", "urgent")
        answer = await client.post(f"/api/messages/{newest['id']}/read", headers=water)
        assert answer.json()["unread"] == before[0]
        # Reading twice does not count twice.
        assert (await client.post(f"/api/messages/{newest['id']}/read", headers=water)).json()["unread"] == before[0]

    async def test_a_message_of_others_is_not_there(self, city, client, sign_in):
        newest = (await inbox(client, await sign_in("water")))["items"][0]
        answer = await client.post(f"/api/messages/{newest['id']}/read", headers=await sign_in("urban"))
        assert (answer.status_code, answer.json()["code"]) == (404, "messages.unknown")

    async def test_raw_sql_on_the_web_role_sees_nothing_without_a_session(self, city):
        async with city.db.work() as work:
            assert await work.rows("select * from commons.messages_message") == []
            assert await work.rows("select * from commons.messages_receipt") == []
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            async with city.db.work() as work:
                await work.rows("select * from commons.messages_outbound")

    async def test_who_caused_it_is_not_told(self, city, client, sign_in):
        me = (await client.get("/api/security/me", headers=await sign_in("water"))).json()["id"]
        async with city.db.job_work() as work:
            mine = Draft("test.own", f"actor:{me}", {"zh": "x"}, {"zh": "x"}, besides=me)
            assert await facade.send(work, [mine]) == 0

    async def test_pages_go_on(self, city, client, sign_in):
        water = await sign_in("water")
        async with city.db.job_work() as work:
            await facade.send(work, [Draft("test.n", "org:water", {"zh": f"第{n}条"}, {"zh": "x"}) for n in range(5)])
        first = await inbox(client, water, limit=2)
        second = await inbox(client, water, limit=2, after=first["next"])
        ids = [m["id"] for m in first["items"] + second["items"]]
        assert ids == sorted(set(ids), reverse=True)
        assert (await client.post("/api/messages/read", headers=water)).json() == {"unread": 0}


class TestTask:
    async def test_the_office_that_gets_a_task_is_told(self, client, sign_in, drain):
        site = (await client.get("/api/open/v1/site")).json()
        classes = (await client.get("/api/cases/classes", headers=await sign_in("hotline"))).json()
        classes = classes["items"] if isinstance(classes, dict) else classes
        body = {
            "class": next(c["code"] for c in classes if "河道" in c["title"]),
            "type": "hotline_12345.hotline_call", "channel": "hotline", "text": "河道里有很多垃圾",
            "lon": site["center"]["lon"], "lat": site["center"]["lat"],
        }  # fmt: skip
        case = (await client.post("/api/cases", json=body, headers=await sign_in("hotline"))).json()
        center = await sign_in("center")
        for move, given in (("file", {}), ("dispatch", {"lead": "water"})):
            if case["state"] == {"file": "reported", "dispatch": "filed"}[move]:
                answer = await client.post(
                    f"/api/cases/{case['id']}/moves/{move}", json=given,
                    headers={**center, "If-Match": f'"{case["version"]}"'},
                )  # fmt: skip
                assert answer.status_code == 200, answer.text
                case = answer.json()
        await drain()
        login = {"water": "water", "urban_management": "urban", "hotline": "o_hotline"}.get(
            case["lead"]["org"], f"o_{case['lead']['org']}"
        )
        told = (await inbox(client, await sign_in(login)))["items"]
        assert any(m["href"] == f"/cases/{case['id']}" for m in told), (case["lead"], told[:2])


class TestDelivery:
    async def test_without_a_gateway_messages_are_parked_in_sight_and_leave_when_there_is_one(self, city):
        async with city.db.job_work() as work:
            await work.run("update commons.security_actor set phone = '13800000000' where login = 'water'")
            await facade.send(work, [URGENT])
        while await run_once(city.db, jobs.JOBS[0]):
            pass
        parked = await outbound(city, "parked")
        assert parked >= 1
        taken: list[httpx.Request] = []

        def gateway(request: httpx.Request) -> httpx.Response:
            taken.append(request)
            return httpx.Response(200, text=f"r{len(taken)}")

        city.put("channels", {"sms": HttpSms("http://gateway.test/send", transport=httpx.MockTransport(gateway))})
        try:
            while await run_once(city.db, jobs.JOBS[0]):
                pass
        finally:
            city.put("channels", {})
        assert taken
        assert len({r.headers["Idempotency-Key"] for r in taken}) == len(taken)
        assert await outbound(city, "sent") == len(taken)
        assert await outbound(city, "queued") == 0

    async def test_a_gateway_that_fails_is_tried_again_later_and_a_refusal_is_final(self, city):
        answers = iter([httpx.Response(503), httpx.Response(400, text="no such number")])
        transport = httpx.MockTransport(lambda _: next(answers))
        city.put("channels", {"sms": HttpSms("http://gateway.test/send", transport=transport)})
        try:
            async with city.db.job_work() as work:
                await facade.send(work, [URGENT])
            await run_once(city.db, jobs.JOBS[0])
            assert await outbound(city, "queued") == 1
            async with city.db.job_work() as work:
                await work.run("update commons.messages_outbound set next_at = now() where state = 'queued'")
            await run_once(city.db, jobs.JOBS[0])
            assert await outbound(city, "failed") == 1
        finally:
            city.put("channels", {})
