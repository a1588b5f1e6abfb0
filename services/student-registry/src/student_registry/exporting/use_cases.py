"""Exporting the learners of one's own institution, page by page."""

from __future__ import annotations

import csv
import io
import logging
import tempfile
from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import IO
from uuid import UUID

from chassis.auth import Actor
from chassis.pg import Connection, transaction

from student_registry.access.domain import Visible
from student_registry.access.use_cases import record_own_institution_reads
from student_registry.calendar_th import today_in_thailand
from student_registry.deps import Deps
from student_registry.exporting import store
from student_registry.exporting.domain import COLUMNS, ExportRow, cells, guarded
from student_registry.exporting.errors import ExportTooLarge
from student_registry.exporting.xlsx import ROWS_MAX, Workbook
from student_registry.identifiers import use_cases as identifiers
from student_registry.identifiers.domain import IdentifierKind
from student_registry.institutions.errors import InstitutionNotFound

log = logging.getLogger(__name__)

EXPORT = "registry.learners.export"
PURPOSE = "EXPORT"
PAGE_ROWS = 1_000
_MEMORY_BYTES_MAX = 4 * 1024 * 1024
"""A workbook above this lies on disk while it is written."""
BYTE_ORDER_MARK = "\ufeff"
"""Without it spreadsheets read a CSV file in the local code page."""


@dataclass(frozen=True, slots=True)
class ExportLearners:
    """What to export: the learners enrolled in an institution on a day; None: today."""

    institution_id: UUID
    on_date: date | None = None


async def rows(deps: Deps, query: ExportLearners, *, actor: Actor, now: datetime) -> AsyncGenerator[list[ExportRow]]:
    """Pages of rows, each read and noted in a transaction of its own.

    Raises:
        PermissionMissing: The caller may not export learners.
        InstitutionNotFound: Another institution; its learners do not exist for the caller.
    """
    actor.require(EXPORT)
    if query.institution_id != actor.at():
        raise InstitutionNotFound(field="institution_id")
    on_date = query.on_date or today_in_thailand(now)
    after: UUID | None = None
    count = 0
    while True:
        async with transaction(deps.pool) as connection:
            found = await store.page(connection, query.institution_id, on_date=on_date, after=after, limit=PAGE_ROWS)
            numbered = await _with_student_nos(deps, connection, found, query.institution_id, on_date=on_date)
            seen = {row.learner_id: Visible(row.learner_id, row.is_registrar) for row in found}
            await record_own_institution_reads(connection, actor, seen.values(), purpose=PURPOSE, now=now)
        count += len(found)
        yield numbered
        if len(found) < PAGE_ROWS:
            break
        after = found[-1].enrolment_id
    log.info("Exported learners", extra={"fields": {"institution_id": str(query.institution_id), "rows": count}})


async def _with_student_nos(
    deps: Deps, connection: Connection, found: Sequence[ExportRow], institution_id: UUID, *, on_date: date
) -> list[ExportRow]:
    held = await identifiers.of_learners(connection, list({row.learner_id for row in found}))
    own = [
        item
        for items in held.values()
        for item in items
        if item.kind is IdentifierKind.STUDENT_NO
        and item.institution_id == institution_id
        and item.is_valid_on(on_date)
    ]
    values = await identifiers.opened(deps, connection, own)
    numbers = {item.learner_id: values[item.identifier_id] for item in own}
    return [replace(row, student_no=numbers.get(row.learner_id, "")) for row in found]


async def as_csv(pages: AsyncGenerator[list[ExportRow]]) -> AsyncGenerator[bytes]:
    """The pages as CSV in UTF-8, piece by piece."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    start = BYTE_ORDER_MARK
    async for page in pages:
        writer.writerows([guarded(cell) for cell in cells(row)] for row in page)
        yield (start + text.getvalue()).encode()
        start = ""
        text.seek(0)
        text.truncate()


async def check_workbook(deps: Deps, query: ExportLearners, *, now: datetime) -> None:
    """Refuse a workbook that no import would read; asked before anything is sent.

    Raises:
        ExportTooLarge: More than 200,000 rows.
    """
    async with transaction(deps.pool) as connection:
        count = await store.count(connection, query.institution_id, on_date=query.on_date or today_in_thailand(now))
    if count > ROWS_MAX:
        raise ExportTooLarge(limit=ROWS_MAX, got=count)


async def as_workbook(pages: AsyncGenerator[list[ExportRow]]) -> IO[bytes]:
    """The pages as one XLSX file, which the caller closes."""
    file: IO[bytes] = tempfile.SpooledTemporaryFile(_MEMORY_BYTES_MAX)  # noqa: SIM115  # the caller closes it
    workbook = Workbook(file)
    workbook.write(COLUMNS)
    async for page in pages:
        for row in page:
            workbook.write(cells(row))
    workbook.close()
    file.seek(0)
    return file
