"""What people did and what they see, against what is in the database: nothing lost, nothing doubled."""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import select

from bot.channels.slack import token_of
from bot.channels.telegram_html import page
from bot.discreet import shortened
from bot.house import BRUSSELS
from bot.outgoing import as_it_is_now
from messages.labels import labels
from storage import journal, outbox, tables
from storage.reading import READ
from storage.transaction import Statement
from tests.killing_town import ORGANISATION, opened

if TYPE_CHECKING:
    from bot.app import Clock
    from storage.database import Tx
    from storage.outbox import Row
    from tests.fakes.slack import Workspace
    from tests.fakes.telegram import FakeTelegram
    from tests.killing_people import Act

INBOX = Statement(select(tables.inbox.c.channel, tables.inbox.c.id))
OUTBOX = Statement(outbox.FOUND)
CASES = Statement(select(tables.cases.c.id, tables.cases.c.version))
ROW = re.compile(r"([A-Za-z0-9_-]{22})\.(?:\d+|i)")
NUMBERED = re.compile(r"nummer \d+\.")
# A process that died between its answer to a press and the confirmation of the update gives that answer again.
AGAIN = "answered twice"
# What may not stand in a log, whatever happens on the way.
ALARMS = ("tick_failed", "case_not_decided", "update_let_go", "unnamed")


@dataclass
class Verdict:
    """Figures, and every promise that was not kept, in words."""

    figures: dict[str, int] = field(default_factory=dict)
    broken: list[str] = field(default_factory=list)

    def count(self, name: str, wrong: Iterable[str] = ()) -> None:
        """So many of these, which is wrong."""
        said = [f"{name}: {one}" for one in wrong]
        self.figures[name] = self.figures.get(name, 0) + len(said)
        self.broken += said

    def read_log(self, log: Path) -> None:
        """Nothing went wrong in the bot that it did not expect."""
        lines = log.read_text(encoding="utf-8").splitlines()
        said = [line for line in lines if "Traceback" in line or any(f'"{one}"' in line for one in ALARMS)]
        self.count("alarms", said)


@dataclass
class Kept:
    """The database as it is in the end."""

    events: set[str]
    rows: list[Row]
    texts: dict[str, list[str]]  # how a row may read on Telegram
    verified: int | None
    whole: bool  # every version of a case has its line in the journal


def _look(tx: Tx, home: str) -> Kept:
    rows = outbox.rows_of(tx, tx.all(OUTBOX))
    texts = {row.id: _readings(tx, row, home) for row in rows if row.channel == "telegram"}
    found = {channel: set() for channel in ("slack", "telegram")}  # type: dict[str, set[str]]
    for channel, event in tx.all(INBOX):
        found.setdefault(channel, set()).add(event)
    whole = all(version + 1 == _written(tx, case) for case, version in tx.all(CASES))
    return Kept(found["slack"] | found["telegram"], rows, texts, journal.verify(tx, ORGANISATION), whole)


def _written(tx: Tx, case: str) -> int:
    """How many lines of the journal tell that the case was made, or changed."""
    return sum(any(change["change"] != READ for change in line.changes) for line in journal.of(tx, case))


def _readings(tx: Tx, row: Row, home: str) -> list[str]:
    """As a question, and as it is when it was answered before it went out."""
    shown = shortened(tx, row)
    both = [as_it_is_now(one, home) for one in (replace(shown, answered_at=None), shown)]
    return [page(one, labels("telegram"), home).plain.strip() for one in both]


async def judge(
    file: Path, home: str, clock: Clock, acts: Sequence[Act], slack: Workspace, telegram: FakeTelegram
) -> Verdict:
    """Compare it all. `home` is where the pages of the bot were."""
    verdict = Verdict()
    app = opened(file, clock)
    kept = await app.database.run(lambda tx: _look(tx, home))
    audited = await app.audit()
    await app.stop()
    verdict.count("forgotten", ["moments nobody decided on"] * audited.forgotten)
    verdict.count("journal", [] if kept.verified is None and kept.whole else ["the chain is broken"])
    _events(verdict, kept, acts)
    _answers(verdict, kept, acts)
    seen = {"slack": _on_slack(slack), "telegram": _on_telegram(verdict, kept, telegram)}
    for channel, times in seen.items():
        _messages(verdict, channel, [row for row in kept.rows if row.channel == channel], times)
    _told(verdict, kept.rows)
    wrong = [*slack.violations, *(one for one in telegram.violations if AGAIN not in one)]
    verdict.count("breaches", wrong)
    verdict.figures["refused"] = slack.rate_limited + telegram.too_many
    return verdict


# --- What people did -----------------------------------------------------------------------------------


def _events(verdict: Verdict, kept: Kept, acts: Sequence[Act]) -> None:
    """Every acknowledged act was kept, and everything that was kept was answered by one message."""
    acknowledged = [act for act in acts if act.acknowledged()]
    verdict.figures |= {"acts": len(acts), "acknowledged": len(acknowledged)}
    verdict.count("lost", (f"{act.event} of {act.person}" for act in acknowledged if act.event not in kept.events))
    heard = Counter(act.person for act in acts if act.event in kept.events)
    replies = Counter(row.person for row in kept.rows if row.kind == "reply")
    verdict.figures["kept"] = heard.total()
    people = sorted(heard.keys() | replies.keys())
    verdict.count("lost", (f"{one}: {heard[one]} heard, {replies[one]} replies" for one in people
                           if heard[one] > replies[one]))  # fmt: skip
    verdict.count("doubled", (f"{one}: {heard[one]} heard, {replies[one]} replies" for one in people
                              if heard[one] < replies[one]))  # fmt: skip


