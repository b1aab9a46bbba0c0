"""Dates as people in Flanders type them, seen from Saturday 21 November 2026."""

from __future__ import annotations

from datetime import date, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conversations.talking.dates import Found, Vague, read_date
from conversations.talking.days import Tense, easter

TODAY = date(2026, 11, 21)

FUTURE = {
    # By name of the day
    "vandaag": "2026-11-21", "morgen": "2026-11-22", "overmorgen": "2026-11-23", "morgenvroeg": "2026-11-22",
    "deze namiddag": "2026-11-21", "maandag": "2026-11-23", "dinsdag": "2026-11-24", "vrijdag": "2026-11-27",
    "tegen vrijdag": "2026-11-27", "op woensdag": "2026-11-25", "maandagmorgen": "2026-11-23",
    "dinsdagnamiddag": "2026-11-24", "maandag in de voormiddag": "2026-11-23", "komende donderdag": "2026-11-26",
    "eerstvolgende maandag": "2026-11-23", "deze dinsdag": "2026-11-24", "ma": "2026-11-23", "do": "2026-11-26",
    # Weeks away
    "volgende week di": "2026-11-24", "di volgende week": "2026-11-24",
    "volgende week dinsdag": "2026-11-24", "dinsdag volgende week": "2026-11-24",
    "dinsdag van volgende week": "2026-11-24", "volgende week maandag": "2026-11-23",
    "maandag over een week": "2026-11-30", "maandag over 2 weken": "2026-12-07", "dinsdag in 14 dagen": "2026-12-08",
    "dinsdag over 14 dagen": "2026-12-08", "vrijdag binnen acht dagen": "2026-12-04",
    "vandaag over een week": "2026-11-28", "morgen over 14 dagen": "2026-12-06", "over 14 dagen": "2026-12-05",
    "over veertien dagen": "2026-12-05", "binnen twee weken": "2026-12-05", "over een week": "2026-11-28",
    "over drie weken": "2026-12-12", "over 3 dagen": "2026-11-24", "over een maand": "2026-12-21",
    "binnen 2 maanden": "2027-01-21", "over anderhalve maand": "2027-01-05", "binnen een half jaar": "2027-05-21",
    # Day and month
    "3 december": "2026-12-03", "3 dec": "2026-12-03", "3 dec.": "2026-12-03", "3december": "2026-12-03",
    "drie december": "2026-12-03", "op 3 december": "2026-12-03", "de 3de december": "2026-12-03",
    "24 november": "2026-11-24", "vierentwintig november": "2026-11-24", "de vierentwintigste november": "2026-11-24",
    "1 januari": "2027-01-01", "1 mei": "2027-05-01", "eerste mei": "2027-05-01", "4 maart": "2027-03-04",
    "3 december 2026": "2026-12-03", "3 dec '26": "2026-12-03", "3 december volgend jaar": "2027-12-03",
    "15 februari 2027": "2027-02-15", "29 februari 2028": "2028-02-29", "t.e.m. 3 december": "2026-12-03",
    "tem 3 december": "2026-12-03", "t/m 3 december": "2026-12-03", "tot en met 3 december": "2026-12-03",
    "tot en met vrijdag": "2026-11-27", "vanaf 7 december": "2026-12-07",
    "Het attest loopt tot 31 december": "2026-12-31",
    "de 24ste": "2026-11-24", "de 24": "2026-11-24", "24ste": "2026-11-24", "op de 3e": "2026-12-03",
    "de 15de van volgende maand": "2026-12-15", "de derde van volgende maand": "2026-12-03",
    "zijn eerste dag is 7 december": "2026-12-07", "eerste dag terug: 7 december": "2026-12-07",
    # A day that was read wrong, and the right one
    "nee, dat is fout, het is 18 december": "2026-12-18",
    "dat klopt niet, 18 december": "2026-12-18", "sorry, fout getypt: 18 december": "2026-12-18",
    # In figures
    "3/12": "2026-12-03", "03/12": "2026-12-03", "3-12": "2026-12-03", "3/12/2026": "2026-12-03",
    "3-12-2026": "2026-12-03", "3.12.2026": "2026-12-03", "3/12/26": "2026-12-03", "2026-12-03": "2026-12-03",
    "t.e.m. 3/12": "2026-12-03", "op 7/1": "2027-01-07",
    # Day of the week and date together
    "dinsdag 24 november": "2026-11-24", "do 3/12": "2026-12-03", "donderdag 3 december 2026": "2026-12-03",
    "morgen, zondag 22 november": "2026-11-22", "volgende week dinsdag 24/11": "2026-11-24",
    "ma 23 nov": "2026-11-23",
    # Typed in a hurry
    "dinsdg": "2026-11-24", "donderdga": "2026-11-26", "woendsdag": "2026-11-25", "dinsdg 24 novmber": "2026-11-24",
    "3 desember": "2026-12-03", "12 januarie": "2027-01-12", "vrijdga 27 november": "2026-11-27",
    "volgnde week vrijdag": "2026-11-27", "vlogende week woensdag": "2026-11-25",
    "VOLGENDE WEEK DINSDAG": "2026-11-24", "  dinsdag , 24 november ": "2026-11-24", "overmoregn": "2026-11-23",
    # Feasts, and days counted in a month
    "Pasen": "2027-03-28", "paasmaandag": "2027-03-29", "tweede paasdag": "2027-03-29", "Hemelvaart": "2027-05-06",
    "pinkstermaandag": "2027-05-17", "Kerstmis": "2026-12-25", "nieuwjaar": "2027-01-01", "sinterklaas": "2026-12-06",
    "eerste maandag van december": "2026-12-07", "laatste vrijdag van november": "2026-11-27",
    "de laatste dag van de maand": "2026-11-30", "eerste dag van volgende maand": "2026-12-01",
}  # fmt: skip
PAST = {
    "maandag": "2026-11-16", "vrijdag": "2026-11-20", "gisteren": "2026-11-20", "eergisteren": "2026-11-19",
    "gisteravond": "2026-11-20", "vorige week dinsdag": "2026-11-10", "verleden vrijdag": "2026-11-20",
    "afgelopen maandag": "2026-11-16", "vorige maandag": "2026-11-16", "dinsdag vorige week": "2026-11-10",
    "3 november": "2026-11-03", "3/11": "2026-11-03", "2 november": "2026-11-02", "sinds 2 november": "2026-11-02",
    "de 15de": "2026-11-15", "drie weken geleden": "2026-10-31", "een week geleden": "2026-11-14",
    "2 dagen geleden": "2026-11-19", "3 weken terug": "2026-10-31", "eergistren": "2026-11-19",
    "sinds maandag 9 november": "2026-11-09", "vandaag": "2026-11-21", "Allerheiligen": "2026-11-01",
}  # fmt: skip
NOT_SURE = {
    "nee, 18 december": "2026-12-18",
    "maandag 3 december": "2026-12-03",  # it is a Thursday
    "zaterdag": "2026-11-28",  # or today
    "24": "2026-11-24",
    "3 november": "2027-11-03",  # rather three weeks ago
    "over 10 werkdagen": "2026-12-04",  # holidays are not known
    "twee weken": "2026-12-05",
    "Jan belt dinsdag wel": "2026-11-24",
}
VAGUE = {
    "begin december": ("2026-12-01", "2026-12-10"), "half december": ("2026-12-11", "2026-12-20"),
    "midden december": ("2026-12-11", "2026-12-20"), "eind december": ("2026-12-22", "2026-12-31"),
    "december": ("2026-12-01", "2026-12-31"), "in maart": ("2027-03-01", "2027-03-31"),
    "eind maart 2027": ("2027-03-22", "2027-03-31"), "eind jan": ("2027-01-22", "2027-01-31"),
    "volgende week": ("2026-11-23", "2026-11-27"), "ergens volgende week": ("2026-11-23", "2026-11-27"),
    "in de loop van volgende week": ("2026-11-23", "2026-11-27"), "eind volgende week": ("2026-11-26", "2026-11-27"),
    "begin volgende week": ("2026-11-23", "2026-11-24"), "volgende maand": ("2026-12-01", "2026-12-31"),
    "dit weekend": ("2026-11-21", "2026-11-22"), "eind van het jaar": ("2026-12-01", "2026-12-31"),
    "week 50": ("2026-12-07", "2026-12-11"), "over een paar weken": ("2026-12-05", "2026-12-19"),
    "3 of 4 december": ("2026-12-03", "2026-12-04"), "tussen 3 en 10 december": ("2026-12-03", "2026-12-10"),
    "van 3 tot 5 december": ("2026-12-03", "2026-12-05"), "3-5 december": ("2026-12-03", "2026-12-05"),
    "maandag of dinsdag": ("2026-11-23", "2026-11-24"), "na nieuwjaar": ("2027-01-02", "2027-01-15"),
    "begin volgend jaar": ("2027-01-01", "2027-01-31"),
}  # fmt: skip
NO_DATE = (
    "", "Jan Peeters", "Jan is ziek", "ja", "geen idee", "zo snel mogelijk", "31/2", "30 februari 2027", "13/13/2026",
    "0/5", "binnenkort", "niet maandag", "x" * 301, "\x00", "\ud800", "weet ik niet", "half", "de", "99 december",
    "2026-13-01", "later", "mei 99 99", "de eerste dag van Pieter is fout, het was 17 november",
    "de verkeerde dag, 18 december", "18 december is fout", "de eerste dag van Pieter was 17 november",
)  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), FUTURE.items())
def test_a_coming_date_is_read(text: str, expected: str) -> None:
    """A phrase about the future gives the day that somebody in Flanders means."""
    found = read_date(text, TODAY, "future")
    assert isinstance(found, Found)
    assert (expected, True) == (found.date.isoformat(), found.sure)


