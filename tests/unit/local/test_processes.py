"""Processes: found by who they are, ended with their parent, and never mistaken for another."""

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest
from nuaikit_local import launch, processes
from nuaikit_local.layout import Layout
from nuaikit_local.problems import Problem
from nuaikit_local.processes import Command

SLEEPER = (sys.executable, "-c", "import signal, time; print('on', flush=True); time.sleep(60)")
STUBBORN = (
    sys.executable,
    "-c",
    "import signal, time\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\nprint('on', flush=True)\ntime.sleep(60)",
)


@pytest.fixture
def layout(tmp_path):
    made = Layout(tmp_path / "state")
    for folder in (made.logs, made.processes):
        folder.mkdir(parents=True)
    return made


def command(layout: Layout, argv=SLEEPER, *, seconds: float = 5.0) -> Command:
    return Command(argv=argv, env={}, cwd=layout.home, stop_signals=((signal.SIGTERM, seconds),))


def until(condition, seconds: float = 10.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.01)


def says_on(layout: Layout, name: str = "sleeper") -> bool:
    path = layout.logs / f"{name}.log"
    return path.exists() and "on" in path.read_text()


async def test_started_process_is_recorded_and_its_record_goes_with_it(layout):
    running = await processes.start("sleeper", command(layout), layout)
    entry = json.loads((layout.processes / "sleeper.json").read_text())
    assert (entry["pid"], entry["started"]) == (running.pid, processes.start_time(running.pid))
    assert [leftover.pid for leftover in processes.leftovers(layout)] == [running.pid]
    await running.stop()
    assert running.exit_code == -signal.SIGTERM
    assert not list(layout.processes.iterdir())
    assert processes.leftovers(layout) == []


async def test_process_that_ignores_its_signal_is_killed(layout):
    running = await processes.start("sleeper", command(layout, STUBBORN, seconds=0.2), layout)
    until(lambda: says_on(layout))
    await running.stop()
    assert running.exit_code == -signal.SIGKILL


async def test_process_without_a_record_is_found_by_its_mark(layout):
    running = await processes.start("sleeper", command(layout), layout)
    (layout.processes / "sleeper.json").unlink()
    until(lambda: says_on(layout))
    assert [(leftover.pid, leftover.name) for leftover in processes.leftovers(layout)] == [(running.pid, "sleeper")]
    assert await processes.end_leftovers(layout) == ["sleeper"]
    assert await running.wait() == -signal.SIGTERM


async def test_record_of_a_reused_pid_is_nobody(layout):
    record = layout.processes / "kafka.json"
    record.write_text(json.dumps({"pid": os.getpid(), "started": "another boot/1", "stop": 15}))
    assert processes.leftovers(layout) == []
    assert not record.exists()


async def test_broken_record_is_dropped(layout):
    (layout.processes / "kafka.json").write_text('{"pid": 12')
    assert processes.leftovers(layout) == []
    assert not list(layout.processes.iterdir())


async def test_cancelled_preparation_leaves_no_process(layout):
    task = asyncio.create_task(processes.run("kafka", command(layout, seconds=1.0), layout, seconds=30))
    await asyncio.to_thread(until, lambda: processes.leftovers(layout))
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert processes.leftovers(layout) == []


async def test_preparation_that_takes_too_long_is_killed(layout):
    with pytest.raises(TimeoutError):
        await processes.run("kafka", command(layout), layout, seconds=0.2)
    assert processes.leftovers(layout) == []


async def test_secrets_of_the_caller_are_not_inherited(layout, monkeypatch):
    monkeypatch.setenv("CREDIT_BANK_DATABASE_DSN", "secret")
    code, output = await processes.run(
        "x", command(layout, (sys.executable, "-c", "import os; print(sorted(os.environ))")), layout, seconds=20
    )
    assert code == 0
    assert "DSN" not in output
    assert processes.MARK in output


def test_child_ends_when_its_parent_is_killed(tmp_path):
    # A parent that starts a sleeper through the launcher, says its pid, and waits to be killed.
    program = (
        "import os, subprocess, sys\n"
        "child = subprocess.Popen([sys.executable, '-I', '-S', sys.argv[1], str(os.getpid()), '15', '-1', '-1',"
        " sys.executable, '-c', 'import time; print(1, flush=True); time.sleep(60)'], stdout=subprocess.PIPE)\n"
        "child.stdout.readline()\n"
        "print(child.pid, flush=True)\n"
        "sys.stdin.read()\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program, launch.__file__], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as parent:
        child = int(parent.stdout.readline())
        started = processes.start_time(child)
        assert started
        parent.kill()
    until(lambda: processes.start_time(child) != started)


def test_launcher_whose_parent_is_already_gone_starts_nothing(tmp_path):
    done = tmp_path / "done"
    answer = subprocess.run(
        [sys.executable, "-I", "-S", launch.__file__, "1", "15", "-1", "-1", "/usr/bin/touch", str(done)], check=False
    )
    assert answer.returncode == launch.PARENT_GONE
    assert not done.exists()


def test_taken_port_is_told_with_its_holder():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(Problem) as raised:
            processes.check_port("kafka", port, variable="KAFKA")
    assert raised.value.reason == "PORT_TAKEN"
    assert str(os.getpid()) in raised.value.facts["holder"]


def test_port_taken_on_all_addresses_is_taken_here_too():
    with socket.socket() as taken:
        taken.bind(("0.0.0.0", 0))  # noqa: S104 - the case under test
        taken.listen()
        with pytest.raises(Problem):
            processes.check_port("kafka", taken.getsockname()[1], variable="KAFKA")


def test_free_ports_differ_and_can_be_used():
    ports = processes.free_ports(20)
    assert len(set(ports)) == 20
    for port in ports:
        processes.check_port("x", port, variable="X")


def test_start_time_is_the_same_for_the_same_process_only():
    assert processes.start_time(os.getpid()) == processes.start_time(os.getpid())
    assert processes.start_time(os.getpid()) != processes.start_time(1)
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    assert processes.start_time(gone.pid) is None
    assert not psutil.pid_exists(gone.pid) or Path(f"/proc/{gone.pid}").exists()
