"""The people of the play: who acts for which work list, signed in when first needed."""

import asyncio
import json
import random
from dataclasses import dataclass, field
from http.cookiejar import DefaultCookiePolicy
from pathlib import Path
from typing import Any

import httpx

from simulate.client import Person, Refused

PLAYED = ("center", "hotline", "supervisor", "urban", "water", "town1", "grid1")
"""Demo accounts that the simulator plays; the three administrators and the leader are left to people."""


@dataclass
class Cast:
    """People by login and by the work lists they act for."""

    http: httpx.AsyncClient
    seed: int
    password: str
    passwords: dict[str, str] = field(default_factory=dict[str, str])
    people: dict[str, Person] = field(default_factory=dict[str, Person])
    holders: dict[str, Person] = field(default_factory=dict[str, Person])
    nobody: set[str] = field(default_factory=set[str])
    _lock: asyncio.Lock = field(default_factory=asyncio.Lock)

    def __post_init__(self) -> None:
        # Many people share the connections and none may carry another's session: the common jar takes no cookies.
        self.http.cookies.jar.set_policy(DefaultCookiePolicy(allowed_domains=[]))

    def stranger(self) -> Person:
        """Somebody of the public."""
        return Person(self.http, random.Random(f"public-{self.seed}-{len(self.people)}"))

    async def person(self, login: str) -> Person | None:
        """The person with this login, signed in; None when there is no such account."""
        async with self._lock:
            if login in self.people or login in self.nobody:
                return self.people.get(login)
            who = Person(
                self.http, random.Random(f"{self.seed}-{login}"), login, self.passwords.get(login, self.password)
            )
            try:
                await who.sign_in()
            except Refused as refusal:
                if refusal.status in (0, 429) or refusal.status >= 500:
                    raise
                self.nobody.add(login)
                return None
            self.people[login] = who
            for post in who.me.get("posts") or ():
                self._takes(who, post)
            return who

    def _takes(self, who: Person, post: dict[str, Any]) -> None:
        # An operator or a supervisor sits in an office without working on its list.
        if post.get("org") and (who.may("cases.handle") or who.may("cases.dispatch")):
            self.holders.setdefault(f"org:{post['org']}", who)
        if post.get("region") and len(str(post["region"])) == 15:
            self.holders[f"grid:{post['region']}"] = who
        self.holders.setdefault(f"actor:{who.me.get('id')}", who)

    async def holder(self, holder: str) -> Person | None:
        """Who acts for a work list: a known person, else the account that a demo site generates for it."""
        if holder in self.holders:
            return self.holders[holder]
        login = generated_login(holder)
        if login and (who := await self.person(login)):
            self.holders.setdefault(holder, who)
            return who
        return None

    async def assemble(self) -> list[str]:
        """Sign the named people in; returns the logins that are there."""
        logins = list(self.passwords) or list(PLAYED)
        return [login for login in logins if await self.person(login)]


def generated_login(holder: str) -> str | None:
    """The account that a demo site makes for a work list. One guess only: failed sign-ins would lock everybody out."""
    kind, _, code = holder.partition(":")
    if kind == "grid":
        return f"g{code}"
    if kind != "org" or code in ("gov", "center"):
        return None
    if code[0] in "tv" and code[1:].isdigit():
        return code if code[0] == "t" else f"g{code[1:]}001"
    return f"o_{code}"


def read_accounts(path: Path) -> dict[str, str]:
    """Logins and passwords from JSON: a list of {"login", "password"}, or an object {"accounts": [...]}."""
    data = json.loads(path.read_text(encoding="utf-8"))
    rows = data["accounts"] if isinstance(data, dict) else data
    return {str(row["login"]): str(row["password"]) for row in rows}
