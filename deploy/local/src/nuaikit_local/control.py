"""Start, watch and stop a supervisor from another process: the part of the command line that scripts could use too."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from nuaikit_local import launch
from nuaikit_local.layout import Layout
from nuaikit_local.problems import Problem
from nuaikit_local.processes import start_time
from nuaikit_local.report import Phase, problem_of
from nuaikit_local.stack import holder, log_tail

POLL_S = 0.1
STOP_WITHIN_S = 150.0  # services 30, Kafka 30, PostgreSQL 60, and what is left
SUPERVISOR_LOG = "supervisor"

Watch = Callable[[dict[str, Any]], None]


@dataclass(slots=True)
class Supervision:
    """A supervisor this process started."""

    process: subprocess.Popen[bytes]
    report: dict[str, Any]


def read_report(layout: Layout) -> dict[str, Any]:
    """What the supervisor last said; empty when it never said anything readable."""
    try:
        return json.loads(layout.report.read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return {}


def until_settled(layout: Layout, *, watch: Watch) -> int | None:
    """Wait while the supervisor that holds the state folder still starts or stops.

    Args:
        layout: State folder.
        watch: Called with its report, whenever that is read; that of the run before when it has said nothing yet.

    Returns:
        The pid of the supervisor that is up; None when none is, and nothing of an earlier one is left.

    Raises:
        Problem: `NOT_STOPPED`.
    """
    while pid := holder(layout):
        started = start_time(pid)
        report = read_report(layout)
        # Right after its start, the report is still the one before.
        phase = report["phase"] if report.get("pid") == pid else Phase.PREPARING
        if phase in {Phase.READY, Phase.DEGRADED}:
            return pid
        watch(report)
        if phase in {Phase.STOPPING, Phase.STOPPED, Phase.FAILED}:
            _until_ended(layout, pid, started, before=time.monotonic() + STOP_WITHIN_S, watch=watch)
        time.sleep(POLL_S)
    return None


def launch_supervisor(
    layout: Layout, parts: Sequence[str], *, offset: int | None, tied: bool, watch: Watch
) -> Supervision:
    """Start a supervisor and wait until all its parts are up, or it says that they will not be.

    Args:
        layout: State folder, prepared.
        parts: Which parts.
        offset: Added to every default port; None keeps what is remembered.
        tied: Stop it when this process ends, however that happens.
        watch: Called with the report whenever it is read.

    Raises:
        Problem: What the supervisor refused, or `SUPERVISOR_DIED`.
    """
    begun = time.time()
    program = [sys.executable, "-m", "nuaikit_local.supervisor", str(layout.home), "--parts", ",".join(parts)]
    if offset is not None:
        program += ["--port-offset", str(offset)]
    if tied:
        tie = [str(os.getpid()), str(int(signal.SIGTERM)), "-1", "-1"]
        program = [sys.executable, "-I", "-S", "-B", launch.__file__, *tie, *program]
    log = layout.logs / f"{SUPERVISOR_LOG}.log"
    with log.open("ab") as output:
        process = subprocess.Popen(  # noqa: S603 - our own program
            program,
            cwd=layout.home,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,  # Ctrl-C reaches the command line, which stops the supervisor in order
        )
    try:
        return Supervision(process, _until_up(layout, process, begun, watch))
    except KeyboardInterrupt:
        process.terminate()
        process.wait(STOP_WITHIN_S)
        raise


def _until_up(layout: Layout, process: subprocess.Popen[bytes], begun: float, watch: Watch) -> dict[str, Any]:
    """The report of a supervisor started at `begun` (seconds since 1970), once every part has started or failed."""

    def own_report() -> dict[str, Any]:
        report = read_report(layout)
        is_own = report.get("pid") == process.pid and report["begun"] >= begun
        return report if is_own else {}

    while True:
        report = own_report()
        watch(report)
        if report and report["phase"] in {Phase.READY, Phase.DEGRADED}:
            return report
        if (code := process.poll()) is not None:
            if problem := problem_of(own_report().get("problem")):
                raise problem
            _raise_if_held(layout)
            log = layout.logs / f"{SUPERVISOR_LOG}.log"
            raise Problem("SUPERVISOR_DIED", code=code, log=log, tail=log_tail(layout, SUPERVISOR_LOG))
        time.sleep(POLL_S)


def _raise_if_held(layout: Layout) -> None:
    """A start that lost the race for the state folder to another one."""
    if (pid := holder(layout)) is not None:
        raise Problem("ALREADY_RUNNING", folder=layout.home, pid=pid)


def stop_supervisor(layout: Layout, *, watch: Watch) -> bool:
    """Ask the running supervisor to stop and wait until it has.

    Returns:
        Whether one was running.

    Raises:
        Problem: `NOT_STOPPED`.
    """
    pid = holder(layout)
    if not pid:
        return False
    started = start_time(pid)
    try:
        os.kill(pid, signal.SIGTERM)
    except ProcessLookupError:
        return False
    _until_ended(layout, pid, started, before=time.monotonic() + STOP_WITHIN_S, watch=watch)
    return True


def _until_ended(layout: Layout, pid: int, started: str | None, *, before: float, watch: Watch) -> None:
    """Wait until the process is gone, not only its lock: nothing is left then."""
    while started is not None and start_time(pid) == started:
        watch(read_report(layout))
        if time.monotonic() > before:
            log = layout.logs / f"{SUPERVISOR_LOG}.log"
            raise Problem("NOT_STOPPED", pid=pid, seconds=int(STOP_WITHIN_S), log=log)
        time.sleep(POLL_S)
