"""Requests that are not submitted yet: the learner's own, or entered by staff for him (R-79)."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from chassis.auth import Actor
from chassis.envelope import NewEvent
from chassis.errors import InvalidField, NotFound, ServiceError
from chassis.ids import uuid7
from chassis.outcomes import Outcome, check_size
from chassis.pg import Connection, Pool

from credit_bank import limits
from credit_bank.calendar_th import thai_date
from credit_bank.calls import run
from credit_bank.clients import Registry
from credit_bank.people.merges import families
from credit_bank.transfers import errors, store_drafts
from credit_bank.transfers.opening import CaseProposal
from credit_bank.transfers.steps import CASES_MAX, require_applicant
from credit_bank.transfers.store_drafts import Draft
from credit_bank.transfers.submitting import LINES_MAX, SOURCES_MAX, Item, check_shape, late_enrolments, submit


@dataclass(frozen=True, slots=True)
class DraftInput:
    """A draft to keep.

    Attributes:
        draft_id: None: a new one.
        row_version: That was read; 0 for a new one.
        institution_id: Who is asked to decide.
    """

    draft_id: UUID | None
    row_version: int
    institution_id: UUID
    proposal: CaseProposal


@dataclass(frozen=True, slots=True)
class SaveDrafts:
    """Keep drafts."""

    request_id: UUID
    drafts: tuple[DraftInput, ...]


@dataclass(frozen=True, slots=True)
class SubmitDrafts:
    """Submit drafts, all for one institution."""

    request_id: UUID
    draft_ids: tuple[UUID, ...]


@dataclass(frozen=True, slots=True)
class DraftPage:
    """A page of drafts; the token is empty on the last one."""

    drafts: list[Draft]
    next_page_token: str


async def save_drafts(pool: Pool, command: SaveDrafts, *, actor: Actor, now: datetime) -> list[Outcome]:
    """Keep new drafts, or change those that were read.

    Args:
        pool: Connections.
        command: At most 200 drafts.
        actor: The learner himself (`own.transfer`), or staff (`transfer.open`) for cases of their institution.
        now: When, UTC.

    Returns:
        One outcome a draft; `id` is the draft id.

    Raises:
        PermissionMissing: The role does not allow it.
        InvalidField, TooManyItems: Too many lines or sources, none, or more than 200.
        RequestMismatch: The request id was used before with other content.
    """
    is_staff = require_applicant(actor, "transfer.open")
    check_size(command.drafts, CASES_MAX, field="drafts")
    for draft in command.drafts:
        lines = draft.proposal.lines
        if len(lines) > LINES_MAX or any(len(line.source_entry_ids) > SOURCES_MAX for line in lines):
            raise InvalidField(field="lines", expected=f"at most {LINES_MAX} lines of {SOURCES_MAX} sources")

    async def work(connection: Connection) -> tuple[list[Outcome], list[NewEvent]]:
        own = await _own_records(connection, actor)
        known = await store_drafts.lock(connection, {draft.draft_id for draft in command.drafts if draft.draft_id})
        outcomes: list[Outcome] = []
        kept: dict[UUID, Draft] = {}
        for index, item in enumerate(command.drafts):
            before = known.get(item.draft_id) if item.draft_id else None
            try:
                draft = _kept(item, before, own, actor, is_staff=is_staff)
                if draft.draft_id in kept:
                    raise errors.DraftVersionConflict(draft_id=draft.draft_id)
            except ServiceError as refusal:
                outcomes.append(Outcome.failed(index, refusal))
                continue
            kept[draft.draft_id] = draft
            outcomes.append(Outcome(index, str(draft.draft_id)))
        await store_drafts.keep(connection, list(kept.values()), actor=actor, now=now)
        return outcomes, []

    return await run(pool, command, work, actor=actor)


async def _own_records(connection: Connection, actor: Actor) -> frozenset[UUID]:
    if actor.learner_id is None or actor.institution_id is not None:
        return frozenset()
    return frozenset((await families(connection, [actor.learner_id]))[actor.learner_id].members)


def _is_open_to(draft: Draft, actor: Actor, own: Collection[UUID]) -> bool:
    """Whether a draft exists for the actor: the learner's own, or what staff of his institution entered."""
    if actor.institution_id is None:
        return draft.proposal.learner_id in own
    return draft.is_entered_by_staff and draft.institution_id == actor.institution_id


def _kept(item: DraftInput, before: Draft | None, own: Collection[UUID], actor: Actor, *, is_staff: bool) -> Draft:
    if is_staff and item.institution_id != actor.institution_id:
        raise NotFound
    if not is_staff and item.proposal.learner_id not in own:
        raise errors.LearnerUnknown
    if item.draft_id is None:
        return Draft(uuid7(), item.institution_id, item.proposal, 1, "DRAFT", is_staff)
    if before is None or not _is_open_to(before, actor, own):
        raise errors.CaseNotFound(case_id=item.draft_id)
    if before.state != "DRAFT":
        raise errors.CaseStateWrong(state=before.state, wanted="DRAFT")
    if before.row_version != item.row_version:
        raise errors.DraftVersionConflict(draft_id=item.draft_id, row_version=before.row_version)
    return replace(
        before, institution_id=item.institution_id, proposal=item.proposal, row_version=before.row_version + 1
    )


