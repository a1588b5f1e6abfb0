"""Taking a file of results, and telling how far it is: every row is recorded or reported.

A file is read in the request, since names are looked up for the person who sends it; a small one is also recorded
before the answer, a larger one beside the relay (`import_running`). The same file again changes nothing, by natural
keys.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import BinaryIO, Final
from uuid import UUID

from chassis import idempotency
from chassis.auth import Actor
from chassis.errors import Conflict, NotFound, Unavailable
from chassis.ids import uuid7
from chassis.pg import Pool, transaction
from chassis.tabular import Batch, Format, open_table

from credit_bank import limits, settled
from credit_bank.catalogue import use_cases as catalogue
from credit_bank.clients import Registry
from credit_bank.partnerships import use_cases as partnerships
from credit_bank.people import use_cases as people
from credit_bank.provenance import Provenance
from credit_bank.recording import import_rows, import_running, store_imports
from credit_bank.recording.errors import ImportNotFinished, ImportUnknown, LayoutUnknown, TooManyRows
from credit_bank.recording.import_rows import FileRow, KnownNames, PartRow, Resolving, code_spellings, rows_of
from credit_bank.recording.import_running import LeaseLostError, sealed_cells, sealed_part
from credit_bank.recording.kept import ImportReport, ImportState
from credit_bank.recording.layouts import LAYOUTS, Layout, RowFault
from credit_bank.recording.sealing import Seal
from credit_bank.recording.store_imports import NewImport

INLINE_ROWS_MAX: Final = 2_000
"""Rows with results that are recorded before the answer."""

ROWS_MAX: Final = 200_000
"""Rows of one file: read in half a minute, and more than a large school has in a year."""

PIECE_BYTES: Final = 1024 * 1024


@dataclass(frozen=True, slots=True)
class ImportResults:
    """A file to bring in.

    Attributes:
        file: From its beginning, on disk where it is large; its digest stands for it in the fingerprint.
        encoding: `utf-8` or `cp874` when the sender says so; detected when None.
        source: What the rows rest on; None: the file itself.
        data_status: `confirmed`, `assumed` or `demonstration`.
    """

    request_id: UUID
    institution_id: UUID
    layout: str
    file: BinaryIO = field(repr=False)
    encoding: str | None
    source: str | None
    data_status: str
    is_dry_run: bool

    def fingerprint(self, digest: bytes) -> bytes:
        """Fingerprint of the command, with the digest of the file in its place."""
        return idempotency.fingerprint(
            [
                "ImportResults",
                str(self.institution_id),
                self.layout,
                digest.hex(),
                self.encoding,
                self.source,
                self.data_status,
            ]
        )


@dataclass(frozen=True, slots=True)
class ImportPage:
    """A page of imports; the token is empty on the last one."""

    imports: list[ImportReport]
    next_page_token: str


async def import_results(
    pool: Pool, registry: Registry, seal: Seal, command: ImportResults, *, actor: Actor, now: datetime
) -> ImportReport:
    """Take a file of the caller's institution: its report, or how far it is.

    Args:
        pool: Connections.
        registry: Knows the student numbers; taking a file needs it.
        seal: Keeps what rows say until they are done.
        command: The file. A dry run says what would happen and changes nothing; its report is kept for a month.
        actor: Needs `credit.record` at the institution.
        now: UTC.

    Raises:
        PermissionMissing: The role records no results.
        NotFound: The file is for another institution.
        LayoutUnknown: No such layout.
        FileUnreadable: Not a table; likewise FileEmpty, FileTruncated, FileTooLarge, HeaderMissing.
        TooManyRows: More than 200,000.
        Unavailable: The registry does not answer.
        RequestMismatch: The request id was used for another file.
    """
    actor.require("credit.record")
    if command.institution_id != actor.at():
        raise NotFound
    layout = LAYOUTS.get(command.layout)
    if layout is None:
        raise LayoutUnknown(field="layout", known=", ".join(LAYOUTS))
    digest = await asyncio.to_thread(_digest, command.file)
    content = command.fingerprint(digest)
    if not command.is_dry_run:
        async with pool.acquire(timeout=10) as connection:
            known = await settled.answered(connection, command.request_id, caller=actor.caller, content=content)
        if known is not None:
            return await _report(pool, UUID(bytes=known))
    table = await asyncio.to_thread(open_table, command.file, needed=layout.needed, encoding=command.encoding)
    import_id = uuid7()
    taking = _Taking(pool, registry, command, layout=layout, kept=_Kept(seal, import_id), actor=actor)
    taken = await taking.read(table.batches, table.format.header)
    lease = uuid7()
    is_inline = taken.rows <= INLINE_ROWS_MAX
    new = _new_import(command, import_id, table.format, taking, digest=digest, actor=actor, now=now)
    answer = None
    async with transaction(pool) as connection:
        if not command.is_dry_run:
            answer = await idempotency.claim(connection, command.request_id, caller=actor.caller, content=content)
        if answer is None:
            await store_imports.insert_import(connection, new, lease=lease if is_inline else None)
            await store_imports.insert_parts(connection, import_id, taken.parts)
            await store_imports.insert_faults(connection, import_id, taking.faults)
            await store_imports.insert_rejected(connection, import_id, taken.refused, now=now)
            if not command.is_dry_run:
                await idempotency.finish(connection, command.request_id, caller=actor.caller, answer=import_id.bytes)
    if answer is not None:
        # Two ran with one request id: the first one's answer is the answer of both. Read once the connection of the
        # transaction is given back, since a full pool would wait for it for ever.
        return await _report(pool, UUID(bytes=answer))
    if is_inline:
        await _go_on(pool, registry, seal, import_id, lease=lease)
    return await _report(pool, import_id)


def _digest(file: BinaryIO) -> bytes:
    file.seek(0)
    digest = hashlib.sha256()
    while piece := file.read(PIECE_BYTES):
        digest.update(piece)
    file.seek(0)
    return digest.digest()


class _Kept:
    """What of a file is kept: sealed as soon as a part is full, so that a long file takes little memory."""

    def __init__(self, seal: Seal, import_id: UUID) -> None:
        self.parts: list[tuple[int, bytes]] = []
        self.refused: list[tuple[int, bytes]] = []
        self.rows = 0
        self._seal = seal
        self._import_id = import_id
        self._open: list[PartRow] = []
        self._results = 0

    def add(self, row: PartRow, *, is_refused: bool) -> None:
        """A row with what can be recorded of it."""
        if is_refused:
            self.refused.append(sealed_cells(self._seal, self._import_id, row.number, row.cells))
        if not row.results:
            return
        if self._open and self._results + len(row.results) > import_rows.PART_RESULTS_MAX:
            self.close()
        self._open.append(row)
        self._results += len(row.results)
        self.rows += 1

    def close(self) -> None:
        """No more rows in this part."""
        if self._open:
            self.parts.append(sealed_part(self._seal, self._import_id, len(self.parts) + 1, self._open))
        self._open, self._results = [], 0


class _Taking:
    """Reads one file: what can be recorded, what cannot, and why."""

    def __init__(
        self,
        pool: Pool,
        registry: Registry,
        command: ImportResults,
        *,
        layout: Layout,
        kept: _Kept,
        actor: Actor,
    ) -> None:
        self.faults: list[RowFault] = []
        self.row_count = 0
        self.kept = kept
        self._pool = pool
        self._registry = registry
        self._institution_id = command.institution_id
        self._actor = actor
        self._layout = layout
        self._known = KnownNames()
        self._resolving = Resolving(
            layout,
            self._known,
            institution_id=command.institution_id,
            provenance=Provenance(command.source or f"file, layout {layout.name}", command.data_status),
        )

    async def read(self, batches: Iterator[Batch], header: Sequence[str]) -> _Kept:
        """Go through the file; reading is work of the processor, so the loop goes on serving others."""
        while (batch := await asyncio.to_thread(next, batches, None)) is not None:
            rows = await asyncio.to_thread(rows_of, batch, header, self._layout)
            if self.row_count + len(rows) > ROWS_MAX:
                raise TooManyRows(limit=ROWS_MAX)
            await self._look_up(rows)
            await asyncio.to_thread(self._resolve, rows)
        await asyncio.to_thread(self.kept.close)
        return self.kept

    def _resolve(self, rows: Sequence[FileRow]) -> None:
        for row in rows:
            resolved, faults = self._resolving.row(row)
            self.row_count += 1
            self.faults += faults
            self.kept.add(resolved, is_refused=bool(faults))

    async def _look_up(self, rows: Sequence[FileRow]) -> None:
        stated = [item for row in rows for item in row.stated]
        known = self._known
        numbers = sorted({item.student_no for item in stated} - known.learners.keys())
        if numbers:
            found = await self._registry.find_learners(self._institution_id, numbers, actor=self._actor)
            known.learners.update({number: found.get(number) for number in numbers})
        codes = {code for item in stated for code in code_spellings(item.course_code)} - known.courses.keys()
        references = {item.offering_reference for item in stated if item.offering_reference} - known.offerings.keys()
        taught_by = {item.taught_by for item in stated if item.taught_by} - known.institutions.keys()
        await self._look_here(codes, references, taught_by)

    async def _look_here(self, codes: Collection[str], references: Collection[str], taught_by: Collection[str]) -> None:
        if not codes and not references and not taught_by:
            return
        known, place = self._known, self._institution_id
        async with self._pool.acquire(timeout=10) as connection:
            courses = await catalogue.find_courses_by_code(connection, codes, institution_id=place)
            offerings = await partnerships.find_offerings(connection, place, set(references))
            institutions = await people.find_institutions_by_code(connection, taught_by)
        known.courses.update({code: courses.get(code, ()) for code in codes})
        known.offerings.update({reference: offerings.get(reference) for reference in references})
        known.institutions.update({code: institutions.get(code) for code in taught_by})


def _new_import(
    command: ImportResults,
    import_id: UUID,
    form: Format,
    taking: _Taking,
    *,
    digest: bytes,
    actor: Actor,
    now: datetime,
) -> NewImport:
    return NewImport(
        import_id=import_id,
        institution_id=command.institution_id,
        layout=command.layout,
        encoding=form.encoding,
        file_sha256=digest,
        is_dry_run=command.is_dry_run,
        row_count=taking.row_count,
        rows_done=taking.row_count - taking.kept.rows,
        rejected=len(taking.kept.refused),
        header=form.header,
        separator=form.separator,
        subject_hash=actor.subject_hash,
        assignment_id=actor.assignment_id,
        role=actor.role,
        imported_at=now,
    )


async def _go_on(pool: Pool, registry: Registry, seal: Seal, import_id: UUID, *, lease: UUID) -> None:
    """Record a small file before the answer; whoever works on imports goes on where this process could not."""
    try:
        await import_running.advance(pool, registry, seal, import_id, lease=lease)
    except (LeaseLostError, Unavailable, Conflict):
        async with transaction(pool) as connection:
            await store_imports.release(connection, import_id, lease=lease, after_s=0)


async def _report(pool: Pool, import_id: UUID) -> ImportReport:
    async with pool.acquire(timeout=10) as connection:
        report = await store_imports.read(connection, import_id)
    assert report is not None, "an import is kept, and a dry run for a month"
    return report


# ---- reading --------------------------------------------------------------------------------------------------------


async def get_import(pool: Pool, import_id: UUID, *, actor: Actor) -> ImportReport:
    """A file that was brought in for the caller's institution: what became of it, or how far it is.

    Raises:
        PermissionMissing: The role records no results.
        ImportUnknown: There is none with this id at the caller's institution.
    """
    actor.require("credit.record")
    async with pool.acquire(timeout=10) as connection:
        report = await store_imports.read(connection, import_id)
    if report is None or report.institution_id != actor.at():
        raise ImportUnknown(import_id=import_id)
    return report


async def list_imports(pool: Pool, *, page_size: int = 0, page_token: str = "", actor: Actor) -> ImportPage:
    """A page of the files that were brought in for the caller's institution, oldest first, with what was told of them.

    Raises:
        PermissionMissing: The role records no results.
        InvalidField: Page size or token.
    """
    actor.require("credit.record")
    limit = limits.page_size(page_size)
    after = limits.page_after(page_token)
    async with transaction(pool) as connection:
        imports = await store_imports.page(connection, actor.at(), after=after, limit=limit + 1)
    has_more = len(imports) > limit
    imports = imports[:limit]
    return ImportPage(imports, str(imports[-1].import_id) if has_more else "")


async def list_faults(
    pool: Pool, import_id: UUID, *, after: int, limit: int, actor: Actor
) -> tuple[list[RowFault], int | None]:
    """A page of the faults of a file in the order of its rows, and where the next one begins.

    Raises:
        PermissionMissing: The role records no results.
        ImportUnknown: There is none with this id at the caller's institution.
        ImportNotFinished: Its rows are still being recorded, and pages would move under the reader.
    """
    report = await get_import(pool, import_id, actor=actor)
    if report.state is ImportState.RUNNING:
        raise ImportNotFinished(import_id=import_id)
    async with pool.acquire(timeout=10) as connection:
        found = await store_imports.faults(connection, import_id, after=after, limit=limit + 1)
    return found[:limit], after + limit if len(found) > limit else None
