"""SQL of moves: one function per statement."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from chassis.pg import Connection, Record

from student_registry.movements.domain import Movement, MovementState
from student_registry.provenance import DataStatus, Provenance

CONSTRAINTS = frozenset({"movement_one_open"})
"""Never violated while the learner is locked; a race would otherwise show here."""

_COLUMNS = """
           m.movement_id, m.learner_id, m.from_institution_id, m.to_institution_id, m.state, m.old_enrolment_id,
           m.new_enrolment_id, m.requested_on, m.is_mid_term, m.reason_code, m.due_on, m.last_day, m.first_day,
           m.rule_version, m.source, m.data_status, m.effective_from, m.source_version, m.changed_at,
           ARRAY(SELECT p.paper FROM movement_paper p WHERE p.movement_id = m.movement_id ORDER BY p.paper) AS papers
"""
SQL_BY_IDS = f"SELECT {_COLUMNS} FROM movement m WHERE m.movement_id = ANY($1::uuid[])"
SQL_OPEN_OF_LEARNERS = f"""
    SELECT {_COLUMNS}
      FROM movement m
     WHERE m.learner_id = ANY($1::uuid[]) AND m.state IN ('MOVE_OUT_REQUESTED', 'RELEASED')
     ORDER BY m.movement_id
"""
SQL_LEAVING = """
    SELECT DISTINCT old_enrolment_id FROM movement
     WHERE old_enrolment_id = ANY($1::uuid[]) AND state IN ('MOVE_OUT_REQUESTED', 'RELEASED')
"""
SQL_INSERT = """
    INSERT INTO movement (movement_id, learner_id, from_institution_id, to_institution_id, state, old_enrolment_id,
                          requested_on, is_mid_term, reason_code, due_on, rule_version, source, data_status,
                          effective_from, source_version, changed_at, changed_by)
    SELECT n.movement_id, n.learner_id, n.from_institution_id, n.to_institution_id, 'MOVE_OUT_REQUESTED',
           n.old_enrolment_id, n.requested_on, n.is_mid_term, n.reason_code, n.due_on, n.rule_version, n.source,
           n.data_status, n.effective_from, n.source_version, $15, $16
      FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[], $5::uuid[], $6::date[], $7::boolean[], $8::text[],
                  $9::date[], $10::text[], $11::text[], $12::text[], $13::date[], $14::text[])
           AS n(movement_id, learner_id, from_institution_id, to_institution_id, old_enrolment_id, requested_on,
                is_mid_term, reason_code, due_on, rule_version, source, data_status, effective_from, source_version)
"""
SQL_UPDATE = """
    UPDATE movement m
       SET state = n.state, to_institution_id = n.to_institution_id, new_enrolment_id = n.new_enrolment_id,
           reason_code = n.reason_code, due_on = n.due_on, last_day = n.last_day, first_day = n.first_day,
           rule_version = n.rule_version, changed_at = $10, changed_by = $11
      FROM unnest($1::uuid[], $2::text[], $3::uuid[], $4::uuid[], $5::text[], $6::date[], $7::date[], $8::date[],
                  $9::text[])
           AS n(movement_id, state, to_institution_id, new_enrolment_id, reason_code, due_on, last_day, first_day,
                rule_version)
     WHERE m.movement_id = n.movement_id
"""
SQL_INSERT_PAPERS = """
    INSERT INTO movement_paper (movement_id, paper, seen_on, seen_by_institution_id, recorded_at, recorded_by)
    SELECT n.movement_id, n.paper, n.seen_on, $4, $5, $6
      FROM unnest($1::uuid[], $2::text[], $3::date[]) AS n(movement_id, paper, seen_on)
    ON CONFLICT DO NOTHING
"""
# Oldest limit first; what has no limit any more comes last, newest first by its id. The token is the last move's id.
SQL_LIST = f"""
    WITH found AS (
        SELECT {_COLUMNS}, l.registrar_institution_id, count(*) OVER () AS total
          FROM movement m
          JOIN learner l ON l.learner_id = m.learner_id
         WHERE (m.from_institution_id = ANY($1::uuid[])
                OR (m.to_institution_id = ANY($1::uuid[])
                    AND ($2 OR m.state IN ('RELEASED', 'ACCEPTED', 'REFUSED'))))
           AND (cardinality($3::text[]) = 0 OR m.state = ANY($3::text[]))
           AND (NOT $4 OR m.due_on < $5::date)
    )
    SELECT f.*
      FROM found f
     WHERE $6::uuid IS NULL
        OR (COALESCE(f.due_on, 'infinity'::date), f.movement_id) >
           (SELECT COALESCE(a.due_on, 'infinity'::date), a.movement_id FROM movement a WHERE a.movement_id = $6::uuid)
     ORDER BY COALESCE(f.due_on, 'infinity'::date), f.movement_id
     LIMIT $7
