"""SQL of exports."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from chassis.pg import Connection

from student_registry.enrolments.domain import DeliverySystem, EnrolmentRole
from student_registry.exporting.domain import ExportRow
from student_registry.learners.domain import PersonName, Sex
from student_registry.matching.domain import BirthDate, Precision

# By class, and inside it in the order of registration: an order that pages can follow without sorting all names.
SQL_PAGE = """
    SELECT e.enrolment_id, e.learner_id, l.registrar_institution_id = $1::uuid AS is_registrar, n.title, n.given_name,
           n.family_name, l.birth_date, l.birth_date_precision, l.sex, e.role, e.delivery_system, e.grade_label,
           e.classroom, e.number_in_class, e.programme_code, e.valid_from
      FROM enrolment e
      JOIN learner l ON l.learner_id = e.learner_id AND l.merged_into_learner_id IS NULL
      JOIN learner_name n ON n.learner_id = l.learner_id AND n.language = 'th' AND n.ended_at IS NULL
     WHERE e.institution_id = $1::uuid AND e.valid_during @> $2::date
       AND NOT EXISTS (SELECT FROM closed_to($1::uuid) x WHERE x.learner_id = l.learner_id)
       AND ($3::uuid IS NULL
            OR (e.grade_label, e.classroom, e.enrolment_id) >
               (SELECT a.grade_label, a.classroom, a.enrolment_id FROM enrolment a WHERE a.enrolment_id = $3::uuid))
     ORDER BY e.grade_label, e.classroom, e.enrolment_id
     LIMIT $4
"""
SQL_COUNT = """
    SELECT count(*)
      FROM enrolment e
      JOIN learner l ON l.learner_id = e.learner_id AND l.merged_into_learner_id IS NULL
     WHERE e.institution_id = $1::uuid AND e.valid_during @> $2::date
"""


async def count(connection: Connection, institution_id: UUID, *, on_date: date) -> int:
    """How many rows an export has."""
    return await connection.fetchval(SQL_COUNT, institution_id, on_date)


async def page(
    connection: Connection, institution_id: UUID, *, on_date: date, after: UUID | None, limit: int
) -> list[ExportRow]:
    """Enrolments of an institution on a day after one of them, by class."""
    return [
        ExportRow(
            enrolment_id=row["enrolment_id"],
            learner_id=row["learner_id"],
            is_registrar=row["is_registrar"],
            name=PersonName(row["title"], row["given_name"], row["family_name"]),
            birth=BirthDate(row["birth_date"], Precision(row["birth_date_precision"])) if row["birth_date"] else None,
            sex=Sex(row["sex"]) if row["sex"] else None,
            role=EnrolmentRole(row["role"]),
            delivery_system=DeliverySystem(row["delivery_system"]),
            grade_label=row["grade_label"],
            classroom=row["classroom"],
            number_in_class=row["number_in_class"],
            programme_code=row["programme_code"],
            valid_from=row["valid_from"],
        )
        for row in await connection.fetch(SQL_PAGE, institution_id, on_date, after, limit)
    ]
