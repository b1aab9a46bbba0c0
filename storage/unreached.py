"""Who cannot be reached, and what did not arrive: for HR, who asks again in another way."""

from __future__ import annotations

from datetime import date, datetime
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import bindparam, exists, func, or_, select, update

from storage.columns import UtcDateTime, among, within
from storage.outbox import PLAIN, Row
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
    from collections.abc import Iterable, Sequence

    from storage.transaction import Tx

ROWS = 500  # messages looked at, the newest first
LOST = ("failed", "unsure")
SEEN = "seen"  # somebody knows of the message that perhaps did not arrive


class Undelivered(NamedTuple):
    """A message that did not arrive, or perhaps not. Never what it said."""

    id: str
    person: str
    case: str | None
    at: datetime
    perhaps: bool
    ended: datetime  # when it was known not to have arrived


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
    # Each by its own index; with OR inside, SQLite goes through every case of the organisation for each person.
    found = or_(
        *(exists().where(part == people.c.id, *conditions(shape)) for part in (overview.c.employee, overview.c.manager))
    )
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


ENDED = func.coalesce(outbox.c.finished_at, outbox.c.created_at)
TROUBLE = Statement(
    select(
        outbox.c.id, outbox.c.person, outbox.c.case, func.coalesce(outbox.c.attempted_at, outbox.c.created_at),
        outbox.c.state, ENDED,
    )
    .where(
        outbox.c.organisation == ORGANISATION,
        within(outbox.c.state, "failed", "unsure"),
        outbox.c.answered_at.is_(None),
        outbox.c.created_at > bindparam("since"),
        or_(outbox.c.reason.is_(None), outbox.c.reason != SEEN),
    )
    .order_by(outbox.c.number.desc())
    .limit(LIMIT)
)  # fmt: skip
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
# What nobody answered and nobody asked about yet: the same message may go out once more.
OPEN = (
    outbox.c.organisation == ORGANISATION,
    within(outbox.c.state, *LOST),
    outbox.c.answered_at.is_(None),
    or_(outbox.c.reason.is_(None), outbox.c.reason != SEEN),
)
PLAINLY = Statement(
    select(*(outbox.c[name] for name in PLAIN)).where(among(outbox.c.id, "ids"), *OPEN).order_by(outbox.c.number)
)
FOLLOWED = Statement(
    select(outbox.c.talk, outbox.c.number, outbox.c.question, outbox.c.state).where(among(outbox.c.talk, "talks"))
)
UNTIL = bindparam("until", type_=UtcDateTime)
AGAIN = Statement(
    update(outbox)
    .where(outbox.c.id == bindparam("its_id"), *OPEN, UNTIL >= ENDED)
    .values(
        state="later", channel=bindparam("other_channel"), address=bindparam("other_address"),
        ready_at=bindparam("ready_at"), not_before=bindparam("ready_at"), attempts=0, attempted_at=None,
        reason=None, finished_at=None,
    )
)  # fmt: skip


def undelivered(tx: Tx, organisation: str, now: datetime) -> list[Undelivered]:
    """What did not arrive these weeks, or perhaps not, and nobody looked at; the newest first."""
    rows = tx.all(TROUBLE, organisation=organisation, since=now - RECENTLY, most=ROWS)
    return [
        Undelivered(row, person, case, at, state == "unsure", ended) for row, person, case, at, state, ended in rows
    ]


def settle(tx: Tx, organisation: str, person: str, until: datetime) -> int:
    """Somebody knows that what this person was sent up to then did perhaps not arrive; how many messages."""
    return tx.execute(SETTLE, organisation=organisation, its_person=person, until=until)


def lost(tx: Tx, organisation: str, ids: Sequence[str]) -> list[Row]:
    """Those of these messages that did not arrive, or perhaps not, in order of queueing; without their words."""
    found = tx.all(PLAINLY, organisation=organisation, ids=list(ids)) if ids else []
    return [Row(**dict(zip(PLAIN, row, strict=True)), body="") for row in found]


def followed(tx: Tx, talks: Iterable[str]) -> dict[str, list[tuple[int, str | None, str]]]:
    """What was ever said in these talks: its order, its question, and how it stands."""
    found: dict[str, list[tuple[int, str | None, str]]] = {}
    for talk, *said in tx.all(FOLLOWED, talks=sorted(talks)):
        found.setdefault(talk, []).append((said[0], said[1], said[2]))
    return found


def again(tx: Tx, organisation: str, row: str, until: datetime, there: tuple[str, str], at: datetime) -> bool:
    """It goes out there from that moment, as if it was never tried. False when it does not stand as it did `until`."""
    where = {"other_channel": there[0], "other_address": there[1]}
    return tx.execute(AGAIN, organisation=organisation, its_id=row, until=until, ready_at=at, **where) == 1
