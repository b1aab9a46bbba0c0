"""Policies: the grammar, extending one another, what is locked, and every mistake with its remedy."""

from __future__ import annotations

from contextlib import suppress
from datetime import date, time

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from conversations.case import Case
from conversations.plan import Agreement, Plan
from conversations.timing.facts import FACTS
from conversations.timing.policy import At, Milestone, Policy, PolicyError, Span, parse, parse_all
from conversations.timing.terms import ANCHORS
from tests.conversations.cadences import PACKS, TEXTS, case_of, changed

HEAD = "policy: ours\nversion: 2\n"
ON_TOP = f"{HEAD}extends: legal_2026\n"
DUTY = "{id: duty, to: hr, kind: law, source: L-06, latest: incapacity_start + 6m, locked: true}"


def read(text: str) -> Policy:
    """A policy on top of the packs."""

    def base(name: str) -> Policy:
        if name not in PACKS:
            raise PolicyError("ours.yaml", None, f"`extends: {name}` is not there.", "Choose a pack.")
        return PACKS[name]

    return parse(text, "ours.yaml", base)


def mistake(text: str) -> PolicyError:
    """What is wrong with a policy."""
    with pytest.raises(PolicyError) as caught:
        read(text)
    return caught.value


def with_milestone(lines: str) -> str:
    """A policy of one good milestone with these parts instead."""
    parts = {"to": "manager", "kind": "practice", "source": "S4-01", "at": "absence_start"}
    parts |= dict(line.split(": ", 1) for line in lines.splitlines())
    written = "\n    ".join(f"{key}: {value}" for key, value in parts.items() if value)
    return f"{HEAD}milestones:\n  - id: one\n    {written}\n"


def test_everything_that_can_be_written() -> None:
    """Every key of the grammar is read for what it says."""
    policy = read(
        """
policy: ours
version: 3
valid_from: 2026-01-01
valid_until: 2027-12-31
scope: {statuut: contractual, staff_from: 20, staff_until: 49, sector: [private, local]}
send_at: "08:30"
late: 5wd
clocks:
  salary_start: {joins: up to 8w, source: L-17}
milestones:
  - id: talk
    to: coach
    kind: policy
    source: S2-04
    at: absence_start + 6w
    every: 2w
    until: expected_return - 1m
    times: 3
    ask: first_steps
    remind: [2wd, 4wd]
    escalate: 6wd
    escalate_to: manager
    only: [has_coach]
    unless: [complex, conflict]
    valid_from: 2026-01-01
    valid_until: 2026-12-31
    again: false
    care: true
    off: true
"""
    )
    expected = Milestone(
        id="talk",
        to="coach",
        kind="policy",
        source="S2-04",
        at=(At("absence_start", Span(6, "w")),),
        every=Span(2, "w"),
        until=At("expected_return", Span(-1, "m")),
        times=3,
        ask="first_steps",
        remind=(Span(2, "wd"), Span(4, "wd")),
        escalate=Span(6, "wd"),
        escalate_to="manager",
        only=frozenset({"has_coach"}),
        unless=frozenset({"complex", "conflict"}),
        valid_from=date(2026, 1, 1),
        valid_until=date(2026, 12, 31),
        care=True,
        off=True,
    )
    assert (expected,) == policy.milestones
    assert policy.ref == "ours@3"
    assert time(8, 30) == policy.send_at
    assert Span(5, "wd") == policy.late
    assert "absence_start + 6w" == str(expected.at[0])
    assert "expected_return - 1m" == str(expected.until)
    assert policy.scope.staff_until == 49


