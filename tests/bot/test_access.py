"""Who may do what: every role, every action, every channel, in every state, as docs/privacy.md says it.

The page is what is expected. Where there is a way to do it, it is walked: a talk is opened at the desk as it is for
somebody on that channel, a page is asked for, the database is asked. Where there is none yet, the table answers.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Literal, get_args

import pytest

from bot import scenes
from bot.acts import ACTS
from bot.desk import Desk
from conversations.access import OPENS, PARTS, ROWS, TABLE, Action, Actor, may
from conversations.case import Case, Contact, Person
from conversations.plan import Plan
from conversations.talking.dialogue import Talk, Tell
from conversations.upcoming import sees
from messages.render import render
from storage import addresses, cases, organisations, people
from storage.organisations import Organisation
from tests.bot.test_web import Town, csrf
from tests.world import ORGANISATION

if TYPE_CHECKING:
    import httpx2

    from storage.database import Tx

Role = Literal["employee", "manager", "deputy", "other manager", "coach", "hr", "audit", "admin"]
State = Literal["own", "paused", "closed", "silenced", "other team", "other house"]
CHANNELS = ("web", "slack", "telegram", "terminal")
ACTIONS: tuple[Action, ...] = get_args(Action)
PRIVACY = Path(__file__).parents[2] / "docs" / "privacy.md"
WORDS = {
    "–": frozenset[str](), "running": frozenset({"open", "paused"}),
    "also closed": frozenset({"open", "paused", "closed"}),
    "always": frozenset({"open", "paused", "closed", "silenced"}),
}  # fmt: skip
LETTERS = {"–": "-", "running": "r", "also closed": "c", "always": "a", "self": "s", "team": "t", "everybody": "o"}
# The page a talk or a click leads to, and the action it is for.
PAGES: dict[Action, str] = {"read_plan": "/plan/{}", "see_hr_steps": "/hr/case/{}"}
HOUSE_PAGES: dict[Action, str] = {
    "see_today": "/hr", "edit_policy": "/hr/cadence", "edit_days": "/hr/days", "grant_roles": "/hr/roles",
    "import": "/hr/import",
}  # fmt: skip
ABOUT_CASES = tuple(action for action, row in ROWS.items() if not set(row) & set("sto"))
ABOUT_PEOPLE: tuple[Action, ...] = ("open_case", "link", "stand_in")
ABOUT_HOUSE = tuple(action for action in ACTIONS if action not in {*ABOUT_CASES, *ABOUT_PEOPLE})

NOT_YOURS = render("", Tell("problems/not_yours"), "nl", None)
# These are about no case in particular, or need more to begin with than a case: what a milestone or a talk gives them.
NOT_TRIED = frozenset({
    "notice", "review", "hello", "today", "late", "my_cases", "glance", "help", "away", "channel", "unlink",
    "still_yours", "new_absence",
})  # fmt: skip


# Talks that ask HR, and tell others that it is HR's; and whose steps a talk shows.
ASKS: dict[Action, tuple[str, ...]] = {"take_over": ("take_over",), "follow_law": ("estimate", "formal_track")}
STEPS: dict[Action, tuple[str, ...]] = {
    "see_own_steps": ("employee",), "see_steps": ("manager", "coach"), "see_hr_steps": ("hr",),
}  # fmt: skip


def documented() -> dict[str, dict[str, str]]:
    """The table of the page: of each action, what is said under each part."""
    text = PRIVACY.read_text()
    rows = re.findall(r"^\| `(\w+)` \| [^|]* \| ([^\n]*) \|$", text, re.MULTILINE)
    return {
        action: dict(zip(PARTS, (cell.strip() for cell in cells.split("|")), strict=True)) for action, cells in rows
    }


EXPECTED = documented()


def test_the_page_is_the_table() -> None:
    """What docs/privacy.md says, is what the code holds."""
    said = {action: " ".join(LETTERS[word] for word in row.values()) for action, row in EXPECTED.items()}
    assert said == dict(ROWS)


def person(key: str, *roles: str, manager: str | None = None, house: str = ORGANISATION, **more: object) -> Person:
    """Somebody."""
    named = Person(key, house, f"{key.title()} Test", f"{key}@{house}.example", frozenset({"employee", *roles}))  # type: ignore[arg-type] # roles
    return replace(named, manager=manager, **more)  # type: ignore[arg-type] # by name


STAFF = (
    person("jan", manager="sofie"), person("fatima", manager="sofie"), person("pieter", manager="sofie"),
    person("kim", manager="sofie"), person("lotte", manager="nadia"), person("nadia", "manager"),
    person("sofie", "manager", manager="nadia", deputy="dirk"), person("dirk", "manager"), person("omar", "manager"),
    person("tom", "coach"), person("els", "hr"), person("ann", "audit"), person("bram", "admin"),
    person("ward", manager="wim", house="elders"), person("wim", "manager", house="elders"),
)  # fmt: skip
ABSENT: dict[State, str] = {
    "own": "jan", "paused": "fatima", "closed": "pieter", "silenced": "kim", "other team": "lotte",
    "other house": "ward",
}  # fmt: skip
WHO: dict[Role, str] = {
    "manager": "sofie", "deputy": "dirk", "other manager": "omar", "coach": "tom", "hr": "els", "audit": "ann",
    "admin": "bram",
}  # fmt: skip
STATUS = {"own": "open", "other team": "open", "other house": "open"}


@pytest.fixture
async def town(tmp_path: Path) -> AsyncIterator[Town]:
    """An organisation with somebody of every role, a case in every state, and a neighbour."""
    town = Town(tmp_path)

    def work(tx: Tx) -> None:
        for house in (ORGANISATION, "elders"):
            organisations.put(tx, Organisation(house, house.title(), "company_c@1", frozenset({"staff_of_20"})))
        for one in STAFF:
            people.put(tx, one)
            addresses.link(tx, one.id, "web", one.id, town.clock)
        people.set_away(tx, "sofie", town.today, town.today, "dirk")
        people.set_away(tx, "tom", town.today, town.today, "bram")  # an administrator stands in for nobody
        for state, absent in ABSENT.items():
            about = next(one for one in STAFF if one.id == absent)
            plan = Plan(status="active", sent_on=town.today)
            case = Case(f"c-{state.replace(' ', '-')}", about.organisation, absent, about.manager or "", "company_c@1")
            case = replace(case, coach="tom" if about.manager == "sofie" else None, plan=plan, checkins="yes")
            case = replace(case, contact=Contact(person="ann", restarts="kim"))  # nor do they keep contact
            case = replace(case, anchors={"absence_start": town.today, "actual_return": town.today})
            cases.add(tx, replace(case, status=STATUS.get(state, state)), "els", town.clock, None)  # type: ignore[arg-type] # a status

    await town.app.database.run(work)
    yield town
    await town.close()


@dataclass(frozen=True, slots=True)
class Cell:
    """One question: whether this one may do that, there, with that."""

    role: Role
    action: Action
    channel: str
    state: State

    @property
    def who(self) -> str:
        """Whose question it is. Somebody's own case is about that person, whatever its state."""
        if self.role != "employee":
            return WHO[self.role]
        return "jan" if self.state.startswith("other") else ABSENT[self.state]

    @property
    def expected(self) -> bool:
        """What the page says."""
        if self.state == "other house" or self.role == "other manager":
            return False
        if self.state == "other team" and self.role not in ("hr", "audit", "admin"):
            return False
        return STATUS.get(self.state, self.state) in WORDS[EXPECTED[self.action][self.role]]


