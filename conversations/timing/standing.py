"""How a moment stands on the timeline people see: done, missed, now or still to come; or out of it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal
from zoneinfo import ZoneInfo

from conversations.case import Case
from conversations.timing.course import Moment
from conversations.timing.guard import is_over, is_past
from conversations.timing.terms import REACHED, Milestone, Policy

Standing = Literal["done", "missed", "now", "soon"]


def standing(policy: Policy, case: Case, moment: Moment, outcome: str | None, now: datetime) -> Standing | None:
    """How this nudge stands. `outcome` is what was decided about it: said, missed, dropped, or None.

    None where nobody was asked, or where an unanswered question is no failing (contact is an invitation, L-02).
    What was asked and lost its purpose before it was done is missed, unless what it waited for came all the same.
    """
    if f"{moment.milestone}#{moment.nth}" in case.done:
        return "done"
    on = now.astimezone(ZoneInfo(case.timezone)).date()
    if outcome == "dropped" or is_past(case, moment, on):
        return None
    if is_over(moment, on):
        return _ended(policy.milestone(moment.milestone), case, outcome)
    if put_off(case, moment, on) is not None:
        return "soon"
    if outcome == "missed":
        return "missed"
    return "now" if outcome is not None or moment.at <= now else "soon"


def put_off(case: Case, moment: Moment, on: date) -> date | None:
    """The day ahead on which this is asked again, where somebody put it off."""
    until = case.put_off.get(f"{moment.milestone}#{moment.nth}")
    return until if until is not None and until > on else None


def _ended(rule: Milestone | None, case: Case, outcome: str | None) -> Standing | None:
    if rule is not None and rule.until is not None and rule.until.anchor in REACHED & case.anchors.keys():
        return "done"
    return None if outcome is None or (rule is not None and rule.only_tells) else "missed"
