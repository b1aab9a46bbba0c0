"""A plan as lines that people can read: who is new, who changes and how, which case closes. In codes, not words."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from bot.imports.compare import CaseStep, Plan
from bot.imports.staff import PersonStep
from conversations.case import Person
from conversations.changes import AbsentAgain, Change, Corrected, HandedOver, Learned, Moved, Returned

Group = Literal["new", "changed", "closed"]
Value = str | date | frozenset[int] | frozenset[str] | None
FIELDS = ("name", "email", "team", "manager", "deputy", "roles", "workdays", "active", "facts")


@dataclass(frozen=True, slots=True)
class Detail:
    """One thing that changes: a code, what it was, and what it becomes."""

    what: str
    before: Value
    after: Value


@dataclass(frozen=True, slots=True)
class Line:
    """One difference: of a person or of a case, with the row that is the cause (0 where it is another row's)."""

    about: Literal["person", "case"]
    group: Group
    row: int
    name: str
    kinds: tuple[str, ...] = ()
    details: tuple[Detail, ...] = ()


def _value(person: Person, field: str, names: Mapping[str, str]) -> Value:
    if field in ("manager", "deputy"):
        return names.get(getattr(person, field) or "")
    if field == "active":
        return "yes" if person.active else "no"
    found: Value = getattr(person, field)
    return found


def _person(step: PersonStep, names: Mapping[str, str]) -> Line:
    before, after = step.before, step.after
    if before is None:
        shown = (Detail(one, None, _value(after, one, names)) for one in ("email", "team", "manager", "roles"))
        return Line("person", "new", step.row, after.name, (), tuple(one for one in shown if one.after))
    changed = (one for one in FIELDS if getattr(before, one) != getattr(after, one))
    details = tuple(Detail(one, _value(before, one, names), _value(after, one, names)) for one in changed)
    left = before.active and not after.active
    return Line("person", "closed" if left else "changed", step.row, after.name, (), details)


def _detail(step: CaseStep, change: Change, names: Mapping[str, str]) -> Detail | None:
    case = step.case
    match change:
        case Moved(anchor, to):
            return Detail(anchor, case.anchors.get(anchor), to)
        case Returned(on):
            return Detail("actual_return", case.anchors.get("actual_return"), on)
        case AbsentAgain(start):
            return Detail("again", None, start)
        case Corrected(start):
            return Detail("absence_start", case.anchors.get("absence_start"), start)
        case HandedOver(_, to):
            return Detail("manager", names.get(case.manager), names.get(to or ""))
        case Learned(fact):
            return Detail("facts", None, frozenset({fact}))
        case _:
            return None


def _case(step: CaseStep, names: Mapping[str, str]) -> Line:
    case = step.case
    name = names.get(case.employee, "")
    if not step.changes:
        shown = [(one, case.anchors[one]) for one in ("absence_start", "certificate_end") if one in case.anchors]
        dates = (Detail(one, None, day) for one, day in shown)
        return Line(
            "case", "new", step.row, name, step.kinds, (*dates, Detail("manager", None, names.get(case.manager)))
        )
    details = (_detail(step, change, names) for change in step.changes)
    group: Group = "closed" if "withdrawn" in step.kinds else "changed"
    return Line("case", group, step.row, name, tuple(dict.fromkeys(step.kinds)), tuple(one for one in details if one))


def lines(plan: Plan, people: Mapping[str, Person]) -> tuple[Line, ...]:
    """Every difference, people first, each in the order of the file. `people` are those known before."""
    names = {key: person.name for key, person in people.items()} | {one.after.id: one.after.name for one in plan.people}
    found = [_person(step, names) for step in plan.people] + [_case(step, names) for step in plan.cases]
    return tuple(sorted(found, key=lambda line: (line.about == "case", line.row, line.name)))


def mark(found: tuple[Line, ...]) -> str:
    """By which the same differences are known again: who says yes to these does not say yes to others."""
    plain = [
        (one.about, one.group, one.row, one.name, one.kinds, [_told(part) for part in one.details]) for one in found
    ]
    return hashlib.sha256(repr(plain).encode()).hexdigest()[:32]


def _told(part: Detail) -> tuple[str, str, str]:
    return part.what, _plain(part.before), _plain(part.after)


def _plain(value: Value) -> str:
    return str(sorted(map(str, value))) if isinstance(value, frozenset) else str(value)
