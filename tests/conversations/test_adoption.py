"""Another version of a policy in the middle of running cases: nothing doubled, lost, or out of the past."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from conversations.case import Case
from conversations.changes import apply
from conversations.timing import adoption, cadence
from conversations.timing.cadence import Cadence
from conversations.timing.effects import Between
from conversations.timing.policy import Policy, PolicyError
from conversations.timing.timeline import SMALL_CORRECTION, Look, Moment, timeline
from tests.conversations.cadences import BELGIUM, PACKS, brussels, case_of

COMPANY = PACKS["company_c"]
YEAR = timedelta(days=220)


@dataclass
class Running:
    """A case that is ticked through: at each `next_due` what is due is said, and some of it is done."""

    case: Case
    policy: Policy
    told: dict[str, datetime] = field(default_factory=dict)
    said: list[tuple[datetime, Moment]] = field(default_factory=list)
    every: int = 3  # each so-manieth nudge is done at once

    def run(self, start: datetime, until: datetime) -> None:
        """Tick whenever something is due."""
        now = start
        for _ in range(2000):
            look = Look(self.policy, self.case, BELGIUM, self.told, now)
            for moment in list(look.undecided()):
                self.told[moment.key] = now
                if not look.is_too_late(moment):
                    self.said.append((now, moment))
                    if moment.kind == "nudge" and sum(map(ord, moment.key)) % self.every == 0:
                        done = self.case.done | {f"{moment.milestone}#{moment.nth}"}
                        self.case = replace(self.case, done=done)
            following = Look(self.policy, self.case, BELGIUM, self.told, now).next_due()
            if following is None or following > until:
                return
            now = max(now, following)
        raise AssertionError("It never ends.")

    def adopt(self, after: Policy, now: datetime) -> adoption.Switch:
        """Go over to another version."""
        switch = adoption.switch(self.policy, after, self.case, BELGIUM, self.told, now)
        self.told |= {key: self.told[source] for key, source in switch.copied.items()}
        self.told |= {moment.key: now for moment in switch.dropped}
        for change in switch.changes:
            self.case = apply(self.case, change)
        self.policy = after
        return switch

    def nudges(self, milestone: str) -> list[str]:
        """The days on which a milestone was asked."""
        return [
            now.date().isoformat()
            for now, moment in self.said
            if (moment.milestone, moment.kind) == (milestone, "nudge")
        ]


def published(edited: Cadence, before: Policy = COMPANY, version: int = 1) -> Policy:
    """The cadence as it is published after `before`."""
    return adoption.numbered(before, replace(edited.policy, version=version))


def changed(milestone: str, fields: Mapping[str, str]) -> Policy:
    """The pack with one milestone changed."""
    return published(cadence.change(cadence.begin("ours", COMPANY), milestone, fields))


def switched(milestone: str, fields: Mapping[str, str], on: str, start: str = "2026-11-02", **dates: str) -> Running:
    """A case that goes over on that day, at ten o'clock, to a policy with one milestone changed."""
    running = Running(case_of(start, "staff_of_20", **dates), COMPANY, every=10**9)
    running.run(brussels(f"{start} 08:00"), brussels(f"{on} 10:00"))
    running.adopt(changed(milestone, fields), brussels(f"{on} 10:00"))
    running.run(brussels(f"{on} 10:00"), brussels("2027-06-30 10:00"))
    return running


@pytest.mark.parametrize(
    ("fields", "on", "expected"),
    [
        # Said at six weeks already (14 December): wherever it moves, it is not said again.
        ({"at": "absence_start + 8w"}, "2026-12-15", ["2026-12-14"]),
        ({"at": "absence_start + 2w"}, "2026-12-15", ["2026-12-14"]),
        ({"at": "absence_reported + 8w"}, "2026-12-15", ["2026-12-14"]),
        # Still to come: later is later, earlier is earlier, and what lies behind now is said now.
        ({"at": "absence_start + 8w"}, "2026-12-01", ["2026-12-28"]),
        ({"at": "absence_start + 5w"}, "2026-12-01", ["2026-12-07"]),
        ({"at": "absence_start + 4w"}, "2026-12-01", ["2026-12-01"]),
        ({"at": "absence_reported + 4w"}, "2026-12-01", ["2026-12-01"]),
        ({"off": "true"}, "2026-12-01", []),
        ({"at": "absence_start + 5w, absence_start + 10w"}, "2026-12-01", ["2026-12-07", "2027-01-11"]),
        ({"at": "absence_start + 4w, absence_start + 10w"}, "2026-12-01", ["2026-12-01", "2027-01-11"]),
        ({"at": "absence_start + 5w, absence_start + 10w"}, "2026-12-15", ["2026-12-14", "2027-01-11"]),
        ({"at": "absence_start + 6w", "every": "4w"}, "2026-12-15", ["2026-12-14", "2027-01-11", "2027-02-08"]),
    ],
)
def test_one_moment_moves(fields: dict[str, str], on: str, expected: list[str]) -> None:
    """A step at six weeks, moved before and after it was said."""
    assert expected == switched("first_steps", fields, on).nudges("first_steps")[: len(expected)]


