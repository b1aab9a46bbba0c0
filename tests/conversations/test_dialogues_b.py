"""The re-integratiegesprek, the return, and what follows on it."""

from __future__ import annotations

import importlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

import pytest

from conversations.case import Case
from conversations.catalogue import MEASURES
from conversations.changes import Done, Learned, Moved, Planned, Returned, Reviewed, apply
from conversations.chapters.rewording import TEXTS
from conversations.plan import Agreement, FirstDay, Plan, Step, Team
from conversations.talking.dialogue import PARKED_AS, Ask, Begin, Effect, Json, Scene, Talker, Tell
from conversations.talking.replay import replay
from conversations.talking.turn import nudge
from messages.message import as_text
from messages.render import render
from tests.conversations.scenes import (
    ELS,
    JAN,
    RETURN,
    SOFIE,
    TODAY,
    TOM,
    a_case,
    a_scene,
    by_milestone,
    ends,
    returned_case,
)
from tests.explorer import Walk, possible, walk

LIGHTER = Agreement(
    "a1", "content", "A1-01", starts=RETURN, ends=date(2027, 3, 5), review_on=date(2027, 3, 4)
)  # fmt: skip
COFFEE = Agreement("a2", "relations", "own", "Om de twee dagen een koffie", starts=RETURN)
BUILDUP = Agreement("a3", "conditions", "A2-03", starts=RETURN)
LASTING = Agreement("a3", "means", "A3-01", starts=RETURN, temporary=False)
PLAN = Plan(
    status="discussed", held_on=TODAY, valid_from=RETURN, valid_until=date(2027, 3, 5),
    participants=("employee", "manager", "union"), capabilities="Mails en dossiers.", limitations="Geen loket.",
    needs="Een rustige start.", advice="Afwisselend zitten en staan.", work_factors=("workload",),
    agreements=(LIGHTER, COFFEE), buildup=(Step(RETURN, 19.0, frozenset({1, 2})), Step(date(2027, 3, 1), 38.0)),
    team=Team("own_text", "sofie", date(2027, 1, 15), "Jan is er weer."), support=("R-01",),
    signals="Mails blijven liggen.", first_day=FirstDay("sofie", "09:00", "Mails lezen.", ("tools",)),
    open_points=("needs",),
)  # fmt: skip
SENT = replace(PLAN, status="sent", sent_on=TODAY)
BARE = replace(SENT, agreements=(), buildup=())
DRAFT = Plan(made_on=TODAY, advice="Zit-stabureau.", fixed="De openingsuren.", changes=("tasks", "Nieuwe kassa."))
SOON = {"expected_return": date(2026, 11, 30)}
NEAR = {"expected_return": RETURN}
MONTH_ON = date(2027, 2, 18)
EVALUATION = date(2027, 3, 4)


def with_replies(plan: Plan) -> Plan:
    """The plan with everything that may have happened to an agreement."""
    states = (replace(LIGHTER, state="kept", employee_reply="differs", employee_remark="Liever tot april."),
              replace(COFFEE, state="adapted", employee_reply="differs"),
              replace(LASTING, state="stopped"))  # fmt: skip
    return replace(plan, agreements=states, remark="Dank je.", team=replace(plan.team, level="nothing"))


