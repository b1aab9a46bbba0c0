"""What is sent to Telegram: HTML that is ours alone, within every limit, cut nowhere but between characters."""

from __future__ import annotations

import re
from itertools import accumulate

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.channels.telegram_html import LONGEST, page
from bot.channels.telegram_keyboard import MOST_BUTTONS
from bot.channels.telegram_text import shortened
from messages.labels import labels
from messages.message import Button, Input, Message, Option, Paragraph, Run
from tests.fakes import telegram_html, telegram_rules
from tests.fakes.telegram_html import utf16

WORDS = labels("telegram")
ROW = "AbCdEfGhIjKlMnOpQrStUv"
# Each is one character to a reader.
WHOLE = (
    "a", "é", "e\u0301", "👍", "👍🏽", "👩‍👩‍👧‍👦", "🇧🇪",
    "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
    "한", "\u1112\u1161\u11ab", "가\u11a8", "क्ष", "ที่", "กำ", "❤️", "1️⃣", "\u0600١", " ", "<", "&", "\n",
)  # fmt: skip
HOSTILE = (
    "</b><a href=tg://user?id=1>klik</a>", "http://evil.example/x", "www.evil.be", "evil.co.uk", "@iemand", "/stop",
    "#tag", "$TAG", "tg://resolve?domain=x", "iemand@evil.be", "10.0.0.1", "&lt;b&gt;", "<code>", "\x00", "\ud83d",
    "ftp://a.bc", "evil․com", "ton://x", "t.me/x",
)  # fmt: skip


def said(*texts: str) -> Message:
    """A message with these paragraphs."""
    return Message(tuple(Paragraph((Run(text),)) for text in texts))


def read(message: Message, web: str | None = None) -> telegram_html.Parsed:
    """What Telegram makes of it, refusing what its documentation forbids."""
    html = page(message, WORDS, web).html
    parsed = telegram_rules.formatted({"text": html, "parse_mode": "HTML"}, "too long")
    assert [] == parsed.notes
    return parsed


def test_paragraphs_bullets_bold_and_links() -> None:
    """Styles become tags, bullets become signs, and what is ours to a page on the web is left to the web."""
    message = Message(
        (
            Paragraph((Run("Dag "), Run("Els", bold=True), Run("!"))),
            Paragraph((Run("een"),), bullet=True),
            Paragraph((Run("twee"),), bullet=True),
            Paragraph((Run("Lees "), Run("meer", url="https://example.be/a?b=1&c=2"), Run("."))),
            Paragraph((Run("Het verslag", url="page:plan"),)),
        )
    )
    expected = 'Dag <b>Els</b>!\n\n• een\n• twee\n\nLees <a href="https://example.be/a?b=1&amp;c=2">meer</a>.'
    assert expected == page(message, WORDS).html


@pytest.mark.parametrize("text", HOSTILE)
def test_what_a_person_wrote_stays_text(text: str) -> None:
    """No entity comes of it, and nothing stays that Telegram's own recognition would find."""
    parsed = read(said(f"Jan {text} zei"))
    assert [] == parsed.entities
    live = r"\w\.[a-zA-Z]{2}|://|@\w|(^|\s)[/#$]\w|\d\.\d+\.\d"
    assert re.search(live, parsed.text.replace("\u2060", "\u2060 ")) is None
    assert text.replace("\x00", "").encode("utf-8", "ignore").strip() in parsed.text.replace("\u2060", "").encode()


def test_a_link_hidden_in_two_styles_is_none_either() -> None:
    """An address that begins in one style and ends in another is not recognised."""
    message = Message((Paragraph((Run("http://evil."), Run("com", bold=True))),))
    assert "http:\u2060//evil.\u2060<b>com</b>" == page(message, WORDS).html


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "tg://user?id=1", "http://localhost/x", "http://[", "https://a b.be"]
)
def test_only_real_addresses_are_links(url: str) -> None:
    """Anything else is shown as its words alone."""
    assert "klik" == page(Message((Paragraph((Run("klik", url=url),)),)), WORDS).html


def test_a_message_of_buttons_alone_has_something_to_stand_on() -> None:
    """Telegram refuses an empty text."""
    for text in ("", "  ", "\u200b\u2060"):
        assert "…" == read(Message((Paragraph((Run(text),)),), (Button("a", "A", f"{ROW}.0"),))).text


def test_a_long_message_says_where_the_rest_is() -> None:
    """It ends between words, with a sentence and a link to the web."""
    message = said(*("Elk woord telt mee & blijft heel. " * 30 for _ in range(8)))
    parsed = read(message, "https://terugkeer.example.be")
    assert parsed.text.endswith(f"…\n\n{WORDS['shortened']} {WORDS['web']}")
    assert "https://terugkeer.example.be" == parsed.entities[-1]["url"]
    assert LONGEST - 45 < utf16(parsed.text) <= LONGEST
    assert re.search(r"(Elk|woord|telt|mee|&|blijft|heel\.)…", parsed.text)


