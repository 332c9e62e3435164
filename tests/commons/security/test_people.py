"""People, posts, offices, roles and keys over HTTP, and the three separate duties."""

from typing import Any

import psycopg
import pytest

from chengshu.runtime.city import City
from tests.commons.security.conftest import GRID, PASSWORD, Api, session_of


async def person_id(api: Api, login: str) -> int:
    items = (await api.call("secadmin", "GET", "/people", params={"q": login})).json()["items"]
    return next(p["id"] for p in items if p["login"] == login)


async def post_of(api: Api, login: str) -> dict[str, Any]:
    person = (await api.call("secadmin", "GET", f"/people/{await person_id(api, login)}")).json()
    return person["posts"][0]


class TestPeople:
    async def test_lists_by_pages_without_gap_or_repetition(self, api: Api) -> None:
        seen: list[str] = []
        after = None
        while True:
            query = {"limit": 2, **({"after": after} if after else {})}
            page = (await api.call("secadmin", "GET", "/people", params=query)).json()
            seen += [p["login"] for p in page["items"]]
            if (after := page["next"]) is None:
                break
        assert len(seen) == len(set(seen)) >= 9

    async def test_finds_by_name_office_role_and_state(self, api: Api) -> None:
        async def found(**query: Any) -> list[str]:
            page = (await api.call("secadmin", "GET", "/people", params=query)).json()
            return [p["login"] for p in page["items"]]

        assert await found(q="派遣") == ["center"]
        assert await found(q="CENT") == ["center"]
        assert await found(org="t320282100") == ["town1", "grid1"]
        assert await found(role="t.handler") == ["urban"]
        assert await found(q="100%_") == []
        assert await found(active=False) == []

    async def test_masks_phones_unless_allowed(self, api: Api) -> None:
        who = await person_id(api, "center")
        for login, phone in (("urban", "138****0001"), ("center", "13800000001"), ("secadmin", "138****0001")):
            assert (await api.call(login, "GET", f"/people/{who}")).json()["phone"] == phone

    async def test_refuses_strangers_and_the_unentitled(self, api: Api) -> None:
        assert (await api.client.get("/api/security/people")).status_code == 401
        assert (await api.call("grid1", "GET", "/people")).status_code == 403
        answer = await api.call("urban", "POST", "/people", json={"login": "xx", "name": "x"})
        assert (answer.status_code, answer.json()["value"]) == (403, "security.manage_people")

    async def test_registers_with_a_one_time_password_that_has_to_be_changed(self, api: Api) -> None:
        body = {"login": "new.one", "name": "新人", "phone": "13811112222"}
        made = await api.call("sysadmin", "POST", "/people", json=body)
        assert made.status_code == 201, made.text
        first = made.json()["initial_password"]
        assert made.json()["phone"] == "138****2222"
        again = await api.call("sysadmin", "POST", "/people", json=body)
        assert (again.status_code, again.json()["code"]) == (409, "security.login_taken")
        grant = {"role": "t.dispatcher", "org": "center"}
        assert (await api.call("secadmin", "POST", f"/people/{made.json()['id']}/posts", json=grant)).status_code == 201
        answer = await api.fresh("new.one", first)
        assert (answer.json()["must_change"], answer.json()["operations"]) == (True, [])
        headers = session_of(answer)
        changed = await api.client.put(
            "/api/security/me/password", json={"current": first, "new": PASSWORD}, headers=headers
        )
        assert changed.status_code == 204
        me = (await api.client.get("/api/security/me", headers=headers)).json()
        assert (me["must_change"], "security.see_phone" in me["operations"]) == (False, True)

    async def test_a_closed_account_is_out_at_once_and_cannot_return(self, api: Api) -> None:
        made = (
            await api.call(
                "sysadmin", "POST", "/people", json={"login": "leaver", "name": "离职", "password": PASSWORD}
            )
        ).json()
        headers = session_of(await api.fresh("leaver"))
        changed = await api.call("sysadmin", "PATCH", f"/people/{made['id']}", json={"active": False})
        assert changed.json()["active"] is False
        assert (await api.client.get("/api/security/me", headers=headers)).status_code == 401
        assert (await api.fresh("leaver")).status_code == 401

    async def test_a_stale_version_is_refused(self, api: Api) -> None:
        who = await person_id(api, "plain")
        old = {"If-Match": '"0"'}
        answer = await api.call("sysadmin", "PATCH", f"/people/{who}", json={"name": "无岗"}, headers=old)
        assert answer.status_code == 412

    @pytest.mark.parametrize(
        "body",
        [
            {"login": "UP", "name": "x"}, {"login": "ok", "name": ""}, {"login": "ok", "name": "a\u0000b"},
            {"login": "ok", "name": "x", "phone": "abc"}, {"login": "ok", "name": "x", "kind": "job"},
            {"login": "ok", "name": "x", "password": "short"}, {"login": "ok", "name": "x", "extra": 1},
        ],
    )  # fmt: skip
    async def test_refuses_bad_input(self, api: Api, body: dict[str, Any]) -> None:
        answer = await api.call("sysadmin", "POST", "/people", json=body)
        assert answer.status_code == 422
        assert answer.json()["errors"][0]["field"]

    async def test_resets_a_password_and_ends_the_sessions(self, api: Api) -> None:
        made = (
            await api.call(
                "sysadmin", "POST", "/people", json={"login": "forgot", "name": "忘记", "password": PASSWORD}
            )
        ).json()
        headers = session_of(await api.fresh("forgot"))
        answer = await api.call("sysadmin", "POST", f"/people/{made['id']}/password")
        assert answer.status_code == 200
        assert (await api.client.get("/api/security/me", headers=headers)).status_code == 401
        assert (await api.fresh("forgot")).status_code == 401
        assert (await api.fresh("forgot", answer.json()["password"])).status_code == 201


