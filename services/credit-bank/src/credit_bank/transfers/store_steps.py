"""SQL of what happens to cases on their way: steps, pauses, interests, assessments, appeals, ends."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from chassis.auth import Actor
from chassis.ids import uuid7
from chassis.pg import Connection

from credit_bank.transfers.domain import CaseState

SQL_INSERT_STEPS = """
    INSERT INTO case_step (step_id, case_id, kind, from_state, to_state, hearing, taken_at, taken_by,
                           taken_by_assignment, role, details)
    SELECT step_id, case_id, kind, from_state, to_state, hearing, $8, $9, $10, $11, details
      FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::smallint[], $7::jsonb[])
           AS i(step_id, case_id, kind, from_state, to_state, hearing, details)
"""
SQL_STEPS = """
    SELECT case_id, kind, from_state, to_state, hearing, taken_at, taken_by, taken_by_assignment, role, details
      FROM case_step WHERE case_id = ANY($1::uuid[]) ORDER BY case_id, step_id
"""
SQL_SET_COMMITTEES = """
    UPDATE transfer_case c SET committee_id = i.committee_id, row_version = row_version + 1
      FROM unnest($1::uuid[], $2::uuid[]) AS i(case_id, committee_id) WHERE c.case_id = i.case_id
"""
# A committee that takes over hears anew what is not decided; what was voted before stays as it is and does not count.
SQL_HEAR_ANEW = """
    UPDATE transfer_case SET hearing = hearing + 1 WHERE case_id = ANY($1::uuid[])
"""
SQL_HEAR_LINES_ANEW = """
    UPDATE case_line l SET state = 'PROPOSED', hearing = c.hearing FROM transfer_case c
     WHERE l.case_id = ANY($1::uuid[]) AND c.case_id = l.case_id AND l.state IN ('PROPOSED', 'EVALUATED')
"""
SQL_BEGIN_WAITING = """
    UPDATE transfer_case SET state = 'WAITING_FOR_INFORMATION', waiting_since = $2, pause_count = pause_count + 1,
                             row_version = row_version + 1
     WHERE case_id = ANY($1::uuid[]) AND state = 'UNDER_EVALUATION' RETURNING true
"""
SQL_INSERT_PAUSES = """
    INSERT INTO case_pause (case_id, pause_no, question_th, asked_at, asked_by)
    SELECT i.case_id, c.pause_count, i.question_th, $3, $4
      FROM unnest($1::uuid[], $2::text[]) AS i(case_id, question_th) JOIN transfer_case c USING (case_id)
"""
SQL_END_WAITING = """
    UPDATE transfer_case c SET state = i.state, waiting_since = NULL, paused_days = paused_days + i.days,
                               due_on = due_on + i.days, row_version = row_version + 1
      FROM unnest($1::uuid[], $2::integer[], $3::text[]) AS i(case_id, days, state)
     WHERE c.case_id = i.case_id AND c.state = 'WAITING_FOR_INFORMATION' RETURNING true
"""
SQL_ANSWER_PAUSES = """
    UPDATE case_pause p SET answer_th = i.answer_th, document_nos = i.document_nos, answered_at = $5, answered_by = $6,
                            days = i.days
      FROM (SELECT case_id, days, answer_th, array(SELECT jsonb_array_elements_text(documents::jsonb)) AS document_nos
              FROM unnest($1::uuid[], $2::integer[], $3::text[], $4::text[])
                   AS u(case_id, days, answer_th, documents)) i
     WHERE p.case_id = i.case_id AND p.answered_at IS NULL RETURNING true
"""
SQL_WITHDRAW_CASES = """
    UPDATE transfer_case SET state = 'WITHDRAWN', waiting_since = NULL, row_version = row_version + 1
     WHERE case_id = ANY($1::uuid[])
       AND state IN ('SUBMITTED', 'ACCEPTED_FOR_REVIEW', 'UNDER_EVALUATION', 'WAITING_FOR_INFORMATION') RETURNING true
