"""The page of a case: what HR sees and does not see, and everything that can be done from it."""

from __future__ import annotations

import itertools
import re
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, get_args

import pytest

from bot import publishing
from bot.acts import ACTS, DATES, OUTCOMES, REASONS
from bot.case_file import File, Reader
from bot.changing import open_case, save
from bot.web.course import title
from bot.web.hr import lanes, said
from bot.web.pages import PAGES, template
from conversations.case import Attempt, Contact, Person
from conversations.changes import Change, CheckInsSet, Closed, ContactAgreed, Contacted, Done, Learned, Moved, Returned
from conversations.talking.dialogue import OpenCase
from conversations.timing import cadence as cadences
from conversations.timing.waiting import Waiting
from storage import journal, outbox, people, reading, standing
from tests.bot.adopt import adopt
from tests.bot.test_web import HOME, Town, csrf
from tests.world import CAST, ORGANISATION

if TYPE_CHECKING:
    import httpx2

    from storage.database import Tx

EVERYBODY = {person.id: person for person in CAST}


@pytest.fixture
async def town(tmp_path: Path) -> AsyncIterator[Town]:
    """Jan is absent for ten weeks; nobody answered for two."""
    town = Town(tmp_path)
    await town.people()
    await town.on_web()
    report = OpenCase("jan", town.today - timedelta(days=70), town.today, town.today + timedelta(days=20))

    def work(tx: Tx) -> None:
        open_case(tx, town.app.house, EVERYBODY["jan"], report, EVERYBODY["sofie"], town.clock)

    await town.app.database.run(work)
    await town.go_to(town.after(days=14))
    yield town
    await town.close()


async def change(town: Town, *changes: Change) -> None:
    """Jan's case changes."""
    case = await town.case("jan")
    await town.app.database.run(lambda tx: save(tx, town.app.house, case, list(changes), "sofie", town.clock))


async def page_of(town: Town, browser: httpx2.AsyncClient) -> httpx2.Response:
    """The page of Jan's case."""
    return await browser.get(f"/hr/case/{(await town.case('jan')).id}")


async def do(town: Town, browser: httpx2.AsyncClient, act: str, /, **fields: str) -> str:
    """Send a form of the page; the code of what is said afterwards."""
    case = await town.case("jan")
    here = f"/hr/case/{case.id}"
    token = csrf(await browser.get(here))
    given = {"csrf": token, "version": str(case.version), **fields}
    answer = await browser.post(f"{here}/{act}", data=given, headers={"Referer": f"{HOME}{here}"})
    assert answer.status_code == 303, answer.status_code
    found = re.fullmatch(rf"{here}\?said=(\w+)#said", answer.headers["location"])
    assert found is not None
    return found[1]


def plain(text: str) -> str:
    """The words of a page."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text))


# --- What is seen --------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["sofie", "jan", "tom", "nadia"])
async def test_only_for_hr(town: Town, who: str) -> None:
    """For anybody else it is not there, as a case that is not."""
    case = await town.case("jan")
    async with town.browser(who) as browser:
        assert [(await browser.get(f"/hr/case/{one}")).status_code for one in (case.id, "none")] == [404, 404]


async def test_not_of_oneself(town: Town) -> None:
    """HR's own absence is not HR's to look at."""
    report = OpenCase("els", town.today, town.today)

    def work(tx: Tx) -> str:
        return open_case(tx, town.app.house, EVERYBODY["els"], report, EVERYBODY["tom"], town.clock).id

    own = await town.app.database.run(work)
    async with town.browser("els") as browser:
        assert (await browser.get(f"/hr/case/{own}")).status_code == 404


async def test_looking_is_written_down(town: Town) -> None:
    """That HR looked stands in the journal, and not on the page."""
    case = await town.case("jan")
    async with town.browser("els") as browser:
        answer = await browser.get(f"/hr/case/{case.id}")
        again = await browser.get(f"/hr/case/{case.id}")
    assert [answer.status_code, again.status_code] == [200, 200]
    assert ["els", "els"] == [one.by for one in await town.app.database.run(lambda tx: reading.of(tx, case.id))]
    assert "Read" not in again.text


async def test_the_employee_hears_who_looked(town: Town) -> None:
    """Who and on which days, also of a case that ended; the auditor's look too, and never what for."""
    case = await town.case("jan")
    auditor = Person("ann", ORGANISATION, "Ann Audit", "ann@stad.example", frozenset({"employee", "audit"}))

    def look(tx: Tx) -> None:
        people.put(tx, auditor)
        reading.note(tx, auditor, case, town.clock, town.today, "read_readers")

    async with town.browser("els") as browser:
        await browser.get(f"/hr/case/{case.id}")
        assert await do(town, browser, "close", outcome="left") == "closed"
    await town.app.database.run(look)
    await town.say("jan", "wie keek er in mijn dossier?")
    said = (await town.app.database.run(lambda tx: outbox.transcript(tx, "jan", 1)))[-1].body
    assert "Els Willems" in said
    assert "Ann Audit" in said
    assert "read_readers" not in said
    assert "Sofie" not in said


