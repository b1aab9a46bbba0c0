"""The methods of the Web API that a bot like ours may call: their arguments, scopes and tiers, and what they do.

Source: docs.slack.dev/reference/methods. An argument that is not listed here is refused, whether Slack has it or not.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.fakes.slack_blocks import wrong_blocks, wrong_view
from tests.fakes.slack_schema import matching, mrkdwn, shape
from tests.fakes.slack_team import Json, Posted, Team, User

LONGEST_TEXT = 4_000
METADATA = shape({
    "event_type": matching(r"[A-Za-z0-9_]{1,255}", "a name of letters, digits and _"),
    "event_payload": lambda value, path: iter(() if isinstance(value, dict) else (f"{path}: an object is expected",)),
}, {})  # fmt: skip


class ApiError(Exception):
    """ok:false. `breach` says that the caller could have known."""

    def __init__(self, code: str, *breach: str, **more: Any) -> None:
        super().__init__(code)
        self.code, self.breach, self.more = code, breach, more


@dataclass(frozen=True)
class Method:
    """One method. Arguments have a type: "string", "boolean", "number" or "json"."""

    does: Callable[[Team, Json], Json]
    tier: str
    scope: str | None
    required: dict[str, str] = field(default_factory=dict)
    optional: dict[str, str] = field(default_factory=dict)
    takes_json: bool = True
    verb: str = "POST"
    app_token: bool = False


def checked_content(team: Team, method: str, given: Json) -> tuple[str, list[Json]]:
    """Text and blocks of a message, as Slack keeps them."""
    text, blocks = given.get("text") or "", given.get("blocks") or []
    if wrong := wrong_blocks(blocks, "message"):
        raise ApiError("invalid_blocks", *wrong, response_metadata={"messages": [f"[ERROR] {one}" for one in wrong]})
    if not text and not blocks:
        raise ApiError("no_text", "neither text nor blocks")
    if blocks and not text:
        team.wrong(method, "no text beside the blocks: nothing to show in a notification or to read aloud")
    if len(text) > LONGEST_TEXT:
        team.wrong(method, f"a text of {len(text)} characters, Slack cuts it up after {LONGEST_TEXT}")
    if given.get("mrkdwn", True):
        team.wrong(method, *mrkdwn(text, "text"))
    return text, team.kept_blocks(blocks)


def _metadata(given: Json) -> Json | None:
    metadata = given.get("metadata")
    if metadata is None:
        return None
    if wrong := list(METADATA(metadata, "metadata")):
        raise ApiError("invalid_metadata_format", *wrong)
    if len(json.dumps(metadata).encode()) > 8_000:
        raise ApiError("metadata_too_large", "metadata of more than 8000 bytes")
    return dict(metadata)


def _addressed(team: Team, channel: str) -> str:
    """The direct message meant by a D… or by somebody's id. Somebody deactivated keeps a conversation, not more."""
    if channel in team.messages:
        return channel
    user = team.users.get(channel)
    if user is None or (user.deactivated and user.id not in team.dms):
        raise ApiError("channel_not_found")
    if user.bot:
        raise ApiError("cannot_dm_bot")
    return team.dm(user.id)


def post_message(team: Team, given: Json) -> Json:
    """chat.postMessage. A text of more than 4,000 characters without blocks becomes several messages."""
    metadata = _metadata(given)
    text, blocks = checked_content(team, "chat.postMessage", given)
    channel = _addressed(team, given["channel"])
    rest = [] if blocks else [text[at : at + LONGEST_TEXT] for at in range(LONGEST_TEXT, len(text), LONGEST_TEXT)]
    first = text if blocks else text[:LONGEST_TEXT]
    posted = team.post(Posted(channel, team.ts(), team.bot_user, first, blocks, metadata, by_app=True))
    for piece in rest:
        team.post(Posted(channel, team.ts(), team.bot_user, piece, by_app=True))
    sent = team.as_sent(posted)
    team.tell_app({**sent, "channel": channel, "channel_type": "im", "event_ts": posted.ts})
    return {"channel": channel, "ts": posted.ts, "message": sent}


def _own_message(team: Team, given: Json) -> Posted:
    if given["channel"] not in team.messages:
        raise ApiError("channel_not_found", *(["a user is no channel here"] if given["channel"] in team.users else []))
    message = team.message(given["channel"], given["ts"])
    if message is None or message.hidden_from_api:
        raise ApiError("message_not_found")
    return message


