"""HR's "Vandaag" and the page of a case in a real browser: what axe finds, what fits, by keyboard, without a script."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Page, expect

from bot.changing import open_case, save
from conversations.case import Contact
from conversations.changes import ContactAgreed, Done, Learned, Moved, Returned
from conversations.talking.dialogue import OpenCase
from storage import addresses, cases, outbox, people
from tests.e2e.browser import fits, found_by_axe, shot
from tests.e2e.test_pages import SMALL, Town, said
from tests.world import CAST

if TYPE_CHECKING:
    from conversations.changes import Change
    from storage.database import Tx

pytestmark = pytest.mark.e2e

EVERYBODY = {person.id: person for person in CAST}
LOOKS = [
    ("", (1200, 900), "light"),
    ("-dark", (1200, 900), "dark"),
    ("-small", SMALL, "light"),
    ("-small-dark", SMALL, "dark"),
]


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    """A town in which things are late: four colleagues absent since some time, one of them back, and nobody answers."""
    town = Town(tmp_path)
    world, today = town.world, town.world.today

    def absent(who: str, days: int, *changes: Change, until: int | None = None) -> None:
        def work(tx: Tx) -> None:
            ends = None if until is None else today + timedelta(days=until)
            report = OpenCase(who, today - timedelta(days=days), today, ends)
            case = open_case(tx, world.app.house, EVERYBODY[who], report, EVERYBODY["els"], world.clock)
            if changes:
                save(tx, world.app.house, case, list(changes), "els", world.clock)

        town.kept(work)

    contact = Contact(channel="phone", frequency="fortnightly", agreed_on=today, disconnect_from=today,
                      disconnect_until=today + timedelta(days=9), restarts="sofie")  # fmt: skip
    absent("jan", 62, Moved("expected_return", date(2027, 1, 11)), ContactAgreed(contact), until=20)
    absent("fatima", 130, Moved("estimate_requested", today - timedelta(days=60)), until=18)
    absent("pieter", 40, Returned(today + timedelta(days=1)), Learned("potential"))
    absent("lotte", 3, Done("first_call"), until=14)
    town.run(world.go_to("2026-11-17 11:00"))
    town.asks("tom", said("Een bericht."))

    def trouble(tx: Tx) -> None:
        outbox.queue(tx, replace(outbox.transcript(tx, "tom", 1)[0], id="lost", number=0))
        outbox.strand(tx, "web", "tom", world.clock)
        for channel in ("web", "memory"):
            addresses.unreachable(tx, channel, "sofie", world.clock)
        people.set_away(tx, "nadia", world.today, world.today + timedelta(days=20), None)

    town.kept(trouble)
    yield town
    town.close()


def case_of(town: Town, who: str) -> str:
    """The running case of somebody."""
    found = town.kept(lambda tx: cases.open_of(tx, who))
    assert found is not None
    return found.id


def office(town: Town, page: Page, path: str = "/hr") -> Page:
    """On a page of HR's side as Els."""
    page.goto(town.link("els"))
    page.get_by_role("button", name="Aanmelden").click()
    page.wait_for_url(f"{town.home}/**")
    page.goto(f"{town.home}{path}")
    return page


@pytest.mark.parametrize(("name", "size", "scheme"), LOOKS)
def test_today(town: Town, opened: Callable[..., Page], name: str, size: tuple[int, int], scheme: str) -> None:
    """The page of today fits, on every size and in both colours, and axe finds nothing."""
    page = office(town, opened(size, color_scheme=scheme))
    expect(page.get_by_role("heading", name="Te laat")).to_be_visible()
    assert found_by_axe(page) == []
    assert fits(page)
    shot(page, f"hr-today{name}", full=True)


@pytest.mark.parametrize(("name", "size", "scheme"), LOOKS)
def test_case(town: Town, opened: Callable[..., Page], name: str, size: tuple[int, int], scheme: str) -> None:
    """The page of a case fits with everything open, and axe finds nothing."""
    page = office(town, opened(size, color_scheme=scheme), f"/hr/case/{case_of(town, 'jan')}")
    expect(page.get_by_role("heading", level=1)).to_have_text("Jan Peeters")
    shot(page, f"hr-case{name}", full=True)
    page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    assert found_by_axe(page) == []
    assert fits(page)
    shot(page, f"hr-case-open{name}", full=True)


