"""Who should not be heard is not heard; what a person wrote stays text; nothing of it stands in a log."""

from __future__ import annotations

import asyncio
import io
import json
import logging
from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from typing import TYPE_CHECKING

import httpx2
import pytest

from bot import logs
from bot.channels.slack import PATH as SLACK_PATH
from bot.channels.telegram_webhook import PATH as TELEGRAM_PATH
from storage import outbox
from tests.channels.on_slack import OnSlack
from tests.channels.on_telegram import JOINER, SECRET, OnTelegram
from tests.channels.on_terminal import OnTerminal
from tests.channels.on_web import OnWeb
from tests.talk import absent
from tests.world import CAST

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from storage.outbox import Row
    from tests.channels.stage import Stage

PLATFORMS: dict[str, Callable[[Path], Stage]] = {"slack": OnSlack, "telegram": OnTelegram}
WAYS: dict[str, Callable[[Path], Stage]] = {
    "slack-http": OnSlack,
    "slack-socket": partial(OnSlack, socket_mode=True),
    "telegram-webhook": OnTelegram,
    "telegram-polling": partial(OnTelegram, webhook=False),
}
EVERYWHERE: dict[str, Callable[[Path], Stage]] = {"web": OnWeb, "terminal": OnTerminal, **PLATFORMS}
NOT_YOURS = "Dat kan ik jou niet tonen"
# Names such as an import may bring (reliability.md, E5). One word each, so that Telegram has nothing to shorten.
CANARIES = (
    "=HYPERLINK(1)", "<script>alert(1)</script>", "*vet*_schuin_~weg~`code`", "<!channel>", "<@U0SOFIE>", "@sofie",
    "[x](http://evil.example)", "{{7*7}}", "../../etc", "https://evil.example/?a=1&b=2", "&amp;&lt;b&gt;", "#fout",
    "/stop", "tg://user?id=1", ":wave:", "<b>Kanarie</b>",
)  # fmt: skip


async def rows(stage: Stage) -> list[Row]:
    """Everything that was ever said to anybody."""
    return await stage.app.database.run(
        lambda tx: [row for who in stage.everybody for row in outbox.transcript(tx, who, 1000)]
    )


# --- Who is not heard ----------------------------------------------------------------------------------


async def test_on_slack(tmp_path: Path) -> None:
    """Another workspace, another company, a guest, a bot, a channel: acknowledged, and nothing is said or kept."""
    async with OnSlack(tmp_path) as stage:
        await stage.people()
        slack, sofie = stage.workspace, stage.users["sofie"]
        people = [
            slack.add("Vreemde", team="T0ANDERS"), slack.add("Gast", guest="single"), slack.add("Robot", bot=True),
        ]  # fmt: skip
        deliveries = [one.types("Jan is ziek") for one in people]
        typed = {"type": "message", "user": sofie.id, "text": "Jan is ziek", "ts": "1.1"}
        deliveries += [
            slack.event(typed | {"channel": "D1", "channel_type": "im"}, team="T0ONBEKEND"),
            slack.event(typed | {"channel": "C1", "channel_type": "channel"}),
            slack.event(typed | {"channel": "D1", "channel_type": "im", "bot_id": "B1", "app_id": "A1"}),
        ]
        for delivery in deliveries:
            assert ["200"] == (await delivery.over()).attempts
        assert [] == await stage.news()
        assert [] == await rows(stage)
        assert [] == [call.method for call in slack.calls if call.method == "chat.postMessage"]
        assert [] == stage.troubles()


