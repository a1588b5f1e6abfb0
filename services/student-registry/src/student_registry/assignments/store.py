"""SQL of assignments and roles: one function per statement."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from chassis.pg import Connection, Record

from student_registry.assignments.domain import (
    BOOTSTRAP,
    LEARNER,
    Assignment,
    OwnAssignment,
    PermissionVersion,
    Rights,
    Role,
)
from student_registry.institutions.domain import InstitutionKind
from student_registry.provenance import DataStatus, Provenance

CONSTRAINTS = frozenset({"staff_assignment_overlap"})
"""Violated only when two callers assign the same person at once; otherwise the overlap is seen first."""

SQL_ROLES = "SELECT role, is_assignable, institution_kinds, needs_classroom FROM role WHERE role = ANY($1::text[])"
SQL_VERSION = """
    SELECT version, effective_from, source, data_status FROM role_permission_version
     WHERE effective_from <= $1::date ORDER BY effective_from DESC LIMIT 1
"""
SQL_PERMISSIONS = """
    SELECT role, array_agg(permission ORDER BY permission) AS permissions
      FROM role_permission WHERE version = $1 AND role = ANY($2::text[]) GROUP BY role
"""
SQL_OF_SUBJECTS = """
    SELECT assignment_id, subject_hash, institution_id, role, classroom, valid_from, valid_to,
           source, data_status, effective_from, source_version
      FROM staff_assignment
     WHERE subject_hash = ANY($1::text[])
     ORDER BY assignment_id
       FOR UPDATE
"""
SQL_INSERT = """
    INSERT INTO staff_assignment (assignment_id, subject_hash, institution_id, role, classroom, valid_from, valid_to,
                                  source, data_status, effective_from, source_version, assigned_at, assigned_by)
    SELECT n.assignment_id, n.subject_hash, n.institution_id, n.role, n.classroom, n.valid_from, n.valid_to,
           n.source, n.data_status, n.effective_from, n.source_version, $12, $13
      FROM unnest($1::uuid[], $2::text[], $3::uuid[], $4::text[], $5::text[], $6::date[], $7::date[], $8::text[],
                  $9::text[], $10::date[], $11::text[])
           AS n(assignment_id, subject_hash, institution_id, role, classroom, valid_from, valid_to, source, data_status,
                effective_from, source_version)
     ORDER BY n.subject_hash, n.institution_id, n.role, n.classroom, n.valid_from
"""
SQL_SET_ENDS = """
    UPDATE staff_assignment a
       SET valid_to = n.valid_to, source = n.source, data_status = n.data_status, effective_from = n.effective_from,
           source_version = n.source_version, assigned_at = $7, assigned_by = $8
      FROM unnest($1::uuid[], $2::date[], $3::text[], $4::text[], $5::date[], $6::text[])
           AS n(assignment_id, valid_to, source, data_status, effective_from, source_version)
     WHERE a.assignment_id = n.assignment_id
"""
SQL_OWN = """
    SELECT a.assignment_id, a.subject_hash, a.institution_id, a.role, a.classroom, a.valid_from, a.valid_to,
           a.source, a.data_status, a.effective_from, a.source_version, i.name_th, r.name_th AS role_name_th
      FROM staff_assignment a
      JOIN institution i ON i.institution_id = a.institution_id
      JOIN role r ON r.role = a.role
     WHERE a.subject_hash = $1 AND a.valid_during @> $2::date
     ORDER BY i.name_th COLLATE "th-x-icu", a.role, a.classroom, a.assignment_id
"""
SQL_RESOLVE_ASSIGNMENT = """
    WITH v AS (SELECT version FROM role_permission_version
                WHERE effective_from <= $3::date ORDER BY effective_from DESC LIMIT 1)
    SELECT a.assignment_id, a.institution_id, a.role, a.classroom, v.version,
           ARRAY(SELECT p.permission FROM role_permission p
                  WHERE p.version = v.version AND p.role = a.role ORDER BY p.permission) AS permissions
      FROM staff_assignment a CROSS JOIN v
     WHERE a.assignment_id = $1 AND a.subject_hash = $2 AND a.valid_during @> $3::date
"""
SQL_RESOLVE_SELF = f"""
    WITH v AS (SELECT version FROM role_permission_version
                WHERE effective_from <= $2::date ORDER BY effective_from DESC LIMIT 1),
         me AS (SELECT (SELECT learner_id FROM learner WHERE subject_hash = $1) AS learner_id)
    SELECT me.learner_id, v.version,
           ARRAY(SELECT p.permission FROM role_permission p
                  WHERE p.version = v.version
                    AND ((p.role = '{LEARNER}' AND me.learner_id IS NOT NULL) OR (p.role = '{BOOTSTRAP}' AND $3))
                  ORDER BY p.permission) AS permissions
      FROM v CROSS JOIN me
