"""Work beside the relay goes on whatever a round does."""

import asyncio
import logging

import asyncpg
import pytest
from chassis import working
from chassis.errors import Conflict, NotFound, Unavailable
from chassis.working import is_outage, keep_working


@pytest.mark.parametrize(
    ("exc", "expected"),
    [
        (Unavailable("x"), True),
        (Conflict("x"), True),
        (ConnectionRefusedError(), True),
        (asyncpg.DeadlockDetectedError(), True),
        (asyncpg.UniqueViolationError(), False),
        (NotFound(), False),
        (KeyError("x"), False),
    ],
)
def test_outage_is_what_lies_outside_the_work(exc: Exception, expected: bool) -> None:
    assert is_outage(exc) is expected


async def test_failures_are_told_borne_and_tried_again_with_growing_pauses(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    pauses: list[float] = []
    stopping = asyncio.Event()
    rounds = iter([KeyError("a"), Unavailable("b"), KeyError("c"), True, False, KeyError("d"), None])

    async def pause(_stopping: asyncio.Event, seconds: float) -> None:
        pauses.append(seconds)

    async def work() -> bool:
        came = next(rounds)
        if isinstance(came, Exception):
            raise came
        if came is None:
            stopping.set()
        return bool(came)

    monkeypatch.setattr(working, "pause", pause)
    with caplog.at_level(logging.WARNING):
        await keep_working(work, stopping, name="tests", every_s=7.0)
    assert pauses == [1.0, 2.0, 4.0, 7.0, 1.0, 7.0]
    assert [record.levelname for record in caplog.records] == ["ERROR", "WARNING", "ERROR", "ERROR"]


async def test_pause_never_grows_beyond_its_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    pauses: list[float] = []
    stopping = asyncio.Event()

    async def pause(_stopping: asyncio.Event, seconds: float) -> None:
        pauses.append(seconds)
        if len(pauses) == 40:
            stopping.set()

    async def work() -> bool:
        raise KeyError("always")

    monkeypatch.setattr(working, "pause", pause)
    await keep_working(work, stopping, name="tests", every_s=7.0)
    assert pauses[-1] == max(pauses) == working.RETRY_S_MAX


async def test_cancelling_ends_it() -> None:
    task = asyncio.create_task(keep_working(lambda: asyncio.sleep(3600, True), asyncio.Event(), name="x", every_s=1.0))
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
