"""The page of today: what asks for somebody of HR, over all running cases, each with the one thing to do about it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot import resending, second
from bot.house import BRUSSELS
from bot.web import Shell
from bot.web.course import title
from bot.web.hr import said
from bot.web.hr.door import office_page, officer
from bot.web.hr.start import begun
from conversations.case import Case, Person
from conversations.dialogues.case_menu import phase
from conversations.talking.spelling import fold
from storage import cases, overview, people, unreached
from storage.overview import Chosen, Phase
from storage.transaction import Tx

FEW, MANY = 8, 100  # rows of a list, and of the one somebody wants all of
FOUND = 25  # cases somebody searched
LISTS = ("escalated", "late", "leaderless", "certificates", "unreachable", "undelivered")
PHASES: tuple[Phase, ...] = ("absent", "near", "back", "care", "paused")
LETTERS = re.compile(r"[aceinouyz]")  # may have an accent in a name, and seldom in a search
WORDS = 5


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address of the page asks for: which cases, a name, and which list in full."""

    chosen: Chosen
    name: str = ""
    more: str = ""

    @classmethod
    def read(cls, query: Mapping[str, str]) -> Asked:
        """From the address; what is not known there is nothing."""
        wanted = query.get("phase", "")
        where: Phase = wanted if wanted in PHASES else ""
        chosen = Chosen(query.get("team", "")[:200], where, query.get("policy", "")[:200])
        more = query.get("more", "")
        return cls(chosen, query.get("name", "").strip()[:80], more if more in LISTS else "")

    @property
    def narrows(self) -> bool:
        """Whether somebody looks for some of the cases."""
        return any(self.chosen.shape) or bool(self.name)

    def address(self, **changed: str) -> str:
        """The address of this page with something else in it."""
        chosen = {"team": self.chosen.team, "phase": self.chosen.phase, "policy": self.chosen.policy}
        given = {**chosen, "name": self.name, "more": self.more, **changed}
        query = urlencode({name: value for name, value in given.items() if value})
        return f"/hr?{query}" if query else "/hr"


class About(NamedTuple):
    """A case as a row: whose, who leads it, in which phase."""

    id: str
    employee: Person
    manager: Person | None
    phase: str
    policy: str
    certificate: date | None


class Row(NamedTuple):
    """A step that waits, as a row."""

    about: About
    milestone: str
    nth: int
    title: str
    kind: str
    to: str  # the role
    who: Person | None
    since: date
    days: int
    missed: bool
    escalated: date | None
    may_be_done: bool


@dataclass(frozen=True, slots=True)
class List:
    """Rows, and how many there are of them in all."""

    rows: Sequence[Any]
    count: int

    @property
    def left(self) -> int:
        """How many are not shown."""
        return max(self.count - len(self.rows), 0)


@dataclass(frozen=True, slots=True)
class Message:
    """Somebody to whom something was not delivered, or perhaps not. `again`: whether some of it may be sent again.

    `twice`: of that, something perhaps arrived. `until` is how it stands now.
    """

    person: Person
    on: date
    perhaps: bool
    count: int
    again: bool
    twice: bool
    until: datetime


