"""Files beside what is known: everything an import would do, computed before anything is done."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import partial, reduce
from typing import Literal

from bot.imports import absences, course, people, table
from bot.imports.absences import Stretch
from bot.imports.columns import is_absences
from bot.imports.problems import Problem, Problems
from bot.imports.staff import PersonStep, Staff
from bot.imports.table import Table
from conversations.case import Case, Person, Spell
from conversations.changes import Change, HandedOver, Learned, apply
from conversations.timing import workdays
from conversations.timing.workdays import Calendar

# An import that does more than this at once is more likely a wrong file than a busy week (reliability.md E9).
MOST_MANAGERS, MOST_CLOSED, FEW = 0.20, 0.10, 5


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of the organisation before the import. `running` and `ended` are its cases."""

    organisation: str
    policy: str
    people: tuple[Person, ...]
    running: tuple[Case, ...]
    ended: tuple[Case, ...]
    calendar: Calendar


@dataclass(frozen=True, slots=True)
class CaseStep:
    """One case to open (no changes), or one to change. `row` is 0 where the file with people is the cause."""

    row: int
    kinds: tuple[course.Kind, ...]
    case: Case
    changes: tuple[Change, ...] = ()


@dataclass(frozen=True, slots=True)
class Large:
    """More than anybody does on purpose: so many of so many get another line manager, or close."""

    what: Literal["managers", "closed"]
    count: int
    of: int

    def __str__(self) -> str:
        if self.what == "managers":
            return f"{self.count} of {self.of} people get another line manager"
        return f"{self.count} of {self.of} running cases would close"


@dataclass(frozen=True, slots=True)
class Plan:
    """What an import will do, and what is wrong. With problems nothing is done."""

    people: tuple[PersonStep, ...] = ()
    cases: tuple[CaseStep, ...] = ()
    problems: Problems = field(default_factory=Problems)
    over: int = 0  # absences that ended before today: no case is opened for them
    large: tuple[Large, ...] = ()  # why somebody must look twice

    @property
    def counts(self) -> Counter[str]:
        """How much of each kind, for the summary."""
        found: Counter[str] = Counter(kind for step in self.cases for kind in set(step.kinds))
        found["new people"] = sum(step.before is None for step in self.people)
        found["changed people"] = sum(step.before is not None for step in self.people)
        found["changed managers"] = sum(step.manager_changed for step in self.people)
        return +found


def _was(ended: Case, stretch: Stretch) -> bool:
    """Whether this absence belongs to a case that ended: it stays ended. After "stop alles" every absence does."""
    if ended.status == "silenced" or stretch.start <= ended.anchors.get("case_closed", date.min):
        return True
    return any(spell.start == stretch.start for spell in ended.spells)


