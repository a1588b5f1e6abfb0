"""Writing drafts, submitting and withdrawing them. Nothing is posted for a draft."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from chassis import idempotency, outbox
from chassis.auth import Actor
from chassis.envelope import NewEvent
from chassis.errors import ServiceError
from chassis.ids import uuid7
from chassis.outcomes import Outcome, check_size, outcomes_from_answer
from chassis.pg import Connection, Pool, transaction

from credit_bank import limits, settled
from credit_bank.clients import Registry
from credit_bank.ledger import use_cases as ledger
from credit_bank.recording import events, store_drafts
from credit_bank.recording.domain import Act
from credit_bank.recording.drafts import Draft, DraftState, PartialResult
from credit_bank.recording.errors import DraftStateWrong, DraftUnknown, EntryIncomplete, VersionConflict
from credit_bank.recording.submitting import Recording, Submitted, look_around


@dataclass(frozen=True, slots=True)
class DraftInput:
    """A draft to keep.

    Attributes:
        draft_id: Of which this is the next version; None: a new one.
        row_version: Version of it that was read.
    """

    draft_id: UUID | None
    row_version: int
    result: PartialResult


@dataclass(frozen=True, slots=True)
class DraftResults:
    """Drafts to keep for the caller's institution."""

    request_id: UUID
    drafts: tuple[DraftInput, ...]


@dataclass(frozen=True, slots=True)
class SubmitDrafts:
    """Drafts to submit."""

    request_id: UUID
    draft_ids: tuple[UUID, ...]


@dataclass(frozen=True, slots=True)
class WithdrawDrafts:
    """Drafts to give up."""

    request_id: UUID
    draft_ids: tuple[UUID, ...]


@dataclass(frozen=True, slots=True)
class DraftPage:
    """A page of drafts; the token is empty on the last one."""

    drafts: list[Draft]
    next_page_token: str


async def draft_results(pool: Pool, command: DraftResults, *, actor: Actor, now: datetime) -> list[Outcome]:
    """Keep drafts. The learner may be unknown as yet and fields may lack; submitting asks for both.

    Args:
        pool: Connections.
        command: At most 1,000 drafts.
        actor: Needs `credit.record`; the drafts are those of his institution.
        now: UTC.

    Raises:
        PermissionMissing: The role records no results.
        TooManyItems: More than 1,000.
        RequestMismatch: The request id was used for other content.
    """
    actor.require("credit.record")
    institution_id = actor.at()
    check_size(command.drafts, limits.ITEMS_MAX, field="drafts")
    async with transaction(pool) as connection:
        answer = await idempotency.claim(
            connection, command.request_id, caller=actor.caller, content=idempotency.fingerprint(command)
        )
        if answer is not None:
            return outcomes_from_answer(answer)
        named = sorted({item.draft_id for item in command.drafts if item.draft_id is not None})
        known = await store_drafts.read_drafts(connection, named, institution_id, is_locked=True)
        outcomes: list[Outcome] = []
        kept: dict[UUID, Draft] = {}
        for index, item in enumerate(command.drafts):
            try:
                draft = _next_version(item, {**known, **kept}, institution_id, actor=actor, now=now)
            except ServiceError as refusal:
                outcomes.append(Outcome.failed(index, refusal))
                continue
            kept[draft.draft_id] = draft
            outcomes.append(Outcome(index, str(draft.draft_id)))
        drafts = list(kept.values())
        await store_drafts.keep_drafts(
            connection, drafts, institution_id=institution_id, drafted_by=actor.subject_hash, now=now
        )
        await settled.finish(connection, command.request_id, caller=actor.caller, outcomes=outcomes)
        await outbox.add(connection, [events.draft_changed(draft) for draft in drafts])
    return outcomes


