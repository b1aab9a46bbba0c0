"""Odd cases on HR's pages: whatever is missing in a case, or happened to it, every page of it can be read."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import standing
from bot.acts import ACTS, DATES
from bot.web.hr import lanes
from conversations.case import Attempt, Case, Contact, Spell
from conversations.changes import Closed, Silenced, apply
from conversations.talking.dialogue import Coming
from storage import cases, retention
from tests.bot.test_web import Town, csrf
from tests.conversations.cadences import PACKS
from tests.world import ORGANISATION

if TYPE_CHECKING:
    from storage.database import Tx

DAY = date(2026, 11, 2)
LONG_AGO = DAY - timedelta(days=200)
PLAIN = Case("odd", ORGANISATION, "jan", "sofie", "company_c@1", anchors={"absence_start": LONG_AGO})
ODD: Mapping[str, Case] = {
    "nothing is known": replace(PLAIN, anchors={}),
    "only reported": replace(PLAIN, anchors={"absence_reported": DAY}),
    "no spells": PLAIN,
    "spells and no first day": replace(PLAIN, anchors={}, spells=(Spell(LONG_AGO),)),
    "back, and nobody knows since when": replace(PLAIN, anchors={"actual_return": DAY}),
    "partially back before the first day": replace(
        PLAIN, anchors={"absence_start": DAY, "partial_return": LONG_AGO}, spells=(Spell(DAY),)
    ),
    "a spell that ends before it begins": replace(PLAIN, spells=(Spell(DAY, LONG_AGO),)),
    "absent from next month": replace(PLAIN, anchors={"absence_start": DAY + timedelta(days=30)}),
    "absent since years": replace(
        PLAIN, anchors={"absence_start": date(1999, 1, 4)}, spells=(Spell(date(1999, 1, 4)),)
    ),
    "only a certificate": replace(PLAIN, anchors={"certificate_end": DAY}),
    "paused without a day": replace(PLAIN, status="paused"),
    "led and followed by whom it is about": replace(PLAIN, manager="jan", hr="jan", coach="jan"),
    "at rest for ever": replace(PLAIN, anchors={}, contact=Contact(disconnect_until=date(2099, 1, 1), restarts="gone")),
    "tried, and nothing agreed": replace(PLAIN, attempts=(Attempt(DAY, "not_needed"),) * 4, care=True),
    "withdrawn": apply(PLAIN, Closed("withdrawn", DAY)),
    "withdrawn, with nothing known": apply(replace(PLAIN, anchors={}), Closed("withdrawn", DAY)),
    "closed before it began": apply(replace(PLAIN, anchors={"absence_start": DAY}), Closed("other", LONG_AGO)),
    "everything stopped": apply(PLAIN, Silenced()),
    "everything stopped, with nothing known": apply(replace(PLAIN, anchors={}), Silenced()),
    "a policy that has its own clocks": replace(PLAIN, policy="legal_2026@1", anchors={"absence_reported": DAY}),
}
WITH_CASE = ("/hr/case/odd", "/hr/case/odd/close", "/hr/case/odd/stop", "/plan/odd")
AROUND = ("/hr", "/hr?name=jan", "/hr?phase=absent", "/hr/cadence/preview", "/hr/people", "/hr/people/jan")


@pytest.fixture
async def town(tmp_path: Path) -> AsyncIterator[Town]:
    """A town on the web, without cases."""
    town = Town(tmp_path)
    await town.people()
    await town.on_web()
    yield town
    await town.close()


async def keep(town: Town, case: Case) -> None:
    """There is such a case, however it came."""

    def work(tx: Tx) -> None:
        cases.add(tx, case, "els", town.clock, town.app.house.next_due(tx, case, town.clock))
        standing.keep(tx, town.app.house, [case], town.clock)

    await town.app.database.run(work)


async def found(town: Town, *paths: str) -> dict[str, int]:
    """The status of these pages for Els."""
    async with town.browser("els") as browser:
        return {path: (await browser.get(path)).status_code for path in paths}


@pytest.mark.parametrize("odd", ODD)
async def test_every_page_is_there(town: Town, odd: str) -> None:
    """The page of the case, what is asked before it ends, its plan, and every page it is listed on."""
    case = ODD[odd]
    await keep(town, case)
    sure = 200 if case.is_live else 404
    expected = dict(zip(WITH_CASE, (200, sure, sure, 404), strict=True)) | dict.fromkeys(AROUND, 200)
    assert expected == await found(town, *expected)
    await town.go_to(town.after(days=40))
    assert expected == await found(town, *expected)


@pytest.mark.parametrize("odd", ["nothing is known", "withdrawn, with nothing known", "everything stopped"])
async def test_every_form_has_an_answer(town: Town, odd: str) -> None:
    """Whatever is posted about it is done or refused in words."""
    await keep(town, ODD[odd])
    async with town.browser("els") as browser:
        token = csrf(await browser.get("/hr"))
        for act in ACTS:
            answer = await browser.post(f"/hr/case/odd/{act}", data={"csrf": token, "day": "2026-11-01", "sure": "no"})
            assert answer.status_code == (303 if ODD[odd].is_live else 404)


async def test_the_first_day_is_filled_in(town: Town) -> None:
    """The page says that the first day is missing and where to give it; then it is known."""
    await keep(town, ODD["nothing is known"])
    async with town.browser("els") as browser:
        page = await browser.get("/hr/case/odd")
        assert "De eerste dag afwezig is nog niet bekend" in page.text
        given = {"csrf": csrf(page), "version": "0", "anchor": "absence_start", "day": "2026-10-05"}
        assert (await browser.post("/hr/case/odd/date", data=given)).status_code == 303
        assert "Afwezig sinds maandag 5 oktober 2026" in (await browser.get("/hr/case/odd")).text
    assert (await town.case("jan")).spells == (Spell(date(2026, 10, 5)),)


async def test_an_erased_case(town: Town) -> None:
    """It is not there any more, like one that never was."""
    await keep(town, apply(PLAIN, Closed("left", DAY)))
    await town.app.database.run(lambda tx: retention.forget_case(tx, "odd"))
    expected = dict.fromkeys(WITH_CASE, 404) | dict.fromkeys(AROUND, 200)
    assert expected == await found(town, *expected)


DAYS = st.dates(date(2020, 1, 1), date(2030, 1, 1))
SPELLS = st.lists(st.builds(Spell, DAYS, st.none() | DAYS), max_size=3).map(tuple)
CONTACTS = st.builds(
    Contact, disconnect_from=st.none() | DAYS, disconnect_until=st.none() | DAYS, agreed_on=st.none() | DAYS
)
CASES = st.builds(
    Case, st.just("odd"), st.just(ORGANISATION), st.just("jan"), st.just("sofie"), st.just("company_c@1"),
    contact=CONTACTS, anchors=st.dictionaries(st.sampled_from(DATES), DAYS), spells=SPELLS, care=st.booleans(),
)  # fmt: skip
STEPS = st.lists(
    st.builds(
        Coming, st.just("odd"), st.sampled_from(["first_call", "rule_8_weeks", "agreement_review", "own"]),
        st.integers(0, 3), DAYS, st.sampled_from(["manager", "hr", "coach", "employee"]),
        st.sampled_from(["done", "missed", "now", "soon"]), st.just("L-06"),
        st.sampled_from(["law", "policy", "practice"]),
    ),
    max_size=8,
)  # fmt: skip


@given(CASES, STEPS, DAYS)
def test_a_picture_of_any_case(case: Case, steps: list[Coming], today: date) -> None:
    """Whatever a case knows, it can be drawn, within its edges and with every step that is not the employee's."""
    picture = lanes.picture(PACKS["company_c"], case, steps, today)
    assert sum(step.to != "employee" for step in steps) == len(picture.signs)
    assert all(0 <= bar.place <= 100 and bar.width > 0 for lane in picture.lanes for bar in lane.bars)
    assert all(0 <= one.place <= 100 for one in picture.signs)
    assert 0 <= picture.now <= 100
