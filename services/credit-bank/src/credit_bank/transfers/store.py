"""SQL of transfer cases: one function per statement, every statement over arrays."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from chassis.auth import Actor
from chassis.pg import Connection, Record

from credit_bank.catalogue.domain import CodeSystem, CourseKey
from credit_bank.equivalences.domain import TransferMode
from credit_bank.ledger.domain import AccountKey
from credit_bank.transfers.domain import (
    CaseResult,
    CaseState,
    CastVote,
    LineState,
    RejectionReason,
    SourceNow,
    Verdict,
    Vote,
)
from credit_bank.transfers.opening import KnownLine, NewCase, NewLine, Source

# CB-I10: what an institution awarded by a transfer is no root, even where it was recorded as a result afterwards.
_IS_TRANSFERRED = """
    EXISTS (SELECT FROM transfer_case tc JOIN case_line tl USING (case_id)
             WHERE tc.learner_id = e.learner_id AND tc.institution_id = e.issuer_institution_id
               AND tl.target_course_id = e.course_id AND tl.state = 'POSTED')
"""
SQL_SOURCES = f"""
    SELECT e.entry_id, e.entry_root_id, e.version, e.learner_id, e.issuer_institution_id, e.code_system, e.code,
           e.curriculum_version, e.owner_institution_id, e.hours_total, e.grade_point_hundredths,
           e.state = 'VERIFIED' AS is_verified, e.form, e.source_mode,
           {_IS_TRANSFERRED} AS is_transferred
      FROM entry e WHERE e.entry_id = ANY($1::uuid[])
"""
SQL_KNOWN_LINES = """
    SELECT c.learner_id, c.case_id, c.requested_on, c.qualification_code, c.qualification_version,
           l.target_code_system, l.target_code, l.target_curriculum_version, l.target_owner_institution_id,
           l.state NOT IN ('REJECTED', 'REVERSED', 'WITHDRAWN') AS is_live,
           array(SELECT s.entry_id FROM case_line_source s WHERE s.line_id = l.line_id) AS source_entry_ids
      FROM transfer_case c JOIN case_line l USING (case_id)
     WHERE c.learner_id = ANY($1::uuid[]) AND c.institution_id = $2
     ORDER BY c.case_id, l.line_no
"""
SQL_INSERT_CASES = """
    INSERT INTO transfer_case (case_id, learner_id, institution_id, ground, partnership_id, partnership_version,
                               committee_id, qualification_code, qualification_version, state, requested_on,
                               requested_by, due_on, form, level, policy_rules, pause_count_max, pause_days_max,
                               is_entered_by_staff, submitted_at, submitted_by, submitted_by_assignment)
    SELECT case_id, learner_id, $18, ground, partnership_id, partnership_version, committee_id, qualification_code,
           qualification_version, 'SUBMITTED', requested_on, requested_by, due_on, form, level,
           string_to_array(policy_rules, E'\\n'), pause_count_max, pause_days_max, is_entered_by_staff, $19, $20, $21
      FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::uuid[], $5::integer[], $6::uuid[], $7::text[], $8::text[],
                  $9::date[], $10::text[], $11::date[], $12::text[], $13::text[], $14::text[], $15::integer[],
                  $16::integer[], $17::boolean[])
           AS i(case_id, learner_id, ground, partnership_id, partnership_version, committee_id, qualification_code,
                qualification_version, requested_on, requested_by, due_on, form, level, policy_rules, pause_count_max,
                pause_days_max, is_entered_by_staff)
