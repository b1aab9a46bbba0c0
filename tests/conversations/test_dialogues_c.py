"""The dialogues around a case: lists, handing over, why, HR's own, and the employee by choice."""

from __future__ import annotations

import ast
import importlib
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from importlib import resources
from pathlib import Path
from typing import Any

import pytest

from conversations import dialogues
from conversations.case import Contact, Person
from conversations.changes import CheckInsSet, ContactAgreed, Done, HandedOver, Learned, Moved, PutOff
from conversations.dialogues.case_menu import phase
from conversations.digest import Item, pack
from conversations.plan import Plan
from conversations.talking.dialogue import (
    Ask,
    Away,
    Begin,
    Coming,
    Confirm,
    Effect,
    Json,
    Late,
    Look,
    Prefer,
    Scene,
    Talker,
    Undelivered,
    Unlink,
)
from conversations.talking.replay import replay
from conversations.timing.terms import At, Milestone, Policy, Span
from conversations.upcoming import rules
from messages.message import as_text
from tests.conversations.scenes import (
    AGREED,
    CAST,
    DIRK,
    ELS,
    FATIMA,
    JAN,
    RETURN,
    SOFIE,
    START,
    TODAY,
    TOM,
    a_case,
    a_scene,
    by_milestone,
    ends,
    returned_case,
)
from tests.explorer import Walk, walk

FATIMAS = replace(a_case(), id="fatima-1", employee="fatima")
JOINED = a_case(checkins="yes")
PLANNED = a_case(plan=Plan(sent_on=TODAY), checkins="yes")
POLICY = Policy("company_c", 1, (
    Milestone("first_call", "manager", "policy", "S4-01", at=(At("absence_reported"),), ask="contact"),
    Milestone("weekly", "manager", "practice", "S4-04", at=(At("absence_start", Span(1, "w")),),
              every=Span(1, "w"), ask="contact"),
    Milestone("pre_return", "manager", "practice", "S4-10", at=(At("expected_return", Span(-1, "m")),)),
    Milestone("start_track", "hr", "law", "L-06", latest=At("incapacity_start", Span(6, "m")),
              only=frozenset({"staff_of_20", "potential", "conflict"})),
    Milestone("yearly", "hr", "law", "L-25"),
    Milestone("plan_a", "hr", "law", "L-12", latest=At("track_decided", Span(63, "d")), until=At("plan_delivered"),
              ask="formal_track", unless=frozenset({"decision_b", "decision_c"})),
    Milestone("plan_b", "hr", "law", "L-12", latest=At("track_decided", Span(6, "m")), until=At("plan_delivered"),
              ask="formal_track", unless=frozenset({"decision_a", "decision_c"})),
))  # fmt: skip


def coming(milestone: str, on: date = date(2026, 11, 30), to: str = "manager", **more: Any) -> Coming:
    """A step of the timeline."""
    case, state, source = more.get("case", "jan-1"), more.get("state", "soon"), more.get("source", "S4-01")
    return Coming(case, milestone, 0, on, to, state, source, "policy")


STEPS = (
    coming("external_service", to="hr", on=date(2026, 11, 25)),
    coming("weekly"),
    coming("first_call", state="done", on=START),
    coming("start_track", to="hr", on=date(2027, 5, 2), source="L-06"),
    coming("check_in", to="employee"),
    coming("weekly", case="fatima-1", on=date(2026, 11, 24), state="now"),
)
HR_STEP = {"milestone": "start_track", "nth": "0"}
LATE = (
    Late("jan-1", "weekly", 0, date(2026, 11, 9), "sofie"),
    Late("jan-1", "external_service", 0, date(2026, 11, 16), "els"),
    *(Late("fatima-1", "weekly", n, date(2026, 11, 17), "sofie") for n in range(9)),
)
AWAY = replace(SOFIE, deputy="dirk", away_from=date(2026, 11, 20), away_until=date(2026, 12, 4))
COACHLESS = {one.id: one for one in (SOFIE, JAN, FATIMA, ELS, TOM)}  # no second manager
WEEKLY = Item("weekly", "0", "jan-1", "contact")
REVIEW = Item("agreement_review", "0", "jan-1", "review", "a3")
OTHERS = (Item("weekly", "1", "fatima-1", "contact"), Item("gone", "0", "other", "duty"))
ITEMS = pack((WEEKLY, *OTHERS, REVIEW))
OPEN = tuple(
    Coming(item.case, item.milestone, int(item.nth), TODAY, "manager", "now", "S4-04", "practice")
    for item in (WEEKLY, OTHERS[0], REVIEW)
)

HR_TRACK = a_case(facts=frozenset({"formal_track"}), anchors={"track_requested": TODAY})
DECIDED = a_case(facts=frozenset({"formal_track"}), anchors={"track_requested": START, "track_decided": TODAY})
ASKED = a_case(facts=frozenset({"staff_of_20"}), anchors={"estimate_requested": date(2026, 12, 28)})
NEAR = a_case(anchors={"expected_return": date(2026, 12, 14), "certificate_end": date(2026, 12, 13)}, contact=AGREED)
QUIET = a_case(contact=replace(AGREED, disconnect_from=TODAY, disconnect_until=date(2026, 12, 31)))

