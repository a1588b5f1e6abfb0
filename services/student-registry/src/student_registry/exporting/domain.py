"""One enrolment as a row of the layout nuaikit-learners-1. Pure.

What is written reads back as the same statement, so that an exported file changes nothing when it is imported again.
Personal numbers are left out: they are shown by their ending only, and the student number leads to the learner.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from student_registry.calendar_th import BE_MINUS_CE
from student_registry.enrolments.domain import DeliverySystem, EnrolmentRole
from student_registry.importing import nuaikit_learners_1 as layout
from student_registry.learners.domain import PersonName, Sex
from student_registry.matching.domain import BirthDate, Precision

COLUMNS = (
    layout.STUDENT_NO,
    layout.CITIZEN_ID,
    layout.G_CODE,
    layout.TITLE,
    layout.GIVEN_NAME,
    layout.FAMILY_NAME,
    layout.BIRTH_DATE,
    layout.SEX,
    layout.ROLE,
    layout.DELIVERY_SYSTEM,
    layout.GRADE,
    layout.CLASSROOM,
    layout.NUMBER_IN_CLASS,
    layout.PROGRAMME,
    layout.START_DATE,
)
_SEXES = {Sex.MALE: "ช", Sex.FEMALE: "ญ"}
_ROLES = {role: word for word, role in layout.ROLES.items()}
_SYSTEMS = {system: word for word, system in layout.DELIVERY_SYSTEMS.items()}


@dataclass(frozen=True, slots=True)
class ExportRow:
    """One enrolment with its learner.

    Attributes:
        student_no: Of the exporting institution; empty when it gave none.
        is_registrar: The exporting institution keeps the learner's record.
    """

    enrolment_id: UUID
    learner_id: UUID
    is_registrar: bool
    name: PersonName
    birth: BirthDate | None = field(repr=False)
    sex: Sex | None
    role: EnrolmentRole
    delivery_system: DeliverySystem
    grade_label: str
    classroom: str
    programme_code: str
    valid_from: date
    student_no: str = field(default="", repr=False)
    number_in_class: int | None = None


def cells(row: ExportRow) -> list[str]:
    """The row's cells in the order of `COLUMNS`."""
    return [
        row.student_no,
        "",
        "",
        row.name.title,
        row.name.given,
        row.name.family,
        _birth(row.birth),
        _SEXES[row.sex] if row.sex else "",
        _ROLES[row.role],
        _SYSTEMS[row.delivery_system],
        row.grade_label,
        row.classroom,
        str(row.number_in_class or ""),
        row.programme_code,
        _day(row.valid_from),
    ]


def _birth(birth: BirthDate | None) -> str:
    if birth is None:
        return ""
    return _day(birth.value) if birth.precision is Precision.DAY else str(birth.value.year + BE_MINUS_CE)


def _day(day: date) -> str:
    return f"{day.day:02d}/{day.month:02d}/{day.year + BE_MINUS_CE}"
