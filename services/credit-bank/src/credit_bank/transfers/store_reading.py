"""SQL by which people read cases: what they may see, and in which order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from chassis.pg import Connection, Record

from credit_bank.calendar_th import thai_date
from credit_bank.catalogue.domain import CodeSystem, CourseKey
from credit_bank.equivalences.domain import TransferMode
from credit_bank.provenance import Provenance
from credit_bank.transfers.domain import (
    UNDECIDED,
    Applicant,
    CaseLine,
    CaseResult,
    CaseState,
    Ground,
    LineRule,
    LineState,
    RejectionReason,
    TransferCase,
)


def stood_days(today: str) -> str:
    """SQL of the days by which the due day of a case `c` has moved while it waits, as of the day that `today` names.

    No more days than its rules let the clock stand: beyond them it runs although the case waits, so that no case is
    parked for good.
    """
    return f"""CASE WHEN c.waiting_since IS NULL THEN 0
         ELSE least({today}::date - (c.waiting_since AT TIME ZONE 'Asia/Bangkok')::date,
                    c.pause_days_max - c.paused_days) END"""


# The filters of every part of `_VISIBLE`. Overdue: past the due day and nothing decided.
_WANTED = f"""
    ($4::uuid[] IS NULL OR c.case_id = ANY($4)) AND ($5::uuid[] IS NULL OR c.learner_id = ANY($5))
           AND ($6::text IS NULL OR c.state = $6) AND ($7::text IS NULL OR c.ground = $7)
           AND ($8::date IS NULL OR (c.due_on < $8 AND c.state IN
                ('SUBMITTED', 'ACCEPTED_FOR_REVIEW', 'UNDER_EVALUATION', 'WAITING_FOR_INFORMATION', 'APPEALED')
                AND c.due_on + {stood_days("$8")} < $8))
"""
# The cases an actor may see: those of his institution ($1), of one assignment's committees only ($2) where he sits in
# one; those that rest on results of his institution; or his own as a learner, by any record of his ($3). One statement,
# so that a case and its lines are of one moment.
_VISIBLE = f"""
    WITH visible AS MATERIALIZED (
        SELECT c.case_id FROM transfer_case c
         WHERE c.institution_id = $1
           AND ($2::uuid IS NULL OR EXISTS (SELECT FROM committee_member m
                                             WHERE m.committee_id = c.committee_id AND m.assignment_id = $2))
           AND {_WANTED}
         UNION
        SELECT c.case_id FROM transfer_case c
         WHERE $2::uuid IS NULL
           AND EXISTS (SELECT FROM case_line l JOIN case_line_source s USING (line_id) JOIN entry e USING (entry_id)
                        WHERE l.case_id = c.case_id AND e.issuer_institution_id = $1)
           AND {_WANTED}
         UNION
        SELECT c.case_id FROM transfer_case c
         WHERE c.learner_id = ANY($3::uuid[])
           AND {_WANTED})
"""
SQL_COUNT_VISIBLE = _VISIBLE + " SELECT count(*) FROM visible"
SQL_READ_VISIBLE = (
    _VISIBLE
    + """
    SELECT c.case_id, c.learner_id, c.institution_id, c.ground, c.partnership_id, c.committee_id, c.state, c.result,
           c.requested_on, c.requested_by, c.submitted_at, c.due_on, c.qualification_code, c.qualification_version,
           c.is_entered_by_staff, c.waiting_since, c.pause_count, c.paused_days, c.pause_days_max, c.appeal_until,
           c.hearing, c.decided_at, c.form, c.level, c.policy_rules,
           coalesce((SELECT p.question_th FROM case_pause p
                      WHERE p.case_id = c.case_id AND p.answered_at IS NULL), '') AS question_th,
           (SELECT sum(o.credit_hundredths) * 100 / q.total_min_hundredths
              FROM case_line o JOIN transfer_case oc USING (case_id)
             WHERE oc.learner_id = c.learner_id AND oc.institution_id = c.institution_id
               AND (oc.qualification_code, oc.qualification_version) = (c.qualification_code, c.qualification_version)
               AND (o.state = 'POSTED'
                    OR oc.case_id = c.case_id AND o.state NOT IN ('REJECTED', 'REVERSED', 'WITHDRAWN'))
           )::integer AS share_pct,
           EXISTS (SELECT FROM review_flag f JOIN case_line l USING (line_id)
                    WHERE l.case_id = c.case_id AND f.resolved_at IS NULL) AS is_flagged,
           (SELECT jsonb_agg(jsonb_build_object(
                       'line_id', l.line_id, 'state', l.state, 'code_system', l.target_code_system,
                       'code', l.target_code, 'curriculum_version', l.target_curriculum_version,
                       'owner_institution_id', l.target_owner_institution_id, 'rule_id', l.rule_id,
                       'rule_version', l.rule_version, 'hours_pct', l.hours_pct, 'unit', l.unit,
                       'credit_hundredths', l.credit_hundredths, 'reason_code', l.reason_code,
                       'reason_th', l.reason_th, 'journal_id', l.journal_id, 'mode', l.mode,
                       'obstacle', l.findings ->> 'obstacle', 'least_grade_hundredths', l.least_grade_hundredths,
                       'policy_rules', l.policy_rules, 'title_th', l.target_title_th,
                       'rule_source', r.source, 'rule_status', r.status, 'rule_effective_from', r.valid_from,
                       'rule_source_version', r.source_version,
                       'source_entry_ids', (SELECT jsonb_agg(s.entry_id ORDER BY s.entry_id)
                                              FROM case_line_source s WHERE s.line_id = l.line_id))
                   ORDER BY l.line_no)
              FROM case_line l LEFT JOIN equivalence_rule r USING (rule_id) WHERE l.case_id = c.case_id) AS lines
      FROM visible JOIN transfer_case c USING (case_id)
      JOIN qualification q ON (q.code, q.version) = (c.qualification_code, c.qualification_version)
     WHERE ($9::uuid IS NULL OR c.case_id < $9)
     ORDER BY c.case_id DESC LIMIT $10