async def test_what_is_of_the_employee_stays_there(town: Town) -> None:
    """No check-ins, no choice about them, and nobody's own words (domain d.4)."""
    contact = Contact(
        channel="phone", colleagues="agreed_text", colleagues_text="Zeg maar niets.", agreed_on=town.today
    )
    await change(town, CheckInsSet("yes"), Done("check_in", 2), ContactAgreed(contact))
    await town.go_to(town.after(days=30))
    async with town.browser("els") as browser:
        words = plain((await page_of(town, browser)).text)
    assert "Zeg maar niets" not in words
    assert "Keuze van de medewerker" not in words
    assert title("check_in").lower() not in words.replace("Check-ins van Jan", "").lower()
    assert "per telefoon" in words


async def test_why_it_was_said_or_not(town: Town) -> None:
    """Every decision with its reason in words; what waits says why it is not said yet."""
    rest = Contact(disconnect_until=town.today + timedelta(days=20), restarts="sofie", agreed_on=town.today)
    await change(town, ContactAgreed(rest))
    await town.go_to(town.after(days=7))
    async with town.browser("els") as browser:
        words = plain((await page_of(town, browser)).text)
    assert "gevraagd" in words
    assert "gemist: te laat" in words
    assert "volledige rust" in words


async def test_a_silenced_case(town: Town) -> None:
    """Nothing comes any more and nothing can be done; what happened can be read."""
    case = await town.case("jan")
    async with town.browser("els") as browser:
        assert await do(town, browser, "stop", sure="yes") == "silenced"
        answer = await browser.get(f"/hr/case/{case.id}")
        assert (await browser.get(f"/hr/case/{case.id}/stop")).status_code == 404
    words = plain(answer.text)
    assert "Alle berichten over Jan zijn stopgezet" in words
    assert "Alle berichten stopgezet" in words
    assert "Wat je kan doen" not in words
    assert "Tijdlijn" not in words


async def test_a_step_of_ones_own_has_its_own_name(town: Town) -> None:
    """What HR added is called as HR calls it: waiting and done, on Vandaag and on the case; never by its id."""
    mine = cadences.added(cadences.begin("eigen_stad", town.app.house.packs["company_c@1"]), "buddy_koffie", {
        "to": "manager", "at": "absence_start + 60d",
    })  # fmt: skip
    mine = replace(mine, texts={"buddy_koffie": "# koffie met de buddy\n\nDrink een koffie met {{ employee }}.\n"})

    def publish(tx: Tx) -> str:
        house = town.app.house.organisation(tx, ORGANISATION)
        return publishing.publish(tx, town.app.house, house, mine, "els", town.clock).ref

    ref = await town.app.database.run(publish)
    await adopt(town.app.database, town.app.house, ORGANISATION, ref, "all", "els", town.clock)
    await change(town, Moved("absence_start", town.today - timedelta(days=62)))
    await town.go_to(town.after(days=3))
    case = (await town.case("jan")).id
    waits = await town.app.database.run(lambda tx: standing.of_case(tx, case))
    nth = next(str(one.nth) for one in waits if one.milestone == "buddy_koffie")
    async with town.browser("els") as browser:
        first, seen = (await browser.get("/hr")).text, (await page_of(town, browser)).text
        assert await do(town, browser, "done", milestone="buddy_koffie", nth=nth) == "done"
        after = (await page_of(town, browser)).text
    assert "Koffie met de buddy" in plain(first)
    for page in (seen, after):
        words = plain(page)
        assert words.lower().count("koffie met de buddy") >= 3
        assert "buddy_koffie" not in words
    assert "Gedaan: koffie met de buddy" in plain(after)


