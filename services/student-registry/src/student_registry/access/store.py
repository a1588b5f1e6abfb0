"""SQL of visibility and access rows: one function per statement."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from chassis.pg import Connection, Record

from student_registry.access.domain import AccessRecord, Ground, GroundKind, Visible

# A learner exists for an institution that keeps his record, and for one where he has an enrolment that is not over.
# A caller limited to a classroom sees that classroom only: the label as enrolled, or grade and label (M.4/1).
SQL_VISIBLE = """
    SELECT l.learner_id, l.registrar_institution_id = $2::uuid AS is_registrar
      FROM learner l
     WHERE l.learner_id = ANY($1::uuid[])
       AND (($3 = '' AND l.registrar_institution_id = $2::uuid)
            OR EXISTS (SELECT FROM enrolment e
                        WHERE e.learner_id = l.learner_id AND e.institution_id = $2::uuid
                          AND (e.valid_to IS NULL OR e.valid_to >= $4::date)
                          AND ($3 = '' OR $3 IN (e.classroom, e.grade_label || '/' || e.classroom))))
"""
SQL_EXISTING = "SELECT learner_id FROM learner WHERE learner_id = ANY($1::uuid[])"
SQL_GRANTED = """
    SELECT learner_id FROM share_grant
     WHERE grant_id::text = $2 AND recipient_institution_id = $3 AND learner_id = ANY($1::uuid[])
       AND ended_at IS NULL AND $4::date BETWEEN valid_from AND valid_to
"""
SQL_INSERT = """
    INSERT INTO access_record (access_id, learner_id, read_at, institution_id, role, reader, service, resource, purpose,
                               ground, ground_id)
    SELECT n.access_id, n.learner_id, $3, $4, $5, $6, $7, $8, $9, $10, $11
      FROM unnest($1::uuid[], $2::uuid[]) AS n(access_id, learner_id)
"""
SQL_LIST = """
    SELECT access_id, learner_id, read_at, institution_id, role, resource, purpose, ground, ground_id
      FROM access_record
     WHERE learner_id = $1
       AND ($2::uuid IS NULL OR (read_at, access_id) <
               (SELECT a.read_at, a.access_id FROM access_record a WHERE a.access_id = $2::uuid AND a.learner_id = $1))
     ORDER BY read_at DESC, access_id DESC
     LIMIT $3
"""


async def visible(
    connection: Connection, learner_ids: Sequence[UUID], *, institution_id: UUID, classroom: str, today: date
) -> dict[UUID, Visible]:
    """Which of these learners exist for staff of an institution, limited to a classroom unless it is empty."""
    rows = await connection.fetch(SQL_VISIBLE, learner_ids, institution_id, classroom, today)
    return {row["learner_id"]: Visible(row["learner_id"], row["is_registrar"]) for row in rows}


async def existing(connection: Connection, learner_ids: Sequence[UUID]) -> set[UUID]:
    """Which of these learners are registered at all."""
    return {row["learner_id"] for row in await connection.fetch(SQL_EXISTING, learner_ids)}


async def granted(
    connection: Connection, learner_ids: Sequence[UUID], *, grant_id: str, institution_id: UUID, today: date
) -> set[UUID]:
    """Which of these learners gave this share to this institution, valid today."""
    rows = await connection.fetch(SQL_GRANTED, learner_ids, grant_id, institution_id, today)
    return {row["learner_id"] for row in rows}


async def insert(
    connection: Connection,
    rows: Sequence[tuple[UUID, UUID]],
    *,
    read_at: datetime,
    institution_id: UUID | None,
    role: str,
    reader: str,
    service: str | None,
    resource: str,
    purpose: str,
    ground: Ground,
) -> None:
    """Note reads: pairs of row id and learner."""
    await connection.execute(
        SQL_INSERT,
        [access_id for access_id, _ in rows],
        [learner_id for _, learner_id in rows],
        read_at,
        institution_id,
        role,
        reader,
        service,
        resource,
        purpose,
        ground.kind.value,
        ground.ground_id,
    )


def _record(row: Record) -> AccessRecord:
    return AccessRecord(
        access_id=row["access_id"],
        learner_id=row["learner_id"],
        read_at=row["read_at"],
        institution_id=row["institution_id"],
        role=row["role"],
        resource=row["resource"],
        purpose=row["purpose"],
        ground=Ground(GroundKind(row["ground"]), row["ground_id"]),
    )


async def list_page(connection: Connection, learner_id: UUID, *, after: UUID | None, limit: int) -> list[AccessRecord]:
    """At most `limit` reads of one learner's data, newest first, those before the row `after`."""
    return [_record(row) for row in await connection.fetch(SQL_LIST, learner_id, after, limit)]
