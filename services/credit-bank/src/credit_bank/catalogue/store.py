"""SQL of courses."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from chassis.pg import Connection, Record

from credit_bank.catalogue.domain import (
    CodeSystem,
    Course,
    CourseApproval,
    CourseFacts,
    CourseKey,
    course_document,
)
from credit_bank.catalogue.keys import ProvisionMode, ScopeTag
from credit_bank.provenance import Provenance

_COURSE = """
    c.course_id, c.version, c.code_system, c.code, c.curriculum_version, c.owner_institution_id, c.title_th, c.title_en,
    c.unit, c.credit_hundredths, c.hours_total, c.tpn, c.category, c.subject_type, c.subject_group, c.outcomes,
    c.source, c.status, c.effective_from, c.source_version, c.facts_hash, c.valid_from, c.valid_to, c.framework_level,
    c.scopes, c.provision_modes
"""
# Two calls that publish the same new course must not both insert it; the lock is held to the end of the transaction.
SQL_LOCK_KEYS = "SELECT pg_advisory_xact_lock(hashtextextended(key, 0)) FROM unnest($1::text[]) AS k(key) ORDER BY key"
SQL_FIND_COURSES = f"""
    SELECT {_COURSE}
      FROM course c
      JOIN unnest($1::text[], $2::text[], $3::text[], $4::uuid[])
           AS k(code_system, code, curriculum_version, owner_institution_id)
        ON c.code_system = k.code_system AND c.code = k.code AND c.curriculum_version = k.curriculum_version
       AND c.owner_institution_id IS NOT DISTINCT FROM k.owner_institution_id
"""
SQL_FIND_COURSES_BY_CODE = f"""
    SELECT {_COURSE}
      FROM course c
     WHERE c.code = ANY($1::text[]) AND (c.owner_institution_id IS NULL OR c.owner_institution_id = $2)
     ORDER BY c.course_id
"""
SQL_READ_COURSES = f"SELECT {_COURSE} FROM course c WHERE c.course_id = ANY($1::uuid[])"
SQL_READ_EARLIER_VERSIONS = """
    SELECT v.course_id, v.version, f.code_system, f.code, f.curriculum_version, f.owner_institution_id, f.title_th,
           f.title_en, f.unit, f.credit_hundredths, f.hours_total, f.tpn, f.category, f.subject_type, f.subject_group,
           f.outcomes, f.source, f.status, f.effective_from, f.source_version, f.valid_from, f.valid_to,
           f.framework_level, coalesce(f.scopes, '{}') AS scopes, coalesce(f.provision_modes, '{}') AS provision_modes
      FROM course_version v JOIN course c USING (course_id),
           jsonb_to_record(v.facts)
           AS f(code_system text, code text, curriculum_version text, owner_institution_id uuid, title_th text,
                title_en text, unit text, credit_hundredths integer, hours_total integer, tpn text, category text,
                subject_type text, subject_group text, outcomes text[], source text, status text, effective_from date,
                source_version text, valid_from date, valid_to date, framework_level smallint, scopes text[],
                provision_modes text[])
     WHERE v.course_id = ANY($1::uuid[]) AND v.version < c.version
     ORDER BY v.course_id, v.version DESC
"""
SQL_PAGE_COURSES = f"""
    SELECT {_COURSE}
      FROM course c
     WHERE ($1::text IS NULL OR c.code_system = $1) AND (cardinality($2::text[]) = 0 OR c.code = ANY($2::text[]))
       AND ($3::uuid IS NULL OR c.course_id > $3)
       AND ($5::text IS NULL OR $5 = ANY(c.scopes)) AND ($6 = '' OR c.curriculum_version = $6)
       AND ($7::date IS NULL
            OR ((c.valid_from IS NULL OR c.valid_from <= $7) AND (c.valid_to IS NULL OR $7 <= c.valid_to)))
     ORDER BY c.course_id LIMIT $4
"""
SQL_APPROVALS = """
    SELECT a.approval_id, a.course_id, a.course_version, a.body_th, a.reference, a.approved_on
      FROM course_approval a JOIN course c ON c.course_id = a.course_id AND c.version = a.course_version
     WHERE a.course_id = ANY($1::uuid[]) ORDER BY a.approval_id
"""
SQL_PUBLISHERS = """
    SELECT v.course_id, v.version, v.published_by, c.owner_institution_id
      FROM course_version v JOIN course c USING (course_id)
      JOIN unnest($1::uuid[], $2::integer[]) AS i(course_id, version)
        ON v.course_id = i.course_id AND v.version = i.version
"""
SQL_KNOWN_APPROVALS = """
    SELECT a.approval_id, a.course_id, a.course_version, a.body_th, a.reference, a.approved_on
      FROM course_approval a JOIN unnest($1::uuid[]) AS i(course_id) USING (course_id)