def test_nothing_to_do(opened: Callable[..., Page], tmp_path: Path) -> None:
    """A page without anything on it reassures."""
    town = Town(tmp_path)
    try:
        page = office(town, opened())
        expect(page.get_by_text("Er lopen nog geen dossiers.")).to_be_visible()
        assert found_by_axe(page) == []
        shot(page, "hr-today-empty", full=True)
    finally:
        town.close()


def test_by_keyboard(town: Town, opened: Callable[..., Page]) -> None:
    """A step is done by keyboard alone; what was done is said, and stands no longer on the list."""
    page = office(town, opened())
    items = page.locator("#late .item, #escalated .item")
    before = items.count()
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Naar de inhoud")).to_be_focused()
    page.keyboard.press("Enter")
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.textContent").startswith("Gedaan"):
            break
    page.keyboard.press("Enter")
    expect(page.get_by_text("Gedaan. Deze stap wacht niet meer.")).to_be_visible()
    assert items.count() < before or before > 8
    shot(page, "hr-today-done")


def test_without_a_script(town: Town, opened: Callable[..., Page]) -> None:
    """Everything works by plain forms: a reminder, a date, another manager, more time, a pause, closing, stopping."""
    page = office(town, opened(java_script_enabled=False), f"/hr/case/{case_of(town, 'jan')}")
    page.get_by_role("button", name="Herinner").first.click()
    expect(page.get_by_text("Ik vraag het opnieuw, in jouw naam.")).to_be_visible()
    page.get_by_text("Een datum verbeteren").click()
    page.get_by_label("Welke datum?").select_option("certificate_end")
    page.get_by_label("Wordt", exact=True).fill("2026-12-18")
    page.get_by_role("button", name="Bewaar de datum").click()
    expect(page.get_by_text("De datum is aangepast.")).to_be_visible()
    expect(page.get_by_text("Attest tot en met: 18 dec 2026")).to_be_visible()
    page.get_by_text("Geef meer tijd").first.click()
    page.get_by_label("Tot welke dag?").first.fill("2026-11-20")
    page.get_by_label("Waarom?").first.select_option("advice")
    page.get_by_role("button", name="Geef meer tijd").first.click()
    expect(page.get_by_text("Er is meer tijd.")).to_be_visible()
    page.get_by_text("Aan een andere leidinggevende geven").click()
    page.get_by_label("Nieuwe leidinggevende").select_option("nadia")
    page.get_by_label("Jan weet het al").check()
    page.get_by_role("button", name="Geef door").click()
    expect(page.get_by_text("Overgedragen.")).to_be_visible()
    page.get_by_text("Pauzeren", exact=True).click()
    page.get_by_label("Tot en met", exact=True).fill("2026-12-01")
    page.get_by_role("button", name="Pauzeer").click()
    expect(page.get_by_text("Gepauzeerd tot en met").first).to_be_visible()
    page.get_by_role("link", name="Zet alles stop").click()
    page.get_by_label("Ja, zet alles stop").check()
    shot(page, "hr-sure")
    page.get_by_role("button", name="Zet alles stop").click()
    expect(page.get_by_text("Alles is stopgezet, ook wat nog klaarstond.")).to_be_visible()
    expect(page.get_by_role("heading", name="Wat je kan doen")).to_have_count(0)
    shot(page, "hr-case-silenced", full=True)


def test_find_somebody(town: Town, opened: Callable[..., Page]) -> None:
    """By a part of a name, from the page of today to the case, and back."""
    page = office(town, opened())
    page.get_by_label("Naam").fill("amrani")
    page.get_by_role("button", name="Zoek").click()
    found = page.get_by_role("region", name="Gevonden dossiers")
    expect(found.get_by_role("link", name="Fatima Amrani")).to_be_visible()
    assert found_by_axe(page) == []
    found.get_by_role("link", name="Fatima Amrani").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Fatima Amrani")
    page.get_by_role("link", name="Vandaag").click()
    page.wait_for_url(f"{town.home}/hr")
