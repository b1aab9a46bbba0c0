"""`terugkeer timeline` and `terugkeer policy check`, as somebody types them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

import messages
from bot.cli import app
from bot.commands.texts import ENGLISH

RETURN = ["--anchor", "absence_start=2026-11-02", "--anchor", "actual_return=2027-01-18", "--fact", "staff_of_20"]


def run(*words: str) -> Result:
    """What the command says."""
    return CliRunner().invoke(app, list(words))


def test_a_timeline_in_lines() -> None:
    """Every moment on a line: date, time, milestone, kind, rule, to and source."""
    said = run("timeline", "--policy", "company_c", *RETURN, "--through", "2027-12-31")
    lines = [tuple(line.split()) for line in said.stdout.splitlines()]
    assert 0 == said.exit_code
    assert ("date", "time", "milestone", "kind", "rule", "to", "source") == lines[0]
    assert (
        "2026-11-30",
        "09:00",
        "external_service_4_weeks",
        "nudge",
        "law",
        "hr",
        "L-03,",
        "S4-07,",
        "S2-03",
    ) in lines
    assert ("2026-12-18", "09:00", "pre_return_talk", "nudge", "practice", "manager", "S4-10") in lines
    assert ("2027-03-04", "09:00", "evaluation", "nudge", "practice", "manager", "S4-16") in lines


def test_a_timeline_as_json() -> None:
    """The same for a machine, with the key of each moment."""
    said = run("timeline", "--policy", "company_c@1", *RETURN, "--json")
    first = json.loads(said.stdout)[0]
    assert ("2026-11-02", "09:00", "first_call") == (first["date"], first["time"], first["milestone"])
    assert "first_call/2026-11-02/0/nudge/0" == first["key"]


def test_own_days_off_and_check_ins() -> None:
    """The employer's days move a nudge; check-ins only show after a yes."""
    said = run("timeline", "--policy", "company_c", *RETURN, "--holiday", "2027-02-01", "--check-ins")
    assert "2027-02-02  09:00  after_2_weeks" in said.stdout
    assert "check_in" in said.stdout


@pytest.mark.parametrize(
    ("words", "remedy"),
    [
        (("--policy", "compny_c", *RETURN), "did you mean company_c?"),
        (("--policy", "company_c", "--anchor", "absence_strt=2026-11-02"), "did you mean absence_start?"),
        (("--policy", "company_c", "--anchor", "absence_start=2/11/2026"), "is not a date such as"),
        (("--policy", "company_c", "--anchor", "contact=2026-11-02"), "at least --anchor absence_start="),
        (("--policy", "company_c", *RETURN, "--fact", "staff_of_21"), "there is no fact 'staff_of_21'"),
        (("--policy", "nowhere.yaml", *RETURN), "It cannot be read"),
    ],
)
def test_wrong_use_says_what_is_right(words: tuple[str, ...], remedy: str) -> None:
    """A word that is not known ends with code 2 and the word that was probably meant."""
    said = run("timeline", *words)
    assert 2 == said.exit_code
    assert remedy in said.stderr


def test_the_packs_are_right() -> None:
    """Without files the packs are checked, with their words and their dialogues."""
    said = run("policy", "check")
    assert (0, 5) == (said.exit_code, said.stdout.count("ok       "))


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("policy: ours\nversion: 1\nextends: company_c\nremove: [estimate_8_weeks]\n", "locked and cannot be removed"),
        ("policy: ours\nversion: 1\nextends: company_e\n", "`extends: company_e` is not there. Choose from: company_c"),
        (
            (
                "policy: ours\nversion: 1\nmilestones:\n"
                "  - {id: birthday_cake, to: manager, kind: practice, source: own, at: absence_start}\n"
            ),
            "milestone birthday_cake: It has no words. Write messages/templates/nl/nudges/birthday_cake.md.",
        ),
    ],
)
def test_a_mistake_in_a_policy_of_ones_own(tmp_path: Path, text: str, problem: str) -> None:
    """A line with the remedy, and exit code 1."""
    file = tmp_path / "ours.yaml"
    file.write_text(text)
    said = run("policy", "check", str(file))
    assert 1 == said.exit_code
    assert problem in said.stdout


