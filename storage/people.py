"""People: who somebody is, who works in which team, and how somebody is found by name."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import BindParameter, bindparam, func, or_, select, update

from conversations.case import Office, Person
from conversations.talking.spelling import fold
from storage.columns import among
from storage.tables import people
from storage.transaction import Statement, new

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from storage.transaction import Tx

FIELDS = (
    "id", "organisation", "name", "email", "roles", "team", "manager", "deputy", "away_from", "away_until",
    "workdays", "opens", "closes", "locale", "active", "facts",
)  # fmt: skip
COLUMNS = [people.c[name] for name in FIELDS]

INSERT = new(people, "left_on")
PUT = Statement(
    INSERT.on_conflict_do_update(
        index_elements=["id"], set_={name: INSERT.excluded[name] for name in (*FIELDS[1:], "email_key", "name_key")}
    )
)
GET = Statement(select(*COLUMNS).where(people.c.id == bindparam("id")))
SEVERAL = Statement(select(*COLUMNS).where(among(people.c.id, "ids")))
OF = Statement(
    select(*COLUMNS).where(people.c.organisation == bindparam("organisation")).order_by(people.c.name, people.c.id)
)
TEAM = Statement(
    select(people.c.name).where(
        people.c.manager == bindparam("manager"),
        people.c.active,
        people.c.name >= bindparam("least"),
        people.c.name < bindparam("most"),
    )
)
LED = Statement(select(people.c.name).where(people.c.manager == bindparam("manager"), people.c.active))
TEAMS = Statement(select(people.c.manager, people.c.name).where(among(people.c.manager, "ids"), people.c.active))
# "Jan " up to "Jan!": every Jan with a surname.
NAMED = Statement(
    select(people.c.id)
    .where(
        people.c.organisation == bindparam("organisation"),
        people.c.name >= bindparam("least"),
        people.c.name < bindparam("most"),
        people.c.active,
    )
    .limit(2)
)
IN_FULL = Statement(
    select(people.c.name_key, people.c.name)
    .where(people.c.organisation == bindparam("organisation"), among(people.c.name_key, "keys"))
)  # fmt: skip
NAMESAKES = Statement(
    select(people.c.name).where(
        people.c.organisation == bindparam("organisation"),
        people.c.name >= bindparam("least"),
        people.c.name < bindparam("most"),
        people.c.active,
    )
)
# Words of the name, the address or the team, as somebody types them.
LIKE: BindParameter[str] = bindparam("like")
SEARCHED = Statement(
    select(*COLUMNS)
    .where(
        people.c.organisation == bindparam("organisation"),
        people.c.active,
        or_(*(func.lower(one).like(LIKE, escape="/") for one in (people.c.name, people.c.email, people.c.team))),
    )
    .order_by(people.c.name, people.c.id)
    .limit(bindparam("most"))
    .offset(bindparam("skip"))
)
COUNT = Statement(
    select(func.count()).select_from(people).where(people.c.organisation == bindparam("organisation"), people.c.active)
)
IN_ROLES = Statement(
    select(*COLUMNS)
    .where(
        people.c.organisation == bindparam("organisation"),
        people.c.active,
        or_(*(people.c.roles.contains(role) for role in ("manager", "hr", "coach", "audit", "admin"))),
    )
    .order_by(people.c.name, people.c.id)
)
WITH_ROLE = Statement(
    select(*COLUMNS)
    .where(
        people.c.organisation == bindparam("organisation"), people.c.active, people.c.roles.contains(bindparam("role"))
    )
    .order_by(people.c.name, people.c.id)
    .limit(bindparam("most"))
)
BY_EMAIL = Statement(select(*COLUMNS).where(people.c.email_key == bindparam("email_key")))
SET_AWAY = Statement(
    update(people)
    .where(people.c.id == bindparam("person"))
    .values({name: bindparam(name) for name in ("away_from", "away_until", "deputy")})
)


def folded(email: str) -> str | None:
    """How two spellings of one mail address are the same. None for no address at all."""
    return email.strip().casefold() or None


@lru_cache(maxsize=1024)
def _codes(kept: str) -> frozenset[Any]:
    return frozenset(kept.split())


@lru_cache(maxsize=128)
def _days(kept: str) -> frozenset[int]:
    return frozenset(map(int, kept))


def read(row: tuple[Any, ...]) -> Person:
    """The person in a row of COLUMNS."""
    key, organisation, name, email, roles, team, manager, deputy, since, until, days, *rest = row
    opens, closes, locale, active, facts = rest
    return Person(
        key, organisation, name, email, _codes(roles), team, manager, deputy,
        since, until, _days(days), opens, closes, locale, active, _codes(facts),
    )  # fmt: skip


def _one(row: tuple[Any, ...] | None) -> Person | None:
    return None if row is None else read(row)


def get(tx: Tx, person: str) -> Person | None:
    """The person with that id; read once a transaction."""
    key = ("people", person)
    if key not in tx.memory:
        tx.memory[key] = _one(tx.first(GET, id=person))
    found: Person | None = tx.memory[key]
    return found


def remember(tx: Tx, person: Person) -> Person:
    """Somebody another statement of this transaction came upon is not read again."""
    tx.memory["people", person.id] = person
    return person


def recall(tx: Tx, persons: Iterable[str]) -> None:
    """Read these people in one go, for whoever asks for them one by one in this transaction."""
    wanted = sorted(person for person in persons if ("people", person) not in tx.memory)
    for row in tx.all(SEVERAL, ids=wanted) if wanted else ():
        tx.memory["people", row[0]] = read(row)


def recall_teams(tx: Tx, persons: Iterable[str]) -> None:
    """The same for the names in the team of each."""
    wanted = sorted(persons)
    for person in wanted:
        tx.memory["teams", person] = []
    for manager, name in tx.all(TEAMS, ids=wanted) if wanted else ():
        tx.memory["teams", manager].append(name)


def _forget(tx: Tx) -> None:
    """People changed: what was read of them does not hold any more."""
    for key in [key for key in tx.memory if key[0] in ("people", "teams")]:
        del tx.memory[key]


def of(tx: Tx, organisation: str) -> dict[str, Person]:
    """Everybody in the organisation by id, in the order of their names, those who left too (`active` tells)."""
    return {row[0]: read(row) for row in tx.all(OF, organisation=organisation)}


def search(tx: Tx, organisation: str, text: str = "", skip: int = 0, most: int = 50) -> list[Person]:
    """Who is here with that text in the name, the address or the team, by name: so many, after the first `skip`."""
    plain = re.sub("([/%_])", r"/\1", text.strip().lower())
    found = tx.all(SEARCHED, organisation=organisation, like=f"%{plain}%", skip=skip, most=most)
    return [read(row) for row in found]


def count(tx: Tx, organisation: str) -> int:
    """How many people are here."""
    found = tx.first(COUNT, organisation=organisation)
    return 0 if found is None else int(found[0])


def in_roles(tx: Tx, organisation: str) -> list[Person]:
    """Who is here and is more than an employee, by name."""
    return [read(row) for row in tx.all(IN_ROLES, organisation=organisation)]


def with_role(tx: Tx, organisation: str, role: Office, most: int) -> list[Person]:
    """Who works there in that role, by name, up to so many."""
    found = (read(row) for row in tx.all(WITH_ROLE, organisation=organisation, role=role, most=most))
    return [one for one in found if role in one.roles]


def recalled(tx: Tx, person: str) -> Person | None:
    """The person, of those that were read in this transaction."""
    found: Person | None = tx.memory.get(("people", person))
    return found


def has_namesake(tx: Tx, person: Person, *, in_team: bool) -> bool:
    """Whether somebody else in the same team, or in the whole organisation, has the same first name."""
    first = person.first_name
    if in_team:
        team = _team(tx, person.manager, first) if person.manager else []
        return [name.split(" ", 1)[0] for name in team].count(first) > 1
    return len(tx.all(NAMED, organisation=person.organisation, least=f"{first} ", most=f"{first}!")) > 1


def _team(tx: Tx, manager: str, first: str) -> list[str]:
    """The names in a team, those that begin with that first name at least."""
    known: list[str] | None = tx.memory.get(("teams", manager))
    return [row[0] for row in tx.all(TEAM, manager=manager, least=first, most=f"{first}!")] if known is None else known


def name_key(words: Iterable[str]) -> str:
    """A full name in folded words, whichever of them somebody writes first."""
    return " ".join(sorted(words))


def named(tx: Tx, organisation: str, keys: Iterable[str]) -> dict[str, str]:
    """Of these keys those that are somebody's full name in the organisation, with it; of those who left too."""
    wanted = sorted(keys)
    return dict(sorted(tx.all(IN_FULL, organisation=organisation, keys=wanted))) if wanted else {}


