"""SQL of the copies."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from chassis.assignments import Assignment
from chassis.pg import Connection

from indicators.copies.domain import (
    Enrolment,
    Institution,
    Learner,
    LearnerMerge,
    Partnership,
    PostedLine,
    VerifiedEntry,
)

SQL_KEEP_INSTITUTION = """
    INSERT INTO institution_copy (institution_id, kind, data_status) VALUES ($1, $2, $3)
    ON CONFLICT (institution_id) DO UPDATE SET kind = EXCLUDED.kind, data_status = EXCLUDED.data_status
"""
SQL_KEEP_ASSIGNMENT = """
    INSERT INTO assignment_copy (assignment_id, subject_hash, institution_id, role, classroom, permissions,
                                 permission_version, valid_from, valid_to)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
    ON CONFLICT (assignment_id) DO UPDATE
       SET subject_hash = EXCLUDED.subject_hash, institution_id = EXCLUDED.institution_id, role = EXCLUDED.role,
           classroom = EXCLUDED.classroom, permissions = EXCLUDED.permissions,
           permission_version = EXCLUDED.permission_version, valid_from = EXCLUDED.valid_from,
           valid_to = EXCLUDED.valid_to
"""
SQL_KEEP_LEARNER = """
    INSERT INTO learner_copy (learner_id, data_status) VALUES ($1, $2)
    ON CONFLICT (learner_id) DO UPDATE SET data_status = EXCLUDED.data_status
"""
SQL_KEEP_ENROLMENT = """
    INSERT INTO enrolment_copy (enrolment_id, learner_id, delivery_system, is_studying, valid_from, valid_to, told_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7)
    ON CONFLICT (enrolment_id) DO UPDATE
       SET learner_id = EXCLUDED.learner_id, delivery_system = EXCLUDED.delivery_system,
           is_studying = EXCLUDED.is_studying, valid_from = EXCLUDED.valid_from, valid_to = EXCLUDED.valid_to,
           told_at = EXCLUDED.told_at
     WHERE enrolment_copy.told_at <= EXCLUDED.told_at
"""
SQL_KEEP_MERGE = """
    INSERT INTO learner_merge_copy AS m (merged_learner_id, surviving_learner_id, merge_id, is_undone, told_at)
    VALUES ($1, $2, $3, $4, $5)
    ON CONFLICT (merged_learner_id) DO UPDATE
       SET surviving_learner_id = EXCLUDED.surviving_learner_id, merge_id = EXCLUDED.merge_id,
           is_undone = EXCLUDED.is_undone, told_at = EXCLUDED.told_at
     WHERE m.told_at < EXCLUDED.told_at
"""
SQL_KEEP_PARTNERSHIP = """
    INSERT INTO partnership_copy (partnership_id, programme, state, party_institution_ids, valid_from, valid_to)
    VALUES ($1, $2, $3, $4, $5, $6)
    ON CONFLICT (partnership_id) DO UPDATE
       SET programme = EXCLUDED.programme, state = EXCLUDED.state,
           party_institution_ids = EXCLUDED.party_institution_ids, valid_from = EXCLUDED.valid_from,
           valid_to = EXCLUDED.valid_to
"""
SQL_KEEP_VERIFIED = """
    INSERT INTO verified_entry (entry_id, learner_id, issuer_institution_id, year_be, verified_at)
    VALUES ($1, $2, $3, $4, $5) ON CONFLICT (entry_id) DO NOTHING
"""
SQL_KEEP_POSTED = """
    INSERT INTO posted_line (line_id, learner_id, source_entry_ids, posted_at) VALUES ($1, $2, $3, $4)
    ON CONFLICT (line_id) DO NOTHING
"""
SQL_ASSIGNMENTS = """
    SELECT assignment_id, subject_hash, institution_id, role, classroom, permissions, permission_version, valid_from,
           valid_to
      FROM assignment_copy WHERE assignment_id = ANY($1::uuid[])
"""


async def keep_institution(connection: Connection, fact: Institution) -> None:
    """Keep the newest facts of an institution."""
    await connection.execute(SQL_KEEP_INSTITUTION, fact.institution_id, fact.kind, fact.data_status)


async def keep_assignment(connection: Connection, fact: Assignment) -> None:
    """Keep the newest facts of an assignment."""
    await connection.execute(
        SQL_KEEP_ASSIGNMENT,
        fact.assignment_id,
        fact.subject_hash,
        fact.institution_id,
        fact.role,
        fact.classroom,
        sorted(fact.permissions),
        fact.permission_version,
        fact.valid_from,
        fact.valid_to,
    )


async def keep_learner(connection: Connection, fact: Learner) -> None:
    """Keep that a learner exists."""
    await connection.execute(SQL_KEEP_LEARNER, fact.learner_id, fact.data_status)


async def keep_enrolment(connection: Connection, fact: Enrolment, *, told_at: datetime) -> None:
    """Keep the facts of an enrolment, unless newer ones are known: after a merge they come under another key."""
    await connection.execute(
        SQL_KEEP_ENROLMENT,
        fact.enrolment_id,
        fact.learner_id,
        fact.delivery_system,
        fact.is_studying,
        fact.valid_from,
        fact.valid_to,
        told_at,
    )


async def keep_merge(connection: Connection, merge: LearnerMerge) -> None:
    """Keep a merge or its undoing, unless something newer is known."""
    await connection.execute(
        SQL_KEEP_MERGE,
        merge.merged_learner_id,
        merge.surviving_learner_id,
        merge.merge_id,
        merge.is_undone,
        merge.told_at,
    )


async def keep_partnership(connection: Connection, fact: Partnership) -> None:
    """Keep the newest facts of a partnership."""
    await connection.execute(
        SQL_KEEP_PARTNERSHIP,
        fact.partnership_id,
        fact.programme,
        fact.state,
        list(fact.party_institution_ids),
        fact.valid_from,
        fact.valid_to,
    )


async def keep_verified_entry(connection: Connection, fact: VerifiedEntry) -> None:
    """Keep that a result was verified; such a fact never changes."""
    await connection.execute(
        SQL_KEEP_VERIFIED,
        fact.entry_id,
        fact.learner_id,
        fact.issuer_institution_id,
        fact.year_be,
        fact.verified_at,
    )


async def keep_posted_line(connection: Connection, fact: PostedLine) -> None:
    """Keep that a line was posted; such a fact never changes."""
    await connection.execute(
        SQL_KEEP_POSTED, fact.line_id, fact.learner_id, list(fact.source_entry_ids), fact.posted_at
    )


async def assignments(connection: Connection, assignment_ids: Sequence[UUID]) -> dict[UUID, Assignment]:
    """Copies of assignments, by id."""
    found: dict[UUID, Assignment] = {}
    for row in await connection.fetch(SQL_ASSIGNMENTS, assignment_ids):
        values: dict[str, Any] = dict(row)
        values["permissions"] = frozenset(values["permissions"])
        found[values["assignment_id"]] = Assignment(**values)
    return found
