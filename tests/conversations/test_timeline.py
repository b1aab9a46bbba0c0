"""The timeline: against a slow one over ten years, and what follows from it now, later and too late."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from conversations.case import Attempt, Case, Contact, Spell
from conversations.changes import AbsentAgain, Contacted, Corrected, Done, Moved, PutOff, Returned, apply
from conversations.plan import Agreement, Plan, Team
from conversations.timing.anchors import reckoned
from conversations.timing.facts import FACTS
from conversations.timing.terms import CLOCKS, SET_ANCHORS
from conversations.timing.timeline import Look, Moment, due, missed, next_due, timeline
from conversations.timing.workdays import Calendar
from tests.conversations.cadences import BELGIUM, PACKS, brussels, case_of, changed, moments, nudges, policy_of
from tests.conversations.slow_timeline import slow_timeline

STARTS = st.dates(date(2024, 1, 1), date(2035, 12, 31))
COMPANY = PACKS["company_c"]
# What may be put off: any milestone, mostly its first occurrence.
IDS = sorted({one.id for pack in PACKS.values() for one in pack.milestones})
WHICH = st.builds("{}#{}".format, st.sampled_from(IDS), st.sampled_from([0, 0, 0, 1, 7, 14]))
TALK = policy_of("""
  - {id: talk, to: manager, kind: practice, source: own, at: absence_start + 1w, remind: [2wd, 4wd], escalate: 6wd}
""")
DEADLINE = policy_of("""
  - {id: duty, to: hr, kind: law, source: own, at: absence_start + 1m, latest: absence_start + 2m, remind: [5wd]}
""")
WEEKLY = policy_of("""
  - id: weekly
    to: manager
    kind: practice
    source: own
    at: absence_start + 1w
    every: 1w
    until: actual_return
    ask: contact
    remind: [2wd]
    care: true
""")


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """Any case a year long: anchors, facts, spells, the contact agreement and a plan."""
    start = draw(STARTS)
    near = st.integers(0, 400).map(lambda days: start + timedelta(days=days))
    anchors: dict[str, date] = draw(st.dictionaries(st.sampled_from(sorted(SET_ANCHORS)), near, max_size=8))
    contact = Contact(
        frequency=draw(st.sampled_from([None, "weekly", "fortnightly", "monthly", "on_request"])),
        disconnect_until=draw(st.none() | near),
        next=draw(st.none() | near),
        agreed_on=draw(st.none() | st.just(start)),
    )
    agreements = tuple(
        Agreement(f"a{n}", "content", "own", review_on=draw(st.none() | near), ends=draw(st.none() | near))
        for n in range(draw(st.integers(0, 3)))
    )
    back = start - timedelta(days=draw(st.integers(1, 90)))
    earlier = Spell(back - timedelta(days=draw(st.integers(1, 200))), back)
    return Case(
        id="c1",
        organisation="o1",
        employee="jan",
        manager="lies",
        policy="any@1",
        coach=draw(st.sampled_from([None, "cas"])),
        anchors={"absence_reported": start, **anchors, "absence_start": start},
        facts=draw(st.frozensets(st.sampled_from(sorted(FACTS)), max_size=8)),
        spells=draw(st.sampled_from([(), (Spell(start),), (earlier, Spell(start))])),
        contact=contact,
        plan=draw(st.sampled_from([None, Plan(agreements=agreements)])),
        checkins=draw(st.sampled_from(["unasked", "yes"])),
        care=draw(st.booleans()),
        put_off=draw(st.dictionaries(WHICH, near, max_size=4)),
    )


def parts(moment: Moment) -> tuple[object, ...]:
    """What the slow timeline says of a moment."""
    return (*moment[:8],)


@settings(max_examples=100, deadline=None)
@given(
    case=cases(),
    pack=st.sampled_from(sorted(PACKS)),
    own=st.frozensets(st.dates(date(2024, 1, 1), date(2037, 12, 31)), max_size=20),
    length=st.integers(0, 800),
)
def test_it_says_what_the_slow_one_says(case: Case, pack: str, own: frozenset[date], length: int) -> None:
    """Any pack, any case, any employer's days, over ten years of first days: the same moments."""
    through = case.anchors["absence_start"] + timedelta(days=length)
    fast = [parts(moment) for moment in timeline(PACKS[pack], case, Calendar(own), through)]
    assert slow_timeline(PACKS[pack], case, own, through) == sorted(fast)


