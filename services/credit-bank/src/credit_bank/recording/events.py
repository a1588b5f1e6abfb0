"""Entries as events of the ledger's topic."""

from __future__ import annotations

from datetime import datetime
from typing import Final
from uuid import UUID

from chassis.envelope import NewEvent
from chassis.ids import time_to_pb
from nuaikit.credit_bank.v1 import events_pb2

from credit_bank.ledger.domain import Journal
from credit_bank.recording.changes import Change
from credit_bank.recording.domain import Entry, ReturnReason, Signature
from credit_bank.recording.drafts import Draft
from credit_bank.wire import amount_to_pb, course_key_to_pb

TOPIC: Final = "nuaikit.credit-bank.ledger.v1"


def credit_recorded(entry: Entry, journal: Journal) -> NewEvent:
    """A result was recorded and waits for the second person."""
    message = events_pb2.CreditRecorded(
        entry_id=str(entry.entry_id),
        learner_id=str(entry.learner_id),
        issuer_institution_id=str(entry.issuer_institution_id),
        course=course_key_to_pb(entry.course.key),
        year_be=entry.year_be,
        term=entry.term,
        credits=amount_to_pb(entry.earned_hundredths, entry.unit),
        journal_seq=journal.seq,
        recorded_at=time_to_pb(journal.posted_at),
    )
    _place(message, entry)
    return NewEvent(TOPIC, str(entry.learner_id), message)


def credit_verified(entry: Entry, journal: Journal) -> NewEvent:
    """A result was verified by a second person and counts as learned."""
    message = events_pb2.CreditVerified(
        entry_id=str(entry.entry_id),
        learner_id=str(entry.learner_id),
        issuer_institution_id=str(entry.issuer_institution_id),
        course=course_key_to_pb(entry.course.key),
        course_title_th=entry.course.facts.title_th,
        year_be=entry.year_be,
        term=entry.term,
        credits=amount_to_pb(entry.earned_hundredths, entry.unit),
        source_mode=str(entry.source_mode),
        journal_seq=journal.seq,
        verified_at=time_to_pb(journal.posted_at),
    )
    _place(message, entry)
    return NewEvent(TOPIC, str(entry.learner_id), message)


def credit_returned(entry: Entry, journal: Journal, reason: ReturnReason) -> NewEvent:
    """A submitted result went back to its recorder."""
    message = events_pb2.CreditReturned(
        entry_id=str(entry.entry_id),
        entry_version=entry.version,
        learner_id=str(entry.learner_id),
        issuer_institution_id=str(entry.issuer_institution_id),
        reason_code=str(reason),
        credits=amount_to_pb(entry.earned_hundredths, entry.unit),
        journal_seq=journal.seq,
        returned_at=time_to_pb(journal.posted_at),
    )
    return NewEvent(TOPIC, str(entry.learner_id), message)


def credit_rejected(entry: Entry, journal: Journal, reason: ReturnReason) -> NewEvent:
    """A submitted result was rejected for good."""
    message = events_pb2.CreditRejected(
        entry_id=str(entry.entry_id),
        entry_version=entry.version,
        learner_id=str(entry.learner_id),
        issuer_institution_id=str(entry.issuer_institution_id),
        reason_code=str(reason),
        credits=amount_to_pb(entry.earned_hundredths, entry.unit),
        journal_seq=journal.seq,
        rejected_at=time_to_pb(journal.posted_at),
    )
    return NewEvent(TOPIC, str(entry.learner_id), message)


def draft_changed(draft: Draft) -> NewEvent:
    """A draft was kept, submitted or withdrawn."""
    message = events_pb2.ResultDraftChanged(
        draft_id=str(draft.draft_id),
        row_version=draft.row_version,
        learner_id=str(draft.result.learner_id),
        institution_id=str(draft.institution_id),
        state=str(draft.state),
        changed_at=time_to_pb(draft.changed_at),
    )
    return NewEvent(TOPIC, str(draft.result.learner_id), message)


def change_moved(change: Change) -> NewEvent:
    """A correction or revocation was asked for, confirmed or declined."""
    message = events_pb2.EntryChangeMoved(
        change_id=str(change.change_id),
        entry_id=str(change.entry_id),
        entry_version=change.entry_version,
        learner_id=str(change.learner_id),
        institution_id=str(change.institution_id),
        kind=str(change.kind),
        state=str(change.state),
        reason_code=change.reason_code,
        moved_at=time_to_pb(change.decided_at or change.proposed_at),
    )
    return NewEvent(TOPIC, str(change.learner_id), message)


def assessment_signed(entry: Entry, signature: Signature) -> NewEvent:
    """One side signed what it assessed."""
    message = events_pb2.AssessmentSigned(
        entry_id=str(entry.entry_id),
        entry_version=entry.version,
        learner_id=str(entry.learner_id),
        issuer_institution_id=str(entry.issuer_institution_id),
        assessor_institution_id=str(signature.institution_id),
        is_agreed=signature.is_agreed,
        signed_at=time_to_pb(signature.signed_at),
    )
    return NewEvent(TOPIC, str(entry.learner_id), message)


def credit_approved(entry: Entry, approval_id: UUID, at: datetime) -> NewEvent:
    """A director approved a verified result."""
    message = events_pb2.CreditApproved(
        entry_id=str(entry.entry_id),
        entry_version=entry.version,
        learner_id=str(entry.learner_id),
        issuer_institution_id=str(entry.issuer_institution_id),
        approval_id=str(approval_id),
        approved_at=time_to_pb(at),
    )
    return NewEvent(TOPIC, str(entry.learner_id), message)


def _place(message: events_pb2.CreditRecorded | events_pb2.CreditVerified, entry: Entry) -> None:
    """Form, type, level, issuing body and the rest that both tell."""
    placing = entry.placing
    message.form, message.learning_type = str(placing.form), str(placing.learning_type)
    message.issuing_body, message.attempt_kind = placing.issuing_body, str(entry.attempt_kind)
    message.entry_version = entry.version
    if placing.level is not None:
        message.level = str(placing.level)
    if entry.rpl_mode is not None:
        message.rpl_mode = str(entry.rpl_mode)
    if entry.taught_by_institution_id is not None:
        message.taught_by_institution_id = str(entry.taught_by_institution_id)
