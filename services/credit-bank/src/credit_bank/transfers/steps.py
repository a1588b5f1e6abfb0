"""What the steps of a case share: how many cases a call may name, who is held, who may sit.

Locks are taken in one order everywhere: request id, learners (sorted), cases (sorted). What happens to one learner is
ordered by the learner's lock, so two posts of one case, or two cases that want the same entry, see each other.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import date
from uuid import UUID

from chassis.auth import Actor
from chassis.errors import ServiceError
from chassis.outcomes import Outcome
from chassis.pg import Connection

from credit_bank.ledger import use_cases as ledger
from credit_bank.partnerships import use_cases as partnerships
from credit_bank.partnerships.domain import Committee
from credit_bank.transfers import domain, errors, store
from credit_bank.transfers.domain import CaseState
from credit_bank.transfers.policy import PolicyBook
from credit_bank.transfers.store import CaseRow

CASES_MAX = 200
"""Most cases of a call."""

POLICIES = PolicyBook.load()


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
    """Hold the cases' learners, then the cases."""
    known = await store.cases(connection, case_ids, institution_id)
    await ledger.lock_learners(connection, sorted({case.learner_id for case in known.values()}))
    return await store.lock_cases(connection, list(known), institution_id)


async def read_committees(connection: Connection, cases: Iterable[CaseRow]) -> Mapping[UUID, Committee]:
    """The committees of cases, by id."""
    return await partnerships.read_committees(connection, {case.committee_id for case in cases})


def require_sitting(committee: Committee, handlers: Collection[str] | None, *, actor: Actor, today: date) -> None:
    """Refuse who may not act in the committee of a case: out of its period, no member, or judge of an own record."""
    domain.require_valid(committee, today)
    domain.require_member(committee, actor.assignment_id)
    domain.require_no_conflict(actor.subject_hash, handlers or ())
