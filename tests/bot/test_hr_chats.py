"""A code that HR makes for somebody, and hands over: asked for as a browser would."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from bot.linking import code_in
from bot.settings import Settings
from conversations.case import Person
from storage import organisations, people
from storage.organisations import Organisation
from tests.bot.test_hr_days import changes
from tests.bot.test_web import Town, csrf
from tests.bot.test_web_chats import PLATFORMS
from tests.several import hear, several, ways

if TYPE_CHECKING:
    import httpx2

    from storage.database import Tx

ABROAD = Person("otto", "elders", "Otto Elders", "otto@elders.example")


@pytest.fixture
async def town(tmp_path: Path) -> AsyncIterator[Town]:
    """A town on the web, with Slack and Telegram, and another organisation beside it."""
    town = Town(tmp_path)
    several(town)
    known = town.app.settings
    town.app.settings = Settings(database_url=known.database_url, keys=known.keys, **PLATFORMS, telegram_name="een_bot")
    await town.people()
    await town.on_web()

    def work(tx: Tx) -> None:
        organisations.put(tx, Organisation("elders", "Elders", "company_c@1"))
        people.put(tx, ABROAD)

    await town.app.database.run(work)
    yield town
    await town.close()


async def ask(browser: httpx2.AsyncClient, who: str) -> httpx2.Response:
    """HR presses the button on somebody's page."""
    return await browser.post(f"/hr/people/{who}/code", data={"csrf": csrf(await browser.get("/hr/people"))})


async def fresh(browser: httpx2.AsyncClient, who: str) -> str:
    """The code on the page."""
    answer = await ask(browser, who)
    shown = re.search(r'id="code">([^<]+)<', answer.text)
    assert shown is not None
    code = code_in(shown[1])
    assert code is not None
    assert f"https://t.me/een_bot?start={code}" in answer.text
    assert "no-store" == answer.headers["cache-control"]
    return code


async def written(town: Town) -> list[str]:
    """What the journal says, of codes and chats."""
    return [line for line in await changes(town) if "Link" in line]


async def test_handed_over(town: Town) -> None:
    """HR makes it, the person shows it: linked, with a notice on the other channel, and all of it in the journal."""
    async with town.browser("els") as browser:
        assert "Maak een code" in (await browser.get("/hr/people/sofie")).text
        code = await fresh(browser, "sofie")
        assert code not in (await browser.get("/hr/people/sofie")).text
    (said,) = await hear(town, "telegram", "77", "hello", text=code)
    assert "Dag Sofie" in said.text
    assert ("telegram", "77") in await ways(town, "sofie")
    async with town.browser("sofie") as browser:
        assert "Er is een chat aan jou gekoppeld" in (await browser.get("/")).text
    made, linked = await written(town)
    assert '[{"change": "LinkCode", "person": "sofie"}]' == made
    assert '[{"change": "Linked", "person": "sofie", "channel": "telegram"}]' == linked
    (said,) = await hear(town, "telegram", "88", text=code)
    assert "Die code werkt niet (meer)" in said.text


async def test_it_lasts_ten_minutes_and_only_the_last_one_counts(town: Town) -> None:
    """As every code. That HR leaves the page changes nothing: it was handed over."""
    async with town.browser("els") as browser:
        first = await fresh(browser, "sofie")
        second = await fresh(browser, "sofie")
        await browser.post("/leave", data={"csrf": csrf(await browser.get("/hr/people"))})
        (said,) = await hear(town, "telegram", "77", text=first)
        assert "Die code werkt niet (meer)" in said.text
        (said,) = await hear(town, "telegram", "77", text=second)
        assert "Dag Sofie" in said.text
    async with town.browser("els") as browser:
        late = await fresh(browser, "nadia")
    town.clock += timedelta(minutes=10)
    (said,) = await hear(town, "telegram", "88", text=late)
    assert "Die code werkt niet (meer)" in said.text


async def test_an_account_that_is_somebodys_is_not_taken(town: Town) -> None:
    """HR cannot read along with a chat of their own: the account stays whose it is, and the code is gone."""
    async with town.browser("els") as browser:
        await hear(town, "telegram", "1", text=await fresh(browser, "els"))
        (said,) = await hear(town, "telegram", "1", text=await fresh(browser, "sofie"))
    assert "Die code werkt niet (meer)" in said.text
    assert [("web", "sofie")] == [way for way in await ways(town, "sofie") if way[0] != "memory"]


@pytest.mark.parametrize("who", ["sofie", "jan", "tom"])
async def test_only_hr(town: Town, who: str) -> None:
    """For everybody else the form is not there."""
    async with town.browser(who) as browser:
        assert 404 == (await browser.post(f"/hr/people/{who}/code")).status_code


async def test_for_nobody(town: Town) -> None:
    """Somebody of elsewhere is as little there as nobody; without the token of the visit nothing happens."""
    async with town.browser("els") as browser:
        assert {404} == {(await ask(browser, who)).status_code for who in ("otto", "nobody")}
        assert 403 == (await browser.post("/hr/people/sofie/code")).status_code
    assert [] == await written(town)


async def test_without_a_platform(tmp_path: Path) -> None:
    """Where nothing can be linked there is no button."""
    town = Town(tmp_path)
    await town.people()
    await town.on_web()
    try:
        async with town.browser("els") as browser:
            assert "Maak een code" not in (await browser.get("/hr/people/sofie")).text
            assert 404 == (await ask(browser, "sofie")).status_code
    finally:
        await town.close()
