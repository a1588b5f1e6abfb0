"""Ends of a case: withdrawn by the applicant before it is decided, closed after it was posted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from chassis.auth import Actor
from chassis.envelope import NewEvent
from chassis.errors import InvalidField
from chassis.outcomes import Outcome, check_size
from chassis.pg import Connection, Pool

from credit_bank.calendar_th import thai_date
from credit_bank.calls import run
from credit_bank.ledger import use_cases as ledger
from credit_bank.ledger.domain import JournalDraft
from credit_bank.transfers import drafts, store, store_steps
from credit_bank.transfers.domain import CaseState
from credit_bank.transfers.steps import (
    CASES_MAX,
    TEXT_CHARACTERS_MAX,
    keep_moves,
    lock_for,
    move_of,
    require_applicant,
    step,
)
from credit_bank.transfers.store import CaseRow
from credit_bank.transfers.waiting import check_text, stood_days


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """A case or draft to withdraw."""

    case_id: UUID
    reason_th: str


@dataclass(frozen=True, slots=True)
class WithdrawCases:
    """Withdraw cases and drafts."""

    request_id: UUID
    withdrawals: tuple[Withdrawal, ...]


@dataclass(frozen=True, slots=True)
class CloseCases:
    """Close posted cases."""

    request_id: UUID
    case_ids: tuple[UUID, ...]


async def withdraw_cases(pool: Pool, command: WithdrawCases, *, actor: Actor, now: datetime) -> list[Outcome]:
    """Withdraw drafts, and cases that are not decided; what they reserved is free again.

    Args:
        pool: Connections.
        command: At most 200.
        actor: The learner himself (`own.transfer`), or staff of the deciding institution (`transfer.open`) at his wish,
            who then say why.
        now: When, UTC.

    Returns:
        One outcome a case; `already_done` where it was withdrawn.

    Raises:
        PermissionMissing: The role does not allow it.
        InvalidField, TooManyItems: Staff give no reason, one is too long, none, or more than 200.
        RequestMismatch: The request id was used before with other content.
    """
    is_staff = require_applicant(actor, "transfer.open")
    check_size(command.withdrawals, CASES_MAX, field="withdrawals")
    for item in command.withdrawals:
        if is_staff:
            check_text(item.reason_th, field="reason_th")
        elif len(item.reason_th) > TEXT_CHARACTERS_MAX:
            raise InvalidField(field="reason_th", expected=f"at most {TEXT_CHARACTERS_MAX} characters")
    why = {item.case_id: item.reason_th for item in command.withdrawals}

    async def work(connection: Connection) -> tuple[list[Outcome], list[NewEvent]]:
        # Drafts before learners and cases, as a submission takes them.
        dropped = await drafts.withdraw(connection, why, actor=actor, now=now)
        locked = await lock_for(connection, set(why) - set(dropped), actor)
        case_ids = [item.case_id for item in command.withdrawals]
        outcomes, moved = step(case_ids, locked, CaseState.WITHDRAWN, lambda _case: None)
        outcomes = [
            Outcome(index, str(case_id), already_done=not dropped[case_id]) if case_id in dropped else outcome
            for index, (case_id, outcome) in enumerate(zip(case_ids, outcomes, strict=True))
        ]
        return outcomes, await _withdraw(connection, moved, why, actor=actor, now=now)

    return await run(pool, command, work, actor=actor)


async def _withdraw(
    connection: Connection, cases: list[CaseRow], why: dict[UUID, str], *, actor: Actor, now: datetime
) -> list[NewEvent]:
    if not cases:
        return []
    waiting = {case.case_id: (stood_days(case, now), "", ()) for case in cases if case.waiting_since is not None}
    await store_steps.end_waiting(connection, waiting, to_state=CaseState.UNDER_EVALUATION, actor=actor, now=now)
    line_ids = await store_steps.withdraw(connection, [case.case_id for case in cases])
    await ledger.release_claims(connection, line_ids, now=now)
    journals = [
        JournalDraft(
            learner_id=case.learner_id,
            type="transfer.withdrawn",
            effective_on=thai_date(now),
            case_id=case.case_id,
        )
        for case in cases
    ]
    await ledger.append_journals(connection, journals, now=now)
    moves = [move_of(case, "WITHDRAWN", CaseState.WITHDRAWN, reason_th=why[case.case_id]) for case in cases]
    return await keep_moves(connection, moves, actor=actor, now=now)


async def close_cases(pool: Pool, command: CloseCases, *, actor: Actor, now: datetime) -> list[Outcome]:
    """Close posted cases, after the applicant has his letter.

    Args:
        pool: Connections.
        command: At most 200 cases.
        actor: Needs `transfer.post` at the deciding institution.
        now: When, UTC.

    Returns:
        One outcome a case; `already_done` where it was closed.

    Raises:
        PermissionMissing: The role does not allow it.
        InvalidField, TooManyItems: None, or more than 200.
        RequestMismatch: The request id was used before with other content.
    """
    actor.require("transfer.post")
    institution_id = actor.at()
    check_size(command.case_ids, CASES_MAX, field="case_ids")

    async def work(connection: Connection) -> tuple[list[Outcome], list[NewEvent]]:
        locked = await store.lock_cases(connection, command.case_ids, institution_id)
        outcomes, moved = step(command.case_ids, locked, CaseState.CLOSED, lambda _case: None)
        await store_steps.close(connection, [case.case_id for case in moved])
        moves = [move_of(case, "CLOSED", CaseState.CLOSED) for case in moved]
        return outcomes, await keep_moves(connection, moves, actor=actor, now=now)

    return await run(pool, command, work, actor=actor)
