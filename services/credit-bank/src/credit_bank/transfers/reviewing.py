"""Reviewing cases: the registrar accepts them for review, the committee votes line by line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from chassis import idempotency
from chassis.auth import Actor
from chassis.errors import ServiceError
from chassis.outcomes import Outcome, check_size, outcomes_from_answer
from chassis.pg import Pool, transaction

from credit_bank import settled
from credit_bank.calendar_th import thai_date
from credit_bank.partnerships.domain import Committee
from credit_bank.transfers import domain, errors, store
from credit_bank.transfers.domain import CaseState, CastVote, Vote
from credit_bank.transfers.steps import CASES_MAX, read_committees, require_sitting, step
from credit_bank.transfers.store import CaseRow, LineRow

VOTES_MAX = 1_000
"""Most votes of a call."""


@dataclass(frozen=True, slots=True)
class BeginReviews:
    """Accept submitted cases for review."""

    request_id: UUID
    case_ids: tuple[UUID, ...]


@dataclass(frozen=True, slots=True)
class CastVotes:
    """Cast the actor's votes."""

    request_id: UUID
    votes: tuple[Vote, ...]


async def begin_reviews(pool: Pool, command: BeginReviews, *, actor: Actor, now: datetime) -> list[Outcome]:
    """Accept submitted cases for review by the committee.

    Args:
        pool: Connections.
        command: At most 200 cases.
        actor: Needs `transfer.review` at the deciding institution.
        now: When, UTC.

    Returns:
        One outcome a case; `already_done` where the review had begun.

    Raises:
        PermissionMissing: The role does not allow it.
        InvalidField, TooManyItems: None, or more than 200.
        RequestMismatch: The request id was used before with other content.
    """
    actor.require("transfer.review")
    institution_id = actor.at()
    check_size(command.case_ids, CASES_MAX, field="case_ids")
    async with transaction(pool) as connection:
        answer = await idempotency.claim(
            connection, command.request_id, caller=actor.caller, content=idempotency.fingerprint(command)
        )
        if answer is not None:
            return outcomes_from_answer(answer)
        locked = await store.lock_cases(connection, command.case_ids, institution_id)
        outcomes, moved = step(command.case_ids, locked, CaseState.ACCEPTED_FOR_REVIEW, lambda _case: None)
        await store.begin_reviews(connection, [case.case_id for case in moved], actor=actor, now=now)
        await settled.finish(connection, command.request_id, caller=actor.caller, outcomes=outcomes)
    return outcomes


async def cast_votes(pool: Pool, command: CastVotes, *, actor: Actor, now: datetime) -> list[Outcome]:
    """Cast one member's votes; the first vote on a case begins its evaluation.

    Args:
        pool: Connections.
        command: At most 1,000 votes on lines of cases of the actor's institution.
        actor: Needs `transfer.vote` and sits in the committee of each case.
        now: When, UTC.

    Returns:
        One outcome a vote; `id` is the line id, `already_done` where the person had voted the same.

    Raises:
        PermissionMissing: The role does not allow it.
        InvalidField, TooManyItems: None, or more than 1,000.
        RequestMismatch: The request id was used before with other content.
    """
    actor.require("transfer.vote")
    institution_id = actor.at()
    check_size(command.votes, VOTES_MAX, field="votes")
    line_ids = {vote.line_id for vote in command.votes}
    async with transaction(pool) as connection:
        answer = await idempotency.claim(
            connection, command.request_id, caller=actor.caller, content=idempotency.fingerprint(command)
        )
        if answer is not None:
            return outcomes_from_answer(answer)
        case_ids = await store.cases_of_lines(connection, line_ids, institution_id)
        locked = await store.lock_cases(connection, case_ids, institution_id)
        ballot = _Ballot(
            cases=locked,
            lines={
                line.line_id: line for lines in (await store.lines(connection, case_ids)).values() for line in lines
            },
            committees=await read_committees(connection, locked.values()),
            handlers=await store.handlers(connection, case_ids),
            cast=await store.votes(connection, line_ids),
        )
        outcomes, new = ballot.judge(command.votes, actor=actor, today=thai_date(now))
        await store.insert_votes(connection, new, actor=actor, now=now)
        begun = {ballot.lines[vote.line_id].case_id for vote in new}
        first = [case_id for case_id in begun if locked[case_id].state is CaseState.ACCEPTED_FOR_REVIEW]
        await store.begin_evaluation(connection, first)
        await settled.finish(connection, command.request_id, caller=actor.caller, outcomes=outcomes)
    return outcomes


@dataclass(frozen=True, slots=True)
class _Ballot:
    """What a call's votes are judged by; `cast` grows with the votes accepted."""

    cases: Mapping[UUID, CaseRow]
    lines: Mapping[UUID, LineRow]
    committees: Mapping[UUID, Committee]
    handlers: Mapping[UUID, frozenset[str]]
    cast: Mapping[UUID, list[CastVote]]

    def judge(self, votes: Sequence[Vote], *, actor: Actor, today: date) -> tuple[list[Outcome], list[Vote]]:
        """The outcome of each vote, and the votes to write."""
        outcomes: list[Outcome] = []
        new: list[Vote] = []
        for index, vote in enumerate(votes):
            try:
                is_new = self._check(vote, actor, today)
            except ServiceError as refusal:
                outcomes.append(Outcome.failed(index, refusal))
                continue
            if is_new:
                new.append(vote)
                self.cast[vote.line_id].append(CastVote(vote, actor.subject_hash))
            outcomes.append(Outcome(index, str(vote.line_id), already_done=not is_new))
        return outcomes, new

    def _check(self, vote: Vote, actor: Actor, today: date) -> bool:
        line = self.lines.get(vote.line_id)
        if line is None:
            raise errors.LineNotFound(line_id=vote.line_id)
        case = self.cases[line.case_id]
        require_sitting(self.committees[case.committee_id], self.handlers.get(case.case_id), actor=actor, today=today)
        is_new = domain.check_vote(
            vote, self.cast[vote.line_id], subject_hash=actor.subject_hash, obstacle=line.obstacle
        )
        if is_new and case.state not in (CaseState.ACCEPTED_FOR_REVIEW, CaseState.UNDER_EVALUATION):
            raise errors.CaseStateWrong(state=case.state, wanted=CaseState.UNDER_EVALUATION)
        return is_new
