"""Bringing in a file of results: every row is recorded or reported, and the same file again changes nothing."""

from __future__ import annotations

import asyncio
import csv
import hashlib
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final
from uuid import UUID, uuid5

from chassis.auth import Actor
from chassis.errors import NotFound
from chassis.ids import uuid7
from chassis.messages import Messages
from chassis.outcomes import Outcome
from chassis.pg import Pool, transaction
from chassis.tabular import Batch, open_table, read_table

from credit_bank import limits
from credit_bank.catalogue import use_cases as catalogue
from credit_bank.catalogue.domain import CodeSystem, Course, normalise_code
from credit_bank.catalogue.grades import find_grade, usual_scheme
from credit_bank.clients import Registry
from credit_bank.partnerships import use_cases as partnerships
from credit_bank.partnerships.domain import Offering
from credit_bank.provenance import Provenance
from credit_bank.recording import store_imports
from credit_bank.recording.domain import Evidence, NaturalKey, ResultInput, SourceMode, natural_key_of
from credit_bank.recording.errors import LayoutUnknown
from credit_bank.recording.kept import KeptImport
from credit_bank.recording.layouts import EXPLANATION, LAYOUTS, REASON_CODE, Layout, ResultRow, RowFault, masked
from credit_bank.recording.policy import OWN_COURSES
from credit_bank.recording.submitting import RecordResults, record_results

ASSESSMENT_SHEET: Final = "ASSESSMENT_SHEET"
CERTIFICATE: Final = "CERTIFICATE"
"""What the document number of a row names: for school courses and for short courses."""

FAULTS_KEPT_MAX: Final = 1_000
"""Faults of a file that are kept with its report; a file with more is mended and sent again."""


@dataclass(frozen=True, slots=True)
class ImportResults:
    """A file to bring in.

    Attributes:
        encoding: `utf-8` or `cp874` when the sender says so; detected when None.
        source: What the rows rest on; None: the file itself.
        data_status: `confirmed`, `assumed` or `demonstration`.
    """

    request_id: UUID
    institution_id: UUID
    layout: str
    content: bytes = field(repr=False)
    encoding: str | None
    source: str | None
    data_status: str
    is_dry_run: bool


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What became of a file; `accepted` counts rows that are in, those known before among them."""

    import_id: UUID
    layout: str
    encoding: str
    is_dry_run: bool
    row_count: int
    accepted: int
    already_known: int
    rejected: int
    rows: tuple[RowFault, ...]


@dataclass(frozen=True, slots=True)
class _Known:
    """What the rows' names stand for."""

    learners: Mapping[str, UUID]
    courses: Mapping[str, Sequence[Course]]
    offerings: Mapping[str, Offering]


async def import_results(
    pool: Pool, registry: Registry, command: ImportResults, *, actor: Actor, now: datetime
) -> ImportReport:
    """Record the good rows of a file and report the others: row, column, reason.

    Rows go in parts of 1,000, each a transaction with a request id made from the file's, so that an import that was cut
    off goes on where it stopped when it is sent again.

    Args:
        pool: Connections.
        registry: Knows the student numbers; a file import needs it.
        command: The file.
        actor: Needs `credit.record` at the institution.
        now: UTC.

    Raises:
        PermissionMissing: The role records no results.
        NotFound: The file is for another institution.
        LayoutUnknown: No such layout.
        FileUnreadable: Not a table; likewise FileEmpty, FileTruncated, FileTooLarge, HeaderMissing.
        Unavailable: The registry does not answer.
        RequestMismatch: The request id was used for another file.
    """
    actor.require("credit.record")
    if command.institution_id != actor.at():
        raise NotFound
    layout = LAYOUTS.get(command.layout)
    if layout is None:
        raise LayoutUnknown(field="layout", known=", ".join(LAYOUTS))
    table = await asyncio.to_thread(read_table, command.content, needed=layout.needed, encoding=command.encoding)
    faults = [RowFault(fault.row, fault.column, None, fault.reason) for fault in table.faults]
    rows: list[ResultRow] = []
    for row in table.rows:
        stated, row_faults = layout.results(row)
        faults += row_faults
        rows += stated
    known = await _look_up(pool, registry, rows, command.institution_id, actor=actor)
    reading = _Reading(layout, known, command)
    results = [(row, result) for row in rows for result in [reading.result(row)] if result is not None]
    outcomes = await _record(pool, registry, command, [result for _, result in results], actor=actor, now=now)
    for (row, _), outcome in zip(results, outcomes, strict=True):
        if outcome.problem is not None:
            reading.faults.append(reading.fault(row, outcome))
    known_rows = [(row.number, outcome) for (row, _), outcome in zip(results, outcomes, strict=True)]
    report = _report(command, table.encoding, [*faults, *reading.faults], known_rows)
    if not command.is_dry_run:
        await _keep(pool, command, report, actor=actor, now=now)
    return report


