"""The director approves verified results in a batch."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from chassis import idempotency, outbox
from chassis.auth import Actor
from chassis.errors import ServiceError
from chassis.ids import uuid7
from chassis.outcomes import Outcome, check_size, outcomes_from_answer
from chassis.pg import Pool, transaction

from credit_bank import limits, settled
from credit_bank.ledger.errors import EntryUnknown
from credit_bank.recording import events, store_signing
from credit_bank.recording.domain import Act, Entry, EntryState
from credit_bank.recording.errors import EntryStateWrong, SameActor
from credit_bank.recording.kept import Approval
from credit_bank.recording.reviewing import lock_entries


@dataclass(frozen=True, slots=True)
class ApproveResults:
    """Verified entries to approve as one batch."""

    request_id: UUID
    entry_ids: tuple[UUID, ...]


@dataclass(frozen=True, slots=True)
class ApprovalPage:
    """A page of approvals; the token is empty on the last one."""

    approvals: list[Approval]
    next_page_token: str


async def approve_results(pool: Pool, command: ApproveResults, *, actor: Actor, now: datetime) -> list[Outcome]:
    """Approve verified results as one batch; nothing is posted, as what was verified counts already.

    Args:
        pool: Connections.
        command: At most 1,000 entries.
        actor: Needs `credit.approve` at the institution that issued the entries; neither made nor verified them.
        now: UTC.

    Raises:
        PermissionMissing: The role approves no results.
        TooManyItems: More than 1,000.
        RequestMismatch: The request id was used for other content.
    """
    actor.require("credit.approve")
    check_size(command.entry_ids, limits.ITEMS_MAX, field="entry_ids")
    async with transaction(pool) as connection:
        answer = await idempotency.claim(
            connection, command.request_id, caller=actor.caller, content=idempotency.fingerprint(command)
        )
        if answer is not None:
            return outcomes_from_answer(answer)
        act = Act(now, actor.subject_hash, actor.assignment_id)
        entries = await lock_entries(connection, command.entry_ids, actor.at())
        approval_id = uuid7()
        outcomes: list[Outcome] = []
        chosen: dict[UUID, Entry] = {}
        for index, entry_id in enumerate(command.entry_ids):
            entry = entries.get(entry_id)
            if entry is None:
                outcomes.append(Outcome.failed(index, EntryUnknown(entry_id=entry_id)))
            elif entry.approval_id is not None or entry_id in chosen:
                outcomes.append(Outcome(index, str(entry_id), already_done=True))
            elif (refusal := _refusal(entry, act)) is not None:
                outcomes.append(Outcome.failed(index, refusal))
            else:
                chosen[entry_id] = entry
                outcomes.append(Outcome(index, str(entry_id)))
        await store_signing.approve(connection, approval_id, list(chosen), act, institution_id=actor.at())
        await settled.finish(connection, command.request_id, caller=actor.caller, outcomes=outcomes)
        await outbox.add(connection, [events.credit_approved(entry, approval_id, now) for entry in chosen.values()])
    return outcomes


def _refusal(entry: Entry, act: Act) -> ServiceError | None:
    if entry.state is not EntryState.VERIFIED:
        return EntryStateWrong(entry_id=entry.entry_id, state=entry.state)
    is_verifier = entry.verified is not None and entry.verified.subject_hash == act.subject_hash
    return SameActor(entry_id=entry.entry_id) if is_verifier or act.subject_hash in entry.makers else None


async def list_approvals(pool: Pool, *, page_size: int = 0, page_token: str = "", actor: Actor) -> ApprovalPage:
    """A page of the batches that were approved at the caller's institution, oldest first.

    Raises:
        PermissionMissing: The role reads no credits.
        InvalidField: Page size or token.
    """
    actor.require("credit.read")
    limit = limits.page_size(page_size)
    after = limits.page_after(page_token)
    async with transaction(pool) as connection:
        approvals = await store_signing.page_of_approvals(connection, actor.at(), after=after, limit=limit + 1)
    has_more = len(approvals) > limit
    approvals = approvals[:limit]
    return ApprovalPage(approvals, str(approvals[-1].approval_id) if has_more else "")
