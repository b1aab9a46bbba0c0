"""The five packs: what each of them says when, and that each has its words and its sources."""

from __future__ import annotations

import importlib.util
from dataclasses import replace
from datetime import date
from importlib import resources

import pytest

from conversations.case import Case, Spell
from conversations.timing.guard import REASONS
from conversations.timing.policy import Policy, parse
from conversations.timing.terms import DIALOGUES
from conversations.timing.timeline import timeline
from tests.conversations.cadences import BELGIUM, FAR, PACKS, case_of, moments, nudges

WORDS = resources.files("messages").joinpath("templates/nl")
MILESTONES = sorted({milestone.id for policy in PACKS.values() for milestone in policy.milestones})
EVERY_DUTY = ("staff_of_20", "contractual", "potential", "health_surveillance")
SWITCHED_ON = """
policy: our_entity
version: 1
extends: flemish_government
milestones:
  - {id: formal_track_4_months, off: false}
  - {id: formal_track_after_estimate, off: false}
"""


def test_there_are_five() -> None:
    """The law, two sizes of company, and two kinds of government."""
    assert {"legal_2026", "company_c", "company_d", "flemish_government", "local_government"} == set(PACKS)


@pytest.mark.parametrize("milestone", [*MILESTONES, "agreement_review"])
def test_every_milestone_has_words(milestone: str) -> None:
    """A title without values, and a text."""
    title, _, text = WORDS.joinpath(f"nudges/{milestone}.md").read_text(encoding="utf-8").partition("\n")
    assert title.startswith("# ")
    assert "{" not in title
    assert text.strip()
    assert "(choice:" not in text


@pytest.mark.parametrize("reason", sorted(REASONS))
def test_every_reason_has_words(reason: str) -> None:
    """Whatever keeps a message from going out can be explained."""
    assert WORDS.joinpath(f"reasons/{reason}.md").read_text(encoding="utf-8").startswith("# ")


@pytest.mark.parametrize("dialogue", sorted(DIALOGUES))
def test_every_dialogue_a_policy_may_name_is_there(dialogue: str) -> None:
    """A milestone cannot open what nobody wrote."""
    assert importlib.util.find_spec(f"conversations.dialogues.{dialogue}") is not None


@pytest.mark.parametrize(
    ("start", "four_weeks", "eight_weeks", "notice", "six_months"),
    [
        ("2026-11-02", "2026-11-30", "2026-12-28", "2027-04-02", "2027-05-02"),
        ("2026-08-31", "2026-09-28", "2026-10-26", "2027-02-01", "2027-02-28"),
    ],
)
def test_the_legal_terms(start: str, four_weeks: str, eight_weeks: str, notice: str, six_months: str) -> None:
    """The vectors of domain.md a.4: four weeks, eight weeks, and six months with its notice a month before."""
    case = case_of(start, *EVERY_DUTY)
    assert [four_weeks] == nudges("legal_2026", case, "external_service_4_weeks")
    assert [eight_weeks] == nudges("legal_2026", case, "estimate_8_weeks")
    assert [notice] == nudges("legal_2026", case, "formal_track_notice")
    assert {six_months} == {moment.due.isoformat() for moment in moments("legal_2026", case, "formal_track_6_months")}


def test_a_latest_date_in_a_weekend_is_warned_of_on_friday() -> None:
    """Six months after 2 November is a Sunday, after 31 August a Sunday too: the warning comes before."""
    assert ["2027-04-30"] == nudges("legal_2026", case_of("2026-11-02", *EVERY_DUTY), "formal_track_6_months")
    assert ["2027-02-26"] == nudges("legal_2026", case_of("2026-08-31", *EVERY_DUTY), "formal_track_6_months")


def test_an_absence_that_began_in_2025_has_no_estimate_and_no_duty() -> None:
    """L-04 and L-06 only hold for what began in 2026; the report at four weeks is older than that."""
    case = case_of("2025-12-29", *EVERY_DUTY)
    assert ["2026-01-26"] == nudges("legal_2026", case, "external_service_4_weeks")
    assert [] == nudges("legal_2026", case, "estimate_8_weeks")
    assert [] == nudges("legal_2026", case, "formal_track_6_months")
    assert ["2026-03-30"] == nudges("legal_2026", case, "old_track_3_months")
    assert [] == nudges("legal_2026", case_of("2026-01-01", *EVERY_DUTY), "old_track_3_months")


