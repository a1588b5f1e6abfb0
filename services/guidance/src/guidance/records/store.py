"""SQL of recognised learning."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from chassis.pg import Connection, Record

from guidance.records.domain import Credits, RecognisedLearning

SQL_KEEP = """
    INSERT INTO recognised_learning (kind, source_id, qualification_code, learner_id, course_code, course_title_th,
                                     credit_hundredths, credit_unit, institution_id, recognised_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
    ON CONFLICT (kind, source_id, qualification_code) DO NOTHING
"""
SQL_OF_LEARNER = """
    SELECT r.kind, r.source_id, r.qualification_code, r.learner_id, r.course_code, r.course_title_th,
           r.credit_hundredths, r.credit_unit, r.institution_id, r.recognised_at, i.name_th AS institution_name_th
      FROM recognised_learning r LEFT JOIN institution_copy i USING (institution_id)
     WHERE r.learner_id = ANY($1::uuid[]) ORDER BY r.recognised_at DESC, r.kind, r.source_id LIMIT $2
"""


async def keep(connection: Connection, learning: RecognisedLearning) -> None:
    """Keep one recognised learning; what is kept already stays, since such a fact never changes."""
    amount = learning.credits
    await connection.execute(
        SQL_KEEP,
        learning.kind,
        learning.source_id,
        learning.qualification_code,
        learning.learner_id,
        learning.course_code,
        learning.course_title_th,
        amount and amount.credit_hundredths,
        amount and amount.unit,
        learning.institution_id,
        learning.recognised_at,
    )


async def of_learner(connection: Connection, records: Sequence[UUID], *, limit: int) -> list[RecognisedLearning]:
    """Recognised learning of the records of one person, newest first."""
    return [_learning(row) for row in await connection.fetch(SQL_OF_LEARNER, records, limit)]


def _learning(row: Record) -> RecognisedLearning:
    hundredths = row["credit_hundredths"]
    return RecognisedLearning(
        kind=row["kind"],
        source_id=row["source_id"],
        qualification_code=row["qualification_code"],
        learner_id=row["learner_id"],
        course_code=row["course_code"],
        course_title_th=row["course_title_th"],
        credits=None if hundredths is None else Credits(hundredths, row["credit_unit"]),
        institution_id=row["institution_id"],
        recognised_at=row["recognised_at"],
        institution_name_th=row["institution_name_th"],
    )
