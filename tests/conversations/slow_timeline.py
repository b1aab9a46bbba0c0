"""The timeline once more: slow, plain and written another way, to compare the fast one with.

Days are dates, months are found by trying, working days are walked, and the holidays come from a library.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

import holidays

from conversations.case import Case
from conversations.timing.facts import FACTS
from conversations.timing.policy import At, Milestone, Policy, Span

DAY = timedelta(days=1)
WHILE_ABSENT = {
    "absence_reported", "absence_start", "incapacity_start", "force_majeure_start", "salary_start",
    "old_track_start", "certificate_end", "contact", "contact_next", "disconnect_until", "estimate_requested",
    "estimate_done", "return_feasible", "first_talk_next", "expected_return",
}  # fmt: skip


@lru_cache(maxsize=64)
def legal(year: int) -> frozenset[date]:
    """The legal holidays of a year; the library also lists two Sundays, which change nothing."""
    return frozenset(holidays.country_holidays("BE", years=year, language="nl"))


class Found(NamedTuple):
    """One occurrence: counted from, about, which one, said on, warned of on, over on."""

    anchored: date
    about: date
    nth: int
    said: date
    warned: date | None = None
    ends: date = date.max


class SlowCalendar:
    """Working days by walking."""

    def __init__(self, own: frozenset[date]) -> None:
        self.own = own

    def is_open(self, day: date) -> bool:
        """Whether it is a working day."""
        return day.weekday() < 5 and day not in legal(day.year) and day not in self.own

    def on_or_after(self, day: date) -> date:
        """That day, or the first working day after it."""
        while not self.is_open(day):
            day += DAY
        return day

    def strictly_before(self, day: date) -> date:
        """The last working day before that day."""
        day -= DAY
        while not self.is_open(day):
            day -= DAY
        return day

    def plus(self, day: date, span: Span) -> date:
        """That day and a span further."""
        if span.unit in ("d", "w"):
            return day + timedelta(days=span.n if span.unit == "d" else 7 * span.n)
        if span.unit == "m":
            return months(day, span.n)
        left, step = abs(span.n), DAY if span.n > 0 else -DAY
        while left:
            day += step
            left -= self.is_open(day)
        return day


def months(day: date, n: int) -> date:
    """Month by month, and only then back to the day or the last of the month."""
    year, month = day.year, day.month
    for _ in range(abs(n)):
        month += 1 if n > 0 else -1
        if month == 13:
            year, month = year + 1, 1
        if month == 0:
            year, month = year - 1, 12
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def start_of(case: Case, limit: int) -> date | None:
    """The start of the last run of spells with at most `limit` days back in between."""
    if not case.spells:
        return case.anchors.get("absence_start")
    spells = list(case.spells)
    start = spells.pop().start
    while spells:
        earlier = spells.pop()
        back = 0 if earlier.end is None else (start - earlier.end).days - 1
        if back > limit:
            break
        start = earlier.start
    return start


def full(policy: Policy, case: Case) -> Case:
    """The case with its computed anchors."""
    anchors = dict(case.anchors)
    for name in ("incapacity_start", "force_majeure_start", "old_track_start", "salary_start"):
        found = start_of(case, 56 if name == "salary_start" else 13)
        if found and name not in anchors:
            anchors[name] = found
    if case.contact.next:
        anchors["contact_next"] = case.contact.next
    if case.contact.disconnect_until:
        anchors["disconnect_until"] = case.contact.disconnect_until
    back = [day for name, day in anchors.items() if name in ("actual_return", "partial_return")]
    if back:
        anchors["back_at_work"] = min(back)
    if "absence_start" in anchors:
        anchors["year_end"] = date(anchors["absence_start"].year + 1, 1, 1) - DAY
    assert policy.clocks
    return replace(case, anchors=anchors)


def slow_timeline(policy: Policy, case: Case, own: frozenset[date], through: date) -> list[tuple[object, ...]]:
    """Every moment as (at, milestone, nth, kind, n, to, anchored, due), sorted."""
    line = _Slow(policy, full(policy, case), SlowCalendar(own), through)
    return sorted(line.moments())


class _Slow:
    def __init__(self, policy: Policy, case: Case, calendar: SlowCalendar, through: date) -> None:
        self.policy, self.case, self.calendar, self.through = policy, case, calendar, through

    def moments(self) -> Iterator[tuple[object, ...]]:
        for rule in self.policy.milestones:
            if self.wanted(rule):
                for found in self.occurrences(rule):
                    yield from self.spoken(rule, found)
        plan = self.case.plan
        for agreement in plan.agreements if plan and not self.case.care else ():
            on = agreement.review_on or agreement.ends
            if on and agreement.state != "stopped":
                said = self.calendar.on_or_after(on)
                number = int(agreement.id.removeprefix("a"))
                yield from self.call("agreement_review", "manager", Found(on, on, number, said), "nudge", 0, said)

    def wanted(self, rule: Milestone) -> bool:
        case = self.case
        began = case.anchors.get("incapacity_start", case.anchors.get("absence_start"))
        return not (
            rule.off
            or (case.care and not rule.care)
            or (rule.to == "employee" and case.checkins != "yes")
            or (rule.ask == "contact_agreement" and case.contact.agreed_on)
            or (rule.valid_from and (began is None or began < rule.valid_from))
            or (rule.valid_until and (began is None or began > rule.valid_until))
        )

    def day(self, moment: At) -> date | None:
        start = self.case.anchors.get(moment.anchor)
        return self.calendar.plus(start, moment.span) if start else None

    def holds(self, rule: Milestone, day: date) -> bool:
        true = {name for name in rule.only | rule.unless if FACTS[name](self.case, day)}
        return rule.only <= true and not rule.unless & true

    def end(self, rule: Milestone, moment: At) -> date:
        found = None
        if rule.until:
            found = self.day(rule.until)
        elif moment.anchor in WHILE_ABSENT:
            found = self.case.anchors.get("back_at_work")
        return found or date.max

    def stands(self, rule: Milestone, moment: At, *, is_latest: bool = False) -> date | None:
        day = self.day(moment)
        if day is None or not self.holds(rule, day):
            return None
        said = day if is_latest else self.calendar.on_or_after(day)
        start = self.case.anchors.get("absence_start", date.min)
        too_soon = moment.span.n < 0 and moment.anchor in WHILE_ABSENT and said < start
        return None if too_soon or said >= self.end(rule, moment) else day

    def nth(self, rule: Milestone, moment: At, count: int) -> int:
        if rule.again:
            return (self.case.anchors[moment.anchor] - self.case.anchors["absence_start"]).days
        return count

    def occurrences(self, rule: Milestone) -> Iterator[Found]:
        calendar = self.calendar
        if rule.every:
            yield from self.repeats(rule, rule.every)
            return
        latest = self.stands(rule, rule.latest, is_latest=True) if rule.latest else None
        if rule.latest and latest:
            warned = calendar.strictly_before(latest)
            soon = self.stands(rule, rule.at[0]) if rule.at else None
            said = min(warned, calendar.on_or_after(soon)) if soon else warned
            anchored = self.case.anchors[rule.latest.anchor]
            warning = None if said == warned else warned
            yield Found(anchored, latest, self.nth(rule, rule.latest, 0), said, warning, self.end(rule, rule.latest))
            return
        for count, moment in enumerate(rule.at):
            day = self.stands(rule, moment)
            if day:
                said = calendar.on_or_after(day)
                anchored = self.case.anchors[moment.anchor]
                yield Found(anchored, day, self.nth(rule, moment, count), said, None, self.end(rule, moment))

    def repeats(self, rule: Milestone, every: Span) -> Iterator[Found]:
        case, moment = self.case, rule.at[0]
        first, anchored = self.day(moment), case.anchors.get(moment.anchor)
        if first is None or anchored is None:
            return
        paced = rule.ask == "contact"
        start = case.anchors.get("absence_start", date.min)
        if paced and case.contact.frequency == "on_request":
            yield from self.on_request(rule, start)
            return
        if paced:
            pace = {"weekly": Span(7, "d"), "fortnightly": Span(14, "d"), "monthly": Span(1, "m")}
            every = pace.get(case.contact.frequency or "", every)
            made, agreed = case.anchors.get("contact"), self.agreed()
            if agreed:
                first = anchored = agreed
            elif made and made >= start:
                first, anchored = self.calendar.plus(made, every), made
        if self.holds(rule, first):
            yield from self.steps(rule, every, first, anchored, self.end(rule, moment))

    def agreed(self) -> date | None:
        made, agreed = self.case.anchors.get("contact"), self.case.anchors.get("contact_next")
        return None if agreed and made and agreed <= made else agreed

    def on_request(self, rule: Milestone, start: date) -> Iterator[Found]:
        agreed = self.agreed()
        if agreed and self.stands(rule, At("contact_next")):
            yield Found(agreed, agreed, (agreed - start).days, self.calendar.on_or_after(agreed))

    def steps(self, rule: Milestone, every: Span, first: date, anchored: date, end: date) -> Iterator[Found]:
        paced, start = rule.ask == "contact", self.case.anchors.get("absence_start", date.min)
        day, count = first, 0
        while day <= self.through and day < end and (rule.times is None or count < rule.times):
            following = self.calendar.plus(first, replace(every, n=every.n * (count + 1)))
            said = self.calendar.on_or_after(day)
            resting = paced and self.case.contact.disconnected(said)
            if said < following and said < end and not resting:
                nth = (day - start).days if paced else count
                yield Found(anchored, day, nth, said, None, min(end, self.calendar.on_or_after(following)))
            day, count = following, count + 1

    def spoken(self, rule: Milestone, found: Found) -> Iterator[tuple[object, ...]]:
        yield from self.call(rule.id, rule.to, found, "nudge", 0, found.said)
        if self.case.care and rule.to != "hr":
            return
        again = self.again(rule, found)
        if again and again > found.said:
            yield from self.returns(rule, found, again)
            return
        for n, span in enumerate(rule.remind, 1):
            day = self.calendar.on_or_after(self.calendar.plus(found.said, span))
            if day < found.ends and (found.warned is None or day < found.warned):
                yield from self.call(rule.id, rule.to, found, "reminder", n, day)
        if found.warned:
            yield from self.call(rule.id, rule.to, found, "reminder", len(rule.remind) + 1, found.warned)
        if rule.escalate and self.whom(rule.to) != self.whom(rule.escalate_to):
            day = self.calendar.on_or_after(self.calendar.plus(found.said, rule.escalate))
            if day < found.ends:
                yield from self.call(rule.id, rule.escalate_to, found, "escalation", 1, day)

    def again(self, rule: Milestone, found: Found) -> date | None:
        """The working day on which what was put off is asked again: not after a latest date that is still ahead."""
        chosen = self.case.put_off.get(f"{rule.id}#{found.nth}")
        if chosen is None:
            return None
        day = self.calendar.on_or_after(chosen)
        is_beyond = rule.latest is not None and chosen <= found.about < day
        return self.calendar.strictly_before(day) if is_beyond else day

    def returns(self, rule: Milestone, found: Found, again: date) -> Iterator[tuple[object, ...]]:
        """Instead of the reminders: once, and from there what ends it; the warning stays."""
        if again < found.ends and (found.warned is None or again < found.warned):
            chosen = self.case.put_off[f"{rule.id}#{found.nth}"].toordinal()
            yield from self.call(rule.id, rule.to, found, "again", chosen, again)
        if found.warned:
            yield from self.call(rule.id, rule.to, found, "reminder", len(rule.remind) + 1, found.warned)
        if rule.escalate and self.whom(rule.to) != self.whom(rule.escalate_to):
            day = self.calendar.on_or_after(self.calendar.plus(again, rule.escalate))
            if day < found.ends:
                yield from self.call(rule.id, rule.escalate_to, found, "escalation", 1, day)

    def whom(self, role: str) -> str:
        if role == "manager" and "conflict" in self.case.facts:
            return "hr"
        return "hr" if role == "coach" and not self.case.coach else role

    def call(self, name: str, to: str, found: Found, kind: str, n: int, day: date) -> Iterator[tuple[object, ...]]:
        if day <= self.through:
            at = datetime.combine(day, self.policy.send_at, ZoneInfo(self.case.timezone)).astimezone(UTC)
            yield at, name, found.nth, kind, n, self.whom(to), found.anchored, found.about