@pytest.mark.parametrize(
    ("fields", "on", "expected"),
    [
        ({"every": "2w"}, "2027-01-26", ["2026-11-30", "2026-12-28", "2027-01-25", "2027-02-08", "2027-02-22"]),
        ({"every": "8w"}, "2027-01-26", ["2026-11-30", "2026-12-28", "2027-01-25", "2027-03-22", "2027-05-18"]),
        ({"at": "absence_start + 5w"}, "2027-01-26", ["2026-11-30", "2026-12-28", "2027-01-25", "2027-02-01"]),
        ({"at": "absence_start + 29d"}, "2027-01-25", ["2026-11-30", "2026-12-28", "2027-01-25", "2027-02-23"]),
        ({"every": "6w"}, "2026-12-01", ["2026-11-30", "2027-01-11", "2027-02-22"]),
    ],
)
def test_what_repeats_keeps_its_pace(fields: dict[str, str], on: str, expected: list[str]) -> None:
    """A check-in every four weeks gets another pace: none twice within days, none left out by counting on."""
    running = Running(replace(case_of("2026-11-02", "staff_of_20"), checkins="yes"), COMPANY, every=10**9)
    running.run(brussels("2026-11-02 08:00"), brussels(f"{on} 10:00"))
    running.adopt(changed("check_in", fields), brussels(f"{on} 10:00"))
    running.run(brussels(f"{on} 10:00"), brussels("2027-06-30 10:00"))
    assert expected == running.nudges("check_in")[: len(expected)]


def test_a_new_step_asks_nothing_of_the_past() -> None:
    """A milestone of one's own on a day that passed is not asked any more, nor reminded of; the next case gets it."""
    edited = cadence.added(
        cadence.begin("ours", COMPANY), "flowers",
        {"to": "manager", "at": "absence_start + 1w", "remind": "2wd", "escalate": "40wd"},
    )  # fmt: skip
    running = Running(case_of("2026-11-02"), COMPANY)
    running.run(brussels("2026-11-02 08:00"), brussels("2026-11-10 10:00"))
    switch = running.adopt(published(edited), brussels("2026-11-10 10:00"))
    assert ["nudge", "reminder", "escalation"] == [moment.kind for moment in switch.dropped]
    running.run(brussels("2026-11-10 10:00"), brussels("2027-06-30 10:00"))
    assert [] == [moment for _, moment in running.said if moment.milestone == "flowers"]


def test_new_reminders_and_escalations_come_from_now_on() -> None:
    """Escalation after one day instead of ten floods nobody for what was asked last week; later it holds."""
    running = Running(case_of("2026-11-02"), COMPANY, every=10**9)
    running.run(brussels("2026-11-02 08:00"), brussels("2026-12-10 10:00"))
    running.adopt(changed("invite_check_ins", {"remind": "1wd", "escalate": "2wd"}), brussels("2026-12-10 10:00"))
    running.run(brussels("2026-12-10 10:00"), brussels("2027-06-30 10:00"))
    assert ["nudge"] == [moment.kind for _, moment in running.said if moment.milestone == "invite_check_ins"]


def test_a_running_chain_goes_on_under_the_new_count() -> None:
    """What was asked and not answered is reminded of once, by the new rule, whatever its number is now."""
    running = Running(case_of("2026-11-02"), COMPANY, every=10**9)
    running.run(brussels("2026-11-02 08:00"), brussels("2026-12-02 10:00"))  # personal_talk said after a month
    fields = {"at": "absence_start + 1m, absence_start + 3m", "remind": "4wd"}
    switch = running.adopt(changed("personal_talk", fields), brussels("2026-12-02 10:00"))
    assert [("personal_talk", 0)] == [key for key in switch.talks if key[0] == "personal_talk"]
    running.run(brussels("2026-12-02 10:00"), brussels("2027-02-01 10:00"))
    kinds = [(now.date().isoformat(), one.kind) for now, one in running.said if one.milestone == "personal_talk"]
    assert [("2026-12-02", "nudge"), ("2026-12-08", "reminder"), ("2026-12-16", "escalation")] == kinds[:3]


