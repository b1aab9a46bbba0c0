"""Outbox to channel: sent, later, given up, or unsure.

The attempt is committed before the call, the call is made once, its outcome is committed after it. Between the two
nobody knows: then it is looked up where that can be done (doubt.py), and elsewhere a nudge is not repeated but shown to
HR as not surely delivered.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from bot import metrics
from bot.channels import Findable, NotSent, TryLater, Unreachable
from bot.channels.web import NAME as WEB
from bot.discreet import shortened
from bot.house import BRUSSELS
from bot.outgoing import as_it_is_now
from bot.reach import gone, hr_is_told
from bot.straight import LEASE, Taken
from storage import addresses, cases, outbox, people, sending

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

    from bot.channels import Channel, Receipt
    from bot.house import House
    from messages.message import Message
    from storage.database import Database, Tx
    from storage.outbox import Row

BATCH = 100
AT_ONCE = 8  # calls under way at the same time
TRIES = 5  # where something unknown went wrong
WORTH = timedelta(hours=24)  # a platform that says "later" for so long, is not waited for any more
LATER = tuple(timedelta(seconds=pause) for pause in (5, 30, 120, 600, 1800))


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one call."""

    row: Row
    state: outbox.Outcome
    receipt: Receipt | None = None
    after: timedelta | None = None
    reason: str | None = None
    gone: bool = False  # the address does not work any more


async def deliver(
    database: Database, channels: Mapping[str, Channel], now: Callable[[], datetime], house: House
) -> int:
    """Send what waits; how many messages were sent. Several of these may run at once, in several processes."""
    sent = 0
    known = findable(channels)
    while True:
        token, at = house.new_id(), now()
        taken = await database.run(lambda tx, token=token, at=at: _take(tx, house, at, token, known))  # type: ignore[misc]
        if not taken.rows:
            return sent
        sent += await send(database, channels, now, house, taken)


async def send(
    database: Database, channels: Mapping[str, Channel], now: Callable[[], datetime], house: House, taken: Taken
) -> int:
    """Make the calls of a claim, and note what became of each; how many messages were sent."""
    known = findable(channels)
    outcomes = await _call(taken, channels, house.base_url)
    after = now()
    await database.run(lambda tx: _note(tx, house, outcomes, taken.token, after, known))
    for labels, count in Counter((one.row.channel, one.row.kind, one.state) for one in outcomes).items():
        metrics.CALLS.labels(*labels).inc(count)
    return sum(outcome.state == "sent" for outcome in outcomes)


def findable(channels: Mapping[str, Channel]) -> frozenset[str]:
    """The channels that can look up whether a message arrived."""
    return frozenset(name for name, channel in channels.items() if isinstance(channel, Findable))


def _take(tx: Tx, house: House, now: datetime, token: str, known: frozenset[str]) -> Taken:
    """Claim what may go out, look at each once more, and write down that the call is made."""
    _settle(tx, house, now, now, known)
    while rows := sending.claim(tx, now, LEASE, BATCH, token):
        asking = [row for row in rows if row.case is not None and row.kind != "reply"]
        cases.recall(tx, {row.case for row in asking if row.case})
        people.recall(tx, {row.person for row in asking})
        for row in asking:
            reason = unwanted(tx, row, now)
            if reason is not None:
                sending.finish(tx, row.id, token, "cancelled", now, reason=reason)
        if mine := sending.begin_attempts(tx, token, now):
            return Taken(token, [shortened(tx, row) for row in rows if row.id in mine])
    return Taken()


def take_over(tx: Tx, house: House, now: datetime, known: frozenset[str]) -> None:
    """For the only process on a database, when it starts: whoever held a lease is dead, so nobody waits for it."""
    _settle(tx, house, now, now + LEASE, known)


def _settle(tx: Tx, house: House, now: datetime, until: datetime, known: frozenset[str]) -> None:
    """Calls nobody came back from, of leases up to then: an answer inside a talk goes out again, a nudge does not.

    Where it can be looked up, it is, and nothing is decided here. On the web nothing is doubled by sending it again:
    the page shows rows, and it was only not woken.
    """
    for row in sending.expire(tx, now, until):
        if row.channel in known:
            continue
        if row.answered_at is not None:
            sending.resolve(tx, row.id, "sent", now)
        elif (row.kind == "reply" or row.channel == WEB) and row.attempts < TRIES:
            sending.resolve(tx, row.id, "later", now, retry_at=now)
        else:
            hr_is_told(tx, house, row, "unsure", now)


