"""SQL of what goes into the file of a case beside what people read of it, and of precedents."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from chassis.pg import Connection

from credit_bank.transfers.domain import LineState

SQL_SOURCES = """
    SELECT l.line_id, e.entry_id, e.version, e.code_system, e.code, e.curriculum_version, e.title_th, e.year_be, e.term,
           e.grade_label, e.issuer_institution_id, e.hours_total, e.state, e.source_mode, e.form,
           encode(e.content_hash, 'hex') AS content_hash,
           (SELECT jsonb_agg(jsonb_build_object('kind', v.kind, 'sha256', encode(v.sha256, 'hex'),
                                                'document_no', v.document_no) ORDER BY v.evidence_no)
              FROM evidence v WHERE v.entry_id = e.entry_id) AS evidence
      FROM case_line l JOIN case_line_source s USING (line_id) JOIN entry e USING (entry_id)
     WHERE l.case_id = $1 ORDER BY l.line_no, e.entry_id
"""
SQL_VOTES = """
    SELECT v.line_id, v.hearing, v.assignment_id, v.is_accepted, v.needs_assessment, v.reason_code, v.reason_th,
           v.cast_at
      FROM vote v JOIN case_line l USING (line_id) WHERE l.case_id = $1 ORDER BY v.cast_at, v.assignment_id
"""
SQL_PAUSES = """
    SELECT pause_no, question_th, asked_at, answer_th, document_nos, answered_at, days
      FROM case_pause WHERE case_id = $1 ORDER BY pause_no
"""
SQL_INTERESTS = (
    "SELECT assignment_id, reason_th, declared_at FROM case_interest WHERE case_id = $1 ORDER BY declared_at"
)
SQL_ASSESSMENTS = """
    SELECT a.line_id, a.hearing, a.is_passed, a.method, a.document_no, a.assessed_on, a.reason_th, a.recorded_at,
           a.recorded_by_assignment
      FROM line_assessment a JOIN case_line l USING (line_id) WHERE l.case_id = $1 ORDER BY a.recorded_at
"""
SQL_APPEALS = """
    SELECT hearing, line_ids, reason_th, appealed_on, is_entered_by_staff, entered_at, earlier_committee_id
      FROM case_appeal WHERE case_id = $1 ORDER BY hearing
"""
SQL_REVERSALS = """
    SELECT r.line_id, r.reason_code, r.reason_th, r.journal_id, r.reversed_at, r.reversed_by_assignment
      FROM line_reversal r JOIN case_line l USING (line_id) WHERE l.case_id = $1 ORDER BY r.reversed_at
"""
# What became of a source after it was proposed, and what that came to for the line; why it stands is in its step.
SQL_FLAGS = """
    SELECT f.flag_id, f.line_id, f.kind, f.subject, f.raised_at, e.code, e.version, e.grade_label, f.resolution,
           f.reason_code, coalesce(s.details ->> 'reason_th', '') AS reason_th, f.resolved_at, f.resolved_by_assignment
      FROM review_flag f JOIN case_line l USING (line_id) JOIN entry e ON e.entry_id = f.entry_id
      LEFT JOIN case_step s ON s.case_id = l.case_id AND s.kind = 'FLAG_KEPT'
                           AND s.details ->> 'flag_id' = f.flag_id::text
     WHERE l.case_id = $1 ORDER BY f.raised_at, f.flag_id
"""
SQL_JOURNALS = """
    SELECT j.seq, j.type, j.posted_at, j.effective_on, encode(j.hash, 'hex') AS hash
      FROM journal j WHERE j.case_id = $1 ORDER BY j.seq
