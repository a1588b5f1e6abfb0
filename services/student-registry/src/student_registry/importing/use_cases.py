"""Importing a learner file: the whole file is checked first, then its good rows are applied in chunks.

Each chunk is one transaction, and each row is known by its natural keys: a file that was cut off in the middle by a
crash is simply sent again, and what was done stays done. A dry run decides everything and writes only its report.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import logging
from collections.abc import AsyncGenerator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from chassis import idempotency
from chassis.auth import Actor
from chassis.ids import uuid7
from chassis.outcomes import Outcome
from chassis.pg import Connection, Pool, transaction
from chassis.tabular import Table, read_table

from student_registry.deps import Deps
from student_registry.identifiers.errors import VerificationNotAllowed
from student_registry.importing import nuaikit_learners_1, store
from student_registry.importing.domain import (
    GoodRow,
    ImportReport,
    Layout,
    RowContext,
    RowFault,
    without_repeated,
)
from student_registry.importing.errors import ImportNotFound, LayoutUnknown, TooManyRows
from student_registry.institutions.errors import InstitutionNotFound
from student_registry.learners.use_cases import CHANGE_IDENTIFIER, CONSTRAINTS, REGISTER, register_all
from student_registry.provenance import Provenance
from student_registry.races import rerun_on

log = logging.getLogger(__name__)

CHUNK_ROWS = 1_000
LAYOUTS: Mapping[str, Layout] = {layout.name: layout for layout in (nuaikit_learners_1.LAYOUT,)}
"""Adapters by layout name; another owner's file gets another adapter and changes nothing here."""


@dataclass(frozen=True, slots=True)
class ImportLearners:
    """A file to import.

    Attributes:
        content: The file; its digest stands for it in the fingerprint.
        encoding: `utf-8` or `cp874` when the sender says so; None: detected.
        are_documents_seen: Whether the sender states that the numbers were checked against documents.
    """

    request_id: UUID
    institution_id: UUID
    layout: str
    content: bytes = field(repr=False)
    encoding: str | None
    is_dry_run: bool
    provenance: Provenance
    are_documents_seen: bool = False

    def fingerprint(self) -> bytes:
        """Fingerprint of the command, with the digest of the file in its place."""
        digest = hashlib.sha256(self.content).hexdigest()
        return idempotency.fingerprint(
            [
                "ImportLearners",
                str(self.institution_id),
                self.layout,
                digest,
                self.encoding,
                self.is_dry_run,
                self.are_documents_seen,
                self.provenance,
            ]
        )


@dataclass(frozen=True, slots=True)
class _Checked:
    """A file after the whole check."""

    encoding: str
    row_count: int
    rows: list[GoodRow]
    faults: list[RowFault]


@contextlib.asynccontextmanager
async def _without_effect(pool: Pool) -> AsyncGenerator[Connection]:
    """One connection with a transaction that is always rolled back: to ask, and for a dry run."""
    async with pool.acquire(timeout=10) as connection:
        dry = connection.transaction()
        await dry.start()
        try:
            yield connection
        finally:
            await dry.rollback()


async def import_learners(deps: Deps, command: ImportLearners, *, actor: Actor, now: datetime) -> ImportReport:
    """Import a file of the caller's institution.

    Raises:
        PermissionMissing: The actor may not register learners.
        InstitutionNotFound: The file is of another institution.
        VerificationNotAllowed: The actor may not state that documents were seen.
        LayoutUnknown: There is no adapter for the layout.
        TooManyRows: More rows than one import may have.
        RequestMismatch: The request id was used with other content.
        Invalid: The file cannot be read at all; the reasons of `chassis.tabular`.
    """
    actor.require(REGISTER)
    if command.institution_id != actor.at():
        raise InstitutionNotFound(field="institution_id")
    if command.are_documents_seen and not actor.may(CHANGE_IDENTIFIER):
        raise VerificationNotAllowed(field="documents_seen")
    layout = LAYOUTS.get(command.layout)
    if layout is None:
        raise LayoutUnknown(field="layout", known=", ".join(LAYOUTS))
    earlier = await _earlier_report(deps, command, actor=actor)
    if earlier is not None:
        return earlier
    # Reading and checking is work of the processor: the loop must go on serving others.
    checked = await asyncio.to_thread(_check, command, layout, rows_max=deps.import_rows_max)
    accepted = already_known = 0
    faults = list(checked.faults)
    for start in range(0, len(checked.rows), CHUNK_ROWS):
        chunk = checked.rows[start : start + CHUNK_ROWS]
        outcomes = await _apply(deps, chunk, is_dry_run=command.is_dry_run, actor=actor, now=now)
        faults += _faults_of(chunk, outcomes, layout)
        already_known += sum(outcome.problem is None and outcome.already_done for outcome in outcomes)
        accepted += sum(outcome.problem is None and not outcome.already_done for outcome in outcomes)
    report = ImportReport(
        import_id=uuid7(),
        institution_id=command.institution_id,
        layout=layout.name,
        encoding=checked.encoding,
        is_dry_run=command.is_dry_run,
        row_count=checked.row_count,
        accepted=accepted,
        already_known=already_known,
        rejected=checked.row_count - accepted - already_known,
        imported_at=now,
        faults=tuple(sorted(faults, key=lambda fault: fault.row)),
    )
    return await _keep(deps, command, report, actor=actor)


