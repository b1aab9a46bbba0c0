"""The first talk about work again, within two months (S2-04): how somebody functions, never what somebody has."""

from __future__ import annotations

from collections.abc import Generator
from datetime import date, timedelta
from typing import Any

from conversations.changes import HandedOver, Learned, Moved
from conversations.proposals import weekday
from conversations.talking.dialogue import Ask, Begin, Effect, Line, Scene, Script, Tell
from conversations.talking.endings import done, to_hr

NEEDS = ("coming",)


def talk(scene: Scene) -> Script:
    """Ends with a next date set together, or with a return that looks feasible.

    What a manager hears about work that may be possible is no estimate (L-04), so it sets no fact of the law.
    """
    told = {"employee": scene.employee}
    held = yield Ask("held", choices=("held", "not_yet", "cannot_yet", "prefers_not"), data=told)
    if held == "not_yet":
        yield Tell("how_to_open", told)
        return (yield from _next_date(scene, "plan", (), then=done(scene)))
    if held in ("cannot_yet", "prefers_not"):
        yield Tell(held, told)
        refused = (Learned("return_refused_for_now"),) if held == "prefers_not" else ()
        return (yield from _next_date(scene, "next", (*refused, *done(scene))))
    if held is None:
        return ()
    return (yield from _held(scene))


def _held(scene: Scene) -> Script:
    case = scene.the_case
    told = {"employee": scene.employee}
    learned: tuple[Effect, ...] = done(scene)
    if "return_refused_for_now" in case.facts:
        learned = (*learned, Learned("return_refused_for_now", holds=False))
    attention = yield Ask("attention", choices=("yes", "no"), data=told)
    if attention == "yes":
        learned = (*learned, *(yield from _coach(scene)))
    possible = yield Ask("possible", choices=("yes", "not_yet", "unknown"), data=told)
    if possible in ("not_yet", "unknown"):
        return (yield from _next_date(scene, "next", learned))
    feasible = yield Ask("feasible", choices=("yes", "not_yet"), data=told)
    if feasible != "yes":
        return (yield from _next_date(scene, "next", learned))
    expected = yield Ask(
        "expected", "date", data=told, least=scene.today, most=scene.today + timedelta(days=550),
        suggest=_days_to_expect(scene),
    )  # fmt: skip
    yield Tell("what_follows", {**told, "expected": expected or None})
    known = (Moved("expected_return", expected),) if expected else ()
    return (Moved("return_feasible", scene.today), *known, *learned)


def _days_to_expect(scene: Scene) -> tuple[date, ...]:
    """In four and in eight weeks; not within the certificate, but on the first working day after it."""
    after = scene.the_case.anchors.get("certificate_end", date.min) + timedelta(days=1)
    days = (weekday(max(scene.today + timedelta(weeks=weeks), after)) for weeks in (4, 8))
    return tuple(dict.fromkeys(days))


def _next_date(scene: Scene, name: str, effects: tuple[Effect, ...], then: tuple[Effect, ...] = ()) -> Script:
    """A day to talk (again), set together with the employee. With a day, `then` holds too."""
    day = yield Ask(
        name, "date", data={"employee": scene.employee}, least=scene.today + timedelta(days=1),
        most=scene.today + timedelta(days=183),
        suggest=tuple(weekday(scene.today + timedelta(weeks=weeks)) for weeks in (1, 3)),
    )  # fmt: skip
    if not day:
        yield Tell("no_date", {"employee": scene.employee})
        return effects
    yield Tell("date_kept", {"on": day})
    return (Moved("first_talk_next", day), *effects, *then)


def _coach(scene: Scene) -> Generator[Line, Any, tuple[Effect, ...]]:
    """More than one head looks on, where the employee allows it (S2-04)."""
    coach = scene.the_case.coach or _a_coach(scene)
    told = {"employee": scene.employee, "coach": scene.name(coach) if coach else None, "me": coach == scene.me.id}
    if coach != scene.me.id:
        allowed = yield Ask("coach_may", choices=("yes", "not_asked", "no"), data=told)
        if allowed != "yes":
            yield Tell("coach_stays_out", {**told, "refused": allowed == "no"})
            return ()
    yield Tell("coach_joins", told)
    return (Learned("complex"), *_coach_joins(scene, coach))


def _a_coach(scene: Scene) -> str | None:
    able = (one.id for one in sorted(scene.people.values(), key=lambda one: one.id) if "coach" in one.roles)
    return next(able, None)


def _coach_joins(scene: Scene, coach: str | None) -> tuple[Effect, ...]:
    """The coach joins and hears that this case needs more than one head; without a coach HR looks for one."""
    if coach is None:
        return to_hr(scene, "coach_needed")
    joins = () if scene.the_case.coach else (HandedOver("coach", coach),)
    about = {"notice": "coach_joins", "by": scene.me.id}
    return (*joins, *(() if coach == scene.me.id else (Begin("notice", who="coach", about=about),)))
