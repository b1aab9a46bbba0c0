"""Walks a dialogue by changing one mind at a time, and renders every line it meets."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING

from conversations.talking.answers import decode, fits
from conversations.talking.dialogue import PARKED_AS, Ask, Effect, Json, Line, Scene, Script, Talker
from messages.render import labels_of, render, topic

if TYPE_CHECKING:
    from collections.abc import Callable

    from messages.message import Message

LONGEST = 300  # questions of a talk that ends


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
        case "time":
            found = [*(one.isoformat("minutes") for one in ask.suggest), "08:05"]
        case "text":
            found = ["Drie voormiddagen aan het onthaal."]
    found = list({str(one): one for one in found}.values())
    if not ask.required:
        found.append(None)
    if ask.park:
        found.append(PARKED_AS)
    return found


def walk(talker: Talker, dialogue: str, scene: Scene, most: int = 2000) -> Walk:
    """Every line within reach, in at most so many talks: from each question met, each answer is tried once.

    The rest of a talk is as on the way there. The script is played once a talk, as `replay` plays it.
    """
    seen = Walk()
    waiting: list[dict[str, Json]] = [{}]
    tried: set[tuple[str, str]] = set()
    said: set[str] = set()  # lines as they were rendered: the same one again proves nothing and costs most

    def hear(line: Line) -> None:
        seen.lines.add(line.words or line.name)
        if str(line) not in said:
            said.add(str(line))
            seen.messages[line.name] = render(dialogue, line, "nl", scene.today)

    def choose(ask: Ask, answers: dict[str, Json]) -> Json:
        if ask.name not in seen.asks:
            seen.asks[ask.name] = ask
            check(dialogue, ask, seen.messages[ask.name])
        choices = possible(ask, scene.today)
        assert choices, f"{dialogue}/{ask.name} has no answer at all"
        fresh = [one for one in choices if (ask.name, str(one)) not in tried]
        waiting.extend({**answers, ask.name: one} for one in fresh[1:])
        tried.update((ask.name, str(one)) for one in choices)
        return (fresh or choices)[0]

    while waiting and len(seen.endings) < most:
        effects, asked = played(talker(scene), waiting.pop(), hear, choose)
        seen.endings.append(effects)
        seen.longest = max(seen.longest, asked)
    return seen


def played(
    script: Script,
    answers: dict[str, Json],
    hear: Callable[[Line], None],
    choose: Callable[[Ask, dict[str, Json]], Json],
) -> tuple[tuple[Effect, ...], int]:
    """One talk from beginning to end: its effects, and how many questions it took."""
    asked: set[str] = set()
    try:
        line = next(script)
        while len(asked) < LONGEST:
            hear(line)
            if not isinstance(line, Ask):
                line = script.send(None)
                continue
            assert line.name not in asked, f"{line.name} is asked twice"
            asked.add(line.name)
            if line.name not in answers or not fits(line, answers[line.name]):
                answers[line.name] = choose(line, answers)
            line = script.send(decode(line, answers[line.name]))
    except StopIteration as end:
        return end.value, len(asked)
    raise AssertionError(f"{script.__qualname__} does not end")


def check(dialogue: str, ask: Ask, message: Message) -> None:
    """Buttons equal choices, and a question has a subject to be summed up under."""
    if ask.kind in ("choice", "person", "several"):
        assert set(ask.choices) == set(labels_of(message)), f"{dialogue}/{ask.name}: buttons and choices differ"
    assert topic(dialogue, ask.words or ask.name), f"{dialogue}/{ask.name} has no subject (a first line `# ...`)"
