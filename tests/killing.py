"""A real bot that is killed in the middle of a re-integratiegesprek, again and again: nothing lost, nothing doubled.

`make kill-test` runs this for fifty kills at random moments; tests/bot/test_killed_run.py for two.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import re
import socket
import subprocess
import sys
import tempfile
import threading
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import IO

import httpx2

from bot.settings import new_key
from storage import outbox, people
from storage.database import Database, Tx
from storage.vault import Vault

ROOT = Path(__file__).parents[1]
KEY = b"k" * 32
PEOPLE = """naam;e-mail;leidinggevende;rol
Sofie Maes;sofie@groen.example;;
Jan Peeters;jan@groen.example;sofie@groen.example;
Els Wouters;els@groen.example;;hr
"""
COMMANDS = """
import sys
from bot.__main__ import main
for line in sys.argv[1:]:
    sys.argv = ["terugkeer", *line.split("|")]
    try:
        main()
    except SystemExit as ended:
        assert not ended.code, line
"""


@dataclass
class Bot:
    """`terugkeer run` on a database of its own, and Sofie at her browser."""

    folder: Path
    process: subprocess.Popen[str] | None = None
    reader: threading.Thread = field(default_factory=threading.Thread)
    browser: httpx2.Client = field(default_factory=lambda: httpx2.Client(timeout=30))
    csrf: str = ""
    page: str = ""

    def __post_init__(self) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.home = f"http://127.0.0.1:{probe.getsockname()[1]}"
        self.url = f"sqlite:///{self.folder / 'bot.db'}"
        self.environment = {
            **os.environ, "TERUGKEER_KEYS": new_key("k1", KEY), "DATABASE_URL": self.url,
            "TERUGKEER_PORT": self.home.rpartition(":")[2], "TERUGKEER_BASE_URL": self.home,
        }  # fmt: skip
        self.browser.headers["Origin"] = self.home

    def commands(self, *lines: str) -> str:
        """What these commands print; arguments apart by a bar."""
        command = [sys.executable, "-c", COMMANDS, *lines]
        return subprocess.check_output(command, env=self.environment, cwd=ROOT, text=True)

    def begin(self) -> None:
        """An organisation from HR's export, running, and Sofie signed in."""
        since = (datetime.now(UTC) - timedelta(days=40)).strftime("%d/%m/%Y")
        (self.folder / "people.csv").write_text(PEOPLE)
        (self.folder / "absences.csv").write_text(f"medewerker;eerste dag;laatste dag\njan@groen.example;{since};\n")
        files = f"{self.folder / 'people.csv'}|{self.folder / 'absences.csv'}"
        first = "--organisation|Groen|--policy|company_c@1|--fact|staff_of_20"
        said = self.commands("migrate", f"import|{files}|{first}", "link|sofie@groen.example")
        self.start()
        assert self.browser.post(said.split()[-1]).status_code == 303

    def start(self) -> None:
        """Start it and wait until it says that it did."""
        self.process = subprocess.Popen(
            [sys.executable, "-m", "bot", "run"], env=self.environment, cwd=ROOT, stderr=subprocess.PIPE, text=True
        )
        assert self.process.stderr is not None
        for line in self.process.stderr:
            if json.loads(line)["event"] == "started":
                break
        self.reader = threading.Thread(target=self._read_on, args=[self.process.stderr])
        self.reader.start()

    @staticmethod
    def _read_on(said: IO[str]) -> None:
        """To the end, so that the pipe never fills."""
        with said:
            said.read()

    def kill(self) -> None:
        """Kill -9."""
        assert self.process is not None
        self.process.kill()
        self.process.wait()
        self.reader.join()

    def ask(self) -> str:
        """The controls of the question that is open now; empty where there is none."""
        self.page = self.browser.get(f"{self.home}/").text
        found = re.search(r'name="csrf" value="([0-9a-f]{64})"', self.page)
        assert found is not None, self.page
        self.csrf = found[1]
        controls = self.page.rpartition('data-part="controls"')[2]
        return controls.partition("</form>")[0] if 'data-part="controls"' in self.page else ""

    def post(self, form: dict[str, str]) -> bool:
        """Whether the form was acknowledged."""
        with suppress(httpx2.TransportError):
            answer = self.browser.post(f"{self.home}/chat", data={"csrf": self.csrf, **form})
            return answer.status_code == 303
        return False


