"""The pages, asked for as a browser would, on the real bot and database."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import httpx2
import pytest

from bot.web.conversation import Room, read
from bot.web.events import news
from bot.web.sign_in import make_link
from bot.web.site import build
from conversations.case import Case, Person
from conversations.incoming import Incoming
from conversations.plan import Agreement, FirstDay, Plan, Step
from messages.message import Button, Input, Message, Option, Paragraph, Run, to_json
from storage import addresses, cases, outbox, people, sending
from storage.outbox import Row
from tests.world import CAST, ORGANISATION, World

if TYPE_CHECKING:
    from sse_starlette import ServerSentEvent

    from storage.database import Tx

HOME = "http://127.0.0.1:8321"
EVERYBODY = {person.id: person for person in CAST}
PROTECTED = [
    ("GET", "/"),
    ("GET", "/events"),
    ("GET", "/plan/c1"),
    ("POST", "/chat"),
    ("POST", "/leave"),
    ("GET", "/chats"),
    ("POST", "/chats/code"),
    ("POST", "/chats/end"),
    ("POST", "/chats/first"),
]


class Town(World):
    """The world, with everybody on the web chat."""

    @asynccontextmanager
    async def browser(self, who: str | None = None) -> AsyncIterator[httpx2.AsyncClient]:
        """A browser; signed in as that person."""
        site = build(self.app)
        transport = httpx2.ASGITransport(app=site, raise_app_exceptions=False)
        async with httpx2.AsyncClient(transport=transport, base_url=HOME, headers={"Origin": HOME}) as browser:
            if who is not None:
                signed = await browser.post(await self.link(who))
                assert signed.status_code == 303
            yield browser

    async def link(self, who: str, lasts: timedelta = timedelta(minutes=10)) -> str:
        """A sign-in link for that person."""
        return await self.app.database.run(lambda tx: make_link(tx, HOME, who, self.clock, lasts))

    async def on_web(self) -> None:
        """Everybody's messages go to the web from now on."""
        at = self.clock + timedelta(seconds=1)

        def work(tx: Tx) -> None:
            for person in CAST:
                addresses.link(tx, person.id, "web", person.id, at)

        await self.app.database.run(work)

    async def asks(self, who: str, number: str, message: Message, case: str | None = None) -> None:
        """A message from the bot to that person."""
        row = Row(
            id=number, organisation=ORGANISATION, person=who, kind="reply", body=to_json(message), channel="web",
            address=who, not_before=self.clock, created_at=self.clock, case=case,
        )  # fmt: skip
        await self.app.database.run(lambda tx: outbox.queue(tx, row))
        await self.app.deliver()


@pytest.fixture
async def town(tmp_path: Path) -> AsyncIterator[Town]:
    """A town on the web."""
    town = Town(tmp_path)
    await town.people()
    await town.on_web()
    yield town
    await town.close()


def csrf(page: httpx2.Response) -> str:
    """The token of the forms on that page."""
    found = re.search(r'name="csrf" value="([0-9a-f]{64})"', page.text)
    assert found is not None
    return found[1]


def said(text: str, **more: object) -> Message:
    """A message of one paragraph."""
    return Message((Paragraph((Run(text),)),), **more)  # type: ignore[arg-type] # by name


# --- Who comes in --------------------------------------------------------------------------------------


@pytest.mark.parametrize(("method", "path"), PROTECTED)
async def test_stranger(town: Town, method: str, path: str) -> None:
    """Who is not signed in gets one page that says how to get in, and nothing about anybody."""
    async with town.browser() as browser:
        browser.cookies.set("visit", "x" * 43)
        answer = await browser.request(method, path)
    assert answer.status_code == 401
    assert "persoonlijke link" in answer.text
    assert not [person.name for person in CAST if person.first_name in answer.text]


async def test_link_looked_at(town: Town) -> None:
    """Looking at a sign-in link, as mail scanners do, uses nothing up; the button does, once."""
    link = await town.link("sofie")
    async with town.browser() as browser:
        assert [(await browser.get(link)).status_code for _ in range(3)] == [200] * 3
        assert (await browser.get("/")).status_code == 401
        assert (await browser.post(link)).status_code == 303
        assert "Sofie Peeters" in (await browser.get("/")).text
    async with town.browser() as other:
        assert (await other.post(link)).status_code == 401


