"""Import of offices and people over HTTP, and the facade that other rooms use."""

from typing import Any

import httpx

from chengshu.commons.security import facade
from chengshu.commons.security.contracts import OrgSeed, PersonSeed, PostSeed
from chengshu.commons.security.spec import RoleSpec
from chengshu.runtime.city import City
from tests.commons.security.conftest import GRID, ORGS, PASSWORD, PEOPLE, ROLES, Api
from tests.commons.security.test_rules import book

OFFICES = [["water", "水利局", "", "", "部门", "gov", "320282", "water"]]
STAFF = [
    ["shui1", "水一", "13900000001", "water", "处置员", "", "Import-Word-1"],
    ["shui2", "水二", "", "水利局", "t.handler"],
]


async def send(api: Api, login: str, data: bytes, dry_run: bool | None = None, lang: str = "zh") -> httpx.Response:
    query = {} if dry_run is None else {"dry_run": dry_run}
    return await api.call(
        login,
        "POST",
        "/imports",
        params=query,
        files={"file": ("people.xlsx", data)},
        headers={"Accept-Language": lang},
    )


async def counts(county: City) -> dict[str, Any]:
    async with county.db.job_work() as work:
        row = await work.row(
            "select (select count(*) from commons.security_org) as orgs, (select count(*) from commons.security_actor) as people,"
            " (select count(*) from commons.security_post) as posts"
        )
    assert row is not None
    return row


class TestImport:
    async def test_a_dry_run_lists_every_fault_and_writes_nothing(self, api: Api, county: City) -> None:
        before = await counts(county)
        answer = await send(
            api, "secadmin", book([["water", "", "", "", "科"]], [["x y", "名"], ["z", "名", "", "nowhere", "none"]])
        )
        assert answer.status_code == 200, answer.text
        report = answer.json()
        assert report["rows"] == 3
        assert [(f["sheet"], f["row"], f["column"], f["value"]) for f in report["faults"]] == [
            ("机构", 2, "名称", ""), ("人员", 2, "登录名", "x y"), ("人员", 3, "机构编码", "nowhere"), ("人员", 3, "角色", "none"),
        ]  # fmt: skip
        assert all(f["detail"] and f["remedy"] for f in report["faults"])
        english = (await send(api, "secadmin", book([["water", "", "", "", "科"]]), lang="en")).json()
        assert english["faults"][0]["detail"] == "This is needed"
        assert await counts(county) == before

    async def test_a_faulty_file_is_refused_as_a_whole(self, api: Api, county: City) -> None:
        before = await counts(county)
        answer = await send(api, "secadmin", book(OFFICES, [*STAFF, ["bad login", "名"]]), dry_run=False)
        assert (answer.status_code, answer.json()["code"], len(answer.json()["errors"])) == (
            422,
            "security.import_faulty",
            1,
        )
        assert await counts(county) == before

    async def test_writes_everything_once(self, api: Api, county: City) -> None:
        before = await counts(county)
        data = book(OFFICES, STAFF)
        assert (await send(api, "secadmin", data)).json()["planned"] == {"orgs": 1, "people": 2, "posts": 2}
        done = await send(api, "secadmin", data, dry_run=False)
        assert (done.status_code, done.json()["planned"]) == (200, {"orgs": 1, "people": 2, "posts": 2})
        assert await counts(county) == {k: v + {"orgs": 1, "people": 2, "posts": 2}[k] for k, v in before.items()}
        again = await send(api, "secadmin", data, dry_run=False)
        assert again.json()["planned"] == {"orgs": 0, "people": 0, "posts": 0}
        me = (await api.fresh("shui1", "Import-Word-1")).json()
        assert (me["must_change"], [p["org"] for p in me["posts"]]) == (True, ["water"])
        assert (await api.fresh("shui2", PASSWORD)).status_code == 401

    async def test_needs_the_rights_to_register_and_to_grant(self, api: Api) -> None:
        for login in ("sysadmin", "auditor", "center"):
            assert (await send(api, login, book(OFFICES))).status_code == 403

    async def test_refuses_other_files(self, api: Api) -> None:
        answer = await send(api, "secadmin", b"login,name\n")
        assert (answer.status_code, answer.json()["code"]) == (422, "security.not_a_workbook")
        assert (await send(api, "secadmin", b"0" * (10 * 1024 * 1024 + 1))).status_code == 413

    async def test_gives_a_template_with_the_roles(self, api: Api) -> None:
        answer = await api.call("secadmin", "GET", "/imports/template.xlsx")
        assert answer.headers["content-type"].startswith("application/vnd.openxml")
        assert (await send(api, "secadmin", answer.content)).json() == {
            "rows": 0, "faults": [], "planned": {"orgs": 0, "people": 0, "posts": 0},
        }  # fmt: skip


