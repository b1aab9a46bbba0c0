"""What HR arranges on the pages: days, hours, who stands in, where we write, roles; and that it holds at once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import date, time
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import literal_column, select, text

from bot import arrangements
from bot.arrangements import By, Unfit, give
from bot.house import known
from bot.web.hr.days import legal
from conversations.case import Case, Person
from conversations.deputies import ring
from conversations.timing.timeline import next_due
from conversations.timing.workdays import belgian
from storage import addresses, cases, journal, organisations, people, tables
from storage.organisations import Organisation
from storage.transaction import Statement
from tests.bot.test_web import Town, csrf
from tests.world import CAST, ORGANISATION, at

if TYPE_CHECKING:
    import httpx2

    from storage.database import Tx

ADMIN = Person("bram", ORGANISATION, "Bram Beheer", "bram@stad.example", frozenset({"employee", "admin"}))
ARRANGED = Statement(
    select(tables.journal.c.number, tables.journal.c.what)
    .where(tables.journal.c.case.is_(None))
    .order_by(tables.journal.c.number)
)
WAITS = Statement(select(literal_column("1")).select_from(text("pg_locks")).where(text("NOT granted")))
ABROAD = Person("otto", "elders", "Otto Elders", "otto@elders.example", frozenset({"employee", "hr"}))


@pytest.fixture
async def town(tmp_path: Path) -> AsyncIterator[Town]:
    """A town on the web on a Monday morning, with an administrator, and another organisation beside it."""
    town = Town(tmp_path)
    await town.people()
    await town.on_web()

    def work(tx: Tx) -> None:
        organisations.put(tx, Organisation("elders", "Elders", "company_c@1"))
        people.put(tx, ADMIN)
        people.put(tx, ABROAD)

    await town.app.database.run(work)
    yield town
    await town.close()


async def person(town: Town, who: str) -> Person:
    """Somebody as they are now."""
    found = await town.app.database.run(lambda tx: people.get(tx, who))
    assert found is not None
    return found


async def post(browser: httpx2.AsyncClient, page: str, path: str, **form: str | list[str]) -> httpx2.Response:
    """A form of a page, sent."""
    return await browser.post(path, data={"csrf": csrf(await browser.get(page)), **form})


async def absent(town: Town, number: str, who: str, manager: str = "sofie") -> Case:
    """Somebody of the cast is absent since yesterday."""
    anchors = {"absence_start": date(2026, 11, 1), "absence_reported": date(2026, 11, 2)}
    case = Case(number, ORGANISATION, who, manager, "company_c@1", hr="els", anchors=anchors)
    await town.app.database.run(lambda tx: cases.add(tx, case, "els", town.clock, town.clock))
    await town.app.tick()
    return case


async def planned(town: Town, case: str) -> object:
    """When the tick looks at that case again."""
    return await town.app.database.run(lambda tx: cases.planned(tx, case))


async def changes(town: Town) -> list[str]:
    """What the journal says was arranged, and that nobody touched it."""

    def work(tx: Tx) -> list[str]:
        assert journal.verify(tx, ORGANISATION) is None
        return [tx.vault.open(what, f"journal/{ORGANISATION}/{number}") for number, what in tx.all(ARRANGED)]

    return await town.app.database.run(work)


# --- Who comes in --------------------------------------------------------------------------------------

PAGES = ("/hr/days", "/hr/people", "/hr/people/sofie")
FORMS = (
    "/hr/days/closed",
    "/hr/days/hour",
    *(f"/hr/people/sofie/{part}" for part in ("work", "away", "back", "first")),
)


@pytest.mark.parametrize("who", ["sofie", "jan", "tom", "bram"])
async def test_only_hr(town: Town, who: str) -> None:
    """For everybody else these pages are not there, nor are their forms."""
    async with town.browser(who) as browser:
        assert {404} == {(await browser.get(path)).status_code for path in PAGES}
        assert {404} == {(await browser.post(path)).status_code for path in FORMS}


@pytest.mark.parametrize("path", FORMS)
async def test_a_form_of_elsewhere(town: Town, path: str) -> None:
    """Without the token of the visit nothing happens."""
    async with town.browser("els") as browser:
        assert 403 == (await browser.post(path, data={"since": "2026-12-24", "hour": "07:00"})).status_code


async def test_somebody_of_another_organisation(town: Town) -> None:
    """Somebody of elsewhere is as little there as nobody."""
    async with town.browser("els") as browser:
        answers = [await browser.get(f"/hr/people/{who}") for who in ("otto", "nobody", "%00", "x" * 300)]
        assert {404} == {answer.status_code for answer in answers}
        form = {"opens": "06:00", "closes": "20:00", "day": "1"}
        assert 404 == (await post(browser, "/hr/days", "/hr/people/otto/work", **form)).status_code
        assert "Otto" not in (await browser.get("/hr/people?q=o")).text
    assert ABROAD == await person(town, "otto")


# --- Days ----------------------------------------------------------------------------------------------


@given(st.integers(2020, 2099))
def test_every_legal_day_has_its_name(year: int) -> None:
    """The ten legal days on the page are those the timeline reckons with."""
    assert belgian(year) == legal(year).keys()
    assert 10 == len(set(legal(year).values()))


async def test_a_closed_day(town: Town) -> None:
    """A bridge day moves what was planned for it, at once; taken away again it moves back."""
    await absent(town, "c1", "jan")
    was = await planned(town, "c1")
    assert was is not None
    day = was.astimezone(at("2026-11-02 09:00").tzinfo).date()  # type: ignore[attr-defined] # a moment
    async with town.browser("els") as browser:
        answer = await post(browser, "/hr/days", "/hr/days/closed", since=day.isoformat())
        assert 303 == answer.status_code
        assert "één lopend dossier meteen opnieuw" in (await browser.get(answer.headers["location"])).text
        assert town.clock == await planned(town, "c1")
        await town.app.tick()
        moved = await planned(town, "c1")
        assert moved > was  # type: ignore[operator] # both are moments
        await post(browser, "/hr/days", "/hr/days/closed", remove=day.isoformat())
        await town.app.tick()
    assert was == await planned(town, "c1")
    told = await changes(town)
    assert [f'[{{"change": "ClosedDays", "added": ["{day}"], "removed": []}}]',
            f'[{{"change": "ClosedDays", "added": [], "removed": ["{day}"]}}]'] == told  # fmt: skip


async def test_closed_for_a_while(town: Town) -> None:
    """From one day up to another; what is backwards, far away or too long is refused and stays in the form."""
    async with town.browser("els") as browser:
        await post(browser, "/hr/days", "/hr/days/closed", since="2026-12-28", until="2026-12-31")
        house = await town.app.database.run(lambda tx: organisations.get(tx, ORGANISATION))
        assert house is not None
        assert {date(2026, 12, day) for day in (28, 29, 30, 31)} == house.holidays
        for since, until in (("2026-12-31", "2026-12-28"), ("", ""), ("soon", ""), ("2026-01-01", "2026-12-31"),
                             ("1926-01-01", ""), ("0000-00-00", "")):  # fmt: skip
            answer = await post(browser, "/hr/days", "/hr/days/closed", since=since, until=until)
            assert 422 == answer.status_code
            assert "Niet bewaard" in answer.text
        assert house == await town.app.database.run(lambda tx: organisations.get(tx, ORGANISATION))


@pytest.mark.parametrize("year", ["2027", "1", "99999", "x", "²", "2020", "2099", ""])
async def test_years(town: Town, year: str) -> None:
    """Any year there is, and nothing breaks on what is none."""
    async with town.browser("els") as browser:
        assert 200 == (await browser.get(f"/hr/days?year={year}&done=closed&cases=²")).status_code


async def test_the_hour_we_begin(town: Town) -> None:
    """An hour of the organisation's own moves what is planned; without one it is the hour of the policy again."""
    await absent(town, "c1", "jan")
    was = await planned(town, "c1")
    async with town.browser("els") as browser:
        await post(browser, "/hr/days", "/hr/days/hour", hour="11:30")
        await town.app.tick()
        moved = await planned(town, "c1")
        assert (11, 30) == (moved.astimezone(at("2026-11-02 09:00").tzinfo).hour + 1, moved.minute)  # type: ignore[attr-defined] # UTC
        assert "11u30" in (await browser.get("/hr/days")).text
        for hour in ("05:59", "18:01", "25:00", "vroeg"):
            assert 422 == (await post(browser, "/hr/days", "/hr/days/hour", hour=hour)).status_code
        await post(browser, "/hr/days", "/hr/days/hour", hour="")
        await town.app.tick()
    assert was == await planned(town, "c1")


