"""Somebody in the workspace, driven by a test: types, presses, picks, ticks, and looks."""

from __future__ import annotations

import asyncio
import copy
import html
import json
import re
from collections.abc import Callable, Iterable
from datetime import date
from typing import TYPE_CHECKING

from tests.fakes import slack_payloads as payloads
from tests.fakes.slack_blocks import elements
from tests.fakes.slack_courier import Delivery, Kind
from tests.fakes.slack_methods import ApiError, changed, checked_content, deleted
from tests.fakes.slack_sight import Seen, seen, seen_blocks
from tests.fakes.slack_team import Json, Posted, Team, User

if TYPE_CHECKING:
    from tests.fakes.slack import Workspace

Wanted = str | Callable[[Seen], bool]
URL = re.compile(r"https?://[^\s<>]+")


def as_slack_writes(words: str) -> str:
    """What somebody types, as the app gets it: & < > escaped, addresses between angle brackets."""
    return URL.sub(lambda found: f"<{found[0]}>", html.escape(words, quote=False))


class Person:
    """One person. What a person does comes back as the delivery it causes: `.wait()` or `await .over()` for its end."""

    def __init__(self, workspace: Workspace, user: User) -> None:
        self.workspace, self.user = workspace, user
        self.id = user.id
        self.team: Team = workspace.team

    def types(self, words: str, repeat: int = 1) -> Delivery:
        """Sends the app a direct message. `repeat` brings the event so many times."""

        def do() -> Delivery:
            message = Posted(self._dm(), self.team.ts(), self.id, as_slack_writes(words))
            self.team.post(message)
            return self._tell(payloads.typed(self.team, self.user, message, words), repeat)

        return self.workspace.do(do)

    def edits(self, message: Seen, words: str) -> None:
        """Changes an own message."""

        def do() -> None:
            held = self._message(message)
            before = self.team.as_sent(held)
            held.text, held.edited = as_slack_writes(words), self.team.ts()
            changed(self.team, held, before)

        self.workspace.do(do)

    def deletes(self, message: Seen) -> None:
        """Takes a message away, of the app or an own one."""
        self.workspace.do(lambda: deleted(self.team, self._message(message)))

    def presses(self, label: str, on: Seen | None = None, repeat: int = 1) -> Delivery:
        """Presses a button: on the newest message that has it, or on one as it was seen before (`on`)."""
        return self._uses(label, on, repeat, "button", "overflow")[0]

    def presses_at_home(self, label: str, repeat: int = 1) -> Delivery:
        """Presses a button on the Home tab."""

        def do() -> Delivery:
            view = self.team.homes[self.id]
            for block in view["blocks"]:
                for one in elements(block):
                    if one["type"] == "button" and one["text"]["text"] == label:
                        action = _action(block, one) | _pressed(one)
                        payload = payloads.at_home(self.team, self.user, view, action)
                        return self._send("interactive", payload, repeat)
            raise AssertionError(f"no {label!r} on the Home tab, only {seen_blocks(view['blocks']).buttons}")

        return self.workspace.do(do)

    def picks_date(self, day: date | str, on: Seen | None = None, repeat: int = 1) -> Delivery:
        """Picks a day in the newest date picker."""
        return self._uses(str(day), on, repeat, "datepicker")[0]

    def ticks(self, labels: Iterable[str], on: Seen | None = None) -> list[Delivery]:
        """Ticks boxes one by one (a ticked one is unticked); Slack tells every tick, with all that is ticked then."""
        return [delivery for label in labels for delivery in self._uses(label, on, 1, "checkboxes")]

    def chooses(self, label: str, on: Seen | None = None) -> Delivery:
        """Takes one from a menu or from radio buttons."""
        return self._uses(label, on, 1, "static_select", "radio_buttons")[0]

    def fills_in(self, words: str, on: Seen | None = None) -> Delivery:
        """Writes in the newest text field, and presses enter."""
        return self._uses(words, on, 1, "plain_text_input")[0]

    def command(self, name: str, text: str = "", repeat: int = 1) -> Delivery:
        """Types a slash command in the direct message with the app."""

        def do() -> Delivery:
            payload = payloads.command(self.team, self.user, name, text, self._dm())
            return self._send("slash_commands", payload, repeat, self._answered)

        return self.workspace.do(do)

    def opens_home(self, tab: str = "home") -> Delivery:
        """Looks at the Home tab (or at "messages")."""

        def do() -> Delivery:
            event: Json = {"type": "app_home_opened", "user": self.id, "channel": self._dm(), "tab": tab}
            event["event_ts"] = self.team.ts()
            if tab == "home" and self.id in self.team.homes:
                event["view"] = copy.deepcopy(self.team.homes[self.id])
            return self._tell(event, 1)

        return self.workspace.do(do)

    def sees(self) -> list[Seen]:
        """The conversation with the app, oldest first."""
        return [seen(one) for one in list(self.team.messages.get(self.team.dms.get(self.id, ""), ()))]

    def home(self) -> Seen | None:
        """The Home tab as it was published last."""
        view = self.team.homes.get(self.id)
        return None if view is None else seen_blocks(view["blocks"])

    def warnings(self) -> list[Delivery]:
        """Presses and commands that the app did not acknowledge in time: Slack shows a warning triangle."""
        return [
            one for one in self.workspace.deliveries
            if one.kind != "events_api" and one.failed
            and self.id in {one.payload.get("user_id"), one.payload.get("user", {}).get("id")}
        ]  # fmt: skip

    def waits_for(self, wanted: Wanted, seconds: float = 20.0) -> Seen:
        """The first message of the app with these words (or for which this is true), as soon as it is there."""
        fits = wanted if callable(wanted) else lambda one: wanted in one.text

        def found() -> list[Seen]:
            return [one for one in self.sees() if one.by_app and fits(one)]

        self.workspace.wait_until(lambda: bool(found()), seconds, f"{wanted!r} for {self.id}")
        return found()[0]

    async def will_see(self, wanted: Wanted, seconds: float = 20.0) -> Seen:
        """The same for a coroutine."""
        return await asyncio.to_thread(self.waits_for, wanted, seconds)

    def _dm(self) -> str:
        assert not self.user.deactivated, f"{self.id} is deactivated"
        return self.team.dm(self.id)

    def _message(self, message: Seen) -> Posted:
        held = self.team.message(self._dm(), message.ts)
        assert held is not None, "that message is gone"
        return held

    def _send(
        self, kind: Kind, payload: Json, repeat: int, answered: Callable[[str], None] = lambda _body: None
    ) -> Delivery:
        delivery = Delivery(kind, payload, answered=answered)
        self.workspace.courier.take(delivery, repeat)
        return delivery

    def _tell(self, event: Json, repeat: int) -> Delivery:
        return self._send("events_api", payloads.event_callback(self.team, event), repeat)

    def _answered(self, body: str) -> None:
        if not body.strip():
            return
        try:
            given = json.loads(body)
        except ValueError:
            given = {"text": body}
        where = "the answer to a command"
        try:
            text, blocks = checked_content(self.team, where, given)
        except ApiError as problem:
            self.team.wrong(where, *problem.breach)
            return
        alone = given.get("response_type", "ephemeral") == "ephemeral"
        made = Posted(self._dm(), self.team.ts(), self.team.bot_user, text, blocks, by_app=True, hidden_from_api=alone)
        self.team.post(made)

    def _uses(self, label: str, on: Seen | None, repeat: int, *kinds: str) -> list[Delivery]:
        def do() -> list[Delivery]:
            for ts, blocks in self._shown(on):
                for block in blocks:
                    for one in elements(block):
                        if one["type"] in kinds and (change := _change(one, label, self._state(ts, block, one))):
                            return [self._used(ts, blocks, block, one, change, repeat)]
            raise AssertionError(f"{self.id} sees no {label!r} in any {kinds}")

        return self.workspace.do(do)

    def _shown(self, on: Seen | None) -> list[tuple[str, list[Json]]]:
        if on is not None:
            return [(on.ts, on.blocks)]
        return [(one.ts, one.blocks) for one in reversed(self.team.messages.get(self._dm(), []))]

    def _state(self, ts: str, block: Json, one: Json) -> Json:
        return self.team.input_of(self._dm(), ts).get(block["block_id"], {}).get(one["action_id"], {})

    def _used(self, ts: str, blocks: list[Json], block: Json, one: Json, change: Json, repeat: int) -> Delivery:
        if one["type"] in payloads.STATE_FIELDS:
            filled = self.team.input_of(self._dm(), ts).setdefault(block["block_id"], {})
            filled[one["action_id"]] = {"type": one["type"], **change}
        if block["type"] == "input" and not block.get("dispatch_action"):
            quiet = Delivery("interactive", {})
            quiet.ends(well=True)
            return quiet
        message = self.team.message(self._dm(), ts) or Posted(self._dm(), ts, self.team.bot_user, "", blocks)
        payload = payloads.in_message(self.team, self.user, message, _action(block, one) | change)
        return self._send("interactive", payload, repeat)


def _action(block: Json, one: Json) -> Json:
    return {"type": one["type"], "action_id": one["action_id"], "block_id": block["block_id"]}


def _pressed(button: Json) -> Json:
    return {name: button[name] for name in ("text", "value", "style") if name in button}


def _change(one: Json, label: str, state: Json) -> Json:
    """What using this element for `label` gives, nothing when it is not on it."""
    field = payloads.STATE_FIELDS.get(one["type"])
    match one["type"]:
        case "button":
            return _pressed(one) if one["text"]["text"] == label else {}
        case "datepicker" | "plain_text_input":
            return {str(field): label}
    options = [*one.get("options", ()), *(o for group in one.get("option_groups", ()) for o in group["options"])]
    chosen = [option for option in options if option["text"]["text"] == label]
    if one["type"] != "checkboxes" or not chosen:
        return {field or "selected_option": chosen[0]} if chosen else {}
    first: list[Json] = one.get("initial_options") or []
    ticked: list[Json] = state.get("selected_options", first)
    kept = [option for option in options if (option in ticked) is not (option in chosen)]
    return {"selected_options": kept}
