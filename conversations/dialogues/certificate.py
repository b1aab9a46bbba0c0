"""The certificate ends and nobody heard more (domain.md f.3, 25): three ways on, and HR on the day itself."""

from __future__ import annotations

from datetime import date, timedelta

from conversations.changes import Moved
from conversations.proposals import weekday
from conversations.talking.dialogue import Ask, Begin, Scene, Script, Tell
from conversations.talking.endings import done, first_name, to_hr

NEEDS = ("coming",)

SOON = timedelta(days=7)  # a certificate that ends later than this after the question is another one


def talk(scene: Scene) -> Script:
    """Dates only. `about["until"]` is the day that was typed already."""
    known = scene.the_case.anchors.get("certificate_end")
    ends = known or scene.today
    told = {"employee": scene.employee, "ends": known}
    if "due" in scene.about and ends - date.fromisoformat(scene.about["due"]) > SOON:
        yield Tell("known_already", told)  # moved since this was asked, in another talk
        return done(scene)
    what = yield Ask("what", choices=("extended", "back", "unknown"), data={**told, "opened": bool(scene.milestone)})
    if what == "extended":
        said = (date.fromisoformat(scene.about["until"]),) if "until" in scene.about else ()
        until = yield Ask(
            "until", "date", data=told, least=max(scene.today, ends),
            suggest=said or (ends + timedelta(weeks=2), ends + timedelta(weeks=4)),
        )  # fmt: skip
        if until:
            yield Tell("extended", {"until": until})
            return (Moved("certificate_end", until), *done(scene))
    if what == "back":
        return (yield from _back(scene))
    if what == "unknown" and "hr" in scene.me.roles:
        yield Tell("hr_asks", {**told, "manager": scene.name(scene.the_case.manager)})
        return ()  # the reminder asks again
    if what == "unknown" and ends <= scene.today:
        yield Tell("hr_helps", told)
        return (*done(scene), *to_hr(scene, "certificate"))
    if what == "unknown":
        yield Tell("ask_first", {**told, "first": first_name(scene)})
    return ()


def _back(scene: Scene) -> Script:
    ends = scene.the_case.anchors.get("certificate_end", scene.today)
    day = yield Ask(
        "back_on", "date", data={"employee": scene.employee}, suggest=(weekday(ends + timedelta(days=1)),),
        tense="any", least=scene.the_case.anchors["absence_start"] + timedelta(days=1),
        most=ends + timedelta(days=183),
    )  # fmt: skip
    if not day:
        return ()
    if day <= scene.today:
        return (*done(scene), Begin("returned", about={"on": day.isoformat()}))
    yield Tell("expected", {"employee": scene.employee, "on": day})
    return (Moved("expected_return", day), *done(scene))
