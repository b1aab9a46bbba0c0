"""A robot that presses and types at random for four months, and what must hold whatever it does."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from conversations.timing.workdays import Calendar, works
from storage import cases, outbox, people, sessions
from storage.database import Tx
from storage.outbox import Row
from tests.world import CAST, Sent, World

BRUSSELS = ZoneInfo("Europe/Brussels")
END = "2027-03-05 12:00"
LINES = {
    "sofie": (
        "jan is ziek", "jan is ziek tot vrijdag", "jan is terug", "jan komt volgende week terug", "mijn dossiers",
        "wie is er afwezig", "help", "stop", "terug", "later", "overslaan", "samenvatting", "waarom krijg ik dit?",
        "wijzig", "wijzig vraag 1", "wijzig vraag 3", "ja", "nee", "morgen", "volgende week dinsdag", "over 14 dagen",
        "vrijdag", "32 uur", "50 %", "2", "halftijds, drie voormiddagen", "weet ik niet",
        "Dossiers en mails, nog geen loket.",
        "bel jan", "contact met jan", "eerste gesprek met jan", "voorbereiding jan", "re-integratiegesprek jan",
        "verslag jan", "ik ben weg tot vrijdag", "ik ben terug", "draag jan over", "nodig jan uit",
        "jan is langer afwezig",
        "opvolging jan", "evaluatie jan", "hij heeft een burn-out", "dit is niet medisch", "asdf qwer", "?", "verder",
    ),
    "els": (
        "wat is er te laat", "mijn dossiers", "neem jan over", "help", "stop", "ja", "nee", "overslaan", "morgen",
        "jan is ziek", "lotte is ziek", "inschatting jan", "formeel traject jan", "verder", "asdf",
    ),
    "jan": ("ja", "nee", "stop", "akkoord", "help", "minder", "hallo", "mijn dossier", "overslaan", "later", "verder"),
}  # fmt: skip
STAFF = {person.id: person for person in CAST}


@dataclass
class Robot:
    """Somebody at the keys of three people, without a plan."""

    world: World
    chance: random.Random
    joined: datetime | None = None
    trace: list[str] = field(default_factory=list)

    async def month_after_month(self, events: int) -> None:
        """So many things done, spread over four months; what is due happens at its own time."""
        step = (datetime.fromisoformat(END) - datetime.fromisoformat("2026-11-02 09:00")) / events
        await self.does("sofie", "type", "jan is ziek")
        for _ in range(events):
            await self.world.go_to(self.world.after(seconds=int(step.total_seconds() * self.chance.uniform(0.2, 1.8))))
            for _ in range(self.chance.randint(1, 8)):
                await self.answers(self.chance.choices(("sofie", "els", "jan"), (6, 2, 2))[0])
            await self.looks()

    async def answers(self, who: str) -> None:
        """Press something that is there, or type something."""
        last = self.world.to(who)[-1] if self.world.to(who) else None
        if last is not None and self.chance.random() < 0.75:
            buttons = [button.id for button in last.message.buttons]
            control = last.message.input
            if control is not None and (not buttons or self.chance.random() < 0.6):
                await self.picks(who, last)
                return
            if buttons:
                await self.does(who, "press", self.chance.choice(buttons))
                return
        if self.world.to(who) and self.chance.random() < 0.1:
            old = [button.id for sent in self.world.to(who) for button in sent.message.buttons]
            if old:
                await self.does(who, "press", self.chance.choice(old))
                return
        await self.does(who, "type", self.chance.choice(LINES[who]))

    async def picks(self, who: str, sent: Sent) -> None:
        """A day, a number, some boxes, or a text."""
        control = sent.message.input
        assert control is not None
        if control.kind == "date":
            day = self.world.today + timedelta(days=self.chance.randint(-20, 60))
            await self.does(who, "pick", control.id, day.isoformat())
        elif control.kind == "number":
            await self.does(who, "pick", control.id, str(self.chance.choice((0, 1, 2, 4, 19, 30.4, 38, 99))))
        elif control.kind == "several":
            boxes = [option.choice for option in control.options]
            await self.does(
                who, "pick", control.id, *self.chance.sample(boxes, self.chance.randint(0, min(3, len(boxes))))
            )
        else:
            await self.does(who, "type", "Rustige taken in de voormiddag.")

    async def does(self, who: str, kind: str, what: str, *values: str) -> None:
        """One thing; there is always an answer, and every question in it can be answered."""
        label = next((b.label for sent in self.world.to(who) for b in sent.message.buttons if b.id == what), what)
        self.trace.append(f"{self.world.clock:%Y-%m-%d %H:%M} {who} {kind} {label} {values}")
        if kind == "type":
            said = await self.world.say(who, what)
        else:
            said = await self.world._hear(who, kind, button=what, values=values)
        mine = [sent for sent in said if sent.to == who]
        assert mine, f"nothing was said back after: {self.world.last(who)}"
        assert all(sent.text.strip() for sent in said)
        assert "{{" not in "".join(sent.text for sent in said)

    async def looks(self) -> None:
        """When the colleague said yes, if ever."""
        case = await self.world.app.database.run(lambda tx: cases.open_of(tx, "jan"))
        if self.joined is None and case is not None and case.checkins == "yes":
            self.joined = self.world.clock


def rows_of(tx: Tx) -> list[tuple[Row, str]]:
    """Everything that was queued, with the dialogue that asked it."""
    found = []
    for who in STAFF:
        for row in outbox.transcript(tx, who, 10_000):
            talk = sessions.get(tx, row.talk) if row.talk else None
            found.append((row, talk.dialogue if talk else ""))
    return found


def check(rows: list[tuple[Row, str]], robot: Robot) -> None:
    """What must hold of all that was said in four months."""
    calendar = Calendar(frozenset[date]())
    keys = [row.key for row, _ in rows if row.key]
    assert len(keys) == len(set(keys))
    for row, dialogue in rows:
        local = (row.attempted_at or row.not_before).astimezone(BRUSSELS)
        person = STAFF[row.person]
        if row.kind != "reply" and row.state == "sent":
            assert works(person, calendar, local.date()) or person.is_away(local.date()), (row.key, local)
            assert person.opens <= local.time() < person.closes, (row.key, local)
        if row.person == "jan" and row.kind != "reply" and (robot.joined is None or local < robot.joined):
            assert "invitation" == dialogue, row.key
        if row.question is not None and row.state == "sent":
            message = next(sent.message for sent in robot.world.memory.sent if sent.id == row.id)
            answerable = message.buttons or message.input or row.answered_at is not None
            assert answerable, (dialogue, row.question)
    said = [
        (row.person, (row.key or "").partition("@")[0].split("/")[:-3], row.created_at.date())
        for row, _ in rows
        if row.key
    ]
    assert len(said) == len({repr(one) for one in said}), "the same nudge twice on a day"


@pytest.mark.parametrize("seed", range(1, 4))
async def test_four_months_of_a_robot(tmp_path: Path, seed: int) -> None:
    """No exception, no silence, no question without a way to answer, nothing twice, nobody before a yes or at night."""
    world = await World(tmp_path).people()
    robot = Robot(world, random.Random(seed))  # noqa: S311 - chance, no secrets
    try:
        await robot.month_after_month(24)
        check(await world.app.database.run(rows_of), robot)
        assert await world.app.database.run(lambda tx: people.get(tx, "jan"))
        found = await world.app.audit()
        assert (0, 0) == (found.forgotten, found.repaired)
    except Exception as problem:
        problem.add_note("\n".join(robot.trace[-25:]))
        raise
    finally:
        await world.close()
