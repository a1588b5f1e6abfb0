"""Adapter of the layout nuaikit-census-1: one row is one person of school age, enrolled or not.

Who is known by a number is that learner, and nothing of him is changed; who is not becomes a learner without a school.
The layout is ours (status assumed).

Source: 001:52-53 (a census of the school-age population, a watch over it), 002:764-782 (look for who is in no school).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date

from chassis.errors import ServiceError

from student_registry.identifiers.domain import IdentifierFacts, IdentifierKind, VerificationState
from student_registry.identifiers.domain import checked as checked_identifier
from student_registry.importing import nuaikit_learners_1 as learners
from student_registry.importing.domain import (
    DATE_INVALID,
    VALUE_MISSING,
    VALUE_UNKNOWN,
    Layout,
    RowContext,
    RowFault,
)
from student_registry.learners.domain import PersonName, Registration, checked_name
from student_registry.matching.domain import BirthDate, Precision
from student_registry.statuses.domain import OutsideActivity
from student_registry.text import clean

SEEN_ON = "วันที่พบ (พ.ศ.)"
ACTIVITY = "กิจกรรมนอกโรงเรียน"
ACTIVITIES = {
    "ทำงาน": OutsideActivity.WORKING,
    "ฝึกอบรม": OutsideActivity.TRAINING,
    "ไม่ทำงานและไม่ฝึกอบรม": OutsideActivity.NEITHER,
    "ไม่ทราบ": OutsideActivity.UNKNOWN,
}
COLUMNS = (
    learners.CITIZEN_ID,
    learners.G_CODE,
    learners.TITLE,
    learners.GIVEN_NAME,
    learners.FAMILY_NAME,
    learners.BIRTH_DATE,
    learners.SEX,
    SEEN_ON,
    ACTIVITY,
)


class _Row:
    """One row while it is read: faults as they are found."""

    def __init__(self, number: int, cells: Mapping[str, str]) -> None:
        self.faults: list[RowFault] = []
        self._number = number
        self._cells = cells

    def text(self, column: str) -> str:
        return clean(self._cells.get(column, ""))

    def fault(self, column: str, reason: str) -> None:
        self.faults.append(RowFault(self._number, column, learners.masked(column, self.text(column)), reason))

    def one_of(self, column: str, values: Collection[str]) -> str:
        value = self.text(column)
        if value and value not in values:
            self.fault(column, VALUE_UNKNOWN)
        return value


def read_row(number: int, cells: Mapping[str, str], context: RowContext) -> Registration | list[RowFault]:
    """What a row says, or every fault of it; never raises on any content.

    The birth date is needed: without it nobody can tell who is of school age, or two people of one name apart.
    """
    row = _Row(number, cells)
    name = PersonName(row.text(learners.TITLE), row.text(learners.GIVEN_NAME), row.text(learners.FAMILY_NAME))
    try:
        name = checked_name(name)
    except ServiceError as error:
        row.fault(learners.GIVEN_NAME, error.reason if name.given else VALUE_MISSING)
    identifiers = _identifiers(row, context)
    birth = learners.parse_date(row.text(learners.BIRTH_DATE))
    if birth is None:
        row.fault(learners.BIRTH_DATE, DATE_INVALID if row.text(learners.BIRTH_DATE) else VALUE_MISSING)
    sex = row.one_of(learners.SEX, learners.SEXES)
    row.one_of(ACTIVITY, ACTIVITIES)
    if row.text(SEEN_ON) and seen_on(cells) is None:
        row.fault(SEEN_ON, DATE_INVALID)
    if row.faults or birth is None:
        return row.faults
    return Registration(
        name=name,
        birth=BirthDate(*birth),
        sex=learners.SEXES.get(sex),
        identifiers=identifiers,
        registrar_institution_id=context.institution_id,
        enrolments=(),
        provenance=context.provenance,
    )


def _identifiers(row: _Row, context: RowContext) -> tuple[IdentifierFacts, ...]:
    seen = VerificationState.VERIFIED if context.are_documents_seen else VerificationState.UNVERIFIED
    found: list[IdentifierFacts] = []
    for column, kind in ((learners.CITIZEN_ID, IdentifierKind.CITIZEN_ID), (learners.G_CODE, IdentifierKind.G_CODE)):
        value = row.text(column)
        # A dash stands for "none" in people's files.
        if not value.strip("-–"):
            continue
        try:
            found.append(checked_identifier(IdentifierFacts(kind, value, state=seen)))
        except ServiceError as error:
            row.fault(column, error.reason)
    return tuple(found)


def seen_on(cells: Mapping[str, str]) -> date | None:
    """Day on which a person was met; None: not stated, or no day."""
    found = learners.parse_date(cells.get(SEEN_ON, ""))
    return found[0] if found and found[1] is Precision.DAY else None


def activity(cells: Mapping[str, str]) -> OutsideActivity | None:
    """What a person does outside school; None: nobody asked."""
    return ACTIVITIES.get(clean(cells.get(ACTIVITY, "")))


def keys(registration: Registration) -> Sequence[tuple[str, str]]:
    """Column and number of everything in a row that names one person; without a number, the whole statement does."""
    if registration.identifiers:
        return learners.keys(registration)
    return [(learners.GIVEN_NAME, "\x1f".join(statement_of(registration)))]


def statement_of(registration: Registration) -> tuple[str, ...]:
    """What a row without any number says of a person: the same again is the same statement."""
    birth = registration.birth
    name = registration.name
    return (
        name.given,
        name.family,
        birth.value.isoformat() if birth else "",
        birth.precision.value if birth else "",
        registration.sex.value if registration.sex else "",
    )


LAYOUT = Layout(
    name="nuaikit-census-1",
    needed=(learners.GIVEN_NAME, learners.BIRTH_DATE),
    read_row=read_row,
    masked=learners.masked,
    column_of={
        "citizen_id": learners.CITIZEN_ID,
        "g_code": learners.G_CODE,
        "given_name": learners.GIVEN_NAME,
        "birth_date": learners.BIRTH_DATE,
    },
    keys=keys,
    key_columns=(learners.CITIZEN_ID, learners.G_CODE, learners.GIVEN_NAME),
    has_enrolments=False,
)
