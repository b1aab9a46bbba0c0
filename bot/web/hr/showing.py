"""What pages say of a cadence beside its own words: what steps are called, where they stand, where they come from."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from bot.house import BRUSSELS
from bot.web import Shell, course
from conversations.timing.cadence import Cadence
from conversations.timing.merging import Difference, differences
from conversations.timing.steps import Step, milestones_of
from conversations.timing.terms import Milestone, PolicyError
from conversations.upcoming import rules
from messages.message import as_text
from messages.mistakes import explained
from messages.own_words import Own
from messages.render import exists, topic

PHASES = ("report", "absence", "before_return", "after_return")


def called(cadence: Cadence) -> Mapping[str, str]:
    """What every step is called: by words of one's own, else by ours."""
    own = Own(cadence.texts)
    return {milestone: named(own, milestone) for milestone in milestones_of(cadence)}


def named(own: Own, milestone: str) -> str:
    """What one step is called, with a capital."""
    title = course.title(milestone, own)
    return title[:1].upper() + title[1:]


def by_phase(steps: tuple[Step, ...]) -> Mapping[str, list[Step]]:
    """The steps in the order of the course."""
    return {phase: [one for one in steps if one.phase == phase] for phase in PHASES}


def sources(steps: tuple[Step, ...]) -> Mapping[str, tuple[str, ...]]:
    """Where each step comes from, by milestone: what the rules it names are called."""
    found = {}
    for one in steps:
        paths = (f"sources/{rule}" for rule in rules(one.milestone.source))
        known = dict.fromkeys(topic("", path if exists("", path) else "sources/own") for path in paths)
        found[one.milestone.id] = tuple(known)
    return found


def today_of(shell: Shell) -> date:
    """The day it is where the house stands."""
    return shell.now().astimezone(BRUSSELS).date()


@dataclass(frozen=True, slots=True)
class Differing:
    """A step that is not the same; `milestone` None: what holds for all. `step` as it will be, `fields` that differ."""

    milestone: str | None
    fate: Literal["new", "gone", "changed"]
    fields: tuple[str, ...]
    step: Milestone | None


def grouped(before: Cadence, after: Cadence) -> list[Differing]:
    """What differs, step by step."""
    found: dict[str | None, list[Difference]] = {}
    for one in differences(before, after):
        found.setdefault(one.milestone, []).append(one)
    return [_differing(name, several, after) for name, several in found.items()]


def _differing(name: str | None, several: list[Difference], after: Cadence) -> Differing:
    there = next((one for one in several if one.field == "there"), None)
    fate: Literal["new", "gone", "changed"] = "changed" if there is None else "new" if there.after else "gone"
    step = after.policy.milestone(name) if name else None
    return Differing(name, fate, tuple(one.field for one in several), step)


def said_of(mistake: PolicyError | None) -> str:
    """What is wrong and what to do, in words for a file."""
    return "" if mistake is None else as_text(explained(mistake)).strip()


def line_of(text: str, mistake: PolicyError) -> int | None:
    """The line of a file a mistake is on, as near as can be told."""
    told = re.search(r"line (\d+)", mistake.problem)
    if told is not None:
        return int(told[1])
    lines = text.splitlines()
    begin = 0
    if mistake.milestone is not None:
        own = re.compile(rf"\s*(-\s*)?(id:\s*)?['\"]?{re.escape(mistake.milestone)}['\"]?\s*(:.*)?")
        begin = next((n for n, line in enumerate(lines) if own.fullmatch(line)), -1)
    if begin < 0:
        return None
    key = re.compile(rf"\s*(-\s*)?{re.escape(mistake.field or '')}\s*:")
    for n, line in enumerate(lines[begin:], begin):
        if n > begin and re.match(r"\s*-\s*id:", line):
            break
        if mistake.field and key.match(line):
            return n + 1
    return begin + 1 if mistake.milestone else None
