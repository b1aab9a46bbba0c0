"""`terugkeer timeline`: every moment of a case that is only dates, to see what a policy does."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from difflib import get_close_matches
from pathlib import Path
from zoneinfo import ZoneInfo

import typer

from bot import packs
from conversations.case import Case, Spell
from conversations.timing.facts import FACTS
from conversations.timing.policy import Policy, PolicyError
from conversations.timing.terms import CLOCKS, SET_ANCHORS
from conversations.timing.timeline import Moment, timeline
from conversations.timing.workdays import Calendar

ANCHORS = SET_ANCHORS | CLOCKS
COLUMNS = ("date", "time", "milestone", "kind", "rule", "to", "source")
A_YEAR = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class Supposed:
    """The case to look at: its dates, its facts, the employer's own days off, and whether check-ins are welcome."""

    anchors: Sequence[str] = ()  # "absence_start=2026-11-02"
    facts: Sequence[str] = ()
    holidays: Sequence[str] = ()
    checkins: bool = False

    def case(self, policy: str) -> Case:
        """The case. What was not given follows from what was: reported on the first day, back as expected."""
        anchors = dict(_anchor(one) for one in self.anchors)
        start = anchors.get("absence_start")
        if start is None:
            raise typer.BadParameter("give at least --anchor absence_start=2026-11-02")
        anchors.setdefault("absence_reported", start)
        back = min((anchors[name] for name in ("partial_return", "actual_return") if name in anchors), default=None)
        if back is not None:
            anchors.setdefault("expected_return", back)
        return Case(
            id="case", organisation="organisation", employee="employee", manager="manager", hr="hr", coach="coach",
            policy=policy, anchors=anchors, facts=frozenset(_known(fact, FACTS, "fact") for fact in self.facts),
            spells=(Spell(start, back - timedelta(days=1) if back else None),),
            checkins="yes" if self.checkins else "unasked",
        )  # fmt: skip

    def calendar(self) -> Calendar:
        """The employer's calendar."""
        return Calendar(frozenset(_day(day) for day in self.holidays))


def show(policy: str, supposed: Supposed, through: str | None, *, as_json: bool) -> None:
    """The command: one line a moment, or all of them as JSON. Wrong use raises typer.BadParameter."""
    chosen = _policy(policy)
    case = supposed.case(chosen.ref)
    last = _day(through) if through else case.anchors["absence_start"] + A_YEAR
    rows = [_row(chosen, moment, case.timezone) for moment in timeline(chosen, case, supposed.calendar(), last)]
    if as_json:
        print(json.dumps(rows, indent=2, ensure_ascii=False))
        return
    lines = [COLUMNS, *(tuple(str(row[column]) for column in COLUMNS) for row in rows)]
    widths = [max(len(line[n]) for line in lines) for n in range(len(COLUMNS))]
    for line in lines:
        print("  ".join(word.ljust(width) for word, width in zip(line, widths, strict=True)).rstrip())


def _row(policy: Policy, moment: Moment, timezone: str) -> dict[str, object]:
    local = moment.at.astimezone(ZoneInfo(timezone))
    rule = policy.milestone(moment.milestone)
    return {
        "date": local.date().isoformat(),
        "time": f"{local:%H:%M}",
        "milestone": moment.milestone,
        "nth": moment.nth,
        "kind": moment.kind if moment.kind == "nudge" else f"{moment.kind} {moment.n}",
        "rule": rule.kind if rule else "practice",
        "to": moment.to,
        "due": moment.due.isoformat(),
        "source": moment.source,
        "key": moment.key,
    }


def _policy(given: str) -> Policy:
    """A pack by its name, with or without its version; or a file of one's own."""
    if given.endswith(".yaml"):
        try:
            return packs.read(Path(given))
        except PolicyError as mistake:
            raise typer.BadParameter(str(mistake)) from None
    known = {name: policy for policy in packs.load().values() for name in (policy.name, policy.ref)}
    return known[_known(given, known, "policy")]


def _anchor(given: str) -> tuple[str, date]:
    name, _, day = given.partition("=")
    return _known(name, ANCHORS, "anchor"), _day(day)


def _day(given: str) -> date:
    try:
        return date.fromisoformat(given)
    except ValueError:
        raise typer.BadParameter(f"{given!r} is not a date such as 2026-11-02") from None


def _known(given: str, known: Iterable[str], what: str) -> str:
    names = sorted(known)
    if given in names:
        return given
    near = get_close_matches(given, names, n=1)
    raise typer.BadParameter(
        f"there is no {what} {given!r}; " + (f"did you mean {near[0]}?" if near else f"choose from: {', '.join(names)}")
    )
