"""The dialogues about the absence itself: reporting it, keeping in touch, dates, care, ending."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from importlib.resources import files

import pytest

from conversations.plan import Agreement, Plan
from conversations.talking.dialogue import Begin, OpenCase, Scene
from messages.message import as_text
from tests.conversations.scenes import (
    AGREED,
    CAST,
    ELS,
    FATIMA,
    SOFIE,
    TODAY,
    TOM,
    a_case,
    a_scene,
    by_milestone,
    ends,
    no_answer,
    returned_case,
    talker,
)
from tests.explorer import walk

A_PLAN = Plan(agreements=(Agreement("a1", "content", "fewer_tasks"), Agreement("a2", "means", "chair")))
LATER = date(2027, 2, 1)
PARTLY_BACK = returned_case(plan=A_PLAN)
RESTING = a_case(contact=replace(AGREED, disconnect_until=date(2026, 12, 18), info_wishes=("card",)))

SCENES: Mapping[str, tuple[Scene, ...]] = {
    "new_absence": (
        a_scene(silenced={"jan"}),
        a_scene(),
        a_scene(me=ELS),
        a_scene(me=FATIMA),
        a_scene(me=FATIMA, about={"employee": "jan"}),
        a_scene(about={"employee": "sofie"}),
        a_scene(about={"employee": "jan"}, cases=(a_case(),)),
        a_scene(about={"employee": "jan"}, cases=(PARTLY_BACK,), today=LATER),
    ),
    "contact": (
        by_milestone("first_call", a_case(), today=date(2026, 11, 2)),
        by_milestone("weekly_contact", a_case(contact=AGREED, anchors={"contact": date(2026, 11, 10)})),
        by_milestone("personal_talk", a_case(contact=AGREED, attempts=no_answer(TODAY)), today=date(2026, 12, 2)),
        by_milestone("weekly_contact", a_case(contact=replace(AGREED, frequency="on_request"))),
        by_milestone("weekly_contact", a_case(contact=AGREED, anchors={"expected_return": date(2026, 12, 7)})),
        a_scene(a_case(contact=AGREED, anchors={"contact": TODAY}), today=date(2027, 1, 8)),
        a_scene(a_case(care=True)),
        a_scene(a_case(contact=AGREED), about={"went": "called"}),
        a_scene(a_case(contact=replace(AGREED, channel="visit"))),
        by_milestone("weekly_contact", a_case(contact=replace(AGREED, channel="text"))),
        a_scene(a_case(), about={"went": "not_needed"}),
        a_scene(a_case(attempts=no_answer(TODAY)), me=ELS),
        a_scene(a_case(attempts=no_answer(TODAY, TODAY)), me=ELS),
        a_scene(a_case(facts=frozenset({"employee_declines"}))),
        a_scene(RESTING),
    ),
    "contact_agreement": (
        a_scene(a_case()),
        a_scene(a_case(hr=None, anchors={"disconnect_until": date(2026, 12, 18)}), me=ELS),
        a_scene(a_case(facts=frozenset({"employee_declines"})), me=TOM),
        replace(a_scene(a_case(hr=None)), people={"sofie": SOFIE, "jan": CAST["jan"]}),
        a_scene(a_case(contact=AGREED)),
        by_milestone("contact_agreement", a_case(contact=AGREED)),
    ),
    "first_steps": (
        by_milestone("first_steps", a_case(facts=frozenset({"return_refused_for_now"}))),
        replace(a_scene(a_case(coach=None)), people={"sofie": SOFIE, "jan": CAST["jan"]}),
        a_scene(a_case(), me=TOM),
    ),
    "care": (a_scene(a_case()), a_scene(a_case(care=True))),
    "change_dates": (
        a_scene(a_case()),
        a_scene(a_case(anchors={"certificate_end": date(2026, 12, 4), "expected_return": date(2026, 12, 7)})),
    ),
    "new_spell": (a_scene(PARTLY_BACK, today=LATER), a_scene(returned_case(), today=LATER), a_scene(a_case())),
    "certificate": (
        by_milestone("certificate_ends", a_case(anchors={"certificate_end": TODAY + timedelta(days=2)})),
        by_milestone("certificate_ended", a_case(anchors={"certificate_end": date(2026, 11, 20)})),
        by_milestone("certificate_ended", a_case(anchors={"certificate_end": TODAY}), me=ELS),
        by_milestone("certificate_ends", a_case(anchors={"certificate_end": LATER}), due=str(TODAY)),
        a_scene(a_case()),
    ),
    "close": (
        a_scene(a_case()),
        a_scene(PARTLY_BACK, me=ELS),
        a_scene(returned_case(plan=Plan(agreements=A_PLAN.agreements[:1]))),
    ),
    "silence": (a_scene(a_case()), a_scene(a_case(), me=ELS)),
}


@pytest.mark.parametrize("dialogue", SCENES)
def test_every_line_is_reached_and_has_words(dialogue: str) -> None:
    """The scenes of a dialogue together reach each of its lines; no file of words is left over."""
    seen: set[str] = set()
    for scene in SCENES[dialogue]:
        seen |= walk(talker(dialogue), dialogue, scene).lines
    folder = files("messages").joinpath("templates", "nl", dialogue)
    assert {entry.name.removesuffix(".md") for entry in folder.iterdir()} == seen


@pytest.mark.parametrize("dialogue", SCENES)
def test_buttons_stay_short(dialogue: str) -> None:
    """A label fits the button of every channel."""
    for scene in SCENES[dialogue]:
        for message in walk(talker(dialogue), dialogue, scene).messages.values():
            assert [] == [button.label for button in message.buttons if len(button.label) > 24]


# --- A new absence ---


def test_a_new_absence_becomes_a_case() -> None:
    """Who, since when, until when and who told it: nothing else is kept."""
    effects = ends("new_absence", a_scene(), who="jan", since="2026-11-23", until="2026-12-04", reported_by="self",
                   save="yes")  # fmt: skip
    assert (OpenCase("jan", date(2026, 11, 23), TODAY, date(2026, 12, 4), "self"),) == effects


def test_two_with_one_first_name_are_told_apart() -> None:
    """Only who the name may mean is offered, and from there the whole name is said."""
    namesake = replace(CAST["jan"], id="jan2", name="Jan Claes")
    scene = replace(a_scene(about={"among": "jan,jan2"}), people={**CAST, "jan2": namesake})
    seen = walk(talker("new_absence"), "new_absence", scene)
    assert {"jan", "jan2"} == set(seen.asks["who"].choices)
    said = as_text(seen.messages["since"])
    assert any(name in said for name in (CAST["jan"].name, "Jan Claes"))


def test_days_that_were_typed_are_offered() -> None:
    """The first and the last day of the sentence that began it come as buttons."""
    scene = a_scene(about={"employee": "jan", "since": "2026-11-20", "until": "2026-12-04"})
    asks = walk(talker("new_absence"), "new_absence", scene).asks
    assert ((date(2026, 11, 20),), (date(2026, 12, 4),)) == (asks["since"].suggest, asks["until"].suggest)


def test_the_end_of_a_certificate_may_be_unknown() -> None:
    """A skipped date and a skipped teller still make a case."""
    effects = ends("new_absence", a_scene(about={"employee": "jan"}), since="2026-11-24", until=None,
                   reported_by=None, save="yes")  # fmt: skip
    assert (OpenCase("jan", TODAY, TODAY),) == effects


def test_nothing_is_opened_without_a_yes() -> None:
    """The summary can be refused."""
    told = {"since": "2026-11-24", "until": None, "reported_by": "family", "save": "no"}
    assert () == ends("new_absence", a_scene(about={"employee": "jan"}), **told)


def test_who_is_absent_already_gets_other_dates() -> None:
    """A second report about one absence becomes a change of its dates."""
    scene = a_scene(cases=(a_case(),))
    assert (Begin("change_dates", case="jan-1"),) == ends("new_absence", scene, who="jan", known="yes")
    assert () == ends("new_absence", scene, who="jan", known="no")


def test_who_came_back_gets_a_new_spell() -> None:
    """After a return the case goes on as a new absence."""
    scene = a_scene(cases=(returned_case(),), today=LATER)
    assert (Begin("new_spell", case="jan-1"),) == ends("new_absence", scene, who="jan", again="yes")


def test_who_was_to_come_back_gets_other_dates() -> None:
    """A return that is still to come ends nothing."""
    scene = a_scene(cases=(a_case(anchors={"actual_return": LATER}),))
    assert (Begin("change_dates", case="jan-1"),) == ends("new_absence", scene, who="jan", known="yes")
    assert (Begin("change_dates"),) == ends("new_spell", a_scene(a_case(anchors={"actual_return": LATER})))


def test_a_case_of_oneself_goes_to_hr() -> None:
    """Nobody follows up the own absence."""
    (begin,) = ends("new_absence", a_scene(), who="sofie")
    assert Begin("notice", "hr", about={"notice": "own_absence", "by": "sofie", "employee": "sofie"}) == begin


def test_another_team_goes_to_hr() -> None:
    """A colleague of another team is not opened, but not lost either."""
    assert () == ends("new_absence", a_scene(me=FATIMA))
    (begin,) = ends("new_absence", a_scene(me=FATIMA, about={"employee": "jan"}))
    assert Begin("notice", "hr", about={"notice": "absence_to_report", "by": "fatima", "employee": "jan"}) == begin


def test_a_deputy_reports_for_the_team() -> None:
    """Who stands in for a manager who is away may report for that team."""
    away = replace(SOFIE, deputy="dirk", away_from=TODAY, away_until=LATER)
    scene = replace(a_scene(me=CAST["dirk"]), people={**CAST, "sofie": away})
    effects = ends("new_absence", scene, who="jan", since="2026-11-24", until=None, reported_by=None, save="yes")
    assert (OpenCase("jan", TODAY, TODAY),) == effects