class Desk:
    """One look at everything, in one transaction."""

    def __init__(self, shell: Shell, tx: Tx, me: Person, asked: Asked, now: datetime) -> None:
        self.shell, self.tx, self.me, self.asked, self.now = shell, tx, me, asked, now
        self.today = now.astimezone(BRUSSELS).date()
        self.house = me.organisation
        self.own = shell.house.own_words(tx, me.organisation)

    def most(self, name: str) -> int:
        """So many rows of that list."""
        return MANY if self.asked.more == name else FEW

    def lists(self) -> dict[str, List]:
        """Every list of the page."""
        ask = (self.tx, self.house, self.asked.chosen, self.today)
        late, escalated = (
            overview.steps(self.tx, kind, self.house, self.asked.chosen, self.today, self.most(kind))
            for kind in ("late", "escalated")
        )
        leaderless = overview.leaderless(*ask, self.most("leaderless"))
        certificates = overview.certificates(*ask, self.most("certificates"))
        unreachable = unreached.unreachable(*ask, self.most("unreachable"))
        found = self._named()
        wanted = [*(step.case for step in (*late[0], *escalated[0])), *leaderless[0], *certificates[0], *found]
        known = self._known(wanted)
        return {
            "late": List(self._rows(late[0], known), late[1]),
            "escalated": List(self._rows(escalated[0], known), escalated[1]),
            "leaderless": List([known[case] for case in leaderless[0] if case in known], leaderless[1]),
            "certificates": List([known[case] for case in certificates[0] if case in known], certificates[1]),
            "unreachable": List([one for one in map(self._person, unreachable[0]) if one], unreachable[1]),
            "undelivered": self._undelivered(),
            "found": List([known[case] for case in found if case in known], len(found)),
        }

    def _person(self, person: str | None) -> Person | None:
        return people.get(self.tx, person) if person else None

    def _known(self, ids: Iterable[str]) -> dict[str, About]:
        """The cases of these that I may see, as rows; everybody in them is read in one go."""
        cases.recall(self.tx, set(ids))
        found = (cases.visible(self.tx, self.me, one, self.today) for one in set(ids))
        seen = [
            case for case in found if case is not None and case.employee != self.me.id
        ]  # my own is not mine to lead
        self._cases = {case.id: case for case in seen}
        people.recall(
            self.tx, {who for case in seen for who in (case.employee, case.manager, case.hr, case.coach) if who}
        )
        return {case.id: self._about(case) for case in seen}

    def _about(self, case: Case) -> About:
        employee = self._person(case.employee)
        assert employee is not None, "a case is about somebody"
        where = "paused" if case.rests(self.today) else phase(case, self.today)
        return About(
            case.id, employee, self._person(case.manager), where, case.policy, case.anchors.get("certificate_end")
        )

    def _rows(self, steps: Iterable[overview.Step], known: Mapping[str, About]) -> list[Row]:
        return [self._row(known[step.case], step) for step in steps if step.case in known]

    def _row(self, about: About, step: overview.Step) -> Row:
        what, case = step.what, self._cases[step.case]
        rule = self.shell.house.policy(self.tx, case.policy).milestone(what.milestone)
        return Row(
            about, what.milestone, what.nth, title(what.milestone, self.own),
            rule.kind if rule else "practice", what.to,
            self._person(case.held_by(what.to)), what.since, (self.today - what.since).days, what.missed,
            what.escalated, what.milestone != "agreement_review",
        )  # fmt: skip

    def _undelivered(self) -> List:
        """Once for each person, when it was tried last; of those that are about what was chosen."""
        found: dict[str, list[unreached.Undelivered]] = {}
        for one in self._chosen(unreached.undelivered(self.tx, self.house, self.now)):
            found.setdefault(one.person, []).append(one)
        shown = [(person, rows) for one, rows in found.items() if (person := self._person(one))]
        most = shown[: self.most("undelivered")]
        ids = [row.id for _, rows in most for row in rows]
        may = {one.row.id: one for one in resending.possible(self.tx, self.shell.house, self.house, ids, self.now)}
        return List([_message(person, rows, may) for person, rows in most], len(shown))

    def _chosen(self, rows: Sequence[unreached.Undelivered]) -> list[unreached.Undelivered]:
        """What is about a chosen case; where only a team was chosen, also what is said to that team about no case."""
        people.recall(self.tx, {row.person for row in rows})
        chosen = self.asked.chosen
        if not any(chosen.shape):
            return list(rows)
        about = sorted({row.case for row in rows if row.case})
        cases_of = overview.chosen_of(self.tx, self.house, chosen, self.today, about)
        team = chosen.team if chosen.shape == (True, "", False) else None
        return [row for row in rows if row.case in cases_of or (team and self._team(row.person) == team)]

    def _team(self, person: str) -> str:
        found = self._person(person)
        return found.team if found else ""

    def _named(self) -> list[str]:
        """Running cases by the name somebody typed, else the first ones of what was chosen."""
        if not self.asked.narrows:
            return []
        words = self.asked.name.split()[:WORDS]
        found: dict[str, str] = {}
        for like in patterns(words):
            rows = overview.named(self.tx, self.house, self.asked.chosen, self.today, like, 4 * FOUND)
            found |= {case: name for case, name in rows if meant(words, name)}
            if len(found) >= FOUND:
                break
        return sorted(found, key=lambda case: (fold(found[case]), case))[:FOUND]


def _message(person: Person, rows: Sequence[unreached.Undelivered], may: Mapping[str, resending.Again]) -> Message:
    on = max(row.at for row in rows).astimezone(BRUSSELS).date()
    again = [may[row.id] for row in rows if row.id in may]
    return Message(
        person, on, all(row.perhaps for row in rows), len(rows), bool(again), any(one.perhaps for one in again),
        max(row.ended for row in rows),
    )  # fmt: skip


def patterns(words: Sequence[str]) -> Iterator[list[str]]:
    """What names are compared with: the words as they are, and then with any letter where an accent may be."""
    escaped = [re.sub(r"([/%_])", r"/\1", word) for word in words]
    yield [f"%{word}%" for word in escaped]
    if words and all(len(LETTERS.sub("", fold(word))) > 1 for word in words):
        yield [f"%{LETTERS.sub('_', fold(word))}%" for word in words]


def meant(words: Sequence[str], name: str) -> bool:
    """Whether every word is somewhere in the name, whatever the accents."""
    return all(fold(word) in fold(name) for word in words)


def look(shell: Shell, tx: Tx, me: Person, asked: Asked, now: datetime) -> dict[str, Any]:
    """Everything the page shows."""
    desk = Desk(shell, tx, me, asked, now)
    lists, running, waits = desk.lists(), overview.running(tx, me.organisation), second.waiting(tx, me, now)
    return {
        "lists": lists,
        "calm": not any(lists[name].count for name in LISTS) and all(one.mine for one in waits),
        "running": running,
        "unread": overview.not_looked_at(tx, me.organisation, now),
        "teams": overview.teams(tx, me.organisation),
        "policies": overview.policies(tx, me.organisation),
        "begun": None if running else begun(tx, me.organisation),
        "today": desk.today,
        "waits": waits,
    }


def routes(shell: Shell) -> list[Route]:
    """The page."""

    async def today(request: Request) -> Response:
        visit = await officer(shell, request, "see_today")
        asked, now = Asked.read(request.query_params), shell.now()
        found = await shell.database.run(lambda tx: look(shell, tx, visit.person, asked, now))
        told = said.told(request)
        return office_page(visit, "today.html", asked=asked, phases=PHASES, most=overview.MOST, said=told, **found)

    return [Route("/hr", today)]
