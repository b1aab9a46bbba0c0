"""One absence in a file beside one case: what that changes. Nobody is called back at work because a date went by."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Literal

from bot.imports.absences import Stretch, touches
from conversations.case import Case
from conversations.changes import AbsentAgain, Change, Closed, Corrected, Learned, Moved, Returned
from conversations.dialogues.new_absence import LONGEST_AHEAD, LONGEST_BACK

Kind = Literal["new", "extended", "shortened", "dates", "corrected", "again", "returned", "withdrawn", "handed_over"]
Steps = tuple[list[Kind], list[Change]]
LATEST_REPORT = timedelta(days=7)  # an absence that began longer ago was reported when it began, as far as we know


def is_over(stretch: Stretch, today: date) -> bool:
    """Whether this absence ended before today, so that no case is opened for it."""
    return stretch.back is not None or (stretch.end is not None and stretch.end < today)


def can_begin(start: date, today: date, known: date | None = None) -> bool:
    """Whether an absence may begin on that day, as in a talk. `known` is the first day of the case that runs."""
    return (known or today) - LONGEST_BACK <= start <= today + LONGEST_AHEAD


def opening(stretch: Stretch, today: date) -> dict[str, date]:
    """The anchors of a case that is opened for this absence."""
    seen = today if today - stretch.start <= LATEST_REPORT else stretch.start
    anchors = {"absence_start": stretch.start, "absence_reported": stretch.reported or seen}
    if stretch.end is not None:
        anchors["certificate_end"] = stretch.end
    if stretch.expected is not None:
        anchors["expected_return"] = stretch.expected
    return anchors


def _dates(case: Case, stretch: Stretch, *, anew: bool = False, part: bool = False) -> Steps:
    kinds: list[Kind] = []
    changes: list[Change] = []
    known = None if anew else case.anchors.get("certificate_end")
    if stretch.end is not None and stretch.end != known and not (part and known is not None and stretch.end < known):
        kinds.append("dates" if known is None else "extended" if stretch.end > known else "shortened")
        changes.append(Moved("certificate_end", stretch.end))
    if stretch.expected is not None and (anew or stretch.expected != case.anchors.get("expected_return")):
        kinds.append("dates")
        changes.append(Moved("expected_return", stretch.expected))
    if stretch.back is not None:
        kinds.append("returned")
        changes.append(Returned(stretch.back))
    new_facts = sorted(stretch.facts - case.facts)
    kinds.extend("dates" for _ in new_facts)
    changes.extend(Learned(fact) for fact in new_facts)
    return kinds, changes


def _again(case: Case, start: date, stretch: Stretch, first: tuple[Change, ...] = ()) -> Steps:
    kinds, changes = _dates(case, stretch, anew=True)
    return ["again", *(kind for kind in kinds if kind == "returned")], [*first, AbsentAgain(start), *changes]


def _next_working(day: date, works: Callable[[date], bool]) -> date:
    following = (day + timedelta(days=n) for n in range(1, 31))
    return next((one for one in following if works(one)), day + timedelta(days=1))


def _last_spell_before(case: Case) -> date:
    return max((spell.end for spell in case.spells[:-1] if spell.end is not None), default=date.min)


def _while_absent(case: Case, current: date, stretch: Stretch, works: Callable[[date], bool], today: date) -> Steps:
    certificate = case.anchors.get("certificate_end")
    if stretch.start > current and certificate is not None and not touches(certificate, stretch.start, works):
        if is_over(stretch, today):
            return [], []
        return _again(case, stretch.start, stretch, (Returned(_next_working(certificate, works)),))
    if stretch.start < current:
        ended = stretch.end is not None and not touches(stretch.end, current, works)
        if ended or (stretch.back is not None and stretch.back <= current):
            return [], []  # an older absence
        if stretch.start > _last_spell_before(case):  # what began in an earlier one runs on into this one
            kinds, changes = _dates(case, stretch)
            return ["corrected", *kinds], [Corrected(stretch.start), *changes]
    # A row that begins later is one of several certificates: it may make the absence longer, never shorter.
    return _dates(case, stretch, part=stretch.start > current)


def follow(
    case: Case, stretch: Stretch, works: Callable[[date], bool], today: date, other: date | None = None
) -> Steps:
    """What the absence in the file changes in the running case of the same person; two empty lists for nothing.

    `other` is the first day of the absence that the file has running: what is withdrawn was that one, typed wrong.
    """
    current = case.spells[-1].start if case.spells else case.anchors.get("absence_start", stretch.start)
    back = case.anchors.get("actual_return")
    if stretch.withdrawn:
        if stretch.start == current and back is None:
            return (["corrected"], [Corrected(other)]) if other else (["withdrawn"], [Closed("withdrawn", today)])
        return [], []
    if back is None:
        return _while_absent(case, current, stretch, works, today)
    if stretch.start >= back:
        return ([], []) if is_over(stretch, today) else _again(case, stretch.start, stretch)
    certificate = case.anchors.get("certificate_end")
    longer = stretch.end is not None and certificate is not None and stretch.end > certificate
    if longer and stretch.end is not None and stretch.end >= back and stretch.back is None:
        return _again(case, back, stretch)
    return [], []
