"""Reading answers of every kind, typed and picked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, time
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from conversations.talking.answers import Answer, Misread, decode, fits, hear, hear_values, is_offered
from conversations.talking.dialogue import PARKED, PARKED_AS, Ask, Json
from conversations.talking.spelling import clean, fold, graphemes

TODAY = date(2026, 11, 21)
NO_LABELS: Mapping[str, str] = {}
CALL = {"called": "Ik heb gebeld", "no_answer": "Geen gehoor", "later": "Later", "not_needed": "Niet nodig"}
REACHED = {"reached": "Gebeld", "no_answer": "Geen gehoor", "later": "Later", "not_needed": "Niet nodig"}
SURE = {"yes": "Ja", "no": "Nee"}
MOOD = {"good": "Goed", "mixed": "Wisselend", "worried": "Ik maak me zorgen"}
LENGTH = {"two": "2 weken", "four": "4 weken", "one": "1 maand"}
WISHES = {"desk": "Werkplek", "hours": "Uren en rooster", "tasks": "Taken, ook nieuwe", "team": "Team"}
PEOPLE = {
    "jan": "Jan Peeters",
    "jan2": "Jan Janssens",
    "sofie": "Sofie Van den Broeck",
    "els": "Els Smets",
    "jurgen": "Jürgen D'Hondt",
    "other": "Iemand anders",
}
TEXT = Ask("note", kind="text")
DATE = Ask("day", kind="date", least=date(2026, 11, 20), most=date(2027, 6, 30))
NUMBER = Ask("kilos", kind="number", least=0.0, most=50.0)
HOURS = Ask("hours", kind="hours")
TIME = Ask("hour", kind="time", suggest=(time(10), time(14)))


def choice(labels: Mapping[str, str], **more: Any) -> Ask:
    """A question with these buttons."""
    return Ask("question", choices=tuple(labels), **more)


def heard(ask: Ask, text: str, labels: Mapping[str, str] = NO_LABELS) -> Json | Misread:
    """The value that was heard, or the misread."""
    answer = hear(ask, text, TODAY, labels)
    return answer.value if isinstance(answer, Answer) else answer


@pytest.mark.parametrize(
    ("labels", "text", "expected"),
    [
        (CALL, "Ik heb gebeld", "called"), (CALL, "called", "called"), (CALL, "gebeld", "called"),
        (CALL, "ik heb gebeld hoor", "called"), (CALL, "gebelt", "called"), (CALL, "GEEN GEHOOR!", "no_answer"),
        (CALL, "gheen gehoor", "no_answer"), (CALL, "2", "no_answer"), (CALL, "optie 2", "no_answer"),
        (CALL, "de tweede", "no_answer"), (CALL, "de laatste", "not_needed"), (CALL, "later", "later"),
        (CALL, "niet nodig", "not_needed"), (MOOD, "goed", "good"), (MOOD, "wisselnd", "mixed"),
        (MOOD, "zorgen", "worried"), (MOOD, "ik maak me wel zorgen", "worried"), (LENGTH, "4 weken", "four"),
        (LENGTH, "3", "one"), (LENGTH, "maand", "one"),
    ],
)  # fmt: skip
def test_a_choice_is_understood(labels: Mapping[str, str], text: str, expected: str) -> None:
    """A label, its clear half, a small typo or the number of the option gives that option."""
    assert expected == heard(choice(labels), text, labels)


KLOPT = {"ok": "Klopt", "adapt": "Aanpassen", "doubt": "Niet zeker of het kan"}
KEEP = {"save": "Bewaren", "drop": "Niet bewaren"}
SAVE = {"save": "Ja, bewaren", "change": "Aanpassen", "drop": "Niet bewaren"}
TALKED = {"held": "Ja, we praatten erover", "not_yet": "Nog niet gedaan", "cannot_yet": "Het kan nog niet"}
WHICH = {"c1": "Jan", "c2": "Fatima", "all": "Allemaal"}
RHYTHM = {"weekly": "Elke week", "fortnightly": "Om de twee weken", "monthly": "Elke maand"}
TOLD = {"self": "Zelf gemeld", "family": "Familie"}
WAY = {"phone": "Telefoon", "text": "Sms", "mail": "E-mail", "chat": "Chat", "visit": "Een bezoek"}


@pytest.mark.parametrize(
    ("labels", "text", "expected"),
    [
        (KLOPT, "ja", "ok"), (KLOPT, "klopt helemaal", "ok"), (KLOPT, "nee", "adapt"), (KLOPT, "klopt niet", "adapt"),
        (KEEP, "ja", "save"), (KEEP, "bewaar maar", "save"), (KEEP, "neen", "drop"), (TALKED, "ja", "held"),
        (TALKED, "nee", "not_yet"), (SAVE, "jaa", "save"), (SAVE, "jep, bewaren maar", "save"),
        (SAVE, "ja hoor bewaar maar", "save"), (SAVE, "nee niet bewaren", "drop"),
        (SURE, "ja een tijdje", "yes"), (SURE, "nee dat hoeft echt niet", "no"),
    ],
)  # fmt: skip
def test_yes_and_no_fit_where_the_buttons_are_called_otherwise(
    labels: Mapping[str, str], text: str, expected: str
) -> None:
    """The question "klopt dat?" is answered with "ja", whatever its buttons are called."""
    assert expected == heard(choice(labels), text, labels)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ik zou liever om 9 uur beginnen", "differs"), ("dat lijkt me allemaal prima zo", None),
        ("wie kan dit nog allemaal lezen?", None), ("ik heb een zware depressie", None), ("hmm", None),
    ],
)  # fmt: skip
def test_a_sentence_of_ones_own_is_a_wish_to_change(text: str, expected: str | None) -> None:
    """Where the question says what a sentence means; not of who is content, asks, or tells what is not asked."""
    labels = {"agreed": "Akkoord", "differs": "Ik wil iets anders", "talk_first": "Eerst nog praten"}
    found = heard(choice(labels, sentence="differs"), text, labels)
    assert expected == (None if isinstance(found, Misread) else found)


def test_a_yes_chooses_nothing_among_names() -> None:
    """Where the question is which one, "ja" is asked again."""
    assert isinstance(heard(choice(WHICH), "ja", WHICH), Misread)


@pytest.mark.parametrize(
    ("labels", "text", "expected"),
    [
        (RHYTHM, "wekelijks", "weekly"), (RHYTHM, "1x per week", "weekly"), (RHYTHM, "om de 2 weken", "fortnightly"),
        (RHYTHM, "om de veertien dagen", "fortnightly"), (RHYTHM, "maandelijks", "monthly"), (WAY, "bellen", "phone"),
        (WAY, "WhatsApp", "chat"), (WAY, "een berichtje", "text"), (WAY, "per mail", "mail"),
        (WAY, "langsgaan", "visit"), (CALL, "hij nam niet op", "no_answer"), (CALL, "voicemail", "no_answer"),
        (RHYTHM, "om de 2 weke", "fortnightly"), (RHYTHM, "nee elke week toch", "weekly"), (TOLD, "zn vrouw", "family"),
        (MOOD, "ging goe", "good"), (REACHED, "het ging goed", "reached"), (REACHED, "alles goed", "reached"),
        (WHICH, "eerst jan", "c1"), (WHICH, "met fatima", "c2"),
        (TOLD, "z'n vrouw", "family"),
        (TOLD, "zijn vriendin", "family"), (TOLD, "van haar man", "family"), (WAY, "via whatsapp", "chat"),
    ],
)  # fmt: skip
def test_a_label_can_be_said_otherwise(labels: Mapping[str, str], text: str, expected: str) -> None:
    """What people say instead of what stands on the button."""
    assert expected == heard(choice(labels), text, labels)


@pytest.mark.parametrize(
    "text",
    [
        "ja",
        "jaja",
        "Ja hoor",
        "yep",
        "ok",
        "oke",
        "zeker",
        "tuurlijk",
        "natuurlijk",
        "ja graag",
        "jawel",
        "dat klopt",
        "is goed",
        "in orde",
        "👍",
        "ja, dat is goed",
        "1",
    ],
)
def test_yes_has_many_forms(text: str) -> None:
    """What Flemings say for yes is a yes."""
    assert heard(choice(SURE), text, SURE) == "yes"


@pytest.mark.parametrize(
    "text",
    [
        "nee",
        "neen",
        "nope",
        "nee nee",
        "toch niet",
        "nee dank je",
        "nee, bedankt",
        "zeker niet",
        "bijlange niet",
        "nog niet",
        "👎",
        "2",
    ],
)
def test_no_has_many_forms(text: str) -> None:
    """What Flemings say for no is a no."""
    assert heard(choice(SURE), text, SURE) == "no"


@pytest.mark.parametrize(
    "text", ["liever niet", "overslaan", "Weet ik niet.", "geen idee", "sla over", "weet et ni", "'tweet ik ni"]
)
@pytest.mark.parametrize("ask", [choice(SURE), TEXT, DATE, NUMBER, HOURS])
def test_every_question_can_be_skipped(ask: Ask, text: str) -> None:
    """A "liever niet" is no no: it skips the question."""
    assert heard(ask, text, SURE) is None


@pytest.mark.parametrize("text", ["hoeft niet", "niet nodig", "Dat moet niet."])
def test_what_is_not_needed_is_skipped_where_it_is_no_answer(text: str) -> None:
    """A day, a number or a text that is "niet nodig" is skipped; to a question of yes or no it says no."""
    assert [heard(ask, text) for ask in (TEXT, DATE, NUMBER, HOURS)] == [None] * 4
    assert heard(choice(SURE), "hoeft niet", SURE) == "no"


def test_the_number_of_a_day_that_is_offered() -> None:
    """With two days offered 2 is the second, read back; 3 is the third of the month."""
    ask = Ask("day", kind="date", suggest=(date(2026, 11, 27), date(2026, 12, 4)))
    assert hear(ask, "2", TODAY, {}) == Answer("2026-12-04", confirm=True)
    assert hear(ask, "3", TODAY, {}) == Answer("2026-12-03", confirm=True)


def test_no_button_offers_what_cannot_be() -> None:
    """Back on the first day of the absence: "vandaag" lies before the first day that can be, and is not offered."""
    days = (date(2026, 11, 20), date(2026, 11, 21), date(2026, 11, 22))
    ask = Ask("day", kind="date", suggest=days, least=date(2026, 11, 21), most=date(2026, 11, 21))
    assert ask.suggest == (date(2026, 11, 21),)
    assert Ask("hours", kind="number", suggest=(38.0, 19.0), most=30.0).suggest == (19.0,)


def test_a_required_question_cannot_be_skipped() -> None:
    """A required question says so."""
    assert Misread("required") == heard(choice(SURE, required=True), "overslaan", SURE)


def test_a_label_goes_before_skipping() -> None:
    """Where "weet ik niet" is a button, it is an answer."""
    labels = {"yes": "Ja", "unknown": "Weet ik niet"}
    assert heard(choice(labels), "weet ik niet", labels) == "unknown"


@pytest.mark.parametrize(
    ("labels", "text", "expected"),
    [
        (SURE, "ja maar nee", Misread("not_understood")), (SURE, "misschien", Misread("not_understood")),
        (CALL, "niet gebeld", Misread("not_understood")), (CALL, "5", Misread("not_understood")),
        (CALL, "nodig", Misread("not_understood")), (CALL, "0", Misread("not_understood")),
        (LENGTH, "2", Misread("ambiguous", ("four", "two"))), (LENGTH, "weken", Misread("ambiguous", ("two", "four"))),
        (CALL, "", Misread("not_understood")), (CALL, "\x00", Misread("not_understood")),
        (CALL, "x" * 10_000, Misread("too_long")), (CALL, "ja", Misread("not_understood")),
    ],
)  # fmt: skip
def test_a_doubtful_choice_is_asked_again(labels: Mapping[str, str], text: str, expected: Misread) -> None:
    """Nothing is done on a doubtful match; two fitting options are both offered."""
    assert expected == heard(choice(labels), text, labels)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1 en 3", ["desk", "tasks"]), ("3, 1", ["desk", "tasks"]), ("1 3 4", ["desk", "tasks", "team"]),
        ("de eerste twee", ["desk", "hours"]), ("de laatste 2", ["tasks", "team"]), ("1-3", ["desk", "hours",
        "tasks"]),
        ("2 t.e.m. 4", ["hours", "tasks", "team"]), ("werkplek en team", ["desk", "team"]),
        ("uren en rooster en team", ["hours", "team"]), ("Taken, ook nieuwe, team", ["tasks", "team"]),
        ("allemaal", ["desk", "hours", "tasks", "team"]), ("alles behalve 2", ["desk", "tasks", "team"]),
        ("geen", []), ("niets", []), ("werkplek", ["desk"]), ("werkplk", ["desk"]), ("team, team", ["team"]),
        ("iets anders", Misread("not_understood")), ("werkplek en iets anders", Misread("not_understood")),
        ("13", Misread("not_understood")), ("alles behalve iets", Misread("not_understood")),
    ],
)  # fmt: skip
def test_several_are_listed(text: str, expected: Json | Misread) -> None:
    """Numbers, ranges, labels with commas and "allemaal" pick options, in the order they are offered."""
    assert expected == heard(choice(WISHES, kind="several"), text, WISHES)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("peeters", Answer("jan")), ("Jan Peeters", Answer("jan")), ("Peeters Jan", Answer("jan")),
        ("jan p", Answer("jan")), ("jp", Answer("jan")), ("J. Peeters", Answer("jan")), ("sofie", Answer("sofie")),
        ("Van den Broeck", Answer("sofie")), ("Broeck", Answer("sofie")), ("jurgen", Answer("jurgen")),
        ("sofei", Answer("sofie", confirm=True)), ("Els Smtes", Answer("els", confirm=True)),
        ("iemand anders", Answer("other")), ("3", Answer("sofie")), ("jan", Misread("ambiguous", ("jan", "jan2"))),
        ("jj", Answer("jan2")), ("piet", Misread("not_understood")), ("de", Misread("not_understood")),
    ],
)  # fmt: skip
def test_a_person_is_found(text: str, expected: Answer | Misread) -> None:
    """First name, surname and initials count apart; a tie is asked, a typo is read back."""
    ask = Ask("who", kind="person", choices=tuple(PEOPLE), labels=PEOPLE)
    assert expected == hear(ask, text, TODAY, NO_LABELS)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("dinsdag", Answer("2026-11-24", confirm=True)), ("3/12", Answer("2026-12-03", confirm=True)),
        ("1 januari 2026", Misread("too_early")), ("1 augustus 2027", Misread("too_late")),
        ("begin december", Misread("vague", between=(date(2026, 12, 1), date(2026, 12, 10)))),
        ("Jan Peeters", Misread("not_understood")),
    ],
)  # fmt: skip
def test_a_typed_date_is_read_back(text: str, expected: Answer | Misread) -> None:
    """A typed date is always confirmed, and stays within its bounds."""
    assert expected == hear(DATE, text, TODAY, NO_LABELS)


@pytest.mark.parametrize("text", ["na 2 weken", "na twee weken", "2 weken later", "twee weken daarna"])
def test_what_follows_on_a_day_is_counted_from_it(text: str) -> None:
    """At the next step "na 2 weken" is two weeks after the step before; "over 2 weken" stays two weeks from today."""
    step = Ask("step", kind="date", follows=date(2027, 1, 18))
    assert "2027-02-01" == heard(step, text)
    assert heard(step, "over 2 weken") == heard(Ask("day", kind="date"), "over 2 weken")


def test_the_hour_that_is_said_with_a_day_is_kept() -> None:
    """Where the question is of a day and its hour; elsewhere the day alone."""
    timed = replace(DATE, timed=True)
    assert ("2026-12-11T14:00", "2026-12-11") == (heard(timed, "11 dec om 14u"), heard(DATE, "11 dec om 14u"))
    assert (date(2026, 12, 11), "14:00") == decode(timed, "2026-12-11T14:00")
    assert (date(2026, 12, 11), None) == decode(timed, "2026-12-11")
    assert (True, False) == (fits(timed, "2026-12-11T14:00"), fits(DATE, "2026-12-11T14:00"))
    assert Misread("too_late") == heard(timed, "11 juli om 14u")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("5", 5.0), ("5,5", 5.5), ("vijf", 5.0), ("vijfentwintig", 25.0), ("een", 1.0), ("5 kg", 5.0),
        ("max. 10 kilo", 10.0),
        ("een doos van 5 kg", 5.0), ("ongeveer twintig", 20.0), ("1.000", Misread("too_big")),
        ("-1", Misread("too_small")), ("40%", Misread("not_understood")), ("40 procnt", Misread("not_understood")),
        ("5 of 6", Misread("not_understood")), ("veel", Misread("not_understood")),
    ],
)  # fmt: skip
def test_a_number_is_read(text: str, expected: float | Misread) -> None:
    """One number, in figures or words, within its bounds; a percentage is none."""
    assert expected == heard(NUMBER, text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("50%", 19.0), ("50 procent", 19.0), ("50 procnt", 19.0), ("halftijds", 19.0), ("4/5", 30.4),
        ("vier vijfde", 30.4), ("voltijds", 38.0),
        ("driekwart", 28.5), ("19 uur", 19.0), ("19u", 19.0), ("19u30", 19.5), ("19,5", 19.5), ("19", 19.0),
        ("twintig uur per week", 20.0), ("60", Misread("too_big")), ("3 halve dagen", Misread("not_understood")),
        ("4 uur per dag", Misread("not_understood")), ("19 of 20 uur", Misread("not_understood")),
        ("deeltijds", Misread("not_understood")), ("200%", Misread("too_big")), ("9/5", Misread("not_understood")),
    ],
)  # fmt: skip
def test_hours_a_week_are_read(text: str, expected: float | Misread) -> None:
    """Hours, percentages and fractions of a full week become hours; halves of days are asked again."""
    assert expected == heard(HOURS, text)


def test_text_is_cleaned() -> None:
    """Text is kept without NUL, direction marks, lone surrogates and loose ends, composed."""
    assert heard(TEXT, " cafe\u0301 \x00\u202ebar\ud800\n baz ") == "café bar\ufffd baz"


def test_text_is_counted_as_readers_count() -> None:
    """280 characters as a reader counts them fit; one more does not."""
    family = "\U0001f468\u200d\U0001f469\u200d\U0001f467"
    assert graphemes(family) == 1
    assert heard(TEXT, family * 280) == family * 280
    assert Misread("too_long") == heard(TEXT, "é" * 281)


@pytest.mark.parametrize(
    ("ask", "values", "expected"),
    [
        (DATE, ("2026-12-03",), Answer("2026-12-03")), (DATE, ("2026-01-01",), Misread("too_early")),
        (DATE, ("3/12",), Misread("not_understood")), (DATE, ("",), Misread("not_understood")), (DATE,
        (), Answer(None)),
        (choice(CALL), ("called",), Answer("called")), (choice(CALL), ("forged",), Misread("not_understood")),
        (choice(CALL), ("called", "later"), Misread("not_understood")),
        (choice(WISHES, kind="several"), ("team", "desk"), Answer(["desk", "team"])),
        (choice(WISHES, kind="several"), (), Answer([])),
        (choice(WISHES, kind="several", required=True), (), Misread("required")),
        (choice(WISHES, kind="several"), ("desk", "forged"), Misread("not_understood")),
        (NUMBER, ("5,5",), Answer(5.5)), (NUMBER, ("nan",), Misread("not_understood")), (NUMBER,
        ("51",), Misread("too_big")),
        (TEXT, (" hallo ",), Answer("hallo")), (choice(CALL, required=True), (), Misread("required")),
    ],
)  # fmt: skip
def test_what_was_picked_is_held_to_the_same_rules(
    ask: Ask, values: tuple[str, ...], expected: Answer | Misread
) -> None:
    """A control's values are validated like typed ones, and never confirmed."""
    assert expected == hear_values(ask, values)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("14u", "14:00"), ("14u30", "14:30"), ("half drie", "14:30"), ("om 14 uur", "14:00"), ("14", "14:00"),
        ("9", "09:00"), ("9.30", "09:30"), ("9:30", "09:30"), ("13,15", "13:15"), ("drie", "15:00"),
        ("om drie", "15:00"), ("kwart voor tien", "09:45"), ("half negen 's morgens", "08:30"), ("tien uur", "10:00"),
        ("2", "14:00"), ("in de namiddag", None), ("25", None), ("14u75", None), ("dinsdag", None), ("9.75", None),
    ],
)  # fmt: skip
def test_an_hour_as_people_say_it(text: str, expected: str | None) -> None:
    """Where an hour was asked a bare figure is enough; from one to six it is the afternoon."""
    assert (Misread("not_understood") if expected is None else Answer(expected)) == hear(TIME, text, TODAY, {})
    assert expected is None or Answer(expected) == hear_values(TIME, (expected,))


