"""Whatever happens to a message, in whatever order: a model of the outbox beside the real one."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count
from typing import TYPE_CHECKING, Any, Literal

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import bindparam, select

from storage import outbox, sending, tables
from storage.transaction import Statement
from tests.storage.acme import LEASE, NOW, message

if TYPE_CHECKING:
    from datetime import datetime

    from storage.database import Database, Tx

ROWS = 3
RUNS = count()
SECOND = timedelta(seconds=1)
INDEXES = Statement(
    select(*(tables.outbox.c[name] for name in ("state", "ready_at", "lease_until", "holding", "attempts")))
    .where(tables.outbox.c.id == bindparam("row"))
)  # fmt: skip
ATTEMPTS = Statement(select(tables.attempts.c.token).where(tables.attempts.c.row == bindparam("row")))

Step = tuple[
    Literal["queue", "straight", "claim", "begin", "finish", "resolve", "expire", "cancel", "wait"], int, str, str
]
STEPS = st.tuples(
    st.sampled_from(["queue", "straight", "claim", "begin", "finish", "resolve", "expire", "cancel", "wait"]),
    st.integers(0, ROWS - 1),
    st.sampled_from(["sent", "later", "failed", "unsure", "cancelled"]),
    st.sampled_from(["mine", "wrong"]),
)


@dataclass
class Model:
    """What one message must be."""

    state: str = "none"
    ready: datetime = NOW
    lease: datetime = NOW
    token: str = ""
    attempted: bool = False
    attempts: int = 0
    allowed: int = 1  # calls that may be made: one, and one more each time we know that it did not arrive
    tokens: set[str] = field(default_factory=set)


class Run:
    """Both, side by side, with a clock."""

    def __init__(self) -> None:
        self.name = next(RUNS)
        self.now = NOW
        self.tokens = count()
        self.models = [Model() for _ in range(ROWS)]

    def row(self, number: int) -> str:
        """The id of the message in this run."""
        return f"run{self.name}-{number}"

    def step(self, tx: Tx, step: Step) -> None:
        """Do it to both; what the outbox says must be what the model says."""
        kind, number, outcome, whose = step
        getattr(self, f"_{kind}")(tx, number, self.models[number], outcome, whose)
        for each, model in enumerate(self.models):
            self.compare(tx, each, model)

    def compare(self, tx: Tx, number: int, model: Model) -> None:
        """The columns that are indexes tell the same as the state."""
        found = tx.first(INDEXES, row=self.row(number))
        assert (found is None) == (model.state == "none")
        if found is None:
            return
        state, ready_at, lease_until, holding, attempts = found
        assert (model.state, model.attempts) == (state, attempts)
        assert (state in ("queued", "later")) == (ready_at is not None)
        assert (state == "claimed") == (lease_until is not None)
        assert holding is None or state in ("claimed", "later")
        assert model.attempts <= model.allowed, "a message that perhaps arrived was called for again"
        assert model.tokens == {token for (token,) in tx.all(ATTEMPTS, row=self.row(number))}

    def _queue(self, tx: Tx, number: int, model: Model, _outcome: str, _whose: str) -> None:
        row = message(self.row(number), case="c1", key=self.row(number), address=self.row(number), not_before=self.now)
        assert outbox.queue(tx, row) == (model.state == "none")
        if model.state == "none":
            model.state, model.ready = "queued", self.now

    def _straight(self, tx: Tx, number: int, model: Model, _outcome: str, _whose: str) -> None:
        token, name = f"{self.name}-{next(self.tokens)}", self.row(number)
        row = message(name, case="c1", key=name, address=name, not_before=self.now)
        sending.queue_begun(tx, row, token, self.now, LEASE)
        assert sending.note_attempts(tx, token, self.now) == ({name} if model.state == "none" else set())
        if model.state == "none":
            model.state, model.token, model.lease = "claimed", token, self.now + LEASE
            model.attempted, model.attempts = True, 1
            model.tokens.add(token)

    def _claim(self, tx: Tx, _number: int, _model: Model, _outcome: str, _whose: str) -> None:
        token = f"{self.name}-{next(self.tokens)}"
        taken = {row.id for row in sending.claim(tx, self.now, LEASE, 100, token)}
        for each, model in enumerate(self.models):
            expected = model.state in ("queued", "later") and model.ready <= self.now
            assert expected == (self.row(each) in taken)
            if expected:
                model.state, model.token, model.lease, model.attempted = "claimed", token, self.now + LEASE, False

    def _begin(self, tx: Tx, _number: int, model: Model, _outcome: str, whose: str) -> None:
        token = model.token if whose == "mine" else "wrong"
        ours = [
            each
            for each, one in enumerate(self.models)
            if one.token == token and one.state == "claimed" and not one.attempted and self.now < one.lease
        ]
        assert {self.row(each) for each in ours} == sending.begin_attempts(tx, token, self.now)
        for each in ours:
            one = self.models[each]
            one.attempted, one.attempts = True, one.attempts + 1
            one.tokens.add(token)

    def _finish(self, tx: Tx, number: int, model: Model, outcome: Any, whose: str) -> None:
        token = model.token if whose == "mine" else "wrong"
        retry = self.now + SECOND if outcome == "later" else None
        expected = whose == "mine" and model.state in ("claimed", "unsure")
        assert expected == sending.finish(tx, self.row(number), token, outcome, self.now, retry_at=retry)
        if expected:
            self._end(model, outcome)

    def _resolve(self, tx: Tx, number: int, model: Model, outcome: Any, _whose: str) -> None:
        if outcome == "unsure":
            return
        retry = self.now + SECOND if outcome == "later" else None
        expected = model.state == "unsure"
        assert expected == sending.resolve(tx, self.row(number), outcome, self.now, retry_at=retry)
        if expected:
            self._end(model, outcome)

    def _end(self, model: Model, outcome: str) -> None:
        model.state = outcome
        if outcome == "later":
            model.ready = self.now + SECOND
            model.allowed += model.attempted

    def _expire(self, tx: Tx, _number: int, _model: Model, _outcome: str, _whose: str) -> None:
        lost = {row.id for row in sending.expire(tx, self.now)}
        for each, model in enumerate(self.models):
            ran_out = model.state == "claimed" and model.lease <= self.now
            assert (self.row(each) in lost) == (ran_out and model.attempted)
            if ran_out:
                model.state = "unsure" if model.attempted else "queued"
                if not model.attempted:
                    model.ready, model.token = NOW, ""

    def _cancel(self, tx: Tx, _number: int, _model: Model, _outcome: str, _whose: str) -> None:
        waiting = [
            model
            for model in self.models
            if model.state in ("queued", "later") or (model.state == "claimed" and not model.attempted)
        ]
        assert len(waiting) == outbox.cancel_case(tx, "c1", "stop")
        for model in waiting:
            model.state = "cancelled"

    def _wait(self, _tx: Tx, number: int, _model: Model, _outcome: str, _whose: str) -> None:
        self.now += (LEASE / 2, SECOND, LEASE)[number]


@given(st.lists(STEPS, max_size=40))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_the_outbox_is_what_its_model_is(acme: Database, steps: list[Step]) -> None:
    """After any steps, also of liars and latecomers, the states agree, and nothing unsure is called for again."""

    def play(tx: Tx) -> None:
        run = Run()
        for step in steps:
            run.step(tx, step)
        tx.execute(Statement(tables.outbox.delete()))

    await acme.run(play)
