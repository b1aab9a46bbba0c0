"""Signing in at a provider of another site, and staying signed in, in a real browser."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from conversations.case import Person
from storage import people
from tests.bot.test_web_provider import STRONG, Idp, running
from tests.e2e.browser import fits, found_by_axe, shot
from tests.e2e.test_pages import SMALL, Town, sign_in
from tests.world import ORGANISATION

pytestmark = pytest.mark.e2e


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    """A town with pages, at the moment it is."""
    town = Town(tmp_path)
    town.world.clock = datetime.now(UTC)
    yield town
    town.close()


@pytest.fixture
def idp(town: Town) -> Iterator[Idp]:
    """A provider on another site, where everybody of the town signs in."""
    with running() as provider:
        elsewhere = provider.issuer.replace("127.0.0.1", "localhost")
        given = {"oidc_issuer": elsewhere, "oidc_client_id": "terugkeer", "oidc_client_secret": "s"}
        town.world.app.settings = town.world.app.settings.model_copy(update=given)
        yield Idp(elsewhere)


@pytest.mark.parametrize("javascript", [True, False])
def test_at_the_provider(opened: Callable[..., Page], town: Town, idp: Idp, *, javascript: bool) -> None:
    """The link once, then the account alone: over to another site and back, with and without a script."""
    idp.knows("els-at-work", **STRONG)
    page = opened(java_script_enabled=javascript)
    page.goto(town.link("els"))
    for button in ("Verder met je werkaccount", "Aanmelden met je werkaccount"):
        page.get_by_role("button", name=button).click()
        page.wait_for_url(f"{idp.issuer}/oauth2/authorize?*")
        page.get_by_placeholder("sub").fill("els-at-work")
        page.get_by_role("button", name="Authorize").click()
        page.wait_for_url(f"{town.home}/")
        expect(page.get_by_text("Els Willems")).to_be_visible()
        page.context.clear_cookies()
        page.goto(town.home)


def test_the_pages_on_the_way(opened: Callable[..., Page], town: Town, idp: Idp) -> None:
    """Each of them is for everybody: axe, and the smallest screen."""
    idp.knows("els-weakly", amr=["pwd"])
    page = opened(SMALL)
    page.goto(town.link("els"))
    shot(page, "sign-in-link")
    assert ([], True) == (found_by_axe(page), fits(page))
    page.get_by_role("button", name="Verder met je werkaccount").click()
    page.wait_for_url(f"{idp.issuer}/oauth2/authorize?*")
    page.get_by_placeholder("sub").fill("els-weakly")
    page.get_by_role("button", name="Authorize").click()
    expect(page.get_by_text("tweede stap")).to_be_visible()
    shot(page, "sign-in-weak")
    assert ([], True) == (found_by_axe(page), fits(page))
    page.goto(town.home)
    shot(page, "sign-in-stranger")
    assert ([], True) == (found_by_axe(page), fits(page))


@pytest.mark.parametrize(("looks", "scheme"), [("", "light"), ("-dark", "dark")])
def test_a_weighty_step(opened: Callable[..., Page], town: Town, idp: Idp, looks: str, scheme: str) -> None:
    """The hint above its form, and the page for who overlooks it: by keyboard to the provider, and back to the form."""
    bea = Person("bea", ORGANISATION, "Bea Alles", "bea@stad.example", frozenset({"employee", "hr", "admin"}))
    town.kept(lambda tx: people.put(tx, bea))
    long_ago = int((town.world.clock - timedelta(hours=1)).timestamp())
    idp.knows("bea-at-work", auth_time=long_ago, **STRONG)
    page = opened(SMALL, color_scheme=scheme)

    def at_the_provider() -> None:
        page.wait_for_url(f"{idp.issuer}/oauth2/authorize?*")
        page.get_by_placeholder("sub").fill("bea-at-work")
        page.get_by_role("button", name="Authorize").click()

    page.goto(town.link("bea"))
    page.get_by_role("button", name="Verder met je werkaccount").click()
    at_the_provider()
    page.wait_for_url(f"{town.home}/")
    page.goto(f"{town.home}/hr/roles")
    expect(page.get_by_text("Meld je eerst nog even aan.")).to_be_visible()
    shot(page, f"step-up-hint{looks}", full=True)
    assert ([], True) == (found_by_axe(page), fits(page))
    page.get_by_label("E-mailadres").fill("nadia@stad.example")
    page.get_by_role("button", name="Geef de rol").click()
    expect(page.get_by_role("heading", name="Meld je nog even aan")).to_be_visible()
    shot(page, f"step-up{looks}", full=True)
    assert ([], True) == (found_by_axe(page), fits(page))
    idp.knows("bea-at-work", **STRONG)
    button = page.get_by_role("button", name="Meld je aan")
    for _ in range(20):
        page.keyboard.press("Tab")
        if button.evaluate("one => one === document.activeElement"):
            break
    page.keyboard.press("Enter")
    at_the_provider()
    page.wait_for_url(f"{town.home}/hr/roles")
    expect(page.get_by_text("Meld je eerst nog even aan.")).to_have_count(0)


def test_staying(opened: Callable[..., Page], town: Town) -> None:
    """Two minutes before the end the page says so aloud; the button keeps it; without it the page is gone."""
    page = opened(SMALL)
    page.clock.install()
    sign_in(town, page, "els")
    alert = page.locator("[data-awake-soon]")

    def later(**span: int) -> None:
        town.world.clock += timedelta(**span)
        page.clock.run_for(int(timedelta(**span).total_seconds() * 1000))

    expect(alert).to_be_empty()
    later(minutes=13, seconds=2)
    expect(alert).to_have_text("Over twee minuten meld ik je af. Kies Blijf aangemeld om verder te werken.")
    shot(page, "awake-soon")
    assert ([], True) == (found_by_axe(page), fits(page))
    page.get_by_role("button", name="Blijf aangemeld").click()
    expect(alert).to_contain_text("Je bent nog aangemeld tot")
    later(minutes=12)
    expect(page.get_by_role("button", name="Blijf aangemeld")).to_be_visible()
    later(minutes=3, seconds=5)
    expect(page.get_by_role("heading", name="Je bent niet aangemeld")).to_be_visible()
