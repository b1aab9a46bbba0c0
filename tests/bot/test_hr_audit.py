"""The pages of audit and of the administrator: what they show, to whom, and that nothing of a case is on them."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import update

from bot import journal_file
from bot.changing import open_case
from conversations.case import Person
from conversations.talking.dialogue import OpenCase
from storage import delivery, journal, organisations, outbox, people, reading, tables
from storage.organisations import Organisation
from storage.transaction import Statement
from tests.bot.forms import Page
from tests.bot.test_web import Town, csrf, said
from tests.world import CAST, ORGANISATION

if TYPE_CHECKING:
    import httpx2

    from storage.database import Tx

AUDIT, TECHNICAL, OF = "/hr/audit", "/hr/technical", "/hr/audit/of"
EVERYBODY = {person.id: person for person in CAST}
STAFF = (
    Person("ann", ORGANISATION, "Ann Audit", "ann@stad.example", frozenset({"employee", "audit"})),
    Person("bram", ORGANISATION, "Bram Beheer", "bram@stad.example", frozenset({"employee", "admin"})),
    Person("otto", "elders", "Otto Elders", "otto@elders.example", frozenset({"employee", "audit"})),
)
NAMES = [name for person in CAST if person.id not in {"els", "tom"} for name in person.name.split()]


@pytest.fixture
async def town(tmp_path: Path) -> AsyncIterator[Town]:
    """Jan is absent; Els looked twice at his case."""
    town = Town(tmp_path)
    await town.people()
    await town.on_web()

    def work(tx: Tx) -> None:
        organisations.put(tx, Organisation("elders", "Elders", "company_c@1"))
        for person in STAFF:
            people.put(tx, person)
        report = OpenCase("jan", town.today, town.today)
        open_case(tx, town.app.house, EVERYBODY["jan"], report, EVERYBODY["sofie"], town.clock)

    await town.app.database.run(work)
    case = await town.case("jan")
    async with town.browser("els") as browser:
        for _ in range(2):
            assert 200 == (await browser.get(f"/hr/case/{case.id}")).status_code
    yield town
    await town.close()


async def looks(town: Town) -> list[str]:
    """Who looked at Jan's case, by the journal."""
    case = await town.case("jan")
    return [entry.by for entry in await town.app.database.run(lambda tx: reading.of(tx, case.id))]


async def asked(browser: httpx2.AsyncClient, email: str) -> str:
    """What the page says of who looked at the cases of that person."""
    answer = await browser.post(OF, data={"csrf": csrf(await browser.get(AUDIT)), "email": email})
    assert 200 == answer.status_code
    return Page(answer.text).text


# --- Who comes in --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("who", "audit", "technical"),
    [
        ("ann", 200, 404),
        ("bram", 200, 200),
        ("els", 404, 404),
        ("sofie", 404, 404),
        ("tom", 404, 404),
        ("jan", 404, 404),
    ],
)
async def test_who_may_see_them(town: Town, who: str, audit: int, technical: int) -> None:
    """Audit the journal, the administrator both, and nobody else anything."""
    async with town.browser(who) as browser:
        found = [(await browser.get(path)).status_code for path in (AUDIT, TECHNICAL)]
        assert [audit, technical] == found
        assert (200 if who == "els" else 404) == (await browser.get("/hr")).status_code


@pytest.mark.parametrize(("who", "home"), [("ann", AUDIT), ("bram", TECHNICAL), ("els", "/hr"), ("sofie", "")])
async def test_the_chat_leads_there(town: Town, who: str, home: str) -> None:
    """Each finds the own pages from the chat; who has none finds no such link."""
    async with town.browser(who) as browser:
        page = (await browser.get("/")).text
    assert (f'href="{home}">Overzicht' in page, "Overzicht" in page) == (bool(home), bool(home))


# --- Who looked ----------------------------------------------------------------------------------------


async def test_who_looked_without_whose(town: Town) -> None:
    """Names of who looked, and the number of the case; of whom it is about nothing is on the page."""
    async with town.browser("ann") as browser:
        page = Page((await browser.get(AUDIT)).text).text
    case = await town.case("jan")
    assert (2, 2) == (page.count("Els Willems"), page.count(case.id[:6]))
    assert case.id not in page
    assert not [name for name in NAMES if name in page.replace("Els Willems", "")]
    assert ["els", "els"] == await looks(town)


