"""Exporting the learners of one's own institution, page by page."""

from __future__ import annotations

import logging
from collections.abc import AsyncGenerator, AsyncIterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from chassis.auth import Actor
from chassis.pg import Connection, transaction
from chassis.xlsx import ROWS_MAX

from student_registry.access.domain import Visible
from student_registry.access.use_cases import record_own_institution_reads
from student_registry.calendar_th import today_in_thailand
from student_registry.deps import Deps
from student_registry.exporting import store
from student_registry.exporting.domain import COLUMNS, ExportRow, cells
from student_registry.exporting.errors import ExportTooLarge
from student_registry.identifiers import use_cases as identifiers
from student_registry.identifiers.domain import IdentifierKind
from student_registry.institutions.errors import InstitutionNotFound

log = logging.getLogger(__name__)

EXPORT = "registry.learners.export"
PURPOSE = "EXPORT"
PAGE_ROWS = 1_000


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


async def sheet_rows(pages: AsyncIterable[list[ExportRow]]) -> AsyncGenerator[Sequence[str]]:
    """The pages as rows of a file, the header first."""
    yield COLUMNS
    async for page in pages:
        for row in page:
            yield cells(row)


async def check_workbook(deps: Deps, query: ExportLearners, *, now: datetime) -> None:
    """Refuse a workbook that no import would read; asked before anything is sent.

    Raises:
        ExportTooLarge: More than 200,000 rows.
    """
    async with transaction(deps.pool) as connection:
        count = await store.count(connection, query.institution_id, on_date=query.on_date or today_in_thailand(now))
    if count > ROWS_MAX:
        raise ExportTooLarge(limit=ROWS_MAX, got=count)
