"""SQL of searches: one function per statement. Institutions are always given: nobody searches everywhere."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from chassis.pg import Connection, Record

from student_registry.access.domain import Visible
from student_registry.enrolments.domain import DeliverySystem, EnrolmentRole
from student_registry.learners.domain import PersonName, Sex
from student_registry.search.domain import EnrolmentHeld, EnrolmentHit, LearnerHit, NameHeld, NamePatterns, StatusHeld

# Whom the institutions have on the day by enrolment, and those whose record one of them keeps: people in no school
# and who left, found as long as no grade, class or role is asked for. The rest is looked up for each of them
# (OFFSET 0 keeps the planner from joining whole tables of the nation to one school).
_SCOPE = """
    WITH scope AS (
        SELECT e.learner_id
          FROM enrolment e
         WHERE e.institution_id = ANY($1::uuid[]) AND e.valid_during @> $2::date
           AND ($3 = '' OR e.grade_label = $3)
           AND ($4 = '' OR e.classroom = $4)
           AND ($5 = '' OR $5 IN (e.classroom, e.grade_label || '/' || e.classroom))
           AND (cardinality($6::text[]) = 0 OR e.role = ANY($6::text[]))
           AND (cardinality($7::text[]) = 0 OR e.delivery_system = ANY($7::text[]))
        UNION
        SELECT l.learner_id
          FROM learner l
         WHERE l.registrar_institution_id = ANY($1::uuid[])
           AND $3 = '' AND $4 = '' AND $5 = '' AND cardinality($6::text[]) = 0 AND cardinality($7::text[]) = 0)
    SELECT l.learner_id, l.registrar_institution_id = $8::uuid AS is_registrar
      FROM scope c
     CROSS JOIN LATERAL (SELECT a.learner_id, a.registrar_institution_id FROM learner a
                          WHERE a.learner_id = c.learner_id AND a.merged_into_learner_id IS NULL
                            AND NOT EXISTS (SELECT FROM closed_to($8::uuid) x WHERE x.learner_id = a.learner_id)
                         OFFSET 0) l
     CROSS JOIN LATERAL (SELECT a.given_name, a.family_name FROM learner_name a
                          WHERE a.learner_id = c.learner_id AND a.language = 'th' AND a.ended_at IS NULL OFFSET 0) n
"""
_HAS_STATUS = """
       (cardinality($9::text[]) = 0
        OR (SELECT s.status FROM learner_status s
             WHERE s.learner_id = l.learner_id AND s.valid_from <= $2::date AND s.status IS NOT NULL
               AND NOT EXISTS (SELECT FROM learner_status w
                                WHERE w.withdraws_learner_status_id = s.learner_status_id)
             ORDER BY s.valid_from DESC, s.statement_no DESC LIMIT 1) = ANY($9::text[]))
"""
# The page token is a learner id and not a name: tokens travel in addresses and logs.
_AFTER = """
       AND ($10::uuid IS NULL
            OR (n.given_name COLLATE "th-x-icu", n.family_name COLLATE "th-x-icu", l.learner_id) >
               (SELECT a.given_name COLLATE "th-x-icu", a.family_name COLLATE "th-x-icu", a.learner_id
                  FROM learner_name a WHERE a.learner_id = $10::uuid AND a.language = 'th' AND a.ended_at IS NULL))
"""
_ORDER = """
     ORDER BY n.given_name COLLATE "th-x-icu", n.family_name COLLATE "th-x-icu", l.learner_id
     LIMIT $11
