"""SQL of files that were brought in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from chassis.pg import Connection

from credit_bank.recording.kept import ImportReport, ImportState
from credit_bank.recording.layouts import RowFault, told

FAULTS_SHOWN_MAX: Final = 1_000
"""Faults that come with a report; all of them come in pages."""
KEEP_REJECTED: Final = timedelta(days=30)
"""How long cells of rejected rows, and dry runs with all that was told of them, are kept for their sender."""
FORGOTTEN_AT_ONCE: Final = 20
"""Dry runs that go in one statement; each may have some hundred thousand faults."""

_COLUMNS = """
    import_id, institution_id, layout, encoding, state, is_dry_run, row_count, rows_done, accepted, already_known,
    rejected, imported_at, reason
"""

SQL_INSERT_IMPORT = """
    INSERT INTO result_import (import_id, institution_id, layout, encoding, file_sha256, row_count, accepted,
                               already_known, rejected, imported_by, imported_at, state, is_dry_run, rows_done, header,
                               separator, assignment_id, role, lease, lease_until)
    VALUES ($1, $2, $3, $4, $5, $6, 0, 0, $7, $8, $9, 'RUNNING', $10, $11, $12, $13, $14, $15, $16,
            CASE WHEN $16::uuid IS NULL THEN NULL ELSE clock_timestamp() + interval '2 minutes' END)
"""
SQL_INSERT_PARTS = """
    INSERT INTO result_import_part (import_id, number, sealed) SELECT $1, * FROM unnest($2::integer[], $3::bytea[])
"""
SQL_INSERT_FAULTS = """
    INSERT INTO result_import_fault (import_id, row_number, column_name, masked_value, reason)
    SELECT $1, * FROM unnest($2::integer[], $3::text[], $4::text[], $5::text[])
"""
SQL_INSERT_REJECTED = """
    INSERT INTO result_import_rejected (import_id, row_number, sealed, kept_since)
    SELECT $1, i.row_number, i.sealed, $4 FROM unnest($2::integer[], $3::bytea[]) AS i(row_number, sealed)
    ON CONFLICT DO NOTHING
"""
SQL_READ_IMPORT = f"""
    SELECT {_COLUMNS}, (SELECT count(*) FROM result_import_fault f WHERE f.import_id = i.import_id) AS fault_count
      FROM result_import i WHERE import_id = $1
"""
SQL_PAGE_IMPORTS = f"""
    SELECT {_COLUMNS}, (SELECT count(*) FROM result_import_fault f WHERE f.import_id = i.import_id) AS fault_count
      FROM result_import i
     WHERE institution_id = $1 AND NOT is_dry_run AND ($2::uuid IS NULL OR import_id > $2)
     ORDER BY import_id LIMIT $3
"""
SQL_FAULTS = """
    SELECT row_number, column_name, masked_value, reason FROM result_import_fault
     WHERE import_id = $1 ORDER BY row_number, column_name NULLS FIRST, fault_no OFFSET $2 LIMIT $3
"""
SQL_FIRST_FAULTS = """
    SELECT i.import_id, f.row_number, f.column_name, f.masked_value, f.reason
      FROM unnest($1::uuid[]) AS i(import_id)
      JOIN LATERAL (SELECT row_number, column_name, masked_value, reason, fault_no FROM result_import_fault
                     WHERE import_id = i.import_id ORDER BY row_number, column_name NULLS FIRST, fault_no LIMIT $2) f
        ON true
     ORDER BY i.import_id, f.row_number, f.column_name NULLS FIRST, f.fault_no
"""
SQL_TAKE = """
    UPDATE result_import SET lease = $1, lease_until = clock_timestamp() + $2
     WHERE import_id = (SELECT import_id FROM result_import
                         WHERE state = 'RUNNING' AND (lease_until IS NULL OR lease_until < clock_timestamp())
                         ORDER BY import_id LIMIT 1 FOR UPDATE SKIP LOCKED)
 RETURNING import_id
"""
SQL_EXTEND = """
    UPDATE result_import SET lease_until = clock_timestamp() + $3
     WHERE import_id = $1 AND lease = $2 AND state = 'RUNNING'
 RETURNING import_id, institution_id, layout, is_dry_run, next_part, imported_by, assignment_id, role
"""
SQL_RELEASE = """
    UPDATE result_import SET lease = NULL, lease_until = clock_timestamp() + make_interval(secs => $3)
     WHERE import_id = $1 AND lease = $2
"""
SQL_ADD_DONE = """
    UPDATE result_import SET next_part = next_part + CASE WHEN $8 THEN 1 ELSE 0 END,
                             rows_done = rows_done + $4, accepted = accepted + $5,
                             already_known = already_known + $6, rejected = rejected + $7
     WHERE import_id = $1 AND lease = $2 AND next_part = $3 AND state = 'RUNNING' RETURNING true
