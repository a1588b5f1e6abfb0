"""Commands of `credit-bank` beside serving: data that the program brings along, and catalogue files in and out.

Whoever works at the machine acts for a named person: `--as SUBJECT --assignment ID`, with that person's rights and no
others. Output is JSON on standard output; what went wrong is one line on standard error.
"""

from __future__ import annotations

import argparse
import errno
import json
import sys
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from uuid import UUID

from chassis.assignments import CopyResolver
from chassis.auth import Actor, Credentials
from chassis.errors import ServiceError
from chassis.ids import uuid7
from chassis.outcomes import Outcome
from chassis.pg import Pool
from chassis.service import Command, Resources
from chassis.sheets import as_csv, as_xlsx

from credit_bank import limits
from credit_bank.calendar_th import utc_now
from credit_bank.catalogue import files
from credit_bank.catalogue.keys import CodeSystem
from credit_bank.catalogue.layout import LAYOUT
from credit_bank.catalogue.use_cases import owner_of
from credit_bank.config import Settings
from credit_bank.equivalences.candidates import candidate_rules
from credit_bank.equivalences.proposing import ProposeRules, propose_rules
from credit_bank.people import store as people
from credit_bank.provenance import STATUSES, Provenance
from credit_bank.qualifications.use_cases import publish_shipped_qualifications

DONE, FAILED, SOME_REFUSED = 0, 1, 3
"""Exit codes; 2 is a command that was misspelt, or settings that are not usable."""

Work = Callable[[Resources[Settings], argparse.Namespace, Actor], Awaitable[int]]


def commands() -> list[Command[Settings]]:
    """The commands, for the program."""

    def command(
        name: str, help_: str, configure: Callable[[argparse.ArgumentParser], None], work: Work
    ) -> Command[Settings]:
        def configured(parser: argparse.ArgumentParser) -> None:
            parser.add_argument("--as", dest="subject", required=True, help="subject of the person acted for")
            parser.add_argument("--assignment", type=UUID, required=True, help="assignment acted under")
            configure(parser)

        async def run(resources: Resources[Settings], arguments: argparse.Namespace) -> int:
            try:
                return await work(resources, arguments, await _actor(resources, arguments))
            except ServiceError as error:
                sys.stderr.write(f"{error.reason}: {resources.messages.sentence(error.reason)}\n")
            except OSError as error:
                sys.stderr.write(f"{type(error).__name__}: {error.strerror}\n")
            return FAILED

        return Command(name, help_, configured, run)

    return [
        command(
            "load-data",
            "publish the shipped qualifications and propose candidate rules (โหลดโครงสร้างคุณวุฒิและร่างกฎเทียบโอน)",
            _configure_load,
            _load,
        ),
        command(
            "import-courses",
            f"publish the good rows of a catalogue file, layout {LAYOUT} (นำเข้าไฟล์รายวิชา)",
            _configure_import,
            _import,
        ),
        command(
            "export-courses",
            "write one's own courses, or national ones, as a catalogue file (ส่งออกไฟล์รายวิชา)",
            _configure_export,
            _export,
        ),
    ]


async def _actor(resources: Resources[Settings], arguments: argparse.Namespace) -> Actor:
    """The person acted for.

    Raises:
        AssignmentUnknown: The person has no such assignment today.
    """
    key = resources.settings.subject_hash_key.get_secret_value().encode()
    resolver = CopyResolver(resources.pool, people.assignments, subject_hash_key=key, ask=None)
    credentials = Credentials(
        subject=arguments.subject, scopes=frozenset(), assignment_id=arguments.assignment, token=""
    )
    return await resolver.resolve(credentials, is_fresh_needed=False)


def _print(report: object) -> None:
    sys.stdout.write(json.dumps(report, ensure_ascii=False) + "\n")


# ---- data brought along ---------------------------------------------------------------------------------------------