@pytest.mark.parametrize("year", range(2024, 2036))
@pytest.mark.parametrize("pack", sorted(PACKS))
def test_every_odd_first_day(pack: str, year: int) -> None:
    """Leap days, the ends of months, the turn of the year and both clock changes, in every year."""
    days = ["01-01", "01-31", "02-28", "03-31", "05-31", "08-31", "10-31", "12-31"]
    days += [f"{month}-{day}" for month in ("03", "10") for day in range(25, 31)]
    days += ["02-29"] if year % 4 == 0 else []
    for day in days:
        case = case_of(f"{year}-{day}", "staff_of_20", "potential", "contractual", "health_surveillance")
        back = case.anchors["absence_start"] + timedelta(days=77)
        case = replace(case, anchors={**case.anchors, "expected_return": back, "actual_return": back})
        through = back + timedelta(days=120)
        fast = [parts(moment) for moment in timeline(PACKS[pack], case, BELGIUM, through)]
        assert slow_timeline(PACKS[pack], case, frozenset(), through) == sorted(fast)


@settings(max_examples=40, deadline=None)
@given(case=cases(), pack=st.sampled_from(sorted(PACKS)))
def test_what_always_holds(case: Case, pack: str) -> None:
    """In order, on working days at nine in Brussels, each key once; a law's latest date is warned of in time."""
    found = timeline(PACKS[pack], case, BELGIUM, case.anchors["absence_start"] + timedelta(days=500))
    assert sorted(moment.at for moment in found) == [moment.at for moment in found]
    assert len(found) == len({moment.key for moment in found})
    for moment in found:
        local = moment.at.astimezone(ZoneInfo("Europe/Brussels"))
        assert BELGIUM.is_open(local.date())
        assert (9, 0) == (local.hour, local.minute)
        rule = PACKS[pack].milestone(moment.milestone)
        if rule and rule.latest and not rule.at and moment.kind == "nudge":
            assert local.date() < moment.due


# --- Now, later, too late ------------------------------------------------------------------------------


def keys(found: tuple[Moment, ...]) -> list[str]:
    """The moments, shortly."""
    return [f"{moment.kind} {moment.n} to {moment.to}" for moment in found]


def test_a_nudge_its_reminders_and_the_end() -> None:
    """Reminder, second reminder, HR, and then silence."""
    case = case_of("2026-11-02")
    found = moments(TALK, case, "talk")
    assert ["nudge 0 to manager", "reminder 1 to manager", "reminder 2 to manager", "escalation 1 to hr"] == keys(
        tuple(found)
    )
    assert ["2026-11-09", "2026-11-12", "2026-11-16", "2026-11-18"] == [one.at.date().isoformat() for one in found]
    assert "talk/2026-11-02/0/reminder/1" == found[1].key
    told: dict[str, datetime] = {}
    for one in found:
        assert one.at == next_due(TALK, case, BELGIUM, told, one.at - timedelta(hours=1))
        assert (one,) == due(TALK, case, BELGIUM, told, one.at)
        told[one.key] = one.at
    assert () == due(TALK, case, BELGIUM, told, found[-1].at + timedelta(days=300))
    assert next_due(TALK, case, BELGIUM, told, found[-1].at) is None


def test_what_was_put_off_comes_back_once() -> None:
    """No reminders until the day that was chosen, one question then, and HR as long after it as after the nudge."""
    case = apply(case_of("2026-11-02"), PutOff("talk", 0, date(2026, 11, 28)))  # a Saturday
    found = moments(TALK, case, "talk")
    assert ["nudge 0 to manager", f"again {date(2026, 11, 28).toordinal()} to manager", "escalation 1 to hr"] == keys(
        tuple(found)
    )
    assert ["2026-11-09", "2026-11-30", "2026-12-08"] == [one.at.date().isoformat() for one in found]
    told = {found[0].key: found[0].at}
    assert () == due(TALK, case, BELGIUM, told, brussels("2026-11-27T10:00"))
    assert found[1].at == next_due(TALK, case, BELGIUM, told, brussels("2026-11-12T10:00"))
    assert (found[1],) == due(TALK, case, BELGIUM, told, brussels("2026-11-30T10:00"))
    told[found[1].key] = found[1].at
    again = apply(case, PutOff("talk", 0, date(2026, 12, 4)))
    assert brussels("2026-12-04T09:00") == next_due(TALK, again, BELGIUM, told, brussels("2026-11-30T10:00"))
    assert next_due(TALK, apply(case, Done("talk")), BELGIUM, told, brussels("2026-11-30T10:00")) is None


