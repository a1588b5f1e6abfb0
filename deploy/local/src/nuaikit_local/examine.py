"""Look into a running platform, and run a service's own commands on its data."""

import asyncio
import subprocess
from typing import Any

from nuaikit_local import artifacts, control, ports, processes
from nuaikit_local.layout import Layout, default_cache
from nuaikit_local.parts import NotReady, Part
from nuaikit_local.problems import Problem
from nuaikit_local.report import SERVICES, Phase
from nuaikit_local.services import ServicePart
from nuaikit_local.stack import holder
from nuaikit_local.supervisor import describe


async def live_report(layout: Layout) -> dict[str, Any]:
    """The supervisor's report with every part's health asked now."""
    report = control.read_report(layout)
    pid = holder(layout)
    if pid is None or not report:
        return {"running": False, "home": str(layout.home), "phase": Phase.STOPPED.value, "parts": {}}
    names = list(report["parts"])
    parts = describe(layout, artifacts.located(default_cache()), ports.remembered(layout), names)
    healths = await asyncio.gather(*(health(part) for part in parts.values()))
    entries = {
        name: {"part": name, **report["parts"][name], "health": said} for name, said in zip(parts, healths, strict=True)
    }
    kept = {name: report[name] for name in ("phase", "ready_s", "problem")}
    return {"running": True, "home": str(layout.home), "supervisor": pid, **kept, "parts": entries}


async def health(part: Part) -> str:
    """`ok`, or why not, asked now."""
    try:
        await part.probe()
    except NotReady as error:
        return f"down: {error}"[:200]
    except Problem as problem:
        return problem.reason
    return "ok"


def service_program(layout: Layout, service: str, *arguments: str) -> int:
    """Run a service's own program on this machine's database, its output straight to the terminal.

    Returns:
        Its exit code.

    Raises:
        Problem: `NOT_RUNNING`, `UNKNOWN_PART`.
    """
    if service not in SERVICES:
        raise Problem("UNKNOWN_PART", part=service, known=", ".join(SERVICES))
    if holder(layout) is None:
        raise Problem("NOT_RUNNING", folder=layout.home)
    part = describe(layout, artifacts.located(default_cache()), ports.remembered(layout), [service])[service]
    assert isinstance(part, ServicePart)
    part.write_secrets()
    command = part.program(*arguments)
    environment = processes.environment(layout, service, command.env)
    return subprocess.run(command.argv, env=environment, cwd=command.cwd, check=False).returncode  # noqa: S603 - our own program