@pytest.mark.parametrize(("text", "expected"), PAST.items())
def test_a_past_date_is_read(text: str, expected: str) -> None:
    """In a question about the past the same words look back."""
    found = read_date(text, TODAY, "past")
    assert isinstance(found, Found)
    assert (expected, True) == (found.date.isoformat(), found.sure)


def test_the_table_holds_a_hundred_phrases() -> None:
    """Enough phrases to trust the grammar."""
    assert len(FUTURE) + len(PAST) + len(NOT_SURE) + len(VAGUE) + len(NO_DATE) >= 100


@pytest.mark.parametrize(("text", "expected"), NOT_SURE.items())
def test_what_does_not_fit_together_is_not_sure(text: str, expected: str) -> None:
    """A weekday that does not match, or a phrase with two readings, is found but not sure."""
    found = read_date(text, TODAY, "future")
    assert isinstance(found, Found)
    assert (expected, False) == (found.date.isoformat(), found.sure)


@pytest.mark.parametrize("text", ["vrijdag 6 november", "6/11 vrijdag", "vr 6 nov"])
def test_a_named_weekday_chooses_the_year(text: str) -> None:
    """Asked of the past on 3 November 2026, Friday the 6th is that week's, not a Thursday of 2025."""
    found = read_date(text, date(2026, 11, 3), "past")
    assert isinstance(found, Found)
    assert found.date == date(2026, 11, 6)
    kept = read_date("vrijdag 6 november 2025", date(2026, 11, 3), "past")
    assert kept == Found(date(2025, 11, 6), sure=False)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("maandag over 2 weken", date(2026, 11, 16)), ("maandag over een week", date(2026, 11, 9)),
        ("vrijdag over 2 weken", date(2026, 11, 20)), ("volgnde week vrijdag", date(2026, 11, 13)),
    ],
)  # fmt: skip
def test_on_a_monday(text: str, expected: date) -> None:
    """Weeks behind the name of the day that it is are counted from today."""
    assert Found(expected) == read_date(text, date(2026, 11, 2), "future")