def test_what_was_missed_and_put_off_comes_back() -> None:
    """HR finds it in the list of what is late, and chooses a day."""
    case = case_of("2026-11-02")
    told = {moments(TALK, case, "talk")[0].key: brussels("2026-11-25T10:00")}
    assert next_due(TALK, case, BELGIUM, told, brussels("2026-11-25T10:00")) is None
    later = apply(case, PutOff("talk", 0, date(2026, 12, 1)))
    assert brussels("2026-12-01T09:00") == next_due(TALK, later, BELGIUM, told, brussels("2026-11-25T10:00"))


def test_a_new_absence_knows_nothing_of_what_was_put_off() -> None:
    """As with what was done: it begins anew."""
    case = apply(case_of("2026-11-02"), PutOff("talk", 0, date(2026, 12, 1)))
    assert {} == apply(case, AbsentAgain(date(2027, 1, 4))).put_off


@settings(max_examples=60, deadline=None)
@given(start=STARTS, days=st.integers(1, 120))
@example(start=date(2029, 1, 6), days=25)  # a Saturday, and the warning is on the Monday it moves to
def test_put_off_never_goes_past_a_latest_date(start: date, days: int) -> None:
    """It is asked again once, unless the working day of it is the warning's or later; the warning always stays."""
    case = case_of(start.isoformat())
    (first, *_) = moments(DEADLINE, case, "duty")
    chosen = first.at.date() + timedelta(days=days)
    found = moments(DEADLINE, apply(case, PutOff("duty", 0, chosen)), "duty")
    warnings = [one for one in moments(DEADLINE, case, "duty") if one.n == 2]
    assert warnings == [one for one in found if one.kind == "reminder"]
    for one in found:
        if one.kind == "again":
            assert one.at < warnings[0].at
            assert BELGIUM.is_open(one.at.date())
    assert len(found) <= 3
    asked_again = BELGIUM.next_open(chosen) < warnings[0].at.date()
    assert int(asked_again) == [one.kind for one in found].count("again")


def test_done_ends_everything() -> None:
    """A milestone that is done has no reminder and no escalation any more."""
    case = apply(case_of("2026-11-02"), Done("talk"))
    now = brussels("2026-11-30T10:00")
    assert () == due(TALK, case, BELGIUM, {}, now) + missed(TALK, case, BELGIUM, {}, now)
    assert next_due(TALK, case, BELGIUM, {}, brussels("2026-11-02T10:00")) is None


def test_after_a_stop_the_nudge_itself_is_said() -> None:
    """Nobody is reminded of what was never asked; the reminders count from when it was asked."""
    case = case_of("2026-11-02")
    now = brussels("2026-11-17T10:00")
    (late,) = due(TALK, case, BELGIUM, {}, now)
    assert "nudge" == late.kind
    told = {late.key: now}
    assert () == due(TALK, case, BELGIUM, told, brussels("2026-11-18T10:00"))
    assert brussels("2026-11-19T09:00") == next_due(TALK, case, BELGIUM, told, now)


@settings(max_examples=60, deadline=None)
@given(case=cases(), pack=st.sampled_from(sorted(PACKS)), after=st.integers(0, 200), days=st.integers(1, 120))
def test_nobody_is_reminded_of_what_was_dropped(case: Case, pack: str, after: int, days: int) -> None:
    """However long one waits: of a dropped nudge only the warning of a date of the law is left."""
    policy = PACKS[pack]
    case = replace(case, put_off={})
    now = brussels(f"{case.anchors['absence_start'] + timedelta(days=after)}T10:00")
    look = Look(policy, case, BELGIUM, told := {}, now)
    dropped = [one for one in look.undecided() if one.kind == "nudge"]
    told |= {one.key: now for nudge in dropped for one in (nudge, *look.falls_with(nudge))}
    gone = {(one.milestone, one.anchored, one.nth) for one in dropped}
    for day in range(days):
        for one in due(policy, case, BELGIUM, told, now + timedelta(days=day)):
            if (one.milestone, one.anchored, one.nth) in gone:
                rule = policy.milestone(one.milestone)
                assert rule is not None
                assert ("law", "reminder", len(rule.remind) + 1) == (rule.kind, one.kind, one.n)