def unwanted(tx: Tx, row: Row, now: datetime) -> str | None:
    """Why this message should not go out any more: the case ended, is somebody else's now, or it was done meanwhile."""
    if row.case is None or row.kind == "reply":
        return None
    case = cases.load(tx, row.case)
    if case is None or case.status == "silenced":
        return "silenced"
    person = people.get(tx, row.person)
    if person is None or cases.visible(tx, person, case.id, now.astimezone(BRUSSELS).date()) is None:
        return "somebody_else"
    if person.id == case.employee and case.checkins == "no":
        return "no_checkins"
    if row.kind != "nudge" or row.key is None:
        return None
    if not case.is_live:
        return "closed"
    _, _, moment = row.key.partition("/")
    milestone, _, rest = moment.partition("/")
    nth = rest.split("/")[1] if rest.count("/") >= 1 else "0"
    return "done" if f"{milestone}#{nth}" in case.done else None


async def _call(taken: Taken, channels: Mapping[str, Channel], base_url: str) -> list[Outcome]:
    """One call a message, a few at a time; to one address one after the other.

    What is not called for in the first half of the lease goes back in line: who comes after may have it by then.
    """
    clock = asyncio.get_running_loop().time
    until = clock() + LEASE.total_seconds() / 2
    lines: dict[tuple[str, str], list[Row]] = {}
    for row in taken.rows:
        lines.setdefault((row.channel, row.address), []).append(row)
    following = iter(lines.values())
    outcomes: list[Outcome] = []

    async def one_after_the_other() -> None:
        for line in following:
            before: Outcome | None = None
            for row in line:
                if clock() > until:
                    before = _again(row, TryLater("no_time"))
                elif before is not None and (before.state == "later" or before.gone):  # what comes after it as well
                    before = replace(before, row=row)
                else:
                    before = await _send(row, channels, base_url, taken.said.get(row.id))
                outcomes.append(before)

    await asyncio.gather(*(one_after_the_other() for _ in range(min(AT_ONCE, len(lines)))))
    return outcomes


async def _send(row: Row, channels: Mapping[str, Channel], base_url: str, said: Message | None) -> Outcome:
    channel = channels.get(row.channel)
    if channel is None:
        return _again(row, TryLater("no_such_channel", 300))
    try:
        receipt = await channel.send(row.address, as_it_is_now(row, base_url, said), row.id)
    except TryLater as problem:
        return _again(row, problem)
    except NotSent as problem:
        return Outcome(row, "failed", reason=type(problem).__name__.lower(), gone=isinstance(problem, Unreachable))
    except Exception:  # noqa: BLE001 - whatever happened, the message may have arrived
        if row.kind != "reply" or isinstance(channel, Findable):
            return Outcome(row, "unsure", reason="unknown")
        return _again(row, TryLater("unknown"), TRIES)  # somebody waits for it, and reads it twice rather than never
    return Outcome(row, "sent", receipt)


def _again(row: Row, problem: TryLater, tries: int | None = None) -> Outcome:
    """Later, and later still; after so many tries not any more."""
    if tries is not None and row.attempts + 1 >= tries:
        return Outcome(row, "failed", reason="too_many_tries")
    pause = max(timedelta(seconds=problem.after), LATER[min(row.attempts, len(LATER) - 1)])
    return Outcome(row, "later", after=pause, reason="try_later")


def _in_time(outcome: Outcome, now: datetime) -> Outcome:
    """What would come later than it is worth, does not come."""
    if outcome.after is None or now + outcome.after <= outcome.row.not_before + WORTH:
        return outcome
    return replace(outcome, state="failed", after=None, reason="too_late")


def _note(tx: Tx, house: House, outcomes: Sequence[Outcome], token: str, now: datetime, known: frozenset[str]) -> None:
    outcomes = [_in_time(outcome, now) for outcome in outcomes]
    endings = [
        sending.Ending(
            outcome.row.id,
            outcome.state,
            receipt=outcome.receipt.id if outcome.receipt else None,
            retry_at=now + outcome.after if outcome.after else None,
            reason=outcome.reason,
        )
        for outcome in outcomes
    ]
    sending.finish_all(tx, endings, token, now)
    for outcome in outcomes:
        row = outcome.row
        if outcome.gone:
            gone(tx, house, row.channel, row.address, now)
            other = addresses.address_of(tx, row.person)
            if other is None or not outbox.redirect(tx, row.id, other, now):
                hr_is_told(tx, house, row, "unreachable", now)
        elif outcome.state == "failed" or (outcome.state == "unsure" and row.channel not in known):
            hr_is_told(tx, house, row, outcome.state, now)