async def test_many_cases_are_looked_at_again(town: Town) -> None:
    """After a change of days every running case is planned as if it had always been so, and nothing is said twice."""
    for number, who in enumerate(("jan", "fatima", "pieter", "lotte")):
        await absent(town, f"c{number}", who, "nadia" if who == "lotte" else "sofie")
    said = len(town.memory.sent)
    async with town.browser("els") as browser:
        await post(browser, "/hr/days", "/hr/days/closed", since="2026-11-03", until="2026-11-13")
    await town.app.tick()
    assert said == len(town.memory.sent)

    def fresh(tx: Tx) -> set[bool]:
        house = organisations.get(tx, ORGANISATION)
        assert house is not None
        found = {}
        for case in cases.live(tx, "", 10):
            policy, calendar = town.app.house.followed(tx, case), town.app.house.calendar(house)
            expected = next_due(policy, known(case, house), calendar, cases.told(tx, case.id), town.clock)
            found[case.id] = expected == cases.planned(tx, case.id)
        return set(found.values())

    assert {True} == await town.app.database.run(fresh)


# --- People --------------------------------------------------------------------------------------------


async def test_the_list(town: Town) -> None:
    """Everybody by name, or those with what was typed in the name, the team or the address; never a sign too much."""
    async with town.browser("els") as browser:
        everybody = (await browser.get("/hr/people")).text
        assert [True] * len(CAST) == [one.name in everybody for one in CAST]
        found = (await browser.get("/hr/people?q=PEETERS")).text
        assert (True, True, False) == tuple(name in found for name in ("Jan Peeters", "Sofie Peeters", "Lotte Maes"))
        assert "Lotte Maes" in (await browser.get("/hr/people?q=groen")).text
        for asked in ("%25", "_", "/", "<b>", "x" * 3000):
            assert "Niemand gevonden" in (await browser.get(f"/hr/people?q={asked}")).text
        assert 200 == (await browser.get("/hr/people?from=²&q=%00")).status_code


