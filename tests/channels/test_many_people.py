"""A thousand people get their nudges through each platform's own library, within the limits it documents."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from bot.channels.pace import Pace, Rate
from bot.channels.slack import Slack
from bot.channels.telegram import Telegram
from conversations.case import Person
from messages.message import Message, Paragraph, Run, to_json
from storage import addresses, outbox, people
from storage.outbox import Row
from tests.fakes.slack import Workspace
from tests.fakes.slack_limits import Limits
from tests.fakes.telegram import FakeTelegram
from tests.world import ORGANISATION, World

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager
    from pathlib import Path

    from bot.channels import Channel
    from storage.database import Tx

PEOPLE = 1000
OFTEN = 40  # so many of them get three messages
SPEED = 60.0  # seconds of the platform in one of ours

Town = tuple["Channel", list[str], "Callable[[str], list[str]]", "Callable[[], list[str]]"]


@contextmanager
def on_slack(world: World) -> Iterator[Town]:
    """A workspace with its real limits, and the channel with its real pace, both with fast clocks."""
    with Workspace(now=lambda: world.clock, limits=Limits(speed=SPEED)) as slack:
        users = {f"{slack.team.id}:{one.id}": one for one in (slack.add(f"Iemand {n}") for n in range(PEOPLE))}
        channel = Slack(
            token=slack.bot_token, signing_secret=slack.signing_secret, now=lambda: world.clock, api_url=slack.api_url,
            teams=frozenset({slack.team.id}), pace=Pace(Rate(0.95 * SPEED, 3), Rate(4.5 * SPEED, 20)),
        )  # fmt: skip

        def seen(address: str) -> list[str]:
            return [one.text for one in users[address].sees()]

        yield channel, list(users), seen, lambda: [*slack.violations, *(["429"] if slack.rate_limited else [])]


@contextmanager
def on_telegram(world: World) -> Iterator[Town]:
    """The same on Telegram."""
    with FakeTelegram(speed=SPEED) as telegram:
        users = {str(n): telegram.user(n, started=True) for n in range(1001, 1001 + PEOPLE)}
        pace = Pace(Rate(SPEED, 3), Rate(25 * SPEED, 5))
        channel = Telegram(token=telegram.token, now=lambda: world.clock, api_url=telegram.url, pace=pace)

        def seen(address: str) -> list[str]:
            return [one.text for one in users[address].sees()]

        yield channel, list(users), seen, lambda: [*telegram.violations, *(["429"] if telegram.too_many else [])]


TOWNS: dict[str, Callable[[World], AbstractContextManager[Town]]] = {"slack": on_slack, "telegram": on_telegram}


@pytest.mark.parametrize("platform", TOWNS)
@pytest.mark.long
async def test_a_thousand_at_nine(platform: str, tmp_path: Path) -> None:
    """Everybody gets what is theirs, once and in order, and the platform never says that it is too much."""
    world = await World(tmp_path).people()
    with TOWNS[platform](world) as (channel, places, seen, troubles):
        world.app.channels[platform] = channel
        if isinstance(channel, Telegram):
            await channel.open(world.app)
        meant = {one: [f"bericht {k}" for k in range(3 if n < OFTEN else 1)] for n, one in enumerate(places)}

        def work(tx: Tx) -> None:
            for n, (where, texts) in enumerate(meant.items()):
                people.put(tx, Person(f"p{n}", ORGANISATION, f"Iemand {n}", f"p{n}@stad.example"))
                addresses.link(tx, f"p{n}", platform, where, world.clock)
                for text in texts:
                    outbox.queue(tx, _row(world, f"p{n}", platform, where, text))

        await world.app.database.run(work)
        sent = await world.app.deliver()
        while (following := await world.next_due()) is not None:  # who would have waited too long for a turn
            world.clock = max(world.clock, following)
            sent += await world.app.deliver()
        assert PEOPLE + 2 * OFTEN == sent
        assert meant == {where: seen(where) for where in places}
        assert [] == troubles()
        await world.close()


def _row(world: World, who: str, platform: str, where: str, text: str) -> Row:
    return Row(
        id=f"{who}-{text.replace(' ', '-')}", organisation=ORGANISATION, person=who, kind="nudge", channel=platform,
        body=to_json(Message((Paragraph((Run(text),)),))), address=where, not_before=world.clock,
        created_at=world.clock,
    )  # fmt: skip
