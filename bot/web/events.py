"""New and changed messages for pages that are open: Server-Sent Events.

The id of an event says what the page has seen by then. Who comes back with it gets nothing twice and misses nothing,
whichever process answers.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncGenerator, Sequence
from contextlib import suppress
from datetime import datetime

from sse_starlette import EventSourceResponse, ServerSentEvent
from starlette.requests import Request

from bot.house import BRUSSELS
from bot.web import Shell
from bot.web.conversation import Room, Shown, Turn, digest, read, show, turns
from storage.transaction import Unavailable

LOOK = 20.0  # seconds after which a page looks by itself: another process may have spoken
RETRY = 2000  # milliseconds before a browser comes back
# It logs every chunk it sends, which is what people read.
logging.getLogger("sse_starlette").setLevel(logging.WARNING)


class Eye:
    """Looks at conversations again and again, and makes HTML only of what changed since the last look."""

    def __init__(self, shell: Shell, rooms: Sequence[Room]) -> None:
        self.shell = shell
        self.rooms = rooms
        self._known: dict[tuple[str, Turn], Shown] = {}

    async def look(self) -> dict[str, list[Shown]]:
        """The newest part of each conversation, by the key of its room."""
        today = self.shell.now().astimezone(BRUSSELS).date()
        found = await self.shell.database.run(lambda tx: {room.key: read(tx, room.person) for room in self.rooms})
        known, self._known = self._known, {}
        shown: dict[str, list[Shown]] = {}
        for room in self.rooms:
            for turn in turns(found[room.key], today):
                key = (room.key, turn)
                self._known[key] = known.get(key) or show(turn, room)
                shown.setdefault(room.key, []).append(self._known[key])
        return {room.key: shown.get(room.key, []) for room in self.rooms}


async def news(
    shell: Shell, rooms: Sequence[Room], seen: str, pause: float = LOOK, until: datetime | None = None
) -> AsyncGenerator[ServerSentEvent]:
    """What is new since `seen`, and from then on whatever comes, until the process or the visit ends.

    Whoever is still there by then comes back, and is let in again.
    """
    eye = Eye(shell, rooms)
    marks: dict[str, dict[str, str]] = {room.key: {} for room in rooms}
    with shell.web.bell([room.person.id for room in rooms]) as bell:
        while not shell.web.closed and (until is None or shell.now() < until):
            bell.clear()
            try:
                shown = await eye.look()
            except Unavailable:
                return  # the browser comes back by itself
            now = digest(shown)
            if now != seen:
                yield _event(shown, marks, now)
                seen = now
            marks = {room: {turn.id: turn.mark for turn in those} for room, those in shown.items()}
            with suppress(TimeoutError):
                async with asyncio.timeout(pause):
                    await bell.wait()


def _event(shown: dict[str, list[Shown]], marks: dict[str, dict[str, str]], now: str) -> ServerSentEvent:
    fresh = {
        room: [turn.as_json(room) for turn in turns if marks[room].get(turn.id) != turn.mark]
        for room, turns in shown.items()
    }
    data = json.dumps({room: turns for room, turns in fresh.items() if turns}, ensure_ascii=False)
    return ServerSentEvent(data, event="turns", id=now, retry=RETRY)


def stream(shell: Shell, request: Request, rooms: Sequence[Room], until: datetime | None = None) -> EventSourceResponse:
    """The stream for a page with these conversations on it."""
    seen = request.headers.get("last-event-id") or request.query_params.get("seen", "")
    return EventSourceResponse(news(shell, rooms, seen, until=until), ping=15)
