"""The browser of this machine, and the demo as somebody starts it."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.e2e.browser import free_port


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The browser of this machine."""
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=found, args=["--no-sandbox", "--lang=nl-BE"], env={**os.environ, "LANGUAGE": "nl"}
        )
        yield browser
        browser.close()


@pytest.fixture
def opened(chromium: Browser) -> Iterator[Callable[..., Page]]:
    """Open a page of some size and kind. At the end: no error, nothing the policy forbade."""
    troubles: list[str] = []
    contexts: list[BrowserContext] = []

    def open_page(size: tuple[int, int] = (1100, 820), **more: Any) -> Page:
        context = chromium.new_context(viewport={"width": size[0], "height": size[1]}, locale="nl-BE", **more)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(20_000)
        page.on("pageerror", lambda error: troubles.append(str(error)))
        page.on(
            "console",
            lambda line: troubles.append(line.text) if "Content Security Policy" in line.text else None,
        )
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert troubles == []


@pytest.fixture(scope="module")
def demo() -> Iterator[str]:
    """`terugkeer demo`, as somebody starts it; it stops at once when told to, also with pages open."""
    port = free_port()
    with subprocess.Popen([sys.executable, "-m", "bot", "demo", "--port", str(port)]) as running:
        home = f"http://127.0.0.1:{port}"
        for _ in range(200):
            with socket.socket() as knock:
                if knock.connect_ex(("127.0.0.1", port)) == 0:
                    break
            assert running.poll() is None, "the demo did not start"
            time.sleep(0.1)
        yield home
        running.send_signal(signal.SIGTERM)
        assert running.wait(10) in (0, -signal.SIGTERM)