"""
SQL_WITHDRAW_LINES = """
    UPDATE case_line SET state = 'WITHDRAWN' WHERE case_id = ANY($1::uuid[]) AND state IN ('PROPOSED', 'EVALUATED')
    RETURNING line_id
"""
SQL_CLOSE_CASES = """
    UPDATE transfer_case SET state = 'CLOSED', row_version = row_version + 1
     WHERE case_id = ANY($1::uuid[]) AND state = 'POSTED' RETURNING true
"""
SQL_INSERT_INTERESTS = """
    INSERT INTO case_interest (case_id, subject_hash, assignment_id, reason_th, declared_at)
    SELECT case_id, $3, $4, reason_th, $5 FROM unnest($1::uuid[], $2::text[]) AS i(case_id, reason_th)
    ON CONFLICT (case_id, subject_hash) DO NOTHING RETURNING case_id
"""
SQL_INTERESTS = """
    SELECT case_id, array_agg(subject_hash) AS persons FROM case_interest WHERE case_id = ANY($1::uuid[]) GROUP BY 1
"""
# Who voted or decided before the newest appeal. A committee that took over without an appeal hears the same matter, and
# who sat in the one before may sit in it.
SQL_HEARD_BEFORE = """
    WITH appealed AS (
        SELECT case_id, max(hearing) AS hearing FROM case_appeal WHERE case_id = ANY($1::uuid[]) GROUP BY case_id)
    SELECT case_id, array_agg(DISTINCT person) AS persons FROM (
        SELECT a.case_id, v.subject_hash AS person
          FROM appealed a JOIN case_line l USING (case_id) JOIN vote v USING (line_id) WHERE v.hearing < a.hearing
        UNION
        SELECT a.case_id, s.taken_by FROM appealed a JOIN case_step s USING (case_id)
         WHERE s.kind = 'DECIDED' AND s.hearing < a.hearing) AS took_part
     GROUP BY case_id
"""
SQL_INSERT_ASSESSMENTS = """
    INSERT INTO line_assessment (line_id, hearing, is_passed, method, document_no, assessed_on, reason_th, recorded_at,
                                 recorded_by, recorded_by_assignment)
    SELECT i.line_id, l.hearing, i.is_passed, i.method, i.document_no, i.assessed_on, i.reason_th, $7, $8, $9
      FROM unnest($1::uuid[], $2::boolean[], $3::text[], $4::text[], $5::date[], $6::text[])
           AS i(line_id, is_passed, method, document_no, assessed_on, reason_th)
      JOIN case_line l USING (line_id)
"""
SQL_SETTLE_ASSESSED = """
    UPDATE case_line l SET state = i.state, reason_code = i.reason_code, reason_th = i.reason_th
      FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[]) AS i(line_id, state, reason_code, reason_th)
     WHERE l.line_id = i.line_id AND l.state = ANY($5::text[]) RETURNING true
"""
SQL_SET_RESULTS = """
    UPDATE transfer_case c SET result = i.result, row_version = row_version + 1
      FROM unnest($1::uuid[], $2::text[]) AS i(case_id, result) WHERE c.case_id = i.case_id
"""
SQL_APPEAL_CASES = """
    UPDATE transfer_case c SET state = 'APPEALED', hearing = hearing + 1, due_on = i.due_on, appeal_until = NULL,
                               committee_id = NULL, row_version = row_version + 1
      FROM unnest($1::uuid[], $2::date[]) AS i(case_id, due_on)
     WHERE c.case_id = i.case_id AND c.state IN ('DECIDED', 'POSTED', 'CLOSED', 'REVERSED') RETURNING true
"""
SQL_APPEAL_LINES = """
    UPDATE case_line l SET state = 'PROPOSED', hearing = c.hearing, reason_code = '', reason_th = ''
      FROM transfer_case c
     WHERE l.line_id = ANY($1::uuid[]) AND c.case_id = l.case_id AND l.state = 'REJECTED' RETURNING true
