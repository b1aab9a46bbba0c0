"""The small commands of who keeps the bot running: link, migrate, audit and key."""

from __future__ import annotations

import asyncio
import secrets

from bot.app import App, wall_clock
from bot.commands.opening import checked, database, person
from bot.settings import load, new_key
from bot.web.sign_in import make_link
from storage import journal, organisations
from storage.migrations import migrate as upgrade


async def _link(email: str) -> str:
    settings = checked()
    async with database(settings) as opened:
        return await opened.run(lambda tx: make_link(tx, settings.base_url, person(tx, email).id, wall_clock()))


def link(email: str) -> None:
    """Print an address with which this person signs in once."""
    print(asyncio.run(_link(email)))


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