def _answers(verdict: Verdict, kept: Kept, acts: Sequence[Act]) -> None:
    """A question is answered once, and a text that was numbered is the answer to one question."""
    asked: dict[tuple[str | None, str | None], list[Row]] = defaultdict(list)
    said: dict[str, set[tuple[str | None, str | None, datetime | None]]] = defaultdict(set)
    for row in kept.rows:
        if row.answered_at is None:
            continue
        asked[row.talk, row.question].append(row)
        for number in NUMBERED.findall(row.answered or ""):
            if number not in row.body:  # else it was chosen: what is written anew later is listed as it stands
                said[number].add((row.talk, row.question, row.answered_at))
    verdict.figures["answers"] = len(asked)
    # A press may also lead to a question about the answer, to a menu, or into a talk that is over by now.
    pressed = {act.row for act in acts if act.row and act.event in kept.events}
    verdict.figures["pressed"] = len(pressed)
    verdict.figures["pressed_and_open"] = sum(row.id in pressed and row.answered_at is None for row in kept.rows)
    # Asked once more after it was answered (the person went back to it) is another time.
    verdict.count("doubled", (f"{talk} {question}" for (talk, question), some in asked.items()
                              if any(b.created_at < a.answered_at < b.answered_at  # type: ignore[operator]
                                     for a in some for b in some)))  # fmt: skip
    verdict.count("doubled", (f"{number} {len(places)}" for number, places in said.items() if len(places) > 1))


# --- What people see -----------------------------------------------------------------------------------


def _on_slack(slack: Workspace) -> Counter[str]:
    """How often each token was posted."""
    posted = [one for some in slack.team.messages.values() for one in some if one.by_app and one.metadata]
    return Counter(one.metadata["event_payload"]["token"] for one in posted if one.metadata)


def _on_telegram(verdict: Verdict, kept: Kept, telegram: FakeTelegram) -> Counter[str]:
    """How often each row came: by its receipt, by the id on its buttons, or else by its words."""
    by_receipt = {row.receipt: row.id for row in kept.rows if row.channel == "telegram" and row.receipt}
    by_words: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in kept.rows:
        for text in set(kept.texts.get(row.id, ())) if row.attempts else ():
            by_words[row.address, text].append(row)
    found: Counter[str] = Counter()
    bare: list[tuple[str, str]] = []
    for one in telegram.world.messages.values():
        if one.sender is not telegram.world.bot:
            continue
        known = by_receipt.get(str(one.id)) or ROW.search(json.dumps(one.first.get("reply_markup", {})))
        if known is None:
            bare.append((str(one.room.id), one.first["text"].strip()))
        else:
            found[known if isinstance(known, str) else known[1]] += 1
    for place in bare:
        # Of several that read the same, one that was not seen yet; what was never confirmed before what was.
        rows = sorted(by_words[place], key=lambda row: (found[row.id], row.receipt is not None, row.kind != "reply"))
        verdict.count("strange", [] if rows else [f"{place[0]}: {place[1][:200]!r}"])
        found.update([row.id for row in rows[:1]])
    return found


def _messages(verdict: Verdict, channel: str, rows: Sequence[Row], seen: Counter[str]) -> None:
    """Each message is there once, or it is known that it is not."""
    times = {row.id: seen[token_of(row.id) if channel == "slack" else row.id] for row in rows}
    nudges = [row for row in rows if row.kind != "reply"]
    others = [row for row in rows if row.kind == "reply"]
    verdict.figures[f"{channel}_nudges"] = len(nudges)
    verdict.figures[f"{channel}_replies"] = len(others)
    verdict.count("nudges_doubled", (_said(row, times) for row in nudges if times[row.id] > 1))
    # What was answered elsewhere while it was in doubt is not looked for any more.
    missing = [row for row in rows if row.state == "sent" and not times[row.id] and row.answered_at is None]
    verdict.count("nudges_lost", (_said(row, times) for row in missing))
    verdict.count("nudges_lost", (_said(row, times) for row in rows if row.state in {"failed", "claimed"}))
    verdict.count("astray", (_said(row, times) for row in rows if row.state == "cancelled" and times[row.id]))
    again = sum(times[row.id] > 1 for row in others)
    unsure = [row for row in rows if row.state == "unsure"]
    if channel == "slack":
        verdict.count("replies_doubled", (_said(row, times) for row in others if times[row.id] > 1))
        verdict.count("nudges_lost", (_said(row, times) for row in unsure))
    else:
        verdict.figures |= {"replies_twice": again, "unsure": len(unsure)}
        verdict.figures["unsure_and_there"] = sum(times[row.id] for row in unsure)


def _said(row: Row, times: dict[str, int]) -> str:
    return f"{row.kind} {row.key or row.id} {row.state} {row.reason} {row.attempts} tries, {times[row.id]} times"


def _told(verdict: Verdict, rows: Sequence[Row]) -> None:
    """What perhaps did not arrive, HR hears of; but not HR of its own, and of no notice."""
    keys = {row.key for row in rows}

    def key(row: Row) -> str:
        assert row.finished_at is not None
        return f"unsure/{row.person}/{row.finished_at.astimezone(BRUSSELS).date()}"

    silent = (row for row in rows if row.state == "unsure" and row.kind == "nudge" and row.person != "els")
    verdict.count("untold", (f"{row.key}" for row in silent if key(row) not in keys))
