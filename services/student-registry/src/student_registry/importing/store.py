"""SQL of imports: one function per statement."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from chassis.pg import Connection, Record

from student_registry.importing.domain import (
    FAULTS_SHOWN_MAX,
    Compared,
    Difference,
    ImportReport,
    ImportState,
    ImportSummary,
    RowFault,
)
from student_registry.importing.mapping import PublishedLayout
from student_registry.keyring import Sealed
from student_registry.provenance import DataStatus, Provenance

CONSTRAINTS = frozenset({"census_person_pkey"})
"""Violated only when two callers import the same census row at once."""

TRIES_MAX = 5
KEEP_REJECTED = timedelta(days=30)
"""How long cells of rejected rows are kept for the sender's download."""

# A plan made while the tables were small must not be used on when this very import has made them large.
SQL_CUSTOM_PLANS = "SET LOCAL plan_cache_mode = force_custom_plan"
# Files on their way in are deleted, not sealed anew: the older key is needed until the last of them is through.
SQL_COUNT_OLD_SEALS = """
    SELECT 'learner_import_file' AS table_name, count(*) AS old FROM learner_import_file WHERE key_version <> $1
    UNION ALL
    SELECT 'learner_import_part', count(*) FROM learner_import_part WHERE key_version <> $1
    UNION ALL
    SELECT 'learner_import_rejected', count(*) FROM learner_import_rejected WHERE key_version <> $1
"""
SQL_INSERT = """
    INSERT INTO learner_import (import_id, institution_id, layout, encoding, is_dry_run, file_sha256, row_count,
                                accepted, already_known, rejected, imported_at, imported_by, state, is_held,
                                declared_encoding, separator, header, source, data_status, are_documents_seen,
                                imported_by_role, permission_version, round_id, leased_by, leased_until)
    VALUES ($1, $2, $3, $4, $5, $6, 0, 0, 0, 0, $7, $8, 'CHECKING', $9, $10, $11, $12, $13, $14, $15, $16, $17, $18,
            $19, now() + $20::interval)
"""
SQL_ADD_PIECE = "INSERT INTO learner_import_file (import_id, piece_no, content, key_version) VALUES ($1, $2, $3, $4)"
SQL_PIECE = "SELECT content, key_version FROM learner_import_file WHERE import_id = $1 AND piece_no = $2"
SQL_DROP_PIECES = "DELETE FROM learner_import_file WHERE import_id = $1"
SQL_ADD_PART = """
    INSERT INTO learner_import_part (import_id, part_no, row_count, content, key_version) VALUES ($1, $2, $3, $4, $5)
"""
SQL_PART = "SELECT content, key_version FROM learner_import_part WHERE import_id = $1 AND part_no = $2"
SQL_DROP_PART = "DELETE FROM learner_import_part WHERE import_id = $1 AND part_no = $2"
SQL_DROP_PARTS = "DELETE FROM learner_import_part WHERE import_id = $1"
SQL_ADD_REJECTED = """
    INSERT INTO learner_import_rejected (import_id, row_no, content, key_version)
    SELECT $1, n.row_no, n.content, $4 FROM unnest($2::integer[], $3::bytea[]) AS n(row_no, content)
"""
SQL_REJECTED = """
    SELECT row_no, content, key_version FROM learner_import_rejected
     WHERE import_id = $1 AND row_no > $2 ORDER BY row_no LIMIT $3
"""
SQL_FORGET_REJECTED = "DELETE FROM learner_import_rejected WHERE kept_at < now() - $1::interval"
SQL_INSERT_FAULTS = """
    INSERT INTO learner_import_fault (import_id, fault_no, row_no, column_name, masked_value, reason, file_name,
                                      referred_row)
    SELECT $1, (SELECT coalesce(max(fault_no), 0) FROM learner_import_fault WHERE import_id = $1) + n.fault_no,
           n.row_no, n.column_name, n.masked_value, n.reason, n.file_name, n.referred_row
      FROM unnest($2::integer[], $3::text[], $4::text[], $5::text[], $6::text[], $7::integer[])
           WITH ORDINALITY AS n(row_no, column_name, masked_value, reason, file_name, referred_row, fault_no)
"""
SQL_REFUSED_ROWS = """
    SELECT DISTINCT row_no FROM learner_import_fault WHERE import_id = $1 AND row_no BETWEEN $2 AND $3
       AND file_name IS NULL
"""
SQL_SET_CHECKED = """
    UPDATE learner_import
       SET state = $3, row_count = $4, rejected = $5, ignored = $6, next_part = 1, tries = 0, rows_done = $4
     WHERE import_id = $1 AND leased_by = $2 AND state = 'CHECKING'
"""
SQL_LOCK = """
    SELECT import_id, institution_id, layout, encoding, is_dry_run, is_held, imported_at, imported_by, state, separator,
           header, source, data_status, are_documents_seen, imported_by_role, permission_version, round_id, next_part,
           declared_encoding, rejected
      FROM learner_import WHERE import_id = $1 AND leased_by = $2
       FOR UPDATE
"""
SQL_READ = """
    SELECT import_id, institution_id, layout, encoding, is_dry_run, is_held, imported_at, imported_by, state, separator,
           header, source, data_status, are_documents_seen, imported_by_role, permission_version, round_id, next_part,
           declared_encoding, rejected
      FROM learner_import WHERE import_id = $1
"""
SQL_ADD_DONE = """
    UPDATE learner_import
       SET accepted = accepted + $3, already_known = already_known + $4, rejected = rejected + $5,
           next_part = next_part + 1, tries = 0, leased_until = now() + $6::interval
     WHERE import_id = $1 AND leased_by = $2
"""
SQL_SET_STATE = """
    UPDATE learner_import SET state = $2, failure_reason = $3, leased_by = NULL, leased_until = NULL
     WHERE import_id = $1
"""
SQL_RELEASE = """
    UPDATE learner_import SET leased_by = NULL, leased_until = NULL
     WHERE import_id = $1 AND leased_by = $2 AND state IN ('CHECKING', 'COMPARING', 'APPLYING')
"""
SQL_EXTEND = """
    UPDATE learner_import SET leased_until = now() + $3::interval, rows_done = $4
     WHERE import_id = $1 AND leased_by = $2 AND state = 'CHECKING'
"""
SQL_BEGIN_APPLYING = """
    UPDATE learner_import
       SET state = 'APPLYING', accepted = 0, already_known = 0, next_part = 1, tries = 0, leased_by = $2,
           leased_until = now() + $3::interval
     WHERE import_id = $1 AND state = 'READY'
"""
SQL_TAKE = """
    UPDATE learner_import SET leased_by = $1, leased_until = now() + $2::interval, tries = tries + 1
     WHERE import_id = (SELECT import_id FROM learner_import
                         WHERE state IN ('CHECKING', 'COMPARING', 'APPLYING')
                           AND (leased_until IS NULL OR leased_until < now()) AND tries < $3
                         ORDER BY imported_at LIMIT 1 FOR UPDATE SKIP LOCKED)
    RETURNING import_id
"""
SQL_GIVE_UP = """
    UPDATE learner_import SET state = 'FAILED', failure_reason = 'INTERNAL', leased_by = NULL, leased_until = NULL
     WHERE state IN ('CHECKING', 'COMPARING', 'APPLYING') AND (leased_until IS NULL OR leased_until < now())
       AND tries >= $1
    RETURNING import_id
"""
SQL_GET = """
    SELECT import_id, institution_id, layout, encoding, is_dry_run, row_count, accepted, already_known, rejected,
           imported_at, state, is_held, rows_done, round_id, failure_reason, ignored
      FROM learner_import WHERE import_id = $1
"""
_LISTED = """
      FROM learner_import
     WHERE institution_id = $1 AND (cardinality($2::text[]) = 0 OR state = ANY($2::text[]))
"""
SQL_LIST = f"""
    SELECT import_id, layout, encoding, is_dry_run, is_held, state, failure_reason, imported_at, imported_by,
           imported_by_role, source, round_id, row_count, rows_done, accepted, already_known, rejected, ignored
    {_LISTED}
       AND ($3::uuid IS NULL OR (imported_at, import_id) <
               (SELECT a.imported_at, a.import_id FROM learner_import a
                 WHERE a.import_id = $3 AND a.institution_id = $1))
     ORDER BY imported_at DESC, import_id DESC LIMIT $4
"""
SQL_COUNT_LIST = f"SELECT count(*) {_LISTED}"
SQL_FAULTS = """
    SELECT row_no, column_name, masked_value, reason, file_name, referred_row FROM learner_import_fault
     WHERE import_id = $1 ORDER BY row_no, fault_no LIMIT $2 OFFSET $3
"""
SQL_COUNT_FAULTS = "SELECT count(*) FROM learner_import_fault WHERE import_id = $1"
SQL_FAULTS_OF_ROWS = """
    SELECT row_no, reason FROM learner_import_fault
     WHERE import_id = $1 AND row_no = ANY($2::integer[]) AND file_name IS NULL ORDER BY row_no, fault_no
"""
SQL_ADD_DIFFERENCES = """
    INSERT INTO learner_import_difference (import_id, kind, position, learner_id, changes)
    SELECT $1, n.kind, n.position, n.learner_id, n.changes
      FROM ROWS FROM (unnest($2::text[]), unnest($3::integer[]), unnest($4::uuid[]), jsonb_array_elements($5::jsonb))
           AS n(kind, position, learner_id, changes)
"""
# Whom the registry has at the institution on the day and the file has not.
SQL_ADD_MISSING = """
    INSERT INTO learner_import_difference (import_id, kind, position, learner_id)
    SELECT $1, 'MISSING', row_number() OVER (ORDER BY m.learner_id), m.learner_id
      FROM (SELECT DISTINCT e.learner_id FROM enrolment e
             WHERE e.institution_id = $2 AND e.valid_during @> $3::date
               AND NOT EXISTS (SELECT FROM learner_import_difference d
                                WHERE d.import_id = $1 AND d.learner_id = e.learner_id)) m
"""
SQL_DIFFERENCE_COUNTS = "SELECT kind, count(*) AS n FROM learner_import_difference WHERE import_id = $1 GROUP BY kind"
SQL_DIFFERENCES = """
    SELECT kind, position, learner_id, changes FROM learner_import_difference
     WHERE import_id = $1 AND kind = $2 AND position > $3 ORDER BY position LIMIT $4
"""
SQL_CENSUS_KNOWN = """
    SELECT statement_hash, learner_id FROM census_person WHERE institution_id = $1 AND statement_hash = ANY($2::bytea[])
"""
SQL_CENSUS_ADD = """
    INSERT INTO census_person (institution_id, statement_hash, learner_id, stated_at)
    SELECT $1, n.statement_hash, n.learner_id, $4 FROM unnest($2::bytea[], $3::uuid[]) AS n(statement_hash, learner_id)
     ORDER BY n.statement_hash
"""
SQL_LAYOUTS = """
    SELECT DISTINCT ON (layout) layout, version, base, definition, effective_from, source, data_status
      FROM import_layout
     WHERE effective_from <= $1::date AND ($2::text IS NULL OR layout = $2)
     ORDER BY layout, effective_from DESC
"""
SQL_ADD_LAYOUT = """
    INSERT INTO import_layout (layout, version, base, definition, effective_from, source, data_status, published_at,
                               published_by)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT DO NOTHING
"""
SQL_HAS_LAYOUT = """
    SELECT EXISTS (SELECT FROM import_layout
                    WHERE layout = $1 AND version = $2 AND base = $3 AND definition = $4 AND effective_from = $5)
"""
SQL_EXISTING = "SELECT learner_id FROM learner WHERE learner_id = ANY($1::uuid[])"


