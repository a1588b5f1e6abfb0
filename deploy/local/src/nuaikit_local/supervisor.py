"""Start all parts, watch them, restart what dies, and stop them in order.

Runs as a process of its own (`python -m nuaikit_local.supervisor …`), started by `control`; what it knows it writes to
`state.json`, and a signal is all it takes in. When it is killed, the kernel ends the parts (`launch`), and the next
start ends whatever is left.
"""

import argparse
import asyncio
import json
import logging
import os
import shutil
import signal
import sys
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from nuaikit_local import artifacts, ports, processes
from nuaikit_local.artifacts import Artifacts, Progress
from nuaikit_local.definitions import DEFINITIONS, WITH_DATABASE
from nuaikit_local.kafka import Kafka
from nuaikit_local.layout import Layout
from nuaikit_local.parts import NotReady, Part
from nuaikit_local.postgres import Postgres
from nuaikit_local.problems import Problem
from nuaikit_local.processes import Running
from nuaikit_local.report import ALL_PARTS, INFRASTRUCTURE, Phase, State, problem_entry
from nuaikit_local.services import Issuer, ServicePart
from nuaikit_local.stack import Board, Timing, check_ports, held, log_tail, start_part, stop_order
from nuaikit_local.vault import Vault

log = logging.getLogger("nuaikit")

RESTARTS_MAX = 8
RESTARTS_WINDOW_S = 600.0
BACKOFF_S = (0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 30.0)
HEALTH_EVERY_S = 5.0
ROTATE_EVERY_S = 15.0
LOG_BYTES_MAX = 10 * 1024 * 1024
LOGS_KEPT = 3


@dataclass(slots=True)
class Slot:
    """One part and what became of it."""

    part: Part
    state: State = State.STARTING
    running: Running | None = None
    timing: Timing | None = None
    health: str = "-"
    problem: Problem | None = None
    restarts: int = 0
    ends: deque[float] = field(default_factory=deque[float])

    def entry(self) -> dict[str, Any]:
        """What `state.json` says about it."""
        return {
            "state": self.state.value,
            "pid": self.running.pid if self.running and self.running.exit_code is None else None,
            "address": self.part.address,
            "version": self.part.version,
            "health": self.health,
            "restarts": self.restarts,
            "seconds": round(self.timing.total_s, 2) if self.timing else None,
            "problem": problem_entry(self.problem),
        }


def describe(
    layout: Layout, found: Artifacts, port_numbers: ports.Settings, names: Sequence[str] = ALL_PARTS
) -> dict[str, Part]:
    """The parts of a state folder by name, in start order.

    Raises:
        Problem: `UNKNOWN_PART`.
    """
    vault = Vault(layout.secrets)
    numbers = port_numbers.ports
    roles = tuple(definition.package for definition in WITH_DATABASE)
    users = tuple(definition.name for definition in WITH_DATABASE)
    makers: dict[str, Callable[[], Part]] = {
        "postgres": lambda: Postgres(layout, found, vault, port=numbers["POSTGRES"], services=roles),
        "kafka": lambda: Kafka(
            layout, found, vault, port=numbers["KAFKA"], controller_port=numbers["KAFKA_CONTROLLER"], services=users
        ),
        "issuer": lambda: Issuer(layout, vault, ports=numbers),
    }
    for definition in DEFINITIONS:
        makers[definition.name] = lambda definition=definition: ServicePart(definition, layout, vault, ports=numbers)
    for name in names:
        if name not in makers:
            raise Problem("UNKNOWN_PART", part=name, known=", ".join(makers))
    return {name: makers[name]() for name in ALL_PARTS if name in names}


