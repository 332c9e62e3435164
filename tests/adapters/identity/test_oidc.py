"""OpenID Connect against a real provider on the loopback, and against forged tokens."""

import base64
import hmac
import json
import time
from collections.abc import AsyncIterator, Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey
from oidc_provider_mock import User, run_server_in_thread

from chengshu.adapters.identity import oidc
from chengshu.adapters.identity.oidc import OidcProvider, challenge_of
from chengshu.commons.security.errors import OidcFailed, OidcUnavailable

CALLBACK = "http://city.test/api/security/oidc/callback"


@pytest.fixture(scope="module")
def issuer() -> Iterator[str]:
    users = [User(sub="u-1", claims={"preferred_username": "center", "name": "张派遣"}), User(sub="u-2")]
    with run_server_in_thread(user_claims=users) as server:
        yield f"http://localhost:{server.server_port}"


@pytest.fixture
async def provider(issuer: str) -> AsyncIterator[OidcProvider]:
    made = OidcProvider(issuer, "chengshu", "secret")
    yield made
    await made.close()


async def consent(url: str, sub: str) -> dict[str, str]:
    """What the person does at the provider; the query that comes back to us."""
    async with httpx.AsyncClient() as browser:
        answer = await browser.post(url, data={"sub": sub})
    assert answer.status_code == 302, answer.text
    return {k: v[0] for k, v in parse_qs(urlsplit(answer.headers["location"]).query).items()}


class TestFlow:
    async def test_brings_back_who_signed_in(self, provider: OidcProvider, issuer: str) -> None:
        url = await provider.start(state="s1", nonce="n1", verifier="v" * 64, redirect_uri=CALLBACK)
        sent = {k: v[0] for k, v in parse_qs(urlsplit(url).query).items()}
        assert (sent["response_type"], sent["client_id"], sent["redirect_uri"]) == ("code", "chengshu", CALLBACK)
        assert (sent["code_challenge_method"], sent["code_challenge"]) == ("S256", challenge_of("v" * 64))
        back = await consent(url, "u-1")
        assert back["state"] == "s1"
        who = await provider.finish(code=back["code"], nonce="n1", verifier="v" * 64, redirect_uri=CALLBACK)
        assert (who.issuer, who.subject, who.claims["preferred_username"]) == (issuer, "u-1", "center")

    async def test_refuses_a_token_made_for_another_nonce(self, provider: OidcProvider) -> None:
        url = await provider.start(state="s", nonce="n1", verifier="v" * 64, redirect_uri=CALLBACK)
        back = await consent(url, "u-1")
        with pytest.raises(OidcFailed) as refusal:
            await provider.finish(code=back["code"], nonce="n2", verifier="v" * 64, redirect_uri=CALLBACK)
        assert refusal.value.field == "nonce"

    async def test_refuses_a_code_twice_and_a_made_up_code(self, provider: OidcProvider) -> None:
        url = await provider.start(state="s", nonce="n", verifier="v" * 64, redirect_uri=CALLBACK)
        code = (await consent(url, "u-1"))["code"]
        await provider.finish(code=code, nonce="n", verifier="v" * 64, redirect_uri=CALLBACK)
        for bad in (code, "made-up"):
            with pytest.raises(OidcFailed):
                await provider.finish(code=bad, nonce="n", verifier="v" * 64, redirect_uri=CALLBACK)

    async def test_says_when_the_provider_is_away(self) -> None:
        away = OidcProvider("http://127.0.0.1:9", "chengshu", "secret", timeout=1)
        with pytest.raises(OidcUnavailable):
            await away.start(state="s", nonce="n", verifier="v" * 64, redirect_uri=CALLBACK)
        await away.close()

    def test_refuses_an_issuer_without_tls(self) -> None:
        with pytest.raises(ValueError, match="https"):
            OidcProvider("http://login.example.org", "chengshu")

    def test_challenge_is_that_of_the_rfc(self) -> None:
        # RFC 7636, appendix B
        verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
        assert challenge_of(verifier) == "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"


KEY = RSAKey.generate_key(2048, {"kid": "k1"}, auto_kid=False)
OTHER = RSAKey.generate_key(2048, {"kid": "k1"}, auto_kid=False)
ISSUER = "https://login.example.org"


def claims(**changes: Any) -> dict[str, Any]:
    now = int(time.time())
    good = {
        "iss": ISSUER,
        "sub": "u-1",
        "aud": "chengshu",
        "exp": now + 300,
        "iat": now,
        "nonce": "n",
        "preferred_username": "x",
    }
    return {k: v for k, v in {**good, **changes}.items() if v is not None}


