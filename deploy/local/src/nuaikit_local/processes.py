"""Start, stop and find the processes of one state folder.

Every part starts through `launch`, so the kernel ends it when its supervisor dies in any way. What is left all the same
(a process ending slowly, a PostgreSQL backend whose postmaster was killed) is found again by what was recorded (pid and
start time, so a reused pid is never mistaken) and by a mark in its environment, and ended before a new start.
"""

import asyncio
import errno
import functools
import json
import os
import random
import signal
import socket
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil

from nuaikit_local import launch
from nuaikit_local.layout import Identity, Layout
from nuaikit_local.problems import Problem

LOOPBACK = "127.0.0.1"
# Environment variables of every started process: the state folder and the part it belongs to.
MARK = "NUAIKIT_RUNTIME"
PART_MARK = "NUAIKIT_PART"
LEFTOVER_GRACE_S = 10.0
# Where the kernel says from which port on it lends ports to clients; Linux's default where it does not say.
LENT_PORTS = Path("/proc/sys/net/ipv4/ip_local_port_range")
FIRST_LENT_PORT = 32768
FIRST_FREE_PORT = 10240  # above what well-known servers use, this project's own among them
HIGHEST_PORT = 65535
KILL_GRACE_S = 10.0
POLL_S = 0.05

# What children inherit from the caller's environment: where programs and certificates are, language, temporary folder.
# Nothing else: a stray variable of the caller must not change how a server or a service behaves.
INHERITED = ("PATH", "HOME", "LANG", "LC_ALL", "TZ", "TMPDIR", "SSL_CERT_FILE", "SSL_CERT_DIR", "VIRTUAL_ENV")


@dataclass(frozen=True, slots=True)
class Command:
    """How to start one process.

    Attributes:
        argv: Absolute program and its arguments. Everybody on the machine can read them: no secrets.
        env: Variables on top of the inherited ones.
        cwd: Folder it starts in.
        identity: Id it takes; None keeps the caller's.
        stop_signals: Signals that end it, gentlest first, each with the seconds it is given. The first one is also
            what the kernel sends when the supervisor dies.
    """

    argv: tuple[str, ...]
    env: Mapping[str, str]
    cwd: Path
    stop_signals: tuple[tuple[signal.Signals, float], ...]
    identity: Identity | None = None


class Running:
    """A started process of ours."""

    def __init__(self, name: str, command: Command, process: asyncio.subprocess.Process, record: Path) -> None:
        self.name = name
        self._command = command
        self._process = process
        self._record = record

    @property
    def pid(self) -> int:
        """Process id."""
        return self._process.pid

    @property
    def exit_code(self) -> int | None:
        """Exit code, negative for a signal; None while it runs."""
        return self._process.returncode

    async def wait(self) -> int:
        """Wait until it ends and give its exit code."""
        return await self._process.wait()

    async def stop(self, *, at_once: bool = False) -> None:
        """End it: each stop signal in turn with its time, at last SIGKILL; its record goes with it.

        Args:
            at_once: Leave out the first, orderly way: for a process whose data is thrown away.
        """
        ways = (*self._command.stop_signals, (signal.SIGKILL, KILL_GRACE_S))
        for stop_signal, seconds in ways[1:] if at_once else ways:
            if self.exit_code is not None:
                break
            self._process.send_signal(stop_signal)
            try:
                await asyncio.wait_for(self._process.wait(), seconds)
            except TimeoutError:
                continue
        self._record.unlink(missing_ok=True)


def environment(layout: Layout, part: str, extra: Mapping[str, str]) -> dict[str, str]:
    """The whole environment of a started process: the inherited few, the marks, then its own."""
    inherited = {name: os.environ[name] for name in INHERITED if name in os.environ}
    return {**inherited, MARK: str(layout.home), PART_MARK: part, **extra}


