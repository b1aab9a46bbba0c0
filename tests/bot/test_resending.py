"""Sending again what did not arrive: once, only what makes sense, and knowingly where it may arrive twice."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import update

from bot import resending
from bot.channels import Refused, Unsure
from bot.resending import Wish
from conversations.case import Person
from conversations.changes import Closed, Done, HandedOver, Returned, Silenced
from storage import addresses, journal, outbox, people, tables
from storage.transaction import Statement
from tests.bot.forms import Page
from tests.bot.test_deliver import Moody, queue, state
from tests.bot.test_hr_today import part
from tests.bot.test_web import Town, csrf
from tests.talk import absent, change
from tests.world import ORGANISATION, World

if TYPE_CHECKING:
    from storage.database import Tx

AGAIN = "/hr/delivery/again"
BRAM = Person("bram", ORGANISATION, "Bram Beheer", "bram@stad.example", frozenset({"employee", "admin"}))


@pytest.fixture
async def town(tmp_path: Path) -> AsyncIterator[Town]:
    """Jan is absent; Sofie is reached on a moody channel, which is refusing."""
    town = Town(tmp_path)
    await town.people()
    moody = Moody(moods=[Refused("no")])
    town.app.channels["moody"] = moody

    def work(tx: Tx) -> None:
        people.put(tx, BRAM)
        addresses.link(tx, "bram", "web", "bram", town.clock)
        addresses.link(tx, "sofie", "moody", "sofie", town.clock + timedelta(seconds=1))

    await town.app.database.run(work)
    await absent(town, "jan", town.today)
    yield town
    await town.close()


def given(town: World) -> int:
    """How many calls there were."""
    moody = town.app.channels["moody"]
    assert isinstance(moody, Moody)
    return len(moody.given)


async def again(town: World, *ids: str, until: datetime | None = None, twice: bool = False) -> int:
    """Els asks to send these again, as she saw them just now or at that moment."""

    def work(tx: Tx) -> int:
        els = people.get(tx, "els")
        assert els is not None
        wish = Wish(ids, until or town.clock, twice)
        return resending.send_again(tx, town.app.house, els, wish, town.clock)

    sent = await town.app.database.run(work)
    await town.app.deliver()
    return sent


async def noted(town: World) -> list[dict[str, object]]:
    """What the journal of the house holds about sending again."""
    found = await town.app.database.run(lambda tx: journal.before(tx, ORGANISATION, 10**6, 1000))
    return [one for entry in found for one in entry.changes if one["change"] == "SentAgain"]


async def test_once_for_two_at_once(town: Town) -> None:
    """Pressed twice and by two people at once it goes out once, under its own id, and the journal has one line.

    What failed again later was not what they saw.
    """
    await queue(town)
    await town.app.deliver()
    seen = town.clock
    assert ("failed", "refused", 1) == await state(town)
    assert [1, 0] == sorted(await asyncio.gather(again(town, "r1"), again(town, "r1")), reverse=True)
    assert ("sent", None, 1) == await state(town)
    assert (2, [{"change": "SentAgain", "message": "r1", "perhaps": False}]) == (given(town), await noted(town))
    town.clock += timedelta(minutes=5)
    lose = update(tables.outbox).values(state="failed", reason="refused", finished_at=town.clock)
    await town.app.database.run(lambda tx: tx.execute(Statement(lose)))
    assert 0 == await again(town, "r1", until=seen)
    assert 1 == await again(town, "r1")


async def test_perhaps_twice_only_knowingly(town: Town) -> None:
    """What perhaps arrived is left alone, until somebody says to know that it may be read twice."""
    town.app.channels["moody"] = Moody(moods=[Unsure("timeout")])
    await queue(town)
    await town.app.deliver()
    assert (0, "unsure") == (await again(town, "r1"), (await state(town))[0])
    assert (1, 2) == (await again(town, "r1", twice=True), given(town))
    assert [True] == [one["perhaps"] for one in await noted(town)]


LAPSES = {
    "closed": Closed("left", date(2026, 11, 2)),
    "silent": Silenced(),
    "somebody else's": HandedOver("manager", "tom"),
    "done": Done("first_call"),
    "its moment is over": Returned(date(2026, 11, 2)),
}


@pytest.mark.parametrize("why", [*LAPSES, "long ago", "answered", "asked again", "left", ""])
async def test_what_lapsed_stays(town: Town, why: str) -> None:
    """Of a real nudge: once its moment is over, by whatever, it cannot be sent again; otherwise it can."""
    await town.go_to("2026-11-02 15:00")
    row = (await town.app.database.run(lambda tx: outbox.transcript(tx, "sofie", 10)))[0]
    assert ("nudge", "failed", "first_call") == (row.kind, row.state, (row.key or "").split("/")[1])
    if why in LAPSES:
        await change(town, "jan", LAPSES[why])  # type: ignore[arg-type] # a change
    elif why == "long ago":
        town.clock += timedelta(days=8)
    elif why == "asked again":
        await town.go_to("2026-11-03 12:00")  # a reminder of the same question
    elif why == "answered":
        await town.app.database.run(lambda tx: outbox.answer(tx, row.id, "ja", town.clock))
    elif why == "left":
        sofie = await town.app.database.run(lambda tx: people.get(tx, "sofie"))
        assert sofie is not None
        await town.app.database.run(lambda tx: people.put(tx, replace(sofie, active=False)))
    assert (why == "") == bool(await again(town, row.id))


async def test_by_a_button(town: Town) -> None:
    """HR on the page of today, the administrator on its own, without whose it is; nobody else, and not by a link."""
    await queue(town)
    await queue(town, "r2")
    await town.app.deliver()
    lose = update(tables.outbox).where(tables.outbox.c.id == "r2").values(state="unsure")
    await town.app.database.run(lambda tx: tx.execute(Statement(lose)))
    async with town.browser("els") as els, town.browser("bram") as bram, town.browser("sofie") as sofie:
        page, technical = await els.get("/hr"), await bram.get("/hr/technical")
        shown = part(page, "undelivered")
        assert "Dan leest Sofie het twee keer" in shown
        assert "Stuur het toch : Sofie Peeters" in shown
        assert "Probeer opnieuw : bericht r1" in Page(technical.text).text
        assert "Sofie" not in technical.text
        mine = next(form for form in Page(technical.text).forms if ("row", "r1") in form.buttons)
        assert "twice" not in mine.values
        values = {**mine.values, "row": "r1"}
        for browser, path in ((sofie, "/"), (bram, "/hr/technical")):
            form = {**values, "csrf": csrf(await browser.get(path)), "person": "sofie", "row": ""}
            assert 404 == (await browser.post(AGAIN, data=form)).status_code
        assert 405 == (await els.get(AGAIN)).status_code
        assert [404, 403] == [
            (await bram.post(AGAIN, data={**values, **wrong})).status_code
            for wrong in ({"until": "9999-99-99"}, {"csrf": "0" * 64})
        ]
        said = [(await bram.post(AGAIN, data=values)).headers["location"] for _ in range(2)]
        assert ["/hr?said=again#said", "/hr?said=not_again#said"] == said
        asked = Page(page.text).form("/again").values | {"person": "sofie"}
        assert 303 == (await els.post(AGAIN, data=asked)).status_code
        assert "Alle berichten kwamen aan." in part(await els.get("/hr"), "undelivered")
    assert ["r2", "r1"] == [one["message"] for one in await noted(town)]
