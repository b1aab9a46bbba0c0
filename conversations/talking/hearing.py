"""One thing heard at an open question: an answer, or "terug", "wijzig vraag 3", "samenvatting" ... anywhere.

Nothing here is kept but the answers. What was typed lives for one call: it becomes an answer, or it is gone.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from conversations.deputies import LEADS
from conversations.talking.answers import Answer, Misread, hear, hear_values, is_offered
from conversations.talking.dialogue import PARKED_AS, Ask, Begin, Json, Line, Pending, Scene, Talk, Talker, Tell, Turn
from conversations.talking.intents import Command, command, quiets
from conversations.talking.lexicon import INSISTING, PARK
from conversations.talking.options import one_of, yes_or_no
from conversations.talking.privacy import screen
from conversations.talking.replay import play_on, replay
from conversations.talking.reply import Heard, Reply, Words, following
from conversations.talking.spelling import fold

if TYPE_CHECKING:
    from datetime import date

CONFIRM = "talking/confirm"


@dataclass(frozen=True, slots=True)
class Hearing:
    """All that is known while one thing is heard: where the talk stands, and who speaks of what."""

    talk: Talk
    talker: Talker
    scene: Scene
    turn: Turn
    ask: Ask
    words: Words
    today: date

    @property
    def again(self) -> tuple[Line, ...]:
        """The open question once more."""
        return (self.ask,)

    @property
    def _is_own(self) -> bool:
        """Whether the one who talks is the one it is about."""
        return self.scene.case is not None and self.scene.case.employee == self.scene.me.id

    @property
    def _speaks_for_self(self) -> bool:
        """Whether what is said of messages is of the own ones: not by who leads, at a menu."""
        return self._is_own or (self.scene.case is None and not self.scene.me.roles & LEADS)

    def _hear(self, text: str) -> Answer | Misread:
        return hear(self.ask, text, self.today, self.words.labels(self.ask))

    def _is_pending(self, kind: str) -> bool:
        """Whether the open question waits for a yes, or for who insists on what was refused."""
        pending = self.talk.pending
        return pending is not None and pending.kind == kind and pending.question == self.ask.name

    # --- Pressed -------------------------------------------------------------------------------------------

    def pressed(self, heard: Heard) -> Reply:
        """A button was tapped, or something picked in a control."""
        ask = self.ask
        if heard.question == CONFIRM:
            return self._confirmed(yes=heard.choice == "yes")
        if heard.choice in ("insist", "keep") and heard.question == ask.name:
            return self._insisted(keep=heard.choice == "keep")
        if heard.question != ask.name:
            return self._overtaken(heard)
        if heard.choice == "skip":
            return self._skipped()
        if heard.choice == "park" and ask.park:
            return self._keep(PARKED_AS)
        read = hear_values(ask, heard.values if heard.values is not None else (heard.choice or "",))
        if isinstance(read, Misread) and heard.choice and ask.kind == "choice":  # it was offered, but no more
            return Reply(self.talk, (Tell("talking/meanwhile"), *self.again))
        if ask.kind == "text" and isinstance(read, Answer):
            return self._text(str(read.value))
        return self._read(read)

    def _overtaken(self, heard: Heard) -> Reply:
        """A button of a question that is not open any more: what was answered stands, and can be changed."""
        for ask, value in self.turn.answered:
            if ask.name == heard.question:
                said = {"topic": self.words.topic(ask), "answer": self.words.shown(ask, value)}
                return Reply(self.talk, (Tell("talking/already", said),))
        return Reply(self.talk, (Tell("talking/overtaken"), *self.again))

    # --- Typed ---------------------------------------------------------------------------------------------

    def typed(self, text: str) -> Reply:
        """Something was typed."""
        ask = self.ask
        if self.talk.pending and self._is_pending("confirm"):
            said = hear(self._confirm(self.talk.pending), text, self.today, {"yes": "ja", "no": "nee"})
            numbered = ask.kind == "date" and text.strip() in ("1", "2")
            other = self._hear(text) if yes_or_no(text) is None and not numbered else None  # "neen, donderdag"
            if isinstance(said, Answer) and not isinstance(other, Answer):
                return self._confirmed(yes=said.value == "yes")
        if self._is_pending("insist") and (keep := self._insists(text)) is not None:
            return self._insisted(keep=keep)
        if self._speaks_for_self and quiets(text):
            return self._stopped()
        wish = None if is_offered(ask, text, self.words.labels(ask)) else command(text)
        if wish is not None:
            return self._commanded(wish)
        if ask.kind == "text":
            return self._text(text)
        if ask.kind == "date" and len(ask.suggest) == 1 and yes_or_no(text):
            return self._keep(str(ask.suggest[0]))  # the one day that was offered
        read = self._hear(text)
        if isinstance(read, Misread) and read.reason == "not_understood" and fold(text) in PARK:
            return self._commanded(Command("later"))  # a lone "later" that no question offers as its answer
        return self._read(read, text)

    def _insists(self, text: str) -> bool | None:
        """After a refusal: True to keep the harmless part, False for "dit is niet medisch", None for a new text."""
        if fold(text) in INSISTING:
            return False
        return True if self.talk.pending and self.talk.pending.value and yes_or_no(text) else None

    def _text(self, text: str) -> Reply:
        """Free text passes the screen first; what is refused is in nobody's hands afterwards."""
        insisted = self._is_pending("insist")
        screened = screen(text)
        if screened.verdict != "fine" and not (insisted and screened.verdict in ("medical", "sensitive", "judgement")):
            return self._refused(screened.verdict, screened.keep, self.ask.unsaid or screened.proposal)
        return self._read(self._hear(text))

    def _refused(self, verdict: str, keep: str | None, proposal: str | None) -> Reply:
        ask = self.ask
        if verdict in ("crisis", "harassment"):
            return Reply(replace(self.talk, state="parked", pending=None), (Tell(f"privacy/{verdict}"),))
        choices = ("keep",) if keep else ()
        if ask.kind == "text":
            choices = (*choices, "insist")
        said = Ask(
            ask.name,
            choices=choices,
            data={"keep": keep or "", "proposal": proposal or "", "text": ask.kind == "text", "own": self._is_own},
            required=ask.required,
            words=f"privacy/{verdict}",
        )
        return Reply(replace(self.talk, pending=Pending(ask.name, "insist", keep)), (said,))

    def _insisted(self, *, keep: bool) -> Reply:
        if keep and self.talk.pending is not None and self.talk.pending.value:
            return self._keep(self.talk.pending.value)
        return Reply(replace(self.talk, pending=Pending(self.ask.name, "insist")), (Tell("privacy/once_more"),))

    # --- Read, confirmed, kept -----------------------------------------------------------------------------

    def _read(self, read: Answer | Misread, text: str = "") -> Reply:
        if isinstance(read, Misread):
            return self._misread(read, text)
        if read.confirm:
            pending = Pending(self.ask.name, "confirm", read.value)
            return Reply(replace(self.talk, pending=pending, misreads=0), (self._confirm(pending),))
        return self._keep(read.value)

    def _confirm(self, pending: Pending) -> Ask:
        return Ask(
            CONFIRM, choices=("yes", "no"), data={"answer": self.words.shown(self.ask, pending.value)}, required=True
        )  # fmt: skip

    def _confirmed(self, *, yes: bool) -> Reply:
        ask, pending = self.ask, self.talk.pending
        if pending is None or pending.kind != "confirm" or pending.question != ask.name:
            return Reply(self.talk, (Tell("talking/overtaken"), *self.again))
        if yes:
            return self._keep(pending.value)
        return Reply(replace(self.talk, pending=None), (Tell("talking/not_that"), *self.again))

    def _misread(self, read: Misread, text: str) -> Reply:
        """Asked again, mildly; never the same sentence a third time."""
        ask = self.ask
        verdict = screen(text).verdict if text else "fine"
        if verdict in ("crisis", "harassment"):
            return self._refused(verdict, None, None)
        if verdict == "medical":
            return Reply(self.talk, (Tell("privacy/not_asked", {"own": self._speaks_for_self}), *self.again))
        name: str = read.reason
        if name == "not_understood" and self.talk.misreads > 0:
            name = "not_understood_again"
        first, last = read.between or (None, None)
        bounds = {"first": first, "last": last, "least": ask.least, "most": ask.most}
        said = Tell(f"talking/{name}", {**bounds, "skip": not ask.required})
        again = self.again
        if self.talk.pending and self._is_pending("confirm"):
            again = (self._confirm(self.talk.pending),)  # what was read before still waits for its yes
        if read.between and ask.kind == "date":
            ends = (day for day in dict.fromkeys(read.between) if isinstance(hear_values(ask, (str(day),)), Answer))
            again = (replace(ask, suggest=tuple(ends)),)
        if read.candidates and ask.labels:
            again = (replace(ask, choices=read.candidates, labels={one: ask.labels[one] for one in read.candidates}),)
        talk = replace(self.talk, misreads=self.talk.misreads + 1)
        return Reply(talk, (said, *again), lost=read.reason == "not_understood")

    def _keep(self, value: Json) -> Reply:
        """The answer is kept, and the script goes on."""
        answers = {**self.talk.answers, self.ask.name: value}
        return following(self.talk, play_on(self.turn, answers), answers, (self.ask, value))

    def _skipped(self) -> Reply:
        if self.ask.required:
            return Reply(self.talk, (Tell("talking/required"), *self.again))
        return self._keep(None)

    # --- What can be said anywhere -------------------------------------------------------------------------

    def _commanded(self, wish: Command) -> Reply:
        ask = self.ask
        match wish.name:
            case "back":
                if self.talk.pending or not self.turn.answered:
                    known = () if self.talk.pending else (Tell("talking/first"),)
                    return Reply(replace(self.talk, pending=None), (*known, *self.again))
                return self._reopened(self.turn.answered[-1][0])
            case "change":
                return self._changed(wish.argument)
            case "skip":
                return self._skipped()
            case "later":
                return Reply(replace(self.talk, state="parked", pending=None), (Tell("talking/later"),))
            case "stop":
                return self._stopped(self.talk.dialogue, here=wish.argument == "here")
            case "summary":
                return Reply(self.talk, (self._summary(), *self.again))
            case "why":
                about = {key: said for key, said in self.talk.about.items() if key != "resumes"}  # stays with this one
                return Reply(self.talk, self.again, (Begin("why", about={**about, "asked": self.talk.dialogue}),))
            case _:
                return Reply(
                    self.talk, (Tell("talking/help", {"skip": not ask.required, "own": self._is_own}), *self.again)
                )

    def _stopped(self, said_in: str = "", *, here: bool = False) -> Reply:
        """The talk is over. Where it is about whoever talks, so are the check-ins (domain.md f.3, 30)."""
        talk = replace(self.talk, state="over", asked=None, pending=None)
        if here or not (self.scene.case is None or self._is_own):
            return Reply(talk, (Tell("talking/stopped"),))
        return Reply(talk, (), (Begin("stop", about={"in": said_in} if said_in else {}),))

    def _summary(self) -> Tell:
        rows = [
            {
                "number": number,
                "topic": self.words.topic(ask),
                "answer": self.words.shown(ask, value),
                "parked": value == PARKED_AS,
            }
            for number, (ask, value) in enumerate(self.turn.answered, 1)
        ]
        return Tell("talking/summary", {"rows": rows})

    def _changed(self, which: str) -> Reply:
        """Which answer: by number ("wijzig vraag 3") or subject ("wijzig uren"); in doubt the list to choose from."""
        answered = [ask for ask, _ in self.turn.answered]
        if which.isdigit() and 1 <= int(which) <= len(answered):
            return self._reopened(answered[int(which) - 1])
        topics = {ask.name: self.words.topic(ask) for ask in answered}
        found = one_of(which, topics) if which and topics else ()
        if len(found) == 1:
            return self._reopened(next(ask for ask in answered if ask.name == found[0]))
        if which and one_of(which, {self.ask.name: self.words.topic(self.ask)}):
            return Reply(replace(self.talk, pending=None), self.again)  # it is the question that is open
        known = (self._summary(),) if answered else ()
        return Reply(self.talk, (*known, Tell("talking/change_which", {"any": bool(answered)}), *self.again))

    def _reopened(self, ask: Ask) -> Reply:
        """One answer is taken back; the later ones stay, and are used where their questions are met again."""
        kept = {name: value for name, value in self.talk.answers.items() if name != ask.name}
        turn = replay(self.talker, self.scene, kept)
        reply = following(self.talk, turn, kept)
        return replace(reply, lines=(turn.asked,) if turn.asked else ())
