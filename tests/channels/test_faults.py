"""What goes wrong between a platform and us, from the person's finger to the person's screen (docs/faults.md)."""

from __future__ import annotations

import asyncio
from datetime import date, timedelta
from itertools import permutations
from typing import TYPE_CHECKING

import pytest

from storage import addresses, outbox, sessions
from tests.channels.on_slack import OnSlack
from tests.channels.on_telegram import OnTelegram
from tests.fakes import slack_faults, telegram_faults
from tests.talk import absent

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from storage.outbox import Row
    from tests.channels.stage import Stage
    from tests.fakes.slack_courier import Delivery

HAD_ALREADY = "Dat had je al beantwoord"
NOT_SURE = "Niet zeker afgeleverd"
TODAY = "2026-11-02"


async def rows(stage: Stage, who: str = "sofie") -> list[Row]:
    """What was said to somebody."""
    return await stage.app.database.run(lambda tx: outbox.transcript(tx, who, 100))


async def since(stage: Stage) -> object:
    """What Sofie answered, in the one talk she has."""
    (talk,) = await stage.app.database.run(lambda tx: sessions.open_of(tx, "sofie"))
    return talk.answers.get("since")


# --- In ------------------------------------------------------------------------------------------------


async def test_repeated_by_slack(tmp_path: Path) -> None:
    """Typed once and brought four times, pressed once and brought three times: one talk, one answer."""
    async with OnSlack(tmp_path) as stage:
        await stage.people()
        sofie = stage.users["sofie"]
        await sofie.types("jan is ziek", repeat=4).over()
        assert 1 == len(await stage.news())
        await sofie.presses("Vandaag", repeat=3).over()
        assert 1 == len(await stage.news())
        assert TODAY == await since(stage)
        assert {"200"} == {how for one in stage.workspace.deliveries for how in one.attempts}
        assert [] == stage.workspace.violations


@pytest.mark.parametrize("webhook", [True, False], ids=["webhook", "polling"])
async def test_repeated_by_telegram(tmp_path: Path, *, webhook: bool) -> None:
    """A repeated number counts once; a gap in the numbers, and numbers that start anew, lose nothing."""
    async with OnTelegram(tmp_path, webhook=webhook) as stage:
        await stage.people()
        sofie, telegram = stage.users["sofie"], stage.telegram
        assert 1 == len(await stage.say("sofie", "jan is ziek"))
        telegram.repeats()
        await telegram.quiet()
        assert [] == await stage.news()
        telegram.skips_update_ids(40)
        assert 1 == len(await stage.press("sofie", "Vandaag"))
        telegram.restarts_update_ids(7)
        assert 1 == len(await stage.say("sofie", "help"))
        assert TODAY == await since(stage)
        assert sofie.last.labels
        assert [] == stage.troubles()


@pytest.mark.parametrize("platform", ["slack", "telegram"])
async def test_five_impatient_presses(platform: str, tmp_path: Path) -> None:
    """The first counts; the others hear that it was answered, and nothing changes."""
    stage: OnSlack | OnTelegram = OnSlack(tmp_path) if platform == "slack" else OnTelegram(tmp_path)
    async with stage:
        await stage.people()
        await stage.say("sofie", "jan is ziek")
        if isinstance(stage, OnSlack):
            seen = stage.users["sofie"].sees()[-1]
            for delivery in [stage.users["sofie"].presses("Vandaag", on=seen) for _ in range(5)]:
                await delivery.over()
        else:
            shown = stage.users["sofie"].last
            stage.presses += 5
            presses = [stage.users["sofie"].presses("Vandaag", message=shown) for _ in range(5)]
            await asyncio.gather(*(asyncio.to_thread(press.wait) for press in presses))
            await stage.telegram.quiet()
        said = await stage.news()
        assert (5, 4) == (len(said), sum(HAD_ALREADY in " ".join(one.words) for one in said))
        assert TODAY == await since(stage)
        assert [] == stage.troubles()


@pytest.mark.parametrize("order", list(permutations(range(3))), ids=str)
async def test_out_of_order(order: tuple[int, ...], tmp_path: Path) -> None:
    """A message, its change and its removal, in whatever order they come: what was typed counts, once."""
    async with OnSlack(tmp_path) as stage:
        await stage.people()
        sofie = stage.users["sofie"]
        stage.workspace.hold()
        sofie.types("jan is ziek")
        sofie.edits(sofie.sees()[-1], "els is ziek")
        sofie.deletes(sofie.sees()[-1])

        def shuffled(held: list[Delivery]) -> list[Delivery]:
            assert 3 == len(held)
            return [held[n] for n in order]

        for delivery in stage.workspace.release(shuffled):
            await delivery.over()
        (asked,) = await stage.news()
        assert "Jan" in asked.words[0]
        assert [] == stage.troubles()


async def test_three_days_late(tmp_path: Path) -> None:
    """A press that Slack could not bring for three days is an answer all the same."""
    async with OnSlack(tmp_path) as stage:
        await stage.people()
        await stage.say("sofie", "jan is ziek")
        stage.workspace.hold()
        stage.users["sofie"].presses("Vandaag")
        stage.clock += timedelta(days=3)
        for delivery in stage.workspace.release():
            await delivery.over()
        assert 1 == len(await stage.news())
        assert stage.today.isoformat() != await since(stage)
        assert [] == stage.troubles()


