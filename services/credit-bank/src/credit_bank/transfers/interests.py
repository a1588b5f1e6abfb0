"""Who decides a case: the committee that is named for it, without members who declare an interest."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from chassis.assignments import Assignment as StaffAssignment
from chassis.auth import Actor
from chassis.envelope import NewEvent
from chassis.errors import ServiceError
from chassis.outcomes import Outcome, check_size
from chassis.pg import Connection, Pool

from credit_bank.calendar_th import thai_date
from credit_bank.calls import run
from credit_bank.partnerships import use_cases as partnerships
from credit_bank.partnerships.domain import Committee
from credit_bank.partnerships.errors import CommitteeUnknown
from credit_bank.people import use_cases as people
from credit_bank.transfers import domain, errors, store, store_steps
from credit_bank.transfers.domain import CaseState, CastVote, LineState
from credit_bank.transfers.steps import CASES_MAX, Bench, Move, keep_moves, move_of, read_bench
from credit_bank.transfers.store import CaseRow, LineRow
from credit_bank.transfers.waiting import check_text

CLOSES_VOTES = "transfer.decide"
"""Permission of those who close a vote."""
_OPEN = domain.UNDECIDED | {CaseState.APPEALED}


@dataclass(frozen=True, slots=True)
class Declaration:
    """That the caller has an interest in a case."""

    case_id: UUID
    reason_th: str


@dataclass(frozen=True, slots=True)
class DeclareInterests:
    """Declare the actor's interests."""

    request_id: UUID
    declarations: tuple[Declaration, ...]


@dataclass(frozen=True, slots=True)
class Assignment:
    """The committee of a case."""

    case_id: UUID
    committee_id: UUID


@dataclass(frozen=True, slots=True)
class AssignCommittees:
    """Name the committees of cases."""

    request_id: UUID
    assignments: tuple[Assignment, ...]


async def declare_interests(pool: Pool, command: DeclareInterests, *, actor: Actor, now: datetime) -> list[Outcome]:
    """Declare that the actor has an interest in cases: he votes no more, and what he voted does not count.

    Args:
        pool: Connections.
        command: At most 200.
        actor: Needs `transfer.vote` and sits in the committee of each case.
        now: When, UTC.

    Returns:
        One outcome a case; `already_done` where he had said so.

    Raises:
        PermissionMissing: The role does not allow it.
        InvalidField, TooManyItems: A reason is missing or too long, none, or more than 200.
        RequestMismatch: The request id was used before with other content.
    """
    actor.require("transfer.vote")
    institution_id = actor.at()
    check_size(command.declarations, CASES_MAX, field="declarations")
    for item in command.declarations:
        check_text(item.reason_th, field="reason_th")
    reasons = {item.case_id: item.reason_th for item in command.declarations}

    async def work(connection: Connection) -> tuple[list[Outcome], list[NewEvent]]:
        locked = await store.lock_cases(connection, list(reasons), institution_id)
        bench = await read_bench(connection, locked.values())
        told = await store_steps.interests(connection, locked)
        outcomes: list[Outcome] = []
        new: dict[UUID, str] = {}
        for index, item in enumerate(command.declarations):
            try:
                case = locked.get(item.case_id)
                if case is None:
                    raise errors.CaseNotFound(case_id=item.case_id)
                domain.require_member(bench.committee(case), actor.assignment_id)
                is_done = item.case_id in new or actor.subject_hash in told.get(item.case_id, ())
                if not is_done and case.state not in _OPEN:
                    raise errors.CaseStateWrong(state=case.state, wanted=CaseState.UNDER_EVALUATION)
            except ServiceError as refusal:
                outcomes.append(Outcome.failed(index, refusal))
                continue
            if not is_done:
                new[item.case_id] = item.reason_th
            outcomes.append(Outcome(index, str(item.case_id), already_done=is_done))
        await store_steps.insert_interests(connection, new, actor=actor, now=now)
        moves = [
            move_of(locked[case_id], "INTEREST_DECLARED", locked[case_id].state, reason_th=reason)
            for case_id, reason in new.items()
        ]
        return outcomes, await keep_moves(connection, moves, actor=actor, now=now)

    return await run(pool, command, work, actor=actor)


async def assign_committees(pool: Pool, command: AssignCommittees, *, actor: Actor, now: datetime) -> list[Outcome]:
    """Name the committee that decides a case before its first vote, or that hears its appeal.

    A committee that has begun to vote keeps its case as long as it can decide it. When its period is over, or too few
    of its members are left who may judge, another takes over: it hears anew what is not decided, and the earlier votes
    stay as they are without counting. So it does for assessments that a committee asked for which is no longer there.

    Args:
        pool: Connections.
        command: At most 200.
        actor: Needs `transfer.review` at the deciding institution.
        now: When, UTC.

    Returns:
        One outcome a case; `already_done` where it has this committee.

    Raises:
        PermissionMissing: The role does not allow it.
        InvalidField, TooManyItems: None, or more than 200.
        RequestMismatch: The request id was used before with other content.
    """
    actor.require("transfer.review")
    institution_id = actor.at()
    check_size(command.assignments, CASES_MAX, field="assignments")
    case_ids = {item.case_id for item in command.assignments}

    async def work(connection: Connection) -> tuple[list[Outcome], list[NewEvent]]:
        locked = await store.lock_cases(connection, list(case_ids), institution_id)
        desk = await _desk(connection, command, locked, institution_id=institution_id, today=thai_date(now))
        outcomes: list[Outcome] = []
        named: dict[UUID, UUID] = {}
        for index, item in enumerate(command.assignments):
            try:
                case = locked.get(item.case_id)
                if case is None:
                    raise errors.CaseNotFound(case_id=item.case_id)
                is_done = named.get(item.case_id, case.committee_id) == item.committee_id
                if not is_done:
                    desk.check(case, item.committee_id)
                    named[item.case_id] = item.committee_id
            except ServiceError as refusal:
                outcomes.append(Outcome.failed(index, refusal))
                continue
            outcomes.append(Outcome(index, str(item.case_id), already_done=is_done))
        await store_steps.set_committees(connection, named)
        anew = [case_id for case_id in named if case_id in desk.voted and locked[case_id].state in _OPEN]
        await store_steps.hear_anew(connection, anew)
        moves = [
            Move(
                case=locked[key],
                kind="COMMITTEE_ASSIGNED",
                to_state=locked[key].state,
                hearing=locked[key].hearing + (key in anew),
                due_on=locked[key].due_on,
                details={"committee_id": str(committee_id), "earlier_committee_id": _text(locked[key].committee_id)},
            )
            for key, committee_id in named.items()
        ]
        return outcomes, await keep_moves(connection, moves, actor=actor, now=now)

    return await run(pool, command, work, actor=actor)


