"""SQL of entries and evidence."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from chassis.pg import Connection, Record

from credit_bank.catalogue.domain import CodeSystem, Course, CourseFacts, CourseKey
from credit_bank.provenance import Provenance
from credit_bank.recording.domain import (
    Act,
    AttemptKind,
    Entry,
    EntryGrade,
    EntryState,
    Evidence,
    LearningType,
    NaturalKey,
    Placing,
    ReturnReason,
    RplMode,
    SourceMode,
)
from credit_bank.recording.store_files import hold_files
from credit_bank.rules.domain import EducationForm, EducationLevel

COLUMNS: dict[str, str] = {
    "entry_id": "uuid",
    "entry_root_id": "uuid",
    "version": "integer",
    "supersedes_entry_id": "uuid",
    "learner_id": "uuid",
    "issuer_institution_id": "uuid",
    "course_id": "uuid",
    "course_version": "integer",
    "code_system": "text",
    "code": "text",
    "curriculum_version": "text",
    "owner_institution_id": "uuid",
    "title_th": "text",
    "title_en": "text",
    "unit": "text",
    "course_credit_hundredths": "integer",
    "hours_total": "integer",
    "tpn": "text",
    "category": "text",
    "subject_type": "text",
    "subject_group": "text",
    "course_source": "text",
    "course_status": "text",
    "course_effective_from": "date",
    "course_source_version": "text",
    "content_sha256": "bytea",
    "year_be": "smallint",
    "term": "smallint",
    "attempt": "smallint",
    "grade_scheme": "text",
    "grade_scheme_version": "text",
    "grade_code": "text",
    "grade_label": "text",
    "grade_point_hundredths": "integer",
    "counts_in_gpa": "boolean",
    "attempted_hundredths": "integer",
    "earned_hundredths": "integer",
    "is_attempted": "boolean",
    "is_earned": "boolean",
    "counts_for_graduation": "boolean",
    "attempt_kind": "text",
    "source_mode": "text",
    "rpl_mode": "text",
    "form": "text",
    "learning_type": "text",
    "level": "text",
    "issuing_body": "text",
    "taught_by_institution_id": "uuid",
    "offering_id": "uuid",
    "state": "text",
    "content_hash": "bytea",
    "recorded_at": "timestamptz",
    "recorded_by": "text",
    "recorded_by_assignment": "uuid",
    "drafted_by": "text",
    "source": "text",
    "status": "text",
    "effective_from": "date",
    "source_version": "text",
}
"""Columns written when an entry is recorded, with their types; outcomes stand apart, as arrays do not unnest by row."""

_NAMES = ", ".join(COLUMNS)
_LATER = """
    outcomes, assessor_institution_ids, rejected_at, rejected_by, revoked_at, revoked_by,
    verified_at, verified_by, verified_by_assignment, returned_at, returned_by, return_reason_code
"""
_EVIDENCE = """
    CROSS JOIN LATERAL (
        SELECT array_agg(v.kind ORDER BY v.evidence_no) AS evidence_kinds,
               array_agg(coalesce(encode(v.sha256, 'hex'), '') ORDER BY v.evidence_no) AS evidence_sha256,
               array_agg(v.document_no ORDER BY v.evidence_no) AS evidence_document_nos,
               array_agg(v.issuing_body ORDER BY v.evidence_no) AS evidence_issuing_bodies,
               array_agg(v.issued_on ORDER BY v.evidence_no) AS evidence_issued_on,
               array_agg(v.result_text ORDER BY v.evidence_no) AS evidence_result_texts
          FROM evidence v WHERE v.entry_id = entry.entry_id) AS pieces
"""
_APPROVAL = "(SELECT p.approval_id FROM approval_entry p WHERE p.entry_id = entry.entry_id) AS approval_id"
_PIECES = tuple(
    f"evidence_{name}" for name in ("kinds", "sha256", "document_nos", "issuing_bodies", "issued_on", "result_texts")
)
_SELECT = f"SELECT {_NAMES}, {_LATER}, {', '.join(_PIECES)}, {_APPROVAL} FROM entry {_EVIDENCE}"

SQL_READ_ENTRIES = f"{_SELECT} WHERE entry_id = ANY($1::uuid[])"
SQL_WITH_FILES = """
    SELECT DISTINCT e.entry_id FROM entry e JOIN evidence v ON v.entry_id = e.entry_id
     WHERE e.entry_id = ANY($1::uuid[]) AND e.issuer_institution_id = $2 AND e.state = 'SUBMITTED'
       AND v.sha256 IS NOT NULL