def _configure_load(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--only", choices=("qualifications", "candidates"), help="load one of the two alone")


async def _load(resources: Resources[Settings], arguments: argparse.Namespace, actor: Actor) -> int:
    report = await load_data(resources.pool, actor=actor, only=arguments.only)
    _print(report)
    return SOME_REFUSED if any(told["refused"] for told in report.values()) else DONE


async def load_data(pool: Pool, *, actor: Actor, only: str | None = None) -> dict[str, dict[str, object]]:
    """Publish the shipped qualifications and propose a draft for every candidate; what is there already stays.

    Args:
        pool: Connections.
        actor: Needs `qualification.publish` and `rule.propose`, for an agency.
        only: `qualifications` or `candidates`; None: both.

    Raises:
        PermissionMissing: The role does not allow it.
    """
    report: dict[str, dict[str, object]] = {}
    if only != "candidates":
        report["qualifications"] = _told(
            await publish_shipped_qualifications(pool, uuid7(), (), actor=actor, now=utc_now())
        )
    if only != "qualifications":
        courses = await files.exported(pool, owner=None, code_system=None, curriculum_version="")
        drafts = candidate_rules(courses)
        outcomes: list[Outcome] = []
        for start in range(0, len(drafts), limits.ITEMS_MAX):
            part = tuple(drafts[start : start + limits.ITEMS_MAX])
            proposing = ProposeRules(uuid7(), part)
            outcomes += await propose_rules(pool, proposing, actor=actor, now=utc_now())
        report["candidates"] = _told(outcomes)
    return report


def _told(outcomes: Sequence[Outcome]) -> dict[str, object]:
    reasons = Counter(outcome.problem.reason for outcome in outcomes if outcome.problem is not None)
    return {
        "new": sum(outcome.problem is None and not outcome.already_done for outcome in outcomes),
        "already_known": sum(outcome.already_done for outcome in outcomes),
        "refused": dict(reasons),
    }


# ---- catalogue files ------------------------------------------------------------------------------------------------


def _configure_import(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, metavar="FILE", help="CSV or XLSX")
    parser.add_argument("--encoding", choices=("utf-8", "cp874"), help="detected when absent")
    parser.add_argument("--source", default=f"file, layout {LAYOUT}", help="of rows that name none (%(default)s)")
    parser.add_argument("--data-status", choices=STATUSES, default="assumed", help="of rows that name none")
    parser.add_argument("--dry-run", action="store_true", help="check everything and write nothing")
    parser.add_argument("--rejected", type=Path, metavar="FILE", help="write the rows that are not in, to be mended")


async def _import(resources: Resources[Settings], arguments: argparse.Namespace, actor: Actor) -> int:
    messages = resources.messages
    if arguments.rejected is not None and arguments.rejected.exists():
        raise FileExistsError(errno.EEXIST, "the file for rejected rows is there already")
    usual = Provenance(arguments.source, arguments.data_status)
    command = files.ImportCourses(uuid7(), arguments.file.read_bytes(), arguments.encoding, usual, arguments.dry_run)
    report = await files.import_courses(resources.pool, command, actor=actor, now=utc_now())
    if arguments.rejected is not None and report.rejected:
        with arguments.rejected.open("xb") as file:
            async for piece in as_csv(files.rejected_rows(report, messages)):
                file.write(piece)
    _print(
        {
            "is_dry_run": report.is_dry_run,
            "row_count": report.row_count,
            "accepted": report.accepted,
            "already_known": report.already_known,
            "rejected": report.rejected,
            "rows": [
                {
                    "row": fault.row,
                    "column": fault.column,
                    "reason": fault.reason,
                    "title_th": messages.sentence(fault.reason),
                    "suggestion": fault.suggestion,
                    "is_refused": fault.is_refused,
                }
                for fault in report.faults
            ],
        }
    )
    return SOME_REFUSED if report.rejected else DONE


def _configure_export(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, metavar="FILE", help="file to write; an existing one is not touched")
    parser.add_argument("--format", choices=("csv", "xlsx"), default="csv")
    parser.add_argument("--national", action="store_true", help="national courses instead of one's own")
    parser.add_argument("--code-system", type=CodeSystem, choices=list(CodeSystem))
    parser.add_argument("--curriculum-version", default="")


async def _export(resources: Resources[Settings], arguments: argparse.Namespace, actor: Actor) -> int:
    courses = await files.exported(
        resources.pool,
        owner=None if arguments.national else owner_of(actor),
        code_system=arguments.code_system,
        curriculum_version=arguments.curriculum_version,
    )
    with arguments.file.open("xb") as file:
        rows = files.course_rows(courses)
        async for piece in as_xlsx(rows) if arguments.format == "xlsx" else as_csv(rows):
            file.write(piece)
    _print({"courses": len(courses)})
    return DONE
