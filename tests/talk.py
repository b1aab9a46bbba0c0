"""Plays a .talk file: a whole conversation, checked to the letter. See tests/talks/README.md for the form."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from bot.changing import open_case, save
from conversations.case import Contact
from conversations.changes import CheckInsSet, ContactAgreed, Learned, Moved, Planned, Returned
from conversations.plan import FirstDay, Plan, Step, Team
from conversations.proposals import agreement
from conversations.talking.dialogue import OpenCase
from storage import cases, people
from tests.world import World

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    from conversations.changes import Change
    from storage.database import Tx
    from tests.world import Sent

FOLDER = Path(__file__).parent / "talks"
INDENT = "    "
OURS = re.compile(r"\(http://[^/)]+/(\w+)/[^)]+\)")  # the address of a page of ours: the case in it differs each time


@dataclass
class Talk:
    """A file: what holds, how it begins, and its steps with what the bot says to each."""

    path: Path
    steps: list[tuple[str, list[str]]] = field(default_factory=list)

    @classmethod
    def read(cls, path: Path) -> Talk:
        """The steps of a file: every line that is not indented, with the indented ones below it."""
        talk = cls(path)
        for line in path.read_text(encoding="utf-8").splitlines():
            if line.startswith(INDENT):
                talk.steps[-1][1].append(line)
            elif line.strip() or not talk.steps:
                talk.steps.append((line, []))
        return talk

    @property
    def start(self) -> str:
        """The moment it begins."""
        return next((line[3:] for line, _ in self.steps if line.startswith("at ")), "2026-11-02 09:00")

    @property
    def policy(self) -> str:
        """The pack it is played with."""
        return next((line.split()[1] for line, _ in self.steps if line.startswith("policy ")), "company_c@1")


def written(sent: Sequence[Sent], speaker: str) -> list[str]:
    """What the bot said, as it stands in a file: to whom, when that is not who spoke."""
    lines: list[str] = []
    for one in sent:
        to = "" if one.to == speaker else one.to
        if lines:
            lines.append(f"{INDENT}--")
        text = OURS.sub(r"(/\1)", one.text)
        lines += [f"{INDENT}{to}| {line}".rstrip() for line in text.splitlines()]
    return lines


async def begun(talk: Talk, folder: Path, channel: str = "memory") -> World:
    """The world before the first step, with everybody on a memory of that name."""
    return await World(folder, talk.start, channel=channel).people(talk.policy)


async def play(talk: Talk, folder: Path, channel: str = "memory") -> list[tuple[str, list[str]]]:
    """The steps as they really go, on a memory of that name."""
    world = await begun(talk, folder, channel)
    try:
        return [(line, written(sent, speaker)) async for line, speaker, sent in steps(talk, world)]
    finally:
        await world.close()


async def steps(talk: Talk, world: World) -> AsyncIterator[tuple[str, str, list[Sent]]]:
    """Step after step: its line, who speaks, and what was read on it, wherever the people of this world are."""
    for line, _ in talk.steps:
        yield (line, *await step(world, line))


async def step(world: World, line: str) -> tuple[str, list[Sent]]:
    """One line of a file; who it is about, and what the bot sent."""
    first, _, rest = line.partition(" ")
    match first:
        case "" | "#" | "policy":
            return "", []
        case "at":
            return "", await world.go_to(rest)
        case "quietly":
            await world.go_to(rest.removeprefix("to "))
            return "", []
        case "absent":  # absent jan since 2026-11-02
            who, _, since = rest.partition(" since ")
            await absent(world, who, date.fromisoformat(since))
            return "", []
        case "agreed":  # agreed jan weekly phone
            who, frequency, channel = rest.split()
            contact = Contact(channel=channel, frequency=frequency, agreed_on=world.today)  # type: ignore[arg-type] # as written
            await change(world, who, ContactAgreed(contact))
            return "", []
        case "date":  # date jan expected_return 2027-01-18
            who, anchor, day = rest.split()
            await change(world, who, Moved(anchor, date.fromisoformat(day)))
            return "", []
        case "fact":  # fact jan potential
            who, fact = rest.split()
            await change(world, who, Learned(fact))
            return "", []
        case "joins":  # joins jan: takes part by choice
            await change(world, rest, CheckInsSet("yes"))
            return "", []
        case "plan" | "back":  # plan jan 2027-01-18: agreements from that day; back jan 2027-01-18
            who, day = rest.split()
            on = date.fromisoformat(day)
            await change(world, who, Returned(on) if first == "back" else Planned(agreed_plan(on, world.today)))
            return "", []
    return await spoken(world, line)


async def spoken(world: World, line: str) -> tuple[str, list[Sent]]:
    """`sofie: text`, `sofie > Button`, `sofie = 2026-11-24` or `sofie = one; another`."""
    for mark in (":", ">", "="):
        who, found, what = line.partition(mark)
        who = who.strip()
        if found and who.isalpha():
            if mark == ":":
                return who, await world.say(who, what.strip())
            if mark == ">":
                return who, await world.press(who, what.strip())
            return who, await world.pick(who, *(one.strip() for one in what.split(";") if one.strip()))
    raise AssertionError(f"not a step: {line}")


def agreed_plan(first: date, made_on: date) -> Plan:
    """A plan as a talk makes it: two agreements, and a build-up of six weeks."""
    return Plan(
        status="sent", held_on=made_on, sent_on=made_on, valid_from=first, capabilities="Mails en dossiers.",
        agreements=(agreement("a1", "content", "A1-01", first), agreement("a2", "relations", "A5-02", first)),
        buildup=(Step(first, 19.0, frozenset({1, 2, 3})), Step(first + timedelta(weeks=6), 38.0)),
        team=Team("only_date", "sofie", first), first_day=FirstDay("sofie", "09:00"),
    )  # fmt: skip


async def absent(world: World, who: str, since: date) -> None:
    """A case as a report makes it, without the talk."""

    def work(tx: Tx) -> None:
        employee = people.get(tx, who)
        assert employee is not None
        manager = people.get(tx, employee.manager or "")
        assert manager is not None
        open_case(tx, world.app.house, employee, OpenCase(who, since, since), manager, world.clock)

    await world.app.database.run(work)


async def change(world: World, who: str, *changes: Change) -> None:
    """A case as it became, without the talk."""

    def work(tx: Tx) -> None:
        case = cases.open_of(tx, who)
        assert case is not None
        save(tx, world.app.house, case, list(changes), "els", world.clock)

    await world.app.database.run(work)