"""
SQL_INSERT_APPEALS = """
    INSERT INTO case_appeal (case_id, hearing, line_ids, reason_th, appealed_on, is_entered_by_staff, entered_by,
                             entered_at, earlier_committee_id)
    SELECT i.case_id, c.hearing + 1, array(SELECT jsonb_array_elements_text(i.line_ids::jsonb)::uuid), i.reason_th,
           i.appealed_on, $5, $6, $7, c.committee_id
      FROM unnest($1::uuid[], $2::text[], $3::text[], $4::date[]) AS i(case_id, line_ids, reason_th, appealed_on)
      JOIN transfer_case c USING (case_id)
"""
SQL_INSERT_REVERSALS = """
    INSERT INTO line_reversal (line_id, reason_code, reason_th, journal_id, reversed_at, reversed_by,
                               reversed_by_assignment)
    SELECT line_id, reason_code, reason_th, journal_id, $5, $6, $7
      FROM unnest($1::uuid[], $2::text[], $3::text[], $4::uuid[]) AS i(line_id, reason_code, reason_th, journal_id)
"""
SQL_REVERSE_LINES = """
    UPDATE case_line SET state = 'REVERSED' WHERE line_id = ANY($1::uuid[]) AND state = 'POSTED' RETURNING true
"""
SQL_REVERSE_CASES = """
    UPDATE transfer_case c SET state = 'REVERSED', row_version = row_version + 1
     WHERE c.case_id = ANY($1::uuid[]) AND c.state IN ('POSTED', 'CLOSED')
       AND EXISTS (SELECT FROM case_line l WHERE l.case_id = c.case_id AND l.state = 'REVERSED')
       AND NOT EXISTS (SELECT FROM case_line l WHERE l.case_id = c.case_id AND l.state = 'POSTED') RETURNING c.case_id
"""


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a case.

    Attributes:
        from_state: State before; None for the submission.
        details: Ids and codes, and what was said to or by the applicant.
    """

    case_id: UUID
    kind: str
    from_state: CaseState | None
    to_state: CaseState
    hearing: int = 1
    details: Mapping[str, Any] = field(default_factory=dict[str, Any])


@dataclass(frozen=True, slots=True)
class TakenStep:
    """A step with who took it and when; the person only as a keyed hash."""

    step: Step
    taken_at: datetime
    taken_by: str
    assignment_id: UUID | None
    role: str


async def insert_steps(connection: Connection, steps: Sequence[Step], *, actor: Actor, now: datetime) -> None:
    """Keep steps of one actor."""
    if not steps:
        return
    await connection.execute(
        SQL_INSERT_STEPS,
        [uuid7() for _ in steps],
        [step.case_id for step in steps],
        [step.kind for step in steps],
        [str(step.from_state or "") for step in steps],
        [str(step.to_state) for step in steps],
        [step.hearing for step in steps],
        [dict(step.details) for step in steps],
        now,
        actor.subject_hash,
        actor.assignment_id,
        actor.role,
    )


async def steps_of(connection: Connection, case_ids: Collection[UUID]) -> dict[UUID, list[TakenStep]]:
    """Steps in order, by case."""
    found: dict[UUID, list[TakenStep]] = {case_id: [] for case_id in case_ids}
    for row in await connection.fetch(SQL_STEPS, list(case_ids)):
        step = Step(
            case_id=row["case_id"],
            kind=row["kind"],
            from_state=CaseState(row["from_state"]) if row["from_state"] else None,
            to_state=CaseState(row["to_state"]),
            hearing=row["hearing"],
            details=row["details"],
        )
        taken = TakenStep(step, row["taken_at"], row["taken_by"], row["taken_by_assignment"], row["role"])
        found[row["case_id"]].append(taken)
    return found


async def set_committees(connection: Connection, committees: Mapping[UUID, UUID]) -> None:
    """Write which committee has each case."""
    await connection.execute(SQL_SET_COMMITTEES, list(committees), list(committees.values()))


