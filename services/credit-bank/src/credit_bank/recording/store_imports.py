"""SQL of files that were brought in."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from chassis.pg import Connection

from credit_bank.recording.kept import KeptImport

SQL_INSERT_IMPORT = """
    INSERT INTO result_import (import_id, institution_id, layout, encoding, file_sha256, row_count, accepted,
                               already_known, rejected, imported_by, imported_at, faults)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
    ON CONFLICT (import_id) DO NOTHING
"""
SQL_PAGE_IMPORTS = """
    SELECT import_id, layout, encoding, row_count, accepted, already_known, rejected, imported_at, faults
      FROM result_import WHERE institution_id = $1 AND ($2::uuid IS NULL OR import_id > $2)
     ORDER BY import_id LIMIT $3
"""


async def insert_import(
    connection: Connection,
    *,
    import_id: UUID,
    institution_id: UUID,
    layout: str,
    encoding: str,
    file_sha256: bytes,
    counts: tuple[int, int, int, int],
    faults: Sequence[Sequence[Any]],
    imported_by: str,
    imported_at: datetime,
) -> None:
    """Keep that a file was brought in; the same request again keeps the first.

    Args:
        connection: Inside a transaction.
        import_id: Made from the request id.
        institution_id: For which.
        layout: Its layout.
        encoding: As read.
        file_sha256: Of the file.
        counts: Rows, accepted, known before, rejected.
        faults: Row, column, masked value and reason of each that is kept.
        imported_by: Keyed hash of the person.
        imported_at: UTC.
    """
    await connection.execute(
        SQL_INSERT_IMPORT,
        import_id,
        institution_id,
        layout,
        encoding,
        file_sha256,
        *counts,
        imported_by,
        imported_at,
        faults,
    )


async def page(connection: Connection, institution_id: UUID, *, after: UUID | None, limit: int) -> list[KeptImport]:
    """Imports of an institution behind `after`, by id."""
    rows = await connection.fetch(SQL_PAGE_IMPORTS, institution_id, after, limit)
    return [KeptImport(*row.values()) for row in rows]
