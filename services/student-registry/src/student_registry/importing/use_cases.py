"""Importing a learner file: taken, checked whole, then its good rows applied part by part; asking how far it is.

A small file is settled before the answer; a larger one is worked on beside the relay (`running`). Each row is known by
its natural keys, so a file sent again changes nothing. A dry run decides everything and writes only its report. A file
that is held, as those of rounds are, first shows what it would change, and is applied when somebody says so.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import BinaryIO
from uuid import UUID

from chassis import idempotency
from chassis.auth import Actor
from chassis.errors import Conflict
from chassis.ids import uuid7
from chassis.pg import Connection, Pool, transaction
from chassis.tabular import OpenTable

from student_registry.calendar_th import today_in_thailand
from student_registry.deps import Deps
from student_registry.identifiers.errors import VerificationNotAllowed
from student_registry.importing import layouts, running, store, store_rounds
from student_registry.importing.checking import opened
from student_registry.importing.domain import Compared, Difference, ImportReport, ImportState, ImportSummary, RowFault
from student_registry.importing.errors import ImportNotFound, ImportNotReady, RoundNotFound, RoundStageWrong
from student_registry.importing.round_facts import RoundStage
from student_registry.importing.running import LEASE, PIECE_BYTES, LeaseLostError
from student_registry.importing.store import Job
from student_registry.institutions.errors import InstitutionNotFound
from student_registry.learners.use_cases import CHANGE_IDENTIFIER, REGISTER
from student_registry.limits import page_size
from student_registry.provenance import Provenance
from student_registry.statuses.use_cases import RECORD

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ImportLearners:
    """A file to import.

    Attributes:
        file: The file, on disk where it is large; its digest stands for it in the fingerprint.
        encoding: `utf-8` or `cp874` when the sender says so; None: detected.
        are_documents_seen: Whether the sender states that the numbers were checked against documents.
        is_held: Show first what would change, and wait.
        round_id: Round of the year that it belongs to; such a file is always held.
    """

    request_id: UUID
    institution_id: UUID
    layout: str
    file: BinaryIO = field(repr=False)
    encoding: str | None
    is_dry_run: bool
    provenance: Provenance
    are_documents_seen: bool = False
    is_held: bool = False
    round_id: UUID | None = None

    def fingerprint(self, digest: bytes) -> bytes:
        """Fingerprint of the command, with the digest of the file in its place."""
        return idempotency.fingerprint(
            [
                "ImportLearners",
                str(self.institution_id),
                self.layout,
                digest.hex(),
                self.encoding,
                self.is_dry_run,
                self.are_documents_seen,
                self.is_held,
                self.round_id,
                self.provenance,
            ]
        )


@asynccontextmanager
async def _without_effect(pool: Pool) -> AsyncGenerator[Connection]:
    """One connection with a transaction that is always rolled back: to ask."""
    async with pool.acquire(timeout=10) as connection:
        dry = connection.transaction()
        await dry.start()
        try:
            yield connection
        finally:
            await dry.rollback()


async def import_learners(deps: Deps, command: ImportLearners, *, actor: Actor, now: datetime) -> ImportReport:
    """Take a file of the caller's institution; its report, or how far it is.

    Raises:
        PermissionMissing: The actor may not register learners, or of a census not record statuses.
        InstitutionNotFound: The file is of another institution.
        VerificationNotAllowed: The actor may not state that documents were seen.
        LayoutUnknown: There is no such layout.
        RoundNotFound: There is no such round of the institution.
        RoundStageWrong: The school has confirmed the round.
        TooManyRows: More rows than one import may have.
        RequestMismatch: The request id was used with other content.
        Invalid: The file cannot be read at all; the reasons of `chassis.tabular`.
    """
    actor.require(REGISTER)
    if command.institution_id != actor.at():
        raise InstitutionNotFound(field="institution_id")
    if command.are_documents_seen and not actor.may(CHANGE_IDENTIFIER):
        raise VerificationNotAllowed(field="documents_seen")
    size, digest = await asyncio.to_thread(_measure, command.file)
    content = command.fingerprint(digest)
    async with _without_effect(deps.pool) as connection:
        adapter = await layouts.find(connection, command.layout, on_date=today_in_thailand(now))
        if not adapter.layout.has_enrolments:
            actor.require(RECORD)
        await _check_round(connection, command)
        answer = await idempotency.claim(connection, command.request_id, caller=actor.caller, content=content)
        own = await layouts.own_codes(connection, adapter, command.institution_id, on_date=today_in_thailand(now))
    if answer is not None:
        return await _report(deps, UUID(bytes=answer))
    table = await asyncio.to_thread(opened, command.file, adapter, encoding=command.encoding, own=own)
    job = _job(command, table, actor=actor, now=now)
    lease = uuid7()
    is_inline = size <= deps.import_inline_bytes_max
    async with transaction(deps.pool) as connection:
        answer = await idempotency.claim(connection, command.request_id, caller=actor.caller, content=content)
        if answer is not None:
            # Two ran with one request id: the first one's answer is the answer of both.
            return await _report(deps, UUID(bytes=answer))
        await store.insert(connection, job, file_sha256=digest, lease=lease if is_inline else None, keep=LEASE)
        if is_inline:
            await running.check_file(deps, connection, job, command.file, lease=lease, adapter=adapter, now=now)
        else:
            await _keep_file(deps, connection, job.import_id, command.file)
        await idempotency.finish(connection, command.request_id, caller=actor.caller, answer=job.import_id.bytes)
    if is_inline:
        await _go_on(deps, job.import_id, lease=lease)
    report = await _report(deps, job.import_id)
    log.info("Took a learner file", extra={"fields": _summary(report)})
    return report


def _measure(file: BinaryIO) -> tuple[int, bytes]:
    """Size and digest of a file, read in pieces."""
    file.seek(0)
    digest, size = hashlib.sha256(), 0
    while data := file.read(PIECE_BYTES):
        digest.update(data)
        size += len(data)
    file.seek(0)
    return size, digest.digest()


async def _check_round(connection: Connection, command: ImportLearners) -> None:
    if command.round_id is None:
        return
    found = (await store_rounds.lock(connection, [command.round_id])).get(command.round_id)
    if found is None or found.institution_id != command.institution_id:
        raise RoundNotFound(field="round_id")
    if found.stage is not RoundStage.OPEN:
        raise RoundStageWrong(field="round_id", stage=found.stage)


def _job(command: ImportLearners, table: OpenTable, *, actor: Actor, now: datetime) -> Job:
    return Job(
        import_id=uuid7(),
        institution_id=command.institution_id,
        layout=command.layout,
        is_dry_run=command.is_dry_run,
        is_held=(command.is_held or command.round_id is not None) and not command.is_dry_run,
        imported_at=now,
        imported_by=actor.subject_hash,
        state=ImportState.CHECKING,
        separator=table.format.separator,
        header=table.format.header,
        encoding=table.format.encoding,
        declared_encoding=command.encoding,
        provenance=command.provenance,
        are_documents_seen=command.are_documents_seen,
        imported_by_role=actor.role,
        permission_version=actor.permission_version,
        round_id=command.round_id,
        next_part=1,
        rejected=0,
    )


async def _keep_file(deps: Deps, connection: Connection, import_id: UUID, file: BinaryIO) -> None:
    """Keep the file sealed, piece by piece, for whichever process checks it."""
    file.seek(0)
    number = 0
    while data := await asyncio.to_thread(file.read, PIECE_BYTES):
        number += 1
        sealed = await asyncio.to_thread(running.seal_piece, deps, import_id, number, data)
        await store.add_piece(connection, import_id, number, sealed)


async def _go_on(deps: Deps, import_id: UUID, *, lease: UUID) -> None:
    """Settle a small file before the answer; whoever works on imports goes on where this process could not."""
    try:
        await running.advance(deps, import_id, lease=lease)
    except (LeaseLostError, Conflict):
        async with transaction(deps.pool) as connection:
            await store.release(connection, import_id, lease=lease)


async def apply_import(deps: Deps, import_id: UUID, *, actor: Actor, now: datetime) -> ImportReport:
    """Apply a held file whose differences were shown; asking again changes nothing.

    Raises:
        PermissionMissing: The actor may not register learners.
        ImportNotFound: There is none with this id at his institution.
        ImportNotReady: It was not held, or its differences are not known yet.
        RoundStageWrong: The round of the file is confirmed.
    """
    report = await get_import(deps, import_id, actor=actor)
    if not report.is_held or report.state in (ImportState.CHECKING, ImportState.COMPARING, ImportState.FAILED):
        raise ImportNotReady(field="import_id", state=report.state)
    if report.state is ImportState.READY:
        lease = uuid7()
        is_small = report.row_count <= running.CHUNK_ROWS
        async with transaction(deps.pool) as connection:
            if report.round_id is not None:
                found = (await store_rounds.lock(connection, [report.round_id]))[report.round_id]
                if found.stage is not RoundStage.OPEN:
                    raise RoundStageWrong(field="round_id", stage=found.stage)
            is_mine = await store.begin_applying(connection, import_id, lease=lease if is_small else None, keep=LEASE)
        if is_mine and is_small:
            await _go_on(deps, import_id, lease=lease)
        log.info("Applies a learner file", extra={"fields": {"import_id": str(import_id), "at": now.isoformat()}})
    return await _report(deps, import_id)


async def get_import(deps: Deps, import_id: UUID, *, actor: Actor) -> ImportReport:
    """An earlier import of the caller's institution: its report, or how far it is.

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


