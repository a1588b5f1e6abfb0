"""SQL of access rows and of what allows a read."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from chassis.auth import Actor
from chassis.ids import uuid7
from chassis.pg import Connection

from credit_bank.access.domain import AccessRecord, Read, Ties

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
     WHERE learner_id = ANY($1::uuid[]) AND ($2::uuid IS NULL OR access_id < $2)
     ORDER BY access_id DESC LIMIT $3
"""
# What ties an institution ($2) to learners ($1) on a day ($3); $4 limits cases to the committees of one assignment. A
# case that has ended ties no longer, unless a source of it changed and nobody has decided what that means.
# Every learner asked for runs through the same four looks, known or not, so that the time taken tells nothing.
SQL_TIES = """
    WITH enrolled AS MATERIALIZED (
        SELECT learner_id, institution_id, role, delivery_system FROM enrolment_copy
         WHERE learner_id = ANY($1::uuid[]) AND valid_from <= $3
           AND (valid_to >= $3 OR (valid_to IS NULL AND status = 'STUDYING'))),
    partnered AS MATERIALIZED (
        SELECT p.partnership_id FROM partnership p JOIN partnership_party mine USING (partnership_id)
         WHERE mine.institution_id = $2 AND p.state = 'ACTIVE'
           AND (p.valid_from IS NULL OR p.valid_from <= $3) AND (p.valid_to IS NULL OR p.valid_to >= $3))
    SELECT l.learner_id,
           EXISTS (SELECT FROM enrolled e WHERE e.learner_id = l.learner_id AND e.institution_id = $2
                                            AND e.role IN ('PRIMARY', 'HOSTING')) AS is_at_home,
           EXISTS (SELECT FROM enrolled e WHERE e.learner_id = l.learner_id AND e.institution_id = $2) AS is_enrolled,
           EXISTS (SELECT FROM entry r
                    WHERE r.learner_id = l.learner_id AND r.issuer_institution_id = $2) AS is_issuer,
           (SELECT p.partnership_id FROM partnered p
             WHERE EXISTS (
                   SELECT FROM enrolled e
                    WHERE e.learner_id = l.learner_id
                      AND (e.institution_id = $2 AND e.role IN ('PARTNER', 'SHORT_COURSE')
                           OR e.institution_id <> $2 AND e.delivery_system = 'DUAL_EDUCATION'
                          AND EXISTS (SELECT FROM partnership_party other
                                       WHERE other.partnership_id = p.partnership_id
                                         AND other.institution_id = e.institution_id)))
             ORDER BY p.partnership_id LIMIT 1) AS partnership_id,
           (SELECT c.case_id FROM transfer_case c
             WHERE c.learner_id = l.learner_id AND c.institution_id = $2
               AND (c.state NOT IN ('WITHDRAWN', 'CLOSED', 'REVERSED')
                    OR EXISTS (SELECT FROM review_flag f JOIN case_line i USING (line_id)
                                WHERE i.case_id = c.case_id AND f.resolved_at IS NULL))
               AND ($4::uuid IS NULL OR EXISTS (SELECT FROM committee_member m
                                                 WHERE m.committee_id = c.committee_id AND m.assignment_id = $4))
             ORDER BY c.case_id DESC LIMIT 1) AS case_id
      FROM unnest($1::uuid[]) AS l(learner_id)
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


async def page(
    connection: Connection, learner_ids: Sequence[UUID], *, before: UUID | None, limit: int
) -> list[AccessRecord]:
    """Rows of the records of one person, newest first, older than `before`."""
    rows = await connection.fetch(SQL_PAGE, learner_ids, before, limit)
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


async def ties(
    connection: Connection,
    learner_ids: Sequence[UUID],
    *,
    institution_id: UUID,
    committee_assignment_id: UUID | None,
    today: date,
) -> dict[UUID, Ties]:
    """What ties the institution to each of the learners."""
    rows = await connection.fetch(SQL_TIES, learner_ids, institution_id, today, committee_assignment_id)
    return {
        row["learner_id"]: Ties(
            is_at_home=row["is_at_home"],
            is_enrolled=row["is_enrolled"],
            is_issuer=row["is_issuer"],
            partnership_id=row["partnership_id"],
            case_id=row["case_id"],
        )
        for row in rows
    }