def test_what_is_too_late_is_missed_and_not_said() -> None:
    """Ten days later a nudge has lost its sense: HR sees it, nobody hears it, and nothing follows it."""
    case = case_of("2026-11-02")
    now = brussels("2026-11-25T10:00")
    assert () == due(TALK, case, BELGIUM, {}, now)
    (gone,) = missed(TALK, case, BELGIUM, {}, now)
    assert "nudge" == gone.kind
    told = {gone.key: now}
    assert next_due(TALK, case, BELGIUM, told, now) is None
    assert () == missed(TALK, case, BELGIUM, told, now + timedelta(days=90))


def test_a_date_still_to_come_is_never_too_late() -> None:
    """A legal date that lies ahead is still said when its first nudge was weeks ago."""
    case = case_of("2026-11-02")
    now = brussels("2026-12-28T10:00")
    (said,) = due(DEADLINE, case, BELGIUM, {}, now)
    assert ("nudge", date(2027, 1, 2)) == (said.kind, said.due)
    (warning,) = due(DEADLINE, case, BELGIUM, {said.key: now}, brussels("2026-12-31T10:00"))
    assert ("reminder", 2) == (warning.kind, warning.n)


def test_only_the_latest_contact_is_said() -> None:
    """Three weeks of silence make one nudge, not three."""
    case = case_of("2026-11-02")
    (one,) = due(WEEKLY, case, BELGIUM, {}, brussels("2026-11-30T10:00"))
    assert date(2026, 11, 30) == one.due
    assert brussels("2026-11-30T09:00") == next_due(WEEKLY, case, BELGIUM, {}, brussels("2026-11-30T10:00"))
    told = {one.key: brussels("2026-11-30T10:00")}
    assert brussels("2026-12-02T09:00") == next_due(WEEKLY, case, BELGIUM, told, brussels("2026-11-30T10:00"))


@pytest.mark.parametrize(("days", "again"), [(1, False), (3, False), (4, True), (-3, False), (-4, True)])
def test_a_small_correction_is_no_second_nudge(days: int, again: bool) -> None:  # noqa: FBT001 - a parameter of the test
    """A first day corrected by three days or less leaves what was said as said."""
    case = case_of("2026-11-02")
    told = {one.key: one.at for one in moments(TALK, case, "talk") if one.at < brussels("2026-11-13T10:00")}
    moved = apply(case, Moved("absence_start", date(2026, 11, 2) + timedelta(days=days)))
    moved = replace(moved, spells=())
    found = due(TALK, moved, BELGIUM, told, brussels("2026-11-13T10:00"))
    assert again == bool(found)


@pytest.mark.parametrize("days", [1, 2, 3, 7])
@pytest.mark.parametrize(
    ("milestone", "anchor", "is_done"),
    [
        ("return_talk", "talk_planned", False),
        ("first_steps_again", "first_talk_next", True),
        ("return_expected", "expected_return", True),
        ("certificate_ends", "certificate_end", True),
    ],
)
def test_a_day_that_was_chosen_is_no_correction(milestone: str, anchor: str, days: int, is_done: bool) -> None:  # noqa: FBT001 - a parameter of the test
    """Tomorrow is tomorrow: what was asked today and put off by a day or two is asked again then, and once."""
    case = case_of("2026-11-02", **{anchor: "2026-11-18"})
    (before, *_) = moments(COMPANY, case, milestone)
    told = {before.key: before.at}
    moved = apply(case, Moved(anchor, date(2026, 11, 18) + timedelta(days=days)))
    moved = apply(moved, Done(milestone, before.nth)) if is_done else moved
    (after, *_) = moments(COMPANY, moved, milestone)
    found = [one for one in due(COMPANY, moved, BELGIUM, told, after.at) if one.milestone == milestone]
    assert [after] == found
    told[after.key] = after.at
    assert milestone not in {one.milestone for one in due(COMPANY, moved, BELGIUM, told, after.at)}