async def new_drafts(
    connection: Connection, results: Sequence[PartialResult], *, actor: Actor, now: datetime
) -> tuple[list[Draft], list[NewEvent]]:
    """Keep new drafts of the actor's institution in a caller's transaction, and give the events for its outbox.

    Args:
        connection: Inside the caller's transaction.
        results: What is known of each.
        actor: Who drafts; that he may is checked by the caller.
        now: UTC.
    """
    drafts = [Draft(uuid7(), actor.at(), result, 1, DraftState.DRAFT, actor.subject_hash, now) for result in results]
    await store_drafts.keep_drafts(
        connection, drafts, institution_id=actor.at(), drafted_by=actor.subject_hash, now=now
    )
    return drafts, [events.draft_changed(draft) for draft in drafts]


def _next_version(
    item: DraftInput, known: Mapping[UUID, Draft], institution_id: UUID, *, actor: Actor, now: datetime
) -> Draft:
    if item.draft_id is None:
        return Draft(uuid7(), institution_id, item.result, 1, DraftState.DRAFT, actor.subject_hash, now)
    before = known.get(item.draft_id)
    if before is None:
        raise DraftUnknown(draft_id=item.draft_id)
    if before.state is not DraftState.DRAFT:
        raise DraftStateWrong(draft_id=item.draft_id, state=before.state)
    if before.row_version != item.row_version:
        raise VersionConflict(field="row_version", row_version=before.row_version)
    version = before.row_version + 1
    return Draft(before.draft_id, institution_id, item.result, version, DraftState.DRAFT, actor.subject_hash, now)


async def submit_drafts(
    pool: Pool, registry: Registry, command: SubmitDrafts, *, actor: Actor, now: datetime
) -> list[Outcome]:
    """Submit drafts: each becomes an entry, by the same rules as a result that is recorded directly.

    Whoever wrote the draft and whoever submits it are both makers of the entry; neither verifies it (CB-I19).

    Args:
        pool: Connections.
        registry: Asked once about learners whom the copies do not show enrolled.
        command: At most 1,000 drafts.
        actor: Needs `credit.record` at the institution of the drafts.
        now: UTC.

    Raises:
        PermissionMissing: The role records no results.
        TooManyItems: More than 1,000.
        RequestMismatch: The request id was used for other content.
    """
    actor.require("credit.record")
    institution_id = actor.at()
    check_size(command.draft_ids, limits.ITEMS_MAX, field="draft_ids")
    async with pool.acquire(timeout=10) as connection:
        seen = await store_drafts.read_drafts(connection, command.draft_ids, institution_id)
    results = [draft.result.completed() for draft in seen.values() if not draft.result.missing()]
    around = await look_around(pool, registry, results, actor=actor)
    recording = Recording(institution_id, Act(now, actor.subject_hash, actor.assignment_id), around)
    async with transaction(pool) as connection:
        answer = await idempotency.claim(
            connection, command.request_id, caller=actor.caller, content=idempotency.fingerprint(command)
        )
        if answer is not None:
            return outcomes_from_answer(answer)
        # Learners before anything else, as everywhere; the drafts are read again once both are held.
        await ledger.lock_learners(connection, sorted({draft.result.learner_id for draft in seen.values()}))
        drafts = await store_drafts.read_drafts(connection, command.draft_ids, institution_id, is_locked=True)
        ready, outcomes = _ready(command.draft_ids, drafts, seen)
        await recording.run(connection, ready)
        done = {item.index for item in recording.outcomes if item.problem is None}
        ended = [drafts[command.draft_ids[item.index]] for item in ready if item.index in done]
        await store_drafts.end_drafts(connection, [draft.draft_id for draft in ended], DraftState.SUBMITTED, now=now)
        outcomes = sorted([*outcomes, *recording.outcomes], key=lambda outcome: outcome.index)
        await settled.finish(connection, command.request_id, caller=actor.caller, outcomes=outcomes)
        await outbox.add(connection, [*recording.told.values(), *_ended(ended, DraftState.SUBMITTED, now)])
    return outcomes


