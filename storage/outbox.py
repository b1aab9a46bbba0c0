"""What must be said, as rows, before anything is sent.

    queued -> claimed -> sent | later | failed | unsure        later -> claimed        queued, later -> cancelled

A claim is a lease with a token. The attempt is written down before the call; whoever comes back with another token
changes nothing. A lease that ran out after its attempt is unsure: the call was made, the outcome is not known.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from sqlalchemy import BindParameter, bindparam, exists, func, select, update

from storage.columns import within
from storage.tables import attempts, outbox
from storage.transaction import Statement, new

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime, timedelta

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


class Ending(NamedTuple):
    """What became of one message: `later` has `retry_at`, and only that."""

    row: str
    outcome: Outcome
    receipt: str | None = None
    retry_at: datetime | None = None
    reason: str | None = None


PLAIN = (
    "id", "organisation", "person", "kind", "channel", "address", "not_before", "created_at", "case", "talk",
    "question", "key", "urgent", "state", "attempts", "receipt", "answered_at", "attempted_at", "finished_at",
    "reason", "token", "number",
)  # fmt: skip
COLUMNS = [outbox.c[name] for name in (*PLAIN, "body", "answered")]
FOUND = select(*COLUMNS)
ROW: BindParameter[str] = bindparam("row")
TOKEN: BindParameter[str] = bindparam("its_token")
NOW: BindParameter[datetime] = bindparam("now")

QUEUE = Statement(new(outbox, "number").on_conflict_do_nothing())
GET = Statement(FOUND.where(outbox.c.id == ROW))

# To one address in order: what is under way, or comes later after an attempt, holds back what was queued after it.
earlier = outbox.alias("earlier")
NEXT_IN_LINE = ~exists().where(
    earlier.c.holding.is_not(None),
    earlier.c.channel == outbox.c.channel,
    earlier.c.address == outbox.c.address,
    earlier.c.number < outbox.c.number,
)
READY = (
    select(outbox.c.number)
    .where(outbox.c.ready_at <= NOW, NEXT_IN_LINE)
    .order_by(outbox.c.ready_at, outbox.c.number)
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True, of=outbox)
    .cte("ready")
)
CLAIM = Statement(
    update(outbox)
    .where(outbox.c.number.in_(select(READY.c.number)))
    .values(
        state="claimed", ready_at=None, lease_until=bindparam("lease_until"), token=bindparam("token"),
        attempted_at=None, holding=True, reason=None,
    )
    .returning(*COLUMNS)
)  # fmt: skip
MINE = (outbox.c.id == ROW, outbox.c.token == TOKEN)
BEGIN = Statement(
    update(outbox)
    .where(
        *MINE, outbox.c.state == "claimed", outbox.c.attempted_at.is_(None), outbox.c.lease_until > bindparam("at")
    )
    .values(attempted_at=bindparam("at"), attempts=outbox.c.attempts + 1)
)  # fmt: skip
BEGIN_ALL = Statement(
    update(outbox)
    .where(
        outbox.c.lease_until > bindparam("at"),
        outbox.c.token == TOKEN,
        outbox.c.state == "claimed",
        outbox.c.attempted_at.is_(None),
    )
    .values(attempted_at=bindparam("at"), attempts=outbox.c.attempts + 1)
    .returning(outbox.c.id)
)
ATTEMPT = Statement(new(attempts, "outcome", "finished_at"))
ENDED: dict[str, Any] = {
    "state": bindparam("state"),
    "ready_at": bindparam("ready_at"),
    "lease_until": None,
    "holding": bindparam("holding"),
    "receipt": bindparam("receipt"),
    "reason": bindparam("reason"),
    "finished_at": bindparam("finished_at"),
}
FINISH = Statement(update(outbox).where(*MINE, within(outbox.c.state, "claimed", "unsure")).values(ENDED))
RESOLVE = Statement(update(outbox).where(outbox.c.id == ROW, outbox.c.state == "unsure").values(ENDED))
FINISH_ATTEMPT = Statement(
    update(attempts)
    .where(attempts.c.row == ROW, attempts.c.token == TOKEN)
    .values(outcome=bindparam("outcome"), finished_at=bindparam("finished_at"))
)
RAN_OUT = (outbox.c.lease_until <= NOW, outbox.c.state == "claimed")
LOSE = Statement(
    update(outbox)
    .where(*RAN_OUT, outbox.c.attempted_at.is_not(None))
    .values(state="unsure", lease_until=None, holding=None, reason="lease_ran_out", finished_at=NOW)
    .returning(*COLUMNS)
)
RELEASE = Statement(
    update(outbox)
    .where(*RAN_OUT, outbox.c.attempted_at.is_(None))
    .values(state="queued", lease_until=None, holding=None, token=None, ready_at=outbox.c.not_before)
)
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
    .values(answered=bindparam("answer"), answered_at=bindparam("at"))
)
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
        outbox.c.organisation == bindparam("its_organisation"), *WAS_STRANDED, *THERE,
        outbox.c.finished_at > bindparam("since"), outbox.c.answered_at.is_(None),
    )
    .values(AFLOAT)
)  # fmt: skip
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
UNSURE = Statement(
    FOUND.where(within(outbox.c.state, "failed", "unsure"), outbox.c.state == "unsure", outbox.c.finished_at <= NOW)
    .order_by(outbox.c.number)
    .limit(bindparam("most"))
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


def _rows(tx: Tx, found: list[tuple[Any, ...]]) -> list[Row]:
    """In order of queueing: UPDATE ... RETURNING promises none."""
    return sorted((_read(tx, row) for row in found), key=lambda row: row.number)


def queue(tx: Tx, row: Row) -> bool:
    """Put the message in line. False when its id or key is there already: that one stands."""
    return tx.execute(QUEUE, **_queued(tx, row)) == 1


def queue_later(tx: Tx, row: Row) -> None:
    """The same, written with others like it, for whoever does not ask whether it was there already."""
    tx.later(QUEUE, **_queued(tx, row))


def _queued(tx: Tx, row: Row) -> dict[str, Any]:
    values = {name: getattr(row, name) for name in PLAIN if name != "number"}
    values |= {"state": "queued", "attempts": 0, "ready_at": row.not_before, "lease_until": None, "holding": None}
    return values | {"body": tx.vault.seal(row.body, _bound(row.id, "body")), "answered": None}


def first_ready(tx: Tx) -> datetime | None:
    """When a message that waits may go out next."""
    found = tx.first(FIRST_READY)
    return found[0] if found else None


def backlog(tx: Tx) -> Backlog:
    """What waits and what is unsure, of all organisations: for operators."""
    (found,) = tx.all(BACKLOG)
    return Backlog(*found)


def get(tx: Tx, row: str) -> Row | None:
    """The message with that id, as it is now: also for the look just before sending."""
    found = tx.first(GET, row=row)
    return None if found is None else _read(tx, found)


def claim(tx: Tx, now: datetime, lease: timedelta, limit: int, token: str) -> list[Row]:
    """Take at most so many messages that may go out now; nobody else gets them until the lease runs out.

    `token` is new for every claim. Messages to one address come in the order in which they were queued.
    """
    return _rows(tx, tx.all(CLAIM, now=now, lease_until=now + lease, most=limit, token=token))


def begin_attempt(tx: Tx, row: str, token: str, at: datetime) -> bool:
    """Write down that the call is made now; commit, then call. False: no longer yours, so do not call."""
    if not tx.execute(BEGIN, row=row, its_token=token, at=at):
        return False
    tx.execute(ATTEMPT, row=row, token=token, at=at)
    return True


def begin_attempts(tx: Tx, token: str, at: datetime) -> set[str]:
    """The same for every row of a claim that is not finished; the ids of those that are still yours."""
    mine: set[str] = {row[0] for row in tx.all(BEGIN_ALL, its_token=token, at=at)}
    tx.execute_many(ATTEMPT, [{"row": row, "token": token, "at": at} for row in mine])
    return mine


def _ending(
    outcome: Outcome, at: datetime, receipt: str | None, retry_at: datetime | None, reason: str | None
) -> dict[str, Any]:
    if (outcome == "later") != (retry_at is not None):
        raise ValueError("A message goes out later at a given time, and only then has one.")
    return {"state": outcome, "ready_at": retry_at, "receipt": receipt, "reason": reason, "finished_at": at}


def finish(  # noqa: PLR0913, PLR0917 - what becomes of a message is one row
    tx: Tx,
    row: str,
    token: str,
    outcome: Outcome,
    at: datetime,
    receipt: str | None = None,
    retry_at: datetime | None = None,
    reason: str | None = None,
) -> bool:
    """What became of the claim. `later` needs `retry_at`; a claim given back without an attempt is `later` too.

    False when the token is not the row's (any more): then nothing changes. A late outcome is still taken when
    nobody else took the row since the lease ran out.
    """
    ending = _ending(outcome, at, receipt, retry_at, reason)
    attempted = tx.execute(FINISH_ATTEMPT, row=row, its_token=token, outcome=outcome, finished_at=at) == 1
    holding = True if outcome == "later" and attempted else None
    return tx.execute(FINISH, row=row, its_token=token, **ending, holding=holding) == 1


def finish_all(tx: Tx, endings: Sequence[Ending], token: str, at: datetime) -> None:
    """What became of each row of a claim for which an attempt was written down; the token guards each."""
    tx.execute_many(
        FINISH_ATTEMPT,
        [{"row": one.row, "its_token": token, "outcome": one.outcome, "finished_at": at} for one in endings],
    )
    tx.execute_many(
        FINISH,
        [
            {
                "row": one.row,
                "its_token": token,
                "holding": True if one.outcome == "later" else None,
                **_ending(one.outcome, at, one.receipt, one.retry_at, one.reason),
            }
            for one in endings
        ],
    )


def resolve(  # noqa: PLR0913, PLR0917 - what becomes of a message is one row
    tx: Tx,
    row: str,
    outcome: Literal["sent", "later", "failed", "cancelled"],
    at: datetime,
    receipt: str | None = None,
    retry_at: datetime | None = None,
    reason: str | None = None,
) -> bool:
    """What became of an unsure message after all. False when it is not unsure (any more)."""
    ending = _ending(outcome, at, receipt, retry_at, reason)
    return tx.execute(RESOLVE, row=row, **ending, holding=True if outcome == "later" else None) == 1


def expire(tx: Tx, now: datetime) -> list[Row]:
    """The messages whose lease ran out after their attempt, unsure from now on. Those without go back in line."""
    tx.execute(RELEASE, now=now)
    return _rows(tx, tx.all(LOSE, now=now))


def unsure(tx: Tx, before: datetime, limit: int) -> list[Row]:
    """Messages that became unsure at or before that time, oldest first: old enough to look them up."""
    return _rows(tx, tx.all(UNSURE, now=before, most=limit))


def trouble(tx: Tx, organisation: str, limit: int) -> list[Row]:
    """What was perhaps not, or certainly not, delivered ("niet zeker afgeleverd"), newest first."""
    return _rows(tx, tx.all(TROUBLE, organisation=organisation, most=limit))[::-1]


def open_question(tx: Tx, talk: str) -> Row | None:
    """The last message of that talk that asks something and was not answered."""
    found = tx.first(OPEN_QUESTION, talk=talk)
    return None if found is None else _read(tx, found)


def unanswered(tx: Tx, talk: str, question: str) -> list[Row]:
    """Every message of that talk that asks this question and was not answered, on whatever channel; oldest first."""
    return _rows(tx, tx.all(UNANSWERED, talk=talk, question=question))


def answer(tx: Tx, row: str, text: str, at: datetime) -> bool:
    """Keep what was chosen, sealed. False when there is an answer already: the first one stands."""
    return tx.execute(ANSWER, row=row, answer=tx.vault.seal(text, _bound(row, "answered")), at=at) == 1


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


def revive(tx: Tx, organisation: str, channel: str, address: str, since: datetime, now: datetime) -> int:
    """What failed since then because this address was gone goes out now, if nobody answered it; how many messages."""
    where = {"its_organisation": organisation, "its_channel": channel, "its_address": address}
    return tx.execute(REVIVE, **where, since=since, now=now)


def spare(tx: Tx, row: str) -> bool:
    """A nudge that still waits is not needed any more: it was answered before it came. False when it is under way."""
    return tx.execute(SPARE, row=row, why="answered") == 1


def transcript(tx: Tx, person: str, limit: int, before: int | None = None) -> list[Row]:
    """The last messages to this person, in order of queueing; `before` is the `number` to look back from."""
    return _rows(tx, tx.all(TRANSCRIPT, person=person, before=before or 2**31 - 1, most=limit))


def cancel_case(tx: Tx, case: str, reason: str) -> int:
    """Stop everything about that case that was not called for yet; how many messages."""
    return sum(tx.execute(waiting, its_case=case, why=reason) for waiting in CANCEL_CASE)
