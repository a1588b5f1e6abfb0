"""Commands of `student-registry` beside serving: import, export, verify, reseal.

Whoever works at the machine acts for a named person: `--as SUBJECT --assignment ID`, with that person's rights and no
others, and every look and change is noted under that person's name like one that came over HTTP. Output is JSON on
standard output; what went wrong is one line on standard error, without any value.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import logging
import sys
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from typing import IO, BinaryIO
from uuid import UUID

from chassis.auth import Actor, Credentials
from chassis.errors import ServiceError
from chassis.ids import uuid7
from chassis.messages import Messages
from chassis.service import Command, Resources
from chassis.sheets import as_csv, as_xlsx

from student_registry.assignments.use_cases import TableResolver
from student_registry.calendar_th import now_utc
from student_registry.config import Settings
from student_registry.deps import Deps
from student_registry.exporting import use_cases as exporting
from student_registry.importing import nuaikit_learners_1, running
from student_registry.importing import use_cases as importing
from student_registry.importing.domain import ImportReport, ImportState
from student_registry.institutions.errors import InstitutionNotFound
from student_registry.institutions.use_cases import ListInstitutions, list_institutions
from student_registry.oneroster import use_cases as oneroster
from student_registry.provenance import DataStatus, Provenance
from student_registry.resealing import reseal
from student_registry.verifying.use_cases import verify

log = logging.getLogger(__name__)

DONE, FAILED, SOME_REJECTED = 0, 1, 3
"""Exit codes; 2 is a command that was misspelt, or settings that are not usable."""
ONEROSTER = "oneroster-1.2"
SERVICE_NAME = "command-line"
"""Through what a person read, in his access rows."""
_POLL_S = 0.2
_PIECE_BYTES = 256 * 1024

Dependencies = Callable[[Resources[Settings]], Deps]
Work = Callable[[Deps, argparse.Namespace, Messages], Awaitable[int]]


def commands(dependencies: Dependencies) -> list[Command[Settings]]:
    """The commands, for the program."""

    def command(
        name: str, help_: str, configure: Callable[[argparse.ArgumentParser], None], work: Work
    ) -> Command[Settings]:
        async def run(resources: Resources[Settings], arguments: argparse.Namespace) -> int:
            try:
                return await work(dependencies(resources), arguments, resources.messages)
            except ServiceError as error:
                sys.stderr.write(f"{error.reason}: {resources.messages.sentence(error.reason)}\n")
                return FAILED
            except OSError as error:
                sys.stderr.write(f"{type(error).__name__}: {error.strerror}\n")
                return FAILED

        return Command(name, help_, configure, run)

    return [
        command(
            "import",
            "import a file of learners into the operator's institution (นำเข้าไฟล์ผู้เรียน)",
            _configure_import,
            _import,
        ),
        command(
            "export",
            "export the learners of the operator's institution (ส่งออกไฟล์ผู้เรียน)",
            _configure_export,
            _export,
        ),
        command(
            "verify",
            "compare what is kept with itself; exit code 1 when something differs (ตรวจความสอดคล้องของข้อมูล)",
            lambda _parser: None,
            _verify,
        ),
        command(
            "reseal",
            "seal everything with the current keys after a rotation (เข้ารหัสใหม่ด้วยกุญแจปัจจุบัน)",
            lambda _parser: None,
            _reseal,
        ),
    ]


def _configure_operator(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--as", dest="subject", required=True, metavar="SUBJECT", help="sign-in subject acted for")
    parser.add_argument("--assignment", type=UUID, required=True, metavar="ID", help="assignment acted under")
    parser.add_argument(
        "--institution", metavar="CODE", help="official code or local alias; the assignment's own when absent"
    )


def _configure_import(parser: argparse.ArgumentParser) -> None:
    _configure_operator(parser)
    parser.add_argument("file", type=Path, metavar="FILE", help="CSV, XLSX, or a OneRoster bundle (ZIP)")
    parser.add_argument(
        "--layout", default=nuaikit_learners_1.LAYOUT.name, help=f"file layout, or {ONEROSTER} (default: %(default)s)"
    )
    parser.add_argument("--encoding", choices=["utf-8", "cp874"], help="detected when absent")
    parser.add_argument("--source", default="learner file", help="where the data come from (default: %(default)s)")
    parser.add_argument("--data-status", type=DataStatus, choices=list(DataStatus), default=DataStatus.ASSUMED)
    parser.add_argument("--dry-run", action="store_true", help="check everything and write nothing")


def _configure_export(parser: argparse.ArgumentParser) -> None:
    _configure_operator(parser)
    parser.add_argument("file", type=Path, metavar="FILE", help="file to write; an existing one is not touched")
    parser.add_argument("--format", choices=["csv", "xlsx", ONEROSTER], default="csv")


async def _operator(deps: Deps, arguments: argparse.Namespace) -> tuple[Actor, UUID]:
    """The person acted for, and the institution that is meant.

    Raises:
        AssignmentUnknown: The person has no such assignment today.
        InstitutionNotFound: There is no institution of that code.
    """
    credentials = Credentials(
        subject=arguments.subject, scopes=frozenset(), assignment_id=arguments.assignment, token=""
    )
    actor = await TableResolver(deps).resolve(credentials, is_fresh_needed=True)
    fields = {"assignment_id": str(arguments.assignment), "role": actor.role, "command": arguments.command}
    log.info("Acts by command line", extra={"fields": fields})
    institution_id = actor.at()
    if arguments.institution:
        found, _ = await list_institutions(deps, ListInstitutions(codes=(arguments.institution,)), now=now_utc())
        if not found:
            raise InstitutionNotFound(field="institution")
        institution_id = found[0].institution_id
    return replace(actor, service=SERVICE_NAME), institution_id


def _print(report: dict[str, object]) -> None:
    sys.stdout.write(json.dumps(report, ensure_ascii=False, default=str) + "\n")


async def _import(deps: Deps, arguments: argparse.Namespace, messages: Messages) -> int:
    actor, institution_id = await _operator(deps, arguments)
    provenance = Provenance(arguments.source, arguments.data_status)
    with arguments.file.open("rb") as file:
        report = await _import_file(deps, arguments, file, institution_id, actor=actor, provenance=provenance)
    if report.state is ImportState.FAILED:
        reason = report.failure_reason or "FILE_UNREADABLE"
        sys.stderr.write(f"{reason}: {messages.sentence(reason)}\n")
        return FAILED
    faults = [(item.file or "", item.row, item.column, item.reason) for item in report.faults]
    counts = (report.row_count, report.accepted, report.already_known, report.rejected)
    names = ("row_count", "accepted", "already_known", "rejected")
    rows = [
        {"file": file_name, "row": row, "column": column, "reason": reason, "title_th": messages.sentence(reason)}
        for file_name, row, column, reason in faults
    ]
    _print({"is_dry_run": arguments.dry_run, **dict(zip(names, counts, strict=True)), "rows": rows})
    return SOME_REJECTED if counts[-1] else DONE


async def _import_file(
    deps: Deps,
    arguments: argparse.Namespace,
    file: BinaryIO,
    institution_id: UUID,
    *,
    actor: Actor,
    provenance: Provenance,
) -> ImportReport:
    """Import a learner file; a large one is worked on here until it is settled."""
    command = importing.ImportLearners(
        request_id=uuid7(),
        institution_id=institution_id,
        layout=arguments.layout,
        file=file,
        encoding=arguments.encoding,
        is_dry_run=arguments.dry_run,
        provenance=provenance,
    )
    report = await importing.import_learners(deps, command, actor=actor, now=now_utc())
    stopping = asyncio.Event()
    work = asyncio.create_task(running.work(deps, stopping))
    try:
        while not report.is_settled:
            await asyncio.wait([work], timeout=_POLL_S)
            report = await importing.get_import(deps, report.import_id, actor=actor)
    finally:
        stopping.set()
        await work
    return report


async def _export(deps: Deps, arguments: argparse.Namespace, _messages: Messages) -> int:
    actor, institution_id = await _operator(deps, arguments)
    now = now_utc()
    query = exporting.ExportLearners(institution_id)
    # Opened first and never over another file: what is exported is personal, and so is what would be lost.
    with arguments.file.open("xb") as file:
        arguments.file.chmod(0o600)
        try:
            if arguments.format == ONEROSTER:
                with await oneroster.export_bundle(deps, institution_id, on_date=None, actor=actor, now=now) as bundle:
                    _copy(bundle, file)
            else:
                if arguments.format == "xlsx":
                    await exporting.check_workbook(deps, query, now=now)
                rows = exporting.sheet_rows(exporting.rows(deps, query, actor=actor, now=now))
                async for piece in as_xlsx(rows) if arguments.format == "xlsx" else as_csv(rows):
                    file.write(piece)
        except BaseException:
            arguments.file.unlink()
            raise
        size = file.tell()
    _print({"file": arguments.file, "bytes": size})
    return DONE


def _copy(source: IO[bytes], target: IO[bytes]) -> None:
    while piece := source.read(_PIECE_BYTES):
        target.write(piece)


async def _verify(deps: Deps, _arguments: argparse.Namespace, _messages: Messages) -> int:
    found = await verify(deps)
    _print(dict(found))
    return FAILED if any(found.values()) else DONE


async def _reseal(deps: Deps, _arguments: argparse.Namespace, _messages: Messages) -> int:
    done = await reseal(deps)
    _print({"chunks": done.chunks, "left": done.left})
    return DONE if done.is_complete else FAILED