async def test_pages_of_people(town: Town) -> None:
    """More than fifty people are shown fifty at a time."""
    many = [Person(f"p{n}", ORGANISATION, f"Zoe Nummer{n:03}", f"p{n}@stad.example") for n in range(120)]
    await town.app.database.run(lambda tx: [people.put(tx, one) for one in many])
    async with town.browser("els") as browser:
        pages = [(await browser.get(f"/hr/people?q=nummer&from={skip}")).text for skip in (0, 50, 100)]
    assert [50, 50, 20] == [page.count("Zoe Nummer") for page in pages]
    assert [("Volgende" in page, "Vorige" in page) for page in pages] == [(True, False), (True, True), (False, True)]


async def test_working_hours(town: Town) -> None:
    """Other days and hours hold at once: what waits for the manager waits for the new hour."""
    await absent(town, "c1", "jan")
    async with town.browser("els") as browser:
        form = {"day": ["2", "4"], "opens": "10:00", "closes": "15:30"}
        answer = await post(browser, "/hr/people/sofie", "/hr/people/sofie/work", **form)
        assert "cases=1" in answer.headers["location"]
        page = (await browser.get(answer.headers["location"])).text
        assert 'value="10:00"' in page
        assert 2 == page.count(" checked")
    sofie = await person(town, "sofie")
    assert (frozenset({2, 4}), time(10), time(15, 30)) == (sofie.workdays, sofie.opens, sofie.closes)
    assert town.clock == await planned(town, "c1")


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"opens": "09:00", "closes": "17:00"}, "minstens één werkdag"),
        ({"day": "1", "opens": "09:00", "closes": "09:30"}, "minstens een uur"),
        ({"day": "1", "opens": "17:00", "closes": "09:00"}, "minstens een uur"),
        ({"day": "1", "opens": "", "closes": "09:00"}, "Geef een uur"),
        ({"day": "1", "opens": "9", "closes": "26:00"}, "Geef een uur"),
    ],
)
async def test_hours_that_cannot_be(town: Town, form: dict[str, str], said: str) -> None:
    """What cannot be is refused with a reason, and nothing changes."""
    before = await person(town, "sofie")
    async with town.browser("els") as browser:
        answer = await post(browser, "/hr/people/sofie", "/hr/people/sofie/work", **form)
    assert (422, True) == (answer.status_code, said in answer.text)
    assert before == await person(town, "sofie")


