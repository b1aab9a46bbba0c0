"""What a policy is made of: spans, moments in words, milestones, clocks, and the mistake in a policy."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, time
from typing import Literal

from conversations.case import Role

Unit = Literal["d", "w", "m", "wd"]
Kind = Literal["law", "policy", "practice"]

# Dates that are set in a case (domain.md a.4).
SET_ANCHORS = frozenset({
    "absence_reported", "absence_start", "certificate_end", "contact", "contact_next", "disconnect_until",
    "estimate_requested", "estimate_done", "return_feasible", "first_talk_next", "expected_return",
    "partial_return", "actual_return", "talk_planned", "talk_held", "track_requested", "track_decided",
    "plan_delivered", "plan_answered", "temporary_incapacity_end", "case_closed",
})  # fmt: skip

# Starts of an uninterrupted absence, each by the relapse rule of its own clock; computed from the spells.
CLOCKS = frozenset({"incapacity_start", "force_majeure_start", "salary_start", "old_track_start"})

# `back_at_work` is the first day worked again, partially or fully; `year_end` closes the year the absence began.
ANCHORS = SET_ANCHORS | CLOCKS | {"back_at_work", "year_end"}

# What counts from these is about somebody who is not at work, and ends by itself on the first day back.
DURING_ABSENCE = CLOCKS | {
    "absence_reported", "absence_start", "certificate_end", "contact", "contact_next", "disconnect_until",
    "estimate_requested", "estimate_done", "return_feasible", "first_talk_next", "expected_return",
}  # fmt: skip

# These come back with another date in one absence, so what counts from them is asked `again`.
RETURNING = frozenset({"contact", "contact_next", "first_talk_next", "certificate_end", "disconnect_until"})

# What is waited for: a milestone `until` one of these is done once it came, whoever said so.
REACHED = frozenset({
    "contact", "estimate_requested", "estimate_done", "return_feasible", "talk_planned", "talk_held",
    "track_requested", "track_decided", "plan_delivered", "plan_answered",
})  # fmt: skip

# How many occurrences a series has room for: `nth` of the second series begins here, of the third at twice that.
SERIES = 100_000

# Beyond every day that matters, as an ordinal.
NEVER = date.max.toordinal()

# What a milestone may open.
DIALOGUES = frozenset({
    "new_absence", "contact", "contact_agreement", "first_steps", "care", "change_dates", "new_spell",
    "certificate", "close", "silence", "prepare_talk", "reintegration_talk", "report", "plan_answer", "returned",
    "first_day", "follow_up", "evaluation", "review", "my_cases", "case_menu", "away", "hand_over", "why", "help",
    "late", "take_over", "duty", "estimate", "formal_track", "invite", "invitation", "check_in", "today",
    "notice",
})  # fmt: skip


class PolicyError(ValueError):
    """A mistake in a policy file: where it stands, what is wrong, and what to write instead.

    `field` is the field it is about, where it is about one. `code` names the kind of mistake, for who says it in
    Dutch: messages/templates/nl/mistakes/<code>.md, with what `said` holds. `more` are the mistakes beside it.
    """

    more: tuple[PolicyError, ...] = ()

    def __init__(  # noqa: PLR0913, PLR0917 - a mistake that is complete
        self,
        file: str,
        milestone: str | None,
        problem: str,
        remedy: str,
        code: str = "wrong",
        field: str | None = None,
        said: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(f"{file}{f', milestone {milestone}' if milestone else ''}: {problem} {remedy}")
        self.file = file
        self.milestone = milestone
        self.problem = problem
        self.remedy = remedy
        self.code = code
        self.field = field
        self.said = dict(said or {})


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of time. Days, weeks, calendar months and working days are four different things."""

    n: int
    unit: Unit

    def __str__(self) -> str:
        return f"{self.n}{self.unit}"


@dataclass(frozen=True, slots=True)
class At:
    """A day counted from an anchor: `absence_start + 8w`, `expected_return - 1m`, `actual_return`."""

    anchor: str
    span: Span = Span(0, "d")

    def __str__(self) -> str:
        if self.span.n == 0:
            return self.anchor
        return f"{self.anchor} {'+' if self.span.n > 0 else '-'} {abs(self.span.n)}{self.span.unit}"


@dataclass(frozen=True, slots=True)
class Clock:
    """When a new absence counts on from the old one: after having been back `less than` or `up to` a span."""

    joins: Span
    included: bool  # "up to": the last day of the span still joins
    source: str


@dataclass(frozen=True, slots=True)
class Scope:
    """For whom a policy is meant. It describes and is shown; milestones are gated by facts."""

    statuut: frozenset[str] = frozenset()
    staff_from: int | None = None
    staff_until: int | None = None
    sector: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Milestone:
    """One thing that should happen. Validity is decided by the day the absence began."""

    id: str
    to: Role
    kind: Kind
    source: str
    at: tuple[At, ...] = ()
    latest: At | None = None
    every: Span | None = None
    until: At | None = None
    times: int | None = None
    ask: str | None = None
    remind: tuple[Span, ...] = ()
    escalate: Span | None = None
    escalate_to: Role = "hr"
    only: frozenset[str] = frozenset()
    unless: frozenset[str] = frozenset()
    again: bool = False  # asked anew for each date it gets: `nth` is the day of the absence, and not a count
    locked: bool = False
    series: int = 0  # counts up when its moments change from one version to the next, so that `nth` never means two
    off: bool = False
    valid_from: date | None = None
    valid_until: date | None = None
    care: bool = False  # still said in zorgmodus
    # What follows from the rest, kept at hand because every timeline asks for it.
    anchors: frozenset[str] = field(init=False, repr=False, compare=False)  # what it counts from
    calls_again: bool = field(init=False, repr=False, compare=False)  # reminders, a warning or an escalation

    def __post_init__(self) -> None:
        moments = (*self.at, self.latest) if self.latest else self.at
        object.__setattr__(self, "anchors", frozenset(moment.anchor for moment in moments))
        object.__setattr__(self, "calls_again", bool(self.remind or self.latest or self.escalate))

    @property
    def first_nth(self) -> int:
        """Where `nth` begins to count."""
        return self.series * SERIES

    @property
    def only_tells(self) -> bool:
        """Whether it is no more than a date the law names: it opens nothing, and nobody is reminded of it."""
        return self.kind == "law" and self.ask is None and not self.calls_again

    @property
    def follows_agreement(self) -> bool:
        """Whether the contact agreement sets the pace of this milestone."""
        return self.ask == "contact" and self.every is not None


@dataclass(frozen=True, slots=True, eq=False)
class Policy:
    """An organisation's cadence. A version never changes; a case points to it by `ref`. Equal is only itself.

    `valid_from`, `valid_until` and `scope` tell HR when and for whom to choose it. For one case, the validity of each
    milestone and its facts decide. What is older than `late` when it could be said, is missed and not said.
    """

    name: str
    version: int
    milestones: tuple[Milestone, ...]
    extends: str | None = None
    valid_from: date | None = None
    valid_until: date | None = None
    scope: Scope = Scope()
    send_at: time = time(9, 0)
    late: Span = Span(10, "d")
    clocks: Mapping[str, Clock] = field(default_factory=dict)

    @property
    def ref(self) -> str:
        """How a case points to this version: "company_c@1"."""
        return f"{self.name}@{self.version}"

    def milestone(self, name: str) -> Milestone | None:
        """The milestone of that id, if this policy has it."""
        return next((known for known in self.milestones if known.id == name), None)
