"""What security gives to other rooms: offices, people, and the seeds of a site."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal, Protocol

from chengshu.base.text import L

Scope = Literal["none", "own_org", "region", "county"]
Duty = Literal["system", "security", "audit"]
OrgKind = Literal["county", "center", "department", "town", "village", "company"]
ORG_KINDS: tuple[OrgKind, ...] = ("county", "center", "department", "town", "village", "company")


@dataclass(frozen=True, slots=True)
class Org:
    """An office (机构). `path` is its ltree path, `functions` the abstract owners it stands for."""

    code: str
    path: str
    name: str
    name_en: str | None = None
    short: str | None = None
    kind: str = "department"
    region_code: str | None = None
    region: str | None = None
    functions: tuple[str, ...] = ()
    active: bool = True

    def title(self, lang: str = "zh") -> str:
        """The name in the asked language, Chinese when there is no other."""
        return (self.name_en or self.name) if lang == "en" else self.name


class OrgDirectory:
    """All offices in memory; put into the city as `orgs`, renewed when `security.orgs_changed` arrives."""

    def __init__(self, orgs: Iterable[Org]) -> None:
        self.all: tuple[Org, ...] = tuple(orgs)
        self.by_code: dict[str, Org] = {o.code: o for o in self.all}
        self._by_path = {o.path: o for o in self.all}
        self._by_region = {
            o.region_code: o for o in reversed(self.all)
            if o.region_code and o.active and o.kind in ("county", "town", "village")
        }  # fmt: skip
        self._by_function: dict[str, list[Org]] = {}
        for org in self.all:
            for function in org.functions if org.active else ():
                self._by_function.setdefault(function, []).append(org)

    def get(self, code: str | None) -> Org | None:
        """The office of this code, None when there is none."""
        return self.by_code.get(code) if code else None

    def by_function(self, function: str) -> Org | None:
        """The one office that stands for a function (`water`, `center`); the first by order when several do."""
        found = self._by_function.get(function)
        return found[0] if found else None

    def all_by_function(self, function: str) -> tuple[Org, ...]:
        """Every active office that stands for a function."""
        return tuple(self._by_function.get(function, ()))

    def by_path(self, path: str) -> Org | None:
        return self._by_path.get(path)

    def path(self, code: str) -> str | None:
        """The ltree path of an office, None when there is none."""
        org = self.by_code.get(code)
        return org.path if org else None

    def name(self, code: str | None, lang: str = "zh") -> str:
        """The name people read; the code itself for an office that is not known."""
        org = self.get(code)
        return org.title(lang) if org else (code or "")

    def short(self, code: str | None, lang: str = "zh") -> str:
        """The short name for lists and boards."""
        org = self.get(code)
        if org is None:
            return code or ""
        return org.title(lang) if lang == "en" else (org.short or org.name)

    def under(self, code: str) -> tuple[Org, ...]:
        """An office and everything below it."""
        root = self.by_code.get(code)
        if root is None:
            return ()
        return tuple(o for o in self.all if o.path == root.path or o.path.startswith(root.path + "."))

    def of_region(self, region_code: str) -> Org | None:
        """The town or village office of a region."""
        return self._by_region.get(region_code)


@dataclass(frozen=True, slots=True)
class ActorRef:
    """A person as other rooms know one."""

    id: int
    name: str
    lang: str | None = None


@dataclass(frozen=True, slots=True)
class OrgSeed:
    """An office of a site; `path` follows from the parent when it is not given."""

    code: str
    name: str
    kind: str = "department"
    parent: str | None = None
    path: str | None = None
    name_en: str | None = None
    short: str | None = None
    region_code: str | None = None
    region: str | None = None
    functions: Sequence[str] = ()
    sort: int = 0


@dataclass(frozen=True, slots=True)
class PostSeed:
    """A post of a seeded person; `region` is a region code or an ltree path."""

    role: str
    org: str
    region: str | None = None


@dataclass(frozen=True, slots=True)
class PersonSeed:
    """A person of a site; a `duty` without posts gives the kernel role of that duty at the root office."""

    login: str
    name: str
    phone: str | None = None
    password: str | None = None
    posts: Sequence[PostSeed] = ()
    duty: str | None = None
    lang: str | None = None

    def with_password(self, password: str) -> "PersonSeed":
        """The same person with a first password."""
        return replace(self, password=password)


@dataclass(frozen=True, slots=True)
class RoleSeed:
    """A role of a site or the kernel; a pack's roles come as RoleSpec."""

    id: str
    title: Mapping[str, str]
    operations: Sequence[str] = ()
    scope: str = "own_org"
    duty: str | None = None
    pack: str | None = None


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault of an import, at its cell, with the way out."""

    sheet: str
    row: int
    column: str
    value: str
    detail: L
    remedy: L


@dataclass(frozen=True, slots=True)
class VouchedFor:
    """What an identity provider says about the person before us."""

    issuer: str
    subject: str
    claims: Mapping[str, Any] = field(default_factory=dict[str, Any])


class IdentityProvider(Protocol):
    """An outside sign-in by authorization code; app.py puts one into the city as `identity` where it is configured."""

    title: str

    async def start(self, *, state: str, nonce: str, verifier: str, redirect_uri: str) -> str:
        """The address to which the browser goes."""
        ...

    async def finish(self, *, code: str, nonce: str, verifier: str, redirect_uri: str) -> VouchedFor:
        """Exchange the code and verify the identity token; raises a Problem when anything does not fit."""
        ...
