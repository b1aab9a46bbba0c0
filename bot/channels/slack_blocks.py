"""A message as Slack draws it: Block Kit, within Slack's limits whatever the message holds.

Typing in the conversation always answers. Where typing is meant there is a field in the message as well, which sends
what is in it at Enter; a date has a picker, which sends at once; boxes send with the button under them. Labels are
`plain_text` with `emoji` off: a label is never markup.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, TypeVar

from bot.channels.graphemes import cut
from bot.channels.slack_text import BLANK, clean, visible, words
from messages.message import Button, Input, Message, Run

Json = dict[str, Any]
One = TypeVar("One")

LONGEST_LABEL = 75
LONGEST_PLACEHOLDER = 150
LONGEST_VALUE = 150  # of an option
LONGEST_SAID = 2000  # the value of a button
MOST_ELEMENTS = 25
MOST_BOXES = 10
MOST_OPTIONS = 100
MOST_BLOCKS = 50
MANY = 12  # from here on a menu is easier to read than buttons
SAY = "say."  # the action of a button that says what a person would type
TYPED = {"text": 2000, "number": 20}


def blocks(message: Message, rest: Run | None = None) -> list[Json]:
    """The whole message, with `rest` where its words were shortened. Empty for a message that holds nothing."""
    return [*words(message.paragraphs, rest), *_controls(message)][:MOST_BLOCKS]


def view(message: Message, rest: Run | None = None) -> Json:
    """The message as somebody's Home tab."""
    return {"type": "home", "blocks": blocks(message, rest)}


def _by(many: Iterable[One], most: int) -> Iterator[list[One]]:
    """In groups of at most so many."""
    found = list(many)
    return (found[at : at + most] for at in range(0, len(found), most))


def _controls(message: Message) -> list[Json]:
    """What can be pressed and picked: the choices, then the control, then what stands back."""
    numbered = list(enumerate(message.buttons))
    loud = [(n, button) for n, button in numbered if not button.quiet]
    quiet = [(n, button) for n, button in numbered if button.quiet]
    control = message.input
    picker = [_date(control)] if control is not None and control.kind == "date" else []
    choices = _menus(loud) if len(loud) > MANY else [_button(n, button) for n, button in loud]
    found = [*_actions([*choices, *picker])]
    if control is not None and control.kind == "several":
        found += _several(control)
    elif control is not None and control.kind in TYPED:
        found.append(_field(control))
    return [*found, *_actions([_button(n, button) for n, button in quiet])]


def _actions(elements: Sequence[Json]) -> list[Json]:
    return [{"type": "actions", "elements": list(some)} for some in _by(elements, MOST_ELEMENTS)]


def _label(text: str, most: int = LONGEST_LABEL) -> Json:
    return {"type": "plain_text", "text": visible(cut(clean(text), most)), "emoji": False}


def _button(n: int, button: Button) -> Json:
    """A button carries its own id; one without says its choice, as if it were typed."""
    if button.id:
        return {"type": "button", "text": _label(button.label), "action_id": button.id}
    said = cut(clean(button.choice), LONGEST_SAID) or BLANK
    return {"type": "button", "text": _label(button.label), "action_id": f"{SAY}{n}", "value": said}


def _menus(buttons: Sequence[tuple[int, Button]]) -> list[Json]:
    """Menus of which each option stands for a button."""
    return [_menu(n, some) for n, some in enumerate(_by(buttons, MOST_OPTIONS))]


def _menu(n: int, buttons: Iterable[tuple[int, Button]]) -> Json:
    options: dict[str, Json] = {}
    named = True
    for _, button in buttons:
        named = bool(button.id)
        value = button.id or cut(clean(button.choice), LONGEST_VALUE) or BLANK
        options[value] = {"text": _label(button.label), "value": value}
    action = f"menu.{n}" if named else f"{SAY}menu.{n}"
    return {"type": "static_select", "action_id": action, "options": list(options.values())}


def _date(control: Input) -> Json:
    placeholder = {"placeholder": _label(control.prompt, LONGEST_PLACEHOLDER)} if control.prompt else {}
    return {"type": "datepicker", "action_id": control.id, **placeholder}


def _several(control: Input) -> list[Json]:
    """Boxes, ten at a time, and the button that sends them. What is ticked is only looked at then."""
    boxes = {option.choice: option for option in control.options if 0 < len(option.choice) <= LONGEST_VALUE}
    groups = [
        {
            "type": "checkboxes",
            "action_id": f"{control.id}.{n}",
            "options": [{"text": _label(option.label), "value": option.choice} for option in some],
        }
        for n, some in enumerate(_by(boxes.values(), MOST_BOXES))
    ]
    done = {"type": "button", "text": _label(control.done or "✓"), "action_id": control.id, "style": "primary"}
    return [*_actions(groups), *_actions([done])]


def _field(control: Input) -> Json:
    """A line to type on, sent at Enter."""
    return {
        "type": "input",
        "dispatch_action": True,
        "optional": True,
        "label": _label(control.prompt, LONGEST_PLACEHOLDER),
        "element": {
            "type": "plain_text_input",
            "action_id": control.id,
            "max_length": TYPED[control.kind],
            "dispatch_action_config": {"trigger_actions_on": ["on_enter_pressed"]},
        },
    }
