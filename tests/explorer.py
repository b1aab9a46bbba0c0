"""Walks a dialogue by changing one mind at a time, and renders every line it meets."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING

from conversations.talking.answers import fits
from conversations.talking.dialogue import PARKED_AS, Ask, Effect, Json, Scene, Talker
from conversations.talking.replay import replay
from messages.render import labels_of, render, topic

if TYPE_CHECKING:
    from messages.message import Message


@dataclass
class Walk:
    """What a walk saw: the lines by name, the questions, every set of effects, the longest way through."""

    lines: set[str] = field(default_factory=set)
    asks: dict[str, Ask] = field(default_factory=dict)
    endings: list[tuple[Effect, ...]] = field(default_factory=list)
    messages: dict[str, Message] = field(default_factory=dict)
    longest: int = 0


def possible(ask: Ask, today: date) -> list[Json]:
    """The answers worth trying: each choice, the bounds, skipped and parked."""
    found: list[Json] = []
    match ask.kind:
        case "choice" | "person":
            found = list(ask.choices)
        case "several":
            found = [[choice] for choice in ask.choices]
            found += [list(ask.choices), []] if ask.choices else [[]]
        case "date":
            days = [*ask.suggest, ask.least, ask.most, today, today + timedelta(days=30), today - timedelta(days=30)]
            found = [day.isoformat() for day in days if isinstance(day, date) and fits(ask, day.isoformat())]
        case "number" | "hours":
            bounds = (ask.least or 0, ask.most or ask.full)
            found = [float(one) for one in (*ask.suggest, *bounds) if isinstance(one, int | float)]
        case "text":
            found = ["Drie voormiddagen aan het onthaal."]
    found = list({str(one): one for one in found}.values())
    if not ask.required:
        found.append(None)
    if ask.park:
        found.append(PARKED_AS)
    return found


def walk(talker: Talker, dialogue: str, scene: Scene, most: int = 4000) -> Walk:
    """Every line within reach: from each question met, each answer is tried once, the rest as on the way there."""
    seen = Walk()
    waiting: list[Mapping[str, Json]] = [{}]
    tried: set[tuple[str, str]] = set()
    said: set[str] = set()  # lines as they were rendered: the same one again proves nothing and costs most
    steps = 0
    while waiting and steps < most:
        answers = dict(waiting.pop())
        for _ in range(300):
            steps += 1
            turn = replay(talker, scene, answers)
            for line in turn.lines:
                seen.lines.add(line.words or line.name)
                if str(line) not in said:
                    said.add(str(line))
                    seen.messages[line.name] = render(dialogue, line, "nl", scene.today)
            if turn.asked is None:
                seen.endings.append(turn.effects)
                seen.longest = max(seen.longest, len(turn.answered))
                break
            ask = turn.asked
            if ask.name not in seen.asks:
                seen.asks[ask.name] = ask
                check(dialogue, ask, seen.messages[ask.name])
            choices = possible(ask, scene.today)
            assert choices, f"{dialogue}/{ask.name} has no answer at all"
            fresh = [one for one in choices if (ask.name, str(one)) not in tried]
            waiting += [{**answers, ask.name: one} for one in fresh[1:]]
            tried.update((ask.name, str(one)) for one in choices)
            answers[ask.name] = (fresh or choices)[0]
        else:
            raise AssertionError(f"{dialogue} does not end")
    return seen


def check(dialogue: str, ask: Ask, message: Message) -> None:
    """Buttons equal choices, and a question has a subject to be summed up under."""
    if ask.kind in ("choice", "person", "several"):
        assert set(ask.choices) == set(labels_of(message)), f"{dialogue}/{ask.name}: buttons and choices differ"
    assert topic(dialogue, ask.words or ask.name), f"{dialogue}/{ask.name} has no subject (a first line `# ...`)"


def walks(talker: Talker, dialogue: str, scenes: Mapping[str, Scene]) -> Iterator[tuple[str, Walk]]:
    """A walk in each scene."""
    for name, scene in scenes.items():
        yield name, walk(talker, dialogue, scene)