SCENES: Mapping[str, tuple[Scene, ...]] = {
    "prepare_talk": (
        a_scene(a_case(anchors=NEAR), today=date(2026, 12, 18)),
        by_milestone("pre_return_talk", a_case(coach=None, facts=frozenset({"health_surveillance", "statutory"}))),
        a_scene(a_case(facts=frozenset({"has_coach"})), me=ELS), a_scene(a_case(facts=frozenset({"conflict"}))),
    ),
    "reintegration_talk": (
        a_scene(a_case(anchors=NEAR)),
        a_scene(a_case(plan=DRAFT, facts=frozenset({"progressive", "statutory"})), me=ELS),
        a_scene(returned_case(plan=replace(PLAN, agreements=(LIGHTER, COFFEE, BUILDUP))), today=MONTH_ON),
        a_scene(a_case(facts=frozenset({"conflict"}))),
    ),
    "report": (
        a_scene(a_case(plan=PLAN, checkins="yes")), a_scene(a_case(plan=SENT), me=JAN),
        a_scene(a_case(plan=SENT)), a_scene(a_case()),
        a_scene(a_case(plan=DRAFT)), a_scene(a_case(plan=PLAN), about={"just_read": "yes"}),
        a_scene(a_case(plan=with_replies(PLAN), coach=None)), a_scene(a_case(plan=Plan(status="discussed"))),
    ),
    "plan_answer": (
        a_scene(a_case(plan=SENT), me=JAN), a_scene(a_case(), me=JAN), a_scene(a_case(plan=BARE), me=JAN),
        by_milestone("plan_answer", a_case(plan=SENT), me=JAN),
    ),
    "returned": (
        by_milestone("return_expected", a_case(anchors=NEAR), today=RETURN),
        a_scene(a_case(plan=PLAN, anchors=NEAR)),
        a_scene(a_case(facts=frozenset({"statutory"}), spells=())),
        a_scene(a_case(plan=replace(PLAN, first_day=FirstDay())), about={"on": "2026-11-24"}),
        *(a_scene(a_case(plan=plan, anchors=NEAR), about={"kept": RETURN.isoformat()})
          for plan in (None, PLAN, replace(PLAN, first_day=FirstDay()))),
    ),
    "first_day": (
        by_milestone("first_day", returned_case(plan=PLAN), today=RETURN), a_scene(returned_case(), today=RETURN),
    ),
    "follow_up": (
        by_milestone("after_2_weeks", returned_case(plan=PLAN), today=date(2027, 2, 1)),
        a_scene(returned_case(plan=PLAN), today=MONTH_ON), a_scene(returned_case(), today=RETURN),
        a_scene(returned_case(plan=PLAN, facts=frozenset({"statutory"})), today=MONTH_ON),
    ),
    "evaluation": (
        by_milestone("evaluation", returned_case(plan=PLAN), today=EVALUATION),
        a_scene(returned_case(), today=EVALUATION),
    ),
    "review": (
        by_milestone("agreement_review", returned_case(plan=PLAN), today=EVALUATION, agreement="a1"),
        a_scene(returned_case(plan=replace(PLAN, agreements=(LASTING,))), today=EVALUATION),
        a_scene(returned_case(plan=PLAN), today=EVALUATION), a_scene(returned_case(), today=EVALUATION),
    ),
}  # fmt: skip


def talker(dialogue: str) -> Talker:
    """The script of a dialogue."""
    talk: Talker = importlib.import_module(f"conversations.dialogues.{dialogue}").talk
    return talk


@cache
def walked(dialogue: str) -> tuple[Walk, ...]:
    """A walk through every scene of a dialogue."""
    return tuple(walk(talker(dialogue), dialogue, scene) for scene in SCENES[dialogue])


def lines(dialogue: str) -> set[str]:
    """Every line that the walks reached."""
    return set[str]().union(*(one.lines for one in walked(dialogue)))


def normal(ask: Ask, chosen: Mapping[str, Json], today: date) -> Json:
    """The ordinary answer: what is chosen for it, else the first choice."""
    return chosen[ask.name] if ask.name in chosen else possible(ask, today)[0]


def talked(
    dialogue: str, scene: Scene, chosen: Mapping[str, Json] | None = None
) -> tuple[list[str], tuple[Effect, ...]]:
    """The questions of a talk with ordinary answers, and how it ends."""
    answers: dict[str, Json] = {}
    while True:
        turn = replay(talker(dialogue), scene, answers)
        for line in turn.lines:
            render(dialogue, line, "nl", scene.today)
        if turn.asked is None:
            return list(answers), turn.effects
        answers[turn.asked.name] = normal(turn.asked, chosen or {}, scene.today)


def after(case: Case, effects: Sequence[Effect]) -> Case:
    """The case as the effects leave it."""
    for effect in effects:
        if not isinstance(effect, Begin):
            case = apply(case, effect)  # type: ignore[arg-type] # these talks end with changes only
    return case