EDITS = st.sampled_from([
    ("first_steps", {"at": "absence_start + 3w"}), ("first_steps", {"at": "absence_start + 9w"}),
    ("first_steps", {"at": "absence_start + 6w", "every": "3w"}), ("first_steps", {"off": "true"}),
    ("first_steps", {"latest": "absence_start + 10w"}), ("first_steps", {"at": "absence_reported + 5w"}),
    ("first_steps", {"at": "absence_start + 2w, absence_start + 7w"}), ("first_steps", {"to": "coach"}),
    ("check_in", {"every": "1w"}), ("check_in", {"every": "2w"}), ("check_in", {"every": "1m"}),
    ("check_in", {"at": "absence_start + 1w"}),
    ("check_in", {"every": "", "until": ""}), ("check_in", {"times": "3"}),
    ("personal_talk", {"at": "absence_start + 1m"}),
    ("personal_talk", {"at": "absence_start + 2m, absence_start + 3m"}),
    ("personal_talk", {"at": "absence_start + 1m, absence_start + 2m, absence_start + 5m"}),
    ("personal_talk", {"at": "absence_start + 3w", "every": "5w"}),
    ("personal_talk", {"remind": "", "escalate": "2wd"}),
    ("weekly_contact", {"every": "2w"}), ("weekly_contact", {"at": "absence_start + 10d"}),
    ("evaluation", {"at": "back_at_work + 1w"}), ("evaluation", {"at": "back_at_work + 90d"}),
    ("after_2_weeks", {"remind": "1wd, 2wd, 3wd"}), ("after_2_weeks", {"only": "absent_1_month"}),
    ("estimate_8_weeks", {"at": "incapacity_start + 5w"}), ("certificate_ends", {"at": "certificate_end - 5wd"}),
    ("own", {"to": "manager", "at": "absence_start + 20d", "remind": "2wd"}),
    ("own", {"to": "hr", "at": "absence_start + 1w", "every": "10d"}), ("gone", {}),
])  # fmt: skip


def edited(edits: list[tuple[str, dict[str, str]]], before: Policy, version: int) -> Policy:
    """A cadence with these edits, as it is published after `before`."""
    found = cadence.begin("ours", COMPANY)
    for milestone, fields in edits:
        try:
            if milestone == "own":
                found = cadence.added(found, milestone, fields)
            elif milestone == "gone":
                found = cadence.removed(found, "welcome_ready")
            else:
                found = cadence.change(found, milestone, fields)
        except PolicyError:
            continue
    return published(found, before, version)


STARTS = st.dates(date(2026, 1, 5), date(2026, 12, 1))


def began(start: date, back: int | None) -> Case:
    """A case with check-ins and a certificate, and perhaps a return."""
    dates = {"certificate_end": (start + timedelta(days=45)).isoformat()}
    if back is not None:
        dates["expected_return"] = dates["actual_return"] = (start + timedelta(days=back)).isoformat()
    return replace(case_of(start.isoformat(), "staff_of_20", "contractual", **dates), checkins="yes", coach="tom")


