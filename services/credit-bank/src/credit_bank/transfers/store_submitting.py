"""SQL of submitting: what a case rests on, and the case itself."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from chassis.auth import Actor
from chassis.pg import Connection

from credit_bank.transfers.opening import KnownLine, NewCase, NewLine, Source
from credit_bank.transfers.store import course_key_of

SQL_SOURCES = """
    SELECT e.entry_id, e.entry_root_id, e.version, e.learner_id, e.issuer_institution_id, e.code_system, e.code,
           e.curriculum_version, e.owner_institution_id, e.hours_total, e.grade_point_hundredths,
           e.state = 'VERIFIED' AS is_verified, e.form, e.source_mode
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


async def sources(connection: Connection, entry_ids: Collection[UUID]) -> dict[UUID, Source]:
    """Results by entry id; whether a transfer awarded them, the ledger says."""
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
