"""Two pairs of eyes: what waits for a second person where there is one, and who alone decides alone."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx2
import pytest

from bot import second
from bot.outgoing import addressed
from bot.second import Wish
from bot.web.conversation import Room
from conversations.access import SECOND
from conversations.case import Person
from messages.markdown import parse
from messages.message import Message, as_text, from_json
from storage import addresses, journal, organisations, outbox, people, policies, proposals
from tests.bot.forms import Page
from tests.bot.test_hr_cadence import change_step, policy_of, running, seen, sent
from tests.bot.test_hr_import import PATH as IMPORT
from tests.bot.test_hr_import import mark, upload, yes
from tests.bot.test_web import Town, csrf
from tests.world import CAST, ORGANISATION

if TYPE_CHECKING:
    from storage.database import Tx

PREVIEW = "/hr/cadence/preview"
KIM = Person("kim", ORGANISATION, "Kim Tweede", "kim@stad.example", frozenset({"employee", "hr"}))
LEA = replace(KIM, id="lea", name="Lea Derde", email="lea@stad.example")
BRAM = Person("bram", ORGANISATION, "Bram Beheer", "bram@stad.example", frozenset({"employee", "admin"}))
ANN = replace(BRAM, id="ann", name="Ann Andere", email="ann@stad.example")


@pytest.fixture
async def town(tmp_path: Path) -> AsyncIterator[Town]:
    """A town on the web with a running case; Kim and Lea are of HR, Bram and Ann administrators. None came in yet."""
    town = Town(tmp_path)
    await town.people()
    await town.on_web()

    def work(tx: Tx) -> None:
        for one in (KIM, LEA, BRAM, ANN):
            people.put(tx, one)
            addresses.link(tx, one.id, "web", one.id, town.clock)

    await town.app.database.run(work)
    await running(town, "jan")
    yield town
    await town.close()


async def asks(browser: httpx2.AsyncClient, which: str = "all") -> httpx2.Response:
    """Put the draft into use, as far as that goes."""
    form = (await seen(browser, PREVIEW)).form("/adopt")
    sure = Page((await sent(browser, "", form, which=which)).text)
    return await sent(browser, "", sure.form("/adopt"))


async def answers(browser: httpx2.AsyncClient, answer: str, **more: str) -> str:
    """Where the answer to what waits leads."""
    form = (await seen(browser, PREVIEW)).form("/answer", answer=answer)
    return (await sent(browser, "", form, **more)).headers["location"]


async def in_use(town: Town) -> str:
    """What new cases follow."""
    found = await town.app.database.run(lambda tx: organisations.get(tx, ORGANISATION))
    assert found is not None
    return found.policy


async def heard(town: Town, who: str) -> list[str]:
    """What was said to somebody."""
    rows = await town.app.database.run(lambda tx: outbox.transcript(tx, who, 20))
    return [as_text(from_json(row.body)) for row in rows if row.body and row.case is None]


async def written(town: Town) -> list[dict[str, Any]]:
    """The journal of the house, oldest first: each change, and then by whom."""
    entries = await town.app.database.run(lambda tx: journal.before(tx, ORGANISATION, 10**9, 100))
    of_house = [entry for entry in reversed(entries) if entry.case is None]
    return [change for entry in of_house for change in [*entry.changes, {"by": entry.by}]]


async def changed(town: Town, *those: Person) -> None:
    """These people are like this from now on."""
    await town.app.database.run(lambda tx: [people.put(tx, one) for one in those])


async def test_a_version_goes_into_use_with_two(town: Town) -> None:
    """Asked once and heard once; whoever asked cannot agree; a colleague can, and both stand in the journal."""
    async with town.browser("kim") as kim, town.browser("els") as els:
        await change_step(els, "first_steps", at0_n="5")
        assert "Vraag een collega om mee te kijken" in (await els.get(PREVIEW)).text
        for _ in range(2):
            form = {"csrf": csrf(await els.get("/hr")), "ref": "", "since": "1", "which": "all", "sure": "yes"}
            answer = await els.post("/hr/cadence/adopt", data=form)
            assert f"{PREVIEW}?second=asked" == answer.headers["location"]
        assert ["Els wil een ander ritme in gebruik nemen. Kijk je mee?"] == [
            text.partition(" Het gaat pas in")[0] for text in await heard(town, "kim")
        ]
        assert [] == await heard(town, "lea"), "who never came in is asked nothing"
        waits = Page((await els.get(PREVIEW)).text)
        assert "Wacht op een collega" in waits.text
        key = waits.form("/answer", answer="withdraw").values["proposal"]
        form = {"csrf": csrf(await els.get("/hr")), "ref": "", "proposal": key, "answer": "agree"}
        answer = await els.post("/hr/cadence/answer", data=form)
        assert f"{PREVIEW}?problem=own_proposal" == answer.headers["location"]
        assert "Dit vroeg je zelf" in (await els.get(answer.headers["location"])).text
        assert "company_c@1" == await in_use(town)
        assert "Els Willems vroeg het op" in (await seen(kim, "/hr")).text
        assert "Els Willems vraagt je om mee te kijken. Wie" in (await seen(kim, "/hr/cadence")).text
        page = await seen(kim, PREVIEW)
        assert "Els Willems vraagt je om mee te kijken." in page.text
        assert not [form for form in page.forms if form.action.endswith("/adopt")]
        assert "/hr/cadence?done=yes" == await answers(kim, "agree")
        assert ("own_stad@1", "own_stad@1") == (await in_use(town), await policy_of(town, "jan"))
        assert "Samen kijken" not in (await seen(kim, "/hr")).text
    assert ["Kim keek mee en zei ja. Het ritme is in gebruik."] == await heard(town, "els")
    lines = await written(town)
    assert ["Proposed", "els", "Agreed", "kim", "Published", "els", "Adopted", "els"] == [
        line.get("change") or line["by"] for line in lines
    ]
    assert {"change": "Adopted", "policy": "own_stad@1", "cases": "all", "second": "kim"} == lines[6]


async def test_what_is_not_right_any_more_stays_out_of_use(town: Town) -> None:
    """A draft whose words no longer pass, as after an upgrade: who agrees reads why, and it waits as it did."""
    async with town.browser("kim") as kim, town.browser("els") as els:
        await change_step(els, "first_steps", at0_n="5")

        def worsened(tx: Tx) -> None:
            draft, me = policies.draft(tx, ORGANISATION), people.get(tx, "els")
            assert draft.text is not None
            assert me is not None
            text = draft.text + 'texts:\n  first_call: "# bel even\\n\\n{{ stranger }}"\n'
            policies.keep_draft(tx, ORGANISATION, text, draft.revision, "els", town.clock)
            second.ask(tx, town.app.house, me, Wish("adopt_policy", "", "all"), town.clock)

        await town.app.database.run(worsened)
        form = (await seen(kim, PREVIEW)).form("/answer", answer="agree")
        answer = await sent(kim, "", form)
        assert (422, True) == (answer.status_code, "/hr/cadence/draft/text/first_call" in answer.text)
        assert "company_c@1" == await in_use(town)
        assert "Els Willems vraagt je om mee te kijken." in (await seen(kim, PREVIEW)).text


async def test_who_is_alone_decides_alone(town: Town) -> None:
    """Colleagues of HR who never came in are nobody to wait for; the journal says that it was done alone."""
    async with town.browser("els") as els:
        await change_step(els, "first_steps", at0_n="5")
        assert "Neem in gebruik" in (await els.get(PREVIEW)).text
        assert "/hr/cadence?done=yes" == (await asks(els, "new")).headers["location"]
    assert {"change": "Adopted", "policy": "own_stad@1", "cases": "new", "alone": True} in await written(town)


async def test_two_who_agree_at_once(town: Town) -> None:
    """It goes into use once; the other one reads that somebody was first."""
    async with town.browser("kim") as kim, town.browser("lea") as lea, town.browser("els") as els:
        await change_step(els, "first_steps", at0_n="5")
        await asks(els)
        forms = [(one, (await seen(one, PREVIEW)).form("/answer", answer="agree")) for one in (kim, lea)]
        both = await asyncio.gather(*(sent(one, "", form) for one, form in forms))
        assert {"/hr/cadence?done=yes", f"{PREVIEW}?problem=answered"} == {one.headers["location"] for one in both}
    assert 1 == len(await town.app.database.run(lambda tx: policies.versions(tx, ORGANISATION)))
    assert 1 == len([text for text in await heard(town, "els") if "zei ja" in text])


async def test_it_comes_back(town: Town) -> None:
    """With a reason that was chosen; who asked reads it, may ask again, and may withdraw."""
    async with town.browser("kim") as kim, town.browser("els") as els:
        await change_step(els, "first_steps", at0_n="5")
        await asks(els)
        assert f"{PREVIEW}?problem=no_reason" == await answers(kim, "back", reason="zomaar")
        assert f"{PREVIEW}?second=back" == await answers(kim, "back", reason="talk")
        for path in ("/hr", PREVIEW):
            assert "Kim Tweede stuurde het terug. Praten jullie er eerst over?" in (await seen(els, path)).text
        assert "Praten jullie er eerst even over?" in (await heard(town, "els"))[-1]
        await asks(els)
        assert 2 == len(await heard(town, "kim"))
        assert f"{PREVIEW}?second=withdraw" == await answers(els, "withdraw")
        assert "Samen kijken" not in (await seen(kim, "/hr")).text
    assert "company_c@1" == await in_use(town)


async def test_what_was_overtaken_is_refused(town: Town) -> None:
    """The draft changed, a fortnight went by, who asked is no more of HR, or who agrees: nothing goes into use."""
    async with town.browser("kim") as kim, town.browser("els") as els:
        await change_step(els, "first_steps", at0_n="5")
        await asks(els)
        form = (await seen(kim, PREVIEW)).form("/answer", answer="agree")
        await changed(town, replace(CAST[0], roles=frozenset({"employee"})))
        assert f"{PREVIEW}?problem=overtaken" == (await sent(kim, "", form)).headers["location"]
        await changed(town, CAST[0], replace(KIM, roles=frozenset({"employee"})))
        assert 404 == (await sent(kim, "", form)).status_code
        await changed(town, KIM)
        await change_step(kim, "first_steps", at0_n="6")
        assert f"{PREVIEW}?problem=overtaken" == (await sent(kim, "", form)).headers["location"]
        assert "Intussen is er iets veranderd" in (await seen(kim, f"{PREVIEW}?problem=overtaken")).text
        assert "Vraag een collega" in (await seen(kim, PREVIEW)).text, "either may ask for what it is now"
        await asks(els)
    town.clock += timedelta(days=14)
    assert [] == await town.app.database.run(lambda tx: proposals.of(tx, ORGANISATION, town.clock))
    assert "company_c@1" == await in_use(town)


async def test_a_role_is_taken_away_in_between(town: Town) -> None:
    """Who may act is looked at in the transaction of the act, whatever the page knew."""
    found = await town.app.database.run(lambda tx: people.get(tx, "kim"))
    assert found is not None
    await changed(town, replace(KIM, roles=frozenset({"employee"})))
    with pytest.raises(second.Unfit, match="not_any_more"):
        await town.app.database.run(lambda tx: second.again(tx, found, "adopt_policy", town.clock))


async def test_a_role_is_given_with_two(town: Town) -> None:
    """Where a second administrator came in, that one agrees first; what changed meanwhile is refused."""
    async with town.browser("ann") as ann, town.browser("bram") as bram:
        form = {"csrf": csrf(await bram.get("/hr/roles")), "email": "nadia@stad.example", "role": "hr"}
        assert "/hr/roles?second=asked" == (await bram.post("/hr/roles", data=form)).headers["location"]
        again = await ann.post("/hr/roles", data={**form, "csrf": csrf(await ann.get("/hr/roles"))})
        assert (422, True) == (again.status_code, "Kijk jij mee?" in again.text)
        assert 1 == len(await heard(town, "ann"))
        assert "rollen van Nadia" in (await heard(town, "ann"))[0]
        page = await seen(ann, "/hr/roles")
        assert "Rollen van Nadia Haddad: HR (nu: geen rol)" in page.text
        assert "Kijk" in (await seen(ann, "/hr/technical")).text
        assert "Nadia" not in (await seen(ann, "/hr/technical")).text
        agree = page.form("/answer", answer="agree")
        own = (await seen(bram, "/hr/roles")).form("/answer", answer="withdraw")
        assert 422 == (await sent(bram, "", own, answer="agree")).status_code
        nadia = next(one for one in CAST if one.id == "nadia")
        await changed(town, replace(nadia, roles=nadia.roles | {"coach"}))
        assert (422, True) == ((late := await sent(ann, "", agree)).status_code, "iets veranderd" in late.text)
        await changed(town, nadia)
        assert "/hr/roles?done=yes" == (await sent(ann, "", agree)).headers["location"]
    found = await town.app.database.run(lambda tx: people.get(tx, "nadia"))
    assert found is not None
    assert {"employee", "manager", "hr"} == found.roles
    assert {"change": "Roles", "person": "nadia", "roles": sorted(found.roles), "second": "ann"} in await written(town)
    assert "zijn aangepast" in (await heard(town, "bram"))[-1]


async def test_no_way_around(town: Town) -> None:
    """Another pack on the first page, or a role in a file, asks nobody: so neither is done there where two are."""
    await changed(town, replace(CAST[0], roles=frozenset({"employee", "hr", "admin"})))
    async with town.browser("kim"), town.browser("ann"), town.browser("els") as els:
        page = await seen(els, "/hr/start")
        assert "daar kijkt een collega mee" in page.text
        await sent(els, "/hr/start", page.form("/start"), pack="company_d", size="of_50", statute="contractual")
        assert "company_c@1" == await in_use(town)
        file = "naam;e-mail;rol\nJan Peeters;jan@stad.example;hr\n"
        path = (await upload(els, ("m.csv", file))).headers["location"]
        answer = await els.get(path)
        assert (422, True) == (answer.status_code, "op de pagina Rollen" in answer.text)


@pytest.mark.parametrize("row", ["rol;medewerker", "actief;nee"])
async def test_nobody_is_made_the_only_one_by_a_file(town: Town, row: str) -> None:
    """A file that takes a role of the house away, or says that who has it left, takes a second one of HR too."""
    column, value = row.split(";")
    file = f"naam;e-mail;{column}\nKim Tweede;kim@stad.example;{value}\n"
    async with town.browser("kim") as kim, town.browser("els") as els:
        path = (await upload(els, ("m.csv", file))).headers["location"]
        page = await seen(els, path)
        assert "Kim Tweede verliest een rol" in page.text
        assert "Wacht op je collega" in page.text
        form = {"csrf": csrf(await els.get("/hr")), "mark": mark(await kim.get(path)), "answer": "yes"}
        answer = await els.post(path, data=form)
        assert (422, True) == (answer.status_code, "tweede persoon" in answer.text)
        assert f"{IMPORT}?done=yes" == (await yes(kim, path)).headers["location"]
        path = (await upload(els, ("m.csv", "naam;e-mail;rol\nLea Derde;lea@stad.example;medewerker\n"))).headers[
            "location"
        ]
        assert f"{IMPORT}?done=yes" == (await yes(els, path)).headers["location"], "who never came in is nobody to ask"


async def test_no_first_administrator_by_a_file_twice(town: Town) -> None:
    """Where administrators left, HR makes nobody one: that is for who runs the machine."""
    await changed(town, replace(BRAM, active=False), replace(ANN, active=False))
    async with town.browser("els") as els:
        path = (await upload(els, ("m.csv", "naam;e-mail;rol\nJan Peeters;jan@stad.example;beheerder\n"))).headers[
            "location"
        ]
        answer = await els.get(path)
        assert (422, True) == (answer.status_code, "alleen een beheerder geeft" in answer.text)


def test_the_message_leads_to_the_page() -> None:
    """On our own pages and on a platform: to a page that is about no case."""
    message = Message(parse("[Bekijk het](page:today)")[0])
    assert "https://stad.example/hr" == addressed(message, None, "https://stad.example").paragraphs[0].runs[0].url
    assert "/hr/roles" == Room("me", KIM, "/chat", "", "/plan/").page_of(None)("page:roles")


def test_the_page_says_what_takes_two() -> None:
    """docs/privacy.md names every act that a second person agrees to, and no other."""
    text = (Path(__file__).parents[2] / "docs" / "privacy.md").read_text(encoding="utf-8")
    section = text.partition("- **Two pairs of eyes**")[2].partition("\n- ")[0].partition("\n\n")[0]
    assert set(SECOND) == set(re.findall(r"`(\w+)`", section))