"""
SQL_SEARCH = f"{_SCOPE} WHERE {_HAS_STATUS} {_AFTER} {_ORDER}"
SQL_SEARCH_NAME = f"""{_SCOPE} WHERE {_HAS_STATUS} {_AFTER}
       AND EXISTS (SELECT FROM learner_name m
                    WHERE m.learner_id = c.learner_id AND m.ended_at IS NULL
                      AND (m.matching_given LIKE $12 OR m.matching_family LIKE $12)) {_ORDER}"""
SQL_SEARCH_NAMES = f"""{_SCOPE} WHERE {_HAS_STATUS} {_AFTER}
       AND EXISTS (SELECT FROM learner_name m
                    WHERE m.learner_id = c.learner_id AND m.ended_at IS NULL
                      AND m.matching_given LIKE $12 AND m.matching_family LIKE $13) {_ORDER}"""
# One or two letters have no trigram, or one that every third name has: the roll is looked through instead.
SQL_SEARCH_LETTERS = f"""{_SCOPE} WHERE {_HAS_STATUS} {_AFTER}
       AND (SELECT bool_or(m.matching_given LIKE $12 OR m.matching_family LIKE $12) FROM learner_name m
             WHERE m.learner_id = c.learner_id AND m.ended_at IS NULL) {_ORDER}"""
SQL_SEARCH_IDS = f"""{_SCOPE} WHERE {_HAS_STATUS} {_AFTER} AND c.learner_id = ANY($12::uuid[])
       AND EXISTS (SELECT FROM learner_name m
                    WHERE m.learner_id = c.learner_id AND m.ended_at IS NULL
                      AND CASE WHEN $15 THEN m.matching_given LIKE $13 OR m.matching_family LIKE $13
                               ELSE m.matching_given LIKE $13 AND m.matching_family LIKE $14 END) {_ORDER}"""
SQL_CLASS = """
    SELECT l.learner_id, l.registrar_institution_id = $2::uuid AS is_registrar
      FROM enrolment e
      JOIN learner l ON l.learner_id = e.learner_id AND l.merged_into_learner_id IS NULL
     CROSS JOIN LATERAL (SELECT a.given_name, a.family_name FROM learner_name a
                          WHERE a.learner_id = e.learner_id AND a.language = 'th' AND a.ended_at IS NULL OFFSET 0) n
     WHERE e.institution_id = $1::uuid AND e.valid_during @> $3::date
       AND e.grade_label = $4 AND ($5 = '' OR e.classroom = $5)
       AND ($6 = '' OR $6 IN (e.classroom, e.grade_label || '/' || e.classroom))
       AND NOT EXISTS (SELECT FROM closed_to($2::uuid) x WHERE x.learner_id = l.learner_id)
     ORDER BY e.classroom, e.number_in_class NULLS LAST, n.given_name COLLATE "th-x-icu",
              n.family_name COLLATE "th-x-icu", l.learner_id
     LIMIT $7
"""
SQL_HITS = """
    SELECT l.learner_id, l.registrar_institution_id, l.sex, n.title, n.given_name, n.family_name,
           (SELECT s.status FROM learner_status s
             WHERE s.learner_id = l.learner_id AND s.valid_from <= $2::date AND s.status IS NOT NULL
               AND NOT EXISTS (SELECT FROM learner_status w
                                WHERE w.withdraws_learner_status_id = s.learner_status_id)
             ORDER BY s.valid_from DESC, s.statement_no DESC LIMIT 1) AS status
      FROM learner l
      JOIN learner_name n ON n.learner_id = l.learner_id AND n.language = 'th' AND n.ended_at IS NULL
     WHERE l.learner_id = ANY($1::uuid[])
"""
SQL_ENROLMENTS = """
    SELECT enrolment_id, learner_id, institution_id, role, delivery_system, grade_label, classroom, number_in_class
      FROM enrolment
     WHERE learner_id = ANY($1::uuid[]) AND institution_id = ANY($2::uuid[]) AND valid_during @> $3::date
     ORDER BY learner_id, valid_from, enrolment_id
"""
SQL_IN_SCOPE = """
    SELECT l.learner_id, l.registrar_institution_id = $3::uuid AS is_registrar
      FROM learner l
     WHERE l.learner_id = ANY($1::uuid[])
       AND (l.registrar_institution_id = ANY($2::uuid[])
            OR EXISTS (SELECT FROM enrolment e
                        WHERE e.learner_id = l.learner_id AND e.institution_id = ANY($2::uuid[])
                          AND (e.valid_to IS NULL OR e.valid_to >= $4::date)))
       AND NOT EXISTS (SELECT FROM closed_to($3::uuid) x WHERE x.learner_id = l.learner_id)
"""
SQL_OWNERS = """
    SELECT blind_index, learner_id FROM learner_identifier
     WHERE kind NOT IN ('STUDENT_NO', 'VOCATIONAL_STUDENT_NO') AND blind_index = ANY($1::bytea[])
    UNION ALL
    SELECT blind_index, learner_id FROM learner_identifier
     WHERE kind IN ('STUDENT_NO', 'VOCATIONAL_STUDENT_NO') AND blind_index = ANY($1::bytea[])
       AND valid_during @> $2::date
