"""What Slack's payloads mean: each file under payloads/slack, as Slack documents and sends them."""

from __future__ import annotations

import itertools
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.channels.slack_events import Ignored, Opened, apart, heard, written
from conversations.incoming import Incoming

FILES = Path(__file__).parent / "payloads" / "slack"
AT = datetime(2026, 11, 30, 9, 0, tzinfo=UTC)
ROW = "kR3o9Qm1TzS0pXw2uYbAcd"
SOFIE = "T0STAD:U0SOFIE"


def did(kind: Any, *, id_: str = "Ev08MFMKH6", address: str = SOFIE, **more: Any) -> Incoming:
    """Something Sofie did."""
    return Incoming("slack", id_, address, kind, AT, **more)


def pressed(kind: Any, action: str, **more: Any) -> Incoming:
    """Something Sofie pressed or picked."""
    return did(kind, id_=f"1796000002.345678.U0SOFIE.{action}", **more)


EXPECTED: dict[str, Incoming | Opened | Ignored] = {
    "message_im": did("text", text="Jan is ziek sinds maandag & belt de nota"),
    "message_im_mention": did("text", text=" is ziek, zie #team <ja> els@stad.example"),
    "message_im_changed": Ignored("subtype"),
    "message_im_deleted": Ignored("subtype"),
    "message_im_own": Ignored("bot"),
    "message_im_bot_message": Ignored("bot"),
    "message_im_file": did("text", text=""),
    "message_im_stranger": Ignored("foreign"),
    "message_im_grid": did("text", address="T0STAD:W0SOFIE", text="Jan is ziek"),
    "message_channel": Ignored("not_private"),
    "app_mention": Ignored("unknown_event"),
    "app_home_opened": Opened(SOFIE),
    "app_home_opened_messages": Ignored("opened"),
    "app_uninstalled": did("gone", address="T0STAD"),
    "tokens_revoked": did("gone", address="T0STAD"),
    "tokens_revoked_of_users": Ignored("unknown_event"),
    "app_rate_limited": Ignored("unknown_type"),
    "press_button": pressed("press", f"{ROW}.0", button=f"{ROW}.0"),
    "press_button_grid": pressed("press", f"{ROW}.0", button=f"{ROW}.0"),
    "press_by_stranger": Ignored("foreign"),
    "pick_date": pressed("pick", f"{ROW}.i", button=f"{ROW}.i", values=("2026-12-01",)),
    "pick_date_emptied": Ignored("nothing"),
    "tick_box": Ignored("ticked"),
    "press_done": pressed("pick", f"{ROW}.i", button=f"{ROW}.i", values=("A1-01", "A2-02")),
    "press_done_nothing": pressed("pick", f"{ROW}.i", button=f"{ROW}.i"),
    "choose_person": pressed("press", "menu.0", button=f"{ROW}.14"),
    "fill_in": pressed("pick", f"{ROW}.i", button=f"{ROW}.i", values=("22,8",)),
    "fill_in_nothing": Ignored("nothing"),
    "press_at_home": pressed("command", "say.0", text="dossier Jan Peeters"),
    "command": did("command", id_="13345224609.738474920.8088930838d88f008e0", text="Jan is ziek"),
    "command_empty": did("hello", id_="13345224609.738474920.8088930838d88f008e0"),
    "view_submission": Ignored("unknown_type"),
}


def payload(name: str) -> dict[str, Any]:
    """One captured payload."""
    found: dict[str, Any] = json.loads((FILES / f"{name}.json").read_text(encoding="utf-8"))
    return found


def test_every_payload_has_a_meaning() -> None:
    """No file is without an expectation, and none the other way round."""
    assert sorted(EXPECTED) == sorted(path.stem for path in FILES.glob("*.json"))


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_what_a_payload_means(name: str) -> None:
    """As captured: one thing somebody did, or nothing and why."""
    assert EXPECTED[name] == heard(payload(name), {"T0STAD"}, "U0BOT", AT)


@pytest.mark.parametrize("name", sorted(name for name, meant in EXPECTED.items() if meant != Ignored("unknown_type")))
def test_another_workspace_has_no_effect(name: str) -> None:
    """Of a workspace that is not on the list nothing is heard, whatever it is."""
    assert Ignored("unknown_team") == heard(payload(name), {"T0ANDERE"}, "U0BOT", AT)


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_a_payload_with_something_missing_breaks_nothing(name: str) -> None:
    """Each field left out, or of another kind, in turn: a meaning or none, never an exception."""
    whole = payload(name)
    for path in _paths(whole):
        for value in (None, 7, "", [], {}, "x"):
            heard(_with(whole, path, value), {"T0STAD"}, "U0BOT", AT)
        heard(_with(whole, path, ...), {"T0STAD"}, "U0BOT", AT)


def _paths(inside: Any) -> list[tuple[Any, ...]]:
    keys = list(inside) if isinstance(inside, dict) else range(len(inside)) if isinstance(inside, list) else ()
    return list(
        itertools.chain.from_iterable(((key,), *((key, *rest) for rest in _paths(inside[key]))) for key in keys)
    )


def _with(whole: Any, path: tuple[Any, ...], value: Any) -> Any:
    copy = json.loads(json.dumps(whole))
    inside = copy
    for key in path[:-1]:
        inside = inside[key]
    if value is ...:
        del inside[path[-1]]
    else:
        inside[path[-1]] = value
    return copy


def test_before_our_own_name_is_known_we_still_do_not_hear_ourselves() -> None:
    """The mark of an app on a message is enough."""
    assert Ignored("bot") == heard(payload("message_im_own"), {"T0STAD"}, "", AT)


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("a &lt;b&gt; &amp;amp;", "a <b> &amp;"), ("<https://x.be>", "https://x.be"), ("<https://x.be|x.be>", "x.be"),
        ("<tel:+3212|012>", "012"), ("<mailto:a@b.be>", "a@b.be"), ("<!here> <!subteam^S1|@hr> ziek", " @hr ziek"),
        ("<#C1|>", "#"), ("<>", ""), ("&lt;@U1&gt;", "<@U1>"), ("5 < 6", "5 < 6"),
    ],
)  # fmt: skip
def test_words_are_as_they_were_typed(typed: str, expected: str) -> None:
    """Slack's own way of writing is undone once, and nothing in it is called."""
    assert expected == written(typed)


@pytest.mark.parametrize("address", ["T0STAD:U0SOFIE", "E0STAD:W0SOFIE"])
def test_an_address_is_a_workspace_and_a_user(address: str) -> None:
    """Both ids, as Slack writes them."""
    assert address == ":".join(apart(address))


def test_two_presses_are_two_and_a_repeat_is_one() -> None:
    """The moment, the person and the element make the id."""
    once, again = payload("press_button"), payload("press_button")
    again["actions"][0]["action_ts"] = "1796000003.000000"
    ids = [getattr(heard(body, {"T0STAD"}, "", AT), "id", None) for body in (once, payload("press_button"), again)]
    assert ids[0] == ids[1] != ids[2]
