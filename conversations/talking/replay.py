"""Plays a script over the answers given so far."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conversations.talking.answers import decode, fits
from conversations.talking.dialogue import Ask, Effect, Json, Line, Scene, Talker, Turn

if TYPE_CHECKING:
    from collections.abc import Mapping


def replay(talker: Talker, scene: Scene, answers: Mapping[str, Json]) -> Turn:
    """The lines after the last answer, up to the first question without one that fits.

    An answer that no longer fits its question (a choice that is gone after an upgrade, a date out of bounds since
    the case moved) is asked again; an answer whose question is no longer met stays unused.
    """
    lines: list[Line] = []
    answered: list[tuple[Ask, Json]] = []
    met: set[str] = set()
    effects: tuple[Effect, ...] = ()
    script = talker(scene)
    try:
        line = next(script)
        while True:
            lines.append(line)
            if not isinstance(line, Ask):
                line = script.send(None)
                continue
            if line.name not in answers or not fits(line, answers[line.name]):
                script.close()
                return Turn(tuple(lines), line, tuple(answered))
            assert line.name not in met, f"{line.name} is asked twice"
            met.add(line.name)
            answer = answers[line.name]
            answered.append((line, answer))
            lines.clear()
            line = script.send(decode(line, answer))
    except StopIteration as end:
        effects = end.value
    return Turn(tuple(lines), None, tuple(answered), effects, over=True)
