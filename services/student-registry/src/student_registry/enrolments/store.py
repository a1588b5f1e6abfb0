"""SQL of enrolments: one function per statement."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from chassis.pg import Connection, Record

from student_registry.enrolments.domain import DeliverySystem, Enrolment, EnrolmentFacts, EnrolmentRole
from student_registry.provenance import DataStatus, Provenance

CONSTRAINTS = frozenset({"enrolment_natural_key", "enrolment_one_primary", "enrolment_overlap"})
"""Never violated while the learner is locked; a race would otherwise show here."""

SQL_OF_LEARNERS = """
    SELECT enrolment_id, learner_id, institution_id, role, delivery_system, grade_label, classroom, programme_code,
           valid_from, valid_to, source, data_status, effective_from, source_version
      FROM enrolment
     WHERE learner_id = ANY($1::uuid[]) AND ($2::date IS NULL OR valid_during @> $2::date)
     ORDER BY learner_id, valid_from, enrolment_id
"""
SQL_INSERT = """
    INSERT INTO enrolment (enrolment_id, learner_id, institution_id, role, delivery_system, grade_label, classroom,
                           programme_code, valid_from, valid_to, source, data_status, effective_from, source_version,
                           recorded_at, recorded_by)
    SELECT n.enrolment_id, n.learner_id, n.institution_id, n.role, n.delivery_system, n.grade_label, n.classroom,
           n.programme_code, n.valid_from, n.valid_to, n.source, n.data_status, n.effective_from, n.source_version,
           $15, $16
      FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[],
                  $9::date[], $10::date[], $11::text[], $12::text[], $13::date[], $14::text[])
           AS n(enrolment_id, learner_id, institution_id, role, delivery_system, grade_label, classroom, programme_code,
                valid_from, valid_to, source, data_status, effective_from, source_version)
     ORDER BY n.learner_id, n.valid_from
"""
SQL_UPDATE = """
    UPDATE enrolment e
       SET delivery_system = n.delivery_system, grade_label = n.grade_label, classroom = n.classroom,
           valid_to = n.valid_to, source = n.source, data_status = n.data_status, effective_from = n.effective_from,
           source_version = n.source_version, recorded_at = $10, recorded_by = $11
      FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::date[], $6::text[], $7::text[], $8::date[],
                  $9::text[])
           AS n(enrolment_id, delivery_system, grade_label, classroom, valid_to, source, data_status, effective_from,
                source_version)
     WHERE e.enrolment_id = n.enrolment_id
"""


def _enrolment(row: Record) -> Enrolment:
    facts = EnrolmentFacts(
        institution_id=row["institution_id"],
        role=EnrolmentRole(row["role"]),
        delivery_system=DeliverySystem(row["delivery_system"]),
        grade_label=row["grade_label"],
        classroom=row["classroom"],
        programme_code=row["programme_code"],
        valid_from=row["valid_from"],
        valid_to=row["valid_to"],
    )
    provenance = Provenance(row["source"], DataStatus(row["data_status"]), row["effective_from"], row["source_version"])
    return Enrolment(row["enrolment_id"], row["learner_id"], facts, provenance)


async def of_learners(connection: Connection, learner_ids: Sequence[UUID], *, on_date: date | None) -> list[Enrolment]:
    """Enrolments of these learners by learner: those valid on a day, or all."""
    return [_enrolment(row) for row in await connection.fetch(SQL_OF_LEARNERS, learner_ids, on_date)]


async def insert(connection: Connection, enrolments: Sequence[Enrolment], *, now: datetime, recorded_by: str) -> None:
    """Add enrolments; a trigger keeps their first state in the history."""
    facts = [enrolment.facts for enrolment in enrolments]
    provenances = [enrolment.provenance for enrolment in enrolments]
    await connection.execute(
        SQL_INSERT,
        [enrolment.enrolment_id for enrolment in enrolments],
        [enrolment.learner_id for enrolment in enrolments],
        [fact.institution_id for fact in facts],
        [fact.role.value for fact in facts],
        [fact.delivery_system.value for fact in facts],
        [fact.grade_label for fact in facts],
        [fact.classroom for fact in facts],
        [fact.programme_code for fact in facts],
        [fact.valid_from for fact in facts],
        [fact.valid_to for fact in facts],
        [provenance.source for provenance in provenances],
        [provenance.status.value for provenance in provenances],
        [provenance.effective_from for provenance in provenances],
        [provenance.version for provenance in provenances],
        now,
        recorded_by,
    )


async def update(connection: Connection, enrolments: Sequence[Enrolment], *, now: datetime, recorded_by: str) -> None:
    """Write what changed about enrolments; a trigger keeps the new state in the history."""
    facts = [enrolment.facts for enrolment in enrolments]
    provenances = [enrolment.provenance for enrolment in enrolments]
    await connection.execute(
        SQL_UPDATE,
        [enrolment.enrolment_id for enrolment in enrolments],
        [fact.delivery_system.value for fact in facts],
        [fact.grade_label for fact in facts],
        [fact.classroom for fact in facts],
        [fact.valid_to for fact in facts],
        [provenance.source for provenance in provenances],
        [provenance.status.value for provenance in provenances],
        [provenance.effective_from for provenance in provenances],
        [provenance.version for provenance in provenances],
        now,
        recorded_by,
    )
