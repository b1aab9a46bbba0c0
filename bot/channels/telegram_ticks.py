"""Boxes that are being ticked: each press draws the keyboard anew, and quick presses do not undo each other.

A press comes with the keyboard as it was when the finger went down. Two presses within a second both come with the old
one, so what was ticked lately is remembered for as long as that can happen. It may be forgotten at any time.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from telegram import InlineKeyboardMarkup

from bot.channels.telegram_keyboard import retick, ticked
from bot.channels.telegram_updates import Ticking

LATELY = 15.0  # seconds
FORGET_OVER = 256

Draw = Callable[[int, int, InlineKeyboardMarkup], Awaitable[bool]]


@dataclass(slots=True)
class _Boxes:
    ticked: frozenset[int]
    until: float
    drawn: frozenset[int] | None = None
    ended: bool = False
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)


class Ticks:
    """What was ticked lately, by chat and message. `draw` puts a keyboard under a message, and says whether it did."""

    def __init__(self, draw: Draw) -> None:
        self._draw = draw
        self._boxes: dict[tuple[int, int], _Boxes] = {}

    def lately(self, chat: int, message: int) -> frozenset[int] | None:
        """The boxes that are ticked, when they changed so lately that an update may not know."""
        boxes = self._fresh(chat, message)
        return None if boxes is None else boxes.ticked

    async def press(self, press: Ticking) -> None:
        """Tick or untick a box, and draw what is ticked by now. Nothing under a message that was settled meanwhile."""
        boxes = self._of(press.chat, press.message, ticked(press.keyboard))
        change = frozenset({press.tick.box})
        boxes.ticked = boxes.ticked | change if press.tick.on else boxes.ticked - change
        async with boxes.lock:
            if boxes.ended or boxes.drawn == boxes.ticked:
                return
            wanted = boxes.ticked
            if await self._draw(press.chat, press.message, retick(press.keyboard, wanted)):
                boxes.drawn = wanted
            else:
                self._boxes.pop((press.chat, press.message), None)  # what is on the screen is what counts

    async def end(self, chat: int, message: int) -> None:
        """The message is settled: no keyboard is put under it any more, and none is on its way when this returns."""
        boxes = self._of(chat, message, frozenset())
        boxes.ended = True
        async with boxes.lock:
            pass

    def _fresh(self, chat: int, message: int) -> _Boxes | None:
        boxes = self._boxes.get((chat, message))
        return boxes if boxes is not None and boxes.until > _now() else None

    def _of(self, chat: int, message: int, ticked: frozenset[int]) -> _Boxes:
        until = _now() + LATELY
        boxes = self._fresh(chat, message)
        if boxes is None:
            if len(self._boxes) > FORGET_OVER:
                self._boxes = {spot: one for spot, one in self._boxes.items() if one.until > _now()}
            boxes = self._boxes[chat, message] = _Boxes(ticked, until)
        boxes.until = until
        return boxes


def _now() -> float:
    return asyncio.get_running_loop().time()
