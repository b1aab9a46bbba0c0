"""Every call to Telegram, read by the models of aiogram: another library, by people who read the same documentation.

Runs in an environment of its own, and knows nothing of ours. A call passes when the model of its method takes it, knows
each of its fields at every depth, and would send the very same thing.
"""

from __future__ import annotations

import copy
import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from aiogram import methods
from pydantic import BaseModel, ValidationError

Json = dict[str, Any]


def problem(method: str, call: Json) -> str | None:
    """What is wrong with a call; None when nothing is."""
    name = method[0].upper() + method[1:]
    if name not in methods.__all__:
        return "no such method"
    model: type[BaseModel] = getattr(methods, name)
    try:
        read = model.model_validate(call)
    except ValidationError as error:
        return "; ".join(f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in error.errors())
    if unknown := sorted(unknown_in(read)):
        return f"unknown: {', '.join(unknown)}"
    again = read.model_dump(mode="json", exclude_unset=True)
    return None if call == again else f"it would send {json.dumps(again, ensure_ascii=False)}"


def unknown_in(read: Any, where: str = "") -> Iterator[str]:
    """Fields that a model kept without knowing them, in it and in all it holds."""
    if isinstance(read, list | tuple):
        for n, one in enumerate(read):
            yield from unknown_in(one, f"{where}{n}.")
    elif isinstance(read, BaseModel):
        yield from (f"{where}{name}" for name in read.model_extra or {})
        for name in read.model_fields_set - set(read.model_extra or {}):
            yield from unknown_in(getattr(read, name), f"{where}{name}.")


# --- That it can say no --------------------------------------------------------------------------------


def _button(call: Json) -> Json:
    found: Json = call["reply_markup"]["inline_keyboard"][0][0]
    return found


SPOILT: dict[str, Callable[[Json], Any]] = {
    "an unknown argument": lambda call: call.update(colour="red"),
    "no text": lambda call: call.pop("text"),
    "a text that is a number": lambda call: call.update(text=7),
    "a chat that is a list": lambda call: call.update(chat_id=["1"]),
    "a misspelt keyboard": lambda call: call.update(reply_markup={"inline_keybord": []}),
    "a keyboard without rows": lambda call: call["reply_markup"].update(inline_keyboard=[_button(call)]),
    "a button without words": lambda call: _button(call).pop("text"),
    "an unknown field of a button": lambda call: _button(call).update(emoji=False),
    "data that is no text": lambda call: _button(call).update(callback_data=7),
    "a preview switched off with a word": lambda call: call["link_preview_options"].update(is_disabled="yes"),
    "an unknown field of the preview": lambda call: call["link_preview_options"].update(hidden=True),
}


def let_through(call: Json) -> Iterator[str]:
    """The ways of spoiling this good message that nobody notices."""
    for what, spoil in SPOILT.items():
        spoilt = copy.deepcopy(call)
        spoil(spoilt)
        if problem("sendMessage", spoilt) is None:
            yield what


def main(folder: Path) -> str:
    """How many calls of which method were read. Ends with what is wrong with them, when anything is."""
    calls = {
        file.stem: [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
        for file in sorted(folder.glob("*.jsonl"))
    }
    told = ((method, n, problem(method, call)) for method, those in calls.items() for n, call in enumerate(those, 1))
    found = [f"{folder}/{method}.jsonl:{n}: {what}" for method, n, what in told if what]
    good = next(call for call in calls["sendMessage"] if "inline_keyboard" in call.get("reply_markup", {}))
    found += [f"aiogram takes a message with {what}" for what in let_through(good)]
    if found:
        sys.exit("\n".join(found[:50]))
    many = ", ".join(f"{len(those)} {method}" for method, those in calls.items())
    return f"Telegram: {many}; {len(SPOILT)} spoilt messages refused"


if __name__ == "__main__":
    sys.stdout.write(main(Path(sys.argv[1])) + "\n")
