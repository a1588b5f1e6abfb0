"""SQL of the copies."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime
from uuid import UUID

from chassis.assignments import Assignment
from chassis.pg import Connection, Record

from credit_bank.people.domain import Enrolment, Institution, KnownLearner, Parent, ShareGrant

SQL_KEEP_INSTITUTION = """
    INSERT INTO institution_copy (institution_id, kind, name_th, local_alias, official_code, parent_institution_id,
                                  data_status)
    VALUES ($1, $2, $3, $4, $5, $6, $7)
    ON CONFLICT (institution_id) DO UPDATE
       SET kind = EXCLUDED.kind, name_th = EXCLUDED.name_th, local_alias = EXCLUDED.local_alias,
           official_code = EXCLUDED.official_code, parent_institution_id = EXCLUDED.parent_institution_id,
           data_status = EXCLUDED.data_status
"""
# What is told of an institution's parents is all of them, ended ones too.
SQL_FORGET_PARENTS = "DELETE FROM institution_parent_copy WHERE institution_id = $1"
SQL_KEEP_PARENTS = """
    INSERT INTO institution_parent_copy (institution_id, tree, parent_institution_id, valid_from, valid_to)
    SELECT $1, tree, parent_institution_id, coalesce(valid_from, '-infinity'), valid_to
      FROM unnest($2::text[], $3::uuid[], $4::date[], $5::date[])
           AS i(tree, parent_institution_id, valid_from, valid_to)
    ON CONFLICT (institution_id, tree, valid_from) DO NOTHING
"""
# Everything that stands below an institution ($1) on a day ($2): by administration, and by the tree of the provinces.
SQL_BELOW = """
    WITH RECURSIVE parents AS (
        SELECT institution_id, parent_institution_id, tree FROM institution_parent_copy
         WHERE tree IN ('administration', 'province') AND valid_from <= $2 AND (valid_to IS NULL OR valid_to >= $2)),
    below AS (
        SELECT institution_id, tree FROM parents WHERE parent_institution_id = $1
         UNION
        SELECT p.institution_id, p.tree FROM below b JOIN parents p ON p.parent_institution_id = b.institution_id
                                                                 AND p.tree IN (b.tree, 'administration'))
    SELECT DISTINCT institution_id FROM below WHERE institution_id <> $1
"""
SQL_KEEP_LEARNER = """
    INSERT INTO learner_copy (learner_id, registrar_institution_id, registered_at, data_status)
    VALUES ($1, $2, $3, $4)
    ON CONFLICT (learner_id) DO UPDATE
       SET registrar_institution_id = EXCLUDED.registrar_institution_id, registered_at = EXCLUDED.registered_at,
           data_status = EXCLUDED.data_status
