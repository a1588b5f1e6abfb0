"""Who decides a case: the committee that is named for it, without members who declare an interest."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from chassis.auth import Actor
from chassis.envelope import NewEvent
from chassis.errors import ServiceError
from chassis.outcomes import Outcome, check_size
from chassis.pg import Connection, Pool

from credit_bank.calendar_th import thai_date
from credit_bank.equivalences.domain import TransferMode
from credit_bank.partnerships import use_cases as partnerships
from credit_bank.partnerships.domain import Committee
from credit_bank.partnerships.errors import CommitteeUnknown
from credit_bank.people import use_cases as people
from credit_bank.transfers import domain, errors, store, store_steps
from credit_bank.transfers.domain import CaseState
from credit_bank.transfers.steps import CASES_MAX, keep_moves, move_of, read_bench, run
from credit_bank.transfers.store import CaseRow
from credit_bank.transfers.waiting import check_text

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
        desk = _AssigningDesk(
            institution_id=institution_id,
            today=thai_date(now),
            committees=await partnerships.read_committees(
                connection, {item.committee_id for item in command.assignments}
            ),
            modes=await store_steps.modes_of(connection, locked),
            voted=await store.voted_cases(connection, locked),
            heard_before=await store_steps.heard_before(connection, locked),
            persons={},
        )
        members = {member.assignment_id for one in desk.committees.values() for member in one.facts.members}
        known = await people.read_assignments(connection, members)
        desk.persons.update({key: assignment.subject_hash for key, assignment in known.items()})
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
        moves = [
            move_of(locked[key], "COMMITTEE_ASSIGNED", locked[key].state, committee_id=str(committee_id))
            for key, committee_id in named.items()
        ]
        return outcomes, await keep_moves(connection, moves, actor=actor, now=now)

    return await run(pool, command, work, actor=actor)


@dataclass(frozen=True, slots=True)
class _AssigningDesk:
    """What a committee is held against; `persons` are keyed hashes by assignment."""

    institution_id: UUID
    today: date
    committees: Mapping[UUID, Committee]
    modes: Mapping[UUID, frozenset[str]]
    voted: frozenset[UUID]
    heard_before: Mapping[UUID, frozenset[str]]
    persons: dict[UUID, str]

    def check(self, case: CaseRow, committee_id: UUID) -> None:
        """Refuse a committee that may not have the case."""
        committee = self.committees.get(committee_id)
        if committee is None or committee.facts.institution_id != self.institution_id:
            raise CommitteeUnknown(committee_id=committee_id)
        domain.require_valid(committee, self.today)
        domain.require_mandate(committee, {TransferMode(mode) for mode in self.modes[case.case_id]})
        # Votes of one committee are not counted by another one's quorum.
        if case.state not in _OPEN or case.case_id in self.voted:
            raise errors.CaseStateWrong(state=case.state, wanted=CaseState.ACCEPTED_FOR_REVIEW)
        if case.state is CaseState.APPEALED:
            self._require_others(case, committee)

    def _require_others(self, case: CaseRow, committee: Committee) -> None:
        """Of an appeal's committee a quorum and the chair took no part in the decision."""
        before = self.heard_before.get(case.case_id, frozenset())
        free = [member for member in committee.facts.members if self.persons.get(member.assignment_id) not in before]
        if len(free) < committee.facts.quorum or not any(member.is_chair for member in free):
            raise errors.AppealCommitteeSame(committee_id=committee.committee_id)
