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
    Handover,
    HandoverState,
    OwnAssignment,
    PermissionVersion,
    Rights,
    Role,
    RoleRights,
    StaffMember,
    Succession,
)
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
           source, data_status, effective_from, source_version, teaching_subject
      FROM staff_assignment
     WHERE subject_hash = ANY($1::text[])
     ORDER BY assignment_id
       FOR UPDATE
"""
SQL_INSERT = """
    INSERT INTO staff_assignment (assignment_id, subject_hash, institution_id, role, classroom, valid_from, valid_to,
                                  source, data_status, effective_from, source_version, assigned_at, assigned_by,
                                  teaching_subject)
    SELECT n.assignment_id, n.subject_hash, n.institution_id, n.role, n.classroom, n.valid_from, n.valid_to,
           n.source, n.data_status, n.effective_from, n.source_version, $12, $13, n.teaching_subject
      FROM unnest($1::uuid[], $2::text[], $3::uuid[], $4::text[], $5::text[], $6::date[], $7::date[], $8::text[],
                  $9::text[], $10::date[], $11::text[], $14::text[])
           AS n(assignment_id, subject_hash, institution_id, role, classroom, valid_from, valid_to, source, data_status,
                effective_from, source_version, teaching_subject)
     ORDER BY n.subject_hash, n.institution_id, n.role, n.classroom, n.teaching_subject, n.valid_from
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
           a.source, a.data_status, a.effective_from, a.source_version, a.teaching_subject, i.name_th,
           r.name_th AS role_name_th
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
SQL_LOCK = """
    SELECT assignment_id, subject_hash, institution_id, role, classroom, valid_from, valid_to,
           source, data_status, effective_from, source_version, teaching_subject
      FROM staff_assignment
     WHERE assignment_id = ANY($1::uuid[])
     ORDER BY assignment_id
       FOR UPDATE
"""
SQL_AT_INSTITUTIONS = """
    SELECT assignment_id, subject_hash, institution_id, role, classroom, valid_from, valid_to,
           source, data_status, effective_from, source_version, teaching_subject
      FROM staff_assignment
     WHERE institution_id = ANY($1::uuid[]) AND valid_during @> $2::date
     ORDER BY institution_id, role, classroom, assignment_id
"""
SQL_STAFF = """
    SELECT a.assignment_id, a.subject_hash, a.institution_id, a.role, a.classroom, a.valid_from, a.valid_to,
           a.source, a.data_status, a.effective_from, a.source_version, a.teaching_subject, r.name_th AS role_name_th
      FROM staff_assignment a JOIN role r ON r.role = a.role
     WHERE a.institution_id = $1 AND (cardinality($2::text[]) = 0 OR a.role = ANY($2::text[]))
       AND ($3 = '' OR a.classroom = $3) AND ($4::date IS NULL OR a.valid_during @> $4::date)
       AND ($5::uuid IS NULL
            OR (r.name_th COLLATE "th-x-icu", a.classroom COLLATE "th-x-icu", a.teaching_subject COLLATE "th-x-icu",
                a.assignment_id) >
               (SELECT q.name_th COLLATE "th-x-icu", b.classroom COLLATE "th-x-icu",
                       b.teaching_subject COLLATE "th-x-icu", b.assignment_id
                  FROM staff_assignment b JOIN role q ON q.role = b.role
                 WHERE b.assignment_id = $5::uuid AND b.institution_id = $1))
     ORDER BY r.name_th COLLATE "th-x-icu", a.classroom COLLATE "th-x-icu", a.teaching_subject COLLATE "th-x-icu",
              a.assignment_id
     LIMIT $6
"""
SQL_STAFF_COUNT = """
    SELECT count(*) FROM staff_assignment
     WHERE institution_id = $1 AND (cardinality($2::text[]) = 0 OR role = ANY($2::text[]))
       AND ($3 = '' OR classroom = $3) AND ($4::date IS NULL OR valid_during @> $4::date)
"""
SQL_SUCCESSIONS = """
    SELECT DISTINCT ON (assignment_id) assignment_id, successor_assignment_id
      FROM assignment_succession WHERE assignment_id = ANY($1::uuid[])
     ORDER BY assignment_id, assignment_succession_id DESC
"""
SQL_INSERT_SUCCESSIONS = """
    INSERT INTO assignment_succession (assignment_id, successor_assignment_id, decided_on, decided_at, decided_by)
    SELECT n.assignment_id, n.successor_assignment_id, $3, $4, $5
      FROM unnest($1::uuid[], $2::uuid[]) AS n(assignment_id, successor_assignment_id)
"""
_HANDOVERS = """
      FROM staff_assignment a
      JOIN role r ON r.role = a.role AND r.has_responsibilities
      LEFT JOIN LATERAL (SELECT h.assignment_succession_id, h.successor_assignment_id, h.decided_on
                           FROM assignment_succession h WHERE h.assignment_id = a.assignment_id
                          ORDER BY h.assignment_succession_id DESC LIMIT 1) s ON true
     WHERE a.institution_id = $1 AND a.valid_to <= $2::date
       AND $3 = CASE WHEN s.assignment_succession_id IS NULL THEN 'NOBODY_YET'
                     WHEN s.successor_assignment_id IS NULL THEN 'NOTHING_LEFT' ELSE 'NAMED' END
"""
SQL_HANDOVERS = f"""
    SELECT a.assignment_id, a.subject_hash, a.institution_id, a.role, a.classroom, a.valid_from, a.valid_to,
           a.source, a.data_status, a.effective_from, a.source_version, a.teaching_subject, r.name_th AS role_name_th,
           s.successor_assignment_id, s.decided_on
    {_HANDOVERS}
       AND ($4::uuid IS NULL OR (a.valid_to, a.assignment_id) >
               (SELECT b.valid_to, b.assignment_id FROM staff_assignment b
                 WHERE b.assignment_id = $4::uuid AND b.institution_id = $1))
     ORDER BY a.valid_to, a.assignment_id
     LIMIT $5
"""
SQL_HANDOVERS_COUNT = f"SELECT count(*) {_HANDOVERS}"
SQL_ALL_ROLES = """
    SELECT r.role, r.name_th, r.is_assignable, r.institution_kinds, r.needs_classroom, r.has_responsibilities,
           ARRAY(SELECT p.permission FROM role_permission p
                  WHERE p.version = $1 AND p.role = r.role ORDER BY p.permission) AS permissions
      FROM role r ORDER BY r.role
"""
SQL_VERSIONS = """
    SELECT version, effective_from, source, data_status FROM role_permission_version ORDER BY effective_from DESC
"""
SQL_BEGIN_ANNOUNCEMENT = """
    INSERT INTO role_permission_announcement (version, started_at) VALUES ($1, $2) ON CONFLICT DO NOTHING
"""
SQL_LOCK_ANNOUNCEMENT = """
    SELECT last_assignment_id, finished_at FROM role_permission_announcement WHERE version = $1 FOR UPDATE
"""
SQL_IS_ANNOUNCED = """
    SELECT EXISTS (SELECT FROM role_permission_announcement WHERE version = $1 AND finished_at IS NOT NULL)
"""
SQL_ADVANCE_ANNOUNCEMENT = """
    UPDATE role_permission_announcement SET last_assignment_id = $2, finished_at = $3 WHERE version = $1
"""
SQL_LOCK_CHUNK = """
    SELECT assignment_id, subject_hash, institution_id, role, classroom, valid_from, valid_to,
           source, data_status, effective_from, source_version, teaching_subject
      FROM staff_assignment
     WHERE ($1::uuid IS NULL OR assignment_id > $1::uuid) AND (valid_to IS NULL OR valid_to >= $2::date)
     ORDER BY assignment_id
     LIMIT $3
       FOR UPDATE
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
        teaching_subject=row["teaching_subject"],
    )


def _role(row: Record) -> Role:
    return Role(row["role"], row["is_assignable"], frozenset(row["institution_kinds"]), row["needs_classroom"])


async def roles(connection: Connection, names: Sequence[str]) -> dict[str, Role]:
    """Roles by name, those that exist."""
    return {row["role"]: _role(row) for row in await connection.fetch(SQL_ROLES, names)}


async def all_roles(connection: Connection, version: str) -> list[RoleRights]:
    """Every role with what it may do in a version."""
    return [
        RoleRights(_role(row), row["name_th"], row["has_responsibilities"], tuple(row["permissions"]))
        for row in await connection.fetch(SQL_ALL_ROLES, version)
    ]


def _version(row: Record) -> PermissionVersion:
    return PermissionVersion(row["version"], row["effective_from"], row["source"], DataStatus(row["data_status"]))


async def versions(connection: Connection) -> list[PermissionVersion]:
    """Every version of the role-permission table, newest first, those to come too."""
    return [_version(row) for row in await connection.fetch(SQL_VERSIONS)]


async def version_in_force(connection: Connection, *, on_date: date) -> PermissionVersion:
    """Version of the role-permission table on a day."""
    row = await connection.fetchrow(SQL_VERSION, on_date)
    assert row is not None, "a migration seeds the first version"
    return _version(row)


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
        [assignment.teaching_subject for assignment in assignments],
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


async def lock(connection: Connection, assignment_ids: Sequence[UUID]) -> dict[UUID, Assignment]:
    """Assignments by id, held until the transaction ends."""
    return {row["assignment_id"]: _assignment(row) for row in await connection.fetch(SQL_LOCK, assignment_ids)}


async def at_institutions(
    connection: Connection, institution_ids: Sequence[UUID], *, on_date: date
) -> list[Assignment]:
    """Assignments of institutions that hold on a day."""
    return [_assignment(row) for row in await connection.fetch(SQL_AT_INSTITUTIONS, institution_ids, on_date)]


async def staff(
    connection: Connection,
    institution_id: UUID,
    *,
    roles: Sequence[str],
    classroom: str,
    on_date: date | None,
    after: UUID | None,
    limit: int,
) -> tuple[list[StaffMember], int]:
    """At most `limit` assignments of an institution in Thai order after the one named, and how many there are."""
    rows = await connection.fetch(SQL_STAFF, institution_id, roles, classroom, on_date, after, limit)
    total: int = await connection.fetchval(SQL_STAFF_COUNT, institution_id, roles, classroom, on_date)
    return [StaffMember(_assignment(row), row["role_name_th"]) for row in rows], total


async def successions(connection: Connection, assignment_ids: Sequence[UUID]) -> dict[UUID, Succession]:
    """Who takes over from these assignments, where that was said."""
    return {
        row["assignment_id"]: Succession(row["assignment_id"], row["successor_assignment_id"])
        for row in await connection.fetch(SQL_SUCCESSIONS, assignment_ids)
    }


async def insert_successions(
    connection: Connection, items: Sequence[Succession], *, today: date, now: datetime, decided_by: str
) -> None:
    """State who takes over."""
    await connection.execute(
        SQL_INSERT_SUCCESSIONS,
        [item.assignment_id for item in items],
        [item.successor_assignment_id for item in items],
        today,
        now,
        decided_by,
    )


async def handovers(
    connection: Connection,
    institution_id: UUID,
    *,
    state: HandoverState,
    ending_by: date,
    after: UUID | None,
    limit: int,
) -> tuple[list[Handover], int]:
    """At most `limit` handovers of an institution, the earliest end first, and how many there are."""
    rows = await connection.fetch(SQL_HANDOVERS, institution_id, ending_by, state.value, after, limit)
    total: int = await connection.fetchval(SQL_HANDOVERS_COUNT, institution_id, ending_by, state.value)
    return [
        Handover(
            StaffMember(_assignment(row), row["role_name_th"]), state, row["successor_assignment_id"], row["decided_on"]
        )
        for row in rows
    ], total


async def is_announced(connection: Connection, version: str) -> bool:
    """Whether the copies elsewhere were told all of a version."""
    return bool(await connection.fetchval(SQL_IS_ANNOUNCED, version))


async def lock_announcement(connection: Connection, version: str, *, now: datetime) -> tuple[UUID | None, bool]:
    """How far a version was announced: the last assignment told, and whether it was all; held for the transaction."""
    await connection.execute(SQL_BEGIN_ANNOUNCEMENT, version, now)
    row = await connection.fetchrow(SQL_LOCK_ANNOUNCEMENT, version)
    assert row is not None, "it was begun just now"
    return row["last_assignment_id"], row["finished_at"] is not None


async def advance_announcement(
    connection: Connection, version: str, *, last: UUID | None, finished_at: datetime | None
) -> None:
    """Note how far a version was announced."""
    await connection.execute(SQL_ADVANCE_ANNOUNCEMENT, version, last, finished_at)


async def lock_chunk(connection: Connection, *, after: UUID | None, on_date: date, limit: int) -> list[Assignment]:
    """The next assignments that hold on a day or later, held, so that nobody ends one between its two events."""
    return [_assignment(row) for row in await connection.fetch(SQL_LOCK_CHUNK, after, on_date, limit)]