LOOKS = (Look("gone", date(2025, 12, 1)), *(Look("els", START + timedelta(days=n)) for n in (0, 1, 0, 7, 8, 9, 10)))

SCENES: Mapping[str, tuple[Scene, ...]] = {
    "glance": (a_scene(cases=(a_case(), FATIMAS, returned_case(id="x")), coming=STEPS), a_scene(), a_scene(me=JAN)),
    "my_cases": (a_scene(cases=(a_case(), FATIMAS, returned_case(id="x")), coming=STEPS), a_scene(), a_scene(me=JAN)),
    "case_menu": (
        a_scene(a_case(), coming=STEPS), a_scene(NEAR), a_scene(QUIET), a_scene(a_case(care=True)),
        a_scene(returned_case(plan=Plan()), today=date(2027, 1, 20)), a_scene(PLANNED, me=ELS),
        a_scene(returned_case(anchors={"partial_return": RETURN, "actual_return": date(2027, 3, 1)}),
                today=date(2027, 1, 20)),
        a_scene(a_case(), me=TOM), a_scene(PLANNED, me=JAN, coming=STEPS), a_scene(a_case(), me=JAN),
        a_scene(a_case(), about={"lost": "yes"}),
    ),
    "remind": (a_scene(), a_scene(me=ELS)),
    "away": (
        a_scene(), a_scene(me=replace(SOFIE, deputy="dirk")), a_scene(me=AWAY), a_scene(me=JAN),
        replace(a_scene(), people=COACHLESS), a_scene(about={"back": "yes"}),
    ),
    "hand_over": (
        a_scene(a_case()), a_scene(cases=(a_case(), FATIMAS)), a_scene(),
        a_scene(a_case(), about={"to": "dirk", "told": "hr"}), a_scene(QUIET),
        a_scene(me=ELS, cases=(a_case(), FATIMAS)),
        replace(a_scene(a_case()), people=COACHLESS), replace(a_scene(cases=(a_case(), FATIMAS)), people=COACHLESS),
    ),
    "channel": tuple(
        a_scene(channels=channels, about=about)
        for channels in (("slack", "telegram", "web"), ("web",)) for about in ({}, {"channel": "telegram"})
    ),
    "unlink": tuple(
        a_scene(channels=channels, about=about)
        for channels in (("slack", "telegram", "web"), ("telegram", "web"), ("web",), ("slack",))
        for about in ({"here": "telegram"}, {"here": "web"}, {"here": "web", "channel": "slack"},
                      {"here": "slack", "channel": "web"})
    ),
    "still_yours": tuple(
        a_scene(channels=channels, about={"channel": "telegram", "until": "2026-12-22"})
        for channels in (("telegram", "web"), ("telegram",), ("web",))
    ),
    "help": tuple(a_scene(me=me) for me in (SOFIE, ELS, TOM, JAN)),
    "hello": (
        a_scene(cases=(a_case(),)), a_scene(me=ELS, late=LATE), a_scene(me=ELS, late=LATE[:1]),
        a_scene(about={"lost": "yes"}), a_scene(me=JAN),
    ),
    "late": (
        a_scene(me=ELS, cases=(a_case(), FATIMAS), late=LATE), a_scene(me=ELS), a_scene(late=LATE),
        a_scene(me=ELS, undelivered=tuple(Undelivered("sofie", TODAY, perhaps=maybe) for maybe in (True, False) * 5)),
    ),
    "take_over": (
        a_scene(a_case(), me=ELS), a_scene(a_case(contact=Contact(person="els")), me=ELS), a_scene(a_case()),
        a_scene(a_case(manager="els"), me=ELS),
        a_scene(a_case(), me=ELS, about={"milestone": "weekly", "nth": "0", "notice": "escalation"}),
    ),
    "duty": (
        replace(by_milestone("yearly", a_case(), ELS), policy=POLICY), by_milestone("weekly", a_case()),
        replace(by_milestone("weekly", a_case()), coming=STEPS), a_scene(a_case()),
    ),
    "estimate": (a_scene(a_case(), me=ELS), a_scene(a_case()), a_scene(ASKED, me=ELS, policy=POLICY),
                 a_scene(replace(ASKED, facts=frozenset()), me=ELS)),
    "formal_track": (
        a_scene(a_case(), me=ELS), a_scene(HR_TRACK, me=ELS), a_scene(a_case()), a_scene(DECIDED, me=ELS),
        by_milestone("start_track", a_case(), ELS), replace(by_milestone("plan_a", DECIDED, ELS), policy=POLICY),
    ),
    "invite": tuple(a_scene(case) for case in (
        a_case(), a_case(care=True), QUIET, *(a_case(checkins=state) for state in ("yes", "no", "invited")))),
    "invitation": (a_scene(a_case(), me=JAN), a_scene(a_case(), me=JAN, about={"by": "els"}), a_scene(a_case())),
    "check_in": (a_scene(JOINED, me=JAN), by_milestone("check_in", JOINED, JAN), a_scene(a_case(), me=JAN),
                 a_scene(a_case())),
    "stop": (a_scene(JOINED, me=JAN), a_scene(cases=(a_case(),)), a_scene(me=JAN, cases=(JOINED,)),
             a_scene(a_case(checkins="no"), me=JAN)),
    "today": (
        a_scene(cases=(a_case(), FATIMAS), about=ITEMS, coming=OPEN), a_scene(about=ITEMS),
        a_scene(cases=(a_case(), FATIMAS), about={**ITEMS, "again": "yes"}, coming=OPEN),
        a_scene(cases=(a_case(),), about=pack((WEEKLY,)), coming=OPEN), a_scene(cases=(FATIMAS,), coming=STEPS),
    ),
    "readers": (
        a_scene(me=JAN, cases=(a_case(),), looks=LOOKS), a_scene(me=JAN, cases=(a_case(),), looks=()),
        a_scene(me=JAN, looks=LOOKS[:1]), a_scene(me=SOFIE, cases=(a_case(),)),
    ),
    "why": (
        *(replace(by_milestone(name, a_case(anchors={"expected_return": RETURN})), policy=POLICY, coming=STEPS)
          for name in ("first_call", "weekly", "pre_return", "start_track", "yearly", "agreement_review")),
        a_scene(), a_scene(a_case(), me=JAN), a_scene(a_case(), coming=STEPS, policy=POLICY),
        *(a_scene(a_case(), coming=STEPS, policy=POLICY, about={"asked": asked}) for asked in ("estimate", "care")),
        a_scene(a_case(), me=ELS, about=HR_STEP, coming=STEPS, policy=POLICY),
        a_scene(a_case(hr="karim"), me=ELS, about=HR_STEP, coming=STEPS, policy=POLICY),
    ),
}  # fmt: skip