@pytest.mark.parametrize("days", [1, 2, 3])
def test_a_contact_put_off_by_a_day_comes(days: int) -> None:
    """Also a second time, and also after it was done with for today; the pace goes on from there."""
    case = case_of("2026-11-02")
    (first, *_) = moments(WEEKLY, case, "weekly")
    told, on = {first.key: first.at}, first.due
    for _ in range(2):
        case = apply(
            apply(case, Done("weekly", (on - date(2026, 11, 2)).days)),
            Moved("contact_next", on := on + timedelta(days=days)),
        )
        now = brussels(f"{BELGIUM.next_open(on)}T10:00")
        (again,) = due(WEEKLY, case, BELGIUM, told, now)
        assert ("nudge", on) == (again.kind, again.due)
        told[again.key] = now


def test_a_corrected_first_day_asks_nothing_again_that_was_chosen() -> None:
    """The day that was chosen is the same day, whichever day of the absence it turns out to be."""
    case = case_of("2026-11-02", first_talk_next="2026-11-16")
    (first, *_) = moments(COMPANY, case, "first_steps_again")
    case = apply(apply(case, Done("first_steps_again", first.nth)), Corrected(date(2026, 11, 3)))
    found = due(COMPANY, case, BELGIUM, {first.key: first.at}, brussels("2026-11-20T10:00"))
    assert "first_steps_again" not in {one.milestone for one in found}


def test_another_certificate_is_another_matter() -> None:
    """A date that comes back is asked about again, though the earlier one was told and done."""
    case = case_of("2026-11-02", certificate_end="2026-11-15")
    legal = PACKS["legal_2026"]
    (first, _) = moments(legal, case, "certificate_ended")
    case = apply(apply(case, Done("certificate_ended", first.nth)), Moved("certificate_end", date(2026, 11, 29)))
    told = {first.key: first.at}
    (again,) = [
        one
        for one in due(legal, case, BELGIUM, told, brussels("2026-11-30T10:00"))
        if one.milestone == "certificate_ended"
    ]
    assert date(2026, 11, 29) == again.due


def test_a_return_that_moves_is_asked_about_again() -> None:
    """Not back yet, and a later date: on that date the question comes again."""
    case = case_of("2026-11-02", expected_return="2026-12-07")
    (first, *_) = moments("legal_2026", case, "return_expected")
    case = apply(apply(case, Done("return_expected", first.nth)), Moved("expected_return", date(2027, 1, 18)))
    found = due(PACKS["legal_2026"], case, BELGIUM, {first.key: first.at}, brussels("2027-01-18T10:00"))
    assert "return_expected" in {one.milestone for one in found}


@settings(max_examples=40, deadline=None)
@given(case=cases(), pack=st.sampled_from(sorted(PACKS)), after=st.integers(0, 400), done=st.data())
def test_a_tick_settles_what_it_finds(case: Case, pack: str, after: int, done: Any) -> None:
    """After telling what is due and what was missed nothing is left now, and what comes next is on the timeline."""
    policy = PACKS[pack]
    now = brussels(f"{case.anchors['absence_start'] + timedelta(days=after)}T10:00")
    line = timeline(policy, case, BELGIUM, now.date() + timedelta(days=900))
    finished = done.draw(st.frozensets(st.sampled_from([f"{one.milestone}#{one.nth}" for one in line] or ["none#0"])))
    case = replace(case, done=finished)
    now_due, gone = due(policy, case, BELGIUM, {}, now), missed(policy, case, BELGIUM, {}, now)
    told = {one.key: now for one in (*now_due, *gone)}
    assert len(told) == len(now_due) + len(gone)
    assert {one.key for one in (*now_due, *gone)} <= {one.key for one in line if one.at <= now}
    assert () == due(policy, case, BELGIUM, told, now) + missed(policy, case, BELGIUM, told, now)
    following = next_due(policy, case, BELGIUM, told, now)
    ahead = [one.at for one in line if one.at > now and f"{one.milestone}#{one.nth}" not in finished]
    assert following is None or following > now
    assert following is not None or not ahead or finished


@settings(max_examples=12, deadline=None)
@given(case=cases(), pack=st.sampled_from(sorted(PACKS)))
def test_jumping_to_what_is_next_misses_nothing(case: Case, pack: str) -> None:
    """Whoever only looks when `next_due` says so, says what somebody says who looks every day."""
    told: dict[str, datetime] = {}
    start = brussels(f"{case.anchors['absence_start']}T09:00")
    end = start + timedelta(days=150)
    assert _daily(PACKS[pack], case, told, start, end) == _jumping(PACKS[pack], case, told, start, end)


