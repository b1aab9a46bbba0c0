"""What Slack's answers mean for a message: not taken and try later, no such address, never, or nobody knows.

Codes: docs.slack.dev/reference/methods, of chat.postMessage, chat.update, conversations.open and .history, users.info,
views.publish and auth.test. Not taken is only what Slack is known to refuse before it does anything; a code that is not
listed, a 5xx, half an answer and a cut connection leave it open.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

import aiohttp

from bot.channels import Refused, TryLater, Unreachable, Unsure

Outcome = Literal["later", "unreachable", "refused", "unsure"]

USUAL_WAIT = 60.0
LONGEST_WAIT = 3600.0

LATER = frozenset({
    "ratelimited", "rate_limited", "message_limit_exceeded", "ekm_access_denied", "external_channel_migrating",
    "org_login_required", "team_added_to_org", "migration_in_progress", "read_only", "channel_is_limited_access",
})  # fmt: skip

# The app itself is not let in: the same for everybody, until an administrator does something. Try later, all of it.
SHUT = frozenset({
    "invalid_auth", "not_authed", "token_revoked", "token_expired", "account_inactive", "missing_scope",
    "not_allowed_token_type", "no_permission", "access_denied", "accesslimited", "two_factor_setup_required",
    "team_access_not_granted", "enterprise_is_restricted", "messages_tab_disabled", "method_deprecated",
    "deprecated_endpoint", "app_missing_action_url", "invalid_app_id", "unknown_method", "not_allowed",
})  # fmt: skip

UNREACHABLE = frozenset({
    "channel_not_found", "user_not_found", "user_disabled", "user_not_visible", "users_not_found", "user_is_bot",
    "user_is_restricted", "user_is_ultra_restricted", "user_not_in_channel", "cannot_dm_bot", "invalid_user_id",
    "invalid_user_combination", "invalid_channel", "im_not_found", "is_archived", "is_inactive", "not_in_channel",
    "not_in_group", "team_not_found", "app_access_restricted", "restricted_action",
    "restricted_action_read_only_channel", "restricted_action_thread_only_channel",
    "restricted_action_non_threadable_channel", "restricted_action_thread_locked",
    "method_not_supported_for_channel_type", "channel_type_not_supported", "not_enabled",
    "posting_to_general_channel_denied", "user_team_not_in_channel",
})  # fmt: skip

# Refused for the blocks: the words alone may still be taken.
BLOCKS = frozenset({"invalid_blocks", "invalid_blocks_format", "msg_blocks_too_long", "block_mismatch"})

REFUSED = BLOCKS | frozenset({
    "no_text", "msg_too_long", "invalid_arguments", "invalid_arg_name", "invalid_array_arg", "invalid_charset",
    "invalid_form_data", "invalid_post_type", "missing_post_type", "missing_argument", "invalid_json",
    "json_not_object", "superfluous_charset", "invalid_metadata_format", "invalid_metadata_schema",
    "metadata_too_large", "metadata_must_be_sent_from_app", "too_many_attachments", "invalid_attachments",
    "attachment_payload_limit_exceeded", "as_user_not_supported", "markdown_text_conflict", "cannot_reply_to_message",
    "duplicate_channel_not_found", "duplicate_message_not_found", "missing_file_data", "too_many_contact_cards",
    "send_on_behalf_not_allowed", "slack_connect_file_link_sharing_blocked", "cant_update_message",
    "edit_window_closed", "message_not_found", "streaming_state_conflict", "posting_to_channel_denied",
    "not_enough_users", "too_many_users", "users_list_not_supplied", "invalid_users", "invalid_cursor",
    "invalid_limit", "invalid_ts_latest", "invalid_ts_oldest", "hash_conflict", "view_too_large",
    "duplicate_external_id",
})  # fmt: skip

UNSURE = frozenset({"internal_error", "fatal_error", "request_timeout", "service_unavailable", "update_failed"})

CODES: Mapping[str, Outcome] = {
    **dict.fromkeys(LATER | SHUT, "later"),
    **dict.fromkeys(UNREACHABLE, "unreachable"),
    **dict.fromkeys(REFUSED, "refused"),
    **dict.fromkeys(UNSURE, "unsure"),
}

Problem = TryLater | Unreachable | Refused | Unsure


class Shut(TryLater):
    """Nothing of the app is let in now."""


class Limited(TryLater):
    """Too fast: stay away for so long."""


def of_code(code: str, after: float = USUAL_WAIT) -> Problem:
    """What an ok:false means. `after` is the wait Slack asked for, in seconds."""
    if code in SHUT:
        return Shut(code)
    if code in {"ratelimited", "rate_limited"}:
        return Limited(code, after)
    match CODES.get(code, "unsure"):
        case "later":
            return TryLater(code, after)
        case "unreachable":
            return Unreachable(code)
        case "refused":
            return Refused(code)
        case _:
            return Unsure(code)


def of_answer(status: int, data: object, headers: Mapping[str, str]) -> Problem:
    """What an answer means that was not ok."""
    if status == 429:
        return Limited("ratelimited", retry_after(headers))
    code = data.get("error") if isinstance(data, dict) else None
    if status >= 500 or not isinstance(code, str):
        return Unsure(f"status_{status}")
    return of_code(code, retry_after(headers))


def of_failure(error: BaseException) -> Problem:
    """What an exception of the connection means: before anything was written the message was not taken."""
    if isinstance(error, aiohttp.ClientConnectorError | aiohttp.ConnectionTimeoutError):
        return TryLater("no_connection")
    return Unsure(type(error).__name__)


def retry_after(headers: Mapping[str, Any]) -> float:
    """Retry-After in seconds: at least one, at most an hour, a minute when it is missing or not a number."""
    said = next((str(value) for name, value in headers.items() if name.lower() == "retry-after"), "")
    if not (said.isascii() and said.strip().isdigit()):
        return USUAL_WAIT
    return min(max(float(said.strip()[:12]), 1.0), LONGEST_WAIT)
