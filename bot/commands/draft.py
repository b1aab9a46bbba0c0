"""`terugkeer policy export` and `import`: a cadence as a file. What comes in is a draft, and HR puts it into use."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from bot import packs, publishing
from bot.app import new_id, wall_clock
from bot.commands.opening import Stop, checked, database
from bot.commands.opening import organisation as find
from bot.commands.policy import check
from bot.house import House
from bot.web.hr import drafting
from conversations.case import Person
from conversations.timing.terms import PolicyError
from storage import organisations, policies

if TYPE_CHECKING:
    from pathlib import Path

    from storage.database import Tx
    from storage.organisations import Organisation

BY = "operator"  # who it was, beside the draft


def _somebody(tx: Tx, name: str | None) -> Person:
    """The operator, in that organisation."""
    house = find(tx, name)
    if house is None:
        raise Stop("There is no such organisation here.")
    return Person(BY, house.id, BY, "")


def _whose(tx: Tx, ref: str, name: str | None) -> Organisation | None:
    """Whose version that is; a version has one name in the whole database."""
    mine = [one for one in organisations.all(tx) if policies.published(tx, one.id, ref) is not None]
    return next((one for one in mine if name is None or name in {one.id, one.name}), None)


async def _text(ref: str, name: str | None) -> str:
    settings = checked()
    house = House({}, new_id, packs.load(), settings.base_url)

    def work(tx: Tx) -> str:
        whose = _whose(tx, ref, name)
        cadence = drafting.kept(tx, house, Person(BY, whose.id, BY, ""), ref) if whose else None
        if whose is None or cadence is None:
            known = [version.ref for one in organisations.all(tx) for version in policies.versions(tx, one.id)]
            raise Stop(f"There is no policy {ref} here. There are: {', '.join(sorted([*known, *house.packs]))}.")
        return publishing.exported(tx, whose, cadence)

    async with database(settings) as opened:
        return await opened.run(work)


def export(ref: str, organisation: str | None) -> None:
    """The command: the file, on standard output. A pack as it comes along, a version with its words. Raises Stop."""
    pack = packs.load().get(ref)
    print(packs.texts()[pack.name] if pack else asyncio.run(_text(ref, organisation)), end="")


async def _keep(text: str, name: str | None, *, instead: bool) -> str:
    settings = checked()
    house, now = House({}, new_id, packs.load(), settings.base_url), wall_clock()

    def work(tx: Tx) -> str:
        me = _somebody(tx, name)
        desk = drafting.open_desk(tx, house, me)
        if desk.drafted and not instead:
            raise Stop("There is a draft already. Say --replace to put this in its place.")
        cadence = drafting.from_file(tx, house, desk.organisation, text)
        drafting.keep(tx, desk, cadence, me, now)
        return desk.organisation.name

    async with database(settings) as opened:
        return await opened.run(work)


def bring_in(file: Path, organisation: str | None, *, instead: bool) -> bool:
    """The command. A file that `policy check` refuses is not kept; nothing changes for any case. Raises Stop."""
    if not check([file]):
        return False
    try:
        house = asyncio.run(_keep(file.read_text(encoding="utf-8"), organisation, instead=instead))
    except PolicyError as mistake:
        print(f"problem  {mistake}")
        return False
    print(f"ok       It is the draft of {house} now. HR looks at what it changes and puts it into use, at Ritme.")
    return True
