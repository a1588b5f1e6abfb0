"""Reading cases: the deciding institution, the institution that issued a source, the committee, the learner."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from chassis.auth import Actor
from chassis.errors import TooManyItems
from chassis.pg import Connection, Pool, transaction

from credit_bank import limits
from credit_bank.access import domain as access
from credit_bank.access.use_cases import SITS_IN_COMMITTEE, record_reads
from credit_bank.transfers import errors, store
from credit_bank.transfers.domain import CaseState, TransferCase
from credit_bank.transfers.store import CaseFilter, Sight

RESOURCE = "transfer case"
PURPOSE = "TRANSFER_ASSESSMENT"
OWN_PURPOSE = "OWN_RECORD"
"""The contract of these reads names no purpose: a case is read to assess it, or by the learner."""

LEARNERS_MAX = 1_000


@dataclass(frozen=True, slots=True)
class CasePage:
    """A page of cases, newest first.

    Attributes:
        total: Cases in all pages.
        next_page_token: Empty on the last page.
    """

    cases: list[TransferCase]
    total: int
    next_page_token: str


async def get_transfer_case(pool: Pool, case_id: UUID, *, actor: Actor, now: datetime) -> TransferCase:
    """Read one case; the read is kept for the learner to see.

    Args:
        pool: Connections.
        case_id: Which.
        actor: Staff with `transfer.read`, or the learner with `own.read`.
        now: When, UTC.

    Raises:
        PermissionMissing: The role does not allow it.
        CaseNotFound: There is none, or none for the actor.
    """
    sight = _sight(actor)
    async with transaction(pool) as connection:
        found = await store.read_visible(connection, sight, CaseFilter(case_ids=[case_id]), before=None, limit=1)
        if not found:
            raise errors.CaseNotFound(case_id=case_id)
        await _record(connection, found, actor=actor, now=now)
    return found[0]


async def list_transfer_cases(
    pool: Pool,
    wanted: CaseFilter,
    *,
    page_size: int = 0,
    page_token: str = "",
    actor: Actor,
    now: datetime,
) -> CasePage:
    """Read a page of cases, newest first; each read is kept for the learner to see.

    Args:
        pool: Connections.
        wanted: State and learners; at most 1,000 learners.
        page_size: 1 to 1,000; 0 means 100.
        page_token: From the previous page; empty for the first.
        actor: Staff with `transfer.read`, or the learner with `own.read`.
        now: When, UTC.

    Raises:
        PermissionMissing: The role does not allow it.
        InvalidField: Page size or token.
        TooManyItems: More than 1,000 learners.
    """
    sight = _sight(actor)
    limit = limits.page_size(page_size)
    before = limits.page_after(page_token)
    if wanted.learner_ids is not None and len(wanted.learner_ids) > LEARNERS_MAX:
        raise TooManyItems(field="learner_ids", limit=LEARNERS_MAX, got=len(wanted.learner_ids))
    async with transaction(pool) as connection:
        total = await store.count_visible(connection, sight, wanted)
        found = await store.read_visible(connection, sight, wanted, before=before, limit=limit + 1)
        page = found[:limit]
        await _record(connection, page, actor=actor, now=now)
    return CasePage(page, total, str(page[-1].case_id) if len(found) > limit else "")


def filter_of(state: CaseState | None, learner_ids: Sequence[UUID]) -> CaseFilter:
    """The filter of a list; an empty list of learners means all."""
    return CaseFilter(learner_ids=list(learner_ids) or None, state=state)


def _sight(actor: Actor) -> Sight:
    if actor.learner_id is not None and actor.institution_id is None:
        actor.require("own.read")
        return Sight(None, None, actor.learner_id)
    actor.require("transfer.read")
    return Sight(actor.at(), actor.assignment_id if actor.may(SITS_IN_COMMITTEE) else None, None)


async def _record(connection: Connection, cases: Sequence[TransferCase], *, actor: Actor, now: datetime) -> None:
    reads: list[access.Read] = []
    for case in cases:
        if actor.institution_id is None:
            ground, purpose = access.Ground.SELF, OWN_PURPOSE
        elif actor.institution_id == case.institution_id:
            ground, purpose = access.Ground.CASE, PURPOSE
        else:
            ground, purpose = access.Ground.OWN_INSTITUTION, PURPOSE
        ground_id = case.case_id if ground is access.Ground.CASE else None
        reads.append(access.Read(case.learner_id, RESOURCE, purpose, ground, ground_id))
    await record_reads(connection, reads, actor=actor, now=now)
