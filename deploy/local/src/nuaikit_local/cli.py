"""The program `nuaikit`: the one-machine runtime from the command line. `make` calls it."""

import asyncio
import importlib
import importlib.util
import json
import shutil
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.columns import Columns
from rich.console import Console
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table

from nuaikit_local import artifacts, control, processes
from nuaikit_local.control import SUPERVISOR_LOG, Supervision
from nuaikit_local.endpoints import platform_endpoints
from nuaikit_local.follow import follow, last_lines
from nuaikit_local.layout import Layout, default_home
from nuaikit_local.problems import Problem
from nuaikit_local.processes import start_time
from nuaikit_local.relock import relock
from nuaikit_local.report import ALL_PARTS, State, problem_of
from nuaikit_local.stack import holder

app = typer.Typer(
    name="nuaikit",
    no_args_is_help=True,
    add_completion=False,
    help="Run the whole platform on this machine: PostgreSQL, Kafka, sign-in and the services. · ใช้งานทั้งระบบในเครื่องนี้",
    pretty_exceptions_show_locals=False,  # locals hold passwords
)
artifacts_app = typer.Typer(no_args_is_help=True, help="The downloaded programs. · โปรแกรมที่ดาวน์โหลดมา")
app.add_typer(artifacts_app, name="artifacts")

out = Console()
err = Console(stderr=True)

NOT_RUNNING_CODE = 3
SCENARIO = "nuaikit_local.scenario.play"
EVERYTHING = ",".join(ALL_PARTS)

Offset = Annotated[
    int | None,
    typer.Option("--port-offset", help="Add this to every default port and remember it. · เลื่อนพอร์ตทั้งหมด"),
]
Parts = Annotated[str, typer.Option("--parts", help="Only these parts, separated by commas. · เลือกเฉพาะบางส่วน")]
AsJson = Annotated[bool, typer.Option("--json", help="For scripts: one JSON object. · ผลลัพธ์แบบ JSON สำหรับสคริปต์")]


@contextmanager
def problems_told() -> Generator[None]:
    """Say a problem and its way on in both languages, and end with exit code 1."""
    try:
        yield
    except Problem as problem:
        say_problem(problem)
        raise typer.Exit(1) from problem


def say_problem(problem: Problem) -> None:
    """A problem in English and Thai on standard error."""
    said = problem.sentences
    err.print(f"[bold red]✗ {problem.reason}[/]", highlight=False)
    for line in (said.en, f"→ {said.way_en}", said.th, f"→ {said.way_th}"):
        err.print(f"  {line}", markup=False, highlight=False)


def here() -> Layout:
    """The state folder of this call."""
    return Layout(default_home())


@app.command()
def up(
    parts: Parts = EVERYTHING,
    port_offset: Offset = None,
    foreground: Annotated[
        bool, typer.Option("--foreground", help="Stay, and stop everything on Ctrl-C. · ทำงานหน้าจอ หยุดด้วย Ctrl-C")
    ] = False,
) -> None:
    """Start the platform and come back when it is ready. · เริ่มระบบ."""
    with problems_told():
        layout = here()
        names = known_parts(parts)
        wait_for_earlier(layout)
        if foreground:
            with stopped_at_end(layout):
                stay(layout, start(layout, names, offset=port_offset, tied=True))
        else:
            start(layout, names, offset=port_offset, tied=False)
        failed = failed_parts(layout)
    if failed:
        raise typer.Exit(1)


@app.command()
def run(port_offset: Offset = None) -> None:
    """Start the platform, play the transfer scenario, and stay until Ctrl-C. · เริ่มระบบและสาธิตการโอนหน่วยกิต."""
    with problems_told():
        layout = here()
        wait_for_earlier(layout)
        with stopped_at_end(layout):
            supervision = start(layout, list(ALL_PARTS), offset=port_offset, tied=True)
            if failed_parts(layout):
                raise typer.Exit(1)
            play_scenario(layout)
            stay(layout, supervision)


def known_parts(words: str) -> list[str]:
    """The parts a person named, separated by commas.

    Raises:
        Problem: `UNKNOWN_PART`.
    """
    names = words.split(",")
    unknown = next((name for name in names if name not in ALL_PARTS), None)
    if unknown:
        raise Problem("UNKNOWN_PART", part=unknown, known=", ".join(ALL_PARTS))
    return names


