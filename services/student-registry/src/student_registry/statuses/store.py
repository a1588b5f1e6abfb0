"""SQL of statuses: one function per statement."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from chassis.pg import Connection, Record

from student_registry.provenance import DataStatus, Provenance
from student_registry.statuses.domain import (
    ActivityInput,
    ActivityStatement,
    LearnerStatus,
    NeetState,
    OutsideActivity,
    Statement,
    StatusKind,
    StatusReason,
)

CONSTRAINTS = frozenset({"learner_status_withdrawn_once"})
"""Never violated while the learner is locked; a race would otherwise show here."""

SQL_KINDS = """
    SELECT k.status, k.name_th, k.needs_reason, k.may_be_first, k.is_out_of_education, k.version, k.effective_from,
           k.source, k.data_status,
           (SELECT d.reason_code FROM learner_status_default_reason d
             WHERE d.status = k.status AND d.effective_from <= CURRENT_DATE
             ORDER BY d.effective_from DESC LIMIT 1) AS default_reason_code,
           ARRAY(SELECT t.becomes FROM learner_status_transition t WHERE t.status = k.status) AS becomes
      FROM learner_status_kind k
     ORDER BY k.shown_at
"""
SQL_REASONS = """
    SELECT reason_code, name_th, statuses, version, effective_from, source, data_status
      FROM learner_status_reason
     ORDER BY shown_at
"""
SQL_OF_LEARNERS = """
    SELECT learner_status_id, statement_no, learner_id, status, reason_code, stated_by_institution_id, valid_from,
           confirmed_on, withdraws_learner_status_id, source, data_status, effective_from, source_version, recorded_at
      FROM learner_status
     WHERE learner_id = ANY($1::uuid[])
     ORDER BY statement_no
"""
SQL_LEARNERS_OF = "SELECT learner_status_id, learner_id FROM learner_status WHERE learner_status_id = ANY($1::uuid[])"
SQL_INSERT = """
    INSERT INTO learner_status (learner_status_id, learner_id, status, reason_code, stated_by_institution_id,
                                valid_from, confirmed_on, withdraws_learner_status_id, rule_version, source,
                                data_status, effective_from, source_version, recorded_at, recorded_by)
    SELECT n.learner_status_id, n.learner_id, n.status, NULLIF(n.reason_code, ''), n.stated_by_institution_id,
           n.valid_from, n.confirmed_on, n.withdraws_learner_status_id, $13, n.source, n.data_status, n.effective_from,
           n.source_version, $14, $15
      FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::uuid[], $6::date[], $7::date[], $8::uuid[],
                  $9::text[], $10::text[], $11::date[], $12::text[])
           WITH ORDINALITY
           AS n(learner_status_id, learner_id, status, reason_code, stated_by_institution_id, valid_from, confirmed_on,
                withdraws_learner_status_id, source, data_status, effective_from, source_version, n)
     ORDER BY n.n
"""
SQL_ACTIVITIES_OF_LEARNERS = """
    SELECT outside_activity_id, statement_no, learner_id, activity, stated_by_institution_id, valid_from, confirmed_on,
           source, data_status, effective_from, source_version, recorded_at
      FROM outside_activity
     WHERE learner_id = ANY($1::uuid[])
     ORDER BY statement_no
"""
SQL_INSERT_ACTIVITIES = """
    INSERT INTO outside_activity (outside_activity_id, learner_id, activity, stated_by_institution_id, valid_from,
                                  confirmed_on, source, data_status, effective_from, source_version, recorded_at,
                                  recorded_by)
    SELECT n.outside_activity_id, n.learner_id, n.activity, $10, n.valid_from, n.confirmed_on, n.source, n.data_status,
           n.effective_from, n.source_version, $11, $12
      FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::date[], $5::date[], $6::text[], $7::text[], $8::date[],
                  $9::text[])
           WITH ORDINALITY
           AS n(outside_activity_id, learner_id, activity, valid_from, confirmed_on, source, data_status,
                effective_from, source_version, n)
     ORDER BY n.n
