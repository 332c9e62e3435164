"""Signing in, sessions, lockout, passwords."""

import asyncio
import statistics
import time

import httpx

from chengshu.runtime.city import City
from chengshu.runtime.web import hash_token
from tests.commons.security.conftest import PASSWORD, Api, session_of


async def one(county: City, sql: str, **params: object) -> object:
    """One value, read as the owner."""
    async with county.db.job_work() as work:
        await work.run("reset role")
        try:
            return await work.value(sql, params)
        finally:
            await work.run("set role chengshu_worker")


class TestSignIn:
    async def test_opens_a_session_with_rights_and_posts(self, api: Api) -> None:
        answer = await api.fresh("CENTER ")
        me = answer.json()
        assert answer.status_code == 201
        assert (me["login"], me["name"], me["kind"], me["org"]) == ("center", "张派遣", "staff", "center")
        assert me["operations"] == ["security.read_people", "security.see_phone"]
        assert [(p["org"], p["role"], p["role_title"]) for p in me["posts"]] == [("center", "t.dispatcher", "派遣员")]
        assert "HttpOnly" in answer.headers["set-cookie"]
        assert "samesite=lax" in answer.headers["set-cookie"].lower()
        again = await api.client.get("/api/security/me", headers=session_of(answer))
        assert again.json()["csrf"] == me["csrf"]

    async def test_gives_posts_in_english_and_regions_by_name(self, api: Api) -> None:
        me = (await api.call("grid1", "GET", "/me", headers={"Accept-Language": "en"})).json()
        assert me["posts"][0]["role_title"] == "Grid worker"
        assert (me["posts"][0]["region"], me["posts"][0]["region_name"]) == ("320282100001001", "一村一格")

    async def test_says_the_same_for_unknown_login_and_wrong_password(self, api: Api) -> None:
        wrong, unknown = await api.fresh("plain", "Wrong-word-1"), await api.fresh("nobody.here", "Wrong-word-1")
        assert wrong.status_code == unknown.status_code == 401
        assert wrong.json() == unknown.json()
        assert wrong.json()["code"] == "security.sign_in_refused"

    async def test_takes_the_same_time_for_unknown_login_and_wrong_password(self, county: City) -> None:
        from chengshu.commons.security.service import entry

        async def spent(login: str) -> float:
            async with county.db.work(remote=f"time-{login}") as work:
                begun = time.perf_counter()
                await entry.sign_in(work, login, "Wrong-word-1", None)
                return time.perf_counter() - begun

        known = [await spent("town1") for _ in range(4)]
        unknown = [await spent("nobody.else") for _ in range(4)]
        ratio = statistics.median(known) / statistics.median(unknown)
        assert 0.4 < ratio < 2.5
        await one(county, "delete from commons.security_attempt returning 1")

    async def test_salt_of_an_unknown_login_never_changes(self, county: City) -> None:
        async with county.db.work() as work:
            ask = "select salt, params from commons.security_challenge(%(login)s, null)"
            first = await work.row(ask, {"login": "ghost"})
            assert first == await work.row(ask, {"login": "GHOST"})
            real = await work.row(ask, {"login": "center"})
            assert first is not None
            assert real is not None
            assert first["params"] == real["params"]
            assert len(first["salt"]) == len(real["salt"])

    async def test_makes_a_new_session_and_ends_the_old_one_of_the_browser(self, api: Api) -> None:
        old = session_of(await api.fresh("urban"))
        new = await api.client.post(
            "/api/security/sessions", json={"login": "urban", "password": PASSWORD}, headers={"Cookie": old["Cookie"]}
        )
        api.client.cookies.clear()
        assert session_of(new)["Cookie"] != old["Cookie"]
        assert (await api.client.get("/api/security/me", headers=old)).status_code == 401

    async def test_never_takes_a_session_from_outside(self, api: Api) -> None:
        answer = await api.client.post(
            "/api/security/sessions", json={"login": "urban", "password": PASSWORD},
            headers={"Cookie": "chengshu_session=chosen-by-the-attacker"},
        )  # fmt: skip
        api.client.cookies.clear()
        assert session_of(answer)["Cookie"] != "chengshu_session=chosen-by-the-attacker"
        stolen = {"Cookie": "chengshu_session=chosen-by-the-attacker"}
        assert (await api.client.get("/api/security/me", headers=stolen)).status_code == 401

    async def test_every_sign_in_and_refusal_is_in_the_ledger(self, api: Api, county: City) -> None:
        await api.fresh("plain", "Wrong-word-2")
        await api.fresh("plain")
        async with county.db.job_work() as work:
            rows = await work.rows(
                "select actor_id, actor_name, subject, outcome, remote from commons.ledger_entry"
                " where action = 'security.sign_in' order by id desc limit 2"
            )
        assert [(r["actor_name"], r["outcome"], r["remote"]) for r in rows] == [
            ("无岗", "done", "127.0.0.1"), ("公众", "refused", "127.0.0.1"),
        ]  # fmt: skip
        assert rows[1]["subject"] == "login:plain"

    async def test_refuses_absurd_bodies(self, api: Api) -> None:
        for body in (
            {},
            {"login": "x"},
            {"login": "a" * 500, "password": "x"},
            {"login": "a", "password": "b", "c": 1},
        ):
            assert (await api.client.post("/api/security/sessions", json=body)).status_code == 422
        assert (await api.fresh("a\x00b", "xx")).status_code in (401, 422)


