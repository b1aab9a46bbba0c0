"""People on the fakes who press, type, pick and tick whatever is on their screen, and say what they did."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from tests.fakes import slack_people, telegram_user
from tests.fakes.slack import Workspace
from tests.fakes.slack_courier import Delivery
from tests.fakes.slack_sight import Seen as SlackSeen
from tests.fakes.slack_sight import seen
from tests.fakes.telegram import FakeTelegram

NEWEST = 6  # messages somebody looks at
NUMBERED = "Rustige taken, nummer {}."
UNHURRIED = frozenset({"Overslaan", "Later bekijken"})  # pressed less often than the rest


@dataclass
class Act:
    """Something that somebody did: `event` is what the bot knows it by, `row` the message it was done on.

    `acknowledged` says whether the bot told the platform that it has it.
    """

    person: str
    channel: str
    event: str
    acknowledged: Callable[[], bool]
    row: str = ""
    text: str = ""


@dataclass
class Chance:
    """What people choose, and what they say of their own accord."""

    random: random.Random
    wishes: Callable[[str], Sequence[str]]
    day: Callable[[], date]
    texts: int = 0

    def label(self, labels: Sequence[str]) -> str:
        """One of the buttons."""
        weights = [1 if label in UNHURRIED else 4 for label in labels]
        return self.random.choices(labels, weights)[0]

    def date(self) -> str:
        """A day not far from now."""
        return (self.day() + timedelta(days=self.random.randint(-20, 60))).isoformat()

    def words(self, person: str) -> str:
        """Something to type: a numbered answer, a day, or another wish."""
        kind = self.random.random()
        if kind < 0.5:
            self.texts += 1
            return NUMBERED.format(self.texts)
        return self.date() if kind < 0.6 else self.random.choice(self.wishes(person))


@dataclass
class OnSlack:
    """One person's Slack."""

    person: str
    workspace: Workspace
    user: slack_people.Person
    channel: str = field(default="slack", init=False)

    def acts(self, chance: Chance) -> Act:
        """Do something: mostly an answer to what was asked last."""
        asked = next((one for one in self._screen() if one.buttons or one.choices or one.picks_date), None)
        if asked is None or chance.random.random() < 0.2:
            return self.types(chance.words(self.person), 2 if chance.random.random() < 0.1 else 1)
        ways: list[str] = [*(["press"] * bool(asked.buttons)), *(["choose"] * bool(asked.choices))]
        ways += [*(["date"] * asked.picks_date), *(["field", "type"] * asked.takes_text)]
        match chance.random.choice(ways):
            case "choose":
                return self._done(self.user.chooses(chance.label(asked.choices), asked))
            case "date":
                return self._done(self.user.picks_date(chance.date(), asked))
            case "field":
                words = chance.words(self.person)
                return self._done(self.user.fills_in(words, asked), words)
            case "type":
                return self.types(chance.words(self.person))
        if asked.boxes:
            self.user.ticks(chance.random.sample(asked.boxes, min(2, len(asked.boxes))), asked)
        return self._done(self.user.presses(chance.label(asked.buttons), asked))

    def types(self, words: str, repeat: int = 1) -> Act:
        """Write a message; the event comes so many times."""
        return self._done(self.user.types(words, repeat), words)

    def _done(self, delivery: Delivery, text: str = "") -> Act:
        said: dict[str, Any] = delivery.payload
        if delivery.kind == "events_api":
            event, row = said["event_id"], ""
        else:
            (action,) = said["actions"]
            event = f"{action['action_ts']}.{self.user.id}.{action['action_id']}"
            row = action.get("selected_option", {}).get("value") or action["action_id"]
        return Act(self.person, self.channel, event, lambda: delivery.acknowledged, row.partition(".")[0], text)

    def _screen(self) -> list[SlackSeen]:
        """What the bot said last, the newest first."""

        def look() -> list[SlackSeen]:
            team = self.workspace.team
            newest = team.messages.get(team.dms.get(self.user.id, ""), [])[-NEWEST:]
            return [seen(one) for one in reversed(newest) if one.by_app]

        return self.workspace.do(look)


@dataclass
class OnTelegram:
    """One person's Telegram."""

    person: str
    telegram: FakeTelegram
    user: telegram_user.User
    channel: str = field(default="telegram", init=False)

    def acts(self, chance: Chance) -> Act:
        """Do something: mostly an answer to what was asked last."""
        asked = next((one for one in self._screen() if any(row for row in one.buttons)), None)
        if asked is None or chance.random.random() < 0.25:
            return self.types(chance.words(self.person), again=chance.random.random() < 0.1)
        buttons = [button for row in asked.buttons for button in row if button.data]
        boxes = [button for button in buttons if button.data and button.data[0] in "+-" and ":" in button.data]
        for box in chance.random.sample(boxes, min(2, len(boxes))):
            self.user.presses(box.text, asked)
        answers = [button for button in buttons if button not in boxes]
        label = chance.label([button.text for button in answers])
        data = next(button.data for button in answers if button.text == label) or ""
        self.user.presses(label, asked)
        return self._done(data.lstrip("!").partition(".")[0], "")

    def types(self, words: str, *, again: bool = False) -> Act:
        """Write a message; now and then the update comes again."""
        self.user.types(words)
        if again:
            self.telegram.repeats()
        return self._done("", words)

    def _done(self, row: str, text: str) -> Act:
        number = self.telegram.updates.made[-1]["update_id"]

        def acknowledged() -> bool:
            return self.telegram.do(lambda: all(one.id != number for one in self.telegram.updates.pending))

        return Act(self.person, self.channel, f"u{number}", acknowledged, row, text)

    def _screen(self) -> list[telegram_user.Seen]:
        """What the bot said last, the newest first."""

        def look() -> list[telegram_user.Seen]:
            found: list[telegram_user.Seen] = []
            for one in reversed(self.telegram.world.messages.values()):
                if one.room.person is self.user.person and one.sender is self.telegram.world.bot:
                    found.append(telegram_user._seen(one))
                if len(found) == NEWEST:
                    break
            return found

        return self.telegram.do(look)


Place = OnSlack | OnTelegram
