"""What Slack tells an app, in the shape it tells it: events, interactions, slash commands.

After payloads captured in the open: the samples of slackapi/java-slack-sdk, and docs.slack.dev/reference.
"""

from __future__ import annotations

import copy
import secrets
import uuid

from tests.fakes.slack_blocks import elements
from tests.fakes.slack_team import Json, Posted, Team, User

STATE_FIELDS = {
    "checkboxes": "selected_options", "multi_static_select": "selected_options", "radio_buttons": "selected_option",
    "static_select": "selected_option", "datepicker": "selected_date", "timepicker": "selected_time",
    "plain_text_input": "value",
}  # fmt: skip
FIRST_FIELDS = {
    "checkboxes": "initial_options", "multi_static_select": "initial_options", "radio_buttons": "initial_option",
    "static_select": "initial_option", "datepicker": "initial_date", "timepicker": "initial_time",
    "plain_text_input": "initial_value",
}  # fmt: skip


def event_callback(team: Team, event: Json, team_id: str | None = None) -> Json:
    """An event of the Events API in its envelope."""
    return {
        "token": team.verification, "team_id": team_id or team.id, "context_team_id": team_id or team.id,
        "context_enterprise_id": None, "api_app_id": team.app, "event": event, "type": "event_callback",
        "event_id": f"Ev{secrets.token_hex(5).upper()}", "event_time": int(team.now().timestamp()),
        "authorizations": [{"enterprise_id": None, "team_id": team_id or team.id, "user_id": team.bot_user,
                            "is_bot": True, "is_enterprise_install": False}],
        "is_ext_shared_channel": False, "event_context": f"4-{secrets.token_urlsafe(24)}",
    }  # fmt: skip


def typed(team: Team, user: User, message: Posted, words: str) -> Json:
    """The event of a message somebody typed to the app. `words` are as typed, the text is as Slack writes it."""
    line = {"type": "rich_text_section", "elements": [{"type": "text", "text": words}]}
    blocks = [{"type": "rich_text", "block_id": secrets.token_urlsafe(4), "elements": [line]}]
    foreign = {"user_team": user.team, "source_team": user.team} if user.team != team.id else {}
    return {
        "user": user.id, "type": "message", "ts": message.ts, "client_msg_id": str(uuid.uuid4()), "text": message.text,
        "team": user.team, "blocks": blocks, "channel": message.channel, "event_ts": message.ts, "channel_type": "im",
    } | foreign  # fmt: skip


def _of(team: Team, user: User) -> Json:
    return {
        "type": "block_actions",
        "user": {"id": user.id, "username": user.name, "name": user.name, "team_id": user.team},
        "api_app_id": team.app, "token": team.verification, "trigger_id": trigger(team),
        "team": {"id": team.id, "domain": team.domain}, "enterprise": None, "is_enterprise_install": False,
    }  # fmt: skip


def trigger(team: Team) -> str:
    """A trigger_id: good for three seconds, and for telling one press from another."""
    return f"{secrets.randbelow(10**13)}.{secrets.randbelow(10**12)}.{secrets.token_hex(16)}-{team.id}"


def state_of(team: Team, channel: str, ts: str, blocks: list[Json]) -> Json:
    """What is filled in in these blocks: what somebody did, else what they began with."""
    filled = team.input_of(channel, ts)
    values: Json = {}
    for block in blocks:
        for one in elements(block):
            if one["type"] in STATE_FIELDS:
                nothing: list[Json] | None = [] if STATE_FIELDS[one["type"]] == "selected_options" else None
                first = one.get(FIRST_FIELDS[one["type"]], nothing)
                state = filled.get(block["block_id"], {}).get(one["action_id"])
                shown = {"type": one["type"], STATE_FIELDS[one["type"]]: first}
                values.setdefault(block["block_id"], {})[one["action_id"]] = state or shown
    return {"values": copy.deepcopy(values)}


def in_message(team: Team, user: User, message: Posted, action: Json) -> Json:
    """Something pressed, picked or ticked in a message. A message that is gone by now is not in it."""
    still = team.message(message.channel, message.ts)
    hidden = message.hidden_from_api
    payload = _of(team, user) | {
        "container": {"type": "message", "message_ts": message.ts, "channel_id": message.channel,
                      "is_ephemeral": hidden},
        "channel": {"id": message.channel, "name": "directmessage"},
        "state": state_of(team, message.channel, message.ts, message.blocks),
        "response_url": team.hook("actions", message.channel, message.ts),
        "actions": [action | {"action_ts": team.ts()}],
    }  # fmt: skip
    return payload | ({} if hidden or still is None else {"message": team.as_sent(still)})


def at_home(team: Team, user: User, view: Json, action: Json) -> Json:
    """Something pressed on the Home tab."""
    state = state_of(team, user.id, "home", view["blocks"])
    return _of(team, user) | {
        "container": {"type": "view", "view_id": view["id"]},
        "view": copy.deepcopy(view) | {"state": state},
        "actions": [action | {"action_ts": team.ts()}],
    }


def command(team: Team, user: User, name: str, text: str, channel: str) -> Json:
    """A slash command; always a flat form."""
    return {
        "token": team.verification, "team_id": team.id, "team_domain": team.domain, "channel_id": channel,
        "channel_name": "directmessage", "user_id": user.id, "user_name": user.name, "command": name, "text": text,
        "api_app_id": team.app, "is_enterprise_install": "false", "trigger_id": trigger(team),
        "response_url": team.hook("commands", channel),
    }  # fmt: skip
