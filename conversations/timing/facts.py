"""The named facts a policy may refer to. `on` is the day the milestone counts from."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta

from conversations.case import Case
from conversations.timing.workdays import add_months

Fact = Callable[[Case, date], bool]


def learned(name: str, meaning: str) -> Fact:
    """A fact that somebody told us, or that holds for the whole organisation."""

    def holds(case: Case, _: date) -> bool:
        return name in case.facts

    holds.__name__ = name
    holds.__doc__ = meaning
    return holds


def began_in_2026(case: Case, _: date) -> bool:
    """The uninterrupted absence began on or after 1 January 2026 (L-04, L-06)."""
    began = case.anchors.get("incapacity_start") or case.anchors.get("absence_start")
    return began is not None and began >= date(2026, 1, 1)


def absent_4_weeks(case: Case, on: date) -> bool:
    """Absent for four weeks or more, seen from the first day back (L-14, S3-03)."""
    start = case.anchors.get("absence_start")
    return start is not None and _back(case, on) - start >= timedelta(weeks=4)


def absent_1_month(case: Case, on: date) -> bool:
    """Absent for more than a calendar month, seen from the first day back (S3-01)."""
    start = case.anchors.get("absence_start")
    return start is not None and _back(case, on).toordinal() > add_months(start.toordinal(), 1)


def progressive(case: Case, _: date) -> bool:
    """The return is partial at first: planned so, or already begun (L-22)."""
    return "progressive" in case.facts or "partial_return" in case.anchors


def formal_track(case: Case, _: date) -> bool:
    """A formal trajectory was asked for or runs (L-05, L-06)."""
    return "formal_track" in case.facts or "track_requested" in case.anchors


def plan_agreed(case: Case, _: date) -> bool:
    """Concrete agreements exist (S2-06, S2-08)."""
    return "plan_agreed" in case.facts or (case.plan is not None and bool(case.plan.running))


def return_expected(case: Case, _: date) -> bool:
    """A day of return is known, so what comes before it takes over (S4-10)."""
    return "expected_return" in case.anchors or "partial_return" in case.anchors


def has_coach(case: Case, _: date) -> bool:
    """The organisation has a terugkeercoach, or one is in the case (S2-04)."""
    return "has_coach" in case.facts or case.coach is not None


def _back(case: Case, on: date) -> date:
    known = (case.anchors.get(name) for name in ("back_at_work", "partial_return", "actual_return", "expected_return"))
    return next((day for day in known if day is not None), on)


LEARNED = {
    "staff_of_20": "The employer has twenty workers or more (L-06).",
    "staff_of_50": "The employer has fifty workers or more (L-19, L-20).",
    "contractual": "The employee has a labour contract (domain.md a.3).",
    "statutory": "The employee is a civil servant by appointment (domain.md a.3).",
    "health_surveillance": "The job is under gezondheidstoezicht (L-14).",
    "potential": "The occupational physician found work potential (L-04).",
    "no_potential": "The occupational physician found no work potential for now (L-04).",
    "decision_a": "The occupational physician decided A: unfit for now, other work is possible (L-10, L-12).",
    "decision_b": "Decision B: unfit for the agreed work for good, adapted or other work is possible (L-10, L-12).",
    "decision_c": "Decision C: nothing can be decided now, so no plan is due (L-10).",
    "complex": "Several actors are involved, so the coach leads (S2-06).",
    "work_accident": "A work accident or occupational disease: the insurer's own terms go first (L-24).",
    "maternity": "Maternity leave is no sickness (f.3, 14).",
    "conflict": "The line manager cannot be neutral here, so HR keeps contact (S1-06).",
    "return_refused_for_now": "The employee does not want to talk about returning yet (S2-04).",
    "employee_declines": "The employee declines contact, as is allowed (L-02).",
    "vps_changed": "The Flemish staff statute was changed, so S2-07 and S2-08 hold.",
    "colleagues_may_know": "The employee agreed that colleagues hear of the return (S4-12).",
}

_SEEN = (
    began_in_2026,
    absent_4_weeks,
    absent_1_month,
    progressive,
    formal_track,
    plan_agreed,
    return_expected,
    has_coach,
)

FACTS: Mapping[str, Fact] = {
    **{name: learned(name, meaning) for name, meaning in LEARNED.items()},
    **{fact.__name__: fact for fact in _SEEN},
}

# The anchors that a fact reads, by the name of the fact; the others read none.
_SINCE = frozenset({"absence_start", "back_at_work", "partial_return", "actual_return", "expected_return"})
ANCHORS_READ: Mapping[str, frozenset[str]] = {
    "began_in_2026": frozenset({"incapacity_start", "absence_start"}),
    "absent_4_weeks": _SINCE,
    "absent_1_month": _SINCE,
    "progressive": frozenset({"partial_return"}),
    "formal_track": frozenset({"track_requested"}),
    "return_expected": frozenset({"expected_return", "partial_return"}),
}