class TestFacade:
    async def test_seeding_again_changes_nothing(self, county: City) -> None:
        before = await counts(county)
        async with county.db.job_work() as work:
            assert await facade.seed_site(work, ORGS, PEOPLE) == {"orgs": 0, "people": 0, "posts": 0}
        assert await counts(county) == before

    async def test_a_post_that_was_ended_stays_ended(self, county: City) -> None:
        async with county.db.job_work() as work:
            ended = (
                "update commons.security_post set valid_to = now()"
                " where actor_id = (select id from commons.security_actor where login = 'urban')"
            )
            assert await work.run(ended) == 1
            await facade.seed_site(work, ORGS, PEOPLE)
            left = await work.value("select orgs from commons.security_actor where login = 'urban'")
            await work.run(ended.replace("now()", "null"))
        assert left in ([], "{}")

    async def test_many_people_are_a_handful_of_statements(self, county: City) -> None:
        people = [
            PersonSeed(f"many{n}", f"人{n}", None, PASSWORD, [PostSeed("t.grid_worker", "v320282100001", GRID)])
            for n in range(500)
        ]
        async with county.db.job_work() as work:
            assert (await facade.seed_site(work, [], people))["people"] == 500
            assert work.statements <= 8

    async def test_keeps_what_the_county_changed_of_a_packs_role(self, county: City) -> None:
        more = RoleSpec.model_validate({**ROLES["handler"].model_dump(), "operations": ["security.see_phone"]})

        async def role(work: Any, id: str) -> dict[str, Any]:
            row = await work.row(
                "select operations, active, zh from commons.security_role where id = %(id)s", {"id": id}
            )
            assert row is not None
            return row

        async with county.db.job_work() as work:
            await facade.install_roles(work, "t", {**ROLES, "handler": more})
            assert (await role(work, "t.handler"))["operations"] == ["security.see_phone"]
            await work.run("update commons.security_role set operations = '{}' where id = 't.handler'")
            await facade.install_roles(work, "t", ROLES)
            assert (await role(work, "t.handler"))["operations"] == []
            await facade.install_roles(work, "t", {k: v for k, v in ROLES.items() if k != "town"})
            assert (await role(work, "t.town"))["active"] is False
            await work.run("update commons.security_role set operations = declared where id = 't.handler'")
            await facade.install_roles(work, "t", ROLES)
            assert (await role(work, "t.town"))["active"] is True

    async def test_finds_the_people_behind_work_lists(self, county: City) -> None:
        async with county.db.job_work() as work:
            found = await facade.actors_of_holders(
                work, ["org:center", "org:v320282100001", "grid:" + GRID, "actor:2", "org:none", "odd"]
            )
            centre = found["org:center"][0]
            assert (centre.name, "org:v320282100001" in found, "org:none" in found) == ("张派遣", False, False)
            assert "赵网格" in [a.name for a in found["grid:" + GRID]]
            assert await facade.names(work, [centre.id, 1]) == {1: "公众", centre.id: "张派遣"}
            assert [a.name for a in await facade.actors_with_role(work, "t.dispatcher", "center")] == ["张派遣"]

    async def test_the_directory_follows_the_table(self, county: City) -> None:
        async with county.db.job_work() as work:
            await facade.seed_site(work, [OrgSeed("fire", "消防大队", "department", "gov", functions=["fire"])])
        org = county.orgs.by_function("fire")
        assert org is not None
        assert (org.code, org.path) == ("fire", "gov.fire")

    async def test_sets_a_password_from_the_console_even_for_a_duty(self, api: Api, county: City) -> None:
        async with county.db.job_work() as work:
            await facade.set_password(work, "auditor", "Console-Word-9")
        assert (await api.fresh("auditor", "Console-Word-9")).status_code == 201
        async with county.db.job_work() as work:
            await facade.set_password(work, "auditor", PASSWORD)