@pytest.mark.parametrize(
    ("start", "six", "nine"),
    [("2025-06-30", [], ["2026-03-30"]), ("2025-07-01", ["2026-01-02"], []), ("2026-11-02", ["2027-05-03"], [])],
)
def test_force_majeure_was_nine_months_and_is_six(start: str, six: list[str], nine: list[str]) -> None:
    """One of the two terms holds, by the day the absence began (L-16)."""
    case = case_of(start, "contractual")
    assert six == nudges("legal_2026", case, "force_majeure_6_months")
    assert nine == nudges("legal_2026", case, "force_majeure_9_months")


def test_the_duty_at_six_months_needs_its_facts() -> None:
    """Twenty workers and potential found; gone once a trajectory runs, or after a work accident."""
    without = [case_of("2026-11-02", *set(EVERY_DUTY) - {fact}) for fact in ("staff_of_20", "potential")]
    overtaken = [case_of("2026-11-02", *EVERY_DUTY, fact) for fact in ("formal_track", "work_accident", "maternity")]
    for case in (*without, *overtaken):
        assert [] == nudges("company_c", case, "formal_track_6_months")


@pytest.mark.parametrize(
    ("letter", "terms"),
    [
        (None, {"track_plan": "2027-03-05", "track_plan_other_work": "2027-07-01"}),
        ("a", {"track_plan": "2027-03-05"}),
        ("b", {"track_plan_other_work": "2027-07-01"}),
        ("c", {}),
    ],
)
def test_the_term_of_a_plan_follows_the_letter(letter: str | None, terms: dict[str, str]) -> None:
    """63 days for decision A, six months for B, none for C; as long as the letter is not known, both (L-12)."""
    facts = ("formal_track", *((f"decision_{letter}",) if letter else ()))
    case = case_of("2026-08-03", *facts, track_requested="2026-12-01", track_decided="2027-01-01")
    found = {one.milestone: one.due.isoformat() for one in timeline(PACKS["legal_2026"], case, BELGIUM, FAR)}
    assert terms == {name: due for name, due in found.items() if name.startswith("track_plan")}


def test_a_return_in_company_c() -> None:
    """The vectors of domain.md a.4 for a return on 18 January 2027."""
    case = case_of(
        "2026-11-02", "contractual", "health_surveillance", expected_return="2027-01-18", actual_return="2027-01-18"
    )
    expected = {
        "pre_return_talk": "2026-12-18",
        "first_day": "2027-01-18",
        "after_2_weeks": "2027-02-01",
        "after_1_month": "2027-02-18",
        "evaluation": "2027-03-04",
        "salary_window_ends": "2027-03-15",
        "return_exam": "2027-01-18",
    }
    assert expected == {milestone: nudges("company_c", case, milestone)[0] for milestone in expected}
    assert {"2027-02-01"} == {moment.due.isoformat() for moment in moments("company_c", case, "return_exam")}


def test_a_month_and_a_half_is_a_setting() -> None:
    """Forty-five days, or six weeks for who reads it so."""
    text = "policy: ours\nversion: 1\nextends: company_c\nmilestones:\n  - {id: evaluation, at: back_at_work + 6w}\n"
    policy = parse(text, "ours.yaml", PACKS.__getitem__)
    assert ["2027-03-01"] == nudges(policy, case_of("2026-11-02", actual_return="2027-01-18"), "evaluation")


def test_company_c_calls_today_then_every_week_and_talks_three_times() -> None:
    """S4-01, S4-04, S4-06."""
    case = case_of("2026-11-02", actual_return="2027-01-18")
    assert ["2026-11-02"] == nudges("company_c", case, "first_call")
    weekly = nudges("company_c", case, "weekly_contact")
    assert ["2026-11-09", "2026-11-16"] == weekly[:2]
    assert "2027-01-11" == weekly[-1]
    long_case = case_of("2026-11-02")
    assert ["2026-12-02", "2027-01-04", "2027-03-02", "2027-05-03"] == nudges("company_c", long_case, "personal_talk")


def test_company_d_differs_in_the_notice_only() -> None:
    """The duty at six months stays and is decided by the number of workers, not by the letter."""
    case = case_of("2026-11-02", *EVERY_DUTY)
    assert {"formal_track_notice"} == _names(PACKS["company_c"], case) - _names(PACKS["company_d"], case)


