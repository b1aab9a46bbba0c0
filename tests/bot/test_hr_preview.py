"""The preview that takes its time: the page says how far it is, nothing waits for it, and it comes by itself."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from bot import counting, previewing
from tests.bot.forms import Page
from tests.bot.test_hr_cadence import change_step, running, seen
from tests.bot.test_web import Town
from tests.world import ORGANISATION

if TYPE_CHECKING:
    import httpx2

PREVIEW = "/hr/cadence/preview"
BUSY = "Ik kijk wat er bij elk dossier verandert."
READY = "iets bij 2 dossiers van de 2"


@pytest.fixture
async def town(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Town]:
    """A town on the web with two running cases, read one by one; nobody who looks waits."""
    town = Town(tmp_path)
    await town.people()
    await town.on_web()
    await running(town, "jan", "fatima")
    monkeypatch.setattr(previewing, "READ", 1)
    monkeypatch.setattr(counting, "PATIENCE", 0)
    yield town
    await town.close()


async def come(browser: httpx2.AsyncClient, words: str, path: str = PREVIEW) -> Page:
    """The page, once it says so: looked at again and again, as a browser does that refreshes."""
    for _ in range(500):
        page = await seen(browser, path)
        if words in page.text:
            return page
        await asyncio.sleep(0.01)
    raise AssertionError(f"{words} never came")


async def test_the_page_says_that_it_is_counting(town: Town) -> None:
    """It is there at once, refreshes without a script, and shows what was found when that is ready; then no more."""
    async with town.browser("els") as browser:
        await change_step(browser, "first_steps", at0_n="5")
        html = (await browser.get(PREVIEW)).text
        assert BUSY in Page(html).text
        assert '<noscript><meta http-equiv="refresh"' in html
        assert re.search(r"[012] van de 2 dossiers bekeken", Page(html).text)
        assert 'data-counting="/hr/cadence/preview"' in html
        assert "Neem in gebruik" in html, "nobody has to wait for it"
        page = await come(browser, READY)
        html = (await browser.get(PREVIEW)).text
        assert ("refresh" in html, "counting.js" in html, "data-counting" in html) == (False, False, False)
        assert "in de komende drie maanden" in page.text
        assert "Geteld om" in page.text
        assert "Welke dossiers" in page.text
        assert 'href="/hr/case/jan"' in html


async def test_what_was_waited_for_is_counted_once(town: Town) -> None:
    """Whoever comes back finds it, also with other dates for the sample; asked for, it is counted anew."""
    async with town.browser("els") as browser:
        await change_step(browser, "first_steps", at0_n="5")
        await come(browser, READY)
        await running(town, "lotte")
        assert READY in (await seen(browser, f"{PREVIEW}?start=2026-11-02")).text
        again = await browser.get(f"{PREVIEW}?start=2026-11-02&anew=yes")
        assert (303, f"{PREVIEW}?start=2026-11-02#h-running") == (again.status_code, again.headers["location"])
        assert BUSY in (await seen(browser, f"{PREVIEW}?start=2026-11-02")).text
        await come(browser, "iets bij 3 dossiers van de 3")


async def test_another_draft_is_another_count(town: Town) -> None:
    """What was counted for the draft as it was, is not shown for the draft as it is; nor for another version."""
    async with town.browser("els") as browser:
        await change_step(browser, "first_steps", at0_n="5")
        await come(browser, READY)
        await change_step(browser, "first_steps", at0_n="7")
        assert BUSY in (await seen(browser, PREVIEW)).text
        await come(browser, READY)
        await change_step(browser, "first_steps", at0_n="6")
        await come(browser, "niets bij de dossiers die lopen")
        assert BUSY in (await seen(browser, f"{PREVIEW}?ref=company_d@1")).text


async def test_a_count_that_fails_is_said(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """The page says so and offers to try again; nothing else goes down with it."""
    async with town.browser("els") as browser:
        await change_step(browser, "first_steps", at0_n="5")
        with monkeypatch.context() as broken:
            broken.setattr(previewing, "AHEAD", None)
            page = await come(browser, "Het tellen lukte niet.")
        assert "Probeer opnieuw" in page.text
        await browser.get(f"{PREVIEW}?anew=yes")
        await come(browser, READY)


async def test_who_does_not_wait_is_not_told_yesterdays_news(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is ready at once is counted for every look; nothing of it is kept."""
    monkeypatch.setattr(counting, "PATIENCE", 30)
    async with town.browser("els") as browser:
        await change_step(browser, "first_steps", at0_n="5")
        page = await seen(browser, PREVIEW)
        assert READY in page.text
        assert "Geteld om" not in page.text
        await running(town, "lotte")
        assert "iets bij 3 dossiers van de 3" in (await seen(browser, PREVIEW)).text


async def test_everything_else_goes_on(town: Town) -> None:
    """While it is counted the database is asked by others, page by page, and the loop runs."""
    organisation = town.app.house.packs["company_d@1"]
    turns, asked, told = 0, 0, list[int]()

    async def others() -> None:
        nonlocal turns, asked
        while True:
            await town.app.database.run(lambda _: None)
            asked += 1
            turns += len(told) == 1  # between the first case and the last

    going = asyncio.create_task(others())
    await previewing.preview(town.app.database, town.app.house, ORGANISATION, organisation, town.clock, told.append)
    going.cancel()
    assert [1, 2] == told
    assert asked > 0
    assert turns > 0
