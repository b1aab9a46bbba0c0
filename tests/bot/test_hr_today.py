"""The page of today: what stands on it, for whom, and that one click does what the chat does."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import update

from bot.changing import open_case
from bot.imports import applying
from bot.web.hr.today import Asked, meant, patterns
from conversations.talking.dialogue import OpenCase
from storage import addresses, cases, journal, outbox, standing, tables
from storage.transaction import Statement
from tests.bot.forms import Page
from tests.bot.test_web import Town, csrf, said
from tests.world import CAST, ORGANISATION

if TYPE_CHECKING:
    import httpx2

    from conversations.case import Case
    from storage.database import Tx

EVERYBODY = {person.id: person for person in CAST}
LOSE = Statement(update(tables.outbox).where(tables.outbox.c.id == "m1").values(state="unsure"))


@pytest.fixture
async def town(tmp_path: Path) -> AsyncIterator[Town]:
    """Jan, Lotte and Els herself are absent for three weeks, and nobody answered."""
    town = Town(tmp_path)
    await town.people()
    await town.on_web()
    for who, by in (("jan", "sofie"), ("lotte", "nadia"), ("els", "tom")):
        await absent(town, who, by)
    await town.go_to(town.after(days=21))
    yield town
    await town.close()


async def absent(town: Town, who: str, by: str) -> None:
    """Somebody is absent from today."""
    report = OpenCase(who, town.today, town.today)

    def work(tx: Tx) -> None:
        open_case(tx, town.app.house, EVERYBODY[who], report, EVERYBODY[by], town.clock)

    await town.app.database.run(work)


async def brought_in(browser: httpx2.AsyncClient, town: Town, *files: bytes) -> None:
    """Files, looked at and agreed to."""
    form = {"csrf": csrf(await browser.get("/hr/import")), "as_of": town.today.isoformat()}
    looked = await browser.post("/hr/import", data=form, files=[("file", ("x.csv", one)) for one in files])
    there = looked.headers["location"]
    sure = Page((await browser.get(there)).text).form(there).values | {"answer": "yes"}
    assert 303 == (await browser.post(there, data=sure)).status_code


def part(page: httpx2.Response, name: str) -> str:
    """One list of the page, as text."""
    found = re.search(rf'<section class="panel" id="{name}".*?</section>', page.text, re.DOTALL)
    assert found is not None
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", found[0]))


async def posted(browser: httpx2.AsyncClient, path: str, **fields: str) -> str:
    """Where a form on the page of today leads."""
    page = await browser.get("/hr")
    answer = await browser.post(
        path, data={"csrf": csrf(page), **fields}, headers={"Referer": "http://127.0.0.1:8321/hr"}
    )
    assert answer.status_code == 303
    return str(answer.headers["location"])


async def late(town: Town, case: Case) -> set[str]:
    """What is late in that case."""
    found = await town.app.database.run(lambda tx: standing.of_case(tx, case.id))
    return {one.milestone for one in found if one.is_late(town.today)}


@pytest.mark.parametrize("who", ["sofie", "jan", "tom"])
async def test_only_for_hr(town: Town, who: str) -> None:
    """For anybody else it is not there."""
    async with town.browser(who) as browser:
        assert (await browser.get("/hr")).status_code == 404
        assert (await browser.get("/hr?name=jan")).status_code == 404


async def test_what_stands_on_it(town: Town) -> None:
    """What is late and what HR heard of, with whose it is and for whom; never HR's own case."""
    async with town.browser("els") as browser:
        page = await browser.get("/hr")
    assert page.status_code == 200
    assert "Jan Peeters" in part(page, "escalated") + part(page, "late")
    assert "Sofie Peeters" in part(page, "escalated")
    assert "Els Willems" not in part(page, "late") + part(page, "escalated")
    assert "Iedereen is bereikbaar." in part(page, "unreachable")


async def test_looking_changes_nothing(town: Town) -> None:
    """However often the page is loaded, and with whatever in its address."""

    def kept(tx: Tx) -> tuple[object, ...]:
        return (
            [cases.load(tx, case.id) for case in cases.all_visible(tx, EVERYBODY["els"], town.today)],
            journal.verify(tx, ORGANISATION), len(outbox.transcript(tx, "sofie", 500)),
            [len(journal.of(tx, case.id)) for case in cases.all_visible(tx, EVERYBODY["els"], town.today)],
        )  # fmt: skip

    before = await town.app.database.run(kept)
    async with town.browser("els") as browser:
        for query in (
            "",
            "?team=Onthaal",
            "?phase=care",
            "?phase=%00",
            "?policy=x",
            "?name=%25_/",
            "?more=late",
            "?said=x",
        ):
            assert (await browser.get(f"/hr{query}")).status_code == 200
    assert before == await town.app.database.run(kept)


