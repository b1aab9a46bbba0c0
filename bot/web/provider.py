"""The organisation's own sign-in: OpenID Connect with a code, PKCE, state and nonce. It says who somebody is there.

The libraries are loaded with this file, and this file where a provider is configured.
"""

from __future__ import annotations

import json
import secrets
import ssl
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any
from urllib.parse import urlsplit

import httpx
from authlib.integrations.base_client import OAuthError
from authlib.integrations.httpx_client import AsyncOAuth2Client
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from bot.settings import LOOPBACK, Settings

SCOPE = "openid email"
ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512"]  # signed by a key pair
LEEWAY = 60  # seconds two clocks may differ
PATIENCE = 10.0  # seconds for one answer
KEPT = timedelta(hours=1)  # what the provider says of itself
KEYS_KEPT = timedelta(minutes=1)  # at least, so that a made-up key id asks for nothing more
# Whoever is signed in there does it again, and the token must say when (OpenID Connect Core 3.1.2.1). Two ways to ask:
# some providers know one of them only. A browser can leave both out, so the answer is looked at (sign_in.py).
ONCE_MORE = {"prompt": "login", "max_age": "0"}
NEEDED = ("authorization_endpoint", "token_endpoint", "jwks_uri")


class NotSignedIn(Exception):  # noqa: N818 - what came of it
    """Whoever came back is not let in. `reason` is a code of ours, for the log alone."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try to sign in: what must come back, and what only this browser holds.

    `link` is the link it began with. `again` is the person who is signed in and proves once more who it is; `back` is
    the page of ours to go on at.
    """

    state: str
    nonce: str
    verifier: str
    until: float
    link: str = ""
    again: str = ""
    back: str = "/"

    def dumped(self) -> str:
        """As text, to be sealed."""
        return json.dumps(asdict(self))

    @classmethod
    def loaded(cls, text: str) -> Attempt:
        """The same again."""
        return cls(**json.loads(text))


@dataclass(frozen=True, slots=True)
class Account:
    """Who somebody is at the provider. `email` is a hint at most, and only where the provider checked it."""

    issuer: str
    subject: str
    amr: frozenset[str]
    acr: str
    email: str
    authenticated_at: datetime | None  # when the person last did something to prove it; None where it does not say

    def is_strong(self, settings: Settings) -> bool:
        """Whether there was a second factor, as the settings name it."""
        return bool(self.amr & settings.oidc_amr) or self.acr in settings.oidc_acr


