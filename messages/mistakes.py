"""Mistakes of who writes a cadence or its words, in Dutch: the words are in own_words/ and mistakes/."""

from __future__ import annotations

from datetime import date

from conversations.talking.dialogue import Tell
from conversations.timing.terms import PolicyError
from messages.message import Message
from messages.own_words import Hint, Mistake, Sample
from messages.render import exists, render

LOCALE = "nl"
DAY = date(2026, 1, 1)  # words about words say nothing of today


def told(mistake: Mistake | Hint) -> Message:
    """What is wrong with a text, or better left out, and what to do."""
    folder = "mistakes" if isinstance(mistake, Mistake) else "hints"
    return render("", Tell(f"own_words/{folder}/{mistake.code}", mistake.said), LOCALE, DAY)


def sample_name(sample: Sample) -> Message:
    """Which case a preview shows."""
    return render("", Tell(f"own_words/samples/{sample.name}"), LOCALE, DAY)


def field_name(name: str) -> Message:
    """What a field of a text stands for."""
    return render("", Tell(f"own_words/fields/{name}"), LOCALE, DAY)


def explained(mistake: PolicyError) -> Message:
    """What is wrong with a policy, and what to do. The field itself is `mistake.field`."""
    known = mistake.code if exists("", f"mistakes/{mistake.code}") else "wrong"
    said = {"problem": mistake.problem, "remedy": mistake.remedy, "given": "", "was": "", **mistake.said}
    return render("", Tell(f"mistakes/{known}", said), LOCALE, DAY)
