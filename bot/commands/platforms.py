"""What the doctor looks at on Slack and Telegram: whose token it is, what it may do, and how what people do comes in.

Each is asked with plain requests, so that it is also said when a library is missing. What an error or an answer holds
is not repeated, but for the codes of Slack: tokens stand in addresses and headers, and end up in what libraries say.
"""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http.client import HTTPException
from typing import TYPE_CHECKING, Any
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

from bot.commands.check import Check
from bot.configured import make, telegram_mark, wanted

if TYPE_CHECKING:
    from bot.settings import Settings

TIMEOUT = 10.0  # seconds
LARGEST = 1 << 20  # bytes of an answer
APART = 60.0  # seconds; Slack's signatures are good for five minutes
SCOPES = frozenset({"chat:write", "commands", "im:history", "im:write", "users:read"})  # docs/slack-manifest.yaml
PORTS = (443, 80, 88, 8443)  # where Telegram posts to
SLACK_HOOK, TELEGRAM_HOOK = "/slack/events", "/telegram"
_CODE = re.compile(r"[a-z_]{1,60}")


class _Straight(HTTPRedirectHandler):
    """Follows nobody: a token goes where it was meant to go."""

    def redirect_request(self, *_: object) -> None:
        """Nowhere."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a platform answered."""

    said: Mapping[str, Any]
    headers: Mapping[str, str]


def _asked(url: str, token: str | None) -> Answer | None:
    try:
        authorized = {"Authorization": f"Bearer {token}"} if token else {}
        request = Request(url, b"", authorized, method="POST")  # noqa: S310 - https, by the settings
        try:
            with build_opener(_Straight).open(request, timeout=TIMEOUT) as got:
                body, headers = got.read(LARGEST), dict(got.headers)
        except HTTPError as refused:
            with refused:
                body, headers = refused.read(LARGEST), dict(refused.headers)
        said = json.loads(body)
    except (OSError, HTTPException, ValueError):
        return None
    return Answer(said, {name.lower(): value for name, value in headers.items()}) if isinstance(said, dict) else None


async def _ask(url: str, token: str | None = None) -> Answer | None:
    """One question. None when there is no answer that can be read."""
    return await asyncio.to_thread(_asked, url, token)


async def platforms(settings: Settings, now: datetime) -> AsyncIterator[Check]:
    """The platforms that are configured, one after the other."""
    for name, arguments in wanted(settings, lambda: now).items():
        yield _made(name, arguments)
    if settings.slack_bot_token is not None:
        async for check in _slack(settings, settings.slack_bot_token, now):
            yield check
    if settings.telegram_token is not None:
        async for check in _telegram(settings, settings.telegram_token, now):
            yield check


def _made(name: str, arguments: dict[str, Any]) -> Check:
    try:
        make(name, arguments)
    except ImportError:
        return Check(name, well=False, remedy=f"its library is not there; install terugkeer[{name.lower()}]")
    except Exception:  # noqa: BLE001 - its words may hold a value
        return Check(name, well=False, remedy=f"a setting cannot be right; compare them with docs/{name.lower()}.md")
    return Check(name, well=True)


def _clock(name: str, answer: Answer, now: datetime) -> Check:
    try:
        theirs = parsedate_to_datetime(answer.headers.get("date", ""))
    except ValueError:
        theirs = now
    apart = abs(((theirs if theirs.tzinfo else theirs.replace(tzinfo=UTC)) - now).total_seconds())
    return Check(f"{name} clock", apart <= APART, f"{apart:.0f} seconds from this machine's; check NTP", grave=False)


def _away(name: str, url: str) -> Check:
    host = urlsplit(url).hostname
    return Check(name, well=False, remedy=f"no answer from {host}; is there a way out to it, and is it up?")


# --- Slack ---------------------------------------------------------------------------------------------


async def _slack(settings: Settings, token: str, now: datetime) -> AsyncIterator[Check]:
    url = f"{settings.slack_api_url.rstrip('/')}/"
    answer = await _ask(f"{url}auth.test", token)
    if answer is None:
        yield _away("Slack token", url)
        return
    remedy = f"Slack says {_code(answer)}; install the app again and copy the Bot User OAuth Token"
    yield Check("Slack token", answer.said.get("ok") is True, remedy)
    if answer.said.get("ok") is True:
        for check in _of_app(settings, answer):
            yield check
    yield _clock("Slack", answer, now)
    if settings.slack_app_token is None:
        yield _reached("Slack events", settings.base_url, SLACK_HOOK, "or use Socket Mode (TERUGKEER_SLACK_APP_TOKEN)")
        return
    opened = await _ask(f"{url}apps.connections.open", settings.slack_app_token)
    if opened is None:
        yield _away("Slack app token", url)
        return
    remedy = f"Slack says {_code(opened)}; it needs connections:write, and Socket Mode must be on"
    yield Check("Slack app token", opened.said.get("ok") is True, remedy)