async def test_away_and_who_stands_in(town: Town) -> None:
    """Somebody away hears nothing, the deputy hears it; and back again."""
    await absent(town, "c1", "jan")
    async with town.browser("els") as browser:
        form = {"since": "2026-11-03", "until": "2026-11-13", "deputy": "tom"}
        await post(browser, "/hr/people/sofie", "/hr/people/sofie/away", **form)
        sofie = await person(town, "sofie")
        assert (date(2026, 11, 3), date(2026, 11, 13), "tom") == (sofie.away_from, sofie.away_until, sofie.deputy)
        await town.go_to("2026-11-06 12:00")
        tom = await person(town, "tom")
        seen = await town.app.database.run(lambda tx: cases.visible(tx, tom, "c1", date(2026, 11, 6)))
        assert seen is not None
        assert "c1" == seen.id
    async with town.browser("els") as browser:
        await post(browser, "/hr/people/sofie", "/hr/people/sofie/back", deputy="tom")
    assert (None, None, "tom") == ((sofie := await person(town, "sofie")).away_from, sofie.away_until, sofie.deputy)
    assert ["sofie"] * 2 == [line.split('"person": "')[1].split('"')[0] for line in await changes(town)]


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"since": "2026-11-13", "until": "2026-11-03"}, "voor de eerste"),
        ({"since": "2026-10-01", "until": "2026-10-31"}, "al voorbij"),
        ({"since": "2026-11-13", "deputy": "jan"}, "Vervangen kan alleen"),
        ({"since": "2026-11-13", "deputy": "sofie"}, "Vervangen kan alleen"),
        ({"since": "2026-11-13", "until": "2026-11-20", "deputy": "nadia"}, "allemaal afwezig"),
    ],
)
async def test_away_that_cannot_be(town: Town, form: dict[str, str], said: str) -> None:
    """A stretch that is over or backwards, a deputy without a role, and a ring of people away are refused."""
    nadia = replace(await person(town, "nadia"), away_from=date(2026, 11, 18), deputy="sofie")
    await town.app.database.run(lambda tx: people.put(tx, nadia))
    before = await person(town, "sofie")
    async with town.browser("els") as browser:
        answer = await post(browser, "/hr/people/sofie", "/hr/people/sofie/away", **form)
        assert (422, True) == (answer.status_code, said in answer.text)
        assert 404 == (await post(browser, "/hr/people/sofie", "/hr/people/sofie/away", deputy="otto")).status_code
    assert before == await person(town, "sofie")


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(1, 10), st.integers(0, 5)), min_size=1, max_size=5))
def test_a_ring_of_people_away_is_found(staff: list[tuple[int, int, int]]) -> None:
    """There is a ring exactly where a day exists on which each in the chain is away, up to the first again."""
    them = {
        str(n): Person(
            str(n), "o", f"P{n}", "", deputy=str(deputy), away_from=date(2026, 11, since) if days else None,
            away_until=date(2026, 11, since + days) if days else None,
        )
        for n, (deputy, since, days) in enumerate(staff)
    }  # fmt: skip
    chain, link = [], them["0"]
    while link is not None and link not in chain:
        chain.append(link)
        link = them.get(link.deputy or "")
    closed = link is not None and link.id == "0"
    together = any(all(one.is_away(date(2026, 11, day)) for one in chain) for day in range(1, 20))
    assert (tuple(chain) if closed and together else ()) == ring(them["0"], them.get)


async def test_where_we_write(town: Town) -> None:
    """HR chooses among the ways that somebody linked, and sees who cannot be reached."""
    await town.app.database.run(lambda tx: addresses.link(tx, "sofie", "telegram", "77", town.clock))
    async with town.browser("els") as browser:
        assert "Schrijf eerst hier" in (await browser.get("/hr/people/sofie")).text
        await post(browser, "/hr/people/sofie", "/hr/people/sofie/first", channel="telegram")
        assert ("telegram", "77") == await town.app.database.run(lambda tx: addresses.address_of(tx, "sofie"))
        for channel in ("fax", "slack", ""):
            answer = await post(browser, "/hr/people/sofie", "/hr/people/sofie/first", channel=channel)
            assert 422 == answer.status_code
        await town.app.database.run(
            lambda tx: [
                addresses.unreachable(tx, way.channel, way.address, town.clock) for way in addresses.ways_to(tx, "jan")
            ]
        )
        assert "nergens bereiken" in (await browser.get("/hr/people/jan")).text
        assert "Niet bereikbaar" in (await browser.get("/hr/people?q=jan")).text


# --- Roles ---------------------------------------------------------------------------------------------


async def test_only_who_gives_roles(town: Town) -> None:
    """The page of roles is the administrator's alone."""
    for who, status in (("els", 404), ("sofie", 404), ("bram", 200)):
        async with town.browser(who) as browser:
            assert status == (await browser.get("/hr/roles")).status_code
            if status == 404:
                assert 404 == (await browser.post("/hr/roles", data={"email": "jan@stad.example"})).status_code