"""
SQL_READ_BY_NATURAL_KEY = f"""
    {_SELECT}
      JOIN unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::smallint[], $6::smallint[], $7::smallint[])
           AS k(learner, issuer, system, course_code, year, in_term, try)
        ON learner_id = k.learner AND issuer_institution_id = k.issuer AND code_system = k.system
       AND code = k.course_code AND year_be = k.year AND term = k.in_term AND attempt = k.try
     WHERE state IN ('SUBMITTED', 'RETURNED', 'VERIFIED')
"""
SQL_READ_VERIFIED = f"""
    {_SELECT}
     WHERE learner_id = ANY($1::uuid[]) AND state IN ('VERIFIED', 'SUPERSEDED', 'REVOKED') AND verified_at <= $2
       AND (revoked_at IS NULL OR revoked_at > $2)
       AND NOT EXISTS (SELECT FROM entry later WHERE later.supersedes_entry_id = entry.entry_id
                          AND later.verified_at <= $2)
     ORDER BY learner_id, year_be, term, code, attempt, entry_id
"""
SQL_READ_ATTEMPTS = """
    SELECT e.learner_id, e.code_system, e.code, e.attempt, e.is_earned FROM entry e
      JOIN unnest($1::uuid[], $2::text[], $3::text[]) AS k(learner, system, course_code)
        ON e.learner_id = k.learner AND e.code_system = k.system AND e.code = k.course_code
     WHERE e.issuer_institution_id = $4 AND e.state IN ('SUBMITTED', 'RETURNED', 'VERIFIED')
"""
SQL_INSERT_ENTRIES = f"""
    INSERT INTO entry ({_NAMES}, outcomes, assessor_institution_ids)
    SELECT {_NAMES}, array(SELECT jsonb_array_elements_text(o.outcomes::jsonb)),
           array(SELECT jsonb_array_elements_text(o.assessors::jsonb)::uuid)
      FROM unnest({", ".join(f"${n}::{kind}[]" for n, kind in enumerate(COLUMNS.values(), start=1))},
                  ${len(COLUMNS) + 1}::text[], ${len(COLUMNS) + 2}::text[])
           AS o({_NAMES}, outcomes, assessors)
"""
SQL_INSERT_EVIDENCE = """
    INSERT INTO evidence (entry_id, evidence_no, kind, sha256, document_no, issuing_body, issued_on, result_text)
    SELECT entry_id, evidence_no, kind, decode(nullif(sha256_hex, ''), 'hex'), document_no, issuing_body, issued_on,
           result_text
      FROM unnest($1::uuid[], $2::smallint[], $3::text[], $4::text[], $5::text[], $6::text[], $7::date[], $8::text[])
           AS i(entry_id, evidence_no, kind, sha256_hex, document_no, issuing_body, issued_on, result_text)
"""
SQL_SUPERSEDE = """
    UPDATE entry SET state = 'SUPERSEDED' WHERE entry_id = ANY($1::uuid[]) AND state = $2 RETURNING true
"""
SQL_VERIFY = """
    UPDATE entry e SET state = 'VERIFIED', verified_at = i.at, verified_by = i.subject_hash,
                       verified_by_assignment = i.assignment_id
      FROM unnest($1::uuid[], $2::timestamptz[], $3::text[], $4::uuid[]) AS i(entry_id, at, subject_hash, assignment_id)
     WHERE e.entry_id = i.entry_id AND e.state = 'SUBMITTED' RETURNING true
"""
SQL_RETURN = """
    UPDATE entry SET state = 'RETURNED', returned_at = $2, returned_by = $3, return_reason_code = $4
     WHERE entry_id = ANY($1::uuid[]) AND state = 'SUBMITTED' RETURNING true
"""
SQL_REVOKE = """
    UPDATE entry SET state = 'REVOKED', revoked_at = $2, revoked_by = $3
     WHERE entry_id = ANY($1::uuid[]) AND state = 'VERIFIED' RETURNING true
"""
SQL_REJECT = """
    UPDATE entry SET state = 'REJECTED', rejected_at = $2, rejected_by = $3, return_reason_code = $4
     WHERE entry_id = ANY($1::uuid[]) AND state = 'SUBMITTED' RETURNING true
