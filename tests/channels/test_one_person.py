"""One person on Slack, on Telegram and on the page at once, through the libraries of both: one answer, everywhere."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from itertools import permutations
from typing import TYPE_CHECKING, Any

import httpx2
import pytest

from bot.channels.pace import Pace, Rate
from bot.channels.telegram import Telegram
from bot.web.sign_in import make_link
from storage import addresses, outbox, sessions
from tests.channels.on_slack import OnSlack
from tests.channels.on_web import Page
from tests.channels.stage import FAST
from tests.fakes.telegram import FakeTelegram
from tests.fakes.telegram_clock import Limits

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from storage.database import Tx
    from storage.outbox import Row

HAD_ALREADY = "Dat had je al beantwoord"
ASKED = "Sinds wanneer"
TODAY = "maandag 2 november"
PLACES = ("slack", "telegram", "web")


@dataclass
class Asked:
    """The question as Sofie has it before her in each place, from before anybody answered."""

    slack: Any
    telegram: Any
    web: dict[str, str]


class Everywhere(OnSlack):
    """Sofie has Slack, Telegram and a page; the others have Slack."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.telegram = FakeTelegram(limits=Limits(10_000, 10_000, 10_000))
        self.telegram.__enter__()
        self.phone = self.telegram.user(1004, "Sofie", started=True)
        pace = Pace(Rate(FAST, FAST), Rate(FAST, FAST))
        self.app.channels["telegram"] = Telegram(
            token=self.telegram.token, now=lambda: self.clock, api_url=self.telegram.url, pace=pace
        )
        self.home = f"http://127.0.0.1:{self.door.getsockname()[1]}"
        self.browser = httpx2.AsyncClient(base_url=self.home, headers={"Origin": self.home})
        self.presses = 0

    def places(self) -> dict[str, str]:
        """Where Sofie is."""
        return {"slack": self.address("sofie"), "telegram": str(self.phone.id), "web": "sofie"}

    async def begin(self) -> None:
        """Everything is open, and she is signed in."""
        await super().begin()

        def link(tx: Tx) -> str:
            for name, address in self.places().items():
                addresses.link(tx, "sofie", name, address, self.clock)
            return make_link(tx, self.home, "sofie", self.clock)

        await self.people()
        await self.browser.post(await self.app.database.run(link))

    async def end(self) -> None:
        """All of it is closed."""
        await self.browser.aclose()
        await super().end()
        self.telegram.__exit__()

    async def rest(self) -> None:
        """Also what goes to Telegram, and what Slack has to tell of it."""
        await self.telegram.quiet()
        await super().rest()
        await self.workspace.until(self.workspace.quiet, what="an event that was taken")
        while under_way := self.app.channels["telegram"]._under_way:
            await asyncio.wait(under_way)

    async def page(self) -> Page:
        """What stands on the page now."""
        return Page((await self.browser.get("/")).text)

    async def asks_everywhere(self) -> Asked:
        """One question in three places: by hand, as reminders bring it there over time."""
        await self.say("sofie", "jan is ziek")
        (first,) = [row for row in await self.rows() if row.question == "since"]
        same = {name: getattr(first, name) for name in ("organisation", "person", "kind", "body", "talk", "question")}
        for name, address in self.places().items():
            row = outbox.Row(
                **same, id=f"copy-{name}", channel=name, address=address, not_before=self.clock, created_at=self.clock
            )
            if name != "slack":
                await self.app.database.run(lambda tx, row=row: outbox.queue(tx, row))
        await self.app.deliver()
        on_page = next(turn for turn in reversed((await self.page()).turns) if turn.buttons)
        return Asked(self.users["sofie"].sees()[-1], self.phone.last, on_page.buttons)

    async def presses_at(self, place: str, asked: Asked, label: str) -> None:
        """She presses it there, as it looked when it was asked."""
        if place == "slack":
            await self.users["sofie"].presses(label, on=asked.slack).over()
        elif place == "telegram":
            self.presses += 1
            press = self.phone.presses(label, message=asked.telegram)
            await asyncio.to_thread(press.wait)
        else:
            form = {"csrf": (await self.page()).csrf, "button": asked.web[label]}
            assert (await self.browser.post("/chat", data=form)).status_code == 303
        await self.rest()

    async def last_said_at(self, place: str) -> str:
        """The newest message there."""
        if place == "slack":
            return str(self.users["sofie"].sees()[-1].text)
        if place == "telegram":
            return self.phone.last.text
        return "\n".join((await self.page()).turns[-1].lines)

    async def asked_now(self, asked: Asked) -> dict[str, tuple[str, tuple[str, ...]]]:
        """The words and the buttons of that question as it looks now on the two platforms."""
        on_slack = next(one for one in self.users["sofie"].sees() if one.ts == asked.slack.ts)
        on_telegram = next(one for one in self.phone.sees() if one.id == asked.telegram.id)
        return {
            "slack": (on_slack.text, on_slack.buttons), "telegram": (on_telegram.text, tuple(on_telegram.labels)),
        }  # fmt: skip

    async def rows(self) -> list[Row]:
        """What was said to Sofie, everywhere."""
        return await self.app.database.run(lambda tx: outbox.transcript(tx, "sofie", 100))

    async def answers(self) -> dict[str, Any]:
        """What is kept of the talk."""
        (talk,) = await self.app.database.run(lambda tx: sessions.open_of(tx, "sofie"))
        return dict(talk.answers)

    def troubles(self) -> list[str]:
        """Of both."""
        calls = len(self.telegram.calls("answerCallbackQuery"))
        return [
            *super().troubles(), *self.telegram.violations, *(["429"] if self.telegram.too_many else []),
            *([f"{calls} answers to {self.presses} presses"] if calls != self.presses else []),
        ]  # fmt: skip


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Everywhere]:
    """Everything open; in the end nobody complains."""
    async with Everywhere(tmp_path) as made:
        yield made
        assert [] == made.troubles()


