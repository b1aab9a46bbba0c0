"""Everybody at the page in a browser: the forms of the site, without a script."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass, field
from html.parser import HTMLParser
from itertools import count
from typing import TYPE_CHECKING

import httpx2

from bot.web.sign_in import make_link
from bot.web.site import build
from tests.channels.stage import Read, Stage, lines_of

if TYPE_CHECKING:
    from pathlib import Path

HOME = "http://127.0.0.1:8321"


@dataclass
class Turn:
    """A message on the page, with what can be done about it."""

    id: str
    lines: list[str] = field(default_factory=list)
    answer: str | None = None
    buttons: dict[str, str] = field(default_factory=dict)  # label: what the form sends
    boxes: dict[str, str] = field(default_factory=dict)
    pick: str = ""


class Page(HTMLParser):
    """The turns on a page, as its elements say."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.csrf = ""
        self.turns: list[Turn] = []
        self._part = ""
        self._words: list[str] | None = None
        self._open: dict[str, str | None] = {}
        self._box = self._link = ""
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """A turn, a part of it, or something that holds words."""
        given = dict(attrs)
        if given.get("name") == "csrf":
            self.csrf = str(given["value"])
        if given.get("class") == "turn":
            self.turns.append(Turn(str(given["id"])))
        self._part = given.get("data-part") or self._part
        if "data-typing" in given:  # the messages end here
            self._part = ""
        if tag == "input" and given.get("type") == "checkbox":
            self._box = str(given["value"])
        if tag == "a" and self._words is not None:
            self._link = str(given["href"])
        elif (tag in {"p", "li"} and self._part in {"said", "answer"}) or tag == "button" or self._box:
            self._open, self._words = given, []

    def handle_data(self, data: str) -> None:
        """Words."""
        if self._words is not None:
            self._words.append(data)

    def handle_endtag(self, tag: str) -> None:
        """What held words is over."""
        if tag == "a" and self._words is not None:
            self._words.append(f" ({self._link})")
        if tag not in {"p", "li", "button", "label"} or self._words is None or not self.turns:
            return
        words, self._words = " ".join("".join(self._words).split()), None
        turn = self.turns[-1]
        if tag == "button" and self._part == "controls":
            if self._open.get("name") == "pick":
                turn.pick = str(self._open["value"])
            else:
                turn.buttons[words] = str(self._open["value"])
        elif tag == "label" and self._box:
            turn.boxes[words], self._box = self._box, ""
        elif self._part == "said":
            turn.lines.append(words)
        elif self._part == "answer":
            turn.answer = words


class OnWeb(Stage):
    """One browser each, kept open: it looks again when its bell rings, as its stream does."""

    def __init__(self, folder: Path, start: str = "2026-11-02 09:00") -> None:
        super().__init__(folder, start, channel="web")
        self.app.channels["web"] = self.app.web
        self.site = build(self.app)
        self.browsers: dict[str, httpx2.AsyncClient] = {}
        self.pages: dict[str, Page] = {}
        self.seen: dict[str, set[str]] = {}
        self.wrong: list[str] = []
        self._bells = ExitStack()
        self._numbers_of_forms = count(1)

    async def begin(self) -> None:
        """Everybody has a page open."""
        self.bells = {who: self._bells.enter_context(self.app.web.bell((who,))) for who in self.everybody}
        for who in self.everybody:
            transport = httpx2.ASGITransport(app=self.site)
            self.browsers[who] = httpx2.AsyncClient(transport=transport, base_url=HOME, headers={"Origin": HOME})
            self.seen[who] = set()

    async def end(self) -> None:
        """The browsers are closed."""
        for browser in self.browsers.values():
            await browser.aclose()
        self._bells.close()
        await self.close()

    # --- Doing -----------------------------------------------------------------------------------------

    async def say(self, who: str, text: str) -> list[Read]:  # type: ignore[override]
        """Somebody types in the field below."""
        return await self._sends(who, {"text": text, "once": f"form-{next(self._numbers_of_forms)}"})

    async def press(self, who: str, label: str) -> list[Read]:  # type: ignore[override]
        """Somebody presses the last button with that label that is on the page.

        What was put off has none there: it is taken up first.
        """
        for _ in range(2):
            for turn in reversed((await self.page(who)).turns):
                if label in turn.buttons:
                    return await self._sends(who, {"button": turn.buttons[label]})
            await self.say(who, "verder")
        raise AssertionError(f"{who} has no button {label!r}")

    async def pick(self, who: str, *values: str) -> list[Read]:  # type: ignore[override]
        """Somebody fills in the last field, or ticks boxes, and confirms."""
        turn = next(turn for turn in reversed((await self.page(who)).turns) if turn.pick)
        return await self._sends(who, {"pick": turn.pick, "value": [turn.boxes.get(one, one) for one in values]})

    async def _sends(self, who: str, form: dict[str, str | list[str]]) -> list[Read]:
        for _ in range(2):
            page = await self.page(who)
            answer = await self.browsers[who].post("/chat", data={"csrf": page.csrf} | form)
            if answer.status_code != 401:
                break
            self.pages[who] = await self.opened(who)  # signed out meanwhile: what was written is sent once more
        if answer.status_code != 303:
            self.wrong.append(f"{form}: {answer.status_code}")
        return await self.news()

    # --- Looking ---------------------------------------------------------------------------------------

    async def page(self, who: str) -> Page:
        """The page as it stands on the screen."""
        if who not in self.pages:
            self.pages[who] = await self.opened(who)
        return self.pages[who]

    async def opened(self, who: str) -> Page:
        """The page as it is now; who is signed out comes in by a new link."""
        browser = self.browsers[who]
        answer = await browser.get("/")
        if answer.status_code == 401:
            link = await self.app.database.run(lambda tx: make_link(tx, HOME, who, self.clock))
            assert (await browser.post(link)).status_code == 303
            answer = await browser.get("/")
        if answer.status_code != 200:
            self.wrong.append(f"the page of {who}: {answer.status_code}")
        return Page(answer.text)

    async def news(self) -> list[Read]:
        """What came on the pages whose bell rang."""
        found: list[Read] = []
        for who, bell in self.bells.items():
            if not bell.is_set():
                continue
            bell.clear()
            self.pages[who] = await self.opened(who)
            for turn in self.pages[who].turns:
                if turn.id not in self.seen[who]:
                    self.seen[who].add(turn.id)
                    found.append(Read(who, lines_of("\n".join(turn.lines)), tuple(turn.boxes), tuple(turn.buttons)))
        return found

    def troubles(self) -> list[str]:
        """Answers of the site that were none."""
        return self.wrong
