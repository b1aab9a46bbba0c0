"""What happens at the desk while one event is handled: talks begin and go on, messages are queued.

All of it in one transaction, on the thread of the database; nothing here touches the network.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, get_args

import structlog

from bot import metrics, scenes
from bot.changing import open_case, save
from bot.house import BRUSSELS, House
from bot.recipients import as_heard, hr_about, recipient
from bot.wording import Wording
from conversations.case import Case, Person
from conversations.changes import Change
from conversations.talking.dialogue import Ask, Away, Begin, Confirm, Line, OpenCase, Prefer, Talk, Tell, Unlink
from conversations.talking.intents import ABOUT_NOBODY
from conversations.talking.reply import Reply
from conversations.talking.turn import nudge, open_talk, take_up
from conversations.timing.guard import decent
from messages.message import Message, joined, to_json
from messages.render import render
from storage import accounts, addresses, cases, outbox, people, reading, sessions

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date, datetime

    from bot.straight import Straight
    from conversations.talking.dialogue import Effect
    from conversations.talking.reply import Heard
    from storage.database import Tx

log = structlog.get_logger()

CHANGES = get_args(Change)


@dataclass(slots=True)
class Desk:
    """One person's event. What is to be said gathers here, and leaves as one row."""

    tx: Tx
    house: House
    me: Person
    now: datetime
    channel: str | None = None
    address: str | None = None
    kind: str = "reply"
    key: str | None = None
    urgent: bool = False
    not_before: datetime | None = None
    straight: Straight | None = None  # by which it goes out as soon as it is queued
    said: list[Message] = field(default_factory=list)
    asking: tuple[Talk, Ask] | None = None
    about_case: str | None = None
    answered: list[tuple[outbox.Row, str]] = field(default_factory=list)
    unlinked: str | None = None  # the channel of mine that is let go, once everything is said
    today: date = field(init=False)  # the day it is where the person is

    def __post_init__(self) -> None:
        self.today = self.now.astimezone(BRUSSELS).date()

    # --- Talks ---------------------------------------------------------------------------------------

    def begin(self, dialogue: str, case: str | None = None, about: Mapping[str, str] | None = None) -> None:
        """Open a dialogue with me. Where a question is open already, it waits until that talk is over."""
        talk = Talk(
            self.house.new_id(), self.me.organisation, self.me.id, dialogue, self.today, case, dict(about or {})
        )
        if self.asking is not None:
            waiting = replace(talk, state="parked")
            sessions.add(self.tx, waiting, self.now)
            self._queue_behind(waiting)
            return
        scene = scenes.build(self.tx, self.house, self.me, talk, self.now)
        if scene is None:
            self.tell("problems/not_yours")
            return
        if scene.case is not None and self.channel is not None:  # somebody asked for it, and was not written to
            reading.note(self.tx, self.me, scene.case, self.now, self.today)
        reply = open_talk(talk, self.house.dialogues[dialogue].talk, scene)
        if reply.talk.state != "over":
            sessions.add(self.tx, reply.talk, self.now)
        self.follow(reply)

    def go_on_or_begin(self, dialogue: str, case: str, about: Mapping[str, str]) -> None:
        """Open it, or go on where it was left in the middle: unless something new is said with it."""
        says_more = not about.keys() <= {"employee", "resumes"}
        left = None if says_more else sessions.begun(self.tx, self.me.id, dialogue, case)
        if left is None:
            self.begin(dialogue, case, about)
        else:
            self.resume(left)

    def resume(self, talk: Talk) -> None:
        """Go on with a talk where it was left."""
        scene = scenes.build(self.tx, self.house, self.me, talk, self.now)
        if scene is None:
            sessions.save(self.tx, replace(talk, state="over"), self.now)
            self.tell("problems/not_yours")
            return
        talker = self.house.dialogues[talk.dialogue].talk
        reply = open_talk(talk, talker, scene) if not talk.answers else take_up(talk, talker, scene)
        reply = replace(reply, talk=replace(reply.talk, state="over" if reply.talk.state == "over" else "open"))
        reply = replace(reply, talk=sessions.save(self.tx, reply.talk, self.now))
        if talk.answers and reply.talk.state == "open":
            whom = scene.employee if scene.case and scene.case.employee != self.me.id else ""
            self.tell("talking/resume", employee=whom)
        self.follow(reply)

    def remind(self, talk: Talk) -> None:
        """The nudge and the open question once more, without the card that came with it the first time."""
        self.ask_again(talk, nudged=True)

    def ask_again(self, talk: Talk, *, nudged: bool = False) -> None:
        """The open question once more."""
        scene = scenes.build(self.tx, self.house, self.me, talk, self.now)
        if scene is None:
            return
        reply = take_up(talk, self.house.dialogues[talk.dialogue].talk, scene)
        reply = replace(reply, talk=sessions.save(self.tx, reply.talk, self.now))
        before = (nudge(scene),) if nudged and reply.talk.state == "open" else ()
        self.follow(replace(reply, lines=(*before, *reply.lines)))

    def follow(self, reply: Reply) -> None:
        """Say what the talk says and do what it does. Interruptions come before its own words."""
        talk = reply.talk
        self.about_case = talk.case or self.about_case
        if talk.state == "open":
            self.apply(reply.effects, talk)
            self._say(talk, reply.lines)
            return
        self._say(talk, reply.lines)
        self.apply(reply.effects, talk)
        if talk.state == "over" and self.asking is None and "resumes" in talk.about:
            before = sessions.get(self.tx, talk.about["resumes"])
            if before is not None and before.state != "over":
                self.resume(before)

    def _queue_behind(self, waiting: Talk) -> None:
        """The waiting talk comes when the one now open is over; a talk that was waiting already comes after it."""
        assert self.asking is not None
        talk, ask = self.asking
        last = talk
        while "resumes" in last.about:
            following = sessions.get(self.tx, last.about["resumes"])
            if following is None:
                break
            last = following
        behind = sessions.save(self.tx, replace(last, about={**last.about, "resumes": waiting.id}), self.now)
        if last is talk:
            self.asking = (behind, ask)

    # --- Words ---------------------------------------------------------------------------------------

    def tell(self, line: str, **data: object) -> None:
        """Say one line of another folder of words."""
        own = self.house.own_words(self.tx, self.me.organisation)
        self.said.append(render("", Tell(line, data), self.me.locale, self.today, own))

    def _say(self, talk: Talk, lines: Iterable[Line]) -> None:
        own = self.house.own_words(self.tx, self.me.organisation)
        for line in lines:
            self.said.append(render(talk.dialogue, line, self.me.locale, self.today, own, self._words_failed))
            if isinstance(line, Ask):
                self.asking = (talk, line)

    def _words_failed(self, milestone: str, problem: Exception) -> None:
        """Ours were said instead. Whoever runs this sees it, and HR hears it at most once a day."""
        metrics.OWN_WORDS_FAILED.inc()
        log.error(
            "own_words_failed", organisation=self.me.organisation, milestone=milestone, error=type(problem).__name__
        )
        hr = recipient(self.tx, "hr", None, self.me.organisation, self.today)
        if hr is not None:
            key = f"own_words/{self.me.organisation}/{milestone}/{self.today}"
            begin = Begin("notice", about={"notice": "notice/own_words", "step": milestone})
            tell_other(self.tx, self.house, hr, begin, self.now, key)

    def wording(self, talk: Talk, heard: Heard) -> Wording:
        """The words of a talk for me, when this is heard in it."""
        return Wording(talk.dialogue, self.me.locale, self.today, heard)

    def send(self) -> None:
        """Queue what was said, as one message; where one with its key was queued before, that one stands."""
        if not self.said:
            return
        stranded = False
        address = (self.channel, self.address) if self.channel and self.address else None
        address = address or addresses.address_of(self.tx, self.me.id)
        if address is None:
            hr_hears(self.tx, self.house, self.me, "unreachable", self.now)
            ways = addresses.ways_to(self.tx, self.me.id)
            if not ways:
                return
            address, stranded = ways[0][:2], True  # it waits for somebody to be heard from there again
        talk, ask = self.asking or (None, None)
        message = joined(tuple(self.said))
        row = outbox.Row(
            id=self.house.new_id(),
            organisation=self.me.organisation,
            person=self.me.id,
            kind=self.kind,  # type: ignore[arg-type] # one of the three kinds
            body=to_json(message),
            channel=address[0],
            address=address[1],
            not_before=self.not_before or self.now,
            created_at=self.now,
            case=self.about_case,
            talk=talk.id if talk else None,
            question=ask.name if ask else None,
            key=self.key,
            urgent=self.urgent,
        )
        if self.straight is not None and not stranded:
            self.straight.queue(self.tx, row, message)
            return
        outbox.queue_later(self.tx, row)
        if stranded:
            outbox.strand(self.tx, *address, self.now)

    # --- Effects -------------------------------------------------------------------------------------

    def apply(self, effects: Iterable[Effect], talk: Talk) -> None:
        """Do what a talk came to: change its case, tell others, begin other talks."""
        changes = [effect for effect in effects if isinstance(effect, CHANGES)]
        if changes:
            self._change(talk, changes)
        for effect in effects:
            match effect:
                case OpenCase():
                    self._open(effect)
                case Away():
                    people.set_away(self.tx, effect.person, effect.since, effect.until, effect.deputy)
                case Begin():
                    self._begin(effect, talk)
                case Prefer() | Unlink() | Confirm():
                    self._on_channels(effect)
                case _:
                    continue

    def carry_out(self, case: Case, effects: Iterable[Effect]) -> None:
        """What I decided on a page: the same as at the end of a talk about that case."""
        self.apply(
            effects, Talk(self.house.new_id(), self.me.organisation, self.me.id, "case_menu", self.today, case.id)
        )

    def _on_channels(self, effect: Prefer | Unlink | Confirm) -> None:
        match effect:
            case Prefer():
                addresses.prefer(self.tx, self.me.id, effect.channel, self.now)
            case Unlink():
                self.unlinked = effect.channel
            case Confirm():
                for way in addresses.ways_to(self.tx, self.me.id):
                    if way.channel == effect.channel:
                        accounts.confirm(self.tx, way.channel, way.address, self.now)

    def _change(self, talk: Talk, changes: list[Change]) -> None:
        assert talk.case is not None, f"{talk.dialogue} changes a case without one"
        before = cases.load(self.tx, talk.case)
        assert before is not None, "a case that is seen exists"
        save(self.tx, self.house, before, changes, self.me.id, self.now)

    def _open(self, effect: OpenCase) -> None:
        """A new case; where one runs already, the report extends it (one day typed first, more later)."""
        employee = people.get(self.tx, effect.employee)
        assert employee is not None, "only known people are chosen"
        opened = open_case(self.tx, self.house, employee, effect, self.me, self.now)
        self.about_case = opened.id

    def _begin(self, effect: Begin, talk: Talk) -> None:
        here = None if effect.dialogue in ABOUT_NOBODY else talk.case or self.about_case
        case = effect.case or here
        if effect.who is None and case is not None:
            self.go_on_or_begin(effect.dialogue, case, effect.about)
            return
        if effect.who is None:
            self.begin(effect.dialogue, case, effect.about)
            return
        who = self._person(effect.who, case)
        if who is None or (who.id == self.me.id and effect.dialogue == "notice"):
            return
        heard = as_heard(self.tx, who, replace(effect, case=case), self.now)
        if heard is not None:
            tell_other(self.tx, self.house, who, heard, self.now)

    def _person(self, who: str, case: str | None) -> Person | None:
        known_case = cases.load(self.tx, case) if case else None
        return recipient(self.tx, who, known_case, self.me.organisation, self.today)


def tell_other(tx: Tx, house: House, who: Person, begin: Begin, now: datetime, key: str | None = None) -> None:
    """Open a dialogue with somebody else, at an hour that suits that person; once for the same key."""
    calendar = house.calendar(house.organisation(tx, who.organisation))
    desk = Desk(tx, house, who, now, kind="notice", key=key, not_before=decent(who, calendar, now))
    desk.begin(begin.dialogue, begin.case, begin.about)
    desk.send()


def hr_hears(tx: Tx, house: House, of: Person, notice: str, now: datetime) -> None:
    """HR hears, at most once a day, that what I said to somebody did not arrive, or perhaps not."""
    today = now.astimezone(BRUSSELS).date()
    hr = hr_about(tx, of, today)
    if hr is not None:
        begin = Begin("notice", about={"notice": f"delivery/{notice}", "person": of.name})
        tell_other(tx, house, hr, begin, now, f"{notice}/{of.id}/{today}")