def test_words_of_ones_own_come_along(tmp_path: Path) -> None:
    """A milestone of one's own with its words in the file is right; a mistake in them is told with its line."""
    milestone = "  - {id: birthday_cake, to: manager, kind: practice, source: own, at: absence_start}\n"
    policy = f"policy: ours\nversion: 1\nextends: company_c\nmilestones:\n{milestone}"
    file = tmp_path / "ours.yaml"
    file.write_text(f"{policy}texts:\n  birthday_cake: |\n    # taart\n\n    Breng {{{{ employee }}}} taart.\n")
    assert 0 == run("policy", "check", str(file)).exit_code
    file.write_text(f"{policy}texts:\n  birthday_cake: |\n    # taart\n\n    Breng {{{{ emploee }}}} taart.\n")
    said = run("policy", "check", str(file))
    assert 1 == said.exit_code
    assert "birthday_cake: Its text, line 3: There is no field `emploee`. Choose from: employee" in said.stdout
    file.write_text(f"{policy}texts:\n  birthday_cake: |\n    # taart\n\n    Na een burn-out smaakt taart.\n")
    said = run("policy", "check", str(file))
    assert 0 == said.exit_code
    assert "warning  " in said.stdout
    assert "birthday_cake: Its text, line 3: This sounds medical. Write about the work" in said.stdout


def test_every_mistake_is_told_at_once(tmp_path: Path) -> None:
    """Of the whole, of each milestone and of each text, and not only the first."""
    file = tmp_path / "ours.yaml"
    file.write_text(
        'policy: ours\nversion: 1\nextends: company_c\nsend_at: "05:30"\nlate: 10x\nremove: [estimate_8_weeks]\n'
        "milestones:\n  - {id: evaluation, at: back_at_work + 6z}\n"
        "  - {id: birthday_cake, kind: practice, at: absence_strt, colour: red, size: 3}\n"
        "texts:\n  birthday_cake: |\n    # taart\n    {% for x in y %}\n"
    )
    said = run("policy", "check", str(file)).stdout.splitlines()
    told = [
        "`send_at: 05:30`", "`late: 10x`", "This milestone is locked", "`at: back_at_work + 6z`", "`colour`", "`size`",
        "`to` is missing", "`source` is missing", "`at: absence_strt`", "Its text, line 2",
    ]  # fmt: skip
    assert [True] * len(told) == [part in line for part, line in zip(told, said, strict=True)]


def test_every_mistake_in_a_text_has_english_words() -> None:
    """As many as there are in Dutch."""
    folder = Path(messages.__file__).parent / "templates" / "nl" / "own_words"
    codes = {file.stem for part in ("mistakes", "hints") for file in (folder / part).glob("*.md")}
    assert codes == set(ENGLISH)


def test_a_policy_of_ones_own_that_is_right(tmp_path: Path) -> None:
    """It can be checked and looked at."""
    file = tmp_path / "ours.yaml"
    file.write_text("policy: ours\nversion: 4\nextends: company_c\nmilestones:\n  - {id: first_call, remind: none}\n")
    assert "ok       ours@4: 39 milestones" in run("policy", "check", str(file)).stdout
    assert "first_call                reminder" not in run("timeline", "--policy", str(file), *RETURN).stdout


def test_the_example_of_the_documentation(tmp_path: Path) -> None:
    """The policy in docs/policies.md is right, but for the words that its new milestone still wants."""
    page = (Path(__file__).parents[2] / "docs" / "policies.md").read_text(encoding="utf-8")
    file = tmp_path / "ours.yaml"
    file.write_text(page.partition("```yaml\n")[2].partition("```")[0])
    said = run("policy", "check", str(file))
    assert ["It has no words."] == [line.split(": ")[1].partition(" Write")[0] for line in said.stdout.splitlines()]
