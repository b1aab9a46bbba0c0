"""HR's cadence in a real browser: three steps and a text changed, looked at beforehand, put into use by clicking."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Page, expect

from bot import counting
from conversations.case import Case, Spell
from storage import cases, organisations
from tests.e2e.browser import fits, found_by_axe, shot
from tests.e2e.test_pages import SMALL, Town
from tests.world import ORGANISATION

if TYPE_CHECKING:
    from storage.database import Tx

pytestmark = pytest.mark.e2e

DRAFT = "/hr/cadence/draft"
PAGES = {
    "start": "/hr/cadence", "table": DRAFT, "step": f"{DRAFT}/step/evaluation", "law": f"{DRAFT}/step/estimate_8_weeks",
    "add": f"{DRAFT}/add", "text": f"{DRAFT}/text/evaluation", "import": "/hr/cadence/import",
    "preview": "/hr/cadence/preview", "version": "/hr/cadence/version/company_c@1",
}  # fmt: skip


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    """A town with pages, in which Jan and Fatima have been absent for some weeks."""
    town = Town(tmp_path)
    start = town.world.today - timedelta(weeks=3)

    def work(tx: Tx) -> None:
        for who in ("jan", "fatima"):
            case = Case(
                who, ORGANISATION, who, "sofie", "company_c@1", hr="els", spells=(Spell(start),),
                anchors={"absence_start": start, "absence_reported": start},
            )  # fmt: skip
            cases.add(tx, case, "els", town.world.clock, town.world.clock)

    town.kept(work)
    yield town
    town.close()


def sign_in(town: Town, page: Page) -> None:
    """As Els of HR."""
    page.goto(town.link("els"))
    page.get_by_role("button", name="Aanmelden").click()
    page.wait_for_url(f"{town.home}/**")


def saved(page: Page) -> None:
    """Keep what the form says, and be back at the table."""
    page.get_by_role("button", name="Bewaar in het ontwerp").click()
    page.wait_for_url(f"**{DRAFT}#*")


@pytest.mark.parametrize("script", [True, False])
def test_changed_previewed_and_in_use(town: Town, opened: Callable[..., Page], *, script: bool) -> None:
    """Three steps and a text, a look at what it does, and it is in use; with and without a script."""
    page = opened((1200, 900), java_script_enabled=script)
    sign_in(town, page)
    page.goto(f"{town.home}/hr/cadence")
    page.get_by_role("link", name="Bekijk en pas aan").click()

    page.get_by_role("link", name="Eindevaluatie", exact=True).click()
    page.get_by_label("Dag: aantal", exact=True).fill("2")
    page.get_by_label("Dag: eenheid", exact=True).select_option("maanden")
    saved(page)
    expect(page.locator("#evaluation")).to_contain_text("2 maanden na de terugkeer")

    page.get_by_role("link", name="Gesprek na twee weken", exact=True).click()
    page.get_by_label("Herinnering 1: aantal").fill("3")
    page.get_by_label("Wie het bericht krijgt").select_option("terugkeercoach")
    saved(page)

    page.get_by_role("link", name="Eerste gesprek over terugkeren", exact=True).click()
    page.get_by_label("Dag: aantal", exact=True).fill("veel")
    page.get_by_role("button", name="Bewaar in het ontwerp").click()
    expect(page.get_by_role("alert").first).to_contain_text("Niets bewaard")
    if script:
        assert found_by_axe(page) == []
        shot(page, "hr-cadence-mistake")
    page.get_by_label("Dag: aantal", exact=True).fill("5")
    saved(page)

    page.locator("#evaluation").get_by_role("link", name="Tekst").click()
    page.get_by_label("Tekst", exact=True).fill("Rond samen af met {{ employee }}, ten laatste {{ due | day }}.")
    page.get_by_role("button", name="Bekijk met voorbeelden").click()
    expect(page.get_by_text("Rond samen af met Anne-Lore D'Hondt")).to_be_visible()
    saved(page)
    if script:
        shot(page, "hr-cadence-changed", full=True)

    page.get_by_role("link", name="Bekijk wat er verandert").click()
    expect(page.locator("#h-running + p")).to_contain_text("iets bij 2 dossiers van de 2")
    if script:
        assert found_by_axe(page) == []
        shot(page, "hr-cadence-preview", full=True)
    page.get_by_label("Eerste dag terug").fill("2026-12-07")
    page.get_by_role("button", name="Teken opnieuw").click()
    expect(page.locator("#h-sample ~ .said-list").first).to_contain_text("Eindevaluatie")
    page.get_by_label("Alle dossiers").check()
    page.get_by_role("button", name="Neem in gebruik").click()
    if script:
        assert found_by_axe(page) == []
        shot(page, "hr-cadence-sure")
    page.get_by_role("button", name="Ja, neem in gebruik").click()
    expect(page.get_by_role("status")).to_contain_text("2 lopende dossiers volgen nu het nieuwe ritme")
    if script:
        shot(page, "hr-cadence-in-use")
    organisation = town.kept(lambda tx: organisations.get(tx, ORGANISATION))
    assert organisation is not None
    assert "own_stad@1" == organisation.policy


@pytest.mark.parametrize(
    ("name", "size", "scheme"),
    [("wide", (1200, 900), "light"), ("dark", (1200, 900), "dark"), ("small", SMALL, "dark")],
)
def test_every_page_fits(
    town: Town, opened: Callable[..., Page], name: str, size: tuple[int, int], scheme: str
) -> None:
    """Every page on a wide and on the smallest screen, light and dark: nothing for axe, nothing sideways."""
    page = opened(size, color_scheme=scheme)
    sign_in(town, page)
    for called, path in PAGES.items():
        page.goto(f"{town.home}{path}")
        assert ([], True) == (found_by_axe(page), fits(page)), path
        shot(page, f"hr-cadence-{called}-{name}", full=True)


@pytest.mark.parametrize("script", [True, False])
def test_a_preview_that_takes_time_comes_by_itself(
    town: Town, opened: Callable[..., Page], monkeypatch: pytest.MonkeyPatch, *, script: bool
) -> None:
    """The page says that it is counting, and shows what came of it without a click; with and without a script."""
    monkeypatch.setattr(counting, "PATIENCE", 0)
    page = opened(SMALL, java_script_enabled=script)
    sign_in(town, page)
    page.goto(f"{town.home}{DRAFT}/step/first_steps")
    page.get_by_label("Dag: aantal", exact=True).fill("5")
    saved(page)
    page.goto(f"{town.home}/hr/cadence/preview#h-running")
    status = page.locator(".running [role=status]")
    expect(status).to_contain_text("Ik kijk wat er bij elk dossier verandert")
    assert fits(page)
    if script:
        assert found_by_axe(page) == []
        shot(page, "hr-cadence-counting", full=True)
    expect(status).to_contain_text("iets bij 2 dossiers van de 2", timeout=15000)
    page.get_by_text("Welke dossiers", exact=True).click()
    if script:
        assert found_by_axe(page) == []
    assert fits(page)


def test_two_people_at_once(town: Town, opened: Callable[..., Page]) -> None:
    """The second sees what the first did, and keeps both."""
    first, second = opened(), opened(SMALL)
    for page in (first, second):
        sign_in(town, page)
        page.goto(f"{town.home}{DRAFT}/step/evaluation")
    first.get_by_label("Wie het bericht krijgt").select_option("terugkeercoach")
    saved(first)
    second.get_by_label("Dag: aantal", exact=True).fill("60")
    second.get_by_role("button", name="Bewaar in het ontwerp").click()
    expect(second.get_by_role("heading", name="Iemand was je voor")).to_be_visible()
    assert ([], True) == (found_by_axe(second), fits(second))
    shot(second, "hr-cadence-late", full=True)
    second.get_by_role("button", name="Bewaar mijn wijziging erbij").click()
    expect(second.locator("#evaluation")).to_contain_text("60 dagen na de terugkeer")
    expect(second.locator("#evaluation")).to_contain_text("aan de terugkeercoach")


def test_by_keyboard(town: Town, opened: Callable[..., Page]) -> None:
    """A step is changed without a mouse: to its link, through the form, and Enter."""
    page = opened()
    sign_in(town, page)
    page.goto(f"{town.home}{DRAFT}")
    for _ in range(200):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.textContent") == "Gesprek na een maand":
            break
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{DRAFT}/step/after_1_month")
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.id") == "at0_n":
            break
    page.keyboard.type("5")
    page.keyboard.press("Tab")
    page.keyboard.type("weken")
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{DRAFT}#after_1_month")
    expect(page.locator("#after_1_month")).to_contain_text("5 weken na de terugkeer")