async def submit_drafts(
    pool: Pool, registry: Registry, command: SubmitDrafts, *, actor: Actor, now: datetime
) -> list[Outcome]:
    """Submit drafts: what each asks for is checked, its sources are reserved, and it becomes a case with its id.

    A learner's own request bears the day on which he submits it; one entered by staff the day that they wrote down.

    Args:
        pool: Connections.
        registry: Asked once about learners whose enrolment is not known here yet.
        command: At most 200 drafts, all for one institution.
        actor: The learner himself (`own.transfer`), or staff (`transfer.open`) for what they entered.
        now: Time of submission, UTC.

    Returns:
        One outcome a draft; `id` is the case id. A draft that is refused stays as it is.

    Raises:
        PermissionMissing: The role does not allow it.
        InvalidField, TooManyItems: Drafts of several institutions, none, or more than 200.
        RequestMismatch: The request id was used before with other content.
    """
    is_staff = require_applicant(actor, "transfer.open")
    check_size(command.draft_ids, CASES_MAX, field="draft_ids")
    today = thai_date(now)
    async with pool.acquire(timeout=10) as connection:
        own = await _own_records(connection, actor)
        seen = await store_drafts.read(connection, command.draft_ids)
    visible = {key: draft for key, draft in seen.items() if _is_open_to(draft, actor, own)}
    places = {draft.institution_id for draft in visible.values()}
    if len(places) > 1:
        raise InvalidField(field="draft_ids", expected="drafts for one institution")
    proposals = [draft.proposal for draft in visible.values() if draft.state == "DRAFT"]
    late = []
    for place in places:
        late = await late_enrolments(pool, registry, proposals, institution_id=place, today=today)

    async def work(connection: Connection) -> tuple[list[Outcome], list[NewEvent]]:
        known = await store_drafts.lock(connection, visible)
        outcomes: dict[int, Outcome] = {}
        items: dict[int, Item] = {}
        for index, draft_id in enumerate(command.draft_ids):
            try:
                draft = _submittable(known.get(draft_id), draft_id, is_own=not is_staff, now=now)
            except ServiceError as refusal:
                outcomes[index] = Outcome.failed(index, refusal)
                continue
            if draft.state == "SUBMITTED" or any(item.case_id == draft_id for item in items.values()):
                outcomes[index] = Outcome(index, str(draft_id), already_done=True)
            else:
                items[index] = Item(draft_id, draft.proposal, draft.is_entered_by_staff)
        announced: list[NewEvent] = []
        if items:
            [place] = places
            taken, announced = await submit(
                connection,
                list(items.values()),
                late=late,
                institution_id=place,
                is_own_request=not is_staff,
                actor=actor,
                now=now,
            )
            for index, outcome in zip(items, taken, strict=True):
                outcomes[index] = replace(outcome, index=index)
        done = [item.case_id for index, item in items.items() if outcomes[index].id == str(item.case_id)]
        await store_drafts.set_state(connection, done, "SUBMITTED", now=now)
        return [outcomes[index] for index in sorted(outcomes)], announced

    return await run(pool, command, work, actor=actor)


def _submittable(draft: Draft | None, draft_id: UUID, *, is_own: bool, now: datetime) -> Draft:
    if draft is None:
        raise errors.CaseNotFound(case_id=draft_id)
    if draft.state == "SUBMITTED":
        return draft
    if draft.state != "DRAFT":
        raise errors.CaseStateWrong(state=draft.state, wanted="SUBMITTED")
    if not draft.proposal.lines:
        raise errors.DraftIncomplete(draft_id=draft_id)
    today = thai_date(now)
    if is_own and not draft.is_entered_by_staff:
        draft = replace(draft, proposal=replace(draft.proposal, requested_on=today))
    check_shape(draft.proposal, today)
    return draft


async def withdraw(
    connection: Connection, draft_ids: Collection[UUID], *, actor: Actor, now: datetime
) -> Mapping[UUID, bool]:
    """Withdraw drafts of the actor; by id whether it was still a draft. Others are left out."""
    own = await _own_records(connection, actor)
    known = await store_drafts.lock(connection, draft_ids)
    mine = {key: draft for key, draft in known.items() if _is_open_to(draft, actor, own) and draft.state != "SUBMITTED"}
    open_ones = [key for key, draft in mine.items() if draft.state == "DRAFT"]
    await store_drafts.set_state(connection, open_ones, "WITHDRAWN", now=now)
    return {key: key in open_ones for key in mine}


async def list_drafts(pool: Pool, *, page_size: int = 0, page_token: str = "", actor: Actor) -> DraftPage:
    """A page of open drafts: the learner's own, or those that staff of the institution entered; newest first.

    Raises:
        PermissionMissing: The role does not allow it.
        InvalidField: Page size or token.
    """
    require_applicant(actor, "transfer.open")
    limit = limits.page_size(page_size)
    before = limits.page_after(page_token)
    async with pool.acquire(timeout=10) as connection:
        own: Sequence[UUID] = sorted(await _own_records(connection, actor))
        found = await store_drafts.page(connection, actor.institution_id, own, before=before, limit=limit + 1)
    page = found[:limit]
    return DraftPage(page, str(page[-1].draft_id) if len(found) > limit else "")
