"""HR's own pages in a real browser: first steps, bringing in, people, days and roles; what axe finds, what fits."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Page, expect

from conversations.case import Person
from storage import addresses, organisations, people
from storage.organisations import Organisation
from tests.e2e.browser import fits, found_by_axe, shot
from tests.e2e.test_pages import Town, sign_in
from tests.workbooks import workbook
from tests.world import ORGANISATION

if TYPE_CHECKING:
    from storage.database import Tx

pytestmark = pytest.mark.e2e

SMALL = (320, 640)
LOOKS = [
    ("", (1100, 820), "light"),
    ("-dark", (1100, 820), "dark"),
    ("-small", SMALL, "light"),
    ("-small-dark", SMALL, "dark"),
]
BOSS = Person("bram", ORGANISATION, "Bram Beheer", "bram@stad.example", frozenset({"employee", "hr", "admin"}))
ALONE = Person("rik", "leeg", "Rik Alleen", "rik@leeg.example", frozenset({"employee", "hr", "admin"}))
STAFF = [
    ["Naam", "E-mail", "Leidinggevende", "Team", "Rol", "Diagnose"],
    ["Rik Alleen", "rik@leeg.example", "", "HR", "hr", ""],
    ["Sam Groen", "sam@leeg.example", "", "Groen", "", ""],
    ["Noor Jansens", "noor@leeg.example", "Sam Groen", "Groen", "", "niets voor jou"],
    ["Wout Pauwels", "wout@leeg.example", "Sam Groen", "Groen", "", ""],
]
ABSENT = "medewerker;eerste dag;attest tot\nnoor@leeg.example;28/10/2026;20/11/2026\n"
WRONG = "medewerker;eerste dag;attest tot\nnoor@leeg.example;31/02/2026;\niemand@leeg.example;28/10/26;\n"


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    """A town with pages, and an organisation beside it in which there is one person of HR and nothing else."""
    town = Town(tmp_path)

    def work(tx: Tx) -> None:
        organisations.put(tx, Organisation("leeg", "Stad Nieuw", "legal_2026@1"))
        for one in (BOSS, ALONE):
            people.put(tx, one)
            addresses.link(tx, one.id, "web", one.id, town.world.clock)

    town.kept(work)
    yield town
    town.close()


def good(page: Page, name: str) -> None:
    """It fits, axe finds nothing, and how it looks is kept."""
    assert found_by_axe(page) == []
    assert fits(page)
    shot(page, f"hr-{name}", full=True)


def chosen(page: Page, tmp_path: Path, **files: str | bytes) -> None:
    """Files are chosen, and sent."""
    paths = []
    for name, content in files.items():
        path = tmp_path / name.replace("_", ".")
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        paths.append(path)
    page.get_by_label("Mensen, afwezigheden of allebei").set_input_files(paths)
    page.get_by_role("button", name="Toon wat er zou veranderen").click()


@pytest.mark.parametrize(("name", "size", "scheme"), LOOKS)
def test_first_steps(
    town: Town, opened: Callable[..., Page], tmp_path: Path, name: str, size: tuple[int, int], scheme: str
) -> None:
    """Three steps from nothing to a running case, without a script: files, a rhythm, absences."""
    page = sign_in(town, opened(size, color_scheme=scheme), "rik")
    page.goto(f"{town.home}/hr/start")
    good(page, f"start{name}")
    page.get_by_role("link", name="Breng mensen binnen").click()
    good(page, f"import{name}")
    chosen(page, tmp_path, mensen_xlsx=workbook(STAFF))
    expect(page.get_by_role("heading", level=1)).to_have_text("Wat er zou veranderen")
    good(page, f"differences{name}")
    page.get_by_role("button", name="Breng binnen").click()
    expect(page.get_by_text("Alles is binnen.")).to_be_visible()
    page.goto(f"{town.home}/hr/start")
    page.get_by_label("Bedrijf vanaf 20 werknemers").check()
    page.get_by_label("20 tot 49 mensen").check()
    page.get_by_label("Iedereen is contractueel").check()
    page.get_by_role("button", name="Kies dit").click()
    expect(page.get_by_text("Nieuwe dossiers volgen dit ritme.")).to_be_visible()
    good(page, f"start-halfway{name}")
    page.get_by_role("link", name="Breng afwezigheden binnen").click()
    chosen(page, tmp_path, afwezig_csv=WRONG)
    expect(page.get_by_text("Er is niets binnengebracht.")).to_be_visible()
    good(page, f"import-wrong{name}")
    with page.expect_download() as saved:
        page.get_by_role("link", name="Bewaar de lijst als CSV").click()
    assert "afwezig.csv;2;eerste dag;Deze datum bestaat niet." in saved.value.path().read_text("utf-8-sig")
    chosen(page, tmp_path, afwezig_csv=ABSENT)
    page.get_by_role("button", name="Breng binnen").click()
    page.goto(f"{town.home}/hr/start")
    expect(page.get_by_text("Er loopt één dossier.")).to_be_visible()


@pytest.mark.parametrize(("name", "size", "scheme"), LOOKS)
def test_days_people_and_roles(
    town: Town, opened: Callable[..., Page], name: str, size: tuple[int, int], scheme: str
) -> None:
    """A closed day, somebody's hours, who stands in, and a role."""
    page = sign_in(town, opened(size, color_scheme=scheme), "bram")
    page.goto(f"{town.home}/hr/days")
    page.get_by_label("Vrije dag, of de eerste").fill("2026-12-24")
    page.get_by_label("Tot en met").fill("2026-12-31")
    page.get_by_role("button", name="Zet erbij").click()
    expect(page.get_by_text("Bewaard.")).to_be_visible()
    good(page, f"days{name}")
    page.get_by_role("link", name="Mensen", exact=True).first.click()
    good(page, f"people{name}")
    page.get_by_label("Zoek op naam").fill("sofie")
    page.keyboard.press("Enter")
    page.get_by_role("link", name="Sofie Peeters").click()
    page.get_by_label("za", exact=True).check()
    page.get_by_role("button", name="Bewaar uren").click()
    expect(page.get_by_text("De werkdagen en uren zijn aangepast.")).to_be_visible()
    page.get_by_label("Vanaf").fill("2026-11-16")
    page.get_by_label("Tot en met").fill("2026-11-10")
    page.get_by_role("button", name="Bewaar periode").click()
    expect(page.get_by_role("alert").filter(has_text="Niet bewaard")).to_be_visible()
    good(page, f"person-refused{name}")
    page.get_by_label("Tot en met").fill("2026-11-20")
    page.get_by_label("Wie vervangt?").select_option(label="Nadia Haddad (Groen)")
    page.get_by_role("button", name="Bewaar periode").click()
    expect(page.get_by_text("De periode en de vervanger zijn aangepast.")).to_be_visible()
    good(page, f"person{name}")
    page.goto(f"{town.home}/hr/roles")
    page.get_by_label("E-mailadres").fill("nadia@stad.example")
    page.get_by_label("Terugkeercoach voor deze persoon").check()
    page.get_by_role("button", name="Geef de rol").click()
    expect(page.get_by_text("De rollen zijn aangepast.")).to_be_visible()
    good(page, f"roles{name}")


def test_by_keyboard_without_a_script(town: Town, opened: Callable[..., Page], tmp_path: Path) -> None:
    """Everything is a plain form: a day is closed and a list brought in by keyboard alone, without a script."""
    page = opened(java_script_enabled=False)
    page.goto(town.link("bram"))
    page.get_by_role("button", name="Aanmelden").press("Enter")
    page.goto(f"{town.home}/hr/days")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Naar de inhoud")).to_be_focused()
    page.get_by_label("Vrije dag, of de eerste").focus()
    page.keyboard.type("12242026")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Bewaard.")).to_be_visible()
    page.goto(f"{town.home}/hr/import")
    chosen(page, tmp_path, mensen_csv="naam;e-mail;leidinggevende\nAn Nieuw;an@stad.example;Sofie Peeters\n")
    page.get_by_role("button", name="Breng binnen").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("Alles is binnen.")).to_be_visible()
