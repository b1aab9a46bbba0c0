"""What HR does about a case from a page: the same as at the end of the talks about it, in one transaction.

Each act looks once more whether the case is there for who acts, whether that person may, and whether the case is
still the one that was on the page.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from bot.desk import Desk
from bot.house import BRUSSELS, House
from bot.recipients import recipient
from conversations.access import Action, Actor, may
from conversations.case import Case, Person
from conversations.changes import Closed, Corrected, Done, HandedOver, Moved, Paused, PutOff, Returned, Silenced
from conversations.dialogues.change_dates import overtaken
from conversations.dialogues.hand_over import handed
from conversations.dialogues.late import reminded
from conversations.dialogues.take_over import taken
from conversations.talking.dialogue import Begin, Late, Scene
from conversations.timing.course import REVIEW
from storage import cases, people, standing

if TYPE_CHECKING:
    from conversations.talking.dialogue import Effect
    from conversations.timing.terms import Milestone
    from conversations.timing.waiting import Waiting
    from storage.database import Tx

# Dates that HR corrects by hand; the first day and the first day back change more than one date.
DATES = (
    "absence_start", "certificate_end", "expected_return", "partial_return", "actual_return", "return_feasible",
    "talk_planned", "estimate_requested", "estimate_done", "track_requested",
)  # fmt: skip
AHEAD = frozenset({"certificate_end", "expected_return", "partial_return", "actual_return", "talk_planned"})
FAR = timedelta(days=550)  # no date of a case lies further ahead
LONG_AGO = timedelta(days=1100)
REASONS = ("advice", "employee", "agreed", "planning")  # why a term gets more time: never anything medical
A_WHILE = timedelta(days=92)  # as long as anything may wait
PRESSING = timedelta(weeks=2)  # as long as a step of the law may
OUTCOMES = ("returned", "left", "withdrawn", "other")


class Refusal(Exception):  # noqa: N818 - that is what it is
    """It was not done; `why` is a code the page has words for."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True, slots=True)
class Wish:
    """What was asked for: by whom, about which case, when, with which fields."""

    tx: Tx
    house: House
    me: Person
    case: Case
    now: datetime
    form: Mapping[str, str]

    @property
    def today(self) -> date:
        """The day it is."""
        return self.now.astimezone(BRUSSELS).date()

    def day(self, name: str, least: date, most: date) -> date:
        """A day that was filled in, between these two."""
        try:
            given = date.fromisoformat(self.form.get(name, ""))
        except ValueError:
            raise Refusal("no_date") from None
        if not least <= given <= most:
            raise Refusal("odd_date")
        return given

    @property
    def waiting(self) -> Waiting:
        """The step it is about."""
        nth = self.form.get("nth", "0")
        if not (nth.isascii() and nth.isdecimal() and len(nth) < 9):
            raise Refusal("gone")
        found = standing.step(self.tx, self.case.id, self.form.get("milestone", ""), int(nth))
        if found is None:
            raise Refusal("gone")
        return found

    def rule(self, milestone: str) -> Milestone | None:
        """What the policy says of it."""
        return self.house.policy(self.tx, self.case.policy).milestone(milestone)

    def whom(self, step: Waiting) -> str:
        """Who has to do it: nobody in particular of HR is who asks."""
        found = recipient(self.tx, step.to, self.case, self.case.organisation, self.today)
        return found.id if found and not (step.to == "hr" and self.case.hr is None) else self.me.id


Act = Callable[[Wish], "tuple[Effect, ...]"]


class Way(NamedTuple):
    """An act: what it takes to do it, what it comes to, and the code of the words afterwards."""

    action: Action
    act: Act
    said: str


def _done(wish: Wish) -> tuple[Effect, ...]:
    step = wish.waiting
    if step.milestone == REVIEW.id:
        raise Refusal("look_first")
    return (Done(step.milestone, step.nth),)


def _remind(wish: Wish) -> tuple[Effect, ...]:
    step = wish.waiting
    rule = REVIEW if step.milestone == REVIEW.id else wish.rule(step.milestone)
    late = Late(wish.case.id, step.milestone, step.nth, step.since, wish.whom(step))
    return reminded(wish.me.id, late, (rule.ask if rule else None) or "duty")


def _ask_certificate(wish: Wish) -> tuple[Effect, ...]:
    return (Begin("certificate", who=wish.case.manager),)


def _take_over(wish: Wish) -> tuple[Effect, ...]:
    what = "contact" if wish.form.get("what") == "contact" else "whole"
    if wish.case.manager == wish.me.id or (what == "contact" and wish.case.contact.person == wish.me.id):
        raise Refusal("already")
    return taken(wish.case, wish.me.id, what)


