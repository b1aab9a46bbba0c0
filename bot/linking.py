"""An account of a chat becomes somebody's: by a secret asked for on a page of theirs, shown in that chat, used once.

Both sides prove something: who asks for the secret is signed in, who shows it has the account. A mail address or a
name on a platform proves nothing, and links nothing (docs/operations.md, Linking).
"""

from __future__ import annotations

import re
import secrets
from datetime import timedelta
from typing import TYPE_CHECKING

from bot.channels.web import NAME as WEB
from bot.desk import Desk, hr_hears
from bot.house import BRUSSELS
from bot.reach import back
from conversations.talking.dialogue import Tell
from messages.render import render
from storage import addresses, inbox, journal, links, outbox, people

if TYPE_CHECKING:
    from datetime import datetime

    from bot.house import House
    from conversations.case import Person
    from conversations.incoming import Incoming
    from messages.message import Message
    from storage.database import Tx

PURPOSE = "chat"
LASTS = timedelta(minutes=10)
TRIES, IN = 5, timedelta(minutes=15)
DAY = timedelta(days=1)
LOCALE = "nl"  # of somebody we do not know

DIGITS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # no I, L, O and U, which look like others or make words
LENGTH = 26  # digits of five bits, for 128: the first is at most 7, so that no sentence looks like a code
_CODE = re.compile(rf"[0-7][{DIGITS}]{{{LENGTH - 1}}}")
_AROUND = ("START", "KOPPELCODE", "KOPPEL", "CODE")


# --- The secret ----------------------------------------------------------------------------------------


def make_code(tx: Tx, person: str, at: datetime, visit: str | None = None) -> str:
    """A secret with which this person links one account, within ten minutes. One that was made before ends.

    One that is asked for on a page ends with that `visit` too, and the page can say who used it.
    """
    links.withdraw(tx, person, PURPOSE)
    number = secrets.randbits(128)
    code = "".join(DIGITS[number >> 5 * place & 31] for place in reversed(range(LENGTH)))
    links.add(tx, links.hashed(code), person, PURPOSE, at + LASTS, visit)
    return code


def hand_out(tx: Tx, person: Person, by: str, at: datetime) -> str:
    """The same, for somebody else to hand to that person: that it was made is in the journal."""
    _written(tx, person, by, at, "LinkCode")
    return make_code(tx, person.id, at)


def _written(tx: Tx, person: Person, by: str, at: datetime, what: str, **told: str) -> None:
    journal.write(tx, person.organisation, None, by, at, [{"change": what, "person": person.id, **told}])


def grouped(code: str) -> str:
    """The code as people read it: in groups of five."""
    return "-".join(code[at : at + 5] for at in range(0, 25, 5)) + code[25:]


def deep_link(bot: str, code: str) -> str:
    """The address that opens the bot in Telegram and shows it the code."""
    return f"https://t.me/{bot}?start={code}"


def account(address: str) -> str:
    """How the platform calls the account at that address, for somebody to recognise: the number of its user."""
    return address.rpartition(":")[2]


def code_in(text: str) -> str | None:
    """The code that is the whole of a text, however it was copied: with dashes, blanks, quotes or "koppel" around."""
    if not text or len(text) > 100:
        return None
    said = re.sub(r"[^0-9A-Za-z]", "", text).upper()
    for word in _AROUND:
        said = said.removeprefix(word)
    return said if _CODE.fullmatch(said) else None


# --- Shown in a chat -----------------------------------------------------------------------------------


def show(tx: Tx, house: House, heard: Incoming, me: Person | None, code: str) -> Message | None:
    """What a code does in the chat where it is shown; `me` is whose account it is already.

    Gives what somebody is told whom we do not know. That is the same sentence, whatever is wrong.
    """
    if heard.channel == WEB:
        return _say(tx, house, heard, me, "linking/not_here")
    if not inbox.at_most(tx, heard.channel, f"try/{_of(heard)}", TRIES, IN, heard.at):
        return None if me is None else _say(tx, house, heard, me, "linking/wrong")
    whose = links.use(tx, links.hashed(code), PURPOSE, heard.at, (heard.channel, heard.address))
    person = None if whose is None else people.get(tx, whose)
    if person is None or not person.active:
        return _say(tx, house, heard, me, "linking/wrong")
    if me is not None and me.id == person.id:
        return _say(tx, house, heard, me, "linking/again", name=me.first_name)
    if not addresses.claim(tx, person.id, heard.channel, heard.address, heard.at):
        hr_hears(tx, house, person, "taken", heard.at)
        return _say(tx, house, heard, me, "linking/wrong")
    outbox.strand(tx, heard.channel, heard.address, heard.at)  # whatever waited there was for somebody before
    _linked(tx, house, heard, person)
    return None


