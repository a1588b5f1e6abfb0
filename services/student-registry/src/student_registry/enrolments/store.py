"""SQL of enrolments: one function per statement."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from chassis.pg import Connection, Record

from student_registry.enrolments.domain import (
    DeliverySystem,
    Enrolment,
    EnrolmentFacts,
    EnrolmentRole,
    EnrolmentState,
    HostingScope,
)
from student_registry.provenance import DataStatus, Provenance

CONSTRAINTS = frozenset({"enrolment_natural_key", "enrolment_one_primary", "enrolment_overlap"})
"""Never violated while the learner is locked; a race would otherwise show here."""

# Of a day on which other details held, the last statement that held by then tells them.
_COLUMNS = """
           e.enrolment_id, e.learner_id, e.institution_id, e.role,
           COALESCE(h.delivery_system, e.delivery_system) AS delivery_system,
           COALESCE(h.grade_label, e.grade_label) AS grade_label, COALESCE(h.classroom, e.classroom) AS classroom,
           COALESCE(h.programme_code, e.programme_code) AS programme_code,
           CASE WHEN h.enrolment_id IS NULL THEN e.number_in_class ELSE h.number_in_class END AS number_in_class,
           CASE WHEN h.enrolment_id IS NULL THEN e.hosting_scope ELSE h.hosting_scope END AS hosting_scope,
           CASE WHEN h.enrolment_id IS NULL THEN e.hosted_classes ELSE h.hosted_classes END AS hosted_classes,
           e.end_reason, COALESCE(h.holds_from, e.holds_from) AS holds_from, e.valid_from, e.valid_to, e.source,
           e.data_status, e.effective_from, e.source_version
"""
SQL_OF_LEARNERS = f"""
    SELECT {_COLUMNS}
      FROM enrolment e
      LEFT JOIN LATERAL (
            SELECT h.enrolment_id, h.delivery_system, h.grade_label, h.classroom, h.programme_code, h.number_in_class,
                   h.hosting_scope, h.hosted_classes, h.holds_from
              FROM enrolment_history h
             WHERE e.holds_from > $2::date AND h.enrolment_id = e.enrolment_id
               AND COALESCE(h.holds_from, h.valid_from) <= $2::date
             ORDER BY h.enrolment_history_id DESC LIMIT 1) h ON true
     WHERE e.learner_id = ANY($1::uuid[]) AND ($2::date IS NULL OR e.valid_during @> $2::date)
     ORDER BY e.learner_id, e.valid_from, e.enrolment_id
"""
SQL_BY_IDS = """
    SELECT enrolment_id, learner_id, institution_id, role, delivery_system, grade_label, classroom, programme_code,
           number_in_class, hosting_scope, hosted_classes, end_reason, holds_from, valid_from, valid_to, source,
           data_status, effective_from, source_version
      FROM enrolment
     WHERE enrolment_id = ANY($1::uuid[])
     ORDER BY enrolment_id
"""
SQL_HISTORY = """
    SELECT e.enrolment_id, e.learner_id, e.institution_id, e.role, h.delivery_system, h.grade_label, h.classroom,
           COALESCE(h.programme_code, e.programme_code) AS programme_code, h.number_in_class, h.hosting_scope,
           h.hosted_classes, h.end_reason, h.holds_from, h.valid_from, h.valid_to, h.source, h.data_status,
           h.effective_from, h.source_version, h.recorded_at
      FROM enrolment e
      JOIN enrolment_history h ON h.enrolment_id = e.enrolment_id
     WHERE e.learner_id = $1
     ORDER BY e.valid_from, e.enrolment_id, h.enrolment_history_id
"""
SQL_STATES = """
    SELECT h.enrolment_history_id, e.enrolment_id, e.learner_id, e.institution_id, e.role, h.delivery_system,
           h.grade_label, h.classroom, COALESCE(h.programme_code, e.programme_code) AS programme_code,
           h.number_in_class, h.hosting_scope, h.hosted_classes, h.end_reason, h.holds_from, h.valid_from, h.valid_to,
           h.source, h.data_status, h.effective_from, h.source_version
      FROM enrolment_history h
      JOIN enrolment e ON e.enrolment_id = h.enrolment_id
     WHERE h.enrolment_history_id = ANY($1::bigint[])
"""
SQL_LATEST_STATES = """
    SELECT enrolment_id, max(enrolment_history_id) AS enrolment_history_id
      FROM enrolment_history WHERE enrolment_id = ANY($1::uuid[])
     GROUP BY enrolment_id
