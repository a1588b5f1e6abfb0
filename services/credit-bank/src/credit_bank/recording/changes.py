"""Corrections and revocations of verified results. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from chassis.errors import ServiceError

from credit_bank.recording.domain import Entry, EntryState, ResultInput, natural_key_of
from credit_bank.recording.errors import (
    ChangeStateWrong,
    CorrectionKeyDifferent,
    EntryStateWrong,
    SecondPersonRequired,
    VersionConflict,
)


class ChangeKind(StrEnum):
    """What a change is."""

    CORRECTION = "CORRECTION"
    REVOCATION = "REVOCATION"


class ChangeState(StrEnum):
    """State of a change."""

    PROPOSED = "PROPOSED"
    CONFIRMED = "CONFIRMED"
    DECLINED = "DECLINED"


class CorrectionReason(StrEnum):
    """Why a verified result is corrected."""

    GRADE_ERROR = "GRADE_ERROR"
    EVIDENCE_ERROR = "EVIDENCE_ERROR"
    COURSE_VERSION_ERROR = "COURSE_VERSION_ERROR"
    APPEAL = "APPEAL"
    OTHER = "OTHER"


class RevocationReason(StrEnum):
    """Why a verified result is revoked."""

    FRAUD = "FRAUD"
    WRONG_LEARNER = "WRONG_LEARNER"
    WRONG_COURSE = "WRONG_COURSE"
    ORDER = "ORDER"
    OTHER = "OTHER"


@dataclass(frozen=True, slots=True)
class Change:
    """A correction or revocation that was asked for.

    Attributes:
        entry_version: Version of the entry for which it was asked.
        result: What is right; of a correction only.
        proposed_by: Keyed hash of who asked.
        proposed_by_role: The role in which he did.
    """

    change_id: UUID
    entry_id: UUID
    entry_version: int
    learner_id: UUID
    institution_id: UUID
    kind: ChangeKind
    state: ChangeState
    reason_code: str
    result: ResultInput | None
    proposed_at: datetime
    proposed_by: str
    proposed_by_role: str
    decided_at: datetime | None = None
    new_entry_id: UUID | None = None


def is_director(role: str) -> bool:
    """Whether a role is that of a head of an institution."""
    return role.endswith("_director")


def proposal_refusal(entry: Entry, *, entry_version: int | None, result: ResultInput | None) -> ServiceError | None:
    """Why no change of an entry can be asked for."""
    if entry.state is not EntryState.VERIFIED:
        return EntryStateWrong(entry_id=entry.entry_id, state=entry.state)
    if entry_version is not None and entry_version != entry.version:
        return VersionConflict(field="entry_version", version=entry.version)
    if result is not None and natural_key_of(result, entry.issuer_institution_id) != entry.natural_key:
        return CorrectionKeyDifferent(entry_id=entry.entry_id)
    return None


def confirmation_refusal(change: Change, entry: Entry, *, subject_hash: str, role: str) -> ServiceError | None:
    """Why this person cannot confirm a change now (CB c.3, CB-I19).

    A correction makes a new verified version: whoever proposed it does not verify it. A revocation is asked for by a
    registrar and confirmed by a director, or the other way round.
    """
    if change.state is not ChangeState.PROPOSED:
        return ChangeStateWrong(change_id=change.change_id, state=change.state)
    if change.proposed_by == subject_hash:
        return SecondPersonRequired(change_id=change.change_id)
    if change.kind is ChangeKind.REVOCATION and is_director(change.proposed_by_role) == is_director(role):
        return SecondPersonRequired(change_id=change.change_id)
    if entry.state is not EntryState.VERIFIED or entry.version != change.entry_version:
        return VersionConflict(entry_id=entry.entry_id, state=entry.state)
    return None
