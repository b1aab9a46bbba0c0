"""Calls of Slack's Web API: one call is one try, at Slack's pace, and every ending is one of ours."""

from __future__ import annotations

import asyncio
import logging
from typing import Any

import aiohttp
import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.channels import TryLater, Unsure
from bot.channels.pace import EVERYTHING, LONGEST_WAIT, Pace, Rate
from bot.channels.slack_errors import Limited, Shut, of_answer, of_failure

TIMEOUT = 10.0  # seconds for a call; the outbox's lease is more than three times that
IDLE = 10.0  # seconds a connection is kept for the next call: not so long that the other side has closed it
SHUT_FOR = 300.0  # seconds between two knocks on a door that is shut
CROWD = 3  # conversations that are paused before the workspace is

# A bit under what docs.slack.dev/apis/web-api/rate-limits gives: one a second to a conversation and "several hundred" a
# minute in all for messages; 50 a minute for chat.update, conversations.open and .history, 100 for the others.
SENDING = "chat.postMessage"
WHOSE = "auth.test"
TIERS = {
    "chat.update": Rate(0.8, 8),
    "conversations.open": Rate(0.8, 8),
    "conversations.history": Rate(0.8, 8),
    "users.info": Rate(1.5, 15),
    "views.publish": Rate(1.5, 15),
    WHOSE: Rate(1.5, 15),
}
# Seconds to wait for a turn where it is not the usual: nobody waits for an edit, and a press waits for who it is.
WAITS = {"chat.update": 120.0, "users.info": 0.5}

log = structlog.get_logger()


def silent() -> logging.Logger:
    """A logger that says nothing: the library writes bodies and tokens, at every level."""
    logger = logging.Logger("slack", logging.CRITICAL)  # noqa: LOG001 - in no tree, so that nobody can turn it up
    logger.disabled = True
    return logger


class Calls:
    """The Web API of one workspace, with the library's own repeats off."""

    def __init__(self, token: str, api_url: str, pace: Pace | None = None) -> None:
        self.client = AsyncWebClient(token=token, base_url=api_url, retry_handlers=[], logger=silent())
        self._sending = pace or Pace(each=Rate(0.95, 3), together=Rate(4.5, 20))
        self._paces = {method: Pace(rate, rate, WAITS.get(method, LONGEST_WAIT)) for method, rate in TIERS.items()}
        self._shut_until = 0.0
        self._known: dict[str, bool] = {}  # whether the app was let in last, where that says something about sending

    @property
    def let_in(self) -> bool:
        """Whether Slack knows who we are, and took the last message unless it was for a reason of its own."""
        return self._known.get(WHOSE, False) and self._known.get(SENDING, True)

    async def __call__(
        self, method: str, to: str = "", *, json: dict[str, Any] | None = None, query: dict[str, Any] | None = None
    ) -> dict[str, Any]:
        """What Slack answers. `to` is the conversation, `query` the arguments of what only reads.

        Raises TryLater, Unreachable, Refused or Unsure.
        """
        pace = self._sending if method == SENDING else self._paces[method]
        self._knock()
        await pace.turn(to if method == SENDING else method)
        try:
            answer = await self._once(method, json, query)
        except Limited as problem:
            self._slow_down(pace, to if method == SENDING else EVERYTHING, problem.after)
            raise
        except Shut as problem:
            self._known[method] = False
            raise self._shut(method, problem) from None
        self._known |= {method: True, WHOSE: True}
        self._shut_until = 0.0
        return answer

    async def _once(self, method: str, json: dict[str, Any] | None, query: dict[str, Any] | None) -> dict[str, Any]:
        self._connect()
        try:
            if query is not None:
                answer = await self.client.api_call(method, http_verb="GET", params=query)
            else:
                answer = await self.client.api_call(method, json=json or {})
        except SlackApiError as problem:
            raise _refusal(problem.response) from None
        except Exception as problem:  # noqa: BLE001 - each is looked at there
            raise of_failure(problem) from None
        if not isinstance(answer.data, dict):
            raise Unsure("not_json")
        return answer.data

    def _connect(self) -> None:
        """One session for all calls, made inside the running loop."""
        if self.client.session is None or self.client.session.closed:
            timeout = aiohttp.ClientTimeout(total=TIMEOUT, connect=TIMEOUT / 2)
            connector = aiohttp.TCPConnector(keepalive_timeout=IDLE)
            self.client.session = aiohttp.ClientSession(timeout=timeout, connector=connector)

    async def close(self) -> None:
        """Let go of the connections."""
        if self.client.session is not None:
            await self.client.session.close()

    # --- Not now ---------------------------------------------------------------------------------------

    @staticmethod
    def _slow_down(pace: Pace, key: str, seconds: float) -> None:
        """Pause what was too fast, and all of it when it is not one conversation but the workspace."""
        pace.pause(key, seconds)
        if key != EVERYTHING and pace.paused >= CROWD:
            pace.pause(EVERYTHING, seconds)

    def _knock(self) -> None:
        left = self._shut_until - asyncio.get_running_loop().time()
        if left > 0:
            raise Shut("shut", left)

    def _shut(self, method: str, problem: Shut) -> TryLater:
        """The app is not let in: nothing more is sent for a while, and the operator hears why."""
        log.error("slack_shut", method=method, reason=str(problem))
        if method == SENDING:
            self._shut_until = asyncio.get_running_loop().time() + SHUT_FOR
        return Shut(str(problem), SHUT_FOR)


def _refusal(response: Any) -> Exception:
    """What the library could not read, or what was not ok."""
    if isinstance(response, aiohttp.ClientResponse):
        return of_answer(response.status, None, response.headers)
    return of_answer(response.status_code, response.data, response.headers)