def wait_for_earlier(layout: Layout) -> None:
    """Let an earlier run that still starts or stops come to the end of that, and say so.

    What is done against services that are being stopped fails half-way.
    """
    layout.prepare()
    is_told = False
    with Live(console=out, refresh_per_second=8, transient=True) as live:

        def watch(report: dict[str, Any]) -> None:
            nonlocal is_told
            if not is_told:
                out.print("Waiting for an earlier run that is starting or stopping. · รอระบบที่เปิดไว้ก่อนเริ่มหรือหยุดให้เสร็จ")
                is_told = True
            live.update(progress(report))

        control.until_settled(layout, watch=watch)


@contextmanager
def stopped_at_end(layout: Layout) -> Generator[None]:
    """Stop in order what the block started, however it ends; Ctrl-C is the ordinary end.

    A platform that ran before the block is left running.
    """
    was_running = holder(layout) is not None
    try:
        yield
    except KeyboardInterrupt:
        out.print()
    finally:
        if not was_running:
            stop(layout)


def failed_parts(layout: Layout) -> list[str]:
    """Parts that are down for good."""
    parts = control.read_report(layout).get("parts", {})
    return [name for name, part in parts.items() if part["state"] == State.FAILED]


def play_scenario(layout: Layout) -> None:
    """Play the scenario against the started platform, when this checkout has one.

    Raises:
        Problem: What the scenario met, or `PLATFORM_ENDED` when the supervisor ended meanwhile.
    """
    if importlib.util.find_spec(SCENARIO) is None:
        return
    supervisor = holder(layout) or 0
    started = start_time(supervisor)
    scenario = importlib.import_module(SCENARIO)
    is_told = scenario.play(
        platform_endpoints(layout),
        console=out,
        goes_on=lambda: started is not None and start_time(supervisor) == started,
    )
    if not is_told:
        log = layout.logs / f"{SUPERVISOR_LOG}.log"
        raise Problem("PLATFORM_ENDED", pid=supervisor, log=log, tail="\n".join(last_lines(log, 5)))


def start(layout: Layout, parts: list[str], *, offset: int | None, tied: bool) -> Supervision | None:
    """Start a supervisor unless one runs, show its progress, and say where everything is.

    Returns:
        The supervisor that was started; None when one was running already.
    """
    if pid := holder(layout):
        out.print(f"Already running (pid {pid}). · ระบบทำงานอยู่แล้ว")
        out.print(parts_table(control.read_report(layout)))
        return None
    with Live(console=out, refresh_per_second=8, transient=True) as live:
        supervision = control.launch_supervisor(
            layout, parts, offset=offset, tied=tied, watch=lambda report: live.update(progress(report))
        )
    out.print(parts_table(supervision.report))
    seconds = f"{supervision.report['ready_s']:.1f} s"
    if failed := failed_parts(layout):
        out.print(f"Up in {seconds}, without {', '.join(failed)}. · เริ่มได้ไม่ครบทุกส่วน", highlight=False)
    else:
        out.print(f"Ready in {seconds}. · พร้อมใช้งาน", highlight=False)
    for part in supervision.report["parts"].values():
        if problem := problem_of(part["problem"]):
            say_problem(problem)
    return supervision


def stay(layout: Layout, supervision: Supervision | None) -> None:
    """Wait until Ctrl-C, or until the supervisor ends by itself.

    Raises:
        Problem: Why it ended by itself.
    """
    if supervision is None:
        out.print("It ran before and stays up; `make down` stops it. · ระบบทำงานอยู่ก่อนแล้วและจะทำงานต่อไป")
        return
    out.print("Press Ctrl-C to stop. · กด Ctrl-C เพื่อหยุด")
    if code := supervision.process.wait():
        problem = problem_of(control.read_report(layout).get("problem"))
        log = layout.logs / f"{SUPERVISOR_LOG}.log"
        raise problem or Problem("SUPERVISOR_DIED", code=code, log=log, tail="\n".join(last_lines(log, 20)))


def stop(layout: Layout) -> bool:
    """Stop the running supervisor, showing what it still waits for."""
    with Live(console=out, refresh_per_second=8, transient=True) as live:
        was_running = control.stop_supervisor(layout, watch=lambda report: live.update(progress(report)))
    if was_running:
        out.print("Stopped. · หยุดแล้ว")
    return was_running


