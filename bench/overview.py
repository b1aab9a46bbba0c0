"""Milliseconds for the page of today and the page of a case, as somebody of HR loads them, at so many running cases.

Three weeks after the first day nobody did anything, so every case has several steps that are late: the hardest day
there is. One in fifty line managers cannot be reached, one in a hundred left. Cases are written as the tick leaves
them, without playing the three weeks.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import httpx2

from bench.stage import MORNING, PAGE, START, Site, analysed, on_postgres, on_sqlite, spread, stage
from bot import standing
from bot.web.sign_in import make_link
from bot.web.site import build
from conversations.case import Case, Person, Spell
from storage import addresses, cases, overview, people
from storage.cases import Decision

if TYPE_CHECKING:
    from bench.stage import Stage
    from storage.database import Tx

SIZES = (1_000, 50_000)
TEAM = 20  # colleagues of one line manager
LATER = timedelta(days=21)
ROUNDS = 15
HOME = "http://127.0.0.1:8321"
ASKED = {
    "overview": "/hr",
    "overview_team": "/hr?team=Team+7",
    "overview_phase": "/hr?phase=care",
    "overview_near": "/hr?phase=near",
    "overview_policy": "/hr?policy=company_d%401",
    "overview_more": "/hr?more=late",
    "overview_name": "/hr?name=peeters+jan7",
    "overview_nobody": "/hr?name=xyz",
}


def _case(number: int) -> Case:
    since = START - timedelta(days=number % 200)
    anchors = {
        "absence_start": since,
        "absence_reported": since,
        "certificate_end": since + timedelta(days=60 + number % 365),
    }
    if number % 3 == 0:
        anchors["expected_return"] = date(2027, 1, 11) + timedelta(days=number % 100)
    return Case(f"c{number}", "bench", f"e{number}", f"m{number // TEAM}", "company_c@1", hr="hr",
                anchors=anchors, spells=(Spell(since),))  # fmt: skip


async def fill(one: Stage, size: int) -> None:
    """Everybody, every case, and how each stands three weeks later."""
    now = MORNING + LATER
    hr = Person("hr", "bench", "Els Willems", "els@bench.example", frozenset({"employee", "hr"}))
    await one.app.database.run(lambda tx: people.put(tx, hr))
    for first in range(0, size, PAGE):

        def work(tx: Tx, numbers: range = range(first, min(first + PAGE, size))) -> None:
            for number in numbers:
                lead = number // TEAM
                if number % TEAM == 0:
                    manager = Person(f"m{lead}", "bench", f"Mia{lead} Claes", f"m{lead}@bench.example",
                                     frozenset({"employee", "manager"}), team=f"Team {lead % 300}")  # fmt: skip
                    people.put(tx, replace(manager, active=lead % 100 != 3))
                    addresses.link(tx, manager.id, "web", manager.id, MORNING)
                    if lead % 50 == 1:
                        addresses.unreachable(tx, "web", manager.id, now)
                people.put(tx, Person(f"e{number}", "bench", f"Jan{number} Peeters", f"e{number}@bench.example",
                                      team=f"Team {lead % 300}", manager=f"m{lead}"))  # fmt: skip
            found = [_case(number) for number in numbers]
            for case in found:
                cases.add(tx, case, "hr", MORNING, None)
                key = f"first_call/{case.anchors['absence_start']}/0/nudge/0"
                cases.tell_later(tx, case.id, Decision(key, MORNING, "said", None, case.policy))
            standing.keep(tx, one.app.house, found, now)

        await one.app.database.run(work)


async def measured(site: Site, size: int) -> list[dict[str, Any]]:
    """Each question in turn, as a browser asks it."""
    async with stage(site.url) as one:
        await fill(one, size)
        analysed(site)
        one.clock[0] = MORNING + LATER
        link = await one.app.database.run(lambda tx: make_link(tx, HOME, "hr", one.clock[0]))
        waiting = await one.app.database.run(lambda tx: overview.running(tx, "bench"))
        transport = httpx2.ASGITransport(app=build(one.app))
        async with httpx2.AsyncClient(transport=transport, base_url=HOME, headers={"Origin": HOME}) as browser:
            await browser.post(link)
            found = []
            for figure, path in {**ASKED, "case_page": "/hr/case/c7"}.items():
                seconds = [await _load(browser, path) for _ in range(ROUNDS)]
                found.append({"figure": figure, "on": site.kind, "cases": waiting, **spread(seconds)})
            return found


async def _load(browser: httpx2.AsyncClient, path: str) -> float:
    began = time.perf_counter()
    answer = await browser.get(path)
    seconds = time.perf_counter() - began
    assert answer.status_code == 200, path
    return seconds


def figures() -> Iterator[dict[str, Any]]:
    """A fresh database of each kind for each size."""
    for size in SIZES:
        for place in (on_sqlite, on_postgres):
            with place() as site:
                yield from asyncio.run(measured(site, size))
