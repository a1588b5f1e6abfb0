"""SQL of visibility and access rows: one function per statement."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from chassis.pg import Connection, Record

from student_registry.access.domain import AccessRecord, Ground, GroundKind, ProcessingRecord, Visible
from student_registry.provenance import DataStatus, Provenance

# A learner exists for an institution that keeps his record, and for one where he has an enrolment that is not over.
# Restricted data are read by who keeps the record only.
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
       AND NOT EXISTS (SELECT FROM closed_to($2::uuid) x WHERE x.learner_id = l.learner_id)
"""
SQL_HOLD = "SELECT FROM learner WHERE learner_id = $1 FOR NO KEY UPDATE"
SQL_EXISTING = "SELECT learner_id FROM learner WHERE learner_id = ANY($1::uuid[])"
SQL_UNRESTRICTED = """
    SELECT l.learner_id FROM learner l
     WHERE l.learner_id = ANY($1::uuid[])
       AND NOT EXISTS (SELECT FROM closed_to(NULL) x WHERE x.learner_id = l.learner_id)
"""
SQL_GRANTED = """
    SELECT s.learner_id FROM share_grant s
     WHERE s.grant_id::text = $2 AND s.recipient_institution_id = $3 AND s.learner_id = ANY($1::uuid[])
       AND s.ended_at IS NULL AND $4::date BETWEEN s.valid_from AND s.valid_to
       AND NOT EXISTS (SELECT FROM closed_to(NULL) x WHERE x.learner_id = s.learner_id)
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


SQL_PROCESSING = """
    SELECT DISTINCT ON (activity_code) activity_code, version, name_th, purpose_th, legal_basis_th, subjects_th,
           data_th, recipients_th, retention_th, protection_th, is_sensitive, effective_from, source, data_status
      FROM processing_record
     WHERE effective_from <= $1::date AND (effective_to IS NULL OR effective_to >= $1::date)
     ORDER BY activity_code, effective_from DESC
"""


async def visible(
    connection: Connection, learner_ids: Sequence[UUID], *, institution_id: UUID, classroom: str, today: date
) -> dict[UUID, Visible]:
    """Which of these learners exist for staff of an institution, limited to a classroom unless it is empty."""
    rows = await connection.fetch(SQL_VISIBLE, learner_ids, institution_id, classroom, today)
    return {row["learner_id"]: Visible(row["learner_id"], row["is_registrar"]) for row in rows}


async def hold(connection: Connection, learner_id: UUID) -> None:
    """Hold a learner until the transaction ends."""
    await connection.execute(SQL_HOLD, learner_id)


async def existing(connection: Connection, learner_ids: Sequence[UUID]) -> set[UUID]:
    """Which of these learners are registered at all."""
    return {row["learner_id"] for row in await connection.fetch(SQL_EXISTING, learner_ids)}


async def unrestricted(connection: Connection, learner_ids: Sequence[UUID]) -> set[UUID]:
    """Which of these learners are registered and not restricted."""
    return {row["learner_id"] for row in await connection.fetch(SQL_UNRESTRICTED, learner_ids)}


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


async def processing_records(connection: Connection, *, on_date: date) -> list[ProcessingRecord]:
    """What this service does with personal data on a day, by code."""
    return [
        ProcessingRecord(
            activity_code=row["activity_code"],
            name_th=row["name_th"],
            purpose_th=row["purpose_th"],
            legal_basis_th=row["legal_basis_th"],
            subjects_th=row["subjects_th"],
            data_th=row["data_th"],
            recipients_th=row["recipients_th"],
            retention_th=row["retention_th"],
            protection_th=row["protection_th"],
            is_sensitive=row["is_sensitive"],
            provenance=Provenance(row["source"], DataStatus(row["data_status"]), row["effective_from"], row["version"]),
        )
        for row in await connection.fetch(SQL_PROCESSING, on_date)
    ]