def plan_of(effects: Sequence[Effect]) -> Plan:
    """The plan that was kept."""
    return next(effect.plan for effect in effects if isinstance(effect, Planned))


def told(effects: Sequence[Effect]) -> list[tuple[str | None, str]]:
    """Who hears what."""
    return [(one.who, one.about["notice"]) for one in effects if isinstance(one, Begin) and one.dialogue == "notice"]


@pytest.mark.parametrize("dialogue", SCENES)
def test_every_line_of_words_is_reached(dialogue: str) -> None:
    """No words lie in a folder without a line that says them, and no line lacks words."""
    folder = resources.files("messages").joinpath("templates/nl", dialogue)
    written = {file.name.removesuffix(".md") for file in folder.iterdir()}
    everywhere = set[str]().union(*(lines(other) for other in SCENES))
    elsewhere = {name.removeprefix(f"{dialogue}/") for name in everywhere if name.startswith(f"{dialogue}/")}
    assert written == {name for name in lines(dialogue) if "/" not in name} | elsewhere


@pytest.mark.parametrize("dialogue", SCENES)
def test_labels_fit_on_a_button(dialogue: str) -> None:
    """A button carries at most 24 characters, however many somebody's name has."""
    for one in walked(dialogue):
        for name, message in one.messages.items():
            if name not in ("host", "team_by"):
                assert [] == [button.label for button in message.buttons if len(button.label) > 24]


def test_every_notice_of_these_talks_has_words() -> None:
    """Whatever HR, the coach, the manager or the colleague hears can be said."""
    heard = {
        (end.about["notice"], "on" in end.about)
        for dialogue in SCENES for one in walked(dialogue) for ending in one.endings for end in ending
        if isinstance(end, Begin) and end.dialogue == "notice"
    }  # fmt: skip
    for what, dated in heard:
        data: dict[str, Any] = {"by": "Sofie", "employee": "Jan", **({"on": RETURN} if dated else {})}
        render("notice", Tell(what, data), "nl", TODAY)


def test_checklist_is_covered() -> None:
    """Every item of the checklist names lines that a walk reaches."""
    table = Path("docs/checklist.md").read_text(encoding="utf-8")
    rows = dict(re.findall(r"^\| (\d\.\d+) \|.*\| (`.*) \|$", table, re.MULTILINE))
    items = [f"1.{n}" for n in range(1, 13)] + [f"2.{n}" for n in range(21)] + [f"3.{n}" for n in range(1, 12)]
    assert items == list(rows)
    for item, where in rows.items():
        for dialogue, line in re.findall(r"`(\w+)/(\w+)`", where):
            reached = lines(dialogue) | set[str]().union(*(lines(other) for other in SCENES))
            assert {line, f"{dialogue}/{line}"} & reached, f"{item}: {dialogue}/{line}"


def test_whole_talk_takes_at_most_25_turns() -> None:
    """Preparing, holding and reporting when nothing special comes up, with a measure under each of the five A's."""
    case = a_case(anchors=SOON)
    prepared, effects = talked("prepare_talk", a_scene(case), {"plays": []})
    case = after(case, effects)
    held, effects = talked("reintegration_talk", a_scene(case))
    case = after(case, effects)
    reported, effects = talked("report", a_scene(case))
    assert len(prepared) + len(held) + len(reported) <= 25
    plan = after(case, effects).plan
    assert plan is not None
    assert ["content", "conditions", "means", "organisation", "relations"] == [one.heading for one in plan.agreements]
    assert ("agreed", TODAY, ()) == (plan.status, plan.sent_on, plan.open_points)


def test_details_are_proposed() -> None:
    """Six weeks and a half for what is temporary, reviewed just before; three months for what lasts."""
    _, effects = talked("reintegration_talk", a_scene(a_case(anchors=SOON)))
    content, _, means, *_ = plan_of(effects).agreements
    assert Agreement("a1", "content", "A1-01", starts=date(2026, 11, 30), ends=date(2027, 1, 15),
                     review_on=date(2027, 1, 14)) == content  # fmt: skip
    assert Agreement("a3", "means", "A3-01", starts=date(2026, 11, 30), temporary=False,
                     review_on=date(2027, 3, 1)) == means  # fmt: skip


