"""SQL of learners and their names: one function per statement."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from chassis.pg import Connection, Record

from student_registry.learners.domain import Learner, PersonName, Sex, Statement, person_of
from student_registry.matching.domain import BirthDate, Person, Precision
from student_registry.provenance import DataStatus, Provenance

CONSTRAINTS = frozenset({"learner_subject_hash_key"})
"""Violated only when two callers attach the same sign-in at once; otherwise it is seen first."""

SQL_OF_SUBJECTS = "SELECT learner_id FROM learner WHERE subject_hash = ANY($1::text[])"
SQL_LOCK = """
    SELECT l.learner_id, l.registrar_institution_id, l.birth_date, l.birth_date_precision, l.subject_hash,
           n.matching_given, n.matching_family
      FROM learner l
      JOIN learner_name n ON n.learner_id = l.learner_id AND n.language = 'th' AND n.ended_at IS NULL
     WHERE l.learner_id = ANY($1::uuid[])
     ORDER BY l.learner_id
       FOR UPDATE OF l
"""
SQL_INSERT = """
    INSERT INTO learner (learner_id, registrar_institution_id, birth_date, birth_date_precision, sex, subject_hash,
                         source, data_status, effective_from, source_version, registered_at)
    SELECT n.learner_id, n.registrar_institution_id, n.birth_date, n.birth_date_precision, n.sex, n.subject_hash,
           n.source, n.data_status, n.effective_from, n.source_version, $11
      FROM unnest($1::uuid[], $2::uuid[], $3::date[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[],
                  $9::date[], $10::text[])
           AS n(learner_id, registrar_institution_id, birth_date, birth_date_precision, sex, subject_hash, source,
                data_status, effective_from, source_version)
     ORDER BY n.subject_hash
"""
SQL_INSERT_NAMES = """
    INSERT INTO learner_name (learner_name_id, learner_id, title, given_name, family_name, matching_given,
                              matching_family, recorded_at)
    SELECT n.learner_name_id, n.learner_id, n.title, n.given_name, n.family_name, n.matching_given, n.matching_family,
           $8
      FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[])
           AS n(learner_name_id, learner_id, title, given_name, family_name, matching_given, matching_family)
"""
SQL_ATTACH_SUBJECTS = """
    UPDATE learner l SET subject_hash = n.subject_hash
      FROM unnest($1::uuid[], $2::text[]) AS n(learner_id, subject_hash)
     WHERE l.learner_id = n.learner_id AND l.subject_hash IS NULL
"""
SQL_BY_IDS = """
    SELECT l.learner_id, l.registrar_institution_id, l.birth_date, l.birth_date_precision, l.sex, l.source,
           l.data_status, l.effective_from, l.source_version, n.title, n.given_name, n.family_name
      FROM learner l
      JOIN learner_name n ON n.learner_id = l.learner_id AND n.language = 'th' AND n.ended_at IS NULL
     WHERE l.learner_id = ANY($1::uuid[])
"""
# The page token is a learner id and not a name: tokens travel in addresses and logs.
SQL_PAGE = """
    SELECT l.learner_id, l.registrar_institution_id = $1::uuid AS is_registrar
      FROM learner l
      JOIN learner_name n ON n.learner_id = l.learner_id AND n.language = 'th' AND n.ended_at IS NULL
     WHERE EXISTS (SELECT FROM enrolment e
                    WHERE e.learner_id = l.learner_id AND e.institution_id = $1::uuid AND e.valid_during @> $2::date
                      AND ($3 = '' OR e.grade_label = $3)
                      AND ($4 = '' OR $4 IN (e.classroom, e.grade_label || '/' || e.classroom)))
       AND ($5::uuid IS NULL
            OR (n.given_name COLLATE "th-x-icu", n.family_name COLLATE "th-x-icu", l.learner_id) >
               (SELECT a.given_name COLLATE "th-x-icu", a.family_name COLLATE "th-x-icu", a.learner_id
                  FROM learner_name a WHERE a.learner_id = $5::uuid AND a.language = 'th' AND a.ended_at IS NULL))
     ORDER BY n.given_name COLLATE "th-x-icu", n.family_name COLLATE "th-x-icu", l.learner_id
     LIMIT $6
"""
SQL_COUNT = """
    SELECT count(DISTINCT e.learner_id)
      FROM enrolment e
     WHERE e.institution_id = $1::uuid AND e.valid_during @> $2::date
       AND ($3 = '' OR e.grade_label = $3)
       AND ($4 = '' OR $4 IN (e.classroom, e.grade_label || '/' || e.classroom))
