"""The door of HR: how long somebody stays, what foreign and missing look like, and that looking changes nothing."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import httpx2
import pytest
from sqlalchemy import delete
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.routing import Route

from bot.house import BRUSSELS
from bot.web.back import came_from
from bot.web.conversation import Room
from bot.web.events import news
from bot.web.hr.door import case_for, officer
from bot.web.site import build
from bot.web.visitor import visitor
from conversations.access import Action
from conversations.case import Case, Person, Spell
from conversations.plan import Plan
from storage import addresses, cases, journal, organisations, people, reading, retention, tables
from storage.organisations import Organisation
from storage.transaction import Statement
from tests.bot.test_web import HOME, Town, csrf
from tests.world import CAST, ORGANISATION

if TYPE_CHECKING:
    from typing import Any

    from storage.database import Tx

AUDIT = Person("ann", ORGANISATION, "Ann Audit", "ann@stad.example", frozenset({"employee", "audit"}))
ADMIN = Person("bram", ORGANISATION, "Bram Beheer", "bram@stad.example", frozenset({"employee", "admin"}))
VISITORS = ("els", "ann", "bram")


@pytest.fixture
async def town(tmp_path: Path) -> AsyncIterator[Town]:
    """A town with Jan's running case, which has a plan, and with an auditor and an administrator."""
    town = Town(tmp_path)
    await town.people()
    await town.on_web()

    def work(tx: Tx) -> None:
        for person in (AUDIT, ADMIN):
            people.put(tx, person)
        plan = Plan(status="active", sent_on=town.today)
        begun = {"anchors": {"absence_start": town.today}, "spells": (Spell(town.today),)}
        case = Case("c1", ORGANISATION, "jan", "sofie", "company_c@1", hr="els", coach="tom", plan=plan, **begun)
        cases.add(tx, case, "els", town.clock, None)

    await town.app.database.run(work)
    yield town
    await town.close()


async def status(browser: httpx2.AsyncClient, path: str = "/") -> int:
    """What the page says."""
    return (await browser.get(path)).status_code


# --- How long ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", VISITORS)
async def test_a_quarter_of_an_hour(town: Town, who: str) -> None:
    """Who may see more is signed out after fifteen minutes without a page; each page is a sign of life."""
    async with town.browser(who) as browser:
        for _ in range(3):
            town.clock += timedelta(minutes=14, seconds=59)
            assert await status(browser) == 200
        town.clock += timedelta(minutes=15)
        assert await status(browser) == 401


async def test_eight_hours(town: Town) -> None:
    """Eight hours after signing in it is over, however busy somebody is."""
    async with town.browser("els") as browser:
        for _ in range(47):
            town.clock += timedelta(minutes=10)
            assert await status(browser) == 200
        town.clock += timedelta(minutes=10)
        assert await status(browser) == 401


async def test_staying(town: Town) -> None:
    """The page says until when, with a button that works without a script, and one that works with it."""
    async with town.browser("els") as browser:
        page = await browser.get("/chats")
        page = await browser.get("/")
        until = (town.clock + timedelta(minutes=15)).astimezone(BRUSSELS)
        assert f"{until.hour}u{until.minute:02}" in page.text
        assert '<form class="awake" method="post" action="/stay"' in page.text
        town.clock += timedelta(minutes=14)
        assert {"left": 60, "until": "9u15"} == (await browser.get("/stay", headers={"X-Page": "live"})).json()
        data = {"csrf": csrf(page)}
        live = await browser.post("/stay", data=data, headers={"X-Page": "live"})
        assert {"left": 900, "until": "9u29"} == live.json()
        town.clock += timedelta(minutes=14)
        plain = await browser.post("/stay", data=data, headers={"Referer": f"{HOME}/chats?a=1"})
        assert (303, "/chats?a=1") == (plain.status_code, plain.headers["location"])
        town.clock += timedelta(minutes=14)
        assert await status(browser) == 200
        assert (await browser.post("/stay", data={"csrf": "x"})).status_code == 403


