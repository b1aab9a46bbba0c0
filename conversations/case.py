"""A case: one colleague's absence and return, and every way in which it can change."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, time, timedelta
from typing import Literal

from conversations.plan import Agreement, Plan

Role = Literal["employee", "manager", "hr", "coach"]
Status = Literal["open", "paused", "closed", "silenced"]
CheckIns = Literal["unasked", "invited", "yes", "no"]
Reached = Literal["reached", "no_answer", "not_needed"]
Frequency = Literal["weekly", "fortnightly", "monthly", "on_request"]
Message = Literal["absent", "absent_until", "employee_tells", "agreed_text"]


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody in the organisation. `opens` and `closes` are local times; `workdays` are ISO weekdays (1-7)."""

    id: str
    organisation: str
    name: str
    email: str
    roles: frozenset[Role] = frozenset({"employee"})
    team: str = ""
    manager: str | None = None
    deputy: str | None = None
    away_from: date | None = None
    away_until: date | None = None
    workdays: frozenset[int] = frozenset({1, 2, 3, 4, 5})
    opens: time = time(8, 30)
    closes: time = time(17, 0)
    locale: str = "nl"
    active: bool = True
    facts: frozenset[str] = frozenset()  # what holds for every case of this person: statutory, contractual ...

    @property
    def first_name(self) -> str:
        """The first word of the name, which is how the bot speaks of people."""
        return self.name.split(" ", 1)[0]

    def is_away(self, on: date) -> bool:
        """Whether this person said to be away on that day (both ends included)."""
        if self.away_from is None and self.away_until is None:
            return False
        return (self.away_from or date.min) <= on <= (self.away_until or date.max)


@dataclass(frozen=True, slots=True)
class Contact:
    """The contact agreement (domain.md b.0): who, how, how often, and when not. It steers every later nudge."""

    person: str | None = None  # who keeps contact: a person's id; None is the line manager
    channel: str | None = None  # phone, text, mail, chat, card, visit, via_hr, via_colleague
    frequency: Frequency | None = None
    disconnect_from: date | None = None
    disconnect_until: date | None = None  # last day of full disconnection
    restarts: str | None = None  # who takes up contact afterwards
    next: date | None = None
    info_wishes: tuple[str, ...] = ()
    colleagues: Message | None = None  # what the team may hear
    colleagues_text: str | None = None  # only in the employee's own words, screened
    agreed_on: date | None = None

    def disconnected(self, on: date) -> bool:
        """Whether full disconnection was agreed for that day."""
        if self.disconnect_until is None:
            return False
        return (self.disconnect_from or date.min) <= on <= self.disconnect_until


@dataclass(frozen=True, slots=True)
class Attempt:
    """One contact: date, channel and outcome. Never what was said."""

    on: date
    outcome: Reached
    channel: str | None = None
    by: str | None = None


@dataclass(frozen=True, slots=True)
class Spell:
    """An uninterrupted absence. `end` is the last day absent; None while it runs."""

    start: date
    end: date | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """What is known of one absence and return.

    `anchors` are the dates a policy counts from (domain.md a.4), by name: absence_reported, absence_start,
    certificate_end, contact, expected_return, partial_return, actual_return, return_feasible, talk_held ...
    `facts` are the named facts that were learned (see timing/facts.py). `done` holds "milestone#nth".
    """

    id: str
    organisation: str
    employee: str
    manager: str
    policy: str
    hr: str | None = None
    coach: str | None = None
    contact: Contact = field(default_factory=Contact)
    attempts: tuple[Attempt, ...] = ()
    anchors: Mapping[str, date] = field(default_factory=dict)
    facts: frozenset[str] = frozenset()
    spells: tuple[Spell, ...] = ()
    done: frozenset[str] = frozenset()
    plan: Plan | None = None
    checkins: CheckIns = "unasked"
    care: bool = False  # zorgmodus: no return nudges, no deadlines for the manager
    status: Status = "open"
    timezone: str = "Europe/Brussels"
    version: int = 0

    @property
    def is_live(self) -> bool:
        """Whether anything may still be said about this case."""
        return self.status in ("open", "paused")


# --- Changes: the only way a case changes, and the line in the journal -----------------------------------


@dataclass(frozen=True, slots=True)
class Moved:
    """A date of the case was set, moved or (None) taken away."""

    anchor: str
    to: date | None


@dataclass(frozen=True, slots=True)
class Learned:
    """A named fact holds, or (false) holds no longer."""

    fact: str
    holds: bool = True


@dataclass(frozen=True, slots=True)
class Contacted:
    """A contact was tried."""

    attempt: Attempt


@dataclass(frozen=True, slots=True)
class ContactAgreed:
    """The contact agreement was made or changed."""

    contact: Contact


@dataclass(frozen=True, slots=True)
class Planned:
    """The plan was made or a new version of it was kept."""

    plan: Plan


