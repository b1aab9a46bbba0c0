"""Cutting text between the characters a reader sees."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.graphemes import cut, is_boundary, pieces, width

FAMILY = "\U0001f468\u200d\U0001f469\u200d\U0001f467"
FLAGS = "\U0001f1e7\U0001f1ea\U0001f1f3\U0001f1f1"  # Belgium, the Netherlands
WHOLE = [
    FAMILY,
    "e\u0301",
    "\U0001f44d\U0001f3fd",
    FLAGS[:2],
    "\u2764\ufe0f",
    "\u1112\u1161\u11ab",
    "\u0915\u094d\u0937",
    "\r\n",
]
TEXTS = st.lists(st.sampled_from([*WHOLE, "a", " ", "é", "\U0001f600"]), max_size=60).map("".join)


@pytest.mark.parametrize("one", WHOLE)
def test_what_is_read_as_one_character_is_one(one: str) -> None:
    """No boundary inside: a family, an accent, a skin tone, a flag, a syllable, a conjunct."""
    assert [] == [at for at in range(1, len(one)) if is_boundary(f"x{one}y"[1:], at)]
    assert is_boundary(f"x{one}y", 1)
    assert is_boundary(f"x{one}y", 1 + len(one))


def test_two_flags_are_two() -> None:
    """Flags are pairs of letters: the cut is between the pairs."""
    assert [2] == [at for at in range(1, 4) if is_boundary(FLAGS, at)]


def test_a_cut_text_says_so() -> None:
    """What does not fit ends in a mark, and the mark fits too."""
    assert "Jan" == cut("Jan", 3)
    assert "Ja…" == cut("Janneke", 3)
    assert "…" == cut(FAMILY * 2, 5)[-1]
    assert FAMILY + "…" == cut(FAMILY * 2, width(FAMILY) + 1)


@given(TEXTS, st.integers(min_value=12, max_value=40))
def test_nothing_is_lost_in_pieces(text: str, most: int) -> None:
    """Pieces are the text, each fits, and each begins at a boundary."""
    found = pieces(text, most)
    assert text == "".join(found)
    at = 0
    for piece in found:
        assert 0 < width(piece) <= most
        assert is_boundary(text, at)
        at += len(piece)


@given(TEXTS, st.integers(min_value=12, max_value=40))
def test_a_cut_fits_and_breaks_nothing(text: str, most: int) -> None:
    """The beginning of the text, up to a boundary, within the length."""
    short = cut(text, most)
    assert width(short) <= most
    kept = short if short == text else short[:-1]
    assert text.startswith(kept)
    assert is_boundary(text, len(kept))


def test_one_endless_character_is_still_cut() -> None:
    """Ten thousand accents on one letter are one character, and must fit all the same."""
    assert 75 == width(cut("e" + "\u0301" * 10000, 75))
