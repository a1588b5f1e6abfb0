"""File layouts of results: which columns a file has, and what a row means. Adapters, found by the layout's name.

All of them are our own, `assumed`: no national layout for results was found, and none of a college's system was seen. A
row of a file may state several results; each is read by itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Protocol

from chassis.tabular import TableRow, ascii_digits

from credit_bank.calendar_th import TERMS, YEARS_BE
from credit_bank.catalogue.domain import CourseKey
from credit_bank.recording.domain import ATTEMPT_MAX, AttemptKind
from credit_bank.recording.policy import OWN_COURSES

SHOWN_DIGITS: Final = 4
"""How much of a number a report shows."""
WORD_CHARACTERS_MAX: Final = 20
"""How long a word is that a report shows."""
_MASK: Final = "…"
_CODE: Final = re.compile(r"[ก-ฮA-Za-z]\d{5}|\d{5}-\d{4}", re.ASCII)
"""Codes of courses that are no number of a person."""

"""Columns that a file of rejected rows has besides; ignored when it comes again."""


@dataclass(frozen=True, slots=True)
class RowFault:
    """Why a row is not in.

    Attributes:
        row: As a spreadsheet shows it; the header is 1.
        column: None when the whole row is at fault.
        masked_value: What stood there, where the column is not personal and the cell looks like nobody (`told`).
    """

    row: int
    column: str | None
    masked_value: str | None
    reason: str


@dataclass(frozen=True, slots=True)
class ResultRow:
    """One result as a row states it, read as far as the file alone allows.

    Attributes:
        own_course: What it is a result of, where a column says so and not a code.
        taught_by: Code of the institution that taught it, where another one did.
        grade_column: Where the grade stands.
    """

    number: int
    student_no: str
    course_code: str
    year_be: int
    term: int
    attempt: int
    grade_label: str
    document_no: str
    offering_reference: str
    attempt_kind: AttemptKind | None = None
    own_course: CourseKey | None = None
    grade_column: str = ""
    taught_by: str = ""


class Layout(Protocol):
    """How files of one layout are read."""

    @property
    def name(self) -> str:
        """By which it is found."""
        ...

    @property
    def student_no(self) -> str:
        """Column of the number by which the institution knows the learner."""
        ...

    @property
    def course_code(self) -> str | None:
        """Column of the course; None where columns stand for what has results."""
        ...

    @property
    def offering_reference(self) -> str | None:
        """Column of the offering."""
        ...

    @property
    def taught_by(self) -> str | None:
        """Column of the institution that taught, by its official code or its local one."""
        ...

    @property
    def needed(self) -> Sequence[str]:
        """Columns without which a file cannot be read."""
        ...

    def results(self, row: TableRow) -> tuple[Sequence[ResultRow], Sequence[RowFault]]:
        """The results that a row states, and what is wrong with it."""
        ...


@dataclass(frozen=True, slots=True)
class ResultsLayout:
    """One course of one learner in a row; columns by what they mean.

    Attributes:
        source: Where the layout comes from.
        year_be: None where `term` holds both, as `1/2568`.
        remedial: Grade of a remedial examination after the one in `grade_label`: the next attempt.
    """

    name: str
    source: str
    status: str
    student_no: str
    course_code: str
    year_be: str | None
    term: str
    grade_label: str
    document_no: str
    attempt: str = ""
    offering_reference: str | None = None
    remedial: str | None = None
    taught_by: str | None = None

    @property
    def needed(self) -> Sequence[str]:
        """Columns without which a file cannot be read."""
        columns = (self.student_no, self.course_code, self.year_be, self.term, self.grade_label, self.document_no)
        return [column for column in columns if column]

    def results(self, row: TableRow) -> tuple[Sequence[ResultRow], Sequence[RowFault]]:
        """The result of a row, and that of a remedial examination where one is stated."""
        first, faults = self.read(row)
        if first is None:
            return [], faults
        label = row.cells.get(self.remedial or "", "")
        if not self.remedial or not label:
            return [first], faults
        again = ResultRow(
            number=first.number,
            student_no=first.student_no,
            course_code=first.course_code,
            year_be=first.year_be,
            term=first.term,
            attempt=first.attempt + 1,
            grade_label=label,
            document_no=first.document_no,
            offering_reference=first.offering_reference,
            attempt_kind=AttemptKind.REMEDIAL,
            grade_column=self.remedial,
            taught_by=first.taught_by,
        )
        return [first, again], faults

    def read(self, row: TableRow) -> tuple[ResultRow | None, list[RowFault]]:
        """A row's meaning, or what is wrong with it."""
        faults = [*self._missing(row)]
        year, term = self._period(row, faults)
        attempt = _number(row.cells.get(self.attempt, "") or "1", range(1, ATTEMPT_MAX + 1))
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
            offering_reference=ascii_digits(row.cells.get(self.offering_reference or "", "")),
            grade_column=self.grade_label,
            taught_by=ascii_digits(row.cells.get(self.taught_by or "", "")),
        )
        return meaning, []

    def _period(self, row: TableRow, faults: list[RowFault]) -> tuple[int | None, int | None]:
        if self.year_be is not None:
            return _year_and_term(row, self.year_be, self.term, faults)
        term_text, _, year_text = row.cells[self.term].partition("/")
        term, year = _number(term_text.strip(), _TERM_RANGE), _number(year_text.strip(), YEARS_BE)
        if row.cells[self.term] and (term is None or year is None):
            faults.append(RowFault(row.number, self.term, row.cells[self.term], "PERIOD_INVALID"))
        return year, term

    def _missing(self, row: TableRow) -> Iterator[RowFault]:
        for column in (self.student_no, self.course_code, self.year_be, self.term, self.grade_label):
            if column and not row.cells[column]:
                yield RowFault(row.number, column, None, "VALUE_MISSING")


