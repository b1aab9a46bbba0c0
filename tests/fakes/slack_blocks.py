"""Block Kit as documented: what a message or a Home tab may hold, and how much of it.

Source: docs.slack.dev/reference/block-kit (blocks, block elements, composition objects), read apart from the product.
Elements that exist in modals only (number, e-mail and address inputs) are refused in messages and on the Home tab.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any, Literal

from tests.fakes.slack_schema import Check, array, boolean, matching, shape, string, tagged, text, whole

Surface = Literal["message", "home"]

MOST_BLOCKS: dict[str, int] = {"message": 50, "home": 100}
ID = string(255)
ANY_TEXT = ("plain_text", "mrkdwn")
DATE = matching(r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])", "a date as YYYY-MM-DD")
TIME = matching(r"([01]\d|2[0-3]):[0-5]\d", "a time as HH:mm")
STYLE = matching("primary|danger", "primary or danger")
PICTURE = {"image_url": string(3000), "alt_text": string(2000)}

CONFIRM = shape({"title": text(100), "text": text(300, *ANY_TEXT), "confirm": text(30), "deny": text(30)},
                {"style": STYLE})  # fmt: skip
DISPATCH = shape({"trigger_actions_on": array(matching("on_enter_pressed|on_character_entered", "a trigger"), 2)}, {})


def _option(*kinds: str, **more: Check) -> Check:
    return shape({"text": text(75, *kinds), "value": string(150)}, {"description": text(75, *kinds), **more})


BOX = _option(*ANY_TEXT)
CHOICE = _option()
GROUP = shape({"label": text(75), "options": array(CHOICE, 100)}, {})


def _element(kind: str, required: dict[str, Check], optional: dict[str, Check]) -> Check:
    return shape({"type": matching(kind, kind), **required}, {"action_id": ID, **optional})


HELD: dict[str, Check] = {"confirm": CONFIRM, "focus_on_load": boolean}
HINTED: dict[str, Check] = {**HELD, "placeholder": text(150)}
MENU: dict[str, Check] = {"options": array(CHOICE, 100), "option_groups": array(GROUP, 100)}

BUTTON = _element("button", {"text": text(75)}, {
    "url": string(3000), "value": string(2000), "style": STYLE, "confirm": CONFIRM, "accessibility_label": string(75),
})  # fmt: skip
PLAIN_TEXT_INPUT = _element("plain_text_input", {}, {
    "initial_value": string(3000, 0), "multiline": boolean, "min_length": whole(0, 3000), "max_length": whole(1, 3000),
    "dispatch_action_config": DISPATCH, "focus_on_load": boolean, "placeholder": text(150),
})  # fmt: skip
PICKERS: dict[str, Check] = {
    "checkboxes": _element("checkboxes", {"options": array(BOX, 10)}, {"initial_options": array(BOX, 10), **HELD}),
    "radio_buttons": _element("radio_buttons", {"options": array(BOX, 10)}, {"initial_option": BOX, **HELD}),
    "datepicker": _element("datepicker", {}, {"initial_date": DATE, **HINTED}),
    "timepicker": _element("timepicker", {}, {"initial_time": TIME, "timezone": string(100), **HINTED}),
    "static_select": _element("static_select", {}, {**MENU, "initial_option": CHOICE, **HINTED}),
    "multi_static_select": _element("multi_static_select", {}, {
        **MENU, "initial_options": array(CHOICE, 100), "max_selected_items": whole(1, 100), **HINTED,
    }),
}  # fmt: skip
OVERFLOW = _element("overflow", {"options": array(_option(url=string(3000)), 5)}, {"confirm": CONFIRM})
IMAGE = shape({"type": matching("image", "image"), **PICTURE}, {})

IN_ACTIONS = tagged({"button": BUTTON, "overflow": OVERFLOW, **PICKERS}, "an actions block")
IN_SECTION = tagged({"button": BUTTON, "overflow": OVERFLOW, "image": IMAGE, **PICKERS}, "a section")
IN_INPUT = tagged({"plain_text_input": PLAIN_TEXT_INPUT, **PICKERS}, "an input block")
IN_CONTEXT = tagged({"image": IMAGE, **{kind: text(3000, kind) for kind in ANY_TEXT}}, "a context block")


RICH_STYLE = shape({}, {"bold": boolean, "italic": boolean, "strike": boolean, "code": boolean})
RICH_TEXT = shape({"type": matching("text", "text"), "text": string(3000)}, {"style": RICH_STYLE})
RICH_LINK = shape({"type": matching("link", "link"), "url": string(3000)},
                  {"text": string(3000), "unsafe": boolean, "style": RICH_STYLE})  # fmt: skip
IN_RICH = tagged({"text": RICH_TEXT, "link": RICH_LINK}, "rich text of ours, which calls nobody")
RICH_SECTION = shape({"type": matching("rich_text_section", "a section"), "elements": array(IN_RICH, 1000)}, {})
RICH_LIST = shape(
    {"type": matching("rich_text_list", "a list"), "style": matching("bullet|ordered", "a style"),
     "elements": array(RICH_SECTION, 1000)},
    {"indent": whole(0, 8), "offset": whole(0, 10_000), "border": whole(0, 1)},
)  # fmt: skip
RICH = tagged({"rich_text_section": RICH_SECTION, "rich_text_list": RICH_LIST}, "rich text")


def _block(kind: str, required: dict[str, Check], optional: dict[str, Check] | None = None) -> Check:
    return shape({"type": matching(kind, kind), **required}, {"block_id": ID, **(optional or {})})


ANYWHERE: dict[str, Check] = {
    "actions": _block("actions", {"elements": array(IN_ACTIONS, 25)}),
    "context": _block("context", {"elements": array(IN_CONTEXT, 10)}),
    "divider": _block("divider", {}),
    "header": _block("header", {"text": text(150)}),
    "image": _block("image", PICTURE, {"title": text(2000)}),
    "input": _block("input", {"label": text(2000), "element": IN_INPUT},
                    {"hint": text(2000), "optional": boolean, "dispatch_action": boolean}),
    "rich_text": _block("rich_text", {"elements": array(RICH, 1000)}),
    "section": _block("section", {}, {"text": text(3000, *ANY_TEXT), "fields": array(text(2000, *ANY_TEXT), 10),
                                      "accessory": IN_SECTION, "expand": boolean}),
}  # fmt: skip
BLOCKS: dict[str, Check] = {
    "message": tagged({**ANYWHERE, "markdown": _block("markdown", {"text": string(12_000)})}, "a message"),
    "home": tagged(ANYWHERE, "a Home tab"),
}


def elements(block: dict[str, Any]) -> list[dict[str, Any]]:
    """What can be pressed, picked, ticked or filled in, in a block that is right."""
    held = [*block.get("elements", ()), block.get("accessory"), block.get("element")]
    still = {"image", "mrkdwn", "plain_text", "rich_text_section", "rich_text_list"}
    return [one for one in held if isinstance(one, dict) and one.get("type") not in still]


def _twice(ids: list[Any], path: str, what: str) -> Iterator[str]:
    for one, times in Counter(ids).items():
        if one is not None and times > 1:
            yield f"{path}: {what} {one!r} is used {times} times"


def _rules_of_an_element(one: dict[str, Any], path: str) -> Iterator[str]:
    options = [*one.get("options", ()), *(o for group in one.get("option_groups", ()) for o in group["options"])]
    yield from _twice([option["value"] for option in options], path, "value")
    if one["type"] in {"static_select", "multi_static_select"} and ("options" in one) == ("option_groups" in one):
        yield f"{path}: either options or option_groups"
    for first in [*one.get("initial_options", ()), one.get("initial_option")]:
        if first is not None and first not in options:
            yield f"{path}: {first['value']!r} is chosen at first and is no option"


def _rules_of_a_block(block: dict[str, Any], path: str) -> Iterator[str]:
    if block["type"] == "section" and not block.keys() & {"text", "fields"}:
        yield f"{path}: a section has text or fields"
    yield from _twice([one.get("action_id") for one in elements(block)], path, "action_id")
    for one in elements(block):
        yield from _rules_of_an_element(one, path)


def wrong_blocks(blocks: object, surface: Surface) -> list[str]:
    """Everything in these blocks that Slack's documentation does not allow there."""
    wrong = list(array(BLOCKS[surface], MOST_BLOCKS[surface], 0)(blocks, "/blocks"))
    if wrong or not isinstance(blocks, list):
        return wrong  # what follows reads blocks that are in shape
    wrong += _twice([block.get("block_id") for block in blocks], "/blocks", "block_id")
    for place, block in enumerate(blocks):
        wrong += _rules_of_a_block(block, f"/blocks/{place}")
    if sum(bool(one.get("focus_on_load")) for block in blocks for one in elements(block)) > 1:
        wrong.append("/blocks: one element at most takes the focus")
    return wrong


def wrong_view(view: object) -> list[str]:
    """Everything in this Home tab that Slack's documentation does not allow."""
    fields = {"private_metadata": string(3000, 0), "callback_id": string(255), "external_id": string(255)}
    shaped = shape({"type": matching("home", "home"), "blocks": lambda _value, _path: iter(())}, fields)
    wrong = list(shaped(view, "/view"))
    return wrong + wrong_blocks(view.get("blocks", []), "home") if isinstance(view, dict) else wrong