class TestPosts:
    async def test_a_granted_post_works_at_once_and_ends_at_once(self, api: Api) -> None:
        who = await person_id(api, "plain")
        headers = session_of(await api.fresh("plain"))
        body = {"role": "t.grid_worker", "org": "v320282100001", "region": GRID}
        post = await api.call("secadmin", "POST", f"/people/{who}/posts", json=body)
        assert post.status_code == 201, post.text
        assert (post.json()["region"], post.json()["region_name"]) == (GRID, "一村一格")
        assert len((await api.client.get("/api/security/me", headers=headers)).json()["posts"]) == 1
        again = await api.call("secadmin", "POST", f"/people/{who}/posts", json=body)
        assert (again.status_code, again.json()["code"]) == (409, "security.post_held")
        assert (await api.call("secadmin", "DELETE", f"/posts/{post.json()['id']}")).status_code == 204
        assert (await api.client.get("/api/security/me", headers=headers)).json()["posts"] == []
        assert (await api.call("secadmin", "DELETE", f"/posts/{post.json()['id']}")).status_code == 404
        back = await api.call("secadmin", "POST", f"/people/{who}/posts", json=body)
        await api.call("secadmin", "DELETE", f"/posts/{back.json()['id']}")

    async def test_a_post_with_dates_begins_and_runs_out_by_itself(self, api: Api, county: City) -> None:
        who = await person_id(api, "plain")
        headers = session_of(await api.fresh("plain"))
        async with county.db.job_work() as work:
            await work.run(
                "insert into commons.security_post (actor_id, role, org, valid_from, valid_to)"
                " values (%(who)s, 't.dispatcher', 'center', now() + interval '1 second', now() + interval '2 seconds')",
                {"who": who},
            )

        async def operations() -> list[str]:
            return (await api.client.get("/api/security/me", headers=headers)).json()["operations"]

        async def shift(seconds: int) -> None:
            async with county.db.job_work() as work:
                await work.run(
                    "update commons.security_post set valid_from = valid_from - make_interval(secs => %(s)s),"
                    " valid_to = valid_to - make_interval(secs => %(s)s) where actor_id = %(who)s and valid_to is not null",
                    {"who": who, "s": seconds},
                )

        assert await operations() == []
        import asyncio

        await asyncio.sleep(1.1)
        assert "security.see_phone" in await operations()
        await asyncio.sleep(1.1)
        assert await operations() == []

    @pytest.mark.parametrize(
        ("body", "code"),
        [
            ({"role": "no.role", "org": "center"}, "security.unknown_role"),
            ({"role": "t.handler", "org": "nowhere"}, "security.unknown_org"),
            ({"role": "t.handler", "org": "urban", "region": "320282999"}, "security.unknown_region"),
            (
                {"role": "t.handler", "org": "urban", "valid_to": "2001-01-01T00:00:00+08:00"},
                "security.validity_reversed",
            ),
        ],
    )
    async def test_names_what_is_unknown(self, api: Api, body: dict[str, str], code: str) -> None:
        who = await person_id(api, "plain")
        answer = await api.call("secadmin", "POST", f"/people/{who}/posts", json=body)
        assert (answer.status_code, answer.json()["code"]) == (422, code)


