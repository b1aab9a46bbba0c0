"""The manifest asks for no more than was agreed, and for all that the channel listens to."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.channels.slack import PATH

DOCS = Path(__file__).parents[3] / "docs"


@pytest.fixture
def manifest() -> Any:
    """As an administrator pastes it."""
    return yaml.safe_load((DOCS / "slack-manifest.yaml").read_text(encoding="utf-8"))


def test_the_scopes_are_the_least(manifest: Any) -> None:
    """One more is a decision: it belongs here, in the manifest and in docs/slack.md, with its reason."""
    scopes = manifest["oauth_config"]["scopes"]
    assert {"bot": ["chat:write", "commands", "im:history", "im:write", "users:read"]} == scopes
    guide = (DOCS / "slack.md").read_text(encoding="utf-8")
    assert [] == [scope for scope in scopes["bot"] if f"| `{scope}` |" not in guide]


def test_slack_tells_what_the_channel_hears(manifest: Any) -> None:
    """Direct messages, the Home tab and the end of it: no channel, no mention."""
    expected = ["app_home_opened", "app_uninstalled", "message.im", "tokens_revoked"]
    assert expected == manifest["settings"]["event_subscriptions"]["bot_events"]
    assert manifest["features"]["app_home"]["home_tab_enabled"]
    assert not manifest["features"]["app_home"]["messages_tab_read_only_enabled"]


def test_everything_comes_in_by_one_address(manifest: Any) -> None:
    """Events, interactions and the slash command."""
    addresses = [
        manifest["settings"]["event_subscriptions"]["request_url"],
        manifest["settings"]["interactivity"]["request_url"],
        manifest["features"]["slash_commands"][0]["url"],
    ]
    assert [True] * 3 == [address.endswith(PATH) for address in addresses]
    assert 1 == len(set(addresses))