@pytest.mark.parametrize(
    ("form", "page"),
    [
        ("/chats/code", "/chats"),
        ("/hr/people/jan/work", "/hr/people/jan"),
        ("/hr/cadence/draft/switch", "/hr/cadence/draft"),
        ("/hr/nowhere", "/hr"),
        ("/nowhere", "/"),
        ("/hr/people?q=jan", "/hr/people?q=jan"),
    ],
)
async def test_staying_leads_to_a_page(town: Town, form: str, page: str) -> None:
    """From an answer to a form, whose address is no page, it goes to the page of that form."""
    async with town.browser("els") as browser:
        data = {"csrf": csrf(await browser.get("/chats"))}
        plain = await browser.post("/stay", data=data, headers={"Referer": f"{HOME}{form}"})
        assert page == plain.headers["location"]


async def test_every_page_of_who_must_stay_awake_says_so(town: Town) -> None:
    """Also the plan and the chats, which others read as well; HR goes back to the case from the plan."""
    async with town.browser("els") as browser:
        for path in ("/chats", "/plan/c1", "/hr", "/hr/case/c1", "/hr/people", "/hr/start"):
            assert "data-awake" in (await browser.get(path)).text, path
        assert 'href="/hr/case/c1">Terug naar het dossier' in (await browser.get("/plan/c1")).text
    async with town.browser("sofie") as browser:
        for path in ("/chats", "/plan/c1"):
            assert "awake" not in (await browser.get(path)).text, path
        assert 'href="/">Terug naar het gesprek' in (await browser.get("/plan/c1")).text


async def test_hr_reads_the_own_plan_as_an_employee(town: Town) -> None:
    """It leads back to the conversation: the page of the case is there for others, and not for whom it is about."""
    plan = Plan(status="active", sent_on=town.today)
    own = Case("c2", ORGANISATION, "els", "nadia", "company_c@1", plan=plan, anchors={"absence_start": town.today})
    await town.app.database.run(lambda tx: cases.add(tx, own, "nadia", town.clock, None))
    async with town.browser("els") as browser:
        found = (await browser.get("/plan/c2")).text
        assert 'href="/">Terug naar het gesprek' in found
        assert 404 == (await browser.get("/hr/case/c2")).status_code


async def test_asking_is_no_sign_of_life(town: Town) -> None:
    """A page that asks how long there is left, or that listens for news, keeps nobody signed in."""
    town.app.web.close()
    async with town.browser("els") as browser:
        for path in ("/stay", "/events", "/stay"):
            town.clock += timedelta(minutes=5) - timedelta(seconds=1)
            assert await status(browser, path) == 200
        town.clock += timedelta(seconds=3)
        assert await status(browser, "/stay") == 401


async def test_an_open_page_hears_no_more(town: Town) -> None:
    """What is said after the quarter does not reach a page that nobody looks at."""
    room = Room("me", await anybody(town, "els"), "/chat", "", "/plan/")
    stream = news(town.app, [room], "", pause=0.01, until=town.clock + timedelta(minutes=15))
    assert await anext(stream)
    town.clock += timedelta(minutes=15)
    assert [] == [event async for event in stream]


async def anybody(town: Town, who: str) -> Person:
    """Who that is."""
    found = await town.app.database.run(lambda tx: people.get(tx, who))
    assert found is not None
    return found


async def test_others_stay_as_they_were(town: Town) -> None:
    """A manager has no such quarter, and nothing to extend."""
    async with town.browser("sofie") as browser:
        town.clock += timedelta(days=13)
        page = await browser.get("/")
        assert "data-awake" not in page.text
        assert await status(browser, "/stay") == 404


