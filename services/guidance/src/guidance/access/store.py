"""SQL of the access log."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from chassis.pg import Connection

from guidance.access.domain import AccessRow

SQL_INSERT = """
    INSERT INTO access_row (access_id, learner_id, read_at, subject_hash, institution_id, role, service, resource,
                            purpose, ground)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
"""
SQL_PAGE = """
    SELECT access_id, learner_id, read_at, subject_hash, institution_id, role, service, resource, purpose, ground
      FROM access_row WHERE learner_id = ANY($1::uuid[]) AND ($2::uuid IS NULL OR access_id < $2)
     ORDER BY access_id DESC LIMIT $3
"""


async def insert(connection: Connection, row: AccessRow) -> None:
    """Keep one row."""
    await connection.execute(
        SQL_INSERT,
        row.access_id,
        row.learner_id,
        row.read_at,
        row.subject_hash,
        row.institution_id,
        row.role,
        row.service,
        row.resource,
        row.purpose,
        row.ground,
    )


async def page(connection: Connection, records: Sequence[UUID], *, before: UUID | None, limit: int) -> list[AccessRow]:
    """Rows of a learner, newest first, from the one before `before` on; ids are time-ordered."""
    rows = await connection.fetch(SQL_PAGE, records, before, limit)
    return [AccessRow(**dict(row)) for row in rows]