"""
SQL_PAGE = f"""
    {_SELECT}
     WHERE issuer_institution_id = $1 AND state = coalesce($2::text, state)
       AND ($2::text = 'SUPERSEDED' OR state <> 'SUPERSEDED')
       AND (cardinality($3::uuid[]) = 0 OR learner_id = ANY($3::uuid[])) AND ($4::uuid IS NULL OR entry_id > $4)
     ORDER BY entry_id LIMIT $5
"""
SQL_COUNT = """
    SELECT count(*) FROM entry
     WHERE issuer_institution_id = $1 AND state = coalesce($2::text, state)
       AND ($2::text = 'SUPERSEDED' OR state <> 'SUPERSEDED')
       AND (cardinality($3::uuid[]) = 0 OR learner_id = ANY($3::uuid[]))
"""


async def read_entries(connection: Connection, entry_ids: Sequence[UUID]) -> dict[UUID, Entry]:
    """Entries by id."""
    return {row["entry_id"]: _entry(row) for row in await connection.fetch(SQL_READ_ENTRIES, entry_ids)}


async def entries_with_files(connection: Connection, entry_ids: Sequence[UUID], institution_id: UUID) -> list[UUID]:
    """Those of the institution's submitted entries that rest on files."""
    return [row["entry_id"] for row in await connection.fetch(SQL_WITH_FILES, entry_ids, institution_id)]


async def read_by_natural_key(connection: Connection, keys: Sequence[NaturalKey]) -> dict[NaturalKey, Entry]:
    """The living entry of each natural key that is taken."""
    columns: list[list[Any]] = [[key[position] for key in keys] for position in range(7)]
    entries = [_entry(row) for row in await connection.fetch(SQL_READ_BY_NATURAL_KEY, *columns)]
    return {entry.natural_key: entry for entry in entries}


async def read_verified(connection: Connection, learner_ids: Sequence[UUID], *, as_of: datetime) -> list[Entry]:
    """Entries of learners that were verified by an instant and not superseded by then."""
    return [_entry(row) for row in await connection.fetch(SQL_READ_VERIFIED, learner_ids, as_of)]


async def insert_entries(connection: Connection, entries: Sequence[Entry]) -> None:
    """Write recorded entries with their evidence."""
    if not entries:
        return
    await hold_files(
        connection,
        {
            (entry.issuer_institution_id, item.sha256_hex)
            for entry in entries
            for item in entry.evidence
            if item.sha256_hex
        },
    )
    rows = [row_of(entry) for entry in entries]
    outcomes = [json.dumps(entry.course.facts.outcomes, ensure_ascii=False) for entry in entries]
    assessors = [json.dumps([str(item) for item in entry.assessor_institution_ids]) for entry in entries]
    columns = ([row[name] for row in rows] for name in COLUMNS)
    await connection.execute(SQL_INSERT_ENTRIES, *columns, outcomes, assessors)
    evidence = [(entry.entry_id, number, item) for entry in entries for number, item in enumerate(entry.evidence)]
    await connection.execute(
        SQL_INSERT_EVIDENCE,
        [entry_id for entry_id, _, _ in evidence],
        [number for _, number, _ in evidence],
        [item.kind for _, _, item in evidence],
        [item.sha256_hex for _, _, item in evidence],
        [item.document_no for _, _, item in evidence],
        [item.issuing_body for _, _, item in evidence],
        [item.issued_on for _, _, item in evidence],
        [item.result_text for _, _, item in evidence],
    )


async def read_attempts(
    connection: Connection, keys: Sequence[tuple[UUID, str, str]], issuer_institution_id: UUID
) -> dict[tuple[UUID, str, str], dict[int, bool]]:
    """By learner and course, which attempts stand at an institution and whether each earned something."""
    columns: list[list[Any]] = [[key[position] for key in keys] for position in range(3)]
    found: dict[tuple[UUID, str, str], dict[int, bool]] = {}
    for row in await connection.fetch(SQL_READ_ATTEMPTS, *columns, issuer_institution_id):
        key = (row["learner_id"], row["code_system"], row["code"])
        found.setdefault(key, {})[row["attempt"]] = row["is_earned"]
    return found


