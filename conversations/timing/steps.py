"""A cadence as HR sees it: a table with one step for every milestone, where it stands and what HR may do with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from conversations.timing.cadence import FIELDS, Cadence, not_there, shown
from conversations.timing.terms import Milestone
from conversations.timing.wording import words_of

State = Literal["inherited", "changed", "added", "off", "removed"]
Phase = Literal["report", "absence", "before_return", "after_return"]
Limit = Literal["red", "green"]

SOON = 15  # days: what is planned so soon after the first day belongs to reporting sick

BACK = frozenset({"back_at_work", "actual_return", "year_end", "case_closed"})
TOWARDS = frozenset({"expected_return", "partial_return", "return_feasible", "talk_planned", "talk_held"})


@dataclass(frozen=True, slots=True)
class Step:
    """One milestone as HR sees it in the table.

    inherited  as in the pack
    changed    in the pack, and `changed` names the fields that differ
    added      of one's own
    off        there, but switched off (by the pack, or here)
    removed    in the pack, and left out here; `milestone` is the pack's
    `limit` is "red" for the law and what is locked (it may only come earlier), "green" for the rest.
    `words` are the fields in the words of the file, as a form shows them; `inherited_words` those of the pack.
    """

    milestone: Milestone
    state: State
    phase: Phase
    limit: Limit
    inherited: Milestone | None
    changed: tuple[str, ...]
    words: Mapping[str, str]
    inherited_words: Mapping[str, str]


def milestones_of(cadence: Cadence) -> dict[str, Milestone]:
    """Every milestone by its id, also those left out, in the order of the pack, and then one's own."""
    return {one.id: one for one in (*cadence.base.milestones, *cadence.policy.milestones)}


def steps_of(cadence: Cadence) -> tuple[Step, ...]:
    """All of them, with what they say and where that comes from."""
    inherited = {one.id: one for one in cadence.base.milestones}
    return tuple(_step(cadence, one, inherited.get(name)) for name, one in milestones_of(cadence).items())


def step_of(cadence: Cadence, milestone: str) -> Step:
    """One of them. Raises PolicyError when there is none of that id."""
    found = milestones_of(cadence).get(milestone)
    if found is None:
        not_there(cadence, milestone)
    return _step(cadence, found, next((one for one in cadence.base.milestones if one.id == milestone), None))


def phase_of(milestone: Milestone) -> Phase:
    """Where in the course it belongs: bij ziekte, tijdens, voor terugkeer, na terugkeer."""
    first = milestone.at[0] if milestone.at else milestone.latest
    assert first is not None, "a milestone has a moment"
    if first.anchor in BACK:
        return "after_return"
    if first.anchor in TOWARDS:
        return "before_return"
    days = {"d": 1, "w": 7, "m": 30, "wd": 1}[first.span.unit] * first.span.n
    soon = first.anchor in ("absence_reported", "absence_start") and days < SOON and milestone.every is None
    return "report" if soon else "absence"


def limit_of(milestone: Milestone) -> Limit:
    """Rode grens: the law, or locked by the pack. Groene grens: own policy and good practice."""
    return "red" if milestone.locked or milestone.kind == "law" else "green"


def _step(cadence: Cadence, milestone: Milestone, inherited: Milestone | None) -> Step:
    words = words_of(milestone)
    before = words_of(inherited) if inherited else {}
    differing = tuple(name for name in FIELDS if inherited and words.get(name) != before.get(name))
    state: State = "inherited"
    if milestone.id in cadence.removed:
        state = "removed"
    elif milestone.off:
        state = "off"
    elif inherited is None:
        state = "added"
    elif differing:
        state = "changed"
    phase, limit = phase_of(milestone), limit_of(inherited or milestone)
    return Step(milestone, state, phase, limit, inherited, differing, shown(words), shown(before))