def test_extending_changes_adds_and_removes() -> None:
    """Milestones keep their place, take the later words, go when removed; the rest is inherited."""
    policy = read(
        f"{ON_TOP}remove: [regular_contact]\nmilestones:\n"
        "  - {id: first_call, at: absence_reported, escalate: none}\n"
        "  - {id: extra, to: hr, kind: practice, source: own, at: year_end}\n"
    )
    base = PACKS["legal_2026"]
    assert [known.id for known in base.milestones if known.id != "regular_contact"] + ["extra"] == [
        known.id for known in policy.milestones
    ]
    first = policy.milestone("first_call")
    assert first is not None
    assert (At("absence_reported"),) == first.at
    assert first.escalate is None
    assert "L-01" == first.source
    assert base.clocks == policy.clocks
    assert policy.milestone("regular_contact") is None


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ("remove: [duty]", "cannot be removed"),
        ("milestones: [{id: duty, off: true}]", "`off` may not change"),
        ("milestones: [{id: duty, locked: false}]", "`locked` may not change"),
        ("milestones: [{id: duty, only: [staff_of_50]}]", "`only` may not change"),
        ("milestones: [{id: duty, until: actual_return}]", "`until` may not change"),
        ("milestones: [{id: duty, to: manager}]", "`to` may not change"),
        ("milestones: [{id: duty, valid_until: 2026-06-30}]", "`valid_until` may not change"),
        ("milestones: [{id: duty, latest: incapacity_start + 7m}]", "could be later"),
        ("milestones: [{id: duty, latest: incapacity_start + 168d}]", None),
        ("milestones: [{id: duty, latest: incapacity_start + 182d}]", "could be later"),
        ("milestones: [{id: duty, latest: expected_return}]", "could be later"),
        ("milestones: [{id: duty, latest: none, at: incapacity_start}]", "could be later"),
        ("milestones: [{id: duty, latest: incapacity_start + 5m}]", None),
        ("milestones: [{id: duty, at: incapacity_start + 4m, remind: 3wd}]", None),
    ],
)
def test_what_is_locked_only_comes_earlier(change: str, problem: str | None) -> None:
    """A locked milestone never comes later, never goes and is never switched off."""
    base = read(f"{HEAD}milestones: [{DUTY}]\n")
    text = f"policy: theirs\nversion: 1\nextends: ours\n{change}\n"
    if problem is None:
        assert parse(text, "theirs.yaml", lambda _: base).milestones[0].locked
        return
    with pytest.raises(PolicyError) as caught:
        parse(text, "theirs.yaml", lambda _: base)
    assert problem in caught.value.problem
    assert "duty" == caught.value.milestone


@pytest.mark.parametrize(
    ("lines", "problem", "remedy"),
    [
        ("too: hr", "`too` is not a key", "`to`"),
        ("to: boss", "`to: boss` is unknown", "Choose from"),
        ("to: mananger", "`to: mananger` is unknown", "`manager`"),
        ("kind: ", "`kind` is missing", "kind"),
        ("source: ''", "`source` is empty", "source"),
        ("at: ", "has no moment", "`latest`"),
        ("at: absense_start", "`at: absense_start` is unknown", "`absence_start`"),
        ("at: absence_start + 2 weeks", "is not a moment", "absence_start + 8w"),
        ("at: []", "has no moment", "`latest`"),
        ("at: {absence_start: 2w}", "needs a word", "["),
        ("every: 1wd", "`every` needs", "every: 1w"),
        ("every: 0w", "is not a span", "2w"),
        ("every: twice", "is not a span", "2w"),
        ("times: 3", "`times` goes with", "every"),
        ("times: zero", "not a whole number", "times: 3"),
        ("at: [absence_start, expected_return]\nlatest: actual_return", "Several `at`", "two milestones"),
        ("at: [contact + 1w, contact + 2w]", "a date that comes back", "each"),
        ("ask: first_step", "`ask: first_step` is unknown", "`first_steps`"),
        ("only: [staff_of_30]", "`only: staff_of_30` is unknown", "`staff_of_"),
        ("only: [conflict]\nunless: [conflict]", "in `only` and in `unless`", "one of the two"),
        ("escalate: 2wd\nescalate_to: manager", "escalates to the one", "escalate_to"),
        ("remind: [4wd, 2wd]", "not in order", "soonest first"),
        ("remind: [1w, 9d]", "not in order", "one unit"),
        ("valid_from: 2026-02-30", "is not a date", "2026-01-01"),
        ("valid_from: 2026-02-01\nvalid_until: 2026-01-01", "lies before", "Turn"),
        ("locked: true\noff: true", "locked and off", "switched off"),
        ("locked: yes please", "is unknown", "true"),
    ],
)
def test_a_mistake_in_a_milestone(lines: str, problem: str, remedy: str) -> None:
    """The file, the milestone, what is wrong and what to write instead."""
    found = mistake(with_milestone(lines))
    assert ("ours.yaml", "one") == (found.file, found.milestone)
    assert problem in found.problem
    assert remedy in found.remedy
    assert str(found).startswith("ours.yaml, milestone one: ")


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "not a block"),
        ("policy: [", "not YAML"),
        ("policy: a\npolicy: b", "`policy` is there twice"),
        ("? [a, b]\n: c", "a key must be a word"),
        ("version: 1", "`policy: None` is not a name"),
        ("policy: Ours\nversion: 1", "`policy: Ours` is not a name"),
        ("policy: ours", "`version: None` is not a whole number"),
        (f"{HEAD}extend: legal_2026", "`extend` is not a key"),
        (f"{HEAD}send_at: 9h", "is not a time"),
        (f'{HEAD}send_at: "02:30"', "not a decent hour"),
        (f"{HEAD}scope: private", "not a block"),
        (f"{HEAD}scope: {{sector: public}}", "`sector: public` is unknown"),
        (f"{HEAD}clocks: {{relapse: 14d}}", "`relapse` is not a key"),
        (f"{HEAD}clocks: {{salary_start: {{joins: 8w, source: L-17}}}}", "does not say when"),
        (f"{HEAD}clocks: {{salary_start: {{joins: up to 2m, source: L-17}}}}", "does not say when"),
        (f"{HEAD}milestones: {{}}", "not a list"),
        (f"{HEAD}milestones: [talk]", "not a block"),
        (f"{HEAD}milestones: [{DUTY}, {DUTY}]", "used twice"),
        (f"{ON_TOP}remove: [nothing]", "`remove: nothing` is unknown"),
        (f"{ON_TOP}remove: [first_call]\nmilestones: [{{id: first_call, at: contact}}]", "used twice"),
    ],
)
def test_a_mistake_in_a_file(text: str, problem: str) -> None:
    """A file that cannot be read says why, and never passes in silence."""
    assert problem in mistake(text).problem


