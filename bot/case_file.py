"""All that HR may know of a case: how it stands, what waits, why each nudge went or did not, and its journal."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from typing import Any, NamedTuple

from bot import acts, scenes
from bot.house import BRUSSELS, House, known
from bot.recipients import addressee
from conversations.access import Actor, may
from conversations.case import Case, Office, Person
from conversations.dialogues.case_menu import phase
from conversations.talking.dialogue import Coming
from conversations.timing.guard import Hold, may_send
from conversations.timing.terms import Policy
from conversations.timing.timeline import Look
from conversations.timing.waiting import Waiting
from messages import render
from messages.own_words import Own
from storage import cases, journal, people, standing
from storage.cases import Decision
from storage.transaction import Tx

MOST = 200  # people in a list to choose from; where there are more, the address is typed
DAY = re.compile(r"\d{4}-\d\d-\d\d")
# What only concerns the employee's own choice leaves no trace for others (domain.md d.4, f.3-30).
OWN = frozenset({"CheckInsSet"})


class Why(NamedTuple):
    """What was decided about a moment: when, what it was, what came of it, and the words for the reason."""

    at: datetime
    milestone: str
    kind: str
    outcome: str
    reason: str


class Waits(NamedTuple):
    """A step that waits, and until when it may be extended."""

    milestone: str
    nth: int
    kind: str
    to: str
    since: date
    again: date | None
    late: bool
    missed: bool
    escalated: date | None
    held: str
    most: date
    may_be_done: bool


class Line(NamedTuple):
    """A line of the journal: when, by whom, and the changes."""

    at: datetime
    by: str
    changes: Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class File:
    """Everything that is shown of a case."""

    case: Case
    people: Mapping[str, Person]
    phase: str
    policy: Policy
    steps: Sequence[Coming] | None  # nothing of a case that was silenced: everything about it stopped
    waits: Sequence[Waits]
    why: Sequence[Why]
    journal: Sequence[Line]
    may: frozenset[str]
    managers: Sequence[Person]
    coaches: Sequence[Person]
    own: Own  # the words of the organisation, by which steps are called

    def name(self, person: str | None) -> str:
        """The full name; nothing for nobody."""
        found = self.people.get(person or "")
        return found.name if found else ""

    @property
    def employee(self) -> Person:
        """Whom it is about."""
        return self.people[self.case.employee]


def decided(found: Iterable[Decision], to: Mapping[str, str]) -> list[Why]:
    """The decisions in words, the latest first; what was asked of the employee is not HR's to follow (d.4)."""
    rows: list[Why] = []
    for one in found:
        milestone, _, _, kind, _ = one.key.split("/")
        falls_with_it = one.outcome == "dropped" and kind in ("reminder", "escalation")
        if to.get(milestone) == "employee" or falls_with_it:
            continue
        path = f"reasons/{one.reason}"
        words = render.topic("", path) if one.reason and render.exists("", path) else ""
        rows.append(Why(one.at.astimezone(BRUSSELS), milestone, kind, one.outcome, words))
    return rows[::-1]


def told(entries: Iterable[journal.Entry], names: Mapping[str, Person], to: Mapping[str, str]) -> list[Line]:
    """The journal, the latest first, without what is the employee's own and without who looked."""
    lines: list[Line] = []
    for entry in entries:
        changes = [
            _with_days(change)
            for change in entry.changes
            if change["change"] not in OWN | {"Read"} and to.get(change.get("milestone", "")) != "employee"
        ]  # fmt: skip
        if changes or not entry.changes:
            known_as = names.get(entry.by)
            lines.append(Line(entry.at.astimezone(BRUSSELS), known_as.name if known_as else "", changes))
    return lines[::-1]


def _with_days(change: Mapping[str, Any]) -> dict[str, Any]:
    return {name: date.fromisoformat(value) if _is_day(value) else value for name, value in change.items()}


def _is_day(value: object) -> bool:
    return isinstance(value, str) and DAY.fullmatch(value) is not None


