"""The first and the last day in a sentence."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conversations.talking.days import Tense
from conversations.talking.periods import first_day, last_day, one_day

TODAY = date(2026, 11, 24)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("ik ben weg tot 20 december", date(2026, 12, 20)),
        ("Ik ben met verlof tot en met vrijdag 4 december.", date(2026, 12, 4)),
        ("met vakantie t/m 4/12", date(2026, 12, 4)),
        ("ik ben weg", None),
        ("ik ben weg tot straks", None),
    ],
)
def test_the_day_after_tot(text: str, day: date | None) -> None:
    """What stands after "tot" is read when it is one clear day."""
    assert day == last_day(text, TODAY)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("jan is ziek sinds vrijdag", date(2026, 11, 20)),
        ("Jan is ziek sins 19/11.", date(2026, 11, 19)),
        ("Jan is sinds gisteren thuis", date(2026, 11, 23)),
        ("jan is vandaag uitgevallen", TODAY),
        ("jan is afwezig vanaf maandag tot vrijdag", date(2026, 11, 23)),
        ("jan is ziek van 2/11", date(2026, 11, 2)),
        ("jan is ziek", None),
        ("jan is ziek sinds een tijdje", None),
    ],
)
def test_the_day_after_sinds(text: str, day: date | None) -> None:
    """What stands after "sinds" or "vanaf" is read when it is one clear day, and so is a near day by itself."""
    assert day == first_day(text, TODAY)


@given(st.text(max_size=400))
def test_never_an_exception(text: str) -> None:
    """Whatever is typed gives a day or nothing."""
    for found in (first_day(text, TODAY), last_day(text, TODAY)):
        assert found is None or isinstance(found, date)


@pytest.mark.parametrize(
    ("text", "tense", "day"),
    [
        ("jan komt maandag terug", "future", date(2026, 11, 30)),
        ("jan herneemt op 1 december", "future", date(2026, 12, 1)),
        ("jan is terug sinds vorige donderdag", "past", date(2026, 11, 19)),
        ("jan is 9/11 herbegonnen", "past", date(2026, 11, 9)),
        ("jan komt terug", "future", None), ("jan begint morgen", "future", date(2026, 11, 25)),
    ],
)  # fmt: skip
def test_a_day_anywhere_in_a_sentence(text: str, tense: Tense, day: date | None) -> None:
    """A day somebody names on the way is offered; without one nothing is."""
    assert day == one_day(text, TODAY, tense)