def _say(tx: Tx, house: House, heard: Incoming, to: Person | None, line: str, **data: object) -> Message | None:
    """Said where it was heard: to a person as everything is, to a stranger as a message for whoever sends it."""
    if to is None:
        return _to_a_stranger(heard, line)
    desk = Desk(tx, house, to, heard.at, heard.channel, heard.address)
    desk.tell(line, **data)
    desk.send()
    return None


def _linked(tx: Tx, house: House, heard: Incoming, person: Person) -> None:
    """The account is the person's: a word of welcome there, and a notice where they could be reached before."""
    _written(tx, person, person.id, heard.at, "Linked", channel=heard.channel)
    ways = addresses.ways_to(tx, person.id)
    for way in ways:
        if way.channel == heard.channel and way.address != heard.address:  # one account a channel
            addresses.unlink(tx, person.id, way.channel, way.address)
            outbox.move(tx, way.channel, way.address, (heard.channel, heard.address))
            _notice(tx, house, person, way[:2], "linking/replaced", heard.channel, heard.at)
            if way.chosen:
                addresses.prefer(tx, person.id, heard.channel, heard.at)
    other = next((way for way in ways if way.reachable and way.channel != heard.channel), None)
    if other is not None:
        _notice(tx, house, person, other[:2], "linking/added", heard.channel, heard.at)
    back(tx, person, heard.channel, heard.address, heard.at)
    first = addresses.address_of(tx, person.id) or (heard.channel, heard.address)
    _say(tx, house, heard, person, "linking/linked", name=person.first_name, here=heard.channel, first=first[0])


def _notice(  # noqa: PLR0913, PLR0917 - who, where and what
    tx: Tx,
    house: House,
    person: Person,
    there: tuple[str, str],
    line: str,
    channel: str,
    at: datetime,
    not_before: datetime | None = None,
) -> None:
    desk = Desk(tx, house, person, at, *there, kind="notice", not_before=not_before)
    desk.tell(line, channel=channel)
    desk.send()


# --- Let go --------------------------------------------------------------------------------------------


def let_go(  # noqa: PLR0913 - whose, where, when and how it is said
    tx: Tx,
    house: House,
    person: Person,
    channel: str,
    at: datetime,
    *,
    from_there: bool = False,
    by: str | None = None,
    told: str = "linking/removed",
    not_before: datetime | None = None,
) -> bool:
    """The person's account on that channel is nobody's any more; what waits for it takes the way that is left.

    There and on the way that is left the person hears it, because somebody else may have done it; `from_there`: the
    person does it in that chat and is told by the talk; `by` is who did it, if not the person; `told` is what the way
    that is left says, and nobody hears it `not_before` then. False when nothing was linked. The page stays as it is.
    """
    mine = [way for way in addresses.ways_to(tx, person.id) if way.channel == channel != WEB]
    for way in mine:
        addresses.unlink(tx, person.id, way.channel, way.address)
        _written(tx, person, by or person.id, at, "Unlinked", channel=channel)
        rest = addresses.address_of(tx, person.id)
        if rest is None:
            outbox.strand(tx, way.channel, way.address, at)
        else:
            outbox.move(tx, way.channel, way.address, rest)
            _notice(tx, house, person, rest, told, channel, at, not_before)
        if way.reachable and not from_there:
            _notice(tx, house, person, way[:2], "linking/let_go", channel, at, not_before)
    return bool(mine)


def leave(tx: Tx, person: str) -> None:
    """Somebody is not here any more: no account is theirs, and what waits waits on a page they cannot open."""
    for way in addresses.ways_to(tx, person):
        if way.channel != WEB:
            addresses.unlink(tx, person, way.channel, way.address)
            outbox.move(tx, way.channel, way.address, (WEB, person))


# --- Strangers -----------------------------------------------------------------------------------------


def stranger(tx: Tx, heard: Incoming) -> Message | None:
    """What somebody hears whom we do not know, once a day: how to link, and nothing about anybody."""
    if heard.channel == WEB or not inbox.at_most(tx, heard.channel, f"stranger/{_of(heard)}", 1, DAY, heard.at):
        return None
    return _to_a_stranger(heard, "linking/stranger")


def _to_a_stranger(heard: Incoming, line: str) -> Message:
    return render("", Tell(line), LOCALE, heard.at.astimezone(BRUSSELS).date())


def _of(heard: Incoming) -> str:
    """The address as a name for counting: who reads it does not know whose it is."""
    return links.hashed(heard.address)[:32]