async def test_an_administrator_sees_hashes_only(town: Town) -> None:
    """Whether the chain is whole, and not who looked at what."""
    async with town.browser("bram") as browser:
        page = Page((await browser.get(AUDIT)).text)
        checked = Page((await browser.get(f"{AUDIT}?check=yes")).text)
        token = csrf(await browser.get("/hr/roles"))
        assert 404 == (await browser.post(OF, data={"csrf": token, "email": "jan@stad.example"})).status_code
    assert "Els Willems" not in page.text + checked.text
    assert "Heel." in checked.text
    assert ["els", "els"] == await looks(town)


async def test_who_looked_at_somebodys(town: Town) -> None:
    """Asked by address, and that it was asked is written down; without a case, or elsewhere, the answer is the same."""
    async with town.browser("ann") as browser:
        assert 2 == (await asked(browser, "JAN@stad.example")).count("Els Willems")
        assert ["els", "els", "ann"] == await looks(town)
        assert 1 == (await asked(browser, "jan@stad.example")).count("Ann Audit")
        nothing = [
            await asked(browser, email)
            for email in ("lotte@stad.example", "niemand@stad.example", "otto@elders.example")
        ]
    found = {
        one.replace(email, "X")
        for one, email in zip(
            nothing, ("lotte@stad.example", "niemand@stad.example", "otto@elders.example"), strict=True
        )
    }
    assert 1 == len(found)
    assert "keek niemand, of er is geen dossier" in found.pop()


