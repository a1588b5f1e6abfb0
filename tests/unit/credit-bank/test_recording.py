"""Results, file rows and terms, as far as no database is needed."""

from dataclasses import replace
from datetime import date
from uuid import UUID

import pytest
from chassis.tabular import TableRow
from credit_bank.calendar_th import term_period
from credit_bank.catalogue.domain import CodeSystem, CourseKey
from credit_bank.provenance import Provenance
from credit_bank.recording.domain import (
    Evidence,
    ResultInput,
    SourceMode,
    content_document,
    is_sha256,
    natural_key_of,
)
from credit_bank.recording.layouts import LAYOUTS, ResultsLayout, masked

LAYOUT = LAYOUTS["nuaikit-results-1"]
assert isinstance(LAYOUT, ResultsLayout)
RESULT = ResultInput(
    learner_id=UUID(int=1),
    course=CourseKey(CodeSystem.OBEC, "ท31101", "OBEC-2551R60"),
    year_be=2568,
    term=1,
    attempt=1,
    grade_scheme="OBEC_8_LEVEL",
    grade_label="3.0",
    source_mode=SourceMode.STUDY,
    taught_by_institution_id=None,
    offering_id=None,
    evidence=(Evidence("ASSESSMENT_SHEET", "", "ทดสอบ 1"),),
    provenance=Provenance("tests", "demonstration"),
)


def row(**cells: str) -> TableRow:
    usual = {
        "เลขประจำตัวนักเรียน": "68001",
        "รหัสวิชา": "ท31101",
        "ปีการศึกษา": "2568",
        "ภาคเรียน": "1",
        "ครั้งที่": "1",
        "ผลการเรียน": "3",
        "เลขที่หลักฐาน": "ทดสอบ 1",
        "รุ่น": "",
    }
    return TableRow(5, usual | cells)


def test_row_of_the_file_is_read() -> None:
    meaning, faults = LAYOUT.read(row())
    assert faults == []
    assert meaning is not None
    assert (meaning.student_no, meaning.year_be, meaning.term, meaning.attempt) == ("68001", 2568, 1, 1)


def test_thai_digits_and_a_missing_attempt_are_read() -> None:
    meaning, faults = LAYOUT.read(row(ปีการศึกษา="๒๕๖๘", ภาคเรียน="๒", ครั้งที่="", เลขประจำตัวนักเรียน="๖๘๐๐๑"))
    assert faults == []
    assert meaning is not None
    assert (meaning.student_no, meaning.year_be, meaning.term, meaning.attempt) == ("68001", 2568, 2, 1)


@pytest.mark.parametrize(
    ("column", "value", "reason"),
    [
        ("ปีการศึกษา", "2025", "YEAR_INVALID"),
        ("ปีการศึกษา", "68", "YEAR_INVALID"),
        ("ภาคเรียน", "4", "TERM_INVALID"),
        ("ครั้งที่", "0", "ATTEMPT_INVALID"),
        ("ครั้งที่", "สอง", "ATTEMPT_INVALID"),
        ("รหัสวิชา", "", "VALUE_MISSING"),
        ("ผลการเรียน", "", "VALUE_MISSING"),
        ("ปีการศึกษา", "", "VALUE_MISSING"),
    ],
)
def test_wrong_cell_is_reported_with_its_column(column: str, value: str, reason: str) -> None:
    meaning, [fault] = LAYOUT.read(row(**{column: value}))
    assert meaning is None
    assert (fault.row, fault.column, fault.reason) == (5, column, reason)


def test_numbers_of_persons_show_their_end_only() -> None:
    assert masked("6800123") == "…0123"
    assert masked("6801") == "…", "a number of four would be shown whole"


def test_same_result_is_the_same_whatever_the_spelling_and_the_way() -> None:
    again = replace(RESULT, grade_label="3", provenance=Provenance("file", "assumed"))
    assert content_document(RESULT, grade_code="005") == content_document(again, grade_code="005")
    assert content_document(RESULT, grade_code="005") != content_document(RESULT, grade_code="006")
    other_evidence = replace(RESULT, evidence=())
    assert content_document(RESULT, grade_code="005") != content_document(other_evidence, grade_code="005")


def test_natural_key_names_issuer_course_term_and_attempt() -> None:
    key = natural_key_of(RESULT, UUID(int=2))
    assert key == (UUID(int=1), UUID(int=2), "OBEC", "ท31101", 2568, 1, 1)


@pytest.mark.parametrize(
    ("text", "is_one"),
    [("a" * 64, True), ("A" * 64, False), ("a" * 63, False), ("g" * 64, False), ("a" * 64 + "\n", False)],
)
def test_sha256_is_64_lower_case_hexadecimal_digits(text: str, is_one: bool) -> None:
    assert is_sha256(text) is is_one


def test_terms_lie_in_the_buddhist_academic_year() -> None:
    assert term_period(2568, 1).first == date(2025, 5, 1)
    assert term_period(2568, 2).last == date(2026, 3, 31)
    assert term_period(2568, 3).first.year == 2026


def test_enrolment_meets_a_term_when_they_share_a_day() -> None:
    term = term_period(2568, 1)
    assert term.meets(date(2025, 5, 16), None)
    assert term.meets(date(2024, 5, 16), date(2025, 5, 1))
    assert not term.meets(date(2024, 5, 16), date(2025, 4, 30))
    assert not term.meets(date(2025, 11, 1), None)