def _hand_over(wish: Wish) -> tuple[Effect, ...]:
    to = people.get(wish.tx, wish.form.get("to", "")) or people.by_email(wish.tx, wish.form.get("address", ""))
    if to is None or to.id == wish.case.employee or to.organisation != wish.case.organisation:
        raise Refusal("nobody")
    if not to.active or "manager" not in to.roles or to.id == wish.case.manager:
        raise Refusal("nobody")
    if wish.form.get("told") != "yes":
        raise Refusal("tell_first")
    return handed(Scene(wish.me, wish.today, wish.case), wish.case, to.id, "yes")


def _date(wish: Wish) -> tuple[Effect, ...]:
    anchor = wish.form.get("anchor", "")
    if anchor not in DATES:
        raise Refusal("no_date")
    start = wish.case.anchors.get("absence_start", wish.today - LONG_AGO)
    if not wish.form.get("day") and anchor != "absence_start":
        return (Moved(anchor, None),)
    if anchor == "absence_start":
        return (Corrected(wish.day("day", start - LONG_AGO, wish.today)),)
    if anchor in ("partial_return", "actual_return"):
        day = wish.day("day", start + timedelta(days=1), wish.today + FAR)
        return (Returned(day, partial=anchor == "partial_return"),)
    day = wish.day("day", start, wish.today + FAR if anchor in AHEAD else wish.today)
    gone = overtaken(wish.case, day, wish.today) if anchor == "certificate_end" else {}
    return (Moved(anchor, day), *(Moved(name, None) for name in gone))


def longest(rule: Milestone | None, step: Waiting, today: date) -> date:
    """Until when a term may be extended: what the law asks for not past its own latest date, or two weeks at most."""
    if rule is None or rule.kind != "law":
        return today + A_WHILE
    return step.since if rule.latest is not None and step.since > today else today + PRESSING


def _extend(wish: Wish) -> tuple[Effect, ...]:
    step, reason = wish.waiting, wish.form.get("reason", "")
    if reason not in REASONS:
        raise Refusal("no_reason")
    most = longest(wish.rule(step.milestone), step, wish.today)
    return (PutOff(step.milestone, step.nth, wish.day("day", wish.today + timedelta(days=1), most), reason),)


def _pause(wish: Wish) -> tuple[Effect, ...]:
    return (Paused(wish.day("day", wish.today, wish.today + A_WHILE)),)


def _resume(wish: Wish) -> tuple[Effect, ...]:
    if wish.case.status != "paused":
        raise Refusal("already")
    return (Paused(None),)


def _close(wish: Wish) -> tuple[Effect, ...]:
    outcome = wish.form.get("outcome", "")
    if outcome not in OUTCOMES:
        raise Refusal("no_outcome")
    if outcome == "returned" and "actual_return" not in wish.case.anchors:
        raise Refusal("first_returned")
    return (Closed(outcome, wish.today),)


def _silence(wish: Wish) -> tuple[Effect, ...]:
    if wish.form.get("sure") != "yes":
        raise Refusal("not_sure")
    return (Silenced(),)


def _coach(wish: Wish) -> tuple[Effect, ...]:
    to = wish.form.get("to") or None
    found = people.get(wish.tx, to) if to else None
    able = found is not None and found.active and "coach" in found.roles and found.id != wish.case.employee
    if (to and not able) or (found and found.organisation != wish.case.organisation) or to == wish.case.coach:
        raise Refusal("nobody")
    return (HandedOver("coach", to),)


ACTS: Mapping[str, Way] = {
    "done": Way("answer", _done, "done"),
    "remind": Way("answer", _remind, "reminded"),
    "certificate": Way("answer", _ask_certificate, "asked"),
    "take-over": Way("take_over", _take_over, "taken"),
    "hand-over": Way("hand_over", _hand_over, "handed"),
    "coach": Way("hand_over", _coach, "coached"),
    "date": Way("correct", _date, "moved"),
    "extend": Way("extend", _extend, "extended"),
    "pause": Way("extend", _pause, "paused"),
    "resume": Way("extend", _resume, "resumed"),
    "close": Way("close_otherwise", _close, "closed"),
    "stop": Way("silence", _silence, "silenced"),
}


class Posted(NamedTuple):
    """A form: about which case, what to do, and its fields."""

    case: str
    what: str
    form: Mapping[str, str]


def do(tx: Tx, house: House, me: Person, posted: Posted, now: datetime) -> str | None:
    """Do it; the code of what to say. None for no such case or act, or not for this person. Raises Refusal.

    A form that names a version is about the case as it was then.
    """
    way, today = ACTS.get(posted.what), now.astimezone(BRUSSELS).date()
    found = cases.visible(tx, me, posted.case, today)
    if way is None or found is None or not may(Actor(me, today, partial(people.get, tx)), way.action, found):
        return None
    if posted.form.get("version", str(found.version)) != str(found.version):
        raise Refusal("changed")
    effects = way.act(Wish(tx, house, me, found, now, posted.form))
    Desk(tx, house, me, now).carry_out(found, effects)
    return way.said
