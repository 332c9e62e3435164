"""Pure rules of security: passwords, region codes, the office tree, duties, the import's checks."""

import io
import re
import zipfile
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from chengshu.commons.security import permissions
from chengshu.commons.security.contracts import Org, OrgDirectory, OrgSeed
from chengshu.commons.security.errors import NotAWorkbook
from chengshu.commons.security.logic import duties, passwords, regions, sheets, tree, workbook

KNOWN = workbook.Known(
    orgs={"gov": "gov", "urban": "gov.urban"}, org_names={"城市管理局": "urban"},
    roles={"t.handler": "", "auditor": "audit", "system_admin": "system"}, role_names={"处置员": "t.handler"},
    people={"center": "business", "auditor1": "audit"}, regions=frozenset({"320282", "320282100"}),
)  # fmt: skip

CELL = st.one_of(st.none(), st.integers(), st.text(st.characters(exclude_categories=["Cc", "Cs"]), max_size=8))


class TestPasswords:
    @pytest.mark.parametrize("word", ["Chengshu-2026", "长安街上Abc好下雨天啊", "Tr0ub4dor&3x", "aB3" + "x!" * 20])
    def test_takes_good_ones(self, word: str) -> None:
        assert passwords.weakness(word, "someone", 10) is None

    @pytest.mark.parametrize(
        "word",
        ["Aa1!", "aaaaaaaaaaaa", "AAAAbbbbCCCC", "Someone-2026", "Password-1!", "Aa1" + "a" * 200, "Aa1Aa1Aa1Aa1"],
    )
    def test_refuses_bad_ones(self, word: str) -> None:
        assert passwords.weakness(word, "someone", 10) is not None

    def test_one_time_passwords_meet_the_rules_and_differ(self) -> None:
        words = {passwords.one_time_password() for _ in range(200)}
        assert len(words) == 200
        assert [w for w in words if passwords.weakness(w, "someone", 12)] == []

    @given(st.text(max_size=40))
    def test_any_text_has_a_digest_and_none_breaks_it(self, word: str) -> None:
        cheap = "argon2id,64,1,1"
        assert passwords.digest(word, b"s" * 16, cheap) == passwords.digest(word, b"s" * 16, cheap)
        assert passwords.digest(word, b"s" * 16, cheap) != passwords.digest(word + "x", b"s" * 16, cheap)

    def test_is_argon2id_as_the_library_knows_it(self) -> None:
        from argon2 import PasswordHasher, Type

        digest = passwords.digest("Chengshu-2026", b"0123456789abcdef")
        hasher = PasswordHasher(2, 19456, 1, 32, type=Type.ID)
        assert hasher.hash("Chengshu-2026", salt=b"0123456789abcdef").rsplit("$", 1)[1] == _b64(digest)


def _b64(data: bytes) -> str:
    import base64

    return base64.b64encode(data).decode().rstrip("=")


class TestRegions:
    @given(st.text("0123456789", min_size=15, max_size=15), st.sampled_from([6, 9, 12, 15]))
    def test_path_and_code_are_two_forms_of_one_thing(self, digits: str, length: int) -> None:
        code = digits[:length]
        path = regions.region_path(code)
        assert regions.region_code(path) == code
        assert regions.as_path(path) == regions.as_path(code) == path
        assert path.count(".") == length // 3 - 2

    @pytest.mark.parametrize(
        "bad", ["32028", "3202821", "r320282", "32028210000100100", "３２０２８２", "r320282.r32028210"]
    )
    def test_refuses_what_is_neither(self, bad: str) -> None:
        if bad == "r320282":
            assert regions.as_path(bad) == bad
        else:
            with pytest.raises(ValueError, match=re.escape(bad)):
                regions.as_path(bad)


class TestTree:
    def test_places_children_given_before_their_parents(self) -> None:
        seeds = [OrgSeed("c", "c", parent="b"), OrgSeed("b", "b", parent="gov"), OrgSeed("top", "top")]
        placed, lost = tree.place(seeds, {"gov": "gov"})
        assert ({s.code: s.path for s in placed}, lost) == ({"b": "gov.b", "c": "gov.b.c", "top": "top"}, [])

    def test_names_rings_and_orphans(self) -> None:
        seeds = [OrgSeed("a", "a", parent="b"), OrgSeed("b", "b", parent="a"), OrgSeed("c", "c", parent="none")]
        placed, lost = tree.place(seeds, {})
        assert (placed, [s.code for s in lost]) == ([], ["a", "b", "c"])