"""
SQL_INSERT_LINES = """
    INSERT INTO case_line (line_id, case_id, line_no, state, target_course_id, target_course_version,
                           target_code_system, target_code, target_curriculum_version, target_owner_institution_id,
                           target_title_th, target_category, unit, credit_hundredths, mode, rule_id, rule_version,
                           hours_pct, findings, least_grade_hundredths, policy_rules)
    SELECT line_id, case_id, line_no, 'PROPOSED', target_course_id, target_course_version, target_code_system,
           target_code, target_curriculum_version, target_owner_institution_id, target_title_th, target_category, unit,
           credit_hundredths, mode, rule_id, rule_version, hours_pct, findings, least_grade_hundredths,
           string_to_array(policy_rules, E'\\n')
      FROM unnest($1::uuid[], $2::uuid[], $3::smallint[], $4::uuid[], $5::integer[], $6::text[], $7::text[],
                  $8::text[], $9::uuid[], $10::text[], $11::text[], $12::text[], $13::integer[], $14::text[],
                  $15::uuid[], $16::integer[], $17::integer[], $18::jsonb[], $19::integer[], $20::text[])
           AS i(line_id, case_id, line_no, target_course_id, target_course_version, target_code_system, target_code,
                target_curriculum_version, target_owner_institution_id, target_title_th, target_category, unit,
                credit_hundredths, mode, rule_id, rule_version, hours_pct, findings, least_grade_hundredths,
                policy_rules)
"""
SQL_INSERT_SOURCES = """
    INSERT INTO case_line_source (line_id, entry_id, entry_root_id, entry_version)
    SELECT line_id, entry_id, entry_root_id, entry_version
      FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::integer[])
           AS i(line_id, entry_id, entry_root_id, entry_version)
"""
SQL_CASES = """
    SELECT case_id, learner_id, institution_id, committee_id, qualification_code, qualification_version, state, result,
           decided_at, hearing, form, level, due_on, pause_count, pause_count_max, paused_days, pause_days_max,
           waiting_since, appeal_until, submitted_at
      FROM transfer_case WHERE case_id = ANY($1::uuid[]) AND institution_id = $2
"""
# Sorted, so that two calls never wait for each other in a circle; always after the learners' locks where both are held.
SQL_LOCK_CASES = SQL_CASES + " ORDER BY case_id FOR UPDATE"
SQL_CASES_OF_LEARNERS = SQL_CASES.replace("institution_id = $2", "learner_id = ANY($2::uuid[])")
SQL_LOCK_CASES_OF_LEARNERS = SQL_CASES_OF_LEARNERS + " ORDER BY case_id FOR UPDATE"
SQL_CASES_OF_LINES = """
    SELECT DISTINCT l.case_id FROM case_line l JOIN transfer_case c USING (case_id)
     WHERE l.line_id = ANY($1::uuid[]) AND c.institution_id = $2
"""
SQL_LINES = """
    SELECT line_id, case_id, state, target_course_id, target_code_system, target_code, target_curriculum_version,
           target_owner_institution_id, target_title_th, target_category, unit, credit_hundredths, mode, rule_id,
           hearing, findings ->> 'obstacle' AS obstacle,
           array(SELECT s.entry_id FROM case_line_source s WHERE s.line_id = l.line_id ORDER BY s.entry_id)
               AS source_entry_ids
      FROM case_line l WHERE case_id = ANY($1::uuid[]) ORDER BY case_id, line_no
"""
# Everybody who drafted, recorded, assessed or verified any version of a result that a case rests on. Who taught it is
# not kept by person: he declares his interest.
SQL_HANDLERS = """
    SELECT l.case_id, array_agg(DISTINCT h.person) AS persons
      FROM case_line l JOIN case_line_source s USING (line_id)
      JOIN entry e ON e.entry_root_id = s.entry_root_id
     CROSS JOIN LATERAL (
            SELECT unnest(ARRAY[e.drafted_by, e.recorded_by, e.verified_by]) UNION
            SELECT g.signed_by FROM assessment_signature g WHERE g.entry_id = e.entry_id) AS h(person)
     WHERE l.case_id = ANY($1::uuid[]) AND h.person IS NOT NULL
     GROUP BY l.case_id
"""
SQL_VOTED_CASES = """
    SELECT DISTINCT l.case_id FROM case_line l JOIN vote v ON v.line_id = l.line_id JOIN transfer_case c USING (case_id)
     WHERE l.case_id = ANY($1::uuid[]) AND v.hearing = c.hearing
"""
SQL_SOURCE_ROOTS = """
    SELECT line_id, array_agg(entry_root_id ORDER BY entry_root_id) AS roots
      FROM case_line_source WHERE line_id = ANY($1::uuid[]) GROUP BY line_id