def _talker(name: str) -> Talker:
    talker: Talker = importlib.import_module(f"conversations.dialogues.{name}").talk
    return talker


def _files(name: str) -> set[str]:
    folder = resources.files("messages").joinpath(f"templates/nl/{name}")
    return {file.name.removesuffix(".md") for file in folder.iterdir()}


def _walked(name: str) -> list[Walk]:
    return [walk(_talker(name), name, scene) for scene in SCENES[name]]


def _end(name: str, scene: Scene, **answers: Json) -> tuple[Effect, ...]:
    turn = replay(_talker(name), scene, answers)
    assert turn.over, f"{turn.asked} is still open"
    return turn.effects


@pytest.mark.parametrize("name", SCENES)
def test_every_line_is_reached(name: str) -> None:
    """Every file of words of a dialogue is met in one of its scenes, and every line met has words."""
    lines = {line.removeprefix(f"{name}/") for seen in _walked(name) for line in seen.lines}
    said = {line for line in lines if "/" not in line}
    files = {
        file.name.removesuffix(".md") for file in resources.files("messages").joinpath(f"templates/nl/{name}").iterdir()
    }
    assert files == said


@pytest.mark.parametrize("name", SCENES)
def test_what_follows_exists(name: str) -> None:
    """Every dialogue that is begun is there."""
    begun = {one.dialogue for seen in _walked(name) for end in seen.endings for one in end if isinstance(one, Begin)}
    known = {file.stem for file in Path(dialogues.__file__).parent.glob("*.py")}
    assert set() == begun - known


def _said(node: ast.AST) -> set[str]:
    """The texts an expression may come to: "a", "a" if ... else "b", {...: "a"}[...]."""
    match node:
        case ast.Constant(value=str(text)):
            return {text}
        case ast.IfExp(body=one, orelse=other):
            return _said(one) | _said(other)
        case ast.Subscript(value=ast.Dict(values=values)):
            return {text for value in values for text in _said(value)}
    return set()


def _notices() -> set[str]:
    """Every notice that any dialogue gives: to_hr(scene, "..."), about={"notice": "..."}, what = "..." if ..."""
    found: set[str] = set()
    house = Path(dialogues.__file__).parent.parent.parent
    shell = (house / "bot" / f"{name}.py" for name in ("tick", "desk", "second"))
    files = [*(house / "conversations").rglob("*.py"), *shell]
    for node in (node for file in files for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))):
        match node:
            case ast.Call(func=ast.Name(id="to_hr" | "to_coach" | "_to_manager"), args=[_, what, *_]):
                found |= _said(what)
            case ast.Call(func=ast.Name(id="_told"), args=[_, _, what]):
                found |= _said(what)
            case ast.Assign(targets=[ast.Name(id="what" | "notice")], value=value):
                found |= _said(value)
            case ast.Dict(keys=keys, values=values):
                pairs = zip(keys, values, strict=True)
                found |= {text for key, value in pairs if key and _said(key) == {"notice"} for text in _said(value)}
    return {text.removeprefix("notice/") for text in found}


