"""What somebody wants who types freely."""

from __future__ import annotations

from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conversations.talking.commands import COMMANDS as SAID
from conversations.talking.intents import (
    Command,
    CommandName,
    Intent,
    command,
    how_back,
    understand,
    went,
    what_changes,
    which_channel,
)
from conversations.talking.vocabulary import VOCABULARY

PEOPLE = {
    "sofie": "Sofie Claes",
    "jan": "Jan Peeters",
    "jan2": "Jan Janssens",
    "fatima": "Fatima El Idrissi",
    "els": "Els Maes",
    "isa": "Ilse Smets",
}

COMMANDS = {
    "terug": Command("back"), "Vorige.": Command("back"), "ga terug": Command("back"), "overslaan aub": Command("skip"),
    "liever niet": Command("skip"), "weet ik niet": Command("skip"), "later verder": Command("later"),
    "straks": Command("later"), "niet nu": Command("later"), "wijzig vraag 3": Command("change", "3"),
    "wijzig uren": Command("change", "uren"), "aanpassen": Command("change"), "wijzig": Command("change"),
    "verander het rooster": Command("change", "rooster"), "pas mijn antwoord op vraag 2 aan": Command("change", "2"),
    "stop": Command("stop"), "Stop maar": Command("stop"), "help": Command("help"), "wat kan je doen?": Command("help"),
    "oeps": Command("back"), "ik heb nu geen tijd": Command("later"), "is dat verplicht?": Command("why"),
    "samenvatting": Command("summary"), "samenvating": Command("summary"), "waarom krijg ik dit?": Command("why"),
    "waarom krijg ik dti": Command("why"), "Waarom?": Command("why"),
}  # fmt: skip
NO_COMMANDS = (
    "later",
    "3",
    "ja",
    "stop alles over Jan",
    "terugkeer",
    "ze komt terug",
    "",
    "x" * 5000,
    "pas",
    "niet nodig",
)