"""
SQL_VOTES = """
    SELECT v.line_id, v.subject_hash, v.is_accepted, v.reason_code, v.reason_th, v.needs_assessment
      FROM vote v JOIN case_line l ON l.line_id = v.line_id AND l.hearing = v.hearing
     WHERE v.line_id = ANY($1::uuid[]) ORDER BY v.cast_at, v.subject_hash
"""
SQL_INSERT_VOTES = """
    INSERT INTO vote (line_id, hearing, subject_hash, assignment_id, is_accepted, reason_code, reason_th,
                      needs_assessment, cast_at)
    SELECT i.line_id, l.hearing, $6, $7, i.is_accepted, i.reason_code, i.reason_th, i.needs_assessment, $8
      FROM unnest($1::uuid[], $2::boolean[], $3::text[], $4::text[], $5::boolean[])
           AS i(line_id, is_accepted, reason_code, reason_th, needs_assessment)
      JOIN case_line l USING (line_id)
"""
SQL_EVALUATE_LINES = """
    UPDATE case_line SET state = 'EVALUATED' WHERE line_id = ANY($1::uuid[]) AND state = 'PROPOSED'
"""
SQL_BEGIN_REVIEWS = """
    UPDATE transfer_case SET state = 'ACCEPTED_FOR_REVIEW', review_began_at = $2, review_began_by = $3,
                             row_version = row_version + 1
     WHERE case_id = ANY($1::uuid[]) AND state = 'SUBMITTED' RETURNING true
"""
SQL_BEGIN_EVALUATION = """
    UPDATE transfer_case SET state = 'UNDER_EVALUATION', row_version = row_version + 1
     WHERE case_id = ANY($1::uuid[]) AND state = 'ACCEPTED_FOR_REVIEW' RETURNING true
"""
SQL_DECIDE_CASES = """
    UPDATE transfer_case c SET state = 'DECIDED', result = i.result, decided_at = $4, decided_by = $5,
                               decided_by_assignment = $6, appeal_until = i.appeal_until,
                               row_version = row_version + 1
      FROM unnest($1::uuid[], $2::text[], $3::date[]) AS i(case_id, result, appeal_until)
     WHERE c.case_id = i.case_id AND c.state IN ('UNDER_EVALUATION', 'APPEALED') RETURNING true
"""
SQL_DECIDE_LINES = """
    UPDATE case_line l SET state = i.state, reason_code = i.reason_code, reason_th = i.reason_th
      FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[]) AS i(line_id, state, reason_code, reason_th)
     WHERE l.line_id = i.line_id AND l.state IN ('PROPOSED', 'EVALUATED') RETURNING true
"""
# Whether each source of these lines is still what was proposed: verified, and no newer version beside it (CB-I9).
SQL_SOURCES_NOW = f"""
    SELECT s.line_id, s.entry_id, e.state = 'VERIFIED' AS is_verified,
           e.version = s.entry_version AND NOT EXISTS (
               SELECT FROM entry n WHERE n.entry_root_id = s.entry_root_id AND n.version > s.entry_version
                                     AND n.state = 'VERIFIED') AS is_unchanged,
           {_IS_TRANSFERRED} AS is_transferred
      FROM case_line_source s JOIN entry e USING (entry_id)
     WHERE s.line_id = ANY($1::uuid[])
"""
# What stands in qualification accounts by transfer, by mode (CB-I7).
SQL_TRANSFERRED = """
    SELECT c.learner_id, c.institution_id, c.qualification_code, c.qualification_version, l.mode,
           sum(l.credit_hundredths)::integer AS hundredths
      FROM transfer_case c JOIN case_line l USING (case_id)
     WHERE c.learner_id = ANY($1::uuid[]) AND l.state = 'POSTED'
     GROUP BY 1, 2, 3, 4, 5