def test_every_notice_has_words_and_no_words_without_a_notice() -> None:
    """What one talk tells somebody else can be said."""
    files = {
        file.name.removesuffix(".md") for file in resources.files("messages").joinpath("templates/nl/notice").iterdir()
    }
    assert files == _notices()


def test_every_notice_reads_well_with_what_it_brings() -> None:
    """Ids become names and days become days; every notice can be rendered."""
    for name in _notices():
        about = {"notice": name, "by": "sofie", "employee": "jan", "manager": "dirk", "since": "2026-11-02",
                 "until": "2026-12-08", "on": "2026-12-08", "step": "weekly", "text": "less",
                 "milestone": "weekly", "person": "sofie", "before": "sofie", "reason": "talk"}  # fmt: skip
        seen = walk(_talker("notice"), "notice", a_scene(a_case(), about=about))
        assert {name} == seen.lines


# --- What comes of it --------------------------------------------------------------------------------------


def test_a_single_case_opens_at_once() -> None:
    """Who follows one case is not asked which."""
    assert (Begin("case_menu", case="jan-1"),) == _end("my_cases", a_scene(cases=(a_case(),)))


def test_the_step_that_waits_comes_first() -> None:
    """What waits now is shown, and HR's own step is not shown to a manager."""
    turn = replay(_talker("my_cases"), a_scene(cases=(a_case(), FATIMAS), coming=STEPS), {})
    assert turn.asked is not None
    rows = turn.asked.data["rows"]
    assert [("Fatima", "weekly", True), ("Jan", "weekly", False)] == [
        (row["employee"], row["step"], row["now"]) for row in rows
    ]


def test_phases() -> None:
    """A case is absent, quiet, in care, near its return, partially back, or back."""
    later = date(2027, 1, 20)
    partial = returned_case(anchors={"partial_return": RETURN, "actual_return": date(2027, 3, 1)})
    cases = ((a_case(), TODAY), (QUIET, TODAY), (a_case(care=True), TODAY), (NEAR, TODAY), (partial, later),
             (returned_case(), later))  # fmt: skip
    assert ["absent", "quiet", "care", "near", "partial", "back"] == [phase(case, on) for case, on in cases]


def test_the_menu_begins_what_was_chosen() -> None:
    """A button of the menu opens its dialogue, those behind "meer" too."""
    assert (Begin("contact"),) == _end("case_menu", a_scene(a_case()), what="contact")
    assert (Begin("close"),) == _end("case_menu", a_scene(a_case()), what="more", more="close")


def test_away_with_a_deputy() -> None:
    """The deputy hears when; the shell hears who."""
    scene = a_scene(me=replace(SOFIE, deputy="dirk"))
    effects = _end("away", scene, since="2026-12-07", until="2026-12-11", deputy="known")
    about = {"notice": "stands_in", "by": "sofie", "since": "2026-12-07", "until": "2026-12-11"}
    expected = (Away("sofie", date(2026, 12, 7), date(2026, 12, 11), "dirk"), Begin("notice", who="dirk", about=about))
    assert expected == effects


def test_the_day_that_was_typed_is_offered() -> None:
    """Who typed "ik ben weg tot 20 december" confirms that day with a tap."""
    turn = replay(_talker("away"), a_scene(about={"until": "2026-12-20"}), {"since": "2026-12-07"})
    assert turn.asked is not None
    assert (date(2026, 12, 20),) == turn.asked.suggest


def test_away_with_hr() -> None:
    """Without a colleague it is HR, which the shell finds on the day itself."""
    effects = _end("away", a_scene(), since="2026-12-07", until="2026-12-11", deputy="hr")
    assert (Away("sofie", date(2026, 12, 7), date(2026, 12, 11), None),) == effects


def test_back_early() -> None:
    """Who is back early gets everything back, and the deputy hears it."""
    about = {"notice": "stands_down", "by": "sofie"}
    expected = (Away("sofie", None, None, "dirk"), Begin("notice", who="dirk", about=about))
    assert expected == _end("away", a_scene(me=AWAY), known="back")
    assert expected == _end("away", a_scene(me=AWAY, about={"back": "yes"}))


def test_back_without_having_been_away() -> None:
    """Who says "ik ben terug" and was not away, is asked nothing."""
    assert () == _end("away", a_scene(about={"back": "yes"}))


