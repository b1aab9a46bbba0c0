"""What people did, read from updates as Telegram sends them; the payloads are kept beside this file."""

from __future__ import annotations

import copy
import json
import random
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.channels.telegram_updates import Malformed, Seen, see
from conversations.incoming import Incoming, cleaned
from conversations.talking.intents import command, understand
from messages.labels import labels

PAYLOADS = {file.stem: json.loads(file.read_text()) for file in (Path(__file__).parent / "payloads/telegram").iterdir()}
AT = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
ELS = "710000001"
ROW = "Zk3vQ9xT1mB7nL5cR2wY8a"
QUERY = "3049456123456789012"
GROUP = -1002200000001


def read(raw: object) -> Seen:
    """As it is read when nothing was ticked lately."""
    return see(raw, AT, lambda *_: None)


def heard(kind: Any, **rest: Any) -> dict[str, Any]:
    """What somebody did, without its id."""
    return {"kind": kind, **rest}


EXPECTED: dict[str, dict[str, Any] | None] = {
    "text": heard("text", text="Jan is ziek"),
    "text_forwarded": heard("text", text="Ik ben morgen terug"),
    "text_with_link": heard("text", text="zie www.voorbeeld.be"),
    "start": heard("hello"),
    "start_with_token": heard("hello", text="8fK2_mPq-Zx71LwTgR5vNA"),
    "command_help": heard("command", text="help"),
    "command_of_menu": heard("command", text="afwezigheid melden"),
    "command_with_name": heard("command", text="dossiers van Jan"),
    "command_english": heard("command", text="skip"),
    "no_command": heard("text", text="/ of niet"),
    **dict.fromkeys(("photo", "voice", "sticker", "contact", "location", "document"), heard("text", text="")),
    "press": heard("press", button=f"{ROW}.1"),
    "press_on_old_message": heard("press", button=f"{ROW}.1"),
    "tick": None,
    "untick": None,
    "tick_on_old_message": heard("command", text="verder"),
    "tick_on_settled_message": None,
    "done": heard("pick", button=f"{ROW}.i", values=("0", "2")),
    "done_on_old_message": heard("command", text="verder"),
    "press_without_data": None,
    "press_in_group": None,
    "press_inline": None,
    "blocked": heard("gone"),
    "unblocked": heard("back"),
    **dict.fromkeys(("added_to_group", "removed_from_group", "group_text", "channel_post"), None),
    **dict.fromkeys(("from_bot", "from_other_chat", "edited", "inline", "of_tomorrow"), None),
}


@pytest.mark.parametrize("name", sorted(PAYLOADS))
def test_what_somebody_did(name: str) -> None:
    """Each kept payload, and who did it: the one whose private chat it is, and nobody else."""
    told = EXPECTED[name]
    raw = PAYLOADS[name]
    expected = None if told is None else Incoming("telegram", f"u{raw['update_id']}", ELS, at=AT, **told)
    assert expected == read(raw).incoming


def test_every_press_is_answered() -> None:
    """Also one that does nothing, so that nothing turns round on a screen."""
    pressed = {name for name, raw in PAYLOADS.items() if "callback_query" in raw}
    assert pressed == {name for name, raw in PAYLOADS.items() if read(raw).query is not None}
    assert QUERY == read(PAYLOADS["press"]).query


def test_groups_and_channels_are_left() -> None:
    """Where others read along there is nothing to say; where the bot was put out already, nothing to leave."""
    left = {name: read(raw).group for name, raw in PAYLOADS.items() if read(raw).group is not None}
    assert {"added_to_group": GROUP, "group_text": GROUP, "channel_post": -1001100000002} == left


@pytest.mark.parametrize(("name", "box", "on"), [("tick", 1, True), ("untick", 2, False)])
def test_a_box_is_drawn_and_not_heard(name: str, box: int, *, on: bool) -> None:
    """A press on a box says what becomes of it."""
    ticking = read(PAYLOADS[name]).ticking
    assert ticking is not None
    assert (int(ELS), 4101, box, on) == (ticking.chat, ticking.message, ticking.tick.box, ticking.tick.on)


def test_what_was_ticked_a_moment_ago_counts() -> None:
    """The keyboard in an update may be older than what is on the screen."""
    seen = see(
        PAYLOADS["done"], AT, lambda chat, message: frozenset({1}) if (chat, message) == (int(ELS), 4101) else None
    )
    assert seen.incoming is not None
    assert ("1",) == seen.incoming.values


def test_the_menu_says_what_is_understood() -> None:
    """Each command of the menu, typed, is a wish or a command; so is the word for an old message."""
    offered = [code for code in labels("telegram") if code.startswith("/")]
    typed = {code: copy.deepcopy(PAYLOADS["command_help"]) for code in offered}
    for code, raw in typed.items():
        raw["message"]["text"] = code
        incoming = read(raw).incoming
        assert incoming is not None
        assert understand(incoming.text, {}) or command(incoming.text), code
    assert understand("verder", {}) is not None


@pytest.mark.parametrize(
    "raw",
    [None, 1, "x", [], [{}], {}, {"update_id": None}, {"update_id": "1"}, {"update_id": True}, {"update_id": -1},
     {"update_id": 1.5}, {"update_id": 10**400}, {"message": {}}],
)  # fmt: skip
def test_what_is_no_update(raw: object) -> None:
    """It has no number, so there is nothing to keep and nothing to come back with."""
    with pytest.raises(Malformed):
        read(raw)


def _paths(value: Any, at: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [at, *(path for key, one in inside for path in _paths(one, (*at, key)))]


ODD = st.one_of(
    st.none(), st.booleans(), st.integers(), st.just(10**400), st.just(-(10**18)), st.floats(), st.text(max_size=9),
    st.just("\ud800"), st.just([]), st.just({}), st.just([[[]]]), st.just({"id": {"id": 1}}), st.just("x" * 9000),
)  # fmt: skip


@settings(max_examples=200, deadline=None)
@given(name=st.sampled_from(sorted(PAYLOADS)), seed=st.integers(0, 2**32), odd=st.lists(ODD, min_size=1, max_size=3))
def test_odd_updates_trip_nobody(name: str, seed: int, odd: list[Any]) -> None:
    """Whatever stands where something else was expected: nothing is raised but Malformed, and values keep types."""
    raw = copy.deepcopy(PAYLOADS[name])
    chance = random.Random(seed)  # noqa: S311 - a place in a test
    for value in odd:
        path = chance.choice(_paths(raw)[1:] or [("update_id",)])
        spot = raw
        for key in path[:-1]:
            spot = spot[key]
        if chance.random() < 0.2 and path[-1] in spot:
            spot.pop(path[-1])
        else:
            spot[path[-1]] = copy.deepcopy(value)
    try:
        seen = read(raw)
    except Malformed:
        return
    incoming = seen.incoming
    if incoming is not None:
        assert incoming.address.isdecimal()
        assert len(incoming.address) <= 16
        assert all(isinstance(value, str) for value in (incoming.text, incoming.button, *incoming.values))
        cleaned(incoming)


def test_an_update_nested_a_hundred_deep_is_read() -> None:
    """Replies to replies to replies."""
    raw = copy.deepcopy(PAYLOADS["text"])
    for _ in range(100):
        raw["message"] = {**PAYLOADS["text"]["message"], "reply_to_message": raw["message"]}
    read(raw)
