"""SQL of access rows."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from chassis.auth import Actor
from chassis.ids import uuid7
from chassis.pg import Connection

from credit_bank.access.domain import AccessRecord, Read

SQL_INSERT = """
    INSERT INTO access_log (access_id, learner_id, read_at, institution_id, role, subject_hash, assignment_id, service,
                            resource, purpose, ground, ground_id)
    SELECT access_id, learner_id, $2, $3, $4, $5, $6, $7, resource, purpose, ground, ground_id
      FROM unnest($1::uuid[], $8::uuid[], $9::text[], $10::text[], $11::text[], $12::uuid[])
           AS i(access_id, learner_id, resource, purpose, ground, ground_id)
"""
# Ids are UUIDv7 and made when the row is: their order is the order of reading.
SQL_PAGE = """
    SELECT access_id, learner_id, read_at, institution_id, role, resource, purpose, ground, ground_id
      FROM access_log
     WHERE learner_id = $1 AND ($2::uuid IS NULL OR access_id < $2)
     ORDER BY access_id DESC LIMIT $3
"""


async def insert(connection: Connection, reads: Sequence[Read], *, actor: Actor, now: datetime) -> None:
    """Write access rows of one actor."""
    await connection.execute(
        SQL_INSERT,
        [uuid7() for _ in reads],
        now,
        actor.institution_id,
        actor.role,
        actor.subject_hash,
        actor.assignment_id,
        actor.service,
        [read.learner_id for read in reads],
        [read.resource for read in reads],
        [read.purpose for read in reads],
        [read.ground for read in reads],
        [read.ground_id for read in reads],
    )


async def page(connection: Connection, learner_id: UUID, *, before: UUID | None, limit: int) -> list[AccessRecord]:
    """Rows of one learner, newest first, older than `before`."""
    rows = await connection.fetch(SQL_PAGE, learner_id, before, limit)
    return [
        AccessRecord(
            access_id=row["access_id"],
            learner_id=row["learner_id"],
            read_at=row["read_at"],
            institution_id=row["institution_id"],
            role=row["role"],
            resource=row["resource"],
            purpose=row["purpose"],
            ground=row["ground"],
            ground_id=row["ground_id"],
        )
        for row in rows
    ]
