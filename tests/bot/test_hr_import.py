"""Bringing in people and absences on HR's page: looked at first, done after a yes, and twice where it is much."""

from __future__ import annotations

import asyncio
import base64
import re
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from bot.imports import history, keeping
from bot.imports.columns import is_absences
from bot.imports.compare import read
from bot.imports.history import day_in
from bot.imports.problems import Problems
from bot.web.hr.bring_in import PATH, WAITS
from bot.web.hr.uploads import MOST, plain, sheet
from bot.web.pages import template
from conversations.case import Case, Person
from storage import cases, imports, journal, people
from tests.bot.test_web import HOME, Town, csrf
from tests.workbooks import workbook
from tests.world import ORGANISATION

if TYPE_CHECKING:
    import httpx2

    from storage.database import Tx

KEES = Person("kim", ORGANISATION, "Kim Tweede", "kim@stad.example", frozenset({"employee", "hr"}))
STAFF = "naam;e-mail;leidinggevende;team\nAn Nieuw;an@stad.example;sofie@stad.example;Onthaal\n"
ABSENT = "medewerker;eerste dag;attest tot\njan@stad.example;02/11/2026;13/11/2026\n"
SECRET = "Kanarieziekte"


@pytest.fixture
async def town(tmp_path: Path) -> AsyncIterator[Town]:
    """A town on the web, on Monday 2 November 2026."""
    town = Town(tmp_path)
    await town.people()
    await town.on_web()
    yield town
    await town.close()


async def upload(
    browser: httpx2.AsyncClient, *files: tuple[str, str | bytes], as_of: str = "2026-11-02"
) -> httpx2.Response:
    """Files chosen on the page, and sent."""
    form = {"csrf": csrf(await browser.get(PATH)), "as_of": as_of}
    sent = [("file", (name, data.encode() if isinstance(data, str) else data)) for name, data in files]
    return await browser.post(PATH, data=form, files=sent)


def mark(page: httpx2.Response) -> str:
    """By which the differences on that page are known again."""
    found = re.search(r'name="mark" value="([0-9a-f]{32})"', page.text)
    assert found is not None
    return found[1]


async def yes(browser: httpx2.AsyncClient, path: str, **more: str) -> httpx2.Response:
    """What was looked at is looked at, and done."""
    page = await browser.get(path)
    return await browser.post(path, data={"csrf": csrf(page), "mark": mark(page), "answer": "yes", **more})


async def brought(browser: httpx2.AsyncClient, *files: tuple[str, str | bytes], **more: str) -> httpx2.Response:
    """Files brought in, in both steps."""
    looked = await upload(browser, *files)
    assert 303 == looked.status_code, looked.text
    return await yes(browser, looked.headers["location"], **more)


async def everybody(town: Town) -> dict[str, Person]:
    """Everybody as they are now, by address."""
    found = await town.app.database.run(lambda tx: people.of(tx, ORGANISATION))
    return {one.email: one for one in found.values()}


async def waiting(town: Town) -> int:
    """How many lists wait for a yes."""
    return len(await town.app.database.run(lambda tx: imports.waiting(tx, ORGANISATION, town.clock)))


# --- Two steps -----------------------------------------------------------------------------------------