# --- What is done --------------------------------------------------------------------------------------


async def test_a_date_is_corrected(town: Town) -> None:
    """Set, wiped, and the first day with its spell; a day that cannot be is refused."""
    start, back = town.today - timedelta(days=90), town.today - timedelta(days=1)
    async with town.browser("els") as browser:
        assert await do(town, browser, "date", anchor="expected_return", day="2027-01-11") == "moved"
        assert (await town.case("jan")).anchors["expected_return"] == date(2027, 1, 11)
        assert await do(town, browser, "date", anchor="certificate_end", day="2027-01-15") == "moved"
        assert "expected_return" not in (await town.case("jan")).anchors
        assert await do(town, browser, "date", anchor="certificate_end") == "moved"
        assert "certificate_end" not in (await town.case("jan")).anchors
        assert await do(town, browser, "date", anchor="absence_start", day=start.isoformat()) == "moved"
        assert (await town.case("jan")).spells[0].start == start
        assert await do(town, browser, "date", anchor="absence_start") == "no_date"
        assert await do(town, browser, "date", anchor="case_closed", day="2026-11-02") == "no_date"
        assert await do(town, browser, "date", anchor="estimate_done", day="2030-01-01") == "odd_date"
        assert await do(town, browser, "date", anchor="actual_return", day=back.isoformat()) == "moved"
        assert (await town.case("jan")).spells[-1].end == back - timedelta(days=1)
        assert await do(town, browser, "date", anchor="actual_return", day=town.today.isoformat()) == "moved"
        assert (await town.case("jan")).spells[-1].end == back
        assert await do(town, browser, "date", anchor="actual_return") == "moved"
        assert (await town.case("jan")).spells[-1].end is None


async def test_another_manager(town: Town) -> None:
    """Only somebody who can, and only once the employee knows; the new one hears of it."""
    async with town.browser("els") as browser:
        for to in ("jan", "sofie", "fatima", "nobody", ""):
            assert await do(town, browser, "hand-over", to=to, told="yes") == "nobody"
        assert await do(town, browser, "hand-over", to="nadia") == "tell_first"
        assert await do(town, browser, "hand-over", address="NADIA@stad.example", told="yes") == "handed"
    assert (await town.case("jan")).manager == "nadia"
    rows = await town.app.database.run(lambda tx: outbox.transcript(tx, "nadia", 5))
    assert any("Jan" in row.body for row in rows)


async def test_a_coach(town: Town) -> None:
    """Somebody who is one, and nobody again."""
    async with town.browser("els") as browser:
        assert await do(town, browser, "coach", to="sofie") == "nobody"
        assert await do(town, browser, "coach", to="tom") == "coached"
        assert (await town.case("jan")).coach == "tom"
        assert await do(town, browser, "coach", to="") == "coached"
    assert (await town.case("jan")).coach is None


async def test_only_the_contact(town: Town) -> None:
    """The contact is taken over; the case stays with whoever leads it."""
    async with town.browser("els") as browser:
        assert await do(town, browser, "take-over", what="contact") == "taken"
        assert await do(town, browser, "take-over", what="contact") == "already"
    case = await town.case("jan")
    assert ("els", "sofie") == (case.contact.person, case.manager)


