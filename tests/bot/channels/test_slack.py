"""The Slack channel against a workspace on loopback: what goes out, what comes in, and what goes wrong between."""

from __future__ import annotations

import asyncio
import contextlib
import json
import socket
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
import pytest
import uvicorn
from starlette.applications import Starlette

from bot.channels import Findable, Listening, Receipt, Refused, TryLater, Unreachable, Unsure
from bot.channels import slack as slack_module
from bot.channels.pace import Pace, Rate
from bot.channels.slack import PATH, Slack, token_of
from conversations.incoming import Incoming
from messages.message import Button, Input, Message, Option, Paragraph, Run, settled
from tests.fakes import slack_faults as faults
from tests.fakes.slack import Workspace
from tests.fakes.slack_limits import Limits

FAST = 1000


def now() -> datetime:
    """The clock both sides have."""
    return datetime.now(UTC)


def after(moment: datetime) -> datetime:
    """An hour later."""
    return moment + timedelta(hours=1)


def said(text: str, *buttons: Button, control: Input | None = None) -> Message:
    """A message of one paragraph."""
    return Message((Paragraph((Run(text),)),), buttons, control)


class Listener:
    """What the product does with what is heard: here it is kept in a list."""

    def __init__(self) -> None:
        self.heard: list[Incoming] = []
        self.fails: Exception | None = None
        self.slow = asyncio.Event()
        self.slow.set()
        self.tried = 0

    async def hear(self, incoming: Incoming) -> None:
        """Keep it."""
        self.tried += 1
        await self.slow.wait()
        if self.fails is not None:
            raise self.fails
        self.heard.append(incoming)

    async def home(self, channel: str, address: str) -> Message | None:
        """Two cases for everybody."""
        return said(f"{len(self.heard)} {channel} {address}", Button("dossier Jan Peeters", "Jan Peeters"))


class Running:
    """The channel, listening, and who speaks to it."""

    def __init__(self, workspace: Workspace, slack: Slack) -> None:
        self.workspace, self.slack, self.ear = workspace, slack, Listener()

    def address(self, user: str) -> str:
        """Where this person is."""
        return f"{self.workspace.team.id}:{user}"


def _slack(workspace: Workspace, **more: Any) -> Slack:
    given = {
        "token": workspace.bot_token, "signing_secret": workspace.signing_secret, "now": now,
        "teams": frozenset({workspace.team.id}), "api_url": workspace.api_url,
    }  # fmt: skip
    return Slack(**(given | more))


@contextlib.asynccontextmanager
async def serving(workspace: Workspace, **more: Any) -> AsyncIterator[Running]:
    """The channel over HTTP, on a port of its own."""
    running = Running(workspace, _slack(workspace, **more))
    app = Starlette(routes=running.slack.routes(running.ear))
    with socket.create_server(("127.0.0.1", 0)) as listening:
        server = uvicorn.Server(uvicorn.Config(app, log_config=None, lifespan="off"))
        task = asyncio.create_task(server.serve([listening]))
        await running.slack.open(running.ear)
        workspace.listens_at(f"http://127.0.0.1:{listening.getsockname()[1]}{PATH}")
        try:
            yield running
        finally:
            await running.slack.close()
            server.should_exit = True
            await task


@pytest.fixture
def workspace() -> Iterator[Workspace]:
    """A workspace with strict rules, whose time runs fast where it counts a second."""
    with Workspace(limits=Limits(speed=FAST), retries=(0.0, 0.1)) as made:
        yield made


@pytest.fixture
async def running(workspace: Workspace) -> AsyncIterator[Running]:
    """The channel over HTTP."""
    async with serving(workspace) as made:
        yield made
        assert [] == workspace.violations


# --- Out -----------------------------------------------------------------------------------------------