async def test_looked_at_and_done(town: Town) -> None:
    """The differences are shown, nothing is done; after a yes it is, and nothing is left of the list."""
    async with town.browser("els") as browser:
        looked = await upload(browser, ("mensen.csv", STAFF), ("afwezig.csv", ABSENT))
        page = await browser.get(looked.headers["location"])
        shown = " ".join(page.text.split())
        for said in ("An Nieuw", "leidinggevende: Sofie Peeters", "Jan Peeters", "attest tot en met: 13 nov 2026"):
            assert said in shown
        assert "an@stad.example" not in await everybody(town)
        answer = await yes(browser, looked.headers["location"])
        assert f"{PATH}?done=yes" == answer.headers["location"]
        assert "Alles is binnen" in (await browser.get(answer.headers["location"])).text
        assert f"{PATH}?done=gone" == (await browser.get(looked.headers["location"])).headers["location"]
    assert "sofie" == (await everybody(town))["an@stad.example"].manager
    found = await town.app.database.run(lambda tx: cases.open_of(tx, "jan"))
    assert found is not None
    assert {"absence_start": date(2026, 11, 2), "absence_reported": date(2026, 11, 2),
            "certificate_end": date(2026, 11, 13)} == found.anchors  # fmt: skip
    assert 0 == await waiting(town)
    entries = await town.app.database.run(lambda tx: journal.of(tx, found.id))
    assert ["els"] == [entry.by for entry in entries]


async def test_a_workbook(town: Town) -> None:
    """A workbook of Excel says the same as its list as text."""
    rows: list[list[object]] = [["Naam", "E-mail", "Leidinggevende"], ["An Nieuw", "an@stad.example", "Sofie Peeters"]]
    async with town.browser("els") as browser:
        looked = await upload(browser, ("mensen.xlsx", workbook(rows)))
        assert "Excel" in (await browser.get(looked.headers["location"])).text
        await yes(browser, looked.headers["location"])
    assert "sofie" == (await everybody(town))["an@stad.example"].manager


async def test_thrown_away(town: Town) -> None:
    """A no leaves nothing."""
    async with town.browser("els") as browser:
        looked = await upload(browser, ("mensen.csv", STAFF))
        path = looked.headers["location"]
        answer = await browser.post(path, data={"csrf": csrf(await browser.get(path)), "answer": "no"})
        assert f"{PATH}?done=dropped" == answer.headers["location"]
    assert 0 == await waiting(town)
    assert "an@stad.example" not in await everybody(town)


async def test_the_same_again(town: Town) -> None:
    """What was brought in once changes nothing the second time, and no question is asked."""
    async with town.browser("els") as browser:
        await brought(browser, ("mensen.csv", STAFF))
        before = await everybody(town)
        looked = await upload(browser, ("mensen.csv", STAFF))
        assert "Er verandert niets" in (await browser.get(looked.headers["location"])).text
        answer = await yes(browser, looked.headers["location"])
        assert f"{PATH}?done=nothing" == answer.headers["location"]
    assert before == await everybody(town)


async def test_what_waits_is_sealed_and_short(town: Town) -> None:
    """Between the two steps only the columns that are read wait, sealed, one list each, and for minutes."""
    medical = f"medewerker;eerste dag;diagnose\njan@stad.example;02/11/2026;{SECRET}\n"
    async with town.browser("els") as browser:
        first = await upload(browser, ("afwezig.csv", medical))
        page = (await browser.get(first.headers["location"])).text
        assert "lijkt medisch" in page
        assert SECRET not in page
        key = first.headers["location"].rpartition("/")[2]
        kept = await town.app.database.run(lambda tx: imports.get(tx, ORGANISATION, key, town.clock))
        assert kept is not None
        assert (False, True) == (SECRET in kept.content, "02/11/2026" in kept.content)
        files = b"".join(path.read_bytes() for path in Path(town.url.removeprefix("sqlite:///")).parent.iterdir())
        assert (False, False) == (b"02/11/2026" in files, SECRET.encode() in files)
        await upload(browser, ("mensen.csv", STAFF))
        assert 1 == await waiting(town)
        assert f"{PATH}?done=gone" == (await browser.get(first.headers["location"])).headers["location"]
    town.clock += WAITS
    async with town.browser("els") as browser:
        assert 0 == await waiting(town)
        await upload(browser, ("mensen.csv", STAFF))
        gone = await town.app.database.run(lambda tx: imports.waiting(tx, ORGANISATION, town.clock - timedelta(days=1)))
        assert 1 == len(gone)


