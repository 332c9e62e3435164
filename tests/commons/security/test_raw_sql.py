"""What raw SQL on the web role can see and do: nothing beyond the session whose secret it holds."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import psycopg
import pytest

from chengshu.runtime.city import City
from chengshu.runtime.database import Work
from chengshu.runtime.web import hash_token
from tests.commons.security.conftest import GRID, TOWN, VILLAGE, Api

GRID_PATH = f"r320282.r{TOWN}.r{VILLAGE}.r{GRID}"
SECRETS = ["security_session", "security_credential", "security_attempt", "security_secret", "security_oidc_state"]


@asynccontextmanager
async def web(county: City, headers: dict[str, str] | None = None) -> AsyncIterator[Work]:
    token = hash_token(headers["Cookie"].split("=", 1)[1]) if headers else None
    async with county.db.work(token) as work:
        yield work


async def scope(county: City, headers: dict[str, str] | None) -> dict[str, Any]:
    async with web(county, headers) as work:
        row = await work.row(
            "select commons.my_id() as id, commons.my_regions()::text[] as regions, commons.my_orgs()::text[] as orgs,"
            " commons.my_holders() as holders"
        )
    assert row is not None
    return row


class TestScope:
    async def test_the_public_has_none(self, county: City) -> None:
        assert await scope(county, None) == {"id": None, "regions": [], "orgs": [], "holders": []}

    async def test_a_county_post_opens_the_county(self, county: City, api: Api) -> None:
        got = await scope(county, await api.headers("center"))
        assert (got["regions"], got["orgs"]) == (["r320282"], ["gov"])
        assert got["holders"] == ["org:center", f"actor:{got['id']}"]

    async def test_an_office_post_opens_its_office_alone(self, county: City, api: Api) -> None:
        got = await scope(county, await api.headers("urban"))
        assert (got["regions"], got["orgs"], got["holders"][0]) == ([], ["gov.urban"], "org:urban")

    async def test_a_town_post_opens_its_town(self, county: City, api: Api) -> None:
        got = await scope(county, await api.headers("town1"))
        assert (got["regions"], got["orgs"]) == ([f"r320282.r{TOWN}"], [f"gov.t{TOWN}"])

    async def test_a_grid_worker_opens_the_grid_and_speaks_for_no_office(self, county: City, api: Api) -> None:
        got = await scope(county, await api.headers("grid1"))
        assert (got["regions"], got["orgs"]) == ([GRID_PATH], [])
        assert got["holders"] == [f"grid:{GRID}", f"actor:{got['id']}"]

    @pytest.mark.parametrize("login", ["sysadmin", "secadmin", "auditor"])
    async def test_a_duty_opens_no_data_at_all(self, county: City, api: Api, login: str) -> None:
        got = await scope(county, await api.headers(login))
        assert (got["regions"], got["orgs"], got["holders"]) == ([], [], [f"actor:{got['id']}"])


class TestRawSql:
    @pytest.mark.parametrize("table", SECRETS)
    @pytest.mark.parametrize("login", [None, "secadmin", "center"])
    async def test_secrets_cannot_be_read(self, county: City, api: Api, table: str, login: str | None) -> None:
        headers = await api.headers(login) if login else None
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            async with web(county, headers) as work:
                await work.run(f"select * from commons.{table}")

    async def test_phones_leave_only_masked(self, county: City, api: Api) -> None:
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            async with web(county, await api.headers("urban")) as work:
                await work.run("select phone from commons.security_actor")
        ask = "select phone from commons.security_phones((select array_agg(id) from commons.security_actor where login = 'center'))"
        for login, phone in (("center", "13800000001"), ("urban", "138****0001")):
            async with web(county, await api.headers(login)) as work:
                assert await work.value(ask) == phone
        async with web(county) as work:
            assert (
                await work.value("select count(*) from commons.security_phones(array(select generate_series(1, 2000)))")
                == 0
            )

    async def test_the_public_sees_no_person_post_role_or_right(self, county: City) -> None:
        async with web(county) as work:
            for table in ("actor", "post", "role", "operation", "identity"):
                assert await work.value(f"select count(*) from commons.security_{table}") == 0, table
            assert (
                await work.value(
                    "select count(*) from commons.security_names(array(select generate_series(1000, 2000)))"
                )
                == 0
            )

    async def test_a_person_sees_colleagues_of_the_own_offices_only(self, county: City, api: Api) -> None:
        async with web(county, await api.headers("town1")) as work:
            rows = await work.rows("select login from commons.security_actor order by login")
            posts = await work.value("select count(*) from commons.security_post")
        assert [r["login"] for r in rows] == ["grid1", "town1"]
        assert posts == 2

    async def test_settings_alone_open_nothing(self, county: City, api: Api) -> None:
        await api.headers("center")
        async with web(county) as work:
            for forged in ("", "00", "ff" * 32):
                await work.run("select set_config('chengshu.session', %(hash)s, true)", {"hash": forged})
                row = await work.row("select commons.my_id() as id, commons.my_regions()::text[] as regions")
                assert row == {"id": None, "regions": []}

    async def test_a_session_ends_with_its_transaction(self, county: City, api: Api) -> None:
        headers = await api.headers("center")
        for _ in range(20):
            async with web(county, headers):
                pass
            async with web(county) as work:
                assert await work.value("select commons.my_id()") is None

    async def test_passwords_and_sessions_of_others_cannot_be_made(self, county: City, api: Api) -> None:
        for call in (
            "select commons.security_sign_in_as(1000, '\\x01', 'c', null, null)",
            "select commons.security_open(1000, '\\x01', 'c', null, null)",
            "select commons.security_rebuild(array[1000]::bigint[])",
            "select commons.security_scope(array[1000]::bigint[])",
            "select commons.security_make_key(1000, '\\x01', 't', '{}', now() + interval '1 day')",
            "select commons.security_set_passwords('{1000}', '{x}', '{x}', '{x}', false)",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                async with web(county, await api.headers("center")) as work:
                    await work.run(call)

    @pytest.mark.parametrize(
        "statement",
        [
            "insert into commons.security_post (actor_id, role, org) select commons.my_id(), 'auditor', 'gov'",
            "insert into commons.security_post (actor_id, role, org) select commons.my_id(), 't.dispatcher', 'center'",
            "insert into commons.security_role (id, zh, en, scope) values ('x', 'x', 'x', 'county')",
            "insert into commons.security_org (code, path, name, kind) values ('x', 'x', 'x', 'company')",
            "insert into commons.security_actor (login, name) values ('x', 'x')",
            "delete from commons.security_post", "delete from commons.security_actor",
            "update commons.security_post set role = 't.dispatcher'", "update commons.security_role set duty = null",
        ],
    )  # fmt: skip
    async def test_nobody_grants_without_the_right(self, county: City, api: Api, statement: str) -> None:
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            async with web(county, await api.headers("urban")) as work:
                await work.run(statement)

    @pytest.mark.parametrize("table", ["org", "role", "actor", "policy"])
    async def test_updates_without_the_right_touch_no_row(self, county: City, api: Api, table: str) -> None:
        change = {"org": "name = 'x'", "role": "zh = 'x'", "actor": "name = 'x'", "policy": "lock_seconds = 1"}[table]
        async with web(county, await api.headers("urban")) as work:
            assert await work.run(f"update commons.security_{table} set {change}") == 0

    async def test_even_the_security_admin_grants_nothing_to_oneself(self, county: City, api: Api) -> None:
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            async with web(county, await api.headers("secadmin")) as work:
                await work.run(
                    "insert into commons.security_post (actor_id, role, org) select commons.my_id(), 'security_admin', 'urban'"
                )

    async def test_every_definer_function_has_a_fixed_search_path(self, county: City) -> None:
        async with county.db.job_work() as work:
            rows = await work.rows(
                "select p.oid::regprocedure::text as name from pg_proc p join pg_namespace n on n.oid = p.pronamespace"
                " where n.nspname in ('commons', 'runtime', 'data', 'govern', 'decide') and p.prosecdef"
                " and not coalesce(array_to_string(p.proconfig, ',') like '%search_path%', false)"
            )
        assert [r["name"] for r in rows] == []
