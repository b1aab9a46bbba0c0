"""The demo: an invented organisation with a past, on the real code, with a clock that only goes forward."""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import signal
import subprocess
import sys
import urllib.request
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from bot.app import App
from bot.cast import BEGIN, CAST, GROENHOF, PAST
from bot.changing import save
from bot.clock import Clock, travel
from bot.commands.show import KEY, _settings
from bot.demo import Demo
from bot.house import BRUSSELS
from conversations.case import Case
from conversations.changes import Change, Done, Moved
from storage import addresses, cases, journal, outbox
from storage.migrations import migrate
from storage.transaction import Tx
from tests.world import World


async def _play(folder: Path) -> None:
    settings = _settings(folder, 8321)
    migrate(settings.database_url)
    clock = Clock(PAST[0].at)
    app = App(settings, clock)
    await Demo(app, clock).begin()
    assert BEGIN == clock()
    await app.stop()


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which the past was played, once for all."""
    folder: Path = tmp_path_factory.mktemp("played")
    asyncio.run(_play(folder))
    return folder


@pytest.fixture
async def app(played: Path, tmp_path: Path) -> AsyncIterator[App]:
    """The real bot on a copy of it, on a clock that stands still."""
    copy = shutil.copytree(played, tmp_path / "demo")
    made = App(_settings(copy, 8321), Clock(BEGIN))
    yield made
    await made.stop()


@pytest.fixture
async def demo(app: App) -> Demo:
    """The demo at its first morning."""
    clock = app._clock
    assert isinstance(clock, Clock)
    return Demo(app, clock)


async def running(app: App) -> dict[str, Case]:
    """The running cases by employee."""
    found = await app.database.run(lambda tx: cases.live(tx, "", 100))
    return {case.employee: case for case in found}


def test_the_cast_hangs_together() -> None:
    """Three teams, everybody led by somebody but the head, deputies who lead, and nobody twice."""
    by_id = {person.id: person for person in CAST}
    assert len(CAST) == len(by_id) == len({person.email for person in CAST})
    assert {"Onthaal", "Groen", "Atelier"} <= {person.team for person in CAST}
    assert ["ingrid"] == [person.id for person in CAST if person.manager is None]
    leads = {person.manager for person in CAST if person.manager}
    assert leads == {person.id for person in CAST if "manager" in person.roles}
    assert all(by_id[person.deputy].team != person.team for person in CAST if person.deputy)
    assert all(person.email.endswith(".example") for person in CAST)


async def test_it_begins_on_a_morning_with_a_past(demo: Demo, app: App) -> None:
    """Jan was reported this morning, others are further on: one with her contact kept, one back at work in steps."""
    assert BEGIN == demo.now()
    assert ["Jan Peeters", "Fatima Amrani", "Lotte Claes", "Yusuf Yilmaz"] == [name for _, name in await demo.cases()]
    found = await running(app)
    assert BEGIN.date() == found["jan"].anchors["absence_start"]
    assert ("phone", "fortnightly") == (found["fatima"].contact.channel, found["fatima"].contact.frequency)
    assert {"partial_return", "talk_held"} <= found["lotte"].anchors.keys()
    assert found["lotte"].plan is not None


async def test_the_manager_is_spoken_to_first(demo: Demo, app: App) -> None:
    """Sofie has one open question, about Jan; Jan himself heard nothing."""
    panels = {role: person.id for role, person in demo.panels}
    last = {
        role: await app.database.run(lambda tx, who=who: outbox.transcript(tx, who, 1)) for role, who in panels.items()
    }
    (row,) = last["manager"]
    assert ("nudge", (await running(app))["jan"].id, None) == (row.kind, row.case, row.answered)
    assert [] == last["employee"]


async def test_the_past_is_in_the_journal(demo: Demo, app: App) -> None:
    """What happened before went through the real code: the journal has it, and its chain holds."""
    found = await running(app)
    assert await app.database.run(lambda tx: journal.verify(tx, GROENHOF.id)) is None
    assert await app.database.run(lambda tx: len(journal.of(tx, found["fatima"].id))) > 3
    assert demo.now() == BEGIN


async def test_the_timeline_has_past_and_future(demo: Demo) -> None:
    """The drawing beside the chat has something done, something now and something to come, in order of date."""
    states: dict[str, set[str]] = {}
    for key, name in await demo.cases():
        steps = await demo.timeline(key)
        assert [step.on for step in steps] == sorted(step.on for step in steps)
        states[name] = {step.state for step in steps}
    assert {"now", "soon"} == states["Jan Peeters"]
    assert {"done", "soon"} <= states["Lotte Claes"]
    assert () == await demo.timeline("nothing")


async def test_what_was_done_stands_on_the_day_it_was_done(demo: Demo, app: App) -> None:
    """Before its date, and also where it is asked no more; what comes stands on a day that is worked."""
    key = (await running(app))["fatima"].id

    def work(tx: Tx) -> None:
        case = cases.load(tx, key)
        assert case is not None
        changes: list[Change] = [
            Done("pre_return_talk"),
            Done("first_steps"),
            Moved("expected_return", date(2027, 1, 18)),
        ]
        save(tx, app.house, case, changes, by="sofie", now=demo.now())

    await app.database.run(work)
    steps = await demo.timeline(key)
    done = {step.milestone: step.on for step in steps if step.state == "done"}
    assert {demo.now().date()} == {done["pre_return_talk"], done["first_steps"]}
    assert all(step.on.weekday() < 5 for step in steps if step.state != "done")


async def test_forward_goes_to_when_somebody_hears_something(demo: Demo, app: App) -> None:
    """The next moment is when one of the people on the page gets a message; a day and a week are just that."""

    async def heard() -> list[int]:
        return [
            len(await app.database.run(lambda tx, who=who.id: outbox.transcript(tx, who, 1000)))
            for _, who in demo.panels
        ]

    for _ in range(5):
        at, before = demo.now(), await heard()
        await demo.forward("next")
        assert at < demo.now() <= at + timedelta(days=120)
        assert before != await heard()
        local = demo.now().astimezone(BRUSSELS)
        assert (local.isoweekday() < 6, 8 <= local.hour < 18) == (True, True)
    at = demo.now()
    await demo.forward("day")
    await demo.forward("week")
    assert at + timedelta(days=8) == demo.now()


async def test_three_months_pass_in_one_go(demo: Demo, app: App) -> None:
    """Nobody answers for a quarter of a year: the clock arrives, nothing is said twice, nothing waits."""
    for _ in range(13):
        await demo.forward("week")
    assert BEGIN + timedelta(weeks=13) == demo.now()
    rows = await app.database.run(lambda tx: [row for one in CAST for row in outbox.transcript(tx, one.id, 1000)])
    keys = [row.key for row in rows if row.key is not None]
    assert len(set(keys)) == len(keys)
    assert [] == [row.id for row in rows if row.state in ("queued", "claimed", "unsure")]


async def test_a_second_start_goes_on(demo: Demo, app: App) -> None:
    """A kept folder is taken up where it was: the past is not played again, and the clock does not go back."""
    await demo.forward("next")
    before = await running(app)
    clock = Clock(PAST[0].at)
    again = Demo(app, clock)
    await again.begin()
    assert before == await running(app)
    assert demo.now() == again.now() > BEGIN


def test_the_key_is_its_own_and_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The demo makes a key beside its database, readable by its owner alone, and uses it again."""
    monkeypatch.setenv("DATABASE_URL", "postgresql://somewhere/real")
    first, second = _settings(tmp_path, 1), _settings(tmp_path, 1)
    assert first.keys == second.keys
    assert 0o600 == (tmp_path / KEY).stat().st_mode & 0o777
    assert first.database_url.startswith("sqlite:///")