async def test_something_changed_in_between(town: Town) -> None:
    """A yes to what is not the case any more does nothing: the new differences are shown."""
    async with town.browser("els") as browser:
        path = (await upload(browser, ("mensen.csv", STAFF))).headers["location"]
        page = await browser.get(path)
        an = Person("an", ORGANISATION, "An Andere", "an@stad.example")
        await town.app.database.run(lambda tx: people.put(tx, an))
        answer = await browser.post(path, data={"csrf": csrf(page), "mark": mark(page), "answer": "yes"})
        assert (422, True) == (answer.status_code, "Intussen is er iets veranderd" in answer.text)
        assert "An Andere" == (await everybody(town))["an@stad.example"].name
        sofie = replace((await everybody(town))["sofie@stad.example"], email="s@stad.example")
        await town.app.database.run(lambda tx: people.put(tx, sofie))
        page = await browser.get(path)
        assert (422, True) == (page.status_code, "niet meer klopt" in page.text)


async def test_another_organisation(town: Town) -> None:
    """A list waits for the own organisation alone."""
    async with town.browser("els") as browser:
        key = (await upload(browser, ("mensen.csv", STAFF))).headers["location"].rpartition("/")[2]
    assert await town.app.database.run(lambda tx: imports.get(tx, "elders", key, town.clock)) is None


# --- Mistakes ------------------------------------------------------------------------------------------


async def test_mistakes(town: Town) -> None:
    """Row and column of each, how many of each kind, a list to save; nothing is done and nothing waits."""
    rows = "".join(f"P{n};p{n}@x.be;31/02/2026\n" for n in range(3)) + "Q;q at x;\n"
    async with town.browser("els") as browser:
        answer = await upload(
            browser, ("af.csv", "naam;medewerker;eerste dag\n" + rows), ("=m.csv", "naam;team\nA;B\n")
        )
    assert 422 == answer.status_code
    shown = " ".join(answer.text.split())
    assert "af.csv, rij 2" in shown
    assert "Deze datum bestaat niet." in shown
    found = re.search(r'href="data:text/csv;charset=utf-8;base64,([^"]+)" download="fouten.csv"', answer.text)
    assert found is not None
    lines = base64.b64decode(found[1]).decode("utf-8-sig").splitlines()
    assert "bestand;rij;kolom;wat er mis is" == lines[0]
    assert any(line.startswith("'=m.csv;1;") for line in lines)
    assert 0 == await waiting(town)


async def test_ten_thousand_mistakes(town: Town) -> None:
    """The first thousand are shown, all of them are counted."""
    rows = "".join(f"P{n};geen adres\n" for n in range(10_000))
    async with town.browser("els") as browser:
        answer = await upload(browser, ("mensen.csv", f"naam;e-mail\n{rows}"))
    assert 422 == answer.status_code
    assert ">10000</td>" in answer.text
    assert 1000 == answer.text.count('<tr><th scope="row">mensen.csv, rij')


def test_every_mistake_has_its_words() -> None:
    """Whatever kind of mistake or warning the readers know, the page has a sentence for it."""
    code = "".join(path.read_text() for path in Path("bot/imports").glob("*.py"))
    said = template("hr/import_words.html")
    patterns = (
        r'problems\.add\([^"]*"[^"]*", "([a-z_]+)"',
        r'(?:problems\.add|problems\.warn)\(.*?"([a-z_]+)", (?:f?"|said|text)',
        r'Unclear\(\s*"([a-z_]+)"', r'cells\.wrong\([^"]*"?[a-z_]*"?, "([a-z_]+)"', r'Unreadable\("([a-z_]+)"',
    )  # fmt: skip
    kinds = {kind for pattern in patterns for kind in re.findall(pattern, code)}
    assert len(kinds) > 25
    assert set() == kinds - said.mistakes.keys() - {"own_"}


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ([], "minstens één bestand"),
        ([(f"{n}.csv", STAFF) for n in range(7)], "hoogstens zes"),
        ([("groot.csv", b"x" * (MOST + 100_000))], "groter dan 10 MB"),
    ],
)
async def test_files_that_cannot_be(town: Town, files: list[tuple[str, str | bytes]], said: str) -> None:
    """None, too many, too large: a sentence on the same page."""
    async with town.browser("els") as browser:
        answer = await upload(browser, *files) if files else await browser.post(
            PATH, data={"csrf": csrf(await browser.get(PATH))}, files=[("file", ("", b""))]
        )  # fmt: skip
    assert (422, True) == (answer.status_code, said in answer.text)


