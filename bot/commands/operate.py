"""The small commands of who keeps the bot running: link, migrate, audit and key."""

from __future__ import annotations

import asyncio
import secrets

from bot.app import App, wall_clock
from bot.channels.web import NAME as WEB
from bot.commands.opening import Stop, checked, database, person
from bot.linking import deep_link, grouped, hand_out, let_go
from bot.settings import load, new_key
from bot.web.sign_in import make_link
from storage import identities, journal, organisations
from storage.migrations import migrate as upgrade

BY = "operator"  # who it was, in the journal
ACCOUNT = "account"  # the one somebody signs in with, beside those on channels


async def _link(email: str) -> str:
    settings = checked()
    async with database(settings) as opened:
        return await opened.run(lambda tx: make_link(tx, settings.base_url, person(tx, email).id, wall_clock()))


def link(email: str) -> None:
    """Print an address with which this person signs in once."""
    print(asyncio.run(_link(email)))


async def _code(email: str) -> tuple[str, str | None]:
    settings = checked()
    async with database(settings) as opened:
        code = await opened.run(lambda tx: hand_out(tx, person(tx, email), BY, wall_clock()))
    return grouped(code), deep_link(settings.telegram_name, code) if settings.telegram_name else None


def chat_link(email: str) -> None:
    """Print a code, and its address in Telegram, with which this person links a chat once."""
    code, address = asyncio.run(_code(email))
    print(f"{code}  (send it to the bot in a direct message, within ten minutes)")
    if address is not None:
        print(f"{address}  (opens Telegram with the code)")


async def _unlink(email: str, channel: str) -> bool:
    app = App(checked())
    try:
        return await app.database.run(lambda tx: let_go(tx, app.house, person(tx, email), channel, app.now(), by=BY))
    finally:
        await app.stop()


async def _release(email: str) -> bool:
    settings = checked()
    async with database(settings) as opened:
        return await opened.run(lambda tx: identities.release(tx, person(tx, email), BY, wall_clock()))


def unlink(email: str, channel: str) -> None:
    """Let go of the account this person has on that channel, or signs in with. Raises Stop when there is none."""
    if channel == WEB:
        raise Stop("The page is not linked: people sign in there. Take somebody out with `terugkeer import`.")
    if channel == ACCOUNT:
        if not asyncio.run(_release(email)):
            raise Stop("No account is this person's.")
        print("Done. Another one is bound with `terugkeer link`.")
        return
    if not asyncio.run(_unlink(email, channel)):
        raise Stop(f"This person has no account on {channel}.")
    print("Done. The bot tells the person, there and on the channel that is left.")


def migrate() -> None:
    """Bring the database to the newest shape."""
    upgrade(load().database_url)
    print("The database is up to date.")


async def _audit() -> bool:
    app = App(checked())
    try:
        found = await app.audit()
        broken = await app.database.run(
            lambda tx: {one.id: row for one in organisations.all(tx) if (row := journal.verify(tx, one.id)) is not None}
        )
    finally:
        await app.stop()
    print(f"{found.cases} running cases, {found.forgotten} moments forgotten, {found.repaired} put right.")
    for name, row in broken.items():
        print(f"problem  the journal of {name} does not fit together from line {row}")
    return not found.forgotten and not broken


def audit() -> bool:
    """Check that what should have gone out went out, and that the journal was not touched."""
    return asyncio.run(_audit())


def key(name: str) -> None:
    """Print a fresh key as it is written in TERUGKEER_KEYS."""
    print(new_key(name, secrets.token_bytes(32)))
