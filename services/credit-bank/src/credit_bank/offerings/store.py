"""SQL of surveys and weekly times."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from uuid import UUID

from chassis.auth import Actor
from chassis.pg import Connection, Record

from credit_bank.catalogue.domain import CodeSystem, CourseKey
from credit_bank.offerings.domain import Answer, Readiness, Survey, SurveyFacts, SurveyKind, TimeFacts, WeeklyTime
from credit_bank.provenance import Provenance

SQL_LOCK_KEYS = "SELECT pg_advisory_xact_lock(hashtextextended(key, 0)) FROM unnest($1::text[]) AS k(key) ORDER BY key"

_SURVEY = """
    SELECT s.survey_id, s.institution_id, s.kind, s.title_th, s.year_be, s.term, s.items, s.opens_on, s.closes_on,
           s.closed_at, s.source, s.status, s.effective_from, s.source_version, s.content_hash,
           (SELECT jsonb_agg(jsonb_build_array(c.code_system, c.code, c.curriculum_version, c.owner_institution_id)
                             ORDER BY i.position)
              FROM unnest(s.course_ids) WITH ORDINALITY AS i(course_id, position)
              JOIN course c USING (course_id)) AS courses
      FROM survey s
"""
SQL_BY_TITLE = f"""
    {_SURVEY} JOIN unnest($1::uuid[], $2::text[], $3::smallint[], $4::smallint[], $5::text[])
                   AS k(institution_id, kind, year_be, term, title_th)
             USING (institution_id, kind, year_be, term, title_th)
"""
SQL_READ = f"{_SURVEY} WHERE s.survey_id = ANY($1::uuid[])"
SQL_LOCK = f"{_SURVEY} WHERE s.survey_id = ANY($1::uuid[]) ORDER BY s.survey_id FOR UPDATE OF s"
SQL_PAGE = f"""
    {_SURVEY}
     WHERE s.institution_id = ANY($1::uuid[]) AND ($2 = '' OR s.kind = $2)
       AND ($3::date IS NULL OR (s.closed_at IS NULL AND s.opens_on <= $3 AND s.closes_on >= $3))
       AND ($4::uuid IS NULL OR s.survey_id < $4)
     ORDER BY s.survey_id DESC LIMIT $5
"""
SQL_INSERT = """
    INSERT INTO survey (survey_id, institution_id, kind, title_th, year_be, term, course_ids, items, opens_on,
                        closes_on, source, status, effective_from, source_version, content_hash, opened_at, opened_by)
    SELECT survey_id, institution_id, kind, title_th, year_be, term,
           array(SELECT jsonb_array_elements_text(course_ids::jsonb)::uuid),
           array(SELECT jsonb_array_elements_text(items::jsonb)), opens_on, closes_on, source, status, effective_from,
           source_version, content_hash, $16, $17
      FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::smallint[], $6::smallint[], $7::text[],
                  $8::text[], $9::date[], $10::date[], $11::text[], $12::text[], $13::date[], $14::text[], $15::bytea[])
           AS i(survey_id, institution_id, kind, title_th, year_be, term, course_ids, items, opens_on, closes_on,
                source, status, effective_from, source_version, content_hash)
"""
SQL_CLOSE = "UPDATE survey SET closed_at = $2 WHERE survey_id = ANY($1::uuid[]) AND closed_at IS NULL"
SQL_ANSWER = """
    INSERT INTO survey_answer (survey_id, learner_id, choices, ready_items, readiness, is_entered_by_staff, answered_at,
                               answered_by)
    SELECT survey_id, learner_id, array(SELECT jsonb_array_elements_text(choices::jsonb)::uuid),
           array(SELECT jsonb_array_elements_text(ready_items::jsonb)), readiness, $6, $7, $8
      FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::text[])
           AS i(survey_id, learner_id, choices, ready_items, readiness)
    ON CONFLICT (survey_id, learner_id) DO UPDATE
       SET choices = EXCLUDED.choices, ready_items = EXCLUDED.ready_items, readiness = EXCLUDED.readiness,
           is_entered_by_staff = EXCLUDED.is_entered_by_staff, answered_at = EXCLUDED.answered_at,
           answered_by = EXCLUDED.answered_by
