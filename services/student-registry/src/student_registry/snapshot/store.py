"""SQL of snapshots: keys of a topic with the number of their last event, and the facts of keys."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from chassis.pg import Connection, Record

SQL_LEARNER_KEYS = """
    SELECT l.learner_id AS key, COALESCE(s.last, 0) AS sequence
      FROM learner l
      LEFT JOIN outbox_sequence s ON s.topic = $1 AND s.key = l.learner_id::text
     WHERE l.learner_id > $2::uuid
     ORDER BY l.learner_id
     LIMIT $3
"""
SQL_INSTITUTION_KEYS = """
    SELECT i.institution_id AS key, COALESCE(s.last, 0) AS sequence
      FROM institution i
      LEFT JOIN outbox_sequence s ON s.topic = $1 AND s.key = i.institution_id::text
     WHERE i.institution_id > $2::uuid
     ORDER BY i.institution_id
     LIMIT $3
"""
SQL_LEARNERS = """
    SELECT learner_id, registrar_institution_id, registered_at AS told_at, data_status
      FROM learner
     WHERE learner_id = ANY($1::uuid[])
"""
SQL_MERGES = """
    SELECT merged_learner_id AS learner_id, merge_id, surviving_learner_id, merged_at AS told_at
      FROM learner_merge
     WHERE merged_learner_id = ANY($1::uuid[]) AND undone_at IS NULL
"""
SQL_ENROLMENTS_RECORDED = """
    SELECT enrolment_id, learner_id, recorded_at AS told_at
      FROM enrolment
     WHERE learner_id = ANY($1::uuid[])
     ORDER BY learner_id, recorded_at, enrolment_id
"""
SQL_STATUSES = """
    SELECT learner_status_id, learner_id, status, COALESCE(reason_code, '') AS reason_code, stated_by_institution_id,
           valid_from, confirmed_on, withdraws_learner_status_id, recorded_at AS told_at
      FROM learner_status
     WHERE learner_id = ANY($1::uuid[])
     ORDER BY learner_id, statement_no
"""
SQL_MOVEMENTS = """
    SELECT movement_id, learner_id, from_institution_id, to_institution_id, state, due_on, changed_at AS told_at
      FROM movement
     WHERE learner_id = ANY($1::uuid[])
     ORDER BY learner_id, changed_at, movement_id
"""
SQL_CONSENTS = """
    SELECT c.consent_id, c.learner_id, c.purpose, c.text_version, c.valid_from, c.valid_to,
           c.withdrawn_at IS NOT NULL AS is_withdrawn,
           COALESCE(c.withdrawn_at, (SELECT max(a.recorded_at) FROM consent_agreement a
                                      WHERE a.consent_id = c.consent_id)) AS told_at
      FROM consent c
     WHERE c.learner_id = ANY($1::uuid[]) AND c.valid_from IS NOT NULL
     ORDER BY c.learner_id, c.consent_id
"""
SQL_SHARE_GRANTS = """
    SELECT grant_id, learner_id, recipient_institution_id, scope, valid_to, ended_at IS NOT NULL AS is_ended,
           COALESCE(ended_at, granted_at) AS told_at
      FROM share_grant
     WHERE learner_id = ANY($1::uuid[])
     ORDER BY learner_id, granted_at, grant_id
"""
SQL_INSTITUTIONS_TOLD = (
    "SELECT institution_id, registered_at AS told_at FROM institution WHERE institution_id = ANY($1::uuid[])"
)
# The latest statement of each, as its event carries it.
SQL_MEMBERSHIPS = """
    SELECT DISTINCT ON (m.institution_id, m.recorded_at, m.membership_id)
           m.membership_id, m.institution_id, m.programme_code, m.year_be, s.status, s.band, s.valid_from, s.valid_to,
           s.data_status, s.recorded_at AS told_at
      FROM programme_membership m
      JOIN programme_membership_statement s ON s.membership_id = m.membership_id AND s.superseded_at IS NULL
     WHERE m.institution_id = ANY($1::uuid[])
     ORDER BY m.institution_id, m.recorded_at, m.membership_id, s.valid_from DESC
"""
SQL_ASSIGNMENTS = """
    SELECT a.assignment_id, a.subject_hash, a.institution_id, a.role, a.classroom, a.valid_from, a.valid_to,
           a.source, a.data_status, a.assigned_at AS told_at
      FROM staff_assignment a
     WHERE a.institution_id = ANY($1::uuid[])
     ORDER BY a.institution_id, a.assigned_at, a.assignment_id
"""


async def learner_keys(connection: Connection, topic: str, *, after: UUID, limit: int) -> list[tuple[UUID, int]]:
    """Learners after one of them, merged ones too, with the number of their last event."""
    rows = await connection.fetch(SQL_LEARNER_KEYS, topic, after, limit)
    return [(row["key"], row["sequence"]) for row in rows]


async def institution_keys(connection: Connection, topic: str, *, after: UUID, limit: int) -> list[tuple[UUID, int]]:
    """Institutions after one of them, with the number of their last event in a topic."""
    rows = await connection.fetch(SQL_INSTITUTION_KEYS, topic, after, limit)
    return [(row["key"], row["sequence"]) for row in rows]


async def rows_of(
    connection: Connection, statement: str, keys: Sequence[UUID], *, key: str
) -> dict[UUID, list[Record]]:
    """What one of the statements above finds, by key."""
    found: dict[UUID, list[Record]] = {item: [] for item in keys}
    for row in await connection.fetch(statement, keys):
        found[row[key]].append(row)
    return found


async def institutions_told(connection: Connection, keys: Sequence[UUID]) -> list[Record]:
    """When these institutions were registered; their last event is not older."""
    return await connection.fetch(SQL_INSTITUTIONS_TOLD, keys)
