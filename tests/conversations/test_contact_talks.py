"""Keeping in touch: one contact, the agreement about it, and the first talk about work."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta

import pytest

from conversations.case import Attempt, Contact
from conversations.changes import ContactAgreed, Contacted, Done, HandedOver, Learned, Moved
from conversations.talking.dialogue import Begin, Coming, Json, Tell
from conversations.talking.replay import replay
from conversations.talking.turn import nudge
from conversations.timing.policy import Milestone, Policy
from messages.message import as_text
from messages.render import render
from tests.conversations.scenes import (
    AGREED,
    CAST,
    ELS,
    TODAY,
    a_case,
    a_scene,
    by_milestone,
    ends,
    no_answer,
    talker,
)

LATER = date(2027, 2, 1)
RESTING = a_case(contact=replace(AGREED, disconnect_until=date(2026, 12, 18), info_wishes=("card",)))


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


def test_the_day_to_try_again_goes_with_a_call() -> None:
    """Who did not answer and was heard after all is not called for that once more."""
    tried = {"attempts": no_answer(TODAY), "anchors": {"contact_next": LATER}}
    for contact in (Contact(), AGREED):
        case = a_case(contact=contact, **tried)
        assert Moved("contact_next", None) in ends("contact", a_scene(case), outcome="reached")
    case = a_case(contact=AGREED, anchors={"contact_next": LATER})
    assert Moved("contact_next", None) not in ends("contact", a_scene(case), outcome="reached")


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
    rests = Moved("contact_next", TODAY + timedelta(weeks=2))
    assert (Contacted(Attempt(TODAY, "no_answer", None, "els")), rests) == effects


def test_after_two_attempts_the_words_are_softer() -> None:
    """HR is not asked to ring once more: other words, another card, and no "gebeld" among the answers (f.3, 2)."""
    policy = Policy("ours", 1, (Milestone("weekly_contact", "manager", "policy", "L-01", ask="contact"),))
    once = by_milestone("weekly_contact", a_case(attempts=no_answer(TODAY)), ELS)
    twice = by_milestone("weekly_contact", a_case(attempts=no_answer(TODAY, TODAY)), ELS)
    assert "nudges/weekly_contact" == nudge(replace(once, policy=policy)).name
    assert "nudges/unanswered" == nudge(replace(twice, policy=policy)).name
    assert [None, "outcome_unanswered"] == [replay(talker("contact"), one, {}).asked.words for one in (once, twice)]  # type: ignore[union-attr] # it asks
    care = replace(twice, case=replace(twice.the_case, care=True))
    assert "card_care" == replay(talker("contact"), care, {}).lines[0].words


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


def test_words_follow_how_contact_was_agreed() -> None:
    """Who would rather have a message is not called, nor was; a personal talk is more than a call."""
    by_text = a_case(contact=replace(AGREED, channel="text"))
    sent = a_scene(by_text, about={"went": "called"})
    scenes = (a_scene(a_case(contact=AGREED)), a_scene(by_text), sent, by_milestone("personal_talk", by_text))
    turns = [replay(talker("contact"), scene, {}) for scene in scenes]
    assert ["call", "message", "message", "talk"] == [turn.asked.data["way"] for turn in turns if turn.asked]


def test_returning_rests_after_not_yet() -> None:
    """Who does not want to talk about it yet, or chose a day for it, is not asked in between."""
    refused = a_case(facts=frozenset({"return_refused_for_now"}))
    for case, rests in ((refused, True), (a_case(anchors={"first_talk_next": LATER}), True), (a_case(), False)):
        assert rests == replay(talker("contact"), a_scene(case, today=date(2026, 12, 14)), {}).lines[0].data["rests"]


def test_a_wish_for_less_contact_goes_before_a_long_talk() -> None:
    """What was released is not kept, so who keeps contact is reminded of it where check-ins are taken part in."""
    for case, reminded in ((a_case(checkins="yes"), True), (a_case(), False)):
        card = replay(talker("contact"), by_milestone("personal_talk", case), {}).lines[0]
        assert isinstance(card, Tell)
        assert reminded == ("graag wat minder contact" in as_text(render("contact", card, "nl", TODAY)))


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


# --- The contact agreement ---

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
    about = {"notice": "keeps_contact", "by": "sofie", "how": "text", "often": "fortnightly"}
    assert Begin("notice", "fatima", about=about) == effects[-1]


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


def test_what_does_not_change_of_an_agreement_stays() -> None:
    """Only what is ticked is asked; a skip, a wish for a card and who keeps contact stay as they were."""
    before = Contact("fatima", "text", "weekly", restarts="els", info_wishes=("newsletter", "card"),
                     colleagues="agreed_text", colleagues_text="Ik ben er even niet.", agreed_on=TODAY)  # fmt: skip
    scene = a_scene(a_case(contact=before, anchors={"contact_next": LATER}))
    parts = ["channel", "frequency", "info", "colleagues"]
    agreed, moved, notice = ends("contact_agreement", scene, changes=parts, channel=None, frequency="monthly",
                                 info=["staff_event"], colleagues=None, next=None, keep="yes")  # fmt: skip
    contact = replace(before, frequency="monthly", info_wishes=("staff_event", "card"), next=LATER)
    assert (ContactAgreed(contact), Moved("contact_next", LATER)) == (agreed, moved)
    assert isinstance(notice, Begin)
    assert "fatima" == notice.who
    assert () == ends("contact_agreement", scene, changes=[])


def test_a_rest_that_ends_early_asks_when_contact_restarts() -> None:
    """What else was agreed stays, but for the card that might come in between."""
    scene = a_scene(RESTING)
    ended = ends("contact_agreement", scene, changes=["disconnect"], disconnect="no", next="2026-12-08", keep="yes")
    contact = replace(AGREED, next=date(2026, 12, 8), info_wishes=(), agreed_on=TODAY)
    assert (ContactAgreed(contact), Moved("contact_next", date(2026, 12, 8))) == ended


def test_an_agreement_that_was_made_meanwhile_is_not_asked_again() -> None:
    """The question of the milestone does not write over what was agreed after the call."""
    scene = by_milestone("contact_agreement", a_case(contact=AGREED))
    assert (Done("contact_agreement"),) == ends("contact_agreement", scene)


def test_a_contact_is_not_proposed_on_a_holiday() -> None:
    """A week after 4 November is Armistice Day; the day after is offered."""
    answers = {name: ANSWERS[name] for name in ("who", "channel", "disconnect", "info", "colleagues")}
    turn = replay(talker("contact_agreement"), a_scene(a_case(), today=date(2026, 11, 4)),
                  {**answers, "frequency": "weekly"})  # fmt: skip
    assert turn.asked is not None
    assert (date(2026, 11, 12),) == turn.asked.suggest


# --- First steps ---


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
    answers = {"held": "held", "attention": "yes", "coach_may": "yes", "possible": "unknown", "next": None}
    coach = Begin("notice", "coach", about={"notice": "coach_joins", "by": "sofie"})
    assert (Learned("complex"), coach) == ends("first_steps", a_scene(a_case()), **answers)
    joins = (Learned("complex"), HandedOver("coach", "tom"), coach)
    assert joins == ends("first_steps", a_scene(a_case(coach=None)), **answers)
    hr = Begin("notice", "hr", about={"notice": "coach_needed", "by": "sofie"})
    without = replace(a_scene(a_case(coach=None)), people={name: CAST[name] for name in ("jan", "sofie", "els")})
    assert (Learned("complex"), hr) == ends("first_steps", without, **answers)


@pytest.mark.parametrize("allowed", ["not_asked", "no", None])
def test_the_coach_only_joins_with_leave(allowed: str | None) -> None:
    """Who is absent is asked first (S2-04): until then nobody hears of it."""
    answers = {"held": "held", "attention": "yes", "coach_may": allowed, "possible": "unknown", "next": None}
    assert () == ends("first_steps", a_scene(a_case(coach=None)), **answers)


def test_a_return_is_expected_after_the_certificate() -> None:
    """Of the usual days one within it becomes the first working day after it."""
    answers: dict[str, Json] = {"held": "held", "attention": "no", "possible": "yes", "feasible": "yes"}
    for ends_on, offered in (
        (date(2027, 1, 17), (date(2027, 1, 18), date(2027, 1, 19))),
        (date(2026, 11, 20), (date(2026, 12, 22), date(2027, 1, 19))),
    ):
        turn = replay(talker("first_steps"), a_scene(a_case(anchors={"certificate_end": ends_on})), answers)
        assert turn.asked is not None
        assert offered == turn.asked.suggest


def test_who_says_it_happened_gets_no_card() -> None:
    """What is told as done, such as "ik heb Jan gisteren gehoord", is noted; "gebeld" asks how it went."""
    yesterday = TODAY - timedelta(days=1)
    scene = a_scene(a_case(contact=AGREED), about={"went": "reached", "since": yesterday.isoformat()})
    contacted = next(effect for effect in ends("contact", scene) if isinstance(effect, Contacted))
    assert (yesterday, "reached") == (contacted.attempt.on, contacted.attempt.outcome)
    turn = replay(talker("contact"), a_scene(a_case(contact=AGREED), about={"went": "called"}), {})
    assert ["outcome"] == [line.name for line in turn.lines]
