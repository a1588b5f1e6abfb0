"""Deciding cases: quorum and majority on every line; what is rejected gives its claims back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from chassis.auth import Actor
from chassis.envelope import NewEvent
from chassis.outcomes import Outcome, check_size
from chassis.pg import Connection, Pool

from credit_bank.calendar_th import thai_date
from credit_bank.calls import run
from credit_bank.ledger import use_cases as ledger
from credit_bank.ledger.domain import JournalDraft
from credit_bank.transfers import domain, events, store
from credit_bank.transfers.domain import CaseResult, CaseState, Verdict
from credit_bank.transfers.steps import CASES_MAX, keep_moves, lock, move_of, read_bench, read_policies, step
from credit_bank.transfers.store import CaseRow, LineRow


@dataclass(frozen=True, slots=True)
class DecideCases:
    """Close the vote on cases."""

    request_id: UUID
    case_ids: tuple[UUID, ...]


async def decide_cases(pool: Pool, command: DecideCases, *, actor: Actor, now: datetime) -> list[Outcome]:
    """Close the vote: quorum and majority on every line; rejected lines give their claims back.

    A case under review on whose lines nobody may vote any more, since their sources changed, is decided without a vote.

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

    async def work(connection: Connection) -> tuple[list[Outcome], list[NewEvent]]:
        locked = await lock(connection, command.case_ids, institution_id)
        lines = await store.lines(connection, locked)
        votes = await store.votes(connection, [line.line_id for found in lines.values() for line in found])
        bench = await read_bench(connection, locked.values())
        verdicts: dict[UUID, list[Verdict]] = {}
        ended = {
            case_id: replace(case, state=CaseState.UNDER_EVALUATION)
            for case_id, case in locked.items()
            if case.state is CaseState.ACCEPTED_FOR_REVIEW
            and not any(line.state in domain.VOTABLE for line in lines[case_id])
        }

        def check(case: CaseRow) -> None:
            committee = bench.require_sitting(case, actor=actor, today=thai_date(now))
            # A member's interest may have come to light after he voted: such a vote does not count.
            barred = bench.barred(case.case_id)
            verdicts[case.case_id] = [
                domain.tally(
                    line.line_id,
                    [cast for cast in votes[line.line_id] if cast.subject_hash not in barred],
                    quorum=committee.facts.quorum,
                )
                for line in lines[case.case_id]
                if line.state in domain.VOTABLE
            ]

        outcomes, decided = step(command.case_ids, locked | ended, CaseState.DECIDED, check)
        first = [case.case_id for case in decided if case.case_id in ended]
        await store.begin_evaluation(connection, first)
        begun = [move_of(locked[case_id], "EVALUATED", CaseState.UNDER_EVALUATION) for case_id in first]
        announced = await keep_moves(connection, begun, actor=actor, now=now)
        announced += await _decide(connection, decided, lines, verdicts, actor=actor, now=now)
        return outcomes, announced

    return await run(pool, command, work, actor=actor)


async def _decide(
    connection: Connection,
    cases: Sequence[CaseRow],
    lines: Mapping[UUID, Sequence[LineRow]],
    verdicts: Mapping[UUID, Sequence[Verdict]],
    *,
    actor: Actor,
    now: datetime,
) -> list[NewEvent]:
    if not cases:
        return []
    today = thai_date(now)
    policies = await read_policies(connection, today)
    appeals = {case.case_id: policies.appeal_until(form=case.form, level=case.level) for case in cases}
    results = {case.case_id: _result(lines[case.case_id], verdicts[case.case_id]) for case in cases}
    given = [verdict for case in cases for verdict in verdicts[case.case_id]]
    await store.decide(
        connection,
        results,
        given,
        appeal_until={case_id: until for case_id, (until, _) in appeals.items()},
        actor=actor,
        now=now,
    )
    rejected = [verdict.line_id for verdict in given if not verdict.is_accepted]
    await ledger.release_claims(connection, rejected, now=now)
    moves = [
        move_of(
            case,
            "DECIDED",
            CaseState.DECIDED,
            result=str(results[case.case_id]),
            committee_id=str(case.committee_id),
            policy_rules=[appeals[case.case_id][1]],
            lines={str(verdict.line_id): str(verdict.line_state) for verdict in verdicts[case.case_id]},
            reasons={
                str(verdict.line_id): [str(verdict.reason_code or ""), verdict.reason_th]
                for verdict in verdicts[case.case_id]
                if not verdict.is_accepted
            },
            appeal_until=_text(appeals[case.case_id][0]),
        )
        for case in cases
    ]
    await keep_moves(connection, moves, actor=actor, now=now, is_told=False)
    journals = await ledger.append_journals(
        connection, [_draft(case, results[case.case_id], verdicts[case.case_id], today) for case in cases], now=now
    )
    return [
        events.decided(
            case,
            verdicts[case.case_id],
            institution_id=case.institution_id,
            result=results[case.case_id],
            seq=journal.seq,
            now=now,
        )
        for case, journal in zip(cases, journals, strict=True)
    ]


def _text(day: date | None) -> str:
    return "" if day is None else day.isoformat()


def _result(lines: Sequence[LineRow], verdicts: Sequence[Verdict]) -> CaseResult:
    """The result over all lines, those of an earlier hearing that were not heard again among them."""
    decided = {verdict.line_id: verdict.line_state for verdict in verdicts}
    return domain.result_of(decided.get(line.line_id, line.state) for line in lines)


def _draft(case: CaseRow, result: CaseResult, verdicts: Sequence[Verdict], today: date) -> JournalDraft:
    return JournalDraft(
        learner_id=case.learner_id,
        type="transfer.decided",
        effective_on=today,
        case_id=case.case_id,
        facts={
            "result": str(result),
            "accepted_line_count": str(sum(verdict.is_accepted for verdict in verdicts)),
            "line_count": str(len(verdicts)),
        },
    )
