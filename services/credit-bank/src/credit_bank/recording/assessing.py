"""Results that several sides assess together: school and vocational office, or a workplace (seeds.md R-24, R-26)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from chassis import idempotency, outbox
from chassis.auth import Actor
from chassis.errors import InvalidField, ServiceError
from chassis.outcomes import Outcome, check_size, outcomes_from_answer
from chassis.pg import Connection, Pool, transaction

from credit_bank import limits, settled
from credit_bank.access import use_cases as access
from credit_bank.access.domain import Ground, Read
from credit_bank.ledger import use_cases as ledger
from credit_bank.ledger.errors import EntryUnknown
from credit_bank.recording import events, store, store_signing
from credit_bank.recording.domain import Entry, EntryState, Signature
from credit_bank.recording.errors import (
    AssessmentDisagrees,
    AssessmentMissing,
    AssessmentSignedBefore,
    EntryStateWrong,
)

EXPLANATION_CHARACTERS_MAX: Final = 1_000
RESOURCE: Final = "assessment"
PURPOSE: Final = "ASSESSMENT"
"""What a look at another institution's results to be assessed is kept as."""


@dataclass(frozen=True, slots=True)
class AssessmentInput:
    """What one side says of one result.

    Attributes:
        explanation_th: For learner and parents (seeds.md R-26); may be empty.
    """

    entry_id: UUID
    is_agreed: bool
    explanation_th: str


@dataclass(frozen=True, slots=True)
class SignAssessments:
    """Results to sign for the caller's side."""

    request_id: UUID
    assessments: tuple[AssessmentInput, ...]


@dataclass(frozen=True, slots=True)
class AssessmentPage:
    """A page of results with their signatures; the token is empty on the last one."""

    entries: list[Entry]
    signatures: Mapping[UUID, tuple[Signature, ...]]
    next_page_token: str


async def sign_assessments(pool: Pool, command: SignAssessments, *, actor: Actor, now: datetime) -> list[Outcome]:
    """Sign, for the caller's institution or workplace, what became of results that it assesses with the issuer.

    A person signs for one side of a result only, and a side once. A side that does not agree keeps the result from
    being verified: it goes back to the recorder, and its next version is signed anew.

    Args:
        pool: Connections.
        command: At most 1,000.
        actor: Needs `credit.assess` at an institution that the results name as assessor.
        now: UTC.

    Raises:
        PermissionMissing: The role assesses nothing.
        TooManyItems: More than 1,000.
        InvalidField: An explanation is too long.
        RequestMismatch: The request id was used for other content.
    """
    actor.require("credit.assess")
    side = actor.at()
    check_size(command.assessments, limits.ITEMS_MAX, field="assessments")
    if any(len(item.explanation_th) > EXPLANATION_CHARACTERS_MAX for item in command.assessments):
        raise InvalidField(field="explanation_th", expected=f"at most {EXPLANATION_CHARACTERS_MAX} characters")
    async with transaction(pool) as connection:
        answer = await idempotency.claim(
            connection, command.request_id, caller=actor.caller, content=idempotency.fingerprint(command)
        )
        if answer is not None:
            return outcomes_from_answer(answer)
        entries = await _lock_assessed(connection, [item.entry_id for item in command.assessments], side)
        standing = await store_signing.signatures(connection, list(entries))
        outcomes: list[Outcome] = []
        made: dict[UUID, Signature] = {}
        for index, item in enumerate(command.assessments):
            entry = entries.get(item.entry_id)
            signature = Signature(
                item.entry_id,
                side,
                item.is_agreed,
                item.explanation_th,
                now,
                actor.subject_hash,
                actor.assignment_id,
            )
            before = (*standing.get(item.entry_id, ()), *([made[item.entry_id]] if item.entry_id in made else []))
            if entry is None:
                outcomes.append(Outcome.failed(index, EntryUnknown(entry_id=item.entry_id)))
            elif any(_says_the_same(signature, other) for other in before):
                outcomes.append(Outcome(index, str(item.entry_id), already_done=True))
            elif (refusal := _sign_refusal(entry, signature, before)) is not None:
                outcomes.append(Outcome.failed(index, refusal))
            else:
                made[item.entry_id] = signature
                outcomes.append(Outcome(index, str(item.entry_id)))
        await store_signing.sign(connection, list(made.values()))
        await settled.finish(connection, command.request_id, caller=actor.caller, outcomes=outcomes)
        await outbox.add(
            connection, [events.assessment_signed(entries[entry_id], item) for entry_id, item in made.items()]
        )
    return outcomes


async def _lock_assessed(connection: Connection, entry_ids: Sequence[UUID], side: UUID) -> dict[UUID, Entry]:
    """Entries that a side assesses, read again once their learners are locked."""
    seen = await store.read_entries(connection, entry_ids)
    mine = {entry_id: entry for entry_id, entry in seen.items() if side in entry.assessor_institution_ids}
    await ledger.lock_learners(connection, sorted({entry.learner_id for entry in mine.values()}))
    return await store.read_entries(connection, list(mine))


def _says_the_same(one: Signature, other: Signature) -> bool:
    return (one.institution_id, one.signed_by, one.is_agreed, one.explanation_th) == (
        other.institution_id,
        other.signed_by,
        other.is_agreed,
        other.explanation_th,
    )


def _sign_refusal(entry: Entry, signature: Signature, before: Sequence[Signature]) -> ServiceError | None:
    if entry.state is not EntryState.SUBMITTED:
        return EntryStateWrong(entry_id=entry.entry_id, state=entry.state)
    if any(item.institution_id == signature.institution_id or item.signed_by == signature.signed_by for item in before):
        return AssessmentSignedBefore(entry_id=entry.entry_id)
    return None


def signature_refusal(entry: Entry, signatures: Sequence[Signature]) -> ServiceError | None:
    """Why the sides that assess a result keep it from being verified; None when all of them agree."""
    if any(not item.is_agreed for item in signatures):
        return AssessmentDisagrees(entry_id=entry.entry_id)
    missing = set(entry.assessor_institution_ids) - {item.institution_id for item in signatures}
    return AssessmentMissing(entry_id=entry.entry_id, missing=len(missing)) if missing else None


async def list_assessments(
    pool: Pool,
    *,
    is_waiting_only: bool,
    page_size: int = 0,
    page_token: str = "",
    actor: Actor,
    now: datetime,
) -> AssessmentPage:
    """A page of the results that the caller's institution or workplace assesses.

    They are another institution's results of known persons, so that each learner can see that they were looked at.

    Raises:
        PermissionMissing: The role assesses nothing.
        InvalidField: Page size or token.
    """
    actor.require("credit.assess")
    side = actor.at()
    limit = limits.page_size(page_size)
    after = limits.page_after(page_token)
    async with transaction(pool) as connection:
        ids = await store_signing.assessed_by(
            connection, side, is_waiting_only=is_waiting_only, after=after, limit=limit + 1
        )
        found = await store.read_entries(connection, ids[:limit])
        entries = [found[entry_id] for entry_id in ids[:limit]]
        signed = await store_signing.signatures(connection, list(found))
        others = sorted({entry.learner_id for entry in entries if entry.issuer_institution_id != side})
        reads = [Read(learner_id, RESOURCE, PURPOSE, Ground.ASSESSMENT) for learner_id in others]
        await access.record_reads(connection, reads, actor=actor, now=now)
    return AssessmentPage(entries, signed, str(ids[limit - 1]) if len(ids) > limit else "")
