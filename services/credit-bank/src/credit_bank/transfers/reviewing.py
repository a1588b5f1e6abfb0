"""Reviewing cases: the registrar accepts them for review, the committee votes line by line."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from chassis.auth import Actor
from chassis.envelope import NewEvent
from chassis.errors import ServiceError
from chassis.outcomes import Outcome, check_size
from chassis.pg import Connection, Pool

from credit_bank.calendar_th import thai_date
from credit_bank.calls import run
from credit_bank.transfers import domain, errors, store
from credit_bank.transfers.domain import CaseState, CastVote, Vote
from credit_bank.transfers.steps import CASES_MAX, Bench, keep_moves, move_of, read_bench, step
from credit_bank.transfers.store import CaseRow, LineRow

_VOTED_IN = frozenset({CaseState.ACCEPTED_FOR_REVIEW, CaseState.UNDER_EVALUATION, CaseState.APPEALED})

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

    async def work(connection: Connection) -> tuple[list[Outcome], list[NewEvent]]:
        locked = await store.lock_cases(connection, command.case_ids, institution_id)

        def check(case: CaseRow) -> None:
            if case.committee_id is None:
                raise errors.CommitteeMissing(case_id=case.case_id)

        outcomes, moved = step(command.case_ids, locked, CaseState.ACCEPTED_FOR_REVIEW, check)
        await store.begin_reviews(connection, [case.case_id for case in moved], actor=actor, now=now)
        moves = [move_of(case, "REVIEW_BEGUN", CaseState.ACCEPTED_FOR_REVIEW) for case in moved]
        return outcomes, await keep_moves(connection, moves, actor=actor, now=now)

    return await run(pool, command, work, actor=actor)


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

    async def work(connection: Connection) -> tuple[list[Outcome], list[NewEvent]]:
        case_ids = await store.cases_of_lines(connection, line_ids, institution_id)
        locked = await store.lock_cases(connection, case_ids, institution_id)
        ballot = _Ballot(
            cases=locked,
            lines={
                line.line_id: line for lines in (await store.lines(connection, case_ids)).values() for line in lines
            },
            bench=await read_bench(connection, locked.values()),
            cast=await store.votes(connection, line_ids),
        )
        outcomes, new = ballot.judge(command.votes, actor=actor, today=thai_date(now))
        await store.insert_votes(connection, new, actor=actor, now=now)
        await store.evaluate_lines(connection, ballot.evaluated({vote.line_id for vote in new}))
        begun = {ballot.lines[vote.line_id].case_id for vote in new}
        first = sorted(case_id for case_id in begun if locked[case_id].state is CaseState.ACCEPTED_FOR_REVIEW)
        await store.begin_evaluation(connection, first)
        moves = [move_of(locked[case_id], "EVALUATED", CaseState.UNDER_EVALUATION) for case_id in first]
        return outcomes, await keep_moves(connection, moves, actor=actor, now=now)

    return await run(pool, command, work, actor=actor)


@dataclass(frozen=True, slots=True)
class _Ballot:
    """What a call's votes are judged by; `cast` grows with the votes accepted."""

    cases: Mapping[UUID, CaseRow]
    lines: Mapping[UUID, LineRow]
    bench: Bench
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
        self.bench.require_sitting(case, actor=actor, today=today)
        is_new = domain.check_vote(
            vote, self.cast[vote.line_id], subject_hash=actor.subject_hash, obstacle=line.obstacle
        )
        if is_new and (case.state not in _VOTED_IN or line.state not in domain.VOTABLE):
            raise errors.CaseStateWrong(state=case.state, wanted=CaseState.UNDER_EVALUATION)
        return is_new

    def evaluated(self, line_ids: Collection[UUID]) -> list[UUID]:
        """Those of the lines on which as many members have voted as a decision needs."""
        found: list[UUID] = []
        for line_id in sorted(line_ids):
            case = self.cases[self.lines[line_id].case_id]
            barred = self.bench.barred(case.case_id)
            voters = {cast.subject_hash for cast in self.cast[line_id]} - barred
            if len(voters) >= self.bench.committee(case).facts.quorum:
                found.append(line_id)
        return found
