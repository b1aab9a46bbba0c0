"""What the doctor says about Slack and Telegram, asked at servers that answer as these do."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.channels import slack, telegram_webhook
from bot.commands import platforms as asked
from bot.commands.platforms import SCOPES, platforms
from bot.settings import Settings
from tests.fakes import slack_faults, telegram_faults
from tests.fakes.slack import Workspace
from tests.fakes.telegram import FakeTelegram

KEYS = {"test": b"k" * 32}
SECRET = "invented-secret_of-thirty-two-and-more"
HTTPS = {"base_url": "https://terugkeer.example.be"}
TELEGRAM_OK = ["Telegram", "Telegram token", "Telegram clock", "Telegram name", "Telegram updates"]


@pytest.fixture
def workspace() -> Iterator[Workspace]:
    """A workspace with the app in it."""
    with Workspace(scopes=SCOPES) as made:
        yield made


@pytest.fixture
def telegram() -> Iterator[FakeTelegram]:
    """A Telegram with the bot on it."""
    with FakeTelegram() as made:
        yield made


async def said(given: dict[str, Any], late: float = 0.0) -> list[str]:
    """The lines of the doctor, with the clock of this machine so many seconds off. None of them holds a token."""
    now = datetime.now(UTC) + timedelta(seconds=late)
    lines = [str(check) async for check in platforms(Settings(keys=KEYS, **given), now)]
    for name in ("slack_bot_token", "slack_app_token", "slack_signing_secret", "telegram_token", "telegram_secret"):
        assert given.get(name, "nothing") not in "\n".join(lines)
    return lines


def fine(*what: str) -> list[str]:
    """Lines that say ok."""
    return [f"ok       {one}" for one in what]


def on_slack(workspace: Workspace, **more: Any) -> dict[str, Any]:
    """Settings for Slack over HTTP."""
    return {
        "slack_bot_token": workspace.bot_token, "slack_signing_secret": "invented", "slack_api_url": workspace.api_url,
        "slack_teams": frozenset({workspace.team.id}), **HTTPS, **more,
    }  # fmt: skip


def on_telegram(telegram: FakeTelegram, **more: Any) -> dict[str, Any]:
    """Settings for Telegram, asking for updates."""
    return {
        "telegram_token": telegram.token, "telegram_name": "terugkeer_bot", "telegram_api_url": telegram.url,
        **HTTPS, **more,
    }  # fmt: skip


async def test_nothing_configured_is_nothing_said() -> None:
    """Who uses the pages alone is not asked about platforms."""
    assert [] == await said({})


async def test_slack_is_fine(workspace: Workspace) -> None:
    """Over HTTP and in Socket Mode; and the second takes no connection."""
    both = ["Slack", "Slack token", "Slack workspace", "Slack scopes", "Slack clock"]
    assert fine(*both, "Slack events") == await said(on_slack(workspace))
    socket = on_slack(workspace, slack_app_token=workspace.app_token, base_url="http://127.0.0.1:8321")
    assert fine(*both, "Slack app token") == await said(socket)
    assert 0 == workspace.sockets


@pytest.mark.parametrize(
    ("wrong", "line"),
    [
        ({"slack_bot_token": "xoxb-another"}, "problem  Slack token: Slack says invalid_auth; install the app again"),
        ({"slack_bot_token": "xoxb-with\na-line"}, "problem  Slack token: no answer from 127.0.0.1"),
        ({"slack_api_url": "http://127.0.0.1:9/"}, "problem  Slack token: no answer from 127.0.0.1"),
        ({"slack_teams": frozenset({"T0OTHER"})}, "problem  Slack workspace: the token is of a workspace that is not"),
        ({"base_url": "http://127.0.0.1:8321"}, "problem  Slack events: http://127.0.0.1:8321/slack/events must be"),
        ({"slack_app_token": "xapp-another"}, "problem  Slack app token: Slack says invalid_auth; it needs"),
    ],
)
async def test_what_is_wrong_with_slack_is_said(workspace: Workspace, wrong: dict[str, Any], line: str) -> None:
    """One line, with what to do."""
    lines = [one for one in await said(on_slack(workspace, **wrong)) if not one.startswith("ok")]
    assert [line] == [one[: len(line)] for one in lines]


@pytest.mark.parametrize(
    ("scopes", "line"),
    [
        (SCOPES - {"im:history", "users:read"}, "problem  Slack scopes: im:history, users:read missing; install again"),
        (SCOPES | {"users:read.email"}, "warning  Slack scopes: users:read.email not needed; take it out"),
    ],
)
async def test_scopes_are_those_of_the_manifest(scopes: frozenset[str], line: str) -> None:
    """One too few is a problem, one too many a warning."""
    with Workspace(scopes=scopes) as workspace:
        lines = [one for one in await said(on_slack(workspace)) if not one.startswith("ok")]
    assert [line] == [one[: len(line)] for one in lines]


def test_the_manifest_and_the_paths_are_these() -> None:
    """What the doctor compares with is what the channels use."""
    manifest = yaml.safe_load((Path(__file__).parents[2] / "docs" / "slack-manifest.yaml").read_text(encoding="utf-8"))
    assert set(SCOPES) == set(manifest["oauth_config"]["scopes"]["bot"])
    assert (slack.PATH, telegram_webhook.PATH) == (asked.SLACK_HOOK, asked.TELEGRAM_HOOK)


@pytest.mark.parametrize("late", [90.0, -90.0])
async def test_a_clock_that_is_off_is_a_warning(workspace: Workspace, telegram: FakeTelegram, late: float) -> None:
    """More than a minute; at five Slack's signatures are refused."""
    lines = await said(on_slack(workspace) | on_telegram(telegram), late)
    warned = [one.partition(" seconds")[0] for one in lines if one.startswith("warning")]
    assert ["warning  Slack clock", "warning  Telegram clock"] == [one.partition(": ")[0] for one in warned]


