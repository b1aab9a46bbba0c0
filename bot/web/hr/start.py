"""The first three steps of an organisation: people, a rhythm, cases. HR does them without anybody's help."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from bot import arrangements, second
from bot.arrangements import By
from bot.web import Shell
from bot.web.hr.door import form_for, office_page, officer
from bot.web.visitor import field
from conversations.case import Person
from storage import cases, journal, organisations, people, policies
from storage.organisations import Organisation
from storage.transaction import Tx

PATH = "/hr/start"
SIZES = {
    "small": frozenset[str](),
    "of_20": frozenset({"staff_of_20"}),
    "of_50": frozenset({"staff_of_20", "staff_of_50"}),
}
STATUTES = {"contractual": frozenset({"contractual"}), "statutory": frozenset({"statutory"}), "both": frozenset[str]()}


@dataclass(frozen=True, slots=True)
class Begun:
    """How far an organisation is: how many people, its rhythm, and how many cases run."""

    house: Organisation
    people: int
    running: int
    own: bool  # it published a rhythm of its own

    @property
    def size(self) -> str:
        """The last that holds, of SIZES."""
        return [name for name, facts in SIZES.items() if facts <= self.house.facts][-1]

    @property
    def statute(self) -> str:
        """Of STATUTES."""
        return next((name for name in ("contractual", "statutory") if name in self.house.facts), "both")

    @property
    def steps(self) -> tuple[bool, bool, bool]:
        """Which of the three steps are done."""
        return self.people > 1, bool(self.house.facts) or self.own, self.running > 0

    @property
    def is_followed(self) -> bool:
        """Whether its rhythm was chosen: another pack is a change of what is in use."""
        return bool(self.house.facts) or self.running > 0

    @property
    def step(self) -> int:
        """The first that is not; 0 when all are."""
        return next((number for number, is_done in enumerate(self.steps, 1) if not is_done), 0)


def begun(tx: Tx, organisation: str) -> Begun:
    """How far this organisation is."""
    house = organisations.get(tx, organisation)
    assert house is not None, "people belong to an organisation"
    own = bool(policies.versions(tx, house.id))
    return Begun(house, people.count(tx, house.id), cases.running(tx, house.id), own)


def routes(shell: Shell) -> list[Route]:
    """The page, and the form of its second step."""
    names = sorted({pack.name for pack in shell.house.packs.values()})

    def known(tx: Tx, me: Person) -> tuple[Begun, bool]:
        """How far it is; and whether another pack goes by the page of the rhythm.

        It does with a version of one's own, and where a colleague has to agree (bot/second.py).
        """
        found = begun(tx, me.organisation)
        return found, found.own or (found.is_followed and bool(second.others(tx, me, "adopt_policy", shell.now())))

    async def look(request: Request) -> Response:
        visit = await officer(shell, request, "import")
        found, fixed = await shell.database.run(lambda tx: known(tx, visit.person))
        return office_page(
            visit, "start.html", begun=found, fixed=fixed, packs=names, chosen=found.house.policy.partition("@")[0],
            sizes=tuple(SIZES), statutes=tuple(STATUTES), done=request.query_params.get("done", ""),
        )  # fmt: skip

    async def choose(request: Request) -> Response:
        visit = await officer(shell, request, "adopt_policy")
        form = await form_for(shell, request, visit)
        name, size, statute = (field(form, one) for one in ("pack", "size", "statute"))
        if name not in names or size not in SIZES or statute not in STATUTES:
            raise HTTPException(400)
        coach = frozenset({"has_coach"} if field(form, "coach") else ())
        latest = max((pack for pack in shell.house.packs.values() if pack.name == name), key=lambda pack: pack.version)
        by = By(visit.person, shell.now())

        def work(tx: Tx) -> None:
            journal.head(tx, visit.person.organisation)  # held until this is done
            found, fixed = known(tx, visit.person)
            policy = found.house.policy if fixed else latest.ref
            arrangements.follow(tx, by, policy, SIZES[size] | STATUTES[statute] | coach)

        await shell.database.run(work)
        return RedirectResponse(f"{PATH}?done=rhythm", 303)

    return [Route(PATH, look), Route(PATH, choose, methods=["POST"])]