async def test_on_telegram(tmp_path: Path) -> None:
    """A group, a channel and another bot: the groups are left, nothing is said there, and nothing is kept."""
    async with OnTelegram(tmp_path) as stage:
        await stage.people()
        telegram, sofie = stage.telegram, stage.users["sofie"]
        group, channel = telegram.group("Onthaal"), telegram.group("Nieuws", "channel")
        for one in (group, channel):
            one.adds_bot(sofie)
        sofie.writes_in_group(group, "Jan is ziek")
        channel.posts("Jan is ziek")
        telegram.user(5, "Robot", started=True, is_bot=True).types("Jan is ziek")
        await telegram.quiet()
        assert [] == await stage.news()
        assert {group.id, channel.id} == set(telegram.left_groups)
        assert [] == telegram.calls("sendMessage")
        assert [] == await rows(stage)
        assert [] == stage.troubles()


async def test_a_replay_on_slack(tmp_path: Path) -> None:
    """The very request again has no second effect; five minutes later, or changed by a byte, it is not let in."""
    async with OnSlack(tmp_path) as stage:
        await stage.people()
        sofie = stage.users["sofie"]
        typed = {
            "type": "message", "user": sofie.id, "text": "Jan is ziek", "ts": "1.1", "team": stage.workspace.team.id,
            "channel": stage.workspace.team.dm(sofie.id), "channel_type": "im",
        }  # fmt: skip
        stage.workspace.hold()
        payload = stage.workspace.event(typed).payload
        body = json.dumps(payload).encode()
        headers = stage.workspace.signed(body) | {"Content-Type": "application/json"}
        async with httpx2.AsyncClient(base_url=f"http://127.0.0.1:{stage.door.getsockname()[1]}") as caller:

            async def post(what: bytes = body, **more: str) -> int:
                answer = await caller.post(SLACK_PATH, content=what, headers=headers | more)
                return answer.status_code

            assert [200, 200] == [await post(), await post()]
            assert 1 == len(await stage.news())
            assert 401 == await post(body.replace(b"Jan", b"Els"))
            assert 401 == await post(**{"X-Slack-Request-Timestamp": str(int(stage.clock.timestamp()) + 1)})
            stage.clock += timedelta(seconds=301)
            assert 401 == await post()
            assert [] == await stage.news()
        assert [] == stage.workspace.violations


async def test_a_wrong_secret_on_telegram(tmp_path: Path) -> None:
    """Who does not know the secret is not heard, whatever the update says; the same update twice counts once."""
    async with OnTelegram(tmp_path) as stage:
        await stage.people()
        stage.users["sofie"].types("Jan is ziek")
        await stage.telegram.quiet()
        assert 1 == len(await stage.news())
        update = stage.telegram.sent_updates()[-1]
        async with httpx2.AsyncClient(base_url=f"http://127.0.0.1:{stage.door.getsockname()[1]}") as caller:
            statuses = []
            for number, secret in ((update["update_id"] + 1, SECRET[:-1]), (update["update_id"], SECRET)):
                headers = {"X-Telegram-Bot-Api-Secret-Token": secret}
                answer = await caller.post(TELEGRAM_PATH, json=update | {"update_id": number}, headers=headers)
                statuses.append(answer.status_code)
        assert [401, 200] == statuses
        assert [] == await stage.news()


@pytest.mark.parametrize("platform", PLATFORMS)
async def test_somebody_elses_button(platform: str, tmp_path: Path) -> None:
    """A press on what another person was asked changes nothing, and says nothing about anybody."""
    async with PLATFORMS[platform](tmp_path) as stage:
        await stage.people()
        await stage.say("sofie", "jan is ziek")
        before = [(row.id, row.answered) for row in await rows(stage)]
        if isinstance(stage, OnSlack):
            await stage.users["lotte"].presses("Vandaag", on=stage.users["sofie"].sees()[-1]).over()
        elif isinstance(stage, OnTelegram):
            seen = stage.users["sofie"].last
            stage.presses += 1
            await asyncio.to_thread(stage.users["lotte"].presses("Vandaag", message=seen).wait)
            await stage.telegram.quiet()
        said = await stage.news()
        assert [] == [one for one in said if one.to != "lotte"]
        assert [] == [one for one in said if not one.words[0].startswith(NOT_YOURS)]
        assert [] == [person.name for person in CAST if any(person.first_name in " ".join(one.words) for one in said)]
        after = [(row.id, row.answered) for row in await rows(stage) if row.person == "sofie"]
        assert before == after
        assert [] == stage.troubles()


