"""Nobody is named in full on Telegram, whatever is said and however it got there."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from bot.discreet import answered, shortened
from conversations.case import Person
from conversations.talking.names import Who, who
from messages.message import Button, Input, Message, Option, Paragraph, Run, as_text, from_json, to_json
from storage import outbox, people
from storage.outbox import Row
from tests.talk import FOLDER, Talk, play
from tests.world import CAST, World

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from storage.database import Tx

NAMES = [person.name for person in CAST]
MORE = ("Jan Maes", "Pieter De Wit", "Pieter Peetersen", "Ward d'Hondt", "Ann-Sofie Van den Bossche", "Mo")


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.talk")), ids=lambda path: path.stem)
async def test_a_talk_on_telegram(path: Path, tmp_path: Path) -> None:
    """Played on Telegram, no message of any talk has a full name in it; the talk goes on as it does elsewhere."""
    talk = Talk.read(path)
    steps = [(_tapped(line), said) for line, said in talk.steps]
    played = await play(replace(talk, steps=steps), tmp_path, "telegram")
    said = "\n".join(line for _, lines in played for line in lines)
    assert [] == [name for name in NAMES if name in said]
    assert [_messages(lines) for _, lines in steps] == [_messages(lines) for _, lines in played]


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
