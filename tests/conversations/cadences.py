"""Policies and cases for the tests of timing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from importlib import resources
from typing import Any
from zoneinfo import ZoneInfo

from conversations.case import Case, Spell
from conversations.timing.policy import Policy, parse, parse_all
from conversations.timing.timeline import Moment, timeline
from conversations.timing.workdays import Calendar

FOLDER = resources.files("conversations").joinpath("policies")
TEXTS = {
    file.name.removesuffix(".yaml"): file.read_text(encoding="utf-8")
    for file in FOLDER.iterdir()
    if file.name.endswith(".yaml")
}
PACKS: Mapping[str, Policy] = parse_all(TEXTS)
BELGIUM = Calendar()
FAR = date(2040, 12, 31)


def case_of(start: str, *facts: str, spells: tuple[Spell, ...] | None = None, **dates: str) -> Case:
    """A case whose absence began on that day, with facts and further dates."""
    day = date.fromisoformat(start)
    anchors = {"absence_reported": day, "absence_start": day}
    anchors |= {name: date.fromisoformat(given) for name, given in dates.items()}
    return Case(
        id="c1",
        organisation="o1",
        employee="jan",
        manager="lies",
        hr="hilde",
        policy="company_c@1",
        anchors=anchors,
        facts=frozenset(facts),
        spells=(Spell(day),) if spells is None else spells,
    )


def changed(case: Case, back: str | None = None, **fields: Any) -> Case:
    """The case with other fields, and back at work since a day."""
    anchors = {**case.anchors, "actual_return": date.fromisoformat(back)} if back else case.anchors
    return replace(case, anchors=anchors, **fields)


def policy_of(milestones: str, **header: str) -> Policy:
    """A small policy: the legal clocks and the milestones given as YAML list items."""
    lines = ["policy: small", "version: 1", *(f"{key}: {value}" for key, value in header.items()), "milestones:"]
    text = "\n".join([*lines, milestones])
    return replace(parse(text, "small.yaml", PACKS.__getitem__), clocks=PACKS["legal_2026"].clocks)


def moments(policy: Policy | str, case: Case, milestone: str, calendar: Calendar = BELGIUM) -> list[Moment]:
    """The moments of one milestone."""
    chosen = PACKS[policy] if isinstance(policy, str) else policy
    return [moment for moment in timeline(chosen, case, calendar, FAR) if moment.milestone == milestone]


def nudges(policy: Policy | str, case: Case, milestone: str, calendar: Calendar = BELGIUM) -> list[str]:
    """The local days on which a milestone is first said."""
    found = [moment for moment in moments(policy, case, milestone, calendar) if moment.kind == "nudge"]
    return [moment.at.astimezone(ZoneInfo("Europe/Brussels")).date().isoformat() for moment in found]


def brussels(text: str) -> datetime:
    """A local time in Brussels as UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("Europe/Brussels")).astimezone(UTC)
