"""SQL of share grants: one function per statement."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from chassis.pg import Connection, Record

from student_registry.shares.domain import GrantScope, ShareGrant

SQL_INSERT = """
    INSERT INTO share_grant (grant_id, learner_id, recipient_institution_id, scope, purpose, valid_from, valid_to,
                             granted_at, granted_by, granted_by_role)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
"""
SQL_LOCK = """
    SELECT grant_id, learner_id, recipient_institution_id, scope, purpose, valid_from, valid_to,
           ended_at IS NOT NULL AS is_ended
      FROM share_grant WHERE grant_id = $1 FOR UPDATE
"""
SQL_END = "UPDATE share_grant SET ended_at = $2, ended_by = $3 WHERE grant_id = $1 AND ended_at IS NULL"
SQL_VALID = """
    SELECT grant_id, learner_id, recipient_institution_id, scope, purpose, valid_from, valid_to, false AS is_ended
      FROM share_grant
     WHERE learner_id = ANY($1::uuid[]) AND ended_at IS NULL AND $2::date BETWEEN valid_from AND valid_to
       AND ($3::uuid IS NULL OR recipient_institution_id = $3::uuid)
     ORDER BY learner_id, grant_id
"""


def _grant(row: Record) -> ShareGrant:
    return ShareGrant(
        grant_id=row["grant_id"],
        learner_id=row["learner_id"],
        recipient_institution_id=row["recipient_institution_id"],
        scope=GrantScope(row["scope"]),
        purpose=row["purpose"],
        valid_from=row["valid_from"],
        valid_to=row["valid_to"],
        is_ended=row["is_ended"],
    )


async def insert(
    connection: Connection, grant: ShareGrant, *, now: datetime, granted_by: str, granted_by_role: str
) -> None:
    """Add a share."""
    await connection.execute(
        SQL_INSERT,
        grant.grant_id,
        grant.learner_id,
        grant.recipient_institution_id,
        grant.scope.value,
        grant.purpose,
        grant.valid_from,
        grant.valid_to,
        now,
        granted_by,
        granted_by_role,
    )


async def lock(connection: Connection, grant_id: UUID) -> ShareGrant | None:
    """A share, held until the transaction ends; None when there is none."""
    row = await connection.fetchrow(SQL_LOCK, grant_id)
    return None if row is None else _grant(row)


async def end(connection: Connection, grant_id: UUID, *, now: datetime, ended_by: str) -> None:
    """End a share that has not ended."""
    status = await connection.execute(SQL_END, grant_id, now, ended_by)
    assert status == "UPDATE 1", "the share is locked and was not ended"


async def valid(
    connection: Connection, learner_ids: Sequence[UUID], *, on_date: date, recipient_institution_id: UUID | None
) -> list[ShareGrant]:
    """Shares of these learners valid on a day, to one institution or to any."""
    rows = await connection.fetch(SQL_VALID, learner_ids, on_date, recipient_institution_id)
    return [_grant(row) for row in rows]
