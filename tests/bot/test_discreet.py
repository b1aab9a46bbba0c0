"""Nobody is named in full on Telegram, whatever is said and however it got there."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from bot.discreet import answered, shortened
from conversations.case import Person
from conversations.talking.names import Who, who
from conversations.talking.spelling import fold
from messages.message import Button, Input, Message, Option, Paragraph, Run, as_text, from_json, to_json
from storage import cases, outbox, people
from storage.outbox import Row
from tests.talk import FOLDER, Talk, absent, begun, play, step
from tests.world import CAST, World

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from storage.database import Tx

NAMES = [person.name for person in CAST]
MISSPELLED = ("jan peters", "fathima amrani", "amrani fathima", "de smett pieter")
TOLD = "jan peters is afwezig, FATHIMA AMRANI ook, peeters jan en de smett, pieter"
TYPED_FREELY = (
    "diagnosis_told", "employee_differs", "follow_up_adapts", "not_feasible_yet", "somebody_comes_along",
    "talk_with_parked_questions", "whole_talk",
)  # fmt: skip
MORE = ("Jan Maes", "Pieter De Wit", "Pieter Peetersen", "Ward d'Hondt", "Ann-Sofie Van den Bossche", "Mo")


@pytest.mark.long
@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.talk")), ids=lambda path: path.stem)
async def test_a_talk_on_telegram(path: Path, tmp_path: Path) -> None:
    """Played on Telegram, no message of any talk has a full name in it; the talk goes on as it does elsewhere."""
    talk = Talk.read(path)
    steps = [(_tapped(line), said) for line, said in talk.steps]
    played = await play(replace(talk, steps=steps), tmp_path, "telegram")
    said = "\n".join(line for _, lines in played for line in lines)
    assert [] == [name for name in NAMES if fold(name) in fold(said)]
    assert [_messages(lines) for _, lines in steps] == [_messages(lines) for _, lines in played]


@pytest.mark.parametrize("name", TYPED_FREELY)
async def test_free_text_on_telegram(name: str, tmp_path: Path) -> None:
    """Whatever people write where they may write anything, and however they spell it, no message has it in full."""
    talk = Talk.read(FOLDER / f"{name}.talk")
    world = await begun(talk, tmp_path, "telegram")
    told = 0
    try:
        for line, _ in talk.steps:
            tapped = _tapped(line)
            telling = _telling(world, tapped)
            told += telling != tapped
            await step(world, telling)
            seen = [fold(one.text) for one in world.memory.sent]
            assert [] == [text for text in seen if any(name in text for name in (*map(fold, NAMES), *MISSPELLED))]
    finally:
        await world.close()
    assert told


def _telling(world: World, line: str) -> str:
    """The same typed, with the names of absent colleagues in it where anything may be typed."""
    who, mark, text = line.partition(": ")
    last = world.to(who)[-1:] if mark and not any(map(str.isdigit, text)) else []  # a day or an hour is not free
    if not any(one.message.input is not None and one.message.input.kind == "text" for one in last):
        return line
    return f"{who}: {text} ({TOLD})"


def _messages(lines: list[str]) -> int:
    """How many messages these lines are."""
    return bool(lines) + sum(line.strip() == "--" for line in lines)


def _tapped(line: str) -> str:
    """A tap on a button with somebody's name, as the button is called here."""
    who, mark, label = line.partition(" > ")
    found = next((person for person in CAST if mark and person.name == label), None)
    return line if found is None else f"{who} > {found.first_name}"


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    """The small world, with some who share a first name."""
    made = await World(tmp_path, channel="telegram").people()

    def more(tx: Tx) -> None:
        for name in MORE:
            people.put(tx, Person(name, "stad", name, ""))

    await made.app.database.run(more)
    yield made
    await made.close()


