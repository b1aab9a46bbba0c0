"""The words of a dialogue, as the engine asks for them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from messages.render import labels_of, render, shown, topic

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from conversations.talking.dialogue import Ask, Json
    from conversations.talking.reply import Heard


@dataclass(frozen=True, slots=True)
class Wording:
    """One dialogue in one language, on one day, as something is heard in it."""

    dialogue: str
    locale: str
    today: date
    heard: Heard

    def labels(self, ask: Ask) -> Mapping[str, str]:
        """What the answers are called, by choice: on the message where one was tapped, as they stand there."""
        if self.heard.labels and self.heard.question == ask.name:
            return self.heard.labels
        return labels_of(render(self.dialogue, ask, self.locale, self.today))

    def topic(self, ask: Ask) -> str:
        """The short subject of the question."""
        return topic(self.dialogue, ask.words or ask.name, self.locale)

    def shown(self, ask: Ask, value: Json) -> str:
        """The answer as it is read back."""
        labels = self.labels(ask) if ask.kind in ("choice", "several", "person") else {}
        return shown(ask, value, labels, self.today)
