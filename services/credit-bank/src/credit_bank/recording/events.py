"""Entries as events of the ledger's topic."""

from __future__ import annotations

from typing import Final

from chassis.envelope import NewEvent
from chassis.ids import time_to_pb
from nuaikit.credit_bank.v1 import events_pb2

from credit_bank.ledger.domain import Journal
from credit_bank.recording.domain import Entry
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
    return NewEvent(TOPIC, str(entry.learner_id), message)
