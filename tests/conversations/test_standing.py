"""How the moments of a timeline stand, and what stops waiting by itself."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conversations.case import Case, Person
from conversations.changes import Done, Returned, apply
from conversations.timing.guard import OF_AN_ABSENCE, Drop, is_over, may_send
from conversations.timing.standing import standing
from conversations.timing.terms import DURING_ABSENCE, REACHED
from conversations.timing.timeline import Moment, timeline
from tests.conversations.cadences import BELGIUM, PACKS, brussels, case_of, moments

OUTCOMES = st.sampled_from([None, "said", "missed", "dropped"])


def nudge(pack: str, case: Case, milestone: str) -> Moment:
    """The first nudge of that milestone."""
    return next(moment for moment in moments(pack, case, milestone) if moment.kind == "nudge")


def stands(pack: str, case: Case, milestone: str, on: str, outcome: str | None = "said") -> str | None:
    """How that milestone stands on a day, at ten."""
    return standing(PACKS[pack], case, nudge(pack, case, milestone), outcome, brussels(f"{on}T10:00"))


def returned(start: str = "2026-11-02", back: str = "2027-01-20") -> Case:
    """Expected back two days earlier than it came."""
    facts = ("contractual", "progressive", "colleagues_may_know")
    return apply(case_of(start, *facts, expected_return="2027-01-18"), Returned(date.fromisoformat(back)))


@pytest.mark.parametrize("milestone", ["pre_return_visit", "pre_return_talk", "colleagues_told", "welcome_ready"])
def test_a_step_towards_a_return_is_missed_after_it(milestone: str) -> None:
    """Asked and not done, it waits until the colleague is back, and from that day it reads as missed."""
    assert "now" == stands("company_c", returned(), milestone, "2027-01-19")
    assert "missed" == stands("company_c", returned(), milestone, "2027-01-20")
    assert "done" == stands("company_c", apply(returned(), Done(milestone)), milestone, "2027-01-20")


def test_who_works_part_of_the_time_may_still_ask_the_mutuality() -> None:
    """Late is better than never for the request of L-22, as long as the return is partial."""
    partly = apply(case_of("2026-11-02", "contractual", expected_return="2027-01-18"),
                   Returned(date(2027, 1, 18), partial=True))  # fmt: skip
    assert "now" == stands("company_c", partly, "partial_return_request", "2027-02-01")
    fully = apply(partly, Returned(date(2027, 2, 1)))
    assert "missed" == stands("company_c", fully, "partial_return_request", "2027-02-01")


@pytest.mark.parametrize("milestone", ["first_call", "contact_agreement", "first_steps"])
def test_contact_that_was_not_taken_is_no_failing(milestone: str) -> None:
    """An invitation nobody answered is out of the timeline once the colleague is back (L-02, f.1)."""
    case = case_of("2026-11-02")
    assert "now" == stands("company_c", case, milestone, "2027-01-19")
    assert stands("company_c", apply(case, Returned(date(2027, 1, 20))), milestone, "2027-01-20") is None


def test_the_question_whether_somebody_is_back_ends_with_the_return() -> None:
    """The return answers it, whoever told it."""
    assert stands("company_c", returned(), "return_expected", "2027-01-20") is None


def test_what_was_waited_for_is_done_when_it_came() -> None:
    """HR said it in a talk of its own: the step that waited for it is done, and not missed."""
    asked = case_of("2026-11-02", "formal_track", track_requested="2026-12-01")
    assert "now" == stands("legal_2026", asked, "track_assessment", "2027-01-25")
    decided = replace(asked, anchors={**asked.anchors, "track_decided": date(2027, 1, 26)})
    assert "done" == stands("legal_2026", decided, "track_assessment", "2027-01-26")


def test_a_date_that_only_tells_is_never_missed() -> None:
    """Nobody had to do anything about the date of L-16, so nothing is left of it after the return."""
    case = case_of("2026-05-04", "contractual")
    assert "now" == stands("legal_2026", case, "force_majeure_6_months", "2026-11-05")
    back = apply(case, Returned(date(2026, 11, 9)))
    assert stands("legal_2026", back, "force_majeure_6_months", "2026-11-09") is None


def test_a_nudge_held_until_after_its_end_is_dropped() -> None:
    """Whoever comes home from a holiday hears nothing about a visit before a return that happened meanwhile."""
    sofie = Person("lies", "o1", "Lies Peeters", "lies@example.be", frozenset({"manager"}))
    moment = nudge("company_c", returned(), "pre_return_visit")
    assert Drop("past") == may_send(returned(), sofie, moment, BELGIUM, brussels("2027-01-20T10:00"))


def test_of_what_comes_round_only_the_last_one_waits() -> None:
    """Three weeks without contact are two missed calls and one to make; what was never asked is not there at all."""
    case = case_of("2026-11-02")
    now = brussels("2026-11-25T10:00")
    weekly = [one for one in moments("company_c", case, "weekly_contact") if one.kind == "nudge" and one.at <= now]
    assert ["missed", "missed", "now"] == [standing(PACKS["company_c"], case, one, "said", now) for one in weekly]
    assert [None, None, "now"] == [standing(PACKS["company_c"], case, one, None, now) for one in weekly]


@settings(max_examples=60, deadline=None)
@given(
    pack=st.sampled_from(sorted(PACKS)),
    facts=st.frozensets(st.sampled_from(["contractual", "potential", "formal_track", "progressive", "has_coach"])),
    absent=st.integers(1, 400),
    early=st.integers(-20, 40),
    after=st.integers(0, 200),
    outcomes=st.data(),
)
def test_nothing_of_an_absence_waits_after_it(
    pack: str, facts: frozenset[str], absent: int, early: int, after: int, outcomes: st.DataObject
) -> None:
    """Whatever was asked, missed or done before: from the first day back nothing waits that was for before it."""
    start = date(2026, 11, 2)
    back = start + timedelta(days=absent)
    expected = (back - timedelta(days=early)).isoformat()
    case = apply(case_of(start.isoformat(), *facts, expected_return=expected), Returned(back))
    now = brussels(f"{back + timedelta(days=after)}T10:00")
    for moment in timeline(PACKS[pack], case, BELGIUM, now.date() + timedelta(days=90)):
        rule = PACKS[pack].milestone(moment.milestone)
        state = standing(PACKS[pack], case, moment, outcomes.draw(OUTCOMES), now)
        if rule is None or moment.kind != "nudge" or state not in ("now", "missed"):
            continue
        was_for_before = bool(rule.anchors & DURING_ABSENCE) and (
            rule.until is None or rule.until.anchor not in REACHED
        )
        assert not (was_for_before and state == "now")
        assert moment.ask not in OF_AN_ABSENCE
        assert was_for_before == is_over(moment, now.date()) or rule.until is not None
