"""A real browser for the pages: where screenshots go, what axe finds, what fits."""

from __future__ import annotations

import socket
from pathlib import Path

from axe_core_python.sync_playwright import Axe
from playwright.sync_api import Error, Page

SHOTS = Path("build/screenshots")
TRIES = 5
CANNOT_DRAW = "Unable to capture screenshot"
# What just came in fades in; its colours are what they are once it stands still.
STILL = """Promise.all(document.getAnimations().filter((one) => one.effect.getTiming().iterations !== Infinity)
  .map((one) => one.finished.catch(() => null)))"""
# WCAG 2.2, 2.5.8: at least 24 by 24, but for links within a sentence. Axe of this version does not look at it.
TARGETS = """[...document.querySelectorAll("button, input:not([type=hidden]), select, textarea, summary, a")]
  .filter((one) => !(one.matches("p a")) && one.getClientRects().length)
  .filter((one) => { const {width, height} = (one.closest("label") ?? one).getBoundingClientRect();
                     return width < 24 || height < 24; })
  .map((one) => `too small: ${one.outerHTML.slice(0, 120)}`)"""


def free_port() -> int:
    """A port nobody uses."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def shot(page: Page, name: str, *, full: bool = False) -> None:
    """Keep how it looks.

    Chromium now and then cannot draw, mostly while one page gives way to the next, and can a moment later; what a test
    holds it says itself, so the picture is asked for again.
    """
    SHOTS.mkdir(parents=True, exist_ok=True)
    for left in reversed(range(TRIES)):
        page.wait_for_load_state()
        try:
            page.screenshot(path=SHOTS / f"{name}.png", full_page=full, animations="disabled")
        except Error as error:
            if not left or CANNOT_DRAW not in error.message:
                raise
            page.wait_for_timeout(250)
        else:
            return


def found_by_axe(page: Page) -> list[str]:
    """What axe finds, and what is too small to touch: the rule and where."""
    page.evaluate(STILL)
    page.evaluate(Axe().axe_script)
    found = page.evaluate("axe.run()")
    small: list[str] = page.evaluate(TARGETS)
    return small + [f"{one['id']}: {node['html'][:160]}" for one in found["violations"] for node in one["nodes"]]


def fits(page: Page) -> bool:
    """Whether nothing makes the page scroll sideways."""
    return bool(page.evaluate("document.scrollingElement.scrollWidth <= innerWidth"))
