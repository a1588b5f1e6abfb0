"""SQL of the copies."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from chassis.assignments import Assignment
from chassis.pg import Connection, Record

from guidance.copies.domain import Enrolment, Institution, LearnerMerge

SQL_KEEP_INSTITUTION = """
    INSERT INTO institution_copy (institution_id, kind, name_th, local_alias, parent_institution_id, data_status)
    VALUES ($1, $2, $3, $4, $5, $6)
    ON CONFLICT (institution_id) DO UPDATE
       SET kind = EXCLUDED.kind, name_th = EXCLUDED.name_th, local_alias = EXCLUDED.local_alias,
           parent_institution_id = EXCLUDED.parent_institution_id, data_status = EXCLUDED.data_status
"""
SQL_KEEP_ASSIGNMENT = """
    INSERT INTO assignment_copy (assignment_id, subject_hash, institution_id, role, classroom, permissions,
                            permission_version, valid_from, valid_to)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
    ON CONFLICT (assignment_id) DO UPDATE
       SET subject_hash = EXCLUDED.subject_hash, institution_id = EXCLUDED.institution_id, role = EXCLUDED.role,
           classroom = EXCLUDED.classroom, permissions = EXCLUDED.permissions,
           permission_version = EXCLUDED.permission_version, valid_from = EXCLUDED.valid_from,
           valid_to = EXCLUDED.valid_to
"""
SQL_KEEP_ENROLMENT = """
    INSERT INTO enrolment_copy (enrolment_id, learner_id, institution_id, role, delivery_system, grade_label,
                                 classroom, programme_code, is_studying, valid_from, valid_to, told_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
    ON CONFLICT (enrolment_id) DO UPDATE
       SET learner_id = EXCLUDED.learner_id, institution_id = EXCLUDED.institution_id, role = EXCLUDED.role,
           delivery_system = EXCLUDED.delivery_system, grade_label = EXCLUDED.grade_label,
           classroom = EXCLUDED.classroom, programme_code = EXCLUDED.programme_code,
           is_studying = EXCLUDED.is_studying, valid_from = EXCLUDED.valid_from, valid_to = EXCLUDED.valid_to,
           told_at = EXCLUDED.told_at
     WHERE enrolment_copy.told_at <= EXCLUDED.told_at
"""
SQL_ASSIGNMENTS = """
    SELECT assignment_id, subject_hash, institution_id, role, classroom, permissions, permission_version, valid_from,
           valid_to
      FROM assignment_copy WHERE assignment_id = ANY($1::uuid[])
"""
SQL_KEEP_MERGE = """
    INSERT INTO learner_merge_copy AS m (merged_learner_id, surviving_learner_id, merge_id, is_undone, told_at)
    VALUES ($1, $2, $3, $4, $5)
    ON CONFLICT (merged_learner_id) DO UPDATE
       SET surviving_learner_id = EXCLUDED.surviving_learner_id, merge_id = EXCLUDED.merge_id,
           is_undone = EXCLUDED.is_undone, told_at = EXCLUDED.told_at
     WHERE m.told_at < EXCLUDED.told_at
"""
SQL_RECORDS_OF = """
    WITH asked AS (
        SELECT a AS asked, coalesce(p.person_id, a) AS person_id
          FROM unnest($1::uuid[]) AS a LEFT JOIN merged_person p ON p.learner_id = a)
    SELECT asked, person_id AS learner_id FROM asked
     UNION
    SELECT a.asked, p.learner_id FROM asked a JOIN merged_person p ON p.person_id = a.person_id
     UNION
    SELECT asked, asked FROM asked
"""
SQL_ENROLMENTS_AT = """
    SELECT enrolment_id, learner_id, institution_id, role, delivery_system, grade_label, classroom, programme_code,
           is_studying, valid_from, valid_to
      FROM enrolment_copy WHERE learner_id = ANY($2::uuid[]) AND institution_id = $1
"""


async def keep_institution(connection: Connection, institution: Institution) -> None:
    """Keep the newest facts of an institution."""
    await connection.execute(
        SQL_KEEP_INSTITUTION,
        institution.institution_id,
        institution.kind,
        institution.name_th,
        institution.local_alias,
        institution.parent_institution_id,
        institution.data_status,
    )


async def keep_assignment(connection: Connection, assignment: Assignment) -> None:
    """Keep the newest facts of an assignment."""
    await connection.execute(
        SQL_KEEP_ASSIGNMENT,
        assignment.assignment_id,
        assignment.subject_hash,
        assignment.institution_id,
        assignment.role,
        assignment.classroom,
        sorted(assignment.permissions),
        assignment.permission_version,
        assignment.valid_from,
        assignment.valid_to,
    )


async def keep_enrolment(connection: Connection, enrolment: Enrolment, *, told_at: datetime) -> None:
    """Keep the facts of an enrolment, unless newer ones are known: after a merge they come under another key."""
    await connection.execute(
        SQL_KEEP_ENROLMENT,
        enrolment.enrolment_id,
        enrolment.learner_id,
        enrolment.institution_id,
        enrolment.role,
        enrolment.delivery_system,
        enrolment.grade_label,
        enrolment.classroom,
        enrolment.programme_code,
        enrolment.is_studying,
        enrolment.valid_from,
        enrolment.valid_to,
        told_at,
    )


async def keep_merge(connection: Connection, merge: LearnerMerge) -> None:
    """Keep a merge or its undoing, unless something newer is known."""
    await connection.execute(
        SQL_KEEP_MERGE,
        merge.merged_learner_id,
        merge.surviving_learner_id,
        merge.merge_id,
        merge.is_undone,
        merge.told_at,
    )


async def records_of(connection: Connection, learner_ids: Sequence[UUID]) -> dict[UUID, list[UUID]]:
    """All records of the person that each learner is, his own among them, in the order of their ids."""
    found: dict[UUID, list[UUID]] = {}
    for row in await connection.fetch(SQL_RECORDS_OF, list(learner_ids)):
        found.setdefault(row["asked"], []).append(row["learner_id"])
    return {learner_id: sorted(records) for learner_id, records in found.items()}


async def assignments(connection: Connection, assignment_ids: Sequence[UUID]) -> dict[UUID, Assignment]:
    """Copies of assignments, by id."""
    found: dict[UUID, Assignment] = {}
    for row in await connection.fetch(SQL_ASSIGNMENTS, assignment_ids):
        values: dict[str, Any] = dict(row)
        values["permissions"] = frozenset(values["permissions"])
        found[values["assignment_id"]] = Assignment(**values)
    return found


async def enrolments_at(connection: Connection, institution_id: UUID, learner_ids: Sequence[UUID]) -> list[Enrolment]:
    """Copies of the enrolments of learners at one institution, ended ones too."""
    rows = await connection.fetch(SQL_ENROLMENTS_AT, institution_id, list(learner_ids))
    return [_enrolment(row) for row in rows]


def _enrolment(row: Record) -> Enrolment:
    return Enrolment(**dict(row))