"""


def _movement(row: Record) -> Movement:
    return Movement(
        movement_id=row["movement_id"],
        learner_id=row["learner_id"],
        from_institution_id=row["from_institution_id"],
        to_institution_id=row["to_institution_id"],
        state=MovementState(row["state"]),
        old_enrolment_id=row["old_enrolment_id"],
        new_enrolment_id=row["new_enrolment_id"],
        requested_on=row["requested_on"],
        is_mid_term=row["is_mid_term"],
        reason_code=row["reason_code"],
        due_on=row["due_on"],
        last_day=row["last_day"],
        first_day=row["first_day"],
        rule_version=row["rule_version"],
        provenance=Provenance(
            row["source"], DataStatus(row["data_status"]), row["effective_from"], row["source_version"]
        ),
        changed_at=row["changed_at"],
        papers=frozenset(row["papers"]),
    )


async def by_ids(connection: Connection, movement_ids: Sequence[UUID]) -> dict[UUID, Movement]:
    """Moves by id."""
    return {row["movement_id"]: _movement(row) for row in await connection.fetch(SQL_BY_IDS, movement_ids)}


async def open_of_learners(connection: Connection, learner_ids: Sequence[UUID]) -> list[Movement]:
    """Moves of these learners that have not ended."""
    return [_movement(row) for row in await connection.fetch(SQL_OPEN_OF_LEARNERS, learner_ids)]


async def leaving(connection: Connection, enrolment_ids: Sequence[UUID]) -> set[UUID]:
    """Which of these enrolments somebody is leaving by a move."""
    return {row["old_enrolment_id"] for row in await connection.fetch(SQL_LEAVING, enrolment_ids)}


async def insert(connection: Connection, movements: Sequence[Movement], *, now: datetime, changed_by: str) -> None:
    """Add moves that were asked for; a trigger keeps their first state in the history."""
    await connection.execute(
        SQL_INSERT,
        [item.movement_id for item in movements],
        [item.learner_id for item in movements],
        [item.from_institution_id for item in movements],
        [item.to_institution_id for item in movements],
        [item.old_enrolment_id for item in movements],
        [item.requested_on for item in movements],
        [item.is_mid_term for item in movements],
        [item.reason_code for item in movements],
        [item.due_on for item in movements],
        [item.rule_version for item in movements],
        [item.provenance.source for item in movements],
        [item.provenance.status.value for item in movements],
        [item.provenance.effective_from for item in movements],
        [item.provenance.version for item in movements],
        now,
        changed_by,
    )


async def update(connection: Connection, movements: Sequence[Movement], *, now: datetime, changed_by: str) -> None:
    """Write the steps of moves; a trigger keeps each state in the history."""
    await connection.execute(
        SQL_UPDATE,
        [item.movement_id for item in movements],
        [item.state for item in movements],
        [item.to_institution_id for item in movements],
        [item.new_enrolment_id for item in movements],
        [item.reason_code for item in movements],
        [item.due_on for item in movements],
        [item.last_day for item in movements],
        [item.first_day for item in movements],
        [item.rule_version for item in movements],
        now,
        changed_by,
    )


async def insert_papers(
    connection: Connection,
    papers: Sequence[tuple[UUID, str, date]],
    *,
    seen_by: UUID,
    now: datetime,
    recorded_by: str,
) -> None:
    """Note papers: move, kind of paper, day on which it was seen."""
    await connection.execute(
        SQL_INSERT_PAPERS,
        [movement_id for movement_id, _, _ in papers],
        [paper for _, paper, _ in papers],
        [seen_on for _, _, seen_on in papers],
        seen_by,
        now,
        recorded_by,
    )


async def list_page(
    connection: Connection,
    institution_ids: Sequence[UUID],
    *,
    is_overseen: bool,
    states: Sequence[MovementState],
    is_late_only: bool,
    today: date,
    after: UUID | None,
    limit: int,
) -> tuple[list[tuple[Movement, UUID]], int]:
    """A page of moves with the keeper of each learner's record, oldest limit first, and how many all pages hold.

    A move that is only asked for is not yet shown to the institution that it may lead to, but to an office over it.
    """
    rows = await connection.fetch(
        SQL_LIST, institution_ids, is_overseen, [str(item) for item in states], is_late_only, today, after, limit
    )
    return [(_movement(row), row["registrar_institution_id"]) for row in rows], rows[0]["total"] if rows else 0