SAYS = {
    # A new absence
    "sofie is ziek": ("new_absence", "sofie"), "Sofie meldt zich ziek": ("new_absence", "sofie"),
    "jan peeters komt vandaag niet werken": ("new_absence", "jan"), "nieuwe afwezigheid": ("new_absence", None),
    "sofie is uitgevallen": ("new_absence", "sofie"), "els zit ziek thuis": ("new_absence", "els"),
    "fatima is out": ("new_absence", "fatima"), "iemand is ziek": ("new_absence", None),
    "ik wil een afwezigheid melden": ("new_absence", None), "Jan P. is ziek": ("new_absence", "jan"),
    "IS is ziek": ("new_absence", None),
    # Again
    "sofie is opnieuw ziek": ("new_spell", "sofie"), "sofie is terug ziek": ("new_spell", "sofie"),
    # Who
    "wie is er afwezig": ("my_cases", None), "mijn dossiers": ("my_cases", None), "wie is er ziek?": ("my_cases", None),
    "sofie": ("case_menu", "sofie"), "dossier fatima": ("case_menu", "fatima"),
    "hoe zit het met els": ("case_menu", "els"),
    # Back
    "sofie is terug": ("returned", "sofie"), "ze is terug": ("returned", None), "els werkt weer": ("returned", "els"),
    "sofie begint maandag halftijds": ("returned", "sofie"), "fatima herneemt morgen": ("returned", "fatima"),
    "sofie komt maandag terug": ("returned", "sofie"), "sofie is trug": ("returned", "sofie"),
    "sofie is zeik": ("new_absence", "sofie"), "sofie kmt volgnde week trug": ("returned", "sofie"),
    "sofie komt mrgn trg": ("returned", "sofie"),
    "ze is terug van ziekteverlof": ("returned", None), "ze is terug ziek": ("new_spell", None),
    # Other dates
    "de eerste dag van sofie is fout": ("change_dates", "sofie"), "verkeerde eerste dag": ("change_dates", None),
    "sofie komt niet terug op 30 november": ("change_dates", "sofie"), "els komt toch nog niet terug":
    ("change_dates", "els"), "fatima is niet terug": ("change_dates", "fatima"),
    "gesprek met sofie starten": ("reintegration_talk", "sofie"),
    "sofie terug verwacht op 18 januari": ("change_dates", "sofie"),
    "we verwachten els rond half december": ("change_dates", "els"),
    "sofie is langer afwezig": ("change_dates", "sofie"), "attest verlengd tot 3 december": ("change_dates", None),
    "els heeft een nieuw attest": ("change_dates", "els"), "sofie blijft nog thuis": ("change_dates", "sofie"),
    "de datum klopt niet": ("change_dates", None),
    # Me
    "ik ben weg tot 4 januari": ("away", None), "ik ga op verlof": ("away", None), "ik ben terug": ("away", None),
    "ik ga volgende week met vakantie": ("away", None), "ik kom morgen niet werken": ("away", None),
    "ik ben volgende week niet bereikbaar": ("away", None), "ik ben volgende week met verlof": ("away", None),
    "morgen ben ik er niet": ("away", None), "els vervangt mij": ("away", None),
    # Contact, talk, plan
    "ik heb sofie gebeld": ("contact", "sofie"), "geen gehoor bij els": ("contact", "els"),
    "kheb sofie gebelt": ("contact", "sofie"), "sofie neemt ni op": ("contact", "sofie"),
    "sofie neemt haar gsm nie op": ("contact", "sofie"), "fatima is niet bereikbaar": ("contact", "fatima"),
    "gebeld": ("contact", None), "net gesproken": ("contact", None), "eerste stappen met els": ("first_steps", "els"),
    "eerste gesprek over terugkeren met sofie": ("first_steps", "sofie"),
    "contact gehad met fatima el idrissi": ("contact", "fatima"), "gesprek voorbereiden": ("prepare_talk", None),
    "plan een gesprek met els": ("prepare_talk", "els"),
    "bereid het gesprek met els voor": ("prepare_talk", "els"),
    "wanneer komt sofie terug?": ("case_menu", "sofie"),
    "hoelang is els al weg": ("case_menu", "els"), "ik ben els haar leidinggevende niet meer": ("hand_over", "els"),
    "bedankt!": ("talking/thanks", None), "merci hé": ("talking/thanks", None),
    "toon het plan": ("report", None), "verslag van sofie": ("report", "sofie"),
    "welke afspraken zijn er met els": ("report", "els"), "re-integratiegesprek": ("reintegration_talk", None),
    "kheb els nog niet gebeld": ("contact", "els"), "ik ben er niet toe gekomen": ("contact", None),
    "sofie belde mij gisteren": ("contact", "sofie"), "sofie belde zich ziek": ("new_absence", "sofie"),
    "ik krijg fatima niet te pakken": ("contact", "fatima"), "zijn gsm staat af": ("contact", None),
    "wat zeg ik tegen sofie": ("contact", "sofie"), "mag ik els bellen": ("contact", "els"),
    "sofie wil geen contact": ("contact", "sofie"), "els wil met rust gelaten worden": ("contact", "els"),
    "sofie wil niet gebeld worden": ("contact_agreement", "sofie"),
    "els heeft liever een berichtje": ("contact_agreement", "els"),
    "ik wil liever een mail": ("contact_agreement", None),
    "ik wil niet dat sofie mij belt": ("contact_agreement", "sofie"),
    "sofie wil dat els belt": ("contact_agreement", "sofie"), "hoe vaak moet ik bellen": ("case_menu", None),
    "hebt ge els al gebeld": ("case_menu", "els"), "wa moek nu doen": ("today", None),
    "kga sofie morge bellen": ("contact", "sofie"), "els zn brieke is verlengd": ("change_dates", "els"),
    "els heeft nen nieuwe job": ("close", "els"), "hoeveel weken is els al weg": ("case_menu", "els"),
    "herinner sofie": ("remind", None), "stuur els een herinnering": ("remind", None),
    # Not back yet, never again
    "sofie kan nog niet terugkomen": ("change_dates", "sofie"), "els is nog ziek": ("change_dates", "els"),
    "fatima komt niet meer terug": ("close", "fatima"), "els heeft zelf ontslag genomen": ("close", "els"),
    "sofie werkt halve dagen": ("returned", "sofie"), "els is er vandaag niet": ("new_absence", "els"),
    "fatima is overleden": ("silence", "fatima"), "de vader van fatima is overleden": ("guarded/personal", None),
    # Who does what
    "draag sofie over aan els": ("hand_over", "sofie"), "sofie overnemen": ("take_over", "sofie"),
    "ik neem fatima over": ("take_over", "fatima"), "nodig sofie uit": ("invite", "sofie"),
    "nodig sofie uit voor check-ins": ("invite", "sofie"), "check-ins": ("check_in", None),
    "zorgmodus els": ("care", "els"),
    # Who looked
    "wie keek er in mijn dossier?": ("readers", None), "wie heeft mijn dossier bekeken": ("readers", None),
    "wie heeft er allemaal in mijn gegevens gekeken": ("readers", None), "wie zat in mijn dossier": ("readers", None),
    "wie las het dossier van sofie": ("readers", None),
    "dossier afsluiten": ("close", None), "wat is te laat?": ("late", None),
    "wat moet ik vandaag doen": ("today", None),
    "verder": ("resume", None), "hallo": ("hello", None), "help": ("help", None), "waarom krijg ik dit?": ("why", None),
    # Everything ends
    "stop alles over fatima": ("silence", "fatima"), "zwijg over els": ("silence", "els"),
    "stop met berichten over sofie": ("silence", "sofie"),
    # Not for this bot
    "hoeveel loon krijgt sofie nog?": ("guarded/pay", None), "krijgt ze een uitkering": ("guarded/pay", None),
    "kan ik sofie ontslaan": ("guarded/dismissal", None), "medische overmacht": ("guarded/dismissal", None),
    "is sofie wel echt ziek": ("guarded/doubt", None), "ze doet alsof": ("guarded/doubt", None),
    "wat heeft sofie eigenlijk": ("guarded/reason", None), "waarom is fatima afwezig": ("guarded/reason", None),
    "mag ik vragen wat hij heeft": ("guarded/reason", None), "wat staat er op het attest": ("guarded/reason", None),
    "moet ik zeggen wat ik heb?": ("guarded/own_reason", None), "heeft els een burn-out": ("guarded/health", None),
    "wat zeg ik tegen het team": ("guarded/team", None), "mag els haar mails lezen": ("guarded/work", None),
    "zeg aan els dat ik bel": ("guarded/pass_on", None),
    "stuur mij niks meer": ("guarded/less", None), "wis mijn gegevens": ("guarded/data", None),
    "kan ik met iemand praten": ("guarded/somebody", None), "statistieken": ("guarded/pages", None),
    "foutje": ("guarded/undo", None), "wijzig": ("guarded/undo", None),
    "wat is een contactafspraak": ("meaning/contact_agreement", None),
    "wie is de arbeidsarts": ("meaning/doctor", None),
    "hoe werkt een re-integratiegesprek": ("meaning/reintegration_talk", None), "tot morgen": ("talking/noted", None),
    "hoe gaat het met jou": ("talking/fine", None), "heeft els sofie al gebeld": ("case_menu", "els"),
    "wat weet mijn baas over mij": ("why", None), "hoeveel mensen zijn er ziek": ("my_cases", None),
    "els is zwanger": ("guarded/birth", None),
    "wat als ze niet opneemt": ("guarded/not_reached", None), "een arbeidsongeval": ("guarded/accident", None),
    "els ligt in het ziekenhuis": ("guarded/hospital", None),
    "ik wil dood": ("privacy/crisis", None), "mijn chef pest mij": ("privacy/harassment", None),
}  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), COMMANDS.items())
def test_commands_are_understood_anywhere(text: str, expected: Command) -> None:
    """A command is known by its usual forms, with a typo too."""
    assert expected == command(text)


