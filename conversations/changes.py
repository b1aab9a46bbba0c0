"""Every way in which a case can change: the only way one does, and its line in the journal."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta

from conversations.case import Attempt, Case, CheckIns, Contact, Role, Spell
from conversations.plan import Agreement, Plan


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
class PutOff:
    """A milestone waits: it is asked again on that day, once, instead of the reminders until then.

    `reason` is a code, where HR gave a term more time: advice, employee, agreed, planning.
    """

    milestone: str
    nth: int
    until: date
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Returned:
    """The colleague is back from that day. Fully ends the last spell; partially does not: the incapacity goes on."""

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
class Paused:
    """Nobody but HR is asked anything up to and including that day; None: it goes on now."""

    until: date | None


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
    Moved | Learned | Contacted | ContactAgreed | Planned | Reviewed | Done | PutOff | Returned | AbsentAgain
    | Corrected | HandedOver | CheckInsSet | CareSet | Paused | Closed | Silenced | Adopted
)  # fmt: skip


def _moved(case: Case, **dates: date | None) -> Case:
    anchors = {**case.anchors, **{name: day for name, day in dates.items() if day is not None}}
    for name, day in dates.items():
        if day is None:
            anchors.pop(name, None)
    return replace(case, anchors=anchors)


def _still_out(case: Case) -> Case:
    """A return that did not come: what it ended runs on."""
    back = case.anchors.get("actual_return")
    if back is None or not case.spells or case.spells[-1].end != back - timedelta(days=1):
        return case
    return replace(case, spells=(*case.spells[:-1], replace(case.spells[-1], end=None)))


# What belongs to a return, and so is counted anew when somebody is absent again.
OF_A_RETURN = ("actual_return", "partial_return", "expected_return", "return_feasible", "talk_held")


def apply(case: Case, change: Change) -> Case:  # noqa: C901, PLR0911, PLR0912 - one branch a change is the point
    """The case after the change. The version is the storage's business."""
    match change:
        case Moved(anchor, to):
            return _moved(_still_out(case) if (anchor, to) == ("actual_return", None) else case, **{anchor: to})
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
        case PutOff(milestone, nth, until):
            return replace(case, put_off={**case.put_off, f"{milestone}#{nth}": until})
        case Returned(on, partial=True):
            return _moved(case, partial_return=on)
        case Returned(on):
            spells = (*case.spells[:-1], *(replace(spell, end=on - timedelta(days=1)) for spell in case.spells[-1:]))
            return _moved(replace(case, spells=spells), actual_return=on)
        case AbsentAgain(start):
            runs_on = bool(case.spells) and case.spells[-1].end is None  # back partially, and now not at all
            spells = case.spells if runs_on else (*case.spells, Spell(start))
            case = replace(case, spells=spells, done=frozenset(), put_off={}, contact=Contact())
            gone: dict[str, date | None] = dict.fromkeys(OF_A_RETURN)
            return _moved(case, **gone, certificate_end=None, contact=None,
                          absence_start=start, absence_reported=start)  # fmt: skip
        case Corrected(start):
            spells = (*case.spells[:-1], replace(case.spells[-1], start=start)) if case.spells else (Spell(start),)
            return _moved(replace(case, spells=spells), absence_start=start)
        case HandedOver(role, to):
            assert to is not None or role in ("hr", "coach"), "a case always has an employee and a line manager"
            return replace(case, **{role: to})  # type: ignore[arg-type] # a role is the name of its field, checked above
        case CheckInsSet(state):
            return replace(case, checkins=state)
        case CareSet(on):
            return replace(case, care=on)
        case Paused(until):
            return replace(case, status="open" if until is None else "paused", paused_until=until)
        case Closed(_, on):
            return _moved(replace(case, status="closed"), case_closed=on)
        case Silenced():
            return replace(case, status="silenced")
        case Adopted(policy):
            return replace(case, policy=policy)
