"""What nobody should send, and names nobody should have: a clear answer, nothing lost, nothing half done."""

from __future__ import annotations

import io
import re
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import httpx2
import pytest

from bot import packs
from bot.commands import chat
from bot.web.sign_in import make_link
from bot.web.site import build
from conversations.case import Case, Person
from conversations.incoming import Incoming, cleaned
from conversations.timing.policy import PolicyError
from storage import addresses, cases, outbox, people, sessions
from storage.database import Database, Unavailable
from tests.talk import absent
from tests.world import CAST, World, at

EVERYBODY = {person.id: person for person in CAST}
HOME = "http://127.0.0.1:8321"
CANARIES = (
    "[x](choice:yes) Kanarie",
    "<script>alert(1)</script> Kanarie",
    "**vet** _kanarie_ `Kanarie`",
    "{{ 7*7 }} {% raw %} Kanarie",
    "[klik](https://evil.example) Kanarie",
    "<!channel> @here Kanarie",
    "=HYPERLINK(1) \u202eeiranaK",
    "# kop\n- Kanarie",
)


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    """The small world on a Monday morning."""
    made = await World(tmp_path).people()
    yield made
    await made.close()


async def put(world: World, *staff: Person) -> None:
    """These people are as given from now on."""
    for person in staff:
        await world.app.database.run(lambda tx, person=person: people.put(tx, person))  # type: ignore[misc]


# --- Who -----------------------------------------------------------------------------------------------


async def test_unknown_person(world: World) -> None:
    """Nobody hears anything about a person who is not in the organisation, and no case begins."""
    (said,) = await world.say("sofie", "Hendrikje is ziek")
    assert "Hendrikje" not in said.text
    assert await world.app.database.run(lambda tx: cases.open_of(tx, "hendrikje")) is None


async def test_person_without_manager(world: World) -> None:
    """HR reports an absence of somebody without a line manager, and follows it up until there is one."""
    await put(world, replace(EVERYBODY["lotte"], manager=None))
    await world.say("els", "lotte is ziek")
    await world.press("els", "Vandaag")
    for line in ("overslaan", "overslaan", "ja, bewaren"):
        await world.say("els", line)
    assert "els" == (await world.case("lotte")).manager
    sent = await world.go_to("2026-11-10 12:00")
    assert {"els"} == {one.to for one in sent}


async def test_case_of_oneself(world: World) -> None:
    """Who reports oneself gets no case to follow up, and is never asked about oneself later."""
    await world.say("sofie", "sofie is ziek")
    sent = await world.go_to("2026-12-01 12:00")
    assert [] == [one.text for one in sent if one.to == "sofie"]
    assert await world.app.database.run(lambda tx: cases.open_of(tx, "sofie")) is None


async def test_two_people_of_one_name(world: World) -> None:
    """Two colleagues called Jan are both offered by their whole names, and neither is taken for the other."""
    await put(world, replace(EVERYBODY["pieter"], name="Jan De Smet"))
    (said,) = await world.say("sofie", "jan is ziek")
    assert {"Jan Peeters", "Jan De Smet"} <= {button.label for button in said.message.buttons}
    assert await world.app.database.run(lambda tx: [cases.open_of(tx, who) for who in ("jan", "pieter")]) == [None] * 2
    (asked,) = await world.press("sofie", "Jan De Smet")
    assert "Jan De Smet" in asked.text


# --- What ----------------------------------------------------------------------------------------------

TEXTS = (
    "a" * 10_000,
    "ziek " * 2_000,
    "jan is ziek\x00",
    "\x00",
    "\ud83d half teken \udc00",
    "j\u0430n is ziek",
    "\u202ejan is ziek\u2066",
    "e\u0301" * 3_000,
    "\u0300" * 1_000,
    "👩\u200d👩\u200d👧" * 50,
    "jan\nis\r\nziek",
    "'; DROP TABLE cases; --",
    "{{ 7*7 }}",
    "[Ja](choice:yes)",
    "1e400",
    "9" * 5_000,
    "31/02/2026",
    "op 0/0",
    "wijzig vraag 99999999999999999999",
    "wijzig ²",
    "  ",
    "?",
)


@pytest.mark.parametrize("text", TEXTS, ids=range(len(TEXTS)))
async def test_typed(world: World, text: str) -> None:
    """Whatever is typed, at any kind of question, is answered once and breaks nothing; the question stays open."""
    for before in ("hallo", "jan is ziek", "ik ben weg tot vrijdag"):
        await world.say("sofie", before)
        (said,) = await world.say("sofie", text)
        assert said.text
        assert "\x00" not in said.text
        await world.say("sofie", "stop")