class Reader:
    """Reads it of one case, in one transaction."""

    def __init__(self, house: House, tx: Tx, me: Person, case: Case, now: datetime) -> None:
        self.house, self.tx, self.me, self.now = house, tx, me, now
        self.today = now.astimezone(BRUSSELS).date()
        self.organisation = self.house.organisation(tx, case.organisation)
        self.plain, self.case = case, known(case, self.organisation)
        self.policy = self.house.followed(tx, case)  # at the hour of the organisation, as what is sent

    def file(self) -> File:
        """All of it."""
        entries = journal.of(self.tx, self.case.id)
        leads, coaches = self._able("manager", self.case.manager), self._able("coach", None)
        everybody = self._named(entries)
        to = {rule.id: rule.to for rule in self.policy.milestones}
        actor = Actor(self.me, self.today, partial(people.get, self.tx))
        allowed = frozenset(what for what, way in acts.ACTS.items() if may(actor, way.action, self.plain))
        return File(
            case=self.plain, people=everybody, policy=self.policy, steps=self._steps(), waits=self._waits(),
            phase="paused" if self.case.rests(self.today) else phase(self.case, self.today),
            why=decided(cases.decisions(self.tx, self.case.id), to), journal=told(entries, everybody, to),
            may=allowed, managers=leads, coaches=coaches,
            own=self.house.own_words(self.tx, self.case.organisation),
        )  # fmt: skip

    def _able(self, role: Office, but: str | None) -> list[Person]:
        """Who may have this role in the case; nobody where there are too many to choose from."""
        able = people.with_role(self.tx, self.case.organisation, role, MOST + 1)
        return [one for one in able if one.id not in (but, self.case.employee)] if len(able) <= MOST else []

    def _named(self, entries: Iterable[journal.Entry]) -> dict[str, Person]:
        """Everybody in the case, now and in its journal."""
        case = self.case
        told = {value for entry in entries for change in entry.changes for value in change.values()}
        ids = {case.employee, case.manager, case.hr, case.coach, case.contact.person, case.contact.restarts, *told}
        known_as = {str(one) for one in (*ids, *(entry.by for entry in entries)) if isinstance(one, str)}
        people.recall(self.tx, known_as)
        found = (people.recalled(self.tx, one) for one in known_as)
        return {one.id: one for one in found if one is not None and one.organisation == case.organisation}

    def _steps(self) -> list[Coming] | None:
        if self.case.status == "silenced":
            return None
        steps = scenes.ahead(self.tx, self.house, self.organisation, self.case, self.now)
        return steps if self.case.is_live else [step for step in steps if step.state == "done"]

    def _waits(self) -> list[Waits]:
        if not self.case.is_live:
            return []
        held = self._held()
        found = standing.of_case(self.tx, self.case.id)
        return [self._waiting(one, held) for one in sorted(found, key=lambda one: (one.since, one.milestone, one.nth))]

    def _waiting(self, one: Waiting, held: Mapping[tuple[str, int], str]) -> Waits:
        rule = self.policy.milestone(one.milestone)
        return Waits(
            one.milestone, one.nth, scenes.kind_of(self.policy, one.milestone), one.to, one.since,
            one.again, one.is_late(self.today), one.missed, one.escalated, held.get((one.milestone, one.nth), ""),
            acts.longest(rule, one, self.today), one.milestone != "agreement_review",
        )  # fmt: skip

    def _held(self) -> dict[tuple[str, int], str]:
        """What is not said yet though its time has come, and why not."""
        calendar = self.house.calendar(self.organisation)
        look = Look(self.policy, self.case, calendar, cases.told(self.tx, self.case.id), self.now)
        found: dict[tuple[str, int], str] = {}
        for moment in look.undecided():
            person = addressee(self.tx, self.case, moment, self.today)
            verdict = may_send(self.case, person, moment, calendar, self.now) if person else None
            if isinstance(verdict, Hold):
                found[moment.milestone, moment.nth] = render.topic("", f"reasons/{verdict.reason}")
        return found