@dataclass(frozen=True, slots=True)
class Job:
    """An import as the process that works on it needs it."""

    import_id: UUID
    institution_id: UUID
    layout: str
    is_dry_run: bool
    is_held: bool
    imported_at: datetime
    imported_by: str
    state: ImportState
    separator: str
    header: tuple[str, ...]
    encoding: str
    declared_encoding: str | None
    provenance: Provenance
    are_documents_seen: bool
    imported_by_role: str
    permission_version: str
    round_id: UUID | None
    next_part: int
    rejected: int


def _job(row: Record) -> Job:
    return Job(
        import_id=row["import_id"],
        institution_id=row["institution_id"],
        layout=row["layout"],
        is_dry_run=row["is_dry_run"],
        is_held=row["is_held"],
        imported_at=row["imported_at"],
        imported_by=row["imported_by"],
        state=ImportState(row["state"]),
        separator=row["separator"],
        header=tuple(row["header"]),
        encoding=row["encoding"],
        declared_encoding=row["declared_encoding"],
        provenance=Provenance(row["source"], DataStatus(row["data_status"])),
        are_documents_seen=row["are_documents_seen"],
        imported_by_role=row["imported_by_role"],
        permission_version=row["permission_version"],
        round_id=row["round_id"],
        next_part=row["next_part"],
        rejected=row["rejected"],
    )