@pytest.mark.parametrize("text", NO_COMMANDS)
def test_answers_are_no_commands(text: str) -> None:
    """What may be an answer, or is about more, is no command."""
    assert command(text) is None


def test_every_command_has_a_known_name() -> None:
    """The table of commands uses the names that the engine knows."""
    assert set(SAID) | {"change"} == set(get_args(CommandName))


@pytest.mark.parametrize(("text", "expected"), SAYS.items())
def test_a_wish_opens_a_dialogue(text: str, expected: tuple[str, str | None]) -> None:
    """A sentence names its dialogue, and the person it is about."""
    wish = understand(text, PEOPLE)
    assert wish is not None
    assert expected == (wish.name, wish.about.get("employee"))


@pytest.mark.parametrize("text", ["", "het weer is mooi", "xyz", "\x00", "a" * 301, "\ud800", "ja", "3"])
def test_what_is_no_wish_gives_nothing(text: str) -> None:
    """Small talk, answers and noise begin nothing."""
    assert understand(text, PEOPLE) is None


@pytest.mark.parametrize("text", ["wat heeft sofie nodig", "wat heeft els gezegd", "ik twijfel of ik mag gaan"])
def test_what_is_about_work_is_not_turned_away(text: str) -> None:
    """Asking what somebody needs, or hesitating oneself, is no question after a reason."""
    wish = understand(text, PEOPLE)
    assert wish is None or not wish.name.startswith("guarded/")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ik heb lotte gebeld", "lotte"), ("hoe zit het met Jolien?", "jolien"), ("geert nam niet op", "geert"),
        ("verleng het attest van lotte tot vrijdag", "lotte"), ("ik heb gisteren lotte gesproken", "lotte"),
        ("ik heb sofie en lotte gebeld", ""), ("ik heb hem gebeld", ""), ("kheb zijn vrouw gesproken", ""),
        ("ik heb daarnet gebeld", ""), ("ik heb rustig gebeld", ""), ("hoe zit het met de afspraken", ""),
        ("we verwachten hem rond half december", ""), ("ik heb soifie gebeld", ""),
        ("voicemail gekregen, niet kunnen bereiken", ""), ("hij nam niet op", ""),
        ("contact gehad met zijn partner", ""), ("komt maandag terug", ""), ("iemand is terug", ""),
    ],
)  # fmt: skip
def test_a_name_of_nobody_here_is_heard_as_a_name(text: str, expected: str) -> None:
    """Who is named and not among these people is not mistaken for nobody; other words are no name."""
    wish = understand(text, PEOPLE)
    assert wish is not None
    assert expected == wish.stranger