async def _look_up(
    pool: Pool, registry: Registry, rows: Sequence[ResultRow], institution_id: UUID, *, actor: Actor
) -> _Known:
    numbers = sorted({row.student_no for row in rows})
    learners = await registry.find_learners(institution_id, numbers, actor=actor) if numbers else {}
    codes = {code for row in rows for code in _code_spellings(row.course_code)}
    async with pool.acquire(timeout=10) as connection:
        return _Known(
            learners=learners,
            courses=await catalogue.find_courses_by_code(connection, codes, institution_id=institution_id),
            offerings=await partnerships.find_offerings(
                connection, institution_id, {row.offering_reference for row in rows if row.offering_reference}
            ),
        )


def _code_spellings(code: str) -> list[str]:
    """A code as each system would keep it, since the file does not name the system."""
    return list(dict.fromkeys(normalise_code(system, code) for system in CodeSystem))


class _Reading:
    """Turns rows into results, or into faults."""

    def __init__(self, layout: Layout, known: _Known, command: ImportResults) -> None:
        self.faults: list[RowFault] = []
        self._layout = layout
        self._known = known
        self._institution_id = command.institution_id
        self._provenance = Provenance(command.source or f"file, layout {layout.name}", command.data_status)
        self._seen: set[NaturalKey] = set()

    def result(self, row: ResultRow) -> ResultInput | None:
        """The result that a row states; None when it is at fault."""
        layout = self._layout
        learner_id = self._known.learners.get(row.student_no)
        if learner_id is None:
            return self._refuse(row, layout.student_no, masked(row.student_no), "LEARNER_UNKNOWN")
        courses = self._courses(row)
        if len(courses) != 1:
            reason = "COURSE_AMBIGUOUS" if courses else "COURSE_UNKNOWN"
            return self._refuse(row, layout.course_code, row.course_code, reason)
        [course] = courses
        own = OWN_COURSES.get(course.key)
        scheme = own.scheme if own else usual_scheme(course.facts.unit)
        if find_grade(scheme, row.grade_label) is None:
            return self._refuse(row, row.grade_column, row.grade_label, "GRADE_CODE_UNKNOWN")
        offering = self._known.offerings.get(row.offering_reference)
        is_short = course.key.code_system is CodeSystem.SHORT
        if offering is None and (is_short or row.offering_reference):
            return self._refuse(row, layout.offering_reference, row.offering_reference, "OFFERING_UNKNOWN")
        result = self._assemble(row, learner_id, course, scheme=scheme, offering=offering)
        key = natural_key_of(result, self._institution_id)
        if key in self._seen:
            return self._refuse(row, None, None, "DUPLICATE_ROW")
        self._seen.add(key)
        return result

    def _courses(self, row: ResultRow) -> list[Course]:
        """Courses that the row can mean."""
        if row.own_course is not None:
            return [OWN_COURSES[row.own_course].course]
        found = {
            course.course_id: course
            for code in _code_spellings(row.course_code)
            for course in self._known.courses.get(code, ())
        }
        return list(found.values())

    def _assemble(
        self, row: ResultRow, learner_id: UUID, course: Course, *, scheme: str, offering: Offering | None
    ) -> ResultInput:
        is_short = course.key.code_system is CodeSystem.SHORT
        own = OWN_COURSES.get(course.key)
        kind = CERTIFICATE if is_short else ASSESSMENT_SHEET
        studied = SourceMode.SHORT_COURSE if is_short else SourceMode.STUDY
        return ResultInput(
            learner_id=learner_id,
            course=course.key,
            year_be=row.year_be,
            term=row.term,
            attempt=row.attempt,
            grade_scheme=scheme,
            grade_label=row.grade_label,
            source_mode=own.mode if own else studied,
            taught_by_institution_id=None,
            offering_id=None if offering is None else offering.offering_id,
            evidence=(Evidence(kind, "", row.document_no),) if row.document_no else (),
            provenance=self._provenance,
            attempt_kind=row.attempt_kind,
        )

    def _refuse(self, row: ResultRow, column: str | None, masked_value: str | None, reason: str) -> None:
        self.faults.append(RowFault(row.number, column, masked_value, reason))

    def fault(self, row: ResultRow, outcome: Outcome) -> RowFault:
        """The fault of a row that could not be recorded."""
        assert outcome.problem is not None
        layout = self._layout
        columns = {
            "LEARNER_NOT_ENROLLED": (layout.student_no, masked(row.student_no)),
            "OFFERING_UNKNOWN": (layout.offering_reference, row.offering_reference),
            "ENTRY_EXISTS_DIFFERENT": (row.grade_column, row.grade_label),
            "REMEDIAL_WITHOUT_FAILURE": (row.grade_column, row.grade_label),
            "REMEDIAL_GRADE_TOO_HIGH": (row.grade_column, row.grade_label),
        }
        column, shown = columns.get(outcome.problem.reason, (None, None))
        return RowFault(row.number, column, shown, outcome.problem.reason)


