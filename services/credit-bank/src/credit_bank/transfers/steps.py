"""What the steps of a case share: how many cases a call may name, who is held, who may sit, what is kept of a step.

Locks are taken in one order everywhere: request id, learners (sorted), cases (sorted). What happens to one learner is
ordered by the learner's lock, so two posts of one case, or two cases that want the same entry, see each other.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from chassis.auth import Actor
from chassis.envelope import NewEvent
from chassis.errors import ServiceError
from chassis.outcomes import Outcome
from chassis.pg import Connection

from credit_bank.ledger import use_cases as ledger
from credit_bank.partnerships import use_cases as partnerships
from credit_bank.partnerships.domain import Committee
from credit_bank.people.merges import families
from credit_bank.rules import use_cases as rules
from credit_bank.transfers import domain, errors, events, store, store_steps
from credit_bank.transfers.domain import CaseState
from credit_bank.transfers.policy import CASE_KEYS, CasePolicies
from credit_bank.transfers.store import CaseRow
from credit_bank.transfers.store_steps import Step

CASES_MAX = 200
"""Most cases of a call."""
TEXT_CHARACTERS_MAX = 2_000
"""Longest text that somebody writes about a case."""


def step(
    case_ids: Sequence[UUID], locked: Mapping[UUID, CaseRow], wanted: CaseState, check: Callable[[CaseRow], None]
) -> tuple[list[Outcome], list[CaseRow]]:
    """Which of the cases go one step further: their outcomes, and the cases that move."""
    outcomes: list[Outcome] = []
    moved: dict[UUID, CaseRow] = {}
    for index, case_id in enumerate(case_ids):
        try:
            case = locked.get(case_id)
            if case is None:
                raise errors.CaseNotFound(case_id=case_id)
            is_done = case_id in moved or domain.has_reached(case.state, wanted)
            if not is_done:
                domain.advance(case.state, wanted)
                check(case)
                moved[case_id] = case
            outcomes.append(Outcome(index, str(case_id), already_done=is_done))
        except ServiceError as refusal:
            outcomes.append(Outcome.failed(index, refusal))
    return outcomes, list(moved.values())


async def lock(connection: Connection, case_ids: Collection[UUID], institution_id: UUID) -> dict[UUID, CaseRow]:
    """Hold the learners of an institution's cases, then the cases."""
    known = await store.cases(connection, case_ids, institution_id)
    await ledger.lock_learners(connection, sorted({case.learner_id for case in known.values()}))
    return await store.lock_cases(connection, list(known), institution_id)


async def lock_for(connection: Connection, case_ids: Collection[UUID], actor: Actor) -> dict[UUID, CaseRow]:
    """Hold the cases that an actor may act on: his institution's, or as a learner his own, by any record of his."""
    if actor.institution_id is not None:
        return await lock(connection, case_ids, actor.institution_id)
    assert actor.learner_id is not None, "who acts for no institution acts as a learner"
    own = (await families(connection, [actor.learner_id]))[actor.learner_id].members
    known = await store.cases_of_learners(connection, case_ids, own)
    await ledger.lock_learners(connection, sorted({case.learner_id for case in known.values()}))
    return await store.lock_cases_of_learners(connection, list(known), own)


def require_applicant(actor: Actor, permission: str) -> bool:
    """Refuse who is neither the learner himself nor staff that act for him; whether he is staff.

    Raises:
        PermissionMissing: The role does not allow it.
    """
    if actor.learner_id is not None and actor.institution_id is None:
        actor.require("own.transfer")
        return False
    actor.require(permission)
    actor.at()
    return True


async def read_policies(connection: Connection, day: date) -> CasePolicies:
    """The policy rules of cases as of a day."""
    return CasePolicies(await rules.policy_book(connection, CASE_KEYS), day)


@dataclass(frozen=True, slots=True)
class Bench:
    """Who may sit over cases.

    Attributes:
        committees: By id.
        conflicted: Keyed hashes of those who handled a source of a case, or declared an interest, by case.
        heard_before: Keyed hashes of those who took part in an earlier hearing, by case.
    """

    committees: Mapping[UUID, Committee]
    conflicted: Mapping[UUID, frozenset[str]]
    heard_before: Mapping[UUID, frozenset[str]]

    def committee(self, case: CaseRow) -> Committee:
        """The committee of a case.

        Raises:
            CommitteeMissing: Nobody has named one.
        """
        if case.committee_id is None:
            raise errors.CommitteeMissing(case_id=case.case_id)
        return self.committees[case.committee_id]

    def barred(self, case_id: UUID) -> frozenset[str]:
        """Keyed hashes of all who may not judge a case."""
        return self.conflicted.get(case_id, frozenset()) | self.heard_before.get(case_id, frozenset())

    def require_sitting(self, case: CaseRow, *, actor: Actor, today: date) -> Committee:
        """Refuse who may not act in the committee of a case; gives the committee.

        Raises:
            CommitteeMissing, CommitteeNotValid, NotACommitteeMember, ConflictOfInterest, HeardBefore: Why not.
        """
        committee = self.committee(case)
        domain.require_valid(committee, today)
        domain.require_member(committee, actor.assignment_id)
        domain.require_no_conflict(actor.subject_hash, self.conflicted.get(case.case_id, ()))
        if actor.subject_hash in self.heard_before.get(case.case_id, ()):
            raise errors.HeardBefore(case_id=case.case_id)
        return committee


async def read_bench(connection: Connection, cases: Collection[CaseRow]) -> Bench:
    """Who may sit over these cases."""
    case_ids = [case.case_id for case in cases]
    handlers = await store.handlers(connection, case_ids)
    declared = await store_steps.interests(connection, case_ids)
    nobody: frozenset[str] = frozenset()
    return Bench(
        committees=await partnerships.read_committees(
            connection, {case.committee_id for case in cases if case.committee_id}
        ),
        conflicted={case_id: handlers.get(case_id, nobody) | declared.get(case_id, nobody) for case_id in case_ids},
        heard_before=await store_steps.heard_before(connection, case_ids),
    )


@dataclass(frozen=True, slots=True)
class Move:
    """A step that a case has taken.

    Attributes:
        kind: Of the step; its event's name in lower case.
        due_on: The due day after it.
    """

    case: CaseRow
    kind: str
    to_state: CaseState
    hearing: int
    due_on: date | None
    details: Mapping[str, Any] = field(default_factory=dict[str, Any])


def move_of(case: CaseRow, kind: str, to_state: CaseState, **details: Any) -> Move:
    """A step that changes neither hearing nor due day."""
    return Move(case, kind, to_state, case.hearing, case.due_on, details)


async def keep_moves(
    connection: Connection, moves: Sequence[Move], *, actor: Actor, now: datetime, is_told: bool = True
) -> list[NewEvent]:
    """Keep steps; gives the events by which they are told, where no other event tells them."""
    steps = [
        Step(move.case.case_id, move.kind, move.case.state, move.to_state, move.hearing, move.details) for move in moves
    ]
    await store_steps.insert_steps(connection, steps, actor=actor, now=now)
    if not is_told:
        return []
    return [
        events.changed(
            move.case,
            step=move.kind.lower(),
            to_state=move.to_state,
            hearing=move.hearing,
            due_on=move.due_on,
            now=now,
        )
        for move in moves
    ]
