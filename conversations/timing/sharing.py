"""Effects of very many cases: what several cases have in common is found once.

Cases are seldom alike, but in most of its steps a case looks like many others: a step reads two or three dates, and
whether something holds. Steps that read the same dates are a bundle; cases in which these are the same share its part.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from conversations.case import Case
from conversations.timing.anchors import all_anchors
from conversations.timing.effects import Between, Effect, Line, Step
from conversations.timing.facts import ANCHORS_READ
from conversations.timing.terms import DURING_ABSENCE, Milestone, Policy, Span
from conversations.timing.workdays import Calendar, tables


@dataclass(slots=True)
class Part:
    """What some steps do, and how many cases of each line manager have just this."""

    effect: Effect
    managers: Counter[str] = field(default_factory=Counter)


def anchors_read(rule: Milestone) -> frozenset[str]:
    """The anchors that decide when a milestone is said, and whether (see occurrences.py)."""
    moments = (*rule.at, rule.latest) if rule.latest else rule.at
    found = set(rule.anchors)
    if rule.until is not None:
        found.add(rule.until.anchor)
    if rule.anchors & DURING_ABSENCE or rule.follows_agreement:
        found |= {"absence_start", "back_at_work"} if rule.until is None else {"absence_start"}
    if rule.again or any(moment.span.n < 0 for moment in moments):
        found.add("absence_start")
    if rule.valid_from is not None or rule.valid_until is not None:
        found |= {"incapacity_start", "absence_start"}
    if rule.every is not None:
        found.add("disconnect_until")
    if rule.follows_agreement:
        found |= {"contact", "contact_next", "back_at_work"}
    for fact in rule.only | rule.unless:
        found |= ANCHORS_READ.get(fact, frozenset())
    return frozenset(found)


@dataclass(slots=True)
class _Bundle:
    """Steps that read the same dates."""

    dates: tuple[str, ...]
    steps: tuple[Step, ...]
    parts: dict[Hashable, Part] = field(default_factory=dict)


class Sharing:
    """Two versions, compared for one case after the other."""

    def __init__(self, before: Policy, after: Policy, calendar: Calendar, now: datetime, through: date) -> None:
        self.between = Between(before, after, calendar, now, through)
        rules = [rule for step in self.between.steps for rule in step if rule is not None]
        self._facts = frozenset().union({"conflict"}, *(rule.only | rule.unless for rule in rules))
        self._bundles = tuple(_bundles(self.between.steps))
        self._bundle_of = {
            rule.id: bundle for bundle in self._bundles for step in bundle.steps for rule in step if rule is not None
        }
        self._tables, self._last = tables(calendar), through.toordinal()
        late, today = after.late, now.date().toordinal() - 1  # of whatever timezone
        self._first = min(today, self._tables.add(today, Span(-late.n, late.unit)))
        self._near: dict[tuple[str, date], set[int]] = {}
        self._by_anchor: dict[str, list[tuple[int, tuple[Span, ...]]]] = {}
        for index, bundle in enumerate(self._bundles):
            for anchor, spans in (one for step in bundle.steps for one in _counted(step)):
                self._by_anchor.setdefault(anchor, []).append((index, spans))
        self.size = 0  # parts remembered

    def parts(self, case: Case) -> list[Part]:
        """The parts of a running case that say something. Their effects together are that of the case."""
        between = self.between
        dates = all_anchors(between.after, case)
        others = None if between.same_clocks else all_anchors(between.before, case)
        state, done = self._state(case), self._done(case)
        lines: tuple[Line, Line] | None = None
        found = []
        for bundle in self._in_sight(dates) if others is None else self._bundles:
            key: Hashable = (state, done.get(id(bundle)), *map(dates.get, bundle.dates))
            if others is not None:
                key = (key, *map(others.get, bundle.dates))
            part = bundle.parts.get(key)
            if part is None:
                lines = lines or between.lines(case)
                part = bundle.parts[key] = Part(between.effect_of(bundle.steps, *lines))
                self.size += 1
            if part.effect.before or part.effect.after:
                found.append(part)
        return found

    def let_go(self) -> Iterator[Part]:
        """Every part, which is then forgotten."""
        for bundle in self._bundles:
            yield from bundle.parts.values()
            bundle.parts.clear()
        self.size = 0

    def _in_sight(self, dates: Mapping[str, date]) -> list[_Bundle]:
        """The bundles that may be said in the time looked at. Most steps of a case are over, or far away."""
        found: set[int] = set()
        for anchor, day in dates.items():
            near = self._near.get((anchor, day))
            if near is None:
                waits = self._by_anchor.get(anchor, ())
                near = self._near[anchor, day] = {index for index, spans in waits if self._is_near(spans, day)}
            found |= near
        return [self._bundles[index] for index in found]

    def _is_near(self, spans: tuple[Span, ...], since: date) -> bool:
        """Whether something may be said so long after that day: not when all of it lies ahead, or is too late."""
        tables = self._tables
        days = [tables.add(since.toordinal(), span) for span in spans]
        return not days or (tables.backward[min(days) - 1] <= self._last and self._first <= tables.forward[max(days)])

    def _state(self, case: Case) -> Hashable:
        """All that is read besides dates."""
        contact, plan = case.contact, case.plan
        return (
            case.timezone, case.care, case.checkins == "yes", case.coach is None, case.facts & self._facts,
            plan is not None and bool(plan.running), plan and plan.team.on, contact.agreed_on is None,
            contact.frequency, contact.disconnect_from, contact.disconnect_until,
        )  # fmt: skip

    def _done(self, case: Case) -> Mapping[int, frozenset[str]]:
        """What was done of each bundle."""
        found: dict[int, set[str]] = {}
        for one in case.done:
            bundle = self._bundle_of.get(one.partition("#")[0])
            if bundle is not None:
                found.setdefault(id(bundle), set()).add(one)
        return {bundle: frozenset(some) for bundle, some in found.items()}


def _bundles(steps: tuple[Step, ...]) -> Iterator[_Bundle]:
    by_dates: dict[frozenset[str], list[Step]] = {}
    for step in steps:
        read = frozenset().union(*(anchors_read(rule) for rule in step if rule is not None))
        by_dates.setdefault(read, []).append(step)
    for read, some in by_dates.items():
        yield _Bundle(tuple(sorted(read)), tuple(some))


def _counted(step: Step) -> Iterator[tuple[str, tuple[Span, ...]]]:
    """The anchors that a step counts from, with all that it counts; nothing where it does not end there."""
    rules = [rule for rule in step if rule is not None]
    moments = [at for rule in rules for at in ((*rule.at, rule.latest) if rule.latest else rule.at)]
    anchors = {moment.anchor for moment in moments}
    ends = len(anchors) == 1 and not any(rule.every for rule in rules)
    for anchor in anchors:
        yield anchor, tuple(moment.span for moment in moments) if ends else ()
