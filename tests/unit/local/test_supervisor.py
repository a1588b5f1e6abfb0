"""The supervisor's judgement, on parts that are small processes of this test: what is restarted, what is given up."""

import asyncio
import json
import signal
import sys
import time

import pytest
from nuaikit_local import artifacts, processes, supervisor
from nuaikit_local.artifacts import Artifacts
from nuaikit_local.layout import Layout
from nuaikit_local.parts import NotReady
from nuaikit_local.processes import Command
from nuaikit_local.report import Phase, State
from nuaikit_local.supervisor import Supervisor

SERVES = "import time; print('on', flush=True); time.sleep(60)"
DIES = "print('it went wrong'); raise SystemExit(7)"


class Toy:
    """A part that is a line of Python; ready when its log says `on`."""

    version = "1"
    ready_within_s = 20.0

    def __init__(self, layout: Layout, name: str, program: str = SERVES, *, needs=(), stop_rank: int = 0) -> None:
        self.name = name
        self.needs_to_prepare = ()
        self.needs = needs
        self.ports = {}
        self.stop_rank = stop_rank
        self.address = name
        self.program = program
        self.prepared = 0
        self.stumbles = 0
        self._layout = layout

    async def prepare(self) -> None:
        self.prepared += 1
        (self._layout.logs / f"{self.name}.log").unlink(missing_ok=True)

    def command(self) -> Command:
        note = f"; open({str(self._layout.home / 'ended')!r}, 'a').write('{self.name} ')"
        program = f"import signal, sys\nsignal.signal(15, lambda *_: (exec({note[2:]!r}), sys.exit(0)))\n{self.program}"
        return Command(
            argv=(sys.executable, "-c", program),
            env={},
            cwd=self._layout.home,
            stop_signals=((signal.SIGTERM, 5.0),),
        )

    async def probe(self) -> None:
        if "on" not in (self._layout.logs / f"{self.name}.log").read_text().split():
            raise NotReady("not on")

    async def complete(self) -> None:
        if self.stumbles:
            self.stumbles -= 1
            raise NotReady("it stumbled")


@pytest.fixture
def layout(tmp_path, monkeypatch) -> Layout:
    monkeypatch.setattr(supervisor, "BACKOFF_S", (0.01,))
    monkeypatch.setattr(artifacts, "ensure", lambda progress: Artifacts(tmp_path, (), tmp_path))
    monkeypatch.setattr(Layout, "prepare", lambda _layout: None)
    made = Layout(tmp_path / "state")
    for folder in (made.logs, made.processes):
        folder.mkdir(parents=True)
    return made


@pytest.fixture
def supervise(layout, monkeypatch):
    """`supervise(part, …)` starts a supervisor of these parts; it is stopped at the test's end."""
    tasks: list[asyncio.Task[int]] = []

    def start(*parts: Toy) -> asyncio.Task[int]:
        monkeypatch.setattr(supervisor, "describe", lambda *_: {part.name: part for part in parts})
        tasks.append(asyncio.create_task(Supervisor(layout, [part.name for part in parts]).run()))
        return tasks[-1]

    yield start
    assert processes.leftovers(layout) == []


def report(layout: Layout) -> dict:
    return json.loads(layout.report.read_text()) if layout.report.exists() else {"phase": "", "parts": {}}


