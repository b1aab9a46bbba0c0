"""One turn of a talk: what can be said at any question, and what never happens."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conversations.changes import Done, Moved
from conversations.talking.dialogue import PARKED, PARKED_AS, Ask, Begin, Scene, Talk, Tell
from conversations.talking.reply import Heard, Reply
from conversations.talking.turn import answer, open_talk, take_up
from tests.conversations.scenes import SOFIE, a_case, a_scene

if TYPE_CHECKING:
    from collections.abc import Mapping

    from conversations.talking.dialogue import Json, Script, Talker

TODAY = date(2026, 11, 23)
LABELS = {"good": "Goed", "mixed": "Wisselend", "yes": "Ja", "no": "Nee", "phone": "Telefoon", "mail": "E-mail"}


class Plain:
    """The words of an invented dialogue: its names."""

    def labels(self, ask: Ask) -> Mapping[str, str]:
        """As written on the buttons."""
        return {choice: LABELS.get(choice, choice) for choice in ask.choices}

    def topic(self, ask: Ask) -> str:
        """The name is the subject."""
        return ask.name

    def shown(self, ask: Ask, value: Json) -> str:  # noqa: ARG002 - the signature is the engine's
        """The value is its text."""
        return "" if value is None or value == PARKED_AS else LABELS.get(str(value), str(value))


def script(scene: Scene) -> Script:
    """Four questions: a choice that opens another, a day, a text."""
    mood = yield Ask("mood", choices=("good", "mixed"), required=True)
    if mood == "mixed":
        yield Ask("channel", choices=("phone", "mail"))
    day = yield Ask("day", "date", least=scene.today)
    note = yield Ask("note", "text", park=True)
    yield Tell("thanks", {"parked": note is PARKED})
    return (Moved("contact_next", day), Done("weekly_contact"))


def upgraded(scene: Scene) -> Script:
    """The same talk in a later version: one question more, and a choice less."""
    yield Ask("mood", choices=("good",), required=True)
    yield Ask("place", choices=("yes", "no"))
    day = yield Ask("day", "date", least=scene.today)
    yield Ask("note", "text", park=True)
    return (Moved("contact_next", day),)


SCENE = replace(a_scene(a_case()), today=TODAY, me=SOFIE)


def begun(talker: Talker = script, **answers: Json) -> Talk:
    """A talk with these answers."""
    talk = Talk("t1", "org", "sofie", "invented", TODAY, "jan-1", {}, answers)
    return open_talk(talk, talker, SCENE).talk


def said(talk: Talk, text: str, talker: Talker = script) -> Reply:
    """What follows on something typed."""
    return answer(talk, talker, SCENE, Heard(text), Plain(), TODAY)


def tapped(talk: Talk, question: str, choice: str) -> Reply:
    """What follows on a button."""
    return answer(talk, script, SCENE, Heard(question=question, choice=choice), Plain(), TODAY)


def names(reply: Reply) -> list[str]:
    """The lines by name."""
    return [line.words or line.name for line in reply.lines]


def test_an_answer_leads_to_the_next_question() -> None:
    """Only what was not said yet is said."""
    reply = tapped(begun(), "mood", "good")
    assert (["day"], {"mood": "good"}) == (names(reply), reply.talk.answers)


def test_the_end_brings_the_effects_once() -> None:
    """Changes come only when the script is over."""
    reply = said(begun(mood="good", day="2026-12-01"), "Rustig begonnen.")
    assert (Moved("contact_next", date(2026, 12, 1)), Done("weekly_contact")) == reply.effects
    assert (["thanks"], "over") == (names(reply), reply.talk.state)


def test_back_takes_the_last_answer_away() -> None:
    """The question before is asked again, with its buttons, after "terug"."""
    reply = said(begun(mood="good", day="2026-12-01"), "terug")
    assert (["day"], {"mood": "good"}) == (names(reply), reply.talk.answers)


def test_back_at_the_first_question_says_so() -> None:
    """There is nothing before the first question, and that is no dead end."""
    assert ["talking/first", "mood"] == names(said(begun(), "vorige"))


@pytest.mark.parametrize("wish", ["wijzig vraag 1", "wijzig mood"])
def test_one_answer_is_changed_and_the_others_stay(wish: str) -> None:
    """After the change the talk is back where it was; a question that was not met before is asked."""
    reply = said(begun(mood="good", day="2026-12-01"), wish)
    assert ["mood"] == names(reply)
    again = tapped(reply.talk, "mood", "mixed")
    assert ["channel"] == names(again)
    assert ["note"] == names(tapped(again.talk, "channel", "mail"))


def test_what_to_change_is_asked_when_it_is_not_clear() -> None:
    """The list of answers helps to choose."""
    reply = said(begun(mood="good", day="2026-12-01"), "wijzig iets")
    assert ["talking/summary", "talking/change_which", "note"] == names(reply)


def test_skip_keeps_nothing() -> None:
    """A skipped question is answered with nothing, and not asked again."""
    reply = said(begun(mood="good"), "overslaan")
    assert (None, ["note"]) == (reply.talk.answers["day"], names(reply))


def test_what_is_needed_cannot_be_skipped() -> None:
    """It says so, and asks again."""
    assert ["talking/required", "mood"] == names(said(begun(), "overslaan"))


def test_later_parks_the_talk_and_it_is_taken_up_where_it_was() -> None:
    """Weeks later the same question comes back, and nothing else."""
    parked = said(begun(mood="good"), "later verder")
    assert ("parked", {"mood": "good"}) == (parked.talk.state, parked.talk.answers)
    assert ["day"] == names(take_up(parked.talk, script, SCENE))


def test_a_parked_question_is_known_to_the_script() -> None:
    """It is not the same as a skipped one: it becomes an open point."""
    reply = tapped(begun(mood="good", day="2026-12-01"), "note", "park")
    assert {"parked": True} == dict(reply.lines[-1].data)


def test_stop_ends_the_talk_without_effects() -> None:
    """Nothing of it happens."""
    reply = said(begun(mood="good"), "stop")
    assert (["talking/stopped"], (), "over") == (names(reply), reply.effects, reply.talk.state)


def test_the_summary_lists_what_was_answered() -> None:
    """With numbers to change by; the open question comes again."""
    reply = said(begun(mood="good", day=None), "samenvatting")
    rows = reply.lines[0].data["rows"]
    assert [(1, "mood", "Goed"), (2, "day", "")] == [(row["number"], row["topic"], row["answer"]) for row in rows]
    assert "note" == names(reply)[-1]


def test_help_and_why_leave_the_question_open() -> None:
    """They interrupt, and then the question is there again."""
    assert ["talking/help", "mood"] == names(said(begun(), "help"))
    why = said(begun(), "waarom krijg ik dit?")
    assert ((Begin("why", about={"asked": "invented"}),), ["mood"]) == (why.effects, names(why))


def test_a_typed_day_is_read_back() -> None:
    """It is kept only after a yes; after a no it is asked again."""
    asked = said(begun(mood="good"), "volgende week dinsdag")
    assert (["talking/confirm"], {"mood": "good"}) == (names(asked), asked.talk.answers)
    assert "2026-12-01" == said(asked.talk, "ja").talk.answers["day"]
    assert ["talking/not_that", "day"] == names(said(asked.talk, "nee"))


def test_a_number_at_a_day_read_back_is_the_button() -> None:
    """Under "dinsdag 1 december, klopt dat?" 1 says yes and 2 says no; another number is another day."""
    asked = said(begun(mood="good"), "1 december")
    assert "2026-12-01" == said(asked.talk, "1").talk.answers["day"]
    assert ["talking/not_that", "day"] == names(said(asked.talk, "2"))
    assert ["talking/confirm"] == names(said(asked.talk, "14"))


def test_a_button_pressed_twice_says_what_was_chosen() -> None:
    """The first one stands, and the way to change it is told."""
    reply = tapped(begun(mood="good"), "mood", "mixed")
    assert (["talking/already"], {"mood": "good"}) == (names(reply), reply.talk.answers)


def test_what_is_not_understood_is_asked_again_in_other_words() -> None:
    """Never the same sentence twice, never a dead end."""
    first = said(begun(), "blauw")
    second = said(first.talk, "groen")
    assert (["talking/not_understood", "mood"], ["talking/not_understood_again", "mood"]) == (
        names(first),
        names(second),
    )


def test_medical_words_are_not_kept_until_somebody_insists() -> None:
    """The text is gone; "dit is niet medisch" lets the next one through as it is written."""
    refused = said(begun(mood="good", day=None), "hij heeft een hernia")
    assert (["privacy/medical"], {"mood": "good", "day": None}) == (names(refused), refused.talk.answers)
    insisted = tapped(refused.talk, "note", "insist")
    assert ["privacy/once_more"] == names(insisted)
    kept = said(insisted.talk, "De hernia-norm van de kast nakijken.")
    assert "De hernia-norm van de kast nakijken." == kept.talk.answers["note"]


def test_a_cry_for_help_comes_before_everything() -> None:
    """Whatever was asked, the talk stops and says where help is."""
    reply = said(begun(), "ik zie het niet meer zitten")
    assert (["privacy/crisis"], "parked") == (names(reply), reply.talk.state)


def test_a_talk_goes_on_after_an_upgrade() -> None:
    """An answer that no longer fits is asked again, a new question is met, the old answers are used."""
    old = begun(mood="mixed", channel="phone", day="2026-12-01")
    reply = take_up(old, upgraded, SCENE)
    assert ["mood"] == names(reply)
    after = answer(reply.talk, upgraded, SCENE, Heard(question="mood", choice="good"), Plain(), TODAY)
    assert ["place"] == names(after)
    assert ["note"] == names(said(after.talk, "ja", upgraded))


@given(st.lists(st.one_of(st.text(max_size=40), st.sampled_from(
    ["terug", "overslaan", "samenvatting", "wijzig vraag 1", "help", "ja", "nee", "goed", "morgen", "mixed", "3/12"]
)), max_size=25))  # fmt: skip
def test_whatever_is_typed_there_is_a_way_on(texts: list[str]) -> None:
    """An open talk always has a question, a talk that is over has none, and what is kept fits."""
    talk: Any = begun()
    for text in texts:
        reply = said(talk, text)
        assert reply.lines or reply.effects
        talk = reply.talk
        if talk.state == "over":
            break
        assert talk.asked is not None
        assert set(talk.answers) <= {"mood", "channel", "day", "note"}
