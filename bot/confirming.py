"""A chat from which nothing was heard for eleven months is asked whose it is; a month later it is let go.

Phones are handed on and numbers given away. Anything somebody does there says that it is still theirs; so who answers
nudges is never asked.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from bot.channels.web import NAME as WEB
from bot.desk import Desk, hr_hears
from bot.house import BRUSSELS
from bot.linking import let_go
from conversations.timing.guard import decent
from storage import accounts, addresses, links, people, sessions

if TYPE_CHECKING:
    from datetime import datetime

    from bot.house import House
    from conversations.case import Person
    from storage.accounts import Account
    from storage.database import Database, Tx

LONG = timedelta(days=335)
NOTICE = timedelta(days=30)  # together with LONG a year
BATCH = 50
BY = "silence"  # who it was, in the journal


async def look(database: Database, house: House, now: datetime) -> int:
    """Ask, and let go; how many accounts."""
    seen = 0
    while found := await database.run(lambda tx: _some(tx, house, now)):
        seen += found
    return seen


def _some(tx: Tx, house: House, now: datetime) -> int:
    found = accounts.silent(tx, WEB, now - LONG, now - NOTICE, BATCH)
    for account in found:
        person = people.get(tx, account.person)
        assert person is not None, "an address is somebody's"
        if account.asked is None:
            _ask(tx, house, person, account, now)
        else:
            _end(tx, house, person, account, now)
    return len(found)


def _ask(tx: Tx, house: House, person: Person, account: Account, now: datetime) -> None:
    """There, at an hour that suits; on a page of ours too, which shows everything. Nothing where nothing arrives."""
    accounts.asked(tx, account.channel, account.address, now)
    there = account[1:3]
    if not any(way[:2] == there and way.reachable for way in addresses.ways_to(tx, person.id)):
        return
    key = f"still_yours/{account.channel}/{links.hashed(account.address)[:32]}/{now.astimezone(BRUSSELS).date()}"
    desk = Desk(tx, house, person, now, *there, kind="notice", key=key)
    desk.not_before = _by_day(tx, house, person, now)
    until = (now + NOTICE).astimezone(BRUSSELS).date()
    desk.begin("still_yours", about={"channel": account.channel, "until": until.isoformat()})
    desk.send()


def _end(tx: Tx, house: House, person: Person, account: Account, now: datetime) -> None:
    for talk in sessions.open_of(tx, person.id):
        if talk.dialogue == "still_yours" and talk.about["channel"] == account.channel:
            sessions.save(tx, replace(talk, state="over"), now)
    by_day = _by_day(tx, house, person, now)
    let_go(tx, house, person, account.channel, now, by=BY, told="linking/ended", not_before=by_day)
    if addresses.address_of(tx, person.id) is None:
        hr_hears(tx, house, person, "unreachable", now)


def _by_day(tx: Tx, house: House, person: Person, now: datetime) -> datetime:
    return decent(person, house.calendar(house.organisation(tx, person.organisation)), now)