@pytest.mark.parametrize(
    ("referer", "expected"),
    [
        ("http://x/hr/case/c1?tab=a", "/hr/case/c1?tab=a"),
        ("http://x//evil.example", "/hr"),
        ("http://x/\\evil.example", "/hr"),
        ("", "/hr"),
        ("javascript:alert(1)", "/hr"),
        ("http://x/a\r\nSet-Cookie: a=b", "/hr"),
    ],
)
def test_back_to_a_page_of_ours(referer: str, expected: str) -> None:
    """The button leads back to where it was, and nowhere else."""
    headers = [(b"referer", referer.encode("latin-1"))]
    assert expected == came_from(Request({"type": "http", "headers": headers}))


async def test_the_quarter_is_signed(town: Town) -> None:
    """The cookie of the quarter counts for its own visit alone, and cannot be written by hand."""
    async with town.browser("els") as browser, town.browser("ann") as other:
        theirs, mine = other.cookies["awake"], browser.cookies["awake"]
        far = str(int(mine.partition(".")[0]) + 3600)
        for tried in (theirs, f"{far}.{mine.partition('.')[2]}", far, "", "x" * 3000, f"{mine}x", "9" * 11 + ".00"):
            browser.cookies.set("awake", tried, domain="127.0.0.1", path="/")
            assert await status(browser) == 401
        browser.cookies.set("awake", mine, domain="127.0.0.1", path="/")
        assert await status(browser) == 200


async def test_who_becomes_hr_signs_in_again(town: Town) -> None:
    """Two weeks as a manager are not two weeks as HR: the role ends the visit."""
    async with town.browser("sofie") as browser:
        promoted = next(one for one in CAST if one.id == "sofie")
        raised = Person(promoted.id, ORGANISATION, promoted.name, promoted.email, promoted.roles | {"hr"})
        await town.app.database.run(lambda tx: people.put(tx, raised))
        assert await status(browser) == 401


async def test_signing_in_ends_the_visit_before(town: Town) -> None:
    """A new visit has a new token, and the one before it in that browser opens nothing any more."""
    async with town.browser("els") as browser:
        before = dict(browser.cookies)
        await browser.post(await town.link("els"))
        assert before["visit"] != browser.cookies["visit"]
    async with town.browser() as other:
        other.cookies.update(before)
        assert await status(other) == 401


async def test_cookies_by_https(town: Town) -> None:
    """Both cookies are bound to the host and out of reach of scripts, and signing out takes both."""
    town.app.settings = town.app.settings.model_copy(update={"base_url": "https://stad.example"})
    link = (await town.link("els")).removeprefix(HOME)
    async with town.browser() as browser:
        answer = await browser.post(link, headers={"Origin": "https://stad.example"})
    set_ = sorted(answer.headers.get_list("set-cookie"))
    assert ["__Host-awake", "__Host-visit"] == [one.partition("=")[0] for one in set_]
    for one in set_:
        assert {"HttpOnly", "Path=/", "SameSite=lax", "Secure"} <= set(one.split("; "))


async def test_signed_out(town: Town) -> None:
    """Signing out takes both cookies, and no answer gives one of them back."""
    async with town.browser("els") as browser:
        answer = await browser.post("/leave", data={"csrf": csrf(await browser.get("/"))})
    ended = {one.partition("=")[0] for one in answer.headers.get_list("set-cookie") if "Max-Age=0" in one}
    assert {"visit", "awake"} == ended
    assert 2 == len(answer.headers.get_list("set-cookie"))


# --- The door ------------------------------------------------------------------------------------------


async def doors(town: Town, who: str, action: Action, case: str | None = None) -> int:
    """What a page behind that door answers to this person."""

    async def behind(request: Request) -> Any:
        if case is None:
            await officer(town.app, request, action)
        else:
            await case_for(town.app, await visitor(town.app, request), case, action)
        raise HTTPException(418)

    site = build(town.app, extra=[Route("/hr/x", behind)])
    async with town.browser(who) as signed:
        transport = httpx2.ASGITransport(app=site, raise_app_exceptions=False)
        async with httpx2.AsyncClient(transport=transport, base_url=HOME, cookies=signed.cookies) as browser:
            return await status(browser, "/hr/x")