"""
SQL_END = """
    UPDATE result_import SET state = $3, reason = $4, finished_at = $2, lease = NULL, lease_until = NULL
     WHERE import_id = $1
"""
SQL_READ_PART = "SELECT sealed FROM result_import_part WHERE import_id = $1 AND number = $2"
SQL_CUT_PART = "UPDATE result_import_part SET sealed = $3 WHERE import_id = $1 AND number = $2"
SQL_DROP_PART = "DELETE FROM result_import_part WHERE import_id = $1 AND number = $2"
SQL_DROP_PARTS = "DELETE FROM result_import_part WHERE import_id = $1"
SQL_FILE_FORM = "SELECT header, separator, encoding FROM result_import WHERE import_id = $1"
SQL_REJECTED = """
    SELECT row_number, sealed, (SELECT array_agg(reason ORDER BY fault_no) FROM result_import_fault f
                                 WHERE f.import_id = r.import_id AND f.row_number = r.row_number) AS reasons
      FROM result_import_rejected r WHERE import_id = $1 AND row_number > $2 ORDER BY row_number LIMIT $3
"""
SQL_FORGET_DRY_RUNS = """
    WITH old AS (SELECT import_id FROM result_import
                  WHERE is_dry_run AND state <> 'RUNNING' AND finished_at < clock_timestamp() - $1::interval
                  ORDER BY finished_at LIMIT $2 FOR UPDATE SKIP LOCKED),
         told AS (DELETE FROM result_import_fault f USING old WHERE f.import_id = old.import_id),
         cells AS (DELETE FROM result_import_rejected r USING old WHERE r.import_id = old.import_id)
    DELETE FROM result_import i USING old WHERE i.import_id = old.import_id
"""
SQL_FORGET_REJECTED = "DELETE FROM result_import_rejected WHERE kept_since < clock_timestamp() - $1::interval"


@dataclass(frozen=True, slots=True)
class NewImport:
    """A file that was just taken.

    Attributes:
        rows_done: Rows without anything to record.
        rejected: Rows with a fault of their own.
        subject_hash: Keyed hash of who sent it.
    """

    import_id: UUID
    institution_id: UUID
    layout: str
    encoding: str
    file_sha256: bytes
    is_dry_run: bool
    row_count: int
    rows_done: int
    rejected: int
    header: Sequence[str]
    separator: str
    subject_hash: str
    assignment_id: UUID | None
    role: str
    imported_at: datetime


@dataclass(frozen=True, slots=True)
class Job:
    """A file that is being recorded, and in whose name."""

    import_id: UUID
    institution_id: UUID
    layout: str
    is_dry_run: bool
    next_part: int
    subject_hash: str
    assignment_id: UUID | None
    role: str


@dataclass(frozen=True, slots=True)
class FileForm:
    """How a file was written."""

    header: Sequence[str]
    separator: str
    encoding: str


@dataclass(frozen=True, slots=True)
class RejectedRow:
    """A rejected row, its cells sealed, and why."""

    number: int
    sealed: bytes
    reasons: Sequence[str]


async def insert_import(connection: Connection, new: NewImport, *, lease: UUID | None) -> None:
    """Keep that a file was taken; `lease` where this process goes on with it at once."""
    await connection.execute(
        SQL_INSERT_IMPORT,
        new.import_id,
        new.institution_id,
        new.layout,
        new.encoding,
        new.file_sha256,
        new.row_count,
        new.rejected,
        new.subject_hash,
        new.imported_at,
        new.is_dry_run,
        new.rows_done,
        list(new.header),
        new.separator,
        new.assignment_id,
        new.role,
        lease,
    )


async def insert_parts(connection: Connection, import_id: UUID, parts: Sequence[tuple[int, bytes]]) -> None:
    """Keep what is still to be recorded."""
    if parts:
        await connection.execute(
            SQL_INSERT_PARTS, import_id, [number for number, _ in parts], [sealed for _, sealed in parts]
        )


async def insert_faults(connection: Connection, import_id: UUID, faults: Sequence[RowFault]) -> None:
    """Keep why rows, or some of their results, are not in."""
    if faults:
        await connection.execute(
            SQL_INSERT_FAULTS,
            import_id,
            [fault.row for fault in faults],
            [fault.column for fault in faults],
            [None if fault.masked_value is None else told(fault.masked_value) for fault in faults],
            [fault.reason for fault in faults],
        )


async def insert_rejected(
    connection: Connection, import_id: UUID, rows: Sequence[tuple[int, bytes]], *, now: datetime
) -> None:
    """Keep the sealed cells of rejected rows for their sender."""
    if rows:
        await connection.execute(
            SQL_INSERT_REJECTED, import_id, [number for number, _ in rows], [sealed for _, sealed in rows], now
        )


async def read(connection: Connection, import_id: UUID) -> ImportReport | None:
    """A file with its first faults; None: there is none."""
    row = await connection.fetchrow(SQL_READ_IMPORT, import_id)
    if row is None:
        return None
    [report] = await _with_faults(connection, [row])
    return report


async def page(connection: Connection, institution_id: UUID, *, after: UUID | None, limit: int) -> list[ImportReport]:
    """Files of an institution behind `after`, by id; dry runs brought nothing in and are not among them."""
    return await _with_faults(connection, await connection.fetch(SQL_PAGE_IMPORTS, institution_id, after, limit))


async def _with_faults(connection: Connection, rows: Sequence[Any]) -> list[ImportReport]:
    first = await connection.fetch(SQL_FIRST_FAULTS, [row["import_id"] for row in rows], FAULTS_SHOWN_MAX)
    found: dict[UUID, list[RowFault]] = {}
    for import_id, *fault in (tuple(row.values()) for row in first):
        found.setdefault(import_id, []).append(RowFault(*fault))
    return [_report(row, tuple(found.get(row["import_id"], ()))) for row in rows]


def _report(row: Any, faults: tuple[RowFault, ...]) -> ImportReport:
    values: dict[str, Any] = {**row, "state": ImportState(row["state"])}
    return ImportReport(**values, rows=faults)


async def faults(connection: Connection, import_id: UUID, *, after: int, limit: int) -> list[RowFault]:
    """Faults of a file in the order of its rows, behind the first `after`."""
    return [RowFault(*row.values()) for row in await connection.fetch(SQL_FAULTS, import_id, after, limit)]


async def take(connection: Connection, *, lease: UUID, keep: timedelta) -> UUID | None:
    """A file that is not done and that nobody works on, for a while; None: there is none."""
    return await connection.fetchval(SQL_TAKE, lease, keep)


async def extend(connection: Connection, import_id: UUID, *, lease: UUID, keep: timedelta) -> Job | None:
    """Go on working on a file; None: the lease is another's by now, or all is done."""
    row = await connection.fetchrow(SQL_EXTEND, import_id, lease, keep)
    return None if row is None else Job(*row.values())


