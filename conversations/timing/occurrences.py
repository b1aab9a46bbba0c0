"""When a milestone occurs in a case: the days, before anything is said about them.

A day is its ordinal here. The contact agreement sets the pace of regular contact, and a contact that was made
starts the count anew, so nobody is asked to call on Monday who called on Friday.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from operator import attrgetter
from typing import TYPE_CHECKING, NamedTuple

from conversations.timing.anchors import reckoned
from conversations.timing.facts import FACTS
from conversations.timing.terms import DURING_ABSENCE, NEVER, At, Milestone, Policy, Span
from conversations.timing.workdays import Calendar, Tables, add_months, tables

if TYPE_CHECKING:
    from conversations.case import Case, Frequency

PACE: Mapping[Frequency, Span] = {"weekly": Span(1, "w"), "fortnightly": Span(2, "w"), "monthly": Span(1, "m")}


Falls = tuple[int, int, int, int | None]  # the day counted from, the day itself, when it is said, where it ends

LONGEST = {"d": 1, "w": 7, "m": 31}  # days
BY_NUDGE = attrgetter("nudge")


class Occurrence(NamedTuple):
    """One time that a milestone comes round. `due` is the day it is about, `nudge` the working day it is said on."""

    anchored: int
    due: int
    nth: int
    nudge: int
    warning: int | None = None  # the working day before a latest date, where that comes after the nudge
    before: int | None = None  # where it and its reminders end: the next one's nudge, or the end of the milestone


class Reckoning:
    """What one timeline needs at hand: the reckoned case, its anchors as ordinals, the calendar's tables."""

    def __init__(self, policy: Policy, case: Case, calendar: Calendar) -> None:
        self.case = reckoned(policy, case)
        self.days = {name: day.toordinal() for name, day in self.case.anchors.items()}
        self.tables: Tables = tables(calendar)
        self.start = self.days.get("absence_start", 0)
        began = self.case.anchors.get("incapacity_start")
        self.began = began or self.case.anchors.get("absence_start")

    def day(self, moment: At) -> int | None:
        """The day a moment falls on, or None while its anchor is unknown."""
        anchored = self.days.get(moment.anchor)
        return None if anchored is None else self.tables.add(anchored, moment.span)

    def of(self, rule: Milestone, low: int, high: int) -> list[Occurrence]:
        """The occurrences of a milestone, soonest first.

        `low` and `high` bound what repeats without end; a step more is found on both sides.
        """
        if rule.anchors.isdisjoint(self.days) or not self._is_on(rule):
            return []
        if rule.latest is not None:
            return self._with_latest(rule, rule.latest)
        if rule.every is not None:
            return self._repeated(rule, rule.every, low, high)
        found = self._at(rule)
        return list(map(self._as_agreed, found)) if rule.id == "colleagues_told" else found

    def _as_agreed(self, occurrence: Occurrence) -> Occurrence:
        """On the day that the plan says the colleagues hear it, where it says one."""
        on = self.case.plan.team.on if self.case.plan is not None else None
        if on is None:
            return occurrence
        day = on.toordinal()
        return occurrence._replace(due=day, nudge=self.tables.forward[day])

    def reviews(self) -> Iterator[tuple[str, Occurrence]]:
        """The review dates of the plan's running agreements (else their last day), with the agreement's id."""
        plan = self.case.plan
        for agreement in plan.running if plan is not None and not self.case.care else ():
            on = agreement.review_on or agreement.ends
            if on is not None:
                day = on.toordinal()
                yield agreement.id, Occurrence(day, day, int(agreement.id[1:]), self.tables.forward[day])

    def _is_on(self, rule: Milestone) -> bool:
        """Whether the milestone holds for this case at all, by validity and by what the case is in."""
        if rule.off or (self.case.care and not rule.care):
            return False
        if rule.to == "employee" and self.case.checkins != "yes":
            return False
        if rule.ask == "contact_agreement" and self.case.contact.agreed_on is not None:
            return False
        began = self.began
        if began is None:
            return rule.valid_from is None and rule.valid_until is None
        return (rule.valid_from is None or rule.valid_from <= began) and (
            rule.valid_until is None or began <= rule.valid_until
        )

    def _holds(self, rule: Milestone, day: int) -> bool:
        """Whether the facts ask for the milestone on that day."""
        on = date.fromordinal(day)
        for fact in rule.only:
            if not FACTS[fact](self.case, on):
                return False
        return not any(FACTS[fact](self.case, on) for fact in rule.unless)

    def _end(self, rule: Milestone, moment: At) -> int | None:
        """The day before which the milestone should fall, if there is one."""
        if rule.until is not None:
            return self.day(rule.until)
        return self.days.get("back_at_work") if moment.anchor in DURING_ABSENCE else None

    def _falls(self, rule: Milestone, moment: At, *, said: bool) -> Falls | None:
        """Where a moment stands: known, asked for by the facts, and (once `said`) before its end.

        What comes so long before something that the absence had not begun yet, does not come.
        """
        anchored = self.days.get(moment.anchor)
        if anchored is None:
            return None
        day = self.tables.add(anchored, moment.span)
        if (rule.only or rule.unless) and not self._holds(rule, day):
            return None
        spoken = self.tables.forward[day] if said else day
        if moment.span.n < 0 and spoken < self.start and moment.anchor in DURING_ABSENCE:
            return None
        end = self._end(rule, moment)
        return (anchored, day, spoken, end) if end is None or spoken < end else None

    def _at(self, rule: Milestone) -> list[Occurrence]:
        """`nth` counts; for what is asked again it is the day of the absence."""
        found = []
        for nth, moment in enumerate(rule.at):
            falls = self._falls(rule, moment, said=True)
            if falls is not None:
                anchored, day, nudge, end = falls
                which = rule.first_nth + (anchored - self.start if rule.again else nth)
                found.append(Occurrence(anchored, day, which, nudge, None, end))
        if len(found) > 1:
            found.sort(key=BY_NUDGE)
        return found

    def _with_latest(self, rule: Milestone, moment: At) -> list[Occurrence]:
        """A latest date is warned of on the working day before; an `at` before that comes first."""
        falls = self._falls(rule, moment, said=False)
        if falls is None:
            return self._at(rule)
        anchored, latest, _, end = falls
        soon = self._falls(rule, rule.at[0], said=True) if rule.at else None
        warning = self.tables.backward[latest - 1]
        nudge = warning if soon is None else min(soon[2], warning)
        return [
            Occurrence(
                anchored=anchored,
                due=latest,
                nth=rule.first_nth + (anchored - self.start if rule.again else 0),
                nudge=nudge,
                warning=warning if nudge < warning else None,
                before=end,
            )
        ]

    def _repeated(self, rule: Milestone, every: Span, low: int, high: int) -> list[Occurrence]:
        moment = rule.at[0]
        first, anchored = self.day(moment), self.days.get(moment.anchor)
        if first is None or anchored is None:
            return []
        if rule.follows_agreement:
            frequency = self.case.contact.frequency
            if frequency == "on_request":
                return self._asked_for(rule)
            every = PACE[frequency] if frequency else every
            first, anchored = self._paced(first, anchored, every)
        if not self._holds(rule, first):
            return []
        end = self._end(rule, moment) or NEVER
        longest = every.n * LONGEST[every.unit]
        # However far away, the first one and the first after a disconnection are ahead.
        ahead = max(high, first, self.days.get("disconnect_until", 0))
        last = min(ahead + longest, end - 1)
        k = max(0, (low - first) // longest - 2)
        times = NEVER if rule.times is None else rule.times
        series, follows, forward = rule.first_nth, rule.follows_agreement, self.tables.forward
        quiet = follows and self.case.contact.disconnect_until is not None
        day, found = _step(first, every, k), []
        nudge = forward[day] if day <= last else day
        while day <= last and k < times:
            following = _step(first, every, k + 1)
            next_nudge = forward[following]
            # A long closing would pile several on one day, or on the first day back: only the last is kept.
            if nudge < following and nudge < end and not (quiet and self._is_quiet(nudge)):
                nth = series + (day - self.start if follows else k)
                found.append(Occurrence(anchored, day, nth, nudge, None, min(next_nudge, end)))
            k, day, nudge = k + 1, following, next_nudge
        return found

    def _is_quiet(self, day: int) -> bool:
        """Whether full disconnection was agreed for that day."""
        return self.case.contact.disconnected(date.fromordinal(day))

    def _asked_for(self, rule: Milestone) -> list[Occurrence]:
        """Contact on request keeps no pace; only a next contact that was agreed stands."""
        made = self.days.get("contact")
        falls = self._falls(rule, At("contact_next"), said=True)
        if falls is None or (made is not None and falls[1] <= made):
            return []
        agreed, _, nudge, _ = falls
        return [Occurrence(agreed, agreed, rule.first_nth + agreed - self.start, nudge)]

    def _paced(self, first: int, anchored: int, every: Span) -> tuple[int, int]:
        """Where regular contact counts from: the next one as agreed, else the last one made, else the policy."""
        made = self.days.get("contact")
        agreed = self.days.get("contact_next")
        if agreed is not None and (made is None or agreed > made):
            return agreed, agreed
        if made is not None and made >= self.start:
            return _step(made, every, 1), made
        return first, anchored


def _step(first: int, every: Span, k: int) -> int:
    match every.unit:
        case "m":
            return add_months(first, every.n * k)
        case "w":
            return first + 7 * every.n * k
        case _:
            return first + every.n * k