async def test_telegram_is_fine(telegram: FakeTelegram) -> None:
    """Asking for updates, and with a webhook that is not set yet."""
    assert fine(*TELEGRAM_OK) == await said(on_telegram(telegram))
    hooked = [*TELEGRAM_OK[:3], "Telegram webhook", "Telegram port", *TELEGRAM_OK[3:]]
    assert fine(*hooked) == await said(on_telegram(telegram, telegram_secret=SECRET))


@pytest.mark.parametrize(
    ("wrong", "line"),
    [
        ({"telegram_token": "7000000001:AAAnotherAnotherAnother"}, "problem  Telegram token: Telegram does not know"),
        ({"telegram_api_url": "http://127.0.0.1:9"}, "problem  Telegram token: no answer from 127.0.0.1"),
        ({"telegram_name": "another_bot"}, "problem  Telegram name: the token is of another bot"),
        ({"telegram_name": None}, "warning  Telegram name: TERUGKEER_TELEGRAM_NAME is not set"),
        ({"telegram_secret": "too short"}, "problem  Telegram: a setting cannot be right; compare them with docs/"),
        (
            {"telegram_secret": SECRET, "base_url": "https://terugkeer.example.be:9443"},
            "problem  Telegram port: Telegram posts to 443, 80, 88, 8443 only",
        ),
    ],
)
async def test_what_is_wrong_with_telegram_is_said(telegram: FakeTelegram, wrong: dict[str, Any], line: str) -> None:
    """One line, with what to do."""
    lines = [one for one in await said(on_telegram(telegram, **wrong)) if not one.startswith("ok")]
    assert [line] == [one[: len(line)] for one in lines]


async def test_a_webhook_of_another_is_said(telegram: FakeTelegram) -> None:
    """Nobody can ask while it is there."""
    telegram.do(lambda: telegram.methods._setWebhook({"url": "http://127.0.0.1:9/another"}))
    assert "problem  Telegram updates: a webhook of another address is set" in "\n".join(
        await said(on_telegram(telegram))
    )


async def test_answers_that_cannot_be_read(workspace: Workspace, telegram: FakeTelegram) -> None:
    """A page of a proxy, half an answer: no answer, and no trace."""
    workspace.goes_wrong("auth.test", slack_faults.html())
    telegram.fails("getMe", telegram_faults.truncated())
    lines = [one for one in await said(on_slack(workspace) | on_telegram(telegram)) if not one.startswith("ok")]
    expected = ["problem  Slack token: no answer", "problem  Telegram token: no answer"]
    assert expected == [one.partition(" from")[0] for one in lines]
