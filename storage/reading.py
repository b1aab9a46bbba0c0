"""Who looked at a case: HR, the coach and audit leave a line in the journal, so that it can be told afterwards."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from conversations.access import Action, Actor, may, parts
from storage import cases, journal, people

if TYPE_CHECKING:
    from datetime import date, datetime

    from conversations.case import Case, Person
    from storage.journal import Entry
    from storage.transaction import Tx

READ = "Read"
PAGES, PAGE = 10, 500  # entries of the journal that are gone through at a time
BY = frozenset({"hr", "coach", "audit"})  # whose looking is written down; who leads the case works with it every day


def look(tx: Tx, viewer: Person, case: str, at: datetime, on: date, action: Action = "know") -> Case | None:
    """The case, for somebody who may do that with it; the look is in the journal. None for "no" and "not there"."""
    found = cases.visible(tx, viewer, case, on)
    if found is None or not may(Actor(viewer, on, partial(people.get, tx)), action, found):
        return None
    note(tx, viewer, found, at, on, action)
    return found


def note(tx: Tx, viewer: Person, case: Case, at: datetime, on: date, action: Action = "know") -> None:
    """Write down that this person looked at the case, if that is written down of this person."""
    if _is_noted(viewer, case, on):
        journal.write(tx, case.organisation, case.id, viewer.id, at, [{"change": READ, "action": action}])


def taken_along(tx: Tx, organisation: str, by: str, at: datetime) -> None:
    """Write down that somebody took the journal itself along as a file."""
    journal.write(tx, organisation, None, by, at, [{"change": READ, "action": "export_journal"}])


def _is_noted(viewer: Person, case: Case, on: date) -> bool:
    found = parts(Actor(viewer, on), case)
    return bool(found & BY) and "manager" not in found


def before(tx: Tx, organisation: str, number: int, most: int) -> tuple[list[Entry], int]:
    """Looks at any case before that entry of the journal, the latest first; and the number to go on before, or 0.

    The journal holds much else, so it is read up to a limit: then there may be more, though few were found.
    """
    found: list[Entry] = []
    for _ in range(PAGES):
        page = journal.before(tx, organisation, number, PAGE)
        for entry in page:
            number = entry.number
            if is_look(entry):
                found.append(entry)
            if len(found) == most:
                return found, number
        if len(page) < PAGE:
            return found, 0
    return found, number


def is_look(entry: Entry) -> bool:
    """Whether it says that somebody looked."""
    return any(one["change"] == READ for one in entry.changes)


def of(tx: Tx, case: str) -> list[Entry]:
    """Who looked at the case and when, oldest first: for audit, and for the employee ("who looked at mine")."""
    return [entry for entry in journal.of(tx, case) if is_look(entry)]