async def until(condition, seconds: float = 30.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        await asyncio.sleep(0.01)


async def stop(task: asyncio.Task[int]) -> int:
    signal.raise_signal(signal.SIGTERM)  # the supervisor's own handler takes it
    return await asyncio.wait_for(task, 30)


async def test_parts_are_stopped_in_the_order_of_their_ranks(layout, supervise):
    toys = [Toy(layout, name, stop_rank=rank) for name, rank in (("postgres", 2), ("kafka", 1), ("portal", 0))]
    task = supervise(*toys)
    await until(lambda: report(layout)["phase"] == Phase.READY)
    assert await stop(task) == 0
    assert (layout.home / "ended").read_text() == "portal kafka postgres "
    assert {part["state"] for part in report(layout)["parts"].values()} == {State.STOPPED}


async def test_killed_part_comes_back_and_what_needs_it_stays(layout, supervise):
    task = supervise(Toy(layout, "postgres"), Toy(layout, "portal", needs=("postgres",)))
    await until(lambda: report(layout)["phase"] == Phase.READY)
    before = report(layout)["parts"]
    processes.os.kill(before["postgres"]["pid"], signal.SIGKILL)
    await until(lambda: report(layout)["parts"]["postgres"]["restarts"] == 1 and report(layout)["phase"] == Phase.READY)
    after = report(layout)["parts"]
    assert after["postgres"]["pid"] != before["postgres"]["pid"]
    assert after["portal"]["pid"] == before["portal"]["pid"]
    assert await stop(task) == 0


async def test_service_that_does_not_start_is_explained_and_the_rest_goes_on(layout, supervise):
    task = supervise(Toy(layout, "postgres"), Toy(layout, "portal", DIES))
    await until(lambda: report(layout)["phase"] == Phase.DEGRADED)
    portal = report(layout)["parts"]["portal"]
    assert (portal["state"], portal["problem"]["reason"]) == (State.FAILED, "PART_DIED")
    assert portal["problem"]["facts"]["code"] == "7"
    assert "it went wrong" in portal["problem"]["facts"]["tail"]
    assert report(layout)["parts"]["postgres"]["state"] == State.READY
    assert await stop(task) == 0


async def test_server_that_does_not_start_ends_everything(layout, supervise):
    task = supervise(Toy(layout, "postgres", DIES), Toy(layout, "kafka"), Toy(layout, "portal", needs=("postgres",)))
    assert await asyncio.wait_for(task, 30) == 1
    assert (report(layout)["phase"], report(layout)["problem"]["reason"]) == (Phase.FAILED, "PART_DIED")


async def test_part_that_keeps_dying_is_given_up(layout, supervise, monkeypatch):
    monkeypatch.setattr(supervisor, "RESTARTS_MAX", 2)
    portal = Toy(layout, "portal", "print('on', flush=True); import time; time.sleep(0.3); raise SystemExit(3)")
    task = supervise(Toy(layout, "postgres"), portal)
    await until(lambda: report(layout)["parts"].get("portal", {}).get("state") == State.FAILED)
    assert report(layout)["parts"]["portal"]["problem"]["reason"] == "PART_KEEPS_DYING"
    assert portal.prepared == 3
    assert await stop(task) == 0


async def test_content_that_stumbles_is_tried_again(layout, supervise):
    postgres = Toy(layout, "postgres")
    postgres.stumbles = 3
    task = supervise(postgres)
    await until(lambda: report(layout)["phase"] == Phase.READY)
    assert await stop(task) == 0


async def test_fault_nobody_foresaw_is_told_and_not_swallowed(layout, supervise):
    portal = Toy(layout, "portal")

    async def broken() -> None:
        raise ZeroDivisionError("nobody foresaw this")

    portal.prepare = broken
    task = supervise(portal)
    await until(lambda: report(layout)["parts"].get("portal", {}).get("state") == State.FAILED)
    problem = report(layout)["parts"]["portal"]["problem"]
    assert (problem["reason"], problem["facts"]["detail"]) == ("PART_FAULT", "ZeroDivisionError: nobody foresaw this")
    assert await stop(task) == 0


async def test_part_that_needs_a_failed_one_is_told_which(layout, supervise):
    task = supervise(Toy(layout, "guidance", DIES), Toy(layout, "portal", needs=("guidance",)))
    await until(lambda: report(layout)["parts"].get("portal", {}).get("state") == State.FAILED)
    problem = report(layout)["parts"]["portal"]["problem"]
    assert (problem["reason"], problem["facts"]["need"]) == ("PART_BLOCKED", "guidance")
    assert await stop(task) == 0


async def test_second_supervisor_leaves_the_first_ones_report_alone(layout, supervise):
    task = supervise(Toy(layout, "postgres"))
    await until(lambda: report(layout)["phase"] == Phase.READY)
    assert await Supervisor(layout, ["postgres"]).run() == 1
    assert report(layout)["phase"] == Phase.READY
    assert layout.lock.read_text() == str(processes.os.getpid())
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
