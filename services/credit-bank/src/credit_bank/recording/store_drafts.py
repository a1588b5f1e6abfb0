"""SQL of drafts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from chassis.pg import Connection, Record

from credit_bank.recording.drafts import Draft, DraftState, from_document, to_document
from credit_bank.recording.store_files import hold_files

_COLUMNS = "draft_id, institution_id, content, row_version, state, drafted_by, changed_at"

SQL_READ_DRAFTS = f"SELECT {_COLUMNS} FROM result_draft WHERE draft_id = ANY($1::uuid[]) AND institution_id = $2"
SQL_LOCK_DRAFTS = f"""
    SELECT {_COLUMNS} FROM result_draft WHERE draft_id = ANY($1::uuid[]) AND institution_id = $2
     ORDER BY draft_id FOR UPDATE
"""
SQL_KEEP_DRAFTS = """
    INSERT INTO result_draft AS d (draft_id, institution_id, learner_id, content, row_version, state, drafted_at,
                                   drafted_by, changed_at)
    SELECT i.draft_id, $6, i.learner_id, i.content, i.row_version, 'DRAFT', $5, $7, $5
      FROM unnest($1::uuid[], $2::uuid[], $3::jsonb[], $4::integer[])
           AS i(draft_id, learner_id, content, row_version)
    ON CONFLICT (draft_id) DO UPDATE SET learner_id = excluded.learner_id, content = excluded.content,
        row_version = excluded.row_version, drafted_by = excluded.drafted_by, changed_at = excluded.changed_at
"""
SQL_END_DRAFTS = """
    UPDATE result_draft SET state = $2, row_version = row_version + 1, changed_at = $3
     WHERE draft_id = ANY($1::uuid[]) AND state = 'DRAFT' RETURNING true
"""
SQL_PAGE_DRAFTS = f"""
    SELECT {_COLUMNS} FROM result_draft
     WHERE institution_id = $1 AND state = 'DRAFT' AND (cardinality($2::uuid[]) = 0 OR learner_id = ANY($2::uuid[]))
       AND ($3::uuid IS NULL OR draft_id > $3)
     ORDER BY draft_id LIMIT $4
"""


async def read_drafts(
    connection: Connection, draft_ids: Sequence[UUID], institution_id: UUID, *, is_locked: bool = False
) -> dict[UUID, Draft]:
    """Drafts of an institution by id, held in the order of their ids when `is_locked`."""
    query = SQL_LOCK_DRAFTS if is_locked else SQL_READ_DRAFTS
    return {row["draft_id"]: _draft(row) for row in await connection.fetch(query, draft_ids, institution_id)}


async def keep_drafts(
    connection: Connection, drafts: Sequence[Draft], *, institution_id: UUID, drafted_by: str, now: datetime
) -> None:
    """Write new drafts and next versions."""
    columns: list[list[Any]] = [
        [draft.draft_id for draft in drafts],
        [draft.result.learner_id for draft in drafts],
        [to_document(draft.result) for draft in drafts],
        [draft.row_version for draft in drafts],
    ]
    named = {(institution_id, item.sha256_hex) for draft in drafts for item in draft.result.evidence if item.sha256_hex}
    await hold_files(connection, named)
    if drafts:
        await connection.execute(SQL_KEEP_DRAFTS, *columns, now, institution_id, drafted_by)


async def end_drafts(connection: Connection, draft_ids: Sequence[UUID], state: DraftState, *, now: datetime) -> None:
    """Drafts were submitted or withdrawn."""
    done = await connection.fetch(SQL_END_DRAFTS, draft_ids, str(state), now)
    assert len(done) == len(draft_ids), "decided under the drafts' locks"


async def page(
    connection: Connection, institution_id: UUID, *, learner_ids: Sequence[UUID], after: UUID | None, limit: int
) -> list[Draft]:
    """Drafts of an institution behind `after`, oldest first."""
    rows = await connection.fetch(SQL_PAGE_DRAFTS, institution_id, learner_ids, after, limit)
    return [_draft(row) for row in rows]


def _draft(row: Record) -> Draft:
    return Draft(
        draft_id=row["draft_id"],
        institution_id=row["institution_id"],
        result=from_document(row["content"]),
        row_version=row["row_version"],
        state=DraftState(row["state"]),
        drafted_by=row["drafted_by"],
        changed_at=row["changed_at"],
    )
