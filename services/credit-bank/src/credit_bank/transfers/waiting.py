"""The clock stops while the applicant is asked for something, and goes on with the answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from chassis.auth import Actor
from chassis.envelope import NewEvent
from chassis.errors import InvalidField
from chassis.outcomes import Outcome, check_size
from chassis.pg import Connection, Pool

from credit_bank.calendar_th import thai_date
from credit_bank.calls import run
from credit_bank.transfers import errors, store, store_steps
from credit_bank.transfers.domain import CaseState
from credit_bank.transfers.steps import (
    CASES_MAX,
    TEXT_CHARACTERS_MAX,
    Move,
    keep_moves,
    lock_for,
    move_of,
    require_applicant,
    step,
)
from credit_bank.transfers.store import CaseRow

DOCUMENTS_MAX = 20


@dataclass(frozen=True, slots=True)
class Question:
    """What the applicant is asked for."""

    case_id: UUID
    question_th: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What he answers."""

    case_id: UUID
    answer_th: str
    document_nos: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RequestInformation:
    """Ask applicants for information."""

    request_id: UUID
    questions: tuple[Question, ...]


@dataclass(frozen=True, slots=True)
class AnswerInformation:
    """Give the information asked for."""

    request_id: UUID
    answers: tuple[Answer, ...]


def require_pause(case: CaseRow) -> None:
    """Refuse to stop a clock as often, or for as long, as its rules allow no more.

    Raises:
        PauseLimit: The count or the days of the case's rules are used up.
    """
    if case.pause_count_max is not None and case.pause_count >= case.pause_count_max:
        raise errors.PauseLimit(case_id=case.case_id, pauses=case.pause_count, limit=case.pause_count_max)
    if case.pause_days_max is not None and case.paused_days >= case.pause_days_max:
        raise errors.PauseLimit(case_id=case.case_id, days=case.paused_days, limit=case.pause_days_max)


def stood_days(case: CaseRow, now: datetime) -> int:
    """Days for which the clock of a waiting case has stood and that count: never more than its rules leave."""
    assert case.waiting_since is not None, "a waiting case says since when"
    days = (thai_date(now) - thai_date(case.waiting_since)).days
    if case.pause_days_max is None:
        return days
    return min(days, case.pause_days_max - case.paused_days)


async def request_information(pool: Pool, command: RequestInformation, *, actor: Actor, now: datetime) -> list[Outcome]:
    """Ask applicants for information: their cases wait, and their clocks stand.

    Asking begins the evaluation of a case that was accepted for review.

    Args:
        pool: Connections.
        command: At most 200 questions.
        actor: Needs `transfer.review` at the deciding institution.
        now: When, UTC.

    Returns:
        One outcome a case; `already_done` where it waits already.

    Raises:
        PermissionMissing: The role does not allow it.
        InvalidField, TooManyItems: An empty or too long question, none, or more than 200.
        RequestMismatch: The request id was used before with other content.
    """
    actor.require("transfer.review")
    actor.at()
    check_size(command.questions, CASES_MAX, field="questions")
    for question in command.questions:
        check_text(question.question_th, field="question_th")
    asked = {question.case_id: question.question_th for question in command.questions}

    async def work(connection: Connection) -> tuple[list[Outcome], list[NewEvent]]:
        locked = await lock_for(connection, asked, actor)
        # Asking is evaluating: from acceptance the case takes both steps at once.
        begun = {
            case_id: replace(case, state=CaseState.UNDER_EVALUATION)
            if case.state is CaseState.ACCEPTED_FOR_REVIEW
            else case
            for case_id, case in locked.items()
        }
        case_ids = [question.case_id for question in command.questions]
        outcomes, moved = step(case_ids, begun, CaseState.WAITING_FOR_INFORMATION, require_pause)
        first = [case.case_id for case in moved if locked[case.case_id].state is not case.state]
        await store.begin_evaluation(connection, first)
        await store_steps.begin_waiting(
            connection, {case.case_id: asked[case.case_id] for case in moved}, actor=actor, now=now
        )
        moves = [move_of(locked[case_id], "EVALUATED", CaseState.UNDER_EVALUATION) for case_id in first]
        moves += [
            move_of(
                case,
                "INFORMATION_REQUESTED",
                CaseState.WAITING_FOR_INFORMATION,
                question_th=asked[case.case_id],
                pause_no=case.pause_count + 1,
            )
            for case in moved
        ]
        return outcomes, await keep_moves(connection, moves, actor=actor, now=now)

    return await run(pool, command, work, actor=actor)