"""
SQL_ANSWERED = "SELECT learner_id, answered_at FROM survey_answer WHERE survey_id = $1 AND learner_id IS NOT NULL"
SQL_COUNT = """
    SELECT count(*) FROM survey_answer WHERE survey_id = $1 AND (learner_id IS NULL OR learner_id <> ALL($2::uuid[]))
"""
SQL_DEMAND = """
    SELECT c.code_system, c.code, c.curriculum_version, c.owner_institution_id,
           count(*) FILTER (WHERE w.position = 1) AS first_choices, count(*) AS choices
      FROM survey_answer a CROSS JOIN LATERAL unnest(a.choices) WITH ORDINALITY AS w(course_id, position)
      JOIN course c USING (course_id)
     WHERE a.survey_id = $1 AND a.learner_id <> ALL($2::uuid[])
     GROUP BY c.course_id ORDER BY first_choices DESC, choices DESC, c.code
"""
SQL_READINESS = """
    SELECT ready_items, readiness, answered_at FROM survey_answer WHERE survey_id = $1 AND learner_id IS NULL
"""
_TIME = """
    SELECT time_id, institution_id, offering_id, class_institution_id, grade_label, classroom, weekday, starts_minute,
           ends_minute, first_on, last_on
      FROM weekly_time
"""
SQL_INSERT_TIMES = """
    INSERT INTO weekly_time (time_id, institution_id, offering_id, class_institution_id, grade_label, classroom,
                             weekday, starts_minute, ends_minute, first_on, last_on, set_at, set_by)
    SELECT time_id, institution_id, offering_id, class_institution_id, grade_label, classroom, weekday, starts_minute,
           ends_minute, first_on, last_on, $12, $13
      FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[], $5::text[], $6::text[], $7::smallint[],
                  $8::smallint[], $9::smallint[], $10::date[], $11::date[])
           AS i(time_id, institution_id, offering_id, class_institution_id, grade_label, classroom, weekday,
                starts_minute, ends_minute, first_on, last_on)
"""
SQL_REMOVE_TIMES = "DELETE FROM weekly_time WHERE time_id = ANY($1::uuid[]) AND institution_id = $2 RETURNING time_id"
SQL_TIMES_OF = f"{_TIME} WHERE institution_id = $1"
SQL_PARTNERS = """
    SELECT DISTINCT other.institution_id
      FROM partnership p
      JOIN partnership_party mine USING (partnership_id)
      JOIN partnership_party other USING (partnership_id)
     WHERE mine.institution_id = $1 AND p.state = 'ACTIVE'
       AND (p.valid_from IS NULL OR p.valid_from <= $2) AND (p.valid_to IS NULL OR p.valid_to >= $2)
"""
SQL_PAGE_TIMES = f"{_TIME} WHERE institution_id = $1 AND ($2::uuid IS NULL OR time_id > $2) ORDER BY time_id LIMIT $3"
# What the classes attend, whoever teaches it, from a day on.
SQL_TIMES_OF_CLASSES = f"""
    {_TIME} WHERE (class_institution_id, grade_label) IN (SELECT * FROM unnest($1::uuid[], $2::text[]))
              AND last_on >= $3
