"""Deciding cases: quorum and majority on every line; what is rejected gives its claims back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from chassis import idempotency, outbox
from chassis.auth import Actor
from chassis.outcomes import Outcome, check_size, outcomes_from_answer
from chassis.pg import Connection, Pool, transaction

from credit_bank import settled
from credit_bank.calendar_th import thai_date
from credit_bank.ledger import use_cases as ledger
from credit_bank.ledger.domain import JournalDraft
from credit_bank.transfers import domain, events, store
from credit_bank.transfers.domain import CaseState, LineState, Verdict
from credit_bank.transfers.steps import CASES_MAX, lock, read_committees, require_sitting, step
from credit_bank.transfers.store import CaseRow


@dataclass(frozen=True, slots=True)
class DecideCases:
    """Close the vote on cases."""

    request_id: UUID
    case_ids: tuple[UUID, ...]


async def decide_cases(pool: Pool, command: DecideCases, *, actor: Actor, now: datetime) -> list[Outcome]:
    """Close the vote: quorum and majority on every line; rejected lines give their claims back.

    Args:
        pool: Connections.
        command: At most 200 cases.
        actor: Needs `transfer.decide` and sits in the committee of each case.
        now: When, UTC.

    Returns:
        One outcome a case; `already_done` where it was decided.

    Raises:
        PermissionMissing: The role does not allow it.
        InvalidField, TooManyItems: None, or more than 200.
        RequestMismatch: The request id was used before with other content.
    """
    actor.require("transfer.decide")
    institution_id = actor.at()
    check_size(command.case_ids, CASES_MAX, field="case_ids")
    async with transaction(pool) as connection:
        answer = await idempotency.claim(
            connection, command.request_id, caller=actor.caller, content=idempotency.fingerprint(command)
        )
        if answer is not None:
            return outcomes_from_answer(answer)
        locked = await lock(connection, command.case_ids, institution_id)
        lines = await store.lines(connection, locked)
        votes = await store.votes(connection, [line.line_id for found in lines.values() for line in found])
        committees = await read_committees(connection, locked.values())
        handlers = await store.handlers(connection, locked)
        verdicts: dict[UUID, list[Verdict]] = {}

        def check(case: CaseRow) -> None:
            committee = committees[case.committee_id]
            require_sitting(committee, handlers.get(case.case_id), actor=actor, today=thai_date(now))
            verdicts[case.case_id] = [
                domain.tally(line.line_id, votes[line.line_id], quorum=committee.facts.quorum)
                for line in lines[case.case_id]
            ]

        outcomes, decided = step(command.case_ids, locked, CaseState.DECIDED, check)
        await _decide(connection, decided, verdicts, actor=actor, now=now)
        await settled.finish(connection, command.request_id, caller=actor.caller, outcomes=outcomes)
    return outcomes


async def _decide(
    connection: Connection,
    cases: Sequence[CaseRow],
    verdicts: Mapping[UUID, Sequence[Verdict]],
    *,
    actor: Actor,
    now: datetime,
) -> None:
    if not cases:
        return
    results = {
        case.case_id: domain.result_of(
            LineState.ACCEPTED if verdict.is_accepted else LineState.REJECTED for verdict in verdicts[case.case_id]
        )
        for case in cases
    }
    given = [verdict for case in cases for verdict in verdicts[case.case_id]]
    await store.decide(connection, results, given, actor=actor, now=now)
    rejected = [verdict.line_id for verdict in given if not verdict.is_accepted]
    await ledger.release_claims(connection, rejected, now=now)
    drafts = [
        JournalDraft(
            learner_id=case.learner_id,
            type="transfer.decided",
            effective_on=thai_date(now),
            case_id=case.case_id,
            facts={
                "result": str(results[case.case_id]),
                "accepted_line_count": str(sum(verdict.is_accepted for verdict in verdicts[case.case_id])),
                "line_count": str(len(verdicts[case.case_id])),
            },
        )
        for case in cases
    ]
    journals = await ledger.append_journals(connection, drafts, now=now)
    announced = [
        events.decided(
            case,
            verdicts[case.case_id],
            institution_id=actor.at(),
            result=results[case.case_id],
            seq=journal.seq,
            now=now,
        )
        for case, journal in zip(cases, journals, strict=True)
    ]
    await outbox.add(connection, announced)
