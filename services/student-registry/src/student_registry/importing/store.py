"""SQL of imports: one function per statement."""

from __future__ import annotations

from uuid import UUID

from chassis.pg import Connection

from student_registry.importing.domain import ImportReport, RowFault

SQL_INSERT = """
    INSERT INTO learner_import (import_id, institution_id, layout, encoding, is_dry_run, file_sha256, row_count,
                                accepted, already_known, rejected, imported_at, imported_by)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
"""
SQL_INSERT_FAULTS = """
    INSERT INTO learner_import_fault (import_id, fault_no, row_no, column_name, masked_value, reason)
    SELECT $1, n.fault_no, n.row_no, n.column_name, n.masked_value, n.reason
      FROM unnest($2::integer[], $3::text[], $4::text[], $5::text[])
           WITH ORDINALITY AS n(row_no, column_name, masked_value, reason, fault_no)
"""
SQL_GET = """
    SELECT import_id, institution_id, layout, encoding, is_dry_run, row_count, accepted, already_known, rejected,
           imported_at
      FROM learner_import WHERE import_id = $1
"""
SQL_FAULTS = """
    SELECT row_no, column_name, masked_value, reason FROM learner_import_fault WHERE import_id = $1 ORDER BY fault_no
"""


async def insert(connection: Connection, report: ImportReport, *, file_sha256: bytes, imported_by: str) -> None:
    """Keep what became of a file."""
    await connection.execute(
        SQL_INSERT,
        report.import_id,
        report.institution_id,
        report.layout,
        report.encoding,
        report.is_dry_run,
        file_sha256,
        report.row_count,
        report.accepted,
        report.already_known,
        report.rejected,
        report.imported_at,
        imported_by,
    )


async def insert_faults(connection: Connection, report: ImportReport) -> None:
    """Keep why rows were refused, in the order of the report."""
    await connection.execute(
        SQL_INSERT_FAULTS,
        report.import_id,
        [fault.row for fault in report.faults],
        [fault.column for fault in report.faults],
        [fault.masked_value for fault in report.faults],
        [fault.reason for fault in report.faults],
    )


async def get(connection: Connection, import_id: UUID) -> ImportReport | None:
    """An import's report; None when there is none."""
    row = await connection.fetchrow(SQL_GET, import_id)
    if row is None:
        return None
    faults = await connection.fetch(SQL_FAULTS, import_id)
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
        faults=tuple(
            RowFault(fault["row_no"], fault["column_name"], fault["masked_value"], fault["reason"]) for fault in faults
        ),
    )
