"""What Slack tells, as what a person did: only people of a known workspace, in their own conversation with the bot."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.channels.slack_blocks import SAY
from conversations.incoming import Incoming

NAME = "slack"
FILE = "file_share"
Body = Mapping[str, Any]

_TEAM = re.compile(r"[TE][A-Z0-9]{1,20}")
_USER = re.compile(r"[UW][A-Z0-9]{1,20}")
_MARKED = re.compile(r"<([^<>]*)>")
_ID = re.compile(r"[\x21-\x7e]{1,200}")


@dataclass(frozen=True, slots=True)
class Opened:
    """Somebody looks at their Home tab."""

    address: str


@dataclass(frozen=True, slots=True)
class Ignored:
    """Nothing to do with it, and why."""

    reason: str


Heard = Incoming | Opened | Ignored


def heard(body: Body, teams: Collection[str], bot: str, at: datetime) -> Heard:
    """What a payload of the Events API, of an interaction or of a slash command says. Never raises.

    `teams` are the workspaces that count; `bot` is our own user id, "" while it is not known.
    """
    try:
        if body.get("type") == "event_callback":
            return _event(body, teams, bot, at)
        if body.get("type") == "block_actions":
            return _action(body, teams, at)
        if "command" in body:
            return _command(body, teams, at)
    except (AttributeError, IndexError, KeyError, TypeError, ValueError):
        return Ignored("malformed")
    return Ignored("unknown_type")


def apart(where: str) -> tuple[str, str]:
    """The workspace and the user of an address. Raises ValueError for anything else."""
    team, _, user = where.partition(":")
    if not (_TEAM.fullmatch(team) and _USER.fullmatch(user)):
        raise ValueError("not an address on Slack")
    return team, user


def _who(team: Any, user: Any) -> str:
    found = f"{team}:{user}"
    apart(found)
    return found


def _id(*parts: object) -> str:
    found = ".".join(map(str, parts))
    if not (all(parts) and _ID.fullmatch(found)):
        raise ValueError("no id")
    return found


# --- Events --------------------------------------------------------------------------------------------


def _event(body: Body, teams: Collection[str], bot: str, at: datetime) -> Heard:
    team, event = body["team_id"], body["event"]
    if team not in teams:
        return Ignored("unknown_team")
    match event["type"]:
        case "message":
            return _message(body, event, teams, bot, at)
        case "app_home_opened":
            return Opened(_who(team, event["user"])) if event["tab"] == "home" else Ignored("opened")
        case "app_uninstalled":
            return Incoming(NAME, _id(body["event_id"]), team, "gone", at)
        case "tokens_revoked" if event["tokens"].get("bot"):
            return Incoming(NAME, _id(body["event_id"]), team, "gone", at)
        case _:
            return Ignored("unknown_event")


def _message(body: Body, event: Body, teams: Collection[str], bot: str, at: datetime) -> Heard:
    """Something typed or sent to us, by a person of the workspace. Edits, deletions, bots and channels are not that."""
    if event.get("channel_type") != "im":
        return Ignored("not_private")
    if any(event.get(key) for key in ("bot_id", "app_id", "bot_profile")) or event.get("user") in (bot, "USLACKBOT"):
        return Ignored("bot")
    if event.get("subtype") not in {None, FILE} or event.get("hidden"):
        return Ignored("subtype")
    theirs = {event.get(key) or body["team_id"] for key in ("team", "user_team", "source_team")}
    if body.get("is_ext_shared_channel") or not theirs <= {*teams, body.get("enterprise_id")}:
        return Ignored("foreign")
    text = written(event["text"]) if event.get("subtype") is None else ""  # of a file not even what was written to it
    if not (text.strip() or event.get("subtype")):
        return Ignored("empty")
    return Incoming(NAME, _id(body["event_id"]), _who(body["team_id"], event["user"]), "text", at, text=text)


def written(text: str) -> str:
    """What a person typed, out of Slack's own way of writing: <url|label>, <@user>, <#channel|name>, &amp;."""
    text = _MARKED.sub(_unmarked, text)
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def _unmarked(marked: re.Match[str]) -> str:
    what, bar, label = marked[1].partition("|")
    if bar:
        return f"#{label}" if what.startswith("#") else label
    if what.startswith(("@", "#", "!")):
        return ""
    return what.removeprefix("mailto:").removeprefix("tel:")


# --- Interactions --------------------------------------------------------------------------------------


def _action(body: Body, teams: Collection[str], at: datetime) -> Heard:
    """A press, a pick, or a sentence on the Home tab. A tick alone is nothing yet."""
    user = body["user"]
    team = (body.get("team") or {}).get("id") or user["team_id"]
    if team not in teams:
        return Ignored("unknown_team")
    if user.get("team_id", team) not in teams:
        return Ignored("foreign")
    action = body["actions"][0]
    where, named = _who(team, user["id"]), action["action_id"]
    of = Incoming(NAME, _id(action["action_ts"], user["id"], named), where, "press", at)
    return _done(of, action, body.get("state") or {})


def _done(of: Incoming, action: Body, state: Body) -> Heard:
    named = action["action_id"]
    match action["type"]:
        case "button" | "static_select" if named.startswith(SAY):
            said = action["value"] if action["type"] == "button" else action["selected_option"]["value"]
            return _as(of, "command", text=said)
        case "button" if named.endswith(".i"):
            return _as(of, "pick", button=named, values=_ticked(state, named))
        case "button":
            return _as(of, "press", button=named)
        case "static_select":
            return _as(of, "press", button=action["selected_option"]["value"])
        case "datepicker" if action["selected_date"]:
            return _as(of, "pick", button=named, values=(action["selected_date"],))
        case "plain_text_input" if (action["value"] or "").strip():
            return _as(of, "pick", button=named, values=(action["value"].strip(),))
        case "checkboxes":
            return Ignored("ticked")
        case _:
            return Ignored("nothing")


def _as(of: Incoming, kind: Any, text: str = "", button: str = "", values: tuple[str, ...] = ()) -> Incoming:
    if not all(isinstance(one, str) for one in (text, button, *values)):
        raise TypeError("text is expected")
    return Incoming(of.channel, of.id, of.address, kind, of.at, text, button, values)


def _ticked(state: Body, control: str) -> tuple[str, ...]:
    """What is ticked in the boxes of a control, group after group."""
    found = {
        named: [option["value"] for option in one["selected_options"]]
        for block in state["values"].values()
        for named, one in block.items()
        if one["type"] == "checkboxes" and named.startswith(f"{control}.")
    }
    return tuple(value for named in sorted(found) for value in found[named])


# --- Slash commands ------------------------------------------------------------------------------------


def _command(body: Body, teams: Collection[str], at: datetime) -> Heard:
    """/terugkeer, wherever it was typed: who typed it is answered in their own conversation."""
    if body["team_id"] not in teams:
        return Ignored("unknown_team")
    where, text = _who(body["team_id"], body["user_id"]), written(body.get("text") or "").strip()
    return Incoming(NAME, _id(body["trigger_id"]), where, "command" if text else "hello", at, text=text)