@settings(max_examples=12, deadline=None)
@given(
    case=cases(), pack=st.sampled_from(sorted(PACKS)), after=st.integers(0, 120),
    anchor=st.sampled_from(["absence_start", *sorted(SET_ANCHORS)]), days=st.integers(-7, 7),
)  # fmt: skip
# A first day three days later, just after the reminder of a contact: the next contact is still waited for.
@example(replace(case_of("2026-11-02"), coach="cas"), "company_c", 16, "absence_start", 3)
def test_a_date_that_moves_meanwhile_stops_nothing(case: Case, pack: str, after: int, anchor: str, days: int) -> None:
    """Also when a date is moved by some days on the way, and what was said counts as said of the other day."""
    start = case.anchors["absence_start"]
    now = brussels(f"{start + timedelta(days=after)}T10:00")
    told = _daily(PACKS[pack], case, {}, brussels(f"{start}T09:00"), now)
    to = case.anchors.get(anchor, now.date()) + timedelta(days=days)
    case = apply(case, Corrected(to) if anchor == "absence_start" else Moved(anchor, to))
    end = now + timedelta(days=60)
    assert _daily(PACKS[pack], case, told, now, end) == _jumping(PACKS[pack], case, told, now, end)


def _look(policy: Any, case: Case, told: dict[str, datetime], now: datetime) -> None:
    for one in (*due(policy, case, BELGIUM, told, now), *missed(policy, case, BELGIUM, told, now)):
        told[one.key] = now


def _daily(policy: Any, case: Case, known: dict[str, datetime], start: datetime, end: datetime) -> dict[str, datetime]:
    told, now = dict(known), start
    while now <= end:
        _look(policy, case, told, now)
        now = brussels(f"{now.astimezone(ZoneInfo('Europe/Brussels')).date() + timedelta(days=1)}T09:00")
    return told


def _jumping(
    policy: Any, case: Case, known: dict[str, datetime], start: datetime, end: datetime
) -> dict[str, datetime]:
    told, now = dict(known), start
    while now <= end:
        _look(policy, case, told, now)
        now = next_due(policy, case, BELGIUM, told, now) or end + timedelta(days=1)
    return told


@pytest.mark.parametrize("status", ["closed", "silenced"])
def test_nothing_is_said_of_what_is_over(status: Any) -> None:
    """A closed or silenced case has nothing due, nothing missed, and no next look."""
    case = replace(case_of("2026-11-02"), status=status)
    now = brussels("2026-12-01T10:00")
    assert () == due(COMPANY, case, BELGIUM, {}, now) + missed(COMPANY, case, BELGIUM, {}, now)
    assert next_due(COMPANY, case, BELGIUM, {}, now) is None


# --- The contact agreement -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("frequency", "expected"),
    [
        ("weekly", ["2026-11-09", "2026-11-16", "2026-11-23", "2026-11-30"]),
        ("fortnightly", ["2026-11-09", "2026-11-23", "2026-12-07", "2026-12-21"]),
        ("monthly", ["2026-11-09", "2026-12-09", "2027-01-11", "2027-02-09"]),
        ("on_request", []),
    ],
)
def test_the_agreed_pace(frequency: Any, expected: list[str]) -> None:
    """What was agreed goes before what the policy says."""
    case = replace(case_of("2026-11-02"), contact=Contact(frequency=frequency))
    assert expected == nudges(WEEKLY, case, "weekly")[:4]


def test_a_contact_starts_the_count_anew() -> None:
    """Who called on Thursday is not asked to call on Monday; an attempt without an answer changes nothing."""
    case = case_of("2026-11-02")
    tried = apply(case, Contacted(Attempt(date(2026, 11, 5), "no_answer")))
    reached = apply(case, Contacted(Attempt(date(2026, 11, 5), "reached", "phone")))
    assert ["2026-11-09", "2026-11-16"] == nudges(WEEKLY, tried, "weekly")[:2]
    assert ["2026-11-12", "2026-11-19"] == nudges(WEEKLY, reached, "weekly")[:2]


