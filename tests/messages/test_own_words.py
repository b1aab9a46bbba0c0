"""Words of an organisation's own for a milestone."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conversations.talking.dialogue import Tell
from messages import own_words
from messages.message import as_text
from messages.mistakes import told
from messages.own_words import Own, WordsError
from messages.render import render, subject
from tests.messages.injections import attempts

TODAY = date(2026, 11, 23)
GOOD = """# koffie met de buddy

{{ employee }} is terug. **Drink** vandaag een koffie samen, [zo doe je dat](https://intranet.example/buddy).

{% if hour %}Jullie spraken af om {{ hour | hour }}.{% elif due < today %}Dat kon al sinds {{ due | day }}.{% else %}
Ten laatste {{ due | short }}, {{ manager }}.{% endif %}
"""
DATA = {"employee": "Jan", "manager": "Sofie", "due": date(2026, 11, 25), "hour": None, "nth": 1, "agreement": ""}


def code(text: str) -> tuple[int, str]:
    """The first mistake of a text."""
    with pytest.raises(WordsError) as refused:
        own_words.check(text, TODAY)
    return refused.value.mistakes[0].line, refused.value.mistakes[0].code


def said(own: Own, **data: object) -> str:
    """What a nudge says."""
    return as_text(render("", Tell("nudges/buddy", {**DATA, **data}), "nl", TODAY, own))


def test_known_fields_filters_and_conditions_are_kept() -> None:
    """A text with fields, filters, choices, bold and a link is kept as it is, and says what it should."""
    own = Own({"buddy": own_words.check(GOOD, TODAY)})
    assert "Ten laatste wo 25 nov, Sofie." in said(own)
    assert "Jullie spraken af om 14u30." in said(own, hour="14:30")
    assert "Dat kon al sinds vrijdag 20 november." in said(own, due=date(2026, 11, 20))
    assert "koffie met de buddy" == subject("nudges/buddy", "nl", own)


def test_not_one_attempt_is_accepted() -> None:
    """Over three hundred ways to do more than that: each is refused, with a line that exists, and words for it."""
    every = list(dict.fromkeys(attempts()))
    assert len(every) >= 300
    accepted = []
    for text in every:
        try:
            own_words.check(text, TODAY)
        except WordsError as refused:
            for mistake in refused.mistakes:
                assert 1 <= mistake.line <= max(1, len(text.splitlines())), text
                assert as_text(told(mistake)), mistake
        else:
            accepted.append(text)
    assert [] == accepted


def test_what_came_in_by_another_way_is_not_rendered() -> None:
    """Written straight into the database, an attempt is harmless text, or the built-in words go out instead."""
    for text in dict.fromkeys(attempts()):
        message = render("", Tell("nudges/first_call", DATA), "nl", TODAY, Own({"first_call": text}), lambda *_: None)
        assert not message.buttons, text
        urls = [run.url for one in message.paragraphs for run in one.runs if run.url is not None]
        assert all(own_words.ADDRESS.fullmatch(url) for url in urls), text
        assert "root:" not in as_text(message), text
        assert "<class" not in as_text(message), text


@pytest.mark.parametrize(
    ("text", "line", "expected"),
    [
        ("# a\n\nEen.\n{{ employe }}", 4, "unknown_field"),
        ("# a\n\n{{ due | dag }}", 3, "filter"),
        ("# a\n\n{{ employee | day }}", 3, "no_filter"),
        ("# a\n\n{{ due | day(1) }}", 3, "filter_with_more"),
        ("# a\n\nEen\n\n{% for x in due %}{% endfor %}", 5, "not_allowed"),
        ("# a\n\nEen {{ employee", 3, "syntax"),
        ("# a\n\nEen\n{% if due %}twee", 4, "syntax"),
        ("# a\n\n{% if employee == manager %}a{% endif %}", 3, "compared"),
        ("# a\n\nUur: {{ hour | hour }}", 3, "fails"),
        ("# a\n\n{% if hour %}a{% endif %}", 1, "empty_result"),
        ("# a\n\n[x](http://x.example)", 3, "link"),
        ("# a\n\nEen\n[Klaar](choice:done)", 4, "button"),
        ("Een tekst", 1, "no_subject"),
        ("# a\n\na\u202eb", 3, "characters"),
    ],
)
def test_a_mistake_is_on_its_line(text: str, line: int, expected: str) -> None:
    """What is wrong is said with its line, by a code that has words."""
    assert (line, expected) == code(text)


@settings(deadline=None)
@given(st.text(min_size=1, max_size=40))
def test_a_name_stays_plain_text(name: str) -> None:
    """Whatever somebody is called, it is one text in the message: no markup, no link, no button, no field."""
    own = Own({"buddy": own_words.check(GOOD, TODAY)})
    plainly = render("", Tell("nudges/buddy", {**DATA, "employee": "Jan"}), "nl", TODAY, own)
    message = render("", Tell("nudges/buddy", {**DATA, "employee": name}), "nl", TODAY, own)
    assert not message.buttons
    runs, expected = ([run for one in some.paragraphs for run in one.runs] for some in (message, plainly))
    assert [(run.bold, run.url) for run in expected] == [(run.bold, run.url) for run in runs]


def test_a_text_that_fails_is_replaced_by_ours_with_an_alarm() -> None:
    """The nudge goes out in the built-in words, and somebody hears why; of one's own milestone in words for any."""
    heard: list[tuple[str, str]] = []
    own = Own({"first_call": "# a\n\n{{ hour | hour }}\n", "buddy": "# a\n\n{{ config }}\n"})

    def alarm(milestone: str, problem: Exception) -> None:
        heard.append((milestone, type(problem).__name__))

    message = as_text(render("", Tell("nudges/first_call", DATA), "nl", TODAY, own, alarm))
    assert "Bel Jan vandaag even." in message
    assert "Jan" in as_text(render("", Tell("nudges/buddy", DATA), "nl", TODAY, own, alarm))
    assert ["first_call", "buddy"] == [milestone for milestone, _ in heard]
    assert "WordsError" == heard[1][1]


def test_five_samples_show_a_text() -> None:
    """The preview holds five different cases, a name with markup among them as plain text."""
    shown = own_words.preview(GOOD, TODAY)
    assert 5 == len({as_text(message) for _, message in shown})
    odd = next(message for sample, message in shown if sample.name == "odd_name")
    assert "**Jan** [x](https://x.example) {{ y }} <b>" in "".join(run.text for run in odd.paragraphs[0].runs)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("# a\n\nDe bedrijfsarts belt.", [(3, "jargon")]),
        ("# a\n\nVraag naar de depressie.\nStel een plan van aanpak op.", [(3, "medical"), (4, "jargon")]),
        ("# a\n\nBel {{ employee }} en vraag hoe het werk kan.", []),
    ],
)
def test_hints_are_no_refusals(text: str, expected: list[tuple[int, str]]) -> None:
    """Words about health and words of the Netherlands are pointed at, and kept."""
    assert expected == [(hint.line, hint.code) for hint in own_words.hints(text)]
    assert all(as_text(told(hint)) for hint in own_words.hints(text))
    own_words.check(text, TODAY)


def test_the_words_of_the_house_pass_their_own_rule() -> None:
    """Whoever starts from the built-in words of a milestone can keep them."""
    for milestone in ("first_call", "after_2_weeks", "evaluation", "return_exam", "return_talk", "check_in"):
        assert own_words.check(own_words.starting(milestone), TODAY)
    assert not own_words.starting("buddy")
