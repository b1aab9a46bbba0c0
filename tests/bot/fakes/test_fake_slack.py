"""The fake Slack workspace, against Slack's own client: it does what Slack documents, and it sees what is wrong."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from typing import Any

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from tests.fakes import slack_faults as faults
from tests.fakes.slack import Workspace
from tests.fakes.slack_limits import Limits

QUESTION: list[dict[str, Any]] = [
    {"type": "section", "text": {"type": "mrkdwn", "text": "Komt *Jan* terug?"}},
    {"type": "actions", "elements": [
        {"type": "button", "action_id": "r.0", "text": {"type": "plain_text", "text": "Ja"}, "value": "r.0"},
        {"type": "button", "action_id": "r.1", "text": {"type": "plain_text", "text": "Nee"}, "value": "r.1"},
    ]},
]  # fmt: skip


@pytest.fixture
def slack() -> Iterator[Workspace]:
    """A workspace."""
    with Workspace() as made:
        yield made


@pytest.fixture
async def client(slack: Workspace) -> AsyncWebClient:
    """Slack's own client, which does not try again by itself."""
    return AsyncWebClient(slack.bot_token, base_url=slack.api_url, retry_handlers=[], timeout=5)


def error_of(caught: pytest.ExceptionInfo[SlackApiError]) -> str:
    """The code in an answer."""
    return str(caught.value.response["error"])


async def test_a_message_to_a_person_opens_the_conversation(slack: Workspace, client: AsyncWebClient) -> None:
    """The answer carries the D… of the direct message, and the person sees words and buttons."""
    jan = slack.add("Jan Peeters")
    answer = await client.chat_postMessage(channel=jan.id, text="Komt Jan terug?", blocks=QUESTION)
    (seen,) = jan.sees()
    assert ("D", seen.ts) == (answer["channel"][0], answer["ts"])
    assert ("Komt *Jan* terug?", ("Ja", "Nee")) == (seen.text, seen.buttons)
    assert [] == slack.violations


async def test_an_update_shows_other_words(slack: Workspace, client: AsyncWebClient) -> None:
    """Text without blocks takes the buttons away and marks the message as edited; metadata stays."""
    jan = slack.add("Jan Peeters")
    metadata = {"event_type": "row", "event_payload": {"key": "abc"}}
    sent = await client.chat_postMessage(channel=jan.id, text="Komt Jan terug?", blocks=QUESTION, metadata=metadata)
    await client.chat_update(channel=sent["channel"], ts=sent["ts"], text="Genoteerd &amp; klaar")
    (seen,) = jan.sees()
    assert ("Genoteerd & klaar", (), True, metadata) == (seen.text, seen.buttons, seen.edited, seen.metadata)
    assert [] == slack.violations


async def test_history_finds_a_message_by_its_metadata(slack: Workspace, client: AsyncWebClient) -> None:
    """Metadata is given back only when asked for, the newest message first, from after `oldest`."""
    jan = slack.add("Jan Peeters")
    sent = [
        await client.chat_postMessage(
            channel=jan.id, text=key, metadata={"event_type": "row", "event_payload": {"key": key}}
        )
        for key in ("a", "b", "c")
    ]
    channel = sent[0]["channel"]
    found = await client.conversations_history(
        channel=channel, include_all_metadata=True, oldest=sent[0]["ts"], limit=10
    )
    assert ["c", "b"] == [one["metadata"]["event_payload"]["key"] for one in found["messages"]]
    bare = await client.conversations_history(channel=channel, limit=1)
    assert (True, False) == (bare["has_more"], "metadata" in bare["messages"][0])
    rest = await client.conversations_history(channel=channel, cursor=bare["response_metadata"]["next_cursor"])
    assert ["b", "a"] == [one["text"] for one in rest["messages"]]
    assert [] == slack.violations


async def test_a_home_tab_is_published(slack: Workspace, client: AsyncWebClient) -> None:
    """The person sees it; a hash of an older one is refused."""
    jan = slack.add("Jan Peeters")
    first = await client.views_publish(user_id=jan.id, view={"type": "home", "blocks": QUESTION})
    await client.views_publish(user_id=jan.id, view={"type": "home", "blocks": QUESTION[:1]})
    home = jan.home()
    assert home is not None
    assert ("Komt *Jan* terug?", ()) == (home.text, home.buttons)
    with pytest.raises(SlackApiError) as caught:
        await client.views_publish(user_id=jan.id, view={"type": "home", "blocks": []}, hash=first["view"]["hash"])
    assert "hash_conflict" == error_of(caught)


async def test_who_may_be_written_to(slack: Workspace, client: AsyncWebClient) -> None:
    """Strangers, bots and closed accounts get their documented codes; a conversation that was there stays."""
    bot, left, stayed = slack.add("Robot", bot=True), slack.add("Weg"), slack.add("Bleef")
    await client.chat_postMessage(channel=stayed.id, text="Dag")
    slack.deactivates(left.id)
    slack.deactivates(stayed.id)
    codes = []
    for call in (
        client.chat_postMessage(channel="U0NOBODY", text="x"), client.chat_postMessage(channel=bot.id, text="x"),
        client.chat_postMessage(channel=left.id, text="x"), client.conversations_open(users=left.id),
        client.conversations_open(users="U0NOBODY"), client.users_info(user="U0NOBODY"),
    ):  # fmt: skip
        with pytest.raises(SlackApiError) as caught:
            await call
        codes.append(error_of(caught))
    assert [
        "channel_not_found", "cannot_dm_bot", "channel_not_found", "user_disabled", "user_not_found", "user_not_found",
    ] == codes  # fmt: skip
    await client.chat_postMessage(channel=stayed.id, text="Nog eens")
    assert (await client.users_info(user=stayed.id))["user"]["deleted"]


