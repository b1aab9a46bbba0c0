"""Keeping in touch: a card before the call, one tap after it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Literal

from conversations.case import Attempt, Case, Reached
from conversations.changes import ContactAgreed, Contacted, Done, Learned, Moved
from conversations.proposals import USUAL, weekday
from conversations.talking.dialogue import Ask, Begin, Effect, Scene, Script, Tell
from conversations.talking.endings import done, first_name, to_hr
from conversations.timing.workdays import next_day_at_work
from conversations.upcoming import coming_back

NEEDS = ("coming",)
FIRST_DAYS = timedelta(days=7)
MONTHS = timedelta(weeks=4)  # from then on the subject of work may be opened carefully (S2-05)
BEFORE_RETURN = timedelta(days=31)
PAUSE = timedelta(days=3)  # between two attempts (domain.md f.3, 2)
REST = timedelta(weeks=2)  # before HR is asked again, after an attempt of its own
A_WHILE = timedelta(days=14)  # a contact of longer ago is not this one
OPENINGS = 2  # first sentences of a contact after the first month, apart from the one about work
CARDS = {"first_call": "first", "personal_talk": "months"}


def talk(scene: Scene) -> Script:
    """One contact. No answer twice in a row goes to HR, never to a third push.

    Who came to say that it happened (`about["went"]`, on `about["since"]`) gets no card to prepare it.
    """
    case = scene.the_case
    if case.contact.disconnected(scene.today):
        told = {"employee": scene.employee, "until": case.contact.disconnect_until}
        yield Tell("disconnected", {**told, "card": "card" in case.contact.info_wishes})
        return ()
    if "employee_declines" in case.facts:
        yield Tell("declined_before", {"employee": scene.employee})
        sign = yield Ask("sign", choices=("yes", "no"), data={"employee": scene.employee})
        return (yield from _reached(scene)) if sign == "yes" else _done(scene)
    outcome = went = scene.about.get("went", "")
    if not went:
        yield Tell("card", _card(scene), words=f"card_{_phase(scene)}")
    if went not in ("reached", "no_answer", "not_needed", "later"):
        outcome = yield Ask(
            "outcome", choices=("reached", "no_answer", "later", "not_needed"),
            data={"employee": scene.employee, "called": bool(went), "way": _way(scene)}, required=True,
            words="outcome_unanswered" if case.is_quiet and not went else None,
        )  # fmt: skip
    ways = {"reached": _reached, "no_answer": _no_answer, "later": _later, "not_needed": _not_needed}
    return (yield from ways[outcome](scene))


def _phase(scene: Scene) -> str:
    """Which card fits the moment (domain.md f.2)."""
    case = scene.the_case
    back, planned = coming_back(case, scene.today), case.plan is not None and case.plan.status != "draft"
    if case.care:
        return "care"
    if case.is_quiet:
        return "unanswered"
    if back is not None and (planned or back <= scene.today + BEFORE_RETURN):
        return "before_return"
    if scene.milestone and scene.milestone[0] in CARDS:
        return CARDS[scene.milestone[0]]
    absent = scene.today - case.anchors["absence_start"]
    if "contact" not in case.anchors and absent < FIRST_DAYS:
        return "first"
    return "weeks" if absent < MONTHS else "months"


def _way(scene: Scene) -> Literal["talk", "call", "visit", "message"]:
    """How this contact is made: as was agreed, and by telephone where nothing was."""
    if _is_personal(scene):
        return "talk"
    channel = scene.the_case.contact.channel
    return "call" if channel in (None, "phone") else "visit" if channel == "visit" else "message"


def _is_personal(scene: Scene) -> bool:
    return scene.milestone is not None and scene.milestone[0] == "personal_talk"


def _opening(scene: Scene) -> int:
    """Which of the first sentences: about work in a personal talk, and in between another one each time."""
    had = sum(attempt.outcome == "reached" for attempt in scene.the_case.attempts)
    return 0 if _is_personal(scene) else 1 + had % OPENINGS


def _rests_from_work(case: Case, today: date) -> bool:
    """Whether returning is no subject now: the colleague would rather not, or a day for it was chosen together."""
    return "return_refused_for_now" in case.facts or case.anchors.get("first_talk_next", date.min) > today


def _card(scene: Scene) -> dict[str, object]:
    case = scene.the_case
    last = case.attempts[-1] if case.attempts else None
    keeper = _keeper(case)
    return {
        "employee": scene.employee,
        "first": first_name(scene),
        "me": scene.me.first_name,
        "agreed": case.contact.agreed_on is not None,
        "by": None if keeper in (None, scene.me.id) else scene.name(keeper),
        "channel": case.contact.channel,
        "way": _way(scene),
        "opening": _opening(scene),
        "rests": _rests_from_work(case, scene.today),
        "wishes": case.checkins == "yes",
        "frequency": case.contact.frequency,
        "last": last.on if last else None,
        "outcome": last.outcome if last else None,
    }


def _keeper(case: Case) -> str | None:
    """Who keeps contact: after a full disconnection first of all whoever takes it up again."""
    contact, made = case.contact, case.anchors.get("contact", date.min)
    rested = contact.disconnect_until is not None and made <= contact.disconnect_until
    return contact.restarts if rested and contact.restarts else contact.person


def _tried(scene: Scene, outcome: Reached) -> Contacted:
    told = scene.about.get("since") if scene.about.get("went") else None
    said = date.fromisoformat(told) if told else scene.day
    on = said if abs(said - scene.day) <= A_WHILE else scene.day  # it may be said long after it was asked
    return Contacted(Attempt(on, outcome, scene.the_case.contact.channel, scene.me.id))


def _reached(scene: Scene) -> Script:
    case = scene.the_case
    changes: tuple[Effect, ...] = (_tried(scene, "reached"), *_done(scene))
    if "employee_declines" in case.facts:
        changes = (*changes, Learned("employee_declines", holds=False))
    if case.contact.agreed_on is None:
        yield Tell("reached_first", {"employee": scene.employee})
        again = _next(case, None) if "contact_next" in case.anchors else ()
        return (*changes, *again, Begin("contact_agreement"))
    yield Tell("reached", {"employee": scene.employee})
    if case.contact.frequency == "on_request":
        day = yield Ask(
            "next", "date", data={"employee": scene.employee}, least=scene.day + timedelta(days=1),
            suggest=tuple(weekday(scene.day + timedelta(weeks=weeks)) for weeks in (2, 4)),
        )  # fmt: skip
        if day:
            return (*changes, *_next(case, day))
    if case.unanswered:  # the day to try again
        return (*changes, *_next(case, None))
    agreed = case.contact.next or case.anchors.get("contact_next")
    return (*changes, *_next(case, None)) if agreed is not None and agreed <= scene.day else changes


def _done(scene: Scene) -> tuple[Done, ...]:
    """What one contact settles: the milestone that asked, and every other call that is open now or was missed.

    A call to keep in touch is no personal talk, so that one stays open.
    """
    own = done(scene)
    others = (
        Done(coming.milestone, coming.nth)
        for coming in scene.coming
        if coming.case == scene.the_case.id
        and (coming.state in ("now", "missed") or (coming.state == "soon" and coming.on <= scene.day))
        and _is_call(scene, coming.milestone)
    )
    return (*own, *(other for other in others if other not in own))


def _is_call(scene: Scene, milestone: str) -> bool:
    rule = scene.policy.milestone(milestone) if scene.policy else None
    return rule is not None and rule.ask == "contact" and milestone != "personal_talk"


def _next(case: Case, day: date | None) -> tuple[Effect, ...]:
    """The next contact is on that day, or follows its rhythm again; the day in the agreement would go first."""
    agreed = (ContactAgreed(replace(case.contact, next=day)),) if case.contact.next not in (None, day) else ()
    return (*agreed, Moved("contact_next", day))


def _no_answer(scene: Scene) -> Script:
    case = scene.the_case
    before = case.unanswered
    tried = _tried(scene, "no_answer")
    if before == 0:
        again = _at_work(scene, scene.day + PAUSE)
        channel = "text" if case.contact.channel in (None, "phone", "visit") else "phone"
        told = {"first": first_name(scene), "me": scene.me.first_name, "channel": channel, "on": again}
        yield Tell("try_otherwise", told)
        return (tried, *_next(case, again), *_done(scene))
    if "hr" in scene.me.roles:
        again = _at_work(scene, scene.day + REST)
        yield Tell("no_answer_hr", {"employee": scene.employee, "on": again})
        return (tried, *_next(case, again), *_done(scene))
    yield Tell("no_answer_again", {"employee": scene.employee})
    return (tried, *_to_hr(scene), *_done(scene), *(to_hr(scene, "no_answer") if before == 1 else ()))


def _to_hr(scene: Scene) -> tuple[Effect, ...]:
    """From now on HR is asked to keep contact, so there is no third push by the line manager."""
    anybody = (one.id for one in sorted(scene.people.values(), key=lambda one: one.id) if "hr" in one.roles)
    hr = scene.the_case.hr or next(anybody, None)
    return (ContactAgreed(replace(scene.the_case.contact, person=hr, next=None)), Moved("contact_next", None))


def _later(scene: Scene) -> Script:
    tomorrow = _at_work(scene, scene.day + timedelta(days=1))
    monday = _at_work(scene, scene.day + timedelta(days=7 - scene.day.weekday()))
    said = date.fromisoformat(scene.about["since"]) if "since" in scene.about else scene.day
    suggest = (said,) if scene.day < said <= scene.day + A_WHILE else tuple(dict.fromkeys((tomorrow, monday)))
    day = yield Ask(
        "when", "date", data={"employee": scene.employee}, suggest=suggest,
        least=scene.day + timedelta(days=1), most=scene.day + timedelta(days=92),
    )  # fmt: skip
    if not day:
        return ()
    yield Tell("moved", {"on": day})
    return (*_next(scene.the_case, day), *_done(scene))  # the day that was chosen comes instead of the reminders


def _at_work(scene: Scene, day: date) -> date:
    """That day, or else the first one after it on which the talker works."""
    return next_day_at_work(scene.me, USUAL, day - timedelta(days=1)) or day


def _not_needed(scene: Scene) -> Script:
    choices: tuple[str, ...]
    if "declined" in scene.about or scene.about.get("went") == "not_needed":  # somebody said that, and no more
        choices, words = ("declines", "agreed_otherwise", "someone_else"), "why_declined"
    else:
        choices, words = ("in_touch", "agreed_otherwise", "declines", "someone_else"), None
    why = yield Ask("why", choices=choices, data={"employee": scene.employee}, words=words)
    if why == "in_touch":
        return (yield from _reached(scene))
    changes: tuple[Effect, ...] = (_tried(scene, "not_needed"), *_done(scene))
    if why == "declines":
        yield Tell("declines", {"employee": scene.employee})
        return (*changes, Learned("employee_declines"), *to_hr(scene, "declines"))
    if why in ("agreed_otherwise", "someone_else"):
        yield Tell("agree_anew")
        return (*changes, Begin("contact_agreement", about={"because": why}))
    yield Tell("noted")
    return changes
