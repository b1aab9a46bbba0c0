"""Pacing, on a loop whose clock jumps over every sleep."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest

from bot.channels import TryLater
from bot.channels.pace import EVERYTHING, Pace, Rate


class Jumping(asyncio.SelectorEventLoop):
    """A loop that never waits: when only timers are left, its clock moves to the next one."""

    def __init__(self) -> None:
        super().__init__()
        self._now = 1000.0

    def time(self) -> float:
        """Where the clock is now."""
        return self._now

    def _run_once(self) -> None:
        if not self._ready and self._scheduled:  # type: ignore[attr-defined]
            self._now = max(self._now, self._scheduled[0].when())  # type: ignore[attr-defined]
        super()._run_once()  # type: ignore[misc]


@pytest.fixture
def loop() -> Iterator[Jumping]:
    """A loop of its own for each test."""
    made = Jumping()
    yield made
    made.close()


async def sent(pace: Pace, keys: list[str]) -> list[tuple[str, float]]:
    """Everything at once; what went when, in seconds from the start."""
    clock = asyncio.get_running_loop()
    start = clock.time()
    done: list[tuple[str, float]] = []

    async def one(key: str) -> None:
        await pace.turn(key)
        done.append((key, round(clock.time() - start, 6)))

    await asyncio.gather(*map(one, keys))
    return done


def test_a_conversation_gets_a_small_burst_and_then_one_a_second(loop: Jumping) -> None:
    """Two at once, then one every second."""
    pace = Pace(each=Rate(1, 2), together=Rate(100, 100))
    expected = [("a", 0.0), ("a", 0.0), ("a", 1.0), ("a", 2.0)]
    assert expected == loop.run_until_complete(sent(pace, ["a"] * 4))


def test_conversations_do_not_wait_for_each_other(loop: Jumping) -> None:
    """A busy conversation holds up nobody else."""
    pace = Pace(each=Rate(1), together=Rate(100, 100))
    done = loop.run_until_complete(sent(pace, ["a", "a", "a", "b", "c"]))
    assert {"a": 2.0, "b": 0.0, "c": 0.0} == dict(done)


def test_a_thousand_people_are_reached_at_the_pace_of_the_workspace(loop: Jumping) -> None:
    """No window holds more than the rate and its burst allow; eight at a time, nobody is told to come back."""
    pace = Pace(each=Rate(1, 3), together=Rate(5, 5))
    times: list[float] = []

    async def worker(keys: list[str]) -> None:
        for key in keys:
            await pace.turn(key)
            times.append(asyncio.get_running_loop().time())

    async def all_of_them() -> None:
        await asyncio.gather(*(worker([f"{n}.{m}" for m in range(125)]) for n in range(8)))

    loop.run_until_complete(all_of_them())
    times.sort()
    assert 1000 == len(times)
    assert all(later - earlier > 0.999 for earlier, later in zip(times, times[10:], strict=False))
    assert 199.0 == pytest.approx(times[-1] - times[0], abs=1.0)


def test_a_long_wait_is_not_done_here(loop: Jumping) -> None:
    """Who would wait longer than the limit is told how long, and takes no turn of somebody else."""
    pace = Pace(each=Rate(0.1), together=Rate(100, 100), longest_wait=5)

    async def talk() -> float:
        await pace.turn("a")
        with pytest.raises(TryLater) as told:
            await pace.turn("a")
        with pytest.raises(TryLater) as again:
            await pace.turn("a")
        assert told.value.after == again.value.after
        return told.value.after

    assert 10.0 == loop.run_until_complete(talk())


@pytest.mark.parametrize(("key", "others_too"), [("a", False), (EVERYTHING, True)])
def test_a_pause_is_for_one_conversation_or_for_everything(loop: Jumping, key: str, *, others_too: bool) -> None:
    """Nothing goes out under a paused key until the pause is over; the others go on."""
    pace = Pace(each=Rate(10), together=Rate(100, 100))

    async def tried(one: str) -> bool:
        try:
            await pace.turn(one)
        except TryLater:
            return False
        return True

    async def talk() -> list[bool]:
        pace.pause(key, 30)
        now = [await tried("a"), await tried("b")]
        await asyncio.sleep(31)
        return [*now, await tried("a"), await tried("b")]

    assert [False, not others_too, True, True] == loop.run_until_complete(talk())


def test_a_pause_reaches_who_is_already_waiting_and_can_be_ended(loop: Jumping) -> None:
    """A 429 for the first also stops the second, who was on their way; resuming lets the next through."""
    pace = Pace(each=Rate(1), together=Rate(100, 100))

    async def talk() -> None:
        await pace.turn("a")
        second = asyncio.create_task(pace.turn("a"))
        await asyncio.sleep(0)
        pace.pause("a", 1e9)
        with pytest.raises(TryLater) as told:
            await second
        assert 3599.0 == told.value.after
        pace.resume("a")
        await pace.turn("a")

    loop.run_until_complete(talk())


def test_idle_conversations_are_forgotten(loop: Jumping) -> None:
    """Memory does not grow with everybody who was ever spoken to."""
    pace = Pace(each=Rate(10), together=Rate(1e6, 1000000))

    async def talk() -> int:
        for n in range(10000):
            await pace.turn(str(n))
            pace.pause(str(n), 0.1)
            await asyncio.sleep(0.001)
        return max(len(pace._buckets), len(pace._paused))

    assert loop.run_until_complete(talk()) < 5000
