"""What is announced of changes after posting: ids, amounts and codes."""

from __future__ import annotations

from datetime import datetime
from typing import Final
from uuid import UUID

from chassis.envelope import NewEvent
from chassis.ids import time_to_pb
from google.protobuf.message import Message
from nuaikit.credit_bank.v1 import events_pb2

from credit_bank.ledger.domain import AccountKey, Flag, Journal, Posting, Resolution
from credit_bank.ledger.versions import EntryVersion
from credit_bank.wire import amount_to_pb, course_key_to_pb

TOPIC: Final = "nuaikit.credit-bank.ledger.v1"

_COUNTED: Final = "COUNTED:"


def _event(journal: Journal | Flag, message: Message) -> NewEvent:
    return NewEvent(TOPIC, str(journal.learner_id), message)


def category_of(bucket: str) -> str:
    """Category whose bucket this is."""
    return bucket.removeprefix(_COUNTED)


def superseded(old: EntryVersion, new: EntryVersion, journal: Journal) -> NewEvent:
    """A verified result was replaced by a new verified version."""
    message = events_pb2.CreditSuperseded(
        superseded_entry_id=str(old.entry_id),
        entry_id=str(new.entry_id),
        learner_id=str(new.learner_id),
        issuer_institution_id=str(new.issuer_institution_id),
        course=course_key_to_pb(new.course),
        course_title_th=new.course_title_th,
        superseded_credits=amount_to_pb(old.earned_hundredths, old.unit),
        credits=amount_to_pb(new.earned_hundredths, new.unit),
        journal_seq=journal.seq,
        superseded_at=time_to_pb(journal.posted_at),
    )
    return _event(journal, message)


def revoked(version: EntryVersion, journal: Journal, *, reason_code: str) -> NewEvent:
    """A verified result was revoked."""
    message = events_pb2.CreditRevoked(
        entry_id=str(version.entry_id),
        learner_id=str(version.learner_id),
        issuer_institution_id=str(version.issuer_institution_id),
        course=course_key_to_pb(version.course),
        credits=amount_to_pb(version.earned_hundredths, version.unit),
        reason_code=reason_code,
        journal_seq=journal.seq,
        revoked_at=time_to_pb(journal.posted_at),
    )
    return _event(journal, message)


def count_voided(version: EntryVersion, account: AccountKey, journal: Journal) -> NewEvent:
    """A count of a result's own institution became void."""
    [taken] = [line for line in journal.lines if line.amount_hundredths < 0]
    message = events_pb2.CreditCountVoided(
        entry_id=str(version.entry_id),
        learner_id=str(account.learner_id),
        awarding_institution_id=str(account.awarding_institution_id),
        qualification_code=account.qualification_code,
        qualification_version=account.qualification_version,
        category=category_of(taken.bucket),
        credits=amount_to_pb(-taken.amount_hundredths, taken.unit),
        journal_seq=journal.seq,
        voided_at=time_to_pb(journal.posted_at),
    )
    return _event(journal, message)


def recounted(version: EntryVersion, account: AccountKey, journal: Journal) -> NewEvent:
    """A corrected result counts in place of the version before."""
    [given] = [line for line in journal.lines if line.amount_hundredths > 0]
    message = events_pb2.CreditCounted(
        entry_id=str(version.entry_id),
        learner_id=str(account.learner_id),
        awarding_institution_id=str(account.awarding_institution_id),
        qualification_code=account.qualification_code,
        qualification_version=account.qualification_version,
        category=category_of(given.bucket),
        credits=amount_to_pb(given.amount_hundredths, given.unit),
        journal_seq=journal.seq,
        counted_at=time_to_pb(journal.posted_at),
        course=course_key_to_pb(version.course),
        course_title_th=version.course_title_th,
    )
    return _event(journal, message)


def expired(version: EntryVersion, journal: Journal, *, rule_key: str, rule_version: str) -> NewEvent:
    """The credits of a result ran out."""
    message = events_pb2.CreditExpired(
        entry_id=str(version.entry_id),
        learner_id=str(version.learner_id),
        issuer_institution_id=str(version.issuer_institution_id),
        credits=amount_to_pb(version.earned_hundredths, version.unit),
        rule_key=rule_key,
        rule_version=rule_version,
        journal_seq=journal.seq,
        expired_at=time_to_pb(journal.posted_at),
    )
    return _event(journal, message)


def reversed_(posting: Posting, journal: Journal, *, reason_code: str) -> NewEvent:
    """A posted line was taken back."""
    account = posting.account
    message = events_pb2.TransferReversed(
        case_id="" if posting.case_id is None else str(posting.case_id),
        line_id=str(posting.line_id),
        learner_id=str(account.learner_id),
        awarding_institution_id=str(account.awarding_institution_id),
        qualification_code=account.qualification_code,
        qualification_version=account.qualification_version,
        category=category_of(posting.bucket),
        credits=amount_to_pb(posting.amount_hundredths, posting.unit),
        reason_code=reason_code,
        posted_journal_seq=posting.seq,
        journal_seq=journal.seq,
        reversed_at=time_to_pb(journal.posted_at),
    )
    return _event(journal, message)


def source_changed(flag: Flag) -> NewEvent:
    """Something rests on a result that changed."""
    account = flag.account
    message = events_pb2.SourceChanged(
        flag_id=str(flag.flag_id),
        learner_id=str(flag.learner_id),
        institution_id=str(flag.institution_id),
        kind=str(flag.kind),
        subject=str(flag.subject),
        line_id=None if flag.line_id is None else str(flag.line_id),
        transcript_id=None if flag.transcript_id is None else str(flag.transcript_id),
        qualification_code="" if account is None else account.qualification_code,
        qualification_version="" if account is None else account.qualification_version,
        entry_id=str(flag.entry_id),
        raised_at=time_to_pb(flag.raised_at),
    )
    return _event(flag, message)


def source_change_resolved(flag: Flag, resolution: Resolution, *, reason_code: str, now: datetime) -> NewEvent:
    """It was decided what becomes of it."""
    message = events_pb2.SourceChangeResolved(
        flag_id=str(flag.flag_id),
        learner_id=str(flag.learner_id),
        institution_id=str(flag.institution_id),
        resolution=str(resolution),
        reason_code=reason_code,
        resolved_at=time_to_pb(now),
    )
    return _event(flag, message)


def transcript_issued(
    transcript_id: UUID, learner_id: UUID, institution_id: UUID, purpose: str, *, now: datetime
) -> NewEvent:
    """An institution was told a learner's results for the first time, or after they had changed."""
    message = events_pb2.TranscriptIssued(
        transcript_id=str(transcript_id),
        learner_id=str(learner_id),
        institution_id=str(institution_id),
        purpose=purpose,
        issued_at=time_to_pb(now),
    )
    return NewEvent(TOPIC, str(learner_id), message)