"""
SQL_RUNNING = """
    SELECT e.enrolment_id, e.learner_id, e.institution_id, e.role, e.delivery_system, e.grade_label, e.classroom,
           e.programme_code, e.number_in_class, e.hosting_scope, e.hosted_classes, e.end_reason, e.holds_from,
           e.valid_from, e.valid_to, e.source, e.data_status, e.effective_from, e.source_version
      FROM enrolment e
      JOIN learner l ON l.learner_id = e.learner_id AND l.merged_into_learner_id IS NULL
     WHERE e.institution_id = $1 AND e.role = ANY($2::text[]) AND e.valid_from <= $3::date
       AND (e.valid_to IS NULL OR e.valid_to >= $4::date)
     ORDER BY e.grade_label, e.classroom, e.number_in_class, e.enrolment_id
"""
# Whoever writes an enrolment of a known learner holds the learner first: the order of learners/use_cases.py.
SQL_LOCK_LEARNERS = """
    SELECT learner_id FROM learner WHERE learner_id = ANY($1::uuid[]) ORDER BY learner_id FOR UPDATE
"""
SQL_INSERT = """
    INSERT INTO enrolment (enrolment_id, learner_id, institution_id, role, delivery_system, grade_label, classroom,
                           programme_code, valid_from, valid_to, source, data_status, effective_from, source_version,
                           number_in_class, hosting_scope, hosted_classes, end_reason, recorded_at, recorded_by)
    SELECT n.enrolment_id, n.learner_id, n.institution_id, n.role, n.delivery_system, n.grade_label, n.classroom,
           n.programme_code, n.valid_from, n.valid_to, n.source, n.data_status, n.effective_from, n.source_version,
           n.number_in_class, n.hosting_scope, string_to_array(n.hosted_classes, E'\\n'), n.end_reason, $19, $20
      FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[],
                  $9::date[], $10::date[], $11::text[], $12::text[], $13::date[], $14::text[], $15::smallint[],
                  $16::text[], $17::text[], $18::text[])
           AS n(enrolment_id, learner_id, institution_id, role, delivery_system, grade_label, classroom, programme_code,
                valid_from, valid_to, source, data_status, effective_from, source_version, number_in_class,
                hosting_scope, hosted_classes, end_reason)
     ORDER BY n.learner_id, n.valid_from
"""
# A change that does not say since when holds from the day on which it is written.
SQL_UPDATE = """
    UPDATE enrolment e
       SET delivery_system = n.delivery_system, grade_label = n.grade_label, classroom = n.classroom,
           programme_code = n.programme_code, number_in_class = n.number_in_class, hosting_scope = n.hosting_scope,
           hosted_classes = string_to_array(n.hosted_classes, E'\\n'), end_reason = n.end_reason,
           holds_from = COALESCE(n.holds_from, greatest(e.holds_from, e.valid_from, $16::date)),
           valid_to = n.valid_to, source = n.source, data_status = n.data_status, effective_from = n.effective_from,
           source_version = n.source_version, recorded_at = $15, recorded_by = $17
      FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::date[], $6::text[], $7::text[], $8::date[],
                  $9::text[], $10::text[], $11::smallint[], $12::text[], $13::text[], $14::text[], $18::date[])
           AS n(enrolment_id, delivery_system, grade_label, classroom, valid_to, source, data_status, effective_from,
                source_version, programme_code, number_in_class, hosting_scope, hosted_classes, end_reason, holds_from)
     WHERE e.enrolment_id = n.enrolment_id
"""


def _enrolment(row: Record) -> Enrolment:
    scope = row["hosting_scope"]
    facts = EnrolmentFacts(
        institution_id=row["institution_id"],
        role=EnrolmentRole(row["role"]),
        delivery_system=DeliverySystem(row["delivery_system"]),
        grade_label=row["grade_label"],
        classroom=row["classroom"],
        programme_code=row["programme_code"],
        valid_from=row["valid_from"],
        valid_to=row["valid_to"],
        number_in_class=row["number_in_class"],
        hosting_scope=HostingScope(scope) if scope else None,
        hosted_classes=tuple(row["hosted_classes"]),
        end_reason=row["end_reason"],
    )
    provenance = Provenance(row["source"], DataStatus(row["data_status"]), row["effective_from"], row["source_version"])
    return Enrolment(row["enrolment_id"], row["learner_id"], facts, provenance, row["holds_from"])


async def by_ids(connection: Connection, enrolment_ids: Sequence[UUID]) -> list[Enrolment]:
    """Enrolments as they are kept now."""
    return [_enrolment(row) for row in await connection.fetch(SQL_BY_IDS, enrolment_ids)]


async def history(connection: Connection, learner_id: UUID) -> list[EnrolmentState]:
    """What was stated about one learner's enrolments, by enrolment, oldest first."""
    return [
        EnrolmentState(_enrolment(row), row["recorded_at"]) for row in await connection.fetch(SQL_HISTORY, learner_id)
    ]


