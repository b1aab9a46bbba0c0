"""One incoming event, start to finish, in one transaction."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from bot import discreet, linking, reach, scenes, wishes
from bot.channels.web import NAME as WEB
from bot.desk import Desk
from bot.redraw import SOON
from conversations.incoming import Incoming, cleaned
from conversations.talking.hearing import CONFIRM
from conversations.talking.intents import nods
from conversations.talking.reply import Heard, Reply
from conversations.talking.turn import answer
from messages.message import Message, from_json
from messages.render import labels_of
from storage import accounts, addresses, inbox, outbox, sessions

if TYPE_CHECKING:
    from bot.house import House
    from conversations.case import Person
    from conversations.talking.dialogue import Scene, Talk
    from conversations.talking.intents import Intent
    from messages.message import Input
    from storage.database import Tx
    from storage.outbox import Row

TO_READ = frozenset({"case_menu", "report", "why"})
BY_PLACE = frozenset({"telegram"})  # where there is no room for more than the number of a box
SAYS_BY_TYPING = "still_yours"  # whether a chat is still theirs: whatever is typed in it says so


@dataclass(frozen=True, slots=True)
class Handled:
    """Whose event it was, and the questions it answered with what was said: their messages look different now.

    `person` is None for somebody we do not know; `stranger` is the address they wrote from with what they are told,
    which is sent as it is and kept nowhere.
    """

    person: str | None
    answered: tuple[tuple[Row, str], ...] = ()
    stranger: tuple[str, Message] | None = None


def handle(tx: Tx, house: House, incoming: Incoming) -> Handled | None:
    """What one event does. None for an event that was handled before."""
    if not inbox.first_time(tx, incoming.channel, incoming.id, incoming.at):
        return None
    if incoming.kind == "gone":
        reach.gone(tx, house, incoming.channel, incoming.address, incoming.at)
        return Handled(None)
    found = addresses.heard_at(tx, incoming.channel, incoming.address)
    me = found[0] if found is not None and found[0].active else None
    if me is not None and incoming.channel != WEB:
        accounts.confirm(tx, incoming.channel, incoming.address, incoming.at)
    incoming = cleaned(incoming)
    code = linking.code_in(incoming.text)
    if code is not None:
        told = linking.show(tx, house, incoming, me, code)
        return Handled(me.id if me else None, stranger=(incoming.address, told) if told else None)
    if incoming.kind == "back" and me is None:
        return Handled(None)
    if found is None or me is None:
        told = linking.stranger(tx, incoming)
        return Handled(None, stranger=(incoming.address, told) if told else None)
    if found[1]:
        reach.back(tx, me, incoming.channel, incoming.address, incoming.at)
    if incoming.kind == "back":
        return Handled(me.id)
    return _of_person(tx, house, incoming, me)


def _of_person(tx: Tx, house: House, incoming: Incoming, me: Person) -> Handled:
    desk = Desk(tx, house, me, incoming.at, incoming.channel, incoming.address)
    match incoming.kind:
        case "press" | "pick":
            _pressed(desk, incoming)
        case "hello":
            _hello(desk)
        case "text" if not incoming.text.strip():  # a picture, a voice, a file: nothing of it came in
            desk.tell("problems/not_opened")
        case "text" | "command":
            _typed(desk, incoming.text)
    if desk.unlinked is not None:
        linking.let_go(tx, house, me, desk.unlinked, desk.now, from_there=desk.unlinked == desk.channel)
    if not desk.said:
        desk.tell("talking/well")  # nobody speaks to somebody who says nothing back
    desk.send()
    return Handled(me.id, tuple(desk.answered))


# --- Pressed -------------------------------------------------------------------------------------------


def _pressed(desk: Desk, incoming: Incoming) -> None:
    """A button or a control of a message we sent, perhaps long ago, perhaps twice, perhaps to somebody else."""
    row_id, _, which = incoming.button.partition(".")
    row = outbox.get(desk.tx, row_id)
    if row is None or row.person != desk.me.id or row.talk is None:
        desk.tell("problems/not_yours")
        return
    talk = sessions.get(desk.tx, row.talk)
    if talk is None or talk.state == "over":
        desk.tell("problems/already" if row.answered else "problems/expired", answer=row.answered or "")
        return
    heard = _meant(row, which, incoming.values)
    if heard is None:
        desk.tell("problems/not_yours")
        return
    _heard(desk, talk, heard)


def _meant(row: Row, which: str, values: tuple[str, ...]) -> Heard | None:
    """What the button with that number said, as it was sent."""
    sent = from_json(row.body) if row.body else Message(())
    if which == "i":
        return Heard(question=row.question, values=_ticked(row, sent.input, values), labels=labels_of(sent))
    pressed = next((button for n, button in enumerate(sent.buttons) if which == str(n)), None)
    if pressed is None:
        return None
    return Heard(question=row.question, choice=pressed.choice, labels=labels_of(sent))


def _ticked(row: Row, control: Input | None, values: tuple[str, ...]) -> tuple[str, ...]:
    """What was picked. Boxes may come by their place, which is never guessed: a weekday is called "1" too."""
    if control is None or control.kind != "several" or row.channel not in BY_PLACE:
        return values
    places = {str(place): option.choice for place, option in enumerate(control.options)}
    return tuple(places.get(value, value) for value in values)


# --- Typed ---------------------------------------------------------------------------------------------


def _typed(desk: Desk, text: str) -> None:
    """Typed words belong to the question asked last; what nobody understands there may begin another talk."""
    talks = sessions.open_of(desk.tx, desk.me.id)
    last = outbox.last_asked(desk.tx, desk.me.id, desk.now)
    open_ones = [talk for talk in talks if talk.state == "open" and talk.asked]
    asked = next((talk for talk in open_ones if talk.id == last), open_ones[0] if open_ones else None)
    if asked is not None and not wishes.goes_first(desk, asked, text) and not wishes.elsewhere(desk, asked, text):
        _heard(desk, asked, Heard(text=text))
        return
    wish = wishes.of(desk, text)
    parked = next((talk for talk in talks if talk.state == "parked"), None)
    if wish is None and nods(text):
        desk.tell("talking/noted")
    elif wish is None:
        wishes.lost(desk, text)
    elif wish.name == "resume" and parked is not None:
        desk.resume(parked)
    else:
        wishes.follow(desk, wish, asked)


# --- Heard ---------------------------------------------------------------------------------------------


def _heard(desk: Desk, talk: Talk, heard: Heard) -> None:
    """Give the talk what was heard, and follow what it says."""
    scene = scenes.build(desk.tx, desk.house, desk.me, talk, desk.now)
    if scene is None or _is_overtaken(scene, talk):
        _expired(desk, talk, heard)
        return
    words = desk.wording(talk, heard)
    talker = desk.house.dialogues[talk.dialogue].talk
    reply = answer(talk, talker, scene, heard, words, desk.today)
    if reply.lost and reply.talk.state == "over" and (wish := wishes.of(desk, heard.text)) is not None:
        sessions.save(desk.tx, reply.talk, desk.now)  # nothing is asked there any more
        wishes.follow(desk, wish, None)
        return
    if reply.lost and reply.talk.state != "over" and _is_another_wish(desk, talk, heard.text, scene, reply):
        return
    if heard.text and _is_kept(talk, reply) and outbox.last_asked(desk.tx, desk.me.id, desk.now) != talk.id:
        desk.resume(talk)  # something else was asked since: "ja" may be meant for that, or for nobody
        return
    if reply.talk != talk:
        reply = replace(reply, talk=sessions.save(desk.tx, reply.talk, desk.now))
    if reply.answered is not None:
        ask, value = reply.answered
        _close(desk, talk.id, ask.name, words.shown(ask, value))
    if talk.pending is not None and reply.talk.pending != talk.pending and reply.talk.state != "over":
        _close_read_back(desk, talk.id, "no" if reply.answered is None else "yes")
    desk.follow(reply)


def _is_kept(talk: Talk, reply: Reply) -> bool:
    """Whether the reply keeps an answer, or is about to; words of one's own are meant as they are."""
    answered = reply.answered is not None and reply.answered[0].kind != "text"
    return answered or reply.talk.pending not in (None, talk.pending)