async def test_link_expired(town: Town) -> None:
    """A link that was not used in time opens nothing, nor does one that was never given."""
    link = await town.link("sofie", timedelta(minutes=10))
    town.clock += timedelta(minutes=10)
    async with town.browser() as browser:
        assert (await browser.post(link)).status_code == 401
        assert (await browser.post("/in/guessed")).status_code == 401


async def test_link_is_kept_as_a_hash(town: Town, tmp_path: Path) -> None:
    """Neither the secret of a link nor that of a visit is in the database."""
    link = await town.link("sofie")
    async with town.browser() as browser:
        await browser.post(link)
        visit = browser.cookies["visit"]
    await town.app.database.close()
    kept = b"".join(path.read_bytes() for path in tmp_path.glob("world.db*"))  # noqa: ASYNC240 - a small file
    assert link.rpartition("/")[2].encode() not in kept
    assert visit.encode() not in kept


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        (HOME, ["visit", "HttpOnly", "Path=/", "SameSite=lax"]),
        ("https://stad.example", ["__Host-visit", "HttpOnly", "Path=/", "SameSite=lax", "Secure"]),
    ],
)
async def test_cookie(town: Town, address: str, expected: list[str]) -> None:
    """The cookie is out of reach of scripts and other sites; by https it is bound to the host."""
    town.app.settings = town.app.settings.model_copy(update={"base_url": address})
    link = (await town.link("sofie")).removeprefix(HOME)
    async with town.browser() as browser:
        answer = await browser.post(link, headers={"Origin": address})
    name, *flags = answer.headers["set-cookie"].split("; ")
    assert expected == [name.partition("=")[0], *sorted(flag for flag in flags if not flag.startswith("Max-Age"))]


async def test_visit_ends(town: Town) -> None:
    """A visit ends by itself, by signing out, and when somebody leaves the organisation."""
    async with town.browser("sofie") as browser:
        page = await browser.get("/")
        cookies = dict(browser.cookies)
        left = await browser.post("/leave", data={"csrf": csrf(page)})
        assert "Je bent afgemeld" in left.text
        browser.cookies.update(cookies)
        assert (await browser.get("/")).status_code == 401
    async with town.browser("sofie") as browser:
        town.clock += timedelta(days=14) - timedelta(seconds=1)
        assert (await browser.get("/")).status_code == 200
        town.clock += timedelta(seconds=1)
        assert (await browser.get("/")).status_code == 401
    async with town.browser("sofie") as browser:
        gone = replace(EVERYBODY["sofie"], active=False)
        await town.app.database.run(lambda tx: people.put(tx, gone))
        assert (await browser.get("/")).status_code == 401


async def test_post_from_elsewhere(town: Town) -> None:
    """A form counts only from a page of ours and of this visit."""
    async with town.browser("sofie") as browser, town.browser("els") as other:
        token, foreign = csrf(await browser.get("/")), csrf(await other.get("/"))
        tries = [
            ({"csrf": token}, {"Origin": "https://evil.example"}),
            ({"csrf": token}, {"Origin": "null"}),
            ({"csrf": foreign}, {}),
            ({}, {}),
        ]
        for data, headers in tries:
            answer = await browser.post("/chat", data={"text": "help", **data}, headers=headers)
            assert answer.status_code == 403
        del browser.headers["Origin"]
        assert (await browser.post("/chat", data={"text": "help", "csrf": token})).status_code == 403
        same = {"Sec-Fetch-Site": "same-origin"}
        assert (await browser.post("/chat", data={"text": "help", "csrf": token}, headers=same)).status_code == 303
    rows = await town.app.database.run(lambda tx: outbox.transcript(tx, "sofie", 10))
    assert len(rows) == 1


async def test_headers(town: Town) -> None:
    """Every answer, also of a mistake, forbids what is not ours and is not kept by anybody."""
    async with town.browser("sofie") as browser:
        answers = [await browser.get(path) for path in ("/", "/health", "/nowhere", "/in/x", "/plan/nothing")]
        answers.append(await browser.post("/in/x", headers={"Origin": "null"}))
        await town.app.database.close()
        answers.append(await browser.get("/"))
    assert [answer.status_code for answer in answers] == [200, 200, 404, 200, 404, 403, 503]
    for answer in answers:
        assert "default-src 'none'; script-src 'self'; style-src 'self'" in answer.headers["content-security-policy"]
        assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["x-content-type-options"] == "nosniff"


