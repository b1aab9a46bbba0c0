"""A case: one colleague's absence and return, and the people and agreements in it. How it changes is in changes.py."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, time
from itertools import takewhile
from typing import Literal

from conversations.plan import Plan

Role = Literal["employee", "manager", "hr", "coach"]  # who has a part in a case, and is written to about it
Office = Role | Literal["audit", "admin"]  # audit looks after the journal, admin after the machine: neither sees a case
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
    roles: frozenset[Office] = frozenset({"employee"})
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
    `facts` are the named facts that were learned (see timing/facts.py). `done` holds "milestone#nth";
    `put_off` holds the day on which somebody wants to be asked again, by the same.
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
    put_off: Mapping[str, date] = field(default_factory=dict)
    plan: Plan | None = None
    checkins: CheckIns = "unasked"
    care: bool = False  # zorgmodus: no return nudges, no deadlines for the manager
    status: Status = "open"
    paused_until: date | None = None  # the last day of a pause: nobody but HR is asked anything until then
    timezone: str = "Europe/Brussels"
    version: int = 0

    @property
    def unanswered(self) -> int:
        """How many attempts to keep in touch had no answer, one after the other, up to now."""
        return len(list(takewhile(lambda attempt: attempt.outcome == "no_answer", reversed(self.attempts))))

    @property
    def is_quiet(self) -> bool:
        """Whether two attempts had no answer: from then on nobody pushes (domain.md f.3, 2)."""
        return self.unanswered >= 2

    @property
    def is_live(self) -> bool:
        """Whether anything may still be said about this case."""
        return self.status in ("open", "paused")

    def rests(self, on: date) -> bool:
        """Whether the case is paused on that day; after its last day it goes on by itself."""
        return self.status == "paused" and self.paused_until is not None and on <= self.paused_until

    def held_by(self, role: Role) -> str | None:
        """The id of who has this role in the case; None where HR or the coach is nobody in particular."""
        return {"employee": self.employee, "manager": self.manager, "hr": self.hr, "coach": self.coach}[role]