async def test_more_time(town: Town) -> None:
    """A term is extended with a reason, which is in the journal; it is asked again on that day."""
    step = await some_step(town)
    day = town.today + timedelta(days=10)
    about = {"milestone": step.milestone, "nth": str(step.nth)}
    async with town.browser("els") as browser:
        assert await do(town, browser, "extend", **about, day=day.isoformat()) == "no_reason"
        assert await do(town, browser, "extend", **about, day="2030-01-01", reason="advice") == "odd_date"
        assert await do(town, browser, "extend", **about, day=day.isoformat(), reason="advice") == "extended"
        words = plain((await page_of(town, browser)).text)
        assert "er wordt op advies gewacht" in words
        assert await do(town, browser, "extend", milestone="nothing", nth="x", day="", reason="advice") == "gone"
    case = await town.case("jan")
    assert case.put_off[f"{step.milestone}#{step.nth}"] == day
    found = await town.app.database.run(lambda tx: standing.step(tx, case.id, step.milestone, step.nth))
    assert found is not None
    assert not found.is_late(town.today)


async def some_step(town: Town) -> Waiting:
    """Something the line manager should have done, and no law says when."""
    case = await town.case("jan")
    policy = town.app.house.packs[case.policy]
    found = await town.app.database.run(lambda tx: standing.of_case(tx, case.id))
    known = {one.milestone: policy.milestone(one.milestone) for one in found}
    return next(one for one in found if one.to == "manager" and (rule := known[one.milestone]) and rule.kind != "law")


async def test_pause_and_go_on(town: Town) -> None:
    """Until a day, and sooner."""
    day = town.today + timedelta(days=30)
    async with town.browser("els") as browser:
        assert await do(town, browser, "resume") == "already"
        assert await do(town, browser, "pause", day="2029-01-01") == "odd_date"
        assert await do(town, browser, "pause", day=day.isoformat()) == "paused"
        assert "gepauzeerd" in plain((await page_of(town, browser)).text)
        assert await do(town, browser, "resume") == "resumed"
    assert (await town.case("jan")).status == "open"


async def test_closing(town: Town) -> None:
    """How it ends is chosen; who came back needs a day on which; afterwards the page can be read."""
    case = await town.case("jan")
    async with town.browser("els") as browser:
        assert "Hoe eindigt het?" in (await browser.get(f"/hr/case/{case.id}/close")).text
        assert await do(town, browser, "close", outcome="nonsense") == "no_outcome"
        assert await do(town, browser, "close", outcome="returned") == "first_returned"
        assert await do(town, browser, "close", outcome="left") == "closed"
        words = plain((await browser.get(f"/hr/case/{case.id}")).text)
    assert "Gesloten: uit dienst" in words
    assert "Wat nu wacht" not in words


async def test_stopping_is_sure(town: Town) -> None:
    """Not without a tick, and never by a link."""
    case = await town.case("jan")
    async with town.browser("els") as browser:
        assert await do(town, browser, "stop") == "not_sure"
        assert (await browser.get(f"/hr/case/{case.id}/stop")).status_code == 200
    assert (await town.case("jan")).status == "open"


async def test_somebody_was_first(town: Town) -> None:
    """A form about the case as it was is refused, and nothing of it is kept."""
    async with town.browser("els") as browser:
        page = await page_of(town, browser)
        before = await town.case("jan")
        await change(town, Moved("expected_return", date(2027, 2, 1)))
        given = {"csrf": csrf(page), "version": str(before.version), "anchor": "expected_return", "day": "2027-03-01"}
        answer = await browser.post(f"/hr/case/{before.id}/date", data=given)
        assert "said=changed" in answer.headers["location"]
        assert "Iemand anders wijzigde dit dossier" in (await browser.get(f"/hr/case/{before.id}?said=changed")).text
    assert (await town.case("jan")).anchors["expected_return"] == date(2027, 2, 1)