def test_conflict_stops_the_preparation() -> None:
    """With signs of conflict HR goes first, and nothing else is asked (b.1.10)."""
    asked, effects = talked("prepare_talk", a_scene(a_case()), {"plays": ["advice", "conflict"]})
    assert ["plays"] == asked
    assert (Learned("conflict"), Begin("notice", "hr", about={"notice": "conflict_signals", "by": "sofie"})) == effects


def test_only_hr_is_asked_about_a_handicap() -> None:
    """Whether there is a recognised handicap is not for the manager to say (b.1.11)."""
    manager, hr = (replay(talker("prepare_talk"), a_scene(a_case(), me=me), {}).asked for me in (SOFIE, ELS))
    assert manager is not None
    assert hr is not None
    assert {"handicap"} == set(hr.choices) - set(manager.choices)


def test_guests_are_kept_as_roles() -> None:
    """Who comes along is a role, never a name (f.3, 29)."""
    chosen: dict[str, Json] = {"plays": [], "setting": "other", "company": ["union", "someone"]}
    _, effects = talked("prepare_talk", a_scene(a_case()), chosen)
    assert ("employee", "manager", "union", "someone") == plan_of(effects).participants


def test_the_talk_has_an_hour() -> None:
    """Ten o'clock in one tap, another hour on request, and none where it is not known yet or there is no day."""
    for chosen, hour in (
        ({}, "10:00"),
        ({"setting": "hour", "hour": "14:30"}, "14:30"),
        ({"setting": "hour", "hour": None}, None),
        ({"setting": "other", "hour": "09:00"}, "09:00"),
        ({"when": None}, None),
    ):
        _, effects = talked("prepare_talk", a_scene(a_case()), {"plays": [], **chosen})
        assert hour == plan_of(effects).planned_hour


def test_a_talk_on_another_day_has_another_hour() -> None:
    """Not yet: the day and the hour of the plan move along, and without an hour and a plan there is only the day."""
    on, moved = "2026-12-01", Moved("talk_planned", date(2026, 12, 1))
    before = a_case(plan=Plan(planned_at=TODAY, planned_hour="10:00"))
    effects = ends("reintegration_talk", a_scene(before), held="not_yet", new_date=on, new_hour="14:30")
    assert (moved, Planned(Plan(planned_at=date(2026, 12, 1), planned_hour="14:30"))) == effects
    effects = ends("reintegration_talk", a_scene(a_case()), held="not_yet", new_date=on, new_hour=None)
    assert (moved,) == effects


def test_the_hour_is_said_on_the_day_of_the_talk() -> None:
    """In the words of that morning, and on no other day."""
    for planned, hour in ((TODAY, "14:30"), (date(2026, 11, 27), None)):
        case = a_case(plan=Plan(planned_at=planned, planned_hour="14:30"), anchors={"talk_planned": planned})
        assert hour == nudge(by_milestone("return_talk", case)).data["hour"]


def test_progressive_return_has_a_build_up() -> None:
    """The usual steps from the first day, the coach involved, and the agreement ends where the last step begins."""
    chosen: dict[str, Json] = {
        "content": [], "conditions": ["A2-03"], "means": [], "organisation": [], "relations": [],
        "buildup_days": ["1", "2", "3"],
    }  # fmt: skip
    _, effects = talked("reintegration_talk", a_scene(a_case(anchors=SOON)), chosen)
    plan = plan_of(effects)
    days = frozenset({1, 2, 3})
    steps = (Step(date(2026, 11, 30), 19.0, days), Step(date(2026, 12, 14), 30.4), Step(date(2026, 12, 28), 38.0))
    assert steps == plan.buildup
    assert [("A2-03", date(2026, 12, 27), date(2026, 12, 24))] == [
        (one.code, one.ends, one.review_on) for one in plan.agreements
    ]
    assert Learned("progressive") in effects
    assert ("coach", "progressive") in told(effects)