def signed(key: Any = KEY, alg: str = "RS256", **changes: Any) -> str:
    return jwt.encode({"alg": alg, "kid": "k1"}, claims(**changes), key, algorithms=[alg])


class Scripted:
    """A provider whose answers the test writes; it also counts the questions."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.token = signed()
        self.key: RSAKey = KEY
        self.asked: list[str] = []
        self.userinfo: dict[str, Any] = {}
        self.provider = OidcProvider(ISSUER, "chengshu", "secret")
        monkeypatch.setattr(self.provider, "_http", httpx.AsyncClient(transport=httpx.MockTransport(self.answer)))

    def answer(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request.url.path)
        if request.url.path.endswith("openid-configuration"):
            about = {f"{n}_endpoint": f"{ISSUER}/{n}" for n in ("authorization", "token", "userinfo")}
            return httpx.Response(200, json={"issuer": ISSUER, "jwks_uri": f"{ISSUER}/jwks", **about})
        if request.url.path == "/jwks":
            return httpx.Response(200, json=KeySet([self.key]).as_dict(private=False))
        if request.url.path == "/userinfo":
            return httpx.Response(200, json=self.userinfo)
        return httpx.Response(200, json={"id_token": self.token, "access_token": "a"})

    async def finish(self) -> Any:
        return await self.provider.finish(code="c", nonce="n", verifier="v" * 64, redirect_uri=CALLBACK)


@pytest.fixture
def scripted(monkeypatch: pytest.MonkeyPatch) -> Scripted:
    return Scripted(monkeypatch)


class TestTokens:
    async def test_takes_a_right_one(self, scripted: Scripted) -> None:
        assert (await scripted.finish()).subject == "u-1"

    @pytest.mark.parametrize(
        "changes",
        [
            {"iss": "https://other.example.org"}, {"aud": "another"}, {"aud": ["another", "third"]},
            {"aud": ["chengshu", "another"]}, {"aud": ["chengshu", "another"], "azp": "another"}, {"exp": 1},
            {"iat": int(time.time()) + 3600}, {"nonce": "other"}, {"nonce": None}, {"sub": None}, {"sub": ""},
            {"sub": "x" * 300}, {"exp": None}, {"iat": None}, {"aud": None}, {"iss": None},
        ],
        ids=str,
    )  # fmt: skip
    async def test_refuses_wrong_claims(self, scripted: Scripted, changes: dict[str, Any]) -> None:
        scripted.token = signed(**changes)
        with pytest.raises(OidcFailed):
            await scripted.finish()

    async def test_refuses_a_foreign_signature(self, scripted: Scripted) -> None:
        scripted.token = signed(OTHER)
        with pytest.raises(OidcFailed, match="signature"):
            await scripted.finish()

    async def test_refuses_a_token_signed_with_the_public_key_as_a_secret(self, scripted: Scripted) -> None:
        def packed(data: bytes) -> str:
            return base64.urlsafe_b64encode(data).decode().rstrip("=")

        body = f"{packed(json.dumps({'alg': 'HS256', 'kid': 'k1'}).encode())}.{packed(json.dumps(claims()).encode())}"
        mac = hmac.digest(KEY.as_pem(private=False), body.encode(), "sha256")
        scripted.token = f"{body}.{packed(mac)}"
        with pytest.raises(OidcFailed, match="signature"):
            await scripted.finish()

    async def test_refuses_a_token_without_signature(self, scripted: Scripted) -> None:
        head, body, _ = signed().split(".")
        none = "eyJhbGciOiJub25lIn0"
        for forged in (f"{none}.{body}.", f"{head}.{body}.", "a.b.c", ""):
            scripted.token = forged
            with pytest.raises(OidcFailed):
                await scripted.finish()

    async def test_learns_new_keys_but_not_at_every_forgery(
        self, scripted: Scripted, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        await scripted.finish()
        scripted.key = OTHER
        scripted.token = signed(OTHER)
        with pytest.raises(OidcFailed):
            await scripted.finish()
        assert scripted.asked.count("/jwks") == 1
        monkeypatch.setattr(oidc, "REFETCH_SECONDS", 0.0)
        assert (await scripted.finish()).subject == "u-1"
        assert scripted.asked.count("/jwks") == 2

    async def test_asks_for_the_claim_when_the_token_lacks_it(self, scripted: Scripted) -> None:
        scripted.token = signed(preferred_username=None)
        scripted.userinfo = {"sub": "u-1", "preferred_username": "center", "iss": "https://evil.example.org"}
        who = await scripted.finish()
        assert (who.claims["preferred_username"], who.claims["iss"]) == ("center", ISSUER)
        scripted.userinfo = {"sub": "u-2", "preferred_username": "secadmin"}
        with pytest.raises(OidcFailed):
            await scripted.finish()
