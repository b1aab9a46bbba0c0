"""HR's exports as they are: what is read, what is refused, and what an import changes."""

from __future__ import annotations

import codecs
import contextlib
import itertools
import tracemalloc
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from functools import reduce

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.imports import values
from bot.imports.compare import Known, Plan, compare, read
from bot.imports.problems import KEPT, Problems
from conversations.case import Case, Person, Spell
from conversations.changes import Closed, HandedOver, Moved, Returned, Silenced, apply
from conversations.timing.workdays import Calendar

TODAY = date(2026, 11, 23)  # a Monday
CANARY = "Migraine-Zx81"
COUNTER = itertools.count(1)
STAFF = """naam;e-mail;leidinggevende;team;rol
Sofie Maes;sofie@groen.be;;Groen;leidinggevende
Jan Peeters;jan@groen.be;sofie@groen.be;Groen;
Mia Claes;mia@groen.be;Sofie Maes;Groen;
Els Wouters;els@groen.be;;HR;hr
"""


def ids() -> Callable[[], str]:
    """Ids one after the other."""
    return lambda: f"n{next(COUNTER)}"


def nothing_known() -> Known:
    """An organisation that was never imported into."""
    return Known("o1", "company_c@1", (), (), (), Calendar(frozenset()))


def plan(*files: str | bytes, known: Known | None = None, today: date = TODAY) -> Plan:
    """What importing these files would do."""
    data = [file if isinstance(file, bytes) else file.encode() for file in files]
    problems = Problems()
    tables = read([(f"file{number}.csv", content) for number, content in enumerate(data, 1)], problems)
    return compare(tables, known or nothing_known(), today, ids(), problems)


def after(known: Known, made: Plan) -> Known:
    """What is known once the plan is carried out."""
    people = {person.id: person for person in known.people} | {step.after.id: step.after for step in made.people}
    cases = {case.id: case for case in (*known.running, *known.ended)}
    for step in made.cases:
        cases[step.case.id] = reduce(apply, step.changes, step.case)
    live = tuple(case for case in cases.values() if case.is_live)
    ended = tuple(case for case in cases.values() if not case.is_live)
    return replace(known, people=tuple(people.values()), running=live, ended=ended)


def kinds(made: Plan) -> list[str]:
    """The kinds of mistakes found, in order."""
    return [problem.kind for problem in made.problems.first]


def imported(*files: str | bytes, today: date = TODAY) -> Known:
    """What is known after importing these files, which must be without a mistake."""
    made = plan(*files, today=today)
    assert [] == kinds(made)
    return after(nothing_known(), made)


def absences(*rows: str, header: str = "medewerker;eerste dag;laatste dag") -> str:
    """A file with absences."""
    return "\n".join((header, *rows)) + "\n"


def case_of(known: Known, email: str) -> Case:
    """The only case of somebody."""
    person = next(person for person in known.people if person.email == email)
    (found,) = (case for case in (*known.running, *known.ended) if case.employee == person.id)
    return found


# --- Files as they are -----------------------------------------------------------------------------------

TWO = [("Jan Peeters", "jan@groen.be"), ("Zoë Çelik", "zoe@groen.be")]
LINES = "naam;e-mail\nJan Peeters;jan@groen.be\nZoë Çelik;zoe@groen.be\n"
READABLE = {
    "semicolons": LINES.encode(),
    "byte order mark": codecs.BOM_UTF8 + LINES.encode(),
    "windows-1252": LINES.encode("cp1252"),
    "utf-16 of Excel": LINES.encode("utf-16"),
    "commas": LINES.replace(";", ",").encode(),
    "tabs": LINES.replace(";", "\t").encode(),
    "bars": LINES.replace(";", "|").encode(),
    "carriage returns": LINES.replace("\n", "\r\n").encode(),
    "no last line end": LINES.rstrip().encode(),
    "announced separator": b"sep=;\r\n" + LINES.encode(),
    "blank lines": LINES.replace("\n", "\n\n;\n").encode(),
    "header once more": LINES.replace("Zoë", "naam;e-mail\nZoë").encode(),
    "quotes": LINES.replace("Jan Peeters", '"Jan Peeters"').encode(),
    "capitals": LINES.replace("jan@groen.be", "JAN@Groen.BE").encode(),
    "blanks around": LINES.replace(";", " ; ").encode(),
    "decomposed letters": LINES.replace("ë", "e\u0308").replace("Ç", "C\u0327").encode(),
    "invisible signs": LINES.replace("Jan", "\u202eJ\u200ban").encode(),
    "family name first": LINES.replace("Jan Peeters", '"Peeters, Jan"').encode(),
    "two columns for the name": (
        "voornaam;familienaam;E-mailadres\nJan;Peeters;jan@groen.be\nZoë;Çelik;zoe@groen.be\n".encode()
    ),
    "naam is the family name": "Voornaam;Naam;Mail\nJan;Peeters;jan@groen.be\nZoë;Çelik;zoe@groen.be\n".encode(),
}


