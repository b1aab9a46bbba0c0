"""A weighty step asks who it is once more: at a real provider on this machine, and back to where the step began."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

import pytest
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.routing import Route

from bot.web import hr
from bot.web.hr import door
from bot.web.hr.door import case_for, officer
from bot.web.site import build
from bot.web.visitor import FRESH_FOR, visitor
from conversations.access import FRESH, TABLE, Actor, may
from conversations.case import Case, Person
from storage import cases, identities, organisations, people, reading
from tests.bot.forms import Page
from tests.bot.test_hr_import import mark, upload, yes
from tests.bot.test_web import HOME, Town, csrf
from tests.bot.test_web_provider import STRONG, Idp, at_provider, running, sent
from tests.world import CAST, ORGANISATION

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator
    from typing import Any

    import httpx2

    from storage.database import Tx

ROLES = "/hr/roles"
ALL = frozenset({"employee", "hr", "audit", "admin"})
BEA = Person("bea", ORGANISATION, "Bea Alles", "bea@stad.example", ALL)  # type: ignore[arg-type] # roles
PAST = int(FRESH_FOR.total_seconds()) + 1
UNGUARDED = {("GET", ROLES)}  # the page its form is on


@pytest.fixture(scope="module")
def idp() -> Iterator[Idp]:
    """The provider of the organisation."""
    with running() as provider:
        yield provider


@pytest.fixture
async def town(tmp_path: Path, idp: Idp) -> AsyncIterator[Town]:
    """A town with somebody who may do everything there is, where people sign in at the provider."""
    town = await at_provider(tmp_path, idp)
    await town.app.database.run(lambda tx: people.put(tx, BEA))
    yield town
    await town.close()


def proved(town: Town, idp: Idp, subject: str, ago: float = 0) -> None:
    """Somebody's account there, and how many seconds ago its tokens say that its owner proved it."""
    idp.knows(subject, auth_time=int(town.clock.timestamp() - ago), **STRONG)


async def come_in(town: Town, idp: Idp, browser: httpx2.AsyncClient, subject: str = "bea-at-work") -> None:
    """Bea signs in, with an account that was there for a while."""
    proved(town, idp, subject, PAST)
    there = await sent(await browser.post(await town.link("bea"), data={"with": "account"}))
    assert 303 == (await browser.get(idp.agrees(there, subject))).status_code


async def gives(browser: httpx2.AsyncClient) -> httpx2.Response:
    """Bea makes Nadia a colleague of HR."""
    page = await browser.get(ROLES)
    given = {"csrf": csrf(page), "email": "nadia@stad.example", "role": "hr"}
    return await browser.post(ROLES, data=given, headers={"Referer": f"{HOME}{ROLES}?a=1"})


async def is_hr(town: Town) -> bool:
    """Whether it was done."""
    nadia = await town.app.database.run(lambda tx: people.get(tx, "nadia"))
    assert nadia is not None
    return "hr" in nadia.roles


async def again(browser: httpx2.AsyncClient, answer: httpx2.Response) -> str:
    """Press the button of that page; where the browser is sent."""
    return await sent(await browser.post("/sign-in/again", data=Page(answer.text).form("/sign-in/again").values))


async def test_signing_in_again(town: Town, idp: Idp) -> None:
    """The step waits for it, comes after it, and is not asked again for five minutes; the visit has a new token."""
    async with town.browser() as browser:
        await come_in(town, idp, browser)
        before, old = browser.cookies["visit"], csrf(await browser.get("/hr"))
        answer = await gives(browser)
        assert (403, False) == (answer.status_code, await is_hr(town))
        assert "klik je nog één keer" in answer.text
        assert "nadia@stad.example" not in answer.text
        there = await again(browser, answer)
        asked = parse_qs(urlsplit(there).query)
        assert (["login"], ["0"]) == (asked["prompt"], asked["max_age"])
        assert "roles" not in there + browser.cookies["attempt"]
        proved(town, idp, "bea-at-work")
        back = await browser.get(idp.agrees(there, "bea-at-work"))
        assert (303, f"{ROLES}?a=1") == (back.status_code, back.headers["location"])
        assert before != browser.cookies["visit"]
        town.clock += FRESH_FOR
        assert "/sign-in/again" not in (await browser.get(ROLES)).text
        assert 303 == (await gives(browser)).status_code
        assert await is_hr(town)
        assert 403 == (await browser.post(ROLES, data={"csrf": old})).status_code
        town.clock += timedelta(seconds=1)
        assert "/sign-in/again" in (await browser.get(ROLES)).text
    async with town.browser() as thief:
        thief.cookies.set("visit", before)
        assert 401 == (await thief.get("/hr")).status_code