def test_handed_over_after_telling() -> None:
    """The new manager gets the case; an explicit contact person who was the old manager becomes the line manager."""
    case = a_case(contact=replace(AGREED, person="sofie"), checkins="yes")
    about = {"before": "sofie", "manager": "dirk", "employee": "jan"}
    expected = (
        ContactAgreed(replace(AGREED, person=None)),
        HandedOver("manager", "dirk"),
        Begin("notice", who="dirk", about={"notice": "handed_over", **about}),
        Begin("notice", who="jan", about={"notice": "new_manager", **about}),
    )
    assert expected == _end("hand_over", a_scene(case), to="dirk", told="yes", sure="yes")


def test_not_handed_over_before_telling() -> None:
    """While the employee does not know, nothing is handed over."""
    assert () == _end("hand_over", a_scene(a_case()), to="dirk", told="not_yet")


def test_hr_tells_when_the_manager_cannot() -> None:
    """HR is asked to tell, and the employee hears nothing from the bot."""
    effects = _end("hand_over", a_scene(a_case(checkins="yes")), to="dirk", told="hr", sure="yes")
    assert Begin("notice", who="hr", about={"notice": "tell_employee", "by": "sofie", "manager": "dirk"}) == effects[-1]
    assert all(one.who != "jan" for one in effects if isinstance(one, Begin))


def test_all_handed_over() -> None:
    """All cases at once become one hand-over each."""
    scene = a_scene(cases=(a_case(), FATIMAS))
    about = {"to": "dirk", "told": "yes"}
    expected = (Begin("hand_over", case="fatima-1", about=about), Begin("hand_over", case="jan-1", about=about))
    assert expected == _end("hand_over", scene, which="all", to="dirk", told="yes", sure_all="yes")


def test_hr_takes_over_and_says_no_more() -> None:
    """The manager hears that HR takes over; there is no reason to be found anywhere."""
    expected = (
        HandedOver("manager", "els"),
        Begin("notice", who="sofie", about={"notice": "hr_takes_over", "by": "els", "employee": "jan"}),
    )
    assert expected == _end("take_over", a_scene(a_case(), me=ELS), what="whole")
    contact = _end("take_over", a_scene(a_case(hr=None), me=ELS), what="contact")
    assert (HandedOver("hr", "els"), ContactAgreed(Contact(person="els"))) == contact[:2]


def test_late_reminds_in_hrs_name() -> None:
    """The one who was asked is asked again, with the way to do it."""
    scene = a_scene(me=ELS, cases=(a_case(), FATIMAS), late=LATE)
    effects = _end("late", scene, which="weekly#0@jan-1", what="remind")
    assert Begin("notice", "sofie", "jan-1", {"notice": "reminder", "step": "weekly", "by": "els"}) == effects[0]
    assert Begin("case_menu", "sofie", "jan-1", {"milestone": "weekly", "nth": "0"}) == effects[1]


def test_a_check_in_nobody_answered_is_not_late() -> None:
    """Nobody has to answer a check-in, so HR does not see that somebody did not."""
    late = (Late("jan-1", "check_in", 0, date(2026, 11, 16), "jan"),)
    turn = replay(_talker("late"), a_scene(me=ELS, cases=(a_case(),), late=late), {})
    assert ["nothing"] == [line.name for line in turn.lines]


def test_hr_sees_what_may_not_have_arrived() -> None:
    """First whom I may not have reached, and then what is late; nothing is late as well, and others see neither."""
    unheard = (Undelivered("sofie", TODAY, perhaps=True),)
    turn = replay(_talker("late"), a_scene(me=ELS, cases=(a_case(),), late=LATE[:1], undelivered=unheard), {})
    assert ["undelivered", "which"] == [line.name for line in turn.lines]
    assert [{"to": "Sofie", "on": TODAY, "perhaps": True}] == turn.lines[0].data["rows"]
    turn = replay(_talker("late"), a_scene(me=ELS, undelivered=unheard), {})
    assert ["undelivered", "nothing"] == [line.name for line in turn.lines]
    turn = replay(_talker("late"), a_scene(undelivered=unheard), {})
    assert ["not_yours"] == [line.name for line in turn.lines]


def test_a_duty_of_the_law_is_not_set_aside_in_one_tap() -> None:
    """A plain no to a step of the law is asked twice."""
    scene = replace(by_milestone("yearly", a_case(), ELS), policy=POLICY)
    assert not replay(_talker("duty"), scene, {"what": "not_needed"}).over
    assert (Done("yearly"),) == _end("duty", scene, **{"what": "not_needed", "duty/law": "not_needed"})
    assert () == _end("duty", scene, what="later", **{"duty/when": None})


def test_later_is_a_day_on_which_it_is_asked_again() -> None:
    """What a rule allows bounds the choice: two weeks for the law, until its date where it has one (duty)."""
    scene = replace(by_milestone("yearly", a_case(), ELS), policy=POLICY)
    on = TODAY + timedelta(days=8)
    assert (PutOff("yearly", 0, on),) == _end("duty", scene, what="later", **{"duty/when": on.isoformat()})
    assert TODAY + timedelta(weeks=2) == _when(scene).most
    before = replace(by_milestone("start_track", a_case(), ELS), policy=POLICY, coming=STEPS)
    assert date(2027, 4, 30) == _when(before).most
    case = a_case(anchors={"expected_return": date(2026, 12, 14)})
    assert date(2026, 12, 11) == _when(replace(by_milestone("pre_return", case), policy=POLICY)).most
    assert TODAY + timedelta(days=92) == _when(by_milestone("weekly", a_case())).most


