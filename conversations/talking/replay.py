"""Plays a script over the answers given so far."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conversations.talking.answers import decode, fits
from conversations.talking.dialogue import Ask, Effect, Json, Line, Scene, Script, Talker, Turn

if TYPE_CHECKING:
    from collections.abc import Mapping


def replay(talker: Talker, scene: Scene, answers: Mapping[str, Json]) -> Turn:
    """The lines after the last answer, up to the first question without one that fits.

    An answer that no longer fits its question (a choice that is gone after an upgrade, a date out of bounds since
    the case moved) is asked again; an answer whose question is no longer met stays unused.
    """
    return _play(talker(scene), answers, Turn((), None))


def play_on(turn: Turn, answers: Mapping[str, Json]) -> Turn:
    """The same as a replay over these answers, from the question that was open: they are those before, and its own.

    The script itself goes on, so this is done once.
    """
    assert turn.script is not None, "a question is open"
    return _play(turn.script, answers, turn)


def _play(script: Script, answers: Mapping[str, Json], so_far: Turn) -> Turn:
    lines: list[Line] = list(so_far.lines[:-1])  # without the question that was open, which is met again
    answered = list(so_far.answered)
    met = {ask.name for ask, _ in answered}
    effects: tuple[Effect, ...] = ()
    try:
        line = so_far.asked or next(script)
        while True:
            lines.append(line)
            if not isinstance(line, Ask):
                line = script.send(None)
                continue
            if line.name not in answers or not fits(line, answers[line.name]):
                return Turn(tuple(lines), line, tuple(answered), script=script)
            assert line.name not in met, f"{line.name} is asked twice"
            met.add(line.name)
            answer = answers[line.name]
            answered.append((line, answer))
            lines.clear()
            line = script.send(decode(line, answer))
    except StopIteration as end:
        effects = end.value
    return Turn(tuple(lines), None, tuple(answered), effects, over=True)
