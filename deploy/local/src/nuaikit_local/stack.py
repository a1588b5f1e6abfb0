"""Start parts in the order of their needs, as concurrently as these allow, and stop them in reverse."""

import asyncio
import fcntl
import os
from collections.abc import Callable, Coroutine, Generator, Sequence
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


async def start_part(part: Part, layout: Layout, *, started: Callable[[Running], None]) -> Timing:
    """Bring one part up: ports, preparation, process, first answer, content.

    Args:
        part: What to start.
        layout: State folder.
        started: Called with the process as soon as it exists, so that the caller can stop it whatever follows.

    Raises:
        Problem: Whatever the part refuses; `PORT_TAKEN`, `PART_DIED`, `PART_SLOW`.
    """
    clock = asyncio.get_running_loop().time
    begun = clock()
    for variable, port in part.ports.items():
        processes.check_port(part.name, port, variable=variable)
    with disk_space_told(layout.home):
        await part.prepare()
    prepared = clock()
    running = await processes.start(part.name, part.command(), layout)
    started(running)
    await _until_ready(part, layout, running)
    ready = clock()
    await part.complete()
    return Timing(prepared - begun, ready - prepared, clock() - ready)


async def _until_ready(part: Part, layout: Layout, running: Running) -> None:
    deadline = asyncio.get_running_loop().time() + part.ready_within_s
    while True:
        if running.exit_code is not None:
            raise Problem(
                "PART_DIED",
                part=part.name,
                code=running.exit_code,
                log=layout.logs / f"{part.name}.log",
                tail=log_tail(layout, part.name),
            )
        try:
            await part.probe()
        except NotReady as error:
            if asyncio.get_running_loop().time() > deadline:
                raise Problem(
                    "PART_SLOW",
                    part=part.name,
                    seconds=int(part.ready_within_s),
                    log=layout.logs / f"{part.name}.log",
                    detail=error,
                ) from error
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
    """Groups to stop one after the other, each group together: nothing stops before what needs it."""
    left = list(parts)
    order: list[list[Part]] = []
    while left:
        needed = {need for part in left for need in part.needs}
        group = [part for part in left if part.name not in needed]
        if not group:
            raise ValueError("parts need each other in a circle")
        order.append(group)
        left = [part for part in left if part not in group]
    return order
