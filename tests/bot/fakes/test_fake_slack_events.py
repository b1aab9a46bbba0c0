"""The fake Slack workspace as it talks to an app: over HTTP and over Socket Mode, with its patience and its repeats."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

import pytest
from aiohttp import ClientSession, web
from slack_sdk.signature import SignatureVerifier
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.async_client import AsyncBaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse
from slack_sdk.web.async_client import AsyncWebClient

from tests.fakes.slack import Workspace

Json = dict[str, Any]
QUICK = (0.0, 0.01, 0.01)
CONTROLS: list[Json] = [
    {"type": "section", "text": {"type": "mrkdwn", "text": "Wat en wanneer?"}},
    {"type": "actions", "block_id": "pick", "elements": [
        {"type": "datepicker", "action_id": "day"},
        {"type": "checkboxes", "action_id": "what", "options": [
            {"text": {"type": "plain_text", "text": label}, "value": value}
            for value, label in (("0", "Uren"), ("1", "Taken"), ("2", "Plaats"))
        ]},
        {"type": "button", "action_id": "row.0", "text": {"type": "plain_text", "text": "Klaar"}, "value": "row.0"},
    ]},
]  # fmt: skip


@dataclass
class App:
    """An app that writes down what it is told. `says` is what it answers with, one after the other."""

    secret: str
    says: list[web.Response] = field(default_factory=list)
    sleep: float = 0.0
    heard: list[Json] = field(default_factory=list)
    headers: list[Json] = field(default_factory=list)
    url: str = ""

    async def hear(self, request: web.Request) -> web.Response:
        """One delivery, its signature checked by Slack's own client."""
        body = await request.read()
        assert SignatureVerifier(self.secret).is_valid_request(body, dict(request.headers))
        form = dict(parse_qsl(body.decode(), keep_blank_values=True))
        told = json.loads(body if request.content_type == "application/json" else form.get("payload", "null")) or form
        self.heard.append(told)
        self.headers.append(dict(request.headers))
        await asyncio.sleep(self.sleep)
        if told.get("type") == "url_verification":
            return web.json_response({"challenge": told["challenge"]})
        return self.says.pop(0) if self.says else web.Response()

    def events(self) -> list[Json]:
        """The events among it that people caused."""
        return [one["event"] for one in self.heard if "event" in one and "bot_id" not in one["event"]]


@pytest.fixture
async def slack() -> AsyncIterator[Workspace]:
    """A workspace with little patience."""
    with Workspace(patience=0.2, retries=QUICK) as made:
        yield made