async def test_a_message_arrives_and_can_be_found(running: Running) -> None:
    """One call; the receipt says where; only a token stands in the metadata, and by that it is found again."""
    jan = running.workspace.add("Jan Peeters")
    address, before = running.address(jan.id), now()
    receipt = await running.slack.send(address, said("Dag <Jan> & co"), "row1")
    shown = await jan.will_see("Dag <Jan> & co")
    expected: Any = {"event_type": "terugkeer", "event_payload": {"token": token_of("row1")}}
    assert expected == shown.metadata
    assert "row1" not in str(shown.metadata)
    assert Receipt(address, f"{running.workspace.team.dms[jan.id]}:{shown.ts}") == receipt
    assert receipt == await running.slack.find(address, "row1", before, after(before))
    assert await running.slack.find(address, "row2", before, after(before)) is None
    assert await running.slack.find(address, "row1", after(before), after(after(before))) is None
    assert await running.slack.find(address, "row1", before - timedelta(days=2), before - timedelta(days=1)) is None
    assert 1 == sum(call.method == "chat.postMessage" for call in running.workspace.calls)


async def test_it_is_found_by_who_never_sent_it_and_on_a_later_page(running: Running, workspace: Workspace) -> None:
    """After a restart the conversation is opened, and all of its pages are looked at."""
    jan = workspace.add("Jan Peeters")
    address = running.address(jan.id)
    quick = _slack(workspace, pace=Pace(Rate(FAST, FAST), Rate(FAST, FAST)))
    receipts = [await quick.send(address, said(f"Bericht {n}"), f"row{n}") for n in range(130)]
    await quick.close()
    assert receipts[0] == await running.slack.find(address, "row0", now(), after(now()))


async def test_an_edited_message_has_no_buttons_and_is_still_found(running: Running) -> None:
    """After the answer the choice stays readable, and the token stays with it."""
    jan = running.workspace.add("Jan Peeters")
    address = running.address(jan.id)
    question = said("Sinds wanneer?", Button("today", "Vandaag", "r.0"))
    receipt = await running.slack.send(address, question, "r")
    assert ("Vandaag",) == (await jan.will_see("Sinds wanneer?")).buttons
    await running.slack.edit(receipt, settled(question, "Vandaag"))
    shown = await jan.will_see(lambda one: not one.buttons)
    assert "Sinds wanneer?\n\nVandaag" == shown.text
    assert receipt == await running.slack.find(address, "r", now(), after(now()))


async def test_an_edit_of_what_is_gone_is_done(running: Running) -> None:
    """A message that was deleted is edited without a word; a hiccup is tried again."""
    jan = running.workspace.add("Jan Peeters")
    receipt = await running.slack.send(running.address(jan.id), said("Dag"), "r")
    running.workspace.goes_wrong("chat.update", faults.rate_limited("1"))
    await running.slack.edit(receipt, said("Dag nog eens"))
    jan.deletes(await jan.will_see("Dag nog eens"))
    await running.slack.edit(receipt, said("Dag weer"))
    assert [] == jan.sees()


async def test_an_edit_that_does_not_work_is_said(running: Running) -> None:
    """After three tries, or at once when Slack asks for minutes: whoever asked comes back with it."""
    jan = running.workspace.add("Jan Peeters")
    receipt = await running.slack.send(running.address(jan.id), said("Dag"), "r")
    running.workspace.goes_wrong("chat.update", *(faults.status(503) for _ in range(3)))
    with pytest.raises(TryLater):
        await running.slack.edit(receipt, said("Dag nog eens"))
    await running.slack.edit(receipt, said("Dag weer"))
    running.workspace.goes_wrong("chat.update", faults.rate_limited("300"))
    before = sum(call.method == "chat.update" for call in running.workspace.calls)
    with pytest.raises(TryLater):
        await running.slack.edit(receipt, said("Dag voor het laatst"))
    assert 1 == sum(call.method == "chat.update" for call in running.workspace.calls) - before
    assert "Dag weer" == jan.sees()[-1].text