@settings(max_examples=100, deadline=None)
@given(
    parts=st.lists(
        st.tuples(
            st.lists(st.sampled_from((*WHOLE, *HOSTILE)), max_size=12).map("".join),
            st.booleans(),
            st.sampled_from((None, "https://example.be/a?b=1&c=<2>", "https://example.be/x", "page:plan")),
            st.booleans(),
        ),
        max_size=12,
    ),
    times=st.integers(1, 60),
    filler=st.text(max_size=60),
    web=st.sampled_from((None, "https://terugkeer.example.be")),
)
def test_any_message_is_taken(
    parts: list[tuple[str, bool, str | None, bool]], times: int, filler: str, web: str | None
) -> None:
    """Whatever is in it, up to 20,000 characters: valid HTML, within the limit, no note of the server."""
    paragraphs = tuple(
        Paragraph((Run((text * times + filler)[:20000], bold, url),), bullet) for text, bold, url, bullet in parts
    )
    read(Message(paragraphs), web)


@settings(max_examples=100, deadline=None)
@given(parts=st.lists(st.sampled_from(WHOLE), min_size=4, max_size=80), before=st.integers(3900, 3950))
def test_a_cut_goes_through_no_character_of_a_reader(parts: list[str], before: int) -> None:
    """What is kept is whole characters."""
    text = "x" * before + "".join(parts) * 60
    ends = set(accumulate((len(part) for part in parts * 60), initial=before))
    parsed = read(said(text))
    if utf16(text.strip()) > LONGEST:
        kept, _, _ = parsed.text.rpartition(f"…\n\n{WORDS['shortened']}")
        assert text.startswith(kept)
        assert len(kept) in ends or len(kept) <= before


def test_a_label_is_shortened_between_words_and_told_in_full() -> None:
    """A button says the beginning; the whole is in the text."""
    label = "Op dinsdag en donderdag van thuis uit werken tot de verbouwing van het kantoor klaar is"
    made = page(Message((Paragraph((Run("Welke?"),)),), (Button("a", label, f"{ROW}.0"),)), WORDS)
    assert f"Welke?\n\n• {label}" == made.html
    assert made.keyboard is not None
    shown = made.keyboard.inline_keyboard[0][0].text
    assert shown.endswith("…")
    assert label.startswith(shown[:-1] + " ")
    assert utf16(shown) <= 60


def test_short_buttons_stand_together_and_quiet_ones_apart() -> None:
    """Three in a row when short, two when a little longer, alone when long."""

    def rows(*names: str) -> list[int]:
        buttons = (*(Button(n, n, f"{ROW}.0") for n in names), Button("skip", "Overslaan", f"{ROW}.9", quiet=True))
        made = page(Message((Paragraph((Run("?"),)),), buttons), WORDS).keyboard
        assert made is not None
        return [len(row) for row in made.inline_keyboard]

    assert [3, 1, 1] == rows("ja", "nee", "later", "nooit")
    assert [2, 1, 1] == rows("ja", "nee", "volgende week pas")
    assert [1, 1, 1] == rows("ja", "in de loop van volgende maand")


def test_boxes_stand_alone_with_a_button_that_ends_it() -> None:
    """Every box a row, then the end, then the quiet buttons; what to do is said in the text."""
    control = Input(
        "several", (Option("a", "Rust"), Option("b", "Taken")), id=f"{ROW}.i", prompt="Duid aan", done="Klaar"
    )
    made = page(Message((Paragraph((Run("Wat?"),)),), (Button("skip", "Overslaan", f"{ROW}.0", True),), control), WORDS)
    assert made.keyboard is not None
    found = [[(button.text, button.callback_data) for button in row] for row in made.keyboard.inline_keyboard]
    expected = [
        [("⬜ Rust", f"+0:{ROW}.i")],
        [("⬜ Taken", f"+1:{ROW}.i")],
        [("Klaar", f"!{ROW}.i")],
        [("Overslaan", f"{ROW}.0")],
    ]
    assert expected == found
    assert "Wat?\n\nDuid aan" == made.html


@settings(max_examples=50, deadline=None)
@given(
    boxes=st.integers(0, 130),
    names=st.lists(st.text(max_size=90), max_size=130),
    quiet=st.integers(0, 3),
)
def test_any_keyboard_is_taken(boxes: int, names: list[str], quiet: int) -> None:
    """At most a hundred buttons, the quiet ones among them, and who misses one is told to type."""
    options = tuple(Option(str(n), f"Keuze {n}") for n in range(boxes))
    buttons = tuple(Button(str(n), name, f"{ROW}.{n}") for n, name in enumerate(names))
    asides = tuple(Button(f"q{n}", f"Stil {n}", f"{ROW}.{200 + n}", quiet=True) for n in range(quiet))
    control = Input("several", options, id=f"{ROW}.i", prompt="Duid aan", done="Klaar") if boxes else None
    message = Message((Paragraph((Run("Wat?"),)),), (*buttons, *asides), control)
    made = page(message, WORDS)
    shown = sum(len(row) for row in made.keyboard.inline_keyboard) if made.keyboard else 0
    if made.keyboard is not None:
        telegram_rules.keyboard(made.keyboard.to_dict())
        assert {one.id for one in asides} <= {b.callback_data for row in made.keyboard.inline_keyboard for b in row}
    wanted = boxes + bool(boxes) + len(buttons) + quiet
    assert min(wanted, MOST_BUTTONS) == shown
    read(message)
    if wanted <= MOST_BUTTONS:
        assert WORDS["more"] not in made.plain


def test_a_shortened_text_never_grows() -> None:
    """Three dots take the place of what is gone."""
    assert "kort" == shortened("kort", 4)
    assert "kor…" == shortened("korte", 4)
    assert "een paar…" == shortened("een paar woorden", 12)
