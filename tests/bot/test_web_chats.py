"""The page where somebody links a chat, asked for as a browser would."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from bot.linking import code_in
from bot.settings import Settings
from storage import addresses
from tests.bot.test_web import Town, csrf
from tests.several import hear, sent, several, ways

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    import httpx2

PLATFORMS = {
    "slack_bot_token": "xoxb-1",
    "slack_signing_secret": "s",
    "slack_teams": "T0123ABCD",
    "telegram_token": "1:a",
}


@pytest.fixture
async def town(tmp_path: Path) -> AsyncIterator[Town]:
    """A town on the web, with Slack and Telegram."""
    town = Town(tmp_path)
    several(town)
    known = town.app.settings
    town.app.settings = Settings(database_url=known.database_url, keys=known.keys, **PLATFORMS, telegram_name="een_bot")
    await town.people()
    await town.on_web()
    yield town
    await town.close()


async def post(browser: httpx2.AsyncClient, path: str, **form: str) -> httpx2.Response:
    """A form of the page, sent."""
    return await browser.post(path, data={"csrf": csrf(await browser.get("/chats")), **form})


async def fresh(town: Town, browser: httpx2.AsyncClient) -> str:
    """A code, as it stands on the page."""
    town.clock += timedelta(minutes=1)
    answer = await post(browser, "/chats/code")
    shown = re.search(r'id="code">([^<]+)<', answer.text)
    assert shown is not None
    code = code_in(shown[1])
    assert code is not None
    assert f"https://t.me/een_bot?start={code}" in answer.text
    assert "no-store" == answer.headers["cache-control"]
    return code


async def test_linked_from_the_page(town: Town) -> None:
    """The page gives a code, the chat takes it, and the page shows what is linked and where I write."""
    async with town.browser("sofie") as browser:
        assert 'href="/chats"' in (await browser.get("/")).text
        code = await fresh(town, browser)
        assert code not in (await browser.get("/chats")).text
        (said,) = await hear(town, "telegram", "77", "hello", text=code)
        assert "Dag Sofie" in said.text
        shown = (await browser.get("/chats")).text
        assert "Ontkoppel Telegram" in shown
        assert shown.index("Telegram") < shown.index("Webpagina")
        await post(browser, "/chats/first", channel="web")
        assert ("web", "sofie") == (await ways(town, "sofie"))[0]


async def test_let_go_from_the_page(town: Town) -> None:
    """Asked once more; then the chat hears a last word, and the page is where I write."""
    async with town.browser("sofie") as browser:
        await hear(town, "telegram", "77", text=await fresh(town, browser))
        asked = await post(browser, "/chats/end", channel="telegram")
        assert "Ja, ontkoppel" in asked.text
        assert ("telegram", "77") in await ways(town, "sofie")
        answer = await post(browser, "/chats/end", channel="telegram", sure="yes")
        assert 303 == answer.status_code
        assert "Deze chat is ontkoppeld" in sent(town, "telegram")[-1].text
        assert ("telegram", "77") not in await ways(town, "sofie")
        before = await ways(town, "sofie")
        for channel in ("web", "fax", "", "telegram"):
            await post(browser, "/chats/end", channel=channel, sure="yes")
        assert before == await ways(town, "sofie")


async def test_without_a_platform(tmp_path: Path) -> None:
    """Where nothing can be linked the chat does not speak of it, and there is no code to be had."""
    town = Town(tmp_path)
    await town.people()
    await town.on_web()
    try:
        async with town.browser("sofie") as browser:
            page = await browser.get("/")
            assert 'href="/chats"' not in page.text
            assert "nog niet ingesteld" in (await browser.get("/chats")).text
            assert 404 == (await browser.post("/chats/code", data={"csrf": csrf(page)})).status_code
    finally:
        await town.close()


@pytest.mark.parametrize("path", ["/chats/code", "/chats/end", "/chats/first"])
async def test_a_form_of_elsewhere(town: Town, path: str) -> None:
    """Without the token of the visit nothing happens."""
    async with town.browser("sofie") as browser:
        assert 403 == (await browser.post(path, data={"channel": "web", "sure": "yes"})).status_code


async def test_a_chat_that_does_not_work_now(town: Town) -> None:
    """The page says so, and how it works again."""
    async with town.browser("sofie") as browser:
        await hear(town, "telegram", "77", text=await fresh(town, browser))
        await town.app.database.run(lambda tx: addresses.unreachable(tx, "telegram", "77", town.clock))
        assert "Hier kom ik nu niet binnen" in (await browser.get("/chats")).text


# --- Bound to the browser that asked -------------------------------------------------------------------


async def test_the_page_that_asked_says_who_used_it(town: Town) -> None:
    """When, and by which account; another browser of the same person says nothing of it."""
    async with town.browser("sofie") as browser, town.browser("sofie") as other:
        code = await fresh(town, browser)
        waiting = await browser.get("/chats")
        assert "Je vorige code is nog niet gebruikt. Ze geldt tot 9u11." in waiting.text
        town.clock += timedelta(minutes=3)
        await hear(town, "slack", "T0123ABCD:U456", text=code)
        shown = (await browser.get("/chats")).text
        assert "om 9u04 gebruikt op <strong>Slack</strong>, met account <strong>U456</strong>" in shown
        assert "Je code is" not in (await other.get("/chats")).text


async def test_a_code_ends_with_the_visit(town: Town) -> None:
    """Whoever signs out, or signs in anew there, takes the code along; one of another browser stays."""
    async with town.browser("sofie") as browser, town.browser("nadia") as other:
        kept = await fresh(town, other)
        code = await fresh(town, browser)
        await browser.post("/leave", data={"csrf": csrf(await browser.get("/chats"))})
        (said,) = await hear(town, "telegram", "77", text=code)
        assert "Die code werkt niet (meer)" in said.text
        (said,) = await hear(town, "telegram", "88", text=kept)
        assert "Dag Nadia" in said.text
        await browser.post(await town.link("sofie"))
        code = await fresh(town, browser)
        await browser.post(await town.link("sofie"))
        (said,) = await hear(town, "telegram", "99", text=code)
        assert "Die code werkt niet (meer)" in said.text