async def insert(connection: Connection, job: Job, *, file_sha256: bytes, lease: UUID | None, keep: timedelta) -> None:
    """Keep a new import, taken by `lease`."""
    await connection.execute(
        SQL_INSERT,
        job.import_id,
        job.institution_id,
        job.layout,
        job.encoding,
        job.is_dry_run,
        file_sha256,
        job.imported_at,
        job.imported_by,
        job.is_held,
        job.declared_encoding,
        job.separator,
        list(job.header),
        job.provenance.source,
        job.provenance.status.value,
        job.are_documents_seen,
        job.imported_by_role,
        job.permission_version,
        job.round_id,
        lease,
        keep if lease else timedelta(0),
    )


async def add_piece(connection: Connection, import_id: UUID, piece_no: int, sealed: Sealed) -> None:
    """Keep a piece of the file."""
    await connection.execute(SQL_ADD_PIECE, import_id, piece_no, sealed.ciphertext, sealed.key_version)


async def piece(connection: Connection, import_id: UUID, piece_no: int) -> Sealed | None:
    """A piece of the file; None after the last."""
    row = await connection.fetchrow(SQL_PIECE, import_id, piece_no)
    return None if row is None else Sealed(row["content"], row["key_version"])


async def drop_pieces(connection: Connection, import_id: UUID) -> None:
    """Forget the file."""
    await connection.execute(SQL_DROP_PIECES, import_id)


