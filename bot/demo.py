"""The demo: an invented organisation with a past, and a clock the visitor moves. Everything else is the real thing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from bot import scenes
from bot.app import new_id
from bot.cast import ANSWERS, BEGIN, CAST, GROENHOF, MAIN, OTHERWISE, PANELS, PAST, Absent, Changed
from bot.changing import open_case, save
from bot.channels.web import NAME
from bot.clock import Clock, travel
from bot.house import BRUSSELS, known
from bot.outgoing import with_ids
from conversations.incoming import Incoming
from conversations.talking.dialogue import Coming, OpenCase
from conversations.upcoming import on_a_working_day
from storage import addresses, cases, journal, organisations, outbox, people, sessions

if TYPE_CHECKING:
    from bot.app import App
    from bot.web.demo import Step
    from conversations.case import Case, Person, Role
    from conversations.timing.policy import Policy
    from conversations.timing.workdays import Calendar
    from storage.database import Tx
    from storage.outbox import Row

Which = tuple[str, int]  # a milestone, and which time of it
SPANS = {"day": timedelta(days=1), "week": timedelta(weeks=1)}
FARTHEST = timedelta(days=120)  # how far "to the next moment" looks
MOST_TURNS = 80  # a talk that does not end by then is left alone


class Demo:
    """What the demo page shows and moves. `clock` is the one the app was built with."""

    def __init__(self, app: App, clock: Clock) -> None:
        self._app = app
        self._clock = clock
        by_id = {person.id: person for person in CAST}
        self._panels = tuple((role, by_id[key]) for role, key in PANELS)

    # --- What the page asks --------------------------------------------------------------------------

    @property
    def panels(self) -> Sequence[tuple[Role, Person]]:
        """Who is on the page, from left to right: as what, and who."""
        return self._panels

    def now(self) -> datetime:
        """The moment it is in the demo, in UTC."""
        return self._clock()

    async def cases(self) -> Sequence[tuple[str, str]]:
        """The running cases, id and name: the main one first, then by name."""

        def look(tx: Tx) -> list[tuple[str, str]]:
            eyes = next(person for person in CAST if "hr" in person.roles)
            named = people.of(tx, GROENHOF.id)
            running = cases.all_visible(tx, eyes, self._today)
            running.sort(key=lambda case: (case.employee != MAIN, named[case.employee].name))
            return [(case.id, named[case.employee].name) for case in running]

        return await self._app.database.run(look)

    async def timeline(self, case_id: str) -> tuple[Coming, ...]:
        """Everything on the timeline of that case, by date; nothing for a case that is not there."""

        def look(tx: Tx) -> tuple[Coming, ...]:
            case = cases.load(tx, case_id)
            if case is None:
                return ()
            house = self._app.house
            organisation = house.organisation(tx, case.organisation)
            case = known(case, organisation)
            steps = scenes.ahead(tx, house, organisation, case, self.now())
            policy, calendar = house.followed(tx, case), house.calendar(organisation)
            went = as_it_went(case, steps, _days_done(tx, case_id), policy, calendar)
            return tuple(sorted(went, key=lambda step: (step.waits_until, step.milestone, step.nth)))

        return await self._app.database.run(look)

    async def forward(self, kind: Step) -> None:
        """Move the clock, and let everything happen that happens until then."""
        if kind != "next":
            await travel(self._app, self._clock, self.now() + SPANS[kind])
            return
        limit, before = self.now() + FARTHEST, await self._spoken()
        while (following := await self._app.next_due()) is not None and following <= limit:
            await travel(self._app, self._clock, max(following, self.now()))
            if await self._spoken() != before:
                return

    # --- What happened before ------------------------------------------------------------------------

    async def begin(self) -> None:
        """Bring in the organisation and play its past; a kept one goes on from when somebody last heard something."""
        if await self._app.database.run(organisations.all):
            self._clock.set(max(BEGIN, await self._app.database.run(_last_heard)))
            return
        await self._app.database.run(self._bring_in)
        for event in PAST:
            await self._live(event.at)
            await self._app.database.run(lambda tx, event=event: self._happens(tx, event))  # type: ignore[misc]
        await travel(self._app, self._clock, BEGIN)

    def _bring_in(self, tx: Tx) -> None:
        organisations.put(tx, GROENHOF)
        for person in CAST:
            people.put(tx, person)
            addresses.link(tx, person.id, NAME, person.id, PAST[0].at)

    def _happens(self, tx: Tx, event: Absent | Changed) -> None:
        house, now = self._app.house, self.now()
        hr = next(person for person in CAST if "hr" in person.roles)
        if isinstance(event, Changed):
            case = cases.open_of(tx, event.who)
            assert case is not None, "who changes is absent"
            save(tx, house, case, list(event.changes), hr.id, now)
            return
        employee = next(person for person in CAST if person.id == event.who)
        report = OpenCase(event.who, event.since, now.astimezone(BRUSSELS).date(), event.until)
        open_case(tx, house, employee, report, hr, now)

    async def _live(self, until: datetime) -> None:
        """Go to that moment; whoever is asked something on the way answers within the hour."""
        while (following := await self._app.next_due()) is not None and following <= until:
            await travel(self._app, self._clock, max(following, self.now()))
            self._clock.set(self.now() + timedelta(minutes=20))
            for person in CAST:
                await self._answer(person)
        await travel(self._app, self._clock, until)

    async def _answer(self, person: Person) -> None:
        for _ in range(MOST_TURNS):
            row = await self._app.database.run(lambda tx: _asked(tx, person.id))
            incoming = _reply(row, self.now()) if row is not None else None
            if incoming is None:
                return
            await self._app.converse(incoming)

    # --- Looking -------------------------------------------------------------------------------------

    @property
    def _today(self) -> date:
        return self.now().astimezone(BRUSSELS).date()

    async def _spoken(self) -> tuple[int, ...]:
        """The number of the last message to each panel."""

        def look(tx: Tx) -> tuple[int, ...]:
            last = (outbox.transcript(tx, person.id, 1) for _, person in self._panels)
            return tuple(rows[-1].number if rows else 0 for rows in last)

        return await self._app.database.run(look)


def _last_heard(tx: Tx) -> datetime:
    """When anybody got a message last."""
    return max((row.created_at for person in CAST for row in outbox.transcript(tx, person.id, 1)), default=BEGIN)


def _asked(tx: Tx, person: str) -> Row | None:
    """The question this person was asked last and did not answer."""
    for talk in sessions.open_of(tx, person):
        if talk.state == "open" and (row := outbox.open_question(tx, talk.id)) is not None:
            return row
    return None


def _reply(row: Row, now: datetime) -> Incoming | None:
    """What somebody in the past answered; nothing where there is no button."""
    buttons = {button.choice: button.id for button in with_ids(row).buttons}
    wanted = ANSWERS.get(row.question or "", OTHERWISE)
    pressed = next((one for one in wanted if one in buttons), next(iter(buttons), None))
    if pressed is None:
        return None
    return Incoming(row.channel, new_id(), row.address, "press", now, button=buttons[pressed])


def as_it_went(
    case: Case, steps: Iterable[Coming], done: Mapping[Which, date], policy: Policy, calendar: Calendar
) -> Iterator[Coming]:
    """The steps on the day they were done, also those that are asked no more, or else on the day they are said."""
    seen = set()
    for step in steps:
        which = (step.milestone, step.nth)
        seen.add(which)
        if step.state == "done":
            yield replace(step, on=done.get(which, step.on), put_off=None)
        else:
            yield on_a_working_day(step, policy, calendar)
    for (name, nth), day in done.items():
        rule = policy.milestone(name)
        if (name, nth) not in seen and rule is not None:
            yield Coming(case.id, name, nth, day, rule.to, "done", rule.source, rule.kind)


def _days_done(tx: Tx, case: str) -> dict[Which, date]:
    """On which day each milestone was done."""
    return {
        (change["milestone"], change["nth"]): entry.at.astimezone(BRUSSELS).date()
        for entry in journal.of(tx, case)
        for change in entry.changes
        if change["change"] == "Done"
    }