async def test_large_posts_only_here(town: Town) -> None:
    """Nowhere else is so much taken."""
    async with town.browser("els") as browser:
        data = {"csrf": csrf(await browser.get(PATH)), "since": "x" * 100_000}
        assert 413 == (await browser.post("/hr/days/closed", data=data)).status_code


# --- Who may -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["sofie", "jan", "tom"])
async def test_only_hr(town: Town, who: str) -> None:
    """For everybody else the page is not there."""
    async with town.browser(who) as browser:
        for method, path in (("GET", PATH), ("POST", PATH), ("GET", f"{PATH}/x"), ("POST", f"{PATH}/x")):
            assert 404 == (await browser.request(method, path)).status_code


async def test_a_form_of_elsewhere(town: Town) -> None:
    """Without the token of the visit, or from another site, nothing is looked at."""
    async with town.browser("els") as browser:
        files = [("file", ("m.csv", STAFF.encode()))]
        assert 403 == (await browser.post(PATH, data={"csrf": "0" * 64}, files=files)).status_code
        token = {"csrf": csrf(await browser.get(PATH))}
        elsewhere = {"Origin": "https://evil.example"}
        assert 403 == (await browser.post(PATH, data=token, files=files, headers=elsewhere)).status_code
        assert 400 == (await browser.post(PATH, data=token)).status_code
        assert 403 == (await browser.post(f"{PATH}/x", data={"answer": "yes"}, headers={"Origin": HOME})).status_code


# --- Much at once --------------------------------------------------------------------------------------


async def many(town: Town) -> str:
    """Six people with a running case; the file that withdraws them all."""
    lines = ["medewerker;eerste dag;status"]

    def work(tx: Tx) -> None:
        for n in range(6):
            people.put(tx, Person(f"p{n}", ORGANISATION, f"P {n}", f"p{n}@stad.example", manager="sofie"))
            anchors = {"absence_start": date(2026, 10, 26), "absence_reported": date(2026, 10, 26)}
            case = Case(f"c{n}", ORGANISATION, f"p{n}", "sofie", "company_c@1", anchors=anchors)
            cases.add(tx, case, "els", town.clock, None)
            lines.append(f"p{n}@stad.example;26/10/2026;ingetrokken")

    await town.app.database.run(work)
    return "\n".join(lines)


async def running(town: Town) -> int:
    """How many cases run."""
    return len(await town.app.database.run(lambda tx: cases.live(tx, "", 100)))


async def test_two_people_where_there_are_two(town: Town) -> None:
    """Much at once wants a second person of HR: the same one may say yes as often as they like."""
    await town.app.database.run(lambda tx: people.put(tx, KEES))
    file = await many(town)
    async with town.browser("els") as browser, town.browser("kim") as other:
        path = (await upload(browser, ("af.csv", file))).headers["location"]
        page = await browser.get(path)
        assert "6 van de 6 lopende dossiers sluiten" in page.text
        assert "Kim Tweede" in page.text
        seen = mark(await other.get(path))
        for number in ("6", ""):
            form = {"csrf": csrf(page), "mark": seen, "answer": "yes", "number": number}
            answer = await browser.post(path, data=form)
            assert (422, True) == (answer.status_code, "tweede persoon" in answer.text)
        assert 6 == await running(town)
        assert "Er wacht een lijst" in (await other.get(PATH)).text
        assert 303 == (await yes(other, path)).status_code
    assert 0 == await running(town)


