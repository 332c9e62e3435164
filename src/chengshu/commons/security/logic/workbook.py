"""What an import means: every fault with its cell and its remedy, else offices, people and posts to add."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from chengshu.base.text import L
from chengshu.commons.security.contracts import Fault, OrgSeed, PersonSeed, PostSeed
from chengshu.commons.security.logic import tree
from chengshu.commons.security.logic.passwords import weakness
from chengshu.commons.security.logic.regions import CODE, region_path
from chengshu.commons.security.logic.sheets import COLUMNS, ORGS, PEOPLE, Line

ORG_CODE = re.compile(r"[a-z][a-z0-9_]{0,62}")
LOGIN = re.compile(r"[a-z0-9][a-z0-9._@-]{0,63}")
PHONE = re.compile(r"\+?[0-9][0-9 -]{4,19}")
FUNCTION = re.compile(r"[a-z][a-z0-9_]{0,62}")
KINDS = {"县": "county", "中心": "center", "部门": "department", "镇街": "town", "村社区": "village", "企业": "company"}

SAYS: dict[str, tuple[L, L]] = {
    "missing": (
        {"zh": "此项必填", "en": "This is needed"},
        {"zh": "请填写", "en": "Fill it in"},
    ),
    "org_code": (
        {"zh": "机构编码格式不对", "en": "Not a valid office code"},
        {"zh": "小写字母开头，只含小写字母、数字、下划线", "en": "Lower-case letters, digits and underscores only"},
    ),
    "twice": (
        {"zh": "与第 {other} 行重复", "en": "The same as row {other}"},
        {"zh": "请删去其中一行", "en": "Remove one of the two rows"},
    ),
    "kind": (
        {"zh": "没有这种机构类型", "en": "There is no such kind of office"},
        {"zh": "应为：" + " ".join(KINDS), "en": "One of: " + " ".join(KINDS.values())},
    ),
    "parent": (
        {"zh": "找不到上级机构", "en": "The parent office is not known"},
        {"zh": "请填已有的或本表中的机构编码，且不得互为上级", "en": "Give a known code or one of this sheet, not in a ring"},
    ),
    "region_form": (
        {"zh": "区划代码格式不对", "en": "Not a valid region code"},
        {"zh": "应为 6、9、12 或 15 位数字", "en": "6, 9, 12 or 15 digits"},
    ),
    "region": (
        {"zh": "没有这个区划代码", "en": "There is no region with this code"},
        {"zh": "请核对；新网格须先划定", "en": "Check it; a new grid has to be drawn first"},
    ),
    "function": (
        {"zh": "职能标识格式不对：{part}", "en": "Not a valid function: {part}"},
        {"zh": "用小写英文标识，逗号分开", "en": "Lower-case names, separated by commas"},
    ),
    "login": (
        {"zh": "登录名格式不对", "en": "Not a valid login"},
        {"zh": "小写字母或数字开头，可含 . _ @ -，最长 64 位", "en": "Lower-case letters, digits, . _ @ -, at most 64"},
    ),
    "other_name": (
        {"zh": "同一登录名在第 {other} 行是另一个姓名", "en": "Row {other} gives this login another name"},
        {"zh": "请核对是否为同一人", "en": "Check whether it is the same person"},
    ),
    "phone": (
        {"zh": "手机号格式不对", "en": "Not a valid phone number"},
        {"zh": "请填 11 位手机号或带区号的电话", "en": "Give a mobile number or a phone with its area code"},
    ),
    "org": (
        {"zh": "没有这个机构", "en": "There is no such office"},
        {"zh": "请填已有的或“机构”表中的编码（全称须唯一）", "en": "Give a known code or one of the sheet 机构"},
    ),
    "role": (
        {"zh": "没有这个角色", "en": "There is no such role"},
        {"zh": "可用角色见模板“说明”表", "en": "The template's sheet 说明 lists the roles"},
    ),
    "half_post": (
        {"zh": "机构与角色须同填或同空", "en": "Office and role go together"},
        {"zh": "请补上另一项，或两项都留空", "en": "Fill in the other, or leave both empty"},
    ),
    "duties": (
        {"zh": "三员分立：此人不能再任这一角色", "en": "Three separate duties: this person cannot hold this role too"},
        {"zh": "系统、安全、审计与业务角色请分给不同人员", "en": "Give system, security, audit and business roles to different people"},
    ),
    "password": (
        {"zh": "初始密码不符合要求：{why}", "en": "The first password does not meet the rules: {why_en}"},
        {"zh": "含大写、小写、数字、符号中的三类，且不含登录名", "en": "Three kinds of characters, without the login in it"},
    ),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Known:
    """What the county has already: office paths by code, codes by unique name, roles, duties of people, regions."""

    orgs: Mapping[str, str]
    org_names: Mapping[str, str]
    roles: Mapping[str, str]
    role_names: Mapping[str, str]
    people: Mapping[str, str]
    regions: frozenset[str]
    password_length: int = 10


@dataclass(slots=True)
class Plan:
    """What an import would add; nothing at all may be added while there are faults."""

    orgs: list[OrgSeed] = field(default_factory=list[OrgSeed])
    people: list[PersonSeed] = field(default_factory=list[PersonSeed])
    faults: list[Fault] = field(default_factory=list[Fault])

    @property
    def posts(self) -> int:
        return sum(len(p.posts) for p in self.people)


class _Checker:
    """Collects faults while rows become seeds."""

    def __init__(self, known: Known) -> None:
        self.known = known
        self.faults: list[Fault] = []
        self.orgs: dict[str, str] = dict(known.orgs)
        self.names: dict[str, str] = dict(known.org_names)
        self.duties: dict[str, str] = dict(known.people)
        self._titles = {(sheet, c.key): c.zh for sheet, columns in COLUMNS.items() for c in columns}

    def fault(self, sheet: str, line: Line, key: str, says: str, **params: object) -> None:
        detail, remedy = SAYS[says]
        filled: L = {"zh": detail.get("zh", "").format(**params), "en": detail.get("en", "").format(**params)}
        value = "" if key == "password" else line.cells.get(key, "")
        self.faults.append(Fault(sheet, line.row, self._titles[sheet, key], value, filled, remedy))

    def needed(self, sheet: str, line: Line) -> bool:
        lacking = [c.key for c in COLUMNS[sheet] if c.needed and not line.cells.get(c.key)]
        for key in lacking:
            self.fault(sheet, line, key, "missing")
        return not lacking

    def region(self, sheet: str, line: Line) -> str | None:
        code = line.cells.get("region", "")
        if not code:
            return None
        if not CODE.fullmatch(code):
            self.fault(sheet, line, "region", "region_form")
        elif code not in self.known.regions:
            self.fault(sheet, line, "region", "region")
        else:
            return code
        return None


def check(lines: Mapping[str, Sequence[Line]], known: Known) -> Plan:
    """Go through every row and list every fault; a row with a fault adds nothing."""
    checker = _Checker(known)
    orgs = _orgs(checker, lines.get(ORGS, ()))
    people = _people(checker, lines.get(PEOPLE, ()))
    return Plan(orgs, people, checker.faults)


def _orgs(checker: _Checker, lines: Sequence[Line]) -> list[OrgSeed]:
    first: dict[str, Line] = {}
    seeds: list[OrgSeed] = []
    for line in lines:
        seed = _org(checker, line)
        if seed is None:
            continue
        if seed.code in first:
            checker.fault(ORGS, line, "code", "twice", other=first[seed.code].row)
            continue
        first[seed.code] = line
        checker.names.setdefault(seed.name, seed.code)
        if seed.code not in checker.known.orgs:
            seeds.append(seed)
    placed, lost = tree.place(seeds, checker.known.orgs)
    for seed in lost:
        checker.fault(ORGS, first[seed.code], "parent", "parent")
    checker.orgs.update({s.code: s.path or s.code for s in [*placed, *lost]})
    return placed


def _org(checker: _Checker, line: Line) -> OrgSeed | None:
    cells = line.cells
    before = len(checker.faults)
    if not checker.needed(ORGS, line):
        return None
    if not ORG_CODE.fullmatch(cells["code"]):
        checker.fault(ORGS, line, "code", "org_code")
    kind = KINDS.get(cells["kind"], cells["kind"])
    if kind not in KINDS.values():
        checker.fault(ORGS, line, "kind", "kind")
    functions = [f for f in re.split(r"[,，、;；\s]+", cells.get("functions", "")) if f]
    for part in functions:
        if not FUNCTION.fullmatch(part):
            checker.fault(ORGS, line, "functions", "function", part=part)
    region = checker.region(ORGS, line)
    if len(checker.faults) > before:
        return None
    return OrgSeed(
        code=cells["code"], name=cells["name"], kind=kind, parent=cells.get("parent") or None,
        name_en=cells.get("name_en") or None, short=cells.get("short") or None, region_code=region,
        region=region_path(region) if region else None, functions=functions,
    )  # fmt: skip


def _people(checker: _Checker, lines: Sequence[Line]) -> list[PersonSeed]:
    first: dict[str, Line] = {}
    posts: dict[str, dict[PostSeed, int]] = {}
    for line in lines:
        login = line.cells.get("login", "").lower()
        if not _person(checker, line, login):
            continue
        if login in first and first[login].cells["name"] != line.cells["name"]:
            checker.fault(PEOPLE, line, "name", "other_name", other=first[login].row)
            continue
        first.setdefault(login, line)
        held = posts.setdefault(login, {})
        post = _post(checker, line, login)
        if post is None:
            continue
        if post in held:
            checker.fault(PEOPLE, line, "role", "twice", other=held[post])
        else:
            held[post] = line.row
    return [
        PersonSeed(
            login, line.cells["name"], line.cells.get("phone") or None, line.cells.get("password") or None,
            tuple(posts[login]),
        )
        for login, line in first.items()
    ]  # fmt: skip


def _person(checker: _Checker, line: Line, login: str) -> bool:
    before = len(checker.faults)
    if not checker.needed(PEOPLE, line):
        return False
    if not LOGIN.fullmatch(login):
        checker.fault(PEOPLE, line, "login", "login")
    phone, password = line.cells.get("phone"), line.cells.get("password")
    if phone and not PHONE.fullmatch(phone):
        checker.fault(PEOPLE, line, "phone", "phone")
    if password and (why := weakness(password, login, checker.known.password_length)):
        checker.fault(PEOPLE, line, "password", "password", why=why[0], why_en=why[1])
    return len(checker.faults) == before


def _post(checker: _Checker, line: Line, login: str) -> PostSeed | None:
    cells = line.cells
    org, role = cells.get("org", ""), cells.get("role", "")
    region = checker.region(PEOPLE, line)
    if not org and not role:
        return None
    if not org or not role:
        checker.fault(PEOPLE, line, "role" if org else "org", "half_post")
        return None
    before = len(checker.faults)
    code = org if org in checker.orgs else checker.names.get(org, "")
    if not code:
        checker.fault(PEOPLE, line, "org", "org")
    role = role if role in checker.known.roles else checker.known.role_names.get(role, "")
    if not role:
        checker.fault(PEOPLE, line, "role", "role")
    elif checker.duties.setdefault(login, checker.known.roles[role] or "business") != (
        checker.known.roles[role] or "business"
    ):
        checker.fault(PEOPLE, line, "role", "duties")
    if len(checker.faults) > before:
        return None
    return PostSeed(role, code, region_path(region) if region else None)
