"""SQL of year ends and leavers: one function per statement."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from uuid import UUID

from chassis.pg import Connection, Record

from student_registry.provenance import DataStatus, Provenance
from student_registry.year_end.domain import Decision, Destination, Leaver, Line, Run, RunState

CONSTRAINTS = frozenset({"year_end_run_one", "leaver_once"})
"""Violated only when two callers plan or carry out the same year end at once."""

_RUN = """
           year_end_run_id, institution_id, year_be, last_day, first_day, state, rule_version, source, data_status,
           effective_from, source_version, planned_at
"""
_LINE = """
           line_no, learner_id, enrolment_id, decision, reason_code, grade_label, next_grade_label, destination_kind,
           destination_institution_id, planned_history_id, applied_history_id, learner_status_id, leaver_id, is_applied
"""
SQL_CURRENT = f"""
    SELECT {_RUN} FROM year_end_run
     WHERE institution_id = $1 AND year_be = $2 AND state IN ('PLANNED', 'APPLYING', 'APPLIED')
       FOR UPDATE
"""
SQL_GET = f"SELECT {_RUN} FROM year_end_run WHERE year_end_run_id = $1"
SQL_LOCK = f"SELECT {_RUN} FROM year_end_run WHERE year_end_run_id = $1 FOR UPDATE"
SQL_INSERT = """
    INSERT INTO year_end_run (year_end_run_id, institution_id, year_be, last_day, first_day, state, rule_version,
                              source, data_status, effective_from, source_version, planned_at, planned_by, changed_at,
                              changed_by)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $12, $13)
"""
SQL_SET_STATE = """
    UPDATE year_end_run SET state = $2, changed_at = $3, changed_by = $4 WHERE year_end_run_id = $1
"""
SQL_INSERT_LINES = """
    INSERT INTO year_end_line (year_end_run_id, line_no, learner_id, enrolment_id, decision, reason_code, grade_label,
                               next_grade_label, destination_kind, destination_institution_id, planned_history_id)
    SELECT $1, n.line_no, n.learner_id, n.enrolment_id, n.decision, n.reason_code, n.grade_label, n.next_grade_label,
           n.destination_kind, n.destination_institution_id, n.planned_history_id
      FROM unnest($2::integer[], $3::uuid[], $4::uuid[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[],
                  $10::uuid[], $11::bigint[])
           AS n(line_no, learner_id, enrolment_id, decision, reason_code, grade_label, next_grade_label,
                destination_kind, destination_institution_id, planned_history_id)
"""
SQL_COUNTS = """
    SELECT decision, count(*) AS lines, count(*) FILTER (WHERE NOT is_applied AND decision <> 'EXCEPTION') AS lines_left
      FROM year_end_line WHERE year_end_run_id = $1 GROUP BY decision
"""
SQL_LINES = f"""
    SELECT {_LINE} FROM year_end_line
     WHERE year_end_run_id = $1 AND line_no > $2 AND (cardinality($3::text[]) = 0 OR decision = ANY($3::text[]))
     ORDER BY line_no LIMIT $4
"""
SQL_NEXT_LINES = f"""
    SELECT {_LINE} FROM year_end_line
     WHERE year_end_run_id = $1 AND NOT is_applied AND decision <> 'EXCEPTION'
     ORDER BY line_no LIMIT $2
"""
SQL_APPLIED_LINES = f"SELECT {_LINE} FROM year_end_line WHERE year_end_run_id = $1 AND is_applied ORDER BY line_no"
SQL_UPDATE_LINES = """
    UPDATE year_end_line l
       SET decision = n.decision, reason_code = n.reason_code, applied_history_id = n.applied_history_id,
           learner_status_id = n.learner_status_id, leaver_id = n.leaver_id, is_applied = n.is_applied
      FROM unnest($2::integer[], $3::text[], $4::text[], $5::bigint[], $6::uuid[], $7::uuid[], $8::boolean[])
           AS n(line_no, decision, reason_code, applied_history_id, learner_status_id, leaver_id, is_applied)
     WHERE l.year_end_run_id = $1 AND l.line_no = n.line_no
"""
SQL_INSERT_LEAVERS = """
    INSERT INTO leaver (leaver_id, learner_id, enrolment_id, from_institution_id, year_be, grade_label, last_day,
                        destination_kind, destination_institution_id, changed_at, changed_by)
    SELECT n.leaver_id, n.learner_id, n.enrolment_id, $7, $8, n.grade_label, $9, n.destination_kind,
           n.destination_institution_id, $10, $11
      FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::uuid[])
           AS n(leaver_id, learner_id, enrolment_id, grade_label, destination_kind, destination_institution_id)