class _Cases:
    """The cases as they will be, one step for each that changes."""

    def __init__(self, known: Known, staff: Staff, today: date, new_id: Callable[[], str]) -> None:
        self._known, self._staff, self._today, self._new_id = known, staff, today, new_id
        self._running = {case.employee: case for case in known.running}
        self._ended: dict[str, list[Case]] = {}
        for case in known.ended:
            self._ended.setdefault(case.employee, []).append(case)
        self._opened: set[str] = set()
        self._on_file: dict[str, Stretch] = {}  # absences that run, by address
        self._steps: dict[str, CaseStep] = {}
        self.over = 0

    def _change(self, row: int, kinds: Sequence[course.Kind], employee: str, changes: Sequence[Change]) -> None:
        if not changes:
            return
        case = self._running[employee]
        after = reduce(apply, changes, case)
        step = self._steps.get(case.id, CaseStep(row, (), case))
        if case.id in self._opened:
            step = CaseStep(step.row, step.kinds, after)
        else:
            step = CaseStep(step.row, (*step.kinds, *kinds), step.case, (*step.changes, *changes))
        self._steps[case.id] = step
        if after.is_live:
            self._running[employee] = after
        else:
            del self._running[employee]
            self._ended.setdefault(employee, []).append(after)

    def staff(self, steps: Iterable[PersonStep]) -> None:
        """What a change of a person changes in the running case."""
        for step in steps:
            case = self._running.get(step.after.id)
            if case is None or step.before is None:
                continue
            if step.manager_changed and case.manager == step.before.manager:
                hr = self._staff.hr_for(step.after)
                new = step.after.manager or (hr.id if hr else None)
                if new is not None:
                    self._change(step.row, ["handed_over"], case.employee, [HandedOver("manager", new)])
            gone, come = step.before.facts - step.after.facts, step.after.facts - case.facts
            learned = [Learned(fact, holds=False) for fact in sorted(gone)] + [Learned(fact) for fact in sorted(come)]
            self._change(step.row, ["dates"] if learned else [], case.employee, learned)

    def absences(self, found: Sequence[Stretch], problems: Problems) -> None:
        """What the absences in the files change, the withdrawn ones first."""
        for stretch in found:
            if not stretch.withdrawn and not course.is_over(stretch, self._today):
                self._on_file.setdefault(stretch.email, stretch)
        for stretch in found:
            self._absence(stretch, problems)

    def _absence(self, stretch: Stretch, problems: Problems) -> None:
        person = self._staff.by_email(stretch.email)
        if person.id in self._running:
            works = partial(workdays.works, person, self._known.calendar)
            case, other = self._running[person.id], self._on_file.get(stretch.email)
            kinds, changes = course.follow(case, stretch, works, self._today, other.start if other else None)
            if changes:
                told = other if stretch.withdrawn and other else stretch
                self._begins(told, case.anchors.get("absence_start"), problems)
            self._change(stretch.row, kinds, person.id, changes)
            return
        if stretch.withdrawn or any(_was(case, stretch) for case in self._ended.get(person.id, ())):
            return
        if course.is_over(stretch, self._today):
            self.over += 1
            return
        self._open(person, stretch, problems)

    def _begins(self, stretch: Stretch, known: date | None, problems: Problems) -> None:
        """Refuse a first day that is a slip of the keyboard."""
        if not course.can_begin(stretch.start, self._today, known):
            text = "the first day lies more than two years back, or more than three months ahead"
            problems.add(stretch.source, stretch.row, stretch.column, "start_far", text)

    def _open(self, person: Person, stretch: Stretch, problems: Problems) -> None:
        self._begins(stretch, None, problems)
        hr = self._staff.hr_for(person)
        manager = person.manager or (hr.id if hr else None)
        if manager is None:
            text = "has no line manager, and nobody of HR can take the case"
            problems.add(stretch.source, stretch.row, "", "no_manager", text)
            return
        case = Case(
            id=self._new_id(),
            organisation=self._known.organisation,
            employee=person.id,
            manager=manager,
            policy=self._known.policy,
            hr=hr.id if hr else None,
            anchors=course.opening(stretch, self._today),
            facts=person.facts | stretch.facts,
            spells=(Spell(stretch.start),),
        )
        self._running[person.id] = case
        self._opened.add(case.id)
        self._steps[case.id] = CaseStep(stretch.row, ("new",), case)

    @property
    def steps(self) -> tuple[CaseStep, ...]:
        """One step for each case that is opened or changes. What several rows move to and fro is no change."""
        return tuple(
            step
            for step in self._steps.values()
            if step.case.id in self._opened or reduce(apply, step.changes, step.case) != step.case
        )


def _large(known: Known, steps: tuple[PersonStep, ...], cases: tuple[CaseStep, ...]) -> tuple[Large, ...]:
    managers = sum(step.manager_changed for step in steps)
    closed = sum("withdrawn" in step.kinds for step in cases)
    reasons = []
    if managers >= FEW and managers > MOST_MANAGERS * len(known.people):
        reasons.append(Large("managers", managers, len(known.people)))
    if closed >= FEW and closed > MOST_CLOSED * len(known.running):
        reasons.append(Large("closed", closed, len(known.running)))
    return tuple(reasons)


def compare(tables: Sequence[Table], known: Known, today: date, new_id: Callable[[], str], problems: Problems) -> Plan:
    """What importing these files would do on that day. What is wrong is added to `problems`."""
    staff = Staff(known.people, known.organisation, new_id)
    for one in tables:
        if not is_absences(one):
            staff.take(people.rows(one, problems), problems, one.source)
    steps = staff.steps()
    cases = _Cases(known, staff, today, new_id)
    cases.staff(steps)

    def works(address: str, day: date) -> bool:
        return workdays.works(staff.by_email(address), known.calendar, day)

    rows = [row for one in tables if is_absences(one) for row in absences.rows(one, staff.directory, today, problems)]
    cases.absences(absences.joined(rows, works), problems)
    return Plan(steps, cases.steps, problems, cases.over, _large(known, steps, cases.steps))


def read(files: Iterable[tuple[str, bytes]], problems: Problems) -> tuple[Table, ...]:
    """The files as tables; what cannot be read is a problem."""
    read = (table.read(data, name, problems) for name, data in files)
    return tuple(one for one in read if one is not None)


__all__ = ["CaseStep", "Known", "Plan", "Problem", "compare", "read"]