async def hear_anew(connection: Connection, case_ids: Collection[UUID]) -> None:
    """Begin another hearing of what is not decided in these cases."""
    await connection.execute(SQL_HEAR_ANEW, list(case_ids))
    await connection.execute(SQL_HEAR_LINES_ANEW, list(case_ids))


async def begin_waiting(connection: Connection, questions: Mapping[UUID, str], *, actor: Actor, now: datetime) -> None:
    """Stop the clocks of cases under evaluation."""
    moved = await connection.fetch(SQL_BEGIN_WAITING, list(questions), now)
    assert len(moved) == len(questions), "the cases were locked in this state"
    await connection.execute(SQL_INSERT_PAUSES, list(questions), list(questions.values()), now, actor.subject_hash)


async def end_waiting(
    connection: Connection,
    ended: Mapping[UUID, tuple[int, str, Sequence[str]]],
    *,
    to_state: CaseState,
    actor: Actor,
    now: datetime,
) -> None:
    """Let the clocks of waiting cases run on: days for which each stood, the answer and its documents, by case."""
    if not ended:
        return
    days = [stood for stood, _, _ in ended.values()]
    moved = await connection.fetch(SQL_END_WAITING, list(ended), days, [str(to_state)] * len(ended))
    assert len(moved) == len(ended), "the cases were locked in this state"
    answered = await connection.fetch(
        SQL_ANSWER_PAUSES,
        list(ended),
        days,
        [answer for _, answer, _ in ended.values()],
        [json.dumps(list(documents)) for _, _, documents in ended.values()],
        now,
        actor.subject_hash,
    )
    assert len(answered) == len(ended), "every waiting case has one open pause"


async def withdraw(connection: Connection, case_ids: Sequence[UUID]) -> list[UUID]:
    """Write that cases were withdrawn; gives their lines."""
    moved = await connection.fetch(SQL_WITHDRAW_CASES, case_ids)
    assert len(moved) == len(case_ids), "the cases were locked in such a state"
    return [row["line_id"] for row in await connection.fetch(SQL_WITHDRAW_LINES, case_ids)]


async def close(connection: Connection, case_ids: Sequence[UUID]) -> None:
    """Write that posted cases were closed."""
    moved = await connection.fetch(SQL_CLOSE_CASES, case_ids)
    assert len(moved) == len(case_ids), "the cases were locked in this state"


async def insert_interests(
    connection: Connection, reasons: Mapping[UUID, str], *, actor: Actor, now: datetime
) -> set[UUID]:
    """Keep that the actor has an interest in cases; those for which he had not said so before."""
    rows = await connection.fetch(
        SQL_INSERT_INTERESTS, list(reasons), list(reasons.values()), actor.subject_hash, actor.assignment_id, now
    )
    return {row["case_id"] for row in rows}


async def interests(connection: Connection, case_ids: Collection[UUID]) -> dict[UUID, frozenset[str]]:
    """Keyed hashes of those who declared an interest, by case."""
    rows = await connection.fetch(SQL_INTERESTS, list(case_ids))
    return {row["case_id"]: frozenset(row["persons"]) for row in rows}


async def heard_before(connection: Connection, case_ids: Collection[UUID]) -> dict[UUID, frozenset[str]]:
    """Keyed hashes of those who took part in earlier hearings, by case."""
    rows = await connection.fetch(SQL_HEARD_BEFORE, list(case_ids))
    return {row["case_id"]: frozenset(row["persons"]) for row in rows}


@dataclass(frozen=True, slots=True)
class AssessmentResult:
    """The result of an assessment on which acceptance depends.

    Attributes:
        method: `EXAM`, `PERFORMANCE`, `PORTFOLIO` or `INTERVIEW`.
        document_no: What shows it.
        reason_th: For the applicant, where it was not passed.
    """

    line_id: UUID
    is_passed: bool
    method: str
    document_no: str
    assessed_on: date
    reason_th: str