"""
SQL_WITHDRAW_LEAVERS = """
    UPDATE leaver SET is_withdrawn = true, changed_at = $2, changed_by = $3
     WHERE leaver_id = ANY($1::uuid[]) AND NOT is_withdrawn
"""
SQL_LOCK_LEAVERS = """
    SELECT leaver_id, learner_id, destination_kind, destination_institution_id
      FROM leaver
     WHERE from_institution_id = $1 AND year_be = $2 AND learner_id = ANY($3::uuid[]) AND NOT is_withdrawn
     ORDER BY leaver_id
       FOR UPDATE
"""
SQL_SET_DESTINATIONS = """
    UPDATE leaver l
       SET destination_kind = n.kind, destination_institution_id = n.institution_id, changed_at = $4, changed_by = $5
      FROM unnest($1::uuid[], $2::text[], $3::uuid[]) AS n(leaver_id, kind, institution_id)
     WHERE l.leaver_id = n.leaver_id
"""
# Arrived is who is enrolled anywhere on the day, by another enrolment than the one that ended. Who has died is not
# looked for. The page token is a leaver's id and not a name: tokens travel in addresses and logs.
SQL_LEAVERS = """
    WITH found AS (
        SELECT v.leaver_id, v.learner_id, v.from_institution_id, v.grade_label, v.last_day, v.destination_kind,
               v.destination_institution_id, a.institution_id AS arrived_institution_id, l.registrar_institution_id,
               n.given_name, n.family_name,
               v.destination_kind = ANY($6::text[]) AND a.institution_id IS NULL AND $4::date >= $5::date
                   AND s.status IS DISTINCT FROM 'DECEASED' AS is_missing
          FROM leaver v
          JOIN learner l ON l.learner_id = v.learner_id AND l.merged_into_learner_id IS NULL
          LEFT JOIN LATERAL (
               SELECT e.institution_id FROM enrolment e
                WHERE e.learner_id = v.learner_id AND e.enrolment_id <> v.enrolment_id
                  AND e.role <> 'SHORT_COURSE' AND e.valid_during @> $4::date
                ORDER BY e.role <> 'PRIMARY', e.valid_from DESC LIMIT 1) a ON true
          LEFT JOIN LATERAL (
               SELECT i.status FROM learner_status i
                WHERE i.learner_id = v.learner_id AND i.status IS NOT NULL AND i.valid_from <= $4::date
                  AND NOT EXISTS (SELECT FROM learner_status w
                                   WHERE w.withdraws_learner_status_id = i.learner_status_id)
                ORDER BY i.valid_from DESC, i.statement_no DESC LIMIT 1) s ON true
          LEFT JOIN learner_name n ON n.learner_id = v.learner_id AND n.language = 'th' AND n.ended_at IS NULL
         WHERE v.year_be = $2 AND NOT v.is_withdrawn
           AND CASE WHEN $3 THEN v.destination_institution_id ELSE v.from_institution_id END = ANY($1::uuid[])
    ), wanted AS (
        SELECT f.*, count(*) OVER () AS total FROM found f WHERE f.is_missing OR NOT $7
    )
    SELECT w.*
      FROM wanted w
     WHERE $8::uuid IS NULL
        OR (w.given_name COLLATE "th-x-icu", w.family_name COLLATE "th-x-icu", w.leaver_id) >
           (SELECT a.given_name COLLATE "th-x-icu", a.family_name COLLATE "th-x-icu", b.leaver_id
              FROM leaver b
              JOIN learner_name a ON a.learner_id = b.learner_id AND a.language = 'th' AND a.ended_at IS NULL
             WHERE b.leaver_id = $8::uuid)
     ORDER BY w.given_name COLLATE "th-x-icu", w.family_name COLLATE "th-x-icu", w.leaver_id
     LIMIT $9
