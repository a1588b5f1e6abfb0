"""SQL of what stands as awarded in the accounts of learners."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from chassis.pg import Connection

from credit_bank.averages.awards import StandingRow
from credit_bank.catalogue.domain import CodeSystem, CourseKey

SQL_STANDING = """
    SELECT a.account_id, a.learner_id, w.journal_id, w.form, w.level, j.entry_id, j.line_id, l.bucket, l.unit,
           l.amount_hundredths,
           c.code_system, c.code, c.curriculum_version, c.owner_institution_id, c.category,
           coalesce(c.subject_group, '') AS subject_group, coalesce(cl.mode, '') AS mode,
           array(SELECT s.entry_root_id FROM case_line_source s WHERE s.line_id = j.line_id
                  ORDER BY s.entry_root_id) AS source_roots,
           array(SELECT s.entry_id FROM case_line_source s WHERE s.line_id = j.line_id
                  ORDER BY s.entry_root_id) AS source_entry_ids
      FROM account a
      JOIN award w USING (account_id)
      JOIN journal j ON j.journal_id = w.journal_id AND ($2::timestamptz IS NULL OR j.posted_at <= $2)
      JOIN journal_line l ON l.journal_id = j.journal_id AND l.account_id = a.account_id AND l.bucket LIKE 'COUNTED:%'
      JOIN course c ON c.course_id = w.course_id
      LEFT JOIN journal r ON r.journal_id = w.reversed_journal_id
      LEFT JOIN case_line cl ON cl.line_id = j.line_id
     WHERE a.learner_id = ANY($1::uuid[]) AND a.kind = 'QUALIFICATION' AND (r.journal_id IS NULL OR r.posted_at > $2)
     ORDER BY w.journal_id
"""


async def standing(
    connection: Connection, learner_ids: Collection[UUID], *, until: datetime | None
) -> list[StandingRow]:
    """Awards that stand in the learners' accounts, or stood at an instant."""
    return [
        StandingRow(
            account_id=row["account_id"],
            learner_id=row["learner_id"],
            journal_id=row["journal_id"],
            entry_id=row["entry_id"],
            line_id=row["line_id"],
            category=row["bucket"].removeprefix("COUNTED:"),
            unit=row["unit"],
            hundredths=row["amount_hundredths"],
            course=CourseKey(
                CodeSystem(row["code_system"]), row["code"], row["curriculum_version"], row["owner_institution_id"]
            ),
            course_category=row["category"],
            subject_group=row["subject_group"],
            mode=row["mode"],
            form=row["form"],
            level=row["level"] or "",
            source_roots=tuple(row["source_roots"]),
            source_entry_ids=tuple(row["source_entry_ids"]),
        )
        for row in await connection.fetch(SQL_STANDING, sorted(learner_ids), until)
    ]
