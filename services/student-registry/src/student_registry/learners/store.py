"""SQL of learners and their names: one function per statement."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from chassis.pg import Connection, Record

from student_registry.learners.domain import Learner, PersonName, Sex, Statement, person_of
from student_registry.learners.versions import (
    Change,
    Current,
    CurrentName,
    EndedName,
    FactsVersion,
    IdentityVersions,
    NameVersion,
    Recorded,
)
from student_registry.matching.domain import BirthDate, Person, Precision
from student_registry.provenance import DataStatus, Provenance

CONSTRAINTS = frozenset({"learner_subject_hash_key"})
"""Violated only when two callers attach the same sign-in at once; otherwise it is seen first."""

SQL_OF_SUBJECTS = "SELECT subject_hash, learner_id FROM learner WHERE subject_hash = ANY($1::text[])"
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
    INSERT INTO learner_name (learner_name_id, learner_id, language, title, given_name, family_name, matching_given,
                              matching_family, recorded_at)
    SELECT n.learner_name_id, n.learner_id, n.language, n.title, n.given_name, n.family_name, n.matching_given,
           n.matching_family, $9
      FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[])
           AS n(learner_name_id, learner_id, language, title, given_name, family_name, matching_given, matching_family)
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
     WHERE l.merged_into_learner_id IS NULL
       AND NOT EXISTS (SELECT FROM closed_to($1::uuid) x WHERE x.learner_id = l.learner_id)
       AND EXISTS (SELECT FROM enrolment e
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
      JOIN learner l ON l.learner_id = e.learner_id AND l.merged_into_learner_id IS NULL
     WHERE e.institution_id = $1::uuid AND e.valid_during @> $2::date
       AND ($3 = '' OR e.grade_label = $3)
       AND ($4 = '' OR $4 IN (e.classroom, e.grade_label || '/' || e.classroom))
       AND NOT EXISTS (SELECT FROM closed_to($1::uuid) x WHERE x.learner_id = l.learner_id)
"""


SQL_OTHER_NAMES = """
    SELECT learner_id, language, title, given_name, family_name
      FROM learner_name
     WHERE learner_id = ANY($1::uuid[]) AND language <> 'th' AND ended_at IS NULL
     ORDER BY learner_id, language
"""
SQL_LOCK_FOR_CORRECTION = """
    SELECT learner_id, registrar_institution_id, birth_date, birth_date_precision, sex
      FROM learner
     WHERE learner_id = ANY($1::uuid[])
     ORDER BY learner_id
       FOR UPDATE
"""
SQL_CURRENT_NAMES = """
    SELECT learner_name_id, learner_id, language, title, given_name, family_name, since
      FROM learner_name
     WHERE learner_id = ANY($1::uuid[]) AND ended_at IS NULL
"""
# A caller who waited for the lock has an older clock than the name that was recorded meanwhile.
SQL_END_NAMES = """
    UPDATE learner_name m SET ended_at = greatest($4, m.recorded_at), until = n.until, was_wrong = n.was_wrong
      FROM unnest($1::uuid[], $2::date[], $3::boolean[]) AS n(learner_name_id, until, was_wrong)
     WHERE m.learner_name_id = n.learner_name_id
"""
SQL_ADD_NAMES = """
    INSERT INTO learner_name (learner_name_id, learner_id, language, title, given_name, family_name, matching_given,
                              matching_family, since, reason_code, source, recorded_at, recorded_by, recorded_by_role,
                              recorded_institution_id)
    SELECT n.learner_name_id, n.learner_id, n.language, n.title, n.given_name, n.family_name, n.matching_given,
           n.matching_family, n.since, n.reason_code, n.source, $12, $13, $14, $15
      FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[],
                  $9::date[], $10::text[], $11::text[])
           AS n(learner_name_id, learner_id, language, title, given_name, family_name, matching_given, matching_family,
                since, reason_code, source)
"""
SQL_CORRECT = """
    UPDATE learner l
       SET birth_date = n.birth_date, birth_date_precision = n.birth_date_precision, sex = n.sex,
           facts_reason_code = n.reason_code, facts_source = n.source, facts_recorded_at = $7, facts_recorded_by = $8,
           facts_recorded_by_role = $9, facts_institution_id = $10
      FROM unnest($1::uuid[], $2::date[], $3::text[], $4::text[], $5::text[], $6::text[])
           AS n(learner_id, birth_date, birth_date_precision, sex, reason_code, source)
     WHERE l.learner_id = n.learner_id
"""
SQL_LEFT_BEHIND = """
    SELECT l.learner_id
      FROM learner l
     WHERE l.learner_id = ANY($1::uuid[])
       AND NOT EXISTS (SELECT FROM enrolment e
                         JOIN institution i ON i.institution_id = e.institution_id
                        WHERE e.learner_id = l.learner_id AND e.role = 'PRIMARY' AND e.enrolment_id <> ALL($3::uuid[])
                          AND (e.valid_to IS NULL OR e.valid_to >= $2::date)
                          AND (e.institution_id = l.registrar_institution_id
                               OR (i.kind = 'HOME_SCHOOL'
                                   AND EXISTS (SELECT FROM institution_parent p
                                                WHERE p.institution_id = i.institution_id
                                                  AND p.parent_institution_id = l.registrar_institution_id
                                                  AND p.tree = 'administration' AND p.superseded_at IS NULL
                                                  AND p.valid_during @> $2::date))))
       AND ($4 OR NOT EXISTS (SELECT FROM closed_to(NULL) x WHERE x.learner_id = l.learner_id))
"""
SQL_HAND_OVER = """
    UPDATE learner l
       SET registrar_institution_id = n.institution_id, facts_reason_code = $3, facts_recorded_at = $4,
           facts_recorded_by = $5, facts_recorded_by_role = $6, facts_institution_id = $7
      FROM unnest($1::uuid[], $2::uuid[]) AS n(learner_id, institution_id)
     WHERE l.learner_id = n.learner_id AND l.registrar_institution_id <> n.institution_id
    RETURNING l.learner_id
"""
SQL_NAME_VERSIONS = """
    SELECT n.learner_name_id, n.language, n.title, n.given_name, n.family_name, n.since, n.until, n.was_wrong,
           n.recorded_at, n.recorded_by_role, n.recorded_institution_id, n.reason_code,
           coalesce(nullif(n.source, ''), l.source) AS source, n.ended_at
      FROM learner_name n
      JOIN learner l USING (learner_id)
     WHERE n.learner_id = $1
     ORDER BY n.ended_at DESC NULLS FIRST, n.recorded_at DESC, n.language
"""
SQL_FACTS_VERSIONS = """
    SELECT birth_date, birth_date_precision, sex, coalesce(facts_recorded_at, registered_at) AS recorded_at,
           facts_recorded_by_role AS recorded_by_role, facts_institution_id AS institution_id,
           facts_reason_code AS reason_code, coalesce(nullif(facts_source, ''), source) AS source,
           NULL::timestamptz AS replaced_at, NULL::bigint AS place
      FROM learner WHERE learner_id = $1
    UNION ALL
    SELECT birth_date, birth_date_precision, sex, recorded_at, recorded_by_role, institution_id, reason_code, source,
           replaced_at, learner_history_id
      FROM learner_history WHERE learner_id = $1
     ORDER BY place DESC NULLS FIRST
"""