class TestThreeDuties:
    @pytest.mark.parametrize(
        ("login", "role"),
        [("auditor", "system_admin"), ("sysadmin", "security_admin"), ("auditor", "t.handler"), ("center", "auditor")],
    )
    async def test_nobody_holds_two(self, api: Api, login: str, role: str) -> None:
        who = await person_id(api, login)
        answer = await api.call("secadmin", "POST", f"/people/{who}/posts", json={"role": role, "org": "urban"})
        assert (answer.status_code, answer.json()["code"], answer.json()["value"]) == (
            409,
            "security.duties_clash",
            login,
        )

    async def test_the_database_refuses_it_too(self, county: City) -> None:
        with pytest.raises(psycopg.DatabaseError) as refusal:
            async with county.db.job_work() as work:
                await work.run(
                    "insert into commons.security_post (actor_id, role, org) select a.id, r, 'gov' from commons.security_actor a,"
                    " unnest(array['auditor', 'system_admin']) r where a.login = 'plain'"
                )
        assert refusal.value.sqlstate == "CS001"

    async def test_the_database_keeps_duties_and_operations_apart(self, county: City) -> None:
        for change in (
            "update commons.security_role set operations = array_append(operations, 'security.grant') where id = 'auditor'",
            "update commons.security_role set operations = '{ledger.read}' where id = 't.handler'",
            "update commons.security_role set duty = 'audit', scope = 'none' where id = 't.handler'",
            "insert into commons.security_role (id, zh, en, operations, scope, duty)"
            " values ('x', 'x', 'x', '{security.see_phone}', 'none', 'audit')",
        ):
            with pytest.raises(psycopg.DatabaseError) as refusal:
                async with county.db.job_work() as work:
                    await work.run(change)
            assert refusal.value.sqlstate in ("CS002", "CS003"), change

    async def test_each_does_its_own_part_alone(self, api: Api) -> None:
        who = await person_id(api, "plain")
        grant = {"role": "t.handler", "org": "urban"}
        for login in ("sysadmin", "auditor", "center"):
            assert (await api.call(login, "POST", f"/people/{who}/posts", json=grant)).status_code == 403
        for login in ("secadmin", "auditor"):
            assert (await api.call(login, "PATCH", "/policy", json={"lock_seconds": 60})).status_code == 403
        assert (await api.call("sysadmin", "PATCH", "/policy", json={"lock_seconds": 60})).status_code == 200
        for login, status in (("auditor", 200), ("sysadmin", 403), ("secadmin", 403), ("center", 403)):
            answer = await api.client.get("/api/ledger/entries", headers=await api.headers(login))
            assert answer.status_code == status, login

    async def test_nobody_grants_or_ends_a_post_of_their_own(self, api: Api) -> None:
        me = await person_id(api, "secadmin")
        answer = await api.call(
            "secadmin", "POST", f"/people/{me}/posts", json={"role": "security_admin", "org": "urban"}
        )
        assert answer.json()["code"] == "security.not_to_oneself"
        own = (await post_of(api, "secadmin"))["id"]
        assert (await api.call("secadmin", "DELETE", f"/posts/{own}")).status_code == 403
        assert (await api.call("secadmin2", "DELETE", "/posts/999999")).status_code == 404

    async def test_nobody_resets_the_password_of_a_duty(self, api: Api) -> None:
        for asker, victim in (("sysadmin", "secadmin"), ("secadmin", "auditor"), ("sysadmin", "auditor")):
            answer = await api.call(asker, "POST", f"/people/{await person_id(api, victim)}/password")
            assert (answer.status_code, answer.json()["code"]) == (403, "security.duty_password")
        assert (await api.fresh("auditor")).status_code == 201

    async def test_a_refusal_is_in_the_ledger(self, api: Api) -> None:
        await api.call("grid1", "GET", "/people")
        query = {"action": "security.refused", "limit": 1}
        entries = await api.client.get("/api/ledger/entries", params=query, headers=await api.headers("auditor"))
        entry = entries.json()["items"][0]
        assert (entry["actor"], entry["subject"], entry["outcome"]) == ("赵网格", "GET /api/security/people", "refused")