@pytest.fixture
async def app(slack: Workspace) -> AsyncIterator[App]:
    """An app that listens."""
    made = App(slack.signing_secret)
    server = web.Application()
    server.add_routes([web.post("/slack", made.hear)])
    runner = web.AppRunner(server, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    made.url = f"http://127.0.0.1:{runner.addresses[0][1]}/slack"
    slack.listens_at(made.url)
    yield made
    await runner.cleanup()


def client(slack: Workspace) -> AsyncWebClient:
    """Slack's own client."""
    return AsyncWebClient(slack.bot_token, base_url=slack.api_url, retry_handlers=[])


async def test_words_arrive_signed_and_escaped(slack: Workspace, app: App) -> None:
    """A direct message is a message event of an im, in its envelope."""
    jan = slack.add("Jan Peeters")
    delivery = await jan.types("a < b & https://stad.example/?a=1").over()
    (told,) = app.heard
    event = told["event"]
    assert ("event_callback", slack.team.id, "Ev") == (told["type"], told["team_id"], told["event_id"][:2])
    assert ("message", "im", jan.id) == (event["type"], event["channel_type"], event["user"])
    assert ("a &lt; b &amp; <https://stad.example/?a=1>", True) == (event["text"], delivery.acknowledged)


async def test_an_address_is_verified(slack: Workspace, app: App) -> None:
    """The app gives the challenge back."""
    delivery = await slack.verifies_url().over()
    assert (delivery.payload["challenge"], 1) == (json.loads(delivery.body)["challenge"], len(app.heard))


async def test_events_come_again_three_times(slack: Workspace, app: App) -> None:
    """The same event, with the number and the reason, and then never more."""
    app.says = [web.Response(status=503) for _ in range(9)]
    delivery = await slack.add("Jan Peeters").types("dag").over()
    assert (["503"] * 4, False, 1) == (
        delivery.attempts, delivery.acknowledged, len({one["event_id"] for one in app.heard}),
    )  # fmt: skip
    assert [None, "1", "2", "3"] == [one.get("X-Slack-Retry-Num") for one in app.headers]
    assert [None, "http_error", "http_error", "http_error"] == [one.get("X-Slack-Retry-Reason") for one in app.headers]


async def test_an_app_may_ask_not_to_be_told_again(slack: Workspace, app: App) -> None:
    """X-Slack-No-Retry ends it."""
    app.says = [web.Response(status=500, headers={"X-Slack-No-Retry": "1"})]
    delivery = await slack.add("Jan Peeters").types("dag").over()
    assert (["no retry"], 1) == (delivery.attempts, len(app.heard))


async def test_slack_waits_no_longer_than_its_patience(slack: Workspace, app: App) -> None:
    """A slow answer to an event is no answer; a slow answer to a press shows a warning, and is not repeated."""
    jan = slack.add("Jan Peeters")
    await client(slack).chat_postMessage(channel=jan.id, text="Wat?", blocks=CONTROLS)
    await slack.until(slack.quiet)
    app.sleep = 0.4
    event, press = await jan.types("dag").over(), await jan.presses("Klaar").over()
    assert (["http_timeout"] * 4, ["http_timeout"], [press]) == (event.attempts, press.attempts, jan.warnings())


async def test_a_press_looks_like_a_press(slack: Workspace, app: App) -> None:
    """Block, action, value, message, place, state, and where to answer."""
    jan = slack.add("Jan Peeters")
    sent = await client(slack).chat_postMessage(channel=jan.id, text="Wat?", blocks=CONTROLS)
    await jan.picks_date("2026-11-30").over()
    for delivery in jan.ticks(["Uren", "Plaats", "Uren"]):
        await delivery.over()
    await jan.presses("Klaar").over()
    told = [one for one in app.heard if one.get("type") == "block_actions"]
    picked, ticks, press = told[0]["actions"][0], [one["actions"][0] for one in told[1:4]], told[4]
    assert ("datepicker", "day", "2026-11-30") == (picked["type"], picked["action_id"], picked["selected_date"])
    assert [["0"], ["0", "2"], ["2"]] == [[one["value"] for one in tick["selected_options"]] for tick in ticks]
    (action,) = press["actions"]
    assert ("button", "row.0", "pick", "row.0") == tuple(
        action[name] for name in ("type", "action_id", "block_id", "value")
    )
    place = {"type": "message", "message_ts": sent["ts"], "channel_id": sent["channel"], "is_ephemeral": False}
    assert (place, sent["ts"], jan.id) == (press["container"], press["message"]["ts"], press["user"]["id"])
    assert "2026-11-30" == press["state"]["values"]["pick"]["day"]["selected_date"]
    assert ["2"] == [one["value"] for one in press["state"]["values"]["pick"]["what"]["selected_options"]]
    assert 5 == len({one["trigger_id"] for one in told}) == len({one["actions"][0]["action_ts"] for one in told})


async def test_an_answer_to_a_response_url(slack: Workspace, app: App) -> None:
    """It replaces the message that was pressed on, five times at most."""
    jan = slack.add("Jan Peeters")
    await client(slack).chat_postMessage(channel=jan.id, text="Wat?", blocks=CONTROLS)
    url = (await jan.presses("Klaar").over()).payload["response_url"]
    async with ClientSession() as session:
        statuses = [
            (await session.post(url, json={"text": f"{number}", "replace_original": True})).status
            for number in range(6)
        ]
    assert ([200] * 5 + [404], ["4"]) == (statuses, [one.text for one in jan.sees()])
    assert url in [one.get("response_url") for one in app.heard]


async def test_a_stale_button_can_still_be_pressed(slack: Workspace, app: App) -> None:
    """On a message as it was seen before it changed, or went."""
    jan = slack.add("Jan Peeters")
    await client(slack).chat_postMessage(channel=jan.id, text="Wat?", blocks=CONTROLS)
    (before,) = jan.sees()
    jan.deletes(before)
    await jan.presses("Klaar", on=before, repeat=2).over()
    await slack.until(slack.quiet)
    presses = [one for one in app.heard if one.get("type") == "block_actions"]
    assert (2, False) == (len(presses), "message" in presses[0])
    assert "message_deleted" in [one["event"].get("subtype") for one in app.heard if "event" in one]


async def test_an_input_block_is_quiet_unless_it_dispatches(slack: Workspace, app: App) -> None:
    """Its state goes along with the next press."""
    jan = slack.add("Jan Peeters")
    field_ = {"type": "input", "block_id": "b", "label": {"type": "plain_text", "text": "Hoeveel?"},
              "element": {"type": "plain_text_input", "action_id": "a"}}  # fmt: skip
    await client(slack).chat_postMessage(channel=jan.id, text="Wat?", blocks=[field_, *CONTROLS])
    jan.fills_in("3")
    await jan.presses("Klaar").over()
    presses = [one for one in app.heard if one.get("type") == "block_actions"]
    assert ["3"] == [one["state"]["values"]["b"]["a"]["value"] for one in presses]
    await client(slack).chat_postMessage(channel=jan.id, text="Wat?", blocks=[field_ | {"dispatch_action": True}])
    filled = await jan.fills_in("4").over()
    assert ("4", True) == (filled.payload["actions"][0]["value"], filled.payload in app.heard)


async def test_a_slash_command_is_a_form(slack: Workspace, app: App) -> None:
    """What the app answers with is seen by that person only, and not through the API."""
    jan = slack.add("Jan Peeters")
    app.says = [web.json_response({"text": "Dit kan ik"}), web.Response(text="ook zo")]
    await jan.command("/terugkeer", "help").over()
    await jan.command("/terugkeer").over()
    told = app.heard[0]
    assert ("/terugkeer", "help", jan.id) == (told["command"], told["text"], told["user_id"])
    assert [("Dit kan ik", True), ("ook zo", True)] == [(one.text, one.only_for_you) for one in jan.sees()]
    history = await client(slack).conversations_history(channel=told["channel_id"])
    assert [] == history["messages"]
    app.says = [web.json_response({"blocks": [{"type": "paragraph"}]})]
    await jan.command("/terugkeer").over()
    assert (2, 1) == (len(jan.sees()), len(slack.violations))


async def test_the_home_tab_is_opened_and_pressed(slack: Workspace, app: App) -> None:
    """First without a view, then with what was published."""
    jan = slack.add("Jan Peeters")
    await jan.opens_home().over()
    await client(slack).views_publish(user_id=jan.id, view={"type": "home", "blocks": CONTROLS})
    await jan.opens_home().over()
    await jan.presses_at_home("Klaar").over()
    first, second, press = app.heard
    assert (False, True, "home") == ("view" in first["event"], "view" in second["event"], second["event"]["tab"])
    assert ("view", "row.0") == (press["container"]["type"], press["actions"][0]["value"])


async def test_the_app_hears_itself(slack: Workspace, app: App) -> None:
    """Its own messages and edits come back as events, which it must know to leave alone."""
    jan = slack.add("Jan Peeters")
    sent = await client(slack).chat_postMessage(channel=jan.id, text="Dag")
    await client(slack).chat_update(channel=sent["channel"], ts=sent["ts"], text="Dag Jan")
    await slack.until(lambda: len(app.heard) == 2 and slack.quiet())
    own = next(one["event"] for one in app.heard if "subtype" not in one["event"])
    assert (slack.team.bot_id, slack.team.app) == (own["bot_id"], own["app_id"])


async def test_events_can_change_places(slack: Workspace, app: App) -> None:
    """Held back, and let go in another order, one of them twice."""
    jan = slack.add("Jan Peeters")
    slack.hold()
    for words in ("een", "twee", "drie"):
        jan.types(words)
    slack.release(lambda held: [held[2], held[0], held[2], held[1]])
    await slack.until(lambda: len(app.heard) == 4)
    assert ["drie", "een", "drie", "twee"] == [one["text"] for one in app.events()]


async def test_an_app_is_told_that_it_is_removed(slack: Workspace, app: App) -> None:
    """By two events."""
    for delivery in slack.uninstall():
        await delivery.over()
    assert {"tokens_revoked", "app_uninstalled"} == {one["type"] for one in app.events()}


async def test_who_is_a_guest_and_who_is_from_elsewhere(slack: Workspace, app: App) -> None:
    """By users.info, and by the team on the event."""
    guest, other = slack.add("Gast", guest="single"), slack.add("Buur", team="T0ANDER")
    facts = [(await client(slack).users_info(user=one.id))["user"] for one in (guest, other)]
    assert [(True, "T0STAD"), (False, "T0ANDER")] == [(one["is_ultra_restricted"], one["team_id"]) for one in facts]
    await other.types("dag").over()
    assert ("T0STAD", "T0ANDER") == (app.heard[-1]["team_id"], app.heard[-1]["event"]["user_team"])
    assert "email" not in facts[0]["profile"]


@dataclass
class Socketed:
    """An app on Socket Mode, with Slack's own client. It acknowledges unless told to be silent."""

    silent: int = 0
    heard: list[SocketModeRequest] = field(default_factory=list)

    async def hear(self, socket: AsyncBaseSocketModeClient, request: SocketModeRequest) -> None:
        """One envelope."""
        self.heard.append(request)
        if self.silent:
            self.silent -= 1
            return
        await socket.send_socket_mode_response(SocketModeResponse(request.envelope_id))


@pytest.fixture
async def socketed() -> AsyncIterator[tuple[Workspace, Socketed]]:
    """A workspace and an app that are connected."""
    with Workspace(patience=0.3, retries=QUICK, socket_mode=True) as slack:
        app = Socketed()
        socket = SocketModeClient(slack.app_token, web_client=client(slack), ping_interval=0.1)
        socket.socket_mode_request_listeners.append(app.hear)
        await socket.connect()  # type: ignore[no-untyped-call] # the library's own
        await slack.until(lambda: slack.sockets == 1)
        yield slack, app
        await socket.close()  # type: ignore[no-untyped-call] # the library's own
        await socket.aiohttp_client_session.close()


async def test_socket_mode_carries_everything(socketed: tuple[Workspace, Socketed]) -> None:
    """Events, presses and commands come as envelopes, and are acknowledged by their ids."""
    slack, app = socketed
    jan = slack.add("Jan Peeters")
    await client(slack).chat_postMessage(channel=jan.id, text="Wat?", blocks=CONTROLS)
    await slack.until(slack.quiet)
    for delivery in (jan.types("dag"), jan.presses("Klaar"), jan.command("/terugkeer", "help")):
        assert (await delivery.over()).acknowledged
    assert ["events_api", "events_api", "interactive", "slash_commands"] == [one.type for one in app.heard]
    assert ("dag", []) == (app.heard[1].payload["event"]["text"], slack.violations)


async def test_socket_mode_repeats_what_is_not_acknowledged(socketed: tuple[Workspace, Socketed]) -> None:
    """With the number of the attempt, and a new envelope."""
    slack, app = socketed
    app.silent = 2
    delivery = await slack.add("Jan Peeters").types("dag").over()
    assert (["http_timeout", "http_timeout", "200"], [0, 1, 2]) == (
        delivery.attempts, [one.retry_attempt for one in app.heard],
    )  # fmt: skip
    assert (3, 1) == (
        len({one.envelope_id for one in app.heard}), len({one.payload["event_id"] for one in app.heard}),
    )  # fmt: skip


async def test_socket_mode_connects_again(socketed: tuple[Workspace, Socketed]) -> None:
    """After a goodbye, and after a connection that broke."""
    slack, app = socketed
    jan = slack.add("Jan Peeters")
    for goes in (slack.disconnects, slack.cuts_sockets):
        before = set(slack.courier.sockets)
        goes()
        await slack.until(lambda old=before: bool(found := set(slack.courier.sockets)) and old.isdisjoint(found))
        assert (await jan.types("dag").over()).acknowledged
    assert len([call for call in slack.calls if call.method == "apps.connections.open"]) > 2
    assert (await jan.types("nog eens").over()).acknowledged
    assert "nog eens" == app.heard[-1].payload["event"]["text"]