async def test_two_yeses_at_once(tmp_path: Path, postgresql: str) -> None:
    """On PostgreSQL it is done once too; whoever comes second reads that nothing waits any more."""
    town = Town(tmp_path, url=postgresql)
    await town.people()
    await town.on_web()
    async with town.browser("els") as browser:
        path = (await upload(browser, ("m.csv", STAFF), ("af.csv", ABSENT))).headers["location"]
        page = await browser.get(path)
        form = {"csrf": csrf(page), "mark": mark(page), "answer": "yes"}
        both = await asyncio.gather(*(browser.post(path, data=form) for _ in range(2)))
        assert {f"{PATH}?done=yes", f"{PATH}?done=gone"} == {one.headers.get("location") for one in both}
    assert "an@stad.example" in await everybody(town)
    await town.close()


async def test_the_number_where_there_is_one(town: Town) -> None:
    """Where nobody else could look, the number of changes is typed."""
    file = await many(town)
    async with town.browser("els") as browser:
        path = (await upload(browser, ("af.csv", file))).headers["location"]
        for number in ("", "5", "ja"):
            answer = await yes(browser, path, number=number)
            assert (422, True) == (answer.status_code, "Typ het getal over" in answer.text)
        assert 6 == await running(town)
        assert 303 == (await yes(browser, path, number=" 6 ")).status_code
    assert 0 == await running(town)


# --- Older files ---------------------------------------------------------------------------------------


async def test_an_older_file(town: Town) -> None:
    """An older file after a newer one, by its day or because it came in before, is refused unless it is meant."""
    later = STAFF.replace("Onthaal", "Groen")
    async with town.browser("els") as browser:
        await brought(browser, ("mensen_2026-10-30.csv", STAFF))
        await brought(browser, ("mensen_2026-11-02.csv", later))
        for name in ("mensen_2026-10-30.csv", "mensen.csv"):
            path = (await upload(browser, (name, STAFF))).headers["location"]
            assert "is ouder dan wat er al is" in (await browser.get(path)).text
            assert 422 == (await yes(browser, path)).status_code
        assert "Groen" == (await everybody(town))["an@stad.example"].team
        assert 303 == (await yes(browser, path, older="yes")).status_code
        assert "Onthaal" == (await everybody(town))["an@stad.example"].team
        path = (await upload(browser, ("nieuw.csv", STAFF.replace("An", "Ann")), as_of="2026-10-01")).headers[
            "location"
        ]
        assert "is ouder dan wat er al is" in (await browser.get(path)).text


@pytest.mark.parametrize(
    ("name", "day"),
    [
        ("mensen_2026-11-20.csv", date(2026, 11, 20)), ("20261120.xlsx", date(2026, 11, 20)),
        ("export 20-11-2026 (2).csv", date(2026, 11, 20)), ("20.11.2026.csv", date(2026, 11, 20)),
        ("mensen.csv", None), ("2026-13-40.csv", None), ("rapport123456789.csv", None), ("31022026.csv", None),
    ],
)  # fmt: skip
def test_the_day_in_a_name(name: str, day: date | None) -> None:
    """The day in the name of a file, where there is one."""
    assert day == day_in(name)


async def test_one_kind_is_not_older_than_the_other(town: Town) -> None:
    """A list of absences of last week is not older than the people of this week."""
    async with town.browser("els") as browser:
        await brought(browser, ("mensen_2026-11-02.csv", STAFF))
        path = (await upload(browser, ("afwezig_2026-10-30.csv", ABSENT))).headers["location"]
        assert "is ouder" not in (await browser.get(path)).text


# --- Small things --------------------------------------------------------------------------------------