async def start(name: str, command: Command, layout: Layout) -> Running:
    """Start a process through the launcher, its output appended to its log, and record it."""
    log = os.open(layout.logs / f"{name}.log", os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        process = await _launch(name, command, layout, output=log)
    finally:
        os.close(log)
    record = layout.processes / f"{name}.json"
    stop_signal = int(command.stop_signals[0][0])
    record.write_text(json.dumps({"pid": process.pid, "started": start_time(process.pid), "stop": stop_signal}))
    return Running(name, command, process, record)


async def run(name: str, command: Command, layout: Layout, *, seconds: float) -> tuple[int, str]:
    """Run a program of a part to its end, and give its exit code and what it wrote.

    It is killed when the caller is cancelled or dies, so no half-done preparation runs on unseen.

    Raises:
        TimeoutError: It took longer than `seconds`.
    """
    process = await _launch(name, command, layout, output=asyncio.subprocess.PIPE)
    try:
        output, _ = await asyncio.wait_for(process.communicate(), seconds)
        return await process.wait(), output.decode(errors="replace")
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def _launch(name: str, command: Command, layout: Layout, *, output: int) -> asyncio.subprocess.Process:
    identity = command.identity
    return await asyncio.create_subprocess_exec(
        sys.executable, "-I", "-S", "-B", launch.__file__,
        str(os.getpid()), str(int(command.stop_signals[0][0])),
        str(identity.uid if identity else -1), str(identity.gid if identity else -1),
        *command.argv,
        cwd=command.cwd,
        env=environment(layout, name, command.env),
        stdin=asyncio.subprocess.DEVNULL, stdout=output, stderr=asyncio.subprocess.STDOUT,
        start_new_session=True,  # Ctrl-C at the terminal reaches the supervisor alone, which stops in order
    )  # fmt: skip


def start_time(pid: int) -> str | None:
    """When a process began: boot id and clock ticks since boot, so equal only for the same process; None if gone.

    psutil's create_time is a wall-clock figure that moves with the clock; this one does not.
    """
    try:
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return None
    return None if fields[0] == "Z" else f"{_boot_id()}/{fields[19]}"


@functools.cache
def _boot_id() -> str:
    """What tells this boot of the kernel from others; empty where a sandbox hides it."""
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    except OSError:
        return ""


@dataclass(frozen=True, slots=True)
class Leftover:
    """A process of an earlier run that still lives."""

    pid: int
    started: str
    name: str
    stop_signal: signal.Signals

    @property
    def alive(self) -> bool:
        """Whether that very process still runs."""
        return start_time(self.pid) == self.started

    def send(self, number: signal.Signals) -> None:
        """Send a signal if it is still that process."""
        if self.alive:
            try:
                os.kill(self.pid, number)
            except ProcessLookupError:
                return


def leftovers(layout: Layout, part: str | None = None) -> list[Leftover]:
    """Processes of this state folder that still run: recorded ones, marked ones, and PostgreSQL's own children.

    Args:
        layout: State folder.
        part: Only those of one part; all when None.
    """
    found = {leftover.pid: leftover for leftover in _recorded(layout)}
    for process in psutil.process_iter():
        if process.pid in found or process.pid == os.getpid():
            continue
        try:
            name = _part_of(process, layout)
            started = start_time(process.pid) if name else None
        except (psutil.Error, OSError):
            continue  # it ended while being asked, or belongs to somebody else
        if name and started:
            number = signal.SIGINT if name == "postgres" else signal.SIGTERM
            found[process.pid] = Leftover(process.pid, started, name, number)
    return [leftover for leftover in found.values() if part in {None, leftover.name}]


def _part_of(process: psutil.Process, layout: Layout) -> str | None:
    """The part a process belongs to, None when it is not of this state folder."""
    # A PostgreSQL process overwrites its environment with its title, but always works in its data folder.
    if process.cwd() == str(layout.postgres / "data"):
        return "postgres"
    marks = process.environ()
    return marks.get(PART_MARK, "?") if marks.get(MARK) == str(layout.home) else None


def _recorded(layout: Layout) -> list[Leftover]:
    found: list[Leftover] = []
    for record in layout.processes.glob("*.json"):
        try:
            entry = json.loads(record.read_text())
            leftover = Leftover(entry["pid"], entry["started"] or "", record.stem, signal.Signals(entry["stop"]))
        except (ValueError, KeyError, OSError):
            record.unlink(missing_ok=True)  # cut short by a kill while it was written; the mark finds the process
            continue
        if leftover.alive:
            found.append(leftover)
        else:
            record.unlink(missing_ok=True)
    return found


async def end_leftovers(layout: Layout, part: str | None = None) -> list[str]:
    """End what an earlier run (or an earlier process of one part) left, gently first; it usually is ending already.

    Returns:
        Names of what was found.

    Raises:
        Problem: `LEFTOVER_STUCK` when one survives even SIGKILL (it waits on a broken disk or mount).
    """
    found = leftovers(layout, part)
    if not found:
        return []
    for leftover in found:
        leftover.send(leftover.stop_signal)
    await _until_gone(layout, part, LEFTOVER_GRACE_S)
    for leftover in leftovers(layout, part):
        leftover.send(signal.SIGKILL)
    await _until_gone(layout, part, KILL_GRACE_S)
    if stuck := leftovers(layout, part):
        raise Problem("LEFTOVER_STUCK", pids=", ".join(str(leftover.pid) for leftover in stuck))
    return sorted({leftover.name for leftover in found})


async def _until_gone(layout: Layout, part: str | None, seconds: float) -> None:
    deadline = asyncio.get_running_loop().time() + seconds
    # Polled: they are not our children, so nothing tells us when they end.
    while leftovers(layout, part) and asyncio.get_running_loop().time() < deadline:  # noqa: ASYNC110 - see above
        await asyncio.sleep(POLL_S)


def check_port(part: str, port: int, *, variable: str) -> None:
    """Make sure a port can be listened on.

    Args:
        part: Who needs it, for the message.
        port: TCP port on loopback.
        variable: What the setting of this port is called, for the message.

    Raises:
        Problem: `PORT_TAKEN` with who holds it, when that can be seen; `PORT_REFUSED` when the system forbids it.
    """
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # a connection in TIME_WAIT is no listener
        try:
            probe.bind((LOOPBACK, port))
            probe.listen(1)
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                raise Problem("PORT_TAKEN", part=part, port=port, variable=variable, holder=_holder(port)) from error
            raise Problem("PORT_REFUSED", part=part, port=port, variable=variable, detail=error.strerror) from error


def _holder(port: int) -> str:
    """Who listens on a port, as far as this user may see."""
    try:
        for connection in psutil.net_connections("tcp"):
            if (
                connection.laddr
                and connection.laddr.port == port
                and connection.status == psutil.CONN_LISTEN
                and connection.pid
            ):
                return f"{psutil.Process(connection.pid).name()} (pid {connection.pid})"
    except (psutil.Error, OSError):
        pass
    return "a program of another user"


def free_ports(count: int) -> Sequence[int]:
    """Ports nobody listens on now, below those the kernel lends to clients, so that none of them is lent meanwhile.

    Raises:
        Problem: `NO_FREE_PORT`.
    """
    lent_from = int(LENT_PORTS.read_text(encoding="ascii").split()[0]) if LENT_PORTS.exists() else FIRST_LENT_PORT
    if lent_from <= FIRST_FREE_PORT + count:  # a machine that lends nearly all: any port may be lent
        lent_from = HIGHEST_PORT
    found: list[int] = []
    for port in random.SystemRandom().sample(range(FIRST_FREE_PORT, lent_from), lent_from - FIRST_FREE_PORT):
        with socket.socket() as probe:
            try:
                probe.bind((LOOPBACK, port))
            except OSError:
                continue
        found.append(port)
        if len(found) == count:
            return found
    raise Problem("NO_FREE_PORT", count=count)
