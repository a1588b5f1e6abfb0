"""The adapter of nuaikit-learners-1: what a row says, and every fault of it."""

from datetime import date
from uuid import uuid4

import pytest
from student_registry.enrolments.domain import DeliverySystem, EnrolmentRole
from student_registry.identifiers.domain import IdentifierKind, VerificationState
from student_registry.importing import nuaikit_learners_1 as layout
from student_registry.importing.domain import GoodRow, RowContext, RowFault, without_repeated
from student_registry.learners.domain import Registration, Sex
from student_registry.matching.domain import BirthDate, Precision
from student_registry.provenance import DataStatus, Provenance

CONTEXT = RowContext(uuid4(), Provenance("test", DataStatus.DEMONSTRATION), are_documents_seen=False)
ROW = {
    layout.STUDENT_NO: "68001",
    layout.CITIZEN_ID: "1999911111113",
    layout.G_CODE: "",
    layout.TITLE: "นางสาว",
    layout.GIVEN_NAME: "กมลชนก",
    layout.FAMILY_NAME: "ใจดี",
    layout.BIRTH_DATE: "15/06/2552",
    layout.SEX: "ญ",
    layout.ROLE: "หลัก",
    layout.DELIVERY_SYSTEM: "ทวิศึกษา",
    layout.GRADE: "M.4",
    layout.CLASSROOM: "1",
    layout.PROGRAMME: "",
    layout.START_DATE: "16/05/2568",
}


def read(**cells):
    return layout.read_row(2, ROW | {getattr(layout, name): value for name, value in cells.items()}, CONTEXT)


def test_row_is_one_learners_enrolment_at_the_importing_institution():
    row = read()
    assert isinstance(row, Registration)
    assert row.registrar_institution_id == CONTEXT.institution_id
    assert row.birth == BirthDate(date(2009, 6, 15), Precision.DAY)
    assert row.sex is Sex.FEMALE
    assert [item.kind for item in row.identifiers] == [IdentifierKind.CITIZEN_ID, IdentifierKind.STUDENT_NO]
    (enrolment,) = row.enrolments
    assert (enrolment.role, enrolment.delivery_system) == (EnrolmentRole.PRIMARY, DeliverySystem.DUAL_EDUCATION)
    assert (enrolment.valid_from, enrolment.valid_to) == (date(2025, 5, 16), None)


def test_documents_seen_verify_the_personal_numbers_and_not_the_student_number():
    context = RowContext(CONTEXT.institution_id, CONTEXT.provenance, are_documents_seen=True)
    row = layout.read_row(2, ROW, context)
    assert isinstance(row, Registration)
    assert {item.kind: item.state for item in row.identifiers} == {
        IdentifierKind.CITIZEN_ID: VerificationState.VERIFIED,
        IdentifierKind.STUDENT_NO: VerificationState.UNVERIFIED,
    }


def test_row_in_thai_digits_says_the_same():
    thai = {name: value.translate(str.maketrans("0123456789", "๐๑๒๓๔๕๖๗๘๙")) for name, value in ROW.items()}
    assert layout.read_row(2, thai, CONTEXT) == read()


@pytest.mark.parametrize(
    ("text", "day", "precision"),
    [
        ("15/06/2552", date(2009, 6, 15), Precision.DAY),
        ("5/6/2552", date(2009, 6, 5), Precision.DAY),
        ("๑๕/๐๖/๒๕๕๒", date(2009, 6, 15), Precision.DAY),
        ("15-06-2552", date(2009, 6, 15), Precision.DAY),
        ("15.06.2009", date(2009, 6, 15), Precision.DAY),
        ("2009-06-15", date(2009, 6, 15), Precision.DAY),
        ("2552-06-15 00:00:00", date(2009, 6, 15), Precision.DAY),
        ("29/02/2551", date(2008, 2, 29), Precision.DAY),
        ("2552", date(2009, 1, 1), Precision.YEAR),
        ("๒๕๕๒", date(2009, 1, 1), Precision.YEAR),
        ("2009", date(2009, 1, 1), Precision.YEAR),
    ],
)
def test_date_of_either_era_is_read(text, day, precision):
    assert layout.parse_date(text) == (day, precision)


@pytest.mark.parametrize(
    "text", ["31/02/2552", "29/02/2552", "15/06/52", "06/15/2552", "15 มิ.ย. 2552", "0/0/2552", "45123", "-", "15/06/0"]
)
def test_what_is_no_date_is_not_read(text):
    assert layout.parse_date(text) is None


@pytest.mark.parametrize(
    ("typed", "label"), [("M.4", "M.4"), ("ม.4", "M.4"), ("ม4", "M.4"), ("ปวช.๑", "PWC.1"), ("ป.6", "P.6"), ("", "")]
)
def test_thai_grade_labels_get_their_code(typed, label):
    assert layout.grade_label(typed) == label