@pytest.mark.parametrize(
    ("fault", "expected", "arrived"),
    [
        (faults.error("user_not_found"), Unreachable, 0), (faults.error("is_archived"), Unreachable, 0),
        (faults.error("no_text"), Refused, 0), (faults.error("never_heard_of"), Unsure, 0),
        (faults.error("internal_error", after=True), Unsure, 1), (faults.error("ratelimited"), TryLater, 0),
        (faults.status(500), Unsure, 0), (faults.status(503, after=True), Unsure, 1), (faults.cut(), Unsure, 0),
        (faults.cut(after=True), Unsure, 1), (faults.html(), Unsure, 1), (faults.truncated(), Unsure, 1),
        (faults.rate_limited("30"), TryLater, 0), (faults.rate_limited(None), TryLater, 0),
    ],
)  # fmt: skip
async def test_what_goes_wrong_is_told_apart_and_tried_once(
    running: Running, fault: faults.Fault, expected: type[Exception], arrived: int
) -> None:
    """Each ending is one of four, after exactly one call, whether Slack took the message or not."""
    jan = running.workspace.add("Jan Peeters")
    running.workspace.goes_wrong("chat.postMessage", fault)
    with pytest.raises(expected):
        await running.slack.send(running.address(jan.id), said("Dag"), "r")
    assert arrived == len(jan.sees())
    assert 1 == sum(call.method == "chat.postMessage" for call in running.workspace.calls)


