"""An import as one transaction: look, compare, and write everything or nothing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from bot.house import BRUSSELS, House
from bot.imports import history
from bot.imports.compare import CaseStep, Known, Plan, compare
from bot.imports.problems import Problems
from bot.imports.table import Table
from bot.linking import leave
from bot.standing import keep
from conversations.case import Case, Person
from conversations.timing.workdays import Calendar
from storage import addresses, cases, journal, people, standing
from storage.database import Tx
from storage.organisations import Organisation

AT_ONCE = 500  # cases of which it is found in the same transaction what waits; of more, a minute later
BY = "import"  # who it was, in the journal, where nobody in particular was


@dataclass(frozen=True, slots=True)
class Done:
    """Who brings the files in and when; and who asked for it, where somebody else said yes (reliability.md S3.9)."""

    now: datetime
    by: str = BY
    asked: str | None = None
    as_of: date | None = None  # the day the files tell of


def known(tx: Tx, organisation: Organisation, now: datetime) -> Known:
    """What is known of the organisation, seen as HR sees it."""
    eyes = Person(BY, organisation.id, BY, "", frozenset({"hr"}))
    on = now.astimezone(BRUSSELS).date()
    return Known(
        organisation=organisation.id,
        policy=organisation.policy,
        people=tuple(people.of(tx, organisation.id).values()),
        running=tuple(cases.all_visible(tx, eyes, on)),
        ended=tuple(cases.all_visible(tx, eyes, on, ended=True)),
        calendar=Calendar(organisation.holidays),
    )


def write(tx: Tx, house: House, plan: Plan, tables: Sequence[Table], organisation: str, done: Done) -> None:
    """Do what the plan says, with a line in the journal of how much. The tick looks at touched cases at once.

    They stand on the page of today before that; of a large file what waits in them comes with the tick.
    """
    now, by = done.now, done.by
    history.remember(tx, organisation, tables, done.as_of, by, now)
    if not plan.counts:
        return
    for person in plan.people:
        people.put(tx, person.after)
        if person.before is not None and person.before.team != person.after.team:
            standing.in_team(tx, person.after.id, person.after.team)
        if person.before is None:
            addresses.link(tx, person.after.id, "web", person.after.id, now)
        if not person.after.active:
            leave(tx, person.after.id)
    touched = [_kept(tx, step, by, now) for step in plan.cases]
    live = [case for case in touched if case.is_live]
    for case in touched:
        if not case.is_live:
            standing.forget(tx, case.id)
    if len(live) > AT_ONCE:
        standing.view(tx, live)
    else:
        keep(tx, house, live, now)
    counts = {kind.replace(" ", "_"): count for kind, count in sorted(plan.counts.items())}
    asked = {"asked": done.asked} if done.asked else {}
    journal.write(tx, organisation, None, by, now, [{"change": "Imported", **asked, **counts}])


def _kept(tx: Tx, step: CaseStep, by: str, now: datetime) -> Case:
    if step.changes:
        return cases.save(tx, step.case, step.changes, by, now, now)
    cases.add(tx, step.case, by, now, now)
    return step.case


def look(
    tx: Tx,
    tables: Sequence[Table],
    organisation: Organisation,
    now: datetime,
    new_id: Callable[[], str],
    unread: Problems,
) -> Plan:
    """What importing the tables would do now. `unread` are the problems there were with the files themselves."""
    problems = Problems(list(unread.first), unread.counts.copy(), list(unread.warnings))
    return compare(tables, known(tx, organisation, now), now.astimezone(BRUSSELS).date(), new_id, problems)
