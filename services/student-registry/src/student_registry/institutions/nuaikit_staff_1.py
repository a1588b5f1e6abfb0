"""The file layout nuaikit-staff-1: one row is one assignment of a person to an institution. Ours, status assumed.

The account is a person's, so it is shown in no report; an export cannot have it, since only its keyed hash is kept.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from student_registry.assignments.domain import Assignment
from student_registry.importing.domain import DATE_INVALID, VALUE_MISSING, RowFault
from student_registry.importing.nuaikit_learners_1 import parse_date
from student_registry.institutions.nuaikit_institutions_1 import thai_day
from student_registry.text import ascii_digits, clean

NAME = "nuaikit-staff-1"

SUBJECT = "บัญชีผู้ใช้"
INSTITUTION = "รหัสหน่วยงาน"
ROLE = "บทบาท"
CLASSROOM = "ห้องเรียน"
VALID_FROM = "วันเริ่ม (พ.ศ.)"
VALID_TO = "วันสิ้นสุด (พ.ศ.)"
SUBJECT_HASH = "บัญชีผู้ใช้ (ค่าแฮช)"
ASSIGNMENT_ID = "รหัสการมอบหมาย"

COLUMNS = (SUBJECT, INSTITUTION, ROLE, CLASSROOM, VALID_FROM, VALID_TO)
EXPORT_COLUMNS = (*COLUMNS, SUBJECT_HASH, ASSIGNMENT_ID)
NEEDED = (SUBJECT, INSTITUTION, ROLE, VALID_FROM)

COLUMN_OF: Mapping[str, str] = {
    "subject": SUBJECT,
    "institution_id": INSTITUTION,
    "role": ROLE,
    "classroom": CLASSROOM,
    "valid_from": VALID_FROM,
    "valid_to": VALID_TO,
}


@dataclass(frozen=True, slots=True)
class StaffRow:
    """What a row says, the institution by a code of it."""

    number: int
    subject: str = field(repr=False)
    institution_code: str
    role: str
    classroom: str
    valid_from: date
    valid_to: date | None


def read_row(number: int, cells: Mapping[str, str]) -> StaffRow | list[RowFault]:
    """What a row says, or every fault of it; never raises on any content."""
    faults: list[RowFault] = []

    def text(column: str) -> str:
        return clean(cells.get(column, ""))

    def day(column: str) -> date | None:
        value = text(column)
        found = parse_date(value) if value else None
        if value and (found is None or value.isdigit()):
            # A shifted column may hold an account, so no value is shown.
            faults.append(RowFault(number, column, None, DATE_INVALID))
            return None
        return found[0] if found else None

    faults += [RowFault(number, column, None, VALUE_MISSING) for column in NEEDED if not text(column)]
    begin, end = day(VALID_FROM), day(VALID_TO)
    if faults or begin is None:
        return faults
    return StaffRow(
        number=number,
        # Accounts are compared letter by letter: only the space around them is not theirs.
        subject=cells[SUBJECT].strip(),
        institution_code=ascii_digits(text(INSTITUTION)),
        role=text(ROLE),
        classroom=text(CLASSROOM),
        valid_from=begin,
        valid_to=end,
    )


def cells(assignment: Assignment, institution_code: str) -> list[str]:
    """The row of an assignment in the order of `EXPORT_COLUMNS`."""
    return [
        "",
        institution_code,
        assignment.role,
        assignment.classroom,
        thai_day(assignment.valid_from),
        thai_day(assignment.valid_to),
        assignment.subject_hash,
        str(assignment.assignment_id),
    ]