class Provider:
    """The provider of one installation: what it says of itself is asked once an hour, and its keys when they change."""

    def __init__(self, settings: Settings) -> None:
        assert settings.oidc_issuer is not None, "a provider is configured"
        assert settings.oidc_client_id is not None, "and all of it"
        self.settings = settings
        self.issuer = settings.oidc_issuer
        self.client_id = settings.oidc_client_id
        self.back = f"{settings.base_url}/sign-in/back"
        self._wanted = {
            "iss": {"essential": True, "value": self.issuer},
            "aud": {"essential": True, "value": self.client_id},
        }
        self._about: tuple[datetime, Mapping[str, Any]] | None = None
        self._keys: tuple[datetime, KeySet] | None = None

    def _client(self) -> AsyncOAuth2Client:
        return AsyncOAuth2Client(
            self.client_id, self.settings.oidc_client_secret, scope=SCOPE, redirect_uri=self.back,
            code_challenge_method="S256", timeout=PATIENCE, follow_redirects=False, verify=_trusted(),
        )  # fmt: skip

    async def leave(self, now: datetime, lasts: timedelta, **why: str) -> tuple[str, Attempt]:
        """Where the browser goes, and what it must come back with. Raises NotSignedIn when the provider is away.

        `why` is what the attempt keeps: `link`, `again`, `back`.
        """
        about = await self.about(now)
        state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
        attempt = Attempt(state, nonce, verifier, (now + lasts).timestamp(), **why)
        wish = {"acr_values": " ".join(sorted(self.settings.oidc_acr))} if self.settings.oidc_acr else {}
        if attempt.again:
            wish |= ONCE_MORE
        async with self._client() as client:
            address, _ = client.create_authorization_url(
                about["authorization_endpoint"], state=attempt.state, nonce=attempt.nonce,
                code_verifier=attempt.verifier, **wish,
            )  # fmt: skip
        return str(address), attempt

    async def arrive(self, attempt: Attempt, given: Mapping[str, str], now: datetime) -> Account:
        """Who came back. Raises NotSignedIn for whatever does not fit."""
        if now.timestamp() >= attempt.until:
            raise NotSignedIn("too_late")
        if not secrets.compare_digest(given.get("state", "").encode(), attempt.state.encode()):
            raise NotSignedIn("state")
        about = await self.about(now)
        # Mix-up (RFC 9207): an answer of another provider is not taken to ours.
        says_who = about.get("authorization_response_iss_parameter_supported") is True
        if given.get("iss", "" if says_who else self.issuer) != self.issuer:
            raise NotSignedIn("issuer")
        if "error" in given or not given.get("code"):
            raise NotSignedIn("provider")
        token = await self._exchange(about["token_endpoint"], given["code"], attempt)
        return await self._read(token, attempt, now)

    async def _exchange(self, endpoint: str, code: str, attempt: Attempt) -> Mapping[str, Any]:
        try:
            async with self._client() as client:
                token: Mapping[str, Any] = await client.fetch_token(
                    endpoint, grant_type="authorization_code", code=code, code_verifier=attempt.verifier
                )
        except (OAuthError, httpx.HTTPError, ValueError) as problem:
            raise NotSignedIn("code") from problem
        return token

    async def _read(self, token: Mapping[str, Any], attempt: Attempt, now: datetime) -> Account:
        params = {"nonce": attempt.nonce, "client_id": self.client_id, "access_token": token.get("access_token")}
        try:
            claims = await self._claims(str(token["id_token"]), now)
            known = CodeIDToken(claims.claims, claims.header, options=self._wanted, params=params)
            known.validate(now=int(now.timestamp()), leeway=LEEWAY)
        except (JoseError, KeyError, ValueError, TypeError) as problem:
            raise NotSignedIn("token") from problem
        amr, email = known.get("amr") or (), known.get("email") if known.get("email_verified") is True else ""
        return Account(
            self.issuer, str(known["sub"]), frozenset(map(str, amr)), str(known.get("acr", "")), email or "",
            _moment(known.get("auth_time"), now),
        )  # fmt: skip

    async def _claims(self, token: str, now: datetime) -> jwt.Token:
        """What the token says, if a key of the provider signed it; keys that are not known are asked for again."""
        for fresh in (False, True):
            keys = await self._key_set(now, fresh=fresh)
            try:
                return jwt.decode(token, keys, algorithms=ALGORITHMS)
            except (JoseError, ValueError):
                if fresh:
                    raise
        raise AssertionError("unreachable: the second try returns or raises")

    async def _key_set(self, now: datetime, *, fresh: bool) -> KeySet:
        kept = self._keys
        if kept is None or now - kept[0] >= (KEYS_KEPT if fresh else KEPT):
            about = await self.about(now)
            kept = self._keys = now, KeySet.import_key_set(await self._get(about["jwks_uri"]))  # type: ignore[arg-type] # what is not keys raises
        return kept[1]

    async def about(self, now: datetime) -> Mapping[str, Any]:
        """What the provider says of itself, if it is the one that was configured."""
        if self._about is None or now - self._about[0] >= KEPT:
            about = await self._get(f"{self.issuer.rstrip('/')}/.well-known/openid-configuration")
            if about.get("issuer") != self.issuer:
                raise NotSignedIn("issuer")
            if not all(_is_safe(str(about.get(name, ""))) for name in NEEDED):
                raise NotSignedIn("endpoints")
            self._about = now, about
        return self._about[1]

    async def _get(self, address: str) -> dict[str, Any]:
        try:
            async with httpx.AsyncClient(timeout=PATIENCE, follow_redirects=False, verify=_trusted()) as client:
                answer = await client.get(address)
                answer.raise_for_status()
                found = answer.json()
        except (httpx.HTTPError, ValueError) as problem:
            raise NotSignedIn("away") from problem
        if not isinstance(found, dict):
            raise NotSignedIn("away")
        return found


@cache
def _trusted() -> ssl.SSLContext:
    """Whose certificates count: read once, because it takes as long as the rest of a sign-in."""
    return httpx.create_ssl_context()


def _moment(said: Any, now: datetime) -> datetime | None:
    """What a token says, in seconds, unless it is no moment or still to come; our clock may be a little behind."""
    if isinstance(said, bool) or not isinstance(said, (int, float)) or not 0 < said <= now.timestamp() + LEEWAY:
        return None
    return min(datetime.fromtimestamp(said, UTC), now)


def _is_safe(address: str) -> bool:
    parts = urlsplit(address)
    return parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK)
