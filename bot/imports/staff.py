"""The people in a file beside the people we know: who is new, who changed, and who leads whom."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from bot.imports.people import Directory, Row
from bot.imports.problems import Problems
from bot.imports.values import Unclear
from conversations.case import Office, Person

STATUTES = frozenset({"contractual", "statutory"})
NOT_TAKEN: frozenset[Office] = frozenset({"audit", "admin"})  # HR's package knows nothing of these: it takes none away


@dataclass(frozen=True, slots=True)
class PersonStep:
    """One person to write. `before` is None for somebody new."""

    row: int
    before: Person | None
    after: Person

    @property
    def manager_changed(self) -> bool:
        """Whether somebody we knew gets another line manager, or the first or none."""
        return self.before is not None and self.before.manager != self.after.manager


def _facts(row: Row, known: frozenset[str]) -> frozenset[str]:
    if row.statute is not None:
        known = known - STATUTES | row.statute
    if row.surveillance is not None:
        known = known - {"health_surveillance"} | ({"health_surveillance"} if row.surveillance else frozenset())
    return known


def _person(row: Row, known: Person | None, organisation: str, new_id: Callable[[], str]) -> Person:
    base = known or Person(new_id(), organisation, row.name, row.email)
    return replace(
        base,
        name=row.name,
        email=row.email,
        team=base.team if row.team is None else row.team,
        roles=base.roles if row.roles is None else row.roles | (base.roles & NOT_TAKEN),
        workdays=base.workdays if row.workdays is None else row.workdays,
        active=base.active if row.active is None else row.active,
        facts=_facts(row, base.facts),
    )


def _loops(people: Mapping[str, Person]) -> list[str]:
    """The ids of those who lead themselves in the end, one for each loop."""
    state: dict[str, int] = {}  # 1 on this way up, 2 seen
    found = []
    for start in people:
        way: list[str] = []
        one: str | None = start
        while one is not None and one in people and one not in state:
            state[one] = 1
            way.append(one)
            one = people[one].manager
        if one is not None and state.get(one) == 1:
            found.append(one)
        state.update(dict.fromkeys(way, 2))
    return found


class Staff:
    """Everybody as they will be after the import, by id; and the steps that bring them there."""

    def __init__(self, known: Iterable[Person], organisation: str, new_id: Callable[[], str]) -> None:
        self.people = {person.id: person for person in known}
        self._before = dict(self.people)
        self._ids = {person.email.casefold(): person.id for person in self.people.values()}
        self._rows: dict[str, Row] = {}
        self._organisation, self._new_id = organisation, new_id

    def take(self, rows: Iterable[Row], problems: Problems, source: str) -> None:
        """Read the file with people in. Unknown or ambiguous references, and loops of line managers, are problems.

        Before anything is asked of the staff: who is HR is looked up once.
        """
        for row in rows:
            known = self.people.get(self._ids.get(row.email, ""))
            person = _person(row, known, self._organisation, self._new_id)
            self.people[person.id] = person
            self._ids[row.email] = person.id
            self._rows[person.id] = row
        directory = self.directory
        for key, row in self._rows.items():
            if row.manager is not None:
                other = self._other(directory, row, "manager", row.manager, problems, source)
                self.people[key] = replace(self.people[key], manager=other)
            if row.deputy is not None:
                other = self._other(directory, row, "deputy", row.deputy, problems, source)
                self.people[key] = replace(self.people[key], deputy=other)
        leads = {person.manager for person in self.people.values() if person.manager is not None}
        for key in leads & self.people.keys():
            self.people[key] = replace(self.people[key], roles=self.people[key].roles | {"manager"})
        for key in _loops(self.people):
            row_of = self._rows.get(key)
            text = "this line of managers comes back to the same person"
            problems.add(source, row_of.row if row_of else 0, "", "manager_loop", text)

    def _other(
        self, directory: Directory, row: Row, role: str, written: str, problems: Problems, source: str
    ) -> str | None:
        if not written:
            return None
        try:
            address = directory.find(written)
        except Unclear as error:
            problems.add(source, row.row, role, error.kind, str(error))
            return None
        if address == row.email:
            problems.add(source, row.row, role, f"own_{role}", f"somebody cannot be the own {role}")
            return None
        return self._ids[address]

    @property
    def directory(self) -> Directory:
        """Finds anybody by address or name."""
        return Directory((person.email.casefold(), person.name) for person in self.people.values())

    def by_email(self, address: str) -> Person:
        """Who has this address; they were found before."""
        return self.people[self._ids[address]]

    def steps(self) -> tuple[PersonStep, ...]:
        """What must be written: nobody who stays the same."""
        return tuple(
            PersonStep(self._rows[key].row if key in self._rows else 0, self._before.get(key), person)
            for key, person in self.people.items()
            if person != self._before.get(key)
        )

    @cached_property
    def _hr(self) -> tuple[Person, ...]:
        able = (person for person in self.people.values() if "hr" in person.roles and person.active)
        return tuple(sorted(able, key=lambda person: person.email))

    def hr_for(self, person: Person) -> Person | None:
        """Who of HR follows the cases of this person: the first by address, and never the person."""
        return next((one for one in self._hr if one.id != person.id), None)
