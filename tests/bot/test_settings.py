"""Settings are checked at start, and never say their own value; logs hold ids only."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator

import pytest
import structlog

from bot import logs
from bot.settings import Settings, SettingsError, load, new_key

KEY = new_key("k1", b"0" * 32)
OLD = new_key("k0", b"1" * 32)
CANARY = "canary-Zx81"


@pytest.fixture(autouse=True)
def _empty_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for field in Settings.model_fields:
        monkeypatch.delenv(f"TERUGKEER_{field.upper()}", raising=False)
    monkeypatch.delenv("DATABASE_URL", raising=False)


@pytest.fixture
def _logging_as_it_was() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()


def test_environment_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the environment says is what the settings are."""
    monkeypatch.setenv("TERUGKEER_KEYS", f"{KEY},{OLD}")
    monkeypatch.setenv("DATABASE_URL", "postgresql://db/terugkeer")
    monkeypatch.setenv("TERUGKEER_PORT", "9000")
    settings = load()
    assert ("k1", {"k1": b"0" * 32, "k0": b"1" * 32}) == (settings.current_key, dict(settings.keys))
    assert ("postgresql://db/terugkeer", 9000) == (settings.database_url, settings.port)


def test_arguments_go_before_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the demo passes is not overruled by what happens to be in the environment."""
    monkeypatch.setenv("DATABASE_URL", "postgresql://db/terugkeer")
    monkeypatch.setenv("TERUGKEER_PORT", "9000")
    settings = load(keys={"k": b"0" * 32}, database_url="sqlite:////tmp/x.db", port=0)
    assert ("sqlite:////tmp/x.db", 0) == (settings.database_url, settings.port)


@pytest.mark.parametrize(
    ("variable", "value", "named"),
    [
        ("TERUGKEER_KEYS", None, "TERUGKEER_KEYS"),
        ("TERUGKEER_KEYS", "", "TERUGKEER_KEYS"),
        ("TERUGKEER_KEYS", CANARY, "TERUGKEER_KEYS"),
        ("TERUGKEER_KEYS", f"k1:{CANARY}", "TERUGKEER_KEYS"),
        ("TERUGKEER_KEYS", f"{KEY}\n", "TERUGKEER_KEYS"),
        ("TERUGKEER_KEYS", f"{KEY},{KEY}", "TERUGKEER_KEYS"),
        ("TERUGKEER_KEYS", f"k {CANARY}:AAAA", "TERUGKEER_KEYS"),
        ("DATABASE_URL", CANARY, "DATABASE_URL"),
        ("DATABASE_URL", f"mysql://u:{CANARY}@db/x", "DATABASE_URL"),
        ("DATABASE_URL", f"postgresql://u:{CANARY}@db/x\n", "DATABASE_URL"),
        ("TERUGKEER_BASE_URL", f"http://{CANARY}.example.be", "TERUGKEER_BASE_URL"),
        ("TERUGKEER_BASE_URL", f"ftp://{CANARY}", "TERUGKEER_BASE_URL"),
        ("TERUGKEER_BASE_URL", f"https://u:{CANARY}@example.be", "TERUGKEER_BASE_URL"),
        ("TERUGKEER_PORT", CANARY, "TERUGKEER_PORT"),
        ("TERUGKEER_PORT", "70000", "TERUGKEER_PORT"),
        ("TERUGKEER_TICK_SECONDS", "0", "TERUGKEER_TICK_SECONDS"),
        ("TERUGKEER_LOG_LEVEL", CANARY, "TERUGKEER_LOG_LEVEL"),
        ("TERUGKEER_SLACK_SIGNING_SECRET", f"{CANARY},", "TERUGKEER_SLACK_SIGNING_SECRET"),
        ("TERUGKEER_TELEGRAM_SECRET", f"{CANARY},b,c", "TERUGKEER_TELEGRAM_SECRET"),
    ],
)
def test_a_wrong_setting_is_named_and_not_shown(
    monkeypatch: pytest.MonkeyPatch, variable: str, value: str | None, named: str
) -> None:
    """An error says which setting and what to do, and holds nothing of its value."""
    monkeypatch.setenv("TERUGKEER_KEYS", KEY)
    if value is None:
        monkeypatch.delenv(variable)
    else:
        monkeypatch.setenv(variable, value)
    with pytest.raises(SettingsError) as caught:
        load()
    assert [True] == [problem.startswith(f"{named}: ") for problem in caught.value.problems]
    assert CANARY not in str(caught.value)
    assert "MDAwMDAw" not in str(caught.value)


def test_settings_do_not_show_secrets() -> None:
    """Printing the settings prints neither the keys nor the database's password."""
    settings = load(keys=KEY, database_url=f"postgresql://u:{CANARY}@db/x")
    assert [False, False] == [secret in repr(settings) for secret in (CANARY, "000000")]


def test_settings_are_frozen() -> None:
    """Nobody changes a setting while running."""
    with pytest.raises(ValueError, match="frozen"):
        load(keys=KEY).port = 1


def test_derived_secrets_differ_by_purpose_and_key() -> None:
    """A secret for links says nothing about a secret for cookies, or about the key."""
    one, other = load(keys=KEY), load(keys=OLD)
    assert 3 == len({one.derived("links"), one.derived("cookies"), other.derived("links")})
    assert one.derived("links") == load(keys=f"{KEY},{OLD}").derived("links")


@pytest.mark.usefixtures("_logging_as_it_was")
def test_logs_hold_ids_only() -> None:
    """Keys that are not on the list, and values that do not look like an id, are not logged."""
    out = io.StringIO()
    logs.configure("info", out)
    log = structlog.get_logger()
    free_text = f"iets over {CANARY}"
    log.info("nudge_queued", case="c-1", policy="company_c@1", count=3, name=CANARY, reason="wil niet bellen")
    log.info(free_text, person="els@voorbeeld.be")
    log.debug("too_quiet")
    first, second = (json.loads(line) for line in out.getvalue().splitlines())
    for line in (first, second):
        line.pop("timestamp")
    assert {
        "event": "nudge_queued", "level": "info", "case": "c-1", "policy": "company_c@1", "count": 3, "reason": "?"
    } == first  # fmt: skip
    assert {"event": "unnamed", "level": "info", "person": "?"} == second


@pytest.mark.usefixtures("_logging_as_it_was")
def test_an_exception_is_logged_by_type_and_place() -> None:
    """The words of an exception hold values, so only its type and where it was raised are kept."""
    out = io.StringIO()
    logs.configure("info", out)
    try:
        int(CANARY)
    except ValueError:
        structlog.get_logger().exception("tick_failed")
    line = json.loads(out.getvalue())
    assert ("ValueError", True) == (line["error"], line["where"].startswith("bot/test_settings.py:"))
    assert CANARY not in out.getvalue()


@pytest.mark.usefixtures("_logging_as_it_was")
def test_libraries_are_silenced() -> None:
    """Of other people's loggers only who spoke is kept, from warning up."""
    out = io.StringIO()
    noisy = logging.getLogger("sqlalchemy.engine.Engine")
    noisy.setLevel(logging.DEBUG)
    logs.configure("debug", out)
    noisy.info("INSERT %s", CANARY)
    noisy.warning("slow statement with %s", CANARY)
    lines = [json.loads(line) for line in out.getvalue().splitlines()]
    assert [("library_spoke", "sqlalchemy.engine.Engine")] == [(line["event"], line["logger"]) for line in lines]
    assert CANARY not in out.getvalue()
