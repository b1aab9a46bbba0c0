"""What most commands begin with: the settings, a database that is there and up to date, and people by address."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from bot import logs
from bot.settings import Settings, load
from storage import organisations, people
from storage.database import Database, Unavailable
from storage.migrations import up_to_date
from storage.vault import Vault

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from conversations.case import Person
    from storage.database import Tx
    from storage.organisations import Organisation


class Stop(Exception):  # noqa: N818 - what the command does
    """The command cannot go on: what is the matter, and what the operator does about it."""


def checked(*, patient: bool = False) -> Settings:
    """The settings, with a database that was migrated; logs only say what went wrong. Raises Stop or SettingsError.

    Unavailable when the database does not answer; who is `patient` goes on, because it may come later.
    """
    settings = load()
    logs.configure("warning")
    try:
        current = up_to_date(settings.database_url)
    except Unavailable:
        if not patient:
            raise
        return settings
    if not current:
        raise Stop("The database is not there yet, or of an older version. Run `terugkeer migrate`.")
    return settings


@asynccontextmanager
async def database(settings: Settings) -> AsyncIterator[Database]:
    """The database, closed afterwards."""
    opened = Database(settings.database_url, Vault(settings.keys, settings.current_key))
    try:
        yield opened
    finally:
        await opened.close()


def person(tx: Tx, email: str) -> Person:
    """Who has that address. Raises Stop for nobody."""
    found = people.by_email(tx, email)
    if found is None or not found.active:
        raise Stop("Nobody has that e-mail address. People come in with `terugkeer import`.")
    return found


def organisation(tx: Tx, name: str | None) -> Organisation | None:
    """The organisation of that name, or the only one; None when there is none yet. Raises Stop for a choice."""
    known = organisations.all(tx)
    if name is not None:
        return next((one for one in known if name in {one.id, one.name}), None)
    if len(known) > 1:
        raise Stop("There are several organisations here. Say which one with --organisation.")
    return known[0] if known else None
