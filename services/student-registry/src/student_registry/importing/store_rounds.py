"""SQL of import rounds: one function per statement."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from chassis.pg import Connection, Record

from student_registry.importing.round_facts import ImportRound, RoundKind, RoundStage

_COLUMNS = """round_id, institution_id, academic_year_be, kind, kind_version, reference_date, stage, import_id,
           learner_count, opened_at, confirmed_at, confirmed_by, certified_at, certified_by, acknowledged_at,
           acknowledged_by"""

SQL_KIND = """
    SELECT month, day, year_offset, version FROM import_round_kind
     WHERE kind = $1 AND effective_from <= $2::date ORDER BY effective_from DESC LIMIT 1
"""
SQL_INSERT = """
    INSERT INTO import_round (round_id, institution_id, academic_year_be, kind, kind_version, reference_date, opened_at,
                              opened_by)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT ON CONSTRAINT import_round_key DO NOTHING
"""
SQL_BY_KEY = f"SELECT {_COLUMNS} FROM import_round WHERE institution_id = $1 AND academic_year_be = $2 AND kind = $3"
SQL_LOCK = f"SELECT {_COLUMNS} FROM import_round WHERE round_id = ANY($1::uuid[]) ORDER BY round_id FOR UPDATE"
SQL_OF_INSTITUTIONS = f"""
    SELECT {_COLUMNS} FROM import_round
     WHERE institution_id = ANY($1::uuid[]) AND ($2::integer IS NULL OR academic_year_be = $2)
       AND ($3::text IS NULL OR stage = $3)
       AND ($4::uuid IS NULL
            OR (reference_date, institution_id, round_id) <
               (SELECT a.reference_date, a.institution_id, a.round_id FROM import_round a WHERE a.round_id = $4))
     ORDER BY reference_date DESC, institution_id DESC, round_id DESC
     LIMIT $5
"""
SQL_HAS_UNFINISHED_IMPORT = """
    SELECT EXISTS (SELECT FROM learner_import
                    WHERE round_id = $1 AND NOT is_dry_run AND state NOT IN ('DONE', 'FAILED'))
"""
SQL_KEEP_SNAPSHOT = """
    INSERT INTO import_round_learner (round_id, enrolment_id, learner_id, role, delivery_system, grade_label, classroom,
                                      programme_code)
    SELECT $1, enrolment_id, learner_id, role, delivery_system, grade_label, classroom, programme_code
      FROM enrolment WHERE institution_id = $2 AND valid_during @> $3::date
"""
SQL_COUNT_SNAPSHOT = "SELECT count(DISTINCT learner_id) FROM import_round_learner WHERE round_id = $1"
SQL_CONFIRM = """
    UPDATE import_round
       SET stage = 'CONFIRMED', learner_count = $2, confirmed_at = $3, confirmed_by = $4,
           import_id = (SELECT import_id FROM learner_import
                         WHERE round_id = $1 AND state = 'DONE' AND NOT is_dry_run ORDER BY imported_at DESC LIMIT 1)
     WHERE round_id = $1
"""
SQL_CERTIFY = "UPDATE import_round SET stage = 'CERTIFIED', certified_at = $2, certified_by = $3 WHERE round_id = $1"
SQL_ACKNOWLEDGE = """
    UPDATE import_round
       SET stage = 'ACKNOWLEDGED', acknowledged_at = $2, acknowledged_by = $3, acknowledged_institution_id = $4
     WHERE round_id = $1
"""


def _round(row: Record) -> ImportRound:
    return ImportRound(
        round_id=row["round_id"],
        institution_id=row["institution_id"],
        academic_year_be=row["academic_year_be"],
        kind=row["kind"],
        kind_version=row["kind_version"],
        reference_date=row["reference_date"],
        stage=RoundStage(row["stage"]),
        import_id=row["import_id"],
        learner_count=row["learner_count"],
        opened_at=row["opened_at"],
        confirmed_at=row["confirmed_at"],
        confirmed_by=row["confirmed_by"],
        certified_at=row["certified_at"],
        certified_by=row["certified_by"],
        acknowledged_at=row["acknowledged_at"],
        acknowledged_by=row["acknowledged_by"],
    )


async def kind_on(connection: Connection, kind: str, *, on_date: date) -> RoundKind | None:
    """A kind of round as it is on a day."""
    row = await connection.fetchrow(SQL_KIND, kind, on_date)
    return None if row is None else RoundKind(row["month"], row["day"], row["year_offset"], row["version"])


async def insert(
    connection: Connection,
    round_id: UUID,
    institution_id: UUID,
    *,
    academic_year_be: int,
    kind: str,
    kind_version: str,
    reference_date: date,
    now: datetime,
    opened_by: str,
) -> None:
    """Open a round, unless it is open already."""
    await connection.execute(
        SQL_INSERT, round_id, institution_id, academic_year_be, kind, kind_version, reference_date, now, opened_by
    )


async def by_key(connection: Connection, institution_id: UUID, *, academic_year_be: int, kind: str) -> ImportRound:
    """A round that is there."""
    row = await connection.fetchrow(SQL_BY_KEY, institution_id, academic_year_be, kind)
    assert row is not None, "it was opened before"
    return _round(row)


async def lock(connection: Connection, round_ids: Sequence[UUID]) -> dict[UUID, ImportRound]:
    """Rounds held until the transaction ends, in the order of their ids."""
    return {row["round_id"]: _round(row) for row in await connection.fetch(SQL_LOCK, round_ids)}


async def of_institutions(
    connection: Connection,
    institution_ids: Sequence[UUID],
    *,
    academic_year_be: int | None,
    stage: RoundStage | None,
    after: UUID | None,
    limit: int,
) -> list[ImportRound]:
    """Rounds of institutions after one of them, newest day first."""
    rows = await connection.fetch(
        SQL_OF_INSTITUTIONS, institution_ids, academic_year_be, stage and stage.value, after, limit
    )
    return [_round(row) for row in rows]


async def has_unfinished_import(connection: Connection, round_id: UUID) -> bool:
    """Whether a file of the round is at work or waits."""
    return await connection.fetchval(SQL_HAS_UNFINISHED_IMPORT, round_id)


async def keep_snapshot(connection: Connection, found: ImportRound) -> int:
    """Keep who is enrolled on the day of the round; how many learners that are."""
    await connection.execute(SQL_KEEP_SNAPSHOT, found.round_id, found.institution_id, found.reference_date)
    return await connection.fetchval(SQL_COUNT_SNAPSHOT, found.round_id)


async def confirm(connection: Connection, round_id: UUID, *, learner_count: int, now: datetime, by: str) -> None:
    """The school confirms."""
    await connection.execute(SQL_CONFIRM, round_id, learner_count, now, by)


async def certify(connection: Connection, round_id: UUID, *, now: datetime, by: str) -> None:
    """The director certifies."""
    await connection.execute(SQL_CERTIFY, round_id, now, by)


async def acknowledge(connection: Connection, round_id: UUID, *, now: datetime, by: str, at: UUID) -> None:
    """The area office acknowledges."""
    await connection.execute(SQL_ACKNOWLEDGE, round_id, now, by, at)
