"""What a Slack workspace holds: people, direct messages with the app, Home tabs, and what was done wrong to them."""

from __future__ import annotations

import copy
import itertools
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from tests.fakes.slack_blocks import elements

Json = dict[str, Any]
Guest = Literal["", "single", "multi"]


@dataclass
class User:
    """Somebody in the workspace, or (another team) somebody of another company who shares a channel."""

    id: str
    real_name: str
    team: str
    email: str
    guest: Guest = ""
    bot: bool = False
    deactivated: bool = False

    @property
    def name(self) -> str:
        """The handle."""
        return self.real_name.lower().replace(" ", ".")


@dataclass
class Posted:
    """One message in a direct message, as Slack keeps it."""

    channel: str
    ts: str
    user: str
    text: str
    blocks: list[Json] = field(default_factory=list)
    metadata: Json | None = None
    by_app: bool = False
    edited: str | None = None
    hidden_from_api: bool = False  # ephemeral: only the person sees it, and only now


@dataclass
class Hook:
    """A response_url: five messages within half an hour."""

    channel: str
    ts: str | None
    made: float
    uses: int = 0


class Team:
    """The workspace itself. Only the server's own loop touches it."""

    def __init__(self, id_: str, now: Callable[[], datetime], scopes: frozenset[str]) -> None:
        self.id = id_
        self.domain = "stad"
        self.app, self.bot_id, self.bot_user = "A0TERUGKEER", "B0TERUGKEER", "U0TERUGKEER"
        self.verification = "not-a-secret-any-more"
        self.now = now
        self.scopes = scopes
        self.installed = True
        self.address = ""
        self.users: dict[str, User] = {
            self.bot_user: User(self.bot_user, "Terugkeerbot", id_, "", bot=True),
            "USLACKBOT": User("USLACKBOT", "Slackbot", id_, "", bot=True),
        }
        self.dms: dict[str, str] = {}
        self.messages: dict[str, list[Posted]] = {}
        self.homes: dict[str, Json] = {}
        self.inputs: dict[tuple[str, str], dict[str, dict[str, Json]]] = {}
        self.hooks: dict[str, Hook] = {}
        self.violations: list[str] = []
        self.tell_app: Callable[[Json], object] = lambda _event: None
        self.changed: Callable[[], None] = lambda: None
        self._last_ts = 0
        self._numbers = itertools.count(1)

    def ts(self) -> str:
        """The next timestamp: the clock's, and later than every one before."""
        self._last_ts = max(int(self.now().timestamp() * 1_000_000), self._last_ts + 1)
        return f"{self._last_ts // 1_000_000}.{self._last_ts % 1_000_000:06d}"

    def made_up(self, letter: str) -> str:
        """An id that nobody has yet."""
        return f"{letter}0{next(self._numbers):08d}"

    def dm(self, user: str) -> str:
        """The direct message of the app with this person, opened when there is none."""
        if user not in self.dms:
            self.dms[user] = self.made_up("D")
            self.messages[self.dms[user]] = []
        return self.dms[user]

    def person_in(self, channel: str) -> str:
        """Who the app talks with there."""
        return next(user for user, dm in self.dms.items() if dm == channel)

    def message(self, channel: str, ts: str) -> Posted | None:
        """The message of that moment, unless it is gone."""
        return next((one for one in self.messages.get(channel, ()) if one.ts == ts), None)

    def post(self, message: Posted) -> Posted:
        """Shown from now on."""
        self.messages[message.channel].append(message)
        self.changed()
        return message

    def input_of(self, channel: str, ts: str) -> dict[str, dict[str, Json]]:
        """What is filled in in this message, or on this Home tab: block_id, action_id, state."""
        return self.inputs.setdefault((channel, ts), {})

    def hook(self, kind: str, channel: str, ts: str | None = None) -> str:
        """A new response_url, of "actions" or "commands"."""
        secret = secrets.token_urlsafe(12)
        self.hooks[secret] = Hook(channel, ts, self.now().timestamp())
        return f"{self.address}/{kind}/{self.id}/{next(self._numbers)}/{secret}"

    def wrong(self, where: str, *what: str) -> None:
        """Kept, for a test to look at."""
        self.violations += [f"{where}: {one}" for one in what]

    def kept_blocks(self, blocks: list[Json]) -> list[Json]:
        """Blocks as Slack gives them back: ids everywhere, and the defaults of every text written out."""
        kept = copy.deepcopy(blocks)
        for block in kept:
            block.setdefault("block_id", secrets.token_urlsafe(4))
            for element in elements(block):
                element.setdefault("action_id", secrets.token_urlsafe(4))
        _write_defaults_out(kept)
        return kept

    def as_sent(self, message: Posted, *, metadata: bool = False) -> Json:
        """The message as the API and the events give it."""
        author = self.users[message.user]
        sent: Json = {"type": "message", "user": author.id, "text": message.text, "ts": message.ts, "team": author.team}
        if message.by_app:
            sent |= {"bot_id": self.bot_id, "app_id": self.app, "bot_profile": self._profile()}
        if message.blocks:
            sent["blocks"] = message.blocks
        if message.edited:
            sent["edited"] = {"user": message.user, "ts": message.edited}
        if metadata and message.metadata:
            sent["metadata"] = message.metadata
        return copy.deepcopy(sent)

    def _profile(self) -> Json:
        return {"id": self.bot_id, "app_id": self.app, "name": "terugkeerbot", "deleted": False, "team_id": self.id}


def _write_defaults_out(value: object) -> None:
    if isinstance(value, list):
        for item in value:
            _write_defaults_out(item)
    elif isinstance(value, dict):
        if value.get("type") == "plain_text":
            value.setdefault("emoji", True)
        elif value.get("type") == "mrkdwn":
            value.setdefault("verbatim", False)
        for item in value.values():
            _write_defaults_out(item)
