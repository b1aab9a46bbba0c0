"""The command line: what an operator types, what is said, and the exit code."""

from __future__ import annotations

import json
import logging
import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
import structlog

from bot.__main__ import main
from bot.linking import code_in
from bot.settings import new_key

PEOPLE = """naam;e-mail;leidinggevende;rol
Sofie Maes;sofie@groen.example;;
Jan Peeters;jan@groen.example;sofie@groen.example;
Els Wouters;els@groen.example;;hr
"""
ABSENCES = "medewerker;eerste dag;laatste dag\njan@groen.example;23/11/2026;27/11/2030\n"
FIRST = ("--organisation", "Groen", "--policy", "company_c@1", "--fact", "staff_of_20")
ROOT = Path(__file__).parents[2]
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder with settings that point into it, and logging as it was afterwards."""
    for name in list(os.environ):
        if name.startswith("TERUGKEER_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("TERUGKEER_KEYS", new_key("k1", b"k" * 32))
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path / 'bot.db'}")
    (tmp_path / "people.csv").write_text(PEOPLE)
    (tmp_path / "absences.csv").write_text(ABSENCES)
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield tmp_path
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()


@pytest.fixture
def terugkeer(place: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs a command here: exit code, what it said, and what it complained of."""
    monkeypatch.chdir(place)

    def run(*arguments: str | Path) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["terugkeer", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            main()
        said = capsys.readouterr()
        code = ended.value.code
        return (code if isinstance(code, int) else 0), said.out, said.err

    return run


@pytest.fixture
def filled(terugkeer: Run, place: Path, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """The same, with a database and people in it: made by the commands the first time, copied from then on."""
    kept = tmp_path_factory.getbasetemp() / "filled.db"
    if kept.exists():
        shutil.copy(kept, place / "bot.db")
        return terugkeer
    assert 0 == terugkeer("migrate")[0]
    assert 0 == terugkeer("import", "people.csv", "absences.csv", *FIRST)[0]
    shutil.copy(place / "bot.db", kept)
    return terugkeer


def test_help_is_there_and_loads_nothing_heavy() -> None:
    """Asking what there is takes no database, no web server and no settings."""
    script = "import sys; sys.argv = ['terugkeer', '--help']\nfrom bot.__main__ import main\n"
    script += "try:\n    main()\nexcept SystemExit:\n    pass\n"
    script += "print([name for name in ('sqlalchemy', 'starlette', 'pydantic', 'structlog') if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    *said, loaded = done.stdout.splitlines()
    assert "[]" == loaded
    for command in ("run", "demo", "chat", "import", "policy", "timeline", "link", "migrate", "doctor", "audit"):
        assert any(line.strip().startswith(command) for line in said), command


@pytest.mark.parametrize(
    "arguments", [("nonsense",), ("chat",), ("import",), ("import", "missing.csv"), ("link",), ("demo", "--port", "x")]
)
def test_wrong_use_is_two(terugkeer: Run, arguments: tuple[str, ...]) -> None:
    """A command that does not exist, or lacks what it needs, ends with 2."""
    assert 2 == terugkeer(*arguments)[0]


@pytest.mark.parametrize("command", [("run",), ("link", "els@groen.example"), ("audit",), ("chat", "--as", "els@g.be")])
def test_a_database_that_is_not_there_is_said(terugkeer: Run, command: tuple[str, ...]) -> None:
    """No command makes an empty database by accident: it says what to do."""
    code, _, complaint = terugkeer(*command)
    assert (1, "terugkeer: The database is not there yet, or of an older version. Run `terugkeer migrate`.\n") == (
        code,
        complaint,
    )
    assert not Path("bot.db").exists()


def test_a_wrong_setting_is_one_line(terugkeer: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """The setting is named, its value is not, and there is no trace."""
    monkeypatch.setenv("TERUGKEER_KEYS", "canary")
    code, _, complaint = terugkeer("migrate")
    assert (1, 1) == (code, len(complaint.splitlines()))
    assert "TERUGKEER_KEYS" in complaint
    assert "canary" not in complaint


def test_a_key_is_a_setting(terugkeer: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """What `key` prints is what TERUGKEER_KEYS takes, and never the same twice."""
    _, first, _ = terugkeer("key", "k2026")
    _, second, _ = terugkeer("key", "k2026")
    assert first != second
    monkeypatch.setenv("TERUGKEER_KEYS", first.strip())
    assert 0 == terugkeer("migrate")[0]


def test_migrate_twice_is_once(terugkeer: Run) -> None:
    """The second time there is nothing to do."""
    assert [0, 0] == [terugkeer("migrate")[0], terugkeer("migrate")[0]]


def test_a_first_import(terugkeer: Run) -> None:
    """A rehearsal says what would change and changes nothing; the import does it; again there is nothing to do."""
    terugkeer("migrate")
    files = ("import", "people.csv", "absences.csv", *FIRST)
    _, rehearsed, _ = terugkeer(*files, "--dry-run")
    code, done, _ = terugkeer(*files)
    _, again, _ = terugkeer("import", "people.csv", "absences.csv")
    assert 0 == code
    assert ["      3 new people", "      1 new cases (row 2)", "Done."] == done.splitlines()[2:]
    assert done.splitlines()[:-1] == rehearsed.splitlines()[:-1]
    assert ["Nothing changes.", "Done."] == again.splitlines()[2:]


def test_a_bad_import_changes_nothing(filled: Run, place: Path) -> None:
    """One bad row: its place is named, the exit code is 1, and the good rows are not in either."""
    (place / "more.csv").write_text("naam;e-mail\nMia Claes;mia@groen.example\nBob;geen adres\n")
    code, said, _ = filled("import", "more.csv")
    assert 1 == code
    assert "problem  more.csv, row 3, column e-mail: not an e-mail address" in said.splitlines()
    assert 1 == filled("link", "mia@groen.example")[0]


def test_ten_thousand_bad_rows_are_counted(filled: Run, place: Path) -> None:
    """The first thousand are listed, the rest is counted, within seconds."""
    (place / "bad.csv").write_text("naam;e-mail\n" + "Jan;geen adres\n" * 10_000)
    began = time.monotonic()
    code, said, _ = filled("import", "bad.csv")
    lines = said.splitlines()
    assert (1, 1_000) == (code, sum(line.startswith("problem") for line in lines))
    assert ["... and 9000 more", "  10000 email"] == lines[-3:-1]
    assert time.monotonic() - began < 10


def test_many_changes_at_once_must_be_confirmed(filled: Run, place: Path) -> None:
    """An import that gives most people another line manager stops, until somebody looked twice."""
    rows = "".join(f"P{n};p{n}@groen.example;{{}}\n" for n in range(9))
    head = "naam;e-mail;leidinggevende\n"
    (place / "one.csv").write_text(head + rows.replace("{}", "sofie@groen.example"))
    (place / "two.csv").write_text(head + rows.replace("{}", "els@groen.example"))
    filled("import", "one.csv")
    assert [1, 0, 0] == [filled(*more)[0] for more in (
        ("import", "two.csv"), ("import", "two.csv", "--dry-run", "--confirm"), ("import", "two.csv", "--confirm")
    )]  # fmt: skip


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ((), "There is no organisation yet"),
        (("--organisation", "Groen", "--policy", "nothing@1"), "There is no policy nothing@1"),
        ((*FIRST, "--fact", "rich"), "There is no fact rich"),
    ],
)
def test_a_first_import_needs_an_organisation(terugkeer: Run, options: tuple[str, ...], said: str) -> None:
    """The first time somebody says who they are and which policy they follow."""
    terugkeer("migrate")
    code, _, complaint = terugkeer("import", "people.csv", *options)
    assert 1 == code
    assert said in complaint


def test_a_link_signs_one_person_in(filled: Run) -> None:
    """The address is ours, long, and another one each time; a stranger gets none."""
    code, first, _ = filled("link", "JAN@groen.example")
    _, second, _ = filled("link", "jan@groen.example")
    assert (0, True) == (code, first.startswith("http://127.0.0.1:8321/in/"))
    assert first != second
    assert (1, "") == filled("link", "nobody@groen.example")[:2]


def test_a_code_links_a_chat(filled: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """A code as people read it, and its address where Telegram is known; what is not linked is not let go."""
    code, said, _ = filled("link", "jan@groen.example", "--chat")
    assert 0 == code
    assert code_in(said.split("  (")[0])
    assert 1 == len(said.splitlines())
    monkeypatch.setenv("TERUGKEER_TELEGRAM_NAME", "onze_bot")
    _, said, _ = filled("link", "jan@groen.example", "--chat")
    first, second = said.splitlines()
    assert second.startswith(f"https://t.me/onze_bot?start={code_in(first.split('  (')[0])}  ")
    code, _, problem = filled("unlink", "jan@groen.example", "telegram")
    assert (1, True) == (code, "no account on telegram" in problem)
    code, _, problem = filled("unlink", "jan@groen.example", "web")
    assert (1, True) == (code, "people sign in there" in problem)


def chats_of(email: str, *linked: tuple[str, str]) -> list[str]:
    """The channels of somebody, after these accounts were linked."""
    with closing(sqlite3.connect("bot.db", isolation_level=None)) as kept:
        (who,) = kept.execute("SELECT id FROM people WHERE email = ?", (email,)).fetchone()
        for channel, address in linked:
            values = (channel, address, who, "2026-11-23 09:00:00.000000")
            kept.execute("INSERT INTO addresses (channel, address, person, linked_at) VALUES (?, ?, ?, ?)", values)
        found = kept.execute("SELECT channel FROM addresses WHERE person = ? ORDER BY channel", (who,)).fetchall()
    return [channel for (channel,) in found]


def test_hr_lets_an_account_go(filled: Run) -> None:
    """On the command line, by the mail address and the name of the channel."""
    assert ["telegram", "web"] == chats_of("jan@groen.example", ("telegram", "77"))
    assert 0 == filled("unlink", "jan@groen.example", "telegram")[0]
    assert ["web"] == chats_of("jan@groen.example")


def test_who_leaves_keeps_no_account(filled: Run) -> None:
    """Not in service any more according to HR's export: only the page is left, which does not open."""
    assert ["slack", "web"] == chats_of("jan@groen.example", ("slack", "T1:U1"))
    Path("left.csv").write_text("naam;e-mail;actief\nJan Peeters;jan@groen.example;nee\n")
    assert 0 == filled("import", "left.csv")[0]
    assert ["web"] == chats_of("jan@groen.example")


def test_journal(filled: Run, place: Path) -> None:
    """The journal is whole and says how it ends; touched, its first wrong line is named, also by an end of before."""
    code, said, _ = filled("journal", "verify")
    assert (0, True) == (code, said.startswith("ok       Groen: "))
    end = said.rsplit(" ", 1)[1].strip()
    assert 0 == filled("journal", "verify", "--organisation", "Groen", "--since", end)[0]
    made_anew = f"{end.partition(':')[0]}:{'0' * 64}"
    code, said, _ = filled("journal", "verify", "--since", made_anew)
    assert (1, True) == (code, "made anew" in said)
    assert 1 == filled("journal", "verify", "--since", "x")[0]
    assert 1 == filled("journal", "verify", "--organisation", "Nobody")[0]
    for how in ((), ("--hashes",)):
        code, said, _ = filled("journal", "export", *how)
        (place / "journal.jsonl").write_text(said)
        assert (0, 0) == (code, filled("journal", "verify", "--file", "journal.jsonl", "--since", end)[0])
    (place / "journal.jsonl").write_text(said.rpartition("{")[0])
    assert 1 == filled("journal", "verify", "--file", "journal.jsonl")[0]
    with closing(sqlite3.connect(place / "bot.db")) as database, database:
        database.execute("UPDATE journal SET by = 'x' WHERE number = 2")
    code, said, _ = filled("journal", "verify")
    assert (1, "problem  Groen: line 2 is the first that was changed, removed, swapped or put in\n") == (code, said)


def test_account_let_go(filled: Run) -> None:
    """Who has no account bound has none to let go of."""
    assert (1, "", "terugkeer: No account is this person's.\n") == filled("unlink", "els@groen.example", "account")


def test_audit_finds_nothing_to_complain(filled: Run) -> None:
    """A fresh import is in order."""
    assert (0, "1 running cases, 0 moments forgotten, 0 put right.\n") == filled("audit")[:2]


def test_doctor_is_content(filled: Run) -> None:
    """With everything there, every line says ok."""
    code, said, _ = filled("doctor")
    assert 0 == code
    assert ["clock", "time zones", "holidays", "policies", "settings", "database", "keys"] == [
        line.removeprefix("ok       ") for line in said.splitlines()
    ]


@pytest.mark.parametrize(
    ("variable", "value", "line"),
    [
        ("TERUGKEER_KEYS", "", "TERUGKEER_KEYS"),
        ("TERUGKEER_KEYS", new_key("k2", b"z" * 32), "keys"),
        ("DATABASE_URL", "sqlite:////nowhere/at/all.db", "database"),
        ("TERUGKEER_BASE_URL", "http://terugkeer.example.be", "TERUGKEER_BASE_URL"),
    ],
)
def test_doctor_says_what_to_do(
    filled: Run, monkeypatch: pytest.MonkeyPatch, variable: str, value: str, line: str
) -> None:
    """A problem is a line with its remedy, and the exit code is 1."""
    monkeypatch.setenv(variable, value)
    code, said, _ = filled("doctor")
    problems = [one for one in said.splitlines() if one.startswith("problem")]
    assert (1, 1) == (code, len(problems))
    assert problems[0].startswith(f"problem  {line}: ")


def test_an_address_of_another_organisation_is_refused(filled: Run, place: Path) -> None:
    """One address is one person, so a second organisation cannot take it; one line says so, and nothing is written."""
    (place / "more.csv").write_text("naam;e-mail\nMia;mia@groen.example\nJan;jan@groen.example\n")
    code, _, complaint = filled("import", "more.csv", "--organisation", "Blauw", "--policy", "company_d@1")
    assert (1, 1) == (code, len(complaint.splitlines()))
    assert 1 == filled("link", "mia@groen.example")[0]


def test_an_import_is_in_the_journal(filled: Run, place: Path) -> None:
    """How much of what was imported is written down, once, and the chain holds; a rehearsal leaves no line."""
    with sqlite3.connect(place / "bot.db") as database:
        lines = 'SELECT count(*) FROM journal WHERE "by" = \'import\' AND "case" IS NULL'
        assert [(1,)] == database.execute(lines).fetchall()
        filled("import", "people.csv", "absences.csv")
        filled("import", "absences.csv", "--dry-run")
        assert [(1,)] == database.execute(lines).fetchall()
    database.close()
    assert 0 == filled("audit")[0]


def test_the_database_holds_no_reason(filled: Run, place: Path) -> None:
    """What HR wrote in a column that looks medical is nowhere in the files, and the warning says so."""
    (place / "absences.csv").write_text("medewerker;eerste dag;reden\nsofie@groen.example;23/11/2026;Hernia-Zx81\n")
    code, said, _ = filled("import", "absences.csv")
    assert 0 == code
    assert "looks medical" in said
    found = [file.name for file in place.iterdir() if file.suffix != ".csv" and b"Hernia-Zx81" in file.read_bytes()]
    assert [] == found


def test_policies_are_checked(terugkeer: Run, place: Path) -> None:
    """The packs that come along are right; a mistake in a file of one's own is a line, and exit code 1."""
    code, said, _ = terugkeer("policy", "check")
    assert (0, 5) == (code, sum(line.startswith("ok ") for line in said.splitlines()))
    (place / "own.yaml").write_text("policy: own\nversion: 1\nextends: nothing\n")
    assert 1 == terugkeer("policy", "check", "own.yaml")[0]
    assert 2 == terugkeer("policy", "check", "missing.yaml")[0]


def test_a_timeline_is_printed(terugkeer: Run) -> None:
    """Every moment with its date and source, as lines or as JSON; an unknown anchor is wrong use."""
    given = ("timeline", "--policy", "company_c", "--anchor", "absence_start=2026-11-02", "--fact", "staff_of_20")
    code, said, _ = terugkeer(*given, "--through", "2026-12-31")
    _, data, _ = terugkeer(*given, "--through", "2026-12-31", "--json")
    assert 0 == code
    assert any(line.startswith("2026-11-30") and "external_service_4_weeks" in line for line in said.splitlines())
    assert len(said.splitlines()) - 1 == len(json.loads(data))
    assert 2 == terugkeer(*given, "--anchor", "birthday=2026-11-02")[0]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running(**environment: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """`terugkeer run` in a process of its own, from the line that says it started; and its address."""
    port = _free_port()
    address = f"http://127.0.0.1:{port}"
    own = {**os.environ, "TERUGKEER_PORT": str(port), "TERUGKEER_BASE_URL": address, **environment}
    process = subprocess.Popen(
        [sys.executable, "-m", "bot", "run"], env=own, cwd=ROOT, stderr=subprocess.PIPE, text=True
    )
    assert process.stderr is not None
    try:
        for line in process.stderr:
            if json.loads(line)["event"] == "started":
                break
        yield process, address
    finally:
        process.kill()
        process.communicate()


def _get(url: str) -> dict[str, bool]:
    with urllib.request.urlopen(url, timeout=30) as answer:  # noqa: S310 - our own address
        read: dict[str, bool] = json.loads(answer.read())
        return read


def test_a_port_that_is_taken_is_said(filled: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two at one address: the second says so and ends."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        monkeypatch.setenv("TERUGKEER_PORT", str(other.getsockname()[1]))
        code, _, complaint = filled("run")
    assert 1 == code
    assert "Choose another." in complaint


def test_run_waits_for_a_database_that_is_down(place: Path) -> None:
    """The process stays up, says that it is not ready, and still ends with 0."""
    with running(DATABASE_URL=f"postgresql://nobody@127.0.0.1:{_free_port()}/x") as (process, address):
        assert {"up": True} == _get(f"{address}/health")
        with pytest.raises(urllib.error.HTTPError) as answer:
            _get(f"{address}/ready")
        assert 503 == answer.value.code
        answer.value.close()
        process.send_signal(signal.SIGTERM)
        assert 0 == process.wait(timeout=30)
    assert [] == list(place.glob("*.db"))


def test_run_serves_ticks_and_drains(filled: Run, place: Path) -> None:
    """The real thing answers, and at SIGTERM ends with 0 and leaves no call in the middle."""
    with running() as (process, address):
        assert {"up": True} == _get(f"{address}/health")
        assert _get(f"{address}/ready")["database"]
        process.send_signal(signal.SIGTERM)
        _, log = process.communicate(timeout=30)
    assert (0, "stopped") == (process.returncode, json.loads(log.splitlines()[-1])["event"])
    with sqlite3.connect(place / "bot.db") as database:
        assert [(0,)] == database.execute("SELECT count(*) FROM outbox WHERE state = 'claimed'").fetchall()
    database.close()
    assert 0 == filled("doctor")[0]


def test_an_organisation_and_its_first_person_of_hr(place: Path, terugkeer: Run) -> None:
    """One command, and HR signs in and begins; a second organisation takes nobody of the first."""
    assert terugkeer("migrate")[0] == 0
    code, out, _ = terugkeer("organisation", "Groen", "--hr", "els.wouters@groen.example")
    assert (0, True, True) == (code, "/in/" in out, "/hr/start" in out)
    code, _, err = terugkeer("organisation", "Blauw", "--hr", "els.wouters@groen.example")
    assert (1, True) == (code, "another organisation" in err)
    assert (1, True) == ((end := terugkeer("organisation", "Groen", "--hr", "els"))[0], "e-mail" in end[2])
    assert 0 == terugkeer("import", str(place / "people.csv"))[0]