class TestDirectory:
    def test_answers_from_memory(self) -> None:
        directory = OrgDirectory(
            [
                Org("gov", "gov", "县政府", kind="county"), Org("w", "gov.w", "水利局", "Water", "水利", functions=("water",)),
                Org("w2", "gov.w2", "旧水利局", functions=("water",), active=False),
                Org("t1", "gov.t1", "一镇", kind="town", region_code="320282100"),
            ]
        )  # fmt: skip
        found = directory.by_function("water")
        assert found is not None
        assert (found.code, directory.name("w", "en"), directory.short("w")) == ("w", "Water", "水利")
        assert [o.code for o in directory.all_by_function("water")] == ["w"]
        assert (directory.path("t1"), directory.name("none"), directory.get(None)) == ("gov.t1", "none", None)
        assert [o.code for o in directory.under("gov")] == ["gov", "w", "w2", "t1"]
        town = directory.of_region("320282100")
        assert town is not None
        assert town.code == "t1"


class TestDuties:
    def test_no_operation_belongs_to_two_branches_unless_said(self) -> None:
        assert duties.duties_of("security.grant") == ("security",)
        assert duties.duties_of("ledger.anything_new") == ("audit",)
        assert duties.duties_of("runtime.anything_new") == ("system",)
        assert duties.duties_of("security.anything_new") == ("security",)
        assert duties.duties_of("cases.close") == ()

    def test_kernel_roles_share_no_power(self) -> None:
        roles = {r.id: set(r.operations) for r in duties.kernel_roles(permissions.ALL)}
        assert set(roles) == {"system_admin", "security_admin", "auditor"}
        assert "security.grant" in roles["security_admin"] - roles["system_admin"]
        assert "security.configure" in roles["system_admin"] - roles["security_admin"]
        assert roles["auditor"] == {"security.read_people"}


def book(orgs: list[list[Any]] | None = None, people: list[list[Any]] | None = None) -> bytes:
    made = Workbook()
    made.remove(made.worksheets[0])
    for sheet, rows in ((sheets.ORGS, orgs), (sheets.PEOPLE, people)):
        if rows is not None:
            page = made.create_sheet(sheet)
            page.append([c.zh + ("*" if c.needed else "") for c in sheets.COLUMNS[sheet]])
            for row in rows:
                page.append(row)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def plan_of(data: bytes) -> workbook.Plan:
    lines, faults = sheets.read(data)
    assert faults == []
    return workbook.check(lines, KNOWN)


def faults_of(data: bytes) -> list[tuple[str, int, str]]:
    return [(f.sheet, f.row, f.column) for f in plan_of(data).faults]


