"""SQL of courses and equivalence rules."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from chassis.pg import Connection, Record

from credit_bank.catalogue.domain import (
    CodeSystem,
    Course,
    CourseFacts,
    CourseKey,
    EquivalenceRule,
    RuleFacts,
    TransferMode,
    course_document,
)
from credit_bank.provenance import Provenance

_COURSE = """
    c.course_id, c.version, c.code_system, c.code, c.curriculum_version, c.owner_institution_id, c.title_th, c.title_en,
    c.unit, c.credit_hundredths, c.hours_total, c.tpn, c.category, c.subject_type, c.subject_group, c.outcomes,
    c.source, c.status, c.effective_from, c.source_version, c.facts_hash
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
SQL_PAGE_COURSES = f"""
    SELECT {_COURSE}
      FROM course c
     WHERE ($1::text IS NULL OR c.code_system = $1) AND (cardinality($2::text[]) = 0 OR c.code = ANY($2::text[]))
       AND ($3::uuid IS NULL OR c.course_id > $3)
     ORDER BY c.course_id LIMIT $4
"""
# Lists of courses travel as JSON, since their outcomes are lists themselves.
SQL_KEEP_COURSES = """
    INSERT INTO course (course_id, version, code_system, code, curriculum_version, owner_institution_id, title_th,
                        title_en, unit, credit_hundredths, hours_total, tpn, category, subject_type, subject_group,
                        outcomes, source, status, effective_from, source_version, facts_hash, published_at)
    SELECT course_id, version, code_system, code, curriculum_version, owner_institution_id, title_th, title_en, unit,
           credit_hundredths, hours_total, tpn, category, subject_type, subject_group, outcomes, source, status,
           effective_from, source_version, facts_hash, $2
      FROM jsonb_to_recordset($1::text::jsonb)
           AS i(course_id uuid, version integer, code_system text, code text, curriculum_version text,
                owner_institution_id uuid, title_th text, title_en text, unit text, credit_hundredths integer,
                hours_total integer, tpn text, category text, subject_type text, subject_group text, outcomes text[],
                source text, status text, effective_from date, source_version text, facts_hash bytea)
    ON CONFLICT (course_id) DO UPDATE
       SET version = EXCLUDED.version, title_th = EXCLUDED.title_th, title_en = EXCLUDED.title_en,
           hours_total = EXCLUDED.hours_total, tpn = EXCLUDED.tpn, category = EXCLUDED.category,
           subject_type = EXCLUDED.subject_type, subject_group = EXCLUDED.subject_group,
           outcomes = EXCLUDED.outcomes, source = EXCLUDED.source, status = EXCLUDED.status,
           effective_from = EXCLUDED.effective_from, source_version = EXCLUDED.source_version,
           facts_hash = EXCLUDED.facts_hash, published_at = EXCLUDED.published_at
"""
SQL_KEEP_COURSE_VERSIONS = """
    INSERT INTO course_version (course_id, version, facts, published_by, published_at)
    SELECT (fact ->> 'course_id')::uuid, (fact ->> 'version')::integer, fact, $2, $3
      FROM jsonb_array_elements($1::text::jsonb) AS i(fact)
"""
SQL_IN_FORCE = """
    SELECT r.rule_id, r.version, r.owner_institution_id, r.target_course_id, r.mode, r.min_grade_hundredths,
           r.min_hours_pct, r.valid_from, r.valid_to, r.source, r.status, r.source_version,
           array(SELECT s.group_no FROM equivalence_rule_source s WHERE s.rule_id = r.rule_id
                  ORDER BY s.group_no, s.course_id) AS group_nos,
           array(SELECT s.course_id FROM equivalence_rule_source s WHERE s.rule_id = r.rule_id
                  ORDER BY s.group_no, s.course_id) AS source_course_ids
      FROM equivalence_rule r
     WHERE (r.valid_from IS NULL OR r.valid_from <= $1) AND (r.valid_to IS NULL OR $1 <= r.valid_to)
"""
SQL_RULES_FOR_TARGETS = f"""
    {SQL_IN_FORCE}
       AND r.target_course_id = ANY($2::uuid[])
       AND (r.owner_institution_id IS NULL OR r.owner_institution_id = $3)
     ORDER BY r.rule_id
"""
SQL_PAGE_RULES = f"""
    {SQL_IN_FORCE}
       AND ($2 = '' OR r.target_course_id IN (SELECT c.course_id FROM course c WHERE c.code = $2))
       AND ($3 = '' OR EXISTS (SELECT FROM equivalence_rule_source s JOIN course c USING (course_id)
                                WHERE s.rule_id = r.rule_id AND c.code = $3))
       AND ($4::uuid IS NULL OR r.rule_id > $4)
     ORDER BY r.rule_id LIMIT $5
"""
SQL_RULE_VERSIONS = """
    SELECT rule_id, signature, version, valid_from, valid_to, content_hash
      FROM equivalence_rule WHERE signature = ANY($1::bytea[]) ORDER BY signature, version
"""
SQL_INSERT_RULES = """
    INSERT INTO equivalence_rule (rule_id, signature, version, owner_institution_id, target_course_id, mode,
                                  min_grade_hundredths, min_hours_pct, valid_from, source, status, source_version,
                                  content_hash, published_at)
    SELECT rule_id, signature, version, owner_institution_id, target_course_id, mode, min_grade_hundredths,
           min_hours_pct, valid_from, source, status, source_version, content_hash, $14::timestamptz
      FROM unnest($1::uuid[], $2::bytea[], $3::integer[], $4::uuid[], $5::uuid[], $6::text[], $7::integer[],
                  $8::integer[], $9::date[], $10::text[], $11::text[], $12::text[], $13::bytea[])
           AS i(rule_id, signature, version, owner_institution_id, target_course_id, mode, min_grade_hundredths,
                min_hours_pct, valid_from, source, status, source_version, content_hash)
"""
SQL_INSERT_RULE_SOURCES = """
    INSERT INTO equivalence_rule_source (rule_id, group_no, course_id)
    SELECT rule_id, group_no, course_id FROM unnest($1::uuid[], $2::smallint[], $3::uuid[])
                                             AS i(rule_id, group_no, course_id)
"""
SQL_END_RULES = """
    UPDATE equivalence_rule r SET valid_to = i.last_day FROM unnest($1::uuid[], $2::date[]) AS i(rule_id, last_day)
     WHERE r.rule_id = i.rule_id AND r.valid_to IS NULL
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


async def page_courses(
    connection: Connection, *, code_system: str | None, codes: Sequence[str], after: UUID | None, limit: int
) -> list[Course]:
    """Courses behind `after`, oldest first."""
    return [_course(row) for row in await connection.fetch(SQL_PAGE_COURSES, code_system, codes, after, limit)]


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
    )
    return Course(row["course_id"], row["version"], facts)


async def rules_for_targets(
    connection: Connection, target_course_ids: Collection[UUID], *, on: date, institution_id: UUID | None
) -> list[EquivalenceRule]:
    """Rules in force on a day for these targets: agencies' rules and the institution's own."""
    rows = await connection.fetch(SQL_RULES_FOR_TARGETS, on, sorted(set(target_course_ids)), institution_id)
    return await _rules(connection, rows)


async def page_rules(
    connection: Connection, *, target_code: str, source_code: str, on: date, after: UUID | None, limit: int
) -> list[EquivalenceRule]:
    """Rules in force on a day behind `after`, oldest first."""
    return await _rules(connection, await connection.fetch(SQL_PAGE_RULES, on, target_code, source_code, after, limit))


async def _rules(connection: Connection, rows: Sequence[Record]) -> list[EquivalenceRule]:
    course_ids = {course_id for row in rows for course_id in (row["target_course_id"], *row["source_course_ids"])}
    courses = await read_courses(connection, course_ids)
    return [_rule(row, courses) for row in rows]


def _rule(row: Record, courses: Mapping[UUID, Course]) -> EquivalenceRule:
    groups: dict[int, set[CourseKey]] = {}
    for group_no, course_id in zip(row["group_nos"], row["source_course_ids"], strict=True):
        groups.setdefault(group_no, set()).add(courses[course_id].key)
    facts = RuleFacts(
        source_groups=tuple(frozenset(groups[group_no]) for group_no in sorted(groups)),
        target=courses[row["target_course_id"]].key,
        mode=TransferMode(row["mode"]),
        min_grade_hundredths=row["min_grade_hundredths"],
        min_hours_pct=row["min_hours_pct"],
        version=row["version"],
        provenance=Provenance(row["source"], row["status"], row["valid_from"], row["source_version"]),
    )
    return EquivalenceRule(row["rule_id"], row["owner_institution_id"], facts, row["valid_from"], row["valid_to"])


async def rule_versions(connection: Connection, signatures: Collection[bytes]) -> dict[bytes, list[Record]]:
    """Versions of rules by signature, oldest first."""
    found: dict[bytes, list[Record]] = {}
    for row in await connection.fetch(SQL_RULE_VERSIONS, sorted(set(signatures))):
        found.setdefault(row["signature"], []).append(row)
    return found


@dataclass(frozen=True, slots=True)
class NewRule:
    """A rule to write, with what names it among versions and its content's hash."""

    rule: EquivalenceRule
    signature: bytes
    content_hash: bytes