"""


async def lock_keys(connection: Connection, keys: Collection[str]) -> None:
    """Keep others from writing under the same keys until the transaction ends; sorted, so that no ring forms."""
    await connection.fetch(SQL_LOCK_KEYS, sorted(set(keys)))


def course_of(document: Sequence[str | None]) -> CourseKey:
    """A course key as the database puts it together."""
    system, code, version, owner = document
    assert system is not None, "a course has a system"
    assert code is not None, "a course has a code"
    assert version is not None, "a course has a curriculum"
    return CourseKey(CodeSystem(system), code, version, None if owner is None else UUID(owner))


def _survey(row: Record) -> Survey:
    facts = SurveyFacts(
        institution_id=row["institution_id"],
        kind=SurveyKind(row["kind"]),
        title_th=row["title_th"],
        year_be=row["year_be"],
        term=row["term"],
        courses=tuple(course_of(found) for found in row["courses"]),
        items=tuple(row["items"]),
        opens_on=row["opens_on"],
        closes_on=row["closes_on"],
        provenance=Provenance(row["source"], row["status"], row["effective_from"], row["source_version"]),
    )
    return Survey(row["survey_id"], facts, row["closed_at"])


SurveyTitle = tuple[UUID, str, int, int, str]
"""Institution, kind, year, term, title."""


def title_of(facts: SurveyFacts) -> SurveyTitle:
    """What makes a survey the one it is."""
    return facts.institution_id, str(facts.kind), facts.year_be, facts.term, facts.title_th


async def surveys_by_title(
    connection: Connection, titles: Sequence[SurveyTitle]
) -> dict[SurveyTitle, tuple[UUID, bytes]]:
    """Id and content's hash of surveys."""
    if not titles:
        return {}
    rows = await connection.fetch(SQL_BY_TITLE, *[list(part) for part in zip(*titles, strict=True)])
    return {title_of(_survey(row).facts): (row["survey_id"], row["content_hash"]) for row in rows}


async def surveys(connection: Connection, survey_ids: Collection[UUID], *, is_held: bool = False) -> dict[UUID, Survey]:
    """Surveys by id; held until the transaction ends where asked."""
    rows = await connection.fetch(SQL_LOCK if is_held else SQL_READ, sorted(set(survey_ids)))
    return {row["survey_id"]: _survey(row) for row in rows}


async def page_surveys(
    connection: Connection,
    institution_ids: Collection[UUID],
    *,
    kind: SurveyKind | None,
    open_on: date | None,
    before: UUID | None,
    limit: int,
) -> list[Survey]:
    """Surveys of institutions, newest first, older than `before`."""
    rows = await connection.fetch(SQL_PAGE, sorted(institution_ids), str(kind or ""), open_on, before, limit)
    return [_survey(row) for row in rows]


async def insert_surveys(
    connection: Connection,
    opened: Sequence[tuple[Survey, bytes]],
    course_ids: Mapping[CourseKey, UUID],
    *,
    actor: Actor,
    now: datetime,
) -> None:
    """Write surveys."""
    facts = [survey.facts for survey, _ in opened]
    await connection.execute(
        SQL_INSERT,
        [survey.survey_id for survey, _ in opened],
        [item.institution_id for item in facts],
        [str(item.kind) for item in facts],
        [item.title_th for item in facts],
        [item.year_be for item in facts],
        [item.term for item in facts],
        [json.dumps([str(course_ids[key]) for key in item.courses]) for item in facts],
        [json.dumps(list(item.items)) for item in facts],
        [item.opens_on for item in facts],
        [item.closes_on for item in facts],
        [item.provenance.source for item in facts],
        [item.provenance.status for item in facts],
        [item.provenance.effective_from for item in facts],
        [item.provenance.version for item in facts],
        [content for _, content in opened],
        now,
        actor.subject_hash,
    )


async def close_surveys(connection: Connection, survey_ids: Sequence[UUID], *, now: datetime) -> None:
    """Write that surveys take no answers any more."""
    await connection.execute(SQL_CLOSE, survey_ids, now)


async def keep_answers(
    connection: Connection,
    answers: Sequence[Answer],
    course_ids: Mapping[CourseKey, UUID],
    *,
    is_entered_by_staff: bool,
    actor: Actor,
    now: datetime,
) -> None:
    """Write answers; a later one of the same learner or school replaces the earlier one."""
    await connection.execute(
        SQL_ANSWER,
        [answer.survey_id for answer in answers],
        [answer.learner_id for answer in answers],
        [json.dumps([str(course_ids[key]) for key in answer.choices]) for answer in answers],
        [json.dumps(list(answer.ready_items)) for answer in answers],
        [str(answer.readiness or "") for answer in answers],
        is_entered_by_staff,
        now,
        actor.subject_hash,
    )