@pytest.mark.parametrize("order", list(permutations(PLACES)), ids="-".join)
async def test_answered_in_one_place(stage: Everywhere, order: tuple[str, ...]) -> None:
    """The first answer is kept and stands everywhere; a press in another place hears so, and changes nothing (A9)."""
    asked = await stage.asks_everywhere()
    first, *others = order
    await stage.presses_at(first, asked, "Vandaag")
    for words, buttons in (await stage.asked_now(asked)).values():
        assert words.startswith(ASKED)
        assert words.endswith(TODAY)
        assert () == buttons
    assert [TODAY] == [turn.answer for turn in (await stage.page()).turns if turn.answer]
    for place in others:
        await stage.presses_at(place, asked, "Gisteren")
        assert HAD_ALREADY in await stage.last_said_at(place)
    assert "2026-11-02" == (await stage.answers())["since"]


async def test_answered_everywhere_at_once(stage: Everywhere) -> None:
    """Three answers at the same moment: one is kept, the two others hear which, and it looks the same everywhere."""
    asked = await stage.asks_everywhere()
    labels = dict(zip(PLACES, ("Vandaag", "Gisteren", "Vandaag"), strict=True))
    await asyncio.gather(*(stage.presses_at(place, asked, label) for place, label in labels.items()))
    (kept,) = {row.answered for row in await stage.rows() if row.question == "since" and row.answered_at}
    assert 2 == sum(HAD_ALREADY in row.body for row in await stage.rows())
    for words, buttons in (await stage.asked_now(asked)).values():
        assert (str(kept), ()) == (words.splitlines()[-1], buttons)


async def test_further_in_another_place(stage: Everywhere) -> None:
    """Begun on Slack, typed on Telegram, pressed on the page, ended on Slack: one talk, answered where one speaks."""
    await stage.say("sofie", "jan is ziek")
    stage.phone.types("vandaag")
    await stage.rest()
    assert "klopt dat?" in stage.phone.last.text
    stage.presses += 1
    stage.phone.presses("Ja")
    await stage.rest()
    (on_slack,) = [one for one in stage.users["sofie"].sees() if one.by_app]
    assert ((), TODAY) == (on_slack.buttons, on_slack.text.splitlines()[-1])
    turn = next(turn for turn in reversed((await stage.page()).turns) if turn.buttons)
    before = await stage.answers()
    form = {"csrf": (await stage.page()).csrf, "button": next(iter(turn.buttons.values()))}
    await stage.browser.post("/chat", data=form)
    await stage.rest()
    assert () == stage.phone.last.buttons
    assert len(before) < len(await stage.answers())
    await stage.say("sofie", "stop")
    assert [] == await stage.app.database.run(lambda tx: sessions.open_of(tx, "sofie"))