async def _record(
    pool: Pool,
    registry: Registry,
    command: ImportResults,
    results: Sequence[ResultInput],
    *,
    actor: Actor,
    now: datetime,
) -> list[Outcome]:
    """Record in parts; the request id of each is made from the file's, so that the same file again is the same."""
    outcomes: list[Outcome] = []
    for start in range(0, len(results), limits.ITEMS_MAX):
        part = tuple(results[start : start + limits.ITEMS_MAX])
        # A rehearsal is rolled back with its request id, and must not meet the answer of the real import.
        request_id = uuid7() if command.is_dry_run else uuid5(command.request_id, f"part {start // limits.ITEMS_MAX}")
        outcomes += await record_results(
            pool,
            registry,
            RecordResults(request_id, part),
            actor=actor,
            now=now,
            is_rehearsal=command.is_dry_run,
        )
    return outcomes


def _report(
    command: ImportResults, encoding: str, faults: Sequence[RowFault], results: Sequence[tuple[int, Outcome]]
) -> ImportReport:
    """Counted by rows: a row is rejected when any of what it states is, and its other results are in all the same."""
    rejected = {fault.row for fault in faults}
    accepted = {number for number, _ in results} - rejected
    is_new = {number for number, outcome in results if not outcome.already_done}
    return ImportReport(
        import_id=uuid5(command.request_id, "import"),
        layout=command.layout,
        encoding=encoding,
        is_dry_run=command.is_dry_run,
        row_count=len(accepted) + len(rejected),
        accepted=len(accepted),
        already_known=len(accepted - is_new),
        rejected=len(rejected),
        rows=tuple(sorted(faults, key=lambda fault: (fault.row, fault.column or ""))),
    )


async def _keep(pool: Pool, command: ImportResults, report: ImportReport, *, actor: Actor, now: datetime) -> None:
    async with transaction(pool) as connection:
        await store_imports.insert_import(
            connection,
            import_id=report.import_id,
            institution_id=command.institution_id,
            layout=report.layout,
            encoding=report.encoding,
            file_sha256=hashlib.sha256(command.content).digest(),
            counts=(report.row_count, report.accepted, report.already_known, report.rejected),
            faults=[
                [fault.row, fault.column, fault.masked_value, fault.reason] for fault in report.rows[:FAULTS_KEPT_MAX]
            ],
            imported_by=actor.subject_hash,
            imported_at=now,
        )


# ---- reading --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ImportPage:
    """A page of imports; the token is empty on the last one."""

    imports: list[KeptImport]
    next_page_token: str


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


async def rejected_rows(
    pool: Pool, registry: Registry, command: ImportResults, messages: Messages, *, actor: Actor, now: datetime
) -> bytes:
    """The rows of a file that are not in, with two columns that say why, as CSV to be mended and sent again.

    The file is tried and nothing changes, so that it can be asked before an import or after it: rows that are in are
    known. It is made of what the sender sends, since rows of files are not kept here.

    Raises:
        PermissionMissing: The role records no results; likewise all that `import_results` raises.
    """
    report = await import_results(pool, registry, replace(command, is_dry_run=True), actor=actor, now=now)
    reasons: dict[int, list[str]] = {}
    for fault in report.rows:
        reasons.setdefault(fault.row, []).append(fault.reason)
    return await asyncio.to_thread(_rejected_csv, command, reasons, messages)


def _rejected_csv(command: ImportResults, reasons: Mapping[int, Sequence[str]], messages: Messages) -> bytes:
    layout = LAYOUTS[command.layout]
    table = open_table(io.BytesIO(command.content), needed=layout.needed, encoding=command.encoding)
    header = table.format.header
    kept = [place for place, name in enumerate(header) if name not in (REASON_CODE, EXPLANATION)]
    text = io.StringIO(newline="")
    text.write("\ufeff")  # so that spreadsheets read it as UTF-8
    writer = csv.writer(text)
    writer.writerow([*(header[place] for place in kept), REASON_CODE, EXPLANATION])
    for number, cells in _cells(table.batches):
        if number in reasons:
            codes = list(dict.fromkeys(reasons[number]))
            padded = [*cells, *[""] * (len(header) - len(cells))]
            told = " / ".join(messages.sentence(code) for code in codes)
            writer.writerow([*(padded[place] for place in kept), " ".join(codes), told])
    return text.getvalue().encode()


def _cells(batches: Iterable[Batch]) -> Iterator[tuple[int, Sequence[str]]]:
    """Number and cells of every row, broken ones among them, in the order of the file."""
    for batch in batches:
        rows: list[tuple[int, Sequence[str]]] = [
            *zip(batch.numbers, zip(*batch.columns, strict=True), strict=True),
            *((row.number, row.cells) for row in batch.broken),
        ]
        yield from sorted(rows, key=lambda row: row[0])