def _code(answer: Answer) -> str:
    code = answer.said.get("error")
    return code if isinstance(code, str) and _CODE.fullmatch(code) else "no"


def _of_app(settings: Settings, answer: Answer) -> Iterator[Check]:
    known = answer.said.get("team_id") in settings.slack_teams
    yield Check("Slack workspace", known, "the token is of a workspace that is not in TERUGKEER_SLACK_TEAMS")
    told = answer.headers.get("x-oauth-scopes")
    if told is None:
        yield Check("Slack scopes", well=False, remedy="Slack does not say which there are", grave=False)
        return
    scopes = {scope.strip() for scope in told.split(",") if scope.strip()}
    missing, more = ", ".join(sorted(SCOPES - scopes)), ", ".join(sorted(scopes - SCOPES))
    if missing or not more:
        yield Check("Slack scopes", not missing, f"{missing} missing; install again from docs/slack-manifest.yaml")
    else:
        yield Check("Slack scopes", well=False, remedy=f"{more} not needed; take it out of the app", grave=False)


# --- Telegram ------------------------------------------------------------------------------------------


async def _telegram(settings: Settings, token: str, now: datetime) -> AsyncIterator[Check]:
    url = f"{settings.telegram_api_url.rstrip('/').removesuffix('/bot')}/bot{token}/"
    answer = await _ask(f"{url}getMe")
    if answer is None:
        yield _away("Telegram token", settings.telegram_api_url)
        return
    is_known = answer.said.get("ok") is True
    yield Check("Telegram token", is_known, "Telegram does not know it; copy it once more from BotFather")
    yield _clock("Telegram", answer, now)
    if settings.telegram_secret is not None:
        yield _reached("Telegram webhook", settings.base_url, TELEGRAM_HOOK, "or take TERUGKEER_TELEGRAM_SECRET away")
        port = urlsplit(settings.base_url).port or 443
        yield Check("Telegram port", port in PORTS, f"Telegram posts to {', '.join(map(str, PORTS))} only")
    if not is_known:
        return
    yield _named(settings, answer)
    hook = await _ask(f"{url}getWebhookInfo")
    if hook is not None and isinstance(hook.said.get("result"), dict):
        yield _hooked(settings, hook.said["result"])


def _named(settings: Settings, answer: Answer) -> Check:
    name, what = settings.telegram_name, "Telegram name"
    if name is None:
        remedy = "TERUGKEER_TELEGRAM_NAME is not set, so there are no links that open the conversation"
        return Check(what, well=False, remedy=remedy, grave=False)
    theirs = str((answer.said.get("result") or {}).get("username", ""))
    same = name.lstrip("@").lower() == theirs.lower()
    return Check(what, same, "the token is of another bot than TERUGKEER_TELEGRAM_NAME")


def _hooked(settings: Settings, info: Mapping[str, Any]) -> Check:
    """Where Telegram posts to now: there, or nowhere yet; when we ask for updates, nowhere but there."""
    what, there = "Telegram updates", info.get("url") or ""
    own = f"{TELEGRAM_HOOK}?of={telegram_mark(settings)}"
    if there and there != f"{settings.base_url}{TELEGRAM_HOOK}" and not there.endswith(own):
        return Check(what, well=False, remedy="a webhook of another address is set; stop that one, or use another bot")
    if there and settings.telegram_secret is not None and info.get("last_error_message"):
        remedy = f"Telegram could not post to {there} lately; try it from outside"
        return Check(what, well=False, remedy=remedy, grave=False)
    return Check(what, well=True)


# --- Both ----------------------------------------------------------------------------------------------


def _reached(what: str, base_url: str, path: str, otherwise: str) -> Check:
    remedy = f"{base_url}{path} must be https and reached from outside: set TERUGKEER_BASE_URL, {otherwise}"
    return Check(what, base_url.startswith("https:"), remedy)