@dataclass(frozen=True, slots=True)
class YearlyLayout:
    """One learner in a row, one column for each yearly assessment or activity (CB-S4); empty cells state nothing.

    Attributes:
        columns: What each column is the result of.
    """

    name: str
    source: str
    status: str
    student_no: str
    year_be: str
    term: str
    document_no: str
    columns: Mapping[str, CourseKey] = field(hash=False)
    course_code: str | None = None
    offering_reference: str | None = None
    taught_by: str | None = None

    @property
    def needed(self) -> Sequence[str]:
        """Columns without which a file cannot be read."""
        return (self.student_no, self.year_be, self.term, self.document_no)

    def results(self, row: TableRow) -> tuple[Sequence[ResultRow], Sequence[RowFault]]:
        """One result for each column that has one."""
        faults = [
            RowFault(row.number, column, None, "VALUE_MISSING")
            for column in (self.student_no, self.year_be, self.term)
            if not row.cells[column]
        ]
        year, term = _year_and_term(row, self.year_be, self.term, faults)
        stated = {column: row.cells[column] for column in self.columns if row.cells.get(column)}
        if not stated and not faults:
            faults.append(RowFault(row.number, None, None, "VALUE_MISSING"))
        if faults or year is None or term is None:
            return [], faults
        found = [
            ResultRow(
                number=row.number,
                student_no=ascii_digits(row.cells[self.student_no]),
                course_code="",
                year_be=year,
                term=term,
                attempt=1,
                grade_label=label,
                document_no=row.cells[self.document_no],
                offering_reference="",
                own_course=self.columns[column],
                grade_column=column,
            )
            for column, label in stated.items()
        ]
        return found, []


_TERM_RANGE: Final = range(min(TERMS), max(TERMS) + 1)


def _year_and_term(
    row: TableRow, year_column: str, term_column: str, faults: list[RowFault]
) -> tuple[int | None, int | None]:
    year = _number(row.cells[year_column], YEARS_BE)
    term = _number(row.cells[term_column], _TERM_RANGE)
    if year is None and row.cells[year_column]:
        faults.append(RowFault(row.number, year_column, row.cells[year_column], "YEAR_INVALID"))
    if term is None and row.cells[term_column]:
        faults.append(RowFault(row.number, term_column, row.cells[term_column], "TERM_INVALID"))
    return year, term


def _number(text: str, allowed: range) -> int | None:
    digits = ascii_digits(text)
    return int(digits) if digits.isascii() and digits.isdigit() and int(digits) in allowed else None


def masked(number: str) -> str:
    """The last four characters of a number; a shorter one shows nothing."""
    return _MASK + number[-SHOWN_DIGITS:] if len(number) > SHOWN_DIGITS else _MASK


def told(cell: str) -> str:
    """A cell as a report shows it: what may be a person's number or name is not shown whole, whatever the column.

    A file whose columns have moved has national ids where codes should stand. Codes of courses, grades and short words
    are shown; of anything else with five digits or more the last four characters, and of words in a row nothing.
    """
    text = ascii_digits(cell)
    if cell.startswith(_MASK) or _CODE.fullmatch(text):
        return cell
    if sum(character.isdigit() for character in text) > SHOWN_DIGITS:
        return masked(cell)
    return _MASK if " " in cell.strip() or len(cell) > WORD_CHARACTERS_MAX else cell


_OURS: Final = "our own layout"
_STUDENT_NO: Final = "เลขประจำตัวนักเรียน"
_YEAR: Final = "ปีการศึกษา"
_TERM: Final = "ภาคเรียน"
_DOCUMENT: Final = "เลขที่หลักฐาน"
_TAUGHT_BY: Final = "รหัสสถานศึกษาที่สอน"

LAYOUTS: Final[Mapping[str, Layout]] = {
    layout.name: layout
    for layout in (
        ResultsLayout(
            name="nuaikit-results-1",
            source=_OURS,
            status="assumed",
            student_no=_STUDENT_NO,
            course_code="รหัสวิชา",
            year_be=_YEAR,
            term=_TERM,
            attempt="ครั้งที่",
            grade_label="ผลการเรียน",
            document_no=_DOCUMENT,
            offering_reference="รุ่น",
            taught_by=_TAUGHT_BY,
        ),
        ResultsLayout(
            name="nuaikit-school-results-1",
            source=_OURS,
            status="assumed",
            student_no=_STUDENT_NO,
            course_code="รหัสวิชา",
            year_be=_YEAR,
            term=_TERM,
            grade_label="ผลการเรียน",
            document_no=_DOCUMENT,
            remedial="ผลแก้ตัว",
            taught_by=_TAUGHT_BY,
        ),
        ResultsLayout(
            name="nuaikit-college-results-1",
            source=_OURS,
            status="assumed",
            student_no="รหัสนักศึกษา",
            course_code="รหัสวิชา",
            year_be=None,
            term="ภาคเรียนที่",
            attempt="ครั้งที่",
            grade_label="ระดับคะแนน",
            document_no="เลขที่เอกสาร",
            offering_reference="รุ่น",
            taught_by=_TAUGHT_BY,
        ),
        YearlyLayout(
            name="nuaikit-yearly-1",
            source=_OURS,
            status="assumed",
            student_no=_STUDENT_NO,
            year_be=_YEAR,
            term=_TERM,
            document_no=_DOCUMENT,
            columns={own.course.facts.title_th: key for key, own in OWN_COURSES.items() if own.is_yearly},
        ),
    )
}
"""Layouts by name."""