def changed(team: Team, message: Posted, before: Json) -> None:
    """The app and the people see that a message is not what it was."""
    team.changed()
    team.tell_app({
        "type": "message", "subtype": "message_changed", "message": team.as_sent(message), "previous_message": before,
        "channel": message.channel, "channel_type": "im", "hidden": True, "ts": (ts := team.ts()), "event_ts": ts,
    })  # fmt: skip


def deleted(team: Team, message: Posted) -> None:
    """Gone, for everybody."""
    team.messages[message.channel].remove(message)
    team.changed()
    team.tell_app({
        "type": "message", "subtype": "message_deleted", "previous_message": team.as_sent(message),
        "channel": message.channel, "channel_type": "im", "hidden": True, "deleted_ts": message.ts,
        "ts": (ts := team.ts()), "event_ts": ts,
    })  # fmt: skip


def update(team: Team, given: Json) -> Json:
    """chat.update. Without blocks the old ones stay only when there is no text either; metadata {} takes it away."""
    message = _own_message(team, given)
    if not message.by_app:
        raise ApiError("cant_update_message")
    if len(given.get("text") or "") > LONGEST_TEXT:
        raise ApiError("msg_too_long", f"a text of {len(given['text'])} characters")
    metadata = None if given.get("metadata") == {} else _metadata(given) or message.metadata
    before = team.as_sent(message)
    text, blocks = checked_content(team, "chat.update", given)
    message.metadata = metadata
    if not blocks:
        message.edited = team.ts()
    message.text, message.blocks = text or message.text, blocks
    changed(team, message, before)
    return {"channel": message.channel, "ts": message.ts, "text": message.text, "message": team.as_sent(message)}


def delete(team: Team, given: Json) -> Json:
    """chat.delete, of what the app posted itself."""
    message = _own_message(team, given)
    if not message.by_app:
        raise ApiError("cant_delete_message")
    deleted(team, message)
    return {"channel": message.channel, "ts": message.ts}


def history(team: Team, given: Json) -> Json:
    """conversations.history: the newest first; `oldest` and `latest` themselves only when inclusive."""
    if given["channel"] not in team.messages:
        raise ApiError("channel_not_found")
    for bound in ("oldest", "latest"):
        if re.fullmatch(r"\d+(\.\d+)?", str(given.get(bound, "0"))) is None:
            raise ApiError(f"invalid_ts_{bound}", f"{bound} is {given[bound]!r}")
    most = int(given.get("limit", 100))
    if not 1 <= most <= 999:
        raise ApiError("invalid_limit", f"a limit of {most}, 1 to 999 are allowed")
    oldest, latest = str(given.get("oldest", "0")), str(given.get("latest") or "9999999999")
    found = [
        one for one in reversed(team.messages[given["channel"]]) if not one.hidden_from_api
        and (_moment(oldest) < _moment(one.ts) < _moment(latest)
             or (given.get("inclusive") and _moment(one.ts) in {_moment(oldest), _moment(latest)}))
    ]  # fmt: skip
    if cursor := given.get("cursor"):
        if not cursor.startswith("next_ts:"):
            raise ApiError("invalid_cursor")
        found = [one for one in found if _moment(one.ts) < _moment(cursor.removeprefix("next_ts:"))]
    page, more = found[:most], len(found) > most
    shown = [team.as_sent(one, metadata=bool(given.get("include_all_metadata"))) for one in page]
    reply: Json = {"messages": shown, "has_more": more, "pin_count": 0, "channel_actions_ts": None}
    reply |= {"channel_actions_count": 0}
    return reply | ({"response_metadata": {"next_cursor": f"next_ts:{page[-1].ts}"}} if more else {})


def _moment(ts: str) -> tuple[int, int]:
    seconds, _, micros = ts.partition(".")
    return int(seconds), int(micros.ljust(6, "0") or 0)


def open_conversation(team: Team, given: Json) -> Json:
    """conversations.open, with one person."""
    if channel := given.get("channel"):
        if channel not in team.messages:
            raise ApiError("channel_not_found")
        return {"channel": {"id": channel}, "no_op": True, "already_open": True}
    asked = [one for one in str(given.get("users") or "").split(",") if one]
    if not asked:
        raise ApiError("users_list_not_supplied", "neither users nor a channel")
    if len(asked) > 1:
        raise ApiError("missing_scope", needed="mpim:write", provided=",".join(sorted(team.scopes)))
    user = team.users.get(asked[0])
    if user is None:
        raise ApiError("user_not_found")
    if user.deactivated:
        raise ApiError("user_disabled")
    if user.bot:
        raise ApiError("cannot_dm_bot")
    known = user.id in team.dms
    return {"channel": {"id": team.dm(user.id)}} | ({"no_op": True, "already_open": True} if known else {})