def test_on_the_last_day_there_is_no_later() -> None:
    """The reminders and the warning stay; nobody is offered a day that is too late."""
    step = coming("start_track", to="hr", on=TODAY + timedelta(days=1))
    scene = replace(by_milestone("start_track", a_case(), ELS), policy=POLICY, coming=(step,))
    assert () == _end("duty", scene, what="later")


def test_a_talk_that_did_not_take_place_comes_back() -> None:
    """A follow-up, an evaluation and a report are put off alike; who began them unasked is asked nothing."""
    on = TODAY + timedelta(days=3)
    for dialogue, milestone in (("follow_up", "after_2_weeks"), ("evaluation", "evaluation")):
        scene = by_milestone(milestone, returned_case())
        kept = _end(dialogue, scene, held="not_yet", **{"duty/when": on.isoformat()})
        assert (PutOff(milestone, 0, on),) == kept
        assert () == _end(dialogue, a_scene(returned_case()), held="not_yet")


def _when(scene: Scene) -> Ask:
    asked = replay(_talker("duty"), scene, {"what": "later"}).asked
    assert asked is not None
    return asked


def test_the_estimate_is_asked_and_comes_back() -> None:
    """First the date of the question, later what came out; a manager hears only that HR is in touch."""
    scene = by_milestone("estimate", a_case(), ELS)
    assert (Moved("estimate_requested", TODAY), Done("estimate")) == _end(
        "estimate", scene, requested="yes", requested_on=TODAY.isoformat()
    )
    effects = _end("estimate", a_scene(ASKED, me=ELS), result="possible", result_on=TODAY.isoformat())
    notice = Begin(
        "notice", who="sofie", about={"notice": "hr_contacts", "by": "els", "employee": "jan", "goes_on": "yes"}
    )
    expected = (Moved("estimate_done", TODAY), Learned("potential"), Learned("no_potential", holds=False), notice)
    assert expected == effects


def test_a_manager_cannot_tell_the_results_apart() -> None:
    """Whatever comes out of the estimate, the manager gets the same words (domain.md d.4)."""
    ends = [
        _end("estimate", a_scene(ASKED, me=ELS), result=one, result_on=TODAY.isoformat())
        for one in ("possible", "not_possible", "later")
    ]
    assert 1 == len({str(end[-1]) for end in ends})


def test_a_track_that_stops_takes_its_dates_along() -> None:
    """No term of the law runs on after a trajectory ended."""
    expected = (Learned("formal_track", holds=False), Moved("track_requested", None))
    assert expected == _end("formal_track", a_scene(HR_TRACK, me=ELS), status="stopped")


@pytest.mark.parametrize(
    ("letter", "latest", "learned"),
    [
        ("a", date(2027, 1, 26), (Learned("decision_a"),)),
        ("b", date(2027, 5, 24), (Learned("decision_b"),)),
        ("c", None, (Learned("decision_c"),)),
        (None, date(2027, 1, 26), ()),
    ],
)
def test_a_decision_has_a_letter(letter: str | None, latest: date | None, learned: tuple[Effect, ...]) -> None:
    """The term of the plan follows from it (L-12); without a letter the shortest one is said, and C has none."""
    scene = replace(a_scene(HR_TRACK, me=ELS), policy=POLICY)
    answers: Mapping[str, Json] = {"status": "decided", "on": TODAY.isoformat(), "letter": letter}
    assert (Moved("track_decided", TODAY), *learned) == _end("formal_track", scene, **answers)
    told = replay(_talker("formal_track"), scene, answers).lines[-1]
    assert latest == told.data["latest"]


def test_another_letter_takes_the_place_of_the_first() -> None:
    """A mistake is put right as long as there is no plan; the end of the trajectory forgets the letter."""
    case = replace(DECIDED, facts=DECIDED.facts | {"decision_a"})
    scene = a_scene(case, me=ELS)
    learned = (Learned("decision_a", holds=False), Learned("decision_b"))
    assert learned == _end("formal_track", scene, status="letter", letter="b")
    assert learned[0] in _end("formal_track", scene, status="stopped")
    planned = replace(case, anchors={**case.anchors, "plan_delivered": TODAY})
    asked = replay(_talker("formal_track"), a_scene(planned, me=ELS), {}).asked
    assert asked is not None
    assert ("answered", "stopped") == asked.choices