@dataclass(frozen=True, slots=True)
class Reviewed:
    """One agreement of the plan was looked at again: kept, adapted or stopped (the new state of it)."""

    agreement: Agreement


@dataclass(frozen=True, slots=True)
class Done:
    """A milestone was done: it is not said again, and its reminders and escalations end."""

    milestone: str
    nth: int = 0


@dataclass(frozen=True, slots=True)
class Returned:
    """The colleague is back from that day. Fully ends the running spell; partially does not: the incapacity goes on."""

    on: date
    partial: bool = False


@dataclass(frozen=True, slots=True)
class AbsentAgain:
    """A new absence after a return: keeps the plan, pauses the follow-up of the return, starts a new spell."""

    start: date


@dataclass(frozen=True, slots=True)
class Corrected:
    """The first day of the running absence was wrong."""

    start: date


@dataclass(frozen=True, slots=True)
class HandedOver:
    """Somebody else has this role in the case now (None: nobody)."""

    role: Role
    to: str | None


@dataclass(frozen=True, slots=True)
class CheckInsSet:
    """The employee's own choice about check-ins."""

    state: CheckIns


@dataclass(frozen=True, slots=True)
class CareSet:
    """Zorgmodus on or off (domain.md f.3, 8)."""

    on: bool


@dataclass(frozen=True, slots=True)
class Closed:
    """The case ends. `outcome` is a code without medical content: returned, left, withdrawn, other."""

    outcome: str
    on: date


@dataclass(frozen=True, slots=True)
class Silenced:
    """Every message about this person stops at once, queued ones too, and for good."""


@dataclass(frozen=True, slots=True)
class Adopted:
    """The case follows another policy version from now on."""

    policy: str


Change = (
    Moved | Learned | Contacted | ContactAgreed | Planned | Reviewed | Done | Returned | AbsentAgain | Corrected
    | HandedOver | CheckInsSet | CareSet | Closed | Silenced | Adopted
)  # fmt: skip


def _moved(case: Case, **dates: date | None) -> Case:
    anchors = {**case.anchors, **{name: day for name, day in dates.items() if day is not None}}
    for name, day in dates.items():
        if day is None:
            anchors.pop(name, None)
    return replace(case, anchors=anchors)


# What belongs to a return, and so is counted anew when somebody is absent again.
OF_A_RETURN = ("actual_return", "partial_return", "expected_return", "return_feasible", "talk_held")


def apply(case: Case, change: Change) -> Case:  # noqa: C901, PLR0911, PLR0912 - one branch a change is the point
    """The case after the change. The version is the storage's business."""
    match change:
        case Moved(anchor, to):
            return _moved(case, **{anchor: to})
        case Learned(fact, holds):
            return replace(case, facts=case.facts | {fact} if holds else case.facts - {fact})
        case Contacted(attempt):
            case = replace(case, attempts=(*case.attempts, attempt))
            return _moved(case, contact=attempt.on) if attempt.outcome == "reached" else case
        case ContactAgreed(contact):
            return replace(case, contact=contact)
        case Planned(plan):
            return replace(case, plan=plan)
        case Reviewed(agreement):
            assert case.plan is not None, "an agreement belongs to a plan"
            return replace(case, plan=case.plan.with_agreement(agreement))
        case Done(milestone, nth):
            return replace(case, done=case.done | {f"{milestone}#{nth}"})
        case Returned(on, partial=True):
            return _moved(case, partial_return=on)
        case Returned(on):
            last = on - timedelta(days=1)
            spells = tuple(replace(spell, end=last) if spell.end is None else spell for spell in case.spells)
            return _moved(replace(case, spells=spells), actual_return=on)
        case AbsentAgain(start):
            runs_on = bool(case.spells) and case.spells[-1].end is None  # back partially, and now not at all
            spells = case.spells if runs_on else (*case.spells, Spell(start))
            case = replace(case, spells=spells, done=frozenset(), contact=Contact())
            gone: dict[str, date | None] = dict.fromkeys(OF_A_RETURN)
            return _moved(case, **gone, certificate_end=None, contact=None,
                          absence_start=start, absence_reported=start)  # fmt: skip
        case Corrected(start):
            spells = (*case.spells[:-1], replace(case.spells[-1], start=start)) if case.spells else (Spell(start),)
            return _moved(replace(case, spells=spells), absence_start=start)
        case HandedOver(role, to):
            field_of = {"manager": "manager", "hr": "hr", "coach": "coach", "employee": "employee"}[role]
            assert to is not None or role in ("hr", "coach"), "a case always has an employee and a line manager"
            return replace(case, **{field_of: to})  # type: ignore[arg-type] # names of fields, checked above
        case CheckInsSet(state):
            return replace(case, checkins=state)
        case CareSet(on):
            return replace(case, care=on)
        case Closed(_, on):
            return _moved(replace(case, status="closed"), case_closed=on)
        case Silenced():
            return replace(case, status="silenced")
        case Adopted(policy):
            return replace(case, policy=policy)
