"""What somebody sees at a glance, where a platform has a page beside the conversation. Reading it changes nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot import scenes
from bot.house import BRUSSELS
from conversations.talking.dialogue import Talk
from conversations.talking.replay import replay
from messages.message import joined
from messages.render import render
from storage import addresses

if TYPE_CHECKING:
    from datetime import datetime

    from bot.house import House
    from messages.message import Message
    from storage.database import Tx

DIALOGUE = "glance"


def glance(tx: Tx, house: House, channel: str, address: str, now: datetime) -> Message | None:
    """The running cases of whoever is at that address, and their next steps. None for a stranger."""
    me = addresses.at(tx, channel, address)
    if me is None or not me.active:
        return None
    today = now.astimezone(BRUSSELS).date()
    scene = scenes.build(tx, house, me, Talk("", me.organisation, me.id, DIALOGUE, today), now)
    assert scene is not None, "it is about no case, so it is for everybody"
    lines = replay(house.dialogues[DIALOGUE].talk, scene, {}).lines
    own = house.own_words(tx, me.organisation)
    return joined(tuple(render(DIALOGUE, line, me.locale, today, own) for line in lines))
