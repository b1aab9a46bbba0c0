"""What did not arrive, or perhaps not, sent once more because a person asks for it. Nothing of ours does so by itself.

It is the same message, under the same id. It goes only while it still makes sense: nobody answered it, nothing came
after it, and the guard would let its moment go out now. What perhaps did arrive goes only for who knows so.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

from bot.deliver import unwanted
from bot.house import BRUSSELS, known
from bot.reach import STILL
from conversations.timing.guard import Hold, Send, decent, may_send
from conversations.timing.timeline import timeline
from storage import addresses, cases, journal, people, sessions, unreached

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from bot.house import House
    from conversations.case import Person
    from storage.database import Tx
    from storage.outbox import Row

DIGEST = "today/"  # what the key of several things for one morning begins with


@dataclass(frozen=True, slots=True)
class Wish:
    """Which messages, as they stood when somebody looked: what failed after `until` was not seen, and stays.

    `twice`: who asks knows that what perhaps arrived may be read twice; without it that is left alone.
    """

    ids: Sequence[str]
    until: datetime
    twice: bool = False


class Again(NamedTuple):
    """A message that may go out once more, without its words, and when. `perhaps`: it may have arrived before."""

    row: Row
    at: datetime

    @property
    def perhaps(self) -> bool:
        """Whether it may be read twice then."""
        return self.row.state == "unsure"


def possible(tx: Tx, house: House, organisation: str, ids: Iterable[str], now: datetime) -> list[Again]:
    """Those of these messages that may go out once more, in order of queueing."""
    rows = unreached.lost(tx, organisation, sorted(ids))
    cases.recall(tx, {row.case for row in rows if row.case})
    people.recall(tx, {row.person for row in rows})
    addresses.recall(tx, {row.person for row in rows})
    after = unreached.followed(tx, {row.talk for row in rows if row.talk})
    found = ((row, _when(tx, house, row, now)) for row in rows if not _is_overtaken(row, after))
    return [Again(row, at) for row, at in found if at is not None]


def send_again(tx: Tx, house: House, by: Person, wish: Wish, now: datetime) -> int:
    """Put them in line once more, where the person is reached now; how many. Each is in the journal."""
    sent = 0
    for one in possible(tx, house, by.organisation, wish.ids, now):
        there = addresses.address_of(tx, one.row.person)
        if there is None or (one.perhaps and not wish.twice):
            continue
        if unreached.again(tx, by.organisation, one.row.id, wish.until, there, one.at):
            told = {"change": "SentAgain", "message": one.row.id, "perhaps": one.perhaps}
            journal.write(tx, by.organisation, one.row.case, by.id, now, [told])
            sent += 1
    return sent


def _is_overtaken(row: Row, after: Mapping[str, Sequence[tuple[int, str | None, str]]]) -> bool:
    """Whether something else of the same talk came later, or the same question was asked once more."""
    return any(
        number > row.number and state != "cancelled" and (state not in unreached.LOST or question == row.question)
        for number, question, state in after.get(row.talk or "", ())
    )


def _when(tx: Tx, house: House, row: Row, now: datetime) -> datetime | None:
    """When it may go out; None when its moment is over, or there is no way to who it is for."""
    person = people.get(tx, row.person)
    if person is None or not person.active or addresses.address_of(tx, person.id) is None:
        return None
    as_asked = replace(row, kind="notice") if row.kind == "reply" else row  # nobody waits for it at the screen now
    if row.created_at < now - STILL or unwanted(tx, as_asked, now) or _is_answered(tx, row):
        return None
    if row.key is not None and row.kind == "nudge":
        return _of_moment(tx, house, row, person, now)
    return decent(person, house.calendar(house.organisation(tx, row.organisation)), now)


def _is_answered(tx: Tx, row: Row) -> bool:
    """Whether its talk goes on elsewhere, or is over."""
    if row.question is None or row.talk is None:
        return False
    talk = sessions.get(tx, row.talk)
    return talk is None or talk.state == "over" or talk.asked != row.question


def _of_moment(tx: Tx, house: House, row: Row, person: Person, now: datetime) -> datetime | None:
    """A nudge goes when the guard lets its moment go. What was said together for one morning, only that day."""
    today = now.astimezone(BRUSSELS).date()
    calendar = house.calendar(house.organisation(tx, row.organisation))
    if row.case is None or (row.key or "").startswith(DIGEST):
        return decent(person, calendar, now) if row.created_at.astimezone(BRUSSELS).date() == today else None
    case, key = cases.load(tx, row.case), (row.key or "").partition("/")[2]
    if case is None:
        return None
    policy, about = house.followed(tx, case), known(case, house.organisation(tx, case.organisation))
    moment = next((one for one in timeline(policy, about, calendar, today) if one.key == key), None)
    match may_send(case, person, moment, calendar, now) if moment else None:
        case Send():
            return now
        case Hold(until, _):
            return until
        case _:
            return None
