"""SQL of transfer cases: one function per statement, every statement over arrays."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
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
               AS source_entry_ids,
           array(SELECT DISTINCT e.form FROM case_line_source s JOIN entry e USING (entry_id)
                  WHERE s.line_id = l.line_id) AS forms
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
SQL_SOURCES_NOW = """
    SELECT s.line_id, s.entry_id, e.issuer_institution_id, e.course_id, e.state = 'VERIFIED' AS is_verified,
           e.version = s.entry_version AND NOT EXISTS (
               SELECT FROM entry n WHERE n.entry_root_id = s.entry_root_id AND n.version > s.entry_version
                                     AND n.state = 'VERIFIED') AS is_unchanged
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
        forms: Forms of education in which its sources were learned.
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
    forms: frozenset[str]


def course_key_of(row: Record, prefix: str = "") -> CourseKey:
    """The course key in the columns that begin with `prefix`."""
    return CourseKey(
        CodeSystem(row[f"{prefix}code_system"]),
        row[f"{prefix}code"],
        row[f"{prefix}curriculum_version"],
        row[f"{prefix}owner_institution_id"],
    )


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
            forms=frozenset(row["forms"]),
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
    """How the sources of lines stand now, by line; whether a transfer awarded them, the ledger says."""
    found: dict[UUID, list[SourceNow]] = {line_id: [] for line_id in line_ids}
    for row in await connection.fetch(SQL_SOURCES_NOW, list(line_ids)):
        source = SourceNow(
            row["entry_id"], row["issuer_institution_id"], row["course_id"], row["is_verified"], row["is_unchanged"]
        )
        found[row["line_id"]].append(source)
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
