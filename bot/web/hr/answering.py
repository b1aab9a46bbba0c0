"""What somebody answers to what waits for a second person: agree, send back; or withdraw what one asked oneself."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from starlette.exceptions import HTTPException
from starlette.requests import Request

from bot import second
from bot.arrangements import Unfit
from bot.web import Shell
from bot.web.hr.door import form_for, officer
from bot.web.visitor import field
from conversations.access import Action
from conversations.case import Person
from storage import people
from storage.proposals import Proposal
from storage.transaction import Tx

# What was done for whom asked, once a second person agreed: the proposal, who asked, who agreed, and when.
Done = Callable[[Tx, Proposal, Person, Person, datetime], None]
ANSWERS = frozenset({"agree", "back", "withdraw"})
TOLD = frozenset({"asked", "back", "withdraw"})  # what the page says of it afterwards
PROBLEMS = frozenset({"not_any_more", "asked_already", "overtaken", "answered", "own_proposal", "no_reason"})


async def answered(shell: Shell, request: Request, action: Action, done: Done) -> str:
    """Which of ANSWERS it was, once it is done. Raises Unfit, and whatever `done` raises: then nothing is."""
    visit = await officer(shell, request, action)
    form = await form_for(shell, request, visit)
    answer, key, now = field(form, "answer"), field(form, "proposal"), shell.now()
    if answer not in ANSWERS:
        raise HTTPException(400)

    def work(tx: Tx) -> None:
        me = second.again(tx, visit.person, action, now)
        if answer == "withdraw":
            second.withdraw(tx, me, key, action, now)
        elif answer == "back":
            second.send_back(tx, shell.house, me, key, action, field(form, "reason"), now)
        else:
            found = second.agree(tx, shell.house, me, key, action, now)
            asker = people.get(tx, found.by)
            assert asker is not None, "who asked may still do it"
            done(tx, found, asker, me, now)

    await shell.database.run(work)
    await shell.deliver()
    return answer


def problem_of(request: Request) -> Unfit | None:
    """Why it was not done, as the address says."""
    code = request.query_params.get("problem", "")
    return Unfit(code) if code in PROBLEMS else None


def told_of(request: Request) -> str:
    """What was done, as the address says."""
    code = request.query_params.get("second", "")
    return code if code in TOLD else ""