async def test_nothing_from_elsewhere(town: Town) -> None:
    """No page asks for anything of another site, or has a script or a style within itself."""
    await town.asks("sofie", "r1", said("Dag", buttons=(Button("yes", "Ja"),)))
    async with town.browser("sofie") as browser:
        page = (await browser.get("/")).text
    assert not re.findall(r'(?:src|href|action)="(?:https?:)?//', page)
    assert not re.findall(r"<style|\sstyle=|\son[a-z]+=|<script(?![^>]+src=)", page)


# --- Talking -------------------------------------------------------------------------------------------


async def test_a_talk_by_forms(town: Town) -> None:
    """A talk goes on by plain forms: what was answered stands as one's own words, without its buttons."""
    async with town.browser("sofie") as browser:
        page = await browser.get("/")
        token = csrf(page)
        asked = await browser.post("/chat", data={"csrf": token, "text": "jan is ziek"}, follow_redirects=True)
        assert "Sinds wanneer is Jan afwezig?" in asked.text
        button = re.search(r'name="button" value="([^"]+)"[^>]*>Gisteren<', asked.text)
        assert button is not None
        after = await browser.post("/chat", data={"csrf": token, "button": button[1]}, follow_redirects=True)
    own = re.findall(r'bubble own".*?<p>(.*?)</p>', after.text, re.DOTALL)
    assert own == ["zondag 1 november"]
    assert ">Gisteren<" not in after.text
    assert 'class="choice"' in after.text


async def test_skipped(town: Town) -> None:
    """A question that was skipped says so, and asks no more."""
    await town.asks("sofie", "r1", said("Wanneer?", buttons=(Button("skip", "Overslaan", quiet=True),)))
    await town.app.database.run(lambda tx: outbox.answer(tx, "r1", "", town.clock))
    async with town.browser("sofie") as browser:
        page = (await browser.get("/")).text
    assert "Niet ingevuld" in page
    assert "Overslaan" not in page


async def test_put_off(town: Town) -> None:
    """What was kept for later keeps its buttons, as in a chat, and a tap goes on with it; what is over has none."""
    async with town.browser("sofie") as browser:
        token = csrf(await browser.get("/"))

        async def say(**what: str) -> str:
            return (await browser.post("/chat", data={"csrf": token, **what}, follow_redirects=True)).text

        await say(text="jan is ziek")
        later = await say(text="later verder")
        button = re.search(r'name="button" value="([^"]+)"[^>]*>Gisteren<', later)
        assert button is not None
        await say(text="help")
        goes_on = await say(button=button[1])
        assert ">zondag 1 november<" in goes_on
        assert ">Gisteren<" not in goes_on
        await say(text="stop")
        assert 'name="button"' not in (await browser.get("/")).text


async def test_live_post(town: Town) -> None:
    """A page with a script gets no new page for its post: the answer comes over the stream."""
    async with town.browser("sofie") as browser:
        data = {"csrf": csrf(await browser.get("/")), "text": "help"}
        assert (await browser.post("/chat", data=data, headers={"X-Page": "live"})).status_code == 204
        assert "Ik help je" in (await browser.get("/")).text


async def test_sent_twice(town: Town) -> None:
    """A form that was sent twice counts once; the same mark of somebody else is somebody else's."""
    for who in ("sofie", "els"):
        async with town.browser(who) as browser:
            data = {"csrf": csrf(await browser.get("/")), "text": "help", "once": "same-mark"}
            for _ in range(2):
                assert (await browser.post("/chat", data=data)).status_code == 303
        rows = await town.app.database.run(lambda tx, who=who: outbox.transcript(tx, who, 10))  # type: ignore[misc]
        assert len(rows) == 1


async def test_controls(town: Town) -> None:
    """Each control is there as a browser has it, with its label, and quiet buttons stand apart."""
    aside = (Button("skip", "Overslaan", quiet=True),)
    await town.asks("sofie", "r1", said("Wanneer?", buttons=aside, input=Input("date", least="2026-11-03")))
    boxes = Input("several", (Option("A1-01", "Lichtere taken"), Option("A2-02", "Extra pauzes")))
    await town.asks("sofie", "r2", said("Welke?", input=boxes))
    await town.asks("sofie", "r3", said("Hoeveel?", input=Input("number", least="1", most="7.6")))
    async with town.browser("sofie") as browser:
        page = (await browser.get("/")).text
    assert '<input type="date" id="vr1" name="value" min="2026-11-03" required>' in page
    assert '<button class="go" name="pick" value="r1.i">' in page
    assert '<button class="aside" name="button" value="r1.0" formnovalidate>Overslaan</button>' in page
    assert '<input type="checkbox" name="value" value="A2-02"><span>Extra pauzes</span>' in page
    assert "(van 1 tot 7,6)" in page