def test_each_step_of_an_own_build_up_has_its_days() -> None:
    """They are asked for each step, until the hours are full."""
    chosen: dict[str, Json] = {
        "content": [], "conditions": ["A2-03"], "means": [], "organisation": [], "relations": [],
        "buildup_shape": "own", "buildup_days": ["1", "2"], "step_hours_1": 19.0, "step_from_2": "2026-12-14",
        "step_hours_2": 30.0, "step_days_2": ["1", "2", "4", "5"], "step_from_3": "2026-12-28", "step_hours_3": 38.0,
    }  # fmt: skip
    _, effects = talked("reintegration_talk", a_scene(a_case(anchors=SOON)), chosen)
    assert [(19.0, {1, 2}), (30.0, {1, 2, 4, 5}), (38.0, set())] == [
        (step.hours, set(step.days)) for step in plan_of(effects).buildup
    ]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        (("tasks", "We hebben nieuwe computers."), ["Vertel wat er veranderde: taken.", "Vertel ook: We hebben nieuw"]),
        (("Een nieuw gebouw",), ["Vertel wat er veranderde: Een nieuw gebouw"]),
    ],
)
def test_a_change_in_own_words_has_its_own_line(changes: tuple[str, ...], said: list[str]) -> None:
    """It is not written into the list of the others."""
    data = {"employee": "Jan", "on": None, "hour": None, "changes": changes}
    message = as_text(render("prepare_talk", Tell("ready", data), "nl", TODAY))
    assert [line for line in said if f"- {line}" in message] == said


@pytest.mark.parametrize(("coach", "who", "said"), [("tom", "coach", "de terugkeercoach"), (None, "hr", "HR")])
def test_who_hears_of_a_build_up_is_said_as_it_is(coach: str | None, who: str, said: str) -> None:
    """The coach of the case, else HR; that the house has coaches makes none of this case."""
    scene = a_scene(a_case(coach=coach, facts=frozenset({"has_coach"})))
    _, effects = talked("prepare_talk", scene, {"plays": ["progressive"]})
    assert [(who, "progressive")] == told(effects)
    message = walk(talker("prepare_talk"), "prepare_talk", scene).messages["progressive"]
    assert f"Ik verwittig {said}," in as_text(message)


def test_what_seems_not_feasible_stays_open() -> None:
    """A doubt is no decision: HR owns it, it is an open point, and HR hears (f.3, 26)."""
    chosen: dict[str, Json] = {"details": "doubt", "doubtful": ["a1"]}
    _, effects = talked("reintegration_talk", a_scene(a_case(anchors=SOON)), chosen)
    plan = plan_of(effects)
    assert ("hr", "open") == (plan.agreements[0].owner, plan.agreements[0].state)
    assert ("doubtful", "doubtful_a1") == plan.open_points
    assert [("hr", "limits")] == told(effects)


def test_parked_questions_are_open_points() -> None:
    """What is left for later is listed; what is skipped is not."""
    chosen: dict[str, Json] = {"capabilities": PARKED_AS, "needs": None, "signals": PARKED_AS}
    _, effects = talked("reintegration_talk", a_scene(a_case(anchors=SOON)), chosen)
    assert ("capabilities", "signals") == plan_of(effects).open_points


def test_everything_may_be_skipped() -> None:
    """A talk without one answer still ends well, in every dialogue."""
    changing = a_scene(a_case(plan=replace(BARE, team=Team()), anchors=NEAR))
    for dialogue, scenes in SCENES.items():
        for scene in (*scenes, changing):
            answers: dict[str, Json] = {}
            while (asked := replay(talker(dialogue), scene, answers).asked) is not None:
                answers[asked.name] = None if not asked.required else possible(asked, scene.today)[0]


def test_a_plan_is_changed_by_chapter() -> None:
    """With a plan only what is chosen is asked, and the plan becomes a new version."""
    case = returned_case(plan=SENT)
    asked, effects = talked("reintegration_talk", a_scene(case, today=MONTH_ON), {"chapters": ["signals"]})
    assert ["chapters", "signals", "save"] == asked
    plan = plan_of(effects)
    assert (2, "discussed", None, SENT.agreements) == (plan.version, plan.status, plan.sent_on, plan.agreements)