"""
# Who answers for a learner on a day: the institution of the primary enrolment that began last, else the one that keeps
# his record. The page token is a learner id and not a name: tokens travel in addresses and logs.
SQL_BY_STATUS = """
    WITH scope AS (
        SELECT e.learner_id FROM enrolment e WHERE e.institution_id = ANY($1::uuid[])
        UNION
        SELECT l.learner_id FROM learner l WHERE l.registrar_institution_id = ANY($1::uuid[])
    ), held AS (
        SELECT s.*, l.registrar_institution_id, COALESCE(e.institution_id, l.registrar_institution_id) AS place_id,
               COALESCE(e.grade_label, '') AS grade_label, COALESCE(e.classroom, '') AS classroom,
               n.given_name, n.family_name, count(*) OVER () AS total
          FROM scope
          JOIN learner l ON l.learner_id = scope.learner_id AND l.merged_into_learner_id IS NULL
         CROSS JOIN LATERAL (
               SELECT i.learner_status_id, i.statement_no, i.learner_id, i.status, i.reason_code,
                      i.stated_by_institution_id, i.valid_from, i.confirmed_on, i.withdraws_learner_status_id, i.source,
                      i.data_status, i.effective_from, i.source_version, i.recorded_at
                 FROM learner_status i
                WHERE i.learner_id = l.learner_id AND i.status IS NOT NULL AND i.valid_from <= $3::date
                  AND NOT EXISTS (SELECT FROM learner_status w
                                   WHERE w.withdraws_learner_status_id = i.learner_status_id)
                ORDER BY i.valid_from DESC, i.statement_no DESC LIMIT 1) s
          LEFT JOIN LATERAL (
               SELECT i.institution_id, i.grade_label, i.classroom FROM enrolment i
                WHERE i.learner_id = l.learner_id AND i.role = 'PRIMARY' AND i.valid_from <= $3::date
                ORDER BY i.valid_from DESC LIMIT 1) e ON true
          LEFT JOIN learner_name n ON n.learner_id = l.learner_id AND n.language = 'th' AND n.ended_at IS NULL
         WHERE (cardinality($2::text[]) = 0 OR s.status = ANY($2::text[]))
           AND COALESCE(e.institution_id, l.registrar_institution_id) = ANY($1::uuid[])
           AND ($4 = '' OR $4 IN (e.classroom, e.grade_label || '/' || e.classroom))
    )
    SELECT h.*
      FROM held h
     WHERE $5::uuid IS NULL
        OR (h.given_name COLLATE "th-x-icu", h.family_name COLLATE "th-x-icu", h.learner_id) >
           (SELECT a.given_name COLLATE "th-x-icu", a.family_name COLLATE "th-x-icu", a.learner_id
              FROM learner_name a WHERE a.learner_id = $5::uuid AND a.language = 'th' AND a.ended_at IS NULL)
     ORDER BY h.given_name COLLATE "th-x-icu", h.family_name COLLATE "th-x-icu", h.learner_id
     LIMIT $6
