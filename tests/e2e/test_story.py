"""The whole story in a real browser, from the sick report to the final evaluation."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.browser import found_by_axe, shot

pytestmark = pytest.mark.e2e

WHO = "Jan Peeters"
ALREADY = {"Ja, een tijd volle rust": "Nee", "Een afgesproken zin": "Afwezig, tot wanneer"}
# What is worth a picture the first time it is read.
MILESTONES = {
    "Een kort telefoontje naar Jan": "story-call",
    "inschatting van het arbeidspotentieel van Jan": "story-estimate",
    "De afspraken met Jan": "story-agreements",
    "Jan is twee weken terug": "story-two-weeks",
    "Jan is anderhalve maand terug": "story-evaluation",
}
MOVES = 90  # of the clock; the story takes about forty-five
TURNS = 40  # answers in a row before the clock moves


def controls(panel: Locator) -> Locator:
    """What the last open question in a chat offers."""
    return panel.locator(".controls").last


def answer(page: Page, panel: Locator) -> bool:
    """Answer the last open question the way most people would; False when nothing is asked."""
    asked = controls(panel)
    if not asked.count():
        return False
    before = panel.locator("[data-log]").inner_text()
    choices = asked.locator("button.choice")
    labels = choices.all_inner_texts()
    if asked.locator("input[type=checkbox]").count():
        asked.locator("input[type=checkbox]").first.check()
        asked.locator("button.go").click()
    elif labels:
        wanted = next((ALREADY[label] for label in labels if label in ALREADY), labels[0])
        choices.get_by_text(wanted, exact=True).first.click()
    elif asked.locator("[data-write]").count():
        panel.locator("textarea").fill("Drie voormiddagen aan het onthaal.")
        panel.locator("button.send").click()
    elif asked.locator("button.aside").count():
        asked.locator("button.aside").first.click()
    else:
        page.wait_for_timeout(250)  # it is being drawn anew: look once more
        return True
    page.wait_for_function(
        "([id, before]) => document.querySelector(`#${id} [data-log]`).innerText !== before",
        arg=[panel.get_attribute("id"), before],
    )
    return True


def test_from_sick_report_to_evaluation(demo: str, opened: Callable[..., Page]) -> None:
    """Every question can be answered, nothing gets stuck, and at the end the case is closed."""
    page = opened((1440, 900))
    page.goto(f"{demo}/demo")
    panels = [page.locator(f"#{one}") for one in page.locator("section.chat").evaluate_all("all => all.map(x => x.id)")]
    seen: set[str] = set()

    def settle() -> None:
        for panel in panels:
            for _ in range(TURNS):
                for words, name in MILESTONES.items():
                    if name not in seen and words in panel.inner_text():
                        seen.add(name)
                        shot(page, name)
                if not answer(page, panel):
                    break
            else:
                raise AssertionError(f"no end to it:\n{panel.inner_text()[-600:]}")

    settle()
    for _ in range(MOVES):
        if WHO not in page.locator("#case").inner_text():
            break
        with page.expect_response(lambda response: response.request.method == "POST"):
            page.get_by_role("button", name="Naar het volgende moment").click()
        expect(page.locator("[data-clock]")).not_to_have_attribute("aria-busy", "true")
        settle()
    else:
        raise AssertionError(f"after {MOVES} moments {WHO} is still being followed up")
    assert set(MILESTONES.values()) == seen
    assert found_by_axe(page) == []
    shot(page, "story-closed")
