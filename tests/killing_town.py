"""A town hall in which half of the people are on Slack and half on Telegram, with somebody absent in every team."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from bot.app import App, Clock
from bot.changing import open_case
from bot.settings import Settings
from conversations.case import Person
from conversations.talking.dialogue import OpenCase
from storage import addresses, organisations, people
from storage.migrations import migrate
from storage.organisations import Organisation
from tests.killing_people import OnSlack, OnTelegram

if TYPE_CHECKING:
    from collections.abc import Sequence

    from storage.database import Tx
    from tests.fakes.slack import Workspace
    from tests.fakes.telegram import FakeTelegram
    from tests.killing_people import Place

ORGANISATION = "stad"
KEY = b"k" * 32
FACTS = frozenset({"staff_of_20", "contractual"})
MANAGERS = (
    "Nadia Haddad", "Sofie Peeters", "Ruben Jacobs", "Katrien Wouters", "Tom Claes", "Hilde Mertens", "Karim Benali",
    "Griet Lemmens", "Wout Dumont",
)  # fmt: skip
EMPLOYEES = (
    "Jan Verbeke", "Fatima Amrani", "Pieter De Smet", "Lotte Maes", "Bram Goossens", "Elke Michiels", "Yusuf Demir",
    "Marleen Aerts", "Stijn Pauwels", "Amina Bouzid", "Dirk Hermans", "Lies Coppens", "Joris Segers", "An Vermeulen",
    "Thomas Declercq", "Sara Lambrecht", "Koen Martens", "Ilse Bogaert",
)  # fmt: skip
WISHES = ("mijn dossiers", "help", "vandaag", "verder", "waarom krijg ik dit?", "dank je")
ABOUT = ("contact {}", "{} is ziek", "dossier {}", "re-integratiegesprek {}", "eerste stappen {}")


def opened(file: Path, clock: Clock) -> App:
    """A bot of the town that is asked nothing but what it has."""
    return App(Settings(database_url=f"sqlite:///{file}", keys={"test": KEY}), clock)


def _id(name: str) -> str:
    return name.partition(" ")[0].lower()


def _cast() -> list[Person]:
    els = Person("els", ORGANISATION, "Els Willems", "els@stad.example", frozenset({"employee", "hr"}), "HR")
    found = [els]
    for n, name in enumerate(MANAGERS):
        one = Person(_id(name), ORGANISATION, name, f"{_id(name)}@stad.example", els.roles - {"hr"} | {"manager"})
        found.append(replace(one, team=f"Team {n}"))
    for n, name in enumerate(EMPLOYEES):
        boss = _id(MANAGERS[n // 2])
        one = Person(_id(name), ORGANISATION, name, f"{_id(name)}@stad.example", team=f"Team {n // 2}", manager=boss)
        found.append(one)
    return found


def wishes_of(person: str) -> tuple[str, ...]:
    """What somebody says of their own accord: a manager also about the two of the team."""
    names = [name for n, name in enumerate(EMPLOYEES) if _id(MANAGERS[n // 2]) == person]
    return WISHES + tuple(wish.format(name) for name in names for wish in ABOUT)


def settle_in(workspace: Workspace, telegram: FakeTelegram) -> list[Place]:
    """Everybody gets a place to talk: by turns Slack or Telegram, and the last manager both."""
    places: list[Place] = []
    for n, person in enumerate(_cast()):
        both = person.name == MANAGERS[-1]
        if n % 2 == 0 or both:
            places.append(OnSlack(person.id, workspace, workspace.add(person.name)))
        if n % 2 or both:
            user = telegram.user(710_000_000 + n, person.name.partition(" ")[0], started=True)
            places.append(OnTelegram(person.id, telegram, user))
    return places


def address(place: Place) -> str:
    """Where the bot finds them."""
    return f"{place.workspace.team.id}:{place.user.id}" if isinstance(place, OnSlack) else str(place.user.id)


async def found(file: Path, places: Sequence[Place], clock: Clock, chance: random.Random) -> None:
    """The organisation, its people with their links, and cases that began at some day of the last six weeks."""
    migrate(f"sqlite:///{file}")
    app, now = opened(file, clock), clock()

    def work(tx: Tx) -> None:
        organisations.put(tx, Organisation(ORGANISATION, "Stad", "company_c@1", FACTS))
        for person in _cast():
            people.put(tx, person)
        for place in places:
            addresses.link(tx, place.person, place.channel, address(place), now)
        for name in EMPLOYEES:
            employee = people.get(tx, _id(name))
            assert employee is not None
            manager = people.get(tx, employee.manager or "")
            assert manager is not None
            since = now.date() - timedelta(days=chance.randrange(43))
            open_case(tx, app.house, employee, OpenCase(employee.id, since, since), manager, now)

    await app.database.run(work)
    await app.stop()