def test_a_talk_that_is_not_kept_changes_nothing() -> None:
    """Nothing is saved before the summary is agreed to."""
    _, effects = talked("reintegration_talk", a_scene(a_case(anchors=SOON)), {"save": "drop"})
    assert () == effects


def test_a_text_can_be_taken_out() -> None:
    """What does not belong in the report goes, and an own agreement without words goes whole (b.3.1)."""
    chosen: dict[str, Json] = {"reread": "reword", "texts": ["needs", "a2"], "text_needs": None, "text_a2": None}
    _, effects = talked("report", a_scene(a_case(plan=PLAN)), chosen)
    plan = plan_of(effects)
    assert (None, (LIGHTER,)) == (plan.needs, plan.agreements)


def test_texts_that_can_be_reworded_are_fields_of_a_plan() -> None:
    """No text of a plan is missed when it is read again."""
    own = {name for name, hint in Plan.__annotations__.items() if hint == "str | None"}
    assert own - {"place", "planned_hour", "remark", "fixed", "feasible"} == set(TEXTS)


def test_the_limits_of_the_manager_are_not_in_the_report() -> None:
    """What a manager finds hard to change is for him and HR, not for the colleague's report."""
    scene = a_scene(a_case(plan=replace(PLAN, fixed="Rode grens", feasible="Groene grens")))
    shown = str(walk(talker("report"), "report", scene).messages["plan"])
    assert "grens" not in shown


def test_the_report_is_sent_to_who_takes_part() -> None:
    """A colleague who takes part gets it in the chat; nobody else hears anything of the bot."""
    (_, sent), (_, given) = (
        talked("report", a_scene(a_case(plan=PLAN, checkins=state))) for state in ("yes", "unasked")
    )
    assert Begin("plan_answer", "jan") in sent
    assert Begin("plan_answer", "jan") not in given
    assert "sent" == plan_of(sent).status


def test_the_colleague_agrees() -> None:
    """Akkoord is kept per agreement, and the manager hears it."""
    _, effects = talked("plan_answer", a_scene(a_case(plan=SENT), me=JAN), {"answer": "agreed"})
    plan = plan_of(effects)
    assert ("agreed", "agreed") == (plan.status, plan.reply)
    assert ["agreed", "agreed"] == [one.employee_reply for one in plan.agreements]
    assert [("sofie", "plan_agreed")] == told(effects)


def test_the_colleague_wants_something_else() -> None:
    """What should be different stands beside the agreement; the rest is agreed."""
    chosen: dict[str, Json] = {"answer": "differs", "which": ["a1"], "remark_a1": "Liever tot april."}
    _, effects = talked("plan_answer", a_scene(a_case(plan=SENT), me=JAN), chosen)
    plan = plan_of(effects)
    first = replace(LIGHTER, employee_reply="differs", employee_remark="Liever tot april.")
    assert (first, replace(COFFEE, employee_reply="agreed")) == plan.agreements
    assert [("sofie", "plan_differs")] == told(effects)


def test_a_return_in_part() -> None:
    """The day and the kind are kept, and the coach hears of a progressive start."""
    scene = by_milestone("return_expected", a_case(plan=PLAN), today=RETURN)
    _, effects = talked("returned", scene, {"how": "partial", "on": RETURN.isoformat()})
    assert Returned(RETURN, partial=True) == effects[0]
    assert [("coach", "progressive"), ("hr", "came_back")] == told(effects)
    assert Done("return_expected") in effects


def test_a_return_that_was_said_elsewhere_is_not_asked_again() -> None:
    """The day another talk heard is used."""
    asked, effects = talked("returned", a_scene(a_case(plan=PLAN), about={"on": "2026-11-24"}))
    assert ["how"] == asked
    assert Returned(TODAY) == effects[0]
    assert Begin("returned", about={"kept": "2026-11-24"}) == effects[-1]


def test_a_hard_first_day() -> None:
    """It is kept as how work went, and a next step follows."""
    scene = by_milestone("first_day", returned_case(plan=PLAN), today=RETURN)
    _, effects = talked("first_day", scene, {"went": "hard", "next": "hr"})
    assert ["hard"] == [one.went for one in plan_of(effects).follow_ups]
    assert Done("first_day") in effects
    assert [("hr", "first_day_hard")] == told(effects)