def _is_another_wish(desk: Desk, talk: Talk, text: str, scene: Scene, reply: Reply) -> bool:
    """What nobody understood as an answer may be something else that is wanted; then that is done."""
    wish = wishes.of(desk, text) if text else None
    if talk.dialogue == SAYS_BY_TYPING and talk.about["channel"] == desk.channel:
        _heard(desk, talk, Heard(question=talk.asked, choice="yes"))
        if wish is not None:
            wishes.follow(desk, wish, None)
        return True
    wish = wishes.about_whom(wish, scene) if wish is not None else None
    leads = wish is not None and (wish.stranger or wishes.case_of(desk, wish.about.get("employee")))
    if wish is None or (wish.name == "case_menu" and not leads and len(text.split()) < 3):
        return False  # a name alone that leads nowhere is a wrong answer, no other wish
    if wishes.is_no_wish(wish, talk, scene, text):
        return False
    if wishes.is_under_way(wish, talk, scene):
        desk.resume(talk)
    elif wish.name == "resume":
        _taken_up(desk, talk)
    elif (told := wishes.answer_in(wish, talk, scene)) is not None:
        _heard(desk, *told)
    elif _is_told_too_much(scene, reply, wish):
        return False
    else:
        wishes.follow(desk, wish, talk)
    return True


