"""Plays the scenario against a started platform and shows it as a table that people read."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import grpc.aio
from rich.console import Console
from rich.panel import Panel
from rich.table import Table

from nuaikit_local.endpoints import PlatformEndpoints
from nuaikit_local.layout import checkout
from nuaikit_local.problems import Problem
from nuaikit_local.scenario.platform import Addresses, Platform, ScenarioError
from nuaikit_local.scenario.stage import ScenarioReport, StepReport
from nuaikit_local.scenario.story import run
from nuaikit_local.scenario.world import load

CLIENTS = ("demo-college-system",)
LOOK_EVERY_S = 0.25
"""How often the supervisor is looked for."""


def platform_of(described: PlatformEndpoints) -> Platform:
    """The scenario's view of a started platform."""
    return Platform(
        Addresses(
            issuer=described.http["issuer"],
            registry_http=described.http["student-registry"],
            registry_grpc=described.grpc["student-registry"],
            bank_http=described.http["credit-bank"],
            bank_grpc=described.grpc["credit-bank"],
            guidance_http=described.http["guidance"],
            guidance_grpc=described.grpc["guidance"],
            indicators_http=described.http["indicators"],
            portal_http=described.http["portal"],
        ),
        described.password,
        {client_id: described.client_secret(client_id) for client_id in CLIENTS},
    )


def play(described: PlatformEndpoints, *, console: Console, goes_on: Callable[[], bool]) -> bool:
    """Play the scenario and print what happened, step by step.

    Args:
        described: The platform.
        console: Where to print.
        goes_on: Whether the platform's supervisor still lives. A step waits for a part that starts again, and nothing
            starts again without it.

    Returns:
        Whether the story was told to its end; False as soon as `goes_on` says no.

    Raises:
        Problem: `SCENARIO_FAILED`, with the step that was answered otherwise than the story says.
    """
    console.rule("ทวิศึกษา: บันทึก เทียบโอน สอบถาม · Dual education: record, transfer, query")
    console.print("ข้อมูลสังเคราะห์ทั้งหมด · all data are synthetic; every block says confirmed | assumed | demonstration")
    try:
        report = asyncio.run(_play_while(goes_on, described, console))
    except ScenarioError as error:
        raise Problem("SCENARIO_FAILED", cause=str(error)) from error
    except grpc.aio.AioRpcError as error:
        raise Problem("SCENARIO_FAILED", cause=f"{error.code().name}: {error.details()}") from error
    if report is None:
        return False
    _show_balances(report, console)
    _show_entrances(described, console)
    return True


async def _play_while(
    goes_on: Callable[[], bool], described: PlatformEndpoints, console: Console
) -> ScenarioReport | None:
    story = asyncio.create_task(_play(described, console))
    try:
        while goes_on():
            if (await asyncio.wait({story}, timeout=LOOK_EVERY_S))[0]:
                return story.result()
        return None
    finally:
        story.cancel()
        await asyncio.wait({story})


async def _play(described: PlatformEndpoints, console: Console) -> ScenarioReport:
    world = load(checkout() / "examples" / "dual-education")
    async with platform_of(described) as platform:
        return await run(platform, world, say=lambda step: _show_step(step, console))


def _show_step(step: StepReport, console: Console) -> None:
    table = Table(show_header=False, box=None, padding=(0, 2), pad_edge=False)
    for name, value in step.facts:
        table.add_row(f"[dim]{name}[/]", value)
    title = f"[green]✓[/] [bold]{step.title_th}[/] · {step.title_en} [dim]({step.seconds:.1f} s)[/]"
    console.print(title, highlight=False)
    console.print(table, highlight=False)


def _show_balances(report: ScenarioReport, console: Console) -> None:
    table = Table(title="บัญชีของผู้เรียนคนที่ 1 · accounts of learner 1", title_justify="left")
    for heading in ("บัญชี · account", "ช่อง · bucket", "หน่วยกิต · credits"):
        table.add_column(heading)
    for row in report.balances:
        table.add_row(*row)
    console.print(table)
    console.print(
        "การเรียนรู้เดียวกันนับได้ทั้งใน ม.6 และ ปวช. · the same learning counts in M.6 and in the vocational certificate"
    )


def _show_entrances(described: PlatformEndpoints, console: Console) -> None:
    table = Table(title="เข้าใช้งาน · where to go", title_justify="left")
    table.add_column("ส่วน · part")
    table.add_column("HTTP")
    table.add_column("gRPC")
    for name, address in described.http.items():
        docs = "" if name in ("portal", "issuer") else "/docs"
        table.add_row(name, f"{address}{docs}", described.grpc.get(name, ""))
    console.print(table)
    names = [account.username for account in described.directory.accounts]
    console.print(
        Panel(
            f"{', '.join(names)}\nรหัสผ่าน · password: [bold]{described.password}[/]",
            title="บัญชีสาธิต · demonstration accounts",
            subtitle=f"เปิด · open {described.http['portal']}",
        )
    )