"""
SQL_POST_CASES = """
    UPDATE transfer_case SET state = 'POSTED', posted_at = $2, posted_by = $3, posted_by_assignment = $4,
                             row_version = row_version + 1
     WHERE case_id = ANY($1::uuid[]) AND state = 'DECIDED' RETURNING true
"""
SQL_POST_LINES = """
    UPDATE case_line l SET state = 'POSTED', journal_id = i.journal_id
      FROM unnest($1::uuid[], $2::uuid[]) AS i(line_id, journal_id)
     WHERE l.line_id = i.line_id AND l.state = 'ACCEPTED' RETURNING true
"""


@dataclass(frozen=True, slots=True)
class CaseRow:
    """A case as its steps need it."""

    case_id: UUID
    learner_id: UUID
    institution_id: UUID
    committee_id: UUID | None
    qualification_code: str
    qualification_version: str
    state: CaseState
    result: CaseResult | None
    decided_at: datetime | None
    hearing: int
    form: str
    level: str
    due_on: date | None
    pause_count: int
    pause_count_max: int | None
    paused_days: int
    pause_days_max: int | None
    waiting_since: datetime | None
    appeal_until: date | None
    submitted_at: datetime


@dataclass(frozen=True, slots=True)
class LineRow:
    """A line as its steps need it.

    Attributes:
        obstacle: Why its rule does not allow acceptance; None: it does.
        category: Category of the qualification in which its credits count.
    """

    line_id: UUID
    case_id: UUID
    state: LineState
    obstacle: RejectionReason | None
    target_course_id: UUID
    target: CourseKey
    target_title_th: str
    category: str
    unit: str
    credit_hundredths: int
    mode: TransferMode
    rule_id: UUID | None
    hearing: int
    source_entry_ids: tuple[UUID, ...]


def course_key_of(row: Record, prefix: str = "") -> CourseKey:
    """The course key in the columns that begin with `prefix`."""
    return CourseKey(
        CodeSystem(row[f"{prefix}code_system"]),
        row[f"{prefix}code"],
        row[f"{prefix}curriculum_version"],
        row[f"{prefix}owner_institution_id"],
    )


async def sources(connection: Connection, entry_ids: Collection[UUID]) -> dict[UUID, Source]:
    """Results by entry id."""
    rows = await connection.fetch(SQL_SOURCES, list(entry_ids))
    return {
        row["entry_id"]: Source(
            entry_id=row["entry_id"],
            entry_root_id=row["entry_root_id"],
            version=row["version"],
            learner_id=row["learner_id"],
            issuer_id=row["issuer_institution_id"],
            course=course_key_of(row),
            hours_total=row["hours_total"],
            point_hundredths=row["grade_point_hundredths"],
            is_verified=row["is_verified"],
            form=row["form"],
            source_mode=row["source_mode"],
            is_transferred=row["is_transferred"],
        )
        for row in rows
    }


async def known_lines(
    connection: Connection, learner_ids: Collection[UUID], institution_id: UUID
) -> dict[UUID, list[KnownLine]]:
    """Lines of the learners' earlier cases at an institution, by learner."""
    found: dict[UUID, list[KnownLine]] = {}
    for row in await connection.fetch(SQL_KNOWN_LINES, list(learner_ids), institution_id):
        line = KnownLine(
            case_id=row["case_id"],
            requested_on=row["requested_on"],
            qualification_code=row["qualification_code"],
            qualification_version=row["qualification_version"],
            target=course_key_of(row, "target_"),
            source_entry_ids=frozenset(row["source_entry_ids"]),
            is_live=row["is_live"],
        )
        found.setdefault(row["learner_id"], []).append(line)
    return found