class TestWorkbook:
    def test_takes_a_right_one(self) -> None:
        plan = plan_of(
            book(
                [["water", "水利局", "Water", "水利", "部门", "gov", 320282, "water，drainage"],
                 ["station", "泵站", "", "", "company", "water"]],
                [
                    ["Li.Si", "李四", 13811112222, "水利局", "处置员", None, None],
                    ["li.si", "李四", None, "urban", "t.handler", "320282100"],
                    ["wang", "王五"],
                ],
            )
        )  # fmt: skip
        assert plan.faults == []
        assert [(o.code, o.path, o.kind, o.region_code, list(o.functions)) for o in plan.orgs] == [
            ("water", "gov.water", "department", "320282", ["water", "drainage"]), ("station", "gov.water.station", "company", None, []),
        ]  # fmt: skip
        assert [(p.login, p.phone, [(x.org, x.role, x.region) for x in p.posts]) for p in plan.people] == [
            ("li.si", "13811112222", [("water", "t.handler", None), ("urban", "t.handler", "r320282.r320282100")]), ("wang", None, []),
        ]  # fmt: skip
        assert plan.posts == 2

    @pytest.mark.parametrize(
        ("row", "column"),
        [
            (["", "名", "", "", "部门"], "编码"), (["a", "", "", "", "部门"], "名称"), (["A-1", "名", "", "", "部门"], "编码"),
            (["a", "名", "", "", "科室"], "类型"), (["a", "名", "", "", "部门", "none"], "上级编码"),
            (["a", "名", "", "", "部门", "a"], "上级编码"),
            (["a", "名", "", "", "部门", "gov", "12"], "区划代码"), (["a", "名", "", "", "部门", "gov", "999999"], "区划代码"),
            (["a", "名", "", "", "部门", "gov", "", "Water!"], "职能"),
        ],
    )  # fmt: skip
    def test_names_the_cell_of_an_offices_fault(self, row: list[Any], column: str) -> None:
        assert faults_of(book([row])) == [(sheets.ORGS, 2, column)]

    @pytest.mark.parametrize(
        ("row", "column"),
        [
            (["", "名"], "登录名"), (["x", ""], "姓名"), (["-x", "名"], "登录名"), (["中文", "名"], "登录名"), (["x", "名", "12"], "手机"),
            (["x", "名", "", "none", "t.handler"], "机构编码"),
            (["x", "名", "", "urban", "no.role"], "角色"), (["x", "名", "", "urban"], "角色"),
            (["x", "名", "", "", "t.handler"], "机构编码"),
            (["x", "名", "", "urban", "t.handler", "320282999"], "区划代码"),
            (["x", "名", "", "", "", "", "weak"], "初始密码"), (["center", "名", "", "urban", "auditor"], "角色"),
            (["auditor1", "名", "", "urban", "t.handler"], "角色"),
        ],
    )  # fmt: skip
    def test_names_the_cell_of_a_persons_fault(self, row: list[Any], column: str) -> None:
        assert faults_of(book(None, [row])) == [(sheets.PEOPLE, 2, column)]

    def test_never_shows_a_password(self) -> None:
        assert [f.value for f in plan_of(book(None, [["x", "名", "", "", "", "", "weak"]])).faults] == [""]

    def test_lists_every_fault_not_the_first(self) -> None:
        rows = [
            ["A", "", "", "", "科室"],
            ["b", "名", "", "", "科室", "none", "12", "!"],
            ["b", "名", "", "", "部门"],
            ["b", "名", "", "", "部门"],
        ]
        people = [
            ["x", "名", "", "urban", "t.handler"],
            ["x", "名", "", "urban", "t.handler"],
            ["x", "别", "", "urban", "system_admin"],
        ]
        found = faults_of(book(rows, people))
        assert found == [
            (sheets.ORGS, 2, "名称"), (sheets.ORGS, 3, "类型"), (sheets.ORGS, 3, "职能"), (sheets.ORGS, 3, "区划代码"),
            (sheets.ORGS, 5, "编码"), (sheets.PEOPLE, 3, "角色"), (sheets.PEOPLE, 4, "姓名"),
        ]  # fmt: skip

    def test_says_each_fault_in_both_languages_with_a_remedy(self) -> None:
        for detail, remedy in [*workbook.SAYS.values(), *sheets.HEADER_FAULTS.values()]:
            assert all(text.get("zh") and text.get("en") for text in (detail, remedy))

    def test_names_faults_of_the_header(self) -> None:
        made = Workbook()
        page = made.worksheets[0]
        page.title = "人员"
        page.append(["登录名", "登录名", "多余"])
        out = io.BytesIO()
        made.save(out)
        _, faults = sheets.read(out.getvalue())
        assert sorted((f.row, f.column) for f in faults) == [(1, "多余"), (1, "姓名"), (1, "登录名")]

    def test_its_own_template_is_empty_and_right(self) -> None:
        data = sheets.template([("t.handler", "处置员")], list(workbook.KINDS))
        lines, faults = sheets.read(data)
        assert (faults, lines) == ([], {sheets.ORGS: [], sheets.PEOPLE: []})
        assert load_workbook(io.BytesIO(data)).sheetnames == ["机构", "人员", "说明"]

    @pytest.mark.parametrize("data", [b"", b"PK", b"login,name\n", b"\xff" * 100])
    def test_refuses_what_is_no_workbook(self, data: bytes) -> None:
        with pytest.raises(NotAWorkbook):
            sheets.read(data)

    def test_refuses_a_zip_bomb_before_opening_it(self) -> None:
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
            for n in range(3):
                packed.writestr(f"xl/{n}.xml", b"0" * 80_000_000)
        assert len(out.getvalue()) < 1_000_000
        with pytest.raises(NotAWorkbook):
            sheets.read(out.getvalue())

    @given(st.lists(st.lists(CELL, min_size=1, max_size=8), max_size=6))
    def test_any_cells_give_faults_or_a_plan_never_a_crash(self, rows: list[list[Any]]) -> None:
        cells = [
            sheets.Line(n, {c.key: sheets.as_text(v) for c, v in zip(sheets.COLUMNS[sheets.PEOPLE], row, strict=False)})
            for n, row in enumerate(rows, 2)
        ]
        plan = workbook.check({sheets.PEOPLE: cells}, KNOWN)
        assert plan.faults or len(plan.people) <= len(rows)
