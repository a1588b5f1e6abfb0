"""SQL of population counts: one function per statement."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from chassis.pg import Connection

from student_registry.population.domain import Dimension
from student_registry.population.suppression import Place

# Who is enrolled on the day, with grade and delivery system as they were; and people in no school, where they are asked
# for, at the institution that keeps their record. A characteristic that is not asked for is not looked up.
_VALUE = """
    CASE {parameter}
        WHEN 'INSTITUTION' THEN c.institution_id::text
        WHEN 'GRADE' THEN COALESCE(NULLIF(c.grade_label, ''), 'NOT_STATED')
        WHEN 'SEX' THEN COALESCE(c.sex, 'NOT_STATED')
        WHEN 'DELIVERY_SYSTEM' THEN COALESCE(NULLIF(c.delivery_system, ''), 'NOT_STATED')
        WHEN 'ROLE' THEN COALESCE(NULLIF(c.role, ''), 'NOT_STATED')
        WHEN 'STATUS' THEN COALESCE(
            (SELECT s.status FROM learner_status s
              WHERE s.learner_id = c.learner_id AND s.valid_from <= $2::date AND s.status IS NOT NULL
                AND NOT EXISTS (SELECT FROM learner_status w
                                 WHERE w.withdraws_learner_status_id = s.learner_status_id)
              ORDER BY s.valid_from DESC, s.statement_no DESC LIMIT 1), 'NOT_STATED')
        WHEN 'G_STATUS' THEN CASE
            WHEN EXISTS (SELECT FROM learner_identifier d
                          WHERE d.learner_id = c.learner_id AND d.kind = 'CITIZEN_ID' AND d.valid_during @> $2::date)
                THEN 'CITIZEN_ID'
            WHEN EXISTS (SELECT FROM learner_identifier d
                          WHERE d.learner_id = c.learner_id AND d.kind = 'G_CODE' AND d.valid_during @> $2::date)
                THEN 'G_CODE'
            ELSE 'NEITHER' END
        ELSE '' END
"""
SQL_COUNT = f"""
    WITH base AS (
        SELECT e.learner_id, e.institution_id, COALESCE(h.grade_label, e.grade_label) AS grade_label,
               COALESCE(h.delivery_system, e.delivery_system) AS delivery_system, e.role, e.data_status
          FROM enrolment e
          JOIN institution i ON i.institution_id = e.institution_id
          LEFT JOIN LATERAL (SELECT o.grade_label, o.delivery_system FROM enrolment_history o
                              WHERE o.enrolment_id = e.enrolment_id AND e.holds_from > $2::date
                                AND COALESCE(o.holds_from, o.valid_from) <= $2::date
                              ORDER BY o.enrolment_history_id DESC LIMIT 1) h ON true
         WHERE e.institution_id = ANY($1::uuid[]) AND e.valid_during @> $2::date AND e.role = ANY($3::text[])
           AND (cardinality($4::text[]) = 0 OR i.kind = ANY($4::text[]))
        UNION ALL
        SELECT l.learner_id, l.registrar_institution_id, '', '', '', l.data_status
          FROM learner l
          JOIN institution i ON i.institution_id = l.registrar_institution_id
         WHERE $5 AND l.registrar_institution_id = ANY($1::uuid[])
           AND (cardinality($4::text[]) = 0 OR i.kind = ANY($4::text[]))
           AND NOT EXISTS (SELECT FROM enrolment e WHERE e.learner_id = l.learner_id AND e.valid_during @> $2::date)),
    c AS (
        SELECT b.learner_id, b.institution_id, b.grade_label, b.delivery_system, b.role, b.data_status, l.sex
          FROM base b
          JOIN learner l ON l.learner_id = b.learner_id AND l.merged_into_learner_id IS NULL)
    SELECT {_VALUE.format(parameter="$6::text")} AS one, {_VALUE.format(parameter="$7::text")} AS other,
           count(*) AS learners, array_agg(DISTINCT c.data_status) AS data_statuses
      FROM c
     GROUP BY 1, 2
"""


async def count(
    connection: Connection,
    institution_ids: Sequence[UUID],
    dimensions: Sequence[Dimension],
    *,
    on_date: date,
    roles: Sequence[str],
    kinds: Sequence[str],
    with_unenrolled: bool,
) -> tuple[dict[Place, int], set[str]]:
    """Counts by the values of up to two characteristics, and the status of the facts counted."""
    one, other = [*(dimension.value for dimension in dimensions), "", ""][:2]
    rows = await connection.fetch(SQL_COUNT, institution_ids, on_date, roles, kinds, with_unenrolled, one, other)
    counts = {(row["one"], row["other"])[: len(dimensions)]: row["learners"] for row in rows}
    return counts, {status for row in rows for status in row["data_statuses"]}
