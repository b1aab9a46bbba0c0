"""Somebody new of HR, from an empty organisation to running cases, by what stands on the pages and nothing else."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Page, expect

from bot.commands.found import first
from storage import cases, organisations
from tests.e2e.browser import fits, found_by_axe, shot
from tests.e2e.test_pages import SMALL, Town, sign_in

if TYPE_CHECKING:
    from conversations.case import Person
    from storage.database import Tx

pytestmark = pytest.mark.e2e

LOOKS = [
    ("", (1280, 900), "light"), ("-dark", (1280, 900), "dark"), ("-small", SMALL, "light"),
    ("-small-dark", SMALL, "dark"),
]  # fmt: skip
# As an HR package writes them: a line for Excel, the family name first, what nobody needs, Windows-1252, CR LF.
PEOPLE = """sep=;
"Pers.nr.";"Naam";"Rijksregisternummer";"E-mailadres";"Dienst";"Direct leidinggevende";"Type contract";"Opmerking"
"00012";"WOUTERS, Els";"80.01.01-123.45";"els.wouters@nieuw.example";"HR";"";"Contractueel";""
"00034";"Maes, Sofie";"81.02.02-123.45";"Sofie.Maes@nieuw.example";"Onthaal";"Janssens, Dirk";"Contractueel";""
"00051";"Janssens, Dirk";"70.02.02-123.45";"dirk.janssens@nieuw.example";"Directie";"";"Contractueel";""
"00078";"Aërts, Zoë";"90.03.03-123.45";"zoe.aerts@nieuw.example";"Onthaal";"Maes, Sofie";"Contractueel";"deeltijds"
"00079";"De Smet, Piet";"85.04.04-123.45";"piet.desmet@nieuw.example";"Onthaal";"Maes, Sofie";"Contractueel";""
"00080";"Van den Broeck, Lotte";"88.05.05-123.45";"lotte@nieuw.example";"Directie";"Janssens, Dirk";"Contractueel";""
"""
ABSENT = """Werknemer;Soort afwezigheid;Datum van;Datum tot;Einde attest;Reden
"Aërts, Zoë";Ziekte;28.09.2026;;13.11.2026;niet voor jou
"De Smet, Piet";Ziekte;29-10-2026;;;
"Van den Broeck, Lotte";Verlof;02/11/2026;06/11/2026;;
"""

# Axe takes what is folded away for being there, under whatever comes after it: so it looks with all of it open.
UNFOLD = "document.querySelectorAll('details:not([open])').forEach((one) => { one.open = one.dataset.was = true; })"
FOLD = "document.querySelectorAll('details[data-was]').forEach((one) => { one.open = false; })"


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    """A town of its own, with nobody in it yet."""
    town = Town(tmp_path)
    yield town
    town.close()


def founded(town: Town) -> Person:
    """What an operator does: `terugkeer organisation "Stad Nieuw" --hr els.wouters@nieuw.example`."""

    def work(tx: Tx) -> Person:
        return first(tx, "Stad Nieuw", "els.wouters@nieuw.example", None, town.world.clock)[0]

    return town.kept(work)


class Visitor:
    """Somebody who looks, reads and clicks; every page is looked at by us too."""

    def __init__(self, page: Page, look: str, folder: Path) -> None:
        self.page, self.look, self.folder = page, look, folder
        self.number = 0

    def sees(self, name: str) -> None:
        """The page is in order, and how it looks is kept."""
        self.number += 1
        shot(self.page, f"new-hr-{self.number:02}-{name}{self.look}", full=True)
        self.page.evaluate(UNFOLD)
        assert found_by_axe(self.page) == [], name
        assert fits(self.page), name
        self.page.evaluate(FOLD)

    def clicks(self, label: str, role: str = "link") -> None:
        """The one thing on the page that is called so."""
        self.page.get_by_role(role, name=label, exact=True).click()  # type: ignore[arg-type] # link or button

    def brings(self, name: str, text: str) -> None:
        """A file is chosen and sent; what would change is looked at, and done."""
        path = self.folder / name
        path.write_bytes(text.replace("\n", "\r\n").encode("cp1252"))
        self.page.get_by_label("Mensen, afwezigheden of allebei").set_input_files(path)
        self.clicks("Toon wat er zou veranderen", "button")
        expect(self.page.get_by_role("heading", level=1)).to_have_text("Wat er zou veranderen")

    def saves(self) -> None:
        """Keep what the form says, and be back at the table."""
        self.clicks("Bewaar in het ontwerp", "button")
        self.page.wait_for_url("**/hr/cadence/draft#*")


@pytest.mark.parametrize(("look", "size", "scheme"), LOOKS)
def test_from_nothing_to_running_cases(
    town: Town, opened: Callable[..., Page], tmp_path: Path, look: str, size: tuple[int, int], scheme: str
) -> None:
    """People, a rhythm with three steps and a text changed and put into use, absences, and a case opened."""
    els = founded(town)
    page = sign_in(town, opened(size, color_scheme=scheme), els.id)
    visitor = Visitor(page, look, tmp_path)
    visitor.sees("chat")
    visitor.clicks("Overzicht")
    visitor.sees("today-empty")
    visitor.clicks("Begin hier")
    visitor.sees("start")

    visitor.clicks("Breng mensen binnen")
    visitor.sees("import")
    visitor.brings("Personeel_2026-11-02.csv", PEOPLE)
    visitor.sees("people-differences")
    visitor.clicks("Breng binnen", "button")
    expect(page.get_by_text("Alles is binnen.")).to_be_visible()
    visitor.sees("people-in")

    visitor.clicks("naar de volgende stap")
    page.get_by_label("Bedrijf vanaf 20 werknemers").check()
    page.get_by_label("20 tot 49 mensen").check()
    page.get_by_label("Iedereen is contractueel").check()
    visitor.sees("choose-a-pack")
    visitor.clicks("Kies dit", "button")
    expect(page.get_by_text("Nieuwe dossiers volgen dit ritme.")).to_be_visible()
    visitor.sees("pack-chosen")

    changes(visitor)
    visitor.clicks("Bekijk wat er verandert")
    visitor.sees("preview")
    visitor.clicks("Neem in gebruik", "button")
    visitor.sees("adopt")
    visitor.clicks("Ja, neem in gebruik", "button")
    expect(page.get_by_role("status")).to_contain_text("Nieuwe dossiers volgen het vanaf nu.")
    visitor.sees("in-use")

    visitor.clicks("Naar de volgende stap: de eerste dossiers")
    visitor.sees("last-step")
    visitor.clicks("Breng afwezigheden binnen")
    visitor.brings("Afwezigheden_2026-11-02.csv", ABSENT)
    visitor.sees("absences-differences")
    visitor.clicks("Breng binnen", "button")
    visitor.clicks("Naar vandaag")
    expect(page.get_by_text("2 dossiers lopen. Ik kijk ze nu na: over een minuut")).to_be_visible()
    visitor.sees("today-at-once")

    town.run(town.world.app.tick())  # half a minute at most
    visitor.clicks("Kijk opnieuw")
    expect(page.get_by_text("2 dossiers lopen. Dit vraagt")).to_be_visible()
    visitor.sees("today")
    page.get_by_role("link", name="Zoë Aërts").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Zoë Aërts")
    visitor.sees("case")
    follows(town, els)


def changes(visitor: Visitor) -> None:
    """Three steps and a text are changed in the draft."""
    page = visitor.page
    visitor.clicks("Pas het ritme aan")
    visitor.sees("rhythm")
    visitor.clicks("Eindevaluatie")
    visitor.sees("step")
    page.get_by_label("Dag: aantal", exact=True).fill("2")
    page.get_by_label("Dag: eenheid", exact=True).select_option("maanden")
    visitor.saves()
    visitor.clicks("Gesprek na twee weken")
    page.get_by_label("Herinnering 1: aantal").fill("3")
    visitor.saves()
    visitor.clicks("Eerste gesprek over terugkeren")
    page.get_by_label("Dag: aantal", exact=True).fill("5")
    visitor.saves()
    page.locator("#first_call").get_by_role("link", name="Tekst").click()
    visitor.sees("text")
    page.get_by_label("Tekst", exact=True).fill("Bel {{ employee }} vandaag. Een kort, warm woord is genoeg.")
    visitor.clicks("Bekijk met voorbeelden", "button")
    expect(page.get_by_text("Bel Anne-Lore D'Hondt vandaag.")).to_be_visible()
    visitor.sees("text-samples")
    visitor.saves()
    expect(page.locator("#evaluation")).to_contain_text("2 maanden na de terugkeer")
    visitor.sees("rhythm-changed")


def follows(town: Town, els: Person) -> None:
    """Two cases run, under the organisation's own rhythm; leave opened none."""

    def work(tx: Tx) -> tuple[str, set[tuple[str, str]]]:
        house = organisations.get(tx, els.organisation)
        assert house is not None
        return house.policy, {(case.policy, str(case.hr)) for case in cases.live(tx, "", 10)}

    policy, running = town.kept(work)
    assert {(policy, els.id)} == running
    assert policy.startswith("own_")