def test_words_of_yaml_stay_words() -> None:
    """`off` is a key and not a no, and half past eight is no number."""
    policy = read(f"{HEAD}send_at: 08:30\nmilestones:\n  - {DUTY.replace('locked', 'off')}\n")
    assert policy.milestones[0].off
    assert time(8, 30) == policy.send_at


def test_a_circle_of_policies() -> None:
    """Policies that extend one another in a circle are refused with the circle."""
    texts = {name: f"policy: {name}\nversion: 1\nextends: {base}\n" for name, base in ("ab", "bc", "ca")}
    with pytest.raises(PolicyError, match="a -> b -> c -> a"):
        parse_all(texts)


def test_a_policy_that_is_not_there() -> None:
    """A base that nobody wrote, and a file with another name than its policy."""
    with pytest.raises(PolicyError, match="`extends: b` is not there"):
        parse_all({"a": "policy: a\nversion: 1\nextends: b\n"})
    with pytest.raises(PolicyError, match="is not the file's name"):
        parse_all({"a": "policy: b\nversion: 1\n"})


@settings(max_examples=30, deadline=None)
@given(text=st.text(max_size=300), name=st.sampled_from(sorted(TEXTS)), cut=st.integers(0, 5000))
@example(text="", name="company_c", cut=160)  # "extends: l"
def test_any_text_is_a_policy_or_a_mistake(text: str, name: str, cut: int) -> None:
    """Nothing that can be typed, and no file cut off anywhere, gets past as another error."""
    for written in (text, TEXTS[name][:cut] + text):
        with suppress(PolicyError):
            read(written)


def test_every_fact_says_what_it_means() -> None:
    """A fact has one sentence, for "waarom krijg ik dit?" and for whoever writes a policy."""
    assert all((fact.__doc__ or "").endswith(".") for fact in FACTS.values())


TODAY = case_of("2026-11-02")
AGREED = Plan(agreements=(Agreement("a1", "content", "A1-01"),))


@pytest.mark.parametrize(
    ("fact", "holds", "fails"),
    [
        ("staff_of_20", case_of("2026-11-02", "staff_of_20"), TODAY),
        ("began_in_2026", case_of("2026-01-01"), case_of("2025-12-31")),
        ("absent_4_weeks", changed(TODAY, back="2026-11-30"), changed(TODAY, back="2026-11-29")),
        ("absent_1_month", changed(TODAY, back="2026-12-03"), changed(TODAY, back="2026-12-02")),
        ("progressive", case_of("2026-11-02", partial_return="2027-01-18"), TODAY),
        ("formal_track", case_of("2026-11-02", track_requested="2027-01-18"), TODAY),
        ("has_coach", changed(TODAY, coach="cas"), TODAY),
        ("plan_agreed", changed(TODAY, plan=AGREED), changed(TODAY, plan=Plan())),
    ],
)
def test_facts(fact: str, holds: Case, fails: Case) -> None:
    """Each fact holds where it should, and fails one step beside it."""
    assert FACTS[fact](holds, date(2026, 12, 1))
    assert not FACTS[fact](fails, date(2026, 12, 1))


def test_anchors_of_the_domain() -> None:
    """The anchors of domain.md a.4 that a policy may count from."""
    assert {"absence_start", "certificate_end", "incapacity_start", "salary_start", "return_feasible"} < ANCHORS
