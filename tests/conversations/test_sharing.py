"""A preview over many cases finds what they have in common once, and it is the same as looking at each."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from hypothesis import given, settings
from hypothesis import strategies as st

from conversations.case import Case, Contact, Spell
from conversations.plan import Agreement, Plan
from conversations.timing.effects import Between, together
from conversations.timing.occurrences import Reckoning
from conversations.timing.sharing import Sharing, anchors_read
from conversations.timing.terms import Span
from conversations.timing.workdays import Calendar
from tests.conversations.cadences import BELGIUM, PACKS, brussels
from tests.conversations.test_adoption import EDITS, edited

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conversations.timing.policy import Policy

NOW = brussels("2026-11-03 10:00")
THROUGH = date(2027, 2, 2)
# A close of six weeks from the day after, on which much would fall.
CLOSED = Calendar(frozenset(date(2026, 11, 4) + timedelta(days=day) for day in range(45)))
NEAR = st.integers(-60, 120).map(lambda days: NOW.date() + timedelta(days=days))
DAYS = st.one_of(st.sampled_from([date(2026, 3, 2), date(2026, 9, 7), date(2026, 11, 2)]), NEAR)
DATES = st.dictionaries(
    st.sampled_from([
        "absence_reported", "certificate_end", "contact", "estimate_requested", "estimate_done", "first_talk_next",
        "expected_return", "partial_return", "actual_return", "talk_planned", "talk_held", "track_requested",
        "track_decided", "plan_delivered", "temporary_incapacity_end", "return_feasible",
    ]), DAYS, max_size=10,
)  # fmt: skip
FACTS = st.frozensets(
    st.sampled_from(
        ["staff_of_20", "staff_of_50", "contractual", "potential", "conflict", "work_accident", "progressive"]
    )
)
DONE = st.frozensets(
    st.sampled_from(["weekly_contact#7", "check_in#1", "first_steps#0", "personal_talk#0", "evaluation#0", "other#0"])
)
AGREED = st.builds(
    Contact,
    frequency=st.sampled_from([None, "weekly", "fortnightly", "monthly", "on_request"]),
    disconnect_until=st.one_of(st.none(), NEAR),
    next=st.one_of(st.none(), NEAR),
    agreed_on=st.sampled_from([None, date(2026, 9, 9)]),
)


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """A running case, of which much is as in others."""
    start = draw(st.one_of(st.sampled_from([date(2025, 11, 3), date(2026, 5, 11), date(2026, 10, 5)]), NEAR))
    spells = draw(
        st.sampled_from([(), (Spell(start),), (Spell(date(2025, 6, 2), start - timedelta(days=12)), Spell(start))])
    )
    return Case(
        "c", "stad", "jan", "sofie", "p@1", anchors={"absence_start": start, **draw(DATES)}, spells=spells,
        facts=draw(FACTS), done=draw(DONE), checkins=draw(st.sampled_from(["yes", "no"])), contact=draw(AGREED),
        coach=draw(st.sampled_from([None, "tom"])), care=draw(st.sampled_from([False, False, True])),
        timezone=draw(st.sampled_from(["Europe/Brussels", "Europe/Brussels", "Pacific/Auckland"])),
    )  # fmt: skip


CHANGES = st.one_of(
    st.tuples(st.just("anchors"), DATES),
    st.tuples(st.just("facts"), FACTS),
    st.tuples(st.just("done"), DONE),
    st.tuples(st.just("contact"), AGREED),
    st.tuples(st.just("checkins"), st.sampled_from(["yes", "no"])),
    st.tuples(st.just("coach"), st.sampled_from([None, "tom"])),
    st.tuples(st.just("care"), st.booleans()),
    st.tuples(st.just("plan"), st.just(Plan(agreements=(Agreement("a1", "hours", "own", "rust"),)))),
)


def changed(case: Case, changes: list[tuple[str, Any]]) -> Iterator[Case]:
    """The case, and others that are not the same as it in one thing only."""
    yield case
    for name, value in changes:
        fields: dict[str, Any] = {name: {**case.anchors, **value} if name == "anchors" else value}
        yield replace(case, **fields)


@settings(deadline=None, max_examples=80)
@given(
    st.sampled_from(sorted(PACKS)), st.lists(EDITS, min_size=1, max_size=5), cases(), st.lists(CHANGES, max_size=8),
    st.sampled_from([{}, {"clocks": {}}, {"late": Span(40, "d")}]), st.sampled_from([BELGIUM, CLOSED]),
)  # fmt: skip
def test_shared_is_the_same_as_one_by_one(
    pack: str,
    edits: list[tuple[str, dict[str, str]]],
    case: Case,
    changes: list[tuple[str, Any]],
    more: dict[str, Any],
    calendar: Calendar,
) -> None:
    """Whatever differs between two cadences and between cases: the parts of a case together are its effect."""
    before, after = PACKS[pack], replace(edited(edits, PACKS[pack], 2), **more)
    compare(before, after, list(changed(case, changes)), calendar)


def compare(before: Policy, after: Policy, some: list[Case], calendar: Calendar) -> None:
    """Each case by itself, and after all the others."""
    plain = Between(before, after, calendar, NOW, THROUGH)
    sharing = Sharing(before, after, calendar, NOW, THROUGH)
    for case in some:
        shared = together(part.effect for part in sharing.parts(case))
        assert together([plain.effect(case)]) == shared, case
    assert sharing.size == len(list(sharing.let_go()))
    assert (0, []) == (sharing.size, list(sharing.let_go()))


@settings(deadline=None, max_examples=80)
@given(st.sampled_from(sorted(PACKS)), cases(), st.lists(EDITS, max_size=3))
def test_a_milestone_reads_no_other_date(pack: str, case: Case, edits: list[tuple[str, dict[str, str]]]) -> None:
    """Without the dates that it does not read, a milestone comes round on the same days."""
    policy = edited(edits, PACKS[pack], 2)
    for rule in (*policy.milestones, *PACKS[pack].milestones):
        whole, narrow = Reckoning(policy, case, BELGIUM), Reckoning(policy, case, BELGIUM)
        read = {name: day for name, day in whole.case.anchors.items() if name in anchors_read(rule)}
        narrow.case = replace(narrow.case, anchors=read)
        narrow.days = {name: day.toordinal() for name, day in read.items()}
        narrow.start = narrow.days.get("absence_start", 0)
        narrow.began = read.get("incapacity_start") or read.get("absence_start")
        low, high = NOW.toordinal() - 35, THROUGH.toordinal()
        assert whole.of(rule, low, high) == narrow.of(rule, low, high), rule.id