# --- What a person wrote -------------------------------------------------------------------------------


@pytest.mark.parametrize("channel", EVERYWHERE)
async def test_names_are_shown_literally(channel: str, tmp_path: Path) -> None:
    """Whatever somebody is called, that is what is read: no markup, no mention, no link, nothing less and more."""
    async with EVERYWHERE[channel](tmp_path) as stage:
        pieter = next(person for person in CAST if person.id == "pieter")
        for name in CANARIES:
            await stage.people(pieter=replace(pieter, name=name))
            if name == CANARIES[0]:
                await absent(stage, "pieter", date(2026, 11, 2))
            said = await stage.say("sofie", "mijn dossiers")
            shown = [text for one in said for text in (*one.words, *one.boxes, *one.buttons)]
            assert [] != [text for text in shown if name in text.replace(JOINER, "")], f"{name}: {shown}"
        if isinstance(stage, OnSlack):
            blocks = json.dumps([one.blocks for one in stage.users["sofie"].sees() if one.by_app])
            assert [] == [kind for kind in ("user", "broadcast", "link", "emoji") if f'"type": "{kind}"' in blocks]
            assert '"mrkdwn"' not in blocks
        if isinstance(stage, OnTelegram):
            kinds = {entity["type"] for one in stage.users["sofie"].sees_from_bot() for entity in one.entities}
            assert kinds <= {"bold"}
        assert [] == stage.troubles()


# --- Logs ----------------------------------------------------------------------------------------------


class Everything(logging.Handler):
    """Writes all that any logger says."""

    def __init__(self) -> None:
        super().__init__(0)
        self.said = io.StringIO()

    def emit(self, record: logging.LogRecord) -> None:
        """As the most talkative handler would."""
        self.said.write(f"{record.name} {record.getMessage()} {record.args} {record.exc_info}\n")


@pytest.fixture
def everything() -> Iterator[tuple[io.StringIO, Everything]]:
    """Our log at DEBUG, and a handler that hears every library at DEBUG."""
    ours, theirs = io.StringIO(), Everything()
    root = logging.getLogger()
    before = root.handlers[:], root.level
    logs.configure("debug", ours)
    root.addHandler(theirs)
    root.setLevel(logging.DEBUG)
    yield ours, theirs
    root.handlers[:], level = before
    root.setLevel(level)


@pytest.mark.parametrize("way", WAYS)
async def test_no_log_holds_a_token_or_a_word(
    way: str, tmp_path: Path, everything: tuple[io.StringIO, Everything]
) -> None:
    """A talk with every kind of control, at DEBUG for all libraries: no token, no name, no word of anybody."""
    ours, theirs = everything
    async with WAYS[way](tmp_path) as stage:
        pieter = next(person for person in CAST if person.id == "pieter")
        await stage.people(pieter=replace(pieter, name="Kanarie Vogel"))
        await stage.say("sofie", "Kanarie is ziek")
        await stage.press("sofie", "Vandaag")
        await stage.say("sofie", "Geelvink heeft een zwaluwstaart")
        await stage.go_to("2026-11-03 12:00")
        secrets = ["Kanarie", "Vogel", "Geelvink", "zwaluwstaart", "Sofie", "Peeters"]
        if isinstance(stage, OnSlack):
            secrets += [stage.workspace.bot_token, stage.workspace.app_token, stage.workspace.signing_secret]
        if isinstance(stage, OnTelegram):
            secrets += [stage.telegram.token.partition(":")[2], SECRET]
    written = ours.getvalue() + theirs.said.getvalue()
    assert '"heard"' in written
    assert [] == [secret for secret in secrets if secret in written]