async def test_an_answer_of_ten_thousand_characters(world: World) -> None:
    """A text that is too long is said to be, and nothing of it is kept."""
    await world.say("sofie", "jan is ziek")
    (said,) = await world.say("sofie", "kanarie " * 1_250)
    assert "te lang" in said.text
    (talk,) = await world.app.database.run(lambda tx: sessions.open_of(tx, "sofie"))
    rows = await world.app.database.run(lambda tx: outbox.transcript(tx, "sofie", 10))
    assert "kanarie" not in repr((talk, [(row.body, row.answered) for row in rows]))


async def test_cleaned_at_the_edge(world: World) -> None:
    """NUL, half characters and signs no eye sees are gone before anything reads what came in."""
    raw = Incoming(
        "memory", "1", "sofie", "pick", world.clock, text="a\x00b\ud83d\u202e", button="r\x00.i", values=("\udc00",)
    )
    expected = replace(raw, text="ab\ufffd", button="r.i", values=("\ufffd",))
    assert expected == cleaned(raw)
    assert cleaned(raw) == cleaned(cleaned(raw))


@pytest.mark.parametrize("values", [(), ("",), ("2026-13-45",), ("nan",), ("inf", "-inf"), ("x",) * 100, ("\x00",)])
async def test_picked(world: World, values: tuple[str, ...]) -> None:
    """Whatever a control says was picked, the question is answered or asked again."""
    await world.say("sofie", "jan is ziek")
    control = world.to("sofie")[-1].message.input
    assert control is not None
    (said,) = await world._hear("sofie", "pick", button=control.id, values=values)
    assert "Jan" in said.text
    (talk,) = await world.app.database.run(lambda tx: sessions.open_of(tx, "sofie"))
    assert {} == {name: value for name, value in talk.answers.items() if name == "since"}


# --- Names ---------------------------------------------------------------------------------------------


LINES = ("mijn dossiers", "wie is er afwezig", "stop", "waarom krijg ik dit?", "help", "stop")
SHAPES = ("<button", "<a ", "<li", "<script", "<img", "<b>", "<strong", "<h1", "<input", "<form")


async def chain(folder: Path, name: str) -> tuple[list[tuple[int, ...]], list[int], list[bool]]:
    """The shape of all that is said while somebody of that name is absent: in chat, on the page, on a terminal."""
    world = await World(folder).people(pieter=replace(EVERYBODY["pieter"], name=name))
    try:
        await absent(world, "pieter", date(2026, 11, 2))
        await world.go_to("2026-11-10 12:00")
        for who in ("sofie", "els"):
            for line in LINES:
                await world.say(who, line)
        said = [sent.message for sent in world.memory.sent]
        runs = [[run for part in message.paragraphs for run in part.runs] for message in said]
        in_chat = [
            (
                len(message.paragraphs),
                len(message.buttons),
                sum(run.bold for run in its),
                sum(bool(run.url) for run in its),
            )
            for message, its in zip(said, runs, strict=True)
        ]
        assert name.split(" ", 1)[0] in "".join(run.text for its in runs for run in its)
        page = await web_page(world)
        printed: list[str] = []
        await chat.talk(
            world.app.settings, "sofie@stad.example", "2026-11-10T12:00", io.StringIO("\n".join(LINES)), printed.append
        )
        numbered = [bool(re.match(r"  \d+\. ", line)) for line in printed]
        return in_chat, [page.count(shape) for shape in SHAPES], numbered
    finally:
        await world.close()


async def web_page(world: World) -> str:
    """Sofie's conversation as a browser gets it."""
    link = await world.app.database.run(lambda tx: make_link(tx, HOME, "sofie", world.clock, timedelta(minutes=5)))
    transport = httpx2.ASGITransport(app=build(world.app), raise_app_exceptions=False)
    async with httpx2.AsyncClient(transport=transport, base_url=HOME, headers={"Origin": HOME}) as browser:
        await browser.post(link)
        return (await browser.get("/")).text


@pytest.mark.parametrize("name", CANARIES)
async def test_names_stay_text(tmp_path: Path, name: str) -> None:
    """Whatever a colleague is called: no button, link, bullet or element more, in chat, on the page, on a terminal."""
    for folder in ("plain", "canary"):
        (tmp_path / folder).mkdir()
    assert await chain(tmp_path / "plain", "Pieter De Smet") == await chain(tmp_path / "canary", name)


