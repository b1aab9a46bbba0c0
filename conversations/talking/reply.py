"""What is heard in a talk, and what follows on it: the values between the engine and the shell."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Protocol

from conversations.talking.dialogue import Ask, Effect, Json, Line, Talk, Turn

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Heard:
    """What came in for this talk: something typed, a button (of which question), or a control's values.

    `labels` are what the answers were called there, by choice.
    """

    text: str = ""
    question: str | None = None
    choice: str | None = None
    values: tuple[str, ...] | None = None
    labels: Mapping[str, str] = field(default_factory=dict)


class Words(Protocol):
    """What the engine needs to know of the words, which it does not hold itself."""

    def labels(self, ask: Ask) -> Mapping[str, str]:
        """What the answers of a question are called, by choice."""
        ...

    def topic(self, ask: Ask) -> str:
        """The short subject of a question."""
        ...

    def shown(self, ask: Ask, value: Json) -> str:
        """An answer as a person reads it back; empty for a skipped one."""
        ...


@dataclass(frozen=True, slots=True)
class Reply:
    """The talk as it goes on, what to say, and what should happen.

    `answered` is the question that got its answer in this turn, for its message to be edited. `lost` is a text
    nobody understood here: it may be the beginning of another dialogue.
    """

    talk: Talk
    lines: tuple[Line, ...]
    effects: tuple[Effect, ...] = ()
    answered: tuple[Ask, Json] | None = None
    lost: bool = False


def following(
    talk: Talk, turn: Turn, answers: Mapping[str, Json] | None = None, answered: tuple[Ask, Json] | None = None
) -> Reply:
    """The reply a replay leads to: the next question, or the end with what should happen.

    `answers` where others hold from now on: nothing stands between them and their keeping any more.
    """
    kept: dict[str, Any] = {"asked": turn.asked.name if turn.asked else None}
    if answers is not None:
        kept |= {"answers": answers, "pending": None, "misreads": 0, "state": "open"}
    if turn.over:
        kept |= {"pending": None, "state": "over"}
    return Reply(replace(talk, **kept), turn.lines, turn.effects, answered)
