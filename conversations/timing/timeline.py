"""The timeline of a case: every moment at which something should be said, computed and never stored."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

from conversations.case import Role

Call = Literal["nudge", "reminder", "escalation"]


@dataclass(frozen=True, slots=True)
class Moment:
    """Something to be said. `at` is aware, in UTC; `anchored` is the date counted from, `due` the date it is about."""

    at: datetime
    milestone: str
    nth: int
    kind: Call
    n: int  # 0 for the nudge; reminders and escalations count from 1
    to: Role
    anchored: date
    due: date
    law: bool = False
    ask: str | None = None
    source: str = ""
    about: Mapping[str, str] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """What makes this moment one of its kind: "check_in/2026-12-01/0/reminder/1"."""
        return f"{self.milestone}/{self.anchored.isoformat()}/{self.nth}/{self.kind}/{self.n}"