async def test_an_act_that_is_not_there(town: Town) -> None:
    """An unknown act, or a case that is not, is not there."""
    case = await town.case("jan")
    async with town.browser("els") as browser:
        token = csrf(await page_of(town, browser))
        for path in (f"/hr/case/{case.id}/nonsense", "/hr/case/none/done"):
            assert (await browser.post(path, data={"csrf": token})).status_code == 404
    async with town.browser("sofie") as browser:
        assert (await browser.post(f"/hr/case/{case.id}/stop", data={"sure": "yes"})).status_code == 404


# --- Words and drawing ---------------------------------------------------------------------------------


def test_every_change_has_words() -> None:
    """In the journal every way a case changes is told; none with the words for what is unknown."""
    line = template("hr/journal.html").line
    told = {
        Done("first_call"), Closed("left", date(2026, 11, 2)), Returned(date(2026, 11, 2)), Learned("potential"),
        Contacted(Attempt(date(2026, 11, 2), "no_answer", "phone")), Moved("certificate_end", None),
        ContactAgreed(Contact(frequency="weekly", channel="mail", disconnect_until=date(2026, 12, 1))),
    }  # fmt: skip
    unknown = line({"change": "Nonsense"}, {}, title).strip()
    for change in told:
        words = line({name: days(value) for name, value in journal.said(change).items()}, {}, title).strip()
        assert words
        assert words != unknown
    source = (Path(str(PAGES.get_template("nl/pages/hr/journal.html").filename))).read_text(encoding="utf-8")
    assert set() == {one.__name__ for one in get_args(Change)} - set(re.findall(r'what == "(\w+)"', source))


def days(value: object) -> object:
    """A day as the page has it."""
    return date.fromisoformat(value) if isinstance(value, str) and re.fullmatch(r"\d{4}-\d\d-\d\d", value) else value


def test_every_code_has_words() -> None:
    """What was done or not done is said, every date and every reason has a name."""
    words = template("hr/case_words.html")
    assert set(words.done_words) == said.DONE
    assert set(words.not_done_words) == said.NOT_DONE
    assert {way.said for way in ACTS.values()} | {"known", "again"} == said.DONE
    assert set(DATES) <= set(words.date_names)
    assert set(REASONS) == set(words.term_reasons)
    assert set(OUTCOMES) == set(words.outcomes_of)


async def test_the_picture_has_everything(town: Town) -> None:
    """Every step stands once in it, within its edges, on the lane of its clock or of who does it."""
    file = await read(town)
    assert file.steps is not None
    picture = lanes.picture(file.policy, file.case, file.steps, town.today)
    names = [lane.name for lane in picture.lanes]
    assert names[0] == "absence"
    assert "incapacity_start" in names
    assert "manager" in names
    assert all(0 <= one.place <= 100 for one in picture.signs)
    assert all(0 <= bar.place <= 100 and bar.place + bar.width <= 100.01 for lane in picture.lanes for bar in lane.bars)
    for lane in picture.lanes:
        places = sorted((one.row, one.place) for one in lane.signs)
        assert all(b[1] - a[1] >= lanes.APART for a, b in itertools.pairwise(places) if a[0] == b[0])


async def read(town: Town) -> File:
    """What the page knows of Jan's case."""
    case = await town.case("jan")
    return await town.app.database.run(lambda tx: Reader(town.app.house, tx, EVERYBODY["els"], case, town.clock).file())


async def test_of_many_managers_the_address_is_typed(town: Town) -> None:
    """A list of thousands is no list: the address is asked for instead."""

    def work(tx: Tx) -> None:
        for number in range(201):
            one = replace(EVERYBODY["nadia"], id=f"n{number}", name=f"Nel {number}", email=f"n{number}@stad.example")
            people.put(tx, one)

    await town.app.database.run(work)
    async with town.browser("els") as browser:
        words = (await page_of(town, browser)).text
    assert 'name="address"' in words
    assert "Nel 7" not in words
