"""The pages in a real browser: talking by keyboard and by touch, with and without a script, and what axe finds."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Coroutine, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import pytest
import uvicorn
from playwright.sync_api import Page, expect

from bot.web.sign_in import make_link
from bot.web.site import build
from conversations.case import Case
from conversations.incoming import Incoming
from conversations.plan import Agreement, Plan, Step
from messages.message import Button, Input, Message, Option, Paragraph, Run, to_json
from storage import addresses, cases, outbox
from storage.outbox import Row
from tests.e2e.browser import fits, found_by_axe, free_port, shot
from tests.world import CAST, ORGANISATION, World

if TYPE_CHECKING:
    from storage.database import Tx

pytestmark = pytest.mark.e2e

Found = TypeVar("Found")

PHONE = (390, 844)
SMALL = (320, 640)


class Town:
    """The bot with its pages, in a thread of its own."""

    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        self.home = f"http://127.0.0.1:{self.port}"
        self.loop = asyncio.new_event_loop()
        self.world: World
        self.server: uvicorn.Server
        self.numbers = 0
        started = threading.Event()
        self.thread = threading.Thread(target=self._serve, args=(folder, started), daemon=True)
        self.thread.start()
        assert started.wait(20)

    def _serve(self, folder: Path, started: threading.Event) -> None:
        asyncio.set_event_loop(self.loop)
        self.loop.run_until_complete(self._begin(folder))
        started.set()
        self.loop.run_until_complete(self.server.serve())
        self.loop.run_until_complete(self.world.close())
        self.loop.close()

    async def _begin(self, folder: Path) -> None:
        self.world = World(folder)
        await self.world.people()
        app = self.world.app
        app.settings = app.settings.model_copy(update={"base_url": self.home})
        later = self.world.clock + timedelta(seconds=1)

        def work(tx: Tx) -> None:
            for person in CAST:
                addresses.link(tx, person.id, "web", person.id, later)

        await app.database.run(work)
        config = uvicorn.Config(build(app), port=self.port, log_config=None, lifespan="off")
        self.server = uvicorn.Server(config)

    def run(self, work: Coroutine[Any, Any, Found]) -> Found:
        """Something asynchronous, over there."""
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(20)

    def kept(self, work: Callable[[Tx], Found]) -> Found:
        """Something with the database."""
        return self.run(self.world.app.database.run(work))

    def link(self, who: str) -> str:
        """A sign-in link."""
        return self.kept(lambda tx: make_link(tx, self.home, who, self.world.clock))

    def asks(self, who: str, message: Message, case: str | None = None) -> str:
        """A message from the bot, out of nowhere; its id."""
        self.numbers += 1
        now = self.world.clock
        row = Row(
            id=f"{who}{self.numbers}", organisation=ORGANISATION, person=who, kind="reply", body=to_json(message),
            channel="web", address=who, not_before=now, created_at=now, case=case,
        )  # fmt: skip
        self.kept(lambda tx: outbox.queue(tx, row))
        self.run(self.world.app.deliver())
        return row.id

    def close(self) -> None:
        """Stop: open streams end, so the server does too."""
        self.world.app.web.close()
        self.server.should_exit = True
        self.thread.join(15)
        assert not self.thread.is_alive()


def said(text: str, **more: object) -> Message:
    """A message of one paragraph."""
    return Message((Paragraph((Run(text),)),), **more)  # type: ignore[arg-type] # by name


ASIDES = (Button("skip", "Overslaan", quiet=True), Button("park", "Later bekijken", quiet=True))
EVERY_CONTROL = (
    said("Kort overzicht van de weken die komen."),
    said("Wanneer plan je het gesprek?", buttons=(Button("d", "Morgen"), *ASIDES), input=Input("date")),
    said(
        "Welke afspraken passen?",
        buttons=ASIDES,
        input=Input("several", (Option("a", "Lichtere taken"), Option("b", "Extra pauzes"), Option("c", "Telewerk"))),
    ),
    said("Hoeveel uur in het begin?", buttons=ASIDES, input=Input("number", least="1", most="38")),
    said("Wat lukt er weer?", buttons=ASIDES, input=Input("text")),
)


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    """A town with pages."""
    town = Town(tmp_path)
    yield town
    town.close()


def sign_in(town: Town, page: Page, who: str) -> Page:
    """On the chat page as that person."""
    page.goto(town.link(who))
    page.get_by_role("button", name="Aanmelden").click()
    page.wait_for_url(f"{town.home}/")
    return page


# --- The chat ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "size", "scheme"),
    [
        ("chat", (1100, 820), "light"),
        ("chat-dark", (1100, 820), "dark"),
        ("chat-phone", PHONE, "light"),
        ("chat-phone-dark", PHONE, "dark"),
        ("chat-small", SMALL, "light"),
        ("chat-zoomed", (320, 256), "light"),
    ],
)
def test_every_control(town: Town, opened: Callable[..., Page], name: str, size: tuple[int, int], scheme: str) -> None:
    """Every control fits, on every size and in both colours, and axe finds nothing."""
    page = sign_in(town, opened(size, color_scheme=scheme), "els")
    assert found_by_axe(page) == []
    for message in EVERY_CONTROL:
        town.asks("els", message)
    expect(page.get_by_text("Wat lukt er weer?")).to_be_visible()
    assert found_by_axe(page) == []
    assert fits(page)
    shot(page, name)


def test_by_keyboard(town: Town, opened: Callable[..., Page]) -> None:
    """A whole talk by keyboard: after an answer the focus waits at the next choices, a second Enter does nothing."""
    page = opened(reduced_motion="reduce")
    page.goto(town.link("sofie"))
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url(f"{town.home}/")
    page.get_by_label("Typ een bericht").focus()
    page.keyboard.type("jan is ziek")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Sinds wanneer is Jan afwezig?")).to_be_visible()
    expect(page.get_by_label("Typ een bericht")).to_be_focused()
    expect(page.get_by_text("jan is ziek")).to_be_visible()
    for _ in range(20):
        page.keyboard.press("Shift+Tab")
        if page.evaluate("document.activeElement.textContent") == "Gisteren":
            break
    page.keyboard.press("Enter")
    expect(page.locator(".bubble.own", has_text="zondag 1 november")).to_be_visible()
    expect(page.get_by_role("button", name="Gisteren")).to_have_count(0)
    group = page.locator(".turn:last-child .controls")
    expect(group).to_be_focused()
    turns = page.locator(".turn").count()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('.controls') !== null")
    assert turns == page.locator(".turn").count()
    shot(page, "chat-talk")


def test_history_is_not_read_again(town: Town, opened: Callable[..., Page]) -> None:
    """What comes in is added to the log; what was there stays the same nodes, so nothing is announced twice."""
    town.asks("els", said("Een."))
    asked = town.asks("els", said("Komt ze terug?", buttons=(Button("yes", "Ja"), Button("no", "Nee"))))
    page = sign_in(town, opened(), "els")
    log = page.get_by_role("log")
    expect(log).to_have_attribute("aria-live", "polite")
    page.evaluate("document.querySelectorAll('.bubble').forEach((node) => { node.known = true; })")
    town.asks("els", said("Twee."))
    expect(log.get_by_text("Twee.")).to_be_visible()
    town.kept(lambda tx: outbox.answer(tx, asked, "Ja", town.world.clock))
    town.world.app.web.wake("els")
    expect(page.locator(".bubble.own", has_text="Ja")).to_be_visible()
    known = page.evaluate("[...document.querySelectorAll('.bubble.bot')].map((node) => node.known === true)")
    assert known == [True, True, False]
    assert page.locator(".controls").count() == 0


def test_buttons_that_stay_can_be_pressed_again(town: Town, opened: Callable[..., Page]) -> None:
    """What belongs to no question stays after a press, and can be pressed once more."""
    town.asks(
        "els", said("Vandaag voor jou: 2 dingen.", buttons=(Button("list.0", "1. Jan"), Button("list.1", "2. Mia")))
    )
    page = sign_in(town, opened(), "els")
    page.get_by_role("button", name="1. Jan").click()
    expect(page.locator(".bubble.bot")).to_have_count(2)
    expect(page.get_by_role("button", name="2. Mia")).to_be_enabled()


def test_own_words_stay_on_their_day(town: Town, opened: Callable[..., Page]) -> None:
    """What was typed and answered stays above its answer when a new day begins."""
    page = sign_in(town, opened(), "sofie")
    page.get_by_label("Typ een bericht").fill("later")
    page.get_by_role("button", name="Versturen").click()
    expect(page.locator(".bubble.bot")).to_have_count(1)
    town.world.clock += timedelta(days=1)
    town.asks("sofie", said("Goeiemorgen."))
    expect(page.locator(".day")).to_have_count(2)
    order = page.locator(".bubble, .day").evaluate_all("all => all.map((one) => one.className.split(' ')[1] ?? 'day')")
    assert order == ["day", "own", "bot", "day", "bot"]


def test_focus_is_not_lost(town: Town, opened: Callable[..., Page]) -> None:
    """Where the choices under the focus go, because they were taken on another device, the focus finds a place."""
    asked = town.asks("els", said("Komt ze terug?", buttons=(Button("yes", "Ja"),)))
    page = sign_in(town, opened(), "els")
    page.get_by_role("button", name="Ja").focus()
    town.kept(lambda tx: outbox.answer(tx, asked, "Ja", town.world.clock))
    town.world.app.web.wake("els")
    expect(page.locator(".bubble.own")).to_be_visible()
    assert page.evaluate("document.activeElement !== document.body")


def test_without_a_script(town: Town, opened: Callable[..., Page]) -> None:
    """Everything works by plain forms: the newest message is in view, and a choice leads to the next question."""
    page = sign_in(town, opened(PHONE, java_script_enabled=False), "sofie")
    page.get_by_label("Typ een bericht").fill("jan is ziek")
    page.get_by_role("button", name="Versturen").click()
    page.get_by_role("button", name="Gisteren").click()
    expect(page.locator(".bubble.own", has_text="zondag 1 november")).to_be_visible()
    expect(page.locator(".turn").last).to_be_in_viewport()
    shot(page, "chat-without-script")


@pytest.mark.parametrize("script", [True, False])
def test_enter_in_a_field_sends_what_stands_in_it(town: Town, opened: Callable[..., Page], *, script: bool) -> None:
    """A day that is typed and ended with Enter is that day, and not the first one that is offered beside it."""
    page = sign_in(town, opened(java_script_enabled=script), "sofie")
    page.get_by_label("Typ een bericht").fill("jan is ziek")
    page.get_by_role("button", name="Versturen").click()
    expect(page.get_by_role("button", name="Gisteren")).to_be_visible()
    field = page.get_by_label("Of kies een datum")
    field.fill("2026-10-30")
    field.press("Enter")
    expect(page.locator(".bubble.own", has_text="vrijdag 30 oktober")).to_be_visible()


def test_away_and_back(town: Town, opened: Callable[..., Page]) -> None:
    """What was said while the connection was gone is there when it comes back."""
    page = sign_in(town, opened(), "els")
    town.asks("els", said("Voor de tunnel."))
    expect(page.get_by_text("Voor de tunnel.")).to_be_visible()
    page.context.set_offline(True)
    town.asks("els", said("In de tunnel."))
    page.context.set_offline(False)
    expect(page.get_by_text("In de tunnel.")).to_be_visible(timeout=15_000)
    expect(page.get_by_text("Voor de tunnel.")).to_have_count(1)


def test_other_pages(town: Town, opened: Callable[..., Page]) -> None:
    """The page for strangers, signing in and out, and what is not there: axe finds nothing."""
    page = opened()
    page.goto(town.home)
    shot(page, "stranger")
    assert found_by_axe(page) == []
    page.goto(town.link("sofie"))
    shot(page, "sign-in")
    assert found_by_axe(page) == []
    page.get_by_role("button", name="Aanmelden").click()
    page.wait_for_url(f"{town.home}/")
    shot(page, "welcome")
    page.goto(f"{town.home}/nowhere")
    assert found_by_axe(page) == []
    page.goto(town.home)
    page.get_by_role("button", name="Afmelden").click()
    expect(page.get_by_role("heading", name="Je bent afgemeld")).to_be_visible()
    assert found_by_axe(page) == []


@pytest.mark.parametrize(("name", "size", "scheme"), [("plan", (1000, 900), "light"), ("plan-phone", SMALL, "dark")])
def test_plan(town: Town, opened: Callable[..., Page], name: str, size: tuple[int, int], scheme: str) -> None:
    """From the chat to the plan and back; it fits, it prints, and axe finds nothing."""
    plan = Plan(
        version=2, status="sent", made_on=date(2026, 11, 2), held_on=date(2026, 11, 2), sent_on=date(2026, 11, 2),
        valid_from=date(2026, 11, 30), valid_until=date(2027, 1, 15), participants=("employee", "manager"),
        capabilities="Mails en dossiers in de voormiddag", reply="agreed",
        agreements=(
            Agreement("a1", "content", "A1-03", "balie in de namiddag", review_on=date(2027, 1, 14)),
            Agreement("a2", "means", "A3-01", owner="hr", temporary=False, employee_reply="differs",
                      employee_remark="Liever bij het raam."),
        ),
        buildup=(Step(date(2026, 11, 30), 19.0, frozenset({1, 2, 4})), Step(date(2026, 12, 14), 38.0)),
    )  # fmt: skip
    case = Case("c1", ORGANISATION, "fatima", "sofie", "company_c@1", plan=plan)
    town.kept(lambda tx: cases.add(tx, case, "sofie", town.world.clock, None))
    town.asks("sofie", Message((Paragraph((Run("Lees "), Run("de afspraken", url="page:plan"), Run("."))),)), "c1")
    page = sign_in(town, opened(size, color_scheme=scheme), "sofie")
    page.get_by_role("link", name="de afspraken").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Afspraken bij de terugkeer van Fatima Amrani")
    assert found_by_axe(page) == []
    assert fits(page)
    shot(page, name, full=True)
    page.emulate_media(media="print")
    expect(page.get_by_role("link", name="Terug naar het gesprek")).to_be_hidden()
    page.emulate_media(media="screen")
    page.get_by_role("link", name="Terug naar het gesprek").click()
    page.wait_for_url(f"{town.home}/")


@pytest.mark.parametrize(("name", "size", "scheme"), [("chats", (1000, 900), "light"), ("chats-phone", SMALL, "dark")])
def test_chats(town: Town, opened: Callable[..., Page], name: str, size: tuple[int, int], scheme: str) -> None:
    """From the chat to the page that links one: a code, what is linked, letting it go; it fits, axe finds nothing."""
    platforms = {"telegram_token": "1:a", "telegram_name": "een_bot", "slack_bot_token": "x"}
    town.world.app.settings = town.world.app.settings.model_copy(update=platforms)
    page = sign_in(town, opened(size, color_scheme=scheme), "sofie")
    assert found_by_axe(page) == []
    assert fits(page)
    shot(page, f"{name}-way")
    page.get_by_role("link", name="Koppel").click()
    page.get_by_role("button", name="Maak een code").click()
    code = page.locator("#code").inner_text()
    now = town.world.clock
    event = Incoming("telegram", "1", "77", "hello", now + timedelta(minutes=1), text=code)
    town.run(town.world.app.converse(event))
    assert found_by_axe(page) == []
    assert fits(page)
    shot(page, name, full=True)
    page.goto(f"{town.home}/chats")
    assert found_by_axe(page) == []
    assert fits(page)
    shot(page, f"{name}-linked", full=True)
    page.get_by_role("button", name="Ontkoppel Telegram").click()
    assert found_by_axe(page) == []
    page.get_by_role("button", name="Ja, ontkoppel").click()
    expect(page.get_by_role("button", name="Ontkoppel Telegram")).to_have_count(0)


# --- The demo ------------------------------------------------------------------------------------------


def stand(page: Page) -> str:
    """The moment on the clock."""
    return page.locator("#moment").inner_text()


@pytest.mark.parametrize(
    ("name", "size", "scheme"),
    [
        ("demo", (1440, 900), "light"),
        ("demo-dark", (1440, 900), "dark"),
        ("demo-narrow", (1100, 760), "light"),
        ("demo-phone", PHONE, "light"),
        ("demo-small", SMALL, "dark"),
    ],
)
def test_demo(demo: str, opened: Callable[..., Page], name: str, size: tuple[int, int], scheme: str) -> None:
    """The demo fits, and axe finds nothing, on every size."""
    page = opened(size, color_scheme=scheme)
    page.goto(f"{demo}/demo")
    assert found_by_axe(page) == []
    assert fits(page)
    shot(page, name)
    if size[0] < 1000:
        page.get_by_role("button", name="Tijdlijn").click()
        expect(page.get_by_text("Nu en straks", exact=True)).to_be_visible()
        assert found_by_axe(page) == []
        shot(page, f"{name}-timeline")


def test_demo_clock(demo: str, opened: Callable[..., Page]) -> None:
    """The clock is moved by keyboard; the day, the timeline and the chats follow, and the focus stays."""
    page = opened((1440, 900))
    page.goto(f"{demo}/demo")
    before = stand(page)
    page.get_by_role("button", name="+1 dag").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#moment")).not_to_have_text(before)
    expect(page.get_by_role("button", name="+1 dag")).to_be_focused()
    turns = page.locator(".turn").count()
    page.get_by_role("button", name="Naar het volgende moment").click()
    expect(page.locator("[data-clock]")).not_to_have_attribute("aria-busy", "true")
    page.wait_for_function("(before) => document.querySelectorAll('.turn').length > before", arg=turns)
    shot(page, "demo-later")
    assert found_by_axe(page) == []
    other = page.locator("#case option").nth(1)
    page.locator("#case").select_option(other.get_attribute("value"))
    expect(page.locator("#course .step").first).to_be_visible()


def test_demo_without_a_script(demo: str, opened: Callable[..., Page]) -> None:
    """Without a script the clock still moves and the three chats stand below each other."""
    page = opened(PHONE, java_script_enabled=False)
    page.goto(f"{demo}/demo")
    before = stand(page)
    page.get_by_role("button", name="+1 week").click()
    expect(page.locator("#moment")).not_to_have_text(before)
    assert page.locator(".chat").count() == 3