"""
SQL_POLICY_RULES = "SELECT unnest(policy_rules) AS rule FROM transfer_case WHERE case_id = $1"
# Who had confirmed the agreement when the case was submitted.
SQL_PARTNERSHIP = """
    SELECT p.partnership_id, p.reference, coalesce(c.partnership_version, p.version) AS version, p.programme,
           (SELECT coalesce(jsonb_agg(one ORDER BY one.institution_id), '[]')
              FROM (SELECT DISTINCT ON (a.institution_id) a.institution_id, a.version, a.status, a.confirmed_at
                      FROM partnership_consent a
                     WHERE a.partnership_id = p.partnership_id AND a.confirmed_at <= c.submitted_at
                       AND a.version <= coalesce(c.partnership_version, p.version)
                     ORDER BY a.institution_id, a.status = 'confirmed' DESC, a.version DESC) one) AS confirmations
      FROM transfer_case c JOIN partnership p USING (partnership_id) WHERE c.case_id = $1
"""
_PARTS = {
    "policy_rules": SQL_POLICY_RULES,
    "partnership": SQL_PARTNERSHIP,
    "sources": SQL_SOURCES,
    "votes": SQL_VOTES,
    "pauses": SQL_PAUSES,
    "interests": SQL_INTERESTS,
    "assessments": SQL_ASSESSMENTS,
    "appeals": SQL_APPEALS,
    "reversals": SQL_REVERSALS,
    "flags": SQL_FLAGS,
    "journals": SQL_JOURNALS,
}

# Lines of any institution's decided cases with exactly these source courses ($1) and this target ($2).
_PRECEDENTS = """
    WITH found AS (
        SELECT l.line_id, c.institution_id, l.state, l.mode, l.reason_code, l.rule_id, c.decided_at
          FROM case_line l JOIN transfer_case c USING (case_id)
         WHERE l.target_course_id = $2 AND c.decided_at IS NOT NULL
           AND l.state IN ('ACCEPTED', 'ACCEPTED_WITH_ASSESSMENT', 'POSTED', 'REJECTED', 'REVERSED')
           AND (SELECT array_agg(DISTINCT e.course_id ORDER BY e.course_id)
                  FROM case_line_source s JOIN entry e USING (entry_id) WHERE s.line_id = l.line_id) = $1::uuid[])
"""
SQL_PRECEDENTS = (
    _PRECEDENTS
    + """
    SELECT f.institution_id, coalesce(i.name_th, '') AS name_th, f.decided_at, f.state, f.mode, f.reason_code, f.rule_id
      FROM found f LEFT JOIN institution_copy i USING (institution_id)
     ORDER BY f.decided_at DESC, f.line_id LIMIT $3
"""
)
SQL_COUNT_PRECEDENTS = (
    _PRECEDENTS
    + """
    SELECT count(*) FILTER (WHERE state NOT IN ('REJECTED', 'REVERSED')) AS accepted,
           count(*) FILTER (WHERE state = 'REJECTED') AS rejected FROM found
"""
)


async def parts(connection: Connection, case_id: UUID) -> dict[str, list[dict[str, Any]]]:
    """What is kept of a case, by kind, each in its order."""
    return {name: [dict(row) for row in await connection.fetch(query, case_id)] for name, query in _PARTS.items()}


@dataclass(frozen=True, slots=True)
class Precedent:
    """How a committee decided the same question; nobody's case is named."""

    institution_id: UUID
    institution_name_th: str
    decided_at: datetime
    state: LineState
    mode: str
    reason_code: str
    rule_id: UUID | None


async def precedents(
    connection: Connection, source_course_ids: Sequence[UUID], target_course_id: UUID, *, limit: int
) -> tuple[list[Precedent], int, int]:
    """Precedents, newest first, and how many accepted and rejected in all."""
    sources = sorted(set(source_course_ids))
    rows = await connection.fetch(SQL_PRECEDENTS, sources, target_course_id, limit)
    counts = await connection.fetchrow(SQL_COUNT_PRECEDENTS, sources, target_course_id)
    assert counts is not None, "a count has a row"
    found = [
        Precedent(
            institution_id=row["institution_id"],
            institution_name_th=row["name_th"],
            decided_at=row["decided_at"],
            state=LineState(row["state"]),
            mode=row["mode"],
            reason_code=row["reason_code"],
            rule_id=row["rule_id"],
        )
        for row in rows
    ]
    return found, counts["accepted"], counts["rejected"]