def user_info(team: Team, given: Json) -> Json:
    """users.info. The address is there only with the scope users:read.email."""
    user = team.users.get(given["user"])
    if user is None:
        raise ApiError("user_not_found")
    profile = {"real_name": user.real_name, "display_name": user.name, "team": user.team}
    if user.email and "users:read.email" in team.scopes:
        profile["email"] = user.email
    return {"user": _facts(user) | {"profile": profile} | ({"locale": "nl-NL"} if given.get("include_locale") else {})}


def _facts(user: User) -> Json:
    return {
        "id": user.id, "team_id": user.team, "name": user.name, "deleted": user.deactivated,
        "real_name": user.real_name, "tz": "Europe/Brussels", "tz_label": "Central European Time", "tz_offset": 3600,
        "is_admin": False, "is_owner": False, "is_primary_owner": False, "is_restricted": bool(user.guest),
        "is_ultra_restricted": user.guest == "single", "is_bot": user.bot, "is_app_user": False, "updated": 1502138686,
    }  # fmt: skip


def publish(team: Team, given: Json) -> Json:
    """views.publish, of somebody's Home tab."""
    user, view = team.users.get(given["user_id"]), given["view"]
    if user is None or user.bot:
        raise ApiError("invalid_arguments", response_metadata={"messages": ["invalid `user_id`"]})
    if wrong := wrong_view(view):
        raise ApiError("invalid_arguments", *wrong, response_metadata={"messages": wrong})
    if len(json.dumps(view).encode()) > 250_000:
        raise ApiError("view_too_large", "a view of more than 250 kB")
    old = team.homes.get(user.id)
    if given.get("hash") and (old is None or old["hash"] != given["hash"]):
        raise ApiError("hash_conflict")
    named = old["id"] if old else team.made_up("V")
    team.homes[user.id] = {
        "id": named, "team_id": team.id, "type": "home", "close": None, "submit": None,
        "blocks": team.kept_blocks(view["blocks"]), "private_metadata": view.get("private_metadata", ""),
        "callback_id": view.get("callback_id", ""), "hash": team.ts(), "clear_on_close": False,
        "notify_on_close": False, "root_view_id": named, "previous_view_id": None, "app_id": team.app,
        "external_id": view.get("external_id", ""), "app_installed_team_id": team.id, "bot_id": team.bot_id,
        "state": {"values": {}},
    }  # fmt: skip
    team.changed()
    return {"view": team.homes[user.id]}


def auth_test(team: Team, _given: Json) -> Json:
    """auth.test: who this token is."""
    return {
        "url": f"https://{team.domain}.slack.com/", "team": team.domain.title(), "user": "terugkeerbot",
        "team_id": team.id, "user_id": team.bot_user, "bot_id": team.bot_id, "is_enterprise_install": False,
    }  # fmt: skip


CONTENT = {"text": "string", "blocks": "json", "metadata": "json"}
METHODS: dict[str, Method] = {
    "auth.test": Method(auth_test, "special", None),
    "apps.connections.open": Method(lambda _team, _given: {}, "special", "connections:write", app_token=True),
    "chat.postMessage": Method(post_message, "special", "chat:write", {"channel": "string"}, {
        **CONTENT, "mrkdwn": "boolean", "link_names": "boolean", "unfurl_links": "boolean", "unfurl_media": "boolean",
        "parse": "string",
    }),
    "chat.update": Method(update, "3", "chat:write", {"channel": "string", "ts": "string"}, {
        **CONTENT, "link_names": "boolean", "parse": "string",
    }),
    "chat.delete": Method(delete, "3", "chat:write", {"channel": "string", "ts": "string"}),
    "conversations.open": Method(open_conversation, "3", "im:write", {}, {
        "users": "string", "channel": "string", "return_im": "boolean", "prevent_creation": "boolean",
    }),
    "conversations.history": Method(history, "3", "im:history", {"channel": "string"}, {
        "cursor": "string", "include_all_metadata": "boolean", "inclusive": "boolean", "latest": "string",
        "oldest": "string", "limit": "number",
    }, verb="GET"),
    "users.info": Method(user_info, "4", "users:read", {"user": "string"}, {"include_locale": "boolean"},
                         takes_json=False, verb="GET"),
    "views.publish": Method(publish, "4", None, {"user_id": "string", "view": "json"}, {"hash": "string"}),
}  # fmt: skip
