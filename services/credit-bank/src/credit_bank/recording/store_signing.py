"""SQL of signatures of assessors and of directors' approvals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

from chassis.pg import Connection

from credit_bank.recording.domain import Act, Signature
from credit_bank.recording.kept import Approval

SQL_SIGNATURES = """
    SELECT entry_id, institution_id, is_agreed, explanation_th, signed_at, signed_by, signed_by_assignment
      FROM assessment_signature WHERE entry_id = ANY($1::uuid[]) ORDER BY entry_id, signed_at, institution_id
"""
SQL_SIGN = """
    INSERT INTO assessment_signature (entry_id, institution_id, is_agreed, explanation_th, signed_at, signed_by,
                                      signed_by_assignment)
    SELECT i.entry_id, $4, i.is_agreed, i.explanation_th, $5, $6, $7
      FROM unnest($1::uuid[], $2::boolean[], $3::text[]) AS i(entry_id, is_agreed, explanation_th)
"""
SQL_COPY_SIGNATURES = """
    INSERT INTO assessment_signature (entry_id, institution_id, is_agreed, explanation_th, signed_at, signed_by,
                                      signed_by_assignment)
    SELECT i.new_entry_id, s.institution_id, s.is_agreed, s.explanation_th, s.signed_at, s.signed_by,
           s.signed_by_assignment
      FROM unnest($1::uuid[], $2::uuid[]) AS i(new_entry_id, old_entry_id)
      JOIN assessment_signature s ON s.entry_id = i.old_entry_id
"""
SQL_ASSESSED_BY = """
    SELECT e.entry_id FROM entry e
     WHERE e.assessor_institution_ids @> ARRAY[$1::uuid] AND e.assessor_institution_ids <> '{}'
       AND e.state IN ('SUBMITTED', 'VERIFIED') AND ($2::uuid IS NULL OR e.entry_id > $2)
       AND (NOT $3 OR (e.state = 'SUBMITTED' AND NOT EXISTS (
                SELECT FROM assessment_signature s WHERE s.entry_id = e.entry_id AND s.institution_id = $1)))
     ORDER BY e.entry_id LIMIT $4
"""
SQL_INSERT_APPROVAL = """
    INSERT INTO approval (approval_id, institution_id, entry_count, approved_at, approved_by, approved_by_assignment)
    VALUES ($1, $2, $3, $4, $5, $6)
"""
SQL_INSERT_APPROVED = """
    INSERT INTO approval_entry (entry_id, approval_id) SELECT entry_id, $2 FROM unnest($1::uuid[]) AS i(entry_id)
"""
SQL_PAGE_APPROVALS = """
    SELECT approval_id, entry_count, approved_at FROM approval
     WHERE institution_id = $1 AND ($2::uuid IS NULL OR approval_id > $2) ORDER BY approval_id LIMIT $3
"""


async def signatures(connection: Connection, entry_ids: Sequence[UUID]) -> dict[UUID, tuple[Signature, ...]]:
    """Signatures by entry, oldest first; entries without one are left out."""
    found: dict[UUID, list[Signature]] = {}
    for row in await connection.fetch(SQL_SIGNATURES, entry_ids):
        found.setdefault(row["entry_id"], []).append(Signature(*row.values()))
    return {entry_id: tuple(items) for entry_id, items in found.items()}


async def sign(connection: Connection, items: Sequence[Signature]) -> None:
    """Keep signatures of one side by one person."""
    if not items:
        return
    one = items[0]
    await connection.execute(
        SQL_SIGN,
        [item.entry_id for item in items],
        [item.is_agreed for item in items],
        [item.explanation_th for item in items],
        one.institution_id,
        one.signed_at,
        one.signed_by,
        one.assignment_id,
    )


async def copy_signatures(connection: Connection, old_by_new: Mapping[UUID, UUID]) -> None:
    """A corrected version keeps what was signed about the one before."""
    if old_by_new:
        await connection.execute(SQL_COPY_SIGNATURES, list(old_by_new), list(old_by_new.values()))


async def assessed_by(
    connection: Connection, institution_id: UUID, *, is_waiting_only: bool, after: UUID | None, limit: int
) -> list[UUID]:
    """Entries behind `after` that an institution or workplace assesses, oldest first."""
    rows = await connection.fetch(SQL_ASSESSED_BY, institution_id, after, is_waiting_only, limit)
    return [row["entry_id"] for row in rows]


async def approve(
    connection: Connection, approval_id: UUID, entry_ids: Sequence[UUID], act: Act, *, institution_id: UUID
) -> None:
    """Keep one batch; none when nothing is in it."""
    if not entry_ids:
        return
    await connection.execute(
        SQL_INSERT_APPROVAL,
        approval_id,
        institution_id,
        len(entry_ids),
        act.at,
        act.subject_hash,
        act.assignment_id,
    )
    await connection.execute(SQL_INSERT_APPROVED, entry_ids, approval_id)


async def page_of_approvals(
    connection: Connection, institution_id: UUID, *, after: UUID | None, limit: int
) -> list[Approval]:
    """Batches of an institution behind `after`, oldest first."""
    rows = await connection.fetch(SQL_PAGE_APPROVALS, institution_id, after, limit)
    return [Approval(*row.values()) for row in rows]