async def test_roles(town: Town) -> None:
    """A role is given by address and taken by its box; a manager stays one, and it holds at the next click."""
    async with town.browser("bram") as browser, town.browser("nadia") as hers:
        assert 404 == (await hers.get("/hr/people")).status_code
        await post(browser, "/hr/roles", "/hr/roles", email="NADIA@stad.example", role=["hr", "manager", "king"])
        assert {"employee", "manager", "hr"} == (await person(town, "nadia")).roles
        await post(browser, "/hr/roles", "/hr/roles", person="els", role="coach")
        assert {"employee", "coach"} == (await person(town, "els")).roles
        answer = await post(browser, "/hr/roles", "/hr/roles", person="nadia")
        assert (422, True) == (answer.status_code, "niemand meer van HR" in answer.text)
        answer = await post(browser, "/hr/roles", "/hr/roles", email="otto@elders.example", role="hr")
        assert (422, True) == (answer.status_code, "ken ik niet" in answer.text)
        assert 422 == (await post(browser, "/hr/roles", "/hr/roles", person="otto", role="hr")).status_code
    assert ["nadia", "els"] == [line.split('"person": "')[1].split('"')[0] for line in await changes(town)]


async def test_never_oneself(town: Town) -> None:
    """Who gives roles gives none to themselves, and drops none of their own."""
    async with town.browser("bram") as browser:
        for form in (
            {"person": "bram", "role": ["admin", "hr"]},
            {"person": "bram"},
            {"email": ADMIN.email, "role": "hr"},
        ):
            answer = await post(browser, "/hr/roles", "/hr/roles", **form)  # type: ignore[arg-type] # a form
            assert (422, True) == (answer.status_code, "eigen rollen" in answer.text)
    assert ADMIN == await person(town, "bram")


async def test_the_last_administrator_stays(town: Town) -> None:
    """Nobody takes the last administrator away, whoever asks."""
    els = await person(town, "els")

    def work(tx: Tx) -> str:
        try:
            give(tx, By(els, town.clock), "bram", frozenset({"hr"}))
        except Unfit as problem:
            return problem.reason
        return ""

    assert "last_admin" == await town.app.database.run(work)


async def test_a_closure_goes_as_it_came(town: Town) -> None:
    """Days without a gap are one line, and go together."""
    async with town.browser("els") as browser:
        await post(browser, "/hr/days", "/hr/days/closed", since="2026-12-28", until="2026-12-31")
        await post(browser, "/hr/days", "/hr/days/closed", since="2026-12-24")
        assert 2 == (await browser.get("/hr/days?year=2026")).text.count('name="remove"')
        await post(browser, "/hr/days", "/hr/days/closed", remove="2026-12-28", remove_until="2026-12-31")
    house = await town.app.database.run(lambda tx: organisations.get(tx, ORGANISATION))
    assert house is not None
    assert {date(2026, 12, 24)} == house.holidays


ARRANGES: dict[str, Callable[[Tx, By], object]] = {
    "days": lambda tx, by: arrangements.close_days(tx, by, add=frozenset({date(2026, 12, 24)})),
    "hour": lambda tx, by: arrangements.begin_at(tx, by, time(7)),
    "facts": lambda tx, by: arrangements.follow(tx, by, "company_d@1", frozenset({"staff_of_50"})),
    "hours": lambda tx, by: arrangements.work(tx, by, "tom", frozenset({1, 2}), time(9), time(12)),
}


@pytest.mark.parametrize("what", ARRANGES)
async def test_nothing_is_undone_by_who_arranges_something_else(tmp_path: Path, postgresql: str, what: str) -> None:
    """On PostgreSQL: a day of closing and a role taken away at the same moment both hold, whoever is first."""
    town = Town(tmp_path, url=postgresql)
    await town.people()
    by, held = By(CAST[0], town.clock), Event()
    tom = next(one for one in CAST if one.id == "tom")

    def first(tx: Tx) -> None:
        journal.head(tx, ORGANISATION)
        people.put(tx, replace(tom, roles=frozenset({"employee"})))
        found = organisations.get(tx, ORGANISATION)
        assert found is not None
        organisations.put(tx, replace(found, holidays=frozenset({date(2026, 12, 31)})))
        held.set()
        while not tx.all(WAITS):  # until the other one is there
            pass

    def then(tx: Tx) -> None:
        assert held.wait(20)
        ARRANGES[what](tx, by)

    await asyncio.gather(town.app.database.run(first), town.app.database.run(then))
    house = await town.app.database.run(lambda tx: organisations.get(tx, ORGANISATION))
    assert house is not None
    assert date(2026, 12, 31) in house.holidays
    assert {"employee"} == (await person(town, "tom")).roles
    await town.close()