# --- Out -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "fault",
    [slack_faults.cut(), slack_faults.cut(after=True), slack_faults.status(503, after=True), slack_faults.html()],
)
async def test_in_doubt_on_slack(fault: slack_faults.Fault, tmp_path: Path) -> None:
    """Whether Slack took it or not: it is looked up once all has settled, and the nudge stands there once."""
    async with OnSlack(tmp_path) as stage:
        await stage.people()
        stage.workspace.goes_wrong("chat.postMessage", fault)
        await absent(stage, "jan", date(2026, 11, 2))
        await stage.go_to("2026-11-02 09:30")
        await stage.go_to("2026-11-02 09:40")
        assert 1 == len(stage.users["sofie"].sees())
        assert ["sent"] == [row.state for row in await rows(stage)]
        assert [] == stage.users["els"].sees()
        assert [] == stage.troubles()


async def test_answered_while_in_doubt_on_slack(tmp_path: Path) -> None:
    """It had arrived and was answered before anybody knew: once it is found its buttons go."""
    async with OnSlack(tmp_path) as stage:
        await stage.people()
        sofie = stage.users["sofie"]
        stage.workspace.goes_wrong("chat.postMessage", slack_faults.cut(after=True))
        await absent(stage, "jan", date(2026, 11, 2))
        while not sofie.sees():
            stage.clock += timedelta(minutes=1)
            await stage.app.tick()
        assert ["unsure"] == [row.state for row in await rows(stage)]
        (nudge,) = sofie.sees()
        label = nudge.buttons[0]
        assert await stage.press("sofie", label)
        assert label in sofie.sees()[0].buttons
        stage.clock += timedelta(minutes=4)
        await stage.app.tick()
        await sofie.will_see(lambda one: one.text.startswith(nudge.text[:20]) and not one.buttons)
        await stage.workspace.until(stage.workspace.quiet)  # Slack tells of the edit as well
        assert {"sent"} == {row.state for row in await rows(stage)}
        assert [] == stage.users["els"].sees()
        assert [] == stage.troubles()


@pytest.mark.parametrize("on", [OnSlack, OnTelegram])
async def test_a_busy_screen(on: type[OnSlack | OnTelegram], tmp_path: Path) -> None:
    """An edit that is refused for now comes later: no buttons stay under what was answered."""
    async with on(tmp_path) as stage:
        await stage.people()
        await stage.say("sofie", "jan is ziek")
        if isinstance(stage, OnSlack):
            stage.workspace.goes_wrong("chat.update", *(slack_faults.status(503) for _ in range(3)))
        else:
            stage.telegram.fails("editMessageText", telegram_faults.broken(502), times=3)
        await stage.press("sofie", "Vandaag")
        await stage.rest()
        answered = (await rows(stage))[0]
        assert not await stage.looks_settled(answered)
        stage.clock += timedelta(minutes=3)
        await stage.app.tick()
        assert await stage.looks_settled(answered)


async def test_in_doubt_on_telegram(tmp_path: Path) -> None:
    """Nobody can look it up there: the nudge is not repeated, HR hears of it, and its buttons still count."""
    async with OnTelegram(tmp_path) as stage:
        await stage.people()
        stage.telegram.fails("sendMessage", telegram_faults.cut(taken=True))
        await absent(stage, "jan", date(2026, 11, 2))
        await stage.go_to("2026-11-02 10:30")
        assert 1 == len(stage.users["sofie"].sees_from_bot())
        (told,) = stage.users["els"].sees_from_bot()
        assert NOT_SURE in told.text
        assert 1 == len(await stage.press("sofie", stage.users["sofie"].last.labels[0]))
        assert [] == stage.troubles()


async def test_blocked_and_unblocked(tmp_path: Path) -> None:
    """Who blocked the bot is not called again and HR hears it once; let in again, they read what waited."""
    async with OnTelegram(tmp_path) as stage:
        await stage.people()
        sofie = stage.users["sofie"]
        sofie.blocks()
        await stage.telegram.quiet()
        await absent(stage, "jan", date(2026, 11, 2))
        await stage.go_to("2026-11-02 12:00")
        assert [] == sofie.sees_from_bot()
        assert [] == [
            call for call in stage.telegram.calls("sendMessage") if call.arguments["chat_id"] == str(sofie.id)
        ]
        (told,) = stage.users["els"].sees_from_bot()
        assert "Sofie" in told.text
        sofie.unblocks()
        await stage.telegram.quiet()
        await stage.news()
        assert "Jan" in sofie.last.text
        assert [] == stage.troubles()


@pytest.mark.parametrize("platform", ["slack", "telegram"])
async def test_where_somebody_is_gone_the_page_is_left(platform: str, tmp_path: Path) -> None:
    """An account that is closed is found out by the first call, and the nudge takes the way that is left."""
    on: dict[str, Callable[[Path], OnSlack | OnTelegram]] = {"slack": OnSlack, "telegram": OnTelegram}
    async with on[platform](tmp_path) as stage:
        await stage.people()
        earlier = stage.clock - timedelta(days=1)
        await stage.app.database.run(lambda tx: addresses.link(tx, "sofie", "web", "sofie", earlier))
        if isinstance(stage, OnSlack):
            stage.workspace.deactivates(stage.users["sofie"].id)
        else:
            stage.users["sofie"].deactivates()
        await absent(stage, "jan", date(2026, 11, 2))
        await stage.go_to("2026-11-02 12:00")
        (nudge,) = await rows(stage)
        assert ("web", "sent") == (nudge.channel, nudge.state)
        assert [] == stage.troubles()