@dataclass
class Count:
    """What came of it."""

    kills: int = 0
    lost: int = 0  # answers that were acknowledged, and are not there
    doubled: int = 0  # questions that were answered twice, and texts that are there twice
    pressed: list[str] = field(default_factory=list)  # rows whose button was acknowledged
    typed: list[str] = field(default_factory=list)


def form_for(controls: str, number: int) -> dict[str, str]:
    """An answer to that question: its first choice, a text of our own, or skipped."""
    if first := re.search(r'class="choice" name="button" value="([^"]+)"', controls):
        return {"button": first[1]}
    if "data-write" in controls:
        return {"text": f"Rustige taken, nummer {number}."}
    if pick := re.search(r'name="pick" value="([^"]+)"', controls):
        return {"pick": pick[1]}
    aside = re.search(r'class="aside" name="button" value="([^"]+)"', controls)
    assert aside is not None, controls
    return {"button": aside[1]}


def play(bot: Bot, kills: int, answers: int, chance: random.Random) -> Count:
    """Answer that many questions of one talk after the other, with so many kills at moments nobody chose."""
    count = Count()
    when = set(chance.sample(range(1, answers), kills))
    for number in range(answers):
        controls = bot.ask()
        while not controls:
            assert bot.post({"text": "re-integratiegesprek jan", "once": f"begin-{chance.random()}"})
            controls = bot.ask()
        form = form_for(controls, number)
        once = {**form, "once": f"n{number}"}
        if number in when:
            killer = threading.Timer(chance.uniform(0, 0.06), bot.kill)
            killer.start()
            acknowledged = bot.post(once)
            killer.join()
            bot.start()
            count.kills += 1
            if not acknowledged:
                assert bot.post(once)  # as a browser does when its page is loaded again
        else:
            assert bot.post(once)
        if "text" in form:
            count.typed.append(form["text"])
        else:
            count.pressed.append((form.get("button") or form["pick"]).partition(".")[0])
    return count


async def judge(bot: Bot, count: Count) -> Count:
    """What is in the database, against what was acknowledged."""

    def look(tx: Tx) -> list[outbox.Row]:
        sofie = people.by_email(tx, "sofie@groen.example")
        assert sofie is not None
        return outbox.transcript(tx, sofie.id, 100_000)

    async with Database(bot.url, Vault({"k1": KEY}, "k1")) as database:
        rows = {row.id: row for row in await database.run(look)}
    said = [row.answered for row in rows.values() if row.answered is not None]
    count.lost = sum(rows[row].answered_at is None for row in count.pressed) + sum(
        text not in said for text in count.typed
    )
    asked = [(row.talk, row.question) for row in rows.values() if row.answered_at is not None]
    count.doubled = len(asked) - len(set(asked)) + sum(max(0, said.count(text) - 1) for text in count.typed)
    return count


async def main(kills: int) -> None:
    """Print what came of so many kills, as one line."""
    with tempfile.TemporaryDirectory() as folder:
        bot = Bot(Path(folder))
        bot.begin()
        try:
            count = await judge(bot, play(bot, kills, kills * 3, random.Random(kills)))  # noqa: S311 - moments, no secrets
        finally:
            bot.kill()
    answers = len(count.pressed) + len(count.typed)
    said = {"kills": count.kills, "answers": answers, "lost": count.lost, "doubled": count.doubled}
    print(json.dumps(said))  # noqa: T201 - a program of its own
    assert (0, 0) == (count.lost, count.doubled)


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else 50))
