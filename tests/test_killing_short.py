"""The kill loop between Slack and Telegram, for a few lives: `make kill-test` has two thousand of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.killing_chats import run


@pytest.mark.long
def test_a_few_lives(tmp_path: Path) -> None:
    """Killed at moments nobody chose, in each way to listen: nothing is lost, nothing doubled, HR knows the doubts."""
    figures, verdict = run(tmp_path, 8, seed=8, block=2)
    assert [] == verdict.broken
    assert 8 == figures.kills
    assert verdict.figures["acknowledged"] > 0
