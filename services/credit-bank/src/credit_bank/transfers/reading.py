"""Reading cases: the deciding institution, the institution that issued a source, the committee, the learner."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from chassis.auth import Actor
from chassis.errors import TooManyItems
from chassis.pg import Connection, Pool, transaction

from credit_bank import limits
from credit_bank.access import domain as access
from credit_bank.access.use_cases import SITS_IN_COMMITTEE, record_reads
from credit_bank.calendar_th import thai_date
from credit_bank.people.merges import families
from credit_bank.rules import use_cases as rules
from credit_bank.rules.domain import PolicyBook, RuleKey
from credit_bank.transfers import errors, store_reading
from credit_bank.transfers.domain import CaseState, Ground, TransferCase
from credit_bank.transfers.policy import CasePolicies, figure
from credit_bank.transfers.store_reading import CaseFilter, Sight, VisibleCase

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
    async with transaction(pool) as connection:
        return await read_one(connection, case_id, actor=actor, now=now)


async def read_one(connection: Connection, case_id: UUID, *, actor: Actor, now: datetime) -> TransferCase:
    """One case that the actor may see, for this and other readers; the read is kept.

    Raises:
        PermissionMissing: The role does not allow it.
        CaseNotFound: There is none, or none for the actor.
    """
    sight = await _sight(connection, actor)
    found = await _read(connection, sight, CaseFilter(case_ids=[case_id]), before=None, limit=1, today=thai_date(now))
    if not found:
        raise errors.CaseNotFound(case_id=case_id)
    await _record(connection, found, actor=actor, now=now)
    return found[0]


async def _read(
    connection: Connection, sight: Sight, wanted: CaseFilter, *, before: UUID | None, limit: int, today: date
) -> list[TransferCase]:
    visible = await store_reading.read_visible(connection, sight, wanted, before=before, limit=limit, today=today)
    book = await rules.policy_book(connection, [RuleKey.WARN_SHARE])
    return [replace(one.case, warnings=warnings_of(one, book)) for one in visible]


def warnings_of(visible: VisibleCase, book: PolicyBook) -> tuple[str, ...]:
    """What people should know before they decide, as codes."""
    case = visible.case
    day = thai_date(case.submitted_at)
    limit = figure(CasePolicies(book, day).rule(RuleKey.WARN_SHARE, form=visible.form, level=visible.level))
    is_high = limit is not None and (case.transferred_share_pct or 0) > limit
    checks = (
        (is_high, "SHARE_ABOVE_WARNING"),
        (any(line.rule is None for line in case.lines), "NO_RULE"),
        (visible.is_flagged, "SOURCE_FLAGGED"),
    )
    return tuple(code for holds, code in checks if holds)


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
        wanted: State and learners; at most 1,000 learners, each by any record of his.
        page_size: 1 to 1,000; 0 means 100.
        page_token: From the previous page; empty for the first.
        actor: Staff with `transfer.read`, or the learner with `own.read`.
        now: When, UTC.

    Raises:
        PermissionMissing: The role does not allow it.
        InvalidField: Page size or token.
        TooManyItems: More than 1,000 learners.
    """
    require_reader(actor)
    limit = limits.page_size(page_size)
    before = limits.page_after(page_token)
    if wanted.learner_ids is not None and len(wanted.learner_ids) > LEARNERS_MAX:
        raise TooManyItems(field="learner_ids", limit=LEARNERS_MAX, got=len(wanted.learner_ids))
    async with transaction(pool) as connection:
        sight = await _sight(connection, actor)
        if wanted.learner_ids is not None:
            persons = await families(connection, wanted.learner_ids)
            wanted = replace(wanted, learner_ids=sorted({one for family in persons.values() for one in family.members}))
        total = await store_reading.count_visible(connection, sight, wanted)
        found = await _read(connection, sight, wanted, before=before, limit=limit + 1, today=thai_date(now))
        page = found[:limit]
        await _record(connection, page, actor=actor, now=now)
    return CasePage(page, total, str(page[-1].case_id) if len(found) > limit else "")


def filter_of(
    state: CaseState | None,
    learner_ids: Sequence[UUID],
    *,
    ground: Ground | None = None,
    overdue_on: date | None = None,
) -> CaseFilter:
    """The filter of a list; an empty list of learners means all."""
    return CaseFilter(learner_ids=list(learner_ids) or None, state=state, ground=ground, overdue_on=overdue_on)


def require_reader(actor: Actor) -> None:
    """Refuse who reads no cases.

    Raises:
        PermissionMissing: Neither staff with `transfer.read`, nor a learner with `own.read`.
    """
    if actor.learner_id is not None and actor.institution_id is None:
        actor.require("own.read")
    else:
        actor.require("transfer.read")
        actor.at()


async def _sight(connection: Connection, actor: Actor) -> Sight:
    require_reader(actor)
    if actor.institution_id is None:
        assert actor.learner_id is not None, "require_reader lets nobody else pass"
        own = (await families(connection, [actor.learner_id]))[actor.learner_id].members
        return Sight(None, None, own)
    return Sight(actor.institution_id, actor.assignment_id if actor.may(SITS_IN_COMMITTEE) else None, ())


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