@pytest.mark.parametrize(
    ("action", "inside"),
    [
        ("see_today", {"els"}),
        ("verify_journal", {"ann", "bram"}),
        ("configure", {"bram"}),
        ("report", {"els", "tom", "ann", "sofie"}),
    ],
)
async def test_a_page_of_the_house(town: Town, action: Action, inside: set[str]) -> None:
    """Who may not do what a page is for, gets what is not there."""
    found = {who: await doors(town, who, action) for who in ("els", "tom", "sofie", "jan", "ann", "bram")}
    assert {who: 418 if who in inside else 404 for who in found} == found


@pytest.mark.parametrize("who", ["els", "tom", "sofie", "jan", "lotte", "nadia", "ann", "bram"])
async def test_a_page_about_a_case(town: Town, who: str) -> None:
    """Who has no part in it gets what is not there; HR's and the coach's look is written down, a manager's is not."""
    inside = {"els": 1, "tom": 1, "sofie": 0, "jan": 0}
    assert (418 if who in inside else 404) == await doors(town, who, "know", "c1")
    looks = await town.app.database.run(lambda tx: reading.of(tx, "c1"))
    assert [who] * inside.get(who, 0) == [look.by for look in looks]


TYPED = ("mijn dossiers", "wat is te laat", "jan", "Jan Peeters", "vandaag", "help", "ik heb jan gebeld")


@pytest.mark.parametrize("who", ["ann", "bram"])
async def test_audit_and_administrators_in_the_chat(town: Town, who: str) -> None:
    """Whatever they ask, they hear what they would hear if there were no case at all."""

    async def heard() -> list[str]:
        await town.app.database.run(lambda tx: addresses.link(tx, who, "memory", who, town.clock))
        return [one.text for text in TYPED for one in await town.say(who, text)]

    with_case = await heard()

    def forget(tx: Tx) -> None:
        retention.forget_case(tx, "c1")
        for table in (tables.sessions, tables.outbox):
            tx.execute(Statement(delete(table).where(table.c.person == who)))

    await town.app.database.run(forget)
    assert with_case == await heard()


async def test_looking_in_the_chat(town: Town) -> None:
    """HR's look at a case in the chat is written down as well; being written to is not looking."""
    await town.say("els", "jan")
    await town.say("sofie", "jan")
    looks = await town.app.database.run(lambda tx: reading.of(tx, "c1"))
    assert ["els"] == [look.by for look in looks]
    assert ({"change": "Read", "action": "know"},) == looks[0].changes


# --- Foreign and missing -------------------------------------------------------------------------------


async def asked(town: Town, browser: httpx2.AsyncClient, path: str) -> tuple[int, str, int]:
    """The status, the page, and how many statements it took."""
    seen: list[str] = []
    await town.app.database.run(lambda tx: tx._connection.set_trace_callback(seen.append))
    answer = await browser.get(path)
    await town.app.database.run(lambda tx: tx._connection.set_trace_callback(None))
    return answer.status_code, answer.text, len(seen)


@pytest.mark.parametrize("who", ["nadia", "lotte", "pieter", "ann", "bram"])
@pytest.mark.parametrize("path", ["/plan/{}"])
async def test_foreign_and_missing(town: Town, who: str, path: str) -> None:
    """A case of others and a case that never was: the same page, by the same number of statements."""
    await town.app.database.run(lambda tx: people.set_away(tx, "tom", town.today, town.today, "els"))
    async with town.browser(who) as browser:
        await browser.get("/plan/warm")
        foreign, missing = [await asked(town, browser, path.format(case)) for case in ("c1", "nothing")]
    assert foreign == missing
    assert foreign[0] == 404


