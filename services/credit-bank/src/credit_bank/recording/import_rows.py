"""Rows of a file of results: read batch by batch, their names turned into what they stand for, cut into parts.

Names are looked up while the file is taken, for the person who sends it. What is worked off later holds ids; the cells
of a row go along only so that a row that is refused can be given back.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID

from chassis.outcomes import Problem
from chassis.tabular import Batch, TableRow, clean

from credit_bank import limits
from credit_bank.catalogue.domain import CodeSystem, Course, normalise_code
from credit_bank.catalogue.grades import find_grade, usual_scheme
from credit_bank.partnerships.domain import Offering
from credit_bank.provenance import Provenance
from credit_bank.recording.checks import is_valid_in
from credit_bank.recording.domain import Evidence, ResultInput, SourceMode, natural_key_of
from credit_bank.recording.drafts import from_document, of_result, to_document
from credit_bank.recording.layouts import Layout, ResultRow, RowFault, masked
from credit_bank.recording.policy import OWN_COURSES

PART_RESULTS_MAX: Final = limits.ITEMS_MAX
"""Results of one part, which has whole rows: as many as one call records."""

ASSESSMENT_SHEET: Final = "ASSESSMENT_SHEET"
CERTIFICATE: Final = "CERTIFICATE"
"""What the document number of a row names: for school courses and for short courses."""


@dataclass(frozen=True, slots=True)
class FileRow:
    """One row as the file has it.

    Attributes:
        cells: In the order of the header.
        stated: The results that it states.
        faults: What is wrong with it by itself.
    """

    number: int
    cells: tuple[str, ...] = field(repr=False)
    stated: tuple[ResultRow, ...] = field(repr=False)
    faults: tuple[RowFault, ...]


def rows_of(batch: Batch, header: Sequence[str], layout: Layout) -> list[FileRow]:
    """Rows of a batch in the order of the file, broken ones among them."""
    found: list[FileRow] = []
    for number, cells in zip(batch.numbers, zip(*batch.columns, strict=True), strict=True):
        named = {name: clean(cell) for name, cell in zip(header, cells, strict=True) if name}
        stated, faults = layout.results(TableRow(number, named))
        found.append(FileRow(number, cells, tuple(stated), tuple(faults)))
    for row in batch.broken:
        faults = tuple(RowFault(fault.row, fault.column, None, fault.reason) for fault in row.faults)
        found.append(FileRow(row.number, row.cells, (), faults))
    return sorted(found, key=lambda row: row.number)


@functools.lru_cache(maxsize=4096)
def code_spellings(code: str) -> tuple[str, ...]:
    """A code as each system would keep it, since the file does not name the system."""
    return tuple(dict.fromkeys(normalise_code(system, code) for system in CodeSystem))


@dataclass(slots=True)
class KnownNames:
    """What names of rows stand for, as far as it was looked up; names that stand for nothing are in it too."""

    learners: dict[str, UUID | None] = field(default_factory=dict[str, UUID | None])
    courses: dict[str, Sequence[Course]] = field(default_factory=dict[str, Sequence[Course]])
    offerings: dict[str, Offering | None] = field(default_factory=dict[str, "Offering | None"])
    institutions: dict[str, UUID | None] = field(default_factory=dict[str, UUID | None])


@dataclass(frozen=True, slots=True)
class PartResult:
    """A result of a row, with what is told when it cannot be recorded."""

    result: ResultInput
    student_no: str
    offering_reference: str
    grade_column: str


@dataclass(frozen=True, slots=True)
class PartRow:
    """A row with results to record; `is_faulted` when another of its results is refused already."""

    number: int
    is_faulted: bool
    cells: tuple[str, ...] = field(repr=False)
    results: tuple[PartResult, ...] = field(repr=False)


def part_to_bytes(rows: Sequence[PartRow]) -> bytes:
    """A part as it is kept."""
    document = [
        [
            row.number,
            row.is_faulted,
            row.cells,
            [
                [to_document(of_result(item.result)), item.student_no, item.offering_reference, item.grade_column]
                for item in row.results
            ],
        ]
        for row in rows
    ]
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()


def part_from_bytes(content: bytes) -> list[PartRow]:
    """As it was given to `part_to_bytes`."""
    rows: list[list[Any]] = json.loads(content)
    return [
        PartRow(
            number,
            is_faulted,
            tuple(cells),
            tuple(
                PartResult(from_document(result).completed(), student_no, offering, column)
                for result, student_no, offering, column in results
            ),
        )
        for number, is_faulted, cells, results in rows
    ]


def fault_of(layout: Layout, number: int, item: PartResult, problem: Problem) -> RowFault:
    """The fault of a row one of whose results could not be recorded."""
    grade = (item.grade_column, item.result.grade_label)
    columns: Mapping[str, tuple[str | None, str]] = {
        "LEARNER_NOT_ENROLLED": (layout.student_no, item.student_no),
        "OFFERING_UNKNOWN": (layout.offering_reference, item.offering_reference),
        "COURSE_NOT_VALID_THEN": (layout.course_code, item.result.course.code),
        "ENTRY_EXISTS_DIFFERENT": grade,
        "REMEDIAL_WITHOUT_FAILURE": grade,
        "REMEDIAL_GRADE_TOO_HIGH": grade,
    }
    column, shown = columns.get(problem.reason, (None, None))
    return RowFault(number, column, shown, problem.reason)


class Resolving:
    """Turns rows into results, or into faults."""

    def __init__(self, layout: Layout, known: KnownNames, *, institution_id: UUID, provenance: Provenance) -> None:
        """Rows of one file of an institution."""
        self._layout = layout
        self._known = known
        self._institution_id = institution_id
        self._provenance = provenance
        # A hash stands for each key, so that a long file takes little memory: of two keys that share a hash of 64 bits
        # the second is told to be repeated, about once in a thousand million files of 200,000 rows.
        self._seen: set[int] = set()

    def row(self, row: FileRow) -> tuple[PartRow, list[RowFault]]:
        """A row with the results that can be recorded, and all that is wrong with it."""
        faults = list(row.faults)
        results: list[PartResult] = []
        for stated in row.stated:
            found = self._result(stated)
            if isinstance(found, RowFault):
                faults.append(found)
            else:
                shown = masked(stated.student_no)
                results.append(PartResult(found, shown, stated.offering_reference, stated.grade_column))
        return PartRow(row.number, bool(faults), row.cells, tuple(results)), faults

    def _result(self, row: ResultRow) -> ResultInput | RowFault:
        layout = self._layout
        learner_id = self._known.learners.get(row.student_no)
        if learner_id is None:
            return RowFault(row.number, layout.student_no, masked(row.student_no), "LEARNER_UNKNOWN")
        courses = self._courses(row)
        if len(courses) != 1:
            reason = "COURSE_AMBIGUOUS" if courses else "COURSE_UNKNOWN"
            return RowFault(row.number, layout.course_code, row.course_code, reason)
        [course] = courses
        own = OWN_COURSES.get(course.key)
        scheme = own.scheme if own else usual_scheme(course.facts.unit)
        if find_grade(scheme, row.grade_label) is None:
            return RowFault(row.number, row.grade_column, row.grade_label, "GRADE_CODE_UNKNOWN")
        offering = self._known.offerings.get(row.offering_reference)
        fault = self._name_fault(row, course, offering)
        if fault is not None:
            return fault
        result = self._assemble(row, learner_id, course, scheme=scheme, offering=offering)
        key = hash(natural_key_of(result, self._institution_id))
        if key in self._seen:
            return RowFault(row.number, None, None, "DUPLICATE_ROW")
        self._seen.add(key)
        return result

    def _name_fault(self, row: ResultRow, course: Course, offering: Offering | None) -> RowFault | None:
        """Whether the row names an offering or an institution that there is not."""
        is_short = course.key.code_system is CodeSystem.SHORT
        if offering is None and (is_short or row.offering_reference):
            return RowFault(row.number, self._layout.offering_reference, row.offering_reference, "OFFERING_UNKNOWN")
        if row.taught_by and self._known.institutions.get(row.taught_by) is None:
            return RowFault(row.number, self._layout.taught_by, row.taught_by, "INSTITUTION_UNKNOWN")
        return None

    def _courses(self, row: ResultRow) -> list[Course]:
        """Courses that the row can mean."""
        if row.own_course is not None:
            return [OWN_COURSES[row.own_course].course]
        found = {
            course.course_id: course
            for code in code_spellings(row.course_code)
            for course in self._known.courses.get(code, ())
        }
        in_force = [course for course in found.values() if is_valid_in(course, row.year_be, row.term)]
        return in_force or list(found.values())

    def _assemble(
        self, row: ResultRow, learner_id: UUID, course: Course, *, scheme: str, offering: Offering | None
    ) -> ResultInput:
        is_short = course.key.code_system is CodeSystem.SHORT
        own = OWN_COURSES.get(course.key)
        kind = CERTIFICATE if is_short else ASSESSMENT_SHEET
        studied = SourceMode.SHORT_COURSE if is_short else SourceMode.STUDY
        taught_by = self._known.institutions.get(row.taught_by)
        return ResultInput(
            learner_id=learner_id,
            course=course.key,
            year_be=row.year_be,
            term=row.term,
            attempt=row.attempt,
            grade_scheme=scheme,
            grade_label=row.grade_label,
            source_mode=own.mode if own else studied,
            taught_by_institution_id=None if taught_by == self._institution_id else taught_by,
            offering_id=None if offering is None else offering.offering_id,
            evidence=(Evidence(kind, "", row.document_no),) if row.document_no else (),
            provenance=self._provenance,
            attempt_kind=row.attempt_kind,
        )
