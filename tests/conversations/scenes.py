"""A small cast for the tests of dialogues: one team, one absence, in the phases where people talk about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from importlib import import_module
from typing import Any

from conversations.case import Attempt, Case, Contact, Person, Spell
from conversations.talking.dialogue import Effect, Json, Scene, Talker
from conversations.talking.replay import replay

START = date(2026, 11, 2)  # a Monday
TODAY = date(2026, 11, 24)  # a Tuesday, three weeks later
RETURN = date(2027, 1, 18)

SOFIE = Person("sofie", "org", "Sofie Claes", "sofie@example.org", frozenset({"employee", "manager"}), "onthaal",
               manager="dirk")  # fmt: skip
JAN = Person("jan", "org", "Jan Peeters", "jan@example.org", team="onthaal", manager="sofie")
FATIMA = Person("fatima", "org", "Fatima El Idrissi", "fatima@example.org", team="onthaal", manager="sofie")
ELS = Person("els", "org", "Els Maes", "els@example.org", frozenset({"employee", "hr"}), "hr")
TOM = Person("tom", "org", "Tom Wouters", "tom@example.org", frozenset({"employee", "coach"}), "hr")
DIRK = Person("dirk", "org", "Dirk Janssens", "dirk@example.org", frozenset({"employee", "manager"}), "directie")
CAST: Mapping[str, Person] = {person.id: person for person in (SOFIE, JAN, FATIMA, ELS, TOM, DIRK)}

AGREED = Contact(channel="phone", frequency="weekly", agreed_on=date(2026, 11, 3), info_wishes=("newsletter",),
                 colleagues="absent")  # fmt: skip


def a_case(**changed: Any) -> Case:
    """Jan, absent since 2 November, reported that day to Sofie; Els is HR and Tom the coach."""
    case = Case("jan-1", "org", "jan", "sofie", "company_c@1", hr="els", coach="tom",
                anchors={"absence_reported": START, "absence_start": START}, spells=(Spell(START),))  # fmt: skip
    anchors = {**case.anchors, **changed.pop("anchors", {})}
    return replace(case, anchors=anchors, **changed)


def returned_case(**changed: Any) -> Case:
    """Jan, back since 18 January."""
    anchors = {"actual_return": RETURN, **changed.pop("anchors", {})}
    return a_case(anchors=anchors, spells=(Spell(START, date(2027, 1, 17)),), contact=AGREED, **changed)


def a_scene(case: Case | None = None, me: Person = SOFIE, today: date = TODAY, **more: Any) -> Scene:
    """Sofie (or `me`) on an ordinary day, talking about this case, or about none."""
    return Scene(me, today, case, people=CAST, **more)


def by_milestone(milestone: str, case: Case, me: Person = SOFIE, today: date = TODAY, **about: str) -> Scene:
    """The same, but the bot spoke first."""
    return a_scene(case, me, today, about={"milestone": milestone, "nth": "0", **about})


def no_answer(*days: date) -> tuple[Attempt, ...]:
    """Attempts without an answer on these days."""
    return tuple(Attempt(day, "no_answer", "phone", "sofie") for day in days)


def talker(dialogue: str) -> Talker:
    """The script of a dialogue."""
    found: Talker = import_module(f"conversations.dialogues.{dialogue}").talk
    return found


def ends(dialogue: str, scene: Scene, **answers: Json) -> tuple[Effect, ...]:
    """What a talk ends with, when these are the answers."""
    turn = replay(talker(dialogue), scene, answers)
    assert turn.over, f"{turn.asked} is still open"
    assert set(answers) == {ask.name for ask, _ in turn.answered}
    return turn.effects