@dataclass(frozen=True, slots=True)
class ListImports:
    """Which imports to list; no state: all of them."""

    states: tuple[ImportState, ...] = ()
    page_size: int = 0
    after: UUID | None = None


async def list_imports(deps: Deps, query: ListImports, *, actor: Actor) -> tuple[list[ImportSummary], UUID | None, int]:
    """A page of the imports of the caller's institution, newest first; after which the next begins, and how many.

    Raises:
        PermissionMissing: The actor may not register learners.
        InvalidField: The page size is outside its limits.
    """
    actor.require(REGISTER)
    limit = page_size(query.page_size)
    async with transaction(deps.pool) as connection:
        found, total = await store.list_page(
            connection, actor.at(), states=query.states, after=query.after, limit=limit + 1
        )
    return found[:limit], found[limit - 1].import_id if len(found) > limit else None, total


async def list_faults(
    deps: Deps, import_id: UUID, *, after: int, limit: int, actor: Actor
) -> tuple[list[RowFault], int | None]:
    """A page of faults, and where the next begins.

    Raises:
        PermissionMissing: The actor may not register learners.
        ImportNotFound: There is none with this id at his institution.
    """
    await get_import(deps, import_id, actor=actor)
    async with transaction(deps.pool) as connection:
        found = await store.faults(connection, import_id, limit=limit + 1, offset=after)
    return found[:limit], after + limit if len(found) > limit else None