"""
)

_OPEN = UNDECIDED | {CaseState.APPEALED}
"""States in which a decision is due."""


@dataclass(frozen=True, slots=True)
class Sight:
    """Which cases an actor may see.

    Attributes:
        institution_id: His institution; None for a learner.
        committee_assignment_id: His assignment, when he sees his committees' cases only.
        learner_ids: The learner himself, by all records of his.
    """

    institution_id: UUID | None
    committee_assignment_id: UUID | None
    learner_ids: tuple[UUID, ...]


@dataclass(frozen=True, slots=True)
class CaseFilter:
    """Which of them he asks for; None: all.

    Attributes:
        overdue_on: Only those past their due day on this one.
    """

    case_ids: Sequence[UUID] | None = None
    learner_ids: Sequence[UUID] | None = None
    state: CaseState | None = None
    ground: Ground | None = None
    overdue_on: date | None = None


@dataclass(frozen=True, slots=True)
class VisibleCase:
    """A case with what its warnings are computed from.

    Attributes:
        is_flagged: A source of it was changed or revoked, and nobody has decided what that means.
    """

    case: TransferCase
    form: str
    level: str
    policy_rules: tuple[str, ...]
    is_flagged: bool


def _filters(sight: Sight, wanted: CaseFilter) -> tuple[Any, ...]:
    return (
        sight.institution_id,
        sight.committee_assignment_id,
        list(sight.learner_ids),
        wanted.case_ids,
        wanted.learner_ids,
        None if wanted.state is None else str(wanted.state),
        None if wanted.ground is None else str(wanted.ground),
        wanted.overdue_on,
    )


async def count_visible(connection: Connection, sight: Sight, wanted: CaseFilter) -> int:
    """How many cases there are for him."""
    total = await connection.fetchval(SQL_COUNT_VISIBLE, *_filters(sight, wanted))
    assert isinstance(total, int)
    return total


async def read_visible(
    connection: Connection, sight: Sight, wanted: CaseFilter, *, before: UUID | None, limit: int, today: date
) -> list[VisibleCase]:
    """Cases with their lines, newest first, older than `before`."""
    rows = await connection.fetch(SQL_READ_VISIBLE, *_filters(sight, wanted), before, limit)
    return [
        VisibleCase(
            case=_case(row, today),
            form=row["form"],
            level=row["level"],
            policy_rules=tuple(row["policy_rules"]),
            is_flagged=row["is_flagged"],
        )
        for row in rows
    ]


def _case(row: Record, today: date) -> TransferCase:
    state = CaseState(row["state"])
    due_on = row["due_on"]
    if due_on is not None and row["waiting_since"] is not None:
        stood = (today - thai_date(row["waiting_since"])).days
        left = row["pause_days_max"] if row["pause_days_max"] is None else row["pause_days_max"] - row["paused_days"]
        due_on += timedelta(days=stood if left is None else min(stood, left))
    return TransferCase(
        case_id=row["case_id"],
        learner_id=row["learner_id"],
        institution_id=row["institution_id"],
        ground=Ground(row["ground"]),
        partnership_id=row["partnership_id"],
        committee_id=row["committee_id"],
        state=state,
        result=None if row["result"] is None else CaseResult(row["result"]),
        requested_on=row["requested_on"],
        requested_by=Applicant(row["requested_by"]),
        submitted_at=row["submitted_at"],
        due_on=due_on,
        qualification_code=row["qualification_code"],
        qualification_version=row["qualification_version"],
        lines=tuple(_line(line) for line in row["lines"]),
        is_entered_by_staff=row["is_entered_by_staff"],
        is_overdue=due_on is not None and due_on < today and state in _OPEN,
        waiting_since=row["waiting_since"],
        pause_count=row["pause_count"],
        paused_days=row["paused_days"],
        question_th=row["question_th"],
        appeal_until=row["appeal_until"],
        hearing=row["hearing"],
        transferred_share_pct=row["share_pct"],
        warnings=(),
        decided_at=row["decided_at"],
    )


def _uuid(text: str | None) -> UUID | None:
    return UUID(text) if text else None


def _line(line: Mapping[str, Any]) -> CaseLine:
    effective_from = line["rule_effective_from"]
    rule = line["rule_id"] and LineRule(
        rule_id=UUID(line["rule_id"]),
        version=line["rule_version"],
        provenance=Provenance(
            line["rule_source"],
            line["rule_status"],
            date.fromisoformat(effective_from) if effective_from else None,
            line["rule_source_version"],
        ),
    )
    return CaseLine(
        line_id=UUID(line["line_id"]),
        source_entry_ids=tuple(UUID(entry_id) for entry_id in line["source_entry_ids"]),
        target=CourseKey(
            CodeSystem(line["code_system"]),
            line["code"],
            line["curriculum_version"],
            _uuid(line["owner_institution_id"]),
        ),
        state=LineState(line["state"]),
        rule=rule or None,
        hours_pct=line["hours_pct"],
        credit_hundredths=line["credit_hundredths"],
        unit=line["unit"],
        reason_code=line["reason_code"],
        reason_th=line["reason_th"],
        journal_id=_uuid(line["journal_id"]),
        mode=TransferMode(line["mode"]),
        obstacle=RejectionReason(line["obstacle"]) if line["obstacle"] else None,
        least_grade_hundredths=line["least_grade_hundredths"],
        policy_rules=tuple(line["policy_rules"]),
        target_title_th=line["title_th"],
    )