@pytest.mark.parametrize(
    "path", ["/plan/{}", "/hr/case/{}", "/hr/case/{}/close", "/hr/people/{}", "/hr/cadence/version/{}"]
)
async def test_another_house_and_missing(town: Town, path: str) -> None:
    """For HR too: what another organisation has here, and what nobody has."""

    def add(tx: Tx) -> None:
        organisations.put(tx, Organisation("elders", "Elders", "company_c@1"))
        people.put(tx, Person("foreign", "elders", "Fien", "fien@elders.example"))
        cases.add(tx, Case("foreign", "elders", "foreign", "foreign", "company_c@1"), "x", town.clock, None)

    await town.app.database.run(add)
    async with town.browser("els") as browser:
        await browser.get(path.format("warm"))
        foreign, missing = [await asked(town, browser, path.format(name)) for name in ("foreign", "nothing")]
    assert foreign == missing
    assert foreign[0] == 404


async def test_foreign_and_missing_in_the_chat(town: Town) -> None:
    """A colleague with a case of others and one without: the same answer, by the same number of statements."""
    counts = []
    managers = {"an": "Anja Wouters", "bea": "Beatrijs Goossens"}

    def add(tx: Tx) -> None:
        for key, name in managers.items():
            people.put(tx, Person(key, ORGANISATION, name, f"{key}@stad.example", frozenset({"employee", "manager"})))
        cases.add(tx, Case("c2", ORGANISATION, "an", "nadia", "company_c@1"), "els", town.clock, None)

    await town.app.database.run(add)
    await town.say("sofie", "ik heb Nadia Haddad gebeld")
    for name in managers.values():
        seen: list[str] = []
        await town.app.database.run(lambda tx, seen=seen: tx._connection.set_trace_callback(seen.append))  # type: ignore[misc]
        said = await town.say("sofie", f"ik heb {name} gebeld")
        await town.app.database.run(lambda tx: tx._connection.set_trace_callback(None))
        counts.append((len(seen), [one.text.replace(name, "X") for one in said]))
    assert counts[0] == counts[1]


# --- Looking changes nothing ---------------------------------------------------------------------------

PLACES = {"case": "c1", "person": "sofie", "ref": "company_c@1", "step": "check_in"}


def kept(tx: Tx) -> dict[str, list[Any]]:
    """Everything in the database but the journal."""
    found = {}
    for table in tables.metadata.sorted_tables:
        if table.name != "journal":
            names = ", ".join(f'"{name}"' for name in table.c.keys() if not name.startswith("journal_"))  # noqa: SIM118
            found[table.name] = tx._connection.execute(f"SELECT {names} FROM {table.name}").fetchall()  # noqa: S608
    return found


def looked_at(site: Any) -> list[str]:
    """Every address that answers GET."""
    paths = [route.path for route in site.app.routes if isinstance(route, Route) and "GET" in (route.methods or ())]
    return [re.sub(r"{(\w+)(?::\w+)?}", lambda place: PLACES.get(place[1], "x"), path) for path in paths]


@pytest.mark.parametrize("who", ["jan", "lotte", "sofie", "nadia", "els", "tom", "ann", "bram", None])
async def test_looking_changes_nothing(town: Town, who: str | None) -> None:
    """Every page, looked at by anybody, writes nothing but that somebody looked at a case."""
    await town.app.database.run(lambda tx: people.set_away(tx, "sofie", town.today, town.today, "nadia"))
    town.app.web.close()
    async with town.browser(who) as browser:
        before = await town.app.database.run(kept)
        first = len(await town.app.database.run(lambda tx: journal.of(tx, "c1")))
        seen = 0
        for path in looked_at(build(town.app)):
            answer = await browser.get(path)
            assert answer.status_code in (200, 303, 400, 401, 404), (path, answer.status_code)
            seen += answer.status_code == 200
        assert before == await town.app.database.run(kept)
        assert seen >= (20 if who == "els" else 4)
    entries = (await town.app.database.run(lambda tx: journal.of(tx, "c1")))[first:]
    assert {"Read"} >= {change["change"] for entry in entries for change in entry.changes}
    assert await town.app.database.run(lambda tx: journal.verify(tx, ORGANISATION)) is None
