"""The script of a dialogue, replayed over its answers.

Only answers are kept. A restart, a deploy in the middle of a talk, "terug", "wijzig vraag 3" and a case that moved
meanwhile are therefore one operation: play the script again, and say what was not said yet.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Generator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any, Literal

from conversations.case import Case, Person, Role
from conversations.changes import Change

if TYPE_CHECKING:
    from conversations.timing.policy import Policy

Kind = Literal["choice", "several", "date", "number", "hours", "time", "text", "person"]
Json = str | int | float | bool | list[str] | None


class Parked:
    """What a script gets for a question the person wants to come back to. Falsy, like a skipped one (None)."""

    def __bool__(self) -> bool:
        return False

    def __repr__(self) -> str:
        return "PARKED"


PARKED = Parked()
PARKED_AS = "\x00parked"  # how it is kept among the answers


@dataclass(frozen=True, slots=True)
class Tell:
    """Something the bot says. `name` is a line of this dialogue, or "other/line" of another folder of words."""

    name: str
    data: Mapping[str, Any] = field(default_factory=dict)
    words: str | None = None  # the file of words, where it is not called like the line


@dataclass(frozen=True, slots=True)
class Ask:
    """A question. `name` is unique in its talk.

    kind      what a script gets back
    choice    one of `choices` (str)
    several   list[str] of `choices`
    date      a date; `tense` says where "maandag" lies; `least` and `most` bound it
    number    float, between `least` and `most`
    hours     float: hours a week; a percentage is read as a part of `full` hours
    time      the hour of the day as str: "14:30"
    text      str, screened, at most 280 characters
    person    a person's id out of `choices`
    A skipped question gives None, a parked one PARKED; every script copes with both unless `required`.
    A `timed` date gives the day and its hour, (date, "14:30"), or (date, None) where none was said.
    `choices` that are only known at run time (people, cases, agreements) carry their labels in `labels`.
    `suggest` are answers offered as buttons beside free input (dates, numbers, times); what lies out of bounds is not.
    """

    name: str
    kind: Kind = "choice"
    choices: tuple[str, ...] = ()
    labels: Mapping[str, str] = field(default_factory=dict)
    data: Mapping[str, Any] = field(default_factory=dict)
    suggest: tuple[Any, ...] = ()
    tense: Literal["past", "future", "any"] = "future"
    least: float | date | None = None
    most: float | date | None = None
    full: float = 38.0
    park: bool = False
    required: bool = False
    timed: bool = False
    follows: date | None = None  # the day before this one: "na 2 weken" counts from it
    sentence: str | None = None  # the choice that a sentence of one's own means
    unsaid: str | None = None  # words in privacy/ that ask again for what was told with its reason
    words: str | None = None  # the file of words, for a question asked once per agreement, day ...

    def __post_init__(self) -> None:
        least, most = self.least, self.most
        if self.suggest and (least is not None or most is not None):
            within = tuple(one for one in self.suggest if (least or one) <= one <= (most or one))
            object.__setattr__(self, "suggest", within)


Line = Tell | Ask


@dataclass(frozen=True, slots=True)
class OpenCase:
    """A new absence was reported: the shell makes a case of it (or extends the open one)."""

    employee: str
    start: date
    reported: date
    certificate_end: date | None = None
    reported_by: str | None = None


@dataclass(frozen=True, slots=True)
class Away:
    """A person is away, from and until (both included), and who stands in. None and None: back again."""

    person: str
    since: date | None
    until: date | None
    deputy: str | None


@dataclass(frozen=True, slots=True)
class Begin:
    """Open another dialogue: for the one who talks (`who` None), for a person's id, or for a role in the case.

    This is how one talk leads to another, and how a talk tells somebody else something.
    """

    dialogue: str
    who: str | None = None
    case: str | None = None  # None: the same case
    about: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Prefer:
    """What I say first to whoever talks goes to that channel of theirs from now on."""

    channel: str


@dataclass(frozen=True, slots=True)
class Unlink:
    """The account on that channel is not of whoever talks any more."""

    channel: str


@dataclass(frozen=True, slots=True)
class Confirm:
    """The account on that channel is still of whoever talks."""

    channel: str


Effect = Change | OpenCase | Away | Begin | Prefer | Unlink | Confirm
Script = Generator[Line, Any, tuple[Effect, ...]]


@dataclass(frozen=True, slots=True)
class Late:
    """One thing that is late, as HR sees it: whose case, which milestone, since when."""

    case: str
    milestone: str
    nth: int
    since: date
    to: str  # the person who was asked


@dataclass(frozen=True, slots=True)
class Undelivered:
    """A message that did not arrive, or perhaps not: to whom, and when it was tried last. Never what it said."""

    to: str
    on: date
    perhaps: bool


@dataclass(frozen=True, slots=True)
class Look:
    """Somebody looked at the own file of whoever asks, on that day."""

    by: str
    on: date


@dataclass(frozen=True, slots=True)
class Coming:
    """One thing on the timeline of a case, for lists and for "waarom krijg ik dit?"."""

    case: str
    milestone: str
    nth: int
    on: date
    to: Role
    state: Literal["done", "missed", "now", "soon"]
    source: str
    kind: str  # law, policy, practice
    ask: str | None = None  # the dialogue it opens with; None: the duty
    over: bool = False  # missed for good: what it was for is over
    put_off: date | None = None  # the day ahead on which it is asked again; `on` stays the day it is about

    @property
    def waits_until(self) -> date:
        """The day to show it on."""
        return self.put_off or self.on


@dataclass(frozen=True, slots=True)
class Scene:
    """What a script may know: a snapshot, never a way to ask."""

    me: Person
    today: date  # the day the talk began
    case: Case | None = None
    about: Mapping[str, str] = field(default_factory=dict)
    people: Mapping[str, Person] = field(default_factory=dict)  # everybody `me` may name
    in_full: frozenset[str] = frozenset()  # who is called by the whole name
    cases: Sequence[Case] = ()  # what `me` may see, open ones
    absent: Container[str] = frozenset()  # who of the people is absent now; asked of one after the other
    silenced: Container[str] = frozenset()  # about whom everything was stopped; nobody, for HR
    late: Sequence[Late] = ()  # HR only
    undelivered: Sequence[Undelivered] = ()  # HR only, the newest first
    coming: Sequence[Coming] = ()  # of `case`, or of all `cases` without one
    policy: Policy | None = None
    looks: Sequence[Look] | None = None  # at the own file of `me`; None where there is none
    channels: tuple[str, ...] = ()  # where `me` can be reached; I write to the first
    dialogue: str = ""  # the one that is played
    now: date | None = None  # the day it is, for what follows in the end: earlier questions are met again on others

    @property
    def day(self) -> date:
        """The day on which this is said."""
        return self.now or self.today

    def name(self, person: str | None) -> str:
        """How the bot speaks of somebody: the first name, or the whole name where that could be somebody else."""
        known = self.people.get(person or "")
        if known is None:
            return "?"
        return known.name if known.id in self.in_full else known.first_name

    @property
    def the_case(self) -> Case:
        """The case, where the dialogue is about one."""
        assert self.case is not None, "this dialogue is about a case"
        return self.case

    @property
    def employee(self) -> str:
        """How the bot speaks of the absent colleague."""
        return self.name(self.the_case.employee)

    @property
    def milestone(self) -> tuple[str, int] | None:
        """The milestone that opened this talk, and which occurrence of it."""
        if "milestone" not in self.about:
            return None
        return self.about["milestone"], int(self.about.get("nth", "0"))


@dataclass(frozen=True, slots=True)
class Turn:
    """What comes out of a replay: the lines not said yet, the questions answered, the one now open, the effects."""

    lines: tuple[Line, ...]
    asked: Ask | None
    answered: tuple[tuple[Ask, Json], ...] = ()
    effects: tuple[Effect, ...] = ()
    over: bool = False
    script: Script | None = field(default=None, compare=False, repr=False)  # where it goes on from the open question


Talker = Callable[[Scene], Script]


@dataclass(frozen=True, slots=True)
class Pending:
    """What stands between an answer and its keeping: a date to confirm, or a text called not medical."""

    question: str
    kind: Literal["confirm", "insist"]
    value: Json = None


@dataclass(frozen=True, slots=True)
class Talk:
    """A dialogue with one person, as it is kept between two messages. `asked` is the open question."""

    id: str
    organisation: str
    person: str
    dialogue: str
    began: date
    case: str | None = None
    about: Mapping[str, str] = field(default_factory=dict)
    answers: Mapping[str, Json] = field(default_factory=dict)
    asked: str | None = None
    pending: Pending | None = None
    misreads: int = 0
    state: Literal["open", "parked", "over"] = "open"
    version: int = 0
