"""SQL of evidence files."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from chassis.pg import Connection

from credit_bank.recording.kept import EvidenceFile, Supported

_COLUMNS = "file_id, institution_id, sha256, size_bytes, media_type, stored_at"

SQL_READ_FILE = f"SELECT {_COLUMNS} FROM evidence_file WHERE file_id = $1"
SQL_FIND_FILES = f"""
    SELECT {_COLUMNS} FROM evidence_file
      JOIN unnest($1::uuid[], $2::bytea[]) AS wanted(institution, digest)
        ON institution_id = wanted.institution AND sha256 = wanted.digest
"""
# Sent again, a file is as young as it was sent last: somebody is about to name it. Within an hour it stays as it is, so
# that a repeated request has the same answer.
SQL_KEEP_FILE = f"""
    INSERT INTO evidence_file (file_id, institution_id, sha256, size_bytes, media_type, stored_at, stored_by)
    VALUES ($1, $2, $3, $4, $5, $6, $7)
    ON CONFLICT (institution_id, sha256)
        DO UPDATE SET stored_at = CASE WHEN excluded.stored_at > evidence_file.stored_at + interval '1 hour'
                                       THEN excluded.stored_at ELSE evidence_file.stored_at END
    RETURNING {_COLUMNS}
"""
SQL_RENEW_FILE = f"""
    UPDATE evidence_file SET stored_at = CASE WHEN $3 > stored_at + interval '1 hour' THEN $3 ELSE stored_at END
     WHERE institution_id = $1 AND sha256 = $2 RETURNING {_COLUMNS}
"""
SQL_HOLD_FILES = """
    SELECT file_id FROM evidence_file
      JOIN unnest($1::uuid[], $2::bytea[]) AS wanted(institution, digest)
        ON institution_id = wanted.institution AND sha256 = wanted.digest
     ORDER BY file_id FOR KEY SHARE OF evidence_file
"""
SQL_PAGE_FILES = f"""
    SELECT {_COLUMNS} FROM evidence_file
     WHERE institution_id = $1 AND (cardinality($2::bytea[]) = 0 OR sha256 = ANY($2::bytea[]))
       AND ($3::uuid IS NULL OR file_id > $3)
     ORDER BY file_id LIMIT $4
"""
SQL_SUPPORTED = """
    SELECT DISTINCT e.learner_id, e.assessor_institution_ids FROM evidence v
      JOIN entry e ON e.entry_id = v.entry_id
     WHERE v.sha256 = $1 AND e.issuer_institution_id = $2
"""
# Named by no result of the institution, no draft that is being written and no correction that waits.
_IS_UNATTACHED = """
    f.stored_at < $1
    AND NOT EXISTS (SELECT FROM evidence v JOIN entry e USING (entry_id)
                     WHERE v.sha256 = f.sha256 AND e.issuer_institution_id = f.institution_id)
    AND NOT EXISTS (SELECT FROM result_draft d WHERE d.institution_id = f.institution_id AND d.state = 'DRAFT'
                     AND d.content -> 'evidence' @> jsonb_build_array(jsonb_build_array(encode(f.sha256, 'hex'))))
    AND NOT EXISTS (SELECT FROM entry_change c WHERE c.institution_id = f.institution_id AND c.state = 'PROPOSED'
                     AND c.content -> 'evidence' @> jsonb_build_array(jsonb_build_array(encode(f.sha256, 'hex'))))
"""
# A file that somebody is naming right now is held by him, and is not waited for.
SQL_TAKE_UNATTACHED = f"""
    SELECT f.file_id FROM evidence_file f WHERE {_IS_UNATTACHED}
     ORDER BY f.stored_at LIMIT $2 FOR UPDATE OF f SKIP LOCKED
"""
# A statement of its own sees what was written until the files were taken; nobody can name one from then on.
SQL_REMOVE_UNATTACHED = f"""
    DELETE FROM evidence_file f WHERE f.file_id = ANY($2::uuid[]) AND {_IS_UNATTACHED}
    RETURNING f.institution_id, f.file_id
