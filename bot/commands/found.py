"""`terugkeer organisation`: an organisation and its first person of HR, who does the rest on the pages."""

from __future__ import annotations

import asyncio
import re
from dataclasses import replace
from typing import TYPE_CHECKING

from bot import packs
from bot.app import new_id, wall_clock
from bot.channels.web import NAME as WEB
from bot.commands.opening import Stop, checked, database
from bot.imports.table import clean
from bot.imports.values import Unclear
from bot.imports.values import email as address
from bot.web.sign_in import make_link
from conversations.case import Office, Person
from storage import addresses, journal, organisations, people
from storage.organisations import Organisation

if TYPE_CHECKING:
    from datetime import datetime

    from storage.database import Tx

BEGINS_WITH = "legal_2026"  # the law alone, until HR chooses
BY = "operator"  # who it was, in the journal


def named(email: str) -> str:
    """What somebody is called by the address alone: "an.de-vos@stad.be" is An De Vos."""
    words = re.split(r"[._+-]+", email.partition("@")[0])
    return " ".join(word.capitalize() for word in words if word) or email


def first(tx: Tx, name: str, email: str, person: str | None, now: datetime) -> tuple[Person, bool]:
    """The person of HR, and whether the organisation is new. Raises Stop for an address known elsewhere."""
    known = next((one for one in organisations.all(tx) if name in {one.id, one.name}), None)
    place = known or Organisation(new_id(), name, max(ref for ref in packs.load() if ref.startswith(f"{BEGINS_WITH}@")))
    who = people.by_email(tx, email)
    if who is not None and who.organisation != place.id:
        raise Stop("That e-mail address is known in another organisation.")
    if known is None:
        organisations.put(tx, place)
    # Somebody has to be able to give the other roles; whoever has this one gives it to another.
    roles: set[Office] = {"employee", "hr"}
    if not any("admin" in one.roles for one in people.in_roles(tx, place.id)):
        roles.add("admin")
    before = who or Person(new_id(), place.id, person or named(email), email)
    after = replace(before, roles=before.roles | roles, active=True, name=person or before.name)
    people.put(tx, after)
    if who is None:
        addresses.link(tx, after.id, WEB, after.id, now)
    told = {"change": "Roles", "person": after.id, "roles": sorted(after.roles)}
    journal.write(tx, place.id, None, BY, now, [told])
    return after, known is None


async def _found(name: str, email: str, person: str | None) -> tuple[str, str, bool]:
    settings = checked()

    def work(tx: Tx) -> tuple[str, bool]:
        now = wall_clock()
        who, is_new = first(tx, name, email, person, now)
        return make_link(tx, settings.base_url, who.id, now), is_new

    async with database(settings) as opened:
        link, is_new = await opened.run(work)
    return link, f"{settings.base_url}/hr/start", is_new


def found(name: str, email: str, person: str | None) -> None:
    """The command. Raises Stop."""
    called, of = clean(name), clean(person) if person else None
    if not called or len(called) > 200 or (of is not None and not any(sign.isalpha() for sign in of)):
        raise Stop("A name is needed, of at most 200 characters.")
    try:
        read = address(email)
    except Unclear as error:
        raise Stop(f"{email}: {error}.") from None
    link, start, is_new = asyncio.run(_found(called, read, of))
    print("The organisation is there." if is_new else "This person is of HR now.")
    print(f"{link}  (signs in once, within ten minutes)")
    print(f"{start}  (where it begins: people, rhythm, cases)")