async def insert_rules(
    connection: Connection, rules: Sequence[NewRule], *, courses: Mapping[CourseKey, UUID], now: datetime
) -> None:
    """Write published rules with their source groups."""
    if not rules:
        return
    all_facts = [new.rule.facts for new in rules]
    await connection.execute(
        SQL_INSERT_RULES,
        [new.rule.rule_id for new in rules],
        [new.signature for new in rules],
        [facts.version for facts in all_facts],
        [new.rule.owner_institution_id for new in rules],
        [courses[facts.target] for facts in all_facts],
        [str(facts.mode) for facts in all_facts],
        [facts.min_grade_hundredths for facts in all_facts],
        [facts.min_hours_pct for facts in all_facts],
        [new.rule.valid_from for new in rules],
        [facts.provenance.source for facts in all_facts],
        [facts.provenance.status for facts in all_facts],
        [facts.provenance.version for facts in all_facts],
        [new.content_hash for new in rules],
        now,
    )
    sources = [
        (new.rule.rule_id, number, courses[key])
        for new in rules
        for number, group in enumerate(new.rule.facts.source_groups)
        for key in group
    ]
    await connection.execute(
        SQL_INSERT_RULE_SOURCES,
        [rule_id for rule_id, _, _ in sources],
        [number for _, number, _ in sources],
        [course_id for _, _, course_id in sources],
    )


async def end_rules(connection: Connection, last_days: Mapping[UUID, date]) -> None:
    """Versions end where the next ones begin."""
    await connection.execute(SQL_END_RULES, list(last_days), list(last_days.values()))