"""
SQL_INSERT_APPROVALS = """
    INSERT INTO course_approval (approval_id, course_id, course_version, body_th, reference, approved_on, recorded_by,
                                 recorded_at)
    SELECT approval_id, course_id, course_version, body_th, reference, approved_on, $7, $8::timestamptz
      FROM unnest($1::uuid[], $2::uuid[], $3::integer[], $4::text[], $5::text[], $6::date[])
           AS i(approval_id, course_id, course_version, body_th, reference, approved_on)
"""
SQL_SIMILAR_CODES = """
    SELECT DISTINCT alike.code
      FROM unnest($1::text[]) AS p(prefix),
           LATERAL (SELECT DISTINCT c.code FROM course c WHERE starts_with(c.code, p.prefix)
                     ORDER BY c.code LIMIT $2) AS alike
     ORDER BY alike.code
"""
# Lists of courses travel as JSON, since their outcomes are lists themselves.
SQL_KEEP_COURSES = """
    INSERT INTO course (course_id, version, code_system, code, curriculum_version, owner_institution_id, title_th,
                        title_en, unit, credit_hundredths, hours_total, tpn, category, subject_type, subject_group,
                        outcomes, source, status, effective_from, source_version, facts_hash,
                        valid_from, valid_to, framework_level, scopes, provision_modes, published_at)
    SELECT course_id, version, code_system, code, curriculum_version, owner_institution_id, title_th, title_en, unit,
           credit_hundredths, hours_total, tpn, category, subject_type, subject_group, outcomes, source, status,
           effective_from, source_version, facts_hash, valid_from, valid_to, framework_level, coalesce(scopes, '{}'),
           coalesce(provision_modes, '{}'), $2
      FROM jsonb_to_recordset($1::text::jsonb)
           AS i(course_id uuid, version integer, code_system text, code text, curriculum_version text,
                owner_institution_id uuid, title_th text, title_en text, unit text, credit_hundredths integer,
                hours_total integer, tpn text, category text, subject_type text, subject_group text, outcomes text[],
                source text, status text, effective_from date, source_version text, facts_hash bytea,
                valid_from date, valid_to date, framework_level smallint, scopes text[], provision_modes text[])
    ON CONFLICT (course_id) DO UPDATE
       SET version = EXCLUDED.version, title_th = EXCLUDED.title_th, title_en = EXCLUDED.title_en,
           hours_total = EXCLUDED.hours_total, tpn = EXCLUDED.tpn, category = EXCLUDED.category,
           subject_type = EXCLUDED.subject_type, subject_group = EXCLUDED.subject_group,
           outcomes = EXCLUDED.outcomes, source = EXCLUDED.source, status = EXCLUDED.status,
           effective_from = EXCLUDED.effective_from, source_version = EXCLUDED.source_version,
           valid_from = EXCLUDED.valid_from, valid_to = EXCLUDED.valid_to,
           framework_level = EXCLUDED.framework_level, scopes = EXCLUDED.scopes,
           provision_modes = EXCLUDED.provision_modes, facts_hash = EXCLUDED.facts_hash,
           published_at = EXCLUDED.published_at
"""
SQL_KEEP_COURSE_VERSIONS = """
    INSERT INTO course_version (course_id, version, facts, published_by, published_at)
    SELECT (fact ->> 'course_id')::uuid, (fact ->> 'version')::integer, fact, $2, $3
      FROM jsonb_array_elements($1::text::jsonb) AS i(fact)
"""


async def lock_keys(connection: Connection, keys: Collection[str]) -> None:
    """Keep others from publishing under the same keys until the transaction ends; sorted, so that no ring forms."""
    await connection.fetch(SQL_LOCK_KEYS, sorted(set(keys)))


async def find_courses(connection: Connection, keys: Collection[CourseKey]) -> dict[CourseKey, tuple[Course, bytes]]:
    """Courses by key, each with the hash of its facts."""
    wanted = list(keys)
    rows = await connection.fetch(
        SQL_FIND_COURSES,
        [str(key.code_system) for key in wanted],
        [key.code for key in wanted],
        [key.curriculum_version for key in wanted],
        [key.owner_institution_id for key in wanted],
    )
    return {course.key: (course, row["facts_hash"]) for row in rows for course in [_course(row)]}


async def find_courses_by_code(
    connection: Connection, codes: Collection[str], *, institution_id: UUID
) -> dict[str, list[Course]]:
    """National courses and the institution's own by code alone, for files that say no more."""
    found: dict[str, list[Course]] = {}
    for row in await connection.fetch(SQL_FIND_COURSES_BY_CODE, sorted(set(codes)), institution_id):
        found.setdefault(row["code"], []).append(_course(row))
    return found