async def supersede(connection: Connection, entry_ids: Sequence[UUID], state: EntryState) -> None:
    """Entries in a state make place for their next version."""
    if not entry_ids:
        return
    done = await connection.fetch(SQL_SUPERSEDE, entry_ids, str(state))
    assert len(done) == len(entry_ids), "decided under the learners' locks"


async def revoke(connection: Connection, entry_ids: Sequence[UUID], act: Act) -> None:
    """Verified entries are in force no longer."""
    done = await connection.fetch(SQL_REVOKE, entry_ids, act.at, act.subject_hash)
    assert len(done) == len(entry_ids), "decided under the learners' locks"


async def verify(connection: Connection, acts: Mapping[UUID, Act]) -> None:
    """Submitted entries become verified, each by who verifies it."""
    found = acts.values()
    done = await connection.fetch(
        SQL_VERIFY,
        list(acts),
        [act.at for act in found],
        [act.subject_hash for act in found],
        [act.assignment_id for act in found],
    )
    assert len(done) == len(acts), "decided under the learners' locks"


async def send_back(connection: Connection, entry_ids: Sequence[UUID], act: Act, *, reason: ReturnReason) -> None:
    """Submitted entries become returned."""
    done = await connection.fetch(SQL_RETURN, entry_ids, act.at, act.subject_hash, str(reason))
    assert len(done) == len(entry_ids), "decided under the learners' locks"


async def reject(connection: Connection, entry_ids: Sequence[UUID], act: Act, *, reason: ReturnReason) -> None:
    """Submitted entries become rejected, which is an end."""
    done = await connection.fetch(SQL_REJECT, entry_ids, act.at, act.subject_hash, str(reason))
    assert len(done) == len(entry_ids), "decided under the learners' locks"


async def page(
    connection: Connection,
    issuer_institution_id: UUID,
    *,
    state: EntryState | None,
    learner_ids: Sequence[UUID],
    after: UUID | None,
    limit: int,
) -> tuple[list[Entry], int]:
    """Entries of an institution behind `after`, oldest first, and how many there are in all."""
    wanted = None if state is None else str(state)
    rows = await connection.fetch(SQL_PAGE, issuer_institution_id, wanted, learner_ids, after, limit)
    total = await connection.fetchval(SQL_COUNT, issuer_institution_id, wanted, learner_ids)
    return [_entry(row) for row in rows], total


def row_of(entry: Entry) -> dict[str, Any]:
    """An entry by the columns that are written when it is recorded; outcomes and assessors stand apart."""
    course, facts, grade = entry.course, entry.course.facts, entry.grade
    return {
        "entry_id": entry.entry_id,
        "entry_root_id": entry.entry_root_id,
        "version": entry.version,
        "supersedes_entry_id": entry.supersedes_entry_id,
        "learner_id": entry.learner_id,
        "issuer_institution_id": entry.issuer_institution_id,
        "course_id": course.course_id,
        "course_version": course.version,
        "code_system": str(facts.key.code_system),
        "code": facts.key.code,
        "curriculum_version": facts.key.curriculum_version,
        "owner_institution_id": facts.key.owner_institution_id,
        "title_th": facts.title_th,
        "title_en": facts.title_en,
        "unit": facts.unit,
        "course_credit_hundredths": facts.credit_hundredths,
        "hours_total": facts.hours_total,
        "tpn": facts.tpn,
        "category": facts.category,
        "subject_type": facts.subject_type,
        "subject_group": facts.subject_group,
        "course_source": facts.provenance.source,
        "course_status": facts.provenance.status,
        "course_effective_from": facts.provenance.effective_from,
        "course_source_version": facts.provenance.version,
        "content_sha256": entry.content_sha256,
        "year_be": entry.year_be,
        "term": entry.term,
        "attempt": entry.attempt,
        "grade_scheme": grade.scheme,
        "grade_scheme_version": grade.scheme_version,
        "grade_code": grade.code,
        "grade_label": grade.label,
        "grade_point_hundredths": grade.point_hundredths,
        "counts_in_gpa": grade.is_in_gpa,
        "attempted_hundredths": entry.attempted_hundredths,
        "earned_hundredths": entry.earned_hundredths,
        "is_attempted": grade.is_attempted,
        "is_earned": grade.is_earned,
        "counts_for_graduation": grade.counts_for_graduation,
        "attempt_kind": str(entry.attempt_kind),
        "source_mode": str(entry.source_mode),
        "rpl_mode": entry.rpl_mode,
        "form": str(entry.placing.form),
        "learning_type": str(entry.placing.learning_type),
        "level": entry.placing.level,
        "issuing_body": entry.placing.issuing_body,
        "taught_by_institution_id": entry.taught_by_institution_id,
        "offering_id": entry.offering_id,
        "state": str(entry.state),
        "content_hash": entry.content_hash,
        "recorded_at": entry.recorded.at,
        "recorded_by": entry.recorded.subject_hash,
        "recorded_by_assignment": entry.recorded.assignment_id,
        "drafted_by": entry.drafted_by,
        "source": entry.provenance.source,
        "status": entry.provenance.status,
        "effective_from": entry.provenance.effective_from,
        "source_version": entry.provenance.version,
    }