def test_a_letter_is_no_plan() -> None:
    """The step that waits for a plan is not done by another date."""
    scene = replace(by_milestone("plan_a", DECIDED, ELS), policy=POLICY)
    assert () == _end("formal_track", scene, status="letter", letter=None)
    on = TODAY.isoformat()
    assert (Moved("plan_delivered", TODAY), Done("plan_a")) == _end("formal_track", scene, status="delivered", on=on)


def test_invited_once() -> None:
    """The invitation goes out once, and a yes or a no is the employee's own."""
    expected = (CheckInsSet("invited"), Begin("invitation", who="jan", about={"by": "sofie"}))
    assert expected == _end("invite", a_scene(a_case()), sure="yes")
    step = replace(coming("invite_check_ins"), ask="invite")
    settled = _end("invite", a_scene(a_case(), coming=(step,)), sure="yes")
    assert (expected[0], Done("invite_check_ins"), expected[1]) == settled
    assert () == _end("invite", a_scene(a_case(checkins="no")))
    assert (CheckInsSet("no"),) == _end("invitation", a_scene(a_case(), me=JAN), join="no")


def test_nothing_leaves_a_check_in_unasked() -> None:
    """Without release there is no effect but that the check-in was done."""
    scene = by_milestone("check_in", JOINED, JAN)
    for how in ("as_agreed", "less", "more", "other", "pause"):
        assert (Done("check_in"),) == _end("check_in", scene, how=how, until=None, release="no")


def test_somebody_else_is_asked_of_hr() -> None:
    """Who would rather have somebody else does not have to say so to the manager (domain.md f.3, 3)."""
    about = {"notice": "check_in", "text": "other", "employee": "jan"}
    expected = (Begin("notice", who="hr", about=about),)
    assert expected == _end("check_in", a_scene(JOINED, me=JAN), how="other", release="yes")


def test_a_released_pause_is_an_agreement() -> None:
    """Rest that the employee releases stops the nudges to the manager too."""
    until = date(2026, 12, 8)
    effects = _end("check_in", a_scene(JOINED, me=JAN), how="pause", until=until.isoformat(), release="yes")
    about = {"notice": "check_in", "text": "pause", "employee": "jan", "until": "2026-12-08"}
    quiet = ContactAgreed(Contact(disconnect_from=TODAY, disconnect_until=until))
    assert (quiet, Moved("disconnect_until", until), Begin("notice", who="sofie", about=about)) == effects


def test_stop_leaves_no_trace_but_no_check_ins() -> None:
    """Not even that this check-in was answered (domain.md f.3, 30)."""
    assert (CheckInsSet("no"),) == _end("check_in", by_milestone("check_in", JOINED, JAN), how="stop")


def test_the_digest_opens_what_was_chosen() -> None:
    """An item opens its own dialogue with its milestone; what is gone falls out; what is left comes after it."""
    scene = a_scene(cases=(a_case(), FATIMAS), about=ITEMS, coming=OPEN)
    chosen = Begin("review", case="jan-1", about={"milestone": "agreement_review", "nth": "0", "agreement": "a3"})
    after = Begin("today", about={**pack((WEEKLY, OTHERS[0])), "again": "yes"})
    assert (chosen, after) == _end("today", scene, which="agreement_review#0@jan-1")


@pytest.mark.parametrize("me", CAST.values(), ids=CAST.keys())
def test_hello_has_help_for_everybody(me: Person) -> None:
    """Nobody is left without a way on."""
    assert (Begin("help"),) == _end("hello", a_scene(me=me), menu="help")


def test_the_other_manager_is_offered() -> None:
    """Only managers who are there can get a case."""
    turn = replay(_talker("hand_over"), a_scene(a_case()), {})
    assert turn.asked is not None
    assert (DIRK.id,) == turn.asked.choices


# --- Sources ------------------------------------------------------------------------------------------------


def _packs() -> list[str]:
    folder = Path(dialogues.__file__).parent.parent / "policies"
    return [file.read_text(encoding="utf-8") for file in folder.glob("*.yaml")]


def test_every_rule_of_a_pack_is_explained_in_plain_words() -> None:
    """Whatever a milestone rests on can be told: "waarom krijg ik dit?"."""
    sources = [line.split("source:")[1] for pack in _packs() for line in pack.splitlines() if "source:" in line]
    named = {rule.strip("'\"}") for source in sources for rule in rules(source)}
    assert set() == named - _files("sources")


def test_a_rule_nobody_knows_is_the_organisations_own() -> None:
    """A policy HR wrote, with a source of its own, is explained too."""
    own = replace(POLICY, milestones=(replace(POLICY.milestones[0], source="HR-7"),))
    scene = replace(by_milestone("first_call", a_case()), policy=own)
    message = walk(_talker("why"), "why", scene).messages["why/rule"]
    assert "een eigen regel van je organisatie" in message.paragraphs[0].text


