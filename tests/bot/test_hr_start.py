"""From nothing to running cases: the first person of HR by a command, and three steps on a page."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from bot.commands.found import first, named
from bot.commands.opening import Stop
from conversations.case import Person
from storage import cases, journal, organisations, people
from tests.bot.test_hr_days import post
from tests.bot.test_hr_import import ABSENT, STAFF, brought
from tests.bot.test_web import Town
from tests.world import ORGANISATION

if TYPE_CHECKING:
    import httpx2

    from storage.database import Tx
    from storage.organisations import Organisation

PATH = "/hr/start"


@pytest.fixture
async def town(tmp_path: Path) -> AsyncIterator[Town]:
    """A town with nobody in it."""
    town = Town(tmp_path)
    yield town
    await town.close()


async def founded(town: Town, name: str = "Groen", email: str = "els@groen.example") -> Person:
    """What the command does."""
    who, _ = await town.app.database.run(lambda tx: first(tx, name, email, None, town.clock))
    return who


async def house(town: Town, who: Person) -> Organisation:
    """The organisation as it is now."""
    found = await town.app.database.run(lambda tx: organisations.get(tx, who.organisation))
    assert found is not None
    return found


async def where_today_leads(browser: httpx2.AsyncClient) -> str:
    """What the page of today says of the steps that are left; nothing once cases run."""
    found = re.search(rf'<a class="as-button go" href="{PATH}">(.*?)</a>', (await browser.get("/hr")).text)
    return found[1] if found else ""


async def test_from_nothing_to_running_cases(town: Town) -> None:
    """People, a rhythm, absences: each step is ticked when it is done, and then a case runs."""
    els = await founded(town)
    assert ("Els", {"employee", "hr", "admin"}) == (els.name, els.roles)
    async with town.browser(els.id) as browser:
        assert 'href="/hr"' in (await browser.get("/")).text
        assert await where_today_leads(browser) == "Begin hier"
        assert 0 == (await browser.get(PATH)).text.count("✓")
        staff = "naam;e-mail;leidinggevende\nSofie Maes;sofie@stad.example;\nJan Peeters;jan@stad.example;Sofie Maes\n"
        assert "done=yes" in (await brought(browser, ("mensen.csv", staff))).headers["location"]
        assert 1 == (await browser.get(PATH)).text.count("✓")
        assert await where_today_leads(browser) == "Ga verder: een ritme kiezen"
        form = {"pack": "company_c", "size": "of_50", "statute": "contractual", "coach": "yes"}
        assert f"{PATH}?done=rhythm" == (await post(browser, PATH, PATH, **form)).headers["location"]
        page = (await browser.get(PATH)).text
        assert 2 == page.count("✓")
        assert await where_today_leads(browser) == "Ga verder: de eerste dossiers"
        assert 4 == page.count(" checked")
        assert "done=yes" in (await brought(browser, ("afwezig.csv", ABSENT))).headers["location"]
        assert 3 == (await browser.get(PATH)).text.count("✓")
        assert "1 dossier loopt. Ik kijk het nu na" in (await browser.get("/hr")).text
    known = await house(town, els)
    assert ("company_c@1", {"staff_of_20", "staff_of_50", "contractual", "has_coach"}) == (known.policy, known.facts)
    (case,) = await town.app.database.run(lambda tx: cases.live(tx, "", 10))
    assert ("company_c@1", els.id) == (case.policy, case.hr)
    await town.app.tick()
    async with town.browser(els.id) as browser:
        page = (await browser.get("/hr")).text
        assert ("1 dossier loopt" in page, PATH in page) == (True, False)
    assert await town.app.next_due() is not None
    assert await town.app.database.run(lambda tx: journal.verify(tx, els.organisation)) is None


@pytest.mark.parametrize("form", [{}, {"pack": "x"}, {"pack": "company_c", "size": "huge", "statute": "both"}])
async def test_a_choice_that_is_none(town: Town, form: dict[str, str]) -> None:
    """Only what is on the page can be chosen."""
    els = await founded(town)
    before = await house(town, els)
    async with town.browser(els.id) as browser:
        assert 400 == (await post(browser, PATH, PATH, **form)).status_code
    assert before == await house(town, els)


async def test_only_hr(town: Town) -> None:
    """For everybody else the page is not there."""
    await town.people()
    async with town.browser("sofie") as browser:
        assert {404} == {(await browser.request(method, PATH)).status_code for method in ("GET", "POST")}


async def test_the_command_twice(town: Town) -> None:
    """The same person stays who they are; the second person of HR gives no roles as long as somebody does."""
    els = await founded(town)
    assert els == await founded(town)
    kim = await founded(town, email="kim.de-vos@groen.example")
    assert ("Kim De Vos", {"employee", "hr"}, els.organisation) == (kim.name, kim.roles, kim.organisation)
    assert 1 == len(await town.app.database.run(organisations.all))


async def test_an_address_of_elsewhere(town: Town) -> None:
    """Nobody is taken from another organisation, and no organisation is made for it."""
    await founded(town)
    with pytest.raises(Stop):
        await founded(town, name="Blauw")
    assert ["Groen"] == [one.name for one in await town.app.database.run(organisations.all)]


async def test_somebody_who_left(town: Town) -> None:
    """The command brings back who left, with the name they had."""
    await town.people()

    def leave(tx: Tx) -> None:
        people.put(tx, Person("mo", ORGANISATION, "Mo Ali", "mo@stad.example", active=False))

    await town.app.database.run(leave)
    who, is_new = await town.app.database.run(lambda tx: first(tx, "Stad", "mo@stad.example", None, town.clock))
    assert ("mo", "Mo Ali", True, False) == (who.id, who.name, who.active, is_new)


@pytest.mark.parametrize(("email", "name"), [("an.de-vos@x.be", "An De Vos"), ("x@x.be", "X"), ("_@x.be", "_@x.be")])
def test_a_name_by_the_address(email: str, name: str) -> None:
    """Who has no name yet is called by the address, until the list of people says better."""
    assert name == named(email)


async def test_files_of_people_say_better(town: Town) -> None:
    """The list of people gives the first person of HR a proper name, and takes no role away."""
    els = await founded(town)
    file = STAFF.splitlines()[0] + "\nEls Willems;els@groen.example;;HR\n"
    async with town.browser(els.id) as browser:
        await brought(browser, ("mensen.csv", file))
    found = await town.app.database.run(lambda tx: people.get(tx, els.id))
    assert found is not None
    assert ("Els Willems", els.roles) == (found.name, found.roles)