async def test_names_stay_text(town: Town) -> None:
    """Whatever somebody is called, on the page it is text."""
    evil = "<script>alert(1)</script> [x](choice:yes) {{ 7*7 }}"
    await town.app.database.run(lambda tx: people.put(tx, replace(EVERYBODY["sofie"], name=evil)))
    await town.asks("sofie", "r1", said(evil, buttons=(Button("a", '"><img src=x onerror=1>'),)))
    async with town.browser("sofie") as browser:
        page = (await browser.get("/")).text
    assert "<script>alert" not in page
    assert "<img" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt; [x](choice:yes) {{ 7*7 }}" in page


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("text=" + "a" * 10_000, 303),
        ("text=" + "a" * 50_000, 303),
        ("text=" + "a" * 70_000, 413),
        ("text=dag%00jan", 303),
        ("text=%ED%A0%80%FF", 303),
        ("text=%00%00", 303),
        ("button=nothing.99", 303),
        ("button=%00.0", 303),
        ("pick=nothing.i&value=%00&value=2026-13-45", 303),
        ("once=%00%2F..&text=help", 303),
        ("&".join(f"a{n}=1" for n in range(300)), 400),
    ],
)
async def test_bad_input(town: Town, body: str, expected: int) -> None:
    """Nothing that can be put in a form breaks the page, and what is too long is said to be."""
    async with town.browser("sofie") as browser:
        token = csrf(await browser.get("/"))
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        answer = await browser.post("/chat", content=f"csrf={token}&{body}", headers=headers)
        assert answer.status_code == expected
        assert (await browser.get("/")).status_code == 200


async def test_body_without_a_length(town: Town) -> None:
    """The limit also holds for a body that does not say how long it is."""

    async def endless() -> AsyncIterator[bytes]:
        for _ in range(100):
            yield b"a" * 1024

    async with town.browser("sofie") as browser:
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        assert (await browser.post("/chat", content=endless(), headers=headers)).status_code == 413


async def test_only_what_was_sent(town: Town) -> None:
    """What waits for its time, was withdrawn, or is somebody else's is not on the page."""
    await town.asks("sofie", "r1", said("Gestuurd"))
    await town.asks("els", "r2", said("Voor Els"))

    def waiting(number: str) -> Row:
        return Row(
            id=number, organisation=ORGANISATION, person="sofie", kind="nudge", body=to_json(said("Nog niet")),
            channel="web", address="sofie", not_before=town.clock + timedelta(hours=1), created_at=town.clock,
        )  # fmt: skip

    await town.app.database.run(lambda tx: outbox.queue(tx, waiting("r3")))
    await town.app.deliver()
    async with town.browser("sofie") as browser:
        page = (await browser.get("/")).text
    assert ["Gestuurd" in page, "Nog niet" in page, "Voor Els" in page] == [True, False, False]


async def test_history(town: Town) -> None:
    """A long conversation is read page by page, without a message twice or left out."""
    for number in range(120):
        row = Row(
            id=f"r{number}", organisation=ORGANISATION, person="sofie", kind="reply", channel="web", address="sofie",
            body=to_json(said(f"Bericht {number}.")), not_before=town.clock, created_at=town.clock,
        )  # fmt: skip
        await town.app.database.run(lambda tx, row=row: outbox.queue(tx, row))  # type: ignore[misc]
    while await town.app.deliver():
        pass
    found: list[str] = []
    async with town.browser("sofie") as browser:
        path = "/"
        while path:
            page = (await browser.get(path)).text
            found = re.findall(r"Bericht (\d+)\.", page) + found
            older = re.search(r'href="(/\?before=\d+)"', page)
            path = older[1] if older else ""
    assert [str(number) for number in range(120)] == found


# --- News ----------------------------------------------------------------------------------------------


def room(who: str) -> Room:
    """Where that person talks."""
    return Room("me", EVERYBODY[who], "/chat", "0" * 64, "/plan/")


def turns(event: ServerSentEvent) -> list[dict[str, str]]:
    """What an event brings."""
    return json.loads(str(event.data))["me"]  # type: ignore[no-any-return] # our own JSON


