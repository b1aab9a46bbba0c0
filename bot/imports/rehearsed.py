"""A file that was looked at and waits: what it would do, and who may say yes to it (reliability.md E9, S3.9).

What is more likely a wrong file than a busy week wants a second person of HR (bot/second.py: who ever came in); where
there is only one, the number of changes typed: nobody else could say yes there, and a small employer could otherwise
never change its managers. So does a file that takes a role away, or says that who has it left: nobody makes themselves
the only one.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.arrangements import Unfit
from bot.imports import differences
from bot.imports.compare import Known, Plan
from bot.imports.history import Older
from bot.imports.keeping import Kept
from conversations.access import HOUSE, Actor, may
from conversations.case import Office, Person


@dataclass(frozen=True, slots=True)
class Beside:
    """What is known beside the people and the cases: who else could look, and whether a second one gives roles."""

    older: tuple[Older, ...]
    others: tuple[str, ...]
    administrators: bool


@dataclass(frozen=True, slots=True)
class Looked:
    """Files beside what is known now: what they would do, whether they are older, and who else could look."""

    kept: Kept
    plan: Plan
    lines: tuple[differences.Line, ...]
    older: tuple[Older, ...]
    others: tuple[str, ...]
    refused: Unfit | None  # why this person may not bring it in, whatever the answer

    @property
    def mark(self) -> str:
        """By which these differences are known again."""
        return differences.mark(self.lines)

    @property
    def gives(self) -> bool:
        """Whether somebody gets a role by it that is given on the page of roles otherwise."""
        return bool(_given(self.plan))

    @property
    def takes(self) -> list[str]:
        """Who loses such a role by it, or is not there any more."""
        return [step.after.name for step in self.plan.people if _office(step.before) - _office(step.after)]

    @property
    def wants_two(self) -> bool:
        """Whether somebody else of HR has to say yes."""
        return bool((self.plan.large or self.takes) and self.others)

    @property
    def number(self) -> int:
        """What is typed where nobody else can look: how many managers change and cases close."""
        return sum(one.count for one in self.plan.large)


def _office(person: Person | None) -> frozenset[Office]:
    return person.roles & frozenset(HOUSE) if person is not None and person.active else frozenset()


def _given(plan: Plan) -> list[Person]:
    """Who gets a role of those that see more than the own cases."""
    return [step.after for step in plan.people if _office(step.after) - _office(step.before)]


def refused(me: Person, now: datetime, plan: Plan, known: Known, beside: Beside) -> Unfit | None:
    """What holds for roles on their own page holds for a file too: by whom, to whom, and never the last of HR."""
    given = _given(plan)
    if any(one.id == me.id for one in given):
        return Unfit("own_roles")
    first = not any("admin" in one.roles for one in known.people)  # not: none any more, by another file
    if given and not first and not may(Actor(me, now.date()), "grant_roles"):
        return Unfit("not_given", names=[one.name for one in given[:5]])
    if given and beside.administrators:
        return Unfit("not_in_a_file", names=[one.name for one in given[:5]])
    after = {one.id: one for one in known.people} | {step.after.id: step.after for step in plan.people}
    if not any("hr" in one.roles and one.active for one in after.values()):
        return Unfit("last_hr")
    return None
