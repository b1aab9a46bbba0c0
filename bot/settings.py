"""Settings: read once from the environment, checked at start, frozen after that.

An error names the setting and what is wrong with it, never its value: values here are secrets, or sit beside them.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import re
from collections.abc import Mapping
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import Field, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, PydanticBaseSettingsSource, SettingsConfigDict

PREFIX = "TERUGKEER_"
_KEY_ID = re.compile(r"[A-Za-z0-9_-]{1,32}")
_TEAM = re.compile(r"[TE][A-Z0-9]{2,20}")
LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
_DATABASES = ("sqlite", "postgresql")


class SettingsError(Exception):
    """One or more settings are missing or wrong: the operator repairs them and starts again."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems


class Settings(BaseSettings):
    """What an installation chooses. Environment names: TERUGKEER_ and the field in capitals, and DATABASE_URL."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, frozen=True, extra="ignore", populate_by_name=True, hide_input_in_errors=True
    )

    database_url: str = Field(default="sqlite:///terugkeer.db", validation_alias="DATABASE_URL", repr=False)
    keys: Annotated[Mapping[str, bytes], NoDecode] = Field(repr=False)  # "id:base64,older:base64"; the first seals
    base_url: str = "http://127.0.0.1:8321"  # how people's browsers reach us: in sign-in links
    host: str = "127.0.0.1"
    port: int = Field(default=8321, ge=0, le=65535)
    tick_seconds: float = Field(default=30.0, ge=0.05, le=3600)
    drain_seconds: float = Field(default=20.0, ge=0, le=300)  # what calls in flight get at SIGTERM
    settle_seconds: float = Field(default=90.0, ge=0, le=3600)  # before it is looked up whether a message arrived
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    # Slack: a bot token, and either an app token (Socket Mode) or the signing secret of signed HTTP.
    slack_bot_token: str | None = Field(default=None, repr=False)
    slack_app_token: str | None = Field(default=None, repr=False)
    slack_signing_secret: str | None = Field(default=None, repr=False)  # "new,old" while it is changed
    slack_teams: Annotated[frozenset[str], NoDecode] = frozenset()  # ids of the workspaces we serve: "T123,T456"
    slack_api_url: str = "https://slack.com/api/"
    # Telegram: the token of BotFather; with a secret Telegram calls us (webhook), without one we ask for updates.
    telegram_token: str | None = Field(default=None, repr=False)
    telegram_secret: str | None = Field(default=None, repr=False)  # "new,old" while it is changed
    telegram_name: str | None = None  # the bot's user name, for links that begin a conversation
    telegram_api_url: str = "https://api.telegram.org"
    # Signing in at the organisation's own provider, by OpenID Connect: all three, or one-time links alone.
    oidc_issuer: str | None = None  # as the provider writes it itself, e.g. https://login.example.be/realms/staff
    oidc_client_id: str | None = None
    oidc_client_secret: str | None = Field(default=None, repr=False)
    # HR, audit and administrators need one of these in the provider's `amr`, or one of those as its `acr`.
    oidc_amr: Annotated[frozenset[str], NoDecode] = frozenset({"mfa"})
    oidc_acr: Annotated[frozenset[str], NoDecode] = frozenset()
    demo: bool = False  # the demo page and its clock; set by `terugkeer demo` alone

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],  # noqa: ARG003 - the signature is the library's
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - no files: what is set is what is in the environment
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - idem
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Arguments first, then the environment, and nothing else."""
        return init_settings, env_settings

    @model_validator(mode="before")
    @classmethod
    def _clean(cls, given: Any) -> Any:
        for name, value in given.items() if isinstance(given, dict) else ():
            if isinstance(value, str) and value != value.strip():
                raise ValueError(f"{_variable(name)}: has blanks or a line end around it")
        return given

    @field_validator("keys", mode="before")
    @classmethod
    def _read_keys(cls, given: Any) -> Any:
        if not isinstance(given, str):
            return given
        keys: dict[str, bytes] = {}
        for number, part in enumerate(given.split(","), start=1):
            name, colon, secret = part.strip().partition(":")
            if not colon or not _KEY_ID.fullmatch(name):
                raise ValueError(f"key {number} must look like id:base64, the id in letters, digits, - and _")
            if name in keys:
                raise ValueError(f"key {number} has the same id as an earlier one")
            try:
                keys[name] = base64.b64decode(secret.translate(_URL_SAFE) + "=" * (-len(secret) % 4), validate=True)
            except binascii.Error as error:
                raise ValueError(f"key {number} is not base64") from error
        return keys

    @field_validator("keys")
    @classmethod
    def _check_keys(cls, keys: Mapping[str, bytes]) -> Mapping[str, bytes]:
        if not keys:
            raise ValueError("at least one key is needed; `terugkeer key` makes one")
        for number, secret in enumerate(keys.values(), start=1):
            if len(secret) != 32:
                raise ValueError(f"key {number} must be 32 bytes long, and is {len(secret)}")
        return keys

    @field_validator("database_url")
    @classmethod
    def _check_database(cls, url: str) -> str:
        scheme = url.partition("://")[0].partition("+")[0]
        if "://" not in url or scheme not in _DATABASES:
            raise ValueError("must begin with sqlite:/// or postgresql://")
        return url

    @field_validator("base_url")
    @classmethod
    def _check_base(cls, url: str) -> str:
        parts = urlsplit(url)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise ValueError("must be an address such as https://terugkeer.example.be")
        if parts.scheme == "http" and parts.hostname not in LOOPBACK:
            raise ValueError("must be https, except on this machine itself")
        if parts.query or parts.fragment or parts.username:
            raise ValueError("must be a plain address, without a question mark, # or @")
        return url.rstrip("/")

    @field_validator("slack_teams", mode="before")
    @classmethod
    def _read_teams(cls, given: Any) -> Any:
        if not isinstance(given, str):
            return given
        teams = frozenset(part.strip() for part in given.split(",") if part.strip())
        if not all(_TEAM.fullmatch(team) for team in teams):
            raise ValueError("must be ids of workspaces, such as T0123ABCD,T0456EFGH")
        return teams

    @field_validator("slack_signing_secret", "telegram_secret")
    @classmethod
    def _check_secrets(cls, given: str | None) -> str | None:
        if given is not None and (given.count(",") > 1 or not all(part.strip() for part in given.split(","))):
            raise ValueError("must be one secret, or the new and the old one with a comma between")
        return given

    @field_validator("oidc_amr", "oidc_acr", mode="before")
    @classmethod
    def _read_words(cls, given: Any) -> Any:
        return frozenset(given.replace(",", " ").split()) if isinstance(given, str) else given

    @field_validator("slack_api_url", "telegram_api_url", "oidc_issuer")
    @classmethod
    def _check_api(cls, url: str | None) -> str | None:
        parts = urlsplit(url or "https:")
        if parts.scheme != "https" and parts.hostname not in LOOPBACK:
            raise ValueError("must be https, except on this machine itself")
        return url

    @model_validator(mode="after")
    def _complete_provider(self) -> Settings:
        given = {"ISSUER": self.oidc_issuer, "CLIENT_ID": self.oidc_client_id, "CLIENT_SECRET": self.oidc_client_secret}
        missing = [name for name, value in given.items() if not value]
        if missing and len(missing) < len(given):
            raise ValueError(f"{PREFIX}OIDC_{missing[0]}: is missing: signing in needs issuer, client and secret")
        if not missing and not self.oidc_amr | self.oidc_acr:
            raise ValueError(f"{PREFIX}OIDC_AMR: is empty: say what the provider calls a second factor, e.g. mfa")
        return self

    @model_validator(mode="after")
    def _complete(self) -> Settings:
        if self.slack_bot_token is None:
            return self
        if self.slack_app_token is None and self.slack_signing_secret is None:
            raise ValueError(
                f"{PREFIX}SLACK_BOT_TOKEN: needs {PREFIX}SLACK_APP_TOKEN (Socket Mode) or {PREFIX}SLACK_SIGNING_SECRET"
            )
        if not self.slack_teams:
            raise ValueError(f"{PREFIX}SLACK_TEAMS: is missing: the ids of the workspaces whose people may come in")
        return self

    @property
    def current_key(self) -> str:
        """The id of the key that seals; the others still open what they sealed."""
        return next(iter(self.keys))

    @property
    def secure(self) -> bool:
        """Whether people come by https, so that cookies may say so."""
        return self.base_url.startswith("https:")

    def derived(self, purpose: str) -> bytes:
        """A secret of 32 bytes for one purpose (signing links, cookies), derived from the current key."""
        return hmac.digest(self.keys[self.current_key], b"terugkeer/" + purpose.encode(), hashlib.sha256)


_URL_SAFE = str.maketrans("-_", "+/")


def _variable(field: object) -> str:
    return "DATABASE_URL" if field in {"database_url", "DATABASE_URL"} else f"{PREFIX}{str(field).upper()}"


def load(**given: Any) -> Settings:
    """The settings of the environment, with what is given here on top.

    Raises SettingsError with one line a setting: its name and the problem, never its value.
    """
    try:
        return Settings(**given)
    except ValidationError as error:
        problems = []
        for problem in error.errors(include_input=False, include_url=False, include_context=False):
            said = problem["msg"].removeprefix("Value error, ")
            missing = problem["type"] == "missing"
            what = "is missing; `terugkeer key` makes one" if missing else said[:1].lower() + said[1:]
            problems.append(f"{_variable(problem['loc'][0])}: {what}" if problem["loc"] else said)
        raise SettingsError(tuple(problems)) from None


def new_key(name: str, secret: bytes) -> str:
    """A key as it is written in TERUGKEER_KEYS."""
    return f"{name}:{base64.urlsafe_b64encode(secret).decode().rstrip('=')}"