async def release(connection: Connection, import_id: UUID, *, lease: UUID, after_s: int) -> None:
    """Let others work on a file, in `after_s` seconds."""
    await connection.execute(SQL_RELEASE, import_id, lease, after_s)


async def add_done(
    connection: Connection,
    import_id: UUID,
    *,
    lease: UUID,
    part: int,
    counts: tuple[int, int, int, int],
    is_whole: bool = True,
) -> bool:
    """Write that a part, or some rows of it, are recorded; False: the lease is another's by now.

    Args:
        connection: Inside a transaction.
        import_id: Which file.
        lease: Whose turn it is.
        part: Number of the part.
        counts: Rows, accepted, known before, rejected.
        is_whole: Nothing of the part is left.
    """
    return bool(await connection.fetchval(SQL_ADD_DONE, import_id, lease, part, *counts, is_whole))


async def end(connection: Connection, import_id: UUID, state: ImportState, *, now: datetime, reason: str = "") -> None:
    """Write that nothing follows, and why not where it failed; keep nothing of what was still to be recorded."""
    await connection.execute(SQL_END, import_id, now, str(state), reason)
    await connection.execute(SQL_DROP_PARTS, import_id)


async def read_part(connection: Connection, import_id: UUID, number: int) -> bytes | None:
    """A part, sealed; None behind the last."""
    return await connection.fetchval(SQL_READ_PART, import_id, number)


async def cut_part(connection: Connection, import_id: UUID, number: int, sealed: bytes) -> None:
    """Keep of a part what is still to be recorded."""
    await connection.execute(SQL_CUT_PART, import_id, number, sealed)


async def drop_part(connection: Connection, import_id: UUID, number: int) -> None:
    """Forget a part that is recorded."""
    await connection.execute(SQL_DROP_PART, import_id, number)


async def file_form(connection: Connection, import_id: UUID) -> FileForm:
    """How a file was written."""
    row = await connection.fetchrow(SQL_FILE_FORM, import_id)
    assert row is not None, "an import is kept, and a dry run for a month"
    return FileForm(row["header"], row["separator"], row["encoding"])


async def rejected(connection: Connection, import_id: UUID, *, after: int, limit: int) -> list[RejectedRow]:
    """Rejected rows of a file behind a row, in its order."""
    rows = await connection.fetch(SQL_REJECTED, import_id, after, limit)
    return [RejectedRow(row["row_number"], row["sealed"], row["reasons"] or ()) for row in rows]


async def forget_old(connection: Connection) -> None:
    """Delete cells of rejected rows, and dry runs, that were kept long enough."""
    await connection.execute(SQL_FORGET_REJECTED, KEEP_REJECTED)
    await connection.execute(SQL_FORGET_DRY_RUNS, KEEP_REJECTED, FORGOTTEN_AT_ONCE)
