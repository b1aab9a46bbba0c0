"""The invented organisation of the demo, and what happened there before the visitor came."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime

from bot.house import BRUSSELS
from conversations.case import Person, Role
from conversations.changes import Change, Moved, Planned, Returned
from conversations.plan import Agreement, Plan, Step
from storage.organisations import Organisation

GROENHOF = Organisation("groenhof", "Groenhof", "company_c@1", frozenset({"staff_of_20", "contractual"}))


def local(year: int, month: int, day: int, hour: int = 9, minute: int = 0) -> datetime:
    """A moment on the clock in Brussels, in UTC."""
    return datetime(year, month, day, hour, minute, tzinfo=BRUSSELS).astimezone(UTC)


BEGIN = local(2026, 11, 2)  # a Monday: the morning on which the visitor comes in


def _person(name: str, team: str, manager: str | None, *roles: Role, deputy: str | None = None) -> Person:
    key = name.split(" ", 1)[0].lower()
    held = frozenset[Role]({"employee", *roles})
    return Person(key, GROENHOF.id, name, f"{key}@groenhof.example", held, team, manager, deputy)


CAST = (
    _person("Ingrid Segers", "Leiding", None, "manager"),
    _person("Els Willems", "HR", "ingrid", "hr"),
    _person("Tom Vermeulen", "HR", "ingrid", "coach"),
    _person("Sofie Maes", "Onthaal", "ingrid", "manager", deputy="karim"),
    _person("Jan Peeters", "Onthaal", "sofie"),
    _person("Fatima Amrani", "Onthaal", "sofie"),
    _person("Pieter De Smet", "Onthaal", "sofie"),
    _person("Karim Bensaid", "Groen", "ingrid", "manager", deputy="sofie"),
    _person("Lotte Claes", "Groen", "karim"),
    _person("Dirk Goossens", "Groen", "karim"),
    _person("Aicha Diallo", "Groen", "karim"),
    _person("Nadia Jacobs", "Atelier", "ingrid", "manager", deputy="karim"),
    _person("Yusuf Yilmaz", "Atelier", "nadia"),
    _person("Greet Aerts", "Atelier", "nadia"),
)
PANELS: tuple[tuple[Role, str], ...] = (("manager", "sofie"), ("employee", "jan"), ("hr", "els"))
MAIN = "jan"


@dataclass(frozen=True, slots=True)
class Absent:
    """HR typed a new absence."""

    at: datetime
    who: str
    since: date
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Changed:
    """Something was agreed, planned or learned about a case outside the chat."""

    at: datetime
    who: str
    changes: tuple[Change, ...]


PLAN = Plan(
    status="active",
    made_on=date(2026, 10, 19),
    held_on=date(2026, 10, 19),
    valid_from=date(2026, 10, 26),
    agreements=(
        Agreement("a1", "conditions", "A2-03", starts=date(2026, 10, 26), review_on=date(2026, 11, 23)),
        Agreement("a2", "relations", "A5-03", starts=date(2026, 10, 26), review_on=date(2026, 11, 23)),
    ),
    buildup=(
        Step(date(2026, 10, 26), 19, frozenset({1, 3, 5})),
        Step(date(2026, 11, 23), 30.4, frozenset({1, 2, 4, 5})),
    ),
)

# In order of time. Between two of these the clock goes on, and everything that is due happens and is answered.
PAST: tuple[Absent | Changed, ...] = (
    Absent(local(2026, 7, 29, 8, 40), "lotte", date(2026, 7, 29), date(2026, 10, 23)),
    Absent(local(2026, 9, 9, 8, 50), "fatima", date(2026, 9, 9), date(2026, 11, 27)),
    Changed(
        local(2026, 9, 28, 16),
        "lotte",
        (Moved("return_feasible", date(2026, 9, 28)), Moved("expected_return", date(2026, 10, 26))),
    ),
    Absent(local(2026, 10, 15, 8, 45), "yusuf", date(2026, 10, 15), date(2026, 11, 13)),
    Changed(local(2026, 10, 19, 15), "lotte", (Planned(PLAN), Moved("talk_held", date(2026, 10, 19)))),
    Changed(local(2026, 10, 26, 8, 30), "lotte", (Returned(date(2026, 10, 26), partial=True),)),
    Absent(local(2026, 11, 2, 8, 45), "jan", date(2026, 11, 2), date(2026, 11, 13)),
)

# What people answered then, by the name of the question: the first of these that is offered, else the first choice.
ANSWERS: Mapping[str, tuple[str, ...]] = {
    "outcome": ("reached",), "sign": ("yes",), "channel": ("phone",), "frequency": ("fortnightly",),
    "disconnect": ("no",), "colleagues": ("absent",), "keep": ("yes",), "held": ("held",), "attention": ("no",),
    "possible": ("not_yet",), "sure": ("no",), "what": ("done", "nothing", "skip"), "requested": ("yes",),
    "result": ("yes",), "reread": ("by_hand",), "reply": ("agreed",), "welcomed": ("yes",), "went": ("good",),
    "which": (),
}  # fmt: skip
OTHERWISE = ("skip",)  # to every other question