def team(tx: Tx, manager: str) -> list[str]:
    """The full names of who is led by that person."""
    return [name for (name,) in tx.all(LED, manager=manager)]


def namesakes(tx: Tx, organisation: str, name: str) -> list[str]:
    """The full names of everybody here with the first name of this one."""
    first = name.split(" ", 1)[0]
    return [name for (name,) in tx.all(NAMESAKES, organisation=organisation, least=f"{first} ", most=f"{first}!")]


def by_email(tx: Tx, email: str) -> Person | None:
    """Who has that mail address, however it is spelled."""
    key = folded(email)
    return None if key is None else _one(tx.first(BY_EMAIL, email_key=key))


def put(tx: Tx, person: Person) -> None:
    """Add the person, or let everything about them be as given. Refused when the mail address is another's."""
    _forget(tx)
    tx.execute(
        PUT,
        **{name: getattr(person, name) for name in FIELDS if name not in ("roles", "workdays", "facts")},
        roles=" ".join(sorted(person.roles)),
        workdays="".join(map(str, sorted(person.workdays))),
        facts=" ".join(sorted(person.facts)),
        email_key=folded(person.email),
        name_key=name_key(fold(person.name).split()),
    )


def set_away(tx: Tx, person: str, since: date | None, until: date | None, deputy: str | None) -> None:
    """Away from and until that day (both included), and who stands in. Three times None: back again."""
    _forget(tx)
    tx.execute(SET_AWAY, person=person, away_from=since, away_until=until, deputy=deputy)