async def read_courses(connection: Connection, course_ids: Collection[UUID]) -> dict[UUID, Course]:
    """Courses by id."""
    rows = await connection.fetch(SQL_READ_COURSES, sorted(set(course_ids)))
    return {row["course_id"]: _course(row) for row in rows}


async def read_earlier_versions(connection: Connection, course_ids: Collection[UUID]) -> dict[UUID, list[Course]]:
    """Versions before the newest, by course, the newest of them first."""
    found: dict[UUID, list[Course]] = {}
    for row in await connection.fetch(SQL_READ_EARLIER_VERSIONS, sorted(set(course_ids))):
        found.setdefault(row["course_id"], []).append(_course(row))
    return found


async def page_courses(
    connection: Connection,
    *,
    code_system: str | None,
    codes: Sequence[str],
    after: UUID | None,
    limit: int,
    scope: str | None = None,
    curriculum_version: str = "",
    on: date | None = None,
) -> list[Course]:
    """Courses behind `after`, oldest first."""
    rows = await connection.fetch(SQL_PAGE_COURSES, code_system, codes, after, limit, scope, curriculum_version, on)
    return [_course(row) for row in rows]


async def keep_courses(
    connection: Connection, courses: Sequence[tuple[Course, bytes]], *, published_by: str, now: datetime
) -> None:
    """Write new courses and new versions, each with the hash of its facts."""
    if not courses:
        return
    rows = json.dumps([_course_values(course, facts_hash) for course, facts_hash in courses], ensure_ascii=False)
    await connection.execute(SQL_KEEP_COURSES, rows, now)
    await connection.execute(SQL_KEEP_COURSE_VERSIONS, rows, published_by, now)


def _course_values(course: Course, facts_hash: bytes) -> dict[str, Any]:
    return {
        "course_id": str(course.course_id),
        "version": course.version,
        **course_document(course.facts),
        "facts_hash": f"\\x{facts_hash.hex()}",
    }


def _course(row: Record) -> Course:
    facts = CourseFacts(
        key=CourseKey(
            CodeSystem(row["code_system"]), row["code"], row["curriculum_version"], row["owner_institution_id"]
        ),
        title_th=row["title_th"],
        title_en=row["title_en"],
        unit=row["unit"],
        credit_hundredths=row["credit_hundredths"],
        hours_total=row["hours_total"],
        tpn=row["tpn"],
        category=row["category"],
        subject_type=row["subject_type"],
        subject_group=row["subject_group"],
        outcomes=tuple(row["outcomes"]),
        provenance=Provenance(row["source"], row["status"], row["effective_from"], row["source_version"]),
        valid_from=row["valid_from"],
        valid_to=row["valid_to"],
        framework_level=row["framework_level"],
        scopes=tuple(ScopeTag.of(text) for text in row["scopes"]),
        provision_modes=tuple(ProvisionMode(mode) for mode in row["provision_modes"]),
    )
    return Course(row["course_id"], row["version"], facts)


async def approvals_of(connection: Connection, course_ids: Collection[UUID]) -> dict[UUID, list[CourseApproval]]:
    """Approvals of the newest versions, by course."""
    found: dict[UUID, list[CourseApproval]] = {}
    for row in await connection.fetch(SQL_APPROVALS, sorted(set(course_ids))):
        found.setdefault(row["course_id"], []).append(CourseApproval(**dict(row)))
    return found


async def publishers(
    connection: Connection, versions: Collection[tuple[UUID, int]]
) -> dict[tuple[UUID, int], tuple[str, UUID | None]]:
    """Who published each version, and whose course it is."""
    wanted = sorted(set(versions))
    rows = await connection.fetch(SQL_PUBLISHERS, [item for item, _ in wanted], [version for _, version in wanted])
    return {(row["course_id"], row["version"]): (row["published_by"], row["owner_institution_id"]) for row in rows}


async def known_approvals(connection: Connection, course_ids: Collection[UUID]) -> list[CourseApproval]:
    """Approvals of any version of these courses."""
    rows = await connection.fetch(SQL_KNOWN_APPROVALS, sorted(set(course_ids)))
    return [CourseApproval(**dict(row)) for row in rows]


async def insert_approvals(
    connection: Connection, approvals: Sequence[CourseApproval], *, recorded_by: str, now: datetime
) -> None:
    """Write approvals."""
    await connection.execute(
        SQL_INSERT_APPROVALS,
        [item.approval_id for item in approvals],
        [item.course_id for item in approvals],
        [item.course_version for item in approvals],
        [item.body_th for item in approvals],
        [item.reference for item in approvals],
        [item.approved_on for item in approvals],
        recorded_by,
        now,
    )


async def similar_codes(connection: Connection, prefixes: Collection[str], *, limit: int) -> list[str]:
    """Codes of the catalogue that begin like these, at most `limit` for each."""
    return [row["code"] for row in await connection.fetch(SQL_SIMILAR_CODES, sorted(set(prefixes)), limit)]
