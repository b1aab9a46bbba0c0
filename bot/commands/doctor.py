"""`terugkeer doctor`: is everything there to run? One line a check, and what to do where it is not."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import func, select, text

from bot import packs
from bot.app import wall_clock
from bot.commands.check import Check
from bot.commands.opening import database
from bot.commands.platforms import platforms
from bot.house import BRUSSELS
from bot.settings import SettingsError, load
from conversations.timing.policy import PolicyError
from conversations.timing.workdays import Calendar
from storage import cases
from storage.migrations import up_to_date
from storage.transaction import Statement, Unavailable
from storage.vault import Unreadable

if TYPE_CHECKING:
    from bot.settings import Settings
    from storage.database import Database, Tx

BUILT = datetime(2026, 11, 1, tzinfo=UTC)  # no clock that is right can say an earlier moment than the code was written
REMEDIES = {
    "away": "the provider does not answer; is TERUGKEER_OIDC_ISSUER right, and can this machine reach it?",
    "issuer": "the provider calls itself otherwise; copy `issuer` from its /.well-known/openid-configuration",
    "endpoints": "the provider names an address that is not https",
}
DRIFT = timedelta(minutes=5)
PAGE = 200
DATABASE_CLOCK = Statement(select(func.extract("epoch", text("clock_timestamp()"))))


def _clock(now: datetime) -> Iterator[Check]:
    yield Check("clock", now >= BUILT, "it runs years behind; set the time of this machine (NTP)")
    summer, winter = (datetime(2027, month, 1, tzinfo=BRUSSELS).utcoffset() for month in (7, 1))
    right = (summer, winter) == (timedelta(hours=2), timedelta(hours=1))
    yield Check("time zones", right, "the data for Europe/Brussels is wrong; update the tzdata package")
    christmas = Calendar(frozenset()).is_open(date(now.year + 1, 12, 25))
    yield Check("holidays", not christmas, f"no holidays known for {now.year + 1}; update terugkeer")


def _packs() -> Check:
    try:
        packs.load()
    except PolicyError as error:
        return Check("policies", well=False, remedy=str(error))
    return Check("policies", well=True)


def _open_all(tx: Tx, after: str) -> str:
    """Open every running case of one page; the last id, or nothing when there are no more."""
    page = cases.live(tx, after, PAGE)
    return page[-1].id if len(page) == PAGE else ""


async def _keys(opened: Database) -> Check:
    after = ""
    try:
        while True:
            after = await opened.run(lambda tx, after=after: _open_all(tx, after))  # type: ignore[misc] # bound at once
            if not after:
                return Check("keys", well=True)
    except Unreadable as error:
        return Check(
            "keys", well=False, remedy=f"{error} Put the missing key back in TERUGKEER_KEYS, behind the first."
        )


async def _database(settings: Settings, now: datetime) -> AsyncIterator[Check]:
    try:
        current = up_to_date(settings.database_url)
    except Unavailable:
        yield Check("database", well=False, remedy="it does not answer; is DATABASE_URL right, and is it running?")
        return
    yield Check("database", current, "not there, or of an older version; run `terugkeer migrate`")
    if not current:
        return
    async with database(settings) as opened:
        if opened.kind == "postgresql":
            there = await opened.run(lambda tx: tx.first(DATABASE_CLOCK))
            assert there is not None, "a clock always says something"
            apart = abs(float(there[0]) - now.timestamp())
            yield Check("database clock", apart < DRIFT.total_seconds(), "it differs from this machine's; check NTP")
        yield await _keys(opened)


async def checks(now: datetime) -> AsyncIterator[Check]:
    """Everything that is checked, one after the other. Without settings there is little to look at."""
    for check in _clock(now):
        yield check
    yield _packs()
    try:
        settings = load()
    except SettingsError as error:
        for problem in error.problems:
            name, _, remedy = problem.partition(": ")
            yield Check(name, well=False, remedy=remedy)
        return
    yield Check("settings", well=True)
    async for check in _database(settings, now):
        yield check
    async for check in platforms(settings, now):
        yield check
    if settings.oidc_issuer is not None:
        yield await sign_in(settings, now)


async def sign_in(settings: Settings, now: datetime) -> Check:
    """Whether the provider people sign in at answers, and calls itself what the settings call it."""
    from bot.web.provider import NotSignedIn, Provider  # noqa: PLC0415 - its libraries are an extra

    try:
        await Provider(settings).about(now)
    except NotSignedIn as problem:
        return Check("sign-in", well=False, remedy=REMEDIES[problem.reason])
    return Check("sign-in", well=True)


async def _all() -> bool:
    well = True
    async for check in checks(wall_clock()):
        print(check)
        well = well and (check.well or not check.grave)
    return well


def doctor() -> bool:
    """The command: whether everything is well."""
    return asyncio.run(_all())