"""


def _run(row: Record) -> Run:
    return Run(
        year_end_run_id=row["year_end_run_id"],
        institution_id=row["institution_id"],
        year_be=row["year_be"],
        last_day=row["last_day"],
        first_day=row["first_day"],
        state=RunState(row["state"]),
        rule_version=row["rule_version"],
        provenance=Provenance(
            row["source"], DataStatus(row["data_status"]), row["effective_from"], row["source_version"]
        ),
        planned_at=row["planned_at"],
    )


def _line(row: Record) -> Line:
    kind = row["destination_kind"]
    return Line(
        line_no=row["line_no"],
        learner_id=row["learner_id"],
        enrolment_id=row["enrolment_id"],
        decision=Decision(row["decision"]),
        reason_code=row["reason_code"],
        grade_label=row["grade_label"],
        next_grade_label=row["next_grade_label"],
        destination=Destination(kind, row["destination_institution_id"]) if kind else None,
        planned_history_id=row["planned_history_id"],
        applied_history_id=row["applied_history_id"],
        learner_status_id=row["learner_status_id"],
        leaver_id=row["leaver_id"],
        is_applied=row["is_applied"],
    )


async def current(connection: Connection, institution_id: UUID, year_be: int) -> Run | None:
    """The plan or run in hand of an institution and year, held until the transaction ends."""
    row = await connection.fetchrow(SQL_CURRENT, institution_id, year_be)
    return None if row is None else _run(row)


async def get(connection: Connection, run_id: UUID) -> Run | None:
    """A run by id."""
    row = await connection.fetchrow(SQL_GET, run_id)
    return None if row is None else _run(row)


async def lock(connection: Connection, run_id: UUID) -> Run | None:
    """A run by id, held until the transaction ends."""
    row = await connection.fetchrow(SQL_LOCK, run_id)
    return None if row is None else _run(row)


async def insert(connection: Connection, run: Run, lines: Sequence[Line], *, planned_by: str) -> None:
    """Add a plan with its lines."""
    await connection.execute(
        SQL_INSERT,
        run.year_end_run_id,
        run.institution_id,
        run.year_be,
        run.last_day,
        run.first_day,
        run.state,
        run.rule_version,
        run.provenance.source,
        run.provenance.status.value,
        run.provenance.effective_from,
        run.provenance.version,
        run.planned_at,
        planned_by,
    )
    await connection.execute(
        SQL_INSERT_LINES,
        run.year_end_run_id,
        [line.line_no for line in lines],
        [line.learner_id for line in lines],
        [line.enrolment_id for line in lines],
        [line.decision for line in lines],
        [line.reason_code for line in lines],
        [line.grade_label for line in lines],
        [line.next_grade_label for line in lines],
        [line.destination.kind if line.destination else "" for line in lines],
        [line.destination.institution_id if line.destination else None for line in lines],
        [line.planned_history_id for line in lines],
    )


async def set_state(connection: Connection, run_id: UUID, state: RunState, *, now: datetime, changed_by: str) -> None:
    """Say how far a run is."""
    await connection.execute(SQL_SET_STATE, run_id, state, now, changed_by)


async def counts(connection: Connection, run_id: UUID) -> tuple[dict[Decision, int], int]:
    """Lines by decision, and how many are still to be carried out."""
    rows = await connection.fetch(SQL_COUNTS, run_id)
    return {Decision(row["decision"]): row["lines"] for row in rows}, sum(row["lines_left"] for row in rows)


async def list_lines(
    connection: Connection, run_id: UUID, *, decisions: Sequence[Decision], after: int, limit: int
) -> list[Line]:
    """A page of lines by number."""
    rows = await connection.fetch(SQL_LINES, run_id, after, [str(item) for item in decisions], limit)
    return [_line(row) for row in rows]


async def next_lines(connection: Connection, run_id: UUID, *, limit: int) -> list[Line]:
    """The next lines to carry out."""
    return [_line(row) for row in await connection.fetch(SQL_NEXT_LINES, run_id, limit)]


async def applied_lines(connection: Connection, run_id: UUID) -> list[Line]:
    """Every line that was carried out."""
    return [_line(row) for row in await connection.fetch(SQL_APPLIED_LINES, run_id)]


async def update_lines(connection: Connection, run_id: UUID, lines: Sequence[Line]) -> None:
    """Write what became of lines."""
    await connection.execute(
        SQL_UPDATE_LINES,
        run_id,
        [line.line_no for line in lines],
        [line.decision for line in lines],
        [line.reason_code for line in lines],
        [line.applied_history_id for line in lines],
        [line.learner_status_id for line in lines],
        [line.leaver_id for line in lines],
        [line.is_applied for line in lines],
    )


async def insert_leavers(
    connection: Connection, run: Run, lines: Sequence[Line], *, now: datetime, changed_by: str
) -> None:
    """Add leavers with the place where they are expected."""
    places = [line.destination or Destination("") for line in lines]
    await connection.execute(
        SQL_INSERT_LEAVERS,
        [line.leaver_id for line in lines],
        [line.learner_id for line in lines],
        [line.enrolment_id for line in lines],
        [line.grade_label for line in lines],
        [place.kind for place in places],
        [place.institution_id for place in places],
        run.institution_id,
        run.year_be,
        run.last_day,
        now,
        changed_by,
    )


async def withdraw_leavers(
    connection: Connection, leaver_ids: Sequence[UUID], *, now: datetime, changed_by: str
) -> None:
    """Take leavers back, with the year end that made them."""
    await connection.execute(SQL_WITHDRAW_LEAVERS, leaver_ids, now, changed_by)


async def lock_leavers(
    connection: Connection, institution_id: UUID, year_be: int, learner_ids: Sequence[UUID]
) -> dict[UUID, tuple[UUID, Destination]]:
    """Leavers of an institution and year by learner, held until the transaction ends."""
    rows = await connection.fetch(SQL_LOCK_LEAVERS, institution_id, year_be, learner_ids)
    return {
        row["learner_id"]: (
            row["leaver_id"],
            Destination(row["destination_kind"], row["destination_institution_id"]),
        )
        for row in rows
    }


async def set_destinations(
    connection: Connection, destinations: Mapping[UUID, Destination], *, now: datetime, changed_by: str
) -> None:
    """Write where leavers are expected; a trigger keeps each place in the history."""
    await connection.execute(
        SQL_SET_DESTINATIONS,
        list(destinations),
        [item.kind for item in destinations.values()],
        [item.institution_id for item in destinations.values()],
        now,
        changed_by,
    )


async def leavers(
    connection: Connection,
    institution_ids: Sequence[UUID],
    *,
    year_be: int,
    is_expected_there: bool,
    on_date: date,
    arrive_by: date,
    expected_kinds: Sequence[str],
    is_not_arrived_only: bool,
    after: UUID | None,
    limit: int,
) -> tuple[list[Leaver], int]:
    """A page of leavers in Thai dictionary order, and how many all pages hold."""
    rows = await connection.fetch(
        SQL_LEAVERS,
        institution_ids,
        year_be,
        is_expected_there,
        on_date,
        arrive_by,
        expected_kinds,
        is_not_arrived_only,
        after,
        limit,
    )
    found = [
        Leaver(
            leaver_id=row["leaver_id"],
            learner_id=row["learner_id"],
            from_institution_id=row["from_institution_id"],
            grade_label=row["grade_label"],
            last_day=row["last_day"],
            destination=Destination(row["destination_kind"], row["destination_institution_id"]),
            arrived_institution_id=row["arrived_institution_id"],
            is_missing=row["is_missing"],
            registrar_institution_id=row["registrar_institution_id"],
        )
        for row in rows
    ]
    return found, rows[0]["total"] if rows else 0