async def test_only_one_team(town: Town) -> None:
    """A team is chosen: of other teams nothing is shown."""
    async with town.browser("els") as browser:
        page = await browser.get("/hr?team=Groen")
    assert "Lotte Maes" in part(page, "late") + part(page, "escalated") + part(page, "found")
    assert "Jan Peeters" not in page.text


async def test_another_team_by_a_file(town: Town) -> None:
    """Who moved to another team by a file that was brought in stands there at once, before any tick."""
    staff = b"naam;e-mail;leidinggevende;team\nJan Peeters;jan@stad.example;sofie@stad.example;Groen\n"
    async with town.browser("els") as browser:
        await brought_in(browser, town, staff)
        assert "Jan Peeters" in part(await browser.get("/hr?team=Groen"), "found")
        assert "Jan Peeters" not in (await browser.get("/hr?team=Onthaal")).text


async def test_of_a_file_at_once(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who was brought in as absent stands there before any tick, with what waits; of many that comes with it."""
    for number, who in enumerate(("An Nieuw", "Bo Later")):
        monkeypatch.setattr(applying, "AT_ONCE", 1 - number)
        staff = f"naam;e-mail;leidinggevende\n{who};{who[:2]}@stad.example;sofie@stad.example\n"
        absent = f"e-mail;eerste dag\n{who[:2]}@stad.example;{town.today - timedelta(days=10)}\n"
        async with town.browser("els") as els:
            await brought_in(els, town, staff.encode(), absent.encode())
            page = await els.get("/hr")
            assert who in part(await els.get(f"/hr?name={who[:2]}"), "found")
        assert (number == 0) == (who in part(page, "late") + part(page, "escalated"))
        assert "over een minuut is deze lijst volledig" in page.text
    await town.app.tick()
    async with town.browser("els") as els:
        page = await els.get("/hr")
    assert "Bo Later" in part(page, "late") + part(page, "escalated")
    assert "over een minuut" not in page.text


async def test_by_name(town: Town) -> None:
    """A part of a name finds the case; a name that nobody has says so."""
    async with town.browser("els") as browser:
        assert "Lotte Maes" in part(await browser.get("/hr?name=lott+MAES"), "found")
        assert "Geen lopend dossier gevonden" in part(await browser.get("/hr?name=xyz"), "found")
        assert "Geen lopend dossier gevonden" in part(await browser.get("/hr?name=%25"), "found")


async def test_done_in_one_click(town: Town) -> None:
    """The step waits no longer, the journal knows who said so, and the page says it is done."""
    case = await town.case("jan")
    assert "first_call" in await late(town, case)
    async with town.browser("els") as browser:
        where = await posted(browser, f"/hr/case/{case.id}/done", milestone="first_call", nth="0")
        assert where == "/hr?said=done#said"
        assert "Deze stap wacht niet meer" in (await browser.get(where)).text
        again = await posted(browser, f"/hr/case/{case.id}/done", milestone="first_call", nth="0")
    assert again == "/hr?said=gone#said"
    assert "first_call" not in await late(town, case)
    last = (await town.app.database.run(lambda tx: journal.of(tx, case.id)))[-1]
    assert ("els", ({"change": "Done", "milestone": "first_call", "nth": 0},)) == (last.by, last.changes)


async def test_remind_in_one_click(town: Town) -> None:
    """The line manager is asked again, in the name of who reminds."""
    case = await town.case("jan")
    before = len(await town.app.database.run(lambda tx: outbox.transcript(tx, "sofie", 500)))
    async with town.browser("els") as browser:
        await posted(browser, f"/hr/case/{case.id}/remind", milestone="first_call", nth="0")
    rows = await town.app.database.run(lambda tx: outbox.transcript(tx, "sofie", 500))
    assert len(rows) > before
    assert any("Els" in row.body for row in rows[before:])


async def test_take_over_in_one_click(town: Town) -> None:
    """The whole case, and the line manager hears no more than that."""
    case = await town.case("jan")
    async with town.browser("els") as browser:
        await posted(browser, f"/hr/case/{case.id}/take-over", what="whole")
        again = await posted(browser, f"/hr/case/{case.id}/take-over", what="whole")
    after = await town.case("jan")
    assert ("els", "els") == (after.manager, after.hr)
    assert again == "/hr?said=already#said"


async def test_a_message_that_did_not_arrive(town: Town) -> None:
    """It stands there once for each person, until somebody says to know of it."""
    await town.asks("tom", "m1", said("Een bericht."))

    def lose(tx: Tx) -> None:
        tx.execute(LOSE)

    await town.app.database.run(lose)
    async with town.browser("els") as browser:
        assert "Tom Claes" in part(await browser.get("/hr"), "undelivered")
        assert await posted(browser, "/hr/delivery", person="tom") == "/hr?said=known#said"
        assert "Alle berichten kwamen aan." in part(await browser.get("/hr"), "undelivered")


async def test_who_cannot_be_reached(town: Town) -> None:
    """Whoever has no address that works."""

    def work(tx: Tx) -> None:
        for channel in ("web", "memory"):
            addresses.unreachable(tx, channel, "sofie", town.clock)

    await town.app.database.run(work)
    async with town.browser("els") as browser:
        assert "Sofie Peeters" in part(await browser.get("/hr"), "unreachable")


CHOICES = {
    "": (True, True), "?team=Onthaal": (True, True), "?team=Groen": (False, False), "?phase=absent": (True, True),
    "?phase=care": (False, False), "?policy=company_c%401": (True, True), "?policy=legal_2026%401": (False, False),
    "?team=Onthaal&phase=absent": (True, True), "?team=Groen&phase=absent": (False, False),
}  # fmt: skip


@pytest.mark.parametrize("query", CHOICES)
async def test_a_choice_holds_for_every_list(town: Town, query: str) -> None:
    """Whom I cannot reach, and what did not arrive, stand there for chosen cases only, as everything else does."""
    case = await town.case("jan")
    await town.asks("sofie", "m1", said("Een vraag over Jan."), case.id)

    def work(tx: Tx) -> None:
        tx.execute(LOSE)
        for channel in ("web", "memory"):
            addresses.unreachable(tx, channel, "jan", town.clock)

    await town.app.database.run(work)
    async with town.browser("els") as browser:
        page = await browser.get(f"/hr{query}")
    shown = ("Jan Peeters" in part(page, "unreachable"), "Sofie Peeters" in part(page, "undelivered"))
    assert CHOICES[query] == shown


async def test_of_a_team_also_what_is_about_no_case(town: Town) -> None:
    """A message to somebody of the team that is about nobody stands with the team, and not with a phase."""
    await town.asks("lotte", "m1", said("Een vraag."))
    await town.app.database.run(lambda tx: tx.execute(LOSE))
    async with town.browser("els") as browser:
        found = [part(await browser.get(f"/hr{one}"), "undelivered") for one in ("?team=Groen", "?phase=absent")]
    assert [True, False] == ["Lotte Maes" in one for one in found]


async def test_forms_are_ours(town: Town) -> None:
    """Without the token of the page nothing is done, nor by a link."""
    case = await town.case("jan")
    async with town.browser("els") as browser:
        assert (await browser.post(f"/hr/case/{case.id}/take-over", data={"what": "whole"})).status_code == 403
        assert (await browser.post("/hr/delivery", data={"person": "tom"})).status_code == 403
        assert (await browser.get(f"/hr/case/{case.id}/take-over")).status_code == 405
    assert (await town.case("jan")).manager == "sofie"


def test_patterns_of_a_name() -> None:
    """First the words as they are, with their own signs; then any letter where an accent may be."""
    assert [["%van%", "%d/_b%"]] == list(patterns(["van", "d_b"]))
    assert [["%smet%"], ["%sm_t%"]] == list(patterns(["smet"]))
    assert [["%aerts%"], ["%__rts%"]] == list(patterns(["aerts"]))
    assert meant(["andre"], "André Maes")
    assert not meant(["andra"], "André Maes")


def test_an_address_with_something_else_in_it() -> None:
    """What was chosen stays when a list is shown in full; what is unknown is left out."""
    asked = Asked.read({"team": "A & B", "phase": "nonsense", "name": " jan ", "more": "nonsense"})
    assert asked.address(more="late") == "/hr?team=A+%26+B&name=jan&more=late"
    assert Asked.read({}).address() == "/hr"