def test_the_next_contact_as_agreed() -> None:
    """The day that was agreed comes first, and the pace goes on from there; on request it is the only one."""
    agreed = replace(case_of("2026-11-02"), contact=Contact(next=date(2026, 11, 18)))
    asked_for = replace(agreed, contact=replace(agreed.contact, frequency="on_request"))
    assert ["2026-11-18", "2026-11-25"] == nudges(WEEKLY, agreed, "weekly")[:2]
    assert ["2026-11-18"] == nudges(WEEKLY, asked_for, "weekly")


def test_full_disconnection_silences_contact_and_not_hr() -> None:
    """No contact until its end, contact starts again the day after, HR's duties go on."""
    contact = Contact(disconnect_from=date(2026, 11, 9), disconnect_until=date(2026, 11, 29))
    case = replace(case_of("2026-11-02"), contact=contact)
    assert "2026-11-30" == nudges(WEEKLY, case, "weekly")[0]
    assert ["2026-11-30"] == nudges("company_c", case, "contact_restarts")
    assert ["2026-11-30"] == nudges("company_c", case, "external_service_4_weeks")


@pytest.mark.parametrize(
    "contact",
    [Contact(next=date(2027, 5, 3)), Contact(disconnect_from=date(2026, 11, 2), disconnect_until=date(2027, 5, 2))],
)
def test_a_contact_far_ahead_is_waited_for(contact: Contact) -> None:
    """Months of rest, or a next contact in half a year: that is when to look again."""
    case = replace(case_of("2026-11-02"), contact=contact)
    assert brussels("2027-05-03T09:00") == next_due(WEEKLY, case, BELGIUM, {}, brussels("2026-11-16T10:00"))


def test_a_made_agreement_is_not_asked_for() -> None:
    """Once contact was agreed, nobody is asked to agree on it."""
    case = case_of("2026-11-02")
    assert ["2026-11-04"] == nudges("company_c", case, "contact_agreement")
    agreed = replace(case, contact=Contact(agreed_on=date(2026, 11, 2)))
    assert [] == nudges("company_c", agreed, "contact_agreement")


def test_who_declines_contact_is_left_alone() -> None:
    """L-02: no contact, no talks; HR's duties go on."""
    case = case_of("2026-11-02", "employee_declines")
    found = {one.milestone for one in timeline(COMPANY, case, BELGIUM, date(2027, 3, 1))}
    assert {"external_service_4_weeks", "estimate_8_weeks"} == found


def test_zorgmodus_leaves_contact_and_hr() -> None:
    """Contact without reminders, HR's duties, and nothing about returning."""
    case = replace(case_of("2026-11-02", expected_return="2027-01-18"), care=True)
    found = timeline(COMPANY, case, BELGIUM, date(2027, 3, 1))
    manager = {one.milestone for one in found if one.to == "manager"}
    assert {"first_call", "weekly_contact"} == manager
    assert {"nudge"} == {one.kind for one in found if one.to == "manager"}
    assert "estimate_8_weeks" in {one.milestone for one in found}


def test_conflict_makes_contact_hrs() -> None:
    """What was the manager's is HR's, with the reason; and HR is not escalated to about itself."""
    case = case_of("2026-11-02", "conflict")
    found = [one for one in timeline(COMPANY, case, BELGIUM, date(2027, 3, 1)) if one.milestone == "first_call"]
    assert {"hr"} == {one.to for one in found}
    assert {"conflict"} == {one.about["why"] for one in found}
    assert "escalation" not in {one.kind for one in found}


def test_check_ins_only_after_a_yes() -> None:
    """An employee who did not say yes has no moments at all."""
    case = case_of("2026-11-02")
    assert [] == nudges("company_c", case, "check_in")
    assert "2026-11-30" == nudges("company_c", replace(case, checkins="yes"), "check_in")[0]


# --- Returns, relapses, the plan -----------------------------------------------------------------------


def test_whoever_is_back_is_not_called() -> None:
    """From the first day back, partial or full, only the follow-up of the return is left."""
    for partial in (True, False):
        case = apply(case_of("2026-11-02"), Returned(date(2026, 11, 30), partial=partial))
        found = [one for one in timeline(COMPANY, case, BELGIUM, date(2027, 3, 1)) if one.to == "manager"]
        after = {one.milestone for one in found if one.at >= brussels("2026-11-30T00:00")}
        assert {"first_day", "after_2_weeks", "after_1_month", "evaluation"} == after - {"partial_return_request"}


