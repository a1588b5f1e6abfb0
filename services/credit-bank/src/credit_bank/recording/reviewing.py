"""The second person: verifying submitted results, sending them back, rejecting them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from chassis import idempotency, outbox
from chassis.auth import Actor
from chassis.errors import ServiceError, Unavailable
from chassis.outcomes import Outcome, check_size, outcomes_from_answer
from chassis.pg import Connection, Pool, transaction

from credit_bank import coalescing, limits, settled
from credit_bank.coalescing import Call, Done
from credit_bank.ledger import use_cases as ledger
from credit_bank.ledger.domain import AVAILABLE, ISSUED, PENDING
from credit_bank.ledger.errors import EntryUnknown
from credit_bank.recording import events, store, store_signing
from credit_bank.recording.assessing import signature_refusal
from credit_bank.recording.domain import Act, Entry, EntryState, ReturnReason, Signature, SourceMode
from credit_bank.recording.errors import (
    EntryStateWrong,
    EvidenceChanged,
    EvidenceKindMissing,
    EvidenceMissing,
    SameActor,
)
from credit_bank.recording.evidence_files import CheckedFiles, check_files
from credit_bank.recording.journals import entry_journal
from credit_bank.recording.object_store import ObjectStore
from credit_bank.recording.policy import LEVEL_EQUIV_EVIDENCE, RPL_EVIDENCE


@dataclass(frozen=True, slots=True)
class VerifyResults:
    """Entries to verify."""

    request_id: UUID
    entry_ids: tuple[UUID, ...]


@dataclass(frozen=True, slots=True)
class ReturnResults:
    """Entries to send back."""

    request_id: UUID
    entry_ids: tuple[UUID, ...]
    reason: ReturnReason


@dataclass(frozen=True, slots=True)
class RejectResults:
    """Entries to reject for good."""

    request_id: UUID
    entry_ids: tuple[UUID, ...]
    reason: ReturnReason


Verifier = coalescing.Coalescer[VerifyResults, CheckedFiles]
"""Through which calls that verify results go together."""


async def verify_results(
    pool: Pool,
    command: VerifyResults,
    *,
    actor: Actor,
    now: datetime,
    files: ObjectStore | None = None,
    together: Verifier | None = None,
) -> list[Outcome]:
    """Verify submitted results: bank account, PENDING to AVAILABLE. Whoever recorded a result does not verify it.

    Files that support a result are read whole before, and must still be those that were stored.

    Args:
        pool: Connections.
        command: At most 1,000 entries.
        actor: Needs `credit.verify` at the institution that issued the entries.
        now: UTC.
        files: Where files are; without it no result that rests on a file is verified.
        together: Through which calls made at the same time go together.

    Raises:
        PermissionMissing: The role verifies no results.
        TooManyItems: More than 1,000.
        RequestMismatch: The request id was used for other content.
    """
    actor.require("credit.verify")
    check_size(command.entry_ids, limits.ITEMS_MAX, field="entry_ids")
    # Files are elsewhere and may be large: looked at before any transaction, and before others would wait for them.
    call = Call(command, actor, now, await _check_files(pool, files, command.entry_ids, actor.at()))
    if together is not None:
        return await together.answer(call, size=len(command.entry_ids))
    return await coalescing.answer(pool, call, _begin_verifying)


def verifying_together(pool: Pool) -> Verifier:
    """Through which calls that verify results go together."""
    return coalescing.Coalescer(pool, _begin_verifying)


async def _begin_verifying(
    _calls: Sequence[Call[VerifyResults, CheckedFiles]],
) -> coalescing.Work[VerifyResults, CheckedFiles]:
    return _verify


async def _verify(connection: Connection, calls: Sequence[Call[VerifyResults, CheckedFiles]]) -> list[Done]:
    named = list(dict.fromkeys(entry_id for call in calls for entry_id in call.command.entry_ids))
    entries = await lock_entries(connection, named, calls[0].actor.at())
    joint = [entry_id for entry_id, entry in entries.items() if entry.assessor_institution_ids]
    signed = await store_signing.signatures(connection, joint) if joint else {}
    shares: list[tuple[list[Outcome], list[Entry]]] = []
    acts: dict[UUID, Act] = {}
    for call in calls:
        outcomes, chosen = _choose_verified(call, entries, signed)
        shares.append((outcomes, chosen))
        for entry in chosen:
            acts[entry.entry_id] = _act(call)
            entries[entry.entry_id] = replace(entry, state=EntryState.VERIFIED)  # as the next call finds it
    await store.verify(connection, acts)
    drafts = [
        entry_journal(entry, "credit.verified", acts[entry.entry_id], origin=PENDING, destination=AVAILABLE)
        for _, chosen in shares
        for entry in chosen
    ]
    journals = iter(await ledger.append_journals(connection, drafts, now=calls[0].now))
    return [
        (outcomes, [events.credit_verified(entry, next(journals)) for entry in chosen]) for outcomes, chosen in shares
    ]


def _choose_verified(
    call: Call[VerifyResults, CheckedFiles],
    entries: Mapping[UUID, Entry],
    signed: Mapping[UUID, Sequence[Signature]],
) -> tuple[list[Outcome], list[Entry]]:
    def refusal(entry: Entry) -> ServiceError | None:
        return verify_refusal(entry, _act(call), signed.get(entry.entry_id, ())) or file_refusal(entry, call.seen)

    return choose(call.command.entry_ids, entries, EntryState.VERIFIED, refusal)


def _act(call: Call[VerifyResults, CheckedFiles]) -> Act:
    return Act(call.now, call.actor.subject_hash, call.actor.assignment_id)


async def return_results(pool: Pool, command: ReturnResults, *, actor: Actor, now: datetime) -> list[Outcome]:
    """Send submitted results back to the recorder with a reason; their pending credits are taken back exactly.

    Args:
        pool: Connections.
        command: At most 1,000 entries.
        actor: Needs `credit.verify` at the institution that issued the entries.
        now: UTC.

    Raises:
        PermissionMissing: The role verifies no results.
        TooManyItems: More than 1,000.
        RequestMismatch: The request id was used for other content.
    """
    return await _take_back(pool, command, EntryState.RETURNED, actor=actor, now=now)


async def reject_results(pool: Pool, command: RejectResults, *, actor: Actor, now: datetime) -> list[Outcome]:
    """Reject submitted results for good; their pending credits are taken back exactly.

    Nothing follows a rejected entry: what was right after all is recorded anew.

    Args:
        pool: Connections.
        command: At most 1,000 entries.
        actor: Needs `credit.verify` at the institution that issued the entries.
        now: UTC.

    Raises:
        PermissionMissing: The role verifies no results.
        TooManyItems: More than 1,000.
        RequestMismatch: The request id was used for other content.
    """
    return await _take_back(pool, command, EntryState.REJECTED, actor=actor, now=now)


async def _take_back(
    pool: Pool, command: ReturnResults | RejectResults, goal: EntryState, *, actor: Actor, now: datetime
) -> list[Outcome]:
    actor.require("credit.verify")
    check_size(command.entry_ids, limits.ITEMS_MAX, field="entry_ids")
    async with transaction(pool) as connection:
        answer = await idempotency.claim(
            connection, command.request_id, caller=actor.caller, content=idempotency.fingerprint(command)
        )
        if answer is not None:
            return outcomes_from_answer(answer)
        act = Act(now, actor.subject_hash, actor.assignment_id)
        entries = await lock_entries(connection, command.entry_ids, actor.at())
        outcomes, chosen = choose(command.entry_ids, entries, goal, _submitted_refusal)
        ids = [entry.entry_id for entry in chosen]
        take_back = store.send_back if goal is EntryState.RETURNED else store.reject
        await take_back(connection, ids, act, reason=command.reason)
        kind = f"credit.{goal.lower()}"
        drafts = [entry_journal(entry, kind, act, origin=PENDING, destination=ISSUED) for entry in chosen]
        journals = await ledger.append_journals(connection, drafts, now=now)
        await settled.finish(connection, command.request_id, caller=actor.caller, outcomes=outcomes)
        tell = events.credit_returned if goal is EntryState.RETURNED else events.credit_rejected
        await outbox.add(
            connection,
            [tell(entry, journal, command.reason) for entry, journal in zip(chosen, journals, strict=True)],
        )
    return outcomes


async def lock_entries(connection: Connection, entry_ids: Sequence[UUID], institution_id: UUID) -> dict[UUID, Entry]:
    """Entries of the institution, read again once their learners are locked."""
    seen = await store.read_entries(connection, entry_ids)
    mine = {entry_id: entry for entry_id, entry in seen.items() if entry.issuer_institution_id == institution_id}
    await ledger.lock_learners(connection, [entry.learner_id for entry in mine.values()])
    return await store.read_entries(connection, list(mine))


def choose(
    entry_ids: Sequence[UUID],
    entries: Mapping[UUID, Entry],
    goal: EntryState,
    refuse: Callable[[Entry], ServiceError | None],
) -> tuple[list[Outcome], list[Entry]]:
    """Outcomes, and the entries to bring to `goal`; an entry that is there already, or named twice, is done once."""
    outcomes: list[Outcome] = []
    chosen: dict[UUID, Entry] = {}
    for index, entry_id in enumerate(entry_ids):
        entry = entries.get(entry_id)
        if entry is None:
            outcomes.append(Outcome.failed(index, EntryUnknown(entry_id=entry_id)))
        elif entry.state is goal or entry_id in chosen:
            outcomes.append(Outcome(index, str(entry_id), already_done=True))
        else:
            refusal = refuse(entry)
            if refusal is None:
                chosen[entry_id] = entry
            outcomes.append(Outcome.failed(index, refusal) if refusal else Outcome(index, str(entry_id)))
    return outcomes, list(chosen.values())


def verify_refusal(entry: Entry, act: Act, signatures: Sequence[Signature]) -> ServiceError | None:
    """Why an entry cannot be verified by this person now; neither who made nor who assessed it verifies it (CB-I19)."""
    if entry.state is not EntryState.SUBMITTED:
        return EntryStateWrong(entry_id=entry.entry_id, state=entry.state)
    if act.subject_hash in entry.makers | {item.signed_by for item in signatures}:
        return SameActor(entry_id=entry.entry_id)
    return evidence_refusal(entry) or signature_refusal(entry, signatures)


async def _check_files(
    pool: Pool, files: ObjectStore | None, entry_ids: Sequence[UUID], institution_id: UUID
) -> CheckedFiles:
    """Read the files of entries that could be verified; before the transaction, since they are elsewhere."""
    async with pool.acquire(timeout=10) as connection:
        named = await store.entries_with_files(connection, entry_ids, institution_id)
        entries = await store.read_entries(connection, named) if named else {}
    return await check_files(
        pool, files, institution_id, [item for entry in entries.values() for item in entry.evidence]
    )


def file_refusal(entry: Entry, checked: CheckedFiles) -> ServiceError | None:
    """Whether the files of an entry are those that were stored."""
    missing = checked.missing(entry)
    if missing is None:
        return None
    if checked.is_away:
        return Unavailable("The store of evidence files does not answer.")
    return EvidenceChanged(entry_id=entry.entry_id, sha256=missing)


def evidence_refusal(entry: Entry) -> ServiceError | None:
    """Whether what supports an entry is there, and of a kind that its recognition needs."""
    if not entry.evidence:
        return EvidenceMissing(entry_id=entry.entry_id)
    kinds = {item.kind for item in entry.evidence}
    if entry.rpl_mode is not None and not kinds & RPL_EVIDENCE[entry.rpl_mode]:
        return EvidenceKindMissing(entry_id=entry.entry_id, needed=", ".join(sorted(RPL_EVIDENCE[entry.rpl_mode])))
    if entry.source_mode is SourceMode.LEVEL_EQUIV and not any(
        item.kind in LEVEL_EQUIV_EVIDENCE and item.document_no and item.issued_on for item in entry.evidence
    ):
        needed = f"{', '.join(sorted(LEVEL_EQUIV_EVIDENCE))} with number and day"
        return EvidenceKindMissing(entry_id=entry.entry_id, needed=needed)
    return None


def _submitted_refusal(entry: Entry) -> ServiceError | None:
    if entry.state is not EntryState.SUBMITTED:
        return EntryStateWrong(entry_id=entry.entry_id, state=entry.state)
    return None