def cells() -> Iterator[Cell]:
    """Every cell about a case."""
    for action in ABOUT_CASES:
        for role in get_args(Role):
            for state in get_args(State):
                for channel in CHANNELS:
                    yield Cell(role, action, channel, state)


def talks(town: Town, action: Action, channel: str) -> list[str]:
    """The talks that take this action; those of one action are shared out over the channels."""
    known = set(town.app.house.dialogues) - NOT_TRIED
    found = sorted(name for name in known if OPENS.get(name, "know") == action)
    return found if len(found) <= len(CHANNELS) else found[CHANNELS.index(channel) :: len(CHANNELS)]


def opens(tx: Tx, town: Town, me: Person, channel: str, dialogue: str, case: str) -> Literal["no", "tells", "asks"]:
    """What the desk does for somebody who asks for this talk there. Nothing of it is kept."""
    tx._connection.execute("SAVEPOINT tried")
    desk = Desk(tx, town.app.house, me, town.clock, channel, me.id)
    desk.begin(dialogue, case)
    refused, asks = desk.said == [NOT_YOURS], desk.asking is not None
    tx.flush()
    tx._connection.execute("ROLLBACK TO tried")
    tx.memory.clear()
    return "no" if refused else "asks" if asks else "tells"


def shows(tx: Tx, town: Town, me: Person, case: str, step: str) -> bool:
    """Whether a talk about the case shows the steps of that role."""
    talk = Talk("t", me.organisation, me.id, "case_menu", town.today, case)
    scene = scenes.build(tx, town.app.house, me, talk, town.clock)
    return scene is not None and step in sees(scene, scene.the_case)