"""


@dataclass(frozen=True, slots=True)
class LockedLearner:
    """A learner held until the transaction ends, with what is compared of him."""

    learner_id: UUID
    registrar_institution_id: UUID
    subject_hash: str | None
    person: Person


def _birth(row: Record) -> BirthDate | None:
    if row["birth_date"] is None:
        return None
    return BirthDate(row["birth_date"], Precision(row["birth_date_precision"]))


async def of_subjects(connection: Connection, subject_hashes: Sequence[str]) -> list[UUID]:
    """Learners who have one of these sign-ins."""
    return [row["learner_id"] for row in await connection.fetch(SQL_OF_SUBJECTS, subject_hashes)]


async def lock(connection: Connection, learner_ids: Sequence[UUID]) -> list[LockedLearner]:
    """Hold these learners until the transaction ends, in the order of their ids."""
    return [
        LockedLearner(
            row["learner_id"],
            row["registrar_institution_id"],
            row["subject_hash"],
            Person(row["matching_given"], row["matching_family"], _birth(row)),
        )
        for row in await connection.fetch(SQL_LOCK, learner_ids)
    ]


async def insert(connection: Connection, learners: Sequence[tuple[UUID, Statement]], *, now: datetime) -> None:
    """Add learners, in the order of their sign-ins, so that two callers never wait for each other crosswise."""
    stated = [(statement, statement.registration) for _, statement in learners]
    births = [registration.birth for _, registration in stated]
    await connection.execute(
        SQL_INSERT,
        [learner_id for learner_id, _ in learners],
        [registration.registrar_institution_id for _, registration in stated],
        [birth and birth.value for birth in births],
        [birth and birth.precision.value for birth in births],
        [registration.sex and registration.sex.value for _, registration in stated],
        [statement.subject_hash for statement, _ in stated],
        [registration.provenance.source for _, registration in stated],
        [registration.provenance.status.value for _, registration in stated],
        [registration.provenance.effective_from for _, registration in stated],
        [registration.provenance.version for _, registration in stated],
        now,
    )


async def insert_names(
    connection: Connection, names: Sequence[tuple[UUID, UUID, PersonName]], *, now: datetime
) -> None:
    """Add names: their id, the learner and the name."""
    persons = [person_of(name, None) for _, _, name in names]
    await connection.execute(
        SQL_INSERT_NAMES,
        [name_id for name_id, _, _ in names],
        [learner_id for _, learner_id, _ in names],
        [name.title for _, _, name in names],
        [name.given for _, _, name in names],
        [name.family for _, _, name in names],
        [person.given for person in persons],
        [person.family for person in persons],
        now,
    )


async def attach_subjects(connection: Connection, subjects: Mapping[UUID, str]) -> None:
    """Attach sign-ins to learners who have none."""
    status = await connection.execute(SQL_ATTACH_SUBJECTS, list(subjects), list(subjects.values()))
    assert status == f"UPDATE {len(subjects)}", "the learners are locked and had no sign-in"


async def by_ids(connection: Connection, learner_ids: Sequence[UUID]) -> dict[UUID, Learner]:
    """Learners with their current names, without identifiers and enrolments."""
    return {
        row["learner_id"]: Learner(
            learner_id=row["learner_id"],
            name=PersonName(row["title"], row["given_name"], row["family_name"]),
            birth=_birth(row),
            sex=Sex(row["sex"]) if row["sex"] else None,
            registrar_institution_id=row["registrar_institution_id"],
            provenance=Provenance(
                row["source"], DataStatus(row["data_status"]), row["effective_from"], row["source_version"]
            ),
        )
        for row in await connection.fetch(SQL_BY_IDS, learner_ids)
    }


async def page(
    connection: Connection,
    institution_id: UUID,
    *,
    on_date: date,
    grade_label: str,
    classroom: str,
    after: UUID | None,
    limit: int,
) -> list[tuple[UUID, bool]]:
    """Learners enrolled in an institution on a day in Thai dictionary order; whether it keeps their record."""
    rows = await connection.fetch(SQL_PAGE, institution_id, on_date, grade_label, classroom, after, limit)
    return [(row["learner_id"], row["is_registrar"]) for row in rows]


async def count(
    connection: Connection, institution_id: UUID, *, on_date: date, grade_label: str, classroom: str
) -> int:
    """How many learners all pages hold."""
    return await connection.fetchval(SQL_COUNT, institution_id, on_date, grade_label, classroom)
