"""OpenID Connect Core 1.0: authorization code flow with PKCE (RFC 7636), state and nonce."""

import asyncio
import base64
import hashlib
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

import httpx
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from chengshu.commons.security.contracts import VouchedFor
from chengshu.commons.security.errors import OidcFailed, OidcUnavailable

ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
"""Signatures only: with `none` or a shared secret anybody who knows the client could write tokens."""
LEEWAY = 60
SETTLED_SECONDS = 3600.0
"""How long discovery and keys are believed; an unknown key is asked for earlier."""
REFETCH_SECONDS = 10.0
"""Tokens with made-up key ids must not turn us into a client that hammers the provider."""
MOST_BYTES = 1_000_000


@dataclass(slots=True)
class _Settled:
    """What discovery and the key set said, and when."""

    about: Mapping[str, Any]
    keys: KeySet
    at: float


def challenge_of(verifier: str) -> str:
    """The S256 code challenge."""
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")


class OidcProvider:
    """One provider, found by discovery at first use, so that the city starts while the provider is down."""

    def __init__(
        self,
        issuer: str,
        client_id: str,
        client_secret: str | None = None,
        *,
        claim: str = "preferred_username",
        title: str = "统一身份认证",
        scope: str = "openid profile",
        timeout: float = 10.0,
    ) -> None:
        parts = urlsplit(issuer)
        if parts.scheme != "https" and parts.hostname not in ("localhost", "127.0.0.1", "::1"):
            raise ValueError(f"the issuer must be reached by https: {issuer}")
        self.issuer = issuer
        self.client_id = client_id
        self.title = title
        self._secret = client_secret
        self._claim = claim
        self._scope = scope
        self._http = httpx.AsyncClient(timeout=timeout, follow_redirects=False)
        self._settled: _Settled | None = None
        self._lock = asyncio.Lock()

    async def close(self) -> None:
        await self._http.aclose()

    async def start(self, *, state: str, nonce: str, verifier: str, redirect_uri: str) -> str:
        """The address to which the browser goes."""
        about = (await self._settle()).about
        query = {
            "response_type": "code", "client_id": self.client_id, "redirect_uri": redirect_uri, "scope": self._scope,
            "state": state, "nonce": nonce, "code_challenge": challenge_of(verifier), "code_challenge_method": "S256",
        }  # fmt: skip
        endpoint = str(about["authorization_endpoint"])
        return f"{endpoint}{'&' if '?' in endpoint else '?'}{urlencode(query)}"

    async def finish(self, *, code: str, nonce: str, verifier: str, redirect_uri: str) -> VouchedFor:
        """Exchange the code and verify the identity token; raises OidcFailed or OidcUnavailable."""
        about = (await self._settle()).about
        body = {
            "grant_type": "authorization_code", "code": code, "redirect_uri": redirect_uri, "code_verifier": verifier,
        }  # fmt: skip
        answer = await self._ask("POST", str(about["token_endpoint"]), **self._credentials(about, body))
        token = answer.get("id_token")
        if not isinstance(token, str):
            raise OidcFailed(field="id_token", value=answer.get("error") or "id_token")
        claims = await self._verify(token, nonce)
        if self._claim not in claims and (access := answer.get("access_token")) and "userinfo_endpoint" in about:
            claims = {**await self._userinfo(str(about["userinfo_endpoint"]), str(access), claims["sub"]), **claims}
        return VouchedFor(self.issuer, claims["sub"], claims)

    def _credentials(self, about: Mapping[str, Any], body: dict[str, str]) -> dict[str, Any]:
        """How this client names itself at the token endpoint: basic by default, in the body where only that goes."""
        ways = about.get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
        if self._secret is None:
            return {"data": {**body, "client_id": self.client_id}}
        if "client_secret_basic" in ways:
            return {"data": body, "auth": (quote(self.client_id, safe=""), quote(self._secret, safe=""))}
        return {"data": {**body, "client_id": self.client_id, "client_secret": self._secret}}

    async def _userinfo(self, endpoint: str, access: str, subject: str) -> dict[str, Any]:
        info = await self._ask("GET", endpoint, headers={"Authorization": f"Bearer {access}"})
        if info.get("sub") != subject:
            raise OidcFailed(field="sub", value="userinfo")
        return info

    async def _verify(self, token: str, nonce: str) -> dict[str, Any]:
        """OpenID Connect Core 3.1.3.7: signature, issuer, audience, times, nonce."""
        claims = self._decode(token, await self._settle())
        if claims is None:
            # The provider may have changed its keys since we asked.
            claims = self._decode(token, await self._settle(anew=True))
        if claims is None:
            raise OidcFailed(field="id_token", value="signature")
        rules = jwt.JWTClaimsRegistry(
            leeway=LEEWAY,
            iss={"essential": True, "value": self.issuer},
            sub={"essential": True},
            aud={"essential": True, "value": self.client_id},
            exp={"essential": True},
            iat={"essential": True},
        )
        try:
            rules.validate(claims)
        except JoseError as error:
            raise OidcFailed(field="id_token", value=f"{error.error}: {error.description}") from error
        if not secrets.compare_digest(str(claims.get("nonce", "")).encode(), nonce.encode()):
            raise OidcFailed(field="nonce", value="nonce")
        audience = claims["aud"]
        if isinstance(audience, list) and len(audience) > 1 and claims.get("azp") != self.client_id:  # pyright: ignore[reportUnknownArgumentType]
            raise OidcFailed(field="azp", value=claims.get("azp"))
        if not isinstance(claims["sub"], str) or not 0 < len(claims["sub"]) <= 255:
            raise OidcFailed(field="sub", value=claims["sub"])
        return claims

    def _decode(self, token: str, settled: _Settled) -> dict[str, Any] | None:
        """The claims when the signature holds under a known key, else None."""
        offered = settled.about.get("id_token_signing_alg_values_supported") or ["RS256"]
        try:
            return dict(jwt.decode(token, settled.keys, algorithms=[a for a in ALGORITHMS if a in offered]).claims)
        except (JoseError, ValueError):
            return None

    async def _settle(self, *, anew: bool = False) -> _Settled:
        async with self._lock:
            known = self._settled
            age = time.monotonic() - known.at if known else float("inf")
            if known and age < (REFETCH_SECONDS if anew else SETTLED_SECONDS):
                return known
            about = await self._ask("GET", f"{self.issuer.rstrip('/')}/.well-known/openid-configuration")
            if about.get("issuer") != self.issuer:
                raise OidcFailed(field="issuer", value=about.get("issuer"))
            try:
                keys = KeySet.import_key_set(await self._ask("GET", str(about["jwks_uri"])))  # pyright: ignore[reportArgumentType]
            except (JoseError, KeyError, ValueError, TypeError) as error:
                raise OidcUnavailable(value="jwks") from error
            self._settled = _Settled(about, keys, time.monotonic())
            return self._settled

    async def _ask(self, method: str, url: str, **options: Any) -> dict[str, Any]:
        try:
            answer = await self._http.request(method, url, **options)
        except httpx.HTTPError as error:
            raise OidcUnavailable(value=type(error).__name__) from error
        if answer.status_code >= 500 or len(answer.content) > MOST_BYTES:
            raise OidcUnavailable(value=answer.status_code)
        try:
            body = answer.json()
        except ValueError as error:
            raise OidcUnavailable(value=answer.status_code) from error
        if not isinstance(body, dict):
            raise OidcUnavailable(value=answer.status_code)
        if answer.status_code >= 400:
            raise OidcFailed(field="code", value=body.get("error") or answer.status_code)  # pyright: ignore[reportUnknownMemberType, reportUnknownArgumentType]
        return body  # pyright: ignore[reportUnknownVariableType]