async def add_part(connection: Connection, import_id: UUID, part_no: int, sealed: Sealed, *, row_count: int) -> None:
    """Keep good rows."""
    await connection.execute(SQL_ADD_PART, import_id, part_no, row_count, sealed.ciphertext, sealed.key_version)


async def part(connection: Connection, import_id: UUID, part_no: int) -> Sealed | None:
    """Good rows; None after the last part."""
    row = await connection.fetchrow(SQL_PART, import_id, part_no)
    return None if row is None else Sealed(row["content"], row["key_version"])


async def drop_part(connection: Connection, import_id: UUID, part_no: int) -> None:
    """Forget rows that were applied."""
    await connection.execute(SQL_DROP_PART, import_id, part_no)


async def drop_parts(connection: Connection, import_id: UUID) -> None:
    """Forget the rows of an import that will never be applied."""
    await connection.execute(SQL_DROP_PARTS, import_id)


async def add_rejected(connection: Connection, import_id: UUID, items: Sequence[tuple[int, Sealed]]) -> None:
    """Keep cells of rejected rows; all sealed with one version of the key."""
    if items:
        await connection.execute(
            SQL_ADD_REJECTED,
            import_id,
            [row_no for row_no, _ in items],
            [sealed.ciphertext for _, sealed in items],
            items[0][1].key_version,
        )


async def rejected(connection: Connection, import_id: UUID, *, after: int, limit: int) -> list[tuple[int, Sealed]]:
    """Rejected rows in the order of the file."""
    rows = await connection.fetch(SQL_REJECTED, import_id, after, limit)
    return [(row["row_no"], Sealed(row["content"], row["key_version"])) for row in rows]


async def forget_rejected(connection: Connection) -> None:
    """Delete cells that were kept long enough."""
    await connection.execute(SQL_FORGET_REJECTED, KEEP_REJECTED)


async def insert_faults(connection: Connection, import_id: UUID, faults: Sequence[RowFault]) -> None:
    """Keep why rows were refused."""
    if faults:
        await connection.execute(
            SQL_INSERT_FAULTS,
            import_id,
            [fault.row for fault in faults],
            [fault.column for fault in faults],
            [fault.masked_value for fault in faults],
            [fault.reason for fault in faults],
            [fault.file for fault in faults],
            [fault.referred_row for fault in faults],
        )


async def refused_rows(connection: Connection, import_id: UUID, *, first: int, last: int) -> set[int]:
    """Rows between two that were refused."""
    return {row["row_no"] for row in await connection.fetch(SQL_REFUSED_ROWS, import_id, first, last)}


async def set_checked(
    connection: Connection,
    import_id: UUID,
    *,
    lease: UUID,
    state: ImportState,
    row_count: int,
    rejected: int,
    ignored: int,
) -> bool:
    """Note that the file was checked; False when the lease is another's by now."""
    status = await connection.execute(SQL_SET_CHECKED, import_id, lease, state.value, row_count, rejected, ignored)
    return status == "UPDATE 1"


async def lock(connection: Connection, import_id: UUID, *, lease: UUID) -> Job | None:
    """An import held until the transaction ends; None when the lease is another's by now."""
    row = await connection.fetchrow(SQL_LOCK, import_id, lease)
    return None if row is None else _job(row)