def _expired(desk: Desk, talk: Talk, heard: Heard) -> None:
    """The talk is over, whatever was heard; what else somebody wanted with it follows."""
    sessions.save(desk.tx, replace(talk, state="over"), desk.now)
    wish = wishes.of(desk, heard.text) if heard.text else None
    if wish is not None and (wish.name != talk.dialogue or "employee" in wish.about):
        wishes.follow(desk, wish, None)
    else:
        desk.tell("problems/expired")


def _close(desk: Desk, talk: str, question: str, said: str) -> None:
    """The question was answered: so it is wherever it was asked, and a nudge that still waits to ask it is spared."""
    for asked in outbox.unanswered(desk.tx, talk, question):
        is_mine, is_waiting = _is_mine(desk, asked), asked.state in ("queued", "later")
        shown = is_mine and not is_waiting and asked.channel != WEB  # a page shows what is kept
        outbox.answer(desk.tx, asked.id, said, desk.now, desk.now + SOON if shown else None)
        if asked.kind == "nudge" and is_waiting:
            outbox.spare(desk.tx, asked.id)
        if is_mine:
            desk.answered.append(discreet.answered(desk.tx, asked, said))


def _close_read_back(desk: Desk, talk: str, choice: str) -> None:
    """What was read back to be confirmed was, or was not: nothing can be pressed there any more."""
    for asked in outbox.unanswered(desk.tx, talk, CONFIRM)[:1]:
        said = next((button.label for button in from_json(asked.body).buttons if button.choice == choice), "")
        _close(desk, talk, CONFIRM, said)


def _is_mine(desk: Desk, row: Row) -> bool:
    """Whether a message lies where I still am: a chat that was let go may be somebody else's now."""
    there = (row.channel, row.address)
    return there == (desk.channel, desk.address) or there in {way[:2] for way in addresses.ways_to(desk.tx, desk.me.id)}


def _taken_up(desk: Desk, instead_of: Talk) -> None:
    """Somebody says "verder" at another question: what was put off last goes on, and that question waits its turn.

    A menu waits for nothing: from there what was left in the middle goes on as well.
    """
    at_menu = wishes.is_menu(instead_of)
    left = (
        one for one in sessions.open_of(desk.tx, desk.me.id)
        if one.state == "parked" or (at_menu and one.answers and not wishes.is_menu(one))
    )  # fmt: skip
    other = next(left, None)
    if other is not None:
        sessions.save(desk.tx, replace(instead_of, state="over" if at_menu else "parked"), desk.now)
    desk.resume(other or instead_of)


def _is_overtaken(scene: Scene, talk: Talk) -> bool:
    """Whether the case ended since this was asked. What is only read about it stays open."""
    return scene.case is not None and not scene.case.is_live and talk.dialogue not in TO_READ


def _is_told_too_much(scene: Scene, reply: Reply, wish: Intent) -> bool:
    """Whether something medical was said of the one this talk is about: that is no report of a new absence."""
    medical = any(line.name == "privacy/not_asked" for line in reply.lines)
    return medical and scene.case is not None and wish.about.get("employee") in (None, scene.case.employee)


def _hello(desk: Desk) -> None:
    desk.begin("hello")