async def test_a_provider_that_did_not_ask(town: Town, idp: Idp) -> None:
    """A sign-in of before, to come, or of no moment, or a weak one, is none of now: the visit is as fresh as it was."""
    now = int(town.clock.timestamp())
    async with town.browser() as browser:
        await come_in(town, idp, browser)
        visit, asks = browser.cookies["visit"], await gives(browser)
        for moment in (now - PAST, now + 100, None, "now", True, -1, 1e300):
            there = await again(browser, asks)
            idp.knows("bea-at-work", auth_time=moment, **STRONG)
            back = await browser.get(idp.agrees(there, "bea-at-work"))
            assert back.status_code in (400, 403), moment
            assert f'href="{ROLES}?a=1"' in back.text
        there = await again(browser, asks)
        idp.knows("bea-at-work", amr=["pwd"])
        assert "tweede stap" in (await browser.get(idp.agrees(there, "bea-at-work"))).text
        assert visit == browser.cookies["visit"]
        assert 403 == (await gives(browser)).status_code
    assert not await is_hr(town)


async def test_a_role_in_a_file(town: Town, idp: Idp) -> None:
    """Where no second one gives roles a file may: after a sign-in of just now, as on the page of roles."""
    async with town.browser() as browser:
        await come_in(town, idp, browser)
        path = (await upload(browser, ("m.csv", "naam;e-mail;rol\nNadia Haddad;nadia@stad.example;hr\n"))).headers[
            "location"
        ]
        page = await browser.get(path)
        assert "/sign-in/again" in page.text
        form = {"csrf": csrf(page), "mark": mark(page), "answer": "yes"}
        asked = await browser.post(path, data=form, headers={"Referer": f"{HOME}{path}"})
        assert (403, False) == (asked.status_code, await is_hr(town))
        there = await again(browser, asked)
        proved(town, idp, "bea-at-work")
        assert path == (await browser.get(idp.agrees(there, "bea-at-work"))).headers["location"]
        assert "/sign-in/again" not in (await browser.get(path)).text
        assert 303 == (await yes(browser, path)).status_code
    assert await is_hr(town)


async def test_somebody_elses_account(town: Town, idp: Idp) -> None:
    """A colleague's, or one of nobody: two people at one screen, so the visit ends and neither is signed in."""
    els = CAST[0]
    await town.app.database.run(lambda tx: identities.bind(tx, els, idp.issuer, "els-at-work", town.clock))
    async with town.browser() as browser:
        for whose in ("els-at-work", "nobody"):
            proved(town, idp, whose)
            await come_in(town, idp, browser)
            visit, there = browser.cookies["visit"], await again(browser, await gives(browser))
            back = await browser.get(idp.agrees(there, whose))
            assert (403, True) == (back.status_code, "iemand anders" in back.text)
            assert not browser.cookies.get("visit")
            async with town.browser() as thief:
                thief.cookies.set("visit", visit)
                assert 401 == (await thief.get("/hr")).status_code


async def test_back_to_a_page_of_ours_alone(town: Town, idp: Idp) -> None:
    """Wherever a form says it comes from: a page of ours, or the first one."""
    async with town.browser() as browser:
        await come_in(town, idp, browser)
        proved(town, idp, "bea-at-work")
        for back, referer, expected in (
            ("//evil.example", ROLES, ROLES),
            ("/\\evil.example", "//evil.example", "/"),
            ("https://evil.example/hr", "", "/"),
            ("/hr\r\nSet-Cookie: a=b", "", "/"),
            ("/hr/cadence/adopt", ROLES, "/hr/cadence"),
            ("", "/hr/cadence/preview?ref=a|1", "/"),
            ("", "/hr/cadence/preview?ref=a@1", "/hr/cadence/preview?ref=a@1"),
        ):
            form = {"csrf": csrf(await browser.get("/hr")), "back": back}
            there = await sent(await browser.post("/sign-in/again", data=form, headers={"Referer": f"{HOME}{referer}"}))
            assert expected == (await browser.get(idp.agrees(there, "bea-at-work"))).headers["location"]