async def list_differences(
    deps: Deps, import_id: UUID, kind: Difference, *, after: int, limit: int, actor: Actor
) -> tuple[list[Compared], int | None]:
    """A page of what a held file would change, and after which place the next begins.

    Raises:
        PermissionMissing: The actor may not register learners.
        ImportNotFound: There is none with this id at his institution.
    """
    await get_import(deps, import_id, actor=actor)
    async with transaction(deps.pool) as connection:
        found = await store.differences(connection, import_id, kind, after=after, limit=limit + 1)
    page = found[:limit]
    return page, page[-1].position if len(found) > limit else None


async def count_old_seals(deps: Deps, connection: Connection) -> dict[str, int]:
    """How many rows of files on their way in an older key still seals, by table."""
    return await store.count_old_seals(connection, key_version=deps.keyring.version)


async def _report(deps: Deps, import_id: UUID) -> ImportReport:
    async with transaction(deps.pool) as connection:
        report = await store.get(connection, import_id)
    assert report is not None, "imports are never deleted"
    return report


def _summary(report: ImportReport) -> dict[str, str | int | bool]:
    """What a log line tells: how many rows did what, never which."""
    return {
        "import_id": str(report.import_id),
        "state": report.state.value,
        "is_dry_run": report.is_dry_run,
        "row_count": report.row_count,
        "accepted": report.accepted,
        "already_known": report.already_known,
        "rejected": report.rejected,
    }