class TestLockout:
    async def test_closes_a_login_after_five_failures_for_longer_each_time(self, api: Api, county: City) -> None:
        for _ in range(5):
            assert (await api.fresh("town1", "Wrong-word-1")).status_code == 401
        locked = await api.fresh("town1")
        assert locked.status_code == 429
        assert locked.json()["code"] == "security.sign_in_wait"
        first = int(locked.headers["retry-after"])
        assert 50 <= first <= 60
        await one(
            county, "update commons.security_attempt set locked_until = now() where key = 'login:town1' returning 1"
        )
        assert (await api.fresh("town1", "Wrong-word-1")).status_code == 401
        second = int((await api.fresh("town1")).headers["retry-after"])
        assert 110 <= second <= 120
        await one(
            county, "update commons.security_attempt set locked_until = now() where key = 'login:town1' returning 1"
        )
        assert (await api.fresh("town1")).status_code == 201
        assert await one(county, "select count(*) from commons.security_attempt where key = 'login:town1'") == 0

    async def test_locks_unknown_logins_just_the_same(self, api: Api) -> None:
        for _ in range(5):
            assert (await api.fresh("never.was", "Wrong-word-1")).status_code == 401
        assert (await api.fresh("never.was", "Wrong-word-1")).status_code == 429

    async def test_parallel_guesses_are_all_counted(self, api: Api, county: City) -> None:
        body = {"login": "parallel", "password": "Wrong-word-1"}
        answers = await asyncio.gather(*(api.client.post("/api/security/sessions", json=body) for _ in range(8)))
        assert sum(a.status_code == 401 for a in answers) == 5
        assert sum(a.status_code == 429 for a in answers) == 3

    async def test_closes_a_remote_that_fails_at_many_logins(self, api: Api, county: City) -> None:
        await one(county, "delete from commons.security_attempt returning 1")
        await one(county, "update commons.security_policy set remote_failures = 6 returning 1")
        for n in range(6):
            assert (await api.fresh(f"guess{n}", "Wrong-word-1")).status_code == 401
        assert (await api.fresh("plain")).status_code == 429
        await one(county, "delete from commons.security_attempt returning 1")
        await one(county, "update commons.security_policy set remote_failures = 50 returning 1")


