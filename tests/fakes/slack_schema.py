"""Small checks on JSON that compose: each yields what is wrong, with the path to it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping

Check = Callable[[object, str], Iterator[str]]

# A link is the only thing that may stand between angle brackets: everything else there calls somebody (<!channel>,
# <@U1>, <!subteam^S1>) or is a name that was not escaped.
LINK = re.compile(r"<(?:https?://|mailto:|tel:)[^\s<>|]+(?:\|[^<>|\n]+)?>")
ENTITY = re.compile(r"&(?:amp|lt|gt);")
QUOTE = re.compile(r"^>", re.MULTILINE)


def mrkdwn(text: str, path: str) -> Iterator[str]:
    """& < > stand for themselves only when escaped; not those of a link, and the > that starts a quoted line."""
    left = QUOTE.sub("", ENTITY.sub("", LINK.sub(lambda found: found[0][1:-1], text)))
    for mark in set(re.findall(r"[&<>]", left)):
        yield f"{path}: an unescaped {mark} in {text!r}"


def string(most: int, least: int = 1) -> Check:
    """A string of so many characters."""

    def check(value: object, path: str) -> Iterator[str]:
        if not isinstance(value, str):
            yield f"{path}: a string is expected"
        elif not least <= len(value) <= most:
            yield f"{path}: {len(value)} characters, {least} to {most} are allowed"

    return check


def matching(pattern: str, what: str) -> Check:
    """A string in one form."""

    def check(value: object, path: str) -> Iterator[str]:
        if not isinstance(value, str) or re.fullmatch(pattern, value) is None:
            yield f"{path}: {what} is expected, not {value!r}"

    return check


def whole(least: int, most: int) -> Check:
    """A whole number within bounds."""

    def check(value: object, path: str) -> Iterator[str]:
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
            yield f"{path}: a number from {least} to {most} is expected, not {value!r}"

    return check


def boolean(value: object, path: str) -> Iterator[str]:
    """True or false."""
    if not isinstance(value, bool):
        yield f"{path}: a boolean is expected, not {value!r}"


def array(of: Check, most: int, least: int = 1) -> Check:
    """A list of so many alike."""

    def check(value: object, path: str) -> Iterator[str]:
        if not isinstance(value, list):
            yield f"{path}: an array is expected"
            return
        if not least <= len(value) <= most:
            yield f"{path}: {len(value)} items, {least} to {most} are allowed"
        for place, item in enumerate(value):
            yield from of(item, f"{path}/{place}")

    return check


def shape(required: Mapping[str, Check], optional: Mapping[str, Check]) -> Check:
    """An object with these fields and no others."""
    known = {**required, **optional}

    def check(value: object, path: str) -> Iterator[str]:
        if not isinstance(value, dict):
            yield f"{path}: an object is expected"
            return
        for name in required.keys() - value.keys():
            yield f"{path}: missing field {name}"
        for name, held in value.items():
            if name in known:
                yield from known[name](held, f"{path}/{name}")
            else:
                yield f"{path}: unknown field {name}"

    return check


def tagged(shapes: Mapping[str, Check], where: str) -> Check:
    """An object whose `type` says which fields it has."""

    def check(value: object, path: str) -> Iterator[str]:
        kind = str(value.get("type") if isinstance(value, dict) else None)
        if kind not in shapes:
            yield f"{path}: {kind!r} is not allowed in {where}"
        else:
            yield from shapes[kind](value, path)

    return check


def text(most: int, *kinds: str) -> Check:
    """A text object. Plain text only, unless more kinds are named."""
    fields: dict[str, dict[str, Check]] = {"plain_text": {"emoji": boolean}, "mrkdwn": {"verbatim": boolean}}
    shapes = {
        kind: shape({"type": matching(kind, kind), "text": string(most)}, fields[kind])
        for kind in kinds or ("plain_text",)
    }

    def check(value: object, path: str) -> Iterator[str]:
        yield from tagged(shapes, "this text")(value, path)
        if isinstance(value, dict) and value.get("type") == "mrkdwn":
            yield from mrkdwn(str(value.get("text")), path)

    return check