"""
SQL_KEEP_REGISTRAR = "UPDATE learner_copy SET registrar_institution_id = $2 WHERE learner_id = $1"
SQL_KEEP_ENROLMENT = """
    INSERT INTO enrolment_copy (enrolment_id, learner_id, institution_id, role, delivery_system, grade_label,
                                programme_code, status, valid_from, valid_to, told_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
    ON CONFLICT (enrolment_id) DO UPDATE
       SET learner_id = EXCLUDED.learner_id, institution_id = EXCLUDED.institution_id, role = EXCLUDED.role,
           delivery_system = EXCLUDED.delivery_system, grade_label = EXCLUDED.grade_label,
           programme_code = EXCLUDED.programme_code, status = EXCLUDED.status, valid_from = EXCLUDED.valid_from,
           valid_to = EXCLUDED.valid_to, told_at = EXCLUDED.told_at
     WHERE enrolment_copy.told_at <= EXCLUDED.told_at
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
SQL_KEEP_SHARE_GRANT = """
    INSERT INTO share_grant_copy (grant_id, learner_id, recipient_institution_id, scope, valid_to, is_ended, told_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7)
    ON CONFLICT (grant_id) DO UPDATE
       SET learner_id = EXCLUDED.learner_id, recipient_institution_id = EXCLUDED.recipient_institution_id,
           scope = EXCLUDED.scope, valid_to = EXCLUDED.valid_to, is_ended = EXCLUDED.is_ended,
           told_at = EXCLUDED.told_at
     WHERE share_grant_copy.told_at <= EXCLUDED.told_at
"""
SQL_INSTITUTIONS = """
    SELECT institution_id, kind, name_th, local_alias, official_code, parent_institution_id, data_status
      FROM institution_copy WHERE institution_id = ANY($1::uuid[])
"""
SQL_INSTITUTIONS_BY_CODE = """
    SELECT c.code, (array_agg(DISTINCT i.institution_id))[1] AS institution_id
      FROM unnest($1::text[]) AS c(code)
      JOIN institution_copy i ON i.official_code = c.code OR i.local_alias = c.code
     GROUP BY c.code HAVING count(DISTINCT i.institution_id) = 1
"""
SQL_LEARNERS = """
    SELECT learner_id, registrar_institution_id, registered_at, data_status
      FROM learner_copy WHERE learner_id = ANY($1::uuid[])
"""
SQL_ENROLMENTS = """
    SELECT enrolment_id, learner_id, institution_id, role, delivery_system, grade_label, programme_code, status,
           valid_from, valid_to
      FROM enrolment_copy WHERE learner_id = ANY($1::uuid[]) ORDER BY learner_id, valid_from, enrolment_id
"""
SQL_ASSIGNMENTS = """
    SELECT assignment_id, subject_hash, institution_id, role, classroom, permissions, permission_version, valid_from,
           valid_to
      FROM assignment_copy WHERE assignment_id = ANY($1::uuid[])
"""
SQL_SHARE_GRANTS = """
    SELECT grant_id, learner_id, recipient_institution_id, scope, valid_to, is_ended
      FROM share_grant_copy WHERE learner_id = ANY($1::uuid[]) AND recipient_institution_id = $2
"""


async def keep_institution(connection: Connection, institution: Institution) -> None:
    """Keep the newest facts of an institution."""
    await connection.execute(
        SQL_KEEP_INSTITUTION,
        institution.institution_id,
        institution.kind,
        institution.name_th,
        institution.local_alias,
        institution.official_code,
        institution.parent_institution_id,
        institution.data_status,
    )


async def keep_parents(connection: Connection, institution_id: UUID, parents: Sequence[Parent]) -> None:
    """Keep under whom an institution stands, instead of what was kept before."""
    await connection.execute(SQL_FORGET_PARENTS, institution_id)
    await connection.execute(
        SQL_KEEP_PARENTS,
        institution_id,
        [parent.tree for parent in parents],
        [parent.parent_institution_id for parent in parents],
        [parent.valid_from for parent in parents],
        [parent.valid_to for parent in parents],
    )


async def below(connection: Connection, institution_id: UUID, *, on: date) -> list[UUID]:
    """Institutions below one on a day, by administration or province; sorted."""
    return sorted(row["institution_id"] for row in await connection.fetch(SQL_BELOW, institution_id, on))


async def keep_learner(connection: Connection, learner: KnownLearner) -> None:
    """Keep the newest facts of a learner."""
    await connection.execute(
        SQL_KEEP_LEARNER,
        learner.learner_id,
        learner.registrar_institution_id,
        learner.registered_at,
        learner.data_status,
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
        enrolment.programme_code,
        enrolment.status,
        enrolment.valid_from,
        enrolment.valid_to,
        told_at,
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


async def keep_registrar(connection: Connection, learner_id: UUID, institution_id: UUID) -> None:
    """Keep that another institution keeps a learner's record."""
    await connection.execute(SQL_KEEP_REGISTRAR, learner_id, institution_id)


async def keep_share_grant(connection: Connection, grant: ShareGrant, *, told_at: datetime) -> None:
    """Keep the newest facts of a share grant."""
    await connection.execute(
        SQL_KEEP_SHARE_GRANT,
        grant.grant_id,
        grant.learner_id,
        grant.recipient_institution_id,
        grant.scope,
        grant.valid_to,
        grant.is_ended,
        told_at,
    )


async def institutions(connection: Connection, institution_ids: Sequence[UUID]) -> dict[UUID, Institution]:
    """Copies of institutions, by id."""
    rows = await connection.fetch(SQL_INSTITUTIONS, institution_ids)
    return {row["institution_id"]: Institution(**dict(row)) for row in rows}


async def learners(connection: Connection, learner_ids: Sequence[UUID]) -> dict[UUID, KnownLearner]:
    """Copies of learners, by id."""
    rows = await connection.fetch(SQL_LEARNERS, learner_ids)
    return {row["learner_id"]: KnownLearner(**dict(row)) for row in rows}


async def enrolments(connection: Connection, learner_ids: Sequence[UUID]) -> list[Enrolment]:
    """Copies of all enrolments of learners, ended ones too."""
    return [Enrolment(**dict(row)) for row in await connection.fetch(SQL_ENROLMENTS, learner_ids)]


async def assignments(connection: Connection, assignment_ids: Sequence[UUID]) -> dict[UUID, Assignment]:
    """Copies of assignments, by id."""
    rows = await connection.fetch(SQL_ASSIGNMENTS, assignment_ids)
    return {row["assignment_id"]: _assignment(row) for row in rows}


def _assignment(row: Record) -> Assignment:
    return Assignment(
        assignment_id=row["assignment_id"],
        subject_hash=row["subject_hash"],
        institution_id=row["institution_id"],
        role=row["role"],
        classroom=row["classroom"],
        permissions=frozenset(row["permissions"]),
        permission_version=row["permission_version"],
        valid_from=row["valid_from"],
        valid_to=row["valid_to"],
    )


async def share_grants(
    connection: Connection, learner_ids: Sequence[UUID], *, recipient_institution_id: UUID
) -> list[ShareGrant]:
    """Copies of share grants of learners to one institution, ended ones too."""
    rows = await connection.fetch(SQL_SHARE_GRANTS, learner_ids, recipient_institution_id)
    return [ShareGrant(**dict(row)) for row in rows]


async def find_institutions_by_code(connection: Connection, codes: Collection[str]) -> dict[str, UUID]:
    """Institutions by official code or local one; a code that two share names neither."""
    rows = await connection.fetch(SQL_INSTITUTIONS_BY_CODE, sorted(codes))
    return {row["code"]: row["institution_id"] for row in rows}
