"""A person's conversation as a page shows it: the rows of the outbox, each with the choices that still count."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime

from markupsafe import Markup

from bot.house import BRUSSELS
from bot.outgoing import with_ids
from bot.web.pages import fill
from conversations.case import Person
from conversations.talking.hearing import CONFIRM
from messages import words
from messages.message import OF_HOUSE, Button, Message, Paragraph
from storage import outbox, sessions
from storage.outbox import Row
from storage.transaction import Tx

WINDOW = 50  # rows on a page; older ones are a link away


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, or the items of one list."""

    bullet: bool
    paragraphs: tuple[Paragraph, ...]


@dataclass(frozen=True, slots=True)
class Turn:
    """One message with what became of it.

    `live`: its choices can still be taken. `answer` is empty where it was skipped or kept for later. `day` stands
    only where a day begins.
    """

    id: str
    at: datetime
    message: Message
    case: str | None = None
    answer: str | None = None
    live: bool = False
    day: str = ""

    @property
    def blocks(self) -> tuple[Block, ...]:
        """The paragraphs, with the items of a list together."""
        blocks: list[Block] = []
        for paragraph in self.message.paragraphs:
            if paragraph.bullet and blocks and blocks[-1].bullet:
                blocks[-1] = replace(blocks[-1], paragraphs=(*blocks[-1].paragraphs, paragraph))
            else:
                blocks.append(Block(paragraph.bullet, (paragraph,)))
        return tuple(blocks)

    @property
    def loud(self) -> tuple[Button, ...]:
        """The answers."""
        return tuple(button for button in self.message.buttons if not button.quiet)

    @property
    def quiet(self) -> tuple[Button, ...]:
        """Skip, later."""
        return tuple(button for button in self.message.buttons if button.quiet)


@dataclass(frozen=True, slots=True)
class Shown:
    """A turn as HTML; `mark` changes when it looks different."""

    id: str
    mark: str
    html: Markup

    def as_json(self, room: str) -> dict[str, str]:
        """For a page that is open already."""
        return {"id": f"{room}-{self.id}", "mark": self.mark, "html": str(self.html)}


@dataclass(frozen=True, slots=True)
class Room:
    """Where one person talks: how its parts are called on the page, where its forms go."""

    key: str
    person: Person
    path: str
    csrf: str
    plans: str  # the address of a plan page, up to the case's id

    def page_of(self, case: str | None) -> Callable[[str], str]:
        """Where a link in a message leads: "page:plan" is the plan of that message's case. Empty: nowhere."""
        pages = {**OF_HOUSE, **({"page:plan": f"{self.plans}{case}"} if case else {})}
        return lambda url: pages.get(url, "") if url.startswith("page:") else url


@dataclass(frozen=True, slots=True)
class Read:
    """What the person got, oldest first, and the ids of the messages whose choices still count.

    `more` is where to look back from for what came before; None when this is the beginning.
    """

    rows: tuple[Row, ...]
    alive: frozenset[str]
    more: int | None


def read(tx: Tx, person: Person, before: int | None = None) -> Read:
    """A page of the conversation. Only reads: the words become HTML outside of the transaction."""
    rows = outbox.transcript(tx, person.id, WINDOW, before)
    asked = {talk.id: talk.asked for talk in sessions.open_of(tx, person.id)}
    more = rows[0].number if len(rows) == WINDOW else None
    seen = tuple(row for row in rows if row.body and arrived(row))
    return Read(seen, live(seen, asked), more)


def arrived(row: Row) -> bool:
    """Whether the message may be seen: it was sent, or is being sent now. Not what waits, or was withdrawn."""
    return row.state in ("sent", "unsure") or (row.state == "claimed" and row.attempted_at is not None)


def _said_at(row: Row) -> datetime:
    return (row.attempted_at or row.created_at).astimezone(BRUSSELS)


def live(rows: Iterable[Row], asked: dict[str, str | None]) -> frozenset[str]:
    """Of every talk that is not over the last question, while it is the one asked or reads an answer to it back.

    Also of one that was put off: a tap goes on with it, as in a chat. And buttons that belong to no talk.
    """
    last: dict[str, str] = {}
    loose: set[str] = set()
    for row in rows:
        if row.answered is not None:
            continue
        if row.talk is None:
            loose.add(row.id)
        elif row.talk in asked and row.question is not None and row.question in (asked[row.talk], CONFIRM):
            last[row.talk] = row.id
    return frozenset(loose | set(last.values()))


def turns(found: Read, today: date) -> list[Turn]:
    """The rows as turns, with the name of the day where a new one begins."""
    result: list[Turn] = []
    before: date | None = None
    last = {(row.talk, row.question, row.answered_at): row.id for row in found.rows}
    for row in found.rows:
        at = _said_at(row)
        message = with_ids(row)
        has_choices = bool(message.buttons or message.input)
        day = "" if at.date() == before else words.day(at.date(), today)
        # One answer to a question that was asked again, or on several channels, is shown once.
        answer = row.answered if last[row.talk, row.question, row.answered_at] == row.id else None
        result.append(Turn(row.id, at, message, row.case, answer, has_choices and row.id in found.alive, day))
        before = at.date()
    return result


def show(turn: Turn, room: Room) -> Shown:
    """The turn as the page has it."""
    html = fill("turn.html", turn=turn, path=room.path, csrf=room.csrf, page_of=room.page_of(turn.case))
    return Shown(turn.id, hashlib.sha256(html.encode()).hexdigest()[:16], Markup(html))  # noqa: S704 - autoescaped


def digest(shown: dict[str, list[Shown]]) -> str:
    """What a page has seen, in short: equal when nothing changed."""
    seen = hashlib.sha256()
    for room in sorted(shown):
        for turn in shown[room]:
            seen.update(f"{room}/{turn.id}/{turn.mark};".encode())
    return seen.hexdigest()[:24]