"""
SQL_NAMES = """
    SELECT language, title, given_name, family_name, recorded_at, ended_at, since, until
      FROM learner_name
     WHERE learner_id = $1 AND NOT was_wrong
     ORDER BY language DESC, recorded_at, learner_name_id
"""
# Of each enrolment what was stated last among what holds from the day or before it; what it is today where no day is
# asked for.
SQL_ENROLMENTS_HELD = """
    SELECT DISTINCT ON (e.valid_from, e.enrolment_id)
           e.enrolment_id, e.institution_id, e.role, h.delivery_system, h.grade_label, h.classroom,
           COALESCE(h.programme_code, e.programme_code) AS programme_code, h.number_in_class, e.valid_from, e.valid_to
      FROM enrolment e
      JOIN enrolment_history h ON h.enrolment_id = e.enrolment_id
     WHERE e.learner_id = $1
       AND ($2::date IS NULL
            OR (e.valid_during @> $2::date AND COALESCE(h.holds_from, h.valid_from) <= $2::date))
     ORDER BY e.valid_from, e.enrolment_id, h.enrolment_history_id DESC
"""
SQL_STATUSES = """
    SELECT s.status, COALESCE(s.reason_code, '') AS reason_code, s.valid_from, s.stated_by_institution_id,
           lead(s.valid_from) OVER (ORDER BY s.valid_from, s.statement_no) AS valid_to
      FROM learner_status s
     WHERE s.learner_id = $1 AND s.status IS NOT NULL
       AND NOT EXISTS (SELECT FROM learner_status w WHERE w.withdraws_learner_status_id = s.learner_status_id)
     ORDER BY s.valid_from, s.statement_no
"""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Filters of a search as the statements take them; empty ones mean all.

    Attributes:
        limited_to: Classroom that the caller is limited to.
    """

    institution_ids: Sequence[UUID]
    own_institution_id: UUID
    on_date: date
    grade_label: str = ""
    classroom: str = ""
    limited_to: str = ""
    roles: Sequence[str] = ()
    delivery_systems: Sequence[str] = ()
    statuses: Sequence[str] = ()


def _arguments(wanted: Wanted, *, after: UUID | None, limit: int) -> tuple[object, ...]:
    return (
        wanted.institution_ids,
        wanted.on_date,
        wanted.grade_label,
        wanted.classroom,
        wanted.limited_to,
        wanted.roles,
        wanted.delivery_systems,
        wanted.own_institution_id,
        wanted.statuses,
        after,
        limit,
    )


def _visible(rows: Sequence[Record]) -> list[Visible]:
    return [Visible(row["learner_id"], row["is_registrar"]) for row in rows]


def _sex(value: str | None) -> Sex | None:
    return Sex(value) if value else None


async def search(connection: Connection, wanted: Wanted, *, after: UUID | None, limit: int) -> list[Visible]:
    """Learners of the institutions in Thai dictionary order."""
    return _visible(await connection.fetch(SQL_SEARCH, *_arguments(wanted, after=after, limit=limit)))


async def search_names(
    connection: Connection, wanted: Wanted, patterns: NamePatterns, *, after: UUID | None, limit: int
) -> list[Visible]:
    """Those of them whose name fits."""
    arguments = _arguments(wanted, after=after, limit=limit)
    if patterns.is_either:
        statement = SQL_SEARCH_NAME if patterns.has_trigram else SQL_SEARCH_LETTERS
        return _visible(await connection.fetch(statement, *arguments, patterns.given))
    return _visible(await connection.fetch(SQL_SEARCH_NAMES, *arguments, patterns.given, patterns.family))


async def search_ids(
    connection: Connection,
    wanted: Wanted,
    learner_ids: Sequence[UUID],
    patterns: NamePatterns | None,
    *,
    after: UUID | None,
    limit: int,
) -> list[Visible]:
    """Those of them who are among these, and whose name fits where one is asked for."""
    arguments = _arguments(wanted, after=after, limit=limit)
    names = (patterns.given, patterns.family, patterns.is_either) if patterns else ("%", "%", True)
    return _visible(await connection.fetch(SQL_SEARCH_IDS, *arguments, learner_ids, *names))