async def answered(connection: Connection, survey_id: UUID) -> dict[UUID, datetime]:
    """When each learner answered last."""
    return {row["learner_id"]: row["answered_at"] for row in await connection.fetch(SQL_ANSWERED, survey_id)}


async def count_answers(connection: Connection, survey_id: UUID, *, left_out: Collection[UUID]) -> int:
    """How many answered, without some learners."""
    total = await connection.fetchval(SQL_COUNT, survey_id, list(left_out))
    assert isinstance(total, int)
    return total


async def demand(
    connection: Connection, survey_id: UUID, *, left_out: Collection[UUID]
) -> list[tuple[CourseKey, int, int]]:
    """Course, learners who want it most, learners who want it at all; the most wanted first, without some learners."""
    rows = await connection.fetch(SQL_DEMAND, survey_id, list(left_out))
    return [
        (
            CourseKey(
                CodeSystem(row["code_system"]), row["code"], row["curriculum_version"], row["owner_institution_id"]
            ),
            row["first_choices"],
            row["choices"],
        )
        for row in rows
    ]


async def readiness(connection: Connection, survey_id: UUID) -> tuple[tuple[str, ...], Readiness, datetime] | None:
    """What the school answered: items that are there, and how ready it is; None: nothing yet."""
    row = await connection.fetchrow(SQL_READINESS, survey_id)
    return None if row is None else (tuple(row["ready_items"]), Readiness(row["readiness"]), row["answered_at"])


def _time(row: Record) -> WeeklyTime:
    values = dict(row)
    return WeeklyTime(values.pop("time_id"), TimeFacts(**values))


async def insert_times(connection: Connection, times: Sequence[WeeklyTime], *, actor: Actor, now: datetime) -> None:
    """Write times."""
    facts = [time.facts for time in times]
    await connection.execute(
        SQL_INSERT_TIMES,
        [time.time_id for time in times],
        [item.institution_id for item in facts],
        [item.offering_id for item in facts],
        [item.class_institution_id for item in facts],
        [item.grade_label for item in facts],
        [item.classroom for item in facts],
        [item.weekday for item in facts],
        [item.starts_minute for item in facts],
        [item.ends_minute for item in facts],
        [item.first_on for item in facts],
        [item.last_on for item in facts],
        now,
        actor.subject_hash,
    )


async def remove_times(connection: Connection, time_ids: Sequence[UUID], institution_id: UUID) -> set[UUID]:
    """Take times of an institution away; which there were."""
    rows = await connection.fetch(SQL_REMOVE_TIMES, time_ids, institution_id)
    return {row["time_id"] for row in rows}


async def partners_of(connection: Connection, institution_id: UUID, *, on: date) -> set[UUID]:
    """Institutions with which an agreement is in force on a day, itself among them."""
    return {row["institution_id"] for row in await connection.fetch(SQL_PARTNERS, institution_id, on)}


async def times_of(connection: Connection, institution_id: UUID) -> list[WeeklyTime]:
    """All times of an institution."""
    return [_time(row) for row in await connection.fetch(SQL_TIMES_OF, institution_id)]


async def page_times(
    connection: Connection, institution_id: UUID, *, after: UUID | None, limit: int
) -> list[WeeklyTime]:
    """Times of an institution behind `after`."""
    return [_time(row) for row in await connection.fetch(SQL_PAGE_TIMES, institution_id, after, limit)]


async def times_of_classes(
    connection: Connection, classes: Collection[tuple[UUID, str]], *, from_date: date
) -> list[WeeklyTime]:
    """What classes attend, whoever teaches it, as far as it lasts until a day."""
    wanted = sorted(classes)
    rows = await connection.fetch(
        SQL_TIMES_OF_CLASSES, [place for place, _ in wanted], [grade for _, grade in wanted], from_date
    )
    return [_time(row) for row in rows]