def _entry(row: Record) -> Entry:
    return Entry(
        entry_id=row["entry_id"],
        entry_root_id=row["entry_root_id"],
        version=row["version"],
        supersedes_entry_id=row["supersedes_entry_id"],
        learner_id=row["learner_id"],
        issuer_institution_id=row["issuer_institution_id"],
        course=_course(row),
        content_sha256=row["content_sha256"],
        year_be=row["year_be"],
        term=row["term"],
        attempt=row["attempt"],
        grade=EntryGrade(
            scheme=row["grade_scheme"],
            scheme_version=row["grade_scheme_version"],
            code=row["grade_code"],
            label=row["grade_label"],
            point_hundredths=row["grade_point_hundredths"],
            is_in_gpa=row["counts_in_gpa"],
            is_attempted=row["is_attempted"],
            is_earned=row["is_earned"],
            counts_for_graduation=row["counts_for_graduation"],
        ),
        attempted_hundredths=row["attempted_hundredths"],
        earned_hundredths=row["earned_hundredths"],
        source_mode=SourceMode(row["source_mode"]),
        taught_by_institution_id=row["taught_by_institution_id"],
        offering_id=row["offering_id"],
        evidence=_evidence(row),
        state=EntryState(row["state"]),
        content_hash=row["content_hash"],
        recorded=Act(row["recorded_at"], row["recorded_by"], row["recorded_by_assignment"]),
        verified=_act(row["verified_at"], row["verified_by"], row["verified_by_assignment"]),
        returned=_act(row["returned_at"], row["returned_by"], None),
        return_reason=None if row["return_reason_code"] is None else ReturnReason(row["return_reason_code"]),
        provenance=Provenance(row["source"], row["status"], row["effective_from"], row["source_version"]),
        placing=Placing(
            form=EducationForm(row["form"]),
            learning_type=LearningType(row["learning_type"]),
            level=None if row["level"] is None else EducationLevel(row["level"]),
            issuing_body=row["issuing_body"],
        ),
        attempt_kind=AttemptKind(row["attempt_kind"]),
        rpl_mode=None if row["rpl_mode"] is None else RplMode(row["rpl_mode"]),
        assessor_institution_ids=tuple(row["assessor_institution_ids"]),
        drafted_by=row["drafted_by"],
        rejected=_act(row["rejected_at"], row["rejected_by"], None),
        revoked=_act(row["revoked_at"], row["revoked_by"], None),
        approval_id=row["approval_id"],
    )


def _evidence(row: Record) -> tuple[Evidence, ...]:
    if row["evidence_kinds"] is None:
        return ()
    return tuple(Evidence(*values) for values in zip(*(row[name] for name in _PIECES), strict=True))


def _act(at: datetime | None, subject_hash: str | None, assignment_id: UUID | None) -> Act | None:
    return None if at is None or subject_hash is None else Act(at, subject_hash, assignment_id)


def _course(row: Record) -> Course:
    facts = CourseFacts(
        key=CourseKey(
            CodeSystem(row["code_system"]), row["code"], row["curriculum_version"], row["owner_institution_id"]
        ),
        title_th=row["title_th"],
        title_en=row["title_en"],
        unit=row["unit"],
        credit_hundredths=row["course_credit_hundredths"],
        hours_total=row["hours_total"],
        tpn=row["tpn"],
        category=row["category"],
        subject_type=row["subject_type"],
        subject_group=row["subject_group"],
        outcomes=tuple(row["outcomes"]),
        provenance=Provenance(
            row["course_source"], row["course_status"], row["course_effective_from"], row["course_source_version"]
        ),
    )
    return Course(row["course_id"], row["course_version"], facts)
