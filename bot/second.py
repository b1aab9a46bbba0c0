"""A second pair of eyes: somebody asks a colleague to agree, and what comes of it (reliability.md S3.9).

Asked only where there is a colleague who may do the same and ever came in. Who is alone does it alone, and the
journal says so. Whoever asked never agrees to it: a person stays that person, whatever the account or the role.

Each of these is part of the transaction in which the act itself is done, and begins by looking again who somebody is.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from bot.arrangements import Unfit
from bot.channels.web import NAME as WEB
from bot.desk import tell_other
from bot.house import BRUSSELS
from conversations.access import HOUSE, SECOND, TABLE, Action, Actor, may
from conversations.talking.dialogue import Begin
from storage import accounts, addresses, journal, organisations, people, policies, proposals
from storage.proposals import Proposal

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from bot.house import House
    from conversations.case import Person
    from storage.database import Tx

LASTS = timedelta(days=14)  # a question that waits longer is asked again
MOST = 100  # people of one role in the house: more need not be asked
REASONS = ("talk", "look", "later")  # why something is sent back; the words are in pages/hr/second.html
ASKED: Mapping[str, dict[str, str]] = {
    "adopt_policy": {"notice": "notice/look_at_cadence"}, "grant_roles": {"notice": "notice/look_at_roles"},
}  # fmt: skip
AGREED: Mapping[str, dict[str, str]] = {
    "adopt_policy": {"notice": "notice/cadence_agreed"}, "grant_roles": {"notice": "notice/roles_agreed"},
}  # fmt: skip
RETURNED: Mapping[str, dict[str, str]] = {
    "adopt_policy": {"notice": "notice/cadence_returned"}, "grant_roles": {"notice": "notice/roles_returned"},
}  # fmt: skip


class Wish(NamedTuple):
    """What somebody wants to do: which act, of what (a version or "" for the draft; a person), and how."""

    action: Action
    subject: str
    wanted: str


@dataclass(frozen=True, slots=True)
class Waiting:
    """Something that waits for a second person, as a page shows it: by whom, about whom, and whether it is mine.

    `returned_by` is who sent it back: then it is mine, and waits for nobody.
    """

    proposal: Proposal
    by: Person
    about: Person | None
    mine: bool
    returned_by: Person | None


def again(tx: Tx, person: Person, action: Action, now: datetime) -> Person:
    """The same person as they are now. Until the transaction ends nobody's roles change. Raises Unfit."""
    journal.head(tx, person.organisation)
    found = people.get(tx, person.id)
    if found is None or not _may(tx, found, action, now):
        raise Unfit("not_any_more")
    return found


def others(tx: Tx, me: Person, action: Action, now: datetime) -> list[Person]:
    """Who else may do that and ever came in, by name; nobody for what takes no second person."""
    if action not in SECOND:
        return []
    roles = [role for role in HOUSE if TABLE[action][role] != "never"]
    found = {one.id: one for role in roles for one in people.with_role(tx, me.organisation, role, MOST)}
    able = [one for one in found.values() if one.id != me.id and _may(tx, one, action, now)]
    known = accounts.with_a_way_in(tx, WEB, [one.id for one in able])
    return sorted((one for one in able if one.id in known), key=lambda one: one.name)


def stands(tx: Tx, proposal: Proposal, now: datetime) -> bool:
    """Whether what it is about is as it was, and who asked may still do it."""
    asker = people.get(tx, proposal.by)
    as_seen = proposal.seen == _state(tx, proposal.organisation, proposal.action, proposal.subject)
    return as_seen and asker is not None and _may(tx, asker, proposal.action, now)  # type: ignore[arg-type] # as kept


def waiting(tx: Tx, me: Person, now: datetime) -> list[Waiting]:
    """What waits, of the acts that are mine to do (others' first), and what I get back; not what was overtaken."""
    found = []
    for one in proposals.of(tx, me.organisation, now):
        mine, by = one.by == me.id, people.get(tx, one.by)
        if by is None or not _may(tx, me, one.action, now) or not stands(tx, one, now):  # type: ignore[arg-type] # as kept
            continue
        if mine or one.returned_by is None:
            about = people.get(tx, one.subject) if one.action == "grant_roles" else None
            returned_by = people.get(tx, one.returned_by) if one.returned_by else None
            found.append(Waiting(one, by, about, mine, returned_by))
    return sorted(found, key=lambda one: one.mine)


def about(tx: Tx, me: Person, action: Action, subject: str, now: datetime) -> Waiting | None:
    """The one of these that is about that."""
    found = waiting(tx, me, now)
    return next((one for one in found if (one.proposal.action, one.proposal.subject) == (action, subject)), None)


