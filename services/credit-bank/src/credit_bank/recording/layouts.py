"""File layouts of results: which columns a file has, and what a row means. Adapters, found by the layout's name.

`nuaikit-results-1` is our own layout, `assumed`: no national one for results was found.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from chassis.tabular import TableRow, ascii_digits

from credit_bank.calendar_th import TERMS, YEARS_BE
from credit_bank.recording.domain import ATTEMPT_MAX

SHOWN_DIGITS: Final = 4
"""How much of a number a report shows."""


@dataclass(frozen=True, slots=True)
class RowFault:
    """Why a row is not in.

    Attributes:
        row: As a spreadsheet shows it; the header is 1.
        column: None when the whole row is at fault.
        masked_value: What stood there, where the column is not personal; of numbers the last four.
    """

    row: int
    column: str | None
    masked_value: str | None
    reason: str


@dataclass(frozen=True, slots=True)
class ResultRow:
    """One row as the file states it, read as far as the file alone allows."""

    number: int
    student_no: str
    course_code: str
    year_be: int
    term: int
    attempt: int
    grade_label: str
    document_no: str
    offering_reference: str


@dataclass(frozen=True, slots=True)
class ResultsLayout:
    """Columns of one layout, by what they mean.

    Attributes:
        source: Where the layout comes from.
    """

    name: str
    source: str
    status: str
    student_no: str
    course_code: str
    year_be: str
    term: str
    attempt: str
    grade_label: str
    document_no: str
    offering_reference: str

    @property
    def needed(self) -> Sequence[str]:
        """Columns without which a file cannot be read."""
        return (self.student_no, self.course_code, self.year_be, self.term, self.grade_label, self.document_no)

    def read(self, row: TableRow) -> tuple[ResultRow | None, list[RowFault]]:
        """A row's meaning, or what is wrong with it."""
        faults = [*self._missing(row)]
        year = _number(row.cells[self.year_be], YEARS_BE)
        term = _number(row.cells[self.term], range(min(TERMS), max(TERMS) + 1))
        attempt = _number(row.cells.get(self.attempt, "") or "1", range(1, ATTEMPT_MAX + 1))
        if year is None and row.cells[self.year_be]:
            faults.append(RowFault(row.number, self.year_be, row.cells[self.year_be], "YEAR_INVALID"))
        if term is None and row.cells[self.term]:
            faults.append(RowFault(row.number, self.term, row.cells[self.term], "TERM_INVALID"))
        if attempt is None:
            faults.append(RowFault(row.number, self.attempt, row.cells[self.attempt], "ATTEMPT_INVALID"))
        if faults or year is None or term is None or attempt is None:
            return None, faults
        meaning = ResultRow(
            number=row.number,
            student_no=ascii_digits(row.cells[self.student_no]),
            course_code=row.cells[self.course_code],
            year_be=year,
            term=term,
            attempt=attempt,
            grade_label=row.cells[self.grade_label],
            document_no=row.cells[self.document_no],
            offering_reference=ascii_digits(row.cells.get(self.offering_reference, "")),
        )
        return meaning, []

    def _missing(self, row: TableRow) -> Iterator[RowFault]:
        for column in (self.student_no, self.course_code, self.year_be, self.term, self.grade_label):
            if not row.cells[column]:
                yield RowFault(row.number, column, None, "VALUE_MISSING")


def _number(text: str, allowed: range) -> int | None:
    digits = ascii_digits(text)
    return int(digits) if digits.isascii() and digits.isdigit() and int(digits) in allowed else None


def masked(number: str) -> str:
    """The last four characters of a number; a shorter one shows nothing."""
    return "…" + number[-SHOWN_DIGITS:] if len(number) > SHOWN_DIGITS else "…"


LAYOUTS: Final[Mapping[str, ResultsLayout]] = {
    "nuaikit-results-1": ResultsLayout(
        name="nuaikit-results-1",
        source="our own layout",
        status="assumed",
        student_no="เลขประจำตัวนักเรียน",
        course_code="รหัสวิชา",
        year_be="ปีการศึกษา",
        term="ภาคเรียน",
        attempt="ครั้งที่",
        grade_label="ผลการเรียน",
        document_no="เลขที่หลักฐาน",
        offering_reference="รุ่น",
    )
}
"""Layouts by name."""