@pytest.mark.parametrize(
    ("cells", "column", "shown", "reason"),
    [
        ({"CITIZEN_ID": "1999911111114"}, layout.CITIZEN_ID, "•••••••••1114", "CITIZEN_ID_CHECK_DIGIT"),
        ({"CITIZEN_ID": "199991111111"}, layout.CITIZEN_ID, "••••••••1111", "CITIZEN_ID_FORMAT"),
        ({"CITIZEN_ID": "6000000000000"}, layout.CITIZEN_ID, "•••••••••0000", "CITIZEN_ID_DUMMY"),
        ({"G_CODE": "G12"}, layout.G_CODE, "••2", "G_CODE_FORMAT"),
        ({"STUDENT_NO": ""}, layout.STUDENT_NO, None, "VALUE_MISSING"),
        ({"STUDENT_NO": "6 8"}, layout.STUDENT_NO, "••8", "STUDENT_NO_FORMAT"),
        ({"GIVEN_NAME": " "}, layout.GIVEN_NAME, None, "VALUE_MISSING"),
        ({"GIVEN_NAME": "ก" * 121}, layout.GIVEN_NAME, None, "GIVEN_NAME_MISSING"),
        ({"BIRTH_DATE": "31/02/2552"}, layout.BIRTH_DATE, None, "DATE_INVALID"),
        ({"SEX": "x"}, layout.SEX, "x", "VALUE_UNKNOWN"),
        ({"ROLE": "ช"}, layout.ROLE, "ช", "VALUE_UNKNOWN"),
        ({"ROLE": "ใจดี"}, layout.ROLE, None, "VALUE_UNKNOWN"),
        ({"ROLE": ""}, layout.ROLE, None, "VALUE_MISSING"),
        ({"DELIVERY_SYSTEM": "หลัก"}, layout.DELIVERY_SYSTEM, "หลัก", "VALUE_UNKNOWN"),
        ({"START_DATE": "2568"}, layout.START_DATE, "2568", "DATE_INVALID"),
        ({"START_DATE": "ใจดี"}, layout.START_DATE, None, "DATE_INVALID"),
        ({"START_DATE": ""}, layout.START_DATE, None, "VALUE_MISSING"),
        ({"CLASSROOM": "1-9999-11111-11-3"}, layout.CLASSROOM, None, "LABEL_FORMAT"),
        ({"PROGRAMME": "๑๙๙๙๙๑๑๑๑๑๑๑๓"}, layout.PROGRAMME, None, "LABEL_FORMAT"),
        ({"PROGRAMME": "กมลชนก ใจดี"}, layout.PROGRAMME, None, "LABEL_FORMAT"),
        ({"START_DATE": "1999911111113"}, layout.START_DATE, None, "DATE_INVALID"),
        ({"CLASSROOM": "ก" * 61}, layout.GRADE, "M.4", "ENROLMENT_LABEL_TOO_LONG"),
    ],
)
def test_wrong_cell_is_told_with_column_masked_value_and_reason(cells, column, shown, reason):
    assert read(**cells) == [RowFault(2, column, shown, reason)]


def test_every_fault_of_a_row_is_told_at_once():
    faults = read(CITIZEN_ID="1", BIRTH_DATE="x", ROLE="")
    assert isinstance(faults, list)
    assert [fault.reason for fault in faults] == ["CITIZEN_ID_FORMAT", "DATE_INVALID", "VALUE_MISSING"]


def test_dash_in_a_number_column_means_none():
    row = read(CITIZEN_ID="-", G_CODE="–")
    assert isinstance(row, Registration)
    assert [item.kind for item in row.identifiers] == [IdentifierKind.STUDENT_NO]


def test_names_and_birth_dates_are_never_shown():
    for column in (layout.TITLE, layout.GIVEN_NAME, layout.FAMILY_NAME, layout.BIRTH_DATE):
        assert layout.masked(column, "กมลชนก") is None


def good(number, **cells):
    row = read(**cells)
    assert isinstance(row, Registration)
    return GoodRow(number, ROW | {getattr(layout, name): value for name, value in cells.items()}, row)


def test_later_row_about_the_same_person_is_a_duplicate_and_the_first_is_used():
    rows = [good(2), good(3), good(4, STUDENT_NO="68002"), good(5, STUDENT_NO="68003", CITIZEN_ID="1999911112128")]
    kept, faults = without_repeated(rows, layout.LAYOUT)
    assert [row.number for row in kept] == [2, 5]
    assert faults == [
        RowFault(3, layout.CITIZEN_ID, "•••••••••1113", "DUPLICATE_ROW"),
        RowFault(4, layout.CITIZEN_ID, "•••••••••1113", "DUPLICATE_ROW"),
    ]