class TestRoles:
    async def test_a_changed_role_changes_open_sessions(self, api: Api) -> None:
        headers = await api.headers("urban")
        before = (await api.client.get("/api/security/me", headers=headers)).json()["operations"]
        assert "security.see_phone" not in before
        body = {"operations": ["security.read_people", "security.see_phone"]}
        answer = await api.call("secadmin", "PUT", "/roles/t.handler", json=body)
        assert (answer.status_code, answer.json()["scope"]) == (200, "own_org")
        after = (await api.client.get("/api/security/me", headers=headers)).json()["operations"]
        assert "security.see_phone" in after
        await api.call("secadmin", "PUT", "/roles/t.handler", json={"operations": ["security.read_people"]})

    async def test_adds_a_role_of_the_county(self, api: Api) -> None:
        body = {"title": {"zh": "值班员", "en": "On duty"}, "operations": ["security.see_phone"], "scope": "county"}
        assert (await api.call("secadmin", "PUT", "/roles/local.duty_officer", json=body)).status_code == 200
        roles = (await api.call("secadmin", "GET", "/roles")).json()["items"]
        assert {"system_admin", "security_admin", "auditor", "t.handler", "local.duty_officer"} <= {
            r["id"] for r in roles
        }

    @pytest.mark.parametrize(
        ("role", "body", "status", "code"),
        [
            ("auditor", {"operations": []}, 403, "security.duty_role_fixed"),
            ("t.handler", {"operations": ["no.such_thing"]}, 422, "security.unknown_operation"),
            ("t.handler", {"operations": ["ledger.read"]}, 409, "security.operation_of_another_duty"),
            ("t.handler", {"operations": ["security.grant"]}, 409, "security.operation_of_another_duty"),
            ("local.untitled", {"operations": []}, 404, "input.not_found"),
        ],
    )
    async def test_refuses(self, api: Api, role: str, body: dict[str, Any], status: int, code: str) -> None:
        answer = await api.call("secadmin", "PUT", f"/roles/{role}", json=body)
        assert (answer.status_code, answer.json()["code"]) == (status, code)

    async def test_lists_operations_in_the_askers_language(self, api: Api) -> None:
        items = (await api.call("secadmin", "GET", "/operations", headers={"Accept-Language": "en"})).json()["items"]
        assert {"id": "ledger.read", "title": "Read the audit ledger", "duties": ["audit"]} in items