async def read(connection: Connection, import_id: UUID) -> Job | None:
    """An import as it is now."""
    row = await connection.fetchrow(SQL_READ, import_id)
    return None if row is None else _job(row)


async def add_done(
    connection: Connection, import_id: UUID, *, lease: UUID, counts: tuple[int, int, int], keep: timedelta
) -> None:
    """Count a part that is done: accepted, already known, rejected; and keep the lease longer."""
    await connection.execute(SQL_ADD_DONE, import_id, lease, *counts, keep)


async def set_state(
    connection: Connection, import_id: UUID, state: ImportState, *, failure_reason: str | None = None
) -> None:
    """End or go on; nobody holds the import any longer."""
    await connection.execute(SQL_SET_STATE, import_id, state.value, failure_reason)


async def release(connection: Connection, import_id: UUID, *, lease: UUID) -> None:
    """Leave the work to whoever comes next."""
    await connection.execute(SQL_RELEASE, import_id, lease)


async def extend(connection: Connection, import_id: UUID, *, lease: UUID, keep: timedelta, rows_done: int) -> None:
    """Keep the lease of a check that is at work longer, and say how far it is."""
    await connection.execute(SQL_EXTEND, import_id, lease, keep, rows_done)


async def begin_applying(connection: Connection, import_id: UUID, *, lease: UUID | None, keep: timedelta) -> bool:
    """Apply what was shown; False when the import does not wait for it."""
    return await connection.execute(SQL_BEGIN_APPLYING, import_id, lease, keep if lease else timedelta(0)) == "UPDATE 1"


async def take(connection: Connection, *, lease: UUID, keep: timedelta) -> UUID | None:
    """Take the oldest import that nobody works on; None: there is none."""
    return await connection.fetchval(SQL_TAKE, lease, keep, TRIES_MAX)


async def give_up(connection: Connection) -> list[UUID]:
    """Fail imports that ended every process that worked on them."""
    return [row["import_id"] for row in await connection.fetch(SQL_GIVE_UP, TRIES_MAX)]


async def get(connection: Connection, import_id: UUID) -> ImportReport | None:
    """An import's report, with its first faults; None when there is none."""
    row = await connection.fetchrow(SQL_GET, import_id)
    if row is None:
        return None
    counts = await connection.fetch(SQL_DIFFERENCE_COUNTS, import_id)
    state = ImportState(row["state"])
    return ImportReport(
        import_id=row["import_id"],
        institution_id=row["institution_id"],
        layout=row["layout"],
        encoding=row["encoding"],
        is_dry_run=row["is_dry_run"],
        row_count=row["row_count"],
        accepted=row["accepted"],
        already_known=row["already_known"],
        rejected=row["rejected"],
        imported_at=row["imported_at"],
        faults=tuple(await faults(connection, import_id, limit=FAULTS_SHOWN_MAX)),
        state=state,
        is_held=row["is_held"],
        rows_done=_rows_done(row, state),
        round_id=row["round_id"],
        failure_reason=row["failure_reason"],
        differences={count["kind"]: count["n"] for count in counts},
        fault_count=await connection.fetchval(SQL_COUNT_FAULTS, import_id),
        ignored=row["ignored"],
    )


def _rows_done(row: Record, state: ImportState) -> int:
    return (
        row["rows_done"] if state is ImportState.CHECKING else row["accepted"] + row["already_known"] + row["rejected"]
    )


def _summary(row: Record) -> ImportSummary:
    state = ImportState(row["state"])
    values: dict[str, Any] = {**row, "state": state, "rows_done": _rows_done(row, state)}
    return ImportSummary(**values)


async def list_page(
    connection: Connection, institution_id: UUID, *, states: Sequence[ImportState], after: UUID | None, limit: int
) -> tuple[list[ImportSummary], int]:
    """Imports of an institution, newest first, after one of them; and how many all pages hold."""
    wanted = [state.value for state in states]
    rows = await connection.fetch(SQL_LIST, institution_id, wanted, after, limit)
    return [_summary(row) for row in rows], await connection.fetchval(SQL_COUNT_LIST, institution_id, wanted)


async def faults(connection: Connection, import_id: UUID, *, limit: int, offset: int = 0) -> list[RowFault]:
    """Faults in the order of the file."""
    rows = await connection.fetch(SQL_FAULTS, import_id, limit, offset)
    return [
        RowFault(
            row["row_no"],
            row["column_name"],
            row["masked_value"],
            row["reason"],
            row["file_name"],
            row["referred_row"],
        )
        for row in rows
    ]