@pytest.mark.parametrize(
    ("ask", "stored", "expected"),
    [
        (DATE, "2026-12-03", date(2026, 12, 3)), (NUMBER, 5, 5.0), (HOURS, 19.0, 19.0), (choice(CALL), "later",
        "later"),
        (choice(WISHES, kind="several"), ["desk"], ["desk"]), (DATE, None, None), (DATE, PARKED_AS, PARKED),
        (TEXT, "a", "a"), (TIME, "09:30", "09:30"),
    ],
)  # fmt: skip
def test_stored_answers_are_decoded(ask: Ask, stored: Json, expected: Any) -> None:
    """A script gets dates, numbers and ids, not their stored form."""
    assert fits(ask, stored)
    assert expected == decode(ask, stored)


@pytest.mark.parametrize(
    ("ask", "stored"),
    [
        (choice(CALL), "gone"), (choice(CALL), ["called"]), (choice(CALL, required=True), None), (DATE, "2026-13-01"),
        (choice(CALL, required=True), PARKED_AS), (DATE, "2020-01-01"), (NUMBER, "5"), (NUMBER, True), (NUMBER, 51.0),
        (choice(WISHES, kind="several"), ["desk", "gone"]), (choice(WISHES, kind="several"), ["desk", "desk"]),
        (TIME, "24:00"), (TIME, "9:30"), (TIME, 9), (TEXT, ""), (TEXT, "x" * 281), (TEXT, "a\x00b"),
        (HOURS, 39.0), (DATE, 5),
    ],
)  # fmt: skip
def test_what_no_longer_fits_is_asked_again(ask: Ask, stored: Json) -> None:
    """After an upgrade a choice that is gone, or a moved bound, makes the question open again."""
    assert not fits(ask, stored)