def test_two_people_of_one_name_are_both_offered() -> None:
    """A first name that two share is not guessed."""
    assert Intent("new_absence", candidates=("jan", "jan2"), sure=False) == understand("jan is ziek", PEOPLE)


def test_a_name_with_a_typo_is_offered_not_taken() -> None:
    """A fuzzy name is a candidate, never acted upon."""
    assert Intent("new_absence", candidates=("sofie",), sure=False) == understand("soifie is ziek", PEOPLE)


def test_a_wish_with_a_typo_is_not_sure() -> None:
    """A slip in the words is put right, and said to be a guess."""
    assert Intent("new_absence", {"employee": "sofie"}, sure=False) == understand("sofie is uitgevalen", PEOPLE)


def test_silence_and_crisis_go_before_the_open_question() -> None:
    """What cannot wait does not wait for the question that is open."""
    for text in ("stop alles over els", "ik wil niet meer leven"):
        wish = understand(text, PEOPLE)
        assert wish is not None
        assert wish.anytime


@given(st.text(max_size=320))
def test_no_text_breaks_understanding(text: str) -> None:
    """Whatever is typed is a wish, a command or nothing."""
    wish = understand(text, PEOPLE)
    assert wish is None or set(wish.about.values()) <= set(PEOPLE)
    assert isinstance(command(text), Command | None)