async def reasons_of(connection: Connection, import_id: UUID, row_nos: Sequence[int]) -> dict[int, list[str]]:
    """Reasons by row."""
    found: dict[int, list[str]] = {}
    for row in await connection.fetch(SQL_FAULTS_OF_ROWS, import_id, row_nos):
        reasons = found.setdefault(row["row_no"], [])
        if row["reason"] not in reasons:
            reasons.append(row["reason"])
    return found


async def add_differences(connection: Connection, import_id: UUID, items: Sequence[Compared]) -> None:
    """Keep what rows would change."""
    await connection.execute(
        SQL_ADD_DIFFERENCES,
        import_id,
        [item.kind.value for item in items],
        [item.position for item in items],
        [item.learner_id for item in items],
        [list(item.changes) for item in items],
    )


async def add_missing(connection: Connection, import_id: UUID, institution_id: UUID, *, on_date: date) -> None:
    """Keep who is enrolled on a day and not in the file."""
    await connection.execute(SQL_ADD_MISSING, import_id, institution_id, on_date)


async def differences(
    connection: Connection, import_id: UUID, kind: Difference, *, after: int, limit: int
) -> list[Compared]:
    """A page of one kind."""
    return [
        Compared(Difference(row["kind"]), row["position"], row["learner_id"], tuple(row["changes"]))
        for row in await connection.fetch(SQL_DIFFERENCES, import_id, kind.value, after, limit)
    ]


async def census_known(connection: Connection, institution_id: UUID, hashes: Sequence[bytes]) -> dict[bytes, UUID]:
    """Learners by the statement that made them."""
    rows = await connection.fetch(SQL_CENSUS_KNOWN, institution_id, hashes)
    return {row["statement_hash"]: row["learner_id"] for row in rows}


async def add_census(
    connection: Connection, institution_id: UUID, learners: Mapping[bytes, UUID], *, now: datetime
) -> None:
    """Remember which statements made which learners."""
    await connection.execute(SQL_CENSUS_ADD, institution_id, list(learners), list(learners.values()), now)


async def existing(connection: Connection, learner_ids: Sequence[UUID]) -> set[UUID]:
    """Which of these learners there are."""
    return {row["learner_id"] for row in await connection.fetch(SQL_EXISTING, learner_ids)}


async def copy(connection: Connection, table: str, columns: Sequence[str], records: Sequence[Sequence[Any]]) -> None:
    """Write many new rows of a table at once."""
    await connection.copy_records_to_table(table, columns=columns, records=records)


def _layout(row: Record) -> PublishedLayout:
    provenance = Provenance(row["source"], DataStatus(row["data_status"]), row["effective_from"], row["version"])
    return PublishedLayout(row["layout"], row["base"], row["definition"], provenance)


async def layouts(connection: Connection, *, on_date: date) -> list[PublishedLayout]:
    """Layouts in force on a day, by name."""
    return [_layout(row) for row in await connection.fetch(SQL_LAYOUTS, on_date, None)]


async def layout_in_force(connection: Connection, name: str, *, on_date: date) -> PublishedLayout | None:
    """The layout of a name in force on a day."""
    row = await connection.fetchrow(SQL_LAYOUTS, on_date, name)
    return None if row is None else _layout(row)


async def add_layout(connection: Connection, layout: PublishedLayout, *, now: datetime, published_by: str) -> bool:
    """Keep a version; False when the version or its day is taken."""
    provenance = layout.provenance
    status = await connection.execute(
        SQL_ADD_LAYOUT,
        layout.name,
        provenance.version,
        layout.base,
        layout.definition,
        provenance.effective_from,
        provenance.source,
        provenance.status.value,
        now,
        published_by,
    )
    return status == "INSERT 0 1"


async def has_layout(connection: Connection, layout: PublishedLayout) -> bool:
    """Whether this very version is kept."""
    return await connection.fetchval(
        SQL_HAS_LAYOUT,
        layout.name,
        layout.provenance.version,
        layout.base,
        layout.definition,
        layout.provenance.effective_from,
    )


async def count_old_seals(connection: Connection, *, key_version: int) -> dict[str, int]:
    """How many rows an older key still seals, by table."""
    return {row["table_name"]: row["old"] for row in await connection.fetch(SQL_COUNT_OLD_SEALS, key_version)}


async def plan_anew(connection: Connection) -> None:
    """Plan every statement of this transaction for the tables as they are."""
    await connection.execute(SQL_CUSTOM_PLANS)
