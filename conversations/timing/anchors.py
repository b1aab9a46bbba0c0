"""The anchors of a case that follow from others: each clock by its own relapse rule, and the first day back."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from conversations.case import Case
from conversations.timing.terms import CLOCKS, Clock, Policy


def start_of(case: Case, rule: Clock) -> date | None:
    """The first day of the uninterrupted absence, by the relapse rule of one clock.

    A spell joins the one before when the colleague was back for less than (or up to) the rule's span.
    """
    if not case.spells:
        return case.anchors.get("absence_start")
    if len(case.spells) == 1:
        return case.spells[0].start
    days = rule.joins.n * (7 if rule.joins.unit == "w" else 1)
    start = case.spells[0].start
    for earlier, later in zip(case.spells, case.spells[1:], strict=False):
        back = (later.start - earlier.end).days - 1 if earlier.end else 0
        if back > days or (back == days and not rule.included):
            start = later.start
    return start


def reckoned(policy: Policy, case: Case) -> Case:
    """The case with the anchors that follow from the others."""
    return replace(case, anchors=all_anchors(policy, case))


def all_anchors(policy: Policy, case: Case) -> dict[str, date]:
    """Its anchors, with those that follow from them: clocks, first day back, contact agreement, year's end."""
    anchors = dict(case.anchors)
    start = anchors.get("absence_start")
    for name in CLOCKS:
        rule = policy.clocks.get(name)
        found = start_of(case, rule) if rule else start
        if found is not None:
            anchors.setdefault(name, found)
    if case.contact.next is not None:
        anchors["contact_next"] = case.contact.next
    if case.contact.disconnect_until is not None:
        anchors["disconnect_until"] = case.contact.disconnect_until
    returns = [anchors[name] for name in ("partial_return", "actual_return") if name in anchors]
    if returns:
        anchors["back_at_work"] = min(returns)
    if start is not None:
        anchors["year_end"] = date(start.year, 12, 31)
    return anchors