def test_parking_is_an_answer_where_it_is_offered() -> None:
    """Saying "later" parks a question that offers it."""
    assert heard(choice(SURE, park=True), "later", SURE) == PARKED_AS


ASKS = [
    choice(CALL), choice(SURE), choice(SURE, required=True), choice(WISHES, kind="several"), TEXT, DATE, NUMBER, HOURS,
    Ask("who", kind="person", choices=tuple(PEOPLE), labels=PEOPLE), choice(CALL, park=True), Ask("free", kind="date"),
    TIME,
]  # fmt: skip


@given(st.sampled_from(ASKS), st.text(max_size=300), st.dates())
@example(TEXT, "\u0958\u200b\u0301", TODAY)
@example(choice(CALL), "²", TODAY)
@example(NUMBER, "٣", TODAY)
@example(HOURS, "1/0", TODAY)
def test_whatever_is_heard_fits(ask: Ask, text: str, today: date) -> None:
    """No text breaks a reader, and what it gives always fits its question."""
    answer = hear(ask, text, today, {**CALL, **SURE, **WISHES})
    assert isinstance(answer, Misread) or (fits(ask, answer.value) and decode(ask, answer.value) is not ...)


@given(st.sampled_from(ASKS), st.lists(st.text(max_size=20), max_size=4))
def test_whatever_is_picked_fits(ask: Ask, values: list[str]) -> None:
    """No value of a control breaks a reader, forged or not."""
    answer = hear_values(ask, values)
    assert isinstance(answer, Misread) or fits(ask, answer.value)


@given(st.text(max_size=300))
def test_cleaning_and_folding_twice_change_nothing(text: str) -> None:
    """Text that was cleaned stays as it is, and so does folded text."""
    assert clean(text) == clean(clean(text))
    assert fold(text) == fold(fold(text))


@given(st.sampled_from(list(CALL)))
def test_saying_the_label_gives_the_option(option: str) -> None:
    """Every option can be said by its own label or id."""
    assert option == heard(choice(CALL), CALL[option], CALL) == heard(choice(CALL), option, CALL)


def test_a_button_that_sounds_like_a_command_is_a_button() -> None:
    """What says "Aanpassen" on a button is an answer, however much it sounds like a wish to change one."""
    labels = {"kept": "Houden", "adapted": "Aanpassen"}
    assert is_offered(choice(labels), "aanpassen!", labels)
    assert not is_offered(choice(labels), "wijzig vraag 3", labels)
