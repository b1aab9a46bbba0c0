"""Who may do what: one table (reliability.md S3), and the one function that reads it. Whatever is not in it, may not.

Somebody acts by a part: in a case (it is mine, I lead it, I stand in for who leads it), or in the house (HR, audit,
technical administration). Whom a case is about is nothing else in it: not its HR, and nobody's deputy.
`storage.cases.visible` is the quick way to the same answer for `know`; a generated test holds the two together.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal, get_args

from conversations.case import Case, Person
from conversations.deputies import CHAIN, LEADS

Part = Literal["employee", "manager", "deputy", "coach", "hr", "audit", "admin"]
Reach = Literal["never", "running", "closed", "always", "self", "team", "organisation"]
Action = Literal[
    # about a case
    "know", "see_dates", "see_own_steps", "see_steps", "see_hr_steps", "read_plan", "read_draft", "read_notes",
    "read_coach_notes", "answer_own", "answer", "correct", "write", "care", "silence", "close", "close_otherwise",
    "reopen", "hand_over", "take_over", "follow_law", "extend", "read_journal", "read_readers", "export", "erase",
    # about a person
    "open_case", "link", "stand_in",
    # about the organisation
    "see_today", "import", "edit_policy", "adopt_policy", "edit_texts", "edit_days", "see_delivery", "report",
    "verify_journal", "export_journal", "configure", "grant_roles",
]  # fmt: skip
PARTS: tuple[Part, ...] = get_args(Part)
HOUSE: tuple[Literal["hr", "audit", "admin"], ...] = ("hr", "audit", "admin")

# r while the case runs · c also once it was closed · a also when it was silenced
# s about oneself · t about one's team · o about everybody in the organisation
LETTERS: Mapping[str, Reach] = {
    "-": "never", "r": "running", "c": "closed", "a": "always", "s": "self", "t": "team", "o": "organisation",
}  # fmt: skip
STATES: Mapping[Reach, frozenset[str]] = {
    "running": frozenset({"open", "paused"}),
    "closed": frozenset({"open", "paused", "closed"}),
    "always": frozenset({"open", "paused", "closed", "silenced"}),
}
# employee, manager, deputy, coach, HR, audit, admin: in this order.
ROWS: Mapping[Action, str] = {
    "know":             "r c r r a - -",
    "see_dates":        "r c r r a - -",
    "see_own_steps":    "r - - - - - -",
    "see_steps":        "- c r r a - -",
    "see_hr_steps":     "- - - - a - -",
    "read_plan":        "r c r r a - -",
    "read_draft":       "- c r r a - -",
    "read_notes":       "- c r r a - -",
    "read_coach_notes": "r - - r - - -",
    "answer_own":       "r - - - - - -",
    "answer":           "- r r r r - -",
    "correct":          "- r r r r - -",
    "write":            "- r r r r - -",
    "care":             "- r r r r - -",
    "silence":          "- r r r r - -",
    "close":            "- r r r r - -",
    "close_otherwise":  "- - - - r - -",
    "reopen":           "- - - - c - -",
    "hand_over":        "- r r r r - -",
    "take_over":        "- - - - r - -",
    "follow_law":       "- - - - r - -",
    "extend":           "- - - - r - -",
    "read_journal":     "- - - - a - -",
    "read_readers":     "a - - - - a -",
    "export":           "a - - - a a -",
    "erase":            "- - - - a a -",
    "open_case":        "- t t - o - -",
    "link":             "s s s s o s s",
    "stand_in":         "- s s s o - -",
    "see_today":        "- - - - o - -",
    "import":           "- - - - o - -",
    "edit_policy":      "- - - - o - -",
    "adopt_policy":     "- - - - o - -",
    "edit_texts":       "- - - - o - -",
    "edit_days":        "- - - - o - -",
    "see_delivery":     "- - - - o - o",
    "report":           "- t - o o o -",
    "verify_journal":   "- - - - - o o",
    "export_journal":   "- - - - - o o",
    "configure":        "- - - - - - o",
    "grant_roles":      "- - - - - - o",
}  # fmt: skip
TABLE: Mapping[Action, Mapping[Part, Reach]] = {
    action: dict(zip(PARTS, (LETTERS[letter] for letter in row.split()), strict=True)) for action, row in ROWS.items()
}

# What a second person agrees to who may do the same, where there is one (reliability.md S3.9); of an import, one that
# changes much at once or takes a role of the house away.
SECOND: frozenset[Action] = frozenset({"import", "adopt_policy", "grant_roles"})

# Weighty: who sees more than the own cases proves again who it is before one of these, where there is a way to.
FRESH: frozenset[Action] = frozenset({"adopt_policy", "grant_roles", "export", "erase", "export_journal"})

# What it takes to open a talk about a case; every other one may be opened by whoever may know of the case. Where a
# talk tells some and asks others (take_over, estimate, formal_track, close) it looks at the role itself.
OPENS: Mapping[str, Action] = {
    **dict.fromkeys(("plan_answer", "check_in", "invitation"), "answer_own"),
    **dict.fromkeys(
        (
            "contact", "contact_agreement", "first_steps", "certificate", "prepare_talk", "reintegration_talk",
            "returned", "first_day", "follow_up", "evaluation", "review", "new_spell", "duty", "invite", "new_absence",
            "late", "take_over", "estimate", "formal_track", "away",
        ),
        "answer",
    ),
    "change_dates": "correct", "care": "care", "silence": "silence", "close": "close", "hand_over": "hand_over",
    "report": "read_plan",
}  # fmt: skip


def _nobody(_: str) -> None:
    """Nobody is away."""


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody on a day. `find` looks up who leads a case, whose deputy this person may be; asked only then."""

    person: Person
    on: date
    find: Callable[[str], Person | None] = _nobody

    @property
    def leads(self) -> bool:
        """Whether this person can have a part in somebody else's case at all."""
        return bool(self.person.roles & LEADS)


