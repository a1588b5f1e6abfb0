"""SQL of the area desk: one function per statement; it reads what the other packages keep and writes nothing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from chassis.pg import Connection

from student_registry.area_desk.domain import ConflictingIdentifier, Home, SchoolData, SchoolRound, Stage, StageCount

_SCHOOLS = """
      FROM institution i
     WHERE i.institution_id = ANY($1::uuid[]) AND i.kind IN ('SCHOOL', 'BRANCH_SCHOOL')
       AND (i.opened_on IS NULL OR i.opened_on <= $2::date) AND (i.closed_on IS NULL OR i.closed_on >= $2::date)
"""
SQL_CONFLICTING = """
    SELECT i.identifier_id, i.learner_id, l.registrar_institution_id, i.kind, i.last4, i.recorded_at
      FROM learner_identifier i JOIN learner l ON l.learner_id = i.learner_id
     WHERE i.verification_state = 'CONFLICT' AND i.valid_to IS NULL AND l.registrar_institution_id = ANY($1::uuid[])
       AND ($2::uuid IS NULL OR i.identifier_id > $2::uuid)
     ORDER BY i.identifier_id
     LIMIT $3
"""
SQL_COUNT_CONFLICTING = """
    SELECT count(*) FROM learner_identifier i JOIN learner l ON l.learner_id = i.learner_id
     WHERE i.verification_state = 'CONFLICT' AND i.valid_to IS NULL AND l.registrar_institution_id = ANY($1::uuid[])
"""
SQL_COUNT_PAIRS = """
    SELECT count(*) FROM match_candidate c
     WHERE c.state IN ('OPEN', 'LATER')
       AND EXISTS (SELECT FROM learner l
                    WHERE l.learner_id IN (c.low_learner_id, c.high_learner_id)
                      AND l.registrar_institution_id = ANY($1::uuid[]))
"""
SQL_COUNT_LATE = """
    SELECT count(*) FROM movement m
     WHERE m.due_on < $2::date
       AND (m.from_institution_id = ANY($1::uuid[]) OR m.to_institution_id = ANY($1::uuid[]))
"""
SQL_STAGES = f"""
    WITH school AS (SELECT i.institution_id {_SCHOOLS})
    SELECT k.kind, COALESCE(r.stage, 'NOT_OPENED') AS stage, count(*) AS schools
      FROM school s
     CROSS JOIN (SELECT DISTINCT kind FROM import_round_kind) k
      LEFT JOIN import_round r
             ON r.institution_id = s.institution_id AND r.academic_year_be = $3 AND r.kind = k.kind
     GROUP BY 1, 2
     ORDER BY 1, 2
"""
_ROUNDS = f"""
    WITH school AS (SELECT i.institution_id, i.name_th {_SCHOOLS}),
    stage AS (
        SELECT s.institution_id, s.name_th, COALESCE(r.stage, 'NOT_OPENED') AS stage, r.round_id, r.learner_count,
               COALESCE(r.acknowledged_at, r.certified_at, r.confirmed_at, r.opened_at) AS reached_at
          FROM school s
          LEFT JOIN import_round r
                 ON r.institution_id = s.institution_id AND r.academic_year_be = $3 AND r.kind = $4)
"""
SQL_ROUNDS = f"""
    {_ROUNDS}
    SELECT institution_id, name_th, stage, round_id, learner_count, reached_at
      FROM stage
     WHERE (cardinality($5::text[]) = 0 OR stage = ANY($5::text[]))
       AND ($6::uuid IS NULL OR (name_th COLLATE "th-x-icu", institution_id) >
               (SELECT a.name_th COLLATE "th-x-icu", a.institution_id FROM institution a
                 WHERE a.institution_id = $6::uuid))
     ORDER BY name_th COLLATE "th-x-icu", institution_id
     LIMIT $7
"""
SQL_COUNT_ROUNDS = f"""
    {_ROUNDS}
    SELECT count(*) FROM stage WHERE cardinality($5::text[]) = 0 OR stage = ANY($5::text[])