def answered(tx: Tx, town: Town, cell: Cell) -> tuple[str, set[bool]]:
    """By what way the cell was answered, and how. More than one answer is a deviation as well."""
    me = people.get(tx, cell.who)
    case = cases.load(tx, f"c-{cell.state.replace(' ', '-')}")
    assert me is not None
    assert case is not None
    answers = {may(Actor(me, town.today, partial(people.get, tx)), cell.action, case)}
    way = "table"
    if cell.action == "know":
        way = "database"
        listed = cases.all_visible(tx, me, town.today) + cases.all_visible(tx, me, town.today, ended=True)
        answers |= {cases.visible(tx, me, case.id, town.today) is not None, case.id in {one.id for one in listed}}
    if cell.action in STEPS:
        way = "steps"
        answers |= {shows(tx, town, me, case.id, step) for step in STEPS[cell.action]}
    for dialogue in ASKS.get(cell.action, ()):
        way = "talk"
        answers.add(opens(tx, town, me, cell.channel, dialogue, case.id) == "asks")
    for dialogue in talks(town, cell.action, cell.channel):
        way = "talk"
        answers.add(opens(tx, town, me, cell.channel, dialogue, case.id) != "no")
    return way, answers


async def test_every_cell_about_a_case(town: Town) -> None:
    """Nobody may more than the page says, and nobody less: at least four thousand cells, none deviating."""

    def walk(tx: Tx) -> tuple[Counter[str], list[tuple[Cell, str, set[bool]]]]:
        ways: Counter[str] = Counter()
        wrong = []
        for cell in cells():
            way, answers = answered(tx, town, cell)
            ways[way] += 1
            if answers != {cell.expected}:
                wrong.append((cell, way, answers))
        return ways, wrong

    ways, wrong = await town.app.database.run(walk)
    assert [] == wrong
    assert ways.total() >= 4000
    assert ways.total() - ways["table"] >= 2500


@pytest.mark.parametrize("role", get_args(Role))
async def test_pages_about_a_case(town: Town, role: Role) -> None:
    """A page shows a case to whom the page about privacy says, and is not there for others."""
    wrong = []
    for state in get_args(State):
        who = Cell(role, "know", "web", state).who
        async with town.browser(who) as browser:
            for action, path in PAGES.items():
                cell = Cell(role, action, "web", state)
                status = await seen(browser, path.format(f"c-{state.replace(' ', '-')}"))
                if status != (200 if cell.expected else 404):
                    wrong.append((cell, status))
    assert [] == wrong


async def seen(browser: httpx2.AsyncClient, path: str) -> int:
    """What the page answers."""
    return (await browser.get(path)).status_code


HOUSE_CELLS = [(role, action) for action in ABOUT_HOUSE for role in get_args(Role)]


@pytest.mark.parametrize("role", get_args(Role))
async def test_the_house(town: Town, role: Role) -> None:
    """What is for HR, audit or the administrator is for nobody else, and not there for others."""
    who = "jan" if role == "employee" else WHO[role]
    me = await town.app.database.run(lambda tx: people.get(tx, who))
    assert me is not None
    part = "manager" if role in ("deputy", "other manager") else role
    expected = {action: EXPECTED[action][part] != "–" for action in ABOUT_HOUSE}
    assert expected == {action: may(Actor(me, town.today), action) for action in ABOUT_HOUSE}
    async with town.browser(who) as browser:
        found = {action: await seen(browser, path) for action, path in HOUSE_PAGES.items()}
    assert {action: 200 if expected[action] else 404 for action in HOUSE_PAGES} == found