def test_the_flemish_government_talks_within_two_months() -> None:
    """S2-04: the coach after six weeks, and the warning before two months, which is a Saturday."""
    with_coach = replace(case_of("2026-11-02", "has_coach"), coach="cas")
    talk = moments("flemish_government", with_coach, "first_steps")
    assert ["2026-12-14", "2026-12-17", "2026-12-31", "2027-01-13"] == [moment.at.date().isoformat() for moment in talk]
    assert {date(2027, 1, 2)} == {moment.due for moment in talk}
    assert ["coach", "coach", "coach", "hr"] == [moment.to for moment in talk]
    assert [] == nudges("flemish_government", with_coach, "first_steps_by_manager")
    assert ["2026-12-14"] == nudges("flemish_government", case_of("2026-11-02"), "first_steps_by_manager")


@pytest.mark.parametrize(
    ("facts", "milestone"),
    [
        ((), "step_plan"),
        (("complex",), "step_plan_complex"),
        (("progressive",), "step_plan_progressive"),
        (("complex", "progressive"), "step_plan_complex"),
    ],
)
def test_one_step_plan_whoever_leads(facts: tuple[str, ...], milestone: str) -> None:
    """S2-06: the manager, or the coach where it is complex or progressive; never two of them."""
    found = _names(PACKS["flemish_government"], case_of("2026-11-02", *facts, return_feasible="2027-01-11"))
    assert {milestone} == {name for name in found if name.startswith("step_plan")}


def test_the_two_conditional_duties_are_there_and_off() -> None:
    """S2-07 and S2-08 wait for a policy of the entity's own, and for the fact."""
    case = case_of("2026-11-02", "vps_changed")
    positive = case_of("2026-11-02", "vps_changed", "potential", estimate_done="2027-01-11")
    assert [] == nudges("flemish_government", case, "formal_track_4_months")
    own = parse(SWITCHED_ON, "our_entity.yaml", PACKS.__getitem__)
    assert ["2027-03-02"] == nudges(own, case, "formal_track_4_months")
    assert ["2027-03-11"] == nudges(own, positive, "formal_track_after_estimate")


def test_local_governments_align_every_month() -> None:
    """S1-05, S0-01 and S0-02."""
    case = case_of("2026-11-02", expected_return="2027-01-18", actual_return="2027-01-18")
    assert ["2026-12-02", "2027-01-04"] == nudges("local_government", case, "monthly_alignment")
    assert ["2026-12-18"] == nudges("local_government", case, "pre_return_talk")
    assert ["2027-01-11"] == nudges("local_government", case, "final_return_talk")


def test_a_certificate_that_ends() -> None:
    """f.3, 25: two working days before to the manager, on the day to HR; too short a one is only HR's."""
    case = case_of("2026-11-02", certificate_end="2026-11-15")
    assert ["2026-11-12"] == nudges("legal_2026", case, "certificate_ends")
    assert ["2026-11-16"] == nudges("legal_2026", case, "certificate_ended")
    short = case_of("2026-11-02", certificate_end="2026-11-03")
    assert [] == nudges("legal_2026", short, "certificate_ends")
    assert {"manager"} == {moment.to for moment in moments("legal_2026", case, "certificate_ends")}
    assert {"hr"} == {moment.to for moment in moments("legal_2026", case, "certificate_ended")}


def test_a_partial_return_asks_for_its_request() -> None:
    """L-22: at the latest the last working day before, so the warning comes the working day before that."""
    case = case_of(
        "2026-11-02", "contractual", "progressive", expected_return="2027-01-18", partial_return="2027-01-18"
    )
    days = [moment.at.date().isoformat() for moment in moments("legal_2026", case, "partial_return_request")]
    assert ["2027-01-11", "2027-01-14"] == days


def test_relapse_has_a_rule_for_each_clock() -> None:
    """Back for twenty days: salary counts on, the trajectory and force majeure start anew."""
    spells = (Spell(date(2026, 3, 2), date(2026, 6, 30)), Spell(date(2026, 7, 21)))
    case = case_of("2026-07-21", *EVERY_DUTY, spells=spells)
    assert ["2026-09-15"] == nudges("legal_2026", case, "estimate_8_weeks")
    assert ["2027-01-21"] == nudges("legal_2026", case, "force_majeure_6_months")


def _names(policy: Policy, case: Case) -> set[str]:
    return {moment.milestone for moment in timeline(policy, case, BELGIUM, FAR)}
