"""Who cannot be reached, and what did not arrive: for HR, who asks again in another way."""

from __future__ import annotations

from datetime import date, datetime
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import bindparam, exists, func, or_, select, update

from storage.columns import within
from storage.overview import (
    LIMIT,
    MOST,
    ORGANISATION,
    RECENTLY,
    Chosen,
    Shape,
    conditions,
    number,
    values_of,
)
from storage.tables import addresses, outbox, overview, people
from storage.transaction import Statement

if TYPE_CHECKING:
    from storage.transaction import Tx

ROWS = 500  # messages looked at, the newest first
SEEN = "seen"  # somebody knows of the message that perhaps did not arrive


class Undelivered(NamedTuple):
    """A message that did not arrive, or perhaps not. Never what it said."""

    id: str
    person: str
    case: str | None
    at: datetime
    perhaps: bool


REACHED = addresses.alias("reached")
ANY = exists().where(REACHED.c.person == people.c.id)
UNREACHED = (
    select(people.c.id, people.c.name)
    .join(addresses, addresses.c.person == people.c.id)
    .where(
        addresses.c.unreachable_at.is_not(None),
        people.c.organisation.concat("") == ORGANISATION,  # so that SQLite begins with the few addresses
        people.c.active,
        ~exists().where(REACHED.c.person == people.c.id, REACHED.c.unreachable_at.is_(None)),
    )
)
LED = select(overview.c.manager).where(overview.c.organisation == ORGANISATION).distinct().subquery()
UNLINKED = select(people.c.id, people.c.name).join(LED, LED.c.manager == people.c.id).where(people.c.active, ~ANY)


def _has_part(shape: Shape) -> Any:
    """Whether somebody is of the chosen cases: absent in one or leading one, or else of the chosen team."""
    parts = or_(overview.c.employee == people.c.id, overview.c.manager == people.c.id)
    found = exists().where(parts, overview.c.organisation == ORGANISATION, *conditions(shape))
    return or_(people.c.team == bindparam("team"), found) if shape == (True, "", False) else found


@cache
def _unreachable(shape: Shape) -> tuple[Statement, Statement]:
    both = UNREACHED.union(UNLINKED)
    if any(shape):
        both = UNREACHED.where(_has_part(shape)).union(UNLINKED.where(_has_part(shape)))
    named = both.subquery()
    return (
        Statement(select(named.c.id).order_by(named.c.name, named.c.id).limit(LIMIT)),
        Statement(select(func.count()).select_from(select(named.c.id).limit(LIMIT).subquery())),
    )


def unreachable(tx: Tx, organisation: str, chosen: Chosen, today: date, most: int) -> tuple[list[str], int]:
    """Who has no address that works, and line managers of running cases who never had one; by name."""
    listed, counted = _unreachable(chosen.shape)
    values = values_of(organisation, chosen, today, most)
    found = [person for (person,) in tx.all(listed, **values)]
    return found, len(found) if len(found) < most else number(tx, counted, {**values, "most": MOST})


TROUBLE = Statement(
    select(outbox.c.id, outbox.c.person, outbox.c.case, outbox.c.attempted_at, outbox.c.created_at, outbox.c.state)
    .where(
        outbox.c.organisation == ORGANISATION,
        within(outbox.c.state, "failed", "unsure"),
        outbox.c.answered_at.is_(None),
        outbox.c.created_at > bindparam("since"),
        or_(outbox.c.reason.is_(None), outbox.c.reason != SEEN),
    )
    .order_by(outbox.c.number.desc())
    .limit(LIMIT)
)
SETTLE = Statement(
    update(outbox)
    .where(
        outbox.c.organisation == ORGANISATION,
        outbox.c.person == bindparam("its_person"),
        within(outbox.c.state, "failed", "unsure"),
        outbox.c.created_at <= bindparam("until"),
    )
    .values(reason=SEEN)
)


def undelivered(tx: Tx, organisation: str, now: datetime) -> list[Undelivered]:
    """What did not arrive these weeks, or perhaps not, and nobody looked at; the newest first."""
    rows = tx.all(TROUBLE, organisation=organisation, since=now - RECENTLY, most=ROWS)
    return [
        Undelivered(row, person, case, attempted or created, state == "unsure")
        for row, person, case, attempted, created, state in rows
    ]


def settle(tx: Tx, organisation: str, person: str, until: datetime) -> int:
    """Somebody knows that what this person was sent up to then did perhaps not arrive; how many messages."""
    return tx.execute(SETTLE, organisation=organisation, its_person=person, until=until)
