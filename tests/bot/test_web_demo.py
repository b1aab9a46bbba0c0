"""The demo page: the clock, the chats and the line of time, without a browser."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import httpx2
import pytest

from bot.web.course import APART, course, title
from bot.web.demo import Step
from bot.web.site import build
from conversations.case import Person, Role
from conversations.talking.dialogue import Coming
from storage import addresses, outbox
from storage.transaction import Tx
from tests.world import CAST, World

HOME = "http://127.0.0.1:8321"
TODAY = date(2026, 11, 23)
EVERYBODY = {person.id: person for person in CAST}


def coming(days: int, state: str, kind: str = "policy", milestone: str = "first_call") -> Coming:
    """Something on the timeline, so many days from today."""
    return Coming("c1", milestone, 0, TODAY + timedelta(days=days), "manager", state, "S4-04", kind)  # type: ignore[arg-type] # by name


class Show:
    """A demo of three people and one case."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.panels: Sequence[tuple[Role, Person]] = (
            ("manager", EVERYBODY["sofie"]),
            ("employee", EVERYBODY["jan"]),
            ("hr", EVERYBODY["els"]),
        )

    async def cases(self) -> Sequence[tuple[str, str]]:
        """One case, of somebody with a name that is no name."""
        return [("c1", "<b>Jan</b>"), ("c2", "Fatima Amrani")]

    async def timeline(self, case_id: str) -> tuple[Coming, ...]:
        """What was, is and comes; nothing for the second case."""
        if case_id != "c1":
            return ()
        return (coming(-7, "done"), coming(-2, "missed", "practice"), coming(0, "now", "law"), coming(9, "soon"))

    async def forward(self, kind: Step) -> None:
        """Only the clock."""
        self.world.clock += timedelta(days={"next": 2, "day": 1, "week": 7}[kind])

    def now(self) -> datetime:
        """The world's."""
        return self.world.clock


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    """A world whose people are on the web."""
    world = await World(tmp_path, start="2026-11-23 09:00").people()
    at = world.clock + timedelta(seconds=1)

    def work(tx: Tx) -> None:
        for person in CAST:
            addresses.link(tx, person.id, "web", person.id, at)

    await world.app.database.run(work)
    yield world
    await world.close()


@pytest.fixture
async def browser(world: World) -> AsyncIterator[httpx2.AsyncClient]:
    """A browser on the machine of the demo."""
    transport = httpx2.ASGITransport(app=build(world.app, show=Show(world)))
    async with httpx2.AsyncClient(transport=transport, base_url=HOME, headers={"Origin": HOME}) as browser:
        yield browser


async def token(browser: httpx2.AsyncClient) -> str:
    """The token of the forms on the page."""
    found = re.search(r'name="csrf" value="([^"]+)"', (await browser.get("/demo")).text)
    assert found is not None
    return found[1]


async def test_page(browser: httpx2.AsyncClient) -> None:
    """Three chats, a clock, and every moment with its state and kind in words."""
    assert (await browser.get("/")).headers["location"] == "/demo"
    page = (await browser.get("/demo")).text
    assert [person for person in ("Sofie Peeters", "Jan Peeters", "Els Willems") if person in page] == [
        "Sofie Peeters",
        "Jan Peeters",
        "Els Willems",
    ]
    assert "Maandag 23 november 2026" in page
    assert re.findall(r'class="tag">(\w+)<', page) == ["gedaan", "gemist", "nu", "straks"]
    assert "&lt;b&gt;Jan&lt;/b&gt;" in page
    assert not re.findall(r"<b>|\sstyle=", page)


