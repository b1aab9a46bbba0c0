"""What the channels share: a platform's second goes by quickly."""

from __future__ import annotations

import pytest

from bot.channels import slack, slack_calls
from bot.channels.pace import Rate
from tests.channels.stage import FAST


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Slack's methods, and what one person may do, at the pace of a test."""
    tiers = {method: Rate(rate.per_second * FAST, rate.burst) for method, rate in slack_calls.TIERS.items()}
    monkeypatch.setattr(slack_calls, "TIERS", tiers)
    monkeypatch.setattr(slack, "LIVELY", Rate(FAST, FAST))