PEOPLE_CELLS = {
    ("employee", "link"): {"jan"},
    ("manager", "link"): {"sofie"}, ("manager", "stand_in"): {"sofie"},
    ("manager", "open_case"): {"jan", "fatima", "pieter", "kim"},
    ("deputy", "link"): {"dirk"}, ("deputy", "stand_in"): {"dirk"},
    ("deputy", "open_case"): {"jan", "fatima", "pieter", "kim"},
    ("other manager", "link"): {"omar"}, ("other manager", "stand_in"): {"omar"},
    ("coach", "link"): {"tom"}, ("coach", "stand_in"): {"tom"},
    **{("hr", action): {one.id for one in STAFF if one.organisation == ORGANISATION} for action in ABOUT_PEOPLE},
    ("audit", "link"): {"ann"}, ("admin", "link"): {"bram"},
}  # fmt: skip


@pytest.mark.parametrize("role", get_args(Role))
async def test_about_people(town: Town, role: Role) -> None:
    """One's own links and days away, one's own team; HR for everybody of the same house."""
    who = "jan" if role == "employee" else WHO[role]

    def walk(tx: Tx) -> dict[str, set[str]]:
        me = people.get(tx, who)
        assert me is not None
        actor = Actor(me, town.today, partial(people.get, tx))
        everybody = [one for one in (people.get(tx, one.id) for one in STAFF) if one is not None]
        return {action: {one.id for one in everybody if may(actor, action, one)} for action in ABOUT_PEOPLE}

    expected = {action: PEOPLE_CELLS.get((role, action), set()) for action in ABOUT_PEOPLE}
    assert expected == await town.app.database.run(walk)


async def test_who_left_may_nothing(town: Town) -> None:
    """Whoever they were."""

    def walk(tx: Tx) -> list[tuple[str, Action]]:
        case = cases.load(tx, "c-own")
        assert case is not None
        gone = [Actor(replace(one, active=False), town.today) for one in STAFF]
        return [
            (actor.person.id, action) for actor in gone for action in ACTIONS
            if may(actor, action, case) or may(actor, action, actor.person) or may(actor, action)
        ]  # fmt: skip

    assert [] == await town.app.database.run(walk)


def test_every_action_is_in_the_table_once() -> None:
    """No action without a row, no row without an action, and each row says something of each part."""
    assert list(ACTIONS) == list(TABLE)
    assert {len(PARTS)} == {len(row) for row in TABLE.values()}


def test_every_talk_that_takes_an_action_is_there(town: Town) -> None:
    """No talk is named in the table that does not exist."""
    assert set() == set(OPENS) - set(town.app.house.dialogues)


def test_who_the_case_is_about_is_nothing_else_in_it() -> None:
    """HR with an own absence reads it as an employee does, and no auditor reads the own case."""
    case = Case("c", ORGANISATION, "els", "sofie", "company_c@1", hr="els")
    els = Actor(person("els", "hr", "manager", "audit"), on=date(2026, 11, 2))
    assert may(els, "know", case)
    assert may(els, "answer_own", case)
    for action in ("see_hr_steps", "answer", "read_journal", "read_draft", "take_over"):
        assert not may(els, action, case)
    assert not may(els, "know", replace(case, status="closed"))


@pytest.mark.parametrize("role", get_args(Role))
async def test_buttons_on_the_page_of_a_case(town: Town, role: Role) -> None:
    """Pressing a button that is not there for somebody does nothing, and says what a missing page says."""
    wrong = []
    for state in get_args(State):
        who, case = Cell(role, "know", "web", state).who, f"c-{state.replace(' ', '-')}"
        async with town.browser(who) as browser:
            data = {"csrf": csrf(await browser.get("/"))}
            before = await town.app.database.run(lambda tx, case=case: cases.load(tx, case))  # type: ignore[misc]
            for what, way in ACTS.items():
                cell = Cell(role, way.action, "web", state)
                if role == "hr" and cell.expected:
                    continue
                status = (await browser.post(f"/hr/case/{case}/{what}", data=data)).status_code
                if status != 404:
                    wrong.append((cell, what, status))
            assert before == await town.app.database.run(lambda tx, case=case: cases.load(tx, case))  # type: ignore[misc]
    assert [] == wrong