"""
SQL_KNOWN_FILES = "SELECT institution_id, file_id FROM evidence_file WHERE file_id = ANY($1::uuid[])"


async def read_file(connection: Connection, file_id: UUID) -> EvidenceFile | None:
    """A file by id."""
    row = await connection.fetchrow(SQL_READ_FILE, file_id)
    return None if row is None else EvidenceFile(*row.values())


async def find_files(
    connection: Connection, wanted: Collection[tuple[UUID, bytes]]
) -> dict[tuple[UUID, bytes], EvidenceFile]:
    """Files by institution and SHA-256."""
    keys = sorted(wanted)
    rows = await connection.fetch(SQL_FIND_FILES, [place for place, _ in keys], [digest for _, digest in keys])
    files = [EvidenceFile(*row.values()) for row in rows]
    return {(file.institution_id, file.sha256): file for file in files}


async def keep_file(connection: Connection, file: EvidenceFile, *, stored_by: str) -> EvidenceFile:
    """Keep what is known of a file, and give what stands: another file when the institution has these bytes already."""
    row = await connection.fetchrow(
        SQL_KEEP_FILE,
        file.file_id,
        file.institution_id,
        file.sha256,
        file.size_bytes,
        file.media_type,
        file.stored_at,
        stored_by,
    )
    assert row is not None, "a conflicting row is updated"
    return EvidenceFile(*row.values())


async def renew_file(
    connection: Connection, institution_id: UUID, sha256: bytes, *, now: datetime
) -> EvidenceFile | None:
    """A file that was sent again; None when there is none, such as after a sweep."""
    row = await connection.fetchrow(SQL_RENEW_FILE, institution_id, sha256, now)
    return None if row is None else EvidenceFile(*row.values())


async def hold_files(connection: Connection, named: Collection[tuple[UUID, str]]) -> None:
    """Keep files that are being named, by institution and SHA-256, from being swept until the transaction ends.

    What names them must be written in the same transaction. Digests of files that are not there hold nothing.
    """
    if named:
        keys = sorted(set(named))
        digests = [bytes.fromhex(digest) for _, digest in keys]
        await connection.execute(SQL_HOLD_FILES, [place for place, _ in keys], digests)


async def page(
    connection: Connection, institution_id: UUID, *, digests: Sequence[bytes], after: UUID | None, limit: int
) -> list[EvidenceFile]:
    """Files of an institution behind `after`, oldest first."""
    rows = await connection.fetch(SQL_PAGE_FILES, institution_id, digests, after, limit)
    return [EvidenceFile(*row.values()) for row in rows]


async def supported_by(connection: Connection, file: EvidenceFile) -> list[Supported]:
    """Whose results a file supports."""
    rows = await connection.fetch(SQL_SUPPORTED, file.sha256, file.institution_id)
    return [Supported(row["learner_id"], tuple(row["assessor_institution_ids"])) for row in rows]


async def remove_unattached(
    connection: Connection, *, before: datetime, limit: int
) -> tuple[list[tuple[UUID, UUID]], bool]:
    """Forget files that nothing names and that are older.

    Returns:
        Institution and file of each, and whether there may be more.
    """
    taken = [row["file_id"] for row in await connection.fetch(SQL_TAKE_UNATTACHED, before, limit)]
    rows = await connection.fetch(SQL_REMOVE_UNATTACHED, before, taken)
    return [(row["institution_id"], row["file_id"]) for row in rows], len(taken) == limit


async def known_files(connection: Connection, file_ids: Sequence[UUID]) -> set[tuple[UUID, UUID]]:
    """Those of the files that there are, with their institutions."""
    rows = await connection.fetch(SQL_KNOWN_FILES, file_ids)
    return {(row["institution_id"], row["file_id"]) for row in rows}