async def insert_assessments(
    connection: Connection, results: Sequence[AssessmentResult], *, actor: Actor, now: datetime
) -> None:
    """Keep results of assessments."""
    await connection.execute(
        SQL_INSERT_ASSESSMENTS,
        [result.line_id for result in results],
        [result.is_passed for result in results],
        [result.method for result in results],
        [result.document_no for result in results],
        [result.assessed_on for result in results],
        [result.reason_th for result in results],
        now,
        actor.subject_hash,
        actor.assignment_id,
    )


async def settle_lines(
    connection: Connection, settled: Mapping[UUID, tuple[str, str, str]], *, from_states: Collection[str]
) -> None:
    """Write new states of lines with reason code and sentence, by line."""
    moved = await connection.fetch(
        SQL_SETTLE_ASSESSED,
        list(settled),
        [state for state, _, _ in settled.values()],
        [code for _, code, _ in settled.values()],
        [sentence for _, _, sentence in settled.values()],
        sorted(from_states),
    )
    assert len(moved) == len(settled), "the lines of a locked case do not change"


async def set_results(connection: Connection, results: Mapping[UUID, str]) -> None:
    """Write results of cases anew, computed from their lines."""
    await connection.execute(SQL_SET_RESULTS, list(results), [str(result) for result in results.values()])


@dataclass(frozen=True, slots=True)
class AppealRow:
    """An appeal to write."""

    case_id: UUID
    line_ids: tuple[UUID, ...]
    reason_th: str
    appealed_on: date
    due_on: date | None


async def appeal(
    connection: Connection, appeals: Sequence[AppealRow], *, is_entered_by_staff: bool, actor: Actor, now: datetime
) -> None:
    """Open new hearings of decided cases on some of their rejected lines; who hears them is to be named."""
    await connection.execute(
        SQL_INSERT_APPEALS,
        [one.case_id for one in appeals],
        [json.dumps([str(line_id) for line_id in one.line_ids]) for one in appeals],
        [one.reason_th for one in appeals],
        [one.appealed_on for one in appeals],
        is_entered_by_staff,
        actor.subject_hash,
        now,
    )
    moved = await connection.fetch(SQL_APPEAL_CASES, [one.case_id for one in appeals], [one.due_on for one in appeals])
    assert len(moved) == len(appeals), "the cases were locked in this state"
    line_ids = [line_id for one in appeals for line_id in one.line_ids]
    moved = await connection.fetch(SQL_APPEAL_LINES, line_ids)
    assert len(moved) == len(line_ids), "the lines of a locked case do not change"


@dataclass(frozen=True, slots=True)
class ReversalRow:
    """A reversal to write."""

    line_id: UUID
    reason_code: str
    reason_th: str
    journal_id: UUID


async def reverse_lines(
    connection: Connection, reversals: Sequence[ReversalRow], case_ids: Sequence[UUID], *, actor: Actor, now: datetime
) -> set[UUID]:
    """Write that posted lines were taken back; the cases of which none stands any more."""
    await connection.execute(
        SQL_INSERT_REVERSALS,
        [one.line_id for one in reversals],
        [one.reason_code for one in reversals],
        [one.reason_th for one in reversals],
        [one.journal_id for one in reversals],
        now,
        actor.subject_hash,
        actor.assignment_id,
    )
    moved = await connection.fetch(SQL_REVERSE_LINES, [one.line_id for one in reversals])
    assert len(moved) == len(reversals), "the lines of a locked case do not change"
    return await reverse_cases(connection, case_ids)


async def reverse_cases(connection: Connection, case_ids: Sequence[UUID]) -> set[UUID]:
    """Of posted cases, those of which nothing that was posted stands; they are reversed from now on."""
    rows = await connection.fetch(SQL_REVERSE_CASES, case_ids)
    return {row["case_id"] for row in rows}
