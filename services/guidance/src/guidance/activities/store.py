"""SQL of activities."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from chassis.pg import Connection

from guidance.activities.domain import Activity

SQL_KNOWN = """
    SELECT reference, activity_id, content_sha256
      FROM guidance_activity WHERE institution_id = $1 AND reference = ANY($2::text[])
"""
SQL_INSERT = """
    INSERT INTO guidance_activity (activity_id, institution_id, reference, scope, service_kind, title_th, held_on,
                                   duration_minutes, content_sha256, recorded_by, assignment_id, recorded_at)
    SELECT i.activity_id, $1, i.reference, i.scope, i.service_kind, i.title_th, i.held_on, i.duration_minutes,
           i.content_sha256, $2, $3, $4
      FROM unnest($5::uuid[], $6::text[], $7::text[], $8::text[], $9::text[], $10::date[], $11::int[], $12::bytea[])
           AS i(activity_id, reference, scope, service_kind, title_th, held_on, duration_minutes, content_sha256)
     ORDER BY i.reference
    ON CONFLICT ON CONSTRAINT guidance_activity_reference DO NOTHING
    RETURNING activity_id
"""
SQL_INSERT_ATTENDANCE = """
    INSERT INTO activity_attendance (activity_id, learner_id) SELECT * FROM unnest($1::uuid[], $2::uuid[])
"""
SQL_OF_LEARNER = """
    SELECT DISTINCT a.activity_id, a.institution_id, a.scope, a.service_kind, a.title_th, a.held_on, a.duration_minutes,
           a.recorded_at
      FROM activity_attendance t JOIN guidance_activity a USING (activity_id)
     WHERE t.learner_id = ANY($1::uuid[]) AND ($2::uuid IS NULL OR a.institution_id = $2)
     ORDER BY a.held_on DESC, a.activity_id DESC LIMIT $3
"""


@dataclass(frozen=True, slots=True)
class ActivityRow:
    """An activity as it goes into the table."""

    activity: Activity
    reference: str
    content_sha256: bytes
    attended: tuple[UUID, ...]


@dataclass(frozen=True, slots=True)
class KnownActivity:
    """An activity that is kept already."""

    activity_id: UUID
    content_sha256: bytes


async def known(connection: Connection, institution_id: UUID, references: Sequence[str]) -> dict[str, KnownActivity]:
    """Activities of an institution that are kept already, by reference."""
    rows = await connection.fetch(SQL_KNOWN, institution_id, list(references))
    return {row["reference"]: KnownActivity(row["activity_id"], row["content_sha256"]) for row in rows}


async def insert(
    connection: Connection,
    institution_id: UUID,
    rows: Sequence[ActivityRow],
    *,
    recorded_by: str,
    assignment_id: UUID,
) -> set[UUID]:
    """Keep activities of one call with their attendance; gives the ids kept now."""
    if not rows:
        return set()
    kept = [row.activity for row in rows]
    inserted = await connection.fetch(
        SQL_INSERT,
        institution_id,
        recorded_by,
        assignment_id,
        kept[0].recorded_at,
        [item.activity_id for item in kept],
        [row.reference for row in rows],
        [item.scope for item in kept],
        [item.service_kind for item in kept],
        [item.title_th for item in kept],
        [item.held_on for item in kept],
        [item.duration_minutes for item in kept],
        [row.content_sha256 for row in rows],
    )
    ids: set[UUID] = {record["activity_id"] for record in inserted}
    pairs = [(row.activity.activity_id, one) for row in rows if row.activity.activity_id in ids for one in row.attended]
    await connection.execute(SQL_INSERT_ATTENDANCE, [pair[0] for pair in pairs], [pair[1] for pair in pairs])
    return ids


async def of_learner(
    connection: Connection, records: Sequence[UUID], *, institution_id: UUID | None, limit: int
) -> list[Activity]:
    """Activities in which a learner took part, newest first; of one institution, or of all when None."""
    rows = await connection.fetch(SQL_OF_LEARNER, records, institution_id, limit)
    return [Activity(**dict(row)) for row in rows]
