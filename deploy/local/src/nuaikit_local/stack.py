"""Start parts in the order of their needs, as concurrently as these allow, and stop them in reverse."""

import asyncio
import fcntl
import os
from collections.abc import Awaitable, Callable, Coroutine, Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

from nuaikit_local import processes
from nuaikit_local.layout import Layout
from nuaikit_local.parts import NotReady, Part
from nuaikit_local.problems import Problem, disk_space_told
from nuaikit_local.processes import Running

PROBE_EVERY_S = 0.05
LOG_TAIL_BYTES = 2000

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Timing:
    """How long a part took, in seconds: everything before its process, until it answered, and its content."""

    prepare_s: float
    ready_s: float
    complete_s: float

    @property
    def total_s(self) -> float:
        """The whole start."""
        return self.prepare_s + self.ready_s + self.complete_s


@contextmanager
def held(layout: Layout) -> Generator[None]:
    """Hold the state folder for one runtime.

    A kernel lock on an open file: it is gone with its holder, however that ends, so a stale lock cannot exist.

    Raises:
        Problem: `ALREADY_RUNNING` with the holder's pid.
    """
    # Opened for appending, so that a refused second start does not erase the holder's pid.
    with layout.lock.open("a+", encoding="ascii") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            lock.seek(0)
            raise Problem("ALREADY_RUNNING", folder=layout.home, pid=lock.read().strip() or "?") from error
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        yield


def holder(layout: Layout) -> int | None:
    """The pid that holds the state folder now; None when nobody does."""
    try:
        with layout.lock.open("r", encoding="ascii") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError:
                return int(lock.read().strip() or 0)
    except FileNotFoundError:
        return None
    return None


def log_tail(layout: Layout, name: str) -> str:
    """The end of a part's log, for a message about why it ended."""
    try:
        with (layout.logs / f"{name}.log").open("rb") as log:
            log.seek(0, os.SEEK_END)
            log.seek(max(0, log.tell() - LOG_TAIL_BYTES))
            return log.read().decode(errors="replace").strip()
    except FileNotFoundError:
        return ""


class Board:
    """Which parts are ready now, for those that wait for them."""

    def __init__(self) -> None:
        self._states: dict[str, bool | None] = {}
        self._changed = asyncio.Condition()

    async def tell(self, name: str, *, ready: bool | None) -> None:
        """Say that a part is ready, is not (yet, or any more), or (None) never will be."""
        async with self._changed:
            self._states[name] = ready
            self._changed.notify_all()

    async def until_ready(self, waiting: str, names: Sequence[str]) -> None:
        """Wait until all these parts are ready.

        Raises:
            Problem: `PART_BLOCKED` when one never will be.
        """
        async with self._changed:
            while missing := [name for name in names if not self._states.get(name, False)]:
                for name in missing:
                    if name in self._states and self._states[name] is None:
                        raise Problem("PART_BLOCKED", part=waiting, need=name)
                await self._changed.wait()


def check_ports(part: Part) -> None:
    """Make sure a part's ports can be listened on.

    Raises:
        Problem: `PORT_TAKEN`, `PORT_REFUSED`.
    """
    for variable, port in part.ports.items():
        processes.check_port(part.name, port, variable=variable)


async def start_part(part: Part, layout: Layout, board: Board, *, started: Callable[[Running], None]) -> Timing:
    """Bring one part up: ports, preparation, process, first answer, content; then tell the board.

    Args:
        part: What to start.
        layout: State folder.
        board: Where it waits for the parts it needs.
        started: Called with the process as soon as it exists, so that the caller can stop it whatever follows.

    Raises:
        Problem: Whatever the part refuses; `PORT_TAKEN`, `PART_BLOCKED`, `PART_DIED`, `PART_SLOW`.
    """
    clock = asyncio.get_running_loop().time
    await board.until_ready(part.name, part.needs_to_prepare)
    begun = clock()
    with disk_space_told(layout.home):
        await part.prepare()
    prepare_s = clock() - begun
    await board.until_ready(part.name, part.needs)
    check_ports(part)
    begun = clock()
    running = await processes.start(part.name, part.command(), layout)
    started(running)
    await _until_done(part.probe, part, layout, running)
    ready = clock()
    await _until_done(part.complete, part, layout, running)
    await board.tell(part.name, ready=True)
    return Timing(prepare_s, ready - begun, clock() - ready)


async def _until_done(step: Callable[[], Awaitable[None]], part: Part, layout: Layout, running: Running) -> None:
    """Repeat a step of a started part until it no longer says `NotReady`, while its process lives and time is left."""
    deadline = asyncio.get_running_loop().time() + part.ready_within_s
    log = layout.logs / f"{part.name}.log"
    while True:
        if running.exit_code is not None:
            tail = log_tail(layout, part.name)
            raise Problem("PART_DIED", part=part.name, code=running.exit_code, log=log, tail=tail)
        try:
            await step()
        except NotReady as error:
            if asyncio.get_running_loop().time() > deadline:
                facts = {"seconds": int(part.ready_within_s), "log": log, "detail": error}
                raise Problem("PART_SLOW", part=part.name, **facts) from error
            await asyncio.sleep(PROBE_EVERY_S)
        else:
            return


async def together(work: dict[str, Coroutine[Any, Any, Result]]) -> dict[str, Result]:
    """Await several things at once; the first failure cancels the others and is raised as itself.

    (A TaskGroup would wrap it in a group, and a person's message is one problem.)
    """
    tasks = {name: asyncio.ensure_future(item) for name, item in work.items()}
    try:
        await asyncio.gather(*tasks.values())
    except BaseException:
        for task in tasks.values():
            task.cancel()
        await asyncio.gather(*tasks.values(), return_exceptions=True)
        raise
    return {name: task.result() for name, task in tasks.items()}


def stop_order(parts: Sequence[Part]) -> list[list[Part]]:
    """Groups to stop one after the other, each group together: services, then what feeds them, then the database."""
    ranks = sorted({part.stop_rank for part in parts})
    return [[part for part in parts if part.stop_rank == rank] for rank in ranks]
