"""SQL of the indicators."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from chassis.pg import Connection, Record

from indicators.counts.domain import Count

# A person counts once, however many records of him were merged.
SQL_COUNT = """
    WITH school AS (
        SELECT i.institution_id, min(i.data_status) AS data_status
          FROM partnership_copy p
          JOIN institution_copy i ON i.institution_id = ANY (p.party_institution_ids)
         WHERE p.programme = 'DUAL_EDUCATION' AND p.state = 'ACTIVE' AND i.kind = 'SCHOOL'
           AND (p.valid_from IS NULL OR p.valid_from <= $3) AND (p.valid_to IS NULL OR p.valid_to >= $2)
         GROUP BY i.institution_id),
    dual AS (
        SELECT DISTINCT coalesce(p.person_id, e.learner_id) AS learner_id
          FROM enrolment_copy e LEFT JOIN merged_person p USING (learner_id)
         WHERE e.delivery_system = 'DUAL_EDUCATION' AND e.valid_from <= $3
           AND (e.valid_to >= $2 OR e.valid_to IS NULL AND e.is_studying)),
    covered AS (
        SELECT DISTINCT coalesce(p.person_id, v.learner_id) AS learner_id
          FROM verified_entry v LEFT JOIN merged_person p USING (learner_id)
         WHERE v.year_be = $1),
    transferred AS (
        SELECT DISTINCT coalesce(p.person_id, l.learner_id) AS learner_id
          FROM posted_line l LEFT JOIN merged_person p USING (learner_id)
         WHERE EXISTS (SELECT FROM verified_entry v WHERE v.entry_id = ANY (l.source_entry_ids) AND v.year_be = $1)),
    learner AS (
        SELECT d.learner_id, coalesce(c.data_status, 'assumed') AS data_status,
               EXISTS (SELECT FROM covered WHERE covered.learner_id = d.learner_id) AS is_covered,
               EXISTS (SELECT FROM transferred WHERE transferred.learner_id = d.learner_id) AS has_transfer
          FROM dual d LEFT JOIN learner_copy c USING (learner_id)),
    counted AS (
        SELECT 'C1' AS code, data_status,
               EXISTS (SELECT FROM verified_entry v
                        WHERE v.issuer_institution_id = school.institution_id AND v.year_be = $1) AS is_counted
          FROM school
        UNION ALL SELECT 'C2', data_status, is_covered FROM learner
        UNION ALL SELECT 'C3', data_status, has_transfer FROM learner WHERE is_covered)
    SELECT c.code, count(is_counted) FILTER (WHERE is_counted) AS numerator, count(is_counted) AS denominator,
           count(*) FILTER (WHERE data_status = 'confirmed') AS confirmed,
           count(*) FILTER (WHERE data_status = 'assumed') AS assumed,
           count(*) FILTER (WHERE data_status = 'demonstration') AS demonstration,
           (SELECT greatest(
               (SELECT max(verified_at) FROM verified_entry WHERE year_be = $1),
               (SELECT max(posted_at) FROM posted_line))) AS newest_fact_at
      FROM unnest(ARRAY['C1', 'C2', 'C3']) AS c(code) LEFT JOIN counted USING (code)
     GROUP BY c.code
"""


@dataclass(frozen=True, slots=True)
class Counted:
    """What one look at the tables gave."""

    counts: dict[str, Count]
    newest_fact_at: datetime | None


async def count(connection: Connection, year_be: int, *, first: date, last: date) -> Counted:
    """Count all indicators of a year in one statement, so that all see the same facts."""
    rows = await connection.fetch(SQL_COUNT, year_be, first, last)
    return Counted({row["code"]: _count(row) for row in rows}, rows[0]["newest_fact_at"])


def _count(row: Record) -> Count:
    return Count(
        numerator=row["numerator"],
        denominator=row["denominator"],
        confirmed=row["confirmed"],
        assumed=row["assumed"],
        demonstration=row["demonstration"],
    )