def ask(tx: Tx, house: House, me: Person, wish: Wish, now: datetime) -> None:
    """Let it wait for a second person; those who could be hear it, once. Raises Unfit where a colleague asked it."""
    before = proposals.about(tx, me.organisation, wish.action, wish.subject, now)
    if before is not None and before.returned_at is None and stands(tx, before, now):
        if before.by != me.id:
            raise Unfit("asked_already")
        if before.wanted == wish.wanted:
            return
    seen = _state(tx, me.organisation, wish.action, wish.subject)
    asked = Proposal(house.new_id(), me.organisation, *wish, seen=seen, by=me.id, at=now, expires=now + LASTS)
    proposals.put(tx, asked)
    _write(tx, asked, "Proposed", me, now, wanted=wish.wanted)
    for one in others(tx, me, wish.action, now):
        _tell(tx, house, one, asked, {**ASKED[asked.action], "by": me.id}, now)


def agree(tx: Tx, house: House, me: Person, key: str, action: Action, now: datetime) -> Proposal:
    """It waits no longer: whoever calls this does what was asked, now. Raises Unfit."""
    found = _of_another(tx, me, key, action, now)
    if not stands(tx, found, now):
        raise Unfit("overtaken")
    if not proposals.take(tx, key):
        raise Unfit("answered")
    _write(tx, found, "Agreed", me, now, asked=found.by)
    _answer(tx, house, found, {**AGREED[found.action], "by": me.id}, now)
    return found


def send_back(tx: Tx, house: House, me: Person, key: str, action: Action, reason: str, now: datetime) -> None:  # noqa: PLR0913, PLR0917 - an answer as it comes in
    """It waits no longer and is not done; who asked hears why. Raises Unfit."""
    if reason not in REASONS:
        raise Unfit("no_reason")
    found = _of_another(tx, me, key, action, now)
    if not proposals.send_back(tx, key, me.id, now, reason):
        raise Unfit("answered")
    _write(tx, found, "SentBack", me, now, asked=found.by, reason=reason)
    _answer(tx, house, found, {**RETURNED[found.action], "by": me.id, "reason": reason}, now)


def withdraw(tx: Tx, me: Person, key: str, action: Action, now: datetime) -> None:
    """Who asked does not want it any more. Raises Unfit."""
    found = proposals.get(tx, me.organisation, key, now)
    if found is None or found.action != action or found.by != me.id or not proposals.take(tx, key):
        raise Unfit("answered")
    _write(tx, found, "Withdrawn", me, now)


# --- The parts -----------------------------------------------------------------------------------------


def _may(tx: Tx, person: Person, action: Action, now: datetime) -> bool:
    return may(Actor(person, now.astimezone(BRUSSELS).date(), partial(people.get, tx)), action)


def _of_another(tx: Tx, me: Person, key: str, action: Action, now: datetime) -> Proposal:
    found = proposals.get(tx, me.organisation, key, now)
    if found is None or found.action != action:
        raise Unfit("answered")
    if found.by == me.id:
        raise Unfit("own_proposal")
    return found


def _state(tx: Tx, organisation: str, action: str, subject: str) -> str:
    """How what it is about stands now: the rhythm in use and the draft; the roles somebody has."""
    if action == "grant_roles":
        person = people.get(tx, subject)
        return " ".join(sorted(person.roles)) if person is not None and person.active else ""
    house = organisations.get(tx, organisation)
    assert house is not None, "people belong to an organisation"
    return house.policy if subject else f"{house.policy} {policies.draft(tx, organisation).revision}"


def _write(tx: Tx, about: Proposal, change: str, by: Person, now: datetime, **told: str) -> None:
    what = {"change": change, "proposal": about.id, "action": about.action, "subject": about.subject, **told}
    journal.write(tx, about.organisation, None, by.id, now, [what])


def _answer(tx: Tx, house: House, about: Proposal, told: dict[str, str], now: datetime) -> None:
    asker = people.get(tx, about.by)
    if asker is not None:
        _tell(tx, house, asker, about, told, now)


def _tell(tx: Tx, house: House, who: Person, about: Proposal, told: dict[str, str], now: datetime) -> None:
    """Said in the chat, where there is one; it stands on the page in any case."""
    if addresses.address_of(tx, who.id) is not None:
        person = {"person": about.subject} if about.action == "grant_roles" else {}
        begin = Begin("notice", about={**told, **person})
        tell_other(tx, house, who, begin, now, f"{told['notice']}/{about.id}/{who.id}")
