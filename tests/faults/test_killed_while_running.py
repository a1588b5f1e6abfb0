"""SIGKILL of any one process during the scenario; the next run ends with an undisturbed run's ledger and no orphan."""

import asyncio
import json
import os
import signal
import socket
import sys
import time
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
import pytest
from nuaikit_local.endpoints import platform_endpoints
from nuaikit_local.layout import Layout
from nuaikit_local.ports import DEFAULTS
from nuaikit_local.runtime import temporary_home
from nuaikit_local.scenario.play import platform_of
from nuaikit_local.vault import Vault

from tests.support.kafka import eventually
from tests.support.ledger import content, student_numbers

RUN_SECONDS_MAX = 170
END_SECONDS_MAX = 60
NOTICE_SECONDS_MAX = 10

VICTIMS = (
    ("supervisor", "Institutions and staff"),
    ("postgres", "Learners imported"),
    ("kafka", "Courses, rules"),
    ("credit-bank", "Record, verify"),
)
OTHERS = (
    ("student-registry", "Institutions and staff"),
    ("credit-bank", "Learners imported"),
    ("guidance", "Record, verify"),
    ("issuer", "Institutions and staff"),
    ("indicators", "Learners imported"),
    ("portal", "Institutions and staff"),
)
"""Killed as well by `make test ARGS='tests/faults -m long'`, a minute each."""
"""Who is killed, and the step after which it happens, while the next one runs."""


@dataclass
class Machine:
    """One state folder with ports of its own, driven through the program as a person does."""

    home: Path
    offset: int

    @property
    def environment(self) -> dict[str, str]:
        return os.environ | {
            "NUAIKIT_HOME": str(self.home),
            "NUAIKIT_PORT_OFFSET": str(self.offset),
            "COLUMNS": "200",
            "PYTHONUNBUFFERED": "1",
        }

    async def program(self, *arguments: str) -> asyncio.subprocess.Process:
        return await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "nuaikit_local",
            *arguments,
            env=self.environment,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )

    def pid(self, part: str) -> int:
        """Of the supervisor or a part, as the supervisor last said: asking `status` would let the story run on."""
        report = json.loads(Layout(self.home).report.read_text(encoding="utf-8"))
        return report["pid"] if part == "supervisor" else report["parts"][part]["pid"]

    def processes(self) -> list[psutil.Process]:
        """Everything alive that belongs to this state folder, by command line, working folder or environment."""
        found = []
        for process in psutil.process_iter():
            try:
                text = " ".join([*process.cmdline(), process.cwd(), process.environ().get("NUAIKIT_HOME", "")])
            except (psutil.NoSuchProcess, psutil.AccessDenied, psutil.ZombieProcess):
                continue
            if str(self.home) in text:
                found.append(process)
        return found


async def read_until(process: asyncio.subprocess.Process, text: str, lines: list[str]) -> bool:
    """Read the program's lines until one holds `text`; False when the program ended first."""
    assert process.stdout is not None
    async with asyncio.timeout(RUN_SECONDS_MAX):
        while line := (await process.stdout.readline()).decode():
            lines.append(line)
            if text in line:
                return True
    return False


async def interrupt(process: asyncio.subprocess.Process) -> None:
    """Ctrl-C, unless the program has ended; what it still prints is thrown away."""
    if process.returncode is None:
        process.send_signal(signal.SIGINT)
    async with asyncio.timeout(END_SECONDS_MAX):
        await process.communicate()


async def whole_run(machine: Machine) -> tuple[dict[str, list[tuple[Any, ...]]], dict[str, int]]:
    """Run to the end of the story, read the ledger by natural key and the audit, then Ctrl-C."""
    lines: list[str] = []
    process = await machine.program("run")
    try:
        assert await read_until(process, "Ctrl-C", lines), "".join(lines[-40:])
        layout = Layout(machine.home)
        described = platform_endpoints(layout)
        async with platform_of(described) as platform:
            people = {}
            for recorder, role in (
                ("school-recorder", "school_recorder"),
                ("polytechnic-recorder", "college_recorder"),
            ):
                person = await platform.acting(recorder, role)
                url = f"{platform.addresses.registry_http}/v1/assignments"
                own = (await platform.get(url, person))["assignments"]
                people[recorder] = (person, own[0]["institution_id"])
            names = await student_numbers(platform, people)
        dsn = Vault(layout.secrets).need("credit-bank", "credit_bank_database_dsn")
        found = await content(dsn, names)
        audit = await machine.program("audit", "credit-bank")
        report, _ = await audit.communicate()
        assert audit.returncode == 0, report.decode()
    finally:
        await interrupt(process)
    return found, {"learners": len(names)}


@pytest.fixture(scope="module")
async def undisturbed() -> dict[str, list[tuple[Any, ...]]]:
    machine = Machine(temporary_home(), free_offset())
    found, counts = await whole_run(machine)
    assert counts["learners"] == 40
    assert machine.processes() == []
    return found


def free_offset() -> int:
    """A shift of all default ports that leaves each of them free."""
    for offset in range(500, 5_900, 37):
        with ExitStack() as sockets:
            try:
                for port in DEFAULTS.values():
                    sockets.enter_context(socket.socket()).bind(("127.0.0.1", port + offset))
            except OSError:
                continue
            return offset
    raise AssertionError("no shift leaves every port free")


@pytest.mark.timeout(420)
@pytest.mark.parametrize(
    ("victim", "after"), [*VICTIMS, *(pytest.param(*other, marks=pytest.mark.long) for other in OTHERS)]
)
async def test_killed_part_then_next_run_ends_like_an_undisturbed_one(
    victim: str, after: str, undisturbed: dict[str, list[tuple[Any, ...]]]
) -> None:
    machine = Machine(temporary_home(), free_offset())
    lines: list[str] = []
    process = await machine.program("run")
    assert await read_until(process, after, lines), "".join(lines[-40:])
    os.kill(machine.pid(victim), signal.SIGKILL)
    killed_at = time.monotonic()
    if victim == "supervisor":  # without it nothing comes back by itself, which is said at once
        assert await read_until(process, "PLATFORM_ENDED", lines), "".join(lines[-40:])
        assert time.monotonic() - killed_at < NOTICE_SECONDS_MAX
        async with asyncio.timeout(END_SECONDS_MAX):
            assert await process.wait() == 1
    else:
        assert await read_until(process, "Ctrl-C", lines), "".join(lines[-40:])
        await interrupt(process)

    async def gone() -> bool:
        return not machine.processes()

    await eventually(gone, timeout_s=END_SECONDS_MAX, what=f"nothing of {machine.home} to be alive")
    found, _ = await whole_run(machine)

    assert machine.processes() == []
    for title, rows in undisturbed.items():
        assert found[title] == rows, f"{title} differ after {victim} was killed"
    assert time.monotonic() - killed_at < RUN_SECONDS_MAX * 2