@pytest.mark.parametrize("name", READABLE)
def test_exports_are_read_as_they_are(name: str) -> None:
    """Encodings, separators and quirks of HR packages make no difference to who is read."""
    made = plan(READABLE[name])
    assert [] == kinds(made)
    assert TWO == [(step.after.name, step.after.email) for step in made.people]


REFUSED = {
    "empty": (b"", "empty"),
    "only blank lines": (b"\n\n;;\n", "empty"),
    "half an Excel file": (b"PK\x03\x04rest", "no_workbook"),
    "an old Excel file": (b"\xd0\xcf\x11\xe0rest", "not_text"),
    "a pdf": (b"%PDF-1.7", "not_text"),
    "a NUL": (b"naam;e-mail\nJan\0;jan@groen.be\n", "nul"),
    "no known encoding": (b"naam;e-mail\nJan \x81;jan@groen.be\n", "encoding"),
    "an unclosed quote": (b'naam;e-mail\n"Jan;jan@groen.be\n', "quotes"),
    "a stray quote": (b'naam;e-mail\n"Jan" P;jan@groen.be\n', "quotes"),
    "a monstrous cell": (b"naam;e-mail\n" + b"x" * 200_000 + b";jan@groen.be\n", "quotes"),
    "a long cell": (b"naam;e-mail\n" + b"x" * 2_000 + b";jan@groen.be\n", "too_long"),
    "too many columns": (b";".join(b"k%d" % n for n in range(300)) + b"\n", "columns"),
    "too large": (b"naam;e-mail\n" + b"x" * (21 * 1024 * 1024), "too_large"),
    "a short row": (b"naam;e-mail\nJan\n", "cells"),
    "a long row": (b"naam;e-mail\nJan;jan@groen.be;Groen\n", "cells"),
    "no address column": (b"naam;team\nJan;Groen\n", "column_missing"),
    "no name column": (b"e-mail;team\njan@groen.be;Groen\n", "column_missing"),
    "a column twice": (b"naam;e-mail;mail\nJan;jan@groen.be;j@groen.be\n", "column_twice"),
    "no name": (b"naam;e-mail\n;jan@groen.be\n", "name"),
    "a name without letters": (b"naam;e-mail\n---;jan@groen.be\n", "name"),
    "no address": (b"naam;e-mail\nJan;\n", "email"),
    "a strange address": (b"naam;e-mail\nJan;jan at groen\n", "email"),
    "an address twice": (b"naam;e-mail\nJan;jan@groen.be\nMia;JAN@groen.be\n", "email_twice"),
    "a strange role": (b"naam;e-mail;rol\nJan;jan@groen.be;tovenaar\n", "role"),
    "a strange statute": (b"naam;e-mail;statuut\nJan;jan@groen.be;vrijwillig\n", "statute"),
    "strange working days": (b"naam;e-mail;werkdagen\nJan;jan@groen.be;soms\n", "workdays"),
    "working days backwards": (b"naam;e-mail;werkdagen\nJan;jan@groen.be;vr-ma\n", "workdays"),
    "neither yes nor no": (b"naam;e-mail;actief\nJan;jan@groen.be;misschien\n", "yes_no"),
    "an unknown manager": (b"naam;e-mail;leidinggevende\nJan;jan@groen.be;Bob Bos\n", "unknown_person"),
    "an unknown address": (b"naam;e-mail;leidinggevende\nJan;jan@groen.be;bob@groen.be\n", "unknown_person"),
    "the own manager": (b"naam;e-mail;leidinggevende\nJan;jan@groen.be;jan@groen.be\n", "own_manager"),
    "the own deputy": (b"naam;e-mail;plaatsvervanger\nJan;jan@groen.be;Jan\n", "own_deputy"),
    "a loop of managers": (b"naam;e-mail;leidinggevende\nJan;j@g.be;m@g.be\nMia;m@g.be;j@g.be\n", "manager_loop"),
    "two of one name": (
        b"naam;e-mail;leidinggevende\nAn Bos;an1@g.be;\nAn Bos;an2@g.be;\nJan;j@g.be;An Bos\n", "two_people"
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_wrong_in_people_is_refused(name: str) -> None:
    """A file with a mistake changes nobody, and the mistake has its kind."""
    data, kind = REFUSED[name]
    assert [kind] == kinds(plan(data))


@pytest.mark.parametrize(
    ("row", "kind"),
    [
        ("jan@groen.be;;", "start_missing"),
        ("jan@groen.be;03/04/26;", "date_year"),
        ("jan@groen.be;3-4-26;", "date_year"),
        ("jan@groen.be;11/23/2026;", "date_order"),
        ("jan@groen.be;31/02/2026;", "date_exists"),
        ("jan@groen.be;2026-02-30;", "date_exists"),
        ("jan@groen.be;46349;", "date"),
        ("jan@groen.be;02112026;", "date"),
        ("jan@groen.be;maandag;", "date"),
        ("jan@groen.be;01/01/1899;", "date_far"),
        ("jan@groen.be;22/11/2024;", "start_far"),
        ("jan@groen.be;22/02/2027;", "start_far"),
        ("jan@groen.be;23/11/2026;20/11/2026", "before_start"),
        ("bob@groen.be;23/11/2026;", "unknown_person"),
        ("Bob;23/11/2026;", "unknown_person"),
        (";23/11/2026;", "unknown_person"),
    ],
)
def test_what_is_wrong_in_absences_is_refused(row: str, kind: str) -> None:
    """Dates are never guessed, and an absence belongs to somebody we know."""
    assert [kind] == kinds(plan(STAFF, absences(row)))


def test_a_mistake_has_row_and_column_and_not_the_value() -> None:
    """The operator finds the cell, and the screen does not show what was in it."""
    made = plan(STAFF, absences("jan@groen.be;23/11/2026;", f"jan@groen.be;{CANARY};"))
    (problem,) = made.problems.first
    assert ("file2.csv", 3, "eerste dag") == (problem.source, problem.row, problem.column)
    assert CANARY not in str(problem)


def test_nothing_is_asked_of_a_row_inside_quotes() -> None:
    """A line end inside quotes does not shift the rows after it."""
    made = plan('naam;e-mail\n"Jan\nPeeters";jan@groen.be\nMia;geen adres\n')
    assert [4] == [problem.row for problem in made.problems.first]


@pytest.mark.parametrize("header", ["reden", "Diagnose", "soort ziekte", "Opmerkingen", "Naam arts", "Ziektecode"])
def test_medical_columns_are_not_read(header: str) -> None:
    """A column that looks medical is passed over with a warning, and nothing of it goes anywhere."""
    file = absences(f"jan@groen.be;23/11/2026;{CANARY}", header=f"medewerker;eerste dag;{header}")
    made = plan(STAFF, file)
    assert [("medical_column", header)] == [(one.kind, one.column) for one in made.problems.warnings]
    assert [("new",)] == [step.kinds for step in made.cases]
    assert CANARY not in repr(made)


def test_national_numbers_and_unknown_columns_are_not_read() -> None:
    """What nobody needs is passed over, and said."""
    made = plan(f"naam;e-mail;rijksregisternummer;loonschaal\nJan;jan@groen.be;{CANARY};{CANARY}\n")
    assert ["national_number", "unknown_column"] == [one.kind for one in made.problems.warnings]
    assert CANARY not in repr(made)


def test_ten_thousand_bad_rows() -> None:
    """Every row bad: counted all, a thousand kept, little memory, and nothing would be done."""
    rows = "".join(f"Jan {n};geen adres;bob@groen.be;soms\n" for n in range(10_000))
    tracemalloc.start()
    made = plan("naam;e-mail;leidinggevende;werkdagen\n" + rows)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert ({"email": 10_000, "workdays": 10_000}, KEPT) == (dict(made.problems.counts), len(made.problems.first))
    assert () == made.people
    assert peak < 64 * 1024 * 1024


# --- People --------------------------------------------------------------------------------------------


def test_people_get_what_the_file_says() -> None:
    """Manager, deputy, team, roles, statute and working days come along; who leads is a line manager."""
    made = plan(
        "Naam,E-mail,Leidinggevende,Plaatsvervanger,Dienst,Rol,Statuut,Werkdagen,Gezondheidstoezicht\n"
        'Jan Peeters,jan@g.be,Maes Sofie,,Groen,,statutair,"ma, di en do",ja\n'
        "Sofie Maes,sofie@g.be,,Els Wouters <els@g.be>,Groen,,,ma-vr,\n"
        "Els Wouters,els@g.be,,,HR,hr + terugkeercoach,contractueel,ma t.e.m. do,nee\n"
    )
    jan, sofie, els = (step.after for step in made.people)
    assert (sofie.id, els.id) == (jan.manager, sofie.deputy)
    assert ("Groen", frozenset({1, 2, 4}), frozenset({1, 2, 3, 4})) == (jan.team, jan.workdays, els.workdays)
    assert [{"statutory", "health_surveillance"}, set(), {"contractual"}] == [
        set(one.facts) for one in (jan, sofie, els)
    ]
    assert {"employee", "manager"} == sofie.roles
    assert {"employee", "hr", "coach"} == els.roles


def test_what_the_file_leaves_out_stays() -> None:
    """Without a column nothing changes, an empty cell empties, and who is not in the file is left alone."""
    known = imported(STAFF)
    made = plan("naam;e-mail;team\nJan Peeters;jan@groen.be;Blauw\n", known=known)
    (step,) = made.people
    assert step.before is not None
    assert replace(step.before, team="Blauw") == step.after
    without = plan("naam;e-mail;leidinggevende\nJan Peeters;jan@groen.be;\n", known=known)
    assert [None] == [one.after.manager for one in without.people]


def test_people_twice_is_once() -> None:
    """The same file again changes nobody."""
    assert () == plan(STAFF, known=imported(STAFF)).people


def test_another_manager_takes_the_running_case_over() -> None:
    """A changed line manager gets the running case, unless somebody else had taken it on."""
    known = imported(STAFF, absences("jan@groen.be;20/11/2026;", "mia@groen.be;20/11/2026;"))
    els = next(person for person in known.people if person.email == "els@groen.be")
    moved = STAFF.replace("sofie@groen.be;Groen;\n", "els@groen.be;Groen;\n").replace(
        "Sofie Maes;Groen;\n", "Els Wouters;Groen;\n"
    )
    mia = case_of(known, "mia@groen.be")
    others = tuple(case for case in known.running if case != mia)
    known = replace(known, running=(*others, apply(mia, HandedOver("manager", "somebody"))))
    made = plan(moved, known=known)
    assert [(("handed_over",), (HandedOver("manager", els.id),))] == [(one.kinds, one.changes) for one in made.cases]
    assert 2 == made.counts["changed managers"]


def test_a_changed_statute_reaches_the_running_case() -> None:
    """The rules for statutory staff apply as soon as HR's export says so."""
    known = imported(STAFF, absences("jan@groen.be;20/11/2026;"))
    made = plan("naam;e-mail;statuut\nJan Peeters;jan@groen.be;statutair\n", known=known)
    assert {"statutory"} == case_of(after(known, made), "jan@groen.be").facts


def test_many_changed_managers_want_a_second_look() -> None:
    """More than a fifth of all line managers at once is more likely a wrong file."""
    rows = [f"P {n};p{n}@g.be;{{}}" for n in range(6)]
    start = "naam;e-mail;leidinggevende\nA;a@g.be;\nB;b@g.be;\n" + "\n".join(rows) + "\n"
    made = plan(start.replace("{}", "b@g.be"), known=imported(start.replace("{}", "a@g.be")))
    assert ("6 of 8 people get another line manager",) == tuple(map(str, made.large))


NAMES = {
    '"WOUTERS, Els"': "Els Wouters", "Els WOUTERS": "Els Wouters", "ELS WOUTERS": "Els Wouters",
    '"DE SMET, Jan-Pieter"': "Jan-Pieter De Smet", '"VAN DEN BROECK, Zoë"': "Zoë Van den Broeck",
    "Jan VANDEN BERGHE-MAES": "Jan Vanden Berghe-Maes", "An D'HONDT": "An D'Hondt", "Bo IJSEWIJN": "Bo IJsewijn",
    "Jo MCDONALD": "Jo McDonald", "Jo McDONALD": "Jo McDONALD", "Zoë ÇELİK": "Zoë Çelik",
    "J.P. AËRTS": "J.P. Aërts", "JP WOUTERS": "JP Wouters", "Jan VDB": "Jan VDB", "Jan P.": "Jan P.",
    "Jan van Damme": "Jan van Damme", "WOUTERS Els": "WOUTERS Els", "Els De Smet": "Els De Smet", "王 小明": "王 小明",
    "Kim LY": "Kim Ly",
}  # fmt: skip


@pytest.mark.parametrize("cell", NAMES)
def test_a_name_in_capitals(cell: str) -> None:
    """A family name in capitals is written as people write it; initials and any other spelling stay as they are."""
    first = plan(f"naam;e-mail\n{cell};jan@groen.be\n")
    assert [NAMES[cell]] == [step.after.name for step in first.people]
    assert () == plan(f"naam;e-mail\n{cell};jan@groen.be\n", known=after(nothing_known(), first)).people


# --- Absences ------------------------------------------------------------------------------------------


def test_a_new_absence_opens_a_case() -> None:
    """First day, certificate and report are known; the line manager and HR have it; nothing says why."""
    known = imported(STAFF, absences("Jan Peeters;20/11/2026;2026-11-27"))
    people = {person.email: person.id for person in known.people}
    case = case_of(known, "jan@groen.be")
    assert (people["sofie@groen.be"], people["els@groen.be"], "company_c@1") == (case.manager, case.hr, case.policy)
    assert {
        "absence_start": date(2026, 11, 20), "absence_reported": TODAY, "certificate_end": date(2026, 11, 27)
    } == case.anchors  # fmt: skip
    assert (Spell(date(2026, 11, 20)),) == case.spells


def test_one_day_extended_later_is_one_case() -> None:
    """Typed as one day on Monday and extended on Wednesday: the same case, with another certificate."""
    known = imported(STAFF, absences("jan@groen.be;23/11/2026;23/11/2026"))
    made = plan(absences("jan@groen.be;23/11/2026;30/11/2026"), known=known, today=TODAY + timedelta(days=2))
    assert [("extended",)] == [step.kinds for step in made.cases]
    assert date(2026, 11, 30) == case_of(after(known, made), "jan@groen.be").anchors["certificate_end"]


@pytest.mark.parametrize(
    ("rows", "start", "end"),
    [
        (("jan@groen.be;20/11/2026;20/11/2026", "jan@groen.be;23/11/2026;30/11/2026"), 20, 30),  # over a weekend
        (("jan@groen.be;23/11/2026;27/11/2026", "jan@groen.be;16/11/2026;22/11/2026"), 16, 27),  # in any order
        (("jan@groen.be;16/11/2026;27/11/2026", "jan@groen.be;18/11/2026;20/11/2026"), 16, 27),  # one in the other
        (("jan@groen.be;23/11/2026;23/11/2026", "jan@groen.be;23/11/2026;27/11/2026"), 23, 27),  # the row twice
    ],
)
def test_rows_that_follow_on_each_other_are_one_absence(rows: Sequence[str], start: int, end: int) -> None:
    """Certificate after certificate, without a working day between, is one case."""
    case = case_of(imported(STAFF, absences(*rows)), "jan@groen.be")
    assert [date(2026, 11, day) for day in (start, end)] == [
        case.anchors[name] for name in ("absence_start", "certificate_end")
    ]


def test_an_absence_that_is_over_opens_nothing() -> None:
    """What ended before the first import is history."""
    made = plan(STAFF, absences("jan@groen.be;02/11/2026;06/11/2026"))
    assert ((), 1) == (made.cases, made.over)


def test_nobody_is_called_back_because_a_date_went_by() -> None:
    """A last day in the past moves the certificate; the bot asks whether somebody is back."""
    known = imported(STAFF, absences("jan@groen.be;16/11/2026;27/11/2026"))
    made = plan(absences("jan@groen.be;16/11/2026;20/11/2026"), known=known)
    assert [(("shortened",), (Moved("certificate_end", date(2026, 11, 20)),))] == [
        (step.kinds, step.changes) for step in made.cases
    ]


def test_a_day_back_is_a_return() -> None:
    """Only a column that says so brings somebody back; a day to come is an expectation."""
    header = "medewerker;eerste dag;terug op"
    known = imported(STAFF, absences("jan@groen.be;16/11/2026;", "mia@groen.be;16/11/2026;", header=header))
    made = plan(
        absences("jan@groen.be;16/11/2026;23/11/2026", "mia@groen.be;16/11/2026;07/12/2026", header=header),
        known=known,
    )
    assert [(Returned(TODAY),), (Moved("expected_return", date(2026, 12, 7)),)] == [one.changes for one in made.cases]


def test_an_earlier_first_day_corrects_the_case() -> None:
    """A first day typed wrong is put right, and stays one case."""
    known = imported(STAFF, absences("jan@groen.be;20/11/2026;27/11/2026"))
    made = plan(absences("jan@groen.be;18/11/2026;27/11/2026"), known=known)
    case = case_of(after(known, made), "jan@groen.be")
    assert (("corrected",), (Spell(date(2026, 11, 18)),)) == (made.cases[0].kinds, case.spells)


@pytest.mark.parametrize(
    "rows",
    [
        ["10/05/1999;27/11/2026;"],
        ["10/05/2036;20/05/2036;"],
        ["10/05/1999;;", "20/11/2026;27/11/2026;geannuleerd"],
    ],
)
def test_an_impossible_first_day_corrects_nothing(rows: Sequence[str]) -> None:
    """A first day years away from the running case is a mistake, with its row and column."""
    header = "medewerker;eerste dag;laatste dag;status"
    known = imported(STAFF, absences("jan@groen.be;20/11/2026;27/11/2026;", header=header))
    made = plan(absences(*(f"jan@groen.be;{row}" for row in rows), header=header), known=known)
    (problem,) = made.problems.first
    assert ("start_far", 2, "eerste dag") == (problem.kind, problem.row, problem.column)


def test_a_case_that_runs_for_years_stays_in_the_export() -> None:
    """Its first day is known, and its certificate still becomes longer."""
    known = imported(STAFF, absences("jan@groen.be;23/11/2026;31/12/2026"))
    late = date(2029, 11, 5)
    made = plan(absences("jan@groen.be;23/11/2026;31/12/2029"), known=known, today=late)
    assert [] == kinds(made)
    assert ("extended",) == made.cases[0].kinds


def test_absent_again_is_the_same_case() -> None:
    """A new absence during the follow-up of a return starts a new spell in the same case."""
    known = imported(STAFF, absences("jan@groen.be;02/11/2026;"), today=date(2026, 11, 3))
    case = apply(case_of(known, "jan@groen.be"), Returned(date(2026, 11, 10)))
    known = replace(known, running=(case,))
    made = plan(absences("jan@groen.be;02/11/2026;09/11/2026", "jan@groen.be;23/11/2026;"), known=known)
    spells = (Spell(date(2026, 11, 2), date(2026, 11, 9)), Spell(TODAY))
    assert (("again",), spells) == (made.cases[0].kinds, case_of(after(known, made), "jan@groen.be").spells)


def test_a_return_that_hr_learns_of_late_is_known_from_the_rows() -> None:
    """Two absences with working days between them, and no return known: back in between, and absent again."""
    known = imported(STAFF, absences("jan@groen.be;02/11/2026;06/11/2026"), today=date(2026, 11, 3))
    made = plan(absences("jan@groen.be;02/11/2026;06/11/2026", "jan@groen.be;23/11/2026;27/11/2026"), known=known)
    case = case_of(after(known, made), "jan@groen.be")
    assert (Spell(date(2026, 11, 2), date(2026, 11, 8)), Spell(TODAY)) == case.spells
    assert date(2026, 11, 27) == case.anchors["certificate_end"]


def test_back_too_early_and_extended_is_absent_again() -> None:
    """Back on Tuesday by the manager's word, and then the certificate is extended: absent again from Tuesday."""
    known = imported(STAFF, absences("jan@groen.be;23/11/2026;23/11/2026"))
    case = apply(case_of(known, "jan@groen.be"), Returned(date(2026, 11, 24)))
    known = replace(known, running=(case,))
    made = plan(absences("jan@groen.be;23/11/2026;30/11/2026"), known=known, today=date(2026, 11, 26))
    result = case_of(after(known, made), "jan@groen.be")
    assert (("again",), date(2026, 11, 24)) == (made.cases[0].kinds, result.spells[-1].start)
    assert "actual_return" not in result.anchors


def test_a_withdrawn_absence_closes_its_case() -> None:
    """Typed by mistake and taken back: the case closes, and does not come back with the next import."""
    header = "medewerker;eerste dag;status"
    known = imported(STAFF, absences("jan@groen.be;23/11/2026;goedgekeurd", header=header))
    gone = absences("jan@groen.be;23/11/2026;geannuleerd", header=header)
    made = plan(gone, known=known)
    assert [(Closed("withdrawn", TODAY),)] == [step.changes for step in made.cases]
    known = after(known, made)
    assert [(), ()] == [plan(file, known=known).cases for file in (gone, absences("jan@groen.be;23/11/2026;"))]


@pytest.mark.parametrize("day", [18, 23])
def test_withdrawn_and_typed_again_is_a_correction(day: int) -> None:
    """Typed from Friday and taken back, because it was since Wednesday or Monday: the case goes on, from that day."""
    header = "medewerker;eerste dag;laatste dag;status"
    known = imported(STAFF, absences("jan@groen.be;20/11/2026;27/11/2026;", header=header))
    rows = ("jan@groen.be;20/11/2026;27/11/2026;geannuleerd", f"jan@groen.be;{day}/11/2026;30/11/2026;")
    made = plan(absences(*rows, header=header), known=known)
    case = case_of(after(known, made), "jan@groen.be")
    assert (("corrected", "extended"), "open") == (made.cases[0].kinds, case.status)
    assert ((Spell(date(2026, 11, day)),), date(2026, 11, 30)) == (case.spells, case.anchors["certificate_end"])


def test_a_silenced_person_stays_silent() -> None:
    """After "stop alles" no import opens anything about this person."""
    known = imported(STAFF, absences("jan@groen.be;20/11/2026;"))
    silenced = apply(case_of(known, "jan@groen.be"), Silenced())
    known = replace(known, running=(), ended=(silenced,))
    assert () == plan(absences("jan@groen.be;23/11/2026;"), known=known).cases


def test_only_sickness_is_taken() -> None:
    """Leave is passed over, an accident at work runs by other clocks, and an unknown type is refused."""
    header = "medewerker;van;soort afwezigheid"
    made = plan(
        STAFF,
        absences(
            "jan@groen.be;23/11/2026;Jaarlijkse vakantie", "mia@groen.be;23/11/2026;Arbeidsongeval", header=header
        ),
    )
    assert [frozenset({"work_accident"})] == [step.case.facts for step in made.cases]
    assert ["absence_type"] == kinds(plan(STAFF, absences("jan@groen.be;23/11/2026;XY", header=header)))


def test_an_absence_without_anybody_to_follow_it_is_refused() -> None:
    """Without line manager and without HR nobody would hear of it."""
    alone = "naam;e-mail\nJan;jan@groen.be\n"
    assert ["no_manager"] == kinds(plan(alone, absences("jan@groen.be;23/11/2026;")))


def test_many_withdrawn_cases_want_a_second_look() -> None:
    """More than a tenth of the running cases closed at once is more likely a wrong file."""
    people = "naam;e-mail;rol\nEls;els@g.be;hr\n" + "".join(f"P {n};p{n}@g.be;\n" for n in range(6))
    header = "medewerker;van;status"
    rows = [f"p{n}@g.be;23/11/2026;{{}}" for n in range(6)]
    known = imported(people, absences(*rows, header=header).replace("{}", ""))
    made = plan(absences(*rows, header=header).replace("{}", "ingetrokken"), known=known)
    assert ("6 of 6 running cases would close",) == tuple(map(str, made.large))


# --- What holds for every file -----------------------------------------------------------------------


@given(st.binary(max_size=400))
def test_no_file_breaks_the_import(data: bytes) -> None:
    """Whatever the bytes, the answer is a plan or problems, never a crash."""
    plan(data, b"medewerker;van\n" + data)


@given(st.text(max_size=60))
def test_no_cell_breaks_a_reader(text: str) -> None:
    """Every reader either reads a cell or says that it is unclear."""
    for reader in (values.day, values.email, values.workdays, values.roles, values.statute, values.yes):
        with contextlib.suppress(values.Unclear):
            reader(text)


@given(st.dates(date(1990, 1, 1), date(2099, 12, 31)))
def test_written_dates_are_read_back(day: date) -> None:
    """All the ways a date may be written mean that date."""
    ways = ("%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y", "%Y-%m-%d 00:00:00", "%Y-%m-%dT00:00:00")
    assert {day} == {values.day(day.strftime(way)) for way in ways}


DAYS = st.integers(-30, 20).map(lambda n: TODAY + timedelta(days=n))
ROWS = st.lists(
    st.tuples(
        st.sampled_from(["jan@groen.be", "mia@groen.be"]),
        DAYS,
        st.none() | st.integers(0, 25),
        st.none() | st.integers(1, 30),
        st.sampled_from(["", "", "", "ingetrokken"]),
    ),
    max_size=5,
)


Row = tuple[str, date, int | None, int | None, str]


def _jan(ahead: int, end: int | None = None, back: int | None = None, status: str = "") -> Row:
    return ("jan@groen.be", TODAY + timedelta(days=ahead), end, back, status)


def _file(rows: list[Row]) -> str:
    def on(start: date, ahead: int | None) -> str:
        return "" if ahead is None else f"{start + timedelta(days=ahead):%d/%m/%Y}"

    lines = [f"{who};{start};{on(start, end)};{on(start, back)};{status}" for who, start, end, back, status in rows]
    return absences(*lines, header="medewerker;eerste dag;laatste dag;terug op;status")


@given(ROWS, ROWS)
# The first day of a row lies in an earlier spell that runs on into this one.
@example([_jan(0), _jan(0), _jan(0), _jan(-3)], [_jan(0), _jan(-1), _jan(0, 0), _jan(-4, 0, 4)])
@example([_jan(-3)], [_jan(0, 0), _jan(-1), _jan(-4, 0, 4)])
# Two rows of one absence, each with another day back to come.
@example([_jan(1, 2)], [_jan(2, 0), _jan(4, None, 1), _jan(2, None, 1)])
# A row is withdrawn on the day another one runs on after a return.
@example([_jan(-4)], [_jan(-8, 3, 7), _jan(-1, None, None, "ingetrokken"), _jan(-2, 1)])
def test_an_import_twice_is_once(first: list[Row], second: list[Row]) -> None:
    """Whatever was imported before: importing a file again changes nothing, and nobody has two running cases."""
    known = imported(STAFF)
    for rows in (first, second):
        made = plan(STAFF, _file(rows), known=known)
        known = after(known, made)
    assert [(), ()] == [
        made for again in [plan(STAFF, _file(second), known=known)] for made in (again.people, again.cases)
    ]
    employees = [case.employee for case in known.running]
    assert len(set(employees)) == len(employees)


@given(ROWS, ROWS, st.integers(0, 5))
@example([], [_jan(-3, 4), _jan(-3, 7)], 1)
def test_one_file_or_several_is_the_same(first: list[Row], second: list[Row], at: int) -> None:
    """Rows of one absence may come in two files, in any order; brought in again they change nothing either."""
    known = imported(STAFF)
    known = after(known, plan(_file(first), known=known))
    parts = [_file(second[:at]), _file(second[at:])]
    whole, split, turned = (
        after(known, plan(*files, known=known)) for files in ([_file(second)], parts, list(reversed(parts)))
    )
    assert _dates(whole) == _dates(split) == _dates(turned)
    assert () == plan(*parts, known=split).cases


def _dates(known: Known) -> list[tuple[str, list[tuple[str, date]]]]:
    return sorted((case.employee, sorted(case.anchors.items())) for case in (*known.running, *known.ended))


@given(ROWS, st.randoms())
def test_the_order_of_rows_does_not_matter(rows: list[Row], chance: object) -> None:
    """HR sorts as HR likes."""
    shuffled = list(rows)
    chance.shuffle(shuffled)  # type: ignore[attr-defined] # a Random
    known = imported(STAFF)
    one, other = (after(known, plan(_file(order), known=known)) for order in (rows, shuffled))
    assert _dates(one) == _dates(other)


def test_a_person_is_found_by_any_order_of_the_name() -> None:
    """Exports write the family name first, the bot does not."""
    person = Person("p1", "o1", "Jan De Vos", "jan@g.be")
    known = replace(nothing_known(), people=(person,))
    rows = [f"{name};23/11/2026;" for name in ("Jan De Vos", "De Vos Jan", "de vos jan", "DE VOS, Jan")]
    assert [[], [], [], []] == [
        [kind for kind in kinds(plan(absences(row), known=known)) if kind != "no_manager"] for row in rows
    ]