@pytest.mark.parametrize(("text", "expected"), VAGUE.items())
def test_a_vague_date_is_a_range(text: str, expected: tuple[str, str]) -> None:
    """A vague answer gives its first and last day, to ask further."""
    found = read_date(text, TODAY, "future")
    assert isinstance(found, Vague)
    assert expected == (found.first.isoformat(), found.last.isoformat())


@pytest.mark.parametrize("text", NO_DATE)
def test_what_is_no_date_gives_nothing(text: str) -> None:
    """Names, days that do not exist, denials, another day that is wrong and endless texts are no date."""
    assert read_date(text, TODAY, "future") is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("do 3/12 14u", time(14)), ("morgen om 10u30", time(10, 30)), ("dinsdag half drie", time(14, 30)),
        ("24 november om 14u", time(14)), ("maandag om 9 uur", time(9)), ("dinsdag om 14:15", time(14, 15)),
        ("dinsdag kwart voor vier", time(15, 45)), ("dinsdag om 3 uur", time(15)), ("dinsdag", None),
        ("dinsdag half 9", time(8, 30)),
    ],
)  # fmt: skip
def test_an_hour_comes_along(text: str, expected: time | None) -> None:
    """An hour beside the day is read; a small hour is in the afternoon."""
    found = read_date(text, TODAY, "future")
    assert isinstance(found, Found)
    assert expected == found.at


def test_easter_is_right() -> None:
    """Easter falls where the church calendar says."""
    expected = [date(2024, 3, 31), date(2025, 4, 20), date(2026, 4, 5), date(2027, 3, 28), date(2038, 4, 25)]
    assert expected == [easter(day.year) for day in expected]


@given(st.text(max_size=320), st.dates(), st.sampled_from(["past", "future", "any"]))
def test_no_text_breaks_the_grammar(text: str, today: date, tense: Tense) -> None:
    """Whatever is typed, on whatever day, gives a date, a range or nothing."""
    found = read_date(text, today, tense)
    assert not isinstance(found, Vague) or found.first <= found.last


_WORDS = st.sampled_from(
    [
        "dinsdag",
        "volgende",
        "week",
        "over",
        "14",
        "twee",
        "dagen",
        "maand",
        "eind",
        "begin",
        "december",
        "jan",
        "3/12",
        "24ste",
        "half",
        "om",
        "10u30",
        "31",
        "of",
        "tot",
        "de",
        "in",
        "pasen",
        "eerste",
        "laatste",
        "van",
        "vorige",
        "jaar",
        "2027",
        "werkdagen",
        "na",
        "paar",
        "t.e.m.",
        "99",
        "weekend",
    ]
)


@given(st.lists(_WORDS, max_size=8).map(" ".join), st.dates(), st.sampled_from(["past", "future", "any"]))
def test_no_order_of_date_words_breaks_the_grammar(text: str, today: date, tense: Tense) -> None:
    """Date words in any order give a date, a range or nothing."""
    found = read_date(text, today, tense)
    assert not isinstance(found, Vague) or found.first <= found.last


@given(st.dates(date(1950, 1, 1), date(2150, 1, 1)), st.integers(0, 400))
def test_a_written_date_comes_back(today: date, later: int) -> None:
    """A date in figures with its year is that date, from any day."""
    day = today + timedelta(days=later)
    assert Found(day) == read_date(f"{day.day}/{day.month}/{day.year}", today, "future")