async def insert_cases(
    connection: Connection,
    cases: Sequence[NewCase],
    *,
    entered_by_staff: Collection[UUID],
    actor: Actor,
    now: datetime,
) -> None:
    """Write cases with their lines and sources.

    Args:
        connection: Inside the transaction that holds the learners.
        cases: All of one institution.
        entered_by_staff: Those of them that staff entered for the person.
        actor: Who submits.
        now: When, UTC.
    """
    proposals = [case.proposal for case in cases]
    await connection.execute(
        SQL_INSERT_CASES,
        [case.case_id for case in cases],
        [proposal.learner_id for proposal in proposals],
        [str(proposal.ground) for proposal in proposals],
        [proposal.partnership_id for proposal in proposals],
        [case.partnership_version for case in cases],
        [case.committee_id for case in cases],
        [proposal.qualification_code for proposal in proposals],
        [proposal.qualification_version for proposal in proposals],
        [proposal.requested_on for proposal in proposals],
        [str(proposal.requested_by) for proposal in proposals],
        [case.policy.due_on for case in cases],
        [case.policy.form for case in cases],
        [case.policy.level for case in cases],
        ["\n".join(case.policy.rules) for case in cases],
        [case.policy.pause_count_max for case in cases],
        [case.policy.pause_days_max for case in cases],
        [case.case_id in entered_by_staff for case in cases],
        cases[0].institution_id,
        now,
        actor.subject_hash,
        actor.assignment_id,
    )
    await _insert_lines(connection, cases)
    kept = [(line.line_id, source) for case in cases for line in case.lines for source in line.sources]
    await connection.execute(
        SQL_INSERT_SOURCES,
        [line_id for line_id, _ in kept],
        [source.entry_id for _, source in kept],
        [source.entry_root_id for _, source in kept],
        [source.version for _, source in kept],
    )


async def _insert_lines(connection: Connection, cases: Sequence[NewCase]) -> None:
    numbered = [(case.case_id, number, line) for case in cases for number, line in enumerate(case.lines)]
    lines = [line for _, _, line in numbered]
    targets = [line.target for line in lines]
    rules = [line.assessment.rule for line in lines]
    await connection.execute(
        SQL_INSERT_LINES,
        [line.line_id for line in lines],
        [case_id for case_id, _, _ in numbered],
        [number for _, number, _ in numbered],
        [target.course_id for target in targets],
        [target.version for target in targets],
        [str(target.key.code_system) for target in targets],
        [target.key.code for target in targets],
        [target.key.curriculum_version for target in targets],
        [target.key.owner_institution_id for target in targets],
        [target.facts.title_th for target in targets],
        [line.category for line in lines],
        [target.facts.unit for target in targets],
        [target.facts.credit_hundredths for target in targets],
        [str(line.mode) for line in lines],
        [rule.rule_id if rule else None for rule in rules],
        [rule.facts.version if rule else None for rule in rules],
        [line.assessment.hours_pct for line in lines],
        [findings_of(line) for line in lines],
        [line.assessment.least_grade_hundredths for line in lines],
        ["\n".join(line.policy_rules) for line in lines],
    )


def findings_of(line: NewLine) -> dict[str, Any]:
    """What the rules said on the day of submission, kept with the line for ever."""
    return {
        "obstacle": line.assessment.obstacle,
        "least_grade_hundredths": line.assessment.least_grade_hundredths,
        "policy_rules": list(line.policy_rules),
    }


async def cases(connection: Connection, case_ids: Collection[UUID], institution_id: UUID) -> dict[UUID, CaseRow]:
    """Cases of an institution, by id."""
    return _cases(await connection.fetch(SQL_CASES, list(case_ids), institution_id))


async def lock_cases(connection: Connection, case_ids: Collection[UUID], institution_id: UUID) -> dict[UUID, CaseRow]:
    """Cases of an institution, by id, held until the transaction ends."""
    return _cases(await connection.fetch(SQL_LOCK_CASES, list(case_ids), institution_id))


async def cases_of_learners(
    connection: Connection, case_ids: Collection[UUID], learner_ids: Collection[UUID]
) -> dict[UUID, CaseRow]:
    """Those of the cases that are of these learners, by id."""
    return _cases(await connection.fetch(SQL_CASES_OF_LEARNERS, list(case_ids), list(learner_ids)))


async def lock_cases_of_learners(
    connection: Connection, case_ids: Collection[UUID], learner_ids: Collection[UUID]
) -> dict[UUID, CaseRow]:
    """Those of the cases that are of these learners, by id, held until the transaction ends."""
    return _cases(await connection.fetch(SQL_LOCK_CASES_OF_LEARNERS, list(case_ids), list(learner_ids)))