class TestKeys:
    async def test_a_key_acts_in_its_limits_until_it_is_revoked(self, api: Api) -> None:
        who = await person_id(api, "center")
        body = {"actor": who, "title": "省平台", "operations": ["security.read_people"], "days": 30}
        made = await api.call("secadmin", "POST", "/keys", json=body)
        assert made.status_code == 201, made.text
        bearer = {"Authorization": f"Bearer {made.json()['key']}"}
        me = (await api.client.get("/api/security/me", headers=bearer)).json()
        assert (me["name"], me["operations"], me["csrf"]) == ("张派遣", ["security.read_people"], None)
        items = (await api.call("secadmin", "GET", "/keys")).json()["items"]
        assert [(k["title"], k["actor_name"]) for k in items] == [("省平台", "张派遣")]
        assert made.json()["key"] not in str(items)
        mine = (await api.call("secadmin", "GET", "/sessions")).json()["items"]
        assert (await api.call("secadmin", "DELETE", f"/keys/{mine[0]['id']}")).status_code == 404
        assert (await api.call("secadmin", "DELETE", f"/sessions/{made.json()['id']}")).status_code == 404
        assert (await api.call("secadmin", "DELETE", f"/keys/{made.json()['id']}")).status_code == 204
        assert (await api.client.get("/api/security/me", headers=bearer)).status_code == 401

    async def test_another_system_has_a_key_and_no_password(self, api: Api) -> None:
        body = {"login": "province", "name": "省平台", "kind": "system"}
        made = (await api.call("sysadmin", "POST", "/people", json=body)).json()
        assert (made["kind"], made["initial_password"]) == ("system", None)
        grant = {"role": "t.dispatcher", "org": "center"}
        assert (await api.call("secadmin", "POST", f"/people/{made['id']}/posts", json=grant)).status_code == 201
        key = {"actor": made["id"], "title": "汇聚", "operations": ["security.read_people", "security.see_phone"]}
        bearer = (await api.call("secadmin", "POST", "/keys", json=key)).json()["key"]
        me = (await api.client.get("/api/security/me", headers={"Authorization": f"Bearer {bearer}"})).json()
        assert (me["kind"], me["operations"]) == ("system", ["security.read_people", "security.see_phone"])
        assert (await api.fresh("province", "Any-Word-2026")).status_code == 401

    async def test_only_the_security_admin_issues_and_never_for_a_duty(self, api: Api) -> None:
        body = {"actor": await person_id(api, "auditor"), "title": "x", "operations": ["ledger.read"]}
        assert (await api.call("secadmin", "POST", "/keys", json=body)).status_code == 404
        body["actor"] = await person_id(api, "center")
        for login in ("sysadmin", "center", "auditor"):
            assert (await api.call(login, "POST", "/keys", json=body)).status_code == 403


class TestOrgs:
    async def test_lists_the_tree_by_pages(self, api: Api) -> None:
        first = (await api.call("plain", "GET", "/orgs", params={"limit": 3})).json()
        rest = (await api.call("plain", "GET", "/orgs", params={"limit": 100, "after": first["next"]})).json()
        paths = [o["path"] for o in first["items"] + rest["items"]]
        assert paths == sorted(set(paths))
        town = (await api.call("plain", "GET", "/orgs", params={"parent": "t320282100"})).json()["items"]
        assert [o["code"] for o in town] == ["t320282100", "v320282100001"]

    async def test_registers_and_changes_an_office(self, api: Api) -> None:
        body = {"code": "water", "name": "水利局", "parent": "gov", "functions": ["water"], "region_code": "320282"}
        made = await api.call("sysadmin", "POST", "/orgs", json=body)
        assert (made.status_code, made.json()["path"]) == (201, "gov.water")
        assert (await api.call("sysadmin", "POST", "/orgs", json=body)).json()["code"] == "security.org_taken"
        changed = await api.call("sysadmin", "PATCH", "/orgs/water", json={"name": "水务局", "active": False})
        assert (changed.json()["name"], changed.json()["active"]) == ("水务局", False)
        assert (await api.call("urban", "PATCH", "/orgs/water", json={"name": "x"})).status_code == 403
        assert (await api.call("sysadmin", "PATCH", "/orgs/nowhere", json={"name": "x"})).status_code == 404
        lost = await api.call("sysadmin", "POST", "/orgs", json={**body, "code": "x", "parent": "nowhere"})
        assert lost.json()["code"] == "security.unknown_org"

    @pytest.mark.parametrize("after", ["%%%", "bm90IGpzb24", "WzEsMiwzXQ", "x" * 301])
    async def test_refuses_a_made_up_cursor(self, api: Api, after: str) -> None:
        assert (await api.call("plain", "GET", "/orgs", params={"after": after})).status_code == 422