class TestSessions:
    async def test_unsafe_calls_need_the_token_against_forgery(self, api: Api) -> None:
        headers = session_of(await api.fresh("plain"))
        headers.pop("X-CSRF-Token")
        assert (await api.client.delete("/api/security/sessions/current", headers=headers)).status_code == 403

    async def test_ends_on_sign_out(self, api: Api) -> None:
        headers = session_of(await api.fresh("plain"))
        assert (await api.client.delete("/api/security/sessions/current", headers=headers)).status_code == 204
        assert (await api.client.get("/api/security/me", headers=headers)).status_code == 401

    async def test_keeps_five_and_ends_the_oldest(self, api: Api) -> None:
        all_of = [session_of(await api.fresh("plain")) for _ in range(7)]
        alive = [(await api.client.get("/api/security/me", headers=h)).status_code == 200 for h in all_of]
        assert alive == [False, False, True, True, True, True, True]
        mine = (await api.client.get("/api/security/sessions", headers=all_of[-1])).json()["items"]
        assert len(mine) == 5
        assert [s["current"] for s in mine].count(True) == 1

    async def test_ends_idle_and_old_sessions(self, api: Api, county: City) -> None:
        idle, old = session_of(await api.fresh("plain")), session_of(await api.fresh("plain"))
        for headers, change in ((idle, "seen_at = now() - interval '121 minutes'"), (old, "expires_at = now()")):
            token = hash_token(headers["Cookie"].split("=", 1)[1])
            sql = f"update commons.security_session set {change} where hash = %(hash)s returning 1"
            assert await one(county, sql, hash=token) == 1
            assert (await api.client.get("/api/security/me", headers=headers)).status_code == 401

    async def test_ends_my_other_session_but_nobody_elses(self, api: Api) -> None:
        here, there = session_of(await api.fresh("plain")), session_of(await api.fresh("plain"))
        items = (await api.client.get("/api/security/sessions", headers=here)).json()["items"]
        other = next(s["id"] for s in items if not s["current"])
        assert (await api.call("urban", "DELETE", f"/sessions/{other}")).status_code == 404
        assert (await api.client.delete(f"/api/security/sessions/{other}", headers=here)).status_code == 204
        del there

    async def test_says_the_last_visit_at_most_once_a_minute(self, api: Api, county: City) -> None:
        headers = session_of(await api.fresh("plain"))
        token = hash_token(headers["Cookie"].split("=", 1)[1])
        ask = "select seen_at from commons.security_session where hash = %(hash)s"
        first = await one(county, ask, hash=token)
        await api.client.get("/api/security/me", headers=headers)
        assert await one(county, ask, hash=token) == first
        back = "update commons.security_session set seen_at = seen_at - interval '2 minutes' where hash = %(hash)s returning 1"
        await one(county, back, hash=token)
        await api.client.get("/api/security/me", headers=headers)
        assert await one(county, ask, hash=token) >= first  # type: ignore[operator]


class TestPassword:
    async def put(self, api: Api, headers: dict[str, str], current: str, new: str) -> httpx.Response:
        body = {"current": current, "new": new}
        return await api.client.put("/api/security/me/password", json=body, headers=headers)

    async def test_changes_and_ends_every_other_session(self, api: Api) -> None:
        here, there = session_of(await api.fresh("urban")), session_of(await api.fresh("urban"))
        assert (await self.put(api, here, "not-mine-1A", "Another-Word-7")).status_code == 403
        assert (await self.put(api, here, PASSWORD, "Another-Word-7")).status_code == 204
        assert (await api.client.get("/api/security/me", headers=here)).status_code == 200
        assert (await api.client.get("/api/security/me", headers=there)).status_code == 401
        assert (await api.fresh("urban")).status_code == 401
        assert (await self.put(api, here, "Another-Word-7", PASSWORD)).status_code == 204

    async def test_refuses_weak_ones_with_the_reason(self, api: Api) -> None:
        headers = session_of(await api.fresh("urban"))
        for new, word in (
            ("Short-1", "短于"),
            ("alllowercase", "三类"),
            ("Xx-urban-2026", "包含账号"),
            ("Password-2026", "常见"),
        ):
            answer = await self.put(api, headers, PASSWORD, new)
            assert (answer.status_code, answer.json()["code"]) == (422, "security.weak_password")
            assert word in answer.json()["detail"]