def _cases(rows: Sequence[Record]) -> dict[UUID, CaseRow]:
    return {
        row["case_id"]: CaseRow(
            case_id=row["case_id"],
            learner_id=row["learner_id"],
            institution_id=row["institution_id"],
            committee_id=row["committee_id"],
            qualification_code=row["qualification_code"],
            qualification_version=row["qualification_version"],
            state=CaseState(row["state"]),
            result=None if row["result"] is None else CaseResult(row["result"]),
            decided_at=row["decided_at"],
            hearing=row["hearing"],
            form=row["form"],
            level=row["level"],
            due_on=row["due_on"],
            pause_count=row["pause_count"],
            pause_count_max=row["pause_count_max"],
            paused_days=row["paused_days"],
            pause_days_max=row["pause_days_max"],
            waiting_since=row["waiting_since"],
            appeal_until=row["appeal_until"],
            submitted_at=row["submitted_at"],
        )
        for row in rows
    }


async def cases_of_lines(connection: Connection, line_ids: Collection[UUID], institution_id: UUID) -> list[UUID]:
    """Cases of an institution to which lines belong."""
    rows = await connection.fetch(SQL_CASES_OF_LINES, list(line_ids), institution_id)
    return [row["case_id"] for row in rows]


async def lines(connection: Connection, case_ids: Collection[UUID]) -> dict[UUID, list[LineRow]]:
    """Lines in order, by case."""
    found: dict[UUID, list[LineRow]] = {case_id: [] for case_id in case_ids}
    for row in await connection.fetch(SQL_LINES, list(case_ids)):
        line = LineRow(
            line_id=row["line_id"],
            case_id=row["case_id"],
            state=LineState(row["state"]),
            obstacle=RejectionReason(row["obstacle"]) if row["obstacle"] else None,
            target_course_id=row["target_course_id"],
            target=course_key_of(row, "target_"),
            target_title_th=row["target_title_th"],
            category=row["target_category"],
            unit=row["unit"],
            credit_hundredths=row["credit_hundredths"],
            mode=TransferMode(row["mode"]),
            rule_id=row["rule_id"],
            hearing=row["hearing"],
            source_entry_ids=tuple(row["source_entry_ids"]),
        )
        found[row["case_id"]].append(line)
    return found


async def handlers(connection: Connection, case_ids: Collection[UUID]) -> dict[UUID, frozenset[str]]:
    """Keyed hashes of those who recorded or verified what each case rests on."""
    rows = await connection.fetch(SQL_HANDLERS, list(case_ids))
    return {row["case_id"]: frozenset(row["persons"]) for row in rows}


async def voted_cases(connection: Connection, case_ids: Collection[UUID]) -> frozenset[UUID]:
    """Cases on which somebody has voted in their present hearing."""
    return frozenset(row["case_id"] for row in await connection.fetch(SQL_VOTED_CASES, list(case_ids)))


async def source_roots(connection: Connection, line_ids: Collection[UUID]) -> dict[UUID, list[UUID]]:
    """Roots of the sources of lines, by line."""
    rows = await connection.fetch(SQL_SOURCE_ROOTS, list(line_ids))
    return {row["line_id"]: row["roots"] for row in rows}


async def votes(connection: Connection, line_ids: Collection[UUID]) -> dict[UUID, list[CastVote]]:
    """Votes of the present hearing in the order in which they were cast, by line."""
    found: dict[UUID, list[CastVote]] = {line_id: [] for line_id in line_ids}
    for row in await connection.fetch(SQL_VOTES, list(line_ids)):
        reason = RejectionReason(row["reason_code"]) if row["reason_code"] else None
        vote = Vote(row["line_id"], row["is_accepted"], reason, row["reason_th"], row["needs_assessment"])
        found[row["line_id"]].append(CastVote(vote, row["subject_hash"]))
    return found


