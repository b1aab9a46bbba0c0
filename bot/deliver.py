"""Outbox to channel: sent, later, given up, or unsure.

The attempt is committed before the call, the call is made once, its outcome is committed after it. Between the two
nobody knows, and then a nudge is not repeated: it is shown to HR as not surely delivered.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from bot import metrics
from bot.channels import NotSent, TryLater, Unreachable
from messages.message import Button, Input, Message, from_json
from storage import cases, outbox, people

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

    from bot.channels import Channel, Receipt
    from storage.database import Database, Tx
    from storage.outbox import Row

LEASE = timedelta(seconds=120)  # longer than any call may take
BATCH = 100
AT_ONCE = 8  # calls under way at the same time
TRIES = 5
LATER = (timedelta(seconds=5), timedelta(seconds=30), timedelta(minutes=2), timedelta(minutes=10))


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one call."""

    row: Row
    state: outbox.Outcome
    receipt: Receipt | None = None
    after: timedelta | None = None
    reason: str | None = None
    gone: bool = False  # the address does not work any more


def with_ids(row: Row) -> Message:
    """The message with ids on its buttons: the row's own, and a number."""
    message = from_json(row.body)
    buttons = tuple(
        Button(button.choice, button.label, f"{row.id}.{n}", button.quiet) for n, button in enumerate(message.buttons)
    )
    control = message.input
    if control is not None:
        control = Input(control.kind, control.options, control.least, control.most, f"{row.id}.i")
    return Message(message.paragraphs, buttons, control)


async def deliver(
    database: Database, channels: Mapping[str, Channel], now: Callable[[], datetime], new_id: Callable[[], str]
) -> int:
    """Send what waits; how many messages were sent. Several of these may run at once, in several processes."""
    sent = 0
    while True:
        token = new_id()
        at = now()
        rows = await database.run(lambda tx, token=token, at=at: _take(tx, at, token))  # type: ignore[misc]
        if not rows:
            return sent
        outcomes = await _call(rows, channels)
        after = now()
        await database.run(lambda tx, token=token, outcomes=outcomes, at=after: _note(tx, outcomes, token, at))  # type: ignore[misc]
        for outcome in outcomes:
            metrics.CALLS.labels(outcome.row.channel, outcome.row.kind, outcome.state).inc()
        sent += sum(outcome.state == "sent" for outcome in outcomes)


def _take(tx: Tx, now: datetime, token: str) -> list[Row]:
    """Claim what may go out, look at each once more, and write down that the call is made."""
    _settle(tx, now)
    wanted = []
    for row in outbox.claim(tx, now, LEASE, BATCH, token):
        reason = unwanted(tx, row)
        if reason is not None:
            outbox.finish(tx, row.id, token, "cancelled", now, reason=reason)
        elif outbox.begin_attempt(tx, row.id, token, now):
            wanted.append(row)
    return wanted


def _settle(tx: Tx, now: datetime) -> None:
    """Calls nobody came back from: an answer inside a talk goes out again, a nudge does not."""
    for row in outbox.expire(tx, now):
        if row.kind == "reply" and row.attempts < TRIES:
            outbox.resolve(tx, row.id, "later", now, retry_at=now)


def unwanted(tx: Tx, row: Row) -> str | None:
    """Why this message should not go out any more: the case ended, or what it asks was done meanwhile."""
    if row.case is None or row.kind == "reply":
        return None
    case = cases.load(tx, row.case)
    if case is None or case.status == "silenced":
        return "silenced"
    if row.kind != "nudge" or row.key is None:
        return None
    if not case.is_live:
        return "closed"
    _, _, moment = row.key.partition("/")
    milestone, _, rest = moment.partition("/")
    nth = rest.split("/")[1] if rest.count("/") >= 1 else "0"
    return "done" if f"{milestone}#{nth}" in case.done else None


async def _call(rows: Sequence[Row], channels: Mapping[str, Channel]) -> list[Outcome]:
    """One call a message, a few at a time; to one address one after the other."""
    gate = asyncio.Semaphore(AT_ONCE)
    lines: dict[tuple[str, str], list[Row]] = {}
    for row in rows:
        lines.setdefault((row.channel, row.address), []).append(row)

    async def line(mine: list[Row]) -> list[Outcome]:
        async with gate:
            return [await _send(row, channels) for row in mine]

    return [outcome for done in await asyncio.gather(*map(line, lines.values())) for outcome in done]


async def _send(row: Row, channels: Mapping[str, Channel]) -> Outcome:
    channel = channels.get(row.channel)
    if channel is None:
        return _again(row, TryLater("no_such_channel", 300))
    try:
        return Outcome(row, "sent", await channel.send(row.address, with_ids(row), row.id))
    except TryLater as problem:
        return _again(row, problem)
    except NotSent as problem:
        return Outcome(row, "failed", reason=type(problem).__name__.lower(), gone=isinstance(problem, Unreachable))
    except Exception:  # noqa: BLE001 - whatever happened, the message may have arrived
        return Outcome(row, "unsure", reason="unknown")


def _again(row: Row, problem: TryLater) -> Outcome:
    if row.attempts >= TRIES:
        return Outcome(row, "failed", reason="too_many_tries")
    pause = max(timedelta(seconds=problem.after), LATER[min(row.attempts, len(LATER) - 1)])
    return Outcome(row, "later", after=pause, reason="try_later")


def _note(tx: Tx, outcomes: Sequence[Outcome], token: str, now: datetime) -> None:
    for outcome in outcomes:
        row = outcome.row
        outbox.finish(
            tx,
            row.id,
            token,
            outcome.state,
            now,
            receipt=outcome.receipt.id if outcome.receipt else None,
            retry_at=now + outcome.after if outcome.after else None,
            reason=outcome.reason,
        )
        if outcome.gone:
            people.unreachable(tx, row.channel, row.address, now)