# --- The clock -------------------------------------------------------------------------------------------


def test_a_clock_beside_another_runs_on() -> None:
    """It says what it was told, and runs as the other runs."""
    beside = [datetime(2030, 1, 1, tzinfo=UTC)]
    clock = Clock(BEGIN, lambda: beside[0])
    beside[0] += timedelta(minutes=5)
    assert BEGIN + timedelta(minutes=5) == clock()
    clock.set(BEGIN + timedelta(days=1))
    assert BEGIN + timedelta(days=1) == clock()


async def test_travel_never_goes_back(tmp_path: Path) -> None:
    """A goal in the past changes nothing."""
    world = await World(tmp_path).people()
    clock = Clock(world.clock)
    await travel(world.app, clock, world.clock - timedelta(days=3))
    assert world.clock == clock()
    await world.close()


async def test_travel_ends_where_no_channel_takes_a_message(tmp_path: Path) -> None:
    """Messages that nobody can deliver do not hold the clock for ever."""
    world = await World(tmp_path).people()
    clock = Clock(world.clock)
    world.app._clock = clock
    world.app.channels.clear()
    await world.app.database.run(lambda tx: addresses.link(tx, "sofie", "nowhere", "sofie", clock()))
    await world.say("sofie", "help")
    await travel(world.app, clock, clock() + timedelta(days=2))
    assert world.clock + timedelta(days=2) == clock()
    await world.close()


# --- The command -----------------------------------------------------------------------------------------


def test_the_command_shows_the_page(tmp_path: Path) -> None:
    """`terugkeer demo` prints an address, serves the page there, and ends with 0."""
    command = [sys.executable, "-m", "bot", "demo", "--port", "0", "--keep", str(tmp_path)]
    shown = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env={**os.environ, "TERUGKEER_KEYS": "wrong"})
    try:
        assert shown.stdout is not None
        line = shown.stdout.readline()
        address = re.search(r"http://127\.0\.0\.1:\d+/demo", line)
        assert address is not None, line
        with urllib.request.urlopen(address[0], timeout=30) as answer:  # noqa: S310 - our own address
            page = answer.read().decode()
        shown.send_signal(signal.SIGTERM)
        shown.communicate(timeout=30)
    finally:
        shown.kill()
    assert 0 == shown.returncode
    assert "Sofie Maes" in page