async def states(connection: Connection, history_ids: Sequence[int]) -> dict[int, Enrolment]:
    """What enrolments were according to these statements."""
    rows = await connection.fetch(SQL_STATES, history_ids)
    return {row["enrolment_history_id"]: _enrolment(row) for row in rows}


async def latest_states(connection: Connection, enrolment_ids: Sequence[UUID]) -> dict[UUID, int]:
    """The newest statement about each of these enrolments."""
    rows = await connection.fetch(SQL_LATEST_STATES, enrolment_ids)
    return {row["enrolment_id"]: row["enrolment_history_id"] for row in rows}


async def running(
    connection: Connection, institution_id: UUID, *, roles: Sequence[EnrolmentRole], begun_by: date, until: date
) -> list[Enrolment]:
    """Enrolments there that began by one day and go on until another, by grade and classroom."""
    rows = await connection.fetch(SQL_RUNNING, institution_id, [str(role) for role in roles], begun_by, until)
    return [_enrolment(row) for row in rows]


async def lock_learners(connection: Connection, learner_ids: Sequence[UUID]) -> None:
    """Hold learners until the transaction ends, in the order of their ids."""
    await connection.execute(SQL_LOCK_LEARNERS, learner_ids)


async def of_learners(connection: Connection, learner_ids: Sequence[UUID], *, on_date: date | None) -> list[Enrolment]:
    """Enrolments of these learners by learner: those valid on a day, or all."""
    return [_enrolment(row) for row in await connection.fetch(SQL_OF_LEARNERS, learner_ids, on_date)]


async def insert(connection: Connection, enrolments: Sequence[Enrolment], *, now: datetime, recorded_by: str) -> None:
    """Add enrolments; a trigger keeps their first state in the history."""
    facts = [enrolment.facts for enrolment in enrolments]
    provenances = [enrolment.provenance for enrolment in enrolments]
    await connection.execute(
        SQL_INSERT,
        [enrolment.enrolment_id for enrolment in enrolments],
        [enrolment.learner_id for enrolment in enrolments],
        [fact.institution_id for fact in facts],
        [fact.role.value for fact in facts],
        [fact.delivery_system.value for fact in facts],
        [fact.grade_label for fact in facts],
        [fact.classroom for fact in facts],
        [fact.programme_code for fact in facts],
        [fact.valid_from for fact in facts],
        [fact.valid_to for fact in facts],
        [provenance.source for provenance in provenances],
        [provenance.status.value for provenance in provenances],
        [provenance.effective_from for provenance in provenances],
        [provenance.version for provenance in provenances],
        [fact.number_in_class for fact in facts],
        [fact.hosting_scope for fact in facts],
        ["\n".join(fact.hosted_classes) for fact in facts],
        [fact.end_reason for fact in facts],
        now,
        recorded_by,
    )


async def update(
    connection: Connection, enrolments: Sequence[Enrolment], *, today: date, now: datetime, recorded_by: str
) -> None:
    """Write what changed about enrolments; a trigger keeps the new state in the history."""
    facts = [enrolment.facts for enrolment in enrolments]
    provenances = [enrolment.provenance for enrolment in enrolments]
    await connection.execute(
        SQL_UPDATE,
        [enrolment.enrolment_id for enrolment in enrolments],
        [fact.delivery_system.value for fact in facts],
        [fact.grade_label for fact in facts],
        [fact.classroom for fact in facts],
        [fact.valid_to for fact in facts],
        [provenance.source for provenance in provenances],
        [provenance.status.value for provenance in provenances],
        [provenance.effective_from for provenance in provenances],
        [provenance.version for provenance in provenances],
        [fact.programme_code for fact in facts],
        [fact.number_in_class for fact in facts],
        [fact.hosting_scope for fact in facts],
        ["\n".join(fact.hosted_classes) for fact in facts],
        [fact.end_reason for fact in facts],
        now,
        today,
        recorded_by,
        [enrolment.holds_from for enrolment in enrolments],
    )
