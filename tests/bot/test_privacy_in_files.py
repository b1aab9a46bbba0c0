"""What was refused is in no file, no row and no log; what was said in confidence is in no file that can be read."""

from __future__ import annotations

import io
import logging
from collections.abc import AsyncIterator, Iterator
from dataclasses import asdict
from datetime import date
from pathlib import Path

import pytest
import structlog

from bot import logs
from storage import journal, outbox, sessions
from tests.talk import absent, step
from tests.world import World

MEDICAL = (
    "jan is ziek, hij heeft een burn-out en neemt zopiclonum",
    "ze heeft borstkanker volgens dokter Vandekerckhove",
    "hij zit in de psychiatrie met een depressie",
    "een hernia, de operatie is op vrijdag",
)
WORDS = (
    "burn-out", "burnout", "zopiclonum", "borstkanker", "vandekerckhove", "psychiatrie", "depressie", "hernia",
    "operatie",
)  # fmt: skip
OWN = ("kanarietaak", "kanariebeperking", "kanariebehoefte", "kanarieremedie")
TALK = """
absent jan since 2026-11-02
agreed jan weekly phone
date jan expected_return 2027-01-18
sofie: re-integratiegesprek jan
sofie > We zitten samen
sofie: Kanarietaak en mails.
sofie: hij heeft een depressie en een hernia
sofie: Kanariebeperking in de namiddag.
sofie: Kanariebehoefte aan rust.
"""


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    """The small world in the middle of December."""
    made = await World(tmp_path, "2026-12-18 10:00").people()
    yield made
    await made.close()


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """Everything that is logged, down to the smallest thing."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    stream = io.StringIO()
    logs.configure("debug", stream)
    yield stream
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()


def files(world: World) -> str:
    """All files of the database's folder, in small letters."""
    folder = Path(world.url.removeprefix("sqlite:///")).parent
    return b"".join(path.read_bytes() for path in sorted(folder.iterdir())).decode("utf-8", "replace").lower()


async def said_back(world: World) -> str:
    """Every row there is, opened with the key: bodies, answers, talks and journal."""

    def look(tx: object) -> str:
        rows = [outbox.transcript(tx, who, 1000) for who in ("sofie", "els", "jan")]  # type: ignore[arg-type] # a tx
        talks = [sessions.open_of(tx, who) for who in ("sofie", "els", "jan")]  # type: ignore[arg-type]
        return repr(([[asdict(row) for row in some] for some in rows], talks)).lower()

    return await world.app.database.run(look)


@pytest.mark.parametrize("place", ["new", "in_a_talk", "check_in"])
async def test_medical_words_are_nowhere(world: World, log: io.StringIO, place: str) -> None:
    """Words about health, wherever they are typed, are in no file, no row, no journal line and no log line."""
    await absent(world, "jan", date(2026, 11, 2))
    case = await world.case("jan")
    opening = {"new": "hallo", "in_a_talk": "re-integratiegesprek jan", "check_in": "contact met jan"}[place]
    for text in MEDICAL:
        await world.say("sofie", opening)
        said = await world.say("sofie", text)
        assert not [word for word in WORDS for one in said if word in one.text.lower()]
        await world.say("sofie", "stop")
    journaled = repr(await world.app.database.run(lambda tx: journal.of(tx, case.id))).lower()
    kept = await said_back(world)
    await world.app.database.close()
    assert [] == [word for word in WORDS if word in files(world)]
    assert [] == [word for word in WORDS if word in kept]
    assert [] == [word for word in WORDS if word in journaled]
    assert [] == [word for word in WORDS if word in log.getvalue().lower()]
    assert "heard" in log.getvalue()  # the search would have found it
    assert "sofie@stad.example" in files(world)


async def test_what_was_kept_is_sealed(world: World, log: io.StringIO) -> None:
    """Answers, the talk, the plan and every message are there with the key, and in no file without it."""
    for line in TALK.strip().splitlines():
        await step(world, line)
    kept = await said_back(world)
    assert [] == [word for word in OWN[:3] if word not in kept]
    assert "depressie" not in kept
    found = files(world)
    await world.app.database.close()
    found += files(world)
    body = "hoe ziet"
    assert [] == [word for word in (*OWN, *WORDS, body, "re-integratiegesprek", "paragraphs") if word in found]
    assert [] == [word for word in OWN if word in log.getvalue().lower()]
