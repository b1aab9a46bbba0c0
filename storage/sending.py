"""A message on its way: claimed, called for, and what became of it.

A claim is a lease with a token. The attempt is written down before the call; whoever comes back with another token
changes nothing. A lease that ran out after its attempt is unsure: the call was made, the outcome is not known.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from sqlalchemy import BindParameter, bindparam, func, select, union_all, update
from sqlalchemy.dialects.postgresql import insert

from storage.columns import among, pairs, within
from storage.outbox import COLUMNS, FOUND, NEXT_IN_LINE, NOW, QUEUE, ROW, Outcome, Row, queued, rows_of
from storage.tables import attempts, outbox
from storage.transaction import Statement

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime, timedelta

    from storage.transaction import Tx


class Ending(NamedTuple):
    """What became of one message: `later` has `retry_at`, and only that."""

    row: str
    outcome: Outcome
    receipt: str | None = None
    retry_at: datetime | None = None
    reason: str | None = None


GIVEN_UP = "given_up"

TOKEN: BindParameter[str] = bindparam("its_token")

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
IN_LINE = Statement(
    union_all(
        select(outbox.c.channel, outbox.c.address).where(outbox.c.ready_at <= NOW),
        select(outbox.c.channel, outbox.c.address).where(outbox.c.holding.is_not(None)),
    ).limit(bindparam("most"))
)
MINE = (outbox.c.id == ROW, outbox.c.token == TOKEN)
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
ATTEMPT_ALL = Statement(
    insert(attempts)
    .from_select(
        ["row", "token", "at"],
        select(outbox.c.id, outbox.c.token, outbox.c.attempted_at).where(
            outbox.c.lease_until > bindparam("at"), outbox.c.token == TOKEN, outbox.c.attempted_at == bindparam("at")
        ),
    )
    .on_conflict_do_nothing()
    .returning(attempts.c.row)
)
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
RECEIPTS = pairs("receipts").table_valued("key", "value", name="receipts")
FINISH_ALL = Statement(
    update(outbox)
    .where(outbox.c.id == RECEIPTS.c.key, outbox.c.token == TOKEN, within(outbox.c.state, "claimed", "unsure"))
    .values({**ENDED, "receipt": RECEIPTS.c.value})
)
RESOLVE = Statement(
    update(outbox)
    .where(outbox.c.id == ROW, outbox.c.state == "unsure", outbox.c.token == func.coalesce(TOKEN, outbox.c.token))
    .values(ENDED)
)
FINISH_ATTEMPT = Statement(
    update(attempts)
    .where(attempts.c.row == ROW, attempts.c.token == TOKEN)
    .values(outcome=bindparam("outcome"), finished_at=bindparam("finished_at"))
)
FINISH_ATTEMPTS = Statement(
    update(attempts)
    .where(among(attempts.c.row, "rows"), attempts.c.token == TOKEN)
    .values(outcome=bindparam("outcome"), finished_at=bindparam("finished_at"))
)
RAN_OUT = (outbox.c.lease_until <= bindparam("until"), outbox.c.state == "claimed")
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
IN_DOUBT = Statement(
    FOUND.where(
        within(outbox.c.state, "failed", "unsure"),
        outbox.c.state == "unsure",
        outbox.c.channel == bindparam("its_channel"),
        outbox.c.finished_at <= NOW,
        outbox.c.reason != GIVEN_UP,
    )
    .order_by(outbox.c.number)
    .limit(bindparam("most"))
)
GIVE_UP = Statement(
    update(outbox)
    .where(
        within(outbox.c.state, "failed", "unsure"),
        outbox.c.state == "unsure",
        outbox.c.channel == bindparam("its_channel"),
        outbox.c.finished_at <= NOW,
        outbox.c.reason != GIVEN_UP,
    )
    .values(reason=GIVEN_UP)
    .returning(*COLUMNS)
)


def claim(tx: Tx, now: datetime, lease: timedelta, limit: int, token: str) -> list[Row]:
    """Take at most so many messages that may go out now; nobody else gets them until the lease runs out.

    `token` is new for every claim. Messages to one address come in the order in which they were queued.
    """
    return rows_of(tx, tx.all(CLAIM, now=now, lease_until=now + lease, most=limit, token=token))


def begin_attempts(tx: Tx, token: str, at: datetime) -> set[str]:
    """Write down that the calls of a claim are made now; commit, then call. The ids of the rows still yours."""
    mine: set[str] = {row[0] for row in tx.all(BEGIN_ALL, its_token=token, at=at)}
    if mine:
        note_attempts(tx, token, at)
    return mine


def in_line(tx: Tx, now: datetime, most: int) -> set[tuple[str, str]] | None:
    """The addresses, with their channel, to which something waits or is under way; None where that is much."""
    found: list[Any] = tx.all(IN_LINE, now=now, most=most)
    return None if len(found) >= most else set(found)


def queue_begun(tx: Tx, row: Row, token: str, at: datetime, lease: timedelta) -> None:
    """Put the message in line with its claim, and its attempt at `at`; one with its key that is there stands."""
    taken = {"state": "claimed", "attempts": 1, "ready_at": None, "lease_until": at + lease, "holding": True}
    tx.later(QUEUE, **queued(tx, row), **taken, token=token, attempted_at=at)


def note_attempts(tx: Tx, token: str, at: datetime) -> set[str]:
    """Keep, beside the rows of this claim, the attempts that begin at `at`; the ids of those rows."""
    return {row[0] for row in tx.all(ATTEMPT_ALL, its_token=token, at=at)}


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
    alike: dict[tuple[Outcome, datetime | None, str | None], dict[str, str | None]] = {}
    for one in endings:
        alike.setdefault((one.outcome, one.retry_at, one.reason), {})[one.row] = one.receipt
    for (outcome, retry_at, reason), receipts in alike.items():
        tx.execute(FINISH_ATTEMPTS, rows=list(receipts), its_token=token, outcome=outcome, finished_at=at)
        ending = _ending(outcome, at, None, retry_at, reason)
        holding = True if outcome == "later" else None
        tx.execute(FINISH_ALL, receipts=receipts, its_token=token, holding=holding, **ending)


def resolve(  # noqa: PLR0913, PLR0917 - what becomes of a message is one row
    tx: Tx,
    row: str,
    outcome: Literal["sent", "later", "failed", "cancelled"],
    at: datetime,
    receipt: str | None = None,
    retry_at: datetime | None = None,
    reason: str | None = None,
    token: str | None = None,
) -> bool:
    """What became of an unsure message after all. False when it is not unsure (any more).

    With the token of its attempt: nor when somebody made another one meanwhile.
    """
    ending = _ending(outcome, at, receipt, retry_at, reason)
    holding = True if outcome == "later" else None
    return tx.execute(RESOLVE, row=row, its_token=token, **ending, holding=holding) == 1


def expire(tx: Tx, now: datetime, until: datetime | None = None) -> list[Row]:
    """The messages whose lease ran out after their attempt, unsure from now on. Those without go back in line.

    `until` takes the leases of a dead process too, which would run out by then.
    """
    tx.execute(RELEASE, until=until or now)
    return rows_of(tx, tx.all(LOSE, until=until or now, now=now))


def in_doubt(tx: Tx, channel: str, until: datetime, limit: int) -> list[Row]:
    """Messages of a channel that became unsure at or before that time and were not given up, oldest first."""
    return rows_of(tx, tx.all(IN_DOUBT, its_channel=channel, now=until, most=limit))


def give_up(tx: Tx, channel: str, until: datetime) -> list[Row]:
    """The messages that have been in doubt since then: they stay unsure, and nobody looks any more."""
    return rows_of(tx, tx.all(GIVE_UP, its_channel=channel, now=until))