class Supervisor:
    """The life of all parts of one state folder."""

    def __init__(self, layout: Layout, names: Sequence[str], *, offset: int | None = None) -> None:
        """Supervise the named parts; `offset` moves every default port."""
        self._layout = layout
        self._names = names
        self._offset = offset
        self._slots: dict[str, Slot] = {}
        self._board = Board()
        self._stop = asyncio.Event()
        self._phase = Phase.PREPARING
        self._problem: Problem | None = None
        self._doing = ""
        self._bytes = (0, 0)
        self._begun = time.time()
        self._ready_s: float | None = None

    async def run(self) -> int:
        """Start, watch until a signal, stop. Gives the exit code."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._stop.set)
        try:
            self._layout.prepare()
            with held(self._layout):
                await self._run_held()
        except Problem as problem:
            log.error("%s", problem)  # noqa: TRY400 - the person's machine, not a bug: the sentence is what helps
            self._problem = self._problem or problem
            # Another supervisor's report is not ours to overwrite.
            if problem.reason != "ALREADY_RUNNING":
                self._report(Phase.FAILED)
            return 1
        return 0

    async def _run_held(self) -> None:
        self._report(Phase.PREPARING)
        if ended := await processes.end_leftovers(self._layout):
            log.warning("Ended what an earlier run left: %s", ", ".join(ended))
        settings = ports.choose(self._layout, offset=self._offset)
        found = await self._until_stopped(asyncio.to_thread(artifacts.ensure, progress=self._progress()))
        if found is None:
            self._report(Phase.STOPPED)
            # asyncio would wait for the download's thread; what it wrote counts only when it is complete.
            os._exit(0)
        parts = describe(self._layout, found, settings, self._names)
        for part in parts.values():
            check_ports(part)
        ports.remember(self._layout, settings.ports)
        self._slots = {name: Slot(part) for name, part in parts.items()}
        self._report(Phase.STARTING)
        lives = [asyncio.create_task(self._live(slot)) for slot in self._slots.values()]
        watchers = [asyncio.create_task(self._watch_health()), asyncio.create_task(self._rotate_logs())]
        try:
            await self._stop.wait()
        finally:
            self._report(Phase.STOPPING)
            for task in (*lives, *watchers):
                task.cancel()
            await asyncio.gather(*lives, *watchers, return_exceptions=True)
            await self._stop_all()
            self._report(Phase.FAILED if self._problem else Phase.STOPPED)
        if self._problem:
            raise self._problem

    async def _until_stopped(self, work: Any) -> Any:
        """The result of some work, or None when a signal came first."""
        task, stop = asyncio.ensure_future(work), asyncio.create_task(self._stop.wait())
        await asyncio.wait({task, stop}, return_when=asyncio.FIRST_COMPLETED)
        stop.cancel()
        return task.result() if task.done() else None

    def _progress(self) -> Progress:
        """Downloads happen in a thread: what it tells is put into the report by the loop."""
        loop = asyncio.get_running_loop()

        def told(change: Callable[[], None]) -> None:
            loop.call_soon_threadsafe(lambda: (change(), self._report(self._phase)))

        def began(size_bytes: int) -> None:
            told(lambda: setattr(self, "_bytes", (0, size_bytes)))

        def fetched(size_bytes: int) -> None:
            told(lambda: setattr(self, "_bytes", (self._bytes[0] + size_bytes, self._bytes[1])))

        def notice(sentence: str) -> None:
            log.info("%s", sentence)
            told(lambda: setattr(self, "_doing", sentence))

        return Progress(began, fetched, notice)

    async def _live(self, slot: Slot) -> None:
        """Start one part, and again whenever it dies, until it may not be restarted any more."""
        name = slot.part.name
        while True:
            try:
                await self._start(slot)
            except Problem as problem:
                if await self._give_up(slot, problem):
                    return
            except Exception as error:
                log.exception("%s could not be started", name)
                fault = Problem("PART_FAULT", part=name, detail=f"{type(error).__name__}: {error}")
                if await self._give_up(slot, fault):
                    return
            if slot.running:
                code = await slot.running.wait()
                log.warning("%s ended by itself (exit code %s)", name, code)
                await self._board.tell(name, ready=False)
                slot.ends.append(time.monotonic())
                if self._dies_too_often(slot):
                    path = self._layout.logs / f"{name}.log"
                    minutes = int(RESTARTS_WINDOW_S / 60)
                    tail = log_tail(self._layout, name)
                    facts = {"times": len(slot.ends), "minutes": minutes, "code": code, "log": path, "tail": tail}
                    await self._fail(slot, Problem("PART_KEEPS_DYING", part=name, **facts))
                    return
            slot.state, slot.health = State.RESTARTING, "down"
            self._report_state()
            await asyncio.sleep(BACKOFF_S[min(len(slot.ends), len(BACKOFF_S)) - 1])
            await processes.end_leftovers(self._layout, name)
            slot.restarts += 1

    async def _start(self, slot: Slot) -> None:
        slot.running = None
        slot.state = State.STARTING

        def started(running: Running) -> None:
            slot.running = running
            self._report_state()

        slot.timing = await start_part(slot.part, self._layout, self._board, started=started)
        slot.state, slot.health, slot.problem = State.READY, "ok", None
        log.info("%s is ready at %s (%.1f s)", slot.part.name, slot.part.address, slot.timing.total_s)
        self._report_state()

    async def _give_up(self, slot: Slot, problem: Problem) -> bool:
        """Whether a failed start is final: always the first one, later ones when they come too often."""
        log.error("%s", problem)
        slot.problem = problem
        if slot.running:
            await slot.running.stop()
            slot.running = None
        slot.ends.append(time.monotonic())
        if slot.restarts and not self._dies_too_often(slot):
            return False
        await self._fail(slot, problem)
        return True

    def _dies_too_often(self, slot: Slot) -> bool:
        while slot.ends and slot.ends[0] < time.monotonic() - RESTARTS_WINDOW_S:
            slot.ends.popleft()
        return len(slot.ends) > RESTARTS_MAX

    async def _fail(self, slot: Slot, problem: Problem) -> None:
        """Leave a part down. Without its servers nothing works, so those end the whole; a service fails alone."""
        slot.state, slot.health, slot.problem = State.FAILED, "down", problem
        await self._board.tell(slot.part.name, ready=None)
        if slot.part.name in INFRASTRUCTURE:
            self._problem = problem
            self._stop.set()
        self._report_state()

    async def _watch_health(self) -> None:
        """Ask every ready part, now and then, whether it does its work; told in the report, never acted upon.

        A part that is alive but slow is not helped by a restart, and a restart in the middle of its work hurts.
        """
        while True:
            await asyncio.sleep(HEALTH_EVERY_S)
            ready = [slot for slot in self._slots.values() if slot.state is State.READY]
            await asyncio.gather(*(self._ask_health(slot) for slot in ready))
            self._report_state()

    async def _ask_health(self, slot: Slot) -> None:
        try:
            await slot.part.probe()
        except (NotReady, Problem) as error:
            slot.health = str(error)[:200] or "no answer"
        else:
            slot.health = "ok"

    async def _rotate_logs(self) -> None:
        while True:
            await asyncio.sleep(ROTATE_EVERY_S)
            for path in self._layout.logs.glob("*.log"):
                if path.stat().st_size > LOG_BYTES_MAX:
                    await asyncio.to_thread(rotate, path)

    async def _stop_all(self) -> None:
        for group in stop_order([slot.part for slot in self._slots.values()]):
            running = [slot for part in group if (slot := self._slots[part.name]).running]
            await asyncio.gather(*(slot.running.stop() for slot in running if slot.running))
            for slot in running:
                slot.state = slot.state if slot.state is State.FAILED else State.STOPPED
                slot.health = "-"
            self._report(Phase.STOPPING)
        await processes.end_leftovers(self._layout)

    def _report_state(self) -> None:
        """Work out the phase from the parts and report."""
        states = [slot.state for slot in self._slots.values()]
        if self._phase is Phase.STARTING and any(state is State.STARTING for state in states):
            phase = Phase.STARTING
        elif all(state is State.READY for state in states):
            phase = Phase.READY
        else:
            phase = Phase.DEGRADED
        if phase is not Phase.STARTING and self._ready_s is None:
            self._ready_s = time.time() - self._begun
        self._report(phase)

    def _report(self, phase: Phase) -> None:
        """Replace `state.json`; readers see the old one or the new one."""
        self._phase = phase
        entry = {
            "pid": os.getpid(),
            "phase": phase.value,
            "begun": self._begun,
            "ready_s": self._ready_s,
            "doing": self._doing,
            "bytes": self._bytes,
            "problem": problem_entry(self._problem),
            "parts": {name: slot.entry() for name, slot in self._slots.items()},
        }
        part = self._layout.report.with_name(".state.json.part")
        try:
            part.write_text(json.dumps(entry, ensure_ascii=False), encoding="utf-8")
            part.replace(self._layout.report)
        except OSError as error:
            log.error("The report could not be written: %s", error.strerror)  # noqa: TRY400 - a full disk is no bug


def rotate(path: Path) -> None:
    """Move a log's content to `.1` (and that to `.2`, …) and empty it in place.

    Copied, not renamed: the part holds the file open for appending and goes on writing to it.
    """
    for number in range(LOGS_KEPT, 1, -1):
        older = path.with_name(f"{path.name}.{number - 1}")
        if older.exists():
            older.replace(path.with_name(f"{path.name}.{number}"))
    shutil.copyfile(path, path.with_name(f"{path.name}.1"))
    os.truncate(path, 0)


def main(arguments: list[str] | None = None) -> int:
    """The supervisor's program."""
    parser = argparse.ArgumentParser(prog="nuaikit-supervisor")
    parser.add_argument("home", type=Path)
    parser.add_argument("--parts", default=",".join(ALL_PARTS))
    parser.add_argument("--port-offset", type=int)
    given = parser.parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s", stream=sys.stderr)
    logging.getLogger("httpx").setLevel(logging.WARNING)
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)  # its refusals while the broker starts are the probe's
    supervisor = Supervisor(Layout(given.home), given.parts.split(","), offset=given.port_offset)
    return asyncio.run(supervisor.run())


if __name__ == "__main__":
    sys.exit(main())