# --- The database --------------------------------------------------------------------------------------


async def test_database_locked(world: World, tmp_path: Path) -> None:
    """While another program holds the database the page says that nothing was kept; afterwards the same works."""
    quick = Database(world.url, world.app.database._keeper._vault, patience=0.01)  # type: ignore[union-attr] # SQLite
    await world.app.database.close()
    world.app.database = quick
    await quick.run(lambda tx: addresses.link(tx, "sofie", "web", "sofie", world.clock + timedelta(seconds=1)))
    link = await quick.run(lambda tx: make_link(tx, HOME, "sofie", world.clock, timedelta(minutes=5)))
    transport = httpx2.ASGITransport(app=build(world.app), raise_app_exceptions=False)
    async with httpx2.AsyncClient(transport=transport, base_url=HOME, headers={"Origin": HOME}) as browser:
        await browser.post(link)
        found = re.search(r'name="csrf" value="([0-9a-f]{64})"', (await browser.get("/")).text)
        assert found is not None
        form = {"csrf": found[1], "text": "jan is ziek", "once": "first"}
        with closing(sqlite3.connect(tmp_path / "world.db", isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            refused = await browser.post("/chat", data=form)
            other.execute("ROLLBACK")
        assert 503 == refused.status_code
        assert "niets bewaard" in refused.text
        assert "Probeer het zo meteen nog eens" in refused.text
        assert [] == await quick.run(lambda tx: outbox.transcript(tx, "sofie", 10))
        assert 303 == (await browser.post("/chat", data=form)).status_code
    assert 1 == len(await quick.run(lambda tx: outbox.transcript(tx, "sofie", 10)))


async def test_database_gone(world: World) -> None:
    """Without a database nothing is kept, and whoever asks hears that it should be tried again."""
    await world.app.database.close()
    with pytest.raises(Unavailable):
        await world.say("sofie", "jan is ziek")
    with pytest.raises(Unavailable):
        await world.app.tick()
    assert [] == world.memory.sent


async def test_database_gone_after_it_was_kept(world: World, tmp_path: Path) -> None:
    """What was kept is not said to be lost when only the answer cannot go out: that goes out later."""
    world.app.database = Database(world.url, world.app.database._keeper._vault, patience=0.01)  # type: ignore[union-attr] # SQLite
    with closing(sqlite3.connect(tmp_path / "world.db", isolation_level=None)) as other:
        send = world.memory.send

        async def locks(*arguments: object) -> object:
            other.execute("BEGIN IMMEDIATE")
            return await send(*arguments)  # type: ignore[arg-type] # passed on

        world.memory.send = locks  # type: ignore[method-assign,assignment] # the channel is the test's own
        await world.say("sofie", "jan is ziek")
        other.execute("ROLLBACK")
    world.memory.send = send  # type: ignore[method-assign]
    (talk,) = await world.app.database.run(lambda tx: sessions.open_of(tx, "sofie"))
    assert "new_absence" == talk.dialogue
    world.clock += timedelta(minutes=5)
    await world.app.deliver()
    assert 2 == len(world.to("sofie"))  # nobody knew that it had arrived: an answer is said twice rather than never


# --- Operators -----------------------------------------------------------------------------------------


def test_policy_with_a_mistake() -> None:
    """A policy file with a mistake is refused with its file, its milestone, the problem and what to do."""
    with pytest.raises(PolicyError) as caught:
        packs.one(
            "eigen.yaml", "policy: eigen\nversion: 1\nextends: company_c\nmilestones:\n  - id: x\n    at: nooit + 1w\n"
        )
    assert "eigen.yaml" in str(caught.value)
    assert any("nooit" in str(each) for each in (caught.value, *caught.value.more))


async def test_case_under_a_policy_that_is_gone(world: World) -> None:
    """A case that cannot be decided waits an hour and holds up no other."""
    await absent(world, "pieter", date(2026, 11, 2))
    lost = Case("c1", "stad", "jan", "sofie", "removed@7", anchors={"absence_start": date(2026, 11, 2)})
    await world.app.database.run(lambda tx: cases.add(tx, lost, "els", world.clock, world.clock))
    world.clock = at("2026-11-03 09:30")
    await world.app.tick()
    assert any("Pieter" in sent.text for sent in world.to("sofie"))
    assert world.clock + timedelta(hours=1) == await world.app.database.run(lambda tx: cases.planned(tx, "c1"))