def _ready(
    draft_ids: Sequence[UUID], drafts: Mapping[UUID, Draft], seen: Mapping[UUID, Draft]
) -> tuple[list[Submitted], list[Outcome]]:
    """Drafts that can be recorded, and what became of the others."""
    ready: dict[UUID, Submitted] = {}
    outcomes: list[Outcome] = []
    for index, draft_id in enumerate(draft_ids):
        draft = drafts.get(draft_id)
        if draft is None:
            outcomes.append(Outcome.failed(index, DraftUnknown(draft_id=draft_id)))
        elif draft.state is DraftState.SUBMITTED or draft_id in ready:
            outcomes.append(Outcome(index, str(draft_id), already_done=True))
        elif draft.state is DraftState.WITHDRAWN:
            outcomes.append(Outcome.failed(index, DraftStateWrong(draft_id=draft_id, state=draft.state)))
        elif draft.row_version != seen[draft_id].row_version:
            outcomes.append(Outcome.failed(index, VersionConflict(row_version=draft.row_version)))
        elif missing := draft.result.missing():
            outcomes.append(Outcome.failed(index, EntryIncomplete(field=missing[0], missing=", ".join(missing))))
        else:
            ready[draft_id] = Submitted(index, draft.result.completed(), draft_id, draft.drafted_by)
    return list(ready.values()), outcomes


async def withdraw_drafts(pool: Pool, command: WithdrawDrafts, *, actor: Actor, now: datetime) -> list[Outcome]:
    """Give drafts up; nothing was posted for them, and nothing follows.

    Args:
        pool: Connections.
        command: At most 1,000 drafts.
        actor: Needs `credit.record` at the institution of the drafts.
        now: UTC.

    Raises:
        PermissionMissing: The role records no results.
        TooManyItems: More than 1,000.
        RequestMismatch: The request id was used for other content.
    """
    actor.require("credit.record")
    institution_id = actor.at()
    check_size(command.draft_ids, limits.ITEMS_MAX, field="draft_ids")
    async with transaction(pool) as connection:
        answer = await idempotency.claim(
            connection, command.request_id, caller=actor.caller, content=idempotency.fingerprint(command)
        )
        if answer is not None:
            return outcomes_from_answer(answer)
        drafts = await store_drafts.read_drafts(connection, command.draft_ids, institution_id, is_locked=True)
        outcomes: list[Outcome] = []
        ended: dict[UUID, Draft] = {}
        for index, draft_id in enumerate(command.draft_ids):
            draft = drafts.get(draft_id)
            if draft is None:
                outcomes.append(Outcome.failed(index, DraftUnknown(draft_id=draft_id)))
            elif draft.state is DraftState.SUBMITTED:
                outcomes.append(Outcome.failed(index, DraftStateWrong(draft_id=draft_id, state=draft.state)))
            else:
                is_done = draft.state is DraftState.WITHDRAWN or draft_id in ended
                outcomes.append(Outcome(index, str(draft_id), already_done=is_done))
                if not is_done:
                    ended[draft_id] = draft
        await store_drafts.end_drafts(connection, list(ended), DraftState.WITHDRAWN, now=now)
        await settled.finish(connection, command.request_id, caller=actor.caller, outcomes=outcomes)
        await outbox.add(connection, _ended(list(ended.values()), DraftState.WITHDRAWN, now))
    return outcomes


def _ended(drafts: Sequence[Draft], state: DraftState, now: datetime) -> list[NewEvent]:
    return [
        events.draft_changed(replace(draft, row_version=draft.row_version + 1, state=state, changed_at=now))
        for draft in drafts
    ]


async def list_drafts(
    pool: Pool, *, learner_ids: Sequence[UUID], page_size: int = 0, page_token: str = "", actor: Actor
) -> DraftPage:
    """A page of the drafts that are being written at the caller's institution, oldest first.

    Raises:
        PermissionMissing: The role records no results.
        InvalidField: Page size or token.
    """
    actor.require("credit.record")
    limit = limits.page_size(page_size)
    after = limits.page_after(page_token)
    async with transaction(pool) as connection:
        drafts = await store_drafts.page(connection, actor.at(), learner_ids=learner_ids, after=after, limit=limit + 1)
    has_more = len(drafts) > limit
    drafts = drafts[:limit]
    return DraftPage(drafts, str(drafts[-1].draft_id) if has_more else "")