def may(actor: Actor, action: Action, about: Case | Person | None = None) -> bool:
    """Whether this person may do that now; `about` None is the organisation the person is of."""
    reach = TABLE[action]
    if isinstance(about, Case):
        return any(about.status in STATES.get(reach[part], ()) for part in _parts(actor, about))
    if isinstance(about, Person):
        return any(_reaches(actor, reach[part], about) for part in roles(actor))
    return any(reach[part] in ("self", "team", "organisation") for part in roles(actor))


def parts(actor: Actor, case: Case) -> frozenset[Part]:
    """What this person is in that case on that day. Nothing for who left, and in another organisation."""
    return frozenset(_parts(actor, case))


def _parts(actor: Actor, case: Case) -> Iterator[Part]:
    """One after the other, what takes most to find out last: for who has enough at one."""
    me = actor.person
    if not me.active or me.organisation != case.organisation:
        return
    if me.id == case.employee:
        yield "employee"
        return
    leads = actor.leads
    if leads and me.id == case.manager:
        yield "manager"
    if leads and me.id == case.coach:
        yield "coach"
    for role in HOUSE:
        if role in me.roles:
            yield role
    if leads and case.is_live and _is_deputy(actor, case):
        yield "deputy"


def roles(actor: Actor) -> frozenset[Part]:
    """What this person is in the house. Everybody works there, and who leads may stand in for another who does."""
    if not actor.person.active:
        return frozenset()
    own: frozenset[Part] = frozenset({"employee", *actor.person.roles})
    return own | {"deputy"} if actor.leads else own


def _reaches(actor: Actor, reach: Reach, about: Person) -> bool:
    me = actor.person
    if me.organisation != about.organisation:
        return False
    if reach == "team":
        return about.manager == me.id or (about.manager is not None and stands_in(actor, about.manager))
    return reach == "organisation" or (reach == "self" and about.id == me.id)


def _is_deputy(actor: Actor, case: Case) -> bool:
    """Who keeps contact or takes it up again counts for as long as that was agreed; the others while they stand in."""
    if actor.person.id in (case.contact.person, case.contact.restarts):
        return True
    return any(stands_in(actor, lead) for lead in (case.manager, case.coach) if lead is not None)


def stands_in(actor: Actor, lead: str) -> bool:
    """Whether this person is on that day the deputy of somebody who is not there, or the deputy's deputy."""
    if not actor.leads:
        return False
    for _ in range(CHAIN):
        person = actor.find(lead)
        if person is None or (person.active and not person.is_away(actor.on)):
            return False
        if person.deputy == actor.person.id:
            return True
        if person.deputy is None:
            return False
        lead = person.deputy
    return False
