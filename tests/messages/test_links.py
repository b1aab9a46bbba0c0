"""Links in our words: to an address, and to a page of ours."""

from __future__ import annotations

from importlib import resources

import pytest

from messages.markdown import parse
from messages.message import Message, Paragraph, Run, as_text


def test_page_of_ours() -> None:
    """A link to a page of ours is a run the channel resolves; other schemes stay text."""
    paragraphs, _ = parse("Lees [de afspraken](page:plan) of [dit](javascript:alert).")
    assert paragraphs == (
        Paragraph((Run("Lees "), Run("de afspraken", url="page:plan"), Run(" of [dit](javascript:alert)."))),
    )


def test_plain_text_has_no_pages() -> None:
    """Where there are no pages, a paragraph that only leads to one is left out, and other links show their address."""
    message = Message(
        (
            Paragraph((Run("Zie "), Run("hier", url="https://stad.example/x"))),
            Paragraph((Run("Lees de afspraken", url="page:plan"),)),
        )
    )
    assert as_text(message) == "Zie hier (https://stad.example/x)"


@pytest.mark.parametrize("words", ["reintegration_talk/saved", "report/informed", "report/shown", "plan_answer/answer"])
def test_plan_is_a_tap_away(words: str) -> None:
    """Where a plan was kept or is asked about, the words lead to its page."""
    text = resources.files("messages").joinpath(f"templates/nl/{words}.md").read_text(encoding="utf-8")
    paragraphs, _ = parse(text)
    assert "page:plan" in {run.url for paragraph in paragraphs for run in paragraph.runs}