async def test_further_back(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is longer ago is a link away, to the last line of the journal, also where nobody looked for long."""
    monkeypatch.setattr(reading, "PAGE", 3)
    monkeypatch.setattr(reading, "PAGES", 1)

    def arranged(tx: Tx) -> None:
        for _ in range(7):
            journal.write(tx, ORGANISATION, None, "els", town.clock, [{"change": "BeginsAt", "at": "08:00"}])

    await town.app.database.run(arranged)
    seen, path = [], AUDIT
    async with town.browser("ann") as browser:
        for _ in range(9):
            html = (await browser.get(path)).text
            seen.append(Page(html).text.count("Els Willems"))
            if ">Vroeger<" not in html:
                break
            path = html.partition(">Vroeger<")[0].rpartition('href="')[2].partition('"')[0].partition("#")[0]
    assert (0, 2) == (seen[0], sum(seen))
    assert "Vroeger keek niemand." in Page(html).text or seen[-1]


# --- The chain -----------------------------------------------------------------------------------------


async def test_a_line_that_was_changed(town: Town) -> None:
    """The first line that does not fit is named; a journal made anew does not fit the end that was kept."""
    async with town.browser("ann") as browser:
        page = await browser.get(f"{AUDIT}?check=yes")
        number, end = await town.app.database.run(lambda tx: journal.head(tx, ORGANISATION))
        assert f"{number}:{end}" in page.text
        same = await browser.get(AUDIT, params={"check": "yes", "since": f" {number}:{end}\n"})
        other = await browser.get(AUDIT, params={"check": "yes", "since": f"{number}:{'0' * 64}"})
        none = await browser.get(AUDIT, params={"check": "yes", "since": "1204"})
        assert [True, False, True] == ["Heel." in one.text for one in (same, other, none)]
        assert ("niet bij het einde dat je gaf" in other.text, "Zo ziet een einde er niet uit" in none.text) == (
            True,
            True,
        )
        change = Statement(update(tables.journal).where(tables.journal.c.number == 2).values(by="tom"))
        await town.app.database.run(lambda tx: tx.execute(change))
        assert "Regel 2 klopt niet" in (await browser.get(f"{AUDIT}?check=yes")).text


FILE, HASHES = "/hr/audit/journal/file", "/hr/audit/hashes/file"


async def test_a_file_to_check_elsewhere(town: Town) -> None:
    """Audit takes every line along, the administrator the hashes alone; it fits, also with an end of before.

    That it was taken along is its last line. Whatever is changed, dropped, put in or cut off afterwards is found.
    """
    before = await town.app.database.run(lambda tx: journal.head(tx, ORGANISATION))
    async with town.browser("ann") as ann, town.browser("bram") as bram, town.browser("els") as els:
        answer, hashes = await ann.get(FILE), await bram.get(HASHES)
        refused = [await ann.get(HASHES), await bram.get(FILE), await els.get(FILE), await els.get(HASHES)]
        page = Page((await ann.get(AUDIT)).text).text
    assert [404] * 4 == [one.status_code for one in refused]
    assert "no-store" == answer.headers["cache-control"]
    assert f'attachment; filename="logboek-{town.today}.jsonl"' == answer.headers["content-disposition"]
    assert "Ann Audit heel het logboek meegenomen als bestand" in page
    lines, bare = answer.text.splitlines(), hashes.text.splitlines()
    found = journal_file.check(lines, before)
    assert (None, False, before[0] + 1) == (found.broken, found.anew, found.lines)
    assert ["Read"] == json.loads(lines[-1])["kinds"]
    assert "ann" == json.loads(lines[-1])["by"]
    assert not [name for name in (*NAMES, "Willems", "stad.example") if name in answer.text]
    assert {"number", "before", "hash"} == set(json.loads(bare[-1]))
    assert (None, before[0] + 2) == (journal_file.check(bare).broken, journal_file.check(bare).lines)
    assert journal_file.check(lines, (before[0], "0" * 64)).anew
    for how in (lines, bare):
        for number in range(1, len(how)):
            others = {
                "changed": [*how[:number], how[number].replace('"hash": "', '"hash": "0'), *how[number + 1 :]],
                "dropped": [*how[:number], *how[number + 1 :]],
                "put in": [*how[:number], how[number], *how[number:]],
                "cut off": how[:number],
                "no line at all": [*how[:number], "[" * 100_000, *how[number + 1 :]],
            }
            expected = {name: number + (name == "put in") for name in others}
            assert expected == {name: journal_file.check(other).broken for name, other in others.items()}
    edited = lines[2].replace('"by": "els"', '"by": "tom"')
    assert edited != lines[2]
    assert 2 == journal_file.check([*lines[:2], edited, *lines[3:]]).broken
    with pytest.raises(journal_file.NoJournal):
        journal_file.check(lines[1:])


# --- The machine ---------------------------------------------------------------------------------------


async def test_what_did_not_arrive_without_names(town: Town) -> None:
    """Per channel how many, and each with its number and why; nobody's name, address or words, and no secret."""
    await town.asks("jan", "m1", said("Een vraag over jouw terugkeer."))
    lose = Statement(update(tables.outbox).where(tables.outbox.c.id == "m1").values(state="failed", reason="too_late"))
    await town.app.database.run(lambda tx: tx.execute(lose))
    row = replace(await _row(town, "m1"), id="m2", number=0, state="queued", not_before=town.clock)
    await town.app.database.run(lambda tx: outbox.queue(tx, row))
    async with town.browser("bram") as browser:
        html = (await browser.get(TECHNICAL)).text
    page = Page(html).text
    assert "m1 vraag Webpagina niet aangekomen: opgegeven na een dag".replace("vraag", "antwoord") in page
    assert not [name for name in NAMES if name in page]
    assert "jouw terugkeer" not in page
    assert "SQLite" in page
    ways = await town.app.database.run(lambda tx: delivery.ways(tx, ORGANISATION, town.clock))
    assert [("web", 1, 0, 0, 1)] == [(one.channel, one.waiting, one.again, one.unsure, one.failed) for one in ways]
    assert [] == await town.app.database.run(lambda tx: delivery.ways(tx, "elders", town.clock))
    assert [] == await town.app.database.run(lambda tx: delivery.lost(tx, "elders", town.clock))


async def _row(town: Town, number: str) -> outbox.Row:
    """A message as it is kept."""
    found = await town.app.database.run(lambda tx: outbox.get(tx, number))
    assert found is not None
    return found


async def test_no_secret_is_shown(town: Town) -> None:
    """Every secret there can be in the settings, and the keys, are nowhere on the page."""
    secrets = {
        "slack_bot_token": "xoxb-canary-1", "slack_app_token": "xapp-canary-2", "telegram_token": "12:canary-3",
        "telegram_secret": "canary-4", "oidc_client_secret": "canary-5", "oidc_issuer": "https://login.stad.example/x",
        "slack_signing_secret": "canary-6", "database_url": "postgresql://u:canary-7@db/x",
    }  # fmt: skip
    async with town.browser("bram") as browser:
        town.app.settings = town.app.settings.model_copy(update=secrets)
        html = (await browser.get(TECHNICAL)).text
    assert "canary" not in html
    assert "kkkk" not in html
    assert "Sleutels één" in Page(html).text
    assert "bij login.stad.example" in Page(html).text
    assert "PostgreSQL" in Page(html).text
