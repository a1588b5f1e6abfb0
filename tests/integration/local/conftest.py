"""A command line of its own for each test, on a state folder and ports nobody else uses."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest
from nuaikit_local import ports, processes
from nuaikit_local.layout import Layout
from nuaikit_local.runtime import temporary_folder

WITHIN_S = 90


class Nuaikit:
    """`nuaikit` on one state folder.

    Attributes:
        layout: The state folder.
        ports: Port by name.
    """

    def __init__(self, home: Path) -> None:
        self.layout = Layout(home)
        self.ports = dict(zip(ports.DEFAULTS, processes.free_ports(len(ports.DEFAULTS)), strict=True))

    @property
    def environment(self) -> dict[str, str]:
        chosen = {f"NUAIKIT_PORT_{name}": str(port) for name, port in self.ports.items()}
        # Wide enough that no address is cut; no colour codes between the words looked for.
        return os.environ | {"NUAIKIT_HOME": str(self.layout.home), "COLUMNS": "240", "NO_COLOR": "1"} | chosen

    def __call__(self, *arguments: str, code: int = 0) -> str:
        """Run a command to its end, check its exit code, give what it said."""
        answer = subprocess.run(
            [sys.executable, "-m", "nuaikit_local", *arguments],
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=WITHIN_S,
            check=False,
        )
        said = answer.stdout + answer.stderr
        assert answer.returncode == code, said
        return said

    def up(self, *parts: str, code: int = 0) -> str:
        return self("up", "--parts", ",".join(parts), code=code)

    def status(self, *, code: int = 0) -> dict:
        return json.loads(self("status", "--json", code=code))

    def pid(self, part: str) -> int:
        report = json.loads(self.layout.report.read_text())
        return report["pid"] if part == "supervisor" else report["parts"][part]["pid"]

    def kill(self, part: str) -> int:
        pid = self.pid(part)
        os.kill(pid, signal.SIGKILL)
        return pid

    def until_restarted(self, part: str, old: int) -> None:
        """Wait until the part runs as another process and works."""

        def is_back() -> bool:
            entry = json.loads(self.layout.report.read_text())["parts"][part]
            return entry["pid"] not in {None, old} and entry["state"] == "ready"

        until(is_back)

    def orphans(self) -> list[str]:
        """Every process of this state folder that still runs, however it is found."""
        home = str(self.layout.home)
        found = [f"{leftover.name} {leftover.pid}" for leftover in processes.leftovers(self.layout)]
        named = [
            f"{process.pid} {process.info['cmdline']}"
            for process in psutil.process_iter(["pid", "cmdline"])
            if process.pid != os.getpid() and home in " ".join(process.info["cmdline"] or [])
        ]
        return found + named


def until(condition, seconds: float = WITHIN_S) -> None:
    """Wait for a condition."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.05)


@pytest.fixture
def nuaikit() -> Iterator[Nuaikit]:
    """A fresh state folder; whatever still runs in it at the end is ended, and the folder removed."""
    with state_folder() as made:
        yield made


@pytest.fixture(scope="session")
def served() -> Iterator[Nuaikit]:
    """PostgreSQL alone, started once, for tests that leave it as they found it."""
    with state_folder() as made:
        made.up("postgres")
        yield made


@contextmanager
def state_folder() -> Iterator[Nuaikit]:
    with temporary_folder() as home:
        made = Nuaikit(home / "โรงเรียน, บ้าน'เรา")  # what people call folders
        yield made
        made("down")
        assert made.orphans() == []