"""
SQL_NEET = "SELECT n.learner_id, n.neet FROM neet_on($2::date, $3, $4) n WHERE n.learner_id = ANY($1::uuid[])"


@dataclass(frozen=True, slots=True)
class LearnerByStatus:
    """A learner with the statement that holds, and who answers for him."""

    statement: Statement
    institution_id: UUID
    registrar_institution_id: UUID
    grade_label: str
    classroom: str


def _provenance(row: Record, *, version: str = "source_version") -> Provenance:
    return Provenance(row["source"], DataStatus(row["data_status"]), row["effective_from"], row[version])


def _statement(row: Record) -> Statement:
    return Statement(
        learner_status_id=row["learner_status_id"],
        statement_no=row["statement_no"],
        learner_id=row["learner_id"],
        status=LearnerStatus(row["status"]) if row["status"] else None,
        reason_code=row["reason_code"] or "",
        stated_by_institution_id=row["stated_by_institution_id"],
        valid_from=row["valid_from"],
        confirmed_on=row["confirmed_on"],
        withdraws=row["withdraws_learner_status_id"],
        provenance=_provenance(row),
        recorded_at=row["recorded_at"],
    )


async def kinds(connection: Connection) -> list[StatusKind]:
    """The statuses in the order in which they are shown."""
    return [
        StatusKind(
            status=LearnerStatus(row["status"]),
            name_th=row["name_th"],
            needs_reason=row["needs_reason"],
            default_reason_code=row["default_reason_code"] or "",
            may_be_first=row["may_be_first"],
            is_out_of_education=row["is_out_of_education"],
            becomes=frozenset(map(LearnerStatus, row["becomes"])),
            provenance=_provenance(row, version="version"),
        )
        for row in await connection.fetch(SQL_KINDS)
    ]


async def reasons(connection: Connection) -> list[StatusReason]:
    """The reasons in the order in which they are shown."""
    return [
        StatusReason(
            row["reason_code"],
            row["name_th"],
            frozenset(map(LearnerStatus, row["statuses"])),
            _provenance(row, version="version"),
        )
        for row in await connection.fetch(SQL_REASONS)
    ]


async def of_learners(connection: Connection, learner_ids: Sequence[UUID]) -> list[Statement]:
    """Everything stated about these learners, in the order in which it was recorded."""
    return [_statement(row) for row in await connection.fetch(SQL_OF_LEARNERS, learner_ids)]


async def learners_of(connection: Connection, statement_ids: Sequence[UUID]) -> dict[UUID, UUID]:
    """Whose statements these are."""
    rows = await connection.fetch(SQL_LEARNERS_OF, statement_ids)
    return {row["learner_status_id"]: row["learner_id"] for row in rows}


async def insert(
    connection: Connection, statements: Sequence[Statement], *, rule_version: str, now: datetime, recorded_by: str
) -> None:
    """Add statements in their order; the database numbers them."""
    await connection.execute(
        SQL_INSERT,
        [item.learner_status_id for item in statements],
        [item.learner_id for item in statements],
        [item.status for item in statements],
        [item.reason_code for item in statements],
        [item.stated_by_institution_id for item in statements],
        [item.valid_from for item in statements],
        [item.confirmed_on for item in statements],
        [item.withdraws for item in statements],
        [item.provenance.source for item in statements],
        [item.provenance.status.value for item in statements],
        [item.provenance.effective_from for item in statements],
        [item.provenance.version for item in statements],
        rule_version,
        now,
        recorded_by,
    )


async def activities_of(connection: Connection, learner_ids: Sequence[UUID]) -> list[ActivityStatement]:
    """Every activity stated of these learners, in the order in which it was recorded."""
    return [
        ActivityStatement(
            outside_activity_id=row["outside_activity_id"],
            statement_no=row["statement_no"],
            learner_id=row["learner_id"],
            activity=OutsideActivity(row["activity"]),
            stated_by_institution_id=row["stated_by_institution_id"],
            valid_from=row["valid_from"],
            confirmed_on=row["confirmed_on"],
            provenance=_provenance(row),
            recorded_at=row["recorded_at"],
        )
        for row in await connection.fetch(SQL_ACTIVITIES_OF_LEARNERS, learner_ids)
    ]


async def insert_activities(
    connection: Connection,
    activities: Sequence[tuple[UUID, ActivityInput]],
    *,
    stated_by: UUID,
    now: datetime,
    recorded_by: str,
) -> None:
    """Add activities: pairs of id and statement."""
    facts = [item for _, item in activities]
    await connection.execute(
        SQL_INSERT_ACTIVITIES,
        [activity_id for activity_id, _ in activities],
        [item.learner_id for item in facts],
        [item.activity for item in facts],
        [item.valid_from for item in facts],
        [item.confirmed_on for item in facts],
        [item.provenance.source for item in facts],
        [item.provenance.status.value for item in facts],
        [item.provenance.effective_from for item in facts],
        [item.provenance.version for item in facts],
        stated_by,
        now,
        recorded_by,
    )


async def by_status(
    connection: Connection,
    institution_ids: Sequence[UUID],
    *,
    statuses: Sequence[LearnerStatus],
    on_date: date,
    classroom: str,
    after: UUID | None,
    limit: int,
) -> tuple[list[LearnerByStatus], int]:
    """A page of learners by the status that holds, in Thai dictionary order, and how many all pages hold."""
    rows = await connection.fetch(
        SQL_BY_STATUS, institution_ids, [str(item) for item in statuses], on_date, classroom, after, limit
    )
    found = [
        LearnerByStatus(
            _statement(row), row["place_id"], row["registrar_institution_id"], row["grade_label"], row["classroom"]
        )
        for row in rows
    ]
    return found, rows[0]["total"] if rows else 0


async def neet(
    connection: Connection, learner_ids: Sequence[UUID], *, on_date: date, ages: tuple[int, int]
) -> dict[UUID, NeetState]:
    """Whether each of these learners is neither in education nor in work nor in training on a day."""
    rows = await connection.fetch(SQL_NEET, learner_ids, on_date, *ages)
    return {row["learner_id"]: NeetState(row["neet"]) for row in rows}