@given(st.lists(st.sampled_from(sorted(VOCABULARY | {"sofie", "jan", "peeters", "els"})), max_size=8))
def test_nobody_is_named_who_was_not(words: list[str]) -> None:
    """A sentence without the name of somebody is never about that person."""
    wish = understand(" ".join(words), PEOPLE)
    assert wish is None or "fatima" not in (*wish.about.values(), *wish.candidates)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ik heb jan gisteren gehoord", "reached"), ("ik heb met jan gesproken", "reached"),
        ("jan nam niet op", "no_answer"), ("jan neemt zijn gsm ni op", "no_answer"), ("kheb jan gebelt", "called"),
        ("jan is nie te bereiken", "no_answer"), ("ik kreeg de voicemail van jan", "no_answer"),
        ("kheb jan nog niet gebeld", "later"), ("ik heb jan niet gesproken", "later"), ("ik bel hem morgen", "later"),
        ("wat als hij niet opneemt", ""), ("is jan al gebeld", ""), ("ik moet hem nog bellen", "later"),
        ("hij heeft niet opgenomen", "no_answer"), ("kheb hem aan de lijn gehad", "reached"),
        ("mag ik jan bellen", ""), ("arbeidsarts heeft geantwoord over jan", ""), ("zijn vrouw belde mij", ""),
        ("sofie heeft jan gebeld", "called"), ("jan belde mij gisteren", "reached"),
        ("jan antwoordt niet op mijn sms", "no_answer"), ("ik heb niks gehoord van jan", ""),
        ("ik heb jan gebeld", "called"), ("jan wil liever geen contact", "not_needed"),
        ("ik ga jan nu bellen", ""), ("contact noteren", ""),
    ],
)  # fmt: skip
def test_how_a_contact_went_is_heard(text: str, expected: str) -> None:
    """Who says that it happened, and how, is not prepared for it any more."""
    assert expected == went(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("jan werkt maandag terug halftijds", "partial"), ("jan herneemt deeltyds", "partial"),
        ("jan is voltijds terug", "full"), ("jan is terug", ""), ("jan komt over een paar dagen terug", ""),
        ("jan is nog niet helemaal terug", ""), ("jan komt 2 dagen per week werken", "partial"),
    ],
)  # fmt: skip
def test_how_somebody_comes_back_is_heard(text: str, expected: str) -> None:
    """Whoever says that it is in part is not asked that any more."""
    assert expected == how_back(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [("jan blijft langer thuis", "longer"), ("nieuw attest van jan tot 18/12", "longer"), ("datum aanpassen", "")],
)
def test_what_changes_is_heard(text: str, expected: str) -> None:
    """A longer absence is not asked about twice."""
    assert expected == what_changes(text)


def test_an_answer_that_holds_a_word_of_illness_reports_nobody() -> None:
    """What colleagues may know, "enkel afwezig", is no report."""
    assert understand("enkel afwezig", PEOPLE) is None


@pytest.mark.parametrize(
    ("text", "dialogue", "channel"),
    [
        ("stuur het voortaan op Slack", "channel", "slack"), ("liever via telegram", "channel", "telegram"),
        ("kies kanaal", "channel", ""), ("ander kanaal", "channel", ""), ("graag op de webpagina", "channel", "web"),
        ("mijn berichten via Telegram krijgen", "channel", "telegram"), ("koppel telegram", "channel", "telegram"),
        ("koppelen", "channel", ""), ("ik wil een koppelcode", "channel", ""), ("op slack", "channel", "slack"),
        ("ontkoppel", "unlink", ""), ("Ontkoppel deze chat", "unlink", ""), ("ontkoppel slack", "unlink", "slack"),
        ("ik wil ontkoppelen", "unlink", ""), ("koppel telegram los", "unlink", "telegram"),
    ],
)  # fmt: skip
def test_where_i_write(text: str, dialogue: str, channel: str) -> None:
    """Channels are named as people name them, and it is about nobody."""
    wish = understand(text, PEOPLE)
    assert wish is not None
    assert (dialogue, {}) == (wish.name, wish.about)
    assert channel == which_channel(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [("stuur het voortaan op slack", True), ("kies kanaal", True), ("ontkoppel", True), ("koppel telegram", True),
     ("liever via telegram", False), ("op slack", False)],
)  # fmt: skip
def test_where_i_write_may_wait(text: str, expected: bool) -> None:  # noqa: FBT001 - a case
    """What can only be meant for the bot goes before the open question; the rest may be its answer."""
    wish = understand(text, PEOPLE)
    assert wish is not None
    assert expected == wish.anytime


@pytest.mark.parametrize(
    "text",
    ["we spreken af op Slack", "Jan stuurt het verslag via Slack", "samen een ander kanaal zoeken", "liever niet",
     "contact via Telegram is voor hem het makkelijkst", "toestel loskoppelen voor hij begint",
     "twee dagen op het werk, de rest via de website opvolgen"],
)  # fmt: skip
def test_a_channel_in_an_answer_is_no_wish(text: str) -> None:
    """Who writes down an agreement about Slack does not ask me to write there."""
    wish = understand(text, PEOPLE)
    assert wish is None or wish.name not in ("channel", "unlink")