@app.command()
def down() -> None:
    """Stop everything in order; the data stays. · หยุดระบบ ข้อมูลยังอยู่."""
    with problems_told():
        layout = here()
        if not stop(layout):
            asyncio.run(processes.end_leftovers(layout))
            out.print(f"Nothing was running in {layout.home}. · ไม่มีอะไรทำงานอยู่", highlight=False)


@app.command()
def status(as_json: AsJson = False) -> None:
    """Say what runs where and whether it works; exit code 0 when all of it does. · ดูสถานะ."""
    with problems_told():
        # It brings the clients of every part, half a second that other commands need not wait.
        from nuaikit_local.examine import live_report  # noqa: PLC0415 - see above

        layout = here()
        report = asyncio.run(live_report(layout))
    if as_json:
        out.print_json(json.dumps(report, ensure_ascii=False))
    elif not report["running"]:
        out.print(f"Nothing runs in {layout.home}. · ไม่มีอะไรทำงานอยู่", highlight=False)
    elif not report["parts"]:
        out.print(f"{report['phase']} in {report['home']} (pid {report['supervisor']})", highlight=False)
    else:
        out.print(parts_table(report))
    if not report["running"]:
        raise typer.Exit(NOT_RUNNING_CODE)
    if any(part["health"] != "ok" for part in report["parts"].values()):
        raise typer.Exit(1)


@app.command()
def logs(
    part: Annotated[str | None, typer.Argument(help="One part, or all. · ส่วนที่ต้องการดู")] = None,
    keep_on: Annotated[bool, typer.Option("--follow", "-f", help="Show what comes. · ดูต่อเนื่อง")] = False,
    lines: Annotated[int, typer.Option("--lines", "-n", min=1, max=1000, help="How many lines of each.")] = 30,
) -> None:
    """Show the logs. · ดูบันทึกการทำงาน."""
    with problems_told():
        layout = here()
        known = (*ALL_PARTS, SUPERVISOR_LOG)
        if part and part not in known:
            raise Problem("UNKNOWN_PART", part=part, known=", ".join(known))
        paths = [layout.logs / f"{name}.log" for name in ((part,) if part else known)]

        def say(path: Path, line: str) -> None:
            prefix = "" if part else f"{path.stem:>16} │ "
            typer.echo(f"{prefix}{line}")

        for path in paths:
            for line in last_lines(path, lines):
                say(path, line)
        if keep_on:
            try:
                follow(paths, say, keep_on=lambda: True)
            except KeyboardInterrupt:
                return


@app.command()
def reset(yes: Annotated[bool, typer.Option("--yes", help="Do not ask. · ไม่ต้องถาม")] = False) -> None:
    """Stop, and remove all data of this state folder for good. · หยุดและลบข้อมูลทั้งหมด."""
    with problems_told():
        layout = here()
        if not layout.home.exists():
            out.print(f"Nothing to remove in {layout.home}. · ไม่มีข้อมูลให้ลบ", highlight=False)
            return
        question = f"Remove all data in {layout.home}? · ลบข้อมูลทั้งหมดใน {layout.home} หรือไม่"
        if not yes and not typer.confirm(question):
            raise typer.Exit(1)
        stop(layout)
        asyncio.run(processes.end_leftovers(layout))
        foreign = remove(layout)
        if foreign:
            raise Problem("FOREIGN_HOME", folder=layout.home, names=", ".join(foreign))
        out.print("Removed. · ลบแล้ว")


def remove(layout: Layout) -> list[str]:
    """Remove what the runtime makes and nothing else: NUAIKIT_HOME may name any folder by mistake.

    Returns:
        Names of what is left because it is not ours.
    """
    ours = ("postgres", "kafka", "issuer", "processes", "logs", "secrets")
    for folder in (*(layout.home / name for name in ours), *layout.home.glob("initdb-*")):
        shutil.rmtree(folder, ignore_errors=False) if folder.is_dir() else None
    for name in ("settings.json", "state.json", ".state.json.part", "lock"):
        (layout.home / name).unlink(missing_ok=True)
    foreign = sorted(path.name for path in layout.home.iterdir())
    if not foreign:
        layout.home.rmdir()
    return foreign