async def test_news(town: Town) -> None:
    """An open page hears what is new, and of what changed only that."""
    question = said("Komt ze?", buttons=(Button("yes", "Ja"),))
    await town.asks("sofie", "r1", question)
    stream = news(town.app, [room("sofie")], "", pause=30)
    first = await anext(stream)
    assert ["me-r1"] == [turn["id"] for turn in turns(first)]
    await town.asks("sofie", "r2", said("En nog iets."))
    assert ["me-r2"] == [turn["id"] for turn in turns(await anext(stream))]
    await town.app.database.run(lambda tx: outbox.answer(tx, "r1", "Ja", town.clock))
    town.app.web.wake("sofie")
    changed = turns(await anext(stream))
    assert ["me-r1"] == [turn["id"] for turn in changed]
    assert 'class="bubble own"' in changed[0]["html"]
    assert "<button" not in changed[0]["html"]
    await stream.aclose()
    assert town.app.web.watching == 0


async def test_news_resumed(town: Town) -> None:
    """Who comes back with the id of the last event gets what came in between, and nothing when nothing did."""
    await town.asks("sofie", "r1", said("Een."))
    stream = news(town.app, [room("sofie")], "")
    first = await anext(stream)
    await stream.aclose()
    again = news(town.app, [room("sofie")], str(first.id), pause=0.05)
    await town.asks("sofie", "r2", said("Twee."))
    second = await anext(again)
    assert "Twee." in str(second.data)
    await again.aclose()
    async with town.browser("sofie") as browser:
        seen = re.search(r'data-seen="([0-9a-f]+)"', (await browser.get("/")).text)
    assert seen is not None


async def test_news_ends(town: Town) -> None:
    """When the process stops, open streams end by themselves."""
    stream = news(town.app, [room("sofie")], "", pause=30)
    await anext(stream)
    town.app.web.close()
    assert [event async for event in stream] == []


async def test_news_from_another_process(town: Town) -> None:
    """A page that nobody wakes looks by itself now and then."""
    stream = news(town.app, [room("sofie")], "", pause=0.01)
    await anext(stream)
    row = Row(
        id="r1", organisation=ORGANISATION, person="sofie", kind="reply", body=to_json(said("Van elders.")),
        channel="web", address="sofie", not_before=town.clock, created_at=town.clock,
    )  # fmt: skip

    def elsewhere(tx: Tx) -> None:
        outbox.queue(tx, row)
        sending.claim(tx, town.clock, timedelta(minutes=1), 10, "other")
        sending.begin_attempts(tx, "other", town.clock)

    await town.app.database.run(elsewhere)
    assert "Van elders." in str((await anext(stream)).data)
    await stream.aclose()


# --- The plan ------------------------------------------------------------------------------------------

PLAN = Plan(
    version=2, status="discussed", held_on=date(2026, 11, 19), valid_from=date(2026, 11, 30),
    agreements=(
        Agreement("a1", "content", "A1-03", "balie in de namiddag", review_on=date(2027, 1, 14)),
        Agreement("a2", "means", "A3-01", owner="hr", employee_reply="differs", employee_remark="Liever bij het raam."),
        Agreement("a3", "relations", "own", "Elke vrijdag koffie", state="stopped"),
    ),
    buildup=(Step(date(2026, 11, 30), 19.0, frozenset({1, 2})), Step(date(2026, 12, 14), 38.0)),
    feasible="Alleen voor mij", first_day=FirstDay("sofie", "09:00"), open_points=("advice",),
)  # fmt: skip


async def planned(town: Town, plan: Plan = PLAN) -> None:
    """Fatima's case, with this plan."""
    case = Case("c1", ORGANISATION, "fatima", "sofie", "company_c@1", plan=plan)
    await town.app.database.run(lambda tx: cases.add(tx, case, "sofie", town.clock, None))


async def test_plan(town: Town) -> None:
    """The plan reads as it was agreed, without what the manager noted for himself."""
    await planned(town)
    async with town.browser("sofie") as browser:
        page = (await browser.get("/plan/c1")).text
    expected = [
        "Afspraken bij de terugkeer van Fatima Amrani",
        "Arbeidsinhoud",
        "Een taak tijdelijk niet doen: balie in de namiddag",
        "14 jan 2027",
        "Fatima ziet dit anders:",
        "Liever bij het raam.",
        "Gestopt",
        "ma, di",
        "Maandag 30 november 2026",
        "9u",
        "Versie 2 · bekeken op",
        "Het advies van de arbeidsarts",
        "14 jan 2027</span> <span>Samen bekijken: Een taak tijdelijk niet doen",
    ]
    assert expected == [words for words in expected if words in page]
    assert "Alleen voor mij" not in page


