"""What must be said, as rows, before anything is sent.

    queued -> claimed -> sent | later | failed | unsure        later -> claimed        queued, later -> cancelled

From claimed on it is sending.py's.
"""

from __future__ import annotations

from dataclasses import dataclass
from operator import attrgetter
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from sqlalchemy import BindParameter, bindparam, exists, func, select, update

from storage.columns import among, within
from storage.tables import outbox, people
from storage.transaction import Statement, new

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from storage.transaction import Tx

State = Literal["queued", "claimed", "sent", "later", "failed", "unsure", "cancelled"]
Outcome = Literal["sent", "later", "failed", "unsure", "cancelled"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A message to one person. `body` is JSON; `key` makes a nudge unique; `number` is the order of queueing.

    `question` is the name of the question it asks, `answered` what was chosen. `receipt` is what the channel calls
    the message. The caller gives `id`; state and what follows it are the outbox's.
    """

    id: str
    organisation: str
    person: str
    kind: Literal["nudge", "reply", "notice"]
    body: str
    channel: str
    address: str
    not_before: datetime
    created_at: datetime
    case: str | None = None
    talk: str | None = None
    question: str | None = None
    key: str | None = None
    urgent: bool = False
    state: State = "queued"
    attempts: int = 0
    receipt: str | None = None
    answered: str | None = None
    answered_at: datetime | None = None
    attempted_at: datetime | None = None
    finished_at: datetime | None = None
    reason: str | None = None
    token: str | None = None
    number: int = 0


class Backlog(NamedTuple):
    """How many messages wait, since when the first of them could have gone out, and how many are unsure."""

    waiting: int
    oldest: datetime | None
    unsure: int


PLAIN = (
    "id", "organisation", "person", "kind", "channel", "address", "not_before", "created_at", "case", "talk",
    "question", "key", "urgent", "state", "attempts", "receipt", "answered_at", "attempted_at", "finished_at",
    "reason", "token", "number",
)  # fmt: skip
OURS = frozenset({"number", "state", "attempts", "token", "attempted_at"})  # not the caller's to give
GIVEN = tuple(name for name in PLAIN if name not in OURS)
_given = attrgetter(*GIVEN)
COLUMNS = [outbox.c[name] for name in (*PLAIN, "body", "answered")]
FOUND = select(*COLUMNS)
ROW: BindParameter[str] = bindparam("row")
NOW: BindParameter[datetime] = bindparam("now")

QUEUE = Statement(new(outbox, "number", "redraw_at").on_conflict_do_nothing())
GET = Statement(FOUND.where(outbox.c.id == ROW))

# In line, or claimed and not called for yet: each by its own index over what waits.
WAITING = (
    outbox.c.ready_at.is_not(None),
    outbox.c.lease_until.is_not(None) & outbox.c.attempted_at.is_(None),
)
CANCELLED: dict[str, Any] = {
    "state": "cancelled", "ready_at": None, "lease_until": None, "holding": None, "reason": bindparam("why")
}  # fmt: skip
ABOUT_CASE = outbox.c.case == bindparam("its_case")
CANCEL_CASE = [Statement(update(outbox).where(ABOUT_CASE, waits).values(CANCELLED)) for waits in WAITING]
OPEN_QUESTION = Statement(
    FOUND.where(
        outbox.c.talk == bindparam("talk"),
        outbox.c.question.is_not(None),
        outbox.c.answered_at.is_(None),
        ~within(outbox.c.state, "failed", "cancelled"),
    )
    .order_by(outbox.c.number.desc())
    .limit(1)
)
LAST_ASKED = Statement(
    select(outbox.c.talk)
    .where(
        outbox.c.person == bindparam("person"),
        outbox.c.question.is_not(None),
        outbox.c.not_before <= NOW,
        ~within(outbox.c.state, "failed", "cancelled"),
    )
    .order_by(outbox.c.number.desc())
    .limit(1)
)
LAST_SAID = (
    select(outbox.c.number)
    .where(outbox.c.person == people.c.id)
    .order_by(outbox.c.number.desc())
    .limit(1)
    .correlate(people)
    .scalar_subquery()
)
IN_A_TALK = Statement(
    select(outbox.c.person, outbox.c.created_at)
    .select_from(people.join(outbox, outbox.c.number == LAST_SAID))
    .where(
        among(people.c.id, "ids"),
        outbox.c.kind == "reply",
        outbox.c.question.is_not(None),
        outbox.c.answered_at.is_(None),
        outbox.c.created_at > bindparam("since"),
    )
)
UNANSWERED = Statement(
    FOUND.where(
        outbox.c.talk == bindparam("talk"),
        outbox.c.question == bindparam("question"),
        outbox.c.answered_at.is_(None),
        ~within(outbox.c.state, "failed", "cancelled"),
    ).order_by(outbox.c.number)
)
ANSWER = Statement(
    update(outbox)
    .where(outbox.c.id == ROW, outbox.c.answered_at.is_(None))
    .values(answered=bindparam("answer"), answered_at=bindparam("at"), redraw_at=bindparam("redraw_at"))
)
STALE = select(outbox.c.number).where(outbox.c.redraw_at <= NOW).order_by(outbox.c.redraw_at).limit(bindparam("most"))
REDRAW = Statement(
    update(outbox)
    .where(outbox.c.number.in_(STALE), outbox.c.redraw_at.is_not(None))
    .values(redraw_at=bindparam("again"))
    .returning(*COLUMNS)
)
REDRAW_AT = Statement(
    update(outbox).where(outbox.c.id == ROW, outbox.c.answered_at.is_not(None)).values(redraw_at=bindparam("at"))
)
DRAWN = Statement(update(outbox).where(outbox.c.id == ROW).values(redraw_at=None))
SPARE = Statement(update(outbox).where(outbox.c.id == ROW, outbox.c.ready_at.is_not(None)).values(CANCELLED))
THERE = (outbox.c.channel == bindparam("its_channel"), outbox.c.address == bindparam("its_address"))
ELSEWHERE: dict[str, Any] = {"channel": bindparam("other_channel"), "address": bindparam("other_address")}
MOVE = Statement(update(outbox).where(*THERE, outbox.c.ready_at.is_not(None)).values(ELSEWHERE))
STRANDED: dict[str, Any] = {"state": "failed", "reason": "unreachable", "finished_at": NOW}
STRAND = Statement(
    update(outbox)
    .where(*THERE, outbox.c.ready_at.is_not(None))
    .values({**STRANDED, "ready_at": None, "lease_until": None, "holding": None})
)
AFLOAT: dict[str, Any] = {"state": "later", "ready_at": NOW, "reason": None, "finished_at": None, "attempts": 0}
WAS_STRANDED = (
    within(outbox.c.state, "failed", "unsure"),
    outbox.c.state == "failed",
    outbox.c.reason == "unreachable",
)
REDIRECT = Statement(update(outbox).where(outbox.c.id == ROW, *WAS_STRANDED).values({**AFLOAT, **ELSEWHERE}))
REVIVE = Statement(
    update(outbox)
    .where(
        outbox.c.person == bindparam("its_person"),
        *WAS_STRANDED,
        outbox.c.finished_at > bindparam("since"),
        outbox.c.answered_at.is_(None),
    )
    .values({**AFLOAT, **ELSEWHERE})
)
TRANSCRIPT = Statement(
    FOUND.where(outbox.c.person == bindparam("person"), outbox.c.number < bindparam("before"))
    .order_by(outbox.c.number.desc())
    .limit(bindparam("most"))
)
TROUBLE = Statement(
    FOUND.where(outbox.c.organisation == bindparam("organisation"), within(outbox.c.state, "failed", "unsure"))
    .order_by(outbox.c.number.desc())
    .limit(bindparam("most"))
)
WAITING_ON = Statement(
    select(outbox.c.organisation)
    .where(outbox.c.ready_at.is_not(None), outbox.c.channel == bindparam("its_channel"))
    .distinct()
)
BACKLOG = Statement(
    select(
        func.count(),
        func.min(outbox.c.ready_at),
        select(func.count())
        .where(within(outbox.c.state, "failed", "unsure"), outbox.c.state == "unsure")
        .correlate(None)
        .scalar_subquery(),
    ).where(outbox.c.ready_at.is_not(None))
)
# To one address in order: what is under way, or comes later after an attempt, holds back what was queued after it.
earlier = outbox.alias("earlier")
NEXT_IN_LINE = ~exists().where(
    earlier.c.holding.is_not(None),
    earlier.c.channel == outbox.c.channel,
    earlier.c.address == outbox.c.address,
    earlier.c.number < outbox.c.number,
)
FIRST_READY = Statement(
    select(outbox.c.ready_at).where(outbox.c.ready_at.is_not(None), NEXT_IN_LINE).order_by(outbox.c.ready_at).limit(1)
)


def _bound(row: str, part: str) -> str:
    return f"outbox/{row}/{part}"


def _read(tx: Tx, found: tuple[Any, ...]) -> Row:
    values = dict(zip(PLAIN, found, strict=False))
    body, answered = found[-2:]
    row = values["id"]
    return Row(
        **values,
        body="" if body is None else tx.vault.open(body, _bound(row, "body")),
        answered=None if answered is None else tx.vault.open(answered, _bound(row, "answered")),
    )


def rows_of(tx: Tx, found: list[tuple[Any, ...]]) -> list[Row]:
    """In order of queueing: UPDATE ... RETURNING promises none."""
    return sorted((_read(tx, row) for row in found), key=lambda row: row.number)


WAITS: dict[str, Any] = {"state": "queued", "attempts": 0, "lease_until": None, "holding": None, "token": None}


def queue(tx: Tx, row: Row) -> bool:
    """Put the message in line. False when its id or key is there already: that one stands."""
    return tx.execute(QUEUE, **queued(tx, row), **WAITS, ready_at=row.not_before, attempted_at=None) == 1


def queue_later(tx: Tx, row: Row) -> None:
    """The same, written with others like it, for whoever does not ask whether it was there already."""
    tx.later(QUEUE, **queued(tx, row), **WAITS, ready_at=row.not_before, attempted_at=None)


def queued(tx: Tx, row: Row) -> dict[str, Any]:
    """What is written of a message when it is queued, but for where it stands."""
    values = dict(zip(GIVEN, _given(row), strict=True))
    return values | {"body": tx.vault.seal(row.body, _bound(row.id, "body")), "answered": None}


def first_ready(tx: Tx) -> datetime | None:
    """When a message that waits may go out next."""
    found = tx.first(FIRST_READY)
    return found[0] if found else None


def backlog(tx: Tx) -> Backlog:
    """What waits and what is unsure, of all organisations: for operators."""
    (found,) = tx.all(BACKLOG)
    return Backlog(*found)


def waiting_on(tx: Tx, channel: str) -> list[str]:
    """The organisations for whose people something waits on that channel."""
    return sorted(organisation for (organisation,) in tx.all(WAITING_ON, its_channel=channel))


def get(tx: Tx, row: str) -> Row | None:
    """The message with that id, as it is now: also for the look just before sending."""
    found = tx.first(GET, row=row)
    return None if found is None else _read(tx, found)


def trouble(tx: Tx, organisation: str, limit: int) -> list[Row]:
    """What was perhaps not, or certainly not, delivered ("niet zeker afgeleverd"), newest first."""
    return rows_of(tx, tx.all(TROUBLE, organisation=organisation, most=limit))[::-1]


def open_question(tx: Tx, talk: str) -> Row | None:
    """The last message of that talk that asks something and was not answered."""
    found = tx.first(OPEN_QUESTION, talk=talk)
    return None if found is None else _read(tx, found)


def last_asked(tx: Tx, person: str, now: datetime) -> str | None:
    """The talk whose question was put to this person last, answered or not; not what waits for a decent hour."""
    found = tx.first(LAST_ASKED, person=person, now=now)
    return found[0] if found else None


def recall_talks(tx: Tx, persons: Iterable[str], since: datetime) -> None:
    """Read in one go which of these people are in a talk, for whoever asks it one by one in this transaction."""
    wanted = sorted(persons)
    for person in wanted:
        tx.memory["in_a_talk", person] = None
    for person, at in tx.all(IN_A_TALK, ids=wanted, since=since) if wanted else ():
        tx.memory["in_a_talk", person] = at


def in_a_talk(tx: Tx, person: str, since: datetime) -> datetime | None:
    """When somebody was asked something in reply, after `since`, if that was the last that was said to them."""
    if ("in_a_talk", person) not in tx.memory:
        recall_talks(tx, (person,), since)
    found: datetime | None = tx.memory["in_a_talk", person]
    return found


def unanswered(tx: Tx, talk: str, question: str) -> list[Row]:
    """Every message of that talk that asks this question and was not answered, on whatever channel; oldest first."""
    return rows_of(tx, tx.all(UNANSWERED, talk=talk, question=question))


def answer(tx: Tx, row: str, text: str, at: datetime, redraw_at: datetime | None = None) -> bool:
    """Keep what was chosen, sealed. False when there is an answer already: the first one stands.

    `redraw_at`: it looks answered where it was sent by then, or else is to be drawn anew (`redraw`).
    """
    sealed = tx.vault.seal(text, _bound(row, "answered"))
    return tx.execute(ANSWER, row=row, answer=sealed, at=at, redraw_at=redraw_at) == 1


def redraw(tx: Tx, now: datetime, again: datetime, limit: int) -> list[Row]:
    """What was answered and is not known to look so. Nobody else gets it until `again`; `drawn` ends it."""
    return rows_of(tx, tx.all(REDRAW, now=now, again=again, most=limit))


def redraw_at(tx: Tx, row: str, at: datetime) -> None:
    """If it was answered, it is drawn then: it could not be now, or it is only known now where it stands."""
    tx.execute(REDRAW_AT, row=row, at=at)


def drawn(tx: Tx, row: str) -> None:
    """It looks where it was sent as it is, or nobody can do anything about it."""
    tx.execute(DRAWN, row=row)


def move(tx: Tx, channel: str, address: str, other: tuple[str, str]) -> int:
    """What waits for that address goes to the other one, in the same order; how many messages."""
    where = {"its_channel": channel, "its_address": address}
    return tx.execute(MOVE, **where, other_channel=other[0], other_address=other[1])


def strand(tx: Tx, channel: str, address: str, now: datetime) -> int:
    """What waits for that address has nowhere to go: it failed, until somebody is heard from there again."""
    return tx.execute(STRAND, its_channel=channel, its_address=address, now=now)


def redirect(tx: Tx, row: str, other: tuple[str, str], now: datetime) -> bool:
    """A message that failed because its address is gone goes to the other one now, as if it was never tried."""
    return tx.execute(REDIRECT, row=row, other_channel=other[0], other_address=other[1], now=now) == 1


def revive(tx: Tx, person: str, there: tuple[str, str], since: datetime, now: datetime) -> int:
    """What could reach this person nowhere since then goes out there now, if nobody answered it; how many messages."""
    where = {"other_channel": there[0], "other_address": there[1]}
    return tx.execute(REVIVE, its_person=person, since=since, now=now, **where)


def spare(tx: Tx, row: str) -> bool:
    """A nudge that still waits is not needed any more: it was answered before it came. False when it is under way."""
    return tx.execute(SPARE, row=row, why="answered") == 1


def transcript(tx: Tx, person: str, limit: int, before: int | None = None) -> list[Row]:
    """The last messages to this person, in order of queueing; `before` is the `number` to look back from."""
    return rows_of(tx, tx.all(TRANSCRIPT, person=person, before=before or 2**31 - 1, most=limit))


def cancel_case(tx: Tx, case: str, reason: str) -> int:
    """Stop everything about that case that was not called for yet; how many messages."""
    return sum(tx.execute(waiting, its_case=case, why=reason) for waiting in CANCEL_CASE)