def test_what_waits_says_the_same() -> None:
    """A list that waited is the list that was looked at, without the columns that are not read."""
    tables = read([("a.csv", ABSENT.encode()), ("m.csv", STAFF.encode())], Problems())
    kept = keeping.Kept(tuple(map(keeping.narrowed, tables)), (), date(2026, 11, 2))
    assert kept == keeping.from_json(keeping.to_json(kept))
    assert [one.rows for one in tables] == [one.rows for one in kept.tables]
    assert [is_absences(one) for one in tables] == [is_absences(one) for one in kept.tables]
    assert [history.kind(one) for one in tables] == ["absences", "people"]


def test_names_of_files() -> None:
    """A name is its last part, without signs that nobody sees."""
    assert ["m.csv", "m.csv", "am.csv", "x" * 80] == [
        plain(name) for name in ("C:\\hr\\m.csv", "../../m.csv", "a\u202e\x00m.csv", "x" * 300)
    ]


def test_no_cell_is_a_formula() -> None:
    """A list to save holds nothing that a spreadsheet would calculate."""
    made = sheet(["a"], [["=1+1"], ["+1"], ["-1"], ["@x"], ["\tx"], ["gewoon"]])
    cells = base64.b64decode(made.partition(",")[2]).decode("utf-8-sig").split("\r\n")
    assert ["a", "'=1+1", "'+1", "'-1", "'@x", "'\tx", "gewoon", ""] == cells


# --- Roles in a file -----------------------------------------------------------------------------------


async def test_a_file_gives_no_role_that_its_bringer_may_not(town: Town) -> None:
    """HR, supervision and administration are given by an administrator alone, also when it stands in a file."""
    bram = Person("bram", ORGANISATION, "Bram Beheer", "bram@stad.example", frozenset({"employee", "admin"}))
    both = replace(bram, id="bo", name="Bo Beide", email="bo@stad.example", roles=frozenset({"hr", "admin"}))
    await town.app.database.run(lambda tx: [people.put(tx, one) for one in (bram, both)])
    file = "naam;e-mail;rol\nJan Peeters;jan@stad.example;hr\n"
    async with town.browser("els") as browser:
        path = (await upload(browser, ("m.csv", file))).headers["location"]
        page = await browser.get(path)
        assert (422, True, False) == (
            page.status_code,
            "alleen een beheerder" in page.text,
            "Breng binnen<" in page.text,
        )
        answer = await browser.post(path, data={"csrf": csrf(page), "answer": "yes", "mark": "0" * 32})
        assert 422 == answer.status_code
    assert {"employee"} == (await everybody(town))["jan@stad.example"].roles
    async with town.browser("bo") as browser:
        assert "done=yes" in (await brought(browser, ("m.csv", file))).headers["location"]
        own = "naam;e-mail;rol\nBo Beide;bo@stad.example;hr, audit\n"
        path = (await upload(browser, ("m.csv", own))).headers["location"]
        assert "eigen rollen" in (await browser.get(path)).text
    assert {"employee", "hr"} == (await everybody(town))["jan@stad.example"].roles
    assert {"hr", "admin"} == (await everybody(town))["bo@stad.example"].roles


async def test_a_file_takes_no_administrator_and_not_the_last_of_hr(town: Town) -> None:
    """HR's package knows nothing of administrators; and somebody of HR is always left."""
    bram = Person("bram", ORGANISATION, "Bram Beheer", "bram@stad.example", frozenset({"employee", "admin"}))
    await town.app.database.run(lambda tx: people.put(tx, bram))
    async with town.browser("els") as browser:
        await brought(browser, ("m.csv", "naam;e-mail;rol\nBram Beheer;bram@stad.example;medewerker\n"))
        for row in ("Els Willems;els@stad.example;medewerker;ja", "Els Willems;els@stad.example;hr;nee"):
            path = (await upload(browser, ("m.csv", f"naam;e-mail;rol;actief\n{row}\n"))).headers["location"]
            assert "niemand meer van HR" in (await browser.get(path)).text
    assert {"employee", "admin"} == (await everybody(town))["bram@stad.example"].roles