def row(world: World, message: Message, channel: str = "telegram", said: str | None = None) -> Row:
    """The message as it waits."""
    return Row(
        id="r1", organisation="stad", person="sofie", kind="reply", body=to_json(message), channel=channel,
        address="sofie", not_before=world.clock, created_at=world.clock, answered=said,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("full", "short"),
    [
        ("Lotte Maes is er weer.", "Lotte is er weer."), ("Het plan van Jan Peeters.", "Het plan van Jan P."),
        ("(Jan Maes), en Jan Peeters' plan", "(Jan M.), en Jan P.' plan"), ("Pieter De Smet?", "Pieter De S.?"),
        ("Pieter De Wit of Pieter Peetersen", "Pieter De W. of Pieter P."), ("„Ward d'Hondt”", "„Ward”"),
        ("Ann-Sofie Van den Bossche: ja", "Ann-Sofie: ja"), ("Mo werkt morgen.", "Mo werkt morgen."),
        ("Jan Peetersens hond", "Jan Peetersens hond"), ("Els Willems Sofie Peeters", "Els Sofie"),
        ("Marie Curie kent niemand hier.", "Marie Curie kent niemand hier."), ("", ""),
        ("lotte maes is er weer", "Lotte is er weer"), ("LOTTE MAES.", "Lotte."), ("Maes, Lotte belt", "Lotte belt"),
        ("lotte.maes@stad.example", "Lotte@stad.example"), ("het plan van jan  peeters", "het plan van Jan P."),
        ("ward d’hondt en ann sofie van den bossche", "Ward en Ann-Sofie"), ("pieter de smet?", "Pieter De S.?"),
        ("Fátima Amrani", "Fatima"), ("Lotte\nMaes", "Lotte\nMaes"), ("Lotte. Maes", "Lotte. Maes"),
    ],
)  # fmt: skip
async def test_names(world: World, full: str, short: str) -> None:
    """The first name, with so much of the surname as tells people apart; on Slack as it was, and in the outbox too."""
    message = Message((Paragraph((Run(full),)),), (Button("x", full),), Input("several", (Option("x", full),)))
    other = Message((Paragraph((Run(short),)),), (Button("x", short),), Input("several", (Option("x", short),)))
    waits = row(world, message)
    assert to_json(other) == (await world.app.database.run(lambda tx: shortened(tx, waits))).body
    elsewhere = row(world, message, "slack")
    assert elsewhere == await world.app.database.run(lambda tx: shortened(tx, elsewhere))
    seen, said = await world.app.database.run(lambda tx: answered(tx, waits, full))
    assert (short, other) == (said, from_json(seen.body))


@pytest.mark.parametrize(
    ("typed", "short"),
    [
        ("jan peters is ziek", "Jan P. is ziek"), ("Peters Jan", "Jan P."), ("Fathima amranni.", "Fatima."),
        ("pieter de smett", "Pieter De S."), ("jan meters", "jan meters"), ("lote maes", "lote maes"),
        ("Jan Petersma", "Jan Petersma"), ("Jan heeft gebeld", "Jan heeft gebeld"),
        ("Joris Verstraeten 2 keer", "Joris 2 keer"), ("Joris Verstraeten's plan", "Joris's plan"),
        ("4 verstraeten joris", "4 Joris"), ("joris verstraten 2 keer", "Joris 2 keer"),
    ],
)  # fmt: skip
async def test_names_with_a_typo(world: World, typed: str, short: str) -> None:
    """Of whom its reader leads, and of whom the case is about: Lotte is in another team. Nothing else goes with it."""
    joris = Person("joris", "stad", "Joris Verstraeten", "joris@stad.example", team="Onthaal", manager="sofie")
    await world.app.database.run(lambda tx: people.put(tx, joris))
    waits = row(world, Message((Paragraph((Run(typed),)),)))
    seen = await world.app.database.run(lambda tx: shortened(tx, waits))
    assert short == as_text(from_json(seen.body))
    await absent(world, "lotte", world.today)
    case = await world.app.database.run(lambda tx: cases.open_of(tx, "lotte"))
    assert case is not None
    other = replace(row(world, Message((Paragraph((Run("lote maes"),)),))), case=case.id)
    assert "Lotte" == as_text(from_json((await world.app.database.run(lambda tx: shortened(tx, other))).body))


@pytest.mark.parametrize(
    ("typed", "name"),
    [("Jan P.", "Jan Peeters"), ("Jan M.", "Jan Maes"), ("Pieter De S.", "Pieter De Smet"), ("Lotte", "Lotte Maes")],
)
def test_a_short_name_is_understood(typed: str, name: str) -> None:
    """Who types what a button says is understood as well as who taps it."""
    assert Who((name,), sure=True) == who(typed, {one: one for one in (*NAMES, *MORE)})


async def test_a_message_that_waited_for_another_channel(world: World) -> None:
    """Written for Slack, and sent on Telegram after Slack was gone: the name is short; what is kept stays."""
    message = Message((Paragraph((Run("Lotte Maes is afwezig."),)),))
    waits = replace(row(world, message, "slack"), address="T1:U1")
    await world.app.database.run(lambda tx: outbox.queue(tx, waits))
    await world.app.database.run(lambda tx: outbox.move(tx, "slack", "T1:U1", ("telegram", "sofie")))
    await world.app.deliver()
    assert "Lotte is afwezig." == world.last("sofie")
    kept = await world.app.database.run(lambda tx: outbox.get(tx, "r1"))
    assert kept is not None
    assert "Lotte Maes is afwezig." == as_text(from_json(kept.body))