"""
SQL_HOMES = """
    SELECT i.institution_id, i.name_th, p.parent_institution_id,
           (SELECT count(DISTINCT e.learner_id) FROM enrolment e
             WHERE e.institution_id = i.institution_id AND e.valid_during @> $2::date) AS learners
      FROM institution i
      LEFT JOIN institution_parent p
             ON p.institution_id = i.institution_id AND p.tree = 'administration' AND p.valid_during @> $2::date
     WHERE i.institution_id = ANY($1::uuid[]) AND i.kind = 'HOME_SCHOOL'
       AND (i.opened_on IS NULL OR i.opened_on <= $2::date) AND (i.closed_on IS NULL OR i.closed_on >= $2::date)
     ORDER BY i.name_th COLLATE "th-x-icu", i.institution_id
"""
SQL_SCHOOLS = f"""
    SELECT i.institution_id, i.name_th,
           (SELECT (max(m.imported_at) AT TIME ZONE 'Asia/Bangkok')::date FROM learner_import m
             WHERE m.institution_id = i.institution_id AND m.state = 'DONE' AND NOT m.is_dry_run) AS last_import_on
    {_SCHOOLS}
     ORDER BY i.name_th COLLATE "th-x-icu", i.institution_id
"""


async def conflicting(
    connection: Connection, institution_ids: Sequence[UUID], *, after: UUID | None, limit: int
) -> tuple[list[ConflictingIdentifier], int]:
    """At most `limit` identifiers that contradict what is known, the oldest first, and how many there are."""
    rows = await connection.fetch(SQL_CONFLICTING, institution_ids, after, limit)
    return [ConflictingIdentifier(**dict(row)) for row in rows], await count_conflicting(connection, institution_ids)


async def count_conflicting(connection: Connection, institution_ids: Sequence[UUID]) -> int:
    """How many identifiers contradict what is known."""
    return await connection.fetchval(SQL_COUNT_CONFLICTING, institution_ids)


async def count_pairs(connection: Connection, institution_ids: Sequence[UUID]) -> int:
    """How many pairs with a learner of these institutions wait for review."""
    return await connection.fetchval(SQL_COUNT_PAIRS, institution_ids)


async def count_late(connection: Connection, institution_ids: Sequence[UUID], *, today: date) -> int:
    """How many moves out of or into these institutions are past their limit."""
    return await connection.fetchval(SQL_COUNT_LATE, institution_ids, today)


async def stages(
    connection: Connection, institution_ids: Sequence[UUID], *, today: date, academic_year_be: int
) -> list[StageCount]:
    """Schools by round and stage."""
    rows = await connection.fetch(SQL_STAGES, institution_ids, today, academic_year_be)
    return [StageCount(row["kind"], Stage(row["stage"]), row["schools"]) for row in rows]


async def rounds(
    connection: Connection,
    institution_ids: Sequence[UUID],
    *,
    today: date,
    academic_year_be: int,
    kind: str,
    stages: Sequence[Stage],
    after: UUID | None,
    limit: int,
) -> tuple[list[SchoolRound], int]:
    """At most `limit` schools with their round in Thai dictionary order, and how many there are."""
    filters = (institution_ids, today, academic_year_be, kind, [stage.value for stage in stages])
    rows = await connection.fetch(SQL_ROUNDS, *filters, after, limit)
    total: int = await connection.fetchval(SQL_COUNT_ROUNDS, *filters)
    return [
        SchoolRound(
            row["institution_id"],
            row["name_th"],
            Stage(row["stage"]),
            row["round_id"],
            row["learner_count"],
            row["reached_at"],
        )
        for row in rows
    ], total


async def homes(
    connection: Connection, institution_ids: Sequence[UUID], *, on_date: date
) -> list[tuple[Home, UUID | None]]:
    """Homes among these institutions in Thai dictionary order, each with what it reports to."""
    rows = await connection.fetch(SQL_HOMES, institution_ids, on_date)
    return [
        (Home(row["institution_id"], row["name_th"], row["learners"]), row["parent_institution_id"]) for row in rows
    ]


async def schools(connection: Connection, institution_ids: Sequence[UUID], *, today: date) -> list[SchoolData]:
    """Schools among these institutions in Thai dictionary order, with the day of their last import."""
    rows = await connection.fetch(SQL_SCHOOLS, institution_ids, today)
    return [SchoolData(row["institution_id"], row["name_th"], row["last_import_on"]) for row in rows]
