"""The dialogues about the absence itself: reporting it, keeping in touch, dates, care, ending."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from importlib import import_module
from importlib.resources import files

import pytest

from conversations.case import (
    AbsentAgain,
    Attempt,
    CareSet,
    Closed,
    Contact,
    ContactAgreed,
    Contacted,
    Corrected,
    Done,
    HandedOver,
    Learned,
    Moved,
    Silenced,
)
from conversations.plan import Agreement, Plan
from conversations.talking.dialogue import Begin, Coming, Effect, Json, OpenCase, Scene, Talker
from conversations.talking.replay import replay
from conversations.timing.policy import Milestone, Policy
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
    no_answer,
    returned_case,
)
from tests.explorer import walk

A_PLAN = Plan(agreements=(Agreement("a1", "content", "fewer_tasks"), Agreement("a2", "means", "chair")))
LATER = date(2027, 2, 1)
PARTLY_BACK = returned_case(plan=A_PLAN)
RESTING = a_case(contact=replace(AGREED, disconnect_until=date(2026, 12, 18), info_wishes=("card",)))

SCENES: Mapping[str, tuple[Scene, ...]] = {
    "new_absence": (
        a_scene(),
        a_scene(me=ELS),
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
        a_scene(a_case(attempts=no_answer(TODAY)), me=ELS),
        a_scene(a_case(facts=frozenset({"employee_declines"}))),
        a_scene(RESTING),
    ),
    "contact_agreement": (
        a_scene(a_case()),
        a_scene(a_case(hr=None, anchors={"disconnect_until": date(2026, 12, 18)}), me=ELS),
        a_scene(a_case(facts=frozenset({"employee_declines"})), me=TOM),
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
        a_scene(a_case()),
    ),
    "close": (
        a_scene(a_case()),
        a_scene(PARTLY_BACK, me=ELS),
        a_scene(returned_case(plan=Plan(agreements=A_PLAN.agreements[:1]))),
    ),
    "silence": (a_scene(a_case()), a_scene(a_case(), me=ELS)),
}


def talker(dialogue: str) -> Talker:
    """The script of a dialogue."""
    found: Talker = import_module(f"conversations.dialogues.{dialogue}").talk
    return found


def ends(dialogue: str, scene: Scene, **answers: Json) -> tuple[Effect, ...]:
    """What a talk ends with, when these are the answers."""
    turn = replay(talker(dialogue), scene, answers)
    assert turn.over, f"{turn.asked} is still open"
    assert set(answers) == {ask.name for ask, _ in turn.answered}
    return turn.effects


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


# --- A new absence ---------------------------------------------------------------------------------------


def test_a_new_absence_becomes_a_case() -> None:
    """Who, since when, until when and who told it: nothing else is kept."""
    effects = ends("new_absence", a_scene(), who="jan", since="2026-11-23", until="2026-12-04", reported_by="self",
                   save="yes")  # fmt: skip
    assert (OpenCase("jan", date(2026, 11, 23), TODAY, date(2026, 12, 4), "self"),) == effects


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
    (begin,) = ends("new_absence", a_scene(me=FATIMA), who="fatima") and ends(
        "new_absence", a_scene(me=FATIMA, about={"employee": "jan"})
    )
    assert Begin("notice", "hr", about={"notice": "absence_to_report", "by": "fatima", "employee": "jan"}) == begin


def test_a_deputy_reports_for_the_team() -> None:
    """Who stands in for a manager who is away may report for that team."""
    away = replace(SOFIE, deputy="dirk", away_from=TODAY, away_until=LATER)
    scene = replace(a_scene(me=CAST["dirk"]), people={**CAST, "sofie": away})
    effects = ends("new_absence", scene, who="jan", since="2026-11-24", until=None, reported_by=None, save="yes")
    assert (OpenCase("jan", TODAY, TODAY),) == effects


# --- Contact ---------------------------------------------------------------------------------------------


def test_a_call_is_a_date_and_nothing_more() -> None:
    """One tap: the date, the channel, the milestone done; and the agreement when there is none yet."""
    spoken = Contacted(Attempt(TODAY, "reached", None, "sofie"))
    effects = ends("contact", by_milestone("first_call", a_case()), outcome="reached")
    assert (spoken, Done("first_call"), Begin("contact_agreement")) == effects


def test_a_call_on_request_asks_when_next() -> None:
    """Without a rhythm the next contact is a date they chose."""
    contact = replace(AGREED, frequency="on_request")
    effects = ends("contact", a_scene(a_case(contact=contact)), outcome="reached", next="2026-12-08")
    spoken = Contacted(Attempt(TODAY, "reached", "phone", "sofie"))
    assert (spoken, Moved("contact_next", date(2026, 12, 8))) == effects


def test_a_passed_date_is_taken_away_by_a_call() -> None:
    """What was agreed for today and happened, is over."""
    case = a_case(contact=AGREED, anchors={"contact_next": TODAY})
    assert Moved("contact_next", None) in ends("contact", a_scene(case), outcome="reached")


def test_one_call_settles_every_open_call() -> None:
    """Who calls of the own accord is not reminded of the first call; a personal talk stays to be had."""
    policy = Policy("ours", 1, tuple(Milestone(name, "manager", "policy", "L-01", ask=ask) for name, ask in (
        ("first_call", "contact"), ("weekly_contact", "contact"), ("personal_talk", "contact"), ("first_steps", None),
    )))  # fmt: skip
    coming = tuple(
        Coming("jan-1", name, nth, on, "manager", state, "L-01", "policy")
        for name, nth, on, state in (
            ("first_call", 0, TODAY, "now"), ("weekly_contact", 22, TODAY, "soon"), ("personal_talk", 0, TODAY, "now"),
            ("weekly_contact", 29, LATER, "soon"), ("first_steps", 0, TODAY, "now"),
        )
    )  # fmt: skip
    scene = a_scene(a_case(contact=AGREED), coming=coming, policy=policy)
    assert (Done("first_call"), Done("weekly_contact", 22)) == ends("contact", scene, outcome="reached")[1:]


def test_no_answer_is_tried_once_more() -> None:
    """The first time: another channel, three days later (f.3, 2)."""
    effects = ends("contact", by_milestone("weekly_contact", a_case(contact=AGREED)), outcome="no_answer")
    again = Moved("contact_next", TODAY + timedelta(days=3))
    assert (Contacted(Attempt(TODAY, "no_answer", "phone", "sofie")), again, Done("weekly_contact")) == effects


def test_no_answer_twice_goes_to_hr() -> None:
    """The second time in a row HR looks on, and there is no third push (f.3, 2)."""
    case = a_case(contact=AGREED, attempts=no_answer(date(2026, 11, 20)))
    effects = ends("contact", by_milestone("weekly_contact", case), outcome="no_answer")
    notice = Begin("notice", "hr", about={"notice": "no_answer", "by": "sofie"})
    by_hr = ContactAgreed(replace(AGREED, person="els"))
    assert (by_hr, Moved("contact_next", None), Done("weekly_contact"), notice) == effects[1:]


def test_hr_hears_once_of_no_answer() -> None:
    """Later attempts are kept, and nobody is told again."""
    case = a_case(attempts=no_answer(date(2026, 11, 16), date(2026, 11, 20)))
    effects = ends("contact", a_scene(case), outcome="no_answer")
    assert [] == [effect for effect in effects if isinstance(effect, Begin)]
    effects = ends("contact", a_scene(case, me=ELS), outcome="no_answer")
    assert (Contacted(Attempt(TODAY, "no_answer", None, "els")), Moved("contact_next", None)) == effects


def test_later_is_a_day() -> None:
    """The day that was chosen comes instead of reminders; without a day nothing moves, and they come."""
    case = a_case(contact=replace(AGREED, next=TODAY))
    scene, day = by_milestone("weekly_contact", case), date(2026, 11, 30)
    moved = (ContactAgreed(replace(AGREED, next=day)), Moved("contact_next", day), Done("weekly_contact"))
    assert moved == ends("contact", scene, outcome="later", when="2026-11-30")
    assert () == ends("contact", scene, outcome="later", when=None)


def test_later_suggests_working_days() -> None:
    """On a Friday tomorrow is Monday, once."""
    turn = replay(talker("contact"), a_scene(a_case(), today=date(2026, 11, 27)), {"outcome": "later"})
    assert turn.asked is not None
    assert (date(2026, 11, 30),) == turn.asked.suggest


def test_declining_contact_is_respected() -> None:
    """An employee may decline (L-02): learned, done, and HR hears only that."""
    effects = ends("contact", by_milestone("first_call", a_case()), outcome="not_needed", why="declines")
    assert (
        Contacted(Attempt(TODAY, "not_needed", None, "sofie")),
        Done("first_call"),
        Learned("employee_declines"),
        Begin("notice", "hr", about={"notice": "declines", "by": "sofie"}),
    ) == effects


def test_contact_that_was_declined_may_come_back() -> None:
    """Who declined and calls after all, is reachable again."""
    case = a_case(contact=AGREED, facts=frozenset({"employee_declines"}))
    assert Learned("employee_declines", holds=False) in ends("contact", a_scene(case), sign="yes")
    assert (Done("weekly_contact"),) == ends("contact", by_milestone("weekly_contact", case), sign="no")


def test_nothing_is_asked_during_full_disconnection() -> None:
    """Full rest is a normal choice: no card, no question (f.3, 1)."""
    turn = replay(talker("contact"), a_scene(RESTING), {})
    assert (["disconnected"], ()) == ([line.name for line in turn.lines], turn.effects)


def test_the_card_names_who_takes_up_contact() -> None:
    """After a full disconnection that is whoever was chosen for it, and then whoever keeps contact."""
    rested = replace(AGREED, disconnect_until=date(2026, 11, 20), restarts="fatima")
    for since, by in ((date(2026, 11, 3), "Fatima"), (date(2026, 11, 23), None)):
        turn = replay(talker("contact"), a_scene(a_case(contact=rested, anchors={"contact": since})), {})
        assert by == turn.lines[0].data["by"]


# --- The contact agreement -------------------------------------------------------------------------------

ANSWERS: Mapping[str, Json] = {
    "who": "me", "channel": "text", "frequency": "fortnightly", "disconnect": "no", "info": ["newsletter"],
    "colleagues": "absent", "next": "2026-12-08", "keep": "yes",
}  # fmt: skip


def test_an_agreement_is_kept_after_it_was_read_back() -> None:
    """Who, how, how often, what is wanted, and the next date."""
    contact = Contact("sofie", "text", "fortnightly", next=date(2026, 12, 8), info_wishes=("newsletter",),
                      colleagues="absent", agreed_on=TODAY)  # fmt: skip
    effects = ends("contact_agreement", a_scene(a_case()), **ANSWERS)
    assert (ContactAgreed(contact), Moved("contact_next", date(2026, 12, 8))) == effects
    assert () == ends("contact_agreement", a_scene(a_case()), **{**ANSWERS, "keep": "no"})


def test_full_disconnection_has_an_end_and_a_person() -> None:
    """Until when, who takes up contact then, and a card if it may; HR gets the date only (f.3, 1)."""
    answers = {name: value for name, value in ANSWERS.items() if name != "next"}
    rest: Mapping[str, Json] = {"disconnect": "yes", "until": "2026-12-18", "restarts": "hr", "card": "yes"}
    effects = ends("contact_agreement", a_scene(a_case()), **{**answers, **rest})
    agreed, moved, until, notice = effects
    assert isinstance(agreed, ContactAgreed)
    assert ("els", ("newsletter", "card")) == (agreed.contact.restarts, agreed.contact.info_wishes)
    assert agreed.contact.disconnected(date(2026, 12, 18))
    assert (Moved("contact_next", None), Moved("disconnect_until", date(2026, 12, 18))) == (moved, until)
    about = {"notice": "disconnected", "by": "sofie", "until": "2026-12-18"}
    assert Begin("notice", "hr", about=about) == notice


def test_a_colleague_who_keeps_contact_hears_of_it() -> None:
    """The one who was chosen is told."""
    effects = ends("contact_agreement", a_scene(a_case()),
                   **{**ANSWERS, "who": "colleague", "who_colleague": "fatima"})  # fmt: skip
    assert Begin("notice", "fatima", about={"notice": "keeps_contact", "by": "sofie"}) == effects[-1]


def test_who_cannot_be_neutral_is_relieved() -> None:
    """One question, no reason: HR takes over (f.3, 3)."""
    other = a_scene(a_case(hr=None), about={"because": "someone_else"})
    effects = ends("contact_agreement", other, who="colleague", who_colleague="fatima", neutral="no")
    assert effects == ends("contact_agreement", a_scene(a_case(hr=None)), who="hr", neutral="no")
    notice = Begin("notice", "hr", about={"notice": "conflict", "by": "sofie"})
    assert (Learned("conflict"), ContactAgreed(Contact(person="els")), HandedOver("hr", "els"), notice) == effects


def test_every_question_of_an_agreement_may_be_skipped() -> None:
    """An agreement can be made of nothing but the wish to keep one."""
    skipped: dict[str, Json] = dict.fromkeys(ANSWERS)
    effects = ends("contact_agreement", a_scene(a_case()), **{**skipped, "keep": "yes"})
    assert (ContactAgreed(Contact(agreed_on=TODAY)), Moved("contact_next", None)) == effects


# --- First steps -----------------------------------------------------------------------------------------


def test_a_talk_that_cannot_be_yet_gets_a_next_date() -> None:
    """Set together with the employee (S2-04); a refusal for now is respected."""
    scene = by_milestone("first_steps", a_case())
    assert (Moved("first_talk_next", date(2026, 12, 15)), Learned("return_refused_for_now"), Done("first_steps")) == (
        ends("first_steps", scene, held="prefers_not", next="2026-12-15")
    )
    assert (Done("first_steps"),) == ends("first_steps", scene, held="cannot_yet", next=None)


def test_a_talk_that_is_still_to_come_is_planned() -> None:
    """Its day asks again; without a day the reminders do."""
    scene = by_milestone("first_steps", a_case())
    planned = (Moved("first_talk_next", date(2026, 12, 1)), Done("first_steps"))
    assert planned == ends("first_steps", scene, held="not_yet", plan="2026-12-01")
    assert () == ends("first_steps", scene, held="not_yet", plan=None)


def test_a_feasible_return_is_dated() -> None:
    """From today the two months of S2-06 run; the expected day is kept when it is known."""
    effects = ends("first_steps", by_milestone("first_steps", a_case()), held="held", attention="no", possible="yes",
                   feasible="yes", expected="2027-01-18")  # fmt: skip
    assert (
        Moved("return_feasible", TODAY),
        Moved("expected_return", date(2027, 1, 18)),
        Done("first_steps"),
    ) == effects


def test_special_attention_brings_the_coach() -> None:
    """Several actors: the coach joins; without one HR looks for one."""
    answers = {"held": "held", "attention": "yes", "possible": "unknown", "next": None}
    coach = Begin("notice", "coach", about={"notice": "coach_joins", "by": "sofie"})
    assert (Learned("complex"), coach) == ends("first_steps", a_scene(a_case()), **answers)
    joins = (Learned("complex"), HandedOver("coach", "tom"), coach)
    assert joins == ends("first_steps", a_scene(a_case(coach=None)), **answers)
    hr = Begin("notice", "hr", about={"notice": "coach_needed", "by": "sofie"})
    without = replace(a_scene(a_case(coach=None)), people={name: CAST[name] for name in ("jan", "sofie", "els")})
    assert (Learned("complex"), hr) == ends("first_steps", without, **answers)


# --- Dates -----------------------------------------------------------------------------------------------


def test_a_longer_certificate_takes_away_a_return_before_its_end() -> None:
    """Two dates that cannot both be true: the older one goes, and that is said."""
    case = a_case(anchors={"expected_return": date(2026, 12, 7)})
    effects = ends("change_dates", a_scene(case), what="longer", until="2026-12-18", keep="yes")
    assert (Moved("certificate_end", date(2026, 12, 18)), Moved("expected_return", None)) == effects


def test_a_longer_certificate_leaves_a_return_that_was_made() -> None:
    """Who works partially stays absent in part; only a return that is still to come can be overtaken."""
    case = a_case(anchors={"partial_return": date(2026, 11, 16), "actual_return": date(2026, 12, 14)})
    effects = ends("change_dates", a_scene(case), what="longer", until="2026-12-18", keep="yes")
    assert (Moved("certificate_end", date(2026, 12, 18)), Moved("actual_return", None)) == effects


def test_an_earlier_return_shortens_the_certificate() -> None:
    """Back before the end of the certificate: its end is the day before."""
    scene = a_scene(a_case(anchors={"certificate_end": date(2026, 12, 18)}))
    effects = ends("change_dates", scene, what="earlier", back_on="2026-12-07", keep="yes")
    assert (Moved("expected_return", date(2026, 12, 7)), Moved("certificate_end", date(2026, 12, 6))) == effects


def test_who_is_back_already_goes_on_with_the_return() -> None:
    """A day that has come is a return, not an expectation."""
    effects = ends("change_dates", a_scene(a_case()), what="earlier", back_on="2026-11-24")
    assert (Begin("returned", about={"on": "2026-11-24"}),) == effects


def test_an_expected_return_may_become_unknown() -> None:
    """Skipping takes the old day away."""
    effects = ends("change_dates", a_scene(a_case()), what="expected", expected=None, keep="yes")
    assert (Moved("expected_return", None),) == effects


def test_a_wrong_first_day_is_corrected() -> None:
    """All terms count anew, and HR hears of it (f.3, 31)."""
    effects = ends("change_dates", a_scene(a_case()), what="first_day", start="2026-10-30", keep="yes")
    about = {"notice": "first_day_corrected", "by": "sofie", "since": "2026-10-30"}
    assert (Corrected(date(2026, 10, 30)), Begin("notice", "hr", about=about)) == effects
    assert () == ends("change_dates", a_scene(a_case()), what="first_day", start="2026-10-30", keep="no")


def test_an_absence_that_was_none_is_withdrawn() -> None:
    """A mistake closes the case after a yes."""
    effects = ends("change_dates", a_scene(a_case(), me=ELS), what="withdrawn", keep="yes")
    assert (Closed("withdrawn", TODAY),) == effects


def test_absent_again_is_a_date() -> None:
    """Never whether it is the same illness; HR hears the date (f.3, 6)."""
    effects = ends("new_spell", a_scene(returned_case(), today=LATER), since="2027-02-01", until="2027-02-12",
                   keep="yes")  # fmt: skip
    notice = Begin("notice", "hr", about={"notice": "absent_again", "by": "sofie", "since": "2027-02-01"})
    assert (AbsentAgain(LATER), Moved("certificate_end", date(2027, 2, 12)), notice) == effects


def test_absent_again_while_absent_is_a_change_of_dates() -> None:
    """Who never came back cannot be absent again."""
    assert (Begin("change_dates"),) == ends("new_spell", a_scene(a_case()))


def test_a_certificate_is_extended() -> None:
    """The new end is kept, and the question is done."""
    scene = SCENES["certificate"][0]
    effects = ends("certificate", scene, what="extended", until="2026-12-18")
    assert (Moved("certificate_end", date(2026, 12, 18)), Done("certificate_ends")) == effects


def test_a_certificate_without_news_goes_to_hr_on_the_day() -> None:
    """Before the day the manager asks kindly; from then HR looks on (f.3, 25)."""
    before, after = SCENES["certificate"][:2]
    assert () == ends("certificate", before, what="unknown")
    notice = Begin("notice", "hr", about={"notice": "certificate", "by": "sofie"})
    assert (Done("certificate_ended"), notice) == ends("certificate", after, what="unknown")


def test_after_a_certificate_somebody_comes_back() -> None:
    """A day to come is expected; a day that has come is the return."""
    scene = SCENES["certificate"][1]
    later = ends("certificate", scene, what="back", back_on="2026-11-30")
    assert (Moved("expected_return", date(2026, 11, 30)), Done("certificate_ended")) == later
    now = ends("certificate", scene, what="back", back_on="2026-11-23")
    assert (Done("certificate_ended"), Begin("returned", about={"on": "2026-11-23"})) == now


# --- Care, closing, silence ------------------------------------------------------------------------------


def test_care_is_turned_on_and_off_without_a_reason() -> None:
    """Zorgmodus is a choice of the manager (f.3, 8)."""
    assert (CareSet(on=True),) == ends("care", a_scene(a_case()), start_care="yes")
    assert () == ends("care", a_scene(a_case()), start_care="no")
    assert (CareSet(on=False),) == ends("care", a_scene(a_case(care=True)), stop_care="yes")


def test_a_manager_closes_a_full_return() -> None:
    """After a return that is known; without one, the return comes first."""
    effects = ends("close", a_scene(returned_case(), today=LATER), outcome="returned", sure="yes")
    assert (Closed("returned", LATER),) == effects
    assert (Begin("returned"),) == ends("close", a_scene(a_case()), outcome="returned")


def test_who_left_is_closed_by_hr() -> None:
    """A manager passes it on; HR closes (f.3, 10)."""
    notice = Begin("notice", "hr", about={"notice": "has_left", "by": "sofie"})
    assert (notice,) == ends("close", a_scene(a_case()), outcome="left")
    assert (Closed("left", TODAY),) == ends("close", a_scene(a_case(), me=ELS), outcome="left", sure="yes")


def test_silence_takes_one_question() -> None:
    """Everything stops at the first yes, tips or not; HR hears of it when a manager did it (f.3, 9)."""
    notice = Begin("notice", "hr", about={"notice": "silenced", "by": "sofie", "employee": "jan"})
    assert (Silenced(), notice) == ends("silence", a_scene(a_case()), sure="yes_tips")
    assert (Silenced(),) == ends("silence", a_scene(a_case(), me=ELS), sure="yes")
    assert () == ends("silence", a_scene(a_case()), sure="no")