async def answer_information(pool: Pool, command: AnswerInformation, *, actor: Actor, now: datetime) -> list[Outcome]:
    """Give the information asked for: the clocks go on, and the due days move by the days for which they stood.

    Args:
        pool: Connections.
        command: At most 200 answers.
        actor: The learner himself (`own.transfer`), or staff of the deciding institution (`transfer.review`) who enter
            the answer for him.
        now: When, UTC.

    Returns:
        One outcome a case; `already_done` where it had been answered.

    Raises:
        PermissionMissing: The role does not allow it.
        InvalidField, TooManyItems: An empty or too long answer, none, or more than 200.
        RequestMismatch: The request id was used before with other content.
    """
    is_staff = require_applicant(actor, "transfer.review")
    check_size(command.answers, CASES_MAX, field="answers")
    for answer in command.answers:
        check_text(answer.answer_th, field="answer_th")
        if len(answer.document_nos) > DOCUMENTS_MAX or any(not number.strip() for number in answer.document_nos):
            raise InvalidField(field="document_nos", expected=f"at most {DOCUMENTS_MAX} numbers")
    given = {answer.case_id: answer for answer in command.answers}

    async def work(connection: Connection) -> tuple[list[Outcome], list[NewEvent]]:
        locked = await lock_for(connection, given, actor)
        outcomes, moved = _answered([answer.case_id for answer in command.answers], locked)
        days = {case.case_id: stood_days(case, now) for case in moved}
        await store_steps.end_waiting(
            connection,
            {
                case.case_id: (days[case.case_id], given[case.case_id].answer_th, given[case.case_id].document_nos)
                for case in moved
            },
            to_state=CaseState.UNDER_EVALUATION,
            actor=actor,
            now=now,
        )
        moves = [
            Move(
                case,
                "INFORMATION_GIVEN",
                CaseState.UNDER_EVALUATION,
                case.hearing,
                None if case.due_on is None else case.due_on + timedelta(days=days[case.case_id]),
                {
                    "answer_th": given[case.case_id].answer_th,
                    "document_nos": list(given[case.case_id].document_nos),
                    "days": days[case.case_id],
                    "is_entered_by_staff": is_staff,
                },
            )
            for case in moved
        ]
        return outcomes, await keep_moves(connection, moves, actor=actor, now=now)

    return await run(pool, command, work, actor=actor)


def _answered(case_ids: Sequence[UUID], locked: dict[UUID, CaseRow]) -> tuple[list[Outcome], list[CaseRow]]:
    """Cases that wait go on; one that has waited before has its answer."""
    outcomes: list[Outcome] = []
    moved: dict[UUID, CaseRow] = {}
    for index, case_id in enumerate(case_ids):
        case = locked.get(case_id)
        if case is None:
            outcomes.append(Outcome.failed(index, errors.CaseNotFound(case_id=case_id)))
        elif case.state is CaseState.WAITING_FOR_INFORMATION:
            outcomes.append(Outcome(index, str(case_id), already_done=case_id in moved))
            moved[case_id] = case
        elif case.pause_count:
            outcomes.append(Outcome(index, str(case_id), already_done=True))
        else:
            refusal = errors.CaseStateWrong(state=case.state, wanted=CaseState.UNDER_EVALUATION)
            outcomes.append(Outcome.failed(index, refusal))
    return outcomes, list(moved.values())


def check_text(text: str, *, field: str) -> None:
    """Refuse an empty text, or one that is too long.

    Raises:
        InvalidField: It is one of these.
    """
    if not text.strip() or len(text) > TEXT_CHARACTERS_MAX:
        raise InvalidField(field=field, expected=f"1 to {TEXT_CHARACTERS_MAX} characters")
