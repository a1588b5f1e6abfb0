"""SQL of what institutions were told of learners' results."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from chassis.pg import Connection

SQL_STANDING = """
    SELECT t.transcript_id, t.learner_id, e.entry_root_id, e.entry_id
      FROM issued_transcript t JOIN issued_transcript_entry e USING (transcript_id)
     WHERE t.learner_id = ANY($1::uuid[]) AND t.institution_id = $2 AND t.state = 'ISSUED'
"""
SQL_SUPERSEDE = """
    UPDATE issued_transcript SET state = 'SUPERSEDED', superseded_at = $2
     WHERE transcript_id = ANY($1::uuid[]) AND state = 'ISSUED' RETURNING true
"""
SQL_ISSUE = """
    INSERT INTO issued_transcript (transcript_id, learner_id, institution_id, purpose, content_digest, issued_at)
    SELECT i.transcript_id, i.learner_id, $4, $5, i.content_digest, $6
      FROM unnest($1::uuid[], $2::uuid[], $3::bytea[]) AS i(transcript_id, learner_id, content_digest)
"""
SQL_ISSUE_ENTRIES = """
    INSERT INTO issued_transcript_entry (transcript_id, entry_root_id, entry_id)
    SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::uuid[])
"""
SQL_HOLDERS = """
    SELECT t.transcript_id, t.institution_id, e.entry_root_id FROM issued_transcript_entry e
      JOIN issued_transcript t USING (transcript_id)
     WHERE e.entry_root_id = ANY($1::uuid[]) AND t.state = 'ISSUED' ORDER BY t.transcript_id, e.entry_root_id
"""


@dataclass(frozen=True, slots=True)
class Standing:
    """A copy, of whom, and by the root of each result in it the version that was told."""

    transcript_id: UUID
    learner_id: UUID
    entries: dict[UUID, UUID]


@dataclass(frozen=True, slots=True)
class Holder:
    """Who holds a result in a standing copy."""

    transcript_id: UUID
    institution_id: UUID
    entry_root_id: UUID


async def standing(connection: Connection, learner_ids: Collection[UUID], institution_id: UUID) -> list[Standing]:
    """Standing copies at an institution."""
    found: dict[UUID, Standing] = {}
    for row in await connection.fetch(SQL_STANDING, sorted(learner_ids), institution_id):
        copy = found.setdefault(row["transcript_id"], Standing(row["transcript_id"], row["learner_id"], {}))
        copy.entries[row["entry_root_id"]] = row["entry_id"]
    return list(found.values())


async def supersede(connection: Connection, transcript_ids: Sequence[UUID], *, now: datetime) -> None:
    """Copies stand no longer."""
    await connection.execute(SQL_SUPERSEDE, transcript_ids, now)


async def insert_copies(
    connection: Connection,
    copies: Sequence[tuple[UUID, UUID, bytes]],
    *,
    institution_id: UUID,
    purpose: str,
    now: datetime,
) -> None:
    """Keep new copies: the copy, of whom, and the digest of what it says."""
    columns = ([copy[column] for copy in copies] for column in range(3))
    await connection.execute(SQL_ISSUE, *columns, institution_id, purpose, now)


async def insert_entries(connection: Connection, rows: Sequence[tuple[UUID, UUID, UUID]]) -> None:
    """Keep what copies show: the copy, the root of a result and its version."""
    await connection.execute(SQL_ISSUE_ENTRIES, *([row[column] for row in rows] for column in range(3)))


async def holders_of(connection: Connection, entry_root_ids: Collection[UUID]) -> list[Holder]:
    """Standing copies in which results are shown."""
    return [
        Holder(row["transcript_id"], row["institution_id"], row["entry_root_id"])
        for row in await connection.fetch(SQL_HOLDERS, sorted(entry_root_ids))
    ]