async def of_class(connection: Connection, institution_id: UUID, wanted: Wanted, *, limit: int) -> list[Visible]:
    """Learners of a class by classroom, number in class and name; each once."""
    rows = await connection.fetch(
        SQL_CLASS,
        institution_id,
        wanted.own_institution_id,
        wanted.on_date,
        wanted.grade_label,
        wanted.classroom,
        wanted.limited_to,
        limit,
    )
    return list({item.learner_id: item for item in reversed(_visible(rows))}.values())[::-1]


async def hits(connection: Connection, learner_ids: Sequence[UUID], *, on_date: date) -> dict[UUID, LearnerHit]:
    """What lists show of learners, without enrolments."""
    return {
        row["learner_id"]: LearnerHit(
            learner_id=row["learner_id"],
            name=PersonName(row["title"], row["given_name"], row["family_name"]),
            sex=_sex(row["sex"]),
            registrar_institution_id=row["registrar_institution_id"],
            status=row["status"],
        )
        for row in await connection.fetch(SQL_HITS, learner_ids, on_date)
    }


async def enrolments(
    connection: Connection, learner_ids: Sequence[UUID], *, institution_ids: Sequence[UUID], on_date: date
) -> list[tuple[UUID, EnrolmentHit]]:
    """Enrolments of these learners at these institutions on a day."""
    return [
        (
            row["learner_id"],
            EnrolmentHit(
                enrolment_id=row["enrolment_id"],
                institution_id=row["institution_id"],
                role=EnrolmentRole(row["role"]),
                delivery_system=DeliverySystem(row["delivery_system"]),
                grade_label=row["grade_label"],
                classroom=row["classroom"],
                number_in_class=row["number_in_class"],
            ),
        )
        for row in await connection.fetch(SQL_ENROLMENTS, learner_ids, institution_ids, on_date)
    ]


async def in_scope(
    connection: Connection,
    learner_ids: Sequence[UUID],
    *,
    institution_ids: Sequence[UUID],
    own_institution_id: UUID,
    today: date,
) -> dict[UUID, Visible]:
    """Which of these learners one of the institutions keeps or has."""
    rows = await connection.fetch(SQL_IN_SCOPE, learner_ids, institution_ids, own_institution_id, today)
    return {item.learner_id: item for item in _visible(rows)}


async def owners(connection: Connection, blind_indexes: Sequence[bytes], *, on_date: date) -> dict[bytes, UUID]:
    """Learners by the index of a number; student numbers as they hold on a day."""
    rows = await connection.fetch(SQL_OWNERS, blind_indexes, on_date)
    return {row["blind_index"]: row["learner_id"] for row in rows}


async def names(connection: Connection, learner_id: UUID) -> list[NameHeld]:
    """Every name of a learner that was right, by language, oldest first."""
    return [
        NameHeld(
            row["language"],
            PersonName(row["title"], row["given_name"], row["family_name"]),
            row["recorded_at"],
            row["ended_at"],
            row["since"],
            row["until"],
        )
        for row in await connection.fetch(SQL_NAMES, learner_id)
    ]


async def enrolments_held(connection: Connection, learner_id: UUID, *, on_date: date | None) -> list[EnrolmentHeld]:
    """Enrolments of a learner as they were on a day, or all as they are."""
    return [
        EnrolmentHeld(
            enrolment_id=row["enrolment_id"],
            institution_id=row["institution_id"],
            role=EnrolmentRole(row["role"]),
            delivery_system=DeliverySystem(row["delivery_system"]),
            grade_label=row["grade_label"],
            classroom=row["classroom"],
            programme_code=row["programme_code"],
            number_in_class=row["number_in_class"],
            valid_from=row["valid_from"],
            valid_to=row["valid_to"],
        )
        for row in await connection.fetch(SQL_ENROLMENTS_HELD, learner_id, on_date)
    ]


async def statuses(connection: Connection, learner_id: UUID) -> list[StatusHeld]:
    """Statuses of a learner that were not withdrawn, oldest first."""
    return [
        StatusHeld(
            row["status"],
            row["reason_code"],
            row["valid_from"],
            row["valid_to"],
            row["stated_by_institution_id"],
        )
        for row in await connection.fetch(SQL_STATUSES, learner_id)
    ]