async def test_tokens_are_checked(slack: Workspace, client: AsyncWebClient) -> None:
    """No token, another one, the wrong kind, an app that was removed, a scope that was not asked for."""
    jan = slack.add("Jan Peeters")
    codes = []
    for token in ("", "xoxb-other", slack.app_token):
        with pytest.raises(SlackApiError) as caught:
            await AsyncWebClient(token, base_url=slack.api_url, retry_handlers=[]).auth_test()
        codes.append(error_of(caught))
    assert ["not_authed", "invalid_auth", "not_allowed_token_type"] == codes
    slack.team.scopes = frozenset({"chat:write"})
    with pytest.raises(SlackApiError) as caught:
        await client.users_info(user=jan.id)
    assert "missing_scope" == error_of(caught)
    slack.uninstall()
    with pytest.raises(SlackApiError) as caught:
        await client.auth_test()
    assert "account_inactive" == error_of(caught)


async def test_unknown_and_missing_arguments_are_breaches(slack: Workspace, client: AsyncWebClient) -> None:
    """They are refused, and kept for the test to see."""
    for arguments in ({"text": "x"}, {"channel": "D1", "text": "x", "colour": "red"}, {"channel": "D1", "text": 3}):
        with pytest.raises(SlackApiError) as caught:
            await client.api_call("chat.postMessage", json=arguments)
        assert "invalid_arguments" == error_of(caught)
    assert 3 == len(slack.violations)
    assert ["channel", "colour", "text"] == [
        next(name for name in ("colour", "channel", "text") if f" {name}" in one) for one in slack.violations
    ]


async def test_forms_are_read_too(slack: Workspace, client: AsyncWebClient) -> None:
    """Blocks as a JSON string in a form, as Slack documents it first."""
    jan = slack.add("Jan Peeters")
    await client.api_call(
        "chat.postMessage", data={"channel": jan.id, "text": "x", "blocks": json.dumps(QUESTION), "mrkdwn": "true"}
    )
    assert (["x"], []) == ([call.arguments["text"] for call in slack.calls], slack.violations)


async def test_more_than_a_message_a_second_is_refused(slack: Workspace, client: AsyncWebClient) -> None:
    """After a short burst 429 with Retry-After, for this conversation only."""
    jan, els = slack.add("Jan Peeters"), slack.add("Els Willems")
    for _ in range(4):
        await client.chat_postMessage(channel=jan.id, text="x")
    with pytest.raises(SlackApiError) as caught:
        await client.chat_postMessage(channel=jan.id, text="x")
    response = caught.value.response
    assert (429, "1", "ratelimited") == (response.status_code, response.headers["Retry-After"], response["error"])
    await client.chat_postMessage(channel=els.id, text="x")
    assert (1, 4, 1) == (slack.rate_limited, len(jan.sees()), len(els.sees()))


async def test_a_method_has_its_tier() -> None:
    """Tier 3 is fifty a minute with a burst, and time can go faster."""
    with Workspace(limits=Limits(speed=1_000_000)) as quick, Workspace() as slow:
        for slack in (quick, slow):
            jan = slack.add("Jan Peeters")
            client = AsyncWebClient(slack.bot_token, base_url=slack.api_url, retry_handlers=[])
            answers = [client.conversations_open(users=jan.id) for _ in range(30)]
            await asyncio.gather(*answers, return_exceptions=True)
        assert (0, 20) == (quick.rate_limited, slow.rate_limited)


async def test_faults_before_and_after_the_message_is_taken(slack: Workspace, client: AsyncWebClient) -> None:
    """Codes, statuses, broken connections, pages instead of JSON: each once, and taken or not as asked for."""
    jan = slack.add("Jan Peeters")
    bad = [
        (faults.error("internal_error"), 0), (faults.error("fatal_error", after=True), 1), (faults.status(503), 0),
        (faults.status(502, after=True), 1), (faults.cut(), 0), (faults.cut(after=True), 1), (faults.html(), 1),
        (faults.truncated(), 1), (faults.rate_limited("Wed, 25 Nov 2026 10:00:00 GMT"), 0),
        (faults.rate_limited(None), 0), (faults.rate_limited("0"), 0),
    ]  # fmt: skip
    for number, (fault, taken) in enumerate(bad):
        slack.api.limits.on = False
        before = len(jan.sees())
        slack.goes_wrong("chat.postMessage", fault)
        with pytest.raises((SlackApiError, aiohttp.ClientError)):
            await client.chat_postMessage(channel=jan.id, text=str(number))
        assert (number, taken) == (number, len(jan.sees()) - before)
    await client.chat_postMessage(channel=jan.id, text="goed")
    assert [] == slack.violations


async def test_a_slow_answer(slack: Workspace, client: AsyncWebClient) -> None:
    """Slack took the message, but said so too late."""
    jan = slack.add("Jan Peeters")
    slack.goes_wrong_when(lambda method, given: method == "chat.postMessage" and given["channel"] == jan.id,
                          faults.slow(0.3, after=True))  # fmt: skip
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(client.chat_postMessage(channel=jan.id, text="x"), 0.1)
    slack.goes_well()
    assert ["x"] == [one.text for one in jan.sees()]
