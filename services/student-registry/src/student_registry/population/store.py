"""SQL of population counts: one function per statement."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
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
        WHEN 'NATIONALITY' THEN COALESCE(
            (SELECT m.code FROM profile_fact f
               JOIN unnest($10::bytea[], $11::text[]) AS m (code_index, code) ON m.code_index = f.code_index
              WHERE f.learner_id = c.learner_id AND f.kind = 'NATIONALITY'
                AND (f.end_reason IS NULL OR f.end_reason = 'OVER')
                AND daterange(f.valid_from, f.valid_to, '[]') @> $2::date
              ORDER BY f.fact_id DESC LIMIT 1), 'NOT_STATED')
        ELSE '' END
"""
# $8 and $9: institutions and into which branch of the caller's subtree each falls; none: all into one.
_COUNTED = """
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
        SELECT b.learner_id, b.institution_id, b.grade_label, b.delivery_system, b.role, b.data_status, l.sex,
               COALESCE(t.branch, 0) AS branch
          FROM base b
          JOIN learner l ON l.learner_id = b.learner_id AND l.merged_into_learner_id IS NULL
          LEFT JOIN unnest($8::uuid[], $9::int[]) AS t (institution_id, branch) ON t.institution_id = b.institution_id)
"""
SQL_COUNT = f"""{_COUNTED}
    SELECT c.branch, {_VALUE.format(parameter="$6::text")} AS one, {_VALUE.format(parameter="$7::text")} AS other,
           count(*) AS learners, array_agg(DISTINCT c.data_status) AS data_statuses
      FROM c
     GROUP BY 1, 2, 3
"""
# A learner counts once in each group; a group that has ended counts on the days on which it held.
SQL_COUNT_GROUPS = f"""{_COUNTED}
    SELECT c.branch, g.code AS one, count(*) AS learners
      FROM c
      JOIN LATERAL (SELECT DISTINCT m.code
                      FROM profile_fact f
                      JOIN unnest($6::bytea[], $7::text[]) AS m (code_index, code) ON m.code_index = f.code_index
                     WHERE f.learner_id = c.learner_id AND (f.end_reason IS NULL OR f.end_reason = 'OVER')
                       AND daterange(f.valid_from, f.valid_to, '[]') @> $2::date) g ON true
     GROUP BY 1, 2
"""
SQL_PARENTS = """
    SELECT i.institution_id, p.parent_institution_id
      FROM unnest($1::uuid[]) AS i (institution_id)
      LEFT JOIN institution_parent p ON p.institution_id = i.institution_id AND p.tree = $2
                                    AND p.superseded_at IS NULL AND p.valid_during @> $3::date
"""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is counted.

    Attributes:
        branches: Into which branch each institution falls, by its number; an institution that is not named: the first.
        codes: Code of each keyed hash of a restricted fact.
    """

    institution_ids: Sequence[UUID]
    on_date: date
    roles: Sequence[str]
    kinds: Sequence[str]
    with_unenrolled: bool
    branches: Mapping[UUID, int]
    codes: Mapping[bytes, str]

    @property
    def _people(self) -> tuple[object, ...]:
        return self.institution_ids, self.on_date, self.roles, self.kinds, self.with_unenrolled

    @property
    def _places(self) -> tuple[object, ...]:
        return list(self.branches), list(self.branches.values())

    @property
    def _codes(self) -> tuple[object, ...]:
        return list(self.codes), list(self.codes.values())

    def by_values(self, one: str, other: str) -> tuple[object, ...]:
        """Arguments of a count by characteristics."""
        return *self._people, one, other, *self._places, *self._codes

    def by_groups(self) -> tuple[object, ...]:
        """Arguments of a count by groups."""
        return *self._people, *self._codes, *self._places


@dataclass(frozen=True, slots=True)
class Counted:
    """Counts by branch and values, and the status of the facts counted, by branch."""

    counts: dict[int, dict[Place, int]]
    data_statuses: dict[int, set[str]]


async def count(connection: Connection, wanted: Wanted, dimensions: Sequence[Dimension]) -> Counted:
    """Counts by the values of up to two characteristics."""
    one, other = [*(dimension.value for dimension in dimensions), "", ""][:2]
    counts: dict[int, dict[Place, int]] = {}
    statuses: dict[int, set[str]] = {}
    for row in await connection.fetch(SQL_COUNT, *wanted.by_values(one, other)):
        place = (row["one"], row["other"])[: len(dimensions)]
        counts.setdefault(row["branch"], {})[place] = row["learners"]
        statuses.setdefault(row["branch"], set()).update(row["data_statuses"])
    return Counted(counts, statuses)


async def count_groups(connection: Connection, wanted: Wanted) -> dict[int, dict[Place, int]]:
    """Counts by branch and group."""
    counts: dict[int, dict[Place, int]] = {}
    for row in await connection.fetch(SQL_COUNT_GROUPS, *wanted.by_groups()):
        counts.setdefault(row["branch"], {})[row["one"],] = row["learners"]
    return counts


async def parents(
    connection: Connection, institution_ids: Sequence[UUID], *, tree: str, on_date: date
) -> dict[UUID, UUID | None]:
    """Each institution with its parent in a tree on a day."""
    rows = await connection.fetch(SQL_PARENTS, institution_ids, tree, on_date)
    return {row["institution_id"]: row["parent_institution_id"] for row in rows}