@dataclass(frozen=True, slots=True)
class LockedLearner:
    """A learner held until the transaction ends, with what is compared of him."""

    learner_id: UUID
    registrar_institution_id: UUID
    subject_hash: str | None
    person: Person


@dataclass(frozen=True, slots=True)
class By:
    """Who records facts, and when."""

    subject_hash: str
    role: str
    institution_id: UUID | None
    now: datetime


def _birth(row: Record) -> BirthDate | None:
    if row["birth_date"] is None:
        return None
    return BirthDate(row["birth_date"], Precision(row["birth_date_precision"]))


async def of_subjects(connection: Connection, subject_hashes: Sequence[str]) -> dict[str, UUID]:
    """Learners who have one of these sign-ins."""
    rows = await connection.fetch(SQL_OF_SUBJECTS, subject_hashes)
    return {row["subject_hash"]: row["learner_id"] for row in rows}


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
    connection: Connection, names: Sequence[tuple[UUID, UUID, str, PersonName]], *, now: datetime
) -> None:
    """Add names of new learners: their id, the learner, the language and the name."""
    persons = [person_of(name, None) for _, _, _, name in names]
    await connection.execute(
        SQL_INSERT_NAMES,
        [name_id for name_id, _, _, _ in names],
        [learner_id for _, learner_id, _, _ in names],
        [language for _, _, language, _ in names],
        [name.title for _, _, _, name in names],
        [name.given for _, _, _, name in names],
        [name.family for _, _, _, name in names],
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


async def other_names(connection: Connection, learner_ids: Sequence[UUID]) -> dict[UUID, dict[str, PersonName]]:
    """Current names in other languages than Thai, by learner and language."""
    found: dict[UUID, dict[str, PersonName]] = {}
    for row in await connection.fetch(SQL_OTHER_NAMES, learner_ids):
        found.setdefault(row["learner_id"], {})[row["language"]] = _name(row)
    return found


def _name(row: Record) -> PersonName:
    return PersonName(row["title"], row["given_name"], row["family_name"])


async def left_behind(
    connection: Connection,
    learner_ids: Collection[UUID],
    *,
    on_date: date,
    left: Collection[UUID],
    is_restricted_too: bool,
) -> set[UUID]:
    """Learners without a primary enrolment where their record is kept, but those that are being left."""
    rows = await connection.fetch(SQL_LEFT_BEHIND, list(learner_ids), on_date, list(left), is_restricted_too)
    return {row["learner_id"] for row in rows}


async def hand_over(connection: Connection, keepers: Mapping[UUID, UUID], *, reason_code: str, by: By) -> list[UUID]:
    """Let other institutions keep records, by learner; whose records went."""
    rows = await connection.fetch(
        SQL_HAND_OVER,
        list(keepers),
        list(keepers.values()),
        reason_code,
        by.now,
        by.subject_hash,
        by.role,
        by.institution_id,
    )
    return [row["learner_id"] for row in rows]


async def lock_for_correction(connection: Connection, learner_ids: Sequence[UUID]) -> dict[UUID, tuple[Current, UUID]]:
    """Hold these learners in the order of their ids: what is known of each, and who keeps his record."""
    rows = await connection.fetch(SQL_LOCK_FOR_CORRECTION, learner_ids)
    names: dict[UUID, dict[str, CurrentName]] = {row["learner_id"]: {} for row in rows}
    for row in await connection.fetch(SQL_CURRENT_NAMES, list(names)):
        names[row["learner_id"]][row["language"]] = CurrentName(row["learner_name_id"], _name(row), row["since"])
    return {
        row["learner_id"]: (
            Current(row["learner_id"], names[row["learner_id"]], _birth(row), Sex(row["sex"]) if row["sex"] else None),
            row["registrar_institution_id"],
        )
        for row in rows
    }


async def end_names(connection: Connection, names: Sequence[EndedName], *, now: datetime) -> None:
    """End current names; they stay, with the days on which they held."""
    await connection.execute(
        SQL_END_NAMES,
        [name.name_id for name in names],
        [name.until for name in names],
        [name.was_wrong for name in names],
        now,
    )


async def add_names(
    connection: Connection,
    names: Sequence[tuple[UUID, UUID, str, PersonName, date | None, str, str]],
    *,
    by: By,
) -> None:
    """Add names: their id, the learner, language, name, first day, reason and source."""
    persons = [person_of(item[3], None) for item in names]
    await connection.execute(
        SQL_ADD_NAMES,
        [item[0] for item in names],
        [item[1] for item in names],
        [item[2] for item in names],
        [item[3].title for item in names],
        [item[3].given for item in names],
        [item[3].family for item in names],
        [person.given for person in persons],
        [person.family for person in persons],
        [item[4] for item in names],
        [item[5] for item in names],
        [item[6] for item in names],
        by.now,
        by.subject_hash,
        by.role,
        by.institution_id,
    )


async def correct(connection: Connection, changes: Sequence[tuple[Change, str, str]], *, by: By) -> None:
    """Change birth dates and sexes, each with its reason and source; the history keeps those before."""
    births = [change.birth for change, _, _ in changes]
    await connection.execute(
        SQL_CORRECT,
        [change.learner_id for change, _, _ in changes],
        [birth and birth.value for birth in births],
        [birth and birth.precision.value for birth in births],
        [change.sex and change.sex.value for change, _, _ in changes],
        [reason for _, reason, _ in changes],
        [source for _, _, source in changes],
        by.now,
        by.subject_hash,
        by.role,
        by.institution_id,
    )


async def versions(connection: Connection, learner_id: UUID) -> IdentityVersions:
    """Names, birth dates and sexes that were ever recorded of a learner, the newest first."""
    names = [
        NameVersion(
            name_id=row["learner_name_id"],
            language=row["language"],
            name=_name(row),
            since=row["since"],
            until=row["until"],
            was_wrong=row["was_wrong"],
            recorded=Recorded(
                row["recorded_at"],
                row["recorded_by_role"],
                row["recorded_institution_id"],
                row["reason_code"],
                row["source"],
            ),
            replaced_at=row["ended_at"],
        )
        for row in await connection.fetch(SQL_NAME_VERSIONS, learner_id)
    ]
    facts = [
        FactsVersion(
            birth=_birth(row),
            sex=Sex(row["sex"]) if row["sex"] else None,
            recorded=Recorded(
                row["recorded_at"], row["recorded_by_role"], row["institution_id"], row["reason_code"], row["source"]
            ),
            replaced_at=row["replaced_at"],
        )
        for row in await connection.fetch(SQL_FACTS_VERSIONS, learner_id)
    ]
    return IdentityVersions(names, facts)