def test_why_gives_the_sum_of_the_date() -> None:
    """Anchor, span and outcome stand in one sentence."""
    scene = replace(by_milestone("weekly", a_case()), policy=POLICY, coming=STEPS)
    said = walk(_talker("why"), "why", scene).messages["why/sum"].paragraphs[0].text
    expected = (
        "De datum is een week na de eerste dag van de afwezigheid (maandag 2 november), en dan elke week. "
        "Zo kom ik op maandag 30 november. Valt dat op een vrije dag, dan meld ik me de werkdag erna."
    )
    assert expected == said


def test_stop_ends_the_check_ins_when_nothing_is_open() -> None:
    """One word of the employee is enough."""
    assert (Begin("stop", case="jan-1"),) == _end("stop", a_scene(me=JAN, cases=(JOINED,)))
    assert (CheckInsSet("no"),) == _end("stop", a_scene(JOINED, me=JAN))


def test_a_wish_without_a_name_goes_on_after_the_choice() -> None:
    """Who typed "afsluiten" chooses whom, and gets to closing."""
    scene = a_scene(cases=(a_case(), FATIMAS), about={"then": "close"})
    assert (Begin("close", case="fatima-1"),) == _end("my_cases", scene, which="fatima-1")


def test_what_is_asked_for_today_is_what_waits() -> None:
    """Without a digest, "vandaag" opens what waits for the talker now."""
    expected = (Begin("duty", case="fatima-1", about={"milestone": "weekly", "nth": "0"}),)
    assert expected == _end("today", a_scene(cases=(a_case(), FATIMAS), coming=STEPS))


def test_a_manager_does_not_see_hrs_step_and_hr_hears_that() -> None:
    """Who else knows of a step of HR: not the line manager (domain.md d.4)."""
    scene = a_scene(a_case(), me=ELS, about=HR_STEP, coming=STEPS, policy=POLICY)
    said = walk(_talker("why"), "why", scene).messages["why/who_hr"].paragraphs[0].text
    assert "De leidinggevende ziet deze stap niet." in said


def test_the_latest_date_of_the_law_is_named() -> None:
    """After a positive estimate HR hears the date of L-06; without twenty workers there is none."""
    said = walk(_talker("estimate"), "estimate", a_scene(ASKED, me=ELS, policy=POLICY)).messages["after_yes"]
    assert any("zondag 2 mei 2027" in paragraph.text for paragraph in said.paragraphs)
    small = a_scene(replace(ASKED, facts=frozenset()), me=ELS, policy=POLICY)
    assert "2027" not in as_text(walk(_talker("estimate"), "estimate", small).messages["after_yes"])


# --- Several channels ----------------------------------------------------------------------------------

THREE = ("slack", "telegram", "web")


@pytest.mark.parametrize(
    ("dialogue", "about", "answers", "expected"),
    [
        ("channel", {"channel": "telegram"}, {}, (Prefer("telegram"),)),
        ("channel", {}, {"which": "web"}, (Prefer("web"),)),
        ("channel", {"channel": "fax"}, {}, ()),
        ("unlink", {"here": "telegram"}, {"sure": "yes"}, (Unlink("telegram"),)),
        ("unlink", {"here": "telegram", "channel": "slack"}, {"sure": "yes"}, (Unlink("slack"),)),
        ("unlink", {"here": "web"}, {"which": "slack", "sure": "yes"}, (Unlink("slack"),)),
        ("unlink", {"here": "telegram"}, {"sure": "no"}, ()),
        ("unlink", {"here": "slack", "channel": "web"}, {}, ()),
        ("still_yours", {"channel": "slack", "until": "2026-12-22"}, {"mine": "yes"}, (Confirm("slack"),)),
        ("still_yours", {"channel": "slack", "until": "2026-12-22"}, {"mine": "no"}, (Unlink("slack"),)),
        ("still_yours", {"channel": "fax", "until": "2026-12-22"}, {}, ()),
    ],
)
def test_channels(dialogue: str, about: dict[str, str], answers: dict[str, Json], expected: tuple[Effect, ...]) -> None:
    """What is asked for is done: the channel that was named, else this one; the page is never let go."""
    assert expected == ends(dialogue, a_scene(channels=THREE, about=about), **answers)


def test_who_looked() -> None:
    """Names and days alone: who looked last first, each day once, the last five; who left has no name any more."""
    turn = replay(_talker("readers"), a_scene(me=JAN, cases=(a_case(),), looks=LOOKS), {})
    (line,) = turn.lines
    els, gone = line.data["people"]
    days = [START + timedelta(days=n) for n in (1, 7, 8, 9, 10)]
    assert {"name": "Els Maes", "days": days, "more": True} == els
    assert {"name": None, "days": [date(2025, 12, 1)], "more": False} == gone
    assert "Sofie" == line.data["keeper"]


def test_who_looked_is_told_of_the_own_file_only() -> None:
    """Somebody without a file hears that there is none, and nothing of anybody else's."""
    turn = replay(_talker("readers"), a_scene(me=SOFIE, cases=(a_case(),)), {})
    assert ["no_file"] == [line.name for line in turn.lines]
