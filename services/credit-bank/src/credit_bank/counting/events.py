"""Counting as an event of the ledger's topic."""

from __future__ import annotations

from typing import Final

from chassis.envelope import NewEvent
from chassis.ids import time_to_pb
from nuaikit.credit_bank.v1 import events_pb2

from credit_bank.ledger.domain import Journal
from credit_bank.qualifications.domain import Qualification
from credit_bank.recording.domain import Entry
from credit_bank.wire import amount_to_pb, course_key_to_pb

TOPIC: Final = "nuaikit.credit-bank.ledger.v1"


def credit_counted(entry: Entry, qualification: Qualification, *, category: str, journal: Journal) -> NewEvent:
    """A verified result was counted by its own institution toward a qualification."""
    message = events_pb2.CreditCounted(
        entry_id=str(entry.entry_id),
        learner_id=str(entry.learner_id),
        awarding_institution_id=str(entry.issuer_institution_id),
        qualification_code=qualification.code,
        qualification_version=qualification.version,
        category=category,
        credits=amount_to_pb(entry.earned_hundredths, entry.unit),
        journal_seq=journal.seq,
        counted_at=time_to_pb(journal.posted_at),
        course=course_key_to_pb(entry.course.key),
        course_title_th=entry.course.facts.title_th,
    )
    return NewEvent(TOPIC, str(entry.learner_id), message)
