"""Results of assessments on which acceptance depends: until one is recorded, the line is not posted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from chassis.auth import Actor
from chassis.envelope import NewEvent
from chassis.errors import InvalidField, ServiceError
from chassis.outcomes import Outcome, check_size
from chassis.pg import Connection, Pool

from credit_bank.calendar_th import thai_date
from credit_bank.calls import run
from credit_bank.ledger import use_cases as ledger
from credit_bank.transfers import domain, errors, store, store_steps
from credit_bank.transfers.domain import CaseState, LineState, RejectionReason
from credit_bank.transfers.steps import TEXT_CHARACTERS_MAX, Bench, keep_moves, lock, move_of, read_bench
from credit_bank.transfers.store import CaseRow, LineRow
from credit_bank.transfers.store_steps import AssessmentResult
from credit_bank.transfers.waiting import check_text

ASSESSMENTS_MAX = 1_000
METHODS = ("EXAM", "PERFORMANCE", "PORTFOLIO", "INTERVIEW")


@dataclass(frozen=True, slots=True)
class RecordLineAssessments:
    """Record results of assessments."""

    request_id: UUID
    assessments: tuple[AssessmentResult, ...]


async def record_assessments(
    pool: Pool, command: RecordLineAssessments, *, actor: Actor, now: datetime
) -> list[Outcome]:
    """Record whether learners passed the assessments asked for: the line is accepted, or rejected with its reason.

    Args:
        pool: Connections.
        command: At most 1,000.
        actor: Needs `transfer.vote` and sits in the committee of each case.
        now: When, UTC.

    Returns:
        One outcome a line; `already_done` where the same result was recorded.

    Raises:
        PermissionMissing: The role does not allow it.
        InvalidField, TooManyItems: Method, document, day or reason are not usable, none, or more than 1,000.
        RequestMismatch: The request id was used before with other content.
    """
    actor.require("transfer.vote")
    institution_id = actor.at()
    check_size(command.assessments, ASSESSMENTS_MAX, field="assessments")
    for item in command.assessments:
        _check(item, now)
    line_ids = {item.line_id for item in command.assessments}

    async def work(connection: Connection) -> tuple[list[Outcome], list[NewEvent]]:
        case_ids = await store.cases_of_lines(connection, line_ids, institution_id)
        locked = await lock(connection, case_ids, institution_id)
        lines = {line.line_id: line for found in (await store.lines(connection, locked)).values() for line in found}
        desk = _Desk(locked, lines, await read_bench(connection, locked.values()), actor, now)
        outcomes, new = desk.judge(command.assessments)
        await store_steps.insert_assessments(connection, list(new.values()), actor=actor, now=now)
        return outcomes, await _settle(connection, locked, lines, new, actor=actor, now=now)

    return await run(pool, command, work, actor=actor)


def _check(item: AssessmentResult, now: datetime) -> None:
    if item.method not in METHODS:
        raise InvalidField(field="method", expected=f"one of {', '.join(METHODS)}")
    if item.assessed_on > thai_date(now):
        raise InvalidField(field="assessed_on", expected="today or earlier")
    check_text(item.document_no, field="document_no")
    if not item.is_passed:
        check_text(item.reason_th, field="reason_th")
    elif len(item.reason_th) > TEXT_CHARACTERS_MAX:
        raise InvalidField(field="reason_th", expected=f"at most {TEXT_CHARACTERS_MAX} characters")


@dataclass(frozen=True, slots=True)
class _Desk:
    """What results are held against."""

    cases: Mapping[UUID, CaseRow]
    lines: Mapping[UUID, LineRow]
    bench: Bench
    actor: Actor
    now: datetime

    def judge(self, results: Sequence[AssessmentResult]) -> tuple[list[Outcome], dict[UUID, AssessmentResult]]:
        """The outcome of each result, and those to write."""
        outcomes: list[Outcome] = []
        new: dict[UUID, AssessmentResult] = {}
        for index, result in enumerate(results):
            try:
                is_done = self._require(result, new)
            except ServiceError as refusal:
                outcomes.append(Outcome.failed(index, refusal))
                continue
            if not is_done:
                new[result.line_id] = result
            outcomes.append(Outcome(index, str(result.line_id), already_done=is_done))
        return outcomes, new

    def _require(self, result: AssessmentResult, new: Mapping[UUID, AssessmentResult]) -> bool:
        line = self.lines.get(result.line_id)
        if line is None:
            raise errors.LineNotFound(line_id=result.line_id)
        case = self.cases[line.case_id]
        self.bench.require_sitting(case, actor=self.actor, today=thai_date(self.now))
        if result.line_id in new:
            return new[result.line_id] == result
        if case.state is not CaseState.DECIDED or line.state is not LineState.ACCEPTED_WITH_ASSESSMENT:
            raise errors.AssessmentNotAsked(line_id=result.line_id)
        return False


async def _settle(
    connection: Connection,
    cases: Mapping[UUID, CaseRow],
    lines: Mapping[UUID, LineRow],
    new: Mapping[UUID, AssessmentResult],
    *,
    actor: Actor,
    now: datetime,
) -> list[NewEvent]:
    """Move the lines, compute the results of their cases anew, free what is rejected."""
    if not new:
        return []
    states = {line.line_id: line.state for line in lines.values()}
    settled: dict[UUID, tuple[str, str, str]] = {}
    for line_id, result in new.items():
        states[line_id] = LineState.ACCEPTED if result.is_passed else LineState.REJECTED
        code = "" if result.is_passed else str(RejectionReason.ASSESSMENT_FAILED)
        settled[line_id] = (str(states[line_id]), code, "" if result.is_passed else result.reason_th)
    await store_steps.settle_lines(connection, settled, from_states={LineState.ACCEPTED_WITH_ASSESSMENT})
    failed = [line_id for line_id, result in new.items() if not result.is_passed]
    await ledger.release_claims(connection, failed, now=now)
    touched = sorted({lines[line_id].case_id for line_id in new})
    results = {
        case_id: domain.result_of(states[line.line_id] for line in lines.values() if line.case_id == case_id)
        for case_id in touched
    }
    await store_steps.set_results(connection, results)
    moves = [
        move_of(
            cases[case_id],
            "ASSESSED",
            cases[case_id].state,
            result=str(results[case_id]),
            lines={str(key): str(states[key]) for key in new if lines[key].case_id == case_id},
        )
        for case_id in touched
    ]
    return await keep_moves(connection, moves, actor=actor, now=now)