async def test_clock(browser: httpx2.AsyncClient, world: World) -> None:
    """The clock moves by a form of this page, by the steps there are, and the chosen case stays chosen."""
    csrf = await token(browser)
    moved = await browser.post("/demo/clock", data={"csrf": csrf, "kind": "week", "case": "c2"})
    assert (303, "/demo?case=c2") == (moved.status_code, moved.headers["location"])
    page = (await browser.get("/demo?case=c2")).text
    assert "Maandag 30 november 2026" in page
    assert '<option value="c2" selected>' in page
    assert "Nog niets gepland." in page
    live = {"X-Page": "live"}
    assert (await browser.post("/demo/clock", data={"csrf": csrf, "kind": "day"}, headers=live)).status_code == 204
    assert (await browser.post("/demo/clock", data={"csrf": csrf, "kind": "year"})).status_code == 400
    assert (await browser.post("/demo/clock", data={"csrf": "x", "kind": "day"})).status_code == 403
    elsewhere = {"Origin": "https://evil.example"}
    answer = await browser.post("/demo/clock", data={"csrf": csrf, "kind": "day"}, headers=elsewhere)
    assert answer.status_code == 403
    assert world.today == date(2026, 12, 1)


async def test_the_pages_of_hr_are_one_button_away(browser: httpx2.AsyncClient) -> None:
    """The button signs in as the HR of the demo; without the token of the page it does nothing."""
    assert (await browser.post("/demo/hr", data={"csrf": "x"})).status_code == 403
    assert (await browser.get("/hr")).status_code == 401
    answer = await browser.post("/demo/hr", data={"csrf": await token(browser)})
    assert (303, "/hr") == (answer.status_code, answer.headers["location"])
    assert "<h1>Vandaag</h1>" in (await browser.get("/hr")).text


async def test_parts(browser: httpx2.AsyncClient) -> None:
    """What moves with the clock can be asked for by itself; a case that is not there is the first one."""
    parts = (await browser.get("/demo/timeline?case=nothing")).text
    assert re.findall(r'data-for="(\w+)"', parts) == ["moment", "strip", "course", "case"]
    assert '<option value="c1" selected>' in parts


async def test_chats(browser: httpx2.AsyncClient, world: World) -> None:
    """Who is on the page talks as themselves; there is nobody beyond the last panel."""
    csrf = await token(browser)
    for panel, who in enumerate(("sofie", "jan", "els")):
        await browser.post(f"/demo/chat/{panel}", data={"csrf": csrf, "text": "help"})
        rows = await world.app.database.run(lambda tx, who=who: outbox.transcript(tx, who, 5))  # type: ignore[misc]
        assert len(rows) == 1
    assert (await browser.post("/demo/chat/3", data={"csrf": csrf, "text": "help"})).status_code == 404
    assert (await browser.get("/demo/plan/0/nothing")).status_code == 404


def test_line_of_time() -> None:
    """Every moment and every month has its place on the line, in order, and neighbours do not cover each other."""
    steps = [coming(days, "soon" if days > 0 else "done") for days in (*range(-40, 60, 7), *range(6), 2, 2)]
    drawn = course(steps, TODAY)
    places = [mark.place for mark in drawn.marks]
    assert places == sorted(places)
    assert 0 < places[0] < drawn.now < places[-1] < 100
    assert [name for _, name in drawn.months] == ["nov", "dec", "jan"]
    for lane in range(drawn.lanes):
        along = [mark.place for mark in drawn.marks if mark.lane == lane]
        assert all(after - before >= APART for before, after in pairwise(along))


def test_what_was_put_off_stands_on_the_day_that_was_chosen() -> None:
    """It waits there, ahead, and says that it was put off."""
    step = replace(coming(-9, "soon"), put_off=TODAY + timedelta(days=5))
    (mark,) = course([step], TODAY).ahead
    assert (TODAY + timedelta(days=5), True) == (mark.on, mark.put_off)


def test_what_waits_for_another_day_stands_open() -> None:
    """Only what is asked today is of now."""
    drawn = course([coming(-14, "now"), coming(0, "now"), coming(4, "soon")], TODAY)
    assert [True, False, False] == [mark.open for mark in drawn.ahead]


def test_titles() -> None:
    """A moment is called by its words."""
    assert title("first_call") == "eerste telefoontje"
