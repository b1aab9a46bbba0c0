"""The terminal prints what the bot says, and reads a line as what somebody does."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from bot.channels.terminal import Terminal
from bot.commands import chat
from bot.commands.opening import Stop, database
from bot.settings import Settings
from messages.message import Button, Input, Message, Option, Paragraph, Run, to_json
from storage import addresses, outbox
from storage.outbox import Row
from storage.transaction import Tx
from tests.world import World

AT = datetime(2026, 11, 2, 8, tzinfo=UTC)
CHOICE = Message(
    (Paragraph((Run("Heb je "), Run("Jan", bold=True), Run(" gebeld?"))), Paragraph((Run("kort"),), bullet=True)),
    (Button("yes", "Ja", "r1.0"), Button("skip", "Overslaan", "r1.1", quiet=True)),
)
SEVERAL = Message(
    (Paragraph((Run("Wat weegt?"),)),),
    (Button("skip", "Overslaan", "r2.0", quiet=True),),
    Input("several", (Option("hours", "Uren"), Option("tasks", "Taken")), id="r2.i"),
)
NUMBER = Message(
    (Paragraph((Run("Hoeveel uur?"),)),), (Button("skip", "Overslaan", "r3.0"),), Input("number", id="r3.i")
)


async def terminal(*messages: Message) -> tuple[Terminal, list[str]]:
    """A terminal that said these messages, and what it printed."""
    printed: list[str] = []
    made = Terminal("p1", "web", printed.append)
    for number, message in enumerate(messages):
        await made.send("p1", message, f"r{number}")
    return made, printed


async def test_words_and_numbered_choices_are_printed() -> None:
    """Paragraphs, bullets and buttons, each on a line, the buttons numbered."""
    _, printed = await terminal(CHOICE)
    assert ["Heb je Jan gebeld?", "  - kort", "  1. Ja", "  2. Overslaan", ""] == printed


async def test_what_others_get_is_not_printed() -> None:
    """Only the messages of the one who sits here are shown."""
    made, printed = await terminal()
    receipt = await made.send("p2", CHOICE, "r9")
    assert ([], "p2", "r9") == (printed, receipt.address, receipt.id)


@pytest.mark.parametrize(
    ("message", "line", "kind", "button", "values", "text"),
    [
        (CHOICE, "1", "press", "r1.0", (), ""),
        (CHOICE, " 2 ", "press", "r1.1", (), ""),
        (CHOICE, "3", "text", "", (), "3"),
        (CHOICE, "0", "text", "", (), "0"),
        (CHOICE, "1 2", "text", "", (), "1 2"),
        (CHOICE, "ja hoor", "text", "", (), "ja hoor"),
        (CHOICE, "24/11", "text", "", (), "24/11"),
        (SEVERAL, "1, 2", "pick", "r2.i", ("hours", "tasks"), ""),
        (SEVERAL, "2", "pick", "r2.i", ("tasks",), ""),
        (SEVERAL, "3", "press", "r2.0", (), ""),
        (SEVERAL, "1 3", "text", "", (), "1 3"),
        (NUMBER, "1", "text", "", (), "1"),
        (NUMBER, "#1", "press", "r3.0", (), ""),
    ],
)
async def test_a_line_is_what_somebody_does(
    message: Message, line: str, kind: str, button: str, values: tuple[str, ...], text: str
) -> None:
    """A number presses or ticks where it can only mean that; anything else is typed."""
    made, _ = await terminal(message)
    heard = made.heard(line, "n1", AT)
    assert ("web", "n1", "p1", AT) == (heard.channel, heard.id, heard.address, heard.at)
    assert (kind, button, values, text) == (heard.kind, heard.button, heard.values, heard.text)


async def test_a_number_before_any_choice_is_typed() -> None:
    """Without buttons a number is a number."""
    made, _ = await terminal()
    assert "text" == made.heard("1", "n1", AT).kind


async def test_buttons_stay_until_others_come() -> None:
    """A message without choices does not take away those of the message before."""
    made, _ = await terminal(CHOICE, Message((Paragraph((Run("Dank je."),)),)))
    assert "r1.0" == made.heard("1", "n1", AT).button


@pytest.fixture
async def world(tmp_path: Path) -> World:
    """The small world, reachable by the web."""
    made = await World(tmp_path, "2026-11-02 08:00").people()
    await made.app.database.run(lambda tx: addresses.link(tx, "sofie", "web", "sofie", made.clock.replace(hour=10)))
    await made.close()
    return made


async def said(world: World, *lines: str, at: str | None = "2026-11-02T09:00") -> str:
    """What a piped talk as Sofie prints."""
    printed: list[str] = []
    settings = Settings(database_url=world.url, keys={"test": b"k" * 32})
    await chat.talk(settings, "sofie@stad.example", at, io.StringIO("\n".join(lines) + "\n"), printed.append)
    return "\n".join(printed)


async def test_a_whole_talk_is_piped_in(world: World) -> None:
    """An absence is reported with typed words and numbers, and it is there afterwards, for the next run too."""
    talk = await said(world, "jan is ziek", "1", "", "@ 2026-11-02T09:30")
    assert ["> jan is ziek", "> 1", "> @ 2026-11-02T09:30"] == [
        line for line in talk.splitlines() if line.startswith("> ")
    ]
    question = talk.partition("> 1\n")[2].partition("> @")[0].strip().splitlines()
    assert "  1. " in "\n".join(question)
    again = await said(world, at="2026-11-02T10:00")
    assert question[-3:] == again.strip().splitlines()[-3:]


def asked(number: str, words: Run) -> Row:
    """A question to Sofie about Jan, in line."""
    message = Message((Paragraph((words,)),), (Button("yes", "Ja"),))
    return Row(
        id=number, organisation="stad", person="sofie", kind="reply", body=to_json(message), channel="web",
        address="sofie", not_before=AT, created_at=AT, case="jan", question="own",
    )  # fmt: skip


async def test_only_what_arrived_is_asked_again(world: World) -> None:
    """What was withdrawn before it went out is not shown; what came before it is, its link with an address."""

    def withdrawn(tx: Tx) -> None:
        outbox.queue(tx, asked("r2", Run("Doe je mee?")))
        outbox.spare(tx, "r2")

    async with database(Settings(database_url=world.url, keys={"test": b"k" * 32})) as kept:
        await kept.run(lambda tx: outbox.queue(tx, asked("r1", Run("Het plan", url="page:plan"))))
        arrived = await said(world)
        await kept.run(withdrawn)
    assert "Het plan (http://127.0.0.1:8321/plan/jan)\n  1. Ja\n" == arrived == await said(world)


@pytest.mark.parametrize("moment", ["maandag", "2026-13-01", "@"])
def test_an_unclear_moment_is_refused(moment: str) -> None:
    """A moment is an ISO date and time, in Brussels."""
    with pytest.raises(Stop):
        chat.moment(moment)


def test_moments_are_local() -> None:
    """Nine o'clock is nine o'clock in Brussels, in summer and in winter."""
    assert [datetime(2026, 11, 23, 8, tzinfo=UTC), datetime(2026, 7, 1, 7, tzinfo=UTC)] == [
        chat.moment("2026-11-23T09:00"),
        chat.moment("2026-07-01 09:00"),
    ]
    assert date(2026, 11, 22) == chat.moment("2026-11-23").date()


async def test_an_unknown_address_is_refused(world: World) -> None:
    """Nobody talks as somebody who is not there."""
    settings = Settings(database_url=world.url, keys={"test": b"k" * 32})
    with pytest.raises(Stop, match="Nobody"):
        await chat.talk(settings, "nobody@stad.example", None, io.StringIO(""), print)