@pytest.mark.parametrize(
    ("back", "joined"),
    [
        (13, {"incapacity_start", "force_majeure_start", "old_track_start", "salary_start"}),
        (14, {"salary_start"}),
        (15, {"salary_start"}),
        (55, {"salary_start"}),
        (56, {"salary_start"}),
        (57, set()),
    ],
)
def test_each_clock_has_its_own_relapse(back: int, joined: set[str]) -> None:
    """Thirteen days back interrupt nothing, fourteen three clocks, and fifty-seven the salary too."""
    first, end = date(2026, 3, 2), date(2026, 4, 30)
    again = end + timedelta(days=1 + back)
    case = case_of(again.isoformat(), spells=(Spell(first, end), Spell(again)))
    anchors = reckoned(COMPANY, case).anchors
    assert {name: first if name in joined else again for name in CLOCKS} == {name: anchors[name] for name in CLOCKS}


def test_a_chain_of_relapses() -> None:
    """Each return is judged by itself; one long enough starts the clock anew for good."""
    spells = (
        Spell(date(2026, 1, 5), date(2026, 2, 1)),
        Spell(date(2026, 3, 2), date(2026, 3, 15)),
        Spell(date(2026, 3, 20)),
    )
    anchors = reckoned(COMPANY, case_of("2026-03-20", spells=spells)).anchors
    assert date(2026, 3, 2) == anchors["incapacity_start"]
    assert date(2026, 1, 5) == anchors["salary_start"]


def test_review_dates_become_moments() -> None:
    """A running agreement is looked at on its review date, else on its last day; a stopped one is not."""
    plan = Plan(
        agreements=(
            Agreement("a1", "content", "A1-01", review_on=date(2027, 2, 6), ends=date(2027, 3, 1)),
            Agreement("a2", "conditions", "A2-01", ends=date(2027, 2, 6)),
            Agreement("a3", "means", "A3-01", review_on=date(2027, 2, 8), state="stopped"),
            Agreement("a4", "means", "A3-02"),
        )
    )
    case = replace(case_of("2026-11-02"), plan=plan)
    found = moments("company_c", case, "agreement_review")
    assert ["a1", "a2"] == [one.about["agreement"] for one in found]
    assert {brussels("2027-02-08T09:00")} == {one.at for one in found}
    assert 2 == len({one.key for one in found})
    assert 2 == len(due(policy_of("  []"), case, BELGIUM, {}, brussels("2027-02-08T10:00")))


def test_colleagues_are_told_on_the_day_of_the_plan() -> None:
    """Three working days before the return, unless the plan says when."""
    for on, said in ((None, "2027-01-13"), (date(2027, 1, 15), "2027-01-15")):
        case = case_of("2026-11-02", "colleagues_may_know", expected_return="2027-01-18")
        case = replace(case, plan=Plan(team=Team(level="only_date", on=on)))
        told = moments("company_c", case, "colleagues_told")
        assert [brussels(f"{said}T09:00")] == [one.at for one in told]


def test_a_long_closing_is_one_nudge() -> None:
    """Three weeks of summer closing do not make three nudges on the first morning."""
    closed = frozenset(date(2027, 7, 12) + timedelta(days=n) for n in range(21))
    days = nudges(WEEKLY, case_of("2027-06-28"), "weekly", Calendar(closed))
    assert ["2027-07-05", "2027-08-02", "2027-08-09"] == days[:3]


@settings(max_examples=30, deadline=None)
@example(start=date(2028, 2, 29))
@given(start=STARTS)
def test_an_absence_of_years_is_no_work(start: date) -> None:
    """After five years the next contact is still found, and it is within the week."""
    case = case_of(start.isoformat())
    now = brussels(f"{start + timedelta(days=1900)}T10:00")
    told = {one.key: now for one in (*due(WEEKLY, case, BELGIUM, {}, now), *missed(WEEKLY, case, BELGIUM, {}, now))}
    following = next_due(WEEKLY, case, BELGIUM, told, now)
    assert following is not None
    assert now < following < now + timedelta(days=12)


def test_back_tomorrow_is_not_called_today_about_it() -> None:
    """`changed` to somebody who is back: the milestones of the absence are gone from that day."""
    case = changed(case_of("2026-11-02"), back="2026-11-16")
    assert ["2026-11-09"] == nudges(WEEKLY, case, "weekly")