def test_a_follow_up_adapts_an_agreement() -> None:
    """An agreement that is not right any more is adapted, and the next step of the build-up may come later."""
    scene = a_scene(returned_case(plan=PLAN), today=MONTH_ON)
    chosen: dict[str, Json] = {
        "agreements_ok": "no", "which": ["a1"], "verdict_a1": "adapted", "becomes_a1": "Alleen nog in de voormiddag",
        "how_long_a1": "temporary", "until_a1": "2027-04-02", "again_a1": "2027-04-01", "next_step": "slower",
    }  # fmt: skip
    _, effects = talked("follow_up", scene, chosen)
    changed = replace(LIGHTER, state="adapted", what="Alleen nog in de voormiddag", ends=date(2027, 4, 2),
                      review_on=date(2027, 4, 1))  # fmt: skip
    assert [Reviewed(changed)] == [one for one in effects if isinstance(one, Reviewed)]
    assert date(2027, 3, 15) == plan_of(effects).buildup[1].starts
    assert Done("after_1_month") in effects
    assert [("hr", "buildup_changed")] == told(effects)


@pytest.mark.parametrize(
    ("outcome", "states", "reviews", "begins"),
    [
        ("full", ["stopped", "stopped"], [None, None], ["close"]),
        ("extended", ["kept", "kept"], [date(2027, 4, 8), date(2027, 4, 8)], []),
        ("lasting", ["kept", "kept"], [date(2027, 6, 4), date(2027, 6, 4)], []),
        ("other", ["open", "open"], [LIGHTER.review_on, None], ["notice"]),
    ],
)
def test_outcomes_of_the_evaluation(
    outcome: str, states: list[str], reviews: list[date | None], begins: list[str]
) -> None:
    """Each outcome settles the agreements and what follows (b.3.9, b.3.11)."""
    case = returned_case(plan=PLAN)
    scene = by_milestone("evaluation", case, today=EVALUATION)
    _, effects = talked("evaluation", scene, {"outcome": outcome})
    plan = after(case, effects).plan
    assert plan is not None
    assert (outcome, EVALUATION) == (plan.outcome, plan.evaluated_on)
    assert states == [one.state for one in plan.agreements]
    assert reviews == [one.review_on for one in plan.agreements]
    assert begins == [one.dialogue for one in effects if isinstance(one, Begin)]
    assert (outcome == "lasting") == (not any(one.temporary for one in plan.agreements))


def test_review_of_one_agreement() -> None:
    """The agreement whose day it is, and nothing else."""
    scene = by_milestone("agreement_review", returned_case(plan=PLAN), today=EVALUATION, agreement="a1")
    asked, effects = talked("review", scene, {"verdict_a1": "stopped"})
    assert ["verdict_a1"] == asked
    assert (
        Reviewed(replace(LIGHTER, state="stopped", ends=EVALUATION, review_on=None)), Done("agreement_review"),
    ) == effects  # fmt: skip


def test_the_date_of_the_talk_is_an_anchor() -> None:
    """Preparing plans the talk, so that the bot comes back on the day."""
    chosen: dict[str, Json] = {"plays": [], "when": "2026-12-01"}
    _, effects = talked("prepare_talk", a_scene(a_case()), chosen)
    assert Moved("talk_planned", date(2026, 12, 1)) in effects


def test_the_coach_is_not_told_what_he_does_himself() -> None:
    """A coach who holds the talk gets no notice of it."""
    scene = a_scene(a_case(), me=TOM)
    _, effects = talked("prepare_talk", scene, {"plays": ["progressive"]})
    assert [] == told(effects)


def test_every_measure_of_the_catalogue_has_a_name() -> None:
    """A measure that is chosen can be read back, also the routes to others."""
    for measure in MEASURES:
        plan = replace(PLAN, agreements=(Agreement("a1", measure.heading, measure.code),))
        walk(talker("review"), "review", a_scene(returned_case(plan=plan), today=EVALUATION), most=1)