def _check(command: ImportLearners, layout: Layout, *, rows_max: int) -> _Checked:
    """Read the file and check every row by itself and against the others.

    Raises:
        TooManyRows: More than `rows_max`.
    """
    table: Table = read_table(command.content, needed=layout.needed, encoding=command.encoding)
    if len(table.rows) > rows_max:
        raise TooManyRows(field="file", limit=rows_max, got=len(table.rows))
    context = RowContext(command.institution_id, command.provenance, command.are_documents_seen)
    faults = [RowFault(fault.row, fault.column, None, fault.reason) for fault in table.faults]
    good: list[GoodRow] = []
    for row in table.rows:
        read = layout.read_row(row.number, row.cells, context)
        if isinstance(read, list):
            faults += read
        else:
            good.append(GoodRow(row.number, row.cells, read))
    kept, repeated = without_repeated(good, layout)
    row_count = len(table.rows) + len({fault.row for fault in table.faults})
    return _Checked(table.encoding, row_count, kept, faults + repeated)


async def _apply(
    deps: Deps, chunk: Sequence[GoodRow], *, is_dry_run: bool, actor: Actor, now: datetime
) -> list[Outcome]:
    registrations = [row.registration for row in chunk]

    async def work() -> list[Outcome]:
        frame = _without_effect if is_dry_run else transaction
        async with frame(deps.pool) as connection:
            return await register_all(deps, connection, registrations, actor=actor, now=now)

    return await rerun_on(CONSTRAINTS, work)


def _faults_of(chunk: Sequence[GoodRow], outcomes: Sequence[Outcome], layout: Layout) -> list[RowFault]:
    """What the registry refused, in the words of the file."""
    faults: list[RowFault] = []
    for outcome in outcomes:
        if outcome.problem is None:
            continue
        row = chunk[outcome.index]
        column = layout.column_of.get(outcome.problem.field or "")
        value = layout.masked(column, row.cells.get(column, "")) if column else None
        faults.append(RowFault(row.number, column, value, outcome.problem.reason))
    return faults


async def _earlier_report(deps: Deps, command: ImportLearners, *, actor: Actor) -> ImportReport | None:
    """The report of this very request, when it was answered before.

    Raises:
        RequestMismatch: The request id was used with other content.
    """
    # Only asked: the id is claimed with the report, since a process that dies between must leave it free.
    async with _without_effect(deps.pool) as connection:
        answer = await idempotency.claim(
            connection, command.request_id, caller=actor.caller, content=command.fingerprint()
        )
        return None if answer is None else await store.get(connection, UUID(bytes=answer))


async def _keep(deps: Deps, command: ImportLearners, report: ImportReport, *, actor: Actor) -> ImportReport:
    """Keep the report as the answer; of two that ran with one request id, the first one's is the answer of both."""
    async with transaction(deps.pool) as connection:
        answer = await idempotency.claim(
            connection, command.request_id, caller=actor.caller, content=command.fingerprint()
        )
        if answer is not None:
            kept = await store.get(connection, UUID(bytes=answer))
            assert kept is not None, "the answer names a report of the same transaction"
            return kept
        digest = hashlib.sha256(command.content).digest()
        await store.insert(connection, report, file_sha256=digest, imported_by=actor.subject_hash)
        await store.insert_faults(connection, report)
        await idempotency.finish(connection, command.request_id, caller=actor.caller, answer=report.import_id.bytes)
    fields = {
        "import_id": str(report.import_id),
        "is_dry_run": report.is_dry_run,
        "row_count": report.row_count,
        "accepted": report.accepted,
        "already_known": report.already_known,
        "rejected": report.rejected,
    }
    log.info("Imported a learner file", extra={"fields": fields})
    return report


async def get_import(deps: Deps, import_id: UUID, *, actor: Actor) -> ImportReport:
    """An earlier import of the caller's institution.

    Raises:
        PermissionMissing: The actor may not register learners.
        ImportNotFound: There is none with this id at his institution.
    """
    actor.require(REGISTER)
    async with transaction(deps.pool) as connection:
        report = await store.get(connection, import_id)
    if report is None or report.institution_id != actor.at():
        raise ImportNotFound
    return report