async def test_nobody_there_at_all_is_later(workspace: Workspace) -> None:
    """A refused connection: nothing was written, so nothing was taken."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    slack = _slack(workspace, api_url=f"http://127.0.0.1:{port}/api/")
    with pytest.raises(TryLater):
        await slack.send("T0STAD:U1", said("Dag"), "r")
    with pytest.raises(TryLater):
        await slack.find("T0STAD:U1", "r", now(), after(now()))
    await slack.close()


@pytest.mark.parametrize("address", ["", "U1", "T0STAD", "T0STAD:", "T0STAD:U1:x", "T0STAD:<!channel>", "t0:u1"])
async def test_what_is_no_address_is_unreachable(workspace: Workspace, address: str) -> None:
    """Nothing is called for it."""
    slack = _slack(workspace)
    with pytest.raises(Unreachable):
        await slack.send(address, said("Dag"), "r")
    await slack.close()
    assert [] == workspace.calls


async def test_a_limit_pauses_that_conversation_only(running: Running) -> None:
    """After a 429 for Jan, Els is still written to, and Jan is not even tried."""
    jan, els = running.workspace.add("Jan Peeters"), running.workspace.add("Els Maes")
    running.workspace.goes_wrong("chat.postMessage", faults.rate_limited("30"))
    for _ in range(2):
        with pytest.raises(TryLater) as told:
            await running.slack.send(running.address(jan.id), said("Dag"), "r")
        assert 25 < told.value.after <= 30
    await running.slack.send(running.address(els.id), said("Dag"), "s")
    assert 2 == sum(call.method == "chat.postMessage" for call in running.workspace.calls)


async def test_a_revoked_token_shuts_the_door_for_a_while(running: Running) -> None:
    """One call found out; the other ninety-nine messages wait without a call."""
    people = [running.workspace.add(f"Iemand {n}") for n in range(20)]
    running.workspace.uninstall()
    for person in people:
        with pytest.raises(TryLater) as told:
            await running.slack.send(running.address(person.id), said("Dag"), "r")
        assert told.value.after > 200
    assert 1 == sum(call.method == "chat.postMessage" for call in running.workspace.calls)
    assert not running.slack.ready


async def test_it_is_ready_while_slack_lets_it_in(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    """Once Slack says who we are, however long that takes; not when it takes no message; and again after one."""
    monkeypatch.setattr(slack_module, "AGAIN", (0.01,))
    workspace.goes_wrong("auth.test", faults.error("invalid_auth"), faults.cut())
    slack, jan = _slack(workspace), workspace.add("Jan Peeters")
    address = f"{workspace.team.id}:{jan.id}"
    assert not slack.ready
    await slack.open(Listener())
    assert not slack.ready
    await workspace.until(lambda: slack.ready)
    workspace.goes_wrong("chat.postMessage", faults.error("not_allowed"), faults.error("user_not_found"))
    with pytest.raises(TryLater):
        await slack.send(address, said("Dag"), "r")
    assert not slack.ready
    slack._calls._shut_until = 0.0  # five minutes later
    with pytest.raises(Unreachable):
        await slack.send(address, said("Dag"), "s")
    await slack.send(address, said("Dag"), "t")
    assert slack.ready
    await slack.close()
    assert not slack.ready


async def test_refused_blocks_go_out_as_words(running: Running) -> None:
    """Slack takes no part of it, so the words alone are sent: one message, escaped."""
    jan = running.workspace.add("Jan Peeters")
    running.workspace.goes_wrong("chat.postMessage", faults.error("invalid_blocks"))
    await running.slack.send(running.address(jan.id), said("Wat <nu>?", Button("a", "Bellen", "r.0")), "r")
    assert ["Wat <nu>?\n[Bellen]"] == [one.text for one in jan.sees()]


async def test_somebody_deactivated_is_unreachable(running: Running) -> None:
    """The account is closed: another address is tried by who sends."""
    jan = running.workspace.add("Jan Peeters")
    running.workspace.deactivates(jan.id)
    with pytest.raises(Unreachable):
        await running.slack.send(running.address(jan.id), said("Dag"), "r")


@pytest.mark.long
async def test_a_thousand_nudges_meet_no_limit() -> None:
    """At the pace of the workspace, eight at a time, no call is refused and nobody has to come back."""
    speed = 60.0
    with Workspace(limits=Limits(speed=speed)) as workspace:
        slack = _slack(workspace, pace=Pace(Rate(0.95 * speed, 3), Rate(4.5 * speed, 20)))
        people = iter([workspace.add(f"Iemand {n}").id for n in range(1000)])

        async def worker() -> None:
            for user in people:
                await slack.send(f"T0STAD:{user}", said("Bel Jan vandaag even."), f"row{user}")

        await asyncio.gather(*(worker() for _ in range(8)))
        await slack.close()
        assert 0 == workspace.rate_limited
        assert 1000 == sum(call.outcome == "ok" for call in workspace.calls)
        assert [] == workspace.violations


# --- In ------------------------------------------------------------------------------------------------


async def test_everything_a_person_can_do_is_heard(running: Running) -> None:
    """Typing, pressing, picking, ticking, choosing, filling in, and a command: each once, with what it was."""
    jan, address = running.workspace.add("Jan Peeters"), ""
    address = running.address(jan.id)
    buttons = (Button("a", "Bellen", "r.0"), Button("skip", "Overslaan", "r.1", quiet=True))
    await running.slack.send(address, said("Wanneer?", *buttons, control=Input("date", id="r.i")), "r")
    boxes = Input("several", (Option("A1", "Uren"), Option("A2", "Taken")), id="s.i", done="Klaar")
    await running.slack.send(address, said("Wat?", control=boxes), "s")
    await running.slack.send(address, said("Hoeveel?", control=Input("number", id="t.i")), "t")
    many = tuple(Button(f"p{n}", f"Collega {n}", f"u.{n}") for n in range(20))
    await running.slack.send(address, said("Wie?", *many), "u")
    await jan.types("Jan & Els: <ziek> zie https://x.be").over()
    await jan.presses("Bellen").over()
    await jan.picks_date("2026-12-01").over()
    for delivery in [*jan.ticks(["Uren", "Taken"]), jan.presses("Klaar"), jan.chooses("Collega 7")]:
        await delivery.over()
    await jan.fills_in("22,8").over()
    await jan.command("/terugkeer", "mijn dossiers").over()
    await jan.command("/terugkeer").over()
    expected = [
        ("text", "Jan & Els: <ziek> zie https://x.be", "", ()), ("press", "", "r.0", ()),
        ("pick", "", "r.i", ("2026-12-01",)), ("pick", "", "s.i", ("A1", "A2")), ("press", "", "u.7", ()),
        ("pick", "", "t.i", ("22,8",)), ("command", "mijn dossiers", "", ()), ("hello", "", "", ()),
    ]  # fmt: skip
    assert expected == [(one.kind, one.text, one.button, one.values) for one in running.ear.heard]
    assert {("slack", address)} == {(one.channel, one.address) for one in running.ear.heard}
    assert len(running.ear.heard) == len({one.id for one in running.ear.heard})
    assert [] == jan.warnings()


async def test_who_is_not_of_the_workspace_is_not_heard(running: Running) -> None:
    """Guests, bots, people of other companies, edits, deletions, mentions and our own words: 200, and nothing done."""
    workspace = running.workspace
    people = [
        workspace.add("Gast", guest="single"), workspace.add("Gast Twee", guest="multi"),
        workspace.add("Robot", bot=True), workspace.add("Vreemde", team="T0ANDERS"),
    ]  # fmt: skip
    for person in people:
        await person.types("Jan is ziek").over()
    jan = workspace.add("Jan Peeters")
    await running.slack.send(running.address(jan.id), said("Dag"), "r")
    await jan.types("eerste").over()
    own = next(one for one in jan.sees() if not one.by_app)
    jan.edits(own, "tweede")
    jan.deletes(next(one for one in jan.sees() if not one.by_app))
    mention = {
        "type": "app_mention",
        "user": jan.id,
        "text": "<@U0TERUGKEER> Jan is ziek",
        "channel": "C1",
        "ts": "1.1",
    }
    channel = {"type": "message", "user": jan.id, "text": "Jan is ziek", "channel": "C1", "channel_type": "channel"}
    for event in (mention, channel, {"type": "team_rename"}):
        assert ["200"] == (await workspace.event(event).over()).attempts
    typed = {"type": "message", "user": jan.id, "text": "hoi", "channel": "D1", "channel_type": "im", "ts": "1.2"}
    assert ["200"] == (await workspace.event(typed, team="T0ONBEKEND").over()).attempts
    await workspace.until(workspace.quiet)
    assert ["eerste"] == [one.text for one in running.ear.heard]


async def test_who_cannot_be_looked_up_is_heard(running: Running) -> None:
    """Slack not saying who somebody is costs no answer; once it does, it is asked no more for hours."""
    jan = running.workspace.add("Jan Peeters")
    running.workspace.goes_wrong("users.info", faults.status(500), faults.slow(5.0))
    for words in ("een", "twee", "drie", "vier"):
        await jan.types(words).over()
    assert ["een", "twee", "drie", "vier"] == [one.text for one in running.ear.heard]
    assert 3 == sum(call.method == "users.info" for call in running.workspace.calls)


async def test_what_is_not_kept_comes_again(running: Running) -> None:
    """A database that is away gives 503; Slack repeats, and then it is heard once."""
    jan = running.workspace.add("Jan Peeters")
    running.ear.fails = RuntimeError("no database")
    delivery = jan.types("Jan is ziek")
    await running.workspace.until(lambda: bool(delivery.attempts))
    running.ear.fails = None
    await delivery.over()
    assert "503" == delivery.attempts[0]
    assert "200" == delivery.attempts[-1]
    assert ["Jan is ziek"] == [one.text for one in running.ear.heard]


async def test_what_takes_too_long_is_not_acknowledged(running: Running) -> None:
    """Within three seconds Slack hears that it must come back; what was begun is finished all the same."""
    jan = running.workspace.add("Jan Peeters")
    running.ear.slow.clear()
    delivery = jan.types("Jan is ziek")
    await running.workspace.until(lambda: bool(delivery.attempts))
    running.ear.slow.set()
    await delivery.over()
    assert "503" == delivery.attempts[0]
    assert {"Jan is ziek"} == {one.text for one in running.ear.heard}
    assert 1 == len({one.id for one in running.ear.heard})


async def test_the_same_request_has_one_effect(running: Running) -> None:
    """Bytes that were let in before are taken again without anything being done."""
    revoked = {"type": "tokens_revoked", "tokens": {"bot": ["U"]}}
    event = {"type": "event_callback", "team_id": "T0STAD", "event_id": "Ev1", "event": revoked}
    body = json.dumps(event).encode()
    headers = running.workspace.signed(body) | {"Content-Type": "application/json"}
    url = running.workspace.courier.urls["events_api"]
    async with aiohttp.ClientSession() as client:
        for _ in range(3):
            async with client.post(url, data=body, headers=headers) as response:
                assert 200 == response.status
    assert [("gone", "T0STAD")] == [(one.kind, one.address) for one in running.ear.heard]


async def test_an_uninstalled_app_is_gone(running: Running) -> None:
    """Both events say that everybody of that workspace is out of reach."""
    for delivery in running.workspace.uninstall():
        await delivery.over()
    assert [("gone", "T0STAD")] * 2 == [(one.kind, one.address) for one in running.ear.heard]


async def test_the_home_tab_shows_the_cases(running: Running) -> None:
    """Drawn when it is opened and after each answer; its buttons are what one would type."""
    jan = running.workspace.add("Jan Peeters")
    await jan.opens_home().over()
    await running.workspace.until(lambda: jan.home() is not None)
    home = jan.home()
    assert home is not None
    assert ("Jan Peeters",) == home.buttons
    await jan.presses_at_home("Jan Peeters").over()
    await running.workspace.until(lambda: "1 slack" in getattr(jan.home(), "text", ""))
    assert [("command", "dossier Jan Peeters")] == [(one.kind, one.text) for one in running.ear.heard]


async def test_somebody_who_never_stops_is_not_heard_for_a_while(running: Running) -> None:
    """A bot that answers a bot is broken off; who types like a person is not."""
    jan = running.workspace.add("Jan Peeters")
    for n in range(40):
        await jan.types(f"{n}").over()
    assert 30 <= len(running.ear.heard) < 40


async def test_slack_can_check_the_address(running: Running) -> None:
    """The challenge comes back."""
    delivery = running.workspace.verifies_url()
    await delivery.over()
    assert delivery.payload["challenge"] in delivery.body


async def test_without_a_list_the_workspace_of_the_token_counts(workspace: Workspace) -> None:
    """Nothing to fill in for one workspace; another one is still a stranger."""
    async with serving(workspace, teams=frozenset()) as running:
        jan = workspace.add("Jan Peeters")
        await jan.types("Dag").over()
        await workspace.event({"type": "app_uninstalled"}, team="T0ANDERS").over()
        assert ["Dag"] == [one.text for one in running.ear.heard]


# --- Socket Mode ---------------------------------------------------------------------------------------


@contextlib.asynccontextmanager
async def on_a_socket() -> AsyncIterator[Running]:
    """The channel over Socket Mode."""
    with Workspace(limits=Limits(speed=FAST), patience=1.0, retries=(0.0, 0.1), socket_mode=True) as workspace:
        running = Running(workspace, _slack(workspace, signing_secret="", app_token=workspace.app_token))
        assert [] == running.slack.routes(running.ear)
        await running.slack.open(running.ear)
        await workspace.until(lambda: workspace.sockets == 1)
        await workspace.until(lambda: running.slack.ready)
        yield running
        await running.slack.close()
        assert [] == workspace.violations


async def test_over_a_socket_the_same_is_heard() -> None:
    """Typing, pressing, commands and the Home tab, acknowledged once they are kept."""
    async with on_a_socket() as running:
        jan = running.workspace.add("Jan Peeters")
        await running.slack.send(running.address(jan.id), said("Wanneer?", Button("a", "Nu", "r.0")), "r")
        running.ear.fails = RuntimeError("no database")
        delivery = jan.types("Jan is ziek")
        await running.workspace.until(lambda: bool(delivery.attempts))
        assert ["http_timeout"] == delivery.attempts
        assert running.ear.tried > 0
        running.ear.fails = None
        await jan.presses("Nu").over()
        await jan.command("/terugkeer", "help").over()
        await jan.opens_home().over()
        await running.workspace.until(lambda: jan.home() is not None)
        await delivery.over()
        assert {"press", "command", "text"} == {one.kind for one in running.ear.heard}


async def test_a_lost_socket_is_opened_again() -> None:
    """Slack takes leave, and the next event comes over the next connection."""
    async with on_a_socket() as running:
        jan = running.workspace.add("Jan Peeters")
        running.workspace.disconnects()
        await running.workspace.until(lambda: running.workspace.sockets == 1, 15)
        await jan.types("Dag").over(15)
        assert ["Dag"] == [one.text for one in running.ear.heard]


async def test_without_a_socket_it_is_not_ready(workspace: Workspace) -> None:
    """Slack knows us, but takes no app token: nobody would be heard."""
    slack = _slack(workspace, signing_secret="", app_token="xapp-of-somebody-else")
    await slack.open(Listener())
    await workspace.until(lambda: "apps.connections.open" in [call.method for call in workspace.calls])
    assert slack._calls.let_in
    assert not slack.ready
    await slack.close()


async def test_it_is_a_channel_that_listens_and_finds(workspace: Workspace) -> None:
    """What the composition root asks of it."""
    slack = _slack(workspace)
    assert isinstance(slack, Listening)
    assert isinstance(slack, Findable)
    assert "slack" == slack.name
    await slack.close()