@pytest.mark.parametrize(("hour", "expected"), [("14:30", "maandag 23 november 2026 om 14u30."), (None, "2026.")])
async def test_plan_says_when_the_talk_is(town: Town, hour: str | None, expected: str) -> None:
    """The day of a talk that is still to come, and its hour where it has one."""
    await planned(town, Plan(planned_at=date(2026, 11, 23), planned_hour=hour))
    async with town.browser("sofie") as browser:
        page = (await browser.get("/plan/c1")).text
    assert expected in page.partition("Het gesprek is gepland op")[2].partition("<span")[0]


@pytest.mark.parametrize(
    ("who", "sent", "expected"),
    [
        ("sofie", None, 200),
        ("els", None, 200),
        ("jan", None, 404),
        ("lotte", None, 404),
        ("fatima", None, 404),
        ("fatima", date(2026, 11, 20), 200),
        ("jan", date(2026, 11, 20), 404),
    ],
)
async def test_plan_for_whom(town: Town, who: str, sent: date | None, expected: int) -> None:
    """The line manager and HR see the plan, the employee once it was given, and for others it is not there."""
    await planned(town, replace(PLAN, sent_on=sent))
    async with town.browser(who) as browser:
        answer = await browser.get("/plan/c1")
        assert answer.status_code == expected
        if expected == 404:
            nothing = await browser.get("/plan/none")
            assert nothing.text == answer.text


async def test_plan_in_chat(town: Town) -> None:
    """Words about a plan lead to the plan of their own case."""
    await planned(town)
    link = Message((Paragraph((Run("de afspraken", url="page:plan"),)),))
    await town.asks("sofie", "r1", link, case="c1")
    async with town.browser("sofie") as browser:
        assert '<a href="/plan/c1">de afspraken</a>' in (await browser.get("/")).text


# --- Operators -----------------------------------------------------------------------------------------


async def test_operators(town: Town) -> None:
    """Health, readiness and numbers; none of them names anybody."""
    await town.asks("sofie", "r1", said("Dag"))
    async with town.browser() as browser:
        assert (await browser.get("/health")).json() == {"up": True}
        ready = await browser.get("/ready")
        assert (200, {"database": True}) == (ready.status_code, ready.json())
        numbers = (await browser.get("/metrics")).text
        assert "terugkeer_queue_length 0.0" in numbers
        assert "terugkeer_unsure 0.0" in numbers
        assert 'terugkeer_calls_total{channel="web",kind="reply",outcome="sent"}' in numbers
        assert "sofie" not in numbers
        await town.app.database.close()
        assert (await browser.get("/health")).status_code == 200
        ready = await browser.get("/ready")
        assert (503, {"database": False}) == (ready.status_code, ready.json())


async def test_a_platform_that_is_away_is_named(town: Town) -> None:
    """503 with which one it is, in the numbers too; the pages and the others go on."""
    site = build(town.app, channels=lambda: {"slack": False, "telegram": True})
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(site), base_url="http://127.0.0.1:8321") as browser:
        ready = await browser.get("/ready")
        assert (503, {"database": True, "slack": False, "telegram": True}) == (ready.status_code, ready.json())
        numbers = (await browser.get("/metrics")).text
        assert 'terugkeer_channel_ready{channel="slack"} 0.0' in numbers
        assert 'terugkeer_channel_ready{channel="telegram"} 1.0' in numbers
        assert (await browser.get("/health")).status_code == 200


async def test_no_demo(town: Town) -> None:
    """Without `terugkeer demo` there is no way into anybody's conversation but one's own."""
    async with town.browser() as browser:
        for path in ("/demo", "/demo/events", "/demo/chat/0", "/demo/timeline"):
            assert (await browser.get(path)).status_code == 404


async def test_read_only(town: Town) -> None:
    """Looking changes nothing: no page asked for with GET writes to the database."""
    await town.app.converse(Incoming("web", "1", "sofie", "text", town.clock, text="help"))
    person: Person = EVERYBODY["sofie"]
    before = await town.app.database.run(lambda tx: read(tx, person))
    async with town.browser("sofie") as browser:
        for path in ("/", "/?before=1", "/?before=x", "/plan/c1", "/in/x", "/health", "/ready", "/metrics"):
            await browser.get(path)
    assert before == await town.app.database.run(lambda tx: read(tx, person))