async def test_only_by_a_button_of_ours(town: Town, idp: Idp) -> None:
    """Another site cannot send somebody there, nor a form without the token of the visit, nor a stranger."""
    async with town.browser() as browser:
        assert 401 == (await browser.post("/sign-in/again")).status_code
        await come_in(town, idp, browser)
        token = {"csrf": csrf(await browser.get("/hr"))}
        assert 403 == (await browser.post("/sign-in/again", data={"csrf": "x"})).status_code
        evil = {"Origin": "https://evil.example"}
        assert 403 == (await browser.post("/sign-in/again", data=token, headers=evil)).status_code
        assert 405 == (await browser.get("/sign-in/again")).status_code


async def test_without_a_provider(town: Town) -> None:
    """There is nothing stronger to ask for than the link: nobody is asked, and there is no such page."""
    town.app.settings = town.app.settings.model_copy(update={"oidc_issuer": None})
    async with town.browser("bea") as browser:
        town.clock += timedelta(minutes=14)
        page = await browser.get(ROLES)
        assert "/sign-in/again" not in page.text
        assert 404 == (await browser.post("/sign-in/again", data={"csrf": csrf(page)})).status_code
        assert 303 == (await gives(browser)).status_code


async def test_every_route_weighs_its_action(town: Town, idp: Idp, monkeypatch: pytest.MonkeyPatch) -> None:
    """If every action were weighty, every route of HR's side would ask, but for the page a weighty form is on."""
    monkeypatch.setattr(door, "FRESH", frozenset(TABLE))
    found = [one for one in hr.routes(town.app) if isinstance(one, Route) and one.path != "/stay"]
    missed = set()
    async with town.browser() as browser:
        await come_in(town, idp, browser)
        for route in found:
            for method in (route.methods or set()) - {"HEAD"}:
                answer = await browser.request(method, re.sub(r"{.*?}", "x", route.path))
                if (answer.status_code, "Nee, nog niet" in answer.text) != (403, True):
                    missed.add((method, route.path))
    assert UNGUARDED == missed
    assert len(found) > 40


async def test_every_weighty_action(town: Town, idp: Idp) -> None:
    """By either door, looking included; who may not gets what is not there, and a look that was not had is not kept."""

    def add(tx: Tx) -> None:
        organisations.put(tx, organisations.Organisation("elders", "Elders", "company_c@1"))
        begun = {"absence_start": town.today}
        cases.add(tx, Case("c1", ORGANISATION, "jan", "sofie", "company_c@1", anchors=begun), "els", town.clock, None)

    await town.app.database.run(add)

    async def behind(request: Request) -> Any:
        action = request.path_params["action"]
        if may(Actor(BEA, town.today), action):
            await officer(town.app, request, action)
        else:
            await case_for(town.app, await visitor(town.app, request), "c1", action)
        raise HTTPException(418)

    async with town.browser() as browser:
        await come_in(town, idp, browser)
        site = build(town.app, extra=[Route("/x/{action}", behind)])
        browser._transport.app = site  # type: ignore[attr-defined] # the same browser, with a page more
        found = {action: (await browser.get(f"/x/{action}")).status_code for action in FRESH}
        assert dict.fromkeys(FRESH, 403) == found
        assert [] == await town.app.database.run(lambda tx: reading.of(tx, "c1"))
        there = await again(browser, await browser.get("/x/export"))
        proved(town, idp, "bea-at-work")
        await browser.get(idp.agrees(there, "bea-at-work"))
        assert dict.fromkeys(FRESH, 418) == {one: (await browser.get(f"/x/{one}")).status_code for one in FRESH}
