"""The return-to-work plan: what was agreed, under which of the five A's, and what became of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Literal

# The five A's with the names of the Diverscity template (domain.md c.2), and the routes to others (c.3).
Heading = Literal["content", "conditions", "means", "organisation", "relations", "route"]
HEADINGS: tuple[Heading, ...] = ("content", "conditions", "means", "organisation", "relations", "route")

State = Literal["open", "kept", "adapted", "stopped"]
Reply = Literal["agreed", "differs"]
PlanStatus = Literal["draft", "discussed", "sent", "agreed", "active", "evaluated", "closed"]
Outcome = Literal[
    "full", "extended", "lasting", "redeployed", "absent_again", "left", "other"
]  # domain.md c.1, evaluation


@dataclass(frozen=True, slots=True)
class Agreement:
    """One agreement (afspraak). `code` is of the catalogue (domain.md c.3) or "own"; `what` is functional text."""

    id: str
    heading: Heading
    code: str
    what: str | None = None  # the manager's own words, screened; the catalogue's words otherwise
    owner: Literal["manager", "employee", "hr", "coach", "other"] = "manager"
    starts: date | None = None
    ends: date | None = None
    temporary: bool = True
    review_on: date | None = None
    state: State = "open"
    employee_reply: Reply | None = None
    employee_remark: str | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a build-up schedule: from that day, so many hours a week on those ISO weekdays."""

    starts: date
    hours: float
    days: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class FirstDay:
    """Who welcomes, when, and with what."""

    host: str | None = None
    at: str | None = None  # "09:00"
    tasks: str | None = None
    ready: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Team:
    """What colleagues hear about the return, from whom and when."""

    level: str | None = None
    by: str | None = None
    on: date | None = None
    text: str | None = None
    told: bool = False


@dataclass(frozen=True, slots=True)
class FollowUp:
    """One follow-up talk after the return."""

    milestone: str
    on: date
    goes_well: str | None = None
    attention: str | None = None
    agreements_ok: bool | None = None
    went: Literal["good", "okay", "hard"] | None = None  # the first day, as work went


@dataclass(frozen=True, slots=True)
class Plan:
    """The informal plan and the report of the talk in one record (domain.md c.1, without the documents)."""

    version: int = 1
    status: PlanStatus = "draft"
    made_on: date | None = None
    planned_at: date | None = None
    planned_hour: str | None = None  # "14:30"
    place: str | None = None
    participants: tuple[str, ...] = ()
    held_on: date | None = None
    valid_from: date | None = None
    valid_until: date | None = None
    capabilities: str | None = None
    limitations: str | None = None
    needs: str | None = None
    feasible: str | None = None  # "groene grenzen": what manager and team can do
    fixed: str | None = None  # "rode grenzen": what cannot move for now; HR looks along, never a decision
    advice: str | None = None  # the occupational physician's functional recommendations
    work_factors: tuple[str, ...] = ()
    agreements: tuple[Agreement, ...] = ()
    buildup: tuple[Step, ...] = ()
    changes: tuple[str, ...] = ()  # codes, and one in the manager's own words
    changes_told: bool = False
    team: Team = field(default_factory=Team)
    first_day: FirstDay = field(default_factory=FirstDay)
    manager_duty: str | None = None
    employee_duty: str | None = None
    signals: str | None = None  # how we notice that it becomes too much: functional signs only
    support: tuple[str, ...] = ()
    follow_ups: tuple[FollowUp, ...] = ()
    outcome: Outcome | None = None
    evaluated_on: date | None = None
    sent_on: date | None = None
    reply: Reply | None = None
    remark: str | None = None
    open_points: tuple[str, ...] = ()

    def with_agreement(self, changed: Agreement) -> Plan:
        """The plan with one agreement replaced, as a new version."""
        agreements = tuple(changed if known.id == changed.id else known for known in self.agreements)
        return replace(self, agreements=agreements, version=self.version + 1)

    def under(self, heading: Heading) -> tuple[Agreement, ...]:
        """The agreements under one of the five A's."""
        return tuple(agreement for agreement in self.agreements if agreement.heading == heading)

    @property
    def running(self) -> tuple[Agreement, ...]:
        """What is agreed and not stopped."""
        return tuple(agreement for agreement in self.agreements if agreement.state != "stopped")


def next_id(agreements: Iterable[Agreement]) -> str:
    """An id for one more agreement: counted, because the core has no chance."""
    return f"a{1 + max((int(agreement.id[1:]) for agreement in agreements), default=0)}"