async def insert_votes(connection: Connection, cast: Sequence[Vote], *, actor: Actor, now: datetime) -> None:
    """Write one person's votes."""
    await connection.execute(
        SQL_INSERT_VOTES,
        [vote.line_id for vote in cast],
        [vote.is_accepted for vote in cast],
        [str(vote.reason_code or "") for vote in cast],
        [vote.reason_th for vote in cast],
        [vote.needs_assessment for vote in cast],
        actor.subject_hash,
        actor.assignment_id,
        now,
    )


async def begin_reviews(connection: Connection, case_ids: Sequence[UUID], *, actor: Actor, now: datetime) -> None:
    """Submitted cases are accepted for review."""
    moved = await connection.fetch(SQL_BEGIN_REVIEWS, case_ids, now, actor.subject_hash)
    assert len(moved) == len(case_ids), "the cases were locked in this state"


async def evaluate_lines(connection: Connection, line_ids: Sequence[UUID]) -> None:
    """Lines on which enough members have voted are evaluated."""
    await connection.execute(SQL_EVALUATE_LINES, line_ids)


async def begin_evaluation(connection: Connection, case_ids: Sequence[UUID]) -> None:
    """Cases under review are under evaluation from their first vote."""
    moved = await connection.fetch(SQL_BEGIN_EVALUATION, case_ids)
    assert len(moved) == len(case_ids), "the cases were locked in this state"


async def decide(
    connection: Connection,
    results: Mapping[UUID, str],
    verdicts: Sequence[Verdict],
    *,
    appeal_until: Mapping[UUID, date | None],
    actor: Actor,
    now: datetime,
) -> None:
    """Write decisions: results of cases, verdicts on their lines."""
    moved = await connection.fetch(
        SQL_DECIDE_CASES,
        list(results),
        list(results.values()),
        [appeal_until[case_id] for case_id in results],
        now,
        actor.subject_hash,
        actor.assignment_id,
    )
    assert len(moved) == len(results), "the cases were locked in this state"
    moved = await connection.fetch(
        SQL_DECIDE_LINES,
        [verdict.line_id for verdict in verdicts],
        [str(verdict.line_state) for verdict in verdicts],
        [str(verdict.reason_code or "") for verdict in verdicts],
        [verdict.reason_th for verdict in verdicts],
    )
    assert len(moved) == len(verdicts), "the lines of a locked case do not change"


async def sources_now(connection: Connection, line_ids: Collection[UUID]) -> dict[UUID, list[SourceNow]]:
    """How the sources of lines stand now, by line."""
    found: dict[UUID, list[SourceNow]] = {line_id: [] for line_id in line_ids}
    for row in await connection.fetch(SQL_SOURCES_NOW, list(line_ids)):
        found[row["line_id"]].append(
            SourceNow(row["entry_id"], row["is_verified"], row["is_unchanged"], row["is_transferred"])
        )
    return found


async def transferred(connection: Connection, learner_ids: Collection[UUID]) -> dict[tuple[AccountKey, str], int]:
    """Credits in 1/100 that stand by transfer, by account and mode."""
    rows = await connection.fetch(SQL_TRANSFERRED, sorted(learner_ids))
    return {
        (
            AccountKey.qualification(
                row["learner_id"], row["qualification_code"], row["qualification_version"], row["institution_id"]
            ),
            row["mode"],
        ): row["hundredths"]
        for row in rows
    }


async def post(
    connection: Connection,
    case_ids: Sequence[UUID],
    journals: Mapping[UUID, UUID],
    *,
    actor: Actor,
    now: datetime,
) -> None:
    """Write that cases were posted, and by which journal each line.

    Args:
        connection: Inside the transaction that holds learners and cases.
        case_ids: Cases posted, also those with nothing to post.
        journals: Journal by line.
        actor: Who posts.
        now: When, UTC.
    """
    moved = await connection.fetch(SQL_POST_CASES, case_ids, now, actor.subject_hash, actor.assignment_id)
    assert len(moved) == len(case_ids), "the cases were locked in this state"
    moved = await connection.fetch(SQL_POST_LINES, list(journals), list(journals.values()))
    assert len(moved) == len(journals), "the lines of a locked case do not change"
