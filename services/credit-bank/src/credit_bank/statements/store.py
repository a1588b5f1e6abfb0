"""SQL of statements: what is shown of the results and accounts that a page of journals names."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from uuid import UUID

from chassis.pg import Connection

from credit_bank.catalogue.domain import CodeSystem, CourseKey
from credit_bank.statements.domain import AwardShown, EntryShown

# A returned version gives way when the next is sent, a verified one when the next is verified.
SQL_ENTRIES = """
    SELECT e.entry_id, e.version, e.issuer_institution_id, e.issuing_body, e.form, e.learning_type,
           coalesce(e.level, '') AS level, e.code_system, e.code, e.curriculum_version, e.owner_institution_id,
           e.title_th, e.source_mode,
           CASE WHEN e.rejected_at <= $2 THEN 'REJECTED'
                WHEN e.revoked_at <= $2 THEN 'REVOKED'
                WHEN EXISTS (SELECT FROM entry later
                              WHERE later.supersedes_entry_id = e.entry_id
                                AND CASE WHEN e.verified_at IS NULL THEN later.recorded_at
                                         ELSE later.verified_at END <= $2) THEN 'SUPERSEDED'
                WHEN e.verified_at <= $2 THEN 'VERIFIED'
                WHEN e.returned_at <= $2 THEN 'RETURNED'
                ELSE 'SUBMITTED' END AS state
      FROM entry e WHERE e.entry_id = ANY($1::uuid[]) ORDER BY e.entry_id
"""
SQL_AWARDS = """
    SELECT w.journal_id, a.account_id, a.learner_id, a.kind, a.qualification_code, a.qualification_version,
           a.awarding_institution_id, w.form, w.learning_type, coalesce(w.level, '') AS level, c.code_system, c.code,
           c.curriculum_version, c.owner_institution_id, c.title_th, l.bucket, l.unit, l.amount_hundredths
      FROM account a
      JOIN award w USING (account_id)
      JOIN journal j ON j.journal_id = w.journal_id AND j.posted_at <= $2 AND ($4::date IS NULL OR j.effective_on <= $4)
      JOIN journal_line l ON l.journal_id = j.journal_id AND l.account_id = a.account_id AND l.bucket LIKE 'COUNTED:%'
      JOIN course c ON c.course_id = w.course_id
      LEFT JOIN journal r ON r.journal_id = w.reversed_journal_id
     WHERE a.learner_id = ANY($1::uuid[]) AND w.journal_id <> ALL($3::uuid[])
       AND (r.journal_id IS NULL OR r.posted_at > $2 OR r.effective_on > $4)
     ORDER BY j.posted_at, w.journal_id
"""
# What journals say of an account until then: the row itself knows only what became of it since.
SQL_STATES = """
    SELECT a.account_id, coalesce(told.state, 'OPEN') AS state
      FROM account a
      LEFT JOIN LATERAL (
            SELECT t.state
              FROM (SELECT r.journal_id, 'REDEEMED' AS state FROM redemption_account r
                     WHERE r.account_id = a.account_id
                    UNION ALL
                    SELECT r.reversed_journal_id, 'REOPENED' FROM redemption_account r
                     WHERE r.account_id = a.account_id
                    UNION ALL
                    SELECT c.journal_id,
                           CASE c.type WHEN 'qualification.account_closed' THEN 'CLOSED_LEFT' ELSE 'REOPENED' END
                      FROM journal c
                     WHERE c.learner_id = a.learner_id AND c.facts ->> 'account_id' = a.account_id::text
                       AND c.type IN ('qualification.account_closed', 'qualification.account_reopened')) t
              JOIN journal j USING (journal_id)
             WHERE j.posted_at <= $2 AND ($3::date IS NULL OR j.effective_on <= $3)
             ORDER BY j.seq DESC LIMIT 1) told ON true
     WHERE a.account_id = ANY($1::uuid[])
"""


async def read_entries(connection: Connection, entry_ids: Collection[UUID], *, until: datetime) -> list[EntryShown]:
    """Results by id, with form, type, level and issuing body, in the state in which they were at an instant."""
    return [
        EntryShown(
            entry_id=row["entry_id"],
            version=row["version"],
            issuer_institution_id=row["issuer_institution_id"],
            issuing_body=row["issuing_body"],
            form=row["form"],
            learning_type=row["learning_type"],
            level=row["level"],
            course=CourseKey(
                CodeSystem(row["code_system"]), row["code"], row["curriculum_version"], row["owner_institution_id"]
            ),
            course_title_th=row["title_th"],
            source_mode=row["source_mode"],
            state=row["state"],
        )
        for row in await connection.fetch(SQL_ENTRIES, sorted(entry_ids), until)
    ]


async def read_awards(
    connection: Connection,
    learner_ids: Collection[UUID],
    *,
    until: datetime,
    effective_on: date | None,
    left_out: Collection[UUID],
) -> list[AwardShown]:
    """Courses awarded to learners that stood at an instant and on a day, without those of some journals."""
    rows = await connection.fetch(SQL_AWARDS, sorted(learner_ids), until, list(left_out), effective_on)
    return [
        AwardShown(
            journal_id=row["journal_id"],
            qualification_code=row["qualification_code"],
            qualification_version=row["qualification_version"],
            awarding_institution_id=row["awarding_institution_id"],
            category=row["bucket"].removeprefix("COUNTED:"),
            form=row["form"],
            learning_type=row["learning_type"],
            level=row["level"],
            course=CourseKey(
                CodeSystem(row["code_system"]), row["code"], row["curriculum_version"], row["owner_institution_id"]
            ),
            course_title_th=row["title_th"],
            unit=row["unit"],
            hundredths=row["amount_hundredths"],
        )
        for row in rows
    ]


async def account_states(
    connection: Connection, account_ids: Collection[UUID], *, until: datetime, effective_on: date | None
) -> dict[UUID, str]:
    """States of accounts as posted until an instant and in effect on a day; None: whatever the day."""
    rows = await connection.fetch(SQL_STATES, sorted(account_ids), until, effective_on)
    return {row["account_id"]: row["state"] for row in rows}