"""


def _assignment(row: Record) -> Assignment:
    return Assignment(
        assignment_id=row["assignment_id"],
        subject_hash=row["subject_hash"],
        institution_id=row["institution_id"],
        role=row["role"],
        classroom=row["classroom"],
        valid_from=row["valid_from"],
        valid_to=row["valid_to"],
        provenance=Provenance(
            row["source"], DataStatus(row["data_status"]), row["effective_from"], row["source_version"]
        ),
    )


async def roles(connection: Connection, names: Sequence[str]) -> dict[str, Role]:
    """Roles by name, those that exist."""
    return {
        row["role"]: Role(
            row["role"],
            row["is_assignable"],
            frozenset(InstitutionKind(kind) for kind in row["institution_kinds"]),
            row["needs_classroom"],
        )
        for row in await connection.fetch(SQL_ROLES, names)
    }


async def version_in_force(connection: Connection, *, on_date: date) -> PermissionVersion:
    """Version of the role-permission table on a day."""
    row = await connection.fetchrow(SQL_VERSION, on_date)
    assert row is not None, "a migration seeds the first version"
    return PermissionVersion(row["version"], row["effective_from"], row["source"], DataStatus(row["data_status"]))


async def permissions(connection: Connection, version: str, names: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """What each of these roles may do."""
    rows = await connection.fetch(SQL_PERMISSIONS, version, names)
    return {row["role"]: tuple(row["permissions"]) for row in rows}


async def lock_of_subjects(connection: Connection, subject_hashes: Sequence[str]) -> list[Assignment]:
    """Every assignment of these people, past ones too, held until the transaction ends."""
    return [_assignment(row) for row in await connection.fetch(SQL_OF_SUBJECTS, subject_hashes)]


async def insert(connection: Connection, assignments: Sequence[Assignment], *, now: datetime, assigned_by: str) -> None:
    """Add assignments, in the order of who does what where."""
    await connection.execute(
        SQL_INSERT,
        [assignment.assignment_id for assignment in assignments],
        [assignment.subject_hash for assignment in assignments],
        [assignment.institution_id for assignment in assignments],
        [assignment.role for assignment in assignments],
        [assignment.classroom for assignment in assignments],
        [assignment.valid_from for assignment in assignments],
        [assignment.valid_to for assignment in assignments],
        [assignment.provenance.source for assignment in assignments],
        [assignment.provenance.status.value for assignment in assignments],
        [assignment.provenance.effective_from for assignment in assignments],
        [assignment.provenance.version for assignment in assignments],
        now,
        assigned_by,
    )


async def set_ends(
    connection: Connection, assignments: Sequence[Assignment], *, now: datetime, assigned_by: str
) -> None:
    """Write the last day of assignments; a trigger keeps what was before."""
    provenances = [assignment.provenance for assignment in assignments]
    await connection.execute(
        SQL_SET_ENDS,
        [assignment.assignment_id for assignment in assignments],
        [assignment.valid_to for assignment in assignments],
        [provenance.source for provenance in provenances],
        [provenance.status.value for provenance in provenances],
        [provenance.effective_from for provenance in provenances],
        [provenance.version for provenance in provenances],
        now,
        assigned_by,
    )


async def own(connection: Connection, subject_hash: str, *, on_date: date) -> list[OwnAssignment]:
    """A person's assignments on a day, by institution in Thai dictionary order."""
    rows = await connection.fetch(SQL_OWN, subject_hash, on_date)
    return [OwnAssignment(_assignment(row), row["name_th"], row["role_name_th"]) for row in rows]


async def resolve_assignment(
    connection: Connection, assignment_id: UUID, *, subject_hash: str, on_date: date
) -> Rights | None:
    """What a person may do under an assignment of his on a day; None when he has no such assignment."""
    row = await connection.fetchrow(SQL_RESOLVE_ASSIGNMENT, assignment_id, subject_hash, on_date)
    if row is None:
        return None
    return Rights(
        role=row["role"],
        permissions=tuple(row["permissions"]),
        permission_version=row["version"],
        assignment_id=row["assignment_id"],
        institution_id=row["institution_id"],
        classroom=row["classroom"],
    )


async def resolve_self(
    connection: Connection, subject_hash: str, *, on_date: date, is_bootstrap: bool
) -> tuple[UUID | None, tuple[str, ...], str]:
    """A person without an assignment: his own learner, permissions and their version."""
    row = await connection.fetchrow(SQL_RESOLVE_SELF, subject_hash, on_date, is_bootstrap)
    assert row is not None, "a migration seeds the first version"
    return row["learner_id"], tuple(row["permissions"]), row["version"]
