"""Bringing catalogue files in and out: good rows are published, the others come back as a file to be mended."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final
from uuid import UUID, uuid5

from chassis.auth import Actor
from chassis.messages import Messages
from chassis.outcomes import Problem
from chassis.pg import Pool
from chassis.sheets import EXPLANATION, REASON_CODE, Row
from chassis.tabular import Table, clean, read_table

from credit_bank import limits
from credit_bank.catalogue import store
from credit_bank.catalogue.checking import offer_codes
from credit_bank.catalogue.domain import Course, CourseFacts, CourseFault
from credit_bank.catalogue.keys import CourseKey
from credit_bank.catalogue.layout import (
    CODE,
    COLUMN_OF,
    COLUMNS,
    NEEDED,
    CellFault,
    CourseRowFault,
    course_cells,
    read_course,
)
from credit_bank.catalogue.oddities import all_faults
from credit_bank.catalogue.use_cases import PublishCourses, owner_of, publish_courses, rehearse_courses
from credit_bank.provenance import Provenance

SUGGESTION: Final = "ค่าที่แนะนำ"
"""Column that a file of rejected rows has beside reason and explanation; all three are ignored when it comes back."""


@dataclass(frozen=True, slots=True)
class ImportCourses:
    """A catalogue file.

    Attributes:
        encoding: `utf-8` or `cp874` when the sender says so; detected when None.
        usual: Source and status of rows that name none.
        is_dry_run: Only checked.
    """

    request_id: UUID
    content: bytes = field(repr=False)
    encoding: str | None
    usual: Provenance
    is_dry_run: bool


@dataclass(frozen=True, slots=True)
class CourseImportReport:
    """What became of a file, or of a rehearsal what would become of it now."""

    encoding: str
    is_dry_run: bool
    row_count: int
    accepted: int
    already_known: int
    rejected: int
    faults: tuple[CourseRowFault, ...]
    table: Table = field(repr=False)


async def import_courses(pool: Pool, command: ImportCourses, *, actor: Actor, now: datetime) -> CourseImportReport:
    """Publish the good rows of a file and report the others: row, column, reason, and what would be right.

    Rows go in parts of 1,000 with request ids made from the file's, so that an import that was cut off goes on where it
    stopped when it is sent again; the same file again changes nothing.

    Args:
        pool: Connections.
        command: The file.
        actor: Needs `catalogue.publish`; the rows are courses of his institution, or national ones of an agency.
        now: UTC.

    Raises:
        PermissionMissing: The role publishes no courses.
        Invalid: Not a table (FileUnreadable, FileEmpty, FileTruncated, FileTooLarge, HeaderMissing, HeaderRepeated).
        RequestMismatch: The request id was used for another file.
    """
    actor.require("catalogue.publish")
    table = await asyncio.to_thread(read_table, command.content, needed=NEEDED, encoding=command.encoding)
    rows = await asyncio.to_thread(_read_rows, table, owner_of(actor), command.usual)
    courses = [row.facts for row in rows if row.facts is not None]
    offered = iter(await offer_codes(pool, courses, [row.faults for row in rows if row.facts is not None]))
    rows = [row if row.facts is None else replace(row, faults=next(offered)) for row in rows]
    faults = [CourseRowFault(fault.row, fault.column, None, fault.reason) for fault in table.faults]
    good = _sort_out(rows, faults)
    accepted = already = 0
    for start in range(0, len(good), limits.ITEMS_MAX):
        part = good[start : start + limits.ITEMS_MAX]
        part_facts = tuple(facts for _, facts in part)
        if command.is_dry_run:
            outcomes = await rehearse_courses(pool, part_facts, actor=actor)
        else:
            request_id = uuid5(command.request_id, f"part {start // limits.ITEMS_MAX}")
            outcomes = await publish_courses(pool, PublishCourses(request_id, part_facts), actor=actor, now=now)
        for (row, _), outcome in zip(part, outcomes, strict=True):
            if outcome.problem is None:
                accepted += 1
                already += outcome.already_done
            else:
                faults.append(_refused(row, outcome.problem))
    rejected = {fault.row for fault in faults if fault.is_refused}
    return CourseImportReport(
        encoding=table.encoding,
        is_dry_run=command.is_dry_run,
        row_count=accepted + len(rejected),
        accepted=accepted,
        already_known=already,
        rejected=len(rejected),
        faults=tuple(sorted(faults, key=lambda fault: (fault.row, not fault.is_refused, fault.column or ""))),
        table=table,
    )


@dataclass(frozen=True, slots=True)
class _Row:
    """A row as it was read.

    Attributes:
        facts: None when not even its key can be told.
        cells: Cells without usable value.
        faults: What is wrong or odd about the course that it states.
    """

    number: int
    texts: Mapping[str, str]
    facts: CourseFacts | None
    cells: list[CellFault]
    faults: list[CourseFault]


def _read_rows(table: Table, owner: UUID | None, usual: Provenance) -> list[_Row]:
    rows: list[_Row] = []
    for line in table.rows:
        facts, cells = read_course(line.cells, owner=owner, usual=usual)
        # A cell that could not be read was taken for absent, which is no second fault of it.
        wrong = {cell.column for cell in cells}
        found = (
            [] if facts is None else [fault for fault in all_faults(facts) if COLUMN_OF.get(fault.field) not in wrong]
        )
        rows.append(_Row(line.number, line.cells, facts, cells, found))
    return rows


def _sort_out(rows: Sequence[_Row], faults: list[CourseRowFault]) -> list[tuple[_Row, CourseFacts]]:
    """Rows that may be published; what is wrong or odd about any of them is added to `faults`."""
    good: list[tuple[_Row, CourseFacts]] = []
    first: dict[CourseKey, CourseFacts] = {}
    for row in rows:
        faults += [
            CourseRowFault(row.number, *_at(row, cell.column), cell.reason, cell.suggestion) for cell in row.cells
        ]
        faults += [_row_fault(row, fault) for fault in row.faults]
        if row.facts is None or row.cells or any(fault.is_refused for fault in row.faults):
            continue
        # The first good row of a course stands, in a file that goes in by parts too.
        if first.setdefault(row.facts.key, row.facts) != row.facts:
            faults.append(CourseRowFault(row.number, *_at(row, CODE), "DUPLICATE_ITEM"))
        else:
            good.append((row, row.facts))
    return good


def _at(row: _Row, column: str | None) -> tuple[str | None, str | None]:
    return column, None if column is None else row.texts.get(column)


def _row_fault(row: _Row, fault: CourseFault) -> CourseRowFault:
    place = _at(row, COLUMN_OF.get(fault.field))
    return CourseRowFault(row.number, *place, fault.reason, fault.suggestion, fault.is_refused)


def _refused(row: _Row, problem: Problem) -> CourseRowFault:
    """What the catalogue says of a row that is good by itself."""
    suggestion = problem.metadata.get(f"suggestion_{problem.field}", "")
    return CourseRowFault(row.number, *_at(row, COLUMN_OF.get(problem.field or "")), problem.reason, suggestion)


async def rejected_rows(report: CourseImportReport, messages: Messages) -> AsyncGenerator[Row]:
    """The rows that are not in, like those that were sent, with why and what would be right; the header first."""
    told: dict[int, list[CourseRowFault]] = {}
    for fault in report.faults:
        if fault.is_refused:
            told.setdefault(fault.row, []).append(fault)
    own = (REASON_CODE, EXPLANATION, SUGGESTION)
    header = [name for name in report.table.header if name and clean(name) not in own]
    yield [*header, *own]
    cells = {row.number: row.cells for row in report.table.rows}
    for number in sorted(told):
        reasons = told[number]
        row = cells.get(number, {})  # a row that could not be read at all has no cells
        yield [
            *(row.get(name, "") for name in header),
            " ".join(fault.reason for fault in reasons),
            " / ".join(messages.sentence(fault.reason) for fault in reasons),
            " / ".join(f"{fault.column}: {fault.suggestion}" for fault in reasons if fault.suggestion),
        ]


async def exported(pool: Pool, *, owner: UUID | None, code_system: str | None, curriculum_version: str) -> list[Course]:
    """Courses of one owner, or national ones, to be written out; by page, each its own short read."""
    courses: list[Course] = []
    after: UUID | None = None
    while True:
        async with pool.acquire(timeout=10) as connection:
            page = await store.page_courses(
                connection,
                code_system=code_system,
                codes=[],
                after=after,
                limit=limits.PAGE_SIZE_MAX,
                curriculum_version=curriculum_version,
            )
        courses += [course for course in page if course.key.owner_institution_id == owner]
        if len(page) < limits.PAGE_SIZE_MAX:
            return courses
        after = page[-1].course_id


async def course_rows(courses: Sequence[Course]) -> AsyncGenerator[Row]:
    """A catalogue file that comes in again unchanged; the header first."""
    yield COLUMNS
    for course in courses:
        yield course_cells(course)
