"""The keyboard under a message on Telegram: buttons, and boxes whose state is the keyboard itself.

Telegram has no boxes to tick, so each is a button that is drawn anew after a press. What is ticked stands nowhere but
in the message, so a restart forgets nothing and two processes agree.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from bot.channels.graphemes import MORE, width
from bot.channels.telegram_text import is_visible, legible, shortened
from messages.message import Button, Message, Option, Paragraph, Run

LONGEST_LABEL = 60  # units; more than a telephone shows on a button as wide as the screen
MOST_BUTTONS = 100  # Telegram's, under one message
ROWS = ((12, 3), (20, 2))  # labels up to so long stand so many in a row; longer ones alone
EMPTY, TICKED = "⬜ ", "✅ "
DONE = "!"
_TICK = re.compile(r"([+-])([0-9]{1,2}):([^\s:]{1,60})")


def fitting(message: Message) -> Message:
    """The message with the boxes and buttons there is room for; the quiet ones always have room."""
    boxes = message.input.options if message.input else ()
    quiet = sum(button.quiet for button in message.buttons)
    boxes = boxes[: max(0, MOST_BUTTONS - quiet - 1)]
    room = max(0, MOST_BUTTONS - quiet - (len(boxes) + 1 if boxes else 0))
    loud = [button for button in message.buttons if not button.quiet][:room]
    buttons = tuple(button for button in message.buttons if button.quiet or button in loud)
    control = replace(message.input, options=boxes) if message.input else None
    return replace(message, buttons=buttons[:MOST_BUTTONS], input=control)


def said_in_full(message: Message) -> Iterator[Paragraph]:
    """Labels that are too long for a button, to be read in the text."""
    boxes = message.input.options if message.input else ()
    for label in (*(box.label for box in boxes), *(button.label for button in message.buttons)):
        if width(legible(label)) > LONGEST_LABEL:
            yield Paragraph((Run(label),), bullet=True)


def _label(choice: Button | Option) -> str:
    """What stands on the button. Telegram refuses one without words."""
    label = shortened(legible(choice.label).strip(), LONGEST_LABEL)
    return label if is_visible(label) else MORE


def keyboard(message: Message) -> InlineKeyboardMarkup | None:
    """The boxes, the button that ends ticking, the answers, and then the quiet buttons."""
    rows: list[list[InlineKeyboardButton]] = []
    control = message.input
    if control is not None and control.options:
        rows += [[_box(_label(box), n, control.id, on=False)] for n, box in enumerate(control.options)]
        rows.append([InlineKeyboardButton(control.done or TICKED.strip(), callback_data=f"{DONE}{control.id}")])
    for quiet in (False, True):
        rows += _rows([button for button in message.buttons if button.quiet is quiet])
    return InlineKeyboardMarkup(rows) if rows else None


def _rows(buttons: list[Button]) -> Iterator[list[InlineKeyboardButton]]:
    """As many in a row as the longest label leaves room for."""
    made = [InlineKeyboardButton(_label(button), callback_data=button.id) for button in buttons]
    longest = max((width(button.text) for button in made), default=0)
    beside = next((beside for length, beside in ROWS if longest <= length), 1)
    return (made[at : at + beside] for at in range(0, len(made), beside))


def _box(label: str, n: int, control: str, *, on: bool) -> InlineKeyboardButton:
    """A box to tick. Its data says what a press makes of it, so that the same press twice is one."""
    return InlineKeyboardButton(f"{TICKED if on else EMPTY}{label}", callback_data=f"{'-' if on else '+'}{n}:{control}")


def ticked(keyboard: InlineKeyboardMarkup | None) -> frozenset[int]:
    """Which boxes are ticked on a keyboard as it stands under a message."""
    found = (tick_of(button.callback_data) for row in (keyboard.inline_keyboard if keyboard else ()) for button in row)
    return frozenset(tick.box for tick in found if tick is not None and not tick.on)


def retick(keyboard: InlineKeyboardMarkup, boxes: frozenset[int]) -> InlineKeyboardMarkup:
    """The same keyboard with exactly these boxes ticked."""

    def drawn(button: InlineKeyboardButton) -> InlineKeyboardButton:
        tick = tick_of(button.callback_data)
        if tick is None:
            return button
        label = button.text.removeprefix(EMPTY).removeprefix(TICKED)
        return _box(label, tick.box, tick.control, on=tick.box in boxes)

    return InlineKeyboardMarkup([[drawn(button) for button in row] for row in keyboard.inline_keyboard])


@dataclass(frozen=True, slots=True)
class Tick:
    """A press on a box: of which control, the which-th, and whether it is to be on from now."""

    control: str
    box: int
    on: bool


def tick_of(data: object) -> Tick | None:
    """What a press on a button with this data means for a box; None for any other button."""
    found = _TICK.fullmatch(data) if isinstance(data, str) else None
    return None if found is None else Tick(found[3], int(found[2]), found[1] == "+")


def control_of(data: str) -> str | None:
    """The control a press on this button is done with; None for any other button."""
    return data.removeprefix(DONE) if data.startswith(DONE) else None
