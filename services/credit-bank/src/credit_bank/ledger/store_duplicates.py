"""SQL of what the records of one person hold twice."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from chassis.pg import Connection

from credit_bank.people.domain import Family

# Roots of one natural key in one family, the one that counts first: verified before waiting before returned, then the
# survivor's own, then the older.
# What was revoked or rejected by then is no second copy of anything: it stays in the sums as it does without a merge.
SQL_DUPLICATE_ROOTS = """
    WITH root AS (
        SELECT e.entry_root_id, e.issuer_institution_id, e.code_system, e.code, e.year_be, e.term, e.attempt,
               bool_or(coalesce(e.verified_at <= $3, false)) AS is_verified,
               coalesce((array_agg(e.returned_at ORDER BY e.version DESC))[1] <= $3, false) AS is_returned,
               bool_or(e.learner_id = $2) AS is_own, min(e.recorded_at) AS recorded_at
          FROM entry e
         WHERE e.learner_id = ANY($1::uuid[]) AND e.recorded_at <= $3
         GROUP BY 1, 2, 3, 4, 5, 6, 7
        HAVING NOT bool_or(coalesce(least(e.revoked_at, e.rejected_at) <= $3, false))),
    ranked AS (
        SELECT entry_root_id,
               first_value(entry_root_id) OVER (
                   PARTITION BY issuer_institution_id, code_system, code, year_be, term, attempt
                       ORDER BY is_verified DESC, is_returned, is_own DESC, recorded_at, entry_root_id) AS kept_root_id
          FROM root)
    SELECT entry_root_id, kept_root_id FROM ranked WHERE entry_root_id <> kept_root_id
"""
SQL_DUPLICATE_AWARDS = """
    WITH ranked AS (
        SELECT w.journal_id,
               row_number() OVER (
                   PARTITION BY a.qualification_code, a.qualification_version, a.awarding_institution_id, w.course_id
                       ORDER BY a.learner_id = $2 DESC, j.posted_at, w.journal_id) AS place
          FROM award w
          JOIN account a USING (account_id)
          JOIN journal j ON j.journal_id = w.journal_id AND j.posted_at <= $3
          LEFT JOIN journal r ON r.journal_id = w.reversed_journal_id
         WHERE a.learner_id = ANY($1::uuid[]) AND (r.journal_id IS NULL OR r.posted_at > $3))
    SELECT journal_id FROM ranked WHERE place > 1
"""


async def duplicate_roots(connection: Connection, family: Family, *, until: datetime) -> dict[UUID, UUID]:
    """By the root of a result that does not count, the root of the same result that does."""
    rows = await connection.fetch(SQL_DUPLICATE_ROOTS, family.members, family.surviving_id, until)
    return {row["entry_root_id"]: row["kept_root_id"] for row in rows}


async def duplicate_awards(connection: Connection, family: Family, *, until: datetime) -> frozenset[UUID]:
    """Journals of awards that were made a second time."""
    rows = await connection.fetch(SQL_DUPLICATE_AWARDS, family.members, family.surviving_id, until)
    return frozenset(row["journal_id"] for row in rows)
