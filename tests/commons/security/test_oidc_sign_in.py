"""The whole way of signing in by an identity provider, through our routes and a real provider."""

from collections.abc import AsyncIterator, Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from oidc_provider_mock import User, run_server_in_thread

from chengshu.adapters.identity.oidc import OidcProvider
from chengshu.app import create_app
from chengshu.runtime.city import City

USERS = [
    User(sub="u-town", claims={"preferred_username": "TOWN1", "name": "王镇"}),
    User(sub="u-nobody", claims={"preferred_username": "nobody.here"}),
    User(sub="u-thief", claims={"preferred_username": "town1"}),
    User(sub="u-urban", claims={"preferred_username": "urban"}),
]


@pytest.fixture(scope="module")
def issuer() -> Iterator[str]:
    with run_server_in_thread(user_claims=USERS, require_nonce=True) as server:
        yield f"http://localhost:{server.server_port}"


@pytest.fixture(scope="module")
async def linked_county(county: City, issuer: str) -> AsyncIterator[City]:
    provider = OidcProvider(issuer, "chengshu", "secret")
    county.put("identity", provider)
    yield county
    await provider.close()


@pytest.fixture
async def browser(linked_county: City) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(
        app=create_app(linked_county), raise_app_exceptions=False, client=("10.1.1.1", 50000)
    )
    async with httpx.AsyncClient(transport=transport, base_url="http://city.test") as client:
        yield client


async def away(browser: httpx.AsyncClient, sub: str, return_to: str = "/desk") -> httpx.URL:
    """Go to the provider, consent there, and come back with this address."""
    start = await browser.get("/api/security/oidc/start", params={"return_to": return_to})
    assert start.status_code == 302, start.text
    async with httpx.AsyncClient() as outside:
        consent = await outside.post(start.headers["location"], data={"sub": sub})
    return httpx.URL(consent.headers["location"])


def problem(answer: httpx.Response) -> str:
    assert answer.status_code == 302
    assert "chengshu_session" not in answer.cookies
    return parse_qs(urlsplit(answer.headers["location"]).query)["problem"][0]


async def last_entry(county: City) -> dict[str, Any]:
    async with county.db.job_work() as work:
        row = await work.row(
            "select actor_id, subject, outcome, remote, detail from commons.ledger_entry order by id desc limit 1"
        )
    assert row is not None
    return row


class TestSignIn:
    async def test_says_whether_a_provider_is_configured(self, browser: httpx.AsyncClient) -> None:
        about = (await browser.get("/api/security/oidc")).json()
        assert about == {"enabled": True, "start": "/api/security/oidc/start", "title": "统一身份认证"}

    async def test_opens_a_session_for_the_account_with_that_login(
        self, browser: httpx.AsyncClient, linked_county: City
    ) -> None:
        answer = await browser.get(await away(browser, "u-town"))
        assert (answer.status_code, answer.headers["location"]) == (302, "/desk")
        me = (await browser.get("/api/security/me")).json()
        assert (me["login"], me["posts"][0]["role"]) == ("town1", "t.town")
        entry = await last_entry(linked_county)
        assert (entry["subject"], entry["outcome"], entry["remote"]) == (f"actor:{me['id']}", "done", "10.1.1.1")
        # The second time the subject alone is enough, and it stays the same account.
        assert (await browser.get(await away(browser, "u-town"))).headers["location"] == "/desk"

    async def test_an_identity_cannot_take_over_an_account_that_another_one_holds(
        self, browser: httpx.AsyncClient
    ) -> None:
        await browser.get(await away(browser, "u-town"))
        browser.cookies.clear()
        assert problem(await browser.get(await away(browser, "u-thief"))) == "security.oidc_unlinked"

    async def test_refuses_an_identity_without_account_and_records_it(
        self, browser: httpx.AsyncClient, linked_county: City
    ) -> None:
        assert problem(await browser.get(await away(browser, "u-nobody"))) == "security.oidc_unlinked"
        assert (await last_entry(linked_county))["outcome"] == "refused"

    async def test_refuses_a_closed_account(self, browser: httpx.AsyncClient, linked_county: City) -> None:
        change = "update commons.security_actor set active = %(active)s where login = 'urban'"
        async with linked_county.db.job_work() as work:
            await work.run(change, {"active": False})
        assert problem(await browser.get(await away(browser, "u-urban"))) == "security.oidc_unlinked"
        async with linked_county.db.job_work() as work:
            await work.run(change, {"active": True})


class TestForgery:
    async def test_an_answer_counts_once(self, browser: httpx.AsyncClient) -> None:
        back = await away(browser, "u-town")
        assert (await browser.get(back)).headers["location"] == "/desk"
        browser.cookies.delete("chengshu_session")
        assert problem(await browser.get(back)) == "security.oidc_failed"

    async def test_an_answer_counts_only_in_the_browser_that_asked(self, browser: httpx.AsyncClient) -> None:
        back = await away(browser, "u-town")
        browser.cookies.clear()
        assert problem(await browser.get(back)) == "security.oidc_failed"

    async def test_refuses_made_up_and_late_answers(self, browser: httpx.AsyncClient, linked_county: City) -> None:
        for query in ({"code": "x", "state": "y"}, {"state": "y"}, {"code": "x"}, {}, {"error": "access_denied"}):
            assert problem(await browser.get("/api/security/oidc/callback", params=query)) == "security.oidc_failed"
        back = await away(browser, "u-town")
        async with linked_county.db.job_work() as work:
            await work.run("update commons.security_oidc_state set expires_at = now()")
        assert problem(await browser.get(back)) == "security.oidc_failed"

    @pytest.mark.parametrize(
        "target",
        [
            "https://evil.example.org/",
            "//evil.example.org",
            "/\\evil.example.org",
            "javascript:alert(1)",
            "/a b",
            "/\t/x",
        ],
    )
    async def test_never_sends_the_browser_elsewhere(self, browser: httpx.AsyncClient, target: str) -> None:
        answer = await browser.get(await away(browser, "u-town", target))
        assert answer.headers["location"] == "/"