def _text(committee_id: UUID | None) -> str:
    return "" if committee_id is None else str(committee_id)


async def _desk(
    connection: Connection,
    command: AssignCommittees,
    cases: Mapping[UUID, CaseRow],
    *,
    institution_id: UUID,
    today: date,
) -> _AssigningDesk:
    """What the committees named in a call are held against."""
    wanted = await partnerships.read_committees(connection, {item.committee_id for item in command.assignments})
    bench = await read_bench(connection, cases.values())
    lines = await store.lines(connection, cases)
    members = {
        member.assignment_id
        for committee in (*wanted.values(), *bench.committees.values())
        for member in committee.facts.members
    }
    return _AssigningDesk(
        institution_id=institution_id,
        today=today,
        committees=wanted,
        bench=bench,
        lines=lines,
        votes=await store.votes(connection, [line.line_id for found in lines.values() for line in found]),
        voted=await store.voted_cases(connection, cases),
        assignments=await people.read_assignments(connection, members),
    )


@dataclass(frozen=True, slots=True)
class _AssigningDesk:
    """What a committee is held against.

    Attributes:
        voted: Cases on which somebody has voted in their present hearing.
        assignments: Of the members of all committees concerned.
    """

    institution_id: UUID
    today: date
    committees: Mapping[UUID, Committee]
    bench: Bench
    lines: Mapping[UUID, Sequence[LineRow]]
    votes: Mapping[UUID, Sequence[CastVote]]
    voted: frozenset[UUID]
    assignments: Mapping[UUID, StaffAssignment]

    def check(self, case: CaseRow, committee_id: UUID) -> None:
        """Refuse a committee that may not have the case.

        Raises:
            CommitteeUnknown, CommitteeNotValid, CommitteeMandateMissing, AppealCommitteeSame: It does not fit.
            CaseStateWrong: Nothing is left to decide or to assess.
            CommitteeStillSits: Members of the present one have voted, and it can go on.
        """
        committee = self.committees.get(committee_id)
        if committee is None or committee.facts.institution_id != self.institution_id:
            raise CommitteeUnknown(committee_id=committee_id)
        domain.require_valid(committee, self.today)
        domain.require_mandate(committee, {line.mode for line in self.lines[case.case_id]})
        waits = any(line.state is LineState.ACCEPTED_WITH_ASSESSMENT for line in self.lines[case.case_id])
        if case.state is CaseState.DECIDED and waits:
            if self.bench.committee(case).is_valid_on(self.today) and self._able(case):
                raise errors.CommitteeStillSits(case_id=case.case_id)
            return
        if case.state not in _OPEN:
            raise errors.CaseStateWrong(state=case.state, wanted=CaseState.ACCEPTED_FOR_REVIEW)
        # Votes of one committee are not counted by another one's quorum: a committee that can decide keeps its case,
        # and nobody looks for one that is of another opinion.
        if case.case_id in self.voted and self._can_decide(case):
            raise errors.CommitteeStillSits(case_id=case.case_id)
        if case.state is CaseState.APPEALED:
            self._require_others(case, committee)

    def _able(self, case: CaseRow) -> list[StaffAssignment]:
        """Assignments of the present committee's members who may act on the case today."""
        barred = self.bench.barred(case.case_id)
        known = [self.assignments.get(member.assignment_id) for member in self.bench.committee(case).facts.members]
        return [one for one in known if one and one.is_valid_on(self.today) and one.subject_hash not in barred]

    def _can_decide(self, case: CaseRow) -> bool:
        """Whether the present committee can come to a decision: in its period, with a quorum and somebody to close."""
        committee, able = self.bench.committee(case), self._able(case)
        if not committee.is_valid_on(self.today) or not any(CLOSES_VOTES in one.permissions for one in able):
            return False
        barred = self.bench.barred(case.case_id)
        free = {one.subject_hash for one in able}
        return all(
            len(free | {cast.subject_hash for cast in self.votes[line.line_id]} - barred) >= committee.facts.quorum
            for line in self.lines[case.case_id]
            if line.state in domain.VOTABLE
        )

    def _require_others(self, case: CaseRow, committee: Committee) -> None:
        """Of an appeal's committee a quorum and the chair took no part in the decision."""
        before = self.bench.heard_before.get(case.case_id, frozenset())
        free = [
            member
            for member in committee.facts.members
            if (known := self.assignments.get(member.assignment_id)) is None or known.subject_hash not in before
        ]
        if len(free) < committee.facts.quorum or not any(member.is_chair for member in free):
            raise errors.AppealCommitteeSame(committee_id=committee.committee_id)
