"""HR's cadence, by its pages and forms as a browser without a script sends them, on the real bot and database."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import httpx2
import pytest
import yaml
from typer.testing import CliRunner

from bot import cli, packs
from bot.web.pages import PAGES
from conversations.case import Case, Spell
from conversations.timing.facts import FACTS
from conversations.timing.terms import ANCHORS, DIALOGUES
from storage import cases, organisations, policies, texts
from storage.policies import Draft
from tests.bot.forms import Form, Page
from tests.bot.test_web import Town
from tests.world import ORGANISATION, STAFF

if TYPE_CHECKING:
    from storage.database import Tx

DRAFT = "/hr/cadence/draft"
# Words of the file, which are on no page but that of the file itself.
GRAMMAR = re.compile(rf"\b(?:{'|'.join(sorted((ANCHORS | set(FACTS)) - {'contact'}))})\b|\b\d+(?:wd|d|w|m)\b")


@pytest.fixture
async def town(tmp_path: Path) -> AsyncIterator[Town]:
    """A town on the web, with Anneke as a second one of HR."""
    town = Town(tmp_path)
    await town.people()
    await town.on_web()
    yield town
    await town.close()


async def seen(browser: httpx2.AsyncClient, path: str) -> Page:
    """A page that is there."""
    answer = await browser.get(path)
    assert answer.status_code == 200, f"{path}: {answer.status_code}"
    return Page(answer.text)


async def sent(browser: httpx2.AsyncClient, path: str, form: Form, **changed: str) -> httpx2.Response:
    """The form as it stands, with what was changed."""
    return await browser.post(form.action or path, data={**form.values, **changed})


async def drafted(town: Town) -> Draft:
    """The draft as it is kept."""
    return await town.app.database.run(lambda tx: policies.draft(tx, ORGANISATION))


async def change_step(browser: httpx2.AsyncClient, step: str, **changed: str) -> httpx2.Response:
    """Open the form of a step, change something, send it."""
    path = f"{DRAFT}/step/{step}"
    return await sent(browser, path, (await seen(browser, path)).form(""), **changed)


def row(page: str, step: str) -> str:
    """What the table says of one step."""
    found = re.search(rf'<tr id="{step}".*?(?=<tr id=|</tbody>)', page, re.DOTALL)
    assert found is not None, f"{step} is not in the table"
    return Page(found[0]).text


async def test_the_table_reads_as_a_sentence(town: Town) -> None:
    """A step says when, to whom, what follows, which limit it is, and where it comes from; grouped by phase."""
    async with town.browser("els") as browser:
        html = (await browser.get(DRAFT)).text
    page = Page(html)
    assert "2 weken na de terugkeer aan de leidinggevende herinnering na 2 en 5 werkdagen, naar HR na 8" in row(
        html, "after_2_weeks"
    )
    assert "Groene grens goede praktijk het collectief re-integratiebeleid" in row(html, "after_2_weeks")
    assert "Rode grens wet" in row(html, "estimate_8_weeks")
    for phase in ("Bij ziekte", "Tijdens de afwezigheid", "Voor de terugkeer", "Na de terugkeer"):
        assert phase in page.text


@pytest.mark.parametrize("pack", sorted(packs.load()))
async def test_no_word_of_the_file_is_on_a_page(town: Town, pack: str) -> None:
    """Whatever the pack: the table, every step and the preview speak Dutch, not the grammar of the file."""
    await town.people(policy=pack)
    async with town.browser("els") as browser:
        steps = [one.id for one in packs.load()[pack].milestones]
        paths = [DRAFT, f"/hr/cadence/version/{pack}", "/hr/cadence/preview", "/hr/cadence"]
        for path in (*paths, *(f"{DRAFT}/step/{step}" for step in steps)):
            assert [] == GRAMMAR.findall((await seen(browser, path)).text), path


@pytest.mark.parametrize("pack", sorted(packs.load()))
async def test_a_form_that_is_sent_as_it_was_changes_nothing(town: Town, pack: str) -> None:
    """Opening each step of each pack and saving it untouched leaves a draft that is the pack."""
    await town.people(policy=pack)
    async with town.browser("els") as browser:
        for one in packs.load()[pack].milestones:
            answer = await change_step(browser, one.id)
            assert (303, f"{DRAFT}#{one.id}") == (answer.status_code, answer.headers["location"]), one.id
    assert {"policy", "version", "extends"} == yaml.safe_load((await drafted(town)).text or "").keys()


async def test_a_step_is_changed(town: Town) -> None:
    """Moment, repeat, recipient, reminders and escalation by number, unit and day; what the pack says stays visible."""
    async with town.browser("els") as browser:
        answer = await change_step(
            browser, "evaluation", at0_n="3", at0_unit="m", to="coach", remind0_n="4", remind1_n="", escalate_n="9"
        )
        assert 303 == answer.status_code
        said = row((await browser.get(DRAFT)).text, "evaluation")
        assert "aangepast" in said
        assert "3 maanden na de terugkeer aan de terugkeercoach herinnering na 4 werkdagen, naar HR na 9" in said
        assert "In het pakket: aan de leidinggevende; 45 dagen na de terugkeer; herinnering na 3 en 6 werkdagen" in said
        answer = await change_step(browser, "evaluation", every_n="1", every_unit="m", times="3")
        assert 303 == answer.status_code
        assert "daarna elke maand, hoogstens 3 keer" in row((await browser.get(DRAFT)).text, "evaluation")
    text = (await drafted(town)).text or ""
    assert "back_at_work + 3m" in text
    assert packs.one("ours.yaml", text).milestone("evaluation") is not None


@pytest.mark.parametrize(
    ("step", "changed", "said"),
    [
        ("evaluation", {"at0_n": "veel"}, "Wanneer: Kies een dag"),
        ("evaluation", {"at0_from": ""}, "Wanneer: Kies een dag"),
        ("evaluation", {"at0_n": "", "at0_from": ""}, "Wanneer: Kies minstens één dag"),
        ("evaluation", {"remind0_n": "6", "remind1_n": "3"}, "Herinneringen: Zet de herinneringen op volgorde"),
        ("evaluation", {"escalate_to": "manager"}, "Doorgeven aan: Een stap kan niet doorgaan naar wie ze al kreeg"),
        ("evaluation", {"times": "3"}, "Hoe vaak: Een aantal keer hoort bij een herhaling"),
        ("evaluation", {"remind0_n": "-1"}, "Herinneringen: Vul een heel getal in"),
        ("evaluation", {"to": "koning"}, "Aan wie: Kies iets uit de lijst"),
        ("estimate_8_weeks", {"at0_n": "9"}, "Wanneer: Dit is een rode grens"),
        ("estimate_8_weeks", {"at0_from": "absence_start"}, "Wanneer: Dit is een rode grens"),
        ("salary_window_ends", {"at0_n": "9"}, "Wanneer: Dit is een rode grens"),  # law that the pack does not lock
    ],
)
async def test_a_mistake_is_shown_and_nothing_is_kept(
    town: Town, step: str, changed: dict[str, str], said: str
) -> None:
    """The field is named, the form comes back as it was sent, and there is no draft."""
    async with town.browser("els") as browser:
        answer = await change_step(browser, step, **changed)
    assert 422 == answer.status_code
    page = Page(answer.text)
    assert f"Niets bewaard. {said}" in page.text
    assert 'aria-invalid="true" aria-describedby="mistake"' in answer.text
    assert changed.items() <= (page.form("").values | {"to": changed.get("to", "")}).items()
    assert 0 == (await drafted(town)).revision


@pytest.mark.parametrize("odd", ["☃", "2, back_at_work", "{{ x }}", "none", "9" * 40, "-1", "true"])
async def test_whatever_is_typed_where(town: Town, odd: str) -> None:
    """In each field of the form of a step: it is kept because it makes sense, or refused with a word about it."""
    path = f"{DRAFT}/step/evaluation"
    async with town.browser("els") as browser:
        form = (await seen(browser, path)).form("")
        for name in sorted(form.values.keys() - {"csrf", "since"}):
            answer = await sent(browser, path, form, **{name: odd})
            assert answer.status_code in (303, 422), name
            if answer.status_code == 303:  # else nothing was kept, and the form is as it was
                assert 200 == (await browser.get(DRAFT)).status_code, name
                form = (await seen(browser, path)).form("")


async def test_the_law_comes_earlier_and_never_later(town: Town) -> None:
    """Eight weeks may become seven; the step cannot be switched off, and its form has no other fields."""
    async with town.browser("els") as browser:
        assert 303 == (await change_step(browser, "estimate_8_weeks", at0_n="7")).status_code
        form = (await seen(browser, f"{DRAFT}/step/estimate_8_weeks")).form("")
        assert not {"to", "every_n", "fact0", "ask"} & form.values.keys()
        page = await browser.get(DRAFT)
        assert "7 weken na het begin van de ononderbroken afwezigheid" in row(page.text, "estimate_8_weeks")
        switch = Page(page.text).form("/switch", milestone="evaluation")
        for law in ("estimate_8_weeks", "track_assessment"):
            for what in ("off", "remove"):
                refused = await sent(browser, DRAFT, switch, milestone=law, what=what)
                assert 422 == refused.status_code
                assert ": Dit is een rode grens" in Page(refused.text).text


async def test_off_on_and_back_as_in_the_pack(town: Town) -> None:
    """A step is switched off and on, left out and put back; each is one button."""
    async with town.browser("els") as browser:

        async def switch(step: str, what: str) -> str:
            form = (await seen(browser, DRAFT)).form("/switch", milestone=step)
            assert 303 == (await sent(browser, DRAFT, form, what=what)).status_code
            return row((await browser.get(DRAFT)).text, step)

        assert "eerste dag uit 2 werkdagen" in await switch("welcome_ready", "off")
        assert "eerste dag 2 werkdagen" in await switch("welcome_ready", "on")
        assert "weggelaten" in await switch("welcome_ready", "remove")
        assert "weggelaten" not in await switch("welcome_ready", "restore")


async def test_a_step_of_ones_own(town: Town) -> None:
    """It has a name, words, a day, somebody it is for; it is in the table, and can be removed."""
    async with town.browser("els") as browser:
        form = (await seen(browser, f"{DRAFT}/add")).form("")
        text = {"subject": "koffie met de buddy", "body": "Drink een koffie met {{ employee }}."}
        answer = await sent(browser, f"{DRAFT}/add", form, **text, at0_n="3", at0_unit="d", at0_from="back_at_work")
        assert (303, f"{DRAFT}#own_koffie_met_de_buddy") == (answer.status_code, answer.headers["location"])
        said = row((await browser.get(DRAFT)).text, "own_koffie_met_de_buddy")
        assert said.startswith("Koffie met de buddy eigen stap eigen tekst 3 dagen na de terugkeer")
        form = (await seen(browser, f"{DRAFT}/add")).form("")
        again = await sent(browser, f"{DRAFT}/add", form, **text)
        assert 422 == again.status_code
        assert "Naam: Deze naam is al in gebruik" in Page(again.text).text
        wrong = await sent(browser, f"{DRAFT}/add", form, subject="wandelen", body="Ga wandelen met {{ naam }}.")
        assert 422 == wrong.status_code
        assert "Tekst, regel 1 : Het veld naam ken ik niet" in Page(wrong.text).text
        form = (await seen(browser, DRAFT)).form("/switch", milestone="own_koffie_met_de_buddy")
        assert 303 == (await sent(browser, DRAFT, form, what="remove")).status_code
        assert "Koffie met de buddy" not in (await seen(browser, DRAFT)).text


async def test_words_of_a_step(town: Town) -> None:
    """The fields one may use, five cases, the words of now beside it; a mistake has its line and keeps nothing."""
    path = f"{DRAFT}/text/evaluation"
    async with town.browser("els") as browser:
        page = await seen(browser, path)
        for said in ("{{ employee }}", "de naam van de afwezige collega", "Wat nu geldt", "Een gewoon dossier"):
            assert said in page.text
        form = page.form("")
        looked = await sent(browser, path, form, body="Rond af met {{ employee }}.", what="look")
        assert "Rond af met Anne-Lore D'Hondt." in Page(looked.text).text
        assert 0 == (await drafted(town)).revision
        wrong = await sent(browser, path, form, body="Goed.\n{{ employee.name }}\n{% for x in y %}", what="save")
        assert 422 == wrong.status_code
        assert "Niets bewaard. Tekst, regel" in Page(wrong.text).text
        assert 0 == (await drafted(town)).revision
        kept = await sent(browser, path, form, subject="afronden", body="Rond af met {{ employee }}.", what="save")
        assert (303, f"{DRAFT}#evaluation") == (kept.status_code, kept.headers["location"])
        assert row((await browser.get(DRAFT)).text, "evaluation").startswith("Afronden eigen tekst")
        page = await seen(browser, path)
        assert "is anderhalve maand terug" in page.text, "what holds now stands beside it"
        assert 303 == (await sent(browser, path, page.form(""), what="ours")).status_code
        assert row((await browser.get(DRAFT)).text, "evaluation").startswith("Eindevaluatie")


async def test_words_are_advised_and_not_refused(town: Town) -> None:
    """A word about health, or of across the border, gets a hint."""
    path = f"{DRAFT}/text/evaluation"
    async with town.browser("els") as browser:
        form = (await seen(browser, path)).form("")
        looked = await sent(browser, path, form, body="Bel de bedrijfsarts.", what="look")
    assert (200, True) == (looked.status_code, "Hier zeggen we: arbeidsarts" in Page(looked.text).text)


async def test_it_starts_from_a_pack(town: Town) -> None:
    """Another pack makes a draft; over a draft there already is, it is asked once more."""
    async with town.browser("els") as browser:
        form = (await seen(browser, "/hr/cadence")).form("/start")
        assert DRAFT == (await sent(browser, "", form, pack="flemish_government")).headers["location"]
        assert "Het begint van Vlaamse overheid" in (await seen(browser, DRAFT)).text
        await change_step(browser, "evaluation", at0_n="9", at0_unit="w")
        form = (await seen(browser, "/hr/cadence")).form("/start")
        sure = await sent(browser, "", form, pack="company_d")
        assert "Er is al een ontwerp" in Page(sure.text).text
        assert DRAFT == (await sent(browser, "", Page(sure.text).form("/start"))).headers["location"]
        assert "Het begint van Klein bedrijf" in (await seen(browser, DRAFT)).text
        assert 400 == (await sent(browser, "", form, pack="nergens")).status_code


async def test_out_as_a_file_and_in_again(town: Town, tmp_path: Path) -> None:
    """What was saved as a file is the same draft when it comes back, with its own words and steps."""
    async with town.browser("els") as browser:
        await change_step(browser, "evaluation", at0_n="9", at0_unit="w")
        path = f"{DRAFT}/text/evaluation"
        await sent(browser, path, (await seen(browser, path)).form(""), body="Rond af.", what="save")
        form = (await seen(browser, f"{DRAFT}/add")).form("")
        await sent(browser, f"{DRAFT}/add", form, subject="buddy", body="Doe iets.\n\n- een\n- twee")
        file = await browser.get("/hr/cadence/draft.yaml")
        assert ("application/yaml", True) == (file.headers["content-type"].partition(";")[0], "9w" in file.text)
        (tmp_path / "ours.yaml").write_text(file.text, encoding="utf-8")
        result = CliRunner().invoke(cli.app, ["policy", "check", str(tmp_path / "ours.yaml")])
        assert 0 == result.exit_code, result.output
        before = (await drafted(town)).text
        discard = (await seen(browser, DRAFT)).form("/discard")
        await sent(browser, "", discard, sure="yes")
        assert (await drafted(town)).text is None
        form = (await seen(browser, "/hr/cadence/import")).form("/import")
        assert DRAFT == (await sent(browser, "", form, text=file.text)).headers["location"]
    assert before == (await drafted(town)).text


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("policy: a\nversion: 1\n  extends: b", "kijk naar regel 3"),
        ("policy: a\nversion: 1\nextends: nergens", "ken ik niet"),
        ("policy: a\nversion: 1", "Een bestand vertrekt van een basispakket"),
        (
            "policy: a\nversion: 1\nextends: company_c\nmilestones:\n- id: evaluation\n  at: back_at_work + 9x",
            "kijk naar regel 6",
        ),
        (
            "policy: a\nversion: 1\nextends: company_c\ntexts:\n  evaluation: |\n    # af\n\n    {{ x }}",
            "de tekst klopt niet op zijn regel 3",
        ),
        ("x" * 50_000, "te lang"),
    ],
)
async def test_a_file_with_a_mistake(town: Town, text: str, said: str) -> None:
    """It says where, the text is still in the form, and there is no draft."""
    async with town.browser("els") as browser:
        form = (await seen(browser, "/hr/cadence/import")).form("/import")
        answer = await sent(browser, "", form, text=text)
    assert 422 == answer.status_code
    assert said in Page(answer.text).text
    assert text == Page(answer.text).form("/import").values["text"]
    assert 0 == (await drafted(town)).revision


async def test_two_people_at_once(town: Town) -> None:
    """The second sees what the first did, and then both are kept; where both changed the same, the choice is shown."""
    path = f"{DRAFT}/step/evaluation"
    async with town.browser("els") as first, town.browser("els") as second:
        mine = (await seen(second, path)).form("")
        assert 303 == (await change_step(first, "after_2_weeks", at0_n="3")).status_code
        assert 303 == (await change_step(first, "evaluation", to="coach")).status_code
        late = await sent(second, path, mine, at0_n="8", at0_unit="w")
        assert 409 == late.status_code
        page = Page(late.text)
        assert "Els paste het ontwerp aan" in page.text
        assert "3 weken na de terugkeer" in page.text
        assert "8 weken na de terugkeer" in page.text
        assert "Jullie pasten niet hetzelfde aan" in page.text
        assert "8w" not in ((await drafted(town)).text or "")
        assert 303 == (await sent(second, path, page.form(path))).status_code
        html = (await first.get(DRAFT)).text
        assert "3 weken na de terugkeer" in row(html, "after_2_weeks")
        assert "8 weken na de terugkeer aan de terugkeercoach" in row(html, "evaluation")

        mine = (await seen(second, path)).form("")
        await change_step(first, "evaluation", at0_n="10")
        page = Page((await sent(second, path, mine, at0_n="12")).text)
        assert "allebei aangepast" in page.text
        await change_step(first, "after_2_weeks", at0_n="4")
        again = await sent(second, path, page.form(path))
        assert 409 == again.status_code, "somebody changed it once more in between"
        assert 303 == (await sent(second, path, Page(again.text).form(path))).status_code
        html = (await first.get(DRAFT)).text
        assert "4 weken na de terugkeer" in row(html, "after_2_weeks")
        assert "12 weken na de terugkeer" in row(html, "evaluation")


async def test_a_draft_is_not_thrown_away_over_what_one_did_not_see(town: Town) -> None:
    """Who throws it away, or begins anew, on a page that is too old, is told so and nothing is lost."""
    async with town.browser("els") as first, town.browser("els") as second:
        await change_step(first, "evaluation", at0_n="8", at0_unit="w")
        old = (await seen(second, DRAFT)).form("/discard")
        start = (await seen(second, "/hr/cadence")).form("/start")
        await change_step(first, "after_2_weeks", at0_n="3")
        for form in (old, start):
            answer = await sent(second, "", form, sure="yes")
            assert "/hr/cadence?late=yes" == answer.headers["location"]
        assert "Iemand anders paste het ontwerp intussen aan" in (await seen(second, "/hr/cadence?late=yes")).text
    assert "3w" in ((await drafted(town)).text or "")


async def test_hours_and_lateness_of_the_whole(town: Town) -> None:
    """The hour of the messages and what is too late to say; a wrong hour keeps nothing."""
    async with town.browser("els") as browser:
        form = (await seen(browser, DRAFT)).form("/settings")
        assert 303 == (await sent(browser, "", form, send_at="08:30", late_n="5")).status_code
        form = (await seen(browser, DRAFT)).form("/settings")
        assert ("08:30", "5") == (form.values["send_at"], form.values["late_n"])
        wrong = await sent(browser, "", form, send_at="23:00")
        assert (422, True) == (wrong.status_code, "Kies een uur van 07:00 tot 19:00" in Page(wrong.text).text)


async def test_the_drawing_follows_the_dates(town: Town) -> None:
    """The sample absence has the dates of the form, and says what appears, moves and goes away."""
    async with town.browser("els") as browser:
        await change_step(browser, "evaluation", at0_n="2", at0_unit="m")
        form = (await seen(browser, DRAFT)).form("/switch", milestone="after_1_month")
        await sent(browser, "", form, what="off")
        dates = "start=2026-11-02&certificate=&expected=2026-12-07&back=2026-12-07"
        page = await seen(browser, f"/hr/cadence/preview?{dates}")
        assert "do 7 jan Gesprek na een maand aan de leidinggevende valt weg" in page.text
        assert "ma 8 feb Eindevaluatie aan de leidinggevende, was do 21 jan verschuift" in page.text
        assert "Bij dit voorbeeld veranderen 2 berichten" in page.text
        wrong = await seen(browser, "/hr/cadence/preview?start=2026-11-02&back=2026-10-01&expected=vroeg")
        assert "Een van de dagen klopte niet" in wrong.text


async def test_only_hr_comes_in(town: Town) -> None:
    """For a manager and an employee none of these pages are there."""
    for who in ("sofie", "jan", "tom"):
        async with town.browser(who) as browser:
            for path in ("/hr/cadence", DRAFT, f"{DRAFT}/step/evaluation", f"{DRAFT}/text/evaluation",
                         "/hr/cadence/preview", "/hr/cadence/draft.yaml", "/hr/cadence/import"):  # fmt: skip
                assert 404 == (await browser.get(path)).status_code


async def test_a_form_of_elsewhere_does_nothing(town: Town) -> None:
    """Without the token of this visit, or from another site, nothing is kept."""
    async with town.browser("els") as browser:
        form = (await seen(browser, f"{DRAFT}/step/evaluation")).form("")
        assert 403 == (await sent(browser, f"{DRAFT}/step/evaluation", form, csrf="0" * 64)).status_code
        browser.headers["Origin"] = "https://elders.example"
        assert 403 == (await sent(browser, f"{DRAFT}/step/evaluation", form)).status_code
    assert 0 == (await drafted(town)).revision


async def test_looking_writes_nothing(town: Town) -> None:
    """No page of the cadence makes a draft by being looked at."""
    async with town.browser("els") as browser:
        for path in ("/hr/cadence", DRAFT, f"{DRAFT}/add", "/hr/cadence/preview", "/hr/cadence/draft.yaml"):
            await seen(browser, path) if not path.endswith("yaml") else await browser.get(path)
    assert 0 == (await drafted(town)).revision


def test_every_choice_has_words() -> None:
    """Every anchor, fact, unit, role and dialogue that a policy may name is said in Dutch."""
    words = PAGES.get_template("nl/pages/hr/cadence_words.html").module
    assert set(words.anchors) == ANCHORS
    assert {name for _, group in words.anchor_groups for name in group} == ANCHORS
    assert set(words.facts) == set(FACTS)
    asked = {one.ask for pack in packs.load().values() for one in pack.milestones if one.ask}
    assert asked <= set(words.opens) <= DIALOGUES | {""}
    assert {pack.name for pack in packs.load().values()} == set(words.packs)
    assert STAFF <= set(words.facts)


# --- Into use ------------------------------------------------------------------------------------------


async def running(town: Town, *employees: str) -> None:
    """Cases that run for some weeks."""

    def work(tx: Tx) -> None:
        for who in employees:
            start = town.today - timedelta(weeks=3)
            case = Case(
                who, ORGANISATION, who, "sofie", "company_c@1", hr="els", spells=(Spell(start),),
                anchors={"absence_start": start, "absence_reported": start},
            )  # fmt: skip
            cases.add(tx, case, "els", town.clock, town.clock)

    await town.app.database.run(work)


async def policy_of(town: Town, case: str) -> str:
    """What a case follows."""
    found = await town.app.database.run(lambda tx: cases.load(tx, case))
    assert found is not None
    return found.policy


@pytest.mark.parametrize(("which", "followed"), [("new", "company_c@1"), ("all", "own_stad@1")])
async def test_a_draft_goes_into_use(town: Town, which: str, followed: str) -> None:
    """Previewed over the running cases, asked once more, published; followed by new cases, or by all."""
    await running(town, "jan", "fatima")
    async with town.browser("els") as browser:
        await change_step(browser, "first_steps", at0_n="5")
        path = f"{DRAFT}/text/evaluation"
        form = (await seen(browser, path)).form("")
        await sent(browser, path, form, subject="afronden", body="Rond af.", what="save")
        page = await seen(browser, "/hr/cadence/preview")
        assert "iets bij 2 dossiers van de 2" in page.text
        assert "2 berichten verschuiven" in page.text
        assert "Drukste dag" in page.text
        assert "voor Sofie Peeters" in page.text
        form = page.form("/adopt")
        sure = Page((await sent(browser, "", form, which=which)).text)
        assert "Ja, neem in gebruik" in sure.text
        assert ("Een aangepaste tekst geldt meteen" in sure.text) == (which == "new")
        assert "company_c@1" == await policy_of(town, "jan"), "nothing happened yet"
        done = await sent(browser, "", sure.form("/adopt"))
        assert (303, "/hr/cadence?done=yes") == (done.status_code, done.headers["location"])
        page = await seen(browser, done.headers["location"])
        assert "Eigen ritme, versie 1" in page.text
        assert ("2 lopende dossiers volgen nu het nieuwe ritme" in page.text) == (which == "all")
        assert [followed, followed] == [await policy_of(town, who) for who in ("jan", "fatima")]
        assert (await drafted(town)).text is None
        again = await sent(browser, "", sure.form("/adopt"))
        assert "/hr/cadence/preview?late=yes" == again.headers["location"], "it went into use once"
        html = (await browser.get("/hr/cadence/version/own_stad@1")).text
        assert "5 weken na de eerste dag afwezig" in row(html, "first_steps")
    organisation = await town.app.database.run(lambda tx: organisations.get(tx, ORGANISATION))
    assert organisation is not None
    assert "own_stad@1" == organisation.policy
    words = await town.app.database.run(lambda tx: texts.current(tx, ORGANISATION))
    assert {"evaluation": "# afronden\n\nRond af.\n"} == {name: one.text for name, one in words.items()}


async def test_a_version_comes_back(town: Town) -> None:
    """Every version there is, a pack too, can be looked at as what would go into use, and put into use again."""
    await running(town, "jan")
    async with town.browser("els") as browser:
        await change_step(browser, "first_steps", at0_n="5")
        form = (await seen(browser, "/hr/cadence/preview")).form("/adopt")
        await sent(browser, "", form, which="all", sure="yes")
        assert "own_stad@1" == await policy_of(town, "jan")
        page = await seen(browser, "/hr/cadence/preview?ref=company_c@1")
        assert "1 bericht verschuift" in page.text
        await sent(browser, "", page.form("/adopt"), which="all", sure="yes")
        assert "company_c@1" == await policy_of(town, "jan")
        assert 404 == (await browser.get("/hr/cadence/preview?ref=nergens@9")).status_code
        await change_step(browser, "evaluation", at0_n="50")
        form = (await seen(browser, "/hr/cadence/preview")).form("/adopt")
        await sent(browser, "", form, which="new", sure="yes")
        assert "Versie 2" in (await seen(browser, "/hr/cadence")).text


async def test_running_cases_follow_later(town: Town) -> None:
    """What went into use for new cases only can be followed by the running ones afterwards."""
    await running(town, "jan")
    async with town.browser("els") as browser:
        await change_step(browser, "first_steps", at0_n="5")
        form = (await seen(browser, "/hr/cadence/preview")).form("/adopt")
        await sent(browser, "", form, which="new", sure="yes")
        assert "company_c@1" == await policy_of(town, "jan")
        assert "Ook voor de lopende dossiers" in (await seen(browser, "/hr/cadence/version/own_stad@1")).text
        page = await seen(browser, "/hr/cadence/preview?ref=own_stad@1")
        assert "1 bericht verschuift" in page.text
        assert "Alleen nieuwe dossiers" not in page.text
        assert 400 == (await sent(browser, "", page.form("/adopt"), which="new", sure="yes")).status_code
        await sent(browser, "", page.form("/adopt"), sure="yes")
    assert "own_stad@1" == await policy_of(town, "jan")


async def test_what_one_did_not_see_does_not_go_into_use(town: Town) -> None:
    """A draft that changed after the preview is looked at again first."""
    async with town.browser("els") as first, town.browser("els") as second:
        await change_step(first, "evaluation", at0_n="50")
        form = (await seen(second, "/hr/cadence/preview")).form("/adopt")
        await change_step(first, "evaluation", at0_n="55")
        answer = await sent(second, "", form, which="all", sure="yes")
        assert "/hr/cadence/preview?late=yes" == answer.headers["location"]
        assert "Bekijk het hier opnieuw" in (await seen(second, answer.headers["location"])).text
        assert 400 == (await sent(second, "", form, which="some")).status_code
    assert (await drafted(town)).text is not None


async def test_a_step_without_words_does_not_go_into_use(town: Town) -> None:
    """A step of one's own that came in a file without a text is named, with the way to its text."""
    text = (
        "policy: a\nversion: 1\nextends: company_c\nmilestones:\n- id: buddy\n  to: manager\n  kind: policy\n"
        "  source: own\n  at: back_at_work + 3d\n"
    )
    async with town.browser("els") as browser:
        form = (await seen(browser, "/hr/cadence/import")).form("/import")
        await sent(browser, "", form, text=text)
        form = (await seen(browser, "/hr/cadence/preview")).form("/adopt")
        answer = await sent(browser, "", form, which="new", sure="yes")
        assert 422 == answer.status_code
        assert "heeft nog geen tekst" in Page(answer.text).text
        assert f'href="{DRAFT}/text/buddy"' in answer.text
        page = await seen(browser, f"{DRAFT}/text/buddy")
        await sent(browser, f"{DRAFT}/text/buddy", page.form(""), subject="buddy", body="Doe iets.", what="save")
        form = (await seen(browser, "/hr/cadence/preview")).form("/adopt")
        assert 303 == (await sent(browser, "", form, which="new", sure="yes")).status_code