@settings(deadline=None, max_examples=25)
@given(
    st.lists(EDITS, max_size=3), st.lists(EDITS, min_size=1, max_size=4), STARTS,
    st.sampled_from([None, 30, 80, 140]), st.integers(0, 200), st.sampled_from([2, 3, 10**9]),
)  # fmt: skip
@example(
    [("evaluation", {"at": "back_at_work + 90d"})], [("first_steps", {"at": "absence_start + 3w"})],
    date(2026, 1, 5), 140, 185, 2,
)  # fmt: skip
@example([], [("weekly_contact", {"at": "absence_start + 10d"})], date(2026, 1, 7), None, 7, 2)
# The first one of the new pace is the one just said; the one after it is still waited for.
@example([], [("weekly_contact", {"at": "absence_start + 10d"})], date(2026, 1, 5), None, 149, 2)
# Asked once, and to be asked again; from now on it is asked once.
@example(
    [("first_steps", {"at": "absence_start + 2w, absence_start + 7w"})],
    [("first_steps", {"at": "absence_start + 3w"})], date(2026, 1, 5), None, 14, 2,
)  # fmt: skip
@example(
    [("first_steps", {"at": "absence_start + 6w", "every": "3w"})], [("first_steps", {"at": "absence_start + 9w"})],
    date(2026, 1, 5), None, 45, 10**9,
)  # fmt: skip
def test_nothing_doubled_nothing_lost_nothing_from_the_past(
    first: list[tuple[str, dict[str, str]]],
    second: list[tuple[str, dict[str, str]]],
    start: date,
    back: int | None,
    day: int,
    every: int,
) -> None:
    """Whatever is changed and whenever: every nudge of the new cadence once, and none of what was before it."""
    before = edited(first, COMPANY, 1)
    after = edited(second, before, 2)
    case = began(start, back)
    opened = brussels(f"{start} 07:00")
    now, until = opened + timedelta(days=day, hours=4), opened + YEAR
    running = Running(case, before, every=every)
    running.run(opened, now)
    pending = {one.milestone for one in Look(before, running.case, BELGIUM, running.told, now).undecided()}
    # Still to come is also what lies beyond the run: brought forward into it, it is said.
    ahead = {one.milestone for one in timeline(before, case, BELGIUM, (until + YEAR).date()) if one.at > now}
    already = len(running.said)
    untouched = replace(running, told=dict(running.told), said=list(running.said))
    untouched.run(now, until)
    switch = running.adopt(after, now)
    assert switch.next_due == Look(after, running.case, BELGIUM, running.told, now).next_due()
    done = running.case.done
    running.run(now, until)
    later = running.said[already:]

    keys = [moment.key for _, moment in running.said]
    assert len(keys) == len(set(keys))
    for said, moment in later:
        assert said >= now
        if moment.at < now:
            assert moment.milestone in pending | ahead, moment
    for at, moment in expected(after, running.case, now, until):
        was_done = f"{moment.milestone}#{moment.nth}" in done
        rule = after.milestone(moment.milestone)
        # What repeats by the day of the absence is the same three days on, also where a weekend makes that five.
        by_day = rule is not None and rule.follows_agreement
        just_said = any(
            abs(at - when) <= timedelta(days=3, hours=12)
            or (by_day and abs(moment.due - one.due) <= timedelta(days=SMALL_CORRECTION))
            for when, one in running.said
            if (one.milestone, one.kind) == (moment.milestone, "nudge")
        )
        asked_once = rule is not None and not rule.every and len(rule.at) <= 1 and moment.key in keys[:already]
        assert was_done or just_said or asked_once or moment.key in switch.copied, moment
    for milestone in {moment.milestone for _, moment in running.said}:
        assert_apart(running, after, milestone, already)
    same = {one.id for one in after.milestones if one == before.milestone(one.id)}
    mine, theirs = ({one.key for _, one in some.said if one.milestone in same} for some in (running, untouched))
    assert theirs == mine
    again = adoption.switch(after, after, running.case, BELGIUM, running.told, now)
    assert ({}, (), ()) == (again.copied, again.dropped, again.changes)


@settings(deadline=None, max_examples=25)
@given(
    st.lists(EDITS, min_size=1, max_size=4), STARTS, st.sampled_from([None, 30, 80]), st.integers(0, 150),
)  # fmt: skip
def test_the_preview_is_what_happens(
    edits: list[tuple[str, dict[str, str]]], start: date, back: int | None, day: int
) -> None:
    """Every nudge of the preview is said on its day after the switch, and no other one."""
    after, case = edited(edits, COMPANY, 1), began(start, back)
    opened = brussels(f"{start} 07:00")
    now = opened + timedelta(days=day, hours=4)
    through = (now + timedelta(days=60)).date()
    running = Running(case, COMPANY, every=10**9)
    running.run(opened, now)
    effect = Between(COMPANY, after, BELGIUM, now, through).effect(running.case)
    already = len(running.said)
    running.adopt(after, now)
    running.run(now, now + timedelta(days=62))
    said = {
        (moment.milestone, at.date())
        for at, moment in running.said[already:]
        if moment.kind == "nudge" and at.date() <= through
    }
    # What repeats by the day of the absence is not said within three days of the last one (timeline.py).
    loosely = {one.id for one in after.milestones if one.follows_agreement}
    assert {key for key in said if key[0] not in loosely} == {
        (one.milestone, one.on) for one in effect.after if one.milestone not in loosely
    }
    nothing = Between(after, after, BELGIUM, now, through).effect(running.case)
    assert nothing.is_none


def expected(policy: Policy, case: Case, now: datetime, until: datetime) -> Iterator[tuple[datetime, Moment]]:
    """The nudges of the new cadence that lie ahead."""
    for moment in timeline(policy, case, BELGIUM, (until - timedelta(days=5)).date()):
        if moment.kind == "nudge" and moment.at > now:
            yield moment.at, moment


def assert_apart(running: Running, after: Policy, milestone: str, already: int) -> None:
    """The last nudge before and the first after the switch are no twins."""
    rule = after.milestone(milestone)
    before = [one for one in running.said[:already] if (one[1].milestone, one[1].kind) == (milestone, "nudge")]
    later = [one for one in running.said[already:] if (one[1].milestone, one[1].kind) == (milestone, "nudge")]
    if rule is None or not before or not later or rule.again or rule.follows_agreement:
        return
    if rule.every is None and len(rule.at) <= 1:
        assert before[-1][1].anchored != later[0][1].anchored, (milestone, before[-1], later[0])
    assert later[0][0] - before[-1][0] > timedelta(days=2), (milestone, before[-1], later[0])