@app.command()
def migrate(
    service: Annotated[str, typer.Argument(help="Which service. · ชื่อบริการ")],
    step: Annotated[str, typer.Option(help="pre, post or all.")] = "all",
) -> None:
    """Bring a service's database up to date. · ปรับปรุงฐานข้อมูลของบริการ."""
    with problems_told():
        from nuaikit_local.examine import service_program  # noqa: PLC0415 - see `status`

        code = service_program(here(), service, "migrate", "--step", step)
    raise typer.Exit(code)


@app.command()
def audit(service: Annotated[str, typer.Argument(help="Which service. · ชื่อบริการ")]) -> None:
    """Recompute what a service keeps and report drift. · ตรวจสอบความถูกต้องของข้อมูล."""
    with problems_told():
        from nuaikit_local.examine import service_program  # noqa: PLC0415 - see `status`

        code = service_program(here(), service, "audit")
    raise typer.Exit(code)


@app.command()
def accounts(as_json: AsJson = False) -> None:
    """Show the demonstration accounts and their password. · แสดงบัญชีทดลอง."""
    with problems_told():
        described = platform_endpoints(here())
    if as_json:
        people = {account.username: account.subject for account in described.directory.accounts}
        out.print_json(json.dumps({"password": described.password, "accounts": people}))
        return
    table = Table("username", "ใคร · who", title="Demonstration accounts · บัญชีทดลอง")
    for account in described.directory.accounts:
        table.add_row(account.username, f"{account.label_th}\n[dim]{account.label_en}[/]")
    out.print(table)
    out.print(f"Password of all · รหัสผ่านของทุกบัญชี: [bold]{described.password}[/]", highlight=False)


@artifacts_app.command("fetch")
def fetch() -> None:
    """Download and verify PostgreSQL and Kafka now. · ดาวน์โหลดโปรแกรมล่วงหน้า."""
    with problems_told():
        told = artifacts.Progress(
            began=lambda size: out.print(f"Downloading {size / 1e6:.0f} MB", highlight=False), notice=out.print
        )
        found = artifacts.ensure(progress=told)
    out.print(f"Complete in {found.cache}", highlight=False)


@artifacts_app.command("lock")
def lock() -> None:
    """Make the committed list of jars anew (maintainers). · สร้างรายการไฟล์ใหม่ (สำหรับผู้ดูแล)."""
    with problems_told():
        count = relock(Path(__file__).with_name("jars.lock.toml"))
    out.print(f"{count} jars locked", highlight=False)


COLOURS = {
    State.READY: "green",
    State.STARTING: "yellow",
    State.RESTARTING: "yellow",
    State.FAILED: "red",
}


def parts_table(report: dict[str, Any]) -> Table:
    """What runs where, as a table."""
    # Without lines it fits 80 columns, and an address is never cut.
    table = Table(box=None, pad_edge=False)
    for heading in ("part", "state", "address"):
        table.add_column(heading, no_wrap=True)
    for heading in ("pid", "version", "health", "s"):
        table.add_column(heading)
    for name, part in report.get("parts", {}).items():
        state = part["state"]
        colour = COLOURS.get(State(state), "dim")
        cells = (part["address"], part["pid"], part["version"], part["health"], part["seconds"])
        table.add_row(name, f"[{colour}]{state}[/]", *("" if cell is None else str(cell) for cell in cells))
    return table


def progress(report: dict[str, Any]) -> Table:
    """What is being waited for, as a small grid."""
    grid = Table.grid(padding=(0, 2))
    if not report:
        grid.add_row("…", "starting · กำลังเริ่ม")
        return grid
    fetched, wanted = report["bytes"]
    if wanted:
        bar = Columns(
            [ProgressBar(total=wanted, completed=fetched, width=30), f"{fetched / 1e6:.0f}/{wanted / 1e6:.0f} MB"]
        )
        grid.add_row("download", bar)
    if report["doing"]:
        grid.add_row("", report["doing"])
    seconds = time.time() - report["begun"]
    grid.add_row(f"{seconds:5.1f} s", report["phase"])
    for name, part in report["parts"].items():
        colour = COLOURS.get(State(part["state"]), "dim")
        grid.add_row(name, f"[{colour}]{part['state']}[/]")
    return grid
